//! Installing the app in a workspace: Slack's consent page, and the token that follows.

use super::client::{CallError, Client};
use crate::domain::ids::TeamId;
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

/// An installation: what Slack answers to a code. slack-morphism's type drops some of it.
pub struct Authorized {
    pub team: TeamId,
    /// The app's id.
    pub app: String,
    pub bot_user: String,
    pub token: SecretString,
    pub is_for_an_organization: bool,
    /// Whether the token expires: token rotation is on.
    pub expires: bool,
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
        let (team, token) = (text("/team/id"), text("/access_token"));
        if token.is_empty() || text("/bot_user_id").is_empty() || team.is_empty() && !is_for_all {
            return Err(CallError::InDoubt("garbled answer"));
        }
        Ok(Authorized {
            team: TeamId::from(team),
            app: text("/app_id").to_owned(),
            bot_user: text("/bot_user_id").to_owned(),
            token: SecretString::from(token),
            is_for_an_organization: is_for_all || team.is_empty(),
            expires: answer
                .get("refresh_token")
                .is_some_and(|token| !token.is_null()),
        })
    }

    /// The page on which people agree to install the app.
    pub fn consent_page(&self) -> Option<Url> {
        self.base().join("../oauth/v2/authorize").ok()
    }
}
