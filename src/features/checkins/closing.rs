//! The end of a pair's months: what changed, and whether to continue.
//!
//! The pair continues if both choose to. Otherwise it is completed, once both have chosen or after a fortnight.

use super::common::{both, cards_changed, end, mine};
use super::{messages, partner_away};
use crate::domain::cadence::{Hours, after};
use crate::domain::checkin::{Kind, NextStep};
use crate::domain::happening::{Ending, Happening};
use crate::domain::ids::{CheckinId, PairId, UserId};
use crate::domain::key::Key;
use crate::domain::message::Message;
use crate::domain::pair::{self, Pair};
use crate::domain::participant::Standing;
use crate::domain::timer::Timer;
use crate::features::{Reply, Result, settings};
use crate::shared::{breaks, news, nudge};
use crate::slack::event::Actor;
use crate::store::checkins::{self, Checkin};
use crate::store::outbox::{self, Kind as Post, To};
use crate::store::{Reading, Tx, candidates, cycles, pairs, participants, timers};
use jiff::{SignedDuration, Timestamp};

/// How long the choice stays open.
const TIME_TO_CHOOSE: SignedDuration = SignedDuration::from_hours(14 * 24);
/// The longest that it waits for somebody on a break.
const LONGEST: SignedDuration = SignedDuration::from_hours(90 * 24);

/// The last cycle is over.
pub async fn cycles_done(tx: &mut Tx, pair: PairId) -> Result<()> {
    let Some(pair) = pairs::find(tx, pair).await? else {
        return Ok(());
    };
    if pair.state != pair::State::Closing {
        return Ok(());
    }
    both(tx, &pair, Kind::Closing, pair.cycles).await?;
    let nobody = UserId::from("");
    let ends = checkins::create(tx, pair.id, &nobody, Kind::ClosingEnds, pair.cycles).await?;
    if let Some(id) = ends {
        timers::at(tx, &Timer::Checkin(id), after(tx.now, TIME_TO_CHOOSE)).await?;
    }
    Ok(())
}

/// Continue, rematch or finish. The choice can be changed until both have chosen.
pub async fn next(tx: &mut Tx, actor: &Actor, checkin: CheckinId, next: NextStep) -> Result<Reply> {
    let (checkin, pair) = mine(tx, actor, checkin).await?;
    match pair.state {
        pair::State::Closing if checkin.number == pair.cycles => {}
        pair::State::Closed => {
            let is_new = checkin.said.as_deref() != Some(next.word());
            return Ok(Reply::replace(match next {
                NextStep::Rematch if is_new => messages::too_late_for_another(&pair, &actor.user),
                _ => card(&pair, &checkin),
            }));
        }
        _ => return Ok(Reply::replace(messages::pair_goes_on(&pair, &actor.user))),
    }
    checkins::say(tx, checkin.id, next.word()).await?;
    if next == NextStep::Finish {
        // They may still be in line for a further partner: somebody with room for two stays in line after one introduction.
        participants::set_waiting(tx, &actor.user, None).await?;
    }
    let choices = choices(tx, &pair).await?;
    if choices.len() < 2 {
        let me = participants::find(tx, &actor.user).await?;
        let places = candidates::places_as_known_without(tx, &actor.user, Some(pair.id)).await?;
        let has_room = me.is_some_and(|me| places.has_room(&me.profile));
        return Ok(Reply::replace(messages::chosen(
            &pair, &checkin, next, has_room,
        )));
    }
    if choices
        .iter()
        .all(|(_, choice)| choice == NextStep::Continue.word())
    {
        go_on(tx, &pair).await?;
        return Ok(Reply::replace(messages::pair_goes_on(&pair, &actor.user)));
    }
    complete(tx, &pair).await?;
    reads_alone(tx, &pair, pair.partner_of(&actor.user)).await?;
    Ok(Reply::replace(match next {
        NextStep::Continue => messages::does_not_go_on(&pair, &actor.user),
        NextStep::Rematch | NextStep::Finish => messages::pair_is_closed(&pair, &actor.user),
    }))
}

