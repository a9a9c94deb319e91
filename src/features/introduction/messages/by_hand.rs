//! Texts of the pairs that an owner makes or swaps.

use super::hello;
use crate::domain::ids::{RoundId, UserId};
use crate::domain::matching::Proposal;
use crate::domain::message::Message;
use crate::domain::overview::Care;
use crate::domain::pair::Pair;
use crate::md;
use crate::shared::overview::quoted;
use crate::slack::blocks::{Blocks, Input, Modal, button};
use crate::slack::event::{Action, Form};
use crate::slack::words::Md;

/// Fields of the forms.
pub const MENTOR: &str = "mentor";
pub const MENTEE: &str = "mentee";
pub const WITH: &str = "with";
/// The ticks of the pairs to check, in their order: two in a swap.
pub const LOOKED: [&str; 2] = ["looked", "looked_other"];

const BY_HAND: &str = "Make a pair";
const SWAP: &str = "Swap partners";

pub fn by_hand_form() -> Modal {
    let blocks = Blocks::new()
        .section("Both need to take part and look for a partner; `/reverse-mentor people` shows who does. You'll see what they read before anything is sent.")
        .input(Input::user(MENTOR, "Who mentors? (the junior)"))
        .input(Input::user(MENTEE, "Who learns? (the senior)"));
    Modal::form(Form::MakePair, BY_HAND, "Look at it first", blocks)
}

/// An owner's last look before two people are introduced.
pub fn by_hand_looked(opening: Option<Md>, found: &Proposal) -> Modal {
    let form = Form::MakePairLooked {
        mentor: found.mentor.clone(),
        mentee: found.mentee.clone(),
        check: found.owner_must_confirm,
    };
    let blocks = about(Blocks::new(), found, LOOKED[0])
        .section("They're introduced in their working hours, in ten minutes at the soonest. Until then, you can undo it. Their group DM begins like this, and nothing says that you made the pair:")
        .append(opening.map_or_else(Blocks::new, |words| Blocks::new().section(quoted(&words))))
        .section(quoted(&hello(&found.mentor, &found.mentee)));
    Modal::form(form, BY_HAND, "Introduce them", blocks)
}

/// `when`: in words, the moment of the introduction.
pub fn made_by_hand(found: &Proposal, round: RoundId, when: &Md) -> Modal {
    let text = md!(
        "Done. {} and {} are introduced {}. {}",
        found.mentor,
        found.mentee,
        when,
        Md::from(UNTIL_THEN)
    );
    Modal::notice(BY_HAND, undo(Blocks::new().section(text), round))
}

const UNTIL_THEN: &str =
    "Nobody hears of it until then, and you can undo it here or on my Home tab.";

fn undo(blocks: Blocks, round: RoundId) -> Blocks {
    blocks.buttons([button("Undo", &Action::UndoApproval { round })])
}

/// A pair that there would be: its score, its reasons, and what to check, with a tick named `looked`.
fn about(blocks: Blocks, found: &Proposal, looked: &str) -> Blocks {
    let lead = md!("*{} → {}* · {}", found.mentor, found.mentee, found.score);
    let reasons = found.reasons.iter();
    let reasons: Vec<Md> = reasons.map(|reason| md!("{}", reason.in_words())).collect();
    let blocks = blocks.section(if reasons.is_empty() {
        md!(
            "{}\nI know of nothing that speaks for these two in particular.",
            lead
        )
    } else {
        md!("{}\n{}", lead, Md::bullets(reasons))
    });
    if !found.owner_must_confirm {
        return blocks;
    }
    let checked = "I've checked: neither reports to the other, directly or further up.";
    blocks
        .section(
            "*Please check:* I don't know all of their reporting lines. Neither may be in the other's management chain.",
        )
        .input(Input::checkboxes(
            looked,
            "Their reporting lines",
            &[(checked, "yes")],
        ))
}

/// An owner left a tick out.
pub fn not_ticked() -> String {
    "Please look up who these two report to. If neither is above the other, tick this. If one is, cancel this and pick someone else."
        .to_owned()
}

pub fn swap_form(pair: &Pair) -> Modal {
    let form = Form::Care {
        pair: pair.id,
        care: Care::Swap,
    };
    let blocks = Blocks::new()
        .section(md!(
            "{} mentors {}. Pick someone of another pair: the two pairs exchange their mentors. You'll see what all four read \
             before anything is sent.",
            pair.mentor,
            pair.mentee
        ))
        .input(Input::user(WITH, "Someone of the other pair"));
    Modal::form(form, SWAP, "Look at it first", blocks)
}

/// `share`: whether there are hours at which all four are at work.
pub fn swap_looked((one, other): (&Pair, &Pair), found: &[Proposal; 2], share: bool) -> Modal {
    let form = Form::SwapLooked {
        pair: one.id,
        with: other.id,
        check: found.each_ref().map(|made| made.owner_must_confirm),
    };
    let mut blocks = Blocks::new().section("There would be these two pairs:");
    for (made, looked) in found.iter().zip(LOOKED) {
        blocks = about(blocks, made, looked);
    }
    let hours = if share {
        "in everyone's working hours"
    } else {
        "in the working hours of one of the new pairs, since the four share none, so the others may read it out of hours"
    };
    let blocks = blocks
        .section(md!(
            "The pairs of {} and {}, and of {} and {}, come to an end when the new ones are introduced: {}, in ten minutes at the \
             soonest. Until then, you can undo it. Each of the four reads this with their own names, and then the introduction:",
            one.mentor,
            one.mentee,
            other.mentor,
            other.mentee,
            Md::from(hours)
        ))
        .section(quoted(&swap_words(&one.mentee, &other.mentee)))
        .context("A friendly word from you before it is kinder than any message of mine.");
    Modal::form(form, SWAP, "Swap them", blocks)
}

/// For each of the four, privately.
pub fn swap_words(before: &UserId, new: &UserId) -> Md {
    md!(
        "A change in your reverse mentoring: your pair with {} has come to an end, and you have a new partner, {}. That \
         happens. It's nobody's fault, and no reasons are given. The introduction follows.",
        before,
        new
    )
}

/// `when`: in words, the moment of the swap.
pub fn swapped(found: &[Proposal; 2], round: RoundId, when: &Md) -> Modal {
    let [one, other] = found;
    let text = md!(
        "Done. They swap {}: {} mentors {} then, and {} mentors {}. {}",
        when,
        one.mentor,
        one.mentee,
        other.mentor,
        other.mentee,
        Md::from(UNTIL_THEN)
    );
    Modal::notice(SWAP, undo(Blocks::new().section(text), round))
}

/// For owners: something changed between their word and the swap. `why`: as far as it is nobody's secret.
pub fn swap_lapsed(found: [(&UserId, &UserId); 2], why: &str) -> Message {
    let [(mentor, mentee), (other_mentor, other_mentee)] = found;
    md!(
        "The swap in which {} was to mentor {}, and {} to mentor {}, didn't come about after all. {} I've changed nothing, and nobody \
         was told of it.",
        mentor,
        mentee,
        other_mentor,
        other_mentee,
        why
    )
    .into()
}
