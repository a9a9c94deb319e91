//! The modals of the months.

use super::month::Month;
use super::{messages, replies};
use crate::domain::cadence::{self, say_date};
use crate::domain::ids::UserId;
use crate::md;
use crate::shared::pair_card;
use crate::slack::blocks::{Blocks, Input, Modal};
use crate::slack::event::Form;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

/// The longest note to the partner, in characters.
const NOTE: usize = 500;

/// The form for another time, in the zone of the person who opens it.
pub fn other_time(month: &Month, user: &UserId, zone: &TimeZone, now: Timestamp) -> Modal {
    let first = month
        .cycle
        .meets_at
        .filter(|_| month.cycle.is_ahead(now))
        .or_else(|| month.slots(now).first().copied());
    let first = first.map(|at| cadence::local(at, zone));
    let lead = md!(
        "Pick a time you and {} agreed on, by {} at the latest. I'll tell you both in your group message and remind you the working day before.",
        month.pair.partner_of(user),
        cadence::say_day(month.cycle.latest_meeting(now), zone, now)
    );
    time_form(month, Blocks::new().section(lead), zone, first.as_ref())
}

/// The form again, because a time was chosen while somebody filled it in. `typed`: what they were about to save.
pub fn chosen_meanwhile(
    month: &Month,
    user: &UserId,
    zone: &TimeZone,
    typed: &DateTime,
    now: Timestamp,
) -> Modal {
    let chosen = month
        .cycle
        .meets_at
        .map(|at| messages::on_their_clocks(at, month, now));
    let lead = md!(
        "*A time was just chosen: {}.* To keep it, close this window. To move the meeting with {} to yours instead, save again.",
        chosen.unwrap_or_default(),
        month.pair.partner_of(user)
    );
    time_form(month, Blocks::new().section(lead), zone, Some(typed))
}

fn time_form(month: &Month, lead: Blocks, zone: &TimeZone, filled: Option<&DateTime>) -> Modal {
    let (date, time) = filled.map_or_else(Default::default, |here| {
        (
            here.date().to_string(),
            here.time().strftime("%H:%M").to_string(),
        )
    });
    let place = zone.iana_name().unwrap_or("UTC").replace('_', " ");
    let clock = format!("Your time zone: {place}.");
    Modal::form(
        Form::OtherTime {
            cycle: month.cycle.id,
            plans: Some(month.cycle.plans),
        },
        "When do you meet?",
        "Save",
        lead.input(Input::date("date", "Day").filled(&date))
            .input(Input::time("time", "Time").filled(&time).hint(&clock)),
    )
}

/// Confirms another time.
pub fn planned(month: &Month, user: &UserId, at: Timestamp, odd: Odd, now: Timestamp) -> Modal {
    let blocks = Blocks::new().section(md!(
        "*Planned:* you're meeting {} {}. I've told you both in your group message.",
        month.pair.partner_of(user),
        messages::on_their_clocks(at, month, now)
    ));
    let blocks = if odd.out_of_hours {
        blocks.context("That's outside working hours for at least one of you. If it suits you both, all is well.")
    } else {
        blocks
    };
    let blocks = if odd.clashes {
        blocks.context("One of you has another meeting in this program around that time. If it still suits you both, all is well; if not, press “Move it” in your group message.")
    } else {
        blocks
    };
    Modal::notice("Planned", blocks)
}

/// Unusual properties of a chosen time: allowed, but mentioned.
#[derive(Clone, Copy)]
pub struct Odd {
    pub out_of_hours: bool,
    pub clashes: bool,
}

/// The form for skipping the month. `note`: what they wrote already.
pub fn skip(month: &Month, user: &UserId, note: Option<&str>, now: Timestamp) -> Modal {
    let partner = month.pair.partner_of(user);
    let what = pair_card::way_out_in_words(&month.cycle);
    let blocks = Blocks::new().section(md!(
        "That's all right, no reasons needed. {} gets a kind line in your group message.",
        partner
    ));
    let blocks = match month.cycle.meets_at.filter(|_| month.cycle.is_ahead(now)) {
        Some(at) => blocks.section(md!(
            "The meeting planned for {} will be off, and I won't remind you of it.",
            messages::on_their_clocks(at, month, now)
        )),
        None => blocks,
    };
    Modal::form(
        Form::Skip {
            cycle: month.cycle.id,
            plans: Some(month.cycle.plans),
        },
        what,
        what,
        blocks.input(
            Input::text("note", "A note to your partner", NOTE)
                .optional()
                .filled(note.unwrap_or_default())
                .hint("Shown to your partner, word for word. Nobody else sees it."),
        ),
    )
}

/// Replaces a form that no longer applies.
pub fn as_it_stands(month: &Month) -> Modal {
    Modal::notice(
        "This month",
        Blocks::new().section(replies::where_it_stands(month)),
    )
}

/// The form for logging a meeting with one of `partners`, of whom the first is picked already.
pub fn log(partners: &[UserId], today: Date) -> Modal {
    let blocks = match partners {
        [one] => Blocks::new().section(md!("Your meeting with {}.", one)),
        _ => Blocks::new().input(
            Input::user("partner", "Who did you meet?").people(partners.get(..1).unwrap_or(&[])),
        ),
    };
    Modal::form(
        Form::LogMeeting,
        "Log a meeting",
        "Log it",
        blocks
            .input(Input::date("date", "On which day?").filled(&today.to_string()))
            .context("It counts for that month, whichever of you logs it. I don't ask what you talked about."),
    )
}

pub fn logged(
    month: &Month,
    user: &UserId,
    (date, today): (Date, Date),
    question_follows: bool,
) -> Modal {
    Modal::notice(
        "Logged",
        Blocks::new().section(md!(
            "Your meeting with {} on {} is on record.{}",
            month.pair.partner_of(user),
            say_date(date, today),
            replies::then(question_follows)
        )),
    )
}

pub fn nothing_to_log() -> Modal {
    Modal::notice(
        "Log a meeting",
        Blocks::new().section(
            "You don't have a pair whose months have begun yet, so there's nothing to log. `/reverse-mentor status` shows where you stand.",
        ),
    )
}
