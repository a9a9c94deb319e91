//! Starts and edits the program: in a modal, or declared in a file.

mod beginning;
mod by_file;
mod changes;
mod channels;
mod file;
mod means;
mod messages;
mod moved;
mod named;
mod read;
mod recipe_views;
mod recipes;
mod rights;
mod steps;
#[cfg(test)]
mod tests;
mod views;
mod when;
mod worded;

pub use named::looked_up;
pub use recipes::{open_recipes, show_recipe, take_recipe};
pub use steps::{back, step};
pub use worded::{open_worded, reworded, save_worded, show_worded, worded_looked, words};

use super::{Reply, Result, nothing_changed, refuse};
use crate::domain::declared::{self, Declared};
use crate::domain::enrollment::Window;
use crate::domain::happening::Happening;
use crate::domain::ids::UserId;
use crate::domain::program::Settings;
use crate::domain::settings_part::Part;
use crate::domain::timer::{Purpose, Timer};
use crate::domain::zones;
use crate::md;
use crate::shared::{breaks, enrollment, look_up, recurring};
use crate::slack::event::{Actor, Answers};
use crate::slack::words::Md;
use crate::store::{Tx, audit, participants, people, programs, timers};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rights::{Right, right};

/// `/reverse-mentor setup`, for workspace admins and owners: the parts of the settings, or the first step of a new program.
pub async fn open(tx: &mut Tx, actor: &Actor) -> Result<Reply> {
    let found = match allowed(tx, actor).await? {
        Ok(found) => found,
        Err(text) => return Ok(Reply::say(text)),
    };
    match found {
        Some(settings) => Ok(Reply::page(views::overview(&settings))),
        None => steps::open(tx, actor).await,
    }
}

/// The form of one part.
pub async fn edit(tx: &mut Tx, actor: &Actor, part: Part) -> Result<Reply> {
    let found = match allowed(tx, actor).await? {
        Ok(found) => found,
        Err(text) => return Ok(Reply::page(messages::notice(text))),
    };
    let Some(settings) = found else {
        return steps::open(tx, actor).await;
    };
    let after = when::after(tx, &settings).await?;
    let lines = programs::find(tx)
        .await?
        .and_then(|program| program.file_lines);
    let file = lines.map(|lines| declared::from_file(&settings, &lines));
    Ok(Reply::page(views::form(
        (part, means::mark(&settings)),
        &settings,
        after,
        &file.unwrap_or_default(),
    )))
}

/// The program's settings (none before there is a program), for those who may change them in Slack; or why not.
async fn allowed(tx: &mut Tx, actor: &Actor) -> Result<Result<Option<Settings>, Md>> {
    let found = programs::find(tx).await?;
    if found.as_ref().is_some_and(|program| program.declared) {
        return Ok(Err(messages::declared()));
    }
    let settings = found.map(|program| Settings::clone(&program.settings));
    Ok(match right(tx, settings.as_ref(), &actor.user).await? {
        Right::No => Err(messages::admins_only()),
        Right::Asking => Err(messages::one_moment()),
        Right::Yes => Ok(settings),
    })
}

