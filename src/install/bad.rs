//! Why an installation stops, in words that say how to go on.

use super::talk::Ended;
use crate::config::BadConfig;
use std::path::PathBuf;

/// Why the installation stopped. Exit code 2.
#[derive(Debug, thiserror::Error)]
pub enum BadInstall {
    #[error("{0}")]
    Url(String),
    #[error(
        "say how Slack reaches the bot: --url https://mentor.example.com, or --socket, which needs no public address"
    )]
    NoWay,
    #[error(transparent)]
    Ended(#[from] Ended),
    #[error(transparent)]
    Config(#[from] BadConfig),
    #[error(
        "{0} cannot be written: {1}. Start in a folder where you may write, or name a file in one with --output"
    )]
    Unwritten(PathBuf, std::io::Error),
}
