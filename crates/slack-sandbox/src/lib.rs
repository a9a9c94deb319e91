#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

// options.rs, handle.rs  how it is set up, and how its parts reach it; clock.rs, passing.rs its time
// people.rs, talk.rs     what people do: commands, shortcuts, messages   ┐
// screens.rs, forms.rs   buttons, menus, modals; finding.rs by name      ├ inbound.rs, payload.rs: signed requests
//                        fields.rs the fields of a modal                 │ sockets.rs: the same in Socket Mode
// workspace.rs, user.rs  who is there; events when that changes          ┘ request_url.rs: where they go
// site.rs                what all workspaces share: the address, the clock, the app
// organization.rs        the workspaces of one installation, of which an organization has several
// tokens.rs, rotation.rs what the app calls with, and what renews it
// consent/, codes.rs     the page on which somebody agrees to install the app, and what comes of it
// api/                   Slack's Web API and `response_url`s, for the app
// state.rs, messages.rs  the workspace, of conversation.rs; tickets.rs, limits.rs, faults.rs, tally.rs beside it
// blocks/                Block Kit: limits, fields, values
// seen.rs, visible.rs    what people see, render/ as text; places.rs where they can go
// record.rs              what crosses the wire, for those who look
// control/               all of that over HTTP; main.rs, serve.rs the program, people_file.rs who is in its workspace
//
// The crate shares nothing with the app under test but a `Clock`, and not even that with an app in another process, so
// that it does not repeat the app's mistakes about Slack.

mod api;
mod blocks;
mod clock;
mod codes;
mod consent;
#[cfg(feature = "server")]
mod control;
mod conversation;
mod event;
mod faults;
mod fields;
mod finding;
mod forms;
mod handle;
mod inbound;
mod limits;
mod listener;
mod messages;
mod options;
mod organization;
mod passing;
mod payload;
mod people;
#[cfg(feature = "server")]
mod people_file;
mod places;
mod record;
mod render;
mod request_url;
mod rotation;
mod screens;
mod seen;
mod site;
mod sockets;
mod state;
mod talk;
mod tally;
mod tickets;
mod tokens;
mod user;
mod value;
mod visible;
mod workspace;

#[cfg(test)]
mod tests;

pub use clock::{Clock, ManualClock, WallClock};
pub use faults::{EventFault, Fault, Faults};
pub use fields::{Field, fields, fill, state_values};
pub use forms::{Answers, Submitted};
pub use handle::Sandbox;
pub use options::{AppClock, Options, Paths};
pub use people::Answer;
#[cfg(feature = "server")]
pub use people_file::{BadPeopleFile, PeopleFile, Person};
pub use places::{Channel, Place, Posting};
pub use record::{Exchange, Way};
pub use render::{render_message, render_view};
pub use screens::Screen;
pub use seen::{GroupDm, Home, Message, MessageRef, Modal, Rendered, Seen, SharedFile};
pub use tally::{ByKind, Kind, Tally};
pub use user::User;
pub use value::Value;

use handle::{Hook, Inner, Server};
use jiff::SignedDuration;
use site::Site;
use std::future::Future;
use std::io;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;
use tokio::net::TcpListener;
use tokio::sync::watch;

