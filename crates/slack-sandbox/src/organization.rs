//! The workspaces of one installation: of an organization (Enterprise Grid) there may be several. People, their direct messages and
//! their Homes belong to the organization, so its workspaces share one state. Slack: "Building apps in Enterprise Grid".

use super::handle::{Inner, Sandbox};
use super::state::State;
use super::user::User;
use jiff::Timestamp;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The organization's name, which nobody chooses.
pub(super) const NAME: &str = "Sandbox Org";

/// A workspace that an installation is for.
pub(super) struct Workspace {
    pub id: String,
    pub name: String,
    /// Whether an organization's admin gave the app access to it.
    pub has_access: bool,
    members: BTreeSet<String>,
}

impl Workspace {
    pub fn new(id: &str, name: &str, has_access: bool) -> Self {
        Self {
            id: id.to_owned(),
            name: name.to_owned(),
            has_access,
            members: BTreeSet::new(),
        }
    }
}

impl State {
    pub fn workspace(&self, team: &str) -> Option<&Workspace> {
        self.workspaces.iter().find(|one| one.id == team)
    }

    pub fn has_access(&self, team: &str) -> bool {
        self.workspace(team).is_some_and(|one| one.has_access)
    }

    pub fn give_access(&mut self, team: &str, has_access: bool) {
        let found = self.workspaces.iter_mut().find(|one| one.id == team);
        if let Some(workspace) = found {
            workspace.has_access = has_access;
        }
    }

    /// Somebody is in this workspace from now on, whoever was there under this id.
    pub fn admit(&mut self, team: &str, user: User) {
        let found = self.workspaces.iter_mut().find(|one| one.id == team);
        if let Some(workspace) = found {
            workspace.members.insert(user.id.clone());
        }
        self.users.insert(user.id.clone(), user);
    }

    /// Somebody is no longer in this workspace of their organization.
    pub fn dismiss(&mut self, team: &str, user: &str) {
        let found = self.workspaces.iter_mut().find(|one| one.id == team);
        if let Some(workspace) = found {
            workspace.members.remove(user);
        }
    }

    pub fn is_member(&self, team: &str, user: &str) -> bool {
        self.workspace(team)
            .is_some_and(|one| one.members.contains(user))
    }

    /// Everyone in this workspace, by id.
    pub fn people_of<'a>(&'a self, team: &'a str) -> impl Iterator<Item = &'a User> {
        let all = self.users.values();
        all.filter(move |user| self.is_member(team, &user.id))
    }

    /// The workspaces of an organization that somebody is in. Slack names the first wherever it names one beside a person, wherever
    /// they are (bolt-js #1875).
    pub fn teams_of<'a, 'b>(
        &'a self,
        user: &'b str,
    ) -> impl Iterator<Item = &'a str> + use<'a, 'b> {
        let theirs = self.workspaces.iter();
        let theirs = theirs.filter(move |one| one.members.contains(user));
        theirs.map(|one| &*one.id)
    }

    /// Somebody as `users.info` shows them.
    pub fn user_json(&self, user: &User, now: Timestamp) -> Json {
        let home = self.home_team(&user.id);
        let mut shown = user.json(home, now);
        if let Some(organization) = &self.options.enterprise {
            let teams: Vec<&str> = self.teams_of(&user.id).collect();
            shown["enterprise_user"] = json!({
                "id": user.id, "enterprise_id": organization, "enterprise_name": NAME,
                "is_admin": false, "is_owner": false, "teams": teams,
            });
        }
        shown
    }
}

impl Sandbox {
    /// A handle for each workspace of an installation.
    pub(super) fn each(inner: &Arc<Inner>) -> Vec<Self> {
        let state = inner.state();
        let teams = state.workspaces.iter().map(|one| one.id.clone());
        teams
            .map(|team| Self {
                inner: inner.clone(),
                server: None,
                team,
            })
            .collect()
    }

    /// The workspace's name.
    pub fn team_name(&self) -> String {
        let state = self.inner.state();
        let found = state.workspace(&self.team);
        found.map_or_else(String::new, |one| one.name.clone())
    }

    /// Another workspace of this one's organization. Its people are the organization's: whoever has an id here and there is one
    /// person, with one conversation with the app, and one Home. The app has access to it once it is given
    /// ([`Sandbox::change_access`]).
    pub(super) fn add_to_organization(&self, team_id: &str, team_name: &str) -> Self {
        let workspace = Workspace::new(team_id, team_name, false);
        self.inner.state().workspaces.push(workspace);
        Self {
            team: team_id.to_owned(),
            ..self.clone()
        }
    }

    /// Somebody leaves this workspace of their organization, and stays in the others; the app hears `user_change`.
    pub async fn leave_workspace(&self, user: &str) {
        self.inner.state().dismiss(&self.team, user);
        self.change_user(user, |_| {}).await;
    }
}
