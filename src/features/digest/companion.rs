//! The owners' weekly companion: people to look after, and problems to fix.

use super::report::{self, Report};
use super::{stand_ins, week};
use crate::domain::cadence::{self, Hours};
use crate::domain::companion::Thing;
use crate::domain::happening::Ending;
use crate::domain::ids::{PairId, RoundId, UserId};
use crate::domain::key::{AboutRound, Key};
use crate::domain::message::Message;
use crate::domain::pair::Pair;
use crate::domain::timer::Timer;
use crate::domain::week::IsoWeek;
use crate::features::{Result, settings};
use crate::shared::nudge::{self, Nudge, Outcome};
use crate::shared::{digest_now, failures, list_ends, owners};
use crate::store::companions::{self, Names};
use crate::store::outbox::{self, Kind, To};
use crate::store::overview::NOT_BEGUN;
use crate::store::rounds::Proposal;
use crate::store::{
    Reading, Tx, candidates, checkins, cycles, digests, falls, figures, pairs, participants,
    people, rounds, timers, workdays,
};
use jiff::{SignedDuration, Timestamp};
use std::collections::HashSet;

/// While a round is being made, the companion waits this long, so that it does not list the previous one.
const A_MOMENT: SignedDuration = SignedDuration::from_mins(5);
/// A round that takes longer has a problem, and the companion goes out without it.
const PATIENCE: SignedDuration = SignedDuration::from_hours(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);
const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Pairs that ended within this time of each other may be of one cohort.
const COHORT: SignedDuration = SignedDuration::from_hours(90 * 24);
/// A break without a date is listed after this long.
const SIX_WEEKS: SignedDuration = SignedDuration::from_hours(42 * 24);
/// Slack is asked about everybody once a week, and usually answers within the hour.
const UNHEARD: SignedDuration = SignedDuration::from_hours(9 * 24);

/// Timer `Companion`: sent once a week to an owner, or to an admin who stands in, in their working hours, on a day without another
/// nudge.
pub async fn companion(tx: &mut Tx, owner: &UserId, noted: Option<IsoWeek>) -> Result<()> {
    let settings = settings(tx).await?;
    // The digest's week, because the next one may have begun.
    let week = noted.unwrap_or_else(|| week(tx.now, &settings.zone()));
    let timer = Timer::Companion {
        owner: owner.clone(),
        week: noted,
    };
    let owns = owners::living(tx).await?.contains(owner);
    if !owns && !people::admins(tx).await?.contains(owner) {
        return Ok(());
    }
    let now = tx.now;
    let day = workdays::of(tx, owner, &settings.zone()).await?;
    let hours = Hours::from(&settings);
    let opens = hours.next_open(now, &day);
    if opens > now {
        return Ok(timers::at(tx, &timer, opens).await?);
    }
    let key = Key::Companion {
        owner: owner.clone(),
        week,
    };
    if outbox::has(tx, &key).await? {
        return Ok(());
    }
    if matching_soon(tx).await? {
        let at = now + A_MOMENT;
        return Ok(timers::at(tx, &timer, at).await?);
    }
    let news = if owns {
        news(tx, owner).await?
    } else {
        stand_ins::news(tx, owner).await?
    };
    let Some((message, things)) = news else {
        return Ok(());
    };
    let next = timers::due(tx, &Timer::Digest).await?;
    let nudge = Nudge {
        kind: Kind::Companion,
        key,
        to: To::Person(owner.clone()),
        people: vec![owner.clone()],
        message,
        stale_at: next.unwrap_or(now + WEEK),
        timer,
    };
    if nudge::send_or_wait(tx, nudge).await? == Outcome::Sent {
        companions::say(tx, owner, &things).await?;
        if owns {
            tell_fall(tx, owner).await?;
        }
    }
    Ok(())
}

/// Notes the fall in confidence that the note tells of; what it shows of it is remembered like any figure.
async fn tell_fall(tx: &mut Tx, owner: &UserId) -> Result<()> {
    let (confidence, held) = digest_now::confidence(tx).await?;
    if let Some(fall) = confidence.filter(|change| *change < 0) {
        figures::keep(tx, &held).await?;
        falls::tell(tx, owner, fall).await?;
    }
    Ok(())
}

