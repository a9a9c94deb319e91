//! Whoever says that they met is asked to sign, privately: on the next working day, since the goals were on the agenda, and once
//! more two weeks later. It follows each person's own word and nothing else, whatever was asked before and whenever the partner
//! says the same, so neither can tell from a question what the other answered.

use super::common::{BETWEEN, is_away, sheet, without_signature};
use super::release;
use crate::domain::cadence::{Hours, after};
use crate::domain::goals::REMINDERS;
use crate::domain::ids::{PairId, UserId};
use crate::domain::key::Key;
use crate::domain::pair::Pair;
use crate::domain::timer::Timer;
use crate::domain::workday::Workday;
use crate::features::{Result, settings};
use crate::shared::nudge::{self, Nudge, Outcome};
use crate::store::agreements::{self, Agreement};
use crate::store::outbox::{self, Kind, To};
use crate::store::{Reading, Tx, cycles, pairs, timers};

/// How often they are asked.
const ASKS: u8 = 2;

/// One of them says that they met.
pub async fn they_met(tx: &mut Tx, id: PairId, user: &UserId) -> Result<()> {
    let (Some(pair), Some(agreement)) = (
        pairs::find(tx, id).await?,
        agreements::latest(tx, id).await?,
    ) else {
        return Ok(());
    };
    // Only the first meeting leads to these questions.
    let is_first = cycles::said_they_met(tx, &pair, user).await?.len() == 1;
    let unsigned = without_signature(&pair, &agreement);
    if is_first && unsigned.contains(user) && follows(tx, &pair, &agreement, user).await? {
        begin(tx, &pair, &agreement, user).await?;
    }
    Ok(())
}

/// Whether what `user` is asked about this version follows a meeting: they had it before them when they first said that they met.
pub(super) async fn follows(
    tx: &mut Reading,
    pair: &Pair,
    agreement: &Agreement,
    user: &UserId,
) -> Result<bool> {
    let said = cycles::said_they_met(tx, pair, user).await?;
    Ok(said.first().is_some_and(|at| *at >= agreement.made_at))
}

/// Sets the first question, unless it was set or asked.
pub(super) async fn begin(
    tx: &mut Tx,
    pair: &Pair,
    agreement: &Agreement,
    user: &UserId,
) -> Result<()> {
    for asked in 0..ASKS {
        let is_asked = outbox::has(tx, &key(agreement, user, asked)).await?;
        let timer = timer(pair.id, user, asked);
        if is_asked || timers::due(tx, &timer).await?.is_some() {
            return Ok(());
        }
    }
    let settings = settings(tx).await?;
    let day = Workday::usual(settings.zone());
    let next = Hours::from(&settings).working_day_after(tx.now, &day);
    Ok(timers::at(tx, &timer(pair.id, user, 0), next).await?)
}

/// Timer `SignAfterMeeting`: asks, if they have not signed. Nothing is asked while one of them is on a break.
pub async fn ask_to_sign(tx: &mut Tx, id: PairId, user: &UserId, asked: u8) -> Result<()> {
    let pair = pairs::find(tx, id).await?;
    let pair = pair.filter(|pair| pair.runs() && pair.has(user));
    let (Some(pair), Some(agreement)) = (pair, agreements::latest(tx, id).await?) else {
        return Ok(());
    };
    let unsigned = without_signature(&pair, &agreement);
    if !unsigned.contains(user) || !follows(tx, &pair, &agreement, user).await? {
        return Ok(());
    }
    let timer = timer(id, user, asked);
    if is_away(tx, &pair).await? {
        let later = after(tx.now, release::WAITS);
        return Ok(timers::at(tx, &timer, later).await?);
    }
    let key = key(&agreement, user, asked);
    let settings = settings(tx).await?;
    let nudge = Nudge {
        kind: Kind::Unsigned,
        key,
        to: To::Person(user.clone()),
        people: vec![user.clone()],
        message: sheet(tx, &pair, agreement, &settings).await?.reminder(user),
        stale_at: nudge::ASKED_ONCE,
        timer,
    };
    let again = asked + 1;
    if nudge::send_or_wait(tx, nudge).await? == Outcome::Sent && again < ASKS {
        let next = after(tx.now, BETWEEN);
        timers::at(tx, &self::timer(id, user, again), next).await?;
    }
    Ok(())
}

fn timer(pair: PairId, user: &UserId, asked: u8) -> Timer {
    Timer::SignAfterMeeting {
        pair,
        user: user.clone(),
        asked,
    }
}

/// The reminders that follow no meeting come before these.
fn key(agreement: &Agreement, user: &UserId, asked: u8) -> Key {
    Key::Unsigned {
        pair: agreement.pair,
        version: agreement.version,
        reminded: REMINDERS + i64::from(asked),
        user: user.clone(),
    }
}
