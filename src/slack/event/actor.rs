//! Who acts, and where.

use crate::domain::ids::{TeamId, UserId};

/// The person who acts. A signed request is not permission: features check what this person may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    pub team: TeamId,
    pub user: UserId,
}

/// Where a button was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surface {
    Message,
    Home,
    Modal,
}
