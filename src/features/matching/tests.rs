use super::*;
use crate::domain::card::Card;
use crate::domain::matching::Edit;
use crate::domain::participant::{Profile, Standing};
use crate::domain::program::Settings;
use crate::features::Error;
use crate::features::Reply;
use crate::slack::event::{Action, Answer, Form};
use crate::store::outbox::What;
use crate::store::rounds::Proposal;
use crate::store::rounds::Round;
use crate::testing::feature_test::{FeatureTest, render, render_view};
use crate::testing::people::{junior, mentor, rolling, senior, settings};
use jiff::SignedDuration;
use jiff::civil::{Date, date};

mod edits;
mod gone;
mod held;
mod out;
mod own_pairs;
mod pages;
mod to_check;
mod undo;
mod what_if;

async fn open_round(test: &FeatureTest) -> Round {
    let mut tx = test.tx().await;
    let mut open = rounds::proposed(&mut tx).await.unwrap();
    tx.rollback().await;
    assert_eq!(open.len(), 1, "one open round");
    open.remove(0)
}

async fn proposals(test: &FeatureTest, round: RoundId) -> Vec<Proposal> {
    let mut tx = test.tx().await;
    let found = rounds::proposals(&mut tx, round).await.unwrap();
    tx.rollback().await;
    found
}

async fn proposed(test: &FeatureTest) -> RoundId {
    test.takes_part("UMIA", junior()).await;
    test.takes_part("USAM", senior()).await;
    test.command("UANA", "round").await.unwrap();
    test.run_due().await;
    open_round(test).await.id
}

/// A round's card as owners see it.
async fn shown(test: &FeatureTest, round: RoundId) -> String {
    let mut tx = test.tx().await;
    let message = super::card(&mut tx, round).await.unwrap().unwrap();
    tx.rollback().await;
    render(&message)
}

fn text(reply: &Reply) -> String {
    let message = reply.replace.as_ref().or(reply.say.as_ref());
    message.map(render).unwrap_or_default()
}

fn refused(outcome: Result<Reply>) -> String {
    match outcome {
        Err(Error::User(words)) => words.into_string(),
        other => panic!("refused, not {other:?}"),
    }
}

