//! The workspace's program and its settings.

use super::db::{Columns as _, Reading, Result, Tx, from_json, sql, to_json};
use crate::domain::ids::UserId;
use crate::domain::program::{Program, Settings};
use crate::domain::recipes::Recipe;
use jiff::Timestamp;
use std::sync::Arc;

const SETTINGS: &str = "program settings";
const WORDING: &str = "program wording";

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
    let program = sql!(
        "select settings, recipe, wording, declared, break_until from programs where team_id = $1",
        tx.team()
    );
    tx.read_first(program, |_, row| {
        let settings: String = row.get("settings")?;
        let recipe: Option<String> = row.maybe("recipe")?;
        let wording: Option<String> = row.maybe("wording")?;
        let mut settings: Settings = from_json(&settings, SETTINGS)?;
        // One of a later release is none here.
        settings.recipe = recipe.and_then(|name| Recipe::parse(&name));
        if let Some(wording) = wording {
            settings.wording = from_json(&wording, WORDING)?;
        }
        Ok(Program {
            settings: Arc::new(settings),
            declared: row.get("declared")?,
            break_until: row.maybe("break_until")?,
        })
    })
    .await
}

/// Stores the settings; true when they differ from what was there.
pub async fn save(tx: &mut Tx, settings: &Settings, declared: bool) -> Result<bool> {
    let before = find(tx).await?;
    if before.is_some_and(|before| *before.settings == *settings && before.declared == declared) {
        return Ok(false);
    }
    let mut settings = settings.clone();
    let wording = std::mem::take(&mut settings.wording);
    let recipe = settings.recipe.take();
    tx.run(sql!(
        "insert into programs (team_id, settings, recipe, wording, declared, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $6)
         on conflict (team_id) do update
         set settings = excluded.settings, recipe = excluded.recipe, wording = excluded.wording,
             declared = excluded.declared, updated_at = excluded.updated_at",
        tx.team(),
        to_json(&settings, SETTINGS)?,
        recipe.map(Recipe::as_str),
        to_json(&wording, WORDING)?,
        declared,
        tx.now
    ))
    .await?;
    tx.program_written();
    Ok(true)
}

/// The program is on a break until then, or (none) goes on; returns until when it was on one before.
pub async fn set_break(tx: &mut Tx, until: Option<Timestamp>) -> Result<Option<Timestamp>> {
    let before = find(tx).await?.and_then(|program| program.break_until);
    tx.run(sql!(
        "update programs set break_until = $1 where team_id = $2",
        until,
        tx.team()
    ))
    .await?;
    tx.program_written();
    Ok(before)
}

/// Takes somebody out of the settings; true when those named them. What a program.toml declares is that file's: the next start
/// reads it again.
pub async fn forget(tx: &mut Tx, user: &UserId) -> Result<bool> {
    let Some(program) = find(tx).await? else {
        return Ok(false);
    };
    let mut settings = Settings::clone(&program.settings);
    settings.owners.retain(|owner| owner != user);
    if settings.support_contact.as_ref() == Some(user) {
        settings.support_contact = None;
    }
    save(tx, &settings, program.declared).await
}
