//! Pairs whose reporting lines are not known: each is looked at by itself, however many others are approved at once.

use super::*;
use crate::store::rounds::Fate;

/// One pair that is sure, and `unsure` pairs of which a line is not known.
async fn mixed(test: &FeatureTest, unsure: usize) -> RoundId {
    for n in 0..unsure {
        let nobody_known = Profile {
            manager: None,
            ..junior()
        };
        test.takes_part(&format!("UNIK{n:02}"), nobody_known).await;
        test.takes_part(&format!("USUE{n:02}"), senior()).await;
    }
    proposed(test).await
}

fn tick(round: RoundId, pair: &Proposal) -> Action {
    Action::ConfirmPair(round, pair.mentor.clone(), pair.mentee.clone())
}

async fn unsure(test: &FeatureTest, round: RoundId) -> Vec<Proposal> {
    let mut pairs = proposals(test, round).await;
    pairs.retain(|pair| pair.must_confirm && pair.fate == Fate::Open);
    pairs
}

async fn home(test: &FeatureTest) -> String {
    let mut tx = test.tx().await;
    let view = crate::router::home(&mut tx, &test.actor("UANA")).await;
    tx.rollback().await;
    render_view(&serde_json::to_value(view.unwrap()).unwrap())
}

#[tokio::test]
async fn approving_many_leaves_the_pairs_to_check_open() {
    let test = FeatureTest::program(settings()).await;
    let round = mixed(&test, 2).await;
    let card = test.last("UBEN", "look over").await.unwrap();
    assert!(
        card.contains("2 of them need a look of their own first"),
        "{card}"
    );
    assert!(card.contains("[ Approve 1 (2 to check stay) ]"), "{card}");
    assert_eq!(card.matches("[ Checked: introduce them ]").count(), 2);
    let reply = test.approves("UANA", round).await;
    let soon =
        "1 pair is about to be introduced and 2 are left to check. Nobody has heard anything yet.";
    let words = text(&reply.unwrap());
    assert!(
        words.contains(soon) && words.contains("*Approved: 1 pair.*"),
        "{words}"
    );
    assert_eq!(test.pairs().await.len(), 1);
    // The same again changes nothing.
    test.approves("UBEN", round).await.unwrap();
    assert_eq!(test.pairs().await.len(), 1);
    // The rest stays on the same card, with a button for each pair and none for all.
    assert_eq!(open_round(&test).await.id, round);
    assert_eq!(test.count("UANA", "Pairs to check").await, 0);
    let card = shown(&test, round).await;
    assert!(
        card.starts_with("# Pairs to check\n1 pair is introduced and 2 are left to check."),
        "{card}"
    );
    assert!(
        !card.contains("[ Approve") && card.contains("*Introduced*"),
        "{card}"
    );
    assert!(home(&test).await.contains("2 pairs, to check one by one"));
    assert!(!home(&test).await.contains("[ Approve"));
    // Nobody in it was told that nobody is free.
    test.run_due().await;
    assert_eq!(test.count("UNIK00", "Nobody who fits").await, 0);
    for (n, pair) in unsure(&test, round).await.iter().enumerate() {
        test.decides("UBEN", tick(round, pair)).await.unwrap();
        test.decides("UBEN", tick(round, pair)).await.unwrap();
        assert_eq!(test.pairs().await.len(), n + 2);
    }
    let words = " approved this round on Monday, March 2: 3 pairs.";
    assert!(card_of(&test, "UANA", round).await.contains(words));
}

