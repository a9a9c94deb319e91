//! An invitation that nobody answers ends by itself, and the inviter hears of it.

use super::*;
use crate::store::programs;
use crate::store::rounds::Origin;
use jiff::Timestamp;

#[tokio::test]
async fn an_inviter_on_a_break_hears_when_they_are_back() {
    let mut test = FeatureTest::program(settings()).await;
    let id = invited(&test).await;
    answer(&test, id, false).await;
    test.pauses("USAM", "open").await;
    test.pass(SignedDuration::from_hours(24 * 40)).await;
    assert_eq!(test.count("USAM", "didn't work out").await, 0);
    test.command("USAM", "resume").await.unwrap();
    test.pass(SignedDuration::from_hours(24 * 4)).await;
    assert_eq!(test.count("USAM", "didn't work out").await, 1);
    test.pass(SignedDuration::from_hours(24 * 4)).await;
    assert_eq!(test.count("USAM", "didn't work out").await, 1);
}

/// After a month, a silence is erased and a no is kept; what the inviter hears must not depend on that.
#[tokio::test]
async fn a_silence_and_a_no_are_heard_alike_after_a_long_break() {
    for says_no in [true, false] {
        let mut test = FeatureTest::program(settings()).await;
        let id = invited(&test).await;
        if says_no {
            answer(&test, id, false).await;
        }
        test.pauses("USAM", "open").await;
        test.pass(SignedDuration::from_hours(24 * 40)).await;
        let mut tx = test.tx().await;
        crate::features::retention::daily(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        test.command("USAM", "resume").await.unwrap();
        test.pass(SignedDuration::from_hours(24 * 4)).await;
        assert_eq!(test.count("USAM", "didn't work out").await, 1, "{says_no}");
        let mut tx = test.tx().await;
        crate::features::retention::daily(&mut tx).await.unwrap();
        let kept = invitations::find(&mut tx, id).await.unwrap();
        assert_eq!(kept.is_some(), says_no, "only a no is kept");
        tx.rollback().await;
    }
}

#[tokio::test]
async fn two_whom_no_owner_looks_at_hear_after_four_weeks_and_are_free_again() {
    let mut test = FeatureTest::program(settings()).await;
    let id = invited(&test).await;
    let unknown = Profile {
        manager: None,
        ..junior()
    };
    test.takes_part("UMIA", unknown).await;
    answer(&test, id, true).await;
    test.pass(SignedDuration::from_hours(24 * 30)).await;
    for user in ["USAM", "UMIA"] {
        let told = test.messages(user).await;
        let told = told.last().map(render).unwrap_or_default();
        assert!(
            told.contains("won't be a pair")
                || told.contains("not this time")
                || told.contains("work out"),
            "{told}"
        );
    }
    let mut tx = test.tx().await;
    assert!(
        rounds::held(&mut tx, Origin::Invite)
            .await
            .unwrap()
            .is_empty()
    );
    tx.rollback().await;
}

/// An owner ends the program's break weeks before its day.
#[tokio::test]
async fn an_inviter_hears_soon_after_a_break_that_ends_early() {
    let mut test = FeatureTest::program(settings()).await;
    let id = invited(&test).await;
    answer(&test, id, false).await;
    program_rests_until(&test, Some(test.now + SignedDuration::from_hours(24 * 60))).await;
    test.pass(SignedDuration::from_hours(24 * 20)).await;
    assert_eq!(test.count("USAM", "didn't work out").await, 0);
    program_rests_until(&test, None).await;
    test.pass(SignedDuration::from_hours(24 * 4)).await;
    assert_eq!(test.count("USAM", "didn't work out").await, 1);
}

async fn program_rests_until(test: &FeatureTest, until: Option<Timestamp>) {
    let mut tx = test.tx().await;
    programs::set_break(&mut tx, until).await.unwrap();
    tx.commit().await.unwrap();
}
