//! The tokens of the app in a workspace, and what the Web API says of them.

use super::rotation::Pair;
use super::state::{State, Token};
use jiff::Timestamp;

impl State {
    /// Whether this token is the workspace's, or was.
    pub fn knows_token(&self, token: &str) -> bool {
        !token.is_empty()
            && (self.options.bot_token == token
                || self.ended.contains_key(token)
                || self.rotation.knows(token))
    }

    /// Whether the Web API takes this token now.
    pub fn judge_token_at(&self, token: &str, now: Timestamp) -> Result<(), &'static str> {
        match (self.rotation.judge(token, now), self.token) {
            (None, _) => self.judge_token(token),
            (Some(Err(error)), _) => Err(error),
            (Some(Ok(())), Token::Valid) => Ok(()),
            (Some(Ok(())), Token::Revoked) => Err("token_revoked"),
            (Some(Ok(())), Token::Uninstalled) => Err("account_inactive"),
        }
    }

    /// Hands out a token that expires, and the refresh token that renews it.
    pub fn rotate(&mut self, now: Timestamp) -> Pair {
        let team = self.options.team_id.clone();
        let pair = Pair {
            access: format!("xoxe.xoxb-1-{team}-{}", self.code(24)),
            refresh: format!("xoxe-1-{team}-{}", self.code(24)),
        };
        self.rotation.issue(pair.clone(), now);
        self.options.bot_token.clone_from(&pair.access);
        self.token = Token::Valid;
        pair
    }

    /// Whether the Web API takes this token, if it does not expire.
    pub fn judge_token(&self, token: &str) -> Result<(), &'static str> {
        if let Some(error) = self.ended.get(token) {
            return Err(error);
        }
        if token.is_empty() || token != self.options.bot_token {
            return Err("invalid_auth");
        }
        match self.token {
            Token::Valid => Ok(()),
            Token::Revoked => Err("token_revoked"),
            Token::Uninstalled => Err("account_inactive"),
        }
    }

    /// The app has this token from now on; the one before it is worth nothing.
    pub fn new_token(&mut self, token: String) {
        if token != self.options.bot_token {
            let error = self.judge_token(&self.options.bot_token);
            let before = std::mem::replace(&mut self.options.bot_token, token);
            if !before.is_empty() {
                self.ended
                    .insert(before, error.err().unwrap_or("invalid_auth"));
            }
        }
        self.ended.remove(&self.options.bot_token);
        self.token = Token::Valid;
    }
}
