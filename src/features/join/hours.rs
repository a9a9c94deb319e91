//! Somebody's own working hours, in the form of their profile. Whoever joins is asked enough already.

use crate::domain::participant::Profile;
use crate::domain::program::Problem;
use crate::domain::workday::{DayHours, say_minute};
use crate::slack::blocks::{Blocks, Input};
use crate::slack::event::Answers;

const STARTS: &str = "day_starts";
const ENDS: &str = "day_ends";

pub(super) fn fields(profile: &Profile) -> Blocks {
    let own = profile.hours.unwrap_or_default();
    let menu = |name, label, times: std::ops::RangeInclusive<u16>, now: u16| {
        let options: Vec<(String, String)> = times
            .step_by(usize::from(DayHours::STEP))
            .map(|minute| (say_minute(minute), minute.to_string()))
            .collect();
        Input::one(name, label, &options)
            .optional()
            .picked(&[now.to_string()])
    };
    Blocks::new()
        .input(menu(STARTS, "I'm at work from", 0..=DayHours::MIDNIGHT - DayHours::SHORTEST, own.starts()))
        .input(
            menu(ENDS, "I'm at work until", DayHours::SHORTEST..=DayHours::MIDNIGHT, own.ends())
                .hint("In your own time zone. I write to you then, and offer times to meet. Nobody is shown your hours, only which times suit you both."),
        )
}

/// None for the usual hours, which somebody also has who leaves a field empty.
pub(super) fn answered(answers: &Answers) -> Result<Option<DayHours>, Problem> {
    let minute = |field| answers.one(field).and_then(|value| value.parse().ok());
    let usual = DayHours::USUAL;
    let starts = minute(STARTS).unwrap_or(usual.starts());
    let ends = minute(ENDS).unwrap_or(usual.ends());
    match DayHours::new(starts, ends) {
        Some(hours) => Ok(Some(hours).filter(|hours| *hours != usual)),
        None => Err((ENDS, too_short(starts))),
    }
}

fn too_short(starts: u16) -> String {
    let least = starts
        .saturating_add(DayHours::SHORTEST)
        .min(DayHours::MIDNIGHT);
    format!(
        "Please pick {} or later, so that your working day has at least three hours.",
        say_minute(least)
    )
}
