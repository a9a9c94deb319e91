//! Owners have failed messages sent again, as far as they still apply.

use super::{mending, messages};
use crate::domain::key::Key;
use crate::features::{Reply, Result, owners_only};
use crate::shared::{deliveries, news, send_again as again};
use crate::slack::event::Actor;
use crate::store::outbox::{self, Failed, cards};
use crate::store::{Tx, audit, companions};
use jiff::Timestamp;

/// An owner has what failed between two instants (epoch milliseconds) sent again. Pressed twice, nothing is sent twice: what
/// was sent again is no longer a failure.
pub async fn send_again(tx: &mut Tx, actor: &Actor, between: (i64, i64)) -> Result<Reply> {
    owners_only(tx, actor).await?;
    let from = Timestamp::from_millisecond(between.0).unwrap_or(tx.now);
    let (mut sent, mut left) = (Vec::new(), 0_usize);
    let failed = outbox::failed_since(tx, from).await?;
    for failed in deliveries::for_reader(tx, failed, &actor.user).await? {
        let is_meant = failed.failed_at.as_millisecond() <= between.1;
        if !is_meant || !deliveries::is_worth_telling(&failed.lane) {
            continue;
        }
        if again::applies(tx, &failed).await? && queue(tx, &failed).await? {
            sent.push(deliveries::message(tx, &failed).await?);
        } else {
            left += 1;
        }
    }
    if !sent.is_empty() {
        audit::note(tx, &actor.user, "sent_again", &sent.len().to_string()).await?;
    }
    Ok(Reply::replace(messages::sent_again(sent, left)).with_home())
}

async fn queue(tx: &mut Tx, failed: &Failed) -> Result<bool> {
    let Some(delivery) = outbox::failed(tx, failed.id).await? else {
        return Ok(false);
    };
    let anew = delivery.anew(&failed.error);
    let is_queued = if anew.what.is_news() {
        news::again(tx, &anew).await?
    } else {
        outbox::send_again(tx, &anew).await?
    };
    if is_queued {
        if let Some(card) = failed.key.as_ref().and_then(Key::card) {
            // The message is as old as its failure, and no change could reach a card that stood nowhere.
            cards::changed(tx, card, std::slice::from_ref(&failed.lane)).await?;
        }
        // Should Slack refuse it again, owners read so: they were promised it.
        let names = mending::names(std::slice::from_ref(failed))?;
        companions::unsay(tx, &names).await?;
    }
    Ok(is_queued)
}
