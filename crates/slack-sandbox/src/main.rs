//! `slack-sandbox serve`: a local Slack for an app in any language.

mod serve;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// A local Slack for tests of Slack apps.
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves a local Slack on 127.0.0.1 until Ctrl-C.
    Serve(Box<serve::Serve>),
}

/// Exit code 0: ended by Ctrl-C. 2: the flags or the people file are wrong, or the port is taken.
#[tokio::main]
async fn main() -> ExitCode {
    let Command::Serve(how) = Cli::parse().command;
    match serve::run(&how).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::from(2)
        }
    }
}
