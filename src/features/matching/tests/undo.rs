//! Ten minutes in which nobody hears of an approval, and it can be undone.

use super::*;
use crate::store::audit;
use crate::store::rounds::{Fate, State};

const MINUTE: SignedDuration = SignedDuration::from_mins(1);

async fn state(test: &FeatureTest, round: RoundId) -> State {
    let mut tx = test.tx().await;
    let found = rounds::find(&mut tx, round).await.unwrap().unwrap();
    tx.rollback().await;
    found.state
}

/// Everything that reached somebody other than owners.
async fn participants_were_told(test: &FeatureTest) -> bool {
    for lane in ["UMIA", "USAM", "UMAX", "pair/"] {
        if !test.messages(lane).await.is_empty() {
            return true;
        }
    }
    false
}

#[tokio::test]
async fn nobody_hears_of_an_approval_for_ten_minutes_and_it_can_be_undone_until_then() {
    let mut test = FeatureTest::program(settings()).await;
    test.takes_part("UMAX", mentor(&["Design"], &[])).await;
    let round = proposed(&test).await;
    let before = proposals(&test, round).await;
    let reply = test.press("UANA", Action::ApproveRound { round }).await;
    let card = text(&reply.unwrap());
    insta::assert_snapshot!(card, @"
    <@UANA> approved this round on Monday, March 2: 1 pair.
    Nobody has heard of it yet: the introductions begin <!date^1772442600^{date_long_pretty} at {time}|Monday, March 2 at 9:10 AM (UTC)>. Until then, you can undo this.
    [ Undo ]
    • <@UMIA> mentors <@USAM>
    · Only the program's owners see this.
    ");
    test.pass(MINUTE * 9).await;
    assert!(!participants_were_told(&test).await && test.pairs().await.is_empty());
    // Any owner undoes it, and the round is what it was.
    let reply = test.press("UBEN", Action::UndoApproval { round }).await;
    let card = text(&reply.unwrap());
    assert!(
        card.contains("[ Approve ]") && card.contains("I found *1 pair*"),
        "{card}"
    );
    assert_eq!(state(&test, round).await, State::Proposed);
    assert_eq!(proposals(&test, round).await, before);
    assert!(
        card_of(&test, "UANA", round)
            .await
            .contains("A round to look over")
    );
    let mut tx = test.tx().await;
    let verbs = audit::of(&mut tx, &"UBEN".into()).await.unwrap();
    let reminder = timers::due(&mut tx, &Timer::RoundWaits(round))
        .await
        .unwrap();
    tx.rollback().await;
    assert!(verbs.iter().any(|(_, verb)| verb == "approval_undone"));
    assert!(reminder.is_some(), "it waits for owners again");
    test.pass(MINUTE * 60 * 24).await;
    assert!(!participants_were_told(&test).await && test.pairs().await.is_empty());
    // Undoing it again shows how it stands, and approving it works as before.
    let reply = test.press("UANA", Action::UndoApproval { round }).await;
    assert!(text(&reply.unwrap()).contains("[ Approve ]"));
    test.press("UANA", Action::ApproveRound { round })
        .await
        .unwrap();
    test.pass(MINUTE * 10).await;
    assert_eq!(test.pairs().await.len(), 1);
}

#[tokio::test]
async fn once_the_introductions_have_begun_it_is_too_late() {
    let mut test = FeatureTest::program(settings()).await;
    let round = proposed(&test).await;
    test.press("UANA", Action::ApproveRound { round })
        .await
        .unwrap();
    test.pass(MINUTE * 10).await;
    assert_eq!(test.pairs().await.len(), 1);
    let card = card_of(&test, "UBEN", round).await;
    assert!(card.starts_with("<@UANA> approved this round"), "{card}");
    let mut tx = test.tx().await;
    let message = super::super::card(&mut tx, round).await.unwrap().unwrap();
    tx.rollback().await;
    assert!(!render(&message).contains("[ Undo ]"));
    let words = refused(test.press("UANA", Action::UndoApproval { round }).await);
    assert!(words.starts_with("It's too late to undo this"), "{words}");
    // Neither does a replica whose clock is slow: what has begun is stored.
    test.now -= MINUTE * 5;
    let words = refused(test.press("UANA", Action::UndoApproval { round }).await);
    assert!(words.starts_with("It's too late to undo this"), "{words}");
    assert_eq!(state(&test, round).await, State::Approved);
}

#[tokio::test]
async fn only_owners_undo() {
    let test = FeatureTest::program(settings()).await;
    let round = proposed(&test).await;
    test.press("UANA", Action::ApproveRound { round })
        .await
        .unwrap();
    for user in ["UMIA", "USAM", "UELSE"] {
        let words = refused(test.press(user, Action::UndoApproval { round }).await);
        assert!(words.contains("Only the program's owners"), "{words}");
    }
    assert_eq!(state(&test, round).await, State::Approved);
}

/// A round that is made within the ten minutes proposes nobody who is about to be introduced, and says of nobody that they are
/// left over.
#[tokio::test]
async fn who_is_about_to_be_introduced_is_in_no_other_round() {
    for matching in [settings(), rolling(true)] {
        let mut test = FeatureTest::program(matching).await;
        let round = proposed(&test).await;
        test.press("UANA", Action::ApproveRound { round })
            .await
            .unwrap();
        test.takes_part("UNIK", junior()).await;
        test.takes_part("USUE", senior()).await;
        test.command("UBEN", "round").await.unwrap();
        test.run_due().await;
        let next = open_round(&test).await;
        let found = proposals(&test, next.id).await;
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].mentor.as_str(), found[0].mentee.as_str()),
            ("UNIK", "USUE")
        );
        let card = test.last("UBEN", "look over").await.unwrap();
        assert!(
            card.contains("There's someone for everyone who was waiting."),
            "{card}"
        );
        // Both can be decided on: the one that was put back, and the new one.
        test.press("UANA", Action::UndoApproval { round })
            .await
            .unwrap();
        test.press("UANA", Action::ApproveRound { round })
            .await
            .unwrap();
        test.press("UANA", Action::ApproveRound { round: next.id })
            .await
            .unwrap();
        test.pass(MINUTE * 10).await;
        assert_eq!(test.pairs().await.len(), 2);
    }
}

