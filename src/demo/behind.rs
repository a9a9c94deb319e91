//! The panel behind the scenes: what to try, what the bot did, and what can fail.

use super::asked::Asked;
use super::page_state::{PageState, Trouble};
use super::roles::Role;
use super::timeline::Effect;
use crate::rehearse::CHANNEL;
use jiff::Timestamp;
use jiff::tz::TimeZone;

pub struct Switch {
    pub name: &'static str,
    pub label: &'static str,
    pub says: &'static str,
    pub on: bool,
}

pub struct Step {
    pub says: &'static str,
    pub who: String,
    pub link: String,
}

pub struct Happened {
    pub at: String,
    pub cause: String,
    pub feature: String,
    pub effects: Vec<Came>,
    pub more: usize,
}

/// An effect of what happened.
pub struct Came {
    pub words: String,
    pub failed: bool,
    /// Links to the call.
    pub link: String,
}

/// The faults that can be switched on and off.
pub fn switches(desk: &PageState) -> Vec<Switch> {
    let switch = |trouble: Trouble| Switch {
        name: trouble.name(),
        label: trouble.label(),
        says: trouble.says(),
        on: desk.faults.contains(&trouble),
    };
    Trouble::ALL.map(switch).into()
}

/// A guide through a program, one person at a time.
pub fn steps(desk: &PageState, asked: &Asked) -> Vec<Step> {
    let by = |part: &str| desk.featured.iter().find(|role| role.part == part);
    let (mentor, mentee, owner) = (by("mentor"), by("mentee"), by("program owner"));
    let guide: [(Option<&Role>, &'static str, &'static str); 8] = [
        (
            mentor,
            "types /reverse-mentor join and fills in the form.",
            "",
        ),
        (mentee, "does the same.", ""),
        (
            owner,
            "gets the first pair after an hour (+1 h), looks it over and has it introduced.",
            "",
        ),
        (
            mentor,
            "finds a group message with someone new, and signs the goals.",
            "",
        ),
        (
            mentee,
            "signs too: the first month begins. Later, pick a meeting time here.",
            "",
        ),
        (
            mentee,
            "Push the clock to the day after the meeting; both say that they met, and each answers a question privately.",
            "",
        ),
        (
            owner,
            "Everyone else joins within two weeks. The digest comes on Mondays.",
            CHANNEL.0,
        ),
        (
            mentor,
            "Then break something: see Faults. Nothing is lost.",
            "",
        ),
    ];
    guide
        .into_iter()
        .filter_map(|(role, says, place)| {
            let role = role?;
            Some(Step {
                says,
                who: if says.starts_with(char::is_uppercase) {
                    String::new()
                } else {
                    role.name.clone()
                },
                link: asked.to(&role.id, place),
            })
        })
        .collect()
}

pub fn timeline(desk: &PageState, asked: &Asked, zone: &TimeZone) -> Vec<Happened> {
    let came = |effect: &Effect| Came {
        words: effect.words.clone(),
        failed: effect.failed,
        link: asked.exchange(effect.exchange),
    };
    let entries = desk.timeline.entries.iter();
    entries
        .map(|entry| Happened {
            at: entry
                .at
                .to_zoned(zone.clone())
                .strftime("%a %-d %b, %H:%M")
                .to_string(),
            cause: entry.cause.clone(),
            feature: entry.feature.clone(),
            effects: entry.effects.iter().map(came).collect(),
            more: entry.more,
        })
        .collect()
}

/// The time left until the next event: "in 3 days".
pub fn until(now: Timestamp, then: Timestamp) -> String {
    let minutes = then.duration_since(now).as_mins();
    match minutes {
        ..1 => "now".to_owned(),
        1..60 => format!("in {minutes} min"),
        60..2880 => format!("in {} h", (minutes + 30) / 60),
        _ => format!("in {} days", minutes / 1440),
    }
}
