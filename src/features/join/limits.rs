//! The limits of what people write in a profile. The form shows them, and what exceeds them is said at its field.

/// The most topics to share or learn; more would blur what matters.
pub(super) const TOPICS: usize = 10;
/// The most characters of a topic, a department or a site.
pub(super) const TOPIC: usize = 75;
/// The most characters of somebody's hopes.
pub(super) const HOPES: usize = 500;
/// The most names, far more than anybody needs.
pub(super) const RATHER_NOT: usize = 25;
