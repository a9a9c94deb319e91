//! Slack's mrkdwn: mentions, links, dates and escapes. Asterisks and the like stay as they are.

use crate::blocks::{string, text_of};
use crate::state::State;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use serde_json::Value as Json;

/// Who reads.
pub(super) enum Viewer<'a> {
    /// Somebody in the workspace.
    Person(Eyes<'a>),
    /// Nobody in particular: mrkdwn stays as it was written, because names, dates and times depend on who reads them.
    Nobody,
}

/// The facts about a reader that decide how text is shown to them.
pub(super) struct Eyes<'a> {
    state: &'a State,
    zone: TimeZone,
    now: Timestamp,
}

impl<'a> Viewer<'a> {
    pub(super) fn new(state: &'a State, user: &str, now: Timestamp) -> Self {
        let zone = state.time_zone(user);
        Self::Person(Eyes { state, zone, now })
    }
}

/// Plain text objects know no markup but escapes.
pub(super) fn plain(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

/// mrkdwn as people read it.
pub(super) fn words(viewer: &Viewer, text: &str) -> String {
    let Viewer::Person(eyes) = viewer else {
        return text.to_owned();
    };
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        out.push_str(&plain(before));
        match after.split_once('>') {
            Some((inside, after)) if !inside.contains('\n') => {
                out.push_str(&special(eyes, inside));
                rest = after;
            }
            _ => {
                out.push('<');
                rest = after;
            }
        }
    }
    out.push_str(&plain(rest));
    out
}

/// A text object.
pub(super) fn object(viewer: &Viewer, text: &Json) -> String {
    if text["type"] == "mrkdwn" {
        words(viewer, string(text, "text"))
    } else {
        plain(string(text, "text"))
    }
}

/// An image stands for its words.
pub(super) fn image(block: &Json) -> String {
    let title = text_of(block, "title");
    let alt = plain(string(block, "alt_text"));
    if title.is_empty() {
        format!("[image: {alt}]")
    } else {
        format!("{}\n[image: {alt}]", plain(title))
    }
}

fn special(eyes: &Eyes, inside: &str) -> String {
    let (target, label) = match inside.split_once('|') {
        Some((target, label)) => (target, Some(plain(label))),
        None => (inside, None),
    };
    if let Some(id) = target.strip_prefix('@') {
        let options = &eyes.state.options;
        let known = eyes.state.users.get(id);
        let known = known.map(|user| user.real_name.as_str());
        let bot = (id == options.bot_user_id).then_some(options.bot_name.as_str());
        return format!("@{}", known.or(bot).unwrap_or(id));
    }
    if let Some(id) = target.strip_prefix('#') {
        let found = eyes.state.conversation(id);
        let name = found.map(|(_, conversation)| conversation.name.to_string());
        return format!("#{}", name.or(label).unwrap_or_else(|| id.to_owned()));
    }
    if let Some(date) = target.strip_prefix("!date^") {
        return date_text(eyes, date).or(label).unwrap_or_default();
    }
    if let Some(name) = target.strip_prefix('!') {
        let group = name.split('^').next().unwrap_or(name);
        return label.unwrap_or_else(|| format!("@{group}"));
    }
    let url = plain(target);
    match label {
        Some(label) if label != url => format!("{label} ({url})"),
        _ => url,
    }
}

/// `timestamp^format[^link]`, in the viewer's time zone.
fn date_text(eyes: &Eyes, date: &str) -> Option<String> {
    let mut parts = date.splitn(3, '^');
    let seconds: i64 = parts.next()?.parse().ok()?;
    let format = parts.next()?;
    let at = Timestamp::from_second(seconds).ok()?;
    let local = at.to_zoned(eyes.zone.clone());
    let mut out = String::new();
    let mut rest = format;
    while let Some((before, after)) = rest.split_once('{') {
        let (token, after) = after.split_once('}')?;
        out.push_str(before);
        out.push_str(&date_part(&local, eyes.now, &eyes.zone, token)?);
        rest = after;
    }
    out.push_str(rest);
    Some(plain(&out))
}

fn date_part(local: &Zoned, now: Timestamp, zone: &TimeZone, token: &str) -> Option<String> {
    let ordinal = match local.day() {
        11..=13 => "th",
        day if day % 10 == 1 => "st",
        day if day % 10 == 2 => "nd",
        day if day % 10 == 3 => "rd",
        _ => "th",
    };
    let long = format!("%B {}{ordinal}, %Y", local.day());
    let format = match token {
        "date_num" => "%Y-%m-%d".to_owned(),
        "date_short" | "date_short_pretty" => format!("%b {}, %Y", local.day()),
        "date_long" | "date_long_pretty" => format!("%A, {long}"),
        "date" | "date_pretty" => long,
        "time" => "%-I:%M %p".to_owned(),
        "time_secs" => "%-I:%M:%S %p".to_owned(),
        _ => return None,
    };
    let today = now.to_zoned(zone.clone()).date();
    let word = match (local.date() - today).get_days() {
        _ if !token.ends_with("_pretty") => None,
        0 if local.date() == today => Some("today"),
        1 => Some("tomorrow"),
        -1 => Some("yesterday"),
        _ => None,
    };
    Some(match word {
        Some(word) => word.to_owned(),
        None => local.strftime(&format).to_string(),
    })
}
