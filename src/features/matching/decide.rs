//! The owners' decisions on a round: approve it, undo that, introduce a pair they looked at, or decline it.
//!
//! Nothing is sent to participants for ten minutes after an approval or a check, or until a break of the program is over, so that it
//! can be undone. `Timer::Introduce` ends that. While pairs of a round wait for a decision, the others of it are decided on by themselves, and all stay on one card.

use super::card::{Card, card, found};
use super::owners::{is_over, remind_later};
use super::rights::{deciders_only, is_barred, stand_ins};
use super::{look_again, messages};
use crate::domain::happening::Happening;
use crate::domain::ids::{RoundId, UserId};
use crate::domain::timer::Timer;
use crate::features::{Reply, Result, refuse};
use crate::shared::enrollment;
use crate::shared::owners::{Deciding, round_changed};
use crate::slack::event::Actor;
use crate::store::rounds::{self, Fate, Origin, Proposal, Round, State};
use crate::store::{Reading, Tx, audit, timers};
use jiff::Timestamp;

const TOO_LATE: &str = "It's too late to undo this: the introductions have begun. If a pair shouldn't be one, a friendly word to \
                        the two helps most; each of them can end it at any time, without giving a reason.";

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
    let (own, sure): (Vec<Proposal>, Vec<Proposal>) = before
        .sure()
        .cloned()
        .partition(|pair| is_barred(&before, &actor.user, pair));
    if sure.is_empty() {
        return leave_to_others(tx, actor, &before, &own).await;
    }
    let introduce_at = holds_at(tx, &before.round).await?;
    let is_whole = own.is_empty() && before.to_check().next().is_none();
    if is_whole && rounds::approve(tx, round, &actor.user, introduce_at).await? {
        timers::by(tx, &Timer::Introduce(round), introduce_at).await?;
        decided(tx, &before.round, Some(&actor.user), "round_approved").await?;
    } else if !is_whole {
        // The others stay on this very card.
        audit::note(tx, &actor.user, "pairs_approved", &round.to_string()).await?;
        for pair in &sure {
            decide_on(tx, &actor.user, &before.round, pair).await?;
        }
        round_changed(tx, &before.round).await?;
    }
    for pair in &sure {
        note_own(tx, actor, &before, pair).await?;
    }
    let card = card(tx, round, 0).await?;
    Ok(card.reply().with_home())
}

/// When an owner's word on a round holds: nobody is introduced during a break of the program, and two who found each other are a
/// pair from the first match on.
async fn holds_at(tx: &mut Reading, round: &Round) -> Result<Timestamp> {
    let soon = tx.now + enrollment::UNDO;
    let first = enrollment::meet_from(tx, round.origin == Origin::Invite).await?;
    Ok(first.map_or(soon, |first| first.max(soon)))
}

/// An owner's word on one pair holds in ten minutes at the soonest, and can be taken back until then.
async fn decide_on(tx: &mut Tx, by: &UserId, held: &Round, pair: &Proposal) -> Result<()> {
    let (round, introduce_at) = (held.id, holds_at(tx, held).await?);
    let two = (&pair.mentor, &pair.mentee);
    if rounds::decide_on(tx, round, two, by, introduce_at).await? {
        timers::by(tx, &Timer::Introduce(round), introduce_at).await?;
    }
    Ok(())
}

/// Takes an approval back, while nobody has heard of it: the round is as it was. Of a round that is over, so are pairs that were
/// checked. Of a pair made by hand, or a swap, nothing is left.
pub async fn undo(tx: &mut Tx, actor: &Actor, round: RoundId) -> Result<Reply> {
    let before = card(tx, round, 0).await?;
    deciders_only(tx, actor, &before).await?;
    let state = before.round.state;
    let mut undone = if before.round.origin.is_by_hand() {
        rounds::withdraw(tx, round, &actor.user).await?
    } else {
        rounds::reopen(tx, round).await?
    };
    if !undone {
        for pair in before.about_to_meet() {
            if state == State::Proposed && pair.must_confirm {
                continue;
            }
            undone |= rounds::take_back(tx, round, (&pair.mentor, &pair.mentee)).await?;
        }
    }
    if undone {
        taken_back(tx, actor, &before.round, "approval_undone").await?;
    } else if state == State::Approved || before.made().next().is_some() {
        return refuse(TOO_LATE);
    }
    let card = card(tx, round, 0).await?;
    Ok(card.reply().with_home())
}

/// Takes it back that an owner checked this pair.
pub(super) async fn undo_check(
    tx: &mut Tx,
    actor: &Actor,
    round: RoundId,
    (mentor, mentee): (&UserId, &UserId),
) -> Result<Reply> {
    let before = card(tx, round, 0).await?;
    deciders_only(tx, actor, &before).await?;
    if rounds::take_back(tx, round, (mentor, mentee)).await? {
        taken_back(tx, actor, &before.round, "check_undone").await?;
    } else if before.is_made(mentor, mentee) {
        return refuse(TOO_LATE);
    }
    let at = before.index_of(mentor, mentee);
    let card = card(tx, round, at).await?;
    Ok(card.reply().with_home())
}

