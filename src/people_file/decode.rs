//! What kind of file the bytes are, and their text.

use super::row::Problem;

pub(super) enum Content {
    /// Lines of cells, with line feeds alone at their ends.
    Text(String),
    /// A workbook of Excel's, or of any program that writes the same format.
    Workbook,
}

/// Known by what is in the file, because names deceive.
pub(super) fn decode(bytes: &[u8]) -> Result<Content, Problem> {
    const OTHERS: [(&[u8], &str); 3] = [
        (
            b"\xd0\xcf\x11\xe0",
            "is an old or protected Excel file: remove its password, and save it as .xlsx or as \"CSV UTF-8\"",
        ),
        (b"%PDF", "is a PDF: export the people as .xlsx or CSV"),
        (b"\x1f\x8b", "is compressed: unpack it first"),
    ];
    if bytes.starts_with(b"PK\x03\x04") {
        return Ok(Content::Workbook);
    }
    for (start, words) in OTHERS {
        if bytes.starts_with(start) {
            return Err(Problem::of_file(words));
        }
    }
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        // Without a mark at the beginning: ASCII letters have a zero byte on one side.
        [a, 0, b, 0, ..] if *a != 0 && *b != 0 => utf16(bytes, u16::from_le_bytes),
        [0, a, 0, b, ..] if *a != 0 && *b != 0 => utf16(bytes, u16::from_be_bytes),
        _ => utf8(bytes),
    }?;
    Ok(Content::Text(with_line_feeds(text)))
}

fn utf8(bytes: &[u8]) -> Result<String, Problem> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => {
            let sound = String::from_utf8_lossy(&bytes[..error.valid_up_to()]).into_owned();
            let words = "is not UTF-8 text: save the file as \"CSV UTF-8\"";
            Err(Problem::of_line(line_after(sound), words))
        }
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, Problem> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(bytes.len() / 2);
    for c in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        let Ok(c) = c else {
            let words = "is not UTF-16 text: save the file as \"CSV UTF-8\"";
            return Err(Problem::of_line(line_after(text), words));
        };
        text.push(c);
    }
    if !rest.is_empty() {
        let words = "ends in the middle of a character: the file is not whole, so export it again";
        return Err(Problem::of_line(line_after(text), words));
    }
    Ok(text)
}

/// The number of the line in which a text breaks off.
fn line_after(text: String) -> u64 {
    let text = with_line_feeds(text);
    text.matches('\n').count() as u64 + 1
}

/// Line ends of Windows and of old Macs become plain line feeds, so that lines are counted in one way.
fn with_line_feeds(text: String) -> String {
    if text.contains('\r') {
        text.replace("\r\n", "\n").replace('\r', "\n")
    } else {
        text
    }
}
