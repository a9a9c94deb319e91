//! Interprets the cells, and finds the people they name.

use super::lines::{Line, Lines};
use super::row::{Manager, Problem, Row};
use crate::domain::participant::Role;
use crate::domain::program::Settings;
use jiff::tz::TimeZone;
use std::collections::HashMap;

/// Slack cuts longer choices.
const CHOICE: usize = 75;

pub(super) fn rows(lines: &Lines, settings: &Settings, problems: &mut Vec<Problem>) -> Vec<Row> {
    let mut rows: Vec<Row> = lines
        .all
        .iter()
        .map(|line| {
            let mut cells = Cells {
                lines,
                line,
                problems,
            };
            cells.row(settings)
        })
        .collect();
    let people = People::of(lines, &rows, problems);
    for (at, line) in lines.all.iter().enumerate() {
        let mut cells = Cells {
            lines,
            line,
            problems,
        };
        let (manager, rather_not) = cells.others(at, &people);
        (rows[at].manager, rows[at].rather_not) = (manager, rather_not);
    }
    find_circles(lines, &rows, problems);
    rows
}

struct Cells<'a> {
    lines: &'a Lines,
    line: &'a Line,
    problems: &'a mut Vec<Problem>,
}

impl<'a> Cells<'a> {
    fn get(&self, column: &str) -> &'a str {
        self.lines.cell(self.line, column)
    }

    fn problem(&mut self, column: &str, words: String) {
        self.problems.push(Problem {
            line: self.line.number,
            column: Some(column.to_owned()),
            words,
        });
    }

    /// A cell as one line, without characters that would disturb a terminal.
    fn line(&self, column: &str) -> String {
        tidy(self.get(column))
    }

    fn list(&self, column: &str) -> Vec<String> {
        let words = self.get(column).split(['|', ';', ',', '\n']).map(tidy);
        let mut words: Vec<String> = words.filter(|word| !word.is_empty()).collect();
        // A large file has many lists, and most are short.
        words.shrink_to_fit();
        words
    }

    fn row(&mut self, settings: &Settings) -> Row {
        let some = |text: String| Some(text).filter(|text| !text.is_empty());
        if self.lines.has("name") && self.get("name").is_empty() {
            self.problem("name", "is empty: fill it in".to_owned());
        }
        for column in ["department", "site"] {
            if self.get(column).chars().count() > CHOICE {
                self.problem(
                    column,
                    format!("is too long: keep it to {CHOICE} characters"),
                );
            }
        }
        let mut languages = self.list("languages");
        if languages.is_empty() {
            languages.extend(settings.languages.first().cloned());
        }
        Row {
            name: self.line("name"),
            id: some(self.line("id")),
            email: some(self.line("email")),
            department: self.line("department"),
            site: self.line("site"),
            rank: self.rank(settings),
            manager: Manager::Unknown,
            role: self.role(),
            share: self.list("share"),
            learn: self.list("learn"),
            languages,
            zone: self.zone(settings),
            mentor_capacity: self.number("mentor_capacity", 1, 1..=3),
            mentee_capacity: self.number("mentee_capacity", 1, 1..=3),
            rather_not: Vec::new(),
            waiting_days: self.number("waiting_days", 0, 0..=100_000),
        }
    }

    fn rank(&mut self, settings: &Settings) -> usize {
        let (given, stages) = (self.get("stage"), &settings.stages);
        let named = stages
            .iter()
            .position(|name| name.to_lowercase() == given.to_lowercase());
        let numbered = || {
            let at = given.parse::<usize>().ok()?.checked_sub(1)?;
            (at < stages.len()).then_some(at)
        };
        named.or_else(numbered).unwrap_or_else(|| {
            if self.lines.has("stage") {
                let stages = stages.join(", ");
                let words =
                    format!("\"{given}\" is not a stage: use one of {stages}; or a number from 1");
                self.problem("stage", words);
            }
            0
        })
    }

    fn role(&mut self) -> Option<Role> {
        let given = self.get("role").to_lowercase();
        match given.as_str() {
            "" => None,
            "both" => Some(Role::Either),
            word => {
                let role = Role::parse(word);
                if role.is_none() {
                    let words = format!("\"{word}\" is not a role: use mentor, mentee or either");
                    self.problem("role", words);
                }
                role
            }
        }
    }

    fn zone(&mut self, settings: &Settings) -> TimeZone {
        let given = self.get("zone");
        if given.is_empty() {
            return settings.zone();
        }
        TimeZone::get(given).unwrap_or_else(|_| {
            let words =
                format!("\"{given}\" is not a time zone: use an IANA name such as Europe/Berlin");
            self.problem("zone", words);
            TimeZone::UTC
        })
    }

    fn number<N>(&mut self, column: &str, without: N, within: std::ops::RangeInclusive<N>) -> N
    where
        N: std::str::FromStr + PartialOrd + Copy + std::fmt::Display,
    {
        let given = self.get(column);
        if given.is_empty() {
            return without;
        }
        let number = given.parse().ok().filter(|number| within.contains(number));
        number.unwrap_or_else(|| {
            let (least, most) = (within.start(), within.end());
            self.problem(
                column,
                format!("\"{given}\" is not a number from {least} to {most}"),
            );
            without
        })
    }

    fn others(&mut self, at: usize, people: &People) -> (Manager, Vec<usize>) {
        let manager = match self.get("manager") {
            "" => Manager::Unknown,
            "-" => Manager::Nobody,
            word => match self.someone("manager", word, people) {
                Some(other) if other == at => {
                    let words =
                        "nobody is their own manager: use - for someone who reports to nobody";
                    self.problem("manager", words.to_owned());
                    Manager::Nobody
                }
                found => found.map_or(Manager::Unknown, Manager::Row),
            },
        };
        let rather_not = self.list("rather_not");
        let rather_not = rather_not
            .iter()
            .filter_map(|word| self.someone("rather_not", word, people));
        (manager, rather_not.filter(|other| *other != at).collect())
    }

    fn someone(&mut self, column: &str, word: &str, people: &People) -> Option<usize> {
        let wanted = tidy(word).to_lowercase();
        match people.0.get(&wanted) {
            Some(Some(other)) => Some(*other),
            Some(None) => {
                let words = format!("several people are called \"{word}\": use the id or email");
                self.problem(column, words);
                None
            }
            // They may be in a line that could not be read.
            None if self.lines.may_have_lost(&wanted) => None,
            None => {
                let words = format!(
                    "\"{word}\" is not in the file: use the id, email or name of a row, or leave it empty"
                );
                self.problem(column, words);
                None
            }
        }
    }
}

