//! An owner who is in a pair reads of no failure that says what their partner answered, and has none of it sent again.

use crate::domain::key::Key;
use crate::domain::outgoing::{Kind, To};
use crate::domain::program::Settings;
use crate::router;
use crate::slack::event::Action;
use crate::store::outbox::{self, Head};
use crate::testing::feature_test::{FeatureTest, render, render_view};
use crate::testing::outgoing;
use jiff::SignedDuration;

/// Sam got questions of each kind in private, and Mia and Sam a notice together; Slack took none of it.
async fn refused(owners: &[&str]) -> FeatureTest {
    let test = FeatureTest::program(Settings {
        owners: owners.iter().map(|&owner| owner.into()).collect(),
        ..Settings::default()
    })
    .await;
    let pair = test.introduced().await;
    let mut tx = test.tx().await;
    let members = vec!["UMIA".into(), "USAM".into()];
    let private = [(Kind::Reflection, 1), (Kind::Checkin, 2)];
    let private = private.map(|(kind, id)| (To::Person("USAM".into()), kind, Key::ToContact(id)));
    let shared = (
        To::Pair { pair, members },
        Kind::Notice,
        Key::Break { pair, id: 7 },
    );
    for (to, kind, key) in private.into_iter().chain([shared]) {
        outbox::post(&mut tx, to, kind, &key, "Hello".into(), None)
            .await
            .unwrap();
    }
    let is_one = |head: &Head| {
        let what = serde_json::to_string(&head.delivery.what).unwrap();
        what.contains("Hello")
    };
    outgoing::given_up(&mut tx, is_one, "restricted_action").await;
    router::happenings(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    test
}

async fn home(test: &FeatureTest, user: &str) -> String {
    let mut tx = test.tx().await;
    let home = router::home(&mut tx, &test.actor(user)).await.unwrap();
    tx.rollback().await;
    render_view(&serde_json::to_value(home).unwrap())
}

#[tokio::test]
async fn an_owner_reads_of_no_failure_in_their_own_pair() {
    let mut test = refused(&["UMIA", "UANA"]).await;
    let (mias, anas) = (home(&test, "UMIA").await, home(&test, "UANA").await);
    assert!(anas.contains("• a question for <@USAM>"), "{anas}");
    assert!(anas.contains("a notice for <@UMIA> and <@USAM>"), "{anas}");
    assert!(
        !anas.contains("reflection") && !anas.contains("check-in"),
        "{anas}"
    );
    assert!(!mias.contains("couldn't be delivered"), "{mias}");
    let (from, to) = (0, test.now.as_millisecond());
    let again = Action::SendAgain { from, to };
    let reply = test.press("UMIA", again.clone()).await.unwrap();
    let said = render(&reply.replace.unwrap());
    assert!(
        said.contains("nothing to send again") && !said.contains("USAM"),
        "{said}"
    );
    test.pass(SignedDuration::from_hours(8 * 24)).await;
    assert!(test.last("UMIA", "couldn't be delivered").await.is_none());
    assert!(test.last("UANA", "couldn't be delivered").await.is_some());
}

/// Nobody else would have it sent again.
#[tokio::test]
async fn the_only_owner_reads_what_both_should_have_read() {
    let test = refused(&["UMIA"]).await;
    let seen = home(&test, "UMIA").await;
    assert!(seen.contains("a notice for <@UMIA> and <@USAM>"), "{seen}");
    assert!(!seen.contains("for <@USAM>:"), "{seen}");
}
