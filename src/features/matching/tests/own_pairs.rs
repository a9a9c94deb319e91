//! Nobody decides on a pair they are in, while somebody else can.

use super::*;
use crate::domain::participant::PersonInSlack;
use crate::store::audit;
use crate::store::rounds::{Fate, State};
use crate::testing::people::person;

fn owned_by(owners: &[&str]) -> Settings {
    Settings {
        owners: owners.iter().map(|&owner| owner.into()).collect(),
        ..settings()
    }
}

async fn admin(test: &FeatureTest, user: &str) {
    let admin = true;
    let person = PersonInSlack {
        admin,
        ..person(user, Some("UTC"))
    };
    let mut tx = test.tx().await;
    crate::store::people::save(&mut tx, &person).await.unwrap();
    tx.commit().await.unwrap();
}

/// `UANA`, an owner, mentors `USAM` in this round; beside them, `others` pairs.
async fn round_with_an_owner(test: &FeatureTest, others: usize) -> RoundId {
    let owners_own = mentor(&["Design"], &[]);
    test.takes_part("UANA", owners_own).await;
    test.takes_part("USAM", crate::testing::people::mentee(&[], &["Design"]))
        .await;
    for n in 0..others {
        test.takes_part(&format!("UJ{n}"), junior()).await;
        test.takes_part(&format!("US{n}"), senior()).await;
    }
    let asker = if test.command("UANA", "round").await.is_ok() {
        "UANA"
    } else {
        "UBEN"
    };
    test.run_due().await;
    assert_eq!(asker, "UANA");
    open_round(test).await.id
}

async fn noted(test: &FeatureTest, user: &str, verb: &str) -> bool {
    let mut tx = test.tx().await;
    let done = audit::of(&mut tx, &user.into()).await.unwrap();
    tx.rollback().await;
    done.iter().any(|(_, known)| known == verb)
}

fn has(pairs: &[crate::domain::pair::Pair], mentor: &str) -> bool {
    pairs.iter().any(|pair| pair.mentor.as_str() == mentor)
}

#[tokio::test]
async fn the_other_owner_decides_on_an_owners_pair() {
    let test = FeatureTest::program(owned_by(&["UANA", "UBEN"])).await;
    let round = round_with_an_owner(&test, 1).await;
    let card = test.last("UANA", "look over").await.unwrap();
    assert!(
        card.contains("_someone other than_ <@UANA> _decides_"),
        "{card}"
    );
    let reply = test.approves("UANA", round).await.unwrap();
    let words = text(&reply);
    assert!(
        words.contains("1 pair is about to be introduced and 1 is left to look over."),
        "{words}"
    );
    let pairs = test.pairs().await;
    assert!(pairs.len() == 1 && !has(&pairs, "UANA"), "{pairs:?}");
    // It stays on the card of its round, which the other owner has.
    assert_eq!(open_round(&test).await.id, round);
    assert!(
        card_of(&test, "UBEN", round)
            .await
            .starts_with("A round to look over: 1 pair is introduced and 1 is left to look over.")
    );
    let words = refused(test.press("UANA", Action::ApproveRound { round }).await);
    assert!(words.contains("<@UBEN> can do that"), "{words}");
    assert_eq!(test.pairs().await.len(), 1);
    test.approves("UBEN", round).await.unwrap();
    assert!(has(&test.pairs().await, "UANA"));
    assert!(!noted(&test, "UANA", "own_pair_approved").await);
}

/// The other owner approves everything at once, also the first one's pair.
#[tokio::test]
async fn whoever_is_not_in_it_approves_as_always() {
    let test = FeatureTest::program(owned_by(&["UANA", "UBEN"])).await;
    let round = round_with_an_owner(&test, 1).await;
    test.approves("UBEN", round).await.unwrap();
    assert_eq!(test.pairs().await.len(), 2);
}

