//! The owners' edits, and the round solved again.

use super::*;
use crate::features::setup;
use crate::slack::event::{Answer, Form};
use crate::store::audit;
use jiff::civil::date;

pub fn ask(round: RoundId, edit: Edit, one: &str, other: &str) -> Action {
    Action::Edit(round, edit, one.into(), other.into())
}

/// A requested round that is proposed.
async fn found(test: &FeatureTest) -> (RoundId, Vec<(String, String)>) {
    test.run_due().await;
    let round = open_round(test).await.id;
    let pairs = proposals(test, round).await;
    let ends = |pair: Proposal| (pair.mentor.0, pair.mentee.0);
    (round, pairs.into_iter().map(ends).collect())
}

pub async fn two_each() -> FeatureTest {
    let test = FeatureTest::program(settings()).await;
    for user in ["UMIA", "UNIK"] {
        test.takes_part(user, junior()).await;
    }
    for user in ["USAM", "USUE"] {
        test.takes_part(user, senior()).await;
    }
    test.command("UANA", "round").await.unwrap();
    test
}

/// How often owners did this, on record.
async fn audited(test: &FeatureTest, verb: &str) -> usize {
    let mut tx = test.tx().await;
    let mut count = 0;
    for owner in settings().owners {
        let done = audit::of(&mut tx, &owner).await.unwrap();
        count += done.iter().filter(|(_, known)| known == verb).count();
    }
    tx.rollback().await;
    count
}

#[tokio::test]
async fn a_pair_ruled_out_is_solved_around_and_a_kept_one_stays() {
    let test = two_each().await;
    let (round, pairs) = found(&test).await;
    let (mentor, mentee) = pairs[0].clone();
    // Everybody suits everybody, so the other way of pairing them is as good.
    let keep = ask(round, Edit::Keep, &mentor, &mentee);
    for owner in ["UANA", "UBEN"] {
        let card = text(&test.press(owner, keep.clone()).await.unwrap());
        assert!(card.contains("· _kept_"), "{card}");
        assert!(card.contains("[ Look again ]"), "{card}");
    }
    assert_eq!(
        audited(&test, "pair_kept").await,
        1,
        "asked twice is asked once"
    );
    test.press("UANA", Action::LookAgain { round })
        .await
        .unwrap();
    let (next, again) = found(&test).await;
    assert_ne!(next, round);
    assert_eq!(again, pairs, "another seed alone moves nobody");
    let card = test.last("UANA", "Compared with").await.unwrap();
    let same = "Compared with the round before: just as good. 2 of 2 pairs stayed the same.";
    assert!(card.contains(same), "{card}");
    // Now the opposite: ruling out this pair forces the cross.
    test.press("UANA", ask(next, Edit::LetGo, &mentor, &mentee))
        .await
        .unwrap();
    let card = text(
        &test
            .press("UANA", ask(next, Edit::Drop, &mentor, &mentee))
            .await
            .unwrap(),
    );
    assert!(card.contains("Left out: "), "{card}");
    test.press("UANA", Action::LookAgain { round: next })
        .await
        .unwrap();
    let (_, crossed) = found(&test).await;
    assert_eq!(crossed.len(), 2);
    assert!(
        crossed.iter().all(|pair| !pairs.contains(pair)),
        "{crossed:?}"
    );
}

#[tokio::test]
async fn whoever_is_set_aside_has_no_partner_and_hears_nothing_hurtful() {
    let test = two_each().await;
    let (round, _) = found(&test).await;
    let card = text(
        &test
            .press("UANA", ask(round, Edit::Aside, "UMIA", ""))
            .await
            .unwrap(),
    );
    assert!(card.contains("Set aside this time: <@UMIA>."), "{card}");
    assert!(card.contains("Bring someone back"), "{card}");
    let words = refused(test.approves("UBEN", round).await);
    assert!(words.contains("Look again"), "{words}");
    test.press("UBEN", Action::LookAgain { round })
        .await
        .unwrap();
    let (next, pairs) = found(&test).await;
    assert_eq!(pairs.len(), 1);
    assert_eq!(pairs[0].0, "UNIK");
    let card = test.last("UBEN", "Compared with").await.unwrap();
    assert!(card.contains("Set aside this time. <@UMIA>"), "{card}");
    assert!(card.contains("one fewer pair; "), "{card}");
    test.approves("UBEN", next).await.unwrap();
    test.run_due().await;
    let told = test.last("UMIA", "didn't find").await.unwrap();
    assert!(
        told.contains("Nobody who fits was free this time."),
        "{told}"
    );
    assert!(!told.contains("aside"), "{told}");
    assert!(test.waits("UMIA").await, "the place is kept");
    // The next round does not use it.
    test.command("UANA", "round").await.unwrap();
    let (_, pairs) = found(&test).await;
    assert_eq!(pairs.len(), 1);
    assert_eq!(pairs[0].0, "UMIA");
}

