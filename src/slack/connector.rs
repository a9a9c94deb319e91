//! slack-morphism's HTTP over our one reqwest client: timeouts, an answer limit, no redirects, a strict `ok`.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use reqwest::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use serde::Serialize;
use serde::de::Deserialize;
use serde_json::Value;
use slack_morphism::errors::{
    SlackClientApiError, SlackClientError, SlackClientHttpError, SlackClientHttpProtocolError,
    SlackRateLimitError,
};
use slack_morphism::multipart_form::FileMultipartData;
use slack_morphism::{
    ClientResult, SlackApiToken, SlackClientApiCallContext, SlackClientHttpConnector,
    SlackClientId, SlackClientSecret,
};
use std::time::Duration;
use url::Url;

/// A page of `users.list` is the largest answer.
const ANSWER_LIMIT: usize = 8 << 20;

/// Methods that take form arguments; Slack reads JSON only for methods that write.
const FORM_METHODS: [&str; 12] = [
    "auth.teams.list",
    "auth.test",
    "conversations.history",
    "conversations.info",
    "conversations.list",
    "conversations.members",
    "files.completeUploadExternal",
    "files.getUploadURLExternal",
    "files.info",
    "oauth.v2.access",
    "users.info",
    "users.list",
];

pub struct Connector {
    http: reqwest::Client,
    /// Ends with a slash.
    base: Url,
}

/// A failure below HTTP, which decides whether Slack may have acted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    #[error("Slack could not be reached")]
    Unreached,
    #[error("the connection broke or timed out after the request had left")]
    Midway,
    #[error("the answer was no Slack answer")]
    Garbled,
}

impl Connector {
    pub(super) fn new(http: reqwest::Client, base: Url) -> Self {
        Self { http, base }
    }

    /// Reads the whole answer, and parses it as the requested type if Slack says that it succeeded.
    async fn send<RS>(&self, request: reqwest::RequestBuilder) -> ClientResult<RS>
    where
        RS: for<'de> Deserialize<'de>,
    {
        let response = request.send().await.map_err(|error| {
            broken(if error.is_connect() || error.is_builder() {
                Broken::Unreached
            } else {
                Broken::Midway
            })
        })?;
        let status = response.status();
        if status.as_u16() == 429 {
            // A date, which HTTP allows and Slack never sends, does not parse as a number either.
            let after = response
                .headers()
                .get(RETRY_AFTER)
                .and_then(|value| value.to_str().ok()?.trim().parse().ok());
            return Err(rate_limited(after));
        }
        let body = read(response).await.map_err(broken)?;
        if !status.is_success() {
            // Slack's own errors come with 200; this one is from something between. Bodies are never kept.
            return Err(SlackClientError::HttpError(SlackClientHttpError::new(
                status,
            )));
        }
        let garbled = |_| broken(Broken::Garbled);
        let verdict: Verdict = serde_json::from_slice(&body).map_err(garbled)?;
        if verdict.ok {
            return serde_json::from_slice(&body).map_err(garbled);
        }
        let answer: Value = serde_json::from_slice(&body).map_err(garbled)?;
        Err(refused(&answer))
    }

    fn authorized(
        request: reqwest::RequestBuilder,
        token: Option<&SlackApiToken>,
    ) -> reqwest::RequestBuilder {
        match token {
            Some(token) if !token.token_value.0.is_empty() => {
                request.bearer_auth(&token.token_value.0)
            }
            Some(_) | None => request,
        }
    }
}

