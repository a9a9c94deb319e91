//! Checks the database: that it can be read, and that nothing in it stalls.

use super::report::Report;
use crate::clock::Clock;
use crate::config::{self, Config};
use crate::domain::clock_watch::TOLERANCE;
use crate::domain::ids::TeamId;
use crate::domain::program::Settings;
use crate::shared::{Error, open_things};
use crate::store::db::{SslMode, StoreError, Transport};
use crate::store::tokens::{self, Current};
use crate::store::{Db, Reading, facts, holds, outbox, programs, timers, workspaces};
use std::path::{Path, PathBuf};

/// Checks the clock's mark in the database, rows that this version cannot read, and what `serve` has noted of signatures.
async fn stored(config: &Config, tx: &mut Reading, report: &mut Report) -> Result<(), StoreError> {
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
    if config.signing_secret().is_ok()
        && let Some(since) = facts::misfits_since(tx).await?
    {
        let mend = format!(
            "no request since {since} fits SLACK_SIGNING_SECRET. Copy the Signing Secret from your Slack app's \"Basic \
             Information\" page (not the Client Secret or the Verification Token), and restart `serve`. If it is right, somebody \
             else sent them"
        );
        report.mend("signatures", mend);
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

/// Reports what Slack refuses to the workspace.
async fn refused(tx: &mut Reading, report: &mut Report) -> Result<(), StoreError> {
    for hold in holds::all(tx).await? {
        if hold.until.is_none() {
            let scope = hold.scope.unwrap_or_default();
            let mend = format!(
                "{} has been refused since {} ({} {scope}): what needs it waits. Update the app from `reverse-mentor manifest`, \
                 reinstall it, and restart to try at once",
                hold.method, hold.since, hold.code
            );
            report.mend("refused", mend);
        }
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

/// The database, opened to read; the file if there is none yet.
async fn opened(config: &Config, clock: &Clock) -> anyhow::Result<Result<Db, PathBuf>> {
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
    Ok(Ok(db))
}

/// The tokens for all workspaces that have the app.
pub async fn tokens(db: &Db, clock: &Clock, report: &mut Report) -> Vec<(TeamId, Current)> {
    let read = async {
        let mut tx = db.read(&TeamId::from(""), clock.now()).await?;
        tokens::all(&mut tx).await
    };
    read.await.unwrap_or_else(|error| {
        report.mend("database", error.to_string());
        Vec::new()
    })
}

/// Reports workspaces that removed the app, and when everything of them is erased.
pub async fn removed(db: &Db, clock: &Clock, report: &mut Report) {
    let read = async {
        let mut tx = db.read(&TeamId::from(""), clock.now()).await?;
        let all = workspaces::all(&mut tx).await?;
        drop(tx);
        let mut ending = Vec::new();
        for gone in all.into_iter().filter(|workspace| !workspace.installed) {
            let mut tx = db.read(&gone.team, clock.now()).await?;
            let ends = workspaces::ends_at(&mut tx).await?;
            ending.extend(ends.map(|ends| (gone.team, ends)));
        }
        Ok::<_, StoreError>(ending)
    };
    match read.await {
        Ok(ending) => {
            for (team, ends) in ending {
                report.ok(
                    "removed",
                    format!(
                        "{team} no longer has the app: nothing runs there, and everything of it is erased on {}. \
                         Installed again before that, the program goes on",
                        ends.strftime("%Y-%m-%d")
                    ),
                );
            }
        }
        Err(error) => report.mend("database", error.to_string()),
    }
}

/// Checks the database itself. Only reads: it creates and changes nothing. `None` if there is none to read.
pub async fn database(config: &Config, clock: &Clock, report: &mut Report) -> Option<Db> {
    let db = match opened(config, clock).await {
        Ok(Ok(db)) => db,
        Ok(Err(file)) => {
            nothing_there(&file, report);
            return None;
        }
        Err(error) => {
            report.mend("database", config::in_full(&error));
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
        let mut tx = db.read(&TeamId::from(""), clock.now()).await?;
        stored(config, &mut tx, report).await
    };
    if let Err(error) = read.await {
        report.mend("database", error.to_string());
    }
    Some(db)
}

/// Checks what is stored of a workspace, and returns the settings of its program.
pub async fn workspace(
    db: &Db,
    config: &Config,
    clock: &Clock,
    team: &TeamId,
    report: &mut Report,
) -> Option<Settings> {
    let read = async {
        let mut tx = db.read(team, clock.now()).await?;
        refused(&mut tx, report).await?;
        stalled(&mut tx, report).await?;
        let program = programs::find(&mut tx).await?;
        let hears = facts::has_event_come(&mut tx).await?;
        events(config, program.is_some(), hears, report);
        Ok::<_, StoreError>(program)
    };
    match read.await {
        Ok(found) => found.map(|program| Settings::clone(&program.settings)),
        Err(error) => {
            report.mend("database", error.to_string());
            None
        }
    }
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

/// Whether Slack tells us events. Without them commands work, and Home stays blank.
fn events(config: &Config, has_program: bool, hears: bool, report: &mut Report) {
    if hears {
        report.ok("events", "Slack tells the bot what happens");
        return;
    }
    let how = if config.app_token().is_some() {
        "Are events on in your Slack app's settings, Event Subscriptions? Open the bot's Home in Slack to try"
    } else {
        "In your Slack app's settings, Event Subscriptions, press Retry beside the Request URL until it says Verified; then open \
         the bot's Home in Slack to try"
    };
    if has_program {
        report.mend(
            "events",
            format!("no event has ever arrived, so Home stays blank. {how}"),
        );
    } else {
        report.ok("events", format!("none has arrived yet. {how}"));
    }
}
