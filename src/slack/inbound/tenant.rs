//! Which workspace a request is for: the one in which the app is installed, whoever acted.
//!
//! | what says it | where |
//! |---|---|
//! | the id of what was pressed or submitted | ours, and says it itself (`slack::origin`) |
//! | `view.app_installed_team_id` | forms and buttons in a view, also of somebody from another company |
//! | `authorizations[0].team_id` | events: the outer team is where they happened, which may be another company's |
//! | `team.id`, `context_team_id`, `team_id` | everything else of a workspace's installation, and an organization's events |
//! | `user.team_id`, `view.team_id` | an organization's installation names no team above: it's one of the person's, so not sure |
//! | the organization | where no workspace is named |
//!
//! Where it is not sure, `web` asks the store in which of the organization's workspaces the person takes part.

use super::super::origin;
use super::payload::{Payload, text};
use crate::domain::ids::TeamId;

/// Where a team is named, besides the view's and an event's own authorization.
const PLACES: [&str; 3] = ["/team/id", "/context_team_id", "/team_id"];
/// Where the person's is.
const THE_PERSONS: [&str; 2] = ["/user/team_id", "/view/team_id"];
const ORGANIZATIONS: [&str; 3] = [
    "/enterprise/id",
    "/enterprise_id",
    "/authorizations/0/enterprise_id",
];

/// Whose a request is.
pub(super) struct Whose {
    /// The workspace; or the organization, or empty, where none is named.
    pub team: TeamId,
    /// The organization, where the app is installed for a whole one.
    pub organization: Option<TeamId>,
    /// Whether the workspace is the one that it is for.
    pub is_sure: bool,
}

pub(super) fn whose(said: &Payload) -> Whose {
    if let Some(team) = of_ours(said) {
        return Whose {
            team,
            organization: organization(said),
            is_sure: true,
        };
    }
    let id = |path: &str| text(said, path).filter(|id| !id.is_empty());
    let is_event = said.get("event").is_some();
    let installed =
        || id("/view/app_installed_team_id").or_else(|| id("/authorizations/0/team_id"));
    let found = installed()
        .or_else(|| of_another_organization(said))
        .or_else(|| PLACES.into_iter().find_map(id));
    let persons = || THE_PERSONS.into_iter().find_map(id);
    let all = || ORGANIZATIONS.into_iter().find_map(id);
    let organization = organization(said).or_else(|| {
        // Nothing names a workspace, so it is an organization's, whatever the flags say.
        found.is_none().then(|| of(said)).flatten()
    });
    let team = found.or_else(persons).or_else(all).unwrap_or_default();
    let names_one = found.is_some() && organization.as_ref().is_none_or(|it| it.as_str() != team);
    Whose {
        team: TeamId::from(team),
        // What a person did in an organization's installation names one of their teams at most.
        is_sure: organization.is_none() || (names_one && is_event),
        organization,
    }
}

/// The workspace in what was pressed or submitted.
fn of_ours(said: &Payload) -> Option<TeamId> {
    let ids = ["/view/callback_id", "/actions/0/block_id"];
    let mut ids = ids.into_iter().filter_map(|path| text(said, path));
    ids.find_map(|id| origin::read(id).1)
}

/// The organization whose installation hears of an event that happened in another one's workspace.
fn of_another_organization<'a>(said: &'a Payload) -> Option<&'a str> {
    let ours = text(said, "/authorizations/0/enterprise_id")?;
    let theirs = text(said, "/enterprise_id")?;
    (ours != theirs).then_some(ours)
}

