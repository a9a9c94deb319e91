//! What is stored about one person: theirs to read and to erase. A table that holds people's words adds its lines here.

use super::agreements::{self, Agreement};
use super::checkins::{self, Checkin};
use super::db::{Reading, Result, Tx, sql};
use super::invitations::{self, Invitation};
use super::met::{self, Said};
use super::reflections::{self, Reflection};
use super::{audit, cycles, outbox, pairs, participants, people};
use crate::domain::cycle::Cycle;
use crate::domain::ids::{PairId, UserId};
use crate::domain::outgoing::Lane;
use crate::domain::pair::Pair;
use crate::domain::participant::{Participant, PersonInSlack};
use jiff::Timestamp;

pub struct PersonalData {
    pub profile: Option<Participant>,
    pub person: Option<PersonInSlack>,
    /// Open and closed, oldest first.
    pub pairs: Vec<Together>,
    pub reflections: Vec<Reflection>,
    pub checkins: Vec<Checkin>,
    /// Sent and received.
    pub invitations: Vec<Invitation>,
    /// What they did to the program, in a word each.
    pub actions: Vec<(Timestamp, String)>,
}

/// A pair, with all that its two have in common.
pub struct Together {
    pub pair: Pair,
    /// Every version there was.
    pub agreements: Vec<Agreement>,
    pub months: Vec<Month>,
}

pub struct Month {
    pub cycle: Cycle,
    /// What somebody left when skipping.
    pub note: Option<String>,
    pub said: Said,
}

pub async fn read(tx: &mut Reading, user: &UserId) -> Result<PersonalData> {
    let mut mine = Vec::new();
    for pair in pairs::of(tx, user).await? {
        let mut months = Vec::new();
        for cycle in cycles::of(tx, pair.id).await? {
            let note = cycles::note(tx, cycle.id).await?;
            let said = met::of(tx, cycle.id).await?;
            months.push(Month { cycle, note, said });
        }
        let agreements = agreements::history(tx, pair.id).await?;
        mine.push(Together {
            pair,
            agreements,
            months,
        });
    }
    Ok(PersonalData {
        profile: participants::find(tx, user).await?,
        person: people::find(tx, user).await?,
        pairs: mine,
        reflections: reflections::by(tx, user).await?,
        checkins: checkins::by(tx, user).await?,
        invitations: invitations::of(tx, user).await?,
        actions: audit::of(tx, user).await?,
    })
}

/// Erases what can be: that two people were once paired stays, so that they are not paired again.
pub async fn erase(tx: &mut Tx, user: &UserId) -> Result<()> {
    tx.erases();
    for sql in [
        "delete from participants where team_id = $1 and user_id = $2",
        "delete from people where team_id = $1 and user_id = $2",
        "delete from nudged where team_id = $1 and user_id = $2",
        "delete from timers where team_id = $1 and subject = $2",
        // That somebody did it stays, not who.
        "update audit set actor = 'erased' where team_id = $1 and actor = $2",
        "update audit set subject = 'erased' where team_id = $1 and subject = $2",
    ] {
        tx.run(sql!(sql, tx.team(), user)).await?;
    }
    for lane in [
        Lane::Person(user.clone()),
        Lane::Home(user.clone()),
        Lane::LookUp(user.clone()),
    ] {
        empty_lane(tx, &lane).await?;
    }
    Ok(())
}

/// Forgets what went to a pair's group message, and what was to go there but for the word that the pair is over. The
/// pair is: nothing asks any more whether these messages went out.
pub async fn erase_conversation(tx: &mut Tx, pair: PairId) -> Result<()> {
    tx.erases();
    empty_lane(tx, &Lane::Pair(pair)).await
}

/// What Slack may be taking at this very moment has to be seen through, and is forgotten with its age.
async fn empty_lane(tx: &mut Tx, lane: &Lane) -> Result<()> {
    tx.run(sql!(
        "delete from outbox where team_id = $1 and lane = $2 and finished_at is not null",
        tx.team(),
        lane
    ))
    .await?;
    for (id, key) in outbox::queued(tx, lane).await? {
        if !key.is_some_and(|key| key.is_farewell()) {
            tx.run(sql!(
                "delete from outbox where id = $1 and state = 'queued' and doubt = 0 and leased_until is null",
                id
            ))
            .await?;
        }
    }
    outbox::promote(tx, &lane.to_string()).await
}
