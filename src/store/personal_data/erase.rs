//! Forgets a person, as the registry declares it.

use super::declare::{Belongs, Erasing, Rows, Table};
use super::registry::tables;
use crate::domain::ids::{PairId, UserId};
use crate::domain::outgoing::Lane;
use crate::domain::timer::Timer;
use crate::store::db::{Columns as _, Reading, Result, Tx, built, sql};
use crate::store::{invitations, outbox, pairs, programs, quiet, rounds};

/// Erases what can be; the registry says what stays and why. True when the settings named them: those have changed.
pub async fn erase(tx: &mut Tx, user: &UserId) -> Result<bool> {
    tx.erases();
    // What is left of them names nobody.
    quiet::keep(tx, user).await?;
    for colleague in invitations::declined_to(tx, user).await? {
        quiet::keep_no(tx, user, &colleague).await?;
    }
    quiet::take_back(tx, user).await?;
    let mut settings_changed = false;
    for table in tables() {
        match table.belongs {
            Belongs::Lane if table.name == "outbox" => erase_lanes(tx, user).await?,
            Belongs::To(_) | Belongs::Pair(_) | Belongs::Side | Belongs::Lane => {
                by_rows(tx, table, user).await?;
            }
            Belongs::Timer => {
                for id in timers_of(tx, user).await? {
                    tx.run(sql!("delete from timers where id = $1", id)).await?;
                }
                columns(tx, table, user).await?;
            }
            Belongs::Sealed => rounds::erase_inputs(tx, user).await?,
            Belongs::Program => settings_changed |= programs::forget(tx, user).await?,
            Belongs::Nobody => {}
        }
    }
    Ok(settings_changed)
}

async fn by_rows(tx: &mut Tx, table: &Table, user: &UserId) -> Result<()> {
    columns(tx, table, user).await?;
    let Some(mine) = table.mine() else {
        return Ok(());
    };
    let which = match table.erasing {
        Rows::Deleted => mine,
        Rows::DeletedIf(condition, _) => format!("{mine} and ({condition})"),
        Rows::Stay(_) => return Ok(()),
    };
    let delete = built(format!("delete from {} where {which}", table.name));
    tx.run(sql!(delete, tx.team(), user)).await?;
    Ok(())
}

/// Empties the columns that hold the person's id, wherever it is, and those with their words in rows of theirs.
async fn columns(tx: &mut Tx, table: &Table, user: &UserId) -> Result<()> {
    for (column, personal) in table.personal() {
        let name = column.name;
        let named = format!("team_id = $1 and {name} = $2");
        let Some(rows) = (if personal.is_id() {
            Some(named)
        } else {
            table.mine()
        }) else {
            continue;
        };
        let (to, rows) = match personal.erasing {
            Erasing::Null => (None, rows),
            Erasing::Replaced(text) => (Some(text), rows),
            Erasing::ReplacedIf(text, condition) => {
                let rows = table.mine().unwrap_or(rows);
                (Some(text), format!("{rows} and {condition}"))
            }
            Erasing::Resealed(text) => {
                for row in sealed_for(tx, table, column.sealed_for, &rows, user).await? {
                    reseal(tx, table, name, column.sealed_for, (&row, text)).await?;
                }
                continue;
            }
            Erasing::WithRow | Erasing::TakenOut | Erasing::Stays(_) => continue,
        };
        let update = format!("update {} set {name} = $3 where {rows}", table.name);
        let to = to.map(str::to_owned);
        tx.run(sql!(built(update), tx.team(), user, to)).await?;
    }
    Ok(())
}

/// What the texts of some rows are sealed for.
async fn sealed_for(
    tx: &mut Tx,
    table: &Table,
    row: Option<&str>,
    rows: &str,
    user: &UserId,
) -> Result<Vec<String>> {
    let row = row.unwrap_or("''");
    let found = format!("select {row} from {} where {rows}", table.name);
    let found = sql!(built(found), tx.team(), user);
    tx.values(found).await
}

/// Seals another text for a row, in place of what was there.
pub(super) async fn reseal(
    tx: &mut Tx,
    table: &Table,
    column: &str,
    row: Option<&str>,
    (sealed_for, text): (&str, &str),
) -> Result<()> {
    let sealed = tx.keys().seal(table.name, sealed_for, text)?;
    let row = row.unwrap_or("''");
    let update = format!("update {} set {column} = $1 where {row} = $2", table.name);
    tx.run(sql!(built(update), sealed, sealed_for)).await?;
    Ok(())
}

