//! Reads everything stored about a person, as the registry declares it: theirs to read.

use super::declare::{As, Belongs, Column, Export, Table};
use super::erase::timers_of;
use super::people::PROFILE;
use super::registry::tables;
use crate::domain::ids::{CycleId, PairId, UserId};
use crate::domain::matching::Binding;
use crate::domain::pair::Pair;
use crate::domain::participant::{Participant, PersonInSlack};
use crate::store::db::{AnyRow, Columns as _, Reading, Result, StoreError, built, from_json, sql};
use crate::store::{cycles, met, pairs, participants, people, rounds};
use jiff::Timestamp;
use serde_json::Value as Json;

pub struct PersonalData {
    pub profile: Option<Participant>,
    pub person: Option<PersonInSlack>,
    /// Open and closed, oldest first.
    pub pairs: Vec<Pair>,
    /// All of it, row by row.
    pub sections: Vec<Section>,
}

impl PersonalData {
    /// How many rows there are of a table.
    pub fn count(&self, table: &str) -> usize {
        let rows = self.sections.iter();
        rows.filter(|section| section.table.name == table).count()
    }
}

/// One row, in words.
pub struct Section {
    pub table: &'static Table,
    pub facts: Vec<Fact>,
}

/// One value, under its label.
pub struct Fact {
    pub label: &'static str,
    pub value: Value,
}

/// A value, still to be put in the reader's words and zone.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Text(String),
    /// A name of ours.
    Word(String),
    /// None where nothing was given.
    List(Vec<String>),
    Number(i64),
    YesNo(bool),
    Day(Timestamp),
    Moment(Timestamp),
    Pair(PairId),
    Person(UserId),
    /// The key of a question of the bank.
    Question(String),
}

pub async fn read(tx: &mut Reading, user: &UserId) -> Result<PersonalData> {
    let mut sections = Vec::new();
    for table in tables().filter(|table| !table.title.is_empty()) {
        match table.belongs {
            Belongs::Timer => {
                for id in timers_of(tx, user).await? {
                    let one = format!("team_id = $1 and $2 <> '' and id = {id}");
                    sections.extend(rows(tx, table, &one, user).await?);
                }
            }
            Belongs::Sealed => sections.extend(inputs(tx, table, user).await?),
            Belongs::To(_)
            | Belongs::Pair(_)
            | Belongs::Side
            | Belongs::Lane
            | Belongs::Program
            | Belongs::Nobody => {
                if let Some(mine) = table.mine() {
                    sections.extend(rows(tx, table, &mine, user).await?);
                }
            }
        }
    }
    Ok(PersonalData {
        profile: participants::find(tx, user).await?,
        person: people::find(tx, user).await?,
        pairs: pairs::of(tx, user).await?,
        sections,
    })
}

/// The columns shown, in their order.
fn shown(table: &'static Table) -> impl Iterator<Item = (&'static Column, &'static str, As)> {
    table
        .personal()
        .filter_map(|(column, personal)| match personal.export {
            Export::Shown(label, how) => Some((column, label, how)),
            Export::Hidden(_) => None,
        })
}

/// The rows that `which` selects, in the order of their first columns: their keys.
async fn rows(
    tx: &mut Reading,
    table: &'static Table,
    which: &str,
    user: &UserId,
) -> Result<Vec<Section>> {
    let mut select = Vec::new();
    for (at, (column, _, how)) in shown(table).enumerate() {
        let what = match how {
            As::Sql(expression) | As::SqlDay(expression) => expression,
            As::MonthSeen => "id",
            _ => column.name,
        };
        select.push(format!("{what} as shown_{at}"));
        if let Some(row) = column.sealed_for {
            select.push(format!("{row} as row_{at}"));
        }
    }
    let keys: Vec<&str> = table.columns.iter().take(3).map(|it| it.name).collect();
    let text = format!(
        "select {} from {} where {which} order by {}",
        select.join(", "),
        table.name,
        keys.join(", ")
    );
    let found = tx.all(sql!(built(text), tx.team(), user)).await?;
    let mut sections = Vec::new();
    for row in &found {
        let mut facts = Vec::new();
        for (at, (column, label, how)) in shown(table).enumerate() {
            if how == As::MonthSeen {
                let cycle = CycleId(row.get(&format!("shown_{at}"))?);
                let value = month_seen(tx, cycle, user).await?;
                facts.extend(value.map(|value| Fact { label, value }));
            } else {
                facts.extend(value(tx, table, row, (at, column), (label, how))?);
            }
        }
        sections.push(Section { table, facts });
    }
    Ok(sections)
}

