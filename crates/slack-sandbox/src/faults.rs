//! Faults injected between Slack and the app.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::{HashMap, VecDeque};

/// How often each thing goes wrong: probabilities from 0 to 1, rolled with the sandbox's seed.
/// Milliseconds are real ones, not the clock's.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "server",
    derive(serde::Deserialize, serde::Serialize),
    serde(default, deny_unknown_fields)
)]
pub struct Faults {
    /// Every answer takes between zero and this long.
    pub latency_ms: u64,
    /// The answer comes after [`Faults::hang_ms`]; half of the time the call had its effect at once.
    pub hang: f64,
    /// How long a hanging call takes; SDKs give up after some seconds.
    pub hang_ms: u64,
    /// 429 although the app kept to the limits.
    pub too_many: f64,
    /// 500, without effect.
    pub server_error: f64,
    /// 200 with a page of HTML, without effect.
    pub html: f64,
    /// The connection ends before the call had its effect.
    pub cut_before: f64,
    /// The connection ends after the call had its effect: the app cannot know.
    pub cut_after: f64,
    /// Headers at once, the body in two halves [`Faults::hang_ms`] apart.
    pub slow_body: f64,
    /// The effect happened, the answer is half a JSON document.
    pub invalid_json: f64,
    /// An event comes twice under one id.
    pub event_twice: f64,
    /// An event comes twice under two ids.
    pub event_two_ids: f64,
    /// An event comes [`Faults::event_late_s`] seconds late on the clock.
    pub event_late: f64,
    /// The delay of late events, in seconds.
    pub event_late_s: i64,
}

impl Default for Faults {
    fn default() -> Self {
        Self {
            latency_ms: 0,
            hang: 0.0,
            hang_ms: 400,
            too_many: 0.0,
            server_error: 0.0,
            html: 0.0,
            cut_before: 0.0,
            cut_after: 0.0,
            slow_body: 0.0,
            invalid_json: 0.0,
            event_twice: 0.0,
            event_two_ids: 0.0,
            event_late: 0.0,
            event_late_s: 90,
        }
    }
}

impl Faults {
    /// A bad day: about one call in fifty goes wrong.
    pub fn light() -> Self {
        Self {
            latency_ms: 2,
            hang: 0.001,
            too_many: 0.005,
            server_error: 0.005,
            html: 0.002,
            cut_before: 0.003,
            cut_after: 0.003,
            slow_body: 0.001,
            invalid_json: 0.001,
            event_twice: 0.02,
            event_two_ids: 0.01,
            event_late: 0.01,
            ..Self::default()
        }
    }

    /// An outage: about one call in five goes wrong.
    pub fn heavy() -> Self {
        Self {
            latency_ms: 5,
            hang: 0.005,
            too_many: 0.06,
            server_error: 0.05,
            html: 0.02,
            cut_before: 0.03,
            cut_after: 0.03,
            slow_body: 0.005,
            invalid_json: 0.01,
            event_twice: 0.1,
            event_two_ids: 0.05,
            event_late: 0.05,
            ..Self::default()
        }
    }
}

/// One thing that goes wrong with one call to the Web API.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "server",
    derive(serde::Deserialize),
    serde(rename_all = "snake_case")
)]
pub enum Fault {
    /// The answer comes after [`Faults::hang_ms`], and so does the effect.
    HangBefore,
    /// The effect happens at once, the answer comes after [`Faults::hang_ms`].
    HangAfter,
    /// 429 with this many seconds of Retry-After.
    TooMany(u32),
    /// 500 with a page of HTML, without effect.
    ServerError,
    /// 200 with a page of HTML, without effect.
    Html,
    /// The connection ends before the call had its effect.
    CutBefore,
    /// The connection ends after the call had its effect.
    CutAfter,
    /// Headers and half of the body at once, the rest [`Faults::hang_ms`] later.
    SlowBody,
    /// The effect happens, the answer is half a JSON document.
    InvalidJson,
    /// Something in between answers in Slack's place: a proxy's 403, a portal's 302, a wrong address's 404.
    Stranger(u16),
    /// `{"ok":false,"error":…}`, without effect.
    Error(String),
}

