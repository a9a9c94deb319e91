//! Where a header may mean this or that, or a word is no stage, the owner says which.

use super::upload::{Parsed, go_on, parse, refused, waiting};
use super::{messages, questions};
use crate::domain::ids::ImportId;
use crate::features::{Reply, Result, owners_only, settings};
use crate::slack::event::{Actor, Answers};
use crate::store::imports::{self, State};
use crate::store::{Reading, Tx};

/// *Say which is which*: the form.
pub async fn ask_columns(tx: &mut Reading, actor: &Actor, id: ImportId) -> Result<Reply> {
    owners_only(tx, actor).await?;
    let waits = waiting(tx, id, &actor.user).await?.is_some();
    if let Some(known) = imports::known(tx, id).await?.filter(|_| waits)
        && let Parsed::Unclear(asks) = parse(tx, &known).await?
    {
        let settings = settings(tx).await?;
        return Ok(Reply::modal(questions::form(id, &asks, &settings)));
    }
    Ok(Reply::say(messages::over()))
}

/// The form was submitted: the file is read again. Mistakes in it are told as always.
pub async fn columns_said(
    tx: &mut Tx,
    actor: &Actor,
    id: ImportId,
    answers: &Answers,
) -> Result<Reply> {
    owners_only(tx, actor).await?;
    let import = waiting(tx, id, &actor.user).await?;
    let (Some(import), Some(mut known)) = (import, imports::known(tx, id).await?) else {
        return Ok(Reply::modal(messages::no_longer_waiting()));
    };
    let Parsed::Unclear(asks) = parse(tx, &known).await? else {
        return Ok(Reply::modal(messages::no_longer_waiting()));
    };
    questions::note(&mut known, &asks, answers);
    match parse(tx, &known).await? {
        Parsed::List(list) => {
            known.list = list;
            go_on(tx, &import, known).await?;
        }
        Parsed::Unclear(asks) => {
            imports::note(tx, id, State::Unclear, &known).await?;
            let settings = settings(tx).await?;
            return Ok(Reply::modal(questions::form(id, &asks, &settings)));
        }
        Parsed::Refused(told) => refused(tx, &import, told).await?,
    }
    Ok(Reply::modal(messages::reading()))
}
