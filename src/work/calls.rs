//! A delivery's calls: the arguments of each method, and the meaning of each answer.

use crate::chart;
use crate::domain::delivery::{Answer, Call, Delivery, Outcome};
use crate::domain::ids::{ChannelId, TeamId, UserId};
use crate::domain::message::Message;
use crate::domain::outgoing::{Chart, ChartUpload, What};
use crate::slack::client::{CallError, Client};
use crate::slack::inbound;
use jiff::SignedDuration;
use serde_json::{Value, json};

/// How many messages are searched for an uncertain one: more than the bot sends one person in a day.
const HISTORY: u64 = 100;
/// Slack's clock, which stamps messages, may be this far behind ours.
const LOOK_BACK: SignedDuration = SignedDuration::from_mins(15);
/// The mark of a repeated message.
pub const REPEATED: &str = "_Repeated in case it did not arrive the first time._";

/// Makes the call.
pub(super) async fn make(
    client: &Client,
    delivery: &Delivery,
    call: &Call,
) -> Result<Value, CallError> {
    let arguments = match (call, &delivery.what) {
        (Call::Open(users), _) => {
            let users: Vec<&str> = users.iter().map(UserId::as_str).collect();
            json!({"users": users.join(",")})
        }
        (Call::Post { channel, repeat }, What::Post { message, chart, .. }) => {
            posting(channel, message, chart.as_ref(), delivery, *repeat)
        }
        (Call::Upload, What::Share { file, .. }) => {
            return upload(client, &file.name, file.content.as_bytes()).await;
        }
        (
            Call::Upload,
            What::Post {
                chart: Some(chart), ..
            },
        ) => {
            return upload(client, "chart.png", &chart::png(&chart.trend)).await;
        }
        // Without a channel, the file is not shared.
        (Call::Complete(id), _) => json!({"files": files(id, "Chart")}),
        (
            Call::Share {
                channel,
                file: id,
                repeat,
            },
            What::Share { file, .. },
        ) => {
            let mark = if *repeat {
                format!("\n{REPEATED}")
            } else {
                String::new()
            };
            json!({
                "files": files(id, &file.title), "channel_id": channel, "initial_comment": format!("{}{mark}", file.comment),
            })
        }
        (Call::Find(channel), _) => {
            let oldest = delivery.created.saturating_sub(LOOK_BACK);
            let oldest = oldest.unwrap_or(delivery.created).as_second();
            json!({
                "channel": channel, "oldest": format!("{oldest}.000000"), "limit": HISTORY.to_string(),
                "include_all_metadata": "true",
            })
        }
        (Call::LookUp(user), _) => json!({"user": user}),
        (Call::List(Some(cursor)), _) => json!({"limit": "200", "cursor": cursor}),
        (Call::List(None), _) => json!({"limit": "200"}),
        // The sender renders a Home itself; the others are calls without arguments.
        (
            Call::Post { .. }
            | Call::Upload
            | Call::Share { .. }
            | Call::Home(_)
            | Call::CheckToken,
            _,
        ) => json!({}),
    };
    client.call(call.method(), &arguments).await
}

fn posting(
    channel: &str,
    message: &Message,
    chart: Option<&Chart>,
    delivery: &Delivery,
    repeat: bool,
) -> Value {
    let mut blocks = message.blocks.clone();
    let place = blocks.iter_mut().find(|block| block["type"] == "image");
    if let (Some(place), Some(ChartUpload::Ready(id))) = (place, chart.map(|chart| &chart.file)) {
        place["slack_file"] = json!({"id": id});
    }
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
        // Other apps in the workspace can read metadata, so it has only an opaque id and whether it was unasked for.
        "metadata": {
            "event_type": if delivery.what.is_nudge() { "nudge" } else { "message" },
            "event_payload": {"key": delivery.id.to_string()},
        },
    });
    if !blocks.is_empty() {
        body["blocks"] = json!(blocks);
    }
    body
}

async fn upload(client: &Client, name: &str, bytes: &[u8]) -> Result<Value, CallError> {
    let id = client.upload(name, bytes).await?;
    Ok(json!({"file_id": id}))
}

/// files.completeUploadExternal takes a form, so lists are JSON text.
fn files(id: &str, title: &str) -> String {
    json!([{"id": id, "title": title}]).to_string()
}

/// The outcome, in the state machine's terms.
pub(super) fn outcome(
    team: &TeamId,
    delivery: &Delivery,
    call: &Call,
    came: Result<Value, CallError>,
) -> Outcome {
    let error = match came {
        Ok(answer) => return Outcome::Done(read(team, delivery, call, &answer)),
        Err(error) => error,
    };
    let refusal = match &error {
        error if error.token_is_dead() => Outcome::TokenDead,
        error if error.leaves_doubt() => Outcome::Unclear,
        error if error.is_passing() => Outcome::NotNow,
        _ => Outcome::Refused,
    };
    match error {
        CallError::Unreached => Outcome::Unreached,
        CallError::RateLimited(seconds) => {
            Outcome::Wait(SignedDuration::from_secs(seconds.cast_signed()))
        }
        CallError::Refused(code, _) => refusal(code),
        CallError::InDoubt(_) => refusal(error.label().to_owned()),
    }
}

fn read(team: &TeamId, delivery: &Delivery, call: &Call, answer: &Value) -> Answer {
    let text = |at: &str| {
        let text = answer.pointer(at).and_then(Value::as_str);
        text.filter(|text| !text.is_empty()).map(str::to_owned)
    };
    match call {
        Call::Open(_) => Answer::Opened(text("/channel/id").map(ChannelId)),
        Call::Find(_) => find(answer, &delivery.id.to_string()),
        Call::Post { .. } => Answer::Posted {
            channel: text("/channel").map(ChannelId),
            ts: text("/ts"),
        },
        Call::Upload => Answer::Uploaded(text("/file_id")),
        Call::LookUp(user) => {
            let mut person = inbound::person(&answer["user"], team);
            if let Some(person) = &mut person {
                // We asked about this person, whatever id the answer has.
                person.user.clone_from(user);
            }
            Answer::Person(person)
        }
        Call::List(_) => {
            let members = answer["members"].as_array().into_iter().flatten();
            // Each alone: a strange entry must not hide the others.
            let people = members.filter_map(|person| inbound::person(person, team));
            Answer::People {
                people: people.collect(),
                next: text("/response_metadata/next_cursor"),
            }
        }
        Call::Complete(_) | Call::Share { .. } | Call::Home(_) | Call::CheckToken => Answer::Noted,
    }
}

/// Whether the conversation has the message with our key. A page with more behind it cannot tell.
fn find(history: &Value, key: &str) -> Answer {
    let Some(messages) = history.get("messages").and_then(Value::as_array) else {
        return Answer::CannotTell;
    };
    let carries = |message: &&Value| {
        let held = message.pointer("/metadata/event_payload/key");
        held.and_then(Value::as_str) == Some(key)
    };
    let text = |message: &Value| Some(message.get("ts")?.as_str()?.to_owned());
    match messages.iter().find(carries) {
        Some(ours) => Answer::Posted {
            channel: None,
            ts: text(ours),
        },
        None if history["has_more"] == true => Answer::CannotTell,
        None => Answer::NotFound,
    }
}
