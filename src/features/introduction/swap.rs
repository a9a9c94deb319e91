//! Two pairs that exchange their mentors. It is all or nothing: at the moment of the introductions both pairs end and the two new ones
//! begin, or everything stays as it is.

use super::by_hand::{MEETS_SOON, Ticks, approve, in_pool, in_words, meets_soon, ticks};
use super::meet::{Looked, Met, meet, tell_lapsed};
use super::messages;
use crate::domain::happening::Happening;
use crate::domain::ids::{PairId, UserId};
use crate::domain::key::Key;
use crate::domain::matching;
use crate::domain::pair::Pair;
use crate::domain::timer::Timer;
use crate::features::{Reply, Result, refuse, settings};
use crate::md;
use crate::shared::{news, nudge, overview, owners};
use crate::slack::event::{Actor, Answers};
use crate::store::outbox::{self, Kind, To};
use crate::store::rounds::{self, Fate, Origin, Proposal, Round, State};
use crate::store::{Reading, Tx, candidates, pairs, timers};
use messages::WITH;

/// Asks with whose pair this one is to be swapped.
pub async fn open_swap(tx: &mut Reading, actor: &Actor, id: PairId) -> Result<Reply> {
    let pair = overview::pair_of_others(tx, actor, id).await?;
    Ok(Reply::modal(messages::swap_form(&pair)))
}

/// Shows which two pairs there would be, and what the four will read.
pub async fn look_at_swap(
    tx: &mut Reading,
    actor: &Actor,
    id: PairId,
    answers: &Answers,
) -> Result<Reply> {
    let pair = overview::pair_of_others(tx, actor, id).await?;
    let Some(user) = answers.user(WITH) else {
        return Ok(Reply::errors(vec![(WITH, "Please pick a person.".into())]));
    };
    let theirs = pairs::open_of(tx, user).await?;
    let wrong = |why: &str| Ok(Reply::errors(vec![(WITH, why.to_owned())]));
    let other = match theirs.as_slice() {
        [] => return wrong("This person isn't in a pair at the moment."),
        [other] => other.clone(),
        _ => {
            return wrong(
                "This person is in several pairs. Please pick the other person of the pair you mean.",
            );
        }
    };
    if other.has(&actor.user) {
        return wrong("You're in that pair yourself, so this is for another owner to do.");
    }
    Ok(match may_be_swapped(tx, &pair, &other).await? {
        Ok(found) => preview(tx, (&pair, &other), &found).await?,
        Err(why) => Reply::errors(vec![(WITH, why)]),
    })
}

async fn preview(
    tx: &mut Reading,
    (one, other): (&Pair, &Pair),
    found: &[matching::Proposal; 2],
) -> Result<Reply> {
    let people = [one.members(), other.members()].concat();
    let people: Vec<UserId> = people.into_iter().cloned().collect();
    let share = nudge::all_at_work(tx, tx.now, &people).await?.is_some();
    Ok(Reply::modal(messages::swap_looked(
        (one, other),
        found,
        share,
    )))
}

/// The owner has read it: the two pairs are to be exchanged. `check`: which of the new pairs had a tick for their reporting lines.
pub async fn swap(
    tx: &mut Tx,
    actor: &Actor,
    (one, other): (PairId, PairId),
    check: [bool; 2],
    answers: &Answers,
) -> Result<Reply> {
    let one = overview::pair_of_others(tx, actor, one).await?;
    let other = overview::pair_of_others(tx, actor, other).await?;
    let found = match may_be_swapped(tx, &one, &other).await? {
        Ok(found) => found,
        Err(why) => return refuse(md!("{}", why)),
    };
    match ticks(&found, &check, answers) {
        Ticks::Given => {}
        Ticks::Missing(errors) => return Ok(Reply::errors(errors)),
        Ticks::NotAsked => return preview(tx, (&one, &other), &found).await,
    }
    let (round, at) = approve(tx, actor, Origin::Swap, &found).await?;
    let at = in_words(tx, actor, at).await?;
    Ok(Reply::modal(messages::swapped(&found, round, &at)).with_home())
}

/// The two pairs there would be, or why not.
async fn may_be_swapped(
    tx: &mut Reading,
    one: &Pair,
    other: &Pair,
) -> Result<Result<[matching::Proposal; 2], String>> {
    if meets_soon(tx, &[one.members(), other.members()].concat()).await? {
        return Ok(Err(MEETS_SOON.into()));
    }
    crossed(tx, one, other).await
}

/// The same, whatever else is about to happen.
async fn crossed(
    tx: &mut Reading,
    one: &Pair,
    other: &Pair,
) -> Result<Result<[matching::Proposal; 2], String>> {
    if !one.runs() || !other.runs() {
        return Ok(Err(
            "One of these pairs is at its closing, where each of them says what comes next.".into(),
        ));
    }
    let people = [&one.mentor, &one.mentee, &other.mentor, &other.mentee];
    let distinct = (0..4).all(|at| !people[at + 1..].contains(&people[at]));
    if !distinct {
        return Ok(Err(
            "These two pairs share a person, so there's nothing to swap.".into(),
        ));
    }
    let settings = settings(tx).await?;
    let mut found = Vec::with_capacity(2);
    for (mentor, mentee) in [(&one.mentor, &other.mentee), (&other.mentor, &one.mentee)] {
        let mut pool = candidates::two(tx, &settings, (mentor, mentee), false).await?;
        pool.free_a_place(mentor, mentee);
        match in_pool(&pool, mentor, mentee) {
            Ok(made) => found.push(made),
            Err(why) => return Ok(Err(format!("One of the new pairs can't be made. {why}"))),
        }
    }
    Ok(<[matching::Proposal; 2]>::try_from(found).map_err(|_| String::new()))
}