/// The whole body of an answer, up to [`ANSWER_LIMIT`].
pub(super) async fn read(mut response: reqwest::Response) -> Result<Vec<u8>, Broken> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|_| Broken::Midway)? {
        if body.len() + chunk.len() > ANSWER_LIMIT {
            return Err(Broken::Garbled);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// The part that every answer of Slack has.
#[derive(serde::Deserialize)]
struct Verdict {
    ok: bool,
}

fn refused(answer: &Value) -> SlackClientError {
    let code = answer
        .get("error")
        .and_then(Value::as_str)
        .unwrap_or("unknown_error");
    // chat.postMessage uses a code of its own for it.
    if matches!(code, "ratelimited" | "rate_limited") {
        return rate_limited(None);
    }
    let said = answer
        .pointer("/response_metadata/messages")
        .and_then(Value::as_array);
    let needed = answer.get("needed").filter(|_| code == "missing_scope");
    let details = said.into_iter().flatten().chain(needed);
    let details: Vec<String> = details
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect();
    SlackClientError::ApiError(SlackClientApiError::new(code.to_owned()).with_errors(details))
}

fn rate_limited(after: Option<u64>) -> SlackClientError {
    SlackClientError::RateLimitError(
        SlackRateLimitError::new().opt_retry_after(after.map(Duration::from_secs)),
    )
}

fn broken(what: Broken) -> SlackClientError {
    SlackClientError::HttpProtocolError(
        SlackClientHttpProtocolError::new().with_cause(Box::new(what)),
    )
}

impl SlackClientHttpConnector for Connector {
    fn create_method_uri_path(&self, method: &str) -> ClientResult<Url> {
        Ok(self.base.join(method)?)
    }

    fn http_get_uri<'a, RS>(
        &'a self,
        full_uri: Url,
        context: SlackClientApiCallContext<'a>,
    ) -> BoxFuture<'a, ClientResult<RS>>
    where
        RS: for<'de> Deserialize<'de> + Send + 'a,
    {
        let request = Self::authorized(self.http.get(full_uri), context.token);
        self.send(request).boxed()
    }

    fn http_get_with_client_secret<'a, RS>(
        &'a self,
        full_uri: Url,
        client_id: &'a SlackClientId,
        client_secret: &'a SlackClientSecret,
    ) -> BoxFuture<'a, ClientResult<RS>>
    where
        RS: for<'de> Deserialize<'de> + Send + 'a,
    {
        let request = self
            .http
            .get(full_uri)
            .basic_auth(&client_id.0, Some(&client_secret.0));
        self.send(request).boxed()
    }

    fn http_post_uri<'a, RQ, RS>(
        &'a self,
        full_uri: Url,
        request_body: &'a RQ,
        context: SlackClientApiCallContext<'a>,
    ) -> BoxFuture<'a, ClientResult<RS>>
    where
        RQ: Serialize + Send + Sync,
        RS: for<'de> Deserialize<'de> + Send + 'a,
    {
        let form = FORM_METHODS
            .iter()
            .any(|method| full_uri.path().ends_with(method));
        let request = Self::authorized(self.http.post(full_uri), context.token);
        let request = if form {
            request.form(request_body)
        } else {
            let Ok(body) = serde_json::to_vec(request_body) else {
                return std::future::ready(Err(broken(Broken::Unreached))).boxed();
            };
            let json = HeaderValue::from_static("application/json; charset=utf-8");
            request.header(CONTENT_TYPE, json).body(body)
        };
        self.send(request).boxed()
    }

    fn http_post_uri_multipart_form<'a, 'p, RS, PT, TS>(
        &'a self,
        _full_uri: Url,
        _file: Option<FileMultipartData<'p>>,
        _params: &'p PT,
        _context: SlackClientApiCallContext<'a>,
    ) -> BoxFuture<'a, ClientResult<RS>>
    where
        RS: for<'de> Deserialize<'de> + Send + 'a,
        PT: IntoIterator<Item = (&'p str, Option<TS>)> + Clone,
        TS: AsRef<str> + 'p + Send,
    {
        // Slack's current upload methods take a form and then bytes; we send nothing as multipart.
        std::future::ready(Err(broken(Broken::Unreached))).boxed()
    }

    fn http_post_uri_binary<'a, 'p, RS>(
        &'a self,
        full_uri: Url,
        content_type: String,
        data: &'a [u8],
        context: SlackClientApiCallContext<'a>,
    ) -> BoxFuture<'a, ClientResult<RS>>
    where
        RS: for<'de> Deserialize<'de> + Send + 'a,
    {
        let request = Self::authorized(self.http.post(full_uri), context.token)
            .header(CONTENT_TYPE, content_type)
            .body(data.to_vec());
        self.send(request).boxed()
    }
}
