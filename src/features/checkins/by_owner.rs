//! An owner has both partners asked privately how it goes. The owner sees no answers.

use super::messages;
use crate::domain::checkin::Kind;
use crate::domain::ids::PairId;
use crate::domain::overview::Care;
use crate::domain::pair::Pair;
use crate::domain::timer::Timer;
use crate::features::{Reply, Result, refuse};
use crate::shared::overview;
use crate::slack::event::Actor;
use crate::store::{Reading, Tx, audit, checkins, cycles, timers};

/// Shows what each of the two will read.
pub async fn open_ask(tx: &mut Reading, actor: &Actor, id: PairId) -> Result<Reply> {
    let (pair, _) = may_be_asked(tx, actor, id).await?;
    Ok(Reply::modal(messages::owners_question_form(&pair)))
}

/// The owner has read it: each is asked in their working hours, on a day without another message.
pub async fn asked_by_owner(tx: &mut Tx, actor: &Actor, id: PairId) -> Result<Reply> {
    let (pair, number) = may_be_asked(tx, actor, id).await?;
    for user in pair.members() {
        let asked = checkins::create(tx, id, user, Kind::OwnerAsks, number).await?;
        if let Some(checkin) = asked {
            timers::soon(tx, &Timer::Checkin(checkin)).await?;
        }
    }
    audit::note(tx, &actor.user, "pair_asked", &format!("pair {id}")).await?;
    Ok(Reply::modal(overview::cared_for(
        Care::Ask,
        "Done. Each of them is asked privately, in their working hours. You hear of it only if one of them asks for help, or \
         if the pair ends; never who said what.",
    )))
}

/// A pair that was not asked this month, and the number of that month.
async fn may_be_asked(tx: &mut Reading, actor: &Actor, id: PairId) -> Result<(Pair, u8)> {
    let pair = overview::pair_of_others(tx, actor, id).await?;
    if !pair.runs() {
        return refuse("Their months are over, and each is asked privately what comes next.");
    }
    let number = cycles::latest(tx, id)
        .await?
        .map_or(0, |month| month.number);
    let asked = checkins::of(tx, id).await?;
    if asked
        .iter()
        .any(|one| one.kind == Kind::OwnerAsks && one.number == number)
    {
        return refuse(
            "They were asked this month. Asking again so soon would feel like a test; a friendly word from you helps more now.",
        );
    }
    Ok((pair, number))
}
