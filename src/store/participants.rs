//! Who takes part. The whole profile is sealed: topics and wishes are nobody's business but matching's.

use super::db::{Reading, Result, StoreError, Tx, instant};
use super::seal::Keys;
use crate::domain::ids::{TeamId, UserId};
use crate::domain::participant::{Participant, Profile, Standing};
use jiff::Timestamp;
use sqlx::Row;
use sqlx::any::AnyRow;

const TABLE: &str = "participants";

pub async fn find(tx: &mut Reading, user: &UserId) -> Result<Option<Participant>> {
    let team = tx.team().to_string();
    let row = sqlx::query(
        "select user_id, standing, profile_sealed, paused_until, waiting_since, joined_at
         from participants where team_id = $1 and user_id = $2",
    )
    .bind(team)
    .bind(user.as_str())
    .fetch_optional(tx.conn())
    .await?;
    row.map(|row| participant(tx.keys(), tx.team(), &row))
        .transpose()
}

/// Everyone who ever joined and was not erased, by user id.
pub async fn all(tx: &mut Reading) -> Result<Vec<Participant>> {
    let team = tx.team().to_string();
    let rows = sqlx::query(
        "select user_id, standing, profile_sealed, paused_until, waiting_since, joined_at
         from participants where team_id = $1 order by user_id",
    )
    .bind(team)
    .fetch_all(tx.conn())
    .await?;
    rows.iter()
        .map(|row| participant(tx.keys(), tx.team(), row))
        .collect()
}

/// How many take part, and how many of them wait for a partner; for owners, without opening any profile.
pub async fn count(tx: &mut Reading) -> Result<(i64, i64)> {
    let team = tx.team().to_string();
    let row = sqlx::query(
        "select count(*), count(case when standing = 'active' then waiting_since end) from participants
         where team_id = $1 and standing in ('active', 'paused')",
    )
    .bind(team)
    .fetch_one(tx.conn())
    .await?;
    Ok((row.try_get(0)?, row.try_get(1)?))
}

/// Saves a profile and makes its person active, unless they are paused; true when they were not taking part before.
/// `before` is their row as it is, `room` whether they can take (another) partner: then they wait for one.
pub async fn save(
    tx: &mut Tx,
    user: &UserId,
    profile: &Profile,
    before: Option<&Participant>,
    room: bool,
) -> Result<bool> {
    let before = before.filter(|one| matches!(one.standing, Standing::Active | Standing::Paused));
    let standing = before.map_or(Standing::Active, |one| one.standing);
    let joined_at = before.map_or(tx.now, |one| one.joined_at);
    let waiting_since = room.then(|| before.and_then(|one| one.waiting_since).unwrap_or(tx.now));
    let (team, now) = (tx.team().to_string(), tx.now_ms());
    let text = serde_json::to_string(profile).map_err(|_| StoreError::Unreadable("a profile"))?;
    let sealed = tx.keys().seal(TABLE, &format!("{team}/{user}"), &text)?;
    sqlx::query(
        "insert into participants (team_id, user_id, standing, profile_sealed, waiting_since, joined_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (team_id, user_id) do update
         set profile_sealed = excluded.profile_sealed, updated_at = excluded.updated_at, standing = excluded.standing,
             joined_at = excluded.joined_at, waiting_since = excluded.waiting_since, before_standing = null,
             paused_until = case when excluded.standing = 'paused' then participants.paused_until end",
    )
    .bind(team)
    .bind(user.as_str())
    .bind(standing.as_str())
    .bind(sealed)
    .bind(waiting_since.map(Timestamp::as_millisecond))
    .bind(joined_at.as_millisecond())
    .bind(now)
    .execute(tx.conn())
    .await?;
    Ok(before.is_none())
}

