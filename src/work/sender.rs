//! Empties the outbox into Slack: lease → commit → call → mark.
//!
//! Nothing is lost: a row leaves the queue only when Slack has it, refuses it for good, or its time is past (see `unsent`). Nothing is
//! doubled where we can look: a row Slack may have already ("in doubt") is first looked for in the person's conversation
//! with the bot. Group DMs and channels we do not read: there it is sent once more, and says so. Files are sent once more
//! at most, and given up quietly (see `sharing`): the message they go with is what must arrive.

use super::{limiter, outcome, picture, sharing, unsent};
use crate::clock::Clock;
use crate::domain::ids::{ChannelId, TeamId, UserId};
use crate::domain::message::Message;
use crate::features::{Error, View};
use crate::router;
use crate::slack::client::{CallError, Client};
use crate::slack::event::Actor;
use crate::store::db::StoreError;
use crate::store::outbox::{self, Hanging, Parcel, To, Upload, What};
use crate::store::{Db, Tx, limits, pairs};
use jiff::Timestamp;
use serde_json::{Value, json};

/// Rows taken at a time, and calls under way at once.
pub const BATCH: i64 = 32;
/// How far back an uncertain message is looked for: more than the bot says to one person in a day.
const HISTORY: u32 = 100;
/// What a repeated message says about itself.
pub const REPEATED: &str = "_Repeated in case it did not arrive the first time._";

/// Sends what is in the outbox. Cheap to clone.
#[derive(Clone)]
pub struct Sender {
    pub db: Db,
    pub clock: Clock,
    pub client: Client,
}

/// One call to make.
pub struct Job {
    pub(super) parcel: Parcel,
    pub(super) call: Call,
}

impl Job {
    /// The method to call.
    pub fn method(&self) -> &'static str {
        self.call.method()
    }
}

#[derive(Clone, Debug)]
pub(super) enum Call {
    /// conversations.open: a group DM, or (in doubt) the person's own conversation with the bot.
    Open(Vec<UserId>),
    /// chat.postMessage; `repeat` marks it as possibly sent before.
    Post {
        channel: String,
        repeat: bool,
    },
    /// conversations.history: is it there already?
    Find(ChannelId),
    /// files.getUploadURLExternal and the upload itself: Slack takes a file, and nobody sees it yet.
    Upload,
    /// files.completeUploadExternal without a channel: still nobody sees it, but a message can show it.
    Finish(String),
    /// files.completeUploadExternal: it is shared; `repeat` marks it as possibly shared before.
    Share {
        channel: String,
        file: String,
        repeat: bool,
    },
    LookUp,
    List,
    Home,
    CheckToken,
}

impl Call {
    pub(super) fn method(&self) -> &'static str {
        match self {
            Call::Open(_) => "conversations.open",
            Call::Post { .. } => "chat.postMessage",
            Call::Find(_) => "conversations.history",
            Call::Upload => "files.getUploadURLExternal",
            Call::Share { .. } | Call::Finish(_) => "files.completeUploadExternal",
            Call::LookUp => "users.info",
            Call::List => "users.list",
            Call::Home => "views.publish",
            Call::CheckToken => "auth.test",
        }
    }
}

impl Call {
    /// Whether people see what it did: then an answer that is lost leaves a doubt.
    pub(super) fn is_seen(&self) -> bool {
        matches!(self, Call::Post { .. } | Call::Share { .. })
    }

    /// The conversation it says something in.
    fn channel(&self) -> Option<&str> {
        match self {
            Call::Post { channel, .. } | Call::Share { channel, .. } => Some(channel),
            _ => None,
        }
    }
}

impl Sender {
    /// Sends what can be sent now, once through; the number of calls made.
    pub async fn step(&self) -> Result<usize, StoreError> {
        let jobs = self.claim().await?;
        let made = jobs.len();
        futures_util::future::join_all(jobs.into_iter().map(|job| self.perform(job))).await;
        Ok(made)
    }

