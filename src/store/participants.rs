//! Who takes part. The whole profile is sealed: topics and wishes are nobody's business but matching's.

use super::db::{AnyRow, Columns as _, Reading, Result, Sealed, Tx, sql};
use super::people;
use super::seal::Keys;
use super::workdays;
use crate::domain::happening::Happening;
use crate::domain::ids::{RoundId, TeamId, UserId};
use crate::domain::participant::{Participant, PersonInSlack, Profile, Standing};
use jiff::Timestamp;
use std::collections::BTreeMap;

const PROFILE: Sealed = Sealed {
    table: "participants",
    what: "a profile",
};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "select user_id, standing, profile_sealed, day_starts, day_ends, paused_until, waiting_since, joined_at from participants ",
            $rest
        )
    };
}

pub async fn find(tx: &mut Reading, user: &UserId) -> Result<Option<Participant>> {
    let found = sql!(
        select!("where team_id = $1 and user_id = $2"),
        tx.team(),
        user
    );
    tx.read_first(found, |tx, row| participant(tx.keys(), tx.team(), row))
        .await
}

/// Everyone who ever joined and was not erased, by user id.
pub async fn all(tx: &mut Reading) -> Result<Vec<Participant>> {
    let all = sql!(select!("where team_id = $1 order by user_id"), tx.team());
    tx.read_all(all, |tx, row| participant(tx.keys(), tx.team(), row))
        .await
}

/// Since when those are gone who left or cannot take part any more.
pub async fn gone_since(tx: &mut Reading) -> Result<BTreeMap<UserId, Timestamp>> {
    let gone = sql!(
        "select user_id, updated_at from participants where team_id = $1 and standing in ('left', 'ineligible')",
        tx.team()
    );
    let since = |_: &Reading, row: &AnyRow| Ok((row.get("user_id")?, row.get("updated_at")?));
    Ok(tx.read_all(gone, since).await?.into_iter().collect())
}

/// Some of those who wait for a partner beside `user` and whom Slack has told us about, at most `most`, by id.
pub async fn waiting_beside(
    tx: &mut Reading,
    user: &UserId,
    most: i64,
) -> Result<Vec<(Participant, PersonInSlack)>> {
    let waiting = sql!(
        "select q.user_id, q.standing, q.profile_sealed, q.day_starts, q.day_ends, q.paused_until, q.waiting_since, q.joined_at,
             p.zone, p.full_member, p.deleted, p.admin, p.updated
         from participants q join people p on p.team_id = q.team_id and p.user_id = q.user_id
         where q.team_id = $1 and q.waiting_since is not null and q.standing = 'active' and q.user_id <> $2
         order by q.user_id limit $3",
        tx.team(),
        user,
        most
    );
    let both = |tx: &Reading, row: &AnyRow| {
        let waits = participant(tx.keys(), tx.team(), row)?;
        Ok((waits, people::person(row)?))
    };
    tx.read_all(waiting, both).await
}

/// Everybody whom a round proposes or leaves over, by id.
pub async fn of_round(tx: &mut Reading, round: RoundId) -> Result<Vec<Participant>> {
    let people = sql!(
        select!(
            "where team_id = $1 and (
                 user_id in (select p.mentor from proposals p where p.round_id = $2)
                 or user_id in (select p.mentee from proposals p where p.round_id = $2)
                 or user_id in (select u.user_id from unmatched u where u.round_id = $2)) order by user_id"
        ),
        tx.team(),
        round
    );
    tx.read_all(people, |tx, row| participant(tx.keys(), tx.team(), row))
        .await
}

/// How many take part, and how many of them look for a partner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    pub taking_part: i64,
    /// They look for a partner and have none.
    pub without_partner: i64,
    /// They have a partner and would take another.
    pub would_take_another: i64,
}

