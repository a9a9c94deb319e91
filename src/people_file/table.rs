//! A file as numbered lines of cells.

use super::headers::{self, Headers};
use super::line::Line;
use super::row::{Column, Problem};
use super::text::comparable;
use std::collections::HashSet;

/// A title, a date and some blank lines may stand above the header.
const ABOVE_HEADER: usize = 10;

/// All lines that have something in them.
pub(super) struct Table {
    pub lines: Vec<Line>,
    /// A line of text has a cell for each header; a row of a sheet has as many as are filled in.
    pub is_text: bool,
    /// Whether the last line is all that follows a quote without an end.
    pub is_unclosed: bool,
}

impl Table {
    /// The line that names the columns, by position; None without lines.
    pub fn header(&self) -> Option<usize> {
        let mut first = self.lines.iter().take(ABOVE_HEADER);
        let best = first.position(|line| headers::known(line.cells()) >= 2);
        best.or((!self.lines.is_empty()).then_some(0))
    }

    /// Whether its header is understood.
    pub fn has_header(&self) -> bool {
        let header = self.header().and_then(|at| self.lines.get(at));
        header.is_some_and(|line| headers::known(line.cells()) >= 2)
    }
}

/// The lines of people, below a header that is understood.
pub(super) struct Lines {
    pub headers: Headers,
    pub all: Vec<Line>,
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
    } = table;
    let end = lines.len() - 1;
    let wanted = lines[header].width();
    let mut all = Vec::with_capacity(end - header);
    let mut lost = HashSet::new();
    for (at, line) in lines.into_iter().enumerate().skip(header + 1) {
        if is_unclosed && at == end {
            let words = "opens a quote that is never closed: close it, or write a quote within a cell twice";
            problems.push(Problem::of_line(line.number, words));
            let parts = line.text().split([',', ';', '\t', '\n', '"']);
            lost.extend(parts.map(comparable));
        } else if is_text && (line.len() < wanted || line.width() > wanted) {
            let words = format!(
                "has {} where the first line has {wanted}: put quotes around cells that contain separators",
                cells(line.len()),
            );
            problems.push(Problem::of_line(line.number, &words));
            lost.extend(line.cells().map(comparable));
        } else {
            all.push(line);
        }
    }
    Lines { headers, all, lost }
}

fn cells(count: usize) -> String {
    match count {
        1 => "1 cell".to_owned(),
        count => format!("{count} cells"),
    }
}
