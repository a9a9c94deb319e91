//! A local Slack: stateful, strict, over HTTP. Scenes, rehearsals and the demo run against it.
//!
//! It shares nothing with the bot but the [`Clock`]: what the bot gets wrong about Slack must not be got
//! wrong here in the same way. It signs what it sends, holds the bot to Slack's limits, scopes and windows,
//! keeps what people see, and counts what went wrong by itself ([`Tally`]).
//!
//! ```text
//! people.rs             what people do: commands, shortcuts              ┐
//! screens.rs, forms.rs  buttons, menus, modals                           ├ inbound.rs, payload.rs: signed requests
//! workspace.rs          who is there; events when that changes           ┘
//! api/                  Slack's Web API and `response_url`s, for the bot
//! state.rs, messages.rs the workspace; tickets.rs, limits.rs, faults.rs, tally.rs beside it
//! blocks/               Block Kit: limits, fields, values
//! seen.rs, render/      what people see, as text; places.rs where they can go
//! record.rs             what crosses the wire, for those who look
//! ```

mod api;
mod blocks;
mod faults;
mod forms;
mod inbound;
mod limits;
mod listener;
mod messages;
mod payload;
mod people;
mod places;
mod record;
mod render;
mod screens;
mod seen;
mod state;
mod tally;
mod tickets;
mod workspace;

#[cfg(test)]
mod tests;

pub use faults::{EventFault, Fault, Faults};
pub use forms::{Answers, Submitted, Value};
pub use people::Answer;
pub use places::Place;
pub use record::{Exchange, Way};
pub use screens::Screen;
pub use seen::{GroupDm, Home, Message, MessageRef, Modal, Rendered, Seen, SharedFile};
pub use tally::{ByKind, Kind, Tally, is_unasked};
pub use workspace::User;

use crate::clock::Clock;
use jiff::civil::Weekday;
use jiff::{SignedDuration, Timestamp};
use state::State;
use std::collections::BTreeSet;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// How the workspace and the installed app are.
#[derive(Clone, Debug)]
pub struct Options {
    pub team_id: String,
    pub team_name: String,
    /// Set: the app is installed for a whole organization, and payloads look that way (`team: null`).
    pub enterprise: Option<String>,
    pub bot_token: String,
    pub signing_secret: String,
    pub client_id: String,
    pub client_secret: String,
    /// What the token may do.
    pub scopes: BTreeSet<String>,
    /// The events the app subscribed to.
    pub events: BTreeSet<String>,
    pub bot_user_id: String,
    pub bot_id: String,
    pub bot_name: String,
    pub app_id: String,
    /// The slash command.
    pub command: String,
    /// "Escape channels, users, and links" of the slash command: mentions arrive as `<@U…|name>`, else `@name`.
    pub should_escape: bool,
    /// 127.0.0.1; `None`: any free port.
    pub port: Option<u16>,
    /// Whether the words of all messages are kept; otherwise of the last few in each conversation.
    pub keep_bodies: bool,
    /// People whose whole history is kept all the same.
    pub keep_bodies_of: BTreeSet<String>,
    /// How long Slack looks at a file, on its clock, before messages may show it.
    pub processing: SignedDuration,
    /// Of the dice for faults.
    pub seed: u64,
    /// When unasked-for messages are welcome, in each person's own time zone: from, to (hours).
    pub work_hours: (i8, i8),
    pub work_week: Vec<Weekday>,
    /// How long (real time) to look for what follows an acknowledgment, without [`Sandbox::after_ack`].
    pub settle: Duration,
}

impl Default for Options {
    fn default() -> Self {
        let set = |words: &str| words.split(' ').map(str::to_owned).collect();
        Self {
            team_id: "T0SANDBOX".into(),
            team_name: "Sandbox".into(),
            enterprise: None,
            bot_token: "xoxb-sandbox-token".into(),
            signing_secret: "8f742231b10e8888abcd99yyyzzz85a5".into(),
            client_id: "1111111111.2222222222".into(),
            client_secret: "sandbox-client-secret".into(),
            scopes: set(
                "commands chat:write im:write im:history mpim:write users:read channels:read files:write",
            ),
            events: set("app_home_opened app_uninstalled team_join tokens_revoked user_change"),
            bot_user_id: "U0BOT".into(),
            bot_id: "B0BOT".into(),
            bot_name: "Reverse Mentor".into(),
            app_id: "A0SANDBOX".into(),
            command: "/reverse-mentor".into(),
            should_escape: true,
            port: None,
            keep_bodies: true,
            keep_bodies_of: BTreeSet::new(),
            processing: SignedDuration::from_millis(1500),
            seed: 1,
            work_hours: (9, 17),
            work_week: vec![
                Weekday::Monday,
                Weekday::Tuesday,
                Weekday::Wednesday,
                Weekday::Thursday,
                Weekday::Friday,
            ],
            settle: Duration::from_millis(300),
        }
    }
}

