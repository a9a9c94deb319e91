mod by_file;
mod changes;
mod means;
mod moved;
mod named;
mod recipes;
mod steps;
mod when;
mod worded;

use super::{Reply, options};
use crate::domain::participant::PersonInSlack;
use crate::domain::program::{Day, Matching, Settings};
use crate::domain::settings_part::Part;
use crate::domain::timer::Timer;
use crate::slack::event::{Action, Answer, Form};
use crate::store::{people, programs, timers};
use crate::testing::feature_test::{FeatureTest, fill, render, render_view};
use crate::testing::people::person;
use jiff::Timestamp;
use std::collections::BTreeMap;

/// A workspace without a program, and Slack's word on U1.
async fn fresh(admin: bool) -> FeatureTest {
    let test = FeatureTest::without_program().await;
    seen(&test, admin).await;
    test
}

async fn seen(test: &FeatureTest, admin: bool) {
    let person = PersonInSlack {
        admin,
        ..person("U1", Some("Europe/Berlin"))
    };
    test.slack_answers(person).await;
}

async fn program(test: &FeatureTest) -> Option<Settings> {
    let mut tx = test.tx().await;
    let found = programs::find(&mut tx).await.unwrap();
    tx.rollback().await;
    found.map(|found| Settings::clone(&found.settings))
}

async fn due(test: &FeatureTest, timer: Timer) -> Option<Timestamp> {
    let mut tx = test.tx().await;
    let due = timers::due(&mut tx, &timer).await.unwrap();
    tx.rollback().await;
    due
}

/// The answers in the whole form, as it stands; for a new program, those in its three steps.
async fn form(test: &FeatureTest, user: &str) -> BTreeMap<String, Answer> {
    let mut answers = BTreeMap::new();
    if program(test).await.is_some() {
        let opened = test
            .press(user, Action::EditSettings(Part::Everything))
            .await;
        answers.extend(fill(&opened.unwrap().modal.expect("the form").view()));
    } else {
        let mut reply = test.command(user, "setup").await.unwrap();
        for part in Part::STEPS {
            let modal = reply.modal.expect("a step");
            assert_eq!(modal.form, Form::SetupStep(part));
            let mut filled = without_words(fill(&modal.view()));
            if part.next().is_some() {
                let next = test.submits(user, modal.form.clone(), filled.clone());
                reply = next.await.unwrap();
            } else {
                reply = Reply::nothing();
            }
            answers.append(&mut filled);
        }
    }
    answers.insert("digest_channel".into(), Answer::Channel("C1".into()));
    without_words(answers)
}

/// "Some text" is no date and no number, and sites are free text until somebody lists them.
fn without_words(mut answers: BTreeMap<String, Answer>) -> BTreeMap<String, Answer> {
    for empty in ["holidays", "sites", "least_people"] {
        if answers.contains_key(empty) {
            answers.insert(empty.into(), Answer::Text(String::new()));
        }
    }
    answers
}

/// Submits the whole form, and once more where it shows first what the changes mean; for a new program, its three steps.
async fn submit(test: &FeatureTest, user: &str, answers: BTreeMap<String, Answer>) -> Reply {
    if program(test).await.is_none() {
        let mut last = Reply::nothing();
        for part in Part::STEPS {
            let step = test.submits(user, Form::SetupStep(part), answers.clone());
            last = step.await.unwrap();
            if !last.errors.is_empty() {
                break;
            }
        }
        return last;
    }
    let whole = Form::Settings(Part::Everything);
    let reply = test.submits(user, whole, answers.clone()).await.unwrap();
    match reply.modal.as_ref().map(|modal| modal.form.clone()) {
        Some(looked @ Form::SettingsLooked { .. }) => {
            test.submits(user, looked, answers).await.unwrap()
        }
        _ => reply,
    }
}

fn shown(reply: &Reply) -> String {
    render_view(&reply.modal.as_ref().expect("a modal").view())
}

