//! A pair that was promised is not lost to one that was only proposed.

use super::first_match::windowed;
use super::*;
use crate::domain::ids::RoundId;
use crate::store::rounds::Origin;

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// The round that waits for an owner and has this origin.
async fn waiting(test: &FeatureTest, invite: bool) -> RoundId {
    let mut tx = test.tx().await;
    let proposed = rounds::proposed(&mut tx).await.unwrap();
    tx.rollback().await;
    let mut found = proposed.iter();
    let found = found.find(|round| (round.origin == Origin::Invite) == invite);
    found.unwrap().id
}

/// A round proposes `UMIA` to `USAM`; then `UZOE` says yes to him, and an owner is to take a look first.
async fn promised_meanwhile() -> FeatureTest {
    let test = FeatureTest::program(settings()).await;
    test.takes_part("UMIA", junior()).await;
    test.takes_part("USAM", senior()).await;
    test.command("UANA", "round").await.unwrap();
    test.run_due().await;
    test.seen("UZOE", "UTC").await;
    test.command("USAM", "invite <@UZOE|zoe>").await.unwrap();
    let unknown = Profile {
        manager: None,
        ..junior()
    };
    test.takes_part("UZOE", unknown).await;
    let invitation = latest(&test, "USAM").await.id;
    let yes = Action::AnswerInvitation {
        invitation,
        accept: true,
    };
    let words = shown(&test.press("UZOE", yes).await.unwrap());
    assert!(words.contains("quick look first"), "{words}");
    test.run_due().await;
    test
}

#[tokio::test]
async fn a_proposal_made_before_takes_nobodys_promised_place() {
    for away in [false, true] {
        let mut test = promised_meanwhile().await;
        let round = waiting(&test, false).await;
        let mut tx = test.tx().await;
        let card = crate::features::matching::card(&mut tx, round).await;
        tx.rollback().await;
        let card = render(&card.unwrap().unwrap());
        assert!(card.contains("<@USAM> _isn't looking now_"), "{card}");
        assert!(card.contains("[ Look again ]"), "{card}");
        if away {
            test.command("USAM", "pause until 2026-03-06")
                .await
                .unwrap();
        }
        test.approves("UANA", round).await.unwrap();
        assert!(test.pairs().await.is_empty());
        assert!(test.waits("UMIA").await);
        let invited = waiting(&test, true).await;
        let check = Action::ConfirmPair(invited, "UZOE".into(), "USAM".into());
        test.press("UBEN", check).await.unwrap();
        test.pass(DAY * 6).await;
        let pairs = test.pairs().await;
        assert_eq!(pairs.len(), 1, "{away}");
        assert_eq!(pairs[0].mentor.as_str(), "UZOE");
        for user in ["USAM", "UZOE"] {
            assert_eq!(test.count(user, "won't be a pair").await, 0);
        }
    }
}

/// Once nothing is promised any more, the earlier proposal is as good as before.
#[tokio::test]
async fn a_promise_that_comes_to_nothing_leaves_the_place() {
    let test = promised_meanwhile().await;
    let invited = waiting(&test, true).await;
    test.press("UBEN", Action::RejectRound { round: invited })
        .await
        .unwrap();
    test.run_due().await;
    let round = waiting(&test, false).await;
    let mut tx = test.tx().await;
    let card = crate::features::matching::card(&mut tx, round).await;
    tx.rollback().await;
    let card = render(&card.unwrap().unwrap());
    assert!(!card.contains("isn't looking now"), "{card}");
    test.approves("UANA", round).await.unwrap();
    assert_eq!(test.pairs().await[0].mentor.as_str(), "UMIA");
}

