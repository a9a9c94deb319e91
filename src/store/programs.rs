//! The workspace's program and its settings.

use super::db::{Columns as _, Reading, Result, Tx, from_json, sql, to_json};
use crate::domain::declared::Lines;
use crate::domain::ids::UserId;
use crate::domain::program::{Enrollment, Program, Settings};
use crate::domain::recipes::Recipe;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

const SETTINGS: &str = "program settings";
const WORDING: &str = "program wording";
const ENROLLMENT: &str = "enrollment window";

const LINES: &str = "lines of a program.toml";

/// The column of the enrollment window: its settings, and how it went on.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Window {
    join_until: Option<Date>,
    first_match: Option<Date>,
    least_people: Option<u32>,
    progress: Enrollment,
}

impl Window {
    fn of(settings: &Settings, progress: Enrollment) -> Self {
        Self {
            join_until: settings.join_until,
            first_match: settings.first_match,
            least_people: settings.least_people,
            progress,
        }
    }
}

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
        "select settings, recipe, wording, mentor_circle, declared, break_until, enrollment, file_lines
         from programs where team_id = $1",
        tx.team()
    );
    tx.read_first(program, |_, row| {
        let settings: String = row.get("settings")?;
        let (recipe, wording, window, lines): (
            Option<String>,
            Option<String>,
            Option<String>,
            Option<String>,
        ) = (
            row.maybe("recipe")?,
            row.maybe("wording")?,
            row.maybe("enrollment")?,
            row.maybe("file_lines")?,
        );
        let mut settings: Settings = from_json(&settings, SETTINGS)?;
        // One of a later release is none here.
        settings.recipe = recipe.and_then(|name| Recipe::parse(&name));
        if let Some(wording) = wording {
            settings.wording = from_json(&wording, WORDING)?;
        }
        settings.mentor_circle = row.maybe("mentor_circle")?;
        let window = window.map(|window| from_json(&window, ENROLLMENT));
        let window: Window = window.transpose()?.unwrap_or_default();
        settings.join_until = window.join_until;
        settings.first_match = window.first_match;
        settings.least_people = window.least_people;
        Ok(Program {
            settings: Arc::new(settings),
            declared: row.get("declared")?,
            break_until: row.maybe("break_until")?,
            enrollment: window.progress,
            file_lines: lines.map(|lines| from_json(&lines, LINES)).transpose()?,
        })
    })
    .await
}

/// Stores the settings; true when they differ from what was there.
pub async fn save(tx: &mut Tx, settings: &Settings, declared: bool) -> Result<bool> {
    let before = find(tx).await?;
    let is_same = |before: &Program| *before.settings == *settings && before.declared == declared;
    if before.as_ref().is_some_and(is_same) {
        return Ok(false);
    }
    // Another day of the first match is a new window.
    let goes_on = before.filter(|before| before.settings.first_match == settings.first_match);
    let progress = goes_on.map_or_else(Enrollment::default, |before| before.enrollment);
    let window = Window::of(settings, progress);
    // An earlier release refuses settings that it does not know, so the newer ones have columns of their own.
    let mut others = Settings {
        join_until: None,
        first_match: None,
        least_people: None,
        ..settings.clone()
    };
    let wording = std::mem::take(&mut others.wording);
    let (recipe, circle) = (others.recipe.take(), others.mentor_circle.take());
    tx.run(sql!(
        "insert into programs (team_id, settings, recipe, wording, declared, created_at, updated_at, enrollment,
             mentor_circle)
         values ($1, $2, $3, $4, $5, $6, $6, $7, $8)
         on conflict (team_id) do update
         set settings = excluded.settings, recipe = excluded.recipe, wording = excluded.wording,
             declared = excluded.declared, updated_at = excluded.updated_at, enrollment = excluded.enrollment,
             mentor_circle = excluded.mentor_circle",
        tx.team(),
        to_json(&others, SETTINGS)?,
        recipe.map(Recipe::as_str),
        to_json(&wording, WORDING)?,
        declared,
        tx.now,
        to_json(&window, ENROLLMENT)?,
        circle
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

/// What an editable program.toml names from now on; none without one.
pub async fn set_file_lines(tx: &mut Tx, lines: Option<&Lines>) -> Result<()> {
    let lines = lines.map(|lines| to_json(lines, LINES)).transpose()?;
    tx.run(sql!(
        "update programs set file_lines = $1 where team_id = $2",
        lines,
        tx.team()
    ))
    .await?;
    tx.program_written();
    Ok(())
}

/// The enrollment window went on.
pub async fn set_enrollment(tx: &mut Tx, progress: Enrollment) -> Result<()> {
    let Some(program) = find(tx).await? else {
        return Ok(());
    };
    tx.run(sql!(
        "update programs set enrollment = $1 where team_id = $2",
        to_json(&Window::of(&program.settings, progress), ENROLLMENT)?,
        tx.team()
    ))
    .await?;
    tx.program_written();
    Ok(())
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
