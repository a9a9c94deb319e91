//! A scene played by two workspaces at once, in which everyone has the same ids: one bot, one database, one clock.
//!
//! Each workspace plays the whole scene with all that it checks, and what belongs to the other must not show. Time passes for
//! both together. In the end, everyone must have seen the same in both.

mod compare;

use jiff::{SignedDuration, Timestamp};
use reverse_mentor::config::Config;
use reverse_mentor::domain::declared::Declared;
use reverse_mentor::domain::grant::Grant;
use reverse_mentor::domain::ids::{TeamId, UserId};
use reverse_mentor::features::setup;
use reverse_mentor::rehearse::harness::{self, HarnessOptions};
use reverse_mentor::router;
use reverse_mentor::store::{tokens, workspaces};
use secrecy::SecretString;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;

/// The workspaces; the first is the one that scenes play in when they play alone.
pub const TEAMS: [&str; 2] = ["T0SANDBOX", "T0TWIN"];

tokio::task_local! {
    /// The workspace that plays the scene, if two do.
    static TENANT: Tenant;
}

#[derive(Clone)]
struct Tenant {
    team: &'static str,
    /// How many bots it has started.
    starts: Arc<AtomicUsize>,
    both: Arc<Both>,
}

/// What the two share.
struct Both {
    started: tokio::sync::Mutex<Vec<Bot>>,
    turn: Mutex<Turn>,
    changed: watch::Sender<u64>,
}

#[derive(Clone)]
struct Bot {
    harness: harness::Harness,
    program: Option<String>,
}

/// Who waits for the other.
#[derive(Clone, Copy)]
struct Turn {
    playing: usize,
    waiting: usize,
    /// Grows with each step that was made together.
    number: u64,
    is_made: bool,
}

/// The workspace in which the scene is played.
pub fn team() -> &'static str {
    TENANT
        .try_with(|tenant| tenant.team)
        .unwrap_or_else(|_| TEAMS[0])
}

/// The workspace to which a scene's own SQL is held; `None` if there is no other.
pub fn only() -> Option<&'static str> {
    TENANT.try_with(|tenant| tenant.team).ok()
}

/// Of so many scenes, one is also played by two workspaces on PostgreSQL.
const DRAWN: u32 = 8;

/// Whether a scene is also played by two workspaces on PostgreSQL. What two workspaces could mix up is in the SQL, which is one text
/// for both databases; PostgreSQL alone has a lock for each workspace and writes of both at once, which every scene goes through. So
/// a share of the scenes is enough, in which the names decide, and the same ones each time.
pub fn is_drawn(scene: &str) -> bool {
    let mut hash: u32 = 0x811c_9dc5;
    for byte in scene.bytes() {
        hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    }
    (hash >> 16).is_multiple_of(DRAWN) || std::env::var("TWINS").is_ok_and(|wanted| wanted == "all")
}

/// Plays a scene in two workspaces at once.
pub async fn as_two<F: Future<Output = ()>>(scene: impl Fn() -> F) {
    let both = Arc::new(Both {
        started: tokio::sync::Mutex::default(),
        turn: Mutex::new(Turn {
            playing: TEAMS.len(),
            waiting: 0,
            number: 0,
            is_made: false,
        }),
        changed: watch::channel(0).0,
    });
    let [one, two] = TEAMS.map(|team| {
        let tenant = Tenant {
            team,
            starts: Arc::default(),
            both: both.clone(),
        };
        let (scene, both) = (Box::pin(scene()), both.clone());
        let played = async move {
            scene.await;
            both.with(|turn| turn.playing -= 1);
        };
        Box::pin(TENANT.scope(tenant, played))
    });
    tokio::join!(one, two);
    let started = both.started.lock().await;
    assert!(
        !started.is_empty(),
        "no bot was shared: say why, with `alone`"
    );
    for bot in started.iter() {
        compare::workspaces(&bot.harness.slack);
    }
}

impl Both {
    fn with<T>(&self, change: impl FnOnce(&mut Turn) -> T) -> T {
        let mut turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = change(&mut turn);
        drop(turn);
        self.changed.send_modify(|count| *count += 1);
        changed
    }

    /// Makes a step once both have come to it; one of them makes it.
    async fn together<T>(&self, step: impl Future<Output = T>) -> Option<T> {
        let mut changed = self.changed.subscribe();
        let mine = self.with(|turn| {
            turn.waiting += 1;
            turn.number
        });
        loop {
            let is_it_me = self.with_quietly(|turn| {
                let ready = turn.number == mine && turn.waiting == turn.playing && !turn.is_made;
                turn.is_made |= ready;
                (ready, turn.number != mine)
            });
            match is_it_me {
                (true, _) => break,
                (false, true) => return None,
                (false, false) => changed.changed().await.unwrap(),
            }
        }
        let done = step.await;
        self.with(|turn| {
            turn.waiting = 0;
            turn.number += 1;
            turn.is_made = false;
        });
        Some(done)
    }

