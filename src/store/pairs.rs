//! Pairs, open and closed.

use super::db::{AnyRow, Columns as _, Reading, Result, Sealed, Tx, sql};
use crate::domain::happening::Ending;
use crate::domain::ids::{ChannelId, PairId, RoundId, UserId};
use crate::domain::pair::{Pair, State};
use jiff::Timestamp;

const REASONS: Sealed = Sealed {
    table: "pairs",
    what: "reasons",
};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "select id, round_id, mentor, mentee, state, channel_id, reasons_sealed, cycles, created_at, started_at,
             closed_at, closed_why from pairs ",
            $rest
        )
    };
}

/// Makes a pair; none when these two are already together (the semantic key against doubled requests).
pub async fn create(
    tx: &mut Tx,
    round: RoundId,
    (mentor, mentee): (&UserId, &UserId),
    reasons: &[String],
    cycles: u8,
) -> Result<Option<PairId>> {
    let id = PairId(tx.new_id());
    // They quote what people wish for.
    let reasons = REASONS.seal(tx.keys(), id, reasons)?;
    let created = tx.changes(sql!(
        "insert into pairs (id, team_id, round_id, mentor, mentee, state, reasons_sealed, cycles, created_at, started_at)
         values ($1, $2, $3, $4, $5, 'introduced', $6, $7, $8, $8)
         on conflict (team_id, mentor, mentee) where closed_at is null do nothing",
        id, tx.team(), round, mentor, mentee, reasons, cycles, tx.now
    ));
    Ok(created.await?.then_some(id))
}

pub async fn find(tx: &mut Reading, id: PairId) -> Result<Option<Pair>> {
    let found = sql!(select!("where team_id = $1 and id = $2"), tx.team(), id);
    tx.read_first(found, pair).await
}

/// Whether these two are or ever were a pair, whoever mentored whom.
pub async fn between(tx: &mut Reading, a: &UserId, b: &UserId) -> Result<bool> {
    tx.any(sql!(
        "select id from pairs where team_id = $1
         and ((mentor = $2 and mentee = $3) or (mentor = $3 and mentee = $2)) limit 1",
        tx.team(),
        a,
        b
    ))
    .await
}

/// The open pairs of a person, oldest first.
pub async fn open_of(tx: &mut Reading, user: &UserId) -> Result<Vec<Pair>> {
    let open = sql!(
        select!(
            "where team_id = $1 and (mentor = $2 or mentee = $2) and closed_at is null order by id"
        ),
        tx.team(),
        user
    );
    tx.read_all(open, pair).await
}

/// The pairs of a person, open and closed, oldest first.
pub async fn of(tx: &mut Reading, user: &UserId) -> Result<Vec<Pair>> {
    let theirs = sql!(
        select!("where team_id = $1 and (mentor = $2 or mentee = $2) order by id"),
        tx.team(),
        user
    );
    tx.read_all(theirs, pair).await
}

/// Open pairs that an earlier release introduced and whose months have not begun: it waited for their signatures.
pub async fn without_months(tx: &mut Reading) -> Result<Vec<Pair>> {
    let waiting = sql!(
        select!(
            "where team_id = $1 and state = 'introduced'
               and not exists (select 1 from cycles c where c.pair_id = pairs.id) order by id"
        ),
        tx.team()
    );
    tx.read_all(waiting, pair).await
}

/// All pairs that are not over, oldest first.
pub async fn open(tx: &mut Reading) -> Result<Vec<Pair>> {
    let open = sql!(
        select!("where team_id = $1 and closed_at is null order by id"),
        tx.team()
    );
    tx.read_all(open, pair).await
}

/// The pairs that ended at `since` or later, in any way, oldest first.
pub async fn closed_since(tx: &mut Reading, since: Timestamp) -> Result<Vec<Pair>> {
    let closed = sql!(
        select!("where team_id = $1 and closed_at >= $2 order by id"),
        tx.team(),
        since
    );
    tx.read_all(closed, pair).await
}

/// The ids of all pairs that are not over, oldest first.
pub async fn open_ids(tx: &mut Reading) -> Result<Vec<PairId>> {
    tx.values(sql!(
        "select id from pairs where team_id = $1 and closed_at is null order by id",
        tx.team()
    ))
    .await
}

