//! Actions of people.

use super::done;
use super::request::{Asked, Body, Named, On, Refused, Slack, channel, person, screen};
use crate::inbound::is_failure;
use crate::{Answer, Answers, Submitted, Value};
use axum::Json;
use axum::body::Bytes;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Map, Value as Anything, json};

type Outcome = Result<Response, Refused>;

/// The answer that a person got, or the reason why there is none.
fn told(answer: &Answer) -> Outcome {
    if let Some(error) = &answer.error {
        return Err(if answer.has_app_failed() {
            Refused::app(match answer.status {
                0 => format!("{error}: no answer from the app"),
                status => format!("{error}: the app's HTTP status is {status}"),
            })
        } else {
            Refused::impossible(error.clone())
        });
    }
    Ok(Json(json!({
        "ok": true,
        "status": answer.status,
        "took_ms": u64::try_from(answer.took.as_millis()).unwrap_or(u64::MAX),
        "modal": answer.modal,
        "ephemeral": answer.ephemeral,
    }))
    .into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Typed {
    command: Option<String>,
    #[serde(default)]
    text: String,
    channel: Option<String>,
}

pub(super) async fn command(
    Slack(slack): Slack,
    Path(user): Path<String>,
    Body(typed): Body<Typed>,
) -> Outcome {
    let user = person(&slack, &user)?;
    let place = typed.channel.map(|word| channel(&slack, &word));
    let place = place.transpose()?;
    let (place, command) = (place.as_deref(), typed.command.as_deref());
    told(&slack.run_command(&user, place, command, &typed.text).await)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Message {
    text: String,
    channel: Option<String>,
}

pub(super) async fn message(
    Slack(slack): Slack,
    Path(user): Path<String>,
    Body(written): Body<Message>,
) -> Outcome {
    let user = person(&slack, &user)?;
    let Some(place) = written.channel else {
        slack.say(&user, &written.text).await;
        return Ok(done());
    };
    let place = channel(&slack, &place)?;
    told(&slack.say_in(&user, &place, &written.text).await)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Mention {
    text: String,
    channel: String,
}

pub(super) async fn mention(
    Slack(slack): Slack,
    Path(user): Path<String>,
    Body(written): Body<Mention>,
) -> Outcome {
    let user = person(&slack, &user)?;
    let place = channel(&slack, &written.channel)?;
    told(&slack.mention(&user, &place, &written.text).await)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Shortcut {
    callback_id: String,
}

pub(super) async fn shortcut(
    Slack(slack): Slack,
    Path(user): Path<String>,
    Body(shortcut): Body<Shortcut>,
) -> Outcome {
    let user = person(&slack, &user)?;
    told(&slack.shortcut(&user, &shortcut.callback_id).await)
}

pub(super) async fn home(Slack(slack): Slack, Path(user): Path<String>) -> Outcome {
    let user = person(&slack, &user)?;
    slack.open_home(&user).await;
    Ok(done())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Press {
    /// The button's label or action id.
    action: String,
    on: Option<On>,
    message: Option<Named>,
}

pub(super) async fn press(
    Slack(slack): Slack,
    Path(user): Path<String>,
    Body(press): Body<Press>,
) -> Outcome {
    let user = person(&slack, &user)?;
    let wanted = screen(press.on, press.message)?;
    let found = slack.find_button(&user, wanted.as_ref(), &press.action);
    let found = found.map_err(Refused::impossible)?;
    told(&slack.press(&user, &found, &press.action).await)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Choose {
    /// The field's label, placeholder, block id or action id.
    action: String,
    value: Anything,
    on: Option<On>,
    message: Option<Named>,
}

pub(super) async fn choose(
    Slack(slack): Slack,
    Path(user): Path<String>,
    Body(choose): Body<Choose>,
) -> Outcome {
    let user = person(&slack, &user)?;
    let value = Value::try_from(&choose.value).map_err(Refused::bad)?;
    let wanted = screen(choose.on, choose.message)?;
    let found = slack.find_field(&user, wanted.as_ref(), &choose.action);
    let found = found.map_err(Refused::impossible)?;
    told(&slack.choose(&user, &found, &choose.action, value).await)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Submit {
    /// Label, block id or action id → what is filled in.
    #[serde(default)]
    values: Map<String, Anything>,
}

pub(super) async fn submit(
    Slack(slack): Slack,
    Path(user): Path<String>,
    Body(form): Body<Submit>,
) -> Outcome {
    let user = person(&slack, &user)?;
    if slack.modal(&user).is_none() {
        return Err(Refused::impossible(format!("{user} has no modal open")));
    }
    let mut answers = Answers::new();
    for (field, value) in &form.values {
        let found = slack.find_field(&user, Some(&crate::Screen::Modal), field);
        found.map_err(Refused::impossible)?;
        let value = Value::try_from(value);
        let value = value.map_err(|why| Refused::bad(format!("{field}: {why}")))?;
        answers = answers.with(field, value);
    }
    let result = match slack.submit(&user, &answers).await {
        Submitted::Closed => json!({"ok": true, "result": "closed"}),
        Submitted::Updated => json!({"ok": true, "result": "updated"}),
        Submitted::Pushed => json!({"ok": true, "result": "pushed"}),
        Submitted::Errors(errors) => json!({"ok": true, "result": "errors", "errors": errors}),
        Submitted::Refused(why) if is_failure(&why) => return Err(Refused::app(why)),
        Submitted::Refused(why) => return Err(Refused::impossible(why)),
    };
    Ok(Json(result).into_response())
}

#[derive(Deserialize)]
pub(super) struct Picked {
    /// The file's name, whose ending says of what kind it is.
    name: String,
}

pub(super) async fn upload(
    Slack(slack): Slack,
    Path(user): Path<String>,
    Asked(file): Asked<Picked>,
    bytes: Bytes,
) -> Outcome {
    person(&slack, &user)?;
    let id = slack.upload(&file.name, &bytes);
    Ok(Json(json!({"ok": true, "file": id})).into_response())
}

pub(super) async fn close(Slack(slack): Slack, Path(user): Path<String>) -> Outcome {
    let user = person(&slack, &user)?;
    if slack.modal(&user).is_none() {
        return Err(Refused::impossible(format!("{user} has no modal open")));
    }
    slack.close_modal(&user).await;
    Ok(done())
}

pub(super) async fn repeat(Slack(slack): Slack, Path(user): Path<String>) -> Outcome {
    let user = person(&slack, &user)?;
    told(&slack.repeat(&user).await)
}
