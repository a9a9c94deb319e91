//! Empties the outbox into Slack: lease → commit → call → commit the outcome. Features act on outcomes later, in
//! transactions of their own (see `reactions`).
//!
//! [`crate::domain::delivery`] decides what to do; this file takes rows within Slack's limits, makes the calls and
//! applies the steps.

use super::clients::Clients;
use super::{calls, rates};
use crate::clock::Clock;
use crate::domain::delivery::{self, Call, Delivery, Outcome, Step};
use crate::domain::ids::{ChannelId, TeamId, UserId};
use crate::domain::outgoing::{To, What};
use crate::domain::timer::Timer;
use crate::router;
use crate::slack::client::{CallError, Client};
use crate::slack::event::Actor;
use crate::store::db::StoreError;
use crate::store::outbox::{self, Head, Queue};
use crate::store::{Db, Tx, holds, limits, reactions, timers, workspaces};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

/// The most calls under way at once.
pub const BATCH: usize = 256;
/// The most for one workspace and method, so that a method that hangs does not use up all places.
const QUEUE_BATCH: usize = 24;
/// Queues read at a time.
const QUEUES: i64 = 64;
/// A lease must last at least as long as a call may take; a process that was frozen meanwhile lets it expire.
const LEASE_LEFT: Duration = Duration::from_secs(15);
/// How often an outcome is retried while the database refuses writes: for longer than a lease.
const NOTE_TRIES: u32 = 12;

/// How long a refusal lasts before owners hear of it.
const A_MOMENT: SignedDuration = SignedDuration::from_mins(1);

/// Sends the outbox. Cheap to clone.
#[derive(Clone)]
pub struct Sender {
    pub db: Db,
    pub clock: Clock,
    pub clients: Clients,
    pub under_way: UnderWay,
}

/// Places for calls under way in this process, by workspace and method. Cheap to clone.
#[derive(Clone, Default)]
pub struct UnderWay(Arc<Mutex<HashMap<Queue, Arc<Semaphore>>>>);

impl UnderWay {
    fn places(&self, queue: &Queue) -> Arc<Semaphore> {
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || Arc::new(Semaphore::new(QUEUE_BATCH));
        Arc::clone(places.entry(queue.clone()).or_insert_with(new))
    }
}

/// One call to make.
pub struct Job {
    team: TeamId,
    head: Head,
    call: Call,
    leased: Instant,
    /// The same on the shared clock.
    leased_at: Timestamp,
    _permit: OwnedSemaphorePermit,
}

impl Job {
    /// The method to call.
    pub fn method(&self) -> &'static str {
        self.call.method()
    }
}

impl Sender {
    /// Sends everything that can be sent now, once. Returns the number of calls.
    pub async fn step(&self) -> Result<usize, StoreError> {
        let jobs = self.claim().await?;
        let made = jobs.len();
        futures_util::future::join_all(jobs.into_iter().map(|job| self.perform(job))).await;
        Ok(made)
    }

