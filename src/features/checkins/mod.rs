//! "Still good?", the midpoint and the closing: private, never a judgment.
//!
//! Each check-in is a row with its own timer. So is each note to an owner, which has names and a state but no reasons.

mod by_owner;
mod cards;
mod closing;
mod common;
mod due;
mod messages;
#[cfg(test)]
mod tests;
mod written;

pub use by_owner::{asked_by_owner, open_ask};
pub use cards::{card, months_are_over, partner_back, they_met};
pub use closing::{back_from_break, cycles_done, next, pair_ended};
pub use due::{due, unsent};

use super::{Reply, Result, not_erased, nothing_changed, refuse};
use crate::domain::cadence::after;
use crate::domain::checkin::{Kind, StillGood};
use crate::domain::happening::Ending;
use crate::domain::ids::{CheckinId, PairId, UserId};
use crate::domain::key::Key;
use crate::domain::pair::{self, Pair};
use crate::domain::participant::BREAK_ASKED_AGAIN;
use crate::shared::owners::{self, Deciding};
use crate::slack::event::{Actor, Answers};
use crate::store::checkins::{self, Benefit, Checkin};
use crate::store::outbox::{self, Passed, PassesOn, To};
use crate::store::{Reading, Tx, cycles, met, pairs, participants, reflections};
use common::{ask, ask_from, both, end, mine};
use jiff::{SignedDuration, Timestamp};
use written::Written;

/// A cycle closed: starts a check-in after two quiet months in a row, or at the midpoint.
pub async fn cycle_closed(tx: &mut Tx, pair: PairId, number: u8) -> Result<()> {
    let Some(pair) = pairs::find(tx, pair).await? else {
        return Ok(());
    };
    // After the last cycle, the closing asks everything.
    if !pair.runs() || number >= pair.cycles {
        return Ok(());
    }
    if number == halfway(tx, &pair).await? {
        both(tx, &pair, Kind::Midpoint, number).await?;
    }
    for user in pair.members() {
        let quiet = two_quiet(tx, &pair, user, number).await?;
        if quiet && !asked_last_month(tx, &pair, user, number).await? {
            // Owners read in their weekly companion of pairs of which both were quiet.
            ask(tx, &pair, user, Kind::StillGood, number).await?;
        }
    }
    Ok(())
}

/// The month in the middle of the pair's current term; a term begins after the last closing.
async fn halfway(tx: &mut Reading, pair: &Pair) -> Result<u8> {
    let asked = checkins::of(tx, pair.id).await?;
    let closings = asked.iter().filter(|asked| asked.kind == Kind::Closing);
    let began = closings.map(|closing| closing.number).max().unwrap_or(0);
    Ok(match pair.cycles.saturating_sub(began) {
        0 | 1 => 0,
        term => began + term / 2,
    })
}

/// A partner who need not wait for somebody reads so again after this long, if the break goes on without an end in sight.
const STILL_AWAY_AGAIN: SignedDuration = SignedDuration::from_hours(12 * 7 * 24);

/// Somebody is away for long. Each partner who is here reads that they need not wait: after six weeks of it, with a date or
/// without, and every twelve weeks from then on. A pair at its closing has no month to wait for; if it goes on, this is asked again.
pub async fn partner_away(tx: &mut Tx, user: &UserId) -> Result<()> {
    let Some(since) = participants::paused_since(tx, user).await? else {
        return Ok(());
    };
    let at = after(since, BREAK_ASKED_AGAIN).max(tx.now);
    let open = pairs::open_of(tx, user).await?;
    for pair in open.into_iter().filter(Pair::runs) {
        let partner = pair.partner_of(user);
        let asked = checkins::of(tx, pair.id).await?;
        let last = asked
            .iter()
            .rfind(|one| one.kind == Kind::PartnerAway && one.user == *partner);
        // An earlier break has had its words; this is another one, or the same one after a long time.
        let number = match last {
            Some(last) if last.dropped || !last.due && is_long_ago(last, since, tx.now) => {
                last.number.saturating_add(1)
            }
            Some(last) => last.number,
            None => 1,
        };
        ask_from(tx, &pair, partner, (Kind::PartnerAway, number), at).await?;
    }
    Ok(())
}

/// Whether a partner read a long time ago that they need not wait for somebody who is away since `since`.
fn is_long_ago(told: &Checkin, since: Timestamp, now: Timestamp) -> bool {
    let told = told.created_at.max(after(since, BREAK_ASKED_AGAIN));
    after(told, STILL_AWAY_AGAIN) <= now
}

/// Whether cycle `number` and the one before it passed without a word from `user` that they met. What the partner said does not
/// count: a question that stays away would tell it.
async fn two_quiet(tx: &mut Reading, pair: &Pair, user: &UserId, number: u8) -> Result<bool> {
    let mut quiet = 0;
    for cycle in cycles::of(tx, pair.id).await? {
        if cycle.number == number || cycle.number + 1 == number {
            let knows = met::of(tx, cycle.id).await?.said_yes(pair, user);
            let is_quiet = cycle.as_seen(knows).is_quiet();
            quiet += u8::from(is_quiet);
        }
    }
    Ok(quiet == 2)
}

/// Every other month is often enough to ask.
async fn asked_last_month(
    tx: &mut Reading,
    pair: &Pair,
    user: &UserId,
    number: u8,
) -> Result<bool> {
    let before = checkins::of(tx, pair.id).await?;
    Ok(before.iter().any(|checkin| {
        let was_asked = checkin.kind == Kind::StillGood && !checkin.dropped;
        was_asked && checkin.number + 1 == number && checkin.user == *user
    }))
}

