//! News and questions: which news counts, who is asked about, and for how long.

use super::{asked, person, slack_says, standing};
use crate::domain::participant::{PersonInSlack, Standing};
use crate::domain::program::Settings;
use crate::slack::event::Event;
use crate::store::outbox::{Head, Kind, What};
use crate::store::workspaces;
use crate::testing::feature_test::{FeatureTest, render};
use crate::testing::outgoing::{self, Queued};
use jiff::SignedDuration;
use std::collections::BTreeSet;

/// Slack sends an event.
async fn slack_tells(test: &FeatureTest, person: PersonInSlack) {
    test.event(Event::PersonSeen(person)).await.unwrap();
}

/// The questions to Slack ever queued.
async fn questions(test: &FeatureTest) -> Vec<Queued> {
    let queued = test.queued().await.into_iter();
    queued.filter(|row| row.kind == Kind::Lookup).collect()
}

/// The number of questions that may still be asked.
async fn open_questions(test: &FeatureTest) -> usize {
    let asked = questions(test).await.into_iter();
    let open = asked.filter(|row| row.expires.is_none_or(|at| at > test.now));
    open.count()
}

fn updated(seconds: i64, person: PersonInSlack) -> PersonInSlack {
    PersonInSlack {
        updated: Some(1_772_400_000 + seconds),
        ..person
    }
}

/// An event may be late or wrong, so only Slack's answer decides that somebody is out.
#[tokio::test]
async fn an_event_puts_nobody_out_before_slack_was_asked() {
    let mut test = FeatureTest::new(Settings::default()).await;
    test.joins("U1", "mentor", "Early career").await;
    slack_says(&test, updated(10, person("U1", true, false))).await;
    for (at, gone) in [
        (20, person("U1", false, true)),
        (30, person("U1", false, false)),
    ] {
        slack_tells(&test, updated(at, gone)).await;
        assert_eq!(standing(&test, "U1").await, Standing::Active);
        assert_eq!(asked(&test).await, [What::LookUp { user: "U1".into() }]);
    }
    // While no answer comes, Slack is asked again; each question expires, and only one is open at a time.
    test.pass(SignedDuration::from_hours(30)).await;
    assert_eq!(open_questions(&test).await, 1);
    assert_eq!(standing(&test, "U1").await, Standing::Active);
    slack_says(&test, updated(30, person("U1", false, false))).await;
    assert_eq!(standing(&test, "U1").await, Standing::Ineligible);
    let told = test.messages("U1").await;
    assert!(render(told.last().unwrap()).contains("a guest account now"));
}

/// An answer that they are still here changes nothing.
#[tokio::test]
async fn an_event_that_slack_does_not_confirm_does_nothing() {
    let mut test = FeatureTest::new(Settings::default()).await;
    test.joins("U1", "mentor", "Early career").await;
    slack_says(&test, updated(10, person("U1", true, false))).await;
    slack_tells(&test, person("U1", false, true)).await;
    slack_says(&test, updated(10, person("U1", true, false))).await;
    let before = questions(&test).await.len();
    test.pass(SignedDuration::from_hours(24)).await;
    assert_eq!(questions(&test).await.len(), before);
    assert_eq!(standing(&test, "U1").await, Standing::Active);
}

#[tokio::test]
async fn older_news_never_overrides_newer() {
    let test = FeatureTest::new(Settings::default()).await;
    test.joins("U1", "mentor", "Early career").await;
    slack_says(&test, updated(20, person("U1", true, false))).await;
    // An old event is not even asked about; an old answer (a slow page of everybody) changes nothing.
    slack_tells(&test, updated(10, person("U1", false, true))).await;
    assert_eq!(asked(&test).await, []);
    slack_says(&test, updated(10, person("U1", false, true))).await;
    assert_eq!(standing(&test, "U1").await, Standing::Active);
    // News of the same second, or without a time, counts.
    slack_says(&test, updated(20, person("U1", false, true))).await;
    assert_eq!(standing(&test, "U1").await, Standing::Ineligible);
    slack_tells(&test, person("U1", true, false)).await;
    assert_eq!(standing(&test, "U1").await, Standing::Active);
    slack_tells(&test, updated(19, person("U1", false, true))).await;
    assert_eq!(asked(&test).await, [], "what was known stays known");
    // An impossible time does not make all other news look old.
    slack_says(&test, updated(1_000_000_000_000, person("U1", true, false))).await;
    slack_says(&test, updated(21, person("U1", false, true))).await;
    assert_eq!(standing(&test, "U1").await, Standing::Ineligible);
}