/// The companion could not be sent that day: it has told nothing.
pub async fn companion_unsent(tx: &mut Tx, owner: &UserId) -> Result<()> {
    let since = tx.now.saturating_sub(WEEK).unwrap_or(Timestamp::MIN);
    falls::not_told(tx, owner, since).await?;
    Ok(companions::say(tx, owner, &Names::new()).await?)
}

/// What an owner has not read yet, with everything that is to be looked at, and the names of those things. None while nothing
/// is new: what they have read and what is settled is no reason to write.
async fn news(tx: &mut Tx, owner: &UserId) -> Result<Option<(Message, Names)>> {
    let report = gather(tx, owner).await?;
    let all = report.things();
    let things = companions::names(&all)?;
    let said = companions::said(tx, owner).await?;
    let is_said = |thing: &Thing| {
        let is_on_their_card = report.left_over_is_read && matches!(thing, Thing::Unmatched(_));
        let known = companions::names(&thing.known_by());
        is_on_their_card || known.is_ok_and(|known| known.iter().any(|name| said.contains(name)))
    };
    if !all.iter().all(is_said) {
        return Ok(Some((report::companion(&report, is_said), things)));
    }
    let is_settled = !said.is_empty() && things.is_empty();
    if is_settled && !round_today(tx, owner).await? {
        let settings = settings(tx).await?;
        let month = cadence::months_after(tx.now, -1, &settings.zone());
        if cycles::others_met_since(tx, month, owner).await? {
            return Ok(Some((report::all_is_well(&settings.name), things)));
        }
    }
    // What is settled is forgotten, so it is news if it comes back.
    companions::say(tx, owner, &things).await?;
    Ok(None)
}

/// Whether the owner was told of the last round today.
async fn round_today(tx: &mut Reading, owner: &UserId) -> Result<bool> {
    match digests::last_run(tx).await? {
        Some(round) => told_today(tx, owner, round).await,
        None => Ok(false),
    }
}

/// The current state. Owners read nothing about their own pairs, because they would learn what their partner did.
async fn gather(tx: &mut Reading, owner: &UserId) -> Result<Report> {
    let settings = settings(tx).await?;
    let now = tx.now;
    let ago = |span| now.saturating_sub(span).unwrap_or(Timestamp::MIN);
    let mut quiet = digests::quiet(tx).await?;
    quiet.retain(|pair| pair.mentor != *owner && pair.mentee != *owner);
    let mut not_begun = digests::not_begun(tx, ago(NOT_BEGUN)).await?;
    not_begun.retain(|pair| pair.mentor != *owner && pair.mentee != *owner);
    let mut away = digests::away(tx, ago(SIX_WEEKS)).await?;
    away.retain(|(mentor, mentee)| mentor != owner && mentee != owner);
    let mut in_one_line = candidates::pairs_in_one_line(tx).await?;
    in_one_line.retain(|pair| !pair.has(owner));
    let mut calls = checkins::calls_for_help(tx).await?;
    calls.retain(|call| call.mentor != *owner && call.mentee != *owner);
    let mut unsigned = digests::unsigned(tx).await?;
    unsigned.retain(|pair| pair.mentor != *owner && pair.mentee != *owner);
    let since = ago(since_the_last(tx).await?);
    let ended = pairs::closed_since(tx, since).await?;
    let last_of_cohort = last_of_cohort(tx, &ended).await?;
    // There is nothing to do about them, so they are told once.
    let said = companions::said(tx, owner).await?;
    let mut untold = Vec::with_capacity(ended.len());
    for pair in ended {
        let names = companions::names(&[Thing::Ended(pair.id)])?;
        if !names.iter().any(|name| said.contains(name)) {
            untold.push(pair);
        }
    }
    let mut ended = untold;
    let stored: HashSet<UserId> = participants::standings(tx)
        .await?
        .into_iter()
        .map(|(user, _)| user)
        .collect();
    // Nobody is named whose data was erased.
    ended.retain(|pair| pair.members().iter().all(|user| stored.contains(*user)));
    ended.retain(|pair| !is_completed(pair) && !pair.has(owner));
    let (mut unmatched, mut left_over_is_read) = (Vec::new(), false);
    if let Some(round) = digests::last_run(tx).await? {
        unmatched = rounds::unmatched(tx, round).await?;
        // The round's own message has listed who is left over, and why.
        left_over_is_read = outbox::has(tx, &news_of(round, owner)).await?;
    }
    let waiting: HashSet<UserId> = digests::waiting(tx).await?.into_iter().collect();
    unmatched.retain(|one| waiting.contains(&one.user));
    let mut to_approve = Vec::new();
    for round in rounds::proposed(tx).await? {
        if told_today(tx, owner, round.id).await? {
            continue;
        }
        let pairs = rounds::proposals(tx, round.id).await?;
        let open = pairs.iter().filter(|pair| pair.is_undecided()).count();
        if open == 0 && pairs.iter().any(Proposal::is_about_to_meet) {
            continue;
        }
        to_approve.push((round, open));
    }
    Ok(Report {
        name: settings.name.clone(),
        calls,
        unsigned: unsigned.len(),
        quiet,
        in_one_line,
        not_begun,
        ended,
        last_of_cohort,
        away,
        to_approve,
        unmatched,
        left_over_is_read,
        fall: digest_now::confidence(tx)
            .await?
            .0
            .filter(|change| *change < 0),
        channel: settings.digest_channel.clone(),
        minimum: settings.minimum_group.max(2),
        digest_waits: digest_now::waits(tx).await?.is_some(),
        empty: participants::count(tx).await?.taking_part == 0,
        failures: failures::of_this_week(tx, owner).await?,
        list_ends: list_ends::soon(tx, &settings.zone()).await?,
        not_found: digests::not_found(tx, ago(DAY), ago(UNHEARD)).await?,
        zone: settings.zone(),
        now,
    })
}

