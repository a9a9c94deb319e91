//! Walks the syntax of one file and notes what it names, as written: paths, imports, methods, and what it defines.
//!
//! Items of tests are left out. The tokens of a macro call are read as expressions or statements where they are some,
//! and searched for paths otherwise.

use super::syntax::{
    Call, Impl, Receiver, Use, Written, attributes, is_for_tests, names, written_type,
};
use super::tokens::Found;
use proc_macro2::{Ident, TokenStream};
use std::collections::{BTreeMap, BTreeSet};
use syn::ext::IdentExt;
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{Expr, ImplItem, Item, Token, UseTree};

#[derive(Default)]
pub struct Reader {
    pub within: Vec<String>,
    pub uses: Vec<Use>,
    /// Paths of at least two names.
    pub paths: Vec<Written>,
    /// Items and modules that the file defines or declares, by full path.
    pub defined: BTreeSet<Vec<String>>,
    /// Macros that are at the root of the crate.
    pub exported: BTreeSet<String>,
    pub test_modules: Vec<String>,
    /// Names that a path begins with, but for those of `use`.
    pub mentioned: BTreeSet<String>,
    /// The same, if something is called by the name or within it: these are no variables.
    pub called: BTreeSet<String>,
    /// Names of variables.
    pub bound: BTreeSet<String>,
    /// The names of all methods that are called, on whatever.
    pub methods: BTreeSet<String>,
    pub impls: Vec<Impl>,
    /// The written types of the fields of each struct.
    pub fields: BTreeMap<Vec<String>, BTreeMap<String, Written>>,
    pub calls: Vec<Call>,
    /// The functions that take a `Reading`, each with the texts in it.
    pub readings: Vec<(String, Vec<String>)>,
    is_reading: bool,
    this: Option<Written>,
    variables: BTreeMap<String, Written>,
}

impl Reader {
    pub fn new(within: Vec<String>) -> Self {
        Self {
            within,
            ..Self::default()
        }
    }

    fn full(&self, name: &Ident) -> Vec<String> {
        let mut full = self.within.clone();
        full.push(name.unraw().to_string());
        full
    }

    pub fn written(&self, path: Vec<String>) -> Written {
        Written {
            within: self.within.clone(),
            path,
            is_outside: false,
        }
    }

    /// Notes a path that is no `use`.
    fn mention(&mut self, mut path: Vec<String>, is_outside: bool) {
        if path[0] == "Self" {
            let Some(this) = self.this.as_ref() else {
                return;
            };
            path.splice(..1, this.path.iter().cloned());
        }
        self.mentioned.insert(path[0].clone());
        if path.len() > 1 {
            self.called.insert(path[0].clone());
            let written = self.written(path);
            self.paths.push(Written {
                is_outside,
                ..written
            });
        }
    }

