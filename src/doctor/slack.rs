//! What Slack says of our tokens.

use super::report::{Report, Trouble};
use crate::clock::Clock;
use crate::domain::clock_watch::TOLERANCE;
use crate::slack::authorize::{AppCredentials, wrong_credential};
use crate::slack::client::{CallError, Client, Probe};
use crate::slack::manifest;
use crate::work::clock_watch;

/// Slack refuses clocks that are five minutes off; we warn at one minute.
const SKEW_SECONDS: i64 = 60;

/// Asks Slack about the bot token: whether it works, its scopes, and the time.
pub async fn slack(client: &Client, clock: &Clock, report: &mut Report) -> Result<Probe, Trouble> {
    let probe = token(client, report).await?;
    scopes(&probe, report);
    skew(&probe, clock, report);
    Ok(probe)
}

/// Asks Slack for the address of a Socket Mode connection, with an app-level token.
pub async fn sockets(client: &Client, report: &mut Report) -> Result<(), Trouble> {
    let (why, trouble) = match client.socket_url().await {
        Ok(_) => {
            report.ok("Socket Mode", "Slack hands out connections");
            return Ok(());
        }
        Err(CallError::Refused(code, _)) => (refused(&code), Trouble::Refused),
        Err(error) => (unreached(&error), Trouble::Unreached),
    };
    report.mend("Socket Mode", why);
    Err(trouble)
}

/// Why Slack opens no Socket Mode connection.
fn refused(code: &str) -> String {
    match code {
        "not_allowed_token_type" => {
            "this is another kind of token: SLACK_APP_TOKEN starts with xapp-".to_owned()
        }
        "missing_scope" => {
            "SLACK_APP_TOKEN lacks the scope connections:write: generate another one".to_owned()
        }
        code => format!(
            "Slack refuses SLACK_APP_TOKEN ({code}). Copy it from your Slack app's \"Basic Information\", App-Level Tokens"
        ),
    }
}

fn unreached(error: &CallError) -> String {
    match error {
        CallError::RateLimited(_) | CallError::InDoubt("5xx") => {
            format!("{error}. Try again a little later")
        }
        CallError::Unreached | CallError::InDoubt(_) | CallError::Refused(..) => {
            format!("{error}. Is SLACK_API_URL right, and can this machine reach it?")
        }
    }
}

/// Asks Slack about the app's own credentials, with a code that is none: Slack looks at the credentials first.
pub async fn credentials(app: &AppCredentials, report: &mut Report) -> Result<(), Trouble> {
    let answer = app.client.authorize(&app.id, &app.secret, "none").await;
    let (why, trouble) = match answer {
        Err(CallError::Refused(code, _)) => {
            let Some(why) = wrong_credential(&code) else {
                let well = "Slack has no objection to SLACK_CLIENT_ID and SLACK_CLIENT_SECRET";
                report.ok("credentials", well);
                return Ok(());
            };
            (why, Trouble::Refused)
        }
        Err(error) => (unreached(&error), Trouble::Unreached),
        Ok(_) => (
            "Slack took a code that is none. Is SLACK_API_URL right?".to_owned(),
            Trouble::Unreached,
        ),
    };
    report.mend("credentials", why);
    Err(trouble)
}

async fn token(client: &Client, report: &mut Report) -> Result<Probe, Trouble> {
    let (what, mend, trouble) = match client.probe().await {
        Ok(probe) if probe.team_id.is_empty() => {
            let mend =
                "Slack did not say which workspace the token is for. Is SLACK_API_URL right?";
            ("Slack", mend.to_owned(), Trouble::Unreached)
        }
        Ok(probe) => {
            report.ok(
                "token",
                format!("works in {} ({})", probe.team, probe.team_id),
            );
            return Ok(probe);
        }
        Err(error) if error.token_is_dead() => {
            let mend =
                format!("{error}. Reinstall the app and copy its new bot token to SLACK_BOT_TOKEN");
            ("token", mend, Trouble::Refused)
        }
        Err(error @ CallError::Refused(..)) => ("Slack", unreached(&error), Trouble::Refused),
        Err(error) => ("Slack", unreached(&error), Trouble::Unreached),
    };
    report.mend(what, mend);
    Err(trouble)
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