/// For owners, without opening any profile.
pub async fn count(tx: &mut Reading) -> Result<Counts> {
    let counts = sql!(
        "select count(*) as taking_part,
             count(case when looks = 1 and has_partner = 0 then 1 end) as without_partner,
             count(case when looks = 1 and has_partner = 1 then 1 end) as would_take_another
         from (select case when q.standing = 'active' and q.waiting_since is not null then 1 else 0 end as looks,
                 case when exists (select 1 from pairs p where p.team_id = q.team_id and p.closed_at is null
                     and (p.mentor = q.user_id or p.mentee = q.user_id)) then 1 else 0 end as has_partner
             from participants q where q.team_id = $1 and q.standing in ('active', 'paused')) people",
        tx.team()
    );
    let row = tx.one(counts).await?;
    Ok(Counts {
        taking_part: row.get("taking_part")?,
        without_partner: row.get("without_partner")?,
        would_take_another: row.get("would_take_another")?,
    })
}

/// How many people left before a day, whose profiles are still kept.
pub async fn left_before(tx: &mut Reading, at: Timestamp) -> Result<i64> {
    tx.value(sql!(
        "select count(*) from participants where team_id = $1 and standing in ('left', 'ineligible') and updated_at < $2",
        tx.team(),
        at
    ))
    .await
}

/// Saves a profile and makes its person active, unless they are paused (since when, stays); true when they were not taking part
/// before.
/// `before` is their row as it is, `room` whether they can take (another) partner: then they wait for one.
pub async fn save(
    tx: &mut Tx,
    user: &UserId,
    profile: &Profile,
    before: Option<&Participant>,
    room: bool,
) -> Result<bool> {
    let before = before.filter(|one| matches!(one.standing, Standing::Active | Standing::Paused));
    let standing = before.map_or(Standing::Active, |one| one.standing);
    let joined_at = before.map_or(tx.now, |one| one.joined_at);
    // Nobody who said that they are not looking is enlisted by another edit.
    let looks = before
        .is_none_or(|one| one.waiting_since.is_some() || profile.asks_for_more_than(&one.profile));
    let since = before.and_then(|one| one.waiting_since);
    let waiting_since = (room && looks).then(|| since.unwrap_or(tx.now));
    let sealed = PROFILE.seal(tx.keys(), place(tx.team(), user), profile)?;
    tx.run(sql!(
        "insert into participants (team_id, user_id, standing, profile_sealed, waiting_since, joined_at, updated_at,
             day_starts, day_ends)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (team_id, user_id) do update
         set profile_sealed = excluded.profile_sealed, standing = excluded.standing,
             day_starts = excluded.day_starts, day_ends = excluded.day_ends,
             updated_at = case when excluded.standing = 'paused' then participants.updated_at else excluded.updated_at end,
             joined_at = excluded.joined_at, waiting_since = excluded.waiting_since, before_standing = null,
             paused_until = case when excluded.standing = 'paused' then participants.paused_until end",
        tx.team(), user, standing, sealed, waiting_since, joined_at, tx.now,
        profile.hours.map(|own| i64::from(own.starts())), profile.hours.map(|own| i64::from(own.ends()))
    ))
    .await?;
    Ok(before.is_none())
}

/// Changes the profile of somebody who is in the program, but for their hours, and nothing else about them: since when somebody is away or gone
/// (`updated_at`) stays.
pub async fn set_profile(tx: &mut Tx, user: &UserId, profile: &Profile) -> Result<()> {
    let sealed = PROFILE.seal(tx.keys(), place(tx.team(), user), profile)?;
    tx.run(sql!(
        "update participants set profile_sealed = $1,
             updated_at = case when standing = 'active' then $2 else updated_at end
         where team_id = $3 and user_id = $4",
        sealed,
        tx.now,
        tx.team(),
        user
    ))
    .await?;
    Ok(())
}

pub async fn standing(tx: &mut Reading, user: &UserId) -> Result<Option<Standing>> {
    tx.maybe(sql!(
        "select standing from participants where team_id = $1 and user_id = $2",
        tx.team(),
        user
    ))
    .await
}

/// How everybody stands who ever joined and was not erased, without opening any profile.
pub async fn standings(tx: &mut Reading) -> Result<Vec<(UserId, Standing)>> {
    let all = sql!(
        "select user_id, standing from participants where team_id = $1 order by user_id",
        tx.team()
    );
    let read = |_: &Reading, row: &AnyRow| Ok((row.get("user_id")?, row.get("standing")?));
    tx.read_all(all, read).await
}