/// Somebody was asked just now, or is back from a break, maybe before its day: the time to choose ends a fortnight from now.
/// For somebody who is still away then, [`time_is_over`] makes it longer.
pub(super) async fn time_to_choose(tx: &mut Tx, pair: &Pair) -> Result<()> {
    let asked = checkins::of(tx, pair.id).await?;
    let ends = asked
        .iter()
        .find(|one| one.kind == Kind::ClosingEnds && one.number == pair.cycles && one.due);
    let Some(ends) = ends else {
        return Ok(());
    };
    let timer = Timer::Checkin(ends.id);
    let most = after(ends.created_at, LONGEST);
    let at = after(tx.now, TIME_TO_CHOOSE);
    let at = if most > tx.now { at.min(most) } else { at };
    Ok(timers::at(tx, &timer, at).await?)
}

/// Somebody is back from a break, or the whole program is (`user`: none): it did not use up their time to choose.
pub async fn back_from_break(tx: &mut Tx, user: Option<&UserId>) -> Result<()> {
    let open = match user {
        Some(user) => pairs::open_of(tx, user).await?,
        None => pairs::open(tx).await?,
    };
    for pair in open {
        if pair.state != pair::State::Closing {
            continue;
        }
        let choices = choices(tx, &pair).await?;
        let has_chosen = user.is_some_and(|user| choices.iter().any(|(who, _)| who == user));
        if !has_chosen {
            time_to_choose(tx, &pair).await?;
        }
    }
    Ok(())
}

/// The closing's card once the pair is over, for somebody who would have gone on, or not.
pub(super) fn card(pair: &Pair, checkin: &Checkin) -> Message {
    if checkin.said.as_deref() == Some(NextStep::Continue.word()) {
        messages::does_not_go_on(pair, &checkin.user)
    } else {
        messages::closed(pair, checkin)
    }
}

/// The choices of both at the end of these cycles.
async fn choices(tx: &mut Reading, pair: &Pair) -> Result<Vec<(UserId, String)>> {
    let all = checkins::of(tx, pair.id).await?;
    let closing = all
        .into_iter()
        .filter(|checkin| checkin.kind == Kind::Closing && checkin.number == pair.cycles);
    Ok(closing
        .filter_map(|checkin| checkin.said.map(|said| (checkin.user, said)))
        .collect())
}

async fn go_on(tx: &mut Tx, pair: &Pair) -> Result<()> {
    let more = settings(tx).await?.cycles;
    if !pairs::extend(tx, pair.id, more).await? {
        return Ok(());
    }
    let key = Key::GoesOn {
        pair: pair.id,
        cycles: pair.cycles,
    };
    let on_break = breaks::are_on_break(tx, &pair.members()).await?;
    let message = messages::goes_on(pair, more, on_break);
    outbox::post(tx, To::both(pair), Post::Answer, &key, message, None).await?;
    if let Some(pair) = pairs::find(tx, pair.id).await? {
        for user in pair.members() {
            cards_changed(tx, &pair, user).await?;
            partner_away(tx, user).await?;
        }
    }
    tx.happens(Happening::PairContinues(pair.id));
    Ok(())
}

