//! One company in every kind of file.

use super::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};

const COMPANY: [[&str; 7]; 6] = [
    [
        "id",
        "name",
        "stage",
        "manager",
        "share",
        "mentor_capacity",
        "Hired",
    ],
    [
        "17",
        "Ana \"Ann\" Lima",
        "1",
        "4",
        "AI tools, Rust; C++",
        "2",
        "2020-02-29",
    ],
    ["", "", "", "", "", "", ""],
    [
        "4",
        "Noor Ĥaddad",
        "Director",
        "",
        "Strategy\nlong\nlines",
        "",
        "",
    ],
    ["5", "Zoë", "3", "Noor Ĥaddad", "日本語", "3", ""],
    ["6", "Bo", "TRUE", "4", "", "", ""],
];

/// Its line numbers: a cell of the third person has three lines, in text as in a sheet.
fn expected() -> PeopleFile {
    let mut file = matched(&text(',', "\n").replace("TRUE", "2")).unwrap();
    file.rows[3].rank = None;
    file
}

fn text(separator: char, line_end: &str) -> String {
    let mut text = String::new();
    for line in COMPANY {
        let cells = line.map(|cell| {
            if cell.contains(['"', '\n', ',', ';', '\t']) {
                format!("\"{}\"", cell.replace('"', "\"\""))
            } else {
                cell.to_owned()
            }
        });
        text.push_str(&cells.join(&separator.to_string()).replace('\n', line_end));
        text.push_str(line_end);
    }
    text
}

fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes).collect()
}

/// Cells of the company as a person would enter them: numbers as numbers, a date as a date, a formula.
fn workbook() -> Vec<u8> {
    let mut book = Workbook::new();
    book.add_worksheet().write(0, 0, "Read me first").unwrap();
    let sheet = book.add_worksheet();
    let day = Format::new().set_num_format("dd.mm.yyyy");
    for (row, cells) in (0..).zip(COMPANY) {
        for (column, cell) in (0..).zip(cells) {
            let cell = if cell == "TRUE" {
                sheet.write(row, column, true)
            } else if let Ok(number) = cell.parse::<f64>() {
                sheet.write(row, column, number)
            } else if cell == "2020-02-29" {
                let date = ExcelDateTime::from_ymd(2020, 2, 29).unwrap();
                sheet.write_with_format(row, column, &date, &day)
            } else if cell == "Director" {
                let formula = Formula::new("=PROPER(\"director\")").set_result(cell);
                sheet.write(row, column, formula)
            } else {
                sheet.write(row, column, cell)
            };
            cell.unwrap();
        }
    }
    book.add_worksheet().write(0, 0, "name").unwrap();
    book.save_to_buffer().unwrap()
}

/// The company, whose last stage cell cannot be read: it is the same mistake in every kind of file.
fn check(bytes: &[u8], lines: [u64; 4], how: &str) {
    let found = read_bytes(bytes, Purpose::Match, &[]).unwrap_err();
    let mistake = format!("line {}, column stage: \"TRUE\" is not a stage", lines[3]);
    assert!(
        found.len() == 1 && found[0].starts_with(&mistake),
        "{how}: {found:?}"
    );
    let file = read_bytes(bytes, Purpose::Match, &[("stage", "-")]).unwrap_err();
    assert_eq!(file.len(), 1, "{how}: {file:?}");
    let file = imported_without_stage(bytes);
    let mut wanted = expected();
    for (row, line) in wanted.rows.iter_mut().zip(lines) {
        (row.line, row.rank) = (line, None);
    }
    assert_eq!(file.rows, wanted.rows, "{how}");
    assert_eq!(
        (file.outside, file.notes.top),
        (wanted.outside, Some(1)),
        "{how}"
    );
}

fn imported_without_stage(bytes: &[u8]) -> PeopleFile {
    read_bytes(bytes, Purpose::Import, &[("stage", "-")]).unwrap()
}

#[test]
fn a_company_is_the_same_in_every_kind_of_text() {
    for separator in [',', ';', '\t'] {
        for line_end in ["\n", "\r\n", "\r"] {
            let text = text(separator, line_end);
            // The empty line of the company, and the lines of a quoted cell, count.
            let lines = [2, 4, 7, 8];
            let how = format!("{separator:?} {line_end:?}");
            check(text.as_bytes(), lines, &how);
            check(format!("\u{feff}{text}").as_bytes(), lines, &how);
            let told = format!("sep={separator}{line_end}{line_end}{text}");
            check(told.as_bytes(), lines.map(|line| line + 2), &how);
            let marked = format!("\u{feff}{text}");
            for (bytes, how) in [
                (utf16(&marked, u16::to_le_bytes), "UTF-16 LE"),
                (utf16(&marked, u16::to_be_bytes), "UTF-16 BE"),
                (utf16(&text, u16::to_le_bytes), "UTF-16 LE without a mark"),
                (utf16(&text, u16::to_be_bytes), "UTF-16 BE without a mark"),
            ] {
                check(&bytes, lines, how);
            }
        }
    }
}

#[test]
fn a_company_is_the_same_in_a_workbook() {
    check(&workbook(), [2, 4, 5, 6], "xlsx");
}

