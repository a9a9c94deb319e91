//! Whether the bot is well, from memory only: probes answer at once, even if the database does not.

use super::open_sockets::OpenSockets;
use super::pulse::Pulse;
use crate::domain::clock_watch::{Change, ClockWatch, Reading, Why};
use jiff::SignedDuration;
use std::fmt::Write as _;
use std::sync::atomic::Ordering;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, watch};

/// The longest wait between two heartbeats, for long ticks, too.
pub(super) const BEAT: SignedDuration = SignedDuration::from_secs(15);
/// A loop that has not run for this many ticks plus a minute counts as dead.
const ALIVE_TICKS: i32 = 4;
/// How late a heartbeat may be; a write counts as failed after five seconds.
const BEAT_LATE: SignedDuration = SignedDuration::from_secs(20);

/// The state of the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Database {
    /// Not tried yet.
    Unknown,
    Works,
    Fails,
}

/// The outcome of the last question to Slack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slack {
    Unknown,
    Answers,
    /// Slack answers but does not accept our token.
    RefusesToken,
    Silent,
}

/// Problems that people have to mend, over all workspaces in which the app is installed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ToMend {
    /// Programs without a single owner who is here.
    pub ownerless: usize,
    /// Programs whose workspace Slack has never told us an event of.
    pub without_events: usize,
    /// Slack's methods that a workspace is refused, each with Slack's code.
    pub refused: Vec<(String, String)>,
    /// Why tokens that expire are not renewed: Slack's codes, or words of ours.
    pub not_renewed: Vec<String>,
}

#[derive(Clone, Copy, Debug)]
struct State {
    /// Whether Slack has told us who we are.
    introduced: bool,
    database: Database,
    held: Option<Why>,
    slack: Slack,
    /// How far our clock is ahead of Slack's.
    skew: Option<SignedDuration>,
    /// Whether the app is installed in any workspace, according to the database.
    installed: Option<bool>,
    /// How often it was installed while this process runs.
    introductions: u32,
}

impl State {
    /// Whether anything may be sent or run.
    fn may_work(&self) -> bool {
        self.database == Database::Works && self.held.is_none()
    }
}

pub(super) struct Health {
    /// How often the loops run.
    tick: SignedDuration,
    state: watch::Sender<State>,
    clock: Mutex<ClockWatch>,
    to_mend: Mutex<ToMend>,
    pub(super) heart: Pulse,
    pub(super) sender: Pulse,
    pub(super) scheduler: Pulse,
    pub(super) matcher: Pulse,
    /// Notified when Slack should be asked for the time.
    pub(super) word_wanted: Notify,
    /// Whether Slack's requests come over connections that we open.
    socket_mode: bool,
    pub(super) sockets: OpenSockets,
}

impl Health {
    /// For a bot whose loops run every `tick`.
    pub(super) fn new(tick: SignedDuration, socket_mode: bool) -> Self {
        Self {
            tick,
            state: watch::Sender::new(State {
                introduced: false,
                database: Database::Unknown,
                held: None,
                slack: Slack::Unknown,
                skew: None,
                installed: None,
                introductions: 0,
            }),
            clock: Mutex::default(),
            to_mend: Mutex::default(),
            heart: Pulse::default(),
            sender: Pulse::default(),
            scheduler: Pulse::default(),
            matcher: Pulse::default(),
            word_wanted: Notify::new(),
            socket_mode,
            sockets: OpenSockets::default(),
        }
    }

    pub(super) fn may_work(&self) -> bool {
        self.state.borrow().may_work()
    }

    /// Returns as soon as sending and running are allowed.
    pub(super) async fn may_work_again(&self) {
        let mut state = self.state.subscribe();
        // The sender lives as long as `self`, so waiting cannot fail.
        let _ = state.wait_for(State::may_work).await;
    }

    /// Returns as soon as sending and running are not allowed.
    pub(super) async fn may_not_work(&self) {
        let mut state = self.state.subscribe();
        let _ = state.wait_for(|state| !state.may_work()).await;
    }

