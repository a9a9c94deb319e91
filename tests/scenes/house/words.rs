//! What people read in Slack sounds like a colleague: contractions, everyday words, no idioms carried over.

use super::files;

/// Words that a colleague would not write, and what to write instead.
const STIFF: &[(&str, &str)] = &[
    ("hoever", "anyone who, the person who"),
    ("omebody", "someone"),
    ("verybody", "everyone"),
    ("nybody", "anyone"),
    ("any more", "anymore"),
    ("need not", "don't have to"),
    ("for you alone", "just for you"),
    ("meanwhile", "in the meantime"),
    (" cannot ", "can't"),
    ("is not", "isn't"),
    ("do not", "don't"),
    ("does not", "doesn't"),
    ("did not", "didn't"),
    ("has not", "hasn't"),
    ("have not", "haven't"),
    ("will not", "won't"),
    ("I am looking", "I'm"),
    (". I am ", "I'm"),
    ("I will ", "I'll"),
    ("You are ", "You're"),
    ("you are ", "you're"),
    ("There is ", "There's"),
    ("so there is ", "there's"),
];

/// The string literals of a source, without those of its tests.
fn literals(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text.split("#[cfg(test)]\nmod tests {").next();
    while let Some(text) = rest {
        let Some(start) = text.find(['"', '/', '\'']) else {
            break;
        };
        let (after, end) = (&text[start..], |len: usize| text.get(start + len..));
        rest = if after.starts_with("//") {
            end(after.find('\n').unwrap_or(after.len()))
        } else if let Some(inside) = after.strip_prefix('"') {
            let mut is_escaped = false;
            let close = inside.find(|c| {
                let closes = c == '"' && !is_escaped;
                is_escaped = c == '\\' && !is_escaped;
                closes
            });
            let close = close.unwrap_or(inside.len());
            let lines = inside[..close].split("\\\n").map(str::trim_start);
            found.push(lines.collect());
            end(close + 2)
        } else if after.starts_with("'\"'") || after.starts_with("'\\\"'") {
            end(after[1..].find('\'').unwrap_or(0) + 2)
        } else {
            end(1)
        };
    }
    found
}

#[test]
fn people_read_plain_words() {
    let mut stiff = Vec::new();
    for (path, text) in files("src/features").into_iter().chain(files("src/shared")) {
        if path.to_string_lossy().contains("tests") {
            continue;
        }
        for words in literals(&text) {
            let found = STIFF.iter().filter(|(word, _)| words.contains(word));
            stiff.extend(found.map(|(word, better)| {
                format!("{}: “{word}”, better {better}: {words}", path.display())
            }));
        }
    }
    assert!(stiff.is_empty(), "{}", stiff.join("\n"));
}

#[test]
fn literals_are_found_over_lines_and_not_in_comments_or_tests() {
    let text = "// a \"comment\"\nlet c = '\"'; say(\"one \\\n    two \\\" three\");\n\
                say(\"four\");\n#[cfg(test)]\nmod tests { say(\"five\"); }";
    assert_eq!(literals(text), ["one two \\\" three", "four"]);
}
