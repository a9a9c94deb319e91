//! The control API: people's actions and views, the workspace, the clock and the faults over HTTP, for tests in any
//! language. Each handler calls the function of [`Sandbox`] that a Rust test would call.
//!
//! ```text
//! request.rs    bodies, names of people and channels, refusals
//! see.rs        what people see, as text or JSON; shapes.rs its JSON
//! act.rs        what people do
//! workspace.rs  who and what is there; the app; the clock
//! observe.rs    what was counted and recorded; what goes wrong on purpose
//! ```

mod act;
mod observe;
mod request;
mod see;
mod shapes;
#[cfg(test)]
mod tests;
mod workspace;

use super::site::Site;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, any, delete, get, patch, post, put};
use request::Refused;
use serde_json::json;
use std::sync::Arc;

type Handler = MethodRouter<Arc<Site>>;

/// One endpoint. The routes and the index are made from this table, and a test compares the README with it.
struct Endpoint {
    verb: &'static str,
    /// Behind `/control`.
    path: &'static str,
    what: &'static str,
    handler: Handler,
}

fn endpoints() -> Vec<Endpoint> {
    let mut all = people();
    all.extend(around());
    all
}

#[rustfmt::skip]
fn people() -> Vec<Endpoint> {
    let row = |verb, path, what, handler| Endpoint { verb, path, what, handler };
    vec![
        row("GET", "/users", "everyone", get(see::users)),
        row("POST", "/users", "somebody new: the app hears `team_join`", post(workspace::join)),
        row("PATCH", "/users/{user}", "changes a profile, deactivates (`deleted`): `user_change`", patch(workspace::change)),
        row("GET", "/users/{user}/conversations", "where they can go", get(see::conversations)),
        row("GET", "/users/{user}/conversations/{channel}", "a channel, DM or group DM as they see it", get(see::conversation)),
        row("GET", "/users/{user}/dm", "their direct messages with the app", get(see::dm)),
        row("GET", "/users/{user}/home", "their App Home as published", get(see::home)),
        row("GET", "/users/{user}/modal", "the modal on top", get(see::modal)),
        row("GET", "/users/{user}/transcript", "all they saw and did, in order", get(see::transcript)),
        row("POST", "/users/{user}/commands", "types a slash command", post(act::command)),
        row("POST", "/users/{user}/messages", "writes to the app, or in a channel", post(act::message)),
        row("POST", "/users/{user}/mentions", "mentions the app in a channel: `app_mention`", post(act::mention)),
        row("POST", "/users/{user}/shortcuts", "uses a global shortcut", post(act::shortcut)),
        row("POST", "/users/{user}/home", "opens the App Home: `app_home_opened`", post(act::home)),
        row("POST", "/users/{user}/press", "presses a button", post(act::press)),
        row("POST", "/users/{user}/choose", "chooses in a menu, fills in a field", post(act::choose)),
        row("POST", "/users/{user}/upload", "picks a file of theirs: the `file` to fill into a form", post(act::upload)),
        row("POST", "/users/{user}/submit", "fills in the modal on top and submits it", post(act::submit)),
        row("POST", "/users/{user}/close", "closes the modal on top", post(act::close)),
        row("POST", "/users/{user}/repeat", "their last request once more: an impatient second click", post(act::repeat)),
    ]
}