/// Rows by id, email and name, in lower case; none where a name is ambiguous.
struct People(HashMap<String, Option<usize>>);

impl People {
    fn of(lines: &Lines, rows: &[Row], problems: &mut Vec<Problem>) -> Self {
        let mut known: HashMap<String, Option<usize>> = HashMap::new();
        let mut problem = |at: usize, column: &str, word: &str, words: &str| {
            problems.push(Problem {
                line: lines.all[at].number,
                column: Some(column.to_owned()),
                words: format!("\"{word}\" {words}"),
            });
        };
        for (at, row) in rows.iter().enumerate() {
            for (column, word) in [("id", &row.id), ("email", &row.email)] {
                let Some(word) = word else { continue };
                // The email address may also be the id.
                let before = known.insert(word.to_lowercase(), Some(at)).flatten();
                if before.is_some_and(|other| other != at) {
                    let words = "appears twice: each person needs their own";
                    problem(at, column, word, words);
                }
            }
        }
        // A person who has only a name must not be mistaken for another.
        let mut nameless: HashMap<String, usize> = HashMap::new();
        for (at, row) in rows.iter().enumerate() {
            let name = row.name.to_lowercase();
            if name.is_empty() || row.key() != row.name {
                continue;
            }
            if nameless.insert(name.clone(), at).is_some() {
                let words = "appears twice: give both of them an id or an email";
                problem(at, "name", &row.name, words);
            } else if matches!(known.get(&name), Some(Some(other)) if *other != at) {
                let words = "is someone else's id or email: give this person an id or an email";
                problem(at, "name", &row.name, words);
            }
        }
        let mut named: HashMap<String, usize> = HashMap::new();
        for (at, row) in rows.iter().enumerate() {
            let name = row.name.to_lowercase();
            if name.is_empty() {
                continue;
            }
            if named.insert(name.clone(), at).is_some() {
                // Two people have this name, so it means neither.
                known.insert(name, None);
            } else {
                known.entry(name).or_insert(Some(at));
            }
        }
        Self(known)
    }
}

/// Single blanks, without invisible characters.
fn tidy(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// Reports reporting lines that form a circle.
fn find_circles(lines: &Lines, rows: &[Row], problems: &mut Vec<Problem>) {
    let above = |at: usize| match rows[at].manager {
        Manager::Row(manager) => Some(manager),
        Manager::Unknown | Manager::Nobody => None,
    };
    // The start whose way up last visited each row, so that each row is visited once.
    let mut visited: Vec<Option<usize>> = vec![None; rows.len()];
    for start in 0..rows.len() {
        let mut at = Some(start);
        while let Some(here) = at {
            if let Some(by) = visited[here] {
                if by == start {
                    circle(here, &above, |member| {
                        problems.push(Problem {
                            line: lines.all[member].number,
                            column: Some("manager".to_owned()),
                            words: "following the managers up leads back to this line: correct one of them"
                                .to_owned(),
                        });
                    });
                }
                break;
            }
            visited[here] = Some(start);
            at = above(here);
        }
    }
}

fn circle(from: usize, above: &impl Fn(usize) -> Option<usize>, mut member: impl FnMut(usize)) {
    let mut at = from;
    loop {
        member(at);
        match above(at) {
            Some(next) if next != from => at = next,
            _ => return,
        }
    }
}
