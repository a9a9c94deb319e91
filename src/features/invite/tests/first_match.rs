//! A yes before the first match: the two are a pair from that day on.

use super::*;
use crate::domain::card::Card;
use crate::domain::delivery::Step;
use crate::domain::ids::RoundId;
use crate::domain::matching::Edit;
use crate::domain::outgoing::What;
use crate::domain::participant::Standing;
use crate::domain::program::Settings;
use crate::features::setup;
use crate::store::outbox;
use crate::testing::people::rolling;
use crate::work::sender;
use jiff::civil::date;

const DAY: SignedDuration = SignedDuration::from_hours(24);

pub(super) fn windowed() -> Settings {
    Settings {
        first_match: Some(date(2026, 3, 9)),
        round_schedule: "0 0 10 * * Mon".into(),
        ..settings()
    }
}

pub(super) async fn set(test: &FeatureTest, settings: Settings) {
    let mut tx = test.tx().await;
    setup::declared(&mut tx, settings).await.unwrap();
    crate::router::happenings(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    test.run_due().await;
}

/// It is Monday, March 2, and `UMIA` says yes to `USAM`.
pub(super) async fn yes(settings: Settings, mentor: Profile) -> (FeatureTest, String) {
    let test = FeatureTest::program(settings).await;
    let mut tx = test.tx().await;
    setup::changed(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    let id = invited(&test).await;
    test.takes_part("UMIA", mentor).await;
    let words = answer(&test, id, true).await;
    test.run_due().await;
    (test, words)
}

#[tokio::test]
async fn both_read_that_they_are_a_pair_from_then_on_and_are_introduced_then() {
    let (mut test, words) = yes(windowed(), junior()).await;
    let day = "You're a pair from the first match on: I'll introduce you on Monday, March 9, with everyone else.";
    assert!(words.contains(day), "{words}");
    test.pass(DAY * 6).await;
    assert!(test.pairs().await.is_empty());
    let note = test
        .last("USAM", "said yes to your invitation")
        .await
        .unwrap();
    assert!(note.contains(day), "{note}");
    // Nobody else is proposed to either of them meanwhile.
    test.takes_part("UNIK", junior()).await;
    test.pass(DAY * 2).await;
    assert_eq!(test.pairs().await.len(), 1);
    assert!(test.last("USAM", "didn't find").await.is_none());
}

/// Longer than old rounds are kept.
#[tokio::test]
async fn a_first_match_that_is_months_away_forgets_nobody() {
    let far = Settings {
        first_match: Some(date(2026, 6, 15)),
        ..windowed()
    };
    let (mut test, _) = yes(far, junior()).await;
    test.pass(DAY * 80).await;
    let mut tx = test.tx().await;
    crate::features::retention::daily(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    test.pass(DAY * 26).await;
    assert_eq!(test.pairs().await.len(), 1);
}

#[tokio::test]
async fn they_follow_when_the_day_moves_or_goes() {
    for later in [Some(date(2026, 3, 16)), None] {
        let (mut test, _) = yes(windowed(), junior()).await;
        let moved = Settings {
            first_match: later,
            ..windowed()
        };
        set(&test, moved).await;
        assert_eq!(test.pairs().await.len(), usize::from(later.is_none()));
        test.pass(DAY * 8).await;
        assert_eq!(test.pairs().await.len(), usize::from(later.is_none()));
        test.pass(DAY * 7).await;
        assert_eq!(test.pairs().await.len(), 1);
    }
}

#[tokio::test]
async fn a_pair_that_an_owner_looked_at_waits_for_the_day_too() {
    let unknown = Profile {
        manager: None,
        ..junior()
    };
    let (mut test, words) = yes(windowed(), unknown).await;
    assert!(
        words.ends_with("then I'll introduce you on Monday, March 9, the day of the first match.")
    );
    let mut tx = test.tx().await;
    let round = rounds::proposed(&mut tx).await.unwrap().remove(0).id;
    tx.rollback().await;
    let check = Action::ConfirmPair(round, "UMIA".into(), "USAM".into());
    let card = shown(&test.press("UBEN", check).await.unwrap());
    assert!(card.contains("Monday, March 9 at 10:00"), "{card}");
    test.pass(DAY * 6).await;
    assert!(test.pairs().await.is_empty());
    test.pass(DAY * 2).await;
    assert_eq!(test.pairs().await.len(), 1);
}

/// When a checked pair is introduced, as their owner reads it on the card.
pub(super) async fn on_the_card(test: &FeatureTest, round: RoundId) -> String {
    let mut tx = test.tx().await;
    let card = crate::features::matching::card(&mut tx, round).await;
    tx.rollback().await;
    let card = render(&card.unwrap().unwrap());
    let line = card
        .lines()
        .find(|line| line.contains("They're introduced"));
    let line = line.unwrap_or_else(|| panic!("{card}"));
    let (_, day) = line.rsplit_once('|').unwrap();
    day.trim_end_matches(">.").to_owned()
}

/// Slack has all that was on its way: owners' copies of the card stand.
async fn all_is_in_slack(test: &FeatureTest) {
    let mut tx = test.tx().await;
    for head in outbox::open(&mut tx).await.unwrap() {
        let (channel, ts) = (Some("D1".into()), Some(format!("{}.0", head.delivery.id)));
        let sent = Step::Sent { channel, ts };
        sender::apply(&mut tx, &head, &[sent]).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// How often owners' copies of the card were changed.
async fn changes(test: &FeatureTest, round: RoundId) -> usize {
    let queued = test.queued().await.into_iter();
    let is_change =
        |what: &What| matches!(what, What::Card { card: Card::Round(one), .. } if *one == round);
    queued.filter(|row| is_change(&row.what)).count()
}

/// Whatever moves the first match moves what the card of a checked pair says, and until when the check can be undone.
#[tokio::test]
async fn the_card_of_a_checked_pair_follows_the_first_match() {
    let unknown = Profile {
        manager: None,
        ..junior()
    };
    let (mut test, _) = yes(windowed(), unknown).await;
    let mut tx = test.tx().await;
    let round = rounds::proposed(&mut tx).await.unwrap().remove(0).id;
    tx.commit().await.unwrap();
    test.pass(DAY).await;
    let check = Action::ConfirmPair(round, "UMIA".into(), "USAM".into());
    test.press("UBEN", check).await.unwrap();
    all_is_in_slack(&test).await;
    assert_eq!(
        on_the_card(&test, round).await,
        "Monday, March 9 at 10:00 AM (UTC)"
    );

    let before = changes(&test, round).await;
    let later = Settings {
        first_match: Some(date(2026, 3, 16)),
        ..windowed()
    };
    set(&test, later.clone()).await;
    assert_eq!(
        on_the_card(&test, round).await,
        "Monday, March 16 at 10:00 AM (UTC)"
    );
    assert!(changes(&test, round).await > before, "each copy is changed");
    let another_hour = Settings {
        round_schedule: "0 30 14 * * Mon".into(),
        ..later
    };
    set(&test, another_hour).await;
    assert_eq!(
        on_the_card(&test, round).await,
        "Monday, March 16 at 2:30 PM (UTC)"
    );

    let until = [("date", Answer::Date(date(2026, 3, 27)))];
    test.submit("UBEN", Form::ProgramBreak, &until)
        .await
        .unwrap();
    test.run_due().await;
    assert!(
        on_the_card(&test, round)
            .await
            .starts_with("Friday, March 27")
    );
    test.press("UBEN", Action::EndProgramBreak).await.unwrap();
    test.run_due().await;
    assert_eq!(
        on_the_card(&test, round).await,
        "Monday, March 16 at 2:30 PM (UTC)"
    );
    test.pass(DAY * 12).await;
    assert!(test.pairs().await.is_empty());
    let undo = Action::Edit(round, Edit::Undecided, "UMIA".into(), "USAM".into());
    test.press("UBEN", undo).await.unwrap();
    test.pass(DAY * 3).await;
    assert!(test.pairs().await.is_empty(), "it was undone until then");
}

#[tokio::test]
async fn without_a_window_they_are_introduced_at_once() {
    for settings in [settings(), rolling(true)] {
        let (test, words) = yes(settings, junior()).await;
        assert!(words.contains("I'm introducing you two now"), "{words}");
        assert_eq!(test.pairs().await.len(), 1);
    }
}

#[tokio::test]
async fn somebody_whose_partner_to_be_is_gone_hears_so_at_once_and_is_free_again() {
    let (mut test, _) = yes(windowed(), junior()).await;
    test.stands("UMIA", Standing::Left).await;
    test.run_due().await;
    let told = test.last("USAM", "won't be a pair this time").await;
    assert!(told.is_some_and(|told| told.contains("It's nobody's fault")));
    assert_eq!(test.count("UMIA", "won't be a pair").await, 0);
    // He is in the first match with everyone else.
    test.takes_part("UNIK", junior()).await;
    test.pass(DAY * 8).await;
    assert_eq!(test.count("USAM", "won't be a pair").await, 1);
    let mut tx = test.tx().await;
    let open = rounds::proposed(&mut tx).await.unwrap();
    let pairs = rounds::proposals(&mut tx, open[0].id).await.unwrap();
    tx.rollback().await;
    assert_eq!(
        (pairs[0].mentor.as_str(), pairs[0].mentee.as_str()),
        ("UNIK", "USAM")
    );
}

#[tokio::test]
async fn an_invitation_to_confirm_ends_with_whoever_leaves() {
    let unknown = Profile {
        manager: None,
        ..junior()
    };
    let (test, _) = yes(settings(), unknown).await;
    let mut tx = test.tx().await;
    let round = rounds::proposed(&mut tx).await.unwrap().remove(0).id;
    tx.rollback().await;
    test.stands("USAM", Standing::Ineligible).await;
    test.run_due().await;
    let mut tx = test.tx().await;
    let card = crate::features::matching::card(&mut tx, round).await;
    tx.rollback().await;
    insta::assert_snapshot!(render(&card.unwrap().unwrap()), @"
    Nobody is left to introduce in this invitation, because something changed. It ended on Monday, March 2. Anyone who still takes part has been told kindly, and not why.
    · Only the program's owners see this.
    ");
    assert_eq!(test.count("UMIA", "won't be a pair this time").await, 1);
    assert_eq!(test.count("USAM", "won't be a pair").await, 0);
}

#[tokio::test]
async fn a_break_of_the_program_that_passes_over_the_day_moves_their_words_too() {
    let (test, _) = yes(windowed(), junior()).await;
    let until = [("date", Answer::Date(date(2026, 3, 20)))];
    let form = test.submit("UBEN", Form::ProgramBreak, &until);
    assert_eq!(form.await.unwrap().errors, []);
    let status = shown(&test.command("USAM", "status").await.unwrap());
    assert!(
        status.contains("I'll introduce you on Friday, March 20,"),
        "{status}"
    );
}

/// Whoever is promised reads so wherever they ask, and is not asked whether they would like to be in it.
#[tokio::test]
async fn whoever_comes_back_or_presses_meanwhile_reads_that_they_found_each_other() {
    let (test, _) = yes(windowed(), junior()).await;
    let line = |other: &str| {
        format!(
            "*You and <@{other}> found each other.* I'll introduce you on Monday, March 9, the day of the first match."
        )
    };
    let pressed = test.press("UMIA", Action::FindPartner).await.unwrap();
    assert_eq!(shown(&pressed).trim_end(), line("USAM"));
    for waits in [true, false] {
        let mut tx = test.tx().await;
        let since = waits.then_some(test.now);
        participants::set_waiting(&mut tx, &"USAM".into(), since)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        test.pauses("USAM", "1").await;
        let back = shown(&test.command("USAM", "resume").await.unwrap());
        assert_eq!(back.trim_end(), format!("Welcome back. {}", line("UMIA")));
    }
    let asked = test.press("UBEN", Action::OpenNextCohort).await.unwrap();
    let asked = render_view(&asked.modal.unwrap().view());
    assert!(asked.contains("nobody to ask"), "{asked}");
    let mut tx = test.tx().await;
    timers::soon(&mut tx, &Timer::NextCohort("USAM".into()))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    test.run_due().await;
    assert_eq!(test.count("USAM", "A new cohort").await, 0);
}

/// Also who looks for nobody else.
#[tokio::test]
async fn both_hear_that_the_day_is_another() {
    let (mut test, _) = yes(windowed(), junior()).await;
    let mut tx = test.tx().await;
    participants::set_waiting(&mut tx, &"USAM".into(), None)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let later = Settings {
        first_match: Some(date(2026, 3, 16)),
        ..windowed()
    };
    set(&test, later).await;
    test.pass(DAY).await;
    for (user, other) in [("UMIA", "USAM"), ("USAM", "UMIA")] {
        let told = test.last(user, "The first match has moved").await;
        let says = format!(
            "The first match has moved. *You and <@{other}> found each other.* I'll introduce you on Monday, March 16, the day of \
             the first match."
        );
        assert_eq!(told, Some(says), "{user}");
    }
}

/// Too few have joined, and owners choose: no day that has passed is named.
#[tokio::test]
async fn while_the_day_is_being_set_none_is_named() {
    let few = Settings {
        least_people: Some(10),
        ..windowed()
    };
    let mut test = FeatureTest::program(few).await;
    let mut tx = test.tx().await;
    setup::changed(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    test.pass(DAY * 7 + SignedDuration::from_hours(2)).await;
    let id = invited(&test).await;
    test.takes_part("UMIA", junior()).await;
    let words = answer(&test, id, true).await;
    assert_eq!(
        words,
        "You said yes to <@USAM>. You're a pair from the first match on, whose day is being set. I'll introduce you then. \
         There's nothing to do until then."
    );
    test.run_due().await;
    assert!(test.pairs().await.is_empty());
    let status = shown(&test.command("USAM", "status").await.unwrap());
    let says = "I'll introduce you at the first match, whose day is being set.";
    assert!(status.contains(says), "{status}");
}

/// Their partner learns nothing of the break.
#[tokio::test]
async fn whoever_is_back_later_than_the_first_match_reads_that_day() {
    let (test, _) = yes(windowed(), junior()).await;
    test.command("USAM", "pause until 2026-03-12")
        .await
        .unwrap();
    let status = shown(&test.command("USAM", "status").await.unwrap());
    let says = "I'll introduce you on Thursday, March 12, when your break is over.";
    assert!(status.contains(says), "{status}");
    let status = shown(&test.command("UMIA", "status").await.unwrap());
    assert!(status.contains("Monday, March 9"), "{status}");
    assert!(!status.contains("March 12"), "{status}");
}
