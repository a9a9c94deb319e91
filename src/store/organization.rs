//! The organization from the owners' file. Everything about a person in it is sealed.

use super::db::{Columns as _, Reading, Result, Sealed, Tx, sql};
use crate::domain::ids::{TeamId, UserId};
use crate::domain::organization::{Entry, People};
use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;

/// A list that has not come in again for so many days is forgotten.
pub const KEPT_DAYS: i32 = 400;
/// Owners read of that so many days before.
const TOLD_DAYS: i32 = 60;
const DAY: SignedDuration = SignedDuration::from_hours(24);

const ENTRY: Sealed = Sealed {
    table: "organization",
    what: "an entry of the organization",
};

/// Everybody in it.
pub async fn all(tx: &mut Reading) -> Result<People> {
    let all = sql!(
        "select person, entry_sealed from organization where team_id = $1 order by person",
        tx.team()
    );
    let people = tx.read_all(all, |tx, row| {
        let (key, sealed): (UserId, String) = (row.get("person")?, row.get("entry_sealed")?);
        let entry: Entry = ENTRY.open(tx.keys(), place(tx.team(), &key), &sealed)?;
        Ok((key, entry))
    });
    Ok(people.await?.into_iter().collect())
}

pub async fn find(tx: &mut Reading, person: &UserId) -> Result<Option<Entry>> {
    let sealed: Option<String> = tx
        .maybe(sql!(
            "select entry_sealed from organization where team_id = $1 and person = $2",
            tx.team(),
            person
        ))
        .await?;
    let open = |sealed: String| ENTRY.open(tx.keys(), place(tx.team(), person), &sealed);
    sealed.map(open).transpose()
}

/// Whose manager is whom, as far as the file says; people who report to nobody are their own.
pub async fn managers(tx: &mut Reading) -> Result<HashMap<UserId, UserId>> {
    let people = all(tx).await?.into_iter();
    let managers = people.filter_map(|(key, entry)| Some((key, entry.manager?)));
    Ok(managers.collect())
}

/// The number of people in it.
pub async fn count(tx: &mut Reading) -> Result<i64> {
    let count = sql!(
        "select count(*) from organization where team_id = $1",
        tx.team()
    );
    Ok(tx.maybe(count).await?.unwrap_or(0))
}

/// Puts `after` in place of what there is (`before`), writing what differs. All of it counts as heard now.
pub async fn replace(tx: &mut Tx, before: &People, after: &People) -> Result<()> {
    for person in before.keys().filter(|person| !after.contains_key(person)) {
        tx.run(sql!(
            "delete from organization where team_id = $1 and person = $2",
            tx.team(),
            person
        ))
        .await?;
    }
    for (person, entry) in after {
        if before.get(person) == Some(entry) {
            continue;
        }
        set(tx, person, entry).await?;
    }
    tx.run(sql!(
        "update organization set imported_at = $1 where team_id = $2",
        tx.now,
        tx.team()
    ))
    .await?;
    Ok(())
}

/// Writes what is said of one person. Somebody who is in the list already was heard of when the list came in.
pub async fn set(tx: &mut Tx, person: &UserId, entry: &Entry) -> Result<()> {
    let sealed = ENTRY.seal(tx.keys(), place(tx.team(), person), entry)?;
    tx.run(sql!(
        "insert into organization (team_id, person, entry_sealed, imported_at) values ($1, $2, $3, $4)
         on conflict (team_id, person) do update set entry_sealed = excluded.entry_sealed",
        tx.team(),
        person,
        sealed,
        tx.now
    ))
    .await?;
    Ok(())
}

/// When the list is forgotten, if that is soon.
pub async fn ends_soon(tx: &mut Reading) -> Result<Option<Timestamp>> {
    let heard = sql!(
        "select imported_at from organization where team_id = $1 order by imported_at limit 1",
        tx.team()
    );
    let heard: Option<Timestamp> = tx.maybe(heard).await?;
    let ends = heard.and_then(|heard| heard.saturating_add(DAY * KEPT_DAYS).ok());
    Ok(ends.filter(|ends| ends.duration_since(tx.now) <= DAY * TOLD_DAYS))
}

/// What an entry is sealed for, within its table.
fn place(team: &TeamId, person: &UserId) -> String {
    format!("{team}/{person}")
}
