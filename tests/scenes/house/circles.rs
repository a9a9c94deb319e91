//! No two files import each other, directly or through others, so that each file can be read without those that use it.
//!
//! A name is followed through `pub use` to the file that defines it, and a file that only re-exports names does not import
//! them. A method leads to the file that implements it, where the written types tell which that is (`methods`).

use super::methods::Methods;
use super::modules::Modules;
use super::program;
use super::source::{Root, Source};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The modules that each module imports.
fn arrows<'a>(sources: &[&'a Source]) -> BTreeMap<&'a str, BTreeSet<&'a str>> {
    let modules = Modules::of(sources);
    let methods = Methods::of(sources, &modules);
    let arrows = sources.iter().map(|source| {
        let named = source.named.iter();
        let taken = named.filter(|it| it.root != Root::Outside && !it.is_handed_on);
        let mut to = BTreeSet::new();
        for it in taken {
            to.insert(modules.home(&it.path).0);
            to.extend(methods.at_path(&it.path));
        }
        let calls = source.read.calls.iter();
        to.extend(calls.flat_map(|call| methods.called(source, call)));
        to.remove(source.module.as_str());
        (source.module.as_str(), to)
    });
    arrows.collect()
}

/// Each circle with its arrows, `a -> b`.
fn circles(sources: &[&Source]) -> Vec<BTreeSet<String>> {
    let arrows = arrows(sources);
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
        let sources: Vec<&Source> = sources.iter().collect();
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
    // By way of a name that an import gives, in a macro, and by a re-export of a re-export.
    for uses in [
        "use crate::b; fn f() { b::h() }",
        "fn f() { assert!(x == crate::b::h()) }",
        "fn f() { any! { a => crate::b::h() } }",
    ] {
        files[2].1 = uses;
        files[4].1 = "pub(crate) use crate::a::Low as Other;";
        files.push(("src/c.rs", "use crate::b::Other; fn f() { Other::new() }"));
        let found = tree(&files);
        assert_eq!(found, [""; 0], "{uses}: a re-export imports nothing");
        files[4].1 = "pub(crate) use crate::a::Low as Other; fn h() { crate::c::f() }";
        let found = tree(&files);
        let through_c = ["a::low -> b, b -> c, c -> a::low"];
        assert_eq!(found, through_c, "{uses}");
        files.pop();
    }
    files[4].1 = "use crate::a::high;";
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

#[test]
fn circles_through_methods_are_found() {
    let tree = |low: &str, high: &str| {
        let of = |path: &str, text: &str| Source::read(Path::new(path), text);
        let root = "pub mod low; pub mod high; pub use low::Low;";
        let all = [
            of("src/lib.rs", root),
            of("src/low.rs", low),
            of("src/high.rs", high),
        ];
        let circles = circles(&all.iter().collect::<Vec<&Source>>()).into_iter();
        circles
            .map(|it| Vec::from_iter(it).join(", "))
            .collect::<Vec<String>>()
    };
    let high = "use crate::Low; impl Low { pub fn up(&self) {} }";
    let struct_ =
        "pub struct Low { own: Inner } pub struct Inner; impl Low { pub fn down(&self) {} }";
    for uses in [
        "fn f() { Low::up() }",
        "impl Low { fn f(&self) { self.up() } }",
        "impl Low { fn f() { Self::up() } }",
        "impl Other for Low { fn f(&self) { assert!(self.up(), \"no\") } }",
        "fn f(low: &mut Low) { if let Some(it) = low.up().await {} }",
        "fn f() { let low: Box<Low> = g(); (*low).up() }",
        "struct All { low: Low } impl All { fn f(&self) { self.low.up() } }",
        "struct All(u8); impl Deref for All { type Target = Low; } fn f(all: All) { all.up() }",
    ] {
        let low = format!("{struct_} {uses}");
        assert_eq!(tree(&low, high), ["high -> low, low -> high"], "{uses}");
    }
    for other in [
        "impl Low { fn f(&self) { self.down() } }",
        "impl Inner { fn up(&self) {} } impl Low { fn f(&self) { self.own.up() } }",
        "fn f(low: &Low) { let low = g(); low.up() }",
        "fn f(low: &Low) { h(|low: Inner| low.up()) }",
    ] {
        let low = format!("{struct_} {other}");
        assert_eq!(tree(&low, high), [""; 0], "{other}");
    }
}
