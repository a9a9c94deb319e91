//! Which settings are as in the server's program.toml, in the words of a form.

use crate::md;
use crate::slack::blocks::{Blocks, listed};
use crate::slack::words::Md;

/// Says which settings of a form are as in the file; nothing when there are none.
pub(super) fn says(fields: &[&str]) -> Blocks {
    if fields.is_empty() {
        return Blocks::new();
    }
    let names: Vec<Md> = fields.iter().map(|field| md!("{}", name(field))).collect();
    Blocks::new().context(md!(
        "As in the server's program.toml: {}. What you change here counts, until that line of the file changes.",
        listed(&names)
    ))
}

/// A setting in a word or two.
fn name(field: &str) -> String {
    match field {
        "digest_schedule" => "when digests are posted".to_owned(),
        "round_schedule" => "when rounds are made".to_owned(),
        "cycles" => "months of a pair".to_owned(),
        "floor" => "lowest score".to_owned(),
        "approval" => "who looks over matches".to_owned(),
        "retention_days" => "days until texts are erased".to_owned(),
        "minimum_group" => "smallest group".to_owned(),
        other => other.replace('_', " "),
    }
}
