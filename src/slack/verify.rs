//! Slack's request signature, v0. Slack: "Verifying requests from Slack".
//!
//! slack-morphism has a verifier too, but it reads the machine's clock and hashes before it looks at the timestamp; ours
//! refuses stale requests first and takes the time from [`crate::clock`].

use axum::http::HeaderMap;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

/// Slack: requests older than five minutes may be replays. In either direction, for clocks that differ.
const TOLERANCE_SECONDS: i64 = 300;

#[derive(Clone)]
pub struct Verifier(Hmac<Sha256>);

/// Why a request was refused: for a metric, never for the sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    Unsigned,
    Stale,
    Forged,
}

impl Refused {
    pub fn as_str(self) -> &'static str {
        match self {
            Refused::Unsigned => "unsigned",
            Refused::Stale => "stale",
            Refused::Forged => "forged",
        }
    }
}

impl Verifier {
    /// None for an empty secret.
    pub fn new(secret: &SecretString) -> Option<Self> {
        let secret = secret.expose_secret().trim();
        if secret.is_empty() {
            return None;
        }
        Hmac::new_from_slice(secret.as_bytes()).ok().map(Self)
    }

    /// Checks that Slack signed exactly this body within the last five minutes.
    pub fn check(&self, headers: &HeaderMap, body: &[u8], now: Timestamp) -> Result<(), Refused> {
        let header = |name| {
            headers
                .get(name)
                .and_then(|value| value.to_str().ok())
                .ok_or(Refused::Unsigned)
        };
        let timestamp = header("x-slack-request-timestamp")?;
        let signature = header("x-slack-signature")?;
        let sent: i64 = timestamp.parse().map_err(|_| Refused::Unsigned)?;
        if now.as_second().abs_diff(sent) > TOLERANCE_SECONDS.unsigned_abs() {
            return Err(Refused::Stale);
        }
        let digest = signature
            .strip_prefix("v0=")
            .and_then(|digest| const_hex::decode(digest).ok())
            .ok_or(Refused::Forged)?;
        let mut mac = self.0.clone();
        mac.update(b"v0:");
        mac.update(timestamp.as_bytes());
        mac.update(b":");
        mac.update(body);
        // Compares in constant time.
        mac.verify_slice(&digest).map_err(|_| Refused::Forged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
    const SIGNATURE: &str = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";

    fn check(timestamp: &str, signature: &str, body: &str, now: i64) -> Result<(), Refused> {
        let verifier =
            Verifier::new(&SecretString::from("8f742231b10e8888abcd99yyyzzz85a5")).unwrap();
        let mut headers = HeaderMap::new();
        headers.insert("x-slack-request-timestamp", timestamp.parse().unwrap());
        headers.insert("x-slack-signature", signature.parse().unwrap());
        verifier.check(
            &headers,
            body.as_bytes(),
            Timestamp::from_second(now).unwrap(),
        )
    }

    /// The example of Slack's documentation.
    #[test]
    fn slacks_own_example_passes() {
        assert_eq!(
            check("1531420618", SIGNATURE, BODY, 1_531_420_618 + 300),
            Ok(())
        );
    }

    #[test]
    fn anything_else_is_refused() {
        let now = 1_531_420_618;
        assert_eq!(
            check("1531420618", SIGNATURE, BODY, now + 301),
            Err(Refused::Stale)
        );
        assert_eq!(
            check("1531420618", SIGNATURE, BODY, now - 301),
            Err(Refused::Stale)
        );
        assert_eq!(
            check("1531420619", SIGNATURE, BODY, now),
            Err(Refused::Forged)
        );
        assert_eq!(
            check("1531420618", SIGNATURE, &BODY[1..], now),
            Err(Refused::Forged)
        );
        assert_eq!(
            check("1531420618", "v0=00", BODY, now),
            Err(Refused::Forged)
        );
        assert_eq!(check("soon", SIGNATURE, BODY, now), Err(Refused::Unsigned));
        assert!(Verifier::new(&SecretString::from(" ")).is_none());
    }
}
