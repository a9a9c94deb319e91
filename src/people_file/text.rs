//! Text as people and spreadsheets write it: tidied to be shown, and made comparable to be looked up.

use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;

/// Lets neighboring letters of some scripts join, or keeps them apart; means nothing after a Latin letter.
const JOINERS: [char; 2] = ['\u{200c}', '\u{200d}'];

/// Characters that nobody sees, which come along when text is copied from web pages and documents.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2064}'
            | '\u{2066}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
    )
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '\u{2800}' | '\u{3164}')
}

/// Whether there is nothing to see in a text.
pub(super) fn is_empty(text: &str) -> bool {
    text.chars()
        .all(|c| is_blank(c) || is_invisible(c) || JOINERS.contains(&c))
}

/// One line with single blanks, in one Unicode form, without characters that are invisible or would disturb a terminal.
pub(super) fn tidy(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let is_plain = bytes.iter().all(|byte| (b' '..=b'~').contains(byte))
        && !text.starts_with(' ')
        && !text.ends_with(' ')
        && !text.contains("  ");
    if is_plain {
        return Cow::Borrowed(text);
    }
    let mut tidied = String::with_capacity(text.len());
    let mut blank_before = false;
    for c in text.chars().filter(|c| !is_invisible(*c)).nfc() {
        if is_blank(c) {
            blank_before = true;
            continue;
        }
        let joins = !blank_before && tidied.chars().next_back().is_some_and(|c| !c.is_ascii());
        if JOINERS.contains(&c) && !joins {
            continue;
        }
        if blank_before && !tidied.is_empty() {
            tidied.push(' ');
        }
        blank_before = false;
        tidied.push(c);
    }
    tidied.truncate(tidied.trim_end_matches(JOINERS).len());
    Cow::Owned(tidied)
}

/// The same for a cell, whose lines stay apart: they may be the items of a list.
pub(super) fn tidy_cell(text: &str) -> Cow<'_, str> {
    if !text.contains('\n') {
        return tidy(text);
    }
    let lines = text.split('\n').map(tidy);
    let lines: Vec<_> = lines.filter(|line| !line.is_empty()).collect();
    Cow::Owned(lines.join("\n"))
}

/// The form in which two texts are compared: how they are typed does not matter.
pub(super) fn comparable(text: &str) -> String {
    let tidied = tidy(text);
    if tidied.is_ascii() {
        return tidied.to_ascii_lowercase();
    }
    let lower = tidied.to_lowercase();
    lower
        .chars()
        .filter(|c| !JOINERS.contains(c))
        .nfc()
        .collect()
}

/// The form in which people are looked up, by id, email address or name. "Lima, Ana" is Ana Lima.
pub fn lookup_key(text: &str) -> String {
    comparable(&first_last(&tidy(text)))
}

/// Written behind a name, these are no first name.
const SUFFIXES: [&str; 9] = ["jr", "sr", "ii", "iii", "iv", "phd", "md", "mba", "esq"];

/// "Lima, Ana" as "Ana Lima".
pub(super) fn first_last(name: &str) -> Cow<'_, str> {
    if let Some((outer, inner)) = in_parentheses(name) {
        let outer = first_last(outer);
        return match outer {
            Cow::Borrowed(_) => Cow::Borrowed(name),
            Cow::Owned(outer) => Cow::Owned(format!("{outer} ({inner})")),
        };
    }
    let mut parts = name.split(',').map(str::trim);
    let (Some(last), Some(first), None) = (parts.next(), parts.next(), parts.next()) else {
        return Cow::Borrowed(name);
    };
    let plain = first.replace('.', "").to_lowercase();
    if last.is_empty() || first.is_empty() || SUFFIXES.contains(&plain.as_str()) {
        return Cow::Borrowed(name);
    }
    Cow::Owned(format!("{first} {last}"))
}

/// "Ana Lima (E123)" as the name and what is in the parentheses.
pub(super) fn in_parentheses(name: &str) -> Option<(&str, &str)> {
    let open = name.rfind('(')?;
    let (outer, inner) = (&name[..open], name[open + 1..].strip_suffix(')')?);
    let (outer, inner) = (outer.trim(), inner.trim());
    (!outer.is_empty() && !inner.is_empty()).then_some((outer, inner))
}

/// Whether a text may be an employee's number rather than a word such as "On Leave".
pub(super) fn looks_like_an_id(text: &str) -> bool {
    text.len() >= 2 && !text.contains(' ') && text.bytes().any(|byte| byte.is_ascii_digit())
}

/// The words of a program's list that contain a separator, the longest first.
pub(super) fn with_separators(listed: &[String]) -> Vec<String> {
    let listed = listed.iter().map(|word| tidy(word).into_owned());
    let mut listed: Vec<String> = listed.filter(|word| word.contains([',', ';'])).collect();
    listed.sort_by_key(|word| std::cmp::Reverse(word.len()));
    listed
}

