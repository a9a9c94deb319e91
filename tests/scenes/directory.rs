//! Slack's news about people: late, in any order, or missing.

use crate::both;
use crate::files::before_the_reminder;
use crate::people::profile;
use crate::support::{Engine, execute, number};
use crate::twins::Harness;
use jiff::SignedDuration;
use reverse_mentor::domain::ids::TeamId;
use reverse_mentor::domain::participant::Role;
use reverse_mentor::store::participants;
use slack_sandbox::EventFault;

const HOUR: SignedDuration = SignedDuration::from_hours(1);

pub async fn take_part(harness: &Harness, users: &[&str]) {
    let profile = profile(Role::Either, "Senior");
    let team = TeamId::from(crate::twins::team());
    let mut tx = harness
        .bot
        .db
        .write(&team, harness.clock.now())
        .await
        .unwrap();
    for user in users {
        participants::save(&mut tx, &(*user).into(), &profile, None, true)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
}

pub async fn open_pairs(harness: &Harness) -> i64 {
    number(
        harness,
        "select count(*) from pairs where closed_at is null",
    )
    .await
}

/// A pair of people whom Slack has told us about.
async fn a_pair(engine: Engine) -> Harness {
    let (harness, _) = before_the_reminder(engine).await;
    take_part(&harness, &["UANA", "UMAX"]).await;
    harness
        .slack
        .change_user("UMAX", |max| max.title = "Analyst".into())
        .await;
    harness.run_due().await.unwrap();
    assert_eq!(
        number(
            &harness,
            "select count(updated) from people where user_id = 'UMAX'"
        )
        .await,
        1
    );
    harness
}

both! {
    async fn a_late_deactivation_ends_no_pair(engine: Engine) {
        let harness = a_pair(engine).await;
        // Past the round of that morning.
        harness.pass(HOUR * 2).await.unwrap();
        harness.slack.fail_next_event(EventFault::Late(7200));
        harness.slack.change_user("UMAX", |max| max.deleted = true).await;
        harness.pass(HOUR).await.unwrap();
        harness.slack.change_user("UMAX", |max| max.deleted = false).await;
        let asked = harness.slack.tally().ok("users.info");
        harness.pass(HOUR * 2).await.unwrap();
        assert_eq!(harness.slack.next_due(), None, "it has arrived");
        assert_eq!(open_pairs(&harness).await, 1);
        assert_eq!(harness.slack.tally().ok("users.info"), asked, "older news is not even asked about");
    }
}

both! {
    async fn a_true_deactivation_ends_the_pair_once_slack_confirms(engine: Engine) {
        let harness = a_pair(engine).await;
        harness.pass(HOUR).await.unwrap();
        // Asked a moment ago; this question must not wait for the next hour.
        let asked = harness.slack.tally().ok("users.info");
        harness.slack.change_user("UMAX", |max| max.deleted = true).await;
        assert_eq!(open_pairs(&harness).await, 1);
        harness.run_due().await.unwrap();
        assert_eq!(harness.slack.tally().ok("users.info"), asked + 1);
        assert_eq!(open_pairs(&harness).await, 0);
    }
}

both! {
    async fn while_slack_cannot_be_asked_pairs_stay(engine: Engine) {
        let harness = a_pair(engine).await;
        harness.pass(HOUR).await.unwrap();
        harness.slack.fail_with("users.info", "fatal_error");
        harness.slack.change_user("UMAX", |max| max.is_restricted = true).await;
        harness.pass(HOUR * 30).await.unwrap();
        assert_eq!(open_pairs(&harness).await, 1);
        let open = "select count(*) from outbox where kind = 'lookup' and state in ('queued', 'leased')";
        assert_eq!(number(&harness, open).await, 1);
        harness.slack.heal("users.info");
        harness.pass(HOUR * 2).await.unwrap();
        assert_eq!(open_pairs(&harness).await, 0);
    }
}

both! {
    /// Nothing accumulates for a workspace that is gone, and due work continues when it is back.
    async fn a_fortnight_with_a_revoked_token_queues_no_questions(engine: Engine) {
        let (mut harness, _) = before_the_reminder(engine).await;
        let users: Vec<String> = (0..25).map(|at| format!("U{at}")).collect();
        let users: Vec<&str> = users.iter().map(String::as_str).collect();
        take_part(&harness, &users).await;
        execute(&harness, "update timers set due_at = 0 where kind = 'directory'").await;
        let questions = "select count(*) from outbox where kind = 'lookup'";
        let before = number(&harness, questions).await;
        harness.slack.revoke_token();
        harness.pass(HOUR * 24 * 14).await.unwrap();
        let more = number(&harness, questions).await - before;
        assert!(more <= 1, "{more} questions");
        let asked = harness.slack.tally().ok("users.list");
        harness.slack.reinstall(None);
        harness.introduce().await.unwrap();
        harness.pass(HOUR * 2).await.unwrap();
        assert_eq!(number(&harness, "select count(*) from outbox where kind = 'lookup' and state in ('queued', 'leased')").await, 0);
        assert!(harness.slack.tally().ok("users.list") > asked);
    }
}
