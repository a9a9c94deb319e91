//! `reverse-mentor doctor`: checks each requirement, and says how to fix it.

mod database;
mod program;
mod report;
mod slack;

pub use program::digest_channel;
pub use report::Report;
pub use slack::{slack, sockets};

use crate::clock::Clock;
use crate::config::Config;
use crate::domain::ids::TeamId;
use crate::domain::program::Settings;
use crate::slack::client::Client;
use database::database;
use program::program;
use secrecy::ExposeSecret;

/// Checks configuration, database, token, scopes, people, channel and clock.
pub async fn examine(config: &Config, clock: &Clock) -> Report {
    let mut report = Report::default();
    let declared = configuration(config, &mut report);
    if let Some(token) = config.app_token() {
        match config.client(token) {
            Ok(client) => sockets(&client, &mut report).await,
            Err(error) => report.mend("Slack", error.to_string()),
        }
    }
    let client = client(config, &mut report);
    let probe = match &client {
        Some(client) => slack(client, clock, &mut report).await,
        None => None,
    };
    let team = probe.as_ref().map(|probe| TeamId(probe.team_id.clone()));
    let stored = database(config, clock, team.as_ref(), &mut report).await;
    if let (Some(client), Some(_)) = (&client, &probe) {
        match declared.or(stored) {
            Some(settings) => program(client, &settings, &mut report).await,
            None => report.ok(
                "program",
                "none yet: a workspace admin starts it with /reverse-mentor setup",
            ),
        }
    }
    report
}

fn configuration(config: &Config, report: &mut Report) -> Option<Settings> {
    match config.signing_secret() {
        Ok(_) => report.ok("configuration", "SLACK_SIGNING_SECRET is set"),
        Err(_) if config.app_token().is_some() => {
            report.ok("configuration", "SLACK_APP_TOKEN is set");
        }
        Err(error) => report.mend("configuration", error.to_string()),
    }
    match config.declared() {
        Ok(Some(settings)) => {
            report.ok(
                "program.toml",
                "is readable, and every setting in it is valid",
            );
            Some(settings)
        }
        Ok(None) => None,
        Err(error) => {
            report.mend("program.toml", error.to_string());
            None
        }
    }
}

fn client(config: &Config, report: &mut Report) -> Option<Client> {
    let token = match config.bot_token() {
        Ok(token) => token,
        Err(error) => {
            report.mend("token", error.to_string());
            return None;
        }
    };
    if !token.expose_secret().trim().starts_with("xoxb-") {
        report.mend(
            "token",
            "SLACK_BOT_TOKEN should start with xoxb-: this looks like another kind of token",
        );
    }
    let timeout = config.slack_timeout();
    match Client::new(&config.slack_api_url, token, timeout) {
        Ok(client) => Some(client),
        Err(error) => {
            report.mend("Slack", error.to_string());
            None
        }
    }
}
