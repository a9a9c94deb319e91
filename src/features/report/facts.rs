//! The true state of the program. It goes into `domain::report::safe` and nowhere else.

use crate::domain::cadence;
use crate::domain::happening::Ending;
use crate::domain::quarter::Quarter;
use crate::domain::report::{Closing, Facts, Outcome, PairSoFar};
use crate::features::Result;
use crate::store::figures::{self, Asked, PairMet};
use crate::store::{Reading, pairs, participants, reflections};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Counts the program. `zone`: where quarters begin.
pub(super) async fn gather(tx: &mut Reading, zone: &TimeZone) -> Result<Facts> {
    let cohort = |introduced: Timestamp| Quarter::of(cadence::local(introduced, zone).date());
    let (joined, paired) = figures::people_ever(tx).await?;
    let taking_part = participants::count(tx).await?.taking_part;
    let so_far = |pair: &PairMet| PairSoFar {
        cohort: cohort(pair.introduced),
        meetings: pair.meetings,
        changed: pair.met.unwrap_or(pair.introduced),
        outcome: outcome(pair.ended),
    };
    let closing = |asked: Asked| Closing {
        cohort: cohort(asked.introduced),
        person: asked.person,
        is_mentor: asked.is_mentor,
        would_recommend: asked.would_recommend,
        would_repeat: asked.would_repeat,
    };
    Ok(Facts {
        joined: count(joined),
        taking_part: count(taking_part),
        paired: count(paired),
        active_pairs: count(pairs::count_open(tx).await?),
        pairs: figures::pairs(tx).await?.iter().map(so_far).collect(),
        confidence: reflections::confidence_changes(tx).await?,
        closings: figures::closings(tx)
            .await?
            .into_iter()
            .map(closing)
            .collect(),
    })
}

fn outcome(ended: Option<Ending>) -> Outcome {
    match ended {
        None => Outcome::Running,
        Some(Ending::Completed) => Outcome::Completed,
        Some(Ending::Ended | Ending::Left | Ending::Gone | Ending::NoLongerAllowed) => {
            Outcome::EndedEarly
        }
    }
}

fn count(number: i64) -> u32 {
    u32::try_from(number).unwrap_or_default()
}
