//! The months of pairs.

use super::db::{Reading, Result, StoreError, Tx, instant};
use crate::domain::cycle::{Anchor, Cycle, State};
use crate::domain::ids::{CycleId, PairId, UserId};
use crate::domain::pair::Pair;
use jiff::Timestamp;
use sqlx::Row;
use sqlx::any::AnyRow;

const TABLE: &str = "cycles";

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "select id, pair_id, number, state, anchor_at, anchor_number, opened_at, closes_at, meets_at, plans,
             taken_up_at, proposed, held_at, closed_at from cycles ",
            $rest
        )
    };
}

/// Opens cycle `number` of a pair now; none when it has been opened before.
pub async fn create(
    tx: &mut Tx,
    pair: PairId,
    number: u8,
    anchor: Anchor,
    closes_at: Timestamp,
) -> Result<Option<CycleId>> {
    let (id, team, now) = (tx.new_id(), tx.team().to_string(), tx.now_ms());
    let done = sqlx::query(
        "insert into cycles (id, team_id, pair_id, number, state, anchor_at, anchor_number, opened_at, closes_at)
         values ($1, $2, $3, $4, 'open', $5, $6, $7, $8) on conflict do nothing",
    )
    .bind(id)
    .bind(team)
    .bind(pair.0)
    .bind(i64::from(number))
    .bind(anchor.at.as_millisecond())
    .bind(i64::from(anchor.number))
    .bind(now)
    .bind(closes_at.as_millisecond())
    .execute(tx.conn())
    .await?;
    Ok((done.rows_affected() == 1).then_some(CycleId(id)))
}

pub async fn find(tx: &mut Reading, id: CycleId) -> Result<Option<Cycle>> {
    let team = tx.team().to_string();
    let row = sqlx::query(select!("where team_id = $1 and id = $2"))
        .bind(team)
        .bind(id.0)
        .fetch_optional(tx.conn())
        .await?;
    row.map(|row| read(&row, 0)).transpose()
}

/// The cycles of a pair, first to last.
pub async fn of(tx: &mut Reading, pair: PairId) -> Result<Vec<Cycle>> {
    let rows = sqlx::query(select!("where pair_id = $1 order by number"))
        .bind(pair.0)
        .fetch_all(tx.conn())
        .await?;
    rows.iter().map(|row| read(row, 0)).collect()
}

/// The cycle of a pair that opened last.
pub async fn latest(tx: &mut Reading, pair: PairId) -> Result<Option<Cycle>> {
    let row = sqlx::query(select!("where pair_id = $1 order by number desc limit 1"))
        .bind(pair.0)
        .fetch_optional(tx.conn())
        .await?;
    row.map(|row| read(&row, 0)).transpose()
}

