//! What Slack says of our tokens.

use super::report::Report;
use crate::clock::Clock;
use crate::domain::clock_watch::TOLERANCE;
use crate::slack::client::{CallError, Client, Probe};
use crate::slack::manifest;
use crate::work::clock_watch;

/// Slack refuses clocks that are five minutes off; we warn at one minute.
const SKEW_SECONDS: i64 = 60;

/// Asks Slack about the bot token: whether it works, its scopes, and the time.
pub async fn slack(client: &Client, clock: &Clock, report: &mut Report) -> Option<Probe> {
    let probe = token(client, report).await?;
    scopes(&probe, report);
    skew(&probe, clock, report);
    Some(probe)
}

/// Asks Slack for the address of a Socket Mode connection, with an app-level token.
pub async fn sockets(client: &Client, report: &mut Report) {
    let why = match client.socket_url().await {
        Ok(_) => return report.ok("Socket Mode", "Slack hands out connections"),
        Err(CallError::Refused(code, _)) => match code.as_str() {
            "not_allowed_token_type" => {
                "this is another kind of token: SLACK_APP_TOKEN starts with xapp-".to_owned()
            }
            "missing_scope" => {
                "SLACK_APP_TOKEN lacks the scope connections:write: generate another one".to_owned()
            }
            code => format!(
                "Slack refuses SLACK_APP_TOKEN ({code}). Copy it from your Slack app's \"Basic Information\", App-Level Tokens"
            ),
        },
        Err(error) => format!("{error}. Is SLACK_API_URL right, and can this machine reach it?"),
    };
    report.mend("Socket Mode", why);
}

async fn token(client: &Client, report: &mut Report) -> Option<Probe> {
    match client.probe().await {
        Ok(probe) if probe.team_id.is_empty() => {
            let mend =
                "Slack did not say which workspace the token is for. Is SLACK_API_URL right?";
            report.mend("Slack", mend);
            None
        }
        Ok(probe) => {
            report.ok(
                "token",
                format!("works in {} ({})", probe.team, probe.team_id),
            );
            Some(probe)
        }
        Err(error) if error.token_is_dead() => {
            report.mend(
                "token",
                format!("{error}. Reinstall the app and copy its new bot token to SLACK_BOT_TOKEN"),
            );
            None
        }
        Err(error @ (CallError::RateLimited(_) | CallError::InDoubt("5xx"))) => {
            report.mend("Slack", format!("{error}. Try again a little later"));
            None
        }
        Err(error) => {
            report.mend(
                "Slack",
                format!("{error}. Is SLACK_API_URL right, and can this machine reach it?"),
            );
            None
        }
    }
}

fn scopes(probe: &Probe, report: &mut Report) {
    let Some(held) = &probe.scopes else {
        report.ok("scopes", "not reported by this Slack; calls will show");
        return;
    };
    let missing: Vec<&str> = manifest::SCOPES
        .iter()
        .copied()
        .filter(|scope| !held.iter().any(|held| held == scope))
        .collect();
    if missing.is_empty() {
        let optional = manifest::OPTIONAL_SCOPES.iter();
        let lacks = optional.filter(|(scope, _)| !held.iter().any(|held| held == scope));
        let lacks = lacks.map(|(scope, without)| format!("without {scope}, {without}"));
        let words: Vec<String> = std::iter::once("everything the bot needs".to_owned())
            .chain(lacks)
            .collect();
        let words = words.join("; ");
        report.ok("scopes", words);
    } else {
        let mend = format!(
            "missing: {}. Update the app from `reverse-mentor manifest` and reinstall it",
            missing.join(", ")
        );
        report.mend("scopes", mend);
    }
    for too_much in ["mpim:history", "channels:history", "groups:history"] {
        if held.iter().any(|scope| scope == too_much) {
            report.mend(
                "scopes",
                format!("{too_much} lets the app read people's conversations; remove it"),
            );
        }
    }
}

fn skew(probe: &Probe, clock: &Clock, report: &mut Report) {
    let Some(off) = clock_watch::skew(probe, clock.now()) else {
        return;
    };
    let off = off.as_secs();
    if off.abs() <= SKEW_SECONDS {
        report.ok("clock", format!("agrees with Slack's ({off} s ahead)"));
    } else {
        let mend = format!(
            "is {off} s ahead of Slack's; nothing is sent at {} s, and requests are refused at 300 s. Turn on time \
             synchronization (NTP)",
            TOLERANCE.as_secs()
        );
        report.mend("clock", mend);
    }
}
