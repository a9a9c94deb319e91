//! Forgets what has ended, as the registry declares it.

use super::declare::{Column, Ends, Erasing, Personal, Rows, Table};
use super::erase::{erase_conversation, reseal};
use super::registry::tables;
use crate::domain::ids::{PairId, UserId};
use crate::store::db::columns::{ToColumn as _, get};
use crate::store::db::{Result, Statement, Tx, built, sql};
use crate::store::{facts, invitations, quiet};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// Forgets what has its own age, in all workspaces. One look finds where there is anything: on most nights, nowhere.
pub async fn prune(tx: &mut Tx) -> Result<()> {
    let all: Vec<Aged> = tables().flat_map(|table| aged(table, tx.now)).collect();
    let looks = all.iter().enumerate().map(|(at, aged)| {
        let older = aged.rows().replace("$1", &format!("${}", at + 1));
        let found = format!("select 1 from {} where {older} limit 1", aged.table);
        format!("(select count(*) from ({found}) as found_{at})")
    });
    let look = built(format!("select {}", looks.collect::<Vec<_>>().join(", ")));
    let look = all.iter().fold(sql!(look), |look, aged| aged.since(look));
    let found = tx.one(look).await?;
    for (at, aged) in all.iter().enumerate() {
        if get::<i64>(&found, at)? > 0 {
            tx.erases();
            aged.forget(tx).await?;
        }
    }
    Ok(())
}

/// What ends by its own age: rows, or the text in one of their columns.
struct Aged {
    table: &'static str,
    /// Selects what is older than `$1`.
    older: &'static str,
    before: Before,
    /// The column that loses its text, and what takes its place.
    column: Option<(&'static str, Option<&'static str>)>,
}

enum Before {
    Instant(Timestamp),
    Day(Date),
}

fn aged(table: &'static Table, now: Timestamp) -> Vec<Aged> {
    let aged = |ends: Ends, column| {
        let (days, older) = match ends {
            Ends::Days(days, older) | Ends::CalendarDays(days, older) => (days, older),
            Ends::WithPair
            | Ends::WithPerson
            | Ends::Soon(_)
            | Ends::WhenChanged(_)
            | Ends::Never(_) => return None,
        };
        let before = now.saturating_sub(SignedDuration::from_hours(24) * days);
        let before = before.unwrap_or(Timestamp::MIN);
        let by_day = matches!(ends, Ends::CalendarDays(..));
        Some(Aged {
            table: table.name,
            older,
            before: if by_day {
                Before::Day(before.to_zoned(TimeZone::UTC).date())
            } else {
                Before::Instant(before)
            },
            column,
        })
    };
    let columns = table.personal().filter_map(|(column, personal)| {
        let (ends, _) = personal.ends?;
        aged(ends, Some((column.name, replacement(&personal))))
    });
    aged(table.ends, None).into_iter().chain(columns).collect()
}

impl Aged {
    /// Selects what is still there of it.
    fn rows(&self) -> String {
        match self.column {
            None => self.older.to_owned(),
            Some((name, None)) => format!("({}) and {name} is not null", self.older),
            Some((name, Some(to))) => format!("({}) and {name} <> '{to}'", self.older),
        }
    }

    fn since<'q>(&self, statement: Statement<'q>) -> Statement<'q> {
        match self.before {
            Before::Instant(at) => statement.bind(at.to_column()),
            Before::Day(day) => statement.bind(day.to_column()),
        }
    }

    async fn forget(&self, tx: &mut Tx) -> Result<()> {
        let (table, rows) = (self.table, self.rows());
        let statement = match self.column {
            None => self.since(sql!(built(format!("delete from {table} where {rows}")))),
            Some((name, to)) => {
                let update = format!("update {table} set {name} = $2 where {rows}");
                self.since(sql!(built(update))).bind(to.map(str::to_owned))
            }
        };
        tx.run(statement).await?;
        Ok(())
    }
}

