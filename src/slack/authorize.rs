//! Installing the app in a workspace: Slack's consent page, and the token that follows.

use super::client::{CallError, Client};
use crate::domain::grant::{Grant, Renewal};
use crate::domain::ids::TeamId;
use jiff::SignedDuration;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use url::Url;

/// The app's own credentials at Slack, for many workspaces.
#[derive(Clone)]
pub struct AppCredentials {
    /// A client without a token.
    pub client: Client,
    pub id: String,
    pub secret: SecretString,
}

/// What to mend when Slack refuses the app's own credentials with this code; none for a refusal of another kind.
pub fn wrong_credential(code: &str) -> Option<String> {
    let name = match code {
        "invalid_client_id" => "SLACK_CLIENT_ID",
        "bad_client_secret" => "SLACK_CLIENT_SECRET",
        _ => return None,
    };
    Some(format!(
        "Slack refuses {name} ({code}). Copy it from your Slack app's \"Basic Information\" page"
    ))
}

impl AppCredentials {
    /// Spends a refresh token for a new token and the next refresh token.
    pub async fn renew(&self, refresh_token: &SecretString) -> Result<Grant, CallError> {
        let arguments = json!({
            "client_id": self.id, "client_secret": self.secret.expose_secret(),
            "grant_type": "refresh_token", "refresh_token": refresh_token.expose_secret(),
        });
        let answer = self.client.call("oauth.v2.access", &arguments).await?;
        // Without the next refresh token, this one would be the last token.
        let renews = |grant: &Grant| grant.renewal.is_some();
        let grant = granted(&answer).filter(renews);
        grant.ok_or(CallError::InDoubt("garbled answer"))
    }
}

/// How long a token is good for where Slack does not say.
const USUAL: SignedDuration = SignedDuration::from_hours(12);

/// The tokens in an answer.
fn granted(answer: &Value) -> Option<Grant> {
    let secret = |name: &str| {
        let text = answer.get(name)?.as_str()?;
        (!text.is_empty()).then(|| SecretString::from(text))
    };
    let lasts = answer.get("expires_in").and_then(|seconds| {
        let text = || seconds.as_str()?.parse().ok();
        seconds.as_i64().or_else(text)
    });
    let lasts = lasts.map_or(USUAL, |seconds| SignedDuration::from_secs(seconds.max(0)));
    Some(Grant {
        token: secret("access_token")?,
        renewal: secret("refresh_token").map(|secret| Renewal { secret, lasts }),
    })
}

/// An installation: what Slack answers to a code. slack-morphism's type drops some of it.
pub struct Authorized {
    /// The workspace, or the organization.
    pub team: TeamId,
    /// The app's id.
    pub app: String,
    pub bot_user: String,
    pub grant: Grant,
    pub is_for_an_organization: bool,
}

impl Client {
    /// Exchanges the code of a consent for the workspace's token (`oauth.v2.access`).
    pub async fn authorize(
        &self,
        id: &str,
        secret: &SecretString,
        code: &str,
    ) -> Result<Authorized, CallError> {
        let arguments =
            json!({"client_id": id, "client_secret": secret.expose_secret(), "code": code});
        let answer = self.call("oauth.v2.access", &arguments).await?;
        let text = |at: &str| {
            answer
                .pointer(at)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        let is_for_all = answer
            .get("is_enterprise_install")
            .is_some_and(|flag| flag.as_bool() == Some(true) || flag.as_str() == Some("true"));
        let team = if is_for_all {
            text("/enterprise/id")
        } else {
            text("/team/id")
        };
        let Some(grant) = granted(&answer) else {
            return Err(CallError::InDoubt("garbled answer"));
        };
        if text("/bot_user_id").is_empty() || team.is_empty() {
            return Err(CallError::InDoubt("garbled answer"));
        }
        Ok(Authorized {
            team: TeamId::from(team),
            app: text("/app_id").to_owned(),
            bot_user: text("/bot_user_id").to_owned(),
            grant,
            is_for_an_organization: is_for_all,
        })
    }

    /// The workspaces that an organization's token has access to.
    pub async fn workspaces(&self) -> Result<Vec<TeamId>, CallError> {
        let (mut all, mut cursor) = (Vec::new(), String::new());
        loop {
            let arguments = json!({"limit": "200", "cursor": cursor});
            let page = self.call("auth.teams.list", &arguments).await?;
            let teams = page.get("teams").and_then(Value::as_array);
            let ids = teams.into_iter().flatten();
            let ids = ids.filter_map(|team| team.get("id")?.as_str());
            all.extend(ids.map(TeamId::from));
            match page.pointer("/response_metadata/next_cursor") {
                Some(Value::String(next)) if !next.is_empty() => cursor.clone_from(next),
                _ => return Ok(all),
            }
        }
    }

    /// The page on which people agree to install the app.
    pub fn consent_page(&self) -> Option<Url> {
        self.base().join("../oauth/v2/authorize").ok()
    }
}
