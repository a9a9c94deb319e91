//! The control API against an app of a few lines.

use crate::{AppClock, Clock as _, ManualClock, Options, Paths, PeopleFile, Sandbox, WallClock};
use axum::extract::State;
use axum::http::HeaderMap;
use serde_json::{Value as Json, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const START: &str = "2026-03-02T09:00:00Z";

/// What the app heard: headers and body.
type Heard = Arc<Mutex<Vec<(HeaderMap, String)>>>;

async fn hear(State(heard): State<Heard>, headers: HeaderMap, body: String) -> &'static str {
    heard.lock().unwrap().push((headers, body));
    ""
}

/// A workspace of three, started as the program starts it, on a clock that stands still.
struct Stage {
    slack: Sandbox,
    heard: Heard,
}

impl Stage {
    async fn set() -> Self {
        let options = Options {
            control: true,
            app_clock: AppClock::Machine,
            burst: 5,
            command: String::new(),
            paths: Paths::all("/slack/events"),
            settle: Duration::from_millis(20),
            ..Options::default()
        };
        let clock = ManualClock::new(START.parse().unwrap());
        let slack = Sandbox::start(clock, options).await.unwrap();
        slack.add_people(&PeopleFile::three_people());
        let heard = Heard::default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        slack.connect(&format!("http://{}", listener.local_addr().unwrap()));
        let app = axum::Router::new().fallback(hear).with_state(heard.clone());
        tokio::spawn(async { axum::serve(listener, app).await });
        Self { slack, heard }
    }

    fn url(&self, path: &str) -> String {
        self.slack.inner.url(&format!("/control{path}"))
    }

    async fn ask(&self, verb: &str, path: &str, body: &Json) -> (u16, Json) {
        let verb = verb.parse().unwrap();
        let request = self.slack.inner.http.request(verb, self.url(path));
        let answer = request.json(body).send().await.unwrap();
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap();
        let json = serde_json::from_str(&text);
        (status, json.unwrap_or_else(|_| panic!("{path}: {text}")))
    }

    async fn post(&self, path: &str, body: Json) -> Json {
        let (status, answer) = self.ask("POST", path, &body).await;
        assert_eq!((status, &answer["ok"]), (200, &json!(true)), "{answer}");
        answer
    }

    async fn refused(&self, path: &str, body: Json) -> (u16, String) {
        let (status, answer) = self.ask("POST", path, &body).await;
        assert_eq!(answer["ok"], false, "{answer}");
        (status, answer["message"].as_str().unwrap().to_owned())
    }

    async fn text(&self, path: &str) -> String {
        let request = self.slack.inner.http.get(self.url(path));
        let answer = request.header("accept", "text/plain").send();
        answer.await.unwrap().text().await.unwrap()
    }

    /// A call of the app's.
    async fn call(&self, method: &str, body: Json) -> Json {
        let url = format!("{}/{method}", self.slack.api_url());
        let request = self.slack.inner.http.post(url);
        let request = request.bearer_auth("xoxb-sandbox-token").json(&body);
        request.send().await.unwrap().json().await.unwrap()
    }
}

fn buttons() -> Json {
    let button = |label: &str| json!({"type": "button", "action_id": label.to_lowercase(), "text": {"type": "plain_text", "text": label}});
    json!([{"type": "actions", "elements": [button("Sign"), button("Later")]}])
}

#[tokio::test]
async fn the_readme_and_the_index_list_every_endpoint() {
    let readme = include_str!("../../README.md");
    for row in super::endpoints() {
        let line = format!("| {} | `/control{}` | {} |", row.verb, row.path, row.what);
        assert!(readme.contains(&line), "the README lacks:\n{line}");
    }
    let rows = readme.lines().filter(|line| line.contains("| `/control"));
    assert_eq!(rows.count(), super::endpoints().len(), "and has no other");
    let stage = Stage::set().await;
    for path in ["", "/"] {
        assert!(
            stage
                .text(path)
                .await
                .contains("/control/users/{user}/press")
        );
    }
}

