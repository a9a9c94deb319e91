//! What matching looks at, read from the tables that hold it.

mod places;

pub use places::{
    Places, places, places_as_known, places_as_known_with_promised, places_as_known_without,
    places_with_promised,
};

use super::db::{Reading, Result};
use super::participants;
use super::reporting_lines;
pub use super::reporting_lines::managers;
use super::rounds::{self, Edits, Origin};
use super::{checkins, invitations, pairs, people};
use crate::domain::ids::UserId;
use crate::domain::matching::{self, Barrier, Candidates, Obstacle, Person, unordered};
use crate::domain::pair::Pair;
use crate::domain::participant::{Participant, PersonInSlack, Standing};
use crate::domain::program::{Matching, Settings};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use places::places_promised_before;
use std::collections::{HashMap, HashSet};

/// A pair an owner left out is not proposed again for so long.
const LEFT_OUT_FOR: SignedDuration = SignedDuration::from_hours(180 * 24);
/// Pairs of a rejected round do not come up again for so long where people are matched as they come.
const REJECTED_FOR: SignedDuration = SignedDuration::from_hours(28 * 24);
/// How many of those who wait are looked at for one person: enough to find somebody who fits, where there is anybody.
const LOOKED_AT: i64 = 100;

/// People and what is known about them, owned, so that solving needs no transaction.
#[derive(Clone, Debug)]
pub struct Pool {
    pub people: Vec<Person>,
    /// From the owners' file, and where it says nothing, as people said themselves, whether they take part now or not.
    pub managers: HashMap<UserId, UserId>,
    /// The career stages of those who may be in a reporting line, as far as they are known.
    pub ranks: HashMap<UserId, usize>,
    pub earlier: HashSet<(UserId, UserId)>,
    pub both_asked: HashSet<(UserId, UserId)>,
    pub forbidden: HashSet<(UserId, UserId)>,
    /// Pairs (mentor, mentee) an owner wants to stay.
    pub pinned: Vec<(UserId, UserId)>,
    /// Pairs (mentor, mentee) of the solution before.
    pub kept: Vec<(UserId, UserId)>,
    pub settings: Settings,
    pub now: Timestamp,
    pub seed: u64,
}

impl Pool {
    pub fn candidates(&self) -> Candidates<'_> {
        Candidates {
            people: &self.people,
            managers: &self.managers,
            ranks: &self.ranks,
            earlier: &self.earlier,
            both_asked: &self.both_asked,
            forbidden: &self.forbidden,
            pinned: &self.pinned,
            kept: &self.kept,
            settings: &self.settings,
            now: self.now,
            seed: self.seed,
        }
    }

    /// What an owner asked of this round holds: pairs stay, people are set aside. Returns who was, of those who waited.
    pub fn edit(&mut self, edits: &Edits) -> Vec<UserId> {
        self.pinned.clone_from(&edits.keep);
        let was = edits.was.iter();
        self.kept = was
            .map(|pair| (pair.mentor.clone(), pair.mentee.clone()))
            .collect();
        let aside = self
            .people
            .extract_if(.., |person| edits.aside.contains(&person.id));
        aside.map(|person| person.id).collect()
    }

    /// Somebody of the pool.
    pub fn person(&self, id: &UserId) -> Option<&Person> {
        let at = self.people.binary_search_by(|person| person.id.cmp(id));
        at.ok().map(|at| &self.people[at])
    }

    /// Whether the hard rules allow this pair, looking at these two alone: cheap in a large pool.
    pub fn still_allows(&self, mentor: &UserId, mentee: &UserId) -> Result<(), Barrier> {
        let key = unordered(mentor, mentee);
        let of_these = |set: &HashSet<(UserId, UserId)>| -> HashSet<(UserId, UserId)> {
            set.get(&key).cloned().into_iter().collect()
        };
        let people: Vec<Person> = [mentor, mentee]
            .into_iter()
            .filter_map(|id| self.person(id).cloned())
            .collect();
        let (earlier, both_asked, forbidden) = (
            of_these(&self.earlier),
            of_these(&self.both_asked),
            of_these(&self.forbidden),
        );
        let candidates = Candidates {
            people: &people,
            earlier: &earlier,
            both_asked: &both_asked,
            forbidden: &forbidden,
            ..self.candidates()
        };
        matching::still_allowed(&candidates, mentor, mentee)
    }

    /// This pair as matching would propose it, if the hard rules allow it: asked for by name, so no score is too low.
    pub fn proposal(&self, mentor: &UserId, mentee: &UserId) -> Option<matching::Proposal> {
        let wanted = [(mentor.clone(), mentee.clone())];
        let solved = matching::solve(&Candidates {
            pinned: &wanted,
            ..self.candidates()
        });
        let mut pairs = solved.pairs.into_iter();
        pairs.find(|pair| pair.mentor == *mentor && pair.mentee == *mentee)
    }

    /// As if somebody who is away for some days were back.
    pub fn is_back(&mut self, user: &UserId) {
        for person in self.people.iter_mut().filter(|one| one.id == *user) {
            person.active = true;
        }
    }

    /// The same two, as if a pair of theirs were over: a swap frees the places that it fills.
    pub fn free_a_place(&mut self, mentor: &UserId, mentee: &UserId) {
        for person in &mut self.people {
            if person.id == *mentor {
                person.mentoring = person.mentoring.saturating_sub(1);
            } else if person.id == *mentee {
                person.learning = person.learning.saturating_sub(1);
            }
        }
    }

    /// Whether an owner must look at this pair, because too little of their reporting lines is known.
    pub fn owner_must_confirm(&self, mentor: &UserId, mentee: &UserId) -> bool {
        matching::owner_must_confirm(&self.candidates(), mentor, mentee)
    }
}

