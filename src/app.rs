//! Wiring and shutdown: assembles the parts.

mod backoff;
mod contact;
mod health;
mod heart;
mod loops;
mod open_sockets;
mod probes;
mod pulse;
mod sockets;
#[cfg(test)]
mod tests;
mod to_mend;
mod working;

use crate::clock::Clock;
use crate::config::Config;
use crate::domain::declared::Declared;
use crate::domain::ids::{TeamId, UserId};
use crate::features::{directory, setup};
use crate::router;
use crate::slack::authorize::AppCredentials;
use crate::slack::client::{CallError, Client};
use crate::slack::verify::Verifier;
use crate::store::db::StoreError;
use crate::store::timers::Work;
use crate::store::{Db, workspaces};
use crate::web::{self, Endpoint};
use crate::work::clients::Clients;
use crate::work::scheduler::Scheduler;
use crate::work::sender::{Sender, UnderWay};
use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use health::Health;
use jiff::{SignedDuration, Timestamp};
use loops::Loops;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// How long work under way may take after a stop signal (promise: the process ends within 10 s).
const FINISH: Duration = Duration::from_secs(8);
/// How long requests wait at start until Slack says who we are. Slack waits three seconds for the answer.
const FIRST_WORD: Duration = Duration::from_secs(1);

/// The bot. Cheap to clone.
#[derive(Clone)]
pub struct App {
    pub db: Db,
    pub clock: Clock,
    pub sender: Sender,
    pub scheduler: Scheduler,
    endpoint: Endpoint,
    entrance: Entrance,
    declared: Option<Arc<Declared>>,
    tick: SignedDuration,
    senders: u8,
    /// Whether probes and metrics have their own listener.
    admin_apart: bool,
    health: Arc<Health>,
    /// Notified when a timer was set: the database wakes one loop, which wakes the matcher's.
    solving: Arc<Notify>,
}

/// How Slack's requests get in: over HTTP, over connections that we open, or both while one is being set up.
#[derive(Clone)]
struct Entrance {
    verifier: Option<Verifier>,
    sockets: Option<Client>,
    /// For many workspaces: each installs the app by itself.
    credentials: Option<AppCredentials>,
}

impl Entrance {
    fn of(config: &Config) -> anyhow::Result<Self> {
        let sockets = config.app_token().map(|token| config.client(token));
        let secret = match config.signing_secret() {
            Err(_) if sockets.is_some() => None,
            secret => Some(secret?),
        };
        Ok(Self {
            verifier: secret.and_then(Verifier::new),
            sockets: sockets.transpose()?,
            credentials: config.app_credentials()?,
        })
    }
}

/// The listeners of the bot.
pub struct Doors {
    /// For Slack.
    pub slack: TcpListener,
    /// For probes and metrics. None means that Slack's listener answers them.
    pub admin: Option<TcpListener>,
}

impl App {
    /// Opens the database and assembles the parts; starts nothing.
    pub async fn new(config: &Config, clock: Clock) -> anyhow::Result<Self> {
        let declared = config.declared()?;
        let entrance = Entrance::of(config)?;
        let db = config.open_database().await?;
        db.share_clock(&clock);
        db.check_key(clock.now()).await?;
        let clients = if let Some(credentials) = &entrance.credentials {
            Clients::many(db.clone(), clock.clone(), credentials.clone())
        } else {
            let client = config.client(config.bot_token()?)?;
            Clients::single(db.clone(), clock.clone(), client)
        };
        let sender = Sender {
            db: db.clone(),
            clock: clock.clone(),
            clients: clients.clone(),
            under_way: UnderWay::default(),
        };
        sender.adopt().await?;
        let scheduler = Scheduler::new(db.clone(), clock.clone());
        let endpoint = Endpoint::new(db.clone(), clock.clone(), clients);
        let tick =
            SignedDuration::from_secs(i64::try_from(config.tick_seconds).unwrap_or(15).max(1));
        Ok(Self {
            db,
            clock,
            sender,
            scheduler,
            endpoint,
            declared: declared.map(Arc::new),
            tick,
            senders: config.senders.max(1),
            admin_apart: config.admin_listen.is_some(),
            health: Arc::new(Health::new(tick, entrance.sockets.is_some())),
            entrance,
            solving: Arc::default(),
        })
    }

    /// All routes for Slack, with those of [`App::probes`] unless they have their own listener.
    pub fn routes(&self) -> Router {
        self.with_probes(self.slack_routes())
    }

    /// Where Slack posts its requests; nowhere in Socket Mode without a signing secret.
    fn slack_routes(&self) -> Router {
        let Entrance {
            verifier,
            credentials,
            ..
        } = self.entrance.clone();
        let endpoint = || self.endpoint.clone();
        let requests = verifier.map(|verifier| web::routes(endpoint(), verifier));
        let consent = credentials.map(|known| web::consent_routes(endpoint(), known));
        let both = [requests, consent].into_iter().flatten();
        both.fold(Router::new(), Router::merge)
    }

    /// The routes at start. A request before we know the workspace would be told that there is no program, so it waits, until
    /// `deadline` at most: without Slack, we answer what we can. Probes are answered at once.
    fn front_door(&self, deadline: Instant) -> Router {
        let wait = move |State(app): State<Self>, request: Request, next: Next| async move {
            if !app.health.is_introduced() {
                let _ = tokio::time::timeout_at(deadline, app.health.introduced()).await;
            }
            next.run(request).await
        };
        let slack = self.slack_routes();
        self.with_probes(slack.layer(from_fn_with_state(self.clone(), wait)))
    }