impl Fault {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::HangBefore | Self::HangAfter => "fault:hang",
            Self::TooMany(_) => "fault:too_many",
            Self::ServerError => "fault:server_error",
            Self::Html => "fault:html",
            Self::CutBefore => "fault:cut_before",
            Self::CutAfter => "fault:cut_after",
            Self::SlowBody => "fault:slow_body",
            Self::InvalidJson => "fault:invalid_json",
            Self::Stranger(_) => "fault:stranger",
            Self::Error(_) => "fault:error",
        }
    }
}

/// One thing that goes wrong with the delivery of one event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "server",
    derive(serde::Deserialize),
    serde(rename_all = "snake_case")
)]
pub enum EventFault {
    /// It comes twice under one `event_id`, as when Slack missed the answer.
    Twice,
    /// It comes twice under two ids.
    TwoIds,
    /// This many seconds late on the clock; [`super::Sandbox::deliver_due`] brings it.
    Late(i64),
}

/// The dice and what was ordered beforehand.
pub(super) struct Trouble {
    pub faults: Faults,
    rng: ChaCha8Rng,
    next: HashMap<String, VecDeque<Fault>>,
    standing: HashMap<String, String>,
    next_events: VecDeque<EventFault>,
}

impl Trouble {
    pub fn new(seed: u64) -> Self {
        Self {
            faults: Faults::default(),
            rng: ChaCha8Rng::seed_from_u64(seed),
            next: HashMap::new(),
            standing: HashMap::new(),
            next_events: VecDeque::new(),
        }
    }

    pub fn order(&mut self, method: &str, fault: Fault) {
        let queue = self.next.entry(method.to_owned()).or_default();
        queue.push_back(fault);
    }

    pub fn order_event(&mut self, fault: EventFault) {
        self.next_events.push_back(fault);
    }

    pub fn stand(&mut self, method: &str, error: Option<&str>) {
        match error {
            Some(error) => self.standing.insert(method.to_owned(), error.to_owned()),
            None => self.standing.remove(method),
        };
    }

    /// Real milliseconds to wait before the call, and what goes wrong with it.
    pub fn roll(&mut self, method: &str) -> (u64, Option<Fault>) {
        let latency = match self.faults.latency_ms {
            0 => 0,
            most => self.rng.random_range(0..=most),
        };
        if let Some(fault) = self.next.get_mut(method).and_then(VecDeque::pop_front) {
            return (latency, Some(fault));
        }
        if let Some(error) = self.standing.get(method) {
            return (latency, Some(Fault::Error(error.clone())));
        }
        if self.faults == Faults::default() {
            return (latency, None);
        }
        let mut dice: f64 = self.rng.random();
        let after: bool = self.rng.random();
        let faults = &self.faults;
        let hang = if after {
            Fault::HangAfter
        } else {
            Fault::HangBefore
        };
        let table = [
            (faults.hang, hang),
            (faults.too_many, Fault::TooMany(2)),
            (faults.server_error, Fault::ServerError),
            (faults.html, Fault::Html),
            (faults.cut_before, Fault::CutBefore),
            (faults.cut_after, Fault::CutAfter),
            (faults.slow_body, Fault::SlowBody),
            (faults.invalid_json, Fault::InvalidJson),
        ];
        for (chance, fault) in table {
            if dice < chance {
                return (latency, Some(fault));
            }
            dice -= chance;
        }
        (latency, None)
    }

    pub fn roll_event(&mut self) -> Option<EventFault> {
        if let Some(fault) = self.next_events.pop_front() {
            return Some(fault);
        }
        let mut dice: f64 = self.rng.random();
        let table = [
            (self.faults.event_twice, EventFault::Twice),
            (self.faults.event_two_ids, EventFault::TwoIds),
            (
                self.faults.event_late,
                EventFault::Late(self.faults.event_late_s),
            ),
        ];
        for (chance, fault) in table {
            if dice < chance {
                return Some(fault);
            }
            dice -= chance;
        }
        None
    }
}
