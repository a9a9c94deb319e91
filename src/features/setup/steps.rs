//! A program is set up in three steps. What is filled in is kept between them, and saved with the last.

use super::beginning::first;
use super::messages::By;
use super::rights::{Right, right};
use super::{changes, messages, named, read, views, when};
use crate::domain::from_recipe::{self, is_chosen};
use crate::domain::happening::Happening;
use crate::domain::ids::UserId;
use crate::domain::program::Settings;
use crate::domain::settings_part::Part;
use crate::features::{Reply, Result};
use crate::shared::look_up;
use crate::slack::event::{Actor, Answers};
use crate::store::{Reading, Tx, audit, programs, setup_drafts, workspaces};

/// The first step, with what was filled in before.
pub(super) async fn open(tx: &mut Reading, actor: &Actor) -> Result<Reply> {
    show(tx, actor, Part::WhatAndWho).await
}

async fn show(tx: &mut Reading, actor: &Actor, part: Part) -> Result<Reply> {
    let settings = so_far(tx, &actor.user).await?;
    let after = when::after(tx, &settings).await?;
    Ok(Reply::page(views::step(part, &settings, after)))
}

/// A step was submitted: the next one follows, or the program begins.
pub async fn step(tx: &mut Tx, actor: &Actor, part: Part, answers: &Answers) -> Result<Reply> {
    if let Some(refused) = refused(tx, actor).await? {
        return Ok(refused);
    }
    let before = so_far(tx, &actor.user).await?;
    let settings = match read::settings(part, answers, &before, &actor.user, tx.now) {
        Ok(settings) => settings,
        Err(problems) => return Ok(Reply::errors(problems)),
    };
    let mut settings = settings;
    if settings.recipe != before.recipe {
        // What nobody has chosen is the recipe's.
        let typed = settings.clone();
        settings = from_recipe::filled(settings, |part| is_chosen(part, &typed));
    }
    let defaults = first(tx, &actor.user).await?;
    let newly = named::newly(&settings, &defaults);
    let (problems, unknown) = look_up::check(tx, &newly).await?;
    if !problems.is_empty() && part.has(Part::WhatAndWho) {
        return Ok(Reply::errors(problems));
    }
    if let Some(next) = part.next() {
        setup_drafts::save(tx, &actor.user, &settings).await?;
        return show(tx, actor, next).await;
    }
    // They were picked in an earlier step, and Slack has told us of them since.
    let barred = look_up::all_barred(tx, &newly).await?;
    let mut left_out = unknown.clone();
    left_out.extend(
        barred
            .iter()
            .map(|(as_what, one, _)| (*as_what, one.clone())),
    );
    named::without(&mut settings, &left_out, &defaults, &actor.user);
    let asked = look_up::ask_all(tx, &actor.user, unknown).await?;
    programs::save(tx, &settings, false).await?;
    setup_drafts::forget(tx).await?;
    audit::note(tx, &actor.user, "settings_saved", "program").await?;
    tx.happens(Happening::SettingsChanged);
    changes::begun(tx, By::Owner(&actor.user), &settings).await?;
    let after = when::after(tx, &settings).await?;
    let bot = workspaces::find(tx).await?.map(|found| found.bot_user);
    let started = messages::started(&settings, bot.as_ref(), &asked, &barred, after);
    Ok(Reply::modal(started).with_home())
}

/// Back from a step, with what stands in it. What cannot be read yet stays where it is.
pub async fn back(tx: &mut Tx, actor: &Actor, from: Part, typed: &Answers) -> Result<Reply> {
    if let Some(refused) = refused(tx, actor).await? {
        return Ok(refused);
    }
    let before = so_far(tx, &actor.user).await?;
    match read::settings(from, typed, &before, &actor.user, tx.now) {
        Ok(settings) => setup_drafts::save(tx, &actor.user, &settings).await?,
        Err(problems) => {
            return Ok(Reply::modal(messages::not_yet(&problems)));
        }
    }
    show(tx, actor, from.before().unwrap_or(from)).await
}

/// Why somebody may not go on; none if they may.
async fn refused(tx: &mut Tx, actor: &Actor) -> Result<Option<Reply>> {
    let program = programs::find(tx).await?;
    if let Some(program) = &program {
        // Somebody else was faster, or a file declares it.
        let page = if program.declared {
            messages::notice(messages::declared())
        } else {
            messages::notice(messages::set_up_already())
        };
        return Ok(Some(Reply::page(page)));
    }
    let text = match right(tx, None, &actor.user).await? {
        Right::No => messages::admins_only(),
        Right::Asking => messages::one_moment(),
        Right::Yes => return Ok(None),
    };
    Ok(Some(Reply::page(messages::notice(text))))
}

/// What somebody has filled in so far, from the defaults on.
pub(super) async fn so_far(tx: &mut Reading, user: &UserId) -> Result<Settings> {
    match setup_drafts::find(tx, user).await? {
        Some(draft) => Ok(draft),
        None => first(tx, user).await,
    }
}
