use super::*;
use crate::domain::ids::{CheckinId, CycleId, PairId};
use crate::domain::program::Settings;
use crate::md;
use crate::testing::feature_test::FeatureTest;

#[tokio::test]
async fn two_without_a_common_hour_are_not_reached_together() {
    let test = FeatureTest::new(Settings::default()).await;
    test.seen("UANA", "Europe/London").await;
    test.seen("UBO", "Asia/Tokyo").await;
    let people = vec![UserId::from("UANA"), UserId::from("UBO")];
    let nudge = |id| Nudge {
        kind: Kind::NudgeWeek,
        key: Key::Checkin(CheckinId(id)),
        to: To::Pair {
            pair: PairId(1),
            members: people.clone(),
        },
        people: people.clone(),
        message: md!("Hello").into(),
        stale_at: "2026-03-10T00:00:00Z".parse().unwrap(),
        timer: Timer::NudgeWeek(CycleId(1)),
    };
    let mut tx = test.tx().await;
    let apart = send(&mut tx, nudge(1)).await.unwrap();
    assert_eq!(apart, Outcome::Apart);
    tx.commit().await.unwrap();
    // Back home: 9:00 in London is 10:00 in Berlin.
    test.seen("UBO", "Europe/Berlin").await;
    let mut tx = test.tx().await;
    let near = send(&mut tx, nudge(2)).await.unwrap();
    assert_eq!(near, Outcome::Sent);
    tx.commit().await.unwrap();
}

/// Better in the hours of one of two pairs than at night for both.
#[tokio::test]
async fn pairs_who_share_no_hours_are_reached_when_one_of_them_is_at_work() {
    let test = FeatureTest::new(Settings::default()).await;
    let zones = [
        ("UANA", "Europe/London"),
        ("UBO", "Asia/Tokyo"),
        ("UCY", "America/New_York"),
        ("UDA", "America/New_York"),
    ];
    for (user, zone) in zones {
        test.seen(user, zone).await;
    }
    let from: Timestamp = "2026-03-03T00:00:00Z".parse().unwrap();
    let pair = |one: &str, other: &str| [UserId::from(one), UserId::from(other)];
    for (pairs, hour) in [
        (vec![pair("UCY", "UDA")], 14),
        (vec![pair("UANA", "UBO")], 0),
        (vec![pair("UANA", "UBO"), pair("UCY", "UDA")], 14),
        (vec![pair("UANA", "UCY"), pair("UCY", "UDA")], 14),
    ] {
        let mut tx = test.tx().await;
        let at = pairs_at_work(&mut tx, from, &pairs).await.unwrap();
        assert_eq!(at, from + SignedDuration::from_hours(hour), "{pairs:?}");
        tx.rollback().await;
    }
}
