//! The rules of the code, checked by reading the source: who may import whom, how text is made, how long files are.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

mod circles;
mod documents;
mod source;
mod words;

use source::Source;

/// The allowed imports. `a::*` is a module and all within it; `a` is the module's own file alone, or one item in it.
/// A module may always import from its own row, and a feature from its own folder. The most exact row counts;
/// `ARCHITECTURE.md` shows the same table.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("clock", &[]),
    ("domain::*", &[]),
    ("chart::*", &["domain::*"]),
    ("people_file::*", &["domain::*"]),
    ("store::*", &["domain::*", "clock::millis"]),
    ("store::db::*", &["domain::*", "store::*", "clock"]),
    ("slack::words", &["domain::*"]),
    (
        "slack::blocks",
        &["domain::*", "slack::words", "slack::event"],
    ),
    ("slack::event", &["domain::*"]),
    ("slack::event::*", &["domain::*", "slack::blocks"]),
    ("slack::*", &["domain::*", "clock"]),
    (
        "shared::*",
        &[
            "domain::*",
            "store::*",
            "slack::words",
            "slack::blocks",
            "slack::event",
        ],
    ),
    ("features::*", &FEATURE),
    (
        "router::*",
        &[
            "domain::*",
            "store::*",
            "shared::*",
            "features::*",
            "slack::event",
        ],
    ),
    (
        "web::*",
        &[
            "domain::*",
            "store::*",
            "slack::*",
            "shared",
            "features",
            "router",
            "work::limiter",
            "clock",
        ],
    ),
    (
        "work::*",
        &[
            "domain::*",
            "store::*",
            "slack::*",
            "shared::*",
            "features::*",
            "router",
            "chart",
            "clock",
        ],
    ),
];

/// The imports of any feature beside its own folder: never another feature, a client or a clock.
const FEATURE: [&str; 7] = [
    "domain::*",
    "store::*",
    "slack::words",
    "slack::blocks",
    "slack::event",
    "features",
    "shared::*",
];

/// Wiring: may import everything, and nothing else imports it.
const WIRING: &[&str] = &[
    "",
    "main",
    "app",
    "cli",
    "config",
    "demo",
    "doctor",
    "offline",
    "rehearse",
    "telemetry",
];

/// The soft limit on a file's lines.
const CAP: usize = 400;

/// Files above the limit, with the reason why two files would read worse.
const LONG: &[(&str, &str)] = &[
    (
        "src/domain/matching/assignment/flow.rs",
        "one algorithm, read from top to bottom",
    ),
    (
        "src/domain/matching/assignment/tests.rs",
        "what holds of every choice, over one set of instances",
    ),
    (
        "src/domain/matching/tests.rs",
        "a list of small cases over one cast",
    ),
    (
        "src/features/matching/card.rs",
        "one card, in all the states an owner can find it in",
    ),
    (
        "src/features/matching/tests.rs",
        "the scenes of a round, in their order",
    ),
    (
        "src/features/checkins/tests.rs",
        "the scenes of check-ins, in their order",
    ),
    (
        "src/features/meetings/tests.rs",
        "the scenes of a month, in their order",
    ),
    (
        "src/rehearse/company.rs",
        "one company: who works there, and how they are told apart",
    ),
    (
        "src/rehearse/life.rs",
        "one loop, and what people read and plan in it",
    ),
    (
        "src/rehearse/report.rs",
        "one report: what is counted, and how it reads",
    ),
    (
        "crates/slack-sandbox/src/blocks/check.rs",
        "a list: every block and its limits",
    ),
    (
        "src/doctor.rs",
        "a list: each thing that must hold, and its mend",
    ),
    (
        "src/domain/delivery/walk.rs",
        "one model: the world, what can happen in it, what must hold",
    ),
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

fn sources() -> Vec<Source> {
    files("src")
        .iter()
        .map(|(path, text)| Source::read(path, text))
        .collect()
}

/// Whether `pattern` matches `module`.
fn is_meant(module: &str, pattern: &str) -> bool {
    match pattern.strip_suffix("::*") {
        Some(tree) => module == tree || module.starts_with(&format!("{tree}::")),
        None => module == pattern,
    }
}

/// The imports allowed for a module: its own part of the tree, and its row.
fn row(module: &str) -> Option<(String, &'static [&'static str])> {
    let (pattern, may) = MAY_IMPORT
        .iter()
        .filter(|(pattern, _)| is_meant(module, pattern))
        .max_by_key(|(pattern, _)| (!pattern.ends_with('*'), pattern.len()))?;
    let feature = module.strip_prefix("features::").map(|rest| {
        let own = rest.split("::").next().unwrap_or_default();
        format!("features::{own}::*")
    });
    Some((feature.unwrap_or_else(|| (*pattern).to_owned()), may))
}

