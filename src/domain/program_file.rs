//! The files about the program that owners can have.

use super::named::named;

named! {
    /// A file for an owner. The names are parts of keys.
    pub enum ProgramFile {
        Report = "report",
        /// Who takes part and who left.
        Participants = "participants",
        Pairs = "pairs",
        /// The months of pairs that are over.
        Cycles = "cycles",
        /// The weekly figures.
        Aggregates = "aggregates",
    }
}

impl ProgramFile {
    /// What goes into an export, in its order.
    pub const EXPORTED: [Self; 4] = [
        Self::Participants,
        Self::Pairs,
        Self::Cycles,
        Self::Aggregates,
    ];

    /// The file's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Report => "report.html",
            Self::Participants => "participants.csv",
            Self::Pairs => "pairs.csv",
            Self::Cycles => "cycles.csv",
            Self::Aggregates => "aggregates.csv",
        }
    }
}