/// The state of a month, as `user` may know it.
async fn month_seen(tx: &mut Reading, id: CycleId, user: &UserId) -> Result<Option<Value>> {
    let Some(cycle) = cycles::find(tx, id).await? else {
        return Ok(None);
    };
    let Some(pair) = pairs::find(tx, cycle.pair).await? else {
        return Ok(None);
    };
    let knows = met::of(tx, id).await?.said_yes(&pair, user);
    let state = cycle.as_seen(knows).state;
    Ok(Some(Value::Word(state.as_str().to_owned())))
}

/// What a column of a row says; nothing where it is empty.
fn value(
    tx: &Reading,
    table: &Table,
    row: &AnyRow,
    (at, column): (usize, &Column),
    (label, how): (&'static str, As),
) -> Result<Vec<Fact>> {
    let name = format!("shown_{at}");
    let number = || row.maybe::<i64>(&name);
    let instant = || row.maybe::<Timestamp>(&name);
    let text = || -> Result<Option<String>> {
        let Some(text) = row.maybe::<String>(&name)? else {
            return Ok(None);
        };
        if column.sealed_for.is_none() {
            return Ok(Some(text));
        }
        let place: String = row.get(&format!("row_{at}"))?;
        Ok(Some(tx.keys().open(table.name, &place, &text)?))
    };
    let value = match how {
        As::Text | As::Sql(_) => text()?.map(Value::Text),
        As::Word => text()?.map(Value::Word),
        As::Number => number()?.map(Value::Number),
        As::YesNo => number()?.map(|held| Value::YesNo(held != 0)),
        As::Day | As::SqlDay(_) => instant()?.map(Value::Day),
        As::Moment => instant()?.map(Value::Moment),
        As::Pair => number()?.map(|id| Value::Pair(PairId(id))),
        As::Person => text()?.map(|id| Value::Person(UserId(id))),
        As::Question => text()?.map(Value::Question),
        As::Binding => match text()? {
            Some(why) => {
                let why: Binding = from_json(&why, "a constraint")?;
                Some(Value::Text(why.in_words()))
            }
            None => None,
        },
        As::Fields(fields) => {
            return match text()? {
                Some(text) => in_fields(&from_json(&text, "a document")?, label, fields),
                None => Ok(Vec::new()),
            };
        }
        As::Input | As::MonthSeen => None,
    };
    Ok(value
        .map(|value| Fact { label, value })
        .into_iter()
        .collect())
}

/// The fields of a document, each under its label; without any, the whole under the column's.
fn in_fields(
    document: &Json,
    label: &'static str,
    fields: &[(&str, &'static str)],
) -> Result<Vec<Fact>> {
    let mut facts = Vec::new();
    if fields.is_empty() {
        let value = of_json(document)?;
        if value != Value::List(Vec::new()) {
            facts.push(Fact { label, value });
        }
    }
    for (field, label) in fields {
        if let Some(value) = document.get(field) {
            let value = of_json(value)?;
            facts.push(Fact { label, value });
        }
    }
    Ok(facts)
}

fn of_json(value: &Json) -> Result<Value> {
    Ok(match value {
        Json::Null => Value::List(Vec::new()),
        Json::Bool(yes) => Value::YesNo(*yes),
        Json::Number(number) => Value::Number(number.as_i64().unwrap_or_default()),
        Json::String(text) => Value::Text(text.clone()),
        Json::Array(items) => {
            let items = items.iter().filter_map(Json::as_str);
            Value::List(items.map(str::to_owned).collect())
        }
        Json::Object(_) => return Err(StoreError::Unreadable("a field")),
    })
}

/// The person's own profile in what recent rounds were made from.
async fn inputs(tx: &mut Reading, table: &'static Table, user: &UserId) -> Result<Vec<Section>> {
    let mut sections = Vec::new();
    let As::Fields(fields) = PROFILE else {
        return Ok(sections);
    };
    for id in rounds::inputs_with(tx, user).await? {
        let (Ok(Some(kept)), Some(round)) =
            (rounds::input(tx, id).await, rounds::find(tx, id).await?)
        else {
            continue;
        };
        let input = kept.record.candidates();
        let me = input.people.iter().find(|person| person.id == *user);
        let Some(me) = me else { continue };
        let mut facts = vec![Fact {
            label: "When",
            value: Value::Day(round.created_at),
        }];
        // A record holds no more of a profile than decides a round: wishes and reporting lines are reduced beforehand.
        let held = [
            "role",
            "stage",
            "department",
            "site",
            "languages",
            "share",
            "learn",
        ];
        let fields = fields.iter().filter(|(field, _)| held.contains(field));
        let fields: Vec<_> = fields.copied().collect();
        let profile =
            serde_json::to_value(&me.profile).map_err(|_| StoreError::Unreadable("a profile"))?;
        facts.extend(in_fields(&profile, "", &fields)?);
        sections.push(Section { table, facts });
    }
    Ok(sections)
}
