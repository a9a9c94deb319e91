//! Single values: secrets that are there, and the database's address.

use super::bad::BadConfig;
use crate::store::db::{one_url_each, sqlite_file};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

pub fn present(secret: Option<&SecretString>) -> Option<&SecretString> {
    secret.filter(|secret| !secret.expose_secret().trim().is_empty())
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
