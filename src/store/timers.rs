//! Timers are rows: one per kind and subject, moved rather than doubled, surviving restarts.

use super::db::{Result, Tx, instant};
use crate::domain::cadence;
use crate::domain::ids::{TeamId, UserId};
use crate::domain::timer::{Kind, Timer};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use sqlx::Row;

/// When a timer is due.
pub enum Due<'a> {
    /// At an instant, whatever anybody's clock says.
    At(Timestamp),
    /// At a wall-clock time where `whose` lives (or in the program's zone): moves when their zone does.
    Local {
        civil: DateTime,
        zone: &'a TimeZone,
        whose: Option<&'a UserId>,
    },
}

/// Sets (or moves) the timer `kind` of `subject`.
pub async fn set(tx: &mut Tx, kind: Kind, subject: &str, due: &Due<'_>) -> Result<()> {
    let (at, civil, zone_of) = match due {
        Due::At(at) => (*at, None, None),
        Due::Local { civil, zone, whose } => (
            cadence::at_local(*civil, zone),
            Some(civil.to_string()),
            Some(whose.map_or("program", UserId::as_str)),
        ),
    };
    let (id, team) = (tx.new_id(), tx.team().to_string());
    sqlx::query(
        "insert into timers (id, team_id, kind, subject, due_at, civil, zone_of) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (team_id, kind, subject) do update
         set due_at = excluded.due_at, civil = excluded.civil, zone_of = excluded.zone_of, attempts = 0",
    )
    .bind(id)
    .bind(team)
    .bind(kind.as_str())
    .bind(subject)
    .bind(at.as_millisecond())
    .bind(civil)
    .bind(zone_of)
    .execute(tx.conn())
    .await?;
    tx.timed |= at <= tx.now;
    Ok(())
}

/// Sets the timer at an instant. See [`set`].
pub async fn at(tx: &mut Tx, kind: Kind, subject: impl ToString, at: Timestamp) -> Result<()> {
    set(tx, kind, &subject.to_string(), &Due::At(at)).await
}

/// Sets the timer for now; one that is due already keeps its place.
pub async fn soon(tx: &mut Tx, kind: Kind, subject: impl ToString) -> Result<()> {
    let now = tx.now;
    by(tx, kind, subject, now).await
}

/// Sets the timer for `at`; one that is due earlier keeps its place. One that is due already becomes another row: whoever
/// is at work on it, outside any transaction, has not seen what it was set for now, and [`take`] leaves it to be run again.
pub async fn by(tx: &mut Tx, kind: Kind, subject: impl ToString, at: Timestamp) -> Result<()> {
    let (id, team, now) = (tx.new_id(), tx.team().to_string(), tx.now_ms());
    let done = sqlx::query(
        "insert into timers (id, team_id, kind, subject, due_at) values ($1, $2, $3, $4, $5)
         on conflict (team_id, kind, subject) do update
         set id = excluded.id, civil = null, zone_of = null,
             due_at = case when timers.due_at > excluded.due_at then excluded.due_at else timers.due_at end
         where timers.due_at > excluded.due_at or timers.due_at <= $6",
    )
    .bind(id)
    .bind(team)
    .bind(kind.as_str())
    .bind(subject.to_string())
    .bind(at.as_millisecond())
    .bind(now)
    .execute(tx.conn())
    .await?;
    tx.timed |= done.rows_affected() > 0;
    Ok(())
}

/// Cancels the timer, if it is set.
pub async fn cancel(tx: &mut Tx, kind: Kind, subject: impl ToString) -> Result<()> {
    let team = tx.team().to_string();
    sqlx::query("delete from timers where team_id = $1 and kind = $2 and subject = $3")
        .bind(team)
        .bind(kind.as_str())
        .bind(subject.to_string())
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// How many timers of a kind are set.
pub async fn count(tx: &mut Tx, kind: Kind) -> Result<i64> {
    let team = tx.team().to_string();
    let row = sqlx::query("select count(*) from timers where team_id = $1 and kind = $2")
        .bind(team)
        .bind(kind.as_str())
        .fetch_one(tx.conn())
        .await?;
    Ok(row.try_get(0)?)
}

/// When the timer is due, if it is set.
pub async fn due(tx: &mut Tx, kind: Kind, subject: impl ToString) -> Result<Option<Timestamp>> {
    let team = tx.team().to_string();
    let row =
        sqlx::query("select due_at from timers where team_id = $1 and kind = $2 and subject = $3")
            .bind(team)
            .bind(kind.as_str())
            .bind(subject.to_string())
            .fetch_optional(tx.conn())
            .await?;
    Ok(row.map(|row| row.try_get(0)).transpose()?.map(instant))
}

/// A timer that is due, by its row, and the workspace whose it is.
pub struct DueRow {
    pub id: i64,
    pub team: TeamId,
}

/// Which timers: those for which the matcher solves may take long, and are run beside the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    All,
    Solving,
    Others,
}

