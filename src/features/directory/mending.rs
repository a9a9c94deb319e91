//! What those who act for the program can mend: they are told once, in the program's working hours (timer `Undelivered`).
//!
//! Failed deliveries, what Slack refuses to the workspace, a support contact who is gone; and admins hear when none of the
//! owners is left.

use super::messages;
use crate::domain::cadence::{self, Hours};
use crate::domain::companion::Thing;
use crate::domain::happening::Happening;
use crate::domain::ids::UserId;
use crate::domain::key::{Key, Mend, Topic};
use crate::domain::message::Message;
use crate::domain::outgoing::{Kind, Lane, To};
use crate::domain::participant::PersonInSlack;
use crate::domain::timer::Timer;
use crate::domain::workday::Workday;
use crate::features::{Result, settings};
use crate::shared::{deliveries, news, owners, send_again};
use crate::store::holds::{self, Hold};
use crate::store::outbox::{self, Failed};
use crate::store::{Reading, Tx, companions, people, programs, timers};
use jiff::{SignedDuration, Timestamp};

/// The shortest time between two notes about failed deliveries.
const DAILY: SignedDuration = SignedDuration::from_hours(24);
/// Admins are reminded this often while none of the owners is left.
const WEEKLY: SignedDuration = SignedDuration::from_hours(7 * 24);
/// The wait while Slack takes no messages at all.
const UNSAYABLE: SignedDuration = SignedDuration::from_hours(1);
/// An absence that is shorter is nothing to tell.
const WORTH_TELLING: SignedDuration = SignedDuration::from_hours(1);
/// Slack's method of sending messages.
const POST: &str = "chat.postMessage";
/// Slack's method of renewing a token.
const RENEW: &str = "oauth.v2.access";

/// Sets the timer of the note about failures: in the program's working hours, a day after the last note.
pub(super) async fn tell_later(tx: &mut Tx) -> Result<()> {
    if timers::due(tx, &Timer::Undelivered).await?.is_some() {
        return Ok(());
    }
    let Some(program) = programs::find(tx).await? else {
        return Ok(());
    };
    let last = outbox::owners_told(tx).await?;
    let earliest = last.map_or(tx.now, |last| tx.now.max(last + DAILY));
    let settings = program.settings;
    let at = Hours::from(&settings).next_open(earliest, &Workday::usual(settings.zone()));
    Ok(timers::at(tx, &Timer::Undelivered, at).await?)
}

/// Slack says something new about a person: if the settings name them, what they are named for is looked at.
pub(super) async fn person_changed(
    tx: &mut Tx,
    person: &PersonInSlack,
    before: Option<&PersonInSlack>,
) -> Result<()> {
    let was_here = owners::is_here(before);
    let changed = was_here != owners::is_here(Some(person));
    let is_new_admin = person.admin && before.is_none_or(|before| !before.admin);
    let is_named = changed && owners::named(tx).await?.contains(&person.user);
    let was_admin = before.is_some_and(|before| before.admin);
    if is_named || person.admin != was_admin || changed && person.admin {
        tx.happens(Happening::ActingChanged);
    }
    let matters = is_new_admin || is_named;
    if matters && look(tx).await? {
        timers::soon(tx, &Timer::Directory).await?;
    }
    Ok(())
}

/// Sets the timer if somebody in the settings is missed. True if the owners are gone and no admin is known who could be
/// told.
pub(super) async fn look(tx: &mut Tx) -> Result<bool> {
    let acting = owners::acting(tx).await?;
    let can_be_told = !acting.people.is_empty();
    let is_missed = acting.are_admins || owners::contact_gone(tx).await?.is_some();
    if can_be_told && is_missed {
        timers::soon(tx, &Timer::Undelivered).await?;
    }
    Ok(acting.are_admins && !can_be_told && owners::are_named(tx).await?)
}

/// Others act for the program, or the settings name others: what was missed and is no longer need not be read.
pub async fn mended(tx: &mut Tx) -> Result<()> {
    if !owners::living(tx).await?.is_empty() {
        take_back(tx, Mend::NoOwner).await?;
    }
    if owners::contact_gone(tx).await?.is_none() {
        take_back(tx, Mend::Contact).await?;
    }
    Ok(())
}

/// Takes back what nobody has read yet. If it is so again, they are told again.
async fn take_back(tx: &mut Tx, about: Mend) -> Result<()> {
    for lane in owners::lanes(tx, None).await? {
        outbox::take_back(tx, Topic::Mend(about), &lane).await?;
    }
    Ok(())
}

