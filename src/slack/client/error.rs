//! How a call to Slack fails.

use crate::domain::delivery::leaves_doubt;

/// A failed call, by its meaning for us. Holds no bodies and no tokens.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// The request never left: nothing happened, so try again.
    #[error("Slack could not be reached")]
    Unreached,
    /// The request left, but no clear answer came back: Slack may have acted.
    #[error("no clear answer from Slack ({0})")]
    InDoubt(&'static str),
    /// Slack answered 429: wait this many seconds before calling this method.
    #[error("Slack asks us to wait {0} s")]
    RateLimited(u64),
    /// Slack refused: its code and its details (of `missing_scope`: the scope).
    #[error("Slack refused: {0}")]
    Refused(String, Vec<String>),
}

impl CallError {
    /// A label for metrics: short and without detail.
    pub fn label(&self) -> &'static str {
        match self {
            CallError::Unreached => "unreached",
            CallError::InDoubt(_) => "in_doubt",
            CallError::RateLimited(_) => "ratelimited",
            CallError::Refused(..) => "refused",
        }
    }

    /// Whether Slack may have acted even so: it did not answer, or has trouble itself.
    pub fn leaves_doubt(&self) -> bool {
        match self {
            CallError::InDoubt(_) => true,
            CallError::Refused(code, _) => leaves_doubt(code),
            CallError::Unreached | CallError::RateLimited(_) => false,
        }
    }

    /// Whether Slack refuses only for now: the app's Messages tab is off, which stops every direct message, and no other,
    /// until somebody turns it on.
    pub fn is_passing(&self) -> bool {
        matches!(self, CallError::Refused(code, _) if code == "messages_tab_disabled")
    }

    /// Whether our token has ended, and may be renewed.
    pub fn token_has_ended(&self) -> bool {
        matches!(self, CallError::Refused(code, _) if code == "token_expired")
    }

    /// Slack's code, if it refused the call.
    pub fn refusal(&self) -> Option<&str> {
        match self {
            CallError::Refused(code, _) => Some(code),
            CallError::Unreached | CallError::RateLimited(_) | CallError::InDoubt(_) => None,
        }
    }

    /// Whether Slack no longer accepts our token.
    pub fn token_is_dead(&self) -> bool {
        matches!(self, CallError::Refused(code, _) if matches!(code.as_str(),
            "invalid_auth" | "not_authed" | "token_revoked" | "token_expired" | "account_inactive" | "app_uninstalled"))
    }
}
