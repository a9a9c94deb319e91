//! Everything that is open, with the timer it waits for: one query a kind.

use super::db::statement::Statement;
use super::db::{AnyRow, Columns as _, Reading, Result, sql};
use super::{holds, limits, rounds};
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

/// What is open in this workspace, except for what has to do with its owners. `list` is when the owners' list goes out next.
pub async fn all(tx: &mut Reading, list: Option<Timestamp>) -> Result<Vec<OpenThing>> {
    let mut open = people(tx).await?;
    open.extend(rounds_of(tx, list).await?);
    open.extend(pairs(tx).await?);
    open.extend(months(tx).await?);
    open.extend(program_break(tx).await?);
    open.extend(news(tx).await?);
    open.extend(imports(tx).await?);
    open.extend(deliveries(tx, list).await?);
    Ok(open)
}

async fn list(tx: &mut Reading, kind: Kind, rows: Statement<'_>) -> Result<Vec<OpenThing>> {
    let read = |_: &Reading, row: &AnyRow| {
        Ok(OpenThing {
            kind,
            about: row.get("about")?,
            since: row.get("since")?,
            next: row.maybe("next")?,
        })
    };
    tx.read_all(rows, read).await
}

/// People who wait, invitations and breaks.
async fn people(tx: &mut Reading) -> Result<Vec<OpenThing>> {
    let waiting = sql!(
        concat!(
            "select x.user_id as about, x.waiting_since as since, coalesce(",
            due!("match", "'program'"),
            ", ",
            due!("round", "'program'"),
            ") as next from participants x
             where x.team_id = $1 and x.standing = 'active' and x.waiting_since is not null order by 1"
        ),
        tx.team()
    );
    let invitations = sql!(
        concat!(
            "select cast(x.id as text) as about, x.created_at as since, ",
            due!("invitation", "cast(x.id as text)"),
            " as next from invitations x where x.team_id = $1 and x.state = 'open' order by x.id"
        ),
        tx.team()
    );
    let dated = sql!(
        concat!(
            "select x.user_id as about, x.updated_at as since, ",
            due!("pause_ends", "x.user_id"),
            " as next from participants x
             where x.team_id = $1 and x.standing = 'paused' and x.paused_until is not null order by 1"
        ),
        tx.team()
    );
    let undated = sql!(
        concat!(
            "select x.user_id as about, x.updated_at as since, ",
            due!("pause_ends", "x.user_id"),
            " as next from participants x
             where x.team_id = $1 and x.standing = 'paused' and x.paused_until is null order by 1"
        ),
        tx.team()
    );
    let mut open = list(tx, Kind::Waiting, waiting).await?;
    open.extend(list(tx, Kind::Invitation, invitations).await?);
    open.extend(list(tx, Kind::BreakWithDate, dated).await?);
    open.extend(list(tx, Kind::BreakWithoutDate, undated).await?);
    Ok(open)
}

/// Rounds from the wish to the last introduction. Those to approve stand on the owners' list.
async fn rounds_of(tx: &mut Reading, on_list: Option<Timestamp>) -> Result<Vec<OpenThing>> {
    let wanted = sql!(
        concat!(
            "select cast(x.id as text) as about, x.created_at as since, ",
            due!("match", "'program'"),
            " as next from rounds x where x.team_id = $1 and x.state = 'wanted' order by x.id"
        ),
        tx.team()
    );
    let introducing = sql!(
        concat!(
            "select cast(x.id as text) as about, coalesce(x.decided_at, x.created_at) as since, ",
            due!("introduce", "cast(x.id as text)"),
            " as next from rounds x where x.team_id = $1 and exists (select 1 from proposals p where p.round_id = x.id
             and p.state = 'open' and (x.state = 'approved' or p.introduce_at is not null)) order by x.id"
        ),
        tx.team()
    );
    let mut open = list(tx, Kind::Wanted, wanted).await?;
    open.extend(list(tx, Kind::Introducing, introducing).await?);
    let proposed = rounds::proposed(tx).await?.into_iter();
    open.extend(proposed.map(|round| OpenThing {
        kind: Kind::RoundToApprove,
        about: round.id.to_string(),
        since: round.created_at,
        next: on_list,
    }));
    Ok(open)
}