/// The last pair of a cohort, if it ended this week, in whatever way, and no other runs: where some pair has come to its end by its
/// months.
async fn last_of_cohort(tx: &mut Reading, ended: &[Pair]) -> Result<Option<PairId>> {
    let closed_at = |pair: &&Pair| pair.closed.map(|(at, _)| at);
    let Some(last) = ended.iter().max_by_key(closed_at) else {
        return Ok(None);
    };
    if pairs::count_open(tx).await? > 0 {
        return Ok(None);
    }
    let since = tx.now.saturating_sub(COHORT).unwrap_or(Timestamp::MIN);
    let cohort = pairs::closed_since(tx, since).await?;
    Ok(cohort.iter().any(is_completed).then_some(last.id))
}

/// How far a note looks back: past the one before it, which may have waited for its reader for some days, but not to the one before
/// that, whose things it would tell again. Notes come with the digest.
async fn since_the_last(tx: &mut Reading) -> Result<SignedDuration> {
    let next = timers::due(tx, &Timer::Digest).await?;
    let between = next.map_or(WEEK, |next| next.duration_since(tx.now));
    Ok(between.max(WEEK) * 2 - DAY)
}

fn is_completed(pair: &Pair) -> bool {
    pair.closed.is_some_and(|(_, why)| why == Ending::Completed)
}

/// Whether a round is due or being made right now.
async fn matching_soon(tx: &mut Reading) -> Result<bool> {
    let now = tx.now;
    let lately = |at: Timestamp| at <= now && now.duration_since(at) < PATIENCE;
    let due = timers::due(tx, &Timer::Round).await?;
    let wanted = rounds::wanted(tx).await?.map(|round| round.created_at);
    Ok(due.is_some_and(lately) || wanted.is_some_and(lately))
}

/// Whether the owner got a message about this round today, which lists who is waiting and why, with the buttons.
async fn told_today(tx: &mut Reading, owner: &UserId, round: RoundId) -> Result<bool> {
    let settings = settings(tx).await?;
    let Some(found) = rounds::find(tx, round).await? else {
        return Ok(false);
    };
    let day = |at| cadence::local(at, &settings.zone()).date();
    let key = news_of(round, owner);
    Ok(day(found.created_at) == day(tx.now) && outbox::has(tx, &key).await?)
}

/// The message in which an owner reads of a round.
fn news_of(round: RoundId, owner: &UserId) -> Key {
    let owner = owner.clone();
    Key::Round(round, AboutRound::News { owner })
}
