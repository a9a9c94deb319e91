//! The whole program takes a break, until a day that an owner names: nobody is asked anything, no round is made, and months wait. Then
//! it goes on by itself. Each pair follows by a timer of its own, so that a large program takes no long transaction.

mod messages;
#[cfg(test)]
mod tests;

use super::{Reply, Result, owners_only, refuse, settings};
use crate::domain::cadence;
use crate::domain::happening::Happening;
use crate::domain::message::Message;
use crate::domain::timer::Timer;
use crate::shared::{breaks, enrollment, news, owners};
use crate::slack::event::{Actor, Answers};
use crate::store::timers::Due;
use crate::store::{Reading, Tx, audit, pairs, programs, timers};
use jiff::ToSpan;
use jiff::civil::Date;
use messages::DATE;

/// Asks until when.
pub async fn open(tx: &mut Reading, actor: &Actor) -> Result<Reply> {
    owners_only(tx, actor).await?;
    let zone = settings(tx).await?.zone();
    let until = breaks::of_program(tx).await?;
    let until = until.map(|at| cadence::say_day(at, &zone, tx.now));
    Ok(Reply::modal(messages::form(until.as_deref())))
}

/// The break begins, or its last day moves.
pub async fn begin(tx: &mut Tx, actor: &Actor, answers: &Answers) -> Result<Reply> {
    owners_only(tx, actor).await?;
    let zone = settings(tx).await?.zone();
    let today = cadence::local(tx.now, &zone).date();
    let day = match chosen(answers, today) {
        Ok(day) => day,
        Err(wrong) => return Ok(Reply::errors(vec![(DATE, wrong.to_owned())])),
    };
    let civil = day.at(cadence::DAY_STARTS, 0, 0, 0);
    let ends = cadence::at_local(civil, &zone);
    let before = programs::set_break(tx, Some(ends)).await?;
    let due = Due::Local {
        civil,
        zone: &zone,
        whose: None,
    };
    timers::set(tx, &Timer::ProgramGoesOn, &due).await?;
    enrollment::waits_for_break(tx).await?;
    audit::note(tx, &actor.user, "program_paused", "program").await?;
    if before != Some(ends) {
        let open = pairs::open_ids(tx).await?;
        for pair in &open {
            timers::soon(tx, &Timer::ProgramBreak(*pair)).await?;
        }
    }
    let until = cadence::say_day(ends, &zone, tx.now);
    tell_owners(tx, actor, &messages::told_owners(&actor.user, &until)).await?;
    Ok(Reply::modal(messages::begun(&until)).with_home())
}

fn chosen(answers: &Answers, today: Date) -> Result<Date, &'static str> {
    match answers.date(DATE) {
        None => Err(
            "Which day does it go on? A break without an end would let the program go quiet for good.",
        ),
        Some(day) if day <= today => Err("Pick a day in the future."),
        Some(day) if day > today.saturating_add(6.months()) => {
            Err("That's more than six months away. Pick an earlier day; you can move it later.")
        }
        Some(day) => Ok(day),
    }
}

/// An owner ends the break early.
pub async fn end(tx: &mut Tx, actor: &Actor) -> Result<Reply> {
    owners_only(tx, actor).await?;
    if breaks::of_program(tx).await?.is_none() {
        return refuse("The program isn't on a break, so there's nothing to resume.");
    }
    goes_on(tx).await?;
    audit::note(tx, &actor.user, "program_resumed", "program").await?;
    tell_owners(tx, actor, &messages::told_owners_resumed(&actor.user)).await?;
    Ok(Reply::say(messages::resumed()).with_home())
}

/// Timer `ProgramGoesOn`, or an owner: pairs go on one by one, each in the hours of its two, and people are matched again.
pub async fn goes_on(tx: &mut Tx) -> Result<()> {
    if programs::set_break(tx, None).await?.is_none() {
        return Ok(());
    }
    timers::cancel(tx, &Timer::ProgramGoesOn).await?;
    enrollment::waits_for_break(tx).await?;
    for pair in pairs::open_ids(tx).await? {
        timers::soon(tx, &Timer::ProgramBreak(pair)).await?;
    }
    tx.happens(Happening::ProgramGoesOn);
    Ok(())
}

async fn tell_owners(tx: &mut Tx, actor: &Actor, note: &Message) -> Result<()> {
    let owners = owners::acting(tx).await?.people;
    news::tell_owners(tx, &actor.user, owners, note).await
}
