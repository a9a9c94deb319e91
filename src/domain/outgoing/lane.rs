//! The queues of deliveries.

use crate::domain::ids::{ChannelId, ImportId, PairId, UserId};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A queue in which deliveries keep their order. Different lanes do not wait for each other.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Lane {
    Person(UserId),
    Pair(PairId),
    Channel(ChannelId),
    LookUp(UserId),
    Directory,
    Home(UserId),
    Token,
    Import(ImportId),
    /// Somebody's way into the mentor circle.
    Circle(UserId),
    /// The changes of the cards that stand at a place. Slack takes few of them, and messages do not wait for them.
    Cards(Box<Lane>),
}

impl fmt::Display for Lane {
    /// The text in the column.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Lane::Person(user) => user.fmt(f),
            Lane::Pair(pair) => write!(f, "pair/{pair}"),
            Lane::Channel(channel) => channel.fmt(f),
            Lane::LookUp(user) => write!(f, "lookup/{user}"),
            Lane::Directory => f.write_str("lookup"),
            Lane::Home(user) => write!(f, "home/{user}"),
            Lane::Token => f.write_str("token"),
            Lane::Import(import) => write!(f, "import/{import}"),
            Lane::Circle(user) => write!(f, "circle/{user}"),
            Lane::Cards(place) => write!(f, "cards/{place}"),
        }
    }
}

impl Lane {
    /// Where the cards that stand at this place are changed.
    #[must_use]
    pub fn of_cards(&self) -> Self {
        Self::Cards(Box::new(self.clone()))
    }

    /// Reads the column; none for a text that no release of ours wrote.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text.split_once('/') {
            Some(("pair", id)) => Lane::Pair(PairId(id.parse().ok()?)),
            Some(("lookup", user)) => Lane::LookUp(UserId::from(user)),
            Some(("home", user)) => Lane::Home(UserId::from(user)),
            Some(("import", id)) => Lane::Import(ImportId(id.parse().ok()?)),
            Some(("circle", user)) => Lane::Circle(UserId::from(user)),
            Some(("cards", place)) => match Self::parse(place)? {
                place @ (Lane::Person(_) | Lane::Pair(_) | Lane::Channel(_)) => place.of_cards(),
                Lane::LookUp(_)
                | Lane::Directory
                | Lane::Home(_)
                | Lane::Token
                | Lane::Import(_)
                | Lane::Circle(_)
                | Lane::Cards(_) => return None,
            },
            Some(_) => return None,
            None => match (text, text.chars().next()?) {
                ("lookup", _) => Lane::Directory,
                ("token", _) => Lane::Token,
                (user, 'U' | 'W') => Lane::Person(UserId::from(user)),
                (channel, 'C' | 'G' | 'D') => Lane::Channel(ChannelId::from(channel)),
                _ => return None,
            },
        })
    }
}
