//! What a file of the program names and says: paths and texts, without those of its tests.
//!
//! `syn` parses the file and [`Visit`] walks it. The tokens of a macro follow no grammar, so they are searched for whatever
//! parses as an import, a path or a text. Types are not known: a method call shows nothing of where the method is.

use proc_macro2::{Span, TokenStream, TokenTree};
use std::collections::BTreeSet;
use std::path::Path;
use syn::ext::IdentExt as _;
use syn::parse::discouraged::Speculative as _;
use syn::parse::{Parse, ParseStream, Parser as _};
use syn::visit::{self, Visit};
use syn::{Attribute, Expr, ExprPath, FnArg, Ident, ItemUse, LitStr, Type, UseTree, Visibility};

pub struct Source {
    /// `features::join::messages`; empty for the crate's root.
    pub module: String,
    /// The modules that it declares for tests only, by full path.
    pub test_modules: Vec<String>,
    pub names: Vec<Name>,
    pub texts: Vec<Text>,
}

/// An item that a file names.
pub struct Name {
    /// `src/features/join/messages.rs:12`.
    pub at: String,
    /// From the root of this crate if `is_ours`; else as it is written, from another crate or from a type.
    pub path: String,
    pub is_ours: bool,
    /// The name that a `use` gives it here.
    pub here: Option<String>,
    /// A `pub use` of an item that the file itself does not use.
    pub is_handed_on: bool,
    /// The function that names it; empty outside of any.
    pub function: String,
}

/// A text in quotes.
pub struct Text {
    pub at: String,
    pub value: String,
    /// Whether it is in a function that takes a `Reading`.
    pub is_in_reading: bool,
}

impl Source {
    pub fn read(path: &Path, text: &str) -> Self {
        let file = path.display().to_string();
        let syntax = syn::parse_file(text).unwrap_or_else(|error| panic!("{file}: {error}"));
        let within = module(path);
        let module = within.join("::");
        let mut reader = Reader::default();
        (reader.file, reader.within) = (file, within);
        reader.visit_file(&syntax);
        Self {
            module,
            names: reader.written.iter().map(|it| reader.name(it)).collect(),
            test_modules: reader.test_modules,
            texts: reader.texts,
        }
    }
}

fn module(path: &Path) -> Vec<String> {
    let path = path.with_extension("");
    let parts = path.iter().skip(1).map(|part| part.to_string_lossy());
    let mut parts: Vec<String> = parts.map(Into::into).collect();
    parts.pop_if(|last| last == "mod" || last == "lib");
    parts
}

/// A path as it is written in the module `within`.
struct Written {
    at: String,
    within: Vec<String>,
    path: Vec<String>,
    here: Option<String>,
    is_public: bool,
    function: String,
}

#[derive(Default)]
struct Reader {
    file: String,
    within: Vec<String>,
    written: Vec<Written>,
    /// The modules that the file declares, by full path.
    modules: BTreeSet<Vec<String>>,
    test_modules: Vec<String>,
    /// The first names of paths, the names of types and those of called functions, but for imports.
    used: BTreeSet<String>,
    texts: Vec<Text>,
    is_in_reading: bool,
    /// The function that is walked.
    function: String,
}

impl Reader {
    fn name(&self, it: &Written) -> Name {
        let full = self.full(it, 0);
        Name {
            at: it.at.clone(),
            is_ours: full.is_some(),
            path: full.unwrap_or_else(|| it.path.clone()).join("::"),
            is_handed_on: it.is_public
                && it.here.as_ref().is_some_and(|it| !self.used.contains(it)),
            here: it.here.clone(),
            function: it.function.clone(),
        }
    }

