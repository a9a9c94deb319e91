//! Pairs that an owner makes: two people who look for a partner, or two pairs that exchange their mentors. The hard rules hold as in
//! any round, and nobody who is not looking is enlisted. The owner reads the words first; reporting lines that are not known
//! are theirs to check, as with a pair's own button.

use super::{Looked, meet, messages};
use crate::domain::ids::{PairId, RoundId, UserId};
use crate::domain::key::Key;
use crate::domain::matching::{Barrier, Proposal};
use crate::domain::pair::Pair;
use crate::domain::participant::Standing;
use crate::domain::wording::Worded;
use crate::features::{Reply, Result, owners_only, refuse, settings};
use crate::md;
use crate::shared::{breaks, opening, overview};
use crate::slack::event::{Actor, Answers};
use crate::store::candidates::{self, Pool};
use crate::store::outbox::{self, Kind, To};
use crate::store::rounds::{self, Origin, State};
use crate::store::{Reading, Tx, audit, pairs, participants};
use messages::{MENTEE, MENTOR, WITH};

/// Asks which two.
pub async fn open_by_hand(tx: &mut Reading, actor: &Actor) -> Result<Reply> {
    owners_only(tx, actor).await?;
    breaks::refuse_during_one(tx).await?;
    Ok(Reply::modal(messages::by_hand_form()))
}

/// Shows what the two will read, if the hard rules allow it.
pub async fn look_by_hand(tx: &mut Reading, actor: &Actor, answers: &Answers) -> Result<Reply> {
    owners_only(tx, actor).await?;
    breaks::refuse_during_one(tx).await?;
    let (Some(mentor), Some(mentee)) = (answers.user(MENTOR), answers.user(MENTEE)) else {
        return Ok(Reply::errors(vec![(
            MENTEE,
            "Please pick two people.".into(),
        )]));
    };
    Ok(match may_be_made(tx, actor, (mentor, mentee)).await? {
        Ok(found) => {
            let settings = settings(tx).await?;
            let two = (&found.mentor, &found.mentee);
            let opening = opening::for_two(&settings, Worded::Introduction, two);
            Reply::modal(messages::by_hand_looked(opening, &found))
        }
        // Slack shows no mentions in the errors of a form.
        Err(why) => Reply::errors(vec![(MENTEE, why.to_owned())]),
    })
}

/// The owner has read it: they are introduced at once.
pub async fn by_hand(tx: &mut Tx, actor: &Actor, two: (&UserId, &UserId)) -> Result<Reply> {
    owners_only(tx, actor).await?;
    breaks::refuse_during_one(tx).await?;
    let found = match may_be_made(tx, actor, two).await? {
        Ok(found) => found,
        Err(why) => return refuse(why),
    };
    introduce(tx, actor, &found).await?;
    Ok(Reply::modal(messages::made_by_hand(&found)).with_home())
}

/// The pair as matching would propose it, or why not.
async fn may_be_made(
    tx: &mut Reading,
    actor: &Actor,
    (mentor, mentee): (&UserId, &UserId),
) -> Result<Result<Proposal, &'static str>> {
    if mentor == mentee {
        return Ok(Err("Please pick two different people."));
    }
    if [mentor, mentee].contains(&&actor.user) {
        return Ok(Err(
            "You'd be in this pair yourself, so it's for a round, an invitation, or another owner to make it.",
        ));
    }
    for user in [mentor, mentee] {
        let found = participants::find(tx, user).await?;
        let Some(found) = found.filter(|one| one.standing == Standing::Active) else {
            return Ok(Err(
                "One of them doesn't take part at the moment, or is on a break. `/reverse-mentor people` shows who does.",
            ));
        };
        if found.waiting_since.is_none() {
            return Ok(Err(
                "One of them isn't looking for a partner at the moment, and I don't enlist anyone. `/reverse-mentor people` shows who looks.",
            ));
        }
    }
    let soon = rounds::about_to_meet(tx).await?;
    if soon
        .iter()
        .any(|(a, b)| [a, b].iter().any(|one| *one == mentor || *one == mentee))
    {
        return Ok(Err(
            "One of them is about to be introduced by a round that was just approved. My Home tab has a button to undo that.",
        ));
    }
    let settings = settings(tx).await?;
    let pool = candidates::two(tx, &settings, (mentor, mentee), false).await?;
    Ok(in_pool(&pool, mentor, mentee))
}

