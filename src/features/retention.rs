//! Deletes data that is no longer needed.

use super::Result;
use crate::domain::cadence;
use crate::domain::ids::PairId;
use crate::domain::pair::State;
use crate::shared::{owners, recurring};
use crate::store::{
    Reading, Tx, agreements, audit, checkins, cycles, inbox, invitations, limits, nudged, outbox,
    pairs, people, personal_data, programs, reflections, rounds,
};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

const DAY: SignedDuration = SignedDuration::from_hours(24);
/// Slack retries within a day; three days allow for clocks that differ.
const INBOX_DAYS: i32 = 3;
/// As long as owners may ask about a message.
const OUTBOX_DAYS: i32 = 30;
/// A year, with some time to look back on it.
const AUDIT_DAYS: i32 = 400;
/// As long as people ask why a round came out as it did. The owners' edits and the left-over people are deleted then, too.
const INPUT_DAYS: i32 = 62;
/// People told that they have no partner are not told again for up to ninety days, so this is a little longer.
const TOLD_DAYS: i32 = 95;
/// Only today counts; a week also covers travelers.
const NUDGED_DAYS: i32 = 7;

/// Timer `Retention`, daily: deletes old rows, and sets the next run.
pub async fn daily(tx: &mut Tx) -> Result<()> {
    tx.erases();
    let (inbox, outbox) = (ago(tx, INBOX_DAYS), ago(tx, OUTBOX_DAYS));
    let (audit, nudged) = (ago(tx, AUDIT_DAYS), ago(tx, NUDGED_DAYS));
    inbox::prune(tx, inbox).await?;
    outbox::prune(tx, outbox).await?;
    audit::prune(tx, audit).await?;
    invitations::prune(tx, outbox).await?;
    let inputs = ago(tx, INPUT_DAYS);
    rounds::prune_inputs(tx, inputs).await?;
    rounds::erase_reasons(tx, inputs).await?;
    let told = ago(tx, TOLD_DAYS);
    rounds::prune_unmatched(tx, inputs, told).await?;
    limits::prune(tx).await?;
    nudged::prune(tx, cadence::local(nudged, &TimeZone::UTC).date()).await?;
    let settings = programs::find(tx).await?.map(|program| program.settings);
    if settings.is_some() {
        let named = owners::named(tx).await?;
        people::prune(tx, &named).await?;
    }
    let zone = settings.map_or(TimeZone::UTC, |settings| settings.zone());
    recurring::set_retention(tx, &zone).await
}

fn ago(tx: &Reading, days: i32) -> Timestamp {
    tx.now.saturating_sub(DAY * days).unwrap_or(Timestamp::MIN)
}

