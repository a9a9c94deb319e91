//! Which failed messages may be sent again: those that still say something true, to somebody who is there to read it.

use super::{Result, circle, enrollment, owners, settings};
use crate::domain::ids::{CheckinId, UserId};
use crate::domain::key::{AboutCycle, AboutRound, Key};
use crate::domain::outgoing::Lane;
use crate::domain::participant::Standing;
use crate::domain::{checkin, cycle};
use crate::slack::blocks::{Button, button};
use crate::slack::event::Action;
use crate::store::outbox::{self, Failed};
use crate::store::rounds::State as Round;
use crate::store::{
    Reading, agreements, checkins, cycles, invitations, pairs, participants, people, rounds,
};
use jiff::Timestamp;

/// The button that sends all of these again; none if nothing of them applies any more. `since`: when the first may have failed.
pub async fn button_for(
    tx: &mut Reading,
    failed: &[Failed],
    since: Timestamp,
) -> Result<Option<Button>> {
    for one in failed {
        if applies(tx, one).await? {
            let (from, to) = (since.as_millisecond(), tx.now_ms());
            return Ok(Some(button("Send again", &Action::SendAgain { from, to })));
        }
    }
    Ok(None)
}

/// Whether a message that failed still says something true, to somebody who is there to read it.
pub async fn applies(tx: &mut Reading, failed: &Failed) -> Result<bool> {
    let Some(key) = &failed.key else {
        return Ok(false);
    };
    let Some(delivery) = outbox::failed(tx, failed.id).await? else {
        return Ok(false);
    };
    // A nudge comes again by itself, at a good hour. News doesn't, and waits for its moment once more.
    let in_time = failed.expires.is_none_or(|at| tx.now < at) && !delivery.what.is_nudge();
    let is_kept = in_time || delivery.what.is_news();
    Ok(is_kept && is_there(tx, failed, key).await? && holds(tx, key).await?)
}

/// Whether its recipients are there.
async fn is_there(tx: &mut Reading, failed: &Failed, key: &Key) -> Result<bool> {
    match &failed.lane {
        Lane::Person(user) | Lane::Circle(user) => is_here(tx, user).await,
        Lane::Pair(pair) => {
            let Some(pair) = pairs::find(tx, *pair).await? else {
                return Ok(false);
            };
            let both = is_here(tx, &pair.mentor).await? && is_here(tx, &pair.mentee).await?;
            Ok(both && (pair.is_open() || key.is_farewell()))
        }
        Lane::Channel(channel) => Ok(settings(tx).await?.digest_channel.as_ref() == Some(channel)),
        Lane::LookUp(_)
        | Lane::Directory
        | Lane::Home(_)
        | Lane::Token
        | Lane::Import(_)
        | Lane::Cards(_) => Ok(false),
    }
}

async fn is_here(tx: &mut Reading, user: &UserId) -> Result<bool> {
    Ok(owners::is_here(people::find(tx, user).await?.as_ref()))
}

