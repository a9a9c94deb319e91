//! The end of a month, or of all months of a pair.

use super::change::{Change, change};
use super::messages;
use super::month::{self, DAY, Month, on_break, tell_both, wanted_later};
use super::timing;
use crate::domain::cadence::after;
use crate::domain::card::Card;
use crate::domain::checkin;
use crate::domain::cycle::{Cycle, State};
use crate::domain::happening::Happening;
use crate::domain::ids::{CycleId, PairId};
use crate::domain::key::{Key, Topic};
use crate::domain::pair::{self, Pair};
use crate::domain::timer::Timer;
use crate::features::Result;
use crate::shared::{LAST_MONTH, news};
use crate::store::checkins::{self, Checkin};
use crate::store::outbox::{Kind, To, cards};
use crate::store::{Reading, Tx, cycles, outbox, pairs, timers};

/// Timer `CycleCloses`: the month is over, in any state.
pub async fn closes(tx: &mut Tx, cycle: CycleId) -> Result<()> {
    let timer = Timer::CycleCloses(cycle);
    let Some(month) = wanted_later(tx, cycle, &timer).await? else {
        return Ok(());
    };
    let until = month.cycle.open_until(tx.now);
    if until > tx.now {
        return Ok(timers::at(tx, &timer, until).await?);
    }
    close(tx, &month, month.cycle.silence()).await
}

/// Closes the month, and after the last month the pair's cycles. No earlier month outlives it.
pub async fn close(tx: &mut Tx, month: &Month, silent: State) -> Result<()> {
    let (pair, number) = (month.pair.id, month.cycle.number);
    for earlier in earlier_and_open(tx, month).await? {
        let silent = earlier.cycle.silence();
        close_one(tx, &earlier, silent).await?;
    }
    if !close_one(tx, month, silent).await? {
        return Ok(());
    }
    if number >= month.pair.cycles
        && month.pair.runs()
        && pairs::step(tx, pair, month.pair.state, pair::State::Closing).await?
    {
        // The end of their cohort has come by itself; should they go on, that is no longer meant.
        timers::cancel(tx, &Timer::LastMonth(pair)).await?;
        tx.happens(Happening::CyclesDone(pair));
    }
    Ok(())
}

async fn close_one(tx: &mut Tx, month: &Month, silent: State) -> Result<bool> {
    let (pair, number) = (month.pair.id, month.cycle.number);
    let closed = change(tx, month, Change::Close(silent)).await?.is_some();
    if closed {
        tx.happens(Happening::CycleClosed { pair, number });
    }
    Ok(closed)
}

/// The months before this one that a late meeting still keeps open.
pub async fn earlier_and_open(tx: &mut Reading, latest: &Month) -> Result<Vec<Month>> {
    let mut open = Vec::new();
    for cycle in cycles::of(tx, latest.pair.id).await? {
        if cycle.number < latest.cycle.number && cycle.closed_at.is_none() {
            open.extend(month::month(tx, cycle.id).await?);
        }
    }
    Ok(open)
}

/// Timer `LastMonth`: their cohort ends. A month that is open goes on to its end, of which both read when they are at
/// work; between two months, the closing comes at once.
pub async fn last_month(tx: &mut Tx, pair: PairId) -> Result<()> {
    let Some(pair) = pairs::find(tx, pair).await?.filter(Pair::runs) else {
        return Ok(());
    };
    let latest = cycles::latest(tx, pair.id).await?;
    if begins_later(tx, &pair, latest.as_ref()).await? {
        // There is nothing to look back on before their next month, which will be their last.
        let again = after(tx.now, DAY);
        return Ok(timers::at(tx, &Timer::LastMonth(pair.id), again).await?);
    }
    let is_open = latest
        .as_ref()
        .is_some_and(|month| month.closed_at.is_none());
    let number = latest.as_ref().map_or(1, |month| month.number);
    let is_shorter = pairs::shorten(tx, pair.id, number).await?;
    timers::cancel(tx, &timing::opening_of(pair.id, number.saturating_add(1))).await?;
    if let Some(month) = latest.as_ref().filter(|_| is_open) {
        if is_shorter {
            for card in [Card::Month(month.id), Card::Agreement(pair.id)] {
                cards::changed(tx, card, &pair.lanes()).await?;
            }
        }
        let key = Key::LastMonth {
            pair: pair.id,
            number,
        };
        if outbox::has(tx, &key).await? {
            return Ok(());
        }
        let later = if on_break(tx, &pair).await? {
            Some(after(tx.now, DAY))
        } else {
            news::suits_both_later(tx, &pair.members()).await?
        };
        if let Some(at) = later {
            return Ok(timers::at(tx, &Timer::LastMonth(pair.id), at).await?);
        }
        return tell_both(tx, &pair, &key, LAST_MONTH.into()).await;
    }
    timing::disarm(tx, &pair, latest.as_ref(), timing::Spare::Opening).await?;
    if pairs::step(tx, pair.id, pair.state, pair::State::Closing).await? {
        tx.happens(Happening::CyclesDone(pair.id));
    }
    Ok(())
}

