//! No two files import each other, directly or through others, so that each file can be read without those that use it.
//!
//! A name is followed through `pub use` to the file that defines it, and a file that only re-exports names does not import
//! them. Method calls are not seen; only the types show where they lead.

use super::program::Program;
use std::collections::{BTreeMap, BTreeSet};

/// The modules that each module imports.
type Arrows = BTreeMap<String, BTreeSet<String>>;

fn arrows(program: &Program) -> Arrows {
    let sources = program.sources().map(|source| {
        let names = source.names.iter();
        let taken = names.filter(|it| it.is_ours && !it.is_handed_on);
        let homes = taken.map(|it| program.home(&it.path));
        let others = homes.filter(|home| *home != source.module).collect();
        (source.module.clone(), others)
    });
    sources.collect()
}

/// Each circle with its arrows, `a -> b`.
fn circles(program: &Program) -> BTreeSet<Vec<String>> {
    let arrows = arrows(program);
    let all = arrows.keys().map(|it| (it.clone(), reached(&arrows, it)));
    let reached: Arrows = all.collect();
    let is_back = |from: &str, to: &str| reached.get(to).is_some_and(|it| it.contains(from));
    let circle = |module: &String| -> Vec<String> {
        let all = reached[module].iter().filter(|to| is_back(module, to));
        let from = all.flat_map(|a| arrows[a].iter().map(move |b| (a, b)));
        let within = from.filter(|(_, b)| reached[module].contains(*b) && is_back(module, b));
        within.map(|(a, b)| format!("{a} -> {b}")).collect()
    };
    let all = arrows.keys().map(circle);
    all.filter(|it| !it.is_empty()).collect()
}

fn reached(arrows: &Arrows, from: &str) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut next = vec![from];
    while let Some(module) = next.pop() {
        for to in arrows.get(module).into_iter().flatten() {
            if reached.insert(to.clone()) {
                next.push(to);
            }
        }
    }
    reached
}

#[test]
fn no_two_files_import_each_other() {
    let found = circles(Program::ours());
    assert!(
        found.is_empty(),
        "what both need belongs in a file below them: {found:#?}"
    );
}

#[test]
fn circles_are_found_however_they_close() {
    let tree = |files: &[(&str, &str)]| -> Vec<String> {
        let circles = circles(&Program::example(files)).into_iter();
        circles.map(|it| it.join(", ")).collect()
    };
    // A facade re-exports what is below it; tests may import from above.
    #[rustfmt::skip]
    let mut files = vec![
        ("src/lib.rs", "pub mod a; pub mod b;"),
        ("src/a/mod.rs", "mod low; mod high; pub use low::{Low, other as renamed}; fn f() {}"),
        ("src/a/low.rs", "pub(in crate::a) struct Low; #[cfg(test)] mod tests { use super::super::high; }"),
        ("src/a/high.rs", "use super::Low; fn g() { crate::a::f() }"),
        ("src/b.rs", "fn h() -> crate::a::Low { crate::a::renamed() }"),
    ];
    assert_eq!(tree(&files), [""; 0]);
    // A path in the middle of a function closes a circle, through the facade and in three steps.
    files[2].1 = "pub struct Low; fn f() { crate::b::h() }";
    assert_eq!(tree(&files), ["a::low -> b, b -> a::low"]);
    files[4].1 = "use crate::a::high;";
    let in_three = ["a::high -> a::low, a::low -> b, b -> a::high"];
    assert_eq!(tree(&files), in_three);
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
    let each = "low::other() / let low: Low / renamed() / self::low::other()";
    for uses in each.split(" / ") {
        let text = format!(
            "mod low; mod high; pub use low::{{Low, other as renamed}}; fn f() {{ {uses}; }}"
        );
        let mut files = files.clone();
        files[1].1 = &text;
        assert_eq!(tree(&files), ["a -> a::low, a::low -> a"], "{uses}");
    }
}
