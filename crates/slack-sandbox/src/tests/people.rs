use super::super::inbound::sign;
use super::*;
use crate::{Answers, MessageRef, Screen, Submitted, Value};

#[test]
fn signatures_match_slacks_example() {
    let body = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
    assert_eq!(
        sign(
            "8f742231b10e8888abcd99yyyzzz85a5",
            1_531_420_618,
            body.as_bytes()
        ),
        "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    );
}

fn reference(posted: &Json) -> MessageRef {
    MessageRef {
        channel: posted["channel"].as_str().unwrap().to_owned(),
        ts: posted["ts"].as_str().unwrap().to_owned(),
    }
}

#[tokio::test]
async fn commands_are_signed_forms_and_answers_are_shown() {
    let (slack, clock) = workspace().await;
    let bot = Stub::start(&slack).await;
    bot.answers(200, "Hello <@UANA>");
    let answer = slack.command("UANA", "join now").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.ephemeral.as_deref(), Some("Hello @Ana Ito"));
    let heard = bot.last();
    assert_eq!(heard.path, "/slack/commands");
    assert_eq!(heard.form["text"], "join now");
    assert_eq!(heard.form["command"], "/app");
    let timestamp = heard.headers["x-slack-request-timestamp"].to_str().unwrap();
    assert_eq!(timestamp, clock.now().as_second().to_string());
    let secret = Options::default().signing_secret;
    let signature = sign(&secret, clock.now().as_second(), heard.raw.as_bytes());
    assert_eq!(heard.headers["x-slack-signature"], signature);
    assert_eq!(slack.dm("UANA")[0].ephemeral_to.as_deref(), Some("UANA"));
}

#[tokio::test]
async fn command_words_are_escaped_and_mentions_named() {
    let (slack, _) = workspace().await;
    let bot = Stub::start(&slack).await;
    slack.command("UANA", "invite <@UBEN> & <all>").await;
    let text = bot.last().form["text"].clone();
    assert_eq!(text, "invite <@UBEN|uben> &amp; &lt;all&gt;");
    slack.inner.state().options.should_escape = false;
    slack.command("UANA", "invite <@UBEN>").await;
    assert_eq!(bot.last().form["text"], "invite @uben");
}

#[tokio::test]
async fn people_who_left_do_nothing() {
    let (slack, _) = workspace().await;
    let bot = Stub::start(&slack).await;
    assert!(slack.command("UDAN", "join").await.error.is_some());
    assert_eq!(bot.count(), 0);
    bot.answers(500, "");
    let answer = slack.command("UANA", "join").await;
    assert_eq!(answer.error.as_deref(), Some("dispatch_failed"));
    assert_eq!(slack.tally().ack_bad, 1);
}

#[tokio::test]
async fn triggers_open_one_modal_within_three_seconds() {
    let (slack, _) = workspace().await;
    let bot = Stub::start(&slack).await;
    slack.command("UANA", "join").await;
    let trigger = bot.last().form["trigger_id"].clone();
    let open = json!({"trigger_id": trigger, "view": modal(json!([section("hi")]))});
    let opened = call(&slack, "views.open", open.clone()).await;
    assert_eq!(opened["view"]["state"], json!({"values": {}}));
    assert_eq!(slack.modal("UANA").unwrap().title, "Join");
    let again = call(&slack, "views.open", open).await;
    assert_eq!(again["error"], "exchanged_trigger_id");
    slack.command("UANA", "join").await;
    let trigger = bot.last().form["trigger_id"].clone();
    slack
        .inner
        .state()
        .triggers
        .age(&trigger, Duration::from_secs(4));
    let late = json!({"trigger_id": trigger, "view": modal(json!([section("hi")]))});
    let late = call(&slack, "views.open", late).await;
    assert_eq!(late["error"], "expired_trigger_id");
    let wrong = json!({"trigger_id": "x", "view": modal(json!([section("hi")]))});
    let wrong = call(&slack, "views.open", wrong).await;
    assert_eq!(wrong["error"], "invalid_trigger_id");
    assert_eq!(slack.tally().expired_triggers, 3);
}

/// Opens a modal for Ana.
async fn open(slack: &Sandbox, bot: &Stub, blocks: Json) {
    slack.command("UANA", "join").await;
    let trigger = bot.last().form["trigger_id"].clone();
    let body = json!({"trigger_id": trigger, "view": modal(blocks)});
    let opened = call(slack, "views.open", body).await;
    assert_eq!(opened["ok"], true, "{opened}");
}

fn form_blocks() -> Json {
    let option = |word: &str| json!({"text": {"type": "plain_text", "text": word}, "value": word.to_lowercase()});
    let mut note = input(
        "Note",
        json!({"type": "plain_text_input", "action_id": "note", "max_length": 10}),
    );
    note["optional"] = json!(true);
    json!([
        input(
            "Role",
            json!({
                "type": "static_select", "action_id": "role",
                "options": [option("Mentor"), option("Mentee")],
            })
        ),
        input(
            "Topics",
            json!({
                "type": "checkboxes", "action_id": "topics",
                "options": [option("Rust"), option("Sales")],
            })
        ),
        input(
            "Manager",
            json!({"type": "users_select", "action_id": "manager"})
        ),
        note,
    ])
}

