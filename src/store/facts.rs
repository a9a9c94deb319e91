//! Facts about this database: that it takes writes, and the latest time it was told.

use super::db::{Reading, Result, Tx, instant};
use jiff::Timestamp;
use sqlx::Row;

/// Written at every beat of the process's heart.
const ALIVE: &str = "alive";
/// The latest time that a clock we believe has shown, over restarts and replicas.
const CLOCK_MARK: &str = "clock_mark";

/// A tiny write: what fails here fails for everybody.
pub async fn alive(tx: &mut Tx) -> Result<()> {
    let now = tx.now_ms();
    set(tx, ALIVE, now).await
}

/// The latest time that was noted; none in a new database.
pub async fn clock_mark(tx: &mut Reading) -> Result<Option<Timestamp>> {
    let row = sqlx::query("select value from facts where name = $1")
        .bind(CLOCK_MARK)
        .fetch_optional(tx.conn())
        .await?;
    let Some(row) = row else { return Ok(None) };
    // One that cannot be read is written anew.
    let mark: String = row.try_get(0)?;
    Ok(mark.parse().ok().map(instant))
}

/// Notes `at`, which may be earlier than what was noted before.
pub async fn set_clock_mark(tx: &mut Tx, at: Timestamp) -> Result<()> {
    set(tx, CLOCK_MARK, at.as_millisecond()).await
}

async fn set(tx: &mut Tx, name: &str, value: i64) -> Result<()> {
    sqlx::query(
        "insert into facts (name, value) values ($1, $2)
         on conflict (name) do update set value = excluded.value",
    )
    .bind(name)
    .bind(value.to_string())
    .execute(tx.conn())
    .await?;
    Ok(())
}
