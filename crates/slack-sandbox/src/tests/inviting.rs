//! The app adds people to channels.

use super::*;

const SCOPES: [&str; 3] = [
    "chat:write",
    "groups:write.invites",
    "channels:write.invites",
];

fn members(slack: &Sandbox, channel: &str) -> Vec<String> {
    slack.conversation_of(channel).unwrap().1
}

async fn invite(slack: &Sandbox, channel: &str, users: &str) -> Json {
    let arguments = json!({"channel": channel, "users": users});
    call(slack, "conversations.invite", arguments).await
}

#[tokio::test]
async fn people_are_added_to_channels_that_the_app_is_in() {
    let (slack, _) = workspace().await;
    slack.add_private_channel("C1", "mentors", true);
    let refused = invite(&slack, "C1", "UANA").await;
    assert_eq!(refused["error"], "missing_scope");
    slack.set_scopes(&["groups:write.invites"]);
    let added = invite(&slack, "C1", "UANA,UBEN").await;
    assert_eq!(added["channel"]["id"], "C1", "{added}");
    assert_eq!(members(&slack, "C1"), ["UANA", "UBEN"]);
    let again = invite(&slack, "C1", "UANA").await;
    assert_eq!(again["error"], "already_in_channel");
    assert_eq!(
        again["errors"],
        json!([{"user": "UANA", "ok": false, "error": "already_in_channel"}])
    );
}

#[tokio::test]
async fn each_refusal_has_its_reason() {
    let (slack, _) = workspace().await;
    slack.set_scopes(&SCOPES);
    slack.add_private_channel("C1", "mentors", true);
    slack.add_private_channel("C2", "secret", false);
    slack.add_channel("C3", "random", false);
    slack.add_channel("C4", "old", true);
    slack.archive_channel("C4");
    let mut guest = User::new("UGUS", "Gus");
    guest.is_restricted = true;
    guest.is_ultra_restricted = true;
    slack.add_user(guest);
    for (channel, users, error) in [
        ("C1", "", "no_user"),
        ("C1", "UNOBODY", "user_not_found"),
        ("C1", "UDAN", "cant_invite"),
        ("C1", "UGUS", "ura_max_channels"),
        ("C1", "U0BOT", "cant_invite_self"),
        ("C1", "UANA,UDAN", "cant_invite"),
        ("C2", "UANA", "channel_not_found"),
        ("C3", "UANA", "not_in_channel"),
        ("C4", "UANA", "is_archived"),
    ] {
        let answer = invite(&slack, channel, users).await;
        assert_eq!(answer["error"], error, "{channel} {users}");
    }
    assert!(members(&slack, "C1").is_empty(), "all or nobody");
    let posted = post(&slack, "UANA", "hi").await;
    let answer = invite(&slack, posted["channel"].as_str().unwrap(), "UBEN").await;
    assert_eq!(answer["error"], "method_not_supported_for_channel_type");

    let forced = json!({"channel": "C1", "users": "UANA,UDAN", "force": true});
    let forced = call(&slack, "conversations.invite", forced).await;
    assert_eq!(forced["ok"], true);
    assert_eq!(forced["errors"][0]["error"], "cant_invite");
    assert_eq!(members(&slack, "C1"), ["UANA"]);
}

/// The scope for public channels is none for private ones.
#[tokio::test]
async fn each_kind_of_channel_has_its_scope() {
    let (slack, _) = workspace().await;
    slack.add_private_channel("C1", "mentors", true);
    slack.add_channel("C2", "random", true);
    for (scope, channel, is_fine) in [
        ("channels:write.invites", "C2", true),
        ("channels:manage", "C1", false),
        ("groups:write.invites", "C2", false),
        ("groups:write", "C1", true),
    ] {
        slack.set_scopes(&[scope]);
        let answer = invite(&slack, channel, "UANA").await;
        assert_eq!(answer["ok"], is_fine, "{scope}: {answer}");
    }
}
