//! Everything stored about one person, as a text file for them alone.
//!
//! Plain text, complete and in order, because a file has no length limit: the registry of personal data says what is in it
//! and under which labels. People appear by their Slack id, because we store no names. What others said in private (a
//! partner's answers, a colleague's no) is theirs and not included.

use super::messages::day;
use crate::domain::ids::{PairId, UserId};
use crate::domain::questions;
use crate::store::personal_data::{Fact, PersonalData, Value};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::fmt::{Display, Write as _};

/// The reader, their zone, and the time.
#[derive(Clone, Copy)]
pub(super) struct For<'a> {
    pub user: &'a UserId,
    pub zone: &'a TimeZone,
    pub now: Timestamp,
}

pub(super) fn everything(own: &PersonalData, reader: For) -> String {
    let mut page = Page::default();
    page.line(format!("Everything stored about you, {}.", reader.user));
    page.line(format!(
        "As of {}. Days are in your own time zone. People appear here by their Slack id; a profile in Slack shows it \
         under “Copy member ID”.",
        day(reader.now, reader.zone)
    ));
    for section in &own.sections {
        page.title(section.table.title);
        for fact in &section.facts {
            page.line(format!("{}: {}", fact.label, in_words(fact, own, reader)));
        }
    }
    page.title("Not shown");
    page.line(super::messages::NOT_SHOWN);
    page.0
}

/// Sections of facts, one fact per line.
#[derive(Default)]
struct Page(String);

impl Page {
    fn line(&mut self, text: impl Display) {
        let _ = writeln!(self.0, "{text}");
    }

    fn title(&mut self, text: impl Display) {
        self.line(format!("\n{text}\n"));
    }
}

fn in_words(fact: &Fact, own: &PersonalData, reader: For) -> String {
    match &fact.value {
        Value::Text(text) if text.is_empty() => "not given".to_owned(),
        Value::Text(text) => text.clone(),
        Value::Word(word) => word.replace('_', " "),
        Value::List(items) if items.is_empty() => "not given".to_owned(),
        Value::List(items) => items.join(", "),
        Value::Number(number) => number.to_string(),
        Value::YesNo(yes) => (if *yes { "yes" } else { "no" }).to_owned(),
        Value::Day(at) => day(*at, reader.zone),
        Value::Moment(at) => {
            let at = at.to_zoned(reader.zone.clone());
            at.strftime("%Y-%m-%d %H:%M").to_string()
        }
        Value::Pair(id) => pair(*id, own, reader),
        Value::Person(user) if user == reader.user => format!("you, {user}"),
        Value::Person(user) => user.to_string(),
        Value::Question(key) => {
            let question = questions::find(key);
            question.map_or_else(|| key.clone(), |question| question.text.to_owned())
        }
    }
}

fn pair(id: PairId, own: &PersonalData, reader: For) -> String {
    let Some(pair) = own.pairs.iter().find(|pair| pair.id == id) else {
        return "one that you look after as an owner".to_owned();
    };
    let side = if pair.mentor == *reader.user {
        "mentor"
    } else {
        "mentee"
    };
    format!("with {}, you as {side}", pair.partner_of(reader.user))
}
