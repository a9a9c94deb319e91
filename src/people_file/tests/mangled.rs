//! Whatever the bytes are, they are read or refused.

use super::*;
use proptest::prelude::*;
use rust_xlsxwriter::Workbook;
use std::io::{Cursor, Read, Write};

const TEMPLATE: &str = include_str!("../template.csv");

fn workbook() -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, line) in (0..).zip(TEMPLATE.lines().take(4)) {
        for (column, cell) in (0..).zip(line.split(',')) {
            sheet.write(row, column, cell).unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}

fn read_both(bytes: &[u8]) {
    for purpose in [Purpose::Match, Purpose::Import] {
        if let Err(problems) = read_bytes(bytes, purpose, &[]) {
            assert!(!problems.is_empty());
        }
    }
}

/// Where, how many bytes go, and what comes in their place.
type Edit = (prop::sample::Index, usize, Vec<u8>);

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let piece = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..4),
        prop::sample::select(vec![
            "\"",
            "\n",
            "\r",
            ",",
            ";",
            "\t",
            "|",
            "(",
            ")",
            "-",
            "\0",
            "#N/A",
            "<",
            ">",
            "</c>",
            "999999999999",
            "XFD1048577",
            "\u{200d}",
            "\u{feff}",
            "é",
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
    ];
    prop::collection::vec((any::<prop::sample::Index>(), 0..12_usize, piece), 1..8)
}

fn mangled(mut bytes: Vec<u8>, edits: &[Edit]) -> Vec<u8> {
    for (at, gone, new) in edits {
        let at = at.index(bytes.len() + 1);
        let end = (at + gone).min(bytes.len());
        bytes.splice(at..end, new.iter().copied());
    }
    bytes
}

/// A workbook with one of its parts mangled, in a sound archive.
fn mangled_within(bytes: &[u8], which: prop::sample::Index, edits: &[Edit]) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let chosen = which.index(archive.len());
    let mut written = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).unwrap();
        let options = zip::write::SimpleFileOptions::default();
        written
            .start_file(part.name().unwrap().into_owned(), options)
            .unwrap();
        let mut content = Vec::new();
        part.read_to_end(&mut content).unwrap();
        if at == chosen {
            content = mangled(content, edits);
        }
        written.write_all(&content).unwrap();
    }
    written.finish().unwrap().into_inner()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        read_both(&bytes);
        let headed = [b"name,stage,manager,share\n", &bytes[..]].concat();
        read_both(&headed);
    }

    #[test]
    fn any_text(text in "(name|stage|manager|[a-z\"#(),;|\t\r\n -]|\\PC){0,80}") {
        read_both(text.as_bytes());
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        read_both(&utf16);
    }

    #[test]
    fn a_mangled_list(edits in edits()) {
        let lines: Vec<&str> = TEMPLATE.lines().take(6).collect();
        let bytes = mangled(lines.join("\r\n").into_bytes(), &edits);
        read_both(&bytes);
    }

}

proptest! {
    // Each case unpacks a workbook six times.
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_mangled_workbook(edits in edits(), which in any::<prop::sample::Index>()) {
        let bytes = workbook();
        read_both(&mangled_within(&bytes, which, &edits));
        read_both(&mangled(bytes, &edits));
    }
}
