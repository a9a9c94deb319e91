//! An organization: several workspaces, one installation, one token.

use super::*;

const ORGANIZATION: &str = "E1";

/// Two workspaces of an organization that has installed the app and gave it access to the first. Ana is in both, Ben in the
/// second.
async fn two() -> (Sandbox, Sandbox, Stub) {
    let mut options = Options {
        enterprise: Some(ORGANIZATION.into()),
        ..Options::default()
    };
    for event in [
        "message.im",
        "user_change",
        "team_access_granted",
        "team_access_revoked",
    ] {
        options.events.insert(event.to_owned());
    }
    let clock = ManualClock::new("2026-03-02T09:00:00Z".parse().unwrap());
    let one = Sandbox::start(clock, options).await.unwrap();
    let stub = Stub::start(&one).await;
    let two = one.add_workspace("T0TWO", "Two");
    for slack in [&one, &two] {
        slack.add_user(User::new("WANA", "Ana"));
    }
    two.add_user(User::new("WBEN", "Ben"));
    (one, two, stub)
}

async fn call(slack: &Sandbox, method: &str, form: &[(&str, &str)]) -> Json {
    let url = format!("{}/{method}", slack.api_url());
    let token = Options::default().bot_token;
    let request = slack.inner.http.post(url).bearer_auth(token).form(form);
    request.send().await.unwrap().json().await.unwrap()
}

fn ids(answer: &Json, list: &str) -> Vec<String> {
    let all = answer[list].as_array().unwrap().iter();
    let ids = all.map(|one| one["id"].as_str().unwrap().to_owned());
    ids.filter(|id| id != "U0BOT").collect()
}

#[tokio::test]
async fn a_token_reads_the_workspaces_it_was_given_access_to() {
    let (one, two, stub) = two().await;
    assert_eq!(
        ids(&call(&one, "auth.teams.list", &[]).await, "teams"),
        ["T0SANDBOX"]
    );
    let people = async |team: &str| call(&one, "users.list", &[("team_id", team)]).await;
    assert_eq!(ids(&people("T0SANDBOX").await, "members"), ["WANA"]);
    assert_eq!(people("T0TWO").await["error"], "team_access_not_granted");
    assert!(one.is_installed() && !two.is_installed());
    assert_eq!(
        two.command("WANA", "help").await.error.unwrap(),
        "the app is not installed"
    );
    two.add_channel("C0TWO", "two", true);
    let post = async || {
        call(
            &one,
            "chat.postMessage",
            &[("channel", "C0TWO"), ("text", "Hi")],
        )
        .await
    };
    assert_eq!(post().await["error"], "team_access_not_granted");

    one.change_access(&["T0TWO"], true).await;
    let heard = stub.last().json;
    assert_eq!(heard["event"]["team_ids"], json!(["T0TWO"]));
    assert_eq!(
        (&heard["team_id"], &heard["enterprise_id"]),
        (&Json::Null, &json!(ORGANIZATION))
    );
    assert_eq!(
        ids(&call(&one, "auth.teams.list", &[]).await, "teams"),
        ["T0SANDBOX", "T0TWO"]
    );
    assert_eq!(ids(&people("T0TWO").await, "members"), ["WANA", "WBEN"]);
    assert_eq!(post().await["ok"], true);
    let ben = call(&one, "users.info", &[("user", "WBEN")]).await;
    assert_eq!(ben["user"]["enterprise_user"]["teams"], json!(["T0TWO"]));
    one.revoke_token();
    for team in ["T0SANDBOX", "T0TWO"] {
        assert_eq!(people(team).await["error"], "token_revoked");
    }
}

/// One person, one conversation, one Home. Commands and events say where they happen; buttons, forms and shortcuts name the first of
/// the person's workspaces, wherever they are.
#[tokio::test]
async fn people_belong_to_the_organization() {
    let (one, two, stub) = two().await;
    one.change_access(&["T0TWO"], true).await;
    let direct = [("channel", "WANA"), ("text", "Hello")];
    assert_eq!(call(&one, "chat.postMessage", &direct).await["ok"], true);
    assert_eq!((one.dm("WANA").len(), two.dm("WANA").len()), (1, 1));
    for (slack, team) in [(&one, "T0SANDBOX"), (&two, "T0TWO")] {
        slack.command("WANA", "help").await;
        let form = stub.last().form;
        assert_eq!(
            (&*form["team_id"], &*form["enterprise_id"]),
            (team, ORGANIZATION)
        );
        slack.say("WANA", "help").await;
        let heard = stub.last().json;
        assert_eq!(heard["team_id"], team);
        assert_eq!(
            heard["authorizations"][0],
            json!({"enterprise_id": ORGANIZATION, "team_id": null, "user_id": "U0BOT", "is_bot": true, "is_enterprise_install": true})
        );
        slack.shortcut("WANA", "log").await;
        let heard = stub.last().json;
        assert_eq!(
            (&heard["team"], &heard["enterprise"]["id"]),
            (&Json::Null, &json!(ORGANIZATION))
        );
        assert_eq!(heard["user"]["team_id"], "T0SANDBOX");
    }
    let before = stub.count();
    two.change_user("WANA", |user| user.deleted = true).await;
    assert_eq!(stub.count(), before + 1, "it is told once");
    assert_eq!(stub.last().json["team_id"], "T0SANDBOX");
    assert!(one.user("WANA").unwrap().deleted);
}
