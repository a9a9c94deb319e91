//! All we know about one person at once: `status`, `join` and the App Home are asked for all day long, and each of
//! them takes one query.

use super::db::{Result, Tx, instant};
use super::participants::{self, Participant};
use super::{pairs, people};
use crate::domain::ids::UserId;
use crate::domain::pair::Pair;
use crate::domain::participant::PersonInSlack;
use crate::domain::timer::Kind;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use sqlx::Row;

pub struct Known {
    user: UserId,
    /// As far as Slack told us.
    pub person: Option<PersonInSlack>,
    /// When it last did.
    pub heard_at: Option<Timestamp>,
    pub participant: Option<Participant>,
    /// When the program's next round is due.
    pub next_round: Option<Timestamp>,
    open_pairs: i64,
}

pub async fn about(tx: &mut Tx, user: &UserId) -> Result<Known> {
    let team = tx.team().to_string();
    let row = sqlx::query(
        "select q.user_id, q.standing, q.profile_sealed, q.paused_until, q.waiting_since, q.joined_at,
                p.user_id, p.zone, p.full_member, p.deleted, p.admin, p.seen_at, t.due_at,
                (select count(*) from pairs where team_id = $1 and mentor = $2 and closed_at is null)
                + (select count(*) from pairs where team_id = $1 and mentee = $2 and closed_at is null)
         from (select 1 as one) as o
         left join participants q on q.team_id = $1 and q.user_id = $2
         left join people p on p.team_id = $1 and p.user_id = $2
         left join timers t on t.team_id = $1 and t.kind = $3 and t.subject = 'program'",
    )
    .bind(team)
    .bind(user.as_str())
    .bind(Kind::Round.as_str())
    .fetch_one(tx.conn())
    .await?;
    let moment = |at: usize| Ok::<_, sqlx::Error>(row.try_get::<Option<i64>, _>(at)?.map(instant));
    let there = |at: usize| Ok::<_, sqlx::Error>(row.try_get::<Option<&str>, _>(at)?.is_some());
    Ok(Known {
        user: user.clone(),
        participant: if there(0)? {
            Some(participants::participant(tx, &row)?)
        } else {
            None
        },
        person: if there(6)? {
            Some(people::person(&row, 6)?)
        } else {
            None
        },
        heard_at: moment(11)?,
        next_round: moment(12)?,
        open_pairs: row.try_get(13)?,
    })
}

impl Known {
    /// Their open pairs, oldest first. Most people who ask have none, which needs no query.
    pub async fn open_pairs(&self, tx: &mut Tx) -> Result<Vec<Pair>> {
        if self.open_pairs == 0 {
            return Ok(Vec::new());
        }
        pairs::open_of(tx, &self.user).await
    }

    /// The zone they live in, else `fallback` (the program's).
    pub fn zone_or(&self, fallback: TimeZone) -> TimeZone {
        let theirs = self.person.as_ref().and_then(PersonInSlack::time_zone);
        theirs.unwrap_or(fallback)
    }

    /// Slack has told us nothing about them, or nothing lately.
    pub fn is_stale(&self, now: Timestamp) -> bool {
        self.heard_at
            .is_none_or(|at| now.duration_since(at) > people::STALE)
    }

    /// Slack told us that they are no full member. Of somebody unknown we may not assume it.
    pub fn is_barred(&self) -> bool {
        let person = self.person.as_ref();
        person.is_some_and(|person| person.deleted || !person.full_member)
    }
}
