//! What Slack refuses to a whole workspace: since when, and when it is tried again. One fact per workspace.
//!
//! The limits block the method meanwhile, so whatever waits for it waits in order.

use super::db::{Reading, Result, Tx, from_json, to_json};
use super::{facts, limits};
use crate::domain::delivery::{Refusal, later};
use crate::domain::ids::TeamId;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

const HOLDS: &str = "what Slack refuses";
/// The start of the fact's name.
pub(super) use super::facts::HELD as PREFIX;
/// The first distance between two tries. Each next one is as long as it has lasted so far.
const SHORTEST: SignedDuration = SignedDuration::from_secs(30);
const LONGEST: SignedDuration = SignedDuration::from_hours(1);
/// What lasted for less, and nobody was told of, is forgotten as soon as it is over.
const WORTH_TELLING: SignedDuration = SignedDuration::from_mins(30);

/// One of Slack's methods that the workspace is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    pub method: String,
    /// Slack's code.
    pub code: String,
    /// The scope that Slack says is missing.
    pub scope: Option<String>,
    pub since: Timestamp,
    /// When Slack took it again; owners are still to be told so.
    pub until: Option<Timestamp>,
    /// Owners know.
    pub told: bool,
}

/// Slack refused `method`: it is tried again later. True when that is news.
pub async fn refused(tx: &mut Tx, method: &str, refusal: &Refusal) -> Result<bool> {
    let now = tx.now;
    let mut holds = all(tx).await?;
    let known = holds
        .iter()
        .find(|hold| hold.method == method && hold.until.is_none());
    let is_news = known.is_none_or(|hold| hold.code != refusal.code);
    let lasted = known.map_or(SHORTEST, |hold| now.duration_since(hold.since));
    let told = known.is_some_and(|hold| hold.told) && !is_news;
    let hold = Hold {
        method: method.to_owned(),
        code: refusal.code.clone(),
        scope: refusal.scope.clone(),
        since: known.map_or(now, |hold| hold.since),
        until: None,
        told,
    };
    holds.retain(|hold| hold.method != method);
    holds.push(hold);
    save(tx, &holds).await?;
    let wait = lasted.clamp(SHORTEST, LONGEST);
    let scope = limits::scope(tx.team(), method);
    limits::block(tx, &scope, later(now, wait)).await?;
    Ok(is_news)
}

/// Slack took a call of `method`. True when owners should hear that it does so again.
pub async fn accepted(tx: &mut Tx, mut holds: Vec<Hold>, method: &str) -> Result<bool> {
    let now = tx.now;
    let Some(at) = holds
        .iter()
        .position(|hold| hold.method == method && hold.until.is_none())
    else {
        return Ok(false);
    };
    let hold = &mut holds[at];
    let is_worth_telling = hold.told || now.duration_since(hold.since) >= WORTH_TELLING;
    hold.until = Some(now);
    if !is_worth_telling {
        holds.remove(at);
    }
    save(tx, &holds).await?;
    Ok(is_worth_telling)
}

/// Owners have been told of these: what is over is forgotten.
pub async fn told(tx: &mut Tx) -> Result<()> {
    let mut holds = all(tx).await?;
    holds.retain(|hold| hold.until.is_none());
    for hold in &mut holds {
        hold.told = true;
    }
    save(tx, &holds).await
}

/// The app was installed again, perhaps with what was missing: everything is tried at once.
pub(super) async fn try_now(tx: &mut Tx) -> Result<()> {
    for hold in all(tx).await? {
        let scope = limits::scope(tx.team(), &hold.method);
        limits::unblock(tx, &scope).await?;
    }
    Ok(())
}

/// What the transaction's workspace is refused, or was until lately.
pub async fn all(tx: &mut Reading) -> Result<Vec<Hold>> {
    let text = facts::text(tx, &name(tx.team())).await?;
    Ok(text.map_or_else(Vec::new, |text| read(&text)))
}

/// What is refused right now, over all workspaces we know.
pub async fn everywhere(tx: &mut Reading) -> Result<Vec<Hold>> {
    let mut holds = Vec::new();
    for text in facts::texts(tx, PREFIX).await? {
        holds.extend(read(&text));
    }
    holds.retain(|hold| hold.until.is_none());
    Ok(holds)
}

/// The fact's text. One that another release wrote counts as none, because it must not stop the sender.
pub(super) fn read(text: &str) -> Vec<Hold> {
    from_json(text, HOLDS).unwrap_or_else(|error| {
        tracing::warn!(%error, "what Slack refuses was noted by another release");
        Vec::new()
    })
}

async fn save(tx: &mut Tx, holds: &[Hold]) -> Result<()> {
    let name = name(tx.team());
    if holds.is_empty() {
        return facts::forget(tx, &name).await;
    }
    facts::set_text(tx, &name, &to_json(holds, HOLDS)?).await
}

fn name(team: &TeamId) -> String {
    format!("{PREFIX}{team}")
}
