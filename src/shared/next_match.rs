//! When people are matched next, in the words of each place that says so.

use super::{Result, breaks, enrollment};
use crate::domain::cadence;
use crate::domain::enrollment::Window;
use crate::domain::program::{Matching, Program};
use crate::domain::schedule::Schedule;
use crate::domain::timer::Timer;
use crate::md;
use crate::slack::words::{self, Md};
use crate::store::{Reading, programs, timers};
use jiff::Timestamp;

/// When people are matched next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NextMatch {
    /// The first match, of an enrollment window.
    First {
        /// "Join until Friday, March 20."; none once that day has passed.
        join: Option<Md>,
        /// "The first match is on Monday, March 23."
        when: Md,
    },
    /// "Monday, March 23 at 10:00 AM."
    Next(Md),
    /// "After the program's break, which lasts until Monday, March 23."
    AfterBreak(Md),
}

impl NextMatch {
    /// For people who may join: a line of its own.
    pub fn line(&self) -> Md {
        match self {
            Self::First { .. } => self.in_words(),
            Self::Next(when) | Self::AfterBreak(when) => md!("Next match: {}", when),
        }
    }

    /// For a post that stays as it is, whatever becomes of its days.
    pub fn line_to_keep(&self) -> Md {
        match self {
            Self::First { .. } => md!(
                "{} Should a day move, the form behind *Join* names the new one.",
                self.in_words()
            ),
            Self::Next(_) | Self::AfterBreak(_) => self.line(),
        }
    }

    /// For people who have joined.
    pub fn line_for_members(&self) -> Md {
        match self {
            Self::First { when, .. } => when.clone(),
            Self::Next(when) | Self::AfterBreak(when) => md!("Next match: {}", when),
        }
    }

    /// In answer to a question that is asked beside it.
    pub fn in_words(&self) -> Md {
        match self {
            Self::First { join, when } => {
                Md::join(join.iter().chain([when]).cloned().collect::<Vec<_>>(), " ")
            }
            Self::Next(when) | Self::AfterBreak(when) => when.clone(),
        }
    }

    /// "Next match", as the name of a figure.
    pub fn label(&self) -> &'static str {
        match self {
            Self::First { .. } => "First match",
            Self::Next(_) | Self::AfterBreak(_) => "Next match",
        }
    }
}

/// When people are matched next.
pub async fn next_match(tx: &mut Reading) -> Result<NextMatch> {
    // Refuses where there is no program.
    super::settings(tx).await?;
    let due = timers::due(tx, &Timer::Round).await?;
    next_round(tx, due).await
}

/// The same for a round whose timer is known to be `due`.
pub async fn next_round(tx: &mut Reading, due: Option<Timestamp>) -> Result<NextMatch> {
    let window = enrollment::window(tx).await?;
    let break_until = breaks::of_program(tx).await?;
    let program = programs::find(tx).await?;
    Ok(match (program, window) {
        (Some(program), Some(window)) if window.waits_until(break_until).is_none() => {
            first(&window, &program, tx.now)
        }
        (Some(program), _) => match program.break_until {
            Some(until) => {
                let day = cadence::say_day(until, &program.settings.zone(), tx.now);
                NextMatch::AfterBreak(md!("After the program's break, which lasts until {}.", day))
            }
            None => NextMatch::Next(next(&program, due, tx.now)),
        },
        (None, _) => NextMatch::Next("No round is planned at the moment.".into()),
    })
}

fn first(window: &Window, program: &Program, now: Timestamp) -> NextMatch {
    let today = cadence::local(now, &program.settings.zone()).date();
    let join = window.joining_until(today);
    let join = join.map(|day| md!("Join until {}.", cadence::say_date(day, today)));
    let when = if window.at <= now {
        // Owners were asked, or it is being made.
        md!("The first match is coming up: its day is being set.")
    } else {
        let day = cadence::say_date(window.first_match, today);
        md!("The first match is on {}.", day)
    };
    NextMatch::First { join, when }
}

fn next(program: &Program, due: Option<Timestamp>, now: Timestamp) -> Md {
    let settings = &program.settings;
    let zone = settings.zone();
    if settings.matching == Matching::Rolling {
        return "As soon as there's a good fit.".into();
    }
    let Some(mut at) = due else {
        return "No round is planned at the moment.".into();
    };
    if at <= now {
        // The round is being made right now, so a reader of this is in time for the next one.
        let schedule = Schedule::of_rounds(&settings.round_schedule);
        at = schedule
            .and_then(|schedule| schedule.next_after(now, &zone))
            .unwrap_or(at);
    }
    let fallback = cadence::say_when_and_where(at, &zone, now);
    md!("{}.", words::when(at, &fallback))
}