/// Whom an owner has to look at by now, both stay promised each other, and hear what comes of it.
#[tokio::test]
async fn a_promised_pair_whose_lines_are_no_longer_known_stays_promised() {
    for checked in [true, false] {
        let mut test = FeatureTest::program(settings()).await;
        let id = invited(&test).await;
        test.takes_part("UMIA", junior()).await;
        test.command("USAM", "pause until 2026-03-06")
            .await
            .unwrap();
        answer(&test, id, true).await;
        let unknown = Profile {
            manager: None,
            ..junior()
        };
        test.takes_part("UMIA", unknown).await;
        test.pass(DAY * 5).await;
        assert!(test.pairs().await.is_empty());
        let status = shown(&test.command("USAM", "status").await.unwrap());
        assert!(
            status.contains("*You and <@UMIA> found each other.* One of the program's owners"),
            "{status}"
        );
        let round = waiting(&test, true).await;
        let action = if checked {
            Action::ConfirmPair(round, "UMIA".into(), "USAM".into())
        } else {
            Action::RejectRound { round }
        };
        test.press("UBEN", action).await.unwrap();
        test.pass(DAY).await;
        assert_eq!(test.pairs().await.len(), usize::from(checked));
        for user in ["UMIA", "USAM"] {
            let told = test.count(user, "won't be a pair this time").await;
            assert_eq!(told, usize::from(!checked), "{user}");
        }
    }
}

/// A second proposal of the same two is settled when they become a pair, whichever of them owners look at first.
#[tokio::test]
async fn two_who_are_a_pair_by_now_never_read_that_they_wont_be() {
    for invitation_first in [true, false] {
        let mut test = FeatureTest::program(settings()).await;
        let unknown = Profile {
            manager: None,
            ..junior()
        };
        test.takes_part("UMIA", unknown).await;
        test.takes_part("USAM", senior()).await;
        test.command("UANA", "round").await.unwrap();
        test.run_due().await;
        test.command("USAM", "invite <@UMIA|mia>").await.unwrap();
        let id = latest(&test, "USAM").await.id;
        answer(&test, id, true).await;
        test.run_due().await;
        let round = waiting(&test, invitation_first).await;
        let check = Action::ConfirmPair(round, "UMIA".into(), "USAM".into());
        test.decides("UBEN", check).await.unwrap();
        test.pass(DAY * 2).await;
        assert_eq!(test.pairs().await.len(), 1, "{invitation_first}");
        let mut tx = test.tx().await;
        assert_eq!(rounds::proposed(&mut tx).await.unwrap(), []);
        tx.rollback().await;
        test.pass(DAY * 30).await;
        for user in ["USAM", "UMIA"] {
            let lapsed = test.last(user, "won't be a pair").await;
            assert_eq!(lapsed, None, "{invitation_first}");
        }
    }
}

/// Two with more places than one are not proposed what they have agreed on.
#[tokio::test]
async fn two_who_are_promised_each_other_are_not_proposed_again() {
    let test = FeatureTest::program(settings()).await;
    let mentor = Profile {
        manager: None,
        mentor_capacity: 2,
        ..junior()
    };
    let mentee = Profile {
        mentee_capacity: 2,
        ..senior()
    };
    test.takes_part("UMIA", mentor).await;
    test.takes_part("USAM", mentee).await;
    test.command("USAM", "invite <@UMIA|mia>").await.unwrap();
    let id = latest(&test, "USAM").await.id;
    answer(&test, id, true).await;
    test.run_due().await;
    test.command("UANA", "round").await.unwrap();
    test.run_due().await;
    let mut tx = test.tx().await;
    let proposed = rounds::proposed(&mut tx).await.unwrap();
    tx.rollback().await;
    let origins: Vec<Origin> = proposed.iter().map(|round| round.origin).collect();
    assert_eq!(origins, [Origin::Invite]);
}

/// Nobody can undo it, and it takes one of two places: an owner can make another pair of them by hand.
#[tokio::test]
async fn a_promise_leaves_the_other_place_to_owners() {
    let test = FeatureTest::program(windowed()).await;
    let two = Profile {
        mentee_capacity: 2,
        ..senior()
    };
    test.takes_part("USAM", two).await;
    test.takes_part("UMIA", junior()).await;
    test.takes_part("UNIK", junior()).await;
    test.command("USAM", "invite <@UMIA|mia>").await.unwrap();
    let id = latest(&test, "USAM").await.id;
    answer(&test, id, true).await;
    test.run_due().await;
    let by_hand = [
        ("mentor", Answer::User("UNIK".into())),
        ("mentee", Answer::User("USAM".into())),
    ];
    let looked = test.submit("UANA", Form::MakePair, &by_hand).await;
    let looked = looked.unwrap();
    assert_eq!(looked.errors, []);
    assert!(looked.modal.is_some());
}
