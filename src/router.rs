//! Dispatches everything that happens: event or timer → feature, in one transaction.
//!
//! The matches are exhaustive on purpose: a new button, form, timer or happening does not compile without its feature.

mod cards;
mod no_reply;
mod presses;
mod requests;
mod submissions;
mod worded;

pub use cards::changed_card;
pub use no_reply::NoReply;
pub use requests::{event, home, unclear};

use crate::domain::grant::Grant;
use crate::domain::happening::Happening;
use crate::domain::ids::{TeamId, UserId};
use crate::domain::outgoing::{Lane, Passed, Reaction};
use crate::domain::participant::PersonInSlack;
use crate::domain::timer::{LookedUp, Purpose, Timer};
use crate::features::{
    Result, agreement, checkins, circle, cohort, digest, directory, endings, enrollment,
    introduction, invite, join, launch, matching, meetings, organization, privacy, program_break,
    reflections, reorganization, report, retention, setup, standing,
};
use crate::shared::{failures, news, nudge, passing_on, readers, to_contact};
use crate::store::{Tx, timers, tokens, workspaces};
use jiff::SignedDuration;

/// How long new participants are collected before Slack is asked about them.
const LOOK_AFTER: SignedDuration = SignedDuration::from_secs(3);

/// Slack answered our question about a person or about everybody.
pub async fn person_answered(tx: &mut Tx, person: &PersonInSlack) -> Result<()> {
    directory::seen(tx, person).await?;
    happenings(tx).await
}

/// Runs a timer's feature within `tx`. Timers that solve run in `work::matcher`.
pub async fn timer(tx: &mut Tx, timer: &Timer) -> Result<()> {
    match timer {
        Timer::Directory => directory::scan(tx).await?,
        Timer::Undelivered => directory::tell_owners(tx).await?,
        Timer::Round => {
            program_break::ends_first(tx).await?;
            if enrollment::may_match(tx).await? {
                matching::scheduled(tx).await?;
            }
        }
        Timer::News(row) => news::due(tx, *row).await?,
        // See `work::matcher` and `work::reactions`.
        Timer::Match | Timer::WhatIf(_) | Timer::Reaction(_) => timers::soon(tx, timer).await?,
        Timer::Introduce(round) => introduction::introduce(tx, *round).await?,
        Timer::Invitation(invitation) => invite::over(tx, *invitation).await?,
        Timer::RoundWaits(round) => matching::waits(tx, *round).await?,
        Timer::PauseEnds(user) => standing::pause_ended(tx, user).await?,
        Timer::ProgramGoesOn => program_break::goes_on(tx).await?,
        Timer::ProgramBreak(pair) => meetings::program_break(tx, *pair).await?,
        Timer::LastMonth(pair) => meetings::last_month(tx, *pair).await?,
        Timer::NextCohort(user) => cohort::ask(tx, user).await?,
        Timer::FirstMatchMoved(user) => enrollment::tell_moved(tx, user).await?,
        Timer::RemindInvited { user, until } => launch::remind_one(tx, user, *until).await?,
        Timer::CycleOpens { pair, number } => meetings::opens(tx, *pair, *number).await?,
        Timer::NudgeWeek(cycle) => meetings::week_passed(tx, *cycle).await?,
        Timer::NudgeFortnight(cycle) => meetings::fortnight_passed(tx, *cycle).await?,
        Timer::Hello(cycle) => meetings::hello(tx, *cycle).await?,
        Timer::MeetingSoon(cycle) => meetings::meeting_soon(tx, *cycle).await?,
        Timer::PlanPassed(cycle) => meetings::plan_passed(tx, *cycle).await?,
        Timer::MeetingOver { cycle, user } => meetings::meeting_over(tx, *cycle, user).await?,
        // Set by earlier releases, which asked after the partner's yes, too.
        Timer::ReflectionDue { .. } => {}
        Timer::CycleCloses(cycle) => meetings::closes(tx, *cycle).await?,
        Timer::Checkin(checkin) => checkins::due(tx, *checkin).await?,
        Timer::Unsigned(pair) => agreement::unsigned(tx, *pair).await?,
        Timer::SignAfterMeeting { pair, user, asked } => {
            agreement::ask_to_sign(tx, *pair, user, *asked).await?;
        }
        Timer::Digest => {
            program_break::ends_first(tx).await?;
            digest::weekly(tx).await?;
        }
        Timer::Companion { owner, week } => digest::companion(tx, owner, *week).await?,
        Timer::Retention => {
            retention::daily(tx).await?;
            // A workspace that removed the app is sent nothing.
            if workspaces::ends_at(tx).await?.is_none() {
                owners_cards_follow(tx).await?;
            }
        }
        Timer::WorkspaceEnds => retention::workspace_ends(tx).await?,
        Timer::Erase(pair) => retention::erase(tx, *pair).await?,
        Timer::LookedUp(waited) => looked_up(tx, waited).await?,
        Timer::ImportWaits(import) => organization::waited(tx, *import, None).await?,
    }
    happenings(tx).await
}

