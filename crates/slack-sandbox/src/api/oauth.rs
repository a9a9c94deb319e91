//! `oauth.v2.access`: a code from the consent page becomes a token, once.

use super::call::Call;
use super::refusal::{Outcome, refuse};
use serde_json::json;

pub(super) fn access(call: &mut Call) -> Outcome {
    let options = &call.state.options;
    let given = |name: &str| call.args.text(name).unwrap_or_default();
    if given("client_id") != options.client_id {
        return Err(refuse("invalid_client_id"));
    }
    if given("client_secret") != options.client_secret {
        return Err(refuse("bad_client_secret"));
    }
    let code = given("code");
    if !call.state.codes.remove(&code) {
        return Err(refuse("invalid_code"));
    }
    call.state.token = super::Token::Valid;
    let options = &call.state.options;
    let scopes: Vec<_> = options.scopes.iter().map(String::as_str).collect();
    let organization = options.enterprise.as_ref();
    let team = organization.is_none();
    Ok(json!({
        "app_id": options.app_id,
        "access_token": options.bot_token,
        "token_type": "bot",
        "scope": scopes.join(","),
        "bot_user_id": options.bot_user_id,
        "team": team.then(|| json!({"id": options.team_id, "name": options.team_name})),
        "enterprise": organization.map(|id| json!({"id": id, "name": "Sandbox Org"})),
        "is_enterprise_install": organization.is_some(),
        "authed_user": {"id": call.state.users.keys().next()},
    }))
}
