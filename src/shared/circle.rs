//! The mentor circle, as several features need it: who may join it, and the words with the button.

use super::Result;
use crate::domain::circle::Step;
use crate::domain::ids::{ChannelId, UserId};
use crate::domain::pair::Pair;
use crate::domain::participant::{Participant, Role, Standing};
use crate::domain::program::Settings;
use crate::md;
use crate::slack::blocks::{Blocks, button};
use crate::slack::event::Action;
use crate::store::{Reading, Tx, circle, programs};

/// Whether the circle is for somebody: they take part as a mentor, or mentor somebody now. Somebody who would be either is no
/// mentor before they have a mentee, because a senior in the circle would change what is said there.
pub fn mentors(me: &Participant, open: &[Pair]) -> bool {
    let takes_part = matches!(me.standing, Standing::Active | Standing::Paused);
    let has_mentee = open.iter().any(|pair| pair.mentor == me.user);
    takes_part && (me.profile.role == Role::Mentor || has_mentee)
}

/// What a mentor finds on their Home; nothing for others, and where there is no circle.
pub async fn on_home(
    tx: &mut Reading,
    settings: &Settings,
    me: &Participant,
    open: &[Pair],
) -> Result<Blocks> {
    match &settings.mentor_circle {
        Some(channel) if mentors(me, open) => {
            let progress = circle::progress(tx, &me.user, channel).await?;
            Ok(stands(channel, progress.map(|progress| progress.step)))
        }
        Some(_) | None => Ok(Blocks::new()),
    }
}

/// The offer for a message that a mentor gets anyway; none if they have heard of this circle before.
pub async fn first_offer(
    tx: &mut Tx,
    settings: &Settings,
    user: &UserId,
) -> Result<Option<Blocks>> {
    let Some(channel) = &settings.mentor_circle else {
        return Ok(None);
    };
    if circle::progress(tx, user, channel).await?.is_some() {
        return Ok(None);
    }
    circle::note(tx, user, channel, Step::Offered).await?;
    Ok(Some(stands(channel, None)))
}

/// The circle that we have added somebody to, and in which they may still be.
pub async fn joined(tx: &mut Reading, user: &UserId) -> Result<Option<ChannelId>> {
    stands_at(tx, user, Step::Joined).await
}

/// Whether Slack did not add somebody to the circle of now, and they have not got in since.
pub async fn was_refused(tx: &mut Reading, user: &UserId) -> Result<bool> {
    Ok(stands_at(tx, user, Step::Refused).await?.is_some())
}

async fn stands_at(tx: &mut Reading, user: &UserId, step: Step) -> Result<Option<ChannelId>> {
    let program = programs::find(tx).await?;
    let Some(channel) = program.and_then(|program| program.settings.mentor_circle.clone()) else {
        return Ok(None);
    };
    let progress = circle::progress(tx, user, &channel).await?;
    let is_there = progress.is_some_and(|progress| progress.step == step);
    Ok(is_there.then_some(channel))
}

fn stands(channel: &ChannelId, step: Option<Step>) -> Blocks {
    let join = |label: &str| button(label, &Action::JoinCircle);
    let blocks = Blocks::new();
    match step {
        None | Some(Step::Offered) => blocks
            .section(
                "*Meet the other mentors:* this program has a channel for them, the mentor circle. Its members see that you're \
                 a mentor here, so I only add you if you press the button.",
            )
            .buttons([join("Join the mentor circle")]),
        Some(Step::Asked) => blocks
            .section("*The mentor circle:* I'm adding you. Slack tells you when you're in it."),
        Some(Step::Refused) => blocks
            .section(
                "*The mentor circle:* I couldn't add you last time. The owners know what it takes, and you can try again.",
            )
            .buttons([join("Try again")]),
        // Whether they are still there, only Slack knows.
        Some(Step::Joined) => blocks.section_with(
            md!(
                "*The mentor circle:* I've added you to {}. To leave it, type `/leave` there.",
                channel
            ),
            join("Add me again"),
        ),
    }
}
