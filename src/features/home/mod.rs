//! The App Home: a person's standing, with all the buttons they may need.

mod owner;
#[cfg(test)]
mod tests;
mod views;

use super::{Result, next_round, owns};
use crate::domain::ids::UserId;
use crate::domain::participant::Standing;
use crate::shared::another::Another;
use crate::shared::overview::{of_others, partners_of};
use crate::shared::pair_card::{self, Viewer};
use crate::shared::{
    circle, deliveries, digest_now, enrollment, failures, list_ends, owners, promised,
};
use crate::slack::blocks::{Blocks, View, home_view};
use crate::slack::event::Actor;
use crate::slack::words::Md;
use crate::store::rounds::Round;
use crate::store::{
    Reading, candidates, holds, known, organization, outbox, overview, pairs, participants,
    programs, rounds,
};
use jiff::tz::TimeZone;

/// The person's App Home, for `views.publish`. Only reads.
pub async fn view(tx: &mut Reading, actor: &Actor) -> Result<View> {
    let Some(program) = programs::find(tx).await? else {
        return Ok(home_view(views::no_program()));
    };
    let settings = program.settings;
    let known = known::about(tx, &actor.user).await?;
    let next = next_round(tx, known.next_round).await?;
    let zone = known.zone_or(settings.zone());
    let owns = owns(tx, &settings, &actor.user, known.person.as_ref()).await?;
    let mut blocks = Blocks::new().header(&settings.name);
    if owns {
        // What waits for an owner comes before everything else.
        let to_do = to_do(tx, &actor.user, &zone).await?;
        if !to_do.is_empty() {
            blocks = blocks.append(to_do).divider();
        }
    }
    blocks = blocks.append(match &known.participant {
        Some(me) if matches!(me.standing, Standing::Active | Standing::Paused) => {
            let open = known.open_pairs(tx).await?;
            let stage_known = settings.stage_rank(&me.profile.stage).is_some();
            let cards = pair_card::load(tx, &open, &actor.user).await?;
            let viewer = Viewer {
                user: &actor.user,
                zone: &zone,
                now: tx.now,
                program: &settings.name,
            };
            let obstacle = match open.as_slice() {
                [] => candidates::obstacle(tx, &settings, me, known.person.as_ref()).await?,
                _ => None,
            };
            let promised = promised::line(tx, &actor.user).await?;
            let another = match open.as_slice() {
                [] => Another::No,
                _ => Another::of(tx, me).await?,
            };
            let looking = views::Looking {
                promised: promised.as_ref(),
                another,
                next: &next,
                obstacle: obstacle.as_ref(),
            };
            let circle = circle::on_home(tx, &settings, me, &open).await?;
            views::participant(me, (&open, &cards), looking, (stage_known, circle), viewer)
        }
        Some(me) if me.standing == Standing::Ineligible => views::ineligible(&settings),
        other => views::invitation(&settings, &next, other.is_some()),
    });
    if owns {
        let counts = owner::Counts {
            listed: organization::count(tx).await?,
            people: people_for(tx, &actor.user).await?,
            pairs: pairs::count_open(tx).await?,
            digest_waits: digest_now::waits(tx).await?,
            needed: enrollment::window(tx)
                .await?
                .and_then(|window| window.least),
        };
        blocks = blocks
            .append(owner::at_a_glance(&settings, &counts, &next))
            .append(pairs_at_work(tx, &actor.user, &zone).await?)
            .append(owner::so_far(
                overview::past(tx).await?,
                overview::last_digest(tx).await?,
                &settings,
                (&zone, tx.now),
            ))
            .append(owner::buttons(
                program.declared,
                program.break_until.is_some(),
                counts.listed > 0,
            ));
    }
    Ok(home_view(blocks))
}

/// How many take part and look for a partner, without whether an owner's own partners would take another: who knows how many others
/// would, from the list of people, knows that, too.
async fn people_for(tx: &mut Reading, owner: &UserId) -> Result<participants::Counts> {
    let mut people = participants::count(tx).await?;
    for partner in partners_of(tx, owner).await? {
        let partner = participants::find(tx, &partner).await?;
        let looks = partner
            .is_some_and(|one| one.standing == Standing::Active && one.waiting_since.is_some());
        people.would_take_another -= i64::from(looks);
    }
    Ok(people)
}

/// What waits for an owner: what to mend, and rounds to decide on or to undo.
async fn to_do(tx: &mut Reading, owner: &UserId, zone: &TimeZone) -> Result<Blocks> {
    let mut blocks = Blocks::new();
    if outbox::is_held_back(tx, deliveries::MESSAGES_TAB_OFF).await? {
        // A direct message could not tell them.
        blocks = blocks.append(owner::no_direct_messages());
    }
    let waiting = rounds::awaiting(tx).await?;
    let approved = approved_for(tx, owner).await?;
    let soon = rounds::about_to_begin(tx).await?;
    Ok(blocks
        .append(owner::to_mend(to_mend(tx, owner, zone).await?))
        .append(failures::of_this_week(tx, owner).await?.blocks())
        .append(owner::to_approve(&waiting, zone, tx.now))
        .append(owner::approved(&approved, zone, tx.now))
        .append(owner::about_to_begin(&soon, zone, tx.now)))
}

/// Approved rounds that can be undone. A pair by hand is made by another owner than those in it, who hear of it with their partner.
async fn approved_for(tx: &mut Reading, owner: &UserId) -> Result<Vec<Round>> {
    let mut shown = Vec::new();
    for round in rounds::approved(tx).await? {
        let is_own = round.origin.is_by_hand()
            && rounds::proposals(tx, round.id)
                .await?
                .iter()
                .any(|pair| pair.has(owner));
        if !is_own {
            shown.push(round);
        }
    }
    Ok(shown)
}

/// How the pairs of others stand, with those worth a look.
async fn pairs_at_work(tx: &mut Reading, owner: &UserId, zone: &TimeZone) -> Result<Blocks> {
    let mut pairs = overview::pairs(tx).await?;
    of_others(&mut pairs, owner);
    Ok(owner::pairs_at_work(&pairs, zone, tx.now))
}

/// What those who act for the program can mend, as it is now.
async fn to_mend(tx: &mut Reading, reader: &UserId, zone: &TimeZone) -> Result<Vec<Md>> {
    let mut lines = Vec::new();
    let now = tx.now;
    let holds = holds::all(tx).await?;
    let lasting = holds.iter().filter(|hold| hold.until.is_none());
    lines.extend(lasting.map(|hold| deliveries::refused(hold, zone, now)));
    if owners::acting(tx).await?.are_admins {
        lines.push(owner::no_owner());
    }
    let mut unheard = owners::unheard(tx).await?;
    unheard.retain(|owner| owner != reader);
    if !unheard.is_empty() {
        lines.push(owner::unheard(&unheard));
    }
    if let Some(contact) = owners::contact_gone(tx).await? {
        lines.push(owner::contact_gone(&contact));
    }
    lines.extend(list_ends::soon(tx, zone).await?);
    Ok(lines)
}
