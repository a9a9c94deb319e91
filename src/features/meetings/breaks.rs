//! Adapts a pair's months when a partner takes a break, returns, moves to another time zone, or works at other hours.

use super::change::{Change, change};
use super::closing::{close, earlier_and_open};
use super::month::{
    DAY, Month, away, month, not_now, on_break, tell_both, to_arrange, withdraw, workdays,
};
use super::{held, messages, timing};
use crate::domain::cadence::{Hours, after};
use crate::domain::card::Card;
use crate::domain::cycle::{State, TIME_TO_ANSWER};
use crate::domain::ids::{PairId, UserId};
use crate::domain::key::{Key, Topic};
use crate::domain::message::Message;
use crate::domain::pair::Pair;
use crate::domain::timer::Timer;
use crate::features::{Result, settings};
use crate::shared::{breaks, news};
use crate::store::outbox::{Lane, To, cards};
use crate::store::{Tx, cycles, outbox, pairs, timers};
use jiff::Timestamp;

pub async fn partner_changed(tx: &mut Tx, user: &UserId) -> Result<()> {
    for pair in pairs::open_of(tx, user).await? {
        if pair.runs() {
            follow(tx, &pair, Whose::Partner(user)).await?;
        }
    }
    Ok(())
}

/// Somebody moved to another time zone, or works at other hours: the timers of their months follow their clock, and nobody is told. The times on the
/// mentee's own buttons are those of their clock as it was, so that card no longer offers them.
pub async fn zone_changed(tx: &mut Tx, user: &UserId) -> Result<()> {
    for pair in pairs::open_of(tx, user).await? {
        let latest = cycles::latest(tx, pair.id).await?;
        let armed = timing::is_armed(tx, &pair, latest.as_ref()).await?;
        let Some(latest) = latest.filter(|_| pair.runs() && armed) else {
            continue;
        };
        if on_break(tx, &pair).await? {
            continue;
        }
        if let Some(month) = month(tx, latest.id).await? {
            let month = to_arrange(tx, month).await?;
            timing::arm(tx, &month).await?;
            if pair.mentee == *user {
                let own = [Lane::Person(user.clone())];
                cards::changed(tx, Card::Month(month.cycle.id), &own).await?;
            }
        }
    }
    Ok(())
}

/// Timer `ProgramBreak`: the whole program's break began or ended, and this pair follows when both are at work. Until then, only
/// its cards do: nothing is asked during a break, and what continues has a day's time.
pub async fn program_break(tx: &mut Tx, pair: PairId) -> Result<()> {
    let Some(pair) = pairs::find(tx, pair).await?.filter(Pair::runs) else {
        return Ok(());
    };
    match not_now(tx, &pair).await? {
        Some(at) => {
            cards_follow(tx, &pair).await?;
            Ok(timers::at(tx, &Timer::ProgramBreak(pair.id), at).await?)
        }
        None => follow(tx, &pair, Whose::Program).await,
    }
}

/// Whose break began or ended.
#[derive(Clone, Copy)]
enum Whose<'a> {
    Partner(&'a UserId),
    Program,
}

