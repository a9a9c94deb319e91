//! Who reports to whom, and who is at which stage: from the owners' file, and where it says nothing, as people said themselves.

use super::db::{Reading, Result};
use super::{organization, participants};
use crate::domain::ids::UserId;
use crate::domain::matching::ReportingLine;
use crate::domain::organization::{Entry, is_in_slack};
use crate::domain::participant::{Participant, Profile};
use crate::domain::program::Settings;
use std::collections::{HashMap, HashSet};

/// No chain of managers is longer; circular ones end here.
const CHAIN: usize = 64;

/// Follows the chain of managers upwards from `user`.
pub(super) async fn above(
    tx: &mut Reading,
    settings: &Settings,
    user: &UserId,
    (managers, ranks): (&mut HashMap<UserId, UserId>, &mut HashMap<UserId, usize>),
) -> Result<()> {
    let mut next = Some(user.clone());
    for _ in 0..CHAIN {
        let Some(one) = next.take() else { break };
        let listed = organization::find(tx, &one).await?;
        let is_told = |entry: &Entry| entry.manager.is_some() && entry.stage.is_some();
        let profile = match &listed {
            Some(entry) if is_told(entry) => None,
            _ => participants::find(tx, &one).await?,
        };
        let profile = profile.map(|found| found.profile);
        let (manager, stage) = place(listed.as_ref(), profile.as_ref());
        if let Some(rank) = stage.and_then(|stage| settings.stage_rank(stage)) {
            ranks.insert(one.clone(), rank);
        }
        if let Some(manager) = manager
            && managers.insert(one, manager.clone()).is_none()
        {
            next = Some(manager.clone());
        }
    }
    Ok(())
}

/// Somebody's manager and stage: the owners' file stands above what they said.
fn place<'a>(
    listed: Option<&'a Entry>,
    profile: Option<&'a Profile>,
) -> (Option<&'a UserId>, Option<&'a String>) {
    let manager = listed.and_then(|entry| entry.manager.as_ref());
    let stage = listed.and_then(|entry| entry.stage.as_ref());
    (
        manager.or_else(|| profile.and_then(|profile| profile.manager.as_ref())),
        stage.or_else(|| profile.map(|profile| &profile.stage)),
    )
}

/// Who reports to whom, as far as it is known; for looking at running pairs again.
pub async fn managers(tx: &mut Reading) -> Result<HashMap<UserId, UserId>> {
    let everyone = participants::all(tx).await?;
    let mut managers = said(&everyone);
    managers.extend(organization::managers(tx).await?);
    Ok(managers)
}

/// Who reports to whom, and who is at which stage.
pub(super) async fn of_all(
    tx: &mut Reading,
    everyone: &[Participant],
    settings: &Settings,
) -> Result<(HashMap<UserId, UserId>, HashMap<UserId, usize>)> {
    let (mut managers, mut ranks) = (said(everyone), ranks(everyone, settings));
    for (person, entry) in organization::all(tx).await? {
        let rank = entry.stage.and_then(|stage| settings.stage_rank(&stage));
        ranks.extend(rank.map(|rank| (person.clone(), rank)));
        managers.extend(entry.manager.map(|manager| (person, manager)));
    }
    Ok((managers, ranks))
}

fn said(everyone: &[Participant]) -> HashMap<UserId, UserId> {
    let said = everyone.iter().filter_map(|participant| {
        let manager = participant.profile.manager.clone()?;
        Some((participant.user.clone(), manager))
    });
    said.collect()
}

fn ranks(people: &[Participant], settings: &Settings) -> HashMap<UserId, usize> {
    let ranked = people.iter().filter_map(|participant| {
        let rank = settings.stage_rank(&participant.profile.stage)?;
        Some((participant.user.clone(), rank))
    });
    ranked.collect()
}

/// The lines of some people, for an owner who looks at them, and the names of those above them who are not in Slack.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    lines: HashMap<UserId, ReportingLine>,
    names: HashMap<UserId, String>,
}

impl Lines {
    /// `names`: of people who are not in Slack.
    pub fn new(lines: HashMap<UserId, ReportingLine>, names: HashMap<UserId, String>) -> Self {
        Self { lines, names }
    }

    pub fn of(&self, user: &UserId) -> Option<&ReportingLine> {
        self.lines.get(user)
    }

    /// The name of somebody who is in the owners' list and not in Slack.
    pub fn name(&self, person: &UserId) -> Option<&str> {
        self.names.get(person).map(String::as_str)
    }
}

/// Who is above each of `users`, as far as it is known. Reads the whole organization.
pub async fn of_some(tx: &mut Reading, users: &[UserId]) -> Result<Lines> {
    if users.is_empty() {
        return Ok(Lines::default());
    }
    let mut managers = said(&participants::all(tx).await?);
    let mut names = HashMap::new();
    for (person, entry) in organization::all(tx).await? {
        if !is_in_slack(&person) {
            names.insert(person.clone(), entry.name);
        }
        managers.extend(entry.manager.map(|manager| (person, manager)));
    }
    let lines: HashMap<UserId, ReportingLine> = users
        .iter()
        .map(|user| (user.clone(), ReportingLine::of(user, &managers)))
        .collect();
    let above: HashSet<&UserId> = lines.values().flat_map(|line| &line.above).collect();
    names.retain(|person, _| above.contains(person));
    Ok(Lines::new(lines, names))
}
