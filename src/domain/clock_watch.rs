//! Whether the machine's clock can be believed.
//!
//! A clock that is wrong for a few seconds does harm for years: timers run that are not due, and what is planned meanwhile is
//! planned from a time that never comes. Three witnesses tell: time that runs evenly inside this process, the latest time
//! that the database remembers (the mark), and the date in Slack's answers. Slack's word counts most.
//!
//! | from | to | when |
//! |---|---|---|
//! | believed | held | Slack's date is more than two minutes off, or the clock went ahead by more than an hour |
//! | held | believed | Slack's date agrees; the clock was set right again; after a jump, no word from Slack for five minutes |
//!
//! While it is held, nothing is sent and no timer runs.

use jiff::{SignedDuration, Timestamp};

/// Clocks that differ by less agree.
pub const TOLERANCE: SignedDuration = SignedDuration::from_mins(2);
/// A clock that goes ahead by more is not believed without Slack's word. Less does little harm until Slack is asked.
const LEAP: SignedDuration = SignedDuration::from_hours(1);
/// How long Slack's word is waited for after a jump: the machine may only have slept, and Slack may be away.
const PATIENCE: SignedDuration = SignedDuration::from_mins(5);

/// What the clock shows, beside time that runs evenly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    pub wall: Timestamp,
    pub steady: SignedDuration,
}

/// Why the clock is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It went ahead by this much at once, here or between two runs of this program, and Slack has not confirmed it.
    Jumped(SignedDuration),
    /// It is ahead of Slack's by this much (behind, when negative).
    Wrong(SignedDuration),
}

/// What is worth a line in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It was set by this much: Slack should be asked.
    Set(SignedDuration),
    Held(Why),
    /// Slack has said nothing for long enough.
    BelievedUnconfirmed,
    /// It agrees with Slack's again.
    RightAgain,
}

#[derive(Clone, Copy, Debug)]
struct Held {
    why: Why,
    /// On the even time.
    since: SignedDuration,
}

#[derive(Debug, Default)]
pub struct ClockWatch {
    last: Option<Reading>,
    held: Option<Held>,
    /// Slack's last word was that it is right, and it has not been set since.
    confirmed: bool,
    /// The latest time that was ever shown.
    latest: Option<Timestamp>,
    /// The database has told its mark.
    has_mark: bool,
}

impl ClockWatch {
    /// The clock was looked at.
    pub fn observe(&mut self, now: Reading) -> Option<Change> {
        let jump = self.last.map_or(SignedDuration::ZERO, |last| {
            now.wall.duration_since(last.wall) - (now.steady - last.steady)
        });
        self.last = Some(now);
        self.shown(now.wall);
        if jump.abs() > TOLERANCE {
            self.confirmed = false;
            return Some(self.jumped(jump, now.steady));
        }
        match self.held {
            Some(Held {
                why: Why::Jumped(_),
                since,
            }) if now.steady - since >= PATIENCE => {
                self.held = None;
                Some(Change::BelievedUnconfirmed)
            }
            _ => None,
        }
    }

    fn jumped(&mut self, by: SignedDuration, steady: SignedDuration) -> Change {
        let off = match self.held.map(|held| held.why) {
            Some(Why::Jumped(off) | Why::Wrong(off)) => off.saturating_add(by),
            None => by,
        };
        let why = match self.held.map(|held| held.why) {
            Some(Why::Wrong(_)) => Why::Wrong(off),
            Some(Why::Jumped(_)) | None => Why::Jumped(off),
        };
        let stays = match why {
            Why::Wrong(off) => off.abs() > TOLERANCE,
            Why::Jumped(off) => off > LEAP,
        };
        if stays {
            return self.hold(why, steady);
        }
        match self.held.take() {
            Some(_) => Change::RightAgain,
            None => Change::Set(by),
        }
    }

    fn hold(&mut self, why: Why, since: SignedDuration) -> Change {
        self.held = Some(Held { why, since });
        Change::Held(why)
    }

    /// Slack answered just now: our clock is ahead of its date by `skew`.
    pub fn slack_says(&mut self, skew: SignedDuration, now: Reading) -> Option<Change> {
        self.confirmed = skew.abs() <= TOLERANCE;
        if self.confirmed {
            return self.held.take().map(|_| Change::RightAgain);
        }
        let was_wrong = matches!(
            self.held,
            Some(Held {
                why: Why::Wrong(_),
                ..
            })
        );
        let change = self.hold(Why::Wrong(skew), now.steady);
        (!was_wrong).then_some(change)
    }