#[tokio::test]
async fn without_approval_nothing_waits() {
    let test = FeatureTest::program(rolling(false)).await;
    test.takes_part("UMIA", junior()).await;
    test.takes_part("USAM", senior()).await;
    test.match_now().await;
    assert_eq!(test.pairs().await.len(), 1);
}

#[tokio::test]
async fn a_pair_that_was_left_out_is_put_back_where_it_was() {
    let test = edits::two_each().await;
    test.run_due().await;
    let round = open_round(&test).await.id;
    let before = proposals(&test, round).await;
    let (mentor, mentee) = (&before[1].mentor, &before[1].mentee);
    let edit = |edit: Edit| edits::ask(round, edit, mentor.as_str(), mentee.as_str());
    let card = text(&test.press("UANA", edit(Edit::Drop)).await.unwrap());
    let line = format!("Left out: <@{mentor}> with <@{mentee}>\n[ Put it back ]");
    assert!(card.contains(&line), "{card}");
    assert!(card.find(&line) > card.find(" → "), "in its place: {card}");
    let card = text(&test.press("UBEN", edit(Edit::PutBack)).await.unwrap());
    assert!(
        !card.contains("Left out") && card.contains("[ Approve all 2 ]"),
        "{card}"
    );
    assert_eq!(proposals(&test, round).await, before);
    // Once the round is decided, it stays as it is.
    test.press("UANA", edit(Edit::Drop)).await.unwrap();
    test.approves("UANA", round).await.unwrap();
    test.press("UANA", edit(Edit::PutBack)).await.unwrap();
    assert_eq!(proposals(&test, round).await[1].fate, Fate::Dropped);
    assert_eq!(test.pairs().await.len(), 1);
}

/// A round of one pair to check, and one that is sure.
async fn with_one_to_check(test: &FeatureTest) -> (RoundId, Action) {
    let nobody_known = Profile {
        manager: None,
        ..junior()
    };
    test.takes_part("UNIK", nobody_known).await;
    test.takes_part("USUE", senior()).await;
    let round = proposed(test).await;
    let mut pairs = proposals(test, round).await.into_iter();
    let pair = pairs.rfind(|pair| pair.must_confirm).unwrap();
    (round, Action::ConfirmPair(round, pair.mentor, pair.mentee))
}

fn back(check: &Action) -> Action {
    let Action::ConfirmPair(round, mentor, mentee) = check else {
        panic!("{check:?}");
    };
    edits::ask(*round, Edit::Undecided, mentor.as_str(), mentee.as_str())
}

