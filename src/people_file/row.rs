//! A row of a people's file: its columns, its checked contents, and its possible problems.

use crate::domain::named::named;
use crate::domain::participant::Role;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fmt;

named! {
    #[derive(PartialOrd, Ord, Serialize, Deserialize)]
    /// A column, by our own name for it. Other programs' names are in `headers`.
    pub enum Column {
        Name = "name",
        Stage = "stage",
        FirstName = "first_name",
        LastName = "last_name",
        PreferredName = "preferred_name",
        Id = "id",
        Email = "email",
        Department = "department",
        Site = "site",
        Manager = "manager",
        ManagerId = "manager_id",
        ManagerEmail = "manager_email",
        Role = "role",
        Status = "status",
        Share = "share",
        Learn = "learn",
        Languages = "languages",
        Zone = "zone",
        MentorCapacity = "mentor_capacity",
        MenteeCapacity = "mentee_capacity",
        RatherNot = "rather_not",
        WaitingDays = "waiting_days",
    }
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The columns, in any order, and their contents.
pub const COLUMNS: [(Column, &str); Column::ALL.len()] = [
    (
        Column::Name,
        "the person's name, in either order; each row needs a name, an email address or an id",
    ),
    (
        Column::Stage,
        "one of the program's career stages, by name, or by number from 1 under this header; --stage says what other words mean; required to be matched",
    ),
    (
        Column::FirstName,
        "with last_name, in place of name or beside it",
    ),
    (Column::LastName, "their family name"),
    (
        Column::PreferredName,
        "what they are called, as a first name or in full",
    ),
    (
        Column::Id,
        "a Slack member id, or any other id that is theirs alone",
    ),
    (
        Column::Email,
        "finds them in Slack, and tells people with the same name apart",
    ),
    (Column::Department, "free text"),
    (Column::Site, "free text"),
    (
        Column::Manager,
        "the id, email or name of their manager, in the file or not; - for someone who reports to nobody; empty, N/A or TBD if unknown",
    ),
    (
        Column::ManagerId,
        "the same by id alone; it counts before an address, and that before a name",
    ),
    (Column::ManagerEmail, "the same by email address"),
    (
        Column::Role,
        "mentor, mentee or either; none for someone who does not take part but is in reporting lines; without it, either",
    ),
    (
        Column::Status,
        "as Slack or an HR system writes it: bots are left out, guests and people who have left do not take part",
    ),
    (
        Column::Share,
        "topics they can teach: several, separated by |, or else by ; or ,",
    ),
    (Column::Learn, "topics they want to learn"),
    (
        Column::Languages,
        "several; without any, the first of the program's list",
    ),
    (
        Column::Zone,
        "an IANA time zone such as Europe/Berlin; without it, the program's",
    ),
    (
        Column::MentorCapacity,
        "how many people they would mentor at once, 1 to 3; without it, 1",
    ),
    (
        Column::MenteeCapacity,
        "how many mentors they would like at once, 1 to 3; without it, 1",
    ),
    (
        Column::RatherNot,
        "people they would rather not be paired with, as in manager, from the file",
    ),
    (
        Column::WaitingDays,
        "since they joined or their last pair ended; without it, 0",
    ),
];

/// A checked row of the file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// As an editor or a spreadsheet shows it, from 1.
    pub line: u64,
    /// Empty if the file names them by email address or id alone.
    pub name: String,
    pub id: Option<String>,
    pub email: Option<String>,
    pub department: String,
    pub site: String,
    /// Position in the program's list; None where the file says no stage.
    pub rank: Option<usize>,
    /// The file's own word for it, where that is none of the program's stages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage_word: Option<String>,
    pub manager: Manager,
    pub part: Part,
    pub share: Vec<String>,
    pub learn: Vec<String>,
    pub languages: Vec<String>,
    #[serde(with = "jiff::fmt::serde::tz::required")]
    pub zone: TimeZone,
    pub mentor_capacity: u8,
    pub mentee_capacity: u8,
    /// Positions of other rows.
    pub rather_not: Vec<usize>,
    pub waiting_days: u32,
}

impl Row {
    /// Identifies this person within the file.
    pub fn key(&self) -> &str {
        let given = self.id.as_ref().or(self.email.as_ref());
        given.unwrap_or(&self.name)
    }

    /// Their name, or else what the file has in its place.
    pub fn shown(&self) -> &str {
        if self.name.is_empty() {
            self.email.as_deref().unwrap_or_else(|| self.key())
        } else {
            &self.name
        }
    }

    /// Whether they take part in the program.
    pub fn takes_part(&self) -> bool {
        matches!(self.part, Part::Member(_))
    }
}

