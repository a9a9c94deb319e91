//! A form that is submitted as it was opened is never answered "Saved": one table of all forms.

use super::setup;
use crate::domain::checkin::Kind;
use crate::domain::ids::PairId;
use crate::domain::program::Settings;
use crate::domain::settings_part::Part;
use crate::slack::event::{Action, Answer, Form};
use crate::store::{checkins, reflections};
use crate::testing::feature_test::{FeatureTest, render_view};
use crate::testing::months::{ANA, MAX, settings};
use jiff::SignedDuration;
use jiff::civil::{date, time};
use serde_json::Value;
use std::collections::BTreeMap;

/// Whether a form shows something that is stored, which its submission changes.
enum Sort {
    Edits,
    /// It does something each time, for this reason.
    Acts(&'static str),
}

/// A new form belongs in here.
fn sort(form: &Form) -> Sort {
    match form {
        Form::Settings(_)
        | Form::SettingsSince { .. }
        | Form::Join
        | Form::Goals { .. }
        | Form::OtherTime { .. }
        | Form::Reflect { .. }
        | Form::Checkin { .. } => Sort::Edits,
        Form::SetupStep(_) => Sort::Acts("there is no program before the last step"),
        Form::SettingsLooked { .. } => Sort::Acts("an owner has read what it means, and saves it"),
        Form::EndCohort | Form::NextCohort => Sort::Acts("it asks for a confirmation"),
        Form::ProgramBreak => Sort::Acts("it asks until when, from today on"),
        Form::Pause => Sort::Acts("it asks for how long, from today on"),
        Form::Leave | Form::End { .. } | Form::Skip { .. } => {
            Sort::Acts("it asks for a confirmation")
        }
        Form::LogMeeting | Form::Invite | Form::Import => Sort::Acts("it adds something"),
        Form::Care { .. }
        | Form::MakePairLooked { .. }
        | Form::SwapLooked { .. }
        | Form::WordedLooked { .. } => Sort::Acts("an owner has read the words, and does it"),
        Form::Recipe { .. } => Sort::Acts("it shows what it would set, and sets it"),
        Form::MakePair => Sort::Acts("it asks which two"),
        Form::Columns { .. } => Sort::Acts("it answers a question"),
        Form::Worded { .. } => Sort::Acts("it shows the message first"),
        Form::Announce
        | Form::AnnounceLooked { .. }
        | Form::SponsorsNote
        | Form::RemindInvited
        | Form::ToContact
        | Form::ToContactPreview { .. } => Sort::Acts("it sends something"),
        Form::Notice => Sort::Acts("nothing in it can be submitted"),
    }
}

/// Ana and Max have a time, goals, a reflection and a check-in with answers.
async fn everything_is_filled_in() -> (FeatureTest, PairId, Vec<(&'static str, Form)>) {
    let (mut test, pair) = FeatureTest::signed(Settings { ..settings() }).await;
    test.pass(SignedDuration::from_hours(48)).await;
    let month = test.month(pair).await;
    let day = [("date", Answer::Date(date(2026, 3, 3)))];
    test.submit(ANA, Form::LogMeeting, &day).await.unwrap();
    let plans = None;
    let cycle = month.id;
    let when = [
        ("date", Answer::Date(date(2026, 3, 19))),
        ("time", Answer::Time(time(15, 0, 0, 0))),
    ];
    let planned = test.submit(MAX, Form::OtherTime { cycle, plans }, &when);
    planned.await.unwrap();
    let mut tx = test.tx().await;
    setup::released(&mut tx).await.unwrap();
    let checkin = checkins::create(&mut tx, pair, &ANA.into(), Kind::Midpoint, 1).await;
    let checkin = checkin.unwrap().unwrap();
    let asked = reflections::by(&mut tx, &ANA.into()).await.unwrap();
    crate::store::agreements::add(
        &mut tx,
        pair,
        1,
        &crate::domain::goals::Goals {
            mentee: "Use AI tools".into(),
            mentor: "See how decisions are made".into(),
        },
        None,
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let reflection = asked[0].id;
    let thought = [
        ("answer", Answer::Text("I listen more".into())),
        ("confidence", Answer::One("3".into())),
    ];
    let reflected = test.submit(ANA, Form::Reflect { reflection }, &thought);
    reflected.await.unwrap();
    let halfway = [
        ("worth", Answer::One("mostly".into())),
        ("text", Answer::Text("More time".into())),
    ];
    let answered = test.submit(ANA, Form::Checkin { checkin }, &halfway);
    answered.await.unwrap();
    let forms = vec![
        ("UOWEN", Form::Settings(Part::WhatAndWho)),
        ("UOWEN", Form::Settings(Part::Rhythm)),
        ("UOWEN", Form::Settings(Part::Matching)),
        ("UOWEN", Form::Settings(Part::Everything)),
        (ANA, Form::Join),
        (ANA, Form::Goals { pair, version: 1 }),
        (MAX, Form::OtherTime { cycle, plans }),
        (ANA, Form::Reflect { reflection }),
        (ANA, Form::Checkin { checkin }),
    ];
    (test, pair, forms)
}

/// The answers of somebody who opens the form and presses its button.
fn as_opened(view: &Value) -> BTreeMap<String, Answer> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut answers = BTreeMap::new();
    for block in view["blocks"].as_array().unwrap() {
        let element = &block["element"];
        let Some(initial) = element
            .as_object()
            .and_then(|fields| fields.iter().find(|(name, _)| name.starts_with("initial_")))
        else {
            continue;
        };
        let values = |value: &Value, of: fn(&Value) -> &Value| -> Vec<String> {
            let all = value.as_array().unwrap().iter();
            all.map(|one| text(of(one))).collect()
        };
        let answer = match (initial.0.as_str(), initial.1) {
            ("initial_value", value) => Answer::Text(text(value)),
            ("initial_option", value) => Answer::One(text(&value["value"])),
            ("initial_options", value) => Answer::Many(values(value, |one| &one["value"])),
            ("initial_user", value) => Answer::User(text(value).as_str().into()),
            ("initial_users", value) => {
                let users = values(value, |one| one).into_iter();
                Answer::Users(users.map(|user| user.as_str().into()).collect())
            }
            ("initial_channel" | "initial_conversation", value) => Answer::Channel(text(value)),
            ("initial_date", value) => Answer::Date(text(value).parse().unwrap()),
            ("initial_time", value) => Answer::Time(text(value).parse().unwrap()),
            (other, _) => panic!("{other} is unknown here"),
        };
        answers.insert(text(&element["action_id"]), answer);
    }
    answers
}

#[tokio::test]
async fn an_unchanged_form_says_that_nothing_changed() {
    let (test, _, forms) = everything_is_filled_in().await;
    let edits = forms
        .iter()
        .filter(|(_, form)| matches!(sort(form), Sort::Edits));
    assert_eq!(edits.count(), 9, "each form that edits has a row");
    for (user, form) in forms {
        let opens: Action = form.opened_by().unwrap();
        let modal = test.press(user, opens).await.unwrap().modal.unwrap();
        let before = test.queued().await.len();
        let answers = as_opened(&modal.view());
        let reply = test
            .submits(user, modal.form.clone(), answers)
            .await
            .unwrap();
        assert_eq!(reply.errors, [], "{form:?}");
        let said = reply.modal.map(|modal| render_view(&modal.view()));
        let said = said.unwrap_or_else(|| panic!("{form:?} closes without a word"));
        assert!(said.contains("Nothing changed"), "{form:?}: {said}");
        assert!(!said.contains("Saved"), "{form:?}: {said}");
        assert_eq!(test.queued().await.len(), before, "{form:?} tells nobody");
    }
    let reasons = [Form::Pause, Form::Leave, Form::LogMeeting, Form::ToContact];
    for form in reasons {
        assert!(matches!(sort(&form), Sort::Acts(why) if !why.is_empty()));
    }
}
