//! The show: the bot, the local Slack and its people, a clock that the user moves, and the page's state.

use super::page_state::{Goal, OnTheWay, PageState, Trouble};
use super::roles;
use super::timeline::Timeline;
use crate::clock::Clock;
use crate::domain::ids::TeamId;
use crate::domain::timer::Timer;
use crate::rehearse::harness::{Harness, HarnessOptions};
use crate::rehearse::{CIRCLE, Company, Life, OFFICE, furnish};
use crate::slack::manifest;
use crate::store::db::StoreError;
use crate::store::outbox;
use crate::store::timers::{self, Work};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, watch};

/// How far people plan ahead: a program, with time before and after it.
const AHEAD: SignedDuration = SignedDuration::from_hours(24 * 7 * 30);
/// Cycles of a pair.
const MONTHS: u8 = 6;
/// With "play", this much time passes in a frame of [`FRAME`].
const STRIDE: SignedDuration = SignedDuration::from_mins(24 * 6);
const FRAME: Duration = Duration::from_millis(100);
/// Events this soon after an action by hand belong to it.
const MOMENT: SignedDuration = SignedDuration::from_secs(10);
/// The most events after an action by hand; what an outage delays waits for the clock.
const MOMENTS: usize = 40;
/// The shortest time between two updates of the page.
const BREATH: Duration = Duration::from_millis(120);
/// How many due timers are read to explain a message.
const MOST_TIMERS: i64 = 64;
/// The bot's time-out for a call, in real milliseconds.
const PATIENCE_MS: u64 = 3_000;

/// The start of a show.
#[derive(Clone, Debug)]
pub struct Script {
    pub company: Company,
    pub seed: u64,
    /// None means SQLite in a temporary folder.
    pub database: Option<String>,
}

pub struct Show {
    /// The bot and its people, used by one task at a time.
    life: tokio::sync::Mutex<Life>,
    desk: Mutex<PageState>,
    changed: watch::Sender<u64>,
    goal: watch::Sender<Goal>,
    dying: Notify,
    seed: u64,
}

impl Show {
    pub async fn open(script: Script) -> anyhow::Result<Arc<Self>> {
        let seed = script.seed;
        let (life, desk) = aside(move || set(script)).await??;
        let show = Arc::new(Self {
            life: tokio::sync::Mutex::new(life),
            desk: Mutex::new(desk),
            changed: watch::channel(0).0,
            goal: watch::channel(Goal::Rest).0,
            dying: Notify::new(),
            seed,
        });
        {
            let mut life = show.life().await;
            show.catch_up(&mut life).await;
        }
        Ok(show)
    }

    /// Starts over with these people.
    pub async fn start_over(&self, company: Company) -> anyhow::Result<()> {
        self.head_for(Goal::Rest);
        let script = Script {
            company,
            seed: self.seed,
            database: None,
        };
        let (life, desk) = aside(move || set(script)).await??;
        let mut place = self.life().await;
        *place = life;
        *self.desk() = desk;
        self.catch_up(&mut place).await;
        drop(place);
        self.tell();
        Ok(())
    }

