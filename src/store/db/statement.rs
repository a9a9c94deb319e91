//! Statements of the store's functions, run within a transaction.

use super::columns::{FromColumn, ToColumn, get, maybe};
use super::error::Result;
use super::reading::Reading;
use super::tx::Tx;
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, AssertSqlSafe};

/// A statement and the values of `$1`, `$2`, … in their order.
macro_rules! sql {
    ($sql:expr $(, $value:expr)* $(,)?) => {
        sqlx::query($sql)$(.bind($crate::store::db::columns::ToColumn::to_column(&$value)))*
    };
}
pub(in crate::store) use sql;

/// A statement's text that was put together from constants of ours.
pub(in crate::store) fn built(text: String) -> AssertSqlSafe<String> {
    AssertSqlSafe(text)
}

/// What [`sql!`] makes.
pub(in crate::store) type Statement<'q> = Query<'q, Any, AnyArguments>;

/// A statement and its values where their number varies.
pub(in crate::store) fn sql_with<T: ToColumn>(
    sql: &'static str,
    values: impl IntoIterator<Item = T>,
) -> Statement<'static> {
    let values = values.into_iter();
    values.fold(sqlx::query(sql), |statement, value| {
        statement.bind(value.to_column())
    })
}

impl Reading {
    /// All rows of it.
    pub(in crate::store) async fn all(&mut self, statement: Statement<'_>) -> Result<Vec<AnyRow>> {
        Ok(statement.fetch_all(self.conn()).await?)
    }

    /// Its first row, if it has any.
    pub(in crate::store) async fn first(
        &mut self,
        statement: Statement<'_>,
    ) -> Result<Option<AnyRow>> {
        Ok(statement.fetch_optional(self.conn()).await?)
    }

    /// What `read` makes of each row.
    pub(in crate::store) async fn read_all<T>(
        &mut self,
        statement: Statement<'_>,
        read: impl Fn(&Self, &AnyRow) -> Result<T>,
    ) -> Result<Vec<T>> {
        let rows = self.all(statement).await?;
        rows.iter().map(|row| read(self, row)).collect()
    }

    /// What `read` makes of its first row, if it has any.
    pub(in crate::store) async fn read_first<T>(
        &mut self,
        statement: Statement<'_>,
        read: impl Fn(&Self, &AnyRow) -> Result<T>,
    ) -> Result<Option<T>> {
        let row = self.first(statement).await?;
        row.map(|row| read(self, &row)).transpose()
    }

    /// Its one row, as of several counts.
    pub(in crate::store) async fn one(&mut self, statement: Statement<'_>) -> Result<AnyRow> {
        Ok(statement.fetch_one(self.conn()).await?)
    }

    /// The one value of its one row, as of a count.
    pub(in crate::store) async fn value<T: FromColumn>(
        &mut self,
        statement: Statement<'_>,
    ) -> Result<T> {
        get(&self.one(statement).await?, 0)
    }

    /// The one value of its first row, if it has a row and that is not null.
    pub(in crate::store) async fn maybe<T: FromColumn>(
        &mut self,
        statement: Statement<'_>,
    ) -> Result<Option<T>> {
        let row = self.first(statement).await?;
        row.map_or(Ok(None), |row| maybe(&row, 0))
    }

    /// The first column of each row.
    pub(in crate::store) async fn values<T: FromColumn>(
        &mut self,
        statement: Statement<'_>,
    ) -> Result<Vec<T>> {
        self.read_all(statement, |_, row| get(row, 0)).await
    }

    /// Whether it has a row.
    pub(in crate::store) async fn any(&mut self, statement: Statement<'_>) -> Result<bool> {
        Ok(self.first(statement).await?.is_some())
    }
}

impl Tx {
    /// Runs what changes rows: how many it changed.
    pub(in crate::store) async fn run(&mut self, statement: Statement<'_>) -> Result<u64> {
        Ok(statement.execute(self.conn()).await?.rows_affected())
    }

    /// Runs what changes one row or none: whether it changed one.
    pub(in crate::store) async fn changes(&mut self, statement: Statement<'_>) -> Result<bool> {
        Ok(self.run(statement).await? > 0)
    }
}
