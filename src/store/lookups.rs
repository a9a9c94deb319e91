//! Questions to Slack on their way: about people, about everybody, whether our token works.
//!
//! One of a sort waits at a time, and none for ever: an answer that did not come in time is asked for anew by whoever
//! still needs it. For a workspace that removed the app, nothing is asked.

use super::db::{Reading, Result, Tx, sql};
use super::outbox::{self, Kind, What};
use super::workspaces;
use crate::domain::key::Key;
use jiff::SignedDuration;

/// How long a question is worth asking.
const WORTH: SignedDuration = SignedDuration::from_hours(1);

/// Asks, unless the same is being asked already. `key` as in [`outbox::push`].
pub async fn ask(tx: &mut Tx, key: &Key, what: &What) -> Result<()> {
    if is_open(tx, what, true).await? {
        return Ok(());
    }
    push(tx, key, what).await
}

/// The same about something that has changed just now: what is being asked at this moment may be answered from before.
pub async fn ask_anew(tx: &mut Tx, key: &Key, what: &What) -> Result<()> {
    if is_open(tx, what, false).await? {
        return Ok(());
    }
    push(tx, key, what).await
}

/// Asks Slack whether our token still works in the transaction's workspace.
pub async fn check_token(tx: &mut Tx) -> Result<()> {
    let second = tx.now.as_second();
    ask(tx, &Key::Token { second }, &What::CheckToken).await
}

/// The same for every workspace, because Slack did not say from which one the app was removed.
pub async fn check_tokens(tx: &mut Tx) -> Result<()> {
    let own = tx.team().clone();
    for workspace in workspaces::all(tx)
        .await?
        .into_iter()
        .filter(|workspace| workspace.installed)
    {
        tx.act_for(workspace.team);
        check_token(tx).await?;
    }
    tx.act_for(own);
    Ok(())
}

async fn push(tx: &mut Tx, key: &Key, what: &What) -> Result<()> {
    if !is_installed(tx).await? {
        return Ok(());
    }
    let expires = tx.now.saturating_add(WORTH).ok();
    outbox::push(tx, Kind::Lookup, key, what, expires).await?;
    Ok(())
}

/// Whether the app is installed in the transaction's workspace.
pub async fn is_installed(tx: &mut Reading) -> Result<bool> {
    let workspace = workspaces::find(tx).await?;
    Ok(workspace.is_some_and(|workspace| workspace.installed))
}

/// Whether the same waits to be asked, or (`under_way`) is being asked right now.
async fn is_open(tx: &mut Reading, what: &What, under_way: bool) -> Result<bool> {
    tx.any(sql!(
        "select 1 from outbox where team_id = $1 and lane = $2 and state in ('queued', 'leased')
         and (expires_at is null or expires_at > $3) and (state = 'queued' or cast($4 as bigint) = 1) limit 1",
        tx.team(),
        what.lane(),
        tx.now,
        under_way
    ))
    .await
}
