//! What owners read for themselves once a week: whom to look after, and what to mend.

use super::messages::{self, Report};
use super::week;
use crate::domain::cadence::Hours;
use crate::domain::ids::UserId;
use crate::domain::program::Settings;
use crate::domain::timer::Kind as Timing;
use crate::features::{Result, deliveries};
use crate::store::outbox::{self, Kind, To};
use crate::store::rounds::Fate;
use crate::store::{Tx, digests, people, programs, rounds, timers};
use jiff::{SignedDuration, Timestamp};
use std::collections::HashSet;

const DAY: SignedDuration = SignedDuration::from_hours(24);
const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Slack is asked about everybody once a week, and answers within the hour when it answers at all.
const UNHEARD: SignedDuration = SignedDuration::from_hours(9 * 24);

/// Timer `Companion`, subject the owner: goes out once a week, in their working hours.
pub async fn companion(tx: &mut Tx, owner: &UserId) -> Result<()> {
    let Some(program) = programs::find(tx).await? else {
        return Ok(());
    };
    let settings = program.settings;
    let person = people::find(tx, owner).await?;
    if !settings.is_owner(owner) || person.is_some_and(|person| person.deleted) {
        return Ok(());
    }
    let zone = people::zone_or(tx, owner, &settings.zone()).await?;
    let hours = Hours::from(&settings);
    let opens = hours.next_open(tx.now, &zone);
    if opens > tx.now {
        return Ok(timers::at(tx, Timing::Companion, owner, opens).await?);
    }
    let key = format!("companion/{owner}/{}", week(tx.now, &settings.zone()));
    if outbox::has(tx, &key).await? {
        return Ok(());
    }
    let message = messages::companion(&gather(tx, &settings, owner).await?);
    // If Slack cannot be reached it may wait until the day's end, not into the night.
    let expires = hours.closes(tx.now, &[zone]);
    let to = To::Person(owner.clone());
    outbox::post(tx, to, Kind::Companion, &key, message, Some(expires)).await?;
    Ok(())
}

/// What holds now. An owner reads nothing about a pair of their own: they would learn what their partner did.
async fn gather(tx: &mut Tx, settings: &Settings, owner: &UserId) -> Result<Report> {
    let now = tx.now;
    let ago = |span| now.saturating_sub(span).unwrap_or(Timestamp::MIN);
    let mut quiet = digests::quiet(tx).await?;
    quiet.retain(|pair| pair.mentor != *owner && pair.mentee != *owner);
    let mut unsigned = digests::unsigned(tx, ago(WEEK)).await?;
    unsigned.retain(|pair| pair.mentor != *owner && pair.mentee != *owner);
    let mut failed = outbox::failed_since(tx, ago(WEEK)).await?;
    failed.retain(|failed| deliveries::is_worth_telling(&failed.lane));
    let mut unmatched = match digests::last_run(tx).await? {
        Some(round) => rounds::unmatched(tx, round).await?,
        None => Vec::new(),
    };
    let waiting: HashSet<UserId> = digests::waiting(tx).await?.into_iter().collect();
    unmatched.retain(|(user, _)| waiting.contains(user));
    let mut to_approve = Vec::new();
    for round in rounds::proposed(tx).await? {
        let pairs = rounds::proposals(tx, round.id).await?;
        let open = pairs.iter().filter(|pair| pair.fate == Fate::Open).count();
        to_approve.push((round, open));
    }
    Ok(Report {
        name: settings.name.clone(),
        quiet,
        unsigned,
        to_approve,
        unmatched,
        failed,
        not_found: digests::not_found(tx, ago(DAY), ago(UNHEARD)).await?,
        zone: settings.zone(),
        now,
    })
}