/// Timer `Erase`: deletes the free text of a pair that closed long ago.
pub async fn erase(tx: &mut Tx, pair: PairId) -> Result<()> {
    let closed = pairs::find(tx, pair)
        .await?
        .is_some_and(|pair| pair.state == State::Closed);
    if !closed {
        return Ok(());
    }
    cycles::erase_notes(tx, pair).await?;
    reflections::erase(tx, pair).await?;
    checkins::erase(tx, pair).await?;
    agreements::erase(tx, pair).await?;
    pairs::erase_reasons(tx, pair).await?;
    // Copies are kept for a month, and a program may promise less.
    personal_data::erase_conversation(tx, pair).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::checkin::Kind as About;
    use crate::domain::happening::{Ending, Happening};
    use crate::domain::ids::RoundId;
    use crate::domain::matching::{Proposal, Reason};
    use crate::domain::timer::Timer;
    use crate::features::Error;
    use crate::slack::event::{Action, Answer, Form};
    use crate::store::rounds::Origin;
    use crate::store::timers;
    use crate::testing::feature_test::FeatureTest;
    use crate::testing::months::{MAX, settings};
    use jiff::civil::date;

    #[tokio::test]
    async fn words_are_erased_once_the_pair_is_over() {
        let (mut test, pair) = FeatureTest::signed(settings()).await;
        test.pass(DAY * 3).await;
        let day = [("date", Answer::Date(date(2026, 3, 4)))];
        test.submit(MAX, Form::LogMeeting, &day).await.unwrap();
        let mut tx = test.tx().await;
        let reflection = reflections::by(&mut tx, &MAX.into()).await.unwrap()[0].id;
        let kept = |text: &'static str| vec![("answer", Answer::Text(text.into()))];
        tx.commit().await.unwrap();
        let form = Form::Reflect { reflection };
        test.submit(MAX, form, &kept("secret")).await.unwrap();

        let mut tx = test.tx().await;
        erase(&mut tx, pair).await.unwrap();
        let answer = async |tx: &mut Tx| {
            let found = reflections::find(tx, reflection).await.unwrap();
            found.unwrap().answer
        };
        assert!(
            answer(&mut tx).await.is_some(),
            "not while they are together"
        );
        pairs::close(&mut tx, pair, Ending::Completed)
            .await
            .unwrap();
        erase(&mut tx, pair).await.unwrap();
        assert_eq!(answer(&mut tx).await, None);
        tx.commit().await.unwrap();
    }

    #[tokio::test]
    async fn what_comes_after_the_words_are_erased_is_not_kept() {
        let (mut test, pair) = FeatureTest::signed(settings()).await;
        let mut tx = test.tx().await;
        let checkin = checkins::create(&mut tx, pair, &MAX.into(), About::Closing, 6)
            .await
            .unwrap()
            .unwrap();
        let (by, why) = (None, Ending::Completed);
        pairs::close(&mut tx, pair, why).await.unwrap();
        tx.commit().await.unwrap();
        test.happens(Happening::PairEnded { pair, by, why }).await;
        let typed = |words: &str| [("text", Answer::Text(words.into()))];
        let form = Form::Checkin { checkin };
        let early = test.submit(MAX, form.clone(), &typed("In time")).await;
        early.unwrap();
        test.pass(DAY * 91).await;
        let late = test.submit(MAX, form, &typed("Too late")).await;
        assert!(matches!(late, Err(Error::User(_))), "{late:?}");
        let opened = test.press(MAX, Action::AnswerCheckin { checkin }).await;
        assert!(matches!(opened, Err(Error::User(_))), "{opened:?}");
        let mut tx = test.tx().await;
        let kept = checkins::find(&mut tx, checkin).await.unwrap().unwrap();
        assert_eq!(kept.answer, None);
    }

    #[tokio::test]
    async fn why_two_were_proposed_is_forgotten_that_they_were_is_not() {
        let (test, _) = FeatureTest::signed(settings()).await;
        let mut tx = test.tx().await;
        let round = RoundId(tx.new_id());
        rounds::conclude(
            &mut tx,
            round,
            Origin::Scheduled,
            rounds::State::Approved,
            None,
            0,
        )
        .await
        .unwrap();
        let proposal = Proposal {
            mentor: MAX.into(),
            mentee: "UELSE".into(),
            score: 60,
            reasons: vec![Reason::OtherSite],
            owner_must_confirm: false,
        };
        rounds::add_proposal(&mut tx, round, &proposal)
            .await
            .unwrap();
        let reasons = async |tx: &mut Tx| {
            let all = rounds::proposals(tx, round).await.unwrap();
            all[0].reasons.len()
        };
        assert!(reasons(&mut tx).await > 0);
        tx.now = tx.now.saturating_add(DAY * (INPUT_DAYS - 1)).unwrap();
        daily(&mut tx).await.unwrap();
        assert!(reasons(&mut tx).await > 0);
        tx.now = tx.now.saturating_add(DAY * 2).unwrap();
        daily(&mut tx).await.unwrap();
        assert_eq!(reasons(&mut tx).await, 0);
        tx.commit().await.unwrap();
    }

    #[tokio::test]
    async fn it_runs_every_night_on_the_programs_clock() {
        let mut settings = settings();
        settings.time_zone = "Europe/Berlin".into();
        let (test, _) = FeatureTest::signed(settings).await;
        let mut tx = test.tx().await;
        inbox::first_time(&mut tx, "old").await.unwrap();
        tx.now = tx.now.saturating_add(DAY * 4).unwrap();
        inbox::first_time(&mut tx, "new").await.unwrap();
        daily(&mut tx).await.unwrap();
        assert!(
            inbox::first_time(&mut tx, "old").await.unwrap(),
            "forgotten"
        );
        assert!(!inbox::first_time(&mut tx, "new").await.unwrap());
        let next = timers::due(&mut tx, &Timer::Retention).await.unwrap();
        assert_eq!(next, Some("2026-03-07T02:00:00Z".parse().unwrap()));
        tx.commit().await.unwrap();
    }
}
