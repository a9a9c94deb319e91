//! Rounds that wait for an owner while people in them come and go.

use super::*;
use crate::store::rounds::Fate;
use crate::testing::people::rolling;

#[tokio::test]
async fn a_pair_with_somebody_who_left_is_none_any_more() {
    let test = FeatureTest::program(settings()).await;
    test.takes_part("UNIK", junior()).await;
    test.takes_part("USUE", senior()).await;
    let round = proposed(&test).await;
    let gone = proposals(&test, round).await.remove(0);
    test.stands(gone.mentee.as_str(), Standing::Left).await;
    let card = shown(&test, round).await;
    assert!(card.contains("I found *1 pair*"), "{card}");
    let words = format!(
        "No longer possible, because one of the two no longer takes part: <@{}> with <@{}>.",
        gone.mentor, gone.mentee
    );
    assert!(card.contains(&words), "{card}");
    assert!(
        card.contains("[ Approve ]  [ Decline ]  [ Look again ]"),
        "{card}"
    );
    // The others are introduced, and who is left over hears that nobody was free, and not about whom.
    test.approves("UANA", round).await.unwrap();
    assert_eq!(test.pairs().await.len(), 1);
    test.run_due().await;
    let alone = gone.mentor.as_str();
    let told = test.last(alone, "didn't find").await;
    assert!(told.is_some_and(|told| !told.contains("<@")), "{alone}");
    assert!(test.messages(gone.mentee.as_str()).await.is_empty());
    assert!(test.last("UBEN", "couldn't be introduced").await.is_none());
}