/// Timer `Undelivered`: tells what has come up since the last time.
pub async fn tell_owners(tx: &mut Tx) -> Result<()> {
    if programs::find(tx).await?.is_none() {
        return Ok(());
    }
    let settings = settings(tx).await?;
    // Their Homes show it at any hour.
    let acting = owners::acting(tx).await?;
    outbox::homes_later(tx, acting.people).await?;
    let holds = holds::all(tx).await?;
    if holds.iter().any(is_last_chance) {
        refusals(tx, &holds, When::AtOnce).await?;
    }
    let opens = Hours::from(&settings).next_open(tx.now, &Workday::usual(settings.zone()));
    if opens > tx.now {
        return Ok(timers::at(tx, &Timer::Undelivered, opens).await?);
    }
    let holds = holds::all(tx).await?;
    let is_mute = |hold: &Hold| hold.method == POST && hold.until.is_none();
    if holds.iter().any(is_mute) {
        // A note would wait behind what it is about, and arrive when it is no longer true.
        let at = tx.now + UNSAYABLE;
        return Ok(timers::at(tx, &Timer::Undelivered, at).await?);
    }
    refusals(tx, &holds, When::InHours).await?;
    no_owner(tx).await?;
    contact(tx).await?;
    failures(tx).await
}

/// The app is in the workspace, and was not since `gone_since`: owners hear that the program goes on.
pub async fn installed(tx: &mut Tx, gone_since: Option<Timestamp>) -> Result<()> {
    let Some(since) = gone_since.filter(|since| tx.now.duration_since(*since) >= WORTH_TELLING)
    else {
        return Ok(());
    };
    let Some(program) = programs::find(tx).await? else {
        return Ok(());
    };
    let message = messages::back_again(&cadence::say_day(since, &program.settings.zone(), tx.now));
    let to = owners::acting(tx).await?.people;
    tell(tx, &to, Mend::Back, &message).await
}

/// Slack doesn't renew our token: from its end on, nobody can be told anything.
fn is_last_chance(hold: &Hold) -> bool {
    hold.method == RENEW && hold.until.is_none() && !hold.told
}

/// When owners hear of something.
#[derive(Clone, Copy, PartialEq, Eq)]
enum When {
    AtOnce,
    InHours,
}

/// Owners and admins hear once of each thing that Slack refuses, and once that it no longer does.
async fn refusals(tx: &mut Tx, holds: &[Hold], when: When) -> Result<()> {
    let news = holds
        .iter()
        .filter(|hold| !hold.told || hold.until.is_some());
    let (over, lasting): (Vec<&Hold>, Vec<&Hold>) = news.partition(|hold| hold.until.is_some());
    let zone = settings(tx).await?.zone();
    let (mut to, now) = (owners::acting(tx).await?.people, tx.now);
    for admin in people::admins(tx).await? {
        if !to.contains(&admin) {
            to.push(admin);
        }
    }
    if lasting.is_empty() && over.is_empty() {
        return Ok(());
    }
    let refused = |hold: &Hold| deliveries::refused(hold, &zone, now);
    let over = over
        .into_iter()
        .map(|hold| deliveries::taken_again(hold, &zone, now));
    let message = messages::refusals(lasting.into_iter().map(refused).collect(), over.collect());
    if when == When::AtOnce {
        tell_now(tx, to, &message).await?;
        return Ok(holds::told(tx).await?);
    }
    // Somebody who has not read of the only refusal yet does not read that it is over, either.
    let is_all_over = matches!(holds, [hold] if hold.until.is_some());
    for reader in to {
        let lane = Lane::Person(reader.clone());
        let topic = Topic::Mend(Mend::Refusal);
        if is_all_over && !outbox::take_back(tx, topic, &lane).await?.is_empty() {
            continue;
        }
        tell(tx, &[reader], Mend::Refusal, &message).await?;
    }
    Ok(holds::told(tx).await?)
}

/// Admins hear that none of the owners is left, and each week while it stays so.
async fn no_owner(tx: &mut Tx) -> Result<()> {
    let acting = owners::acting(tx).await?;
    let named = owners::are_named(tx).await?;
    if !acting.are_admins || !is_due(tx, Mend::NoOwner, WEEKLY).await? {
        return Ok(());
    }
    tell(
        tx,
        &acting.people,
        Mend::NoOwner,
        &messages::no_owner(named),
    )
    .await
}

/// Owners hear once of each support contact who is gone; afterwards, their Home says so.
async fn contact(tx: &mut Tx) -> Result<()> {
    let Some(contact) = owners::contact_gone(tx).await? else {
        return Ok(());
    };
    for owner in owners::acting(tx).await?.people {
        let key = Key::ContactGone {
            owner: owner.clone(),
            contact: contact.clone(),
        };
        let note = messages::contact_gone(&contact);
        news::tell(tx, &owner, Kind::Companion, &key, note).await?;
    }
    Ok(())
}

