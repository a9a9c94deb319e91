//! The order of sending: waiting for one of Slack's methods delays nothing else, and unsendable rows are not lost.

use crate::both;
use crate::delivery::{hour, pair, person, put, texts, with_people};
use crate::support::{Engine, execute, number};
use crate::twins::Harness;
use jiff::{SignedDuration, ToSpan};
use reverse_mentor::domain::card::Card;
use reverse_mentor::domain::delivery::{self, Delivery, Doubt, Requeue, Step};
use reverse_mentor::domain::ids::{CheckinId, PairId, TeamId};
use reverse_mentor::domain::key::Key;
use reverse_mentor::slack::words::Md;
use reverse_mentor::store::outbox::{self, Kind, Lane};
use reverse_mentor::store::seal::Keys;
use reverse_mentor::store::{Db, workspaces};
use slack_sandbox::User;

/// Queues messages in one transaction, each with its own key.
async fn put_many(harness: &Harness, to: Vec<outbox::To>) {
    let team = TeamId::from(crate::twins::team());
    let mut tx = harness
        .bot
        .db
        .write(&team, harness.clock.now())
        .await
        .unwrap();
    for (number, to) in to.into_iter().enumerate() {
        let key = Key::Thanks(PairId(i64::try_from(number).unwrap()));
        outbox::post(&mut tx, to, Kind::Notice, &key, Md::from("hi").into(), None)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
}

both! {
    /// 500 pairs wait for conversations.open, which Slack allows 50 times a minute: a message to somebody else is sent at once.
    async fn waiting_for_one_method_delays_nobody_else(engine: Engine) {
        let harness = with_people(engine).await;
        let mut waiting = Vec::new();
        for number in 0..500 {
            let (one, two) = (format!("U1N{number}"), format!("U2N{number}"));
            harness.slack.add_user(User::new(&one, "One"));
            harness.slack.add_user(User::new(&two, "Two"));
            waiting.push(pair(number, [&one, &two]));
        }
        put_many(&harness, waiting).await;
        harness.run_due().await.unwrap();
        let before = harness.clock.now();
        put(&harness, person("U1"), 1, "at once").await;
        harness.run_due().await.unwrap();
        assert_eq!(texts(&harness, "U1"), ["at once"]);
        assert_eq!(harness.clock.now(), before);
    }
}

/// Says that cards changed, as a feature does: each of these pairs' goals, at one person's.
async fn change(harness: &Harness, cards: impl Iterator<Item = (i64, String)>) {
    let (team, now) = (TeamId::from(crate::twins::team()), harness.clock.now());
    let mut tx = harness.bot.db.write(&team, now).await.unwrap();
    for (pair, user) in cards {
        let (card, place) = (
            Card::Agreement(PairId(pair)),
            Lane::Person(user.as_str().into()),
        );
        outbox::cards::changed(&mut tx, card, &[place])
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
}

both! {
    alone "it writes rows of one workspace";
    /// At the close of a month every card changes, and Slack takes 50 changes a minute. No message waits for them.
    async fn thousands_of_changed_cards_delay_no_message(engine: Engine) {
        let harness = with_people(engine).await;
        execute(&harness,
            "insert into cards (team_id, card, lane, channel_id, ts, placed_at)
             with recursive n(i) as (select 1 union all select i + 1 from n where i < 2000)
             select 'T0SANDBOX', 'agreement/' || i, 'U' || (i % 1000), 'D1', i || '.0', 0 from n").await;
        change(&harness, (1..=2000).map(|n| (n, format!("U{}", n % 1000)))).await;
        harness.run_due().await.unwrap();
        let waiting = "select count(*) from outbox where kind = 'card' and state = 'queued'";
        assert_eq!(number(&harness, waiting).await, 1_950);
        let before = harness.clock.now();
        put(&harness, person("U1"), 1, "at once").await;
        harness.run_due().await.unwrap();
        assert_eq!(texts(&harness, "U1"), ["at once"]);
        assert_eq!(harness.clock.now(), before);
        harness.pass_until(before + 61.seconds()).await.unwrap();
        assert_eq!(number(&harness, waiting).await, 1_900, "and the changes go on");
        // The same change again is no other.
        change(&harness, (1_901..=2_000).map(|n| (n, format!("U{}", n % 1000)))).await;
        assert_eq!(number(&harness, waiting).await, 1_900);
    }
}

both! {
    /// A copy that Slack does not have yet was written before the change: the change waits behind it, once, and in its own
    /// lane from then on.
    async fn a_change_waits_for_its_copy_and_then_for_itself(engine: Engine) {
        let harness = with_people(engine).await;
        let (team, now) = (TeamId::from(crate::twins::team()), harness.clock.now());
        let mut tx = harness.bot.db.write(&team, now).await.unwrap();
        let (pair, version) = (PairId(1), 1);
        let key = Key::Agreement { pair, version };
        outbox::post(&mut tx, person("U2"), Kind::Agreement, &key, Md::from("goals").into(), None)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        for _ in 0..2 {
            change(&harness, [(1, "U2".to_owned())].into_iter()).await;
        }
        put(&harness, person("U2"), 1, "more").await;
        let behind = "select count(*) from outbox where kind = 'card' and lane = 'U2'";
        assert_eq!(number(&harness, behind).await, 1);
        harness.pass(SignedDuration::from_secs(3)).await.unwrap();
        // There is no such pair, which is what the card says by now.
        assert_eq!(texts(&harness, "U2"), ["These goals are no longer stored.", "more"]);
        assert_eq!(number(&harness, behind).await, 0);
        let own = "select count(*) from outbox where kind = 'card' and lane = 'cards/U2' and state = 'sent'";
        assert_eq!(number(&harness, own).await, 1);
    }
}

both! {
    /// The allowance of posts is fully used, 300 a minute, beside a method that has none left.
    async fn the_posts_allowance_is_used_to_the_full(engine: Engine) {
        let harness = with_people(engine).await;
        let mut waiting = Vec::new();
        for number in 0..650 {
            let user = format!("U1N{number}");
            harness.slack.add_user(User::new(&user, "Somebody"));
            waiting.push(person(&user));
        }
        for number in 0..200 {
            waiting.push(pair(number, [&format!("U1N{number}"), "U1"]));
        }
        put_many(&harness, waiting).await;
        harness.run_due().await.unwrap();
        assert_eq!(harness.slack.tally().messages.total(), 300);
        let minute = harness.clock.now() + 62.seconds();
        harness.pass_until(minute).await.unwrap();
        assert_eq!(harness.slack.tally().messages.total(), 600);
        assert_eq!(harness.slack.tally().rate_limited, 0);
    }
}

both! {
    alone "it has other workspaces of its own";
    /// One workspace with a thousand messages does not delay another workspace's.
    async fn workspaces_take_turns(engine: Engine) {
        let harness = with_people(engine).await;
        let to = (0..1_000).map(|number| person(&format!("U1N{number}"))).collect();
        put_many(&harness, to).await;
        let other = TeamId::from("T0OTHER");
        let mut tx = harness.bot.db.write(&other, harness.clock.now()).await.unwrap();
        workspaces::installed(&mut tx, &"UBOT".into()).await.unwrap();
        outbox::post(&mut tx, person("U9"), Kind::Notice, &Key::Checkin(CheckinId(1)), Md::from("hi").into(), None).await.unwrap();
        tx.commit().await.unwrap();
        let jobs = harness.bot.sender.claim().await.unwrap();
        drop(jobs);
        let taken = number(&harness, "select count(*) from outbox where team_id = 'T0OTHER' and state = 'leased'").await;
        assert_eq!(taken, 1);
    }
}

both! {
    alone "a newer key for the whole database";
    /// A row sealed with a missing key is postponed and counted. Its lane continues after an hour, and the row is sent as soon
    /// as the key is there.
    async fn what_cannot_be_read_yet_is_kept(engine: Engine) {
        let mut harness = with_people(engine).await;
        let (new, old) = ("a1".repeat(32), "5e".repeat(32));
        let ahead = Db::open(&harness.config.database_url, Keys::parse(&format!("{new},{old}")).unwrap()).await.unwrap();
        let mut tx = ahead.write(&TeamId::from(crate::twins::team()), harness.clock.now()).await.unwrap();
        outbox::post(&mut tx, person("U1"), Kind::Notice, &Key::Checkin(CheckinId(1)), Md::from("sealed anew").into(), None).await.unwrap();
        tx.commit().await.unwrap();
        ahead.close().await;
        put(&harness, person("U1"), 2, "behind it").await;
        harness.pass(SignedDuration::from_mins(30)).await.unwrap();
        assert!(texts(&harness, "U1").is_empty());
        let mut tx = harness.bot.db.read(&TeamId::from(crate::twins::team()), harness.clock.now()).await.unwrap();
        assert_eq!(outbox::unreadable(&mut tx).await.unwrap(), 1);
        drop(tx);
        harness.pass(SignedDuration::from_hours(2)).await.unwrap();
        assert_eq!(texts(&harness, "U1"), ["behind it"]);
        // The rotation's second step reaches this replica, too.
        harness.config.key = Some(format!("{old},{new}").into());
        harness.restart().await.unwrap();
        harness.pass(SignedDuration::from_hours(2)).await.unwrap();
        assert_eq!(texts(&harness, "U1"), ["behind it", "sealed anew"]);
        let mut tx = harness.bot.db.read(&TeamId::from(crate::twins::team()), harness.clock.now()).await.unwrap();
        assert_eq!(outbox::unreadable(&mut tx).await.unwrap(), 0);
    }
}

/// A key that never comes back: owners are told in the end, and nothing else waits.
#[tokio::test]
async fn what_nobody_can_read_is_given_up_after_two_weeks() {
    let harness = with_people(Engine::Sqlite).await;
    put(&harness, person("U1"), 1, "one").await;
    execute(
        &harness,
        "update outbox set what_sealed = 'v9:of a later release' where state = 'queued'",
    )
    .await;
    harness
        .pass(SignedDuration::from_hours(13 * 24))
        .await
        .unwrap();
    let failed = "select count(*) from outbox where state = 'failed' and error = 'unreadable'";
    assert_eq!(number(&harness, failed).await, 0);
    harness
        .pass(SignedDuration::from_hours(2 * 24))
        .await
        .unwrap();
    assert_eq!(number(&harness, failed).await, 1);
}

/// After a day of Slack's 503s a group's message waits for up to a day. The first answer makes it be tried at once.
#[tokio::test]
async fn after_an_outage_what_is_in_doubt_is_tried_at_once() {
    let harness = with_people(Engine::Sqlite).await;
    put(&harness, pair(1, ["U1", "U2"]), 9, "hello").await;
    hour(&harness).await;
    harness
        .slack
        .fail_with("chat.postMessage", "service_unavailable");
    put(&harness, pair(1, ["U1", "U2"]), 1, "one").await;
    harness.pass(SignedDuration::from_hours(24)).await.unwrap();
    harness.slack.heal("chat.postMessage");
    put(&harness, person("U3"), 2, "somebody else's").await;
    harness.pass(SignedDuration::from_mins(2)).await.unwrap();
    assert_eq!(texts(&harness, "U3").len(), 1);
    let group = &harness.slack.group_dms("U1")[0];
    assert_eq!(group.messages.len(), 2, "it does not wait for another day");
}

both! {
    /// An earlier release does not name the method its rows wait for; they are sent anyway.
    async fn rows_of_an_earlier_release_go_out(engine: Engine) {
        let harness = with_people(engine).await;
        put(&harness, person("U1"), 1, "one").await;
        put(&harness, person("U1"), 2, "two").await;
        execute(&harness, "update outbox set waits_for = null, rank = 1 where state = 'queued'").await;
        execute(&harness, "delete from outbox_queues").await;
        hour(&harness).await;
        assert!(texts(&harness, "U1").is_empty());
        harness.bot.sender.adopt().await.unwrap();
        hour(&harness).await;
        assert_eq!(texts(&harness, "U1"), ["one", "two"]);
    }
}

both! {
    /// A note about an expired lease changes nothing, except that Slack has the message. Nothing changes a finished
    /// row.
    async fn a_late_note_never_brings_a_row_back(engine: Engine) {
        let harness = with_people(engine).await;
        put(&harness, person("U1"), 1, "one").await;
        let (team, now) = (TeamId::from(crate::twins::team()), harness.clock.now());
        let mut tx = harness.bot.db.write(&team, now).await.unwrap();
        let mut early = outbox::heads(&mut tx, "chat.postMessage", 1).await.unwrap().pop().unwrap();
        let call = delivery::next(&early.delivery, now).unwrap();
        assert!(outbox::lease(&mut tx, &mut early, &call).await.unwrap());
        tx.commit().await.unwrap();
        // The lease expires, and another sender takes it.
        let later = now + 31.seconds();
        let mut tx = harness.bot.db.write(&team, later).await.unwrap();
        let mut late = outbox::heads(&mut tx, "chat.postMessage", 1).await.unwrap().pop().unwrap();
        assert_eq!(late.delivery.doubt, Doubt::Possible);
        assert!(outbox::lease(&mut tx, &mut late, &call).await.unwrap());
        let again = |delivery: &Delivery| Step::Queue(Requeue {
            at: later,
            delivery: Delivery { doubt: Doubt::None, ..delivery.clone() },
            error: None,
        });
        let step = again(&early.delivery);
        assert!(!outbox::apply(&mut tx, &early, &step).await.unwrap(), "not under the old lease");
        let has = Step::Sent { channel: None, ts: None };
        assert!(outbox::apply(&mut tx, &early, &has).await.unwrap(), "Slack has it, whoever says so");
        let step = again(&late.delivery);
        assert!(!outbox::apply(&mut tx, &late, &step).await.unwrap(), "it is sent");
        tx.commit().await.unwrap();
        assert_eq!(number(&harness, "select count(*) from outbox where state = 'sent' and what_sealed = ''").await, 1);
    }
}
