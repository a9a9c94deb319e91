//! The middle of the page: a conversation or the App Home as its reader sees it, and the open modal.

use super::asked::Asked;
use super::page_state::PageState;
use super::render::html::Html;
use super::render::surface::{Place, Surface, Viewer};
use super::render::{self, mrkdwn};
use super::roles;
use crate::rehearse::{CHANNEL, CIRCLE};
use jiff::tz::TimeZone;
use slack_sandbox::{self, Kind, Message, User};

/// The most messages shown; older ones are dropped.
const SHOWN: usize = 80;

pub struct Talk {
    pub title: String,
    pub kind: &'static str,
    pub about: String,
    pub rows: Vec<Row>,
    pub home: Option<Html>,
    pub placeholder: String,
    pub empty: &'static str,
}

/// A message.
pub struct Row {
    /// The day, on the first message of a day.
    pub day: Option<String>,
    pub number: u64,
    pub author: String,
    pub initials: String,
    pub color: usize,
    pub is_app: bool,
    pub at: String,
    pub only_you: bool,
    pub edited: bool,
    /// The surface of its blocks, for its form.
    pub place: String,
    pub body: Html,
    /// Link and title of each.
    pub files: Vec<(String, String)>,
    pub aloud: String,
}

pub struct ModalView {
    pub title: String,
    /// Changes with everything except the typed values.
    pub key: String,
    pub below: Vec<String>,
    pub body: Html,
    pub submit: String,
    pub close: String,
    pub whole: Option<String>,
    pub can_fill: bool,
}

/// Id and name of each.
fn channels() -> [(String, String); 2] {
    [CHANNEL, CIRCLE].map(|(id, name)| (id.to_owned(), name.to_owned()))
}

pub fn talk(desk: &PageState, asked: &Asked, me: &User, zone: &TimeZone, people: &[User]) -> Talk {
    let channels = channels();
    let viewer = Viewer {
        slack: &desk.slack,
        user: &asked.who,
        people,
        channels: &channels,
    };
    if asked.place == "home" {
        return home(desk, asked, &viewer);
    }
    let places = desk.slack.places(&asked.who);
    let place = places.iter().find(|place| place.channel == asked.place);
    let Some(place) = place else {
        return home(desk, asked, &viewer);
    };
    let mut messages = if place.kind == Kind::Im {
        desk.slack.dm(&asked.who)
    } else {
        desk.slack.channel(&place.channel)
    };
    let mine = |to: &Option<String>| to.as_ref().is_none_or(|to| *to == asked.who);
    messages.retain(|message| mine(&message.ephemeral_to));
    messages.drain(..messages.len().saturating_sub(SHOWN));
    let mut day = String::new();
    let rows = messages
        .iter()
        .map(|message| row(desk, &viewer, message, zone, &mut day));
    let rows = rows.collect();
    let title = label(desk, &asked.who, place);
    let (kind, about, empty) = match place.kind {
        Kind::Channel if place.channel == CIRCLE.0 => (
            "channel",
            "The mentor circle: whoever is in it pressed for it.".to_owned(),
            "Nothing yet. The bot adds mentors here, and writes nothing itself.",
        ),
        Kind::Channel => (
            "channel",
            "The digest's channel: figures, never names.".to_owned(),
            "The digest comes on Mondays, once the program has something to tell.",
        ),
        Kind::Im => (
            "dm",
            format!("{} and the bot alone.", me.real_name),
            "Nothing yet. Type a slash command below: /reverse-mentor join",
        ),
        Kind::Mpim => (
            "group",
            "The pair and the bot, which can't read what's written here.".to_owned(),
            "",
        ),
    };
    Talk {
        placeholder: format!("Message {title}, or / for a command"),
        title,
        kind,
        about,
        rows,
        home: None,
        empty,
    }
}

fn home(desk: &PageState, asked: &Asked, viewer: &Viewer) -> Talk {
    let view = desk.slack.home(&asked.who);
    let body = view.map(|view| {
        let surface = Surface::new(Place::Home, view.values.clone());
        render::blocks::blocks(viewer, &surface, &view.blocks())
    });
    Talk {
        title: "App Home".to_owned(),
        kind: "home",
        about: "The bot's own page, for this person.".to_owned(),
        rows: Vec::new(),
        home: Some(body.unwrap_or_else(|| {
            Html::markup("<p class=\"empty\">The bot hasn't answered yet.</p>")
        })),
        placeholder: String::new(),
        empty: "",
    }
}

