//! Requests: a person's action in Slack, or an event from Slack.
//!
//! Each arm begins what its feature needs: a feature that only reads cannot get a transaction that writes.

use super::happenings;
use crate::domain::command::{self, Command, Misunderstood};
use crate::domain::ids::PairId;
use crate::domain::overview::Care;
use crate::features::{
    Error, Reply, Result, View, agreement, checkins, cockpit, cohort, direct_messages, directory,
    endings, help, home, introduction, invite, join, launch, matching, meetings, organization,
    privacy, program_break, reflections, reorganization, report, setup, standing, support,
};
use crate::slack::event::{Action, Actor, Answers, Event, Form};
use crate::store::db::StoreError;
use crate::store::{NotBegun, Reading, RequestTx, Tx, lookups, workspaces};
use jiff::civil::Date;

/// A placeholder date for parsing words that contain none.
const ANY_DAY: Date = Date::constant(2000, 1, 1);

/// Why there is no reply to an event.
#[derive(Debug, thiserror::Error)]
pub enum NoReply {
    #[error("a retry of a request that was handled before")]
    Repeated,
    /// Its transaction is rolled back.
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

/// Runs an event's feature and everything that follows from it, and commits.
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

async fn handle(request: &mut RequestTx<'_>, event: &Event) -> Result<Reply, NoReply> {
    let reply = match event {
        Event::Command { actor, text } => command(request, actor, text).await?,
        Event::DirectMessage {
            actor,
            text,
            written,
        } => {
            let reply = direct_message(request, actor, text).await?;
            direct_messages::answer(request.writing().await?, actor, *written, reply).await?
        }
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
                // Not a workspace of ours. If it is ours under another name, a check of our token shows it.
                lookups::check_tokens(tx).await?;
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

async fn command(request: &mut RequestTx<'_>, actor: &Actor, text: &str) -> Result<Reply, NoReply> {
    match parsed(request, actor, text).await? {
        Ok(command) => run(request, actor, command).await,
        Err(misunderstood) => Ok(help::misunderstood(&misunderstood)),
    }
}

/// The same as the command. Unknown words get the person's status and the list of commands.
async fn direct_message(
    request: &mut RequestTx<'_>,
    actor: &Actor,
    text: &str,
) -> Result<Reply, NoReply> {
    let misunderstood = match parsed(request, actor, text).await? {
        Ok(command) => return run(request, actor, command).await,
        Err(misunderstood) => misunderstood,
    };
    let mut reading = request.reading_for_user().await?;
    let status = match standing::status(&mut reading, actor).await {
        Ok(reply) => reply.say,
        Err(Error::User(text)) => Some(text.into()),
        Err(error @ Error::Internal(_)) => return Err(error.into()),
    };
    Ok(help::lost(&mut reading, actor, &misunderstood, status.as_ref()).await?)
}

async fn parsed(
    request: &mut RequestTx<'_>,
    actor: &Actor,
    text: &str,
) -> Result<Result<Command, Misunderstood>, NoReply> {
    let today = if command::asks_to_pause(text) {
        standing::today(&mut request.reading().await?, &actor.user).await?
    } else {
        ANY_DAY
    };
    Ok(command::parse(text, today))
}

async fn run(
    request: &mut RequestTx<'_>,
    actor: &Actor,
    command: Command,
) -> Result<Reply, NoReply> {
    Ok(match command {
        // Most features that only read are about the person who asks.
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
        Command::Pause { until: None } => {
            standing::open_pause(&mut request.reading_for_user().await?, actor).await?
        }
        Command::Pause { until: Some(day) } => {
            standing::pause(request.writing().await?, actor, day).await?
        }
        Command::Resume => standing::resume(request.writing().await?, actor).await?,
        Command::Invite { who } => {
            invite::ask(request.writing().await?, actor, who.as_ref()).await?
        }
        Command::Round => matching::asked(request.writing().await?, actor).await?,
        Command::Pairs => {
            cockpit::opened(cockpit::pairs(&mut request.reading().await?, actor, 0).await?)
        }
        Command::People => {
            cockpit::opened(cockpit::people(&mut request.reading().await?, actor, 0).await?)
        }
        // For anybody else it only reads, and leads to help: they may have something to report.
        Command::Report => {
            if report::is_for(&mut request.reading().await?, actor).await? {
                report::send(request.writing().await?, actor).await?
            } else {
                support::show(&mut request.reading_for_user().await?, actor).await?
            }
        }
        Command::Export => match report::offer(&mut request.reading().await?, actor).await? {
            Some(choice) => choice,
            None => privacy::show(&mut request.reading_for_user().await?, actor).await?,
        },
        Command::Import => organization::open(&mut request.reading().await?, actor).await?,
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
        Action::Pause => standing::open_pause(&mut request.reading().await?, actor).await?,
        Action::Resume => standing::resume(request.writing().await?, actor).await?,
        Action::OpenLeave => standing::open_leave(&mut request.reading().await?, actor).await?,
        Action::Support => support::show(&mut request.reading().await?, actor).await?,
        Action::WriteToContact => support::open(&mut request.reading().await?, actor).await?,
        Action::OpenInvite => invite::ask(request.writing().await?, actor, None).await?,
        Action::OpenPrivacy => privacy::show(&mut request.reading().await?, actor).await?,
        Action::ExportMine => privacy::export(request.writing().await?, actor).await?,
        Action::EraseMine => privacy::erase_mine(request.writing().await?, actor).await?,
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
        Action::ShowPair(round, mentor, mentee) => {
            let pair = (mentor, mentee);
            matching::show_pair(&mut request.reading().await?, actor, *round, pair).await?
        }
        Action::AskAside(round, mentor, mentee) => {
            let pair = (mentor, mentee);
            matching::ask_aside(&mut request.reading().await?, actor, *round, pair).await?
        }
        Action::LookAgain { round } => {
            matching::look_anew(request.writing().await?, actor, *round).await?
        }
        Action::ApproveRound { round } => {
            matching::approve(request.writing().await?, actor, *round).await?
        }
        Action::UndoApproval { round } => {
            matching::undo(request.writing().await?, actor, *round).await?
        }
        Action::ConfirmPair(round, mentor, mentee) => {
            matching::confirm(request.writing().await?, actor, *round, (mentor, mentee)).await?
        }
        Action::RejectRound { round } => {
            matching::reject(request.writing().await?, actor, *round).await?
        }
        Action::EndInOneLine { pair } => {
            reorganization::end(request.writing().await?, actor, *pair).await?
        }
        Action::ProposeRound => matching::asked(request.writing().await?, actor).await?,
        Action::SendAgain { from, to } => {
            directory::send_again(request.writing().await?, actor, (*from, *to)).await?
        }
        Action::ShowPairs => {
            cockpit::opened(cockpit::pairs(&mut request.reading().await?, actor, 0).await?)
        }
        Action::PagePairs { from } => {
            cockpit::turned(cockpit::pairs(&mut request.reading().await?, actor, *from).await?)
        }
        Action::ShowPeople => {
            cockpit::opened(cockpit::people(&mut request.reading().await?, actor, 0).await?)
        }
        Action::PagePeople { from } => {
            cockpit::turned(cockpit::people(&mut request.reading().await?, actor, *from).await?)
        }
        Action::Care(pair, care) => {
            ask_about_care(&mut request.reading().await?, actor, *pair, *care).await?
        }
        Action::OpenMakePair => {
            introduction::open_by_hand(&mut request.reading().await?, actor).await?
        }
        Action::OpenAnnounce => launch::open(&mut request.reading().await?, actor).await?,
        Action::OpenEndCohort => cohort::open_end(&mut request.reading().await?, actor).await?,
        Action::OpenNextCohort => cohort::open_next(&mut request.reading().await?, actor).await?,
        Action::OpenProgramBreak => {
            program_break::open(&mut request.reading().await?, actor).await?
        }
        Action::EndProgramBreak => program_break::end(request.writing().await?, actor).await?,
        Action::MakeReport => report::send(request.writing().await?, actor).await?,
        Action::ExportProgram => report::export(request.writing().await?, actor).await?,
        Action::OpenImport => organization::open(&mut request.reading().await?, actor).await?,
        Action::TakeOver { import } => {
            organization::accepted(request.writing().await?, actor, *import).await?
        }
        Action::SayColumns { import } => {
            organization::ask_columns(&mut request.reading().await?, actor, *import).await?
        }
        Action::DiscardImport { import } => {
            organization::discarded(request.writing().await?, actor, *import).await?
        }
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
        Form::Pause => standing::paused(request.writing().await?, actor, answers).await?,
        Form::Leave => standing::leave(request.writing().await?, actor, answers).await?,
        Form::Goals { pair, version } => {
            agreement::edited(request.writing().await?, actor, *pair, *version, answers).await?
        }
        Form::OtherTime { cycle, plans } => {
            let month = (*cycle, *plans);
            meetings::other_time(request.writing().await?, actor, month, answers).await?
        }
        Form::Skip { cycle, plans } => {
            let month = (*cycle, *plans);
            meetings::skip(request.writing().await?, actor, month, answers).await?
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
        Form::Care { pair, care } => {
            take_care(request.writing().await?, actor, (*pair, *care), answers).await?
        }
        Form::Announce => launch::look(&mut request.reading().await?, actor, answers).await?,
        Form::AnnounceLooked { channel, words } => {
            let shown = (channel, words.as_str());
            launch::post(request.writing().await?, actor, shown, answers).await?
        }
        Form::EndCohort => cohort::end(request.writing().await?, actor).await?,
        Form::NextCohort => cohort::next(request.writing().await?, actor).await?,
        Form::ProgramBreak => {
            program_break::begin(request.writing().await?, actor, answers).await?
        }
        Form::MakePair => {
            introduction::look_by_hand(&mut request.reading().await?, actor, answers).await?
        }
        Form::MakePairLooked { mentor, mentee } => {
            introduction::by_hand(request.writing().await?, actor, (mentor, mentee)).await?
        }
        Form::SwapLooked { pair, with } => {
            introduction::swap(request.writing().await?, actor, (*pair, *with)).await?
        }
        Form::ToContact => support::preview(&mut request.reading().await?, actor, answers).await?,
        Form::ToContactPreview { contact, words } => {
            let shown = (contact, words.as_str());
            support::send(request.writing().await?, actor, shown, answers).await?
        }
        Form::Import => organization::submitted(request.writing().await?, actor, answers).await?,
        Form::Columns { import } => {
            let tx = request.writing().await?;
            organization::columns_said(tx, actor, *import, answers).await?
        }
        Form::Notice => Reply::nothing(),
    })
}

/// What an owner is about to do for a pair, with the words that the two will read.
async fn ask_about_care(
    tx: &mut Reading,
    actor: &Actor,
    pair: PairId,
    care: Care,
) -> Result<Reply> {
    match care {
        Care::Nudge => meetings::open_nudge(tx, actor, pair).await,
        Care::Ask => checkins::open_ask(tx, actor, pair).await,
        Care::End => endings::open_by_owner(tx, actor, pair).await,
        Care::Support => support::open_for_pair(tx, actor, pair).await,
        Care::Swap => introduction::open_swap(tx, actor, pair).await,
    }
}

/// An owner has read the words, and does it.
async fn take_care(
    tx: &mut Tx,
    actor: &Actor,
    (pair, care): (PairId, Care),
    answers: &Answers,
) -> Result<Reply> {
    match care {
        Care::Nudge => meetings::nudged_by_owner(tx, actor, pair).await,
        Care::Ask => checkins::asked_by_owner(tx, actor, pair).await,
        Care::End => endings::by_owner(tx, actor, pair).await,
        Care::Support => support::for_pair(tx, actor, pair, answers).await,
        Care::Swap => introduction::look_at_swap(tx, actor, pair, answers).await,
    }
}

/// The person's App Home.
pub async fn home(reading: &mut Reading, actor: &Actor) -> Result<View> {
    home::view(reading, actor).await
}
