//! Goals of both partners, signed by both. Signatures are per version: an edit makes a new one, which both sign again.

mod after_meeting;
mod common;
mod messages;
mod release;
mod reminders;
#[cfg(test)]
mod tests;

pub use after_meeting::{ask_to_sign, they_met};
pub use reminders::unsent;

use super::{Reply, Result, nothing_changed, refuse, settings};
use crate::domain::cadence::after;
use crate::domain::card::Card;
use crate::domain::goals::{self, Goals, REMINDERS};
use crate::domain::ids::PairId;
use crate::domain::key::Key;
use crate::domain::message::Message;
use crate::domain::pair::{Pair, State};
use crate::domain::timer::Timer;
use crate::slack::event::{Actor, Answers};
use crate::store::agreements::{self, Agreement, Side};
use crate::store::outbox::{self, Kind, Lane, To, cards};
use crate::store::{Reading, Tx, pairs, participants, timers};
use common::{follow_up, is_away, sheet};

/// A pair was introduced: offers draft goals to both.
pub async fn offer(tx: &mut Tx, id: PairId) -> Result<()> {
    let Some(pair) = pairs::find(tx, id).await?.filter(Pair::is_open) else {
        return Ok(());
    };
    let mentor = participants::find(tx, &pair.mentor).await?;
    let mentee = participants::find(tx, &pair.mentee).await?;
    let (Some(mentor), Some(mentee)) = (mentor, mentee) else {
        return Ok(());
    };
    let recipe = settings(tx).await?.recipe;
    let draft = goals::draft(&mentor.profile, &mentee.profile, recipe);
    if agreements::add(tx, id, 1, &draft, None).await? {
        put_before_both(tx, &pair).await?;
    }
    Ok(())
}

/// The goals as they stand: in the group DM for both, or privately for one.
pub async fn card(tx: &mut Reading, id: PairId, place: &Lane) -> Result<Option<Message>> {
    let (Some(pair), Some(agreement)) = (
        pairs::find(tx, id).await?,
        agreements::latest(tx, id).await?,
    ) else {
        return Ok(Some("These goals are no longer stored.".into()));
    };
    let settings = settings(tx).await?;
    let sheet = sheet(tx, &pair, agreement, &settings).await?;
    Ok(Some(match place {
        Lane::Person(user) => sheet.for_one(user),
        _ => sheet.as_it_stands(),
    }))
}

/// Their months are over, or the pair is: its goals stay, and can no longer be signed or changed.
pub async fn months_are_over(tx: &mut Tx, id: PairId) -> Result<()> {
    if let Some(pair) = pairs::find(tx, id).await? {
        cards::changed(tx, Card::Agreement(id), &pair.lanes()).await?;
    }
    Ok(())
}

/// Posts the current version to both, and sets what follows.
async fn put_before_both(tx: &mut Tx, pair: &Pair) -> Result<()> {
    let Some(agreement) = agreements::latest(tx, pair.id).await? else {
        return Ok(());
    };
    let settings = settings(tx).await?;
    let (id, version) = (pair.id, agreement.version);
    let key = Key::Agreement { pair: id, version };
    let sheet = sheet(tx, pair, agreement, &settings).await?;
    outbox::post(
        tx,
        To::both(pair),
        Kind::Agreement,
        &key,
        sheet.offer(),
        None,
    )
    .await?;
    follow_up(tx, pair).await
}

/// Their months go on, so their goals can be signed and changed again. Nothing may be set that follows: an earlier release
/// introduced them, or its moment passed during their closing.
pub async fn resume(tx: &mut Tx, id: PairId) -> Result<()> {
    match pairs::find(tx, id).await? {
        Some(pair) if pair.is_open() => {
            cards::changed(tx, Card::Agreement(id), &pair.lanes()).await?;
            follow_up(tx, &pair).await
        }
        _ => Ok(()),
    }
}

/// The pair, if the actor is a member and it is still open.
async fn own_pair(tx: &mut Reading, actor: &Actor, id: PairId) -> Result<Pair> {
    let Some(pair) = pairs::find(tx, id)
        .await?
        .filter(|pair| pair.has(&actor.user))
    else {
        return refuse("Only the two people in a pair can see and change their goals.");
    };
    match pair.state {
        State::Introduced | State::Active => Ok(pair),
        State::Closing => refuse(
            "Your months together are coming to a close, so the goals stay as they are. Thank you for the care you put into them.",
        ),
        State::Closed => refuse("This pair has ended, so its goals stay as they are."),
    }
}

async fn latest(tx: &mut Reading, pair: PairId) -> Result<Agreement> {
    match agreements::latest(tx, pair).await? {
        Some(agreement) => Ok(agreement),
        None => refuse("This pair's goals are no longer stored."),
    }
}

/// Opens the form for editing the goals.
pub async fn open(tx: &mut Reading, actor: &Actor, id: PairId) -> Result<Reply> {
    let pair = own_pair(tx, actor, id).await?;
    let agreement = latest(tx, id).await?;
    let typed = agreement.goals.clone();
    Ok(Reply::modal(messages::form(
        &pair,
        agreement.version,
        &typed,
        None,
    )))
}

