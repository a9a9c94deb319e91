//! Everything that happens goes through here: event or timer → feature, in one transaction.
//!
//! The matches are exhaustive on purpose: a new button, form, timer or happening does not compile until it has its feature.

use crate::domain::command::{self, Command};
use crate::domain::happening::Happening;
use crate::domain::ids::{CycleId, PairId, RoundId, UserId};
use crate::domain::participant::PersonInSlack;
use crate::domain::timer::{Kind, Timer};
use crate::features::{
    Reply, Result, View, agreement, checkins, digest, directory, endings, help, home, introduction,
    invite, join, matching, meetings, privacy, reflections, retention, setup, standing, support,
};
use crate::shared::nudge;
use crate::slack::event::{Action, Actor, Answers, Event, Form};
use crate::store::{Tx, timers};
use jiff::SignedDuration;
use jiff::civil::Date;

/// How long those who join are gathered before Slack is asked about them.
const LOOK_AFTER: SignedDuration = SignedDuration::from_secs(3);

/// For what is read from words whatever the date.
const ANY_DAY: Date = Date::constant(2000, 1, 1);

/// Whether an event only reads: it then needs neither the writer nor a note in the inbox.
pub fn only_reads(event: &Event) -> bool {
    match event {
        Event::Command { text, .. } => {
            !matches!(
                command::parse(text, ANY_DAY),
                Ok(Command::Resume | Command::Round | Command::Setup | Command::Invite { .. })
            ) && !command::asks_to_pause(text)
        }
        Event::HomeOpened { .. }
        | Event::Options { .. }
        | Event::LogMeeting { .. }
        | Event::Nothing(_) => true,
        Event::Press { action, .. } => matches!(
            action,
            Action::OpenJoin
                | Action::OpenHelp
                | Action::OpenLeave
                | Action::Support
                | Action::OpenPrivacy
                | Action::ShowRound { .. }
                | Action::PageRound { .. }
                | Action::EditGoals { .. }
                | Action::OtherTime { .. }
                | Action::LogMeeting
                | Action::OpenSkip { .. }
                | Action::Reflect { .. }
                | Action::AnswerCheckin { .. }
                | Action::OpenEnd { .. }
        ),
        Event::Submit { .. } | Event::PersonSeen(_) | Event::Uninstalled => false,
    }
}

/// Runs an event's feature, and whatever follows from it, within `tx`.
pub async fn event(tx: &mut Tx, event: &Event) -> Result<Reply> {
    let reply = match event {
        Event::Command { actor, text } => command(tx, actor, text).await?,
        Event::Press { actor, action, .. } => press(tx, actor, action).await?,
        Event::Submit {
            actor,
            form,
            answers,
        } => submit(tx, actor, form, answers).await?,
        Event::LogMeeting { actor } => meetings::open_log(tx, actor).await?,
        Event::Options { field, typed, .. } => setup::options(tx, field, typed).await?,
        Event::HomeOpened { .. } => Reply {
            home: true,
            ..Reply::default()
        },
        Event::PersonSeen(person) => {
            directory::told(tx, person).await?;
            Reply::nothing()
        }
        Event::Uninstalled => {
            directory::uninstalled(tx).await?;
            Reply::nothing()
        }
        Event::Nothing(_) => Reply::nothing(),
    };
    happenings(tx).await?;
    Ok(reply)
}

async fn command(tx: &mut Tx, actor: &Actor, text: &str) -> Result<Reply> {
    let today = if command::asks_to_pause(text) {
        standing::today(tx, &actor.user).await?
    } else {
        ANY_DAY
    };
    match command::parse(text, today) {
        Err(misunderstood) => Ok(help::misunderstood(&misunderstood)),
        Ok(Command::Setup) => setup::open(tx, actor).await,
        Ok(Command::Join | Command::Profile) => join::open(tx, actor).await,
        Ok(Command::Status) => standing::status(tx, actor).await,
        Ok(Command::Pause { until }) => standing::pause(tx, actor, until).await,
        Ok(Command::Resume) => standing::resume(tx, actor).await,
        Ok(Command::Leave) => standing::open_leave(tx, actor).await,
        Ok(Command::End) => endings::asked(tx, actor).await,
        Ok(Command::Invite { who }) => invite::ask(tx, actor, who.as_ref()).await,
        Ok(Command::Support) => support::show(tx, actor).await,
        Ok(Command::Privacy) => privacy::show(tx, actor).await,
        Ok(Command::Round) => matching::asked(tx, actor).await,
        Ok(Command::Help) => help::show(tx, actor).await,
    }
}