/// A form of settings was submitted. `seen`: they have read what these changes mean; `was`: the mark of the settings as they were when
/// it was opened.
pub async fn submitted(
    tx: &mut Tx,
    actor: &Actor,
    (part, seen, was): (Part, Option<u64>, Option<u64>),
    answers: &Answers,
) -> Result<Reply> {
    let before = match allowed(tx, actor).await? {
        Ok(Some(before)) => before,
        Ok(None) => return steps::open(tx, actor).await,
        Err(text) => return Ok(Reply::modal(messages::notice(text))),
    };
    let mut settings = match read::settings(part, answers, &before, &actor.user, tx.now) {
        Ok(settings) => settings,
        Err(problems) => return Ok(Reply::errors(problems)),
    };
    let (problems, unknown) = look_up::check(tx, &named::newly(&settings, &before)).await?;
    if !problems.is_empty() {
        return Ok(Reply::errors(problems));
    }
    let after = when::after(tx, &settings).await?;
    let everyone = participants::all(tx).await?;
    let listed = moved::listed(tx, &before, &settings).await?;
    let gone = moved::gone(&before, &settings, &everyone, &listed);
    if gone.len() > moved::QUESTIONS {
        return Ok(Reply::errors(vec![messages::too_many_gone(gone.len())]));
    }
    let mut means = means::of(tx, &before, &settings, &everyone).await?;
    if was.is_some_and(|was| was != means::mark(&before)) {
        means.saved_meanwhile(changes::lines(&before, &settings));
    }
    let moves = moved::answered(&gone, answers, &settings);
    let Some(moves) = moves.filter(|_| means.is_read(seen)) else {
        let questions = moved::questions(&settings, &gone, answers, settings.minimum_group);
        return Ok(Reply::modal(means.form(
            (part, was),
            questions,
            (&settings, after),
        )));
    };
    if settings.support_contact != before.support_contact {
        look_up::picked_another(tx, &actor.user, Purpose::Contact).await?;
    }
    let names_themselves = settings.owners.contains(&actor.user);
    named::without(&mut settings, &unknown, &before, &actor.user);
    let stands_in = !names_themselves && settings.owners.contains(&actor.user);
    let asked = look_up::ask_all(tx, &actor.user, unknown).await?;
    moved::apply(tx, &everyone, listed, &moves).await?;
    if save(tx, &settings, false).await? {
        audit::note(tx, &actor.user, "settings_saved", "program").await?;
        tx.happens(Happening::SettingsChanged);
        changes::tell(tx, messages::By::Owner(&actor.user), &before, &settings).await?;
    } else if asked.is_empty() && moves.is_empty() {
        return Ok(Reply::modal(nothing_changed()));
    }
    Ok(Reply::modal(messages::saved(&settings, (&asked, stands_in), after)).with_home())
}

/// Stores the settings; true when they differ from what was there. Those who wait for a first match on another day hear so.
async fn save(tx: &mut Tx, settings: &Settings, declared: bool) -> Result<bool> {
    let when =
        |window: Option<Window>| window.map(|window| (window.first_match, window.at)).unzip();
    let before: (Option<Date>, Option<Timestamp>) = when(enrollment::window(tx).await?);
    let changed = programs::save(tx, settings, declared).await?;
    let after = when(enrollment::window(tx).await?);
    if changed && after.0 != before.0 {
        enrollment::date_moved(tx).await?;
    } else if changed && after.1 != before.1 {
        // The same day at another hour, which only those who are introduced then read.
        enrollment::introductions_follow(tx).await?;
    }
    Ok(changed)
}

/// Options for the modal's search menus (time zones).
pub fn options(field: &str, typed: &str) -> Reply {
    let found = match field {
        "time_zone" => zones::find(typed),
        _ => Vec::new(),
    };
    let options = found.into_iter().map(|zone| (zone.shown, zone.name));
    Reply {
        options: Some(options.collect()),
        ..Reply::default()
    }
}

/// Applies a program.toml that declares the program. Idempotent.
pub async fn declared(tx: &mut Tx, settings: Settings) -> Result<()> {
    take_over(tx, settings, true, messages::By::File).await
}

async fn take_over(
    tx: &mut Tx,
    settings: Settings,
    declared: bool,
    by: messages::By<'_>,
) -> Result<()> {
    let before = programs::find(tx).await?.map(|program| program.settings);
    let over = settings.over(before.as_deref(), tx.now);
    if let Some((field, problem)) = settings.check().into_iter().chain(over).next() {
        return refuse(md!("{}: {}", field, problem));
    }
    if save(tx, &settings, declared).await? {
        let file = UserId::from("program.toml");
        audit::note(tx, &file, "settings_declared", "program").await?;
        tx.happens(Happening::SettingsChanged);
        if let Some(before) = before {
            let people = by_file::people_follow(tx, &before, &settings).await?;
            changes::tell_with(tx, by, (&before, &settings), people).await?;
        }
    }
    Ok(())
}