    /// The path from the root of this crate, if it leads there.
    fn full(&self, it: &Written, depth: usize) -> Option<Vec<String>> {
        let (first, rest) = it.path.split_first()?;
        let mut full = it.within.clone();
        match first.as_str() {
            "crate" => full.clear(),
            "self" => {}
            "super" => drop(full.pop()),
            name => {
                full.push(name.to_owned());
                if !self.modules.contains(&full) {
                    let brings = |other: &&Written| other.here.as_ref() == Some(first);
                    let mut uses = self.written.iter().filter(|_| depth < 9);
                    full = self.full(uses.find(brings)?, depth + 1)?;
                }
            }
        }
        for name in rest {
            match name.as_str() {
                "super" => drop(full.pop()),
                name => full.push(name.to_owned()),
            }
        }
        Some(full)
    }

    fn at(&self, place: Span) -> String {
        format!("{}:{}", self.file, place.start().line)
    }

    fn note_path(&mut self, path: Vec<String>, at: Span, here: Option<String>, is_public: bool) {
        self.written.push(Written {
            at: self.at(at),
            within: self.within.clone(),
            path,
            here,
            is_public,
            function: self.function.clone(),
        });
    }

    fn note_use(&mut self, tree: &UseTree, mut before: Vec<String>, is_public: bool) {
        let (name, here) = match tree {
            UseTree::Path(it) => {
                before.push(word(&it.ident));
                return self.note_use(&it.tree, before, is_public);
            }
            UseTree::Group(it) => {
                let trees = it.items.iter();
                return trees.for_each(|tree| self.note_use(tree, before.clone(), is_public));
            }
            UseTree::Glob(it) => {
                return self.note_path(before, it.star_token.spans[0], None, is_public);
            }
            UseTree::Name(it) => (&it.ident, &it.ident),
            UseTree::Rename(it) => (&it.ident, &it.rename),
        };
        if name != "self" {
            before.push(word(name));
        }
        let here = Some(word(here)).filter(|here| here != "self");
        let here = here.or_else(|| before.last().cloned());
        self.note_path(before, name.span(), here, is_public);
    }

    /// Walks a function; the texts in it may belong to one that only reads.
    fn function(&mut self, signature: &syn::Signature, walk: impl FnOnce(&mut Self)) {
        let takes = |it: &FnArg| matches!(it, FnArg::Typed(it) if is_reading(&it.ty));
        let outer = (self.is_in_reading, self.function.clone());
        self.is_in_reading = signature.inputs.iter().any(takes);
        self.function = word(&signature.ident);
        walk(self);
        (self.is_in_reading, self.function) = outer;
    }

    fn search(&mut self, input: ParseStream) -> syn::Result<()> {
        while !input.is_empty() {
            if let Some(item) = next::<ItemUse>(input) {
                self.visit_item_use(&item);
            } else if matches!(
                next(input),
                Some(Visibility::Public(_) | Visibility::Restricted(_))
            ) {
                // `pub(in path)` says who may name it, and imports nothing.
            } else if let Some(path) = next::<ExprPath>(input) {
                if input.peek(syn::token::Paren) {
                    self.used.extend(path.path.get_ident().map(word));
                }
                self.visit_expr_path(&path);
            } else if let Some(text) = next(input) {
                self.visit_lit_str(&text);
            } else if let TokenTree::Group(group) = input.parse()? {
                self.visit_token_stream(&group.stream());
            }
        }
        Ok(())
    }
}

/// Takes a `T` from the tokens, if they begin with one.
fn next<T: Parse>(input: ParseStream) -> Option<T> {
    let ahead = input.fork();
    let found = ahead.parse().ok()?;
    input.advance_to(&ahead);
    Some(found)
}

fn word(name: &Ident) -> String {
    name.unraw().to_string()
}

fn is_reading(of: &Type) -> bool {
    match of {
        Type::Reference(it) => is_reading(&it.elem),
        Type::Path(it) => it.path.segments.iter().any(|it| it.ident == "Reading"),
        _ => false,
    }
}

