use super::blocks::{BLOCKS, blocks};
use super::elements::ELEMENTS;
use super::mrkdwn;
use super::surface::{Place, Surface, Viewer};
use crate::clock::Clock;
use crate::domain::ids::UserId;
use crate::slack::blocks::{Blocks, Input, Modal, button, link_button, menu};
use crate::slack::event::{Action, Form};
use serde_json::{Value as Json, json};
use slack_sandbox::{Options, Sandbox, User};
use std::collections::BTreeSet;

async fn slack() -> Sandbox {
    let slack = Sandbox::start(
        Clock::manual("2026-03-02T08:00:00Z".parse().unwrap()),
        Options::default(),
    );
    let slack = slack.await.unwrap();
    slack.add_user(User::new("U1", "Ana <b>Lima</b>"));
    slack
}

fn shown(slack: &Sandbox, list: &[Json]) -> String {
    let people = slack.users();
    let viewer = Viewer {
        slack,
        user: "U1",
        people: &people,
        channels: &[("C1".to_owned(), "general".to_owned())],
    };
    blocks(&viewer, &Surface::new(Place::Modal, Json::Null), list).to_string()
}

fn words(slack: &Sandbox, text: &str) -> String {
    let viewer = Viewer {
        slack,
        user: "U1",
        people: &[],
        channels: &[],
    };
    mrkdwn::html(&viewer, text).to_string()
}

#[tokio::test]
async fn peoples_words_stay_words() {
    let slack = slack().await;
    let html = words(
        &slack,
        "&lt;script&gt;alert(1)&lt;/script&gt; <!channel> <@U1> <https://a.example/?x=1&amp;y=\"|*here*>",
    );
    assert_eq!(
        html,
        "&lt;script&gt;alert(1)&lt;/script&gt; <span class=\"mention\">@channel</span> \
         <span class=\"mention\">@Ana &lt;b&gt;Lima&lt;/b&gt;</span> \
         <a href=\"https://a.example/?x=1&amp;y=&quot;\" rel=\"noopener noreferrer\" target=\"_blank\">*here*</a>"
    );
    for raw in [
        "<script>alert(1)</script>",
        "<javascript:alert(1)|press>",
        "<JavaScript:alert(1)>",
        "<data:text/html,x|y>",
        "`<img src=x onerror=alert(1)>`",
        "*<svg onload=alert(1)>*",
        "\u{E000}\u{E001}<@U1>\u{F8FF}",
        "<https://a.example|<script>>",
    ] {
        let html = words(&slack, raw);
        for bad in [
            "<script",
            "href=\"java",
            "href=\"Java",
            "href=\"data",
            "<img",
            "<svg",
        ] {
            assert!(!html.contains(bad), "{raw} became {html}");
        }
    }
}

#[tokio::test]
async fn markup_reads_as_in_slack() {
    let slack = slack().await;
    for (raw, html) in [
        (
            "*bold* and _it_ and ~no~",
            "<strong>bold</strong> and <em>it</em> and <s>no</s>",
        ),
        ("2*3*4 snake_case_name", "2*3*4 snake_case_name"),
        (
            "`*a* <@U1>`",
            "`<strong>a</strong> <span class=\"mention\">@Ana &lt;b&gt;Lima&lt;/b&gt;</span>`",
        ),
        ("`*a*` *b*", "<code>*a*</code> <strong>b</strong>"),
        ("a\n>q\nb", "a<blockquote>q</blockquote>b"),
        ("one\ntwo", "one<br>two"),
        ("<!date^1772438400^{time}|then>", "<time>8:00 AM</time>"),
    ] {
        assert_eq!(words(&slack, raw), html, "{raw}");
    }
}

/// Uses every builder, so that everything the bot can send is here.
fn everything() -> Vec<Json> {
    let options = [("One & <two>", "1"), ("Two", "2")];
    let user = [UserId("U1".to_owned())];
    let inputs = Blocks::new()
        .input(Input::line("a", "Line", 20).filled("x\"><script>"))
        .input(
            Input::text("b", "Text", 200)
                .filled("</textarea><script>")
                .hint("A hint")
                .optional(),
        )
        .input(Input::one("c", "One", &options).picked(&["2"]))
        .input(Input::many("d", "Many", &options, 1).picked(&["1"]))
        .input(Input::radio("e", "Radio", &options).picked(&["1"]))
        .input(Input::checkboxes("f", "Boxes", &options).picked(&["1", "2"]))
        .input(Input::user("g", "User").people(&user))
        .input(Input::users("h", "Users", 3).people(&user))
        .input(Input::channel("i", "Channel").filled("C1"))
        .input(Input::date("j", "Date").filled("2027-01-31"))
        .input(Input::time("k", "Time").filled("10:30"))
        .input(Input::search("l", "Search", 1).found("Europe/Berlin", "Europe/Berlin"));
    let modal = Modal::form(Form::Join, "Join", "Send", inputs).into_view();
    let mut all = json!(modal)["blocks"].as_array().unwrap().clone();
    let message = Blocks::new()
        .header("A <header>")
        .section("*Section*")
        .section_with(
            "text",
            button("Press <me>", &Action::OpenJoin)
                .danger()
                .confirm("Sure?", "Really", "Yes", "No"),
        )
        .section_with("more", menu("more", [("Look <at it>", Action::OpenHelp)]))
        .fields(["one".into(), "two".into()])
        .context("small")
        .divider()
        .buttons([
            button("Go", &Action::OpenHelp).primary(),
            link_button("Out", &"https://a.example/".parse().unwrap(), "out"),
        ])
        .message("text");
    all.extend(message.blocks);
    all
}

