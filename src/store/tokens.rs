//! The tokens of workspaces that installed the app by themselves, and their renewal where tokens expire.
//!
//! Whoever renews a token takes a turn first: `renew_at` moves ahead, under the workspace's lock, so that of several replicas
//! one asks Slack. What renewed it is compared before anything is stored, so a late answer changes nothing.

use super::db::{AnyRow, Columns as _, Reading, Result, Sealed, Tx, sql};
use super::{outbox, workspaces};
use crate::domain::grant::{self, Grant};
use crate::domain::ids::TeamId;
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};

/// Longer than Slack may take to answer; whoever died in a turn has nothing to say about it anymore.
const TURN: SignedDuration = SignedDuration::from_mins(2);
const PUT_OFF: SignedDuration = SignedDuration::from_mins(10);
const SEALED: Sealed = Sealed {
    table: "workspaces",
    what: "a workspace's token",
};

/// The token of a workspace.
pub struct Current {
    /// Whose it is: the workspace's, or its organization's.
    pub holder: TeamId,
    pub token: SecretString,
    /// None where it lasts.
    pub expiry: Option<Expiry>,
}

/// A token's end, and when there may be another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expiry {
    pub ends: Timestamp,
    pub renews: Timestamp,
    /// Slack's code, or a word of ours, since renewing it fails.
    pub error: Option<String>,
    /// Changes with the token.
    mark: String,
}

/// Somebody's turn to renew a token.
pub struct Turn {
    pub secret: SecretString,
    pub ends: Timestamp,
    tries: i64,
}

fn renewals_row(team: &TeamId) -> String {
    format!("{team}/renewal")
}

/// Keeps what the transaction's workspace was granted, sealed.
pub async fn keep(tx: &mut Tx, grant: &Grant) -> Result<()> {
    let token = SEALED.seal(tx.keys(), tx.team(), grant.token.expose_secret())?;
    let (mut secret, mut ends, mut renews) = (None, None, None);
    if let Some(renewal) = &grant.renewal {
        let until = tx
            .now
            .saturating_add(renewal.lasts)
            .unwrap_or(Timestamp::MAX);
        let row = renewals_row(tx.team());
        secret = Some(SEALED.seal(tx.keys(), row, renewal.secret.expose_secret())?);
        ends = Some(until);
        renews = Some(grant::renew_at(tx.now, until));
    }
    tx.run(sql!(
        "update workspaces set token_sealed = $1, renewal_sealed = $2, token_ends_at = $3, renew_at = $4,
             renewal_tries = 0, renewal_error = null, enterprise_id = null where team_id = $5",
        token,
        secret,
        ends,
        renews,
        tx.team()
    ))
    .await?;
    Ok(())
}

/// The transaction's workspace has the app by its organization's installation, with the organization's token.
pub async fn use_organizations(tx: &mut Tx, organization: &TeamId) -> Result<()> {
    tx.run(sql!(
        "update workspaces set enterprise_id = $1, token_sealed = null, renewal_sealed = null, token_ends_at = null,
             renew_at = null, renewal_tries = 0, renewal_error = null where team_id = $2",
        organization,
        tx.team()
    ))
    .await?;
    Ok(())
}

/// Selects tokens, each for the workspace `for_team`, which may have it from its organization.
macro_rules! select {
    ($which:literal) => {
        concat!(
            "select w.team_id as for_team, t.team_id, t.token_sealed, t.renewal_sealed, t.token_ends_at, t.renew_at,
                 t.renewal_error
             from workspaces w join workspaces t on t.team_id = coalesce(w.enterprise_id, w.team_id)
             where w.state = 'installed' and t.token_sealed is not null ",
            $which
        )
    };
}

/// The token for the transaction's workspace, its own or its organization's; none where the app is not installed with either.
pub async fn current(tx: &mut Reading) -> Result<Option<Current>> {
    let stored = sql!(select!("and w.team_id = $1"), tx.team());
    tx.read_first(stored, opened).await
}

/// The tokens for all workspaces that have the app, and organizations.
pub async fn all(tx: &mut Reading) -> Result<Vec<(TeamId, Current)>> {
    let stored = sql!(select!("order by w.team_id"));
    let read = |tx: &Reading, row: &AnyRow| Ok((row.get("for_team")?, opened(tx, row)?));
    tx.read_all(stored, read).await
}

fn opened(tx: &Reading, row: &AnyRow) -> Result<Current> {
    let (holder, sealed): (TeamId, String) = (row.get("team_id")?, row.get("token_sealed")?);
    let token: String = SEALED.open(tx.keys(), &holder, &sealed)?;
    Ok(Current {
        holder,
        token: SecretString::from(token),
        expiry: expiry(row)?,
    })
}

fn expiry(row: &AnyRow) -> Result<Option<Expiry>> {
    let (mark, ends) = (row.maybe("renewal_sealed")?, row.maybe("token_ends_at")?);
    let Some((mark, ends)) = mark.zip(ends) else {
        return Ok(None);
    };
    Ok(Some(Expiry {
        ends,
        renews: row.maybe("renew_at")?.unwrap_or(ends),
        error: row.maybe("renewal_error")?,
        mark,
    }))
}

/// The workspaces whose tokens are to be renewed now.
pub async fn due(tx: &mut Reading) -> Result<Vec<TeamId>> {
    tx.values(sql!(
        "select team_id from workspaces where state = 'installed' and renewal_sealed is not null and renew_at <= $1
         order by renew_at, team_id",
        tx.now
    ))
    .await
}

