//! `migrate`: brings the schema up to date, as `serve` does when it starts; for those who do it apart, or want to look first.

use crate::operator::Database;
use crate::store::Db;
use clap::Args;

/// Whether to look only.
#[derive(Args, Clone, Debug)]
pub struct Options {
    /// Only say what is missing: exit code 1 if something is.
    #[arg(long)]
    pub check: bool,
    #[command(flatten)]
    pub database: Database,
}

/// Returns whether the schema is up to date in the end.
pub async fn run(options: &Options) -> anyhow::Result<bool> {
    let (url, keys) = (options.database.url()?, options.database.keys()?);
    let (db, missing) = Db::open_as_it_is(url, keys.clone()).await?;
    db.close().await;
    drop(db);
    if missing.is_empty() {
        println!("The schema is up to date.");
        return Ok(true);
    }
    for (number, name) in &missing {
        println!("{number:>4} {name}");
    }
    if options.check {
        println!(
            "{} of them missing. A `serve` of this release adds them when it starts.",
            missing.len()
        );
        return Ok(false);
    }
    let db = Db::open(url, keys).await?;
    db.close().await;
    println!("The schema is up to date now. The release before this one runs on it, too.");
    Ok(true)
}
