//! What somebody changed in the settings, in words, for the other owners. Texts that people wrote are named and not quoted.

use super::messages::{self, By};
use crate::domain::happening::Happening;
use crate::domain::ids::{ChannelId, UserId};
use crate::domain::key::Noted;
use crate::domain::program::{Day, Matching, Settings};
use crate::domain::schedule::Schedule;
use crate::domain::wording::Worded;
use crate::domain::zones;
use crate::features::Result;
use crate::md;
use crate::shared::{months, news, owners};
use crate::slack::words::{Md, ToMd};
use crate::store::{Reading, Tx, people};
use jiff::civil::Date;
use std::collections::BTreeSet;

/// Tells everybody who acts for the program, or did before this change, but not the person who made it.
pub(super) async fn tell(
    tx: &mut Tx,
    by: By<'_>,
    before: &Settings,
    after: &Settings,
) -> Result<()> {
    tell_with(tx, by, (before, after), Vec::new()).await
}

/// The same, with what it meant for people.
pub(super) async fn tell_with(
    tx: &mut Tx,
    by: By<'_>,
    (before, after): (&Settings, &Settings),
    people: Vec<Md>,
) -> Result<()> {
    if before.owners != after.owners {
        tx.happens(Happening::ActingChanged);
    }
    let mut changes = lines(before, after);
    changes.extend(people);
    if changes.is_empty() {
        return Ok(());
    }
    let note = messages::told_owners(by, changes);
    let owners = concerned(tx, before, after).await?;
    for owner in owners.iter().filter(|owner| !by.is(owner)) {
        let unread = news::take_back(tx, owner, Noted::Settings).await?;
        let note = messages::joined(unread, note.clone());
        news::tell_owner(tx, owner, Noted::Settings, note).await?;
    }
    contact_hears(tx, by, before.support_contact.as_ref(), after).await
}

/// The program begins: whom the settings name as its owners and support contact hear so, but not the person who named them.
pub(super) async fn begun(tx: &mut Tx, by: By<'_>, settings: &Settings) -> Result<()> {
    let owners = owners::living(tx).await?.into_iter();
    for owner in owners.filter(|owner| !by.is(owner)) {
        let note = messages::is_named_owner(by, settings, &owner);
        news::tell_owner(tx, &owner, Noted::Settings, note).await?;
    }
    contact_hears(tx, by, None, settings).await
}

/// A new support contact hears that they are, before somebody in trouble writes to them. An owner has read it with the rest.
pub(super) async fn contact_hears(
    tx: &mut Tx,
    by: By<'_>,
    before: Option<&UserId>,
    after: &Settings,
) -> Result<()> {
    if after.support_contact.as_ref() == before {
        return Ok(());
    }
    if let Some(before) = before {
        news::take_back(tx, before, Noted::Contact).await?;
    }
    let Some(contact) = owners::contact(tx).await? else {
        return Ok(());
    };
    if by.is(&contact) || owners::is_owner(tx, &contact).await? {
        return Ok(());
    }
    let note = messages::is_named_contact(by, after);
    news::tell_owner(tx, &contact, Noted::Contact, note).await
}

/// An owner who was taken out hears so, too.
async fn concerned(tx: &mut Reading, before: &Settings, after: &Settings) -> Result<Vec<UserId>> {
    let mut concerned = owners::acting(tx).await?.people;
    for owner in &before.owners {
        let is_out = !after.is_owner(owner) && !concerned.contains(owner);
        if is_out && owners::is_here(people::find(tx, owner).await?.as_ref()) {
            concerned.push(owner.clone());
        }
    }
    Ok(concerned)
}

/// One line for each setting that changed.
pub(super) fn lines(before: &Settings, after: &Settings) -> Vec<Md> {
    let mut lines = program(before, after);
    lines.extend(calendar(before, after));
    lines.extend(matching(before, after));
    lines.extend(choices(before, after));
    let recipe = |one: &Settings| match one.recipe {
        Some(recipe) => recipe.contents().title.to_md(),
        None => md!("none"),
    };
    lines.extend(changed("Recipe", before, after, recipe));
    lines.extend(wording(before, after));
    lines
}

fn program(before: &Settings, after: &Settings) -> Vec<Md> {
    let purpose = (before.purpose != after.purpose).then(|| md!("Why we do this: written anew"));
    let contact = |settings: &Settings| or_nobody(settings.support_contact.as_ref());
    let digest = |settings: &Settings| or_none(settings.digest_channel.as_ref());
    let circle = |settings: &Settings| or_none(settings.mentor_circle.as_ref());
    let changes = [
        changed("Name", before, after, |one| one.name.to_md()),
        purpose,
        owners_changed(before, after),
        changed("Support contact", before, after, contact),
        changed("Digest channel", before, after, digest),
        changed("Mentor circle", before, after, circle),
    ];
    changes.into_iter().flatten().collect()
}

