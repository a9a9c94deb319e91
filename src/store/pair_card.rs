//! Where the open pairs of a person stand: their month, their meetings, their goals, in one query.

use super::agreements::{self, Agreement};
use super::cycles;
use super::db::{AnyRow, Columns as _, Reading, Result, sql};
use crate::domain::cycle::Cycle;
use crate::domain::ids::{CycleId, PairId, UserId};
use crate::domain::pair::Break;

/// Where an open pair stands.
#[derive(Clone, Debug, PartialEq)]
pub struct PairCard {
    pub pair: PairId,
    /// The month that opened last, as this person may know it.
    pub month: Option<Cycle>,
    /// Meetings of which this person said that they were held: the others would tell what the partner answered.
    pub held: i64,
    /// The version of the goals that holds now.
    pub goals: Option<Agreement>,
    pub on_break: Option<Break>,
}

/// Of every open pair of a person, oldest first: in the order of `pairs::open_of`. For whoever has one.
pub async fn of(tx: &mut Reading, user: &UserId) -> Result<Vec<PairCard>> {
    let open = sql!(
        "select p.id as pair_id,
             (select count(*) from cycles h where h.pair_id = p.id and h.state = 'held' and exists (
                 select 1 from met_answers m where m.cycle_id = h.id and m.said = 'yes'
                     and m.side = case when p.mentor = $2 then 'mentor' else 'mentee' end)) as meetings_held,
             (select count(*) from met_answers m where m.cycle_id = c.id and m.said = 'yes'
                 and m.side = case when p.mentor = $2 then 'mentor' else 'mentee' end) as said_yes,
             (select count(*) from participants s where s.team_id = p.team_id
                 and s.user_id in (p.mentor, p.mentee) and s.standing = 'paused') as paused,
             (select g.break_until from programs g where g.team_id = p.team_id) as break_until,
             c.id, c.number, c.state, c.anchor_at, c.anchor_number, c.opened_at, c.closes_at, c.meets_at,
             c.plans, c.taken_up_at, c.proposed, c.held_at, c.closed_at, c.note_sealed, c.arranged, c.recipe,
             a.version, a.goals_sealed, a.made_by, a.made_at, a.mentor_signed_at, a.mentee_signed_at,
             a.completed_at, a.reminded
         from pairs p
         left join cycles c on c.pair_id = p.id
             and c.number = (select max(latest.number) from cycles latest where latest.pair_id = p.id)
         left join agreements a on a.pair_id = p.id
             and a.version = (select max(latest.version) from agreements latest where latest.pair_id = p.id)
         where p.team_id = $1 and (p.mentor = $2 or p.mentee = $2) and p.closed_at is null order by p.id",
        tx.team(),
        user
    );
    tx.read_all(open, read).await
}

/// The columns of the month and of the goals are called as in their own tables; `pair_id` is the same in all of them.
fn read(tx: &Reading, row: &AnyRow) -> Result<PairCard> {
    let (has_month, has_goals) = (
        row.maybe::<CycleId>("id")?.is_some(),
        row.maybe::<i64>("version")?.is_some(),
    );
    let knows = row.get::<i64>("said_yes")? > 0;
    let program = row.maybe("break_until")?;
    let paused = row.get::<i64>("paused")? > 0;
    let month = has_month.then(|| cycles::read(tx, row).map(|month| month.as_seen(knows)));
    let goals = has_goals.then(|| agreements::read(tx, row));
    Ok(PairCard {
        pair: row.get("pair_id")?,
        held: row.get("meetings_held")?,
        on_break: match program {
            Some(until) => Some(Break::Program { until }),
            None => paused.then_some(Break::OneOfThem),
        },
        month: month.transpose()?,
        goals: goals.transpose()?,
    })
}
