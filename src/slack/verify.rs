//! Slack's request signature, v0. Slack: "Verifying requests from Slack".
//!
//! slack-morphism also has a verifier, but it reads the machine's clock and hashes before it checks the timestamp; ours
//! refuses stale requests first and takes the time from [`crate::clock`].
//!
//! There are two steps, because a body can be long: [`Claim::read`] checks the headers, and only if they could be
//! Slack's is the body read and given to [`Verifier::check`].

use crate::domain::named::named;
use axum::http::{HeaderMap, HeaderValue};
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use std::fmt;

/// Slack: requests older than five minutes may be replays. Applies in both directions, because clocks differ.
const TOLERANCE_SECONDS: i64 = 300;

#[derive(Clone)]
pub struct Verifier(Hmac<Sha256>);

named! {
    /// Why a request was refused: for a metric, never for the sender.
    pub enum Refused {
        /// A header is missing.
        Unsigned = "unsigned",
        /// The headers are there, but not in Slack's format.
        Malformed = "malformed",
        Stale = "stale",
        Forged = "forged",
    }
}

/// The headers' statements about the body. Nothing is proven yet.
#[derive(Debug, PartialEq, Eq)]
pub struct Claim {
    /// As it was sent, because that is what was signed.
    timestamp: HeaderValue,
    digest: [u8; 32],
}

impl Claim {
    /// Checks only the headers: they must be well-formed and at most five minutes old.
    pub fn read(headers: &HeaderMap, now: Timestamp) -> Result<Self, Refused> {
        let header = |name| headers.get(name).ok_or(Refused::Unsigned);
        let timestamp = header("x-slack-request-timestamp")?;
        let signature = header("x-slack-signature")?;
        let sent = seconds(timestamp.as_bytes()).ok_or(Refused::Malformed)?;
        let digest = digest(signature.as_bytes()).ok_or(Refused::Malformed)?;
        if now.as_second().abs_diff(sent) > TOLERANCE_SECONDS.unsigned_abs() {
            return Err(Refused::Stale);
        }
        Ok(Self {
            timestamp: timestamp.clone(),
            digest,
        })
    }
}

/// Digits only: Rust's own parser also accepts a plus sign.
fn seconds(text: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(text).ok()?;
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

/// `v0=` and 64 hexadecimal digits; the decoder would also accept a `0x` before them.
fn digest(text: &[u8]) -> Option<[u8; 32]> {
    let digits = text.strip_prefix(b"v0=")?;
    let is_hex = digits.len() == 64 && digits.iter().all(u8::is_ascii_hexdigit);
    is_hex
        .then(|| const_hex::decode_to_array(digits).ok())
        .flatten()
}

/// A checked signature. It identifies its request: one body at one time has one signature, in any spelling of
/// the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signature([u8; 32]);

impl fmt::Display for Signature {
    /// In Slack's format.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut digits = [0; 64];
        let digits = const_hex::encode_to_str(self.0, &mut digits).map_err(|_| fmt::Error)?;
        write!(f, "v0={digits}")
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

    /// Checks that Slack signed exactly this body, at the time in the headers.
    pub fn check(&self, claim: &Claim, body: &[u8]) -> Result<Signature, Refused> {
        let mut mac = self.0.clone();
        mac.update(b"v0:");
        mac.update(claim.timestamp.as_bytes());
        mac.update(b":");
        mac.update(body);
        // Compares in constant time.
        mac.verify_slice(&claim.digest)
            .map(|()| Signature(claim.digest))
            .map_err(|_| Refused::Forged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
    const SIGNATURE: &str = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";
    const SENT: i64 = 1_531_420_618;

    fn check(timestamp: &str, signature: &str, body: &str, now: i64) -> Result<Signature, Refused> {
        let verifier =
            Verifier::new(&SecretString::from("8f742231b10e8888abcd99yyyzzz85a5")).unwrap();
        let mut headers = HeaderMap::new();
        headers.insert("x-slack-request-timestamp", timestamp.parse().unwrap());
        headers.insert("x-slack-signature", signature.parse().unwrap());
        let claim = Claim::read(&headers, Timestamp::from_second(now).unwrap())?;
        verifier.check(&claim, body.as_bytes())
    }

    /// The example from Slack's documentation.
    #[test]
    fn slacks_own_example_passes() {
        let signature = check("1531420618", SIGNATURE, BODY, SENT + 300).unwrap();
        assert_eq!(signature.to_string(), SIGNATURE);
    }

    #[test]
    fn anything_else_is_refused() {
        for (timestamp, signature, body, now, refused) in [
            ("1531420618", SIGNATURE, BODY, SENT + 301, Refused::Stale),
            ("1531420618", SIGNATURE, BODY, SENT - 301, Refused::Stale),
            ("1531420619", SIGNATURE, BODY, SENT, Refused::Forged),
            ("1531420618", SIGNATURE, &BODY[1..], SENT, Refused::Forged),
            ("01531420618", SIGNATURE, BODY, SENT, Refused::Forged),
            ("9223372036854775807", SIGNATURE, BODY, SENT, Refused::Stale),
            (
                "9223372036854775808",
                SIGNATURE,
                BODY,
                SENT,
                Refused::Malformed,
            ),
            ("+1531420618", SIGNATURE, BODY, SENT, Refused::Malformed),
            ("-1531420618", SIGNATURE, BODY, SENT, Refused::Malformed),
            ("1531420618.0", SIGNATURE, BODY, SENT, Refused::Malformed),
            ("soon", SIGNATURE, BODY, SENT, Refused::Malformed),
            ("", SIGNATURE, BODY, SENT, Refused::Malformed),
        ] {
            assert_eq!(
                check(timestamp, signature, body, now),
                Err(refused),
                "{timestamp}"
            );
        }
        let unsigned = Claim::read(&HeaderMap::new(), Timestamp::UNIX_EPOCH);
        assert_eq!(unsigned, Err(Refused::Unsigned));
        assert!(Verifier::new(&SecretString::from(" ")).is_none());
    }

    /// A signature in capitals is also valid; it is the same request with the same name.
    #[test]
    fn one_signature_has_one_form() {
        let digits = &SIGNATURE[3..];
        let mixed = format!("v0={}{}", &digits[..32], digits[32..].to_uppercase());
        for written in [format!("v0={}", digits.to_uppercase()), mixed] {
            let signature = check("1531420618", &written, BODY, SENT).unwrap();
            assert_eq!(signature.to_string(), SIGNATURE, "{written}");
        }
        for odd in [
            format!("v0=0x{digits}"),
            format!("v0=0X{digits}"),
            format!("V0={digits}"),
            format!("v0={digits}00"),
            format!("v0={}", &digits[1..]),
            format!("v0= {digits}"),
            format!("v0={digits},v0={digits}"),
            format!("v0=0x{}", &digits[2..]),
            digits.to_owned(),
            "v0=".to_owned(),
            String::new(),
        ] {
            let refused = check("1531420618", &odd, BODY, SENT);
            assert_eq!(refused, Err(Refused::Malformed), "{odd}");
        }
    }
}
