//! The paths of the page.

use super::acts;
use super::asked::{Act, Asked, FILE};
use super::guard;
use super::page;
use super::show::Show;
use crate::rehearse::MOST;
use axum::extract::rejection::StringRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Router, middleware};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

/// The shortest time between two refreshes of the page.
const PACE: Duration = Duration::from_millis(150);
/// A form encodes many characters as three bytes.
const BODY: usize = 3 * FILE;

const STYLE: &str = include_str!("assets/demo.css");
const SCRIPT: &str = include_str!("assets/demo.js");
const ICON: &str = include_str!("assets/icon.svg");

/// All routes of the demo, at `listen`.
pub fn routes(show: Arc<Show>, listen: SocketAddr) -> Router {
    let asset = |kind: &'static str, text: &'static str| {
        get(move || async move { ([(header::CONTENT_TYPE, kind)], text) })
    };
    Router::new()
        .route("/", get(shown))
        .route("/do/{act}", post(done))
        .route("/act", post(pressed))
        .route("/events", get(events))
        .route("/options", get(offers))
        .route("/file/{id}", get(file))
        .route("/demo.css", asset("text/css; charset=utf-8", STYLE))
        .route("/demo.js", asset("text/javascript; charset=utf-8", SCRIPT))
        .route("/icon.svg", asset("image/svg+xml", ICON))
        .route(
            "/favicon.ico",
            get(|| async { Redirect::permanent("/icon.svg") }),
        )
        .layer(axum::extract::DefaultBodyLimit::max(BODY))
        .layer(middleware::from_fn_with_state(listen, guard::guard))
        .with_state(show)
}

async fn shown(State(show): State<Arc<Show>>, RawQuery(query): RawQuery) -> Response {
    let asked = Asked::read(query.as_deref().unwrap_or_default());
    // A person who opens the App Home sees it updated; a page that refreshes itself does not count.
    if asked.place == "home" && !asked.again {
        acts::open_home(&show, &asked).await;
    }
    match page::render(&show, &asked) {
        Ok(text) => Html(text).into_response(),
        Err(error) => {
            tracing::error!(%error, "the page could not be rendered");
            (
                StatusCode::INTERNAL_SERVER_ERROR,
                "The page could not be rendered.",
            )
                .into_response()
        }
    }
}

async fn pressed(State(show): State<Arc<Show>>, body: Body) -> Response {
    done(State(show), Path("act".to_owned()), body).await
}

type Body = Result<String, StringRejection>;

async fn done(State(show): State<Arc<Show>>, Path(act): Path<String>, body: Body) -> Response {
    let body = match body {
        Ok(body) => body,
        Err(error) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            let most = FILE / 1_000_000;
            let words = format!(
                "This is too long: a people file can have at most {most} MB and {MOST} people."
            );
            return (error.status(), words).into_response();
        }
        Err(error) => return error.into_response(),
    };
    let mut act = Act::read(&act, &body);
    act.asked = page::settled(&show.desk(), &act.asked);
    let next = acts::perform(&show, &act).await;
    Redirect::to(&next.link()).into_response()
}

/// Tells the page that something changed; the page then asks for the content.
async fn events(State(show): State<Arc<Show>>) -> impl IntoResponse {
    let changes = show.changes();
    let stream = futures_util::stream::unfold(changes, |mut changes| async move {
        changes.changed().await.ok()?;
        tokio::time::sleep(PACE).await;
        let count = *changes.borrow_and_update();
        let event = Event::default().event("changed").data(count.to_string());
        Some((Ok::<_, Infallible>(event), changes))
    });
    Sse::new(stream).keep_alive(KeepAlive::default())
}

/// The options of a menu that the bot fills, for the text typed so far: one per line.
async fn offers(State(show): State<Arc<Show>>, RawQuery(query): RawQuery) -> String {
    let query = query.unwrap_or_default();
    let asked = Asked::read(&query);
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    let field = pairs
        .find(|(name, _)| name == "field")
        .map(|found| found.1.into_owned());
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    let typed = pairs
        .find(|(name, _)| name == "typed")
        .map(|found| found.1.into_owned());
    let (field, typed) = (field.unwrap_or_default(), typed.unwrap_or_default());
    let slack = show.desk().slack.clone();
    slack
        .suggestions(&asked.who, &field, &typed)
        .await
        .join("\n")
}

async fn file(State(show): State<Arc<Show>>, Path(id): Path<String>) -> Response {
    let found = show.desk().slack.file(&id);
    let Some((name, bytes)) = found else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let end = name.rsplit('.').next().unwrap_or_default();
    if end == "png" {
        return ([(header::CONTENT_TYPE, "image/png")], bytes).into_response();
    }
    let kind = if end == "ics" {
        "text/calendar; charset=utf-8"
    } else {
        "application/octet-stream"
    };
    let plain: String = name
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || ".-_".contains(*c))
        .collect();
    let saved = format!("attachment; filename=\"{plain}\"");
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, saved),
    ];
    (headers, bytes).into_response()
}
