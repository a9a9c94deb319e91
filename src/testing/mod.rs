//! The harness and people for the features' own tests. (Scenes over HTTP are in `tests/`.)

pub mod feature_test;
pub mod months;
pub mod outgoing;
pub mod people;
mod years;
