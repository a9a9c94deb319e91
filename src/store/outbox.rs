//! What is on its way to Slack.
//!
//! | from | to | when |
//! |---|---|---|
//! | queued | leased | the sender takes it: first of its lane, within the limits |
//! | leased | sent | Slack has it |
//! | leased | queued | try again later; with `doubt` when Slack may have it already |
//! | leased | failed | Slack will not take it |
//! | queued | expired | its time is past; a nudge that surely was not sent gives its key back, and is tried again |
//!
//! A lease that ran out means the sender died in mid-call: the row is taken again, in doubt.

use super::db::{Result, StoreError, Tx, instant, skip_locked};
use crate::domain::ids::{ChannelId, PairId, TeamId, UserId};
use crate::domain::message::{Attachment, Message};
use crate::domain::trend::Trend;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

const TABLE: &str = "outbox";
/// Longer than any call may take (the client's timeout is 10 s), short enough that a crash costs little.
pub const LEASE: SignedDuration = SignedDuration::from_secs(30);

/// Who receives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum To {
    /// Their direct messages with the bot.
    Person(UserId),
    /// The pair's group DM.
    Pair { pair: PairId, members: Vec<UserId> },
    /// A channel the bot is in.
    Channel(ChannelId),
}

/// What to do at Slack.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum What {
    Post {
        to: To,
        message: Message,
        /// For the image block in it that has no file yet. Without a picture, the message goes without that block.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        picture: Option<Picture>,
        /// A nudge: nobody asked for it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        held: Option<Held>,
    },
    /// Share a file. It goes with a message that says all that matters: if Slack will not take it, nothing is lost.
    Share {
        to: To,
        file: Attachment,
        upload: Upload,
    },
    /// Ask Slack about a person.
    LookUp { user: UserId },
    /// Ask Slack about everybody, a page at a time.
    ListUsers { cursor: Option<String> },
    /// Show a person their App Home afresh.
    Home { user: UserId },
    /// Ask Slack whether our token still works.
    CheckToken,
}

impl What {
    /// Unasked for: at most one a day, in working hours, never stale.
    pub fn is_nudge(&self) -> bool {
        matches!(self, What::Post { held: Some(_), .. })
    }
}

/// What a nudge holds until it is sent: its place in people's days, and the timer that tries again if it is not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// Whose day it takes, and which it is on their calendar.
    pub days: Vec<(UserId, Date)>,
    /// The kind of the timer, by name.
    pub timer: String,
    pub subject: String,
}

/// How far a file is on its way: Slack takes it first (nobody sees it yet), and then shares it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Upload {
    NotYet,
    /// Slack has it, under this id.
    Done(String),
    /// It may have been shared, and is being shared once more: the last time.
    Repeated(String),
}

/// A chart on its way into a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    pub trend: Trend,
    pub file: Hanging,
}

/// How far a picture is: nobody sees it before the message is posted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Hanging {
    NotYet,
    /// Slack has its bytes, under this id.
    Uploaded(String),
    /// A file of ours at Slack, which messages may show.
    Ready(String),
}

/// What kind of message it is, for metrics and for owners' eyes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Answers something the person did.
    Answer,
    /// News people are waiting for: a round's outcome, a changed standing, a pair's end.
    Notice,
    Introduction,
    Agreement,
    CycleOpens,
    NudgeWeek,
    NudgeFortnight,
    MeetingSoon,
    /// The .ics file behind [`Kind::MeetingSoon`].
    CalendarFile,
    DidYouMeet,
    Reflection,
    Checkin,
    Unsigned,
    Digest,
    Companion,
    Lookup,
    /// The file somebody asked for with everything stored about them.
    DataFile,
}