#[tokio::test]
async fn modals_are_filled_in_and_sent() {
    let (slack, _) = workspace().await;
    let bot = Stub::start(&slack).await;
    open(&slack, &bot, form_blocks()).await;
    let early = slack
        .submit("UANA", &Answers::from([("Role", "Mentor")]))
        .await;
    let why = "Topics: Please complete this required field.";
    assert_eq!(early, Submitted::Refused(why.to_owned()));
    let wrong = slack
        .submit("UANA", &Answers::from([("Role", "Boss")]))
        .await;
    assert!(matches!(wrong, Submitted::Refused(why) if why.contains("no option \"Boss\"")));
    bot.answers(
        200,
        r#"{"response_action":"errors","errors":{"manager":"Not your own manager."}}"#,
    );
    let answers = Answers::new()
        .with("Topics", Value::picks(&["Rust", "sales"]))
        .with("Manager", Value::User("UBEN".into()));
    let errors = slack.submit("UANA", &answers).await;
    assert!(matches!(errors, Submitted::Errors(map) if map.contains_key("manager")));
    insta::assert_snapshot!(slack.modal("UANA").unwrap().render(), @r"
    ┌ Join
    │ Role
    │   [ Mentor ▾ ] (Mentor, Mentee)
    │ Topics
    │   [x] Rust
    │   [x] Sales
    │ Manager
    │   [ @Ben Roy ▾ ]
    │   ! Not your own manager.
    │ Note (optional)
    │   [ ____ ]
    └ [ Close ]  [ Save ]
    ");
    bot.answers(200, "");
    assert_eq!(
        slack.submit("UANA", &Answers::new()).await,
        Submitted::Closed
    );
    assert!(slack.modal("UANA").is_none());
    let heard = bot.last().json;
    assert_eq!(heard["type"], "view_submission");
    assert_eq!(heard["view"]["callback_id"], "join");
    let values = &heard["view"]["state"]["values"];
    assert_eq!(values["role"]["role"]["selected_option"]["value"], "mentor");
    assert_eq!(
        values["topics"]["topics"]["selected_options"][1]["value"],
        "sales"
    );
    assert_eq!(values["manager"]["manager"]["selected_user"], "UBEN");
    assert_eq!(
        values["note"]["note"],
        json!({"type": "plain_text_input", "value": null})
    );
}

#[tokio::test]
async fn modals_are_pushed_updated_and_closed() {
    let (slack, _) = workspace().await;
    let bot = Stub::start(&slack).await;
    open(&slack, &bot, json!([section("one")])).await;
    let mut second = modal(json!([section("two")]));
    second["notify_on_close"] = json!(true);
    bot.answers(
        200,
        &json!({"response_action": "push", "view": second}).to_string(),
    );
    assert_eq!(
        slack.submit("UANA", &Answers::new()).await,
        Submitted::Pushed
    );
    assert_eq!(slack.modals("UANA"), 2);
    let top = slack.modal("UANA").unwrap();
    let stale =
        json!({"view_id": top.view_id, "hash": "x", "view": modal(json!([section("three")]))});
    let stale = call(&slack, "views.update", stale).await;
    assert_eq!(stale["error"], "hash_conflict");
    bot.answers(200, "");
    slack.close_modal("UANA").await;
    assert_eq!(bot.last().json["type"], "view_closed");
    assert_eq!(slack.modals("UANA"), 1);
    let gone = json!({"view_id": top.view_id, "view": modal(json!([section("three")]))});
    let gone = call(&slack, "views.update", gone).await;
    assert_eq!(gone["error"], "not_found");
    bot.answers(
        200,
        r#"{"response_action":"errors","errors":{"nowhere":"x"}}"#,
    );
    let refused = slack.submit("UANA", &Answers::new()).await;
    assert!(matches!(refused, Submitted::Refused(_)));
    assert_eq!(slack.tally().ack_bad, 1);
}

#[tokio::test]
async fn buttons_in_messages_carry_what_slack_sends() {
    let (slack, _) = workspace().await;
    let bot = Stub::start(&slack).await;
    let blocks = json!([
        section("Did you meet?"),
        input("Note", json!({"type": "plain_text_input", "action_id": "note"})),
        {"type": "actions", "elements": [button("Yes", "met"), button("No", "not_met")]},
    ]);
    let body = json!({"channel": "UANA", "text": "Did you meet?", "blocks": blocks});
    let posted = call(&slack, "chat.postMessage", body).await;
    let message = reference(&posted);
    let screen = Screen::from(&message);
    let typed = slack.choose("UANA", &screen, "Note", "fine").await;
    assert!(typed.is_ok(), "{typed:?}");
    assert_eq!(bot.count(), 0);
    let answer = slack.click("UANA", &message, "Yes").await;
    assert!(answer.is_ok(), "{answer:?}");
    let heard = bot.last().json;
    assert_eq!(heard["actions"][0]["action_id"], "met");
    assert_eq!(heard["actions"][0]["value"], "7");
    assert_eq!(heard["container"]["message_ts"], posted["ts"]);
    assert_eq!(heard["message"]["ts"], posted["ts"]);
    assert_eq!(heard["state"]["values"]["note"]["note"]["value"], "fine");
    let other = slack.click("UBEN", &message, "Yes").await;
    assert!(other.error.unwrap().starts_with("not_on_screen"));
    let missing = slack.click("UANA", &message, "Maybe").await;
    assert!(missing.error.unwrap().contains("Yes (met), No (not_met)"));
    slack.repeat("UANA").await;
    assert_eq!(bot.count(), 2);
}

#[tokio::test]
async fn response_urls_work_five_times_for_half_an_hour() {
    let (slack, clock) = workspace().await;
    let bot = Stub::start(&slack).await;
    let blocks = json!([{"type": "actions", "elements": [button("Yes", "met")]}]);
    let body = json!({"channel": "UANA", "text": "Met?", "blocks": blocks});
    let posted = call(&slack, "chat.postMessage", body).await;
    slack.click("UANA", &reference(&posted), "met").await;
    let url = bot.last().json["response_url"].as_str().unwrap().to_owned();
    let say = async |url: &str, body: Json| {
        let answer = slack.inner.http.post(url).json(&body).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let (status, text) = say(&url, json!({"replace_original": true, "text": "Noted"})).await;
    assert_eq!((status, text.as_str()), (200, "ok"));
    assert_eq!(slack.dm("UANA")[0].render(), "Noted (edited)");
    say(&url, json!({"text": "psst"})).await;
    assert_eq!(slack.dm("UANA")[1].render(), "(only you see this)\npsst");
    say(&url, json!({"delete_original": true})).await;
    assert_eq!(slack.dm("UANA").len(), 1);
    assert_eq!(say(&url, json!({"text": "4"})).await.0, 200);
    assert_eq!(say(&url, json!({"text": "5"})).await.0, 200);
    let (status, text) = say(&url, json!({"text": "6"})).await;
    assert_eq!(status, 404);
    assert!(text.contains("used_url"));
    slack.command("UANA", "help").await;
    let url = bot.last().form["response_url"].clone();
    forward(&clock, 30 * 60 + 1);
    let (_, text) = say(&url, json!({"text": "late"})).await;
    assert!(text.contains("expired_url"));
    assert_eq!(slack.tally().expired_urls, 2);
}

#[tokio::test]
async fn home_is_published_and_used() {
    let (slack, _) = workspace().await;
    let bot = Stub::start(&slack).await;
    slack.open_home("UANA").await;
    let event = bot.last().json;
    assert_eq!(event["event"]["type"], "app_home_opened");
    assert_eq!(event["authorizations"][0]["team_id"], "T0SANDBOX");
    let option = json!({"text": {"type": "plain_text", "text": "Pause"}, "value": "pause"});
    let menu = json!({"type": "overflow", "action_id": "more", "options": [option]});
    let blocks = json!([{"type": "section", "text": {"type": "mrkdwn", "text": "You"}, "accessory": menu},
        {"type": "actions", "elements": [button("Join", "join")]}]);
    let view = json!({"type": "home", "blocks": blocks});
    let published = call(
        &slack,
        "views.publish",
        json!({"user_id": "UANA", "view": view}),
    )
    .await;
    assert_eq!(published["ok"], true, "{published}");
    slack.click_home("UANA", "Join").await;
    assert_eq!(bot.last().json["view"]["type"], "home");
    let chosen = slack.choose("UANA", &Screen::Home, "more", "Pause");
    assert!(chosen.await.is_ok());
    let action = bot.last().json["actions"][0].clone();
    assert_eq!(action["selected_option"]["value"], "pause");
}

#[tokio::test]
async fn external_menus_ask_the_bot() {
    let (slack, _) = workspace().await;
    let bot = Stub::start(&slack).await;
    let menu = json!({"type": "external_select", "action_id": "topic"});
    open(&slack, &bot, json!([input("Topic", menu)])).await;
    bot.reacts(|heard| {
        let options =
            json!({"options": [{"text": {"type": "plain_text", "text": "Rust"}, "value": "t1"}]});
        let body = if heard.path == "/slack/options" {
            options.to_string()
        } else {
            String::new()
        };
        (200, body, Duration::ZERO)
    });
    let done = slack
        .submit("UANA", &Answers::from([("Topic", "Rust")]))
        .await;
    assert_eq!(done, Submitted::Closed);
    let values = bot.last().json["view"]["state"]["values"].clone();
    assert_eq!(values["topic"]["topic"]["selected_option"]["value"], "t1");
}
