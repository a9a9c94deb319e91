//! News that Slack did not take: an owner has it sent again, and it waits for its moment once more.

use crate::domain::delivery::{self, Call, Outcome, Step};
use crate::domain::ids::PairId;
use crate::domain::key::Key;
use crate::domain::outgoing::{Kind, Lane};
use crate::domain::participant::Standing;
use crate::domain::program::Settings;
use crate::shared::news;
use crate::slack::event::Action;
use crate::store::outbox::{self, Head};
use crate::testing::feature_test::FeatureTest;
use crate::testing::outgoing;
use crate::testing::people::senior;
use jiff::SignedDuration;

const ANA: &str = "UANA";
const OWNER: &str = "UBOSS";

fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}

async fn program() -> FeatureTest {
    let test = FeatureTest::program(Settings {
        owners: vec![OWNER.into()],
        ..Settings::default()
    })
    .await;
    test.takes_part(ANA, senior()).await;
    test.seen(ANA, "Europe/Berlin").await;
    test
}

/// Ana's pair is over, and she reads it as soon as it suits her.
async fn tells_of_an_end(test: &FeatureTest) {
    let mut tx = test.tx().await;
    let (pair, user) = (PairId(7), ANA.into());
    let key = Key::Ended { pair, user };
    news::tell(
        &mut tx,
        &ANA.into(),
        Kind::Notice,
        &key,
        "It's over.".into(),
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
}

fn is_hers(head: &Head) -> bool {
    head.delivery.what.lane() == Lane::Person(ANA.into())
}

/// The messages that are on their way to Ana.
async fn on_its_way(test: &FeatureTest) -> Vec<Head> {
    let mut tx = test.tx().await;
    let open = outbox::open(&mut tx).await.unwrap();
    tx.rollback().await;
    open.into_iter().filter(is_hers).collect()
}

#[tokio::test]
async fn news_that_failed_is_sent_again_at_a_good_hour() {
    let mut test = program().await;
    tells_of_an_end(&test).await;
    let mut tx = test.tx().await;
    outgoing::given_up(&mut tx, is_hers, "messages_tab_disabled").await;
    tx.commit().await.unwrap();
    // It is 23:00 where she is.
    test.pass(hours(13)).await;
    let (from, to) = (0, test.now.as_millisecond());
    let again = Action::SendAgain { from, to };
    test.press(OWNER, again.clone()).await.unwrap();
    test.press(OWNER, again).await.unwrap();
    assert!(on_its_way(&test).await.is_empty(), "not in the night");
    test.pass(hours(24)).await;
    assert_eq!(on_its_way(&test).await.len(), 1);
}

/// The end of a pair waited for three weeks, until she was back.
#[tokio::test]
async fn news_is_as_old_as_its_moment() {
    let mut test = program().await;
    test.standing(ANA, Standing::Paused).await;
    tells_of_an_end(&test).await;
    test.pass(hours(24 * 21)).await;
    test.standing(ANA, Standing::Active).await;
    test.pass(hours(48)).await;
    let [head] = &on_its_way(&test).await[..] else {
        panic!("it is on its way")
    };
    let mut delivery = head.delivery.clone();
    delivery.attempts = 50;
    let post = Call::Post {
        channel: ANA.to_owned(),
        repeat: false,
    };
    let steps = delivery::after(&delivery, &post, &Outcome::Unreached, test.now);
    assert!(matches!(steps[..], [Step::Queue(_)]), "{steps:?}");
}
