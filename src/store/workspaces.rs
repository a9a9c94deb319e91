//! The Slack workspaces the app is installed in.

use super::db::{AnyRow, Columns as _, Reading, Result, Tx, sql};
use super::{audit, holds, outbox, programs, timers};
use crate::domain::ids::{TeamId, UserId};
use crate::domain::timer::Timer;
use jiff::{SignedDuration, Timestamp};

pub struct Workspace {
    pub team: TeamId,
    pub bot_user: UserId,
    pub installed: bool,
}

/// How long everything of a workspace that removed the app is kept at least: installing it again goes on from there. A program
/// keeps it as long as it keeps texts.
pub const LEAST_DAYS: u16 = 30;

/// The days for which everything of a program's workspace is kept that removed the app; the program's own are for texts.
pub fn days_kept(retention_days: u16) -> u16 {
    retention_days.max(LEAST_DAYS)
}

async fn kept(tx: &mut Reading) -> Result<SignedDuration> {
    let program = programs::find(tx).await?;
    let days = program.map_or(LEAST_DAYS, |program| {
        days_kept(program.settings.retention_days)
    });
    Ok(SignedDuration::from_hours(24 * i64::from(days)))
}

/// Notes that the app is installed in the transaction's workspace. Returns since when it was not, if it was there before.
pub async fn installed(tx: &mut Tx, bot_user: &UserId) -> Result<Option<Timestamp>> {
    let gone_since = ended_at(tx).await?;
    tx.run(sql!(
        "insert into workspaces (team_id, bot_user_id, state, updated_at) values ($1, $2, 'installed', $3)
         on conflict (team_id) do update
         set bot_user_id = excluded.bot_user_id, state = 'installed', updated_at = excluded.updated_at, ended_at = null",
        tx.team(),
        bot_user,
        tx.now
    ))
    .await?;
    // What waited for the app to come back, or for a scope, can go out now.
    holds::try_now(tx).await?;
    if gone_since.is_some() {
        timers::cancel(tx, &Timer::WorkspaceEnds).await?;
        timers::go_on(tx).await?;
    }
    outbox::wake(tx).await?;
    Ok(gone_since)
}

/// Since when the transaction's workspace no longer has the app; none where it has, or never had.
pub async fn ended_at(tx: &mut Reading) -> Result<Option<Timestamp>> {
    // An earlier release noted the day as the last change.
    tx.maybe(sql!(
        "select coalesce(ended_at, updated_at) from workspaces where team_id = $1 and state = 'uninstalled'",
        tx.team()
    ))
    .await
}

