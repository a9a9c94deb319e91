//! One random program: timers, deliveries and people's plans in the order of their times.

use super::colleagues::{self, Colleague, Habit};
use super::sabotage::Sabotage;
use crate::domain::card::Card;
use crate::domain::delivery::Delivery;
use crate::domain::ids::UserId;
use crate::domain::outgoing::{Kind, Lane, To};
use crate::domain::participant::PersonInSlack;
use crate::domain::timer::Timer;
use crate::router;
use crate::slack::event::Action;
use crate::store::timers::{self, DueRow, Work};
use crate::testing::feature_test::FeatureTest;
use crate::work::scheduler;
use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::fmt::Write as _;

/// Days from one look at everything to the next, while nothing happens.
const CHECKED_EVERY: u32 = 3;
/// Timers read at a time.
const BATCH: i64 = 32;
/// The day on which every walk begins.
const FIRST_DAY: Date = date(2026, 3, 2);
/// The lines that a failure shows.
const LINES: usize = 120;

pub struct Walk {
    pub test: FeatureTest,
    pub rng: ChaCha8Rng,
    pub people: Vec<Colleague>,
    /// What people will do, by the time and the order in which they decided.
    pub plans: BTreeMap<(Timestamp, u64), Plan>,
    decided: u64,
    /// Slack cannot be reached until then.
    pub out_of_reach_until: Timestamp,
    /// The day on which all owners are gone, if they go.
    pub owners_vanish: Option<u32>,
    days: u32,
    lines: VecDeque<String>,
    /// Somebody did something, or Slack answered, since the last look at who is gone.
    pub departures_possible: bool,
    /// Something may wait in the outbox that no commit tells of any more.
    pub is_left_over: bool,
    /// Something has happened since the last look at everything, other than the daily rounds of the bot.
    has_happened: bool,
    /// A fault that is made again and again.
    pub sabotage: Option<Sabotage>,
    pub sent: Sent,
    pub seen: Seen,
}

/// A fingerprint of everything that was sent, and when: two walks of one seed must be the same, or none could be replayed.
#[derive(Default)]
pub struct Sent(Sha256);

impl Sent {
    pub fn note(&mut self, at: Timestamp, delivery: &Delivery) {
        self.0.update(format!("{at} {} ", delivery.id));
        self.0.update(json!(delivery.what).to_string());
    }
}

/// What the checks remember.
#[derive(Default)]
pub struct Seen {
    /// When each person, and each pair's group (`pair/7`), last heard from the bot.
    pub last_word: HashMap<String, Timestamp>,
    /// When one of a pair was last on a break, or one of the two changed something else that stops the months.
    pub last_break: HashMap<i64, Timestamp>,
    pub taken_days: HashSet<(UserId, Date)>,
    /// Since when the bot has known that somebody is gone.
    pub gone_since: HashMap<UserId, Timestamp>,
    /// Since when it has known that somebody's account is no more, whatever they were in the program.
    pub deactivated_since: HashMap<UserId, Timestamp>,
    pub cards: super::cards::Shown,
    /// How many looks at cards there were.
    pub looks: usize,
}

/// Something somebody will do.
#[derive(Clone, Debug)]
pub enum Plan {
    /// Presses one of these buttons.
    Press(UserId, Vec<Action>, On),
    /// Does something of their own accord.
    Spontaneous(UserId),
}

/// Where buttons are.
#[derive(Clone, Debug)]
pub enum On {
    /// On the copy of a card at this place.
    Card(Card, Lane),
    Message,
    Home,
}

/// A message that arrived.
pub struct Heard {
    pub on: On,
    pub to: To,
    pub kind: Kind,
    pub text: String,
    pub buttons: Vec<Action>,
    pub written: Timestamp,
    pub unasked: Vec<(UserId, Date)>,
}

