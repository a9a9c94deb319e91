//! `reverse-mentor doctor`: checks each requirement, and says how to fix it.

mod database;
mod program;
mod report;
mod slack;

pub use program::digest_channel;
pub use report::{Report, Trouble};
pub use slack::{credentials, slack, sockets};

use crate::clock::Clock;
use crate::config::Config;
use crate::domain::ids::TeamId;
use crate::domain::program::Settings;
use crate::slack::authorize::{AppCredentials, wrong_credential};
use crate::slack::client::Client;
use crate::store::Db;
use crate::store::tokens::Expiry;
use database::database;
use jiff::Timestamp;
use program::program;
use secrecy::ExposeSecret;

/// Checks configuration, database, token, scopes, people, channel and clock.
pub async fn examine(config: &Config, clock: &Clock) -> Report {
    let mut report = Report::default();
    let declared = configuration(config, &mut report);
    if let Some(token) = config.app_token() {
        match config.client(token) {
            // The check has put what is wrong into the report.
            Ok(client) => drop(sockets(&client, &mut report).await),
            Err(error) => report.mend("Slack", error.to_string()),
        }
    }
    let db = database(config, clock, &mut report).await;
    let here = Here { config, clock, db };
    match config.app_credentials() {
        Ok(None) => {
            if let Some(client) = client(config, &mut report) {
                here.workspace(&client, None, declared, &mut report).await;
            }
        }
        Ok(Some(credentials)) => here.every_workspace(&credentials, &mut report).await,
        Err(error) => report.mend("configuration", error.to_string()),
    }
    if let Some(db) = here.db {
        database::removed(&db, clock, &mut report).await;
        db.close().await;
    }
    report
}

/// What is examined.
struct Here<'a> {
    config: &'a Config,
    clock: &'a Clock,
    /// `None` if there is none to read, which was said.
    db: Option<Db>,
}

impl Here<'_> {
    /// The workspace that the client's token is for; `team` where that is known.
    async fn workspace(
        &self,
        client: &Client,
        team: Option<TeamId>,
        declared: Option<Settings>,
        report: &mut Report,
    ) {
        let probe = slack(client, self.clock, report).await.ok();
        // An organization's token doesn't say for which of its workspaces it is asked.
        let answered = probe.as_ref().map(|probe| TeamId(probe.team_id.clone()));
        let stored = match (&self.db, team.or(answered)) {
            (Some(db), Some(team)) => {
                database::workspace(db, self.config, self.clock, &team, report).await
            }
            (None, _) | (_, None) => None,
        };
        if probe.is_none() {
            return;
        }
        match declared.or(stored) {
            Some(settings) => program(client, &settings, report).await,
            None => report.ok(
                "program",
                "none yet: a workspace admin starts it with /reverse-mentor setup",
            ),
        }
    }

    /// Each workspace that has installed the app by itself.
    async fn every_workspace(&self, credentials: &AppCredentials, report: &mut Report) {
        let tokens = match &self.db {
            Some(db) => database::tokens(db, self.clock, report).await,
            None => Vec::new(),
        };
        let words = match tokens.len() {
            0 => "none has installed the app yet: they do at /slack/install".to_owned(),
            1 => "one has installed the app".to_owned(),
            many => format!("{many} have installed the app"),
        };
        report.ok("workspaces", words);
        // The check has put what is wrong into the report.
        let _ = slack::credentials(credentials, report).await;
        for (team, current) in tokens {
            if let Some(expiry) = &current.expiry
                && !renews(&team, expiry, self.clock.now(), report)
            {
                continue;
            }
            let client = credentials.client.with_token(&current.token);
            let client = client.in_workspace(&team);
            self.workspace(&client, Some(team), None, report).await;
        }
    }
}

/// Reports a token that is not renewed. False if it has ended, so that Slack cannot be asked with it.
fn renews(team: &TeamId, expiry: &Expiry, now: Timestamp, report: &mut Report) -> bool {
    let has_ended = expiry.ends <= now;
    if let Some(why) = &expiry.error {
        let how = match why.as_str() {
            "invalid_refresh_token" => {
                "The workspace has to install the app again, at /slack/install"
            }
            code if wrong_credential(code).is_some() => {
                "Are SLACK_CLIENT_ID and SLACK_CLIENT_SECRET those of your Slack app's \"Basic Information\" page?"
            }
            _ => "It is tried again within the hour",
        };
        let state = if has_ended { "ended" } else { "ends" };
        let ends = expiry.ends;
        report.mend(
            "token",
            format!("the one of {team} {state} at {ends} and is not renewed ({why}). {how}"),
        );
    } else if has_ended {
        report.ok(
            "token",
            format!("the one of {team} has ended: a running server renews it"),
        );
    }
    !has_ended
}

fn configuration(config: &Config, report: &mut Report) -> Option<Settings> {
    if let Err(error) = config.check_app() {
        report.mend("configuration", error.to_string());
        return None;
    }
    match config.signing_secret() {
        Ok(_) => report.ok("configuration", "SLACK_SIGNING_SECRET is set"),
        Err(_) if config.app_token().is_some() => {
            report.ok("configuration", "SLACK_APP_TOKEN is set");
        }
        Err(error) => report.mend("configuration", error.to_string()),
    }
    match config.declared() {
        Ok(Some(file)) => {
            let says = if file.editable {
                "is readable, and every setting in it is valid; owners may change them in Slack, too"
            } else {
                "is readable, and every setting in it is valid"
            };
            report.ok("program.toml", says);
            Some(file.settings)
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
            // Without anything of Slack's, that was said.
            if config.check_app().is_ok() {
                report.mend("token", error.to_string());
            }
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
