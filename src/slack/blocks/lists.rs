//! Lists in texts, whole or in short.

use crate::md;
use crate::slack::words::{Md, ToMd};

/// A list in a sentence: "a, b and c".
pub fn listed<T: ToMd>(items: &[T]) -> Md {
    let words: Vec<String> = items
        .iter()
        .map(|item| item.to_md().into_string())
        .collect();
    Md::already_safe(match words.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [head @ .., last] => format!("{} and {last}", head.join(", ")),
    })
}

/// The same with at most `most` of them: "a, b and 3 more". What is left out is always said.
pub fn listed_in_short<T: ToMd>(items: impl IntoIterator<Item = T>, most: usize) -> Md {
    let items = items.into_iter().map(|item| item.to_md()).collect();
    listed(&in_short(items, most, ""))
}

/// The first `most` lines, and one that says how many are left out.
pub fn lines_in_short(lines: Vec<Md>, most: usize) -> Vec<Md> {
    in_short(lines, most, "… and ")
}

fn in_short(mut all: Vec<Md>, most: usize, and: &'static str) -> Vec<Md> {
    let more = all.len().saturating_sub(most);
    if more > 0 {
        all.truncate(most);
        all.push(md!("{}{} more", Md::from(and), more));
    }
    all
}