macro_rules! of_work {
    ($before:literal, $after:literal) => {
        concat!(
            $before,
            " ($1 = 'all' or $1 = case when kind in ('match', 'what_if') then 'solving' else 'others' end) ",
            $after
        )
    };
}

impl Work {
    fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Solving => "solving",
            Self::Others => "others",
        }
    }
}

/// Timers due by the transaction's instant, earliest first.
pub async fn list_due(tx: &mut Tx, work: Work, most: i64) -> Result<Vec<DueRow>> {
    let now = tx.now_ms();
    let rows = sqlx::query(of_work!(
        "select id, team_id from timers where",
        "and due_at <= $2 order by due_at, id limit $3"
    ))
    .bind(work.as_str())
    .bind(now)
    .bind(most)
    .fetch_all(tx.conn())
    .await?;
    rows.iter()
        .map(|row| {
            Ok(DueRow {
                id: row.try_get(0)?,
                team: TeamId(row.try_get(1)?),
            })
        })
        .collect()
}

/// The next instant at which a timer is due.
pub async fn next_due(tx: &mut Tx, work: Work) -> Result<Option<Timestamp>> {
    let row = sqlx::query(of_work!(
        "select due_at from timers where",
        "order by due_at limit 1"
    ))
    .bind(work.as_str())
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| row.try_get(0)).transpose()?.map(instant))
}

/// Takes a due timer off the list; none when another replica was quicker, or it has been moved or set again.
pub async fn take(tx: &mut Tx, id: i64) -> Result<Option<Timer>> {
    let now = tx.now_ms();
    let row = sqlx::query(
        "delete from timers where id = $1 and due_at <= $2 returning kind, subject, due_at",
    )
    .bind(id)
    .bind(now)
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else { return Ok(None) };
    let kind: String = row.try_get(0)?;
    let Some(kind) = Kind::parse(&kind) else {
        tracing::warn!(
            kind,
            "a timer of a kind this version does not know was dropped"
        );
        return Ok(None);
    };
    Ok(Some(Timer {
        kind,
        subject: row.try_get(1)?,
        due: instant(row.try_get(2)?),
    }))
}

/// A timer whose feature failed is tried again later: after one minute, two, four, … at most six hours.
pub async fn put_off(tx: &mut Tx, id: i64) -> Result<()> {
    let now = tx.now_ms();
    sqlx::query(
        "update timers set attempts = attempts + 1,
         due_at = $1 + case when attempts >= 9 then 21600000 else 60000 * (1 << cast(attempts as integer)) end
         where id = $2",
    )
    .bind(now)
    .bind(id)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Recomputes the instants of all timers tied to `whose` zone (a user id, or "program").
pub async fn zone_changed(tx: &mut Tx, whose: &str, zone: &TimeZone) -> Result<()> {
    let team = tx.team().to_string();
    let rows = sqlx::query("select id, civil from timers where team_id = $1 and zone_of = $2")
        .bind(team)
        .bind(whose)
        .fetch_all(tx.conn())
        .await?;
    for row in rows {
        let (id, civil): (i64, String) = (row.try_get(0)?, row.try_get(1)?);
        let Ok(civil) = civil.parse::<DateTime>() else {
            continue;
        };
        sqlx::query("update timers set due_at = $1 where id = $2")
            .bind(cadence::at_local(civil, zone).as_millisecond())
            .bind(id)
            .execute(tx.conn())
            .await?;
    }
    Ok(())
}
