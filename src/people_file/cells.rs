//! Interprets the cells of a line.

use super::line::Line;
use super::request::Purpose;
use super::row::{Ask, Column, Manager, Part, Problem, Row};
use super::stages::{Read, Stages};
use super::table::Lines;
use super::text::{
    comparable, first_last, in_parentheses, is_formula_error, items, looks_like_an_id, tidy,
};
use crate::domain::participant::Role;
use crate::domain::program::Settings;
use jiff::tz::TimeZone;
use std::borrow::Cow;

/// Slack cuts longer choices.
const CHOICE: usize = 75;

/// What holds for all lines of a file.
pub(super) struct Reading<'a> {
    pub lines: &'a Lines,
    pub settings: &'a Settings,
    pub purpose: Purpose,
    /// Whether the column of names has last names alone, as German lists do beside `Vorname`.
    pub name_is_last: bool,
    pub stages: Stages<'a>,
    /// Listed topics and languages that contain separators.
    pub topics: Vec<String>,
    pub tongues: Vec<String>,
}

/// Whether names stand in a column of last names: first names have one of their own, last names have none, and most names do not
/// begin or end with the first name.
pub(super) fn name_is_last(lines: &Lines) -> bool {
    let headers = &lines.headers;
    if !headers.has(Column::Name) || headers.has(Column::LastName) {
        return false;
    }
    let both = lines.all.iter().map(|line| {
        let cell = |column| comparable(lines.cell(line, column));
        (cell(Column::FirstName), cell(Column::Name))
    });
    let (mut all, mut whole) = (0_usize, 0_usize);
    for (first, name) in both.filter(|(first, name)| !first.is_empty() && !name.is_empty()) {
        all += 1;
        whole += usize::from(name.contains(&first));
    }
    whole * 2 < all
}

/// Other programs have job roles under the header of ours. If nothing in it is a role of the program, it is another column,
/// unless somebody said that it is this one.
pub(super) fn is_about_other_roles(lines: &Lines) -> bool {
    let cells = lines.all.iter().map(|line| lines.cell(line, Column::Role));
    let mut given = cells.filter(|cell| !cell.is_empty()).peekable();
    given.peek().is_some()
        && !lines.headers.is_mapped(Column::Role)
        && given.all(|cell| part(cell).is_none())
}

fn part(given: &str) -> Option<Part> {
    match comparable(given).as_str() {
        "" | "yes" | "true" | "participating" => Some(Part::Member(None)),
        "none" | "no" | "false" | "-" | "bystander" | "not participating" => Some(Part::Bystander),
        "both" => Some(Part::Member(Some(Role::Either))),
        word => Role::parse(word).map(|role| Part::Member(Some(role))),
    }
}

/// What Slack or an HR system says about somebody's standing.
#[derive(PartialEq)]
enum Status {
    Bot,
    /// A guest, or no longer with the company.
    Outsider,
    Usual,
}

fn status(given: &str) -> Status {
    const GONE: [&str; 20] = [
        "suspended",
        "disabled",
        "deactivated",
        "inactive",
        "terminated",
        "left",
        "former",
        "resigned",
        "retired",
        "deceased",
        "departed",
        "separated",
        "withdrawn",
        "offboarded",
        "dismissed",
        "inaktiv",
        "ausgeschieden",
        "inactif",
        "inactivo",
        "cesado",
    ];
    let given = comparable(given);
    let first = given.split(|c: char| !c.is_alphanumeric()).next();
    let is_gone = given == "not active" || first.is_some_and(|word| GONE.contains(&word));
    if matches!(given.as_str(), "bot" | "app" | "workflow bot") {
        Status::Bot
    } else if given.contains("guest") || is_gone {
        Status::Outsider
    } else {
        Status::Usual
    }
}

pub(super) struct Cells<'a> {
    pub of: &'a Reading<'a>,
    pub line: &'a Line,
    pub problems: &'a mut Vec<Problem>,
}

impl<'a> Cells<'a> {
    pub fn is_bot(&self) -> bool {
        status(self.get(Column::Status)) == Status::Bot
    }

