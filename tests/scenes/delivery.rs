//! Outgoing messages: none is lost, none is sent twice where the bot can look, and Slack's limits are kept.

use crate::both;
use crate::support::{Engine, harness, impatient, number};
use crate::twins::Harness;
use jiff::{SignedDuration, ToSpan, civil::date};
use reverse_mentor::domain::ids::{CheckinId, PairId, TeamId, UserId};
use reverse_mentor::domain::key::Key;
use reverse_mentor::domain::timer::Timer;
use reverse_mentor::slack::words::Md;
use reverse_mentor::store::nudged;
use reverse_mentor::store::outbox::{self, DayReservation, Kind, To, What};
use slack_sandbox::{Fault, User};

pub fn person(user: &str) -> To {
    To::Person(UserId::from(user))
}

pub fn pair(number: i64, members: [&str; 2]) -> To {
    To::Pair {
        pair: PairId(number),
        members: members.into_iter().map(UserId::from).collect(),
    }
}

/// Queues a message as a feature does.
pub async fn put(harness: &Harness, to: To, key: i64, text: &'static str) {
    let team = TeamId::from(crate::twins::team());
    let now = harness.clock.now();
    let mut tx = harness.bot.db.write(&team, now).await.unwrap();
    let key = Key::Checkin(CheckinId(key));
    outbox::post(&mut tx, to, Kind::Notice, &key, Md::from(text).into(), None)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// Queues a nudge that takes U1's day and may wait for two hours.
async fn nudge(harness: &Harness, to: To, key: i64, text: &'static str) {
    let team = TeamId::from(crate::twins::team());
    let now = harness.clock.now();
    let mut tx = harness.bot.db.write(&team, now).await.unwrap();
    let (user, day) = (UserId::from("U1"), date(2026, 3, 2));
    nudged::note(&mut tx, &user, day).await.unwrap();
    let what = What::Post {
        to,
        message: Md::from(text).into(),
        chart: None,
        reservation: Some(DayReservation {
            until: None,
            days: vec![(user, day)],
            timer: Ok(Timer::PauseEnds("U1".into())),
        }),
        passes_on: None,
    };
    let key = Key::Checkin(CheckinId(key));
    outbox::push(&mut tx, Kind::Notice, &key, &what, Some(now + 2.hours()))
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// The numbers of rows with this outcome, of rows with the key of number 1, and of taken days.
async fn held(harness: &Harness, outcome: &'static str) -> (i64, i64, i64) {
    let of = format!("select count(*) from outbox where state = '{outcome}' and kind = 'notice'");
    (
        number(harness, &of).await,
        number(
            harness,
            "select count(*) from outbox where dedupe_key = 'checkin/1'",
        )
        .await,
        number(harness, "select count(*) from nudged").await,
    )
}

pub async fn with_people(engine: Engine) -> Harness {
    with_people_in(harness(engine, "").await).await
}

async fn with_people_in(harness: Harness) -> Harness {
    for user in ["U1", "U2", "U3"] {
        harness
            .slack
            .add_user(User::new(user, user).tz("Europe/Berlin"));
    }
    harness.run_due().await.unwrap();
    harness
}

pub async fn hour(harness: &Harness) {
    harness.pass(SignedDuration::from_hours(1)).await.unwrap();
}

pub fn texts(harness: &Harness, user: &str) -> Vec<String> {
    harness
        .slack
        .dm(user)
        .iter()
        .map(|message| message.text.clone())
        .collect()
}

both! {
    /// Slack may have a message whose answer was lost. The bot's own conversation shows it: never lost, never sent twice.
    async fn an_uncertain_direct_message_arrives_exactly_once(engine: Engine) {
        for fault in [
            Fault::CutAfter, Fault::CutBefore, Fault::HangAfter, Fault::HangBefore, Fault::ServerError, Fault::Html,
            Fault::InvalidJson, Fault::TooMany(7), Fault::Error("internal_error".into()),
        ] {
            let harness = with_people_in(impatient(engine, "").await).await;
            harness.slack.fail_next("chat.postMessage", fault.clone());
            put(&harness, person("U1"), 1, "one").await;
            put(&harness, person("U1"), 2, "two").await;
            hour(&harness).await;
            assert_eq!(texts(&harness, "U1"), ["one", "two"], "after {fault:?}");
            assert_eq!(harness.slack.tally().duplicated.total(), 0);
        }
    }
}

/// A proxy or a wrong address answers differently from Slack: the message waits, and is not in doubt.
#[tokio::test]
async fn what_answers_in_slacks_place_loses_nothing() {
    for status in [302, 403, 404, 407] {
        let harness = with_people(Engine::Sqlite).await;
        for method in ["conversations.open", "chat.postMessage"] {
            for _ in 0..3 {
                harness.slack.fail_next(method, Fault::Stranger(status));
            }
        }
        put(&harness, person("U1"), 1, "one").await;
        put(&harness, pair(1, ["U1", "U2"]), 2, "two").await;
        hour(&harness).await;
        assert_eq!(texts(&harness, "U1"), ["one"], "after {status}");
        let group = &harness.slack.group_dms("U1")[0];
        assert_eq!(group.messages.len(), 1, "after {status}");
        let tally = harness.slack.tally();
        assert_eq!(tally.duplicated_marked.mpim, 0, "after {status}");
    }
}

/// Looking for the message may fail as well.
#[tokio::test]
async fn looking_for_an_uncertain_message_may_fail_too() {
    let harness = with_people(Engine::Sqlite).await;
    harness.slack.fail_next("chat.postMessage", Fault::CutAfter);
    harness
        .slack
        .fail_next("conversations.open", Fault::ServerError);
    harness
        .slack
        .fail_next("conversations.history", Fault::Html);
    harness
        .slack
        .fail_next("conversations.history", Fault::CutBefore);
    put(&harness, person("U1"), 1, "one").await;
    hour(&harness).await;
    assert_eq!(texts(&harness, "U1"), ["one"]);
    assert_eq!(harness.slack.tally().duplicated.total(), 0);
}

/// We do not read group DMs, so a message that may have arrived is repeated and marked.
#[tokio::test]
async fn a_repeat_in_a_group_says_so() {
    let harness = with_people(Engine::Sqlite).await;
    put(&harness, pair(1, ["U1", "U2"]), 1, "hello").await;
    hour(&harness).await;
    harness.slack.fail_next("chat.postMessage", Fault::CutAfter);
    put(&harness, pair(1, ["U1", "U2"]), 2, "again").await;
    hour(&harness).await;
    let tally = harness.slack.tally();
    assert_eq!(
        (tally.duplicated.total(), tally.duplicated_marked.mpim),
        (0, 1)
    );
    let group = &harness.slack.group_dms("U1")[0];
    let last = group.messages.last().unwrap().render();
    assert!(
        last.contains("again") && last.contains("in case it did not arrive"),
        "{last}"
    );
    assert_eq!(group.messages.len(), 3);
}

/// Without permission to look, a direct message is also repeated and marked.
#[tokio::test]
async fn without_permission_to_look_a_repeat_says_so() {
    let harness = with_people(Engine::Sqlite).await;
    harness
        .slack
        .set_scopes(&["chat:write", "im:write", "users:read"]);
    harness.slack.fail_next("chat.postMessage", Fault::CutAfter);
    put(&harness, person("U1"), 1, "one").await;
    hour(&harness).await;
    let tally = harness.slack.tally();
    assert_eq!(
        (tally.duplicated.total(), tally.duplicated_marked.im),
        (0, 1)
    );
}

/// One slow or stuck recipient does not delay others; each recipient's messages stay in order.
#[tokio::test]
async fn recipients_do_not_wait_for_each_other() {
    let harness = with_people(Engine::Sqlite).await;
    harness
        .slack
        .fail_next("chat.postMessage", Fault::ServerError);
    for (user, key) in [("U1", 1), ("U1", 2), ("U1", 3), ("U2", 4)] {
        put(&harness, person(user), key, "hi").await;
    }
    harness.run_due().await.unwrap();
    assert_eq!(texts(&harness, "U2").len(), 1, "at once");
    hour(&harness).await;
    assert_eq!(
        number(
            &harness,
            "select count(*) from outbox where state = 'sent' and lane = 'U1'"
        )
        .await,
        3
    );
    let order = number(&harness, "select count(*) from outbox a join outbox b on a.lane = b.lane and a.id < b.id and a.finished_at > b.finished_at").await;
    assert_eq!(order, 0, "first in, first out");
}

both! {
    /// A dead token stops nothing for good: waiting messages are sent when the app is back.
    async fn an_uninstalled_app_keeps_its_messages(engine: Engine) {
        let mut harness = with_people(engine).await;
        harness.slack.uninstall().await;
        put(&harness, person("U1"), 1, "one").await;
        hour(&harness).await;
        assert!(texts(&harness, "U1").is_empty());
        assert_eq!(number(&harness, "select count(*) from workspaces where state = 'uninstalled'").await, 1);
        harness.slack.reinstall(None);
        harness.restart().await.unwrap();
        hour(&harness).await;
        assert_eq!(texts(&harness, "U1"), ["one"]);
    }
}

/// A revoked token that nobody reported is noticed at the first call.
#[tokio::test]
async fn a_silently_revoked_token_is_noticed() {
    let harness = with_people(Engine::Sqlite).await;
    harness.slack.revoke_token();
    put(&harness, person("U1"), 1, "one").await;
    hour(&harness).await;
    assert_eq!(
        number(
            &harness,
            "select count(*) from workspaces where state = 'uninstalled'"
        )
        .await,
        1
    );
    assert_eq!(
        number(
            &harness,
            "select count(*) from outbox where lane = 'U1' and state = 'queued'"
        )
        .await,
        1
    );
}

/// An outage of a day loses nothing.
#[tokio::test]
async fn a_long_outage_loses_nothing() {
    let harness = with_people(Engine::Sqlite).await;
    harness
        .slack
        .fail_with("chat.postMessage", "service_unavailable");
    put(&harness, person("U1"), 1, "one").await;
    put(&harness, pair(1, ["U1", "U2"]), 2, "two").await;
    harness.pass(SignedDuration::from_mins(20)).await.unwrap();
    harness.slack.heal("chat.postMessage");
    hour(&harness).await;
    assert_eq!(texts(&harness, "U1"), ["one"]);
    assert_eq!(harness.slack.group_dms("U1")[0].messages.len(), 1);
}

both! {
    /// 500 introductions: as fast as Slack's 50 group DMs per minute allow, and never a 429.
    async fn five_hundred_introductions_keep_to_the_limits(engine: Engine) {
        let harness = harness(engine, "").await;
        for number in 0..500 {
            let (one, two) = (format!("U1N{number}"), format!("U2N{number}"));
            harness.slack.add_user(User::new(&one, "One"));
            harness.slack.add_user(User::new(&two, "Two"));
        }
        harness.run_due().await.unwrap();
        for number in 0..500 {
            put(&harness, pair(number, [&format!("U1N{number}"), &format!("U2N{number}")]), number, "meet").await;
        }
        let began = harness.clock.now();
        // Slack allows 50 at once and 50 more each minute, so the last one is sent after nine minutes.
        let allowed = 9 * 60;
        let end = began + (allowed * 105 / 100).seconds();
        harness.pass_until(end).await.unwrap();
        let tally = harness.slack.tally();
        assert_eq!(tally.messages.mpim, 500);
        assert_eq!(tally.rate_limited, 0);
        assert_eq!(tally.duplicated.total() + tally.duplicated_marked.total(), 0);
    }
}

/// A message that could not be sent in time is not sent late.
#[tokio::test]
async fn stale_messages_are_dropped() {
    let harness = with_people(Engine::Sqlite).await;
    harness
        .slack
        .fail_with("chat.postMessage", "service_unavailable");
    let mut tx = harness
        .bot
        .db
        .write(&TeamId::from(crate::twins::team()), harness.clock.now())
        .await
        .unwrap();
    let expires = harness.clock.now() + 2.hours();
    outbox::post(
        &mut tx,
        person("U1"),
        Kind::Notice,
        &Key::Checkin(CheckinId(1)),
        Md::from("old").into(),
        Some(expires),
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    harness.pass(SignedDuration::from_hours(3)).await.unwrap();
    harness.slack.heal("chat.postMessage");
    hour(&harness).await;
    assert!(texts(&harness, "U1").is_empty());
    assert_eq!(
        number(
            &harness,
            "select count(*) from outbox where state = 'expired'"
        )
        .await,
        1
    );
}

both! {
    /// Its day passed without Slack and it was certainly not sent, so key and day are free for another try.
    async fn a_nudge_that_was_not_sent_gives_back_what_it_held(engine: Engine) {
        let harness = with_people(engine).await;
        harness.slack.fail_with("chat.postMessage", "service_unavailable");
        nudge(&harness, person("U1"), 1, "one").await;
        assert_eq!(held(&harness, "expired").await, (0, 1, 1));
        harness.pass(SignedDuration::from_hours(3)).await.unwrap();
        assert_eq!(held(&harness, "expired").await, (1, 0, 0));
        harness.slack.heal("chat.postMessage");
        nudge(&harness, person("U1"), 1, "one").await;
        hour(&harness).await;
        assert_eq!(texts(&harness, "U1"), ["one"]);
        assert_eq!(held(&harness, "sent").await, (1, 1, 1));
    }
}

both! {
    /// Slack may have it, so that is checked first, even if it takes long, and it is not sent again.
    async fn a_nudge_that_may_have_arrived_is_looked_for_after_its_day(engine: Engine) {
        let harness = with_people(engine).await;
        harness.slack.fail_next("chat.postMessage", Fault::CutAfter);
        harness.slack.fail_with("conversations.history", "service_unavailable");
        nudge(&harness, person("U1"), 1, "one").await;
        harness.pass(SignedDuration::from_hours(5)).await.unwrap();
        assert_eq!(held(&harness, "expired").await, (0, 1, 1));
        harness.slack.heal("conversations.history");
        hour(&harness).await;
        assert_eq!(texts(&harness, "U1"), ["one"]);
        assert_eq!(held(&harness, "sent").await, (1, 1, 1));
    }
}

/// We do not read group DMs: a nudge that may have arrived is not sent on a second day.
#[tokio::test]
async fn a_nudge_to_a_group_that_may_have_arrived_is_let_go() {
    let harness = with_people(Engine::Sqlite).await;
    put(&harness, pair(1, ["U1", "U2"]), 9, "hello").await;
    hour(&harness).await;
    harness
        .slack
        .fail_with("chat.postMessage", "service_unavailable");
    nudge(&harness, pair(1, ["U1", "U2"]), 1, "one").await;
    harness.pass(SignedDuration::from_hours(3)).await.unwrap();
    harness.slack.heal("chat.postMessage");
    hour(&harness).await;
    assert_eq!(held(&harness, "expired").await, (1, 1, 1));
    assert_eq!(harness.slack.group_dms("U1")[0].messages.len(), 1);
}