/// Timer: the time to choose is over. Runs in working hours, because it sends the thank-you.
pub async fn time_is_over(tx: &mut Tx, pair: &Pair, checkin: CheckinId) -> Result<()> {
    let settings = settings(tx).await?;
    let number = checkins::find(tx, checkin).await?.map(|found| found.number);
    if pair.state != pair::State::Closing || number != Some(pair.cycles) {
        checkins::dropped(tx, checkin).await?;
        return Ok(());
    }
    let members = pair.members().map(Clone::clone);
    let workdays = nudge::workdays(tx, &members).await?;
    let open = Hours::from(&settings).next_shared(tx.now, &workdays);
    if open > tx.now {
        timers::at(tx, &Timer::Checkin(checkin), open).await?;
        return Ok(());
    }
    if let Some(until) = breaks::of_program(tx).await? {
        // Their time to choose goes on after it.
        timers::at(tx, &Timer::Checkin(checkin), after(until, TIME_TO_CHOOSE)).await?;
        return Ok(());
    }
    let asked = checkins::of(tx, pair.id).await?;
    let closing = |one: &&Checkin| one.kind == Kind::Closing && one.number == pair.cycles;
    let choices = choices(tx, pair).await?;
    let later = if asked.iter().filter(closing).any(|closing| closing.due) {
        // A break: somebody has not been asked yet, and their time to choose begins then.
        Some(after(tx.now, TIME_TO_CHOOSE))
    } else {
        back_by(tx, pair, &choices).await?
    };
    let ends = asked.iter().find(|one| one.id == checkin);
    let most = ends.map_or(tx.now, |one| after(one.created_at, LONGEST));
    if let Some(later) = later.filter(|_| tx.now < most) {
        timers::at(tx, &Timer::Checkin(checkin), later.min(most)).await?;
        return Ok(());
    }
    checkins::asked(tx, checkin).await?;
    complete(tx, pair).await?;
    for user in pair.members() {
        reads_alone(tx, pair, user).await?;
    }
    Ok(())
}

/// The thank-you in their group waits while one of them is on a break, perhaps for ever, so each reads privately that it is
/// over: whoever is away, when they are back.
async fn reads_alone(tx: &mut Tx, pair: &Pair, user: &UserId) -> Result<()> {
    if !breaks::are_on_break(tx, &pair.members()).await? {
        return Ok(());
    }
    let asked = checkins::of(tx, pair.id).await?;
    let theirs = asked
        .iter()
        .rfind(|one| one.kind == Kind::Closing && one.number == pair.cycles && one.user == *user);
    if let Some(closing) = theirs {
        let key = Key::Ended {
            pair: pair.id,
            user: user.clone(),
        };
        news::tell(tx, user, Post::Notice, &key, card(pair, closing)).await?;
    }
    Ok(())
}

/// Until when somebody can choose who has not, and is on a break.
async fn back_by(
    tx: &mut Reading,
    pair: &Pair,
    choices: &[(UserId, String)],
) -> Result<Option<Timestamp>> {
    let mut latest = None;
    for user in pair.members() {
        let has_chosen = choices.iter().any(|(who, _)| who == user);
        let me = participants::find(tx, user).await?;
        let away = me.filter(|me| !has_chosen && me.standing == Standing::Paused);
        if let Some(me) = away {
            let back = me.paused_until.unwrap_or(tx.now).max(tx.now);
            latest = latest.max(Some(after(back, TIME_TO_CHOOSE)));
        }
    }
    Ok(latest)
}

/// Closes the pair with thanks.
async fn complete(tx: &mut Tx, pair: &Pair) -> Result<()> {
    let months = cycles::of(tx, pair.id).await?.into_iter();
    let met = months.filter(|month| month.clone().had_a_time()).count();
    let zone = settings(tx).await?.zone();
    let thanks = messages::thank_you(pair, met, (&zone, tx.now));
    if !end(tx, pair, None, Ending::Completed).await? {
        return Ok(());
    }
    let key = Key::Thanks(pair.id);
    news::tell_both(tx, To::both(pair), &key, thanks).await?;
    Ok(())
}

/// A pair is over, in whatever way. Whoever chose another partner at its closing waits for the next round, or the first after
/// their break, if they have room for one.
pub async fn pair_ended(tx: &mut Tx, pair: PairId) -> Result<()> {
    let Some(pair) = pairs::find(tx, pair).await? else {
        return Ok(());
    };
    for user in checkins::want_another(tx, &pair).await? {
        let Some(me) = participants::find(tx, &user).await? else {
            continue;
        };
        if candidates::places(tx, &user).await?.has_room(&me.profile) {
            participants::wants_partner(tx, &user).await?;
        }
    }
    Ok(())
}
