//! Hostile, incomplete, too many or too slow requests: what strangers can do to the bot, and what remains for
//! people.

use crate::both;
use crate::process::Ground;
use crate::support::{Back, Engine, FORM, harness, http, number, post, signature};
use crate::twins::Harness;
use jiff::SignedDuration;
use serde_json::{Value, json};
use slack_sandbox::User;
use sqlx::{AnyConnection, AssertSqlSafe, Connection, Executor};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

const HELP: &str = "command=%2Freverse-mentor&text=help&user_id=U1&team_id=T0SANDBOX";
/// The time that Slack waits.
const THREE: Duration = Duration::from_secs(3);

/// Sends only these bytes to the bot.
async fn send(address: &str, bytes: impl AsRef<[u8]>) -> TcpStream {
    let place = address.trim_start_matches("http://");
    let mut stream = TcpStream::connect(place).await.unwrap();
    let _ = stream.write_all(bytes.as_ref()).await;
    stream
}

/// The status of the answer; 0 when the connection ends without one.
async fn status(stream: &mut TcpStream) -> u16 {
    let mut head = [0; 12];
    match stream.read_exact(&mut head).await {
        Ok(_) => String::from_utf8_lossy(&head[9..]).parse().unwrap_or(0),
        Err(_) => 0,
    }
}

fn head(more: &str, length: usize) -> String {
    format!(
        "POST /slack/commands HTTP/1.1\r\nhost: bot\r\ncontent-type: {FORM}\r\n{more}content-length: {length}\r\n\r\n"
    )
}

/// Headers that could be Slack's, as far as one can tell without the body.
fn plausible(now: i64) -> String {
    let digits = "5e".repeat(32);
    format!("x-slack-request-timestamp: {now}\r\nx-slack-signature: v0={digits}\r\n")
}

async fn help(harness: &Harness) -> Back {
    post(harness, "/slack/commands", FORM, HELP).await
}

/// A submission of the join form.
fn join(user: &str) -> String {
    let submission = json!({
        "type": "view_submission", "team": {"id": "T0SANDBOX"}, "user": {"id": user},
        "view": {"callback_id": "join", "private_metadata": "\"join\"", "state": {"values": {
            "role": {"role": {"selected_option": {"value": "mentor"}}},
            "stage": {"stage": {"selected_option": {"value": "early"}}},
        }}},
    });
    form_urlencoded::Serializer::new(String::new())
        .append_pair("payload", &submission.to_string())
        .finish()
}

both! {
    /// One signature can be written in several ways. It is one request, handled once.
    async fn a_signature_in_capitals_is_the_same_request(engine: Engine) {
        let harness = harness(engine, "").await;
        let now = harness.clock.now().as_second();
        let body = join("U9");
        let signed = signature(now, body.as_bytes());
        let digits = signed.strip_prefix("v0=").unwrap();
        let written = [
            (signed.clone(), 200),
            (format!("v0={}", digits.to_uppercase()), 200),
            (format!("v0={}{}", digits[..7].to_uppercase(), &digits[7..]), 200),
            (format!("v0=0x{digits}"), 401),
            (format!("V0={digits}"), 401),
            (format!("{signed} "), 200),
        ];
        for (signature, status) in written {
            let request = http()
                .post(format!("{}/slack/interactions", harness.address))
                .header("content-type", FORM)
                .header("x-slack-request-timestamp", now.to_string())
                .header("x-slack-signature", &signature)
                .body(body.clone());
            assert_eq!(request.send().await.unwrap().status().as_u16(), status, "{signature}");
        }
        let handled = "select count(*) from inbox where dedupe_key like 'signature/%'";
        assert_eq!(number(&harness, handled).await, 1);
    }
}

/// A request refused by its headers is answered before its body is sent.
#[tokio::test]
async fn strangers_are_refused_by_their_headers() {
    let harness = harness(Engine::Sqlite, "").await;
    let now = harness.clock.now().as_second();
    let digits = "5e".repeat(32);
    let old = format!(
        "x-slack-request-timestamp: {}\r\nx-slack-signature: v0={digits}\r\n",
        now - 301
    );
    let odd = format!("x-slack-request-timestamp: {now}\r\nx-slack-signature: v0=0x{digits}\r\n");
    let half = format!("x-slack-request-timestamp: {now}\r\n");
    for (headers, length) in [
        ("", 1_000_000),
        (&half, 1_000_000),
        (&old, 1_000_000),
        (&odd, 64),
    ] {
        let mut stream = send(&harness.address, head(headers, length)).await;
        let answered = timeout(Duration::from_secs(1), status(&mut stream)).await;
        assert_eq!(answered, Ok(401), "{headers:?}");
    }
    // Without a length, only a short body is read.
    let unsigned = format!(
        "POST /slack/commands HTTP/1.1\r\nhost: bot\r\ntransfer-encoding: chunked\r\n\r\n400\r\n{}",
        "a".repeat(0x400)
    );
    let mut stream = send(&harness.address, unsigned).await;
    let answered = timeout(Duration::from_secs(1), status(&mut stream)).await;
    assert_eq!(answered, Ok(401));
    assert_eq!(help(&harness).await.status, 200);
}

