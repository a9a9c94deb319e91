//! `report`: an operator writes the report that owners get in Slack. `serve` may be running.

use crate::domain::ids::UserId;
use crate::features::report;
use crate::operator::{self, OPERATOR, Place};
use clap::Args;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Where the report goes.
#[derive(Args, Clone, Debug)]
pub struct Options {
    /// The page to write; - is standard output.
    #[arg(long, value_name = "FILE", default_value = "report.html")]
    pub output: PathBuf,
    #[command(flatten)]
    pub place: Place,
}

/// What is wrong with the command. Exit code 2.
#[derive(Debug, thiserror::Error)]
pub enum BadReport {
    #[error("{0} cannot be written: {1}")]
    Output(PathBuf, std::io::Error),
}

/// Writes the report. What it shows is noted, so that the next report or digest gives no second look at the same people.
pub async fn run(options: &Options) -> anyhow::Result<()> {
    let clock = options.place.clock()?;
    let db = options.place.open(&clock).await?;
    let made = async {
        let team = options.place.only_team(&db, &clock).await?;
        operator::in_one(&db, &team, &clock, async |tx| {
            report::make(tx, &UserId::from(OPERATOR)).await
        })
        .await
    }
    .await;
    db.close().await;
    write(&options.output, &made?)?;
    Ok(())
}

fn write(output: &Path, page: &str) -> Result<(), BadReport> {
    let written = if output == Path::new("-") {
        std::io::stdout().write_all(page.as_bytes())
    } else {
        std::fs::write(output, page)
    };
    written.map_err(|error| BadReport::Output(output.to_owned(), error))?;
    if output != Path::new("-") {
        println!("Written to {}.", output.display());
    }
    Ok(())
}
