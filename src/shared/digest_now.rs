//! What the digest would say now, for the digest and for those who ask whether there is anything to say.

use super::{Result, owners, settings};
use crate::domain::cadence;
use crate::domain::digest::{Facts, Published, safe};
use crate::domain::figures::Held;
use crate::domain::ids::ChannelId;
use crate::domain::participant::Standing;
use crate::domain::program::Settings;
use crate::store::{
    Reading, cycles, digests, falls, figures, overview, pairs, participants, reflections,
};
use jiff::ToSpan;
use jiff::civil::Time;

/// How many days after an owner's note the channel reads of a fall in confidence.
const OWNERS_FIRST: i64 = 7;

/// The figures that the channel's digest may show now. Noting what is shown is for those who show it.
pub async fn figures(tx: &mut Reading) -> Result<Published> {
    let settings = settings(tx).await?;
    let facts = facts(tx, &settings).await?;
    let shown = figures::shown(tx).await?;
    let published = safe(&facts, Some(&shown), settings.minimum_group);
    let zone = settings.zone();
    let today = cadence::local(tx.now, &zone).date();
    // Days, not hours: a digest and the note that comes with it are minutes apart.
    let day = today.saturating_sub((OWNERS_FIRST - 1).days());
    let told_by = cadence::at_local(day.to_datetime(Time::midnight()), &zone);
    let told = falls::told(tx, told_by).await?;
    let last = digests::newest(tx).await?;
    let last = last.and_then(|(last, _)| last.confidence_tenths);
    if owners::living(tx).await?.is_empty() {
        // Nobody is there to read of a fall first, so the channel reads of none, and of no earlier rise instead.
        return Ok(published.for_channel(None, None));
    }
    Ok(published.for_channel(told, last))
}

/// The mean change of confidence as owners read it, in tenths, and the memory from which the next is made.
pub async fn confidence(tx: &mut Reading) -> Result<(Option<i32>, Held)> {
    let settings = settings(tx).await?;
    let mut figures = figures::shown(tx).await?.under(settings.minimum_group);
    let ratings = reflections::confidence_changes(tx).await?;
    let mean = figures.confidence(&ratings);
    Ok((mean.map(|mean| mean.change), figures.done()))
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
