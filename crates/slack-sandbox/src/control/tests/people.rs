//! People's actions and views.

use super::*;

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
async fn a_file_that_somebody_picks_has_an_id_to_fill_in() {
    let stage = Stage::set().await;
    let rows = json!([{"name": "Ana"}]);
    let answer = stage.post("/users/ana/upload?name=people.json", rows).await;
    let id = answer["file"].as_str().unwrap();
    assert!(id.starts_with('F'), "{answer}");
    {
        let slack = stage.slack.inner.state();
        let file = &slack.files[id];
        assert_eq!(file.name, "people.json");
        assert_eq!(file.bytes, br#"[{"name":"Ana"}]"#);
    }
    let (status, why) = stage.refused("/users/ana/upload", json!({})).await;
    assert!(status == 400 && why.contains("name"), "{why}");
}