#[tokio::test]
async fn where_there_is_no_other_owner_an_admin_decides() {
    for others in [0, 1] {
        let test = FeatureTest::program(owned_by(&["UANA"])).await;
        admin(&test, "UADA").await;
        let round = round_with_an_owner(&test, others).await;
        // With other pairs in it, the round is none of the admin's business.
        let seen = test.press("UADA", Action::ShowRound { round }).await;
        assert_eq!(seen.is_ok(), others == 0);
        let answer = test.press("UANA", Action::ApproveRound { round }).await;
        if others == 0 {
            let words = refused(answer);
            assert!(
                words.contains("a workspace admin decides on it: I've asked <@UADA>"),
                "{words}"
            );
        }
        test.introductions_begin().await;
        assert!(!has(&test.pairs().await, "UANA"));
        let apart = open_round(&test).await.id;
        assert!(test.last("UADA", "→ <@USAM>").await.is_some(), "{others}");
        test.approves("UADA", apart).await.unwrap();
        assert!(has(&test.pairs().await, "UANA"), "{others}");
        assert_eq!(test.pairs().await.len(), others + 1);
    }
}

#[tokio::test]
async fn where_there_is_nobody_else_the_owner_may_and_that_is_on_record() {
    let test = FeatureTest::program(owned_by(&["UANA"])).await;
    let round = round_with_an_owner(&test, 1).await;
    let card = test.last("UANA", "look over").await.unwrap();
    assert!(!card.contains("someone other than"), "{card}");
    test.approves("UANA", round).await.unwrap();
    assert_eq!(test.pairs().await.len(), 2);
    assert!(noted(&test, "UANA", "own_pair_approved").await);
}

#[tokio::test]
async fn a_pair_to_check_is_no_ones_own_either() {
    for with_admin in [false, true] {
        let owners: &[&str] = if with_admin {
            &["UANA"]
        } else {
            &["UANA", "UBEN"]
        };
        let test = FeatureTest::program(owned_by(owners)).await;
        if with_admin {
            admin(&test, "UADA").await;
        }
        let unknown = Profile {
            manager: None,
            ..junior()
        };
        test.takes_part("UANA", unknown.clone()).await;
        test.takes_part("USAM", senior()).await;
        test.command("UANA", "round").await.unwrap();
        test.run_due().await;
        let round = open_round(&test).await.id;
        let tick = Action::ConfirmPair(round, "UANA".into(), "USAM".into());
        let words = refused(test.press("UANA", tick.clone()).await);
        assert!(words.starts_with("You're in this pair yourself"), "{words}");
        assert!(test.pairs().await.is_empty());
        let other = if with_admin { "UADA" } else { "UBEN" };
        test.decides(other, tick).await.unwrap();
        assert_eq!(test.pairs().await.len(), 1);
    }
}

/// What an admin stands in for is only this pair.
#[tokio::test]
async fn an_admin_stands_in_for_nothing_else() {
    let test = FeatureTest::program(owned_by(&["UANA"])).await;
    admin(&test, "UADA").await;
    let round = proposed(&test).await;
    for action in [
        Action::ApproveRound { round },
        Action::RejectRound { round },
        Action::ShowRound { round },
        Action::ShowPair(round, "UMIA".into(), "USAM".into()),
        Action::UndoApproval { round },
        edits::ask(round, Edit::Drop, "UMIA", "USAM"),
    ] {
        let words = refused(test.press("UADA", action).await);
        assert!(words.contains("Only the program's owners"), "{words}");
    }
    let found = proposals(&test, round).await;
    assert_eq!(found[0].fate, Fate::Open);
    let mut tx = test.tx().await;
    let found = rounds::find(&mut tx, round).await.unwrap().unwrap();
    tx.rollback().await;
    assert_eq!(found.state, State::Proposed);
}

/// Whether an owner's own partner would take another is theirs to tell: no card and no note of a round names them.
#[tokio::test]
async fn nobody_reads_in_a_round_that_an_owners_partner_would_take_another() {
    let test = FeatureTest::program(owned_by(&["USAM", "UBEN"])).await;
    test.seen("UBEN", "UTC").await;
    test.introduced().await;
    let more = Profile {
        mentor_capacity: 2,
        ..junior()
    };
    for user in ["UMIA", "UJO"] {
        test.takes_part(user, more.clone()).await;
        let mut tx = test.tx().await;
        participants::wants_partner(&mut tx, &user.into())
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
    test.command("UBEN", "round").await.unwrap();
    test.run_due().await;
    let note = test.last("UBEN", "none this time").await.unwrap();
    assert!(note.contains("<@UJO>"), "{note}");
    assert!(!note.contains("<@UMIA>"), "{note}");
    assert!(!note.contains("would take another"), "{note}");
}
