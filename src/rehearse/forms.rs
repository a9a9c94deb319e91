//! How people fill in a modal: known fields with their own data, by the field's name, and any other field with a
//! plausible value.

use super::company::{Company, Person};
use super::habits::Habit;
use super::names;
use jiff::civil::Weekday;
use jiff::{Timestamp, ToSpan, Zoned};
use rand::RngExt;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;
use slack_sandbox::{Answers, Field, Modal, Value};

/// A person who fills in a modal.
pub struct Filler<'a> {
    pub company: &'a Company,
    pub me: &'a Person,
    pub rng: &'a mut ChaCha8Rng,
    pub now: Timestamp,
}

impl Filler<'_> {
    /// The field on which the rest of a form depends, with what they pick in it.
    pub fn first(&self, modal: &Modal) -> Option<(&'static str, Value)> {
        let role = Value::Pick(self.me.role.to_owned());
        (modal.callback_id == "join").then_some(("role", role))
    }

    /// The values they enter into the modal's fields.
    pub fn answers(&mut self, modal: &Modal) -> Answers {
        let form = modal.callback_id.clone();
        let mut answers = Answers::new();
        // They know both numbers before they see which of them the form asks for.
        let places = (form == "join").then(|| {
            let mentees = self.capacity(self.me.mentor_capacity);
            (mentees, self.capacity(self.me.mentee_capacity))
        });
        for field in slack_sandbox::fields(&modal.json) {
            let value = if form == "join" {
                match (field.action_id(), &places) {
                    ("mentor_capacity", Some((mentees, _))) => mentees.clone(),
                    ("mentee_capacity", Some((_, mentors))) => mentors.clone(),
                    _ => self.about_me(&field),
                }
            } else {
                self.about(&form, &field)
            };
            let needed = !field.is_optional() && !field.is_filled();
            if let Some(value) = value.or_else(|| needed.then(|| self.anything(&field)).flatten()) {
                answers = answers.with(field.action_id(), value);
            }
        }
        answers
    }

    fn about_me(&mut self, field: &Field<'_>) -> Option<Value> {
        let me = self.me;
        let text = |words: String| (!words.is_empty()).then_some(Value::Text(words));
        match field.action_id() {
            "role" => Some(Value::Pick(me.role.to_owned())),
            "stage" => self.company.stages.get(me.rank).cloned().map(Value::Pick),
            "department" => pick(field, &me.department),
            "site" => pick(field, &me.site),
            "manager" => {
                let told = me.manager.filter(|_| me.tells_manager)?;
                Some(Value::User(self.company.people[told].id.clone()))
            }
            "share" => picks(field, &me.share),
            "share_more" => text(unlisted(&me.share, self.company)),
            "learn" => picks(field, &me.learn),
            "learn_more" => text(unlisted(&me.learn, self.company)),
            "languages" => picks(field, &me.languages),
            "rather_not" => {
                let others = me.rather_not.iter();
                // Slack's menu for it allows this many.
                let others = others
                    .take(25)
                    .map(|at| self.company.people[*at].id.clone());
                Some(Value::Users(others.collect())).filter(|_| !me.rather_not.is_empty())
            }
            "hopes" => self.rng.random_bool(0.6).then(|| self.words(&names::HOPES)),
            _ => None,
        }
    }

    fn capacity(&mut self, given: Option<u8>) -> Option<Value> {
        match given {
            Some(given) => Some(Value::Pick(given.to_string())),
            None => self
                .rng
                .random_bool(0.1)
                .then(|| Value::Pick("2".to_owned())),
        }
    }

    fn about(&mut self, form: &str, field: &Field<'_>) -> Option<Value> {
        match (form, field.kind()) {
            ("goals", "plain_text_input") => {
                let before = field.element()["initial_value"]
                    .as_str()
                    .unwrap_or_default();
                let most = field.element()["max_length"].as_u64().unwrap_or(3000);
                let edited = format!("{before} {}", names::GOAL);
                let fits = edited.chars().count() as u64 <= most;
                fits.then(|| Value::Text(edited.trim().to_owned()))
            }
            ("reflect" | "checkin", "plain_text_input") => Some(self.words(&names::THOUGHTS)),
            ("reflect" | "checkin", "checkboxes") => self
                .rng
                .random_bool(0.3)
                .then(|| self.anything(field))
                .flatten(),
            ("reflect" | "checkin", "static_select" | "radio_buttons") => self
                .rng
                .random_bool(0.7)
                .then(|| self.anything(field))
                .flatten(),
            ("pause", "radio_buttons") if self.me.habit == Habit::Away => {
                Some(Value::Pick("open".to_owned()))
            }
            ("log_meeting", "datepicker") => Some(self.day(-1)),
            ("other_time", "datepicker") => {
                let days = self.rng.random_range(2..9);
                Some(self.day(days))
            }
            _ => None,
        }
    }

    /// A plausible value of the right kind.
    fn anything(&mut self, field: &Field<'_>) -> Option<Value> {
        let values = field.options();
        match field.kind() {
            "plain_text_input" => Some(self.words(&names::THOUGHTS)),
            "static_select" | "radio_buttons" => {
                let pick = values.choose(self.rng)?;
                Some(Value::Pick((*pick).to_owned()))
            }
            "checkboxes" | "multi_static_select" => Some(Value::picks(&values)),
            "users_select" | "multi_users_select" => {
                let other = self
                    .company
                    .people
                    .iter()
                    .filter(|other| other.id != self.me.id);
                let other: Vec<&Person> = other.take(50).collect();
                other
                    .choose(self.rng)
                    .map(|other| Value::User(other.id.clone()))
            }
            "datepicker" => Some(self.day(3)),
            "timepicker" => {
                let hour = self.rng.random_range(10..16);
                Some(Value::Time(format!("{hour}:30")))
            }
            "number_input" => Some(Value::Number("1".to_owned())),
            _ => None,
        }
    }

    fn words(&mut self, list: &[&str]) -> Value {
        let words = list.choose(self.rng).copied().unwrap_or("Well.");
        Value::Text(words.to_owned())
    }

    /// A working day about `days` from today, on their own calendar; never after today for a past day.
    fn day(&self, days: i64) -> Value {
        let zone = jiff::tz::TimeZone::get(&self.me.zone).unwrap_or(jiff::tz::TimeZone::UTC);
        let step = if days < 0 { -1 } else { 1 };
        let mut day: Zoned = self.now.to_zoned(zone).saturating_add(days.days());
        while matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
            day = day.saturating_add(step.days());
        }
        Value::Date(day.date().to_string())
    }
}

/// The word as an option, or as text in a text field; none if it is not offered.
fn pick(field: &Field<'_>, word: &str) -> Option<Value> {
    if word.is_empty() {
        return None;
    }
    if field.kind() == "plain_text_input" {
        return Some(Value::Text(word.to_owned()));
    }
    let offered = field.options().contains(&word);
    offered.then(|| Value::Pick(word.to_owned()))
}

/// The words that are offered.
fn picks(field: &Field<'_>, words: &[String]) -> Option<Value> {
    let offered = field.options();
    let picks = words.iter().filter(|word| offered.contains(&word.as_str()));
    let picks: Vec<String> = picks.cloned().collect();
    (!picks.is_empty()).then_some(Value::Picks(picks))
}

/// Topics outside the program's list, as people type them.
fn unlisted(topics: &[String], company: &Company) -> String {
    let own = topics
        .iter()
        .filter(|topic| !company.topics.contains(topic));
    own.map(String::as_str).collect::<Vec<_>>().join(", ")
}