    /// Locks the bot and its people.
    pub async fn life(&self) -> tokio::sync::MutexGuard<'_, Life> {
        self.life.lock().await
    }

    pub fn desk(&self) -> MutexGuard<'_, PageState> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells the page that its content changed.
    pub fn tell(&self) {
        self.changed.send_modify(|count| *count += 1);
    }

    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    pub fn head_for(&self, goal: Goal) {
        self.desk().goal = goal;
        let _ = self.goal.send_replace(goal);
        self.tell();
    }

    /// Moves the clock toward its goal, for ever.
    pub async fn drive(self: Arc<Self>) {
        let mut goals = self.goal.subscribe();
        loop {
            let goal = *goals.borrow_and_update();
            if goal == Goal::Rest {
                if goals.changed().await.is_err() {
                    return;
                }
                continue;
            }
            let frame = tokio::time::Instant::now() + FRAME;
            let arrived = {
                let mut life = self.life().await;
                self.move_on(&mut life, goal, &goals).await
            };
            self.tell();
            match arrived {
                Ok(true) if *goals.borrow() == goal => self.head_for(Goal::Rest),
                Ok(_) => {}
                Err(error) => {
                    tracing::error!(%error, "the clock could not move on");
                    self.desk()
                        .note(None, format!("The clock stopped: {error:#}"));
                    self.head_for(Goal::Rest);
                }
            }
            if goal == Goal::Play {
                tokio::time::sleep_until(frame).await;
            }
        }
    }

    /// Moves part of the way to the goal, short enough to update the page in between. Returns whether the goal is reached.
    async fn move_on(
        &self,
        life: &mut Life,
        goal: Goal,
        goals: &watch::Receiver<Goal>,
    ) -> anyhow::Result<bool> {
        let now = life.harness.clock.now();
        let until = match goal {
            Goal::Until(until) => until,
            Goal::Play => now.saturating_add(STRIDE)?,
            Goal::Next => match life.next_due().await? {
                Some(next) => next.at.max(now),
                None => return Ok(true),
            },
            Goal::Rest => return Ok(true),
        };
        let breath = tokio::time::Instant::now() + BREATH;
        while let Some(next) = life.next_due().await?.filter(|next| next.at <= until) {
            let timers = self.timers(life, next.at).await;
            // Killing the bot does not wait for the step to finish.
            let alive = tokio::select! {
                biased;
                () = self.dying.notified() => false,
                done = life.step(next) => { done?; true }
            };
            self.noted(life, &timers);
            if !alive || *goals.borrow() != goal {
                return Ok(false);
            }
            if tokio::time::Instant::now() >= breath {
                return Ok(false);
            }
        }
        life.harness.clock.set(until);
        self.catch_up(life).await;
        Ok(goal != Goal::Play)
    }

    async fn timers(&self, life: &Life, at: Timestamp) -> Vec<Timer> {
        if life.harness.is_dead() {
            return Vec::new();
        }
        let read = async {
            let mut tx = life.harness.bot.db.read(&TeamId::from(""), at).await?;
            let due = timers::list_due(&mut tx, Work::All, MOST_TIMERS).await?;
            Ok::<_, StoreError>(due.into_iter().filter_map(|row| row.timer.ok()).collect())
        };
        read.await.unwrap_or_default()
    }

    /// Does what is due now and records the effects, after an action by hand.
    pub async fn follow_up(&self, life: &mut Life) -> anyhow::Result<()> {
        self.noted(life, &[]);
        let now = life.harness.clock.now();
        // Slack takes one message a second per conversation, so this goes on until the messages of one action are there.
        let soon = now.saturating_add(MOMENT).unwrap_or(now);
        for _ in 0..MOMENTS {
            let Some(next) = life.next_due().await?.filter(|next| next.at <= soon) else {
                break;
            };
            let timers = self.timers(life, next.at.max(now)).await;
            let alive = tokio::select! {
                biased;
                () = self.dying.notified() => false,
                done = life.step(next) => { done?; true }
            };
            self.noted(life, &timers);
            if !alive {
                break;
            }
        }
        self.catch_up(life).await;
        Ok(())
    }

    /// Records in the timeline what happened since the last time.
    fn noted(&self, life: &Life, timers: &[Timer]) {
        let now = life.harness.clock.now();
        let mut desk = self.desk();
        let desk = &mut *desk;
        desk.timeline.note(&desk.slack, now, timers);
    }

    /// Updates the page's state: the next event and the figures.
    pub async fn catch_up(&self, life: &mut Life) {
        let next = life.next_due().await.ok().flatten();
        let harness = &life.harness;
        let read = async {
            let mut tx = harness
                .bot
                .db
                .read(&TeamId::from(""), harness.clock.now())
                .await?;
            outbox::depth(&mut tx).await
        };
        let depth = read.await.unwrap_or_default();
        let count = |wanted: &str| {
            let rows = depth.iter().filter(|(state, _, _)| state == wanted);
            rows.map(|(_, rows, _)| rows).sum::<i64>()
        };
        let tally = harness.slack.tally();
        let figures = OnTheWay {
            waiting: count("queued") + count("leased") + count("in_doubt"),
            in_doubt: count("in_doubt"),
            sent: tally.messages.total(),
            lost: life.checker.lost,
            repeated: tally.duplicated_marked.total(),
            duplicated: tally.duplicated.total(),
        };
        let mut desk = self.desk();
        desk.next = next.map(|next| next.at);
        desk.dead = harness.is_dead();
        desk.figures = figures;
    }

    /// Kills the bot in the middle of its work.
    pub async fn kill(&self) {
        self.dying.notify_waiters();
        let mut life = self.life().await;
        life.harness.kill();
        self.desk().timeline.remark(
            life.harness.clock.now(),
            "The bot was killed",
            "What was on its way is in its database.",
        );
        self.catch_up(&mut life).await;
        drop(life);
        self.tell();
    }

    /// The bot starts again on the same database.
    pub async fn revive(&self) -> anyhow::Result<()> {
        let mut life = self.life().await;
        let mut harness = life.harness.clone();
        let (harness, started) = aside(move || async move {
            let started = harness.restart().await;
            (harness, started)
        })
        .await?;
        life.harness = harness;
        if let Err(error) = &started
            && life.harness.is_dead()
        {
            anyhow::bail!("the bot did not start: {error:#}");
        }
        let _ = life.harness.bot.db.without_sync().await;
        self.desk().timeline.remark(
            life.harness.clock.now(),
            "The bot started again",
            "It takes up what was left in its database.",
        );
        self.follow_up(&mut life).await?;
        drop(life);
        self.tell();
        Ok(())
    }

    pub fn switch(&self, trouble: Trouble, on: bool) {
        {
            let mut desk = self.desk();
            if on {
                desk.faults.insert(trouble);
            } else {
                desk.faults.remove(&trouble);
            }
            let faults = Trouble::faults(&desk.faults);
            desk.slack.set_faults(faults);
        }
        self.tell();
    }
}

