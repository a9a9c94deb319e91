//! The other owners hear what one of them changed.

use super::super::changes::lines;
use super::*;
use crate::domain::declared::Declared;
use crate::domain::participant::PersonInSlack;
use crate::domain::recipes::Recipe;
use crate::domain::wording::Wording;
use crate::features::setup;
use crate::store::outbox::To;
use jiff::SignedDuration;

/// A program of `U1` and `U2`, who has long read that they are an owner.
async fn of_two() -> FeatureTest {
    let test = fresh(true).await;
    test.seen("U2", "Europe/Berlin").await;
    let answers = edited(&test).await;
    submit(&test, "U1", answers).await;
    let both = Settings {
        owners: vec!["U1".into(), "U2".into()],
        ..program(&test).await.unwrap()
    };
    let mut tx = test.tx().await;
    programs::save(&mut tx, &both, false).await.unwrap();
    tx.commit().await.unwrap();
    test
}

/// Sets a program up, with `U2` as another owner and `U3` as the support contact, of whom Slack has told us.
async fn begun() -> FeatureTest {
    let test = fresh(true).await;
    test.seen("U2", "Europe/Berlin").await;
    test.seen("U3", "Europe/Berlin").await;
    let mut answers = form(&test, "U1").await;
    let owners = Answer::Users(vec!["U1".into(), "U2".into()]);
    answers.insert("owners".into(), owners);
    answers.insert("support_contact".into(), Answer::User("U3".into()));
    submit(&test, "U1", answers).await;
    test
}

