//! Timers are rows: one per kind and subject, moved rather than doubled, surviving restarts.
//!
//! | what happens to a due row | when |
//! |---|---|
//! | deleted | its work is done, in the same transaction ([`take`]) |
//! | put off, a minute to six hours | its work failed ([`put_off`]), or this version cannot read it ([`set_aside`]) |
//! | deleted unread | no version has read it for 30 days |
//! | put to rest | its workspace no longer has the app ([`rest`]); it goes on when the app is back ([`go_on`]) |

mod due;

pub use due::{DueRow, LOOKUPS, Work, list_due, next_due};

use super::db::statement::Statement;
use super::db::{Columns as _, Reading, Result, Tx, sql};
use crate::domain::cadence;
use crate::domain::ids::UserId;
use crate::domain::timer::{Kind, LookedUp, Purpose, Timer};
use crate::domain::workday::{DayHours, Workday};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// How long a row that this version cannot read is kept for one that can.
const UNREADABLE_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);
/// When a timer is due that rests: never.
const RESTING: Timestamp = Timestamp::constant(7_258_118_400, 0);
/// When a timer is due.
pub enum Due<'a> {
    /// At an instant, whatever anybody's clock says.
    At(Timestamp),
    /// At a wall-clock time where `whose` lives (or in the program's zone): moves when their zone does.
    Local {
        civil: DateTime,
        zone: &'a TimeZone,
        whose: Option<&'a UserId>,
    },
}

/// Sets (or moves) the timer.
pub async fn set(tx: &mut Tx, timer: &Timer, due: &Due<'_>) -> Result<()> {
    let (at, civil, zone_of) = match due {
        Due::At(at) => (*at, None, None),
        Due::Local { civil, zone, whose } => (
            cadence::at_local(*civil, zone),
            Some(civil),
            Some(whose.map_or("program", UserId::as_str)),
        ),
    };
    tx.run(sql!(
        "insert into timers (id, team_id, kind, subject, due_at, civil, zone_of) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (team_id, kind, subject) do update
         set due_at = excluded.due_at, resting = null, civil = excluded.civil, zone_of = excluded.zone_of, attempts = 0, unreadable_since = null",
        tx.new_id(), tx.team(), timer.kind(), timer.subject(), at, civil, zone_of
    ))
    .await?;
    tx.timed |= at <= tx.now;
    Ok(())
}

/// Sets the timer at an instant. See [`set`].
pub async fn at(tx: &mut Tx, timer: &Timer, at: Timestamp) -> Result<()> {
    set(tx, timer, &Due::At(at)).await
}

/// Sets the timer for now; one that is due already keeps its place.
pub async fn soon(tx: &mut Tx, timer: &Timer) -> Result<()> {
    let now = tx.now;
    by(tx, timer, now).await
}

/// Sets the timer for `at`; one that is due earlier keeps its place. One that is due already becomes another row: whoever
/// is at work on it, outside any transaction, has not seen what it was set for now, and [`take`] leaves it to be run again.
pub async fn by(tx: &mut Tx, timer: &Timer, at: Timestamp) -> Result<()> {
    let set = tx.changes(sql!(
        "insert into timers (id, team_id, kind, subject, due_at) values ($1, $2, $3, $4, $5)
         on conflict (team_id, kind, subject) do update
         set id = excluded.id, resting = null, civil = null, zone_of = null, unreadable_since = null,
             due_at = case when timers.due_at > excluded.due_at then excluded.due_at else timers.due_at end
         where timers.due_at > excluded.due_at or timers.due_at <= $6",
        tx.new_id(), tx.team(), timer.kind(), timer.subject(), at, tx.now
    ));
    tx.timed |= set.await?;
    Ok(())
}

/// Cancels the timer, if it is set.
pub async fn cancel(tx: &mut Tx, timer: &Timer) -> Result<()> {
    tx.run(sql!(
        "delete from timers where team_id = $1 and kind = $2 and subject = $3",
        tx.team(),
        timer.kind(),
        timer.subject()
    ))
    .await?;
    Ok(())
}

