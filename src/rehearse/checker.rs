//! Records what people saw, and compares it with what the bot believes.
//!
//! *Lost* is the sum of
//! - messages that the bot counts as delivered but that are in no conversation (by metadata key),
//! - calendar files that the bot counts as shared, beyond those seen,
//! - messages given up although their recipient could be reached,
//! - messages still waiting after the end, without further faults,
//! - pairs made without an introduction in their group DM,
//! - pairs that both signed without the agreement in their group DM within a day,
//! - people whose screen confirmed that they joined but who are not in the program, unless they left it long ago,
//! - submitted reflections that are not stored.
//!
//! The bot's rows are compared once a week, before the bot deletes them.

use super::company::{CHANNEL, Company};
use super::harness::{Harness, NUDGE};
use super::ledger::{self, Made, Started};
use super::told::Told;
use crate::domain::ids::TeamId;
use crate::domain::matching::Binding;
use crate::domain::open_thing;
use crate::shared::open_things;
use crate::store::workspaces;
use jiff::{SignedDuration, Timestamp};
use slack_sandbox::{Kind, Message, Modal};
use std::collections::{BTreeMap, HashMap, HashSet};

/// How often the bot's rows are compared.
const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);
/// An agreement is posted within a day of the second signature, even if Slack has faults.
const DAY_MS: i64 = 24 * 3_600_000;
/// The program's default gap between a mentor's and a mentee's stage.
const GAP: usize = 2;
/// The most remarks, which is enough to find a cause.
const REMARKS: usize = 40;
/// Slack's codes for people who cannot be reached.
const UNREACHABLE: [&str; 6] = [
    "user_disabled",
    "user_not_found",
    "user_not_visible",
    "channel_not_found",
    "invalid_user_combination",
    "cannot_dm_bot",
];

#[derive(Default)]
pub struct Checker {
    since: Timestamp,
    /// Keys of messages that were seen and not yet compared.
    keys: HashSet<i64>,
    /// Files that the bot counts as shared.
    files: u64,
    /// When the bot posted to each pair (their ids, sorted), except nudges: milliseconds.
    groups: HashMap<String, Vec<i64>>,
    /// The people who joined, with the time.
    pub joined: HashMap<String, Timestamp>,
    /// People who had left in some week: their profiles end when they have been kept long enough.
    departed: HashSet<String>,
    /// People who are deactivated or temporarily guests: messages to them may fail.
    pub gone: HashSet<String>,
    pub nudges: u64,
    pub digests: u64,
    pub told: Told,
    pub kinds: BTreeMap<String, u64>,
    pub pairs: Vec<Made>,
    pub started: Vec<Started>,
    pub meetings: u64,
    pub asked: u64,
    pub answered: u64,
    /// By what each form was about: one that is slow to open is opened and sent off twice.
    reflections_sent: HashSet<String>,
    pub lost: u64,
    /// What is open and would stay so, each thing once.
    pub stalled: HashSet<(open_thing::Kind, String)>,
    /// Commands and presses that changed nothing on the person's screen.
    pub unanswered: u64,
    /// Forms that came back with mistakes to correct.
    pub corrections: BTreeMap<String, u64>,
    /// Losses and broken rules, in words.
    pub remarks: Vec<String>,
    pub standings: BTreeMap<String, u64>,
    pub endings: Vec<(String, i64)>,
    left_over: HashMap<String, Binding>,
}

impl Checker {
    pub fn new(now: Timestamp) -> Self {
        Self {
            since: now,
            ..Self::default()
        }
    }

    /// Takes a message that arrived at Slack.
    pub(super) fn note(&mut self, message: &Message) {
        if let Some(key) = message.key.as_ref().and_then(|key| key.parse().ok()) {
            self.keys.insert(key);
        }
        let nudge = message.event_type.as_deref() == Some(NUDGE);
        if nudge && message.kind != Kind::Channel {
            self.nudges += 1;
        }
        // Nobody reads the digest's channel, so only this counts its messages.
        if message.kind == Kind::Channel && message.channel == CHANNEL.0 {
            self.digests += 1;
        }
        self.told.note(message);
        // A file only goes with a message, so it is no introduction.
        let says = !nudge && message.files.is_empty();
        if message.kind == Kind::Mpim && says && message.ephemeral_to.is_none() {
            let times = self
                .groups
                .entry(group(message.members.iter()))
                .or_default();
            times.push(message.at.as_millisecond());
        }
    }

    pub(super) fn submitted(&mut self, modal: &Modal, user: &str, at: Timestamp) {
        if modal.callback_id == "join" {
            self.joined.entry(user.to_owned()).or_insert(at);
        } else if modal.callback_id == "reflect" {
            self.reflections_sent.insert(modal.private_metadata.clone());
        }
    }