async fn follow(tx: &mut Tx, pair: &Pair, whose: Whose<'_>) -> Result<()> {
    let latest = cycles::latest(tx, pair.id).await?;
    let armed = timing::is_armed(tx, pair, latest.as_ref()).await?;
    let is_away = on_break(tx, pair).await?;
    let month = match &latest {
        Some(cycle) => month(tx, cycle.id).await?,
        None => None,
    };
    // Both see what follows, so it does not depend on what one of them has answered.
    let month = match month {
        Some(month) => Some(to_arrange(tx, month).await?),
        None => None,
    };
    let is_of_partner = matches!(whose, Whose::Partner(_));
    let program_follows = timers::due(tx, &Timer::ProgramBreak(pair.id))
        .await?
        .is_some();
    if is_away && armed {
        timing::disarm(tx, pair, latest.as_ref(), timing::Spare::Nothing).await?;
        if let Some(month) = &month {
            withdraw(tx, month).await?;
        }
    }
    // Also where their months did not rest: their cards may have shown a break that came and went while they were not at work.
    cards_follow(tx, pair).await?;
    match (is_away, armed) {
        (true, true) => {
            let message = match (whose, breaks::of_program(tx).await?) {
                (Whose::Program, Some(until)) => {
                    let zone = settings(tx).await?.zone();
                    messages::program_on_break(until, month.as_ref(), (&zone, tx.now))
                }
                // It is over already, but one of them has begun another.
                (Whose::Program, None) => messages::begins_later(&away(tx, pair).await?),
                (Whose::Partner(_), Some(until)) if program_follows => {
                    // The program's break began first, and it is that which they read of, by day.
                    let zone = settings(tx).await?.zone();
                    let words = messages::program_on_break(until, month.as_ref(), (&zone, tx.now));
                    return tell_later(tx, pair, words).await;
                }
                (Whose::Partner(user), _) => messages::on_break(user, month.as_ref(), tx.now),
            };
            say(tx, pair, message).await
        }
        // The break was over before their months rested for it.
        (false, true) => match month {
            Some(month) => {
                timing::arm(tx, &month).await?;
                next_is_due(tx, &month).await
            }
            None => Ok(()),
        },
        (false, false) => {
            if is_of_partner && program_follows {
                // The program's break is over, too, and it is that which they read of.
                return Ok(());
            }
            let goes_on = Box::pin(take_up(tx, pair, month)).await?;
            match whose {
                Whose::Partner(user) => tell_later(tx, pair, messages::back(user, goes_on)).await,
                Whose::Program => say(tx, pair, messages::program_goes_on(goes_on)).await,
            }
        }
        (true, false) => match whose {
            Whose::Partner(_) => Ok(()),
            Whose::Program => still_waits(tx, pair, month.as_ref()).await,
        },
    }
}

/// Their month came to its end while the program was on a break: the next one is not forgotten.
async fn next_is_due(tx: &mut Tx, month: &Month) -> Result<()> {
    let (pair, next) = (&month.pair, month.cycle.number + 1);
    let opening = timing::opening_of(pair.id, next);
    let is_set = timers::due(tx, &opening).await?.is_some();
    if month.cycle.closes_at > tx.now || next > pair.cycles || is_set {
        return Ok(());
    }
    let settings = settings(tx).await?;
    let soon = after(tx.now, DAY);
    let soon = Hours::from(&settings).next_shared(soon, &month.workdays);
    timing::set_opening(tx, pair, next, soon, month.zone()).await
}

/// The cards of months offer times to pick, but not during a break. They change whatever one of the two has answered, and so
/// do those of an earlier month that a late meeting keeps open.
async fn cards_follow(tx: &mut Tx, pair: &Pair) -> Result<()> {
    let months = cycles::of(tx, pair.id).await?.into_iter();
    for month in months.filter(|month| month.closed_at.is_none()) {
        cards::changed(tx, Card::Month(month.id), &pair.lanes()).await?;
    }
    Ok(())
}

/// Their months wait already. The program's break has another last day now, or it is over and one of them is still away: they
/// would wait for a day on which nothing continues.
async fn still_waits(tx: &mut Tx, pair: &Pair, month: Option<&Month>) -> Result<()> {
    let away = away(tx, pair).await?;
    let message = match (breaks::of_program(tx).await?, away.as_slice()) {
        (Some(until), []) => {
            let zone = settings(tx).await?.zone();
            messages::program_on_break(until, month, (&zone, tx.now))
        }
        (Some(_), _) | (None, []) => return Ok(()),
        (None, away) => messages::begins_later(away),
    };
    say(tx, pair, message).await
}

/// A pair's months would continue now if nobody were `away`; they continue when those return.
pub async fn begins_later(tx: &mut Tx, pair: &Pair, away: &[UserId]) -> Result<()> {
    let message = match breaks::of_program(tx).await? {
        Some(until) => {
            let zone = settings(tx).await?.zone();
            messages::program_on_break(until, None, (&zone, tx.now))
        }
        None => messages::begins_later(away),
    };
    say(tx, pair, message).await
}

/// Each change is a new message, even if a partner changes their mind often, because the last message must be true.
async fn say(tx: &mut Tx, pair: &Pair, message: Message) -> Result<()> {
    let key = change_of_break(tx, pair).await?;
    tell_both(tx, pair, &key, message).await
}

