//! `export`: an operator writes the files that owners get in Slack. `serve` may be running.

use crate::domain::ids::UserId;
use crate::features::report;
use crate::operator::{self, OPERATOR, Place};
use clap::Args;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

/// Where the files go.
#[derive(Args, Clone, Debug)]
pub struct Options {
    /// The folder for the files, made if it is not there. Files of an earlier export in it are replaced.
    #[arg(long, value_name = "FOLDER", default_value = "reverse-mentor-export")]
    pub output: PathBuf,
    #[command(flatten)]
    pub place: Place,
}

/// What is wrong with the command. Exit code 2.
#[derive(Debug, thiserror::Error)]
pub enum BadExport {
    #[error("{0} cannot be written: {1}")]
    Output(PathBuf, std::io::Error),
}

/// Writes the files, for the operator's own eyes: they name people.
pub async fn run(options: &Options) -> anyhow::Result<()> {
    let clock = options.place.clock()?;
    let db = options.place.open(&clock).await?;
    let made = async {
        let team = options.place.only_team(&db, &clock).await?;
        operator::in_one(&db, &team, &clock, async |tx| {
            let files = report::files(tx, None).await?;
            report::exported(tx, &UserId::from(OPERATOR)).await?;
            Ok(files)
        })
        .await
    }
    .await;
    db.close().await;
    let folder = &options.output;
    let bad = |path: &Path, error| BadExport::Output(path.to_owned(), error);
    std::fs::create_dir_all(folder).map_err(|error| bad(folder, error))?;
    for (file, content) in made? {
        let path = folder.join(file.name());
        write(&path, &content).map_err(|error| bad(&path, error))?;
        println!("Written to {}.", path.display());
    }
    println!("Retention and promotion are not in them: HR can set them beside the Slack ids.");
    Ok(())
}

fn write(path: &Path, content: &str) -> std::io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(content.as_bytes())
}
