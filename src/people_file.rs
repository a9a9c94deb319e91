//! A company from a file, as a spreadsheet, an HR system or Slack writes it: for `match`, for an import, and for
//! `rehearse --csv`.
//!
//! The whole file is read first, and all problems are reported together, with line and column. `decode` finds out what kind
//! of file it is, `delimited` and `workbook` turn it into lines of cells, `header_line` and `headers` find the columns, `cells` reads a line,
//! and `lookup`, `managers` and `reporting` connect the people.

mod aliases;
mod cells;
mod decode;
mod delimited;
mod header_line;
mod headers;
mod line;
mod lookup;
mod managers;
mod placeholders;
mod reporting;
mod request;
mod row;
mod stages;
mod table;
#[cfg(test)]
mod tests;
mod text;
mod workbook;

pub use request::{Mapping, Purpose};
pub use row::{Ask, COLUMNS, Column, Manager, Part, Problem, Row, ranges};
pub use stages::{LEFT_OUT, stage_entry};
pub use text::lookup_key;

use crate::domain::ids::UserId;
use crate::domain::program::Settings;
use cells::{Cells, Reading};
use decode::Content;
use headers::Headers;
use line::Line;
use lookup::People;
use managers::{Outside, Told};
use serde::{Deserialize, Serialize};
use stages::Stages;
use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};
use table::Lines;

/// One `--column NAME=HEADER`. The error says which columns there are.
pub fn mapping_entry(text: &str) -> Result<(String, String), String> {
    let parts = text
        .split_once('=')
        .map(|(name, header)| (name.trim(), header.trim()));
    let Some((name, header)) = parts.filter(|(_, header)| !header.is_empty()) else {
        return Err("say NAME=HEADER, such as manager=\"Reports To\"".to_owned());
    };
    let column = headers::column_named(name).ok_or_else(|| headers::no_such_column(name))?;
    Ok((column.as_str().to_owned(), header.to_owned()))
}

/// Words that are not stages, named at once on the command line.
const WORDS: usize = 8;

/// The people of a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PeopleFile {
    pub rows: Vec<Row>,
    /// Managers who are in nobody's row, as the file names them (an id, an email address or a name), each once.
    pub outside: Vec<String>,
    pub notes: Notes,
    /// Whether its ids are the company's own: of those, only what can hardly be anything else is a Slack id.
    #[serde(default)]
    pub has_own_ids: bool,
}

impl PeopleFile {
    /// An id or a manager's name as a Slack id, if it is one.
    pub fn slack_id(&self, word: &str) -> Option<UserId> {
        let is_one = row::is_slack_id(word);
        let is_one = is_one && (!self.has_own_ids || row::is_surely_slack_id(word));
        is_one.then(|| UserId::from(word))
    }
}

/// What is worth knowing about a file that is right.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notes {
    /// Rows whose managers lead back to them, one list a circle. Not a mistake: nobody knows who is above them, so an owner
    /// looks at such pairs.
    pub circles: Vec<Vec<usize>>,
    /// Rows without a manager, but for the top and for those who report to nobody.
    pub no_manager: Vec<usize>,
    /// The one row without a manager that is above everybody else in the file: taken as the top, so its `manager` is `Nobody`.
    pub top: Option<usize>,
    /// Headers that mean nothing to us, as the file writes them.
    pub ignored: Vec<String>,
    /// Lines that count people and are none of them.
    #[serde(default)]
    pub totals: Vec<u64>,
    /// The sheet of a workbook that was read.
    #[serde(default)]
    pub sheet: Option<String>,
    /// Further sheets that may have people in them.
    #[serde(default)]
    pub other_sheets: Vec<String>,
}

impl Notes {
    /// What was left out but for columns, a sentence each.
    pub fn left_out(&self) -> Vec<String> {
        let totals = match self.totals.as_slice() {
            [] => None,
            [one] => Some(format!("Line {one} is a total, so I've left it out.")),
            more => Some(format!(
                "Lines {} are totals, so I've left them out.",
                ranges(more)
            )),
        };
        let sheets = self
            .sheet
            .as_ref()
            .filter(|_| !self.other_sheets.is_empty());
        let sheets = sheets.map(|sheet| {
            let others: Vec<_> = self.other_sheets.iter().map(|it| format!("“{it}”")).collect();
            format!(
                "I've read only the sheet “{sheet}”. There may be people in {}, too: put everyone into one sheet.",
                others.join(", ")
            )
        });
        totals.into_iter().chain(sheets).collect()
    }
}