    fn bring_in(&mut self, tree: &UseTree, before: &[String], is_public: bool, is_outside: bool) {
        let with = |name: &Ident| -> Vec<String> {
            let name = name.unraw().to_string();
            let own = (name != "self" || before.is_empty()).then_some(name);
            before.iter().cloned().chain(own).collect()
        };
        let (path, here) = match tree {
            UseTree::Path(tree) => {
                let path = with(&tree.ident);
                return self.bring_in(&tree.tree, &path, is_public, is_outside);
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.bring_in(tree, before, is_public, is_outside);
                }
                return;
            }
            UseTree::Glob(_) => (before.to_vec(), None),
            UseTree::Name(name) => (with(&name.ident), with(&name.ident).pop()),
            UseTree::Rename(name) => {
                let here = name.rename.unraw().to_string();
                (with(&name.ident), Some(here))
            }
        };
        self.uses.push(Use {
            of: Written {
                is_outside,
                ..self.written(path)
            },
            here: here.filter(|here| here != "_"),
            is_glob: matches!(tree, UseTree::Glob(_)),
            is_public,
        });
    }

    fn search(&mut self, tokens: &TokenStream) {
        let mut found = Found::default();
        found.search(tokens);
        for (tree, is_public) in &found.uses {
            self.bring_in(tree, &[], *is_public, false);
        }
        self.methods.extend(found.methods);
        found.texts.into_iter().for_each(|it| self.note_text(it));
        for it in found.paths {
            if it.is_called {
                self.called.insert(it.names[0].clone());
            }
            self.mention(it.names, it.is_outside);
        }
    }

    /// The type of an expression, if it is written in its function or in a struct.
    fn receiver(&self, of: &Expr) -> Option<Receiver> {
        match of {
            Expr::Paren(it) => self.receiver(&it.expr),
            Expr::Reference(it) => self.receiver(&it.expr),
            Expr::Unary(it) if matches!(it.op, syn::UnOp::Deref(_)) => self.receiver(&it.expr),
            Expr::Path(it) => {
                let name = it.path.get_ident()?.to_string();
                let this = self.this.as_ref().filter(|_| name == "self");
                let of = this.or_else(|| self.variables.get(&name))?.clone();
                let fields = Vec::new();
                Some(Receiver { of, fields })
            }
            Expr::Field(it) => {
                let mut receiver = self.receiver(&it.base)?;
                let syn::Member::Named(field) = &it.member else {
                    return None;
                };
                receiver.fields.push(field.unraw().to_string());
                Some(receiver)
            }
            _ => None,
        }
    }

    fn note_text(&mut self, text: String) {
        if let Some((_, texts)) = self.readings.last_mut().filter(|_| self.is_reading) {
            texts.push(text);
        }
    }

    /// Walks a function. Its variables do not hold after it.
    fn function(&mut self, signature: &syn::Signature, walk: impl FnOnce(&mut Self)) {
        let of_reading = self
            .this
            .as_ref()
            .is_some_and(|this| is_reading(&this.path));
        let takes = signature.inputs.iter().any(|input| match input {
            syn::FnArg::Receiver(_) => of_reading,
            syn::FnArg::Typed(typed) => written_type(&typed.ty).is_some_and(|it| is_reading(&it)),
        });
        if takes {
            let name = signature.ident.unraw().to_string();
            self.readings.push((name, Vec::new()));
        }
        let outer = self.is_reading;
        self.is_reading |= takes;
        self.scope(walk);
        self.is_reading = outer;
    }

    /// What is bound within does not hold after it.
    fn scope(&mut self, walk: impl FnOnce(&mut Self)) {
        let variables = self.variables.clone();
        walk(self);
        self.variables = variables;
    }
}