impl Kind {
    pub const ALL: [Kind; 17] = [
        Kind::Answer,
        Kind::Notice,
        Kind::Introduction,
        Kind::Agreement,
        Kind::CycleOpens,
        Kind::NudgeWeek,
        Kind::NudgeFortnight,
        Kind::MeetingSoon,
        Kind::CalendarFile,
        Kind::DidYouMeet,
        Kind::Reflection,
        Kind::Checkin,
        Kind::Unsigned,
        Kind::Digest,
        Kind::Companion,
        Kind::Lookup,
        Kind::DataFile,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Answer => "answer",
            Kind::Notice => "notice",
            Kind::Introduction => "introduction",
            Kind::Agreement => "agreement",
            Kind::CycleOpens => "cycle_opens",
            Kind::NudgeWeek => "nudge_week",
            Kind::NudgeFortnight => "nudge_fortnight",
            Kind::MeetingSoon => "meeting_soon",
            Kind::CalendarFile => "calendar_file",
            Kind::DidYouMeet => "did_you_meet",
            Kind::Reflection => "reflection",
            Kind::Checkin => "checkin",
            Kind::Unsigned => "unsigned",
            Kind::Digest => "digest",
            Kind::Companion => "companion",
            Kind::Lookup => "lookup",
            Kind::DataFile => "data_file",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// Puts a message on its way. `key` names it within the workspace: posting the same key twice posts once (false then).
/// After `expires` it is dropped unsent.
pub async fn post(
    tx: &mut Tx,
    to: To,
    kind: Kind,
    key: &str,
    message: Message,
    expires: Option<Timestamp>,
) -> Result<bool> {
    let what = What::Post {
        to,
        message,
        picture: None,
        held: None,
    };
    push(tx, kind, key, &what, expires).await
}

/// Whether something went out (or waits to) under `key`: for reminders to several people of which some are put off.
pub async fn has(tx: &mut Tx, key: &str) -> Result<bool> {
    let team = tx.team().to_string();
    let row = sqlx::query("select id from outbox where team_id = $1 and dedupe_key = $2")
        .bind(team)
        .bind(key)
        .fetch_optional(tx.conn())
        .await?;
    Ok(row.is_some())
}

/// Puts anything on its way. See [`post`].
pub async fn push(
    tx: &mut Tx,
    kind: Kind,
    key: &str,
    what: &What,
    expires: Option<Timestamp>,
) -> Result<bool> {
    let (id, team, now) = (tx.new_id(), tx.team().to_string(), tx.now_ms());
    let text =
        serde_json::to_string(what).map_err(|_| StoreError::Unreadable("an outgoing message"))?;
    let sealed = tx.keys().seal(TABLE, &id.to_string(), &text)?;
    let done = sqlx::query(
        "insert into outbox (id, team_id, lane, kind, what_sealed, dedupe_key, state, not_before, expires_at, created_at)
         values ($1, $2, $3, $4, $5, $6, 'queued', $7, $8, $7) on conflict (team_id, dedupe_key) do nothing",
    )
    .bind(id)
    .bind(team)
    .bind(lane(what))
    .bind(kind.as_str())
    .bind(sealed)
    .bind(key)
    .bind(now)
    .bind(expires.map(Timestamp::as_millisecond))
    .execute(tx.conn())
    .await?;
    tx.posted = true;
    Ok(done.rows_affected() == 1)
}

/// What goes to one recipient goes in order; different recipients do not wait for each other.
fn lane(what: &What) -> String {
    match what {
        What::Post { to, .. } | What::Share { to, .. } => match to {
            To::Person(user) => user.to_string(),
            To::Pair { pair, .. } => format!("pair/{pair}"),
            To::Channel(channel) => channel.to_string(),
        },
        What::LookUp { user } => format!("lookup/{user}"),
        What::ListUsers { .. } => "lookup".to_owned(),
        What::Home { user } => format!("home/{user}"),
        What::CheckToken => "token".to_owned(),
    }
}

/// A row the sender may take.
pub struct Parcel {
    pub id: i64,
    pub team: TeamId,
    pub lane: String,
    pub kind: Kind,
    pub what: What,
    pub attempts: i64,
    /// Slack may have it already.
    pub doubt: bool,
    /// It could not be looked for: sent again, it says so.
    pub repeat: bool,
    /// The conversation, once known.
    pub channel: Option<ChannelId>,
    pub expires: Option<Timestamp>,
    pub created: Timestamp,
}

impl Parcel {
    /// Whom it goes to, if that is one person.
    pub fn person(&self) -> Option<&str> {
        match &self.what {
            What::Post { to, .. } | What::Share { to, .. } => match to {
                To::Person(user) => Some(user.as_str()),
                To::Pair { .. } | To::Channel(_) => None,
            },
            _ => None,
        }
    }
}

/// The heads of the lanes that are due, the longest due first, of workspaces the app is installed in; `most` of them.
///
/// Worded so that the index of open rows serves it in order: what was sent long ago must not be looked through.
pub async fn heads(tx: &mut Tx, most: i64) -> Result<Vec<Parcel>> {
    let now = tx.now_ms();
    let sql = format!(
        "select id, team_id, lane, kind, what_sealed, attempts, doubt, channel_id, expires_at, created_at, leased_until
         from outbox o
         where state in ('queued', 'leased') and not_before <= $1 and (state = 'queued' or leased_until <= $1)
           and not exists (select 1 from outbox earlier where earlier.team_id = o.team_id and earlier.lane = o.lane
               and earlier.state in ('queued', 'leased') and earlier.id < o.id)
           and exists (select 1 from workspaces w where w.team_id = o.team_id and w.state = 'installed')
         order by not_before, id limit $2 {}",
        skip_locked(tx.engine())
    );
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(now)
        .bind(most)
        .fetch_all(tx.conn())
        .await?;
    let mut heads = Vec::with_capacity(rows.len());
    for row in &rows {
        match read(tx, row) {
            Ok(head) => heads.push(head),
            Err(error) => {
                // A row nobody can read would hold its lane for ever.
                let id: i64 = row.try_get(0)?;
                tracing::error!(id, %error, "an outbox row cannot be read and is set aside");
                fail(tx, id, "unreadable").await?;
            }
        }
    }
    Ok(heads)
}

fn read(tx: &Tx, row: &AnyRow) -> Result<Parcel> {
    let id: i64 = row.try_get(0)?;
    let kind: String = row.try_get(3)?;
    let sealed: String = row.try_get(4)?;
    let text = tx.keys().open(TABLE, &id.to_string(), &sealed)?;
    Ok(Parcel {
        id,
        team: TeamId(row.try_get(1)?),
        lane: row.try_get(2)?,
        kind: Kind::parse(&kind).ok_or(StoreError::Unreadable("a kind of message"))?,
        what: serde_json::from_str(&text)
            .map_err(|_| StoreError::Unreadable("an outgoing message"))?,
        attempts: row.try_get(5)?,
        // A lease that ran out: whoever had it may have sent it.
        doubt: row.try_get::<i64, _>(6)? == 1 || row.try_get::<Option<i64>, _>(10)?.is_some(),
        repeat: row.try_get::<i64, _>(6)? == 2,
        channel: row.try_get::<Option<String>, _>(7)?.map(ChannelId),
        expires: row.try_get::<Option<i64>, _>(8)?.map(instant),
        created: instant(row.try_get(9)?),
    })
}

/// Leases a row; false when another sender was quicker.
pub async fn lease(tx: &mut Tx, id: i64) -> Result<bool> {
    let now = tx.now_ms();
    let until = now + i64::try_from(LEASE.as_millis()).unwrap_or(30_000);
    let done = sqlx::query(
        "update outbox set state = 'leased', doubt = case when leased_until is null then doubt else 1 end,
             leased_until = $1
         where id = $2 and ((state = 'queued' and not_before <= $3) or (state = 'leased' and leased_until <= $3))",
    )
    .bind(until)
    .bind(id)
    .bind(now)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Slack has it.
pub async fn sent(
    tx: &mut Tx,
    id: i64,
    channel: Option<&ChannelId>,
    ts: Option<&str>,
) -> Result<()> {
    let now = tx.now_ms();
    sqlx::query(
        "update outbox set state = 'sent', finished_at = $1, leased_until = null, doubt = 0, error = null,
             channel_id = coalesce($2, channel_id), ts = $3 where id = $4",
    )
    .bind(now)
    .bind(channel.map(ChannelId::as_str))
    .bind(ts)
    .bind(id)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// How a row goes back to the queue.
pub struct Again {
    pub not_before: Timestamp,
    pub doubt: bool,
    /// Whether this counts towards the cap on attempts (being told to wait does not).
    pub counts: bool,
    pub error: Option<String>,
}

pub async fn again(tx: &mut Tx, id: i64, again: &Again) -> Result<()> {
    sqlx::query(
        "update outbox set state = 'queued', leased_until = null, not_before = $1, doubt = $2,
             attempts = attempts + $3, error = coalesce($4, error) where id = $5",
    )
    .bind(again.not_before.as_millisecond())
    .bind(i64::from(again.doubt))
    .bind(i64::from(again.counts))
    .bind(again.error.as_deref())
    .bind(id)
    .execute(tx.conn())
    .await?;
    tx.posted = true;
    Ok(())
}

/// Puts a row off without having tried: the limits have no room for it before `until`.
pub async fn wait(tx: &mut Tx, id: i64, until: Timestamp) -> Result<()> {
    sqlx::query(
        "update outbox set state = 'queued', not_before = $1,
             doubt = case when leased_until is null then doubt else 1 end, leased_until = null where id = $2",
    )
    .bind(until.as_millisecond())
    .bind(id)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Slack does not let us look whether it has the row: it goes out again, and says so.
pub async fn give_up_looking(tx: &mut Tx, id: i64) -> Result<()> {
    sqlx::query("update outbox set state = 'queued', leased_until = null, doubt = 2 where id = $1")
        .bind(id)
        .execute(tx.conn())
        .await?;
    tx.posted = true;
    Ok(())
}

/// Notes how far a row in mid-delivery is.
pub async fn progress(tx: &mut Tx, id: i64, what: &What) -> Result<()> {
    let text =
        serde_json::to_string(what).map_err(|_| StoreError::Unreadable("an outgoing message"))?;
    let sealed = tx.keys().seal(TABLE, &id.to_string(), &text)?;
    sqlx::query("update outbox set what_sealed = $1 where id = $2")
        .bind(sealed)
        .bind(id)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// The conversation of a row in mid-delivery became known.
pub async fn set_channel(tx: &mut Tx, id: i64, channel: &ChannelId) -> Result<()> {
    sqlx::query("update outbox set channel_id = $1 where id = $2")
        .bind(channel.as_str())
        .bind(id)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Slack will not take it. `error` is Slack's code.
pub async fn fail(tx: &mut Tx, id: i64, error: &str) -> Result<()> {
    finish(tx, id, "failed", Some(error)).await
}

/// Its time is past. False when somebody else has taken it, or tried it once more, since it was read.
pub async fn expire(tx: &mut Tx, parcel: &Parcel) -> Result<bool> {
    let now = tx.now_ms();
    let done = sqlx::query(
        "update outbox set state = 'expired', finished_at = $1, leased_until = null
         where id = $2 and attempts = $3 and (state = 'queued' or (state = 'leased' and leased_until <= $1))",
    )
    .bind(now)
    .bind(parcel.id)
    .bind(parcel.attempts)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// An expired row that surely was not sent gives its key back, for another try; so does the file behind it, which nobody
/// has touched yet.
pub async fn give_key_back(tx: &mut Tx, id: i64) -> Result<()> {
    let (team, now) = (tx.team().to_string(), tx.now_ms());
    let row = sqlx::query("select dedupe_key from outbox where id = $1")
        .bind(id)
        .fetch_one(tx.conn())
        .await?;
    let key: String = row.try_get(0)?;
    sqlx::query(
        "update outbox set state = 'expired', finished_at = $1, dedupe_key = dedupe_key || $2
         where team_id = $3 and dedupe_key in ($4, $5) and state in ('queued', 'expired')",
    )
    .bind(now)
    .bind(format!("/unsent/{id}"))
    .bind(team)
    .bind(&key)
    .bind(file_of(&key))
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The key of the file that goes behind a message: whatever takes the message back takes this back, too.
pub fn file_of(key: &str) -> String {
    format!("{key}/file")
}

async fn finish(tx: &mut Tx, id: i64, state: &'static str, error: Option<&str>) -> Result<()> {
    let now = tx.now_ms();
    sqlx::query("update outbox set state = $1, finished_at = $2, leased_until = null, error = $3 where id = $4")
        .bind(state)
        .bind(now)
        .bind(error)
        .bind(id)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Drops what was queued under a key that starts with `prefix` and was not taken yet: it no longer applies.
pub async fn withdraw(tx: &mut Tx, prefix: &str) -> Result<u64> {
    let (team, now) = (tx.team().to_string(), tx.now_ms());
    let done = sqlx::query(
        "update outbox set state = 'expired', finished_at = $1
         where team_id = $2 and state in ('queued', 'leased') and state = 'queued' and doubt = 0
           and substr(dedupe_key, 1, cast($3 as integer)) = $4",
    )
    .bind(now)
    .bind(team)
    .bind(i64::try_from(prefix.chars().count()).unwrap_or(0))
    .bind(prefix)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// When the earliest open row may be taken: to sleep until then.
pub async fn next_due(tx: &mut Tx) -> Result<Option<Timestamp>> {
    let row = sqlx::query(
        "select case when state = 'leased' then leased_until else not_before end as due from outbox o
         where state in ('queued', 'leased')
           and exists (select 1 from workspaces w where w.team_id = o.team_id and w.state = 'installed')
           and not exists (select 1 from outbox earlier where earlier.team_id = o.team_id and earlier.lane = o.lane
               and earlier.state in ('queued', 'leased') and earlier.id < o.id)
         order by 1 limit 1",
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| row.try_get(0)).transpose()?.map(instant))
}

/// A delivery that failed since `since`, for the owners' companion: recipient, kind and Slack's code. Files are not among
/// them: what goes with a message says no more than the message, and what somebody asked to see about themselves is
/// nobody else's business.
pub struct Failed {
    pub lane: String,
    pub kind: String,
    pub error: String,
}

pub async fn failed_since(tx: &mut Tx, since: Timestamp) -> Result<Vec<Failed>> {
    let team = tx.team().to_string();
    let rows = sqlx::query(
        "select lane, kind, coalesce(error, '') from outbox
         where team_id = $1 and state = 'failed' and finished_at >= $2 and kind not in ('calendar_file', 'data_file')
         order by id",
    )
    .bind(team)
    .bind(since.as_millisecond())
    .fetch_all(tx.conn())
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Failed {
                lane: row.try_get(0)?,
                kind: row.try_get(1)?,
                error: row.try_get(2)?,
            })
        })
        .collect()
}

/// When something was last put on its way under a key that starts with `prefix` (letters and slashes only).
pub async fn last_of(tx: &mut Tx, prefix: &str) -> Result<Option<Timestamp>> {
    let team = tx.team().to_string();
    let row =
        sqlx::query("select max(created_at) from outbox where team_id = $1 and dedupe_key like $2")
            .bind(team)
            .bind(format!("{prefix}%"))
            .fetch_one(tx.conn())
            .await?;
    Ok(row.try_get::<Option<i64>, _>(0)?.map(instant))
}

/// Open rows by state with the age of the oldest (milliseconds), over all workspaces we know: for metrics.
pub async fn depth(tx: &mut Tx) -> Result<Vec<(String, i64, i64)>> {
    let now = tx.now_ms();
    let rows = sqlx::query(
        "select case when doubt = 1 and state = 'queued' then 'in_doubt' else state end as kind, count(*),
             min(created_at) from outbox o where state in ('queued', 'leased')
               and exists (select 1 from workspaces w where w.team_id = o.team_id) group by 1",
    )
    .fetch_all(tx.conn())
    .await?;
    rows.iter()
        .map(|row| {
            Ok((
                row.try_get(0)?,
                row.try_get(1)?,
                now - row.try_get::<i64, _>(2)?,
            ))
        })
        .collect()
}

/// Forgets files of everything stored about somebody, once they have gone out: those are the last copies to keep.
pub async fn prune_data_files(tx: &mut Tx) -> Result<u64> {
    let done =
        sqlx::query("delete from outbox where kind = 'data_file' and finished_at is not null")
            .execute(tx.conn())
            .await?;
    Ok(done.rows_affected())
}

/// Forgets what was finished before `before`. Failures stay as long as sent rows do.
pub async fn prune(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    let done = sqlx::query("delete from outbox where finished_at < $1")
        .bind(before.as_millisecond())
        .execute(tx.conn())
        .await?;
    Ok(done.rows_affected())
}

/// Whether the same waits already: what is rendered when it is sent need not wait twice.
pub async fn is_queued(tx: &mut Tx, what: &What) -> Result<bool> {
    let team = tx.team().to_string();
    let row = sqlx::query(
        "select id from outbox where team_id = $1 and lane = $2 and state in ('queued', 'leased') and state = 'queued'",
    )
    .bind(team)
    .bind(lane(what))
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.is_some())
}

/// How many App Homes wait to be shown.
pub async fn count_homes(tx: &mut Tx) -> Result<i64> {
    let team = tx.team().to_string();
    let row = sqlx::query(
        "select count(*) from outbox where team_id = $1 and lane like 'home/%' and state in ('queued', 'leased')",
    )
    .bind(team)
    .fetch_one(tx.conn())
    .await?;
    Ok(row.try_get(0)?)
}
