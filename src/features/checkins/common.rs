//! Steps that all check-ins share: asking both partners, reading one check-in, changing its card, and ending the pair.

use crate::domain::card::Card;
use crate::domain::checkin::Kind;
use crate::domain::happening::{Ending, Happening};
use crate::domain::ids::{CheckinId, UserId};
use crate::domain::pair::Pair;
use crate::domain::timer::Timer;
use crate::features::{Result, refuse};
use crate::slack::event::Actor;
use crate::store::checkins::{self, Checkin};
use crate::store::outbox::{Lane, cards};
use crate::store::{Reading, Tx, pairs, timers};
use jiff::Timestamp;

/// Asks each partner.
pub(super) async fn both(tx: &mut Tx, pair: &Pair, kind: Kind, number: u8) -> Result<()> {
    for user in pair.members() {
        ask(tx, pair, user, kind, number).await?;
    }
    Ok(())
}

/// Asks one partner.
pub(super) async fn ask(
    tx: &mut Tx,
    pair: &Pair,
    user: &UserId,
    kind: Kind,
    number: u8,
) -> Result<()> {
    let now = tx.now;
    ask_from(tx, pair, user, (kind, number), now).await
}

/// Asks one partner at the first good hour from `at` on, unless they were asked.
pub(super) async fn ask_from(
    tx: &mut Tx,
    pair: &Pair,
    user: &UserId,
    (kind, number): (Kind, u8),
    at: Timestamp,
) -> Result<()> {
    if let Some(id) = checkins::create(tx, pair.id, user, kind, number).await? {
        timers::at(tx, &Timer::Checkin(id), at).await?;
    }
    Ok(())
}

/// Changes the cards of one partner's check-ins where they stand.
pub(super) async fn cards_changed(tx: &mut Tx, pair: &Pair, user: &UserId) -> Result<()> {
    for checkin in checkins::of(tx, pair.id).await? {
        if checkin.user == *user {
            let place = Lane::Person(checkin.user);
            cards::changed(tx, Card::Checkin(checkin.id), &[place]).await?;
        }
    }
    Ok(())
}

/// Closes the pair, once.
pub(super) async fn end(
    tx: &mut Tx,
    pair: &Pair,
    by: Option<&UserId>,
    why: Ending,
) -> Result<bool> {
    let closed = pairs::close(tx, pair.id, why).await?;
    if closed {
        tx.happens(Happening::PairEnded {
            pair: pair.id,
            by: by.cloned(),
            why,
        });
    }
    Ok(closed)
}

/// The check-in, if the actor is the person it was sent to.
pub(super) async fn mine(
    tx: &mut Reading,
    actor: &Actor,
    id: CheckinId,
) -> Result<(Checkin, Pair)> {
    let Some(checkin) = checkins::find(tx, id).await? else {
        return refuse("I can't find that question anymore. It may have been erased.");
    };
    if checkin.user != actor.user {
        return refuse("That question was for someone else, and only they can answer it.");
    }
    match pairs::find(tx, checkin.pair).await? {
        Some(pair) => Ok((checkin, pair)),
        None => refuse("I can't find that question anymore. It may have been erased."),
    }
}