/// The card as it is shown now.
#[tokio::test]
async fn a_pair_can_be_confirmed_before_the_others_are_approved() {
    let test = FeatureTest::program(settings()).await;
    let round = mixed(&test, 2).await;
    let pairs = unsure(&test, round).await;
    for user in ["USAM", "UEVE"] {
        assert!(refused(test.press(user, tick(round, &pairs[0])).await).contains("owners"));
    }
    let reply = test.decides("UANA", tick(round, &pairs[0])).await.unwrap();
    let progress = "1 pair is about to be introduced and 2 are left to look over.";
    assert!(text(&reply).contains(progress), "{}", text(&reply));
    assert_eq!(test.pairs().await.len(), 1);
    // Leaving out the other one keeps the round open for the sure pair, which then ends it.
    let (mentor, mentee) = (pairs[1].mentor.clone(), pairs[1].mentee.clone());
    let drop = Action::DropProposal {
        round,
        mentor,
        mentee,
    };
    test.press("UANA", drop).await.unwrap();
    test.decides("UANA", tick(round, &pairs[1])).await.unwrap();
    let reply = test.approves("UANA", round).await;
    assert!(text(&reply.unwrap()).contains(": 2 pairs."));
    assert_eq!(test.pairs().await.len(), 2);
}

#[tokio::test]
async fn a_round_of_pairs_to_check_has_no_button_for_all() {
    let test = FeatureTest::program(settings()).await;
    for n in 0..60 {
        let nobody_known = Profile {
            manager: None,
            ..junior()
        };
        test.takes_part(&format!("UNIK{n:02}"), nobody_known).await;
        test.takes_part(&format!("USUE{n:02}"), senior()).await;
    }
    test.command("UANA", "round").await.unwrap();
    test.run_due().await;
    let round = open_round(&test).await.id;
    let message = test.last_message("UANA", "look over").await.unwrap();
    let json = serde_json::to_string(&message.blocks).unwrap();
    assert!(
        message.blocks.len() <= 50 && json.chars().count() < 13_200,
        "{}",
        json.len()
    );
    assert!(!render(&message).contains("[ Approve"));
    let reply = test.approves("UANA", round).await.unwrap();
    assert!(text(&reply).contains("[ Checked: introduce them ]"));
    assert!(test.pairs().await.is_empty());
    let whole = test
        .press("UBEN", Action::ShowRound { round })
        .await
        .unwrap();
    let view = whole.modal.unwrap().view();
    assert!(view["blocks"].as_array().unwrap().len() <= 100);
    assert!(render_view(&view).contains("Pairs 1 to 42 of 60."));
    assert!(!home(&test).await.contains("[ Approve"));
    // Every pair is confirmed or left out: the round is decided with the last one.
    let pairs = unsure(&test, round).await;
    for (n, pair) in pairs.iter().enumerate() {
        let (mentor, mentee) = (pair.mentor.clone(), pair.mentee.clone());
        let drop = Action::DropProposal {
            round,
            mentor,
            mentee,
        };
        let action = if n % 2 == 0 { tick(round, pair) } else { drop };
        test.press("UANA", action).await.unwrap();
    }
    assert!(test.pairs().await.is_empty());
    test.introductions_begin().await;
    assert_eq!(test.pairs().await.len(), 30);
    let words = "<@UANA> approved this round on Monday, March 2: 30 pairs.";
    assert!(card_of(&test, "UBEN", round).await.starts_with(words));
}

/// What an owner approved without a look needs one at the introduction: the owners are asked about that pair alone.
#[tokio::test]
async fn a_pair_that_needs_a_look_by_now_is_asked_about_and_not_introduced() {
    for (user, changed) in [("UMIA", junior()), ("USAM", senior())] {
        let test = FeatureTest::program(settings()).await;
        test.takes_part("ULEA", junior()).await;
        test.takes_part("UTOM", senior()).await;
        let round = proposed(&test).await;
        assert!(unsure(&test, round).await.is_empty());
        let cleared = Profile {
            manager: None,
            ..changed
        };
        test.takes_part(user, cleared).await;
        test.approves("UANA", round).await.unwrap();
        assert_eq!(test.pairs().await.len(), 1, "{user}");
        let asked = open_round(&test).await;
        let pairs = unsure(&test, asked.id).await;
        assert_eq!(pairs.len(), 1);
        assert!([&pairs[0].mentor, &pairs[0].mentee].contains(&&user.into()));
        for owner in ["UANA", "UBEN"] {
            let card = test.last(owner, "Pairs to check").await.unwrap();
            assert!(card.contains("*Please check first:*"), "{card}");
        }
        test.decides("UANA", tick(asked.id, &pairs[0]))
            .await
            .unwrap();
        assert_eq!(test.pairs().await.len(), 2, "{user}");
    }
}

