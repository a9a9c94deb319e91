//! The transactions of one request, begun when its feature asks for them.

use super::db::writer::{Begins, Request, begins};
use super::db::{Db, Reading, Result, StoreError, Tx};
use super::{inbox, known};
use crate::domain::ids::{TeamId, UserId};
use jiff::Timestamp;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

/// Notes a request and looks up who makes it: the note's row, when this is the first time, and the person's.
const NOTED: Begins = begins!(inbox::note!(), "; ", known::rows_about!("(0, $3, $4)"));

impl Db {
    /// [`Db::write`] for a request of `user`, which is noted under `key`: none when it was noted before, that is, when this is
    /// a retry of something finished.
    pub async fn write_once(
        &self,
        team: &TeamId,
        user: &UserId,
        now: Timestamp,
        key: &str,
    ) -> Result<Option<Tx>> {
        let request = Request {
            begins: NOTED,
            key,
            now,
            team,
            user,
        };
        let (mut tx, rows) = self.write_with(&request).await?;
        let first = match rows.as_deref() {
            Some([_note, row]) => {
                // None of somebody whose row cannot be read: whoever needs it will ask, and see why.
                tx.known = known::known(self.keys(), team, user, row).ok();
                true
            }
            Some(_) => false,
            None => inbox::first_time(&mut tx, key).await?,
        };
        if first {
            return Ok(Some(tx));
        }
        tx.rollback().await;
        Ok(None)
    }
}

/// What a request can begin: readers, and one transaction that writes. What only reads never waits for the writer, and
/// leaves no note that it was handled.
pub struct RequestTx<'a> {
    db: &'a Db,
    team: &'a TeamId,
    user: UserId,
    now: Timestamp,
    key: Option<&'a str>,
    begun: Option<Tx>,
}

/// Why no transaction was begun.
#[derive(Debug, thiserror::Error)]
pub enum NotBegun {
    #[error("a retry of a request that was handled before")]
    Repeated,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A request's connection to read on. While it lives, the request can ask for no other.
pub struct OneReading<'r>(Reading, PhantomData<&'r mut ()>);

impl Deref for OneReading<'_> {
    type Target = Reading;

    fn deref(&self) -> &Reading {
        &self.0
    }
}

impl DerefMut for OneReading<'_> {
    fn deref_mut(&mut self) -> &mut Reading {
        &mut self.0
    }
}

impl<'a> RequestTx<'a> {
    /// A request of `user` in `team`. `key` names it, so that a retry is told from it; without one, nothing is noted.
    pub fn new(
        db: &'a Db,
        team: &'a TeamId,
        user: Option<&UserId>,
        now: Timestamp,
        key: Option<&'a str>,
    ) -> Self {
        Self {
            db,
            team,
            user: user.cloned().unwrap_or_else(|| UserId::from("")),
            now,
            key,
            begun: None,
        }
    }

    /// A connection to read on: one at a time, or requests that hold one and wait for another would wait for one another.
    pub async fn reading(&mut self) -> Result<OneReading<'_>> {
        let reading = self.db.read(self.team, self.now).await?;
        Ok(OneReading(reading, PhantomData))
    }

    /// The same, for what is about whoever asks: what is known about them is read together with others' who ask at the
    /// same time.
    pub async fn reading_for_user(&mut self) -> Result<OneReading<'_>> {
        let reading = self.db.read_for(self.team, &self.user, self.now).await?;
        Ok(OneReading(reading, PhantomData))
    }

    /// The request's transaction, begun at the first call, which notes that the request is handled.
    pub async fn writing(&mut self) -> Result<&mut Tx, NotBegun> {
        let tx = match (self.begun.take(), self.key) {
            (Some(tx), _) => tx,
            (None, Some(key)) => {
                let begun = self
                    .db
                    .write_once(self.team, &self.user, self.now, key)
                    .await?;
                begun.ok_or(NotBegun::Repeated)?
            }
            (None, None) => self.db.write(self.team, self.now).await?,
        };
        Ok(self.begun.insert(tx))
    }

    /// The transaction, if it was begun.
    pub fn begun(&mut self) -> Option<&mut Tx> {
        self.begun.as_mut()
    }

    /// Makes durable what was written, if anything was.
    pub async fn commit(self) -> Result<()> {
        match self.begun {
            // Nobody knows what became of it when the answer to a commit is lost.
            Some(tx) => match tx.commit().await {
                Err(error @ StoreError::Commit(_)) => Err(error),
                Err(error) => Err(StoreError::Commit(error.to_string())),
                Ok(()) => Ok(()),
            },
            None => Ok(()),
        }
    }

    /// Undoes what was written, if anything was, the note that the request is handled included.
    pub async fn rollback(self) {
        if let Some(tx) = self.begun {
            tx.rollback().await;
        }
    }
}
