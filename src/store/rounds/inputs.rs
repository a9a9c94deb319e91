//! What each of the latest rounds was made from, so that it can be replayed. Sealed; forgotten with age, and whole as soon as
//! somebody in it erases their data: half an input would replay another round.

use super::{Round, round};
use crate::domain::ids::{RoundId, TeamId, UserId};
use crate::domain::matching::Record;
use crate::store::db::{AnyRow, Columns as _, Reading, Result, Sealed, Tx, sql, to_json};
use serde::{Deserialize, Serialize};

const INPUT: Sealed = Sealed {
    table: "round_inputs",
    what: "an input",
};
/// Inputs kept of one program at most: a program that matches as people come makes many rounds.
const MOST: i64 = 30;

/// What a round was made from, and by which version.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Kept {
    pub record: Record,
    /// Pairs that were found and no longer held a moment later.
    pub lapsed: Vec<(UserId, UserId)>,
    pub version: String,
}

/// Keeps what `id` was made from; `confirm` is the round of those of its pairs that an owner must look at.
pub async fn keep_input(
    tx: &mut Tx,
    id: RoundId,
    confirm: Option<RoundId>,
    kept: &Kept,
) -> Result<()> {
    let sealed = INPUT.seal(tx.keys(), id, kept)?;
    tx.run(sql!(
        "insert into round_inputs (round_id, team_id, confirm_id, input_sealed, made_at)
         values ($1, $2, $3, $4, $5) on conflict do nothing",
        id,
        tx.team(),
        confirm,
        sealed,
        tx.now
    ))
    .await?;
    tx.run(sql!(
        "delete from round_inputs where team_id = $1 and round_id not in
         (select round_id from round_inputs where team_id = $1 order by round_id desc limit $2)",
        tx.team(),
        MOST
    ))
    .await?;
    Ok(())
}

/// What a round was made from, if that is still kept.
pub async fn input(tx: &mut Reading, id: RoundId) -> Result<Option<Kept>> {
    let sealed = sql!(
        "select input_sealed from round_inputs where team_id = $1 and round_id = $2",
        tx.team(),
        id
    );
    let sealed: Option<String> = tx.maybe(sealed).await?;
    sealed
        .map(|sealed| INPUT.open(tx.keys(), id, &sealed))
        .transpose()
}

/// The rounds whose input names somebody, or cannot be opened: those cannot be replayed either. Opens all there are: nothing
/// outside the seal says who is in them.
pub async fn inputs_with(tx: &mut Reading, user: &UserId) -> Result<Vec<RoundId>> {
    let named = to_json(user, "a person")?;
    let all = sql!(
        "select round_id, input_sealed from round_inputs where team_id = $1 order by round_id",
        tx.team()
    );
    let mut with = Vec::new();
    for row in &tx.all(all).await? {
        let (id, sealed): (RoundId, String) = (row.get("round_id")?, row.get("input_sealed")?);
        let opened = tx.keys().open(INPUT.table, &id.to_string(), &sealed);
        if opened.is_ok_and(|text| !text.contains(&named)) {
            continue;
        }
        with.push(id);
    }
    Ok(with)
}

/// Forgets every input in which somebody occurs.
pub async fn erase_inputs(tx: &mut Tx, user: &UserId) -> Result<()> {
    for id in inputs_with(tx, user).await? {
        tx.run(sql!("delete from round_inputs where round_id = $1", id))
            .await?;
    }
    Ok(())
}

/// A round among the latest, whatever its workspace.
#[derive(Clone, Debug)]
pub struct Listed {
    pub team: TeamId,
    pub round: Round,
    pub pairs: i64,
    /// How far from proven best it was.
    pub gap: i64,
    /// The round whose input made this one: itself, or the one whose pairs to confirm these are. None when it is no
    /// longer kept.
    pub input: Option<RoundId>,
}

macro_rules! select_listed {
    ($rest:literal) => {
        concat!(
            "select r.id, r.origin, r.state, r.seed, r.asked_by, r.created_at, r.decided_by, r.decided_at,
             r.introduce_at, r.team_id, r.gap,
             (select count(*) from proposals p where p.round_id = r.id) as pairs,
             (select min(i.round_id) from round_inputs i
              where i.team_id = r.team_id and (i.round_id = r.id or i.confirm_id = r.id)) as input_id
             from rounds r ",
            $rest
        )
    };
}

/// The latest rounds that were solved, of all workspaces, the newest first.
pub async fn latest(tx: &mut Reading, most: i64) -> Result<Vec<Listed>> {
    let latest = sql!(
        select_listed!(
            "where r.state <> 'wanted' and r.origin <> 'invite' order by r.id desc limit $1"
        ),
        most
    );
    tx.read_all(latest, one_listed).await
}

/// One of them, by its id.
pub async fn listed(tx: &mut Reading, id: RoundId) -> Result<Option<Listed>> {
    tx.read_first(sql!(select_listed!("where r.id = $1"), id), one_listed)
        .await
}

fn one_listed(tx: &Reading, row: &AnyRow) -> Result<Listed> {
    Ok(Listed {
        team: row.get("team_id")?,
        round: round(tx, row)?,
        pairs: row.get("pairs")?,
        gap: row.get("gap")?,
        input: row.maybe("input_id")?,
    })
}

/// The pairs of a run that an owner had to look at are a round of their own: its id.
pub async fn confirm_of(tx: &mut Reading, id: RoundId) -> Result<Option<RoundId>> {
    tx.maybe(sql!(
        "select confirm_id from round_inputs where round_id = $1",
        id
    ))
    .await
}