    /// When there may be something to do again; none when the outbox is empty.
    pub async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        let mut tx = self.db.read(&nobody(), self.clock.now()).await?;
        outbox::next_due(&mut tx).await
    }

    /// Leases what is due and within Slack's limits, in one transaction.
    pub async fn claim(&self) -> Result<Vec<Job>, StoreError> {
        // All senders of all replicas take turns here: the limits they share are counted in rows.
        let mut tx = self.db.write(&nobody(), self.clock.now()).await?;
        let (mut jobs, mut late) = (Vec::new(), Vec::new());
        for mut parcel in outbox::heads(&mut tx, BATCH).await? {
            // Whoever died over a picture that was still to come has posted nothing.
            parcel.doubt &= !picture::is_awaited(&parcel);
            if unsent::is_over(&parcel, tx.now) {
                late.push(parcel);
                continue;
            }
            if sharing::is_spent(&parcel.what) {
                sharing::give_up(&mut tx, &parcel, "in_doubt").await?;
                continue;
            }
            if picture::is_late(&parcel, tx.now) {
                picture::give_up(&mut tx, &parcel, "late").await?;
                continue;
            }
            let call = decide(&mut tx, &parcel).await?;
            // A person's conversation has two names; a message goes to the one, a file to the other.
            let place = call.channel().map(|name| parcel.person().unwrap_or(name));
            let wanted = limiter::allowances(&parcel.team, call.method(), place);
            match limits::take(&mut tx, &wanted).await? {
                Err(free) => {
                    let free = picture::at_most(&parcel, free);
                    outbox::wait(&mut tx, parcel.id, free).await?;
                }
                Ok(()) if outbox::lease(&mut tx, parcel.id).await? => {
                    if let Call::Share { repeat: true, .. } = call {
                        sharing::repeats(&mut tx, &parcel, true).await?;
                    }
                    jobs.push(Job { parcel, call });
                }
                Ok(()) => {}
            }
        }
        tx.posted = false;
        tx.commit().await?;
        for parcel in late {
            if let Err(error) = self.let_go(&parcel).await {
                // The row is still there, and the next look finds it again.
                tracing::error!(id = parcel.id, %error, "a message whose time is past could not be let go");
            }
        }
        Ok(jobs)
    }

    /// Drops what is too late, and lets its workspace's features know.
    async fn let_go(&self, parcel: &Parcel) -> Result<(), Error> {
        let mut tx = self.db.write(&parcel.team, self.clock.now()).await?;
        unsent::let_go(&mut tx, parcel).await?;
        router::happenings(&mut tx).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Makes the call and notes what came of it.
    pub async fn perform(&self, job: Job) {
        let outcome = self.call(&job).await;
        if let Err(error) = self.note(&job, outcome).await {
            // The lease runs out and the row is taken again, in doubt: nothing is lost.
            tracing::error!(id = job.parcel.id, %error, "what came of a call could not be noted");
        }
    }

    async fn call(&self, job: &Job) -> Result<Value, CallError> {
        let parcel = &job.parcel;
        let arguments = match (&job.call, &parcel.what) {
            (Call::Open(users), _) => {
                let users: Vec<&str> = users.iter().map(UserId::as_str).collect();
                json!({"users": users.join(",")})
            }
            (Call::Post { channel, repeat }, What::Post { message, .. }) => {
                posting(channel, message, parcel, *repeat)
            }
            (Call::Upload, What::Share { file, .. }) => {
                let id = self.client.upload(&file.name, file.content.as_bytes());
                return Ok(json!({"file_id": id.await?}));
            }
            (
                Call::Upload,
                What::Post {
                    picture: Some(picture),
                    ..
                },
            ) => {
                let (name, bytes) = picture::draw(picture);
                return Ok(json!({"file_id": self.client.upload(name, &bytes).await?}));
            }
            (Call::Finish(id), _) => picture::completion(id),
            (
                Call::Share {
                    channel,
                    file: id,
                    repeat,
                },
                What::Share { file, .. },
            ) => sharing::completion(channel, id, file, *repeat),
            (Call::Find(channel), _) => {
                let oldest = parcel.created.as_second() - 60;
                json!({
                    "channel": channel, "oldest": format!("{oldest}.000000"), "limit": HISTORY.to_string(),
                    "include_all_metadata": "true",
                })
            }
            (Call::LookUp, What::LookUp { user }) => json!({"user": user}),
            (Call::List, What::ListUsers { cursor }) => match cursor {
                Some(cursor) => json!({"limit": "200", "cursor": cursor}),
                None => json!({"limit": "200"}),
            },
            (Call::Home, What::Home { user }) => {
                let view = self.home(&parcel.team, user).await?;
                json!({"user_id": user, "view": view})
            }
            _ => json!({}),
        };
        self.client.call(job.call.method(), &arguments).await
    }

    /// The App Home is rendered when it is sent, so that it shows what holds then.
    async fn home(&self, team: &TeamId, user: &UserId) -> Result<View, CallError> {
        let rendered = async {
            let mut tx = self.db.read(team, self.clock.now()).await?;
            let actor = Actor {
                team: team.clone(),
                user: user.clone(),
            };
            router::home(&mut tx, &actor).await
        };
        rendered.await.map_err(|error| {
            tracing::error!(%error, "an App Home could not be rendered");
            CallError::Unreached
        })
    }

    async fn note(&self, job: &Job, outcome: Result<Value, CallError>) -> Result<(), Error> {
        let parcel = &job.parcel;
        let mut tx = self.db.write(&parcel.team, self.clock.now()).await?;
        match outcome {
            Ok(answer) => outcome::done(&mut tx, job, &answer).await?,
            Err(error) => {
                tracing::warn!(id = parcel.id, kind = parcel.kind.as_str(), method = job.call.method(), %error,
                    "a call to Slack did not succeed");
                outcome::undone(&mut tx, job, &error).await?;
            }
        }
        router::happenings(&mut tx).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// The sender's own turn, apart from any workspace's.
fn nobody() -> TeamId {
    TeamId::from("*sender*")
}

/// Which call a parcel needs next.
async fn decide(tx: &mut Tx, parcel: &Parcel) -> Result<Call, StoreError> {
    Ok(match &parcel.what {
        What::LookUp { .. } => Call::LookUp,
        What::ListUsers { .. } => Call::List,
        What::Home { .. } => Call::Home,
        What::CheckToken => Call::CheckToken,
        What::Post {
            picture: Some(picture),
            ..
        } if picture.file == Hanging::NotYet => Call::Upload,
        What::Post {
            picture:
                Some(outbox::Picture {
                    file: Hanging::Uploaded(id),
                    ..
                }),
            ..
        } => Call::Finish(id.clone()),
        What::Post {
            to: To::Person(user),
            ..
        } => match (&parcel.channel, parcel.doubt) {
            (Some(channel), true) => Call::Find(channel.clone()),
            (None, true) => Call::Open(vec![user.clone()]),
            // Slack opens the conversation itself when given a person.
            (_, false) => Call::Post {
                channel: user.to_string(),
                repeat: parcel.repeat,
            },
        },
        What::Post {
            to: to @ To::Pair { .. },
            ..
        } => match conversation(tx, parcel, to).await? {
            Ok(channel) => Call::Post {
                channel: channel.0,
                repeat: parcel.doubt,
            },
            Err(open) => open,
        },
        What::Post {
            to: To::Channel(channel),
            ..
        } => Call::Post {
            channel: channel.to_string(),
            repeat: parcel.doubt,
        },
        What::Share {
            upload: Upload::NotYet,
            ..
        } => Call::Upload,
        What::Share {
            to,
            upload: Upload::Done(file) | Upload::Repeated(file),
            ..
        } => match conversation(tx, parcel, to).await? {
            Ok(channel) => Call::Share {
                channel: channel.0,
                file: file.clone(),
                repeat: parcel.doubt,
            },
            Err(open) => open,
        },
    })
}

/// The conversation a parcel goes to, or the call that opens it.
async fn conversation(
    tx: &mut Tx,
    parcel: &Parcel,
    to: &To,
) -> Result<Result<ChannelId, Call>, StoreError> {
    Ok(match (&parcel.channel, to) {
        (Some(channel), _) | (None, To::Channel(channel)) => Ok(channel.clone()),
        (None, To::Pair { pair, members }) => {
            let known = pairs::channel(tx, *pair).await?;
            known.ok_or_else(|| Call::Open(members.clone()))
        }
        (None, To::Person(user)) => Err(Call::Open(vec![user.clone()])),
    })
}

fn posting(channel: &str, message: &Message, parcel: &Parcel, repeat: bool) -> Value {
    let mut blocks = message.blocks.clone();
    picture::hang(&mut blocks, parcel);
    if repeat {
        if blocks.is_empty() {
            blocks
                .push(json!({"type": "section", "text": {"type": "mrkdwn", "text": message.text}}));
        }
        blocks.truncate(49);
        blocks.push(json!({"type": "context", "elements": [{"type": "mrkdwn", "text": REPEATED}]}));
    }
    let mut body = json!({
        "channel": channel,
        "text": message.text,
        "unfurl_links": false,
        "unfurl_media": false,
        // Other apps in the workspace can read metadata: an opaque id, and whether it was unasked for.
        "metadata": {
            "event_type": if parcel.what.is_nudge() { "nudge" } else { "message" },
            "event_payload": {"key": parcel.id.to_string()},
        },
    });
    if !blocks.is_empty() {
        body["blocks"] = json!(blocks);
    }
    body
}
