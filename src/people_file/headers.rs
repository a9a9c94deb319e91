//! Which header means which column. What is not sure is asked, never guessed.

use super::aliases;
use super::line::Line;
use super::request::{Mapping, Purpose};
use super::row::{Ask, Column, Problem};
use super::text::comparable;
use std::collections::HashMap;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

/// The headers of a file as columns.
pub(super) struct Headers {
    at: [Option<usize>; Column::ALL.len()],
    /// Further names and ids of people, by which others may refer to them.
    also: Vec<(Column, usize)>,
    /// The columns that `--column` named, and those of them that are not in the file.
    mapped: Vec<Column>,
    absent: Vec<Column>,
    /// As the file writes them.
    written: Vec<String>,
    pub ignored: Vec<String>,
    pub line: u64,
}

/// All aliases: their column, and which of its lists they are in.
static KNOWN: LazyLock<HashMap<String, (Column, usize)>> = LazyLock::new(|| {
    let each = Column::ALL.into_iter().flat_map(|column| {
        let lists = aliases::of(column).iter().enumerate();
        lists.flat_map(move |(list, names)| {
            names.iter().map(move |name| (plain(name), (column, list)))
        })
    });
    each.collect()
});

/// A header without case, blanks, signs and accents.
fn plain(header: &str) -> String {
    let letters = comparable(header);
    letters.nfd().filter(|c| c.is_alphanumeric()).collect()
}

pub(super) fn column_of(header: &str) -> Option<(Column, usize)> {
    // "Employee #" is a number, "Employee" a person.
    let numbered = header
        .contains('#')
        .then(|| plain(&header.replace('#', "number")));
    let known = numbered.and_then(|header| KNOWN.get(&header));
    let known = known.or_else(|| KNOWN.get(&plain(header)));
    // Google writes "First Name [Required]".
    let before = || KNOWN.get(&plain(header.split_once('[')?.0));
    known.or_else(before).copied()
}

/// The column that somebody means by its name; how it is typed does not matter.
pub(super) fn column_named(name: &str) -> Option<Column> {
    let name = plain(name);
    let mut all = Column::ALL.into_iter();
    all.find(|column| plain(column.as_str()) == name)
}

impl Headers {
    pub fn at(&self, column: Column) -> Option<usize> {
        self.at[column as usize]
    }

    pub fn has(&self, column: Column) -> bool {
        self.at(column).is_some()
    }

    /// Further columns with names or ids.
    pub fn also(&self, wanted: Column) -> impl Iterator<Item = usize> {
        let also = self.also.iter();
        also.filter(move |(column, _)| *column == wanted)
            .map(|(_, at)| *at)
    }

    /// Whether somebody said which header it is.
    pub fn is_mapped(&self, column: Column) -> bool {
        self.mapped.contains(&column)
    }

    /// Takes a column for one that is none of ours.
    pub fn ignore(&mut self, column: Column) {
        if let Some(at) = self.at[column as usize].take() {
            self.ignored.push(self.written[at].clone());
        }
    }

    /// Whether a column goes by our own name for it, or was named on the command line.
    pub fn is_ours(&self, column: Column) -> bool {
        let surest = || {
            let written = self.at(column).and_then(|at| self.written.get(at))?;
            Some(column_of(written)? == (column, 0))
        };
        self.mapped.contains(&column) || surest().unwrap_or(false)
    }

    /// Whether a line below names the columns once more: a second header, or the head of the next printed page.
    pub fn are_repeated_in(&self, line: &Line) -> bool {
        let column = |text: &str| column_of(text).map(|(column, _)| column);
        let pairs = self.written.iter().zip(line.cells());
        let pairs = pairs.filter_map(|(header, cell)| Some((column(header)?, cell)));
        let (mut all, mut same) = (0, 0);
        for (of_header, cell) in pairs.filter(|(_, cell)| !cell.is_empty()) {
            all += 1;
            same += usize::from(column(cell) == Some(of_header));
        }
        same >= 2 && same * 2 > all
    }

    /// Whether the header says that the ids are the company's own, so that one that looks like Slack's is not.
    pub fn has_own_ids(&self) -> bool {
        let written = self.at(Column::Id).and_then(|at| self.written.get(at));
        let known = written.and_then(|written| column_of(written));
        known.is_some_and(|(column, list)| column == Column::Id && list > 0)
    }

    /// Further headers of ids, as the file writes them.
    pub fn other_ids(&self) -> impl Iterator<Item = &str> {
        self.also(Column::Id).map(|at| self.written[at].as_str())
    }

