//! One month of a pair, and the states it passes through.

use super::cadence::{MEETING_MINUTES, after, months_after};
use super::ids::{CycleId, PairId};
use super::named::named;
use super::recipes::Recipe;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// From the end of a meeting until we ask about it, in minutes.
const ASKED_AFTER_MINUTES: i64 = 120;
/// A month that began late still lasts at least this long, so that nobody is rushed.
pub const SHORTEST: SignedDuration = SignedDuration::from_hours(21 * 24);
/// A meeting may be planned this long after its month's end: the next month waits for it, but not for ever.
const LATE: SignedDuration = SignedDuration::from_hours(21 * 24);
/// A meeting may be planned this far ahead: nobody goes longer than that without a word.
const HORIZON: SignedDuration = SignedDuration::from_hours(42 * 24);
/// With less time than this left, a month that a break interrupted is not resumed.
const WORTH_RESUMING: SignedDuration = SignedDuration::from_hours(7 * 24);
/// A month that begins later than this after its day (a break, an outage) resets the day for the months after it.
const DRIFT: SignedDuration = SignedDuration::from_hours(7 * 24);

/// How long after a meeting its month stays open, so that both can say how it went.
pub const TIME_TO_ANSWER: SignedDuration = SignedDuration::from_hours(3 * 24);

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cycle {
    pub id: CycleId,
    pub pair: PairId,
    /// Counts from 1.
    pub number: u8,
    pub state: State,
    pub anchor: Anchor,
    pub opened_at: Timestamp,
    /// When its month is over and the next one opens.
    pub closes_at: Timestamp,
    /// The time of the planned meeting, future or past: see [`Cycle::is_ahead`].
    pub meets_at: Option<Timestamp>,
    /// How many times a time was chosen, or left to the two after their meeting moved.
    pub plans: i64,
    /// When it resumed after a break.
    pub taken_up_at: Option<Timestamp>,
    /// The times that were proposed last.
    pub proposed: Vec<Timestamp>,
    pub held_at: Option<Timestamp>,
    pub closed_at: Option<Timestamp>,
    /// One of them skipped the month or called its meeting off, and both know that.
    pub is_off: bool,
    /// The state of a held month apart from the answers, which both partners know. None in rows of earlier releases.
    pub arranged: Option<State>,
    /// The program's recipe when it opened, whose guide it has.
    pub recipe: Option<Recipe>,
}

impl Cycle {
    /// Whether no meeting is planned or left to the two at `now`: none was, or its time is past.
    pub fn may_be_sorted_out(&self, now: Timestamp) -> bool {
        match self.state {
            State::Open => true,
            State::Planned => !self.is_ahead(now),
            State::Sorting | State::Held | State::Skipped | State::OnBreak | State::Unknown => {
                false
            }
        }
    }

    /// Whether a time can be chosen at `now` without moving another one.
    pub fn may_be_planned(&self, now: Timestamp) -> bool {
        self.state == State::Sorting || self.may_be_sorted_out(now)
    }

    /// Whether a chosen time is still ahead; in a month in which they already met, this is another meeting.
    pub fn is_ahead(&self, now: Timestamp) -> bool {
        matches!(self.state, State::Planned | State::Held)
            && self.closed_at.is_none()
            && self.meets_at.is_some_and(|at| at > now)
    }

    /// Whether a break that ends `now` leaves enough of the month to go on with it, or a meeting that is still ahead.
    pub fn outlasts_break(&self, now: Timestamp) -> bool {
        let left = self.closes_at.duration_since(now);
        self.closed_at.is_none() && (left > WORTH_RESUMING || self.is_ahead(now))
    }

    /// The chosen time as the month's cards show it. It counts as passed once the two are asked whether they met.
    pub fn plan(&self, now: Timestamp) -> Plan {
        let arranged = self.state == State::Planned && self.closed_at.is_none();
        match (self.meets_at, self.ask_at()) {
            (Some(at), Some(asked)) if arranged && asked <= now => Plan::Passed(at),
            (Some(at), _) if arranged || self.is_ahead(now) => Plan::Ahead(at),
            _ => Plan::None,
        }
    }

    /// When [`plan`](Self::plan) says something else next, for either of them: as they are asked about the meeting; and as it
    /// begins, for whoever has said that they met before.
    pub fn plan_changes_at(&self, now: Timestamp) -> Option<Timestamp> {
        let begins = self.meets_at.filter(|_| self.state == State::Held);
        [begins, self.ask_at()]
            .into_iter()
            .flatten()
            .find(|at| *at > now)
    }

    /// Until when the month is open: for a late meeting until both can say how it went. The same whatever one of them has
    /// answered, because what follows a month's end must not come earlier after a yes.
    pub fn open_until(&self, now: Timestamp) -> Timestamp {
        let arranged = self.clone().unanswered().state;
        let is_planned = arranged == State::Planned || self.is_ahead(now);
        let said_by = self.ask_at().filter(|_| is_planned);
        said_by.map_or(self.closes_at, |asked| {
            after(asked, TIME_TO_ANSWER).max(self.closes_at)
        })
    }

    /// The latest time at which a meeting of this month can be planned `now`.
    pub fn latest_meeting(&self, now: Timestamp) -> Timestamp {
        after(self.closes_at, LATE).min(after(now, HORIZON))
    }

    /// The time from which its nudges are counted.
    pub fn asked_from(&self) -> Timestamp {
        self.taken_up_at.unwrap_or(self.opened_at)
    }

