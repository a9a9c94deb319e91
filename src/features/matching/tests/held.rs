//! Introductions that wait for the end of a program's break, for weeks sometimes.

use super::*;
use crate::store::rounds::Fate;

const DAY: SignedDuration = SignedDuration::from_hours(24);

async fn rests(test: &FeatureTest, until: Date) {
    let until = [("date", Answer::Date(until))];
    let form = Form::ProgramBreak;
    test.submit("UANA", form, &until).await.unwrap();
}

/// An owner decides during a break of the program, or in the minutes before one: the pair is introduced when it ends, also if its
/// end moves.
#[tokio::test]
async fn nobody_is_introduced_while_the_program_is_on_a_break() {
    for (before, whole) in [(true, true), (true, false), (false, true), (false, false)] {
        let case = format!("before: {before}, whole: {whole}");
        let mut test = FeatureTest::program(settings()).await;
        let round = proposed(&test).await;
        let pair = proposals(&test, round).await.remove(0);
        let action = if whole {
            Action::ApproveRound { round }
        } else {
            Action::ConfirmPair(round, pair.mentor.clone(), pair.mentee.clone())
        };
        if !before {
            rests(&test, date(2026, 4, 20)).await;
        }
        test.press("UANA", action).await.unwrap();
        if before {
            rests(&test, date(2026, 4, 20)).await;
        }
        test.pass(SignedDuration::from_hours(24 * 30)).await;
        assert!(test.pairs().await.is_empty(), "{case}");
        rests(&test, date(2026, 5, 4)).await;
        test.pass(SignedDuration::from_hours(24 * 25)).await;
        assert!(test.pairs().await.is_empty(), "{case}: its end moved");
        let card = shown(&test, round).await;
        assert!(card.contains("Monday, May 4"), "{case}: {card}");
        test.press("UANA", Action::EndProgramBreak).await.unwrap();
        test.pass(SignedDuration::from_mins(5)).await;
        assert!(test.pairs().await.is_empty(), "{case}: it can be undone");
        test.pass(SignedDuration::from_mins(10)).await;
        assert_eq!(test.pairs().await.len(), 1, "{case}: it ended early");
    }
}

/// A name on a card is somebody who is there, also while a break holds the introductions up.
#[tokio::test]
async fn who_leaves_before_a_break_is_over_is_on_no_card() {
    let test = FeatureTest::program(settings()).await;
    let round = proposed(&test).await;
    test.press("UANA", Action::ApproveRound { round })
        .await
        .unwrap();
    rests(&test, date(2026, 4, 20)).await;
    test.stands("USAM", Standing::Left).await;
    let card = shown(&test, round).await;
    assert!(!card.contains("USAM"), "{card}");
    assert!(
        !card.contains("[ Undo ]"),
        "nothing is left to undo: {card}"
    );
}

/// Also of a pair that was checked before the rest was declined.
#[tokio::test]
async fn who_leaves_is_in_no_pair_of_a_declined_round() {
    let test = FeatureTest::program(settings()).await;
    test.takes_part("UNIK", junior()).await;
    test.takes_part("USUE", senior()).await;
    let round = proposed(&test).await;
    let pair = proposals(&test, round).await.remove(0);
    let check = Action::ConfirmPair(round, pair.mentor.clone(), pair.mentee.clone());
    test.press("UANA", check).await.unwrap();
    test.press("UANA", Action::RejectRound { round })
        .await
        .unwrap();
    rests(&test, date(2026, 4, 20)).await;
    test.run_due().await;
    test.stands(pair.mentee.as_str(), Standing::Left).await;
    let now = proposals(&test, round).await;
    let same = now.iter().find(|one| one.mentor == pair.mentor).unwrap();
    assert_eq!(same.fate, Fate::Lapsed);
}

/// Nobody is left to decide on anything, so nothing is over after four weeks.
#[tokio::test]
async fn a_round_whose_pairs_are_all_decided_on_is_not_over_undecided() {
    let mut test = FeatureTest::program(settings()).await;
    let round = proposed(&test).await;
    let pair = proposals(&test, round).await.remove(0);
    rests(&test, date(2026, 5, 4)).await;
    let check = Action::ConfirmPair(round, pair.mentor, pair.mentee);
    test.press("UANA", check).await.unwrap();
    test.pass(DAY * 61).await;
    assert_eq!(test.count("UANA", "within four weeks").await, 0);
    test.pass(DAY * 3).await;
    assert_eq!(test.pairs().await.len(), 1);
}

/// An approval that is taken back weeks later gives owners the time of a new round.
#[tokio::test]
async fn what_is_undone_late_waits_like_a_new_round() {
    let mut test = FeatureTest::program(settings()).await;
    let round = proposed(&test).await;
    rests(&test, date(2026, 5, 18)).await;
    test.press("UANA", Action::ApproveRound { round })
        .await
        .unwrap();
    test.pass(DAY * 25).await;
    test.press("UANA", Action::UndoApproval { round })
        .await
        .unwrap();
    test.pass(DAY * 20).await;
    let card = shown(&test, round).await;
    assert!(card.contains("[ Approve ]"), "{card}");
    test.pass(DAY * 10).await;
    let card = shown(&test, round).await;
    assert!(card.contains("within four weeks"), "{card}");
}

/// The same of a check that is taken back.
#[tokio::test]
async fn a_check_that_is_undone_late_gives_owners_time_and_a_reminder() {
    let mut test = FeatureTest::program(settings()).await;
    let round = proposed(&test).await;
    let pair = proposals(&test, round).await.remove(0);
    rests(&test, date(2026, 5, 18)).await;
    let two = (pair.mentor.clone(), pair.mentee.clone());
    let check = Action::ConfirmPair(round, two.0.clone(), two.1.clone());
    test.press("UANA", check).await.unwrap();
    test.pass(DAY * 25).await;
    let undo = Action::Edit(round, Edit::Undecided, two.0, two.1);
    test.press("UANA", undo).await.unwrap();
    test.pass(DAY * 20).await;
    assert_eq!(test.count("UANA", "within four weeks").await, 0);
    assert_eq!(test.count("UANA", "has been waiting").await, 1);
}

/// They wait for their morning, not for the end of a break that began meanwhile.
#[tokio::test]
async fn whoever_is_left_over_hears_when_a_break_ends_early() {
    let mut test = FeatureTest::program(settings()).await;
    test.takes_part("UNIK", junior()).await;
    for user in ["UNIK", "UMIA"] {
        test.seen(user, "Asia/Tokyo").await;
    }
    let round = proposed(&test).await;
    test.approves("UANA", round).await.unwrap();
    rests(&test, date(2026, 8, 31)).await;
    test.pass(DAY * 8).await;
    test.press("UANA", Action::EndProgramBreak).await.unwrap();
    test.pass(DAY * 3).await;
    let told = test.count("UNIK", "didn't find you a partner").await
        + test.count("UMIA", "didn't find you a partner").await;
    assert_eq!(told, 1);
}
