//! Counts, recorded requests, and injected faults.

use super::done;
use super::request::{Asked, Body, Refused, Slack};
use super::see::Look;
use super::shapes::Shown;
use crate::{EventFault, Exchange, Fault, Faults, Way};
use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value as Anything, json};

type Outcome = Result<Response, Refused>;

pub(super) async fn tally(Slack(slack): Slack, look: Look) -> Response {
    let tally = slack.tally();
    let mut json = json!(tally);
    json["ok"] = json!(true);
    json["violations"] = json!(tally.violations());
    let mut lines = Vec::new();
    for (method, outcomes) in &tally.calls {
        for (outcome, count) in outcomes {
            lines.push(format!("{method} {outcome}: {count}"));
        }
    }
    lines.push(format!("violations: {}", tally.violations()));
    lines.extend(tally.remarks);
    look.answer(Shown {
        json,
        text: lines.join("\n"),
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct After {
    #[serde(default)]
    after: u64,
    #[serde(rename = "team")]
    _team: Option<String>,
}

pub(super) async fn exchanges(Slack(slack): Slack, Asked(asked): Asked<After>) -> Response {
    let list: Vec<Anything> = slack.recorded(asked.after).iter().map(exchange).collect();
    Json(json!({"ok": true, "exchanges": list})).into_response()
}

fn exchange(one: &Exchange) -> Anything {
    let parsed = |text: &str| serde_json::from_str(text).unwrap_or_else(|_| json!(text));
    json!({
        "number": one.number,
        "at": one.at,
        "way": match one.way {
            Way::ToBot => "to_app",
            Way::ToSlack => "to_slack",
        },
        "name": one.name,
        "headers": one.headers,
        "request": parsed(&one.request),
        "status": one.status,
        "answer": parsed(&one.answer),
        "outcome": one.outcome,
        "took_ms": u64::try_from(one.took.as_millis()).unwrap_or(u64::MAX),
    })
}

pub(super) async fn faults(Slack(slack): Slack) -> Response {
    Json(json!({"ok": true, "faults": slack.faults()})).into_response()
}

pub(super) async fn set_faults(Slack(slack): Slack, Body(faults): Body<Faults>) -> Response {
    slack.set_faults(faults);
    done()
}

pub(super) async fn preset(Slack(slack): Slack, Path(name): Path<String>) -> Outcome {
    slack.set_faults(match name.as_str() {
        "none" => Faults::default(),
        "light" => Faults::light(),
        "heavy" => Faults::heavy(),
        _ => {
            let message = format!("no preset '{name}'; there are: none, light, heavy");
            return Err(Refused::new(StatusCode::NOT_FOUND, "no_preset", message));
        }
    });
    Ok(done())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Next {
    /// A method of the Web API, `response_url` or `upload`.
    method: String,
    fault: Fault,
}

pub(super) async fn next(Slack(slack): Slack, Body(next): Body<Next>) -> Response {
    slack.fail_next(&next.method, next.fault);
    done()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NextEvent {
    fault: EventFault,
}

pub(super) async fn next_event(Slack(slack): Slack, Body(next): Body<NextEvent>) -> Response {
    slack.fail_next_event(next.fault);
    done()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Standing {
    method: String,
    /// An error of Slack's, such as `channel_not_found`.
    error: String,
}

pub(super) async fn stand(Slack(slack): Slack, Body(standing): Body<Standing>) -> Response {
    slack.fail_with(&standing.method, &standing.error);
    done()
}

pub(super) async fn heal(Slack(slack): Slack, Path(method): Path<String>) -> Response {
    slack.heal(&method);
    done()
}
