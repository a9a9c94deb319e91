//! A round as owners see it: open for a decision, or decided, with who decided.

mod decided;
mod modal;
mod notes;
mod open;
mod pair;
mod pair_page;
mod progress;
mod weight;

use crate::domain::ids::{RoundId, UserId};
use crate::domain::matching::{Looking, Shortage};
use crate::domain::message::Message;
use crate::domain::participant::{Participant, Profile, Standing};
use crate::domain::program::Settings;
use crate::features::{Result, refuse, settings};
use crate::md;
use crate::shared::overview;
use crate::shared::owners::{self, Deciders};
use crate::slack::blocks::listed_in_short;
use crate::slack::words::Md;
use crate::store::reporting_lines::{self, Lines};
use crate::store::rounds::{self, Edits, Fate, LeftOver, Origin, Proposal, Round, State};
use crate::store::{Reading, candidates, participants};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// The most names after one reason, before "and more".
const NAMES: usize = 15;

const ONLY_OWNERS: &str = "Only the program's owners see this.";

/// A round as an owner sees it.
pub struct Card {
    pub round: Round,
    /// The best first.
    pub proposals: Vec<Proposal>,
    pub unmatched: Vec<LeftOver>,
    /// The owners' edits, and the round before.
    pub edits: Edits,
    /// The profiles of everybody above, except of those who are gone.
    pub people: HashMap<UserId, Profile>,
    /// Those of them who are not looking for a partner now, whom no pair would be made with.
    pub not_looking: HashMap<UserId, Standing>,
    /// The reporting lines of people in pairs to check.
    pub lines: Lines,
    pub deciders: Deciders,
    pub settings: Arc<Settings>,
    /// The index, among the listed pairs, of a pair on the page that is shown.
    pub at: usize,
    pub zone: TimeZone,
    pub now: Timestamp,
}

/// A round that is there, or a friendly refusal.
pub(super) async fn found(tx: &mut Reading, id: RoundId) -> Result<Round> {
    match rounds::find(tx, id).await? {
        Some(round) if round.state != State::Wanted => Ok(round),
        _ => refuse("That round is no longer there. My Home tab shows where things stand now."),
    }
}

/// A round's card as it is now, at the page of the pair number `at`.
pub(super) async fn card(tx: &mut Reading, id: RoundId, at: usize) -> Result<Card> {
    let settings = settings(tx).await?;
    let round = found(tx, id).await?;
    let proposals = rounds::proposals(tx, id).await?;
    let people = participants::of_round(tx, id).await?;
    let promised = rounds::promised_people(tx).await?;
    let own = overview::partners_of_owners(tx).await?;
    let mut not_looking = HashMap::new();
    for one in &people {
        // An owner would read what their own partner has chosen.
        if one.standing == Standing::Active && own.contains(&one.user) {
            continue;
        }
        let is_promised = round.origin != Origin::Invite && promised.contains(&one.user);
        if !is_looking(one, round.origin) || is_promised && is_taken(tx, one, &proposals).await? {
            not_looking.insert(one.user.clone(), one.standing);
        }
    }
    let to_check = proposals
        .iter()
        .filter(|pair| round.state == State::Proposed && pair.must_confirm && pair.is_undecided());
    let ends = to_check.flat_map(|pair| [pair.mentor.clone(), pair.mentee.clone()]);
    Ok(Card {
        lines: reporting_lines::of_some(tx, &ends.collect::<Vec<_>>()).await?,
        unmatched: unmatched(tx, &round, &people).await?,
        edits: rounds::edits(tx, id).await?,
        not_looking,
        people: people
            .into_iter()
            .map(|one| (one.user, one.profile))
            .collect(),
        deciders: owners::deciders(tx).await?,
        zone: settings.zone(),
        now: tx.now,
        round,
        proposals,
        settings,
        at,
    })
}

/// Those whom the round leaves over: once it is decided, as it was; until then, whoever still looks for a partner.
async fn unmatched(
    tx: &mut Reading,
    round: &Round,
    people: &[Participant],
) -> Result<Vec<LeftOver>> {
    let mut left_over = left_over_of(tx, round.id).await?;
    if round.state == State::Proposed {
        let looking = people.iter().filter(|one| is_looking(one, round.origin));
        let looking: HashSet<&UserId> = looking.map(|one| &one.user).collect();
        left_over.retain(|one| looking.contains(&one.user));
    }
    Ok(left_over)
}

/// Everyone left over in a round whom its owners read of.
pub(super) async fn left_over_of(tx: &mut Reading, round: RoundId) -> Result<Vec<LeftOver>> {
    let own = overview::partners_of_owners(tx).await?;
    let mut left_over = rounds::unmatched(tx, round).await?;
    left_over.retain(|one| !(one.has_partner && own.contains(&one.user)));
    Ok(left_over)
}

