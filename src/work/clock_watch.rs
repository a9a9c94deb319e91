//! A clock that was wrong, and is right again: what was planned from the wrong time is planned anew.

use crate::features::Result;
use crate::features::setup;
use crate::slack::client::Probe;
use crate::store::{Tx, audit, limits, outbox};
use jiff::{SignedDuration, Timestamp};

/// How far `now` is ahead of the date in Slack's answer; none when the answer has none.
pub fn skew(probe: &Probe, now: Timestamp) -> Option<SignedDuration> {
    let date = probe.date.as_deref()?;
    let slack = jiff::fmt::rfc2822::parse(date).ok()?;
    Some(now.duration_since(slack.timestamp()))
}

/// Mends what was written while the clock was ahead, in one transaction for each workspace. It may run twice, and on several
/// replicas: what it calls changes only times that cannot be right.
pub async fn clock_mended(tx: &mut Tx) -> Result<()> {
    setup::replan(tx).await?;
    outbox::mend_times(tx).await?;
    limits::mend_times(tx).await?;
    Ok(audit::note(tx, &"system".into(), "clock_mended", "times").await?)
}