    pub(super) fn introduce(&self) {
        self.change(|state| {
            state.introduced = true;
            state.installed = Some(true);
            state.introductions += 1;
        });
    }

    pub(super) fn is_introduced(&self) -> bool {
        self.state.borrow().introduced
    }

    /// Returns once Slack has told us who we are.
    pub(super) async fn introduced(&self) {
        let mut state = self.state.subscribe();
        let _ = state.wait_for(|state| state.introduced).await;
    }

    pub(super) fn database(&self, now: Database) {
        self.change(|state| state.database = now);
    }

    pub(super) fn introductions(&self) -> u32 {
        self.state.borrow().introductions
    }

    /// The database says whether the app is installed. `introductions` is their number before it was asked: if there has been
    /// another one since, the database's answer is out of date and is ignored.
    pub(super) fn installed(&self, now: bool, introductions: u32) {
        self.change(|state| {
            if state.introductions == introductions {
                state.installed = Some(now);
            }
        });
    }

    pub(super) fn is_installed(&self) -> Option<bool> {
        self.state.borrow().installed
    }

    pub(super) fn slack(&self, now: Slack) {
        self.change(|state| state.slack = now);
    }

    pub(super) fn skew(&self, now: SignedDuration) {
        self.change(|state| state.skew = Some(now));
    }

    /// The problems found at the last heartbeat.
    pub(super) fn to_mend(&self, found: ToMend) {
        *self.to_mend.lock().unwrap_or_else(PoisonError::into_inner) = found;
    }

    fn mending(&self) -> ToMend {
        let found = self.to_mend.lock();
        found.unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        self.state.send_modify(change);
    }

    /// Updates the clock watch with `look`; a change is logged, and Slack is asked for the time. Returns whether the clock is
    /// held, so that nothing may be sent or run.
    pub(super) fn watch(
        &self,
        now: Reading,
        look: impl FnOnce(&mut ClockWatch, Reading) -> Option<Change>,
    ) -> bool {
        let (change, held) = {
            let mut clock = self.clock_watch();
            let change = clock.observe(now);
            if let Some(change) = change {
                tell(change);
            }
            let then = look(&mut clock, now);
            if let Some(change) = then {
                tell(change);
            }
            (change.or(then), clock.held())
        };
        if change.is_some() {
            self.word_wanted.notify_one();
        }
        if self.state.borrow().held != held {
            self.change(|state| state.held = held);
        }
        held.is_some()
    }

    pub(super) fn clock_watch(&self) -> MutexGuard<'_, ClockWatch> {
        self.clock.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The problem, if there is one. Slack's state is no problem here: a bot that is not ready gets no requests, and most can
    /// be answered without Slack.
    pub(super) fn unwell(&self) -> Option<String> {
        let state = *self.state.borrow();
        let late =
            |pulse: &Pulse, more: SignedDuration| pulse.age() > self.tick * ALIVE_TICKS + more;
        let minute = SignedDuration::from_mins(1);
        let trouble = match state.database {
            Database::Unknown => "the database has not been tried yet",
            Database::Fails => "the database takes no writes",
            Database::Works if self.heart.age() > BEAT + BEAT_LATE => {
                "the database has taken no write for a while"
            }
            Database::Works if late(&self.sender, minute) => "the sender is not running",
            Database::Works if late(&self.scheduler, minute) => "the scheduler is not running",
            Database::Works if self.sender.failing.load(Ordering::Relaxed) => {
                "the outbox cannot be read"
            }
            Database::Works
                if self.scheduler.failing.load(Ordering::Relaxed)
                    || self.matcher.failing.load(Ordering::Relaxed) =>
            {
                "timers cannot be read"
            }
            Database::Works => return state.held.map(in_words),
        };
        Some(trouble.to_owned())
    }