#[tokio::test]
async fn an_admin_sets_up_with_what_stands_in_the_form() {
    let test = fresh(true).await;
    let mut answers = form(&test, "U1").await;
    assert_eq!(answers["time_zone"], Answer::One("Europe/Berlin".into()));
    answers.remove("support_contact");
    answers.insert(
        "holidays".into(),
        Answer::Text("2026-05-01\n2026-04-03\n\n2026-05-01".into()),
    );
    let reply = submit(&test, "U1", answers).await;
    assert_eq!(reply.errors, []);
    insta::assert_snapshot!(shown(&reply), @r"
    ┌ Program settings
    │ *Reverse mentoring is ready.* What's next:
    │ 1. *Bring in your people* with `/reverse-mentor import`, if you have a list of who reports to whom. Then most pairs need no look of yours.
    │ 2. *Tell people.* They join with `/reverse-mentor join`; it takes two minutes.
    │ 3. *Invite me to <#C1>* with `/invite` and <@UBOT>, so I can post the digest there.
    │ 4. *See what else there is* with `/reverse-mentor help`. As an owner, you'll find the program at a glance on my Home tab.
    │ [ See what people will read ]
    │ *Still missing:* a support contact. Without one, people who need to talk to someone have only the owners.
    │ · The next rounds: Monday, March 9, March 16 and March 23 at 10:00 AM, Berlin time.
    │ The next digests: Monday, March 9, March 16 and March 23 at 10:00 AM, Berlin time.
    └ [ Close ]
    ");
    let settings = program(&test).await.unwrap();
    assert_eq!(settings.owners, ["U1".into()]);
    assert_eq!(settings.holidays.len(), 2);
    let expected = Settings {
        owners: settings.owners.clone(),
        holidays: settings.holidays.clone(),
        digest_channel: Some("C1".into()),
        time_zone: "Europe/Berlin".into(),
        ..Settings::default()
    };
    assert_eq!(settings, expected);
    // It is Monday, 10:00 in Berlin, so the next round is a week away. Retention runs at 3:00 there.
    assert_eq!(
        due(&test, Timer::Round).await.unwrap().to_string(),
        "2026-03-09T09:00:00Z"
    );
    assert_eq!(
        due(&test, Timer::Digest).await.unwrap().to_string(),
        "2026-03-09T09:00:00Z"
    );
    assert_eq!(
        due(&test, Timer::Retention).await.unwrap().to_string(),
        "2026-03-03T02:00:00Z"
    );
}

#[tokio::test]
async fn somebody_unknown_waits_for_slack_and_others_are_refused() {
    let test = fresh(false).await;
    let told = |reply: Reply| render(&reply.say.unwrap());
    assert!(told(test.command("U1", "setup").await.unwrap()).contains("workspace admins"));
    // U2 is unknown, so Slack is asked, once.
    for _ in 0..2 {
        assert!(told(test.command("U2", "setup").await.unwrap()).contains("One moment"));
    }
    assert_eq!(test.told().await.matches("LookUp").count(), 1);
    let reply = submit(&test, "U1", BTreeMap::new()).await;
    assert!(shown(&reply).contains("workspace admins"));
    assert_eq!(program(&test).await, None);
    // U1 becomes an admin.
    seen(&test, true).await;
    assert!(test.command("U1", "setup").await.unwrap().modal.is_some());
}

#[tokio::test]
async fn every_bad_field_is_told_at_that_field() {
    let test = fresh(true).await;
    let answers = form(&test, "U1").await;
    submit(&test, "U1", answers).await;
    let before = program(&test).await;
    let mut answers = form(&test, "U1").await;
    let typed = |words: &str| Answer::Text(words.to_owned());
    answers.insert("name".into(), typed(" "));
    answers.insert("holidays".into(), typed("2026-02-30"));
    answers.insert("stages".into(), typed("Junior\njunior"));
    for (field, words) in [("round", "every now and then"), ("digest", "* * * * *")] {
        let often = Answer::One("by_expression".into());
        answers.insert(format!("{field}_often"), often);
        answers.insert(format!("{field}_expression"), typed(words));
    }
    answers.insert("work_week".into(), Answer::Many(vec![]));
    answers.insert("cycles".into(), Answer::One("lots".into()));
    answers.insert("topics".into(), Answer::Text("x".repeat(80)));
    let reply = submit(&test, "U1", answers).await;
    let mut fields: Vec<&str> = reply.errors.iter().map(|(field, _)| *field).collect();
    fields.sort_unstable();
    assert_eq!(
        fields,
        [
            "cycles",
            "digest_expression",
            "holidays",
            "name",
            "round_expression",
            "stage_gap",
            "stages",
            "topics",
            "work_week"
        ]
    );
    assert_eq!(program(&test).await, before);
}

#[tokio::test]
async fn editing_moves_what_it_must_and_keeps_the_rest() {
    let test = fresh(true).await;
    let answers = form(&test, "U1").await;
    submit(&test, "U1", answers).await;
    let mut tx = test.tx().await;
    let mut settings = Settings::clone(&programs::find(&mut tx).await.unwrap().unwrap().settings);
    settings.floor = 33;
    programs::save(&mut tx, &settings, false).await.unwrap();
    tx.commit().await.unwrap();

    let mut answers = form(&test, "U1").await;
    answers.insert("time_zone".into(), Answer::One("America/New_York".into()));
    answers.insert(
        "work_week".into(),
        Answer::Many(vec!["sun".into(), "mon".into()]),
    );
    let reply = submit(&test, "U1", answers.clone()).await;
    assert!(shown(&reply).contains("Saved"));
    let settings = program(&test).await.unwrap();
    assert_eq!(
        (settings.floor, settings.work_week.as_slice()),
        (33, &[Day::Mon, Day::Sun][..])
    );
    assert_eq!(
        due(&test, Timer::Round).await.unwrap().to_string(),
        "2026-03-02T15:00:00Z"
    );

    // Saving the same again changes nothing; rolling programs look as a whole as often.
    submit(&test, "U1", answers.clone()).await;
    assert_eq!(program(&test).await.unwrap(), settings);
    answers.insert("matching".into(), Answer::One("rolling".into()));
    submit(&test, "U1", answers).await;
    assert_eq!(program(&test).await.unwrap().matching, Matching::Rolling);
    assert!(due(&test, Timer::Round).await.is_some());
}

#[tokio::test]
async fn a_round_that_is_due_is_not_skipped_by_an_edit() {
    let mut test = fresh(true).await;
    let answers = form(&test, "U1").await;
    submit(&test, "U1", answers).await;
    let round = due(&test, Timer::Round).await.unwrap();
    // The bot was down at the round's time.
    test.now = round + jiff::SignedDuration::from_hours(2);
    let mut answers = form(&test, "U1").await;
    answers.insert("name".into(), Answer::Text("Upside down".into()));
    submit(&test, "U1", answers).await;
    assert_eq!(due(&test, Timer::Round).await, Some(round));
}

#[tokio::test]
async fn a_declared_program_is_edited_in_its_file() {
    let test = FeatureTest::new(Settings {
        owners: vec!["U1".into()],
        ..Settings::default()
    })
    .await;
    let reply = test.command("U1", "setup").await.unwrap();
    assert!(render(&reply.say.unwrap()).contains("program.toml"));
    let reply = submit(&test, "U1", BTreeMap::new()).await;
    assert!(shown(&reply).contains("program.toml"));
    // Declaring the current settings causes no happening.
    let mut tx = test.tx().await;
    let settings = programs::find(&mut tx).await.unwrap().unwrap().settings;
    let settings = Settings::clone(&settings);
    super::declared(&mut tx, settings.clone()).await.unwrap();
    assert!(tx.happened.is_empty());
    let broken = Settings {
        stage_gap: 0,
        ..settings
    };
    let refused = super::declared(&mut tx, broken).await.unwrap_err();
    assert!(refused.to_string().starts_with("stage_gap:"));
    // Without the file, the program is edited in Slack again.
    super::released(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    assert!(test.command("U1", "setup").await.unwrap().modal.is_some());
}

#[test]
fn zones_are_offered_as_people_type_them() {
    let first = |typed: &str| options("time_zone", typed).options.unwrap().swap_remove(0);
    assert_eq!(
        first("mumbai"),
        ("Mumbai (Asia/Kolkata)".into(), "Asia/Kolkata".into())
    );
    assert_eq!(first("GMT+1").1, "Etc/GMT-1");
    assert_eq!(options("name", "mumbai").options, Some(vec![]));
}

/// People for whom Slack gives no zone use the program's, and move with it.
#[tokio::test]
async fn who_has_no_zone_of_their_own_moves_with_the_program() {
    let (test, pair) = FeatureTest::signed(crate::testing::months::settings()).await;
    let mut tx = test.tx().await;
    for user in ["UANA", "UMAX"] {
        people::save(&mut tx, &person(user, None)).await.unwrap();
    }
    tx.commit().await.unwrap();
    test.command("UANA", "pause until 2026-03-14")
        .await
        .unwrap();
    test.command("UANA", "resume").await.unwrap();
    test.joins("UTOM", "mentor", "Early career").await;
    test.command("UTOM", "pause until 2026-03-14")
        .await
        .unwrap();
    let due = async |timer: &Timer| {
        let mut tx = test.tx().await;
        let due = timers::due(&mut tx, timer).await.unwrap();
        tx.rollback().await;
        due.unwrap().to_string()
    };
    let first_month = Timer::CycleOpens { pair, number: 1 };
    let pause = Timer::PauseEnds("UTOM".into());
    assert_eq!(due(&pause).await, "2026-03-14T09:00:00Z");
    assert_eq!(due(&first_month).await, "2026-03-03T09:00:00Z");
    let mut tx = test.tx().await;
    let settings = Settings {
        time_zone: "America/New_York".into(),
        ..crate::testing::months::settings()
    };
    super::declared(&mut tx, settings).await.unwrap();
    crate::router::happenings(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(due(&pause).await, "2026-03-14T13:00:00Z");
    assert_eq!(due(&first_month).await, "2026-03-03T14:00:00Z");
}