/// The app was installed in the transaction's workspace, with a token of its own.
pub async fn installed(tx: &mut Tx, bot: &UserId, grant: &Grant) -> Result<()> {
    let gone_since = workspaces::installed(tx, bot).await?;
    tokens::keep(tx, grant).await?;
    setup::started(tx).await?;
    directory::installed(tx, gone_since).await?;
    happenings(tx).await
}

/// The transaction's workspace is one of an organization that has the app: it is there, too, with the organization's token.
pub async fn joins_organization(tx: &mut Tx, organization: &TeamId) -> Result<()> {
    let Some(bot) = workspaces::may_join(tx, organization).await? else {
        return Ok(());
    };
    let gone_since = workspaces::installed(tx, &bot).await?;
    tokens::use_organizations(tx, organization).await?;
    setup::started(tx).await?;
    directory::installed(tx, gone_since).await?;
    happenings(tx).await
}

/// Passes happenings on until no more follow.
pub async fn happenings(tx: &mut Tx) -> Result<()> {
    // Each happening moves a state machine forward, so this ends; the cap is for bugs.
    let mut shows = false;
    for _ in 0..100_000 {
        if tx.happened.is_empty() {
            return if shows {
                owners_cards_follow(tx).await
            } else {
                Ok(())
            };
        }
        for happening in std::mem::take(&mut tx.happened) {
            shows |= happening.shows_on_owners_cards();
            one(tx, happening).await?;
        }
    }
    tracing::error!("happenings go round in circles");
    tx.happened.clear();
    Ok(())
}

/// Owners' cards about open rounds and the first match show who looks for a partner, so they are written anew.
async fn owners_cards_follow(tx: &mut Tx) -> Result<()> {
    enrollment::people_changed(tx).await?;
    matching::people_changed(tx).await
}

