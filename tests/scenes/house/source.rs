//! What a file of the crate names, by full path, without its tests.

use super::reader::Reader;
use super::syntax::{Written, is_type};
use std::path::Path;
use syn::visit::Visit as _;

pub struct Source {
    pub file: String,
    /// `features::join::messages`; empty for the crate's root.
    pub module: String,
    pub named: Vec<Named>,
    pub read: Reader,
}

/// Where a path begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Root {
    /// At `crate` or `super`.
    Crate,
    /// At an item or a module of the file's own.
    Own,
    /// At another crate, or at what every file has.
    Outside,
}

/// An item that a source names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Named {
    pub root: Root,
    pub path: Vec<String>,
    /// The name that a `use` gives it here.
    pub here: Option<String>,
    /// A `use` of all that `path` has.
    pub is_glob: bool,
    /// A `pub use` of an item that the source itself does not use.
    pub is_handed_on: bool,
}

impl Source {
    pub fn read(path: &Path, text: &str) -> Self {
        let file =
            syn::parse_file(text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let within = module(path);
        let module = within.join("::");
        let mut read = Reader::new(within);
        read.visit_file(&file);
        let mut source = Self {
            file: path.display().to_string(),
            module,
            named: Vec::new(),
            read,
        };
        source.named = source.all_named();
        source
    }

    /// Everything of this crate that the source names starting from `crate` or `super`, or from a name that a `use` of such a
    /// path gives it.
    pub fn imports(&self) -> impl Iterator<Item = &[String]> {
        let named = self.named.iter().filter(|it| it.root == Root::Crate);
        named.map(|it| it.path.as_slice())
    }

    /// Whether the source names an item of the crate `name`.
    pub fn names_crate(&self, name: &str) -> bool {
        let mut outside = self.named.iter().filter(|it| it.root == Root::Outside);
        outside.any(|it| it.path[0] == name)
    }

    /// Whether the source calls a method of this name, on whatever.
    pub fn calls_method(&self, name: &str) -> bool {
        self.read.methods.contains(name)
    }

    fn all_named(&self) -> Vec<Named> {
        let mut all: Vec<Named> = Vec::new();
        for it in &self.read.uses {
            let handed_on = it.is_public && !it.here.as_ref().is_some_and(|name| self.uses(name));
            all.extend(
                self.meant(&it.of, it.here.as_deref())
                    .into_iter()
                    .map(|(root, path)| Named {
                        root,
                        path,
                        here: it.here.clone(),
                        is_glob: it.is_glob,
                        is_handed_on: handed_on,
                    }),
            );
        }
        for it in &self.read.paths {
            all.extend(self.meant(it, None).into_iter().map(|(root, path)| Named {
                root,
                path,
                here: None,
                is_glob: false,
                is_handed_on: false,
            }));
        }
        all
    }

    /// The full paths that a written one can mean: more than one if two functions import different things by one name.
    /// `own` is the name that the path itself is given by its `use`.
    pub fn meant(&self, of: &Written, own: Option<&str>) -> Vec<(Root, Vec<String>)> {
        let (first, rest) = of.path.split_first().expect("a path has a name");
        let below = |base: &[String]| [base, rest].concat();
        let mut base = of.within.clone();
        match first.as_str() {
            _ if of.is_outside => return vec![(Root::Outside, of.path.clone())],
            "crate" => return vec![(Root::Crate, rest.to_vec())],
            "self" => return vec![(Root::Own, below(&base))],
            "super" => {
                base.pop();
                let more = rest.iter().take_while(|name| *name == "super").count();
                base.truncate(base.len().saturating_sub(more));
                return vec![(Root::Crate, [&base, &rest[more..]].concat())];
            }
            _ => base.push(first.clone()),
        }
        if self.read.defined.contains(&base) {
            return vec![(Root::Own, below(&base))];
        }
        let brought = self.read.uses.iter().filter(|it| {
            let begins_with_itself = it.of.path.first() == Some(first) && !it.of.is_outside;
            it.here.as_ref() == Some(first) && own != Some(first) && !begins_with_itself
        });
        let brought: Vec<(Root, Vec<String>)> = brought
            .flat_map(|it| self.meant(&it.of, it.here.as_deref()))
            .map(|(root, path)| (root, below(&path)))
            .collect();
        if brought.is_empty() {
            return vec![(Root::Outside, of.path.clone())];
        }
        brought
    }

    /// Whether the source itself uses the name that a `use` introduces: a variable of the same name does not count.
    fn uses(&self, name: &str) -> bool {
        let is_variable = self.read.bound.contains(name) && !self.read.called.contains(name);
        self.read.mentioned.contains(name) && (is_type(name) || !is_variable)
    }
}

fn module(path: &Path) -> Vec<String> {
    let path = path.with_extension("");
    let parts = path.iter().skip(1);
    let mut parts: Vec<String> = parts
        .map(|part| part.to_string_lossy().into_owned())
        .collect();
    parts.pop_if(|last| last == "mod" || last == "lib");
    parts
}

fn of(text: &str) -> Source {
    Source::read(Path::new("src/features/join/mod.rs"), text)
}

/// What a source imports, as text, without repeats.
fn imports(text: &str) -> Vec<String> {
    let source = of(text);
    let mut all: Vec<String> = source.imports().map(|path| path.join("::")).collect();
    all.sort();
    all.dedup();
    all
}

#[test]
fn sees_what_is_imported_and_only_that() {
    let text = r##"
        //! crate::not::this
        use crate::domain::{command::{self, Command}, ids::UserId as Who};
        use super::{Reply, nudge};
        pub(in crate::not_either) const TEXT: &str = "crate::nor::this { \" ";
        const RAW: &str = r#"crate::nor " this"#;
        fn f<'a>(c: char) -> bool { c == '"' || crate::clock::millis(0) > c }
        pub(crate) fn last() -> Vec<crate::store::Tx> {}
        mod inner { fn f() { super::super::invite::g(); super::own(); } }
    "##;
    let named = [
        "clock::millis",
        "domain::command",
        "domain::command::Command",
        "domain::ids::UserId",
        "features::Reply",
        "features::invite::g",
        "features::join::own",
        "features::nudge",
        "store::Tx",
    ];
    assert_eq!(imports(text), named);
}

#[test]
fn sees_what_is_named_by_way_of_an_import() {
    let text = "use crate::features; use features::invite as other; fn f() { other::open::<u8>() }";
    let named = ["features", "features::invite", "features::invite::open"];
    assert_eq!(imports(text), named);
    // A variable of that name is none, and neither is a field.
    let text = "use crate::features; fn f(features: u8) { g(features, x.features) }";
    assert_eq!(imports(text), ["features"]);
}

#[test]
fn sees_paths_in_macros() {
    let each = [
        "fn f() { md!(\"{}\", crate::router::event()) }",
        "fn f() { assert!(matches!(x, Some(crate::router::event { .. }) if true)) }",
        "fn f() { select! { a = crate::router::event(b) => {} } }",
        "fn f() { vec![crate::router::event; 3]; }",
        "fn f() { json!({\"a\": [crate::router::event]}) }",
        "named! { pub(in crate::no) enum A { A = crate::router::event, } }",
        "macro_rules! a { ($b:ty) => { $crate::router::event(<$b>::no, $b::neither) }; }",
        "macro_rules! a { () => { pub use crate::{router::{event}}; }; }",
        "#[derive(crate::router::event)] struct A;",
        "#[outer(inner(crate::router::event))] fn f() {}",
        "use crate::router; fn f() { sql!(a, [router::event()] => b) }",
    ];
    for text in each {
        let named = imports(text);
        assert!(
            named.contains(&"router::event".to_owned()),
            "{text}: {named:?}"
        );
        assert!(
            !named.iter().any(|it| it.contains("no")),
            "{text}: {named:?}"
        );
    }
}

#[test]
fn leaves_out_tests() {
    let text = "
        #[cfg(test)] mod tests { use crate::router; fn g() {} }
        #[cfg(all(test, unix))] pub mod stage;
        #[cfg(test)] use crate::router;
        impl A { #[cfg(test)] fn f() { crate::router::event() } }
        #[cfg(not(test))] use crate::clock;
        #[cfg(any(test, feature = \"demo\"))] mod shown;
    ";
    assert_eq!(imports(text), ["clock"]);
    let tests = ["features::join::tests", "features::join::stage"];
    assert_eq!(of(text).read.test_modules, tests);
}

#[test]
fn sees_which_crates_are_named() {
    let each = [
        "use tokio::time;",
        "use tokio as other;",
        "use {serde::Serialize, tokio::time};",
        "fn f() { tokio::spawn(g()) }",
        "fn f() -> Vec<::tokio::Task> {}",
        "fn f() { tokio::select! { a = b => {} } }",
        "fn f() { json!({\"a\": tokio::spawn}) }",
        "#[tokio::main] fn f() {}",
        "impl tokio::Read for A {}",
    ];
    for text in each {
        assert!(of(text).names_crate("tokio"), "{text}");
    }
    let none = "// tokio::spawn\n use crate::tokio; fn f(tokio: u8) { tokio::g(); super::tokio::h(\"tokio::x\") }";
    assert!(!of(none).names_crate("tokio"));
}

#[test]
fn sees_methods_and_the_texts_of_what_only_reads() {
    let text = r#"
        async fn reads(db: &mut Reading) { sql!("select 1 from a", x.bind(1)).one(); any! { a => "update b" } }
        async fn writes(tx: &mut Tx) { sql!("delete from a") }
        impl Reading { fn own(&self) { let x = "insert into a"; } fn none() { "free" } }
    "#;
    let source = of(text);
    assert!(
        source.calls_method("bind") && source.calls_method("one") && !source.calls_method("sql")
    );
    let texts = |it: &[&str]| {
        it.iter()
            .map(|&text| text.to_owned())
            .collect::<Vec<String>>()
    };
    let readings = [
        ("reads".to_owned(), texts(&["select 1 from a", "update b"])),
        ("own".to_owned(), texts(&["insert into a"])),
    ];
    assert_eq!(source.read.readings, readings);
}
