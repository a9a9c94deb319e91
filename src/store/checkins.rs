//! Private check-ins and the owners' notes that go with them. What people write is sealed.
//!
//! | from | to | when |
//! |---|---|---|
//! | due | asked | it was sent |
//! | asked | due | it could not be sent that day after all |
//! | due | dropped | it came too late, or no longer applied |
//! | asked | dropped | the partner who was away is back |
//! | dropped | due | what never reached its person is worth asking again |
//! | due, asked, answered | answered | they answered (may change until the pair is closed) |

use super::db::{AnyRow, Columns as _, Reading, Result, Tx, sql};
use crate::domain::checkin::{Kind, NextStep};
use crate::domain::ids::{CheckinId, PairId, UserId};
use crate::domain::pair::Pair;
use jiff::{SignedDuration, Timestamp};
use std::collections::HashSet;

const TABLE: &str = "checkins";
/// How long owners read of a pair that would like some help.
const HELP_LISTED: SignedDuration = SignedDuration::from_hours(28 * 24);

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkin {
    pub id: CheckinId,
    pub pair: PairId,
    pub user: UserId,
    pub kind: Kind,
    /// After which cycle.
    pub number: u8,
    /// Neither sent nor dropped yet.
    pub due: bool,
    /// It came too late, or no longer applied: nobody was asked.
    pub dropped: bool,
    /// The button pressed.
    pub said: Option<String>,
    /// What they wrote, as the feature words it.
    pub answer: Option<String>,
    /// 1 to 5.
    pub confidence: Option<u8>,
    /// Closing: what they say they have of the program.
    pub benefit: Benefit,
    pub created_at: Timestamp,
    pub answered_at: Option<Timestamp>,
}

impl Checkin {
    /// The same question, as it was put to the other of the two.
    pub fn is_partners_copy_of(&self, asked: &Self) -> bool {
        (self.kind, self.number) == (asked.kind, asked.number) && self.user != asked.user
    }
}

/// What somebody says at the end; none where they gave no answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Benefit {
    pub would_recommend: Option<bool>,
    pub would_repeat: Option<bool>,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "select id, pair_id, user_id, kind, number, state, said, answer_sealed, confidence, created_at, answered_at,
             would_recommend, would_repeat
             from checkins ",
            $rest
        )
    };
}

/// Notes a check-in that is due, or that one which never reached its person is due once more; none when they were asked.
pub async fn create(
    tx: &mut Tx,
    pair: PairId,
    user: &UserId,
    kind: Kind,
    number: u8,
) -> Result<Option<CheckinId>> {
    let id = CheckinId(tx.new_id());
    let due = sql!(
        "insert into checkins (id, team_id, pair_id, user_id, kind, number, state, created_at)
         values ($1, $2, $3, $4, $5, $6, 'due', $7) on conflict (pair_id, user_id, kind, number) do update
         set state = 'due', created_at = excluded.created_at where checkins.state in ('due', 'dropped') returning id",
        id,
        tx.team(),
        pair,
        user,
        kind,
        number,
        tx.now
    );
    tx.maybe(due).await
}

pub async fn find(tx: &mut Reading, id: CheckinId) -> Result<Option<Checkin>> {
    let found = sql!(select!("where team_id = $1 and id = $2"), tx.team(), id);
    tx.read_first(found, checkin).await
}

/// The check-ins of a pair, oldest first.
pub async fn of(tx: &mut Reading, pair: PairId) -> Result<Vec<Checkin>> {
    let theirs = sql!(select!("where pair_id = $1 order by id"), pair);
    tx.read_all(theirs, checkin).await
}

/// Who has read that they need not wait for their partner, who is still away, and that partner.
pub async fn need_not_wait(tx: &mut Reading) -> Result<HashSet<(UserId, UserId)>> {
    let told = sql!(
        "select c.user_id, case when p.mentor = c.user_id then p.mentee else p.mentor end as away
         from checkins c join pairs p on p.id = c.pair_id
         where c.team_id = $1 and c.kind = $2 and c.state = 'asked' and p.closed_at is null",
        tx.team(),
        Kind::PartnerAway
    );
    let both = |_: &Reading, row: &AnyRow| Ok((row.get("user_id")?, row.get("away")?));
    Ok(tx.read_all(told, both).await?.into_iter().collect())
}

/// The same of one of a pair.
pub async fn needs_not_wait(tx: &mut Reading, pair: PairId, user: &UserId) -> Result<bool> {
    tx.any(sql!(
        "select 1 from checkins where pair_id = $1 and user_id = $2 and kind = $3 and state = 'asked'",
        pair,
        user,
        Kind::PartnerAway
    ))
    .await
}

/// A pair that would like some help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallForHelp {
    pub pair: PairId,
    pub mentor: UserId,
    pub mentee: UserId,
    /// When owners last read of it.
    pub since: Timestamp,
}