/// What takes the place of a column's text.
fn replacement(personal: &Personal) -> Option<&'static str> {
    match personal.erasing {
        Erasing::Replaced(text) | Erasing::ReplacedIf(text, _) => Some(text),
        Erasing::Null
        | Erasing::Resealed(_)
        | Erasing::WithRow
        | Erasing::TakenOut
        | Erasing::Stays(_) => None,
    }
}

/// Forgets what the two of a pair wrote and answered, once it is over for long enough.
pub async fn end_pair(tx: &mut Tx, pair: PairId) -> Result<()> {
    tx.erases();
    for table in tables() {
        let Some(rows) = table.of_pair() else {
            continue;
        };
        if table.ends == Ends::WithPair {
            let delete = format!("delete from {} where {rows}", table.name);
            tx.run(sql!(built(delete), pair)).await?;
            continue;
        }
        for (column, personal) in table.personal() {
            if matches!(personal.ends, Some((Ends::WithPair, _))) {
                empty(tx, table, (column, personal), rows, pair).await?;
            }
        }
    }
    // Copies are kept for a month, and a program may promise less.
    erase_conversation(tx, pair).await
}

/// Forgets everything of the transaction's workspace.
pub async fn end_workspace(tx: &mut Tx) -> Result<()> {
    tx.erases();
    tx.program_written();
    let has = |table: &Table, name: &str| table.columns.iter().any(|column| column.name == name);
    // First the rows that only another row says the workspace of.
    let others = tables().filter(|table| !has(table, "team_id") && has(table, "cycle_id"));
    for table in others {
        let theirs = "cycle_id in (select id from cycles where team_id = $1)";
        let delete = format!("delete from {} where {theirs}", table.name);
        tx.run(sql!(built(delete), tx.team())).await?;
    }
    for table in tables().filter(|table| has(table, "team_id")) {
        let delete = format!("delete from {} where team_id = $1", table.name);
        tx.run(sql!(built(delete), tx.team())).await?;
    }
    facts::forget_workspace(tx).await
}

async fn empty(
    tx: &mut Tx,
    table: &Table,
    (column, personal): (&Column, Personal),
    rows: &str,
    pair: PairId,
) -> Result<()> {
    let name = column.name;
    if let Erasing::Resealed(text) = personal.erasing {
        let row = column.sealed_for.unwrap_or("''");
        let found = format!("select {row} from {} where {rows}", table.name);
        for sealed_for in tx.values::<String>(sql!(built(found), pair)).await? {
            reseal(tx, table, name, column.sealed_for, (&sealed_for, text)).await?;
        }
        return Ok(());
    }
    let update = format!("update {} set {name} = $2 where {rows}", table.name);
    let to = replacement(&personal);
    tx.run(sql!(built(update), pair, to)).await?;
    Ok(())
}

/// Ends the profiles, and what ends with them, of people of the transaction's workspace who have been gone since `before`: who
/// left, and who cannot take part.
pub async fn end_people(tx: &mut Tx, before: Timestamp) -> Result<()> {
    let gone = sql!(
        "select user_id from participants q where team_id = $1 and standing in ('left', 'ineligible') and updated_at < $2
         and not exists (select 1 from pairs p where p.team_id = q.team_id and p.closed_at is null
             and (p.mentor = q.user_id or p.mentee = q.user_id)) order by user_id",
        tx.team(),
        before
    );
    let gone: Vec<UserId> = tx.values(gone).await?;
    for user in &gone {
        // What a colleague had answered to an invitation of theirs outlives their profile, should they come back.
        for colleague in invitations::declined_to(tx, user).await? {
            quiet::keep_no(tx, user, &colleague).await?;
        }
        for table in tables().filter(|table| table.ends == Ends::WithPerson) {
            if let (Some(mine), Rows::Deleted) = (table.mine(), table.erasing) {
                let delete = format!("delete from {} where {mine}", table.name);
                tx.run(sql!(built(delete), tx.team(), user)).await?;
            }
        }
    }
    if !gone.is_empty() {
        tx.erases();
        tracing::info!(
            people = gone.len(),
            "profiles of people who left have ended"
        );
    }
    Ok(())
}