/// The items of a list. Where there is a `|`, it alone separates; elsewhere commas, semicolons and lines do, except within
/// the `listed` words, see [`with_separators`].
pub(super) fn items(cell: &str, listed: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    let mut add = |word: &str| {
        let word = tidy(word);
        if !word.is_empty() {
            found.push(word.into_owned());
        }
    };
    if cell.contains('|') {
        cell.split('|').for_each(add);
        return found;
    }
    let is_separator = |c: char| matches!(c, ',' | ';' | '\n');
    let mut rest = cell;
    loop {
        rest = rest.trim_start_matches(|c: char| is_separator(c) || is_blank(c));
        if rest.is_empty() {
            return found;
        }
        let known = listed.iter().find_map(|word| {
            let after = after_start(rest, word)?.trim_start_matches(' ');
            (after.is_empty() || after.starts_with(is_separator)).then_some((word, after))
        });
        if let Some((word, after)) = known {
            add(word);
            rest = after;
        } else {
            let end = rest.find(is_separator).unwrap_or(rest.len());
            add(&rest[..end]);
            rest = &rest[end..];
        }
    }
}

/// What follows `start` in a text that starts with it, in whatever case.
fn after_start<'a>(text: &'a str, start: &str) -> Option<&'a str> {
    let mut wanted = start.chars().flat_map(char::to_lowercase).peekable();
    for (at, c) in text.char_indices() {
        if wanted.peek().is_none() {
            return Some(&text[at..]);
        }
        if !c.to_lowercase().all(|c| wanted.next() == Some(c)) {
            return None;
        }
    }
    wanted.peek().is_none().then_some("")
}

/// Whether a cell shows that its formula failed.
pub(super) fn is_formula_error(cell: &str) -> bool {
    const ERRORS: [&str; 8] = [
        "#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!",
    ];
    cell.starts_with('#') && ERRORS.contains(&cell)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_sees_is_tidied() {
        assert_eq!(tidy("Ana Lima"), "Ana Lima");
        assert_eq!(
            tidy("\u{feff} Ana\u{a0}\u{200b} \tLi\u{ad}ma\u{202e} \u{200d}"),
            "Ana Lima"
        );
        assert_eq!(tidy("Jose\u{301}"), "Jos\u{e9}");
        assert_eq!(tidy("e\u{200b}\u{301}"), "\u{e9}");
        // In Persian the joiner is part of the spelling, but not of the comparison.
        assert_eq!(tidy("علی\u{200c}رضا"), "علی\u{200c}رضا");
        assert_eq!(comparable("علی\u{200c}رضا"), comparable("علیرضا"));
        assert_eq!(tidy_cell(" a \n\u{a0}\n b"), "a\nb");
        assert!(is_empty(" \u{a0}\u{200b}\u{200d}\r\n") && !is_empty("."));
    }

    #[test]
    fn a_last_name_may_come_first() {
        for (given, shown) in [
            ("Lima, Ana", "Ana Lima"),
            ("Lima,Ana Maria", "Ana Maria Lima"),
            ("Martin King, Jr.", "Martin King, Jr."),
            ("Lima,", "Lima,"),
            ("Lima, Ana (On Leave)", "Ana Lima (On Leave)"),
            ("Ana Lima (Porto, Lisbon)", "Ana Lima (Porto, Lisbon)"),
            ("a, b, c", "a, b, c"),
        ] {
            assert_eq!(first_last(given), shown);
        }
        assert_eq!(lookup_key("LIMA,  Ana"), lookup_key("ana\u{a0}lima"));
        assert_eq!(
            in_parentheses("Ana Lima (E123)"),
            Some(("Ana Lima", "E123"))
        );
        assert_eq!(in_parentheses("(E123)"), None);
        assert!(
            looks_like_an_id("E123")
                && !looks_like_an_id("On Leave")
                && !looks_like_an_id("she/her")
        );
    }

    #[test]
    fn lists_keep_topics_with_commas_whole() {
        let listed = [
            "Budgets, forecasts",
            "Budgets, forecasts, and plans",
            "Straße, Bahn",
        ];
        let listed = with_separators(&listed.map(str::to_owned));
        let items = |cell| items(cell, &listed);
        assert_eq!(items("a, b; c\nd,,"), ["a", "b", "c", "d"]);
        assert_eq!(items("a, b | c"), ["a, b", "c"]);
        assert_eq!(
            items("x, budgets, FORECASTS, y"),
            ["x", "Budgets, forecasts", "y"]
        );
        assert_eq!(
            items("Budgets, forecasts, and plans;STRASSE, Bahn"),
            ["Budgets, forecasts, and plans", "STRASSE", "Bahn"]
        );
        assert_eq!(
            items("Budgets, forecasts too"),
            ["Budgets", "forecasts too"]
        );
        assert_eq!(items(" , ;\n"), [""; 0]);
    }
}
