//! Short notes to owners about rounds.

use super::card::{left_over, pairs};
use crate::domain::ids::{RoundId, UserId};
use crate::domain::matching::{Change, Edit, Instead, NewPartners};
use crate::domain::message::Message;
use crate::md;
use crate::slack::blocks::{Blocks, button, listed};
use crate::slack::event::Action;
use crate::slack::words::Md;
use crate::store::rounds::LeftOver;

/// A requested or scheduled round found no pairs.
pub fn nothing_found(unmatched: &[LeftOver], advice: &[Md]) -> Message {
    let others = unmatched.iter().filter(|one| one.has_partner).count();
    let looking = |n: usize, one: &'static str, many: &'static str| match n {
        0 => None,
        1 => Some(Md::from(one)),
        n => Some(md!("{} {}", n, Md::from(many))),
    };
    let alone = looking(
        unmatched.len() - others,
        "one person is without a partner",
        "people are without a partner",
    );
    let others = looking(
        others,
        "one who has a partner would take another",
        "who have a partner would take another",
    );
    let looking: Vec<Md> = alone.into_iter().chain(others).collect();
    let words: Md = if looking.is_empty() {
        "I looked for pairs. Nobody is waiting for a partner right now.".into()
    } else {
        md!(
            "I looked for pairs and found none this time: {}.",
            listed(&looking)
        )
    };
    let mut blocks = Blocks::new().section(words.clone());
    if !unmatched.is_empty() {
        let lists = left_over(unmatched).into_iter();
        blocks = lists
            .chain(advice.iter().cloned())
            .fold(blocks, Blocks::section);
        blocks = blocks.context(
            "They're told kindly what stood in the way, where it reveals nothing about anyone else, and not the same thing twice within a month. Only the program's owners see this.",
        );
    }
    blocks.message(words)
}

/// An owner asked for a round.
pub fn looking(approval: bool) -> Message {
    if approval {
        "I'll look for pairs now; you'll get the proposal in a direct message in a minute.".into()
    } else {
        "I'll look for pairs now and introduce them right away; you'll hear from me in a direct message in a minute.".into()
    }
}

/// A round that an owner requested, in a program without approval.
pub fn introducing(n: usize) -> Message {
    match n {
        0 => "I found pairs, and each of them needs a look from an owner first.".into(),
        1 => "I found 1 pair and am introducing the two right now.".into(),
        n => md!("I found {} and am introducing them right now.", pairs(n)).into(),
    }
}

/// An owner asked what would change without a pair.
pub fn working_out(mentor: &UserId, mentee: &UserId) -> Message {
    md!(
        "I'm working out what would change if {} didn't mentor {}. You'll get the answer in a direct message in a \
         moment, just for you. Asking changes nothing.",
        mentor,
        mentee
    )
    .into()
}

/// There are too many open questions, of all owners together.
pub fn still_working() -> Message {
    "I'm still working out earlier questions. Please ask again in a moment.".into()
}

/// The round's input is deleted.
pub fn cannot_be_worked_out() -> Message {
    "I can't work that out for this round anymore: its data has been deleted. `/reverse-mentor round` makes a new one."
        .into()
}

/// For an owner who asked what would change without a pair. Names nobody, because the people may be gone.
pub fn changed_since() -> Message {
    "You asked what would change without one of the pairs. That round has changed since, so I have no answer for you. \
     If another round is open now, please ask again there."
        .into()
}

/// For the owner who asked; `change` is none if the pair would not be made anyway.
pub fn what_if_not(
    round: RoundId,
    (mentor, mentee): (&UserId, &UserId),
    change: Option<(Change, Instead)>,
) -> Message {
    let Some((change, instead)) = change else {
        return md!(
            "With the changes asked for so far, {} and {} wouldn't be a pair anyway. *Look again* shows the round as \
             it would be.",
            mentor,
            mentee
        )
        .into();
    };
    let words = change.in_words();
    let words = if words.is_empty() {
        "another choice is exactly as good".to_owned()
    } else {
        words.join("; ")
    };
    let text = md!(
        "*If {} didn't mentor {}:* {}, {}; {}.",
        mentor,
        mentee,
        new_partners(mentor, &instead.mentor),
        new_partners(mentee, &instead.mentee),
        words
    );
    let now = md!(
        "Now: {}, match scores adding up to {}. {}",
        pairs(change.before.pairs),
        change.before.total,
        match change.gone.saturating_sub(1) {
            0 => Md::from("The other pairs would stay as they are."),
            1 => "One other pair would change.".into(),
            n => md!("{} other pairs would change.", n),
        }
    );
    let drop = Action::Edit(round, Edit::Drop, mentor.clone(), mentee.clone());
    Blocks::new()
        .section(md!("{}\n{}", text, now))
        .buttons([button("Not this pair", &drop)])
        .context(
            "Based on people's profiles when this round was made, and on what owners have changed since. Nothing has \
             changed yet. Only you can see this.",
        )
        .message(text)
}

/// Whom somebody would be paired with instead.
fn new_partners(user: &UserId, partners: &NewPartners) -> Md {
    let named = |people: &[(UserId, u8)]| {
        let people = people
            .iter()
            .map(|(user, score)| md!("{} ({})", user, score));
        listed(&people.collect::<Vec<_>>())
    };
    let parts = [
        ("would mentor", &partners.mentees),
        ("would get", &partners.mentors),
    ];
    let parts = parts.into_iter().filter(|(_, people)| !people.is_empty());
    let parts: Vec<Md> = parts
        .map(|(verb, people)| md!("{} {}", Md::from(verb), named(people)))
        .collect();
    if parts.is_empty() {
        let rest = if partners.has_a_partner {
            "would get nobody else"
        } else {
            "would be without a partner"
        };
        return md!("{} {}", user, Md::from(rest));
    }
    md!("{} {}", user, listed(&parts))
}

/// For an owner who is in the pair they want to approve.
pub fn left_to_owners(others: &[UserId]) -> Md {
    md!(
        "You're in this pair yourself, so someone else decides on it: {} can do that on their own copy of this card.",
        one_of(others)
    )
}

/// The same where there is no other owner.
pub fn left_to_admins(admins: &[UserId]) -> Md {
    md!(
        "You're in this pair yourself and there's no other owner, so a workspace admin decides on it: I've asked {}.",
        one_of(admins)
    )
}

fn one_of(people: &[UserId]) -> Md {
    match people {
        [most @ .., last] if !most.is_empty() => {
            let most = most.iter().map(|user| md!("{}", user));
            md!("{} or {}", Md::join(most, ", "), last)
        }
        people => listed(people),
    }
}