fn is_reading(of: &[String]) -> bool {
    of.last().is_some_and(|name| name == "Reading")
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item(&mut self, item: &'ast Item) {
        let (attributes, name) = attributes(item);
        if is_for_tests(attributes) {
            if let Item::Mod(module) = item {
                self.test_modules.push(self.full(&module.ident).join("::"));
            }
            return;
        }
        if let Some(name) = name {
            self.defined.insert(self.full(name));
            if attributes
                .iter()
                .any(|it| it.path().is_ident("macro_export"))
            {
                self.exported.insert(name.unraw().to_string());
            }
        }
        visit::visit_item(self, item);
    }

    fn visit_impl_item(&mut self, item: &'ast ImplItem) {
        if !matches!(item, ImplItem::Fn(it) if is_for_tests(&it.attrs)) {
            visit::visit_impl_item(self, item);
        }
    }

    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        self.within.push(module.ident.unraw().to_string());
        visit::visit_item_mod(self, module);
        self.within.pop();
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        let is_public = !matches!(item.vis, syn::Visibility::Inherited);
        let is_outside = item.leading_colon.is_some();
        self.bring_in(&item.tree, &[], is_public, is_outside);
    }

    /// `pub(in path)` says who may name it, and imports nothing.
    fn visit_vis_restricted(&mut self, _: &'ast syn::VisRestricted) {}

    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        let fields = item.fields.iter();
        let typed = fields.filter_map(|it| {
            let of = self.written(written_type(&it.ty)?);
            Some((it.ident.as_ref()?.unraw().to_string(), of))
        });
        let typed = typed.collect();
        self.fields.insert(self.full(&item.ident), typed);
        visit::visit_item_struct(self, item);
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        let this = written_type(&item.self_ty).map(|path| self.written(path));
        let trait_ = item.trait_.as_ref().map(|(path, _)| names(path));
        if let Some(of) = this.clone() {
            let mut methods = BTreeSet::new();
            let mut deref = None;
            for item in &item.items {
                match item {
                    ImplItem::Fn(it) if !is_for_tests(&it.attrs) => {
                        methods.insert(it.sig.ident.unraw().to_string());
                    }
                    ImplItem::Type(it) if it.ident == "Target" => {
                        deref = written_type(&it.ty).map(|path| self.written(path));
                    }
                    _ => {}
                }
            }
            if trait_.is_some() {
                methods.clear();
            }
            self.impls.push(Impl { of, methods, deref });
        }
        let outer = std::mem::replace(&mut self.this, this);
        visit::visit_item_impl(self, item);
        self.this = outer;
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.mention(names(path), path.leading_colon.is_some());
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.mention(names(&call.path), false);
        self.called.insert(names(&call.path).remove(0));
        let expressions = Punctuated::<Expr, Token![,]>::parse_terminated;
        if let Ok(expressions) = call.parse_body_with(expressions) {
            for expression in &expressions {
                self.visit_expr(expression);
            }
        } else if let Ok(statements) = call.parse_body_with(syn::Block::parse_within) {
            self.scope(|it| {
                for statement in &statements {
                    it.visit_stmt(statement);
                }
            });
        } else {
            self.search(&call.tokens);
        }
    }

    fn visit_token_stream(&mut self, tokens: &'ast TokenStream) {
        self.search(tokens);
    }

    fn visit_lit_str(&mut self, text: &'ast syn::LitStr) {
        self.note_text(text.value());
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        if let Expr::Path(function) = &*call.func {
            self.called.insert(names(&function.path).remove(0));
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        let method = call.method.unraw().to_string();
        self.methods.insert(method.clone());
        let on = self.receiver(&call.receiver);
        self.calls.extend(on.map(|on| Call { on, method }));
        visit::visit_expr_method_call(self, call);
    }

    fn visit_pat_ident(&mut self, name: &'ast syn::PatIdent) {
        let variable = name.ident.unraw().to_string();
        self.variables.remove(&variable);
        self.bound.insert(variable);
        visit::visit_pat_ident(self, name);
    }

    fn visit_pat_type(&mut self, typed: &'ast syn::PatType) {
        visit::visit_pat_type(self, typed);
        if let (syn::Pat::Ident(name), Some(path)) = (&*typed.pat, written_type(&typed.ty)) {
            let written = self.written(path);
            self.variables
                .insert(name.ident.unraw().to_string(), written);
        }
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.function(&item.sig, |it| visit::visit_item_fn(it, item));
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.function(&item.sig, |it| visit::visit_impl_item_fn(it, item));
    }

    fn visit_block(&mut self, block: &'ast syn::Block) {
        self.scope(|it| visit::visit_block(it, block));
    }

    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        self.scope(|it| visit::visit_arm(it, arm));
    }

    fn visit_expr_closure(&mut self, closure: &'ast syn::ExprClosure) {
        self.scope(|it| visit::visit_expr_closure(it, closure));
    }

    fn visit_expr_if(&mut self, choice: &'ast syn::ExprIf) {
        self.scope(|it| visit::visit_expr_if(it, choice));
    }

    fn visit_expr_while(&mut self, repeated: &'ast syn::ExprWhile) {
        self.scope(|it| visit::visit_expr_while(it, repeated));
    }

    fn visit_expr_for_loop(&mut self, repeated: &'ast syn::ExprForLoop) {
        self.scope(|it| visit::visit_expr_for_loop(it, repeated));
    }
}
