//! What Slack refuses: to the whole workspace, to one conversation, to one message; and what owners can do about it.

use crate::both;
use crate::delivery::{hour, pair, person, put, texts, with_people};
use crate::support::{Engine, harness, introductions_begin, number};
use crate::twins::Harness;
use jiff::SignedDuration;
use reverse_mentor::domain::ids::TeamId;
use reverse_mentor::domain::outgoing::To;
use reverse_mentor::domain::participant::{PersonInSlack, Profile, Role};
use reverse_mentor::store::{participants, people};
use slack_sandbox::{Fault, Posting, Screen, User};
use std::collections::BTreeSet;

const PAIRS: usize = 5;
/// Long enough for news that waits for tomorrow's working hours.
const TO_TOMORROW: SignedDuration = SignedDuration::from_hours(26);

/// As many mentors as mentees, an owner, and an admin who has used the bot once.
async fn before_the_first_round(engine: Engine) -> Harness {
    let harness = harness(engine, "owners = [\"UOWEN\", \"UOLGA\"]").await;
    for owner in ["UOWEN", "UOLGA"] {
        harness.slack.add_user(User::new(owner, owner));
    }
    harness.slack.add_user(User::new("UADAM", "Adam").admin());
    harness.run_due().await.unwrap();
    let team = TeamId::from(crate::twins::team());
    let now = harness.clock.now();
    let mut tx = harness.bot.db.write(&team, now).await.unwrap();
    let admin = in_slack("UADAM", true);
    people::save(&mut tx, &admin).await.unwrap();
    for number in 0..PAIRS {
        for (role, stage, share, learn) in [
            (Role::Mentor, "Early career", "AI tools", "Strategy"),
            (Role::Mentee, "Director", "Strategy", "AI tools"),
        ] {
            let user = format!("U{number}{}", role.as_str().to_uppercase());
            harness.slack.add_user(User::new(&user, &user));
            let person = in_slack(&user, false);
            people::save(&mut tx, &person).await.unwrap();
            let profile = profile(role, stage, share, learn);
            // A line that is fully known, so that nobody has to look.
            let profile = Profile {
                manager: Some(person.user.clone()),
                ..profile.clone()
            };
            participants::save(&mut tx, &person.user, &profile, None, true)
                .await
                .unwrap();
        }
    }
    tx.commit().await.unwrap();
    harness
}

fn in_slack(user: &str, admin: bool) -> PersonInSlack {
    PersonInSlack {
        user: user.into(),
        zone: Some("UTC".into()),
        full_member: true,
        deleted: false,
        admin,
        updated: None,
    }
}

fn profile(role: Role, stage: &str, share: &str, learn: &str) -> Profile {
    Profile {
        role,
        stage: stage.into(),
        department: None,
        site: None,
        manager: Some("UCEO".into()),
        share: vec![share.into()],
        learn: vec![learn.into()],
        languages: vec!["English".into()],
        mentor_capacity: 1,
        mentee_capacity: 1,
        rather_not: Vec::new(),
        hopes: String::new(),
        hours: None,
    }
}

async fn approve_a_round(harness: &Harness) {
    harness.slack.command("UOWEN", "round").await;
    harness.run_due().await.unwrap();
    harness.slack.open_home("UOWEN").await;
    let approved = harness.slack.click_home("UOWEN", "approve_round").await;
    assert!(approved.is_ok(), "{approved:?}");
    introductions_begin(harness).await;
}

/// The introductions that have arrived.
fn introductions(harness: &Harness) -> usize {
    let mentees = (0..PAIRS).map(|number| format!("U{number}MENTEE"));
    let groups = mentees.flat_map(|mentee| harness.slack.group_dms(&mentee));
    let all = groups.flat_map(|group| group.messages);
    all.filter(|message| message.text.contains("you're a reverse mentoring pair"))
        .count()
}

fn without(harness: &Harness, scope: &str) -> BTreeSet<String> {
    let all = slack_sandbox::Options::default().scopes;
    let rest: Vec<&str> = all
        .iter()
        .map(String::as_str)
        .filter(|one| *one != scope)
        .collect();
    harness.slack.set_scopes(&rest);
    all
}

fn with_all(harness: &Harness, all: &BTreeSet<String>) {
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    harness.slack.set_scopes(&all);
}

