//! News and questions: what counts, who is asked about, and for how long.

use super::{asked, person, slack_says, standing};
use crate::domain::participant::{PersonInSlack, Standing};
use crate::domain::program::Settings;
use crate::slack::event::Event;
use crate::store::outbox::What;
use crate::store::workspaces;
use crate::testing::scene::{Scene, render};
use jiff::SignedDuration;

/// Slack sends an event.
async fn slack_tells(scene: &Scene, person: PersonInSlack) {
    scene.event(Event::PersonSeen(person)).await.unwrap();
}

async fn count(scene: &Scene, sql: &'static str) -> i64 {
    let mut tx = scene.tx().await;
    let now = tx.now_ms();
    let row = sqlx::query(sql)
        .bind(now)
        .fetch_one(tx.conn())
        .await
        .unwrap();
    tx.rollback().await;
    sqlx::Row::get(&row, 0)
}

/// Questions to Slack that were ever put on their way.
async fn questions(scene: &Scene) -> i64 {
    let sql = "select count(*) from outbox where kind = 'lookup' and created_at <= $1";
    count(scene, sql).await
}

/// Those that may still be asked.
async fn open_questions(scene: &Scene) -> i64 {
    let sql = "select count(*) from outbox where kind = 'lookup' and (expires_at is null or expires_at > $1)";
    count(scene, sql).await
}

fn updated(seconds: i64, person: PersonInSlack) -> PersonInSlack {
    PersonInSlack {
        updated: Some(1_772_400_000 + seconds),
        ..person
    }
}

/// An event may be late, or wrong: that somebody is out is for Slack's answer to say.
#[tokio::test]
async fn an_event_puts_nobody_out_before_slack_was_asked() {
    let mut scene = Scene::new(Settings::default()).await;
    scene.joins("U1", "mentor", "Early career").await;
    slack_says(&scene, updated(10, person("U1", true, false))).await;
    for (at, gone) in [
        (20, person("U1", false, true)),
        (30, person("U1", false, false)),
    ] {
        slack_tells(&scene, updated(at, gone)).await;
        assert_eq!(standing(&scene, "U1").await, Standing::Active);
        assert_eq!(asked(&scene).await, [What::LookUp { user: "U1".into() }]);
    }
    // As long as no answer comes, Slack is asked again; the question has an end, and one is open at a time.
    scene.pass(SignedDuration::from_hours(30)).await;
    assert_eq!(open_questions(&scene).await, 1);
    assert_eq!(standing(&scene, "U1").await, Standing::Active);
    slack_says(&scene, updated(30, person("U1", false, false))).await;
    assert_eq!(standing(&scene, "U1").await, Standing::Ineligible);
    let told = scene.messages("U1").await;
    assert!(render(told.last().unwrap()).contains("a guest now"));
}

/// An answer that says they are still here ends the matter.
#[tokio::test]
async fn an_event_that_slack_does_not_confirm_does_nothing() {
    let mut scene = Scene::new(Settings::default()).await;
    scene.joins("U1", "mentor", "Early career").await;
    slack_says(&scene, updated(10, person("U1", true, false))).await;
    slack_tells(&scene, person("U1", false, true)).await;
    slack_says(&scene, updated(10, person("U1", true, false))).await;
    let before = questions(&scene).await;
    scene.pass(SignedDuration::from_hours(24)).await;
    assert_eq!(questions(&scene).await, before);
    assert_eq!(standing(&scene, "U1").await, Standing::Active);
}

#[tokio::test]
async fn older_news_never_overrides_newer() {
    let scene = Scene::new(Settings::default()).await;
    scene.joins("U1", "mentor", "Early career").await;
    slack_says(&scene, updated(20, person("U1", true, false))).await;
    // By event it is not even asked about; by an answer (a page of everybody that took long) it changes nothing.
    slack_tells(&scene, updated(10, person("U1", false, true))).await;
    assert_eq!(asked(&scene).await, []);
    slack_says(&scene, updated(10, person("U1", false, true))).await;
    assert_eq!(standing(&scene, "U1").await, Standing::Active);
    // The same second, or no time at all, is news.
    slack_says(&scene, updated(20, person("U1", false, true))).await;
    assert_eq!(standing(&scene, "U1").await, Standing::Ineligible);
    slack_tells(&scene, person("U1", true, false)).await;
    assert_eq!(standing(&scene, "U1").await, Standing::Active);
    slack_tells(&scene, updated(19, person("U1", false, true))).await;
    assert_eq!(asked(&scene).await, [], "what was known stays known");
    // A time nobody can believe does not make everything else look old.
    slack_says(
        &scene,
        updated(1_000_000_000_000, person("U1", true, false)),
    )
    .await;
    slack_says(&scene, updated(21, person("U1", false, true))).await;
    assert_eq!(standing(&scene, "U1").await, Standing::Ineligible);
}

#[tokio::test]
async fn of_a_workspace_that_is_gone_nobody_asks() {
    let mut scene = Scene::new(Settings::default()).await;
    for n in 1..=25 {
        scene
            .joins(&format!("U{n}"), "mentor", "Early career")
            .await;
    }
    scene.event(Event::Uninstalled).await.unwrap();
    scene.pass(SignedDuration::from_hours(24 * 14)).await;
    assert_eq!(questions(&scene).await, 0);
    let mut tx = scene.tx().await;
    workspaces::installed(&mut tx, &"UBOT".into())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    scene.pass(SignedDuration::from_hours(1)).await;
    assert_eq!(asked(&scene).await, [What::ListUsers { cursor: None }]);
}

/// Slack does not answer for a fortnight.
#[tokio::test]
async fn one_question_of_a_sort_is_open_at_a_time() {
    let mut scene = Scene::new(Settings::default()).await;
    for n in 1..=25 {
        scene
            .joins(&format!("U{n}"), "mentor", "Early career")
            .await;
    }
    for _ in 0..14 * 24 {
        scene.pass(SignedDuration::from_hours(1)).await;
        assert!(open_questions(&scene).await <= 1);
    }
    assert_eq!(open_questions(&scene).await, 1);
}