#[tokio::test]
async fn a_round_whose_last_pair_is_gone_is_over_and_says_so() {
    let mut test = FeatureTest::program(settings()).await;
    let round = proposed(&test).await;
    test.stands("USAM", Standing::Ineligible).await;
    insta::assert_snapshot!(shown(&test, round).await, @"
    Nobody is left to introduce in this round, because something changed. It ended on Monday, March 2. Nobody was introduced and nobody was told.
    · Only the program's owners see this.
    ");
    // Nothing more is asked of owners, and she waits for the next one.
    test.pass(SignedDuration::from_hours(24 * 30)).await;
    assert_eq!(test.count("UANA", "has been waiting").await, 0);
    assert!(test.waits("UMIA").await);
    assert!(test.messages("UMIA").await.is_empty());
}

#[tokio::test]
async fn a_pair_that_was_left_out_keeps_its_round_open() {
    let test = FeatureTest::program(settings()).await;
    test.takes_part("UNIK", junior()).await;
    test.takes_part("USUE", senior()).await;
    let round = proposed(&test).await;
    let (gone, out) = (
        proposals(&test, round).await.remove(0),
        proposals(&test, round).await.remove(1),
    );
    let drop = Action::Edit(round, Edit::Drop, out.mentor.clone(), out.mentee.clone());
    test.press("UANA", drop).await.unwrap();
    test.stands(gone.mentor.as_str(), Standing::Left).await;
    assert_eq!(open_round(&test).await.id, round);
    let back = Action::Edit(round, Edit::PutBack, out.mentor, out.mentee);
    test.press("UANA", back).await.unwrap();
    test.approves("UANA", round).await.unwrap();
    assert_eq!(test.pairs().await.len(), 1);
}

#[tokio::test]
async fn a_pair_that_was_left_out_stays_so_once_one_of_them_is_gone() {
    let test = FeatureTest::program(settings()).await;
    test.takes_part("UNIK", junior()).await;
    test.takes_part("USUE", senior()).await;
    let round = proposed(&test).await;
    let out = proposals(&test, round).await.remove(0);
    let two = (out.mentor.clone(), out.mentee.clone());
    let drop = Action::Edit(round, Edit::Drop, two.0.clone(), two.1.clone());
    test.press("UANA", drop).await.unwrap();
    assert!(shown(&test, round).await.contains("[ Put it back ]"));
    test.stands(two.0.as_str(), Standing::Left).await;
    assert!(!shown(&test, round).await.contains("[ Put it back ]"));
    let back = Action::Edit(round, Edit::PutBack, two.0, two.1);
    let words = refused(test.press("UANA", back).await);
    assert_eq!(
        words,
        "One of these two no longer takes part, so they stay left out."
    );
    let pairs = proposals(&test, round).await;
    assert_eq!(
        pairs.iter().filter(|pair| pair.fate == Fate::Open).count(),
        1
    );
}

#[tokio::test]
async fn an_approval_that_is_undone_brings_nobody_back_who_is_gone() {
    let test = FeatureTest::program(settings()).await;
    test.takes_part("UNIK", junior()).await;
    test.takes_part("USUE", senior()).await;
    let round = proposed(&test).await;
    let gone = proposals(&test, round).await.remove(0);
    test.press("UANA", Action::ApproveRound { round })
        .await
        .unwrap();
    test.stands(gone.mentee.as_str(), Standing::Left).await;
    test.press("UANA", Action::UndoApproval { round })
        .await
        .unwrap();
    let pairs = proposals(&test, round).await;
    let open: Vec<&Proposal> = pairs
        .iter()
        .filter(|pair| pair.fate == Fate::Open)
        .collect();
    assert_eq!(open.len(), 1);
    assert!(!open[0].has(&gone.mentee));
}

#[tokio::test]
async fn a_break_shows_on_the_card_and_the_pair_is_there_again_after_it() {
    let test = FeatureTest::program(settings()).await;
    let round = proposed(&test).await;
    test.pauses("USAM", "2").await;
    let card = shown(&test, round).await;
    assert!(card.contains("<@USAM> _is on a break_"), "{card}");
    assert!(card.contains("[ Look again ]"), "{card}");
    let card = test.last("UBEN", "look over").await.unwrap();
    assert!(!card.contains("_is on a break_"), "as it was when sent");
    test.command("USAM", "resume").await.unwrap();
    let card = shown(&test, round).await;
    assert!(!card.contains("_is on a break_"), "{card}");
    test.approves("UANA", round).await.unwrap();
    assert_eq!(test.pairs().await.len(), 1);
}

#[tokio::test]
async fn somebody_who_found_a_partner_elsewhere_is_marked() {
    let test = FeatureTest::program(settings()).await;
    let round = proposed(&test).await;
    let mut tx = test.tx().await;
    crate::store::participants::set_waiting(&mut tx, &"UMIA".into(), None)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let card = shown(&test, round).await;
    assert!(card.contains("<@UMIA> _isn't looking now_"), "{card}");
    assert!(
        card.contains("Only people who are looking then are introduced."),
        "{card}"
    );
    // Whom she found meanwhile is over by now, and she was told that she isn't looked for.
    test.approves("UANA", round).await.unwrap();
    assert!(test.pairs().await.is_empty());
}

#[tokio::test]
async fn somebody_whose_pair_was_to_be_checked_is_matched_again_at_once_where_people_come_and_go() {
    let test = FeatureTest::program(rolling(true)).await;
    let unknown = Profile {
        manager: None,
        ..junior()
    };
    test.takes_part("UNIK", unknown).await;
    test.takes_part("USAM", senior()).await;
    test.match_now().await;
    let round = open_round(&test).await.id;
    test.takes_part("UMIA", junior()).await;
    test.stands("UNIK", Standing::Left).await;
    test.run_due().await;
    let next = open_round(&test).await.id;
    assert_ne!(next, round);
    let pair = proposals(&test, next).await.remove(0);
    assert_eq!((pair.mentor.as_str(), pair.fate), ("UMIA", Fate::Open));
}

/// What becomes of a round that nobody declined by hand is not said to be anybody's decision.
#[tokio::test]
async fn an_owner_who_erased_their_data_is_someone() {
    let test = FeatureTest::program(settings()).await;
    let round = proposed(&test).await;
    let mut tx = test.tx().await;
    rounds::decide(&mut tx, round, State::Rejected, None)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let card = shown(&test, round).await;
    assert!(
        card.starts_with("Someone declined this round on Monday, March 2. Nobody was introduced"),
        "{card}"
    );
}

/// A round that waits lists whom it leaves over, as long as they look for a partner.
#[tokio::test]
async fn left_over_is_who_still_looks() {
    for leaves in [true, false] {
        let test = FeatureTest::program(settings()).await;
        test.takes_part("UNIK", junior()).await;
        let round = proposed(&test).await;
        let card = shown(&test, round).await;
        let pair = proposals(&test, round).await.remove(0);
        let alone = ["UNIK", "UMIA"].map(UserId::from);
        let alone = alone.iter().find(|user| **user != pair.mentor).unwrap();
        assert!(card.contains(alone.as_str()), "{card}");
        if leaves {
            test.stands(alone.as_str(), Standing::Left).await;
        } else {
            let mut tx = test.tx().await;
            crate::store::participants::set_waiting(&mut tx, alone, None)
                .await
                .unwrap();
            tx.commit().await.unwrap();
        }
        let card = shown(&test, round).await;
        assert!(!card.contains(alone.as_str()), "{card}");
    }
}
