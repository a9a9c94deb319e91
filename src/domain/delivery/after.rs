//! What follows from what came of a call.

use super::next::{file_lost, without_chart};
use super::{Answer, Call, Delivery, Doubt, FEWEST_TRIES, GIVE_UP, Outcome, Requeue, Step, later};
use crate::domain::outgoing::{ChartUpload, Reaction, To, Upload, What};
use jiff::{SignedDuration, Timestamp};

/// How long Slack may still be at work on a message whose answer did not come.
const SETTLES: SignedDuration = SignedDuration::from_secs(30);
/// Slack mostly is done looking at a chart by then, and takes a message that shows it.
const CHART_PROCESSING: SignedDuration = SignedDuration::from_secs(2);
/// The longest that anybody may make us wait with a method. Slack asks for a minute; a proxy may ask for a day.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_mins(5);
/// Tries of a file, at growing distances: it holds up what comes behind it for some minutes at most.
const FILE_TRIES: u32 = 8;

/// The steps after `call` came to `outcome`. `delivery` is as it was before the call.
pub fn after(delivery: &Delivery, call: &Call, outcome: &Outcome, now: Timestamp) -> Vec<Step> {
    let doubt = delivery.doubt;
    let failed = |error: &str| Attempt {
        delivery,
        call,
        now,
        error: error.to_owned(),
    };
    let mut steps = match outcome {
        Outcome::Done(answer) => done(delivery, call, answer, now),
        Outcome::Wait(span) => {
            let until = later(now, (*span).clamp(SignedDuration::ZERO, LONGEST_WAIT));
            // Slack did not take it, whatever was in doubt before.
            let wait = queue(delivery, in_time(delivery, until, now));
            vec![
                Step::Block(call.method(), until),
                Step::Queue(Requeue { doubt, ..wait }),
            ]
        }
        Outcome::TokenDead(code) => {
            let error = Some(code.clone());
            let wait = queue(delivery, now);
            vec![
                Step::Uninstalled,
                Step::Queue(Requeue {
                    doubt,
                    error,
                    ..wait
                }),
            ]
        }
        Outcome::Unreached => failed("unreached").retry(doubt, None),
        Outcome::NotNow(code) => failed(code).retry(doubt, None),
        Outcome::Unclear(code) => failed(code).unclear(),
        Outcome::Refused(code) => failed(code).refused(),
    };
    match outcome {
        Outcome::Unreached | Outcome::Unclear(_) => steps.push(Step::Answered(false)),
        Outcome::Done(_) => steps.push(Step::Answered(true)),
        Outcome::Wait(_) | Outcome::TokenDead(_) | Outcome::NotNow(_) | Outcome::Refused(_) => {}
    }
    steps
}

/// Back to the queue for the next call, which is no new attempt.
fn queue(delivery: &Delivery, at: Timestamp) -> Requeue {
    Requeue {
        at,
        doubt: delivery.doubt,
        attempts: delivery.attempts,
        what: None,
        channel: None,
        error: None,
    }
}

/// `at`, or earlier when its time, or that of its chart, is over before: it makes room for what is behind it.
fn in_time(delivery: &Delivery, at: Timestamp, now: Timestamp) -> Timestamp {
    let ends = [delivery.expires, delivery.chart_deadline()];
    // One that is past changes nothing: what is still looked for then keeps its distances.
    let to_come = ends.into_iter().flatten().filter(|end| *end > now);
    to_come.fold(at, Timestamp::min).max(now)
}

