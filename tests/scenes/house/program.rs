//! The files of the program as its modules: where a path leads.

use super::source::Source;
use super::{files, is_meant};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// Every file by its module, without tests.
pub struct Program(BTreeMap<String, Source>);

impl Program {
    /// The program of this crate.
    pub fn ours() -> &'static Self {
        static OURS: LazyLock<Program> = LazyLock::new(|| Program::of(&files("src")));
        &OURS
    }

    pub fn of(files: &[(PathBuf, String)]) -> Self {
        let sources = files.iter().map(|(path, text)| Source::read(path, text));
        let mut all: BTreeMap<String, Source> = sources.map(|it| (it.module.clone(), it)).collect();
        let tests = all.values().flat_map(|it| it.test_modules.clone());
        let tests: Vec<String> = tests.map(|test| format!("{test}::*")).collect();
        all.retain(|module, _| !tests.iter().any(|test| is_meant(module, test)));
        Self(all)
    }

    /// A program of a few small files, to show what a rule finds.
    pub fn example(files: &[(&str, &str)]) -> Self {
        let owned = |(path, text): &(&str, &str)| (Path::new(path).to_owned(), (*text).to_owned());
        Self::of(&files.iter().map(owned).collect::<Vec<_>>())
    }

    pub fn sources(&self) -> impl Iterator<Item = &Source> {
        self.0.values()
    }

    /// The module that a path leads into as it is written, and what the path names in it.
    pub fn door<'a>(&'a self, path: &'a str) -> (&'a str, &'a str) {
        // The macro is at the root but belongs to `words`.
        let path = if path == "md" { "slack::words" } else { path };
        let ends = path.rmatch_indices("::").map(|(at, _)| at);
        let mut ends = [path.len()].into_iter().chain(ends);
        match ends.find(|end| self.0.contains_key(&path[..*end])) {
            Some(end) => (&path[..end], path[end..].trim_start_matches("::")),
            None => ("", path),
        }
    }

    /// The module that defines the item at a path: a re-export leads on.
    pub fn home(&self, path: &str) -> String {
        let (mut path, mut steps) = (path.to_owned(), 0);
        loop {
            let (module, rest) = self.door(&path);
            let (item, below) = rest.split_once("::").unwrap_or((rest, ""));
            let names = self.0.get(module).map_or(&[][..], |source| &source.names);
            let mut uses = names.iter().filter(|it| it.is_ours && steps < 9);
            match uses.find(|it| it.here.as_deref() == Some(item)) {
                Some(it) => path = format!("{}::{below}", it.path),
                None => return module.to_owned(),
            }
            steps += 1;
        }
    }
}
