//! No two files import each other, directly or through others, so that each file can be read without those that use it.
//!
//! A name is followed through `pub use` to the file that defines it, and a file that only re-exports names does not import
//! them. Method calls are not seen; only the types show where they lead.

use super::program;
use super::source::{Named, Source};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Each circle with its arrows, `a -> b`.
fn circles(sources: &[Source]) -> Vec<BTreeSet<String>> {
    let named: Vec<(&str, Vec<Named>)> = sources
        .iter()
        .map(|source| (source.module.as_str(), source.named()))
        .collect();
    let modules = named.iter().map(|(module, named)| (*module, named));
    let modules: BTreeMap<&str, &Vec<Named>> = modules.collect();
    let arrows: BTreeMap<&str, BTreeSet<&str>> = modules
        .iter()
        .map(|(&module, named)| {
            let taken = named.iter().filter(|it| !it.is_handed_on);
            let homes = taken.map(|it| home(&modules, &it.path, 0));
            (module, homes.filter(|home| *home != module).collect())
        })
        .collect();
    let reached: BTreeMap<&str, BTreeSet<&str>> = arrows
        .keys()
        .map(|&module| (module, reached(&arrows, module)))
        .collect();
    let circle = |module: &str| {
        let back = |other: &&&str| reached[**other].contains(module);
        let all: BTreeSet<&str> = reached[module].iter().filter(back).copied().collect();
        let from = all
            .iter()
            .flat_map(|&a| arrows[a].iter().map(move |b| (a, *b)));
        from.filter(|(_, b)| all.contains(b))
            .map(|(a, b)| format!("{a} -> {b}"))
            .collect::<BTreeSet<String>>()
    };
    let all: BTreeSet<_> = arrows.keys().map(|module| circle(module)).collect();
    all.into_iter()
        .filter(|arrows| !arrows.is_empty())
        .collect()
}

/// The module that defines the item at `path`.
fn home<'a>(modules: &BTreeMap<&'a str, &Vec<Named>>, path: &[String], depth: usize) -> &'a str {
    // The macro is at the root but belongs to `words`.
    let words = ["slack", "words"].map(str::to_owned);
    let path = if path[..] == ["md"] { &words } else { path };
    let known = |n: &usize| modules.get_key_value(path[..*n].join("::").as_str());
    let length = (0..=path.len()).rev().find(|n| known(n).is_some());
    let Some((length, (module, named))) = length.and_then(|n| Some((n, known(&n)?))) else {
        return "";
    };
    let (_, rest) = path.split_at(length);
    let handed_on = rest.first().and_then(|first| {
        let mut uses = named.iter().filter(|_| depth < 9);
        uses.find(|it| it.here.as_ref() == Some(first))
    });
    match handed_on {
        Some(it) => home(modules, &[&it.path, &rest[1..]].concat(), depth + 1),
        None => module,
    }
}

fn reached<'a>(arrows: &BTreeMap<&'a str, BTreeSet<&'a str>>, from: &'a str) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut next = vec![from];
    while let Some(module) = next.pop() {
        let arrows = arrows.get(module).into_iter().flatten();
        next.extend(arrows.filter(|to| reached.insert(**to)));
    }
    reached
}

#[test]
fn no_two_files_import_each_other() {
    let found = circles(&program());
    assert!(
        found.is_empty(),
        "what both need belongs in a file below them: {found:#?}"
    );
}

#[test]
fn circles_are_found_however_they_close() {
    let tree = |files: &[(&str, &str)]| -> Vec<String> {
        let read = |(path, text): &(&str, &str)| Source::read(Path::new(path), text);
        let sources: Vec<Source> = files.iter().map(read).collect();
        let circles = circles(&sources).into_iter();
        circles.map(|it| Vec::from_iter(it).join(", ")).collect()
    };
    // A facade re-exports what is below it; tests may import from above.
    let mut files = vec![
        ("src/lib.rs", "pub mod a; pub mod b;"),
        (
            "src/a/mod.rs",
            "mod low; mod high; pub use low::{Low, other as renamed}; fn f() {}",
        ),
        (
            "src/a/low.rs",
            "pub(in crate::a) struct Low; #[cfg(test)] mod tests { use super::super::high; }",
        ),
        ("src/a/high.rs", "use super::Low; fn g() { crate::a::f() }"),
        (
            "src/b.rs",
            "fn h() -> crate::a::Low { crate::a::renamed() }",
        ),
    ];
    assert_eq!(tree(&files), [""; 0]);
    // A path in the middle of a function closes a circle, through the facade and in three steps.
    files[2].1 = "pub struct Low; fn f() { crate::b::h() }";
    assert_eq!(tree(&files), ["a::low -> b, b -> a::low"]);
    files[4].1 = "use crate::a::high;";
    assert_eq!(
        tree(&files),
        ["a::high -> a::low, a::low -> b, b -> a::high"]
    );
    // A parent that uses its child, by a path or through a re-export, while the child imports it.
    files[2].1 = "use super::f;";
    for uses in [
        "low::other();",
        "let low: Low;",
        "renamed();",
        "self::low::other();",
    ] {
        let text = format!(
            "mod low; mod high; pub use low::{{Low, other as renamed}}; fn f() {{ {uses} }}"
        );
        let mut files = files.clone();
        files[1].1 = &text;
        assert_eq!(tree(&files), ["a -> a::low, a::low -> a"], "{uses}");
    }
}
