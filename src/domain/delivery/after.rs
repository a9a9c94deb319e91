//! The steps that follow from the outcome of a call.

use super::next::file_lost;
use super::{Answer, Call, Delivery, Doubt, FEWEST_TRIES, GIVE_UP, Outcome, Requeue, Step, later};
use crate::domain::ids::ChannelId;
use crate::domain::outgoing::{ChartUpload, Reaction, To, What};
use jiff::{SignedDuration, Timestamp};

/// How long Slack may still process a message after its answer was lost.
const SETTLES: SignedDuration = SignedDuration::from_secs(30);
/// Slack has mostly finished processing a chart by then and accepts a message that shows it.
const CHART_PROCESSING: SignedDuration = SignedDuration::from_secs(2);
/// The longest wait we accept for a method. Slack asks for a minute; a proxy may ask for a day.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_mins(5);
/// Tries of a file, at growing intervals: it delays the messages behind it for a few minutes at most.
const FILE_TRIES: u32 = 8;

/// The steps after `call` came to `outcome`. `delivery` is as it was before the call.
pub fn after(delivery: &Delivery, call: &Call, outcome: &Outcome, now: Timestamp) -> Vec<Step> {
    let attempt = Attempt {
        delivery,
        call,
        now,
    };
    let mut steps = match outcome {
        Outcome::Done(answer) => attempt.done(answer),
        Outcome::Wait(span) => attempt.wait(*span),
        Outcome::TokenDead(code) => {
            vec![Step::Uninstalled, attempt.again(now).error(code).step()]
        }
        Outcome::Unreached => attempt.retry("unreached", delivery.doubt),
        Outcome::NotNow(code) => attempt.retry(code, delivery.doubt),
        Outcome::Unclear(code) => attempt.unclear(code),
        Outcome::Refused(code) => attempt.refused(code),
    };
    match outcome {
        Outcome::Unreached | Outcome::Unclear(_) => steps.push(Step::Answered(false)),
        Outcome::Done(_) => steps.push(Step::Answered(true)),
        Outcome::Wait(_) | Outcome::TokenDead(_) | Outcome::NotNow(_) | Outcome::Refused(_) => {}
    }
    steps
}

/// `at`, or earlier if the delivery or its chart expires before: an expired delivery unblocks its lane.
fn in_time(delivery: &Delivery, at: Timestamp, now: Timestamp) -> Timestamp {
    let ends = [delivery.expires, delivery.chart_deadline()];
    // A past deadline is ignored: what is still looked for then keeps its intervals.
    let to_come = ends.into_iter().flatten().filter(|end| *end > now);
    to_come.fold(at, Timestamp::min).max(now)
}

/// A call that was made.
#[derive(Clone, Copy)]
struct Attempt<'a> {
    delivery: &'a Delivery,
    call: &'a Call,
    now: Timestamp,
}

