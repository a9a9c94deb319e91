//! How many partners somebody has, and whether they have room for another.

use crate::domain::ids::{PairId, UserId};
use crate::domain::pair::Pair;
use crate::domain::participant::{Participant, Profile, Standing};
use crate::store::db::{Reading, Result};
use crate::store::{checkins, pairs, participants, rounds};

/// How many partners somebody has now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Places {
    pub mentoring: u8,
    pub learning: u8,
}

impl Places {
    /// The places `user` takes up in `open` pairs.
    pub fn in_pairs(open: &[Pair], user: &UserId) -> Self {
        let count = |own: fn(&Pair) -> &UserId| {
            u8::try_from(open.iter().filter(|pair| own(pair) == user).count()).unwrap_or(u8::MAX)
        };
        Self {
            mentoring: count(|pair| &pair.mentor),
            learning: count(|pair| &pair.mentee),
        }
    }

    /// Whether somebody of this profile could take another partner.
    pub fn has_room(self, profile: &Profile) -> bool {
        self.mentors_more(profile) || self.learns_more(profile)
    }

    pub fn mentors_more(self, profile: &Profile) -> bool {
        profile.role.mentors() && self.mentoring < profile.mentor_capacity
    }

    pub fn learns_more(self, profile: &Profile) -> bool {
        profile.role.learns() && self.learning < profile.mentee_capacity
    }
}

/// A partner who is away for long takes up no place: whoever waits for them may look for another.
pub async fn places(tx: &mut Reading, user: &UserId) -> Result<Places> {
    taken(tx, user, None, Participant::is_away).await
}

/// The places as somebody may know them: that a partner's break has no date shows nowhere until they are told not to wait, so what
/// they ask for themselves goes by these.
pub async fn places_as_known(tx: &mut Reading, user: &UserId) -> Result<Places> {
    places_as_known_without(tx, user, None).await
}

/// The same as if one of their pairs were over.
pub async fn places_as_known_without(
    tx: &mut Reading,
    user: &UserId,
    over: Option<PairId>,
) -> Result<Places> {
    taken(tx, user, over, |_, told| told).await
}

/// The same with those to whom they are still to be introduced after an invitation.
pub async fn places_as_known_with_promised(tx: &mut Reading, user: &UserId) -> Result<Places> {
    let places = places_as_known(tx, user).await?;
    with_promised(tx, user, None, places).await
}

/// `is_away`: whether a partner on a break takes up no place. It is given whether `user` has read that they need not wait.
async fn taken(
    tx: &mut Reading,
    user: &UserId,
    over: Option<PairId>,
    is_away: impl Fn(&Participant, bool) -> bool,
) -> Result<Places> {
    let mut open = Vec::new();
    for pair in pairs::open_of(tx, user).await? {
        if over == Some(pair.id) {
            continue;
        }
        let partner = participants::find(tx, pair.partner_of(user)).await?;
        let paused = partner.filter(|partner| partner.standing == Standing::Paused);
        if let Some(partner) = paused {
            let told = checkins::needs_not_wait(tx, pair.id, user).await?;
            if is_away(&partner, told) {
                continue;
            }
        }
        open.push(pair);
    }
    Ok(Places::in_pairs(&open, user))
}

/// The places that somebody's partners take up, also those to whom they are still to be introduced after an invitation: two yeses
/// for one place would both be promised a pair.
pub async fn places_with_promised(tx: &mut Reading, user: &UserId) -> Result<Places> {
    places_promised_before(tx, user, None).await
}

/// The same; for `two` who are promised each other, with those who were promised before them.
pub(super) async fn places_promised_before(
    tx: &mut Reading,
    user: &UserId,
    two: Option<(&UserId, &UserId)>,
) -> Result<Places> {
    let places = places(tx, user).await?;
    with_promised(tx, user, two, places).await
}

async fn with_promised(
    tx: &mut Reading,
    user: &UserId,
    two: Option<(&UserId, &UserId)>,
    mut places: Places,
) -> Result<Places> {
    for pair in rounds::promised(tx, user).await? {
        if two == Some((&pair.mentor, &pair.mentee)) {
            break;
        }
        if pair.mentor == *user {
            places.mentoring = places.mentoring.saturating_add(1);
        } else {
            places.learning = places.learning.saturating_add(1);
        }
    }
    Ok(places)
}
