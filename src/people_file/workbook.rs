//! The rows of an Excel workbook.

use super::line::Line;
use super::row::Problem;
use super::table::Table;
use calamine::{DataRef, ExcelDateTime, Reader, Sheet, SheetVisible, Xlsx, XlsxError};
use std::collections::BTreeMap;
use std::io::{Cursor, Read};

/// A small file may unpack to more than there is memory; 200,000 people take a fifth of this.
const MOST_UNPACKED: u64 = 1 << 29;
/// Nobody's columns are further to the right.
const MOST_COLUMNS: u32 = 1000;
/// Whole numbers up to here are exact.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// The first sheet whose header is understood, or else the first with anything in it. A hidden one comes last.
pub(super) fn read(bytes: &[u8]) -> Result<Table, Problem> {
    check(bytes, MOST_UNPACKED)?;
    let damaged = |error: XlsxError| match error {
        XlsxError::Password => Problem::of_file("has a password: remove it"),
        error => Problem::of_file(&format!(
            "cannot be read as an Excel file ({error}): save it again as .xlsx, or as \"CSV UTF-8\""
        )),
    };
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(damaged)?;
    let (mut first, mut best): (Option<Table>, Option<Table>) = (None, None);
    let mut sheets: Vec<&Sheet> = book.sheets_metadata().iter().collect();
    sheets.sort_by_key(|sheet| sheet.visible != SheetVisible::Visible);
    let names: Vec<String> = sheets.iter().map(|sheet| sheet.name.clone()).collect();
    for name in names {
        let lines = match rows(&mut book, &name) {
            Ok(lines) => lines,
            // A chart in place of cells.
            Err(XlsxError::NotAWorksheet(_)) => continue,
            Err(error) => return Err(damaged(error)),
        };
        let table = Table {
            lines,
            is_text: false,
            is_unclosed: false,
            sheet: Some(name.clone()),
            other_sheets: Vec::new(),
        };
        match &mut best {
            Some(best) if table.has_header() => best.other_sheets.push(name),
            None if table.has_header() => best = Some(table),
            None if !table.lines.is_empty() => drop(first.get_or_insert(table)),
            Some(_) | None => {}
        }
    }
    Ok(best.or(first).unwrap_or(Table {
        lines: Vec::new(),
        is_text: false,
        is_unclosed: false,
        sheet: None,
        other_sheets: Vec::new(),
    }))
}

/// Whether it is a workbook that unpacks to at most `most` bytes.
pub(super) fn check(bytes: &[u8], most: u64) -> Result<(), Problem> {
    let damaged = "is damaged: export it again";
    let archive = zip::ZipArchive::new(Cursor::new(bytes));
    let mut archive = archive.map_err(|_| Problem::of_file(damaged))?;
    if archive.index_for_name("xl/workbook.xml").is_none() {
        let words = "is no .xlsx file: save it as .xlsx, or as \"CSV UTF-8\"";
        return Err(Problem::of_file(words));
    }
    // What the archive says about sizes may be wrong, so they are measured.
    let mut unpacked = 0;
    for at in 0..archive.len() {
        let part = archive.by_index(at);
        let part = part.map_err(|_| Problem::of_file(damaged))?;
        let mut part = part.take(most + 1 - unpacked);
        let size = std::io::copy(&mut part, &mut std::io::sink());
        unpacked += size.map_err(|_| Problem::of_file(damaged))?;
        if unpacked > most {
            let words =
                "is too large unpacked: save the sheet with the people alone, or as \"CSV UTF-8\"";
            return Err(Problem::of_file(words));
        }
    }
    Ok(())
}

/// The rows that have something in them. Read cell by cell: one stray cell in the last row and column would otherwise cost
/// the memory of a whole sheet.
fn rows(book: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<Vec<Line>, XlsxError> {
    let mut cells = book.worksheet_cells_reader(name)?;
    let mut rows: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    let (mut lines, mut row): (Vec<Line>, (u32, Vec<String>)) = (Vec::new(), (0, Vec::new()));
    while let Some(cell) = cells.next_cell()? {
        let ((at, column), text) = (cell.get_position(), shown(cell.get_value()));
        if column >= MOST_COLUMNS || text.is_empty() {
            continue;
        }
        if at != row.0 {
            let (number, done) = std::mem::replace(&mut row, (at, Vec::new()));
            rows.insert(number, done);
            row.1 = rows.remove(&at).unwrap_or_default();
        }
        let column = column as usize;
        if row.1.len() <= column {
            row.1.resize(column + 1, String::new());
        }
        row.1[column] = text;
    }
    rows.insert(row.0, row.1);
    for (at, cells) in rows {
        let number = u64::from(at) + 1;
        lines.extend(Line::of(number, cells.iter().map(String::as_str)));
    }
    Ok(lines)
}

/// A cell's value as text.
fn shown(value: &DataRef) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        // An id is 17, not 17.0.
        DataRef::Float(number) if number.fract() == 0.0 && number.abs() < EXACT => {
            format!("{number:.0}")
        }
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            with_line_feeds(text)
        }
        DataRef::SharedString(text) => with_line_feeds(text),
        DataRef::Bool(is_true) => if *is_true { "TRUE" } else { "FALSE" }.to_owned(),
        DataRef::DateTime(at) => moment(at),
        DataRef::Error(error) => error.to_string(),
        DataRef::Empty => String::new(),
    }
}

fn with_line_feeds(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

fn moment(at: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    match (hour, minute, second) {
        (0, 0, 0) => date,
        _ => format!("{date} {hour:02}:{minute:02}:{second:02}"),
    }
}
