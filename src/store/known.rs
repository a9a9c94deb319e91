//! All we know about one person at once: `status`, `join` and the App Home are asked for all day long, and each of
//! them takes one query.

use super::db::lane::PATIENCE;
use super::db::person_loader::Asked;
pub use super::db::person_loader::Known;
use super::db::statement::sql_with;
use super::db::{AnyRow, Columns as _, Db, Reading, Result, StoreError};
use super::participants;
use super::seal::Keys;
use super::{pairs, people};
use crate::domain::ids::{TeamId, UserId};
use crate::domain::pair::Pair;
use crate::domain::participant::PersonInSlack;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// One query for one or more people; `n` tells whose answer a row is.
macro_rules! rows_about {
    ($who:literal) => {
        concat!(
            "with asked(n, team, who) as (values ",
            $who,
            ")
             select a.n, a.who as user_id, q.standing, q.profile_sealed, q.day_starts, q.day_ends, q.paused_until,
                    q.waiting_since, q.joined_at,
                    p.zone, p.full_member, p.deleted, p.admin, p.updated, p.seen_at, t.due_at as next_round,
                    (select count(*) from pairs where team_id = a.team and mentor = a.who and closed_at is null)
                    + (select count(*) from pairs where team_id = a.team and mentee = a.who and closed_at is null)
                    as open_pairs
             from asked a
             left join participants q on q.team_id = a.team and q.user_id = a.who
             left join people p on p.team_id = a.team and p.user_id = a.who
             left join timers t on t.team_id = a.team and t.kind = 'round' and t.subject = 'program'"
        )
    };
}
pub(super) use rows_about;

const ONE: &str = rows_about!("(0, $1, $2)");
const FOUR: &str = concat!(
    rows_about!("(0, $1, $2), (1, $3, $4), (2, $5, $6), (3, $7, $8)"),
    " where a.who <> ''"
);
const SIXTEEN: &str = concat!(
    rows_about!(
        "(0, $1, $2), (1, $3, $4), (2, $5, $6), (3, $7, $8), \
     (4, $9, $10), (5, $11, $12), (6, $13, $14), (7, $15, $16), \
     (8, $17, $18), (9, $19, $20), (10, $21, $22), (11, $23, $24), \
     (12, $25, $26), (13, $27, $28), (14, $29, $30), (15, $31, $32)"
    ),
    " where a.who <> ''"
);
/// The most one query answers.
const MOST: usize = 16;

pub async fn about(tx: &mut Reading, user: &UserId) -> Result<Known> {
    if let Some(known) = tx.known.take_if(|known| known.user == *user) {
        return Ok(known);
    }
    let team = tx.team().clone();
    let known = query(tx, &[(&team, user)]).await?.pop().flatten();
    known.ok_or(StoreError::Unreadable("what is known of a person"))
}

async fn query(tx: &mut Reading, asked: &[(&TeamId, &UserId)]) -> Result<Vec<Option<Known>>> {
    let (text, room) = match asked.len() {
        1 => (ONE, 1),
        2..=4 => (FOUR, 4),
        _ => (SIXTEEN, MOST),
    };
    let people = asked
        .iter()
        .flat_map(|(team, user)| [team.as_str(), user.as_str()]);
    let filled = people.chain(std::iter::repeat("")).take(2 * room);
    let rows = tx.all(sql_with(text, filled)).await?;
    let mut answers: Vec<Option<Known>> = asked.iter().map(|_| None).collect();
    for row in &rows {
        let at = usize::try_from(row.get::<i64>("n")?).unwrap_or(MOST);
        if let Some((team, user)) = asked.get(at) {
            answers[at] = Some(known(tx.keys(), team, user, row)?);
        }
    }
    Ok(answers)
}

/// What a row of `rows_about!` says.
pub(super) fn known(keys: &Keys, team: &TeamId, user: &UserId, row: &AnyRow) -> Result<Known> {
    let participates = row.maybe::<String>("standing")?.is_some();
    let is_in_slack = row.maybe::<bool>("full_member")?.is_some();
    let participant = participates.then(|| participants::participant(keys, team, row));
    let person = is_in_slack.then(|| people::person(row));
    Ok(Known {
        user: user.clone(),
        participant: participant.transpose()?,
        person: person.transpose()?,
        heard_at: row.maybe("seen_at")?,
        next_round: row.maybe("next_round")?,
        open_pairs: row.get("open_pairs")?,
    })
}

impl Db {
    /// [`Db::read`] for what `user` asked: what is known about them is read already, together with others' who ask at the
    /// same time.
    pub async fn read_for(&self, team: &TeamId, user: &UserId, now: Timestamp) -> Result<Reading> {
        let begun = async {
            let known = self
                .person_loader()
                .ask(team, user, MOST, |asked| answer_all(self, asked))
                .await;
            let mut reading = self.read(team, now).await?;
            reading.known = known;
            Ok(reading)
        };
        let begun = tokio::time::timeout(PATIENCE, begun).await;
        begun.unwrap_or(Err(StoreError::NoAnswer))
    }
}

/// A failure answers nobody.
async fn answer_all(db: &Db, asked: Vec<Asked>) {
    let people: Vec<(&TeamId, &UserId)> = asked.iter().map(|one| (&one.team, &one.user)).collect();
    let answers = async {
        let mut tx = db.read(&asked[0].team, Timestamp::UNIX_EPOCH).await?;
        query(&mut tx, &people).await
    };
    let Ok(answers) = answers.await else { return };
    for (one, known) in asked.into_iter().zip(answers) {
        if let Some(known) = known {
            let _ = one.answer.send(known);
        }
    }
}

impl Known {
    /// Their open pairs, oldest first. Most people who ask have none, which needs no query.
    pub async fn open_pairs(&self, tx: &mut Reading) -> Result<Vec<Pair>> {
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
