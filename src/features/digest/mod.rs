//! The weekly digest for everybody, and its private companion for owners.
//!
//! The digest has figures that never reveal one person (`domain::digest`); the companion has names and states.
//! Neither has anybody's own words.

mod about_figures;
mod companion;
mod example;
mod messages;
mod pairs;
mod part;
mod preview;
mod report;
mod stand_ins;
#[cfg(test)]
mod tests;

pub use companion::{companion, companion_unsent};
pub use example::example;
pub use preview::preview;

use super::{Result, next_match, settings};
use crate::domain::cadence::{self, Hours};
use crate::domain::digest::Published;
use crate::domain::ids::ChannelId;
use crate::domain::key::Key;
use crate::domain::timer::Timer;
use crate::domain::trend::{self, Trend};
use crate::domain::week::IsoWeek;
use crate::shared::{breaks, digest_now, owners, recurring};
use crate::store::outbox::{self, Chart, ChartUpload, Kind, To, What};
use crate::store::timers::Due;
use crate::store::{Tx, digests, falls, figures, timers, workdays};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// A digest that was delayed for this long is dropped, because the next one is near.
const STALE: SignedDuration = SignedDuration::from_hours(2 * 24);

/// Timer `Digest`: posts it, starts the owners' companions, and sets the next one.
pub async fn weekly(tx: &mut Tx) -> Result<()> {
    let settings = settings(tx).await?;
    let schedule = &settings.digest_schedule;
    recurring::set_scheduled(tx, &Timer::Digest, schedule, &settings.zone()).await?;
    if breaks::of_program(tx).await?.is_some() {
        return Ok(());
    }
    if let Some(channel) = &settings.digest_channel {
        publish(tx, channel).await?;
    }
    let admins = stand_ins::readers(tx).await?;
    for owner in owners::living(tx).await?.into_iter().chain(admins) {
        let day = workdays::of(tx, &owner, &settings.zone()).await?;
        let opens = Hours::from(&settings).next_open(tx.now, &day);
        let due = Due::Local {
            civil: cadence::local(opens, &day.zone),
            zone: &day.zone,
            whose: Some(&owner),
        };
        let companion = Timer::Companion {
            owner: owner.clone(),
            week: Some(week(tx.now, &settings.zone())),
        };
        timers::set(tx, &companion, &due).await?;
    }
    Ok(())
}

/// Posts this week's digest, once, if it has anything to say.
async fn publish(tx: &mut Tx, channel: &ChannelId) -> Result<()> {
    let settings = settings(tx).await?;
    let week = week(tx.now, &settings.zone());
    let last = digests::last(tx, 1).await?.pop();
    if last.as_ref().is_some_and(|(last, _)| *last == week) {
        return Ok(());
    }
    let published = digest_now::figures(tx).await?;
    if digest_now::confidence(tx)
        .await?
        .0
        .is_none_or(|change| change >= 0)
    {
        falls::forget(tx).await?;
    }
    if !published.has_figures() {
        return Ok(());
    }
    if !digests::save(tx, week, &published).await? {
        return Ok(());
    }
    figures::keep(tx, published.held()).await?;
    let next = next_match(tx).await?;
    let trend = trend(tx, channel, week, &published).await?;
    let what = What::Post {
        to: To::Channel(channel.clone()),
        message: messages::digest(&settings, &published, trend.as_ref(), &next),
        chart: trend.map(|trend| Chart {
            trend,
            file: ChartUpload::NotYet,
        }),
        reservation: None,
        passes_on: None,
    };
    let expires = tx.now.saturating_add(STALE).unwrap_or(Timestamp::MAX);
    let key = Key::Digest(week);
    outbox::push(tx, Kind::Digest, &key, &what, Some(expires)).await?;
    Ok(())
}

/// The chart's data: this week, and the digests that this channel has read.
async fn trend(
    tx: &mut Tx,
    channel: &ChannelId,
    week: IsoWeek,
    published: &Published,
) -> Result<Option<Trend>> {
    let back = SignedDuration::from_hours(i64::from(trend::WEEKS) * 7 * 24);
    let since = tx.now.saturating_sub(back).unwrap_or(Timestamp::MIN);
    let told = digests::told(tx, channel, since).await?;
    Ok(Trend::of(week, published, &told))
}

/// The calendar week in the program's zone.
fn week(at: Timestamp, zone: &TimeZone) -> IsoWeek {
    IsoWeek::of(cadence::local(at, zone).date())
}
