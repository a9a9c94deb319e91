//! The next digest as it would be posted now, for an owner alone.
//!
//! A preview is no publication: no chart has it, and the channel's week is still to come. But whoever reads it reads other
//! previews and the digest, too. So its figures are kept (`figures::keep_previewed`), and the next ones, of whatever kind, move
//! from them by the rules of `domain::figures`. Without that, two previews a day apart would be rounded anew each time, and the
//! difference between them could be one person.

use super::{messages, trend, week};
use crate::domain::key::Key;
use crate::domain::timer::Timer;
use crate::features::{Reply, Result, next_match, owners_only, settings};
use crate::shared::digest_now;
use crate::slack::event::Actor;
use crate::store::outbox::{self, Chart, ChartUpload, Kind, To, What};
use crate::store::{Tx, figures, timers};

/// Sends the owner who asks what the channel would read now.
pub async fn preview(tx: &mut Tx, actor: &Actor) -> Result<Reply> {
    owners_only(tx, actor).await?;
    let settings = settings(tx).await?;
    let published = digest_now::figures(tx).await?;
    if !published.has_figures() {
        return Ok(Reply::say(messages::nothing_to_preview(&settings)));
    }
    figures::keep_previewed(tx, published.held()).await?;
    let trend = match &settings.digest_channel {
        Some(channel) => {
            let week = week(tx.now, &settings.zone());
            trend(tx, channel, week, &published).await?
        }
        None => None,
    };
    let due = timers::due(tx, &Timer::Digest).await?;
    let next = next_match(tx).await?;
    let message = messages::preview(&settings, &published, trend.as_ref(), (&next, due, tx.now));
    let what = What::Post {
        to: To::Person(actor.user.clone()),
        message,
        chart: trend.map(|trend| Chart {
            trend,
            file: ChartUpload::NotYet,
        }),
        reservation: None,
        passes_on: None,
    };
    // Pressing the button twice sends one preview.
    let key = Key::DigestPreview {
        owner: actor.user.clone(),
        span: tx.now.as_second() / 10,
    };
    outbox::push(tx, Kind::Answer, &key, &what, None).await?;
    Ok(Reply::say(messages::preview_is_coming()))
}
