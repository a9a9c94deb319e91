//! Slack's news about people and conversations: zones, guests, deactivated accounts, removed apps.

mod again;
mod mending;
mod messages;
#[cfg(test)]
mod tests;

pub use again::send_again;
pub use mending::{installed, mended, tell_owners};

use super::Result;
use crate::domain::cadence;
use crate::domain::happening::Happening;
use crate::domain::ids::UserId;
use crate::domain::key::{Key, Topic};
use crate::domain::outgoing::Lane;
use crate::domain::participant::{BREAK_ASKED_AGAIN, Participant, PersonInSlack, Standing};
use crate::domain::program::Settings;
use crate::domain::timer::Timer;
use crate::shared::{breaks, deliveries, news, owners, recurring};
use crate::store::outbox::{self, Kind as Sort, What};
use crate::store::{
    Reading, Tx, audit, checkins, lookups, pairs, participants, people, programs, timers,
    workspaces,
};
use jiff::SignedDuration;

/// Up to this many people are asked about individually (Slack: `users.info` 100 a minute); above that, the whole list is
/// cheaper.
const ONE_BY_ONE: usize = 20;
/// Up to this many people who are out are asked about at a time.
const FEW_OUT: i64 = 20;
/// The wait while the app is not installed, because nobody answers.
const GONE: SignedDuration = SignedDuration::from_hours(1);
/// How far ahead of ours Slack's clock may be.
const AHEAD: SignedDuration = SignedDuration::from_hours(24);
/// The wait while answers are outstanding.
const SOON: SignedDuration = SignedDuration::from_mins(10);
/// One question per person and hour, even if they edit their profile often, in seconds.
const HOUR: i64 = 3600;

/// Asks Slack about participants, and people in the settings, we know too little of (timer `Directory`), and sets itself again.
pub async fn scan(tx: &mut Tx) -> Result<()> {
    let now = tx.now;
    if !lookups::is_installed(tx).await? {
        return Ok(timers::at(tx, &Timer::Directory, now + GONE).await?);
    }
    let mut unknown = people::unknown(tx, now - people::STALE).await?;
    for user in owners::named(tx).await? {
        let seen = people::seen_at(tx, &user).await?;
        if seen.is_none_or(|at| at < now - people::STALE) && !unknown.contains(&user) {
            unknown.push(user);
        }
    }
    // Somebody has been promised an answer, however lately Slack has spoken of them.
    for user in timers::waited_for(tx).await? {
        if !unknown.contains(&user) {
            unknown.push(user);
        }
    }
    // Whoever is out is asked about one by one, since Slack's list leaves out those whom we may not see.
    let out = people::out(tx, now - people::STALE, FEW_OUT).await?;
    let lacks_admins = mending::look(tx).await?;
    if unknown.len() > ONE_BY_ONE || lacks_admins {
        let span = now.as_second() / SOON.as_secs();
        let what = What::ListUsers { cursor: None };
        lookups::ask(tx, &Key::LookUpAll { span }, &what).await?;
    } else {
        for user in unknown.iter().chain(&out) {
            look_up(tx, user).await?;
        }
    }
    let again = match unknown.len() {
        0 if out.is_empty() => recurring::DIRECTORY,
        few if few <= ONE_BY_ONE => SignedDuration::from_secs(HOUR),
        _ => SOON,
    };
    Ok(timers::at(tx, &Timer::Directory, now + again).await?)
}

async fn look_up(tx: &mut Tx, user: &UserId) -> Result<()> {
    let key = Key::LookUp {
        user: user.clone(),
        hour: tx.now.as_second() / HOUR,
    };
    let what = What::LookUp { user: user.clone() };
    Ok(lookups::ask(tx, &key, &what).await?)
}

/// Handles Slack's unasked news (an event) about a person. Events come late and in any order, and one that says somebody is
/// gone would end their pairs, so Slack is asked first, and its answer decides.
pub async fn told(tx: &mut Tx, person: &PersonInSlack) -> Result<()> {
    let standing = participants::standing(tx, &person.user).await?;
    let takes_part = matches!(standing, Some(Standing::Active | Standing::Paused));
    if is_member(person) || !takes_part {
        return seen(tx, person).await;
    }
    let before = people::find(tx, &person.user).await?;
    let person = with_credible_time(tx, person);
    if before.is_some_and(|before| is_older(&person, &before)) {
        return Ok(());
    }
    // Until Slack answers, the person counts as one we know too little of.
    people::doubt(tx, &person.user).await?;
    let soon = tx.now + SignedDuration::from_secs(HOUR);
    timers::by(tx, &Timer::Directory, soon).await?;
    let news = person.updated.unwrap_or(tx.now_ms());
    let key = Key::LookUpDoubted {
        user: person.user.clone(),
        news,
    };
    let what = What::LookUp { user: person.user };
    Ok(lookups::ask_anew(tx, &key, &what).await?)
}