/// A program.toml, at each start. An editable one is the beginning, and what owners changed stands above it.
pub async fn from_file(tx: &mut Tx, file: &Declared) -> Result<()> {
    let is_first = programs::find(tx).await?.is_none();
    applies(tx, file).await?;
    if is_first {
        // Its owners know from whoever wrote the file; the contact may not, and somebody in trouble may write to them.
        changes::contact_hears(tx, messages::By::File, None, &file.settings).await?;
    }
    Ok(())
}

async fn applies(tx: &mut Tx, file: &Declared) -> Result<()> {
    if !file.editable {
        declared(tx, file.settings.clone()).await?;
        return Ok(programs::set_file_lines(tx, None).await?);
    }
    let before = programs::find(tx).await?;
    let (settings, by) = match &before {
        Some(before) => {
            // A program that began in Slack, or ran without the file for a while, has no marks: the lines that are there count.
            let known = before.file_lines.clone().unwrap_or_default();
            match file.over(&before.settings, &known) {
                Some(both) => (both, messages::By::File),
                None => (file.settings.clone(), messages::By::FileAlone),
            }
        }
        None => (file.settings.clone(), messages::By::File),
    };
    take_over(tx, settings, false, by).await?;
    Ok(programs::set_file_lines(tx, Some(&file.lines())).await?)
}

/// No file declares the program anymore: it can be edited in Slack again, starting from the file's settings.
pub async fn released(tx: &mut Tx) -> Result<()> {
    if let Some(program) = programs::find(tx).await?
        && program.declared
    {
        programs::save(tx, &program.settings, false).await?;
    }
    Ok(programs::set_file_lines(tx, None).await?)
}

/// The settings changed: resets the schedules.
pub async fn changed(tx: &mut Tx) -> Result<()> {
    let Some(program) = programs::find(tx).await? else {
        return Ok(());
    };
    let settings = program.settings;
    let zone = settings.zone();
    timers::zone_changed(tx, "program", &zone).await?;
    for user in people::in_the_programs_zone(tx).await? {
        timers::zone_changed(tx, user.as_str(), &zone).await?;
        breaks::end_follows(tx, &user).await?;
        tx.happens(Happening::ZoneChanged(user));
    }
    // A break ends in the morning of the new zone.
    let goes_on = timers::due(tx, &Timer::ProgramGoesOn).await?;
    if program.break_until.is_some() && goes_on.is_some_and(|at| program.break_until != Some(at)) {
        let before = programs::set_break(tx, goes_on).await?;
        enrollment::waits_for_break(tx, before).await?;
    }
    // Rolling programs look as a whole as often, for those who are still without a partner.
    reschedule(tx, &Timer::Round, &settings.round_schedule, &zone).await?;
    // The owners' private companion is also sent without a channel.
    reschedule(tx, &Timer::Digest, &settings.digest_schedule, &zone).await?;
    recurring::set_retention(tx, &zone).await?;
    timers::soon(tx, &Timer::Directory).await?;
    Ok(())
}

/// The process has started: restores the timers of a program that lost them (a restored backup, an older version).
pub async fn started(tx: &mut Tx) -> Result<()> {
    if timers::due(tx, &Timer::Retention).await?.is_none() {
        changed(tx).await?;
    }
    timers::look_again(tx).await?;
    tx.happens(Happening::ProgramStarted);
    replan(tx).await
}

/// Resets recurring timers that are later than their next occurrence: they were set while a clock was ahead, and the
/// program would do nothing until then.
pub async fn replan(tx: &mut Tx) -> Result<()> {
    if let Some(program) = programs::find(tx).await? {
        recurring::replan(tx, &program.settings).await?;
    }
    Ok(())
}

/// Moves a timer to the schedule's next time. A timer that is due stays, so that changing the program's name
/// in the minute of a round does not skip the round.
async fn reschedule(tx: &mut Tx, timer: &Timer, schedule: &str, zone: &TimeZone) -> Result<()> {
    let due = timers::due(tx, timer).await?;
    if due.is_some_and(|at| at <= tx.now) {
        return Ok(());
    }
    if !recurring::set_scheduled(tx, timer, schedule, zone).await? {
        timers::cancel(tx, timer).await?;
    }
    Ok(())
}
