//! Harnesses for scenes on both databases, and requests signed like Slack's.

use crate::twins::{self, Harness};
use hmac::{Hmac, KeyInit, Mac};
use reverse_mentor::rehearse::harness::HarnessOptions;
use serde_json::Value;
use sha2::Sha256;
use sqlx::{AnyConnection, AssertSqlSafe, Connection, Executor, Row};
use std::time::Duration;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// One scene, four tests: on SQLite, on PostgreSQL if there is one, and on each played by two workspaces at once that have the
/// same ids, on PostgreSQL a share of them ([`twins::is_drawn`]). `alone "reason";` before the scene leaves out both of these.
#[macro_export]
macro_rules! both {
    (alone $reason:literal; $($scene:tt)*) => {
        $crate::both!(@scene {const _: &str = $reason;} $($scene)*);
    };
    (@scene {$($third:tt)*} $(#[$meta:meta])* async fn $name:ident($engine:ident: Engine) $body:block) => {
        $(#[$meta])*
        mod $name {
            use super::*;

            async fn scene($engine: Engine) $body

            $($third)*

            #[test]
            fn sqlite() {
                $crate::support::play(|| scene(Engine::Sqlite));
            }

            #[test]
            fn postgres() {
                if $crate::support::postgres().is_none() {
                    println!("skipped: TEST_POSTGRES_URL is not set");
                    return;
                }
                $crate::support::play(|| scene(Engine::Postgres));
            }
        }
    };
    ($($scene:tt)*) => {
        $crate::both!(@scene {
            #[test]
            fn twins() {
                $crate::support::play(|| $crate::twins::as_two(|| scene(Engine::Sqlite)));
            }

            #[test]
            fn twins_on_postgres() {
                if $crate::support::postgres().is_none() {
                    println!("skipped: TEST_POSTGRES_URL is not set");
                    return;
                }
                if !$crate::twins::is_drawn(module_path!()) {
                    println!("skipped: not drawn; TWINS=all plays all of them");
                    return;
                }
                $crate::support::play(|| $crate::twins::as_two(|| scene(Engine::Postgres)));
            }
        } $($scene)*);
    };
}

/// Plays a scene on a stack of its own: unoptimized futures of whole programs are large.
pub fn play<F: Future<Output = ()>>(scene: impl FnOnce() -> F + Send) {
    let play = move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        runtime.unwrap().block_on(within_limit(Box::pin(scene())));
    };
    let played = std::thread::scope(|threads| {
        let place = std::thread::Builder::new().stack_size(16 << 20);
        place.spawn_scoped(threads, play).unwrap().join()
    });
    if let Err(failure) = played {
        std::panic::resume_unwind(failure);
    }
}

/// Makes a scene that waits for ever fail under its name, instead of blocking the whole run.
async fn within_limit(scene: impl Future<Output = ()>) {
    const LIMIT: Duration = Duration::from_mins(8);
    tokio::time::timeout(LIMIT, scene)
        .await
        .expect("the scene ends within eight minutes");
}

pub fn postgres() -> Option<String> {
    std::env::var("TEST_POSTGRES_URL")
        .ok()
        .filter(|url| !url.is_empty())
}

/// A setting on `engine`; on PostgreSQL with a new database.
pub async fn on(engine: Engine, setting: HarnessOptions) -> HarnessOptions {
    let database = match engine {
        Engine::Sqlite => None,
        Engine::Postgres => Some(new_database().await),
    };
    HarnessOptions {
        database,
        ..setting
    }
}

pub async fn new_database() -> String {
    sqlx::any::install_default_drivers();
    let server = postgres().expect("asked for before");
    let mut name = [0_u8; 8];
    getrandom::fill(&mut name).unwrap();
    let name = format!("scene_{}", const_hex::encode(name));
    let mut connection = AnyConnection::connect(&server).await.unwrap();
    connection
        .execute(AssertSqlSafe(format!("create database {name}")))
        .await
        .unwrap();
    let mut url = url::Url::parse(&server).unwrap();
    url.set_path(&name);
    url.to_string()
}

/// A harness on `engine` with a declared program.
pub async fn harness(engine: Engine, program: &str) -> Harness {
    let setting = on(engine, with(program)).await;
    Harness::start(setting).await.unwrap()
}

/// The same, for a Slack that hangs.
pub async fn impatient(engine: Engine, program: &str) -> Harness {
    let setting = on(engine, with(program).impatient()).await;
    Harness::start(setting).await.unwrap()
}

fn with(program: &str) -> HarnessOptions {
    HarnessOptions {
        program: Some(program.to_owned()),
        ..HarnessOptions::default()
    }
}

/// Lets the minutes pass in which an approval can be undone, and the introductions begin.
pub async fn introductions_begin(harness: &Harness) {
    let minutes = jiff::SignedDuration::from_mins(10);
    harness.pass(minutes).await.unwrap();
}

/// One number from the bot's own database.
pub async fn number(harness: &Harness, sql: &str) -> i64 {
    sqlx::any::install_default_drivers();
    let mut connection = own_rows(harness).await;
    let row = sqlx::query(AssertSqlSafe(sql.to_owned()))
        .fetch_one(&mut connection)
        .await
        .unwrap();
    row.get(0)
}

/// A connection to the bot's own database, which shows the scene's own workspace if two play it.
async fn own_rows(harness: &Harness) -> AnyConnection {
    let url = &harness.config.database_url;
    let mut connection = AnyConnection::connect(url).await.unwrap();
    let Some(team) = twins::only() else {
        return connection;
    };
    let (tables, schema) = if url.starts_with("sqlite") {
        (
            "select m.name from sqlite_master m join pragma_table_info(m.name) c on c.name = 'team_id' where m.type = 'table'",
            "main",
        )
    } else {
        (
            "select table_name::text from information_schema.columns where column_name = 'team_id' and table_schema = 'public'",
            "public",
        )
    };
    for row in connection.fetch_all(tables).await.unwrap() {
        let table: String = row.get(0);
        let view = format!(
            "create temporary view {table} as select * from {schema}.{table} where team_id = '{team}'"
        );
        connection.execute(AssertSqlSafe(view)).await.unwrap();
    }
    connection
}

/// Changes the bot's own database directly.
pub async fn execute(harness: &Harness, sql: &'static str) {
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(&harness.config.database_url)
        .await
        .unwrap();
    connection.execute(sql).await.unwrap();
}

/// The number of rows in each table.
pub async fn tables(harness: &Harness) -> Vec<(&'static str, i64)> {
    let mut counts = Vec::new();
    for table in [
        "workspaces",
        "programs",
        "people",
        "participants",
        "pairs",
        "timers",
        "outbox",
    ] {
        counts.push((
            table,
            number(harness, &format!("select count(*) from {table}")).await,
        ));
    }
    counts
}

pub const FORM: &str = "application/x-www-form-urlencoded";
pub const JSON: &str = "application/json";

/// The signature that Slack would send with `body` at `timestamp`.
pub fn signature(timestamp: i64, body: &[u8]) -> String {
    let secret = slack_sandbox::Options::default().signing_secret;
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("v0:{timestamp}:").as_bytes());
    mac.update(body);
    format!("v0={}", const_hex::encode(mac.finalize().into_bytes()))
}

