//! Refusals that follow from settings, and events in odd states.

use super::*;
use crate::Posting;
use jiff::SignedDuration;

impl Stub {
    fn kinds(&self) -> Vec<String> {
        let heard = self.heard.lock().unwrap();
        heard
            .iter()
            .map(|heard| {
                let event = &heard.json["event"]["type"];
                event.as_str().unwrap_or_default().to_owned()
            })
            .collect()
    }
}

#[tokio::test]
async fn no_event_goes_to_a_url_that_does_not_send_the_challenge_back() {
    let (slack, _) = workspace().await;
    let bot = Stub::start(&slack).await;
    bot.verifies.store(false, Ordering::SeqCst);
    slack.open_home("UANA").await;
    slack.open_home("UANA").await;
    assert_eq!(bot.count(), 1, "one challenge, no event");
    assert_eq!(bot.last().json["type"], "url_verification");
    assert!(!slack.is_request_url_verified());
    let tally = slack.tally();
    assert_eq!((tally.events_unverified, tally.sent), (2, 0));
    assert_eq!(tally.violations(), 2);
    assert!(tally.remarks[0].contains("did not send the challenge back"));
    assert!(tally.remarks[1].contains("app_home_opened was not delivered"));
    slack.command("UANA", "help").await;
    slack.shortcut("UANA", "log").await;
    assert_eq!(
        bot.count(),
        3,
        "commands and interactions need no verified URL"
    );

    bot.verifies.store(true, Ordering::SeqCst);
    slack.open_home("UANA").await;
    assert_eq!(bot.count(), 3, "nobody has it checked again by itself");
    slack.verify_request_url().await.unwrap();
    slack.open_home("UANA").await;
    assert_eq!(bot.last().json["event"]["type"], "app_home_opened");
}

#[tokio::test]
async fn each_new_address_is_challenged_once_and_an_absent_app_gets_its_events_later() {
    let (slack, clock) = workspace().await;
    slack.connect("http://127.0.0.1:1");
    slack.open_home("UANA").await;
    let tally = slack.tally();
    assert_eq!((tally.events_unverified, tally.events_retried), (0, 2));
    let bot = Stub::start(&slack).await;
    forward(&clock, 60);
    assert_eq!(slack.deliver_due().await, 1);
    assert_eq!(bot.kinds(), ["app_home_opened"]);
    assert!(slack.is_request_url_verified());

    let other = Stub::start(&slack).await;
    assert!(!slack.is_request_url_verified());
    other.verifies.store(false, Ordering::SeqCst);
    other.reacts(|heard| {
        let challenge = heard.json["challenge"].as_str().unwrap_or_default();
        (200, format!("challenge={challenge}"), Duration::ZERO)
    });
    slack.open_home("UANA").await;
    slack.open_home("UANA").await;
    assert_eq!(other.kinds(), ["", "app_home_opened", "app_home_opened"]);
}

#[tokio::test]
async fn without_the_rule_events_need_no_verified_url() {
    let (slack, _) = workspace_with(Options {
        must_verify_url: false,
        settle: Duration::from_millis(20),
        ..Options::default()
    })
    .await;
    let bot = Stub::start(&slack).await;
    bot.verifies.store(false, Ordering::SeqCst);
    slack.open_home("UANA").await;
    assert_eq!(bot.kinds(), ["app_home_opened"]);
}

#[tokio::test]
async fn people_of_another_workspace_come_with_its_id_and_are_no_strangers() {
    let (slack, _) = workspace().await;
    let bot = Stub::start(&slack).await;
    slack
        .join_workspace(User::new("UFAR", "Fay Far").home_team("T0PARTNER"))
        .await;
    let told = bot.last().json;
    assert_eq!(
        told["team_id"], "T0SANDBOX",
        "the event is this workspace's"
    );
    let listed = read(&slack, "users.list", &[]).await;
    let listed = listed["members"].as_array().unwrap().clone();
    let listed = listed.into_iter().find(|user| user["id"] == "UFAR");
    let asked = read(&slack, "users.info", &[("user", "UFAR")]).await;
    for user in [&told["event"]["user"], &listed.unwrap(), &asked["user"]] {
        assert_eq!(user["team_id"], "T0PARTNER", "{user}");
        assert_eq!(user["profile"]["team"], "T0PARTNER");
        assert_eq!(user["is_stranger"], false);
    }
    slack.shortcut("UFAR", "log").await;
    let acted = bot.last().json;
    assert_eq!(acted["user"]["team_id"], "T0PARTNER");
    assert_eq!(acted["team"]["id"], "T0SANDBOX");

    slack.add_user(User {
        is_stranger: true,
        ..User::new("USTRANGE", "Stan")
    });
    let stranger = read(&slack, "users.info", &[("user", "USTRANGE")]).await;
    assert_eq!(stranger["user"]["is_stranger"], true);
    assert_ne!(stranger["user"]["team_id"], "T0SANDBOX");
}

