//! Who and what is in the workspace, and the events Slack sends when that changes.

use super::inbound::Event;
use super::state::Token;
use super::tally::Kind;
use super::{Sandbox, payload};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};

/// Somebody in the workspace.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts, as in Slack's own user object"
)]
pub struct User {
    pub id: String,
    /// The handle.
    pub name: String,
    pub real_name: String,
    pub title: String,
    /// IANA name; Slack knows none for some.
    pub tz: Option<String>,
    pub locale: Option<String>,
    pub is_admin: bool,
    pub is_owner: bool,
    pub deleted: bool,
    /// A multi-channel guest.
    pub is_restricted: bool,
    /// A single-channel guest.
    pub is_ultra_restricted: bool,
    pub is_bot: bool,
    /// From another company, through a channel shared with it.
    pub is_stranger: bool,
    /// Custom profile fields by id.
    pub fields: BTreeMap<String, String>,
    /// When any of this last changed, in seconds. The workspace notes it.
    pub updated: i64,
}

/// Another company's workspace.
const ELSEWHERE: &str = "T0ELSEWHERE";

impl User {
    /// A full member with a UTC clock; the handle is the id in small letters.
    pub fn new(id: &str, real_name: &str) -> Self {
        Self {
            id: id.to_owned(),
            name: id.to_lowercase(),
            real_name: real_name.to_owned(),
            tz: Some("Etc/UTC".to_owned()),
            ..Self::default()
        }
    }

    #[must_use]
    pub fn tz(mut self, name: &str) -> Self {
        self.tz = Some(name.to_owned());
        self
    }

    #[must_use]
    pub fn title(mut self, title: &str) -> Self {
        title.clone_into(&mut self.title);
        self
    }

    #[must_use]
    pub fn admin(mut self) -> Self {
        self.is_admin = true;
        self
    }

    /// As `users.info` shows it.
    pub(super) fn json(&self, team_id: &str, now: Timestamp) -> Json {
        let zone = self.tz.as_deref().and_then(|name| TimeZone::get(name).ok());
        let offset = zone.as_ref().map(|zone| zone.to_offset(now).seconds());
        // Slack calls strangers only those in no channel that the app can see; these are.
        let team_id = if self.is_stranger { ELSEWHERE } else { team_id };
        let label = zone.map(|zone| zone.to_offset_info(now).abbreviation().to_owned());
        let mut user = json!({
            "id": self.id,
            "team_id": team_id,
            "name": self.name,
            "deleted": self.deleted,
            "real_name": self.real_name,
            "tz": self.tz,
            "tz_label": label,
            "tz_offset": offset,
            "profile": self.profile(team_id),
            "is_admin": self.is_admin,
            "is_owner": self.is_owner,
            "is_primary_owner": false,
            "is_restricted": self.is_restricted,
            "is_ultra_restricted": self.is_ultra_restricted,
            "is_bot": self.is_bot,
            "is_app_user": false,
            "is_stranger": false,
            "updated": self.updated,
        });
        if self.deleted {
            // Slack says little about people who left.
            for gone in [
                "tz",
                "tz_label",
                "tz_offset",
                "is_admin",
                "is_owner",
                "is_restricted",
            ] {
                user.as_object_mut().and_then(|user| user.remove(gone));
            }
        }
        user
    }

    pub(super) fn profile(&self, team_id: &str) -> Json {
        let fields: BTreeMap<&str, Json> = self
            .fields
            .iter()
            .map(|(id, value)| (id.as_str(), json!({"value": value, "alt": ""})))
            .collect();
        // Without any, Slack sends an empty list.
        let fields = if fields.is_empty() {
            json!([])
        } else {
            json!(fields)
        };
        json!({
            "title": self.title,
            "phone": "",
            "real_name": self.real_name,
            "real_name_normalized": self.real_name,
            "display_name": self.name,
            "display_name_normalized": self.name,
            "fields": fields,
            "status_text": "",
            "status_emoji": "",
            "avatar_hash": "g0000000000",
            "team": team_id,
        })
    }
}

impl Sandbox {
    /// Someone who was there before the bot: no event.
    pub fn add_user(&self, mut user: User) {
        user.updated = self.inner.now().as_second();
        self.inner.state().users.insert(user.id.clone(), user);
    }

    /// Someone new: the bot hears `team_join`.
    pub async fn join_workspace(&self, user: User) {
        let id = user.id.clone();
        self.add_user(user);
        self.user_event("team_join", &id).await;
    }

    /// Changes a person and tells the bot (`user_change`).
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
            let team = &state.options.team_id;
            state.users.get(id).map(|user| {
                json!({
                    "type": kind,
                    "user": user.json(team, now),
                    "cache_ts": now.as_second(),
                    "event_ts": payload::event_ts(now),
                })
            })
        };
        if let Some(event) = event {
            self.send_event(event).await;
        }
    }

    /// Everyone, by id.
    pub fn users(&self) -> Vec<User> {
        self.inner.state().users.values().cloned().collect()
    }

    pub fn user(&self, id: &str) -> Option<User> {
        self.inner.state().users.get(id).cloned()
    }

    /// A public channel.
    pub fn add_channel(&self, id: &str, name: &str, bot_is_member: bool) {
        let mut state = self.inner.state();
        let place = state.add_conversation(id, Kind::Channel, name, BTreeSet::new());
        state.conversations[place as usize].bot_is_member = bot_is_member;
    }

    /// A private channel.
    pub fn add_private_channel(&self, id: &str, name: &str, bot_is_member: bool) {
        self.add_channel(id, name, bot_is_member);
        self.with_channel(id, |channel| channel.private = true);
    }

    pub fn join_channel(&self, id: &str, user: &str) {
        self.with_channel(id, |channel| {
            channel.members.insert(user.to_owned());
        });
    }

    pub fn archive_channel(&self, id: &str) {
        self.with_channel(id, |channel| channel.archived = true);
    }

    pub fn remove_bot_from_channel(&self, id: &str) {
        self.with_channel(id, |channel| channel.bot_is_member = false);
    }

    pub fn add_bot_to_channel(&self, id: &str) {
        self.with_channel(id, |channel| channel.bot_is_member = true);
    }

    fn with_channel(&self, id: &str, change: impl FnOnce(&mut super::state::Conversation)) {
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

    /// An admin removes the app: the token dies, and the bot hears of both, in either order and without an
    /// outer `team_id` on the second, as seen in the wild.
    pub async fn uninstall(&self) {
        let bot = {
            let mut state = self.inner.state();
            state.token = Token::Uninstalled;
            state.options.bot_user_id.clone()
        };
        let tokens = json!({"oauth": [], "bot": [bot]});
        self.send_event(json!({"type": "tokens_revoked", "tokens": tokens}))
            .await;
        let event = Event::new(&mut self.inner.state(), json!({"type": "app_uninstalled"}));
        self.dispatch(event.without_team()).await;
    }

    /// The token dies, the app stays.
    pub fn revoke_token(&self) {
        self.inner.state().token = Token::Revoked;
    }

    /// The app is installed again, with a new token if one is given.
    pub fn reinstall(&self, token: Option<&str>) {
        let mut state = self.inner.state();
        state.token = Token::Valid;
        if let Some(token) = token {
            token.clone_into(&mut state.options.bot_token);
        }
    }

    /// Somebody agrees on Slack's consent page: the code that the bot gets at its redirect address.
    pub fn consent(&self) -> String {
        let mut state = self.inner.state();
        let code = state.code(12);
        state.codes.insert(code.clone());
        code
    }
}
