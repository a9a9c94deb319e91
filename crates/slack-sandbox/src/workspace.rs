//! The people and channels of the workspace, and the events Slack sends when they change.

use super::codes::Consent;
use super::conversation::Conversation;
use super::event::Event;
use super::handle::Sandbox;
use super::payload;
use super::places::Posting;
use super::state::Token;
use super::tally::Kind;
use super::user::User;
use jiff::SignedDuration;
use serde_json::json;
use std::collections::BTreeSet;

impl Sandbox {
    /// Adds somebody who was there before the app, without an event.
    pub fn add_user(&self, mut user: User) {
        user.updated = self.inner.now().as_second();
        self.inner.state().admit(&self.team, user);
    }

    /// Adds somebody new; the app hears `team_join`.
    pub async fn join_workspace(&self, user: User) {
        let id = user.id.clone();
        self.add_user(user);
        self.user_event("team_join", &id).await;
    }

    /// Changes a person and tells the app (`user_change`).
    pub async fn change_user(&self, id: &str, change: impl FnOnce(&mut User) + Send) {
        let now = self.inner.now().as_second();
        let known = {
            let mut state = self.inner.state();
            let user = state.users.get_mut(id);
            user.map(|user| {
                change(user);
                user.updated = now;
            })
            .is_some()
        };
        if known {
            self.user_event("user_change", id).await;
        }
    }

    async fn user_event(&self, kind: &str, id: &str) {
        let event = {
            let now = self.inner.now();
            let state = self.inner.state();
            state.users.get(id).map(|user| {
                let event = json!({
                    "type": kind,
                    "user": state.user_json(user, now),
                    "cache_ts": now.as_second(),
                    "event_ts": payload::event_ts(now),
                });
                // An installation hears of it once, also of somebody in several of its workspaces.
                let first = state.teams_of(id).find(|team| state.has_access(team));
                (first.unwrap_or(&self.team).to_owned(), event)
            })
        };
        let heard = event.and_then(|(team, event)| self.subscribed_in(team, event));
        if let Some(event) = heard {
            self.deliver(event).await;
        }
    }

    /// Everyone, by id.
    pub fn users(&self) -> Vec<User> {
        let state = self.inner.state();
        state.people_of(&self.team).cloned().collect()
    }

    /// One person, by id.
    pub fn user(&self, id: &str) -> Option<User> {
        self.inner.state().users.get(id).cloned()
    }

    /// Adds a public channel.
    pub fn add_channel(&self, id: &str, name: &str, bot_is_member: bool) {
        let mut state = self.inner.state();
        let place = state.add_conversation(id, Kind::Channel, name, BTreeSet::new());
        let channel = &mut state.conversations[place as usize];
        channel.bot_is_member = bot_is_member;
        channel.team = self.team.as_str().into();
    }

    /// Adds a private channel.
    pub fn add_private_channel(&self, id: &str, name: &str, bot_is_member: bool) {
        self.add_channel(id, name, bot_is_member);
        self.with_channel(id, |channel| channel.private = true);
    }

    /// Somebody joins a channel; the app hears nothing.
    pub fn join_channel(&self, id: &str, user: &str) {
        self.with_channel(id, |channel| {
            channel.members.insert(user.to_owned());
        });
    }

    /// Nobody writes there any more: `is_archived`.
    pub fn archive_channel(&self, id: &str) {
        self.with_channel(id, |channel| channel.archived = true);
    }

    /// Sets how the channel's settings restrict the app's messages from now on.
    pub fn set_posting(&self, id: &str, posting: Posting) {
        self.with_channel(id, |channel| channel.posting = posting);
    }

    /// The app is no member any more: `not_in_channel`.
    pub fn remove_bot_from_channel(&self, id: &str) {
        self.with_channel(id, |channel| channel.bot_is_member = false);
    }

    /// The app becomes a member and may write there.
    pub fn add_bot_to_channel(&self, id: &str) {
        self.with_channel(id, |channel| channel.bot_is_member = true);
    }

    fn with_channel(&self, id: &str, change: impl FnOnce(&mut Conversation)) {
        let mut state = self.inner.state();
        if let Some(place) = state.by_id.get(id).copied() {
            change(&mut state.conversations[place as usize]);
        }
    }

    /// Takes scopes away from the token or gives it more.
    pub fn set_scopes(&self, scopes: &[&str]) {
        let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        self.inner.state().options.scopes = scopes;
    }

