//! Logs and metrics. Logs hold Slack ids and kinds, never text, tokens or bodies.

use crate::domain::ids::TeamId;
use crate::store::db::StoreError;
use crate::store::{Db, outbox, pairs};
use jiff::Timestamp;
use metrics::{describe_counter, describe_gauge, describe_histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::io::IsTerminal as _;
use std::sync::OnceLock;
use tracing_subscriber::EnvFilter;

/// Upper bounds in seconds; an acknowledgement is due within three.
const SECONDS: [f64; 12] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 3.0, 30.0,
];

/// Starts logging: `RUST_LOG` chooses the messages, `LOG_FORMAT` the format. An error explains what is wrong with them.
pub fn log([wanted, format]: [Option<String>; 2]) -> Result<(), String> {
    let wanted = wanted.unwrap_or_else(|| "info,sqlx=warn".to_owned());
    let filter = EnvFilter::try_new(wanted)
        .map_err(|error| format!("RUST_LOG: {error}. Use a level, such as info or debug"))?;
    let format = format.unwrap_or_else(|| "text".to_owned());
    if !["text", "json"].contains(&format.as_str()) {
        return Err(format!("LOG_FORMAT is text or json, not \"{format}\""));
    }
    // Colors are for people: in a file they are noise.
    let is_read_at_once = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(is_read_at_once)
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    // A second start (in tests) keeps the first logger.
    let _ = if format == "json" {
        subscriber.json().try_init()
    } else {
        subscriber.try_init()
    };
    Ok(())
}

/// The process's metrics, in Prometheus' text format.
pub fn metrics() -> &'static PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    HANDLE.get_or_init(|| {
        let builder = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &SECONDS)
            .unwrap_or_else(|_| PrometheusBuilder::new());
        let recorder = builder.build_recorder();
        let handle = recorder.handle();
        // Another recorder in this process (of an embedding program) stays in charge.
        let _ = metrics::set_global_recorder(recorder);
        describe();
        handle
    })
}

fn describe() {
    describe_counter!(
        "reverse_mentor_inbound_total",
        "Requests from Slack by kind and outcome"
    );
    describe_histogram!(
        "reverse_mentor_ack_seconds",
        "From a request's arrival to its acknowledgement"
    );
    describe_counter!(
        "reverse_mentor_slack_calls_total",
        "Calls to Slack by method and outcome"
    );
    describe_counter!(
        "reverse_mentor_outbox_total",
        "Outbox rows finished, by outcome and kind"
    );
    describe_gauge!("reverse_mentor_outbox_depth", "Outbox rows open, by state");
    describe_gauge!(
        "reverse_mentor_outbox_oldest_seconds",
        "Age of the oldest open outbox row, by state"
    );
    describe_counter!("reverse_mentor_timers_total", "Timers run, by kind");
    describe_counter!(
        "reverse_mentor_unreadable_total",
        "Times a row was put off that this version cannot read, by what it is"
    );
    describe_histogram!("reverse_mentor_timer_late_seconds", "How late timers ran");
    describe_gauge!("reverse_mentor_active_pairs", "Pairs that are open");
    describe_gauge!(
        "reverse_mentor_ready",
        "1 while /readyz says ready, 0 otherwise"
    );
    describe_gauge!(
        "reverse_mentor_last_write_seconds",
        "Seconds since the database last took a write"
    );
    describe_gauge!(
        "reverse_mentor_slack_reachable",
        "1 if Slack answered when it was last asked, 0 otherwise"
    );
    describe_gauge!(
        "reverse_mentor_app_installed",
        "1 while the app is installed and Slack takes our token, 0 otherwise"
    );
    describe_gauge!(
        "reverse_mentor_clock_skew_seconds",
        "How far this machine's clock is ahead of Slack's"
    );
    describe_gauge!(
        "reverse_mentor_clock_held",
        "1 while nothing is sent or run because the clock cannot be believed, 0 otherwise"
    );
    describe_gauge!(
        "reverse_mentor_programs_without_owner",
        "Programs none of whose owners is still a member of the workspace"
    );
    describe_gauge!(
        "reverse_mentor_refused_methods",
        "Slack's methods that a whole workspace is refused right now"
    );
    describe_gauge!(
        "reverse_mentor_tokens_not_renewed",
        "Workspaces whose expiring token could not be renewed when it was last tried"
    );
    describe_counter!(
        "reverse_mentor_token_renewals_total",
        "Renewals of expiring tokens, by outcome"
    );
    describe_gauge!(
        "reverse_mentor_programs_without_events",
        "Programs whose workspace Slack has never told the bot an event of: is the Request URL verified?"
    );
    describe_gauge!(
        "reverse_mentor_sockets_open",
        "Open Socket Mode connections of this process: two, or Slack cannot reach it well"
    );
}

/// Measures the database: the outbox, and the number of pairs. It runs once a tick, so that a scrape never waits.
pub async fn measure(db: &Db, now: Timestamp) -> Result<(), StoreError> {
    let mut tx = db.read(&TeamId::from(""), now).await?;
    for state in ["queued", "leased", "in_doubt"] {
        metrics::gauge!("reverse_mentor_outbox_depth", "state" => state).set(0.0);
        metrics::gauge!("reverse_mentor_outbox_oldest_seconds", "state" => state).set(0.0);
    }
    for (state, rows, age) in outbox::depth(&mut tx).await? {
        #[expect(clippy::cast_precision_loss, reason = "a gauge is a float")]
        let (rows, age) = (rows as f64, age as f64 / 1000.0);
        metrics::gauge!("reverse_mentor_outbox_depth", "state" => state.clone()).set(rows);
        metrics::gauge!("reverse_mentor_outbox_oldest_seconds", "state" => state).set(age);
    }
    #[expect(clippy::cast_precision_loss, reason = "a gauge is a float")]
    metrics::gauge!("reverse_mentor_active_pairs")
        .set(pairs::count_open_everywhere(&mut tx).await? as f64);
    Ok(())
}
