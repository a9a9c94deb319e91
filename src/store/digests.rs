//! What public digests said, and what is counted or looked up for the digest and the owners' companion alone.

use super::db::{Reading, Result, StoreError, Tx, instant};
use crate::domain::cycle::State;
use crate::domain::digest::Published;
use crate::domain::ids::{ChannelId, PairId, RoundId, UserId};
use crate::domain::key::Key;
use crate::domain::week::IsoWeek;
use jiff::{SignedDuration, Timestamp};
use sqlx::Row;
use sqlx::any::AnyRow;

const TABLE: &str = "digests";
/// Longer than any chart looks back; true counts are not kept for longer than they serve.
const KEPT: SignedDuration = SignedDuration::from_hours(53 * 7 * 24);

/// Keeps what the digest of `week` says; false when that week has one already.
pub async fn save(tx: &mut Tx, week: IsoWeek, published: &Published) -> Result<bool> {
    let (team, now) = (tx.team().to_string(), tx.now_ms());
    let text = serde_json::to_string(published).map_err(|_| StoreError::Unreadable("a digest"))?;
    let sealed = tx.keys().seal(TABLE, &format!("{team}/{week}"), &text)?;
    let done = sqlx::query(
        "insert into digests (team_id, week, published_sealed, made_at) values ($1, $2, $3, $4)
         on conflict do nothing",
    )
    .bind(&team)
    .bind(week.to_string())
    .bind(sealed)
    .bind(now)
    .execute(tx.conn())
    .await?;
    sqlx::query("delete from digests where team_id = $1 and made_at < $2")
        .bind(team)
        .bind(now - i64::try_from(KEPT.as_millis()).unwrap_or(i64::MAX))
        .execute(tx.conn())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// The last `most` digests, newest first: their week and what they said.
pub async fn last(tx: &mut Reading, most: i64) -> Result<Vec<(IsoWeek, Published)>> {
    let team = tx.team().to_string();
    let rows = sqlx::query(
        "select week, published_sealed from digests where team_id = $1 order by week desc limit $2",
    )
    .bind(&team)
    .bind(most)
    .fetch_all(tx.conn())
    .await?;
    rows.iter().map(|row| opened(tx, &team, row)).collect()
}

/// The earlier digests that `channel` has read, of those made since `since`, newest first. What has become of them since the last
/// time is noted first: the outbox forgets it sooner than charts do.
pub async fn told(
    tx: &mut Tx,
    channel: &ChannelId,
    since: Timestamp,
) -> Result<Vec<(IsoWeek, Published)>> {
    let team = tx.team().to_string();
    note_told(tx).await?;
    let rows = sqlx::query(
        "select week, published_sealed from digests where team_id = $1 and told_in = $2 and made_at >= $3
         order by week desc",
    )
    .bind(&team)
    .bind(channel.as_str())
    .bind(since.as_millisecond())
    .fetch_all(tx.conn())
    .await?;
    rows.iter().map(|row| opened(tx, &team, row)).collect()
}

/// Notes in which channel digests were read that were not when this was last noted.
async fn note_told(tx: &mut Tx) -> Result<()> {
    let team = tx.team().to_string();
    let rows = sqlx::query("select week from digests where team_id = $1 and told_in is null")
        .bind(&team)
        .fetch_all(tx.conn())
        .await?;
    for row in &rows {
        let text: String = row.try_get(0)?;
        let week = text.parse().map_err(|_| StoreError::Unreadable("a week"))?;
        sqlx::query(
            "update digests set told_in = (select o.lane from outbox o where o.team_id = $1
                 and o.dedupe_key = $2 and o.state = 'sent') where team_id = $1 and week = $3",
        )
        .bind(&team)
        .bind(Key::Digest(week).to_string())
        .bind(text)
        .execute(tx.conn())
        .await?;
    }
    Ok(())
}

/// A row of week and sealed figures.
fn opened(tx: &Reading, team: &str, row: &AnyRow) -> Result<(IsoWeek, Published)> {
    let (week, sealed): (String, String) = (row.try_get(0)?, row.try_get(1)?);
    let text = tx.keys().open(TABLE, &format!("{team}/{week}"), &sealed)?;
    let published = serde_json::from_str(&text).map_err(|_| StoreError::Unreadable("a digest"))?;
    let week = week.parse().map_err(|_| StoreError::Unreadable("a week"))?;
    Ok((week, published))
}

/// Of the open pairs that have an agreement: how many have signed the version that holds now, and how many there are.
pub async fn agreements(tx: &mut Reading) -> Result<(i64, i64)> {
    let team = tx.team().to_string();
    let row = sqlx::query(
        "select count(a.completed_at), count(*) from agreements a join pairs p on p.id = a.pair_id
         where p.team_id = $1 and p.closed_at is null
           and a.version = (select max(b.version) from agreements b where b.pair_id = a.pair_id)",
    )
    .bind(team)
    .fetch_one(tx.conn())
    .await?;
    Ok((row.try_get(0)?, row.try_get(1)?))
}

