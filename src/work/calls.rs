//! A delivery's calls: the arguments of each method, and the meaning of each answer.

use super::rates::Installed;
use crate::chart;
use crate::domain::delivery::{Answer, Call, Delivery, Outcome, Refusal, holds_the_method};
use crate::domain::ids::{ChannelId, TeamId, UserId};
use crate::domain::outgoing::{ChartUpload, EmailPage, FetchedFile, What};
use crate::slack::client::{CallError, Client, page_of_users};
use crate::slack::inbound;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE_64;
use jiff::SignedDuration;
use serde_json::{Value, json};

/// Slack's clock, which stamps messages, may be this far behind ours.
const LOOK_BACK: SignedDuration = SignedDuration::from_mins(15);
/// The largest file of people, in bytes: some 40,000 lines.
const LARGEST_FILE: usize = 5_000_000;
/// The mark of a repeated message.
pub const REPEATED: &str = "_Repeated in case it did not arrive the first time._";

/// Makes the call.
pub(super) async fn make(
    client: &Client,
    delivery: &Delivery,
    call: &Call,
    installed: Installed,
) -> Result<Value, CallError> {
    let arguments = match call {
        Call::Open(users) => {
            let users: Vec<&str> = users.iter().map(UserId::as_str).collect();
            json!({"users": users.join(",")})
        }
        Call::FindSent(channel) => {
            let oldest = delivery.created.saturating_sub(LOOK_BACK);
            let oldest = oldest.unwrap_or(delivery.created).as_second();
            json!({
                "channel": channel, "oldest": format!("{oldest}.000000"), "limit": installed.history().to_string(),
                "include_all_metadata": "true",
            })
        }
        Call::Post { channel, repeat } => posting(delivery, channel, *repeat),
        Call::Upload => {
            let (name, bytes) = file(delivery);
            return Ok(json!({"file_id": client.upload(name, &bytes).await?}));
        }
        // Without a channel, the file is not shared.
        Call::Complete(id) => json!({"files": files(id, "Chart")}),
        Call::Share {
            channel,
            file,
            repeat,
        } => sharing(delivery, channel, file, *repeat),
        Call::LookUp(user) => json!({"user": user}),
        Call::List(cursor) | Call::FindEmails(cursor) => page_of_users(cursor.as_deref()),
        Call::Invite(user, channel) => json!({"channel": channel, "users": user}),
        Call::ReadFile(file) => {
            let (name, bytes) = client.download(file, LARGEST_FILE).await?;
            let content = bytes.map(|bytes| BASE_64.encode(bytes));
            return Ok(json!({"name": name, "content": content}));
        }
        // The sender renders a Home and a card itself.
        Call::Home(_) | Call::CheckToken | Call::Change => json!({}),
    };
    client.call(call.method(), &arguments).await
}

/// The name and the bytes of what is uploaded: a file, or a chart.
fn file(delivery: &Delivery) -> (&str, Vec<u8>) {
    match (&delivery.what, delivery.chart()) {
        (What::Share { file, .. }, _) => (&file.name, file.content.clone().into_bytes()),
        (_, Some(chart)) => ("chart.png", chart::png(&chart.trend)),
        (_, None) => ("", Vec::new()),
    }
}

fn posting(delivery: &Delivery, channel: &str, repeat: bool) -> Value {
    let What::Post { message, .. } = &delivery.what else {
        return json!({});
    };
    let mut blocks = message.blocks.clone();
    let place = blocks.iter_mut().find(|block| block["type"] == "image");
    let chart = delivery.chart().map(|chart| &chart.file);
    if let (Some(place), Some(ChartUpload::Ready(id))) = (place, chart) {
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
        "channel": channel, "text": message.text, "unfurl_links": false, "unfurl_media": false,
        // Other apps in the workspace can read metadata, so it has only an opaque id and whether it was unasked for.
        "metadata": {
            "event_type": if delivery.what.takes_a_day() { "nudge" } else { "message" },
            "event_payload": {"key": delivery.id.to_string()},
        },
    });
    if !blocks.is_empty() {
        body["blocks"] = json!(blocks);
    }
    body
}

fn sharing(delivery: &Delivery, channel: &ChannelId, id: &str, repeat: bool) -> Value {
    let What::Share { file, .. } = &delivery.what else {
        return json!({});
    };
    let mut comment = file.comment.clone();
    if repeat {
        comment = format!("{comment}\n{REPEATED}");
    }
    json!({"files": files(id, &file.title), "channel_id": channel, "initial_comment": comment})
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
        CallError::Refused(code, details) if holds_the_method(delivery, call, &code) => {
            // The last detail, because Slack's remarks come before it.
            let scope = details.into_iter().last();
            let scope = scope.filter(|_| code == "missing_scope");
            Outcome::Held(Refusal { code, scope })
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
        Call::FindSent(_) => find(answer, &delivery.id.to_string()),
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
        Call::ReadFile(_) => Answer::File(FetchedFile {
            name: text("/name").unwrap_or_default(),
            content: text("/content"),
        }),
        Call::FindEmails(_) => {
            let next = text("/response_metadata/next_cursor");
            Answer::Emails {
                page: EmailPage {
                    people: inbound::emails(answer),
                    // The delivery knows it.
                    number: 0,
                    is_last: next.is_none(),
                },
                next,
            }
        }
        Call::Complete(_)
        | Call::Share { .. }
        | Call::Home(_)
        | Call::CheckToken
        | Call::Invite(..)
        | Call::Change => Answer::Noted,
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
