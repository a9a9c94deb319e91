//! What Slack last told us about people who have to do with the program: their zone and whether they are full members. No
//! names.

use super::db::{AnyRow, Columns as _, Reading, Result, Tx, sql};
use crate::domain::ids::UserId;
use crate::domain::outgoing::Lane;
use crate::domain::participant::PersonInSlack;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// What Slack said longer ago than this is asked again.
pub const STALE: SignedDuration = SignedDuration::from_hours(7 * 24);

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "select p.user_id, p.zone, p.full_member, p.deleted, p.admin, p.updated from people p ",
            $rest
        )
    };
}

pub async fn find(tx: &mut Reading, user: &UserId) -> Result<Option<PersonInSlack>> {
    let found = sql!(
        select!("where p.team_id = $1 and p.user_id = $2"),
        tx.team(),
        user
    );
    tx.read_first(found, |_, row| person(row)).await
}

/// Everyone Slack told us about who takes part.
pub async fn participants(tx: &mut Reading) -> Result<Vec<PersonInSlack>> {
    let known = sql!(
        select!(
            "join participants q on q.team_id = p.team_id and q.user_id = p.user_id where p.team_id = $1"
        ),
        tx.team()
    );
    tx.read_all(known, |_, row| person(row)).await
}

/// Workspace admins, as far as Slack told us.
pub async fn admins(tx: &mut Reading) -> Result<Vec<UserId>> {
    tx.values(sql!(
        "select user_id from people where team_id = $1 and admin = 1 and deleted = 0 and full_member = 1 order by user_id",
        tx.team()
    ))
    .await
}

/// People who take part and about whom Slack has told us nothing since `since`.
pub async fn unknown(tx: &mut Reading, since: Timestamp) -> Result<Vec<UserId>> {
    tx.values(sql!(
        "select q.user_id from participants q
         left join people p on p.team_id = q.team_id and p.user_id = q.user_id
         where q.team_id = $1 and q.standing in ('active', 'paused') and (p.seen_at is null or p.seen_at < $2)
         order by q.user_id",
        tx.team(),
        since
    ))
    .await
}

/// At most `most` people of whom Slack said before `since` that they cannot take part, and who would be back if it says otherwise
/// now; and who asked to join since (see [`doubt`]). The longest unheard of first.
pub async fn out(tx: &mut Reading, since: Timestamp, most: i64) -> Result<Vec<UserId>> {
    tx.values(sql!(
        "select p.user_id from people p
         left join participants q on q.team_id = p.team_id and q.user_id = p.user_id
         where p.team_id = $1 and (q.standing = 'ineligible' and p.seen_at < $2
             or p.seen_at = 0 and coalesce(q.standing, 'left') = 'left')
         order by p.seen_at, p.user_id limit $3",
        tx.team(),
        since,
        most
    ))
    .await
}

/// Whether we have a use for what Slack says about this person: they take (or took) part, are asked to, are `named` in the
/// settings, or are admins; or we have just asked about them, or somebody waits for that.
pub async fn concerns_us(
    tx: &mut Reading,
    person: &PersonInSlack,
    named: &[UserId],
) -> Result<bool> {
    if person.admin || named.contains(&person.user) {
        return Ok(true);
    }
    tx.any(sql!(
        "select 1 from participants where team_id = $1 and user_id = $2
         union all select 1 from invitations where team_id = $1 and invitee = $2 and state = 'open'
         union all select 1 from outbox where team_id = $1 and lane = $3 and state in ('queued', 'leased')
         union all select 1 from timers where team_id = $1 and kind = 'looked_up' and subject like $4
         limit 1",
        tx.team(),
        person.user,
        Lane::LookUp(person.user.clone()),
        format!("{}/%", person.user)
    ))
    .await
}

/// Forgets those whom nothing of this concerns (any more).
pub async fn prune(tx: &mut Tx, named: &[UserId]) -> Result<()> {
    let unconcerned = sql!(
        "select user_id from people p where team_id = $1 and admin = 0
         and not exists (select 1 from participants q where q.team_id = p.team_id and q.user_id = p.user_id)
         and not exists (select 1 from invitations i
             where i.team_id = p.team_id and i.invitee = p.user_id and i.state = 'open')",
        tx.team()
    );
    for user in tx.values::<UserId>(unconcerned).await? {
        if !named.contains(&user) {
            tx.run(sql!(
                "delete from people where team_id = $1 and user_id = $2",
                tx.team(),
                user
            ))
            .await?;
        }
    }
    Ok(())
}

pub async fn save(tx: &mut Tx, person: &PersonInSlack) -> Result<()> {
    tx.run(sql!(
        "insert into people (team_id, user_id, zone, full_member, deleted, admin, seen_at, updated)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (team_id, user_id) do update
         set zone = excluded.zone, full_member = excluded.full_member, deleted = excluded.deleted,
             admin = excluded.admin, seen_at = excluded.seen_at,
             updated = coalesce(excluded.updated, people.updated)",
        tx.team(),
        person.user,
        person.zone,
        person.full_member,
        person.deleted,
        person.admin,
        tx.now,
        person.updated
    ))
    .await?;
    Ok(())
}

/// What we know of this person is in doubt: it counts as heard long ago, so that Slack is asked until it answers.
pub async fn doubt(tx: &mut Tx, user: &UserId) -> Result<()> {
    tx.run(sql!(
        "update people set seen_at = 0 where team_id = $1 and user_id = $2",
        tx.team(),
        user
    ))
    .await?;
    Ok(())
}

/// When Slack last told us about `user`.
pub async fn seen_at(tx: &mut Reading, user: &UserId) -> Result<Option<Timestamp>> {
    tx.maybe(sql!(
        "select seen_at from people where team_id = $1 and user_id = $2",
        tx.team(),
        user
    ))
    .await
}

/// Those who live in the program's zone because Slack has told us none of their own, as far as it matters: a timer of
/// theirs is tied to it, or they are in a pair.
pub async fn in_the_programs_zone(tx: &mut Reading) -> Result<Vec<UserId>> {
    tx.values(sql!(
        "select t.zone_of from timers t
         left join people p on p.team_id = t.team_id and p.user_id = t.zone_of
         where t.team_id = $1 and t.zone_of <> 'program' and p.zone is null
         union
         select q.user_id from participants q
         left join people p on p.team_id = q.team_id and p.user_id = q.user_id
         where q.team_id = $1 and p.zone is null and exists (
             select 1 from pairs r where r.team_id = q.team_id and r.closed_at is null
             and (r.mentor = q.user_id or r.mentee = q.user_id))
         order by 1",
        tx.team()
    ))
    .await
}

/// The zone that `user` lives in, else `fallback` (the program's), for what they read; see `workdays::of` for when they read it.
pub async fn zone_or(tx: &mut Reading, user: &UserId, fallback: &TimeZone) -> Result<TimeZone> {
    let person = find(tx, user).await?;
    Ok(person
        .and_then(|person| person.time_zone())
        .unwrap_or_else(|| fallback.clone()))
}

/// The person in a row that has a person's columns.
pub(super) fn person(row: &AnyRow) -> Result<PersonInSlack> {
    Ok(PersonInSlack {
        user: row.get("user_id")?,
        zone: row.maybe("zone")?,
        full_member: row.get("full_member")?,
        deleted: row.get("deleted")?,
        admin: row.get("admin")?,
        updated: row.maybe("updated")?,
    })
}