    /// A column as the file writes it.
    pub fn shown(&self, column: Column) -> &str {
        let written = self.at(column).and_then(|at| self.written.get(at));
        match written {
            Some(written) if column_named(written) != Some(column) => written,
            _ => column.as_str(),
        }
    }

    fn problem(&self, column: &str, words: String, problems: &mut Vec<Problem>) {
        problems.push(Problem {
            line: self.line,
            column: Some(column.to_owned()),
            words,
            ..Problem::default()
        });
    }

    /// The same where somebody who knows the file can say which of some headers it is.
    fn question(
        &self,
        column: Column,
        headers: &[usize],
        (words, by_flag): (String, String),
        problems: &mut Vec<Problem>,
    ) {
        // Two of one name cannot be told apart by it.
        let is_only = |header: &&String| self.written.iter().filter(|it| it == header).count() == 1;
        let headers = headers.iter().map(|at| &self.written[*at]);
        let headers: Vec<String> = headers.filter(is_only).cloned().collect();
        problems.push(Problem {
            line: self.line,
            column: Some(column.as_str().to_owned()),
            words,
            by_flag: Some(by_flag).filter(|flag| !flag.is_empty()),
            asks: (!headers.is_empty()).then(|| Box::new(Ask::Header { column, headers })),
            ..Problem::default()
        });
    }

    pub fn read(
        line: &Line,
        mapping: &Mapping,
        purpose: Purpose,
        problems: &mut Vec<Problem>,
    ) -> Self {
        let written = line.cells().map(|cell| cell.replace('\n', " "));
        let mut headers = Self {
            at: [None; Column::ALL.len()],
            also: Vec::new(),
            mapped: Vec::new(),
            absent: Vec::new(),
            written: written.collect(),
            ignored: Vec::new(),
            line: line.number,
        };
        let claimed = headers.map(mapping, problems);
        let unknown = headers.find(&claimed, problems);
        headers.ask(&unknown, purpose, problems);
        headers
    }

    /// Follows `--column`. Returns the headers that it takes.
    fn map(&mut self, mapping: &Mapping, problems: &mut Vec<Problem>) -> Vec<usize> {
        let mut claimed = Vec::new();
        for (name, header) in &mapping.columns {
            let Some(column) = column_named(name) else {
                let words = no_such_column(name);
                problems.push(Problem::of_file(&format!("--column {name}: {words}")));
                continue;
            };
            if self.mapped.contains(&column) {
                problems.push(Problem::of_file(&format!(
                    "--column {column} is given twice: remove one"
                )));
                continue;
            }
            self.mapped.push(column);
            if header.trim() == "-" {
                self.absent.push(column);
                continue;
            }
            let exactly = self
                .written
                .iter()
                .position(|it| comparable(it) == comparable(header));
            let nearly = || {
                self.written
                    .iter()
                    .position(|it| plain(it) == plain(header))
            };
            if let Some(at) = exactly.or_else(nearly) {
                self.at[column as usize] = Some(at);
                claimed.push(at);
            } else {
                let all = self.written.iter().filter(|it| !it.is_empty());
                let all: Vec<_> = all.map(|it| format!("\"{it}\"")).collect();
                let all = all.join(", ");
                let words = format!("there is no header \"{header}\": use one of {all}");
                self.problem(column.as_str(), words, problems);
            }
        }
        claimed
    }

    /// Finds the columns by their aliases. Returns the headers that mean nothing.
    fn find(&mut self, claimed: &[usize], problems: &mut Vec<Problem>) -> Vec<usize> {
        let mut meant: [Vec<(usize, usize)>; Column::ALL.len()] = Default::default();
        let mut unknown = Vec::new();
        for (at, header) in self.written.iter().enumerate() {
            if header.is_empty() || claimed.contains(&at) {
                continue;
            }
            match column_of(header) {
                Some((column, list)) => meant[column as usize].push((list, at)),
                None => unknown.push(at),
            }
        }
        for column in Column::ALL {
            let mut meant = std::mem::take(&mut meant[column as usize]);
            meant.sort_unstable();
            if !self.mapped.contains(&column)
                && let Some(&(surest, first)) = meant.first()
            {
                self.at[column as usize] = Some(first);
                let same = meant.iter().filter(|(list, _)| *list == surest);
                let same: Vec<usize> = same.map(|(_, at)| *at).collect();
                if same.len() > 1 {
                    let words = self.which(column, &same);
                    self.question(column, &same, words, problems);
                }
                meant.retain(|(list, _)| *list != surest);
            }
            let rest = meant.into_iter().map(|(_, at)| at);
            if matches!(column, Column::Name | Column::Id) {
                self.also.extend(rest.map(|at| (column, at)));
            } else {
                self.ignored.extend(rest.map(|at| self.written[at].clone()));
            }
        }
        unknown
    }

