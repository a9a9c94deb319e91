use super::*;
use crate::{EventFault, Fault, Faults};

async fn try_post(slack: &Sandbox, text: &str) -> Result<reqwest::Response, reqwest::Error> {
    let url = format!("{}/chat.postMessage", slack.api_url());
    let request = slack.inner.http.post(url).bearer_auth("xoxb-sandbox-token");
    let body = json!({"channel": "UANA", "text": text});
    let request = request.timeout(Duration::from_millis(150)).json(&body);
    request.send().await
}

#[tokio::test]
async fn connections_are_cut_before_or_after_the_effect() {
    let (slack, clock) = workspace().await;
    slack.fail_next("chat.postMessage", Fault::CutBefore);
    slack.fail_next("chat.postMessage", Fault::CutAfter);
    let before = try_post(&slack, "one").await.unwrap_err();
    assert!(!before.is_timeout(), "{before:?}");
    assert!(slack.dm("UANA").is_empty());
    let after = try_post(&slack, "one").await.unwrap_err();
    assert!(!after.is_timeout(), "{after:?}");
    assert_eq!(slack.dm("UANA").len(), 1);
    forward(&clock, 1);
    assert!(try_post(&slack, "two").await.is_ok());
    let tally = slack.tally();
    assert_eq!(tally.count("chat.postMessage", "fault:cut_before"), 1);
    assert_eq!(tally.count("chat.postMessage", "fault:cut_after"), 1);
    assert_eq!(tally.ok("chat.postMessage"), 1);
}

#[tokio::test]
async fn other_faults_look_like_slacks() {
    let (slack, clock) = workspace().await;
    let mut faults = slack.faults();
    faults.hang_ms = 300;
    slack.set_faults(faults);
    for fault in [
        Fault::TooMany(3),
        Fault::ServerError,
        Fault::Html,
        Fault::Error("internal_error".into()),
        Fault::InvalidJson,
        Fault::SlowBody,
        Fault::HangAfter,
        Fault::HangBefore,
    ] {
        slack.fail_next("chat.postMessage", fault);
    }
    let many = try_post(&slack, "one").await.unwrap();
    assert_eq!(many.status(), 429);
    assert_eq!(many.headers()["retry-after"], "3");
    assert_eq!(try_post(&slack, "one").await.unwrap().status(), 500);
    let html = try_post(&slack, "one").await.unwrap();
    assert_eq!(html.status(), 200);
    assert!(html.text().await.unwrap().contains("<html>"));
    let error: Json = try_post(&slack, "one").await.unwrap().json().await.unwrap();
    assert_eq!(error["error"], "internal_error");
    assert!(slack.dm("UANA").is_empty());
    let broken = try_post(&slack, "one").await.unwrap();
    assert!(broken.json::<Json>().await.is_err());
    forward(&clock, 1);
    let slow = try_post(&slack, "two").await.unwrap();
    assert!(slow.text().await.unwrap_err().is_timeout());
    forward(&clock, 1);
    assert!(try_post(&slack, "three").await.unwrap_err().is_timeout());
    assert_eq!(slack.dm("UANA").len(), 3);
    assert!(try_post(&slack, "four").await.unwrap_err().is_timeout());
    assert_eq!(slack.tally().rate_limited, 0);
}

/// An answer that breaks off in the middle may do so inside a letter.
#[tokio::test]
async fn answers_break_off_anywhere() {
    let (slack, clock) = workspace().await;
    for before in ["", "a"] {
        slack.fail_next("chat.postMessage", Fault::InvalidJson);
        forward(&clock, 1);
        let text = format!("{before}{}", "é".repeat(1_000));
        let broken = try_post(&slack, &text).await.unwrap();
        assert!(broken.bytes().await.unwrap().len() > 500);
    }
    assert_eq!(slack.dm("UANA").len(), 2);
}

#[tokio::test]
async fn dice_are_seeded_and_errors_can_stand() {
    let (slack, _) = workspace().await;
    slack.fail_with("views.publish", "not_enabled");
    for _ in 0..2 {
        let answer = call(&slack, "views.publish", json!({})).await;
        assert_eq!(answer["error"], "not_enabled");
    }
    slack.heal("views.publish");
    let answer = call(&slack, "views.publish", json!({})).await;
    assert_eq!(answer["error"], "invalid_arguments");
    slack.set_faults(Faults {
        too_many: 0.5,
        ..Faults::default()
    });
    for _ in 0..40 {
        call(&slack, "auth.test", json!({})).await;
    }
    let injected = slack.tally().count("auth.test", "fault:too_many");
    assert!((8..32).contains(&injected), "{injected}");
}

