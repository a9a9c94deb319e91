//! Deletes data that is no longer needed.

use super::Result;
use crate::domain::ids::PairId;
use crate::domain::pair::State;
use crate::domain::timer::Timer;
use crate::shared::{owners, recurring};
use crate::store::{Tx, limits, pairs, people, personal_data, programs, timers, workspaces};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

const DAY: SignedDuration = SignedDuration::from_hours(24);
/// A workspace's end that comes later than this gives it another day.
const LATE: SignedDuration = SignedDuration::from_hours(1);

/// Timer `Retention`, daily: forgets what has ended, and sets the next run.
pub async fn daily(tx: &mut Tx) -> Result<()> {
    personal_data::prune(tx).await?;
    limits::prune(tx).await?;
    let settings = programs::find(tx).await?.map(|program| program.settings);
    if let Some(settings) = &settings {
        let days = i32::from(settings.retention_days.max(1));
        let gone = tx.now.saturating_sub(DAY * days);
        personal_data::end_people(tx, gone.unwrap_or(Timestamp::MIN)).await?;
        let named = owners::named(tx).await?;
        people::prune(tx, &named).await?;
    }
    let zone = settings.map_or(TimeZone::UTC, |settings| settings.zone());
    recurring::set_retention(tx, &zone).await
}

/// Sets the timer of a workspace that removed the app, where it is missing: an earlier release set none.
pub async fn plan_end(tx: &mut Tx) -> Result<()> {
    if let Some(ends) = workspaces::ends_at(tx).await?
        && timers::due(tx, &Timer::WorkspaceEnds).await?.is_none()
    {
        timers::at(tx, &Timer::WorkspaceEnds, ends).await?;
    }
    Ok(())
}

/// Timer `WorkspaceEnds`: forgets everything of a workspace that removed the app and has not installed it again in time.
pub async fn workspace_ends(tx: &mut Tx) -> Result<()> {
    let Some(ends) = workspaces::ends_at(tx).await? else {
        return Ok(());
    };
    if ends > tx.now {
        return Ok(timers::at(tx, &Timer::WorkspaceEnds, ends).await?);
    }
    if tx.now.duration_since(ends) > LATE {
        // We were down ourselves, and nobody could install the app again.
        let later = tx.now.saturating_add(DAY).unwrap_or(Timestamp::MAX);
        workspaces::set_end(tx, later).await?;
        return Ok(timers::at(tx, &Timer::WorkspaceEnds, later).await?);
    }
    tracing::warn!(team = %tx.team(), "it removed the app and hasn't come back: everything of it is erased");
    Ok(personal_data::end_workspace(tx).await?)
}

