//! The organization as the owners' file describes it: people and bystanders, with who reports to whom. Matching takes reporting
//! lines from here first, and from people's own answers where the file says nothing.

mod difference;
mod renamed;

pub use difference::Difference;
pub use renamed::{Said, remember};

use super::ids::UserId;
use super::participant::Profile;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap, HashSet};

/// People and addresses named in a line of words.
const NAMED: usize = 5;

/// One person of the organization, in the program or not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub name: String,
    /// As the file tells people apart: an employee number, for example.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// A name from the program's list of stages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// The file's own word for it, where that is no stage of the program. Without a stage, the owner left it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage_word: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// The file's own word for it, where an owner has renamed it since. Without a department, they took it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department_word: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// As the word for the department.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site_word: Option<String>,
    /// The key of their manager; their own for somebody who reports to nobody; none where the file does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manager: Option<UserId>,
    /// In the reporting chain only: the file says so, or knows them only as somebody's manager.
    #[serde(default)]
    pub bystander: bool,
}

impl Entry {
    /// Only the stage, department and site that differ from the list before. Profiles have the others already.
    fn since(&self, before: &Self) -> Self {
        let new = |now: &Option<String>, was: &Option<String>| now.clone().filter(|_| now != was);
        Self {
            stage: new(&self.stage, &before.stage),
            department: new(&self.department, &before.department),
            site: new(&self.site, &before.site),
            ..self.clone()
        }
    }

    /// Puts what the file says over what somebody said themselves. Whom they report to is read from the organization.
    pub fn over(&self, profile: &mut Profile) {
        if let Some(stage) = &self.stage {
            profile.stage.clone_from(stage);
        }
        for (said, listed) in [
            (&mut profile.department, &self.department),
            (&mut profile.site, &self.site),
        ] {
            if listed.is_some() {
                said.clone_from(listed);
            }
        }
        if let Some(manager) = self.manager.as_ref().filter(|manager| is_in_slack(manager)) {
            profile.manager = Some(manager.clone());
        }
    }
}

/// A list takes the place of the one before it: a profile follows what both say about its person. A manager whom only the list
/// before named is not known any more. What somebody said themselves, beside a list that said nothing, stays.
pub fn follow(profile: &mut Profile, before: Option<&Entry>, now: Option<&Entry>) {
    let was = before.and_then(|entry| entry.manager.as_ref());
    if was.is_some() && was == profile.manager.as_ref() {
        profile.manager = None;
    }
    if let Some(now) = now {
        match before {
            Some(before) => now.since(before).over(profile),
            None => now.over(profile),
        }
    }
}

/// People by key: their Slack id, or else a stand-in that is nobody's Slack id.
pub type People = BTreeMap<UserId, Entry>;

/// The stand-in for somebody who is in the file and, as far as we know, not in Slack.
pub fn stand_in(number: i64) -> UserId {
    UserId(format!("~{number}"))
}

/// Whether a key is a Slack id.
pub fn is_in_slack(key: &UserId) -> bool {
    !key.as_str().starts_with('~')
}

/// A row of a file, before it is known who that is in Slack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// Its line in the file; none for somebody who is only named there as a manager.
    pub line: Option<u64>,
    /// As in [`Entry`]; whom they report to is in `reports`.
    pub entry: Entry,
    /// Their Slack id, if the file has it.
    pub slack: Option<UserId>,
    pub reports: Reports,
}

/// Whom somebody reports to, by position in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reports {
    Unknown,
    ToNobody,
    To(usize),
}

/// A whole file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct List {
    pub people: Vec<Listed>,
    /// The lines of circles of managers, each once.
    pub circles: Vec<Vec<u64>>,
    /// Who was taken as the top, because the file gives them no manager and they are above everybody else.
    pub top: Option<String>,
    /// Headers that were not used.
    pub ignored: Vec<String>,
    /// Other parts of the file that were not read (totals, further sheets), a sentence each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
}

