//! An app of a few lines, and a scene that plays with it: `cargo run -p slack-sandbox --example scene`.

use axum::extract::State;
use axum::{Form, Json, Router, routing::post};
use serde_json::{Value, json};
use slack_sandbox::{Answers, Options, Sandbox, Submitted, User, WallClock};
use std::collections::HashMap;

/// How the app reaches Slack.
#[derive(Clone)]
struct Slack {
    api: String,
    token: String,
}

impl Slack {
    async fn call(&self, method: &str, body: Value) {
        let request = reqwest::Client::new().post(format!("{}/{method}", self.api));
        let answer = request.bearer_auth(&self.token).json(&body).send().await;
        let answer: Value = answer
            .expect("Slack answers")
            .json()
            .await
            .expect("in JSON");
        assert_eq!(answer["ok"], true, "{method}: {answer}");
    }
}

/// `/lunch` opens a modal. A real app checks the signature first.
async fn command(State(slack): State<Slack>, Form(form): Form<HashMap<String, String>>) {
    let plain = |text: &str| json!({"type": "plain_text", "text": text});
    let input = json!({"type": "plain_text_input", "action_id": "dish"});
    let block =
        json!({"type": "input", "block_id": "dish", "label": plain("Dish"), "element": input});
    let view = json!({"type": "modal", "title": plain("Lunch"), "submit": plain("Order"), "blocks": [block]});
    let open = json!({"trigger_id": form["trigger_id"], "view": view});
    // Slack waits three seconds: what takes longer belongs behind the answer.
    slack.call("views.open", open).await;
}

/// The modal was submitted.
async fn interaction(
    State(slack): State<Slack>,
    Form(form): Form<HashMap<String, String>>,
) -> Json<Value> {
    let payload: Value = serde_json::from_str(&form["payload"]).expect("Slack sends JSON");
    let dish = &payload["view"]["state"]["values"]["dish"]["dish"]["value"];
    if dish == "Nothing" {
        return Json(json!({"response_action": "errors", "errors": {"dish": "Order something."}}));
    }
    let text = format!("You ordered {}", dish.as_str().unwrap_or_default());
    let message = json!({"channel": payload["user"]["id"], "text": text});
    slack.call("chat.postMessage", message).await;
    Json(json!({"response_action": "clear"}))
}

async fn start_app(slack: Slack) -> String {
    let app = Router::new()
        .route("/slack/commands", post(command))
        .route("/slack/interactions", post(interaction))
        .with_state(slack);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    tokio::spawn(async { axum::serve(listener, app).await });
    format!("http://{address}")
}

#[tokio::main]
async fn main() {
    // The HTTP client of this example speaks plain HTTP only, and wants this all the same.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let options = Options {
        command: "/lunch".to_owned(),
        ..Options::default()
    };
    let token = options.bot_token.clone();
    let slack = Sandbox::start(WallClock, options)
        .await
        .expect("a free port");
    slack.add_user(User::new("UANA", "Ana Ito").tz("Europe/Berlin"));
    let api = slack.api_url();
    slack.connect(&start_app(Slack { api, token }).await);

    let answer = slack.command("UANA", "").await;
    assert!(answer.modal, "{answer:?}");
    println!("{}\n", slack.modal("UANA").expect("it is open").render());

    let nothing = slack
        .submit("UANA", &Answers::from([("Dish", "Nothing")]))
        .await;
    assert!(matches!(nothing, Submitted::Errors(_)), "{nothing:?}");
    println!("{}\n", slack.modal("UANA").expect("it stays").render());

    let soup = slack
        .submit("UANA", &Answers::from([("Dish", "Soup")]))
        .await;
    assert_eq!(soup, Submitted::Closed);
    for message in slack.dm("UANA") {
        println!("{}", message.render());
    }
    assert_eq!(slack.tally().violations(), 0, "{:#?}", slack.tally());
}