fn is_for_tests(attributes: &[Attribute]) -> bool {
    let is_test = |it: &Attribute| it.parse_args::<Ident>().is_ok_and(|it| it == "test");
    attributes
        .iter()
        .any(|it| it.path().is_ident("cfg") && is_test(it))
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        self.within.push(word(&module.ident));
        if is_for_tests(&module.attrs) {
            self.test_modules.push(self.within.join("::"));
        } else {
            self.modules.insert(self.within.clone());
            visit::visit_item_mod(self, module);
        }
        self.within.pop();
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        if !is_for_tests(&item.attrs) {
            let is_public = !matches!(item.vis, Visibility::Inherited);
            self.note_use(&item.tree, Vec::new(), is_public);
        }
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        if !is_for_tests(&item.attrs) {
            self.function(&item.sig, |it| visit::visit_item_fn(it, item));
        }
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        if !is_for_tests(&item.attrs) {
            self.function(&item.sig, |it| visit::visit_impl_item_fn(it, item));
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names: Vec<String> = path.segments.iter().map(|it| word(&it.ident)).collect();
        let first = &path.segments[0].ident;
        if names.len() > 1 || names[0].starts_with(char::is_uppercase) {
            self.used.insert(names[0].clone());
        }
        if names.len() > 1 {
            self.note_path(names, first.span(), None, false);
        }
        visit::visit_path(self, path);
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        if let Expr::Path(function) = &*call.func {
            self.used.extend(function.path.get_ident().map(word));
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_lit_str(&mut self, text: &'ast LitStr) {
        self.texts.push(Text {
            at: self.at(text.span()),
            value: text.value(),
            is_in_reading: self.is_in_reading,
        });
    }

    fn visit_token_stream(&mut self, tokens: &'ast TokenStream) {
        let search = |input: ParseStream| self.search(input);
        search
            .parse2(tokens.clone())
            .expect("tokens are taken one by one");
    }

    /// A comment is no text of the program.
    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if !attribute.path().is_ident("doc") {
            visit::visit_attribute(self, attribute);
        }
    }

    /// `pub(in path)` says who may name it, and imports nothing.
    fn visit_vis_restricted(&mut self, _: &'ast syn::VisRestricted) {}
}

#[test]
fn sees_what_is_named_and_only_that() {
    let named = |text: &str| -> BTreeSet<String> {
        let source = Source::read(Path::new("src/features/join/mod.rs"), text);
        let ours = source.names.iter().filter(|it| it.is_ours);
        ours.map(|it| it.path.clone()).collect()
    };
    let text = r#"
        //! crate::not::this
        use crate::domain::{command::{self, Command}, ids::UserId as Who};
        use super::{Reply, nudge};
        mod messages;
        pub(in crate::not_either) const TEXT: &str = "crate::nor::this { \" ";
        fn f<'a>(c: char) -> bool { c == '"' || crate::clock::millis(0) > c }
        pub(crate) fn last() -> Vec<crate::store::Tx> { messages::told(command::ALL, tokio::spawn) }
        mod inner { fn f() { super::super::invite::g(); } }
        #[cfg(test)]
        mod tests { use crate::router; fn g() {} }
    "#;
    let all = "clock::millis domain::command domain::command::ALL domain::command::Command \
               domain::ids::UserId features::Reply features::invite::g \
               features::join::messages::told features::nudge store::Tx";
    assert_eq!(Vec::from_iter(named(text)).join(" "), all);
    for text in [
        "fn f() { md!(\"crate::no::text\", crate::router::event()) }",
        "fn f() { assert!(matches!(x, Some(crate::router::event { .. }) if true)) }",
        "fn f() { select! { a = crate::router::event(b) => {} } }",
        "named! { pub(in crate::no) enum A { A = crate::router::event, } }",
        "macro_rules! a { ($b:ty) => { $crate::router::event(<$b>::no, $b::no) }; }",
        "macro_rules! a { () => { pub use crate::{router::{event}}; }; }",
        "#[outer(inner(crate::router::event))] fn f() {}",
    ] {
        assert_eq!(Vec::from_iter(named(text)), ["router::event"], "{text}");
    }
}
