//! The people and channels of the workspace, the app, and the clock.

use super::done;
use super::request::{Body, Refused, Slack, channel, person};
use crate::people_file::{Person, made_id};
use crate::site::Site;
use crate::{Posting, Sandbox, User};
use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;

type Outcome = Result<Response, Refused>;

pub(super) async fn join(Slack(slack): Slack, Body(new): Body<Person>) -> Outcome {
    let user = new.into_user().map_err(Refused::bad)?;
    if slack.user(&user.id).is_some() || slack.user_id(&user.name).is_some() {
        let message = format!("'{}' or '{}' is taken", user.id, user.name);
        return Err(Refused::impossible(message));
    }
    let id = user.id.clone();
    slack.join_workspace(user).await;
    Ok(Json(json!({"ok": true, "user": slack.user(&id)})).into_response())
}

pub(super) async fn change(
    Slack(slack): Slack,
    Path(user): Path<String>,
    Body(change): Body<Person>,
) -> Outcome {
    let id = person(&slack, &user)?;
    if change.id.is_some() {
        return Err(Refused::bad("an id cannot be changed".to_owned()));
    }
    let mut user = slack.user(&id).unwrap_or_default();
    change.change(&mut user).map_err(Refused::bad)?;
    slack.change_user(&id, |known| *known = user).await;
    Ok(Json(json!({"ok": true, "user": slack.user(&id)})).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewWorkspace {
    id: Option<String>,
    name: String,
    /// Somebody has to be there to agree to anything.
    #[serde(default)]
    users: Vec<Person>,
}

pub(super) async fn open(State(site): State<Arc<Site>>, Body(new): Body<NewWorkspace>) -> Outcome {
    let id = new.id.unwrap_or_else(|| made_id('T', &new.name));
    let first = site.first().filter(|_| site.workspace(&id).is_none());
    let Some(first) = first else {
        return Err(Refused::impossible(format!("'{id}' is taken")));
    };
    let users = new.users.into_iter().map(Person::into_user);
    let users: Vec<User> = users.collect::<Result<_, _>>().map_err(Refused::bad)?;
    let workspace = Sandbox::of(first).add_workspace(&id, &new.name);
    for user in users {
        workspace.add_user(user);
    }
    workspace.start_recording();
    Ok(Json(json!({"ok": true, "team_id": id})).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewChannel {
    id: Option<String>,
    name: String,
    #[serde(default)]
    is_private: bool,
    /// Whether the app is in it.
    is_member: Option<bool>,
    #[serde(default)]
    members: Vec<String>,
}

pub(super) async fn create(Slack(slack): Slack, Body(new): Body<NewChannel>) -> Outcome {
    let id = new.id.unwrap_or_else(|| made_id('C', &new.name));
    if slack
        .channel_id(&id)
        .or(slack.channel_id(&new.name))
        .is_some()
    {
        return Err(Refused::impossible(format!("'{id}' is taken")));
    }
    let members = new.members.iter().map(|word| person(&slack, word));
    let members = members.collect::<Result<Vec<_>, _>>()?;
    let is_member = new.is_member.unwrap_or(true);
    if new.is_private {
        slack.add_private_channel(&id, &new.name, is_member);
    } else {
        slack.add_channel(&id, &new.name, is_member);
    }
    for member in members {
        slack.join_channel(&id, &member);
    }
    Ok(Json(json!({"ok": true, "channel": {"id": id, "name": new.name}})).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Who {
    user: String,
}

pub(super) async fn join_channel(
    Slack(slack): Slack,
    Path(place): Path<String>,
    Body(who): Body<Who>,
) -> Outcome {
    let user = person(&slack, &who.user)?;
    slack.join_channel(&channel(&slack, &place)?, &user);
    Ok(done())
}

pub(super) async fn invite(Slack(slack): Slack, Path(place): Path<String>) -> Outcome {
    slack.add_bot_to_channel(&channel(&slack, &place)?);
    Ok(done())
}

pub(super) async fn kick(Slack(slack): Slack, Path(place): Path<String>) -> Outcome {
    slack.remove_bot_from_channel(&channel(&slack, &place)?);
    Ok(done())
}

pub(super) async fn archive(Slack(slack): Slack, Path(place): Path<String>) -> Outcome {
    slack.archive_channel(&channel(&slack, &place)?);
    Ok(done())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Restriction {
    posting: Posting,
}

pub(super) async fn posting(
    Slack(slack): Slack,
    Path(place): Path<String>,
    Body(wanted): Body<Restriction>,
) -> Outcome {
    slack.set_posting(&channel(&slack, &place)?, wanted.posting);
    Ok(done())
}

pub(super) async fn app(Slack(slack): Slack) -> Response {
    let connected = slack.app_url();
    let verified = slack.is_request_url_verified();
    let state = slack.inner.state();
    let options = &state.options;
    Json(json!({
        "ok": true,
        "app_url": connected,
        "request_urls": {
            "commands": options.paths.commands,
            "interactions": options.paths.interactions,
            "options": options.paths.options,
            "events": options.paths.events,
        },
        "team_id": options.team_id,
        "app_id": options.app_id,
        "bot_id": options.bot_id,
        "bot_user_id": options.bot_user_id,
        "scopes": options.scopes,
        "events": options.events,
        "is_request_url_verified": verified,
        "settings": {
            "messages_tab": options.messages_tab,
            "file_uploads": options.file_uploads,
            "must_verify_url": options.must_verify_url,
            "socket_mode": options.socket_mode,
        },
    }))
    .into_response()
}

pub(super) async fn verify(Slack(slack): Slack) -> Outcome {
    let verified = slack.verify_request_url().await;
    verified.map(|()| done()).map_err(Refused::app)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Scopes {
    scopes: Vec<String>,
}

pub(super) async fn scopes(Slack(slack): Slack, Body(given): Body<Scopes>) -> Response {
    let scopes: Vec<&str> = given.scopes.iter().map(String::as_str).collect();
    slack.set_scopes(&scopes);
    done()
}

/// Only the given settings change.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settings {
    messages_tab: Option<bool>,
    file_uploads: Option<bool>,
    must_verify_url: Option<bool>,
    socket_mode: Option<bool>,
}

pub(super) async fn settings(Slack(slack): Slack, Body(given): Body<Settings>) -> Response {
    if let Some(on) = given.messages_tab {
        slack.set_messages_tab(on);
    }
    if let Some(allowed) = given.file_uploads {
        slack.set_file_uploads(allowed);
    }
    if let Some(must) = given.must_verify_url {
        slack.set_must_verify_url(must);
    }
    if let Some(on) = given.socket_mode {
        slack.set_socket_mode(on);
    }
    done()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Removal {
    /// How late the app hears of it, such as `2h`.
    late: Option<String>,
}

pub(super) async fn uninstall(Slack(slack): Slack, Body(how): Body<Removal>) -> Outcome {
    match how.late {
        Some(late) => slack.uninstall_told_late(duration(&late).map_err(Refused::bad)?),
        None => slack.uninstall().await,
    }
    Ok(done())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Raw {
    path: String,
    content_type: String,
    body: String,
}

pub(super) async fn send(Slack(slack): Slack, Body(raw): Body<Raw>) -> Response {
    let status = slack.send_raw(&raw.path, &raw.content_type, &raw.body);
    Json(json!({"ok": true, "status": status.await})).into_response()
}

pub(super) async fn consent(Slack(slack): Slack) -> Response {
    Json(json!({"ok": true, "code": slack.consent()})).into_response()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Reinstall {
    bot_token: Option<String>,
}

pub(super) async fn reinstall(Slack(slack): Slack, Body(how): Body<Reinstall>) -> Response {
    slack.reinstall(how.bot_token.as_deref());
    done()
}

pub(super) async fn revoke(Slack(slack): Slack) -> Response {
    slack.revoke_token();
    done()
}

pub(super) async fn clock(Slack(slack): Slack) -> Response {
    let manual = slack.is_clock_manual();
    Json(json!({"ok": true, "now": slack.now(), "manual": manual, "next_due": slack.next_due()}))
        .into_response()
}

/// Exactly one of the two is given.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Move {
    /// Such as `90s`, `1h 30m`, `7d`.
    forward: Option<String>,
    to: Option<Timestamp>,
}

impl Move {
    fn span(&self, now: Timestamp) -> Result<SignedDuration, String> {
        let forward = match (&self.forward, self.to) {
            (Some(forward), None) => forward,
            (None, Some(to)) => return Ok(to.duration_since(now)),
            _ => return Err("give either forward (such as \"1h\") or to (a time)".to_owned()),
        };
        duration(forward)
    }
}

/// Such as `90s`, `1h 30m`, `7d`; a day has 24 hours.
fn duration(words: &str) -> Result<SignedDuration, String> {
    let span: Result<Span, _> = words.parse();
    let span = span.and_then(|span| span.to_duration(SpanRelativeTo::days_are_24_hours()));
    span.map_err(|error| format!("'{words}' is no time span, such as 90s, 1h 30m or 7d: {error}"))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ahead {
    ahead: String,
}

pub(super) async fn ahead(Slack(slack): Slack, Body(how): Body<Ahead>) -> Outcome {
    slack.set_clock_ahead(duration(&how.ahead).map_err(Refused::bad)?);
    Ok(done())
}

pub(super) async fn pass(Slack(slack): Slack, Body(how): Body<Move>) -> Outcome {
    let span = how.span(slack.inner.clock.now()).map_err(Refused::bad)?;
    let delivered = slack.pass(span).await.map_err(|why| {
        Refused::impossible(format!(
            "{why}; start with --clock manual --at 2026-03-02T09:00:00Z"
        ))
    });
    let delivered = delivered?;
    Ok(
        Json(json!({"ok": true, "now": slack.now(), "events_delivered": delivered}))
            .into_response(),
    )
}
