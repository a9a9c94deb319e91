//! Who asked whom to mentor them.

use super::db::columns::columns;
use super::db::{AnyRow, Columns as _, Reading, Result, Tx, sql};
use super::quiet;
use crate::domain::ids::{InvitationId, UserId};
use jiff::Timestamp;

/// | from | to | when |
/// |---|---|---|
/// | open | accepted | the invitee said yes and the rules allow it |
/// | open | declined | the invitee said no: the two are kept apart for the program |
/// | open | lapsed | nobody answered in time, the rules do not allow it, or the invitee erased their data |
/// | declined | lapsed | the invitee erased their data |
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

columns! {
    State, "an invitation's state": String, |state| state.as_str().to_owned(), |held| State::parse(&held);
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

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "select id, inviter, invitee, state, created_at from invitations ",
            $rest
        )
    };
}

/// Stores an invitation; none when this person has one from the same colleague open.
pub async fn add(
    tx: &mut Tx,
    inviter: &UserId,
    colleague: &UserId,
) -> Result<Option<InvitationId>> {
    let id = InvitationId(tx.new_id());
    let added = tx.changes(sql!(
        "insert into invitations (id, team_id, inviter, invitee, state, created_at)
         values ($1, $2, $3, $4, 'open', $5) on conflict do nothing",
        id,
        tx.team(),
        inviter,
        colleague,
        tx.now
    ));
    Ok(added.await?.then_some(id))
}

pub async fn find(tx: &mut Reading, id: InvitationId) -> Result<Option<Invitation>> {
    let found = sql!(select!("where team_id = $1 and id = $2"), tx.team(), id);
    tx.read_first(found, invitation).await
}

/// What somebody sent since `since`, newest first.
pub async fn sent_since(
    tx: &mut Reading,
    inviter: &UserId,
    since: Timestamp,
) -> Result<Vec<Invitation>> {
    let sent = sql!(
        select!("where team_id = $1 and inviter = $2 and created_at >= $3 order by id desc"),
        tx.team(),
        inviter,
        since
    );
    tx.read_all(sent, invitation).await
}

/// What somebody sent and received, oldest first.
pub async fn of(tx: &mut Reading, user: &UserId) -> Result<Vec<Invitation>> {
    let theirs = sql!(
        select!("where team_id = $1 and (inviter = $2 or invitee = $2) order by id"),
        tx.team(),
        user
    );
    tx.read_all(theirs, invitation).await
}

/// Answers an open invitation; false when it was answered before.
pub async fn answer(tx: &mut Tx, id: InvitationId, to: State) -> Result<bool> {
    tx.changes(sql!(
        "update invitations set state = $1, answered_at = $2
         where team_id = $3 and id = $4 and state = 'open'",
        to,
        tx.now,
        tx.team(),
        id
    ))
    .await
}

/// Nobody has read an open invitation: nothing is left of it.
pub async fn was_not_sent(tx: &mut Tx, id: InvitationId) -> Result<()> {
    tx.run(sql!(
        "delete from invitations where team_id = $1 and id = $2 and state = 'open'",
        tx.team(),
        id
    ))
    .await?;
    Ok(())
}

/// Pairs (inviter, invitee) between whom an invitation was declined: they are kept apart, in both directions. Of inviters who are
/// back after an erasing, those among `people`.
pub async fn declined(tx: &mut Reading, people: &[&UserId]) -> Result<Vec<(UserId, UserId)>> {
    let mut apart = quiet::apart(tx, people).await?;
    let declined = sql!(
        "select inviter, invitee from invitations where team_id = $1 and state = 'declined'",
        tx.team()
    );
    let two = |_: &Reading, row: &AnyRow| Ok((row.get("inviter")?, row.get("invitee")?));
    apart.extend(tx.read_all(declined, two).await?);
    Ok(apart)
}

/// What `user` was declined: who said no.
pub async fn declined_to(tx: &mut Reading, user: &UserId) -> Result<Vec<UserId>> {
    tx.values(sql!(
        "select invitee from invitations where team_id = $1 and inviter = $2 and state = 'declined'",
        tx.team(),
        user
    ))
    .await
}

/// Whether `colleague` ever declined an invitation of `inviter`, also before the inviter had their data erased.
pub async fn was_declined(tx: &mut Reading, inviter: &UserId, colleague: &UserId) -> Result<bool> {
    if quiet::said_no(tx, inviter, colleague).await? {
        return Ok(true);
    }
    tx.any(sql!(
        "select 1 from invitations
         where team_id = $1 and inviter = $2 and invitee = $3 and state = 'declined' limit 1",
        tx.team(),
        inviter,
        colleague
    ))
    .await
}

/// Whether somebody declined a colleague's invitation.
pub async fn said_no(tx: &mut Reading, invitee: &UserId) -> Result<bool> {
    tx.any(sql!(
        "select 1 from invitations where team_id = $1 and invitee = $2 and state = 'declined' limit 1",
        tx.team(),
        invitee
    ))
    .await
}

fn invitation(_: &Reading, row: &AnyRow) -> Result<Invitation> {
    Ok(Invitation {
        id: row.get("id")?,
        inviter: row.get("inviter")?,
        invitee: row.get("invitee")?,
        state: row.get("state")?,
        created_at: row.get("created_at")?,
    })
}
