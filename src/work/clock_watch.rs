//! Repairs plans made while the clock was wrong, once it is right again.

use crate::features::Result;
use crate::features::setup;
use crate::slack::client::Probe;
use crate::store::{Tx, audit, limits, outbox};
use jiff::{SignedDuration, Timestamp};

/// How far `now` is ahead of the date in Slack's answer; none when the answer has no date.
pub fn skew(probe: &Probe, now: Timestamp) -> Option<SignedDuration> {
    let date = probe.date.as_deref()?;
    let slack = jiff::fmt::rfc2822::parse(date).ok()?;
    Some(now.duration_since(slack.timestamp()))
}

/// Repairs the times that were written while the clock was ahead, in one transaction per workspace. It may run twice, and on
/// several replicas, because it changes only times that cannot be right.
pub async fn clock_mended(tx: &mut Tx) -> Result<()> {
    setup::replan(tx).await?;
    outbox::mend_times(tx).await?;
    limits::mend_times(tx).await?;
    Ok(audit::note(tx, &"system".into(), "clock_mended", "times").await?)
}