    /// When there may be work again; none when the outbox is empty.
    pub async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        let mut tx = self.db.read(&nobody(), self.clock.now()).await?;
        outbox::next_due(&mut tx).await
    }

    /// Queues rows of an earlier release, which do not name the method they wait for: at start, and while it runs beside us.
    pub async fn adopt(&self) -> Result<(), StoreError> {
        let mut tx = self.write(&nobody()).await?;
        outbox::adopt(&mut tx).await?;
        tx.commit().await
    }

    /// Leases rows that are due and within Slack's limits, in one transaction per workspace. Replicas take turns by the
    /// workspace's lock; a workspace that another replica holds is skipped.
    pub async fn claim(&self) -> Result<Vec<Job>, StoreError> {
        let mut reading = self.db.read(&nobody(), self.clock.now()).await?;
        let mut queues = outbox::due_queues(&mut reading, QUEUES).await?;
        drop(reading);
        let mut jobs = Vec::new();
        while let Some(team) = queues.first().map(|queue| queue.team.clone())
            && jobs.len() < BATCH
        {
            let own: Vec<Queue> = queues.extract_if(.., |queue| queue.team == team).collect();
            let Some(mut tx) = self.db.try_write(&team, self.clock.now()).await? else {
                continue;
            };
            for queue in &own {
                self.claim_queue(&mut tx, queue, &mut jobs).await?;
            }
            // Our own rows that go back to the queue are no reason to run again at once.
            tx.posted = false;
            tx.commit().await?;
        }
        Ok(jobs)
    }

    async fn claim_queue(
        &self,
        tx: &mut Tx,
        queue: &Queue,
        jobs: &mut Vec<Job>,
    ) -> Result<(), StoreError> {
        let (method, before) = (queue.waits_for.as_str(), jobs.len());
        let places = self.under_way.places(queue);
        let mut most = places.available_permits();
        // A method's own queue is served within its allowance; a row without a queue gets one here.
        let allowance = rates::allowance(&queue.team, method, self.clients.installed());
        if let Some(allowance) = &allowance {
            most = most.min(limits::room(tx, allowance).await?.calls);
        }
        for head in outbox::heads(tx, method, most).await? {
            jobs.extend(self.claim_head(tx, queue, head, &places).await?);
        }
        let mut free = None;
        if let Some(allowance) = &allowance {
            limits::note(tx, &allowance.scope, jobs.len() - before).await?;
            free = limits::room(tx, allowance).await?.free;
        }
        outbox::served(tx, method, free).await
    }

    /// Leases the head for its next call, if that call is of the method it waited for.
    async fn claim_head(
        &self,
        tx: &mut Tx,
        queue: &Queue,
        mut head: Head,
        places: &Arc<Semaphore>,
    ) -> Result<Option<Job>, StoreError> {
        let delivery = &head.delivery;
        let call = match delivery::next(delivery, tx.now) {
            Ok(call) if call.method() == queue.waits_for => call,
            instead => {
                let wait = |_| vec![delivery.clone().queue(tx.now, None)];
                let steps = instead.map_or_else(|steps| steps, wait);
                apply(tx, &head, &steps).await?;
                return Ok(None);
            }
        };
        let Ok(permit) = Arc::clone(places).try_acquire_owned() else {
            return Ok(None);
        };
        if call.is_seen()
            && let Some(place) = place(delivery)
            && let Err(free) = limits::take(tx, &rates::pace(&queue.installation, place)).await?
        {
            outbox::apply(tx, &head, &delivery.clone().queue(free, None)).await?;
            return Ok(None);
        }
        let leased = outbox::lease(tx, &mut head, &call).await?;
        Ok(leased.then(|| Job {
            team: queue.team.clone(),
            head,
            call,
            leased: Instant::now(),
            leased_at: tx.now,
            _permit: permit,
        }))
    }

    /// Makes the call and stores the outcome.
    pub async fn perform(&self, job: Job) {
        let delivery = &job.head.delivery;
        if job.leased.elapsed() > LEASE_LEFT {
            tracing::warn!(
                id = delivery.id,
                "this process stood still; the lease is left to expire"
            );
            return;
        }
        let came = match self.clients.of(&job.team).await {
            Ok(client) => {
                let came = self.call(&client, &job).await;
                self.clients.judged(&job.team, &client, came).await
            }
            Err(error) => Err(error),
        };
        if let Err(error) = &came {
            tracing::warn!(id = delivery.id, kind = delivery.kind.as_str(), method = job.call.method(), %error,
                "a call to Slack did not succeed");
        }
        let outcome = calls::outcome(&job.team, delivery, &job.call, came);
        self.note_patiently(&job, &outcome).await;
    }

    async fn call(&self, client: &Client, job: &Job) -> Result<Value, CallError> {
        let delivery = &job.head.delivery;
        match &job.call {
            Call::Home(user) => self.show_home(client, &job.team, user).await,
            Call::Change => self.change_card(client, &job.team, delivery).await,
            call => calls::make(client, delivery, call, self.clients.installed()).await,
        }
    }

    /// Retries while the database refuses writes, so that we do not forget that Slack has a message. If it takes too long,
    /// the lease expires and the row is taken again, in doubt: nothing is lost.
    async fn note_patiently(&self, job: &Job, outcome: &Outcome) {
        for tried in 0..NOTE_TRIES {
            let Err(error) = self.note(job, outcome).await else {
                return;
            };
            tracing::error!(id = job.head.delivery.id, %error, "the outcome of a call could not be stored");
            tokio::time::sleep(Duration::from_millis(50 << tried.min(7))).await;
        }
    }

    async fn note(&self, job: &Job, outcome: &Outcome) -> Result<(), StoreError> {
        let mut tx = self.write(&job.team).await?;
        let steps = delivery::after(&job.head.delivery, &job.call, outcome, tx.now);
        apply(&mut tx, &job.head, &steps).await?;
        note_workspace(&mut tx, job, outcome).await?;
        tx.commit().await
    }

    async fn write(&self, team: &TeamId) -> Result<Tx, StoreError> {
        self.db.background_write(team, self.clock.now()).await
    }

    /// The App Home is rendered when it is sent, so that it is current.
    async fn show_home(
        &self,
        client: &Client,
        team: &TeamId,
        user: &UserId,
    ) -> Result<Value, CallError> {
        let rendered = async {
            let mut tx = self.db.read(team, self.clock.now()).await?;
            let (team, user) = (team.clone(), user.clone());
            router::home(&mut tx, &Actor { team, user }).await
        };
        let view = rendered.await.map_err(|error| {
            tracing::error!(%error, "an App Home could not be rendered");
            CallError::Unreached
        })?;
        let arguments = json!({"user_id": user, "view": view});
        client.call("views.publish", &arguments).await
    }

    /// A card is rendered when it is sent, too. Nothing is called where it stands nowhere.
    async fn change_card(
        &self,
        client: &Client,
        team: &TeamId,
        delivery: &Delivery,
    ) -> Result<Value, CallError> {
        let What::Card {
            card,
            place,
            superseded,
        } = &delivery.what
        else {
            return Ok(json!({}));
        };
        let rendered = async {
            let mut tx = self.db.read(team, self.clock.now()).await?;
            router::changed_card(&mut tx, *card, place, superseded.as_ref()).await
        };
        let changed = rendered.await.map_err(|error| {
            tracing::error!(%error, "a card could not be rendered");
            CallError::Unreached
        })?;
        let Some((posted, message)) = changed else {
            return Ok(json!({}));
        };
        // An empty list takes the old blocks away; without one, Slack keeps them.
        let arguments = json!({
            "channel": posted.channel, "ts": posted.ts, "text": message.text, "blocks": message.blocks,
        });
        client.call(Call::Change.method(), &arguments).await
    }
}