/// The timers that name somebody.
pub(super) async fn timers_of(tx: &mut Reading, user: &UserId) -> Result<Vec<i64>> {
    let all = sql!(
        "select id, kind, subject from timers where team_id = $1 order by due_at",
        tx.team()
    );
    let mut theirs = Vec::new();
    for row in &tx.all(all).await? {
        let (kind, subject): (String, String) = (row.get("kind")?, row.get("subject")?);
        let timer = Timer::read(&kind, &subject);
        if timer.is_ok_and(|timer| timer.people().contains(&user)) {
            theirs.push(row.get("id")?);
        }
    }
    Ok(theirs)
}

async fn erase_lanes(tx: &mut Tx, user: &UserId) -> Result<()> {
    for lane in [
        Lane::Person(user.clone()),
        Lane::Person(user.clone()).of_cards(),
        Lane::Home(user.clone()),
        Lane::LookUp(user.clone()),
        Lane::Circle(user.clone()),
    ] {
        empty_lane(tx, &lane).await?;
    }
    for pair in pairs::of(tx, user).await? {
        empty_lane(tx, &Lane::Pair(pair.id)).await?;
        empty_lane(tx, &Lane::Pair(pair.id).of_cards()).await?;
    }
    Ok(())
}

/// Forgets what went to a pair's group message, and what was to go there but for the word that the pair is over. The
/// pair is: nothing asks any more whether these messages went out.
pub async fn erase_conversation(tx: &mut Tx, pair: PairId) -> Result<()> {
    tx.erases();
    empty_lane(tx, &Lane::Pair(pair)).await?;
    empty_lane(tx, &Lane::Pair(pair).of_cards()).await
}

/// What Slack may be taking at this very moment has to be seen through, and is forgotten with its age.
async fn empty_lane(tx: &mut Tx, lane: &Lane) -> Result<()> {
    tx.run(sql!(
        "delete from outbox where team_id = $1 and lane = $2 and finished_at is not null",
        tx.team(),
        lane
    ))
    .await?;
    // That a pair is over reaches whoever was in it with the erased person, and nobody who has just erased everything.
    let is_of_two = matches!(lane, Lane::Pair(_));
    for (id, key) in outbox::queued(tx, lane).await? {
        if !(is_of_two && key.is_some_and(|key| key.is_farewell())) {
            tx.run(sql!(
                "delete from outbox where id = $1 and state in ('queued', 'waiting') and doubt = 0 and leased_until is null",
                id
            ))
            .await?;
        }
    }
    outbox::promote(tx, &lane.to_string()).await
}

/// How many rows of a table belong to somebody, for who asks before erasing.
pub struct Stored {
    pub table: &'static Table,
    pub rows: i64,
}

impl Stored {
    /// Whether erasing takes something away here. Rows that stay are without their words once the time of those is over.
    pub fn can_be_erased(&self) -> bool {
        matches!(self.table.belongs, Belongs::Program)
            || !matches!(self.table.erasing, Rows::Stay(_))
    }
}

/// What is stored about somebody, by table, where there is anything.
pub async fn stored(tx: &mut Reading, user: &UserId) -> Result<Vec<Stored>> {
    let mut found = Vec::new();
    for table in tables() {
        let rows = match table.belongs {
            Belongs::Timer => i64::try_from(timers_of(tx, user).await?.len()).unwrap_or(i64::MAX),
            Belongs::Sealed => {
                let inputs = rounds::inputs_with(tx, user).await?;
                i64::try_from(inputs.len()).unwrap_or(i64::MAX)
            }
            Belongs::To(_)
            | Belongs::Pair(_)
            | Belongs::Side
            | Belongs::Lane
            | Belongs::Program => {
                let mine = table.mine().unwrap_or_default();
                let count = format!("select count(*) from {} where {mine}", table.name);
                let count = sql!(built(count), tx.team(), user);
                tx.value(count).await?
            }
            Belongs::Nobody => 0,
        };
        if rows > 0 {
            found.push(Stored { table, rows });
        }
    }
    Ok(found)
}