/// Nobody is assumed to live where the program does: without a time zone there is no match, and the reason says how to mend it.
#[tokio::test]
async fn somebody_without_a_time_zone_is_not_matched_and_reads_why() {
    use crate::testing::people::{person, takes_part};
    for user in ["UMIA", "USAM"] {
        let test = FeatureTest::program(settings()).await;
        test.takes_part("UMIA", junior()).await;
        test.takes_part("USAM", senior()).await;
        let profile = Profile {
            manager: Some(user.into()),
            ..if user == "UMIA" { junior() } else { senior() }
        };
        let mut tx = test.tx().await;
        takes_part(&mut tx, &person(user, None), &profile).await;
        tx.commit().await.unwrap();
        test.command("UANA", "round").await.unwrap();
        test.run_due().await;
        assert!(
            test.last("UANA", "doesn't say their time zone")
                .await
                .is_some()
        );
        assert_eq!(
            test.count(user, "tell me your time zone").await,
            1,
            "{user}"
        );
        // Once Slack says it, they are matched.
        test.seen(user, "UTC").await;
        test.command("UANA", "round").await.unwrap();
        test.run_due().await;
        assert_eq!(proposals(&test, open_round(&test).await.id).await.len(), 1);
    }
}

/// Whoever looks at a pair reads both reporting lines, as far as they are known: people in Slack, stand-ins by name, open ends.
#[tokio::test]
async fn a_pair_to_check_shows_both_reporting_lines() {
    use crate::domain::organization::{Entry, People, stand_in};
    let test = FeatureTest::program(settings()).await;
    let entry = |name: &str, manager: Option<UserId>| Entry {
        name: name.into(),
        manager,
        ..Entry::default()
    };
    let (lea, cleo) = (stand_in(1), stand_in(2));
    let listed: People = [
        ("UMIA".into(), entry("Mia", Some("UBOSS".into()))),
        ("UBOSS".into(), entry("Bo", Some(lea.clone()))),
        (lea, entry("Lea <Lead>", None)),
        ("USAM".into(), entry("Sam", Some(cleo.clone()))),
        (cleo.clone(), entry("Cleo Top", Some(cleo))),
    ]
    .into_iter()
    .collect();
    let mut tx = test.tx().await;
    crate::store::organization::replace(&mut tx, &People::default(), &listed)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let round = proposed(&test).await;
    let card = test.last("UANA", "look over").await.unwrap();
    let lines = "· 58\n<@UMIA> › <@UBOSS> › Lea &lt;Lead&gt; › …\n<@USAM> › Cleo Top\n[ Checked: introduce them ]  [ ⋯ ]";
    assert!(card.contains(lines), "{card}");
    // They are no part of the card once it is decided.
    let pair = unsure(&test, round).await.remove(0);
    let reply = test.press("UANA", tick(round, &pair)).await.unwrap();
    assert!(!text(&reply).contains("Cleo"), "{}", text(&reply));
}

/// Pairs to check stay where they are when an approval is undone.
#[tokio::test]
async fn an_undone_approval_leaves_pairs_to_check_in_their_round() {
    let test = FeatureTest::program(settings()).await;
    let round = mixed(&test, 2).await;
    let before = proposals(&test, round).await;
    let reply = test.press("UANA", Action::ApproveRound { round }).await;
    let words = text(&reply.unwrap());
    assert!(words.contains("*Approved: 1 pair.*"), "{words}");
    test.press("UANA", Action::UndoApproval { round })
        .await
        .unwrap();
    test.introductions_begin().await;
    assert_eq!(open_round(&test).await.id, round);
    assert_eq!(proposals(&test, round).await, before);
    assert!(test.pairs().await.is_empty());
}
