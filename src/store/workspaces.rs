//! The Slack workspaces the app is installed in.

use super::db::{AnyRow, Columns as _, Reading, Result, Sealed, Tx, sql};
use super::seal::Keys;
use super::{audit, holds, outbox};
use crate::domain::ids::{TeamId, UserId};
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};

pub struct Workspace {
    pub team: TeamId,
    pub bot_user: UserId,
    pub installed: bool,
}

/// Notes that the app is installed in the transaction's workspace.
pub async fn installed(tx: &mut Tx, bot_user: &UserId) -> Result<()> {
    tx.run(sql!(
        "insert into workspaces (team_id, bot_user_id, state, updated_at) values ($1, $2, 'installed', $3)
         on conflict (team_id) do update
         set bot_user_id = excluded.bot_user_id, state = 'installed', updated_at = excluded.updated_at",
        tx.team(),
        bot_user,
        tx.now
    ))
    .await?;
    // What waited for the app to come back, or for a scope, can go out now.
    holds::try_now(tx).await?;
    outbox::wake(tx).await
}

const TOKEN: Sealed = Sealed {
    table: "workspaces",
    what: "a workspace's token",
};

/// Keeps the token of the transaction's workspace, sealed.
pub async fn keep_token(tx: &mut Tx, token: &SecretString) -> Result<()> {
    let sealed = TOKEN.seal(tx.keys(), tx.team(), token.expose_secret())?;
    tx.run(sql!(
        "update workspaces set token_sealed = $1 where team_id = $2",
        sealed,
        tx.team()
    ))
    .await?;
    Ok(())
}

/// The token of the transaction's workspace; none where the app is not installed with one of its own.
pub async fn token(tx: &mut Reading) -> Result<Option<SecretString>> {
    let sealed: Option<String> = tx
        .maybe(sql!(
            "select token_sealed from workspaces where team_id = $1 and token_sealed is not null",
            tx.team()
        ))
        .await?;
    sealed
        .map(|sealed| open_token(tx.keys(), tx.team(), &sealed))
        .transpose()
}

pub(super) fn open_token(keys: &Keys, team: &TeamId, sealed: &str) -> Result<SecretString> {
    let token: String = TOKEN.open(keys, team, sealed)?;
    Ok(SecretString::from(token))
}

/// Shorter silences of Slack's are no outage: rows in doubt keep their distances.
const OUTAGE: SignedDuration = SignedDuration::from_mins(10);

/// Notes that Slack did not answer.
pub async fn slack_is_silent(tx: &mut Tx) -> Result<()> {
    tx.run(sql!(
        "update workspaces set troubled_at = $1 where team_id = $2 and troubled_at is null",
        tx.now,
        tx.team()
    ))
    .await?;
    Ok(())
}

/// What is over now that Slack has taken a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Over {
    /// This is the first answer after an outage.
    pub outage: bool,
    /// The method was refused, and owners should hear that it no longer is.
    pub refusal: bool,
}

/// Notes that Slack took a call of `method`.
pub async fn slack_answers(tx: &mut Tx, method: &str) -> Result<Over> {
    // One question, because it is asked after every call.
    let trouble = sql!(
        "select w.troubled_at, f.value as held from workspaces w
         left join facts f on f.name = $1 || w.team_id
         where w.team_id = $2 and (w.troubled_at is not null or f.value is not null)",
        holds::PREFIX,
        tx.team()
    );
    let Some(row) = tx.first(trouble).await? else {
        return Ok(Over::default());
    };
    let refusal = match row.maybe::<String>("held")? {
        Some(held) => holds::accepted(tx, holds::read(&held), method).await?,
        None => false,
    };
    let Some(troubled_at) = row.maybe::<Timestamp>("troubled_at")? else {
        let outage = false;
        return Ok(Over { outage, refusal });
    };
    tx.run(sql!(
        "update workspaces set troubled_at = null where team_id = $1",
        tx.team()
    ))
    .await?;
    let outage = tx.now.duration_since(troubled_at) >= OUTAGE;
    Ok(Over { outage, refusal })
}

/// Notes that the app was removed or its token revoked: nothing is sent until it is back. `as_of`: when the token was taken that
/// Slack refuses; an installation since then has another one.
pub async fn uninstalled(tx: &mut Tx, as_of: Timestamp) -> Result<()> {
    let ended = tx.changes(sql!(
        "update workspaces set state = 'uninstalled', token_sealed = null, updated_at = $1
         where team_id = $2 and state = 'installed' and updated_at <= $3",
        tx.now,
        tx.team(),
        as_of
    ));
    if ended.await? {
        audit::note(tx, &UserId::from("slack"), "uninstalled", "app").await?;
    }
    Ok(())
}

/// Notes that the app is in no other workspace than the transaction's.
pub async fn others_uninstalled(tx: &mut Tx) -> Result<()> {
    tx.run(sql!(
        "update workspaces set state = 'uninstalled', updated_at = $1 where team_id <> $2 and state = 'installed'",
        tx.now,
        tx.team()
    ))
    .await?;
    Ok(())
}

macro_rules! select {
    ($rest:literal) => {
        concat!("select team_id, bot_user_id, state from workspaces ", $rest)
    };
}

pub async fn find(tx: &mut Reading) -> Result<Option<Workspace>> {
    let found = sql!(select!("where team_id = $1"), tx.team());
    tx.read_first(found, workspace).await
}

/// All workspaces, whatever the transaction's.
pub async fn all(tx: &mut Reading) -> Result<Vec<Workspace>> {
    tx.read_all(sql!(select!("order by team_id")), workspace)
        .await
}

fn workspace(_: &Reading, row: &AnyRow) -> Result<Workspace> {
    Ok(Workspace {
        team: row.get("team_id")?,
        bot_user: row.get("bot_user_id")?,
        installed: row.get::<String>("state")? == "installed",
    })
}
