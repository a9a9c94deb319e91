//! The rules of the code, checked by reading the source: who may import whom, how text is made, how long files are.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

mod circles;
mod cuts;
mod documents;
mod imports;
mod program;
mod source;
mod tenants;
mod unasked;
mod words;

use program::Program;

/// The soft limit on a file's lines.
const CAP: usize = 400;

/// Files above the limit, with the reason why two files would read worse.
#[rustfmt::skip]
const LONG: &[(&str, &str)] = &[
    ("src/domain/key/tests.rs", "a list: every key as stored rows have it"),
    ("src/domain/matching/assignment/flow.rs", "one algorithm, read from top to bottom"),
    ("src/domain/matching/assignment/tests.rs", "what holds of every choice, over one set of instances"),
    ("src/domain/matching/tests.rs", "a list of small cases over one cast"),
    ("src/features/matching/tests.rs", "the scenes of a round, in their order"),
    ("src/features/checkins/tests.rs", "the scenes of check-ins, in their order"),
    ("src/shared/pair_card/tests.rs", "a list: every state of a pair's card, as the two read it"),
    ("crates/slack-sandbox/src/blocks/check.rs", "a list: every block and its limits"),
    ("src/domain/delivery/walk.rs", "one model: the world, what can happen in it, what must hold"),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn document(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Every Rust file under `folder`, with its path from the root.
fn files(folder: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder of sources") {
            let path = entry.expect("a readable folder").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let text = std::fs::read_to_string(&path).expect("a readable source");
                let path = path.strip_prefix(root()).expect("a path of ours");
                found.push((path.to_owned(), text));
            }
        }
    }
    found.sort();
    found
}

/// Whether `pattern` matches `module`.
fn is_meant(module: &str, pattern: &str) -> bool {
    match pattern.strip_suffix("::*") {
        Some(tree) => module == tree || module.starts_with(&format!("{tree}::")),
        None => module == pattern,
    }
}

/// The files over the limit, and the exceptions that are none.
fn too_long(mut lines: BTreeMap<String, usize>, exceptions: &[(&str, &str)]) -> Vec<String> {
    let mut wrong = Vec::new();
    for (file, why) in exceptions {
        if lines.remove(*file).is_none_or(|lines| lines <= CAP) {
            wrong.push(format!("{file} ({why}) needs no exception"));
        }
    }
    lines.retain(|_, lines| *lines > CAP);
    wrong.extend(
        lines
            .iter()
            .map(|(file, lines)| format!("{file}: {lines} lines, see LONG")),
    );
    wrong
}

