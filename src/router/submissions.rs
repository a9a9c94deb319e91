//! Forms, each to its feature.

use super::no_reply::NoReply;
use super::worded;
use crate::domain::ids::PairId;
use crate::domain::overview::Care;
use crate::domain::settings_part::Part;
use crate::features::{
    Reply, Result, agreement, checkins, cohort, endings, introduction, invite, join, launch,
    meetings, organization, program_break, reflections, setup, standing, support,
};
use crate::slack::event::{Actor, Answers, Form};
use crate::store::{RequestTx, Tx};

/// A form of settings: its part, what they have read, and the mark of the settings that it was opened with.
async fn settings(
    request: &mut RequestTx<'_>,
    actor: &Actor,
    form: (Part, Option<u64>, Option<u64>),
    answers: &Answers,
) -> Result<Reply, NoReply> {
    let tx = request.writing().await?;
    Ok(Box::pin(setup::submitted(tx, actor, form, answers)).await?)
}

/// Runs the feature of a form.
pub(super) async fn submit(
    request: &mut RequestTx<'_>,
    actor: &Actor,
    form: &Form,
    answers: &Answers,
) -> Result<Reply, NoReply> {
    Ok(match form {
        Form::SetupStep(part) => {
            setup::step(request.writing().await?, actor, *part, answers).await?
        }
        Form::Settings(part) => settings(request, actor, (*part, None, None), answers).await?,
        Form::SettingsSince { part, was } => {
            settings(request, actor, (*part, None, Some(*was)), answers).await?
        }
        Form::SettingsLooked { part, seen, was } => {
            settings(request, actor, (*part, Some(*seen), *was), answers).await?
        }
        Form::Join => Box::pin(join::submitted(request.writing().await?, actor, answers)).await?,
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
        Form::Announce => launch::look(&mut *request.reading().await?, actor, answers).await?,
        Form::AnnounceLooked { channel, words } => {
            let shown = (channel, words.as_str());
            launch::post(request.writing().await?, actor, shown, answers).await?
        }
        Form::SponsorsNote => {
            launch::sponsors_note(request.writing().await?, actor, answers).await?
        }
        Form::RemindInvited => launch::remind(request.writing().await?, actor).await?,
        Form::Worded { worded } => {
            worded::look(&mut *request.reading().await?, actor, *worded, answers).await?
        }
        Form::WordedLooked { worded, words } => {
            let shown = (*worded, words.as_str());
            worded::save(request.writing().await?, actor, shown, answers).await?
        }
        Form::Recipe { recipe } => {
            setup::take_recipe(request.writing().await?, actor, *recipe, answers).await?
        }
        Form::EndCohort => cohort::end(request.writing().await?, actor).await?,
        Form::NextCohort => cohort::next(request.writing().await?, actor).await?,
        Form::ProgramBreak => {
            program_break::begin(request.writing().await?, actor, answers).await?
        }
        Form::MakePair => {
            introduction::look_by_hand(&mut *request.reading().await?, actor, answers).await?
        }
        Form::MakePairLooked {
            mentor,
            mentee,
            check,
        } => {
            let tx = request.writing().await?;
            introduction::by_hand(tx, actor, (mentor, mentee), *check, answers).await?
        }
        Form::SwapLooked { pair, with, check } => {
            let tx = request.writing().await?;
            introduction::swap(tx, actor, (*pair, *with), *check, answers).await?
        }
        Form::ToContact => support::preview(&mut *request.reading().await?, actor, answers).await?,
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
