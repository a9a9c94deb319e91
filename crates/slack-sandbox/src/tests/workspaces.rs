//! Several workspaces, and how the app comes into them.

use super::*;
use crate::Fault;
use jiff::SignedDuration;

const BACK: &str = "http://127.0.0.1:1/back";

/// A distributed app in the workspace it was made in, and another workspace, in which it is not. Ana is in both.
async fn two() -> (Sandbox, Sandbox, Stub) {
    let options = Options {
        distributed: true,
        redirect_urls: vec![BACK.to_owned()],
        ..Options::default()
    };
    let clock = ManualClock::new("2026-03-02T09:00:00Z".parse().unwrap());
    let one = Sandbox::start(clock, options).await.unwrap();
    let stub = Stub::start(&one).await;
    let two = one.add_workspace("T0TWO", "Two");
    for slack in [&one, &two] {
        slack.add_user(User::new("UANA", "Ana"));
        slack.add_channel("C0GENERAL", "general", true);
    }
    (one, two, stub)
}

async fn exchange(slack: &Sandbox, code: &str, more: &[(&str, &str)]) -> Json {
    let options = Options::default();
    let mut form = vec![
        ("client_id", options.client_id.as_str()),
        ("client_secret", options.client_secret.as_str()),
        ("code", code),
    ];
    for (name, value) in more {
        form.retain(|(known, _)| known != name);
        form.push((name, value));
    }
    let url = format!("{}/oauth.v2.access", slack.api_url());
    let answer = slack.inner.http.post(url).form(&form).send().await.unwrap();
    answer.json().await.unwrap()
}

/// Calls a method with the workspace's token, and returns the error.
async fn error(slack: &Sandbox, token: &str) -> Json {
    let url = format!("{}/auth.test", slack.api_url());
    let request = slack.inner.http.post(url).bearer_auth(token);
    let answer: Json = request.send().await.unwrap().json().await.unwrap();
    answer["error"].clone()
}

async fn post(slack: &Sandbox, token: &str, text: &str) -> Json {
    let url = format!("{}/chat.postMessage", slack.api_url());
    let body = json!({"channel": "UANA", "text": text});
    let request = slack.inner.http.post(url).bearer_auth(token).json(&body);
    request.send().await.unwrap().json().await.unwrap()
}

