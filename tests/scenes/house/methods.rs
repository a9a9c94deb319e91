//! Which file a method comes from, as far as the written types tell.
//!
//! Seen: `Type::method`, `Self::method`, and `value.method()` where the value is `self`, a parameter or a variable with a
//! written type, or a field of one of these; the methods of `impl Type`, wherever it is, and of what a type derefs to.
//! Not seen: values whose type is only inferred, such as the result of a call, and methods of traits (a `use` shows these).

use super::modules::Modules;
use super::source::{Root, Source};
use super::syntax::{Call, Written};
use std::collections::{BTreeMap, BTreeSet};

/// A type: the module that defines it, and its name.
type Id = (String, String);

pub struct Methods<'m, 'a> {
    modules: &'m Modules<'a>,
    /// The modules that implement a method of a type: several where conditions choose one.
    of: BTreeMap<(Id, &'a str), BTreeSet<&'a str>>,
    derefs: BTreeMap<Id, Id>,
    fields: BTreeMap<(Id, &'a str), Id>,
}

impl<'m, 'a> Methods<'m, 'a> {
    pub fn of(sources: &[&'a Source], modules: &'m Modules<'a>) -> Self {
        let mut all = Self {
            modules,
            of: BTreeMap::new(),
            derefs: BTreeMap::new(),
            fields: BTreeMap::new(),
        };
        for &source in sources {
            for part in &source.read.impls {
                for id in all.ids(source, &part.of) {
                    for method in &part.methods {
                        let of = all.of.entry((id.clone(), method.as_str())).or_default();
                        of.insert(&source.module);
                    }
                    let to = part.deref.iter().flat_map(|to| all.ids(source, to));
                    let to: Vec<Id> = to.collect();
                    all.derefs.extend(to.into_iter().map(|to| (id.clone(), to)));
                }
            }
            for (of, fields) in &source.read.fields {
                let of = modules.id(of);
                for (field, is) in fields {
                    let is = all.ids(source, is);
                    let field = of.iter().cloned().map(|of| (of, field.as_str()));
                    all.fields.extend(field.zip(is));
                }
            }
        }
        all
    }

    /// The modules with the method that a path ends in, if it ends in one of a type.
    pub fn at_path(&self, path: &[String]) -> BTreeSet<&'a str> {
        let Some((method, of)) = path.split_last() else {
            return BTreeSet::new();
        };
        let id = self.modules.id(of);
        id.map_or(BTreeSet::new(), |id| self.lookup(id, method))
    }

    /// The modules with the method that is called.
    pub fn called(&self, source: &Source, call: &Call) -> BTreeSet<&'a str> {
        let ids = self.ids(source, &call.on.of).into_iter();
        let values = ids.filter_map(|id| {
            let mut fields = call.on.fields.iter();
            fields.try_fold(id, |of, field| self.field(of, field))
        });
        values
            .flat_map(|id| self.lookup(id, &call.method))
            .collect()
    }

    fn ids(&self, source: &Source, of: &Written) -> Vec<Id> {
        let meant = source.meant(of, None).into_iter();
        let paths = meant.map(|(root, path)| match root {
            // A type that a macro defines.
            Root::Outside if !of.is_outside => [of.within.as_slice(), &path].concat(),
            _ => path,
        });
        paths.filter_map(|path| self.modules.id(&path)).collect()
    }

    fn field(&self, mut of: Id, field: &str) -> Option<Id> {
        loop {
            if let Some(is) = self.fields.get(&(of.clone(), field)) {
                return Some(is.clone());
            }
            of = self.derefs.get(&of)?.clone();
        }
    }

    fn lookup(&self, mut id: Id, method: &str) -> BTreeSet<&'a str> {
        loop {
            if let Some(of) = self.of.get(&(id.clone(), method)) {
                return of.clone();
            }
            let Some(to) = self.derefs.get(&id) else {
                return BTreeSet::new();
            };
            id = to.clone();
        }
    }
}
