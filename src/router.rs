//! Everything that happens goes through here: event or timer → feature, in one transaction.
//!
//! The matches are exhaustive on purpose: a new button, form, timer or happening does not compile until it has its feature.

use crate::domain::command::{self, Command};
use crate::domain::happening::Happening;
use crate::domain::ids::UserId;
use crate::domain::outgoing::Reaction;
use crate::domain::participant::PersonInSlack;
use crate::domain::timer::Timer;
use crate::features::{
    Error, Reply, Result, View, agreement, checkins, digest, directory, endings, help, home,
    introduction, invite, join, matching, meetings, privacy, reflections, retention, setup,
    standing, support,
};
use crate::shared::nudge;
use crate::slack::event::{Action, Actor, Answers, Event, Form};
use crate::store::db::{NotBegun, StoreError};
use crate::store::{Reading, RequestTx, Tx, timers, workspaces};
use jiff::SignedDuration;
use jiff::civil::Date;

/// How long those who join are gathered before Slack is asked about them.
const LOOK_AFTER: SignedDuration = SignedDuration::from_secs(3);

/// For what is read from words whatever the date.
const ANY_DAY: Date = Date::constant(2000, 1, 1);

/// Why there is no reply to an event.
#[derive(Debug, thiserror::Error)]
pub enum NoReply {
    #[error("a retry of a request that was handled before")]
    Repeated,
    /// Its transaction is undone.
    #[error(transparent)]
    Failed(#[from] Error),
}

impl From<StoreError> for NoReply {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<NotBegun> for NoReply {
    fn from(why: NotBegun) -> Self {
        match why {
            NotBegun::Repeated => Self::Repeated,
            NotBegun::Store(error) => error.into(),
        }
    }
}

/// Runs an event's feature, and whatever follows from it, and makes it durable.
pub async fn event(mut request: RequestTx<'_>, event: &Event) -> Result<Reply, NoReply> {
    match handle(&mut request, event).await {
        Ok(reply) => {
            request.commit().await?;
            Ok(reply)
        }
        Err(why) => {
            request.rollback().await;
            Err(why)
        }
    }
}

/// Each arm begins what its feature needs: one that only reads cannot be given a transaction to write in.
async fn handle(request: &mut RequestTx<'_>, event: &Event) -> Result<Reply, NoReply> {
    let reply = match event {
        Event::Command { actor, text } => command(request, actor, text).await?,
        Event::Press { actor, action, .. } => press(request, actor, action).await?,
        Event::Submit {
            actor,
            form,
            answers,
        } => submit(request, actor, form, answers).await?,
        Event::LogMeeting { actor } => {
            meetings::open_log(&mut request.reading().await?, actor).await?
        }
        Event::Options { field, typed, .. } => setup::options(field, typed),
        Event::HomeOpened { .. } => Reply {
            home: true,
            ..Reply::default()
        },
        Event::PersonSeen(person) => {
            let tx = request.writing().await?;
            if workspaces::find(tx).await?.is_some() {
                directory::told(tx, person).await?;
            }
            Reply::nothing()
        }
        Event::Uninstalled => {
            let tx = request.writing().await?;
            if workspaces::find(tx).await?.is_some() {
                directory::uninstalled(tx).await?;
            } else {
                // Not a workspace of ours. If it is ours under another name, our token will tell.
                workspaces::check_tokens(tx).await?;
            }
            Reply::nothing()
        }
        Event::Nothing(_) => Reply::nothing(),
    };
    if let Some(tx) = request.begun() {
        happenings(tx).await?;
    }
    Ok(reply)
}

/// Slack answered a question of ours: about a person, or about everybody.
pub async fn person_answered(tx: &mut Tx, person: &PersonInSlack) -> Result<()> {
    directory::seen(tx, person).await?;
    happenings(tx).await
}

async fn command(request: &mut RequestTx<'_>, actor: &Actor, text: &str) -> Result<Reply, NoReply> {
    let today = if command::asks_to_pause(text) {
        standing::today(&mut request.reading().await?, &actor.user).await?
    } else {
        ANY_DAY
    };
    let command = match command::parse(text, today) {
        Ok(command) => command,
        Err(misunderstood) => return Ok(help::misunderstood(&misunderstood)),
    };
    Ok(match command {
        // Most of what only reads is about whoever asks.
        Command::Join | Command::Profile => {
            join::open(&mut request.reading_for_user().await?, actor).await?
        }
        Command::Status => standing::status(&mut request.reading_for_user().await?, actor).await?,
        Command::Leave => {
            standing::open_leave(&mut request.reading_for_user().await?, actor).await?
        }
        Command::End => endings::asked(&mut request.reading_for_user().await?, actor).await?,
        Command::Support => support::show(&mut request.reading_for_user().await?, actor).await?,
        Command::Privacy => privacy::show(&mut request.reading_for_user().await?, actor).await?,
        Command::Help => help::show(&mut request.reading_for_user().await?, actor).await?,
        Command::Setup => setup::open(request.writing().await?, actor).await?,
        Command::Pause { until } => standing::pause(request.writing().await?, actor, until).await?,
        Command::Resume => standing::resume(request.writing().await?, actor).await?,
        Command::Invite { who } => {
            invite::ask(request.writing().await?, actor, who.as_ref()).await?
        }
        Command::Round => matching::asked(request.writing().await?, actor).await?,
    })
}

async fn press(
    request: &mut RequestTx<'_>,
    actor: &Actor,
    action: &Action,
) -> Result<Reply, NoReply> {
    Ok(match action {
        Action::OpenJoin => join::open(&mut request.reading().await?, actor).await?,
        Action::OpenHelp => help::show(&mut request.reading().await?, actor).await?,
        Action::OpenSettings => setup::open(request.writing().await?, actor).await?,
        Action::Pause => standing::pause_pressed(request.writing().await?, actor).await?,
        Action::Resume => standing::resume(request.writing().await?, actor).await?,
        Action::OpenLeave => standing::open_leave(&mut request.reading().await?, actor).await?,
        Action::Support => support::show(&mut request.reading().await?, actor).await?,
        Action::OpenPrivacy => privacy::show(&mut request.reading().await?, actor).await?,
        Action::ExportMine => privacy::export(request.writing().await?, actor).await?,
        Action::EraseMine => privacy::erase(request.writing().await?, actor).await?,
        Action::ShowRound { round } => {
            matching::show(&mut request.reading().await?, actor, *round).await?
        }
        Action::PageRound { round, from } => {
            matching::page(&mut request.reading().await?, actor, *round, *from).await?
        }
        Action::DropProposal {
            round,
            mentor,
            mentee,
        } => {
            matching::drop_proposal(request.writing().await?, actor, *round, mentor, mentee).await?
        }
        Action::Edit(round, edit, one, other) => {
            matching::edit(request.writing().await?, actor, *round, *edit, (one, other)).await?
        }
        Action::WhatIfNot(round, mentor, mentee) => {
            matching::what_if_not(request.writing().await?, actor, *round, (mentor, mentee)).await?
        }
        Action::LookAgain { round } => {
            matching::look_anew(request.writing().await?, actor, *round).await?
        }
        Action::ApproveRound { round } => {
            matching::approve(request.writing().await?, actor, *round).await?
        }
        Action::RejectRound { round } => {
            matching::reject(request.writing().await?, actor, *round).await?
        }
        Action::ProposeRound => matching::asked(request.writing().await?, actor).await?,
        Action::EditGoals { pair } => {
            agreement::open(&mut request.reading().await?, actor, *pair).await?
        }
        Action::Sign { pair, version } => {
            agreement::sign(request.writing().await?, actor, *pair, *version).await?
        }
        Action::PickSlot { cycle, at } => {
            meetings::pick_slot(request.writing().await?, actor, *cycle, *at).await?
        }
        Action::OtherTime { cycle } => {
            meetings::open_other_time(&mut request.reading().await?, actor, *cycle).await?
        }
        Action::SortOut { cycle } => {
            meetings::sort_out(request.writing().await?, actor, *cycle).await?
        }
        Action::LogMeeting => meetings::open_log(&mut request.reading().await?, actor).await?,
        Action::OpenSkip { cycle } => {
            meetings::open_skip(&mut request.reading().await?, actor, *cycle).await?
        }
        Action::DidMeet { cycle, plan, said } => {
            meetings::did_meet(request.writing().await?, actor, *cycle, *plan, *said).await?
        }
        Action::Reflect { reflection } => {
            reflections::open(&mut request.reading().await?, actor, *reflection).await?
        }
        Action::StillGood { checkin, said } => {
            checkins::still_good(request.writing().await?, actor, *checkin, *said).await?
        }
        Action::AnswerCheckin { checkin } => {
            checkins::open(&mut request.reading().await?, actor, *checkin).await?
        }
        Action::Closing { checkin, next } => {
            checkins::next(request.writing().await?, actor, *checkin, *next).await?
        }
        Action::OpenEnd { pair } => {
            endings::open(&mut request.reading().await?, actor, *pair).await?
        }
        Action::WantRematch { pair } => {
            endings::rematch(request.writing().await?, actor, *pair).await?
        }
        Action::FindPartner => endings::find_partner(request.writing().await?, actor).await?,
        Action::AnswerInvitation { invitation, accept } => {
            invite::answered(request.writing().await?, actor, *invitation, *accept).await?
        }
    })
}

async fn submit(
    request: &mut RequestTx<'_>,
    actor: &Actor,
    form: &Form,
    answers: &Answers,
) -> Result<Reply, NoReply> {
    Ok(match form {
        Form::Setup => setup::submitted(request.writing().await?, actor, answers).await?,
        Form::Join => join::submitted(request.writing().await?, actor, answers).await?,
        Form::Leave => standing::leave(request.writing().await?, actor, answers).await?,
        Form::Goals { pair, version } => {
            agreement::edited(request.writing().await?, actor, *pair, *version, answers).await?
        }
        Form::OtherTime { cycle } => {
            meetings::other_time(request.writing().await?, actor, *cycle, answers).await?
        }
        Form::Skip { cycle } => {
            meetings::skip(request.writing().await?, actor, *cycle, answers).await?
        }
        Form::Reflect { reflection } => {
            reflections::answered(request.writing().await?, actor, *reflection, answers).await?
        }
        Form::Checkin { checkin } => {
            checkins::answered(request.writing().await?, actor, *checkin, answers).await?
        }
        Form::LogMeeting => meetings::logged(request.writing().await?, actor, answers).await?,
        Form::Invite => invite::submitted(request.writing().await?, actor, answers).await?,
        Form::End { pair } => {
            endings::submitted(request.writing().await?, actor, *pair, answers).await?
        }
        Form::Notice => Reply::nothing(),
    })
}

/// The person's App Home.
pub async fn home(reading: &mut Reading, actor: &Actor) -> Result<View> {
    home::view(reading, actor).await
}

/// Runs a timer's feature within `tx`. What solves is not here: see `work::matcher`.
pub async fn timer(tx: &mut Tx, timer: &Timer) -> Result<()> {
    match timer {
        Timer::Directory => directory::look(tx).await?,
        Timer::Undelivered => directory::tell_owners(tx).await?,
        Timer::Round => matching::scheduled(tx).await?,
        // See `work::matcher` and `work::reactions`.
        Timer::Match | Timer::WhatIf(_) | Timer::Reaction(_) => timers::soon(tx, timer).await?,
        Timer::Introduce(round) => introduction::introduce(tx, *round).await?,
        Timer::Invitation(invitation) => invite::over(tx, *invitation).await?,
        Timer::RoundWaits(round) => matching::waits(tx, *round).await?,
        Timer::PauseEnds(user) => standing::pause_ended(tx, user).await?,
        Timer::CycleOpens { pair, number } => meetings::opens(tx, *pair, *number).await?,
        Timer::NudgeWeek(cycle) => meetings::week_passed(tx, *cycle).await?,
        Timer::NudgeFortnight(cycle) => meetings::fortnight_passed(tx, *cycle).await?,
        Timer::MeetingSoon(cycle) => meetings::meeting_soon(tx, *cycle).await?,
        Timer::MeetingOver { cycle, user } => meetings::meeting_over(tx, *cycle, user).await?,
        Timer::ReflectionDue { cycle, user } => reflections::due(tx, *cycle, user).await?,
        Timer::CycleCloses(cycle) => meetings::closes(tx, *cycle).await?,
        Timer::Checkin(checkin) => checkins::due(tx, *checkin).await?,
        Timer::Unsigned(pair) => agreement::unsigned(tx, *pair).await?,
        Timer::Digest => digest::weekly(tx).await?,
        Timer::Companion { owner, week } => digest::companion(tx, owner, *week).await?,
        Timer::Retention => retention::daily(tx).await?,
        Timer::Erase(pair) => retention::erase(tx, *pair).await?,
    }
    happenings(tx).await
}

/// Hands on what happened until nothing more follows.
pub async fn happenings(tx: &mut Tx) -> Result<()> {
    // Each happening moves a state machine forward, so this ends; the cap is for bugs.
    for _ in 0..100_000 {
        if tx.happened.is_empty() {
            return Ok(());
        }
        for happening in std::mem::take(&mut tx.happened) {
            one(tx, happening).await?;
        }
    }
    tracing::error!("happenings go round in circles");
    tx.happened.clear();
    Ok(())
}

async fn one(tx: &mut Tx, happening: Happening) -> Result<()> {
    match happening {
        Happening::Unknown(_) => {
            // A little later: when a whole team joins after a meeting, Slack is asked once for all.
            let gathered = tx.now + LOOK_AFTER;
            Ok(timers::by(tx, &Timer::Directory, gathered).await?)
        }
        Happening::ProfileSaved(_) | Happening::PersonSeen(_) => matching::look_again(tx).await,
        Happening::Resumed(user) => {
            meetings::partner_changed(tx, &user).await?;
            matching::look_again(tx).await
        }
        Happening::Paused(user) | Happening::ZoneChanged(user) => {
            meetings::partner_changed(tx, &user).await
        }
        Happening::Erased(user) => privacy::erased(tx, &user).await,
        Happening::Departed { user, own_choice } => endings::departed(tx, &user, own_choice).await,
        Happening::SettingsChanged => {
            setup::changed(tx).await?;
            matching::look_again(tx).await
        }
        Happening::RoundApproved(round) => introduction::introduce(tx, round).await,
        Happening::RoundProposed(round) => matching::proposed(tx, round).await,
        Happening::RoundRejected(round) => introduction::rejected(tx, round).await,
        Happening::Introduced(pair) => agreement::offer(tx, pair).await,
        Happening::AgreementSigned(pair) | Happening::PairContinues(pair) => {
            meetings::begin(tx, pair).await
        }
        Happening::MeetingHeld { pair, cycle } | Happening::MeetingConfirmed { pair, cycle } => {
            reflections::ask(tx, pair, cycle).await
        }
        Happening::CycleClosed { pair, number } => checkins::cycle_closed(tx, pair, number).await,
        Happening::CyclesDone(pair) => checkins::cycles_done(tx, pair).await,
        Happening::PairEnded { pair, by, why } => {
            meetings::ended(tx, pair).await?;
            endings::ended(tx, pair, by.as_ref(), why).await?;
            matching::look_again(tx).await
        }
    }
}

/// Acts on what came of a delivery, within `tx`.
pub async fn reaction(tx: &mut Tx, reaction: &Reaction) -> Result<()> {
    match reaction {
        Reaction::Answered(person) => directory::answered(tx, person).await?,
        // One by one, in transactions of their own: see `work::reactions`.
        Reaction::Listed(_) => {}
        Reaction::Unsent(id, reservation) => {
            nudge::give_back(tx, *id, reservation).await?;
            if let Ok(timer) = &reservation.timer {
                let people = reservation.days.iter().map(|(user, _)| user.clone());
                unsent(tx, timer, &people.collect::<Vec<_>>()).await?;
            }
        }
        Reaction::Undeliverable { lane, error, .. } => {
            directory::undeliverable(tx, lane, error).await?;
        }
        Reaction::FileMissing(id, to) => privacy::file_missing(tx, *id, to).await?,
    }
    happenings(tx).await
}

/// A nudge was not sent: what its feature noted when it went on its way is taken back, and its timer runs again.
async fn unsent(tx: &mut Tx, timer: &Timer, people: &[UserId]) -> Result<()> {
    match timer {
        Timer::Checkin(checkin) => checkins::unsent(tx, *checkin).await?,
        Timer::ReflectionDue { cycle, user } => reflections::unsent(tx, *cycle, user).await?,
        Timer::Unsigned(pair) => agreement::unsent(tx, *pair).await?,
        Timer::Introduce(round) => introduction::unsent(tx, *round, people).await?,
        // These look at what holds when they run, and note nothing of their own beside the message.
        Timer::Directory
        | Timer::Undelivered
        | Timer::Round
        | Timer::Match
        | Timer::WhatIf(_)
        | Timer::Invitation(_)
        | Timer::RoundWaits(_)
        | Timer::PauseEnds(_)
        | Timer::CycleOpens { .. }
        | Timer::NudgeWeek(_)
        | Timer::NudgeFortnight(_)
        | Timer::MeetingSoon(_)
        | Timer::MeetingOver { .. }
        | Timer::CycleCloses(_)
        | Timer::Digest
        | Timer::Companion { .. }
        | Timer::Retention
        | Timer::Erase(_)
        | Timer::Reaction(_) => {}
    }
    nudge::again(tx, timer).await
}
