//! Who is on a break: somebody who paused, and everybody while the whole program is on one.

use crate::domain::ids::UserId;
use crate::domain::participant::Standing;
use crate::store::db::StoreError;
use crate::store::{Reading, participants, programs};
use jiff::Timestamp;

/// When the program's break ends; none while it runs.
pub async fn of_program(tx: &mut Reading) -> Result<Option<Timestamp>, StoreError> {
    let program = programs::find(tx).await?;
    Ok(program.and_then(|program| program.break_until))
}

/// Whether nothing may be asked of this person now.
pub async fn is_on_break(tx: &mut Reading, user: &UserId) -> Result<bool, StoreError> {
    if of_program(tx).await?.is_some() {
        return Ok(true);
    }
    Ok(participants::standing(tx, user).await? == Some(Standing::Paused))
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