/// Whether somebody would still be introduced in a round of this origin. Two who found each other need not wait for a partner.
fn is_looking(one: &Participant, origin: Origin) -> bool {
    let waits = origin == Origin::Invite || one.waiting_since.is_some();
    one.standing == Standing::Active && waits
}

/// Whether somebody who was promised a partner by an invitation has no place left for an open pair of theirs.
async fn is_taken(tx: &mut Reading, one: &Participant, pairs: &[Proposal]) -> Result<bool> {
    let is_own = |pair: &&Proposal| pair.is_undecided() && pair.has(&one.user);
    let own: Vec<&Proposal> = pairs.iter().filter(is_own).collect();
    if own.is_empty() {
        return Ok(false);
    }
    let places = candidates::places_with_promised(tx, &one.user).await?;
    Ok(own.iter().all(|pair| {
        if pair.mentor == one.user {
            !places.mentors_more(&one.profile)
        } else {
            !places.learns_more(&one.profile)
        }
    }))
}

impl Card {
    /// Pairs that are still to be decided on. In a round that is decided as a whole, those that are about to be introduced.
    pub fn open(&self) -> impl Iterator<Item = &Proposal> {
        self.proposals.iter().filter(|pair| pair.is_undecided())
    }

    /// Pairs that were decided on by themselves, and of which nobody has heard yet.
    pub fn about_to_meet(&self) -> impl Iterator<Item = &Proposal> {
        self.proposals.iter().filter(|pair| pair.is_about_to_meet())
    }

    /// Whether no pair waits for a decision or an introduction.
    pub fn is_settled(&self) -> bool {
        self.proposals.iter().all(|pair| pair.fate != Fate::Open)
    }

    /// Those of them that need no look of their own: approving the round introduces them.
    pub fn sure(&self) -> impl Iterator<Item = &Proposal> {
        self.open().filter(|pair| !pair.must_confirm)
    }

    /// Those of them that an owner looks at one by one.
    pub fn to_check(&self) -> impl Iterator<Item = &Proposal> {
        self.open().filter(|pair| pair.must_confirm)
    }

    /// Pairs that were introduced before the round was decided.
    pub fn made(&self) -> impl Iterator<Item = &Proposal> {
        self.proposals
            .iter()
            .filter(|pair| pair.fate == Fate::Introduced)
    }

    /// Pairs to decide on, those to check first. A pair that was left out or checked keeps its place, where that can be undone.
    /// Those that were approved together are in a list of their own.
    pub(super) fn listed(&self) -> Vec<&Proposal> {
        let all = self.proposals.iter();
        let mut listed: Vec<&Proposal> = all
            .filter(|pair| matches!(pair.fate, Fate::Open | Fate::Dropped))
            .filter(|pair| pair.must_confirm || !pair.is_about_to_meet())
            .collect();
        listed.sort_by_key(|pair| !pair.must_confirm);
        listed
    }

    /// One of the pairs to decide on.
    pub fn pair(&self, mentor: &UserId, mentee: &UserId) -> Option<&Proposal> {
        let mut listed = self.listed().into_iter();
        listed.find(|pair| pair.mentor == *mentor && pair.mentee == *mentee)
    }

    pub fn is_made(&self, mentor: &UserId, mentee: &UserId) -> bool {
        self.made()
            .any(|pair| pair.mentor == *mentor && pair.mentee == *mentee)
    }

    pub fn is_set_aside(&self, user: &UserId) -> bool {
        self.edits.aside.contains(user)
    }

    /// Whether an open pair contains a person whom an owner set aside.
    pub fn has_somebody_set_aside(&self) -> bool {
        self.open()
            .any(|pair| self.is_set_aside(&pair.mentor) || self.is_set_aside(&pair.mentee))
    }

    pub fn has_left_out(&self) -> bool {
        self.proposals.iter().any(|pair| pair.fate == Fate::Dropped)
    }

