//! Sends a check-in, as long as its reason holds.

use super::{by_owner, closing, messages, two_quiet};
use crate::domain::cadence::after;
use crate::domain::checkin::Kind;
use crate::domain::ids::CheckinId;
use crate::domain::key::Key;
use crate::domain::pair::{self, Pair};
use crate::domain::participant::Standing;
use crate::domain::timer::Timer;
use crate::features::Result;
use crate::shared::nudge::{self, Nudge, Outcome};
use crate::shared::{breaks, owners};
use crate::store::checkins::{self, Checkin};
use crate::store::outbox::{Kind as Post, To};
use crate::store::{Reading, Tx, cycles, met, pairs, participants, timers};
use jiff::{SignedDuration, Timestamp};

/// A check-in that can be asked for again is dropped if downtime delayed it for this long.
const STALE: SignedDuration = SignedDuration::from_hours(10 * 24);

/// People on a break are not asked; this is the time until we check again.
const LOOK_AGAIN: SignedDuration = SignedDuration::from_hours(24);

/// Timer `Checkin`: sends it, waits for a better hour, or drops it.
pub async fn due(tx: &mut Tx, checkin: CheckinId) -> Result<()> {
    let Some(checkin) = checkins::find(tx, checkin).await?.filter(|found| found.due) else {
        return Ok(());
    };
    let Some(pair) = pairs::find(tx, checkin.pair).await? else {
        return Ok(());
    };
    if checkin.kind == Kind::ClosingEnds {
        return closing::time_is_over(tx, &pair, checkin.id).await;
    }
    let is_asked = is_timely(&pair, &checkin) && applies(tx, &pair, &checkin).await?;
    if !is_asked || is_back_soon(tx, &pair, &checkin).await? {
        checkins::dropped(tx, checkin.id).await?;
        return Ok(());
    }
    if pair.has(&checkin.user) && breaks::is_on_break(tx, &checkin.user).await? {
        let again = after(tx.now, LOOK_AGAIN);
        return Ok(timers::at(tx, &Timer::Checkin(checkin.id), again).await?);
    }
    send(tx, &pair, &checkin).await
}

/// Questions that belong between meetings are dropped at the end, because the closing asks everything.
fn is_timely(pair: &Pair, checkin: &Checkin) -> bool {
    let between = matches!(
        checkin.kind,
        Kind::StillGood | Kind::Midpoint | Kind::OwnerAsks
    );
    !between || pair.runs()
}

/// Quiet months are asked about again, and an owner can ask again; anything else is asked once.
fn stale_at(tx: &Tx, kind: Kind) -> Timestamp {
    match kind {
        Kind::StillGood | Kind::OwnerAsks => nudge::unless_late(tx, STALE),
        Kind::Midpoint
        | Kind::Closing
        | Kind::PartnerAway
        | Kind::HelpNote
        | Kind::QuietNote
        | Kind::ClosingEnds => nudge::ASKED_ONCE,
    }
}

/// Whether the reason for the check-in still holds.
pub(super) async fn applies(tx: &mut Reading, pair: &Pair, checkin: &Checkin) -> Result<bool> {
    Ok(match (checkin.kind, pair.state) {
        // Earlier releases also told owners of each quiet pair by itself.
        (_, pair::State::Closed) | (Kind::QuietNote, _) => false,
        (Kind::StillGood, _) => {
            two_quiet(tx, pair, &checkin.user, checkin.number).await?
                && !met_later(tx, pair, checkin).await?
        }
        (Kind::PartnerAway, _) if checkin.dropped => false,
        (Kind::PartnerAway, _) => {
            let away = pair.partner_of(&checkin.user);
            participants::standing(tx, away).await? == Some(Standing::Paused)
        }
        (Kind::OwnerAsks, _) => pair.runs(),
        (Kind::Closing, state) => state == pair::State::Closing,
        _ => true,
    })
}

/// Whether who is asked said of any later month that they met, which answers the question before it is asked.
async fn met_later(tx: &mut Reading, pair: &Pair, checkin: &Checkin) -> Result<bool> {
    for cycle in cycles::of(tx, pair.id).await? {
        let is_later = cycle.number > checkin.number;
        if is_later && met::of(tx, cycle.id).await?.said_yes(pair, &checkin.user) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether the partner is about to be back: nobody needs to look for another then.
async fn is_back_soon(tx: &mut Reading, pair: &Pair, checkin: &Checkin) -> Result<bool> {
    let partner = pair.partner_of(&checkin.user);
    Ok(checkin.kind == Kind::PartnerAway && breaks::back_soon(tx, partner).await?.is_some())
}

async fn send(tx: &mut Tx, pair: &Pair, checkin: &Checkin) -> Result<()> {
    let (kind, message) = match checkin.kind {
        Kind::StillGood => (Post::Checkin, messages::still_good(pair, checkin)),
        Kind::OwnerAsks => (Post::Checkin, by_owner::question(pair, checkin)),
        Kind::Midpoint => (Post::Checkin, messages::midpoint(pair, checkin)),
        Kind::Closing => (Post::Checkin, messages::closing(pair, checkin)),
        Kind::HelpNote => {
            let owns = owners::is_owner(tx, &checkin.user).await?;
            (Post::Companion, messages::help_note(pair, owns))
        }
        Kind::PartnerAway => (Post::Checkin, messages::partner_away(pair, checkin)),
        Kind::QuietNote | Kind::ClosingEnds => return Ok(()),
    };
    let nudge = Nudge {
        kind,
        key: Key::Checkin(checkin.id),
        to: To::Person(checkin.user.clone()),
        people: vec![checkin.user.clone()],
        message,
        stale_at: stale_at(tx, checkin.kind),
        timer: Timer::Checkin(checkin.id),
    };
    match nudge::send_or_wait(tx, nudge).await? {
        Outcome::Sent => {
            checkins::asked(tx, checkin.id).await?;
            if checkin.kind == Kind::Closing {
                closing::time_to_choose(tx, pair).await?;
            }
        }
        Outcome::TooLate | Outcome::Apart => checkins::dropped(tx, checkin.id).await?,
        Outcome::Later(_) => {}
    }
    Ok(())
}

/// It could not be sent that day, so nobody was asked yet.
pub async fn unsent(tx: &mut Tx, checkin: CheckinId) -> Result<()> {
    Ok(checkins::not_asked(tx, checkin).await?)
}
