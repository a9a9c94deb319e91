//! Invitations while one of the two goes, is away, or finds somebody else.

use super::*;
use crate::domain::card::Card;
use crate::domain::outgoing::{Lane, What};
use crate::domain::participant::Standing;
use crate::domain::program::Settings;
use crate::testing::outgoing;
use crate::testing::people::person;
use jiff::civil::date;

const DAY: SignedDuration = SignedDuration::from_hours(24);
/// From the beginning of a test until nobody is at work any more.
const EVENING: SignedDuration = SignedDuration::from_hours(10);

fn windowed() -> Settings {
    Settings {
        first_match: Some(date(2026, 3, 9)),
        round_schedule: "0 0 10 * * Mon".into(),
        ..settings()
    }
}

/// The card as it stands in the invitee's messages; none while it waits for an answer.
async fn card_now(test: &FeatureTest, id: InvitationId) -> Option<String> {
    let mut tx = test.tx().await;
    let card = super::super::card(&mut tx, id).await.unwrap();
    tx.rollback().await;
    card.as_ref().map(render)
}

async fn erases(test: &FeatureTest, user: &str) {
    test.press(user, Action::EraseMine).await.unwrap();
}

#[tokio::test]
async fn nobody_is_asked_to_mentor_somebody_who_is_gone() {
    for erased in [false, true] {
        let mut test = FeatureTest::program(settings()).await;
        // It is evening, so the card waits.
        test.pass(EVENING).await;
        let id = invited(&test).await;
        if erased {
            erases(&test, "USAM").await;
        } else {
            test.stands("USAM", Standing::Left).await;
        }
        test.pass(DAY * 4).await;
        assert_eq!(test.reached("UMIA").await, [""; 0], "{erased}");
        let says = card_now(&test, id).await.unwrap();
        assert_eq!(says.contains("USAM"), !erased, "{says}");
        assert!(says.contains("is over"), "{says}");
    }
}

#[tokio::test]
async fn a_card_that_has_arrived_says_that_it_is_over() {
    let mut test = FeatureTest::program(settings()).await;
    let id = invited(&test).await;
    test.slack_takes().await;
    erases(&test, "USAM").await;
    test.run_due().await;
    let words = answer(&test, id, true).await;
    insta::assert_snapshot!(words, @"This invitation is over, and it's no longer stored. If you'd like to be matched, there's `/reverse-mentor join`.");
    test.pass(DAY * 10).await;
    assert_eq!(test.count("USAM", "didn't work out").await, 0);
}

/// Back before the week is over, they hear as after a silence.
#[tokio::test]
async fn an_inviter_who_is_back_hears_at_the_usual_time() {
    let mut test = FeatureTest::program(settings()).await;
    invited(&test).await;
    test.stands("USAM", Standing::Ineligible).await;
    test.pass(DAY * 3).await;
    test.stands("USAM", Standing::Active).await;
    test.pass(DAY * 2).await;
    assert_eq!(test.count("USAM", "didn't work out").await, 0);
    test.pass(DAY * 5).await;
    assert_eq!(test.count("USAM", "didn't work out").await, 1);
}

#[tokio::test]
async fn somebody_who_has_become_a_guest_is_not_asked() {
    let mut test = FeatureTest::program(settings()).await;
    test.pass(EVENING).await;
    invited(&test).await;
    let mut guest = person("UMIA", Some("UTC"));
    guest.full_member = false;
    let mut tx = test.tx().await;
    crate::store::people::save(&mut tx, &guest).await.unwrap();
    tx.commit().await.unwrap();
    test.pass(DAY * 5).await;
    assert_eq!(test.reached("UMIA").await, [""; 0]);
    test.pass(DAY * 4).await;
    assert_eq!(test.count("USAM", "didn't work out").await, 1);
}