/// Tells those who are told about the pair, and returns who they are. A call for help goes out at once and waits behind nothing,
/// and each one does: whoever asked has read that they know. Only when the partner asked in answer to the same question is it the
/// same call, since a second note would say that both asked.
async fn call_for_help(tx: &mut Tx, pair: &Pair, asked: &Checkin) -> Result<Deciding> {
    let before = checkins::of(tx, pair.id).await?;
    let same_call = before.iter().find(|other| {
        other.is_partners_copy_of(asked) && other.said == Some(word(StillGood::NeedHelp).to_owned())
    });
    let since = same_call.and_then(|other| other.answered_at);
    let told = owners::deciders(tx).await?.of((&pair.mentor, &pair.mentee));
    for owner in &told.clone().into_people() {
        let last = before
            .iter()
            .rfind(|note| note.kind == Kind::HelpNote && note.user == *owner);
        let knows = last.filter(|last| since.is_some_and(|since| last.created_at >= since));
        if let Some(note) = knows
            && !outbox::has_failed(tx, &Key::Checkin(note.id)).await?
        {
            continue;
        }
        let next = last.map_or(0, |last| last.number.saturating_add(1));
        let number = asked.number.max(next);
        if let Some(id) = checkins::create(tx, pair.id, owner, Kind::HelpNote, number).await? {
            let (to, key) = (To::Person(owner.clone()), Key::Checkin(id));
            let note = messages::help_note(pair, owners::is_owner(tx, owner).await?);
            let passes_on = PassesOn::of(&asked.user, Passed::CallForHelp);
            outbox::pass_on(tx, passes_on, to, &key, note).await?;
            checkins::asked(tx, id).await?;
        }
    }
    Ok(told)
}

/// Handles the answer: all good, need help, or end kindly.
pub async fn still_good(
    tx: &mut Tx,
    actor: &Actor,
    checkin: CheckinId,
    said: StillGood,
) -> Result<Reply> {
    let (checkin, pair) = mine(tx, actor, checkin).await?;
    if pair.state == pair::State::Closed {
        return Ok(Reply::replace(messages::pair_is_closed(&pair, &actor.user)));
    }
    if checkin.said.is_some() {
        return Ok(Reply::replace(messages::answered_already()));
    }
    checkins::say(tx, checkin.id, word(said)).await?;
    match said {
        StillGood::AllGood => Ok(Reply::replace(messages::all_good(&pair, &actor.user))),
        StillGood::NeedHelp => {
            let told = call_for_help(tx, &pair, &checkin).await?;
            // The trouble may be about a contact who is, or was, their partner.
            let contact = owners::contact(tx).await?;
            let own = pairs::of(tx, &actor.user).await?;
            let contact = contact.filter(|contact| !own.iter().any(|pair| pair.has(contact)));
            Ok(Reply::replace(messages::need_help(contact.as_ref(), &told)))
        }
        StillGood::EndKindly => {
            end(tx, &pair, Some(&actor.user), Ending::Ended).await?;
            Ok(Reply::replace(messages::ended(&pair, &actor.user)))
        }
    }
}

fn word(said: StillGood) -> &'static str {
    match said {
        StillGood::AllGood => "all_good",
        StillGood::NeedHelp => "need_help",
        StillGood::EndKindly => "end_kindly",
    }
}

/// The form of the midpoint or the closing, with earlier answers.
pub async fn open(tx: &mut Reading, actor: &Actor, checkin: CheckinId) -> Result<Reply> {
    let (checkin, pair) = mine(tx, actor, checkin).await?;
    not_erased(tx, &pair).await?;
    let written = Written::of(&checkin);
    Ok(match checkin.kind {
        Kind::Midpoint => Reply::modal(messages::midpoint_form(&pair, &checkin, &written)),
        Kind::Closing => {
            let then = reflections::first_confidence(tx, pair.id, &actor.user).await?;
            Reply::modal(messages::closing_form(&pair, &checkin, &written, then))
        }
        _ => return refuse("There's nothing to fill in here."),
    })
}

pub async fn answered(
    tx: &mut Tx,
    actor: &Actor,
    checkin: CheckinId,
    answers: &Answers,
) -> Result<Reply> {
    let (checkin, pair) = mine(tx, actor, checkin).await?;
    not_erased(tx, &pair).await?;
    let rating = |field| {
        let picked = answers.one(field).and_then(|one| one.parse::<u8>().ok());
        picked.filter(|rating| (1..=5).contains(rating))
    };
    let written = Written {
        worth: answers.one("worth").map(str::to_owned),
        text: answers.text("text").map(str::to_owned),
        then: rating("then"),
    };
    let yes_or_no = |field| match answers.one(field) {
        Some("yes") => Some(true),
        Some("no") => Some(false),
        _ => None,
    };
    let benefit = Benefit {
        would_recommend: yes_or_no("recommend"),
        would_repeat: yes_or_no("repeat"),
    };
    let (before, now) = (Written::of(&checkin), rating("now"));
    if (&written, now, benefit) == (&before, checkin.confidence, checkin.benefit) {
        if now.is_none() && written == Written::default() && benefit == Benefit::default() {
            let problem = "There's nothing here yet. Fill in a line, or close this window: no answer is fine too.";
            return Ok(Reply::errors(vec![("text", problem.to_owned())]));
        }
        return Ok(Reply::modal(nothing_changed()));
    }
    checkins::answer(tx, checkin.id, &written.encode(), now).await?;
    if checkin.kind == Kind::Closing {
        checkins::say_benefit(tx, checkin.id, benefit).await?;
    }
    Ok(Reply::modal(messages::thanks(&pair, &checkin)))
}