/// What pairs are asked: to begin, to sign, how it goes, and what comes next.
async fn pairs(tx: &mut Reading) -> Result<Vec<OpenThing>> {
    let not_begun = sql!(
        concat!(
            "select cast(x.id as text) as about, x.created_at as since, ",
            due!("unsigned", "cast(x.id as text)"),
            " as next from pairs x where x.team_id = $1 and x.state = 'introduced' order by x.id"
        ),
        tx.team()
    );
    // After the last reminder, the draft stands on their agendas, and nobody is asked any more.
    let unsigned = sql!(
        concat!(
            "select cast(x.id as text) as about, a.made_at as since, ",
            due!("unsigned", "cast(x.id as text)"),
            " as next from pairs x join agreements a on a.pair_id = x.id
             where x.team_id = $1 and x.state = 'active' and a.completed_at is null and a.reminded < $2
               and a.version = (select max(b.version) from agreements b where b.pair_id = a.pair_id) order by x.id"
        ),
        tx.team(),
        REMINDERS
    );
    let checkins = sql!(
        concat!(
            "select cast(x.id as text) as about, x.created_at as since, ",
            due!("checkin", "cast(x.id as text)"),
            " as next from checkins x where x.team_id = $1 and x.state = 'due' and x.kind <> 'closing_ends' order by x.id"
        ),
        tx.team()
    );
    let closings = sql!(
        "select cast(x.id as text) as about, max(c.created_at) as since, max(t.due_at) as next from pairs x
         join checkins c on c.pair_id = x.id and c.kind = 'closing' and c.number = x.cycles
         left join checkins e on e.pair_id = x.id and e.kind = 'closing_ends' and e.number = x.cycles and e.state = 'due'
         left join timers t on t.team_id = x.team_id and t.kind = 'checkin' and t.subject = cast(e.id as text)
         where x.team_id = $1 and x.state = 'closing' group by x.id order by x.id",
        tx.team()
    );
    let mut open = list(tx, Kind::NotBegun, not_begun).await?;
    open.extend(list(tx, Kind::Unsigned, unsigned).await?);
    open.extend(list(tx, Kind::Checkin, checkins).await?);
    open.extend(list(tx, Kind::Closing, closings).await?);
    Ok(open)
}

/// The month of each running pair: it closes, the next one opens, or it waits for the end of a break.
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
            "(select count(*) from participants q where q.team_id = x.team_id and q.user_id in (x.mentor, x.mentee)
                 and q.standing = 'paused') as away,
             (select min(t.due_at) from timers t join participants q on q.team_id = t.team_id and q.user_id = t.subject
                 where t.team_id = x.team_id and t.kind = 'pause_ends' and q.standing = 'paused'
                   and t.subject in (x.mentor, x.mentee)) as back,
             (select t.due_at from timers t join programs g on g.team_id = t.team_id where t.team_id = x.team_id
                   and t.kind = 'program_goes_on' and g.break_until is not null) as program_back
             from pairs x left join cycles c on c.pair_id = x.id
               and c.number = (select max(d.number) from cycles d where d.pair_id = x.id)
             where x.team_id = $1 and x.state in ('introduced', 'active') order by x.id"
        ),
        tx.team()
    );
    let month = |_: &Reading, row: &AnyRow| {
        let pair: PairId = row.get("id")?;
        let (number, closed): (Option<i64>, Option<Timestamp>) =
            (row.maybe("number")?, row.maybe("closed_at")?);
        let program_back: Option<Timestamp> = row.maybe("program_back")?;
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
            next,
        })
    };
    tx.read_all(months, month).await
}

async fn program_break(tx: &mut Reading) -> Result<Vec<OpenThing>> {
    let break_of_all = sql!(
        concat!(
            "select x.team_id as about, x.updated_at as since, ",
            due!("program_goes_on", "'program'"),
            " as next from programs x where x.team_id = $1 and x.break_until is not null"
        ),
        tx.team()
    );
    list(tx, Kind::ProgramBreak, break_of_all).await
}

async fn news(tx: &mut Reading) -> Result<Vec<OpenThing>> {
    let news = sql!(
        concat!(
            "select cast(x.id as text) as about, x.created_at as since, ",
            due!("news", "cast(x.id as text)"),
            " as next from outbox x where x.team_id = $1 and x.state = 'waiting' order by x.id"
        ),
        tx.team()
    );
    list(tx, Kind::News, news).await
}

async fn imports(tx: &mut Reading) -> Result<Vec<OpenThing>> {
    let imports = sql!(
        concat!(
            "select cast(x.id as text) as about, x.made_at as since, ",
            due!("import_waits", "cast(x.id as text)"),
            " as next from imports x where x.team_id = $1 and x.state in ('fetching', 'unclear', 'asking', 'ready') order by x.id"
        ),
        tx.team()
    );
    list(tx, Kind::Import, imports).await
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