async fn is_due(tx: &mut Reading, about: Mend, every: SignedDuration) -> Result<bool> {
    let last = outbox::told_to_mend(tx, about).await?;
    Ok(last.is_none_or(|last| tx.now.duration_since(last) >= every))
}

async fn tell_now(tx: &mut Tx, to: Vec<UserId>, message: &Message) -> Result<()> {
    let (at, about) = (tx.now_ms(), Mend::Refusal);
    for owner in to {
        let to = To::Person(owner.clone());
        let key = Key::Mend { owner, about, at };
        outbox::post(tx, to, Kind::Companion, &key, message.clone(), None).await?;
    }
    Ok(())
}

async fn tell(tx: &mut Tx, to: &[UserId], about: Mend, message: &Message) -> Result<()> {
    let at = tx.now_ms();
    for owner in to.iter().cloned() {
        let (to, message) = (owner.clone(), message.clone());
        let key = Key::Mend { owner, about, at };
        news::tell(tx, &to, Kind::Companion, &key, message).await?;
    }
    Ok(())
}

/// Owners hear of deliveries that failed since they were last told, once a day at most.
async fn failures(tx: &mut Tx) -> Result<()> {
    let last = outbox::owners_told(tx).await?;
    // A failure in the same millisecond as the last note is told again rather than never.
    let since = last.unwrap_or(tx.now - people::STALE);
    let failed = new_failures(tx, since).await?;
    if failed.is_empty() {
        return Ok(());
    }
    if last.is_some_and(|last| tx.now < last + DAILY) {
        return tell_later(tx).await;
    }
    let mut to = owners::acting(tx).await?.people;
    // Owners whom Slack will not deliver to cannot be told.
    to.retain(|owner| {
        !failed
            .iter()
            .any(|failed| failed.lane == Lane::Person(owner.clone()))
    });
    if to.is_empty() {
        tracing::warn!(
            failed = failed.len(),
            "messages were not delivered and no owner can be told"
        );
    }
    for owner in to {
        let theirs = deliveries::for_reader(tx, failed.clone(), &owner).await?;
        let unread = not_in_their_note(tx, &owner, &theirs).await?;
        if unread.is_empty() {
            continue;
        }
        let message = note(tx, &unread, since).await?;
        companions::also(tx, &owner, &names(&unread)?).await?;
        let (to, at) = (owner.clone(), tx.now_ms());
        let key = Key::Undelivered { owner, at };
        news::tell(tx, &to, Kind::Companion, &key, message).await?;
    }
    Ok(())
}

/// What an owner has not read in their weekly note.
async fn not_in_their_note(
    tx: &mut Reading,
    owner: &UserId,
    failed: &[Failed],
) -> Result<Vec<Failed>> {
    let said = companions::said(tx, owner).await?;
    let names = names(failed)?.into_iter().zip(failed);
    let unread = names.filter(|(name, _)| !said.contains(name));
    Ok(unread.map(|(_, failed)| failed.clone()).collect())
}

pub(super) fn names(failed: &[Failed]) -> Result<companions::Names> {
    let things = failed
        .iter()
        .map(|failed| Thing::Failed(failed.lane.clone(), failed.kind, failed.error.clone()));
    Ok(companions::names(&things.collect::<Vec<_>>())?)
}

async fn note(tx: &mut Reading, failed: &[Failed], since: Timestamp) -> Result<Message> {
    let lines = deliveries::lines(tx, failed).await?;
    let again = send_again::button_for(tx, failed, since).await?;
    Ok(messages::undelivered(lines, again))
}

/// What failed since `since` and is news: a channel that refuses each digest for the same reason is told once, and anew when an
/// owner has had it sent again.
async fn new_failures(tx: &mut Reading, since: Timestamp) -> Result<Vec<Failed>> {
    let mut news = Vec::new();
    for failed in outbox::failed_since(tx, since).await? {
        let is_channel = matches!(failed.lane, Lane::Channel(_));
        let before = if is_channel && !failed.sent_again {
            outbox::last_failure(tx, &failed.lane, failed.id).await?
        } else {
            None
        };
        // One told in the very millisecond it failed, too: Home says it for as long as it lasts.
        let is_told = is_channel && failed.failed_at == since;
        let is_news = !is_told && before.is_none_or(|before| before != failed.error);
        if is_news && deliveries::stands(tx, &failed).await? {
            news.push(failed);
        }
    }
    Ok(news)
}
