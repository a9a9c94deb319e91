//! What partners answered to "did you meet?", of each meeting that was planned.

use super::agreements::Side;
use super::db::columns::columns;
use super::db::{AnyRow, Columns as _, Reading, Result, Tx, sql};
use crate::domain::ids::{CycleId, UserId};
use crate::domain::pair::Pair;
use std::collections::BTreeSet;

columns! {
    Side, "whose answer it is": String, |side| name(*side).to_owned(), |held| parse(&held);
}

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

    /// Whether `user` said of any meeting of the month that it was held.
    pub fn said_yes(&self, pair: &Pair, user: &UserId) -> bool {
        self.by(pair, user).any(|said| said == YES)
    }

    pub fn both_said_yes(&self, pair: &Pair) -> bool {
        pair.members().iter().all(|user| self.said_yes(pair, user))
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
    let answers = sql!(
        "select plan, side, said from met_answers where cycle_id = $1 order by plan",
        cycle
    );
    let answer = |_: &Reading, row: &AnyRow| {
        Ok(Answer {
            plan: row.get("plan")?,
            side: row.get("side")?,
            said: row.get("said")?,
        })
    };
    tx.read_all(answers, answer).await.map(Said)
}

/// Notes what a partner said of the meeting planned as number `plan`, in place of what they said of it before.
pub async fn say(
    tx: &mut Tx,
    cycle: CycleId,
    plan: i64,
    (pair, user): (&Pair, &UserId),
    said: &str,
) -> Result<()> {
    tx.run(sql!(
        "insert into met_answers (cycle_id, plan, side, said, said_at) values ($1, $2, $3, $4, $5)
         on conflict (cycle_id, plan, side) do update set said = excluded.said, said_at = excluded.said_at",
        cycle,
        plan,
        side(pair, user),
        said,
        tx.now
    ))
    .await?;
    tx.run(sql!(
        "update cycles set reported_at = $1, both_said_yes = case when
             (select count(distinct m.side) from met_answers m where m.cycle_id = $2 and m.said = 'yes') = 2 then 1 else 0 end
         where id = $2",
        tx.now,
        cycle
    ))
    .await?;
    Ok(())
}

/// The months of all pairs of which each of the two says that they met: what both know.
pub async fn known_to_both(tx: &mut Reading) -> Result<BTreeSet<CycleId>> {
    let known = sql!(
        "select id from cycles where team_id = $1 and both_said_yes = 1",
        tx.team()
    );
    Ok(tx.values(known).await?.into_iter().collect())
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
