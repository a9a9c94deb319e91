//! What an admin of the workspace reads once a week of pairs that are theirs to look after: everybody who runs the program is in
//! them, or no owner is left. They read of each as it came up; this is the list on which it stands afterwards.

use super::pairs;
use super::part::Part;
use crate::domain::cadence::say_day;
use crate::domain::companion::Thing;
use crate::domain::ids::{PairId, UserId};
use crate::domain::message::Message;
use crate::domain::pair::Pair;
use crate::domain::program::Settings;
use crate::features::{Result, settings};
use crate::md;
use crate::shared::owners::{self, Deciders};
use crate::slack::blocks::Blocks;
use crate::store::checkins::CallForHelp;
use crate::store::companions::{self, Names};
use crate::store::{Reading, Tx, candidates, checkins, people};
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The pairs that need somebody's eye, and who looks after which.
struct ToLookAfter {
    deciders: Deciders,
    calls: Vec<CallForHelp>,
    in_one_line: Vec<Pair>,
    settings: Arc<Settings>,
    now: Timestamp,
}

impl ToLookAfter {
    async fn read(tx: &mut Reading) -> Result<Self> {
        Ok(Self {
            deciders: owners::deciders(tx).await?,
            calls: checkins::calls_for_help(tx).await?,
            in_one_line: candidates::pairs_in_one_line(tx).await?,
            settings: settings(tx).await?,
            now: tx.now,
        })
    }

    /// Those that are this admin's, in parts of a note, and how many pairs they are.
    fn of(&self, admin: &UserId) -> (Vec<Part>, usize) {
        let mut calls = self.calls.clone();
        calls.retain(|call| self.deciders.include(admin, (&call.mentor, &call.mentee)));
        let mut in_one_line = self.in_one_line.clone();
        in_one_line.retain(|pair| self.deciders.include(admin, (&pair.mentor, &pair.mentee)));
        let all = calls.iter().map(|call| call.pair);
        let all: BTreeSet<PairId> = all.chain(in_one_line.iter().map(|pair| pair.id)).collect();
        let zone = self.settings.zone();
        let parts = [
            pairs::calls(&calls, false, |at| say_day(at, &zone, self.now)),
            pairs::in_one_line(&in_one_line),
        ];
        (parts.into_iter().flatten().collect(), all.len())
    }
}

/// The admins who have something on their list, or read of something that may be settled by now.
pub(super) async fn readers(tx: &mut Reading) -> Result<Vec<UserId>> {
    let owners = owners::living(tx).await?;
    let mut admins = people::admins(tx).await?;
    admins.retain(|admin| !owners.contains(admin));
    if admins.is_empty() {
        return Ok(admins);
    }
    let look_after = ToLookAfter::read(tx).await?;
    let mut readers = Vec::new();
    for admin in admins {
        let (_, pairs) = look_after.of(&admin);
        if pairs > 0 || !companions::said(tx, &admin).await?.is_empty() {
            readers.push(admin);
        }
    }
    Ok(readers)
}

/// The whole list as a note, with the names of its things; none while they have read of each.
pub(super) async fn news(tx: &mut Tx, admin: &UserId) -> Result<Option<(Message, Names)>> {
    let look_after = ToLookAfter::read(tx).await?;
    let (parts, pairs) = look_after.of(admin);
    let things: Vec<Thing> = parts.iter().flat_map(|part| part.things.clone()).collect();
    let names = companions::names(&things)?;
    let said = companions::said(tx, admin).await?;
    if names.iter().all(|name| said.contains(name)) {
        // A settled thing is forgotten, so that it is told again if it comes back.
        companions::say(tx, admin, &names).await?;
        return Ok(None);
    }
    let note = note(&look_after.settings.name, pairs, parts);
    Ok(Some((note, names)))
}

fn note(name: &str, pairs: usize, parts: Vec<Part>) -> Message {
    let text = match pairs {
        1 => md!("{}: one pair to look after this week.", name),
        n => md!("{}: {} pairs to look after this week.", name, n),
    };
    let lead = Blocks::new().section(md!("*{}*", text));
    let parts = parts.into_iter().map(|part| part.blocks);
    parts
        .fold(lead, Blocks::append)
        .context(
            "You read this as an admin of the workspace, because everyone who runs the program is in these pairs, or no owner is left. \
             It never includes what people wrote, or anyone's reasons.",
        )
        .message(text)
}
