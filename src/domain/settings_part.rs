//! The parts in which settings are asked for and edited.

use super::named::named;
use serde::{Deserialize, Serialize};

named! {
    /// A part of the settings, a short form each.
    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum Part {
        /// The program and its people.
        WhatAndWho = "what_and_who",
        /// When things happen.
        Rhythm = "rhythm",
        /// Who meets whom, and what people can pick.
        Matching = "matching",
        /// All of it in one form.
        Everything = "everything",
    }
}

impl Part {
    /// The steps in which a program is set up.
    pub const STEPS: [Self; 3] = [Self::WhatAndWho, Self::Rhythm, Self::Matching];

    pub fn title(self) -> &'static str {
        match self {
            Self::WhatAndWho => "What and who",
            Self::Rhythm => "Rhythm",
            Self::Matching => "Matching",
            Self::Everything => "Everything in one form",
        }
    }

    /// Whether this part's form has the fields of another part.
    pub fn has(self, part: Self) -> bool {
        self == part || self == Self::Everything
    }

    /// The step after this one; none after the last.
    pub fn next(self) -> Option<Self> {
        match self {
            Self::WhatAndWho => Some(Self::Rhythm),
            Self::Rhythm => Some(Self::Matching),
            Self::Matching | Self::Everything => None,
        }
    }

    /// The step before this one; none before the first.
    pub fn before(self) -> Option<Self> {
        match self {
            Self::Rhythm => Some(Self::WhatAndWho),
            Self::Matching => Some(Self::Rhythm),
            Self::WhatAndWho | Self::Everything => None,
        }
    }
}
