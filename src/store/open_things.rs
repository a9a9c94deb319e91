//! Everything that is open, with the timer it waits for.

use super::db::{AnyRow, Columns as _, Reading, Result, built, sql};
use super::{checkins, digests, holds, limits, rounds};
use crate::domain::goals::REMINDERS;
use crate::domain::ids::PairId;
use crate::domain::open_thing::{Kind, OpenThing};
use jiff::{SignedDuration, Timestamp};

/// How long owners read of a delivery that failed.
const LISTED_FOR: SignedDuration = SignedDuration::from_hours(7 * 24);

/// When the timer of a kind and subject is due, in a query of rows `x`.
macro_rules! due {
    ($kind:literal, $subject:literal) => {
        concat!(
            "(select t.due_at from timers t where t.team_id = x.team_id and t.kind = '",
            $kind,
            "' and t.subject = ",
            $subject,
            ")"
        )
    };
}

/// What waits for a timer of its own: what it is about, since when it is open, and when that timer is due. `$1` is the
/// workspace, `$2` the number of reminders to sign.
const TIMED: [(Kind, &str); 13] = [
    (
        Kind::Waiting,
        concat!(
            "select x.user_id as about, x.waiting_since as since, coalesce(",
            due!("match", "'program'"),
            ", ",
            due!("round", "'program'"),
            ") as next from participants x
             where x.team_id = $1 and x.standing = 'active' and x.waiting_since is not null"
        ),
    ),
    (
        Kind::Invitation,
        concat!(
            "select cast(x.id as text) as about, x.created_at as since, ",
            due!("invitation", "cast(x.id as text)"),
            " as next from invitations x where x.team_id = $1 and x.state = 'open'"
        ),
    ),
    (
        Kind::BreakWithDate,
        concat!(
            "select x.user_id as about, x.updated_at as since, ",
            due!("pause_ends", "x.user_id"),
            " as next from participants x
             where x.team_id = $1 and x.standing = 'paused' and x.paused_until is not null"
        ),
    ),
    (
        Kind::BreakWithoutDate,
        concat!(
            "select x.user_id as about, x.updated_at as since, ",
            due!("pause_ends", "x.user_id"),
            " as next from participants x
             where x.team_id = $1 and x.standing = 'paused' and x.paused_until is null"
        ),
    ),
    (
        Kind::Wanted,
        concat!(
            "select cast(x.id as text) as about, x.created_at as since, ",
            due!("match", "'program'"),
            " as next from rounds x where x.team_id = $1 and x.state = 'wanted'"
        ),
    ),
    (
        Kind::Introducing,
        concat!(
            "select cast(x.id as text) as about, coalesce(x.decided_at, x.created_at) as since, ",
            due!("introduce", "cast(x.id as text)"),
            " as next from rounds x where x.team_id = $1 and exists (select 1 from proposals p where p.round_id = x.id
             and p.state = 'open' and (x.state = 'approved' or p.introduce_at is not null))"
        ),
    ),
    (
        Kind::NotBegun,
        concat!(
            "select cast(x.id as text) as about, x.created_at as since, ",
            due!("unsigned", "cast(x.id as text)"),
            " as next from pairs x where x.team_id = $1 and x.state = 'introduced'"
        ),
    ),
    // After the last reminder it is a count in the owners' note: see `unsigned`.
    (
        Kind::Unsigned,
        concat!(
            "select cast(x.id as text) as about, a.made_at as since, ",
            due!("unsigned", "cast(x.id as text)"),
            " as next from pairs x join agreements a on a.pair_id = x.id
             where x.team_id = $1 and x.state = 'active' and a.completed_at is null and a.reminded < $2
               and a.version = (select max(b.version) from agreements b where b.pair_id = a.pair_id)"
        ),
    ),
    (
        Kind::Checkin,
        concat!(
            "select cast(x.id as text) as about, x.created_at as since, ",
            due!("checkin", "cast(x.id as text)"),
            " as next from checkins x where x.team_id = $1 and x.state = 'due' and x.kind <> 'closing_ends'"
        ),
    ),
    (
        Kind::Closing,
        "select cast(x.id as text) as about, max(c.created_at) as since, max(t.due_at) as next from pairs x
         join checkins c on c.pair_id = x.id and c.kind = 'closing' and c.number = x.cycles
         left join checkins e on e.pair_id = x.id and e.kind = 'closing_ends' and e.number = x.cycles and e.state = 'due'
         left join timers t on t.team_id = x.team_id and t.kind = 'checkin' and t.subject = cast(e.id as text)
         where x.team_id = $1 and x.state = 'closing' group by x.id",
    ),
    (
        Kind::ProgramBreak,
        concat!(
            "select x.team_id as about, x.updated_at as since, ",
            due!("program_goes_on", "'program'"),
            " as next from programs x where x.team_id = $1 and x.break_until is not null"
        ),
    ),
    (
        Kind::News,
        concat!(
            "select cast(x.id as text) as about, x.created_at as since, ",
            due!("news", "cast(x.id as text)"),
            " as next from outbox x where x.team_id = $1 and x.state = 'waiting'"
        ),
    ),
    (
        Kind::Import,
        concat!(
            "select cast(x.id as text) as about, x.made_at as since, ",
            due!("import_waits", "cast(x.id as text)"),
            " as next from imports x
             where x.team_id = $1 and x.state in ('fetching', 'unclear', 'asking', 'ready')"
        ),
    ),
];

