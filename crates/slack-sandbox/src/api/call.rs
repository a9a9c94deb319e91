//! One call, as its method sees it.

use super::args::Args;
use super::refusal::{Refusal, refuse};
use crate::handle::Inner;
use crate::state::State;
use jiff::Timestamp;

/// One call of a method, under the lock.
pub(super) struct Call<'a> {
    pub(super) inner: &'a Inner,
    pub(super) state: &'a mut State,
    pub(super) args: Args,
    /// The id and the secret of HTTP's basic authentication.
    pub(super) basic: Option<(String, String)>,
    pub(super) now: Timestamp,
}

impl Call<'_> {
    pub(super) fn has_scope(&self, scope: &str) -> bool {
        self.state.options.scopes.contains(scope)
    }

    /// Refuses like Slack when the token has none of these.
    pub(super) fn need(&self, any: &[&'static str]) -> Result<(), Refusal> {
        if any.is_empty() || any.iter().any(|scope| self.has_scope(scope)) {
            return Ok(());
        }
        let provided: Vec<_> = self
            .state
            .options
            .scopes
            .iter()
            .map(String::as_str)
            .collect();
        Err(refuse("missing_scope")
            .with("needed", any.join(","))
            .with("provided", provided.join(",")))
    }

    /// The workspace that the call is about. An organization's token is for many: the call names one that the app has access to.
    pub(super) fn need_team(&self) -> Result<String, Refusal> {
        let options = &self.state.options;
        if options.enterprise.is_none() {
            return Ok(options.team_id.clone());
        }
        match self.args.text("team_id") {
            None => Err(refuse("missing_argument")),
            Some(team) if self.state.has_access(&team) => Ok(team),
            Some(_) => Err(refuse("team_access_not_granted")),
        }
    }
}
