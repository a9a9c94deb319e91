//! Wiring and shutdown: the parts, put together once.

use crate::clock::Clock;
use crate::config::{BadConfig, Config};
use crate::domain::ids::{TeamId, UserId};
use crate::domain::program::Settings;
use crate::features::setup;
use crate::router;
use crate::slack::client::Client;
use crate::slack::verify::Verifier;
use crate::store::db::StoreError;
use crate::store::timers::Work;
use crate::store::{Db, limits, workspaces};
use crate::telemetry;
use crate::web::{self, Gate};
use crate::work::scheduler::Scheduler;
use crate::work::sender::{BATCH, Sender};
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::get;
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// What is under way when we are told to stop gets this long (promise: gone within 10 s).
const FINISH: Duration = Duration::from_secs(8);
/// How long requests wait at a start for Slack to say who we are. They are Slack's own, and it waits three seconds.
const FIRST_WORD: Duration = Duration::from_secs(1);
/// How often a workspace that removed the app is asked whether it is back.
const RETURN: SignedDuration = SignedDuration::from_mins(10);
/// A loop that has not come round for this many ticks is not alive.
const ALIVE_TICKS: i64 = 4;

/// The bot. Cheap to clone.
#[derive(Clone)]
pub struct App {
    pub db: Db,
    pub clock: Clock,
    pub sender: Sender,
    pub scheduler: Scheduler,
    gate: Gate,
    declared: Option<Arc<Settings>>,
    tick: SignedDuration,
    senders: u8,
    health: Arc<Health>,
    /// Rung when a timer was set: the database tells one loop, which tells the matcher's.
    solving: Arc<Notify>,
}

#[derive(Default)]
struct Health {
    /// Slack has told us who we are.
    introduced: AtomicBool,
    /// Rung when it first did.
    known: Notify,
    sender: AtomicI64,
    scheduler: AtomicI64,
}

impl App {
    /// Opens the database and puts the parts together; starts nothing.
    pub async fn new(config: &Config, clock: Clock) -> anyhow::Result<Self> {
        let declared = config.declared()?;
        let verifier = Verifier::new(config.signing_secret()?)
            .ok_or(BadConfig::Missing("SLACK_SIGNING_SECRET", ""))?;
        let client = Client::new(
            &config.slack_api_url,
            config.bot_token()?,
            config.slack_timeout(),
            clock.clone(),
        )?;
        let db = Db::open(config.database()?, config.keys()?).await;
        let db = db.map_err(|error| config.does_not_open(error))?;
        db.check_key(clock.now()).await?;
        let sender = Sender {
            db: db.clone(),
            clock: clock.clone(),
            client: client.clone(),
        };
        let scheduler = Scheduler {
            db: db.clone(),
            clock: clock.clone(),
        };
        let gate = Gate::new(db.clone(), clock.clone(), client, verifier);
        let tick =
            SignedDuration::from_secs(i64::try_from(config.tick_seconds).unwrap_or(15).max(1));
        Ok(Self {
            db,
            clock,
            sender,
            scheduler,
            gate,
            declared: declared.map(Arc::new),
            tick,
            senders: config.senders.max(1),
            health: Arc::default(),
            solving: Arc::default(),
        })
    }

    /// Every path the bot answers on.
    pub fn routes(&self) -> Router {
        telemetry::metrics();
        Router::new()
            .route("/healthz", get(|| async { "ok" }))
            .route("/readyz", get(ready))
            .route("/metrics", get(metrics))
            .with_state(self.clone())
            .merge(web::routes(self.gate.clone()))
    }

    /// Asks Slack who we are, notes the workspace and declares its program, where a program.toml does.
    pub async fn introduce(&self) -> anyhow::Result<()> {
        let (team, bot) = self.sender.client.who_am_i().await?;
        anyhow::ensure!(
            !team.is_empty(),
            "Slack did not say which workspace the token is for"
        );
        let mut tx = self.db.write(&TeamId(team), self.clock.now()).await?;
        let settled = async {
            workspaces::installed(&mut tx, &UserId(bot)).await?;
            // Our one token is for this workspace; with another's people it would speak to strangers.
            workspaces::others_uninstalled(&mut tx).await?;
            match &self.declared {
                Some(settings) => setup::declared(&mut tx, Settings::clone(settings)).await?,
                None => setup::released(&mut tx).await?,
            }
            setup::started(&mut tx).await?;
            router::happenings(&mut tx).await
        }
        .await;
        if let Err(error) = settled {
            tx.rollback().await;
            return Err(error.into());
        }
        tx.commit().await?;
        self.health.introduced.store(true, Ordering::Relaxed);
        self.health.known.notify_one();
        Ok(())
    }

