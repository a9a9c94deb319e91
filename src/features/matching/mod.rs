//! Rounds: proposed, reviewed by an owner, approved.
//!
//! A wanted round (it is due, or an owner asked) is a row before anything is solved, so that a crash in
//! between loses nothing. Rolling programs look whenever somebody joins, and stay silent if they find nothing new.

mod begin;
mod card;
mod decide;
mod edits;
mod messages;
mod owners;
mod rights;
#[cfg(test)]
mod tests;
mod what_if;

pub use decide::{approve, confirm, introductions_begin, pairs_lapsed, reject, undo};
pub use edits::{drop_proposal, edit, look_anew};
pub use owners::{
    ask_aside, asked, card_now as card, page, people_changed, proposed, show, show_pair, waits,
    watch_waiting,
};
pub use what_if::{answer, ask as what_if_not, question, work_out};

use super::{Result, settings};
use crate::domain::happening::Happening;
use crate::domain::ids::{RoundId, UserId};
use crate::domain::key::{AboutRound, Key, Topic};
use crate::domain::matching::{self, Binding, Record};
use crate::domain::program::Matching;
use crate::domain::timer::Timer;
use crate::shared::{breaks, enrollment, recurring};
use crate::store::candidates::{self, Pool};
use crate::store::outbox;
use crate::store::rounds::{self, Edits, Kept, Origin, State};
use crate::store::{Reading, Tx, participants, programs, timers};
use jiff::Timestamp;
use owners::{answer_owner, ask_owners};
use std::collections::{BTreeSet, HashSet};

/// Timer `Round`: sets the next round and asks for matching now.
pub async fn scheduled(tx: &mut Tx) -> Result<()> {
    let settings = settings(tx).await?;
    let (schedule, zone) = (&settings.round_schedule, settings.zone());
    recurring::set_scheduled(tx, &Timer::Round, schedule, &zone).await?;
    if breaks::of_program(tx).await?.is_some() {
        return Ok(());
    }
    // In rolling programs this finds whom waiting has lifted above the floor, and tells the others what stands in the way.
    rounds::want(tx, Origin::Scheduled, None).await?;
    begin::begin(tx).await
}

/// Somebody joined, changed or returned: rolling programs look for pairs now.
pub async fn look_again(tx: &mut Tx) -> Result<()> {
    let rolling = programs::find(tx)
        .await?
        .is_some_and(|program| program.settings.matching == Matching::Rolling);
    if rolling && enrollment::window(tx).await?.is_none() {
        timers::soon(tx, &Timer::Match).await?;
    }
    Ok(())
}

/// The input of a round.
pub struct Input {
    round: RoundId,
    origin: Origin,
    pool: Pool,
    /// The owners' edits.
    edits: Edits,
    /// People who wait but whom an owner set aside.
    aside: Vec<UserId>,
}

/// The result of solving.
pub struct Solved(matching::Round);

/// The input for matching; none when there is nothing to do. Only reads, because solving happens outside any transaction.
pub async fn gather(tx: &mut Reading) -> Result<Option<Input>> {
    let settings = settings(tx).await?;
    let wanted = rounds::wanted(tx).await?;
    let (round, origin) = match wanted {
        Some(wanted) => (wanted.id, wanted.origin),
        None if breaks::of_program(tx).await?.is_some() => return Ok(None),
        None if enrollment::window(tx).await?.is_some() => return Ok(None),
        None if settings.matching == Matching::Rolling => (RoundId(tx.new_id()), Origin::Rolling),
        // It was asked for while the wanted round was being solved, and that round answered both.
        None => return Ok(None),
    };
    let mut pool = candidates::waiting(tx, &settings, origin, rounds::seed(round)).await?;
    let edits = asked_of(tx, round).await?;
    let aside = pool.edit(&edits);
    if origin == Origin::Rolling && pool.people.len() < 2 {
        return Ok(None);
    }
    Ok(Some(Input {
        round,
        origin,
        pool,
        edits,
        aside,
    }))
}

/// Pure and slow: run it on a blocking thread.
pub fn solve(input: &Input) -> Solved {
    Solved(matching::solve(&input.pool.candidates()))
}

impl Solved {
    /// The distance from the proven best; 0 is optimal.
    pub fn gap(&self) -> i64 {
        self.0.certificate.gap
    }
}