/// The same for the end of a break, which comes on its day: for both when they are at work.
async fn tell_later(tx: &mut Tx, pair: &Pair, message: Message) -> Result<()> {
    let key = change_of_break(tx, pair).await?;
    news::tell_both(tx, To::both(pair), &key, message).await?;
    Ok(())
}

/// The key of a new message, in place of an earlier one that they have not read yet.
async fn change_of_break(tx: &mut Tx, pair: &Pair) -> Result<Key> {
    outbox::withdraw(tx, Topic::Break(pair.id), &[Lane::Pair(pair.id)]).await?;
    Ok(Key::Break {
        pair: pair.id,
        id: tx.new_id(),
    })
}

/// After a break, continues the interrupted month if enough of it is left, otherwise opens the next one. Returns false when
/// no months are left.
async fn take_up(tx: &mut Tx, pair: &Pair, month: Option<Month>) -> Result<bool> {
    let settings = settings(tx).await?;
    let workdays = workdays(tx, pair).await?;
    // Not at once, because a person who returns reads other things first.
    let soon = after(tx.now, DAY);
    let soon = Hours::from(&settings).next_shared(soon, &workdays);
    if let Some(month) = &month {
        for earlier in earlier_and_open(tx, month).await? {
            comes_to_its_end(tx, earlier, soon).await?;
        }
    }
    if let Some(month) = &month
        && month.cycle.closed_at.is_none()
    {
        if month.cycle.outlasts_break(tx.now) {
            go_on(tx, month, soon).await?;
            return Ok(true);
        }
        asks_again(tx, month, soon).await?;
        close(tx, month, State::OnBreak).await?;
    }
    let next = month.map_or(1, |month| month.cycle.number + 1);
    if next > pair.cycles {
        return Ok(false);
    }
    timing::set_opening(tx, pair, next, soon, &workdays[0].zone).await?;
    Ok(true)
}

/// Continues the interrupted month. Questions that the break delayed are asked `soon`: for a time, or whether they met.
async fn go_on(tx: &mut Tx, before: &Month, soon: Timestamp) -> Result<()> {
    let (pair, cycle) = (&before.pair, &before.cycle);
    if cycle.is_ahead(tx.now) || !before.is_running() {
        if cycle.state == State::Skipped {
            // Nothing is arranged in it that would tell of the break.
            change(tx, before, Change::TakeUp(tx.now)).await?;
        }
        timing::arm(tx, before).await?;
        timing::remind_of_old_plan(tx, before).await?;
    } else {
        asks_again(tx, before, soon).await?;
        if cycle.state != State::Planned {
            timing::set_opening(tx, pair, cycle.number, soon, before.zone()).await?;
        }
    }
    if cycle.closes_at <= tx.now {
        // Only a meeting still ahead keeps it open, and the following steps wait for that meeting.
        timers::soon(tx, &Timer::CycleCloses(cycle.id)).await?;
        if cycle.number < pair.cycles {
            timing::set_opening(tx, pair, cycle.number + 1, soon, before.zone()).await?;
        }
    }
    Ok(())
}

/// A late meeting kept this month open while the next one already ran: they get their time to say how it went, and then it
/// closes.
async fn comes_to_its_end(tx: &mut Tx, month: Month, soon: Timestamp) -> Result<()> {
    let month = to_arrange(tx, month).await?;
    asks_again(tx, &month, soon).await?;
    let closes = after(soon, TIME_TO_ANSWER);
    timers::at(tx, &Timer::CycleCloses(month.cycle.id), closes).await?;
    Ok(())
}

/// What the break delayed is asked from `soon` on. If a planned time has passed, each partner who was not asked yet is asked
/// whether they met.
async fn asks_again(tx: &mut Tx, month: &Month, soon: Timestamp) -> Result<()> {
    change(tx, month, Change::TakeUp(soon)).await?;
    if month.cycle.state != State::Planned || month.cycle.is_ahead(tx.now) {
        return Ok(());
    }
    for user in month.pair.members() {
        if !outbox::has(tx, &held::question(month, user)).await? {
            let question = timing::question_to(month.cycle.id, user);
            timers::at(tx, &question, soon).await?;
        }
    }
    Ok(())
}
