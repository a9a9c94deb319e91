//! What is stored about one person: theirs to read and to erase. A table that holds people's words adds its lines here.

use super::db::{Result, Tx};
use super::participants::Participant;
use super::{pairs, participants, people};
use crate::domain::ids::UserId;
use crate::domain::pair::Pair;
use crate::domain::participant::PersonInSlack;

pub struct Own {
    pub profile: Option<Participant>,
    pub person: Option<PersonInSlack>,
    /// Open and closed.
    pub pairs: Vec<Pair>,
}

pub async fn read(tx: &mut Tx, user: &UserId) -> Result<Own> {
    let mut mine = pairs::all(tx).await?;
    mine.retain(|pair| pair.has(user));
    Ok(Own {
        profile: participants::find(tx, user).await?,
        person: people::find(tx, user).await?,
        pairs: mine,
    })
}

/// Erases what can be: that two people were once paired stays, so that they are not paired again.
pub async fn erase(tx: &mut Tx, user: &UserId) -> Result<()> {
    for sql in [
        "delete from participants where team_id = $1 and user_id = $2",
        "delete from people where team_id = $1 and user_id = $2",
        "delete from nudged where team_id = $1 and user_id = $2",
        "delete from timers where team_id = $1 and subject = $2",
        // That somebody did it stays, not who.
        "update audit set actor = 'erased' where team_id = $1 and actor = $2",
        "update audit set subject = 'erased' where team_id = $1 and subject = $2",
    ] {
        about(tx, sql, user.as_str()).await?;
    }
    for lane in [
        user.to_string(),
        format!("home/{user}"),
        format!("lookup/{user}"),
    ] {
        about(tx, EMPTY_LANE, &lane).await?;
    }
    Ok(())
}

/// Forgets what went to a pair's group message, and what was to go there but for the word that the pair is over. The
/// pair is: nothing asks any more whether these messages went out.
pub async fn erase_conversation(tx: &mut Tx, pair: PairId) -> Result<()> {
    about(tx, EMPTY_LANE, &format!("pair/{pair}")).await
}

/// What Slack may be taking at this very moment has to be seen through, and is forgotten with its age.
const EMPTY_LANE: &str =
    "delete from outbox where team_id = $1 and lane = $2 and (finished_at is not null
     or (state = 'queued' and doubt = 0 and leased_until is null
         and dedupe_key not like 'ended/%' and dedupe_key not like 'thanks/%'))";

async fn about(tx: &mut Tx, sql: &'static str, whom: &str) -> Result<()> {
    let team = tx.team().to_string();
    sqlx::query(sql)
        .bind(team)
        .bind(whom)
        .execute(tx.conn())
        .await?;
    Ok(())
}
