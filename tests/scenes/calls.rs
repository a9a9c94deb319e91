//! Calls to Slack: their route, and the effect of strange answers.

use crate::wire::any_json;
use proptest::prelude::*;
use reverse_mentor::slack::client::{CallError, Client};
use serde_json::{Value, json};
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// A server that gives every request the same bytes, and records the requests.
#[derive(Clone)]
struct Impostor {
    address: String,
    answer: Arc<Mutex<Vec<u8>>>,
    heard: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Impostor {
    async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let impostor = Self {
            address: listener.local_addr().unwrap().to_string(),
            answer: Arc::default(),
            heard: Arc::default(),
        };
        let served = impostor.clone();
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let served = served.clone();
                tokio::spawn(async move {
                    let mut first = vec![0; 64 << 10];
                    let read = stream.read(&mut first).await.unwrap_or(0);
                    first.truncate(read);
                    served.heard.lock().unwrap().push(first);
                    let answer = served.answer.lock().unwrap().clone();
                    let _ = stream.write_all(&answer).await;
                });
            }
        });
        impostor
    }

    fn says(&self, answer: impl Into<Vec<u8>>) {
        *self.answer.lock().unwrap() = answer.into();
    }

    fn heard(&self) -> Vec<Vec<u8>> {
        std::mem::take(&mut *self.heard.lock().unwrap())
    }

    fn client(&self) -> Client {
        let (base, token) = (format!("http://{}/api", self.address), "xoxb-1".to_owned());
        Client::new(&base, &token.into(), Duration::from_secs(2)).unwrap()
    }
}

/// Slack asks for a minute at most. Other servers or other formats of the header must not block a method for a day.
#[tokio::test]
async fn nobody_makes_us_wait_for_a_day() {
    let slack = Impostor::start().await;
    let client = slack.client();
    for (said, waits) in [
        ("12", 12),
        (" 12 ", 12),
        ("0", 1),
        ("301", 300),
        ("86400", 300),
        ("18446744073709551615", 300),
        ("99999999999999999999999", 30),
        ("-5", 30),
        ("1.5", 30),
        ("soon", 30),
        ("", 30),
        ("Wed, 21 Oct 2026 07:28:00 GMT", 30),
    ] {
        slack.says(format!(
            "HTTP/1.1 429 Too Many Requests\r\nretry-after: {said}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
        ));
        let called = client.call("views.open", &json!({})).await;
        assert_eq!(called, Err(CallError::RateLimited(waits)), "{said:?}");
    }
    slack.says("HTTP/1.1 429 Too Many Requests\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    let called = client.call("views.open", &json!({})).await;
    assert_eq!(called, Err(CallError::RateLimited(30)));
}

fn answer_of(status: u16, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status} Whatever\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n"
    );
    [head.as_bytes(), body].concat()
}

/// Makes every kind of request to Slack, with one strange answer.
async fn ask_everything(slack: &Impostor, client: &Client) {
    let _ = client.call("views.open", &json!({"view": {}})).await;
    let _ = client.call("users.info", &json!({"user": "U1"})).await;
    let _ = client.probe().await.map(|_| ());
    let _ = client.who_am_i().await;
    let _ = client.upload("a.ics", b"abc").await;
    let url = format!("http://{}/response/1", slack.address);
    let _ = client.respond(&url, &json!({"text": "hi"})).await;
    let _ = client.respond("no address", &json!({})).await;
}

/// Any answer from any server in Slack's place gives an error or a result, never a panic.
#[test]
fn no_answer_makes_us_panic() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let slack = runtime.block_on(Impostor::start());
    let client = slack.client();
    for raw in [
        "",
        "\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"ok\":",
        "HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/9.9 999 What\r\n\r\n",
        "HTTP/1.1 200 OK\r\nretry-after: \u{1}\r\n\r\n",
        "SSH-2.0-OpenSSH_9.2\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 1\r\nconnection: close\r\n\r\n\u{ff}",
        "HTTP/1.1 200 OK\r\ncontent-length: 6\r\nconnection: close\r\n\r\n[true]",
    ] {
        slack.says(raw);
        runtime.block_on(ask_everything(&slack, &client));
    }
    let config = ProptestConfig {
        cases: 60,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let field = prop_oneof![
        Just("ok"),
        Just("error"),
        Just("view"),
        Just("message"),
        Just("upload_url"),
        Just("file_id"),
        Just("team_id"),
        Just("user_id"),
        Just("response_metadata"),
    ];
    let value = prop_oneof![
        any::<bool>().prop_map(Value::from),
        Just(json!("ratelimited")),
        Just(json!({"messages": [1, "two", null]})),
        any_json(),
    ];
    let answer = prop::collection::hash_map(field, value, 0..6);
    let header = prop_oneof![
        Just(""),
        Just("date: never\r\n"),
        Just("retry-after: \t\r\n")
    ];
    let status = prop_oneof![Just(200_u16), Just(429), Just(302), 100_u16..999];
    proptest!(config, |(answer in answer, other in any_json(), header in header, status in status)| {
        let answer = answer.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        for body in [Value::Object(answer), other] {
            slack.says(answer_of(status, header, body.to_string().as_bytes()));
            runtime.block_on(ask_everything(&slack, &client));
        }
    });
}