#[tokio::test]
async fn of_a_workspace_that_is_gone_nobody_asks() {
    let mut test = FeatureTest::new(Settings::default()).await;
    for n in 1..=25 {
        test.joins(&format!("U{n}"), "mentor", "Early career").await;
    }
    let mut tx = test.tx().await;
    workspaces::uninstalled(&mut tx, test.now).await.unwrap();
    tx.commit().await.unwrap();
    test.pass(SignedDuration::from_hours(24 * 14)).await;
    assert_eq!(questions(&test).await.len(), 0);
    let mut tx = test.tx().await;
    workspaces::installed(&mut tx, &"UBOT".into())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    test.pass(SignedDuration::from_mins(50)).await;
    assert_eq!(asked(&test).await, [What::ListUsers { cursor: None }]);
}

/// Slack does not answer for a fortnight.
#[tokio::test]
async fn one_question_of_a_sort_is_open_at_a_time() {
    let mut test = FeatureTest::new(Settings::default()).await;
    for n in 1..=25 {
        test.joins(&format!("U{n}"), "mentor", "Early career").await;
    }
    for _ in 0..14 * 24 {
        test.pass(SignedDuration::from_hours(1)).await;
        assert!(open_questions(&test).await <= 1);
    }
    assert_eq!(open_questions(&test).await, 1);
}

/// A program.toml may name somebody who is not there. Slack is asked at once, so that this is known soon.
#[tokio::test]
async fn an_owner_whom_nobody_has_described_counts_as_here_until_slack_answers() {
    let test = FeatureTest::new(Settings {
        owners: vec!["UTYPO".into(), "UANA".into()],
        ..Settings::default()
    })
    .await;
    let acts = async || {
        let mut tx = test.tx().await;
        let acting = crate::shared::owners::acting(&mut tx).await.unwrap();
        tx.rollback().await;
        acting
    };
    assert!(!acts().await.are_admins, "a silent Slack locks nobody out");
    let mut tx = test.tx().await;
    let home = crate::router::home(&mut tx, &test.actor("UANA")).await;
    tx.rollback().await;
    let home = crate::testing::feature_test::render_view(&serde_json::json!(home.unwrap()));
    assert!(
        home.contains("Slack hasn't told me about <@UTYPO> yet"),
        "{home}"
    );
    test.run_due().await;
    let user = "UTYPO".into();
    assert!(asked(&test).await.contains(&What::LookUp { user }));
    let mut tx = test.tx().await;
    let lookups = |head: &Head| matches!(head.delivery.what, What::LookUp { .. });
    // Neither is known to it.
    outgoing::given_up(&mut tx, lookups, "user_not_found").await;
    tx.commit().await.unwrap();
    test.run_due().await;
    assert!(acts().await.are_admins);
}

/// The one event that says somebody is back may be lost: whoever is out is asked about once a week, too, but for those who left.
#[tokio::test]
async fn who_is_out_is_asked_about_again() {
    let mut test = FeatureTest::new(Settings::default()).await;
    for user in ["U1", "U2"] {
        test.joins(user, "mentor", "Early career").await;
        slack_says(&test, person(user, false, user == "U1")).await;
    }
    test.standing("U2", Standing::Left).await;
    test.pass(SignedDuration::from_hours(24 * 6)).await;
    assert_eq!(asked(&test).await, []);
    test.pass(SignedDuration::from_hours(24 * 2)).await;
    assert_eq!(asked(&test).await, [What::LookUp { user: "U1".into() }]);
    slack_says(&test, person("U1", true, false)).await;
    assert_eq!(standing(&test, "U1").await, Standing::Active);
}

/// Slack's list of everybody may leave out many who are out: they are asked about one by one, some at a time.
#[tokio::test]
async fn many_who_are_out_are_asked_about_some_at_a_time() {
    let mut test = FeatureTest::new(Settings::default()).await;
    for n in 1..=25 {
        let user = format!("U{n:02}");
        test.joins(&user, "mentor", "Early career").await;
        slack_says(&test, person(&user, false, true)).await;
    }
    test.pass(SignedDuration::from_hours(24 * 8)).await;
    let first = asked(&test).await;
    assert_eq!(first.len(), 20);
    for what in first {
        let What::LookUp { user } = what else {
            panic!("{what:?}")
        };
        slack_says(&test, person(user.as_str(), false, true)).await;
    }
    test.pass(SignedDuration::from_hours(2)).await;
    let all: BTreeSet<String> = asked(&test)
        .await
        .into_iter()
        .map(|what| format!("{what:?}"))
        .collect();
    assert_eq!(all.len(), 25, "the last five, too");
}
