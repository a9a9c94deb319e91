//! `reverse-mentor doctor`: checks each requirement, and says how to fix it.

use crate::clock::Clock;
use crate::config::{self, Config};
use crate::domain::clock_watch::TOLERANCE;
use crate::domain::ids::{ChannelId, TeamId};
use crate::domain::program::Settings;
use crate::shared::{Error, open_things};
use crate::slack::client::{CallError, Client, Probe};
use crate::slack::{inbound, manifest};
use crate::store::db::{SslMode, StoreError, Transport};
use crate::store::{Db, Reading, facts, holds, outbox, programs, timers};
use crate::work::clock_watch;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::Path;

/// Slack refuses clocks that are five minutes off; we warn at one minute.
const SKEW_SECONDS: i64 = 60;

/// The results, one line per check.
#[derive(Default)]
pub struct Report {
    lines: Vec<(bool, String, String)>,
}

impl Report {
    fn ok(&mut self, what: &str, found: impl Into<String>) {
        self.lines.push((true, what.to_owned(), found.into()));
    }

    fn mend(&mut self, what: &str, mend: impl Into<String>) {
        self.lines.push((false, what.to_owned(), mend.into()));
    }

    pub fn is_well(&self) -> bool {
        self.lines.iter().all(|(ok, ..)| *ok)
    }

    /// Renders one line per check.
    pub fn render(&self) -> String {
        let mut out = String::new();
        for (ok, what, text) in &self.lines {
            let _ = writeln!(
                out,
                "{} {what:<14} {text}",
                if *ok { "ok  " } else { "mend" }
            );
        }
        out
    }
}

