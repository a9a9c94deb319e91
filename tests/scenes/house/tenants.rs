//! Everything stored belongs to a workspace: each statement says of which, or names a row by an id that no other
//! workspace has. People in two workspaces may have equal Slack ids.

use super::is_meant;
use super::program::Program;
use std::collections::BTreeSet;
use std::path::Path;

/// Columns with ids that are unique in the whole database.
const OWN_IDS: [&str; 6] = [
    "id",
    "pair_id",
    "cycle_id",
    "round_id",
    "confirm_id",
    "row_id",
];

/// Statements about all workspaces, on purpose: how they begin, and why.
const EVERYWHERE: &[(&str, &str)] = &[
    (
        "select count(*) from pairs",
        "a metric of the whole process, and what is in a copy of the database",
    ),
    (
        "select count(*) from participants",
        "what is in a copy of the database",
    ),
    (
        "update outbox set doubt = $1 where state in",
        "a copy of the database takes its place",
    ),
    (
        "select count(*) from outbox where state in",
        "rows that cannot be read, for a metric and `doctor`",
    ),
    (
        "select count(*) from timers where unreadable_since",
        "the same",
    ),
    (
        "select due_at from timers where",
        "when the next timer of any workspace is due",
    ),
    (
        "select team from turn where",
        "which workspaces have timers that are due",
    ),
    (
        "update outbox_queues set due_at",
        "after a clock that was ahead, in all workspaces",
    ),
    (
        "update timers set attempts",
        "the rest of the statement names the row",
    ),
    (
        "round_id in (select id from rounds",
        "retention has the same age everywhere",
    ),
    (
        "where a.who <> ''",
        "the people asked about, each with their workspace",
    ),
    (
        "where r.state <> 'wanted'",
        "an operator's list of the latest rounds",
    ),
];

/// The tables whose rows belong to a workspace.
fn tables() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut tables = BTreeSet::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        for table in text.split("create table ").skip(1) {
            let (name, rest) = table.split_once(" (").unwrap();
            let (columns, _) = rest.split_once("\n);").unwrap();
            if columns.contains("team_id") {
                tables.insert(name.to_owned());
            }
        }
    }
    tables
}

/// The words of a statement, in small letters.
fn words(text: &str) -> Vec<String> {
    let is_part = |c: char| c.is_alphanumeric() || "_.$=*".contains(c);
    let text = text.to_lowercase();
    let words = text
        .split(|c: char| !is_part(c))
        .filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

fn is_scoped(text: &str, tables: &BTreeSet<String>) -> bool {
    let words = words(text);
    let opens = ["from", "join", "update", "into"];
    let names_table = words
        .windows(2)
        .any(|pair| opens.contains(&pair[0].as_str()) && tables.contains(&pair[1]));
    let is_rest = words.first().is_some_and(|word| word == "where") && text.contains(['=', '<']);
    // The beginning of a statement whose rest is a text of its own.
    let is_head = text.ends_with(' ') && !words.iter().any(|word| word == "where");
    if !(names_table || is_rest) || is_head || words.iter().any(|word| word.ends_with("team_id")) {
        return true;
    }
    let is_own = |word: &str| OWN_IDS.contains(&word.rsplit('.').next().unwrap_or(word));
    let by_id = words
        .windows(2)
        .any(|pair| is_own(&pair[0]) && pair[1] == "=");
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    by_id
        || EVERYWHERE
            .iter()
            .any(|(begins, _)| flat.starts_with(begins))
}

fn unscoped(program: &Program) -> Vec<String> {
    let tables = tables();
    let store = program
        .sources()
        .filter(|it| is_meant(&it.module, "store::*"));
    let texts = store.flat_map(|it| &it.texts);
    texts
        .filter(|it| !is_scoped(&it.value, &tables))
        .map(|it| format!("{}: of which workspace? {}", it.at, it.value))
        .collect()
}

#[test]
fn each_statement_says_of_which_workspace() {
    let wrong = unscoped(Program::ours());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(tables().len() > 25);
}

#[test]
fn statements_over_all_workspaces_are_found() {
    let found = |text: &str| {
        let text = format!("fn f() {{ sql!({text:?}) }}");
        unscoped(&Program::example(&[("src/store/pairs.rs", &text)])).len()
    };
    for wrong in [
        "select user_id from participants where standing = 'active'",
        "update pairs set state = 'closed' where mentor = $1",
        "delete from checkins where user_id = $1 and pair_id is null",
        "select 1 from people p join participants q on q.user_id = p.user_id",
        "where user_id = $1",
    ] {
        assert_eq!(found(wrong), 1, "{wrong}");
    }
    for right in [
        "select user_id from participants where team_id = $1",
        "update pairs set state = 'closed' where id = $1",
        "select 1 from cycles c where c.pair_id = $1",
        "select value from facts where name = $1",
        "select id, mentor from pairs ",
    ] {
        assert_eq!(found(right), 0, "{right}");
    }
}
