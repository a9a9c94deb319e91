//! The program as its owners see it: all pairs and people at once, without opening anything that is sealed.

use super::db::{AnyRow, Columns as _, Reading, Result, sql};
use super::{candidates, checkins, digests};
use crate::domain::ids::PairId;
use crate::domain::overview::{PairAtWork, PersonAtWork, Stands};
use crate::domain::pair::State;
use jiff::{SignedDuration, Timestamp};
use std::collections::{HashMap, HashSet};

/// A pair that has neither met nor signed after this long is worth a look.
pub const NOT_BEGUN: SignedDuration = SignedDuration::from_hours(14 * 24);

/// The open pairs, those worth a look first.
pub async fn pairs(tx: &mut Reading) -> Result<Vec<PairAtWork>> {
    let in_one_line = candidates::pairs_in_one_line(tx).await?;
    let in_one_line: HashSet<PairId> = in_one_line.iter().map(|pair| pair.id).collect();
    let calls = checkins::calls_for_help(tx).await?;
    let calls: HashMap<PairId, Timestamp> =
        calls.iter().map(|call| (call.pair, call.since)).collect();
    let quiet = digests::quiet(tx).await?;
    let quiet: HashMap<PairId, Timestamp> =
        quiet.iter().map(|pair| (pair.id, pair.since)).collect();
    let late = tx.now.saturating_sub(NOT_BEGUN).unwrap_or(Timestamp::MIN);
    let open = sql!(
        "select p.id, p.mentor, p.mentee, p.state, p.created_at, p.cycles,
             (select max(c.number) from cycles c where c.pair_id = p.id) as month,
             (select count(a.completed_at) from agreements a where a.pair_id = p.id
                 and a.version = (select max(b.version) from agreements b where b.pair_id = p.id)) as signed,
             (select count(*) from participants q where q.team_id = p.team_id and q.user_id in (p.mentor, p.mentee)
                 and q.standing = 'paused') as away,
             (select count(*) from participants q where q.team_id = p.team_id and q.user_id in (p.mentor, p.mentee)
                 and q.standing = 'paused' and q.paused_until is null) as open_ended,
             (select max(q.paused_until) from participants q where q.team_id = p.team_id
                 and q.user_id in (p.mentor, p.mentee) and q.standing = 'paused') as back
         from pairs p where p.team_id = $1 and p.closed_at is null order by p.id",
        tx.team()
    );
    let pair = |_: &Reading, row: &AnyRow| {
        let id: PairId = row.get("id")?;
        let (state, introduced): (State, Timestamp) = (row.get("state")?, row.get("created_at")?);
        let back: Option<Timestamp> = row.maybe("back")?;
        let open_ended = row.get::<i64>("open_ended")? > 0;
        let until = back.filter(|_| !open_ended);
        let stands = match (calls.get(&id), state, quiet.get(&id)) {
            (Some(since), ..) => Stands::WantsHelp { since: *since },
            _ if in_one_line.contains(&id) => Stands::InOneLine,
            (_, State::Closing | State::Closed, _) => Stands::Closing,
            _ if row.get::<i64>("away")? > 0 => Stands::OnBreak { until },
            (_, State::Active, Some(since)) => Stands::Quiet { since: *since },
            (_, State::Introduced, _) if introduced <= late => Stands::NotBegun { introduced },
            (_, State::Introduced, _) => Stands::JustIntroduced,
            (_, State::Active, None) if row.get::<i64>("signed")? == 0 => Stands::Unsigned,
            (_, State::Active, None) => Stands::Meeting,
        };
        Ok(PairAtWork {
            id,
            mentor: row.get("mentor")?,
            mentee: row.get("mentee")?,
            month: row.maybe("month")?.unwrap_or(0),
            months: row.get("cycles")?,
            stands,
        })
    };
    let mut pairs = tx.read_all(open, pair).await?;
    pairs.sort_by(|a, b| (&a.stands, a.id).cmp(&(&b.stands, b.id)));
    Ok(pairs)
}

/// Everyone who takes part: those without a partner first, the longest wait before the others.
pub async fn people(tx: &mut Reading) -> Result<Vec<PersonAtWork>> {
    let everyone = sql!(
        "select q.user_id, q.standing, q.waiting_since,
             (select count(*) from pairs p where p.team_id = q.team_id and p.closed_at is null
                 and (p.mentor = q.user_id or p.mentee = q.user_id)) as partners
         from participants q where q.team_id = $1 and q.standing in ('active', 'paused')
         order by q.user_id",
        tx.team()
    );
    let person = |_: &Reading, row: &AnyRow| {
        Ok(PersonAtWork {
            user: row.get("user_id")?,
            partners: row.get("partners")?,
            looking: row.maybe("waiting_since")?,
            on_break: row.get::<String>("standing")? == "paused",
        })
    };
    let mut people = tx.read_all(everyone, person).await?;
    people.sort_by(|a, b| {
        let place = |one: &PersonAtWork| (one.group(), one.looking.unwrap_or(Timestamp::MAX));
        (place(a), &a.user).cmp(&(place(b), &b.user))
    });
    Ok(people)
}

/// How pairs of the past ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Past {
    /// They ran their full length.
    pub completed: i64,
    pub ended: i64,
}

/// How many pairs were completed, and how many ended before their time.
pub async fn past(tx: &mut Reading) -> Result<Past> {
    let counts = sql!(
        "select count(case when closed_why = 'completed' then 1 end) as completed,
             count(case when closed_why <> 'completed' then 1 end) as ended
         from pairs where team_id = $1 and closed_at is not null",
        tx.team()
    );
    let row = tx.one(counts).await?;
    Ok(Past {
        completed: row.get("completed")?,
        ended: row.get("ended")?,
    })
}

/// When the last digest was made.
pub async fn last_digest(tx: &mut Reading) -> Result<Option<Timestamp>> {
    tx.maybe(sql!(
        "select max(made_at) from digests where team_id = $1",
        tx.team()
    ))
    .await
}
