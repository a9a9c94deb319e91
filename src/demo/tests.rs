//! Tests the page with another bot, which does things that ours does not need.

use super::acts::perform;
use super::asked::Act;
use super::page;
use super::show::{Script, Show};
use crate::rehearse::{Company, people_in};
use axum::Router;
use serde_json::{Value as Json, json};
use std::sync::Arc;
use tokio::net::TcpListener;

/// A bot that answers a command with a modal, and each press with another modal on top of it.
async fn stacks(show: &Show) {
    let slack = show.desk().slack.clone();
    let api = slack.api_url();
    let answer = move |body: String| {
        let api = api.clone();
        async move {
            let fields: Vec<(String, String)> = form_urlencoded::parse(body.as_bytes())
                .into_owned()
                .collect();
            let field = |name: &str| {
                let found = fields.iter().find(|(known, _)| known == name);
                found.map(|(_, value)| value.clone())
            };
            let payload: Json =
                serde_json::from_str(&field("payload").unwrap_or_default()).unwrap_or_default();
            let trigger = field("trigger_id").unwrap_or_else(|| {
                payload["trigger_id"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned()
            });
            let above = payload["view"]["private_metadata"].as_str().unwrap_or("0");
            let number = above.parse::<u8>().unwrap() + 1;
            let text = |text: String| json!({"type": "plain_text", "text": text});
            let view = json!({
                "type": "modal", "title": text(format!("Form {number}")), "private_metadata": number.to_string(),
                "blocks": [{"type": "actions", "elements": [
                    {"type": "button", "action_id": "deeper", "text": text("Deeper".into())}]}],
            });
            if payload["type"] != "view_closed" {
                let method = if number == 1 {
                    "views.open"
                } else {
                    "views.push"
                };
                let call = reqwest::Client::new().post(format!("{api}/{method}"));
                let call = call.bearer_auth("xoxb-sandbox-token");
                call.json(&json!({"trigger_id": trigger, "view": view}))
                    .send()
                    .await
                    .unwrap();
            }
        }
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let bot = Router::new().fallback(answer);
    tokio::spawn(async move { axum::serve(listener, bot).await });
    slack.connect(&format!("http://{address}"));
}

/// Performs an action and renders the page.
async fn after(show: &Arc<Show>, act: &str, fields: &str) -> String {
    let who = show.desk().featured[0].id.clone();
    let mut act = Act::read(act, &format!("as={who}&{fields}"));
    act.asked = page::settled(&show.desk(), &act.asked);
    let next = perform(show, &act).await;
    page::render(show, &next).unwrap()
}

#[tokio::test]
async fn three_forms_lie_upon_each_other_and_close_one_by_one() {
    let script = Script {
        company: Company::made_up(6, 7),
        seed: 7,
        database: None,
    };
    let show = Show::open(script).await.unwrap();
    stacks(&show).await;
    let titled = |page: &str, below: &str, title: &str| {
        assert!(
            page.contains(&format!("tabindex=\"-1\">{title}</h2>")),
            "{title}"
        );
        assert!(page.contains(below), "{below}");
    };
    let press = "at=modal&press=deeper";
    titled(
        &after(&show, "say", "text=/reverse-mentor").await,
        "",
        "Form 1",
    );
    titled(
        &after(&show, "act", press).await,
        "class=\"below\">Form 1 › </p>",
        "Form 2",
    );
    let third = "class=\"below\">Form 1 › Form 2 › </p>";
    titled(&after(&show, "act", press).await, third, "Form 3");
    // Slack allows three at most.
    titled(&after(&show, "act", press).await, third, "Form 3");
    titled(
        &after(&show, "close", "").await,
        "class=\"below\">Form 1 › </p>",
        "Form 2",
    );
    titled(&after(&show, "close", "").await, "", "Form 1");
    assert!(!after(&show, "close", "").await.contains("data-modal"));
}

#[tokio::test]
async fn own_people_fill_in_what_their_file_says() {
    let csv = "name,stage,role,mentor_capacity,rather_not,waiting_days,share,learn\n\
        Ana,1,mentor,3,Bo|Cem,0,AI tools,Strategy\nBo,5,mentee,,,0,Strategy,AI tools\n\
        Cem,5,mentee,,,40,Strategy,AI tools\nDora,6,mentee,,,0,Strategy,AI tools";
    let company = people_in(csv, 7).unwrap();
    let ana = company.people[0].id.clone();
    let script = Script {
        company,
        seed: 7,
        database: None,
    };
    let show = Show::open(script).await.unwrap();
    let says = |act: &str, fields: &str| {
        let mut act = Act::read(act, &format!("as={ana}&{fields}"));
        act.asked = page::settled(&show.desk(), &act.asked);
        act
    };
    perform(&show, &says("say", "text=/reverse-mentor join")).await;
    perform(&show, &says("fill", "")).await;
    let slack = show.desk().slack.clone();
    let filled = slack.modal(&ana).unwrap().values;
    let named = |name: &str| {
        slack
            .users()
            .into_iter()
            .find(|user| user.real_name == name)
    };
    let (bo, cem) = (named("Bo").unwrap().id, named("Cem").unwrap().id);
    assert_eq!(
        filled["rather_not"]["rather_not"]["selected_users"],
        json!([bo, cem])
    );
    assert_eq!(
        filled["mentor_capacity"]["mentor_capacity"]["selected_option"]["value"],
        "3"
    );
}

#[tokio::test]
async fn what_is_wrong_with_a_file_is_a_list() {
    let script = Script {
        company: Company::made_up(6, 7),
        seed: 7,
        database: None,
    };
    let show = Show::open(script).await.unwrap();
    let line = |at| format!("%0AP{at},1,Zone{at}");
    let lines: String = (0..600).map(line).collect();
    let page = after(
        &show,
        "people",
        &format!("panel=people&csv=name,stage,zone{lines}"),
    )
    .await;
    assert!(page.contains("in 600 places. See People for the list."));
    assert!(page.contains("600 to fix in this file") && page.contains("and 100 more"));
    assert_eq!(page.matches("<li>line ").count(), 500);
    let page = after(
        &show,
        "people",
        "panel=people&csv=name,stage%0AAna,1%0ABo,6",
    )
    .await;
    assert!(
        page.contains("Your company of 2") && !page.contains("to fix"),
        "{page}"
    );
}
