//! People who are away or out: on a break, and those of whom Slack once said that they cannot take part.

use super::*;
use crate::store::digests;
use crate::store::outbox::Kind;
use jiff::SignedDuration;

const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// An edit is no new break: its pair stays on the owners' list.
#[tokio::test]
async fn a_profile_edited_on_a_break_leaves_its_beginning() {
    let mut test = FeatureTest::program(crate::testing::people::settings()).await;
    test.introduced().await;
    test.pauses("UMIA", "open").await;
    let paused = test.now;
    test.now += HOUR * 24 * 30;
    let form = test.command("UMIA", "profile").await.unwrap();
    let answers = fill(&form.modal.unwrap().view());
    assert_eq!(submit(&test, "UMIA", answers).await.errors, []);
    let listed = async |test: &FeatureTest| {
        let mut tx = test.tx().await;
        digests::away(&mut tx, paused).await.unwrap().len()
    };
    assert_eq!(listed(&test).await, 1);
    // Nor is it one to choose the same again.
    test.pauses("UMIA", "open").await;
    assert_eq!(listed(&test).await, 1);
    test.pauses("UMIA", "2").await;
    test.pauses("UMIA", "open").await;
    assert_eq!(listed(&test).await, 1, "another end, the same break");
}

async fn is_asked_about(test: &FeatureTest, user: &str) -> bool {
    let queued = test.queued().await.into_iter();
    let mut open = queued.filter(|row| row.expires.is_none_or(|at| at > test.now));
    open.any(|row| row.kind == Kind::Lookup && row.lane.ends_with(user))
}

/// What Slack said an hour ago may have changed, and the news of it may be lost: whoever wants to join is asked about again.
#[tokio::test]
async fn who_was_barred_is_asked_about_again_when_they_want_to_join() {
    for left in [false, true] {
        let mut test = FeatureTest::new(Settings::default()).await;
        test.joins("U1", "mentor", "Early career").await;
        let answers = form(&test, "U1").await;
        if left {
            test.standing("U1", Standing::Left).await;
        }
        let guest = PersonInSlack {
            full_member: false,
            ..person("U1", None)
        };
        test.slack_answers(guest).await;
        let said = async |test: &FeatureTest| {
            let reply = test.command("U1", "join").await.unwrap();
            render(&reply.say.unwrap())
        };
        let told = said(&test).await;
        assert!(
            told.contains("for full members") && !told.contains("One moment"),
            "{told}"
        );
        test.pass(HOUR * 2).await;
        assert!(!is_asked_about(&test, "U1").await);
        let told = said(&test).await;
        insta::allow_duplicates! {
            insta::assert_snapshot!(told, @"One moment: this program is for full members of the workspace, and Slack told me that you're a guest or an app. I'm asking Slack again now. You'll get a direct message with the result; there's nothing else to do.");
        }
        // What they filled in stays.
        let (field, told) = submit(&test, "U1", answers).await.errors.remove(0);
        assert!(field == "role" && told.contains("One moment"), "{told}");
        test.pass(HOUR / 60).await;
        assert!(is_asked_about(&test, "U1").await);
        test.seen("U1", "UTC").await;
        let stands = if left {
            Standing::Left
        } else {
            Standing::Active
        };
        let mut tx = test.tx().await;
        let me = participants::standing(&mut tx, &"U1".into()).await;
        assert_eq!(me.unwrap(), Some(stands));
        tx.rollback().await;
        let told = if left {
            "so you can take part"
        } else {
            "you're back in the program"
        };
        assert_eq!(test.count("U1", told).await, 1);
        assert!(test.command("U1", "join").await.unwrap().modal.is_some());
    }
}

/// Slack says the same as before, or nothing at all: they hear that, too.
#[tokio::test]
async fn whoever_waits_for_slacks_word_hears_it_in_any_case() {
    for (answers, told) in [
        (true, "your account is a guest or an app"),
        (false, "Slack hasn't told me by now"),
    ] {
        let mut test = FeatureTest::new(Settings::default()).await;
        let guest = || PersonInSlack {
            full_member: false,
            ..person("U1", None)
        };
        test.joins("U1", "mentor", "Early career").await;
        test.standing("U1", Standing::Left).await;
        test.slack_answers(guest()).await;
        test.pass(HOUR * 2).await;
        test.command("U1", "join").await.unwrap();
        assert_eq!(test.count("U1", told).await, 0);
        if answers {
            test.slack_answers(guest()).await;
        } else {
            test.pass(HOUR * 2).await;
        }
        assert_eq!(test.count("U1", told).await, 1, "{told}");
    }
}

/// What Slack said is in doubt until it answers, which is no day to read of.
#[tokio::test]
async fn nobody_reads_that_slack_spoke_in_1970() {
    use crate::store::people;
    use crate::store::personal_data::{self, Value};
    let test = FeatureTest::new(Settings::default()).await;
    test.joins("U1", "mentor", "Early career").await;
    test.seen("U1", "UTC").await;
    let spoke = async |tx: &mut crate::store::Tx| {
        let mine = personal_data::read(tx, &"U1".into()).await.unwrap();
        let facts = mine.sections.into_iter().flat_map(|one| one.facts);
        let mut spoke = facts.filter(|fact| fact.label == "Slack said so");
        spoke.next().map(|fact| fact.value)
    };
    let mut tx = test.tx().await;
    assert_eq!(spoke(&mut tx).await, Some(Value::Day(test.now)));
    people::doubt(&mut tx, &"U1".into()).await.unwrap();
    assert_eq!(spoke(&mut tx).await, None);
}