#[tokio::test]
async fn nobody_hears_of_a_check_for_ten_minutes_and_it_can_be_undone_until_then() {
    let mut test = FeatureTest::program(settings()).await;
    let (round, check) = with_one_to_check(&test).await;
    let before = proposals(&test, round).await;
    let card = text(&test.press("UANA", check.clone()).await.unwrap());
    insta::assert_snapshot!(card, @"
    # A round to look over
    1 pair is about to be introduced and 1 is left to look over. Nobody has heard anything yet.
    <@UNIK> (Early career) → <@USUE> (Director) · 58
    _Checked by_ <@UANA>. They're introduced <!date^1772442600^{date_long_pretty} at {time}|Monday, March 2 at 9:10 AM (UTC)>.
    [ Undo ]
    <@UMIA> (Early career) → <@USAM> (Director) · 58
    [ ⋯ ] (Why these two?, Keep this pair, What if they weren't a pair?, Not this pair, Set one of them aside)
    [ Approve ]  [ Decline the rest ]
      asks \"Introduce them?: The two are introduced to each other in ten minutes at the soonest. Until then, you can undo it.\" [ Not yet ]  [ Introduce them ]
      asks \"Decline the rest?: None of the pairs that are left is introduced. They keep their places and hear only that nobody who fits was free. What was approved or checked before stays.\" [ Keep them ]  [ Decline the rest ]
    · Only the program's owners see this.
    ");
    test.pass(MINUTE * 9).await;
    assert!(!participants_were_told(&test).await && test.pairs().await.is_empty());
    // The other owner's press of the same button changes nothing, and either takes it back.
    test.press("UBEN", check.clone()).await.unwrap();
    let card = text(&test.press("UBEN", back(&check)).await.unwrap());
    assert!(card.contains("[ Checked: introduce them ]"), "{card}");
    assert_eq!(proposals(&test, round).await, before);
    test.pass(MINUTE * 60).await;
    assert!(!participants_were_told(&test).await && test.pairs().await.is_empty());
    // Checked anew, they meet ten minutes later, whatever is decided on the rest.
    test.press("UANA", check.clone()).await.unwrap();
    test.press("UBEN", Action::RejectRound { round })
        .await
        .unwrap();
    assert_eq!(state(&test, round).await, State::Rejected);
    let words =
        "declined the rest of this round on Monday, March 2. 1 pair is about to be introduced.";
    assert!(card_of(&test, "UANA", round).await.contains(words));
    test.pass(MINUTE * 10).await;
    assert_eq!(test.pairs().await.len(), 1);
    let words = refused(test.press("UANA", back(&check)).await);
    assert!(words.starts_with("It's too late to undo this"), "{words}");
}

#[tokio::test]
async fn a_round_is_decided_with_the_last_pair_that_was_checked() {
    let mut test = FeatureTest::program(settings()).await;
    let (round, check) = with_one_to_check(&test).await;
    test.press("UANA", Action::ApproveRound { round })
        .await
        .unwrap();
    test.pass(MINUTE * 5).await;
    test.press("UBEN", check).await.unwrap();
    test.pass(MINUTE * 5).await;
    assert_eq!(test.pairs().await.len(), 1);
    assert_eq!(state(&test, round).await, State::Proposed);
    test.pass(MINUTE * 5).await;
    assert_eq!(test.pairs().await.len(), 2);
    assert_eq!(state(&test, round).await, State::Approved);
}

/// A newer round takes over what nobody decided on; who is about to be introduced is introduced, or is free again after an undo.
#[tokio::test]
async fn a_newer_round_leaves_pairs_alone_that_are_about_to_be_introduced() {
    for undone in [false, true] {
        let mut test = FeatureTest::program(settings()).await;
        let (round, check) = with_one_to_check(&test).await;
        test.press("UANA", check).await.unwrap();
        test.press("UANA", Action::LookAgain { round })
            .await
            .unwrap();
        test.run_due().await;
        let next = open_round(&test).await;
        assert_eq!(proposals(&test, next.id).await.len(), 1);
        assert_eq!(state(&test, round).await, State::Superseded);
        if undone {
            test.press("UBEN", Action::UndoApproval { round })
                .await
                .unwrap();
        }
        test.pass(MINUTE * 10).await;
        assert_eq!(test.pairs().await.len(), usize::from(!undone));
        test.command("UANA", "round").await.unwrap();
        test.run_due().await;
        let found = proposals(&test, open_round(&test).await.id).await;
        assert_eq!(found.len(), 1 + usize::from(undone));
    }
}

/// What stops being allowed in those minutes is not introduced. The owners read that, and the two hear nothing.
#[tokio::test]
async fn a_checked_pair_that_is_no_longer_allowed_is_not_introduced() {
    let mut test = FeatureTest::program(settings()).await;
    let (_, check) = with_one_to_check(&test).await;
    let Action::ConfirmPair(_, mentor, mentee) = &check else {
        panic!("{check:?}");
    };
    test.press("UANA", check.clone()).await.unwrap();
    test.standing(mentee.as_str(), Standing::Paused).await;
    test.pass(MINUTE * 10).await;
    assert!(test.pairs().await.is_empty());
    let note = test
        .last("UBEN", "couldn't be introduced after all")
        .await
        .unwrap();
    assert!(
        note.contains("doesn't take part at the moment, or is on a break"),
        "{note}"
    );
    assert!(test.messages(mentor.as_str()).await.is_empty());
}
