//! Introduces pairs: the group DM, the reasons for the match, and who makes the first move. Tells people who are left over.

mod by_hand;
mod example;
mod messages;
#[cfg(test)]
mod tests;

pub use by_hand::{by_hand, look_at_swap, look_by_hand, open_by_hand, open_swap, swap};
pub use example::example;

use super::{Result, settings};
use crate::domain::cadence::Hours;
use crate::domain::happening::Happening;
use crate::domain::ids::{PairId, RoundId, UserId};
use crate::domain::key::{Introduced, Key};
use crate::domain::matching::{Binding, Reason, own_obstacle};
use crate::domain::pair::Pair;
use crate::domain::participant::Standing;
use crate::domain::program::Matching;
use crate::domain::schedule::Schedule;
use crate::domain::timer::Timer;
use crate::domain::wording::Worded;
use crate::shared::nudge::{self, Nudge, Outcome};
use crate::shared::{enrollment, news, opening, owners};
use crate::store::outbox::{self, Kind, To};
use crate::store::rounds::{self, Fate, Origin, Proposal, Round, State};
use crate::store::{Reading, Tx, candidates, pairs, participants, people, timers};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeSet, HashMap};

/// Pairs introduced in one transaction, because an owner's approval must be answered within Slack's three seconds.
const PAIRS: usize = 25;
/// People told in one transaction.
const PEOPLE: usize = 100;
/// The same reason is not repeated to a person within this time.
const SAME_REASON: SignedDuration = SignedDuration::from_hours(30 * 24);

/// A round was approved: introduces its pairs and tells the others. A long round continues by timer.
pub async fn introduce(tx: &mut Tx, id: RoundId) -> Result<()> {
    let Some(round) = rounds::find(tx, id).await? else {
        return Ok(());
    };
    match round.state {
        State::Approved | State::Empty => {}
        // A timer continues a rejected round: its people are told in their working hours.
        State::Rejected if round.origin == Origin::Confirm => return rejected(tx, id).await,
        _ => return Ok(()),
    }
    if let Some(begins) = round.introduce_at {
        if begins > tx.now {
            // It can still be undone.
            return Ok(timers::at(tx, &Timer::Introduce(id), begins).await?);
        }
        rounds::begin_introducing(tx, id).await?;
        tx.happens(Happening::IntroductionsBegin(id));
    }
    ask_about_others(tx, &round).await?;
    let proposals = rounds::proposals(tx, id).await?;
    let open = |proposal: &&Proposal| proposal.fate == Fate::Open;
    let mut to_check = Vec::new();
    for proposal in proposals.iter().filter(open).take(PAIRS) {
        if !meet(tx, &round, proposal, Looked::No).await? {
            to_check.push(Proposal {
                must_confirm: true,
                ..proposal.clone()
            });
        }
    }
    if !to_check.is_empty() {
        let apart = rounds::ask_apart(tx, &round, &to_check).await?;
        tx.happens(Happening::RoundProposed(apart));
    }
    if proposals.iter().filter(open).count() > PAIRS {
        timers::soon(tx, &Timer::Introduce(id)).await?;
        return Ok(());
    }
    if matches!(
        round.origin,
        Origin::Scheduled | Origin::Asked | Origin::Confirm
    ) {
        add_left_out(tx, id).await?;
        tell_left_over(tx, id).await?;
    }
    Ok(())
}

/// Asks owners again about pairs that were not approved with the others: those to check one by one, and, in a round of their own,
/// the pairs of who approved it, if somebody else can decide on them.
async fn ask_about_others(tx: &mut Tx, round: &Round) -> Result<()> {
    let deciders = owners::deciders(tx).await?;
    let is_own = |pair: &Proposal| {
        let by = round.decided_by.as_ref();
        by.is_some_and(|by| deciders.bar(by, (&pair.mentor, &pair.mentee)))
    };
    let open = rounds::proposals(tx, round.id).await?.into_iter();
    let open = open.filter(|pair| pair.fate == Fate::Open);
    let (own, others): (Vec<_>, Vec<_>) = open.partition(is_own);
    let to_check: Vec<Proposal> = others
        .into_iter()
        .filter(|pair| pair.must_confirm)
        .collect();
    for pairs in [to_check, own] {
        if !pairs.is_empty() {
            let apart = rounds::ask_apart(tx, round, &pairs).await?;
            tx.happens(Happening::RoundProposed(apart));
        }
    }
    Ok(())
}

