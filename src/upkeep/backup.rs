//! `backup`: a copy of the database in one file, made beside a running `serve`, and read once to be sure of it.

use super::{BadUpkeep, sqlite};
use crate::operator::Database;
use crate::store::db::copy;
use clap::Args;
use std::path::PathBuf;

/// Where the copy goes.
#[derive(Args, Clone, Debug)]
pub struct Options {
    /// The copy: a file that is not there yet.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Put the copy in the place of an older one, once it is whole.
    #[arg(long)]
    pub replace: bool,
    #[command(flatten)]
    pub database: Database,
}

/// Makes the copy, and says what is in it.
pub async fn run(options: &Options) -> anyhow::Result<()> {
    let (to, url) = (&options.file, options.database.url()?);
    let from = sqlite(url, BadUpkeep::DumpIt(to.clone()))?;
    let keys = options.database.keys()?;
    if to.exists() && (!options.replace || same(&from, to)) {
        return Err(BadUpkeep::IsThere(to.clone()).into());
    }
    copy::copy(&from, to).await?;
    let contents = copy::look(to, &keys).await;
    let contents = contents.map_err(|error| BadUpkeep::BadCopy(to.clone(), error.to_string()))?;
    println!("{}: {contents}.", to.display());
    println!(
        "It opens only with the key: keep a copy of that too, somewhere else. Put it back with: reverse-mentor restore {}",
        to.display()
    );
    Ok(())
}

fn same(one: &std::path::Path, other: &std::path::Path) -> bool {
    let real = |file: &std::path::Path| file.canonicalize().ok();
    real(one).is_some() && real(one) == real(other)
}
