//! Statements of the store's functions, run within a transaction.

use super::columns::{Columns as _, FromColumn};
use super::error::Result;
use super::reading::Reading;
use super::tx::Tx;
use sqlx::Any;
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;

/// A statement and the values of `$1`, `$2`, … in their order.
macro_rules! sql {
    ($sql:expr $(, $value:expr)* $(,)?) => {
        sqlx::query($sql)$(.bind($crate::store::db::columns::ToColumn::to_column(&$value)))*
    };
}
pub(in crate::store) use sql;

/// What [`sql!`] makes.
pub(in crate::store) type Statement<'q> = Query<'q, Any, AnyArguments>;

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

    /// The one value of its one row, as of a count.
    pub(in crate::store) async fn value<T: FromColumn>(
        &mut self,
        statement: Statement<'_>,
    ) -> Result<T> {
        statement.fetch_one(self.conn()).await?.get(0)
    }

    /// The one value of its first row, if it has a row and that is not null.
    pub(in crate::store) async fn maybe<T: FromColumn>(
        &mut self,
        statement: Statement<'_>,
    ) -> Result<Option<T>> {
        let row = self.first(statement).await?;
        row.map_or(Ok(None), |row| row.maybe(0))
    }

    /// The first column of each row.
    pub(in crate::store) async fn values<T: FromColumn>(
        &mut self,
        statement: Statement<'_>,
    ) -> Result<Vec<T>> {
        let rows = self.all(statement).await?;
        rows.iter().map(|row| row.get(0)).collect()
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
}
