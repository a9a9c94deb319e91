//! Whether the signatures of requests fit the signing secret. With a wrong secret, everything else looks well.

use crate::slack::verify::Refused;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// Refused requests are logged once in this time at most, because anyone can send them.
const QUIET: Duration = Duration::from_mins(1);

/// How the latest signed request fitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    Fits,
    Misfits,
}

/// What this process has seen of signatures. Cheap to clone.
#[derive(Clone, Default)]
pub struct Signatures(Arc<Mutex<Seen>>);

#[derive(Default)]
struct Seen {
    latest: Option<Fit>,
    /// What of it is in the database.
    noted: Option<Fit>,
    told: Option<Instant>,
}

impl Signatures {
    /// What is to be noted in the database, because it has changed.
    pub fn news(&self) -> Option<Fit> {
        let seen = self.seen();
        seen.latest.filter(|latest| seen.noted != Some(*latest))
    }

    pub fn noted(&self, fit: Fit) {
        self.seen().noted = Some(fit);
    }

    pub(super) fn fits(&self) {
        self.seen().latest = Some(Fit::Fits);
    }

    /// A request was refused. Without a signature, or with one in another form, it isn't Slack's.
    pub(super) fn refused(&self, why: Refused) {
        let mend = match why {
            Refused::Unsigned | Refused::Malformed => return,
            Refused::Stale => {
                "it was signed more than five minutes before or after this machine's time. If it is Slack's, turn on time \
                 synchronization (NTP)"
            }
            Refused::Forged => {
                "its signature doesn't fit SLACK_SIGNING_SECRET. If it is Slack's, copy the Signing Secret from your Slack app's \
                 \"Basic Information\" page (not the Client Secret or the Verification Token)"
            }
        };
        if self.is_to_be_told(why, Instant::now()) {
            tracing::warn!("a request was refused: {mend}");
        }
    }

    fn is_to_be_told(&self, why: Refused, now: Instant) -> bool {
        let mut seen = self.seen();
        if why == Refused::Forged {
            seen.latest = Some(Fit::Misfits);
        }
        let is_told = seen.told.is_some_and(|told| now - told < QUIET);
        if !is_told {
            seen.told = Some(now);
        }
        !is_told
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_are_told_once_a_minute_and_noted_until_a_signature_fits() {
        let signatures = Signatures::default();
        let now = Instant::now();
        signatures.refused(Refused::Unsigned);
        assert_eq!(signatures.news(), None);
        assert!(signatures.is_to_be_told(Refused::Forged, now));
        assert!(!signatures.is_to_be_told(Refused::Stale, now));
        assert_eq!(signatures.news(), Some(Fit::Misfits));
        signatures.noted(Fit::Misfits);
        assert_eq!(signatures.news(), None);
        assert!(signatures.is_to_be_told(Refused::Forged, now + QUIET));
        assert_eq!(signatures.news(), None, "the time of the first one stays");
        signatures.fits();
        assert_eq!(signatures.news(), Some(Fit::Fits));
    }
}
