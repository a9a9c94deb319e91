//! What a reader of people's files is asked for.

use serde::{Deserialize, Serialize};

/// What a file is read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Pairs: everybody who takes part needs a stage.
    Match,
    /// The organization: people may have no stage yet.
    Import,
}

/// Which header means which column, where the reader cannot know: our column and the file's header, or `-` for "not in the
/// file". From `--column manager="Reports To"`, see [`super::mapping_entry`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping(pub Vec<(String, String)>);