fn done(delivery: &Delivery, call: &Call, answer: &Answer, now: Timestamp) -> Vec<Step> {
    let go_on = queue(delivery, now);
    let again = |error: &str| {
        let attempt = Attempt {
            delivery,
            call,
            now,
            error: error.to_owned(),
        };
        attempt.retry(delivery.doubt, None)
    };
    let sent = |channel, ts| vec![Step::Sent { channel, ts }];
    match answer {
        Answer::Opened(None) => again("no_channel"),
        Answer::Opened(Some(channel)) => {
            let mut steps = vec![Step::Queue(Requeue {
                channel: Some(channel.clone()),
                ..go_on
            })];
            if let Some(To::Pair { pair, .. }) = delivery.what.to() {
                steps.push(Step::SetPairChannel(*pair, Some(channel.clone())));
            }
            steps
        }
        Answer::Posted { channel, ts } => sent(channel.clone(), ts.clone()),
        Answer::Found { ts } => sent(delivery.channel.clone(), ts.clone()),
        Answer::NotFound => vec![Step::Queue(Requeue {
            doubt: Doubt::None,
            ..go_on
        })],
        Answer::CannotTell => vec![Step::Queue(Requeue {
            doubt: Doubt::CannotLook,
            ..go_on
        })],
        Answer::Uploaded(None) => again("no_file"),
        Answer::Uploaded(Some(file)) => {
            // Nobody has seen it, whatever became of an earlier try.
            let what = Some(with_upload(delivery, Upload::Done(file.clone())));
            vec![Step::Queue(Requeue {
                what,
                doubt: Doubt::None,
                ..go_on
            })]
        }
        Answer::Person(person) => {
            let person = person.clone().map(Reaction::Answered);
            let mut steps = sent(None, None);
            steps.extend(person.map(Step::React));
            steps
        }
        Answer::People { people, next } => {
            let mut steps = match next {
                Some(cursor) => {
                    let cursor = Some(cursor.clone());
                    vec![Step::Queue(Requeue {
                        what: Some(What::ListUsers { cursor }),
                        ..go_on
                    })]
                }
                None => sent(None, None),
            };
            if !people.is_empty() {
                steps.push(Step::React(Reaction::Listed(people.clone())));
            }
            steps
        }
        Answer::Noted => match call {
            Call::Complete(file) => {
                let ready = delivery.with_chart(Some(ChartUpload::Ready(file.clone())));
                let what = Some(ready);
                let at = in_time(delivery, later(now, CHART_PROCESSING), now);
                vec![Step::Queue(Requeue { at, what, ..go_on })]
            }
            Call::Open(_)
            | Call::Find(_)
            | Call::Post { .. }
            | Call::Upload
            | Call::Share { .. }
            | Call::LookUp(_)
            | Call::List(_)
            | Call::Home(_)
            | Call::CheckToken => sent(None, None),
        },
    }
}

/// A file, or the chart of a message, as far as Slack has it.
fn with_upload(delivery: &Delivery, to: Upload) -> What {
    match (&delivery.what, to) {
        (What::Post { .. }, Upload::NotYet) => delivery.with_chart(Some(ChartUpload::NotYet)),
        (What::Post { .. }, Upload::Done(id)) => {
            delivery.with_chart(Some(ChartUpload::Uploaded(id)))
        }
        (what, to) => {
            let mut what = what.clone();
            if let What::Share { upload, .. } = &mut what {
                *upload = to;
            }
            what
        }
    }
}

/// A call that did not succeed.
struct Attempt<'a> {
    delivery: &'a Delivery,
    call: &'a Call,
    now: Timestamp,
    error: String,
}