async fn press(tx: &mut Tx, actor: &Actor, action: &Action) -> Result<Reply> {
    match action {
        Action::OpenJoin => join::open(tx, actor).await,
        Action::OpenHelp => help::show(tx, actor).await,
        Action::OpenSettings => setup::open(tx, actor).await,
        Action::Pause => standing::pause_pressed(tx, actor).await,
        Action::Resume => standing::resume(tx, actor).await,
        Action::OpenLeave => standing::open_leave(tx, actor).await,
        Action::Support => support::show(tx, actor).await,
        Action::OpenPrivacy => privacy::show(tx, actor).await,
        Action::ExportMine => privacy::export(tx, actor).await,
        Action::EraseMine => privacy::erase(tx, actor).await,
        Action::ShowRound { round } => matching::show(tx, actor, *round).await,
        Action::PageRound { round, from } => matching::page(tx, actor, *round, *from).await,
        Action::DropProposal {
            round,
            mentor,
            mentee,
        } => matching::drop_proposal(tx, actor, *round, mentor, mentee).await,
        Action::Edit(round, edit, one, other) => {
            matching::edit(tx, actor, *round, *edit, (one, other)).await
        }
        Action::WhatIfNot(round, mentor, mentee) => {
            matching::what_if_not(tx, actor, *round, (mentor, mentee)).await
        }
        Action::LookAgain { round } => matching::look_anew(tx, actor, *round).await,
        Action::ApproveRound { round } => matching::approve(tx, actor, *round).await,
        Action::RejectRound { round } => matching::reject(tx, actor, *round).await,
        Action::ProposeRound => matching::asked(tx, actor).await,
        Action::EditGoals { pair } => agreement::open(tx, actor, *pair).await,
        Action::Sign { pair, version } => agreement::sign(tx, actor, *pair, *version).await,
        Action::PickSlot { cycle, at } => meetings::pick_slot(tx, actor, *cycle, *at).await,
        Action::OtherTime { cycle } => meetings::open_other_time(tx, actor, *cycle).await,
        Action::SortOut { cycle } => meetings::sort_out(tx, actor, *cycle).await,
        Action::LogMeeting => meetings::open_log(tx, actor).await,
        Action::OpenSkip { cycle } => meetings::open_skip(tx, actor, *cycle).await,
        Action::DidMeet { cycle, plan, said } => {
            meetings::did_meet(tx, actor, *cycle, *plan, *said).await
        }
        Action::Reflect { reflection } => reflections::open(tx, actor, *reflection).await,
        Action::StillGood { checkin, said } => {
            checkins::still_good(tx, actor, *checkin, *said).await
        }
        Action::AnswerCheckin { checkin } => checkins::open(tx, actor, *checkin).await,
        Action::Closing { checkin, next } => checkins::next(tx, actor, *checkin, *next).await,
        Action::OpenEnd { pair } => endings::open(tx, actor, *pair).await,
        Action::WantRematch { pair } => endings::rematch(tx, actor, *pair).await,
        Action::FindPartner => endings::find_partner(tx, actor).await,
        Action::AnswerInvitation { invitation, accept } => {
            invite::answered(tx, actor, *invitation, *accept).await
        }
    }
}