/// Runs setup on one thread, because its futures are written for `main` and not `Send`.
async fn aside<F, T>(work: impl FnOnce() -> F + Send + 'static) -> anyhow::Result<T>
where
    F: Future<Output = T>,
    T: Send + 'static,
{
    let runtime = tokio::runtime::Handle::current();
    Ok(tokio::task::spawn_blocking(move || runtime.block_on(work())).await?)
}

/// The harness, its people, and the page's first state.
async fn set(script: Script) -> anyhow::Result<(Life, PageState)> {
    let company = Arc::new(script.company);
    let harness = Harness::start(HarnessOptions {
        sandbox: slack_sandbox::Options {
            team_name: "Northwind".to_owned(),
            seed: script.seed,
            scopes: manifest::every_scope().collect(),
            ..slack_sandbox::Options::default()
        },
        // Owners may try the settings, too.
        program: Some(format!(
            "editable = true\nmentor_circle = \"{}\"\n{}",
            CIRCLE.0,
            company.program(MONTHS)
        )),
        database: script.database,
        timeout_ms: PATIENCE_MS,
        ..HarnessOptions::default()
    })
    .await?;
    // A demo's data need not survive a power failure, so it does not wait for the disk.
    harness.bot.db.without_sync().await?;
    furnish(&harness.slack, &company);
    harness.slack.start_recording();
    harness.run_due().await?;
    let (slack, clock): (_, Clock) = (harness.slack.clone(), harness.clock.clone());
    let mut life = Life::new(harness, company.clone(), script.seed, true);
    life.plan_ahead(AHEAD);
    let featured = roles::featured(&company);
    let others = roles::others(&company, &featured);
    let mut by_hand = BTreeSet::new();
    for role in featured.iter().filter(|role| role.by_hand) {
        life.by_hand(&role.id);
        by_hand.insert(role.id.clone());
    }
    // One of the two owners, the deputy, is on leave; the other one is played.
    life.goes_away(OFFICE.owners[0].0, 0);
    life.goes_away(OFFICE.owners[1].0, 60);
    let mut timeline = Timeline::default();
    timeline.start_after(&slack);
    let desk = PageState {
        slack,
        clock,
        company,
        featured,
        others,
        by_hand,
        read: HashMap::new(),
        timeline,
        mistakes: HashMap::new(),
        notes: VecDeque::new(),
        problems: Vec::new(),
        faults: BTreeSet::new(),
        dead: false,
        figures: OnTheWay::default(),
        goal: Goal::Rest,
        next: None,
        number: 0,
    };
    Ok((life, desk))
}