/// All problems of a file. Exit code 2.
#[derive(Debug, thiserror::Error)]
pub struct BadPeople {
    path: PathBuf,
    /// In the order of the file, each once.
    pub problems: Vec<Problem>,
}

impl BadPeople {
    /// Problems that only show outside the file.
    pub fn new(path: &Path, problems: Vec<Problem>) -> Self {
        let path = path.to_owned();
        Self { path, problems }
    }
}

impl fmt::Display for BadPeople {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.path.display())?;
        let of_stages =
            |problem: &Problem| matches!(problem.asks.as_deref(), Some(Ask::Stage { .. }));
        let (words, others): (Vec<_>, Vec<_>) =
            self.problems.iter().partition(|one| of_stages(one));
        for problem in others {
            write!(f, "\n  {problem}")?;
        }
        // A job title in place of a stage has hundreds of words, and one remedy for them all.
        let shown = words.iter().enumerate().filter(|(at, _)| *at < WORDS);
        for (_, problem) in shown {
            write!(f, "\n  {}", problem.without_flags())?;
        }
        if words.len() > WORDS {
            write!(f, "\n  and {} more words there", words.len() - WORDS)?;
        }
        let remedies: BTreeSet<&String> = words
            .iter()
            .filter_map(|one| one.by_flag.as_ref())
            .collect();
        for remedy in remedies {
            let mut letters = remedy.chars();
            let first: String = letters
                .next()
                .into_iter()
                .flat_map(char::to_uppercase)
                .collect();
            write!(f, "\n  {first}{}.", letters.as_str())?;
        }
        Ok(())
    }
}

/// Reads a file with at most `most` people.
pub fn read(
    path: &Path,
    settings: &Settings,
    most: usize,
    purpose: Purpose,
    mapping: &Mapping,
) -> Result<PeopleFile, BadPeople> {
    let bytes = std::fs::read(path).map_err(|error| BadPeople {
        path: path.to_owned(),
        problems: vec![Problem::of_file(&format!("cannot be read: {error}"))],
    })?;
    parse(path, &bytes, settings, most, purpose, mapping)
}

/// Reads the contents of a file with at most `most` people. `name` is the file's, for messages: its kind is known by what is
/// in it.
pub fn parse(
    name: &Path,
    bytes: &[u8],
    settings: &Settings,
    most: usize,
    purpose: Purpose,
    mapping: &Mapping,
) -> Result<PeopleFile, BadPeople> {
    let mut problems = Vec::new();
    let file = lines(bytes, purpose, mapping, &mut problems)
        .map(|lines| people(&lines, settings, purpose, mapping, &mut problems));
    let bad = |problems| BadPeople {
        path: name.to_owned(),
        problems,
    };
    let file = match file {
        Ok(file) => file,
        Err(problem) => return Err(bad(vec![problem])),
    };
    if file.rows.len() > most {
        let words = format!(
            "{} people: at most {most} are allowed here",
            file.rows.len()
        );
        return Err(bad(vec![Problem::of_file(&words)]));
    }
    if problems.is_empty() {
        return Ok(file);
    }
    Err(bad(row::grouped(problems)))
}

/// The lines of a file, below a header that is understood. The error is one that leaves nothing to read.
fn lines(
    bytes: &[u8],
    purpose: Purpose,
    mapping: &Mapping,
    problems: &mut Vec<Problem>,
) -> Result<Lines, Problem> {
    let table = match decode::decode(bytes)? {
        Content::Text(text) => delimited::read(&text, problems),
        Content::Workbook => workbook::read(bytes)?,
    };
    let nobody = "there is nobody in it: add a line for each person below the first line";
    let header = table.header().ok_or_else(|| Problem::of_file(nobody))?;
    let headers = Headers::read(&table.lines[header], mapping, purpose, problems);
    let mut lines = table::lines(table, header, headers, problems);
    if purpose != Purpose::Match && cells::is_about_other_roles(&lines) {
        lines.headers.ignore(Column::Role);
    }
    if lines.all.is_empty() && problems.is_empty() {
        return Err(Problem::of_file(nobody));
    }
    Ok(lines)
}

