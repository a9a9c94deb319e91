//! Tokens that expire, and tokens of a whole organization.

use super::*;
use jiff::SignedDuration;

async fn ask(slack: &Sandbox, form: &[(&str, &str)]) -> Json {
    let options = Options::default();
    let mut all = vec![
        ("client_id", options.client_id.as_str()),
        ("client_secret", options.client_secret.as_str()),
    ];
    all.extend_from_slice(form);
    let url = format!("{}/oauth.v2.access", slack.api_url());
    let answer = slack.inner.http.post(url).form(&all).send().await.unwrap();
    answer.json().await.unwrap()
}

async fn renew(slack: &Sandbox, refresh_token: &str) -> Json {
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh_token),
    ];
    ask(slack, &form).await
}

/// What `auth.test` says of a token.
async fn test(slack: &Sandbox, token: &str) -> Json {
    let url = format!("{}/auth.test", slack.api_url());
    let request = slack.inner.http.post(url).bearer_auth(token);
    let answer: Json = request.send().await.unwrap().json().await.unwrap();
    answer["error"].clone()
}

fn text<'a>(answer: &'a Json, name: &str) -> &'a str {
    answer[name].as_str().unwrap_or_default()
}

#[tokio::test]
async fn a_token_ends_and_is_renewed_once() {
    let (slack, clock) = workspace_with(Options {
        token_rotation: true,
        ..Options::default()
    })
    .await;
    let first = ask(&slack, &[("code", &slack.consent())]).await;
    assert!(text(&first, "access_token").starts_with("xoxe.xoxb-"));
    assert_eq!(first["expires_in"], 43_200);
    let second = renew(&slack, text(&first, "refresh_token")).await;
    assert_eq!(second["ok"], true);
    let again = renew(&slack, text(&first, "refresh_token")).await;
    assert_eq!(again["error"], "invalid_refresh_token");
    for grant in [&first, &second] {
        assert_eq!(test(&slack, text(grant, "access_token")).await, Json::Null);
    }
    clock.set(slack.inner.now() + SignedDuration::from_hours(12));
    let ended = test(&slack, text(&second, "access_token")).await;
    assert_eq!(ended, "token_expired");
    let third = renew(&slack, text(&second, "refresh_token")).await;
    assert_eq!(test(&slack, text(&third, "access_token")).await, Json::Null);
    let odd = ask(&slack, &[("grant_type", "password")]).await;
    assert_eq!(odd["error"], "invalid_grant_type");
    slack.uninstall().await;
    let gone = renew(&slack, text(&third, "refresh_token")).await;
    assert_eq!(gone["error"], "invalid_refresh_token");
}

#[tokio::test]
async fn an_organizations_token_names_the_workspace() {
    let (slack, _) = workspace_with(Options {
        enterprise: Some("E1".into()),
        ..Options::default()
    })
    .await;
    let teams = read(&slack, "auth.teams.list", &[]).await;
    let team = teams["teams"][0]["id"].as_str().unwrap();
    for method in ["users.list", "conversations.list"] {
        let error = read(&slack, method, &[]).await["error"].clone();
        assert_eq!(error, "missing_argument", "{method}");
        let other = read(&slack, method, &[("team_id", "T0OTHER")]).await;
        assert_eq!(other["error"], "team_access_not_granted", "{method}");
        let ours = read(&slack, method, &[("team_id", team)]).await;
        assert_eq!(ours["ok"], true, "{method}");
    }
}