async fn page(slack: &Sandbox, query: &str) -> (u16, String) {
    let url = slack.inner.url(&format!("/oauth/v2/authorize?{query}"));
    let answer = slack.inner.http.get(url).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

/// Presses a button of the page. Returns the status, and where the browser is sent.
async fn press(slack: &Sandbox, form: &[(&str, &str)], origin: Option<&str>) -> (u16, String) {
    let url = slack.inner.url("/oauth/v2/authorize");
    let mut request = slack.inner.http.post(url).form(form);
    if let Some(origin) = origin {
        request = request.header("origin", origin);
    }
    let answer = request.send().await.unwrap();
    let to = answer.headers().get("location");
    let to = to.map_or("", |to| to.to_str().unwrap()).to_owned();
    (answer.status().as_u16(), to)
}

#[tokio::test]
async fn a_call_is_for_the_workspace_of_its_token() {
    let (one, two, stub) = two().await;
    let first = Options::default().bot_token;
    let installed = exchange(&one, &two.consent(), &[]).await;
    assert_eq!(installed["team"], json!({"id": "T0TWO", "name": "Two"}));
    let second = installed["access_token"].as_str().unwrap().to_owned();
    assert_ne!(second, first);
    assert_eq!(post(&one, &first, "one").await["ok"], true);
    assert_eq!(
        post(&one, &second, "two").await["ok"],
        true,
        "a limit of its own"
    );
    let said = |slack: &Sandbox| {
        slack
            .dm("UANA")
            .iter()
            .map(crate::Message::render)
            .collect::<Vec<_>>()
    };
    assert_eq!((said(&one).len(), said(&two).len()), (1, 1));
    assert!(said(&one)[0].contains("one") && said(&two)[0].contains("two"));
    assert_eq!(one.tally().messages.total(), 1);
    // Each hears of its own people, signed with the app's one secret, after one check of its Request URL.
    for (slack, team) in [(&one, "T0SANDBOX"), (&two, "T0TWO")] {
        slack.command("UANA", "help").await;
        assert_eq!(stub.last().form["team_id"], team);
        assert!(stub.last().form["response_url"].contains(team));
        slack.open_home("UANA").await;
        assert_eq!(stub.last().json["team_id"], team);
    }
    // And what goes wrong in one does not in the other.
    two.fail_next("auth.test", Fault::Error("fatal_error".to_owned()));
    assert_eq!(error(&one, &first).await, Json::Null);
    assert_eq!(error(&one, &second).await, "fatal_error");
}

#[tokio::test]
async fn answers_and_files_find_their_workspace() {
    let (one, two, stub) = two().await;
    let installed = exchange(&one, &two.consent(), &[]).await;
    let token = installed["access_token"].as_str().unwrap();
    two.command("UANA", "help").await;
    let http = &one.inner.http;
    let url = stub.last().form["response_url"].clone();
    http.post(url)
        .json(&json!({"text": "late"}))
        .send()
        .await
        .unwrap();
    assert_eq!(two.tally().ephemerals, 1);
    let file = two.upload("notes.txt", b"words");
    let url = format!("{}{file}/download/notes.txt", one.inner.files_of("T0TWO"));
    for (given, body) in [(token, "words"), ("xoxb-sandbox-token", "<!DOCTYPE html>")] {
        let got = http.get(&url).bearer_auth(given).send().await.unwrap();
        let got = got.text().await.unwrap();
        assert!(got.starts_with(body), "{got}");
    }
}

#[tokio::test]
async fn a_code_becomes_a_token_once_and_in_time() {
    let (one, two, _) = two().await;
    let code = two.consent();
    for (wrong, refusal) in [
        (("client_id", "9.9"), "invalid_client_id"),
        (("client_secret", "wrong"), "bad_client_secret"),
        (("redirect_uri", BACK), "bad_redirect_uri"),
        (("code", "never"), "invalid_code"),
    ] {
        assert_eq!(exchange(&one, &code, &[wrong]).await["error"], refusal);
    }
    assert_eq!(exchange(&one, &code, &[]).await["ok"], true);
    assert_eq!(
        exchange(&one, &code, &[]).await["error"],
        "code_already_used"
    );
    let late = two.consent();
    one.pass(SignedDuration::from_mins(11)).await.unwrap();
    assert_eq!(exchange(&one, &late, &[]).await["error"], "invalid_code");
}

#[tokio::test]
async fn the_secret_may_come_by_basic_authentication() {
    let (one, two, _) = two().await;
    let options = Options::default();
    let url = format!("{}/oauth.v2.access", one.api_url());
    let request = one.inner.http.post(url);
    let request = request.basic_auth(&options.client_id, Some(&options.client_secret));
    let answer = request
        .form(&[("code", &two.consent())])
        .send()
        .await
        .unwrap();
    let answer: Json = answer.json().await.unwrap();
    assert_eq!(answer["team"]["id"], "T0TWO");
}

#[tokio::test]
async fn the_consent_page_is_as_strict_as_slacks() {
    let (one, _, _) = two().await;
    let id = Options::default().client_id;
    let good = format!("client_id={id}&scope=chat:write,commands&state=a%26b");
    let (status, html) = page(&one, &good).await;
    assert_eq!(status, 200);
    for words in [
        "App wants to be installed in a workspace",
        "send messages as itself <code>chat:write</code>",
        "Two (T0TWO)",
        "a&amp;b",
        "value=cancel>Cancel<",
        "value=allow class=allow>Allow<",
    ] {
        assert!(html.contains(words), "no {words} in {html}");
    }
    let elsewhere = "https%3A%2F%2Fevil.example%2Fback";
    for (query, refusal) in [
        ("scope=commands".to_owned(), "invalid_client_id"),
        (
            "client_id=9.9&scope=commands".to_owned(),
            "invalid_client_id",
        ),
        (format!("client_id={id}"), "no_scopes"),
        (
            format!("client_id={id}&scope=commands,fly"),
            "invalid_scope",
        ),
        (
            format!("{good}&redirect_uri={elsewhere}"),
            "bad_redirect_uri",
        ),
        (format!("{good}&team=T0NONE"), "invalid_team"),
    ] {
        let (status, html) = page(&one, &query).await;
        assert_eq!(status, 400, "{query}");
        assert!(
            html.contains(&format!("<code>{refusal}</code>")),
            "{query}: {html}"
        );
        assert!(!html.contains("Allow"), "{query}");
    }
    one.set_redirect_urls(&[]);
    assert!(page(&one, &good).await.1.contains("bad_redirect_uri"));
    one.set_redirect_urls(&["http://app.example/back"]);
    assert!(page(&one, &good).await.1.contains("begin with https"));
}

#[tokio::test]
async fn an_app_that_is_not_distributed_stays_where_it_was_made() {
    let clock = ManualClock::new("2026-03-02T09:00:00Z".parse().unwrap());
    let one = Sandbox::start(clock, Options::default()).await.unwrap();
    one.set_redirect_urls(&[BACK]);
    one.add_workspace("T0TWO", "Two");
    let id = Options::default().client_id;
    let query = format!("client_id={id}&scope=commands");
    let (status, html) = page(&one, &query).await;
    assert!(status == 200 && !html.contains("T0TWO"), "{html}");
    let (_, html) = page(&one, &format!("{query}&team=T0TWO")).await;
    assert!(
        html.contains("invalid_team_for_non_distributed_app"),
        "{html}"
    );
}

#[tokio::test]
async fn allow_and_cancel_go_back_to_the_app() {
    let (one, two, _) = two().await;
    let id = Options::default().client_id;
    let below = format!("{BACK}/slack?from=1");
    let form = |answer: &'static str, installer: &'static str| {
        vec![
            ("client_id", id.clone()),
            ("scope", "chat:write,users:read".to_owned()),
            ("redirect_uri", below.clone()),
            ("state", "a&b=c".to_owned()),
            ("installer", installer.to_owned()),
            ("answer", answer.to_owned()),
        ]
    };
    let go = async |form: Vec<(&str, String)>, origin: Option<&str>| {
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, &**value)).collect();
        press(&one, &form, origin).await
    };
    let (status, to) = go(form("cancel", ""), None).await;
    assert_eq!(
        (status, to),
        (302, format!("{below}&error=access_denied&state=a%26b%3Dc"))
    );
    assert_eq!(go(form("allow", "T0TWO UNOBODY"), None).await.0, 400);
    assert_eq!(
        go(form("allow", "T0TWO UANA"), Some("https://evil.example"))
            .await
            .0,
        403
    );
    let here = one.inner.url("");
    let (status, to) = go(form("allow", "T0TWO UANA"), Some(&here)).await;
    assert!(status == 302 && to.ends_with("&state=a%26b%3Dc"), "{to}");
    let (_, code) = to.split_once("&code=").unwrap();
    let (code, _) = code.split_once('&').unwrap();
    assert_eq!(exchange(&one, code, &[]).await["error"], "bad_redirect_uri");
    let installed = exchange(&one, code, &[("redirect_uri", below.as_str())]).await;
    assert_eq!(installed["scope"], "chat:write,users:read");
    assert_eq!(installed["authed_user"], json!({"id": "UANA"}));
    // A second consent adds scopes to the token; the token itself stays.
    let mut more = form("allow", "T0TWO UANA");
    more[1].1 = "commands".to_owned();
    let (_, to) = go(more, None).await;
    let code = to
        .split_once("&code=")
        .unwrap()
        .1
        .split_once('&')
        .unwrap()
        .0
        .to_owned();
    let again = exchange(&one, &code, &[("redirect_uri", below.as_str())]).await;
    assert_eq!(again["scope"], "chat:write,commands,users:read");
    assert_eq!(again["access_token"], installed["access_token"]);
    assert!(two.is_installed());
}