impl List {
    /// In words, a sentence each: what is worth knowing about the file, though it is no mistake.
    pub fn remarks(&self) -> Vec<String> {
        let top = self.top.iter().map(|top| {
            format!(
                "{top} has no manager in the list and is above everyone else, so I take them as the top."
            )
        });
        let circles = self.circles.iter().map(|circle| {
            let lines: Vec<String> = circle.iter().map(u64::to_string).collect();
            format!(
                "Managers lead back to where they began in lines {}: until they're corrected, I ask you about every pair \
                 below them.",
                lines.join(", ")
            )
        });
        let left_out = self.people.iter().map(|one| &one.entry);
        let left_out = left_out.filter(|entry| entry.stage.is_none());
        let left_out: Vec<&str> = left_out
            .filter_map(|entry| entry.stage_word.as_deref())
            .collect();
        let mut words = left_out.clone();
        words.sort_unstable();
        words.dedup();
        let left_out = match words.as_slice() {
            [] => None,
            [one] => Some(format!(
                "No stage for {}: you left out “{one}”.",
                people(left_out.len())
            )),
            more => Some(format!(
                "No stage for {}: you left out {} words.",
                people(left_out.len()),
                more.len()
            )),
        };
        let ignored = (!self.ignored.is_empty())
            .then(|| format!("Columns I don't use: {}.", self.ignored.join(", ")));
        let unread = self.left_out.iter().cloned();
        top.chain(self.tops())
            .chain(self.ends())
            .chain(circles)
            .chain(left_out)
            .chain(ignored)
            .chain(unread)
            .collect()
    }

    /// Several people above everyone: a dash is also what others write where they don't know.
    fn tops(&self) -> Option<String> {
        let tops = self.people.iter();
        let tops = tops.filter(|one| one.reports == Reports::ToNobody);
        let lines: Vec<String> = tops
            .filter_map(|one| Some(format!("line {}", one.line?)))
            .collect();
        (lines.len() > 1).then(|| {
            format!(
                "{} people report to nobody, the list says{}. Where you only don't know the manager, leave the cell empty, and I ask \
                 you about those pairs.",
                lines.len(),
                named(&lines)
            )
        })
    }

    /// One or two managers without a line, such as the head of a company whom its HR system leaves out.
    fn ends(&self) -> Option<String> {
        let ends = self.people.iter().filter(|one| one.line.is_none());
        let ends: Vec<String> = ends.map(shown).collect();
        let whose = match ends.as_slice() {
            [one] => format!("{one} has no line"),
            [one, other] => format!("{one} and {other} have no line"),
            _ => return None,
        };
        Some(format!(
            "{whose} of their own, so I can't see who is above them, and ask you about every pair below. Add one, with - as the manager of \
             someone who reports to nobody."
        ))
    }

    /// The email addresses to ask Slack about, in lower case.
    pub fn emails(&self) -> HashSet<String> {
        let wanted = self.people.iter().filter(|one| one.slack.is_none());
        wanted.filter_map(|one| email_of(&one.entry)).collect()
    }