/// How many timers of a kind are set.
pub async fn count(tx: &mut Reading, kind: Kind) -> Result<i64> {
    tx.value(sql!(
        "select count(*) from timers where team_id = $1 and kind = $2",
        tx.team(),
        kind
    ))
    .await
}

/// Who waits for Slack's word about a person.
pub async fn waiting_for(tx: &mut Reading, person: &UserId) -> Result<Vec<LookedUp>> {
    let waiting = sql!(
        "select kind, subject from timers where team_id = $1 and kind = 'looked_up' and subject like $2 order by id",
        tx.team(),
        format!("{person}/%")
    );
    let found = looked_up(tx, waiting).await?;
    Ok(found
        .into_iter()
        .filter(|one| one.person == *person)
        .collect())
}

/// Everybody who waits for Slack's word about somebody whom they named for this.
pub async fn waits_for(tx: &mut Reading, purpose: Purpose) -> Result<Vec<LookedUp>> {
    let waiting = sql!(
        "select kind, subject from timers where team_id = $1 and kind = 'looked_up' order by id",
        tx.team()
    );
    let found = looked_up(tx, waiting).await?;
    Ok(found
        .into_iter()
        .filter(|one| one.purpose == purpose)
        .collect())
}

/// Everybody for whom somebody waits.
pub async fn waited_for(tx: &mut Reading) -> Result<Vec<UserId>> {
    let waiting = sql!(
        "select kind, subject from timers where team_id = $1 and kind = 'looked_up' order by subject",
        tx.team()
    );
    let found = looked_up(tx, waiting).await?;
    let mut people: Vec<UserId> = found.into_iter().map(|one| one.person).collect();
    people.dedup();
    Ok(people)
}

async fn looked_up(tx: &mut Reading, waiting: Statement<'_>) -> Result<Vec<LookedUp>> {
    let mut found = Vec::new();
    for row in &tx.all(waiting).await? {
        let (kind, subject): (String, String) = (row.get("kind")?, row.get("subject")?);
        if let Ok(Timer::LookedUp(one)) = Timer::read(&kind, &subject) {
            found.push(one);
        }
    }
    Ok(found)
}

/// When the timer is due, if it is set.
pub async fn due(tx: &mut Reading, timer: &Timer) -> Result<Option<Timestamp>> {
    tx.maybe(sql!(
        "select due_at from timers where team_id = $1 and kind = $2 and subject = $3",
        tx.team(),
        timer.kind(),
        timer.subject()
    ))
    .await
}

/// Takes a due timer off the list; false when another replica was quicker, or it has been moved or set again.
pub async fn take(tx: &mut Tx, id: i64) -> Result<bool> {
    tx.changes(sql!(
        "delete from timers where id = $1 and due_at <= $2",
        id,
        tx.now
    ))
    .await
}

/// The same, where its workspace has the app.
pub async fn take_with_app(tx: &mut Tx, id: i64) -> Result<bool> {
    tx.changes(sql!(
        "delete from timers where id = $1 and due_at <= $2
         and not exists (select 1 from workspaces w where w.team_id = timers.team_id and w.state = 'uninstalled')",
        id,
        tx.now
    ))
    .await
}

/// Puts a due timer to rest if its workspace no longer has the app. False where it has.
pub async fn rest(tx: &mut Tx, id: i64) -> Result<bool> {
    tx.changes(sql!(
        "update timers set resting = coalesce(resting, due_at), due_at = $1 where id = $2 and due_at <= $3
         and exists (select 1 from workspaces w where w.team_id = timers.team_id and w.state = 'uninstalled')",
        RESTING,
        id,
        tx.now
    ))
    .await
}

/// The transaction's workspace has the app again: its timers go on, and what was due meanwhile is due now.
pub async fn go_on(tx: &mut Tx) -> Result<()> {
    let woken = tx.changes(sql!(
        "update timers set due_at = resting, resting = null where team_id = $1 and resting is not null",
        tx.team()
    ));
    tx.timed |= woken.await?;
    Ok(())
}

