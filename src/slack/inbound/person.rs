//! Decodes Slack's data about people.

use crate::domain::ids::{TeamId, UserId};
use crate::domain::participant::PersonInSlack;
use serde_json::Value;

/// Who has which email address in a page of `users.list`, in lower case, of those who are still there. Slack shows addresses
/// only with the scope `users:read.email`.
pub fn emails(page: &Value) -> Vec<(String, UserId)> {
    let members = page["members"].as_array().into_iter().flatten();
    let email = |person: &Value| {
        let email = person.pointer("/profile/email")?.as_str()?.trim();
        let user = UserId::from(person.get("id")?.as_str()?);
        (!email.is_empty()).then(|| (email.to_lowercase(), user))
    };
    members
        .filter(|person| person["deleted"] != true && person["is_bot"] != true)
        .filter_map(email)
        .collect()
}

/// Slack's user object, as in `users.info`, `users.list` and `user_change`. Fields may be missing or null. A person outside
/// workspace `team` is an outsider; `is_stranger` marks only people who share no channel that the app can see.
pub fn person(user: &Value, team: &TeamId) -> Option<PersonInSlack> {
    let flag = |name: &str| user.get(name).and_then(Value::as_bool).unwrap_or(false);
    let deleted = flag("deleted");
    let outside = flag("is_restricted")
        || flag("is_ultra_restricted")
        || flag("is_stranger")
        || flag("is_bot")
        || flag("is_workflow_bot")
        || is_from_elsewhere(user, team.as_str())
        || user.get("id").and_then(Value::as_str) == Some("USLACKBOT");
    let text = |name: &str| user.get(name).and_then(Value::as_str);
    Some(PersonInSlack {
        user: UserId::from(text("id")?),
        zone: text("tz")
            .filter(|zone| !zone.is_empty())
            .map(str::to_owned),
        full_member: !deleted && !outside,
        deleted,
        admin: flag("is_admin") || flag("is_owner") || flag("is_primary_owner"),
        updated: user
            .get("updated")
            .and_then(Value::as_i64)
            .filter(|updated| *updated > 0),
    })
}

/// Slack Connect: a person of another workspace. In an organization a person belongs to several.
fn is_from_elsewhere(user: &Value, team: &str) -> bool {
    let text = |path: &str| user.pointer(path).and_then(Value::as_str);
    let Some(home) = text("/team_id").filter(|home| !home.is_empty()) else {
        return false;
    };
    let teams = user
        .pointer("/enterprise_user/teams")
        .and_then(Value::as_array);
    let also = |id: &Value| id.as_str() == Some(team);
    !team.is_empty()
        && home != team
        && text("/enterprise_user/enterprise_id") != Some(team)
        && !teams.is_some_and(|teams| teams.iter().any(also))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn when_it_was_updated_is_told_or_not() {
        let updated = |user: Value| person(&user, &TeamId::from("T1")).unwrap().updated;
        assert_eq!(
            updated(json!({"id": "U1", "updated": 1_772_442_000})),
            Some(1_772_442_000)
        );
        for odd in [json!(null), json!(0), json!(-5), json!("soon"), json!({})] {
            assert_eq!(updated(json!({"id": "U1", "updated": odd})), None);
        }
        assert_eq!(updated(json!({"id": "U1"})), None);
    }

    #[test]
    fn only_people_of_this_workspace_are_members() {
        let is_member = |user: Value| person(&user, &TeamId::from("T1")).unwrap().full_member;
        assert!(is_member(
            json!({"id": "U1", "team_id": "T1", "is_stranger": null})
        ));
        assert!(is_member(json!({"id": "U1"})));
        // In a shared channel, Slack does not mark them as strangers.
        assert!(!is_member(
            json!({"id": "U1", "team_id": "T2", "is_stranger": false})
        ));
        let grid = |teams: Value| json!({"id": "W1", "team_id": "T2", "enterprise_user": {"enterprise_id": "E1", "teams": teams}});
        assert!(is_member(grid(json!(["T2", "T1"]))));
        assert!(!is_member(grid(json!(["T2"]))));
        let of_the_organization = person(&grid(json!(["T2"])), &TeamId::from("E1"));
        assert!(of_the_organization.unwrap().full_member);
        for flag in [
            "is_restricted",
            "is_ultra_restricted",
            "is_stranger",
            "is_bot",
            "deleted",
        ] {
            assert!(
                !is_member(json!({"id": "U1", "team_id": "T1", flag: true})),
                "{flag}"
            );
        }
    }
}