async fn submit(tx: &mut Tx, actor: &Actor, form: &Form, answers: &Answers) -> Result<Reply> {
    match form {
        Form::Setup => setup::submitted(tx, actor, answers).await,
        Form::Join => join::submitted(tx, actor, answers).await,
        Form::Leave => standing::leave(tx, actor, answers).await,
        Form::Goals { pair, version } => {
            agreement::edited(tx, actor, *pair, *version, answers).await
        }
        Form::OtherTime { cycle } => meetings::other_time(tx, actor, *cycle, answers).await,
        Form::Skip { cycle } => meetings::skip(tx, actor, *cycle, answers).await,
        Form::Reflect { reflection } => {
            reflections::answered(tx, actor, *reflection, answers).await
        }
        Form::Checkin { checkin } => checkins::answered(tx, actor, *checkin, answers).await,
        Form::LogMeeting => meetings::logged(tx, actor, answers).await,
        Form::Invite => invite::submitted(tx, actor, answers).await,
        Form::End { pair } => endings::submitted(tx, actor, *pair, answers).await,
        Form::Notice => Ok(Reply::nothing()),
    }
}

/// The person's App Home.
pub async fn home(tx: &mut Tx, actor: &Actor) -> Result<View> {
    home::view(tx, actor).await
}

/// Slack answered a question of ours about a person.
pub async fn person_answered(tx: &mut Tx, person: &PersonInSlack) -> Result<()> {
    directory::seen(tx, person).await?;
    happenings(tx).await
}

/// Runs a timer's feature within `tx`. What solves is not here: see `work::matcher`.
pub async fn timer(tx: &mut Tx, timer: &Timer) -> Result<()> {
    let subject = timer.subject.as_str();
    let number = || subject.parse::<i64>().unwrap_or_default();
    let cycle = || CycleId(number());
    match timer.kind {
        Kind::Directory => directory::look(tx).await?,
        Kind::Undelivered => directory::tell_owners(tx).await?,
        Kind::Round => matching::scheduled(tx).await?,
        Kind::Match | Kind::WhatIf => timers::soon(tx, timer.kind, subject).await?,
        Kind::Introduce => introduction::introduce(tx, RoundId(number())).await?,
        Kind::Invitation => invite::over(tx, number()).await?,
        Kind::RoundWaits => matching::waits(tx, RoundId(number())).await?,
        Kind::PauseEnds => standing::pause_ended(tx, &UserId::from(subject)).await?,
        Kind::CycleOpens => meetings::opens(tx, subject).await?,
        Kind::NudgeWeek => meetings::week_passed(tx, cycle()).await?,
        Kind::NudgeFortnight => meetings::fortnight_passed(tx, cycle()).await?,
        Kind::MeetingSoon => meetings::meeting_soon(tx, cycle()).await?,
        Kind::MeetingOver => meetings::meeting_over(tx, subject).await?,
        Kind::ReflectionDue => reflections::due(tx, subject).await?,
        Kind::CycleCloses => meetings::closes(tx, cycle()).await?,
        Kind::Checkin => checkins::due(tx, number()).await?,
        Kind::Unsigned => agreement::unsigned(tx, PairId(number())).await?,
        Kind::Digest => digest::weekly(tx).await?,
        Kind::Companion => digest::companion(tx, subject).await?,
        Kind::Retention => retention::daily(tx).await?,
        Kind::Erase => retention::erase(tx, PairId(number())).await?,
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
            Ok(timers::by(tx, Kind::Directory, "program", gathered).await?)
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
        Happening::NudgeUnsent {
            timer,
            subject,
            people,
        } => unsent(tx, timer, &subject, &people).await,
        Happening::Undeliverable { lane, kind, error } => {
            directory::undeliverable(tx, &lane, &kind, &error).await
        }
    }
}

/// A nudge was not sent: what its feature noted when it went on its way is taken back, and its timer runs again.
async fn unsent(tx: &mut Tx, timer: Kind, subject: &str, people: &[UserId]) -> Result<()> {
    let number = || subject.parse::<i64>().unwrap_or_default();
    match timer {
        Kind::Checkin => checkins::unsent(tx, number()).await?,
        Kind::ReflectionDue => reflections::unsent(tx, subject).await?,
        Kind::Unsigned => agreement::unsent(tx, PairId(number())).await?,
        Kind::Introduce => introduction::unsent(tx, RoundId(number()), people).await?,
        _ => {}
    }
    nudge::again(tx, timer, subject).await
}
