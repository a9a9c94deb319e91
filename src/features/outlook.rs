//! What lies ahead of a pair, as its two see it: shared by the months, status and the App Home.

use crate::domain::cadence::MEETING_MINUTES;
use crate::domain::calendar::Entry;
use crate::domain::cycle::Cycle;
use jiff::Timestamp;

/// A month's meeting for calendars, under the program's name. The goals stay out of it: what is in a calendar, others read.
pub fn entry(program: &str, cycle: &Cycle, cycles: u8, at: Timestamp) -> Entry {
    Entry {
        uid: format!("cycle-{}@reverse-mentor", cycle.id),
        sequence: u32::try_from(cycle.plans).unwrap_or_default(),
        title: program.to_owned(),
        starts: at,
        minutes: u16::try_from(MEETING_MINUTES).unwrap_or(45),
        description: agenda(cycle.number, cycles).join("\n"),
    }
}

/// What a meeting can be about: month `number` of `cycles`.
pub fn agenda(number: u8, cycles: u8) -> &'static [&'static str] {
    match number {
        1 => &[
            "How each of you likes to work, and to be asked",
            "What you both hope to get out of these months",
            "One thing the mentor would like to show right away",
        ],
        last if last >= cycles => &[
            "What changed since the first meeting",
            "What you would tell the next pair",
            "How you stay in touch",
        ],
        _ => &[
            "What became of the last time",
            "One question the mentee brings, one thing the mentor shows",
            "One small thing each of you tries before you meet again",
        ],
    }
}
