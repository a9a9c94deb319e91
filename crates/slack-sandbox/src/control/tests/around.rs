//! The workspace, the app, the clock and the faults.

use super::*;

#[tokio::test]
async fn a_moved_clock_brings_late_events_and_leaves_signatures_alone() {
    let stage = Stage::set().await;
    stage
        .post("/faults/next_event", json!({"fault": {"late": 90}}))
        .await;
    let new = json!({"name": "dora", "real_name": "Dora Lund", "tz": "Europe/Oslo"});
    let joined = stage.post("/users", new).await;
    assert_eq!(joined["user"]["id"], "UDORA");
    assert_eq!(stage.heard.lock().unwrap().len(), 0);
    let moved = stage.post("/clock", json!({"forward": "89s"})).await;
    assert_eq!(moved["events_delivered"], 0);
    let moved = stage.post("/clock", json!({"forward": "1h"})).await;
    assert_eq!(moved["events_delivered"], 1);
    assert_eq!(moved["now"], "2026-03-02T10:01:29Z");
    let (headers, body) = stage.heard.lock().unwrap()[0].clone();
    assert!(body.contains("team_join"), "{body}");
    let signed = headers["x-slack-request-timestamp"].to_str().unwrap();
    let off = signed.parse::<i64>().unwrap() - WallClock.now().as_second();
    assert!(
        off.abs() < 60,
        "an app on the machine's clock would refuse it"
    );
    let (status, _) = stage.refused("/clock", json!({"forward": "soon"})).await;
    assert_eq!(status, 400);
    let (status, _) = stage.refused("/clock", json!({"to": START})).await;
    assert_eq!(status, 409, "time does not run backwards");
}

#[tokio::test]
async fn limits_count_real_time_when_the_clock_stands_still() {
    let stage = Stage::set().await;
    let post = || stage.call("chat.postMessage", json!({"channel": "UANA", "text": "hi"}));
    for _ in 0..5 {
        assert_eq!(post().await["ok"], true);
    }
    assert_eq!(post().await["error"], "ratelimited");
    tokio::time::sleep(Duration::from_millis(1050)).await;
    assert_eq!(post().await["ok"], true, "an app waits for real seconds");
}

#[tokio::test]
async fn profiles_change_and_apps_hear_of_it() {
    let stage = Stage::set().await;
    let change = json!({"tz": "Asia/Tokyo", "deleted": true});
    let (status, answer) = stage.ask("PATCH", "/users/ben", &change).await;
    assert_eq!((status, &answer["user"]["tz"]), (200, &json!("Asia/Tokyo")));
    let heard = stage.heard.lock().unwrap()[0].1.clone();
    assert!(heard.contains("user_change"), "{heard}");
    let (status, answer) = stage
        .ask("PATCH", "/users/ana", &json!({"tz": "Mars"}))
        .await;
    assert_eq!(status, 400, "{answer}");
    let (status, _) = stage.ask("PUT", "/faults/heavy", &json!({})).await;
    assert_eq!(status, 200);
    let (_, answer) = stage.ask("GET", "/faults", &json!({})).await;
    assert_eq!(answer["faults"]["too_many"], 0.06);
    let (status, answer) = stage.ask("PUT", "/faults", &json!({"tooMany": 1.0})).await;
    assert_eq!(status, 400, "{answer}");
}

