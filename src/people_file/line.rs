//! One line or row of a file.

use super::text::{self, tidy_cell};

/// A line or row of the file. Its text is in one piece, because all lines are in memory at once.
pub(super) struct Line {
    /// As an editor or a spreadsheet shows it, from 1.
    pub number: u64,
    text: Box<str>,
    /// The end of each cell.
    ends: Box<[usize]>,
}

impl Line {
    /// None if there is nothing in it.
    pub fn of<'a>(number: u64, cells: impl Iterator<Item = &'a str>) -> Option<Self> {
        let (mut text, mut ends) = (String::new(), Vec::new());
        for cell in cells {
            if !text::is_empty(cell) {
                text.push_str(&tidy_cell(cell));
            }
            ends.push(text.len());
        }
        (!text.is_empty()).then(|| Self {
            number,
            text: text.into(),
            ends: ends.into(),
        })
    }

    pub fn nth(&self, at: usize) -> Option<&str> {
        let start = match at.checked_sub(1) {
            Some(before) => *self.ends.get(before)?,
            None => 0,
        };
        self.text.get(start..*self.ends.get(at)?)
    }

    /// All cells, one after another.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How many cells there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn cells(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len()).filter_map(|at| self.nth(at))
    }

    /// How many cells there are, not counting empty ones at the end.
    pub fn width(&self) -> usize {
        let last = self.ends.iter().rposition(|end| *end < self.text.len());
        last.map_or(1, |before| before + 2)
    }
}
