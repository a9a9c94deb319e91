//! When rounds and digests happen, as fields of the settings modal: how often, on which day, at what time; and an expression for
//! what these choices cannot say.

use crate::domain::cadence;
use crate::domain::enrollment::Window;
use crate::domain::program::{Day, Enrollment, Matching, Problem, Settings};
use crate::domain::schedule::Schedule;
use crate::domain::schedule::rhythm::{Often, Rhythm};
use crate::features::Result;
use crate::shared::{breaks, recurring};
use crate::slack::blocks::{Blocks, Input};
use crate::slack::event::Answers;
use crate::store::{Reading, programs};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};

/// The longest expression.
const EXPRESSION: usize = 100;
const PICK: &str = "Pick one from the list.";

/// What a program plans by a schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Planned {
    Rounds,
    Digest,
}

/// The names of its fields in the modal.
struct Fields {
    often: &'static str,
    day: &'static str,
    time: &'static str,
    expression: &'static str,
}

impl Planned {
    const ALL: [Self; 2] = [Self::Rounds, Self::Digest];

    fn fields(self) -> Fields {
        match self {
            Self::Rounds => Fields {
                often: "round_often",
                day: "round_day",
                time: "round_time",
                expression: "round_expression",
            },
            Self::Digest => Fields {
                often: "digest_often",
                day: "digest_day",
                time: "digest_time",
                expression: "digest_expression",
            },
        }
    }

    /// Its setting, as program.toml names it.
    fn setting(self) -> &'static str {
        match self {
            Self::Rounds => "round_schedule",
            Self::Digest => "digest_schedule",
        }
    }

    pub fn schedule(self, settings: &Settings) -> &str {
        match self {
            Self::Rounds => &settings.round_schedule,
            Self::Digest => &settings.digest_schedule,
        }
    }

    fn what_happens(self) -> &'static str {
        match self {
            Self::Rounds => "Rounds are proposed",
            Self::Digest => "The digest is posted",
        }
    }

    fn hint(self) -> &'static str {
        match self {
            Self::Rounds => "Not used when people are matched as soon as two are a good fit.",
            Self::Digest => "There's at most one digest a week.",
        }
    }

    /// "The next rounds: Monday, March 9, March 23 and April 6 at 10:00 AM, Berlin time."
    pub fn upcoming(self, settings: &Settings, after: After) -> String {
        let text = self.schedule(settings);
        let (schedule, what, from) = match self {
            Self::Rounds => (Schedule::of_rounds(text), after.what_rounds(), after.rounds),
            Self::Digest => (Schedule::parse(text).ok(), "digests", after.digests),
        };
        let first = match (self, after.first) {
            (Self::Rounds, Some(day)) => {
                format!("The first match: {}. ", cadence::say_date(day, after.today))
            }
            (Self::Rounds, None) | (Self::Digest, _) => String::new(),
        };
        match schedule.and_then(|schedule| schedule.say_upcoming(from, &settings.zone())) {
            Some(dates) => format!("{first}The next {what}: {dates}."),
            None => format!("{first}No more {what}: that schedule is over."),
        }
    }
}

/// The moments from which the next dates are counted.
#[derive(Clone, Copy, Debug)]
pub(super) struct After {
    rounds: Timestamp,
    digests: Timestamp,
    /// The day of the first match, while it is still to be made.
    first: Option<Date>,
    today: Date,
}

impl After {
    fn what_rounds(self) -> &'static str {
        match self.first {
            Some(_) => "rounds after it",
            None => "rounds",
        }
    }
}

/// Now, or when the program's break is over; for rounds not before tomorrow where today has had one.
pub(super) async fn after(tx: &mut Reading, settings: &Settings) -> Result<After> {
    let break_until = breaks::of_program(tx).await?;
    let digests = break_until.map_or(tx.now, |until| until.max(tx.now));
    let zone = settings.zone();
    // The window goes on as long as the day of its first match stays the same.
    let program = programs::find(tx).await?;
    let same = program.filter(|program| program.settings.first_match == settings.first_match);
    let progress = same.map_or_else(Enrollment::default, |program| program.enrollment);
    let window = Window::open(settings, &progress);
    let rounds = match &window {
        Some(window) => window.at.max(digests),
        None => recurring::rounds_after(tx, digests, &zone).await?,
    };
    Ok(After {
        rounds,
        digests,
        first: window.map(|window| window.first_match),
        today: cadence::local(tx.now, &zone).date(),
    })
}