    pub(super) fn corrected(&mut self, form: &str, errors: &BTreeMap<String, String>) {
        for (field, problem) in errors {
            *self
                .corrections
                .entry(format!("{form}.{field}: {problem}"))
                .or_default() += 1;
        }
    }

    pub(super) fn unanswered(&mut self, words: impl FnOnce() -> String) {
        self.unanswered += 1;
        self.remark(words);
    }

    fn lose(&mut self, words: impl FnOnce() -> String) {
        self.lost += 1;
        self.remark(words);
    }

    fn remark(&mut self, words: impl FnOnce() -> String) {
        if self.remarks.len() < REMARKS {
            self.remarks.push(words());
        }
    }

    /// Compares if a week has passed.
    pub(super) async fn look_in(&mut self, harness: &Harness) -> anyhow::Result<()> {
        let now = harness.clock.now();
        if now.duration_since(self.since) < WEEK {
            return Ok(());
        }
        // Rows of this very millisecond belong to the next week.
        self.compare(harness, now).await
    }

    /// Looks for what is open and has no next step.
    async fn look_for_stalled(&mut self, harness: &Harness) -> anyhow::Result<()> {
        let now = harness.clock.now();
        let mut tx = harness.bot.db.read(&TeamId::from(""), now).await?;
        let teams = workspaces::all(&mut tx).await?;
        drop(tx);
        for workspace in teams {
            let mut tx = harness.bot.db.read(&workspace.team, now).await?;
            for open in open_things::stalled(&mut tx).await? {
                let what = (open.kind, open.about.clone());
                if self.stalled.insert(what) {
                    let (kind, about, since) = (open.kind.as_str(), open.about, open.since);
                    self.remark(|| format!("{kind} ({about}) has stalled, open since {since}"));
                }
            }
        }
        Ok(())
    }

    async fn compare(&mut self, harness: &Harness, until: Timestamp) -> anyhow::Result<()> {
        self.look_for_stalled(harness).await?;
        let mut tx = harness
            .bot
            .db
            .read(&TeamId::from(""), harness.clock.now())
            .await?;
        let entries = ledger::entries(&mut tx, self.since, until).await?;
        self.departed.extend(ledger::departed(&mut tx).await?);
        drop(tx);
        self.since = until;
        for (key, kind) in entries.sent {
            if !self.keys.remove(&key) {
                self.lose(|| format!("a message ({kind}) counts as delivered, and nobody got it"));
            }
            *self.kinds.entry(kind).or_default() += 1;
        }
        for (lane, kind, error) in entries.failed {
            let unreachable = UNREACHABLE.contains(&error.as_str());
            // A pair's lane does not show who is in it, so one departed person in the company is enough.
            let excused =
                self.gone.contains(&lane) || lane.starts_with("pair/") && !self.gone.is_empty();
            if !(unreachable && excused) {
                self.lose(|| format!("a message ({kind}) to {lane} was given up: {error}"));
            }
        }
        self.files += entries.files;
        self.pairs.extend(entries.pairs);
        self.started.extend(entries.started);
        let count = |rows: i64| u64::try_from(rows).unwrap_or_default();
        self.meetings += count(entries.meetings);
        self.asked += count(entries.asked);
        self.answered += count(entries.answered);
        Ok(())
    }

    /// The last comparison, once everything has arrived.
    pub(super) async fn close(&mut self, harness: &Harness) -> anyhow::Result<()> {
        let now = harness.clock.now();
        self.compare(harness, now.saturating_add(SignedDuration::from_millis(1))?)
            .await?;
        let mut tx = harness.bot.db.read(&TeamId::from(""), now).await?;
        let overdue = ledger::overdue(&mut tx).await?;
        let standings = ledger::standings(&mut tx).await?;
        self.endings = ledger::endings(&mut tx).await?;
        let left_over = ledger::left_over(&mut tx).await?;
        drop(tx);
        self.left_over = left_over
            .into_iter()
            .map(|(user, why)| (user.0, why))
            .collect();
        let seen = harness.slack.tally().files;
        for _ in seen..self.files {
            self.lose(|| "a calendar file counts as shared, and nobody got it".to_owned());
        }
        for (kind, lane, error) in overdue {
            self.lose(|| format!("a message ({kind}) to {lane} still waits: {error}"));
        }
        let mut known = HashSet::new();
        for (user, standing) in standings {
            *self.standings.entry(standing).or_default() += 1;
            known.insert(user.0);
        }
        let mut missing: Vec<String> = self
            .joined
            .keys()
            .filter(|user| !known.contains(*user) && !self.departed.contains(*user))
            .cloned()
            .collect();
        missing.sort();
        for user in missing {
            self.lose(|| format!("{user} joined and is not in the program"));
        }
        for _ in self.answered..self.reflections_sent.len() as u64 {
            self.lose(|| "a reflection was sent off and is not kept".to_owned());
        }
        self.check_introductions();
        self.check_agreements();
        Ok(())
    }