/// The organization whose installation a request is for, if it is one's.
fn organization(said: &Payload) -> Option<TeamId> {
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
    use crate::slack::event::{Event, Form};
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

    /// Of an organization's installation, a command and an event name the workspace; what a person presses names one of theirs; and what
    /// is ours says of which it is, whatever stands beside it.
    #[test]
    fn it_is_known_whether_the_workspace_is_the_one_that_is_meant() {
        let of = |body: &str| match decode(body.as_bytes()) {
            Decoded::Inbound(inbound) => (inbound.team.to_string(), inbound.is_sure),
            _ => panic!("{body}"),
        };
        let sure = |team: &str| (team.to_owned(), true);
        let perhaps = |team: &str| (team.to_owned(), false);
        let command = "command=%2Fx&user_id=W1&enterprise_id=E1&is_enterprise_install=true";
        assert_eq!(of(&format!("{command}&team_id=T2")), sure("T2"));
        assert_eq!(of(&format!("{command}&team_id=")), perhaps("E1"));
        assert_eq!(of(&format!("{command}&team_id=E1")), perhaps("E1"));
        assert_eq!(
            of("command=%2Fx&user_id=W1&enterprise_id=E1"),
            perhaps("E1")
        );

        let event = |team: &str, event: &str| {
            format!(
                r#"{{"type":"event_callback","event_id":"Ev1","team_id":{team},"enterprise_id":"E1","event":{event},
                "authorizations":[{{"team_id":null,"enterprise_id":"E1","is_enterprise_install":true}}]}}"#
            )
        };
        let home = r#"{"type":"app_home_opened","user":"W1","tab":"home"}"#;
        assert_eq!(of(&event("\"T2\"", home)), sure("T2"));
        assert_eq!(of(&event("null", home)), perhaps("E1"));
        assert_eq!(of(&event("\"E1\"", home)), perhaps("E1"));
        let direct = r#"{"type":"message","channel_type":"im","user":"W1","text":"status","ts":"1772438400.000100"}"#;
        assert_eq!(
            of(&event("\"T2\"", direct)),
            perhaps("T2"),
            "the organization's"
        );

        let acted = |rest: &str| {
            format!(
                r#"{{"team":null,"enterprise":{{"id":"E1"}},"is_enterprise_install":true,"user":{{"id":"W1","team_id":"T1"}},{rest}}}"#
            )
        };
        let press = |block: &str| {
            acted(&format!(
                r#""type":"block_actions","actions":[{{"action_id":"pause","block_id":"{block}","value":"\"pause\""}}]"#
            ))
        };
        assert_eq!(of(&press("x")), perhaps("T1"));
        assert_eq!(of(&press("3@T2")), sure("T2"));
        let view = |kind: &str, callback: &str| {
            acted(&format!(
                r#""type":"{kind}","view":{{"type":"modal","callback_id":"{callback}","team_id":"T1","app_installed_team_id":"T1"}},
                "action_id":"zone","value":"ber","actions":[]"#
            ))
        };
        for kind in [
            "view_submission",
            "block_actions",
            "block_suggestion",
            "view_closed",
        ] {
            assert_eq!(of(&view(kind, "join")), perhaps("T1"), "{kind}");
            assert_eq!(of(&view(kind, "join@T2")), sure("T2"), "{kind}");
        }
        let shortcut = acted(r#""type":"shortcut","callback_id":"log_meeting""#);
        assert_eq!(of(&shortcut), perhaps("T1"));
        let nameless = r#"{"type":"shortcut","callback_id":"log_meeting","team":null,"enterprise":{"id":"E1"},"user":{"id":"W1"}}"#;
        assert_eq!(of(nameless), perhaps("E1"));
        // A workspace's own installation, whose people may be another company's.
        let own = r#"{"type":"shortcut","callback_id":"log_meeting","team":{"id":"T2"},"user":{"id":"U1","team_id":"T9"}}"#;
        assert_eq!(of(own), sure("T2"));
    }

    /// A form keeps its name beside the workspace in its id.
    #[test]
    fn a_form_with_a_workspace_in_its_id_is_the_same_form() {
        let body = r#"{"type":"view_submission","user":{"id":"U1"},"team":{"id":"T1"},"view":{"callback_id":"join@T1","state":{"values":{}}}}"#;
        let Decoded::Inbound(inbound) = decode(body.as_bytes()) else {
            panic!("a form");
        };
        assert!(
            matches!(
                inbound.event,
                Event::Submit {
                    form: Form::Join,
                    ..
                }
            ),
            "{inbound:?}"
        );
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
