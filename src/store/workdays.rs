//! When people work: their own hours, which stand beside their sealed profile, in the zone that Slack tells us.

use super::db::{AnyRow, Columns as _, Reading, Result, sql};
use crate::domain::ids::UserId;
use crate::domain::workday::{DayHours, Workday};
use jiff::tz::TimeZone;
use std::collections::HashMap;

/// When `user` works: their own hours, if they set some, in their zone, else in `fallback` (the program's).
pub async fn of(tx: &mut Reading, user: &UserId, fallback: &TimeZone) -> Result<Workday> {
    let found = sql!(
        "select (select zone from people where team_id = $1 and user_id = $2) as zone,
             (select day_starts from participants where team_id = $1 and user_id = $2) as day_starts,
             (select day_ends from participants where team_id = $1 and user_id = $2) as day_ends",
        tx.team(),
        user
    );
    workday(&tx.one(found).await?, fallback)
}

/// The same of everyone who takes or took part.
pub async fn all(tx: &mut Reading, fallback: &TimeZone) -> Result<HashMap<UserId, Workday>> {
    let all = sql!(
        "select q.user_id, p.zone, q.day_starts, q.day_ends from participants q
         left join people p on p.team_id = q.team_id and p.user_id = q.user_id where q.team_id = $1",
        tx.team()
    );
    let read = |_: &Reading, row: &AnyRow| Ok((row.get("user_id")?, workday(row, fallback)?));
    Ok(tx.read_all(all, read).await?.into_iter().collect())
}

fn workday(row: &AnyRow, fallback: &TimeZone) -> Result<Workday> {
    let zone: Option<String> = row.maybe("zone")?;
    let zone = zone.and_then(|name| TimeZone::get(&name).ok());
    Ok(Workday {
        zone: zone.unwrap_or_else(|| fallback.clone()),
        hours: own_hours(row)?.unwrap_or_default(),
    })
}

/// Somebody's own working hours, in a row that has their columns; none for the usual ones.
pub(super) fn own_hours(row: &AnyRow) -> Result<Option<DayHours>> {
    let minutes = |column| -> Result<Option<u16>> {
        let stored: Option<i64> = row.maybe(column)?;
        Ok(stored.and_then(|minutes| u16::try_from(minutes).ok()))
    };
    let (starts, ends) = (minutes("day_starts")?, minutes("day_ends")?);
    Ok(starts
        .zip(ends)
        .and_then(|(starts, ends)| DayHours::new(starts, ends)))
}