impl Sandbox {
    /// Serves on 127.0.0.1 until dropped.
    pub async fn start(clock: impl Clock, options: Options) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", options.port.unwrap_or(0))).await?;
        let site = Arc::new(Site {
            clock: Arc::new(clock),
            ahead: AtomicI64::new(0),
            address: listener.local_addr()?,
            started: Instant::now(),
            http: inbound::http_client()?,
            bot: Mutex::new(None),
            sockets: Mutex::default(),
            hook: Mutex::new(None),
            challenged: Mutex::default(),
            codes: Mutex::default(),
            changed: watch::channel(0).0,
            workspaces: Mutex::default(),
        });
        let team = options.team_id.clone();
        let inner = Inner::open(&site, options);
        let service = api::routes(site.clone());
        let server = axum::serve(listener::Cuttable(listener), service).into_future();
        let task = tokio::spawn(server).abort_handle();
        Ok(Self {
            inner,
            server: Some(Arc::new(Server { task, site })),
            team,
        })
    }

    /// Another workspace of the same Slack, with nobody in it, in which the app is not installed yet. The app is the same: it
    /// has one address, one signing secret, and one client id. People and channels may have the ids of others here. Where the app is
    /// an organization's ([`Options::enterprise`]), it is another workspace of the organization, in which an id is one person's.
    #[expect(
        clippy::return_self_not_must_use,
        reason = "the workspace is there all the same"
    )]
    pub fn add_workspace(&self, team_id: &str, team_name: &str) -> Self {
        if self.inner.state().options.enterprise.is_some() {
            return self.add_to_organization(team_id, team_name);
        }
        let options = Options {
            team_id: team_id.to_owned(),
            team_name: team_name.to_owned(),
            installed: false,
            ..self.inner.state().options.clone()
        };
        Self {
            inner: Inner::open(&self.inner.site, options),
            server: self.server.clone(),
            team: team_id.to_owned(),
        }
    }

    /// All workspaces, in the order in which they were made.
    pub fn workspaces(&self) -> Vec<Self> {
        let all = self.inner.site.handles().into_iter();
        all.map(|one| Self {
            server: self.server.clone(),
            ..one
        })
        .collect()
    }

    /// The workspace's id: `T…`.
    pub fn team_id(&self) -> String {
        self.team.clone()
    }

    /// Base address of the Web API, for `SLACK_API_URL`.
    pub fn api_url(&self) -> String {
        self.inner.url("/api")
    }

    /// Names the address the app listens on, such as `http://127.0.0.1:3000`. A challenge goes ahead of the first event,
    /// which is delivered if the app sends the challenge back ([`Sandbox::verify_request_url`]).
    pub fn connect(&self, bot: &str) {
        // An address that is given again is checked again.
        let mut challenged = self.inner.challenged();
        challenged.take_if(|known| known.has_failed());
        drop(challenged);
        let mut place = self
            .inner
            .bot
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *place = Some(bot.trim_end_matches('/').to_owned());
    }

    /// The address the app listens on; `None` before [`Sandbox::connect`].
    pub fn app_url(&self) -> Option<String> {
        let place = self.inner.bot.lock();
        place.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sets a hook that is awaited after each answer of the app, instead of waiting for [`Options::settle`]. It should
    /// return once the app has done its work after the acknowledgment, such as opening a modal.
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

    /// Keeps the last exchanges with the app from now on.
    pub fn start_recording(&self) {
        self.inner.state().record.start();
    }

    /// The exchanges kept after this number, oldest first.
    pub fn recorded(&self, after: u64) -> Vec<Exchange> {
        self.inner.state().record.since(after)
    }

    /// The counts so far.
    pub fn tally(&self) -> Tally {
        self.inner.state().tally.clone()
    }

    /// The probabilities of faults.
    pub fn faults(&self) -> Faults {
        self.inner.state().trouble.faults.clone()
    }

    /// Sets the probabilities of faults. Faults ordered with [`Sandbox::fail_next`] stay ordered.
    pub fn set_faults(&self, faults: Faults) {
        self.inner.state().trouble.faults = faults;
    }

    /// Makes the next call of `method` (or `response_url`) go wrong like this. Several orders queue up.
    pub fn fail_next(&self, method: &str, fault: Fault) {
        self.inner.state().trouble.order(method, fault);
    }

    /// Answers every call of `method` with this error, until [`Sandbox::heal`].
    pub fn fail_with(&self, method: &str, error: &str) {
        self.inner.state().trouble.stand(method, Some(error));
    }

    /// Sets the `Date` of Slack's answers this far ahead of the clock, as if the app's clock were wrong.
    pub fn set_clock_ahead(&self, ahead: SignedDuration) {
        let ms = i64::try_from(ahead.as_millis()).unwrap_or(0);
        self.inner.ahead.store(ms, Ordering::Relaxed);
    }

    /// Makes Slack process files for this long before messages may show them.
    pub fn take_time_over_files(&self, time: SignedDuration) {
        self.inner.state().options.processing = time;
    }

    /// Ends [`Sandbox::fail_with`] for `method`.
    pub fn heal(&self, method: &str) {
        self.inner.state().trouble.stand(method, None);
    }

    /// Makes the delivery of the next event go wrong like this. Several orders queue up.
    pub fn fail_next_event(&self, fault: EventFault) {
        self.inner.state().trouble.order_event(fault);
    }
}