    fn with_probes(&self, slack: Router) -> Router {
        if self.admin_apart {
            return slack;
        }
        slack.merge(self.probes())
    }

    /// `/healthz`, `/readyz` and `/metrics`.
    pub fn probes(&self) -> Router {
        probes::routes(self.health.clone())
    }

    /// Asks Slack who we are, stores the workspace, and declares its program if a program.toml does.
    pub async fn introduce(&self) -> anyhow::Result<()> {
        if self.entrance.credentials.is_some() {
            self.health.introduce();
            return Ok(());
        }
        let (team, bot) = self.who_are_we().await?;
        self.settle_in(team, bot).await
    }

    /// The workspace's id and the bot's user id.
    async fn who_are_we(&self) -> Result<(String, String), CallError> {
        self.sender.clients.app().who_am_i().await
    }

    async fn settle_in(&self, team: String, bot: String) -> anyhow::Result<()> {
        anyhow::ensure!(
            !team.is_empty(),
            "Slack did not say which workspace the token is for"
        );
        tracing::info!(%team, "connected to Slack");
        let mut tx = self.db.write(&TeamId(team), self.clock.now()).await?;
        let settled = async {
            let gone_since = workspaces::installed(&mut tx, &UserId(bot)).await?;
            // Our one token is for this workspace; with another workspace's people it would message strangers.
            workspaces::others_uninstalled(&mut tx).await?;
            match &self.declared {
                Some(file) => setup::from_file(&mut tx, file).await?,
                None => setup::released(&mut tx).await?,
            }
            setup::started(&mut tx).await?;
            directory::installed(&mut tx, gone_since).await?;
            router::happenings(&mut tx).await
        }
        .await;
        if let Err(error) = settled {
            tx.rollback().await;
            return Err(error.into());
        }
        tx.commit().await?;
        self.health.introduce();
        Ok(())
    }

    /// Does everything that is due now, for scenes and rehearsals, which own the clock.
    pub async fn run_due(&self) -> Result<(), StoreError> {
        loop {
            self.settled().await;
            let renewed = self.sender.clients.renew_due().await?;
            let done = renewed + self.scheduler.step().await? + self.sender.step().await?;
            // A query costs less than another try.
            let more = self
                .next_due()
                .await?
                .is_some_and(|at| at <= self.clock.now());
            if done == 0 || !more {
                return Ok(());
            }
        }
    }

    /// Returns once the follow-ups of acknowledgements (modals, answers) are done.
    pub async fn settled(&self) {
        // This mostly takes a few turns; sleeping would add a millisecond to every click of a rehearsal.
        for _ in 0..1_000 {
            if self.endpoint.after.is_empty() {
                return;
            }
            tokio::task::yield_now().await;
        }
        while !self.endpoint.after.is_empty() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// When the next timer, delivery or renewal of a token is due.
    pub async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        let all = [
            self.scheduler.next_due().await?,
            self.sender.next_due().await?,
            self.sender.clients.next_renewal().await?,
        ];
        Ok(all.into_iter().flatten().min())
    }

    /// Serves until `stop`, then finishes work under way. Returns an error when a loop ended before `stop`, because a bot that
    /// looks alive and does nothing is worse than one that is restarted.
    pub async fn serve(self, doors: Doors, stop: CancellationToken) -> anyhow::Result<()> {
        self.serve_with(doors, stop, Loops::default()).await
    }

    async fn serve_with(
        self,
        doors: Doors,
        stop: CancellationToken,
        mut loops: Loops,
    ) -> anyhow::Result<()> {
        let stop = stop.child_token();
        self.start(&mut loops, &stop);
        let mut servers = Loops::default();
        if let Some(admin) = doors.admin {
            servers.spawn(
                "the admin server",
                web::serve(admin, self.probes(), stop.clone()),
            );
        }
        let front = self.front_door(Instant::now() + FIRST_WORD);
        servers.spawn("the server", web::serve(doors.slack, front, stop.clone()));
        self.open_sockets(&mut servers, &stop);
        let dead = tokio::select! {
            biased;
            () = stop.cancelled() => None,
            dead = loops.first_to_end() => Some(dead),
            dead = servers.first_to_end() => Some(dead),
        };
        if let Some(dead) = &dead {
            tracing::error!("{dead}");
            stop.cancel();
        }
        self.finish(servers, loops).await;
        dead.map_or(Ok(()), |dead| Err(dead.into()))
    }

    /// Starts everything that must run as long as the process.
    fn start(&self, loops: &mut Loops, stop: &CancellationToken) {
        let stop = || stop.clone();
        loops.spawn("the heart", self.clone().live(stop()));
        loops.spawn("the contact to Slack", self.clone().keep_in_touch(stop()));
        for _ in 0..self.senders {
            loops.spawn("the sender", self.clone().send(stop()));
        }
        loops.spawn("the renewal of tokens", self.clone().renew_tokens(stop()));
        let others = self.clone().schedule(Work::Others, stop());
        loops.spawn("the scheduler", others);
        let solving = self.clone().schedule(Work::Solving, stop());
        loops.spawn("the matcher", solving);
    }

    async fn finish(&self, mut servers: Loops, mut loops: Loops) {
        let finish = async {
            // Requests first, because they start more work until they are answered.
            let _ = tokio::time::timeout(FINISH / 2, servers.finish()).await;
            self.endpoint.finish().await;
            loops.finish().await;
        };
        if tokio::time::timeout(FINISH, finish).await.is_err() {
            tracing::warn!("not everything finished in time; the rest continues at the next start");
        }
        // Others may still use the file; everything committed is safe.
        let _ = tokio::time::timeout(FINISH / 8, self.db.close()).await;
    }
}