fn calendar(before: &Settings, after: &Settings) -> Vec<Md> {
    let schedule = |text: &str| {
        let schedule = Schedule::parse(text);
        schedule
            .map_or_else(|_| text.to_owned(), |schedule| schedule.in_words())
            .to_md()
    };
    let days_off = listed("Days off", &before.holidays, &after.holidays);
    let changes = [
        changed("Time zone", before, after, |one| {
            zones::shown(&one.time_zone).to_md()
        }),
        changed("Working days", before, after, |one| {
            working_days(&one.work_week)
        }),
        days_off,
        changed("Rounds", before, after, |one| schedule(&one.round_schedule)),
        changed("Last day to join", before, after, |one| {
            or_no_day(one.join_until)
        }),
        changed("First match", before, after, |one| {
            or_no_day(one.first_match)
        }),
        changed("Least people for it", before, after, |one| {
            one.least_people
                .map_or_else(|| md!("any number"), |least| md!("{}", least))
        }),
        changed("Digest", before, after, |one| {
            schedule(&one.digest_schedule)
        }),
        changed("A pair meets for", before, after, |one| {
            months(one.cycles).to_md()
        }),
    ];
    changes.into_iter().flatten().collect()
}

fn matching(before: &Settings, after: &Settings) -> Vec<Md> {
    let matched = |settings: &Settings| match settings.matching {
        Matching::Rolling => md!("as soon as two people are a good fit"),
        Matching::Rounds => md!("together, in rounds"),
    };
    let approval = |settings: &Settings| {
        if settings.approval {
            md!("an owner looks over the matches")
        } else {
            md!("nobody looks over the matches")
        }
    };
    let stages = |settings: &Settings| md!("at least {}", settings.stage_gap);
    let days = |settings: &Settings| md!("{} days", settings.retention_days);
    let changes = [
        changed(
            "Stages between a mentor and a mentee",
            before,
            after,
            stages,
        ),
        changed("People are matched", before, after, matched),
        changed("Before anyone is introduced", before, after, approval),
        changed(
            "Smallest group to show a figure for",
            before,
            after,
            |one| md!("{} people", one.minimum_group),
        ),
        changed("Least score of a pair", before, after, |one| {
            md!("{}", one.floor)
        }),
        changed("Texts are kept for", before, after, days),
    ];
    changes.into_iter().flatten().collect()
}

fn choices(before: &Settings, after: &Settings) -> Vec<Md> {
    let changes = [
        listed("Career stages", &before.stages, &after.stages),
        listed("Topics", &before.topics, &after.topics),
        listed("Languages", &before.languages, &after.languages),
        listed("Departments", &before.departments, &after.departments),
        listed("Sites", &before.sites, &after.sites),
    ];
    changes.into_iter().flatten().collect()
}

fn wording(before: &Settings, after: &Settings) -> Vec<Md> {
    let changed = |one: &Worded| before.wording.of(*one) != after.wording.of(*one);
    let changed = Worded::ALL.into_iter().filter(changed);
    let line = |one: Worded| {
        let how = if after.wording.of(one).is_empty() {
            "taken out"
        } else {
            "written anew"
        };
        md!(
            "Your words for the {}: {}",
            one.in_a_sentence(),
            Md::from(how)
        )
    };
    changed.map(line).collect()
}

/// "Rounds: every Monday at 10:00 AM, until now every day at 9:00 AM", unless both read the same.
fn changed(
    what: &'static str,
    before: &Settings,
    after: &Settings,
    say: impl Fn(&Settings) -> Md,
) -> Option<Md> {
    let (before, after) = (say(before), say(after));
    (before != after).then(|| md!("{}: {}, until now {}", what, after, before))
}

/// "Topics: 2 added, 1 removed".
fn listed<T: PartialEq + Ord>(what: &'static str, before: &[T], after: &[T]) -> Option<Md> {
    if before == after {
        return None;
    }
    let (old, new): (BTreeSet<&T>, BTreeSet<&T>) =
        (before.iter().collect(), after.iter().collect());
    let (added, removed) = (new.difference(&old).count(), old.difference(&new).count());
    let counts = [(added, "added"), (removed, "removed")];
    let counts = counts.into_iter().filter(|(count, _)| *count > 0);
    let counts: Vec<Md> = counts
        .map(|(count, done)| md!("{} {}", count, done))
        .collect();
    if counts.is_empty() {
        return Some(md!("{}: in another order", what));
    }
    Some(md!("{}: {}", what, Md::join(counts, ", ")))
}

fn owners_changed(before: &Settings, after: &Settings) -> Option<Md> {
    let among = |one: &Settings, others: &Settings| -> Vec<Md> {
        let only = one.owners.iter().filter(|owner| !others.is_owner(owner));
        only.map(ToMd::to_md).collect()
    };
    let (added, removed) = (among(after, before), among(before, after));
    let parts = [(added, "added"), (removed, "removed")];
    let parts = parts.into_iter().filter(|(people, _)| !people.is_empty());
    let parts: Vec<Md> = parts
        .map(|(people, done)| md!("{} {}", Md::join(people, ", "), done))
        .collect();
    (!parts.is_empty()).then(|| md!("Owners: {}", Md::join(parts, "; ")))
}

fn or_no_day(day: Option<Date>) -> Md {
    day.map_or_else(
        || md!("no day"),
        |day| md!("{}", day.strftime("%B %-d, %Y").to_string()),
    )
}

fn or_none(channel: Option<&ChannelId>) -> Md {
    channel.map_or_else(|| md!("none"), ToMd::to_md)
}

fn or_nobody(person: Option<&UserId>) -> Md {
    person.map_or_else(|| md!("nobody"), ToMd::to_md)
}

fn working_days(days: &[Day]) -> Md {
    let mut days = days.to_vec();
    days.sort_unstable();
    let names = days.iter().map(|day| day.name().to_md());
    Md::join(names, ", ")
}