#[test]
fn dates_numbers_and_failed_formulas_in_a_workbook_are_text() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let day = Format::new().set_num_format("yyyy-mm-dd");
    let minute = Format::new().set_num_format("yyyy-mm-dd hh:mm");
    let date = ExcelDateTime::from_ymd(2024, 2, 29).unwrap();
    let at = ExcelDateTime::from_ymd(2024, 2, 29)
        .unwrap()
        .and_hms(9, 30, 0)
        .unwrap();
    for (column, header) in (0..).zip(["id", "department", "site", "manager"]) {
        sheet.write(4, column, header).unwrap();
    }
    sheet.write(5, 0, 1_234_567_890_123.0).unwrap();
    sheet.write_with_format(5, 1, &date, &day).unwrap();
    sheet.write_with_format(5, 2, &at, &minute).unwrap();
    sheet.write(6, 0, 1.5).unwrap();
    // A cell far away costs no memory.
    sheet.write(1_048_575, 16_383, "stray").unwrap();
    let mut file = read_bytes(&book.save_to_buffer().unwrap(), Purpose::Import, &[]).unwrap();
    let (second, first) = (file.rows.pop().unwrap(), file.rows.pop().unwrap());
    assert_eq!((first.line, first.key()), (6, "1234567890123"));
    assert_eq!(
        (first.department.as_str(), first.site.as_str()),
        ("2024-02-29", "2024-02-29 09:30:00")
    );
    assert_eq!((second.line, second.key()), (7, "1.5"));
    let sheet = book.worksheet_from_index(0).unwrap();
    sheet
        .write(6, 3, Formula::new("=NA()").set_result("#N/A"))
        .unwrap();
    let found = read_bytes(&book.save_to_buffer().unwrap(), Purpose::Import, &[]).unwrap_err();
    assert!(
        found[0].starts_with("line 7, column manager: #N/A: its formula fails"),
        "{found:?}"
    );
}

#[test]
fn a_workbook_that_unpacks_to_too_much_is_refused() {
    let bytes = workbook();
    assert!(super::super::workbook::check(&bytes, 1 << 20).is_ok());
    let refused = super::super::workbook::check(&bytes, 2000).unwrap_err();
    assert!(
        refused.words.starts_with("is too large unpacked"),
        "{refused}"
    );
}

#[test]
fn lines_are_counted_as_an_editor_counts_them() {
    let text = "sep=;\r\n\r\n  \r\nname;\"stage\r\n\"\r\n\r\nAna;1\r\n ; \r\n\"Bo\r\n\r\nBo\";2\r\n\u{a0};\r\nCem;9\r\n\r\n";
    let found = matched(text).unwrap_err();
    assert_eq!(found.len(), 1);
    assert!(
        found[0].starts_with("line 13, column stage: \"9\""),
        "{found:?}"
    );
    let file = matched(&text.replace(";9", ";3")).unwrap();
    assert_eq!(
        file.rows.iter().map(|row| row.line).collect::<Vec<_>>(),
        [7, 9, 13]
    );
    assert_eq!(names(&file), ["Ana", "Bo Bo", "Cem"]);
}

#[test]
fn the_separator_is_that_of_the_header_outside_quotes() {
    for text in [
        "name;\"stage, or so, or so\";stage\na,b;;1\n",
        "name\tstage\tnote\nx,y;z\t1\t\n",
        "\"name\",\"stage\",\"x;y;z;w\"\nAna,1,\n",
        "sep=|\nname|stage\nAna|1\n",
        "People; of 2026\nname,stage\nAna,1\n",
        "name,stage,,\nAna,1\nBo,1,,,,\n",
    ] {
        let file = matched(text).unwrap();
        assert_eq!(file.rows[0].rank, Some(0), "{text}");
    }
}

#[test]
fn what_cannot_be_read_is_no_panic() {
    for text in [
        "",
        "\u{feff}",
        "name",
        ";;;",
        "sep=;",
        "name,stage\n\"",
        "name,stage\n\0,\0\n",
        "\n\n\n",
        "\r",
    ] {
        assert!(matched(text).is_err(), "{text:?}");
    }
    let open = matched(
        "name,stage,site,rather_not\nEve,1,,Bo\nAna,1,\"Berlin\nBo,2,Paris,\nCem,3,Rome,\n",
    );
    let said = "line 3: opens a quote that is never closed: close it, or write a quote within a cell twice";
    assert_eq!(open.unwrap_err(), [said]);
    let inches = matched("name,stage,site\nAna,1,5\" tall\nBo,2,\"Sunny\nside\"\n").unwrap();
    assert_eq!(
        (inches.rows[0].site.as_str(), inches.rows[1].site.as_str()),
        ("5\" tall", "Sunny side")
    );
    let bells = matched("\n\nname;stage;site\n\"A\u{1b}[31mna\n Lima\";1;a,b\n").unwrap();
    assert_eq!(
        (bells.rows[0].name.as_str(), bells.rows[0].site.as_str()),
        ("A [31mna Lima", "a,b")
    );
}

#[test]
fn other_kinds_of_files_are_named() {
    for (bytes, words) in [
        (
            &b"name,stage\r\nAna,1\r\nJos\xe9,2\n"[..],
            "line 3: is not UTF-8 text: save the file as \"CSV UTF-8\"",
        ),
        (b"\xff\xfen\0a\0\n\0\0\xd8a\0", "line 2: is not UTF-16 text"),
        (
            b"\xff\xfen\0a\0\n\0m",
            "line 2: ends in the middle of a character",
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1",
            "is an old or protected Excel file",
        ),
        (b"%PDF-1.7", "is a PDF"),
        (b"PK\x03\x04....", "is damaged"),
    ] {
        let found = read_bytes(bytes, Purpose::Import, &[]).unwrap_err();
        assert!(found.len() == 1 && found[0].starts_with(words), "{found:?}");
    }
    let error = read(
        Path::new("/nowhere/people.csv"),
        &Settings::default(),
        9,
        Purpose::Match,
        &Mapping::default(),
    );
    let told = error.unwrap_err().to_string();
    assert!(told.starts_with("/nowhere/people.csv:\n  cannot be read:"));
}
