//! Mistakes in the configuration, each with the way to mend it.

use crate::store::seal::SealError;
use std::net::SocketAddr;
use std::path::PathBuf;

/// A missing or wrong configuration value, and how to fix it. Exit code 2.
#[derive(Debug, thiserror::Error)]
pub enum BadConfig {
    #[error(
        "no Slack app is configured, and there is no reverse-mentor.env in {0}. Start in the folder where `reverse-mentor \
         install` wrote it, or run `reverse-mentor install` here"
    )]
    NothingHere(PathBuf),
    #[error("{0} holds {1}. {2}")]
    WrongKind(&'static str, &'static str, &'static str),
    #[error("{0} is not set. {1}")]
    Missing(&'static str, &'static str),
    #[error("DATABASE_URL must start with sqlite: or postgres:, not \"{0}\"")]
    Database(String),
    #[error("DATABASE_URL names no file, so everything would be lost at exit: use sqlite://FILE")]
    NoFile,
    #[error("the database {0} cannot be opened: {1}")]
    DoesNotOpen(String, String),
    #[error(
        "another `serve` is using the database {0}. Stop it first; running several at once takes PostgreSQL"
    )]
    InUse(PathBuf),
    #[error("{0} cannot be created: {1}. Does its folder exist, and may this user write there?")]
    Lock(PathBuf, std::io::Error),
    #[error(
        "the key file {0} is gone, and the database beside it is sealed with that key. Put the file back from your \
         copy, or set REVERSE_MENTOR_KEY"
    )]
    LostKey(PathBuf),
    #[error(
        "the database {0} is gone, but its key file is still there. Put the database back from your copy; or, to \
         start over with nobody in it, start once with --new-database"
    )]
    LostDatabase(PathBuf),
    #[error(
        "cannot listen on {0}: {1}. Name another port with --listen 127.0.0.1:PORT, or REVERSE_MENTOR_LISTEN"
    )]
    Listen(SocketAddr, std::io::Error),
    #[error("{0} and {0}_FILE are both set: keep one of them")]
    Twice(&'static str),
    #[error("the file that {0}_FILE or a systemd credential names, {1}: {2}")]
    SecretFile(&'static str, PathBuf, String),
    #[error("the configuration in {0}: {1}")]
    EnvFile(PathBuf, String),
    #[error(
        "SLACK_BOT_TOKEN is for one workspace, SLACK_CLIENT_ID and SLACK_CLIENT_SECRET are for many: keep one of the two"
    )]
    OneOrMany,
    #[error(
        "REVERSE_MENTOR_PROGRAM declares the program of one workspace; with many, each is set up with /reverse-mentor setup"
    )]
    ProgramOfMany,
    #[error("{0}")]
    Slack(String),
    #[error("REVERSE_MENTOR_KEY: {0}")]
    Key(#[from] SealError),
    #[error("the key file {0}: {1}")]
    KeyFile(PathBuf, std::io::Error),
    #[error("the program in {0}: {1}")]
    Program(PathBuf, String),
    #[error("REVERSE_MENTOR_CLOCK must read WALL_MS,ORIGIN_MS,SPEED, and may end in ,AHEAD_MS")]
    Clock,
}

/// An error with its causes, but for those that it says itself.
pub fn in_full(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if text.is_empty() {
            text = cause;
        } else if !text.contains(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_says_nothing_twice() {
        let error =
            anyhow::Error::from(BadConfig::Key(SealError::BadKey)).context("the start failed");
        let told = in_full(&error);
        assert!(
            told.starts_with("the start failed: REVERSE_MENTOR_KEY: "),
            "{told}"
        );
        assert_eq!(told.matches("hexadecimal").count(), 1, "{told}");
    }
}