impl Attempt<'_> {
    /// Back to the queue for the next call at `at`. This does not count as a failed try.
    fn again(self, at: Timestamp) -> Requeue {
        Requeue::of(self.delivery, in_time(self.delivery, at, self.now))
    }

    /// Slack did not take it; earlier doubts remain.
    fn wait(self, span: SignedDuration) -> Vec<Step> {
        let span = span.clamp(SignedDuration::ZERO, LONGEST_WAIT);
        let until = later(self.now, span);
        let block = Step::Block(self.call.method(), until);
        vec![block, self.again(until).step()]
    }

    fn done(self, answer: &Answer) -> Vec<Step> {
        let (delivery, again) = (self.delivery, self.again(self.now));
        match answer {
            Answer::Opened(None) => self.retry("no_channel", delivery.doubt),
            Answer::Opened(Some(channel)) => {
                let mut steps = vec![again.channel(channel).step()];
                if let Some(To::Pair { pair, .. }) = delivery.what.to() {
                    steps.push(Step::SetPairChannel(*pair, Some(channel.clone())));
                }
                steps
            }
            Answer::Posted { channel, ts } => vec![sent(channel.as_ref(), ts.as_ref())],
            Answer::Found { ts } => vec![sent(delivery.channel.as_ref(), ts.as_ref())],
            Answer::NotFound => vec![again.doubt(Doubt::None).step()],
            Answer::CannotTell => vec![again.doubt(Doubt::CannotLook).step()],
            Answer::Uploaded(None) => self.retry("no_file", delivery.doubt),
            Answer::Uploaded(Some(file)) => {
                // Nobody has seen it, even if an earlier try also uploaded it.
                let uploaded = delivery.with_upload(Some(file));
                vec![again.doubt(Doubt::None).what(uploaded).step()]
            }
            Answer::Person(person) => {
                let person = person.clone().map(Reaction::Answered);
                let react = person.map(Step::React).into_iter();
                std::iter::once(sent(None, None)).chain(react).collect()
            }
            Answer::People { people, next } => {
                let mut steps = match next.clone() {
                    None => vec![sent(None, None)],
                    cursor => vec![again.what(What::ListUsers { cursor }).step()],
                };
                if !people.is_empty() {
                    steps.push(Step::React(Reaction::Listed(people.clone())));
                }
                steps
            }
            Answer::Noted => vec![self.noted()],
        }
    }

    fn noted(self) -> Step {
        let Call::Complete(file) = self.call else {
            return sent(None, None);
        };
        let ready = self.delivery.with_chart(ChartUpload::Ready(file.clone()));
        let at = later(self.now, CHART_PROCESSING);
        self.again(at).what(ready).step()
    }

    /// Tries again later, or gives up: see [`Self::retry_in`].
    fn retry(self, error: &str, doubt: Doubt) -> Vec<Step> {
        self.retry_in(backoff(self.delivery), error, doubt)
    }

    /// Tries again after `wait`, or gives up: after three days, a file after some minutes.
    fn retry_in(self, wait: SignedDuration, error: &str, doubt: Doubt) -> Vec<Step> {
        let delivery = self.delivery;
        let attempts = delivery.attempts + 1;
        let is_old = self.now.duration_since(delivery.created) > GIVE_UP;
        let is_file = matches!(delivery.what, What::Share { .. });
        if is_old && attempts >= FEWEST_TRIES || is_file && attempts >= FILE_TRIES {
            return self.give_up(error);
        }
        let mut again = self.again(later(self.now, wait)).doubt(doubt).error(error);
        again.attempts = attempts;
        if delivery.awaits_chart() && error != "unreached" {
            // The state of the chart at Slack is unknown, so a new upload is as good.
            again = again.what(delivery.with_chart(ChartUpload::NotYet));
        }
        vec![again.step()]
    }

    /// Slack may have acted. In a direct message we look for it, after a delay, because a slow Slack may still be processing
    /// it. Where we cannot look, we repeat it once soon. A repeat that is also in doubt is repeated rarely (after 6 minutes,
    /// 18, an hour, three, eight, a day), so that a Slack that delivers without confirming does not deliver for ever.
    fn unclear(self, code: &str) -> Vec<Step> {
        let delivery = self.delivery;
        match self.call {
            Call::Share { repeat: true, .. } => self.give_up(code),
            Call::Post { repeat: true, .. } => {
                let times = (delivery.attempts + 1).clamp(1, 6);
                let wait = SignedDuration::from_mins(2 * 3_i64.pow(times));
                let doubt = match delivery.doubt {
                    Doubt::CannotLook => Doubt::CannotLook,
                    Doubt::None | Doubt::Possible | Doubt::Repeated => Doubt::Repeated,
                };
                self.retry_in(wait, code, doubt)
            }
            Call::Post { .. } if matches!(delivery.what.to(), Some(To::Person(_))) => {
                self.retry_in(SETTLES, code, Doubt::Possible)
            }
            call if call.is_seen() => self.retry(code, Doubt::Possible),
            _ => self.retry(code, delivery.doubt),
        }
    }

    fn refused(self, code: &str) -> Vec<Step> {
        let (delivery, now) = (self.delivery, self.now);
        let lost_file = matches!(code, "file_not_found" | "file_update_failed");
        // Slack refuses a message until it has processed the chart.
        let is_passing = match self.call {
            Call::Post { .. } => code == "invalid_blocks",
            _ => lost_file,
        };
        match self.call {
            // Without permission to look, an uncertain message is sent again and says that it is a repeat.
            Call::Find(_) => vec![self.again(now).doubt(Doubt::CannotLook).step()],
            Call::Post { .. } | Call::Upload | Call::Complete(_) if delivery.chart().is_some() => {
                if is_passing {
                    return self.retry(code, delivery.doubt);
                }
                vec![delivery.without_chart(code, now)]
            }
            // A group DM that Slack no longer knows is opened again, once.
            Call::Post { .. } if code == "channel_not_found" && delivery.attempts == 0 => {
                let Some(To::Pair { pair, .. }) = delivery.what.to() else {
                    return self.give_up(code);
                };
                let mut steps = self.retry(code, Doubt::None);
                steps.push(Step::SetPairChannel(*pair, None));
                steps
            }
            // A file that Slack took and no longer has is uploaded once more.
            Call::Share { repeat: false, .. } if lost_file => {
                let mut steps = self.retry(code, Doubt::None);
                if let Some(Step::Queue(again)) = steps.first_mut() {
                    again.what = Some(delivery.with_upload(None));
                }
                steps
            }
            _ => self.give_up(code),
        }
    }

    /// Slack refuses it, or has not taken it for too long. A file only goes with a message, so owners are not told.
    fn give_up(self, error: &str) -> Vec<Step> {
        let delivery = self.delivery;
        if let What::Share { to, .. } = &delivery.what {
            return file_lost(delivery, to, error);
        }
        let undeliverable = Reaction::Undeliverable {
            lane: delivery.what.lane(),
            kind: delivery.kind,
            error: error.to_owned(),
        };
        vec![Step::Fail(error.to_owned()), Step::React(undeliverable)]
    }
}

fn sent(channel: Option<&ChannelId>, ts: Option<&String>) -> Step {
    Step::Sent {
        channel: channel.cloned(),
        ts: ts.cloned(),
    }
}

/// After 1 s, 2 s, 4 s, … at most 5 minutes, with jitter.
fn backoff(delivery: &Delivery) -> SignedDuration {
    let attempts = i64::from(delivery.attempts);
    let base = 1_000_i64 << attempts.clamp(0, 9);
    // The jitter comes from the row: different rows spread out, and a rehearsal stays the same.
    let jitter = (delivery.id ^ attempts).rem_euclid(base / 2);
    SignedDuration::from_millis(base.min(300_000) + jitter)
}
