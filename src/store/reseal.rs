//! Sealing anew what was sealed with an earlier key, so that the earlier one can go.
//!
//! The registry of personal data names every sealed column, and the row that each value is sealed for.

use super::db::{Reading, Result, Statement, Tx, built, key_mark, sql};
use super::personal_data::{Table, tables};

/// A sealed column, and the columns whose values name its rows.
#[derive(Clone, Debug)]
pub struct Column {
    table: &'static str,
    name: &'static str,
    row: Vec<Part>,
}

/// A column of a row's name.
#[derive(Clone, Copy, Debug)]
struct Part {
    column: &'static str,
    is_number: bool,
}

/// Every sealed column.
pub fn columns() -> Vec<Column> {
    tables().flat_map(sealed).collect()
}

fn sealed(table: &'static Table) -> impl Iterator<Item = Column> {
    table.columns.iter().filter_map(|column| {
        Some(Column {
            table: table.name,
            name: column.name,
            row: column.sealed_for?.split(" || '/' || ").map(part).collect(),
        })
    })
}

fn part(sql: &'static str) -> Part {
    let number = sql.strip_prefix("cast(");
    let number = number.and_then(|rest| rest.strip_suffix(" as text)"));
    Part {
        column: number.unwrap_or(sql),
        is_number: number.is_some(),
    }
}

/// The rows whose value is sealed with an earlier key, by their names.
pub async fn stale(tx: &mut Reading, column: &Column) -> Result<Vec<String>> {
    let name = |part: &Part| {
        if part.is_number {
            format!("cast({} as text)", part.column)
        } else {
            part.column.to_owned()
        }
    };
    let row: Vec<String> = column.row.iter().map(name).collect();
    let text = format!(
        "select {} from {} where {name} <> '' and {name} not like $1 || '.%'",
        row.join(" || '/' || "),
        column.table,
        name = column.name
    );
    let current = tx.keys().current().to_owned();
    tx.values(sql!(built(text), current)).await
}

/// Seals a row's value anew. One that somebody else changes meanwhile is theirs. False if it opens with none of our keys.
pub async fn row(tx: &mut Tx, column: &Column, row: &str) -> Result<bool> {
    let Column { table, name, .. } = column;
    let found = format!("select {name} from {table} where {}", column.is_row(1));
    let Some(sealed) = tx
        .maybe::<String>(column.bind(sql!(built(found)), row))
        .await?
    else {
        return Ok(true);
    };
    let keys = tx.keys();
    let Ok(text) = keys.open(table, row, &sealed) else {
        return Ok(false);
    };
    let anew = keys.seal(table, row, &text)?;
    let update = format!(
        "update {table} set {name} = $1 where {name} = $2 and {}",
        column.is_row(3)
    );
    tx.run(column.bind(sql!(built(update), anew, sealed), row))
        .await?;
    Ok(true)
}

/// The mark by which a start knows the right key, too.
pub async fn mark(tx: &mut Tx) -> Result<()> {
    let sealed = key_mark(tx.keys())?;
    tx.run(sql!(
        "update facts set value = $1 where name = 'key'",
        sealed
    ))
    .await?;
    Ok(())
}

impl Column {
    /// The condition that names one row, from this parameter on.
    fn is_row(&self, first: usize) -> String {
        let equals = |(at, part): (usize, &Part)| format!("{} = ${}", part.column, first + at);
        let all: Vec<String> = self.row.iter().enumerate().map(equals).collect();
        all.join(" and ")
    }

    /// Binds a row's name to the parameters of [`Column::is_row`].
    fn bind<'q>(&self, statement: Statement<'q>, row: &str) -> Statement<'q> {
        let values = self.row.iter().zip(row.splitn(self.row.len(), '/'));
        values.fold(statement, |statement, (part, value)| {
            match value.parse::<i64>() {
                Ok(number) if part.is_number => statement.bind(number),
                _ => statement.bind(value.to_owned()),
            }
        })
    }
}
