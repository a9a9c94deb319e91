//! Stages and people for the features' own tests. (Scenes over HTTP are in `tests/`.)

pub mod cast;
pub mod outgoing;
pub mod scene;
pub mod stage;