/// An HTTP response.
pub struct Back {
    pub status: u16,
    pub body: String,
}

impl Back {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }
}

/// One client for all tests: it keeps no connections, which would belong to another test's runtime.
pub fn http() -> &'static reqwest::Client {
    static CLIENT: std::sync::OnceLock<reqwest::Client> = std::sync::OnceLock::new();
    CLIENT.get_or_init(|| {
        let _ = rustls::crypto::ring::default_provider().install_default();
        reqwest::Client::builder()
            .pool_max_idle_per_host(0)
            .build()
            .unwrap()
    })
}

/// Posts `body`, signed at `timestamp`.
pub async fn post_at(
    harness: &Harness,
    path: &str,
    kind: &str,
    body: Vec<u8>,
    timestamp: i64,
) -> Back {
    let signature = signature(timestamp, &body);
    let request = http()
        .post(format!("{}{path}", harness.address))
        .header("content-type", kind)
        .header("x-slack-request-timestamp", timestamp.to_string())
        .header("x-slack-signature", signature)
        .body(body);
    let response = request.send().await.unwrap();
    Back {
        status: response.status().as_u16(),
        body: response.text().await.unwrap(),
    }
}

/// Posts `body`, signed now.
pub async fn post(harness: &Harness, path: &str, kind: &str, body: impl Into<Vec<u8>>) -> Back {
    post_at(
        harness,
        path,
        kind,
        body.into(),
        harness.clock.now().as_second(),
    )
    .await
}
