//! Makes a round, or computes how one would change: reads people in one transaction, solves on a blocking thread outside
//! any transaction, and stores the result in another.

use crate::domain::timer::{Timer, WhatIf};
use crate::features::{Error, matching};
use crate::router;
use crate::store::Db;
use crate::store::db::StoreError;
use crate::store::timers::{self, DueRow};
use jiff::Timestamp;

pub async fn run(db: &Db, row: &DueRow, now: Timestamp) -> Result<(), Error> {
    let made = solve_round(db, row, now).await?;
    store(db, row, made, now).await
}

/// A round that is solved but not stored yet.
pub type Made = (matching::Input, matching::Solved);

/// Reads and solves; none when there is nothing to do. The timer stays, so a crash during this loses nothing.
pub async fn solve_round(db: &Db, row: &DueRow, now: Timestamp) -> Result<Option<Made>, Error> {
    let mut reading = db.read(&row.team, now).await?;
    let input = matching::gather(&mut reading).await?;
    drop(reading);
    let Some(input) = input else { return Ok(None) };
    let solve = move || {
        let solved = matching::solve(&input);
        (input, solved)
    };
    Ok(Some(aside(solve).await?))
}

/// Stores the result. A request that came meanwhile has set the timer again, and runs next.
pub async fn store(db: &Db, row: &DueRow, made: Option<Made>, now: Timestamp) -> Result<(), Error> {
    let mut tx = db.background_write(&row.team, now).await?;
    let is_last = timers::take(&mut tx, row.id).await?;
    if !is_last && timers::due(&mut tx, &Timer::Match).await?.is_none() {
        // Another replica was faster.
        tx.rollback().await;
        return Ok(());
    }
    if let Some((input, solved)) = made {
        let gap = solved.gap();
        if gap != 0 {
            // The pairs obey all rules, but it is not proven that no others are better.
            tracing::error!(team = %row.team, gap, "a round could not be proven best");
        }
        matching::propose(&mut tx, input, solved).await?;
        router::happenings(&mut tx).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Answers an owner who asked what would change without a pair.
pub async fn what_if(db: &Db, row: &DueRow, asked: &WhatIf, now: Timestamp) -> Result<(), Error> {
    let mut reading = db.read(&row.team, now).await?;
    let question = matching::question(&mut reading, asked).await?;
    drop(reading);
    let worked_out = match question {
        None => None,
        Some(question) => {
            let work = move || {
                let change = matching::work_out(&question);
                (question, change)
            };
            Some(aside(work).await?)
        }
    };
    let mut tx = db.background_write(&row.team, now).await?;
    if !timers::take(&mut tx, row.id).await? {
        tx.rollback().await;
        return Ok(());
    }
    matching::answer(&mut tx, asked, worked_out, row.id).await?;
    tx.commit().await?;
    Ok(())
}

/// Runs on a blocking thread, because long work must not block the runtime's threads.
async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, StoreError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| StoreError::Unreadable("a round's matching was interrupted"))
}