/// An owner rejected a round. Only the people of an invitation, or of a round that is half done, know of it and are told.
pub async fn rejected(tx: &mut Tx, id: RoundId) -> Result<()> {
    let Some(round) = rounds::find(tx, id).await? else {
        return Ok(());
    };
    match round.origin {
        Origin::Invite => {
            for proposal in rounds::proposals(tx, id).await? {
                not_this_time(tx, id, &proposal).await?;
            }
        }
        Origin::Confirm => {
            add_left_out(tx, id).await?;
            tell_left_over(tx, id).await?;
        }
        Origin::Scheduled | Origin::Asked | Origin::Rolling | Origin::ByHand => {}
    }
    Ok(())
}

/// An owner looked at this one pair of a round that waits: introduces it, if the hard rules still hold.
pub async fn confirmed(
    tx: &mut Tx,
    id: RoundId,
    (mentor, mentee): (&UserId, &UserId),
) -> Result<()> {
    let Some(round) = rounds::find(tx, id).await? else {
        return Ok(());
    };
    let proposals = rounds::proposals(tx, id).await?;
    let is_meant = |proposal: &&Proposal| {
        proposal.fate == Fate::Open && proposal.mentor == *mentor && proposal.mentee == *mentee
    };
    if let Some(proposal) = proposals.iter().find(is_meant) {
        meet(tx, &round, proposal, Looked::Yes).await?;
    }
    Ok(())
}

/// Whether an owner looked at this very pair.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Looked {
    Yes,
    No,
}

/// Introduces one pair, if every hard rule still holds. False when an owner has to look at it first: nothing was done then.
async fn meet(tx: &mut Tx, round: &Round, proposal: &Proposal, looked: Looked) -> Result<bool> {
    let settings = settings(tx).await?;
    let two = (&proposal.mentor, &proposal.mentee);
    let both_asked = round.origin == Origin::Invite;
    let pool = candidates::two(tx, &settings, two, both_asked).await?;
    let allowed = pool.still_allows(two.0, two.1).is_ok();
    let unsure = proposal.must_confirm || pool.owner_must_confirm(two.0, two.1);
    if allowed && unsure && looked == Looked::No {
        return Ok(false);
    }
    let reasons: Vec<String> = proposal.reasons.iter().map(Reason::in_words).collect();
    let made = if allowed {
        pairs::create(tx, round.id, two, &reasons, settings.cycles).await?
    } else {
        None
    };
    let Some(pair) = made else {
        rounds::settle(tx, round.id, two, Fate::Lapsed, None).await?;
        lapsed(tx, round, proposal).await?;
        return Ok(true);
    };
    rounds::settle(tx, round.id, two, Fate::Introduced, None).await?;
    say_hello(tx, pair, proposal).await?;
    for user in [two.0, two.1] {
        taken(tx, user).await?;
    }
    tx.happens(Happening::Introduced(pair));
    Ok(true)
}

