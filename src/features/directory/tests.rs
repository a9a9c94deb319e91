mod away_again;
mod contacts;
mod news_again;
mod own_pairs;
mod questions;
mod refused_again;

use crate::domain::ids::{CheckinId, RoundId};
use crate::domain::key::Key;
use crate::domain::participant::{PersonInSlack, Standing};
use crate::domain::program::Settings;
use crate::domain::timer::Timer;
use crate::slack::event::{Action, Event};
use crate::store::invitations::State;
use crate::store::outbox::{self, Head, Lane, To, What};
use crate::store::{Tx, invitations, pairs, participants, people, timers, workspaces};
use crate::testing;
use crate::testing::feature_test::{FeatureTest, render};
use crate::testing::outgoing;
use jiff::SignedDuration;
use std::collections::BTreeMap;

fn person(user: &str, full_member: bool, deleted: bool) -> PersonInSlack {
    PersonInSlack {
        full_member,
        deleted,
        ..testing::people::person(user, None)
    }
}

/// Slack answers our question.
async fn slack_says(test: &FeatureTest, person: PersonInSlack) {
    let mut tx = test.tx().await;
    crate::router::person_answered(&mut tx, &person)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

async fn standing(test: &FeatureTest, user: &str) -> Standing {
    let mut tx = test.tx().await;
    let found = participants::standing(&mut tx, &user.into()).await.unwrap();
    tx.rollback().await;
    found.unwrap()
}

async fn asked(test: &FeatureTest) -> Vec<What> {
    let mut tx = test.tx().await;
    let waiting = outgoing::waiting(&mut tx).await;
    tx.rollback().await;
    waiting
        .into_iter()
        .filter(|what| !matches!(what, What::Post { .. }))
        .collect()
}

/// Slack refuses a message that is queued for `to`.
async fn fails(test: &FeatureTest, to: To, number: i64, error: &str) {
    let mut tx = test.tx().await;
    let lane = What::Post {
        to: to.clone(),
        message: "Hello".into(),
        chart: None,
        reservation: None,
        passes_on: None,
    }
    .lane();
    let key = Key::Checkin(CheckinId(number));
    outbox::post(
        &mut tx,
        to,
        outbox::Kind::Digest,
        &key,
        "Hello".into(),
        None,
    )
    .await
    .unwrap();
    let hello = |head: &Head| matches!(&head.delivery.what, What::Post { message, .. } if message.text == "Hello");
    outgoing::refused(&mut tx, hello, error).await;
    super::undeliverable(&mut tx, &lane, error).await.unwrap();
    crate::router::happenings(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn asks_about_few_one_by_one_and_about_many_at_once() {
    let test = FeatureTest::new(Settings::default()).await;
    for n in 1..=3 {
        test.joins(&format!("U{n}"), "mentor", "Early career").await;
    }
    test.run_due().await;
    assert_eq!(asked(&test).await.len(), 3);
    // The same again within the hour asks nothing new.
    test.joins("U1", "either", "Senior").await;
    test.run_due().await;
    assert_eq!(asked(&test).await.len(), 3);

    let many = FeatureTest::new(Settings::default()).await;
    for n in 1..=21 {
        many.joins(&format!("U{n}"), "mentor", "Early career").await;
    }
    many.run_due().await;
    assert_eq!(asked(&many).await, [What::ListUsers { cursor: None }]);
}

#[tokio::test]
async fn asks_again_after_a_week_and_never_stops_looking() {
    let mut test = FeatureTest::new(Settings::default()).await;
    test.joins("U1", "mentor", "Early career").await;
    test.seen("U1", "Europe/Berlin").await;
    test.pass(SignedDuration::from_hours(24 * 6)).await;
    assert_eq!(asked(&test).await, []);
    test.pass(SignedDuration::from_hours(24 * 2)).await;
    assert_eq!(asked(&test).await, [What::LookUp { user: "U1".into() }]);
    let mut tx = test.tx().await;
    assert!(
        timers::due(&mut tx, &Timer::Directory)
            .await
            .unwrap()
            .is_some()
    );
    tx.rollback().await;
}

#[tokio::test]
async fn a_guest_is_out_with_a_kind_word_and_back_again() {
    let test = FeatureTest::new(Settings::default()).await;
    test.joins("U1", "mentor", "Early career").await;
    slack_says(&test, person("U1", false, false)).await;
    slack_says(&test, person("U1", false, false)).await;
    assert_eq!(standing(&test, "U1").await, Standing::Ineligible);
    let messages = test.messages("U1").await;
    assert_eq!(messages.len(), 1);
    insta::assert_snapshot!(render(&messages[0]), @"Slack tells me that yours is a guest account now. The reverse mentoring program is for full members, so you're out of it for the time being. Thank you for being part of it. If that changes within 90 days from then, you're back in without doing anything. After that I've forgotten your profile, and you can join again. If you'd rather not come back, `/reverse-mentor leave` is enough. `/reverse-mentor support` shows who you can talk to.");
    slack_says(&test, person("U1", true, false)).await;
    slack_says(&test, person("U1", true, false)).await;
    assert_eq!(standing(&test, "U1").await, Standing::Active);
    let messages = test.messages("U1").await;
    assert_eq!(messages.len(), 2);
    insta::assert_snapshot!(render(&messages[1]), @"
    Welcome back. Slack tells me that you're a full member again, so you're back in reverse mentoring with the profile you had. I'm looking for a partner for you. If it no longer fits, or you'd rather not take part, that's fine too.
    [ Look at my profile ]  [ Leave ]
    · Only you can see this.
    ");
}

/// Slack tells us about everybody in the workspace. Only people in the program are stored, and no longer than they are in it.
#[tokio::test]
async fn of_strangers_nothing_is_kept() {
    let test = FeatureTest::new(Settings {
        owners: vec!["UBOSS".into()],
        ..Settings::default()
    })
    .await;
    test.joins("U1", "mentee", "Director").await;
    test.command("U1", "invite <@U2>").await.unwrap();
    for user in ["U1", "U2", "U3", "UBOSS"] {
        slack_says(&test, person(user, true, false)).await;
    }
    let admin = PersonInSlack {
        admin: true,
        ..person("UADMIN", true, false)
    };
    slack_says(&test, admin).await;
    let kept = async |tx: &mut Tx| {
        let mut kept = Vec::new();
        for user in ["U1", "U2", "U3", "UBOSS", "UADMIN"] {
            if people::find(tx, &user.into()).await.unwrap().is_some() {
                kept.push(user);
            }
        }
        kept
    };
    let mut tx = test.tx().await;
    assert_eq!(kept(&mut tx).await, ["U1", "U2", "UBOSS", "UADMIN"]);
    for invitation in invitations::of(&mut tx, &"U2".into()).await.unwrap() {
        invitations::answer(&mut tx, invitation.id, State::Declined)
            .await
            .unwrap();
    }
    people::prune(&mut tx, &["UBOSS".into()]).await.unwrap();
    assert_eq!(kept(&mut tx).await, ["U1", "UBOSS", "UADMIN"]);
    tx.rollback().await;
    // Erased data stays erased, whatever Slack tells us later.
    test.press("U1", Action::EraseMine).await.unwrap();
    slack_says(&test, person("U1", true, false)).await;
    let mut tx = test.tx().await;
    assert_eq!(kept(&mut tx).await, ["U2", "UBOSS", "UADMIN"]);
    tx.rollback().await;
}

/// A deactivated account that comes back has its old standing.
#[tokio::test]
async fn coming_back_changes_nothing_about_where_one_stood() {
    let mut test = FeatureTest::new(Settings {
        round_schedule: "0 10 1 1 *".into(),
        ..Settings::default()
    })
    .await;
    for user in ["U1", "U2", "U3", "U4", "U5"] {
        test.joins(user, "mentor", "Early career").await;
    }
    test.joins("U6", "mentee", "Director").await;
    test.command("U1", "pause until 2026-04-01").await.unwrap();
    test.pauses("U2", "open").await;
    test.command("U3", "pause until 2026-03-04").await.unwrap();
    let mut tx = test.tx().await;
    // U4 has finished, U5 has a partner.
    for user in ["U4", "U5"] {
        participants::set_waiting(&mut tx, &user.into(), None)
            .await
            .unwrap();
    }
    let both = (&"U5".into(), &"U6".into());
    pairs::create(&mut tx, RoundId(1), both, &[], 6)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let everybody = ["U1", "U2", "U3", "U4", "U5"];
    for user in everybody {
        slack_says(&test, person(user, false, true)).await;
        assert_eq!(standing(&test, user).await, Standing::Ineligible);
    }
    test.pass(SignedDuration::from_hours(24 * 3)).await;
    let mut told = Vec::new();
    for user in everybody {
        slack_says(&test, person(user, true, false)).await;
        let mut tx = test.tx().await;
        let me = participants::find(&mut tx, &user.into())
            .await
            .unwrap()
            .unwrap();
        tx.rollback().await;
        let words = render(test.messages(user).await.last().unwrap());
        let words = words.split("you had. ").last().unwrap().lines().take(2);
        let words = words.collect::<Vec<_>>().join("\n");
        let waits = me.waiting_since.is_some();
        told.push(format!("{user} {} {waits}\n{words}", me.standing.as_str()));
    }
    insta::assert_snapshot!(told.join("\n"), @"
    U1 paused true
    Your break is as you set it, and `/reverse-mentor status` says how you stand. If it no longer fits, or you'd rather not take part, that's fine too.
    [ Look at my profile ]  [ Leave ]
    U2 paused true
    Your break is as you set it, and `/reverse-mentor status` says how you stand. If it no longer fits, or you'd rather not take part, that's fine too.
    [ Look at my profile ]  [ Leave ]
    U3 active true
    I'm looking for a partner for you. If it no longer fits, or you'd rather not take part, that's fine too.
    [ Look at my profile ]  [ Leave ]
    U4 active false
    I won't look for a partner for you until you ask me to. If it no longer fits, or you'd rather not take part, that's fine too.
    [ Find me a partner ]  [ Look at my profile ]  [ Leave ]
    U5 active true
    I'm looking for a partner for you. If it no longer fits, or you'd rather not take part, that's fine too.
    [ Look at my profile ]  [ Leave ]
    ");
    test.pass(SignedDuration::from_hours(24 * 30)).await;
    assert_eq!(standing(&test, "U1").await, Standing::Active, "on its day");
    assert_eq!(standing(&test, "U2").await, Standing::Paused);
}

#[tokio::test]
async fn a_deactivated_person_is_out_without_a_message() {
    let test = FeatureTest::new(Settings::default()).await;
    test.joins("U1", "mentor", "Early career").await;
    test.seen("U1", "Europe/Berlin").await;
    slack_says(&test, person("U1", true, true)).await;
    assert_eq!(standing(&test, "U1").await, Standing::Ineligible);
    assert_eq!(test.messages("U1").await, []);
    // Slack omits the zone, so the last known one stays.
    let mut tx = test.tx().await;
    let known = people::find(&mut tx, &"U1".into()).await.unwrap();
    tx.rollback().await;
    assert_eq!(known.unwrap().zone.as_deref(), Some("Europe/Berlin"));
    // A person who left by choice is not brought back.
    test.joins("U2", "mentor", "Early career").await;
    test.submits("U2", crate::slack::event::Form::Leave, BTreeMap::new())
        .await
        .unwrap();
    slack_says(&test, person("U2", true, false)).await;
    assert_eq!(standing(&test, "U2").await, Standing::Left);
}

#[tokio::test]
async fn owners_hear_of_failures_once_a_day_with_the_mend() {
    let mut test = FeatureTest::new(Settings {
        owners: vec!["UBOSS".into()],
        // No rounds and no weekly companion during the test.
        round_schedule: "0 10 1 1 *".into(),
        digest_schedule: "0 10 1 1 *".into(),
        ..Settings::default()
    })
    .await;
    fails(&test, To::Channel("C1".into()), 1, "is_archived").await;
    test.run_due().await;
    let messages = test.messages("UBOSS").await;
    insta::assert_snapshot!(render(&messages[0]), @"
    *Some messages couldn't be delivered.* What was in them stays private. Here's who they were for:
    • the digest for <#C1>: the channel is archived. Unarchive it, or pick another in `/reverse-mentor setup`.
    · Only the program's owners see this, at most once a day.
    ");
    // The next failure of the day waits for tomorrow; both failures are in one note.
    test.pass(SignedDuration::from_mins(1)).await;
    fails(&test, To::Channel("C1".into()), 2, "not_in_channel").await;
    fails(&test, To::Person("U5".into()), 5, "user_disabled").await;
    assert!(
        asked(&test)
            .await
            .contains(&What::LookUp { user: "U5".into() })
    );
    test.pass(SignedDuration::from_hours(20)).await;
    assert_eq!(test.messages("UBOSS").await.len(), 1);
    test.pass(SignedDuration::from_hours(24 * 5)).await;
    let messages = test.messages("UBOSS").await;
    assert_eq!(messages.len(), 2);
    let note = render(&messages[1]);
    assert!(
        note.contains("the digest for <#C1>: I'm not in the channel.") && note.contains("<@U5>"),
        "{note}"
    );
}

#[tokio::test]
async fn an_owner_slack_will_not_deliver_to_makes_no_circle() {
    let mut test = FeatureTest::new(Settings {
        owners: vec!["UBOSS".into(), "U2".into()],
        // No rounds and no weekly companion during the test.
        round_schedule: "0 10 1 1 *".into(),
        digest_schedule: "0 10 1 1 *".into(),
        ..Settings::default()
    })
    .await;
    fails(&test, To::Person("UBOSS".into()), 1, "user_disabled").await;
    test.pass(SignedDuration::from_hours(24 * 5)).await;
    let notes = test.told().await;
    assert_eq!(notes.matches("── UBOSS (companion)").count(), 0);
    assert_eq!(notes.matches("── U2 (companion)").count(), 1);
}

#[tokio::test]
async fn somebody_slack_does_not_know_is_out() {
    let test = FeatureTest::new(Settings::default()).await;
    test.joins("U1", "mentor", "Early career").await;
    let mut tx = test.tx().await;
    super::undeliverable(&mut tx, &Lane::LookUp("U1".into()), "ratelimited")
        .await
        .unwrap();
    super::undeliverable(&mut tx, &Lane::Home("U1".into()), "user_not_found")
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(standing(&test, "U1").await, Standing::Active);
    let mut tx = test.tx().await;
    super::undeliverable(&mut tx, &Lane::LookUp("U1".into()), "user_not_found")
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(standing(&test, "U1").await, Standing::Ineligible);
}

#[tokio::test]
async fn slack_is_asked_whether_the_app_was_really_removed() {
    let test = FeatureTest::new(Settings::default()).await;
    test.event(Event::Uninstalled).await.unwrap();
    test.event(Event::Uninstalled).await.unwrap();
    assert_eq!(asked(&test).await, [What::CheckToken]);
    let mut tx = test.tx().await;
    assert!(workspaces::find(&mut tx).await.unwrap().unwrap().installed);
    tx.rollback().await;
}

#[tokio::test]
async fn a_break_goes_on_for_somebody_who_was_deactivated_during_it() {
    use crate::domain::timer::Timer;
    use crate::testing::people::{junior, person};
    for (length, asked_after) in [("open", 43), ("4", 29)] {
        let mut test = FeatureTest::new(Settings::default()).await;
        test.takes_part("U1", junior()).await;
        test.pauses("U1", length).await;
        let mut gone = person("U1", Some("UTC"));
        gone.deleted = true;
        test.slack_answers(gone).await;
        // For longer than it takes until they are asked, or for less than their break.
        let away = if length == "open" { 60 } else { 10 };
        test.pass(SignedDuration::from_hours(24 * away)).await;
        test.slack_answers(person("U1", Some("UTC"))).await;
        let mut tx = test.tx().await;
        let timer = Timer::PauseEnds("U1".into());
        let due = timers::due(&mut tx, &timer).await.unwrap();
        tx.rollback().await;
        let left = due.expect("a next step").duration_since(test.now);
        assert!(
            left < SignedDuration::from_hours(24 * asked_after),
            "{left}"
        );
    }
}
