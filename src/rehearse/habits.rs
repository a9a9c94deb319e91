//! People's habits: how fast they answer, and what else they do.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan, Zoned};
use rand::RngExt;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

/// A person's habit throughout a rehearsal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Habit {
    /// Answers within an hour or two.
    Prompt,
    /// Answers the same day or the next.
    Steady,
    /// Answers after days.
    Slow,
    /// Joins and then rarely answers.
    Silent,
    /// Answers promptly, and sometimes from another time zone.
    Travelling,
    /// Takes a break from the program and comes back.
    Pausing,
    /// Takes a break without a date and never comes back.
    Away,
    /// Answers, but never signs.
    Unsigning,
    /// Edits the goals before signing, and reads everything twice.
    Careful,
    /// Ends the pair or leaves the program during it.
    Leaving,
    /// Leaves the company: the account is deactivated.
    Departing,
    /// Becomes a guest, and later a full member again.
    Guest,
}

/// How many of forty people have each habit.
const OF_FORTY: [(Habit, i32); 12] = [
    (Habit::Prompt, 9),
    (Habit::Steady, 8),
    (Habit::Slow, 6),
    (Habit::Silent, 3),
    (Habit::Travelling, 3),
    (Habit::Pausing, 3),
    (Habit::Away, 1),
    (Habit::Unsigning, 1),
    (Habit::Careful, 2),
    (Habit::Leaving, 2),
    (Habit::Departing, 1),
    (Habit::Guest, 1),
];

impl Habit {
    pub fn word(self) -> &'static str {
        match self {
            Habit::Prompt => "prompt",
            Habit::Steady => "steady",
            Habit::Slow => "slow",
            Habit::Silent => "silent",
            Habit::Travelling => "travelling",
            Habit::Pausing => "pausing",
            Habit::Away => "away",
            Habit::Unsigning => "never signing",
            Habit::Careful => "careful",
            Habit::Leaving => "leaving",
            Habit::Departing => "departing",
            Habit::Guest => "guest",
        }
    }

    /// Whether they answer at all.
    pub fn answers(self, rng: &mut ChaCha8Rng) -> bool {
        let chance = match self {
            Habit::Silent => 0.1,
            Habit::Slow => 0.8,
            _ => 0.95,
        };
        rng.random_bool(chance)
    }

    /// Minutes of working time until they answer.
    pub fn delay(self, rng: &mut ChaCha8Rng) -> i64 {
        match self {
            Habit::Prompt | Habit::Travelling | Habit::Careful => rng.random_range(3..150),
            Habit::Slow | Habit::Silent => rng.random_range(480..2_400),
            _ => rng.random_range(30..720),
        }
    }
}

/// One random habit per person, in the proportions above.
pub fn deal(people: usize, rng: &mut ChaCha8Rng) -> Vec<Habit> {
    let mut dealt = Vec::with_capacity(people);
    let mut owed = [0; OF_FORTY.len()];
    for _ in 0..people {
        // The habit that is owed the most is next, so that any number of people gets a fair share of each.
        for (owed, (_, share)) in owed.iter_mut().zip(OF_FORTY) {
            *owed += share;
        }
        let next = (0..owed.len()).rev().max_by_key(|at| owed[*at]);
        let next = next.unwrap_or_default();
        owed[next] -= 40;
        dealt.push(OF_FORTY[next].0);
    }
    dealt.shuffle(rng);
    dealt
}

const MORNING: i8 = 9;
const EVENING: i8 = 17;

/// The instant after `minutes` of the person's own working time (Monday to Friday, 9 to 17) from `now`, to the minute.
pub fn after_work_minutes(now: Timestamp, zone: &TimeZone, minutes: i64) -> Timestamp {
    let mut at = now.to_zoned(zone.clone());
    let mut left = minutes;
    // More working days than any delay takes.
    for _ in 0..400 {
        let weekend = at.weekday().to_monday_one_offset() > 5;
        if weekend || at.hour() >= EVENING {
            at = morning_after(&at);
            continue;
        }
        if at.hour() < MORNING {
            at = hour_of(&at, MORNING);
        }
        let room = at.duration_until(&hour_of(&at, EVENING)).as_mins().max(0);
        if left < room {
            let minute = at.timestamp().as_second() / 60 + left;
            return Timestamp::from_second(minute * 60).unwrap_or(now).max(now);
        }
        left -= room;
        at = morning_after(&at);
    }
    at.timestamp()
}

/// A random time in the person's working hours about `days` from `now`.
pub fn some_day(now: Timestamp, zone: &TimeZone, days: i64, rng: &mut ChaCha8Rng) -> Timestamp {
    let day = now
        .saturating_add(SignedDuration::from_hours(24 * days))
        .unwrap_or(now);
    let midnight = hour_of(&day.to_zoned(zone.clone()), 0).timestamp();
    after_work_minutes(midnight, zone, rng.random_range(0..470))
}

fn morning_after(at: &Zoned) -> Zoned {
    let tomorrow = at.saturating_add(1.day());
    hour_of(&tomorrow, MORNING)
}

fn hour_of(at: &Zoned, hour: i8) -> Zoned {
    let civil = at.date().at(hour, 0, 0, 0);
    civil
        .to_zoned(at.time_zone().clone())
        .unwrap_or_else(|_| at.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    #[test]
    fn every_number_of_people_has_its_share_of_each_habit() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let forty = deal(40, &mut rng);
        for (habit, share) in OF_FORTY {
            assert_eq!(
                i32::try_from(forty.iter().filter(|h| **h == habit).count()).unwrap(),
                share,
                "{habit:?}"
            );
        }
        let twelve = deal(12, &mut rng);
        assert!(twelve.contains(&Habit::Silent) && twelve.contains(&Habit::Travelling));
    }

    #[test]
    fn work_is_counted_in_peoples_own_working_hours() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        // Friday 16:30 in Berlin plus an hour of work: Monday 9:30.
        let friday = at("2026-03-06T15:30:00Z");
        assert_eq!(
            after_work_minutes(friday, &berlin, 60),
            at("2026-03-09T08:30:00Z")
        );
        // At night: the next morning, also across a clock change.
        let saturday = at("2026-03-28T22:00:00Z");
        assert_eq!(
            after_work_minutes(saturday, &berlin, 5),
            at("2026-03-30T07:05:00Z")
        );
        assert_eq!(after_work_minutes(friday, &berlin, 0), friday);
    }
}