/// Notes how somebody stands from now on. A break whose end moves is the same break.
pub async fn set_standing(
    tx: &mut Tx,
    user: &UserId,
    to: Standing,
    paused_until: Option<Timestamp>,
) -> Result<()> {
    tx.run(sql!(
        "update participants set standing = $1, paused_until = $2, before_standing = null,
             updated_at = case when standing = 'paused' and $1 = 'paused' then updated_at else $3 end
         where team_id = $4 and user_id = $5",
        to,
        paused_until,
        tx.now,
        tx.team(),
        user
    ))
    .await?;
    Ok(())
}

/// Since when somebody is on a break, whatever its end was at first; none if they are not.
pub async fn paused_since(tx: &mut Reading, user: &UserId) -> Result<Option<Timestamp>> {
    let since = sql!(
        "select updated_at from participants where team_id = $1 and user_id = $2 and standing = 'paused'",
        tx.team(),
        user
    );
    tx.maybe(since).await
}

/// Slack says that somebody cannot take part. Where they stood is kept, with the day of a pause and since when they waited.
pub async fn bar(tx: &mut Tx, user: &UserId) -> Result<()> {
    tx.run(sql!(
        "update participants set before_standing = standing, standing = 'ineligible', updated_at = $1
         where team_id = $2 and user_id = $3 and standing in ('active', 'paused')",
        tx.now,
        tx.team(),
        user
    ))
    .await?;
    Ok(())
}

/// They can take part again, as they did before; a pause whose day has come meanwhile is over.
pub async fn unbar(tx: &mut Tx, user: &UserId) -> Result<()> {
    tx.run(sql!(
        "update participants set updated_at = $1, before_standing = null,
             standing = case when before_standing = 'paused' and (paused_until is null or paused_until > $1)
                 then 'paused' else 'active' end,
             paused_until = case when paused_until > $1 then paused_until end
         where team_id = $2 and user_id = $3 and standing = 'ineligible'",
        tx.now,
        tx.team(),
        user
    ))
    .await?;
    Ok(())
}

/// Notes since when somebody waits for a partner (none: not waiting).
pub async fn set_waiting(tx: &mut Tx, user: &UserId, since: Option<Timestamp>) -> Result<()> {
    let changes = sql!(
        "update participants set waiting_since = $1
         where team_id = $2 and user_id = $3 and waiting_since is distinct from $1",
        since,
        tx.team(),
        user
    );
    if tx.changes(changes).await? {
        tx.happens(Happening::LooksChanged(user.clone()));
    }
    Ok(())
}

/// Somebody who takes part asks for a (further) partner. Who waits already keeps their place; who is paused waits once
/// they are back.
pub async fn wants_partner(tx: &mut Tx, user: &UserId) -> Result<()> {
    let changes = sql!(
        "update participants set waiting_since = $1
         where team_id = $2 and user_id = $3 and standing in ('active', 'paused') and waiting_since is null",
        tx.now,
        tx.team(),
        user
    );
    if tx.changes(changes).await? {
        tx.happens(Happening::LooksChanged(user.clone()));
    }
    Ok(())
}

/// The participant in a row that has a participant's columns.
pub(super) fn participant(keys: &Keys, team: &TeamId, row: &AnyRow) -> Result<Participant> {
    let user: UserId = row.get("user_id")?;
    let sealed: String = row.get("profile_sealed")?;
    let mut profile: Profile = PROFILE.open(keys, place(team, &user), &sealed)?;
    profile.hours = workdays::own_hours(row)?;
    Ok(Participant {
        user,
        standing: row.get("standing")?,
        profile,
        paused_until: row.maybe("paused_until")?,
        waiting_since: row.maybe("waiting_since")?,
        joined_at: row.get("joined_at")?,
    })
}

/// What a profile is sealed for, within its table.
fn place(team: &TeamId, user: &UserId) -> String {
    format!("{team}/{user}")
}
