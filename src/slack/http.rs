//! The HTTP client: which addresses it may call, and its proxies and certificates.

use std::time::Duration;
use url::Url;

/// Why calls to `SLACK_API_URL` are impossible, and what to change in the configuration. Exit code 2.
#[derive(Debug, thiserror::Error)]
pub enum BadUrl {
    #[error("SLACK_API_URL is no URL: {0}")]
    Unreadable(String),
    #[error(
        "SLACK_API_URL must be https (plain http only to this machine): the bot's token travels with every call"
    )]
    Plain,
    #[error(
        "this machine has no CA certificates, so Slack's cannot be checked. Install the package ca-certificates (Debian, \
         Ubuntu, Alpine, Fedora), or name a bundle in SSL_CERT_FILE"
    )]
    NoCertificates,
    #[error("the HTTP client could not be made: {0}")]
    Http(String),
}

/// A client, and the addresses it may call. Cheap to clone.
#[derive(Clone)]
pub(super) struct Http {
    pub client: reqwest::Client,
    /// Whether Slack is a stand-in on this machine.
    is_at_home: bool,
}

impl Http {
    /// A client for calls to `base` and to the addresses in its answers. `timeout` bounds a whole call.
    ///
    /// Proxies from the environment (`HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`) are used for Slack, but never for this
    /// machine, because the token would leave it unencrypted.
    pub fn new(base: &Url, timeout: Duration) -> Result<Self, BadUrl> {
        let is_at_home = is_this_machine(base);
        if base.scheme() != "https" && !(base.scheme() == "http" && is_at_home) {
            return Err(BadUrl::Plain);
        }
        // If another part of the process has chosen already, its choice stays.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            .timeout(timeout)
            .connect_timeout(timeout.min(Duration::from_secs(5)))
            .redirect(reqwest::redirect::Policy::none())
            .tcp_nodelay(true)
            .pool_idle_timeout(Duration::from_secs(25))
            .pool_max_idle_per_host(64)
            .user_agent(concat!("reverse-mentor/", env!("CARGO_PKG_VERSION")));
        if is_at_home {
            builder = builder.no_proxy();
        }
        if base.scheme() == "http" {
            // Traffic to a local stand-in is not encrypted, so a container without certificates can rehearse.
            builder = builder.tls_certs_only([]);
        }
        let client = builder.build().map_err(|error| cannot_be_made(&error))?;
        Ok(Self { client, is_at_home })
    }

    /// Whether an address in an answer or request of Slack is as safe as the API's own: https, and on this
    /// machine only if Slack is there, too.
    pub fn may_call(&self, url: &Url) -> bool {
        match (url.scheme(), is_this_machine(url)) {
            ("http" | "https", true) => self.is_at_home,
            ("https", false) => true,
            _ => false,
        }
    }
}

fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// reqwest itself says only "builder error", so the text is that of the innermost cause.
fn cannot_be_made(error: &reqwest::Error) -> BadUrl {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    let mut words = error.to_string();
    while let Some(error) = cause {
        words = error.to_string();
        if words.contains("No CA certificates") {
            return BadUrl::NoCertificates;
        }
        cause = error.source();
    }
    BadUrl::Http(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    fn http(base: &str) -> Result<Http, BadUrl> {
        Http::new(&url(base), Duration::from_secs(1))
    }

    #[test]
    fn the_token_travels_in_the_clear_only_on_this_machine() {
        for plain in [
            "http://slack.com/api/",
            "http://localhost.example.com/",
            "http://10.0.0.1/",
            "ftp://127.0.0.1/",
            "file:///api/",
        ] {
            assert!(matches!(http(plain), Err(BadUrl::Plain)), "{plain}");
        }
        for home in [
            "http://127.0.0.1:1/",
            "http://[::1]:1/",
            "http://localhost:1/",
        ] {
            assert!(http(home).is_ok(), "{home}");
        }
    }

    #[test]
    fn addresses_in_answers_are_as_safe_as_the_base() {
        let home = http("http://127.0.0.1:1/api/").unwrap();
        let away = Http {
            is_at_home: false,
            ..home.clone()
        };
        for (address, at_home, from_slack) in [
            ("https://hooks.slack.com/x", true, true),
            ("http://hooks.slack.com/x", false, false),
            ("http://127.0.0.1:9/x", true, false),
            ("https://localhost/x", true, false),
            ("http://[::1]/x", true, false),
            ("file:///etc/passwd", false, false),
            ("data:,x", false, false),
        ] {
            assert_eq!(home.may_call(&url(address)), at_home, "{address}");
            assert_eq!(away.may_call(&url(address)), from_slack, "{address}");
        }
    }
}