/// What is open in this workspace, except for what has to do with its owners. `list` is when the owners' list goes out next.
pub async fn all(tx: &mut Reading, list: Option<Timestamp>) -> Result<Vec<OpenThing>> {
    let mut open = timed(tx).await?;
    open.extend(to_approve(tx, list).await?);
    open.extend(unsigned(tx, list).await?);
    open.extend(calls_for_help(tx, list).await?);
    open.extend(months(tx).await?);
    open.extend(deliveries(tx, list).await?);
    Ok(open)
}

/// All of [`TIMED`] in one statement.
async fn timed(tx: &mut Reading) -> Result<Vec<OpenThing>> {
    let each = TIMED.iter().enumerate().map(|(at, (_, rows))| {
        format!("select cast({at} as bigint) as kind, about, since, next from ({rows}) as of_{at}")
    });
    let all: Vec<String> = each.collect();
    let all = format!("{} order by 1, 3, 2", all.join(" union all "));
    let read = |_: &Reading, row: &AnyRow| {
        let at: i64 = row.get("kind")?;
        Ok(OpenThing {
            kind: TIMED[usize::try_from(at).unwrap_or_default()].0,
            about: row.get("about")?,
            since: row.get("since")?,
            next: row.maybe("next")?,
        })
    };
    tx.read_all(sql!(built(all), tx.team(), REMINDERS), read)
        .await
}

/// Rounds to approve stand on the owners' list.
async fn to_approve(tx: &mut Reading, on_list: Option<Timestamp>) -> Result<Vec<OpenThing>> {
    let proposed = rounds::proposed(tx).await?.into_iter();
    let open = proposed.map(|round| OpenThing {
        kind: Kind::RoundToApprove,
        about: round.id.to_string(),
        since: round.created_at,
        next: on_list,
    });
    Ok(open.collect())
}

/// Two who meet, after the last reminder: whoever says that they met is asked once more, and owners read how many there are.
async fn unsigned(tx: &mut Reading, on_list: Option<Timestamp>) -> Result<Vec<OpenThing>> {
    let unsigned = digests::unsigned(tx).await?.into_iter();
    let open = unsigned.map(|pair| OpenThing {
        kind: Kind::Unsigned,
        about: pair.id.to_string(),
        since: pair.since,
        next: pair.asked_at.or(on_list),
    });
    Ok(open.collect())
}

