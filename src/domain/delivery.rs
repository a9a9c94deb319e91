//! How something gets to Slack, as a pure state machine: which call comes next, and what follows from its outcome.
//!
//! Nothing is lost: a row leaves the queue only when Slack has it, Slack refuses it for good, or its time is past. News whose time
//! is past waits for another moment. Nothing is sent twice where we can look: if Slack may already have a direct message, we look
//! for it in the person's conversation with the bot. We do not read group DMs and channels, so there we send it once more and mark
//! it. A file is shared twice at most.
//!
//! The store applies a [`Step`] only while the row is as the step expects it (its state, and the lease it was taken
//! under), so a late note never brings back a row that is finished.

mod after;
mod next;
mod refusal;
#[cfg(test)]
mod walk;

pub use after::after;
pub use next::{give_up, next, waits_for, while_leased};
pub use refusal::{holds_the_method, leaves_doubt};

use super::ids::{ChannelId, UserId};
use super::named::named;
use super::outgoing::{
    Chart, ChartUpload, EmailPage, FetchedFile, Kind, Reaction, To, Upload, What,
};
use super::participant::PersonInSlack;
use jiff::{SignedDuration, Timestamp};

/// Longer than any call takes (the client's time-out is 10 s), and short enough that a crash delays little.
pub const LEASE: SignedDuration = SignedDuration::from_secs(30);
/// How long we try to reach a Slack that does not answer, counted from when the row was made: news, from when its first moment
/// came.
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
    /// | waiting | queued | its moment has come: working hours, a day without other news, no break |
    /// | queued | leased | a sender takes it: first of its lane, within Slack's limits |
    /// | leased | leased | the lease ran out: its sender died in mid-call |
    /// | leased | queued | try again later, or the next call of several |
    /// | queued, leased | sent | Slack has it |
    /// | queued, leased | failed | Slack does not take it, or has not for three days |
    /// | queued, leased | waiting | it is news, and Slack surely has not taken it by the end of the working day |
    /// | waiting, queued, leased | expired | its time is past, or it no longer applies |
    /// | failed | queued | an owner has it sent again |
    /// | failed | waiting | an owner has it sent again, and it is news |
    pub enum State {
        Waiting = "waiting",
        Queued = "queued",
        Leased = "leased",
        Sent = "sent",
        Failed = "failed",
        Expired = "expired",
    }
}

impl State {
    pub fn may_become(self, next: State) -> bool {
        match self {
            State::Waiting => matches!(next, State::Queued | State::Expired),
            State::Queued => next != State::Queued,
            State::Leased => true,
            State::Failed => matches!(next, State::Queued | State::Waiting),
            State::Sent | State::Expired => false,
        }
    }
}

/// Whether Slack may already have it. The numbers are in the column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Doubt {
    /// Slack does not have it.
    None = 0,
    /// Slack may have it: we look first, where we can look.
    Possible = 1,
    /// Slack may have it, and looking is not allowed or was inconclusive: the next message says that it is a repeat.
    CannotLook = 2,
    /// The repeat is in doubt, too. A file is not shared a third time.
    Repeated = 3,
}

