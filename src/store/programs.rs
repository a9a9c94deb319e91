//! The workspace's program and its settings.

use super::db::{Reading, Result, StoreError, Tx};
use crate::domain::program::{Program, Settings};
use sqlx::Row;
use std::sync::Arc;

pub async fn find(tx: &mut Reading) -> Result<Option<Program>> {
    if let Some(known) = tx.known_program() {
        return Ok(Some(known));
    }
    let mark = tx.program_mark();
    let program = read(tx).await?;
    if let Some(program) = &program {
        tx.learn_program(mark, program);
    }
    Ok(program)
}

async fn read(tx: &mut Reading) -> Result<Option<Program>> {
    let team = tx.team().to_string();
    let row = sqlx::query("select settings, declared from programs where team_id = $1")
        .bind(team)
        .fetch_optional(tx.conn())
        .await?;
    let Some(row) = row else { return Ok(None) };
    let settings: String = row.try_get(0)?;
    let declared: i64 = row.try_get(1)?;
    Ok(Some(Program {
        settings: serde_json::from_str(&settings)
            .map(Arc::new)
            .map_err(|_| StoreError::Unreadable("program settings"))?,
        declared: declared != 0,
    }))
}

/// Stores the settings; true when they differ from what was there.
pub async fn save(tx: &mut Tx, settings: &Settings, declared: bool) -> Result<bool> {
    let before = find(tx).await?;
    if before.is_some_and(|before| *before.settings == *settings && before.declared == declared) {
        return Ok(false);
    }
    let (team, now) = (tx.team().to_string(), tx.now_ms());
    let text =
        serde_json::to_string(settings).map_err(|_| StoreError::Unreadable("program settings"))?;
    sqlx::query(
        "insert into programs (team_id, settings, declared, created_at, updated_at) values ($1, $2, $3, $4, $4)
         on conflict (team_id) do update
         set settings = excluded.settings, declared = excluded.declared, updated_at = excluded.updated_at",
    )
    .bind(team)
    .bind(text)
    .bind(i64::from(declared))
    .bind(now)
    .execute(tx.conn())
    .await?;
    tx.program_written();
    Ok(true)
}
