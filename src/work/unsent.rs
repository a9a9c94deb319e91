//! What nobody could send in time.
//!
//! A nudge waits for Slack until its recipient's working day is over, and not into the night. One that surely was not sent
//! is tried again: its key and its place in people's days are given back, and its timer runs anew, so that its feature
//! looks at what holds by then and the rules of nudges decide when. One that Slack may have is looked for first, where we
//! can look; where we cannot (a group DM), it is let go, for a nudge is better missed than said on two days.

use crate::domain::happening::Happening;
use crate::store::db::Result;
use crate::store::outbox::{self, Held, Parcel, To, What};
use crate::store::{Tx, nudged};
use jiff::Timestamp;
use metrics::counter;

/// Whether its time is past, and nothing is left to find out about it.
pub fn is_over(parcel: &Parcel, now: Timestamp) -> bool {
    parcel.expires.is_some_and(|at| at <= now) && !must_be_looked_for(parcel)
}

/// Looking is no message: it may be done at any hour.
fn must_be_looked_for(parcel: &Parcel) -> bool {
    parcel.doubt
        && matches!(
            &parcel.what,
            What::Post {
                to: To::Person(_),
                held: Some(_),
                ..
            }
        )
}

/// Drops it. What follows from that happens in `tx`, which is of the row's own workspace.
pub async fn let_go(tx: &mut Tx, parcel: &Parcel) -> Result<()> {
    if !outbox::expire(tx, parcel).await? {
        return Ok(());
    }
    counter!("reverse_mentor_outbox_total", "outcome" => "expired", "kind" => parcel.kind.as_str())
        .increment(1);
    let What::Post {
        held: Some(held), ..
    } = &parcel.what
    else {
        return Ok(());
    };
    if parcel.doubt || parcel.repeat {
        return Ok(());
    }
    try_again(tx, parcel, held).await
}

async fn try_again(tx: &mut Tx, parcel: &Parcel, held: &Held) -> Result<()> {
    let timer = match &held.timer {
        Ok(timer) => timer.clone(),
        Err(unreadable) => {
            tracing::warn!(row = parcel.id, %unreadable, "a nudge that was not sent is not tried again");
            return Ok(());
        }
    };
    outbox::give_key_back(tx, parcel.id).await?;
    for (user, day) in &held.days {
        nudged::give_back(tx, user, *day).await?;
    }
    tx.happens(Happening::NudgeUnsent {
        timer,
        people: held.days.iter().map(|(user, _)| user.clone()).collect(),
    });
    Ok(())
}