    /// The database remembers that it was `mark` already. The first time, after a start, a clock far ahead of the mark may
    /// be right (the program did not run) or wrong: Slack knows.
    pub fn remembers(&mut self, mark: Timestamp, now: Reading) -> Option<Change> {
        let ahead = now.wall.duration_since(mark);
        let is_first = !std::mem::replace(&mut self.has_mark, true);
        self.shown(mark);
        let doubt = is_first && !self.confirmed && self.held.is_none() && ahead > LEAP;
        doubt.then(|| self.hold(Why::Jumped(ahead), now.steady))
    }

    fn shown(&mut self, at: Timestamp) {
        self.latest = Some(self.latest.map_or(at, |latest| latest.max(at)));
    }

    /// Why nothing may be sent or run, if so.
    pub fn held(&self) -> Option<Why> {
        self.held.map(|held| held.why)
    }

    /// Whether Slack has to be asked for the time.
    pub fn wants_word(&self) -> bool {
        !self.confirmed
    }

    /// Slack confirms the clock, and yet it was later once: what was planned then has to be mended. How far ahead that was.
    pub fn to_mend(&self) -> Option<SignedDuration> {
        let (last, latest) = (self.last?, self.latest?);
        let ahead = latest.duration_since(last.wall);
        (self.confirmed && ahead > TOLERANCE).then_some(ahead)
    }