async fn say_hello(tx: &mut Tx, pair: PairId, proposal: &Proposal) -> Result<()> {
    let (mentor, mentee) = (&proposal.mentor, &proposal.mentee);
    let mentors = participants::find(tx, mentor).await?.map(|one| one.profile);
    let mentees = participants::find(tx, mentee).await?.map(|one| one.profile);
    let settings = settings(tx).await?;
    let posts = [
        (
            To::Pair {
                pair,
                members: vec![mentor.clone(), mentee.clone()],
            },
            Introduced::Both,
            messages::introduction(
                opening::for_two(&settings, Worded::Introduction, (mentor, mentee)),
                (mentor, mentors.as_ref()),
                (mentee, mentees.as_ref()),
                &proposal.reasons,
            ),
        ),
        (
            To::Person(mentor.clone()),
            Introduced::Mentor,
            messages::mentor_primer(mentee),
        ),
        (
            To::Person(mentee.clone()),
            Introduced::Mentee,
            messages::mentee_primer(mentor),
        ),
    ];
    for (to, who, message) in posts {
        let key = Key::Introduction(pair, who);
        outbox::post(tx, to, Kind::Introduction, &key, message, None).await?;
    }
    nudge::take_today(tx, &[mentor.clone(), mentee.clone()]).await
}

/// A person found a partner: their wait is over, or starts again if they asked for more than one.
async fn taken(tx: &mut Tx, user: &UserId) -> Result<()> {
    let Some(participant) = participants::find(tx, user).await? else {
        return Ok(());
    };
    let room = candidates::places(tx, user)
        .await?
        .has_room(&participant.profile);
    let since = (room && participant.waiting_since.is_some()).then_some(tx.now);
    participants::set_waiting(tx, user, since).await?;
    Ok(())
}

/// A pair is no longer allowed: tells owners that, but never why.
async fn lapsed(tx: &mut Tx, round: &Round, proposal: &Proposal) -> Result<()> {
    let (mentor, mentee) = (&proposal.mentor, &proposal.mentee);
    if round.origin == Origin::Invite {
        return not_this_time(tx, round.id, proposal).await;
    }
    for owner in owners::acting(tx).await?.people {
        let key = Key::Lapsed {
            round: round.id,
            mentor: mentor.clone(),
            mentee: mentee.clone(),
            owner: owner.clone(),
        };
        let note = messages::lapsed(mentor, mentee);
        news::tell(tx, &owner, Kind::Companion, &key, note).await?;
    }
    Ok(())
}

/// Tells two people who had found each other that they will not be a pair, in the same words as any other no. Somebody who has
/// left meanwhile hears nothing.
async fn not_this_time(tx: &mut Tx, round: RoundId, proposal: &Proposal) -> Result<()> {
    let (mentor, mentee) = (&proposal.mentor, &proposal.mentee);
    for (user, other) in [(mentor, mentee), (mentee, mentor)] {
        let standing = participants::standing(tx, user).await?;
        if !matches!(standing, Some(Standing::Active | Standing::Paused)) {
            continue;
        }
        let key = Key::NoPair {
            round,
            user: user.clone(),
        };
        let note = messages::not_this_time(other);
        news::tell(tx, user, Kind::Notice, &key, note).await?;
    }
    Ok(())
}

/// People in a pair that was not made are left over as well, and nobody is to blame. About a pair that an owner has yet to look
/// at, nobody is told anything.
async fn add_left_out(tx: &mut Tx, id: RoundId) -> Result<()> {
    let proposals = rounds::proposals(tx, id).await?;
    let mut asked = rounds::held(tx, Origin::Confirm).await?;
    asked.extend(rounds::held(tx, Origin::Invite).await?);
    let asked: BTreeSet<&UserId> = asked.iter().flat_map(|(a, b)| [a, b]).collect();
    let people = |made: bool| -> BTreeSet<&UserId> {
        proposals
            .iter()
            .filter(|proposal| (proposal.fate == Fate::Introduced) == made)
            .flat_map(|proposal| [&proposal.mentor, &proposal.mentee])
            .collect()
    };
    for user in people(false).difference(&people(true)) {
        if asked.contains(user) {
            continue;
        }
        rounds::add_unmatched(tx, id, user, &Binding::NobodyFree).await?;
    }
    Ok(())
}

/// The note could not be sent that day, so these people were not told yet.
pub async fn unsent(tx: &mut Tx, id: RoundId, people: &[UserId]) -> Result<()> {
    for user in people {
        rounds::not_looked_after(tx, id, user).await?;
    }
    Ok(())
}

