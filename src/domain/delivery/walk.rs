//! A model of everything that can happen to deliveries: explored exhaustively for one lane of two messages and two senders,
//! and at random for more of both.
//!
//! The world has rows as the store keeps them, senders that lease, call, crash and answer late, and a Slack that counts. The
//! decisions are the real ones; only the store and Slack are modeled.

use super::*;
use crate::domain::card::Card;
use crate::domain::ids::PairId;
use crate::domain::message::{Attachment, Message};
use crate::domain::outgoing::{DayReservation, Lane, To, Upload};
use crate::domain::timer::Timer;
use crate::domain::trend::Trend;
use proptest::prelude::*;
use std::collections::HashSet;

const T0: i64 = 1_772_445_600;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(T0 + seconds).unwrap()
}

/// The kind of delivery, and who receives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    Direct,
    DirectNudge,
    Group,
    GroupNudge,
    DirectNews,
    GroupNews,
    File,
    Digest,
    /// A card that changes where it stands.
    Card,
}

const SORTS: [Sort; 9] = [
    Sort::Direct,
    Sort::DirectNudge,
    Sort::Group,
    Sort::GroupNudge,
    Sort::DirectNews,
    Sort::GroupNews,
    Sort::File,
    Sort::Digest,
    Sort::Card,
];

impl Sort {
    fn what(self) -> What {
        let person = To::Person(UserId::from("U1"));
        let pair = To::Pair {
            pair: PairId(1),
            members: vec!["U1".into(), "U2".into()],
        };
        let post = |to, reservation| What::Post {
            to,
            message: Message {
                text: "Hi".into(),
                blocks: vec![serde_json::json!({"type": "image"})],
            },
            chart: None,
            reservation,
            passes_on: None,
        };
        let reserved = |timer, until| {
            Some(DayReservation {
                days: Vec::new(),
                timer: Ok(timer),
                until,
            })
        };
        let nudge = reserved(Timer::Unsigned(PairId(1)), None);
        let news = reserved(Timer::News(1), Some(at(60)));
        match self {
            Sort::Direct => post(person, None),
            Sort::DirectNudge => post(person, nudge),
            Sort::Group => post(pair, None),
            Sort::GroupNudge => post(pair, nudge),
            Sort::DirectNews => post(person, news),
            Sort::GroupNews => post(pair, news),
            Sort::File => What::Share {
                to: pair,
                file: Attachment {
                    name: "a.ics".into(),
                    title: "A".into(),
                    comment: "A".into(),
                    content: "A".into(),
                },
                upload: Upload::NotYet,
            },
            Sort::Card => What::Card {
                card: Card::Agreement(PairId(1)),
                place: Lane::Pair(PairId(1)),
                superseded: None,
            },
            Sort::Digest => {
                let mut what = post(To::Channel("C1".into()), None);
                if let What::Post { chart, .. } = &mut what {
                    *chart = Some(Chart {
                        trend: Trend {
                            minimum: 5,
                            weeks: Vec::new(),
                        },
                        file: ChartUpload::NotYet,
                    });
                }
                what
            }
        }
    }

    fn expires(self) -> bool {
        matches!(self, Sort::DirectNudge | Sort::GroupNudge) || self.is_news()
    }

    fn is_news(self) -> bool {
        matches!(self, Sort::DirectNews | Sort::GroupNews)
    }

    fn is_direct(self) -> bool {
        matches!(self, Sort::Direct | Sort::DirectNudge | Sort::DirectNews)
    }
}

impl State {
    fn is_open(self) -> bool {
        matches!(self, State::Queued | State::Leased)
    }
}

/// A row, as the store keeps it.
#[derive(Clone, Debug)]
struct Row {
    state: State,
    delivery: Delivery,
    leases: u32,
    /// It is due.
    due: bool,
    /// A nudge whose key and day were released.
    given_back: bool,
}

/// A sender's call under way.
#[derive(Clone, Debug)]
struct Flight {
    row: usize,
    lease: u32,
    /// The row when it was leased.
    delivery: Delivery,
    call: Call,
    /// Slack has acted on it.
    reached: bool,
}

/// How the store misbehaves, which the walk has to notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Store {
    Sound,
    /// Notes no doubt with a lease.
    ForgetsDoubt,
    /// Lets a note about an earlier lease change the row.
    TakesLateNotes,
    /// Leases the row to a second sender during the first one's lease.
    LeasesTwice,
}

