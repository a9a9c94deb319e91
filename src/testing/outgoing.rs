//! The outbox in tests: its messages, and a Slack that accepts or refuses them.

use crate::domain::card::Card;
use crate::domain::delivery::{self, Step};
use crate::domain::outgoing::{Lane, What};
use crate::store::outbox::{self, Head, Kind};
use crate::store::{Reading, Tx};
use crate::work::sender;
use jiff::Timestamp;
use sqlx::Row;

/// Everything that was not sent yet, oldest first.
pub async fn waiting(tx: &mut Tx) -> Vec<What> {
    let open = outbox::open(tx).await.unwrap();
    open.into_iter().map(|head| head.delivery.what).collect()
}

/// Slack accepts the selected deliveries.
pub async fn sent(tx: &mut Tx, which: impl Fn(&Head) -> bool) {
    let step = Step::Sent {
        channel: None,
        ts: Some("1.0".into()),
    };
    end(tx, which, &step).await;
}

/// Slack refuses the selected deliveries.
pub async fn refused(tx: &mut Tx, which: impl Fn(&Head) -> bool, code: &str) {
    end(tx, which, &Step::Fail(code.to_owned())).await;
}

/// Slack will never take the selected deliveries, and what follows from that does.
pub async fn given_up(tx: &mut Tx, which: impl Fn(&Head) -> bool, code: &str) {
    for head in outbox::open(tx).await.unwrap() {
        if which(&head) {
            let steps = delivery::give_up(&head.delivery, code);
            sender::apply(tx, &head, &steps).await.unwrap();
        }
    }
}

async fn end(tx: &mut Tx, which: impl Fn(&Head) -> bool, step: &Step) {
    for head in outbox::open(tx).await.unwrap() {
        if which(&head) {
            sender::apply(tx, &head, std::slice::from_ref(step))
                .await
                .unwrap();
        }
    }
}

/// Drops deliveries that could not be sent in time.
pub async fn let_go_of_what_is_late(tx: &mut Tx) {
    for head in outbox::open(tx).await.unwrap() {
        if let Err(steps) = delivery::next(&head.delivery, tx.now)
            && (steps.contains(&Step::Expire) || steps.contains(&Step::Wait))
        {
            sender::apply(tx, &head, &steps).await.unwrap();
        }
    }
}

/// Keeps the text of all messages from now on, because the outbox deletes the text of finished rows.
pub async fn keep_words(tx: &mut Tx) {
    for sql in [
        "create table words_kept (id bigint primary key, written text not null, written_at bigint not null)",
        "create trigger keep_words after insert on outbox begin
             insert into words_kept (id, written, written_at) values (new.id, new.what_sealed, new.created_at); end",
        "create trigger forget_words after delete on outbox begin
             delete from words_kept where id = old.id; end",
    ] {
        sqlx::query(sql).execute(tx.conn()).await.unwrap();
    }
}

/// A row of the outbox, with the text it was queued with.
pub struct Queued {
    pub lane: String,
    pub kind: Kind,
    pub what: What,
    pub at: Timestamp,
    pub expires: Option<Timestamp>,
    /// Whether it expired unsent, because Slack could not be reached in time or it no longer applied.
    pub unsent: bool,
    /// Whether it still waits for its moment.
    pub waits: bool,
}

/// Every row since [`keep_words`], oldest first.
pub async fn queued(tx: &mut Tx) -> Vec<Queued> {
    let rows = sqlx::query(
        "select id, written, lane, kind, created_at, expires_at, state
         from outbox join words_kept using (id) order by id",
    );
    let rows = rows.fetch_all(tx.conn()).await.unwrap();
    let time = |ms: i64| Timestamp::from_millisecond(ms).unwrap();
    let read = |row: &sqlx::any::AnyRow| {
        let id: i64 = row.get("id");
        let text = tx
            .keys()
            .open("outbox", &id.to_string(), row.get("written"));
        Queued {
            lane: row.get("lane"),
            kind: Kind::parse(row.get("kind")).unwrap(),
            what: serde_json::from_str(&text.unwrap()).unwrap(),
            at: time(row.get("created_at")),
            expires: row.get::<Option<i64>, _>("expires_at").map(time),
            unsent: row.get::<&str, _>("state") == "expired",
            waits: row.get::<&str, _>("state") == "waiting",
        }
    };
    rows.iter().map(read).collect()
}

/// When a row was written, since [`keep_words`]; news waits for its moment then.
pub async fn written_at(tx: &mut Reading, id: i64) -> Timestamp {
    let row = sqlx::query("select written_at from words_kept where id = $1").bind(id);
    let row = row.fetch_one(tx.conn()).await.unwrap();
    Timestamp::from_millisecond(row.get("written_at")).unwrap()
}

/// The columns (`table.column`) in which a text can be read.
pub async fn columns_with(tx: &mut Tx, text: &str) -> Vec<String> {
    let columns = sqlx::query(
        "select m.name, p.name from sqlite_master m join pragma_table_info(m.name) p
         where m.type = 'table' order by 1, 2",
    );
    let columns = columns.fetch_all(tx.conn()).await.unwrap();
    let mut found = Vec::new();
    for row in columns {
        let (table, column): (&str, &str) = (row.get(0), row.get(1));
        let sql = format!("select 1 from {table} where instr(cast({column} as text), $1) > 0");
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(text);
        if !query.fetch_all(tx.conn()).await.unwrap().is_empty() {
            found.push(format!("{table}.{column}"));
        }
    }
    found
}

/// Puts a card at a place, as if it had just been sent.
pub async fn card_stands(tx: &mut Tx, card: Card, place: &Lane) {
    let stands = "insert into cards (team_id, card, lane, channel_id, ts, placed_at) values ($1, $2, $3, 'D1', '1.0', $4)";
    let stands = sqlx::query(stands).bind(tx.team().to_string());
    let stands = stands.bind(card.to_string()).bind(place.to_string());
    let stands = stands.bind(tx.now_ms());
    stands.execute(tx.conn()).await.unwrap();
}

/// Where each card stands.
pub async fn cards(tx: &mut Reading) -> Vec<(Card, Lane)> {
    let rows = sqlx::query("select card, lane from cards order by lane, card");
    let rows = rows.fetch_all(tx.conn()).await.unwrap();
    rows.iter().map(placed).collect()
}

/// The card whose copy at a place is the message with this time stamp.
pub async fn card_with(tx: &mut Reading, ts: &str) -> Option<(Card, Lane)> {
    let query = sqlx::query("select card, lane from cards where ts = $1").bind(ts);
    let row = query.fetch_optional(tx.conn()).await.unwrap();
    row.as_ref().map(placed)
}

fn placed(row: &sqlx::any::AnyRow) -> (Card, Lane) {
    let (card, lane): (&str, &str) = (row.get("card"), row.get("lane"));
    (Card::read(card).unwrap(), Lane::parse(lane).unwrap())
}