#[tokio::test]
async fn a_removal_may_be_told_when_the_token_works_again() {
    let (slack, clock) = workspace().await;
    let bot = Stub::start(&slack).await;
    slack.uninstall_told_late(SignedDuration::from_hours(2));
    assert_eq!(
        post(&slack, "UANA", "hi").await["error"],
        "account_inactive"
    );
    assert_eq!(bot.count(), 0);
    slack.reinstall(None);
    let happened = clock.now().as_second();
    slack.pass(SignedDuration::from_hours(3)).await.unwrap();
    assert_eq!(bot.kinds(), ["tokens_revoked", "app_uninstalled"]);
    assert_eq!(bot.last().json["event_time"], happened);
    assert_eq!(post(&slack, "UANA", "hi").await["ok"], true);
}

#[tokio::test]
async fn without_the_messages_tab_there_are_no_direct_messages() {
    let (slack, clock) = workspace().await;
    let bot = Stub::start(&slack).await;
    slack.add_channel("C1", "general", true);
    slack.join_channel("C1", "UANA");
    let posted = post(&slack, "UANA", "before").await;
    let im = posted["channel"].as_str().unwrap().to_owned();
    slack.set_messages_tab(false);
    for channel in ["UANA", im.as_str(), "UBEN"] {
        forward(&clock, 1);
        let refused = post(&slack, channel, "hi").await;
        assert_eq!(refused["error"], "messages_tab_disabled", "{channel}");
    }
    let body = json!({"channel": im, "user": "UANA", "text": "psst"});
    let refused = call(&slack, "chat.postEphemeral", body).await;
    assert_eq!(refused["error"], "messages_tab_disabled");
    let answer = slack.command("UANA", "help").await;
    assert!(answer.error.unwrap().contains("Messages tab is off"));
    slack.say("UANA", "hello?").await;
    assert_eq!(bot.count(), 0);
    assert!(slack.command_in("UANA", "C1", "help").await.is_ok());
    let group = call(&slack, "conversations.open", json!({"users": "UANA,UBEN"})).await;
    let group = group["channel"]["id"].as_str().unwrap();
    assert_eq!(post(&slack, group, "hi").await["ok"], true);
    slack.set_messages_tab(true);
    forward(&clock, 1);
    assert_eq!(post(&slack, "UANA", "hi").await["ok"], true);
}

/// A file uploaded to the workspace and shared in this channel.
async fn share(slack: &Sandbox, channel: &str) -> Json {
    let ticket = [("filename", "a.txt"), ("length", "2")];
    let ticket = read(slack, "files.getUploadURLExternal", &ticket).await;
    let url = ticket["upload_url"].as_str().unwrap();
    slack.inner.http.post(url).body("hi").send().await.unwrap();
    let files = json!([{"id": ticket["file_id"]}]);
    let body = json!({"files": files, "channel_id": channel});
    call(slack, "files.completeUploadExternal", body).await
}

#[tokio::test]
async fn channels_keep_the_app_from_posting_in_different_ways() {
    let (slack, clock) = workspace().await;
    slack.add_channel("C1", "news", true);
    slack.join_channel("C1", "UANA");
    slack.set_scopes(&[
        "chat:write",
        "channels:read",
        "channels:history",
        "files:write",
    ]);
    let limited = "channel_is_limited_access";
    let denied = "posting_to_channel_denied";
    for (posting, [message, whisper, file, read_it]) in [
        (
            Posting::ReadOnly,
            [
                "restricted_action_read_only_channel",
                "restricted_action",
                denied,
                "",
            ],
        ),
        (Posting::Denied, [denied, denied, denied, ""]),
        (Posting::LimitedAccess, [limited; 4]),
        (Posting::Everyone, [""; 4]),
    ] {
        slack.set_posting("C1", posting);
        forward(&clock, 60);
        let error = |answer: Json| answer["error"].as_str().unwrap_or_default().to_owned();
        assert_eq!(
            error(post(&slack, "C1", "hi").await),
            message,
            "{posting:?}"
        );
        let body = json!({"channel": "C1", "user": "UANA", "text": "psst"});
        let whispered = call(&slack, "chat.postEphemeral", body).await;
        assert_eq!(error(whispered), whisper, "{posting:?}");
        forward(&clock, 60);
        assert_eq!(error(share(&slack, "C1").await), file, "{posting:?}");
        for method in ["conversations.info", "conversations.history"] {
            let answer = read(&slack, method, &[("channel", "C1")]).await;
            assert_eq!(error(answer), read_it, "{method} {posting:?}");
        }
    }
    assert_eq!(slack.channels()[0].posting, Posting::Everyone);
}

#[tokio::test]
async fn a_workspace_may_not_take_files() {
    let (slack, _) = workspace().await;
    let ticket = [("filename", "a.txt"), ("length", "2")];
    let before = read(&slack, "files.getUploadURLExternal", &ticket).await;
    let url = before["upload_url"].as_str().unwrap();
    slack.inner.http.post(url).body("hi").send().await.unwrap();
    slack.set_file_uploads(false);
    let refused = read(&slack, "files.getUploadURLExternal", &ticket).await;
    assert_eq!(refused["error"], "file_uploads_disabled");
    let files = json!({"files": [{"id": before["file_id"]}]});
    let refused = call(&slack, "files.completeUploadExternal", files).await;
    assert_eq!(refused["error"], "file_uploads_disabled");
}
