//! The whole program takes a break, until a day that an owner names: nobody is asked anything, no round is made, and months wait. Then
//! it goes on by itself. Each pair follows by a timer of its own, so that a large program takes no long transaction.

mod messages;
#[cfg(test)]
mod tests;

use super::{Reply, Result, owners_only, refuse, settings};
use crate::domain::cadence;
use crate::domain::happening::Happening;
use crate::domain::ids::UserId;
use crate::domain::key::Noted;
use crate::domain::message::Message;
use crate::domain::timer::Timer;
use crate::domain::workday::DayHours;
use crate::shared::{breaks, enrollment, news, owners, recurring};
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
    let has_window = enrollment::window(tx).await?.is_some();
    Ok(Reply::modal(messages::form(until.as_deref(), has_window)))
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
    let civil = DayHours::USUAL.starts_on(day);
    let ends = cadence::at_local(civil, &zone);
    let before = programs::set_break(tx, Some(ends)).await?;
    let due = Due::Local {
        civil,
        zone: &zone,
        whose: None,
    };
    timers::set(tx, &Timer::ProgramGoesOn, &due).await?;
    enrollment::waits_for_break(tx, before).await?;
    audit::note(tx, &actor.user, "program_paused", "program").await?;
    let until = cadence::say_day(ends, &zone, tx.now);
    if before != Some(ends) {
        let open = pairs::open_ids(tx).await?;
        for pair in &open {
            timers::soon(tx, &Timer::ProgramBreak(*pair)).await?;
        }
        let what = match before {
            None => News::Begins,
            Some(_) => News::Moves,
        };
        let note = messages::told_owners(&actor.user, &until);
        tell_owners(tx, actor, what, &note).await?;
    }
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
    resume(tx).await?;
    audit::note(tx, &actor.user, "program_resumed", "program").await?;
    let note = messages::told_owners_resumed(&actor.user);
    tell_owners(tx, actor, News::Ends, &note).await?;
    Ok(Reply::say(messages::resumed()).with_home())
}

/// Timer `ProgramGoesOn`: its day has come. Owners who have not read of the break need not any more.
pub async fn goes_on(tx: &mut Tx) -> Result<()> {
    for owner in owners::acting(tx).await?.people {
        unread(tx, &owner).await?;
    }
    resume(tx).await
}

/// Ends a break whose moment has come, before something else that is due at the same moment runs into it.
pub async fn ends_first(tx: &mut Tx) -> Result<()> {
    let until = breaks::of_program(tx).await?;
    if until.is_some_and(|until| until <= tx.now) {
        goes_on(tx).await?;
    }
    Ok(())
}

/// Pairs go on one by one, each in the hours of its two, and people are matched again.
async fn resume(tx: &mut Tx) -> Result<()> {
    let before = programs::set_break(tx, None).await?;
    if before.is_none() {
        return Ok(());
    }
    timers::cancel(tx, &Timer::ProgramGoesOn).await?;
    enrollment::waits_for_break(tx, before).await?;
    for pair in pairs::open_ids(tx).await? {
        timers::soon(tx, &Timer::ProgramBreak(pair)).await?;
    }
    if enrollment::window(tx).await?.is_some() {
        // A first match that waited for the old end need not any more.
        let settings = settings(tx).await?;
        let (schedule, zone) = (&settings.round_schedule, settings.zone());
        recurring::set_scheduled(tx, &Timer::Round, schedule, &zone).await?;
    }
    tx.happens(Happening::ProgramGoesOn);
    Ok(())
}

/// What becomes of the break.
#[derive(Clone, Copy)]
enum News {
    Begins,
    /// Until another day.
    Moves,
    Ends,
}

/// Each of the others reads what is true now: what they have not read yet is taken back, and of a break that is over before they
/// read of it they hear nothing.
async fn tell_owners(tx: &mut Tx, actor: &Actor, what: News, note: &Message) -> Result<()> {
    for owner in owners::acting(tx).await?.people {
        let is_new = unread(tx, &owner).await?;
        if owner == actor.user {
            continue;
        }
        let about = match what {
            News::Begins => Noted::BreakBegins,
            News::Moves if is_new => Noted::BreakBegins,
            News::Ends if is_new => continue,
            News::Moves | News::Ends => Noted::Break,
        };
        news::tell_owner(tx, &owner, about, note.clone()).await?;
    }
    Ok(())
}

/// Takes back what an owner has not read of the break; true if they have not read that there is one.
async fn unread(tx: &mut Tx, owner: &UserId) -> Result<bool> {
    news::take_back(tx, owner, Noted::Break).await?;
    let begins = news::take_back(tx, owner, Noted::BreakBegins).await?;
    Ok(!begins.is_empty())
}
