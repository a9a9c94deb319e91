//! The lists of pairs and people.

use crate::domain::overview::{PairAtWork, PeopleGroup, PersonAtWork};
use crate::md;
use crate::shared::overview::{counts, lines};
use crate::slack::blocks::{Blocks, Button, Modal, button};
use crate::slack::event::Action;
use crate::slack::words::Md;
use crate::store::overview::Past;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Names in one section: Slack takes 3,000 characters.
const NAMES: usize = 40;

/// A page of pairs, from the `page.0`th on, `page.1` at most. `own`: how many pairs of the reader's own are left out.
pub(super) fn pairs(
    pairs: &[PairAtWork],
    (from, most): (usize, usize),
    own: usize,
    past: Past,
    zone: &TimeZone,
    now: Timestamp,
) -> Modal {
    let mut blocks = Blocks::new();
    blocks = if pairs.is_empty() {
        blocks.section(
            "There are no pairs here at the moment. The next round makes some, or you do, by hand.",
        )
    } else {
        blocks.section(counts(pairs)).divider()
    };
    let shown: Vec<PairAtWork> = pairs.iter().skip(from).take(most).cloned().collect();
    blocks = lines(blocks, &shown, zone, now);
    let turn = |from| Action::PagePairs { from };
    blocks = paged(blocks, (from, shown.len(), pairs.len(), most), turn);
    blocks = blocks.divider().buttons([
        button("Make a pair by hand", &Action::OpenMakePair),
        button("End this cohort", &Action::OpenEndCohort),
    ]);
    if own > 0 {
        blocks = blocks.context(
            "Your own pair isn't in this list: it would tell you what your partner answered.",
        );
    }
    if past != Past::default() {
        blocks = blocks.context(md!(
            "So far, {} completed their months, and {} ended before, without a reason being asked.",
            some_pairs(past.completed),
            some_pairs(past.ended)
        ));
    }
    Modal::notice("Pairs", blocks.context(
        "States and days only: no answers, no reasons. Whatever you choose in a pair's menu is shown to you first, word for word.",
    ))
}

fn some_pairs(n: i64) -> Md {
    match n {
        0 => md!("no pair"),
        1 => md!("1 pair"),
        many => md!("{} pairs", many),
    }
}

/// A page of people. `own`: how many partners of the reader's own are left out.
pub(super) fn people(
    people: &[PersonAtWork],
    (from, most): (usize, usize),
    own: usize,
    now: Timestamp,
) -> Modal {
    if people.is_empty() && own == 0 {
        return Modal::notice("People", Blocks::new().section(
            "Nobody takes part yet. People join with `/reverse-mentor join`; a few words from you, in a channel they read, help most.",
        ));
    }
    let counted = PeopleGroup::ALL.into_iter().filter_map(|group| {
        let n = people.iter().filter(|one| one.group() == group).count();
        (n > 0).then(|| md!("{}: *{}*", Md::from(group.in_words()), n.to_string()))
    });
    let mut blocks = Blocks::new();
    if !people.is_empty() {
        blocks = blocks.section(Md::join(counted, "\n")).divider();
    }
    let shown: Vec<&PersonAtWork> = people.iter().skip(from).take(most).collect();
    for group in PeopleGroup::ALL {
        let some: Vec<Md> = shown
            .iter()
            .filter(|one| one.group() == group)
            .map(|one| person(one, now))
            .collect();
        for (part, names) in some.chunks(NAMES).enumerate() {
            let heading = match part {
                0 => md!("*{}*\n", Md::from(group.in_words())),
                _ => Md::default(),
            };
            blocks = blocks.section(md!("{}{}", heading, Md::join(names.to_vec(), ", ")));
        }
    }
    let turn = |from| Action::PagePeople { from };
    blocks = paged(blocks, (from, shown.len(), people.len(), most), turn);
    let blocks = blocks.divider().buttons([
        button("Make a pair by hand", &Action::OpenMakePair),
        button("Start the next cohort", &Action::OpenNextCohort),
    ]);
    let blocks = match own {
        0 => blocks,
        _ => blocks.context(
            "People you're paired with aren't in this list: what they chose is theirs to tell you.",
        ),
    };
    let blocks = blocks
        .context("Why someone is on a break or not looking is theirs to know, so I never ask.");
    Modal::notice("People", blocks)
}

fn person(one: &PersonAtWork, now: Timestamp) -> Md {
    match (one.group(), one.looking) {
        (PeopleGroup::WithoutPartner, Some(since)) => {
            match now.duration_since(since).as_hours() / 24 {
                0 => md!("{} (since today)", one.user),
                1 => md!("{} (1 day)", one.user),
                days => md!("{} ({} days)", one.user, days),
            }
        }
        _ => md!("{}", one.user),
    }
}

/// "1 to 25 of 60", with buttons to turn; nothing if all are shown.
fn paged(
    blocks: Blocks,
    (from, shown, all, most): (usize, usize, usize, usize),
    turn: impl Fn(usize) -> Action,
) -> Blocks {
    if shown == all {
        return blocks;
    }
    let earlier = (from > 0).then(|| button("Earlier", &turn(from.saturating_sub(most))));
    let later = (from + shown < all).then(|| button("Next", &turn(from + shown)));
    let turns: Vec<Button> = earlier.into_iter().chain(later).collect();
    blocks
        .context(md!("{} to {} of {}.", from + 1, from + shown, all))
        .buttons(turns)
}
