//! Who asked whom to mentor them.

use super::db::{Reading, Result, StoreError, Tx, instant};
use crate::domain::ids::{InvitationId, UserId};
use jiff::Timestamp;
use sqlx::Row;
use sqlx::any::AnyRow;

/// | from | to | when |
/// |---|---|---|
/// | open | accepted | the invitee said yes and the rules allow it |
/// | open | declined | the invitee said no or erased their data, or the rules do not allow it: nobody can tell which |
/// | open | lapsed | nobody answered in time |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Open,
    Accepted,
    Declined,
    Lapsed,
}

impl State {
    pub const ALL: [State; 4] = [State::Open, State::Accepted, State::Declined, State::Lapsed];

    pub fn as_str(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Accepted => "accepted",
            State::Declined => "declined",
            State::Lapsed => "lapsed",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Invitation {
    pub id: InvitationId,
    /// Who wants to learn.
    pub inviter: UserId,
    /// Who is asked to mentor.
    pub invitee: UserId,
    pub state: State,
    pub created_at: Timestamp,
}

/// Stores an invitation; none when this person has one from the same colleague open.
pub async fn add(
    tx: &mut Tx,
    inviter: &UserId,
    colleague: &UserId,
) -> Result<Option<InvitationId>> {
    let (id, team, now) = (tx.new_id(), tx.team().to_string(), tx.now_ms());
    let done = sqlx::query(
        "insert into invitations (id, team_id, inviter, invitee, state, created_at)
         values ($1, $2, $3, $4, 'open', $5) on conflict do nothing",
    )
    .bind(id)
    .bind(team)
    .bind(inviter.as_str())
    .bind(colleague.as_str())
    .bind(now)
    .execute(tx.conn())
    .await?;
    Ok((done.rows_affected() == 1).then_some(InvitationId(id)))
}

pub async fn find(tx: &mut Reading, id: InvitationId) -> Result<Option<Invitation>> {
    let team = tx.team().to_string();
    let row = sqlx::query(
        "select id, inviter, invitee, state, created_at from invitations where team_id = $1 and id = $2",
    )
    .bind(team)
    .bind(id.0)
    .fetch_optional(tx.conn())
    .await?;
    row.map(|row| invitation(&row)).transpose()
}

/// What somebody sent since `since`, newest first.
pub async fn sent_since(
    tx: &mut Reading,
    inviter: &UserId,
    since: Timestamp,
) -> Result<Vec<Invitation>> {
    let team = tx.team().to_string();
    let rows = sqlx::query(
        "select id, inviter, invitee, state, created_at from invitations
         where team_id = $1 and inviter = $2 and created_at >= $3 order by id desc",
    )
    .bind(team)
    .bind(inviter.as_str())
    .bind(since.as_millisecond())
    .fetch_all(tx.conn())
    .await?;
    rows.iter().map(invitation).collect()
}

/// What somebody sent and received, oldest first.
pub async fn of(tx: &mut Reading, user: &UserId) -> Result<Vec<Invitation>> {
    let team = tx.team().to_string();
    let rows = sqlx::query(
        "select id, inviter, invitee, state, created_at from invitations
         where team_id = $1 and (inviter = $2 or invitee = $2) order by id",
    )
    .bind(team)
    .bind(user.as_str())
    .fetch_all(tx.conn())
    .await?;
    rows.iter().map(invitation).collect()
}

/// Answers an open invitation; false when it was answered before.
pub async fn answer(tx: &mut Tx, id: InvitationId, to: State) -> Result<bool> {
    let (team, now) = (tx.team().to_string(), tx.now_ms());
    let done = sqlx::query(
        "update invitations set state = $1, answered_at = $2
         where team_id = $3 and id = $4 and state = 'open'",
    )
    .bind(to.as_str())
    .bind(now)
    .bind(team)
    .bind(id.0)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Forgets somebody's invitations. One they received and have not accepted is their colleague's, who has yet to hear that it
/// did not work out: it counts as declined, and is forgotten with its age.
pub async fn erase_person(tx: &mut Tx, user: &UserId) -> Result<()> {
    let team = tx.team().to_string();
    for sql in [
        "delete from invitations
         where team_id = $1 and (inviter = $2 or (invitee = $2 and state = 'accepted'))",
        "update invitations set state = 'declined' where team_id = $1 and invitee = $2 and state = 'open'",
    ] {
        sqlx::query(sql)
            .bind(&team)
            .bind(user.as_str())
            .execute(tx.conn())
            .await?;
    }
    Ok(())
}

/// Forgets what was asked before `before`.
pub async fn prune(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    let done = sqlx::query("delete from invitations where created_at < $1 and state <> 'open'")
        .bind(before.as_millisecond())
        .execute(tx.conn())
        .await?;
    Ok(done.rows_affected())
}

fn invitation(row: &AnyRow) -> Result<Invitation> {
    let state: String = row.try_get(3)?;
    Ok(Invitation {
        id: InvitationId(row.try_get(0)?),
        inviter: UserId(row.try_get(1)?),
        invitee: UserId(row.try_get(2)?),
        state: State::parse(&state).ok_or(StoreError::Unreadable("an invitation's state"))?,
        created_at: instant(row.try_get(4)?),
    })
}