/// Notes the time chosen; false when there is nothing to arrange (any more). A month in which they met already stays
/// held, and its meeting to come can still be moved.
pub async fn plan(tx: &mut Tx, id: CycleId, at: Timestamp) -> Result<bool> {
    let now = tx.now_ms();
    let done = sqlx::query(
        "update cycles set state = case when state = 'held' then 'held' else 'planned' end, meets_at = $1, plans = plans + 1
         where id = $2 and closed_at is null
           and (state in ('open', 'sorting', 'planned') or (state = 'held' and meets_at > $3))",
    )
    .bind(at.as_millisecond())
    .bind(id.0)
    .bind(now)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes back the meeting to come of a month in which they met already; false when there is none (any more).
pub async fn call_off(tx: &mut Tx, id: CycleId) -> Result<bool> {
    let now = tx.now_ms();
    let done = sqlx::query(
        "update cycles set meets_at = null where id = $1 and state = 'held' and closed_at is null and meets_at > $2",
    )
    .bind(id.0)
    .bind(now)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A break had interrupted the month: what is to be arranged is asked afresh, as from `at` on.
pub async fn take_up(tx: &mut Tx, id: CycleId, at: Timestamp) -> Result<()> {
    sqlx::query(
        "update cycles set taken_up_at = $1, state = case when state = 'sorting' then 'open' else state end where id = $2",
    )
    .bind(at.as_millisecond())
    .bind(id.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Steps from one state to the next; false when the cycle was not in `from` (any more). A month that is skipped has no
/// meeting to come.
pub async fn step(tx: &mut Tx, id: CycleId, from: State, to: State) -> Result<bool> {
    debug_assert!(from.may_become(to), "{from:?} → {to:?}");
    let now = tx.now_ms();
    let done = sqlx::query(
        "update cycles set state = $1, held_at = case when $1 = 'held' then $2 else held_at end,
             meets_at = case when $1 = 'skipped' then null else meets_at end
         where id = $3 and state = $4",
    )
    .bind(to.as_str())
    .bind(now)
    .bind(id.0)
    .bind(from.as_str())
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Keeps the times that were proposed.
pub async fn propose(tx: &mut Tx, id: CycleId, slots: &[Timestamp]) -> Result<()> {
    let times: Vec<String> = slots
        .iter()
        .map(|at| at.as_millisecond().to_string())
        .collect();
    sqlx::query("update cycles set proposed = $1 where id = $2")
        .bind(times.join(" "))
        .bind(id.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

fn read_times(kept: Option<&str>) -> Vec<Timestamp> {
    let times = kept.unwrap_or_default().split_whitespace();
    times
        .filter_map(|at| at.parse().ok().map(instant))
        .collect()
}

/// The months that run in the other pairs of these two.
pub async fn beside(tx: &mut Reading, pair: &Pair) -> Result<Vec<Cycle>> {
    let team = tx.team().to_string();
    let rows = sqlx::query(select!(
        "where closed_at is null and pair_id in (select id from pairs where team_id = $1 and closed_at is null
             and id <> $2 and (mentor in ($3, $4) or mentee in ($3, $4)))"
    ))
    .bind(team)
    .bind(pair.id.0)
    .bind(pair.mentor.as_str())
    .bind(pair.mentee.as_str())
    .fetch_all(tx.conn())
    .await?;
    rows.iter().map(|row| read(row, 0)).collect()
}

/// Keeps the note somebody left when skipping, sealed.
pub async fn set_note(tx: &mut Tx, id: CycleId, note: &str) -> Result<()> {
    let sealed = tx.keys().seal(TABLE, &id.to_string(), note)?;
    sqlx::query("update cycles set note_sealed = $1 where id = $2")
        .bind(sealed)
        .bind(id.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// The note somebody left when skipping.
pub async fn note(tx: &mut Reading, id: CycleId) -> Result<Option<String>> {
    let row = sqlx::query("select note_sealed from cycles where id = $1")
        .bind(id.0)
        .fetch_optional(tx.conn())
        .await?;
    let sealed: Option<Option<String>> = row.map(|row| row.try_get(0)).transpose()?;
    let note = sealed
        .flatten()
        .map(|sealed| tx.keys().open(TABLE, &id.to_string(), &sealed));
    Ok(note.transpose()?)
}

/// Closes a cycle, as `silent` if nothing was said of it; false when it was closed before.
pub async fn close(tx: &mut Tx, id: CycleId, silent: State) -> Result<bool> {
    let now = tx.now_ms();
    let done = sqlx::query(
        "update cycles set closed_at = $1,
             state = case when state in ('open', 'sorting', 'planned') then $2 else state end
         where id = $3 and closed_at is null",
    )
    .bind(now)
    .bind(silent.as_str())
    .bind(id.0)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether the reminder of a meeting of `user` is still to be sent, and due before `before`.
pub async fn reminds_before(tx: &mut Reading, user: &UserId, before: Timestamp) -> Result<bool> {
    let team = tx.team().to_string();
    let row = sqlx::query(
        "select 1 from pairs p join cycles c on c.pair_id = p.id
           join timers t on t.team_id = p.team_id and t.kind = 'meeting_soon' and t.subject = cast(c.id as text)
         where p.team_id = $1 and (p.mentor = $2 or p.mentee = $2) and p.closed_at is null
           and c.closed_at is null and t.due_at < $3 limit 1",
    )
    .bind(team)
    .bind(user.as_str())
    .bind(before.as_millisecond())
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.is_some())
}

/// Forgets the notes of a pair's cycles.
pub async fn erase_notes(tx: &mut Tx, pair: PairId) -> Result<()> {
    sqlx::query("update cycles set note_sealed = null where pair_id = $1")
        .bind(pair.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// What pairs have said since a day about whether they met.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reported {
    /// Pairs of which somebody said that they met.
    pub met: u32,
    /// Pairs of which somebody said anything.
    pub reported: u32,
}

pub async fn reported_since(tx: &mut Reading, since: Timestamp) -> Result<Reported> {
    let team = tx.team().to_string();
    let row = sqlx::query(
        "select count(distinct case when state = 'held' then pair_id end), count(distinct pair_id) from cycles
         where team_id = $1 and reported_at >= $2",
    )
    .bind(team)
    .bind(since.as_millisecond())
    .fetch_one(tx.conn())
    .await?;
    let count = |at: usize| {
        row.try_get::<i64, _>(at)
            .map(|n| u32::try_from(n).unwrap_or(u32::MAX))
    };
    Ok(Reported {
        met: count(0)?,
        reported: count(1)?,
    })
}

/// How many meetings were ever held.
pub async fn held(tx: &mut Reading) -> Result<i64> {
    let team = tx.team().to_string();
    let row = sqlx::query("select count(*) from cycles where team_id = $1 and state = 'held'")
        .bind(team)
        .fetch_one(tx.conn())
        .await?;
    Ok(row.try_get(0)?)
}

/// The cycle in the columns from `first` on, in the order of `select!`.
pub(super) fn read(row: &AnyRow, first: usize) -> Result<Cycle> {
    let small = |at: usize| {
        row.try_get::<i64, _>(first + at)
            .map(|n| u8::try_from(n).unwrap_or(u8::MAX))
    };
    let moment = |at: usize| {
        row.try_get::<Option<i64>, _>(first + at)
            .map(|ms| ms.map(instant))
    };
    let state: String = row.try_get(first + 3)?;
    Ok(Cycle {
        id: CycleId(row.try_get(first)?),
        pair: PairId(row.try_get(first + 1)?),
        number: small(2)?,
        state: State::parse(&state).ok_or(StoreError::Unreadable("a cycle's state"))?,
        anchor: Anchor {
            at: instant(row.try_get(first + 4)?),
            number: small(5)?,
        },
        opened_at: instant(row.try_get(first + 6)?),
        closes_at: instant(row.try_get(first + 7)?),
        meets_at: moment(8)?,
        plans: row.try_get(first + 9)?,
        taken_up_at: moment(10)?,
        proposed: read_times(row.try_get::<Option<String>, _>(first + 11)?.as_deref()),
        held_at: moment(12)?,
        closed_at: moment(13)?,
    })
}
