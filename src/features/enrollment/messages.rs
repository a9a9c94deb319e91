//! Texts of the first match.

use crate::domain::cadence;
use crate::domain::enrollment::Window;
use crate::domain::message::Message;
use crate::domain::settings_part::Part;
use crate::features::NextMatch;
use crate::md;
use crate::slack::blocks::{Blocks, Button, button};
use crate::slack::event::Action;
use crate::slack::words::Md;
use jiff::civil::Date;

/// What becomes of the first match if no owner answers.
pub(super) enum Without {
    /// Enough people have joined by now.
    Matched,
    /// It moves to this day.
    On(Date),
}

/// To owners, on a day on which too few people have joined.
pub(super) fn question(
    window: &Window,
    looking: i64,
    (until, without): (&str, Without),
    today: Date,
) -> Message {
    let text = md!(
        "The first match was planned for {}, and {}. What would you like?",
        cadence::say_date(window.first_match, today),
        so_far(window, looking)
    );
    let week = button("One more week", &Action::OneMoreWeek);
    Blocks::new()
        .section(text.clone())
        .buttons(now_button(looking).into_iter().chain([week]))
        .context(match without {
            Without::Matched => md!("Without an answer by {}, I match everyone who's there.", until),
            Without::On(later) => md!(
                "Without an answer by {}, it moves to {}. It moves three times at most; then I match everyone who's there. People who wait hear the new day.",
                until,
                cadence::say_date(later, today)
            ),
        })
        .message(text)
}

/// "7 of at least 10 people have joined".
fn so_far(window: &Window, looking: i64) -> Md {
    match (looking, window.least) {
        (0, Some(least)) => md!("nobody of at least {} people has joined yet", least),
        (looking, Some(least)) => md!("{} of at least {} people have joined", looking, least),
        (1, None) => md!("1 person has joined"),
        (looking, None) => md!("{} people have joined", looking),
    }
}

/// One person alone has nobody to be matched with.
fn now_button(looking: i64) -> Option<Button> {
    (looking > 1).then(|| {
        button("Match them now", &Action::MatchNow).primary().confirm(
            "Match them now?",
            "I look for pairs among everyone who has joined. People who join later are matched in the rounds after it.",
            "Match them now",
            "Not yet",
        )
    })
}

/// What was asked is decided.
pub(super) fn decided(first_match: Option<Date>, today: Date) -> Message {
    match first_match {
        Some(day) => md!("The first match is on {}.", cadence::say_date(day, today)),
        None => md!("The first match has begun, and rounds follow their schedule from now on."),
    }
    .into()
}

/// An earlier question, while a newer one is open.
pub(super) fn asked_again() -> Message {
    Md::from("Too few people had joined by then, so I've asked again further down.").into()
}

/// An owner asked for a round before the day of the first match.
pub(super) fn early(window: &Window, looking: i64, today: Date, in_slack: bool) -> Message {
    let day = cadence::say_date(window.first_match, today);
    let until = window.joining_until(today);
    let when = match until.map(|until| cadence::say_date(until, today)) {
        Some(until) => md!(
            "The first match is on {}, and people can join until {}.",
            day,
            until
        ),
        None => md!("The first match is on {}.", day),
    };
    let text = md!("{} So far, {}.", when, so_far(window, looking));
    let settings =
        in_slack.then(|| button("Change the days", &Action::EditSettings(Part::Matching)));
    Blocks::new()
        .section(text.clone())
        .buttons(now_button(looking).into_iter().chain(settings))
        .message(text)
}

pub(super) fn matching(approval: bool) -> Message {
    if approval {
        "I'll look for pairs among everyone who's there; you'll get the proposal in a direct message in a minute."
            .into()
    } else {
        "I'll look for pairs among everyone who's there and introduce them right away; you'll hear from me in a direct message in a minute.".into()
    }
}

pub(super) fn moved(day: Date, today: Date) -> Message {
    md!(
        "Done: the first match is on {}. Everyone who waits for it hears so.",
        cadence::say_date(day, today)
    )
    .into()
}

/// To somebody who waits, once there is no day of a first match any more.
pub(super) fn no_day(next: &NextMatch) -> Message {
    md!(
        "People are now matched without waiting for a first day. {} You're in, and there's nothing to do.",
        next.line_for_members()
    )
    .into()
}

/// To somebody who waits, when a break of the program passes over the first match.
pub(super) fn after_break(until: &str) -> Message {
    md!(
        "The whole program takes a break until {}, and the first match comes after it. You're in, and there's nothing to do.",
        until
    )
    .into()
}

/// To somebody who found a partner by an invitation, and is introduced on the day of the first match.
pub(super) fn moved_for_two(line: &Md) -> Message {
    md!("The first match has moved. {}", line).into()
}

/// To somebody who waits.
pub(super) fn told(window: &Window, today: Date) -> Message {
    let day = cadence::say_date(window.first_match, today);
    let why = if window.moves == 0 {
        Md::default()
    } else {
        md!(" That leaves more colleagues time to join, and you a wider choice of partners.")
    };
    md!(
        "The first match is now on {}.{} You're in, and there's nothing to do.",
        day,
        why
    )
    .into()
}