impl Doubt {
    /// The number in the column.
    pub fn code(self) -> i64 {
        self as i64
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
    /// When its time is past: a nudge's for good, and that of news until another moment.
    fn ends(&self) -> Option<Timestamp> {
        let of_news = self.what.reservation().and_then(|moment| moment.until);
        self.expires.or(of_news)
    }

    /// The chart in its message, if it has one.
    pub fn chart(&self) -> Option<&Chart> {
        let What::Post { chart, .. } = &self.what else {
            return None;
        };
        chart.as_ref()
    }

    fn chart_mut(&mut self) -> Option<&mut Chart> {
        let What::Post { chart, .. } = &mut self.what else {
            return None;
        };
        chart.as_mut()
    }

    fn chart_deadline(&self) -> Option<Timestamp> {
        self.chart().map(|_| later(self.created, CHART_PATIENCE))
    }

    /// It goes to one person, whose conversation with the bot we may read.
    fn is_direct(&self) -> bool {
        matches!(self.what.to(), Some(To::Person(_)))
    }

    /// Its file (or chart) is stored at Slack under this id, or not yet.
    fn set_upload(&mut self, id: Option<String>) {
        if let Some(chart) = self.chart_mut() {
            chart.file = id.map_or(ChartUpload::NotYet, ChartUpload::Uploaded);
        } else if let What::Share { upload, .. } = &mut self.what {
            *upload = id.map_or(Upload::NotYet, Upload::Done);
        }
    }

    /// Sends the message now, without its chart.
    fn without_chart(mut self, error: &str, now: Timestamp) -> Step {
        if let What::Post { message, chart, .. } = &mut self.what {
            *chart = None;
            message.blocks.retain(|block| block["type"] != "image");
        }
        self.queue(now, Some(error))
    }

    /// Back to the queue as it is now, due at `at`; `error` says why it was not sent.
    pub fn queue(self, at: Timestamp, error: Option<&str>) -> Step {
        Step::Queue(Requeue {
            at,
            delivery: self,
            error: error.map(str::to_owned),
        })
    }
}

/// One call to Slack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// conversations.open: a group DM, or (in doubt) the person's own conversation with the bot.
    Open(Vec<UserId>),
    /// conversations.history: is the message there already?
    FindSent(ChannelId),
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
    /// files.info, and the file's bytes.
    ReadFile(String),
    /// users.list, for the email addresses.
    FindEmails(Option<String>),
    /// conversations.invite: somebody into a channel. The same twice is the same.
    Invite(UserId, ChannelId),
    /// chat.update: makes the card at a place, or an older copy of it, what it is now. The same twice is the same.
    Change,
}

impl Call {
    /// Slack's method, which Slack limits separately.
    pub fn method(&self) -> &'static str {
        match self {
            Call::Open(_) => "conversations.open",
            Call::FindSent(_) => "conversations.history",
            Call::Post { .. } => "chat.postMessage",
            Call::Upload => "files.getUploadURLExternal",
            Call::Complete(_) | Call::Share { .. } => "files.completeUploadExternal",
            Call::LookUp(_) => "users.info",
            Call::List(_) | Call::FindEmails(_) => "users.list",
            Call::ReadFile(_) => "files.info",
            Call::Home(_) => "views.publish",
            Call::Invite(..) => "conversations.invite",
            Call::CheckToken => "auth.test",
            Call::Change => "chat.update",
        }
    }

    /// Whether people see its effect. If they do, a lost answer leaves a doubt.
    pub fn is_seen(&self) -> bool {
        matches!(self, Call::Post { .. } | Call::Share { .. })
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
    /// Slack refuses the method to the whole workspace, until somebody mends it.
    Held(Refusal),
    /// Slack refuses for now: its code.
    NotNow(String),
    /// Slack refuses this: its code.
    Refused(String),
}

/// Slack refuses a method to the whole workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Slack's code.
    pub code: String,
    /// The scope that Slack says is missing.
    pub scope: Option<String>,
}

/// The parts of Slack's answer that a delivery needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The conversation; none when the answer named none.
    Opened(Option<ChannelId>),
    /// Slack has the message: since this call, or as a search found.
    Posted {
        channel: Option<ChannelId>,
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
    File(FetchedFile),
    Emails {
        page: EmailPage,
        next: Option<String>,
    },
    /// Nothing in the answer matters to us.
    Noted,
}

/// A step to take on a row instead of a call, or after one. What an outcome means for the workspace, the sender notes.
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
    /// Back to the queue.
    Queue(Requeue),
    /// Slack does not take it: its code.
    Fail(String),
    Expire,
    /// News waits for another moment, with its words.
    Wait,
    /// Features act on this, in a transaction of their own.
    React(Reaction),
}

/// A row that goes back to the queue.
#[derive(Clone, Debug, PartialEq)]
pub struct Requeue {
    /// When it is due.
    pub at: Timestamp,
    /// What it is from now on. Its conversation is also the pair's from now on, if it goes to one.
    pub delivery: Delivery,
    /// Why it was not sent: Slack's code, or a word of ours.
    pub error: Option<String>,
}

/// `at` plus `span`, for spans that may come from outside.
pub fn later(at: Timestamp, span: SignedDuration) -> Timestamp {
    at.saturating_add(span).unwrap_or(Timestamp::MAX)
}
