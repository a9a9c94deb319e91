//! A cohort ends: the month of each pair becomes its last, and each partner is asked what comes next. The next one begins: everyone
//! who took part and is not looking is asked, once, whether they would like to be in it. Nobody is enlisted.

mod messages;
#[cfg(test)]
mod tests;

use super::{NextMatch, Reply, Result, next_match, owners_only, refuse};
use crate::domain::ids::UserId;
use crate::domain::key::{Key, Noted};
use crate::domain::message::Message;
use crate::domain::overview::PeopleGroup;
use crate::domain::participant::Standing;
use crate::domain::timer::Timer;
use crate::shared::{news, owners};
use crate::slack::event::Actor;
use crate::store::outbox::Kind;
use crate::store::{Reading, Tx, audit, overview, pairs, participants, rounds, timers};

/// Shows what each pair will read.
pub async fn open_end(tx: &mut Reading, actor: &Actor) -> Result<Reply> {
    owners_only(tx, actor).await?;
    Ok(Reply::modal(match pairs::running_ids(tx).await?.len() {
        0 => messages::no_pairs(),
        some => messages::end_form(some),
    }))
}

/// Each pair follows by a timer of its own.
pub async fn end(tx: &mut Tx, actor: &Actor) -> Result<Reply> {
    owners_only(tx, actor).await?;
    let running = pairs::running_ids(tx).await?;
    if running.is_empty() {
        return Ok(Reply::modal(messages::no_pairs()));
    }
    for pair in running {
        timers::soon(tx, &Timer::LastMonth(pair)).await?;
    }
    audit::note(tx, &actor.user, "cohort_ended", "program").await?;
    let note = messages::told_owners_of_the_end(&actor.user);
    tell_owners(tx, actor, Noted::CohortEnds, &note).await?;
    Ok(Reply::modal(messages::ended()).with_home())
}

/// Shows what those will read who are not looking.
pub async fn open_next(tx: &mut Reading, actor: &Actor) -> Result<Reply> {
    owners_only(tx, actor).await?;
    let asked = not_looking(tx).await?.len();
    let next = when(tx).await?;
    Ok(Reply::modal(match asked {
        0 => messages::nobody_to_ask(),
        some => messages::next_form(some, next.as_ref()),
    }))
}

pub async fn next(tx: &mut Tx, actor: &Actor) -> Result<Reply> {
    owners_only(tx, actor).await?;
    let people = not_looking(tx).await?;
    if people.is_empty() {
        return refuse(
            "Everyone who takes part has a partner or looks for one, so there's nobody to ask.",
        );
    }
    for user in &people {
        timers::soon(tx, &Timer::NextCohort(user.clone())).await?;
    }
    audit::note(tx, &actor.user, "next_cohort", "program").await?;
    let note = messages::told_owners_of_the_next(&actor.user);
    tell_owners(tx, actor, Noted::NextCohort, &note).await?;
    Ok(Reply::modal(messages::asked(people.len())).with_home())
}

async fn tell_owners(tx: &mut Tx, actor: &Actor, about: Noted, note: &Message) -> Result<()> {
    let owners = owners::acting(tx).await?.people;
    news::tell_owners(tx, &actor.user, owners, about, note).await
}

/// Those who take part, have no partner and are promised none, and do not look for one.
async fn not_looking(tx: &mut Reading) -> Result<Vec<UserId>> {
    let promised = rounds::promised_people(tx).await?;
    let people = overview::people(tx).await?.into_iter();
    Ok(people
        .filter(|one| one.group() == PeopleGroup::NotLooking && !promised.contains(&one.user))
        .map(|one| one.user)
        .collect())
}

/// When people are matched next, if that is known.
async fn when(tx: &mut Reading) -> Result<Option<NextMatch>> {
    let planned = timers::due(tx, &Timer::Round).await?.is_some();
    Ok(if planned {
        Some(next_match(tx).await?)
    } else {
        None
    })
}

/// Timer `NextCohort`: asks one of them when it suits them, if nothing has changed until then.
pub async fn ask(tx: &mut Tx, user: &UserId) -> Result<()> {
    let Some(me) = participants::find(tx, user).await? else {
        return Ok(());
    };
    let has_partner = !pairs::open_of(tx, user).await?.is_empty()
        || !rounds::promised(tx, user).await?.is_empty();
    if me.standing != Standing::Active || me.waiting_since.is_some() || has_partner {
        return Ok(());
    }
    if let Some(at) = news::suits_later(tx, Kind::Notice, user).await? {
        let timer = Timer::NextCohort(user.clone());
        return Ok(timers::at(tx, &timer, at).await?);
    }
    let key = Key::NextCohort {
        user: user.clone(),
        at: tx.now_ms(),
    };
    let next = when(tx).await?;
    news::tell(
        tx,
        user,
        Kind::Notice,
        &key,
        messages::question(next.as_ref()),
    )
    .await?;
    Ok(())
}
