//! The probes' answers in any state of the database, Slack and the clock.

use crate::both;
use crate::frozen::wire;
use crate::support::{Engine, FORM, harness, http, new_database, postgres, signature};
use crate::twins::Harness;
use reverse_mentor::app::{App, Doors};
use reverse_mentor::clock::Clock;
use reverse_mentor::config::Config;
use reverse_mentor::rehearse::harness::HarnessOptions;
use sqlx::{AnyConnection, AssertSqlSafe, Connection, Executor};
use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// A probe that takes longer counts as failed.
const AT_ONCE: Duration = Duration::from_secs(1);

/// The whole bot with its loops, as `serve` runs it, beside a harness.
pub struct Serving {
    address: String,
    stop: CancellationToken,
    task: JoinHandle<anyhow::Result<()>>,
}

pub async fn serve(config: &Config, clock: Clock) -> Serving {
    let config = Config {
        tick_seconds: 1,
        ..config.clone()
    };
    let bot = App::new(&config, clock).await.unwrap();
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let doors = Doors {
        slack: listener,
        admin: None,
    };
    let stop = CancellationToken::new();
    let task = tokio::spawn(bot.serve(doors, stop.clone()));
    Serving {
        address,
        stop,
        task,
    }
}

impl Serving {
    /// The status and body, which must come at once.
    pub async fn probe(&self, path: &str) -> (u16, String) {
        let asked = async {
            let back = http()
                .get(format!("{}{path}", self.address))
                .send()
                .await
                .unwrap();
            (back.status().as_u16(), back.text().await.unwrap())
        };
        tokio::time::timeout(AT_ONCE, asked)
            .await
            .unwrap_or_else(|_| panic!("{path} takes longer than {AT_ONCE:?}"))
    }

