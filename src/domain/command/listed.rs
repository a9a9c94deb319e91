//! The commands as lists, for the manifest and the README.

use super::usage::{ALL, Who};

/// The manifest's usage hint: `join | profile | … | help`.
pub fn usage_hint() -> String {
    ALL.iter()
        .map(|usage| {
            format!("{} {}", usage.word, usage.args)
                .trim_end()
                .to_owned()
        })
        .collect::<Vec<_>>()
        .join(" | ")
}

/// The README's table of commands.
pub fn readme_table() -> String {
    let rows = ALL.iter().map(|usage| {
        let who = match usage.who {
            Who::Everyone => "everyone",
            Who::Owner => "owners",
            Who::Admin => "admins and owners",
        };
        format!("| `{}` | {who} | {} |\n", usage.written(), usage.says)
    });
    format!(
        "| command | who | what it does |\n|---|---|---|\n{}",
        rows.collect::<String>()
    )
}