    /// Asks which of several headers a column is, and how the command line says so.
    fn which(&self, column: Column, headers: &[usize]) -> (String, String) {
        let names: Vec<&str> = headers
            .iter()
            .map(|at| self.written[*at].as_str())
            .collect();
        let first = names.first().copied().unwrap_or_default();
        if names.len() > 1 && names.iter().all(|name| plain(name) == plain(first)) {
            let words = format!("\"{first}\" appears twice: remove one, or give it another name");
            return (words, String::new());
        }
        let quoted: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
        let by_flag = format!(
            "say which with --column {column}=\"{first}\", or --column {column}=- if it is none of them"
        );
        (format!("may be {}", quoted.join(" or ")), by_flag)
    }

    /// Asks about columns that the file may have under a name that is not known, and about those that it must have.
    fn ask(&mut self, unknown: &[usize], purpose: Purpose, problems: &mut Vec<Problem>) {
        let mut asked = Vec::new();
        for column in Column::ALL {
            let is_mapped = self.mapped.contains(&column);
            if self.is_told(column) || (is_mapped && !self.absent.contains(&column)) {
                continue;
            }
            let near = unknown.iter().copied().filter(|_| !is_mapped);
            let near = near.filter(|at| is_near(column, &self.written[*at]));
            let near: Vec<usize> = near.filter(|at| !asked.contains(at)).collect();
            if !near.is_empty() {
                let words = self.which(column, &near);
                self.question(column, &near, words, problems);
                asked.extend(near);
            } else if is_needed(column, purpose) {
                let by_flag =
                    format!("add it, or say which it is with --column {column}=\"HEADER\"");
                let words = ("is missing".to_owned(), by_flag);
                self.question(column, unknown, words, problems);
            }
        }
        let ignored = unknown.iter().filter(|at| !asked.contains(at));
        self.ignored
            .extend(ignored.map(|at| self.written[*at].clone()));
    }

    /// Whether the file says what a column would say, there or elsewhere.
    pub fn is_told(&self, column: Column) -> bool {
        use Column::{
            Email, FirstName, Id, LastName, Manager, ManagerEmail, ManagerId, Name, PreferredName,
        };
        let any = |columns: &[Column]| columns.iter().any(|column| self.has(*column));
        match column {
            Name => any(&[Name, FirstName, LastName, Email, Id]),
            FirstName | LastName | PreferredName => any(&[Name, column]),
            Manager | ManagerId | ManagerEmail => any(&[Manager, ManagerId, ManagerEmail]),
            Column::Stage
            | Email
            | Id
            | Column::Department
            | Column::Site
            | Column::Role
            | Column::Status
            | Column::Share
            | Column::Learn
            | Column::Languages
            | Column::Zone
            | Column::MentorCapacity
            | Column::MenteeCapacity
            | Column::RatherNot
            | Column::WaitingDays => self.has(column),
        }
    }
}

/// How many aliases there are, and how many remain when they are read.
#[cfg(test)]
pub(super) fn alias_counts() -> (usize, usize) {
    let lists = Column::ALL.into_iter().flat_map(aliases::of);
    (lists.map(|names| names.len()).sum(), KNOWN.len())
}

pub(super) fn no_such_column(name: &str) -> String {
    let all = Column::ALL.map(Column::as_str).join(", ");
    format!("there is no column \"{name}\": use one of {all}")
}

/// Whether a header may be meant as a column.
pub(super) fn is_near(column: Column, header: &str) -> bool {
    let header = plain(header);
    if aliases::UNRELATED.contains(&header.as_str()) {
        return false;
    }
    let has_hint = |column| {
        aliases::hints(column)
            .iter()
            .any(|hint| header.contains(hint))
    };
    // A manager's address is not the person's own.
    let is_others = column != Column::Manager && has_hint(Column::Manager);
    let hinted = has_hint(column) && !is_others;
    let length = header.chars().count();
    let slips = match length {
        0..4 => return hinted,
        4..8 => 1,
        8.. => 2,
    };
    let mut names = aliases::of(column).iter().flat_map(|list| list.iter());
    hinted
        || names.any(|name| {
            let name = plain(name);
            // Two short words often differ in one letter.
            name.len() >= 4 && strsim::damerau_levenshtein(&header, &name) <= slips
        })
}

fn is_needed(column: Column, purpose: Purpose) -> bool {
    match purpose {
        Purpose::Match => matches!(column, Column::Name | Column::Stage),
        Purpose::Import | Purpose::Trial => column == Column::Name,
    }
}