fn said(harness: &Harness, user: &str, words: &str) -> usize {
    let all = harness.slack.dm(user);
    all.iter()
        .filter(|message| message.render().contains(words))
        .count()
}

async fn failed(harness: &Harness) -> i64 {
    number(
        harness,
        "select count(*) from outbox where state = 'failed'",
    )
    .await
}

both! {
    /// A scope is missing for the first day of the first round: nobody's introduction is lost, and who can mend it is told.
    async fn a_missing_scope_loses_no_introduction(engine: Engine) {
        let harness = before_the_first_round(engine).await;
        let all = without(&harness, "mpim:write");
        approve_a_round(&harness).await;
        // Olga has read of the round today, and reads one thing a day.
        harness.pass(TO_TOMORROW).await.unwrap();
        assert_eq!((introductions(&harness), failed(&harness).await), (0, 0));
        for user in ["UOWEN", "UOLGA", "UADAM"] {
            assert_eq!(said(&harness, user, "I'm missing the permission `mpim:write`"), 1, "{user}");
        }
        harness.slack.open_home("UOWEN").await;
        let home = harness.slack.home("UOWEN").unwrap().render();
        assert!(home.contains("I can't open group conversations"), "{home}");

        with_all(&harness, &all);
        harness.pass(TO_TOMORROW).await.unwrap();
        assert_eq!(introductions(&harness), PAIRS);
        let first = harness.slack.group_dms("U0MENTEE")[0].messages[0].text.clone();
        assert!(first.contains("you're a reverse mentoring pair"), "{first}");
        let tally = harness.slack.tally();
        assert_eq!(tally.duplicated.total() + tally.duplicated_marked.total(), 0);
        assert_eq!(failed(&harness).await, 0);
        let order = "select count(*) from outbox a join outbox b on a.lane = b.lane and a.id < b.id
            and a.finished_at > b.finished_at";
        assert_eq!(number(&harness, order).await, 0);
        for user in ["UOWEN", "UADAM"] {
            assert_eq!(said(&harness, user, "I can open group conversations again"), 1, "{user}");
        }
        harness.slack.open_home("UOWEN").await;
        let home = harness.slack.home("UOWEN").unwrap().render();
        assert!(!home.contains("I can't open"), "{home}");
    }
}

both! {
    /// It may take somebody a week to mend it. Tries grow rare, and nothing is given up.
    async fn a_refusal_may_last(engine: Engine) {
        let harness = with_people(engine).await;
        harness.slack.fail_with("chat.postMessage", "not_allowed_token_type");
        for (user, key) in [("U1", 1), ("U1", 2), ("U2", 3)] {
            put(&harness, person(user), key, if key == 2 { "two" } else { "one" }).await;
        }
        harness.pass(SignedDuration::from_hours(24 * 7)).await.unwrap();
        assert_eq!(failed(&harness).await, 0);
        let tries: u64 = harness.slack.tally().calls["chat.postMessage"].values().sum();
        assert!((10..600).contains(&tries), "{tries}");
        harness.slack.heal("chat.postMessage");
        hour(&harness).await;
        assert_eq!(texts(&harness, "U1"), ["one", "two"]);
        assert_eq!(texts(&harness, "U2"), ["one"]);
    }
}

/// Once the app is installed again, nothing waits for the next try.
#[tokio::test]
async fn what_waits_for_a_scope_goes_out_when_the_app_is_installed_again() {
    let mut harness = with_people(Engine::Sqlite).await;
    harness
        .slack
        .fail_with("conversations.open", "missing_scope");
    put(&harness, pair(1, ["U1", "U2"]), 1, "hello").await;
    harness.pass(SignedDuration::from_hours(30)).await.unwrap();
    harness.slack.heal("conversations.open");
    harness.restart().await.unwrap();
    harness.pass(SignedDuration::from_secs(20)).await.unwrap();
    assert_eq!(harness.slack.group_dms("U1").len(), 1);
}

