//! The steps that follow from the outcome of a call.

use super::next::{give_up, while_leased};
use super::refusal::may_be_a_conversations;
use super::{Answer, Call, Delivery, Doubt, FEWEST_TRIES, GIVE_UP, Outcome, Step, later};
use crate::domain::ids::ChannelId;
use crate::domain::outgoing::{ChartUpload, Reaction, To, What};
use jiff::{SignedDuration, Timestamp};

/// How long Slack may still process a message after its answer was lost.
const SETTLES: SignedDuration = SignedDuration::from_secs(30);
/// Slack has mostly finished processing a chart by then and accepts a message that shows it.
const CHART_PROCESSING: SignedDuration = SignedDuration::from_secs(2);
/// Tries of a file, at growing intervals: it delays the messages behind it for a few minutes at most.
const FILE_TRIES: u32 = 8;

/// The steps after `call` came to `outcome`. `delivery` is as it was before the call.
pub fn after(delivery: &Delivery, call: &Call, outcome: &Outcome, now: Timestamp) -> Vec<Step> {
    let attempt = Attempt {
        delivery,
        call,
        now,
    };
    let same = delivery.clone();
    match outcome {
        Outcome::Done(answer) => attempt.done(answer),
        Outcome::Unreached => attempt.retry("unreached", same),
        Outcome::NotNow(code) => attempt.retry(code, same),
        // If it is this conversation's after all, it does not wait for ever.
        Outcome::Held(refusal) if call.is_seen() && may_be_a_conversations(&refusal.code) => {
            attempt.retry(&refusal.code, same)
        }
        Outcome::Held(refusal) => vec![attempt.again(same, now, Some(&refusal.code))],
        Outcome::Unclear(code) => attempt.unclear(code),
        Outcome::Refused(code) => attempt.refused(code),
        // Slack did not take it; earlier doubts remain.
        Outcome::Wait(span) => vec![attempt.again(same, later(now, *span), None)],
        Outcome::TokenDead(code) => vec![attempt.again(same, now, Some(code))],
    }
}

/// A call that was made.
#[derive(Clone, Copy)]
struct Attempt<'a> {
    delivery: &'a Delivery,
    call: &'a Call,
    now: Timestamp,
}

