//! The text as lines of cells in named columns.

use super::row::{COLUMNS, Problem};
use csv::{Position, StringRecord};
use std::collections::HashMap;

pub(super) struct Lines {
    columns: HashMap<&'static str, usize>,
    pub all: Vec<Line>,
    /// The cells of lines that could not be read, in lower case.
    lost: Vec<String>,
}

/// Smaller than the reader's own record, because all lines are in memory at once.
pub(super) struct Line {
    pub number: u64,
    /// The cells, concatenated.
    text: Box<str>,
    /// The end of each cell.
    ends: Box<[usize]>,
}

impl Line {
    fn of(number: u64, record: &StringRecord) -> Self {
        let mut end = 0;
        let ends = record.iter().map(|cell| {
            end += cell.len();
            end
        });
        Self {
            number,
            ends: ends.collect(),
            text: record.iter().collect::<String>().into(),
        }
    }

    fn nth(&self, at: usize) -> Option<&str> {
        let start = match at.checked_sub(1) {
            Some(before) => *self.ends.get(before)?,
            None => 0,
        };
        self.text.get(start..*self.ends.get(at)?)
    }
}

impl Lines {
    pub fn has(&self, column: &str) -> bool {
        self.columns.contains_key(column)
    }

    /// Whether a line that could not be read may contain `word`.
    pub fn may_have_lost(&self, word: &str) -> bool {
        self.lost.iter().any(|cell| cell.contains(word))
    }

    /// A cell without surrounding blanks; empty if it is missing.
    pub fn cell<'a>(&self, line: &'a Line, column: &str) -> &'a str {
        let at = self.columns.get(column);
        at.and_then(|&at| line.nth(at)).unwrap_or_default()
    }
}

pub(super) fn read(text: &str, problems: &mut Vec<Problem>) -> Lines {
    let text = text.trim_start_matches('\u{feff}');
    let first = text.lines().find(|line| !line.trim().is_empty());
    let first = first.unwrap_or_default();
    let semicolons = first.matches(';').count() > first.matches(',').count();
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(if semicolons { b';' } else { b',' })
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut problem = |line: u64, column: Option<&str>, words: String| {
        problems.push(Problem {
            line,
            column: column.map(str::to_owned),
            words,
        });
    };
    let header = reader.headers().cloned().unwrap_or_default();
    let header_line = header.position().map_or(1, Position::line);
    let mut columns = HashMap::new();
    for (at, given) in header.iter().enumerate() {
        let name = given.to_lowercase();
        match COLUMNS.iter().find(|(known, _)| *known == name) {
            None if name.is_empty() => {}
            None => problem(
                header_line,
                Some(given),
                format!("there is no such column: use {}", names()),
            ),
            Some((known, _)) => {
                if columns.insert(*known, at).is_some() {
                    problem(
                        header_line,
                        Some(known),
                        "appears twice: remove one".to_owned(),
                    );
                }
            }
        }
    }
    for needed in ["name", "stage"] {
        if !columns.contains_key(needed) {
            problem(header_line, Some(needed), "is missing: add it".to_owned());
        }
    }
    let mut lines = Vec::new();
    let mut lost: Vec<String> = Vec::new();
    // An odd number of quotes: one was never closed, and the last cell holds the rest of the file.
    let unclosed = text.matches('"').count() % 2 == 1;
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map_or(0, Position::line);
                problem(line, None, format!("cannot be read: {error}"));
                continue;
            }
        };
        if record.iter().all(str::is_empty) {
            continue;
        }
        let number = record.position().map_or(0, Position::line);
        if unclosed && is_last(&record, text) && record.iter().any(|cell| cell.contains('\n')) {
            let words = "opens a quote that is never closed: close it, or write a quote within a cell twice";
            problem(number, None, words.to_owned());
            lost.extend(record.iter().map(str::to_lowercase));
            continue;
        }
        if record.len() != header.len() {
            let (cells, wanted) = (record.len(), header.len());
            problem(
                number,
                None,
                format!(
                    "has {cells} cells where the first line has {wanted}: put quotes around cells that contain separators"
                ),
            );
            lost.extend(record.iter().map(str::to_lowercase));
            continue;
        }
        lines.push(Line::of(number, &record));
    }
    if lines.is_empty() && problems.is_empty() {
        problems.push(Problem {
            line: 0,
            column: None,
            words: "there is nobody in it: add a line for each person below the first line"
                .to_owned(),
        });
    }
    Lines {
        columns,
        all: lines,
        lost,
    }
}

/// Whether nothing follows a record: its last cell ends the text.
fn is_last(record: &StringRecord, text: &str) -> bool {
    let last = record.iter().next_back().unwrap_or_default();
    text.trim_end().ends_with(last.trim_end())
}

fn names() -> String {
    COLUMNS.map(|(name, _)| name).join(", ")
}