#[derive(Clone, Debug)]
struct World {
    store: Store,
    sort: Sort,
    may_look: bool,
    rows: Vec<Row>,
    flights: Vec<Option<Flight>>,
    /// The messages that Slack shows: which row, and whether it says that it is a repeat.
    shown: Vec<(usize, bool)>,
    /// The working day is over.
    late: bool,
    /// Failures so far, for the bound of the exhaustive walk.
    faults: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Claim(usize),
    Reach(usize),
    Answer(usize, Came),
    Crash(usize),
    LeaseRunsOut,
    TimePasses,
    DayEnds,
    Withdraw(usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Came {
    Well,
    Unclear,
    Unreached,
    Wait,
    CannotTell,
}

const CAME: [Came; 5] = [
    Came::Well,
    Came::Unclear,
    Came::Unreached,
    Came::Wait,
    Came::CannotTell,
];

impl World {
    fn new(sort: Sort, may_look: bool, rows: usize, senders: usize) -> Self {
        let row = |id| Row {
            state: State::Queued,
            delivery: Delivery {
                id,
                kind: Kind::Notice,
                what: sort.what(),
                doubt: Doubt::None,
                attempts: 0,
                channel: None,
                created: at(0),
                expires: (sort.expires() && !sort.is_news()).then(|| at(60)),
            },
            leases: 0,
            due: true,
            given_back: false,
        };
        Self {
            store: Store::Sound,
            sort,
            may_look,
            rows: (0..rows).map(|n| row(i64::try_from(n).unwrap())).collect(),
            flights: vec![None; senders],
            shown: Vec::new(),
            late: false,
            faults: 0,
        }
    }

    fn now(&self) -> Timestamp {
        at(if self.late { 61 } else { 1 })
    }

    /// The only row that may be leased: the first open one of the lane.
    fn head(&self) -> Option<usize> {
        self.rows.iter().position(|row| row.state.is_open())
    }

    fn is_leased_by(&self, flight: &Flight) -> bool {
        let row = &self.rows[flight.row];
        let good = row.state == State::Leased && row.leases == flight.lease && !row.due;
        good || self.store == Store::LeasesTwice
    }

    fn acts(&self) -> Vec<Act> {
        let mut acts = Vec::new();
        let head = self.head();
        for (sender, flight) in self.flights.iter().enumerate() {
            match flight {
                None if head.is_some_and(|head| self.rows[head].due) => {
                    acts.push(Act::Claim(sender));
                }
                None => {}
                Some(flight) => {
                    // A call ends before its lease does; a sender that paused past its lease makes none.
                    if !flight.reached && self.is_leased_by(flight) {
                        acts.push(Act::Reach(sender));
                    }
                    acts.extend(
                        CAME.into_iter()
                            .filter(|came| self.may_come(flight, *came))
                            .map(|came| Act::Answer(sender, came)),
                    );
                    acts.push(Act::Crash(sender));
                }
            }
        }
        if let Some(head) = head {
            let row = &self.rows[head];
            match (row.state, row.due) {
                (State::Leased, false) => acts.push(Act::LeaseRunsOut),
                (State::Queued, false) => acts.push(Act::TimePasses),
                _ => {}
            }
        }
        if self.sort.expires() && !self.late {
            acts.push(Act::DayEnds);
        }
        for (n, row) in self.rows.iter().enumerate() {
            if row.state == State::Queued && row.delivery.doubt == Doubt::None && row.leases == 0 {
                acts.push(Act::Withdraw(n));
            }
        }
        acts
    }

    fn may_come(&self, flight: &Flight, came: Came) -> bool {
        match came {
            Came::Well => flight.reached,
            Came::Unclear => true,
            Came::Unreached | Came::Wait => !flight.reached,
            Came::CannotTell => !self.may_look && matches!(flight.call, Call::FindSent(_)),
        }
    }

    fn does(&mut self, act: Act) {
        match act {
            Act::Claim(sender) => self.claim(sender),
            Act::Reach(sender) => self.reach(sender),
            Act::Answer(sender, came) => {
                self.faults += u32::from(came != Came::Well);
                let flight = self.flights[sender].take().unwrap();
                let outcome = self.outcome(&flight, came);
                let steps = after(&flight.delivery, &flight.call, &outcome, self.now());
                self.apply(flight.row, Some(flight.lease), &steps);
            }
            Act::Crash(sender) => {
                self.faults += 1;
                self.flights[sender] = None;
            }
            Act::LeaseRunsOut | Act::TimePasses => {
                self.faults += u32::from(act == Act::LeaseRunsOut);
                let head = self.head().unwrap();
                self.rows[head].due = true;
            }
            Act::DayEnds => self.late = true,
            Act::Withdraw(row) => self.rows[row].state = State::Expired,
        }
    }

    fn claim(&mut self, sender: usize) {
        let (n, now) = (self.head().unwrap(), self.now());
        let row = &mut self.rows[n];
        match next(&row.delivery, now) {
            Err(steps) => self.apply(n, None, &steps),
            Ok(call) => {
                let taken = row.delivery.clone();
                row.leases += 1;
                row.state = State::Leased;
                row.due = self.store == Store::LeasesTwice;
                row.delivery.attempts += 1;
                if self.store != Store::ForgetsDoubt {
                    row.delivery.doubt = while_leased(&taken, &call);
                }
                self.flights[sender] = Some(Flight {
                    row: n,
                    lease: row.leases,
                    delivery: taken,
                    call,
                    reached: false,
                });
            }
        }
    }

    fn reach(&mut self, sender: usize) {
        let flight = self.flights[sender].as_mut().unwrap();
        flight.reached = true;
        if flight.call.is_seen() || flight.call == Call::Change {
            self.shown.push((flight.row, flight.call.is_repeat()));
        }
    }

    fn outcome(&self, flight: &Flight, came: Came) -> Outcome {
        let there = self.shown.iter().any(|(row, _)| *row == flight.row);
        match came {
            Came::Unclear => Outcome::Unclear("in_doubt".into()),
            Came::Unreached => Outcome::Unreached,
            Came::Wait => Outcome::Wait(SignedDuration::from_secs(30)),
            Came::CannotTell => Outcome::Done(Answer::CannotTell),
            Came::Well => Outcome::Done(match &flight.call {
                Call::Open(_) => Answer::Opened(Some("D1".into())),
                Call::FindSent(_) if !self.may_look => {
                    return Outcome::Refused("missing_scope".into());
                }
                Call::FindSent(_) if !there => Answer::NotFound,
                Call::FindSent(_) | Call::Post { .. } => Answer::Posted {
                    channel: None,
                    ts: None,
                },
                Call::Upload => Answer::Uploaded(Some("F1".into())),
                _ => Answer::Noted,
            }),
        }
    }

    /// Like the store: `Sent` is noted under any lease, everything else only under the row's own.
    fn apply(&mut self, n: usize, lease: Option<u32>, steps: &[Step]) {
        let mut ours = true;
        for step in steps {
            let row = &mut self.rows[n];
            let matches = row.state.is_open()
                && lease
                    .is_none_or(|lease| lease == row.leases || self.store == Store::TakesLateNotes);
            match step {
                Step::Sent { .. } if row.state.is_open() => row.state = State::Sent,
                Step::Fail(_) if matches => row.state = State::Failed,
                Step::Expire if matches => row.state = State::Expired,
                Step::Wait if matches => row.state = State::Waiting,
                Step::Queue(again) if matches => {
                    assert!(row.state.may_become(State::Queued) || lease.is_none());
                    row.state = State::Queued;
                    row.due = again.at <= at(if self.late { 61 } else { 1 });
                    row.delivery = again.delivery.clone();
                }
                Step::Sent { .. } | Step::Fail(_) | Step::Expire | Step::Wait | Step::Queue(_) => {
                    ours = false;
                }
                Step::React(Reaction::Unsent(..)) => row.given_back |= ours,
                Step::React(_) => {}
            }
        }
    }

    /// The invariants that hold at every moment.
    fn holds(&self) -> Result<(), String> {
        for (n, row) in self.rows.iter().enumerate() {
            let shown = |marked| self.shown.iter().filter(|it| **it == (n, marked)).count();
            let (plain, marked) = (shown(false), shown(true));
            let all = plain + marked;
            // A card that is made the same twice is the same.
            if plain > 1 && self.sort != Sort::Card {
                return Err(format!("row {n} is doubled without a word"));
            }
            if self.sort.is_direct() && self.may_look && all > 1 {
                return Err(format!("row {n} is doubled where we can look"));
            }
            if self.sort == Sort::File && all > 2 {
                return Err(format!("file {n} is shared a third time"));
            }
            if row.state == State::Sent && all == 0 {
                return Err(format!("row {n} is lost"));
            }
            if row.given_back && all > 0 {
                return Err(format!("nudge {n} was sent, and will be once more"));
            }
            let is_kept = matches!(row.state, State::Waiting) == row.given_back;
            if self.sort.is_news() && !(is_kept && row.state != State::Expired || row.leases == 0) {
                return Err(format!("news {n} is dropped"));
            }
            let later = self.shown.iter().position(|(of, _)| *of > n);
            let last = self.shown.iter().rposition(|(of, _)| *of == n);
            if later.zip(last).is_some_and(|(later, last)| later < last) {
                return Err(format!("row {n} is out of order"));
            }
        }
        Ok(())
    }

    /// Without further failures, every row comes to an end.
    fn ends_well(&self) -> Result<(), String> {
        let mut world = self.clone();
        for _ in 0..100 {
            let Some(head) = world.head() else {
                return world.holds();
            };
            let flying = world
                .flights
                .iter()
                .position(|it| it.as_ref().is_some_and(|flight| world.is_leased_by(flight)));
            let act = match flying {
                Some(sender) if world.flights[sender].as_ref().unwrap().reached => {
                    Act::Answer(sender, Came::Well)
                }
                Some(sender) => Act::Reach(sender),
                None if !world.rows[head].due => Act::TimePasses,
                None => {
                    world.flights[0] = None;
                    Act::Claim(0)
                }
            };
            world.does(act);
        }
        Err("it never ends".into())
    }

    fn check(&self) -> Result<(), String> {
        self.holds()?;
        let ended = self.rows.iter().filter(|row| !row.state.is_open()).count();
        let shown: HashSet<usize> = self.shown.iter().map(|(row, _)| *row).collect();
        if ended == self.rows.len() && shown.is_empty() && !self.sort.expires() {
            let gave_up = self.rows.iter().any(|row| row.state == State::Failed);
            if gave_up && self.faults == 0 {
                return Err("given up without a reason".into());
            }
        }
        self.ends_well()
    }

    /// Identifies a world.
    fn key(&self) -> String {
        use std::fmt::Write as _;
        let mut key = format!("{:?}{}", self.shown, self.late);
        for row in &self.rows {
            let delivery = &row.delivery;
            let _ = write!(
                key,
                "|{:?}{:?}{}{}{}{:?}{}{}",
                row.state,
                delivery.doubt,
                delivery.attempts,
                row.leases,
                row.due,
                delivery.channel,
                row.given_back,
                waits_for(delivery)
            );
        }
        for flight in &self.flights {
            let flight = flight.as_ref();
            let flight =
                flight.map(|it| (it.row, it.lease, &it.call, it.reached, it.delivery.doubt));
            let _ = write!(key, "|{flight:?}");
        }
        key
    }
}

/// A sound store needs fewer: four calls, and one more for each failure. Broken ones may go on for ever.
const MOST_LEASES: u32 = 8;

/// Explores every order of every event with up to `faults` failures. Returns the number of worlds.
fn walk(first: World, faults: u32) -> usize {
    let (mut seen, mut open) = (HashSet::new(), vec![(first, Vec::new())]);
    while let Some((world, path)) = open.pop() {
        let endless = world.rows.iter().any(|row| row.leases > MOST_LEASES);
        if world.faults > faults || endless || !seen.insert((world.key(), world.faults)) {
            continue;
        }
        if let Err(problem) = world.check() {
            panic!("{problem}, {:?}, after {path:?}", world.sort);
        }
        for act in world.acts() {
            let mut next = world.clone();
            next.does(act);
            let mut path = path.clone();
            path.push(act);
            open.push((next, path));
        }
    }
    seen.len()
}

#[test]
fn nothing_is_lost_or_doubled_whatever_happens_to_two_messages_and_two_senders() {
    let mut worlds = 0;
    for sort in SORTS {
        for may_look in [true, false] {
            worlds += walk(World::new(sort, may_look, 2, 2), 2);
        }
    }
    assert!(worlds > 10_000, "{worlds}");
}

fn broken(store: Store, sort: Sort) {
    let world = World::new(sort, true, 1, 2);
    walk(World { store, ..world }, 3);
}

#[test]
#[should_panic(expected = "doubled")]
fn the_walk_notices_a_store_that_forgets_doubts() {
    broken(Store::ForgetsDoubt, Sort::Direct);
}

#[test]
#[should_panic(expected = "may_become")]
fn the_walk_notices_a_store_that_takes_late_notes() {
    broken(Store::TakesLateNotes, Sort::Direct);
}

#[test]
#[should_panic(expected = "doubled")]
fn the_walk_notices_a_store_that_leases_twice() {
    broken(Store::LeasesTwice, Sort::Direct);
}

#[test]
fn one_message_keeps_its_promise_through_three_faults() {
    for sort in SORTS {
        for may_look in [true, false] {
            walk(World::new(sort, may_look, 1, 2), 3);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Three senders, four messages, and many failures.
    #[test]
    fn nothing_is_lost_or_doubled_in_long_trouble(
        sort in prop::sample::select(&SORTS),
        may_look: bool,
        choices in prop::collection::vec(any::<prop::sample::Index>(), 1..200),
    ) {
        let mut world = World::new(sort, may_look, 4, 3);
        let mut path = Vec::new();
        for choice in choices {
            let acts = world.acts();
            if acts.is_empty() {
                break;
            }
            let act = acts[choice.index(acts.len())];
            path.push(act);
            world.does(act);
            if let Err(problem) = world.check() {
                prop_assert!(false, "{} after {:?}", problem, path);
            }
        }
    }
}
