//! Where each card stands, so that it can be changed there.

use super::enqueue;
use super::read::open_keys;
use super::{Kind, Lane, Reading, Result, Tx, What, sql};
use crate::domain::card::{Card, Posted};
use crate::domain::key::Key;
use crate::store::db::{AnyRow, Columns as _};
use jiff::{SignedDuration, Timestamp};

/// A card that Slack could not be told about for this long stays as it is.
const TRIED_FOR: SignedDuration = SignedDuration::from_hours(72);

/// The copy that stands at a place.
pub async fn at(tx: &mut Reading, card: Card, place: &Lane) -> Result<Option<Posted>> {
    let row = sql!(
        "select channel_id, ts from cards where team_id = $1 and card = $2 and lane = $3",
        tx.team(),
        card,
        place
    );
    let read = |_: &Reading, row: &AnyRow| {
        let (channel, ts) = (row.get("channel_id")?, row.get("ts")?);
        Ok(Posted { channel, ts })
    };
    tx.read_first(row, read).await
}

/// A message is in Slack: if it is a copy of a card, it is the living one at its place, and the one before becomes a line.
pub(super) async fn placed(tx: &mut Tx, key: &Key, place: &Lane, now_at: &Posted) -> Result<()> {
    let Some(card) = key.card() else {
        return Ok(());
    };
    let before = at(tx, card, place).await?;
    let placed = sql!(
        "insert into cards (team_id, card, lane, channel_id, ts, placed_at) values ($1, $2, $3, $4, $5, $6)
         on conflict (team_id, card, lane) do update
         set channel_id = excluded.channel_id, ts = excluded.ts, placed_at = excluded.placed_at",
        tx.team(), card, place, now_at.channel, now_at.ts, tx.now
    );
    tx.run(placed).await?;
    let Some(before) = before.filter(|before| before != now_at) else {
        return Ok(());
    };
    let id = tx.new_id();
    let what = What::Card {
        card,
        place: place.clone(),
        superseded: Some(before),
    };
    push(tx, &Key::CardReplaced { card, id }, &what).await
}

/// What a card is about has changed: it changes at those of these places where it stands, or is about to. Its contents are
/// read when it is sent, so several changes are one where none was sent yet.
pub async fn changed(tx: &mut Tx, card: Card, places: &[Lane]) -> Result<()> {
    for place in places {
        let mut stands = at(tx, card, place).await?.is_some();
        let mut is_queued = false;
        for (key, queued) in open_keys(tx, place).await? {
            is_queued |= queued && matches!(key, Key::Card { card: other, .. } if other == card);
            stands |= key.card() == Some(card);
        }
        if stands && !is_queued {
            let id = tx.new_id();
            let what = What::Card {
                card,
                place: place.clone(),
                superseded: None,
            };
            push(tx, &Key::Card { card, id }, &what).await?;
        }
    }
    Ok(())
}

async fn push(tx: &mut Tx, key: &Key, what: &What) -> Result<()> {
    let until = tx.now.saturating_add(TRIED_FOR).unwrap_or(Timestamp::MAX);
    enqueue::push(tx, Kind::Card, key, what, Some(until)).await?;
    Ok(())
}