/// A body that stops arriving is given up.
#[tokio::test]
async fn half_a_body_is_given_up() {
    let harness = harness(Engine::Sqlite, "").await;
    let now = harness.clock.now().as_second();
    let began = Instant::now();
    let half = format!("{}text=he", head(&plausible(now), 100));
    let mut signed = send(&harness.address, half).await;
    let mut unsigned = send(&harness.address, format!("{}ssl_check=", head("", 11))).await;
    assert_eq!(status(&mut signed).await, 408);
    assert_eq!(status(&mut unsigned).await, 401);
    assert!(began.elapsed() < THREE + THREE, "{:?}", began.elapsed());
    assert_eq!(help(&harness).await.status, 200);
}

/// Long bodies with unchecked signatures take the room reserved for them, and no more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_long_bodies_leave_room_for_people() {
    let harness = harness(Engine::Sqlite, "").await;
    let now = harness.clock.now().as_second();
    let long = [
        head(&plausible(now), 1 << 20).into_bytes(),
        vec![b'a'; (1 << 20) - 1],
    ]
    .concat();
    let mut senders = tokio::task::JoinSet::new();
    for _ in 0..60 {
        let (address, long) = (harness.address.clone(), long.clone());
        senders.spawn(async move { status(&mut send(&address, long).await).await });
    }
    // People are answered all the time.
    let mut statuses = Vec::new();
    while let Some(status) = senders.join_next().await {
        statuses.push(status.unwrap());
        assert_eq!(help(&harness).await.status, 200);
    }
    let of = |wanted| statuses.iter().filter(|status| **status == wanted).count();
    // A connection closed with unread data may end before its answer is read.
    assert!(of(408) <= 33, "{statuses:?}");
    assert_eq!(of(408) + of(503) + of(0), 60, "{statuses:?}");
    assert!(of(503) + of(0) >= 27, "{statuses:?}");
}

/// A stop signal while strangers hold connections in every state: the process still ends in time.
#[tokio::test]
async fn half_sent_requests_do_not_keep_it_from_stopping() {
    let ground = Ground::new(1, None, "").await;
    let mut serving = ground.serve().await;
    let now = ground.clock.now().as_second();
    let begun = [
        String::new(),
        "POST /slack/comm".to_owned(),
        head(&plausible(now), 100),
        format!("{}text", head(&plausible(now), 100)),
        "GET /healthz HTTP/1.1\r\nhost: bot\r\n\r\n".to_owned(),
    ];
    let mut held = Vec::new();
    for bytes in begun {
        held.push(send(&serving.address, bytes).await);
    }
    assert_eq!(status(held.last_mut().unwrap()).await, 200);
    let (code, took) = tokio::task::spawn_blocking(move || serving.terminate())
        .await
        .unwrap();
    assert_eq!(code, Some(0));
    assert!(took < Duration::from_secs(10), "{took:?}");
}

/// Blocks the bot's writes, and on PostgreSQL also reads of participants, until dropped.
async fn freeze(harness: &Harness, engine: Engine) -> AnyConnection {
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(&harness.config.database_url)
        .await
        .unwrap();
    let statements: &[&'static str] = match engine {
        Engine::Sqlite => &["begin immediate"],
        Engine::Postgres => &[
            "begin",
            "lock table participants, inbox in access exclusive mode",
        ],
    };
    for statement in statements {
        connection.execute(AssertSqlSafe(*statement)).await.unwrap();
    }
    connection
}

/// The apology in an answer: in a message, or at a field of the form, which stays open.
fn apology(answer: &Value) -> String {
    let at_a_field = answer["errors"]
        .as_object()
        .and_then(|errors| errors.values().next());
    let text = at_a_field.unwrap_or(&answer["text"]).as_str();
    text.unwrap_or_else(|| panic!("no apology: {answer}"))
        .to_owned()
}

/// The number of requests that took effect.
async fn handled(harness: &Harness) -> i64 {
    number(
        harness,
        "select count(*) from inbox where dedupe_key like 'signature/%'",
    )
    .await
}

pub fn is_true_of(words: &str, was_done: bool) -> bool {
    let says_undone = words.contains("wasn't done") || words.contains("couldn't be saved");
    let says_maybe = words.contains("can't tell yet") || words.contains("may still be saved");
    says_maybe || says_undone && !was_done
}

