//! Buttons and menus, each to its feature.

use super::no_reply::NoReply;
use super::worded;
use crate::domain::ids::{PairId, RoundId};
use crate::domain::overview::Care;
use crate::features::{
    Reply, Result, agreement, checkins, circle, cockpit, cohort, digest, directory, endings,
    enrollment, help, introduction, invite, join, launch, matching, meetings, organization,
    privacy, program_break, reflections, reorganization, report, setup, standing, support,
};
use crate::slack::event::{Action, Actor, Answers};
use crate::store::{Reading, RequestTx, Tx};

/// The join form; without one, Slack is asked once more whether they may take part.
pub(super) async fn form_or_asked_again(
    request: &mut RequestTx<'_>,
    actor: &Actor,
    form: Option<Reply>,
) -> Result<Reply, NoReply> {
    Ok(match form {
        Some(form) => form,
        None => join::ask_again(request.writing().await?, actor).await?,
    })
}

/// Runs the feature of a button.
pub(super) async fn press(
    request: &mut RequestTx<'_>,
    actor: &Actor,
    action: &Action,
    typed: &Answers,
) -> Result<Reply, NoReply> {
    Ok(match action {
        Action::OpenJoin => {
            let form = join::open(&mut *request.reading().await?, actor).await?;
            form_or_asked_again(request, actor, form).await?
        }
        Action::PickRole => join::role_picked(&mut *request.reading().await?, actor, typed).await?,
        Action::JoinFromChannel => {
            let form = join::open_from_channel(&mut *request.reading().await?, actor).await?;
            form_or_asked_again(request, actor, form).await?
        }
        Action::OpenHelp => help::show(&mut *request.reading().await?, actor).await?,
        Action::OpenSettings => setup::open(request.writing().await?, actor).await?,
        Action::EditSettings(part) => setup::edit(request.writing().await?, actor, *part).await?,
        Action::SetupBack(part) => {
            setup::back(request.writing().await?, actor, *part, typed).await?
        }
        Action::Pause => standing::open_pause(&mut *request.reading().await?, actor).await?,
        Action::Resume => standing::resume(request.writing().await?, actor).await?,
        Action::OpenLeave => standing::open_leave(&mut *request.reading().await?, actor).await?,
        Action::Support => support::show(&mut *request.reading().await?, actor).await?,
        Action::WriteToContact => support::open(&mut *request.reading().await?, actor).await?,
        Action::OpenInvite => invite::ask(request.writing().await?, actor, None).await?,
        Action::OpenPrivacy => privacy::show(&mut *request.reading().await?, actor).await?,
        Action::ExportMine => privacy::export(request.writing().await?, actor).await?,
        Action::EraseMine => privacy::erase_mine(request.writing().await?, actor).await?,
        Action::ShowRound { round } => {
            matching::show(&mut *request.reading().await?, actor, *round).await?
        }
        Action::PageRound { round, from } => {
            matching::page(&mut *request.reading().await?, actor, *round, *from).await?
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
            matching::show_pair(&mut *request.reading().await?, actor, *round, pair).await?
        }
        Action::AskAside(round, mentor, mentee) => {
            let pair = (mentor, mentee);
            matching::ask_aside(&mut *request.reading().await?, actor, *round, pair).await?
        }
        Action::LookAgain { round } => look_again(request.writing().await?, actor, *round).await?,
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
        Action::ProposeRound => propose_round(request.writing().await?, actor).await?,
        Action::MatchNow => enrollment::match_now(request.writing().await?, actor).await?,
        Action::OneMoreWeek => enrollment::one_more_week(request.writing().await?, actor).await?,
        Action::SendAgain { from, to } => {
            directory::send_again(request.writing().await?, actor, (*from, *to)).await?
        }
        Action::ShowPairs => cockpit::pairs(&mut *request.reading().await?, actor, 0).await?,
        Action::PagePairs { from } => {
            cockpit::pairs(&mut *request.reading().await?, actor, *from).await?
        }
        Action::ShowPeople => cockpit::people(&mut *request.reading().await?, actor, 0).await?,
        Action::PagePeople { from } => {
            cockpit::people(&mut *request.reading().await?, actor, *from).await?
        }
        Action::Care(pair, care) => {
            ask_about_care(&mut *request.reading().await?, actor, *pair, *care).await?
        }
        Action::OpenMakePair => {
            introduction::open_by_hand(&mut *request.reading().await?, actor).await?
        }
        Action::OpenAnnounce => launch::open(&mut *request.reading().await?, actor).await?,
        Action::ShowWorded { worded } => {
            worded::show(&mut *request.reading().await?, actor, *worded).await?
        }
        Action::OpenSponsorsNote => {
            launch::open_sponsors_note(&mut *request.reading().await?, actor).await?
        }
        Action::OpenRemindInvited => {
            launch::open_reminder(&mut *request.reading().await?, actor).await?
        }
        Action::DoNotAsk => launch::do_not_ask(request.writing().await?, actor).await?,
        Action::OpenWorded { worded } => {
            setup::open_worded(&mut *request.reading().await?, actor, *worded).await?
        }
        Action::OpenRecipes => setup::open_recipes(&mut *request.reading().await?, actor).await?,
        Action::ShowRecipe { recipe } => {
            setup::show_recipe(&mut *request.reading().await?, actor, *recipe).await?
        }
        Action::OpenEndCohort => cohort::open_end(&mut *request.reading().await?, actor).await?,
        Action::OpenNextCohort => cohort::open_next(&mut *request.reading().await?, actor).await?,
        Action::OpenProgramBreak => {
            program_break::open(&mut *request.reading().await?, actor).await?
        }
        Action::EndProgramBreak => program_break::end(request.writing().await?, actor).await?,
        Action::PreviewDigest => digest::preview(request.writing().await?, actor).await?,
        Action::MakeReport => report::send(request.writing().await?, actor).await?,
        Action::ExportProgram => report::export(request.writing().await?, actor).await?,
        Action::OpenImport => organization::open(&mut *request.reading().await?, actor).await?,
        Action::TakeOver { import } => {
            organization::accepted(request.writing().await?, actor, *import).await?
        }
        Action::SayColumns { import } => {
            organization::ask_columns(&mut *request.reading().await?, actor, *import).await?
        }
        Action::DiscardImport { import } => {
            organization::discarded(request.writing().await?, actor, *import).await?
        }
        Action::EditGoals { pair } => {
            agreement::open(&mut *request.reading().await?, actor, *pair).await?
        }
        Action::Sign { pair, version } => {
            agreement::sign(request.writing().await?, actor, *pair, *version).await?
        }
        Action::PickSlot { cycle, at } => {
            meetings::pick_slot(request.writing().await?, actor, *cycle, *at).await?
        }
        Action::OtherTime { cycle } => {
            meetings::open_other_time(&mut *request.reading().await?, actor, *cycle).await?
        }
        Action::SortOut { cycle } => {
            meetings::sort_out(request.writing().await?, actor, *cycle).await?
        }
        Action::LogMeeting => {
            meetings::open_log(&mut *request.reading().await?, actor, None).await?
        }
        Action::LogMeetingOf(pair) => {
            meetings::open_log(&mut *request.reading().await?, actor, Some(*pair)).await?
        }
        Action::OpenSkip { cycle } => {
            meetings::open_skip(&mut *request.reading().await?, actor, *cycle).await?
        }
        Action::DidMeet { cycle, plan, said } => {
            meetings::did_meet(request.writing().await?, actor, *cycle, *plan, *said).await?
        }
        Action::Reflect { reflection } => {
            reflections::open(&mut *request.reading().await?, actor, *reflection).await?
        }
        Action::StillGood { checkin, said } => {
            checkins::still_good(request.writing().await?, actor, *checkin, *said).await?
        }
        Action::AnswerCheckin { checkin } => {
            checkins::open(&mut *request.reading().await?, actor, *checkin).await?
        }
        Action::Closing { checkin, next } => {
            checkins::next(request.writing().await?, actor, *checkin, *next).await?
        }
        Action::OpenEnd { pair } => {
            endings::open(&mut *request.reading().await?, actor, *pair).await?
        }
        Action::WantRematch { pair } => {
            endings::rematch(request.writing().await?, actor, *pair).await?
        }
        Action::FindPartner => endings::find_partner(request.writing().await?, actor).await?,
        Action::JoinCircle => circle::join(request.writing().await?, actor).await?,
        Action::AnswerInvitation { invitation, accept } => {
            invite::answered(request.writing().await?, actor, *invitation, *accept).await?
        }
    })
}

/// A round now; before the first match, its day and the ways to bring it forward.
pub(super) async fn propose_round(tx: &mut Tx, actor: &Actor) -> Result<Reply> {
    match enrollment::asked_early(tx, actor).await? {
        Some(early) => Ok(early),
        None => matching::asked(tx, actor).await,
    }
}

/// A round is made anew only when one may be made at all.
async fn look_again(tx: &mut Tx, actor: &Actor, round: RoundId) -> Result<Reply> {
    match enrollment::asked_early(tx, actor).await? {
        Some(early) => Ok(early),
        None => matching::look_anew(tx, actor, round).await,
    }
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
