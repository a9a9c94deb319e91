//! Slack refuses once more what an owner had sent again: they hear so, as they were promised.

use crate::domain::ids::RoundId;
use crate::domain::key::Key;
use crate::domain::outgoing::{Kind, Lane, To};
use crate::domain::program::Settings;
use crate::domain::week::IsoWeek;
use crate::slack::event::Action;
use crate::store::outbox::{self, Head};
use crate::testing::feature_test::FeatureTest;
use crate::testing::outgoing;
use crate::testing::people::senior;
use jiff::SignedDuration;
use jiff::civil::date;

const ANA: &str = "UANA";
const OWNER: &str = "UBOSS";
const CHANNEL: &str = "C1";
const DAY: SignedDuration = SignedDuration::from_hours(24);

async fn program() -> FeatureTest {
    let test = FeatureTest::program(Settings {
        owners: vec![OWNER.into()],
        digest_channel: Some(CHANNEL.into()),
        // No rounds and no weekly note during the test.
        round_schedule: "0 10 1 1 *".into(),
        digest_schedule: "0 10 1 1 *".into(),
        ..Settings::default()
    })
    .await;
    test.takes_part(ANA, senior()).await;
    test.seen(ANA, "Europe/Berlin").await;
    test
}

async fn posts(test: &FeatureTest, to: To, kind: Kind, key: &Key) {
    let mut tx = test.tx().await;
    outbox::post(&mut tx, to, kind, key, "Hello".into(), None)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

async fn posts_digest(test: &FeatureTest, week: i8) {
    let key = Key::Digest(IsoWeek::of(date(2026, 3, 2 + 7 * week)));
    posts(test, To::Channel(CHANNEL.into()), Kind::Digest, &key).await;
}

/// Slack takes nothing that is on its way there.
async fn refuses(test: &FeatureTest, lane: &Lane) {
    let mut tx = test.tx().await;
    let is_there = |head: &Head| head.delivery.what.lane() == *lane;
    outgoing::given_up(&mut tx, is_there, "restricted_action").await;
    super::super::undeliverable(&mut tx, lane, "restricted_action")
        .await
        .unwrap();
    crate::router::happenings(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
}

async fn has_sent_again(test: &FeatureTest) {
    let (from, to) = (0, test.now.as_millisecond());
    let again = Action::SendAgain { from, to };
    test.press(OWNER, again).await.unwrap();
}

async fn notes(test: &FeatureTest) -> usize {
    test.count(OWNER, "couldn't be delivered").await
}

#[tokio::test]
async fn what_is_refused_again_is_told_again() {
    let (mut test, lane) = (program().await, Lane::Person(ANA.into()));
    let to = To::Person(ANA.into());
    let news = Key::NoPair {
        round: RoundId(1),
        user: ANA.into(),
    };
    posts(&test, to, Kind::Answer, &news).await;
    refuses(&test, &lane).await;
    test.pass(DAY).await;
    assert_eq!(notes(&test).await, 1);
    has_sent_again(&test).await;
    refuses(&test, &lane).await;
    test.pass(DAY * 2).await;
    assert_eq!(notes(&test).await, 2);
    // And not a third time, while nothing happens.
    test.pass(DAY * 5).await;
    assert_eq!(notes(&test).await, 2);
}

#[tokio::test]
async fn a_digest_that_is_refused_again_is_told_again_and_the_next_one_is_not() {
    let (mut test, lane) = (program().await, Lane::Channel(CHANNEL.into()));
    for week in 0..2 {
        posts_digest(&test, week).await;
        refuses(&test, &lane).await;
        test.pass(DAY * 7).await;
        assert_eq!(notes(&test).await, 1, "the same reason, week {week}");
    }
    has_sent_again(&test).await;
    refuses(&test, &lane).await;
    test.pass(DAY * 7).await;
    assert_eq!(notes(&test).await, 2);
    posts_digest(&test, 3).await;
    refuses(&test, &lane).await;
    test.pass(DAY * 7).await;
    assert_eq!(notes(&test).await, 2, "the same reason once more");
}
