//! Makes a round, or works out what would change in one: reads people in one transaction, solves on a blocking thread outside
//! any, stores in a third.

use crate::domain::timer::Timer;
use crate::features::{Error, matching};
use crate::router;
use crate::store::Db;
use crate::store::db::StoreError;
use crate::store::timers::{self, DueRow};
use jiff::Timestamp;

pub async fn run(db: &Db, row: &DueRow, now: Timestamp) -> Result<(), Error> {
    let mut reading = db.read(&row.team, now).await?;
    let input = matching::gather(&mut reading).await?;
    drop(reading);
    let solved = match input {
        None => None,
        Some(input) => {
            let solve = move || {
                let solved = matching::solve(&input);
                (input, solved)
            };
            Some(aside(solve).await?)
        }
    };
    let mut tx = db.write(&row.team, now).await?;
    if timers::take(&mut tx, row.id).await?.is_none() {
        // Another replica was quicker.
        tx.rollback().await;
        return Ok(());
    }
    if let Some((input, solved)) = solved {
        let gap = solved.gap();
        if gap != 0 {
            // The pairs keep all the rules; that no others are better is what could not be proven.
            tracing::error!(team = %row.team, gap, "a round without proof");
        }
        matching::propose(&mut tx, input, solved).await?;
        router::happenings(&mut tx).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// An owner asked what would change without a pair.
pub async fn what_if(db: &Db, row: &DueRow, timer: &Timer, now: Timestamp) -> Result<(), Error> {
    let mut reading = db.read(&row.team, now).await?;
    let question = matching::question(&mut reading, &timer.subject).await?;
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
    let mut tx = db.write(&row.team, now).await?;
    if timers::take(&mut tx, row.id).await?.is_none() {
        tx.rollback().await;
        return Ok(());
    }
    if let Some((question, change)) = worked_out {
        matching::answer(&mut tx, &question, change, row.id).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// On a thread of its own: what takes long must not keep others waiting.
async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, StoreError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| StoreError::Unreadable("a round whose matching broke off"))
}