/// Whether what a message is about is still as it says.
pub(super) async fn holds(tx: &mut Reading, key: &Key) -> Result<bool> {
    Ok(match key {
        Key::Alone(key, _) => Box::pin(holds(tx, key)).await?,
        Key::Introduction(pair, _) | Key::Break { pair, .. } | Key::GoesOn { pair, .. } => {
            let pair = pairs::find(tx, *pair).await?;
            pair.is_some_and(|pair| pair.is_open())
        }
        Key::Agreement { pair, version } | Key::AgreementSigned { pair, version } => {
            let latest = agreements::latest(tx, *pair).await?;
            let signed = matches!(key, Key::AgreementSigned { .. });
            latest.is_some_and(|latest| {
                latest.version == *version && latest.completed_at.is_some() == signed
            })
        }
        Key::Cycle(cycle, about) => {
            let month = cycles::find(tx, *cycle).await?;
            month.is_some_and(|month| month_is(&month, about, tx.now))
        }
        Key::Round(round, about) => {
            let round = rounds::find(tx, *round).await?;
            let waits = round.is_some_and(|round| round.state == Round::Proposed);
            match about {
                AboutRound::News { .. } => waits,
                AboutRound::Decided { .. } | AboutRound::Made => !waits,
                AboutRound::Waits { .. } | AboutRound::WhatIf { .. } => false,
            }
        }
        Key::LastMonth { pair, number } => {
            let pair = pairs::find(tx, *pair).await?;
            pair.is_some_and(|pair| pair.runs() && pair.cycles == *number)
        }
        Key::NextCohort { user, .. } => {
            let found = participants::find(tx, user).await?;
            let looks = found.is_none_or(|found| found.waiting_since.is_some());
            let is_promised = !rounds::promised(tx, user).await?.is_empty();
            !looks && !is_promised && pairs::open_of(tx, user).await?.is_empty()
        }
        Key::JoinReminder { user, .. } => participants::standing(tx, user).await?.is_none(),
        Key::FirstMatchMoved { user, .. } => {
            let found = participants::find(tx, user).await?;
            let waits = found.is_some_and(|found| found.waiting_since.is_some());
            waits || !rounds::promised(tx, user).await?.is_empty()
        }
        Key::FirstMatch { until, .. } => {
            let window = enrollment::window(tx).await?;
            window.is_some_and(|window| window.is_asked_until(*until))
        }
        Key::LeftOver { user, .. } => {
            let found = participants::find(tx, user).await?;
            found.is_some_and(|found| found.waiting_since.is_some())
        }
        Key::PauseEnded { user, .. } => stands(tx, user, &[Standing::Active]).await?,
        Key::Eligible { user, .. } => {
            stands(tx, user, &[Standing::Active, Standing::Paused]).await?
        }
        Key::PickAnew { user, .. } => must_pick_anew(tx, user).await?,
        Key::Ineligible { user, .. } => stands(tx, user, &[Standing::Ineligible]).await?,
        Key::Checkin(checkin) => is_call_for_help(tx, *checkin).await?,
        Key::Circle { user, .. } => circle::was_refused(tx, user).await?,
        Key::InvitationCard(invitation) => {
            let found = invitations::find(tx, *invitation).await?;
            found.is_some_and(|found| found.state == invitations::State::Open)
        }
        Key::Lapsed { .. }
        | Key::NoPair { .. }
        | Key::Thanks(_)
        | Key::EndedBoth(_)
        | Key::Ended { .. }
        | Key::ReflectionShared(_)
        | Key::Digest(_)
        | Key::InvitationYes(_)
        | Key::LookedUp { .. }
        | Key::InvitationOver(_)
        | Key::Import(..) => true,
        // Its author has read that nobody got it, and may have asked somebody else since. So only they send it again.
        Key::ToContact(_)
        // Each of these comes again by itself or by another press, or is worth nothing later.
        | Key::Announcement(_)
        | Key::SponsorsNote(_)
        | Key::CircleRefused { .. }
        | Key::Unsigned { .. }
        | Key::Reflection(_)
        | Key::Companion { .. }
        | Key::OwnersNote { .. }
        | Key::Undelivered { .. }
        | Key::Mend { .. }
        | Key::ContactGone { .. }
        | Key::OneLine { .. }
        | Key::LookUpAll { .. }
        | Key::LookUp { .. }
        | Key::LookUpRights { .. }
        | Key::LookUpInvited { .. }
        | Key::LookUpNamed { .. }
        | Key::LookUpDoubted { .. }
        | Key::DataFile { .. }
        | Key::ProgramFile(..)
        | Key::DigestPreview { .. }
        | Key::DataFileMissing(_)
        | Key::NotPassedOn(_)
        | Key::DirectAnswer { .. }
        | Key::NotOpened { .. }
        | Key::AnswerElsewhere { .. }
        | Key::Token { .. }
        | Key::Home { .. }
        | Key::Card { .. }
        | Key::CardReplaced { .. }
        | Key::File(_) => false,
    })
}

/// Whether somebody who takes part can't be matched before they change their profile, because of what the settings list.
async fn must_pick_anew(tx: &mut Reading, user: &UserId) -> Result<bool> {
    let settings = settings(tx).await?;
    let found = participants::find(tx, user).await?;
    Ok(found.is_some_and(|one| {
        let lists_all = settings.stage_rank(&one.profile.stage).is_some()
            && settings.lists_any(&one.profile.languages);
        matches!(one.standing, Standing::Active | Standing::Paused) && !lists_all
    }))
}

/// Whether it is the note to somebody who looks after a pair that it would like some help, while it stands on their list. Any
/// other check-in comes again by itself.
async fn is_call_for_help(tx: &mut Reading, id: CheckinId) -> Result<bool> {
    let note = checkins::find(tx, id).await?;
    let Some(note) = note.filter(|note| note.kind == checkin::Kind::HelpNote) else {
        return Ok(false);
    };
    let calls = checkins::calls_for_help(tx).await?;
    let Some(call) = calls.iter().find(|call| call.pair == note.pair) else {
        return Ok(false);
    };
    let deciders = owners::deciders(tx).await?;
    Ok(deciders.include(&note.user, (&call.mentor, &call.mentee)))
}

fn month_is(month: &cycle::Cycle, about: &AboutCycle, now: Timestamp) -> bool {
    match about {
        AboutCycle::Planned { plan } => month.plans == *plan && month.is_ahead(now),
        AboutCycle::Sorting { plan, .. } => {
            month.plans == *plan && month.state == cycle::State::Sorting
        }
        AboutCycle::Skipped => month.is_off && month.closed_at.is_none() && !month.is_ahead(now),
        AboutCycle::CalledOff { plan } => month.plans == *plan && !month.is_ahead(now),
        AboutCycle::Opens { .. }
        | AboutCycle::Week { .. }
        | AboutCycle::Fortnight { .. }
        | AboutCycle::Hello
        | AboutCycle::Soon { .. }
        | AboutCycle::Met { .. } => false,
    }
}

async fn stands(tx: &mut Reading, user: &UserId, as_one_of: &[Standing]) -> Result<bool> {
    let standing = participants::standing(tx, user).await?;
    Ok(standing.is_some_and(|standing| as_one_of.contains(&standing)))
}
