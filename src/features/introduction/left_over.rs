//! People who are left over: told privately, kindly, and not the same thing over and over.

use super::messages;
use crate::domain::cadence::Hours;
use crate::domain::ids::{RoundId, UserId};
use crate::domain::key::Key;
use crate::domain::matching::{Binding, own_obstacle};
use crate::domain::pair::Pair;
use crate::domain::participant::Standing;
use crate::domain::program::Matching;
use crate::domain::schedule::Schedule;
use crate::domain::timer::Timer;
use crate::domain::workday::Workday;
use crate::features::{Result, settings};
use crate::shared::enrollment;
use crate::shared::nudge::{self, Nudge, Outcome};
use crate::store::outbox::{Kind, To};
use crate::store::rounds::{self, Fate, Origin, State};
use crate::store::{Reading, Tx, pairs, participants, people, timers, workdays};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;

/// People told in one transaction.
const PEOPLE: usize = 100;
/// The same reason is not repeated to a person within this time.
const SAME_REASON: SignedDuration = SignedDuration::from_hours(30 * 24);

/// People in a pair that was not made are left over as well, and nobody is to blame. About a pair that an owner has yet to look
/// at, nobody is told anything.
pub(super) async fn add_left_out(tx: &mut Tx, id: RoundId) -> Result<()> {
    let proposals = rounds::proposals(tx, id).await?;
    let mut asked = rounds::held(tx, Origin::Confirm).await?;
    asked.extend(rounds::held(tx, Origin::Invite).await?);
    asked.extend(rounds::about_to_meet(tx).await?);
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
pub(super) async fn tell_left_over(tx: &mut Tx, id: RoundId) -> Result<()> {
    let settings = settings(tx).await?;
    let workdays = workdays::all(tx, &settings.zone()).await?;
    let (hours, fallback) = (Hours::from(&settings), Workday::usual(settings.zone()));
    let mut told = 0;
    let mut next: Option<Timestamp> = None;
    for (user, why) in rounds::untold(tx, id).await? {
        let day = workdays.get(&user).unwrap_or(&fallback);
        let mut at = hours.next_open(tx.now, day).max(tx.now);
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
    let is_promised = !rounds::promised(tx, user).await?.is_empty();
    if looking.is_none()
        || is_promised
        || !why.is_told()
        || rounds::left_over_again(tx, id, user).await?
    {
        return Ok(Outcome::TooLate);
    }
    let round = rounds::find(tx, id).await?;
    // Where nobody was matched, I have only looked.
    let decided = !round.is_some_and(|round| match round.state {
        State::Superseded | State::Rejected => round.decided_by.is_none(),
        State::Empty => true,
        State::Wanted | State::Proposed | State::Approved => false,
    });
    if !decided && !rounds::with_open_pair_of(tx, user).await?.is_empty() {
        // A later round has found them somebody.
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
        message: messages::left_over(&why, &partners, decided, next, (&zone, tx.now)),
        stale_at: nudge::ASKED_ONCE,
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
