//! Holds what the sources import to the table.

use super::modules::Modules;
use super::source::Source;
use super::{MAY_IMPORT, WIRING, is_meant};
use std::path::Path;

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

/// What the sources import although no row allows it.
pub fn forbidden(program: &[&Source], modules: &Modules) -> Vec<String> {
    let mut wrong = Vec::new();
    for source in program {
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
            let (target, path) = (modules.door(path), path.join("::"));
            let is_allowed = |pattern: &&str| is_meant(target, pattern) || path == *pattern;
            if !is_meant(target, &own) && !may.iter().any(is_allowed) {
                wrong.push(format!("{}: {module} may not import {path}", source.file));
            }
        }
    }
    wrong
}

#[test]
fn forbidden_imports_are_found() {
    let found = |text: &str| {
        let of = |path: &str, text: &str| Source::read(Path::new(path), text);
        let join = of("src/features/join/mod.rs", text);
        let others = [
            "lib",
            "clock",
            "store/mod",
            "features/mod",
            "features/invite/mod",
        ];
        let others = others.map(|name| of(&format!("src/{name}.rs"), ""));
        let words = "#[macro_export] macro_rules! md { () => {}; }";
        let words = of("src/slack/words.rs", words);
        let all: Vec<&Source> = others.iter().chain([&words, &join]).collect();
        forbidden(&[&join], &Modules::of(&all))
    };
    for allowed in [
        "use crate::store::{Tx, pairs}; use super::Reply; use crate::md;",
        "mod messages; use messages::words; use crate::features::join::messages;",
    ] {
        assert_eq!(found(allowed), [""; 0], "{allowed}");
    }
    for (text, path) in [
        ("use crate::clock::millis;", "clock::millis"),
        ("use crate::features::invite;", "features::invite"),
        (
            "use super::{Reply, invite::open};",
            "features::invite::open",
        ),
        (
            "use crate::features; fn f() { features::invite::open() }",
            "features::invite::open",
        ),
        ("pub(crate) use crate::clock::Clock;", "clock::Clock"),
        ("fn f() { assert!(crate::clock::now() > 0) }", "clock::now"),
        (
            "fn f(x: impl Fn(&super::invite::Card)) {}",
            "features::invite::Card",
        ),
    ] {
        let wrong = format!("src/features/join/mod.rs: features::join may not import {path}");
        assert_eq!(found(text), [wrong], "{text}");
    }
}