/// A rule of one channel, or an account that is gone, is that message's: the others are sent, and only it fails.
#[tokio::test]
async fn one_bad_recipient_holds_nobody_else() {
    let harness = with_people(Engine::Sqlite).await;
    harness.slack.add_channel("C0GENERAL", "general", true);
    harness.slack.set_posting("C0GENERAL", Posting::ReadOnly);
    let to = || To::Channel("C0GENERAL".into());
    put(&harness, to(), 1, "digest").await;
    harness.run_due().await.unwrap();
    for (key, code) in [
        (2, "restricted_action"),
        (3, "no_permission"),
        (4, "access_denied"),
    ] {
        harness
            .slack
            .fail_next("chat.postMessage", Fault::Error(code.into()));
        put(&harness, to(), key, "digest").await;
        harness.pass(SignedDuration::from_secs(2)).await.unwrap();
    }
    harness
        .slack
        .fail_next("chat.postMessage", Fault::Error("user_disabled".into()));
    put(&harness, person("U2"), 5, "gone").await;
    harness.run_due().await.unwrap();
    put(&harness, person("U1"), 6, "one").await;
    harness.run_due().await.unwrap();
    assert_eq!(texts(&harness, "U1"), ["one"], "at once");
    assert_eq!(failed(&harness).await, 5);
    let held = "select count(*) from facts where name like 'held/%'";
    assert_eq!(number(&harness, held).await, 0);
}

both! {
    /// Owners read whose introduction failed, and have it sent again: once, whoever presses, and however often.
    async fn owners_have_an_introduction_sent_again(engine: Engine) {
        let harness = before_the_first_round(engine).await;
        harness.slack.fail_next("conversations.open", Fault::Error("invalid_user_combination".into()));
        approve_a_round(&harness).await;
        harness.pass(TO_TOMORROW).await.unwrap();
        assert_eq!((introductions(&harness), failed(&harness).await), (PAIRS - 1, 1));
        let note = |user: &str| {
            let all = harness.slack.dm(user);
            all.into_iter().find(|message| message.text.starts_with("Some messages")).unwrap()
        };
        let seen = note("UOWEN").render();
        assert!(seen.contains("the introduction of @U") && seen.contains("MENTOR and @U"), "{seen}");
        assert!(!seen.contains("group message (") && seen.contains("[ Send again ]"), "{seen}");

        let (owens, olgas) = (note("UOWEN").reference(), note("UOLGA").reference());
        assert!(harness.slack.press("UOWEN", &Screen::from(&owens), "send_again").await.is_ok());
        harness.pass(SignedDuration::from_mins(10)).await.unwrap();
        assert_eq!(introductions(&harness), PAIRS);
        let after = harness.slack.dm("UOWEN");
        let after: Vec<String> = after.iter().map(slack_sandbox::Message::render).collect();
        assert!(after.iter().any(|text| text.contains("On their way again") && text.contains("the introduction of")), "{after:?}");

        assert!(harness.slack.press("UOLGA", &Screen::from(&olgas), "send_again").await.is_ok());
        harness.pass(SignedDuration::from_mins(10)).await.unwrap();
        assert_eq!(introductions(&harness), PAIRS);
        let tally = harness.slack.tally();
        assert_eq!(tally.duplicated.total() + tally.duplicated_marked.total(), 0);
        assert!(said(&harness, "UOLGA", "There's nothing to send again") == 1);
    }
}

both! {
    /// What no longer applies stays unsent: the pair has ended meanwhile.
    async fn what_no_longer_applies_is_not_sent_again(engine: Engine) {
        let harness = before_the_first_round(engine).await;
        harness.slack.fail_next("conversations.open", Fault::Error("invalid_user_combination".into()));
        approve_a_round(&harness).await;
        hour(&harness).await;
        let lane = "select cast(substr(lane, 6) as bigint) from outbox where state = 'failed'";
        let id = number(&harness, lane).await;
        let mentee = "select cast(substr(mentee, 2, 1) as bigint) from pairs where id = ";
        let mentee = format!("U{}MENTEE", number(&harness, &format!("{mentee}{id}")).await);
        harness.slack.change_user(&mentee, |user| user.deleted = true).await;
        harness.pass(SignedDuration::from_mins(10)).await.unwrap();
        let note = harness.slack.dm("UOWEN").into_iter().find(|message| message.text.starts_with("Some messages"));
        let note = note.unwrap().reference();
        assert!(harness.slack.press("UOWEN", &Screen::from(&note), "send_again").await.is_ok());
        harness.pass(SignedDuration::from_mins(10)).await.unwrap();
        assert_eq!((introductions(&harness), failed(&harness).await), (PAIRS - 1, 1));
        assert_eq!(said(&harness, "UOWEN", "There's nothing to send again"), 1);
    }
}
