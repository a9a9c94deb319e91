//! The owners' decisions on a round: approve it, undo that, introduce a pair they looked at, or decline it.
//!
//! Nothing is sent to participants for ten minutes after an approval, so that it can be undone. `Timer::Introduce` ends that.

use super::card::{Card, card, found};
use super::messages;
use super::owners::{card_changed, remind_later};
use super::rights::{deciders_only, is_barred, stand_ins};
use crate::domain::happening::Happening;
use crate::domain::ids::{RoundId, UserId};
use crate::domain::timer::Timer;
use crate::features::{Reply, Result, refuse};
use crate::shared::owners::Deciding;
use crate::slack::event::Actor;
use crate::store::rounds::{self, Fate, Origin, Proposal, Round, State};
use crate::store::{Tx, audit, timers};
use jiff::SignedDuration;

/// How long an approval can be undone.
const UNDO: SignedDuration = SignedDuration::from_mins(10);

pub async fn approve(tx: &mut Tx, actor: &Actor, round: RoundId) -> Result<Reply> {
    let before = card(tx, round, 0).await?;
    deciders_only(tx, actor, &before).await?;
    if before.round.state != State::Proposed {
        return Ok(before.reply().with_home());
    }
    if before.open().next().is_none() {
        return refuse(
            "Every pair in this round was left out, so there's nothing to approve. You can decline it, or ask for \
             another with `/reverse-mentor round`.",
        );
    }
    if before.has_somebody_set_aside() {
        return refuse(
            "Someone in one of these pairs is set aside. Press *Look again* first, or bring them back.",
        );
    }
    if before.sure().next().is_none() {
        // Each of these pairs has a button of its own, which older cards and the Home tab do not show.
        return Ok(before.reply());
    }
    let own = before
        .sure()
        .filter(|pair| is_barred(&before, &actor.user, pair));
    let own: Vec<Proposal> = own.cloned().collect();
    if own.len() == before.sure().count() {
        return leave_to_others(tx, actor, &before, &own).await;
    }
    let introduce_at = tx.now + UNDO;
    if rounds::approve(tx, round, &actor.user, introduce_at).await? {
        timers::at(tx, &Timer::Introduce(round), introduce_at).await?;
        decided(tx, &before.round, actor, "round_approved").await?;
        for pair in before.sure() {
            note_own(tx, actor, &before, pair).await?;
        }
    }
    let card = card(tx, round, 0).await?;
    Ok(card.reply().with_home())
}

/// Puts an approved round back as it was, while nobody has heard of it.
pub async fn undo(tx: &mut Tx, actor: &Actor, round: RoundId) -> Result<Reply> {
    let before = card(tx, round, 0).await?;
    deciders_only(tx, actor, &before).await?;
    if rounds::reopen(tx, round).await? {
        timers::cancel(tx, &Timer::Introduce(round)).await?;
        remind_later(tx, round).await?;
        audit::note(tx, &actor.user, "approval_undone", &round.to_string()).await?;
        card_changed(tx, &before.round).await?;
    } else if before.round.state == State::Approved {
        return refuse(
            "It's too late to undo this: the introductions have begun. If a pair shouldn't be one, a friendly word to the two \
             helps most; each of them can end it at any time, without giving a reason.",
        );
    }
    let card = card(tx, round, 0).await?;
    Ok(card.reply().with_home())
}

/// The introductions of an approved round begin: its cards can no longer undo it.
pub async fn introductions_begin(tx: &mut Tx, round: RoundId) -> Result<()> {
    let round = found(tx, round).await?;
    card_changed(tx, &round).await
}

/// Pairs of somebody who acts for the program are left to another owner, or else to the admins.
async fn leave_to_others(
    tx: &mut Tx,
    actor: &Actor,
    card: &Card,
    own: &[Proposal],
) -> Result<Reply> {
    let round = card.round.id;
    let Some(first) = own.first() else {
        return Ok(card.reply());
    };
    match card.deciders.of((&first.mentor, &first.mentee)) {
        Deciding::Acting(others) => refuse(messages::left_to_owners(&others)),
        Deciding::Admins(admins) if stand_ins(card).is_empty() => {
            // Admins decide on these pairs and see no others.
            let apart = rounds::ask_apart(tx, &card.round, own).await?;
            tx.happens(Happening::RoundProposed(apart));
            card_changed(tx, &card.round).await?;
            if card.open().count() == own.len() {
                finish(tx, actor, round).await?;
            }
            Ok(Reply::say(messages::left_to_admins(&admins)).with_home())
        }
        // They have this very card.
        Deciding::Admins(admins) => refuse(messages::left_to_admins(&admins)),
        Deciding::NobodyElse => Ok(card.reply()),
    }
}