/// One place is promised once, to whoever asks and to whoever is asked.
#[tokio::test]
async fn two_yeses_for_one_place_are_not_both_promised() {
    let test = FeatureTest::program(windowed()).await;
    let mia = invited(&test).await;
    test.takes_part("UNIK", junior()).await;
    test.command("USAM", "invite <@UNIK|nik>").await.unwrap();
    let nik = latest(&test, "USAM").await.id;
    test.takes_part("UBOB", senior()).await;
    test.command("UBOB", "invite <@UMIA|mia>").await.unwrap();
    let bob = latest(&test, "UBOB").await.id;
    test.takes_part("UMIA", junior()).await;
    assert!(
        answer(&test, mia, true)
            .await
            .contains("You're a pair from")
    );
    let action = |invitation| Action::AnswerInvitation {
        invitation,
        accept: true,
    };
    let late = shown(&test.press("UNIK", action(nik)).await.unwrap());
    assert!(late.contains("rules don't let me pair"), "{late}");
    let full = answer(&test, bob, true).await;
    assert!(full.contains("no room for another mentee"), "{full}");
    // He has his mentor, so he asks nobody else.
    let more = test.command("USAM", "invite <@UZOE|zoe>").await;
    assert!(refused(more).contains("as many mentors as you asked for"));
}

#[tokio::test]
async fn whoever_found_a_partner_reads_so_everywhere() {
    let test = FeatureTest::program(windowed()).await;
    let id = invited(&test).await;
    test.takes_part("UMIA", junior()).await;
    answer(&test, id, true).await;
    test.run_due().await;
    for (user, other) in [("UMIA", "USAM"), ("USAM", "UMIA")] {
        let words = format!(
            "*You and <@{other}> found each other.* I'll introduce you on Monday, March 9, the day of the first match."
        );
        let status = shown(&test.command(user, "status").await.unwrap());
        assert!(status.contains(&words), "{status}");
        assert!(!status.contains("waiting for a partner"), "{status}");
        let mut tx = test.tx().await;
        let home = crate::router::home(&mut tx, &test.actor(user)).await;
        tx.rollback().await;
        let home = render_view(&serde_json::to_value(home.unwrap()).unwrap());
        assert!(home.contains(&words), "{home}");
        assert!(!home.contains("I'm looking for a partner"), "{home}");
    }
}

#[tokio::test]
async fn a_short_break_delays_the_introduction_and_costs_nobody_the_pair() {
    for back_early in [false, true] {
        let mut test = FeatureTest::program(settings()).await;
        let id = invited(&test).await;
        test.takes_part("UMIA", junior()).await;
        test.command("USAM", "pause until 2026-03-06")
            .await
            .unwrap();
        let words = answer(&test, id, true).await;
        assert_eq!(
            words,
            "You said yes to <@USAM>. I'll introduce you two within the next days; look for your group message."
        );
        test.pass(DAY).await;
        assert!(test.pairs().await.is_empty());
        if back_early {
            test.command("USAM", "resume").await.unwrap();
            test.run_due().await;
        } else {
            test.pass(DAY * 4).await;
        }
        assert_eq!(test.pairs().await.len(), 1, "{back_early}");
        assert_eq!(test.count("UMIA", "won't be a pair").await, 0);
    }
}

