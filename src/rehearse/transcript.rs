//! One person's view and actions, as text: messages as they first arrived, and their later changes.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use slack_sandbox::{Kind, Message, Sandbox, Seen};
use std::fmt::Write as _;

/// Collected while the rehearsal runs.
pub struct Diary {
    id: String,
    name: String,
    /// Their time zones, each with its start.
    zones: Vec<(Timestamp, TimeZone)>,
    entries: Vec<Seen>,
}

impl Diary {
    pub fn new(id: &str, name: &str, zone: TimeZone) -> Self {
        Self {
            id: id.to_owned(),
            name: name.to_owned(),
            zones: vec![(Timestamp::MIN, zone)],
            entries: Vec::new(),
        }
    }

    /// Takes a message that arrived.
    pub fn note(&mut self, slack: &Sandbox, message: &Message) {
        self.enter(slack, message, message.at, "");
    }

    /// Takes a message whose text changed.
    pub fn changed(&mut self, slack: &Sandbox, message: &Message, at: Timestamp) {
        self.enter(slack, message, at, "now: ");
    }

    pub fn moved(&mut self, id: &str, at: Timestamp, zone: &TimeZone) {
        if self.id == id {
            self.zones.push((at, zone.clone()));
        }
    }

    fn enter(&mut self, slack: &Sandbox, message: &Message, at: Timestamp, before: &str) {
        let theirs = match &message.ephemeral_to {
            Some(user) => *user == self.id,
            None => message.members.contains(&self.id),
        };
        if !theirs {
            return;
        }
        let place = match message.kind {
            Kind::Im => "dm",
            Kind::Mpim => "group dm",
            Kind::Channel => "channel",
        };
        self.entries.push(Seen {
            at,
            place: place.to_owned(),
            text: format!(
                "{before}{}",
                slack
                    .as_seen_by(message, &self.id)
                    .render()
                    .trim_end_matches(" (edited)")
            ),
        });
    }

    /// Writes it day by day, on the person's own clock. `slack` adds what they did, and the modals and Home they saw.
    pub fn write(&self, slack: &Sandbox) -> String {
        let own = slack.everything_seen_by(&self.id);
        let own = own
            .into_iter()
            .filter(|one| matches!(one.place.as_str(), "does" | "screen"));
        let mut all: Vec<Seen> = own.chain(self.entries.iter().cloned()).collect();
        all.sort_by_key(|one| one.at);
        let mut out = format!("What {} saw\n", self.name);
        let mut last = None;
        for one in all {
            let zone = self.zone_at(one.at);
            let at = one.at.to_zoned(zone.clone());
            if last.replace((at.date(), zone.clone())) != Some((at.date(), zone.clone())) {
                let place = zone.iana_name().unwrap_or("UTC");
                let _ = write!(out, "\n{} ({place})\n", at.strftime("%A, %-d %B %Y"));
            }
            entry(&mut out, &at.strftime("%H:%M").to_string(), &one);
        }
        out
    }

    fn zone_at(&self, at: Timestamp) -> &TimeZone {
        let zone = self.zones.iter().rev().find(|(since, _)| *since <= at);
        zone.map_or(&self.zones[0].1, |(_, zone)| zone)
    }
}

fn entry(out: &mut String, time: &str, one: &Seen) {
    let mut lines = one.text.lines();
    if one.place == "does" {
        for line in lines {
            let _ = writeln!(out, "  {time}  {line}");
        }
        return;
    }
    let _ = writeln!(
        out,
        "  {time}  {:<9} {}",
        one.place,
        lines.next().unwrap_or_default()
    );
    for line in lines {
        let row = format!("{:17}{line}", "");
        let _ = writeln!(out, "{}", row.trim_end());
    }
}
