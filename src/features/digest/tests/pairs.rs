//! Pairs that would like some help, and pairs without signed goals, in the owners' weekly note.

use super::busy::{WEEK, user};
use super::companion::{all_are_seen, program, quiet};
use crate::domain::checkin::Kind as About;
use crate::domain::ids::PairId;
use crate::domain::open_thing::Kind as Open;
use crate::domain::program::Settings;
use crate::shared::open_things;
use crate::store::{agreements, checkins};
use crate::testing::feature_test::{FeatureTest, render_view};
use jiff::SignedDuration;

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// A pair of which owners have read that it would like some help.
async fn called_for_help(test: &FeatureTest, mentor: usize, mentee: usize) -> PairId {
    for number in [mentor, mentee] {
        test.learner(number, &[]).await;
    }
    let pair = test.paired(mentor, mentee, true).await;
    let mut tx = test.tx().await;
    let note = checkins::create(&mut tx, pair, &"UOWNER".into(), About::HelpNote, 1).await;
    checkins::asked(&mut tx, note.unwrap().unwrap())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    pair
}

async fn is_open(test: &FeatureTest) -> bool {
    let mut tx = test.tx().await;
    let all = open_things::all(&mut tx).await.unwrap();
    all.iter()
        .any(|open| open.kind == Open::CallForHelp && !open.is_stalled(test.now))
}

/// It stands on their list and on Home for four weeks, whatever the two answer, or until they are over.
#[tokio::test]
async fn a_call_for_help_stands_on_the_owners_list_for_four_weeks() {
    let mut test = FeatureTest::new(program()).await;
    called_for_help(&test, 1, 2).await;
    assert!(is_open(&test).await);
    test.pass(WEEK).await;
    let told = test.companions().await;
    let listed = |note: &String| note.contains("<@U01> and <@U02>, since Monday, March 2");
    assert!(told.iter().any(listed), "{told:?}");
    let all =
        |reply: crate::features::Reply| render_view(&reply.modal.as_ref().expect("a list").view());
    let list = test.command("UOWNER", "pairs").await.unwrap();
    assert!(
        all(list).contains("would like some help, since"),
        "on the list of all pairs"
    );
    test.pass(WEEK * 2).await;
    assert!(is_open(&test).await);
    let before = test
        .companions()
        .await
        .iter()
        .filter(|note| listed(note))
        .count();
    assert_eq!(before, 1, "what they have read is no reason to write");
    test.pass(WEEK + DAY).await;
    assert!(!is_open(&test).await);
    let list = test.command("UOWNER", "pairs").await.unwrap();
    assert!(!all(list).contains("would like some help"));
}

/// The partner's call is for nobody in the pair to read.
#[tokio::test]
async fn an_owner_reads_of_no_call_for_help_of_their_own_pair() {
    let mut test = FeatureTest::new(Settings {
        owners: vec![user(1), "UOWNER".into()],
        ..program()
    })
    .await;
    called_for_help(&test, 1, 2).await;
    test.pass(WEEK).await;
    for lane in ["U01", "U02"] {
        assert_eq!(test.count(lane, "would like some help").await, 0, "{lane}");
    }
    let list = test.command("U01", "pairs").await.unwrap();
    let list = render_view(&list.modal.as_ref().expect("a list").view());
    assert!(!list.contains("would like some help"), "{list}");
    let mut tx = test.tx().await;
    let home = crate::router::home(&mut tx, &test.actor("U01"))
        .await
        .unwrap();
    let home = render_view(&serde_json::to_value(home).unwrap());
    assert!(!home.contains("would like some help"), "{home}");
}

/// Two who meet without signed goals are no reason to write, and are counted where there is one, without an owner's own pairs.
#[tokio::test]
async fn pairs_without_signed_goals_are_counted_in_a_note_that_is_sent_anyway() {
    let mut test = FeatureTest::new(program()).await;
    for (mentor, mentee) in [(1, 2), (3, 4)] {
        for number in [mentor, mentee] {
            test.learner(number, &[]).await;
        }
        let pair = test.paired(mentor, mentee, true).await;
        let mut tx = test.tx().await;
        agreements::add(
            &mut tx,
            pair,
            2,
            &crate::domain::goals::Goals::default(),
            None,
        )
        .await
        .unwrap();
        for _ in 0..2 {
            agreements::reminded(&mut tx, pair, 2).await.unwrap();
        }
        tx.commit().await.unwrap();
    }
    all_are_seen(&test, 10).await;
    test.pass(WEEK).await;
    assert_eq!(test.companions().await, Vec::<String>::new());
    quiet(&test, 5, 6).await;
    all_are_seen(&test, 10).await;
    test.pass(WEEK).await;
    let told = test.companions().await;
    let counted =
        |note: &String| note.contains("2 pairs meet without signed goals, and that's all right.");
    assert!(told.iter().any(counted), "{told:?}");
}