/// Whether a month is ahead for which the two wait: the first, after a break, or the next, because both have just chosen to
/// go on.
async fn begins_later(tx: &mut Reading, pair: &Pair, latest: Option<&Cycle>) -> Result<bool> {
    if let Some(latest) = latest {
        let asked = checkins::of(tx, pair.id).await?;
        let is_term =
            |one: &Checkin| one.kind == checkin::Kind::Closing && one.number == latest.number;
        return Ok(latest.closed_at.is_some() && asked.iter().any(is_term));
    }
    let follows = timers::due(tx, &Timer::ProgramBreak(pair.id)).await?;
    Ok(follows.is_some() || on_break(tx, pair).await? || timing::is_armed(tx, pair, None).await?)
}

/// The pair is over: cancels all its timers and waiting messages.
pub async fn ended(tx: &mut Tx, pair: PairId) -> Result<()> {
    let Some(pair) = pairs::find(tx, pair).await? else {
        return Ok(());
    };
    let latest = cycles::latest(tx, pair.id).await?;
    timing::disarm(tx, &pair, latest.as_ref(), timing::Spare::Nothing).await?;
    let lanes = pair.lanes();
    // A late meeting keeps a month open while the next one runs, and an earlier month may not have been answered for.
    for cycle in cycles::of(tx, pair.id).await? {
        outbox::withdraw(tx, Topic::Cycle(cycle.id), &lanes).await?;
        if cycle.closed_at.is_none() {
            cards::changed(tx, Card::Month(cycle.id), &lanes).await?;
        }
        cards::changed(tx, Card::DidYouMeet(cycle.id), &lanes).await?;
    }
    Ok(())
}

/// Whoever is to read that their pair is over: a meeting that was still ahead leaves their calendar behind those words. They stand in
/// the group DM, or where one of the two is gone, with the other alone.
pub async fn leaves_calendars(tx: &mut Tx, pair: PairId) -> Result<()> {
    let Some(pair) = pairs::find(tx, pair).await? else {
        return Ok(());
    };
    for cycle in cycles::of(tx, pair.id).await? {
        let Some(at) = cycle.meets_at.filter(|_| cycle.is_ahead(tx.now)) else {
            continue;
        };
        let Some(month) = month::month(tx, cycle.id).await? else {
            continue;
        };
        for (to, words) in last_words(tx, &pair).await? {
            let file = messages::canceled_file(&month, at, tx.now);
            news::share_behind(tx, to, (Kind::CalendarFile, file), &words).await?;
        }
    }
    Ok(())
}

/// Where the end of a pair is read, and the key of those words.
async fn last_words(tx: &mut Reading, pair: &Pair) -> Result<Vec<(To, Key)>> {
    let farewell = Key::EndedBoth(pair.id);
    if outbox::has(tx, &farewell).await? {
        return Ok(vec![(To::both(pair), farewell)]);
    }
    let mut alone = Vec::new();
    for user in pair.members() {
        let key = Key::Ended {
            pair: pair.id,
            user: user.clone(),
        };
        if outbox::has(tx, &key).await? {
            alone.push((To::Person(user.clone()), key));
        }
    }
    Ok(alone)
}
