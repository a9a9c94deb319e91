//! `oauth.v2.access`: a code from the consent page becomes a token, once. And the end of what it began.

use super::call::Call;
use super::refusal::{Outcome, Refusal, refuse};
use crate::codes::Consent;
use crate::handle::{Inner, Sandbox};
use crate::rotation::{LASTS, Pair};
use crate::state::Token;
use serde_json::{Value as Json, json};
use std::sync::Arc;

/// The app's client id, if the call is the app's own: from the arguments, or from HTTP's basic authentication.
fn check_app(call: &Call) -> Result<String, Refusal> {
    let options = &call.state.options;
    let given = |name: &str| call.args.text(name).unwrap_or_default();
    let basic = call.basic.clone();
    let (id, secret) = basic.unwrap_or_else(|| (given("client_id"), given("client_secret")));
    if id != options.client_id {
        return Err(refuse("invalid_client_id"));
    }
    if secret != options.client_secret {
        return Err(refuse("bad_client_secret"));
    }
    Ok(id)
}

pub(super) fn access(call: &mut Call) -> Outcome {
    let client_id = check_app(call)?;
    match call.args.text("grant_type").as_deref() {
        None | Some("authorization_code") => exchange(call, &client_id),
        Some("refresh_token") => refresh(call),
        Some(_) => Err(refuse("invalid_grant_type")),
    }
}

/// A refresh token is spent for the next token, and the next refresh token.
fn refresh(call: &mut Call) -> Outcome {
    let given = call.args.text("refresh_token").unwrap_or_default();
    let (grace, now) = (call.state.options.refresh_grace, call.now);
    if call.state.token != Token::Valid {
        return Err(refuse("invalid_refresh_token"));
    }
    let spent = call.state.rotation.spend(&given, grace, now);
    spent.map_err(refuse)?;
    let pair = call.state.rotate(now);
    Ok(installation(call, None, Some(&pair)))
}

fn exchange(call: &mut Call, client_id: &str) -> Outcome {
    let given = |name: &str| call.args.text(name);
    let consent = call.inner.codes().exchange(
        &given("code").unwrap_or_default(),
        client_id,
        given("redirect_uri").as_deref(),
        call.now,
    );
    let consent = consent.map_err(refuse)?;
    let pair = install(call, &consent);
    Ok(installation(call, Some(&consent), pair.as_ref()))
}

/// The app is in the workspace from now on. As long as it stays there, it keeps its token, and scopes are added to those it has.
/// Where tokens expire, each installation brings new ones.
fn install(call: &mut Call, consent: &Consent) -> Option<Pair> {
    let state = &mut *call.state;
    let was_there = state.token == Token::Valid && !state.options.bot_token.is_empty();
    if let Some(asked) = &consent.scopes {
        let before = std::mem::take(&mut state.options.scopes);
        let kept = before.into_iter().filter(|_| was_there);
        state.options.scopes = kept.chain(asked.iter().cloned()).collect();
    }
    if state.options.token_rotation {
        if !was_there {
            state.rotation.clear();
        }
        return Some(state.rotate(call.now));
    }
    let token = if was_there {
        state.options.bot_token.clone()
    } else {
        let code = state.code(24);
        format!("xoxb-{}-{code}", state.options.team_id)
    };
    state.new_token(token);
    None
}

fn installation(call: &Call, consent: Option<&Consent>, pair: Option<&Pair>) -> Json {
    let options = &call.state.options;
    let scopes: Vec<_> = options.scopes.iter().map(String::as_str).collect();
    let organization = options.enterprise.as_ref();
    let team = organization.is_none();
    let user = consent.and_then(|consent| consent.user.as_ref());
    let mut authed = json!({"id": user.or(call.state.users.keys().next())});
    if let Some(consent) = consent.filter(|consent| !consent.user_scopes.is_empty()) {
        authed["scope"] = json!(consent.user_scopes.join(","));
        authed["token_type"] = json!("user");
        authed["access_token"] = json!(format!("xoxp-{}", options.team_id));
    }
    let mut answer = json!({
        "app_id": options.app_id,
        "access_token": options.bot_token,
        "token_type": "bot",
        "scope": scopes.join(","),
        "bot_user_id": options.bot_user_id,
        "team": team.then(|| json!({"id": options.team_id, "name": options.team_name})),
        "enterprise": organization.map(|id| json!({"id": id, "name": crate::organization::NAME})),
        "is_enterprise_install": organization.is_some(),
        "authed_user": authed,
    });
    if let Some(pair) = pair {
        answer["refresh_token"] = json!(pair.refresh);
        answer["expires_in"] = json!(LASTS.as_secs());
    }
    answer
}

/// `apps.uninstall`: the app removes itself from the workspace of its token.
pub(super) fn uninstall(call: &mut Call) -> Outcome {
    check_app(call)?;
    call.state.token = Token::Uninstalled;
    Ok(json!({}))
}

/// The app hears of the removal that it asked for after the answer.
pub(super) fn tell_of_removal(inner: Arc<Inner>) {
    let workspace = Sandbox::of(inner);
    tokio::spawn(async move { workspace.tell_of_removal().await });
}

/// `auth.revoke`: the token dies, the app stays.
#[expect(clippy::unnecessary_wraps, reason = "every method has this shape")]
pub(super) fn revoke(call: &mut Call) -> Outcome {
    let is_test = call.args.flag("test");
    if !is_test {
        call.state.token = Token::Revoked;
    }
    Ok(json!({"revoked": !is_test}))
}