#[tokio::test]
async fn owners_get_a_proposal_with_reasons_and_nobody_else_hears() {
    let test = FeatureTest::program(settings()).await;
    test.takes_part("UMAX", mentor(&["Design"], &[])).await;
    let round = proposed(&test).await;
    let card = test.last("UANA", "look over").await.unwrap();
    insta::assert_snapshot!(card, @"
    # A round to look over
    I found *1 pair*. In this round, one person stays without a partner. Nobody has heard anything yet; they will when you approve.
    <@UMIA> (Early career) → <@USAM> (Director) · 58
    [ ⋯ ] (Why these two?, Keep this pair, What if they weren't a pair?, Not this pair, Set one of them aside)
    ----
    *Without a partner*
    • Everyone who would fit scores below the floor. <@UMAX>
    [ Approve ]  [ Decline ]
      asks \"Introduce them?: The two are introduced to each other in ten minutes at the soonest. Until then, you can undo it.\" [ Not yet ]  [ Introduce them ]
      asks \"Decline this round?: Nobody is introduced and nobody is told. You can ask for another round at any time.\" [ Keep it ]  [ Decline ]
    · Only the program's owners see this.
    ");
    assert_eq!(test.last("UBEN", "look over").await.unwrap(), card);
    for user in ["UMIA", "USAM", "UMAX", "pair/"] {
        assert!(test.messages(user).await.is_empty(), "{user}");
    }
    let stored = open_round(&test).await;
    assert_eq!(
        (stored.seed, stored.origin),
        (rounds::seed(round), Origin::Asked)
    );
}

#[tokio::test]
async fn the_same_round_replays_from_its_seed() {
    let test = FeatureTest::program(settings()).await;
    for n in 0..6 {
        test.takes_part(&format!("UJ{n}"), junior()).await;
        test.takes_part(&format!("US{n}"), senior()).await;
    }
    let mut tx = test.tx().await;
    rounds::want(&mut tx, Origin::Scheduled, None)
        .await
        .unwrap();
    let input = gather(&mut tx).await.unwrap().unwrap();
    let again = gather(&mut tx).await.unwrap().unwrap();
    tx.rollback().await;
    assert_eq!(solve(&input).0, solve(&again).0);
    assert_eq!(solve(&input).0.certificate.gap, 0);
}

#[tokio::test]
async fn only_owners_ask_see_and_decide() {
    let test = FeatureTest::program(settings()).await;
    let round = proposed(&test).await;
    let (mentor, mentee) = ("UMIA".into(), "USAM".into());
    for action in [
        Action::ProposeRound,
        Action::ShowRound { round },
        Action::PageRound { round, from: 0 },
        Action::ApproveRound { round },
        Action::RejectRound { round },
        Action::Edit(round, Edit::Keep, "UMIA".into(), "USAM".into()),
        Action::Edit(round, Edit::Drop, "UMIA".into(), "USAM".into()),
        Action::Edit(round, Edit::Aside, "UMIA".into(), "".into()),
        Action::LookAgain { round },
        Action::WhatIfNot(round, "UMIA".into(), "USAM".into()),
        Action::DropProposal {
            round,
            mentor,
            mentee,
        },
    ] {
        let words = refused(test.press("UMIA", action).await);
        assert!(words.contains("Only the program's owners"), "{words}");
    }
    assert!(refused(test.command("USAM", "round").await).contains("owners"));
    assert_eq!(open_round(&test).await.id, round);
}

/// An owner's copy of a round, as its change that is on its way makes it.
async fn card_of(test: &FeatureTest, owner: &str, round: RoundId) -> String {
    let queued = test.queued().await.into_iter();
    let mut changes = queued.filter(|row| {
        let card = Card::Round(round);
        row.lane == owner && matches!(&row.what, What::Card { card: other, .. } if *other == card)
    });
    assert!(changes.next().is_some(), "{owner}'s card changes");
    let mut tx = test.tx().await;
    let message = super::card(&mut tx, round).await.unwrap().unwrap();
    tx.rollback().await;
    message.text
}

#[tokio::test]
async fn the_first_owner_decides_and_the_second_reads_who_did() {
    let mut test = FeatureTest::program(settings()).await;
    let round = proposed(&test).await;
    let approve = Action::ApproveRound { round };
    let reply = test.approves("UANA", round).await.unwrap();
    let words = "<@UANA> approved this round on Monday, March 2: 1 pair.";
    assert!(text(&reply).starts_with(words), "{}", text(&reply));
    assert_eq!(test.pairs().await.len(), 1);
    assert!(
        card_of(&test, "UBEN", round).await.starts_with(words),
        "the other owner's card says so, too"
    );

    test.pass(SignedDuration::from_hours(24)).await;
    for late in [approve, Action::RejectRound { round }] {
        let reply = test.press("UBEN", late).await.unwrap();
        assert!(text(&reply).starts_with(words), "{}", text(&reply));
    }
    assert_eq!(test.pairs().await.len(), 1);
    assert_eq!(test.count("pair/", "Good to have you both").await, 1);
}

#[tokio::test]
async fn a_declined_round_reaches_nobody() {
    let test = FeatureTest::program(settings()).await;
    let round = proposed(&test).await;
    let reply = test
        .press("UBEN", Action::RejectRound { round })
        .await
        .unwrap();
    assert!(text(&reply).contains("<@UBEN> declined this round on Monday, March 2."));
    let reply = test.approves("UANA", round).await.unwrap();
    assert!(text(&reply).contains("<@UBEN> declined"));
    assert!(test.pairs().await.is_empty());
    assert!(test.messages("UMIA").await.is_empty() && test.messages("USAM").await.is_empty());
}

#[tokio::test]
async fn a_pair_left_out_stays_out_and_looking_again_finds_another() {
    let test = FeatureTest::program(settings()).await;
    let round = proposed(&test).await;
    test.takes_part("UMEG", junior()).await;
    let leave_out = Action::DropProposal {
        round,
        mentor: "UMIA".into(),
        mentee: "USAM".into(),
    };
    for owner in ["UANA", "UBEN"] {
        let reply = test.press(owner, leave_out.clone()).await.unwrap();
        let card = text(&reply);
        assert!(card.contains("Left out: <@UMIA> with <@USAM>"), "{card}");
        assert!(
            !card.contains("Approve"),
            "nothing is left to approve: {card}"
        );
    }
    let words = refused(test.approves("UANA", round).await);
    assert!(words.contains("nothing to approve"));
    test.press("UANA", Action::ProposeRound).await.unwrap();
    test.run_due().await;
    let next = open_round(&test).await;
    let found = proposals(&test, next.id).await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].mentor, UserId::from("UMEG"));
    let card = test.last("UBEN", "This replaces what").await.unwrap();
    assert!(
        card.contains("This replaces what was still open of the round of Monday, March 2."),
        "{card}"
    );
    let old = test.press("UANA", leave_out).await.unwrap();
    assert!(text(&old).starts_with("A newer round replaced this one"));
}

