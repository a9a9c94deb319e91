//! Apps written with Slack's own frameworks, against the program and its control API: what a test in any language sees.
//!
//! The apps are in `apps/`. Their packages are installed below the target directory on the first run; without node or
//! python3, or without the network, the test says that it was skipped.

mod support;

use serde_json::json;
use std::time::Duration;
use support::{App, Control, Program, free_port, install, tool};

/// After the packages are there.
const LIMIT: Duration = Duration::from_mins(1);
/// Over HTTP, and in Socket Mode.
const BOTH_WAYS: [&[&str]; 2] = [&[], &["--socket-mode"]];

#[tokio::test]
async fn an_app_of_bolt_for_javascript() {
    if !tool("node") || !tool("npm") {
        println!("skipped: there is no node or npm");
        return;
    }
    let npm = [
        "npm",
        "install",
        "--fetch-retries=1",
        "--no-audit",
        "--no-fund",
        "--no-package-lock",
    ];
    let Some(folder) = install("bolt-js", &["package.json", "app.js"], &npm) else {
        return;
    };
    for flags in BOTH_WAYS {
        tokio::time::timeout(LIMIT, orders(&["node", "app.js"], &folder, flags))
            .await
            .expect("the scene ends within a minute");
    }
}

#[tokio::test]
async fn an_app_of_bolt_for_python() {
    if !tool("python3") {
        println!("skipped: there is no python3");
        return;
    }
    let pip = [
        "python3",
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--retries=1",
        "--target",
        "packages",
        "-r",
        "requirements.txt",
    ];
    let Some(folder) = install("bolt-python", &["requirements.txt", "app.py"], &pip) else {
        return;
    };
    for flags in BOTH_WAYS {
        tokio::time::timeout(LIMIT, orders(&["python3", "app.py"], &folder, flags))
            .await
            .expect("the scene ends within a minute");
    }
}

/// Ana orders lunch, cancels it, opens Home, and talks to the app.
async fn orders(command: &[&str], folder: &std::path::Path, flags: &[&str]) {
    let port = free_port();
    let bot = format!("http://127.0.0.1:{port}");
    // An app answers events that it does not handle with 404: it subscribes to those it handles.
    let events = "app_home_opened,app_mention,message.im";
    let program = Program::start(&[&["--bot", &bot, "--events", events], flags].concat());
    let slack = Control::new(&program);
    let app = App::start(command, folder, port, &program);
    app.ready(&slack).await;

    let typed = json!({"command": "/order", "text": "today"});
    slack.post("/users/ana/commands", typed).await;
    let modal = slack.see("/users/ana/modal", "Order lunch").await;
    assert_eq!(
        modal,
        "┌ Order lunch\n│ Dish\n│   [ ____ ]\n│ Note\n│   [ ____ ]\n└ [ Close ]  [ Order ]\n"
    );
    let early = slack.refused("/users/ana/submit", json!({"values": {"Dish": "Soup"}}));
    let early = early.await;
    assert_eq!(
        early["message"],
        "Note: Please complete this required field."
    );
    let wrong = json!({"values": {"Dish": "nothing", "Note": "hungry"}});
    let wrong = slack.post("/users/ana/submit", wrong).await;
    assert_eq!(wrong["errors"]["dish"], "Order something.");
    let right = json!({"values": {"Dish": "Soup & <bread>"}});
    let right = slack.post("/users/ana/submit", right).await;
    assert_eq!(right["result"], "closed");

    let dm = slack.see("/users/ana/dm", "You ordered").await;
    assert!(dm.contains("You ordered *Soup & "), "{dm}");
    let unknown = slack
        .refused("/users/ana/press", json!({"action": "Undo"}))
        .await;
    assert_eq!(
        unknown["message"],
        "UANA sees no button called 'Undo'; there are: 'Cancel'"
    );
    slack
        .post("/users/ana/press", json!({"action": "Cancel"}))
        .await;
    let dm = slack.see("/users/ana/dm", "You cancelled your order").await;
    assert!(
        dm.contains("(edited)") && !dm.contains("[ Cancel ]"),
        "{dm}"
    );

    slack.post("/users/ana/home", json!({})).await;
    slack.see("/users/ana/home", "Opened 1 times").await;
    slack.post("/users/ana/home", json!({})).await;
    slack.see("/users/ana/home", "Opened 2 times").await;

    let hello = json!({"channel": "general", "text": "good morning"});
    slack.post("/users/ben/mentions", hello).await;
    slack
        .see("/users/ana/conversations/general", "Hello Ben Roy")
        .await;
    slack
        .post("/users/ana/messages", json!({"text": "thanks a lot"}))
        .await;
    slack.see("/users/ana/dm", "You are welcome").await;

    let tally = slack.get("/tally").await;
    assert_eq!(tally["calls"]["views.open"]["ok"], 1, "{tally:#}");
    assert_eq!(tally["violations"], 0, "{tally:#}");
}
