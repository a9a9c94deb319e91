//! When a round that is wanted is made.

use crate::domain::timer::Timer;
use crate::features::Result;
use crate::store::{Tx, people, timers};
use jiff::{SignedDuration, Timestamp};

/// How long a round waits for Slack's word about people of whom it has said nothing yet. Not longer: Slack may be silent.
const WHO_IS_THERE: SignedDuration = SignedDuration::from_secs(30);

/// Makes the round that is wanted, once Slack has had a moment to say who those are that have just joined.
pub(super) async fn begin(tx: &mut Tx) -> Result<()> {
    let now = tx.now;
    // Also about somebody of whom it has just said that they may be gone.
    let first = Timestamp::from_millisecond(1).unwrap_or(Timestamp::UNIX_EPOCH);
    let is_asked = !people::unknown(tx, first).await?.is_empty();
    if is_asked {
        timers::by(tx, &Timer::Match, now + WHO_IS_THERE).await?;
    } else {
        timers::soon(tx, &Timer::Match).await?;
    }
    Ok(())
}