impl Walk {
    pub async fn new(seed: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let settings = colleagues::settings(&mut rng, FIRST_DAY);
        let people = colleagues::company(&mut rng, &settings);
        let test = FeatureTest::new(settings.clone()).await;
        let vanish = rng.random_bool(0.3).then(|| rng.random_range(30..250));
        let mut walk = Self {
            out_of_reach_until: test.now,
            test,
            rng,
            people,
            plans: BTreeMap::new(),
            decided: 0,
            owners_vanish: vanish,
            days: 0,
            lines: VecDeque::new(),
            departures_possible: true,
            is_left_over: true,
            has_happened: true,
            sabotage: None,
            sent: Sent::default(),
            seen: Seen::default(),
        };
        walk.note(format!("settings: {settings:?}"));
        let joining: Vec<UserId> = walk
            .people
            .iter()
            .take(walk.people.len() - 3)
            .map(|one| one.id.clone())
            .collect();
        for user in joining {
            walk.joins(&user).await.unwrap();
        }
        walk
    }

    /// Identifies everything that was sent so far.
    pub fn fingerprint(&self) -> String {
        const_hex::encode(self.sent.0.clone().finalize())
    }

    /// A line of the report.
    pub fn note(&mut self, line: impl AsRef<str>) {
        if self.lines.len() == LINES {
            self.lines.pop_front();
        }
        let line: String = line.as_ref().replace('\n', " ").chars().take(400).collect();
        self.lines.push_back(format!("{} {line}", self.test.now));
    }

    pub fn report(&self, seed: u64, day: u32, wrong: &str) -> String {
        let mut out = format!("YEARS_SEED={seed}, day {day}, {}: {wrong}\n", self.test.now);
        for one in &self.people {
            let _ = writeln!(out, "{one:?}");
        }
        for line in &self.lines {
            let _ = writeln!(out, "{line}");
        }
        out
    }

    /// Lets a day pass, and checks what must hold.
    pub async fn day(&mut self) -> Result<(), String> {
        let until = self.test.now + SignedDuration::from_hours(24);
        self.days += 1;
        self.world_changes().await?;
        self.decide();
        self.is_left_over = true;
        for _ in 0..5_000 {
            // One look says both when something is due and what.
            let reading = self.test.db.read(&self.test.team, until).await;
            let due = timers::list_due(&mut reading.unwrap(), Work::All, BATCH).await;
            let due = due.unwrap();
            let timer = due.first().map(|row| row.due);
            let plan = self.plans.keys().next().map(|(at, _)| *at);
            let Some(next) = timer
                .into_iter()
                .chain(plan)
                .min()
                .filter(|at| *at <= until)
            else {
                self.test.now = until;
                return self.day_ends().await;
            };
            self.test.now = self.test.now.max(next);
            self.step(&due).await?;
        }
        Err("a day never ends".to_owned())
    }

    /// What is due runs, people do what they planned, and what waits is delivered.
    async fn step(&mut self, due: &[DueRow]) -> Result<(), String> {
        for row in due.iter().filter(|row| row.due <= self.test.now) {
            let timer = row.timer.as_ref().map_err(ToString::to_string)?;
            scheduler::run(&self.test.db, row, timer, self.test.now)
                .await
                .map_err(|why| format!("{timer:?}: {why}"))?;
            self.has_happened |= !matches!(timer, Timer::Directory | Timer::Retention);
        }
        while let Some(entry) = self.plans.first_entry()
            && entry.key().0 <= self.test.now
        {
            let plan = entry.remove();
            self.carry_out(plan).await?;
            (self.departures_possible, self.has_happened) = (true, true);
        }
        if std::mem::take(&mut self.departures_possible) {
            self.notice_departures().await;
        }
        // Before what waits is delivered, and after.
        if let Some(how) = self.sabotage {
            self.damage(how).await;
        }
        for heard in self.deliver().await? {
            self.has_happened = true;
            self.hear(heard)?;
        }
        if let Some(how) = self.sabotage {
            self.damage(how).await;
        }
        Ok(())
    }

    async fn day_ends(&mut self) -> Result<(), String> {
        if std::mem::take(&mut self.has_happened) || self.days.is_multiple_of(CHECKED_EVERY) {
            self.check().await?;
            self.check_cards().await?;
        }
        Ok(())
    }