    /// Finds out who is who: by Slack id, by email address (`in_slack`, in lower case), or as the list before had it. `new` makes
    /// a stand-in for somebody new who is not in Slack.
    ///
    /// # Errors
    /// Two lines that are one person.
    pub fn place(
        &self,
        in_slack: &BTreeMap<String, UserId>,
        before: &People,
        mut new: impl FnMut() -> UserId,
    ) -> Result<Placed, Vec<SamePerson>> {
        let known = Known::of(before);
        let mut keys: Vec<UserId> = Vec::with_capacity(self.people.len());
        let mut lines: HashMap<UserId, u64> = HashMap::new();
        let mut renamed = HashMap::new();
        let mut same = Vec::new();
        for one in &self.people {
            let by_email = || in_slack.get(&email_of(&one.entry)?).cloned();
            let found = one.slack.clone().or_else(by_email);
            let was = known.find(&one.entry);
            if let (Some(found), Some(was)) = (&found, &was)
                && found != was
            {
                renamed.insert(was.clone(), found.clone());
            }
            let key = found.or(was).unwrap_or_else(&mut new);
            let line = one.line.unwrap_or_default();
            match lines.get(&key) {
                Some(&earlier) => same.push(SamePerson { earlier, line }),
                None => drop(lines.insert(key.clone(), line)),
            }
            keys.push(key);
        }
        if !same.is_empty() {
            return Err(same);
        }
        let entry = |(at, one): (usize, &Listed)| {
            let manager = match one.reports {
                Reports::Unknown => None,
                Reports::ToNobody => Some(keys[at].clone()),
                Reports::To(manager) => keys.get(manager).cloned(),
            };
            let entry = Entry {
                manager,
                ..one.entry.clone()
            };
            (keys[at].clone(), entry)
        };
        Ok(Placed {
            people: self.people.iter().enumerate().map(entry).collect(),
            before: under_their_new_keys(before, &renamed),
            keys,
        })
    }
}

fn people(number: usize) -> String {
    match number {
        1 => "1 person".to_owned(),
        number => format!("{number} people"),
    }
}

/// Which they are: the first of them, and how many more.
fn named(all: &[String]) -> String {
    if all.is_empty() {
        return String::new();
    }
    let shown = all.iter().enumerate().filter(|(at, _)| *at < NAMED);
    let shown: Vec<&str> = shown.map(|(_, one)| one.as_str()).collect();
    match all.len() - shown.len() {
        0 => format!(": {}", shown.join(", ")),
        more => format!(": {} and {more} more", shown.join(", ")),
    }
}

/// The name, address or id by which the file names a manager who has no line.
fn shown(one: &Listed) -> String {
    let entry = &one.entry;
    let other = || entry.email.clone().or_else(|| entry.id.clone());
    let name = Some(entry.name.clone()).filter(|name| !name.is_empty());
    name.or_else(other).unwrap_or_default()
}

/// A list whose people are known by key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    pub people: People,
    /// The list before it, where those who have been found in Slack since are under their Slack ids.
    pub before: People,
    /// Everybody's key, in the order of the list.
    pub keys: Vec<UserId>,
}

fn under_their_new_keys(before: &People, renamed: &HashMap<UserId, UserId>) -> People {
    let key = |old: &UserId| renamed.get(old).unwrap_or(old).clone();
    let entry = |(old, entry): (&UserId, &Entry)| {
        let manager = entry.manager.as_ref().map(key);
        (
            key(old),
            Entry {
                manager,
                ..entry.clone()
            },
        )
    };
    before.iter().map(entry).collect()
}

/// Two lines of a file that are one person in Slack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SamePerson {
    pub earlier: u64,
    pub line: u64,
}

fn email_of(entry: &Entry) -> Option<String> {
    entry.email.as_ref().map(|email| email.to_lowercase())
}

/// The people of the list before, by what the file tells them apart by.
struct Known<'a>(HashMap<(&'static str, String), &'a UserId>);

impl<'a> Known<'a> {
    fn of(before: &'a People) -> Self {
        let mut known = HashMap::new();
        for (key, entry) in before {
            for mark in marks(entry) {
                known.insert(mark, key);
            }
        }
        Self(known)
    }

    fn find(&self, entry: &Entry) -> Option<UserId> {
        let mut found = marks(entry)
            .into_iter()
            .filter_map(|mark| self.0.get(&mark));
        found.next().map(|key| (*key).clone())
    }
}

/// What tells somebody apart, the surest first. A name does so only for those who have nothing else.
fn marks(entry: &Entry) -> Vec<(&'static str, String)> {
    let mut marks = Vec::new();
    marks.extend(entry.id.as_ref().map(|id| ("id", id.to_lowercase())));
    marks.extend(email_of(entry).map(|email| ("email", email)));
    if marks.is_empty() {
        marks.push(("name", entry.name.to_lowercase()));
    }
    marks
}

#[cfg(test)]
mod tests;
