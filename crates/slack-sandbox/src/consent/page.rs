//! The consent page, as a person sees it.

use super::asked::{Asked, Checked};
use super::{PATH, people, scopes};
use crate::handle::Sandbox;
use crate::organization;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use std::fmt::Write as _;

pub(super) fn consent(asked: &Asked, checked: &Checked, workspaces: &[Sandbox]) -> Response {
    let app = escaped(&checked.app);
    let names: Vec<String> = workspaces
        .iter()
        .map(name)
        .map(|name| escaped(&name))
        .collect();
    let title = match names.as_slice() {
        [one] => format!("{app} wants to be installed in {one}"),
        _ => format!("{app} wants to be installed in a workspace"),
    };
    let mut body =
        String::from("<p>This is slack-sandbox, a local Slack: nothing here reaches anyone.</p>");
    let lists = [
        (&asked.scopes, format!("{app} will be able to")),
        (
            &asked.user_scopes,
            format!("{app} will be able to act as you, and to"),
        ),
    ];
    for (scopes, heading) in lists.iter().filter(|(scopes, _)| !scopes.is_empty()) {
        let _ = write!(body, "<h2>{heading}</h2>{}", list(scopes));
    }
    let hidden = [
        ("client_id", Some(asked.client_id.clone())),
        ("scope", Some(asked.scopes.join(","))),
        ("user_scope", Some(asked.user_scopes.join(","))),
        ("redirect_uri", asked.redirect_uri.clone()),
        ("state", asked.state.clone()),
        ("team", asked.team.clone()),
    ];
    let mut fields = String::new();
    for (name, value) in hidden {
        if let Some(value) = value {
            let value = escaped(&value);
            let _ = write!(fields, "<input type=hidden name={name} value=\"{value}\">");
        }
    }
    let choice = installers(workspaces);
    let place = escaped(
        checked
            .back_to
            .as_str()
            .split('?')
            .next()
            .unwrap_or_default(),
    );
    let _ = write!(
        body,
        "<form method=post action=\"{PATH}\">{fields}<label for=installer>You are</label>{choice}\
         <p class=buttons><button name=answer value=cancel>Cancel</button>\
         <button name=answer value=allow class=allow>Allow</button></p></form><p>Either way, you go back to <code>{place}</code>.</p>"
    );
    document(StatusCode::OK, &title, &body)
}

/// Everyone who may agree, by workspace.
fn installers(workspaces: &[Sandbox]) -> String {
    let mut choice = String::from("<select id=installer name=installer>");
    for workspace in workspaces {
        let team = escaped(&workspace.team_id());
        let here = escaped(&workspace.inner.state().options.team_name);
        let is_there = if workspace.is_installed() {
            ", installed already"
        } else {
            ""
        };
        let _ = write!(
            choice,
            "<optgroup label=\"{}{is_there}\">",
            escaped(&name(workspace))
        );
        for user in people(workspace) {
            let (id, name) = (escaped(&user.id), escaped(&user.real_name));
            let role = if user.is_admin || user.is_owner {
                ", an admin of"
            } else {
                " of"
            };
            let _ = write!(
                choice,
                "<option value=\"{team} {id}\">{name}{role} {here}</option>"
            );
        }
        choice.push_str("</optgroup>");
    }
    choice.push_str("</select>");
    choice
}

fn name(workspace: &Sandbox) -> String {
    let options = &workspace.inner.state().options;
    match &options.enterprise {
        Some(organization) => format!("{} ({organization})", organization::NAME),
        None => format!("{} ({})", options.team_name, options.team_id),
    }
}

fn list(asked: &[String]) -> String {
    let mut items = String::new();
    for scope in asked {
        let words = scopes::words(scope).unwrap_or_default();
        let _ = write!(items, "<li>{words} <code>{}</code></li>", escaped(scope));
    }
    format!("<ul>{items}</ul>")
}

pub(super) fn trouble(error: &str, why: &str) -> Response {
    let body = format!(
        "<p>{}</p><p>Slack calls this <code>{error}</code>.</p>",
        escaped(why)
    );
    document(
        StatusCode::BAD_REQUEST,
        "The app can't be installed like this",
        &body,
    )
}

fn document(status: StatusCode, title: &str, body: &str) -> Response {
    const STYLE: &str = "body{font:1rem/1.5 system-ui,sans-serif;max-width:36rem;margin:8vh auto;padding:0 1rem}\
        h1{font-size:1.5rem}h2{font-size:1.1rem}code{font-size:.85em;opacity:.8}\
        label{display:block;font-weight:600}select{font:inherit;max-width:100%;padding:.4rem}\
        .buttons{display:flex;gap:.75rem}button{font:inherit;padding:.5rem 1.2rem;border:1px solid;border-radius:.3rem;\
        background:none;color:inherit;cursor:pointer}.allow{background:#007a5a;border-color:#007a5a;color:#fff;font-weight:600}";
    let html = format!(
        "<!doctype html><html lang=en><head><meta charset=utf-8><title>{title}</title>\
         <meta name=viewport content=\"width=device-width, initial-scale=1\"><meta name=color-scheme content=\"light dark\">\
         <style>{STYLE}</style></head><body><main><h1>{title}</h1>{body}</main></body></html>"
    );
    let headers = [
        (header::CACHE_CONTROL, "no-store"),
        (
            header::CONTENT_SECURITY_POLICY,
            // No form-action: browsers hold the redirect after the form to it.
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
        ),
    ];
    (status, headers, Html(html)).into_response()
}

fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}