/// Two people and since when something about them waits.
pub struct Waiting {
    pub mentor: UserId,
    pub mentee: UserId,
    pub since: Timestamp,
}

/// Pairs whose agreement has stood unsigned since `by` or longer, oldest first.
pub async fn unsigned(tx: &mut Reading, by: Timestamp) -> Result<Vec<Waiting>> {
    let team = tx.team().to_string();
    let rows = sqlx::query(
        "select p.mentor, p.mentee, a.made_at from agreements a join pairs p on p.id = a.pair_id
         where p.team_id = $1 and p.state in ('introduced', 'active')
           and a.version = (select max(b.version) from agreements b where b.pair_id = a.pair_id)
           and a.completed_at is null and a.made_at <= $2 order by a.made_at, p.id",
    )
    .bind(team)
    .bind(by.as_millisecond())
    .fetch_all(tx.conn())
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Waiting {
                mentor: UserId(row.try_get(0)?),
                mentee: UserId(row.try_get(1)?),
                since: instant(row.try_get(2)?),
            })
        })
        .collect()
}

/// A running pair of whose last months nobody said that they met.
#[derive(Debug, PartialEq, Eq)]
pub struct Quiet {
    pub mentor: UserId,
    pub mentee: UserId,
    /// How many months in a row.
    pub months: usize,
    /// A meeting is planned and still to come.
    pub planned: bool,
}

/// Pairs with at least two quiet months in a row up to now, by the time they were made.
pub async fn quiet(tx: &mut Reading) -> Result<Vec<Quiet>> {
    let (team, now) = (tx.team().to_string(), tx.now_ms());
    let rows = sqlx::query(
        "select p.id, p.mentor, p.mentee, c.state, c.closed_at, c.meets_at from cycles c
         join pairs p on p.id = c.pair_id where p.team_id = $1 and p.state = 'active'
         order by p.id, c.number desc",
    )
    .bind(team)
    .fetch_all(tx.conn())
    .await?;
    let mut found: Vec<(PairId, bool, Quiet)> = Vec::new();
    for row in rows {
        let (pair, state): (i64, String) = (row.try_get(0)?, row.try_get(3)?);
        let state = State::parse(&state).ok_or(StoreError::Unreadable("a cycle's state"))?;
        let closed = row.try_get::<Option<i64>, _>(4)?.is_some();
        let ahead = row.try_get::<Option<i64>, _>(5)?.is_some_and(|at| at > now);
        if found.last().is_none_or(|(last, ..)| last.0 != pair) {
            let quiet = Quiet {
                mentor: UserId(row.try_get(1)?),
                mentee: UserId(row.try_get(2)?),
                months: 0,
                planned: false,
            };
            found.push((PairId(pair), true, quiet));
        }
        let Some((_, unbroken, quiet)) = found.last_mut() else {
            continue;
        };
        if closed || state == State::Held {
            *unbroken &= state.is_quiet();
            quiet.months += usize::from(*unbroken);
        } else {
            quiet.planned = state == State::Planned && ahead;
        }
    }
    let quiet = found.into_iter().map(|(.., quiet)| quiet);
    Ok(quiet.filter(|quiet| quiet.months >= 2).collect())
}

/// The last run that looked for partners for everybody who waited.
pub async fn last_run(tx: &mut Reading) -> Result<Option<RoundId>> {
    let team = tx.team().to_string();
    let row = sqlx::query(
        "select id from rounds where team_id = $1 and state <> 'wanted'
         and origin in ('scheduled', 'asked', 'rolling') order by id desc limit 1",
    )
    .bind(team)
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| row.try_get(0)).transpose()?.map(RoundId))
}

/// Everybody who waits for a partner now, by id.
pub async fn waiting(tx: &mut Reading) -> Result<Vec<UserId>> {
    let team = tx.team().to_string();
    let rows = sqlx::query(
        "select user_id from participants
         where team_id = $1 and standing = 'active' and waiting_since is not null order by user_id",
    )
    .bind(team)
    .fetch_all(tx.conn())
    .await?;
    rows.iter().map(|row| Ok(UserId(row.try_get(0)?))).collect()
}

/// People who joined before `joined` of whom Slack has told us nothing since `seen`, by id.
pub async fn not_found(
    tx: &mut Reading,
    joined: Timestamp,
    seen: Timestamp,
) -> Result<Vec<UserId>> {
    let team = tx.team().to_string();
    let rows = sqlx::query(
        "select q.user_id from participants q
         left join people p on p.team_id = q.team_id and p.user_id = q.user_id
         where q.team_id = $1 and q.standing in ('active', 'paused') and q.joined_at < $2
           and (p.seen_at is null or p.seen_at < $3) order by q.user_id",
    )
    .bind(team)
    .bind(joined.as_millisecond())
    .bind(seen.as_millisecond())
    .fetch_all(tx.conn())
    .await?;
    rows.iter().map(|row| Ok(UserId(row.try_get(0)?))).collect()
}