    /// A cell, tidied; a list may have several lines.
    pub fn get(&self, column: Column) -> &'a str {
        let cell = self.of.lines.cell(self.line, column);
        if is_formula_error(cell) { "" } else { cell }
    }

    pub fn problem(&mut self, column: Column, words: impl Into<String>) {
        let header = self.of.lines.headers.shown(column);
        self.problems.push(Problem {
            line: self.line.number,
            column: Some(header.to_owned()),
            words: words.into(),
            ..Problem::default()
        });
    }

    /// A cell as one line.
    fn line(&self, column: Column) -> String {
        tidy(self.get(column)).into_owned()
    }

    fn list(&self, column: Column, listed: &[String]) -> Vec<String> {
        let mut words = items(self.get(column), listed);
        // A large file has many lists, and most are short.
        words.shrink_to_fit();
        words
    }

    /// All that the line says but for other people, who are found when everybody is known.
    pub fn row(&mut self) -> Row {
        self.look_for_formula_errors();
        for column in [Column::Department, Column::Site] {
            if self.get(column).chars().count() > CHOICE {
                self.problem(
                    column,
                    format!("is too long: keep it to {CHOICE} characters"),
                );
            }
        }
        let some = |text: String| Some(text).filter(|text| !text.is_empty());
        let (id, email) = (some(self.line(Column::Id)), some(self.line(Column::Email)));
        let (name, id_of_name) = self.name();
        let id = id.or(id_of_name.filter(|_| !self.of.lines.headers.has(Column::Id)));
        let is_unnamed = name.is_empty() && id.is_none() && email.is_none();
        if is_unnamed && self.of.lines.headers.is_told(Column::Name) {
            self.problem(Column::Name, "is empty: fill it in");
        }
        let settings = self.of.settings;
        let mut languages = self.list(Column::Languages, &self.of.tongues);
        if languages.is_empty() {
            languages.extend(settings.languages.first().cloned());
        }
        let part = self.part();
        let (rank, stage_word) = self.stage(part);
        Row {
            line: self.line.number,
            name,
            id,
            email,
            department: self.line(Column::Department),
            site: self.line(Column::Site),
            rank,
            stage_word,
            manager: Manager::Unknown,
            part,
            share: self.list(Column::Share, &self.of.topics),
            learn: self.list(Column::Learn, &self.of.topics),
            languages,
            zone: self.zone(),
            mentor_capacity: self.number(Column::MentorCapacity, 1, 1..=3),
            mentee_capacity: self.number(Column::MenteeCapacity, 1, 1..=3),
            rather_not: Vec::new(),
            waiting_days: self.number(Column::WaitingDays, 0, 0..=100_000),
        }
    }

    fn look_for_formula_errors(&mut self) {
        for column in Column::ALL {
            let cell = self.of.lines.cell(self.line, column);
            if is_formula_error(cell) {
                self.problem(
                    column,
                    format!("{cell}: its formula fails, so correct it or empty the cell"),
                );
            }
        }
    }

    /// Their name to be shown, and the id that is written behind it.
    fn name(&self) -> (String, Option<String>) {
        let given = self.line(Column::Name);
        let (given, id) = match in_parentheses(&given) {
            Some((name, id)) if looks_like_an_id(id) => (name, Some(id.to_owned())),
            _ => (given.as_str(), None),
        };
        let full = first_last(given).into_owned();
        let first = self.line(Column::FirstName);
        let (full, last) = if self.of.name_is_last {
            (String::new(), full)
        } else {
            (full, self.line(Column::LastName))
        };
        let preferred = self.line(Column::PreferredName);
        let joined = |first: &str| tidy(&format!("{first} {last}")).into_owned();
        let name = if preferred.contains(' ') {
            first_last(&preferred).into_owned()
        } else if !preferred.is_empty() && !last.is_empty() {
            joined(&preferred)
        } else if !full.is_empty() {
            full
        } else if first.is_empty() && !preferred.is_empty() {
            preferred
        } else {
            joined(&first)
        };
        (name, id)
    }

    /// Everything else by which others may mean this person: other names, other ids.
    pub fn other_names(&self) -> Vec<String> {
        let headers = &self.of.lines.headers;
        // Somebody who says which column has the ids means no other.
        let also = [Column::Name, Column::Id].into_iter();
        let also = also.filter(|column| *column != Column::Id || !headers.is_mapped(Column::Id));
        let also = also.flat_map(|column| headers.also(column));
        let mut names: Vec<Cow<str>> = also.filter_map(|at| self.line.nth(at).map(tidy)).collect();
        let full = tidy(self.get(Column::Name));
        let (first, mut last) = (self.get(Column::FirstName), self.get(Column::LastName));
        if self.of.name_is_last {
            last = self.get(Column::Name);
        }
        if let Some((name, id)) = in_parentheses(&full) {
            names.push(Cow::Owned(name.to_owned()));
            if looks_like_an_id(id) {
                names.push(Cow::Owned(id.to_owned()));
            }
        }
        names.push(full);
        if !first.is_empty() && !last.is_empty() {
            names.push(Cow::Owned(format!("{first} {last}")));
        }
        let names = names.into_iter().filter(|name| !name.is_empty());
        names.map(Cow::into_owned).collect()
    }

    /// The stage, and the file's own word for it where the program has another one.
    fn stage(&mut self, part: Part) -> (Option<usize>, Option<String>) {
        let given = self.line(Column::Stage);
        if given.is_empty() {
            let is_needed = self.of.purpose == Purpose::Match && part != Part::Bystander;
            if is_needed && self.of.lines.headers.has(Column::Stage) {
                let words = format!("is empty: use {}", self.of.stages.in_words());
                self.problem(Column::Stage, words);
            }
            return (None, None);
        }
        match self.of.stages.read(&given) {
            Read::Stage(at) => (Some(at), None),
            Read::Said(at) => (Some(at), Some(given)),
            Read::LeftOut => (None, Some(given)),
            Read::Unknown(guess) if self.of.purpose == Purpose::Trial => (guess, Some(given)),
            Read::Unknown(guess) => {
                self.ask_about_stage(given, guess);
                (None, None)
            }
        }
    }

    fn ask_about_stage(&mut self, word: String, guess: Option<usize>) {
        let header = self.of.lines.headers.shown(Column::Stage).to_owned();
        let numbers = if self.of.stages.may_be_a_number(&word) {
            format!(
                "say with --column stage=\"{header}\" that these numbers are the program's stages; or "
            )
        } else {
            String::new()
        };
        let by_flag = format!(
            "{numbers}use {}; or say which one a word is, such as --stage \"Manager=Experienced\", or --stage \"Manager=-\" \
             to leave it out; or leave out the whole column with --column stage=-",
            self.of.stages.in_words()
        );
        self.problems.push(Problem {
            line: self.line.number,
            column: Some(header.clone()),
            words: format!("\"{word}\" is not a stage"),
            by_flag: Some(by_flag),
            asks: Some(Box::new(Ask::Stage {
                header,
                word,
                guess,
            })),
            ..Problem::default()
        });
    }

    fn part(&mut self) -> Part {
        let given = self.get(Column::Role);
        let part = part(given);
        if part.is_none() {
            self.problems.push(Problem {
                line: self.line.number,
                column: Some(self.of.lines.headers.shown(Column::Role).to_owned()),
                words: format!("\"{given}\" is not a role: use mentor, mentee, either or none"),
                by_flag: Some(
                    "or say with --column role=- that the file has no roles in the program"
                        .to_owned(),
                ),
                ..Problem::default()
            });
        }
        match status(self.get(Column::Status)) {
            Status::Outsider => Part::Bystander,
            Status::Bot | Status::Usual => part.unwrap_or(Part::Member(None)),
        }
    }

    fn zone(&mut self) -> TimeZone {
        let given = self.get(Column::Zone);
        if given.is_empty() {
            return self.of.settings.zone();
        }
        TimeZone::get(given).unwrap_or_else(|_| {
            let words =
                format!("\"{given}\" is not a time zone: use an IANA name such as Europe/Berlin");
            self.problem(Column::Zone, words);
            TimeZone::UTC
        })
    }

    fn number<N>(&mut self, column: Column, without: N, within: std::ops::RangeInclusive<N>) -> N
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
}