/// The ids of those whose months run, oldest first.
pub async fn running_ids(tx: &mut Reading) -> Result<Vec<PairId>> {
    tx.values(sql!(
        "select id from pairs where team_id = $1 and state in ('introduced', 'active') order by id",
        tx.team()
    ))
    .await
}

/// How many pairs are open.
pub async fn count_open(tx: &mut Reading) -> Result<i64> {
    tx.value(sql!(
        "select count(*) from pairs where team_id = $1 and closed_at is null",
        tx.team()
    ))
    .await
}

/// How many pairs are open, over all workspaces: for metrics.
pub async fn count_open_everywhere(tx: &mut Reading) -> Result<i64> {
    tx.value(sql!("select count(*) from pairs where closed_at is null"))
        .await
}

/// All pairs there ever were, oldest first.
pub async fn all(tx: &mut Reading) -> Result<Vec<Pair>> {
    let all = sql!(select!("where team_id = $1 order by id"), tx.team());
    tx.read_all(all, pair).await
}

/// Steps from one state to the next; false when the pair was not in `from` (any more).
pub async fn step(tx: &mut Tx, id: PairId, from: State, to: State) -> Result<bool> {
    debug_assert!(from.may_become(to), "{from:?} → {to:?}");
    tx.changes(sql!(
        "update pairs set state = $1, started_at = case when $1 = 'active' then coalesce(started_at, $2) else started_at end
         where id = $3 and state = $4",
        to, tx.now, id, from
    ))
    .await
}

/// Closes a pair; false when it was closed before.
pub async fn close(tx: &mut Tx, id: PairId, why: Ending) -> Result<bool> {
    tx.changes(sql!(
        "update pairs set state = 'closed', closed_at = $1, closed_why = $2 where id = $3 and closed_at is null",
        tx.now, why, id
    ))
    .await
}

/// The pair's group DM, whatever the transaction's workspace.
pub async fn channel(tx: &mut Reading, id: PairId) -> Result<Option<ChannelId>> {
    tx.maybe(sql!("select channel_id from pairs where id = $1", id))
        .await
}

/// Slack no longer knows the group DM: it will be opened afresh.
pub async fn forget_channel(tx: &mut Tx, id: PairId) -> Result<()> {
    tx.run(sql!("update pairs set channel_id = null where id = $1", id))
        .await?;
    Ok(())
}

/// Gives a pair whose cycles are over `more` of them; false when it was not closing (any more).
pub async fn extend(tx: &mut Tx, id: PairId, more: u8) -> Result<bool> {
    tx.changes(sql!(
        "update pairs set state = 'active', cycles = cycles + $1 where id = $2 and state = 'closing'",
        more,
        id
    ))
    .await
}

/// A pair's months end with number `last`; false when they did already.
pub async fn shorten(tx: &mut Tx, id: PairId, last: u8) -> Result<bool> {
    tx.changes(sql!(
        "update pairs set cycles = $1 where id = $2 and cycles > $1 and state in ('introduced', 'active')",
        last,
        id
    ))
    .await
}

/// Remembers the pair's group DM.
pub async fn set_channel(tx: &mut Tx, id: PairId, channel: &ChannelId) -> Result<()> {
    tx.run(sql!(
        "update pairs set channel_id = $1 where id = $2",
        channel,
        id
    ))
    .await?;
    Ok(())
}

fn pair(tx: &Reading, row: &AnyRow) -> Result<Pair> {
    let id: PairId = row.get("id")?;
    let reasons: String = row.get("reasons_sealed")?;
    let closed_at: Option<Timestamp> = row.maybe("closed_at")?;
    Ok(Pair {
        id,
        round: row.get("round_id")?,
        mentor: row.get("mentor")?,
        mentee: row.get("mentee")?,
        state: row.get("state")?,
        channel: row.maybe("channel_id")?,
        reasons: REASONS.open(tx.keys(), id, &reasons)?,
        cycles: row.get("cycles")?,
        created_at: row.get("created_at")?,
        started_at: row.maybe("started_at")?,
        closed: closed_at.zip(row.maybe("closed_why")?),
    })
}