#[tokio::test]
async fn events_are_retried_at_once_and_after_one_and_five_minutes() {
    let (slack, clock) = workspace().await;
    let bot = Stub::start(&slack).await;
    bot.answers(503, "");
    slack.change_user("UANA", |user| user.deleted = true).await;
    assert_eq!(bot.count(), 2);
    let first = bot.heard.lock().unwrap()[0].clone();
    assert_eq!(first.json["event"]["user"]["deleted"], true);
    assert!(first.headers.get("x-slack-retry-num").is_none());
    assert_eq!(slack.deliver_due().await, 0);
    forward(&clock, 60);
    assert_eq!(slack.next_due(), Some(clock.now()));
    assert_eq!(slack.deliver_due().await, 1);
    assert_eq!(bot.last().headers["x-slack-retry-num"], "2");
    assert_eq!(bot.last().headers["x-slack-retry-reason"], "http_error");
    assert_eq!(bot.last().json["event_id"], first.json["event_id"]);
    forward(&clock, 300);
    assert_eq!(slack.deliver_due().await, 1);
    assert_eq!(bot.count(), 4);
    assert_eq!(slack.next_due(), None);
    let tally = slack.tally();
    assert_eq!((tally.events_retried, tally.events_given_up), (3, 1));
}

#[tokio::test]
async fn events_come_twice_or_late() {
    let (slack, clock) = workspace().await;
    let bot = Stub::start(&slack).await;
    slack.fail_next_event(EventFault::Twice);
    slack.open_home("UANA").await;
    slack.fail_next_event(EventFault::TwoIds);
    slack.open_home("UANA").await;
    let ids: Vec<Json> = {
        let heard = bot.heard.lock().unwrap();
        heard.iter().map(|h| h.json["event_id"].clone()).collect()
    };
    assert_eq!(ids.len(), 4);
    assert_eq!(ids[0], ids[1]);
    assert_ne!(ids[2], ids[3]);
    slack.fail_next_event(EventFault::Late(90));
    slack.open_home("UANA").await;
    assert_eq!(bot.count(), 4);
    forward(&clock, 90);
    slack.deliver_due().await;
    assert_eq!(bot.count(), 5);
}

#[tokio::test]
async fn late_answers_are_a_timeout() {
    let (slack, _) = workspace().await;
    let bot = Stub::start(&slack).await;
    bot.reacts(|_| (200, String::new(), Duration::from_secs(4)));
    let answer = slack.command("UANA", "help").await;
    assert!(answer.operation_timeout);
    assert_eq!(slack.tally().ack_late, 1);
}

#[tokio::test]
async fn removing_the_app_kills_the_token_and_says_so() {
    let (slack, _) = workspace().await;
    let bot = Stub::start(&slack).await;
    slack.uninstall().await;
    let heard: Vec<Json> = {
        let heard = bot.heard.lock().unwrap();
        heard.iter().map(|h| h.json.clone()).collect()
    };
    assert_eq!(heard[0]["event"]["type"], "tokens_revoked");
    assert_eq!(heard[1]["event"]["type"], "app_uninstalled");
    assert_eq!(heard[1]["team_id"], Json::Null);
    assert_eq!(heard[1]["authorizations"][0]["team_id"], "T0SANDBOX");
    let answer = post(&slack, "UANA", "hi").await;
    assert_eq!(answer["error"], "account_inactive");
    slack.reinstall(None);
    assert_eq!(post(&slack, "UANA", "hi").await["ok"], true);
}

#[tokio::test]
async fn organizations_send_no_team() {
    let (slack, _) = workspace_with(Options {
        enterprise: Some("E1".into()),
        settle: Duration::from_millis(20),
        ..Options::default()
    })
    .await;
    let bot = Stub::start(&slack).await;
    slack.shortcut("UANA", "log_meeting").await;
    let heard = bot.last().json;
    assert_eq!(heard["team"], Json::Null);
    assert_eq!(heard["is_enterprise_install"], true);
    slack.command("UANA", "help").await;
    assert_eq!(bot.last().form["is_enterprise_install"], "true");
}
