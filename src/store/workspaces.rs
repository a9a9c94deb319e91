//! The Slack workspaces the app is installed in.

use super::db::{Reading, Result, Tx};
use super::{audit, outbox};
use crate::domain::ids::{TeamId, UserId};
use jiff::SignedDuration;
use sqlx::Row;

pub struct Workspace {
    pub team: TeamId,
    pub bot_user: UserId,
    pub installed: bool,
}

/// Notes that the app is installed in the transaction's workspace.
pub async fn installed(tx: &mut Tx, bot_user: &UserId) -> Result<()> {
    let (team, now) = (tx.team().to_string(), tx.now_ms());
    sqlx::query(
        "insert into workspaces (team_id, bot_user_id, state, updated_at) values ($1, $2, 'installed', $3)
         on conflict (team_id) do update
         set bot_user_id = excluded.bot_user_id, state = 'installed', updated_at = excluded.updated_at",
    )
    .bind(team)
    .bind(bot_user.as_str())
    .bind(now)
    .execute(tx.conn())
    .await?;
    // What waited for the app to come back can go out now.
    outbox::wake(tx).await
}

/// Shorter silences of Slack's are no outage: rows in doubt keep their distances.
const OUTAGE: SignedDuration = SignedDuration::from_mins(10);

/// Notes whether Slack answered. True when this is the first answer after an outage.
pub async fn slack_answers(tx: &mut Tx, answers: bool) -> Result<bool> {
    let (team, now) = (tx.team().to_string(), tx.now_ms());
    if !answers {
        sqlx::query(
            "update workspaces set troubled_at = $1 where team_id = $2 and troubled_at is null",
        )
        .bind(now)
        .bind(team)
        .execute(tx.conn())
        .await?;
        return Ok(false);
    }
    let row = sqlx::query(
        "select troubled_at from workspaces where team_id = $1 and troubled_at is not null",
    )
    .bind(&team)
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else { return Ok(false) };
    sqlx::query("update workspaces set troubled_at = null where team_id = $1")
        .bind(team)
        .execute(tx.conn())
        .await?;
    Ok(now - row.try_get::<i64, _>(0)? >= i64::try_from(OUTAGE.as_millis()).unwrap_or(i64::MAX))
}

/// Notes that the app was removed or its token revoked: nothing is sent until it is back.
pub async fn uninstalled(tx: &mut Tx) -> Result<()> {
    let (team, now) = (tx.team().to_string(), tx.now_ms());
    let ended = sqlx::query(
        "update workspaces set state = 'uninstalled', updated_at = $1 where team_id = $2 and state = 'installed'",
    )
    .bind(now)
    .bind(team)
    .execute(tx.conn())
    .await?;
    if ended.rows_affected() == 0 {
        return Ok(());
    }
    audit::note(tx, &UserId::from("slack"), "uninstalled", "app").await
}

/// Notes that the app is in no other workspace than the transaction's.
pub async fn others_uninstalled(tx: &mut Tx) -> Result<()> {
    let (team, now) = (tx.team().to_string(), tx.now_ms());
    sqlx::query("update workspaces set state = 'uninstalled', updated_at = $1 where team_id <> $2 and state = 'installed'")
        .bind(now)
        .bind(team)
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub async fn find(tx: &mut Reading) -> Result<Option<Workspace>> {
    let team = tx.team().to_string();
    let row = sqlx::query("select team_id, bot_user_id, state from workspaces where team_id = $1")
        .bind(team)
        .fetch_optional(tx.conn())
        .await?;
    row.map(|row| workspace(&row)).transpose()
}

/// All workspaces, whatever the transaction's.
pub async fn all(tx: &mut Reading) -> Result<Vec<Workspace>> {
    let rows = sqlx::query("select team_id, bot_user_id, state from workspaces order by team_id")
        .fetch_all(tx.conn())
        .await?;
    rows.iter().map(workspace).collect()
}

fn workspace(row: &sqlx::any::AnyRow) -> Result<Workspace> {
    let state: String = row.try_get(2)?;
    Ok(Workspace {
        team: TeamId(row.try_get(0)?),
        bot_user: UserId(row.try_get(1)?),
        installed: state == "installed",
    })
}
