//! How statements run: how long each may take, whether the server keeps it prepared, and what its error means.

use super::engine::Engine;
use super::error::Trouble;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream, StreamExt as _};
use sqlx::any::{AnyQueryResult, AnyRow, AnyStatement, AnyTypeInfo};
use sqlx::{Any, AnyConnection, Either, Error, Execute, Executor, SqlStr};
use std::time::Duration;

/// A connection as the functions of the store use it. An error over it is noted for whoever holds the connection.
#[derive(Debug)]
pub(crate) struct Runner<'c> {
    pub(super) conn: &'c mut AnyConnection,
    pub(super) trouble: &'c mut Trouble,
    pub(super) manner: Manner,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Manner {
    pub(super) engine: Engine,
    /// Statements are prepared for one use and without a name: behind a pooler the next one may meet another server, which
    /// does not know the name, or knows it from somebody else.
    pub(super) unnamed: bool,
    /// How long to wait for each answer. None where nothing can get lost in between.
    pub(super) limit: Option<Duration>,
}

impl Manner {
    pub(super) const SQLITE: Self = Self {
        engine: Engine::Sqlite,
        unnamed: false,
        limit: None,
    };

    async fn within<T>(self, answer: impl Future<Output = T>) -> Result<T, Error> {
        match self.limit {
            None => Ok(answer.await),
            Some(limit) => tokio::time::timeout(limit, answer)
                .await
                .map_err(|_| Error::Io(std::io::ErrorKind::TimedOut.into())),
        }
    }
}

type Step = Result<Either<AnyQueryResult, AnyRow>, Error>;

impl Runner<'_> {
    /// A statement in a transaction that is gone would be one of its own.
    fn refuses(&self) -> Option<Error> {
        (*self.trouble >= Trouble::Lost)
            .then(|| Error::AnyDriverError("the transaction is lost".into()))
    }
}

impl<'c> Executor<'c> for Runner<'c> {
    type Database = Any;

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, Step>
    where
        'c: 'e,
        E: 'q + Execute<'q, Any>,
    {
        if let Some(error) = self.refuses() {
            return stream::iter([Err(error)]).boxed();
        }
        let (trouble, manner) = (self.trouble, self.manner);
        let steps = if manner.unnamed {
            self.conn.fetch_many(Unnamed(query))
        } else {
            self.conn.fetch_many(query)
        };
        let next = move |state: Option<(BoxStream<'e, Step>, &'c mut Trouble)>| async move {
            let (mut steps, trouble) = state?;
            match manner.within(steps.next()).await {
                Ok(Some(Ok(step))) => Some((Ok(step), Some((steps, trouble)))),
                Ok(None) => None,
                Ok(Some(Err(error))) | Err(error) => {
                    trouble.note(Trouble::of(manner.engine, &error));
                    Some((Err(error), None))
                }
            }
        };
        stream::unfold(Some((steps, trouble)), next).boxed()
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<Option<AnyRow>, Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Any>,
    {
        Box::pin(async move {
            if let Some(error) = self.refuses() {
                return Err(error);
            }
            let row = if self.manner.unnamed {
                self.conn.fetch_optional(Unnamed(query))
            } else {
                self.conn.fetch_optional(query)
            };
            let row = self.manner.within(row).await.and_then(|row| row);
            if let Err(error) = &row {
                self.trouble.note(Trouble::of(self.manner.engine, error));
            }
            row
        })
    }

    fn prepare_with<'e>(
        self,
        sql: SqlStr,
        parameters: &'e [AnyTypeInfo],
    ) -> BoxFuture<'e, Result<AnyStatement, Error>>
    where
        'c: 'e,
    {
        self.conn.prepare_with(sql, parameters)
    }
}

/// A query that leaves nothing behind on the server.
pub(super) struct Unnamed<E>(pub(super) E);

impl<'q, E: Execute<'q, Any>> Execute<'q, Any> for Unnamed<E> {
    fn sql(self) -> SqlStr {
        self.0.sql()
    }

    fn statement(&self) -> Option<&AnyStatement> {
        self.0.statement()
    }

    fn take_arguments(
        &mut self,
    ) -> Result<Option<sqlx::any::AnyArguments>, sqlx::error::BoxDynError> {
        self.0.take_arguments()
    }

    fn persistent(&self) -> bool {
        false
    }
}
