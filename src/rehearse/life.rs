//! The people of a rehearsal: what they read, and what they plan to do. Plans are kept to the minute.

use super::checker::Checker;
use super::choices::{Button, CONFIRM, Reader};
use super::company::{Company, OFFICE, Person};
use super::habits::{Habit, after_work_minutes, some_day};
use super::harness::Harness;
use super::transcript::Diary;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use slack_sandbox::{Message, MessageRef};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// A rehearsal's people, their plans, and what was seen so far.
pub struct Life {
    pub harness: Harness,
    pub(super) company: Arc<Company>,
    pub(super) agents: Vec<Agent>,
    pub(super) by_id: HashMap<String, usize>,
    /// Time (milliseconds) and order → who does what.
    plans: BTreeMap<(i64, u64), (usize, Action)>,
    order: u64,
    /// Whether the bot or Slack had due work at the last step.
    pub(super) waiting: bool,
    seen: u64,
    seed: u64,
    /// The record of the person in the transcript, if there is one.
    pub(super) diary: Option<Diary>,
    pub checker: Checker,
    /// Whether calls fail on purpose; a form that does not open is then no fault of the bot.
    pub(super) faulty: bool,
    pub ends: Timestamp,
}

/// The next event.
#[derive(Clone, Copy, Debug)]
pub struct Next {
    pub at: Timestamp,
    /// When the bot or Slack has due work; none when only a person's plan is due.
    pub(super) work: Option<Timestamp>,
}

/// A person in the rehearsal: the company's people first, then the program's office.
pub(super) struct Agent {
    pub id: String,
    pub zone: TimeZone,
    pub habit: Habit,
    /// Index into the company's people; the office has none.
    pub person: Option<usize>,
    pub owner: bool,
    pub rank: usize,
    pub rng: ChaCha8Rng,
    /// Acts only when somebody plays them.
    pub by_hand: bool,
    /// Can no longer use Slack.
    pub gone: bool,
    /// Reads nothing until then.
    pub away_until: Timestamp,
}

/// Something a person plans to do.
#[derive(Clone, Debug)]
pub(super) enum Action {
    Command(String),
    Press {
        message: MessageRef,
        button: Button,
        /// The buttons they already pressed on it.
        done: Vec<String>,
    },
    OpenHome,
    /// Opens the App Home and presses this button there.
    Home(&'static str),
    LogMeeting,
    Move(String),
    Deactivate,
    Guest(bool),
}

impl Life {
    pub fn new(harness: Harness, company: Arc<Company>, seed: u64, faulty: bool) -> Self {
        let now = harness.clock.now();
        let mut agents = Vec::with_capacity(company.people.len() + 3);
        for (at, person) in company.people.iter().enumerate() {
            agents.push(Agent {
                id: person.id.clone(),
                zone: TimeZone::get(&person.zone).unwrap_or(TimeZone::UTC),
                habit: person.habit,
                person: Some(at),
                owner: false,
                rank: person.rank,
                rng: dice(seed, at),
                by_hand: false,
                gone: false,
                away_until: now,
            });
        }
        let owners = OFFICE.owners.map(|(id, _)| (id, true));
        for (id, owner) in owners.into_iter().chain([(OFFICE.support.0, false)]) {
            agents.push(Agent {
                id: id.to_owned(),
                zone: TimeZone::get("Europe/Berlin").unwrap_or(TimeZone::UTC),
                habit: Habit::Prompt,
                person: None,
                owner,
                rank: 0,
                rng: dice(seed, agents.len()),
                by_hand: false,
                gone: false,
                away_until: now,
            });
        }
        let by_id = agents
            .iter()
            .enumerate()
            .map(|(at, agent)| (agent.id.clone(), at))
            .collect();
        Self {
            harness,
            company,
            agents,
            by_id,
            plans: BTreeMap::new(),
            order: 0,
            waiting: false,
            seen: 0,
            seed,
            diary: None,
            checker: Checker::new(now),
            faulty,
            ends: now,
        }
    }

    /// Plans people's own actions: joining, travelling, taking a break, leaving.
    pub fn plan_ahead(&mut self, span: SignedDuration) {
        let start = self.harness.clock.now();
        self.ends = start.saturating_add(span).unwrap_or(start);
        let days = span.as_hours() / 24;
        for who in 0..self.agents.len() {
            if self.agents[who].person.is_some() {
                self.plan_person(who, start, days);
            }
        }
        // One owner is on leave for the first two months; the other approves.
        let first = self.company.people.len();
        let back = start.saturating_add(SignedDuration::from_hours(24 * 60));
        self.agents[first].away_until = back.unwrap_or(start);
    }

