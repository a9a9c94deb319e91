//! Between what an owner decides by hand and the introduction: it can be undone, waits for working hours, and may be off.

use super::by_hand::{
    BEA, ED, looks_at_ed_and_bea, looks_at_swap, open, partners, shown, ticked, two_pairs,
};
use crate::domain::cadence::Hours;
use crate::domain::overview::Care;
use crate::domain::workday::Workday;
use crate::slack::event::{Action, Answer, Form};
use crate::store::rounds;
use crate::testing::feature_test::{FeatureTest, render};
use crate::testing::months::{ANA, MAX, OWEN, settings};
use jiff::SignedDuration;
use jiff::civil::date;
use jiff::tz::TimeZone;

const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// The button that takes back what this answer confirms.
async fn undo(test: &FeatureTest) -> Action {
    let mut tx = test.tx().await;
    let round = rounds::approved(&mut tx).await.unwrap().remove(0).id;
    tx.rollback().await;
    Action::UndoApproval { round }
}

async fn home(test: &FeatureTest, user: &str) -> String {
    test.all_that_sees(user).await.remove(0)
}

#[tokio::test]
async fn what_is_made_by_hand_can_be_undone_before_anybody_hears_of_it() {
    let mut test = FeatureTest::program(settings()).await;
    let form = looks_at_ed_and_bea(&test, true).await;
    test.submit(OWEN, form, &[]).await.unwrap();
    let before = home(&test, OWEN).await;
    assert!(
        before.contains("A pair was made by hand") && before.contains("[ Undo ]"),
        "{before}"
    );
    let back = test.press(OWEN, undo(&test).await).await.unwrap();
    let card = render(&back.replace.unwrap());
    assert!(card.contains("took this pair back"), "{card}");
    test.pass(HOUR * 24).await;
    assert!(test.pairs().await.is_empty() && test.waits(ED).await);
    assert_eq!(test.messages(ED).await, []);
    let after = home(&test, OWEN).await;
    assert!(!after.contains("waiting for your approval"), "{after}");

    let (mut test, one, other) = two_pairs().await;
    let form = looks_at_swap(&test, one).await;
    test.submit(OWEN, form, &ticked()).await.unwrap();
    assert!(home(&test, OWEN).await.contains("to swap partners"));
    test.press(OWEN, undo(&test).await).await.unwrap();
    test.pass(HOUR * 3).await;
    assert!(open(&test, one).await && open(&test, other).await);
    assert_eq!(test.messages(BEA).await, []);
    assert_eq!(partners(&test, ED).await, [BEA.into()]);
}

/// An owner in another part of the world, or late in the evening.
#[tokio::test]
async fn nobody_reads_at_night_what_an_owner_does_by_hand() {
    let zone = TimeZone::get("Europe/Berlin").unwrap();
    let settings = settings();
    let hours = Hours::from(&settings);
    for evening in [6, 7, 8, 14] {
        let (mut test, one, _) = two_pairs().await;
        // From 16:00 on, when ten minutes later may be too late, into the night.
        test.pass(HOUR * evening + SignedDuration::from_mins(55))
            .await;
        let form = looks_at_swap(&test, one).await;
        test.submit(OWEN, form, &ticked()).await.unwrap();
        // Whatever looks at the introductions early does not bring them forward.
        let mut tx = test.tx().await;
        crate::shared::enrollment::introductions_follow(&mut tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        test.pass(HOUR * 24).await;
        assert_eq!(partners(&test, ED).await, [ANA.into()], "{evening}");
        let of_swap = [
            "A change in your reverse mentoring",
            "Good to have you both",
            "one-minute guide",
        ];
        for sent in test.sent().await {
            if of_swap.iter().any(|words| sent.text.contains(words)) {
                assert!(
                    hours.is_open(sent.at, &Workday::usual(zone.clone())),
                    "{evening}: {}: {}",
                    sent.at,
                    sent.text
                );
            }
        }
    }
}

/// A pair ends by itself before the swap: nothing is swapped, nobody's place waits, and owners hear so.
#[tokio::test]
async fn a_swap_is_off_once_one_of_its_pairs_is_over() {
    let (mut test, one, other) = two_pairs().await;
    let form = looks_at_swap(&test, one).await;
    test.submit(OWEN, form, &ticked()).await.unwrap();
    let end = Form::Care {
        pair: other,
        care: Care::End,
    };
    test.submit(OWEN, end, &[]).await.unwrap();
    let mut tx = test.tx().await;
    assert_eq!(rounds::about_to_meet(&mut tx).await.unwrap(), []);
    tx.rollback().await;
    test.pass(HOUR * 24).await;
    assert!(open(&test, one).await && !open(&test, other).await);
    assert_eq!(partners(&test, ANA).await, [MAX.into()]);
    assert_eq!(partners(&test, BEA).await, []);
    let note = test.last(OWEN, "didn't come about").await.unwrap();
    insta::assert_snapshot!(note, @"The swap in which <@UED> was to mentor <@UANA>, and <@UMAX> to mentor <@UBEA>, didn't come about after all. One of the two pairs is over, or someone in them takes part no longer. I've changed nothing, and nobody was told of it.");
    for user in [ANA, MAX, ED, BEA] {
        assert_eq!(
            test.count(user, "you have a new partner").await,
            0,
            "{user}"
        );
    }
}

/// What owners decide by hand is held like any approval.
#[tokio::test]
async fn a_pair_made_during_a_break_waits_for_its_end() {
    let mut test = FeatureTest::program(settings()).await;
    let until = [("date", Answer::Date(date(2026, 4, 20)))];
    test.submit(OWEN, Form::ProgramBreak, &until).await.unwrap();
    let form = looks_at_ed_and_bea(&test, true).await;
    let done = test.submit(OWEN, form, &[]).await.unwrap();
    assert!(shown(&done).contains("April 20"), "{}", shown(&done));
    test.pass(HOUR * 24 * 40).await;
    assert!(test.pairs().await.is_empty());
    test.pass(HOUR * 24 * 10).await;
    assert_eq!(test.pairs().await.len(), 1);
}

/// The owner who made the pair was promised its introduction, and reads that there will be none.
#[tokio::test]
async fn a_pair_made_by_hand_is_told_to_be_off_once_one_of_them_is_gone() {
    let mut test = FeatureTest::program(settings()).await;
    let form = looks_at_ed_and_bea(&test, true).await;
    test.submit(OWEN, form, &[]).await.unwrap();
    test.press(BEA, Action::EraseMine).await.unwrap();
    test.pass(HOUR * 24).await;
    assert_eq!(
        test.count(OWEN, "couldn't be introduced after all").await,
        1
    );
    assert!(test.pairs().await.is_empty());
}