/// Runs the program with these variables, and without others that affect connections.
async fn run(arguments: &'static [&'static str], variables: Vec<(&'static str, String)>) -> Output {
    tokio::task::spawn_blocking(move || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_reverse-mentor"));
        for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"] {
            command.env_remove(name).env_remove(name.to_lowercase());
        }
        command
            .args(arguments)
            .env("SLACK_SIGNING_SECRET", "a secret")
            .env("SLACK_BOT_TOKEN", "xoxb-the-token")
            .env("REVERSE_MENTOR_KEY", "5e".repeat(32))
            .env("REVERSE_MENTOR_LISTEN", "127.0.0.1:0")
            .env_remove("RUST_LOG")
            .envs(variables)
            .output()
            .unwrap()
    })
    .await
    .unwrap()
}

/// No certificates, and every proxy variable set.
fn hostile(proxy: &Impostor) -> Vec<(&'static str, String)> {
    let mut variables = vec![
        ("SSL_CERT_FILE", "/nowhere/at/all.pem".to_owned()),
        ("SSL_CERT_DIR", "/nowhere/at/all".to_owned()),
    ];
    for name in [
        "HTTP_PROXY",
        "http_proxy",
        "HTTPS_PROXY",
        "https_proxy",
        "ALL_PROXY",
        "all_proxy",
    ] {
        variables.push((name, format!("http://{}", proxy.address)));
    }
    variables
}

/// A stand-in on this machine is called directly, because a proxy would receive the token.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn this_machine_is_never_reached_through_a_proxy() {
    let proxy = Impostor::start().await;
    proxy.says("HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n");
    let output = run(
        &["rehearse", "--people", "6", "--months", "1"],
        hostile(&proxy),
    )
    .await;
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert_eq!(proxy.heard(), Vec::<Vec<u8>>::new());
}

/// Slack itself is called through the environment's proxy, which sees neither the token nor any text.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slack_is_reached_through_the_proxy_there_is() {
    let proxy = Impostor::start().await;
    proxy.says("HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n");
    for (name, scheme, greeting) in [
        ("HTTPS_PROXY", "http", &b"CONNECT slack.invalid:443 "[..]),
        ("ALL_PROXY", "http", b"CONNECT slack.invalid:443 "),
        ("ALL_PROXY", "socks5h", b"\x05"),
    ] {
        let variables = vec![
            (name, format!("{scheme}://{}", proxy.address)),
            ("SLACK_API_URL", "https://slack.invalid/api".to_owned()),
            ("DATABASE_URL", "sqlite:///nowhere/at/all.db".to_owned()),
        ];
        let output = run(&["doctor"], variables).await;
        let heard = proxy.heard();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(
            heard
                .first()
                .is_some_and(|first| first.starts_with(greeting)),
            "{name} {scheme}: {heard:?} {said}"
        );
        let leaks = |first: &Vec<u8>| String::from_utf8_lossy(first).contains("xoxb-the-token");
        assert!(!heard.iter().any(leaks), "{name} {scheme}");
    }
}

/// In a bare container: says what to install, with exit code 2, as for all configuration errors.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_certificates_it_says_what_to_install() {
    let proxy = Impostor::start().await;
    let output = run(&["serve"], hostile(&proxy)).await;
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(
        said.contains("Install the package ca-certificates"),
        "{said}"
    );
    let output = run(&["doctor"], hostile(&proxy)).await;
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        said.contains("Install the package ca-certificates"),
        "{said}"
    );
}