/// The open pairs of which owners read in the last four weeks that they would like some help, the longest wait first. They stand
/// there until then, whatever the two say: that one of them is well now would be an answer.
pub async fn calls_for_help(tx: &mut Reading) -> Result<Vec<CallForHelp>> {
    let since = tx.now.saturating_sub(HELP_LISTED).unwrap_or(Timestamp::MIN);
    let calls = sql!(
        "select p.id, p.mentor, p.mentee, max(c.created_at) as since from checkins c join pairs p on p.id = c.pair_id
         where c.team_id = $1 and c.kind = $2 and p.closed_at is null
         group by p.id, p.mentor, p.mentee having max(c.created_at) > $3 order by 4, 1",
        tx.team(),
        Kind::HelpNote,
        since
    );
    let call = |_: &Reading, row: &AnyRow| {
        Ok(CallForHelp {
            pair: row.get("id")?,
            mentor: row.get("mentor")?,
            mentee: row.get("mentee")?,
            since: row.get("since")?,
        })
    };
    tx.read_all(calls, call).await
}

/// Who of the two chose another partner at the closing of their last months.
pub async fn want_another(tx: &mut Reading, pair: &Pair) -> Result<Vec<UserId>> {
    tx.values(sql!(
        "select user_id from checkins where pair_id = $1 and kind = $2 and number = $3 and said = $4 order by id",
        pair.id,
        Kind::Closing,
        pair.cycles,
        NextStep::Rematch.word()
    ))
    .await
}

/// Everything a person was asked and answered, oldest first: for their own eyes.
pub async fn by(tx: &mut Reading, user: &UserId) -> Result<Vec<Checkin>> {
    let theirs = sql!(
        select!("where team_id = $1 and user_id = $2 order by id"),
        tx.team(),
        user
    );
    tx.read_all(theirs, checkin).await
}

/// It was sent.
pub async fn asked(tx: &mut Tx, id: CheckinId) -> Result<()> {
    set_state(tx, id, "asked").await
}

/// It will not be sent.
pub async fn dropped(tx: &mut Tx, id: CheckinId) -> Result<()> {
    set_state(tx, id, "dropped").await
}

/// The partner for whom somebody need not have waited is back: no such note holds any more.
pub async fn partner_back(tx: &mut Tx, pair: PairId, user: &UserId) -> Result<()> {
    tx.run(sql!(
        "update checkins set state = 'dropped' where pair_id = $1 and user_id = $2 and kind = $3 and state in ('due', 'asked')",
        pair,
        user,
        Kind::PartnerAway
    ))
    .await?;
    Ok(())
}

/// It was not sent after all.
pub async fn not_asked(tx: &mut Tx, id: CheckinId) -> Result<()> {
    tx.run(sql!(
        "update checkins set state = 'due' where id = $1 and state = 'asked'",
        id
    ))
    .await?;
    Ok(())
}

async fn set_state(tx: &mut Tx, id: CheckinId, state: &'static str) -> Result<()> {
    tx.run(sql!(
        "update checkins set state = $1 where id = $2 and state = 'due'",
        state,
        id
    ))
    .await?;
    Ok(())
}

/// Notes the button pressed.
pub async fn say(tx: &mut Tx, id: CheckinId, said: &str) -> Result<()> {
    tx.run(sql!(
        "update checkins set said = $1, state = 'answered', answered_at = $2 where id = $3",
        said,
        tx.now,
        id
    ))
    .await?;
    Ok(())
}

/// Saves what they wrote, in place of what was there.
pub async fn answer(tx: &mut Tx, id: CheckinId, text: &str, confidence: Option<u8>) -> Result<()> {
    let sealed = tx.keys().seal(TABLE, &id.to_string(), text)?;
    tx.run(sql!(
        "update checkins set answer_sealed = $1, state = 'answered', answered_at = $3,
             rated_at = case when confidence = $2 then rated_at else $3 end, confidence = $2 where id = $4",
        sealed, confidence, tx.now, id
    ))
    .await?;
    Ok(())
}

/// Saves what they say they have of the program, in place of what they said before.
pub async fn say_benefit(tx: &mut Tx, id: CheckinId, benefit: Benefit) -> Result<()> {
    tx.run(sql!(
        "update checkins set would_recommend = $1, would_repeat = $2, state = 'answered', answered_at = $3 where id = $4",
        benefit.would_recommend,
        benefit.would_repeat,
        tx.now,
        id
    ))
    .await?;
    Ok(())
}

fn checkin(tx: &Reading, row: &AnyRow) -> Result<Checkin> {
    let id: CheckinId = row.get("id")?;
    let sealed: Option<String> = row.maybe("answer_sealed")?;
    let answer = sealed.map(|sealed| tx.keys().open(TABLE, &id.to_string(), &sealed));
    let state: String = row.get("state")?;
    Ok(Checkin {
        id,
        pair: row.get("pair_id")?,
        user: row.get("user_id")?,
        kind: row.get("kind")?,
        number: row.get("number")?,
        due: state == "due",
        dropped: state == "dropped",
        said: row.maybe("said")?,
        answer: answer.transpose()?,
        confidence: row.maybe("confidence")?,
        benefit: Benefit {
            would_recommend: row.maybe("would_recommend")?,
            would_repeat: row.maybe("would_repeat")?,
        },
        created_at: row.get("created_at")?,
        answered_at: row.maybe("answered_at")?,
    })
}