async fn one(tx: &mut Tx, happening: Happening) -> Result<()> {
    match happening {
        Happening::Unknown(_) => {
            // A little later, so that Slack is asked once when a whole team joins after a meeting.
            let gathered = tx.now + LOOK_AFTER;
            Ok(timers::by(tx, &Timer::Directory, gathered).await?)
        }
        Happening::ProfileSaved(_) | Happening::PersonSeen(_) => matching::look_again(tx).await,
        Happening::ProgramGoesOn => {
            checkins::back_from_break(tx, None).await?;
            matching::look_again(tx).await
        }
        Happening::ManagerChanged { user, was } => {
            reorganization::manager_changed(tx, &user, was.as_ref()).await
        }
        Happening::LinesChanged { already } => {
            reorganization::lines_changed(tx, &already).await?;
            matching::look_again(tx).await
        }
        Happening::PersonAnswered(person) => {
            for waited in timers::waiting_for(tx, &person).await? {
                looked_up(tx, &waited).await?;
            }
            to_contact::contact_known(tx, &person).await
        }
        Happening::Resumed(user) => {
            introduction::resumed(tx, &user).await?;
            checkins::partner_back(tx, &user).await?;
            checkins::back_from_break(tx, Some(&user)).await?;
            meetings::partner_changed(tx, &user).await?;
            matching::look_again(tx).await
        }
        Happening::Paused(user) => {
            // What was said of an earlier break says nothing of this one.
            checkins::partner_back(tx, &user).await?;
            meetings::partner_changed(tx, &user).await
        }
        Happening::ZoneChanged(user) => meetings::zone_changed(tx, &user).await,
        Happening::AwayForLong(user) => checkins::partner_away(tx, &user).await,
        Happening::Erased(user) => privacy::erase_everywhere(tx, &user).await,
        Happening::Departed { user, own_choice } => {
            news::departed(tx, &user, own_choice).await?;
            circle::departed(tx, &user).await?;
            invite::departed(tx, &user).await?;
            introduction::departed(tx, &user).await?;
            endings::departed(tx, &user, own_choice).await
        }
        Happening::SettingsChanged => {
            setup::changed(tx).await?;
            directory::mended(tx).await?;
            matching::look_again(tx).await
        }
        // Only what owners read of it follows.
        Happening::LooksChanged(_) => Ok(()),
        // What is open follows once all that happened is known.
        Happening::ActingChanged => {
            readers::changed(tx).await?;
            directory::mended(tx).await
        }
        Happening::RoundApproved(round) => introduction::introduce(tx, round).await,
        Happening::IntroductionsBegin(round) => matching::introductions_begin(tx, round).await,
        Happening::RoundProposed(round) => matching::proposed(tx, round).await,
        Happening::PairsLapsed(round) => matching::pairs_lapsed(tx, round).await,
        Happening::RoundRejected(round) => introduction::rejected(tx, round).await,
        Happening::Introduced(pair) => {
            invite::introduced(tx, pair).await?;
            introduction::met(tx, pair).await?;
            meetings::begin(tx, pair).await?;
            agreement::offer(tx, pair).await
        }
        Happening::ProgramStarted => {
            matching::watch_waiting(tx).await?;
            for pair in meetings::begin_waiting(tx).await? {
                agreement::resume(tx, pair).await?;
            }
            Ok(())
        }
        Happening::PairContinues(pair) => {
            meetings::begin(tx, pair).await?;
            agreement::resume(tx, pair).await
        }
        Happening::NeverBegan(pair) => endings::released(tx, pair).await,
        Happening::SaidTheyMet { pair, cycle, by } => {
            agreement::they_met(tx, pair, &by).await?;
            checkins::they_met(tx, pair, &by).await?;
            reflections::ask(tx, pair, cycle, &by).await
        }
        Happening::CycleClosed { pair, number } => checkins::cycle_closed(tx, pair, number).await,
        Happening::CyclesDone(pair) => {
            agreement::months_are_over(tx, pair).await?;
            checkins::months_are_over(tx, pair).await?;
            checkins::cycles_done(tx, pair).await
        }
        Happening::PairEnded { pair, by, why } => {
            meetings::ended(tx, pair).await?;
            agreement::months_are_over(tx, pair).await?;
            checkins::months_are_over(tx, pair).await?;
            checkins::pair_ended(tx, pair).await?;
            reorganization::pair_ended(tx, pair).await?;
            introduction::pair_ended(tx, pair).await?;
            endings::ended(tx, pair, by.as_ref(), why).await?;
            meetings::leaves_calendars(tx, pair).await?;
            matching::look_again(tx).await
        }
    }
}

/// Slack answered about a person for whom somebody waits, or has not in time.
async fn looked_up(tx: &mut Tx, waited: &LookedUp) -> Result<()> {
    match waited.purpose {
        Purpose::Invite => invite::looked_up(tx, waited).await,
        Purpose::Accept => invite::looked_up_after_yes(tx, waited).await,
        Purpose::Owner | Purpose::Contact | Purpose::Rights => setup::looked_up(tx, waited).await,
        Purpose::Join | Purpose::Manager | Purpose::RatherNot => join::looked_up(tx, waited).await,
    }
}

