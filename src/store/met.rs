//! What partners answered to "did you meet?", of each meeting that was planned.

use super::agreements::Side;
use super::db::{Reading, Result, StoreError, Tx};
use crate::domain::ids::{CycleId, UserId};
use crate::domain::pair::Pair;
use sqlx::Row;

/// What counts.
const YES: &str = "yes";
/// The plan of an answer about the month as such.
pub const NO_PLAN: i64 = 0;

/// All that was said of one month.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said(Vec<Answer>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Answer {
    plan: i64,
    side: Side,
    /// As the feature words it.
    said: String,
}

impl Said {
    /// What `user`, a member of `pair`, said of the meeting that was planned as number `plan`.
    pub fn of(&self, plan: i64, pair: &Pair, user: &UserId) -> Option<&str> {
        let side = side(pair, user);
        let mut found = self.0.iter();
        let found = found.find(|answer| answer.plan == plan && answer.side == side);
        found.map(|answer| answer.said.as_str())
    }

    /// All that `user` said, the first meeting first.
    pub fn by(&self, pair: &Pair, user: &UserId) -> impl Iterator<Item = &str> {
        let side = side(pair, user);
        let theirs = self.0.iter().filter(move |answer| answer.side == side);
        theirs.map(|answer| answer.said.as_str())
    }

    /// What `user` said of the meeting that is on record: a yes to any, else their word on the last one with a yes.
    pub fn on_record(&self, pair: &Pair, user: &UserId) -> Option<&str> {
        let side = side(pair, user);
        let held = self.0.iter().filter(|answer| answer.said == YES);
        if held.clone().any(|answer| answer.side == side) {
            return Some(YES);
        }
        let plan = held.map(|answer| answer.plan).max()?;
        self.of(plan, pair, user)
    }
}

pub async fn of(tx: &mut Reading, cycle: CycleId) -> Result<Said> {
    let rows =
        sqlx::query("select plan, side, said from met_answers where cycle_id = $1 order by plan")
            .bind(cycle.0)
            .fetch_all(tx.conn())
            .await?;
    let answers = rows.iter().map(|row| {
        let side: String = row.try_get(1)?;
        Ok(Answer {
            plan: row.try_get(0)?,
            side: parse(&side).ok_or(StoreError::Unreadable("whose answer it is"))?,
            said: row.try_get(2)?,
        })
    });
    Ok(Said(answers.collect::<Result<_>>()?))
}

/// Notes what a partner said of the meeting planned as number `plan`, in place of what they said of it before.
pub async fn say(
    tx: &mut Tx,
    cycle: CycleId,
    plan: i64,
    (pair, user): (&Pair, &UserId),
    said: &str,
) -> Result<()> {
    let now = tx.now_ms();
    sqlx::query(
        "insert into met_answers (cycle_id, plan, side, said, said_at) values ($1, $2, $3, $4, $5)
         on conflict (cycle_id, plan, side) do update set said = excluded.said, said_at = excluded.said_at",
    )
    .bind(cycle.0)
    .bind(plan)
    .bind(name(side(pair, user)))
    .bind(said)
    .bind(now)
    .execute(tx.conn())
    .await?;
    sqlx::query("update cycles set reported_at = $1 where id = $2")
        .bind(now)
        .bind(cycle.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

fn side(pair: &Pair, user: &UserId) -> Side {
    if pair.mentor == *user {
        Side::Mentor
    } else {
        Side::Mentee
    }
}

fn name(side: Side) -> &'static str {
    match side {
        Side::Mentor => "mentor",
        Side::Mentee => "mentee",
    }
}

fn parse(text: &str) -> Option<Side> {
    [Side::Mentor, Side::Mentee]
        .into_iter()
        .find(|side| name(*side) == text)
}
