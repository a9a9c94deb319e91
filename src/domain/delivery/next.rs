//! The next call of a delivery, or what ends it.

use super::{Call, Delivery, Doubt, Step};
use crate::domain::outgoing::{ChartUpload, Kind, Reaction, To, Upload, What};
use jiff::Timestamp;

/// The next call, or the steps to take without one.
pub fn next(delivery: &Delivery, now: Timestamp) -> Result<Call, Vec<Step>> {
    let in_time = delivery.ends().is_none_or(|at| now < at);
    if !in_time && delivery.what.is_news() {
        // What Slack may have is finished at any hour, because it is not told on two days.
        if delivery.doubt == Doubt::None {
            return Err(later(delivery, Step::Wait));
        }
    } else if !in_time && !must_be_looked_for(delivery) && !is_untried_card(delivery) {
        return Err(later(delivery, Step::Expire));
    }
    if delivery.chart_deadline().is_some_and(|at| now >= at) {
        return Err(vec![delivery.clone().without_chart("late", now)]);
    }
    if let (What::Share { .. }, Doubt::Repeated) = (&delivery.what, delivery.doubt) {
        return Err(give_up(delivery, "in_doubt"));
    }
    Ok(call(delivery))
}

/// The method that a delivery waits for; the store finds deliveries by it.
pub fn waits_for(delivery: &Delivery) -> &'static str {
    call(delivery).method()
}

/// The doubt to store while a call is under way: it stands if we die during the call.
pub fn while_leased(delivery: &Delivery, call: &Call) -> Doubt {
    match (call.is_seen(), call.is_repeat()) {
        (false, _) => delivery.doubt,
        (true, false) => Doubt::Possible,
        (true, true) => Doubt::Repeated,
    }
}

/// Whether a nudge may have arrived: the answer decides if it is tried again. Looking sends no message, so it is allowed
/// at any hour.
fn must_be_looked_for(delivery: &Delivery) -> bool {
    delivery.doubt == Doubt::Possible && delivery.what.is_nudge() && delivery.is_direct()
}

/// Nobody has told Slack of a change yet: it waited behind another one, or for the app to be installed again.
fn is_untried_card(delivery: &Delivery) -> bool {
    matches!(delivery.what, What::Card { .. }) && delivery.attempts == 0
}

/// A nudge or news that was certainly not sent is tried again on another day. A nudge that a group may have read is dropped,
/// because missing it is better than saying it on two days.
fn later(delivery: &Delivery, step: Step) -> Vec<Step> {
    let mut steps = vec![step];
    if let (Doubt::None, Some(reservation)) = (delivery.doubt, delivery.what.reservation()) {
        let unsent = Reaction::Unsent(delivery.id, reservation.clone());
        steps.push(Step::React(unsent));
    }
    steps
}

/// Slack refuses it, or has not taken it for too long: owners are told. A file only goes with a message, which stands, so
/// they are not, nor of a card that stays as it was; a data export has no such message, so the person is told.
pub fn give_up(delivery: &Delivery, error: &str) -> Vec<Step> {
    let reaction = match &delivery.what {
        What::Share { to, .. } if delivery.kind == Kind::DataFile => {
            Some(Reaction::FileMissing(delivery.id, to.clone()))
        }
        What::Share { to, .. } if delivery.kind == Kind::ProgramFile => {
            Some(Reaction::ProgramFileMissing(delivery.id, to.clone()))
        }
        What::Share { .. } | What::Card { .. } => None,
        what => Some(Reaction::Undeliverable {
            lane: what.lane(),
            kind: delivery.kind,
            error: error.to_owned(),
        }),
    };
    let mut steps = vec![Step::Fail(error.to_owned())];
    steps.extend(reaction.map(Step::React));
    if let What::Post {
        passes_on: Some(passes_on),
        ..
    } = &delivery.what
    {
        let lane = delivery.what.lane();
        let told = Reaction::NotPassedOn(delivery.id, passes_on.clone(), lane);
        steps.push(Step::React(told));
    }
    steps
}

fn call(delivery: &Delivery) -> Call {
    match &delivery.what {
        What::Post { to, chart, .. } => match chart.as_ref().map(|chart| &chart.file) {
            Some(ChartUpload::NotYet) => Call::Upload,
            Some(ChartUpload::Uploaded(file)) => Call::Complete(file.clone()),
            Some(ChartUpload::Ready(_)) | None => post_or_find(delivery, to, None),
        },
        What::Share { to, upload, .. } => match upload {
            Upload::NotYet => Call::Upload,
            Upload::Done(file) => post_or_find(delivery, to, Some(file)),
        },
        What::LookUp { user } => Call::LookUp(user.clone()),
        What::ListUsers { cursor } => Call::List(cursor.clone()),
        What::Home { user } => Call::Home(user.clone()),
        What::CheckToken => Call::CheckToken,
        What::ReadFile { file, .. } => Call::ReadFile(file.clone()),
        What::FindEmails { cursor, .. } => Call::FindEmails(cursor.clone()),
        What::Invite { user, channel } => Call::Invite(user.clone(), channel.clone()),
        What::Card { .. } => Call::Change,
    }
}

/// Posts the message, or shares the file; where needed, opens the conversation or looks for the message first.
fn post_or_find(delivery: &Delivery, to: &To, file: Option<&String>) -> Call {
    let repeat = delivery.doubt != Doubt::None;
    let post = |channel: String| Call::Post { channel, repeat };
    let channel = match (to, &delivery.channel) {
        // Slack opens a person's conversation itself, for a message.
        (To::Person(user), _) if file.is_none() && delivery.doubt != Doubt::Possible => {
            return post(user.to_string());
        }
        (To::Person(user), None) => return Call::Open(vec![user.clone()]),
        (To::Pair { members, .. }, None) => return Call::Open(members.clone()),
        (To::Channel(channel), None) | (_, Some(channel)) => channel.clone(),
    };
    match (to, file.cloned()) {
        (_, Some(file)) => Call::Share {
            channel,
            file,
            repeat,
        },
        (To::Person(_), None) => Call::FindSent(channel),
        (To::Pair { .. } | To::Channel(_), None) => post(channel.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::card::Card;
    use crate::domain::ids::PairId;
    use crate::domain::outgoing::Lane;

    /// It waited behind another one, or for the app to be installed again: nobody has tried it.
    #[test]
    fn a_card_that_is_late_is_tried_once_more() {
        let now = Timestamp::from_second(1_772_445_600).unwrap();
        let mut late = Delivery {
            id: 1,
            kind: Kind::Card,
            what: What::Card {
                card: Card::Agreement(PairId(1)),
                place: Lane::Person("UANA".into()),
                superseded: None,
            },
            doubt: Doubt::None,
            attempts: 0,
            channel: None,
            created: now,
            expires: Some(now),
        };
        assert_eq!(next(&late, now), Ok(Call::Change));
        late.attempts = 1;
        assert_eq!(next(&late, now), Err(vec![Step::Expire]));
    }
}