/// An owner whom nobody can stand in for decides on their own pair: that is on record.
async fn note_own(tx: &mut Tx, actor: &Actor, card: &Card, pair: &Proposal) -> Result<()> {
    let two = (&pair.mentor, &pair.mentee);
    let is_own = [two.0, two.1].contains(&&actor.user);
    if is_own && card.deciders.of(two) == Deciding::NobodyElse {
        let subject = card.round.id.to_string();
        audit::note(tx, &actor.user, "own_pair_approved", &subject).await?;
    }
    Ok(())
}

/// An owner looked at one pair and has it introduced. The round is decided with its last pair.
pub async fn confirm(
    tx: &mut Tx,
    actor: &Actor,
    round: RoundId,
    (mentor, mentee): (&UserId, &UserId),
) -> Result<Reply> {
    let mut card = card(tx, round, 0).await?;
    deciders_only(tx, actor, &card).await?;
    let pair = card.pair(mentor, mentee).cloned();
    let Some(pair) = pair.filter(|pair| pair.fate == Fate::Open) else {
        return Ok(card.reply().with_home());
    };
    if card.round.state != State::Proposed {
        return Ok(card.reply().with_home());
    }
    if card.is_set_aside(mentor) || card.is_set_aside(mentee) {
        return refuse(
            "One of these two is set aside. Press *Look again* first, or bring them back.",
        );
    }
    if is_barred(&card, &actor.user, &pair) {
        return leave_to_others(tx, actor, &card, &[pair]).await;
    }
    card.at = card.index_of(mentor, mentee);
    audit::note(tx, &actor.user, "pair_confirmed", &round.to_string()).await?;
    note_own(tx, actor, &card, &pair).await?;
    tx.happens(Happening::PairConfirmed {
        round,
        mentor: mentor.clone(),
        mentee: mentee.clone(),
    });
    card_changed(tx, &card.round).await?;
    card.introduce(mentor, mentee);
    if card.open().next().is_none() {
        return finish(tx, actor, round).await;
    }
    Ok(card.reply().with_home())
}

/// Decides a round whose pairs are all settled, some of them introduced.
pub(super) async fn finish(tx: &mut Tx, actor: &Actor, round: RoundId) -> Result<Reply> {
    let found = found(tx, round).await?;
    if rounds::decide(tx, round, State::Approved, Some(&actor.user)).await? {
        decided(tx, &found, actor, "round_approved").await?;
        tx.happens(Happening::RoundApproved(round));
    }
    let card = card(tx, round, 0).await?;
    Ok(card.reply().with_home())
}

pub async fn reject(tx: &mut Tx, actor: &Actor, round: RoundId) -> Result<Reply> {
    let seen = card(tx, round, 0).await?;
    deciders_only(tx, actor, &seen).await?;
    let before = seen.round;
    if rounds::decide(tx, round, State::Rejected, Some(&actor.user)).await? {
        if before.origin == Origin::Invite {
            // An owner rejected these two, so matching does not propose them again either.
            for pair in rounds::proposals(tx, round).await? {
                let two = (&pair.mentor, &pair.mentee);
                rounds::settle(tx, round, two, Fate::Dropped, Some(&actor.user)).await?;
            }
        }
        decided(tx, &before, actor, "round_rejected").await?;
        tx.happens(Happening::RoundRejected(round));
    }
    let card = card(tx, round, 0).await?;
    Ok(card.reply().with_home())
}

/// The effects of any decision: stores it, cancels the reminder, and shows it on every owner's card.
async fn decided(tx: &mut Tx, round: &Round, actor: &Actor, verb: &str) -> Result<()> {
    let id = round.id;
    audit::note(tx, &actor.user, verb, &id.to_string()).await?;
    timers::cancel(tx, &Timer::RoundWaits(id)).await?;
    card_changed(tx, round).await
}
