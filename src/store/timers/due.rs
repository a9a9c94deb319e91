//! Finding what is due. Each look-up is one step into an index, however many timers are set for later.

use crate::domain::ids::TeamId;
use crate::domain::timer::{Timer, Unreadable};
use crate::store::db::{AnyRow, Columns as _, Reading, Result, sql};
use jiff::Timestamp;
use std::collections::VecDeque;

/// A timer that is due, by its row, and the workspace whose it is.
#[derive(Debug)]
pub struct DueRow {
    pub id: i64,
    pub team: TeamId,
    pub due: Timestamp,
    pub timer: Result<Timer, Unreadable>,
}

/// Which timers: those for which the matcher solves may take long, and are run beside the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    All,
    Solving,
    Others,
}

/// The partial indexes of migration 12 have these very words.
macro_rules! solving {
    ($before:literal, $after:literal) => {
        concat!($before, " kind in ('match', 'what_if') ", $after)
    };
}
macro_rules! others {
    ($before:literal, $after:literal) => {
        concat!($before, " kind not in ('match', 'what_if') ", $after)
    };
}

const LIST_SOLVING: &str = solving!(
    "select id, team_id, due_at, kind, subject from timers where",
    "and due_at <= $1 order by due_at, id limit $2"
);
const LIST_OTHERS: &str = others!(
    "select id, team_id, due_at, kind, subject from timers where",
    "and due_at <= $1 order by due_at, id limit $2"
);
const NEXT_SOLVING: &str = solving!("select due_at from timers where", "order by due_at limit 1");
const NEXT_OTHERS: &str = others!("select due_at from timers where", "order by due_at limit 1");
/// The workspaces in which something is due: from each to the next, without reading their rows.
const TEAMS: &str = concat!(
    others!(
        "with recursive turn(team) as (select min(team_id) from timers where",
        "union all "
    ),
    others!(
        "select (select min(t.team_id) from timers t where",
        "and t.team_id > turn.team) from turn where turn.team is not null)"
    ),
    others!(
        " select team from turn where team is not null and exists (select 1 from timers t where",
        "and t.team_id = turn.team and t.due_at <= $1)"
    )
);
const LIST_OF_TEAM: &str = others!(
    "select id, team_id, due_at, kind, subject from timers where",
    "and team_id = $3 and due_at <= $1 order by due_at, id limit $2"
);

/// The texts of all look-ups, so that tests can ask a database how it serves them.
pub const LOOKUPS: [&str; 6] = [
    LIST_SOLVING,
    LIST_OTHERS,
    NEXT_SOLVING,
    NEXT_OTHERS,
    TEAMS,
    LIST_OF_TEAM,
];

/// Timers due by the transaction's instant, earliest first; about `most` of them. When more are due, workspaces take
/// turns: one that has thousands to run must not keep the others waiting.
pub async fn list_due(tx: &mut Reading, work: Work, most: i64) -> Result<Vec<DueRow>> {
    match work {
        // At most a handful a workspace, one at a time: first come, first served.
        Work::Solving => list(tx, LIST_SOLVING, most).await,
        Work::Others => list_others(tx, most).await,
        Work::All => {
            let mut due = list_others(tx, most).await?;
            let solving = list(tx, LIST_SOLVING, most).await?;
            if !solving.is_empty() {
                due.extend(solving);
                due.sort_by_key(|row| (row.due, row.id));
                due.truncate(usize::try_from(most).unwrap_or(usize::MAX));
            }
            Ok(due)
        }
    }
}

async fn list_others(tx: &mut Reading, most: i64) -> Result<Vec<DueRow>> {
    let due = list(tx, LIST_OTHERS, most).await?;
    let all = i64::try_from(due.len()).is_ok_and(|found| found < most);
    if all || most == 1 {
        return Ok(due);
    }
    let mut teams: Vec<String> = tx.values(sql!(TEAMS, tx.now)).await?;
    teams.sort();
    let each = i64::try_from(teams.len()).map_or(1, |teams| most / teams.max(1));
    let mut queues = Vec::with_capacity(teams.len());
    for team in teams {
        let theirs = sql!(LIST_OF_TEAM, tx.now, each.max(1), team);
        queues.push(VecDeque::from(tx.read_all(theirs, read).await?));
    }
    Ok(in_turn(queues))
}

/// One of each, then the next of each.
fn in_turn<T>(mut queues: Vec<VecDeque<T>>) -> Vec<T> {
    let mut all = Vec::new();
    while !queues.is_empty() {
        all.extend(queues.iter_mut().filter_map(VecDeque::pop_front));
        queues.retain(|queue| !queue.is_empty());
    }
    all
}

async fn list(tx: &mut Reading, text: &'static str, most: i64) -> Result<Vec<DueRow>> {
    tx.read_all(sql!(text, tx.now, most), read).await
}

fn read(_: &Reading, row: &AnyRow) -> Result<DueRow> {
    let (kind, subject): (String, String) = (row.get("kind")?, row.get("subject")?);
    Ok(DueRow {
        id: row.get("id")?,
        team: row.get("team_id")?,
        due: row.get("due_at")?,
        timer: Timer::read(&kind, &subject),
    })
}

/// The next instant at which a timer is due.
pub async fn next_due(tx: &mut Reading, work: Work) -> Result<Option<Timestamp>> {
    let texts: &[&'static str] = match work {
        Work::All => &[NEXT_SOLVING, NEXT_OTHERS],
        Work::Solving => &[NEXT_SOLVING],
        Work::Others => &[NEXT_OTHERS],
    };
    let mut next = None;
    for text in texts {
        let due = tx.maybe::<Timestamp>(sql!(*text)).await?;
        next = [next, due].into_iter().flatten().min();
    }
    Ok(next)
}
