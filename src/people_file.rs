//! A company from a CSV file: for `match` and for `rehearse --csv`.
//!
//! The whole file is read first, and all problems are reported together, with line and column.

mod cells;
mod lines;
mod row;
#[cfg(test)]
mod tests;

pub use row::{COLUMNS, Manager, Problem, Row};

use crate::domain::program::Settings;
use std::fmt;
use std::path::{Path, PathBuf};

/// All problems of a file. Exit code 2.
#[derive(Debug, thiserror::Error)]
pub struct BadPeople {
    path: PathBuf,
    pub problems: Vec<Problem>,
}

impl fmt::Display for BadPeople {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.path.display())?;
        let mut problems = self.problems.iter();
        problems.try_for_each(|problem| write!(f, "\n  {problem}"))
    }
}

/// Reads a file with at most `most` people.
pub fn read(path: &Path, settings: &Settings, most: usize) -> Result<Vec<Row>, BadPeople> {
    let bad = |problems| BadPeople {
        path: path.to_owned(),
        problems,
    };
    let whole = |words: String| {
        bad(vec![Problem {
            line: 0,
            column: None,
            words,
        }])
    };
    let bytes = std::fs::read(path).map_err(|error| whole(format!("cannot be read: {error}")))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let sound = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let before = sound.split(|&byte| byte == b'\n').count();
        bad(vec![Problem {
            line: before as u64,
            column: None,
            words: "is not UTF-8 text: save the file as \"CSV UTF-8\"".to_owned(),
        }])
    })?;
    let rows = parse(&text, settings).map_err(bad)?;
    if rows.len() > most {
        let words = format!("{} people: at most {most} are allowed here", rows.len());
        return Err(whole(words));
    }
    Ok(rows)
}

/// Parses the text of a file.
pub fn parse(text: &str, settings: &Settings) -> Result<Vec<Row>, Vec<Problem>> {
    let mut problems = Vec::new();
    let lines = lines::read(text, &mut problems);
    let rows = cells::rows(&lines, settings, &mut problems);
    if problems.is_empty() {
        return Ok(rows);
    }
    problems.sort();
    problems.dedup();
    Err(problems)
}

/// The columns in words, for `--help`.
pub fn columns_in_words() -> String {
    let width = COLUMNS
        .iter()
        .map(|(name, _)| name.len())
        .max()
        .unwrap_or(0);
    let lines = COLUMNS.map(|(name, about)| format!("  {name:width$}  {about}\n"));
    format!(
        "The first line of the file names its columns, in any order. Commas or semicolons separate them.\n\n{}",
        lines.concat()
    )
}
