use super::*;
use crate::domain::ids::{CheckinId, PairId};
use crate::domain::participant::Standing;
use crate::domain::program::Settings;
use crate::md;
use crate::testing::feature_test::FeatureTest;
use crate::testing::people::senior;

const ANA: &str = "UANA";
const BO: &str = "UBO";
const PAIR: PairId = PairId(7);
const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// It is 10:00 on a Monday in Berlin.
async fn program() -> FeatureTest {
    let test = FeatureTest::program(Settings::default()).await;
    test.takes_part(ANA, senior()).await;
    test.seen(ANA, "Europe/Berlin").await;
    test
}

async fn tells(test: &FeatureTest, kind: Kind, number: i64) {
    tells_one(test, ANA, kind, Key::Checkin(CheckinId(number))).await;
}

async fn tells_one(test: &FeatureTest, user: &str, kind: Kind, key: Key) {
    let mut tx = test.tx().await;
    let words = md!("News").into();
    tell(&mut tx, &user.into(), kind, &key, words)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// Ana and Bo read the farewell in their group.
async fn says_farewell(test: &FeatureTest) {
    let mut tx = test.tx().await;
    let to = To::Pair {
        pair: PAIR,
        members: vec![ANA.into(), BO.into()],
    };
    let key = Key::EndedBoth(PAIR);
    tell_both(&mut tx, to, &key, md!("Thank you").into())
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// How much reached Ana, or is on its way.
async fn told(test: &FeatureTest) -> usize {
    test.reached(ANA).await.len()
}

async fn told_in(test: &FeatureTest, lane: &str) -> usize {
    test.reached(lane).await.len()
}

#[tokio::test]
async fn news_of_the_night_waits_for_the_morning_and_comes_once_a_day() {
    let mut test = program().await;
    test.pass(HOUR * 17).await;
    for number in 0..4 {
        tells(&test, Kind::Notice, number).await;
    }
    assert_eq!(told(&test).await, 0, "at 03:00");
    test.pass(HOUR * 5).await;
    assert_eq!(told(&test).await, 0);
    for day in 1..4 {
        test.pass(HOUR * 2).await;
        assert_eq!(told(&test).await, day, "on the morning of day {day}");
        test.pass(HOUR * 22).await;
        assert_eq!(told(&test).await, day);
    }
    // Friday was the fourth day; nothing waits for ever.
    test.pass(HOUR * 2).await;
    assert_eq!(told(&test).await, 4);
}

#[tokio::test]
async fn a_break_is_left_alone_and_owners_work_on() {
    let mut test = program().await;
    test.standing(ANA, Standing::Paused).await;
    tells(&test, Kind::Notice, 1).await;
    test.pass(HOUR * 24 * 21).await;
    assert_eq!(told(&test).await, 0);
    tells(&test, Kind::Companion, 2).await;
    assert_eq!(
        told(&test).await,
        1,
        "about the program, not about her part"
    );
    test.standing(ANA, Standing::Active).await;
    test.pass(HOUR * 24 * 2).await;
    assert_eq!(told(&test).await, 2);
}

#[tokio::test]
async fn the_same_news_is_told_once() {
    let test = program().await;
    tells(&test, Kind::Notice, 1).await;
    tells(&test, Kind::Notice, 1).await;
    assert_eq!(test.messages(ANA).await.len(), 1);
    assert_eq!(told(&test).await, 1);
}

/// 20:00 in London is 5:00 in Tokyo: the first of them to be at work is Bo, at 0:00 in London.
#[tokio::test]
async fn two_who_share_no_hours_read_it_when_one_of_them_is_at_work() {
    let mut test = program().await;
    test.seen(ANA, "Europe/London").await;
    test.seen(BO, "Asia/Tokyo").await;
    test.pass(HOUR * 11).await;
    says_farewell(&test).await;
    test.pass(HOUR * 3).await;
    assert_eq!(told_in(&test, "pair/7").await, 0, "at night for both");
    test.pass(HOUR).await;
    assert_eq!(told_in(&test, "pair/7").await, 1);
}

#[tokio::test]
async fn a_farewell_comes_after_the_private_words() {
    let mut test = program().await;
    test.seen(BO, "Europe/Berlin").await;
    tells(&test, Kind::Notice, 1).await;
    let ended = Key::Ended {
        pair: PAIR,
        user: ANA.into(),
    };
    tells_one(&test, ANA, Kind::Notice, ended).await;
    says_farewell(&test).await;
    test.pass(HOUR * 12).await;
    assert_eq!((told(&test).await, told_in(&test, "pair/7").await), (1, 0));
    test.pass(HOUR * 24).await;
    assert_eq!((told(&test).await, told_in(&test, "pair/7").await), (2, 1));
}

/// Slack takes nothing until after working hours: it comes on another morning, and the day that it took is free again.
#[tokio::test]
async fn news_that_slack_does_not_take_waits_for_another_morning() {
    let mut test = program().await;
    test.takes_part(BO, senior()).await;
    test.seen(BO, "Europe/Berlin").await;
    test.slack_takes().await;
    tells(&test, Kind::Notice, 1).await;
    says_farewell(&test).await;
    assert_eq!(told(&test).await, 1, "on its way");
    test.trouble_goes_on(12).await;
    tells(&test, Kind::Notice, 2).await;
    assert_eq!(told(&test).await, 0, "not into the night");
    assert_eq!(told_in(&test, "pair/7").await, 0, "nor in the group");
    for day in 1..3 {
        test.pass(HOUR * 14).await;
        assert_eq!(told(&test).await, day, "one a day");
        assert_eq!(told_in(&test, "pair/7").await, 1);
        test.pass(HOUR * 10).await;
    }
    test.pass(HOUR * 72).await;
    assert_eq!(told(&test).await, 2, "each once");
}