    /// Those of a pair that waits for a decision who are not looking for a partner now.
    pub(super) fn not_looking_in<'a>(
        &'a self,
        pair: &'a Proposal,
    ) -> impl Iterator<Item = (&'a UserId, Standing)> {
        let waits = self.round.state == State::Proposed && pair.is_undecided();
        let two = [&pair.mentor, &pair.mentee]
            .into_iter()
            .filter(move |_| waits);
        two.filter_map(|user| Some((user, *self.not_looking.get(user)?)))
    }

    /// Pairs of a round that waits which are none any more, because one of the two is gone.
    pub(super) fn gone(&self) -> impl Iterator<Item = &Proposal> {
        self.proposals.iter().filter(|pair| {
            let is_open = self.round.state == State::Proposed;
            is_open && pair.fate == Fate::Lapsed && self.has_somebody_gone(pair)
        })
    }

    /// Whether one of the two takes part no longer.
    pub(in crate::features::matching) fn has_somebody_gone(&self, pair: &Proposal) -> bool {
        [&pair.mentor, &pair.mentee]
            .into_iter()
            .any(|user| match self.not_looking.get(user) {
                Some(standing) => matches!(standing, Standing::Left | Standing::Ineligible),
                None => !self.people.contains_key(user),
            })
    }

    /// The index of these two among the listed pairs, or else of the first pair with `one`.
    pub fn index_of(&self, one: &UserId, other: &UserId) -> usize {
        let listed = self.listed();
        let both = |pair: &&Proposal| pair.mentor == *one && pair.mentee == *other;
        let with = |pair: &&Proposal| [&pair.mentor, &pair.mentee].contains(&one);
        let both = listed.iter().position(both);
        both.or_else(|| listed.iter().position(with)).unwrap_or(0)
    }

    /// What would find partners for those who are left without one.
    pub(super) fn advice(&self) -> Vec<Md> {
        advice(
            &self.settings,
            &self.proposals,
            &self.unmatched,
            &self.people,
        )
    }

    /// The current state: open for a decision, or decided, with who decided.
    pub fn message(&self) -> Message {
        if self.round.state == State::Proposed {
            self.proposal(None)
        } else {
            self.outcome()
        }
    }
}

/// What the round is short of (see [`Shortage`]), and how many have chosen no topics.
pub(super) fn advice(
    settings: &Settings,
    proposals: &[Proposal],
    unmatched: &[LeftOver],
    people: &HashMap<UserId, Profile>,
) -> Vec<Md> {
    let shortage = shortage(settings, proposals, unmatched, people);
    let shortage = shortage.map(|shortage| md!("{}", shortage.in_words()));
    let alone = unmatched.iter().filter(|one| !one.has_partner);
    let profiles = alone.filter_map(|one| people.get(&one.user));
    let without = profiles.filter(|one| one.share.is_empty() && one.learn.is_empty());
    let without = without.count();
    let least = usize::try_from(settings.minimum_group.max(2)).unwrap_or(usize::MAX);
    // Fewer would tell of single people.
    let is_told = without >= least;
    let topics = is_told.then(|| {
        md!(
            "{} people without a partner have chosen no topics, and topics count most. I tell each of them privately that a \
             topic or two would help.",
            without
        )
    });
    shortage.into_iter().chain(topics).collect()
}

fn shortage(
    settings: &Settings,
    proposals: &[Proposal],
    unmatched: &[LeftOver],
    people: &HashMap<UserId, Profile>,
) -> Option<Shortage> {
    let paired = proposals.iter().filter(|pair| pair.fate != Fate::Dropped);
    let mut paired: Vec<&UserId> = paired
        .flat_map(|pair| [&pair.mentor, &pair.mentee])
        .collect();
    paired.sort();
    paired.dedup();
    let paired = paired.into_iter().map(|user| (user, None));
    let alone = unmatched.iter().filter(|one| !one.has_partner);
    let alone = alone.map(|one| (&one.user, Some(&one.why)));
    let looking = paired.chain(alone).filter_map(|(user, left_over)| {
        let profile = people.get(user)?;
        Some(Looking { profile, left_over })
    });
    Shortage::of(&looking.collect::<Vec<_>>(), settings)
}

pub fn pairs(n: usize) -> Md {
    match n {
        0 => "no pairs".into(),
        1 => "1 pair".into(),
        n => md!("{} pairs", n),
    }
}

/// Everyone left over, by reason: first those without a partner, then those who have one and would take another.
pub fn left_over(unmatched: &[LeftOver]) -> Vec<Md> {
    let (others, alone): (Vec<_>, Vec<_>) = unmatched.iter().partition(|one| one.has_partner);
    let headings = ["*Without a partner*", "*Has one, would take another*"];
    let lists = headings.into_iter().zip([alone, others]);
    let lists = lists.filter(|(_, people)| !people.is_empty());
    lists
        .map(|(heading, people)| md!("{}\n{}", Md::from(heading), by_reason(&people)))
        .collect()
}

fn by_reason(people: &[&LeftOver]) -> Md {
    let mut reasons: Vec<(String, Vec<&UserId>)> = Vec::new();
    for one in people {
        let words = one.why.for_owner();
        match reasons.iter_mut().find(|(known, _)| *known == words) {
            Some((_, users)) => users.push(&one.user),
            None => reasons.push((words, vec![&one.user])),
        }
    }
    Md::bullets(reasons.into_iter().map(|(words, users)| {
        let names = listed_in_short(users.into_iter().cloned(), NAMES);
        md!("{} {}", words, names)
    }))
}
