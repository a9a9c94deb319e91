//! Everything unasked-for goes through one gate: working hours, one a day, breaks. A call for help goes before everything.

use crate::both;
use crate::people::{person, senior, takes_part};
use crate::support::{Engine, harness};
use crate::twins::Harness;
use jiff::{SignedDuration, Timestamp};
use reverse_mentor::domain::ids::TeamId;
use reverse_mentor::store::people;
use slack_sandbox::User;

const LEARNERS: [&str; 3] = ["UBEN", "UMAX", "USUE"];
const DAY: SignedDuration = SignedDuration::from_hours(24);

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

async fn program(engine: Engine) -> Harness {
    let program = "time_zone = \"UTC\"\nowners = [\"UOWEN\"]";
    let harness = harness(engine, program).await;
    for user in LEARNERS.into_iter().chain(["UANA", "UOWEN"]) {
        harness.slack.add_user(User::new(user, user));
    }
    harness.run_due().await.unwrap();
    let team = TeamId::from(crate::twins::team());
    let mut tx = harness
        .bot
        .db
        .write(&team, harness.clock.now())
        .await
        .unwrap();
    for user in LEARNERS {
        takes_part(&mut tx, user, &senior()).await;
    }
    people::save(&mut tx, &person("UANA")).await.unwrap();
    tx.commit().await.unwrap();
    harness
}

fn invitations(harness: &Harness, user: &str) -> usize {
    let told = harness.slack.dm(user);
    let card = |text: &String| text.contains("learn from you");
    told.iter()
        .map(slack_sandbox::Message::render)
        .filter(card)
        .count()
}

both! {
    /// Three colleagues think of Ana on a Saturday night. She reads of one on each of the next working mornings.
    async fn invitations_of_a_night_come_in_the_morning_one_a_day(engine: Engine) {
        let harness = program(engine).await;
        harness.pass_until(at("2026-03-07T03:12:00Z")).await.unwrap();
        for user in LEARNERS {
            harness.slack.command(user, "invite <@UANA>").await;
        }
        harness.pass_until(at("2026-03-09T08:59:00Z")).await.unwrap();
        assert_eq!(invitations(&harness, "UANA"), 0, "Monday, before nine");
        let mut now = at("2026-03-09T09:30:00Z");
        for read in 1..=3 {
            harness.pass_until(now).await.unwrap();
            assert_eq!(invitations(&harness, "UANA"), read);
            now += DAY;
        }
    }
}

both! {
    /// Slack takes nothing from noon on and recovers at night. What was due then comes in the morning, and once.
    async fn what_slack_does_not_take_by_evening_comes_in_the_morning(engine: Engine) {
        let harness = program(engine).await;
        harness.pass_until(at("2026-03-09T12:00:00Z")).await.unwrap();
        harness.slack.fail_with("chat.postMessage", "service_unavailable");
        harness.slack.command("UBEN", "invite <@UANA>").await;
        harness.pass_until(at("2026-03-09T23:00:00Z")).await.unwrap();
        harness.slack.heal("chat.postMessage");
        harness.pass_until(at("2026-03-10T08:59:00Z")).await.unwrap();
        assert_eq!(invitations(&harness, "UANA"), 0, "at night");
        harness.pass_until(at("2026-03-10T09:30:00Z")).await.unwrap();
        assert_eq!(invitations(&harness, "UANA"), 1);
        harness.pass_until(at("2026-03-12T17:00:00Z")).await.unwrap();
        assert_eq!(invitations(&harness, "UANA"), 1, "once");
    }
}
