//! The page: what one person sees of the workspace, and the panels beside it.

use super::asked::{Asked, FILE};
use super::behind::{self, Happened, Step, Switch};
use super::page_state::{Goal, OnTheWay, PageState};
use super::roles::{self, Role};
use super::show::Show;
use super::talk::{self, ModalView, Talk, label};
use super::wire::{self, Line};
use crate::domain::command;
use crate::people_file::{COLUMNS, Column};
use crate::rehearse::MOST;
use askama::Template;
use jiff::tz::TimeZone;
use slack_sandbox::{Kind, Place, User};

/// A person as a link.
struct Face {
    name: String,
    initials: String,
    color: usize,
    part: String,
    about: String,
    link: String,
    by_hand: bool,
    current: bool,
    unread: usize,
}

struct PlaceLink {
    label: String,
    kind: &'static str,
    link: String,
    unread: usize,
    current: bool,
}

struct Tab {
    label: &'static str,
    link: String,
    current: bool,
}

#[derive(Template)]
#[template(path = "page.html")]
struct Page {
    asked: Asked,
    /// The time in the zone of the person being played.
    now: String,
    zone: String,
    moving: bool,
    next: Option<String>,
    me: Face,
    featured: Vec<Face>,
    others: Vec<Face>,
    places: Vec<PlaceLink>,
    home: PlaceLink,
    talk: Talk,
    modal: Option<ModalView>,
    notes: Vec<(u64, String)>,
    tabs: Vec<Tab>,
    steps: Vec<Step>,
    timeline: Vec<Happened>,
    wire: Vec<Line>,
    /// Whether the exchange that a link pointed to is no longer kept.
    gone: bool,
    switches: Vec<Switch>,
    dead: bool,
    figures: OnTheWay,
    commands: Vec<(String, &'static str)>,
    names: Vec<String>,
    people: usize,
    /// What was made up, because the people's file does not say it.
    made_up: Vec<String>,
    /// A label for where the people come from.
    company: &'static str,
    columns: [(Column, &'static str); COLUMNS.len()],
    /// The problems in the file offered last, and how many more there are.
    problems: Vec<String>,
    more_problems: usize,
    most_people: usize,
    most_megabytes: usize,
}

/// Renders the whole page as HTML, and marks the messages shown as read.
pub fn render(show: &Show, asked: &Asked) -> anyhow::Result<String> {
    let mut desk = show.desk();
    let desk = &mut *desk;
    let asked = settled(desk, asked);
    let me = desk.slack.user(&asked.who).unwrap_or_default();
    let zone = me.tz.as_deref().and_then(|name| TimeZone::get(name).ok());
    let zone = zone.unwrap_or(TimeZone::UTC);
    let now = desk.clock.now();
    if asked.place != "home" {
        let key = (asked.who.clone(), asked.place.clone());
        let newest = desk.slack.newest(&asked.place);
        desk.read.insert(key, newest);
    }
    let users = people(desk);
    let places = desk.slack.places(&asked.who);
    let talk = talk::talk(desk, &asked, &me, &zone, &users);
    let modal = talk::modal(desk, &asked, &users);
    let panel = asked.panel.as_str();
    let wire = if panel == "wire" {
        wire::lines(&desk.slack, &zone, asked.exchange)
    } else {
        Vec::new()
    };
    let notes = desk.notes.iter();
    let notes = notes.filter(|note| note.to.as_ref().is_none_or(|to| *to == asked.who));
    let page = Page {
        now: now
            .to_zoned(zone.clone())
            .strftime("%A, %-d %B %Y, %H:%M")
            .to_string(),
        zone: me.tz.clone().unwrap_or_default().replace('_', " "),
        moving: desk.goal != Goal::Rest,
        next: desk.next.map(|next| behind::until(now, next)),
        featured: faces(desk, &desk.featured, &asked),
        others: faces(desk, &desk.others, &asked),
        me: myself(desk, &asked, &me),
        home: PlaceLink {
            label: "App Home".to_owned(),
            kind: "home",
            link: asked.to(&asked.who, "home"),
            unread: 0,
            current: asked.place == "home",
        },
        places: links(desk, &asked, &places),
        notes: notes.map(|note| (note.number, note.text.clone())).collect(),
        tabs: TABS
            .iter()
            .map(|(name, label)| Tab {
                label,
                link: asked.panel(name),
                current: panel == *name,
            })
            .collect(),
        steps: if panel == "try" {
            behind::steps(desk, &asked)
        } else {
            Vec::new()
        },
        timeline: if panel == "timeline" {
            behind::timeline(desk, &asked, &zone)
        } else {
            Vec::new()
        },
        gone: asked
            .exchange
            .is_some_and(|x| wire.iter().all(|line| line.number != x)),
        wire,
        switches: behind::switches(desk),
        dead: desk.dead,
        figures: desk.figures,
        commands: command::ALL
            .iter()
            .map(|usage| (usage.written(), usage.says))
            .collect(),
        names: users
            .iter()
            .map(|user| format!("@{}", user.real_name))
            .collect(),
        people: desk.company.people.len(),
        made_up: desk.company.made_up.clone(),
        company: if desk.company.own {
            "Your company"
        } else {
            "A made-up company"
        },
        columns: COLUMNS,
        problems: desk.problems.iter().take(PROBLEMS).cloned().collect(),
        more_problems: desk.problems.len().saturating_sub(PROBLEMS),
        most_people: MOST,
        most_megabytes: FILE / 1_000_000,
        talk,
        modal,
        asked,
    };
    Ok(page.render()?)
}

/// More than anybody fixes at once, and few enough to keep the page light.
const PROBLEMS: usize = 500;

const TABS: [(&str, &str); 5] = [
    ("try", "Try it"),
    ("timeline", "Timeline"),
    ("wire", "Wire"),
    ("faults", "Faults"),
    ("people", "People"),
];

/// The request, with anything that does not exist replaced by a default.
pub fn settled(desk: &PageState, asked: &Asked) -> Asked {
    let mut asked = asked.clone();
    if desk.role(&asked.who).is_none() {
        let first = desk.featured.first();
        asked.who = first.map(|role| role.id.clone()).unwrap_or_default();
    }
    let places = desk.slack.places(&asked.who);
    let known = asked.place == "home" || places.iter().any(|place| place.channel == asked.place);
    if !known {
        asked.place = dm(&places).unwrap_or_default();
    }
    if !TABS.iter().any(|(name, _)| *name == asked.panel) {
        "try".clone_into(&mut asked.panel);
    }
    asked
}

fn dm(places: &[Place]) -> Option<String> {
    let dm = places.iter().find(|place| place.kind == Kind::Im)?;
    Some(dm.channel.clone())
}

/// Everyone who can be chosen, by name.
fn people(desk: &PageState) -> Vec<User> {
    let mut users = desk.slack.users();
    users.retain(|user| !user.is_bot && !user.deleted);
    users.sort_by(|a, b| a.real_name.cmp(&b.real_name));
    users
}

fn myself(desk: &PageState, asked: &Asked, me: &User) -> Face {
    let role = desk.role(&asked.who);
    let (initials, color) = roles::face(me);
    Face {
        name: me.real_name.clone(),
        initials,
        color,
        part: role.map(|role| role.part.clone()).unwrap_or_default(),
        about: role.map(|role| role.about.clone()).unwrap_or_default(),
        link: String::new(),
        by_hand: desk.by_hand.contains(&asked.who),
        current: true,
        unread: 0,
    }
}

fn faces(desk: &PageState, roles: &[Role], asked: &Asked) -> Vec<Face> {
    let face = |role: &Role| {
        let user = desk.slack.user(&role.id).unwrap_or_default();
        let (initials, color) = roles::face(&user);
        let by_hand = desk.by_hand.contains(&role.id);
        // Messages of people who act by themselves are not counted for the user.
        let unread = if by_hand {
            let places = desk.slack.places(&role.id);
            let others = places.iter().filter(|place| place.kind != Kind::Channel);
            others
                .map(|place| unread(desk, &role.id, &place.channel))
                .sum()
        } else {
            0
        };
        Face {
            name: role.name.clone(),
            initials,
            color,
            part: role.part.clone(),
            about: role.about.clone(),
            link: Asked {
                who: role.id.clone(),
                place: String::new(),
                ..asked.clone()
            }
            .link(),
            by_hand,
            current: role.id == asked.who,
            unread,
        }
    };
    roles.iter().map(face).collect()
}

fn unread(desk: &PageState, who: &str, channel: &str) -> usize {
    let key = (who.to_owned(), channel.to_owned());
    let read = desk.read.get(&key).copied().unwrap_or_default();
    desk.slack.unread(who, channel, read)
}

fn links(desk: &PageState, asked: &Asked, places: &[Place]) -> Vec<PlaceLink> {
    let mut links: Vec<PlaceLink> = places
        .iter()
        .map(|place| PlaceLink {
            label: label(desk, &asked.who, place),
            kind: match place.kind {
                Kind::Im => "dm",
                Kind::Mpim => "group",
                Kind::Channel => "channel",
            },
            link: asked.to(&asked.who, &place.channel),
            unread: unread(desk, &asked.who, &place.channel),
            current: place.channel == asked.place,
        })
        .collect();
    let order = ["channel", "dm", "group"];
    links.sort_by_key(|link| order.iter().position(|kind| *kind == link.kind));
    links
}
