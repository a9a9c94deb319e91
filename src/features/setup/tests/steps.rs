//! A program is set up in three steps, and its settings are edited in parts.

use super::*;
use crate::domain::declared::Declared;
use crate::features::setup;
use crate::slack::event::{Answers, Event, Surface};
use crate::store::setup_drafts;

async fn back(test: &FeatureTest, from: Part, typed: BTreeMap<String, Answer>) -> Reply {
    let pressed = Event::Press {
        actor: test.actor("U1"),
        action: Action::SetupBack(from),
        picked: None,
        typed: Answers(typed),
        on: Surface::Modal,
    };
    test.event(pressed).await.unwrap()
}

/// The first lines of a step.
fn begins(reply: &Reply) -> String {
    let shown = shown(reply);
    let lines: Vec<&str> = shown.lines().take(6).collect();
    lines.join("\n")
}

async fn drafts(test: &FeatureTest) -> Option<Settings> {
    let mut tx = test.tx().await;
    let found = setup_drafts::find(&mut tx, &"U1".into()).await.unwrap();
    tx.rollback().await;
    found
}

async fn next(test: &FeatureTest, reply: &Reply, changes: &[(&str, Answer)]) -> Reply {
    let modal = reply.modal.as_ref().expect("a step");
    let mut answers = without_words(fill(&modal.view()));
    for (field, answer) in changes {
        answers.insert((*field).to_owned(), answer.clone());
    }
    test.submits("U1", modal.form.clone(), answers)
        .await
        .unwrap()
}