/// The sender's own transactions, outside any workspace.
fn nobody() -> TeamId {
    TeamId::from("*sender*")
}

/// The place where it is posted; Slack accepts one message a second there. A person's conversation has two names: a message
/// uses one, a file the other.
fn place(delivery: &Delivery) -> Option<&str> {
    match delivery.what.to()? {
        To::Person(user) => Some(user.as_str()),
        To::Channel(channel) => Some(channel.as_str()),
        To::Pair { .. } => delivery.channel.as_ref().map(ChannelId::as_str),
    }
}

/// What an outcome means for the whole workspace.
async fn note_workspace(tx: &mut Tx, job: &Job, outcome: &Outcome) -> Result<(), StoreError> {
    let method = job.method();
    match outcome {
        Outcome::Wait(span) => {
            let (scope, until) = (
                limits::scope(tx.team(), method),
                delivery::later(tx.now, *span),
            );
            limits::block(tx, &scope, until).await
        }
        // Everything waits until the app is installed again.
        Outcome::TokenDead(_) => workspaces::token_died(tx, job.leased_at).await,
        Outcome::Held(refusal) => {
            if holds::refused(tx, method, refusal).await? {
                tracing::error!(
                    method,
                    code = refusal.code,
                    "Slack refuses a method to the workspace; it is tried again"
                );
                tell_owners(tx).await?;
            }
            Ok(())
        }
        Outcome::NotNow(_) | Outcome::Refused(_) => Ok(()),
        Outcome::Unreached | Outcome::Unclear(_) => workspaces::slack_is_silent(tx).await,
        Outcome::Done(_) => {
            let over = workspaces::slack_answers(tx, method).await?;
            if over.refusal {
                tell_owners(tx).await?;
            }
            // The first answer after an outage: what is in doubt is tried again.
            if over.outage {
                outbox::outage_over(tx).await?;
            }
            Ok(())
        }
    }
}

/// Owners hear of what Slack refuses, unless it is over within a moment.
pub(super) async fn tell_owners(tx: &mut Tx) -> Result<(), StoreError> {
    let soon = delivery::later(tx.now, A_MOMENT);
    timers::by(tx, &Timer::Undelivered, soon).await
}

/// Applies steps to a row. If it has moved on since, features do not act on them.
pub(crate) async fn apply(tx: &mut Tx, head: &Head, steps: &[Step]) -> Result<(), StoreError> {
    let (id, kind) = (head.delivery.id, head.delivery.kind.as_str());
    for step in steps {
        if !outbox::apply(tx, head, step).await? {
            tracing::info!(id, "a late outcome changes nothing");
            return Ok(());
        }
        match (step, &head.delivery.what) {
            (Step::React(reaction), _) => reactions::keep(tx, reaction).await?,
            (Step::Fail(code), What::Share { .. }) => {
                tracing::warn!(id, kind, code, "it is not certain that a file was shared");
            }
            (Step::Fail(code), _) => {
                tracing::error!(id, kind, code, "Slack does not accept a message");
            }
            (Step::Sent { .. } | Step::Queue(_) | Step::Expire | Step::Wait, _) => {}
        }
    }
    Ok(())
}