/// Slack: a `U` or `W`, then capital letters and digits; 9 characters in old workspaces, 11 in new ones, fewer in stand-ins.
pub(super) fn is_slack_id(id: &str) -> bool {
    id.starts_with(['U', 'W'])
        && (4..=21).contains(&id.len())
        && id
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

/// Whether a word can hardly be anything but a Slack id: an employee's number such as W10234 is shorter, or has no letters.
pub(super) fn is_surely_slack_id(id: &str) -> bool {
    let has = |wanted: fn(&u8) -> bool| id.bytes().skip(1).any(|byte| wanted(&byte));
    let is_mixed = has(u8::is_ascii_digit) && has(u8::is_ascii_uppercase);
    is_slack_id(id) && id.len() >= 9 && is_mixed
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Manager {
    Unknown,
    /// They report to nobody.
    Nobody,
    /// Position of another row.
    Row(usize),
    /// Position in [`super::PeopleFile::outside`].
    Outside(usize),
}

/// Whether somebody takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Part {
    /// In the reporting chain, not in the program.
    Bystander,
    /// The role, if the file says one.
    Member(Option<Role>),
}

/// A problem in the file, and how to fix it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Problem {
    /// From 1; 0 for the file as a whole.
    pub line: u64,
    /// As the file writes it. None for the line as a whole.
    pub column: Option<String>,
    pub words: String,
    /// How the command line solves it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_flag: Option<String>,
    /// Somebody who knows the file solves it with an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asks: Option<Box<Ask>>,
    /// Further lines with the same problem.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<u64>,
}

/// What only somebody who knows the file can say.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Ask {
    /// Which of these headers is the column?
    Header {
        column: Column,
        headers: Vec<String>,
    },
    /// Which of the program's stages is this word in the column `header`? Perhaps the one at `guess`.
    Stage {
        header: String,
        word: String,
        guess: Option<usize>,
    },
}

impl Problem {
    pub(super) fn of_file(words: &str) -> Self {
        Self::of_line(0, words)
    }

    pub(super) fn of_line(line: u64, words: &str) -> Self {
        Self {
            line,
            words: words.to_owned(),
            ..Self::default()
        }
    }

    /// All its lines.
    pub fn lines(&self) -> impl Iterator<Item = u64> {
        std::iter::once(self.line).chain(self.also.iter().copied())
    }

    /// Where and what, for people who have no command line before them.
    pub fn without_flags(&self) -> String {
        match (self.line, &self.column) {
            (0, _) => self.words.clone(),
            (_, None) => format!("{}: {}", self.place(), self.words),
            (_, Some(column)) => format!("{}, column {column}: {}", self.place(), self.words),
        }
    }

    fn place(&self) -> String {
        let lines: Vec<u64> = self.lines().collect();
        match lines.len() {
            1 => format!("line {}", self.line),
            _ => format!("lines {}", ranges(&lines)),
        }
    }
}

impl Problem {
    /// What it is, and how the command line solves it.
    pub fn in_full(&self) -> String {
        match &self.by_flag {
            Some(flag) => format!("{}{}{flag}", self.words, joint(flag)),
            None => self.words.clone(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.without_flags())?;
        match &self.by_flag {
            Some(flag) => write!(f, "{}{flag}", joint(flag)),
            None => Ok(()),
        }
    }
}

/// A remedy beside the one in the words, or the only one.
fn joint(flag: &str) -> &'static str {
    if flag.starts_with("or ") { ", " } else { ": " }
}

/// The same problem in several lines is one. In the order of the file.
pub(super) fn grouped(mut problems: Vec<Problem>) -> Vec<Problem> {
    problems.sort();
    problems.dedup();
    let mut first: HashMap<(Option<String>, String), usize> = HashMap::new();
    let mut grouped: Vec<Problem> = Vec::new();
    for problem in problems {
        let same = (problem.column.clone(), problem.words.clone());
        match first.get(&same).map(|at| &mut grouped[*at]) {
            Some(earlier) if earlier.line == problem.line => {}
            Some(earlier) => earlier.also.push(problem.line),
            None => {
                first.insert(same, grouped.len());
                grouped.push(problem);
            }
        }
    }
    grouped
}

/// Ranges of lines shown for one problem.
const RANGES: usize = 5;

/// "11–14, 17 and 22", or "11–14, 17 and 30 more".
pub fn ranges(lines: &[u64]) -> String {
    let mut ranges: Vec<(u64, u64)> = Vec::new();
    for &line in lines {
        match ranges.last_mut() {
            Some((_, end)) if *end + 1 == line => *end = line,
            _ => ranges.push((line, line)),
        }
    }
    let length = |(start, end): &(u64, u64)| end - start + 1;
    let more: u64 = ranges.iter().skip(RANGES).map(length).sum();
    let shown = ranges.iter().enumerate().filter(|(at, _)| *at < RANGES);
    let mut shown: Vec<String> = shown
        .map(|(_, (start, end))| match end - start {
            0 => start.to_string(),
            1 => format!("{start}, {end}"),
            _ => format!("{start}–{end}"),
        })
        .collect();
    if more > 0 {
        shown.push(format!("{more} more"));
    }
    match shown.pop() {
        Some(last) if !shown.is_empty() => format!("{} and {last}", shown.join(", ")),
        last => last.unwrap_or_default(),
    }
}
