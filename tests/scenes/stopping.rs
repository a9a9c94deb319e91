//! Starting and stopping: the message when it cannot start, and the data kept when it is stopped.

use crate::both;
use crate::process::Ground;
use crate::support::{Engine, JSON, http, new_database, signature};
use serde_json::json;
use sqlx::{AnyConnection, Connection, Row};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::time::Duration;

/// SIGTERM: work under way is finished, and the process ends within ten seconds with exit code 0.
#[tokio::test]
async fn told_to_stop_it_stops_well() {
    let ground = Ground::new(1, None, "").await;
    ground.slack.add_user(slack_sandbox::User::new("U1", "Ana"));
    let mut serving = ground.serve().await;
    assert!(ground.slack.command("U1", "help").await.is_ok());
    let (code, took) = tokio::task::spawn_blocking(move || serving.terminate())
        .await
        .unwrap();
    assert_eq!(code, Some(0));
    assert!(took < Duration::from_secs(10));
}

/// Posts events until nobody answers any more; counts the acknowledged ones.
async fn keep_telling(url: String, now: i64, next: Arc<AtomicU32>, taken: Arc<AtomicI64>) {
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        let event = json!({
            "type": "event_callback", "team_id": "T0SANDBOX", "event_id": format!("Ev{number}"), "event_time": now,
            "event": {"type": "user_change", "user": {"id": format!("U{number}"), "team_id": "T0SANDBOX", "tz": "Europe/Berlin"}},
        });
        let body = event.to_string().into_bytes();
        let request = http()
            .post(&url)
            .header("content-type", JSON)
            .header("x-slack-request-timestamp", now.to_string())
            .header("x-slack-signature", signature(now, &body))
            .body(body);
        match request.send().await {
            Ok(response) if response.status() == 200 => {
                taken.fetch_add(1, Ordering::Relaxed);
            }
            Ok(_) => {}
            Err(_) => return,
        }
    }
}

both! {
    alone "one process, and its end";
    /// Stopped during many events: each acknowledged one is stored, because Slack does not send it again.
    async fn what_was_acknowledged_is_kept(engine: Engine) {
        let database = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(new_database().await),
        };
        let ground = Ground::new(1, database, "").await;
        let mut serving = ground.serve().await;
        let url = format!("{}/slack/events", serving.address);
        let (next, taken) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicI64::new(0)));
        let now = ground.clock.now().as_second();
        let mut tellers = tokio::task::JoinSet::new();
        for _ in 0..16 {
            tellers.spawn(keep_telling(url.clone(), now, next.clone(), taken.clone()));
        }
        tokio::time::sleep(Duration::from_millis(400)).await;
        let (code, _) = tokio::task::spawn_blocking(move || serving.terminate()).await.unwrap();
        assert_eq!(code, Some(0));
        tellers.join_all().await;
        sqlx::any::install_default_drivers();
        let mut connection = AnyConnection::connect(&ground.database).await.unwrap();
        let kept: i64 = sqlx::query("select count(*) from inbox where dedupe_key like 'event/%'")
            .fetch_one(&mut connection)
            .await
            .unwrap()
            .get(0);
        let taken = taken.load(Ordering::Relaxed);
        assert!(taken > 0 && kept >= taken, "{taken} acknowledged, {kept} kept");
    }
}

/// Its output and exit code when it is started with these variables.
fn refuses(variables: &[(&str, &str)]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_reverse-mentor"));
    command
        .arg("serve")
        .env("SLACK_SIGNING_SECRET", "a secret")
        .env("SLACK_BOT_TOKEN", "xoxb-1")
        .env("REVERSE_MENTOR_LISTEN", "127.0.0.1:0")
        .env("REVERSE_MENTOR_KEY", "5e".repeat(32))
        .env_remove("RUST_LOG")
        .env_remove("LOG_FORMAT")
        .envs(variables.iter().copied());
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code(), said)
}

#[test]
fn what_cannot_start_says_what_to_do() {
    let folder = std::env::temp_dir().join(format!("rm-starting-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("a b")).unwrap();
    let junk = folder.join("junk.db");
    std::fs::write(
        &junk,
        "this is no database at all, but it is long enough to be one".repeat(20),
    )
    .unwrap();
    let nowhere = format!("sqlite://{}/nowhere/x.db", folder.display());
    let junk = format!("sqlite://{}", junk.display());
    let cases: [(&[(&str, &str)], &str); 8] = [
        (&[("DATABASE_URL", &nowhere)], "Does its folder exist"),
        (&[("DATABASE_URL", &junk)], "is it a database"),
        (&[("DATABASE_URL", "sqlite::memory:")], "names no file"),
        (&[("DATABASE_URL", "sqlite:")], "names no file"),
        (
            &[("DATABASE_URL", "postgres://bot:hush@[127.0.0.1/mentors")],
            "DATABASE_URL cannot be read",
        ),
        (
            &[(
                "DATABASE_URL",
                "postgres://bot:hush@127.0.0.1:1/x?sslmode=maybe",
            )],
            "sslmode is one of disable",
        ),
        (&[("LOG_FORMAT", "xml")], "LOG_FORMAT is text or json"),
        (&[("RUST_LOG", "=loud=")], "RUST_LOG: "),
    ];
    for (variables, words) in cases {
        let (code, said) = refuses(variables);
        assert_eq!(code, Some(2), "{variables:?}: {said}");
        assert!(
            said.contains(words) && !said.contains("hush"),
            "{variables:?}: {said}"
        );
    }
    // The key belongs to the database: a new database in its place would hide that the old one is lost.
    let known = folder.join("a b/known.db");
    std::fs::write(&known, "something").unwrap();
    let url = format!(
        "sqlite://{}",
        known.display().to_string().replace(' ', "%20")
    );
    let (code, said) = refuses(&[("DATABASE_URL", &url), ("REVERSE_MENTOR_KEY", "")]);
    assert!(
        code == Some(2) && said.contains("Put the file back from your copy"),
        "{said}"
    );
    assert!(!folder.join("a b/reverse-mentor.key").exists());
    std::fs::remove_dir_all(&folder).unwrap();
}
