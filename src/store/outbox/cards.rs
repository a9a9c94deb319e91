//! Where each card stands, so that it can be changed there.

use super::enqueue;
use super::{Kind, Lane, Reading, Result, Tx, What, sql};
use crate::domain::card::{Card, Posted};
use crate::domain::card_change::{Open, Way, way};
use crate::domain::delivery::State;
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

/// The places where a card stands.
async fn places(tx: &mut Reading, card: Card) -> Result<Vec<Lane>> {
    let standing = sql!(
        "select lane from cards where team_id = $1 and card = $2 order by lane",
        tx.team(),
        card
    );
    tx.read_all(standing, |_, row| row.get("lane")).await
}

/// The cards that only those who act for the program may read, with the places where they stand.
pub async fn of_owners(tx: &mut Reading) -> Result<Vec<(Card, Lane)>> {
    let standing = sql!(
        "select card, lane from cards where team_id = $1 and (card like 'round/%' or card like 'first_match/%')
         order by lane, card",
        tx.team()
    );
    let read = |_: &Reading, row: &AnyRow| {
        let card: String = row.get("card")?;
        let lane = row.get("lane")?;
        Ok(Card::read(&card).map(|card| (card, lane)))
    };
    let standing = tx.read_all(standing, read).await?;
    Ok(standing.into_iter().flatten().collect())
}

/// The owners' questions about the first match, about each of its days, that stand somewhere.
pub async fn of_first_match(tx: &mut Reading) -> Result<Vec<Card>> {
    let standing = sql!(
        "select distinct card from cards where team_id = $1 and card like 'first_match/%' order by card",
        tx.team()
    );
    let read = |_: &Reading, row: &AnyRow| {
        let card: String = row.get("card")?;
        // Another release's card is none of ours.
        Ok(Card::read(&card))
    };
    let standing = tx.read_all(standing, read).await?;
    Ok(standing.into_iter().flatten().collect())
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
    replaced(tx, card, place, before).await
}

/// The copy at a place becomes a line, and is none from then on.
pub async fn retired(tx: &mut Tx, card: Card, place: &Lane) -> Result<()> {
    let Some(copy) = at(tx, card, place).await? else {
        return Ok(());
    };
    let gone = sql!(
        "delete from cards where team_id = $1 and card = $2 and lane = $3",
        tx.team(),
        card,
        place
    );
    tx.run(gone).await?;
    replaced(tx, card, place, copy).await
}

async fn replaced(tx: &mut Tx, card: Card, place: &Lane, copy: Posted) -> Result<()> {
    let id = tx.new_id();
    let what = What::Card {
        card,
        place: place.clone(),
        superseded: Some(copy),
    };
    push(tx, &what.lane(), &Key::CardReplaced { card, id }, &what).await
}

/// What a card is about has changed: it changes at those of these places where it stands, or is about to. Its contents are
/// read when it is sent, so several changes are one where none was sent yet.
pub async fn changed(tx: &mut Tx, card: Card, places: &[Lane]) -> Result<()> {
    for place in places {
        let stands = at(tx, card, place).await?.is_some();
        let open = open(tx, place).await?;
        let Some(way) = way(card, stands, &open) else {
            try_on(tx, card, &open).await?;
            continue;
        };
        let lane = match way {
            Way::OwnLane => place.of_cards(),
            Way::BehindACopy => place.clone(),
        };
        let id = tx.new_id();
        let what = What::Card {
            card,
            place: place.clone(),
            superseded: None,
        };
        push(tx, &lane, &Key::Card { card, id }, &what).await?;
    }
    Ok(())
}

/// The same wherever it stands, also with people whom it no longer concerns, and at those of these places to which it is on
/// its way.
pub async fn changed_everywhere(tx: &mut Tx, card: Card, on_its_way: &[Lane]) -> Result<()> {
    let standing = places(tx, card).await?;
    changed(tx, card, &standing).await?;
    let others = on_its_way.iter().filter(|place| !standing.contains(place));
    let others: Vec<Lane> = others.cloned().collect();
    changed(tx, card, &others).await
}

/// What is on its way to a place, and to the cards there, oldest first.
async fn open(tx: &mut Reading, place: &Lane) -> Result<Vec<Open>> {
    let open = sql!(
        "select lane, dedupe_key, state from outbox where team_id = $1 and lane in ($2, $3)
         and state in ('queued', 'leased') order by id",
        tx.team(),
        place,
        place.of_cards()
    );
    let read = |_: &Reading, row: &AnyRow| {
        let (lane, state): (Lane, State) = (row.get("lane")?, row.get("state")?);
        // Another release's key is no card of ours.
        let key = row.get("dedupe_key").ok();
        Ok(key.map(|key| Open {
            key,
            in_own_lane: lane != *place,
            is_queued: state == State::Queued,
        }))
    };
    let open = tx.read_all(open, read).await?;
    Ok(open.into_iter().flatten().collect())
}

/// What waits already shows this change, too: it is tried for as long as one of its own would be.
async fn try_on(tx: &mut Tx, card: Card, open: &[Open]) -> Result<()> {
    let until = tried_until(tx);
    for row in open {
        if matches!(row.key, Key::Card { card: other, .. } if other == card) {
            tx.run(sql!(
                "update outbox set expires_at = $1 where team_id = $2 and dedupe_key = $3 and state = 'queued' and expires_at < $1",
                until,
                tx.team(),
                &row.key
            ))
            .await?;
        }
    }
    Ok(())
}

fn tried_until(tx: &Reading) -> Timestamp {
    tx.now.saturating_add(TRIED_FOR).unwrap_or(Timestamp::MAX)
}

async fn push(tx: &mut Tx, lane: &Lane, key: &Key, what: &What) -> Result<()> {
    let until = tried_until(tx);
    enqueue::push_behind(tx, lane, Kind::Card, key, what, Some(until)).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::PairId;
    use crate::domain::program::Settings;
    use crate::store::outbox;
    use crate::testing::feature_test::FeatureTest;
    use crate::testing::outgoing;

    /// One change is tried for three days from the last thing that it shows.
    #[tokio::test]
    async fn a_change_that_waits_already_is_tried_for_as_long_as_a_new_one() {
        let mut test = FeatureTest::program(Settings::default()).await;
        let (card, place) = (Card::Agreement(PairId(1)), Lane::Person("UANA".into()));
        let mut tx = test.tx().await;
        outgoing::card_stands(&mut tx, card, &place).await;
        tx.commit().await.unwrap();
        for hours in [0, 71] {
            test.pass(SignedDuration::from_hours(hours)).await;
            let mut tx = test.tx().await;
            changed(&mut tx, card, std::slice::from_ref(&place))
                .await
                .unwrap();
            tx.commit().await.unwrap();
        }
        let mut tx = test.tx().await;
        let open = outbox::open(&mut tx).await.unwrap();
        tx.rollback().await;
        let is_change = |what: &What| matches!(what, What::Card { .. });
        let changes = open.iter().filter(|head| is_change(&head.delivery.what));
        let ends: Vec<_> = changes.map(|head| head.delivery.expires).collect();
        assert_eq!(ends, [Some(test.now + TRIED_FOR)]);
    }
}
