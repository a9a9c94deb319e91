use super::*;
use crate::MessageRef;

#[tokio::test]
async fn tokens_and_methods_are_checked() {
    let (slack, _) = workspace().await;
    let http = &slack.inner.http;
    let url = format!("{}/auth.test", slack.api_url());
    let answer = http.post(&url).send().await.unwrap();
    let answer: Json = answer.json().await.unwrap();
    assert_eq!(answer["error"], "not_authed");
    let answer = http.post(&url).bearer_auth("xoxb-other").send();
    let answer: Json = answer.await.unwrap().json().await.unwrap();
    assert_eq!(answer["error"], "invalid_auth");
    let (response, answer) = call_raw(&slack, "auth.test", &json!({})).await;
    assert_eq!(answer["team_id"], "T0SANDBOX");
    let scopes = response.headers()["x-oauth-scopes"].to_str().unwrap();
    assert!(scopes.contains("chat:write"));
    let answer = call(&slack, "chat.shout", json!({})).await;
    assert_eq!(answer["error"], "unknown_method");
    slack.revoke_token();
    let answer = call(&slack, "auth.test", json!({})).await;
    assert_eq!(answer["error"], "token_revoked");
}

#[tokio::test]
async fn methods_that_read_overlook_json() {
    let (slack, _) = workspace().await;
    let answer = call(&slack, "users.info", json!({"user": "UANA"})).await;
    assert_eq!(answer["error"], "invalid_arguments");
    let answer = read(&slack, "users.info", &[("user", "UANA")]).await;
    assert_eq!(answer["user"]["tz"], "Europe/Berlin");
    assert_eq!(answer["user"]["tz_offset"], 7200);
}

#[tokio::test]
async fn scopes_are_needed() {
    let (slack, _) = workspace().await;
    let answer = read(&slack, "users.profile.get", &[("user", "UANA")]).await;
    assert_eq!(answer["error"], "missing_scope");
    assert_eq!(answer["needed"], "users.profile:read");
    slack.set_scopes(&["chat:write", "im:write"]);
    let answer = call(&slack, "conversations.open", json!({"users": "UANA,UBEN"})).await;
    assert_eq!(answer["error"], "missing_scope");
    assert_eq!(slack.tally().missing_scope, 2);
}

#[tokio::test]
async fn people_come_in_pages() {
    let (slack, _) = workspace().await;
    let mut names = Vec::new();
    let mut cursor = String::new();
    loop {
        let form = [("limit", "2"), ("cursor", cursor.as_str())];
        let page = read(&slack, "users.list", &form).await;
        let members = page["members"].as_array().unwrap();
        names.extend(members.iter().map(|m| m["id"].as_str().unwrap().to_owned()));
        cursor = page["response_metadata"]["next_cursor"]
            .as_str()
            .unwrap()
            .to_owned();
        if cursor.is_empty() {
            break;
        }
    }
    assert_eq!(names, ["UANA", "UBEN", "UDAN", "U0BOT"]);
}

#[tokio::test]
async fn opening_is_idempotent_and_refuses_who_cannot_be_reached() {
    let (slack, clock) = workspace().await;
    let one = call(&slack, "conversations.open", json!({"users": "UANA,UBEN"})).await;
    let two = call(&slack, "conversations.open", json!({"users": "UBEN,UANA"})).await;
    assert_eq!(one["channel"]["id"], two["channel"]["id"]);
    assert_eq!(two["already_open"], true);
    for (users, error) in [
        ("UNOBODY", "user_not_found"),
        ("UDAN", "user_disabled"),
        ("U1,U2,U3,U4,U5,U6,U7,U8,U9", "too_many_users"),
        ("", "users_list_not_supplied"),
    ] {
        let answer = call(&slack, "conversations.open", json!({"users": users})).await;
        assert_eq!(answer["error"], error, "{users}");
    }
    let posted = post(&slack, "UANA", "hello").await;
    let opened = call(&slack, "conversations.open", json!({"users": "UANA"})).await;
    assert_eq!(posted["channel"], opened["channel"]["id"]);
    forward(&clock, 1);
    let answer = post(&slack, "UDAN", "hello").await;
    assert_eq!(answer["error"], "user_disabled");
}

