//! Single values: secrets that are there, and the database's address.

use super::bad::BadConfig;
use crate::store::db::{one_url_each, sqlite_file};
use secrecy::{ExposeSecret, SecretString};
use std::net::{SocketAddr, ToSocketAddrs};
use url::Url;

pub fn present(secret: Option<&SecretString>) -> Option<&SecretString> {
    secret.filter(|secret| !secret.expose_secret().trim().is_empty())
}

/// Says what is wrong with Slack's tokens, as far as their beginnings tell: people take one for the other.
pub fn check_tokens(
    bot: Option<&SecretString>,
    app: Option<&SecretString>,
) -> Result<(), BadConfig> {
    const MEND: &str = "`reverse-mentor install` asks for the right one";
    let is = |token: Option<&SecretString>, prefix: &str| {
        token.is_some_and(|token| token.expose_secret().trim().starts_with(prefix))
    };
    if is(bot, "xapp-") {
        let what = "an app-level token, which belongs in SLACK_APP_TOKEN";
        return Err(BadConfig::WrongKind("SLACK_BOT_TOKEN", what, MEND));
    }
    if is(app, "xoxb-") {
        let what = "a bot token, which belongs in SLACK_BOT_TOKEN";
        return Err(BadConfig::WrongKind("SLACK_APP_TOKEN", what, MEND));
    }
    Ok(())
}

/// An address to listen on. A name counts by its first address, of the fourth version if there is one.
pub fn address(text: &str) -> Result<SocketAddr, String> {
    if let Ok(address) = text.parse() {
        return Ok(address);
    }
    let found = text.to_socket_addrs();
    let found: Vec<SocketAddr> = found.map(Iterator::collect).unwrap_or_default();
    let old = found.iter().find(|address| address.is_ipv4());
    let first = old.or(found.first()).copied();
    first.ok_or_else(|| "give an address and a port, such as 127.0.0.1:3000".to_owned())
}

/// The database's URL, if its kind is supported.
pub fn checked(url: &str) -> Result<&str, BadConfig> {
    if let Some(file) = sqlite_file(url) {
        let name = file.to_string_lossy();
        if name.is_empty() || name == ":memory:" || url.contains("mode=memory") {
            return Err(BadConfig::NoFile);
        }
        return Ok(url);
    }
    if url.starts_with("postgres:") || url.starts_with("postgresql:") {
        return Ok(url);
    }
    // Only the scheme is shown, because the rest may contain a password.
    Err(BadConfig::Database(
        url.split(':')
            .next()
            .unwrap_or_default()
            .chars()
            .take(20)
            .collect(),
    ))
}

/// The database's address, for people.
pub fn without_password(url: &str) -> String {
    let without_password = |url: String| {
        let url = Url::parse(&url).ok()?;
        let host = url.host_str().unwrap_or("localhost");
        let port = url.port().map_or(String::new(), |port| format!(":{port}"));
        Some(format!("{}://{host}{port}{}", url.scheme(), url.path()))
    };
    let urls = one_url_each(url).ok();
    let urls = urls.and_then(|urls| urls.into_iter().map(without_password).collect());
    urls.map_or_else(|| "DATABASE_URL".to_owned(), |urls: Vec<_>| urls.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_may_be_a_name_and_a_wrong_one_is_answered_with_an_example() {
        assert_eq!(
            address("localhost:4422").unwrap().to_string(),
            "127.0.0.1:4422"
        );
        assert_eq!(address("[::1]:80").unwrap().to_string(), "[::1]:80");
        for wrong in ["4422", ":4422", "localhost", ""] {
            let why = address(wrong).unwrap_err();
            assert!(why.contains("127.0.0.1:3000"), "{wrong}: {why}");
        }
    }
}
