//! The page on which somebody agrees to install the app: `/oauth/v2/authorize`. Slack: "Installing with OAuth".
//!
//! ```text
//! asked.rs    what the page is asked for, and whether Slack would show it
//! page.rs     what it looks like
//! scopes.rs   the scopes, in words
//! ```

mod asked;
mod page;
mod scopes;

use super::codes::Consent;
use super::handle::Sandbox;
use super::site::Site;
use asked::Asked;
use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::sync::Arc;

const PATH: &str = "/oauth/v2/authorize";

pub(super) fn routes() -> Router<Arc<Site>> {
    Router::new().route(PATH, get(show).post(answered))
}

/// Why Slack shows no page, or goes on from none.
struct Refused {
    /// In Slack's word.
    error: &'static str,
    /// The mistake, and how to mend it.
    why: String,
}

fn refused(error: &'static str, why: impl Into<String>) -> Refused {
    Refused {
        error,
        why: why.into(),
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        page::trouble(self.error, &self.why)
    }
}

async fn show(State(site): State<Arc<Site>>, RawQuery(query): RawQuery) -> Response {
    let shown = Asked::read(&query.unwrap_or_default()).and_then(|asked| {
        let (checked, workspaces) = (asked.check(&site)?, asked.workspaces(&site)?);
        Ok(page::consent(&asked, &checked, &workspaces))
    });
    shown.unwrap_or_else(Refused::into_response)
}

/// Somebody pressed *Allow* or *Cancel*.
async fn answered(State(site): State<Arc<Site>>, headers: HeaderMap, body: String) -> Response {
    // Other pages may not press it.
    let from = headers.get(header::ORIGIN);
    if from.is_some_and(|from| from.as_bytes() != site.url("").as_bytes()) {
        return StatusCode::FORBIDDEN.into_response();
    }
    decide(&site, &body).unwrap_or_else(Refused::into_response)
}

fn decide(site: &Site, body: &str) -> Result<Response, Refused> {
    let asked = Asked::read(body)?;
    let checked = asked.check(site)?;
    let state = asked.state.as_deref().unwrap_or_default();
    if asked.answer.as_deref() != Some("allow") {
        return Ok(back(
            &checked.back_to,
            &[("error", "access_denied"), ("state", state)],
        ));
    }
    let (workspace, user) = asked.who(site)?;
    let team = workspace.team_id();
    let code = workspace.agree(Consent {
        team,
        user: Some(user),
        client_id: asked.client_id,
        redirect_uri: asked.redirect_uri,
        scopes: Some(asked.scopes),
        user_scopes: asked.user_scopes,
        at: workspace.now(),
    });
    Ok(back(&checked.back_to, &[("code", &code), ("state", state)]))
}

/// Sends the browser back to the app.
fn back(to: &reqwest::Url, fields: &[(&str, &str)]) -> Response {
    let mut to = to.clone();
    to.query_pairs_mut().extend_pairs(fields);
    (StatusCode::FOUND, [(header::LOCATION, to.to_string())]).into_response()
}

/// The people who may agree for their workspace.
fn people(workspace: &Sandbox) -> Vec<crate::User> {
    let mut people = workspace.users();
    people.retain(|user| {
        let is_guest = user.is_restricted || user.is_ultra_restricted || user.is_stranger;
        !(user.deleted || user.is_bot || is_guest || user.home_team.is_some())
    });
    // Those whom Slack always lets install apps come first.
    people.sort_by_key(|user| !(user.is_owner || user.is_admin));
    people
}
