//! Somebody in the workspace, and how Slack shows them.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// Somebody in the workspace.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "server", derive(serde::Serialize))]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts, as in Slack's own user object"
)]
pub struct User {
    /// `U…`; `W…` in an organization.
    pub id: String,
    /// The handle.
    pub name: String,
    /// The full name.
    pub real_name: String,
    /// The job title.
    pub title: String,
    /// The address, which apps see with the scope `users:read.email`; empty: none.
    pub email: String,
    /// IANA name; Slack knows none for some.
    pub tz: Option<String>,
    /// Such as `en-US`.
    pub locale: Option<String>,
    /// An admin of the workspace.
    pub is_admin: bool,
    /// An owner of the workspace.
    pub is_owner: bool,
    /// Deactivated.
    pub deleted: bool,
    /// A multi-channel guest.
    pub is_restricted: bool,
    /// A single-channel guest.
    pub is_ultra_restricted: bool,
    /// Another app's bot user.
    pub is_bot: bool,
    /// From another company, in no channel that the app can see.
    pub is_stranger: bool,
    /// The workspace of somebody from another company, `T…`, who is in a channel shared with it. Slack does not call them
    /// strangers: only `team_id` tells.
    pub home_team: Option<String>,
    /// Custom profile fields by id.
    pub fields: BTreeMap<String, String>,
    /// When any of this last changed, in seconds. The workspace notes it.
    pub updated: i64,
}

/// The workspace of strangers who name none.
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

    /// In this IANA time zone.
    #[must_use]
    pub fn tz(mut self, name: &str) -> Self {
        self.tz = Some(name.to_owned());
        self
    }

    /// With this job title.
    #[must_use]
    pub fn title(mut self, title: &str) -> Self {
        title.clone_into(&mut self.title);
        self
    }

    /// With this email address.
    #[must_use]
    pub fn email(mut self, address: &str) -> Self {
        address.clone_into(&mut self.email);
        self
    }

    /// An admin of the workspace.
    #[must_use]
    pub fn admin(mut self) -> Self {
        self.is_admin = true;
        self
    }

    /// From this other workspace, through a shared channel.
    #[must_use]
    pub fn home_team(mut self, team_id: &str) -> Self {
        self.home_team = Some(team_id.to_owned());
        self
    }

    /// The workspace this person belongs to, seen from the workspace `here`.
    pub(super) fn team<'a>(&'a self, here: &'a str) -> &'a str {
        match &self.home_team {
            Some(team) => team,
            None if self.is_stranger => ELSEWHERE,
            None => here,
        }
    }

    /// As `users.info` shows it.
    pub(super) fn json(&self, team_id: &str, now: Timestamp) -> Json {
        let zone = self.tz.as_deref().and_then(|name| TimeZone::get(name).ok());
        let offset = zone.as_ref().map(|zone| zone.to_offset(now).seconds());
        let team_id = self.team(team_id);
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
            "is_stranger": self.is_stranger,
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

    pub(super) fn profile(&self, here: &str) -> Json {
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
            "team": self.team(here),
        })
    }
}