    /// Both owners leave the company before the end, and an admin acts for the program.
    pub fn plan_without_owners(&mut self) {
        let start = self.harness.clock.now();
        let hours = self.ends.duration_since(start).as_hours() * 4 / 5;
        let at = start.saturating_add(SignedDuration::from_hours(hours));
        let at = at.unwrap_or(start);
        for who in self.company.people.len()..self.agents.len() {
            if self.agents[who].owner {
                self.plan(who, at, Action::Deactivate);
            } else {
                self.agents[who].owner = true;
            }
        }
    }

    fn plan_person(&mut self, who: usize, start: Timestamp, days: i64) {
        let agent = &mut self.agents[who];
        let (zone, rng) = (agent.zone.clone(), &mut agent.rng);
        let joins = match rng.random_range(0..10) {
            0..6 => rng.random_range(0..5),
            6..9 => rng.random_range(5..12),
            _ => rng.random_range(12..days.clamp(13, 40)),
        };
        // People who waited for the program join on its first day, so those who join first have waited longest.
        let waits = agent.person.map(|at| self.company.people[at].waiting_days);
        let joins = if waits > Some(0) { 0 } else { joins };
        let at = |days: i64, rng: &mut ChaCha8Rng| some_day(start, &zone, days, rng);
        let mut plans: Vec<(Timestamp, Action)> = Vec::new();
        let say = |words: &str| Action::Command(words.to_owned());
        let joins_at = at(joins, rng);
        if rng.random_bool(0.04) {
            plans.push((joins_at, say("jion")));
        }
        plans.push((after_work_minutes(joins_at, &zone, 2), say("join")));
        if rng.random_bool(0.2) {
            plans.push((at(joins + 1, rng), Action::OpenHome));
        }
        for (words, chance) in [
            ("status", 0.1),
            ("help", 0.05),
            ("privacy", 0.04),
            ("support", 0.02),
        ] {
            if rng.random_bool(chance) {
                let day = rng.random_range(joins..days.max(joins + 1));
                plans.push((at(day, rng), say(words)));
            }
        }
        let later = |percent: i64| days * percent / 100;
        match agent.habit {
            Habit::Travelling => {
                for (leave, zone) in [(later(30), "Asia/Tokyo"), (later(60), "America/New_York")] {
                    let home = self.company.people[who].zone.clone();
                    // Trips start and end on weekends.
                    plans.push((weekend(start, leave), Action::Move(zone.to_owned())));
                    plans.push((weekend(start, leave + 14), Action::Move(home)));
                }
            }
            Habit::Pausing => {
                let day = later(35);
                if rng.random_bool(0.5) {
                    plans.push((at(day, rng), say("pause 3 weeks")));
                } else {
                    plans.push((at(day, rng), say("pause")));
                    plans.push((at(day + 18, rng), say("resume")));
                }
            }
            Habit::Away => plans.push((at(later(20), rng), say("pause"))),
            Habit::Leaving => {
                let before = self.company.people[..who].iter();
                let turn = before.filter(|other| other.habit == Habit::Leaving).count();
                let action = if turn % 2 == 0 {
                    say("leave")
                } else {
                    Action::Home("open_end")
                };
                plans.push((at(later(45), rng), action));
            }
            Habit::Departing => plans.push((at(later(40), rng), Action::Deactivate)),
            Habit::Guest => {
                plans.push((at(later(30), rng), Action::Guest(true)));
                plans.push((at(later(60), rng), Action::Guest(false)));
            }
            _ => {}
        }
        if self.company.people[who].role == "mentee" && rng.random_bool(0.05) {
            let (day, from) = (
                rng.random_range(joins + 1..joins + 20),
                rng.random_range(0..self.company.people.len()),
            );
            let at = some_day(start, &zone, day, rng);
            if let Some(junior) = somebody_junior(&self.company, who, from) {
                plans.push((at, Action::Command(format!("invite <@{junior}>"))));
            }
        }
        for (at, action) in plans {
            self.plan(who, at, action);
        }
    }

    pub(super) fn plan(&mut self, who: usize, at: Timestamp, action: Action) {
        self.order += 1;
        self.plans
            .insert((at.as_millisecond(), self.order), (who, action));
    }

    /// Plans an action after `minutes` of their own working time from now.
    pub(super) fn plan_in(&mut self, who: usize, minutes: i64, action: Action) {
        let agent = &self.agents[who];
        let from = self.harness.clock.now().max(agent.away_until);
        let at = after_work_minutes(from, &agent.zone, minutes);
        self.plan(who, at, action);
    }

