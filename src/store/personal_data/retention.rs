//! Forgets what has ended, as the registry declares it.

use super::declare::{Column, Ends, Erasing, Personal, Rows, Table};
use super::erase::{erase_conversation, reseal};
use super::registry::tables;
use crate::domain::ids::{PairId, UserId};
use crate::store::db::{Result, Tx, built, sql};
use crate::store::facts;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// Forgets what has its own age, in all workspaces.
pub async fn prune(tx: &mut Tx) -> Result<()> {
    tx.erases();
    for table in tables() {
        match table.ends {
            Ends::Days(days, older) => {
                let delete = built(format!("delete from {} where {older}", table.name));
                let before = ago(tx, days);
                tx.run(sql!(delete, before)).await?;
            }
            Ends::CalendarDays(days, older) => {
                let delete = built(format!("delete from {} where {older}", table.name));
                let before: Date = ago(tx, days).to_zoned(TimeZone::UTC).date();
                tx.run(sql!(delete, before)).await?;
            }
            Ends::WithPair
            | Ends::WithPerson
            | Ends::Soon(_)
            | Ends::WhenChanged(_)
            | Ends::Never(_) => {}
        }
        for (column, personal) in table.personal() {
            if let Some((Ends::Days(days, older), _)) = personal.ends {
                let before = ago(tx, days);
                let (name, to) = (column.name, replacement(&personal));
                let update = format!("update {} set {name} = $2 where {older}", table.name);
                tx.run(sql!(built(update), before, to)).await?;
            }
        }
    }
    Ok(())
}

fn ago(tx: &Tx, days: i32) -> Timestamp {
    let span = SignedDuration::from_hours(24) * days;
    tx.now.saturating_sub(span).unwrap_or(Timestamp::MIN)
}

/// What takes the place of a column's text.
fn replacement(personal: &Personal) -> Option<String> {
    match personal.erasing {
        Erasing::Replaced(text) | Erasing::ReplacedIf(text, _) => Some(text.to_owned()),
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