/// Stores the round and tells owners, or approves it if the program asks no approval. If owners made other edits while it
/// was being solved, it is solved again.
pub async fn propose(tx: &mut Tx, input: Input, solved: Solved) -> Result<()> {
    let settings = settings(tx).await?;
    let round = input.round;
    let (origin, asked_by) = match rounds::wanted(tx).await? {
        Some(wanted) if wanted.id == round => (wanted.origin, wanted.asked_by),
        // An owner asked for a round while this one looked only for news; theirs answers both.
        Some(_) => return Ok(timers::soon(tx, &Timer::Match).await?),
        None => (input.origin, None),
    };
    let solved = solved.0;
    // People may have left or found a partner during solving.
    let fresh = candidates::waiting(tx, &settings, origin, solved.seed).await?;
    let left_out = !fresh.forbidden.is_subset(&input.pool.forbidden);
    if left_out || asked_of(tx, round).await? != input.edits {
        return Ok(timers::soon(tx, &Timer::Match).await?);
    }
    let (pairs, gone): (Vec<_>, Vec<_>) = solved
        .pairs
        .into_iter()
        .partition(|pair| fresh.still_allows(&pair.mentor, &pair.mentee).is_ok());
    let mut left_over = solved.unmatched;
    left_over.extend(without_partner(&gone, &pairs));
    left_over.extend(
        input
            .aside
            .iter()
            .cloned()
            .map(|person| matching::Unmatched {
                person,
                why: Binding::SetAside,
            }),
    );
    left_over.retain(|one| fresh.person(&one.person).is_some());
    if origin == Origin::Rolling && !is_news(tx, &pairs).await? {
        return Ok(());
    }
    let shown = shown(tx).await?;
    if settings.matching == Matching::Rolling && origin == Origin::Scheduled && !shown.is_empty() {
        keep_input(tx, &input.pool, &fresh, (round, None), &gone).await?;
        let waiting = shown
            .iter()
            .filter(|(a, b)| input.pool.still_allows(a, b).is_ok());
        if pairs.len() > waiting.count() {
            // There is more to ask owners than what waits for them.
            timers::soon(tx, &Timer::Match).await?;
        }
        return beside(tx, round, &shown, left_over, solved.certificate.gap).await;
    }
    let (sure, to_confirm): (Vec<_>, Vec<_>) = if settings.approval {
        (Vec::new(), pairs)
    } else {
        let mut pairs = pairs;
        let unsure = pairs
            .extract_if(.., |pair| pair.owner_must_confirm)
            .collect();
        (pairs, unsure)
    };
    let state = match (sure.is_empty(), to_confirm.is_empty()) {
        (true, true) => State::Empty,
        (true, false) if settings.approval => State::Proposed,
        _ => State::Approved,
    };
    let asked_by = asked_by.as_ref();
    let gap = solved.certificate.gap;
    let is_split = state == State::Approved && !to_confirm.is_empty();
    let confirm = is_split.then(|| RoundId(tx.new_id()));
    if !rounds::conclude(tx, round, origin, state, asked_by, gap).await? {
        return Ok(());
    }
    keep_input(tx, &input.pool, &fresh, (round, confirm), &gone).await?;
    for old in replaced_by(tx, round).await? {
        rounds::carry_over(tx, old, round).await?;
    }
    let replaces = supersede(tx, (round, origin), settings.matching).await?;
    add_left_over(tx, round, &left_over).await?;
    if state == State::Proposed {
        add_all(tx, round, &to_confirm).await?;
        return ask_owners(tx, round, asked_by, replaces).await;
    }
    add_all(tx, round, &sure).await?;
    tx.happens(Happening::RoundApproved(round));
    if state == State::Empty {
        // If nobody asked, a note each week would say nothing: the companion lists who waits.
        if let Some(owner) = asked_by {
            let unmatched = card::left_over_of(tx, round).await?;
            let people = participants::of_round(tx, round).await?.into_iter();
            let people = people.map(|one| (one.user, one.profile)).collect();
            let advice = card::advice(&settings, &[], &unmatched, &people);
            let note = messages::nothing_found(&unmatched, &advice);
            let about = AboutRound::News {
                owner: owner.clone(),
            };
            answer_owner(tx, owner, &Key::Round(round, about), note).await?;
        }
        return Ok(());
    }
    if let Some(owner) = asked_by {
        let note = messages::introducing(sure.len());
        answer_owner(tx, owner, &Key::Round(round, AboutRound::Made), note).await?;
    }
    let Some(confirm) = confirm else {
        return Ok(());
    };
    rounds::conclude(tx, confirm, Origin::Confirm, State::Proposed, asked_by, gap).await?;
    add_all(tx, confirm, &to_confirm).await?;
    ask_owners(tx, confirm, asked_by, None).await
}

/// The weekly look of a rolling program while pairs wait for owners. They are not asked anew about those; whoever is in none of
/// them hears where they stand.
async fn beside(
    tx: &mut Tx,
    round: RoundId,
    shown: &HashSet<(UserId, UserId)>,
    mut left_over: Vec<matching::Unmatched>,
    gap: i64,
) -> Result<()> {
    let waits = |user: &UserId| shown.iter().any(|(a, b)| a == user || b == user);
    left_over.retain(|one| !waits(&one.person));
    if rounds::conclude(tx, round, Origin::Scheduled, State::Empty, None, gap).await? {
        add_left_over(tx, round, &left_over).await?;
        tx.happens(Happening::RoundApproved(round));
    }
    Ok(())
}

