//! `auth.test`, `users.*`.

use super::args::cursor;
use super::call::Call;
use super::refusal::{Outcome, refuse};
use serde_json::{Value as Json, json};
use std::ops::Bound;

pub(super) fn api_test(call: &mut Call) -> Outcome {
    match call.args.text("error") {
        Some(error) => Err(refuse(error)),
        None => Ok(json!({})),
    }
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "all methods have this shape, so that they fit one table"
)]
pub(super) fn auth_test(call: &mut Call) -> Outcome {
    let options = &call.state.options;
    Ok(json!({
        "url": format!("https://{}.slack.com/", options.team_name.to_lowercase()),
        "team": options.team_name,
        "user": options.bot_name.to_lowercase().replace(' ', ""),
        "team_id": options.team_id,
        "user_id": options.bot_user_id,
        "bot_id": options.bot_id,
        "enterprise_id": options.enterprise,
        "is_enterprise_install": options.enterprise.is_some(),
    }))
}

/// The app's own bot user.
fn bot(call: &Call) -> Json {
    let options = &call.state.options;
    let user = crate::User {
        is_bot: true,
        ..crate::User::new(&options.bot_user_id, &options.bot_name)
    };
    user.json(&options.team_id, call.now)
}

pub(super) fn info(call: &mut Call) -> Outcome {
    let id = call.args.needed("user")?;
    if id == call.state.options.bot_user_id {
        return Ok(json!({"user": bot(call)}));
    }
    let user = call.state.users.get(&id);
    let user = user.ok_or_else(|| refuse("user_not_found"))?;
    let mut user_json = call.state.user_json(user, call.now);
    show_email(call, user, &mut user_json);
    if call.args.flag("include_locale") {
        user_json["locale"] = json!(user.locale.as_deref().unwrap_or("en-US"));
    }
    Ok(json!({"user": user_json}))
}

/// Slack leaves the address out for apps without the scope.
fn show_email(call: &Call, user: &crate::User, shown: &mut Json) {
    if call.has_scope("users:read.email") && !user.email.is_empty() {
        shown["profile"]["email"] = json!(user.email);
    }
}

/// `auth.teams.list`: the workspaces that the token has access to.
#[expect(
    clippy::unnecessary_wraps,
    reason = "all methods have this shape, so that they fit one table"
)]
pub(super) fn teams(call: &mut Call) -> Outcome {
    let all = call.state.workspaces.iter().filter(|one| one.has_access);
    let teams: Vec<Json> = all
        .map(|one| json!({"id": one.id, "name": one.name}))
        .collect();
    Ok(json!({"teams": teams, "response_metadata": {"next_cursor": ""}}))
}

pub(super) fn list(call: &mut Call) -> Outcome {
    let team = call.need_team()?;
    let limit = call.args.limit(1000, 1000)?;
    let from = call.args.cursor()?;
    let from = from.as_ref().map_or(Bound::Unbounded, Bound::Included);
    let rest = call
        .state
        .users
        .range::<String, _>((from, Bound::Unbounded));
    let mut rest = rest.filter(|(id, _)| call.state.is_member(&team, id));
    let mut members: Vec<Json> = rest
        .by_ref()
        .take(limit)
        .map(|(_, user)| {
            let mut shown = call.state.user_json(user, call.now);
            show_email(call, user, &mut shown);
            shown
        })
        .collect();
    let next = rest.next().map(|(id, _)| cursor(id)).unwrap_or_default();
    if next.is_empty() {
        members.push(bot(call));
    }
    Ok(json!({
        "members": members,
        "cache_ts": call.now.as_second(),
        "response_metadata": {"next_cursor": next},
    }))
}

pub(super) fn profile(call: &mut Call) -> Outcome {
    let id = call.args.needed("user")?;
    let user = call.state.users.get(&id);
    let user = user.ok_or_else(|| refuse("user_not_found"))?;
    Ok(json!({"profile": user.profile(&call.state.options.team_id)}))
}
