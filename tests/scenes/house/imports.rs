//! Holds what each module imports to a table, and the crates that some modules may not name.

use super::is_meant;
use super::program::Program;

/// The allowed imports. `a::*` is a module and all within it; `a` is the module's own file alone, or one item in it.
/// A module may always import from its own row, and a feature from its own folder. The most exact row counts;
/// `ARCHITECTURE.md` shows the same table.
#[rustfmt::skip]
pub const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("clock", &[]),
    ("domain::*", &[]),
    ("chart::*", &["domain::*"]),
    ("people_file::*", &["domain::*"]),
    ("report_page::*", &["domain::*"]),
    ("store::*", &["domain::*", "clock::millis"]),
    ("store::db::*", &["domain::*", "store::*", "clock"]),
    ("slack::words", &["domain::*"]),
    ("slack::blocks", &["domain::*", "slack::words", "slack::event"]),
    ("slack::event", &["domain::*"]),
    ("slack::event::*", &["domain::*", "slack::blocks"]),
    ("slack::*", &["domain::*", "clock"]),
    ("shared::*", &["domain::*", "store::*", "slack::words", "slack::blocks", "slack::event"]),
    ("features::*", &["domain::*", "store::*", "slack::words", "slack::blocks", "slack::event", "features", "shared::*"]),
    ("features::organization::*", &["domain::*", "store::*", "slack::words", "slack::blocks", "slack::event", "features", "shared::*", "people_file::*"]),
    ("features::report::*", &["domain::*", "store::*", "slack::words", "slack::blocks", "slack::event", "features", "shared::*", "report_page::*"]),
    ("router::*", &["domain::*", "store::*", "shared::*", "features::*", "slack::event"]),
    ("web::*", &["domain::*", "store::*", "slack::*", "shared", "features", "router", "work::rates", "work::clients", "clock"]),
    ("work::*", &["domain::*", "store::*", "slack::*", "shared::*", "features::*", "router", "chart", "clock"]),
];

/// Wiring: may import everything, and nothing else imports it.
#[rustfmt::skip]
const WIRING: &[&str] = &[
    "", "main", "app", "cli", "config", "demo", "doctor", "erase", "export", "import", "install", "offline",
    "operator", "rehearse", "report", "telemetry", "upkeep",
];

/// Crates that modules do not name: those of a pattern, but for those of another.
#[rustfmt::skip]
const OUTSIDE: &[(&str, &str, &[&str])] = &[
    // The rules touch no network and no database, and the product no network.
    ("domain::*", "", &["axum", "reqwest", "slack_morphism", "sqlx", "tokio"]),
    ("features::*", "", &["axum", "reqwest", "slack_morphism", "sqlx", "tokio"]),
    // Statements are run, values bound and rows read in one way.
    ("store::*", "store::db::*", &["sqlx"]),
];

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

fn forbidden(program: &Program) -> Vec<String> {
    let mut wrong = Vec::new();
    for source in program.sources() {
        let module = source.module.as_str();
        if WIRING.contains(&module.split("::").next().unwrap_or_default()) {
            continue;
        }
        let Some((own, may)) = row(module) else {
            wrong.push(format!("MAY_IMPORT has no row for {module}"));
            continue;
        };
        for name in source.names.iter().filter(|it| it.is_ours) {
            let (at, path) = (&name.at, name.path.as_str());
            let (target, _) = program.door(path);
            let is_own = is_meant(target, &own) || is_meant(target, &format!("{module}::*"));
            if !is_own && !may.iter().any(|it| is_meant(target, it) || path == *it) {
                wrong.push(format!("{at}: {module} may not import {path}"));
            }
        }
    }
    wrong
}

fn outside(program: &Program) -> Vec<String> {
    let mut wrong = Vec::new();
    for source in program.sources() {
        let module = &source.module;
        let held = OUTSIDE.iter();
        let held = held.filter(|(all, but, _)| is_meant(module, all) && !is_meant(module, but));
        let crates: Vec<&str> = held.flat_map(|(_, _, crates)| *crates).copied().collect();
        for name in source.names.iter().filter(|it| !it.is_ours) {
            let first = name.path.split("::").next().unwrap_or_default();
            if crates.contains(&first) {
                wrong.push(format!("{}: {module} may not name {first}", name.at));
            }
        }
    }
    wrong
}

#[test]
fn modules_import_only_what_they_may() {
    let wrong = forbidden(Program::ours());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn modules_name_only_the_crates_they_may() {
    let wrong = outside(Program::ours());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_row_is_for_a_module() {
    let rows = MAY_IMPORT.iter().map(|(pattern, _)| pattern);
    for pattern in rows.chain(OUTSIDE.iter().map(|(pattern, ..)| pattern)) {
        let mut sources = Program::ours().sources();
        assert!(sources.any(|it| is_meant(&it.module, pattern)), "{pattern}");
    }
}

#[test]
fn forbidden_imports_are_found() {
    let found = |text: &str| {
        let mut files = vec![
            ("src/lib.rs", ""),
            ("src/clock.rs", ""),
            ("src/store/mod.rs", ""),
        ];
        files.extend([("src/slack/words.rs", ""), ("src/features/mod.rs", "")]);
        files.extend([
            ("src/features/invite/mod.rs", ""),
            ("src/features/join/mod.rs", text),
        ]);
        forbidden(&Program::example(&files))
    };
    for allowed in [
        "use crate::store::{Tx, pairs}; use super::Reply; use crate::md;",
        "mod messages; use messages::words; use crate::features::join::messages;",
    ] {
        assert_eq!(found(allowed), [""; 0], "{allowed}");
    }
    #[rustfmt::skip]
    let each = [
        ("use crate::clock::millis;", "clock::millis"),
        ("use crate::features::invite;", "features::invite"),
        ("use super::{Reply, invite::open};", "features::invite::open"),
        ("use crate::features; fn f() { features::invite::open() }", "features::invite::open"),
        ("pub(crate) use crate::clock::Clock;", "clock::Clock"),
        ("fn f() { assert!(crate::clock::now() > 0) }", "clock::now"),
    ];
    for (text, path) in each {
        let wrong = format!("src/features/join/mod.rs:1: features::join may not import {path}");
        assert_eq!(found(text), [wrong], "{text}");
    }
    let other = forbidden(&Program::example(&[("src/lib.rs", ""), ("src/new.rs", "")]));
    assert_eq!(other, ["MAY_IMPORT has no row for new"]);
}

#[test]
fn crates_that_a_module_may_not_name_are_found() {
    #[rustfmt::skip]
    let each = [
        ("src/domain/pair.rs", "\nuse tokio as t;", ":2: domain::pair may not name tokio"),
        ("src/features/join.rs", "fn f() { reqwest::get() }", ":1: features::join may not name reqwest"),
        ("src/store/pairs.rs", "fn f() { sql!(sqlx::query()) }", ":1: store::pairs may not name sqlx"),
        ("src/store/db/sql.rs", "use sqlx::Row;", ""),
        ("src/store/pairs.rs", "mod sqlx; use sqlx::own; fn f(tokio: u8) {} // sqlx::no", ""),
    ];
    for (file, text, wrong) in each {
        let found = outside(&Program::example(&[(file, text)])).concat();
        assert_eq!(found.trim_start_matches(file), wrong);
    }
}