/// Pairs that would like some help stand on the owners' list, after the note that went out at once.
async fn calls_for_help(tx: &mut Reading, on_list: Option<Timestamp>) -> Result<Vec<OpenThing>> {
    let calls = checkins::calls_for_help(tx).await?.into_iter();
    let open = calls.map(|call| OpenThing {
        kind: Kind::CallForHelp,
        about: call.pair.to_string(),
        since: call.since,
        next: on_list,
    });
    Ok(open.collect())
}

/// The months of each running pair, of which a late meeting may keep an earlier one open: each closes, the next one opens, or it
/// waits for the end of a break.
async fn months(tx: &mut Reading) -> Result<Vec<OpenThing>> {
    let months = sql!(
        concat!(
            "select x.id, coalesce(c.opened_at, x.created_at) as since, c.closed_at, c.number, ",
            due!("cycle_closes", "cast(c.id as text)"),
            " as closes, ",
            due!(
                "cycle_opens",
                "cast(x.id as text) || '/' || cast(coalesce(c.number + 1, 1) as text)"
            ),
            " as opens, ",
            due!("program_break", "cast(x.id as text)"),
            " as follows, ",
            "(select count(*) from participants q where q.team_id = x.team_id and q.user_id in (x.mentor, x.mentee)
                 and q.standing = 'paused') as away,
             (select min(t.due_at) from timers t join participants q on q.team_id = t.team_id and q.user_id = t.subject
                 where t.team_id = x.team_id and t.kind = 'pause_ends' and q.standing = 'paused'
                   and t.subject in (x.mentor, x.mentee)) as back,
             (select t.due_at from timers t join programs g on g.team_id = t.team_id where t.team_id = x.team_id
                   and t.kind = 'program_goes_on' and g.break_until is not null) as program_back
             from pairs x left join cycles c on c.pair_id = x.id and (c.closed_at is null
               or c.number = (select max(d.number) from cycles d where d.pair_id = x.id))
             where x.team_id = $1 and x.state in ('introduced', 'active') order by x.id, c.number"
        ),
        tx.team()
    );
    let month = |_: &Reading, row: &AnyRow| {
        let pair: PairId = row.get("id")?;
        let (number, closed): (Option<i64>, Option<Timestamp>) =
            (row.maybe("number")?, row.maybe("closed_at")?);
        let program_back: Option<Timestamp> = row.maybe("program_back")?;
        // The program goes on, and the pair follows when both are at work.
        let follows: Option<Timestamp> = row.maybe("follows")?;
        let next = if program_back.is_some() {
            program_back
        } else if row.get::<i64>("away")? > 0 {
            row.maybe("back")?
        } else if number.is_some() && closed.is_none() {
            row.maybe("closes")?
        } else {
            row.maybe("opens")?
        };
        Ok(OpenThing {
            kind: Kind::Month,
            about: pair.to_string(),
            since: row.get("since")?,
            next: next.or(follows),
        })
    };
    tx.read_all(months, month).await
}

/// What Slack did not take: single messages are on the owners' list, and methods are tried again.
async fn deliveries(tx: &mut Reading, on_list: Option<Timestamp>) -> Result<Vec<OpenThing>> {
    let since = tx.now.saturating_sub(LISTED_FOR).unwrap_or(Timestamp::MIN);
    let failed = super::outbox::failed_since(tx, since).await?.into_iter();
    let mut open: Vec<OpenThing> = failed
        .map(|failed| OpenThing {
            kind: Kind::FailedDelivery,
            about: failed.lane.to_string(),
            since: failed.failed_at,
            next: on_list,
        })
        .collect();
    for hold in holds::all(tx).await? {
        if hold.until.is_none() {
            let scope = limits::scope(tx.team(), &hold.method);
            // Without a block, it is tried with the next message.
            let next = limits::blocked_until(tx, &scope).await?;
            open.push(OpenThing {
                kind: Kind::Refused,
                about: hold.method,
                since: hold.since,
                next: next.or(Some(tx.now)),
            });
        }
    }
    Ok(open)
}
