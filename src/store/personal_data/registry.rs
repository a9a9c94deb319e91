//! All declarations together.

use super::declare::Table;
use super::{pairs, people, rounds, upkeep};

/// Every table there is.
pub fn tables() -> impl Iterator<Item = &'static Table> {
    let all = [
        people::TABLES,
        pairs::TABLES,
        rounds::TABLES,
        upkeep::TABLES,
    ];
    all.into_iter().flatten()
}
