//! The organization comes in from a file of the owners': who reports to whom, also of people who do not take part.
//!
//! What the file says stands above what people said themselves. Each file is whole: whoever is no longer in it is forgotten.

mod columns;
mod file;
mod messages;
mod questions;
#[cfg(test)]
mod tests;
mod upload;

pub use columns::{ask_columns, columns_said};
pub use file::{MOST, list};
pub use upload::{accepted, discarded, found, open, read, submitted, waited};

use super::Result;
use crate::domain::happening::Happening;
use crate::domain::ids::UserId;
use crate::domain::organization::{
    Difference, List, People, Placed, SamePerson, follow, remember, stand_in,
};
use crate::people_file::LEFT_OUT;
use crate::store::{Reading, Tx, audit, candidates, organization, participants, programs};
use std::collections::BTreeMap;

/// Which stage was meant by which word of the list before, for the next one, or [`people_file::LEFT_OUT`].
pub async fn remembered_stages(
    tx: &mut Reading,
    stages: &[String],
) -> Result<Vec<(String, String)>> {
    let mut words = BTreeMap::new();
    for entry in organization::all(tx).await?.into_values() {
        let Some(word) = entry.stage_word else {
            continue;
        };
        match entry.stage {
            Some(stage) if stages.contains(&stage) => drop(words.insert(word, stage)),
            // The program no longer has it: to be asked again.
            Some(_) => {}
            None => drop(words.entry(word).or_insert_with(|| LEFT_OUT.to_owned())),
        }
    }
    Ok(words.into_iter().collect())
}

/// What a list changes, before it does.
#[derive(Clone, Debug)]
pub struct Review {
    pub placed: Placed,
    pub difference: Difference,
}

/// Finds out who is who in a list, and what it changes. `in_slack`: who has which email address, in lower case; `has_emails`:
/// whether Slack shows any.
///
/// # Errors
/// Within the result: lines that are the same person in Slack.
pub async fn review(
    tx: &mut Reading,
    list: &List,
    in_slack: &BTreeMap<String, UserId>,
    has_emails: bool,
) -> Result<std::result::Result<Review, Vec<SamePerson>>> {
    let before = organization::all(tx).await?;
    let placed = list.place(in_slack, &before, || stand_in(tx.new_id()));
    let program = programs::find(tx).await?;
    Ok(placed.map(|mut placed| {
        if let Some(program) = program {
            remember(&mut placed.people, &before, &program.settings);
        }
        Review {
            difference: Difference::of(&placed, list, has_emails),
            placed,
        }
    }))
}

/// Takes a list over. People's profiles follow it, and running pairs are looked at again.
pub async fn take_over(tx: &mut Tx, placed: &Placed, by: &UserId) -> Result<()> {
    let number = placed.people.len().to_string();
    audit::note(tx, by, "organization_imported", &number).await?;
    put_in_place(tx, &placed.people).await
}

/// The list came in again, and says nothing new: it counts as heard now, and who has come to Slack since is known by their Slack
/// id.
pub async fn came_again(tx: &mut Tx, placed: &Placed) -> Result<()> {
    put_in_place(tx, &placed.people).await
}

async fn put_in_place(tx: &mut Tx, people: &People) -> Result<()> {
    let already = candidates::pairs_in_one_line(tx).await?;
    let before = organization::all(tx).await?;
    organization::replace(tx, &before, people).await?;
    for participant in participants::all(tx).await? {
        let (was, is) = (before.get(&participant.user), people.get(&participant.user));
        let mut profile = participant.profile.clone();
        follow(&mut profile, was, is);
        if profile != participant.profile {
            participants::set_profile(tx, &participant.user, &profile).await?;
        }
    }
    if before != *people {
        let already = already.iter().map(|pair| pair.id).collect();
        tx.happens(Happening::LinesChanged { already });
    }
    Ok(())
}