#[tokio::test]
async fn everything_the_bot_can_send_is_shown() {
    let slack = slack().await;
    let all = everything();
    let (mut kinds, mut elements) = (BTreeSet::new(), BTreeSet::new());
    for block in &all {
        kinds.insert(block["type"].as_str().unwrap());
        let many = block["elements"].as_array().into_iter().flatten();
        for element in many.chain([&block["element"], &block["accessory"]]) {
            let kind = element["type"].as_str().unwrap_or("mrkdwn");
            if kind != "mrkdwn" {
                elements.insert(kind);
            }
        }
    }
    // Every type that a builder writes is in these source files, so none can be missing above.
    let source = concat!(
        include_str!("../../slack/blocks.rs"),
        include_str!("../../slack/blocks/input.rs")
    );
    for known in BLOCKS.iter().chain(ELEMENTS) {
        let built = source.contains(&format!("\"{known}\","));
        let here = kinds.contains(known) || elements.contains(known);
        assert!(
            !built || here || *known == "image",
            "{known} is built, and not in everything()"
        );
    }
    assert!(kinds.iter().all(|kind| BLOCKS.contains(kind)), "{kinds:?}");
    assert!(
        elements.iter().all(|kind| ELEMENTS.contains(kind)),
        "{elements:?}"
    );
    let html = shown(&slack, &all);
    assert!(
        !html.contains("b-unknown") && !html.contains("<script") && !html.contains("<two>"),
        "{html}"
    );
    for part in [
        "value=\"x&quot;&gt;&lt;script&gt;\"",
        "<option value=\"2\" selected>Two</option>",
        "value=\"2027-01-31\"",
        "value=\"10:30\"",
        "<option value=\"U1\" selected>Ana &lt;b&gt;Lima&lt;/b&gt;</option>",
        "<option value=\"C1\" selected>#general</option>",
        "value=\"Europe/Berlin\"",
        "<dialog class=\"confirm\"",
        "href=\"https://a.example/\" data-press=\"link_out\"",
        "<hr>",
    ] {
        assert!(html.contains(part), "{part} is not in {html}");
    }
}

#[tokio::test]
async fn every_kind_of_slacks_has_its_place() {
    let slack = slack().await;
    for kind in ELEMENTS
        .iter()
        .filter(|kind| !["button", "image", "overflow"].contains(kind))
    {
        let options = json!([{"text": {"type": "plain_text", "text": "A"}, "value": "a"}]);
        let block = json!({"type": "input", "block_id": "b", "label": {"type": "plain_text", "text": "Label"},
            "element": {"type": kind, "action_id": "x", "options": options}});
        let html = shown(&slack, &[block]);
        assert!(
            html.contains("name=\"f.x\"") && !html.contains("b-unknown"),
            "{kind}: {html}"
        );
    }
    let options =
        json!([{"text": {"type": "plain_text", "text": "Drop <it>"}, "value": "a \"b\""}]);
    let more = json!({"type": "section", "block_id": "b", "text": {"type": "mrkdwn", "text": "*Ana* and Bo\nand more"},
        "accessory": {"type": "overflow", "action_id": "x.2", "options": options}});
    let html = shown(&slack, &[more]);
    for part in [
        "<summary aria-label=\"More: Ana",
        "name=\"pick.x.2\" value=\"a &quot;b&quot;\">Drop &lt;it&gt;</button>",
    ] {
        assert!(html.contains(part), "{part} is not in {html}");
    }
    let menu = json!({"type": "actions", "block_id": "b", "elements": [
        {"type": "static_select", "action_id": "x", "options": options}]});
    let html = shown(&slack, &[menu]);
    assert!(
        html.contains("name=\"choose\"") && html.contains("value=\"x\">Choose"),
        "{html}"
    );
    let moment = json!({"type": "input", "block_id": "b", "label": {"type": "plain_text", "text": "When"},
        "element": {"type": "datetimepicker", "action_id": "x", "initial_date_time": 1_772_438_400}});
    let html = shown(&slack, &[moment]);
    assert!(
        html.contains("type=\"datetime-local\"") && html.contains("value=\"2026-03-02T08:00\""),
        "{html}"
    );
    let file = json!({"type": "input", "block_id": "b", "label": {"type": "plain_text", "text": "File"},
        "element": {"type": "file_input", "action_id": "x"}});
    assert!(shown(&slack, &[file]).contains("In Slack, a file is added here."));
    let rich = json!({"type": "rich_text", "elements": [
        {"type": "rich_text_section", "elements": [
            {"type": "text", "text": "<b>", "style": {"bold": true}},
            {"type": "link", "url": "javascript:alert(1)", "text": "no"},
            {"type": "user", "user_id": "U1"}]},
        {"type": "rich_text_list", "style": "ordered", "elements": [
            {"type": "rich_text_section", "elements": [{"type": "text", "text": "one"}]}]}]});
    let html = shown(&slack, &[rich]);
    assert!(
        html.contains("<strong>&lt;b&gt;</strong>") && html.contains("<ol><li>one</li></ol>"),
        "{html}"
    );
    assert!(!html.contains("javascript"), "{html}");
    let image =
        json!({"type": "image", "image_url": "https://a.example/track.png", "alt_text": "A chart"});
    let html = shown(&slack, &[image]);
    assert!(
        html.contains("A chart") && !html.contains("a.example"),
        "nothing is fetched from outside: {html}"
    );
}
