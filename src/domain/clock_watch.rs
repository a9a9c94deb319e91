//! Whether the machine's clock can be trusted.
//!
//! A clock that is wrong for a few seconds does harm for years: timers run before they are due, and everything planned
//! meanwhile starts from a false time. There are three sources to compare: this process's steady clock, the latest time
//! that the database remembers (the mark), and the date in Slack's answers. Slack's date counts most.
//!
//! | from | to | when |
//! |---|---|---|
//! | believed | held | Slack's date is more than two minutes off, or the clock went ahead by more than an hour |
//! | held | believed | Slack's date agrees; the clock was set right again; after a jump, no word from Slack for five minutes |
//!
//! While it is held, nothing is sent and no timer runs.

use jiff::{SignedDuration, Timestamp};

/// Clocks that differ by less than this agree.
pub const TOLERANCE: SignedDuration = SignedDuration::from_mins(2);
/// A forward jump of more than this needs Slack's confirmation. A smaller one does little harm until Slack is asked.
const LEAP: SignedDuration = SignedDuration::from_hours(1);
/// How long to wait for Slack after a jump: the machine may only have slept, and Slack may be unreachable.
const PATIENCE: SignedDuration = SignedDuration::from_mins(5);

/// The wall clock, and the steady clock at the same moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    pub wall: Timestamp,
    pub steady: SignedDuration,
}

/// Why the clock is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It jumped ahead by this much, here or between two runs of this program, and Slack has not confirmed it.
    Jumped(SignedDuration),
    /// It is ahead of Slack's clock by this much (behind, when negative).
    Wrong(SignedDuration),
}

/// A change worth a line in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// The clock was set by this much, so Slack should be asked.
    Set(SignedDuration),
    Held(Why),
    /// Slack did not answer within the waiting time.
    BelievedUnconfirmed,
    /// The clock agrees with Slack's again.
    RightAgain,
}

#[derive(Clone, Copy, Debug)]
struct Held {
    why: Why,
    /// On the steady clock.
    since: SignedDuration,
}

#[derive(Debug, Default)]
pub struct ClockWatch {
    last: Option<Reading>,
    held: Option<Held>,
    /// Slack confirmed the clock, and it has not been set since.
    confirmed: bool,
    /// The latest time that was ever seen.
    latest: Option<Timestamp>,
    /// The database's mark is known.
    has_mark: bool,
}

impl ClockWatch {
    /// Takes a reading of the clock.
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

    /// Takes the date of an answer from Slack: our clock is ahead of it by `skew`.
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

    /// Takes the latest time that the database remembers. After a start, a clock far ahead of the first mark may be right (the
    /// program was not running) or wrong, so Slack is asked.
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

    /// Why nothing may be sent or run, if the clock is held.
    pub fn held(&self) -> Option<Why> {
        self.held.map(|held| held.why)
    }

    /// Whether Slack has to be asked for the time.
    #[cfg(test)]
    fn wants_word(&self) -> bool {
        !self.confirmed
    }

    /// How far ahead the clock once was, if Slack confirms the current time: everything planned then must be repaired.
    pub fn to_mend(&self) -> Option<SignedDuration> {
        let (last, latest) = (self.last?, self.latest?);
        let ahead = latest.duration_since(last.wall);
        (self.confirmed && ahead > TOLERANCE).then_some(ahead)
    }

    /// Call after the repair: only readings from now on count as the latest.
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

    /// A machine whose clock may differ from the true time.
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

        /// Slack's clock shows the true time.
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
        // Slack's answer does not expire.
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
        // Slack's answer gives the sum.
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
        // Setting it back does no harm, and neither does a clock that lags.
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

    /// A machine that starts with a mark from a run that ended `ago`.
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
        // Only the first mark counts: later ones are ours, or another replica's.
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
        // Slack may have answered before the database did.
        let mut machine = Machine::new();
        machine.passes(SECOND);
        machine.slack_answers();
        let now = machine.at();
        assert_eq!(machine.watch.remembers(now.wall + YEARS, now), None);
        assert_eq!(machine.watch.to_mend(), Some(YEARS));
    }
}
