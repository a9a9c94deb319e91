//! The enrollment window, for all who plan or speak of the next match.

use super::{Result, breaks};
use crate::domain::enrollment::Window;
use crate::domain::overview::PeopleGroup;
use crate::domain::timer::Timer;
use crate::store::db::StoreError;
use crate::store::{Reading, Tx, overview, participants, programs, rounds, timers};
use jiff::{SignedDuration, Timestamp};

/// What an owner decided on can be undone for as long.
const SOON: SignedDuration = SignedDuration::from_mins(10);

/// The window, while the first match is still to be made.
pub async fn window(tx: &mut Reading) -> Result<Option<Window>, StoreError> {
    let program = programs::find(tx).await?;
    Ok(program.and_then(|program| Window::open(&program.settings, &program.enrollment)))
}

/// When the window goes on by itself: the moment of the first match, or when the owners' time to decide is over; not during a
/// break of the program. None without an open window.
pub async fn next_step(tx: &mut Reading) -> Result<Option<Timestamp>> {
    let Some(window) = window(tx).await? else {
        return Ok(None);
    };
    let next = window.next_step();
    let back = breaks::of_program(tx).await?;
    Ok(Some(back.map_or(next, |back| back.max(next))))
}

/// How many people would be in the first match.
pub async fn looking(tx: &mut Reading) -> Result<i64> {
    let counts = participants::count(tx).await?;
    Ok(counts.without_partner + counts.would_take_another)
}

/// When the first match changed: two who found each other by an invitation, and wait for it, follow.
pub async fn invited_follow(tx: &mut Tx) -> Result<()> {
    let soon = tx.now + SOON;
    let at = next_step(tx).await?.map_or(soon, |next| next.max(soon));
    rounds::introduce_invited_by(tx, at).await?;
    for round in rounds::of_invited(tx).await? {
        timers::soon(tx, &Timer::Introduce(round)).await?;
    }
    Ok(())
}

/// The first match is on another day, or on none: each who waits for it hears so, in a transaction of their own.
pub async fn date_moved(tx: &mut Tx) -> Result<()> {
    invited_follow(tx).await?;
    let people = overview::people(tx).await?.into_iter();
    for one in people.filter(|one| {
        matches!(
            one.group(),
            PeopleGroup::WithoutPartner | PeopleGroup::WouldTakeAnother
        )
    }) {
        timers::soon(tx, &Timer::FirstMatchMoved(one.user)).await?;
    }
    Ok(())
}