#[tokio::test]
async fn who_cannot_do_something_is_told_what_they_can_do() {
    let stage = Stage::set().await;
    let message = json!({"channel": "UANA", "text": "Sign?", "blocks": buttons()});
    assert_eq!(stage.call("chat.postMessage", message).await["ok"], true);
    let join = json!({"action": "Join"});
    let told = stage.refused("/users/ana/press", join.clone()).await;
    let why = "UANA sees no button called 'Join'; there are: 'Sign', 'Later'";
    assert_eq!(told, (409, why.to_owned()));
    let told = stage.refused("/users/ben/press", join).await;
    let why = "UBEN sees no button called 'Join'; there are none";
    assert_eq!(told, (409, why.to_owned()));
    let told = stage
        .refused("/users/zoe/press", json!({"action": "Sign"}))
        .await;
    assert_eq!(
        told,
        (404, "no user 'zoe'; there are: ana, ben, chen".to_owned())
    );
    let (status, why) = stage
        .refused("/users/ana/press", json!({"button": "Sign"}))
        .await;
    assert!(
        status == 400 && why.contains("unknown field `button`, expected one of `action`"),
        "{why}"
    );
    let (status, why) = stage
        .refused("/users/ana/commands", json!({"text": "hi"}))
        .await;
    assert!(
        status == 409 && why.contains("is no slash command"),
        "{why}"
    );
    let (status, why) = stage.refused("/users/ana/submit", json!({})).await;
    assert_eq!((status, why.as_str()), (409, "UANA has no modal open"));
    let (status, why) = stage.refused("/nothing", json!({})).await;
    assert!(status == 404 && why.contains("GET /control lists"), "{why}");
    let (status, why) = stage.refused("/users/ana/dm", json!({})).await;
    assert!(
        status == 404 && why.contains("no POST /control/users/ana/dm"),
        "{why}"
    );
    let (status, answer) = stage.ask("GET", "/exchanges?after=x", &json!({})).await;
    assert!(status == 400 && answer["ok"] == false, "{answer}");
}

#[tokio::test]
async fn a_pressed_button_reaches_the_app_and_a_dead_app_is_named() {
    let stage = Stage::set().await;
    let message = json!({"channel": "UANA", "text": "Sign?", "blocks": buttons()});
    stage.call("chat.postMessage", message).await;
    stage
        .post("/users/ana/press", json!({"action": "Sign"}))
        .await;
    assert!(stage.heard.lock().unwrap()[0].1.contains("block_actions"));
    stage.slack.connect("http://127.0.0.1:1");
    let (status, why) = stage
        .refused("/users/ana/press", json!({"action": "sign"}))
        .await;
    assert!(
        status == 502 && why.starts_with("service_unavailable"),
        "{why}"
    );
}

#[tokio::test]
async fn what_somebody_waits_for_is_shown_when_it_comes() {
    let stage = Stage::set().await;
    let shown = stage.text("/users/ana/dm?until=Hello%20@Ana");
    let writing = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let message = json!({"channel": "UANA", "text": "Hello <@UANA>, it is 5 &gt; 3"});
        stage.call("chat.postMessage", message).await
    };
    let (seen, _) = tokio::join!(shown, writing);
    let name = &Options::default().bot_name;
    assert_eq!(
        seen,
        format!("{name}  10:00\nHello @Ana Ito, it is 5 > 3\n")
    );
    let never = stage.text("/users/ana/dm?until=Goodbye&within_ms=30").await;
    let never: Json = serde_json::from_str(&never).unwrap();
    assert_eq!(never["error"], "not_seen");
    assert!(
        never["message"].as_str().unwrap().contains("it says:\n"),
        "{never}"
    );
}

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

/// A form with a field of each way to fill one in, opened for Ana.
async fn open_form(stage: &Stage) {
    let plain = |text: &str| json!({"type": "plain_text", "text": text});
    let option = |text: &str| json!({"text": plain(text), "value": text.to_lowercase()});
    let options = json!([option("Rust"), option("Sales")]);
    let field = |label: &str, element: Json| {
        let mut element = element;
        element["action_id"] = json!("it");
        json!({"type": "input", "block_id": label.to_lowercase(), "label": plain(label), "element": element, "optional": label == "Note"})
    };
    let blocks = json!([
        field(
            "Topic",
            json!({"type": "static_select", "options": options})
        ),
        field("Topics", json!({"type": "checkboxes", "options": options})),
        field("Boss", json!({"type": "users_select"})),
        field("Team", json!({"type": "multi_users_select"})),
        field("Place", json!({"type": "conversations_select"})),
        field("Day", json!({"type": "datepicker"})),
        field(
            "Count",
            json!({"type": "number_input", "is_decimal_allowed": false})
        ),
        field(
            "Note",
            json!({"type": "plain_text_input", "initial_value": "old"})
        ),
    ]);
    let typed = json!({"command": "/form", "channel": "general"});
    stage.post("/users/ana/commands", typed).await;
    let (_, command) = stage.heard.lock().unwrap().last().unwrap().clone();
    let trigger = form_urlencoded::parse(command.as_bytes())
        .find(|(name, _)| name == "trigger_id")
        .unwrap();
    let view =
        json!({"type": "modal", "title": plain("Form"), "submit": plain("Send"), "blocks": blocks});
    let opened = stage.call("views.open", json!({"trigger_id": trigger.1, "view": view}));
    let opened = opened.await;
    assert_eq!(opened["ok"], true, "{opened}");
}

