//! A model of one card at one place: explored exhaustively over every order of changes, new copies, other messages and
//! calls of two senders, of which one call may get lost.
//!
//! Where a change waits is decided by the real [`way`], and which lane is its own by the real [`What::lane`]; the store and
//! Slack are modeled.

use super::{Open, Way, way};
use crate::domain::card::{Card, Posted};
use crate::domain::ids::{ChannelId, CheckinId, PairId, UserId};
use crate::domain::key::Key;
use crate::domain::outgoing::{Lane, What};
use std::collections::HashSet;

const CARD: Card = Card::Agreement(PairId(1));

/// The effect of a row at Slack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Job {
    /// Posts a copy of the card, as it was when the row was written.
    Copy { says: u8 },
    /// Makes the copy that stands what the card is by now.
    Change,
    /// Makes an older copy a line.
    Line { copy: usize },
    /// Posts something else.
    Other,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Row {
    lane: Lane,
    job: Job,
    is_leased: bool,
    is_open: bool,
}

/// The contents that a copy shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Shows {
    Version(u8),
    Line,
}

/// The task of a call at Slack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Rendered {
    NotYet,
    Nothing,
    /// This copy shows this from then on.
    Copy(usize, Shows),
}

/// A call under way.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Flight {
    row: usize,
    rendered: Rendered,
    has_reached: bool,
}

/// How the store misbehaves, which the walk has to notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Store {
    Sound,
    /// A change goes to its own lane even while a copy waits.
    Overtakes,
    /// A change stays among the messages, and they wait for it.
    Blocks,
    /// One change that waits anywhere is enough.
    OneIsEnough,
    /// A lane has two heads.
    TwoHeads,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct World {
    store: Store,
    version: u8,
    copies: u8,
    others: u8,
    faults: u8,
    rows: Vec<Row>,
    flights: [Option<Flight>; 2],
    /// The copies in Slack, oldest first.
    shown: Vec<Shows>,
    stands: Option<usize>,
}

#[derive(Clone, Copy, Debug)]
enum Act {
    Changes,
    Copies,
    SaysOther,
    Claim(usize, usize),
    Render(usize),
    Reach(usize),
    Done(usize),
    Lost(usize),
}

fn place() -> Lane {
    Lane::Person(UserId::from("U1"))
}

fn posted(copy: usize) -> Posted {
    Posted {
        channel: ChannelId::from("D1"),
        ts: copy.to_string(),
    }
}

impl Job {
    fn key(self) -> Key {
        match self {
            Self::Copy { says } => Key::Agreement {
                pair: PairId(1),
                version: says.into(),
            },
            Self::Change => Key::Card { card: CARD, id: 1 },
            Self::Line { .. } => Key::CardReplaced { card: CARD, id: 1 },
            Self::Other => Key::Checkin(CheckinId(1)),
        }
    }

    fn own_lane(self) -> Lane {
        let change = |superseded| What::Card {
            card: CARD,
            place: place(),
            superseded,
        };
        match self {
            Self::Copy { .. } | Self::Other => place(),
            Self::Change => change(None).lane(),
            Self::Line { copy } => change(Some(posted(copy))).lane(),
        }
    }
}

impl World {
    fn new(store: Store) -> Self {
        Self {
            store,
            version: 0,
            copies: 2,
            others: 1,
            faults: 1,
            rows: Vec::new(),
            flights: [None, None],
            shown: Vec::new(),
            stands: None,
        }
    }

    fn push(&mut self, lane: Lane, job: Job) {
        self.rows.push(Row {
            lane,
            job,
            is_leased: false,
            is_open: true,
        });
    }

    fn head(&self, lane: &Lane) -> Option<usize> {
        self.rows
            .iter()
            .position(|row| row.is_open && row.lane == *lane)
    }

    /// The rows that a sender may take. A change whose turn has come among the messages moves, without any call.
    fn heads(&self) -> Vec<usize> {
        let in_lane = |lane: Lane| {
            let open = (0..self.rows.len())
                .filter(move |at| self.rows[*at].is_open && self.rows[*at].lane == lane);
            let most = if self.store == Store::TwoHeads { 2 } else { 1 };
            open.take(most)
        };
        let heads = in_lane(place()).chain(in_lane(place().of_cards()));
        heads.filter(|at| !self.rows[*at].is_leased).collect()
    }

    fn acts(&self) -> Vec<Act> {
        let mut acts = Vec::new();
        if self.version < 2 {
            acts.push(Act::Changes);
        }
        if self.copies > 0 {
            acts.push(Act::Copies);
        }
        if self.others > 0 {
            acts.push(Act::SaysOther);
        }
        for (sender, flight) in self.flights.iter().enumerate() {
            match flight {
                None => acts.extend(self.heads().into_iter().map(|row| Act::Claim(sender, row))),
                Some(flight) if flight.rendered == Rendered::NotYet => {
                    acts.push(Act::Render(sender));
                }
                Some(flight) => {
                    if flight.has_reached {
                        acts.push(Act::Done(sender));
                    } else {
                        acts.push(Act::Reach(sender));
                    }
                    // A lost answer: what reached Slack stands, and the row is taken again.
                    let repeats =
                        matches!(self.rows[flight.row].job, Job::Change | Job::Line { .. });
                    if self.faults > 0 && repeats {
                        acts.push(Act::Lost(sender));
                    }
                }
            }
        }
        acts
    }