    fn with_quietly<T>(&self, change: impl FnOnce(&mut Turn) -> T) -> T {
        change(&mut self.turn.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The bot and the workspace of the scene.
#[derive(Clone)]
pub struct Harness {
    harness: harness::Harness,
    shared: Option<(Tenant, usize)>,
}

impl Deref for Harness {
    type Target = harness::Harness;

    fn deref(&self) -> &harness::Harness {
        &self.harness
    }
}

impl DerefMut for Harness {
    fn deref_mut(&mut self) -> &mut harness::Harness {
        &mut self.harness
    }
}

impl Harness {
    pub async fn start(setting: HarnessOptions) -> anyhow::Result<Self> {
        let Ok(tenant) = TENANT.try_with(Clone::clone) else {
            let harness = Box::pin(harness::Harness::start(setting)).await?;
            return Ok(Self {
                harness,
                shared: None,
            });
        };
        let number = tenant.starts.fetch_add(1, Ordering::SeqCst);
        let mut started = tenant.both.started.lock().await;
        if started.len() == number {
            started.push(Box::pin(start(setting)).await?);
        }
        let bot = started[number].clone();
        drop(started);
        let mut harness = Self {
            harness: bot.harness,
            shared: Some((tenant, number)),
        };
        Box::pin(harness.enter()).await?;
        Ok(harness)
    }

    /// Takes the scene's own workspace, and sets its program up as a start does.
    async fn enter(&mut self) -> anyhow::Result<()> {
        let Some((tenant, number)) = &self.shared else {
            return Ok(());
        };
        let mut workspaces = self.harness.slack.workspaces().into_iter();
        let own = workspaces.find(|slack| slack.team_id() == tenant.team);
        self.harness.slack = own.unwrap();
        let program = tenant.both.started.lock().await[*number].program.clone();
        settle(&self.harness, tenant.team, program.as_deref()).await
    }

    async fn together<T>(
        &self,
        step: impl Future<Output = anyhow::Result<T>>,
    ) -> anyhow::Result<()> {
        match &self.shared {
            None => step.await.map(drop),
            Some((tenant, _)) => match tenant.both.together(step).await {
                Some(done) => done.map(drop),
                // The other one made it.
                None => Ok(()),
            },
        }
    }

    /// What a start does for the workspace.
    pub async fn introduce(&mut self) -> anyhow::Result<()> {
        match self.shared {
            None => Box::pin(self.harness.bot.introduce()).await,
            Some(_) => Box::pin(self.enter()).await,
        }
    }

    /// Both have written their own rows: until then, a scene's transaction holds the database's one writer.
    pub async fn rows_are_written(&self) {
        self.together(async { anyhow::Ok(()) }).await.unwrap();
    }

    pub async fn run_due(&self) -> anyhow::Result<()> {
        self.together(Box::pin(self.harness.run_due())).await
    }

    pub async fn pass(&self, span: SignedDuration) -> anyhow::Result<()> {
        self.together(Box::pin(self.harness.pass(span))).await
    }

    pub async fn pass_until(&self, end: Timestamp) -> anyhow::Result<()> {
        self.together(Box::pin(self.harness.pass_until(end))).await
    }

    pub async fn restart(&mut self) -> anyhow::Result<()> {
        let Some((tenant, number)) = self.shared.clone() else {
            return Box::pin(self.harness.restart()).await;
        };
        let mut harness = self.harness.clone();
        let step = async {
            Box::pin(harness.restart()).await?;
            tenant.both.started.lock().await[number].harness = harness;
            anyhow::Ok(())
        };
        tenant.both.together(step).await.unwrap_or(Ok(()))?;
        self.harness = tenant.both.started.lock().await[number].harness.clone();
        Box::pin(self.enter()).await
    }
}

/// A bot for both workspaces.
async fn start(mut setting: HarnessOptions) -> anyhow::Result<Bot> {
    setting.many = true;
    let program = setting.program.take();
    let harness = Box::pin(harness::Harness::start(setting)).await?;
    let name = "Sandbox";
    harness.slack.add_workspace(TEAMS[1], name);
    for workspace in harness.slack.workspaces() {
        workspace.reinstall(Some(&token(&workspace.team_id())));
    }
    Ok(Bot { harness, program })
}

fn token(team: &str) -> String {
    format!("xoxb-of-{team}")
}

fn declared(config: &Config, program: &str) -> anyhow::Result<Declared> {
    let mut name = [0_u8; 8];
    getrandom::fill(&mut name)?;
    let name = format!("rm-twins-{}.toml", const_hex::encode(name));
    let path = std::env::temp_dir().join(name);
    std::fs::write(&path, program)?;
    let config = Config {
        program: Some(path.clone()),
        ..config.clone()
    };
    let declared = config.declared();
    std::fs::remove_file(path)?;
    declared?.ok_or_else(|| anyhow::anyhow!("no program"))
}

/// What a start does for the one workspace of a token: stores it, and declares its program.
async fn settle(
    harness: &harness::Harness,
    team: &str,
    program: Option<&str>,
) -> anyhow::Result<()> {
    let declared = program
        .map(|program| declared(&harness.config, program))
        .transpose()?;
    let mut tx = harness
        .bot
        .db
        .write(&TeamId::from(team), harness.clock.now())
        .await?;
    let bot = slack_sandbox::Options::default().bot_user_id;
    workspaces::installed(&mut tx, &UserId(bot)).await?;
    let grant = Grant {
        token: SecretString::from(token(team)),
        renewal: None,
    };
    tokens::keep(&mut tx, &grant).await?;
    match &declared {
        Some(file) => setup::from_file(&mut tx, file).await?,
        None => setup::released(&mut tx).await?,
    }
    setup::started(&mut tx).await?;
    router::happenings(&mut tx).await?;
    tx.commit().await?;
    Ok(())
}