#[tokio::test]
async fn forms_are_filled_in_the_way_people_say_it() {
    let stage = Stage::set().await;
    open_form(&stage).await;
    let choose = json!({"action": "Topic", "value": "Sales"});
    stage.post("/users/ana/choose", choose).await;
    let (status, why) = stage
        .refused("/users/ana/submit", json!({"values": {"Boss": "nobody"}}))
        .await;
    assert_eq!((status, why.as_str()), (409, "Boss: no user nobody"));
    let (status, why) = stage
        .refused("/users/ana/submit", json!({"values": {"Manager": "ben"}}))
        .await;
    assert!(
        status == 409 && why.contains("no field or menu called 'Manager'"),
        "{why}"
    );
    let (status, why) = stage
        .refused("/users/ana/submit", json!({"values": {"Note": {"a": 1}}}))
        .await;
    assert!(
        status == 400 && why.contains("write words, a number"),
        "{why}"
    );
    let values = json!({
        "Topics": ["Rust", "sales"], "Boss": "ben", "Team": ["ben", "@chen"], "Place": "#general",
        "Day": "2026-03-02", "Count": 3, "Note": null,
    });
    let sent = stage
        .post("/users/ana/submit", json!({"values": values}))
        .await;
    assert_eq!(sent["result"], "closed");
    let (_, body) = stage.heard.lock().unwrap().last().unwrap().clone();
    let (_, payload) = form_urlencoded::parse(body.as_bytes()).next().unwrap();
    let payload: Json = serde_json::from_str(&payload).unwrap();
    let got = |field: &str, key: &str| payload["view"]["state"]["values"][field]["it"][key].clone();
    assert_eq!(got("topic", "selected_option")["value"], "sales");
    assert_eq!(
        got("topics", "selected_options").as_array().unwrap().len(),
        2
    );
    assert_eq!(got("boss", "selected_user"), "UBEN");
    assert_eq!(got("team", "selected_users"), json!(["UBEN", "UCHEN"]));
    assert_eq!(got("place", "selected_conversation"), "CGENERAL");
    assert_eq!(got("day", "selected_date"), "2026-03-02");
    assert_eq!(got("count", "value"), "3");
    assert_eq!(got("note", "value"), Json::Null);
}

#[tokio::test]
async fn people_see_only_their_own_conversations() {
    let stage = Stage::set().await;
    let new = json!({"name": "secret", "is_private": true, "members": ["ana"]});
    stage.post("/channels", new).await;
    let message = json!({"channel": "secret", "text": "hush"});
    stage.post("/users/ana/messages", message.clone()).await;
    let seen = stage.text("/users/ana/conversations/secret").await;
    assert_eq!(seen, "Ana Ito  10:00\nhush\n");
    let path = "/users/ben/conversations/secret";
    let (status, answer) = stage.ask("GET", path, &json!({})).await;
    assert_eq!((status, &answer["ok"]), (409, &json!(false)));
    let told = stage.refused("/users/ben/messages", message).await;
    assert_eq!(told, (409, "UBEN is not in CSECRET".to_owned()));
}

#[tokio::test]
async fn a_request_url_is_verified_by_its_challenge() {
    let stage = Stage::set().await;
    let (status, why) = stage.refused("/app/verify", json!({})).await;
    assert!(
        status == 502 && why.contains("did not send the challenge back"),
        "{why}"
    );
    assert_eq!(
        stage.slack.tally().violations(),
        0,
        "an app may not be up yet"
    );
    let echo = axum::Router::new().fallback(|body: String| async move {
        let asked: Json = serde_json::from_str(&body).unwrap();
        json!({"challenge": asked["challenge"]}).to_string()
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    stage
        .slack
        .connect(&format!("http://{}", listener.local_addr().unwrap()));
    tokio::spawn(async { axum::serve(listener, echo).await });
    stage.post("/app/verify", json!({})).await;
}
