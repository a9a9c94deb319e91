//! How something gets to Slack, as a pure state machine: which call comes next, and what follows from its outcome.
//!
//! Nothing is lost: a row leaves the queue only when Slack has it, Slack refuses it for good, or its time is past. Nothing is
//! sent twice where we can look: if Slack may already have a direct message, we look for it in the person's conversation with
//! the bot. We do not read group DMs and channels, so there we send it once more and mark it. A file is shared twice at most.
//!
//! The store applies a [`Step`] only while the row is as the step expects it (its state, and the lease it was taken
//! under), so a late note never brings back a row that is finished.

mod after;
mod next;
#[cfg(test)]
mod walk;

pub use after::after;
pub use next::{next, waits_for, while_leased};

use super::ids::{ChannelId, PairId, UserId};
use super::named::named;
use super::outgoing::{Chart, ChartUpload, Kind, Reaction, Upload, What};
use super::participant::PersonInSlack;
use jiff::{SignedDuration, Timestamp};

/// Longer than any call takes (the client's time-out is 10 s), and short enough that a crash delays little.
pub const LEASE: SignedDuration = SignedDuration::from_secs(30);
/// How long we try to reach a Slack that does not answer, counted from when the row was made.
const GIVE_UP: SignedDuration = SignedDuration::from_hours(72);
/// Tries before anything is given up, because a row that waited for the app to be installed again has had none.
const FEWEST_TRIES: u32 = 8;
/// The longest a message waits for its chart.
const CHART_PATIENCE: SignedDuration = SignedDuration::from_mins(5);

named! {
    /// The state of a row.
    ///
    /// | from | to | when |
    /// |---|---|---|
    /// | queued | leased | a sender takes it: first of its lane, within Slack's limits |
    /// | leased | leased | the lease ran out: its sender died in mid-call |
    /// | leased | queued | try again later, or the next call of several |
    /// | queued, leased | sent | Slack has it |
    /// | queued, leased | failed | Slack does not take it, or has not for three days |
    /// | queued, leased | expired | its time is past, or it no longer applies |
    pub enum State {
        Queued = "queued",
        Leased = "leased",
        Sent = "sent",
        Failed = "failed",
        Expired = "expired",
    }
}

impl State {
    #[cfg(test)]
    fn is_open(self) -> bool {
        matches!(self, State::Queued | State::Leased)
    }

    pub fn may_become(self, next: State) -> bool {
        match self {
            State::Queued => next != State::Queued,
            State::Leased => true,
            State::Sent | State::Failed | State::Expired => false,
        }
    }
}

/// Whether Slack may already have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Doubt {
    /// Slack does not have it.
    None,
    /// Slack may have it: we look first, where we can look.
    Possible,
    /// Slack may have it, and looking is not allowed or was inconclusive: the next message says that it is a repeat.
    CannotLook,
    /// The repeat is in doubt, too. A file is not shared a third time.
    Repeated,
}

impl Doubt {
    /// The number in the column.
    pub fn code(self) -> i64 {
        match self {
            Doubt::None => 0,
            Doubt::Possible => 1,
            Doubt::CannotLook => 2,
            Doubt::Repeated => 3,
        }
    }

    /// Reads the column. A number that a later release wrote counts as doubt.
    pub fn from_code(code: i64) -> Self {
        match code {
            0 => Doubt::None,
            1 => Doubt::Possible,
            3 => Doubt::Repeated,
            _ => Doubt::CannotLook,
        }
    }
}

/// An open row of the outbox.
#[derive(Clone, Debug, PartialEq)]
pub struct Delivery {
    pub id: i64,
    pub kind: Kind,
    pub what: What,
    pub doubt: Doubt,
    /// Failed tries, and one under way.
    pub attempts: u32,
    /// The conversation it goes to, once known.
    pub channel: Option<ChannelId>,
    pub created: Timestamp,
    pub expires: Option<Timestamp>,
}

impl Delivery {
    fn chart(&self) -> Option<&Chart> {
        let What::Post { chart, .. } = &self.what else {
            return None;
        };
        chart.as_ref()
    }

    /// Its chart is not at Slack yet, so the message cannot have been posted.
    fn awaits_chart(&self) -> bool {
        self.chart()
            .is_some_and(|chart| !matches!(chart.file, ChartUpload::Ready(_)))
    }

    fn chart_deadline(&self) -> Option<Timestamp> {
        self.chart()?;
        Some(later(self.created, CHART_PATIENCE))
    }

    fn changed(&self, change: impl FnOnce(&mut What)) -> What {
        let mut what = self.what.clone();
        change(&mut what);
        what
    }

    /// The same, with its chart at this stage.
    fn with_chart(&self, at_slack: ChartUpload) -> What {
        self.changed(|what| {
            if let What::Post {
                chart: Some(chart), ..
            } = what
            {
                chart.file = at_slack;
            }
        })
    }

    /// The same, with its file (or chart) stored at Slack under this id, or not yet.
    fn with_upload(&self, id: Option<&String>) -> What {
        let id = id.cloned();
        if self.chart().is_some() {
            return self.with_chart(id.map_or(ChartUpload::NotYet, ChartUpload::Uploaded));
        }
        self.changed(|what| {
            if let What::Share { upload, .. } = what {
                *upload = id.map_or(Upload::NotYet, Upload::Done);
            }
        })
    }

    /// Sends the message now, without its chart.
    fn without_chart(&self, error: &str, now: Timestamp) -> Step {
        let without = self.changed(|what| {
            if let What::Post { message, chart, .. } = what {
                *chart = None;
                message.blocks.retain(|block| block["type"] != "image");
            }
        });
        Requeue::of(self, now).what(without).error(error).step()
    }
}