#[tokio::test]
async fn whom_somebody_names_when_they_set_up_hear_what_they_are() {
    let test = begun().await;
    assert!(test.messages("U1").await.is_empty(), "they know");
    let owner = test.messages("U2").await;
    assert_eq!(owner.len(), 1);
    insta::assert_snapshot!(render(&owner[0]), @"
    <@U1> has set up *Reverse mentoring*, and you're one of its owners.
    Before anyone is introduced, I'll ask you owners to look over the matches. My Home tab shows the program at a glance, and never what people write. `/reverse-mentor help` shows what else you can do.
    ");
    let contact = test.messages("U3").await;
    assert_eq!(contact.len(), 1);
    insta::assert_snapshot!(render(&contact[0]), @"
    <@U1> has named you the support contact of *Reverse mentoring*.
    People in the program may write to you about anything that troubles them there, and owners may ask you to look after a pair. There's nothing to do until then. If it's not for you, please tell <@U1>.
    ");
}

#[tokio::test]
async fn a_support_contact_hears_so_once_and_so_does_the_next_one() {
    let mut test = begun().await;
    test.seen("U4", "Asia/Tokyo").await;
    for contact in ["U3", "U4"] {
        test.now += SignedDuration::from_mins(1);
        let mut answers = form(&test, "U1").await;
        answers.insert("name".into(), Answer::Text(format!("With {contact}")));
        answers.insert("support_contact".into(), Answer::User(contact.into()));
        submit(&test, "U1", answers).await;
    }
    let words = "named you the support contact";
    assert_eq!(test.count("U3", words).await, 1);
    assert_eq!(test.count("U4", words).await, 1);
    // An owner reads it among the changes.
    test.now += SignedDuration::from_mins(1);
    let mut answers = form(&test, "U1").await;
    answers.insert("support_contact".into(), Answer::User("U2".into()));
    submit(&test, "U1", answers).await;
    assert_eq!(test.count("U2", words).await, 0);
    assert!(test.count("U2", "Support contact: <@U2>").await > 0);
    let queued = test.queued().await.into_iter();
    let unread = queued.filter(|row| row.lane == "U4" && row.unsent);
    assert_eq!(unread.count(), 1, "it waited for the morning in Tokyo");
}

async fn edited(test: &FeatureTest) -> BTreeMap<String, Answer> {
    let mut answers = form(test, "U1").await;
    answers.remove("support_contact");
    answers
}

#[tokio::test]
async fn one_message_says_in_a_line_each_what_changed() {
    let test = of_two().await;
    let mut answers = edited(&test).await;
    answers.insert("round_often".into(), Answer::One("first_of_month".into()));
    answers.insert(
        "purpose".into(),
        Answer::Text("Nobody else's business".into()),
    );
    answers.insert("approval".into(), Answer::One("no".into()));
    answers.insert("holidays".into(), Answer::Text("2026-05-01".into()));
    let topics = Settings::default().topics;
    let fewer = Answer::Text(format!("{}\nA private joke", topics[2..].join("\n")));
    answers.insert("topics".into(), fewer);
    submit(&test, "U1", answers).await;
    assert!(test.messages("U1").await.is_empty(), "they know");
    let told = test.messages("U2").await;
    assert_eq!(told.len(), 1);
    insta::assert_snapshot!(render(&told[0]), @"
    <@U1> has changed the program's settings.
    • Why we do this: written anew
    • Days off: 1 added
    • Rounds: the first Monday of the month at 10:00 AM, until now every Monday at 10:00 AM
    • Before anyone is introduced: nobody looks over the matches, until now an owner looks over the matches
    • Topics: 1 added, 2 removed
    ");
}

/// Saved in several goes of an evening, it is one message in the morning.
#[tokio::test]
async fn what_is_saved_bit_by_bit_is_read_at_once() {
    let mut test = of_two().await;
    test.pass(SignedDuration::from_hours(13)).await;
    for (field, value) in [
        ("approval", Answer::One("no".into())),
        ("name", Answer::Text("Up and down".into())),
    ] {
        let mut answers = edited(&test).await;
        answers.insert(field.into(), value);
        submit(&test, "U1", answers).await;
    }
    test.pass(SignedDuration::from_hours(24 * 4)).await;
    let sent = test.sent().await.into_iter();
    let theirs = sent.filter(|one| one.to == To::Person("U2".into()) && !one.unsent);
    let notes = theirs.filter(|one| one.text.contains("settings"));
    let read: Vec<String> = notes.map(|one| one.text).collect();
    insta::assert_snapshot!(read.join("\n──\n"), @"
    <@U1> has changed the program's settings.
    • Before anyone is introduced: nobody looks over the matches, until now an owner looks over the matches
    • Name: Up and down, until now Reverse mentoring
    ");
}

#[tokio::test]
async fn nothing_is_said_about_what_reads_the_same() {
    let test = of_two().await;
    let mut answers = edited(&test).await;
    submit(&test, "U1", answers.clone()).await;
    let same = Answer::Text("0 10 * * 1".into());
    answers.insert("round_often".into(), Answer::One("by_expression".into()));
    answers.insert("round_expression".into(), same);
    submit(&test, "U1", answers).await;
    assert_eq!(program(&test).await.unwrap().round_schedule, "0 10 * * 1");
    assert!(test.messages("U2").await.is_empty());
}

#[tokio::test]
async fn an_owner_who_is_taken_out_and_one_who_is_added_hear_so() {
    let test = of_two().await;
    let mut answers = edited(&test).await;
    let owners = Answer::Users(vec!["U1".into(), "U3".into()]);
    answers.insert("owners".into(), owners);
    submit(&test, "U1", answers).await;
    assert_eq!(test.count("U2", "<@U2> removed").await, 1);
    let added = PersonInSlack {
        admin: false,
        ..person("U3", Some("Europe/Berlin"))
    };
    test.slack_answers(added).await;
    assert_eq!(test.count("U3", "Owners: <@U3> added").await, 1);
    assert_eq!(test.count("U2", "added").await, 0, "no owner any more");
}

/// A file that names `U3` as the support contact.
fn with_contact() -> Declared {
    Declared {
        settings: Settings {
            owners: vec!["U1".into()],
            support_contact: Some("U3".into()),
            ..Settings::default()
        },
        names: ["owners", "support_contact"].map(str::to_owned).to_vec(),
        editable: false,
    }
}

#[tokio::test]
async fn a_support_contact_whom_the_file_names_at_first_hears_so() {
    let test = FeatureTest::without_program().await;
    let file = with_contact();
    for _start in 0..2 {
        let mut tx = test.tx().await;
        setup::from_file(&mut tx, &file).await.unwrap();
        tx.commit().await.unwrap();
    }
    let told = test.messages("U3").await;
    assert_eq!(told.len(), 1);
    insta::assert_snapshot!(render(&told[0]), @"
    You're the support contact of *Reverse mentoring* now.
    People in the program may write to you about anything that troubles them there, and owners may ask you to look after a pair. There's nothing to do until then. If it's not for you, please tell one of its owners.
    ");
}

/// A file may name a bot, or somebody whom Slack does not know.
#[tokio::test]
async fn nobody_is_told_so_of_whom_slack_has_not_said_that_they_are_a_colleague() {
    for is_member in [None, Some(false), Some(true)] {
        let mut test = FeatureTest::without_program().await;
        let mut tx = test.tx().await;
        setup::from_file(&mut tx, &with_contact()).await.unwrap();
        tx.commit().await.unwrap();
        test.pass(SignedDuration::from_hours(30)).await;
        assert!(test.reached("U3").await.is_empty());
        if let Some(full_member) = is_member {
            let person = PersonInSlack {
                full_member,
                ..person("U3", Some("UTC"))
            };
            test.slack_answers(person).await;
        }
        test.pass(SignedDuration::from_hours(30)).await;
        let told = usize::from(is_member == Some(true));
        assert_eq!(test.reached("U3").await.len(), told, "{is_member:?}");
    }
}

/// A new setting does not compile here until it has another value, and then it needs a line.
#[test]
fn every_setting_has_a_line() {
    let before = Settings::default();
    let after = Settings {
        name: "Upside down".into(),
        purpose: "Because".into(),
        owners: vec!["U1".into()],
        support_contact: Some("U2".into()),
        digest_channel: Some("C1".into()),
        mentor_circle: Some("C2".into()),
        digest_schedule: "0 9 1 * *".into(),
        time_zone: "Etc/GMT-1".into(),
        work_week: vec![Day::Sun, Day::Mon],
        holidays: vec![jiff::civil::date(2026, 5, 1)],
        cycles: 3,
        stages: vec!["Junior".into(), "Senior".into()],
        stage_gap: 1,
        matching: Matching::Rolling,
        join_until: Some(jiff::civil::date(2026, 3, 20)),
        first_match: Some(jiff::civil::date(2026, 3, 23)),
        least_people: Some(10),
        round_schedule: "every 2 weeks Mon 10:00 from 2026-03-02".into(),
        approval: false,
        minimum_group: 6,
        floor: 30,
        topics: Vec::new(),
        languages: vec!["English".into(), "Chinese".into()],
        departments: before.departments.iter().rev().cloned().collect(),
        sites: vec!["Berlin".into()],
        retention_days: 30,
        recipe: Some(Recipe::Inclusion),
        wording: Wording {
            digest: "Hello".into(),
            ..Wording::default()
        },
    };
    let lines = lines(&before, &after);
    let settings = serde_json::to_value(&after).unwrap();
    assert_eq!(lines.len(), settings.as_object().unwrap().len());
    let lines: Vec<&str> = lines.iter().map(crate::slack::words::Md::as_str).collect();
    insta::assert_snapshot!(lines.join("\n"), @r"
    Name: Upside down, until now Reverse mentoring
    Why we do this: written anew
    Owners: <@U1> added
    Support contact: <@U2>, until now nobody
    Digest channel: <#C1>, until now none
    Mentor circle: <#C2>, until now none
    Time zone: UTC+1 all year (Etc/GMT-1), until now UTC
    Working days: Monday, Sunday, until now Monday, Tuesday, Wednesday, Thursday, Friday
    Days off: 1 added
    Rounds: every 2 weeks on Monday at 10:00 AM, until now every Monday at 10:00 AM
    Last day to join: March 20, 2026, until now no day
    First match: March 23, 2026, until now no day
    Least people for it: 10, until now any number
    Digest: the 1st of every month at 9:00 AM, until now every Monday at 10:00 AM
    A pair meets for: 3 months, until now 6 months
    Stages between a mentor and a mentee: at least 1, until now at least 2
    People are matched: as soon as two people are a good fit, until now together, in rounds
    Before anyone is introduced: nobody looks over the matches, until now an owner looks over the matches
    Smallest group to show a figure for: 6 people, until now 5 people
    Least score of a pair: 30, until now 20
    Texts are kept for: 30 days, until now 90 days
    Career stages: 1 added, 6 removed
    Topics: 16 removed
    Languages: 7 removed
    Departments: in another order
    Sites: 1 added
    Recipe: Inclusion and belonging, until now none
    Your words for the weekly digest: written anew
    ");
    assert_eq!(super::super::changes::lines(&after, &after), []);
}

/// Two owners have the same form open: the later one does not take back what the earlier one saved without reading so.
#[tokio::test]
async fn nobody_takes_back_what_another_owner_saved_meanwhile() {
    let test = FeatureTest::new(Settings {
        owners: vec!["U1".into(), "U2".into()],
        support_contact: Some("UCARA".into()),
        ..Settings::default()
    })
    .await;
    for user in ["U1", "U2", "UCARA", "UDAN"] {
        test.seen(user, "Europe/Berlin").await;
    }
    let mut tx = test.tx().await;
    // In Slack, not in a file.
    let now = programs::find(&mut tx).await.unwrap().unwrap().settings;
    programs::save(&mut tx, &now, false).await.unwrap();
    tx.commit().await.unwrap();
    let open = Action::EditSettings(Part::WhatAndWho);
    let opened = test.press("U1", open.clone()).await.unwrap().modal.unwrap();
    let mut answers = fill(&opened.view());
    answers.insert("name".into(), Answer::Text("Learning upward".into()));

    let meanwhile = test.press("U2", open).await.unwrap().modal.unwrap();
    let mut other = fill(&meanwhile.view());
    other.insert("support_contact".into(), Answer::User("UDAN".into()));
    test.submits("U2", meanwhile.form.clone(), other)
        .await
        .unwrap();

    let asked = test
        .submits("U1", opened.form.clone(), answers.clone())
        .await;
    let asked = asked.unwrap();
    let words = shown(&asked);
    assert!(
        words.contains("Someone else has saved the settings"),
        "{words}"
    );
    assert!(
        words.contains("<@UDAN>") && words.contains("<@UCARA>"),
        "{words}"
    );
    let contact = program(&test).await.unwrap().support_contact;
    assert_eq!(contact, Some("UDAN".into()));
    // Having read it, they keep the other's choice.
    answers.insert("support_contact".into(), Answer::User("UDAN".into()));
    let looked = asked.modal.unwrap().form;
    let again = test.submits("U1", looked, answers.clone()).await.unwrap();
    let again = again.modal.unwrap();
    let saved = match again.form {
        Form::SettingsLooked { .. } => test.submits("U1", again.form, answers).await.unwrap(),
        _ => Reply::modal(*again),
    };
    assert!(!shown(&saved).contains("Someone else"), "{}", shown(&saved));
    let after = program(&test).await.unwrap();
    assert_eq!(after.name, "Learning upward");
    assert_eq!(after.support_contact, Some("UDAN".into()));
}
