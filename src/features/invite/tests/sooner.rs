//! Two wait for the first match or for a break, which goes or ends early: they are introduced then, and read of no other day.

use super::first_match::{on_the_card, set, windowed, yes};
use super::*;
use crate::domain::ids::RoundId;
use crate::domain::program::Settings;
use crate::features::setup;
use jiff::civil::date;

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// An owner looks at the two, and has them introduced.
async fn is_checked(test: &FeatureTest) -> RoundId {
    let mut tx = test.tx().await;
    let round = rounds::proposed(&mut tx).await.unwrap().remove(0).id;
    tx.rollback().await;
    let check = Action::ConfirmPair(round, "UMIA".into(), "USAM".into());
    test.press("UBEN", check).await.unwrap();
    round
}

/// Between the yes and its news, the day went: the inviter reads of the introduction only.
#[tokio::test]
async fn a_day_that_is_no_more_is_not_read_of_after_the_introduction() {
    let mut test = FeatureTest::program(windowed()).await;
    let mut tx = test.tx().await;
    setup::changed(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    let id = invited(&test).await;
    test.takes_part("UMIA", junior()).await;
    for user in ["USAM", "UMIA"] {
        test.seen(user, "Asia/Tokyo").await;
    }
    test.pass(SignedDuration::from_hours(2)).await;
    answer(&test, id, true).await;
    let at_once = Settings {
        first_match: None,
        ..windowed()
    };
    set(&test, at_once).await;
    test.pass(DAY * 2).await;
    assert_eq!(test.pairs().await.len(), 1);
    let read = test.reached("USAM").await.join("\n");
    assert!(!read.contains("said yes to your invitation"), "{read}");
}

/// An owner has looked at the two while one of them was away for a few days, and is back before that.
#[tokio::test]
async fn a_checked_pair_meets_when_who_was_away_is_back_early() {
    let unknown = Profile {
        manager: None,
        ..junior()
    };
    let (mut test, _) = yes(settings(), unknown).await;
    test.command("USAM", "pause until 2026-03-12")
        .await
        .unwrap();
    let round = is_checked(&test).await;
    test.pass(DAY).await;
    assert!(test.pairs().await.is_empty());
    assert!(on_the_card(&test, round).await.contains("March 12"));
    test.command("USAM", "resume").await.unwrap();
    test.pass(SignedDuration::from_mins(30)).await;
    assert_eq!(test.pairs().await.len(), 1);
}

/// A break of the program that passed over the first match ends before its day.
#[tokio::test]
async fn a_first_match_that_waited_for_a_break_is_made_when_it_ends_early() {
    let (mut test, _) = yes(windowed(), junior()).await;
    let until = [("date", Answer::Date(date(2026, 4, 20)))];
    test.submit("UANA", Form::ProgramBreak, &until)
        .await
        .unwrap();
    test.takes_part("UNIK", junior()).await;
    test.takes_part("USUE", senior()).await;
    test.pass(DAY * 10).await;
    assert_eq!(test.pairs().await.len(), 0);
    test.press("UANA", Action::EndProgramBreak).await.unwrap();
    test.pass(SignedDuration::from_mins(30)).await;
    let mut tx = test.tx().await;
    assert_eq!(rounds::proposed(&mut tx).await.unwrap().len(), 1);
    tx.rollback().await;
}

/// They wait for a day, and for no owner any more.
#[tokio::test]
async fn two_who_were_checked_are_told_no_no_while_a_break_holds_them() {
    let unknown = Profile {
        manager: None,
        ..junior()
    };
    let (mut test, _) = yes(settings(), unknown).await;
    let until = [("date", Answer::Date(date(2026, 5, 4)))];
    test.submit("UBEN", Form::ProgramBreak, &until)
        .await
        .unwrap();
    is_checked(&test).await;
    test.pass(DAY * 66).await;
    assert_eq!(test.pairs().await.len(), 1);
    assert_eq!(test.count("USAM", "won't be a pair").await, 0);
    assert_eq!(test.count("UBEN", "within four weeks").await, 0);
}