/// When the next token of any workspace is to be renewed.
pub async fn next_due(tx: &mut Reading) -> Result<Option<Timestamp>> {
    tx.maybe(sql!(
        "select renew_at from workspaces where team_id <> '' and state = 'installed' and renewal_sealed is not null
         order by renew_at limit 1"
    ))
    .await
}

/// Why tokens are not renewed, in workspaces that have the app: Slack's codes, or words of ours.
pub async fn failing(tx: &mut Reading) -> Result<Vec<(TeamId, String)>> {
    let failing = sql!(
        "select team_id, renewal_error from workspaces where state = 'installed' and renewal_error is not null
         order by team_id"
    );
    tx.read_all(failing, |_, row| {
        Ok((row.get("team_id")?, row.get("renewal_error")?))
    })
    .await
}

/// Takes the turn to renew the transaction's workspace's token, if it is to be renewed and nobody else has the turn.
pub async fn take_turn(tx: &mut Tx) -> Result<Option<Turn>> {
    let due = sql!(
        "select renewal_sealed, token_ends_at, renewal_tries from workspaces
         where team_id = $1 and state = 'installed' and renewal_sealed is not null and renew_at <= $2",
        tx.team(),
        tx.now
    );
    let turn = tx.read_first(due, |tx, row| {
        let sealed: String = row.get("renewal_sealed")?;
        let secret: String = SEALED.open(tx.keys(), renewals_row(tx.team()), &sealed)?;
        Ok(Turn {
            secret: SecretString::from(secret),
            ends: row.get("token_ends_at")?,
            tries: row.get("renewal_tries")?,
        })
    });
    let turn = turn.await?;
    if turn.is_some() {
        let next = tx.now.saturating_add(TURN).unwrap_or(Timestamp::MAX);
        set_renew_at(tx, next).await?;
    }
    Ok(turn)
}

/// A renewal that could not be begun is tried again some minutes later.
pub async fn put_off(tx: &mut Tx) -> Result<()> {
    tx.run(sql!(
        "update workspaces set renew_at = $1, renewal_tries = renewal_tries + 1, renewal_error = 'unreadable' where team_id = $2",
        tx.now.saturating_add(PUT_OFF).unwrap_or(Timestamp::MAX),
        tx.team()
    ))
    .await?;
    Ok(())
}

async fn set_renew_at(tx: &mut Tx, at: Timestamp) -> Result<()> {
    tx.run(sql!(
        "update workspaces set renew_at = $1 where team_id = $2",
        at,
        tx.team()
    ))
    .await?;
    Ok(())
}

/// Whether the token is still the one whose renewal this turn is. Its refresh token may have been sealed with another key
/// meanwhile, so the texts are compared, and not how they are sealed.
async fn is_current(tx: &mut Reading, turn: &Turn) -> Result<bool> {
    let stored = sql!(
        "select renewal_sealed from workspaces
         where team_id = $1 and state = 'installed' and renewal_sealed is not null",
        tx.team()
    );
    let Some(sealed) = tx.maybe::<String>(stored).await? else {
        return Ok(false);
    };
    let secret: String = SEALED.open(tx.keys(), renewals_row(tx.team()), &sealed)?;
    Ok(secret == turn.secret.expose_secret())
}

/// Slack renewed the token: what waited for it can go out. False if the workspace has another one by now.
pub async fn renewed(tx: &mut Tx, turn: &Turn, grant: &Grant) -> Result<bool> {
    if !is_current(tx, turn).await? {
        return Ok(false);
    }
    keep(tx, grant).await?;
    outbox::wake(tx).await?;
    Ok(true)
}

/// Slack did not renew the token: it is tried again, later each time and not before `earliest`. Where nobody can renew it and it
/// has ended, the workspace no longer has the app. False if the workspace has another token by now.
pub async fn not_renewed(tx: &mut Tx, turn: &Turn, why: &str, earliest: Timestamp) -> Result<bool> {
    if !is_current(tx, turn).await? {
        return Ok(false);
    }
    let next = grant::try_again_at(tx.now, turn.ends, turn.tries).max(earliest);
    tx.run(sql!(
        "update workspaces set renew_at = $1, renewal_tries = renewal_tries + 1, renewal_error = $2 where team_id = $3",
        next,
        why,
        tx.team()
    ))
    .await?;
    if grant::is_final(why) && turn.ends <= tx.now {
        let now = tx.now;
        workspaces::uninstalled(tx, now).await?;
    }
    Ok(true)
}

/// Slack says that the token has ended, whatever we thought: nothing is called with it, and it is renewed at once, unless
/// somebody has the turn or it failed lately.
pub async fn has_ended(tx: &mut Tx, expiry: &Expiry) -> Result<()> {
    let turn_ends = tx.now.saturating_add(TURN).unwrap_or(Timestamp::MAX);
    tx.run(sql!(
        "update workspaces set token_ends_at = $1,
             renew_at = case when renew_at > $4 and renewal_error is null then $1 else renew_at end
         where team_id = $2 and renewal_sealed = $3 and token_ends_at > $1",
        tx.now,
        tx.team(),
        expiry.mark.clone(),
        turn_ends
    ))
    .await?;
    Ok(())
}