#[test]
fn files_stay_readable() {
    let all = ["src", "crates", "tests"].into_iter().flat_map(files);
    let lines = all.map(|(path, text)| (path.display().to_string(), text.lines().count()));
    let wrong = too_long(lines.collect(), LONG);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn long_files_are_found() {
    let lines = |b| [("a.rs".to_owned(), CAP), ("b.rs".to_owned(), b)].into();
    assert_eq!(too_long(lines(CAP), &[]), [""; 0]);
    assert_eq!(too_long(lines(CAP + 1), &[("b.rs", "one list")]), [""; 0]);
    assert_eq!(too_long(lines(CAP + 1), &[]), ["b.rs: 401 lines, see LONG"]);
    for gone in ["a.rs", "c.rs"] {
        let wrong = [format!("{gone} (one list) needs no exception")];
        assert_eq!(too_long(lines(CAP), &[(gone, "one list")]), wrong);
    }
}

/// A feature and its tests know the database through the store, and people through what they see.
#[test]
fn features_and_their_tests_have_no_sql() {
    let with_sql: Vec<String> = files("src/features")
        .into_iter()
        .filter(|(_, text)| text.contains("sqlx"))
        .map(|(path, _)| path.display().to_string())
        .collect();
    assert_eq!(with_sql, [""; 0]);
}

/// The compiler keeps what writes from what only reads; what a statement does it cannot know.
fn readings_that_write(program: &Program) -> Vec<String> {
    let sources = program.sources();
    let store = sources.filter(|it| is_meant(&it.module, "store::*"));
    let is_writing = |text: &str| {
        let begins = |word: &&str| text.trim_start().starts_with(*word);
        let has = |word: &&str| text.contains(*word);
        ["insert ", "update ", "delete "].iter().any(begins)
            || ["insert into ", "delete from "].iter().any(has)
    };
    let read = store.flat_map(|it| it.texts.iter().filter(|it| it.is_in_reading));
    read.filter(|it| is_writing(&it.value))
        .map(|it| format!("{}: it takes a Tx, or does not write: {}", it.at, it.value))
        .collect()
}

#[test]
fn what_reads_has_no_statement_that_writes() {
    let wrong = readings_that_write(Program::ours());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let texts = Program::ours().sources().flat_map(|it| &it.texts);
    let read = texts.filter(|it| it.is_in_reading).count();
    assert!(read > 50, "{read}");
}

#[test]
fn readings_that_write_are_found() {
    let found =
        |text: &str| readings_that_write(&Program::example(&[("src/store/pairs.rs", text)]));
    for text in [
        "fn f(tx: &mut Reading) { sql!(\"\\n update pairs set a = 1\") }",
        "impl A { async fn f(&self, tx: &mut db::Reading) { tx.run(\"with a as (delete from b) select\") } }",
    ] {
        assert_eq!(found(text).len(), 1, "{text}");
    }
    let text = "fn f(tx: &mut Tx) { sql!(\"delete from a\") } fn g(tx: &Reading) { sql!(\"select 'update '\") }";
    assert_eq!(found(text), [""; 0]);
}

/// Where the settings' people may be read as they stand there: everywhere else, `shared::owners` says who of them is there.
#[rustfmt::skip]
const READS_NAMES: &[&str] = &[
    "src/shared/owners.rs", "src/domain/program.rs", "src/domain/program/check.rs", "src/doctor/program.rs",
    // The form shows what is stored, gone or not.
    "src/features/setup/", "src/features/home/owner.rs",
    // Erasing takes somebody out of the settings.
    "src/store/programs.rs",
];

/// Uses of the people in the settings that do not look whether they are there.
fn named_without_a_look(files: &[(String, String)]) -> Vec<String> {
    let is_test = |path: &str| path.contains("/tests") || path.starts_with("src/testing");
    let is_ours = |path: &str| !READS_NAMES.iter().any(|allowed| path.starts_with(allowed));
    let files = files
        .iter()
        .filter(|(path, _)| !is_test(path) && is_ours(path));
    let mut wrong = Vec::new();
    for (path, text) in files {
        let code = text
            .split("#[cfg(test)]\nmod tests {")
            .next()
            .unwrap_or_default();
        for (at, line) in code.lines().enumerate() {
            let uses = ["settings.owners", "settings.is_owner(", ".support_contact"];
            if uses.iter().any(|name| line.contains(name)) {
                wrong.push(format!(
                    "{path}:{}: ask shared::owners: {}",
                    at + 1,
                    line.trim()
                ));
            }
        }
    }
    wrong
}

#[test]
fn people_in_the_settings_are_looked_at_when_they_are_used() {
    let files = files("src").into_iter();
    let files = files.map(|(path, text)| (path.display().to_string(), text));
    let wrong = named_without_a_look(&files.collect::<Vec<_>>());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn people_named_without_a_look_are_found() {
    let found =
        |path: &str, line: &str| named_without_a_look(&[(path.to_owned(), line.to_owned())]).len();
    for line in [
        "for owner in &settings.owners {",
        "if program.settings.is_owner(user) {",
        "let contact = settings.support_contact.as_ref();",
    ] {
        assert_eq!(found("src/features/digest/mod.rs", line), 1, "{line}");
        assert_eq!(found("src/features/setup/views.rs", line), 0, "{line}");
    }
    assert_eq!(
        found("src/features/digest/tests.rs", "settings.owners = vec![];"),
        0
    );
}
