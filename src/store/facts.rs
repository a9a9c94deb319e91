//! Facts about this database: that it takes writes, and the latest time it was told.

use super::db::{Reading, Result, Tx, instant, sql};
use jiff::Timestamp;

/// Written at every beat of the process's heart.
const ALIVE: &str = "alive";
/// The latest time that a clock we believe has shown, over restarts and replicas.
const CLOCK_MARK: &str = "clock_mark";

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

async fn set(tx: &mut Tx, name: &str, at: Timestamp) -> Result<()> {
    tx.run(sql!(
        "insert into facts (name, value) values ($1, $2)
         on conflict (name) do update set value = excluded.value",
        name,
        at.as_millisecond().to_string()
    ))
    .await?;
    Ok(())
}