    /// Does everything that is due now: for scenes and rehearsals, which own the clock.
    pub async fn run_due(&self) -> Result<(), StoreError> {
        loop {
            self.settled().await;
            let done = self.scheduler.step().await? + self.sender.step().await?;
            // Looking is cheaper than trying.
            let more = self
                .next_due()
                .await?
                .is_some_and(|at| at <= self.clock.now());
            if done == 0 || !more {
                return Ok(());
            }
        }
    }

    /// Returns once what follows acknowledgments (modals, answers) is done.
    pub async fn settled(&self) {
        // Mostly a matter of a few turns: sleeping would make a rehearsal's every click a millisecond longer.
        for _ in 0..1_000 {
            if self.gate.after.is_empty() {
                return;
            }
            tokio::task::yield_now().await;
        }
        while !self.gate.after.is_empty() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// When something is due next.
    pub async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        let (timer, sending) = (
            self.scheduler.next_due().await?,
            self.sender.next_due().await?,
        );
        Ok([timer, sending].into_iter().flatten().min())
    }

    /// Serves until `stop`, then finishes what is under way.
    pub async fn serve(self, listener: TcpListener, stop: CancellationToken) -> anyhow::Result<()> {
        let mut loops = JoinSet::new();
        loops.spawn(self.clone().introduce_until_known(stop.clone()));
        for _ in 0..self.senders {
            loops.spawn(self.clone().send(stop.clone()));
        }
        for work in [Work::Others, Work::Solving] {
            loops.spawn(self.clone().schedule(work, stop.clone()));
        }
        // Who comes before we know the workspace would hear that there is no program. The first few wait, not for long:
        // with Slack away, we answer what we can.
        let known = self.health.known.notified();
        tokio::select! {
            _ = tokio::time::timeout(FIRST_WORD, known) => {}
            () = stop.cancelled() => {}
        }
        let server = tokio::spawn(web::serve(listener, self.routes(), stop.clone()));
        stop.cancelled().await;
        let finish = async {
            // Requests first: until they are answered, they set off more.
            let _ = tokio::time::timeout(FINISH / 2, server).await;
            self.gate.finish().await;
            while loops.join_next().await.is_some() {}
        };
        if tokio::time::timeout(FINISH, finish).await.is_err() {
            tracing::warn!("not everything finished in time; it is taken up at the next start");
        }
        // Somebody else may hold the file; what is committed is committed.
        let _ = tokio::time::timeout(FINISH / 8, self.db.close()).await;
        Ok(())
    }

    async fn introduce_until_known(self, stop: CancellationToken) {
        let mut wait = SignedDuration::from_secs(1);
        while let Err(error) = self.introduce().await {
            tracing::warn!(%error, "Slack has not told us who we are yet");
            let until = self.after(wait);
            tokio::select! {
                () = self.clock.sleep_until(until) => {}
                () = stop.cancelled() => return,
            }
            wait = (wait * 2).min(SignedDuration::from_mins(1));
        }
        tracing::info!("ready");
        // A token that died may come back to life: the app reinstalled, the account unlocked.
        while !stop.is_cancelled() {
            let until = self.after(RETURN);
            tokio::select! {
                () = self.clock.sleep_until(until) => {}
                () = stop.cancelled() => return,
            }
            let installed = self
                .workspaces()
                .await
                .is_ok_and(|all| all.iter().all(|workspace| workspace.installed));
            if !installed && let Err(error) = self.introduce().await {
                tracing::warn!(%error, "the app is not installed (any more)");
            }
        }
    }

    async fn workspaces(&self) -> Result<Vec<workspaces::Workspace>, StoreError> {
        let mut tx = self.db.read(&TeamId::from(""), self.clock.now()).await?;
        workspaces::all(&mut tx).await
    }