/// Everyone who waits for a partner, by id. Pairs an owner has yet to look at elsewhere take up their places.
pub async fn waiting(
    tx: &mut Reading,
    settings: &Settings,
    origin: Origin,
    seed: u64,
) -> Result<Pool> {
    let everyone = participants::all(tx).await?;
    let in_slack: HashMap<UserId, PersonInSlack> = people::participants(tx)
        .await?
        .into_iter()
        .map(|person| (person.user.clone(), person))
        .collect();
    let pairs = pairs::all(tx).await?;
    let mut taken: Vec<(UserId, UserId)> = pairs
        .iter()
        .filter(|pair| pair.is_open())
        .map(|pair| (pair.mentor.clone(), pair.mentee.clone()))
        .collect();
    let mut settled = rounds::about_to_meet(tx).await?;
    if origin.leaves_checks(settings.matching) {
        settled.extend(rounds::held(tx, Origin::Confirm).await?);
    }
    let mut to_come = rounds::held(tx, Origin::Invite).await?;
    to_come.extend(settled.iter().cloned());
    taken.extend(to_come.iter().cloned());
    let ids: Vec<&UserId> = everyone.iter().map(|one| &one.user).collect();
    let mut ruled_out = ruled_out(tx, &ids).await?;
    if settings.matching == Matching::Rolling {
        let undecided = origin != Origin::Asked;
        ruled_out.extend(rounds::rejected(tx, tx.now - REJECTED_FOR, undecided).await?);
    }
    // They are to be a pair already.
    ruled_out.extend(to_come);
    let (mut mentoring, mut learning) = (HashMap::new(), HashMap::new());
    let told = checkins::need_not_wait(tx).await?;
    let taking_part: HashMap<&UserId, &Participant> =
        everyone.iter().map(|one| (&one.user, one)).collect();
    let is_away = |partner: &UserId, user: &UserId| {
        let told = told.contains(&(user.clone(), partner.clone()));
        taking_part
            .get(partner)
            .is_some_and(|one| one.is_away(told))
    };
    for (mentor, mentee) in &taken {
        if !is_away(mentee, mentor) {
            *mentoring.entry(mentor).or_insert(0_u8) += 1;
        }
        if !is_away(mentor, mentee) {
            *learning.entry(mentee).or_insert(0_u8) += 1;
        }
    }
    let count = |of: &HashMap<&UserId, u8>, who: &UserId| of.get(who).copied().unwrap_or(0);
    let places = |who: &UserId| Places {
        mentoring: count(&mentoring, who),
        learning: count(&learning, who),
    };
    // Somebody whose partner is approved, or being checked, and not introduced yet still waits, but is not left over.
    let provided: HashSet<&UserId> = settled.iter().flat_map(|(a, b)| [a, b]).collect();
    let looking = everyone.iter().filter(|one| {
        let waits = one.standing == Standing::Active && one.waiting_since.is_some();
        waits && (!provided.contains(&one.user) || places(&one.user).has_room(&one.profile))
    });
    let (managers, ranks) = reporting_lines::of_all(tx, &everyone, settings).await?;
    let people = looking
        .map(|one| person(one, in_slack.get(&one.user), places(&one.user), tx.now))
        .collect();
    Ok(Pool {
        people,
        managers,
        ranks,
        earlier: couples(&pairs),
        both_asked: HashSet::new(),
        forbidden: ruled_out.iter().map(|(a, b)| unordered(a, b)).collect(),
        pinned: Vec::new(),
        kept: Vec::new(),
        settings: settings.clone(),
        now: tx.now,
        seed,
    })
}