    /// Other facts, one per line.
    pub(super) fn details(&self) -> String {
        let state = *self.state.borrow();
        let slack = match state.slack {
            Slack::Unknown => "not asked yet",
            Slack::Answers => "answers",
            Slack::RefusesToken => "does not take our token (anymore): was the app removed?",
            Slack::Silent => "does not answer",
        };
        let app = match (state.introduced, state.installed) {
            (_, Some(true)) => "installed",
            (true, Some(false)) => "not installed (anymore): everything waits until it is back",
            (_, None) | (false, Some(false)) => "Slack has not told us who we are yet",
        };
        let mut out = format!("slack: {slack}\napp: {app}\n");
        let _ = match state.skew {
            Some(skew) => writeln!(out, "clock: {} s ahead of Slack's", skew.as_secs()),
            None => writeln!(out, "clock: Slack has not told us its time yet"),
        };
        if self.socket_mode {
            let _ = writeln!(out, "socket mode: {}", self.sockets.describe());
        }
        let mend = self.mending();
        if mend.ownerless > 0 {
            let _ = writeln!(
                out,
                "owners: {} program(s) without an owner who is still there: workspace admins act for them",
                mend.ownerless
            );
        }
        if mend.without_events > 0 {
            let _ = writeln!(
                out,
                "events: none has ever arrived from {} workspace(s): is the Request URL verified? `reverse-mentor doctor` says more",
                mend.without_events
            );
        }
        for (method, code) in mend.refused {
            let _ = writeln!(
                out,
                "refused: {method} ({code}): what needs it waits, and is tried again within the hour"
            );
        }
        for why in mend.not_renewed {
            let _ = writeln!(
                out,
                "tokens: a workspace's is not renewed ({why}); it is tried again within the hour"
            );
        }
        out
    }

    /// Sets the gauges that need no database.
    pub(super) fn publish(&self) {
        let state = *self.state.borrow();
        let flag = |holds: bool| if holds { 1.0 } else { 0.0 };
        metrics::gauge!("reverse_mentor_ready").set(flag(self.unwell().is_none()));
        metrics::gauge!("reverse_mentor_slack_reachable").set(flag(matches!(
            state.slack,
            Slack::Answers | Slack::RefusesToken
        )));
        metrics::gauge!("reverse_mentor_app_installed").set(flag(
            state.installed == Some(true) && state.slack != Slack::RefusesToken,
        ));
        metrics::gauge!("reverse_mentor_clock_held").set(flag(state.held.is_some()));
        let mend = self.mending();
        let count = |number: usize| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
        metrics::gauge!("reverse_mentor_programs_without_owner").set(count(mend.ownerless));
        metrics::gauge!("reverse_mentor_programs_without_events").set(count(mend.without_events));
        metrics::gauge!("reverse_mentor_refused_methods").set(count(mend.refused.len()));
        metrics::gauge!("reverse_mentor_tokens_not_renewed").set(count(mend.not_renewed.len()));
        if self.socket_mode {
            metrics::gauge!("reverse_mentor_sockets_open").set(count(self.sockets.count()));
        }
        if let Some(skew) = state.skew {
            metrics::gauge!("reverse_mentor_clock_skew_seconds").set(skew.as_secs_f64());
        }
        if state.database != Database::Unknown {
            metrics::gauge!("reverse_mentor_last_write_seconds")
                .set(self.heart.age().as_secs_f64());
        }
    }
}

fn tell(change: Change) {
    match change {
        Change::Set(by) => tracing::warn!(seconds = by.as_secs(), "the machine's clock was set"),
        Change::Held(why) => {
            tracing::error!("{}: nothing is sent and no timer runs", in_words(why));
        }
        Change::BelievedUnconfirmed => tracing::warn!(
            "the clock is trusted: Slack has said nothing about the time for five minutes"
        ),
        Change::RightAgain => tracing::info!("the clock is right (again): work continues"),
    }
}

fn in_words(why: Why) -> String {
    match why {
        Why::Jumped(by) => format!(
            "the clock jumped {} s ahead, and Slack has not confirmed it",
            by.as_secs()
        ),
        Why::Wrong(by) => format!(
            "the clock is {} s {} Slack's",
            by.as_secs().abs(),
            if by.is_negative() {
                "behind"
            } else {
                "ahead of"
            }
        ),
    }
}
