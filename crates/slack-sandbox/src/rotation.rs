//! Token rotation: tokens that expire after twelve hours, and refresh tokens that are good once.

use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;

/// Slack: `expires_in` is 43,200.
pub(crate) const LASTS: SignedDuration = SignedDuration::from_hours(12);
/// Slack: an installation has two active tokens at most.
const ACTIVE: usize = 2;

/// A token and the refresh token that came with it.
#[derive(Clone, Debug)]
pub(crate) struct Pair {
    pub access: String,
    pub refresh: String,
}

#[derive(Debug)]
struct Issued {
    pair: Pair,
    ends: Timestamp,
    /// When the refresh token was used, if it was.
    spent: Option<Timestamp>,
}

/// The expiring tokens of one workspace's installation.
#[derive(Default)]
pub(crate) struct Rotation {
    /// The newest last.
    issued: Vec<Issued>,
    /// Tokens that are good no longer → what the Web API says of them.
    ended: BTreeMap<String, &'static str>,
}

impl Rotation {
    /// Whether it is (or was) one of its tokens, or one of its refresh tokens.
    pub fn knows(&self, token: &str) -> bool {
        let is_it = |issued: &Issued| issued.pair.access == token || issued.pair.refresh == token;
        self.issued.iter().any(is_it) || self.ended.contains_key(token)
    }

    /// Whether the Web API takes this token; `None` if it is none of these.
    pub fn judge(&self, token: &str, now: Timestamp) -> Option<Result<(), &'static str>> {
        if let Some(error) = self.ended.get(token) {
            return Some(Err(error));
        }
        let mut issued = self.issued.iter();
        let issued = issued.find(|issued| issued.pair.access == token)?;
        Some(if now >= issued.ends {
            Err("token_expired")
        } else {
            Ok(())
        })
    }

    /// A new pair is good from now on, beside the one before it.
    pub fn issue(&mut self, pair: Pair, now: Timestamp) {
        let ends = now.saturating_add(LASTS).unwrap_or(Timestamp::MAX);
        self.issued.push(Issued {
            pair,
            ends,
            spent: None,
        });
        while self.issued.len() > ACTIVE {
            let oldest = self.issued.remove(0);
            self.end(oldest, "token_revoked");
        }
    }

    /// Spends a refresh token. One that was spent within `grace` may be used once more: what it brought the first time is then
    /// worth nothing.
    pub fn spend(
        &mut self,
        refresh: &str,
        grace: SignedDuration,
        now: Timestamp,
    ) -> Result<(), &'static str> {
        let is_it = |issued: &Issued| !refresh.is_empty() && issued.pair.refresh == refresh;
        let at = self.issued.iter().position(is_it);
        let at = at.ok_or("invalid_refresh_token")?;
        if let Some(spent) = self.issued[at].spent {
            if now.duration_since(spent) >= grace {
                return Err("invalid_refresh_token");
            }
            for late in self.issued.split_off(at + 1) {
                self.end(late, "token_revoked");
            }
        }
        self.issued[at].spent.get_or_insert(now);
        Ok(())
    }

    /// Nobody can renew any of its tokens anymore; they are good to their ends.
    pub fn revoke_refreshing(&mut self) {
        for issued in &mut self.issued {
            issued.pair.refresh.clear();
        }
    }

    /// The installation is over, or another one begins.
    pub fn clear(&mut self) {
        for issued in std::mem::take(&mut self.issued) {
            self.end(issued, "invalid_auth");
        }
    }

    fn end(&mut self, issued: Issued, error: &'static str) {
        self.ended.insert(issued.pair.access, error);
        if !issued.pair.refresh.is_empty() {
            self.ended.insert(issued.pair.refresh, "invalid_auth");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(number: u32) -> Pair {
        Pair {
            access: format!("access{number}"),
            refresh: format!("refresh{number}"),
        }
    }

    fn at(hours: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours)
    }

    #[test]
    fn a_token_ends_and_two_are_good_at_most() {
        let mut rotation = Rotation::default();
        rotation.issue(pair(1), at(0));
        assert_eq!(rotation.judge("access1", at(11)), Some(Ok(())));
        assert_eq!(
            rotation.judge("access1", at(12)),
            Some(Err("token_expired"))
        );
        rotation.issue(pair(2), at(1));
        assert_eq!(rotation.judge("access1", at(2)), Some(Ok(())));
        rotation.issue(pair(3), at(2));
        assert_eq!(rotation.judge("access1", at(3)), Some(Err("token_revoked")));
        assert_eq!(rotation.judge("access2", at(3)), Some(Ok(())));
        assert_eq!(rotation.judge("another", at(3)), None);
    }

    #[test]
    fn a_refresh_token_is_good_once_and_again_within_the_grace() {
        let (mut rotation, hour) = (Rotation::default(), SignedDuration::from_hours(1));
        rotation.issue(pair(1), at(0));
        assert!(
            rotation
                .spend("refresh1", SignedDuration::ZERO, at(1))
                .is_ok()
        );
        rotation.issue(pair(2), at(1));
        let again = rotation.spend("refresh1", SignedDuration::ZERO, at(1));
        assert_eq!(again, Err("invalid_refresh_token"));
        assert_eq!(rotation.spend("refresh1", hour, at(2)), again);
        assert!(rotation.spend("refresh1", hour * 2, at(2)).is_ok());
        assert_eq!(rotation.judge("access2", at(2)), Some(Err("token_revoked")));
        assert_eq!(rotation.judge("access1", at(2)), Some(Ok(())));
    }
}