#[rustfmt::skip]
fn around() -> Vec<Endpoint> {
    let row = |verb, path, what, handler| Endpoint { verb, path, what, handler };
    vec![
        row("GET", "", "these lines", get(see::index)),
        row("GET", "/workspaces", "all workspaces, and whether the app is installed there", get(see::workspaces)),
        row("POST", "/workspaces", "another workspace, with nobody in it", post(workspace::open)),
        row("GET", "/channels", "all channels", get(see::channels)),
        row("POST", "/channels", "a new channel", post(workspace::create)),
        row("POST", "/channels/{channel}/join", "somebody joins it", post(workspace::join_channel)),
        row("POST", "/channels/{channel}/invite", "the app becomes a member", post(workspace::invite)),
        row("POST", "/channels/{channel}/kick", "the app is removed from it", post(workspace::kick)),
        row("POST", "/channels/{channel}/archive", "nobody writes there any more", post(workspace::archive)),
        row("PUT", "/channels/{channel}/posting", "what its settings let the app write there", put(workspace::posting)),
        row("GET", "/app", "the app: its addresses, scopes, events and settings", get(workspace::app)),
        row("POST", "/app/verify", "checks the Request URL: `url_verification`; events come from then on", post(workspace::verify)),
        row("PATCH", "/app/settings", "turns the Messages tab, file uploads or the wait for a verified URL on or off", patch(workspace::settings)),
        row("PUT", "/app/scopes", "what the token may do from now on", put(workspace::scopes)),
        row("POST", "/app/send", "sends the app any body, signed: payloads recorded elsewhere", post(workspace::send)),
        row("POST", "/app/consent", "somebody agrees to install it, without the page: the `code` for its redirect URL", post(workspace::consent)),
        row("POST", "/app/uninstall", "an admin removes it: `tokens_revoked` and `app_uninstalled`, at once or late", post(workspace::uninstall)),
        row("POST", "/app/reinstall", "installs it again", post(workspace::reinstall)),
        row("POST", "/app/revoke", "the token dies, the app stays", post(workspace::revoke)),
        row("GET", "/clock", "what time it is in the workspace", get(workspace::clock)),
        row("POST", "/clock", "moves a manual clock; retries and late events come on the way", post(workspace::pass)),
        row("PUT", "/clock/ahead", "how far the `Date` of Slack's answers is ahead of that", put(workspace::ahead)),
        row("GET", "/tally", "calls by outcome, limits broken, late answers, and more", get(observe::tally)),
        row("GET", "/exchanges", "the last requests and answers, both ways", get(observe::exchanges)),
        row("GET", "/faults", "how often what goes wrong", get(observe::faults)),
        row("PUT", "/faults", "sets that, as probabilities from 0 to 1", put(observe::set_faults)),
        row("PUT", "/faults/{preset}", "`none`, `light` (a bad day) or `heavy` (an outage)", put(observe::preset)),
        row("POST", "/faults/next", "the next call of one method goes wrong", post(observe::next)),
        row("POST", "/faults/next_event", "the next event comes twice or late", post(observe::next_event)),
        row("POST", "/faults/standing", "every call of one method is refused", post(observe::stand)),
        row("DELETE", "/faults/standing/{method}", "no longer", delete(observe::heal)),
    ]
}

/// The routes at `/control` and below.
pub(super) fn routes(site: &Arc<Site>) -> Router<Arc<Site>> {
    let router = Router::new()
        .route("/control/", get(see::index))
        .route("/control/{*unknown}", any(unknown));
    endpoints()
        .into_iter()
        .fold(router, |router, endpoint| {
            let path = format!("/control{}", endpoint.path);
            router.route(&path, endpoint.handler)
        })
        .method_not_allowed_fallback(unknown)
        .layer(from_fn_with_state(site.clone(), around_each))
}

async fn unknown(request: Request) -> Refused {
    let (verb, path) = (request.method(), request.uri().path());
    let message = format!("there is no {verb} {path} here; GET /control lists what there is");
    Refused::new(StatusCode::NOT_FOUND, "unknown_endpoint", message)
}

/// Refuses web pages, and notifies everybody who waits for a change.
async fn around_each(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    if request.headers().contains_key(header::ORIGIN) {
        let message = "web pages may not use the control API: send no Origin header";
        return Refused::new(StatusCode::FORBIDDEN, "origin", message.to_owned()).into_response();
    }
    let response = next.run(request).await;
    site.tell();
    response
}

/// `{"ok": true}`, for endpoints without an answer of their own.
fn done() -> Response {
    axum::Json(json!({"ok": true})).into_response()
}
