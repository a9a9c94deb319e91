//! Installing the app in one of many workspaces. Slack: "Installing with OAuth".
//!
//! `/slack/install` sends the browser to Slack's consent page, with a state that is good for this browser, once, for ten
//! minutes. Slack sends it back to `/slack/oauth/callback` with a code, which we exchange for the workspace's token.

use super::endpoint::Endpoint;
use crate::domain::ids::{TeamId, UserId};
use crate::features::Error;
use crate::router;
use crate::slack::authorize::{AppCredentials, Authorized, wrong_credential};
use crate::slack::manifest::every_scope;
use crate::store::db::StoreError;
use crate::store::inbox;
use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use jiff::{SignedDuration, Timestamp};

/// How long somebody may take on Slack's consent page.
const PATIENCE: SignedDuration = SignedDuration::from_mins(10);
const COOKIE: &str = "rm_install";

#[derive(Clone)]
struct Desk {
    endpoint: Endpoint,
    credentials: AppCredentials,
}

/// `/slack/install` and `/slack/oauth/callback`.
pub fn consent_routes(endpoint: Endpoint, credentials: AppCredentials) -> Router {
    Router::new()
        .route("/slack/install", get(begin))
        .route("/slack/oauth/callback", get(finish))
        .with_state(Desk {
            endpoint,
            credentials,
        })
}

/// Why nothing was installed, in words for the person at the browser.
#[derive(Debug)]
enum Refused {
    /// They chose not to, or Slack did not let them.
    Declined,
    /// The state is not this browser's, too old, or used.
    Stale,
    Code,
    /// The app's own credentials are wrong: only those who run the bot can mend that.
    Misconfigured,
    Trouble,
}

async fn begin(State(desk): State<Desk>) -> Response {
    let Some(mut page) = desk.credentials.client.consent_page() else {
        return refused(&Refused::Trouble);
    };
    let mut random = [0_u8; 16];
    if getrandom::fill(&mut random).is_err() {
        return refused(&Refused::Trouble);
    }
    let now = desk.endpoint.clock.now().as_millisecond();
    let state = format!("{now}.{}", const_hex::encode(random));
    page.query_pairs_mut()
        .append_pair("client_id", &desk.credentials.id)
        .append_pair("scope", &every_scope().collect::<Vec<_>>().join(","))
        .append_pair("state", &state);
    let age = PATIENCE.as_secs();
    let cookie =
        format!("{COOKIE}={state}; Path=/slack; Max-Age={age}; HttpOnly; Secure; SameSite=Lax");
    let headers = [
        (header::LOCATION, page.to_string()),
        (header::SET_COOKIE, cookie),
    ];
    (StatusCode::FOUND, headers).into_response()
}

async fn finish(
    State(desk): State<Desk>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    match desk.install(&headers, &query.unwrap_or_default()).await {
        Ok(installed) => {
            tracing::info!(team = %installed.team, "the app was installed");
            installed_page(&installed)
        }
        Err(why) => {
            tracing::warn!(?why, "the app was not installed");
            refused(&why)
        }
    }
}

impl Desk {
    async fn install(&self, headers: &HeaderMap, query: &str) -> Result<Authorized, Refused> {
        let field = |name: &str| {
            let mut fields = form_urlencoded::parse(query.as_bytes());
            let found = fields.find(|(known, _)| known == name);
            found.map(|(_, value)| value.into_owned())
        };
        let state = field("state").ok_or(Refused::Stale)?;
        if cookie(headers) != Some(&state) || !self.is_fresh(&state) {
            return Err(Refused::Stale);
        }
        if field("error").is_some() {
            return Err(Refused::Declined);
        }
        let code = field("code").ok_or(Refused::Code)?;
        self.use_up(&state).await?;
        let credentials = &self.credentials;
        let exchanged = credentials
            .client
            .authorize(&credentials.id, &credentials.secret, &code);
        let authorized = exchanged.await.map_err(|error| {
            if let Some(mend) = error.refusal().and_then(wrong_credential) {
                tracing::error!("nobody can install the app: {mend}, and restart `serve`");
                return Refused::Misconfigured;
            }
            tracing::warn!(%error, "Slack gave no token for a code");
            if error.refusal().is_some_and(is_of_the_code) {
                Refused::Code
            } else {
                Refused::Trouble
            }
        })?;
        self.keep(&authorized).await.map_err(|error| {
            tracing::error!(%error, "an installation could not be stored");
            Refused::Trouble
        })?;
        Ok(authorized)
    }

    fn is_fresh(&self, state: &str) -> bool {
        let made = state
            .split_once('.')
            .and_then(|(made, _)| made.parse().ok());
        let made = made.and_then(|made| Timestamp::from_millisecond(made).ok());
        let age = made.map(|made| self.endpoint.clock.now().duration_since(made));
        age.is_some_and(|age| !age.is_negative() && age <= PATIENCE)
    }

    /// A state is good once, over all replicas.
    async fn use_up(&self, state: &str) -> Result<(), Refused> {
        let noted = async {
            let (db, now) = (&self.endpoint.db, self.endpoint.clock.now());
            let mut tx = db.write(&TeamId::from("*install*"), now).await?;
            let is_first = inbox::first_time(&mut tx, &format!("install/{state}")).await?;
            tx.commit().await?;
            Ok::<_, StoreError>(is_first)
        };
        match noted.await {
            Ok(true) => Ok(()),
            Ok(false) => Err(Refused::Stale),
            Err(error) => {
                tracing::error!(%error, "an installation could not begin");
                Err(Refused::Trouble)
            }
        }
    }

