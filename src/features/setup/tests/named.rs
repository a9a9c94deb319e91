//! People whom the settings name before Slack has told us of them.

use super::{form, fresh, program, shown, submit};
use crate::domain::participant::PersonInSlack;
use crate::domain::settings_part::Part;
use crate::slack::event::{Answer, Form};
use crate::store::people;
use crate::testing::people::person;

/// Owners and the support contact are looked up before they are stored: none of them is a bot, a guest or a stranger.
#[tokio::test]
async fn the_people_the_settings_name_are_looked_up_first() {
    let test = fresh(true).await;
    let mut answers = form(&test, "U1").await;
    answers.insert(
        "owners".into(),
        Answer::Users(vec!["U1".into(), "U2".into(), "UAPP".into()]),
    );
    answers.insert("support_contact".into(), Answer::User("UAPP".into()));
    let reply = submit(&test, "U1", answers.clone()).await;
    assert!(shown(&reply).contains("One moment: I'm asking Slack about <@U2> and <@UAPP>."));
    let saved = program(&test).await.unwrap();
    assert_eq!(
        (saved.owners, saved.support_contact),
        (vec!["U1".into()], None)
    );
    test.seen("U2", "UTC").await;
    let app = PersonInSlack {
        full_member: false,
        ..person("UAPP", None)
    };
    test.slack_answers(app).await;
    let saved = program(&test).await.unwrap();
    assert_eq!(saved.owners, ["U1".into(), "U2".into()]);
    assert_eq!(saved.support_contact, None);
    assert_eq!(test.count("U1", "an owner of the program now").await, 1);
    assert_eq!(test.count("U1", "<@UAPP> can't be an owner").await, 1);
    assert_eq!(
        test.count("U1", "<@UAPP> can't be the support contact")
            .await,
        1
    );
    assert!(test.messages("UAPP").await.is_empty());
    // Once Slack has said so, the field says it, and nothing is saved.
    let reply = submit(&test, "U1", answers).await;
    let fields: Vec<&str> = reply.errors.iter().map(|(field, _)| *field).collect();
    assert_eq!(fields, ["owners", "support_contact"]);
    // An asker who has lost the right meanwhile changes nothing.
    let mut answers = form(&test, "U2").await;
    answers.insert("support_contact".into(), Answer::User("U3".into()));
    submit(&test, "U2", answers).await;
    let left = PersonInSlack {
        deleted: true,
        full_member: false,
        ..person("U2", None)
    };
    test.slack_answers(left).await;
    test.seen("U3", "UTC").await;
    assert_eq!(program(&test).await.unwrap().support_contact, None);
}

/// An owner who names only a successor stays one until Slack has answered, and reads so.
#[tokio::test]
async fn who_stands_in_for_an_owner_to_come_reads_so() {
    let test = fresh(true).await;
    let answers = form(&test, "U1").await;
    submit(&test, "U1", answers).await;
    let mut answers = form(&test, "U1").await;
    for (named, says) in [
        (vec!["U1".into(), "U2".into()], false),
        (vec!["U3".into()], true),
    ] {
        answers.insert("owners".into(), Answer::Users(named));
        let saved = shown(&submit(&test, "U1", answers.clone()).await);
        assert!(saved.contains("One moment"), "{saved}");
        assert_eq!(saved.contains("you're an owner yourself"), says, "{saved}");
        assert_eq!(program(&test).await.unwrap().owners, ["U1".into()]);
    }
}

/// Slack answers about two of them between the first step and the last.
#[tokio::test]
async fn who_is_barred_since_an_earlier_step_is_left_out() {
    let test = fresh(true).await;
    let mut answers = form(&test, "U1").await;
    let owners = Answer::Users(vec!["U1".into(), "U2".into()]);
    answers.insert("owners".into(), owners);
    answers.insert("support_contact".into(), Answer::User("UGUEST".into()));
    let mut last = None;
    for part in Part::STEPS {
        let step = test.submits("U1", Form::SetupStep(part), answers.clone());
        last = Some(step.await.unwrap());
        if part == Part::WhatAndWho {
            for (user, deleted) in [("U2", true), ("UGUEST", false)] {
                let barred = PersonInSlack {
                    deleted,
                    full_member: false,
                    ..person(user, None)
                };
                let mut tx = test.tx().await;
                people::save(&mut tx, &barred).await.unwrap();
                tx.commit().await.unwrap();
            }
        }
    }
    let saved = program(&test).await.unwrap();
    assert_eq!(
        (saved.owners, saved.support_contact),
        (vec!["U1".into()], None)
    );
    let said = shown(&last.unwrap());
    assert!(said.contains("<@U2> can't be an owner"), "{said}");
    let contact = "<@UGUEST> can't be the support contact";
    assert!(said.contains(contact), "{said}");
    assert!(test.messages("U2").await.is_empty());
    assert!(test.messages("UGUEST").await.is_empty());
}