    /// Waits until `/readyz` answers `status` with these words.
    pub async fn becomes(&self, status: u16, words: &str) -> String {
        let mut last = (0, String::new());
        for _ in 0..300 {
            last = self.probe("/readyz").await;
            if last.0 == status && last.1.contains(words) {
                return last.1;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("not {status} with {words:?}: {last:?}");
    }

    /// The answer to a person who asks for help.
    async fn help(&self, harness: &Harness) -> String {
        let body = "team_id=T0SANDBOX&user_id=U1&command=%2Freverse-mentor&text=help";
        let now = harness.clock.now().as_second();
        let request = http()
            .post(format!("{}/slack/commands", self.address))
            .header("content-type", FORM)
            .header("x-slack-request-timestamp", now.to_string())
            .header("x-slack-signature", signature(now, body.as_bytes()))
            .body(body);
        request.send().await.unwrap().text().await.unwrap()
    }

    pub async fn ends(self) {
        self.stop.cancel();
        self.task.await.unwrap().unwrap();
    }
}

/// The log lines of this test's own thread.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Log {
    fn start() -> (Self, tracing::subscriber::DefaultGuard) {
        let log = Self::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::WARN)
            .with_writer(move || writer.clone())
            .finish();
        (log, tracing::subscriber::set_default(subscriber))
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

/// The database can be read but takes no writes: a full disk, or a PostgreSQL that became a standby.
async fn take_writes_away(harness: &Harness) {
    sqlx::any::install_default_drivers();
    let url = harness.config.database_url.as_str();
    let mut connection = AnyConnection::connect(url).await.unwrap();
    if url.starts_with("sqlite") {
        for table in ["facts", "outbox", "timers", "workspaces", "limit_uses"] {
            for deed in ["insert", "update"] {
                let sql = format!(
                    "create trigger full_{table}_{deed} before {deed} on {table} \
                     begin select raise(abort, 'database or disk is full'); end"
                );
                connection.execute(AssertSqlSafe(sql)).await.unwrap();
            }
        }
    } else {
        let name = url.rsplit('/').next().unwrap();
        let sql = format!("alter database {name} set default_transaction_read_only = on");
        connection.execute(AssertSqlSafe(sql)).await.unwrap();
        connection.execute(OTHERS_GO).await.unwrap();
    }
}

/// Settings of a database apply to new connections, so the others are ended.
const OTHERS_GO: &str = "select count(pg_terminate_backend(pid)) from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid()";

async fn give_writes_back(harness: &Harness) {
    let url = harness.config.database_url.as_str();
    let mut connection = AnyConnection::connect(url).await.unwrap();
    if url.starts_with("sqlite") {
        for table in ["facts", "outbox", "timers", "workspaces", "limit_uses"] {
            for deed in ["insert", "update"] {
                let sql = format!("drop trigger full_{table}_{deed}");
                connection.execute(AssertSqlSafe(sql)).await.unwrap();
            }
        }
    } else {
        let name = url.rsplit('/').next().unwrap();
        connection
            .execute("set default_transaction_read_only = off")
            .await
            .unwrap();
        let sql = format!("alter database {name} reset default_transaction_read_only");
        connection.execute(AssertSqlSafe(sql)).await.unwrap();
        connection.execute(OTHERS_GO).await.unwrap();
    }
}

both! {
    alone "one process, and what it says of itself";
    async fn a_database_that_takes_no_writes_is_not_ready_and_back_at_once(engine: Engine) {
        let harness = harness(engine, "").await;
        let serving = serve(&harness.config, harness.clock.clone()).await;
        serving.becomes(200, "ready\n").await;
        let (log, _guard) = Log::start();
        take_writes_away(&harness).await;
        serving.becomes(503, "the database takes no writes").await;
        tokio::time::sleep(Duration::from_secs(4)).await;
        let told = log.text();
        let lines = told.lines().count();
        assert!((1..20).contains(&lines), "{lines} lines: {told}");
        let (status, _) = serving.probe("/healthz").await;
        assert_eq!(status, 200);
        give_writes_back(&harness).await;
        serving.becomes(200, "ready\n").await;
        serving.ends().await;
    }
}

#[tokio::test]
async fn probes_answer_while_postgresql_is_frozen() {
    let Some(server) = postgres() else {
        println!("skipped: TEST_POSTGRES_URL is not set");
        return;
    };
    let server = url::Url::parse(&server).unwrap();
    let target = format!(
        "{}:{}",
        server.host_str().unwrap(),
        server.port().unwrap_or(5432)
    );
    let (port, freeze) = wire(target).await;
    let harness = Harness::start(HarnessOptions {
        database: Some(new_database().await),
        ..HarnessOptions::default()
    })
    .await
    .unwrap();
    let mut behind = url::Url::parse(&harness.config.database_url).unwrap();
    behind.set_port(Some(port)).unwrap();
    let config = Config {
        database_url: behind.to_string(),
        ..harness.config.clone()
    };
    let serving = serve(&config, harness.clock.clone()).await;
    serving.becomes(200, "ready\n").await;
    freeze.send_replace(true);
    serving.becomes(503, "the database takes no writes").await;
    assert_eq!(serving.probe("/healthz").await.0, 200);
    let (status, metrics) = serving.probe("/metrics").await;
    assert_eq!(status, 200);
    assert!(metrics.contains("reverse_mentor_outbox_depth"), "{metrics}");
    freeze.send_replace(false);
    serving.becomes(200, "ready\n").await;
    serving.ends().await;
}

both! {
    alone "one process, and what it says of itself";
    async fn a_slack_that_does_not_answer_keeps_nobody_waiting(engine: Engine) {
        let harness = harness(engine, "").await;
        // A server that accepts connections and never answers.
        let silent = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let config = Config {
            slack_api_url: format!("http://{}/api", silent.local_addr().unwrap()),
            slack_timeout_ms: 10_000,
            ..harness.config.clone()
        };
        let began = Instant::now();
        let serving = serve(&config, harness.clock.clone()).await;
        let help = serving.help(&harness).await;
        let body = serving.becomes(200, "ready\n").await;
        assert!(help.contains("/reverse-mentor join"), "{help}");
        assert!(body.contains("slack: not asked yet"), "{body}");
        assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
        serving.ends().await;

        let config = Config { slack_timeout_ms: 100, ..config };
        let serving = serve(&config, harness.clock.clone()).await;
        serving.becomes(200, "slack: does not answer").await;
        let (_, metrics) = serving.probe("/metrics").await;
        assert!(metrics.contains("reverse_mentor_slack_reachable 0"), "{metrics}");
        serving.ends().await;
    }
}

both! {
    alone "one process, and what it says of itself";
    async fn a_dead_token_is_a_detail(engine: Engine) {
        let harness = harness(engine, "").await;
        harness.slack.revoke_token();
        let serving = serve(&harness.config, harness.clock.clone()).await;
        serving.becomes(200, "slack: does not take our token").await;
        serving.ends().await;
    }
}

#[tokio::test]
async fn with_an_admin_listener_probes_are_there_only() {
    let harness = Harness::start(HarnessOptions::default()).await.unwrap();
    let front = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let admin = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = |listener: &TcpListener| listener.local_addr().unwrap();
    let (front_address, admin_address) = (address(&front), address(&admin));
    let config = Config {
        admin_listen: Some(admin_address),
        ..harness.config.clone()
    };
    let bot = App::new(&config, harness.clock.clone()).await.unwrap();
    let doors = Doors {
        slack: front,
        admin: Some(admin),
    };
    let stop = CancellationToken::new();
    let task = tokio::spawn(bot.serve(doors, stop.clone()));
    for path in ["/healthz", "/readyz", "/metrics"] {
        let status = async |address| {
            let back = http().get(format!("http://{address}{path}")).send().await;
            back.unwrap().status().as_u16()
        };
        assert_eq!(status(front_address).await, 404, "{path}");
        let found = status(admin_address).await;
        assert!(
            found == 200 || (path == "/readyz" && found == 503),
            "{path}"
        );
    }
    stop.cancel();
    task.await.unwrap().unwrap();
}