#[tokio::test]
async fn messages_in_channels_are_heard_by_members_who_subscribed() {
    let stage = Stage::set().await;
    let events = ["app_mention".to_owned(), "message.channels".to_owned()];
    stage.slack.inner.state().options.events = events.into();
    let words = json!({"channel": "general", "text": "who is <@UBEN> & co"});
    stage.post("/users/ana/mentions", words).await;
    let heard = stage.heard.lock().unwrap().clone();
    let kinds: Vec<String> = heard
        .iter()
        .map(|(_, body)| {
            let event: Json = serde_json::from_str(body).unwrap();
            assert_eq!(event["event"]["text"], "<@U0BOT> who is <@UBEN> &amp; co");
            event["event"]["type"].as_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!(kinds, ["message", "app_mention"]);
    stage.post("/channels/general/kick", json!({})).await;
    let words = json!({"channel": "#general", "text": "and now?"});
    stage.post("/users/ana/mentions", words).await;
    stage
        .post("/users/ana/messages", json!({"text": "not subscribed"}))
        .await;
    assert_eq!(stage.heard.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn web_pages_are_kept_out() {
    let stage = Stage::set().await;
    let request = stage.slack.inner.http.post(stage.url("/app/uninstall"));
    let answer = request.header("origin", "https://example.com").send();
    assert_eq!(answer.await.unwrap().status(), 403);
    assert_eq!(stage.call("auth.test", json!({})).await["ok"], true);
}

/// An app that answers everything with `answer`.
async fn app_that_says(answer: &'static str) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let app = axum::Router::new().fallback(move || async move { answer });
    tokio::spawn(async { axum::serve(listener, app).await });
    address
}

#[tokio::test]
async fn a_request_url_is_verified_by_its_challenge() {
    let stage = Stage::set().await;
    let app = async || stage.ask("GET", "/app", &json!({})).await.1;
    assert_eq!(app().await["is_request_url_verified"], false);
    stage.post("/app/verify", json!({})).await;
    assert_eq!(app().await["is_request_url_verified"], true);
    stage.slack.connect(&app_that_says("fine").await);
    let (status, why) = stage.refused("/app/verify", json!({})).await;
    assert!(
        status == 502 && why.contains("did not send the challenge back, but: fine"),
        "{why}"
    );
    assert_eq!(
        stage.slack.tally().violations(),
        0,
        "an app may not be up yet"
    );
    let ana = json!({"title": "Baker"});
    stage.ask("PATCH", "/users/ana", &ana).await;
    let tally = stage.ask("GET", "/tally", &json!({})).await.1;
    assert_eq!(
        (&tally["events_unverified"], &tally["sent"]),
        (&json!(1), &json!(0))
    );
    let settings = json!({"must_verify_url": false});
    stage.ask("PATCH", "/app/settings", &settings).await;
    stage.ask("PATCH", "/users/ana", &ana).await;
    assert_eq!(stage.slack.tally().sent, 1);
}

#[tokio::test]
async fn settings_of_the_app_and_of_channels_are_switched() {
    let stage = Stage::set().await;
    let off = json!({"messages_tab": false, "file_uploads": false});
    assert_eq!(stage.ask("PATCH", "/app/settings", &off).await.0, 200);
    let refused = async |channel: &str| {
        let body = json!({"channel": channel, "text": "hi"});
        stage.call("chat.postMessage", body).await["error"].take()
    };
    assert_eq!(refused("UANA").await, "messages_tab_disabled");
    let (status, why) = stage
        .refused("/users/ana/commands", json!({"command": "/order"}))
        .await;
    assert!(
        status == 409 && why.contains("Messages tab is off"),
        "{why}"
    );
    let on = json!({"messages_tab": true});
    stage.ask("PATCH", "/app/settings", &on).await;
    assert_eq!(refused("UANA").await, Json::Null);
    let app = stage.ask("GET", "/app", &json!({})).await.1;
    assert_eq!(
        app["settings"]["file_uploads"], false,
        "only what is given is set"
    );
    let limited = json!({"posting": "limited_access"});
    let path = "/channels/general/posting";
    assert_eq!(stage.ask("PUT", path, &limited).await.0, 200);
    assert_eq!(refused("CGENERAL").await, "channel_is_limited_access");
    let (status, answer) = stage.ask("PUT", path, &json!({"posting": "none"})).await;
    assert_eq!(status, 400, "{answer}");
}

#[tokio::test]
async fn an_app_may_hear_late_that_it_was_removed() {
    let stage = Stage::set().await;
    stage.post("/app/uninstall", json!({"late": "2h"})).await;
    let inactive = stage.call("auth.test", json!({})).await;
    assert_eq!(inactive["error"], "account_inactive");
    stage.post("/app/reinstall", json!({})).await;
    let moved = stage.post("/clock", json!({"forward": "2h"})).await;
    assert_eq!(moved["events_delivered"], 2);
    assert_eq!(stage.call("auth.test", json!({})).await["ok"], true);
    let (status, _) = stage
        .refused("/app/uninstall", json!({"late": "soon"}))
        .await;
    assert_eq!(status, 400);
}
