//! The mentor circle: a channel for the program's mentors. Whoever presses the button is added to it, and nobody else is.

mod messages;
#[cfg(test)]
mod tests;

use super::{Reply, Result, settings};
use crate::domain::circle::Step;
use crate::domain::ids::{ChannelId, UserId};
use crate::domain::key::{Key, Topic};
use crate::domain::outgoing::Lane;
use crate::shared::circle::mentors;
use crate::slack::event::Actor;
use crate::store::outbox::{self, Kind, To, What};
use crate::store::{Tx, circle, pairs, participants, programs};

/// The button: Slack is asked to add them.
pub async fn join(tx: &mut Tx, actor: &Actor) -> Result<Reply> {
    let user = &actor.user;
    let Some(channel) = settings(tx).await?.mentor_circle.clone() else {
        return Ok(Reply::say(messages::there_is_none()).with_home());
    };
    let me = participants::find(tx, user).await?;
    let open = pairs::open_of(tx, user).await?;
    if !me.is_some_and(|me| mentors(&me, &open)) {
        return Ok(Reply::say(messages::for_mentors()).with_home());
    }
    let what = What::Invite {
        user: user.clone(),
        channel: channel.clone(),
    };
    if !outbox::is_queued(tx, &what).await? {
        let key = Key::Circle {
            user: user.clone(),
            at: tx.now_ms(),
        };
        outbox::push(tx, Kind::Circle, &key, &what, None).await?;
        circle::note(tx, user, &channel, Step::Asked).await?;
    }
    Ok(Reply::say(messages::is_being_added(&channel)).with_home())
}

/// Slack has added them, and says so itself. Their Home shows it.
pub async fn joined(tx: &mut Tx, user: &UserId, channel: &ChannelId) -> Result<()> {
    circle::note(tx, user, channel, Step::Joined).await?;
    Ok(outbox::homes_later(tx, [user.clone()]).await?)
}

/// Slack did not add them. Owners hear of it as of any message that did not arrive; when they have it tried again, nobody is told
/// a second time.
pub async fn refused(tx: &mut Tx, user: &UserId) -> Result<()> {
    let program = programs::find(tx).await?;
    let channel = program.and_then(|program| program.settings.mentor_circle.clone());
    let Some(channel) = channel else {
        return Ok(());
    };
    let progress = circle::progress(tx, user, &channel).await?;
    if progress.is_none_or(|progress| progress.step != Step::Asked) {
        return Ok(());
    }
    circle::note(tx, user, &channel, Step::Refused).await?;
    let key = Key::CircleRefused {
        user: user.clone(),
        at: tx.now_ms(),
    };
    let (to, words) = (To::Person(user.clone()), messages::not_added().into());
    outbox::post(tx, to, Kind::Answer, &key, words, None).await?;
    Ok(())
}

/// Somebody is out of the program: they are not added anymore. Whoever is in the circle stays in it, because it's theirs to leave.
pub async fn departed(tx: &mut Tx, user: &UserId) -> Result<()> {
    outbox::withdraw(tx, Topic::OwnPart, &[Lane::Circle(user.clone())]).await?;
    Ok(circle::take_back(tx, user).await?)
}
