//! Whether everyone has seen the same in both workspaces.

use super::TEAMS;
use reverse_mentor::domain::questions;
use slack_sandbox::{Sandbox, Seen};

/// How each Home begins.
const HOME: &str = "# Reverse mentoring";
/// How it begins that somebody opened their own Home.
const OPENS: &str = "> opens Home";

/// The same was seen in both workspaces. Which of two equal people is paired with whom is up to a round's seed, and which times
/// are proposed and what is asked, to a pair's id: so names, days, times and questions don't count.
pub fn workspaces(slack: &Sandbox) {
    let [one, two] = TEAMS.map(|team| {
        let mut all = slack.workspaces().into_iter();
        all.find(|workspace| workspace.team_id() == team).unwrap()
    });
    let people = |slack: &Sandbox| {
        slack
            .users()
            .into_iter()
            .map(|user| user.id)
            .collect::<Vec<_>>()
    };
    assert_eq!(people(&one), people(&two));
    assert_eq!(seen(&one), seen(&two));
}

fn seen(slack: &Sandbox) -> Vec<String> {
    let users = slack.users();
    let mut names: Vec<&str> = users
        .iter()
        .flat_map(|user| [&*user.id, &*user.real_name, &*user.name])
        .filter(|name| name.len() > 1)
        .collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    let without_names = |text: &str| {
        let mut text = text.to_owned();
        for name in &names {
            text = text.replace(name, "someone");
        }
        for question in questions::all() {
            text = text.replace(question.text, "a question");
        }
        for day in [
            "Monday",
            "Tuesday",
            "Wednesday",
            "Thursday",
            "Friday",
            "AM",
            "PM",
        ] {
            text = text.replace(day, "day");
        }
        text.replace(|letter: char| letter.is_ascii_digit(), "")
    };
    let seen = users
        .iter()
        .flat_map(|user| looked_at(slack.everything_seen_by(&user.id)));
    let mut seen: Vec<String> = seen
        .map(|seen| format!("{}: {}", seen.place, without_names(&seen.text)))
        .collect();
    // Conversations are independent of each other.
    seen.sort();
    seen
}

/// Without the Homes that came by themselves: whether such a Home or what it tells about reaches Slack first is up to the moment.
fn looked_at(mut seen: Vec<Seen>) -> Vec<Seen> {
    let mut is_opened = false;
    seen.retain(|seen| {
        let is_home = seen.place == "screen" && seen.text.starts_with(HOME);
        let is_kept = !is_home || is_opened;
        is_opened = seen.place == "does" && seen.text == OPENS;
        is_kept
    });
    seen
}
