//! A table as a CSV file that spreadsheets open as it is meant.

use csv::{Terminator, WriterBuilder};
use std::borrow::Cow;

/// Tells Excel that the file is UTF-8.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// The file, as RFC 4180 writes it. No cell is a formula: a spreadsheet would run it.
pub(super) fn file<const COLUMNS: usize>(
    header: [&str; COLUMNS],
    rows: impl Iterator<Item = [String; COLUMNS]>,
) -> String {
    let mut writer = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .from_writer(Vec::new());
    let mut write = |row: [&str; COLUMNS]| {
        writer
            .write_record(row.map(harmless).iter().map(AsRef::as_ref))
            .expect("a row is written to memory");
    };
    write(header);
    for row in rows {
        write(row.each_ref().map(String::as_str));
    }
    let bytes = writer.into_inner().unwrap_or_default();
    format!("{BYTE_ORDER_MARK}{}", String::from_utf8_lossy(&bytes))
}

/// The text of a cell, which a spreadsheet takes for text.
fn harmless(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_file_begins_with_its_mark_and_ends_its_lines_as_the_standard_says() {
        let rows = [["=1+1".to_owned(), "a,\"b\"\nc".to_owned()]];
        assert_eq!(
            file(["id", "text"], rows.into_iter()),
            "\u{feff}id,text\r\n'=1+1,\"a,\"\"b\"\"\nc\"\r\n"
        );
    }

    proptest! {
        /// Whatever people write, a reader gets it back, and no cell begins like a formula.
        #[test]
        fn no_cell_is_a_formula(cells in prop::collection::vec(["[=+@\t\r,\"\n -]{0,3}.{0,8}", "\\PC{0,12}"], 0..8)) {
            let written = file(["one", "two"], cells.clone().into_iter());
            let text = written.strip_prefix(BYTE_ORDER_MARK).unwrap();
            let mut reader = csv::Reader::from_reader(text.as_bytes());
            let read: Vec<_> = reader.records().map(Result::unwrap).collect();
            prop_assert_eq!(read.len(), cells.len());
            for (read, row) in read.iter().zip(&cells) {
                for (read, cell) in read.iter().zip(row) {
                    prop_assert!(!read.starts_with(['=', '+', '-', '@', '\t', '\r']), "{:?}", read);
                    prop_assert_eq!(read.strip_prefix('\'').filter(|_| read != cell).unwrap_or(read), cell);
                }
            }
        }
    }
}
