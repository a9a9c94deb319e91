//! The months of pairs.

use super::db::{AnyRow, Columns as _, Reading, Result, Tx, instant, sql};
use crate::domain::cycle::{Anchor, Cycle, State};
use crate::domain::ids::{CycleId, PairId, UserId};
use crate::domain::pair::Pair;
use crate::domain::recipes::Recipe;
use jiff::Timestamp;

const TABLE: &str = "cycles";

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "select id, pair_id, number, state, anchor_at, anchor_number, opened_at, closes_at, meets_at, plans,
             taken_up_at, proposed, held_at, closed_at, note_sealed, arranged, recipe from cycles ",
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
    let id = CycleId(tx.new_id());
    let created = tx.changes(sql!(
        "insert into cycles (id, team_id, pair_id, number, state, anchor_at, anchor_number, opened_at, closes_at, recipe)
         values ($1, $2, $3, $4, 'open', $5, $6, $7, $8, (select p.recipe from programs p where p.team_id = $2))
         on conflict do nothing",
        id, tx.team(), pair, number, anchor.at, anchor.number, tx.now, closes_at
    ));
    Ok(created.await?.then_some(id))
}

pub async fn find(tx: &mut Reading, id: CycleId) -> Result<Option<Cycle>> {
    let found = sql!(select!("where team_id = $1 and id = $2"), tx.team(), id);
    tx.read_first(found, read).await
}

/// The cycles of a pair, first to last.
pub async fn of(tx: &mut Reading, pair: PairId) -> Result<Vec<Cycle>> {
    let theirs = sql!(select!("where pair_id = $1 order by number"), pair);
    tx.read_all(theirs, read).await
}

/// The months of all pairs that are over, pair by pair, first to last.
pub async fn closed(tx: &mut Reading) -> Result<Vec<Cycle>> {
    let closed = sql!(
        select!("where team_id = $1 and closed_at is not null order by pair_id, number"),
        tx.team()
    );
    tx.read_all(closed, read).await
}

/// The cycle of a pair that opened last.
pub async fn latest(tx: &mut Reading, pair: PairId) -> Result<Option<Cycle>> {
    let latest = sql!(
        select!("where pair_id = $1 order by number desc limit 1"),
        pair
    );
    tx.read_first(latest, read).await
}

/// Notes the time chosen; false when there is nothing to arrange (any more). A month in which they met already stays
/// held, and its meeting to come can still be moved: what is arranged there is kept beside that.
pub async fn plan(tx: &mut Tx, id: CycleId, at: Timestamp) -> Result<bool> {
    tx.changes(sql!(
        "update cycles set state = case when state = 'held' then 'held' else 'planned' end,
             arranged = case when state = 'held' then 'planned' else arranged end, meets_at = $1, plans = plans + 1
         where id = $2 and closed_at is null
           and state in ('open', 'sorting', 'planned', 'held')",
        at,
        id
    ))
    .await
}

/// Takes back the meeting to come, if there is one, of a month of which one of them says that they met; false when it is not
/// held, or was called off before.
pub async fn call_off(tx: &mut Tx, id: CycleId) -> Result<bool> {
    tx.changes(sql!(
        "update cycles set meets_at = case when meets_at > $2 then null else meets_at end, arranged = 'skipped'
         where id = $1 and state = 'held' and closed_at is null and note_sealed is null",
        id,
        tx.now
    ))
    .await
}

/// A break had interrupted the month: what is to be arranged is asked afresh, as from `at` on.
pub async fn take_up(tx: &mut Tx, id: CycleId, at: Timestamp) -> Result<bool> {
    tx.changes(sql!(
        "update cycles set taken_up_at = $1, state = case when state = 'sorting' then 'open' else state end,
             arranged = case when arranged = 'sorting' then 'open' else arranged end where id = $2",
        at, id
    ))
    .await
}

/// Steps from one state to the next; false when the cycle was not in `from` (any more). A month that is skipped has no
/// meeting to come.
pub async fn step(tx: &mut Tx, id: CycleId, from: State, to: State) -> Result<bool> {
    debug_assert!(from.may_become(to), "{from:?} → {to:?}");
    tx.changes(sql!(
        "update cycles set state = $1, held_at = case when $1 = 'held' then $2 else held_at end,
             arranged = case when $1 = 'held' then state else arranged end,
             meets_at = case when $1 = 'skipped' then null else meets_at end
         where id = $3 and state = $4",
        to,
        tx.now,
        id,
        from
    ))
    .await
}

/// The two find a time by themselves; false when the month is not open (any more). After a meeting that moved, this counts
/// as another plan without a time, because the question about the old one has been answered. A month of which one of them
/// says that they met stays held.
pub async fn sort_out(tx: &mut Tx, id: CycleId) -> Result<bool> {
    tx.changes(sql!(
        "update cycles set state = case when state = 'held' then 'held' else 'sorting' end,
             arranged = case when state = 'held' then 'sorting' else arranged end,
             plans = case when meets_at is null then plans else plans + 1 end, meets_at = null
         where id = $1 and (state in ('open', 'planned')
             or state = 'held' and closed_at is null and coalesce(arranged, 'open') in ('open', 'planned'))",
        id
    ))
    .await
}