fn row(
    desk: &PageState,
    viewer: &Viewer,
    message: &Message,
    zone: &TimeZone,
    day: &mut String,
) -> Row {
    let local = message.at.to_zoned(zone.clone());
    let today = local.strftime("%A, %-d %B").to_string();
    let new_day = (today != *day).then(|| today.clone());
    *day = today;
    let author = desk.slack.user(&message.user);
    let is_app = author.is_none();
    let (initials, color) = author
        .as_ref()
        .map_or_else(|| ("RM".to_owned(), 8), roles::face);
    let reference = message.reference();
    let place = Place::Message(reference.clone());
    let blocks = message.blocks();
    let mut body = Html::default();
    if blocks.is_empty() {
        body.tag("<div class=\"b-text\">");
        body.push(&mrkdwn::html(viewer, &message.text));
        body.tag("</div>");
    } else {
        let values = desk.slack.filled(viewer.user, &reference);
        let surface = Surface::new(place.clone(), values);
        body = render::blocks::blocks(viewer, &surface, &blocks);
    }
    let files = message.files.iter();
    Row {
        day: new_day,
        number: message.seq,
        author: author.map_or_else(|| "Reverse Mentor".to_owned(), |user| user.real_name),
        initials,
        color,
        is_app,
        at: local.strftime("%H:%M").to_string(),
        only_you: message.ephemeral_to.is_some(),
        edited: message.edited,
        place: place.named(),
        body,
        files: files
            .map(|file| {
                let title = if file.title.is_empty() {
                    &file.name
                } else {
                    &file.title
                };
                (
                    format!("/file/{}", file.id),
                    format!("{title} ({})", file.name),
                )
            })
            .collect(),
        aloud: viewer.aloud(&message.text),
    }
}

pub fn modal(desk: &PageState, asked: &Asked, people: &[User]) -> Option<ModalView> {
    let view = desk.slack.modal(&asked.who)?;
    let channels = channels();
    let viewer = Viewer {
        slack: &desk.slack,
        user: &asked.who,
        people,
        channels: &channels,
    };
    let mistakes = desk.mistakes.get(&asked.who);
    let mistakes = mistakes
        .filter(|mistakes| mistakes.view == view.view_id)
        .cloned();
    let mistakes = mistakes.unwrap_or_default();
    let mut surface = Surface::new(Place::Modal, view.values.clone());
    surface.errors.clone_from(&mistakes.fields);
    let words = |key: &str| {
        let text = view.json[key]["text"].as_str().unwrap_or_default();
        mrkdwn::unescaped(text)
    };
    let mut below = desk.slack.modal_stack(&asked.who);
    below.pop();
    let submit = words("submit");
    Some(ModalView {
        title: words("title"),
        key: format!(
            "{} {} {:?} {:?}",
            asked.who, view.view_id, view.values, mistakes
        ),
        below,
        body: render::blocks::blocks(&viewer, &surface, &view.blocks()),
        close: match words("close") {
            empty if empty.is_empty() => "Close".to_owned(),
            close => close,
        },
        whole: mistakes.whole,
        can_fill: !submit.is_empty()
            && desk
                .company
                .people
                .iter()
                .any(|person| person.id == asked.who),
        submit,
    })
}

/// A conversation's name for one of its members.
pub fn label(desk: &PageState, who: &str, place: &slack_sandbox::Place) -> String {
    match place.kind {
        Kind::Channel => place.name.clone(),
        Kind::Im => "Reverse Mentor".to_owned(),
        Kind::Mpim => {
            let others = place.members.iter().filter(|id| *id != who);
            let names = others.filter_map(|id| Some(desk.slack.user(id)?.real_name));
            let mut names: Vec<String> = names.collect();
            names.push("Reverse Mentor".to_owned());
            names.join(", ")
        }
    }
}