/// Saves edited goals as a new version, unless the partner was faster; then the form keeps everything typed.
pub async fn edited(
    tx: &mut Tx,
    actor: &Actor,
    id: PairId,
    version: i64,
    answers: &Answers,
) -> Result<Reply> {
    let pair = own_pair(tx, actor, id).await?;
    let field = |name| answers.text(name).unwrap_or_default().to_owned();
    let typed = Goals {
        mentee: field("mentee_goal"),
        mentor: field("mentor_goal"),
    };
    let errors = wrong_with(&typed);
    if !errors.is_empty() {
        return Ok(Reply::errors(errors));
    }
    let current = latest(tx, id).await?;
    if current.goals == typed {
        return Ok(Reply::modal(nothing_changed()));
    }
    let next = current.version + 1;
    if current.version != version
        || !agreements::add(tx, id, next, &typed, Some(&actor.user)).await?
    {
        let current = latest(tx, id).await?;
        return Ok(Reply::modal(messages::form(
            &pair,
            current.version,
            &typed,
            Some(&current),
        )));
    }
    let [group, mentor, mentee] = pair.lanes();
    let mut places = vec![mentor, mentee];
    if is_news(&current, actor) {
        // In the group DM, the card becomes the message that follows.
        put_before_both(tx, &pair).await?;
    } else {
        places.push(group);
        follow_up(tx, &pair).await?;
    }
    cards::changed(tx, Card::Agreement(id), &places).await?;
    Ok(Reply::nothing().with_home())
}

/// Whether an edit of this version deserves a message of its own: somebody's signature no longer holds, or it is a
/// partner's first edit. Anybody who polishes their own words changes the card where it stands.
fn is_news(before: &Agreement, editor: &Actor) -> bool {
    let signed = before.mentor_signed_at.is_some() || before.mentee_signed_at.is_some();
    signed || before.made_by.as_ref() != Some(&editor.user)
}

fn wrong_with(goals: &Goals) -> Vec<(&'static str, String)> {
    let fields = [
        ("mentee_goal", &goals.mentee),
        ("mentor_goal", &goals.mentor),
    ];
    let mut errors = Vec::new();
    for (field, goal) in fields {
        if goal.is_empty() {
            errors.push((
                field,
                "One sentence is enough. You're both here to learn.".into(),
            ));
        } else if goal.chars().count() > goals::LONGEST {
            let most = goals::LONGEST;
            errors.push((field, format!("Please keep it to {most} characters.")));
        }
    }
    errors
}

/// One partner signs a version. The second signature completes the agreement.
pub async fn sign(tx: &mut Tx, actor: &Actor, id: PairId, version: i64) -> Result<Reply> {
    let pair = own_pair(tx, actor, id).await?;
    let current = latest(tx, id).await?;
    if current.version != version {
        let gone = messages::replaced(current.made_by.as_ref(), current.version);
        return Ok(Reply::replace(gone).with_home());
    }
    let side = if pair.mentor == actor.user {
        Side::Mentor
    } else {
        Side::Mentee
    };
    agreements::sign(tx, id, version, side).await?;
    let settings = super::settings(tx).await?;
    let [group, mentor, mentee] = pair.lanes();
    let mut places = vec![mentor, mentee];
    if agreements::complete(tx, id, version).await? {
        // In the group DM, the card becomes the agreement that follows.
        signed_by_both(tx, &pair).await?;
    } else {
        places.push(group);
    }
    cards::changed(tx, Card::Agreement(id), &places).await?;
    let agreement = latest(tx, id).await?;
    let card = sheet(tx, &pair, agreement, &settings).await?.card();
    Ok(Reply::replace(card).with_home())
}

async fn signed_by_both(tx: &mut Tx, pair: &Pair) -> Result<()> {
    timers::cancel(tx, &Timer::Unsigned(pair.id)).await?;
    if pair.state == State::Introduced {
        pairs::step(tx, pair.id, State::Introduced, State::Active).await?;
    }
    let agreement = latest(tx, pair.id).await?;
    let (id, version) = (pair.id, agreement.version);
    let key = Key::AgreementSigned { pair: id, version };
    let settings = settings(tx).await?;
    let whole = sheet(tx, pair, agreement, &settings).await?.whole();
    outbox::post(tx, To::both(pair), Kind::Agreement, &key, whole, None).await?;
    Ok(())
}

/// Timer `Unsigned`: releases a pair that has not begun in six weeks; before that, privately reminds partners who have not
/// signed. Nothing is asked or ended while one of them is on a break.
pub async fn unsigned(tx: &mut Tx, id: PairId) -> Result<()> {
    let Some(pair) = pairs::find(tx, id).await?.filter(Pair::runs) else {
        return Ok(());
    };
    if is_away(tx, &pair).await? {
        let later = after(tx.now, release::WAITS);
        return Ok(timers::at(tx, &Timer::Unsigned(id), later).await?);
    }
    if pair.state == State::Introduced && release::due_at(tx, &pair).await? <= tx.now {
        return release::unless_they_will_meet(tx, &pair).await;
    }
    match agreements::latest(tx, id).await? {
        Some(latest) if latest.completed_at.is_none() && latest.reminded < REMINDERS => {
            reminders::remind(tx, &pair, latest).await
        }
        _ => follow_up(tx, &pair).await,
    }
}
