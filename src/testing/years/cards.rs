//! Every card shows what it would show if it were written now, or a change of it is on its way.

use super::walk::{On, Walk};
use crate::domain::card::Card;
use crate::domain::delivery::Delivery;
use crate::domain::key::Key;
use crate::domain::message::Message;
use crate::domain::outgoing::{Lane, What};
use crate::router;
use crate::store::{Reading, Tx};
use crate::testing::outgoing;
use serde_json::{Value, json};
use sqlx::Row as _;
use std::collections::{BTreeMap, HashSet};

/// Cards that are looked at each time; over the days it is every card's turn.
const LOOKED_AT: usize = 6;

/// The last written contents of each card, by the card's place and what the card is about.
pub type Shown = BTreeMap<(String, String), Value>;

fn name(card: Card, place: &Lane) -> (String, String) {
    (place.to_string(), card.to_string())
}

/// A card as it is written now; null if it stays as it is.
async fn now_shows(tx: &mut Reading, card: Card, place: &Lane) -> Result<Value, String> {
    let changed = router::changed_card(tx, card, place, None).await;
    let changed = changed.map_err(|why| format!("{card:?} cannot be rendered: {why}"))?;
    Ok(changed.map_or(Value::Null, |(_, message)| as_written(&message)))
}

fn as_written(message: &Message) -> Value {
    let blocks = without_days(&json!(message.blocks).to_string());
    json!([
        as_it_stands(&without_days(&message.text)),
        as_it_stands(&blocks)
    ])
}

/// A plan that was news, without who chose it and that it moved: later the same card only says when they meet.
fn as_it_stands(text: &str) -> String {
    const CHOSEN: &str = "> picked the time; either";
    let mut text = text
        .replace("Moved: you", "Planned: you")
        .replace("*Moved:*", "*Planned:*");
    while let Some(end) = text.find(CHOSEN) {
        let Some(start) = text[..end].rfind("<@") else {
            break;
        };
        text.replace_range(start..end + CHOSEN.len(), "Either");
    }
    text
}

/// A text without the words of a calendar, which are others once somebody moves to another time zone.
fn without_days(text: &str) -> String {
    const NAMES: &str = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June \
                         July August September October November December";
    let is_name = |word: &str| {
        let name: String = word.chars().filter(|c| c.is_alphabetic()).collect();
        NAMES.split_whitespace().any(|one| name.ends_with(one))
    };
    // What Slack shows of a moment if it cannot show the moment itself.
    let mut moments = text.split("<!date^");
    let mut rest = moments.next().unwrap_or_default().to_owned();
    for moment in moments {
        let (shown, after) = moment.split_once('>').unwrap_or((moment, ""));
        rest.push_str(shown.split('|').next().unwrap_or_default());
        rest.push_str(after);
    }
    let mut after_a_name = false;
    let words = rest.split(' ').filter(|word| {
        let is_number = word.starts_with(|c: char| c.is_ascii_digit());
        after_a_name = is_name(word) || after_a_name && is_number;
        !after_a_name
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Where copies of cards, and changes of them, are on their way to.
async fn on_its_way(tx: &mut Reading) -> HashSet<(String, String)> {
    let query = "select lane, dedupe_key from outbox where state in ('queued', 'leased')";
    let rows = sqlx::query(query).fetch_all(tx.conn()).await.unwrap();
    let read = |row: &sqlx::any::AnyRow| {
        let (lane, key): (&str, &str) = (row.get("lane"), row.get("dedupe_key"));
        let place = match Lane::parse(lane)? {
            Lane::Cards(place) => *place,
            place => place,
        };
        let card = match Key::read(key)? {
            Key::Card { card, .. } => card,
            key => key.card()?,
        };
        Some(name(card, &place))
    };
    rows.iter().filter_map(read).collect()
}

/// Words are erased some time after a pair's end, and their card stays as it is.
const ERASED: &str = "no longer stored";

fn says(shows: &Value, words: &str) -> bool {
    shows.to_string().contains(words)
}

impl Walk {
    /// Notes the card that a message has just placed, if it has one.
    pub(super) async fn card_was_placed(
        &mut self,
        tx: &mut Tx,
        delivery: &Delivery,
    ) -> Result<On, String> {
        let ts = format!("{}.0", delivery.id);
        let Some((card, place)) = outgoing::card_with(tx, &ts).await else {
            return Ok(On::Message);
        };
        let has_waited = outgoing::written_at(tx, delivery.id).await < delivery.created;
        let shows = match &delivery.what {
            // It says what was true when it was written, maybe days ago.
            What::Post { message, .. } if has_waited => as_written(message),
            _ => now_shows(tx, card, &place).await?,
        };
        self.seen.cards.insert(name(card, &place), shows);
        Ok(On::Card(card, place))
    }

    /// Notes a card whose button was pressed, and that became the answer to that.
    pub(super) async fn card_was_answered(
        &mut self,
        card: Card,
        place: &Lane,
    ) -> Result<(), String> {
        let (team, now) = (self.test.team.clone(), self.test.now);
        let mut tx = self.test.db.read(&team, now).await.unwrap();
        let shows = now_shows(&mut tx, card, place).await?;
        self.seen.cards.insert(name(card, place), shows);
        Ok(())
    }

    /// Notes a card that has just been changed.
    pub(super) fn card_was_changed(&mut self, card: Card, place: &Lane, to: &Message) {
        let shows = as_written(to);
        self.seen.cards.insert(name(card, place), shows);
    }

    /// Some of the cards show what is true now.
    pub(super) async fn check_cards(&mut self) -> Result<(), String> {
        let (team, now) = (self.test.team.clone(), self.test.now);
        let mut tx = self.test.db.read(&team, now).await.unwrap();
        let standing = outgoing::cards(&mut tx).await;
        let on_its_way = on_its_way(&mut tx).await;
        self.seen.looks += LOOKED_AT;
        for at in self.seen.looks..self.seen.looks + LOOKED_AT.min(standing.len()) {
            let (card, place) = &standing[at % standing.len()];
            let name = name(*card, place);
            let shows = now_shows(&mut tx, *card, place).await?;
            let before = self.seen.cards.get(&name);
            let is_other = before.is_some_and(|before| *before != shows);
            let is_known = !shows.is_null() && !says(&shows, ERASED);
            if is_other && is_known && !on_its_way.contains(&name) {
                return Err(format!(
                    "the card {name:?} shows what is no longer true:\n{}\nnow {shows}",
                    before.unwrap_or(&Value::Null)
                ));
            }
        }
        Ok(())
    }
}
