//! Where the open pairs of a person stand: their month, their meetings, their goals, in one query.

use super::agreements::{self, Agreement};
use super::cycles;
use super::db::{Reading, Result};
use crate::domain::cycle::Cycle;
use crate::domain::ids::{PairId, UserId};
use sqlx::Row;
use sqlx::any::AnyRow;

/// Where an open pair stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Outlook {
    pub pair: PairId,
    /// The month that opened last.
    pub month: Option<Cycle>,
    /// Meetings on record.
    pub held: i64,
    /// The version of the goals that holds now.
    pub goals: Option<Agreement>,
    /// One of the two is on a break.
    pub on_break: bool,
}

/// Of every open pair of a person, oldest first: in the order of `pairs::open_of`. For whoever has one.
pub async fn of(tx: &mut Reading, user: &UserId) -> Result<Vec<Outlook>> {
    let team = tx.team().to_string();
    let rows = sqlx::query(
        "select p.id,
             (select count(*) from cycles h where h.pair_id = p.id and h.state = 'held'),
             (select count(*) from participants s where s.team_id = p.team_id
                 and s.user_id in (p.mentor, p.mentee) and s.standing = 'paused'),
             c.id, c.pair_id, c.number, c.state, c.anchor_at, c.anchor_number, c.opened_at, c.closes_at, c.meets_at,
             c.plans, c.taken_up_at, c.proposed, c.held_at, c.closed_at,
             a.pair_id, a.version, a.goals_sealed, a.made_by, a.made_at, a.mentor_signed_at, a.mentee_signed_at,
             a.completed_at, a.reminded
         from pairs p
         left join cycles c on c.pair_id = p.id
             and c.number = (select max(latest.number) from cycles latest where latest.pair_id = p.id)
         left join agreements a on a.pair_id = p.id
             and a.version = (select max(latest.version) from agreements latest where latest.pair_id = p.id)
         where p.team_id = $1 and (p.mentor = $2 or p.mentee = $2) and p.closed_at is null order by p.id",
    )
    .bind(team)
    .bind(user.as_str())
    .fetch_all(tx.conn())
    .await?;
    rows.iter().map(|row| read(tx, row)).collect()
}

const MONTH: usize = 3;
const GOALS: usize = 17;

fn read(tx: &Reading, row: &AnyRow) -> Result<Outlook> {
    let is_there = |first: usize| row.try_get::<Option<i64>, _>(first).map(|id| id.is_some());
    let month = is_there(MONTH)?.then(|| cycles::read(row, MONTH));
    let goals = is_there(GOALS)?.then(|| agreements::read(tx, row, GOALS));
    Ok(Outlook {
        pair: PairId(row.try_get(0)?),
        held: row.try_get(1)?,
        on_break: row.try_get::<i64, _>(2)? > 0,
        month: month.transpose()?,
        goals: goals.transpose()?,
    })
}
