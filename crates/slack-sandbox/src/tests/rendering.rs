use super::*;

async fn shown(text: &str) -> String {
    let (slack, _) = workspace().await;
    slack.add_channel("C1", "mentoring", true);
    post(&slack, "UANA", text).await;
    slack.dm("UANA")[0].render()
}

#[tokio::test]
async fn markup_reads_as_people_read_it() {
    let text = "<@UBEN> in <#C1>: <https://example.com|the page>, a &lt;b&gt; &amp; *c*, <!here>";
    assert_eq!(
        shown(text).await,
        "@Ben Roy in #mentoring: the page (https://example.com), a <b> & *c*, @here"
    );
    // 2026-08-04 14:30 UTC, read in Berlin.
    let text =
        "<!date^1785853800^{date_long_pretty} at {time}|soon>, <!date^1785940200^{date}|soon>";
    assert_eq!(shown(text).await, "today at 4:30 PM, August 5th, 2026");
}

#[tokio::test]
async fn blocks_read_as_a_letter() {
    let (slack, _) = workspace().await;
    let plain = |text: &str| json!({"type": "plain_text", "text": text});
    let blocks = json!([
        {"type": "header", "text": plain("You have a match")},
        section("Meet <@UBEN>."),
        {"type": "section", "fields": [
            {"type": "mrkdwn", "text": "*Goal*\nLearn Rust"}, plain("Site: Berlin"),
        ]},
        {"type": "section", "text": plain("Plan"), "accessory": {
            "type": "static_select", "action_id": "s", "placeholder": plain("Pick a time"),
            "options": [{"text": plain("Mon 10:00"), "value": "1"}, {"text": plain("Tue 11:00"), "value": "2"}],
        }},
        {"type": "divider"},
        {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a chart"},
        {"type": "actions", "elements": [
            button("Yes", "yes"),
            {"type": "button", "action_id": "end", "text": plain("End"), "style": "danger", "confirm": {
                "title": plain("End?"), "text": plain("Kindly."), "confirm": plain("End"), "deny": plain("Keep"),
            }},
            {"type": "button", "action_id": "cal", "text": plain("Calendar"), "url": "https://example.com/cal"},
        ]},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "Only you see this."}]},
    ]);
    let body = json!({"channel": "UANA", "text": "You have a match: Ben Roy", "blocks": blocks});
    let answer = call(&slack, "chat.postMessage", body).await;
    assert_eq!(answer["ok"], true, "{answer}");
    let message = &slack.dm("UANA")[0];
    insta::assert_snapshot!(message.render(), @r#"
    # You have a match
    Meet @Ben Roy.
    | *Goal* Learn Rust
    | Site: Berlin
    Plan
    [ Pick a time ▾ ] (Mon 10:00, Tue 11:00)
    ----
    [image: a chart]
    [ Yes ]  [ End ]  [ Calendar ↗ https://example.com/cal ]
      asks "End?: Kindly." [ Keep ]  [ End ]
    · Only you see this.
    "#);
    assert_eq!(message.aloud(), "You have a match: Ben Roy");
    assert_eq!(message.buttons(), ["Yes", "End", "Calendar"]);
}

#[tokio::test]
async fn transcripts_are_in_order() {
    let (slack, clock) = workspace().await;
    let bot = Stub::start(&slack).await;
    bot.answers(200, "Welcome");
    slack.command("UANA", "help").await;
    forward(&clock, 60);
    post(&slack, "UANA", "A message").await;
    let group = call(&slack, "conversations.open", json!({"users": "UANA,UBEN"})).await;
    post(
        &slack,
        group["channel"]["id"].as_str().unwrap(),
        "Hello both",
    )
    .await;
    bot.answers(200, "");
    slack.command("UANA", "join").await;
    let trigger = bot.last().form["trigger_id"].clone();
    let view = modal(json!([section("Form")]));
    call(
        &slack,
        "views.open",
        json!({"trigger_id": trigger, "view": view}),
    )
    .await;
    let seen: Vec<String> = slack
        .everything_seen_by("UANA")
        .into_iter()
        .map(|seen| format!("{}: {}", seen.place, seen.text))
        .collect();
    insta::assert_snapshot!(seen.join("\n"), @r"
    does: > /app help
    dm: (only you see this)
    Welcome
    dm: A message
    group dm: Hello both
    does: > /app join
    screen: ┌ Join
    │ Form
    └ [ Close ]  [ Save ]
    ");
    assert!(slack.group_dms("UBEN")[0].messages[0].render() == "Hello both");
}

/// The same words without a workspace, but for what depends on who reads.
#[tokio::test]
async fn a_message_reads_the_same_without_a_workspace() {
    let (slack, _) = workspace().await;
    let blocks = json!([section("*Hello*"), {"type": "divider"}, {"type": "actions", "elements": [button("Yes", "yes")]}]);
    let body = json!({"channel": "UANA", "text": "Hello", "blocks": blocks});
    assert_eq!(
        call(&slack, "chat.postMessage", body.clone()).await["ok"],
        true
    );
    assert_eq!(crate::render_message(&body), slack.dm("UANA")[0].render());
    let text = "<@UBEN> &amp; <!date^1785853800^{time}|soon>";
    assert_eq!(crate::render_message(&json!({"text": text})), text);
}

/// One field of each kind that a stranger can fill in, and some that only the workspace can.
fn form() -> Json {
    let plain = |text: &str| json!({"type": "plain_text", "text": text});
    let options =
        json!([{"text": plain("One"), "value": "1"}, {"text": plain("Two"), "value": "2"}]);
    let field = |name: &str, optional: bool, element: Json| {
        let mut element = element;
        element["action_id"] = name.into();
        json!({"type": "input", "block_id": name, "label": plain(name), "optional": optional, "element": element})
    };
    modal(json!([
        section("Form"),
        field("words", false, json!({"type": "plain_text_input"})),
        field(
            "kept",
            false,
            json!({"type": "plain_text_input", "initial_value": "Mine"})
        ),
        field(
            "one",
            false,
            json!({"type": "static_select", "options": options})
        ),
        field(
            "second",
            false,
            json!({"type": "radio_buttons", "options": options, "initial_option": options[1]})
        ),
        field(
            "many",
            true,
            json!({"type": "checkboxes", "options": options})
        ),
        field("person", true, json!({"type": "users_select"})),
    ]))
}

#[tokio::test]
async fn a_stranger_fills_in_a_form_as_a_person_would() {
    let (slack, _) = workspace().await;
    let bot = Stub::start(&slack).await;
    bot.answers(200, "");
    slack.command("UANA", "join").await;
    let trigger = bot.last().form["trigger_id"].clone();
    let opened = json!({"trigger_id": trigger, "view": form()});
    assert_eq!(call(&slack, "views.open", opened).await["ok"], true);
    let modal = slack.modal("UANA").unwrap();
    assert_eq!(crate::render_view(&form()), modal.render());
    let unfinished: Vec<String> = modal.unfinished().into_keys().collect();
    assert_eq!(unfinished, ["one", "words"]);

    let answers = crate::fill(&form());
    let sent = slack.submit("UANA", &answers).await;
    assert_eq!(sent, crate::Submitted::Closed);
    let payload: Json = serde_json::from_str(&bot.last().form["payload"]).unwrap();
    let values = &payload["view"]["state"]["values"];
    assert_eq!(*values, crate::state_values(&form(), &answers).unwrap());
    assert_eq!(values["words"]["words"]["value"], "Some text");
    assert_eq!(values["kept"]["kept"]["value"], "Mine");
    assert_eq!(values["one"]["one"]["selected_option"]["value"], "1");
    assert_eq!(values["second"]["second"]["selected_option"]["value"], "2");
    assert_eq!(values["many"]["many"]["selected_options"][0]["value"], "1");
    assert_eq!(values["person"]["person"]["selected_user"], Json::Null);
}

#[test]
fn answers_that_no_page_would_send_have_no_values() {
    let refused = |answers: crate::Answers| crate::state_values(&form(), &answers).unwrap_err();
    let filled = crate::fill(&form());
    assert_eq!(
        refused(crate::Answers::new()),
        "words: Please complete this required field."
    );
    assert_eq!(refused(filled.clone().with("none", "x")), "no field none");
    assert_eq!(
        refused(filled.with("one", "Three")),
        r#"one: no option "Three" among ["One", "Two"]"#
    );
}