/// An organization's installation hears of a person once, who may take part in several of its workspaces: for the others, Slack is
/// asked.
pub async fn told_beside(tx: &mut Tx, person: &PersonInSlack) -> Result<()> {
    let own = tx.team().clone();
    for team in workspaces::beside(tx, &person.user).await? {
        tx.act_for(team);
        let key = Key::LookUpDoubted {
            user: person.user.clone(),
            news: person.updated.unwrap_or(tx.now_ms()),
        };
        let what = What::LookUp {
            user: person.user.clone(),
        };
        lookups::ask_anew(tx, &key, &what).await?;
    }
    tx.act_for(own);
    Ok(())
}

fn is_member(person: &PersonInSlack) -> bool {
    person.full_member && !person.deleted
}

/// Whether this is older than what Slack told us last. Equal times, or no time, count as news.
fn is_older(person: &PersonInSlack, known: &PersonInSlack) -> bool {
    person
        .updated
        .zip(known.updated)
        .is_some_and(|(told, known)| told < known)
}

/// Drops a time far in the future, because it would make all later news look old.
fn with_credible_time(tx: &Tx, person: &PersonInSlack) -> PersonInSlack {
    let latest = (tx.now + AHEAD).as_second();
    PersonInSlack {
        updated: person.updated.filter(|updated| *updated <= latest),
        ..person.clone()
    }
}

/// Handles Slack's answer about a person. It lists everybody in the workspace; most of them have nothing to do with us.
pub async fn seen(tx: &mut Tx, person: &PersonInSlack) -> Result<()> {
    let before = people::find(tx, &person.user).await?;
    let person = with_credible_time(tx, person);
    if before
        .as_ref()
        .is_some_and(|before| is_older(&person, before))
    {
        return Ok(());
    }
    let named = owners::named(tx).await?;
    if before.is_none() && !people::concerns_us(tx, &person, &named).await? {
        return Ok(());
    }
    taken_in(tx, person, before).await
}

/// Handles Slack's answer to a question about this very person.
pub async fn answered(tx: &mut Tx, person: &PersonInSlack) -> Result<()> {
    let before = people::find(tx, &person.user).await?;
    let person = with_credible_time(tx, person);
    if before
        .as_ref()
        .is_some_and(|before| is_older(&person, before))
    {
        tx.happens(Happening::PersonAnswered(person.user));
        return Ok(());
    }
    taken_in(tx, person, before).await
}

async fn taken_in(
    tx: &mut Tx,
    mut person: PersonInSlack,
    before: Option<PersonInSlack>,
) -> Result<()> {
    if person.time_zone().is_none() {
        // Slack omits the zone of deactivated accounts; the last known one is better than none.
        person.zone = before.as_ref().and_then(|before| before.zone.clone());
    }
    people::save(tx, &person).await?;
    tx.happens(Happening::PersonAnswered(person.user.clone()));
    mending::person_changed(tx, &person, before.as_ref()).await?;
    let Some(standing) = participants::standing(tx, &person.user).await? else {
        return Ok(());
    };
    zone_changed(tx, before.as_ref(), &person).await?;
    let member = is_member(&person);
    match standing {
        Standing::Active | Standing::Paused if !member => lost(tx, &person).await?,
        Standing::Ineligible if member => back(tx, &person.user).await?,
        _ => {}
    }
    if before.is_none() {
        tx.happens(Happening::PersonSeen(person.user.clone()));
    }
    Ok(())
}

/// Moves timers that depend on their wall clock; until Slack told us their zone, they were in the program's.
async fn zone_changed(
    tx: &mut Tx,
    before: Option<&PersonInSlack>,
    person: &PersonInSlack,
) -> Result<()> {
    let program = programs::find(tx).await?;
    let fallback = program.map(|program| program.settings.time_zone.clone());
    let was = before.and_then(|before| before.zone.clone()).or(fallback);
    let Some(zone) = person.time_zone() else {
        return Ok(());
    };
    if was == person.zone {
        return Ok(());
    }
    timers::zone_changed(tx, person.user.as_str(), &zone).await?;
    breaks::end_follows(tx, &person.user).await?;
    tx.happens(Happening::ZoneChanged(person.user.clone()));
    Ok(())
}

