//! Which line names the columns: a title, a date and some blank lines may stand above it.

use super::headers::{column_of, is_near};
use super::line::Line;
use super::row::Column;
use std::cmp::Reverse;

/// It is among the first lines that have something in them.
pub(super) const ABOVE_HEADER: usize = 20;

/// Its position; None without lines.
pub(super) fn find(lines: &[Line]) -> Option<usize> {
    // What a report was asked for may stand above it, in words that are headers, too: the line with most of them is it.
    let best = |count: &dyn Fn(&Line) -> usize| {
        let first = lines.iter().enumerate();
        let first = first.filter(|(at, _)| *at < ABOVE_HEADER);
        let counted = first.map(|(at, line)| (count(line), Reverse(at))).max();
        counted
            .filter(|(columns, _)| *columns >= 2)
            .map(|(_, at)| at.0)
    };
    best(&|line| known(line.cells()))
        .or_else(|| best(&likely))
        .or((!lines.is_empty()).then_some(0))
}

/// How many columns these cells would name.
pub(super) fn known<'a>(cells: impl Iterator<Item = &'a str>) -> usize {
    let mut columns: Vec<Column> = cells.filter_map(|cell| Some(column_of(cell)?.0)).collect();
    columns.sort_by_key(|column| *column as usize);
    columns.dedup();
    columns.len()
}

/// The same, with columns that these cells only may name.
fn likely(line: &Line) -> usize {
    let may_be = |column: &Column| {
        let is_it = |cell: &str| column_of(cell).is_some_and(|(known, _)| known == *column);
        line.cells()
            .any(|cell| is_it(cell) || is_near(*column, cell))
    };
    Column::ALL.iter().filter(|column| may_be(column)).count()
}