/// A running local Slack. Cheap to clone; it stops when the last clone is dropped.
#[derive(Clone)]
pub struct Sandbox {
    inner: Arc<Inner>,
    _server: Arc<Server>,
}

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Sandbox").field(&self.inner.address).finish()
    }
}

/// Stops serving when dropped.
struct Server(tokio::task::AbortHandle);

impl Drop for Server {
    fn drop(&mut self) {
        self.0.abort();
    }
}

type Hook = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

struct Inner {
    clock: Clock,
    /// How far Slack's clock is ahead of the bot's, in milliseconds: only its answers' `Date` tells.
    ahead: AtomicI64,
    address: SocketAddr,
    state: Mutex<State>,
    http: reqwest::Client,
    bot: Mutex<Option<String>>,
    hook: Mutex<Option<Hook>>,
    /// Told about every change, for those who wait for one.
    changed: watch::Sender<u64>,
}

impl Inner {
    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// What the `Date` of answers says.
    fn slacks_now(&self) -> Timestamp {
        let ahead = SignedDuration::from_millis(self.ahead.load(Ordering::Relaxed));
        self.clock
            .now()
            .saturating_add(ahead)
            .unwrap_or(Timestamp::MAX)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A panic while holding the lock is a failed test already.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self) {
        self.changed.send_modify(|count| *count += 1);
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

impl Sandbox {
    /// Serves on 127.0.0.1 until dropped.
    pub async fn start(clock: Clock, options: Options) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", options.port.unwrap_or(0))).await?;
        let inner = Arc::new(Inner {
            clock,
            ahead: AtomicI64::new(0),
            address: listener.local_addr()?,
            state: Mutex::new(State::new(options)),
            http: inbound::http_client()?,
            bot: Mutex::new(None),
            hook: Mutex::new(None),
            changed: watch::channel(0).0,
        });
        let service = api::routes(inner.clone());
        let server = axum::serve(listener::Cuttable(listener), service).into_future();
        let server = Server(tokio::spawn(server).abort_handle());
        Ok(Self {
            inner,
            _server: Arc::new(server),
        })
    }

    /// Base address of the Web API, for `SLACK_API_URL`.
    pub fn api_url(&self) -> String {
        self.inner.url("/api")
    }

    /// Where the bot listens, such as `http://127.0.0.1:3000`.
    pub fn connect(&self, bot: &str) {
        let mut place = self
            .inner
            .bot
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *place = Some(bot.trim_end_matches('/').to_owned());
    }

    /// Awaited after each answer of the bot, in place of looking for [`Options::settle`]: it should return
    /// once what the bot does after the acknowledgment (opening a modal) is done.
    pub fn after_ack<F, Fut>(&self, hook: F)
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        let hook: Hook = Arc::new(move || Box::pin(hook()));
        let mut place = self
            .inner
            .hook
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *place = Some(hook);
    }

    /// What was counted so far.
    pub fn tally(&self) -> Tally {
        self.inner.state().tally.clone()
    }

    pub fn faults(&self) -> Faults {
        self.inner.state().trouble.faults.clone()
    }

    pub fn set_faults(&self, faults: Faults) {
        self.inner.state().trouble.faults = faults;
    }

    /// The next call of `method` (or `response_url`) goes wrong like this; several orders queue up.
    pub fn fail_next(&self, method: &str, fault: Fault) {
        self.inner.state().trouble.order(method, fault);
    }

    /// Every call of `method` is answered with this error, until [`Sandbox::heal`].
    pub fn fail_with(&self, method: &str, error: &str) {
        self.inner.state().trouble.stand(method, Some(error));
    }

    /// From now on, the `Date` of Slack's answers is this far ahead of the clock: the bot's clock is wrong.
    pub fn set_clock_ahead(&self, ahead: SignedDuration) {
        let ms = i64::try_from(ahead.as_millis()).unwrap_or(0);
        self.inner.ahead.store(ms, Ordering::Relaxed);
    }

    /// From now on, Slack looks at files for this long before messages may show them.
    pub fn take_time_over_files(&self, time: SignedDuration) {
        self.inner.state().options.processing = time;
    }

    pub fn heal(&self, method: &str) {
        self.inner.state().trouble.stand(method, None);
    }

    /// The delivery of the next event goes wrong like this; several orders queue up.
    pub fn fail_next_event(&self, fault: EventFault) {
        self.inner.state().trouble.order_event(fault);
    }
}