/// When everything of the transaction's workspace is erased, because it removed the app.
pub async fn ends_at(tx: &mut Reading) -> Result<Option<Timestamp>> {
    let Some(ended) = ended_at(tx).await? else {
        return Ok(None);
    };
    let ends = ended.saturating_add(kept(tx).await?);
    Ok(Some(ends.unwrap_or(Timestamp::MAX)))
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

/// Slack no longer takes the token of the transaction's workspace. An organization's was for all of its workspaces.
pub async fn token_died(tx: &mut Tx, as_of: Timestamp) -> Result<()> {
    let own = tx.team().clone();
    let organization = sql!(
        "select enterprise_id from workspaces where team_id = $1 and state = 'installed'",
        own
    );
    if let Some(organization) = tx.maybe::<TeamId>(organization).await? {
        tx.act_for(organization);
    }
    uninstalled(tx, as_of).await?;
    tx.act_for(own);
    Ok(())
}

/// Notes that the app was removed or its token revoked: nothing is sent and nothing runs until it is back, and what is stored
/// ends some time later ([`days_kept`]). Its tokens are forgotten at once. `as_of`: when the token was taken that
/// Slack refuses; an installation since then has another one.
pub async fn uninstalled(tx: &mut Tx, as_of: Timestamp) -> Result<()> {
    if !end(tx, as_of).await? {
        return Ok(());
    }
    // An organization's workspaces had its token.
    let (own, now) = (tx.team().clone(), tx.now);
    let theirs = sql!(
        "select team_id from workspaces where enterprise_id = $1 and state = 'installed' order by team_id",
        own
    );
    for team in tx.values::<TeamId>(theirs).await? {
        tx.act_for(team);
        end(tx, now).await?;
    }
    tx.act_for(own);
    Ok(())
}

async fn end(tx: &mut Tx, as_of: Timestamp) -> Result<bool> {
    let ended = tx.changes(sql!(
        "update workspaces set state = 'uninstalled', token_sealed = null, renewal_sealed = null, token_ends_at = null, renew_at = null,
             renewal_tries = 0, renewal_error = null, updated_at = $1, ended_at = $1
         where team_id = $2 and state = 'installed' and updated_at <= $3",
        tx.now,
        tx.team(),
        as_of
    ));
    let ended = ended.await?;
    if ended {
        audit::note(tx, &UserId::from("slack"), "uninstalled", "app").await?;
        let ends = tx.now.saturating_add(kept(tx).await?);
        let ends = ends.unwrap_or(Timestamp::MAX);
        timers::at(tx, &Timer::WorkspaceEnds, ends).await?;
    }
    Ok(ended)
}

/// The organization took its app out of the transaction's workspace, as of then.
pub async fn left_organization(tx: &mut Tx, organization: &TeamId, as_of: Timestamp) -> Result<()> {
    let is_of = sql!(
        "select 1 from workspaces where team_id = $1 and enterprise_id = $2",
        tx.team(),
        organization
    );
    if tx.any(is_of).await? {
        uninstalled(tx, as_of).await?;
    }
    Ok(())
}

/// The bot's user in an organization that has the app, if the transaction's workspace does not have it.
pub async fn may_join(tx: &mut Reading, organization: &TeamId) -> Result<Option<UserId>> {
    tx.maybe(sql!(
        "select o.bot_user_id from workspaces o where o.team_id = $1 and o.state = 'installed'
         and not exists (select 1 from workspaces w where w.team_id = $2 and w.state = 'installed')",
        organization,
        tx.team()
    ))
    .await
}

/// The other workspaces of the same organization's installation in which somebody takes part.
pub async fn beside(tx: &mut Reading, user: &UserId) -> Result<Vec<TeamId>> {
    tx.values(sql!(
        "select w.team_id from workspaces w join participants q on q.team_id = w.team_id and q.user_id = $2
         where w.state = 'installed' and w.team_id <> $1 and q.standing <> 'left'
           and w.enterprise_id = coalesce((select o.enterprise_id from workspaces o where o.team_id = $1), $1)
         order by w.team_id",
        tx.team(),
        user
    ))
    .await
}

/// Whether the transaction's workspace joins an organization's installation by its first request. One that the organization
/// took the app out of waits for Slack's word that it has it again, or for a new installation.
pub async fn joins_by_itself(tx: &mut Reading, organization: &TeamId) -> Result<bool> {
    tx.any(sql!(
        "select 1 from workspaces o where o.team_id = $1 and o.state = 'installed'
         and not exists (select 1 from workspaces w where w.team_id = $2
             and (w.state = 'installed' or w.updated_at >= o.updated_at))",
        organization,
        tx.team()
    ))
    .await
}

/// The transaction's workspace, which no longer has the app, is kept until then.
pub async fn set_end(tx: &mut Tx, ends: Timestamp) -> Result<()> {
    let kept = kept(tx).await?;
    tx.run(sql!(
        "update workspaces set ended_at = $1 where team_id = $2 and state = 'uninstalled'",
        ends.saturating_sub(kept).unwrap_or(Timestamp::MIN),
        tx.team()
    ))
    .await?;
    Ok(())
}

/// Notes that the app is in no other workspace than the transaction's.
pub async fn others_uninstalled(tx: &mut Tx) -> Result<()> {
    let (own, now) = (tx.team().clone(), tx.now);
    let others = all(tx)
        .await?
        .into_iter()
        .filter(|it| it.installed && it.team != own);
    for other in others {
        tx.act_for(other.team);
        uninstalled(tx, now).await?;
    }
    tx.act_for(own);
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