/// The owners' edits for a round that is about to be made: its own, and those of the rounds it replaces.
async fn asked_of(tx: &mut Reading, round: RoundId) -> Result<Edits> {
    let mut edits = rounds::edits(tx, round).await?;
    for old in replaced_by(tx, round).await? {
        edits.add(rounds::standing(tx, old).await?);
    }
    Ok(edits)
}

/// The whole rounds that a new one replaces. (Pairs to confirm can only be left out, not edited.)
async fn replaced_by(tx: &mut Reading, round: RoundId) -> Result<Vec<RoundId>> {
    let open = rounds::proposed(tx).await?.into_iter();
    let whole = open.filter(|old| old.id != round && old.origin.is_whole());
    Ok(whole.map(|old| old.id).collect())
}

/// Stores the round's input for replays, unless somebody in it erased their data meanwhile.
async fn keep_input(
    tx: &mut Tx,
    pool: &Pool,
    fresh: &Pool,
    (round, confirm): (RoundId, Option<RoundId>),
    gone: &[matching::Proposal],
) -> Result<()> {
    let people = pool.people.iter().map(|person| &person.id);
    let asked = pool.pinned.iter().chain(&pool.kept);
    for user in people.chain(asked.flat_map(|(mentor, mentee)| [mentor, mentee])) {
        let is_there = fresh.person(user).is_some();
        if !is_there && participants::standing(tx, user).await?.is_none() {
            return Ok(());
        }
    }
    let lapsed = gone.iter();
    let kept = Kept {
        record: Record::of(&pool.candidates()),
        lapsed: lapsed
            .map(|pair| (pair.mentor.clone(), pair.mentee.clone()))
            .collect(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    Ok(rounds::keep_input(tx, round, confirm, &kept).await?)
}

/// The people in a pair that is no longer valid, and in no other pair.
fn without_partner(
    gone: &[matching::Proposal],
    pairs: &[matching::Proposal],
) -> Vec<matching::Unmatched> {
    let people = |pairs: &[matching::Proposal]| -> BTreeSet<UserId> {
        let both = pairs.iter().flat_map(|pair| [&pair.mentor, &pair.mentee]);
        both.cloned().collect()
    };
    people(gone)
        .difference(&people(pairs))
        .map(|person| matching::Unmatched {
            person: person.clone(),
            why: Binding::NobodyFree,
        })
        .collect()
}

/// The pairs of whole rounds that wait for owners.
async fn shown(tx: &mut Reading) -> Result<HashSet<(UserId, UserId)>> {
    let mut shown = HashSet::new();
    for origin in [Origin::Rolling, Origin::Asked, Origin::Scheduled] {
        shown.extend(rounds::held(tx, origin).await?);
    }
    Ok(shown)
}

/// Whether rolling matching found anything that the owners have not already been shown.
async fn is_news(tx: &mut Reading, pairs: &[matching::Proposal]) -> Result<bool> {
    let waiting = shown(tx).await?;
    Ok(pairs
        .iter()
        .any(|pair| !waiting.contains(&(pair.mentor.clone(), pair.mentee.clone()))))
}

async fn add_all(tx: &mut Tx, round: RoundId, pairs: &[matching::Proposal]) -> Result<()> {
    for pair in pairs {
        rounds::add_proposal(tx, round, pair).await?;
    }
    Ok(())
}

async fn add_left_over(tx: &mut Tx, round: RoundId, people: &[matching::Unmatched]) -> Result<()> {
    for one in people {
        rounds::add_unmatched(tx, round, &one.person, &one.why).await?;
    }
    Ok(())
}

/// A new round replaces the open ones. Invitations are separate; pairs to confirm stay until another whole round runs, which
/// covers the same people.
async fn supersede(
    tx: &mut Tx,
    (by, origin): (RoundId, Origin),
    matching: Matching,
) -> Result<Option<Timestamp>> {
    let mut replaced = None;
    for round in rounds::proposed(tx).await? {
        let stays = round.origin == Origin::Invite
            || (origin.leaves_checks(matching) && round.origin == Origin::Confirm);
        if round.id != by && !stays && rounds::decide(tx, round.id, State::Superseded, None).await?
        {
            timers::cancel(tx, &Timer::RoundWaits(round.id)).await?;
            let lanes = crate::shared::owners::lanes(tx, round.asked_by.as_ref()).await?;
            outbox::withdraw(tx, Topic::Round(round.id), &lanes).await?;
            crate::shared::owners::round_changed(tx, &round).await?;
            if origin == Origin::Scheduled && round.origin == Origin::Scheduled {
                // Nobody decided on it in all that time: whoever had no partner in it hears so now.
                timers::soon(tx, &Timer::Introduce(round.id)).await?;
            }
            replaced = Some(round.created_at);
        }
    }
    Ok(replaced)
}