#[tokio::test]
async fn a_break_over_the_first_match_delays_it_too() {
    let mut test = FeatureTest::program(windowed()).await;
    let mut tx = test.tx().await;
    crate::features::setup::changed(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    let id = invited(&test).await;
    test.takes_part("UMIA", junior()).await;
    answer(&test, id, true).await;
    test.command("USAM", "pause until 2026-03-12")
        .await
        .unwrap();
    test.pass(DAY * 8).await;
    assert!(test.pairs().await.is_empty());
    test.pass(DAY * 4).await;
    assert_eq!(test.pairs().await.len(), 1);
}

/// A yes that nobody has read is not followed by a no.
#[tokio::test]
async fn a_yes_that_holds_no_longer_is_not_passed_on() {
    for gone in ["UMIA", "USAM"] {
        let mut test = FeatureTest::program(windowed()).await;
        let id = invited(&test).await;
        test.takes_part("UMIA", junior()).await;
        test.pass(EVENING).await;
        answer(&test, id, true).await;
        test.stands(gone, Standing::Left).await;
        test.pass(DAY * 3).await;
        let told = test.reached("USAM").await;
        let says = |words: &str| told.iter().filter(|one| one.contains(words)).count();
        assert_eq!(says("said yes"), 0, "{gone}: {told:?}");
        let no = usize::from(gone == "UMIA");
        assert_eq!(says("won't be a pair this time"), no, "{gone}: {told:?}");
    }
}

/// The note about an invitation that led to nothing promises no place that its reader doesn't have.
#[tokio::test]
async fn whoever_has_a_mentor_by_then_is_not_told_to_ask_on() {
    let mut test = FeatureTest::program(settings()).await;
    invited(&test).await;
    test.takes_part("UNIK", junior()).await;
    test.command("UANA", "round").await.unwrap();
    test.run_due().await;
    let mut tx = test.tx().await;
    let round = rounds::proposed(&mut tx).await.unwrap().remove(0).id;
    tx.rollback().await;
    test.approves("UANA", round).await.unwrap();
    assert_eq!(test.pairs().await.len(), 1);
    test.pass(DAY * 12).await;
    let told = test.last("USAM", "didn't work out").await.unwrap();
    assert!(told.ends_with("I never pass them on."), "{told}");
}

/// Nobody is introduced during a break of the program, which may end early.
#[tokio::test]
async fn a_break_of_the_program_delays_the_introduction_and_both_read_so() {
    for ends_early in [false, true] {
        let mut test = FeatureTest::program(settings()).await;
        let id = invited(&test).await;
        test.takes_part("UMIA", junior()).await;
        let until = [("date", Answer::Date(date(2026, 3, 16)))];
        test.submit("UBEN", Form::ProgramBreak, &until)
            .await
            .unwrap();
        let words = answer(&test, id, true).await;
        assert_eq!(
            words,
            "You said yes to <@USAM>. I'll introduce you two when the program's break is over. There's nothing to do until then."
        );
        test.pass(DAY * 2).await;
        assert!(test.pairs().await.is_empty());
        for user in ["UMIA", "USAM"] {
            let status = test.command(user, "status").await.unwrap();
            let status = render(&status.say.unwrap());
            let says = "I'll introduce you on Monday, March 16, when the program goes on.";
            assert!(status.contains(says), "{status}");
        }
        if ends_early {
            test.press("UBEN", Action::EndProgramBreak).await.unwrap();
            test.pass(SignedDuration::from_mins(15)).await;
        } else {
            test.pass(DAY * 12).await;
        }
        assert_eq!(test.pairs().await.len(), 1, "{ends_early}");
    }
}

/// Matching brings them together before the colleague has answered: nothing asks them any more, also once they are a pair no longer.
#[tokio::test]
async fn two_who_were_brought_together_otherwise_are_not_asked() {
    let test = FeatureTest::program(settings()).await;
    let id = invited(&test).await;
    let card = async |test: &FeatureTest| {
        let mut tx = test.tx().await;
        let card = crate::features::invite::card(&mut tx, id).await.unwrap();
        tx.rollback().await;
        card.map(|card| render(&card)).unwrap_or_default()
    };
    assert_eq!(card(&test).await, "", "it waits for an answer");
    let mut tx = test.tx().await;
    let place = Lane::Person("UMIA".into());
    outgoing::card_stands(&mut tx, Card::Invitation(id), &place).await;
    tx.commit().await.unwrap();
    let pair = test.introduced().await;
    assert!(card(&test).await.contains("is over"));
    let queued = test.queued().await.into_iter();
    let is_change =
        |what: &What| matches!(what, What::Card { card: Card::Invitation(of), .. } if *of == id);
    assert_eq!(queued.filter(|row| is_change(&row.what)).count(), 1);
    test.submit("UMIA", Form::End { pair }, &[]).await.unwrap();
    assert!(card(&test).await.contains("is over"));
}

/// Who leaves while an owner still has to look hears nothing of a pair that is not made: nobody keeps looking for them.
#[tokio::test]
async fn whoever_left_meanwhile_hears_nothing_of_it() {
    let test = FeatureTest::program(settings()).await;
    let id = invited(&test).await;
    let unknown = Profile {
        manager: None,
        ..junior()
    };
    test.takes_part("UMIA", unknown).await;
    answer(&test, id, true).await;
    let mut tx = test.tx().await;
    let round = rounds::proposed(&mut tx).await.unwrap().remove(0).id;
    tx.rollback().await;
    test.submit("UMIA", Form::Leave, &[]).await.unwrap();
    let reject = Action::RejectRound { round };
    test.press("UBEN", reject).await.unwrap();
    test.run_due().await;
    for (user, told) in [("UMIA", 0), ("USAM", 1)] {
        assert_eq!(test.count(user, "won't be a pair this time").await, told);
    }
}
