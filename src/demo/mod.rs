//! The whole program in a browser, without a Slack workspace: the real bot against the local Slack, on a clock that
//! the user moves.
//!
//! ```text
//! guard.rs, routes.rs         who gets in; paths
//! asked.rs                    the part of the page to show, and the action
//! acts.rs, modals.rs          actions: type, press, choose, submit, move the clock, break things
//! show.rs, page_state.rs      the bot and its people; what the page shows beside Slack
//! roles.rs                    who can be played
//! page.rs, talk.rs, behind.rs the page, with pages/; assets/ has its style and script
//! render/                     Block Kit as HTML, escaped first
//! timeline.rs, causes.rs      what the bot did and why; wire.rs shows what crossed the wire
//! ```
//!
//! The server renders whole pages; when something changed, the script fetches the page again and replaces what differs.

mod acts;
mod asked;
mod behind;
mod causes;
mod guard;
mod modals;
mod page;
mod page_state;
mod render;
mod roles;
mod routes;
mod show;
mod talk;
#[cfg(test)]
mod tests;
mod timeline;
mod wire;

use crate::rehearse::{self, Company};
use clap::Args;
use show::{Script, Show};
use std::net::SocketAddr;
use std::path::PathBuf;
use tokio::net::TcpListener;

/// How a demo is asked for.
#[derive(Args, Clone, Debug)]
pub struct Options {
    /// Where to serve the page; on this machine only.
    #[arg(long, env = "REVERSE_MENTOR_LISTEN", default_value = "127.0.0.1:3000", value_parser = crate::config::address)]
    pub listen: SocketAddr,
    /// How many people are in the made-up company.
    #[arg(long, default_value_t = 40, value_parser = clap::value_parser!(u16).range(2..=1000))]
    pub people: u16,
    /// The same seed makes the same people with the same habits.
    #[arg(long, default_value_t = 7)]
    pub seed: u64,
    /// Your own people from a CSV file, as for `rehearse`.
    #[arg(long, value_name = "FILE", conflicts_with = "people")]
    pub csv: Option<PathBuf>,
    /// The bot's database; a temporary SQLite file when not given.
    #[arg(long, hide = true)]
    pub database: Option<String>,
}

/// The demo cannot start with these options: the reason and its fix. Exit code 2.
#[derive(Debug, thiserror::Error)]
pub enum BadDemo {
    #[error(
        "REVERSE_MENTOR_LISTEN is {0}: anyone who opens the demo can act as everyone in it, so it listens on this \
         machine only. Use 127.0.0.1:{port} or [::1]:{port}", port = .0.port()
    )]
    NotLocal(SocketAddr),
    #[error("cannot listen on {0}: {1}. Name another port with --listen 127.0.0.1:PORT")]
    Taken(SocketAddr, std::io::Error),
}

/// Serves the page until it is told to stop.
pub async fn run(options: &Options) -> anyhow::Result<()> {
    let (address, serving) = open(options).await?;
    println!("Reverse Mentor demo: http://{address}/  (Ctrl-C ends it and removes its database)");
    serving.await
}

/// Opens the demo. Returns its address, and a future that serves it.
pub async fn open(
    options: &Options,
) -> anyhow::Result<(SocketAddr, impl Future<Output = anyhow::Result<()>> + use<>)> {
    if !options.listen.ip().is_loopback() {
        return Err(BadDemo::NotLocal(options.listen).into());
    }
    let company = match &options.csv {
        Some(path) => rehearse::people_of(path, options.seed)?,
        None => Company::made_up(usize::from(options.people), options.seed),
    };
    let listener = TcpListener::bind(options.listen)
        .await
        .map_err(|error| BadDemo::Taken(options.listen, error))?;
    let address = listener.local_addr()?;
    let show = Show::open(Script {
        company,
        seed: options.seed,
        database: options.database.clone(),
    })
    .await?;
    tokio::spawn(show.clone().drive());
    let server = axum::serve(listener, routes::routes(show, address)).into_future();
    Ok((address, async move { Ok(server.await?) }))
}