/// Tells the people who are at work now; a timer tells the others in their hours. This news also waits for a day without
/// another nudge, and is never dropped.
async fn tell_left_over(tx: &mut Tx, id: RoundId) -> Result<()> {
    let settings = settings(tx).await?;
    let in_slack = people::participants(tx).await?;
    let zones: HashMap<UserId, TimeZone> = in_slack
        .into_iter()
        .filter_map(|person| Some((person.user.clone(), person.time_zone()?)))
        .collect();
    let (hours, fallback) = (Hours::from(&settings), settings.zone());
    let mut told = 0;
    let mut next: Option<Timestamp> = None;
    for (user, why) in rounds::untold(tx, id).await? {
        let zone = zones.get(&user).unwrap_or(&fallback);
        let mut at = hours.next_open(tx.now, zone).max(tx.now);
        if at <= tx.now && told < PEOPLE {
            match tell(tx, id, &user, &why).await? {
                Outcome::Later(tomorrow) => at = tomorrow,
                outcome => {
                    rounds::looked_after(tx, id, &user, outcome == Outcome::Sent).await?;
                    told += 1;
                    continue;
                }
            }
        }
        next = Some(next.map_or(at, |earlier| earlier.min(at)));
    }
    if let Some(next) = next {
        timers::by(tx, &Timer::Introduce(id), next).await?;
    }
    Ok(())
}

/// Tells a person the constraint, but not the same one repeatedly. [`Outcome::TooLate`]: they need not be told.
async fn tell(tx: &mut Tx, id: RoundId, user: &UserId, why: &Binding) -> Result<Outcome> {
    let settings = settings(tx).await?;
    let looking = participants::find(tx, user)
        .await?
        .filter(|one| one.standing == Standing::Active && one.waiting_since.is_some());
    if looking.is_none() || !why.is_told() || rounds::left_over_again(tx, id, user).await? {
        return Ok(Outcome::TooLate);
    }
    let pairs = pairs::open_of(tx, user).await?;
    if was_told(tx, user, why, &pairs).await? {
        return Ok(Outcome::TooLate);
    }
    let zone = settings.zone();
    let first = enrollment::window(tx).await?.map(|window| window.at);
    let next = match settings.matching {
        _ if first.is_some() => first,
        Matching::Rounds => Schedule::of_rounds(&settings.round_schedule)
            .and_then(|schedule| schedule.next_after(tx.now, &zone)),
        Matching::Rolling => None,
    };
    let partners: Vec<UserId> = pairs
        .iter()
        .map(|pair| pair.partner_of(user).clone())
        .collect();
    // What is about them alone comes first: the same as their Home and status say.
    let in_slack = people::find(tx, user).await?;
    let own = looking.and_then(|me| own_obstacle(&settings, &me.profile, in_slack.as_ref()));
    let why = own.map_or_else(|| why.in_words(), |own| own.in_words().to_owned());
    let nudge = Nudge {
        kind: Kind::Notice,
        key: Key::LeftOver {
            round: id,
            user: user.clone(),
        },
        to: To::Person(user.clone()),
        people: vec![user.clone()],
        message: messages::left_over(&why, &partners, next, &zone, tx.now),
        stale_at: Timestamp::MAX,
        timer: Timer::Introduce(id),
    };
    nudge::send(tx, nudge).await
}

/// Whether a person was told the same recently.
async fn was_told(tx: &mut Reading, user: &UserId, why: &Binding, pairs: &[Pair]) -> Result<bool> {
    let Some((before, at)) = rounds::last_told(tx, user).await? else {
        return Ok(false);
    };
    let since = tx.now.duration_since(at);
    if let Some(newest) = pairs.iter().map(|pair| pair.created_at).max() {
        // Somebody who has a partner is told once that there is no further one, and not each time that nothing changed.
        return Ok(at >= newest);
    }
    // Compares the texts: if two reasons with the same text were both told, the repeat would reveal that they differ.
    Ok(before.in_words() == why.in_words() && since < SAME_REASON)
}
