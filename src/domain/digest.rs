//! Figures that never reveal one person.