pub async fn standing(tx: &mut Reading, user: &UserId) -> Result<Option<Standing>> {
    let team = tx.team().to_string();
    let row = sqlx::query("select standing from participants where team_id = $1 and user_id = $2")
        .bind(team)
        .bind(user.as_str())
        .fetch_optional(tx.conn())
        .await?;
    let Some(row) = row else { return Ok(None) };
    let text: String = row.try_get(0)?;
    Standing::parse(&text)
        .map(Some)
        .ok_or(StoreError::Unreadable("a standing"))
}

pub async fn set_standing(
    tx: &mut Tx,
    user: &UserId,
    to: Standing,
    paused_until: Option<Timestamp>,
) -> Result<()> {
    let (team, now) = (tx.team().to_string(), tx.now_ms());
    sqlx::query(
        "update participants set standing = $1, paused_until = $2, updated_at = $3, before_standing = null
         where team_id = $4 and user_id = $5",
    )
    .bind(to.as_str())
    .bind(paused_until.map(Timestamp::as_millisecond))
    .bind(now)
    .bind(team)
    .bind(user.as_str())
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Slack says that somebody cannot take part. Where they stood is kept, with the day of a pause and since when they waited.
pub async fn bar(tx: &mut Tx, user: &UserId) -> Result<()> {
    let (team, now) = (tx.team().to_string(), tx.now_ms());
    sqlx::query(
        "update participants set before_standing = standing, standing = 'ineligible', updated_at = $1
         where team_id = $2 and user_id = $3 and standing in ('active', 'paused')",
    )
    .bind(now)
    .bind(team)
    .bind(user.as_str())
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// They can take part again, as they did before; a pause whose day has come meanwhile is over.
pub async fn unbar(tx: &mut Tx, user: &UserId) -> Result<()> {
    let (team, now) = (tx.team().to_string(), tx.now_ms());
    sqlx::query(
        "update participants set updated_at = $1, before_standing = null,
             standing = case when before_standing = 'paused' and (paused_until is null or paused_until > $1)
                 then 'paused' else 'active' end,
             paused_until = case when paused_until > $1 then paused_until end
         where team_id = $2 and user_id = $3 and standing = 'ineligible'",
    )
    .bind(now)
    .bind(team)
    .bind(user.as_str())
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Notes since when somebody waits for a partner (none: not waiting).
pub async fn set_waiting(tx: &mut Tx, user: &UserId, since: Option<Timestamp>) -> Result<()> {
    let team = tx.team().to_string();
    sqlx::query("update participants set waiting_since = $1 where team_id = $2 and user_id = $3")
        .bind(since.map(Timestamp::as_millisecond))
        .bind(team)
        .bind(user.as_str())
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Somebody who takes part asks for a (further) partner. Who waits already keeps their place; who is paused waits once
/// they are back.
pub async fn wants_partner(tx: &mut Tx, user: &UserId) -> Result<()> {
    let (team, now) = (tx.team().to_string(), tx.now_ms());
    sqlx::query(
        "update participants set waiting_since = coalesce(waiting_since, $1)
         where team_id = $2 and user_id = $3 and standing in ('active', 'paused')",
    )
    .bind(now)
    .bind(team)
    .bind(user.as_str())
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The participant whose columns a row begins with.
pub(super) fn participant(keys: &Keys, team: &TeamId, row: &AnyRow) -> Result<Participant> {
    let user: String = row.try_get(0)?;
    let standing: String = row.try_get(1)?;
    let sealed: String = row.try_get(2)?;
    let text = keys.open(TABLE, &format!("{team}/{user}"), &sealed)?;
    Ok(Participant {
        user: UserId(user),
        standing: Standing::parse(&standing).ok_or(StoreError::Unreadable("a standing"))?,
        profile: serde_json::from_str(&text).map_err(|_| StoreError::Unreadable("a profile"))?,
        paused_until: row.try_get::<Option<i64>, _>(3)?.map(instant),
        waiting_since: row.try_get::<Option<i64>, _>(4)?.map(instant),
        joined_at: instant(row.try_get(5)?),
    })
}
