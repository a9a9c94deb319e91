//! The settings of a program between the steps of its form, until they are saved. Forgotten within two days.

use super::db::{Reading, Result, Sealed, Tx, sql};
use crate::domain::ids::{TeamId, UserId};
use crate::domain::program::Settings;

const DRAFT: Sealed = Sealed {
    table: "setup_drafts",
    what: "the draft of a program",
};

fn place(team: &TeamId, user: &UserId) -> String {
    format!("{team}/{user}")
}

/// What somebody has filled in so far.
pub async fn find(tx: &mut Reading, user: &UserId) -> Result<Option<Settings>> {
    let sealed: Option<String> = tx
        .maybe(sql!(
            "select settings_sealed from setup_drafts where team_id = $1 and user_id = $2",
            tx.team(),
            user
        ))
        .await?;
    let open = |sealed: String| DRAFT.open(tx.keys(), place(tx.team(), user), &sealed);
    sealed.map(open).transpose()
}

pub async fn save(tx: &mut Tx, user: &UserId, settings: &Settings) -> Result<()> {
    let sealed = DRAFT.seal(tx.keys(), place(tx.team(), user), settings)?;
    tx.run(sql!(
        "insert into setup_drafts (team_id, user_id, settings_sealed, made_at) values ($1, $2, $3, $4)
         on conflict (team_id, user_id) do update
         set settings_sealed = excluded.settings_sealed, made_at = excluded.made_at",
        tx.team(),
        user,
        sealed,
        tx.now
    ))
    .await?;
    Ok(())
}

/// The program is set up: nobody's draft is needed any more.
pub async fn forget(tx: &mut Tx) -> Result<()> {
    tx.run(sql!(
        "delete from setup_drafts where team_id = $1",
        tx.team()
    ))
    .await?;
    Ok(())
}
