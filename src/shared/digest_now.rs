//! What the digest would say now, for the digest and for those who ask whether there is anything to say.

use super::{Result, settings};
use crate::domain::cadence;
use crate::domain::digest::{Facts, Published, safe};
use crate::domain::ids::ChannelId;
use crate::domain::participant::Standing;
use crate::domain::program::Settings;
use crate::store::{Reading, cycles, digests, figures, overview, pairs, participants, reflections};

/// The figures that a digest may show now. Noting what is shown is for those who show it.
pub async fn figures(tx: &mut Reading) -> Result<Published> {
    let settings = settings(tx).await?;
    let facts = facts(tx, &settings).await?;
    let shown = figures::shown(tx).await?;
    Ok(safe(&facts, Some(&shown), settings.minimum_group))
}

/// The channel whose digest waits, because it would have no figure.
pub async fn waits(tx: &mut Reading) -> Result<Option<ChannelId>> {
    let settings = settings(tx).await?;
    let Some(channel) = &settings.digest_channel else {
        return Ok(None);
    };
    // With as many people in the program, one figure is sure.
    let taking_part = participants::count(tx).await?.taking_part;
    if taking_part >= i64::from(settings.minimum_group.max(2)) || figures(tx).await?.has_figures() {
        return Ok(None);
    }
    Ok(Some(channel.clone()))
}

/// The true counts of the program. They go into `safe` and nowhere else.
async fn facts(tx: &mut Reading, settings: &Settings) -> Result<Facts> {
    let month = cadence::months_after(tx.now, -1, &settings.zone());
    let reported = cycles::reported_since(tx, month).await?;
    let (signed, agreements) = digests::agreements(tx).await?;
    let people = participants::count(tx).await?;
    let mut everyone = participants::all(tx).await?;
    everyone.retain(|person| person.standing == Standing::Active);
    Ok(Facts {
        active_pairs: count(pairs::count_open(tx).await?),
        met_pairs: reported.met,
        reported_pairs: reported.reported,
        agreements_signed: count(signed),
        agreements_total: count(agreements),
        completed_pairs: count(overview::past(tx).await?.completed),
        joined_people: count(people.taking_part),
        waiting_people: count(people.without_partner),
        open_to_another: count(people.would_take_another),
        topics_offered: settings.topics.clone(),
        learning: everyone
            .into_iter()
            .map(|person| person.profile.learn)
            .collect(),
        confidence: reflections::confidence_changes(tx).await?,
    })
}

fn count(number: i64) -> u32 {
    u32::try_from(number).unwrap_or_default()
}