    /// Some people will do something today of their own accord.
    fn decide(&mut self) {
        for at in 0..self.people.len() {
            let chance = match self.people[at].habit {
                Habit::Prompt | Habit::NeverSigns => 0.04,
                Habit::Slow => 0.02,
                Habit::Silent => 0.004,
            };
            if !self.people[at].deactivated && self.rng.random_bool(chance) {
                let minutes = self.rng.random_range(1..1_440);
                let user = self.people[at].id.clone();
                self.plan(SignedDuration::from_mins(minutes), Plan::Spontaneous(user));
            }
        }
    }

    pub fn plan(&mut self, after: SignedDuration, plan: Plan) {
        self.decided += 1;
        self.plans
            .insert((self.test.now + after, self.decided), plan);
    }

    /// A message arrived: whoever reads it may press one of its buttons, now or days later.
    fn hear(&mut self, heard: Heard) -> Result<(), String> {
        self.check_message(&heard)?;
        let readers = match &heard.to {
            To::Person(user) => vec![user.clone()],
            To::Pair { members, .. } => members.clone(),
            To::Channel(_) => Vec::new(),
        };
        let (kind, text) = (heard.kind.as_str(), heard.text);
        self.note(format!("  to {:?} ({kind}) {text}", heard.to));
        for user in readers {
            let Some(one) = self.people.iter().find(|one| one.id == user) else {
                continue;
            };
            let mut buttons = heard.buttons.clone();
            if one.habit == Habit::NeverSigns {
                buttons.retain(|button| !matches!(button, Action::Sign { .. }));
            }
            let (chance, most) = match one.habit {
                Habit::Prompt | Habit::NeverSigns => (0.7, 1_440),
                Habit::Slow => (0.4, 12 * 1_440),
                Habit::Silent => (0.0, 1),
            };
            if !buttons.is_empty() && self.rng.random_bool(chance) {
                let minutes = self.rng.random_range(1..=most);
                self.plan(
                    SignedDuration::from_mins(minutes),
                    Plan::Press(user, buttons, heard.on.clone()),
                );
            }
        }
        Ok(())
    }

    /// People move, go, and come back; settings change; Slack is out of reach for a while.
    async fn world_changes(&mut self) -> Result<(), String> {
        if self.owners_vanish == Some(self.days) {
            for at in
                self.people.len() - 3..self.people.len() - usize::from(self.rng.random_bool(0.5))
            {
                self.people[at].deactivated = true;
                self.tell_about(at).await?;
            }
        }
        if self.rng.random_bool(0.01) {
            let hours = self.rng.random_range(2..40);
            self.out_of_reach_until = self.test.now + SignedDuration::from_hours(hours);
            self.note(format!("Slack is out of reach for {hours} hours"));
        }
        if self.rng.random_bool(0.01) {
            self.settings_change().await?;
            self.has_happened = true;
        }
        for at in 0..self.people.len() - 3 {
            match self.rng.random_range(0..1_000) {
                0..3 => self.people[at].deactivated = !self.people[at].deactivated,
                3..6 => self.people[at].zone = colleagues::zone(&mut self.rng),
                6 => self.people[at].guest = !self.people[at].guest,
                7..30 if self.people[at].deactivated => self.people[at].deactivated = false,
                _ => continue,
            }
            self.tell_about(at).await?;
        }
        Ok(())
    }

    pub fn in_slack(&self, user: &UserId) -> Option<PersonInSlack> {
        self.people
            .iter()
            .find(|one| one.id == *user)
            .map(Colleague::in_slack)
    }

    pub fn is_deactivated(&self, user: &UserId) -> bool {
        self.people
            .iter()
            .any(|one| one.id == *user && one.deactivated)
    }

    async fn settings_change(&mut self) -> Result<(), String> {
        let mut tx = self.test.tx().await;
        let before = crate::shared::settings(&mut tx).await.unwrap();
        let today = self.test.now.to_zoned(jiff::tz::TimeZone::UTC).date();
        let settings = crate::domain::program::Settings {
            owners: before.owners.clone(),
            stage_gap: before.stage_gap,
            ..colleagues::settings(&mut self.rng, today)
        };
        crate::features::setup::declared(&mut tx, settings.clone())
            .await
            .map_err(|why| why.to_string())?;
        router::happenings(&mut tx)
            .await
            .map_err(|why| why.to_string())?;
        tx.commit().await.unwrap();
        self.note(format!("settings: {settings:?}"));
        Ok(())
    }
}
