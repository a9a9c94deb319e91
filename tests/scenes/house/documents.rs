//! Compares the documents with the code, so that they do not drift apart.

use super::imports::MAY_IMPORT;
use super::{document, files};
use reverse_mentor::domain::program::Settings;
use reverse_mentor::domain::{command, cycle, delivery, open_thing, pair};
use reverse_mentor::people_file;
use std::collections::BTreeSet;

#[test]
fn the_readme_has_every_command() {
    let table = command::readme_table();
    assert!(
        document("README.md").contains(&table),
        "README.md does not hold this table:\n\n{table}"
    );
}

#[test]
fn the_readme_has_every_setting() {
    let readme = document("README.md");
    let example = readme
        .split_once("```toml\n")
        .and_then(|(_, rest)| rest.split_once("```"))
        .expect("a program.toml in README.md")
        .0;
    let shown: Settings = toml::from_str(example).expect("the example is a program.toml");
    let keys = |text: &str| -> BTreeSet<String> {
        let table: toml::Table = toml::from_str(text).unwrap();
        table.keys().cloned().collect()
    };
    assert_eq!(keys(example), keys(&toml::to_string(&shown).unwrap()));
    assert!(shown.check().is_empty(), "the example would be refused");
}

#[test]
fn the_readme_has_every_column() {
    let readme = document("README.md");
    for (column, about) in people_file::COLUMNS {
        let about = about.replace('|', "&#124;");
        let row = format!("| `{column}` | {about} |\n");
        assert!(readme.contains(&row), "README.md does not hold: {row}");
    }
}

#[test]
fn the_readme_has_every_variable() {
    let readme = document("README.md");
    for line in document(".env.example").lines() {
        if let Some((name, _)) = line.trim_start_matches('#').trim().split_once('=') {
            assert!(
                readme.contains(&format!("`{name}`")),
                "README.md does not say what {name} is"
            );
        }
    }
}

#[test]
fn the_architecture_has_the_import_table() {
    let code = |patterns: &[&str]| match patterns {
        [] => "nothing of ours".to_owned(),
        some => some
            .iter()
            .map(|p| format!("`{p}`"))
            .collect::<Vec<_>>()
            .join(", "),
    };
    let rows = MAY_IMPORT
        .iter()
        .map(|(pattern, may)| format!("| `{pattern}` | {} |\n", code(may)));
    let table: String = rows.collect();
    assert!(
        document("ARCHITECTURE.md").contains(&table),
        "ARCHITECTURE.md does not hold these rows:\n\n{table}"
    );
}

/// The transitions in ARCHITECTURE.md's table under a heading, as from and to.
fn drawn(heading: &str) -> BTreeSet<(String, String)> {
    let text = document("ARCHITECTURE.md");
    let (_, part) = text
        .split_once(&format!("### {heading}\n"))
        .expect("a heading for each state machine");
    let part = part.split("\n##").next().unwrap_or_default();
    let mut steps = BTreeSet::new();
    for line in part.lines().filter(|line| line.starts_with('|')).skip(2) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        steps.extend(
            cells[1]
                .split(", ")
                .map(|from| (from.to_owned(), cells[2].to_owned())),
        );
    }
    steps
}

/// The transitions that the code allows between the states of `all`.
fn allowed<S: Copy>(
    all: &[S],
    may_become: fn(S, S) -> bool,
    name: fn(S) -> &'static str,
) -> BTreeSet<(String, String)> {
    let mut steps = BTreeSet::new();
    for &from in all {
        for &to in all.iter().filter(|to| may_become(from, **to)) {
            steps.insert((name(from).to_owned(), name(to).to_owned()));
        }
    }
    steps
}

#[test]
fn the_architecture_has_the_steps_of_pairs_cycles_and_deliveries() {
    assert_eq!(
        drawn("Pair"),
        allowed(
            &pair::State::ALL,
            pair::State::may_become,
            pair::State::as_str
        )
    );
    assert_eq!(
        drawn("Cycle"),
        allowed(
            &cycle::State::ALL,
            cycle::State::may_become,
            cycle::State::as_str
        )
    );
    assert_eq!(
        drawn("Delivery"),
        allowed(
            &delivery::State::ALL,
            delivery::State::may_become,
            delivery::State::as_str
        )
    );
}

/// Each row of the table says what happens by itself, and `rehearse` reports what is open and stalls under these names.
#[test]
fn the_architecture_has_everything_that_can_be_open() {
    let text = document("ARCHITECTURE.md");
    let (_, part) = text
        .split_once("## What is open, and what happens by itself\n")
        .expect("the table of what is open");
    let part = part.split("\n## ").next().unwrap_or_default();
    let rows = part.lines().filter(|line| line.starts_with('|')).skip(2);
    let rows: Vec<&str> = rows
        .filter_map(|line| line.split('|').nth(1).map(str::trim))
        .collect();
    assert_eq!(rows, open_thing::Kind::ALL.map(open_thing::Kind::as_str));
}

/// The metric names in a text.
fn metrics(text: &str) -> BTreeSet<String> {
    let named = text.split("\"reverse_mentor_").skip(1);
    let name = |rest: &str| rest.split('"').next().unwrap_or_default().to_owned();
    named.map(name).collect()
}

#[test]
fn every_metric_is_described() {
    let sources = files("src");
    let telemetry = |path: &std::path::Path| path.ends_with("src/telemetry.rs");
    let (told, used): (Vec<_>, Vec<_>) = sources.iter().partition(|(path, _)| telemetry(path));
    let text = &told[0].1;
    let (_, described) = text.split_once("fn describe()").unwrap();
    let (described, _) = described.split_once("\n}\n").unwrap();
    let described = metrics(described);
    let mut named: BTreeSet<String> = used.iter().flat_map(|(_, text)| metrics(text)).collect();
    named.extend(metrics(text));
    assert!(named.contains("clock_skew_seconds"));
    assert_eq!(described, named);
}
