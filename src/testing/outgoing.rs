//! The outbox in tests: its messages, and a Slack that accepts or refuses them.

use crate::domain::delivery::{self, Step};
use crate::domain::outgoing::What;
use crate::store::Tx;
use crate::store::outbox::{self, Head};
use crate::work::sender;

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
            && steps.contains(&Step::Expire)
        {
            sender::apply(tx, &head, &steps).await.unwrap();
        }
    }
}

/// Keeps the text of all messages from now on, because the outbox deletes the text of finished rows.
pub async fn keep_words(tx: &mut Tx) {
    for sql in [
        "create table words_kept (id bigint primary key, written text not null)",
        "create trigger keep_words after insert on outbox begin
             insert into words_kept (id, written) values (new.id, new.what_sealed); end",
        "create trigger forget_words after delete on outbox begin
             delete from words_kept where id = old.id; end",
    ] {
        sqlx::query(sql).execute(tx.conn()).await.unwrap();
    }
}

/// The original text of a row.
pub fn words(tx: &Tx, id: i64, sealed: &str) -> What {
    let text = tx.keys().open("outbox", &id.to_string(), sealed).unwrap();
    serde_json::from_str(&text).unwrap()
}