    async fn send(self, stop: CancellationToken) {
        let mut calls = JoinSet::new();
        loop {
            self.health
                .sender
                .store(self.clock.now().as_second(), Ordering::Relaxed);
            let room = calls.len() < usize::try_from(BATCH).unwrap_or(32);
            let claimed = if room && !stop.is_cancelled() {
                self.sender.claim().await
            } else {
                Ok(Vec::new())
            };
            let claimed = claimed.unwrap_or_else(|error| {
                tracing::error!(%error, "the outbox could not be read");
                Vec::new()
            });
            let busy = !claimed.is_empty();
            for job in claimed {
                let sender = self.sender.clone();
                calls.spawn(async move { sender.perform(job).await });
            }
            if busy {
                continue;
            }
            if stop.is_cancelled() && calls.is_empty() {
                return;
            }
            let next = self.sender.next_due().await.ok().flatten();
            let until = self.until(next);
            tokio::select! {
                () = self.db.outbox_grew() => {}
                Some(_) = calls.join_next() => {}
                () = self.clock.sleep_until(until) => {}
                () = stop.cancelled(), if !stop.is_cancelled() => {}
            }
        }
    }

    /// What is solved runs in a loop of its own, one at a time. Its timer stays until the work is stored: what is cut short
    /// is taken up at the next start.
    async fn schedule(self, work: Work, stop: CancellationToken) {
        let solves = work == Work::Solving;
        while !stop.is_cancelled() {
            if !solves {
                let beat = &self.health.scheduler;
                beat.store(self.clock.now().as_second(), Ordering::Relaxed);
            }
            match self.scheduler.step_of(work).await {
                Ok(0) => {}
                Ok(_) => continue,
                Err(error) => tracing::error!(%error, "timers could not be read"),
            }
            if !solves {
                self.prune_limits().await;
                telemetry::metrics().run_upkeep();
            }
            let next = self.scheduler.next_of(work).await.ok().flatten();
            tokio::select! {
                () = self.db.timer_set(), if !solves => self.solving.notify_one(),
                () = self.solving.notified(), if solves => {}
                () = self.clock.sleep_until(self.until(next)) => {}
                () = stop.cancelled() => {}
            }
        }
    }

    /// The next tick, or `next` if that comes sooner; never a busy loop.
    fn until(&self, next: Option<Timestamp>) -> Timestamp {
        let (soonest, tick) = (SignedDuration::from_millis(50), self.after(self.tick));
        next.map_or(tick, |next| next.max(self.after(soonest)).min(tick))
    }

    fn after(&self, span: SignedDuration) -> Timestamp {
        let now = self.clock.now();
        now.saturating_add(span).unwrap_or(Timestamp::MAX)
    }

    async fn prune_limits(&self) {
        let (team, now) = (TeamId::from("*sender*"), self.clock.now());
        let pruned = async {
            let mut tx = self.db.write(&team, now).await?;
            limits::prune(&mut tx).await?;
            tx.commit().await
        };
        if let Err(error) = pruned.await {
            tracing::warn!(%error, "old rate limit notes could not be removed");
        }
    }

    /// What is wrong, if anything is.
    async fn unwell(&self) -> Option<&'static str> {
        let now = self.clock.now();
        let Ok(workspaces) = self.workspaces().await else {
            return Some("the database cannot be read");
        };
        let alive = |beat: &AtomicI64| {
            now.as_second() - beat.load(Ordering::Relaxed) <= ALIVE_TICKS * self.tick.as_secs() + 60
        };
        if !alive(&self.health.sender) {
            return Some("the sender is not running");
        }
        if !alive(&self.health.scheduler) {
            return Some("the scheduler is not running");
        }
        if !self.health.introduced.load(Ordering::Relaxed) {
            return Some("Slack has not told us who we are yet");
        }
        if !workspaces.iter().any(|workspace| workspace.installed) {
            return Some("Slack does not take our token (any more): was the app removed?");
        }
        None
    }
}

async fn ready(State(app): State<App>) -> impl IntoResponse {
    match app.unwell().await {
        None => (StatusCode::OK, "ready"),
        Some(why) => (StatusCode::SERVICE_UNAVAILABLE, why),
    }
}

async fn metrics(State(app): State<App>) -> impl IntoResponse {
    if let Err(error) = telemetry::measure(&app.db, app.clock.now()).await {
        tracing::warn!(%error, "the outbox could not be measured");
    }
    telemetry::metrics().render()
}
