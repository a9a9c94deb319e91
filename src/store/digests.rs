//! What public digests said, and what is counted or looked up for the digest and the owners' companion alone.

use super::db::{AnyRow, Columns as _, Reading, Result, Sealed, Tx, sql};
use crate::domain::cycle::State;
use crate::domain::digest::Published;
use crate::domain::goals::REMINDERS;
use crate::domain::ids::{ChannelId, PairId, RoundId, UserId};
use crate::domain::key::Key;
use crate::domain::week::IsoWeek;
use jiff::{SignedDuration, Timestamp};

const DIGEST: Sealed = Sealed {
    table: "digests",
    what: "a digest",
};
/// Longer than any chart looks back; true counts are not kept for longer than they serve.
const KEPT: SignedDuration = SignedDuration::from_hours(53 * 7 * 24);

/// Keeps what the digest of `week` says; false when that week has one already.
pub async fn save(tx: &mut Tx, week: IsoWeek, published: &Published) -> Result<bool> {
    let sealed = DIGEST.seal(tx.keys(), place(tx, week), published)?;
    let saved = tx.changes(sql!(
        "insert into digests (team_id, week, published_sealed, made_at) values ($1, $2, $3, $4)
         on conflict do nothing",
        tx.team(),
        week,
        sealed,
        tx.now
    ));
    let saved = saved.await?;
    tx.run(sql!(
        "delete from digests where team_id = $1 and made_at < $2",
        tx.team(),
        tx.now - KEPT
    ))
    .await?;
    Ok(saved)
}

/// The last `most` digests, newest first: their week and what they said.
pub async fn last(tx: &mut Reading, most: i64) -> Result<Vec<(IsoWeek, Published)>> {
    let last = sql!(
        "select week, published_sealed from digests where team_id = $1 order by week desc limit $2",
        tx.team(),
        most
    );
    tx.read_all(last, digest).await
}

/// The earlier digests that `channel` has read, of those made since `since`, newest first. What has become of them since the last
/// time is noted first: the outbox forgets it sooner than charts do.
pub async fn told(
    tx: &mut Tx,
    channel: &ChannelId,
    since: Timestamp,
) -> Result<Vec<(IsoWeek, Published)>> {
    note_told(tx).await?;
    let told = sql!(
        "select week, published_sealed from digests where team_id = $1 and told_in = $2 and made_at >= $3
         order by week desc",
        tx.team(),
        channel,
        since
    );
    tx.read_all(told, digest).await
}

/// Notes in which channel digests were read that were not when this was last noted.
async fn note_told(tx: &mut Tx) -> Result<()> {
    let untold = sql!(
        "select week from digests where team_id = $1 and told_in is null",
        tx.team()
    );
    for week in tx.values::<IsoWeek>(untold).await? {
        tx.run(sql!(
            "update digests set told_in = (select o.lane from outbox o where o.team_id = $1
                 and o.dedupe_key = $2 and o.state = 'sent') where team_id = $1 and week = $3",
            tx.team(),
            Key::Digest(week),
            week
        ))
        .await?;
    }
    Ok(())
}

/// The newest digest, and when it was made.
pub async fn newest(tx: &mut Reading) -> Result<Option<(Published, Timestamp)>> {
    let newest = sql!(
        "select week, published_sealed, made_at from digests where team_id = $1 order by week desc limit 1",
        tx.team()
    );
    let made = |tx: &Reading, row: &AnyRow| Ok((digest(tx, row)?.1, row.get("made_at")?));
    tx.read_first(newest, made).await
}

fn place(tx: &Reading, week: IsoWeek) -> String {
    format!("{}/{week}", tx.team())
}

fn digest(tx: &Reading, row: &AnyRow) -> Result<(IsoWeek, Published)> {
    let (week, sealed): (IsoWeek, String) = (row.get("week")?, row.get("published_sealed")?);
    let published = DIGEST.open(tx.keys(), place(tx, week), &sealed)?;
    Ok((week, published))
}

/// Of the open pairs that have an agreement: how many have signed the version that holds now, and how many there are.
pub async fn agreements(tx: &mut Reading) -> Result<(i64, i64)> {
    let counts = sql!(
        "select count(a.completed_at) as signed, count(*) as pairs from agreements a join pairs p on p.id = a.pair_id
         where p.team_id = $1 and p.closed_at is null
           and a.version = (select max(b.version) from agreements b where b.pair_id = a.pair_id)",
        tx.team()
    );
    let counts = tx.one(counts).await?;
    Ok((counts.get("signed")?, counts.get("pairs")?))
}

/// A pair that has neither met nor signed.
pub struct NotBegun {
    pub mentor: UserId,
    pub mentee: UserId,
    pub introduced: Timestamp,
}

/// Pairs that were introduced at `by` or earlier and have neither met nor signed, oldest first; none of whom somebody is on a break,
/// for which their months wait.
pub async fn not_begun(tx: &mut Reading, by: Timestamp) -> Result<Vec<NotBegun>> {
    let pairs = sql!(
        "select mentor, mentee, created_at from pairs p
         where team_id = $1 and state = 'introduced' and created_at <= $2
             and not exists (select 1 from participants q where q.team_id = p.team_id
                 and q.user_id in (p.mentor, p.mentee) and q.standing = 'paused')
         order by created_at, id",
        tx.team(),
        by
    );
    let not_begun = |_: &Reading, row: &AnyRow| {
        Ok(NotBegun {
            mentor: row.get("mentor")?,
            mentee: row.get("mentee")?,
            introduced: row.get("created_at")?,
        })
    };
    tx.read_all(pairs, not_begun).await
}