/// What stands in the way of somebody who waits for a partner; none if nothing does, as far as a look at a few people tells.
/// Cheap in a large program: it never looks at more than [`LOOKED_AT`] people, and where that does not decide, the last round's
/// word stands. Where few wait, only what is about the person alone is said.
pub async fn obstacle(
    tx: &mut Reading,
    settings: &Settings,
    me: &Participant,
    in_slack: Option<&PersonInSlack>,
) -> Result<Option<Obstacle>> {
    if me.standing != Standing::Active || me.waiting_since.is_none() {
        return Ok(None);
    }
    let own = matching::own_obstacle(settings, &me.profile, in_slack);
    let Some(in_slack) = in_slack.filter(|_| own.is_none()) else {
        return Ok(own);
    };
    let others = participants::waiting_beside(tx, &me.user, LOOKED_AT + 1).await?;
    let minimum = usize::try_from(settings.minimum_group).unwrap_or(usize::MAX);
    if others.len() < minimum.max(2) {
        return Ok(None);
    }
    let is_everybody = others.len() <= usize::try_from(LOOKED_AT).unwrap_or(usize::MAX);
    let all_room = Places::default();
    let mut people: Vec<Person> = others
        .iter()
        .map(|(other, in_slack)| person(other, Some(in_slack), all_room, tx.now))
        .collect();
    let own = person(me, Some(in_slack), all_room, tx.now);
    people.push(own.clone());
    let found = matching::obstacle_among(&people, &own, settings, tx.now);
    let found = match found {
        Some(_) if !is_everybody => rounds::left_over_since_change(tx, &me.user).await?,
        found => found,
    };
    Ok(found.map(Obstacle::Among))
}

/// These two as they stand now, for checking the hard rules before they are introduced. A place that was promised to somebody
/// else first is taken. `both_asked`: they asked for each other, so having been a pair before is no bar.
pub async fn two(
    tx: &mut Reading,
    settings: &Settings,
    (mentor, mentee): (&UserId, &UserId),
    both_asked: bool,
) -> Result<Pool> {
    let mut people = Vec::new();
    let (mut managers, mut ranks) = (HashMap::new(), HashMap::new());
    let mut earlier = HashSet::new();
    let key = unordered(mentor, mentee);
    for user in [&key.0, &key.1] {
        let Some(participant) = participants::find(tx, user).await? else {
            continue;
        };
        let places = places_promised_before(tx, user, Some((mentor, mentee))).await?;
        let in_slack = people::find(tx, user).await?;
        people.push(person(&participant, in_slack.as_ref(), places, tx.now));
        reporting_lines::above(tx, settings, user, (&mut managers, &mut ranks)).await?;
    }
    if pairs::between(tx, mentor, mentee).await? {
        earlier.insert(key.clone());
    }
    let ruled_out = ruled_out(tx, &[mentor, mentee]).await?;
    Ok(Pool {
        people,
        managers,
        ranks,
        earlier,
        both_asked: both_asked.then(|| key.clone()).into_iter().collect(),
        forbidden: ruled_out
            .iter()
            .map(|(a, b)| unordered(a, b))
            .filter(|two| *two == key)
            .collect(),
        pinned: Vec::new(),
        kept: Vec::new(),
        settings: settings.clone(),
        now: tx.now,
        seed: 0,
    })
}

/// Pairs that an owner left out, and those between whom an invitation was declined. One list: no later step can tell them
/// apart.
async fn ruled_out(tx: &mut Reading, people: &[&UserId]) -> Result<Vec<(UserId, UserId)>> {
    let mut ruled_out = rounds::left_out(tx, tx.now - LEFT_OUT_FOR).await?;
    ruled_out.extend(invitations::declined(tx, people).await?);
    Ok(ruled_out)
}

fn person(
    participant: &Participant,
    in_slack: Option<&PersonInSlack>,
    places: Places,
    now: Timestamp,
) -> Person {
    let waited = participant
        .waiting_since
        .map_or(0, |since| now.duration_since(since).as_hours() / 24);
    Person {
        id: participant.user.clone(),
        profile: participant.profile.clone(),
        // Fails closed: somebody whose time zone Slack does not say shares hours with nobody.
        zone: in_slack
            .and_then(PersonInSlack::time_zone)
            .unwrap_or(TimeZone::unknown()),
        waiting_days: u32::try_from(waited).unwrap_or(0),
        mentoring: places.mentoring,
        learning: places.learning,
        // Fails closed: somebody Slack has not told us about is nobody's partner yet.
        full_member: in_slack.is_some_and(|person| person.full_member && !person.deleted),
        active: participant.standing == Standing::Active,
    }
}

/// The running pairs of whom one is known to be above the other, oldest first.
pub async fn pairs_in_one_line(tx: &mut Reading) -> Result<Vec<Pair>> {
    let mut open = pairs::open(tx).await?;
    if open.is_empty() {
        return Ok(open);
    }
    let managers = managers(tx).await?;
    open.retain(|pair| matching::are_in_one_line(&managers, &pair.mentor, &pair.mentee));
    Ok(open)
}

fn couples(pairs: &[Pair]) -> HashSet<(UserId, UserId)> {
    pairs
        .iter()
        .map(|pair| unordered(&pair.mentor, &pair.mentee))
        .collect()
}