both! {
    alone "the database hangs for everyone";
    /// The database does not answer. People are told within Slack's three seconds, forms stay open, and nobody is told that
    /// something was not done if it is done a moment later.
    async fn a_database_that_hangs_is_told_in_time(engine: Engine) {
        let harness = harness(engine, "").await;
        let command = "command=%2Freverse-mentor&text=resume&user_id=U1&team_id=T0SANDBOX";
        let asked = [
            ("/slack/commands", command.to_owned()),
            ("/slack/interactions", join("U9")),
        ];
        for (path, body) in asked {
            // Before the freeze, which would block this read, too.
            let before = handled(&harness).await;
            let frozen = freeze(&harness, engine).await;
            let began = Instant::now();
            let answer = post(&harness, path, FORM, body).await;
            assert!(began.elapsed() < THREE, "{path}: {:?}", began.elapsed());
            assert_eq!(answer.status, 200);
            let told = apology(&answer.json());
            frozen.close().await.unwrap();
            harness.bot.settled().await;
            let was_done = handled(&harness).await > before;
            assert!(is_true_of(&told, was_done), "{told}, done: {was_done}");
        }
        // Then everything works again.
        let again = post(&harness, "/slack/commands", FORM, command).await;
        assert!(!again.body.contains("Sorry"), "{}", again.body);
    }
}

both! {
    /// Everybody opens their Home after an announcement. Slack's limit holds; people who have to wait see it later.
    async fn a_hundred_and_sixty_homes_keep_to_the_limit(engine: Engine) {
        let harness = harness(engine, "").await;
        let people: Vec<String> = (0..160).map(|number| format!("U1N{number}")).collect();
        for user in &people {
            harness.slack.add_user(User::new(user, "Somebody"));
        }
        harness.run_due().await.unwrap();
        for user in &people {
            harness.slack.open_home(user).await;
        }
        let tally = harness.slack.tally();
        assert_eq!((tally.ok("views.publish"), tally.rate_limited), (100, 0));
        let waiting = "select count(*) from outbox where lane like 'home/%'";
        assert_eq!(number(&harness, waiting).await, 60);
        // They open it repeatedly while they wait, but each is queued once.
        for user in &people[100..] {
            harness.slack.open_home(user).await;
        }
        assert_eq!(number(&harness, waiting).await, 60);
        harness.pass(SignedDuration::from_mins(2)).await.unwrap();
        assert!(people.iter().all(|user| harness.slack.home(user).is_some()));
        let tally = harness.slack.tally();
        assert_eq!((tally.ok("views.publish"), tally.rate_limited), (160, 0));
        // A person who waited once can wait again.
        for user in people.iter().chain(&people[..1]) {
            harness.slack.open_home(user).await;
        }
        harness.pass(SignedDuration::from_mins(2)).await.unwrap();
        assert_eq!(harness.slack.tally().rate_limited, 0);
        assert_eq!(number(&harness, "select count(*) from outbox where lane like 'home/%' and state = 'queued'").await, 0);
    }
}

both! {
    /// One person opens it repeatedly while Slack is slow: one more call covers all openings.
    async fn many_openings_of_one_home_are_shown_once_more(engine: Engine) {
        let harness = harness(engine, "").await;
        harness.slack.add_user(User::new("U1", "Ana"));
        harness.run_due().await.unwrap();
        let faults = slack_sandbox::Faults { latency_ms: 60, ..Default::default() };
        harness.slack.set_faults(faults);
        let openings = (0..40).map(|_| harness.slack.open_home("U1"));
        futures_util::future::join_all(openings).await;
        let shown = harness.slack.tally().ok("views.publish");
        assert!((1..20).contains(&shown), "{shown}");
        assert!(harness.slack.home("U1").is_some());
    }
}

both! {
    alone "it writes rows of one workspace";
    /// Slack asked another replica to wait with forms: the click is answered without a call to Slack, and later the form opens.
    async fn what_slack_told_a_replica_holds_here(engine: Engine) {
        let harness = harness(engine, "").await;
        harness.slack.add_user(User::new("U1", "Ana"));
        assert!(harness.slack.command("U1", "join").await.modal);
        let until = harness.clock.now().as_millisecond() + 60_000;
        let block = format!("insert into limit_blocks (scope, until) values ('T0SANDBOX:views.open', {until}) returning 1");
        number(&harness, &block).await;
        harness.clock.set(harness.clock.now() + SignedDuration::from_secs(1));
        let answer = harness.slack.command("U1", "join").await;
        assert!(!answer.modal && answer.ephemeral.unwrap().contains("didn't open"));
        assert_eq!(harness.slack.tally().ok("views.open"), 1);
        harness.pass(SignedDuration::from_mins(1)).await.unwrap();
        assert!(harness.slack.command("U1", "join").await.modal);
    }
}

both! {
    /// A whole company opens the join form within a minute: our own count refuses nobody, and the calls are counted
    /// in shared rows, many per commit.
    async fn forms_are_opened_and_counted(engine: Engine) {
        let harness = harness(engine, "").await;
        harness.slack.add_user(User::new("U1", "Ana"));
        for _ in 0..30 {
            assert!(harness.slack.command("U1", "join").await.modal);
        }
        let counted = "select count(*) from limit_uses where scope = 'T0SANDBOX:views.open'";
        let began = Instant::now();
        while number(&harness, counted).await < 30 {
            assert!(began.elapsed() < Duration::from_secs(30));
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        assert_eq!(number(&harness, counted).await, 30);
    }
}
