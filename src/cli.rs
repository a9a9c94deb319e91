//! The command line.

use crate::app::{App, Doors};
use crate::clock::Clock;
use crate::config::sources::{LOGS, Sources};
use crate::config::{BadConfig, Config, in_full};
use crate::doctor;
use crate::erase::{self, BadErase};
use crate::export::{self, BadExport};
use crate::import::{self, BadImport};
use crate::install::{self, BadInstall};
use crate::offline::{self, BadMatch};
use crate::operator::BadPlace;
use crate::people_file::{self, BadPeople};
use crate::rehearse::{self, BadRehearsal};
use crate::report::{self, BadReport};
use crate::slack::client::BadUrl;
use crate::store::db::StoreError;
use crate::telemetry;
use crate::upkeep::{BadUpkeep, backup, migrate, restore, rotate_key};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use std::net::SocketAddr;
use std::process::ExitCode;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// A Slack bot that runs a company's reverse mentoring program.
#[derive(Parser)]
#[command(version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// A guided first run: the Slack app's manifest, the secrets, checks, and a configuration file.
    Install(install::Options),
    /// Print the Slack app's manifest, to create or update the app from.
    Manifest(install::ManifestOptions),
    /// Serve Slack: commands, buttons and events in, messages out.
    Serve(Box<Config>),
    /// Check configuration, database, token, scopes, people, channel and clock: each line says ok, or how to fix it.
    Doctor(Box<Config>),
    /// Erase what is stored about somebody who has left the company, after showing what that is. `serve` may be running.
    Erase(erase::Options),
    /// Bring in the organization from a file, after showing what it changes: who reports to whom, also of people who do not take
    /// part. `serve` may be running.
    #[command(after_long_help = people_file::columns_in_words())]
    Import(Box<import::Options>),
    /// Write what the program came to as a page of figures, for a browser or for paper. `serve` may be running.
    Report(report::Options),
    /// Write participants, pairs, months and weekly figures as CSV files. `serve` may be running.
    Export(export::Options),
    /// Copy a SQLite database into one file, beside a running `serve`.
    Backup(backup::Options),
    /// Put a copy in the place of the database, after showing what is in it. `serve` must not be running.
    Restore(restore::Options),
    /// Bring the database's schema up to date, as `serve` does when it starts.
    Migrate(migrate::Options),
    /// Seal everything anew with a new key, so that the old one can go.
    RotateKey(rotate_key::Options),
    /// Run a whole program in your browser: the real bot, a made-up company and a clock you push. Needs no configuration.
    #[cfg(feature = "demo")]
    Demo(crate::demo::Options),
    /// Run months of a program in seconds: made-up people on a local Slack, with a report. Needs no configuration.
    Rehearse(rehearse::Options),
    /// Find the best pairs in a file of people (.xlsx or CSV), with reasons, and what bound everyone left over; or replay a stored
    /// round exactly. Needs no Slack.
    #[command(after_long_help = people_file::columns_in_words())]
    Match(Box<offline::Options>),
    /// Print a CSV file of some twenty people to start from.
    ExportTemplate(offline::Template),
}

/// Runs the command line. Exit codes: 0 well, 1 a promise broke or a check failed, 2 bad input or configuration.
pub fn main() -> ExitCode {
    let sources = match Sources::read() {
        Ok(sources) => sources,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::from(2);
        }
    };
    for stranger in sources.strangers(&Cli::command()) {
        eprintln!("warning: {stranger}");
    }
    let logs = LOGS.map(|name| configured(name, &sources));
    let cli = sources.into_defaults(Cli::command()).get_matches();
    let cli = Cli::from_arg_matches(&cli).unwrap_or_else(|error| error.exit());
    // The others print only their report or, for the demo, its page; RUST_LOG asks for more.
    let is_quiet = !matches!(cli.command, Command::Serve(_) | Command::Doctor(_));
    if (!is_quiet || std::env::var_os("RUST_LOG").is_some())
        && let Err(error) = telemetry::log(logs)
    {
        eprintln!("error: {error}");
        return ExitCode::from(2);
    }
    let mut runtime = match &cli.command {
        // Its work is sequential, so more threads would only wake each other.
        Command::Rehearse(_) => tokio::runtime::Builder::new_current_thread(),
        _ => tokio::runtime::Builder::new_multi_thread(),
    };
    let runtime = runtime.enable_all().build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: the runtime could not start: {error}");
            return ExitCode::from(1);
        }
    };
    let done = runtime.block_on(run(cli.command));
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    match done {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {}", in_full(&error));
            ExitCode::from(if is_bad_input(&error) { 2 } else { 1 })
        }
    }
}

/// A setting of the environment or of the configuration file, if it isn't empty.
fn configured(name: &str, sources: &Sources) -> Option<String> {
    let set = std::env::var(name).ok();
    let value = set.or_else(|| sources.value(name).map(str::to_owned));
    value.filter(|value| !value.is_empty())
}

async fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Serve(config) => serve(&config).await,
        Command::Install(options) => {
            let is_well = install::run(&options).await?;
            Ok(ExitCode::from(u8::from(!is_well)))
        }
        Command::Manifest(options) => {
            print!("{}", options.manifest()?);
            Ok(ExitCode::SUCCESS)
        }
        Command::Doctor(config) => {
            let report = doctor::examine(&config, &config.clock()?).await;
            print!("{}", report.render());
            Ok(ExitCode::from(u8::from(!report.is_well())))
        }
        Command::Erase(options) => {
            let is_done = erase::run(&options).await?;
            Ok(ExitCode::from(u8::from(!is_done)))
        }
        Command::Import(options) => {
            let is_done = import::run(&options).await?;
            Ok(ExitCode::from(u8::from(!is_done)))
        }
        Command::Report(options) => {
            report::run(&options).await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Export(options) => {
            export::run(&options).await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Backup(options) => {
            backup::run(&options).await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Restore(options) => {
            let is_done = restore::run(&options).await?;
            Ok(ExitCode::from(u8::from(!is_done)))
        }
        Command::Migrate(options) => {
            let is_done = migrate::run(&options).await?;
            Ok(ExitCode::from(u8::from(!is_done)))
        }
        Command::RotateKey(options) => {
            let is_done = rotate_key::run(&options).await?;
            Ok(ExitCode::from(u8::from(!is_done)))
        }
        Command::Match(options) => {
            let is_well = offline::run(&options, Clock::wall().now()).await?;
            Ok(ExitCode::from(u8::from(!is_well)))
        }
        Command::ExportTemplate(template) => {
            offline::export_template(&template)?;
            Ok(ExitCode::SUCCESS)
        }
        #[cfg(feature = "demo")]
        Command::Demo(options) => {
            // It removes its files before it stops.
            let stop = CancellationToken::new();
            tokio::spawn(stop_on_signal(stop.clone()));
            tokio::select! {
                done = crate::demo::run(&options) => done.map(|()| ExitCode::SUCCESS),
                () = stop.cancelled() => Ok(ExitCode::SUCCESS),
            }
        }
        Command::Rehearse(options) => {
            // It removes its files before it stops.
            let stop = CancellationToken::new();
            tokio::spawn(stop_on_signal(stop.clone()));
            tokio::select! {
                well = rehearse::run(&options) => Ok(if well? { ExitCode::SUCCESS } else { ExitCode::from(1) }),
                () = stop.cancelled() => anyhow::bail!("stopped before the end"),
            }
        }
    }
}

async fn serve(config: &Config) -> anyhow::Result<ExitCode> {
    // First, because claiming the database leaves a file in the folder.
    config.check_app()?;
    // It can be stopped while it waits for the database.
    let stop = CancellationToken::new();
    tokio::spawn(stop_on_signal(stop.clone()));
    let waits = Config {
        waits_for_database: true,
        ..config.clone()
    };
    let started = async {
        let claim = config.claim().await?;
        let app = App::new(&waits, config.clock()?).await?;
        anyhow::Ok((claim, app))
    };
    let (_claim, app) = tokio::select! {
        started = started => started?,
        () = stop.cancelled() => return Ok(ExitCode::SUCCESS),
    };
    let doors = Doors {
        slack: listen(config.listen).await?,
        admin: match config.admin_listen {
            Some(address) => Some(listen(address).await?),
            None => None,
        },
    };
    tracing::info!(listen = %config.listen, "serving");
    app.serve(doors, stop).await?;
    tracing::info!("stopped");
    Ok(ExitCode::SUCCESS)
}

async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address)
        .await
        .map_err(|error| BadConfig::Listen(address, error).into())
}

/// Cancels `stop` on SIGTERM (an orchestrator) or Ctrl-C (a person).
async fn stop_on_signal(stop: CancellationToken) {
    use tokio::signal::unix::{SignalKind, signal};
    if let Ok(mut term) = signal(SignalKind::terminate()) {
        tokio::select! {
            _ = term.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
    } else {
        let _ = tokio::signal::ctrl_c().await;
    }
    stop.cancel();
}

fn is_bad_input(error: &anyhow::Error) -> bool {
    #[cfg(feature = "demo")]
    if error.is::<crate::demo::BadDemo>() {
        return true;
    }
    error.is::<BadConfig>()
        || error.is::<BadUrl>()
        || error.is::<BadPeople>()
        || error.is::<BadRehearsal>()
        || error.is::<BadMatch>()
        || error.is::<BadErase>()
        || error.is::<BadPlace>()
        || error.is::<BadImport>()
        || error.is::<BadReport>()
        || error.is::<BadExport>()
        || error.is::<BadInstall>()
        || error.is::<BadUpkeep>()
        || matches!(
            error.downcast_ref::<StoreError>(),
            Some(StoreError::Seal(_) | StoreError::NotOurs | StoreError::Connect(_))
        )
}
