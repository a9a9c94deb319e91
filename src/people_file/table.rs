//! A file as numbered lines of cells.

use super::header_line;
use super::headers::Headers;
use super::line::Line;
use super::row::{Column, Problem};
use super::text::comparable;
use std::collections::HashSet;

/// All lines that have something in them.
pub(super) struct Table {
    pub lines: Vec<Line>,
    /// A line of text has a cell for each header; a row of a sheet has as many as are filled in.
    pub is_text: bool,
    /// Whether the last line is all that follows a quote without an end.
    pub is_unclosed: bool,
    /// The sheet it is, and the others that may have people in them.
    pub sheet: Option<String>,
    pub other_sheets: Vec<String>,
}

impl Table {
    /// The line that names the columns, by position; None without lines.
    pub fn header(&self) -> Option<usize> {
        header_line::find(&self.lines)
    }

    /// Whether its header is understood.
    pub fn has_header(&self) -> bool {
        let header = self.header().and_then(|at| self.lines.get(at));
        header.is_some_and(|line| header_line::known(line.cells()) >= 2)
    }
}

/// The lines of people, below a header that is understood.
pub(super) struct Lines {
    pub headers: Headers,
    pub all: Vec<Line>,
    /// The lines of totals.
    pub totals: Vec<u64>,
    /// As in [`Table`].
    pub sheet: Option<String>,
    pub other_sheets: Vec<String>,
    /// What is in lines that could not be read, in the form of [`comparable`].
    lost: HashSet<String>,
}

impl Lines {
    /// Whether a line that could not be read may be about this person.
    pub fn may_have_lost(&self, key: &str) -> bool {
        self.lost.contains(key)
    }

    /// Empty if the file or the line does not have it.
    pub fn cell<'a>(&self, line: &'a Line, column: Column) -> &'a str {
        let at = self.headers.at(column);
        at.and_then(|at| line.nth(at)).unwrap_or_default()
    }
}

/// The lines of people in a table whose header is at `header`.
pub(super) fn lines(
    table: Table,
    header: usize,
    headers: Headers,
    problems: &mut Vec<Problem>,
) -> Lines {
    let Table {
        lines,
        is_text,
        is_unclosed,
        sheet,
        other_sheets,
    } = table;
    let end = lines.len() - 1;
    let wanted = lines[header].width();
    let mut all = Vec::with_capacity(end - header);
    let (mut lost, mut totals) = (HashSet::new(), Vec::new());
    for (at, line) in lines.into_iter().enumerate().skip(header + 1) {
        if is_unclosed && at == end {
            let words = "opens a quote that is never closed: close it, or write a quote within a cell twice";
            problems.push(Problem::of_line(line.number, words));
            let parts = line.text().split([',', ';', '\t', '\n', '"']);
            lost.extend(parts.map(comparable));
        } else if headers.are_repeated_in(&line) {
            // Names nobody.
        } else if is_total(&line) {
            totals.push(line.number);
        } else if is_text && (line.len() < wanted || line.width() > wanted) {
            let remedy = if line.len() < wanted {
                "if the file was cut off, export it again; else fill in what is missing"
            } else {
                "put quotes around cells that contain separators"
            };
            let words = format!(
                "has {} where the first line has {wanted}: {remedy}",
                cells(line.len()),
            );
            problems.push(Problem::of_line(line.number, &words));
            lost.extend(line.cells().map(comparable));
        } else {
            all.push(line);
        }
    }
    Lines {
        headers,
        all,
        totals,
        sheet,
        other_sheets,
        lost,
    }
}

/// Whether a line counts people and is none of them: "Total", and then only numbers.
fn is_total(line: &Line) -> bool {
    const WORDS: [&str; 16] = [
        "total",
        "totals",
        "grand total",
        "subtotal",
        "sum",
        "count",
        "total count",
        "record count",
        "total records",
        "total employees",
        "total headcount",
        "anzahl",
        "summe",
        "gesamt",
        "gesamtergebnis",
        "total général",
    ];
    let mut cells = line.cells().filter(|cell| !cell.is_empty());
    let first = comparable(cells.next().unwrap_or_default());
    let words: String = first
        .chars()
        .filter(|c| c.is_alphabetic() || *c == ' ')
        .collect();
    WORDS.contains(&words.trim()) && cells.all(|cell| !cell.contains(char::is_alphabetic))
}

fn cells(count: usize) -> String {
    match count {
        1 => "1 cell".to_owned(),
        count => format!("{count} cells"),
    }
}