/// When a row that was tried `attempts` times is tried next: after one minute, two, four, … at most six hours.
macro_rules! put_off {
    ($rest:literal) => {
        concat!(
            "update timers set attempts = attempts + 1, due_at = $1 + \
             case when attempts >= 9 then 21600000 else 60000 * (1 << cast(attempts as integer)) end",
            $rest
        )
    };
}

/// A timer whose feature failed is tried again later.
pub async fn put_off(tx: &mut Tx, id: i64) -> Result<()> {
    tx.run(sql!(put_off!(" where id = $2"), tx.now, id)).await?;
    Ok(())
}

/// A row that this version cannot read is put off like one that fails, for a version that can; after 30 days it is dropped.
/// False when it was.
pub async fn set_aside(tx: &mut Tx, id: i64) -> Result<bool> {
    let old = tx
        .now
        .saturating_sub(UNREADABLE_FOR)
        .unwrap_or(Timestamp::MIN);
    let dropped = tx.changes(sql!(
        "delete from timers where id = $1 and unreadable_since <= $2",
        id,
        old
    ));
    if dropped.await? {
        return Ok(false);
    }
    tx.run(sql!(
        put_off!(", unreadable_since = coalesce(unreadable_since, $1) where id = $2"),
        tx.now,
        id
    ))
    .await?;
    Ok(true)
}

/// How many rows this version (or one that ran lately) could not read, over all workspaces: for `doctor`.
pub async fn unreadable(tx: &mut Reading) -> Result<i64> {
    tx.value(sql!(
        "select count(*) from timers where unreadable_since is not null"
    ))
    .await
}

/// The program starts: what the last version could not read this one looks at again, at once.
pub async fn look_again(tx: &mut Tx) -> Result<()> {
    let hurried = tx.changes(sql!(
        "update timers set due_at = $1 where unreadable_since is not null and due_at > $1 and team_id = $2",
        tx.now,
        tx.team()
    ));
    tx.timed |= hurried.await?;
    Ok(())
}

/// Has all timers of a kind that are due after `latest` run now: nobody sets one so far ahead, so a clock was wrong.
pub async fn hurry(tx: &mut Tx, kind: Kind, latest: Timestamp) -> Result<()> {
    let hurried = tx.changes(sql!(
        "update timers set due_at = $1, civil = null, zone_of = null, attempts = 0
         where team_id = $2 and kind = $3 and due_at > $4",
        tx.now,
        tx.team(),
        kind,
        latest
    ));
    tx.timed |= hurried.await?;
    Ok(())
}

/// Somebody works at other hours than `before`: what was set for the beginning of their day still comes at its beginning.
pub async fn hours_changed(
    tx: &mut Tx,
    user: &UserId,
    before: DayHours,
    now: &Workday,
) -> Result<()> {
    let tied = sql!(
        "select id, civil from timers where team_id = $1 and zone_of = $2",
        tx.team(),
        user
    );
    for row in &tx.all(tied).await? {
        // A rule of another release: its instant stays as it is.
        let Ok(civil) = row.get::<DateTime>("civil") else {
            continue;
        };
        if before.starts_on(civil.date()) == civil {
            let civil = now.hours.starts_on(civil.date());
            tx.run(sql!(
                "update timers set civil = $1, due_at = $2 where id = $3",
                civil,
                cadence::at_local(civil, &now.zone),
                row.get::<i64>("id")?
            ))
            .await?;
        }
    }
    Ok(())
}

/// Recomputes the instants of all timers tied to `whose` zone (a user id, or "program").
pub async fn zone_changed(tx: &mut Tx, whose: &str, zone: &TimeZone) -> Result<()> {
    let tied = sql!(
        "select id, civil from timers where team_id = $1 and zone_of = $2",
        tx.team(),
        whose
    );
    for row in &tx.all(tied).await? {
        // A rule of another release: its instant stays as it is.
        let Ok(civil) = row.get("civil") else {
            continue;
        };
        tx.run(sql!(
            "update timers set due_at = $1 where id = $2",
            cadence::at_local(civil, zone),
            row.get::<i64>("id")?
        ))
        .await?;
    }
    Ok(())
}
