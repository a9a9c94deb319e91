//! Joining and editing a profile: one modal, saved in one step.

mod again;
mod announce;
mod hours;
mod limits;
mod messages;
mod named;
mod read;
#[cfg(test)]
mod tests;
mod views;

pub use again::ask_again;

use super::{NextMatch, Reply, Result, next_round, settings};
use crate::domain::happening::Happening;
use crate::domain::ids::UserId;
use crate::domain::message::Message;
use crate::domain::organization::Entry;
use crate::domain::participant::{Profile, Role, Standing};
use crate::domain::program::Settings;
use crate::domain::timer::{LookedUp, Purpose};
use crate::shared::{example, look_up};
use crate::slack::blocks::Modal;
use crate::slack::event::{Actor, Answers};
use crate::store::candidates::{self, Places};
use crate::store::known::{self, Known};
use crate::store::{Reading, Tx, organization, participants};

/// `/reverse-mentor join` and `profile`: the modal. None where Slack is to be asked again first: [`ask_again`].
pub async fn open(tx: &mut Reading, actor: &Actor) -> Result<Option<Reply>> {
    settings(tx).await?;
    let known = known::about(tx, &actor.user).await?;
    // Unknown people may join: the directory is asked at once, and nobody is matched before it has answered.
    if known.is_barred() {
        let words = || Reply::say(messages::full_members_only());
        return Ok((!again::may_have_changed(&known, tx.now)).then(words));
    }
    let next = next_round(tx, known.next_round).await?;
    let form = Box::pin(form(tx, &actor.user, &known, &next, None)).await?;
    Ok(Some(Reply::modal(form)))
}

/// The role was picked in the form: from now on it asks only what applies to that. Whatever else was filled in stays there, because
/// Slack keeps it by the name of its field.
pub async fn role_picked(tx: &mut Reading, actor: &Actor, typed: &Answers) -> Result<Reply> {
    let known = known::about(tx, &actor.user).await?;
    let Some(role) = typed.one("role").and_then(Role::parse) else {
        return Ok(Reply::nothing());
    };
    let next = next_round(tx, known.next_round).await?;
    let form = Box::pin(form(tx, &actor.user, &known, &next, Some(role))).await?;
    Ok(Reply::nothing().or_modal(form))
}

/// `picked`: the role in the form, if that is another than what is stored.
async fn form(
    tx: &mut Reading,
    user: &UserId,
    known: &Known,
    next: &NextMatch,
    picked: Option<Role>,
) -> Result<Modal> {
    let settings = settings(tx).await?;
    let before = known.participant.as_ref();
    let listed = listed(tx, &settings, user).await?;
    let role = picked.or(before.map(|before| before.profile.role));
    Ok(views::form(&settings, before, role, &listed, next))
}

/// Slack answered about somebody who wants to join, or about somebody whom a profile names; or has not in time.
pub async fn looked_up(tx: &mut Tx, waited: &LookedUp) -> Result<()> {
    match waited.purpose {
        Purpose::Join => again::heard(tx, waited).await,
        _ => named::looked_up(tx, waited).await,
    }
}

/// *Join* under a message in a channel, where people press who take part already.
pub async fn open_from_channel(tx: &mut Reading, actor: &Actor) -> Result<Option<Reply>> {
    settings(tx).await?;
    match participants::standing(tx, &actor.user).await? {
        Some(Standing::Active | Standing::Paused) => Ok(Some(Reply::say(messages::already_in()))),
        Some(Standing::Left | Standing::Ineligible) | None => open(tx, actor).await,
    }
}

/// What a made-up person would read after joining.
pub fn example(settings: &Settings, next: &NextMatch) -> Message {
    messages::joined(settings, &example::mina(settings), next, &[], None).into_message()
}

/// What the owners' file says about somebody; nothing, if they are not in it. A stage that the program no longer has is asked
/// for.
async fn listed(tx: &mut Reading, settings: &Settings, user: &UserId) -> Result<Entry> {
    let mut listed = organization::find(tx, user).await?.unwrap_or_default();
    let is_known = |stage: &String| settings.stage_rank(stage).is_some();
    listed.stage = listed.stage.filter(is_known);
    Ok(listed)
}

/// The join modal was submitted. Submitting twice has no further effect, because it contains the whole profile.
pub async fn submitted(tx: &mut Tx, actor: &Actor, answers: &Answers) -> Result<Reply> {
    let settings = settings(tx).await?;
    let user = &actor.user;
    let known = known::about(tx, user).await?;
    if known.is_barred() {
        return again::submitted_while_barred(tx, user, &known).await;
    }
    let listed = listed(tx, &settings, user).await?;
    let before = known.participant.as_ref().map(|before| &before.profile);
    let mut profile = match read::profile(answers, &settings, before, &listed, user) {
        Ok(profile) => profile,
        Err(problems) => return Ok(Reply::errors(problems)),
    };
    let newly = named::newly(
        &profile,
        known.participant.as_ref(),
        listed.manager.as_ref(),
        user,
    );
    let (problems, unknown) = look_up::check(tx, &newly).await?;
    if !problems.is_empty() {
        return Ok(Reply::errors(problems));
    }
    let manager = |profile: &Profile| profile.manager.clone();
    if profile.manager != before.and_then(manager) {
        look_up::picked_another(tx, user, Purpose::Manager).await?;
    }
    named::without(&mut profile, &unknown);
    let asked = look_up::ask_all(tx, user, unknown).await?;
    let open = known.open_pairs(tx).await?;
    let places = match open.as_slice() {
        [] => Places::default(),
        _ => candidates::places_as_known(tx, user).await?,
    };
    let room = places.has_room(&profile);
    let before = known.participant.as_ref();
    let joined = participants::save(tx, user, &profile, before, room).await?;
    announce::saved(tx, user, &profile, before).await?;
    // Once is enough, because the directory keeps asking about participants it knows too little of.
    if joined && known.is_stale(tx.now) {
        tx.happens(Happening::Unknown(user.clone()));
    }
    let after = participants::find(tx, user).await?;
    let obstacle = match &after {
        Some(after) if open.is_empty() => {
            candidates::obstacle(tx, &settings, after, known.person.as_ref()).await?
        }
        _ => None,
    };
    let obstacle = obstacle.as_ref();
    let done = if joined {
        let next = next_round(tx, known.next_round).await?;
        messages::joined(&settings, &profile, &next, &asked, obstacle)
    } else {
        let saved = messages::Saved {
            paused: before.is_some_and(|one| one.standing == Standing::Paused),
            changed: before.is_none_or(|one| one.profile != profile) || !asked.is_empty(),
        };
        messages::saved(&profile, saved, &asked, obstacle)
    };
    Ok(Reply::modal(done))
}
