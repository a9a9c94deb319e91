//! A workspace's token, and what renews it where the app's tokens expire. Slack: "Using token rotation".

use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;

/// How long before its end a token is renewed: whatever goes wrong can be tried again until then.
const EARLY: SignedDuration = SignedDuration::from_hours(2);
/// The first distance between two tries; each next one is twice as long.
const SHORTEST: SignedDuration = SignedDuration::from_mins(1);
const LONGEST: SignedDuration = SignedDuration::from_hours(1);
/// Owners hear of a failing renewal when the token has less than this left, because then it matters.
const MATTERS: SignedDuration = SignedDuration::from_hours(1);

/// What Slack grants an installation.
pub struct Grant {
    pub token: SecretString,
    /// None where the token lasts.
    pub renewal: Option<Renewal>,
}

/// How a token that expires is renewed.
pub struct Renewal {
    /// The refresh token, which is spent when it is used.
    pub secret: SecretString,
    /// How long the token is good for.
    pub lasts: SignedDuration,
}

/// When a token that is good until `ends` is renewed: early, but one that is short-lived not before half of its time.
pub fn renew_at(now: Timestamp, ends: Timestamp) -> Timestamp {
    let half = ends.duration_since(now) / 2;
    ends.saturating_sub(EARLY.min(half)).unwrap_or(now)
}

/// When it is tried again after `tries` that failed. A token's end is one of the moments.
pub fn try_again_at(now: Timestamp, ends: Timestamp, tries: i64) -> Timestamp {
    let doublings = u32::try_from(tries).unwrap_or(0).min(10);
    let wait = (SHORTEST * 2_i32.saturating_pow(doublings)).min(LONGEST);
    let next = now.saturating_add(wait).unwrap_or(Timestamp::MAX);
    if ends > now { next.min(ends) } else { next }
}

/// Whether nobody can renew the token anymore: the workspace has to install the app again. Slack: `oauth.v2.access`.
pub fn is_final(code: &str) -> bool {
    code == "invalid_refresh_token"
}

/// Whether owners should hear that Slack refuses to renew a token.
pub fn matters(code: &str, now: Timestamp, ends: Timestamp) -> bool {
    is_final(code) || ends.duration_since(now) <= MATTERS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes)
    }

    #[test]
    fn a_token_is_renewed_two_hours_early_and_a_short_one_at_half_time() {
        assert_eq!(renew_at(at(0), at(12 * 60)), at(10 * 60));
        assert_eq!(renew_at(at(0), at(60)), at(30));
        assert!(renew_at(at(60), at(0)) >= at(0));
    }

    #[test]
    fn tries_grow_apart_to_an_hour_and_the_end_is_one_of_them() {
        let (now, ends) = (at(0), at(600));
        let waits = [0, 1, 2, 5, 6, 40].map(|tries| try_again_at(now, ends, tries));
        assert_eq!(waits, [at(1), at(2), at(4), at(32), at(60), at(60)]);
        assert_eq!(try_again_at(at(590), ends, 9), ends);
        assert_eq!(try_again_at(at(600), ends, 9), at(660));
    }

    #[test]
    fn owners_hear_when_it_matters() {
        let ends = at(600);
        assert!(!matters("bad_client_secret", at(500), ends));
        assert!(matters("bad_client_secret", at(541), ends));
        assert!(matters("invalid_refresh_token", at(480), ends));
    }
}
