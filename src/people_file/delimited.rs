//! Text with cells between separators.

use super::header_line::{ABOVE_HEADER, known};
use super::line::Line;
use super::row::Problem;
use super::table::Table;
use csv::{Position, StringRecord};

/// The last of several that fit equally well counts.
const SEPARATORS: [u8; 3] = [b'\t', b';', b','];

pub(super) fn read(text: &str, problems: &mut Vec<Problem>) -> Table {
    let (told, text, above) = told_separator(text);
    let separator = told.unwrap_or_else(|| separator(text));
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .delimiter(separator)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut lines = Vec::new();
    let (mut number, mut counted) = (above + 1, 0);
    let mut last = StringRecord::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let words = format!("cannot be read: {error}");
                problems.push(Problem::of_line(number, &words));
                continue;
            }
        };
        // The reader counts blank lines before a record to it.
        let start = record.position().map_or(0, Position::byte);
        let start = usize::try_from(start).unwrap_or(counted).max(counted);
        let rest = text.as_bytes().get(start..).unwrap_or_default();
        let start = start + rest.iter().take_while(|byte| **byte == b'\n').count();
        let between = text.get(counted..start).unwrap_or_default();
        number += between.matches('\n').count() as u64;
        counted = start;
        lines.extend(Line::of(number, record.iter()));
        last = record;
    }
    Table {
        lines,
        is_text: true,
        is_unclosed: is_unclosed(&last, text),
        sheet: None,
        other_sheets: Vec::new(),
    }
}

/// Excel's first line `sep=;`, the text below it, and how many lines were taken away.
fn told_separator(text: &str) -> (Option<u8>, &str, u64) {
    let (first, rest) = match text.split_once('\n') {
        Some((first, rest)) => (first, rest),
        None => (text, ""),
    };
    // A tab is a separator here, not a blank.
    let told = first.trim_matches([' ', '"']);
    match told.as_bytes() {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', separator] if separator.is_ascii() => {
            (Some(*separator), rest, 1)
        }
        _ => (None, text, 0),
    }
}

/// The separator that makes the best header: most columns that are known, then most columns.
fn separator(text: &str) -> u8 {
    let first = first_lines(text);
    let fit = |separator: &u8| {
        let fits = first.iter().map(|line| {
            let cells = cells(line, *separator);
            (known(cells.iter().copied()), cells.len())
        });
        fits.max().unwrap_or_default()
    };
    SEPARATORS.into_iter().max_by_key(fit).unwrap_or(b',')
}

/// Positions of a character outside quotes.
fn outside_quotes(text: &str, wanted: u8) -> impl Iterator<Item = usize> {
    let mut is_quoted = false;
    text.bytes().enumerate().filter_map(move |(at, byte)| {
        is_quoted ^= byte == b'"';
        (byte == wanted && !is_quoted).then_some(at)
    })
}

fn first_lines(text: &str) -> Vec<&str> {
    let (mut lines, mut start) = (Vec::new(), 0);
    for end in outside_quotes(text, b'\n').chain([text.len()]) {
        let line = &text[start..end];
        start = (end + 1).min(text.len());
        if !line.trim().is_empty() {
            lines.push(line);
        }
        if lines.len() == ABOVE_HEADER {
            break;
        }
    }
    lines
}

fn cells(line: &str, separator: u8) -> Vec<&str> {
    let (mut cells, mut start) = (Vec::new(), 0);
    for end in outside_quotes(line, separator).chain([line.len()]) {
        cells.push(line[start..end].trim().trim_matches('"'));
        start = (end + 1).min(line.len());
    }
    cells
}

/// Whether the last record runs to the end of the text because its quote was never closed.
fn is_unclosed(last: &StringRecord, text: &str) -> bool {
    let is_odd = text.bytes().filter(|byte| *byte == b'"').count() % 2 == 1;
    let has_lines = last.iter().any(|cell| cell.contains('\n'));
    let cell = last.iter().next_back().unwrap_or_default();
    is_odd && has_lines && text.trim_end().ends_with(cell.trim_end())
}
