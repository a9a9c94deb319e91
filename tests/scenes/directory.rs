//! What Slack tells about people: late, in any order, or not at all.

use crate::both;
use crate::files::before_the_reminder;
use crate::support::{Engine, execute, number};
use jiff::SignedDuration;
use reverse_mentor::domain::ids::TeamId;
use reverse_mentor::domain::participant::{Profile, Role};
use reverse_mentor::rehearse::stage::Stage;
use reverse_mentor::store::participants;
use slack_sandbox::EventFault;

const HOUR: SignedDuration = SignedDuration::from_hours(1);

async fn take_part(stage: &Stage, users: &[&str]) {
    let profile = Profile {
        role: Role::Either,
        stage: "Senior".into(),
        department: None,
        site: None,
        manager: None,
        share: vec!["AI tools".into()],
        learn: vec!["Strategy".into()],
        languages: vec!["English".into()],
        mentor_capacity: 1,
        mentee_capacity: 1,
        rather_not: Vec::new(),
        hopes: String::new(),
    };
    let team = TeamId::from("T0SANDBOX");
    let mut tx = stage.bot.db.write(&team, stage.clock.now()).await.unwrap();
    for user in users {
        participants::save(&mut tx, &(*user).into(), &profile, None, true)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
}

async fn open_pairs(stage: &Stage) -> i64 {
    number(stage, "select count(*) from pairs where closed_at is null").await
}

/// A pair of two whom Slack has told us about.
async fn a_pair(engine: Engine) -> Stage {
    let (stage, _) = before_the_reminder(engine).await;
    take_part(&stage, &["UANA", "UMAX"]).await;
    stage
        .slack
        .change_user("UMAX", |max| max.title = "Analyst".into())
        .await;
    stage.run_due().await.unwrap();
    assert_eq!(
        number(
            &stage,
            "select count(updated) from people where user_id = 'UMAX'"
        )
        .await,
        1
    );
    stage
}

both! {
    async fn a_late_deactivation_ends_no_pair(engine: Engine) {
        let stage = a_pair(engine).await;
        stage.pass(HOUR).await.unwrap();
        stage.slack.fail_next_event(EventFault::Late(7200));
        stage.slack.change_user("UMAX", |max| max.deleted = true).await;
        stage.pass(HOUR).await.unwrap();
        stage.slack.change_user("UMAX", |max| max.deleted = false).await;
        let asked = stage.slack.tally().ok("users.info");
        stage.pass(HOUR * 2).await.unwrap();
        assert_eq!(stage.slack.next_due(), None, "it has arrived");
        assert_eq!(open_pairs(&stage).await, 1);
        assert_eq!(stage.slack.tally().ok("users.info"), asked, "older news is not even asked about");
    }
}

both! {
    async fn a_true_deactivation_ends_the_pair_once_slack_confirms(engine: Engine) {
        let stage = a_pair(engine).await;
        stage.pass(HOUR).await.unwrap();
        // Asked about a moment ago: the question must not wait for the next hour.
        let asked = stage.slack.tally().ok("users.info");
        stage.slack.change_user("UMAX", |max| max.deleted = true).await;
        assert_eq!(open_pairs(&stage).await, 1);
        stage.run_due().await.unwrap();
        assert_eq!(stage.slack.tally().ok("users.info"), asked + 1);
        assert_eq!(open_pairs(&stage).await, 0);
    }
}

both! {
    async fn while_slack_cannot_be_asked_pairs_stay(engine: Engine) {
        let stage = a_pair(engine).await;
        stage.pass(HOUR).await.unwrap();
        stage.slack.fail_with("users.info", "fatal_error");
        stage.slack.change_user("UMAX", |max| max.is_restricted = true).await;
        stage.pass(HOUR * 30).await.unwrap();
        assert_eq!(open_pairs(&stage).await, 1);
        let open = "select count(*) from outbox where kind = 'lookup' and state in ('queued', 'leased')";
        assert_eq!(number(&stage, open).await, 1);
        stage.slack.heal("users.info");
        stage.pass(HOUR * 2).await.unwrap();
        assert_eq!(open_pairs(&stage).await, 0);
    }
}

both! {
    /// Nothing piles up for a workspace that is gone, and what was due goes on when it is back.
    async fn a_fortnight_with_a_revoked_token_queues_no_questions(engine: Engine) {
        let (stage, _) = before_the_reminder(engine).await;
        let users: Vec<String> = (0..25).map(|at| format!("U{at}")).collect();
        let users: Vec<&str> = users.iter().map(String::as_str).collect();
        take_part(&stage, &users).await;
        execute(&stage, "update timers set due_at = 0 where kind = 'directory'").await;
        let questions = "select count(*) from outbox where kind = 'lookup'";
        let before = number(&stage, questions).await;
        stage.slack.revoke_token();
        stage.pass(HOUR * 24 * 14).await.unwrap();
        let more = number(&stage, questions).await - before;
        assert!(more <= 1, "{more} questions");
        let asked = stage.slack.tally().ok("users.list");
        stage.slack.reinstall(None);
        stage.bot.introduce().await.unwrap();
        stage.pass(HOUR * 2).await.unwrap();
        assert_eq!(number(&stage, "select count(*) from outbox where kind = 'lookup' and state in ('queued', 'leased')").await, 0);
        assert!(stage.slack.tally().ok("users.list") > asked);
    }
}