#[tokio::test]
async fn somebody_brought_back_is_matched_after_all() {
    let test = two_each().await;
    let (round, _) = found(&test).await;
    for edit in [Edit::Aside, Edit::Back] {
        test.press("UANA", ask(round, edit, "UMIA", ""))
            .await
            .unwrap();
    }
    assert_eq!(audited(&test, "set_aside").await, 1);
    assert_eq!(audited(&test, "brought_back").await, 1);
    test.approves("UANA", round).await.unwrap();
    assert_eq!(test.pairs().await.len(), 2);
}

#[tokio::test]
async fn a_kept_pair_that_cannot_be_any_more_is_told_without_a_reason() {
    let test = two_each().await;
    let (round, pairs) = found(&test).await;
    let (mentor, mentee) = pairs[0].clone();
    test.press("UANA", ask(round, Edit::Keep, &mentor, &mentee))
        .await
        .unwrap();
    let unwilling = Profile {
        rather_not: vec![mentee.as_str().into()],
        ..junior()
    };
    test.takes_part(&mentor, unwilling).await;
    test.press("UANA", Action::LookAgain { round })
        .await
        .unwrap();
    let (_, again) = found(&test).await;
    assert!(!again.contains(&(mentor.clone(), mentee.clone())));
    let card = test.last("UANA", "Can't be paired").await.unwrap();
    let note = format!("Can't be paired right now: <@{mentor}> with <@{mentee}>.");
    assert!(card.contains(&note), "{card}");
}

#[tokio::test]
async fn an_old_card_answers_with_what_holds_now() {
    let test = two_each().await;
    let (round, _) = found(&test).await;
    test.press("UANA", Action::RejectRound { round })
        .await
        .unwrap();
    for action in [
        ask(round, Edit::Keep, "UMIA", "USAM"),
        ask(round, Edit::Aside, "UMIA", ""),
        Action::LookAgain { round },
    ] {
        let words = text(&test.press("UBEN", action).await.unwrap());
        assert!(words.contains("<@UANA> declined"), "{words}");
    }
    assert_eq!(audited(&test, "pair_kept").await, 0);
}

