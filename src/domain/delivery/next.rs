//! The next call of a delivery, or what ends it.

use super::{Call, Delivery, Doubt, Step};
use crate::domain::ids::{ChannelId, UserId};
use crate::domain::outgoing::{Chart, ChartUpload, Kind, Reaction, To, Upload, What};
use jiff::Timestamp;

/// The next call, or the steps to take without one.
pub fn next(delivery: &Delivery, now: Timestamp) -> Result<Call, Vec<Step>> {
    let in_time = delivery.expires.is_none_or(|at| now < at);
    if !in_time && !must_be_looked_for(delivery) {
        return Err(expire(delivery));
    }
    if delivery.chart_deadline().is_some_and(|at| now >= at) {
        return Err(vec![delivery.without_chart("late", now)]);
    }
    if let (What::Share { to, .. }, Doubt::Repeated) = (&delivery.what, delivery.doubt) {
        return Err(file_lost(delivery, to, "in_doubt"));
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
    delivery.doubt == Doubt::Possible
        && matches!(
            &delivery.what,
            What::Post {
                to: To::Person(_),
                reservation: Some(_),
                ..
            }
        )
}

/// A nudge that was certainly not sent is tried again on another day. One that a group may have read is dropped, because
/// missing it is better than saying it on two days.
fn expire(delivery: &Delivery) -> Vec<Step> {
    let mut steps = vec![Step::Expire];
    if let (Doubt::None, Some(reservation)) = (delivery.doubt, delivery.what.reservation()) {
        let unsent = Reaction::Unsent(delivery.id, reservation.clone());
        steps.push(Step::React(unsent));
    }
    steps
}

/// Stops sharing a file. The message it goes with stands; a data export has no such message, so a reaction tells the person.
pub(super) fn file_lost(delivery: &Delivery, to: &To, error: &str) -> Vec<Step> {
    let mut steps = vec![Step::Fail(error.to_owned())];
    if delivery.kind == Kind::DataFile {
        steps.push(Step::React(Reaction::FileMissing(delivery.id, to.clone())));
    }
    steps
}

fn call(delivery: &Delivery) -> Call {
    match &delivery.what {
        What::Post { to, chart, .. } => match chart.as_ref().map(|Chart { file, .. }| file) {
            Some(ChartUpload::NotYet) => Call::Upload,
            Some(ChartUpload::Uploaded(file)) => Call::Complete(file.clone()),
            Some(ChartUpload::Ready(_)) | None => post(delivery, to),
        },
        What::Share { to, upload, .. } => match upload {
            Upload::NotYet => Call::Upload,
            Upload::Done(file) => share(delivery, to, file),
        },
        What::LookUp { user } => Call::LookUp(user.clone()),
        What::ListUsers { cursor } => Call::List(cursor.clone()),
        What::Home { user } => Call::Home(user.clone()),
        What::CheckToken => Call::CheckToken,
    }
}

fn post(delivery: &Delivery, to: &To) -> Call {
    let repeat = delivery.doubt != Doubt::None;
    let post = |channel: String, repeat| Call::Post { channel, repeat };
    match (to, delivery.doubt, &delivery.channel) {
        (To::Person(user), Doubt::Possible, None) => Call::Open(vec![user.clone()]),
        (To::Person(_), Doubt::Possible, Some(channel)) => Call::Find(channel.clone()),
        (To::Person(user), ..) => post(user.to_string(), repeat),
        (To::Channel(channel), ..) | (To::Pair { .. }, _, Some(channel)) => {
            post(channel.to_string(), repeat)
        }
        (To::Pair { members, .. }, _, None) => Call::Open(members.clone()),
    }
}

fn share(delivery: &Delivery, to: &To, file: &str) -> Call {
    match conversation(delivery, to) {
        Ok(channel) => Call::Share {
            channel,
            file: file.to_owned(),
            repeat: delivery.doubt != Doubt::None,
        },
        Err(users) => Call::Open(users),
    }
}

/// The conversation a file goes to, or the members of the one to open.
fn conversation(delivery: &Delivery, to: &To) -> Result<ChannelId, Vec<UserId>> {
    match (to, &delivery.channel) {
        (_, Some(channel)) | (To::Channel(channel), None) => Ok(channel.clone()),
        (To::Pair { members, .. }, None) => Err(members.clone()),
        (To::Person(user), None) => Err(vec![user.clone()]),
    }
}