/// One call to Slack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// conversations.open: a group DM, or (in doubt) the person's own conversation with the bot.
    Open(Vec<UserId>),
    /// conversations.history: is the message there already?
    Find(ChannelId),
    /// chat.postMessage; `repeat` marks it as possibly sent before. Slack opens a person's conversation itself.
    Post {
        channel: String,
        repeat: bool,
    },
    /// files.getUploadURLExternal and the upload itself: Slack stores a file that nobody sees yet.
    Upload,
    /// files.completeUploadExternal without a channel: nobody sees it yet, but a message can show it.
    Complete(String),
    /// files.completeUploadExternal shares the file; `repeat` marks it as possibly shared before.
    Share {
        channel: ChannelId,
        file: String,
        repeat: bool,
    },
    LookUp(UserId),
    List(Option<String>),
    Home(UserId),
    CheckToken,
}

impl Call {
    /// Slack's method, which Slack limits separately.
    pub fn method(&self) -> &'static str {
        match self {
            Call::Open(_) => "conversations.open",
            Call::Find(_) => "conversations.history",
            Call::Post { .. } => "chat.postMessage",
            Call::Upload => "files.getUploadURLExternal",
            Call::Complete(_) | Call::Share { .. } => "files.completeUploadExternal",
            Call::LookUp(_) => "users.info",
            Call::List(_) => "users.list",
            Call::Home(_) => "views.publish",
            Call::CheckToken => "auth.test",
        }
    }

    /// The conversation it posts in, for a call that posts.
    pub fn said_in(&self) -> Option<&str> {
        match self {
            Call::Post { channel, .. } => Some(channel),
            Call::Share { channel, .. } => Some(channel.as_str()),
            Call::Open(_)
            | Call::Find(_)
            | Call::Upload
            | Call::Complete(_)
            | Call::LookUp(_)
            | Call::List(_)
            | Call::Home(_)
            | Call::CheckToken => None,
        }
    }

    /// Whether people see its effect. If they do, a lost answer leaves a doubt.
    pub fn is_seen(&self) -> bool {
        self.said_in().is_some()
    }

    /// Whether the message says that it may be a repeat.
    pub fn is_repeat(&self) -> bool {
        matches!(
            self,
            Call::Post { repeat: true, .. } | Call::Share { repeat: true, .. }
        )
    }
}

/// The outcome of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Done(Answer),
    /// The request never left.
    Unreached,
    /// Slack may or may not have acted; the reason, in a word.
    Unclear(String),
    /// 429: Slack asks us to wait before using this method again.
    Wait(SignedDuration),
    /// Slack no longer accepts our token: its code.
    TokenDead(String),
    /// Slack refuses for now: its code.
    NotNow(String),
    /// Slack refuses: its code.
    Refused(String),
}

/// The parts of Slack's answer that a delivery needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The conversation; none when the answer named none.
    Opened(Option<ChannelId>),
    Posted {
        channel: Option<ChannelId>,
        ts: Option<String>,
    },
    /// The message is there.
    Found {
        ts: Option<String>,
    },
    NotFound,
    /// The answer does not say whether the message is there.
    CannotTell,
    /// The file's id; none when the answer named none.
    Uploaded(Option<String>),
    Person(Option<PersonInSlack>),
    People {
        people: Vec<PersonInSlack>,
        next: Option<String>,
    },
    /// Nothing in the answer matters to us.
    Noted,
}

/// A step to take on a row instead of a call, or after one.
#[expect(
    clippy::large_enum_variant,
    reason = "a few at a time, applied and forgotten"
)]
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Slack has it.
    Sent {
        channel: Option<ChannelId>,
        ts: Option<String>,
    },
    /// Back to the queue, with these changes.
    Queue(Requeue),
    /// Slack does not take it: its code.
    Fail(String),
    Expire,
    /// The pair's group DM became known, or is no longer valid.
    SetPairChannel(PairId, Option<ChannelId>),
    /// Nobody calls this method in this workspace before then.
    Block(&'static str, Timestamp),
    /// Slack does not take our token: the workspace's deliveries wait until the app is back.
    Uninstalled,
    /// Whether Slack answered. The first answer after an outage makes rows in doubt be tried again.
    Answered(bool),
    /// Features act on this, in a transaction of their own.
    React(Reaction),
}

/// How a row goes back to the queue.
#[derive(Clone, Debug, PartialEq)]
pub struct Requeue {
    pub at: Timestamp,
    pub doubt: Doubt,
    pub attempts: u32,
    /// The changed work: a file that Slack holds, or the next page.
    pub what: Option<What>,
    pub channel: Option<ChannelId>,
    pub error: Option<String>,
}

impl Requeue {
    /// The row unchanged, due at `at`.
    fn of(delivery: &Delivery, at: Timestamp) -> Self {
        Self {
            at,
            doubt: delivery.doubt,
            attempts: delivery.attempts,
            what: None,
            channel: None,
            error: None,
        }
    }

    fn doubt(self, doubt: Doubt) -> Self {
        Self { doubt, ..self }
    }

    fn what(self, what: What) -> Self {
        let what = Some(what);
        Self { what, ..self }
    }

    fn channel(self, channel: &ChannelId) -> Self {
        let channel = Some(channel.clone());
        Self { channel, ..self }
    }

    fn error(self, error: &str) -> Self {
        let error = Some(error.to_owned());
        Self { error, ..self }
    }

    fn step(self) -> Step {
        Step::Queue(self)
    }
}

fn later(at: Timestamp, span: SignedDuration) -> Timestamp {
    at.saturating_add(span).unwrap_or(Timestamp::MAX)
}
