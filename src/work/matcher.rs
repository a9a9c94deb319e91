//! Makes a round: reads people in one transaction, solves on a blocking thread outside any, stores in a third.

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
            let solving = tokio::task::spawn_blocking(move || {
                let solved = matching::solve(&input);
                (input, solved)
            });
            Some(
                solving
                    .await
                    .map_err(|_| StoreError::Unreadable("a round whose matching broke off"))?,
            )
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
