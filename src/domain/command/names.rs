//! The commands by what people type for them.

use super::usage::{ALL, Usage};
use std::collections::HashMap;
use std::sync::LazyLock;

/// The commands by their names and synonyms.
static NAMED: LazyLock<HashMap<&str, &Usage>> = LazyLock::new(|| {
    let names = ALL
        .iter()
        .flat_map(|usage| usage.names().map(move |name| (name, usage)));
    names.collect()
});
/// The words in the longest of those.
static LONGEST: LazyLock<usize> = LazyLock::new(|| {
    let lengths = NAMED.keys().map(|name| name.split(' ').count());
    lengths.max().unwrap_or(0)
});

/// The command whose name or synonym the words begin with, and the number of words that are it: the longest counts.
pub(super) fn find(words: &[String]) -> Option<(&'static Usage, usize)> {
    (1..=words.len().min(*LONGEST)).rev().find_map(|length| {
        let usage = NAMED.get(words[..length].join(" ").as_str())?;
        Some((*usage, length))
    })
}
