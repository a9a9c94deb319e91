//! The owners' edits of a round before they approve it: keep a pair, rule one out, set a person aside. Then the round is solved
//! again with all edits; the rest stays as it was where that is as good.

use super::card::{card, found};
use super::decide::{finish, reject, undo_check};
use super::rights::deciders_only;
use super::{look_again, messages};
use crate::domain::ids::{RoundId, UserId};
use crate::domain::matching::Edit;
use crate::domain::timer::Timer;
use crate::features::{Reply, Result, owners_only, refuse, settings};
use crate::shared::breaks;
use crate::shared::owners::round_changed;
use crate::slack::event::Actor;
use crate::store::rounds::{self, Fate, Origin, State};
use crate::store::{Tx, audit, timers};

pub async fn drop_proposal(
    tx: &mut Tx,
    actor: &Actor,
    round: RoundId,
    mentor: &UserId,
    mentee: &UserId,
) -> Result<Reply> {
    let seen = card(tx, round, 0).await?;
    deciders_only(tx, actor, &seen).await?;
    let at = seen.index_of(mentor, mentee);
    let held = seen.round;
    if held.origin == Origin::Invite {
        // It is the only pair, so leaving it out is the decision, and both are told.
        return reject(tx, actor, round).await;
    }
    if held.state == State::Proposed {
        let by = Some(&actor.user);
        if rounds::settle(tx, round, (mentor, mentee), Fate::Dropped, by).await? {
            audit::note(tx, &actor.user, "pair_left_out", &round.to_string()).await?;
            round_changed(tx, &held).await?;
        }
    }
    let card = card(tx, round, at).await?;
    let is_over = card.round.state == State::Proposed && card.is_settled();
    if is_over && card.made().next().is_some() {
        // Others were introduced before, so leaving out the last one ends the round without declining it.
        return finish(tx, Some(&actor.user), round).await;
    }
    if is_over && held.origin == Origin::Confirm {
        // No pair is left, so leaving out the last one declines the round, and its people are told.
        return reject(tx, actor, round).await;
    }
    if is_over {
        // Whoever was in it may fit others.
        look_again(tx).await?;
    }
    Ok(card.reply().with_home())
}

/// Stores an owner's edit of a round, and shows the round with it. A repeated edit changes nothing.
pub async fn edit(
    tx: &mut Tx,
    actor: &Actor,
    round: RoundId,
    edit: Edit,
    (one, other): (&UserId, &UserId),
) -> Result<Reply> {
    match edit {
        Edit::Drop => return drop_proposal(tx, actor, round, one, other).await,
        Edit::Undecided => return undo_check(tx, actor, round, (one, other)).await,
        Edit::Keep | Edit::LetGo | Edit::PutBack | Edit::Aside | Edit::Back => {}
    }
    let seen = card(tx, round, 0).await?;
    deciders_only(tx, actor, &seen).await?;
    let meets_soon = seen
        .about_to_meet()
        .any(|pair| [&pair.mentor, &pair.mentee].contains(&one));
    if edit == Edit::Aside && meets_soon {
        return refuse("They're about to be introduced. Undo that first, then set them aside.");
    }
    let is_gone = seen
        .pair(one, other)
        .is_some_and(|pair| seen.has_somebody_gone(pair));
    if edit == Edit::PutBack && is_gone {
        return refuse("One of these two no longer takes part, so they stay left out.");
    }
    let at = seen.index_of(one, other);
    let held = seen.round;
    if held.state == State::Proposed {
        let by = &actor.user;
        let (is_news, verb) = match edit {
            Edit::Keep => (
                rounds::keep(tx, round, (one, other), by).await?,
                "pair_kept",
            ),
            Edit::LetGo => (
                rounds::let_go(tx, round, (one, other)).await?,
                "pair_let_go",
            ),
            Edit::Aside => (rounds::set_aside(tx, round, one, by).await?, "set_aside"),
            Edit::PutBack => (
                rounds::put_back(tx, round, (one, other)).await?,
                "pair_put_back",
            ),
            Edit::Back | Edit::Drop | Edit::Undecided => {
                (rounds::bring_back(tx, round, one).await?, "brought_back")
            }
        };
        if is_news {
            audit::note(tx, by, verb, &round.to_string()).await?;
            round_changed(tx, &held).await?;
        }
    }
    let card = card(tx, round, at).await?;
    Ok(card.reply().with_home())
}

/// Solves a round again. The new round replaces this one and takes over its edits.
pub async fn look_anew(tx: &mut Tx, actor: &Actor, round: RoundId) -> Result<Reply> {
    let settings = settings(tx).await?;
    owners_only(tx, actor).await?;
    if found(tx, round).await?.state != State::Proposed {
        let card = card(tx, round, 0).await?;
        return Ok(card.reply());
    }
    breaks::refuse_during_one(tx).await?;
    rounds::want(tx, Origin::Asked, Some(&actor.user)).await?;
    timers::soon(tx, &Timer::Match).await?;
    audit::note(tx, &actor.user, "round_again", &round.to_string()).await?;
    Ok(Reply::say(messages::looking(settings.approval)))
}