/// Timer `Erase`: forgets what a pair wrote that closed long ago.
pub async fn erase(tx: &mut Tx, pair: PairId) -> Result<()> {
    let closed = pairs::find(tx, pair)
        .await?
        .is_some_and(|pair| pair.state == State::Closed);
    if !closed {
        return Ok(());
    }
    Ok(personal_data::end_pair(tx, pair).await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::card::Card;
    use crate::domain::checkin::Kind as About;
    use crate::domain::happening::{Ending, Happening};
    use crate::domain::ids::RoundId;
    use crate::domain::matching::{Proposal, Reason};
    use crate::domain::outgoing::Lane;
    use crate::features::Error;
    use crate::slack::event::{Action, Answer, Form};
    use crate::store::rounds::{self, Fate, Origin};
    use crate::store::{checkins, inbox, invitations, participants, reflections};
    use crate::testing::feature_test::FeatureTest;
    use crate::testing::months::{ANA, MAX, settings};
    use crate::testing::outgoing;
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

    /// A day that many days from now, at which retention runs.
    async fn run_after(test: &FeatureTest, days: i32) {
        let mut tx = test.tx().await;
        tx.now = tx.now.saturating_add(DAY * days).unwrap();
        daily(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
    }

    #[tokio::test]
    async fn proposals_end_after_two_months_and_those_left_out_after_half_a_year() {
        let (test, _) = FeatureTest::signed(settings()).await;
        let mut tx = test.tx().await;
        let round = RoundId(tx.new_id());
        let (origin, state) = (Origin::Scheduled, rounds::State::Approved);
        rounds::conclude(&mut tx, round, origin, state, None, 0)
            .await
            .unwrap();
        for mentee in ["UELSE", "ULEFTOUT"] {
            let proposal = Proposal {
                mentor: MAX.into(),
                mentee: mentee.into(),
                score: 60,
                reasons: vec![Reason::OtherSite],
                owner_must_confirm: false,
            };
            rounds::add_proposal(&mut tx, round, &proposal)
                .await
                .unwrap();
        }
        let left_out = (&MAX.into(), &"ULEFTOUT".into());
        rounds::settle(&mut tx, round, left_out, Fate::Dropped, None)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let kept = async || {
            let mut tx = test.tx().await;
            let all = rounds::proposals(&mut tx, round).await.unwrap();
            let all = all
                .into_iter()
                .map(|it| (it.mentee.to_string(), it.reasons.len()));
            all.collect::<Vec<_>>()
        };
        run_after(&test, 61).await;
        let both = [("UELSE".to_owned(), 1), ("ULEFTOUT".to_owned(), 1)];
        assert_eq!(kept().await, both);
        run_after(&test, 63).await;
        assert_eq!(kept().await, [("ULEFTOUT".to_owned(), 0)]);
        run_after(&test, 179).await;
        assert_eq!(kept().await.len(), 1);
        run_after(&test, 182).await;
        assert_eq!(kept().await, []);
    }

    /// Two who stay together can change their goals after more than a year, and the card changes where it stands.
    #[tokio::test]
    async fn where_a_card_stands_is_kept_while_it_can_change() {
        let (test, pair) = FeatureTest::signed(settings()).await;
        let mut tx = test.tx().await;
        let group = Lane::Pair(pair);
        for card in [Card::Agreement(pair), Card::Round(RoundId(1))] {
            outgoing::card_stands(&mut tx, card, &group).await;
        }
        tx.commit().await.unwrap();
        let kept = async || outgoing::cards(&mut *test.tx().await).await;
        run_after(&test, 402).await;
        assert_eq!(kept().await, [(Card::Agreement(pair), group)]);
        let mut tx = test.tx().await;
        crate::store::pairs::close(&mut tx, pair, Ending::Ended)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        run_after(&test, 398).await;
        assert_eq!(kept().await.len(), 1);
        run_after(&test, 402).await;
        assert_eq!(kept().await, []);
    }

    #[tokio::test]
    async fn profiles_of_people_who_left_end_unless_they_came_back() {
        let (test, _) = FeatureTest::signed(settings()).await;
        let profile = async |user: &str| {
            let mut tx = test.tx().await;
            let found = participants::find(&mut tx, &user.into()).await.unwrap();
            found.is_some()
        };
        test.submit(MAX, Form::Leave, &[]).await.unwrap();
        run_after(&test, 89).await;
        assert!(profile(MAX).await);
        test.joins(MAX, "mentor", "Early career").await;
        run_after(&test, 200).await;
        assert!(profile(MAX).await, "they are back");
        test.submit(MAX, Form::Leave, &[]).await.unwrap();
        run_after(&test, 91).await;
        assert!(!profile(MAX).await);
        assert!(profile(ANA).await, "nobody else's ends");
        let mut tx = test.tx().await;
        let stored = personal_data::stored(&mut tx, &MAX.into()).await.unwrap();
        let left = stored
            .iter()
            .map(|it| it.table)
            .filter(|table| table.ends == personal_data::Ends::WithPerson);
        assert_eq!(left.map(|table| table.name).collect::<Vec<_>>(), [""; 0]);
    }

    /// The inviter's profile ends, and they come back: neither meets the other.
    #[tokio::test]
    async fn a_no_outlives_the_profile_of_who_asked() {
        let (test, _) = FeatureTest::signed(settings()).await;
        let mut tx = test.tx().await;
        let (inviter, colleague) = (MAX.into(), ANA.into());
        let id = invitations::add(&mut tx, &inviter, &colleague)
            .await
            .unwrap();
        let no = invitations::State::Declined;
        invitations::answer(&mut tx, id.unwrap(), no).await.unwrap();
        tx.commit().await.unwrap();
        test.submit(MAX, Form::Leave, &[]).await.unwrap();
        run_after(&test, 91).await;
        let mut tx = test.tx().await;
        assert!(
            participants::find(&mut tx, &inviter)
                .await
                .unwrap()
                .is_none()
        );
        let declined = invitations::was_declined(&mut tx, &inviter, &colleague).await;
        assert!(declined.unwrap());
    }

    #[tokio::test]
    async fn a_bot_that_was_down_at_a_workspaces_end_gives_it_another_day() {
        let (test, _) = FeatureTest::signed(settings()).await;
        let mut tx = test.tx().await;
        workspaces::uninstalled(&mut tx, test.now).await.unwrap();
        tx.commit().await.unwrap();
        let after = async |days: i32| {
            let mut tx = test.tx().await;
            tx.now = tx.now.saturating_add(DAY * days).unwrap();
            workspace_ends(&mut tx).await.unwrap();
            let is_there = programs::find(&mut tx).await.unwrap().is_some();
            tx.commit().await.unwrap();
            is_there
        };
        assert!(after(89).await);
        assert!(after(100).await, "it may come back today");
        assert!(!after(101).await);
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
