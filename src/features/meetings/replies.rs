//! Replacements for a card whose button was pressed.

use super::messages::{
    aloud, another_time, on_their_clocks, other_ways, planned_for, shared_choices,
};
use super::month::Month;
use crate::domain::cadence::say_day;
use crate::domain::cycle::{MetAnswer, Plan, State};
use crate::domain::ids::UserId;
use crate::domain::message::Message;
use crate::md;
use crate::slack::blocks::{Blocks, button};
use crate::slack::event::Action;
use crate::slack::words::Md;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Replaces the question after a yes. `question_follows`: at most one reflection per person and month.
pub fn met(month: &Month, user: &UserId, question_follows: bool) -> Message {
    md!(
        "Good to hear that you and {} met. Thank you for telling me.{}",
        month.pair.partner_of(user),
        then(question_follows)
    )
    .into()
}

/// A time that is too far ahead.
pub fn too_late(month: &Month, zone: &TimeZone, now: Timestamp) -> String {
    let latest = month.cycle.latest_meeting(now);
    if latest <= now {
        let next = if month.cycle.number < month.pair.cycles {
            "This month is over, and the next one begins within days. I'll ask for a time then."
        } else {
            "Your last month together is over, so there's no more time to plan. I'll ask you both what comes next."
        };
        return next.to_owned();
    }
    format!(
        "That's too far ahead. Pick {} or sooner, so you don't lose momentum.",
        say_day(latest, zone, now)
    )
}

pub fn then(question_follows: bool) -> &'static str {
    if question_follows {
        " One short question follows, just for you."
    } else {
        ""
    }
}

/// Replaces the question after "it moved" or "not this time".
pub fn not_yet(
    month: &Month,
    user: &UserId,
    (said, on_break): (MetAnswer, bool),
    now: Timestamp,
) -> Message {
    let partner = month.pair.partner_of(user);
    if !month.is_running() {
        return nothing_more(month, user);
    }
    if on_break {
        return md!(
            "Noted, thank you. Your months with {} are on hold for a break and continue afterwards, so there's nothing to plan now.",
            partner
        )
        .into();
    }
    if *user == month.pair.mentor {
        return nothing_to_chase(month, said);
    }
    let slots = month.slots(now);
    let lead = match said {
        MetAnswer::Moved => md!(
            "Noted: it moved. If you and {} already have the new time, add it with “{}”.",
            partner,
            another_time(&slots)
        ),
        _ => md!(
            "Noted, and no harm done: some months are like that. If there's still room to meet {} this month, so much the better; if not, all is well.",
            partner
        ),
    };
    shared_choices(Blocks::new().section(lead.clone()), month, &slots, now).message(lead)
}

/// The same for a month that is over, or while their next meeting is arranged already.
pub fn nothing_more(month: &Month, user: &UserId) -> Message {
    let partner = month.pair.partner_of(user);
    md!(
        "Noted, thank you. Nothing more to do for that month with {}.",
        partner
    )
    .into()
}

/// The same for the mentor, who is never asked to schedule: the mentee's own question offers them times.
fn nothing_to_chase(month: &Month, said: MetAnswer) -> Message {
    let mentee = &month.pair.mentee;
    let (words, buttons) = match said {
        MetAnswer::Moved => {
            let cycle = month.cycle.id;
            (
                md!(
                    "Noted: it moved. Finding the new time is up to {}, so there's nothing for you to chase. If you two have it already, tell me and I'll remind you both.",
                    mentee
                ),
                vec![button("We have a time", &Action::OtherTime { cycle })],
            )
        }
        MetAnswer::Yes | MetAnswer::No => (
            md!(
                "Noted, and no harm done: some months are like that. Scheduling is up to {}, so there's nothing for you to do.",
                mentee
            ),
            Vec::new(),
        ),
    };
    Blocks::new()
        .section(words.clone())
        .buttons(buttons)
        .message(words)
}

/// Replaces slots that are past.
pub fn slots_passed(month: &Month, now: Timestamp) -> Message {
    let lead = md!(
        "That time for {} and {} has passed.",
        &month.pair.mentee,
        &month.pair.mentor
    );
    other_slots(month, &lead, now)
}

/// Replaces slots when the picked one is no longer free. It does not say who took it.
pub fn slot_taken(month: &Month, now: Timestamp) -> Message {
    let lead = md!(
        "That time no longer suits both {} and {}, so here are others.",
        &month.pair.mentee,
        &month.pair.mentor
    );
    other_slots(month, &lead, now)
}

fn other_slots(month: &Month, lead: &Md, now: Timestamp) -> Message {
    let slots = month.slots(now);
    shared_choices(Blocks::new().section(lead.clone()), month, &slots, now).message(md!(
        "{} {}",
        lead,
        aloud(&slots, month, now)
    ))
}

/// The current state, in place of a card whose buttons no longer apply.
pub fn stands(month: &Month, now: Timestamp) -> Message {
    match (month.cycle.plan(now), month.cycle.state) {
        (Plan::Ahead(at), _) => chosen(month, at, now),
        (Plan::Passed(at), _) => planned_for(month, at, now).into(),
        (Plan::None, State::Sorting) if month.is_running() => {
            let cycle = month.cycle.id;
            let text = md!(
                "{} and {}, you'll find a time to meet between you. Once you have one, tell me and I'll remind you both.",
                &month.pair.mentee,
                &month.pair.mentor
            );
            Blocks::new()
                .section(text.clone())
                .buttons([
                    button("We have a time", &Action::OtherTime { cycle }),
                    button("Skip this month", &Action::OpenSkip { cycle }),
                ])
                .message(text)
        }
        (Plan::None, State::Open) if month.is_running() => {
            let text = where_it_stands(month);
            Blocks::new()
                .section(text.clone())
                .buttons(other_ways(month, &[], now))
                .message(text)
        }
        _ => where_it_stands(month).into(),
    }
}

/// The current state during a break, with nothing planned: no times to pick until it is over.
pub fn on_hold(month: &Month) -> Message {
    md!(
        "{} and {}, your months are on hold for a break and continue afterwards. There's nothing to plan until then.",
        &month.pair.mentee,
        &month.pair.mentor
    )
    .into()
}

/// The current state, in a sentence or two.
pub fn where_it_stands(month: &Month) -> Md {
    let (mentee, mentor) = (&month.pair.mentee, &month.pair.mentor);
    match month.cycle.state {
        State::Held => md!(
            "{} and {}, this month's meeting is on record, so there's nothing left to plan.",
            mentee,
            mentor
        ),
        State::Skipped if month.cycle.closed_at.is_none() => md!(
            "{} and {} are skipping this month, and that's all right. If you two meet after all, log it with the shortcut “Log a mentoring meeting” and it counts.",
            mentee,
            mentor
        ),
        _ if month.is_running() => md!(
            "{} and {}, this month is still open: any time that suits you both is good.",
            mentee,
            mentor
        ),
        _ => md!(
            "That month is over for {} and {}. If you two met after all, log it with the shortcut “Log a mentoring meeting” and it counts.",
            mentee,
            mentor
        ),
    }
}

/// Replaces the card. The plan itself is in the group DM and is not repeated here.
fn chosen(month: &Month, at: Timestamp, now: Timestamp) -> Message {
    md!(
        "*Time chosen:* {} and {} meet {}. Your group message has calendar links, and lets you move it or skip this month.",
        &month.pair.mentee,
        &month.pair.mentor,
        on_their_clocks(at, month, now)
    )
    .into()
}
