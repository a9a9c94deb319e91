use super::super::blocks::{Surface, message, view};
use super::*;

fn check(blocks: Json) -> Result<(), String> {
    message(&blocks, &|_| false)
        .map_err(|invalid| format!("{}: {:?}", invalid.error, invalid.messages))
}

fn check_view(body: &Json) -> Result<(), String> {
    view(body, Surface::Modal, &|_| false)
        .map_err(|invalid| format!("{}: {:?}", invalid.error, invalid.messages))
}

fn plain(text: &str) -> Json {
    json!({"type": "plain_text", "text": text})
}

fn refused(blocks: Json, why: &str) {
    let error = check(blocks.clone()).expect_err(&blocks.to_string());
    assert!(error.contains(why), "{error} should say: {why}");
}

#[test]
fn sound_blocks_pass() {
    let blocks = json!([
        {"type": "header", "text": plain("Hello")},
        {"type": "section", "text": {"type": "mrkdwn", "text": "*hi*"}, "accessory": button("Go", "go")},
        {"type": "section", "fields": [plain("a"), plain("b")]},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "small"}]},
        {"type": "divider"},
        {"type": "actions", "elements": [button("A", "a"), button("B", "b")]},
        {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a picture"},
        input("Note", json!({"type": "plain_text_input", "action_id": "note"})),
    ]);
    check(blocks).unwrap();
}

#[test]
fn texts_have_limits() {
    refused(json!([section(&"x".repeat(3001))]), "less than 3001");
    refused(json!([section("")]), "more than 0");
    let header = json!([{"type": "header", "text": plain(&"x".repeat(151))}]);
    refused(header, "less than 151");
    let header = json!([{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}]);
    refused(header, "unsupported type: mrkdwn");
    let row = json!([{"type": "actions", "elements": [button(&"x".repeat(76), "a")]}]);
    refused(row, "less than 76");
    let fields = json!([{"type": "section", "fields": vec![plain("x"); 11]}]);
    refused(fields, "no more than 10");
    let all: Vec<_> = (0..5).map(|_| section(&"x".repeat(2700))).collect();
    refused(json!(all), "msg_blocks_too_long");
}

#[test]
fn counts_and_ids_have_limits() {
    refused(
        json!(vec![json!({"type": "divider"}); 51]),
        "no more than 50",
    );
    let row: Vec<_> = (0..26).map(|n| button("x", &format!("a{n}"))).collect();
    refused(
        json!([{"type": "actions", "elements": row}]),
        "no more than 25",
    );
    let row = json!([{"type": "actions", "elements": [button("A", "a"), button("B", "a")]}]);
    refused(row, "already exists in this block");
    let twice = json!([
        {"type": "divider", "block_id": "x"},
        {"type": "divider", "block_id": "x"},
    ]);
    refused(twice, "`block_id` \\\"x\\\" already exists");
}

#[test]
fn unknown_things_are_refused() {
    refused(
        json!([{"type": "carousel", "elements": []}]),
        "unsupported type: carousel",
    );
    refused(
        json!([{"type": "divider", "colour": "red"}]),
        "no more properties allowed: colour",
    );
    refused(
        json!([{"type": "section"}]),
        "missing required field: text or fields",
    );
    let multi = json!({"type": "multi_users_select", "action_id": "who"});
    refused(
        json!([{"type": "actions", "elements": [multi]}]),
        "unsupported type: multi_users_select",
    );
    let field = json!({"type": "plain_text_input", "action_id": "a"});
    refused(
        json!([{"type": "actions", "elements": [field]}]),
        "unsupported type",
    );
}

#[test]
fn menus_are_checked() {
    let option = |n: usize| json!({"text": plain(&format!("o{n}")), "value": format!("v{n}")});
    let menu = |options: Vec<Json>| {
        json!([{"type": "actions", "elements": [
            {"type": "static_select", "action_id": "m", "placeholder": plain("Pick"), "options": options},
        ]}])
    };
    check(menu((0..100).map(option).collect())).unwrap();
    refused(menu((0..101).map(option).collect()), "no more than 100");
    refused(menu(Vec::new()), "no fewer than 1");
    let long = json!({"text": plain("x"), "value": "v".repeat(151)});
    refused(menu(vec![long]), "less than 151");
    let mut initial = menu(vec![option(1)]);
    initial[0]["elements"][0]["initial_option"] = option(2);
    refused(initial, "initial option is not among the options");
}

#[test]
fn modals_are_checked() {
    let field = json!({"type": "plain_text_input", "action_id": "a", "max_length": 3000});
    let good = modal(json!([input("Note", field)]));
    check_view(&good).unwrap();
    let with = |key: &str, value: Json| {
        let mut body = good.clone();
        body[key] = value;
        check_view(&body).unwrap_err()
    };
    assert!(with("title", plain(&"x".repeat(25))).contains("less than 25"));
    assert!(with("private_metadata", json!("x".repeat(3001))).contains("less than 3001"));
    assert!(with("id", json!("V1")).contains("no more properties allowed: id"));
    assert!(with("submit", Json::Null).contains("missing required field: submit"));
    assert!(with("blocks", json!(vec![section("x"); 101])).contains("no more than 100"));
    let home = view(&good, Surface::Home, &|_| false);
    assert!(home.is_err());
}