/// A deactivated account or a guest cannot take part. Their standing is kept for their return, and so is the timer of a
/// pause. A person who loses a partner this way did not choose to, so they wait for another from now on.
async fn lost(tx: &mut Tx, person: &PersonInSlack) -> Result<()> {
    let user = &person.user;
    if loses_a_partner(tx, user).await? {
        participants::wants_partner(tx, user).await?;
    }
    participants::bar(tx, user).await?;
    audit::note(tx, &UserId::from("slack"), "ineligible", user.as_str()).await?;
    if !person.deleted {
        let key = Key::Ineligible {
            user: user.clone(),
            at: tx.now_ms(),
        };
        let settings = programs::find(tx).await?.map(|program| program.settings);
        let days = settings.map_or(Settings::default().retention_days, |found| {
            found.retention_days
        });
        let words = messages::lost(days);
        news::tell(tx, user, Sort::Notice, &key, words.into()).await?;
    }
    tx.happens(Happening::Departed {
        user: user.clone(),
        own_choice: false,
    });
    Ok(())
}

/// Whether they would have gone on with a partner. At the closing, the months are over, and what they chose counts.
async fn loses_a_partner(tx: &mut Reading, user: &UserId) -> Result<bool> {
    for pair in pairs::open_of(tx, user).await? {
        if pair.runs() || checkins::want_another(tx, &pair).await?.contains(user) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A full member again: restores their standing, and tells them how to change it.
async fn back(tx: &mut Tx, user: &UserId) -> Result<()> {
    participants::unbar(tx, user).await?;
    outbox::withdraw(tx, Topic::Ineligible, &[Lane::Person(user.clone())]).await?;
    audit::note(tx, &UserId::from("slack"), "eligible", user.as_str()).await?;
    let Some(me) = participants::find(tx, user).await? else {
        return Ok(());
    };
    if me.standing == Standing::Paused {
        goes_on_with_break(tx, &me).await?;
    }
    let stands = match me.standing {
        Standing::Paused => messages::Stands::Paused,
        _ if me.waiting_since.is_some() => messages::Stands::Waits,
        _ => messages::Stands::NotLooking,
    };
    let key = Key::Eligible {
        user: user.clone(),
        at: tx.now_ms(),
    };
    news::tell(tx, user, Sort::Notice, &key, messages::back(&stands)).await?;
    if me.standing == Standing::Active {
        tx.happens(Happening::Resumed(user.clone()));
    }
    Ok(())
}

/// Their break goes on. While they were gone, its timer may have run for nothing.
async fn goes_on_with_break(tx: &mut Tx, me: &Participant) -> Result<()> {
    let timer = Timer::PauseEnds(me.user.clone());
    if timers::due(tx, &timer).await?.is_none() {
        let asked = cadence::after(tx.now, BREAK_ASKED_AGAIN);
        timers::at(tx, &timer, me.paused_until.unwrap_or(asked)).await?;
    }
    Ok(())
}

/// Slack says that the app was removed or its token revoked. Such news comes up to a day late, when the app may be installed
/// again, so Slack is asked whether it takes our token. If it does not, everything waits until the app is back.
pub async fn uninstalled(tx: &mut Tx) -> Result<()> {
    Ok(lookups::check_token(tx).await?)
}

/// Slack will not deliver to this recipient; `error` is Slack's code.
/// Asks Slack about the person, and tells owners, once a day at most.
pub async fn undeliverable(tx: &mut Tx, lane: &Lane, error: &str) -> Result<()> {
    match lane {
        Lane::LookUp(user) => {
            if matches!(error, "user_not_found" | "user_not_visible") {
                gone(tx, user).await?;
            }
        }
        Lane::Person(user) => look_up(tx, user).await?,
        Lane::Pair(pair) => {
            if let Some(pair) = pairs::find(tx, *pair).await? {
                look_up(tx, &pair.mentor).await?;
                look_up(tx, &pair.mentee).await?;
            }
        }
        // The import's own feature, and the circle's, tell who waits.
        Lane::Channel(_)
        | Lane::Directory
        | Lane::Home(_)
        | Lane::Token
        | Lane::Import(_)
        | Lane::Circle(_)
        | Lane::Cards(_) => {}
    }
    if deliveries::is_worth_telling(lane) {
        mending::tell_later(tx).await?;
    }
    Ok(())
}

/// Slack does not know this person, so they count as deactivated.
async fn gone(tx: &mut Tx, user: &UserId) -> Result<()> {
    let person = PersonInSlack {
        user: user.clone(),
        zone: None,
        full_member: false,
        deleted: true,
        admin: false,
        updated: None,
    };
    seen(tx, &person).await
}