/// The moment of a swap has come: both pairs end and the two new ones are introduced, or nothing changes at all.
pub(super) async fn exchange(tx: &mut Tx, round: &Round) -> Result<()> {
    let approved = round.state == State::Approved;
    let Some(begins) = round.introduce_at.filter(|_| approved) else {
        return Ok(());
    };
    if begins > tx.now {
        // It can still be undone.
        return Ok(timers::by(tx, &Timer::Introduce(round.id), begins).await?);
    }
    let proposals = rounds::proposals(tx, round.id).await?;
    let Some(old) = pairs_to_end(tx, &proposals).await? else {
        return is_off(tx, round, &proposals, OVER).await;
    };
    match crossed(tx, &old[0], &old[1]).await? {
        Err(why) => return is_off(tx, round, &proposals, &why).await,
        Ok(found) if !are_checked(&proposals, &found) => {
            return is_off(tx, round, &proposals, UNKNOWN).await;
        }
        Ok(_) => {}
    }
    begins_now(tx, round).await?;
    for pair in &old {
        for user in pair.members() {
            tell_swapped(tx, pair, user, &proposals).await?;
        }
        overview::end(tx, round.decided_by.as_ref(), pair.id).await?;
    }
    for proposal in &proposals {
        if let Met::Lapsed(why) = meet(tx, round, proposal, Looked::Yes).await? {
            tell_lapsed(tx, round, &[(proposal, why)]).await?;
        }
    }
    Ok(())
}

const OVER: &str = "One of the two pairs is over, or someone in them takes part no longer.";
const UNKNOWN: &str = "I don't know all of the reporting lines any longer, so one of the new pairs needs a check of yours: choose \
                       the swap again in the list of pairs.";

/// Whether an owner has ticked each pair whose lines are not known by now.
fn are_checked(proposals: &[Proposal], found: &[matching::Proposal]) -> bool {
    found.iter().all(|made| {
        let mut same = proposals.iter();
        let same = same.find(|one| one.mentor == made.mentor && one.mentee == made.mentee);
        let has_tick = same.is_some_and(|one| one.must_confirm && one.is_about_to_meet());
        has_tick || !made.owner_must_confirm
    })
}

/// The two pairs that this swap ends; none once one of them is over by itself, or somebody is gone.
async fn pairs_to_end(tx: &mut Reading, proposals: &[Proposal]) -> Result<Option<[Pair; 2]>> {
    let [one, other] = proposals else {
        return Ok(None);
    };
    if one.fate != Fate::Open || other.fate != Fate::Open {
        return Ok(None);
    }
    let mut old = Vec::with_capacity(2);
    for (mentor, mentee) in [(&one.mentor, &other.mentee), (&other.mentor, &one.mentee)] {
        let mut theirs = pairs::open_of(tx, mentor).await?.into_iter();
        old.extend(theirs.find(|pair| pair.mentor == *mentor && pair.mentee == *mentee));
    }
    Ok(<[Pair; 2]>::try_from(old).ok())
}

/// Before the introduction, which goes out at the same moment: in place of the words about the end.
async fn tell_swapped(
    tx: &mut Tx,
    pair: &Pair,
    user: &UserId,
    proposals: &[Proposal],
) -> Result<()> {
    let new = proposals.iter().find_map(|made| match user {
        user if made.mentor == *user => Some(&made.mentee),
        user if made.mentee == *user => Some(&made.mentor),
        _ => None,
    });
    let Some(new) = new else {
        return Ok(());
    };
    let key = Key::Ended {
        pair: pair.id,
        user: user.clone(),
    };
    let words = messages::swap_words(pair.partner_of(user), new).into();
    let to = To::Person(user.clone());
    outbox::post(tx, to, Kind::Notice, &key, words, None).await?;
    Ok(())
}

/// A pair is over by itself: a swap that was to end it is off, and nobody's place waits for it.
pub async fn pair_ended(tx: &mut Tx, id: PairId) -> Result<()> {
    let Some(pair) = pairs::find(tx, id).await? else {
        return Ok(());
    };
    for user in pair.members() {
        for round in rounds::with_open_pair_of(tx, user).await? {
            if round.origin != Origin::Swap {
                continue;
            }
            let proposals = rounds::proposals(tx, round.id).await?;
            if pairs_to_end(tx, &proposals).await?.is_none() {
                is_off(tx, &round, &proposals, OVER).await?;
            }
        }
    }
    Ok(())
}

/// Nothing is exchanged: owners hear so, and nobody else, since nobody knew.
async fn is_off(tx: &mut Tx, round: &Round, proposals: &[Proposal], why: &str) -> Result<()> {
    begins_now(tx, round).await?;
    for made in proposals {
        rounds::settle(
            tx,
            round.id,
            (&made.mentor, &made.mentee),
            Fate::Lapsed,
            None,
        )
        .await?;
    }
    owners::round_changed(tx, round).await?;
    let [one, other] = proposals else {
        return Ok(());
    };
    let found = [one, other].map(|made| (&made.mentor, &made.mentee));
    let people = [&one.mentor, &one.mentee, &other.mentor, &other.mentee];
    for owner in owners::told_about(tx, &people).await? {
        let key = Key::Lapsed {
            round: round.id,
            mentor: one.mentor.clone(),
            mentee: one.mentee.clone(),
            owner: owner.clone(),
        };
        let note = messages::swap_lapsed(found, why);
        news::tell(tx, &owner, Kind::Companion, &key, note).await?;
    }
    Ok(())
}

/// From now on it cannot be undone.
async fn begins_now(tx: &mut Tx, round: &Round) -> Result<()> {
    rounds::begin_introducing(tx, round.id).await?;
    tx.happens(Happening::IntroductionsBegin(round.id));
    Ok(())
}