/// Two who meet without signed goals, after the last reminder to both.
pub struct Unsigned {
    pub id: PairId,
    pub mentor: UserId,
    pub mentee: UserId,
    pub since: Timestamp,
    /// When one of them is asked again, who has said that they met.
    pub asked_at: Option<Timestamp>,
}

/// Pairs that meet without signed goals, and of whom nobody is asked to sign but after their own word, by the time they were made.
pub async fn unsigned(tx: &mut Reading) -> Result<Vec<Unsigned>> {
    let pairs = sql!(
        "select p.id, p.mentor, p.mentee, a.made_at,
             (select min(t.due_at) from timers t where t.team_id = p.team_id and t.kind = 'sign_after_meeting'
                 and t.subject like cast(p.id as text) || '/%') as asked_at
         from pairs p join agreements a on a.pair_id = p.id
         where p.team_id = $1 and p.state = 'active' and a.completed_at is null and a.reminded >= $2
           and a.version = (select max(b.version) from agreements b where b.pair_id = a.pair_id) order by p.id",
        tx.team(),
        REMINDERS
    );
    let unsigned = |_: &Reading, row: &AnyRow| {
        Ok(Unsigned {
            id: row.get("id")?,
            mentor: row.get("mentor")?,
            mentee: row.get("mentee")?,
            since: row.get("made_at")?,
            asked_at: row.maybe("asked_at")?,
        })
    };
    tx.read_all(pairs, unsigned).await
}

/// Pairs of which somebody has been on a break without a date since `by` or longer, by the time they were made.
pub async fn away(tx: &mut Reading, by: Timestamp) -> Result<Vec<(UserId, UserId)>> {
    let pairs = sql!(
        "select p.mentor, p.mentee from pairs p where p.team_id = $1 and p.closed_at is null
           and exists (select 1 from participants q
               where q.team_id = p.team_id and q.user_id in (p.mentor, p.mentee)
                 and q.standing = 'paused' and q.paused_until is null and q.updated_at <= $2)
         order by p.id",
        tx.team(),
        by
    );
    let two = |_: &Reading, row: &AnyRow| Ok((row.get("mentor")?, row.get("mentee")?));
    tx.read_all(pairs, two).await
}

/// A running pair of whose last months nobody said that they met.
#[derive(Debug, PartialEq, Eq)]
pub struct Quiet {
    pub id: PairId,
    pub mentor: UserId,
    pub mentee: UserId,
    /// How many months in a row.
    pub months: usize,
    /// When the first of those months began.
    pub since: Timestamp,
    /// A meeting is planned and still to come.
    pub planned: bool,
}

/// Pairs with at least two quiet months in a row up to now, by the time they were made.
pub async fn quiet(tx: &mut Reading) -> Result<Vec<Quiet>> {
    let now = tx.now;
    let months = sql!(
        "select p.id, p.mentor, p.mentee, c.state, c.opened_at, c.closed_at, c.meets_at from cycles c
         join pairs p on p.id = c.pair_id where p.team_id = $1 and p.state = 'active'
         order by p.id, c.number desc",
        tx.team()
    );
    let mut found: Vec<(PairId, bool, Quiet)> = Vec::new();
    for row in tx.all(months).await? {
        let (pair, state): (PairId, State) = (row.get("id")?, row.get("state")?);
        let closed: Option<Timestamp> = row.maybe("closed_at")?;
        let meets: Option<Timestamp> = row.maybe("meets_at")?;
        if found.last().is_none_or(|(last, ..)| *last != pair) {
            let quiet = Quiet {
                id: pair,
                since: row.get("opened_at")?,
                mentor: row.get("mentor")?,
                mentee: row.get("mentee")?,
                months: 0,
                planned: false,
            };
            found.push((pair, true, quiet));
        }
        let Some((_, unbroken, quiet)) = found.last_mut() else {
            continue;
        };
        if closed.is_some() || state == State::Held {
            *unbroken &= state.is_quiet();
            quiet.months += usize::from(*unbroken);
            if *unbroken {
                quiet.since = row.get("opened_at")?;
            }
        } else {
            quiet.planned = state == State::Planned && meets.is_some_and(|at| at > now);
        }
    }
    let quiet = found.into_iter().map(|(.., quiet)| quiet);
    Ok(quiet.filter(|quiet| quiet.months >= 2).collect())
}

/// The last run that looked for partners for everybody who waited.
pub async fn last_run(tx: &mut Reading) -> Result<Option<RoundId>> {
    tx.maybe(sql!(
        "select id from rounds where team_id = $1 and state <> 'wanted'
         and origin in ('scheduled', 'asked', 'rolling') order by id desc limit 1",
        tx.team()
    ))
    .await
}

/// Everybody who waits for a partner now, by id.
pub async fn waiting(tx: &mut Reading) -> Result<Vec<UserId>> {
    tx.values(sql!(
        "select user_id from participants
         where team_id = $1 and standing = 'active' and waiting_since is not null order by user_id",
        tx.team()
    ))
    .await
}

/// People who joined before `joined` of whom Slack has told us nothing since `seen`, by id.
pub async fn not_found(
    tx: &mut Reading,
    joined: Timestamp,
    seen: Timestamp,
) -> Result<Vec<UserId>> {
    tx.values(sql!(
        "select q.user_id from participants q
         left join people p on p.team_id = q.team_id and p.user_id = q.user_id
         where q.team_id = $1 and q.standing in ('active', 'paused') and q.joined_at < $2
           and (p.seen_at is null or p.seen_at < $3) order by q.user_id",
        tx.team(),
        joined,
        seen
    ))
    .await
}