    /// The time of the next event: the bot's, Slack's or a person's.
    pub async fn next_due(&self) -> anyhow::Result<Option<Next>> {
        let work = self.harness.next_due().await?;
        let plan = self.plans.keys().next();
        let plan = plan.map(|(at, _)| crate::clock::millis(*at));
        let at = [work, plan].into_iter().flatten().min();
        Ok(at.map(|at| Next { at, work }))
    }

    /// The first plan, if its time has come.
    pub(super) fn take_due(&mut self, now: Timestamp) -> Option<(usize, Action)> {
        let first = self.plans.first_entry()?;
        (first.key().0 <= now.as_millisecond()).then(|| first.remove())
    }

    /// People read new messages.
    pub(super) fn notice(&mut self) {
        let slack = self.harness.slack.clone();
        let until = slack.seq();
        if until == self.seen {
            return;
        }
        let mut fresh = slack.since(self.seen);
        // Messages sent at once arrive in any order; sorting makes every rehearsal run the same way.
        fresh.sort_by(|a, b| (&a.members, a.seq).cmp(&(&b.members, b.seq)));
        for message in fresh {
            self.checker.note(&message);
            if let Some(diary) = &mut self.diary {
                diary.note(&slack, &message);
            }
            let readers = match &message.ephemeral_to {
                Some(user) => vec![user.clone()],
                None => message.members.clone(),
            };
            for id in readers {
                if let Some(who) = self.by_id.get(&id).copied() {
                    self.consider(who, &message, &[]);
                }
            }
        }
        self.seen = until;
    }

    /// A person reads a message and plans what to do about it.
    pub(super) fn consider(&mut self, who: usize, message: &Message, done: &[String]) {
        let senior = message.members.iter().all(|id| {
            let other = self.by_id.get(id).map_or(0, |at| self.agents[*at].rank);
            other <= self.agents[who].rank
        });
        let agent = &mut self.agents[who];
        let tries = done.iter().filter(|mark| !mark.contains(CONFIRM)).count();
        if agent.gone || agent.by_hand || tries > 3 {
            return;
        }
        let mut reader = Reader {
            id: &agent.id,
            seed: self.seed,
            habit: agent.habit,
            owner: agent.owner,
            senior,
            rng: &mut agent.rng,
        };
        let Some(button) = reader.pick(message, done) else {
            return;
        };
        let minutes = if done.is_empty() {
            if !agent.habit.answers(&mut agent.rng) {
                return;
            }
            agent.habit.delay(&mut agent.rng)
        } else {
            agent.rng.random_range(1..6)
        };
        if button.name == "sort_out" && agent.rng.random_bool(0.6) {
            // They arrange the meeting themselves and log it with Slack's shortcut.
            self.plan_in(who, minutes + 10 * 480, Action::LogMeeting);
        }
        let action = Action::Press {
            message: message.reference(),
            button,
            done: done.to_vec(),
        };
        self.plan_in(who, minutes, action);
    }

    /// After the end: no faults and no actions, only what is under way arrives.
    pub async fn settle(&mut self) -> anyhow::Result<()> {
        // Each step is twice the longest wait between two tries; it stops once nothing is under way.
        for _ in 0..72 {
            self.harness.pass(SignedDuration::from_mins(10)).await?;
            self.notice();
            if self.harness.bot.sender.next_due().await?.is_none()
                && self.harness.slack.next_due().is_none()
            {
                break;
            }
        }
        self.checker.close(&self.harness).await
    }
}

/// A person at least two stages below, in another department.
fn somebody_junior(company: &Company, who: usize, from: usize) -> Option<&str> {
    let people = &company.people;
    let mut others = (0..people.len()).map(|step| &people[(from + step) % people.len()]);
    let me = &people[who];
    let fits = |other: &&Person| other.rank + 2 <= me.rank && other.department != me.department;
    others.find(fits).map(|other| other.id.as_str())
}

fn dice(seed: u64, who: usize) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(who as u64 + 1);
    rng
}

/// Saturday noon (UTC) of the week that is `days` from `start`.
fn weekend(start: Timestamp, days: i64) -> Timestamp {
    let day = start
        .saturating_add(SignedDuration::from_hours(24 * days))
        .unwrap_or(start);
    let day = day.to_zoned(TimeZone::UTC);
    let ahead = 6 - i64::from(day.weekday().to_monday_one_offset());
    let noon = day.date().at(12, 0, 0, 0).to_zoned(TimeZone::UTC);
    let noon = noon.map_or(start, |noon| noon.timestamp());
    noon.saturating_add(SignedDuration::from_hours(24 * ahead))
        .unwrap_or(noon)
}
