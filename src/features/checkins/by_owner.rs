//! An owner has both partners asked privately how it goes. The owner sees no answers.

use super::common::ask;
use super::messages::with_answers;
use crate::domain::checkin::Kind;
use crate::domain::ids::{PairId, UserId};
use crate::domain::message::Message;
use crate::domain::overview::Care;
use crate::domain::pair::Pair;
use crate::features::{Reply, Result, refuse};
use crate::md;
use crate::shared::overview;
use crate::slack::blocks::Modal;
use crate::slack::event::Actor;
use crate::slack::words::Md;
use crate::store::checkins::Checkin;
use crate::store::{Reading, Tx, audit, checkins, cycles};

/// Shows what each of the two will read.
pub async fn open_ask(tx: &mut Reading, actor: &Actor, id: PairId) -> Result<Reply> {
    let (pair, _) = may_be_asked(tx, actor, id).await?;
    Ok(Reply::modal(form(&pair)))
}

/// The owner has read it: each is asked in their working hours, on a day without another message.
pub async fn asked_by_owner(tx: &mut Tx, actor: &Actor, id: PairId) -> Result<Reply> {
    let (pair, number) = may_be_asked(tx, actor, id).await?;
    for user in pair.members() {
        ask(tx, &pair, user, Kind::OwnerAsks, number).await?;
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
    if let Some(why) = overview::on_break(tx, &pair).await? {
        return refuse(md!("{} Ask how it goes when it's over.", why));
    }
    let number = cycles::latest(tx, id)
        .await?
        .map_or(0, |month| month.number);
    let asked = checkins::of(tx, id).await?;
    if asked
        .iter()
        .any(|one| one.kind == Kind::OwnerAsks && one.number == number && !one.dropped)
    {
        return refuse(
            "They were asked this month. Asking again so soon would feel like a test; a friendly word from you helps more now.",
        );
    }
    Ok((pair, number))
}

/// To each partner, because an owner asked for it.
pub(super) fn question(pair: &Pair, checkin: &Checkin) -> Message {
    let text = words(pair.partner_of(&checkin.user));
    with_answers(
        text,
        checkin,
        "Nobody sees your answer, neither your partner nor the program's owners. If you ask for help, they see that your pair would like some, not who asked, and no owner sees that about their own pair.",
    )
}

fn words(partner: &UserId) -> Md {
    md!(
        "*How is it going, you and {}?* The program's owners asked me to check in with you both. Whatever you press is fine, and if another partner would suit you better, that's fine, too.",
        partner
    )
}

/// For the owner, before it is sent.
fn form(pair: &Pair) -> Modal {
    let lead = md!(
        "{} and {} are each asked this privately, with the other's name. They can say that all is good, ask for help, or end the pair kindly and be matched again. You see no answers.",
        pair.mentor,
        pair.mentee
    );
    let theirs = words(&pair.mentee);
    overview::words_first(pair.id, Care::Ask, lead, &theirs, "Ask them both")
}