    fn check_introductions(&mut self) {
        let mut missing = Vec::new();
        for Made { mentor, mentee, .. } in &self.pairs {
            let excused = self.gone.contains(&mentor.0) || self.gone.contains(&mentee.0);
            if !excused
                && !self
                    .groups
                    .contains_key(&group([&mentor.0, &mentee.0].into_iter()))
            {
                missing.push(format!("{mentor} and {mentee} were never introduced"));
            }
        }
        for words in missing {
            self.lose(|| words);
        }
    }

    fn check_agreements(&mut self) {
        let mut missing = Vec::new();
        for started in &self.started {
            let (mentor, mentee) = (&started.mentor.0, &started.mentee.0);
            let at = started.at.as_millisecond();
            let times = self.groups.get(&group([mentor, mentee].into_iter()));
            let posted =
                times.is_some_and(|times| times.iter().any(|t| (at..at + DAY_MS).contains(t)));
            if !posted && !self.gone.contains(mentor) && !self.gone.contains(mentee) {
                missing.push(format!(
                    "{mentor} and {mentee} signed, and did not get their agreement"
                ));
            }
        }
        for words in missing {
            self.lose(|| words);
        }
    }

    /// Counts pairs that are not allowed: in one management chain, stages too close, or against somebody's private wish.
    pub(super) fn against_rules(&mut self, company: &Company) -> u64 {
        let at: HashMap<&str, usize> = company
            .people
            .iter()
            .enumerate()
            .map(|(at, person)| (person.id.as_str(), at))
            .collect();
        let mut wrong = Vec::new();
        for Made {
            mentor,
            mentee,
            at: when,
        } in &self.pairs
        {
            let (Some(&a), Some(&b)) = (at.get(mentor.as_str()), at.get(mentee.as_str())) else {
                wrong.push(format!(
                    "{mentor} and {mentee}: one of them is not of the company"
                ));
                continue;
            };
            let (junior, senior) = (&company.people[a], &company.people[b]);
            // The bot knows the managers that people had told it by then.
            let told = |at: usize| {
                let person = &company.people[at];
                person.tells_manager
                    && self
                        .joined
                        .get(&person.id)
                        .is_some_and(|joined| joined < when)
            };
            if company.one_chain(a, b, &told) {
                wrong.push(format!(
                    "{} and {} are in one management chain",
                    junior.name, senior.name
                ));
            }
            if junior.rank + GAP > senior.rank {
                wrong.push(format!(
                    "{} and {} are too close in their careers",
                    junior.name, senior.name
                ));
            }
            if junior.rather_not.contains(&b) || senior.rather_not.contains(&a) {
                wrong.push(format!(
                    "{} and {} should not be paired",
                    junior.name, senior.name
                ));
            }
        }
        let count = wrong.len() as u64;
        for words in wrong {
            self.remark(|| words);
        }
        count
    }

    /// The reasons why people who joined never had a partner, the most frequent first.
    pub(super) fn unmatched(&self) -> Vec<(String, u64)> {
        let paired: HashSet<&String> = self
            .pairs
            .iter()
            .flat_map(|made| [&made.mentor.0, &made.mentee.0])
            .collect();
        let mut reasons: BTreeMap<String, u64> = BTreeMap::new();
        for user in self.joined.keys() {
            if paired.contains(user) {
                continue;
            }
            let why = match self.left_over.get(user) {
                _ if self.gone.contains(user) => "Left the company, or became a guest.".to_owned(),
                Some(why) => why.for_owner(),
                None => "Joined and left, or paused, between two rounds.".to_owned(),
            };
            *reasons.entry(why).or_default() += 1;
        }
        let mut reasons: Vec<(String, u64)> = reasons.into_iter().collect();
        reasons.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        reasons
    }

    /// The median number of days until both had signed.
    pub(super) fn median_days_to_sign(&self) -> f64 {
        let took = |started: &Started| {
            started
                .at
                .duration_since(started.introduced_at)
                .as_secs_f64()
                / 86_400.0
        };
        let mut days: Vec<f64> = self.started.iter().map(took).collect();
        days.sort_by(f64::total_cmp);
        days.get(days.len() / 2).copied().unwrap_or_default()
    }
}

fn group<'a>(members: impl Iterator<Item = &'a String>) -> String {
    let mut members: Vec<&str> = members.map(String::as_str).collect();
    members.sort_unstable();
    members.join(" ")
}
