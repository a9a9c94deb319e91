//! Which workspace a request is for: the one in which the app is installed, whoever acted.
//!
//! | what says it | where |
//! |---|---|
//! | `view.app_installed_team_id` | forms and buttons in a view, also of somebody from another company |
//! | `authorizations[0].team_id` | events: the outer team is where they happened, which may be another company's |
//! | `team.id`, `context_team_id`, `team_id`, `user.team_id`, `view.team_id` | everything else; an organization's installation names no team above |
//! | the organization | where no workspace is named: nothing of ours runs under its id |

use super::payload::{Payload, text};
use crate::domain::ids::TeamId;

/// Where a team is named, besides the view's and an event's own authorization.
const PLACES: [&str; 8] = [
    "/team/id",
    "/context_team_id",
    "/team_id",
    "/user/team_id",
    "/view/team_id",
    "/enterprise/id",
    "/enterprise_id",
    "/authorizations/0/enterprise_id",
];

pub(super) fn tenant(said: &Payload) -> TeamId {
    let id = |path: &str| text(said, path).filter(|id| !id.is_empty());
    let installed =
        || id("/view/app_installed_team_id").or_else(|| id("/authorizations/0/team_id"));
    let found = installed()
        .or_else(|| of_another_organization(said))
        .or_else(|| PLACES.into_iter().find_map(id));
    TeamId::from(found.unwrap_or_default())
}

/// The organization whose installation hears of an event that happened in another one's workspace.
fn of_another_organization<'a>(said: &'a Payload) -> Option<&'a str> {
    let ours = text(said, "/authorizations/0/enterprise_id")?;
    let theirs = text(said, "/enterprise_id")?;
    (ours != theirs).then_some(ours)
}

/// The organization whose installation a request is for, if it is one's.
pub(super) fn organization(said: &Payload) -> Option<TeamId> {
    let is_set = |path: &str| match said.at(path) {
        Some(Payload::Flag(flag)) => *flag,
        Some(Payload::Text(text)) => text == "true",
        _ => false,
    };
    let is_one = [
        "/is_enterprise_install",
        "/authorizations/0/is_enterprise_install",
    ];
    is_one.into_iter().any(is_set).then(|| of(said)).flatten()
}

/// The organization that a request names.
pub(super) fn of(said: &Payload) -> Option<TeamId> {
    const PLACES: [&str; 3] = [
        "/authorizations/0/enterprise_id",
        "/enterprise/id",
        "/enterprise_id",
    ];
    let id = |path: &str| text(said, path).filter(|id| !id.is_empty());
    PLACES.into_iter().find_map(id).map(TeamId::from)
}

#[cfg(test)]
mod tests {
    use crate::slack::inbound::{Decoded, decode};
    use std::path::PathBuf;

    /// Slack's own payloads, and whose each is.
    const PAYLOADS: [(&str, &str); 17] = [
        ("bolt-python-003_event_app_mention.json", "T111"),
        ("bolt-python-014_block_actions.json", "T111"),
        // Heard by E333's installation, and another organization's.
        ("bolt-python-023_event_member_left_channel.json", "E333"),
        ("bolt-python-028_event_team_access_revoked.json", "E111"),
        // An installation of the whole organization: its authorization names no team.
        ("bolt-python-030_event_message.json", "T111"),
        ("bolt-python-032_event_app_mention.json", "T_INSTALLED"),
        // Somebody of another company did it.
        ("bolt-python-033_event_reaction_added.json", "T_INSTALLED"),
        (
            "bolt-python-035_event_member_joined_channel.json",
            "T_INSTALLED",
        ),
        ("bolt-python-042_event_tokens_revoked.json", "E111"),
        ("bolt-python-043_event_app_uninstalled.json", "E111"),
        (
            "bolt-python-052_event_message_message_changed.json",
            "T-auth",
        ),
        ("bolt-python-057_view_submission.json", "T111"),
        (
            "bolt-python-059_view_submission.json",
            "T-installed-workspace",
        ),
        ("java-slack-sdk-022_event_message.json", "T_INSTALLED"),
        (
            "java-slack-sdk-046_view_closed.json",
            "T-installed-workspace",
        ),
        ("java-slack-sdk-049_view_submission.json", "T_expected"),
        ("java-slack-sdk-077_block_actions.json", "T111"),
    ];

    #[test]
    fn slacks_payloads_are_for_the_workspace_that_has_the_app() {
        let Some(shared) = std::env::var_os("REVERSE_MENTOR_SHARED").map(PathBuf::from) else {
            println!("skipped: REVERSE_MENTOR_SHARED is not set");
            return;
        };
        for (file, team) in PAYLOADS {
            let body = std::fs::read(shared.join("slack-payloads").join(file)).unwrap();
            let Decoded::Inbound(inbound) = decode(&body) else {
                panic!("{file}");
            };
            assert_eq!(inbound.team.as_str(), team, "{file}");
        }
    }

    #[test]
    fn an_organizations_installation_is_told_from_a_workspaces() {
        let of = |body: &[u8]| match decode(body) {
            Decoded::Inbound(inbound) => inbound.organization.map(|id| id.to_string()),
            _ => None,
        };
        let form = |flag: &str| {
            format!(
                "command=%2Fx&team_id=T1&user_id=W1&enterprise_id=E1&is_enterprise_install={flag}"
            )
        };
        assert_eq!(of(form("true").as_bytes()).as_deref(), Some("E1"));
        assert_eq!(of(form("false").as_bytes()), None);
        let press = br#"{"type":"block_actions","team":null,"user":{"id":"W1","team_id":"T1"},"enterprise":{"id":"E1"},"is_enterprise_install":true}"#;
        assert_eq!(of(press).as_deref(), Some("E1"));
        let event = |flag: &str| {
            format!(
                r#"{{"type":"event_callback","team_id":"T1","enterprise_id":"E1","event":{{"type":"message"}},
                "authorizations":[{{"team_id":null,"enterprise_id":"E1","is_enterprise_install":{flag}}}]}}"#
            )
        };
        assert_eq!(of(event("true").as_bytes()).as_deref(), Some("E1"));
        assert_eq!(of(event("false").as_bytes()), None);
    }

    #[test]
    fn what_names_no_team_is_nobodys() {
        let Decoded::Inbound(inbound) =
            decode(br#"{"type":"event_callback","team_id":"","event":{"type":"message"}}"#)
        else {
            panic!("an event");
        };
        assert_eq!(inbound.team.as_str(), "");
    }
}