#[tokio::test]
async fn channels_take_messages_only_from_members() {
    let (slack, clock) = workspace().await;
    slack.add_channel("C1", "mentoring", true);
    slack.add_channel("C2", "random", false);
    assert_eq!(post(&slack, "C1", "hi").await["ok"], true);
    assert_eq!(post(&slack, "C2", "hi").await["error"], "not_in_channel");
    assert_eq!(post(&slack, "C3", "hi").await["error"], "channel_not_found");
    forward(&clock, 1);
    slack.archive_channel("C1");
    assert_eq!(post(&slack, "C1", "hi").await["error"], "is_archived");
    assert_eq!(post(&slack, "UANA", " ").await["error"], "no_text");
    let long = "x".repeat(40_001);
    assert_eq!(post(&slack, "UANA", &long).await["error"], "msg_too_long");
    let list = read(&slack, "conversations.list", &[]).await;
    assert_eq!(list["channels"][0]["name"], "mentoring");
    let info = read(&slack, "conversations.info", &[("channel", "C2")]).await;
    assert_eq!(info["channel"]["is_member"], false);
}

#[tokio::test]
async fn history_is_for_the_bots_own_dms() {
    let (slack, clock) = workspace().await;
    let metadata = json!({"event_type": "answer", "event_payload": {"key": "k1"}});
    let body = json!({"channel": "UANA", "text": "one", "metadata": metadata});
    let first = call(&slack, "chat.postMessage", body).await;
    forward(&clock, 1);
    post(&slack, "UANA", "two").await;
    let channel = first["channel"].as_str().unwrap();
    let form = [("channel", channel), ("include_all_metadata", "true")];
    let history = read(&slack, "conversations.history", &form).await;
    assert_eq!(history["messages"][0]["text"], "two");
    assert_eq!(history["messages"][1]["metadata"], metadata);
    let page = [("channel", channel), ("limit", "1")];
    let page = read(&slack, "conversations.history", &page).await;
    assert_eq!(page["has_more"], true);
    let next = page["response_metadata"]["next_cursor"].as_str().unwrap();
    let page = [("channel", channel), ("cursor", next)];
    let page = read(&slack, "conversations.history", &page).await;
    assert_eq!(page["messages"][0]["text"], "one");
    assert_eq!(page["messages"][0]["metadata"], Json::Null);
    let group = call(&slack, "conversations.open", json!({"users": "UANA,UBEN"})).await;
    let group = group["channel"]["id"].as_str().unwrap();
    let history = read(&slack, "conversations.history", &[("channel", group)]).await;
    assert_eq!(history["error"], "missing_scope");
}

#[tokio::test]
async fn messages_are_changed_and_taken_back() {
    let (slack, _) = workspace().await;
    let posted = post(&slack, "UANA", "one").await;
    let at = |more: Json| {
        let mut body = json!({"channel": posted["channel"], "ts": posted["ts"]});
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        body
    };
    let changed = call(&slack, "chat.update", at(json!({"text": "two"}))).await;
    assert_eq!(changed["message"]["text"], "two");
    assert_eq!(slack.dm("UANA")[0].render(), "two (edited)");
    let reference = MessageRef {
        channel: posted["channel"].as_str().unwrap().to_owned(),
        ts: posted["ts"].as_str().unwrap().to_owned(),
    };
    assert!(slack.message(&reference).is_some());
    assert_eq!(call(&slack, "chat.delete", at(json!({}))).await["ok"], true);
    assert!(slack.dm("UANA").is_empty());
    let again = call(&slack, "chat.update", at(json!({"text": "three"}))).await;
    assert_eq!(again["error"], "message_not_found");
}

#[tokio::test]
async fn each_method_has_its_limit() {
    let (slack, clock) = workspace().await;
    for _ in 0..20 {
        assert_eq!(read(&slack, "users.list", &[]).await["ok"], true);
    }
    let url = format!("{}/users.list", slack.api_url());
    let request = slack.inner.http.post(url).bearer_auth("xoxb-sandbox-token");
    let refused = request.send().await.unwrap();
    assert_eq!(refused.status(), 429);
    assert_eq!(refused.headers()["retry-after"], "60");
    forward(&clock, 59);
    let answer = read(&slack, "users.list", &[]).await;
    assert_eq!(answer["error"], "ratelimited");
    forward(&clock, 1);
    assert_eq!(read(&slack, "users.list", &[]).await["ok"], true);
    assert_eq!(slack.tally().rate_limited, 2);
}

#[tokio::test]
async fn a_channel_takes_one_message_a_second() {
    let (slack, clock) = workspace().await;
    assert_eq!(post(&slack, "UANA", "one").await["ok"], true);
    assert_eq!(post(&slack, "UANA", "two").await["error"], "ratelimited");
    assert_eq!(post(&slack, "UBEN", "one").await["ok"], true);
    clock.set(clock.now() + jiff::SignedDuration::from_millis(999));
    assert_eq!(post(&slack, "UANA", "two").await["error"], "ratelimited");
    clock.set(clock.now() + jiff::SignedDuration::from_millis(1));
    assert_eq!(post(&slack, "UANA", "two").await["ok"], true);
}

