//! The command line of `match`, and its errors.

use crate::domain::ids::{RoundId, UserId};
use crate::people_file;
use clap::Args;
use jiff::civil::Date;
use secrecy::SecretString;
use std::path::{Path, PathBuf};

/// How pairs are asked for.
#[derive(Args, Clone, Debug)]
pub struct Options {
    /// A file of people, as .xlsx or CSV: `export-template` prints one to start from, `--help` lists its columns.
    #[arg(required_unless_present = "round")]
    pub people: Option<PathBuf>,
    /// Replay a round from the database instead, from what it was made from, and say whether the same pairs come out
    /// (exit code 1 if not): its id, or `last`. It only reads, and `serve` may be running.
    #[arg(long, value_name = "ID", conflicts_with_all = ["people", "columns", "stages", "settings", "seed", "on"])]
    pub round: Option<String>,
    /// For `--round`: `sqlite://FILE` or `postgres://…`
    #[arg(
        long = "database",
        alias = "database-url",
        value_name = "URL",
        env = "DATABASE_URL",
        default_value = "sqlite://reverse-mentor.db",
        hide_env_values = true
    )]
    pub database_url: String,
    /// For `--round`: the key that opens what is sealed, if it is not in the file beside the database.
    #[arg(long = "key", env = "REVERSE_MENTOR_KEY", hide_env_values = true)]
    pub key: Option<SecretString>,
    /// Which of the file's headers means which column, where that is not clear, such as `manager="Reports To"`; - for none.
    #[arg(long = "column", value_name = "NAME=HEADER", value_parser = people_file::mapping_entry)]
    pub columns: Vec<(String, String)>,
    /// Which of the program's stages (by name or number) a word of the file is, such as `"Manager=Experienced"`; - for none:
    /// whoever has it does not take part.
    #[arg(long = "stage", value_name = "WORD=STAGE", value_parser = people_file::stage_entry)]
    pub stages: Vec<(String, String)>,
    /// The program's settings, in a file as for `REVERSE_MENTOR_PROGRAM`; without it, the defaults.
    #[arg(long, value_name = "FILE")]
    pub settings: Option<PathBuf>,
    /// Breaks ties: the same people, settings, day and seed give the same pairs.
    #[arg(long, default_value_t = 7)]
    pub seed: u64,
    /// Write the outcome as JSON; - is standard output, in place of the report.
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// The day to match on, since clocks change and with them the hours people share; without it, today.
    #[arg(long, value_name = "DATE")]
    pub on: Option<Date>,
    /// Say instead what speaks for these two, and what would change with or without them.
    #[arg(long, num_args = 2, value_names = ["MENTOR", "MENTEE"])]
    pub explain: Option<Vec<String>>,
}

impl Options {
    /// Whether the JSON replaces the report.
    pub fn json_to_output(&self) -> bool {
        self.json.as_deref() == Some(Path::new("-"))
    }
}

/// What `export-template` prints.
#[derive(Args, Clone, Debug)]
pub struct Template {
    /// A made-up company of this size instead, as `rehearse` has it.
    #[arg(long, hide = true)]
    pub people: Option<usize>,
    #[arg(long, default_value_t = 7, hide = true)]
    pub seed: u64,
}

/// Bad input other than the people's file. Exit code 2.
#[derive(Debug, thiserror::Error)]
pub enum BadMatch {
    #[error("{0} cannot be written: {1}")]
    Json(PathBuf, std::io::Error),
    #[error(
        "nobody in the file is called \"{0}\": use the id, email address or name of someone in it"
    )]
    Nobody(String),
    #[error("\"{0}\" is in the file but does not take part, so nobody is paired with them")]
    Bystander(String),
    #[error("several people in the file are called \"{0}\": use an id or an email address")]
    Several(String),
    #[error("--json - and --explain both write to standard output: give --json a file")]
    BothToOutput,
    #[error("{0} is the file with the people: give --json another one")]
    Overwrites(PathBuf),
    #[error("{0} is too far away to match on")]
    Day(Date),
    #[error("there is no round \"{0}\". {1}")]
    NoSuchRound(String, String),
    #[error(
        "{0} is an invitation: the two asked for each other, so nothing was chosen that could be replayed"
    )]
    Invitation(RoundId),
    #[error(
        "round {0} does not have both of these people: use the Slack ids of people who were looking for a partner then"
    )]
    NotIn(RoundId),
    #[error(
        "{0} does not mentor {1} in that round. For a stored round, only its pairs are explained: why two others are \
         not a pair could reveal who someone would rather not be paired with"
    )]
    NoPair(UserId, UserId),
}
