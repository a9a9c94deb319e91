//! Files of people on their way in: read, shown to an owner, and taken over with a press. Forgotten within two days.

use super::db::columns::columns;
use super::db::{Columns as _, Reading, Result, Sealed, Tx, sql};
use crate::domain::ids::{ImportId, UserId};
use crate::domain::named::named;
use crate::domain::organization::{Difference, List};
use crate::domain::outgoing::FetchedFile;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

const LIST: Sealed = Sealed {
    table: "imports",
    what: "a list of people",
};

named! {
    /// | from | to | when |
    /// |---|---|---|
    /// | fetching | unclear | it was read, and only the owner can say what some of it means |
    /// | fetching, unclear | asking | the file was read, and Slack is asked about its email addresses |
    /// | fetching, unclear, asking | ready | everything about it is known: the owner is shown what it changes |
    /// | ready | done | the owner took it over |
    /// | fetching, unclear, asking, ready | dropped | it cannot be read, the owner discarded it or sent another one, or a day has passed |
    pub enum State {
        Fetching = "fetching",
        Unclear = "unclear",
        Asking = "asking",
        Ready = "ready",
        Done = "done",
        Dropped = "dropped",
    }
}

columns! {
    State, "an import's state": String, |state| state.as_str().to_owned(), |held| State::parse(&held);
}

/// What is known of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// The file itself, while it is not read yet.
    pub file: Option<FetchedFile>,
    /// Which header is which column, as far as the owner said so: column, header.
    pub columns: Vec<(String, String)>,
    /// The same about words that are none of the program's stages: word, stage.
    #[serde(default)]
    pub stages: Vec<(String, String)>,
    pub list: List,
    /// Who was found in Slack, by email address in lower case.
    pub in_slack: BTreeMap<String, UserId>,
    /// Slack showed email addresses at all.
    pub has_emails: bool,
    /// The pages of everybody that were looked through, and the number of the last one.
    pub pages: BTreeSet<u32>,
    pub last_page: Option<u32>,
    /// What the owner has read that it would change.
    #[serde(default)]
    pub shown: Option<Difference>,
}

/// An import that an owner began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    pub id: ImportId,
    pub owner: UserId,
    pub state: State,
}

/// Begins an import. What the same owner sent before and did not take over is dropped.
pub async fn begin(tx: &mut Tx, owner: &UserId) -> Result<ImportId> {
    tx.run(sql!(
        "update imports set state = 'dropped', list_sealed = null
         where team_id = $1 and owner = $2 and state in ('fetching', 'unclear', 'asking', 'ready')",
        tx.team(),
        owner
    ))
    .await?;
    let id = ImportId(tx.new_id());
    tx.run(sql!(
        "insert into imports (id, team_id, owner, state, made_at) values ($1, $2, $3, 'fetching', $4)",
        id,
        tx.team(),
        owner,
        tx.now
    ))
    .await?;
    Ok(id)
}

pub async fn find(tx: &mut Reading, id: ImportId) -> Result<Option<Import>> {
    let found = sql!(
        "select id, owner, state from imports where team_id = $1 and id = $2",
        tx.team(),
        id
    );
    tx.read_first(found, |_, row| {
        Ok(Import {
            id: row.get("id")?,
            owner: row.get("owner")?,
            state: row.get("state")?,
        })
    })
    .await
}

/// The imports for which Slack is being asked about email addresses.
pub async fn asking(tx: &mut Reading) -> Result<Vec<ImportId>> {
    tx.values(sql!(
        "select id from imports where team_id = $1 and state = 'asking' order by id",
        tx.team()
    ))
    .await
}

/// What is known of the file; none if it is no longer kept.
pub async fn known(tx: &mut Reading, id: ImportId) -> Result<Option<Known>> {
    let sealed: Option<String> = tx
        .maybe(sql!(
            "select list_sealed from imports where team_id = $1 and id = $2 and list_sealed is not null",
            tx.team(),
            id
        ))
        .await?;
    let open = |sealed: String| LIST.open(tx.keys(), id, &sealed);
    sealed.map(open).transpose()
}

/// Notes what is known of the file from now on.
pub async fn note(tx: &mut Tx, id: ImportId, state: State, known: &Known) -> Result<()> {
    let sealed = LIST.seal(tx.keys(), id, known)?;
    tx.run(sql!(
        "update imports set state = $1, list_sealed = $2 where team_id = $3 and id = $4",
        state,
        sealed,
        tx.team(),
        id
    ))
    .await?;
    Ok(())
}

/// It is taken over, or dropped: the file itself is forgotten. False if it was so before.
pub async fn end(tx: &mut Tx, id: ImportId, state: State) -> Result<bool> {
    tx.changes(sql!(
        "update imports set state = $1, list_sealed = null
         where team_id = $2 and id = $3 and state in ('fetching', 'unclear', 'asking', 'ready')",
        state,
        tx.team(),
        id
    ))
    .await
}
