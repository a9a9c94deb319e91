//! The files of the crate as its modules: where a path leads.

use super::source::{Named, Root, Source};
use std::collections::BTreeMap;

/// Every file by its module.
pub struct Modules<'a>(BTreeMap<&'a str, &'a Source>);

impl<'a> Modules<'a> {
    pub fn of(sources: &[&'a Source]) -> Self {
        let named = sources.iter().map(|&it| (it.module.as_str(), it));
        Self(named.collect())
    }

    /// The module that `path` leads into, as it is written: the one with the re-export, if it names one.
    pub fn door(&self, path: &[String]) -> &'a str {
        let of_macro = path.first().and_then(|name| self.exporter(name));
        let file = || Some(self.file(path)?.0);
        of_macro
            .or_else(file)
            .map_or("", |source| source.module.as_str())
    }

    /// The module that defines the item at `path`, and the item's path within it.
    pub fn home(&self, path: &[String]) -> (&'a str, Vec<String>) {
        self.followed(path, 0)
    }

    /// The module and the name of a type.
    pub fn id(&self, path: &[String]) -> Option<(String, String)> {
        let (module, rest) = self.home(path);
        match rest.as_slice() {
            [name] => Some((module.to_owned(), name.clone())),
            _ => None,
        }
    }

    /// The file that `path` leads into, and how much of the path is the file's.
    fn file(&self, path: &[String]) -> Option<(&'a Source, usize)> {
        let of = |length: usize| self.0.get(path[..length].join("::").as_str());
        let mut lengths = (0..=path.len()).rev();
        lengths.find_map(|length| Some((*of(length)?, length)))
    }

    /// The file that defines a macro of the root.
    fn exporter(&self, name: &str) -> Option<&'a Source> {
        let mut files = self.0.values();
        files
            .find(|source| source.read.exported.contains(name))
            .copied()
    }

    fn followed(&self, path: &[String], depth: usize) -> (&'a str, Vec<String>) {
        let Some((source, length)) = self.file(path) else {
            return ("", path.to_vec());
        };
        let rest = &path[length..];
        let here = (source.module.as_str(), rest.to_vec());
        let Some(first) = rest.first().filter(|_| depth < 9) else {
            return here;
        };
        if source.read.defined.contains(&path[..=length]) {
            return here;
        }
        if let Some(source) = self.exporter(first).filter(|_| length == 0) {
            return (&source.module, rest.to_vec());
        }
        let follow = |it: &Named, rest: &[String]| {
            self.followed(&[it.path.as_slice(), rest].concat(), depth + 1)
        };
        let uses = || source.named.iter().filter(|it| it.root != Root::Outside);
        if let Some(it) = uses().find(|it| it.here.as_ref() == Some(first)) {
            return follow(it, &rest[1..]);
        }
        let mut from_globs = uses().filter(|it| it.is_glob).map(|it| follow(it, rest));
        from_globs
            .find(|(to, rest)| self.defines(to, rest))
            .unwrap_or(here)
    }

    fn defines(&self, module: &str, rest: &[String]) -> bool {
        let item = module.split("::").filter(|part| !part.is_empty());
        let item: Vec<String> = item
            .map(str::to_owned)
            .chain(rest.first().cloned())
            .collect();
        let source = self.0.get(module);
        source.is_some_and(|source| source.read.defined.contains(&item))
    }
}
