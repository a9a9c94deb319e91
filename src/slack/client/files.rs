//! Files to Slack and from it.

use super::{CallError, Client, DEFAULT_WAIT_SECONDS};
use crate::slack::connector;
use serde_json::{Value, json};
use url::Url;

impl Client {
    /// Uploads a file to Slack and returns its id. Nobody sees it before `files.completeUploadExternal` shares it, so
    /// any failure here can be retried.
    pub async fn upload(&self, name: &str, bytes: &[u8]) -> Result<String, CallError> {
        let arguments = json!({"filename": name, "length": bytes.len().to_string()});
        let ticket = self.call("files.getUploadURLExternal", &arguments).await?;
        let field = |name: &str| ticket.get(name).and_then(Value::as_str);
        let (Some(url), Some(id)) = (field("upload_url"), field("file_id")) else {
            return Err(CallError::InDoubt("garbled answer"));
        };
        let url = Url::parse(url).map_err(|_| CallError::InDoubt("garbled answer"))?;
        if !self.slack.http.may_call(&url) {
            return Err(CallError::Refused("unsafe_upload_url".into(), Vec::new()));
        }
        // Sent without the token, because the address itself grants access.
        let request = self
            .slack
            .http
            .client
            .post(url)
            .header("content-type", "application/octet-stream")
            .body(bytes.to_vec());
        let outcome = match request.send().await {
            Ok(response) if response.status().is_success() => Ok(id.to_owned()),
            Ok(response) if response.status().as_u16() == 429 => {
                Err(CallError::RateLimited(DEFAULT_WAIT_SECONDS))
            }
            Err(error) if error.is_connect() => Err(CallError::Unreached),
            Ok(_) | Err(_) => Err(CallError::InDoubt("upload")),
        };
        let label = outcome.as_ref().map_or_else(CallError::label, |_| "ok");
        metrics::counter!("reverse_mentor_slack_calls_total", "method" => "upload", "outcome" => label)
            .increment(1);
        outcome
    }

    /// A file that somebody uploaded: its name, and its bytes, unless it is larger than `most` bytes or kept outside Slack.
    pub async fn download(
        &self,
        file: &str,
        most: usize,
    ) -> Result<(String, Option<Vec<u8>>), CallError> {
        let answer = self.call("files.info", &json!({"file": file})).await?;
        let text = |at: &str| answer.pointer(at).and_then(Value::as_str);
        let name = text("/file/name").unwrap_or_default().to_owned();
        let size = answer.pointer("/file/size").and_then(Value::as_u64);
        let url = text("/file/url_private_download").or_else(|| text("/file/url_private"));
        let url = url.and_then(|url| Url::parse(url).ok());
        // The token goes to Slack alone: a file may be kept elsewhere.
        let url =
            url.filter(|url| self.slack.http.may_call(url) && is_slacks(url, &self.slack.base));
        let Some(url) = url.filter(|_| size.is_none_or(|size| size <= most as u64)) else {
            return Ok((name, None));
        };
        let token = &self.token.token_value.0;
        let sent = self
            .slack
            .http
            .client
            .get(url)
            .bearer_auth(token)
            .send()
            .await;
        let response = match sent {
            Ok(response) if response.status().is_success() => response,
            Ok(response) if response.status().as_u16() == 429 => {
                return Err(CallError::RateLimited(DEFAULT_WAIT_SECONDS));
            }
            Err(error) if error.is_connect() => return Err(CallError::Unreached),
            Ok(_) | Err(_) => return Err(CallError::InDoubt("download")),
        };
        // Slack shows its sign-in page, with a 200, to an app that may not read files.
        let kind = response.headers().get("content-type");
        if kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html")) {
            let missing = vec!["files:read".to_owned()];
            return Err(CallError::Refused("missing_scope".into(), missing));
        }
        let bytes = connector::read(response).await;
        let bytes = bytes.map_err(|_| CallError::InDoubt("broken connection"))?;
        Ok((name, Some(bytes).filter(|bytes| bytes.len() <= most)))
    }
}

/// Whether an address is of the same company as the API's.
fn is_slacks(url: &Url, api: &Url) -> bool {
    let (Some(host), Some(api)) = (url.host_str(), api.host_str()) else {
        return false;
    };
    host == api || host.ends_with(&format!(".{api}"))
}