    fn does(&mut self, act: Act) -> Result<(), String> {
        match act {
            Act::Changes => {
                self.version += 1;
                self.changes();
            }
            Act::Copies => {
                self.copies -= 1;
                let says = self.version;
                self.push(place(), Job::Copy { says });
            }
            Act::SaysOther => {
                self.others -= 1;
                self.push(place(), Job::Other);
            }
            Act::Claim(sender, row) => self.claim(sender, row),
            Act::Render(sender) => self.render(sender),
            Act::Reach(sender) => return self.reach(sender),
            Act::Done(sender) => self.done(sender),
            Act::Lost(sender) => {
                self.faults -= 1;
                if let Some(flight) = self.flights[sender].take() {
                    self.rows[flight.row].is_leased = false;
                }
            }
        }
        Ok(())
    }

    fn changes(&mut self) {
        let open = self.rows.iter().filter(|row| row.is_open);
        let open: Vec<Open> = open
            .map(|row| Open {
                key: row.job.key(),
                in_own_lane: row.lane != place(),
                is_queued: !row.is_leased,
            })
            .collect();
        let is_change = |row: &Open| matches!(row.key, Key::Card { .. }) && row.is_queued;
        if self.store == Store::OneIsEnough && open.iter().any(is_change) {
            return;
        }
        let way = way(CARD, self.stands.is_some(), &open);
        let lane = match (way, self.store) {
            (None, _) => return,
            (Some(_), Store::Overtakes) | (Some(Way::OwnLane), _) => Job::Change.own_lane(),
            (Some(Way::BehindACopy), _) => place(),
        };
        self.push(lane, Job::Change);
    }

    fn claim(&mut self, sender: usize, at: usize) {
        let row = &mut self.rows[at];
        let own = row.job.own_lane();
        if row.lane != own && self.store != Store::Blocks {
            row.lane = own;
            return;
        }
        row.is_leased = true;
        self.flights[sender] = Some(Flight {
            row: at,
            rendered: Rendered::NotYet,
            has_reached: false,
        });
    }

    /// Reads what the call is to show.
    fn render(&mut self, sender: usize) {
        let Some(flight) = &mut self.flights[sender] else {
            return;
        };
        flight.rendered = match (self.rows[flight.row].job, self.stands) {
            (Job::Change, Some(copy)) => Rendered::Copy(copy, Shows::Version(self.version)),
            (Job::Line { copy }, _) => Rendered::Copy(copy, Shows::Line),
            (Job::Copy { says }, _) => Rendered::Copy(self.shown.len(), Shows::Version(says)),
            (Job::Change, None) | (Job::Other, _) => Rendered::Nothing,
        };
    }

    fn reach(&mut self, sender: usize) -> Result<(), String> {
        let Some(flight) = &mut self.flights[sender] else {
            return Ok(());
        };
        flight.has_reached = true;
        let Rendered::Copy(copy, shows) = flight.rendered else {
            return Ok(());
        };
        match self.shown.get_mut(copy) {
            None => self.shown.push(shows),
            Some(before) if *before > shows => {
                return Err(format!("{before:?} becomes {shows:?} again"));
            }
            Some(before) => *before = shows,
        }
        Ok(())
    }

    fn done(&mut self, sender: usize) {
        let Some(flight) = self.flights[sender].take() else {
            return;
        };
        let row = &mut self.rows[flight.row];
        row.is_open = false;
        if let (Job::Copy { .. }, Rendered::Copy(copy, _)) = (row.job, flight.rendered)
            && let Some(before) = self.stands.replace(copy)
        {
            let job = Job::Line { copy: before };
            self.push(job.own_lane(), job);
        }
    }

    /// When nothing waits any more, the copy that stands says what holds, and the others are lines.
    fn check(&self) -> Result<(), String> {
        let heads_block = self.head(&place()).is_some_and(|at| {
            let row = &self.rows[at];
            row.is_leased && matches!(row.job, Job::Change | Job::Line { .. })
        });
        if heads_block {
            return Err("messages wait for a change of a card".to_owned());
        }
        if self.rows.iter().any(|row| row.is_open) {
            return Ok(());
        }
        for (copy, shows) in self.shown.iter().enumerate() {
            let expected = if self.stands == Some(copy) {
                Shows::Version(self.version)
            } else {
                Shows::Line
            };
            if *shows != expected {
                return Err(format!("copy {copy} shows {shows:?}, not {expected:?}"));
            }
        }
        Ok(())
    }
}

/// Explores every order of every event. Returns the number of worlds.
fn walk(store: Store) -> Result<usize, String> {
    let (mut seen, mut open) = (HashSet::new(), vec![World::new(store)]);
    while let Some(world) = open.pop() {
        if !seen.insert(world.clone()) {
            continue;
        }
        world.check()?;
        for act in world.acts() {
            let mut next = world.clone();
            next.does(act)?;
            open.push(next);
        }
    }
    Ok(seen.len())
}

#[test]
fn a_card_ends_as_what_holds_and_no_message_waits_for_it() {
    let worlds = walk(Store::Sound);
    assert!(
        worlds.as_ref().is_ok_and(|found| *found > 10_000),
        "{worlds:?}"
    );
}

#[test]
fn the_walk_notices_what_a_store_does_wrong() {
    for store in [
        Store::Overtakes,
        Store::Blocks,
        Store::OneIsEnough,
        Store::TwoHeads,
    ] {
        assert!(walk(store).is_err(), "{store:?}");
    }
}
