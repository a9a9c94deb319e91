//! What a reader of people's files is asked for.

use serde::{Deserialize, Serialize};

/// What a file is read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Pairs: everybody who takes part needs a stage.
    Match,
    /// The organization: people may have no stage yet.
    Import,
    /// To see what it would be like: what the file does not say is made up.
    Trial,
}

/// What somebody who knows the file said about it, where the reader cannot know.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    /// Which header means which column: our column and the file's header, or `-` for "not in the file". From
    /// `--column manager="Reports To"`, see [`super::mapping_entry`].
    pub columns: Vec<(String, String)>,
    /// Which of the program's stages a word of the file is, or `-` for none. From `--stage "Manager=Experienced"`, see
    /// [`super::stage_entry`]. The first counts.
    pub stages: Vec<(String, String)>,
}