    async fn keep(&self, authorized: &Authorized) -> Result<(), StoreError> {
        let (db, now) = (&self.endpoint.db, self.endpoint.clock.now());
        let mut tx = db.write(&authorized.team, now).await?;
        let bot = UserId::from(authorized.bot_user.as_str());
        let installed = router::installed(&mut tx, &bot, &authorized.grant).await;
        if let Err(error) = installed {
            tx.rollback().await;
            return Err(match error {
                Error::Internal(error) => error,
                Error::User(_) => StoreError::Unreadable("a workspace's program"),
            });
        }
        tx.commit().await?;
        self.endpoint.forget(&authorized.team);
        if authorized.is_for_an_organization {
            self.join_workspaces(authorized).await?;
        }
        Ok(())
    }

    /// The organization's workspaces have the app, too. Those that Slack doesn't name now join by their first request.
    async fn join_workspaces(&self, authorized: &Authorized) -> Result<(), StoreError> {
        let app = &self.credentials.client;
        let client = app.with_token(&authorized.grant.token);
        let teams = client.workspaces().await.unwrap_or_else(|error| {
            tracing::warn!(%error, "Slack did not name an organization's workspaces");
            Vec::new()
        });
        for team in teams {
            self.endpoint.join(&team, &authorized.team).await?;
        }
        Ok(())
    }
}

/// Whether Slack refused a code that is unknown, too old or used.
fn is_of_the_code(error: &str) -> bool {
    matches!(error, "invalid_code" | "code_already_used")
}

/// The state that this browser began with.
fn cookie(headers: &HeaderMap) -> Option<&str> {
    let all = headers.get_all(header::COOKIE).iter();
    let all = all.filter_map(|value| value.to_str().ok());
    all.flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('='))
}

fn refused(why: &Refused) -> Response {
    let (status, words) = match why {
        Refused::Declined => (
            StatusCode::OK,
            "Nothing was installed. If your workspace has to approve apps first, ask its admins.",
        ),
        Refused::Stale => (
            StatusCode::BAD_REQUEST,
            "This page was used already, is too old, or was opened in another browser. If it said that Reverse Mentor is installed, \
             it is. Otherwise, please start again.",
        ),
        Refused::Code => (
            StatusCode::BAD_REQUEST,
            "Slack's answer can't be used anymore. Please start again.",
        ),
        Refused::Misconfigured => (
            StatusCode::SERVICE_UNAVAILABLE,
            "Reverse Mentor isn't set up completely, so nothing was installed. Please tell the people who run it: \
             <code>reverse-mentor doctor</code> says what to mend.",
        ),
        Refused::Trouble => (
            StatusCode::SERVICE_UNAVAILABLE,
            "Something went wrong on our side, and nothing was installed. Please try again in a moment.",
        ),
    };
    let again = "<p><a href=\"/slack/install\">Start again</a></p>";
    let title = match why {
        // Whoever reloads the page after an installation comes here.
        Refused::Stale => "This page is over",
        Refused::Declined | Refused::Code | Refused::Misconfigured | Refused::Trouble => {
            "Not installed"
        }
    };
    page(status, title, &format!("<p>{words}</p>{again}"))
}

fn installed_page(installed: &Authorized) -> Response {
    // Ids are letters and digits; anything else is no id of Slack's.
    let is_id = |id: &str| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let (app, team) = (installed.app.as_str(), installed.team.as_str());
    let link = if is_id(app) && is_id(team) && installed.is_for_an_organization {
        format!(
            "<p><a href=\"https://app.slack.com/manage/{team}/integrations/profile/{app}/workspaces/add\">Add it to workspaces</a></p>"
        )
    } else if is_id(app) && is_id(team) {
        format!(
            "<p><a href=\"https://slack.com/app_redirect?app={app}&amp;team={team}\">Open it in Slack</a></p>"
        )
    } else {
        String::new()
    };
    let words = if installed.is_for_an_organization {
        "<p>An admin of the organization can now add it to workspaces. In each of them, type <code>/reverse-mentor setup</code> in \
         Slack: an admin of the workspace names the program's owners, a support contact and a channel for the weekly digest.</p>"
    } else {
        "<p>Now type <code>/reverse-mentor setup</code> in Slack: an admin of the workspace names the program's owners, a \
                 support contact and a channel for the weekly digest.</p>"
    };
    page(
        StatusCode::OK,
        "Reverse Mentor is installed",
        &format!("{words}{link}"),
    )
}

fn page(status: StatusCode, title: &str, body: &str) -> Response {
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"color-scheme\" content=\"light dark\">\
         <style>body{{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:15vh auto;padding:0 1rem}}</style></head>\
         <body><main><h1>{title}</h1>{body}</main></body></html>"
    );
    let done = format!("{COOKIE}=; Path=/slack; Max-Age=0; HttpOnly; Secure; SameSite=Lax");
    let headers = [
        (header::SET_COOKIE, done.as_str()),
        (header::CACHE_CONTROL, "no-store"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
        ),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    (status, headers, Html(html)).into_response()
}
