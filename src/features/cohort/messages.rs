//! Texts about a cohort's end, and the next one.

use crate::domain::ids::UserId;
use crate::domain::message::Message;
use crate::features::{NextMatch, find_partner_button};
use crate::md;
use crate::shared::LAST_MONTH;
use crate::shared::overview::quoted;
use crate::slack::blocks::{Blocks, Modal};
use crate::slack::event::Form;
use crate::slack::words::Md;

const END: &str = "End this cohort";
const NEXT: &str = "Start the next cohort";

pub(super) fn no_pairs() -> Modal {
    Modal::notice(
        END,
        Blocks::new()
            .section("No pair is meeting every month at the moment, so there's nothing to end."),
    )
}

/// `pairs`: how many are in their months. Those who are asked already what comes next are asked no second time.
pub(super) fn end_form(pairs: usize) -> Modal {
    let who = match pairs {
        1 => md!("The one pair that still meets every month reads this"),
        n => md!(
            "Each of the {} pairs that still meet every month reads this",
            n
        ),
    };
    let blocks = Blocks::new()
        .section(md!("{} in its group DM:", who))
        .section(quoted(&Md::from(LAST_MONTH)))
        .section(
            "Then each partner is asked privately what changed, whether they'd recommend it, and what comes next. Pairs between two \
             months are asked right away instead, and meetings that are planned stand.",
        )
        .context("Pairs that both want to go on do. Nobody is matched anew without asking for it.");
    Modal::form(Form::EndCohort, END, "End it kindly", blocks)
}

pub(super) fn ended() -> Modal {
    Modal::notice(END, Blocks::new().section(
        "Done. Each pair reads it in its working hours. Your weekly note says when the last of them has finished, and *Start the next cohort* is in the \
         list of people.",
    ))
}

pub(super) fn nobody_to_ask() -> Modal {
    Modal::notice(NEXT, Blocks::new().section(
        "Everyone who takes part has a partner or looks for one, so there's nobody to ask. New people join with `/reverse-mentor join`.",
    ))
}

pub(super) fn next_form(people: usize, next: Option<&NextMatch>) -> Modal {
    let who = match people {
        1 => md!(
            "One person takes part without a partner and isn't looking. They're asked privately, once:"
        ),
        n => md!(
            "{} people take part without a partner and aren't looking. Each is asked privately, once:",
            n
        ),
    };
    let blocks = Blocks::new()
        .section(who)
        .section(quoted(&words(next)))
        .context("In their working hours. People on a break aren't asked. A no, or no answer, changes nothing for anyone.");
    Modal::form(Form::NextCohort, NEXT, "Ask them", blocks)
}

pub(super) fn asked(people: usize) -> Modal {
    let text = match people {
        1 => md!("Done. They're asked in their working hours."),
        n => md!("Done. {} people are asked, each in their working hours.", n),
    };
    Modal::notice(NEXT, Blocks::new().section(text))
}

fn words(next: Option<&NextMatch>) -> Md {
    let next = next.map_or_else(Md::default, |next| md!(" {}", next.line_for_members()));
    md!(
        "A new cohort of reverse mentoring begins. Would you like to be in it? Only if it suits you.{}",
        next
    )
}

/// For somebody who took part before.
pub(super) fn question(next: Option<&NextMatch>) -> Message {
    let text = words(next);
    Blocks::new()
        .section(text.clone())
        .buttons([find_partner_button()])
        .context("Only you can see this. If it doesn't suit you, there's nothing to do.")
        .message(text)
}

pub(super) fn told_owners_of_the_end(by: &UserId) -> Message {
    md!(
        "{} has ended this cohort: each pair's month is its last, and then each partner is asked privately what comes next.",
        by
    )
    .into()
}

pub(super) fn told_owners_of_the_next(by: &UserId) -> Message {
    md!(
        "{} has started the next cohort: people who take part without a partner are asked, once, whether they'd like to be in it.",
        by
    )
    .into()
}