#[tokio::test]
async fn a_workspace_takes_300_messages_a_minute() {
    let (slack, _) = workspace().await;
    for n in 0..300 {
        slack.add_channel(&format!("C{n}"), "x", true);
        let answer = post(&slack, &format!("C{n}"), "hi").await;
        assert_eq!(answer["ok"], true);
    }
    assert_eq!(post(&slack, "UANA", "hi").await["error"], "ratelimited");
}

#[tokio::test]
async fn files_are_uploaded_in_three_steps() {
    let (slack, clock) = workspace().await;
    let form = [("filename", "chart.png"), ("length", "3")];
    let ticket = read(&slack, "files.getUploadURLExternal", &form).await;
    let url = ticket["upload_url"].as_str().unwrap();
    let image = json!([{
        "type": "image", "alt_text": "a chart", "slack_file": {"id": ticket["file_id"]},
    }]);
    let message = json!({"channel": "UANA", "text": "chart", "blocks": image});
    let early = call(&slack, "chat.postMessage", message.clone()).await;
    assert_eq!(early["error"], "invalid_blocks");
    let short = slack.inner.http.post(url).body("ab").send().await.unwrap();
    assert_eq!(short.status(), 400);
    let full = slack.inner.http.post(url).body("abc").send().await.unwrap();
    assert_eq!(full.status(), 200);
    let files = json!([{"id": ticket["file_id"], "title": "Chart"}]).to_string();
    let form = [("files", files.as_str())];
    let done = read(&slack, "files.completeUploadExternal", &form).await;
    assert_eq!(done["files"][0]["title"], "Chart");
    // Slack is not done with it at once.
    let hasty = call(&slack, "chat.postMessage", message.clone()).await;
    assert_eq!(hasty["error"], "invalid_blocks");
    let tally = slack.tally();
    assert_eq!((tally.block_errors, tally.files_too_early), (1, 1));
    clock.set(clock.now() + jiff::SignedDuration::from_secs(2));
    let posted = call(&slack, "chat.postMessage", message).await;
    assert_eq!(posted["ok"], true);
    assert_eq!(slack.dm("UANA")[0].render(), "[image: a chart]");
}

#[tokio::test]
async fn a_file_shared_is_a_message_and_shared_again_a_second_one() {
    let (slack, clock) = workspace().await;
    let opened = call(&slack, "conversations.open", json!({"users": "UANA,UBEN"})).await;
    let channel = opened["channel"]["id"].as_str().unwrap().to_owned();
    let form = [("filename", "meeting.ics"), ("length", "3")];
    let ticket = read(&slack, "files.getUploadURLExternal", &form).await;
    let url = ticket["upload_url"].as_str().unwrap();
    let http = &slack.inner.http;
    let astray = http.post(url).bearer_auth("xoxb").body("abc").send();
    assert_eq!(astray.await.unwrap().status(), 200);
    assert_eq!(slack.tally().leaked_tokens, 1);
    let files = json!([{"id": ticket["file_id"], "title": "Your meeting"}]).to_string();
    let complete = async |channel: &str, comment: &str| {
        let form = [
            ("files", files.as_str()),
            ("channel_id", channel),
            ("initial_comment", comment),
        ];
        read(&slack, "files.completeUploadExternal", &form).await["error"].clone()
    };
    assert_eq!(complete("C404", "Here").await, "channel_not_found");
    assert_eq!(complete(&channel, "Here").await, json!(null));
    assert_eq!(complete(&channel, "Here").await, "ratelimited");
    forward(&clock, 1);
    let again = "Here, in case it did not arrive";
    assert_eq!(complete(&channel, again).await, json!(null));
    let late = http.post(url).body("abc").send().await.unwrap();
    assert_eq!(late.status(), 404, "it is complete");

    let messages = &slack.group_dms("UANA")[0].messages;
    let shown = "Here\n[file: Your meeting (meeting.ics)]";
    assert_eq!(messages[0].render(), shown);
    assert_eq!(messages[0].files[0].bytes, b"abc");
    let tally = slack.tally();
    assert_eq!((tally.files, tally.duplicated_marked.mpim), (2, 1));
    assert_eq!(tally.duplicated.total(), 0);
}
