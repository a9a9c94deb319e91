//! Codes of the consent page: each becomes a token once, within ten minutes, for the app and the address it was made for.

use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;

/// Slack: a code is good for ten minutes.
pub(crate) const PATIENCE: SignedDuration = SignedDuration::from_mins(10);

/// A person's consent, which a code stands for.
#[derive(Clone, Debug)]
pub(crate) struct Consent {
    /// The workspace's id.
    pub team: String,
    /// Who agreed.
    pub user: Option<String>,
    pub client_id: String,
    /// As the page was asked for it; the exchange has to say the same.
    pub redirect_uri: Option<String>,
    /// The scopes that were shown; `None` leaves the token those it has.
    pub scopes: Option<Vec<String>>,
    /// Scopes of the person's own token.
    pub user_scopes: Vec<String>,
    pub at: Timestamp,
}

#[derive(Default)]
pub(crate) struct Codes {
    known: BTreeMap<String, (Consent, bool)>,
}

impl Codes {
    pub fn hand_out(&mut self, code: String, consent: Consent) {
        self.known.insert(code, (consent, false));
    }

    /// The workspace that a code is for, used or not.
    pub fn team(&self, code: &str) -> Option<&str> {
        self.known.get(code).map(|(consent, _)| &*consent.team)
    }

    /// Exchanges a code. A mistake in the request leaves the code good.
    pub fn exchange(
        &mut self,
        code: &str,
        client_id: &str,
        redirect_uri: Option<&str>,
        now: Timestamp,
    ) -> Result<Consent, &'static str> {
        let known = self.known.get_mut(code).ok_or("invalid_code")?;
        let (consent, is_used) = (&known.0, known.1);
        if consent.client_id != client_id {
            return Err("invalid_code");
        }
        if is_used {
            return Err("code_already_used");
        }
        if now.duration_since(consent.at) > PATIENCE {
            return Err("invalid_code");
        }
        if consent.redirect_uri.as_deref() != redirect_uri {
            return Err("bad_redirect_uri");
        }
        known.1 = true;
        Ok(known.0.clone())
    }
}