#[tokio::test]
async fn a_removed_app_has_a_dead_token_and_hears_of_it() {
    let (one, two, stub) = two().await;
    let installed = exchange(&one, &two.consent(), &[]).await;
    let token = installed["access_token"].as_str().unwrap().to_owned();
    two.uninstall().await;
    assert_eq!(stub.last().json["event"]["type"], "app_uninstalled");
    assert_eq!(error(&one, &token).await, "account_inactive");
    let heard = stub.count();
    two.change_user("UANA", |user| user.real_name = "Ana Ito".to_owned())
        .await;
    assert_eq!(stub.count(), heard, "it hears nothing more");
    let again = exchange(&one, &two.consent(), &[]).await;
    let new = again["access_token"].as_str().unwrap();
    assert_ne!(new, token);
    assert_eq!(error(&one, new).await, Json::Null);
    assert_eq!(error(&one, &token).await, "account_inactive");
    two.revoke_token();
    assert_eq!(error(&one, new).await, "token_revoked");
    assert_eq!(error(&one, "xoxb-nobody's").await, "invalid_auth");
    assert_eq!(error(&one, &Options::default().bot_token).await, Json::Null);
}

#[tokio::test]
async fn an_app_removes_itself() {
    let (one, two, stub) = two().await;
    let installed = exchange(&one, &two.consent(), &[]).await;
    let token = installed["access_token"].as_str().unwrap();
    let options = Options::default();
    let url = format!("{}/apps.uninstall", one.api_url());
    let secret = [
        ("client_id", &options.client_id),
        ("client_secret", &options.client_secret),
    ];
    let request = one.inner.http.post(url).bearer_auth(token).form(&secret);
    let answer: Json = request.send().await.unwrap().json().await.unwrap();
    assert_eq!(answer, json!({"ok": true}));
    assert!(!two.is_installed() && one.is_installed());
    for _ in 0..100 {
        if stub.count() == 2 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(stub.last().json["event"]["type"], "app_uninstalled");
}