#[tokio::test]
async fn asking_twice_is_one_round() {
    let test = FeatureTest::program(settings()).await;
    test.takes_part("UMIA", junior()).await;
    test.takes_part("USAM", senior()).await;
    test.command("UANA", "round").await.unwrap();
    let said = test.command("UBEN", "round").await.unwrap();
    assert_eq!(
        text(&said),
        "I'll look for pairs now; you'll get the proposal in a direct message in a minute."
    );
    test.run_due().await;
    open_round(&test).await;
    assert_eq!(test.count("UANA", "look over").await, 1);
}

#[tokio::test]
async fn a_scheduled_round_comes_on_its_civil_time_and_tells_whom_it_left_over() {
    let mut test = FeatureTest::program(Settings {
        time_zone: "America/New_York".into(),
        ..settings()
    })
    .await;
    test.takes_part("UMIA", junior()).await;
    let mut tx = test.tx().await;
    scheduled(&mut tx).await.unwrap();
    let next = timers::due(&mut tx, &Timer::Round).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(next, Some("2026-03-02T15:00:00Z".parse().unwrap()));
    test.pass(SignedDuration::from_hours(2)).await;
    assert!(
        test.messages("UANA").await.is_empty(),
        "the companion lists who waits"
    );
    let told = test.last("UMIA", "didn't find").await.unwrap();
    assert!(
        told.contains("No mentee had room this time. You keep your place"),
        "{told}"
    );
    // Clocks go forward on Sunday; it is still 10:00 in New York.
    test.pass(SignedDuration::from_hours(6)).await;
    let mut tx = test.tx().await;
    let next = timers::due(&mut tx, &Timer::Round).await.unwrap();
    tx.rollback().await;
    assert_eq!(next, Some("2026-03-09T14:00:00Z".parse().unwrap()));
}