    /// It was mended: from here on only what is shown anew counts.
    pub fn mended(&mut self) {
        self.latest = self.last.map(|last| last.wall);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: SignedDuration = SignedDuration::from_secs(1);
    const MINUTE: SignedDuration = SignedDuration::from_mins(1);
    const YEARS: SignedDuration = SignedDuration::from_hours(5 * 365 * 24);

    /// A machine: true time passes, and its clock may be off.
    struct Machine {
        watch: ClockWatch,
        steady: SignedDuration,
        off: SignedDuration,
    }

    impl Machine {
        fn new() -> Self {
            Self {
                watch: ClockWatch::default(),
                steady: SignedDuration::ZERO,
                off: SignedDuration::ZERO,
            }
        }

        fn at(&self) -> Reading {
            let start: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
            Reading {
                wall: start + self.steady + self.off,
                steady: self.steady,
            }
        }

        fn passes(&mut self, span: SignedDuration) -> Option<Change> {
            self.steady += span;
            self.watch.observe(self.at())
        }

        fn is_set(&mut self, off: SignedDuration) -> Option<Change> {
            self.off = off;
            self.passes(SECOND)
        }

        /// Slack's clock is right.
        fn slack_answers(&mut self) -> Option<Change> {
            self.watch.slack_says(self.off, self.at())
        }
    }

    #[test]
    fn a_jump_of_years_is_held_and_what_came_of_it_mended() {
        let mut machine = Machine::new();
        machine.passes(SECOND);
        assert_eq!(machine.slack_answers(), None);
        assert!(!machine.watch.wants_word());
        let jumped = Change::Held(Why::Jumped(YEARS));
        assert_eq!(machine.is_set(YEARS), Some(jumped));
        assert!(machine.watch.wants_word());
        let wrong = Change::Held(Why::Wrong(YEARS));
        assert_eq!(machine.slack_answers(), Some(wrong));
        assert_eq!(machine.slack_answers(), None, "told once");
        // Slack's word does not grow old.
        assert_eq!(machine.passes(MINUTE * 60), None);
        assert_eq!(machine.watch.held(), Some(Why::Wrong(YEARS)));
        assert_eq!(machine.watch.to_mend(), None, "not by a wrong clock");
        assert_eq!(
            machine.is_set(SignedDuration::ZERO),
            Some(Change::RightAgain)
        );
        assert_eq!(machine.watch.to_mend(), None, "not without Slack's word");
        assert_eq!(machine.slack_answers(), None);
        assert!(machine.watch.to_mend().unwrap() > YEARS - MINUTE * 120);
        machine.watch.mended();
        assert_eq!(machine.watch.to_mend(), None);
    }

    #[test]
    fn a_machine_that_slept_goes_on_with_slacks_word_or_after_five_minutes() {
        let night = MINUTE * 60 * 8;
        let mut machine = Machine::new();
        machine.passes(SECOND);
        let held = Some(Change::Held(Why::Jumped(night)));
        assert_eq!(machine.is_set(night), held);
        assert_eq!(machine.passes(MINUTE * 4), None);
        assert!(machine.watch.held().is_some());
        let believed = Some(Change::BelievedUnconfirmed);
        assert_eq!(machine.passes(MINUTE), believed);
        assert_eq!(machine.watch.held(), None);

        let mut machine = Machine::new();
        machine.passes(SECOND);
        machine.is_set(night);
        let now = machine.at();
        assert_eq!(
            machine.watch.slack_says(SECOND, now),
            Some(Change::RightAgain)
        );
        assert_eq!(machine.watch.to_mend(), None);
    }

    #[test]
    fn small_steps_and_slow_drift_are_nobodys_business() {
        let mut machine = Machine::new();
        machine.passes(SECOND);
        for minutes in 1..100 {
            assert_eq!(machine.is_set(MINUTE * minutes), None);
        }
        // Slack sees the sum.
        let wrong = Some(Change::Held(Why::Wrong(MINUTE * 99)));
        assert_eq!(machine.slack_answers(), wrong);
    }

    #[test]
    fn a_step_of_minutes_has_slack_asked_and_holds_nothing() {
        let mut machine = Machine::new();
        machine.passes(SECOND);
        machine.slack_answers();
        let set = Some(Change::Set(MINUTE * 30));
        assert_eq!(machine.is_set(MINUTE * 30), set);
        assert!(machine.watch.wants_word() && machine.watch.held().is_none());
        // Back again, and a clock that lags does no harm either.
        let back = Some(Change::Set(MINUTE * -31));
        assert_eq!(machine.is_set(-MINUTE), back);
        assert_eq!(machine.watch.held(), None);
    }

    #[test]
    fn a_jump_that_is_taken_back_is_forgotten() {
        let mut machine = Machine::new();
        machine.passes(SECOND);
        machine.is_set(YEARS);
        assert_eq!(
            machine.is_set(SignedDuration::ZERO),
            Some(Change::RightAgain)
        );
    }

    #[test]
    fn every_new_jump_has_its_own_five_minutes() {
        let mut machine = Machine::new();
        machine.passes(SECOND);
        machine.is_set(YEARS);
        machine.passes(MINUTE * 4);
        machine.is_set(YEARS * 2);
        assert_eq!(machine.passes(MINUTE * 4), None);
        assert_eq!(machine.passes(MINUTE), Some(Change::BelievedUnconfirmed));
    }

    /// The mark of a database whose last run ended `ago`.
    fn starts_after(ago: SignedDuration) -> (Machine, Option<Change>) {
        let mut machine = Machine::new();
        machine.passes(SECOND);
        let now = machine.at();
        let change = machine.watch.remembers(now.wall - ago, now);
        (machine, change)
    }

    #[test]
    fn after_a_start_the_mark_stands_in_for_even_time() {
        let (_, change) = starts_after(MINUTE);
        assert_eq!(change, None);
        let (mut machine, change) = starts_after(YEARS);
        assert_eq!(change, Some(Change::Held(Why::Jumped(YEARS))));
        assert_eq!(machine.slack_answers(), Some(Change::RightAgain));
        // Only the first mark: later ones are ours, or another replica's.
        let now = machine.at();
        assert_eq!(machine.watch.remembers(now.wall - YEARS, now), None);
    }

    #[test]
    fn a_mark_in_the_future_is_mended_once_slack_confirms() {
        let (mut machine, change) = starts_after(-YEARS);
        assert_eq!(change, None);
        assert_eq!(machine.watch.to_mend(), None);
        machine.slack_answers();
        assert_eq!(machine.watch.to_mend(), Some(YEARS));
        // Slack may have spoken before the database did.
        let mut machine = Machine::new();
        machine.passes(SECOND);
        machine.slack_answers();
        let now = machine.at();
        assert_eq!(machine.watch.remembers(now.wall + YEARS, now), None);
        assert_eq!(machine.watch.to_mend(), Some(YEARS));
    }
}
