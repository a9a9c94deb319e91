//! Facts about this database: that it takes writes, the latest time it was told, which workspaces Slack has told us an event
//! of, and what Slack refuses (`holds`).

use super::db::{Reading, Result, Tx, instant, sql};
use jiff::Timestamp;

/// Written at every beat of the process's heart.
pub(super) const ALIVE: &str = "alive";
/// The latest time that a clock we believe has shown, over restarts and replicas.
const CLOCK_MARK: &str = "clock_mark";
/// Since when no request has fitted the signing secret, after one that didn't.
const MISFITS: &str = "misfits";
/// The start of the name: when the first event of a workspace came.
pub(super) const FIRST_EVENT: &str = "first_event/";
/// The start of the name: what Slack refuses to a workspace ([`super::holds`]).
pub(super) const HELD: &str = "held/";

/// A tiny write: what fails here fails for everybody.
pub async fn alive(tx: &mut Tx) -> Result<()> {
    set(tx, ALIVE, tx.now).await
}

/// The latest time that was noted; none in a new database.
pub async fn clock_mark(tx: &mut Reading) -> Result<Option<Timestamp>> {
    let mark = sql!("select value from facts where name = $1", CLOCK_MARK);
    let mark: Option<String> = tx.maybe(mark).await?;
    // One that cannot be read is written anew.
    Ok(mark.and_then(|mark| mark.parse().ok()).map(instant))
}

/// Notes `at`, which may be earlier than what was noted before.
pub async fn set_clock_mark(tx: &mut Tx, at: Timestamp) -> Result<()> {
    set(tx, CLOCK_MARK, at).await
}

/// Notes that a request came whose signature doesn't fit the signing secret.
pub async fn signature_misfits(tx: &mut Tx) -> Result<()> {
    let at = tx.now.as_millisecond().to_string();
    tx.run(sql!(
        "insert into facts (name, value) values ($1, $2) on conflict (name) do nothing",
        MISFITS,
        at
    ))
    .await?;
    Ok(())
}

/// Notes that a request came whose signature fits.
pub async fn signature_fits(tx: &mut Tx) -> Result<()> {
    forget(tx, MISFITS).await
}

/// Since when requests haven't fitted the signing secret; none if the latest one did.
pub async fn misfits_since(tx: &mut Reading) -> Result<Option<Timestamp>> {
    let since = text(tx, MISFITS).await?;
    Ok(since.and_then(|since| since.parse().ok()).map(instant))
}

/// Notes that Slack tells us events of the transaction's workspace.
pub async fn event_came(tx: &mut Tx) -> Result<()> {
    let (name, at) = (format!("{FIRST_EVENT}{}", tx.team()), tx.now);
    tx.run(sql!(
        "insert into facts (name, value) values ($1, $2) on conflict (name) do nothing",
        name,
        at.as_millisecond().to_string()
    ))
    .await?;
    Ok(())
}

/// Whether an event of the transaction's workspace has ever come.
pub async fn has_event_come(tx: &mut Reading) -> Result<bool> {
    let name = format!("{FIRST_EVENT}{}", tx.team());
    Ok(text(tx, &name).await?.is_some())
}

/// Forgets what is known of the transaction's workspace.
pub(super) async fn forget_workspace(tx: &mut Tx) -> Result<()> {
    let (event, held) = (
        format!("{FIRST_EVENT}{}", tx.team()),
        format!("{HELD}{}", tx.team()),
    );
    forget(tx, &event).await?;
    forget(tx, &held).await
}

async fn set(tx: &mut Tx, name: &str, at: Timestamp) -> Result<()> {
    set_text(tx, name, &at.as_millisecond().to_string()).await
}

pub(super) async fn set_text(tx: &mut Tx, name: &str, text: &str) -> Result<()> {
    tx.run(sql!(
        "insert into facts (name, value) values ($1, $2)
         on conflict (name) do update set value = excluded.value",
        name,
        text
    ))
    .await?;
    Ok(())
}

pub(super) async fn text(tx: &mut Reading, name: &str) -> Result<Option<String>> {
    tx.maybe(sql!("select value from facts where name = $1", name))
        .await
}

/// The facts whose names begin with `prefix`.
pub(super) async fn texts(tx: &mut Reading, prefix: &str) -> Result<Vec<String>> {
    tx.values(sql!(
        "select value from facts where name like $1 order by name",
        format!("{prefix}%")
    ))
    .await
}

pub(super) async fn forget(tx: &mut Tx, name: &str) -> Result<()> {
    tx.run(sql!("delete from facts where name = $1", name))
        .await?;
    Ok(())
}