fn in_pool(pool: &Pool, mentor: &UserId, mentee: &UserId) -> Result<Proposal, &'static str> {
    pool.still_allows(mentor, mentee)
        .map_err(Barrier::for_owner)?;
    let found = pool.proposal(mentor, mentee);
    found.ok_or("These two can't be paired right now.")
}

async fn introduce(tx: &mut Tx, actor: &Actor, found: &Proposal) -> Result<()> {
    let id = RoundId(tx.new_id());
    let owner = Some(&actor.user);
    rounds::conclude(tx, id, Origin::ByHand, State::Approved, owner, 0).await?;
    rounds::add_proposal(tx, id, found).await?;
    audit::note(tx, &actor.user, "pair_made", &format!("round {id}")).await?;
    let Some(round) = rounds::find(tx, id).await? else {
        return Ok(());
    };
    for proposal in rounds::proposals(tx, id).await? {
        meet(tx, &round, &proposal, Looked::Yes).await?;
    }
    Ok(())
}

/// Asks with whose pair this one is to be swapped.
pub async fn open_swap(tx: &mut Reading, actor: &Actor, id: PairId) -> Result<Reply> {
    let pair = overview::pair_of_others(tx, actor, id).await?;
    breaks::refuse_during_one(tx).await?;
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
    breaks::refuse_during_one(tx).await?;
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
    Ok(match crossed(tx, &pair, &other).await? {
        Ok(found) => Reply::modal(messages::swap_looked((&pair, &other), &found)),
        Err(why) => Reply::errors(vec![(WITH, why)]),
    })
}

/// The owner has read it: both pairs end, and the two new ones are introduced at once.
pub async fn swap(tx: &mut Tx, actor: &Actor, (one, other): (PairId, PairId)) -> Result<Reply> {
    let one = overview::pair_of_others(tx, actor, one).await?;
    let other = overview::pair_of_others(tx, actor, other).await?;
    breaks::refuse_during_one(tx).await?;
    let found = match crossed(tx, &one, &other).await? {
        Ok(found) => found,
        Err(why) => return refuse(md!("{}", why)),
    };
    for pair in [&one, &other] {
        for user in pair.members() {
            let new = found.iter().find_map(|made| match user {
                user if made.mentor == *user => Some(&made.mentee),
                user if made.mentee == *user => Some(&made.mentor),
                _ => None,
            });
            let Some(new) = new else { continue };
            tell_swapped(tx, pair, user, new).await?;
        }
        overview::end(tx, actor, pair.id).await?;
    }
    for made in &found {
        introduce(tx, actor, made).await?;
    }
    Ok(Reply::modal(messages::swapped(&found)).with_home())
}

/// Before the introduction, which goes out at once: in place of the words about the end.
async fn tell_swapped(tx: &mut Tx, pair: &Pair, user: &UserId, new: &UserId) -> Result<()> {
    let key = Key::Ended {
        pair: pair.id,
        user: user.clone(),
    };
    let words = messages::swap_words(pair.partner_of(user), new).into();
    let to = To::Person(user.clone());
    outbox::post(tx, to, Kind::Notice, &key, words, None).await?;
    Ok(())
}

/// The two pairs there would be, or why not.
async fn crossed(
    tx: &mut Reading,
    one: &Pair,
    other: &Pair,
) -> Result<Result<[Proposal; 2], String>> {
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
    Ok(<[Proposal; 2]>::try_from(found).map_err(|_| String::new()))
}