/// Keeps the times that were proposed.
pub async fn propose(tx: &mut Tx, id: CycleId, slots: &[Timestamp]) -> Result<()> {
    let times: Vec<String> = slots
        .iter()
        .map(|at| at.as_millisecond().to_string())
        .collect();
    tx.run(sql!(
        "update cycles set proposed = $1 where id = $2",
        times.join(" "),
        id
    ))
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
    let others = sql!(
        select!(
            "where closed_at is null and pair_id in (select id from pairs where team_id = $1 and closed_at is null
                 and id <> $2 and (mentor in ($3, $4) or mentee in ($3, $4)))"
        ),
        tx.team(),
        pair.id,
        pair.mentor,
        pair.mentee
    );
    tx.read_all(others, read).await
}

/// Keeps the note somebody left when skipping, sealed.
pub async fn set_note(tx: &mut Tx, id: CycleId, note: &str) -> Result<()> {
    let sealed = tx.keys().seal(TABLE, &id.to_string(), note)?;
    tx.run(sql!(
        "update cycles set note_sealed = $1 where id = $2",
        sealed,
        id
    ))
    .await?;
    Ok(())
}

/// The note somebody left when skipping.
pub async fn note(tx: &mut Reading, id: CycleId) -> Result<Option<String>> {
    let note = sql!("select note_sealed from cycles where id = $1", id);
    let sealed: Option<String> = tx.maybe(note).await?;
    let note = sealed.map(|sealed| tx.keys().open(TABLE, &id.to_string(), &sealed));
    Ok(note.transpose()?)
}

/// Closes a cycle, as `silent` if nothing was said of it; false when it was closed before.
pub async fn close(tx: &mut Tx, id: CycleId, silent: State) -> Result<bool> {
    tx.changes(sql!(
        "update cycles set closed_at = $1,
             state = case when state in ('open', 'sorting', 'planned') then $2 else state end,
             arranged = case when arranged in ('open', 'sorting', 'planned') then $2 else arranged end
         where id = $3 and closed_at is null",
        tx.now,
        silent,
        id
    ))
    .await
}

/// When `user` said of meetings of the pair that they were held, the first time first.
pub async fn said_they_met(tx: &mut Reading, pair: &Pair, user: &UserId) -> Result<Vec<Timestamp>> {
    tx.values(sql!(
        "select m.said_at from met_answers m join cycles c on c.id = m.cycle_id
         where c.pair_id = $1 and m.said = 'yes' and m.side = $2 order by m.said_at",
        pair.id,
        if pair.mentor == *user {
            "mentor"
        } else {
            "mentee"
        }
    ))
    .await
}

/// Whether the reminder of a meeting of `user` is still to be sent, and due before `before`.
pub async fn reminds_before(tx: &mut Reading, user: &UserId, before: Timestamp) -> Result<bool> {
    tx.any(sql!(
        "select 1 from pairs p join cycles c on c.pair_id = p.id
           join timers t on t.team_id = p.team_id and t.kind = 'meeting_soon' and t.subject = cast(c.id as text)
         where p.team_id = $1 and (p.mentor = $2 or p.mentee = $2) and p.closed_at is null
           and c.closed_at is null and t.due_at < $3 limit 1",
        tx.team(),
        user,
        before
    ))
    .await
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
    let counts = sql!(
        "select count(distinct case when state = 'held' then pair_id end) as met, count(distinct pair_id) as reported
         from cycles where team_id = $1 and reported_at >= $2",
        tx.team(),
        since
    );
    let counts = tx.one(counts).await?;
    Ok(Reported {
        met: counts.get("met")?,
        reported: counts.get("reported")?,
    })
}

/// Whether an open pair without `reader` has met: of their own, it would tell them what their partner answered.
pub async fn others_met_since(tx: &mut Reading, since: Timestamp, reader: &UserId) -> Result<bool> {
    tx.any(sql!(
        "select 1 from cycles c join pairs p on p.team_id = c.team_id and p.id = c.pair_id
         where c.team_id = $1 and c.reported_at >= $2 and c.state = 'held' and p.closed_at is null
             and p.mentor <> $3 and p.mentee <> $3 limit 1",
        tx.team(),
        since,
        reader
    ))
    .await
}

/// The cycle in a row with the columns of `select!`.
pub(super) fn read(_: &Reading, row: &AnyRow) -> Result<Cycle> {
    let proposed: Option<String> = row.maybe("proposed")?;
    let recipe: Option<String> = row.maybe("recipe")?;
    Ok(Cycle {
        id: row.get("id")?,
        pair: row.get("pair_id")?,
        number: row.get("number")?,
        state: row.get("state")?,
        anchor: Anchor {
            at: row.get("anchor_at")?,
            number: row.get("anchor_number")?,
        },
        opened_at: row.get("opened_at")?,
        closes_at: row.get("closes_at")?,
        meets_at: row.maybe("meets_at")?,
        plans: row.get("plans")?,
        taken_up_at: row.maybe("taken_up_at")?,
        proposed: read_times(proposed.as_deref()),
        held_at: row.maybe("held_at")?,
        closed_at: row.maybe("closed_at")?,
        is_off: row.maybe::<String>("note_sealed")?.is_some(),
        arranged: row.maybe("arranged")?,
        recipe: recipe.and_then(|name| Recipe::parse(&name)),
    })
}
