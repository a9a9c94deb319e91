//! A row of a people's file: its columns, its checked contents, and its possible problems.

use crate::domain::participant::Role;
use jiff::tz::TimeZone;
use std::fmt;

/// The columns, in any order, and their contents.
pub const COLUMNS: [(&str, &str); 16] = [
    ("name", "the person's name; required"),
    (
        "stage",
        "one of the program's career stages, by name or by number from 1; required",
    ),
    (
        "id",
        "a Slack member id, or any other id that is theirs alone",
    ),
    ("email", "tells people with the same name apart"),
    ("department", "free text"),
    ("site", "free text"),
    (
        "manager",
        "the id, email or name of another row; - for someone who reports to nobody; empty if unknown",
    ),
    ("role", "mentor, mentee or either; without it, either"),
    (
        "share",
        "topics they can teach: several, separated by |, ; or ,",
    ),
    ("learn", "topics they want to learn"),
    (
        "languages",
        "several; without any, the first of the program's list",
    ),
    (
        "zone",
        "an IANA time zone such as Europe/Berlin; without it, the program's",
    ),
    (
        "mentor_capacity",
        "how many people they would mentor at once, 1 to 3; without it, 1",
    ),
    (
        "mentee_capacity",
        "how many mentors they would like at once, 1 to 3; without it, 1",
    ),
    (
        "rather_not",
        "people they would rather not be paired with, as in manager",
    ),
    (
        "waiting_days",
        "since they joined or their last pair ended; without it, 0",
    ),
];

/// A checked row of the file.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub name: String,
    pub id: Option<String>,
    pub email: Option<String>,
    pub department: String,
    pub site: String,
    /// Position in the program's list.
    pub rank: usize,
    pub manager: Manager,
    pub role: Option<Role>,
    pub share: Vec<String>,
    pub learn: Vec<String>,
    pub languages: Vec<String>,
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
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manager {
    Unknown,
    /// They report to nobody.
    Nobody,
    Row(usize),
}

/// A problem in the file, and how to fix it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// From 1; 0 for the file as a whole.
    pub line: u64,
    /// None for the line as a whole.
    pub column: Option<String>,
    pub words: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, &self.column) {
            (0, _) => {}
            (line, None) => write!(f, "line {line}: ")?,
            (line, Some(column)) => write!(f, "line {line}, column {column}: ")?,
        }
        f.write_str(&self.words)
    }
}