    /// Turns the Messages tab of the App Home on or off: [`Options::messages_tab`](super::Options).
    pub fn set_messages_tab(&self, on: bool) {
        self.inner.state().options.messages_tab = on;
    }

    /// Allows or forbids uploads of files in the workspace: [`Options::file_uploads`](super::Options).
    pub fn set_file_uploads(&self, allowed: bool) {
        self.inner.state().options.file_uploads = allowed;
    }

    /// An admin removes the app: the token dies, and the app hears `tokens_revoked` and `app_uninstalled`, the second
    /// without an outer `team_id`, as seen in the wild.
    pub async fn uninstall(&self) {
        for event in self.remove_app() {
            self.deliver(event).await;
        }
    }

    /// The same, but the app hears of it `late`, on the clock. It may be installed again by then, with a token that
    /// works: Slack delivers events up to a day late.
    pub fn uninstall_told_late(&self, late: SignedDuration) {
        for event in self.remove_app() {
            self.deliver_later(event, late);
        }
    }

    /// Kills the token. Returns the events that tell the app.
    fn remove_app(&self) -> impl Iterator<Item = Event> {
        self.inner.state().token = Token::Uninstalled;
        self.removal()
    }

    /// The events of a removal.
    fn removal(&self) -> impl Iterator<Item = Event> {
        let bot = self.inner.state().options.bot_user_id.clone();
        let tokens = json!({"oauth": [], "bot": [bot]});
        let mut revoked = self.subscribed(json!({"type": "tokens_revoked", "tokens": tokens}));
        if self.inner.state().options.enterprise.is_some() {
            revoked = revoked.map(Event::without_team);
        }
        let removed = self.subscribed(json!({"type": "app_uninstalled"}));
        revoked.into_iter().chain(removed.map(Event::without_team))
    }

    /// Tells the app that it was removed.
    pub(super) async fn tell_of_removal(&self) {
        for event in self.removal() {
            self.deliver(event).await;
        }
    }

    /// The token dies, the app stays.
    pub fn revoke_token(&self) {
        self.inner.state().token = Token::Revoked;
    }

    /// The organization gives the app access to workspaces, or takes it away: `team_access_granted`, `team_access_revoked`. Before
    /// it installs the app, the app hears nothing.
    pub async fn change_access(&self, teams: &[&str], granted: bool) {
        let kind = if granted {
            "team_access_granted"
        } else {
            "team_access_revoked"
        };
        for team in teams {
            self.inner.state().give_access(team, granted);
        }
        let event = self.subscribed(json!({"type": kind, "team_ids": teams}));
        if let Some(event) = event {
            self.deliver(event.without_team()).await;
        }
    }

    /// Nobody can renew the app's token anymore, as after a mistake of Slack's or with a refresh token that got lost:
    /// `invalid_refresh_token`. The token itself is good to its end.
    pub fn revoke_refresh_tokens(&self) {
        self.inner.state().rotation.revoke_refreshing();
    }

    /// The app is installed again, with a new token if one is given.
    pub fn reinstall(&self, token: Option<&str>) {
        let mut state = self.inner.state();
        let token = token.map_or_else(|| state.options.bot_token.clone(), str::to_owned);
        state.new_token(token);
    }

    /// Whether the app is installed here.
    pub fn is_installed(&self) -> bool {
        let state = self.inner.state();
        state.token != Token::Uninstalled && state.has_access(&self.team)
    }

    /// Sets where the consent page may send people back to: [`Options::redirect_urls`](super::Options).
    pub fn set_redirect_urls(&self, urls: &[&str]) {
        let urls: Vec<String> = urls.iter().map(|url| (*url).to_owned()).collect();
        for workspace in self.inner.workspaces() {
            workspace.state().options.redirect_urls.clone_from(&urls);
        }
    }

    /// Somebody agrees to install the app without looking at the consent page: the code that the app gets at its redirect
    /// address.
    pub fn consent(&self) -> String {
        let (team, client_id) = {
            let options = &self.inner.state().options;
            (options.team_id.clone(), options.client_id.clone())
        };
        self.agree(Consent {
            team,
            user: None,
            client_id,
            redirect_uri: None,
            scopes: None,
            user_scopes: Vec::new(),
            at: self.inner.now(),
        })
    }

    pub(super) fn agree(&self, consent: Consent) -> String {
        // Slack's codes begin with numbers of the app and of the team; ours with the team's id, so that no two are equal.
        let code = self.inner.state().code(24);
        let code = format!("{}.{code}", consent.team);
        self.inner.codes().hand_out(code.clone(), consent);
        code
    }
}
