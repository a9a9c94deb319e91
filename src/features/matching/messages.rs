//! Short notes to owners about rounds.

use super::card::{left_over, pairs};
use crate::domain::ids::{RoundId, UserId};
use crate::domain::matching::{Binding, Change, Edit};
use crate::domain::message::Message;
use crate::md;
use crate::slack::blocks::{Blocks, button};
use crate::slack::event::Action;
use crate::slack::words::Md;

/// A requested or scheduled round found no pairs.
pub fn nothing_found(unmatched: &[(UserId, Binding)]) -> Message {
    let words: Md = match unmatched.len() {
        0 => "I looked for pairs. Nobody is waiting for a partner right now.".into(),
        1 => "I looked for pairs and found none this time. One person is waiting.".into(),
        n => md!(
            "I looked for pairs and found none this time. {} people are waiting.",
            n
        ),
    };
    let mut blocks = Blocks::new().section(words.clone());
    if !unmatched.is_empty() {
        blocks = blocks.section(left_over(unmatched)).context(
            "They're told kindly what stood in the way, where it reveals nothing about anyone else, and not the same thing twice within a month. Only the program's owners see this.",
        );
    }
    blocks.message(words)
}

/// An owner asked for a round.
pub fn looking(approval: bool) -> Message {
    if approval {
        "I'll look for pairs now; you'll get the proposal here in a minute.".into()
    } else {
        "I'll look for pairs now and introduce them right away; you'll hear from me here in a minute.".into()
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
    change: Option<Change>,
) -> Message {
    let Some(change) = change else {
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
    let text = md!("*If {} didn't mentor {}:* {}.", mentor, mentee, words);
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
