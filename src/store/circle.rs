//! How people stand to the mentor circle: columns of their own in a participant's row.

use super::db::columns::columns;
use super::db::{AnyRow, Columns as _, Reading, Result, Tx, sql};
use crate::domain::circle::{Progress, Step};
use crate::domain::ids::{ChannelId, UserId};

columns! {
    Step, "a step towards the mentor circle": String, |step| step.as_str().to_owned(), |held| Step::parse(&held);
}

/// How far somebody is with the circle in this channel; none if they have not heard of it.
pub async fn progress(
    tx: &mut Reading,
    user: &UserId,
    channel: &ChannelId,
) -> Result<Option<Progress>> {
    let found = sql!(
        "select circle_channel, circle, circle_at from participants
         where team_id = $1 and user_id = $2 and circle_channel = $3 and circle is not null",
        tx.team(),
        user,
        channel
    );
    tx.read_first(found, |_, row: &AnyRow| {
        Ok(Progress {
            channel: row.get("circle_channel")?,
            step: row.get("circle")?,
            at: row.get("circle_at")?,
        })
    })
    .await
}

/// Notes what has become of it.
pub async fn note(tx: &mut Tx, user: &UserId, channel: &ChannelId, step: Step) -> Result<()> {
    tx.run(sql!(
        "update participants set circle_channel = $1, circle = $2, circle_at = $3 where team_id = $4 and user_id = $5",
        channel,
        step,
        tx.now,
        tx.team(),
        user
    ))
    .await?;
    Ok(())
}

/// Forgets that somebody asked, which nobody acts on any more. Who has been added stays so.
pub async fn take_back(tx: &mut Tx, user: &UserId) -> Result<()> {
    tx.run(sql!(
        "update participants set circle = 'offered', circle_at = $1
         where team_id = $2 and user_id = $3 and circle in ('asked', 'refused')",
        tx.now,
        tx.team(),
        user
    ))
    .await?;
    Ok(())
}