#[tokio::test]
async fn three_steps_keep_what_was_filled_in_forth_and_back() {
    let test = fresh(true).await;
    let words = |typed: &str| Answer::Text(typed.into());
    let first = test.command("U1", "setup").await.unwrap();
    insta::assert_snapshot!(begins(&first), @r"
    ┌ Set up the program
    │ *Step 1 of 3: What and who*
    │ Everything has a sensible default, and you can change all of it later. Name a support contact, and go on.
    │ If one of these is what you have in mind, look at it first: it fills in this form.
    │ [ Executive digital fluency ]  [ Inclusion and belonging ]  [ New leaders ]
    │ Name of the program
    ");
    let second = next(&test, &first, &[("name", words("Upside down"))]).await;
    insta::assert_snapshot!(begins(&second), @r"
    ┌ Set up the program
    │ *Step 2 of 3: Rhythm*
    │ When things happen. If you'd like a weekly digest, pick its channel.
    │ [ Back ]
    │ Time zone of the program
    │   [ Europe/Berlin ▾ ]
    ");
    assert_eq!(program(&test).await, None, "saved at the end");

    // Back, with what was typed in the second step and not submitted.
    let mut typed = without_words(fill(&second.modal.as_ref().unwrap().view()));
    typed.insert("cycles".into(), Answer::One("9".into()));
    let first = back(&test, Part::Rhythm, typed.clone()).await;
    assert!(shown(&first).contains("[ Upside down ]"));
    let second = next(&test, &first, &[]).await;
    assert!(shown(&second).contains("[ 9 months ▾ ]"));

    // What cannot be read stays where it is.
    typed.insert("holidays".into(), words("Easter"));
    let stays = back(&test, Part::Rhythm, typed).await;
    insta::assert_snapshot!(shown(&stays), @r"
    ┌ Before you go back
    │ Something in this step can't stay as it is. Correct it or empty it, and then go back:
    │ • I can't read “Easter” as a date. Write it like 2027-01-01.
    └ [ Close ]
    ");
    assert!(stays.update.is_none(), "the step is still below");

    // Closed, and opened again: nothing is lost.
    let again = test.command("U1", "setup").await.unwrap();
    assert!(shown(&again).contains("[ Upside down ]"));
    let third = next(&test, &second, &[]).await;
    insta::assert_snapshot!(begins(&third), @r"
    ┌ Set up the program
    │ *Step 3 of 3: Matching*
    │ Who meets whom, and what people can pick. Then your program is ready.
    │ [ Back ]
    │ Career stages, most junior first
    │   [ Early career / Experienced / Senior / Lead or manager / Director / Vice president / Executive ]
    ");
    let started = next(&test, &third, &[("topics", words("Juggling"))]).await;
    assert!(shown(&started).contains("*Upside down is ready.*"));
    let saved = program(&test).await.unwrap();
    assert_eq!(
        (saved.cycles, saved.topics.as_slice()),
        (9, &["Juggling".to_owned()][..])
    );
    assert_eq!(drafts(&test).await, None);
    // A step that somebody still has open changes nothing.
    let late = next(&test, &second, &[]).await;
    assert!(shown(&late).contains("set up in the meantime"));
    assert_eq!(program(&test).await.unwrap(), saved);
}

#[tokio::test]
async fn a_draft_is_forgotten_after_a_day() {
    let mut test = fresh(true).await;
    let first = test.command("U1", "setup").await.unwrap();
    next(&test, &first, &[]).await;
    assert!(drafts(&test).await.is_some());
    test.now += jiff::SignedDuration::from_hours(49);
    let mut tx = test.tx().await;
    crate::store::personal_data::prune(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(drafts(&test).await, None);
}

#[tokio::test]
async fn each_part_is_a_short_form_and_changes_nothing_else() {
    let test = fresh(true).await;
    let answers = form(&test, "U1").await;
    submit(&test, "U1", answers).await;
    let before = program(&test).await.unwrap();
    let setup = test.command("U1", "setup").await.unwrap();
    insta::assert_snapshot!(shown(&setup), @r"
    ┌ Program settings
    │ *Reverse mentoring.* What would you like to change? What a change means for people is shown before it's saved.
    │ [ What and who ]  [ Rhythm ]  [ Matching ]  [ Everything in one form ]
    └ [ Close ]
    ");
    for part in Part::STEPS {
        let edit = Action::EditSettings(part);
        let reply = test.press("U1", edit).await.unwrap();
        let modal = reply.modal.clone().unwrap();
        assert!(matches!(modal.form, Form::SettingsSince { part: of, .. } if of == part));
        let (field, answer) = match part {
            Part::WhatAndWho | Part::Everything => ("name", Answer::Text("Upside down".into())),
            Part::Rhythm => ("holidays", Answer::Text("2027-01-01".into())),
            Part::Matching => ("sites", Answer::Text("Berlin".into())),
        };
        let saved = next(&test, &reply, &[(field, answer)]).await;
        assert!(shown(&saved).contains("*Saved.*"), "{}", shown(&saved));
    }
    let expected = Settings {
        name: "Upside down".into(),
        holidays: vec![jiff::civil::date(2027, 1, 1)],
        sites: vec!["Berlin".into()],
        ..before
    };
    assert_eq!(program(&test).await.unwrap(), expected);
}

fn file(name: &str, cycles: u8) -> Declared {
    Declared {
        settings: Settings {
            name: name.into(),
            owners: vec!["U1".into()],
            cycles,
            ..Settings::default()
        },
        names: ["name", "owners", "cycles"].map(str::to_owned).to_vec(),
        editable: true,
    }
}

async fn reads(test: &FeatureTest, file: &Declared) {
    let mut tx = test.tx().await;
    setup::from_file(&mut tx, file).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn an_editable_file_is_the_beginning_and_what_owners_change_stands_above_it() {
    let mut test = fresh(true).await;
    reads(&test, &file("From the file", 6)).await;
    let edit = Action::EditSettings(Part::WhatAndWho);
    let form = test.press("U1", edit.clone()).await.unwrap();
    assert!(
        shown(&form).contains("As in the server's program.toml: name and owners."),
        "{}",
        shown(&form)
    );
    let words = |typed: &str| Answer::Text(typed.into());
    next(&test, &form, &[("name", words("Our own"))]).await;
    // The next start reads the same file.
    reads(&test, &file("From the file", 6)).await;
    assert_eq!(program(&test).await.unwrap().name, "Our own");
    let form = test.press("U1", edit).await.unwrap();
    assert!(
        shown(&form).contains("program.toml: owners."),
        "{}",
        shown(&form)
    );
    // Another line changes in it, and then this one.
    reads(&test, &file("From the file", 9)).await;
    let settings = program(&test).await.unwrap();
    assert_eq!((settings.name.as_str(), settings.cycles), ("Our own", 9));
    test.pass(jiff::SignedDuration::from_hours(1)).await;
    reads(&test, &file("Renamed", 9)).await;
    assert_eq!(program(&test).await.unwrap().name, "Renamed");
    test.pass(jiff::SignedDuration::from_hours(72)).await;
    let told = test.messages("U1").await;
    let told: Vec<String> = told.iter().map(render).collect();
    insta::assert_snapshot!(told.join("\n---\n"), @r"
    The program's settings have changed with the server's program.toml.
    • A pair meets for: 9 months, until now 6 months
    ---
    The program's settings have changed with the server's program.toml.
    • Name: Renamed, until now Our own
    ---
    Renamed: nobody has joined yet. People join with `/reverse-mentor join`; a few words from you, in a channel they read, will do more than anything I could post.
    [ Announce it ]
    · Only the program's owners see this, each without their own pairs. It never includes what people wrote, or anyone's reasons.
    ");
    // The operator takes the line out: the file is all there is.
    let locked = Declared {
        editable: false,
        ..file("Renamed", 3)
    };
    reads(&test, &locked).await;
    let refused = test.command("U1", "setup").await.unwrap();
    assert!(render(&refused.say.unwrap()).contains("program.toml"));
}

/// Fewer stages in the file, and a larger gap from Slack: neither is wrong, and they don't fit together.
#[tokio::test]
async fn owners_read_that_what_they_changed_does_not_fit_with_the_file() {
    let mut test = fresh(true).await;
    let first = file("Ours", 6);
    reads(&test, &first).await;
    let mut tx = test.tx().await;
    let wide = Settings {
        stage_gap: 5,
        ..first.settings.clone()
    };
    programs::save(&mut tx, &wide, false).await.unwrap();
    tx.commit().await.unwrap();
    let mut fewer = first.clone();
    fewer.settings.stages = ["Junior", "Middle", "Senior"].map(str::to_owned).to_vec();
    fewer.names.push("stages".into());
    reads(&test, &fewer).await;
    assert_eq!(
        program(&test).await.unwrap().stage_gap,
        first.settings.stage_gap
    );
    test.pass(jiff::SignedDuration::from_hours(24)).await;
    let told = test.messages("U1").await;
    insta::assert_snapshot!(render(&told[0]), @r"
    The program's settings are all as in the server's program.toml again. It has changed, and what was changed in Slack doesn't fit with it.
    • Stages between a mentor and a mentee: at least 2, until now at least 5
    • Career stages: 2 added, 6 removed
    ");
}
