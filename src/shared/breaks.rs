//! Who is on a break: somebody who paused, and everybody while the whole program is on one.

use super::{Result, refuse};
use crate::domain::ids::UserId;
use crate::domain::participant::Standing;
use crate::domain::timer::Timer;
use crate::store::db::StoreError;
use crate::store::{Reading, Tx, participants, programs, timers};
use jiff::{SignedDuration, Timestamp};

/// Two who found each other wait for the end of a break of this length.
const SHORT: SignedDuration = SignedDuration::from_hours(14 * 24);

/// When the program's break ends; none while it runs.
pub async fn of_program(tx: &mut Reading) -> Result<Option<Timestamp>, StoreError> {
    let program = programs::find(tx).await?;
    Ok(program.and_then(|program| program.break_until))
}

/// Refuses what an owner can't do while the program is on a break.
pub async fn refuse_during_one(tx: &mut Reading) -> Result<()> {
    if of_program(tx).await?.is_some() {
        return refuse(
            "The program is on a break, so nobody is matched or introduced now. My Home tab has a button to resume it.",
        );
    }
    Ok(())
}

/// Whether nothing may be asked of this person now.
pub async fn is_on_break(tx: &mut Reading, user: &UserId) -> Result<bool, StoreError> {
    if of_program(tx).await?.is_some() {
        return Ok(true);
    }
    Ok(participants::standing(tx, user).await? == Some(Standing::Paused))
}

/// When somebody who is away for some days only is back; none if they are here, or away for longer.
pub async fn back_soon(tx: &mut Reading, user: &UserId) -> Result<Option<Timestamp>, StoreError> {
    let me = participants::find(tx, user).await?;
    let back = me.filter(|me| me.standing == Standing::Paused);
    let back = back.and_then(|me| me.paused_until);
    Ok(back.filter(|back| *back <= tx.now + SHORT))
}

/// Somebody's clock has changed: a break with a last day ends in their new morning, when its timer does.
pub async fn end_follows(tx: &mut Tx, user: &UserId) -> Result<(), StoreError> {
    let me = participants::find(tx, user).await?;
    let ends = me.filter(|me| me.standing == Standing::Paused);
    let Some(ends) = ends.and_then(|me| me.paused_until) else {
        return Ok(());
    };
    let due = timers::due(tx, &Timer::PauseEnds(user.clone())).await?;
    if due.is_some_and(|due| due != ends) {
        participants::set_standing(tx, user, Standing::Paused, due).await?;
    }
    Ok(())
}

/// Whether nothing may be asked of one of them.
pub async fn are_on_break(tx: &mut Reading, people: &[&UserId]) -> Result<bool, StoreError> {
    for user in people {
        if is_on_break(tx, user).await? {
            return Ok(true);
        }
    }
    Ok(false)
}
