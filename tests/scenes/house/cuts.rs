//! What people read is not cut in silence: whatever takes only some of a list or of a text says so, or has its reason here.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The places that leave something out, how many there are in each file, and how people learn of it.
const MEANT: &[(&str, usize, &str)] = &[
    (
        "src/features/cockpit/messages.rs",
        2,
        "a page, which says of how many, with buttons to turn",
    ),
    (
        "src/features/home/owner.rs",
        2,
        "a line says how many more rounds wait, and how many more pairs are worth a look",
    ),
    (
        "src/features/join/read.rs",
        1,
        "an error quotes the beginning, with an ellipsis",
    ),
    (
        "src/features/matching/card/pair.rs",
        1,
        "an ellipsis ends the reporting line",
    ),
    (
        "src/features/organization/questions.rs",
        2,
        "headers beyond Slack's hundred options: the file can name its columns as we do; words beyond what a form holds: it says \
         how many are left out",
    ),
    (
        "src/shared/pair_card/mod.rs",
        1,
        "an ellipsis; the form has the whole goal",
    ),
    (
        "src/slack/blocks.rs",
        1,
        "a last line says that there is more",
    ),
    (
        "src/slack/blocks/buttons.rs",
        1,
        "a debug build refuses more",
    ),
    (
        "src/slack/blocks/input.rs",
        1,
        "a debug build refuses more, and the settings allow no more",
    ),
    ("src/slack/blocks/lists.rs", 1, "how many more follows"),
    ("src/slack/blocks/text.rs", 2, "an ellipsis"),
];

/// Counts `.take(n)` and `.truncate(n)` before the tests of a file.
fn cuts(text: &str) -> usize {
    let own = text
        .split("#[cfg(test)]\nmod tests {")
        .next()
        .unwrap_or_default();
    let taken = own
        .split(".take(")
        .skip(1)
        .filter(|rest| !rest.starts_with(')'));
    taken.count() + own.matches(".truncate(").count()
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() && name != "tests" {
            sources(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") && name != "tests.rs" {
            found.push(path);
        }
    }
}

#[test]
fn what_people_read_is_not_cut_in_silence() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for folder in ["src/features", "src/shared", "src/slack/blocks"] {
        sources(&root.join(folder), &mut found);
    }
    found.push(root.join("src/slack/blocks.rs"));
    let found: BTreeMap<String, usize> = found
        .into_iter()
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            let path = path.strip_prefix(root).unwrap().display().to_string();
            (path, cuts(&text))
        })
        .filter(|(_, cuts)| *cuts > 0)
        .collect();
    let meant = MEANT
        .iter()
        .map(|(path, cuts, _)| ((*path).to_owned(), *cuts));
    assert_eq!(
        found,
        meant.collect(),
        "use `listed_in_short` or `lines_in_short`, or say here how people learn of what is left out"
    );
}

#[test]
fn cuts_are_found() {
    let text = "a.iter().take(3); b.take(); c.truncate(4);\n#[cfg(test)]\nmod tests { d.take(5) }";
    assert_eq!(cuts(text), 2);
}
