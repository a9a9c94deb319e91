//! Two people meet: the hard rules once more, the group DM, and what each reads alone.

use super::messages;
use super::promised::{not_this_time, yes_is_over};
use crate::domain::happening::Happening;
use crate::domain::ids::{PairId, UserId};
use crate::domain::key::{Introduced, Key};
use crate::domain::matching::{Barrier, Reason};
use crate::domain::wording::Worded;
use crate::features::{Result, settings};
use crate::shared::{circle, news, nudge, opening, owners};
use crate::store::outbox::{self, Kind, To};
use crate::store::rounds::{self, Fate, Origin, Proposal, Round};
use crate::store::{Reading, Tx, candidates, pairs, participants};
use std::collections::BTreeMap;

/// Whether an owner looked at this very pair.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Looked {
    Yes,
    No,
}

impl From<bool> for Looked {
    fn from(looked: bool) -> Self {
        if looked { Self::Yes } else { Self::No }
    }
}

/// What came of one pair.
pub(super) enum Met {
    Introduced,
    /// A hard rule no longer holds: owners are to read so.
    Lapsed(Option<Barrier>),
    /// An owner has to look at it first: nothing was done.
    ToCheck,
}

/// A pair that couldn't be introduced, and what stood in the way.
pub(super) type Lapsed<'a> = (&'a Proposal, Option<Barrier>);

/// Introduces one pair, if every hard rule still holds.
pub(super) async fn meet(
    tx: &mut Tx,
    round: &Round,
    proposal: &Proposal,
    looked: Looked,
) -> Result<Met> {
    let settings = settings(tx).await?;
    let two = (&proposal.mentor, &proposal.mentee);
    let both_asked = round.origin == Origin::Invite;
    let pool = candidates::two(tx, &settings, two, both_asked).await?;
    let barrier = pool.still_allows(two.0, two.1).err();
    let allowed = barrier.is_none() && are_looking(tx, round, two).await?;
    let unsure = proposal.must_confirm || pool.owner_must_confirm(two.0, two.1);
    if allowed && unsure && looked == Looked::No {
        return Ok(Met::ToCheck);
    }
    let reasons: Vec<String> = proposal.reasons.iter().map(Reason::in_words).collect();
    let made = if allowed {
        pairs::create(tx, round.id, two, &reasons, settings.cycles).await?
    } else {
        None
    };
    let Some(pair) = made else {
        rounds::settle(tx, round.id, two, Fate::Lapsed, None).await?;
        owners::round_changed(tx, round).await?;
        return Ok(Met::Lapsed(barrier));
    };
    let by = proposal.settled_by.as_ref();
    rounds::settle(tx, round.id, two, Fate::Introduced, by).await?;
    if both_asked {
        yes_is_over(tx, two).await?;
    }
    say_hello(tx, pair, proposal).await?;
    for user in [two.0, two.1] {
        taken(tx, user).await?;
    }
    tx.happens(Happening::Introduced(pair));
    Ok(Met::Introduced)
}

/// Whether both still look for a partner. Two who found each other, and those who have one to exchange, need not.
async fn are_looking(
    tx: &mut Reading,
    round: &Round,
    (mentor, mentee): (&UserId, &UserId),
) -> Result<bool> {
    if matches!(round.origin, Origin::Invite | Origin::Swap) {
        return Ok(true);
    }
    for user in [mentor, mentee] {
        let one = participants::find(tx, user).await?;
        if one.is_none_or(|one| one.waiting_since.is_none()) {
            return Ok(false);
        }
    }
    Ok(true)
}

async fn say_hello(tx: &mut Tx, pair: PairId, proposal: &Proposal) -> Result<()> {
    let (mentor, mentee) = (&proposal.mentor, &proposal.mentee);
    let mentors = participants::find(tx, mentor).await?.map(|one| one.profile);
    let mentees = participants::find(tx, mentee).await?.map(|one| one.profile);
    let settings = settings(tx).await?;
    let circle = circle::first_offer(tx, &settings, mentor).await?;
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
            messages::mentor_primer(mentee, circle.unwrap_or_default()),
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

/// Pairs are no longer allowed: tells owners that, in one note, and why as far as it tells nothing private.
pub(super) async fn tell_lapsed(tx: &mut Tx, round: &Round, lapsed: &[Lapsed<'_>]) -> Result<()> {
    if round.origin == Origin::Invite {
        for (proposal, _) in lapsed {
            not_this_time(tx, round.id, proposal).await?;
        }
        return Ok(());
    }
    let deciders = owners::deciders(tx).await?;
    let mut notes: BTreeMap<UserId, Vec<Lapsed<'_>>> = BTreeMap::new();
    for one in lapsed {
        let two = (&one.0.mentor, &one.0.mentee);
        for owner in deciders.of(two).into_people() {
            notes.entry(owner).or_default().push(*one);
        }
    }
    for (owner, theirs) in notes {
        let Some((first, _)) = theirs.first() else {
            continue;
        };
        let key = Key::Lapsed {
            round: round.id,
            mentor: first.mentor.clone(),
            mentee: first.mentee.clone(),
            owner: owner.clone(),
        };
        let pairs: Vec<_> = theirs
            .iter()
            .map(|(pair, why)| (&pair.mentor, &pair.mentee, *why))
            .collect();
        let note = messages::lapsed(&pairs);
        news::tell(tx, &owner, Kind::Companion, &key, note).await?;
    }
    Ok(())
}
