//! What the server's program.toml takes out of the settings, though people have it. A file can't be asked where they go: what it
//! renamed unmistakably takes its people along, whoever can't be paired without an answer is asked for one, and owners read of it.

use super::messages;
use super::moved::{self, List};
use crate::domain::key::{Key, Topic};
use crate::domain::participant::{Participant, Standing};
use crate::domain::program::Settings;
use crate::features::Result;
use crate::md;
use crate::shared::news;
use crate::slack::words::Md;
use crate::store::outbox::{self, Kind, Lane};
use crate::store::{Tx, participants};

/// Moves and asks people. Returns what owners read of it, a line each.
pub(super) async fn people_follow(
    tx: &mut Tx,
    before: &Settings,
    after: &Settings,
) -> Result<Vec<Md>> {
    let everyone = participants::all(tx).await?;
    let listed = moved::listed(tx, before, after).await?;
    let gone = moved::gone(before, after, &everyone, &listed);
    if gone.is_empty() {
        // An earlier question that is still unread may be out of date.
        ask(tx, before, after).await?;
        return Ok(Vec::new());
    }
    let moves = moved::unmistakable(&gone);
    moved::apply(tx, &everyone, listed, &moves).await?;
    let count = |people: usize| moved::have(people, after.minimum_group);
    let renamed = gone.iter().filter_map(|one| {
        let now = one.renamed.as_ref()?;
        let (has, entry) = (count(one.people), one.list.entry());
        Some(md!(
            "{} “{}” in place of the {} “{}”",
            has,
            now,
            entry,
            one.name
        ))
    });
    let mut lines: Vec<Md> = renamed.collect();
    let asked = ask(tx, before, after).await?;
    for (list, people) in asked {
        if people > 0 {
            lines.push(messages::people_pick_anew(list.entry(), &count(people)));
        }
    }
    Ok(lines)
}

/// Asks those who could be paired and can't be any more for another stage or language. Returns how many that are. Whoever was asked
/// before and has not read it reads what is so now.
async fn ask(tx: &mut Tx, before: &Settings, after: &Settings) -> Result<[(List, usize); 2]> {
    let (mut stages, mut languages) = (0, 0);
    for one in participants::all(tx).await? {
        let takes_part = matches!(one.standing, Standing::Active | Standing::Paused);
        let lost =
            |has: fn(&Settings, &Participant) -> bool| has(before, &one) && !has(after, &one);
        let (stage, language) = (lost(has_stage), lost(has_language));
        if !takes_part {
            continue;
        }
        stages += usize::from(stage);
        languages += usize::from(language);
        // These words replace an earlier question that is still unread.
        let lane = Lane::Person(one.user.clone());
        let waits = !outbox::take_back(tx, Topic::PickAnew, &lane)
            .await?
            .is_empty();
        let lacks = (!has_stage(after, &one), !has_language(after, &one));
        if lacks == (false, false) || !(stage || language || waits) {
            continue;
        }
        let key = Key::PickAnew {
            user: one.user.clone(),
            at: tx.now_ms(),
        };
        let words = messages::pick_anew(lacks.0, lacks.1);
        news::tell(tx, &one.user, Kind::Notice, &key, words).await?;
    }
    Ok([(List::Stages, stages), (List::Languages, languages)])
}

fn has_stage(settings: &Settings, one: &Participant) -> bool {
    settings.stage_rank(&one.profile.stage).is_some()
}

fn has_language(settings: &Settings, one: &Participant) -> bool {
    settings.lists_any(&one.profile.languages)
}