/// Acts on the outcome of a delivery, within `tx`.
pub async fn reaction(tx: &mut Tx, reaction: &Reaction) -> Result<()> {
    match reaction {
        Reaction::Answered(person) => directory::answered(tx, person).await?,
        // Each person in a transaction of its own: see `work::reactions`.
        Reaction::Listed(_) => {}
        Reaction::Unsent(id, reservation) => {
            nudge::give_back(tx, *id, reservation).await?;
            if let Ok(timer) = &reservation.timer {
                let people = reservation.days.iter().map(|(user, _)| user.clone());
                unsent(tx, timer, &people.collect::<Vec<_>>()).await?;
            }
        }
        Reaction::FileRead { import, file } => organization::read(tx, *import, file).await?,
        Reaction::EmailsFound { import, page } => organization::found(tx, *import, page).await?,
        Reaction::Undeliverable {
            lane: Lane::Import(import),
            error,
            ..
        } => organization::waited(tx, *import, Some(error)).await?,
        Reaction::Invited { user, channel } => circle::joined(tx, user, channel).await?,
        Reaction::Undeliverable { lane, error, .. } => {
            if let Lane::Circle(user) = lane {
                circle::refused(tx, user).await?;
            }
            directory::undeliverable(tx, lane, error).await?;
            failures::show(tx, lane).await?;
        }
        Reaction::NotPassedOn(id, passes_on, lane) => {
            if let Passed::Invitation(invitation) = passes_on.what {
                invite::undelivered(tx, invitation).await?;
            }
            passing_on::tell(tx, *id, passes_on, lane).await?;
        }
        Reaction::FileMissing(id, to) => privacy::file_missing(tx, *id, to).await?,
        Reaction::ProgramFileMissing(id, to) => report::file_missing(tx, *id, to).await?,
    }
    happenings(tx).await
}

/// A nudge was not sent: undoes what its feature stored when it was queued, and runs its timer again.
async fn unsent(tx: &mut Tx, timer: &Timer, people: &[UserId]) -> Result<()> {
    match timer {
        Timer::Checkin(checkin) => checkins::unsent(tx, *checkin).await?,
        Timer::ReflectionDue { cycle, user } => reflections::unsent(tx, *cycle, user).await?,
        Timer::Unsigned(pair) => agreement::unsent(tx, *pair, people).await?,
        Timer::Introduce(round) => introduction::unsent(tx, *round, people).await?,
        Timer::Companion { owner, .. } => digest::companion_unsent(tx, owner).await?,
        Timer::RemindInvited { user, .. } => launch::unsent(tx, user).await?,
        Timer::PauseEnds(user) => standing::unsent(tx, user).await?,
        // These read the current state when they run, and store nothing except the message.
        Timer::Directory
        | Timer::Undelivered
        | Timer::Round
        | Timer::Match
        | Timer::WhatIf(_)
        | Timer::Invitation(_)
        | Timer::RoundWaits(_)
        | Timer::ProgramGoesOn
        | Timer::ProgramBreak(_)
        | Timer::LastMonth(_)
        | Timer::NextCohort(_)
        | Timer::FirstMatchMoved(_)
        | Timer::CycleOpens { .. }
        | Timer::NudgeWeek(_)
        | Timer::NudgeFortnight(_)
        | Timer::Hello(_)
        | Timer::MeetingSoon(_)
        | Timer::PlanPassed(_)
        | Timer::MeetingOver { .. }
        | Timer::SignAfterMeeting { .. }
        | Timer::CycleCloses(_)
        | Timer::Digest
        | Timer::Retention
        | Timer::WorkspaceEnds
        | Timer::Erase(_)
        | Timer::LookedUp(_)
        | Timer::ImportWaits(_)
        | Timer::Reaction(_)
        | Timer::News(_) => {}
    }
    nudge::again(tx, timer).await
}