/// Checks configuration, database, token, scopes, people, channel and clock.
pub async fn examine(config: &Config, clock: &Clock) -> Report {
    let mut report = Report::default();
    let declared = configuration(config, &mut report);
    let client = client(config, &mut report);
    let probe = match &client {
        Some(client) => token(client, &mut report).await,
        None => None,
    };
    let team = probe.as_ref().map(|probe| TeamId(probe.team_id.clone()));
    if let Some(probe) = &probe {
        scopes(probe, &mut report);
        skew(probe, clock, &mut report);
    }
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
        let lacks: Vec<&str> = optional
            .copied()
            .filter(|scope| !held.iter().any(|held| held == scope))
            .collect();
        let words = match lacks.as_slice() {
            [] => "everything the bot needs".to_owned(),
            lacks => format!(
                "everything the bot needs; without {}, a list of people is matched by Slack ID only",
                lacks.join(", ")
            ),
        };
        report.ok("scopes", words);
    } else {
        let mend = format!(
            "missing: {}. Update the app from manifest.yml and reinstall it",
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

/// Checks the clock's mark in the database, and rows that this version cannot read.
async fn stored(tx: &mut Reading, report: &mut Report) -> Result<(), StoreError> {
    let ahead = facts::clock_mark(tx)
        .await?
        .map(|mark| mark.duration_since(tx.now));
    if let Some(ahead) = ahead.filter(|ahead| *ahead > TOLERANCE) {
        let mend = format!(
            "was once {} s ahead of now. `serve` repairs what was planned then as soon as Slack's date confirms the \
             clock: let it run, with time synchronization (NTP)",
            ahead.as_secs()
        );
        report.mend("clock", mend);
    }
    for hold in holds::all(tx).await? {
        if hold.until.is_none() {
            let scope = hold.scope.unwrap_or_default();
            let mend = format!(
                "{} has been refused since {} ({} {scope}): what needs it waits. Update the app from manifest.yml, \
                 reinstall it, and restart to try at once",
                hold.method, hold.since, hold.code
            );
            report.mend("refused", mend);
        }
    }
    for (what, count) in unreadable(tx).await? {
        let mend = format!(
            "{count} {what} cannot be read yet: is a key missing from REVERSE_MENTOR_KEY, or did a newer version use \
             this database? They are tried again for two weeks"
        );
        report.mend("rows", mend);
    }
    Ok(())
}

/// The rows of each table that wait because this version cannot read them (yet).
async fn unreadable(tx: &mut Reading) -> Result<Vec<(&'static str, i64)>, StoreError> {
    let rows = [
        ("messages", outbox::unreadable(tx).await?),
        ("timers", timers::unreadable(tx).await?),
    ];
    Ok(rows.into_iter().filter(|(_, count)| *count > 0).collect())
}

async fn database(
    config: &Config,
    clock: &Clock,
    team: Option<&TeamId>,
    report: &mut Report,
) -> Option<Settings> {
    // Only reads: it creates and changes nothing.
    let opened = async {
        let url = config.database()?;
        if let Some(file) = config::sqlite_file(url)
            && !file.exists()
        {
            config.not_lost()?;
            return Ok(Err(file));
        }
        let keys = config::keys(url, config.key.as_ref(), false)?;
        let db = Db::open_to_read(url, keys).await;
        let db = db.map_err(|error| config.does_not_open(error))?;
        db.opens_with_our_key(clock.now()).await?;
        anyhow::Ok(Ok(db))
    };
    let db = match opened.await {
        Ok(Ok(db)) => db,
        Ok(Err(file)) => {
            nothing_there(&file, report);
            return None;
        }
        Err(error) => {
            report.mend("database", format!("{error:#}"));
            return None;
        }
    };
    report.ok(
        "database",
        "opens, its schema is up to date, and the key fits",
    );
    match db.transport().await {
        Ok(transport) => encryption(&transport, report),
        Err(error) => report.mend("encryption", error.to_string()),
    }
    let read = async {
        let nobody = TeamId::from("");
        let mut tx = db.read(team.unwrap_or(&nobody), clock.now()).await?;
        stored(&mut tx, report).await?;
        stalled(&mut tx, report).await?;
        programs::find(&mut tx).await
    };
    let found = match read.await {
        Ok(found) => found,
        Err(error) => {
            report.mend("database", error.to_string());
            None
        }
    };
    let found = found.map(|program| Settings::clone(&program.settings));
    db.close().await;
    found
}

/// Reports what is open in the workspace and has no next step.
async fn stalled(tx: &mut Reading, report: &mut Report) -> Result<(), StoreError> {
    let stalled = match open_things::stalled(tx).await {
        Ok(stalled) => stalled,
        Err(Error::Internal(error)) => return Err(error),
        // There is no program yet.
        Err(Error::User(_)) => return Ok(()),
    };
    if let Some(first) = stalled.first() {
        let (kind, about, since) = (first.kind.as_str(), &first.about, first.since);
        report.mend(
            "next steps",
            format!(
                "{} of what is open will stay so, among it {kind} ({about}, since {since}). Please report this as a bug",
                stalled.len()
            ),
        );
    }
    Ok(())
}

/// Reports who can read the traffic with the database.
fn encryption(transport: &Transport, report: &mut Report) {
    const UNCHECKED: &str =
        "but anyone could pose as it: sslmode=verify-full in DATABASE_URL checks its certificate";
    match transport {
        // A file has no traffic.
        Transport::File => {}
        Transport::Plain {
            place,
            is_local: true,
        } => report.ok(
            "encryption",
            format!("none to {place}, which is this machine"),
        ),
        Transport::Plain { place, .. } => report.mend(
            "encryption",
            format!(
                "none, as DATABASE_URL asks: everything to and from {place} can be read on the way. \
                 sslmode=verify-full encrypts it and checks who is there"
            ),
        ),
        Transport::Encrypted {
            place,
            version,
            mode: SslMode::VerifyCa | SslMode::VerifyFull,
        } => report.ok(
            "encryption",
            format!("{version} to {place}, whose certificate is checked"),
        ),
        Transport::Encrypted { place, version, .. } => {
            report.ok("encryption", format!("{version} to {place}, {UNCHECKED}"));
        }
        Transport::Pooled { place, mode } => report.ok(
            "encryption",
            format!(
                "to the pooler at {place} as sslmode={} asks; only the pooler knows how it goes on from there",
                mode.name()
            ),
        ),
    }
}

/// Checks that `serve` can create the database.
fn nothing_there(file: &Path, report: &mut Report) {
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let (place, shown) = (file.display(), folder.display());
    match std::fs::metadata(folder) {
        Ok(there) if there.is_dir() && !there.permissions().readonly() => {
            report.ok("database", format!("none yet: serve creates {place}"));
        }
        Ok(there) if there.is_dir() => {
            report.mend("database", format!("nobody may write to {shown}"));
        }
        _ => report.mend("database", format!("there is no folder {shown}: create it")),
    }
}

async fn program(client: &Client, settings: &Settings, report: &mut Report) {
    if settings.owners.is_empty() {
        report.mend(
            "owners",
            "none: name at least two, so that rounds don't wait for someone on leave",
        );
    }
    let mut living = 0;
    for owner in &settings.owners {
        living += usize::from(person(client, "owner", owner.as_str(), report).await);
    }
    if living == 0 && !settings.owners.is_empty() {
        report.mend(
            "owners",
            "none is still there: workspace admins act for the program until new owners are named",
        );
    }
    match &settings.support_contact {
        Some(contact) => {
            person(client, "support", contact.as_str(), report).await;
        }
        None => report.mend(
            "support",
            "no support contact: name someone outside reporting lines",
        ),
    }
    match &settings.digest_channel {
        Some(channel) => digest_channel(client, channel, report).await,
        None => report.ok(
            "channel",
            "no digest channel: owners still get their private companion",
        ),
    }
}

/// Checks somebody whom the settings name. False if they are surely gone.
async fn person(client: &Client, what: &str, user: &str, report: &mut Report) -> bool {
    match client.call("users.info", &json!({"user": user})).await {
        Ok(answer) if answer.pointer("/user/deleted").and_then(Value::as_bool) == Some(true) => {
            report.mend(what, format!("{user} is deactivated: name someone else"));
            false
        }
        Ok(answer) => {
            let found = inbound::person(&answer["user"], &TeamId::from(""));
            let is_member = found.is_none_or(|found| found.full_member);
            if is_member {
                report.ok(what, format!("{user} is there"));
            } else {
                let mend =
                    format!("{user} is a guest, a bot or of another company: name someone else");
                report.mend(what, mend);
            }
            is_member
        }
        Err(CallError::Refused(code, _)) => {
            report.mend(what, format!("{user}: Slack says {code}. Check the id"));
            code != "user_not_found"
        }
        Err(error) => {
            report.mend(what, error.to_string());
            true
        }
    }
}

async fn digest_channel(client: &Client, channel: &ChannelId, report: &mut Report) {
    let answer = client
        .call("conversations.info", &json!({"channel": channel}))
        .await;
    let flag = |answer: &Value, name: &str| answer.pointer(name).and_then(Value::as_bool);
    match answer {
        Ok(answer) if flag(&answer, "/channel/is_archived") == Some(true) => {
            report.mend(
                "channel",
                format!("{channel} is archived: choose another digest channel"),
            );
        }
        Ok(answer) if flag(&answer, "/channel/is_member") == Some(false) => {
            report.mend(
                "channel",
                format!("the bot is not in {channel}: type /invite @Reverse Mentor there"),
            );
        }
        Ok(_) => report.ok("channel", format!("{channel} gets the digest")),
        Err(CallError::Refused(code, _)) => {
            report.mend(
                "channel",
                format!("{channel}: Slack says {code}. Private channels need the bot as a member"),
            );
        }
        Err(error) => report.mend("channel", error.to_string()),
    }
}