impl Attempt<'_> {
    /// Back to the queue at `at`, or earlier if the delivery or its chart expires before: an expired delivery unblocks its
    /// lane.
    fn again(self, delivery: Delivery, at: Timestamp, error: Option<&str>) -> Step {
        let ends = [delivery.ends(), delivery.chart_deadline()];
        // A past deadline is ignored: what is still looked for then keeps its intervals.
        let to_come = ends.into_iter().flatten().filter(|end| *end > self.now);
        let at = to_come.fold(at, Timestamp::min).max(self.now);
        delivery.queue(at, error)
    }

    fn done(self, answer: &Answer) -> Vec<Step> {
        let (mut again, mut at) = (self.delivery.clone(), self.now);
        match answer {
            Answer::Opened(None) => return self.retry("no_channel", again),
            Answer::Uploaded(None) => return self.retry("no_file", again),
            Answer::Opened(channel) => again.channel.clone_from(channel),
            Answer::Uploaded(file) => {
                // Nobody has seen it, even if an earlier try also uploaded it.
                again.doubt = Doubt::None;
                again.set_upload(file.clone());
            }
            Answer::NotFound => again.doubt = Doubt::None,
            Answer::CannotTell => again.doubt = Doubt::CannotLook,
            Answer::Posted { channel, ts } => return vec![sent(channel.as_ref(), ts.as_ref())],
            Answer::Person(person) => {
                let answered = person.clone().map(Reaction::Answered);
                let react = answered.map(Step::React);
                return [sent(None, None)].into_iter().chain(react).collect();
            }
            Answer::People { people, next } => {
                let listed = Step::React(Reaction::Listed(people.clone()));
                if next.is_none() {
                    return vec![sent(None, None), listed];
                }
                let cursor = next.clone();
                again.what = What::ListUsers { cursor };
                return vec![self.again(again, at, None), listed];
            }
            Answer::File(file) => {
                let What::ReadFile { import, .. } = &again.what else {
                    return vec![sent(None, None)];
                };
                let (import, file) = (*import, file.clone());
                return vec![
                    sent(None, None),
                    Step::React(Reaction::FileRead { import, file }),
                ];
            }
            Answer::Emails { page, next } => {
                let What::FindEmails {
                    import,
                    cursor,
                    page: number,
                } = &mut again.what
                else {
                    return vec![sent(None, None)];
                };
                let (import, mut page) = (*import, page.clone());
                page.number = *number;
                *number += 1;
                let found = Step::React(Reaction::EmailsFound { import, page });
                if next.is_none() {
                    return vec![sent(None, None), found];
                }
                cursor.clone_from(next);
                return vec![self.again(again, at, None), found];
            }
            Answer::Noted if matches!(self.call, Call::Invite(..)) => {
                return self.is_in_the_circle();
            }
            Answer::Noted => {
                let (Call::Complete(file), Some(chart)) = (self.call, again.chart_mut()) else {
                    return vec![sent(None, None)];
                };
                chart.file = ChartUpload::Ready(file.clone());
                at = later(self.now, CHART_PROCESSING);
            }
        }
        vec![self.again(again, at, None)]
    }

    /// Slack has added somebody to the mentor circle, now or before.
    fn is_in_the_circle(self) -> Vec<Step> {
        let mut steps = vec![sent(None, None)];
        if let What::Invite { user, channel } = &self.delivery.what {
            let (user, channel) = (user.clone(), channel.clone());
            steps.push(Step::React(Reaction::Invited { user, channel }));
        }
        steps
    }

    /// Tries again as `again` soon, or gives up: see [`Self::retry_in`].
    fn retry(self, error: &str, again: Delivery) -> Vec<Step> {
        self.retry_in(backoff(self.delivery), error, again)
    }

    /// Tries again as `again` after `wait`, or gives up: after three days, a file after some minutes.
    fn retry_in(self, wait: SignedDuration, error: &str, mut again: Delivery) -> Vec<Step> {
        again.attempts = self.delivery.attempts + 1;
        let is_old = self.now.duration_since(again.created) > GIVE_UP;
        let is_file = matches!(again.what, What::Share { .. });
        if is_old && again.attempts >= FEWEST_TRIES || is_file && again.attempts >= FILE_TRIES {
            return give_up(self.delivery, error);
        }
        if let Some(chart) = again.chart_mut()
            && matches!(chart.file, ChartUpload::Uploaded(_))
            && error != "unreached"
        {
            // The state of the chart at Slack is unknown, so a new upload is as good.
            chart.file = ChartUpload::NotYet;
        }
        vec![self.again(again, later(self.now, wait), Some(error))]
    }

    /// Slack may have acted. In a direct message we look for it, after a delay, because a slow Slack may still be processing
    /// it. Where we cannot look, we repeat it once soon. A repeat that is also in doubt is repeated rarely (after 6 minutes,
    /// 18, an hour, three, eight, a day), so that a Slack that delivers without confirming does not deliver for ever.
    fn unclear(self, code: &str) -> Vec<Step> {
        let mut again = self.delivery.clone();
        // As if we had died during the call.
        again.doubt = while_leased(self.delivery, self.call);
        let wait = match self.call {
            Call::Share { repeat: true, .. } => return give_up(self.delivery, code),
            Call::Post { repeat: true, .. } => {
                let times = (again.attempts + 1).clamp(1, 6);
                SignedDuration::from_mins(2 * 3_i64.pow(times))
            }
            Call::Post { .. } if again.is_direct() => SETTLES,
            _ => backoff(&again),
        };
        self.retry_in(wait, code, again)
    }

    fn refused(self, code: &str) -> Vec<Step> {
        let mut again = self.delivery.clone();
        let has_chart = again.chart().is_some();
        match (self.call, code) {
            // Without permission to look, an uncertain message is sent again and says that it is a repeat.
            (Call::FindSent(_), _) => {
                again.doubt = Doubt::CannotLook;
                vec![self.again(again, self.now, None)]
            }
            // Slack refuses a message until it has processed the chart.
            (Call::Post { .. }, "invalid_blocks") if has_chart => self.retry(code, again),
            (Call::Upload | Call::Complete(_), "file_not_found" | "file_update_failed")
                if has_chart =>
            {
                self.retry(code, again)
            }
            (Call::Post { .. } | Call::Upload | Call::Complete(_), _) if has_chart => {
                vec![again.without_chart(code, self.now)]
            }
            // A group DM that Slack no longer knows is opened again, once.
            (Call::Post { .. }, "channel_not_found")
                if again.attempts == 0 && matches!(again.what.to(), Some(To::Pair { .. })) =>
            {
                (again.doubt, again.channel) = (Doubt::None, None);
                self.retry(code, again)
            }
            // A message that is gone, or that Slack lets nobody change any more, stays as it is.
            (Call::Change, _) => vec![Step::Expire],
            // After a lost answer, or because they had found the way themselves.
            (Call::Invite(..), "already_in_channel") => self.is_in_the_circle(),
            // A file that Slack took and no longer has is uploaded once more.
            (Call::Share { repeat: false, .. }, "file_not_found" | "file_update_failed") => {
                again.doubt = Doubt::None;
                again.set_upload(None);
                self.retry(code, again)
            }
            _ => give_up(self.delivery, code),
        }
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