#[tokio::test]
async fn what_was_asked_outlives_a_scheduled_or_rolling_round() {
    for settings in [settings(), rolling(true)] {
        let test = FeatureTest::program(settings).await;
        for (mentor, mentee) in [("UMIA", "USAM"), ("UNIK", "USUE"), ("UOLE", "UTOM")] {
            test.takes_part(mentor, junior()).await;
            test.takes_part(mentee, senior()).await;
        }
        test.command("UANA", "round").await.unwrap();
        let (round, pairs) = found(&test).await;
        let ((mentor, mentee), aside) = (&pairs[0], &pairs[1].0);
        test.press("UANA", ask(round, Edit::Keep, mentor, mentee))
            .await
            .unwrap();
        test.press("UANA", ask(round, Edit::Aside, aside, ""))
            .await
            .unwrap();
        // Its day comes, or somebody joins, without anybody pressing "Look again".
        test.takes_part("UUNA", junior()).await;
        let mut tx = test.tx().await;
        scheduled(&mut tx).await.unwrap();
        look_again(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        let (next, again) = found(&test).await;
        assert_ne!(next, round);
        assert!(again.contains(&pairs[0]), "{again:?}");
        assert!(again.iter().all(|pair| pair.0 != *aside), "{again:?}");
        let card = test.last("UBEN", "This replaces what").await.unwrap();
        let note = format!("Set aside this time: <@{aside}>.");
        assert!(card.contains(&note) && card.contains("· _kept_"), "{card}");
        assert!(!card.contains("Can't be paired"), "{card}");
    }
}

#[tokio::test]
async fn what_owners_have_before_them_is_no_news_whoever_asked_for_it() {
    let test = FeatureTest::program(rolling(true)).await;
    let round = proposed(&test).await;
    test.match_now().await;
    assert_eq!(open_round(&test).await.id, round);
}

/// As with any other round that an owner asks for.
#[tokio::test]
async fn no_round_is_made_anew_during_a_break_or_before_the_first_match() {
    let test = two_each().await;
    let (round, _) = found(&test).await;
    let again = Action::LookAgain { round };
    let until = [("date", Answer::Date(date(2026, 3, 20)))];
    let form = test.submit("UBEN", Form::ProgramBreak, &until);
    assert_eq!(form.await.unwrap().errors, []);
    let words = refused(test.press("UANA", again.clone()).await);
    assert!(words.contains("The program is on a break"), "{words}");
    test.press("UBEN", Action::EndProgramBreak).await.unwrap();
    let windowed = Settings {
        first_match: Some(date(2026, 3, 16)),
        round_schedule: "0 0 10 * * Mon".into(),
        ..settings()
    };
    let mut tx = test.tx().await;
    setup::declared(&mut tx, windowed).await.unwrap();
    crate::router::happenings(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    let words = text(&test.press("UANA", again).await.unwrap());
    assert!(words.contains("first match"), "{words}");
    let mut tx = test.tx().await;
    assert_eq!(rounds::wanted(&mut tx).await.unwrap(), None);
}

/// Where people are matched as they come, a round with nothing left to decide stops nobody's matching.
#[tokio::test]
async fn whoever_was_left_out_of_a_rolling_round_is_looked_at_again() {
    let test = FeatureTest::program(rolling(true)).await;
    test.takes_part("UMIA", junior()).await;
    test.takes_part("USAM", senior()).await;
    let mut tx = test.tx().await;
    timers::soon(&mut tx, &Timer::Match).await.unwrap();
    tx.commit().await.unwrap();
    let (round, pairs) = found(&test).await;
    let (mentor, mentee) = &pairs[0];
    test.press("UANA", ask(round, Edit::Drop, mentor, mentee))
        .await
        .unwrap();
    let mut tx = test.tx().await;
    assert!(timers::due(&mut tx, &Timer::Match).await.unwrap().is_some());
    scheduled(&mut tx).await.unwrap();
    assert!(rounds::wanted(&mut tx).await.unwrap().is_some());
}

/// The weekly look asks nobody anew about a pair that is being checked, and finds others meanwhile.
#[tokio::test]
async fn a_pair_that_is_being_checked_does_not_stop_the_weekly_look() {
    let test = FeatureTest::program(rolling(false)).await;
    let unknown = |profile: Profile| Profile {
        manager: None,
        ..profile
    };
    test.takes_part("UMIA", unknown(junior())).await;
    test.takes_part("USAM", unknown(senior())).await;
    let weekly = || async {
        let mut tx = test.tx().await;
        scheduled(&mut tx).await.unwrap();
        assert!(rounds::wanted(&mut tx).await.unwrap().is_some());
        tx.commit().await.unwrap();
        test.run_due().await;
        open_round(&test).await
    };
    let first = weekly().await;
    assert_eq!(first.origin, Origin::Confirm);
    assert_eq!(weekly().await.id, first.id);
}

/// However slow the owners are, the weekly look of a rolling program asks them nothing twice, and whoever is in none of the
/// pairs before them hears so.
#[tokio::test]
async fn whoever_fits_nobody_hears_so_while_a_rolling_round_waits_for_owners() {
    let mut test = FeatureTest::program(rolling(true)).await;
    test.takes_part("UMIA", junior()).await;
    test.takes_part("USAM", senior()).await;
    let mut tx = test.tx().await;
    timers::soon(&mut tx, &Timer::Match).await.unwrap();
    tx.commit().await.unwrap();
    let (round, pairs) = found(&test).await;
    assert_eq!(pairs.len(), 1);
    test.takes_part("UZOE", junior()).await;
    for _ in 0..2 {
        let mut tx = test.tx().await;
        scheduled(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        test.pass(jiff::SignedDuration::from_hours(7 * 24)).await;
        assert_eq!(open_round(&test).await.id, round);
    }
    for (user, times) in [("UZOE", 1), ("UMIA", 0), ("USAM", 0)] {
        assert_eq!(test.count(user, "didn't find you").await, times, "{user}");
    }
}
