//! The one registry of personal data: every column that holds a person's id, words or facts, who sees it, how its person reads
//! it, what erasing does to it, and when it ends. The export, erasing, retention and "who sees what" follow from it.
//!
//! A migration that adds a table or a column declares it in one of the lists here; a test says which is missing.
//!
//! ```text
//! declare.rs   the words of a declaration
//! registry.rs  all declarations: people.rs (people, the program, the bot's own tables), pairs.rs, rounds.rs
//! erase.rs     forgets a person, and says beforehand what there is
//! retention.rs forgets what has ended
//! export.rs    reads everything of one person
//! summary.rs   who sees what, for how long, and what stays
//! ```

mod declare;
mod erase;
mod export;
mod pairs;
mod people;
mod registry;
mod retention;
mod rounds;
mod summary;
#[cfg(test)]
mod tests;
mod upkeep;

pub use declare::{As, Belongs, Column, Ends, Erasing, Export, Holds, Rows, Table, Viewer};
pub use erase::{Stored, erase, erase_conversation, stored};
pub use export::{Fact, PersonalData, Section, Value, read};
pub use registry::tables;
pub use retention::{end_pair, end_people, prune};
pub use summary::{kept, seen_by, stays};
