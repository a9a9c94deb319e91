//! The command line of a rehearsal.

use clap::{Args, ValueEnum};
use slack_sandbox::Faults;
use std::path::PathBuf;

/// How a rehearsal is asked for.
#[derive(Args, Clone, Debug)]
pub struct Options {
    /// How many people take part.
    #[arg(long, default_value_t = 40, value_parser = clap::value_parser!(u16).range(2..=5000))]
    pub people: u16,
    /// How many months a pair goes through.
    #[arg(long, default_value_t = 6, value_parser = clap::value_parser!(u8).range(1..=24))]
    pub months: u8,
    /// The same seed makes the same people with the same habits.
    #[arg(long, default_value_t = 7)]
    pub seed: u64,
    /// People from a file (.xlsx or CSV) instead of made-up ones; `reverse-mentor match --help` says which columns it has.
    #[arg(long, value_name = "FILE", conflicts_with = "people")]
    pub csv: Option<PathBuf>,
    /// Slack misbehaves: lost connections, 429s, 500s, late answers, repeated events.
    #[arg(long, value_enum)]
    pub faults: Option<Faulty>,
    /// Slack's requests come over Socket Mode connections instead of HTTP.
    #[arg(long)]
    pub socket: bool,
    /// Write the figures as one flat JSON object; - is standard output, in place of the report.
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Print what one person saw: a name or part of it, an id, a number from 1, or a habit (prompt, steady, slow, silent,
    /// travelling, pausing, careful, leaving, departing, guest) for the first person who has it.
    #[arg(long, value_name = "PERSON")]
    pub transcript: Option<String>,
    /// The bot's database; a SQLite file of its own when not given.
    #[arg(long, hide = true)]
    pub database: Option<String>,
}

/// How badly Slack misbehaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Faulty {
    /// A bad day: about one call in fifty goes wrong.
    Light,
    /// An outage: about one call in five goes wrong.
    Heavy,
}

impl Faulty {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Heavy => "heavy",
        }
    }

    pub(super) fn faults(self) -> Faults {
        let faults = match self {
            Self::Light => Faults::light(),
            Self::Heavy => Faults::heavy(),
        };
        Faults {
            latency_ms: 0,
            hang_ms: HANG_MS,
            ..faults
        }
    }
}

/// Longer than the bot's time-out.
const HANG_MS: u64 = 200;
