//! A request for the consent page, and whether Slack would show the page for it.

use super::{Refused, people, refused, scopes};
use crate::handle::Sandbox;
use crate::site::Site;
use reqwest::Url;

/// The fields of the page's address, or of its form.
pub(super) struct Asked {
    pub client_id: String,
    pub scopes: Vec<String>,
    pub user_scopes: Vec<String>,
    pub redirect_uri: Option<String>,
    pub state: Option<String>,
    /// Slack offers this workspace alone.
    pub team: Option<String>,
    /// The workspace and the person that were chosen in the form: `T… U…`.
    installer: Option<String>,
    /// The button.
    pub answer: Option<String>,
}

/// The app, and where the browser goes next.
pub(super) struct Checked {
    pub app: String,
    pub back_to: Url,
}

impl Asked {
    pub fn read(fields: &str) -> Result<Self, Refused> {
        let field = |wanted: &str| {
            let mut fields = form_urlencoded::parse(fields.as_bytes());
            let found = fields.find(|(name, _)| name == wanted);
            found.map(|(_, value)| value.into_owned())
        };
        let list = |wanted: &str| {
            let text = field(wanted).unwrap_or_default();
            let words = text.split([',', ' ']).filter(|word| !word.is_empty());
            words.map(str::to_owned).collect::<Vec<_>>()
        };
        let client_id = field("client_id").filter(|id| !id.is_empty());
        Ok(Self {
            client_id: client_id
                .ok_or_else(|| refused("invalid_client_id", "The address has no client_id."))?,
            scopes: list("scope"),
            user_scopes: list("user_scope"),
            redirect_uri: field("redirect_uri").filter(|uri| !uri.is_empty()),
            state: field("state"),
            team: field("team").filter(|team| !team.is_empty()),
            installer: field("installer"),
            answer: field("answer"),
        })
    }

    pub fn check(&self, site: &Site) -> Result<Checked, Refused> {
        let first = site
            .first()
            .ok_or_else(|| refused("internal_error", "Slack is stopping."))?;
        let options = first.state().options.clone();
        if self.client_id != options.client_id {
            let why = format!("No app has the client id {}.", self.client_id);
            return Err(refused("invalid_client_id", why));
        }
        let back_to = self.back_to(&options.redirect_urls)?;
        if self.scopes.is_empty() && self.user_scopes.is_empty() {
            return Err(refused("no_scopes", "The address asks for no scope."));
        }
        let all = self.scopes.iter().chain(&self.user_scopes);
        let unknown: Vec<&str> = all
            .map(String::as_str)
            .filter(|scope| scopes::words(scope).is_none())
            .collect();
        if !unknown.is_empty() {
            let why = format!("Slack has no scope called {}.", unknown.join(", "));
            return Err(refused("invalid_scope", why));
        }
        Ok(Checked {
            app: options.bot_name,
            back_to,
        })
    }

    /// The address to go back to: a configured one, or one below it.
    fn back_to(&self, configured: &[String]) -> Result<Url, Refused> {
        let bad = |why: String| refused("bad_redirect_uri", why);
        let wanted = self.redirect_uri.as_ref().or(configured.first());
        let Some(wanted) = wanted else {
            return Err(bad(
                "The app has no redirect URL. Start slack-sandbox with --redirect-url.".to_owned(),
            ));
        };
        let read = |text: &str| Url::parse(text).ok();
        let url = read(wanted).ok_or_else(|| bad(format!("{wanted} is no address.")))?;
        let fits = |known: &String| read(known).is_some_and(|known| is_below(&known, &url));
        if self.redirect_uri.is_none() && url.path() == "/" {
            return Err(bad(format!(
                "The app says no redirect_uri, and its first redirect URL, {url}, is no page of its own. Start slack-sandbox with \
                 --redirect-url and the page that takes the code, such as {url}slack/oauth/callback."
            )));
        }
        if !configured.iter().any(fits) {
            let why = format!(
                "{wanted} is none of the app's redirect URLs: {}.",
                configured.join(", ")
            );
            return Err(bad(why));
        }
        let host = url.host_str().unwrap_or_default();
        let is_here = ["127.0.0.1", "localhost", "[::1]"].contains(&host);
        if url.scheme() != "https" && !is_here {
            let why = format!("{wanted} has to begin with https, unless it is on this machine.");
            return Err(bad(why));
        }
        Ok(url)
    }

    /// The workspaces in which the app may be installed.
    pub fn workspaces(&self, site: &Site) -> Result<Vec<Sandbox>, Refused> {
        let all = site.workspaces();
        let is_wanted = |id: &str| self.team.as_ref().is_none_or(|team| team == id);
        let is_distributed = all
            .first()
            .is_some_and(|first| first.state().options.distributed);
        let home = all
            .first()
            .map(|first| first.state().options.team_id.clone());
        let mut found: Vec<Sandbox> = all.into_iter().map(Sandbox::of).collect();
        found.retain(|one| is_wanted(&one.team_id()));
        if found.is_empty() {
            let team = self.team.as_deref().unwrap_or_default();
            let why = format!("There is no workspace {team}.");
            return Err(refused("invalid_team", why));
        }
        found.retain(|one| is_distributed || Some(one.team_id()) == home);
        if found.is_empty() {
            return Err(refused(
                "invalid_team_for_non_distributed_app",
                "The app is not distributed, so it can be installed only in the workspace in which it was made. Start slack-sandbox \
                 with --distributed.",
            ));
        }
        Ok(found)
    }

    /// Who agrees, and in which workspace.
    pub fn who(&self, site: &Site) -> Result<(Sandbox, String), Refused> {
        let workspaces = self.workspaces(site)?;
        let chosen = self.installer.as_deref().unwrap_or_default();
        for workspace in workspaces {
            let team = workspace.team_id();
            let mut there = people(&workspace).into_iter();
            let found = there.find(|user| chosen == format!("{team} {}", user.id));
            if let Some(user) = found {
                return Ok((workspace, user.id));
            }
        }
        let why = "Nobody was chosen who may install apps in one of the workspaces.";
        Err(refused("access_denied", why))
    }
}

/// Slack: the address has to be a configured one, or a sub-directory of it.
fn is_below(known: &Url, url: &Url) -> bool {
    let place = |url: &Url| {
        let host = url.host_str().map(str::to_owned);
        (url.scheme().to_owned(), host, url.port_or_known_default())
    };
    let below = url.path().strip_prefix(known.path().trim_end_matches('/'));
    let is_inside = below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    place(known) == place(url) && is_inside
}

#[cfg(test)]
mod tests {
    use super::is_below;

    #[test]
    fn an_address_is_below_a_configured_one_or_is_none() {
        let is = |known: &str, url: &str| is_below(&known.parse().unwrap(), &url.parse().unwrap());
        assert!(is("https://a.example/slack", "https://a.example/slack"));
        assert!(is(
            "https://a.example/slack",
            "https://a.example/slack/back?x=1"
        ));
        assert!(is("https://a.example", "https://a.example/anywhere"));
        assert!(is("https://a.example/slack/", "https://a.example/slack"));
        assert!(!is("https://a.example/slack", "https://a.example/slackers"));
        assert!(!is("https://a.example/slack", "https://a.example/"));
        assert!(!is("https://a.example/slack", "http://a.example/slack"));
        assert!(!is(
            "https://a.example/slack",
            "https://a.example:8443/slack"
        ));
        assert!(!is(
            "https://a.example/slack",
            "https://a.example.evil/slack"
        ));
    }
}
