//! The App Home: a person's standing, with all the buttons they may need.

#[cfg(test)]
mod tests;
mod views;

use super::{Result, next_round, owns};
use crate::domain::participant::Standing;
use crate::shared::deliveries;
use crate::shared::pair_card::{self, Viewer};
use crate::slack::blocks::{Blocks, View, home_view};
use crate::slack::event::Actor;
use crate::store::{Reading, known, outbox, pairs, participants, programs, rounds};

/// The person's App Home, for `views.publish`. Only reads.
pub async fn view(tx: &mut Reading, actor: &Actor) -> Result<View> {
    let Some(program) = programs::find(tx).await? else {
        return Ok(home_view(views::no_program()));
    };
    let settings = program.settings;
    let known = known::about(tx, &actor.user).await?;
    let next = next_round(tx.now, &settings, known.next_round);
    let zone = known.zone_or(settings.zone());
    let mut blocks = Blocks::new().header(&settings.name);
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
            views::participant(me, (&open, &cards), &next, stage_known, viewer)
        }
        Some(me) if me.standing == Standing::Ineligible => views::ineligible(),
        other => views::invitation(&settings, &next, other.is_some()),
    });
    if owns(&settings, &actor.user, known.person.as_ref()) {
        let (taking_part, waiting) = participants::count(tx).await?;
        let open = pairs::count_open(tx).await?;
        let counts = views::Counts {
            taking_part,
            waiting,
            pairs: open,
        };
        let waiting = rounds::awaiting(tx).await?;
        if outbox::is_held_back(tx, deliveries::MESSAGES_TAB_OFF).await? {
            // A direct message could not tell them.
            blocks = blocks.append(views::no_direct_messages());
        }
        blocks = blocks
            .append(views::owner(&settings, &counts, &next))
            .append(views::to_approve(&waiting, &zone, tx.now))
            .append(views::owner_buttons(program.declared));
    }
    Ok(home_view(blocks))
}