impl Attempt<'_> {
    /// Later, or never: after three days it is given up, a file after some minutes.
    fn retry(self, doubt: Doubt, wait: Option<SignedDuration>) -> Vec<Step> {
        let delivery = self.delivery;
        let attempts = delivery.attempts + 1;
        let is_old = self.now.duration_since(delivery.created) > GIVE_UP;
        let is_file = matches!(delivery.what, What::Share { .. });
        if is_old && attempts >= FEWEST_TRIES || is_file && attempts >= FILE_TRIES {
            return self.give_up();
        }
        let at = later(self.now, wait.unwrap_or_else(|| backoff(delivery)));
        // What a chart has come to is not known any more: another one is as good.
        let what = (delivery.awaits_chart() && self.error != "unreached")
            .then(|| delivery.with_chart(Some(ChartUpload::NotYet)));
        vec![Step::Queue(Requeue {
            at: in_time(delivery, at, self.now),
            doubt,
            attempts,
            what,
            channel: None,
            error: Some(self.error),
        })]
    }

    /// Slack may have acted. A direct message is looked for, not at once, for a slow Slack may still be at it. Where we
    /// cannot look it is repeated once soon; a repeat that is in doubt as well is repeated rarely (after 6 minutes, 18,
    /// an hour, three, eight, a day): a Slack that delivers and does not say so is not made to deliver for ever.
    fn unclear(self) -> Vec<Step> {
        let delivery = self.delivery;
        match self.call {
            Call::Share { repeat: true, .. } => self.give_up(),
            Call::Post { repeat: true, .. } => {
                let times = (delivery.attempts + 1).clamp(1, 6);
                let wait = SignedDuration::from_mins(2 * 3_i64.pow(times));
                let doubt = match delivery.doubt {
                    Doubt::CannotLook => Doubt::CannotLook,
                    Doubt::None | Doubt::Possible | Doubt::Repeated => Doubt::Repeated,
                };
                self.retry(doubt, Some(wait))
            }
            Call::Post { .. } if matches!(delivery.what.to(), Some(To::Person(_))) => {
                self.retry(Doubt::Possible, Some(SETTLES))
            }
            Call::Post { .. } | Call::Share { .. } => self.retry(Doubt::Possible, None),
            Call::Open(_)
            | Call::Find(_)
            | Call::Upload
            | Call::Complete(_)
            | Call::LookUp(_)
            | Call::List(_)
            | Call::Home(_)
            | Call::CheckToken => self.retry(delivery.doubt, None),
        }
    }

    fn refused(self) -> Vec<Step> {
        let (delivery, now) = (self.delivery, self.now);
        let code = self.error.as_str();
        let lost_file = matches!(code, "file_not_found" | "file_update_failed");
        match self.call {
            // Without permission to look, an uncertain message is sent again and says so.
            Call::Find(_) => vec![Step::Queue(Requeue {
                doubt: Doubt::CannotLook,
                ..queue(delivery, now)
            })],
            // Slack still looks at the chart, and refuses the message until it is done.
            Call::Post { .. } if delivery.chart().is_some() && code == "invalid_blocks" => {
                self.retry(delivery.doubt, None)
            }
            Call::Upload | Call::Complete(_) if delivery.chart().is_some() && lost_file => {
                self.retry(delivery.doubt, None)
            }
            Call::Post { .. } | Call::Upload | Call::Complete(_) if delivery.chart().is_some() => {
                vec![without_chart(delivery, code, now)]
            }
            // A group DM that Slack no longer knows is opened afresh, once.
            Call::Post { .. } if code == "channel_not_found" && delivery.attempts == 0 => {
                match delivery.what.to() {
                    Some(To::Pair { pair, .. }) => {
                        let mut steps = self.retry(Doubt::None, None);
                        steps.push(Step::SetPairChannel(*pair, None));
                        steps
                    }
                    _ => self.give_up(),
                }
            }
            // A file that Slack took and no longer has is handed over once more.
            Call::Share { repeat: false, .. } if lost_file => {
                let mut steps = self.retry(Doubt::None, None);
                for step in &mut steps {
                    if let Step::Queue(again) = step {
                        again.what = Some(with_upload(delivery, Upload::NotYet));
                    }
                }
                steps
            }
            Call::Open(_)
            | Call::Post { .. }
            | Call::Upload
            | Call::Complete(_)
            | Call::Share { .. }
            | Call::LookUp(_)
            | Call::List(_)
            | Call::Home(_)
            | Call::CheckToken => self.give_up(),
        }
    }

    /// Slack does not take it, or has not for too long. A file is no message given up: it goes with one.
    fn give_up(self) -> Vec<Step> {
        let delivery = self.delivery;
        if let What::Share { to, .. } = &delivery.what {
            return file_lost(delivery, to, &self.error);
        }
        vec![
            Step::Fail(self.error.clone()),
            Step::React(Reaction::Undeliverable {
                lane: delivery.what.lane(),
                kind: delivery.kind,
                error: self.error,
            }),
        ]
    }
}

/// After 1 s, 2 s, 4 s, … at most 5 minutes, with jitter.
fn backoff(delivery: &Delivery) -> SignedDuration {
    let attempts = i64::from(delivery.attempts);
    let base = 1_000_i64 << attempts.clamp(0, 9);
    // Jitter from the row itself: different rows spread, and a rehearsal stays the same.
    let jitter = (delivery.id ^ attempts).rem_euclid(base / 2);
    SignedDuration::from_millis(base.min(300_000) + jitter)
}
