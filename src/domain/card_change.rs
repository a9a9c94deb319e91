//! Where a change of a card waits: in a lane of its own, or behind a copy of the card that Slack does not have yet.

use super::card::Card;
use super::key::Key;

/// A row on its way to the place of a card.
#[derive(Clone, Debug)]
pub struct Open {
    pub key: Key,
    /// It stands in the lane of the place's cards, not among the messages.
    pub in_own_lane: bool,
    /// It still waits: what is leased may have been rendered before the change.
    pub is_queued: bool,
}

/// Where a change waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// With the changes of other cards at this place. No message waits for it.
    OwnLane,
    /// Among the messages, behind the copy that it changes. When its turn comes, it moves to its own lane.
    BehindACopy,
}

/// Where a change of `card` is to wait at a place where it `stands`, or does not; `open` is what waits there, oldest first.
/// None where there is nothing to change, or where the same change waits already.
///
/// A copy that is on its way was written before the change, so only a change behind it makes it right; one that waits
/// elsewhere may be sent before, to the copy that stood earlier.
pub fn way(card: Card, stands: bool, open: &[Open]) -> Option<Way> {
    let (mut copy_is_open, mut waits_already) = (false, false);
    for row in open {
        let is_change = matches!(row.key, Key::Card { card: other, .. } if other == card);
        if row.key.card() == Some(card) {
            (copy_is_open, waits_already) = (true, false);
        } else if is_change && row.is_queued {
            waits_already |= !copy_is_open || !row.in_own_lane;
        }
    }
    match (copy_is_open, stands) {
        _ if waits_already => None,
        (true, _) => Some(Way::BehindACopy),
        (false, true) => Some(Way::OwnLane),
        (false, false) => None,
    }
}

#[cfg(test)]
mod walk;