/// How often, on which day and at what time, with the dates that follow.
pub(super) fn choices(planned: Planned, settings: &Settings, after: After) -> Blocks {
    let fields = planned.fields();
    let rhythm = Rhythm::of(planned.schedule(settings));
    let often = Often::ALL.map(|often| (often.in_words(), often.as_str()));
    let days = Day::ALL.map(|day| (day.name(), day.as_str()));
    let what = planned.what_happens();
    let hint = match (planned, settings.matching) {
        (Planned::Rounds, Matching::Rolling) => planned.hint().to_owned(),
        (Planned::Rounds, Matching::Rounds) | (Planned::Digest, _) => {
            format!("{} {}", planned.upcoming(settings, after), planned.hint())
        }
    };
    Blocks::new()
        .input(
            Input::one(fields.often, what, &often)
                .picked(&[rhythm.often.as_str()])
                .hint(&hint),
        )
        .input(Input::one(fields.day, &format!("{what} on"), &days).picked(&[rhythm.day.as_str()]))
        .input(
            Input::time(fields.time, &format!("{what} at"))
                .filled(&rhythm.time.strftime("%H:%M").to_string())
                .hint("In the program's time zone."),
        )
}

/// The expressions, which are used only where the choices say so.
pub(super) fn expressions(settings: &Settings) -> Blocks {
    let mut blocks = Blocks::new();
    for planned in Planned::ALL {
        let label = match planned {
            Planned::Rounds => "Expression for rounds",
            Planned::Digest => "Expression for the digest",
        };
        let rhythm = Rhythm::of(planned.schedule(settings));
        blocks = blocks.input(
            Input::line(planned.fields().expression, label, EXPRESSION)
                .optional()
                .filled(&rhythm.expression)
                .hint(
                    "Used only if you pick “By the expression” above. A cron expression: minute, hour, day, month, weekday. For \
                     example 0 10 1,15 * * is the 1st and the 15th of each month at 10:00 AM. Or: every 3 weeks Mon 10:00 \
                     from 2026-03-02.",
                ),
        );
    }
    blocks
}

/// Reads the choices: what is stored for them. `before` is stored now, and `now` is the time on the program's clock.
pub(super) fn read(
    planned: Planned,
    answers: &Answers,
    before: &Settings,
    now: DateTime,
    problems: &mut Vec<Problem>,
) -> String {
    let (fields, before) = (planned.fields(), planned.schedule(before));
    let picked = |field| answers.one(field);
    let shown = Rhythm::of(before);
    let mut missing = |field| problems.push((field, PICK.to_owned()));
    let often = picked(fields.often)
        .and_then(Often::parse)
        .unwrap_or_else(|| {
            missing(fields.often);
            shown.often
        });
    let is_by_expression = often == Often::ByExpression;
    let day = picked(fields.day).and_then(Day::parse);
    let time = answers.time(fields.time);
    if !is_by_expression {
        for (field, is_missing) in [(fields.day, day.is_none()), (fields.time, time.is_none())] {
            if is_missing {
                missing(field);
            }
        }
    }
    let expression = answers.text(fields.expression).unwrap_or("").trim();
    if is_by_expression && expression.is_empty() {
        let problem = "Write the expression here, or pick above how often it is.";
        problems.push((fields.expression, problem.to_owned()));
    }
    let rhythm = Rhythm {
        often,
        day: day.unwrap_or(shown.day),
        time: time.unwrap_or(shown.time),
        expression: expression.to_owned(),
    };
    rhythm.stored(before, now)
}

/// The field of the modal at which a problem with a setting is told, if the setting is a schedule.
pub(super) fn field_of(setting: &str, answers: &Answers) -> Option<&'static str> {
    let planned = Planned::ALL
        .into_iter()
        .find(|one| one.setting() == setting)?;
    let fields = planned.fields();
    let often = answers.one(fields.often).and_then(Often::parse);
    Some(match often {
        Some(Often::ByExpression) => fields.expression,
        Some(Often::EveryWeek | Often::Every2Weeks | Often::Every4Weeks | Often::FirstOfMonth)
        | None => fields.often,
    })
}

/// The time on the clock of the program, whose zone is only just chosen.
pub(super) fn clock(settings: &Settings, now: Timestamp) -> DateTime {
    cadence::local(now, &settings.zone())
}
