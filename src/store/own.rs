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
    let (team, user) = (tx.team().to_string(), user.as_str());
    for sql in [
        "delete from participants where team_id = $1 and user_id = $2",
        "delete from people where team_id = $1 and user_id = $2",
        "delete from nudged where team_id = $1 and user_id = $2",
        "delete from timers where team_id = $1 and subject = $2",
        // What they were sent; what is still on its way goes out first and is forgotten with its age.
        "delete from outbox where team_id = $1 and lane = $2 and finished_at is not null",
    ] {
        sqlx::query(sql)
            .bind(team.as_str())
            .bind(user)
            .execute(tx.conn())
            .await?;
    }
    Ok(())
}