    /// The state of a month in which nobody says that they met: on break if a break interrupted it and they have not planned
    /// anything since, otherwise unknown.
    pub fn silence(&self) -> State {
        match self.taken_up_at {
            Some(at) if self.meets_at.is_none_or(|meets_at| meets_at <= at) => State::OnBreak,
            _ => State::Unknown,
        }
    }

    /// The month as one partner may know it. A meeting that only the other one said was held (`knows` is false) looks as if
    /// nobody had answered.
    #[must_use]
    pub fn as_seen(self, knows: bool) -> Self {
        if knows { self } else { self.unanswered() }
    }

    /// The month as if nobody had said that they met: what was arranged, which both know. Whatever both can see follows from
    /// it, or one of them could tell what the other answered.
    #[must_use]
    pub fn unanswered(mut self) -> Self {
        if self.state != State::Held {
            return self;
        }
        self.held_at = None;
        self.state = match self.arranged {
            _ if self.is_off => {
                self.meets_at = None;
                State::Skipped
            }
            Some(State::Held) | None if self.meets_at.is_some() => State::Planned,
            Some(State::Held) | None => State::Open,
            Some(arranged) => arranged,
        };
        if self.closed_at.is_some() && self.state.is_running() {
            self.state = self.silence();
        }
        self
    }

    /// Whether they had a time for it that was not called off, which both know.
    pub fn had_a_time(self) -> bool {
        let seen = self.unanswered();
        seen.meets_at.is_some() && seen.state != State::Skipped
    }

    /// Whether it is over without a word that they met.
    pub fn is_quiet(&self) -> bool {
        self.closed_at.is_some() && self.state.is_quiet()
    }

    /// When to ask whether they met.
    pub fn ask_at(&self) -> Option<Timestamp> {
        self.meets_at.map(|at| {
            at.saturating_add(SignedDuration::from_mins(
                MEETING_MINUTES + ASKED_AFTER_MINUTES,
            ))
            .unwrap_or(Timestamp::MAX)
        })
    }
}

/// A time that a pair chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plan {
    None,
    Ahead(Timestamp),
    Passed(Timestamp),
}

/// The opening from which later openings are counted, so that a short month does not pull them forward.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchor {
    pub at: Timestamp,
    pub number: u8,
}

impl Anchor {
    /// The anchor of cycle `number` that opens `now`, given the anchor of the cycle before it.
    pub fn for_opening(
        before: Option<Anchor>,
        number: u8,
        now: Timestamp,
        zone: &TimeZone,
    ) -> Self {
        let afresh = Anchor { at: now, number };
        let Some(before) = before else { return afresh };
        let drift = now.duration_since(before.opening(number, zone));
        if drift.abs() > DRIFT { afresh } else { before }
    }

    /// When cycle `number` opens. Months are counted on the clocks of `zone`.
    pub fn opening(&self, number: u8, zone: &TimeZone) -> Timestamp {
        let months = i32::from(number) - i32::from(self.number);
        months_after(self.at, months, zone)
    }

    /// When the cycle after `number` opens, if `number` opened at `opened`.
    pub fn next_opening(&self, number: u8, opened: Timestamp, zone: &TimeZone) -> Timestamp {
        let earliest = opened.saturating_add(SHORTEST).unwrap_or(Timestamp::MAX);
        self.opening(number.saturating_add(1), zone).max(earliest)
    }
}

named! {
    /// | from | to | when |
    /// |---|---|---|
    /// | open, planned | sorting | "we'll sort it out", also after a meeting that did not come about |
    /// | open, sorting, planned | planned | a time is chosen, or another one |
    /// | open, sorting, planned | skipped | one of them skips the month |
    /// | sorting | open | one of them is back from a break: it is asked afresh |
    /// | open, sorting, planned | on_break | the month ran out while one of them was on a break, or with nothing planned since |
    /// | open, sorting, planned | unknown | the month ran out and nobody said that they met |
    /// | open, sorting, planned, skipped, on_break, unknown | held | the first yes, however late |
    pub enum State {
        /// Nothing is planned yet.
        Open = "open",
        /// They arrange a time by themselves.
        Sorting = "sorting",
        /// They have a time.
        Planned = "planned",
        /// At least one of them said that they met.
        Held = "held",
        /// A month skipped on purpose: nobody's fault.
        Skipped = "skipped",
        /// Does not count, because one of them was away from the program.
        OnBreak = "on_break",
        /// Nobody answered. It never means "did not meet".
        Unknown = "unknown",
    }
}

impl State {
    /// Whether there is still something to arrange.
    pub fn is_running(self) -> bool {
        matches!(self, State::Open | State::Sorting | State::Planned)
    }

    /// Whether the month passed without a word that they met.
    pub fn is_quiet(self) -> bool {
        matches!(self, State::Skipped | State::Unknown)
    }

    pub fn may_become(self, next: State) -> bool {
        use State::{Held, OnBreak, Open, Planned, Skipped, Sorting, Unknown};
        match next {
            Sorting => matches!(self, Open | Planned),
            Planned | Skipped | OnBreak | Unknown => self.is_running(),
            Open => self == Sorting,
            Held => self != Held,
        }
    }
}

named! {
    /// The answer to "did you meet?".
    #[derive(serde::Serialize, serde::Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum MetAnswer {
        Yes = "yes",
        /// The meeting moves to another time.
        Moved = "moved",
        No = "no",
    }
}

#[cfg(test)]
mod tests;