/// The sources of the program, without its tests.
fn program() -> Vec<Source> {
    let mut sources = sources();
    let tests: Vec<String> = sources
        .iter()
        .flat_map(|source| source.test_modules.clone())
        .collect();
    let is_test = |module: &str| {
        tests
            .iter()
            .any(|test| is_meant(module, &format!("{test}::*")))
    };
    sources.retain(|source| !is_test(&source.module));
    sources
}

#[test]
fn modules_import_only_what_they_may() {
    let sources = sources();
    let modules: BTreeSet<&str> = sources
        .iter()
        .map(|source| source.module.as_str())
        .collect();
    let home = |path: &[String]| -> String {
        // The macro is at the root but belongs to `words`.
        if path.first().is_some_and(|first| first == "md") {
            return "slack::words".to_owned();
        }
        (0..=path.len())
            .rev()
            .map(|n| path[..n].join("::"))
            .find(|module| modules.contains(module.as_str()))
            .unwrap_or_default()
    };
    let mut wrong = Vec::new();
    for source in &program() {
        let module = source.module.as_str();
        let first = module.split("::").next().unwrap_or_default();
        if WIRING.contains(&first) {
            continue;
        }
        let Some((own, may)) = row(module) else {
            wrong.push(format!(
                "{}: no row in MAY_IMPORT is for {module}",
                source.file
            ));
            continue;
        };
        for path in source.imports() {
            let (target, path) = (home(&path), path.join("::"));
            let is_allowed = |pattern: &&str| is_meant(&target, pattern) || path == *pattern;
            if !is_meant(&target, &own) && !may.iter().any(is_allowed) {
                wrong.push(format!("{}: {module} may not import {path}", source.file));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_program_and_its_rules_touch_no_network() {
    let outside: &[(&str, &[&str])] = &[
        (
            "domain::*",
            &["axum", "reqwest", "slack_morphism", "sqlx", "tokio"],
        ),
        (
            "features::*",
            &["axum", "reqwest", "slack_morphism", "tokio"],
        ),
    ];
    for source in program() {
        for (pattern, crates) in outside {
            let named = crates.iter().find(|name| source.names_crate(name));
            if let (true, Some(name)) = (is_meant(&source.module, pattern), named) {
                panic!("{} names {name}: {pattern} may not", source.file);
            }
        }
    }
}

/// Statements are run, values bound and rows read in one way: nothing in the store but `store::db` names the driver.
#[test]
fn only_the_database_module_names_the_driver() {
    let mut looked_at = 0;
    for source in program() {
        let is_driven =
            is_meant(&source.module, "store::*") && !is_meant(&source.module, "store::db::*");
        if is_driven {
            looked_at += 1;
            assert!(!source.names_crate("sqlx"), "{} names sqlx", source.file);
        }
    }
    assert!(looked_at > 30, "{looked_at}");
}

/// A feature and its tests know the database through the store, and people through what they see.
#[test]
fn features_and_their_tests_have_no_sql() {
    for source in sources() {
        let is_feature = is_meant(&source.module, "features::*");
        assert!(
            !is_feature || !source.names_crate("sqlx"),
            "{} names sqlx",
            source.file
        );
    }
}

/// The compiler keeps what writes from what only reads; what a statement does it cannot know.
#[test]
fn what_reads_has_no_statement_that_writes() {
    let mut readers = 0;
    for (path, text) in files("src/store") {
        for function in text.split("fn ").skip(1) {
            let signature = function.split('{').next().unwrap_or_default();
            if !signature.contains("&mut Reading") {
                continue;
            }
            readers += 1;
            let body = function.split("\n}\n").next().unwrap_or_default();
            for writes in ["insert into ", "update ", "delete from "] {
                let statement = format!("\"{writes}");
                assert!(
                    !body.contains(&statement),
                    "{}: {signature}writes; it takes a Tx",
                    path.display()
                );
            }
        }
    }
    assert!(readers > 50, "{readers}");
}

#[test]
fn files_stay_readable() {
    let mut lengths: BTreeMap<String, usize> = BTreeMap::new();
    for (path, text) in ["src", "crates", "tests"].into_iter().flat_map(files) {
        lengths.insert(path.display().to_string(), text.lines().count());
    }
    for (file, why) in LONG {
        assert!(
            lengths.remove(*file).is_some(),
            "{file} ({why}) is gone: so is its exception"
        );
    }
    lengths.retain(|_, lines| *lines > CAP);
    assert!(
        lengths.is_empty(),
        "longer than {CAP} lines, split or say why in LONG: {lengths:?}"
    );
}