#[tokio::test]
async fn nothing_found_is_told_to_the_owner_who_asked_and_to_nobody_else() {
    let mut test = FeatureTest::program(settings()).await;
    test.takes_part("UMIA", junior()).await;
    let mut tx = test.tx().await;
    scheduled(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    test.pass(SignedDuration::from_hours(14 * 24)).await;
    assert_eq!(test.count("UANA", "none this time").await, 0);
    test.command("UANA", "round").await.unwrap();
    test.run_due().await;
    let note = test.last("UANA", "none this time").await.unwrap();
    insta::assert_snapshot!(note, @"
    I looked for pairs and found none this time: one person is without a partner.
    *Without a partner*
    • No mentee had room. <@UMIA>
    More mentees would help most.
    · They're told kindly what stood in the way, where it reveals nothing about anyone else, and not the same thing twice within a month. Only the program's owners see this.
    ");
    assert!(test.messages("UBEN").await.is_empty());
}

#[tokio::test]
async fn paused_left_and_unknown_people_are_left_out() {
    let test = FeatureTest::program(settings()).await;
    test.takes_part("UMIA", junior()).await;
    test.takes_part("USAM", senior()).await;
    test.standing("USAM", Standing::Paused).await;
    test.command("UANA", "round").await.unwrap();
    test.run_due().await;
    assert!(test.last("UANA", "none this time").await.is_some());
    assert!(test.messages("USAM").await.is_empty());
}

#[tokio::test]
async fn rolling_matching_is_silent_until_somebody_fits_and_never_repeats_itself() {
    let test = FeatureTest::program(rolling(true)).await;
    test.takes_part("UMIA", junior()).await;
    test.match_now().await;
    assert!(test.told().await.is_empty());
    test.takes_part("USAM", senior()).await;
    test.match_now().await;
    test.match_now().await;
    let round = open_round(&test).await.id;
    assert_eq!(
        test.count("UANA", "look over").await,
        1,
        "no second proposal of the same"
    );
    test.press("UANA", Action::RejectRound { round })
        .await
        .unwrap();
    test.match_now().await;
    assert_eq!(
        test.count("UANA", "look over").await,
        1,
        "what was declined rests"
    );
}

/// Nothing stalls: whom nobody fits reads why, and a pair that was declined is looked at again after its rest.
#[tokio::test]
async fn rolling_programs_look_as_a_whole_every_week() {
    let mut test = FeatureTest::program(rolling(true)).await;
    let mut tx = test.tx().await;
    timers::at(&mut tx, &Timer::Round, test.now).await.unwrap();
    tx.commit().await.unwrap();
    test.takes_part("UMIA", junior()).await;
    test.takes_part("USAM", senior()).await;
    test.match_now().await;
    let round = open_round(&test).await.id;
    let left_over = "didn't find you a partner";
    test.press("UANA", Action::RejectRound { round })
        .await
        .unwrap();
    test.pass(SignedDuration::from_hours(24 * 9)).await;
    assert_eq!(test.count("USAM", left_over).await, 1);
    assert_eq!(
        test.count("UANA", "none this time").await,
        0,
        "owners asked for nothing"
    );
    test.pass(SignedDuration::from_hours(24 * 40)).await;
    assert_eq!(
        test.count("UANA", "I found *1 pair*").await,
        2,
        "again after its rest"
    );
    test.pass(SignedDuration::from_hours(24 * 80)).await;
    assert_eq!(
        test.count("UANA", "I found *1 pair*").await,
        3,
        "and again, since nobody decided"
    );
}

#[tokio::test]
async fn without_approval_people_meet_at_once_but_for_unknown_managers() {
    let test = FeatureTest::program(rolling(false)).await;
    test.takes_part("UMIA", junior()).await;
    test.takes_part("USAM", senior()).await;
    let unknown = Profile {
        manager: None,
        ..junior()
    };
    test.takes_part("UNIK", unknown).await;
    test.takes_part("USUE", senior()).await;
    test.match_now().await;
    let pairs = test.pairs().await;
    assert_eq!(pairs.len(), 1);
    assert_eq!(pairs[0].mentor, UserId::from("UMIA"));
    let card = test.last("UANA", "Pairs to check").await.unwrap();
    assert!(card.contains("<@UNIK> (Early career) → "), "{card}");
    assert!(card.contains("*Please check first:* I don't know the full reporting line"));
    test.match_now().await;
    let round = open_round(&test).await;
    assert_eq!(round.origin, Origin::Confirm);
    let pair = proposals(&test, round.id).await.remove(0);
    let tick = Action::ConfirmPair(round.id, pair.mentor, pair.mentee);
    test.decides("UBEN", tick).await.unwrap();
    assert_eq!(test.pairs().await.len(), 2);
}

#[tokio::test]
async fn owners_are_reminded_once_after_three_working_days() {
    let mut test = FeatureTest::program(settings()).await;
    test.pass(SignedDuration::from_hours(2 * 24)).await;
    let round = proposed(&test).await;
    test.pass(SignedDuration::from_hours(4 * 24)).await;
    assert_eq!(
        test.count("UANA", "waiting for a look").await,
        0,
        "a weekend is in between"
    );
    test.pass(SignedDuration::from_hours(2 * 24)).await;
    for owner in ["UANA", "UBEN"] {
        let words = "1 pair has been waiting since Wednesday, March 4 for one of the owners to take a look.";
        assert_eq!(test.count(owner, words).await, 1, "{owner}");
    }
    test.pass(SignedDuration::from_hours(20 * 24)).await;
    assert_eq!(test.count("UANA", "since Wednesday, March 4").await, 1);
    assert_eq!(open_round(&test).await.id, round);
}

#[tokio::test]
async fn somebody_who_left_while_it_was_solved_is_in_no_proposal() {
    let test = FeatureTest::program(settings()).await;
    test.takes_part("UMIA", junior()).await;
    test.takes_part("USAM", senior()).await;
    let mut tx = test.tx().await;
    rounds::want(&mut tx, Origin::Scheduled, None)
        .await
        .unwrap();
    let input = gather(&mut tx).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    let solved = solve(&input);
    assert_eq!(solved.0.pairs.len(), 1);
    test.standing("USAM", Standing::Left).await;
    let mut tx = test.tx().await;
    propose(&mut tx, input, solved).await.unwrap();
    assert!(rounds::proposed(&mut tx).await.unwrap().is_empty());
    assert!(rounds::wanted(&mut tx).await.unwrap().is_none());
    tx.commit().await.unwrap();
    assert!(test.messages("UANA").await.is_empty());
}

#[tokio::test]
async fn a_round_nobody_waits_for_says_nothing_unless_an_owner_asked() {
    let test = FeatureTest::program(settings()).await;
    let mut tx = test.tx().await;
    scheduled(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    test.run_due().await;
    assert!(test.told().await.is_empty());
    test.command("UANA", "round").await.unwrap();
    test.run_due().await;
    assert!(test.last("UANA", "Nobody is waiting").await.is_some());
}

#[tokio::test]
async fn a_round_that_nobody_decides_on_is_over_after_four_weeks() {
    let mut test = FeatureTest::program(settings()).await;
    let round = proposed(&test).await;
    test.pass(SignedDuration::from_hours(24 * 27)).await;
    assert_eq!(open_round(&test).await.id, round);
    test.pass(SignedDuration::from_hours(24 * 2)).await;
    let mut tx = test.tx().await;
    assert!(rounds::proposed(&mut tx).await.unwrap().is_empty());
    tx.rollback().await;
    let told = test.last("UANA", "so it ended on").await.unwrap();
    assert!(
        told.starts_with(
            "Nobody decided on this round within four weeks, so it ended on Monday, March 30. Nobody was introduced and \
             nobody was told."
        ),
        "{told}"
    );
    assert!(test.waits("UMIA").await, "and she waits for the next one");
}

/// It was made at night, so its four weeks end at night: it is over at once, and owners read so in the morning.
#[tokio::test]
async fn owners_read_in_their_hours_that_nobody_decided() {
    let mut test = FeatureTest::program(settings()).await;
    test.pass(SignedDuration::from_hours(12)).await;
    let round = proposed(&test).await;
    test.pass(SignedDuration::from_hours(24 * 28 + 1)).await;
    let mut tx = test.tx().await;
    let found = rounds::find(&mut tx, round).await.unwrap();
    tx.rollback().await;
    assert_eq!(found.unwrap().state, State::Rejected);
    let told = |read: Vec<String>| read.iter().any(|words| words.contains("so it ended on"));
    assert!(!told(test.reached("UANA").await), "at night");
    test.pass(SignedDuration::from_hours(36)).await;
    assert!(told(test.reached("UANA").await));
}

#[tokio::test]
async fn a_round_of_an_earlier_release_ends_too() {
    let mut test = FeatureTest::program(settings()).await;
    let round = proposed(&test).await;
    // It reminded owners once, and set nothing that follows.
    let mut tx = test.tx().await;
    timers::cancel(&mut tx, &Timer::RoundWaits(round))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    test.happens(Happening::ProgramStarted).await;
    test.pass(SignedDuration::from_hours(24 * 29)).await;
    let mut tx = test.tx().await;
    assert!(rounds::proposed(&mut tx).await.unwrap().is_empty());
    tx.rollback().await;
}