async fn taken_back(tx: &mut Tx, actor: &Actor, round: &Round, verb: &str) -> Result<()> {
    audit::note(tx, &actor.user, verb, &round.id.to_string()).await?;
    round_changed(tx, round).await?;
    lapse_gone(tx, round.id).await?;
    if rounds::waits_anew(tx, round.id).await? {
        // It may have been held for weeks: owners have as long as for a new one.
        remind_later(tx, round.id).await?;
    }
    if round.state != State::Proposed {
        // Their round is over, so another one has to find them.
        look_again(tx).await?;
    }
    Ok(())
}

/// Somebody may have gone since what is taken back was decided.
async fn lapse_gone(tx: &mut Tx, round: RoundId) -> Result<()> {
    let card = card(tx, round, 0).await?;
    if card.round.state != State::Proposed {
        return Ok(());
    }
    let mut open: Vec<Proposal> = card.open().cloned().collect();
    open.retain(|pair| card.has_somebody_gone(pair));
    for pair in &open {
        let two = (&pair.mentor, &pair.mentee);
        rounds::settle(tx, round, two, Fate::Lapsed, None).await?;
    }
    if !open.is_empty() {
        tx.happens(Happening::PairsLapsed(round));
    }
    Ok(())
}

/// Introductions of a round begin: its cards can no longer undo them. The round is decided with its last pair.
pub async fn introductions_begin(tx: &mut Tx, round: RoundId) -> Result<()> {
    let card = card(tx, round, 0).await?;
    round_changed(tx, &card.round).await?;
    if card.round.state == State::Proposed && card.is_settled() {
        finish_with_last(tx, &card).await?;
    }
    Ok(())
}

/// The last pair of a round is settled: who decided on another one has decided the round.
async fn finish_with_last(tx: &mut Tx, card: &Card) -> Result<()> {
    let mut decided_on = card.proposals.iter();
    let by = decided_on.find_map(|pair| pair.settled_by.clone());
    finish(tx, by.as_ref(), card.round.id).await?;
    Ok(())
}

/// Pairs of a round are settled otherwise: somebody is gone, or the two became a pair by another round. A round without any other pair is over, and the people who were
/// to be in it are free for another.
pub async fn pairs_lapsed(tx: &mut Tx, round: RoundId) -> Result<()> {
    let card = card(tx, round, 0).await?;
    if card.round.state == State::Approved && card.is_settled() {
        // Nobody is left to be introduced, so there is nothing to undo, and the others hear without waiting for the day.
        rounds::begin_introducing(tx, round).await?;
        timers::soon(tx, &Timer::Introduce(round)).await?;
    }
    round_changed(tx, &card.round).await?;
    if card.round.state == State::Proposed && card.is_settled() {
        // A pair that an owner left out can be put back as long as a whole round waits.
        let can_put_back = card.round.origin.is_whole() && card.has_left_out();
        if card.made().next().is_some() {
            finish_with_last(tx, &card).await?;
        } else if !can_put_back {
            is_over(tx, &card.round).await?;
        }
    }
    look_again(tx).await
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
            round_changed(tx, &card.round).await?;
            if card.open().count() == own.len() && card.about_to_meet().next().is_none() {
                finish(tx, Some(&actor.user), round).await?;
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

/// An owner looked at one pair and has it introduced.
pub async fn confirm(
    tx: &mut Tx,
    actor: &Actor,
    round: RoundId,
    (mentor, mentee): (&UserId, &UserId),
) -> Result<Reply> {
    let before = card(tx, round, 0).await?;
    deciders_only(tx, actor, &before).await?;
    let pair = before.pair(mentor, mentee).cloned();
    let Some(pair) = pair.filter(Proposal::is_undecided) else {
        return Ok(before.reply().with_home());
    };
    if before.round.state != State::Proposed {
        return Ok(before.reply().with_home());
    }
    if before.is_set_aside(mentor) || before.is_set_aside(mentee) {
        return refuse(
            "One of these two is set aside. Press *Look again* first, or bring them back.",
        );
    }
    if is_barred(&before, &actor.user, &pair) {
        return leave_to_others(tx, actor, &before, &[pair]).await;
    }
    audit::note(tx, &actor.user, "pair_confirmed", &round.to_string()).await?;
    note_own(tx, actor, &before, &pair).await?;
    decide_on(tx, &actor.user, &before.round, &pair).await?;
    round_changed(tx, &before.round).await?;
    let at = before.index_of(mentor, mentee);
    let card = card(tx, round, at).await?;
    Ok(card.reply().with_home())
}

/// Decides a round whose pairs are all settled, some of them introduced.
pub(super) async fn finish(tx: &mut Tx, by: Option<&UserId>, round: RoundId) -> Result<Reply> {
    let found = found(tx, round).await?;
    if rounds::decide(tx, round, State::Approved, by).await? {
        decided(tx, &found, by, "round_approved").await?;
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
        decided(tx, &before, Some(&actor.user), "round_rejected").await?;
        tx.happens(Happening::RoundRejected(round));
    }
    let card = card(tx, round, 0).await?;
    Ok(card.reply().with_home())
}

/// The effects of any decision: stores it, cancels the reminder, and shows it on every owner's card.
async fn decided(tx: &mut Tx, round: &Round, by: Option<&UserId>, verb: &str) -> Result<()> {
    let id = round.id;
    if let Some(by) = by {
        audit::note(tx, by, verb, &id.to_string()).await?;
    }
    timers::cancel(tx, &Timer::RoundWaits(id)).await?;
    round_changed(tx, round).await
}
