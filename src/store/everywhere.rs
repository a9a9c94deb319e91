//! What the heartbeat and `doctor` ask about all workspaces at once: one statement for each question, however many workspaces.

use super::db::{Columns as _, Reading, Result, from_json, sql};
use super::facts;
use crate::domain::ids::{TeamId, UserId};
use crate::domain::whose::Place;
use serde::Deserialize;
use std::collections::HashSet;

/// Programs that somebody has to look after.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ToLookAfter {
    /// Without a single owner who is here.
    pub ownerless: usize,
    /// In workspaces that Slack has never told us an event of.
    pub without_events: usize,
}

/// The part of a program's settings that is needed here.
#[derive(Deserialize)]
struct Owned {
    #[serde(default)]
    owners: Vec<UserId>,
}

/// Counts the programs to look after, where the app is installed.
pub async fn programs_to_look_after(tx: &mut Reading) -> Result<ToLookAfter> {
    let gone = owners_gone(tx).await?;
    let programs = sql!(
        "select p.team_id, p.settings, f.name as heard from programs p
         join workspaces w on w.team_id = p.team_id
         left join facts f on f.name = $1 || p.team_id
         where w.state = 'installed'",
        facts::FIRST_EVENT
    );
    let programs = tx.read_all(programs, |_, row| {
        let settings: String = row.get("settings")?;
        let heard: Option<String> = row.maybe("heard")?;
        let team: TeamId = row.get("team_id")?;
        Ok((team, settings, heard.is_some()))
    });
    let mut found = ToLookAfter::default();
    for (team, settings, heard) in programs.await? {
        let owned: Owned = from_json(&settings, "a program's owners")?;
        let mut owners = owned.owners.into_iter();
        let is_owned = owners.any(|owner| !gone.contains(&(team.clone(), owner)));
        found.ownerless += usize::from(!is_owned);
        found.without_events += usize::from(!heard);
    }
    Ok(found)
}

/// The workspaces with an organization's installation in which somebody is known.
pub async fn places_of(
    tx: &mut Reading,
    organization: &TeamId,
    user: &UserId,
) -> Result<Vec<Place>> {
    let places = sql!(
        "select w.team_id, case when q.user_id is null and s.team_id is null then 0 else 1 end as takes_part
         from workspaces w
         left join participants q on q.team_id = w.team_id and q.user_id = $2 and q.standing <> 'left'
         left join programs s on s.team_id = w.team_id and s.settings like '%\"' || $2 || '\"%'
         left join people p on p.team_id = w.team_id and p.user_id = $2 and p.full_member = 1
         where w.enterprise_id = $1 and w.state = 'installed'
           and (q.user_id is not null or s.team_id is not null or p.user_id is not null)
         order by w.team_id",
        organization,
        user
    );
    tx.read_all(places, |_, row| {
        Ok(Place {
            team: row.get("team_id")?,
            takes_part: row.get::<i64>("takes_part")? == 1,
        })
    })
    .await
}

/// The people whom settings name and who are gone, as `shared::owners::is_here` says it. A program without an owner who is
/// here may also name them elsewhere, which does no harm.
async fn owners_gone(tx: &mut Reading) -> Result<HashSet<(TeamId, UserId)>> {
    let gone = sql!(
        "select g.team_id, g.user_id from people g
         join programs p on p.team_id = g.team_id and p.settings like '%\"' || g.user_id || '\"%'
         where g.deleted = 1 or g.full_member = 0"
    );
    let gone = tx.read_all(gone, |_, row| {
        Ok((row.get("team_id")?, row.get("user_id")?))
    });
    Ok(gone.await?.into_iter().collect())
}
