//! Forgetting what is no longer needed.

use super::Result;
use crate::domain::cadence;
use crate::domain::ids::PairId;
use crate::domain::pair::State;
use crate::domain::timer::Kind;
use crate::store::timers::{self, Due};
use crate::store::{
    Tx, audit, checkins, cycles, inbox, limits, nudged, outbox, pairs, programs, reflections,
};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

const DAY: SignedDuration = SignedDuration::from_hours(24);
/// Slack retries within a day; three leave room for clocks that differ.
const INBOX_DAYS: i32 = 3;
/// As long as an owner may ask what became of a message.
const OUTBOX_DAYS: i32 = 30;
/// A year, and a little to look back on it.
const AUDIT_DAYS: i32 = 400;
/// Only today counts; a week also covers people who travel.
const NUDGED_DAYS: i32 = 7;
/// When it is done, on the program's clock: while people sleep.
const HOUR: i8 = 3;

/// Timer `Retention`, daily: prunes what was handled and sent, and sets the next.
pub async fn daily(tx: &mut Tx) -> Result<()> {
    let (inbox, outbox) = (ago(tx, INBOX_DAYS), ago(tx, OUTBOX_DAYS));
    let (audit, nudged) = (ago(tx, AUDIT_DAYS), ago(tx, NUDGED_DAYS));
    inbox::prune(tx, inbox).await?;
    outbox::prune(tx, outbox).await?;
    audit::prune(tx, audit).await?;
    limits::prune(tx).await?;
    nudged::prune(tx, cadence::local(nudged, &TimeZone::UTC).date()).await?;
    let zone = programs::find(tx)
        .await?
        .map_or(TimeZone::UTC, |program| program.settings.zone());
    let today = cadence::local(tx.now, &zone).date();
    let due = Due::Local {
        civil: today.tomorrow().unwrap_or(today).at(HOUR, 0, 0, 0),
        zone: &zone,
        whose: None,
    };
    timers::set(tx, Kind::Retention, "program", &due).await?;
    Ok(())
}

fn ago(tx: &Tx, days: i32) -> Timestamp {
    tx.now.saturating_sub(DAY * days).unwrap_or(Timestamp::MIN)
}

/// Timer `Erase`: the free text of a pair closed long ago.
pub async fn erase(tx: &mut Tx, pair: PairId) -> Result<()> {
    let closed = pairs::find(tx, pair)
        .await?
        .is_some_and(|pair| pair.state == State::Closed);
    if !closed {
        return Ok(());
    }
    cycles::erase_notes(tx, pair).await?;
    reflections::erase(tx, pair).await?;
    checkins::erase(tx, pair).await?;
    // Goals are free text, too: `store::agreements` joins here.
    Ok(())
}
