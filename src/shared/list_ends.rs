//! The company's list of people is forgotten when it has not come in for a year: owners read of it in time, in their weekly note
//! and on their Home.

use super::Result;
use crate::domain::cadence;
use crate::md;
use crate::slack::words::Md;
use crate::store::{Reading, organization};
use jiff::tz::TimeZone;

/// That the list is about to be forgotten, and how to keep it; none while it is not.
pub async fn soon(tx: &mut Reading, zone: &TimeZone) -> Result<Option<Md>> {
    let ends = organization::ends_soon(tx).await?;
    Ok(ends.map(|ends| {
        md!(
            "Your company's list of people hasn't come in for a long time, so I'll forget it on {}. From then on I don't know who \
             reports to whom, and pairs wait for a check. To keep it, bring it in once more with `/reverse-mentor import`, even if \
             nothing in it has changed.",
            cadence::say_day(ends, zone, tx.now)
        )
    }))
}