fn people(
    lines: &Lines,
    settings: &Settings,
    purpose: Purpose,
    mapping: &Mapping,
    problems: &mut Vec<Problem>,
) -> PeopleFile {
    let are_numbered = lines.headers.is_ours(Column::Stage);
    let reading = Reading {
        lines,
        settings,
        purpose,
        name_is_last: cells::name_is_last(lines),
        stages: Stages::of(settings, mapping, are_numbered, problems),
        topics: text::with_separators(&settings.topics),
        tongues: text::with_separators(&settings.languages),
    };
    let (mut rows, mut read, mut other_names) = (Vec::new(), Vec::new(), Vec::new());
    for line in &lines.all {
        let mut cells = Cells {
            of: &reading,
            line,
            problems,
        };
        if !cells.is_bot() {
            rows.push(cells.row());
            other_names.push(cells.other_names());
            read.push(line);
        }
    }
    if purpose != Purpose::Import && problems.is_empty() && !rows.iter().any(Row::takes_part) {
        let words =
            "nobody in it takes part: they are all bots, guests, gone, or have the role none";
        problems.push(Problem::of_file(words));
    }
    let people = People::of(&rows, &other_names, lines, problems);
    drop(other_names);
    let (outside, notes) = connect(&mut rows, &read, &reading, &people, problems);
    PeopleFile {
        has_own_ids: has_own_ids(lines, &rows),
        rows,
        outside,
        notes,
    }
}

/// Whether a file's ids are those of the company: its header says so, or not all of them look like Slack's.
fn has_own_ids(lines: &Lines, rows: &[Row]) -> bool {
    let mut ids = rows.iter().filter_map(|row| row.id.as_deref());
    lines.headers.has_own_ids() || !ids.all(row::is_slack_id)
}

/// Fills in whom the rows name. `read` are their lines.
fn connect(
    rows: &mut [Row],
    read: &[&Line],
    reading: &Reading,
    people: &People,
    problems: &mut Vec<Problem>,
) -> (Vec<String>, Notes) {
    let mut outside = Outside::default();
    let mut themselves = Vec::new();
    for (at, &line) in read.iter().enumerate() {
        let mut cells = Cells {
            of: reading,
            line,
            problems,
        };
        rows[at].rather_not = cells.rather_not(at, people);
        match cells.manager(at, people, &mut outside) {
            Told::Known(manager) => rows[at].manager = manager,
            Told::Themselves(column) => themselves.push((at, column)),
        }
    }
    let circles = reporting::circles(rows);
    let top = reporting::top(rows, &circles);
    if let Some(top) = top {
        rows[top].manager = Manager::Nobody;
    }
    let last = reading.settings.stages.len().checked_sub(1);
    for (at, column) in themselves {
        let is_last = rows[at].rank.is_some() && rows[at].rank == last;
        if !is_last && top != Some(at) {
            let words = "nobody is their own manager: use - for someone who reports to nobody";
            let mut cells = Cells {
                of: reading,
                line: read[at],
                problems,
            };
            cells.problem(column, words);
        }
        rows[at].manager = Manager::Nobody;
    }
    let unknown = |at: &usize| rows[*at].manager == Manager::Unknown;
    let notes = Notes {
        no_manager: (0..rows.len()).filter(unknown).collect(),
        circles,
        top,
        ignored: reading.lines.headers.ignored.clone(),
        totals: reading.lines.totals.clone(),
        sheet: reading.lines.sheet.clone(),
        other_sheets: reading.lines.other_sheets.clone(),
    };
    (outside.names, notes)
}

/// The columns in words, for `--help`.
pub fn columns_in_words() -> String {
    let widths = COLUMNS.iter().map(|(column, _)| column.as_str().len());
    let width = widths.max().unwrap_or(0);
    let lines = COLUMNS.map(|(column, about)| format!("  {:width$}  {about}\n", column.as_str()));
    format!(
        "The file is an Excel workbook (.xlsx) or text with commas, semicolons or tabs (CSV). Its header names the columns, in \
         any order, also as Workday, BambooHR, Personio and Slack's export of members name them; other columns are \
         ignored. --column says which header is meant where that is not clear.\n\n{}",
        lines.concat()
    )
}
