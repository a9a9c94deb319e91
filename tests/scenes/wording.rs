//! A program begins from a recipe, its owner looks at what people will read, and puts words of their own at its top.

use crate::both;
use crate::people::{junior, senior, takes_part};
use crate::support::{Engine, on};
use crate::twins::Harness;
use jiff::SignedDuration;
use reverse_mentor::domain::ids::TeamId;
use reverse_mentor::rehearse::harness::HarnessOptions;
use slack_sandbox::{Answers, Submitted, User};

const ADA: &str = "UADA";

fn modal(harness: &Harness) -> String {
    harness.slack.modal(ADA).unwrap().render()
}

async fn presses(harness: &Harness, button: &str) {
    let pressed = harness.slack.click_modal(ADA, button).await;
    assert!(pressed.is_ok(), "{button}: {pressed:?}\n{}", modal(harness));
}

/// Ada is an admin, and sets up a program for new leaders.
async fn begins(engine: Engine) -> Harness {
    let setting = HarnessOptions {
        program: None,
        ..HarnessOptions::default()
    };
    let harness = Harness::start(on(engine, setting).await).await.unwrap();
    harness.slack.add_user(User::new(ADA, "Ada").admin());
    harness.slack.command(ADA, "setup").await;
    harness.pass(SignedDuration::from_secs(5)).await.unwrap();
    harness.slack.command(ADA, "setup").await;
    presses(&harness, "show_recipe.3").await;
    let look = modal(&harness);
    assert!(look.contains("What it would set"), "{look}");
    let filled = harness.slack.submit(ADA, &Answers::new()).await;
    assert_eq!(filled, Submitted::Updated);
    assert!(
        modal(&harness).contains("[ New leaders ▾ ]"),
        "{}",
        modal(&harness)
    );
    for step in 1..=3 {
        let shown = modal(&harness);
        assert!(shown.contains(&format!("Step {step} of 3")), "{shown}");
        assert!(
            step < 3 || shown.contains("The first hundred days"),
            "{shown}"
        );
        let next = harness.slack.submit(ADA, &Answers::new()).await;
        assert_eq!(next, Submitted::Updated);
    }
    harness
}

both! {
    async fn a_program_begins_from_a_recipe_and_reads_as_it_was_shown(engine: Engine) {
        let harness = begins(engine).await;
        presses(&harness, "show_worded").await;
        assert!(modal(&harness).contains("*You're in.*"), "{}", modal(&harness));
        presses(&harness, "show_worded.3").await;
        assert!(modal(&harness).contains("the figures are made up"), "{}", modal(&harness));
        presses(&harness, "show_worded.2").await;
        presses(&harness, "open_worded").await;
        let rings = harness.slack.submit(ADA, &Answers::from([("words", "Hi @channel")])).await;
        assert!(matches!(rings, Submitted::Errors(_)), "{rings:?}");
        let words = "Hi {mentor} & {mentee}!";
        let looked = harness.slack.submit(ADA, &Answers::from([("words", words)])).await;
        assert_eq!(looked, Submitted::Updated);
        assert!(modal(&harness).contains("@Mina &"), "{}", modal(&harness));
        assert_eq!(harness.slack.submit(ADA, &Answers::new()).await, Submitted::Updated);
        assert!(modal(&harness).contains("*Saved.*"), "{}", modal(&harness));
        harness.slack.close_modal(ADA).await;

        let mut tx = harness.bot.db.write(&TeamId::from(crate::twins::team()), harness.clock.now()).await.unwrap();
        for (user, profile) in [("UED", junior()), ("UBEA", senior())] {
            harness.slack.add_user(User::new(user, user));
            takes_part(&mut tx, user, &profile).await;
        }
        tx.commit().await.unwrap();
        harness.slack.command(ADA, "people").await;
        presses(&harness, "open_make_pair").await;
        harness.slack.submit(ADA, &Answers::from([("mentor", "UED"), ("mentee", "UBEA")])).await;
        assert!(modal(&harness).contains("Hi @UED & @UBEA!"), "{}", modal(&harness));
        harness.slack.submit(ADA, &Answers::new()).await;
        // It can be undone for ten minutes, and waits until both are at work.
        harness.pass(SignedDuration::from_hours(24)).await.unwrap();
        let posted = harness.slack.group_dms("UED").remove(0).messages;
        let posted: Vec<String> = posted.iter().map(slack_sandbox::Message::render).collect();
        assert!(posted[0].contains("Hi @UED & @UBEA!"), "{posted:?}");
        let remarks = harness.slack.tally().remarks;
        assert!(remarks.is_empty(), "{remarks:?}");
    }
}

both! {
    /// What a recipe sets is shown first, and the words that another owner reads say what changed.
    async fn a_running_program_changes_to_another_recipe(engine: Engine) {
        let harness = begins(engine).await;
        harness.slack.close_modal(ADA).await;
        harness.slack.open_home(ADA).await;
        assert!(harness.slack.click_home(ADA, "open_recipes").await.is_ok());
        assert!(modal(&harness).contains("(yours now)"), "{}", modal(&harness));
        presses(&harness, "show_recipe").await;
        assert!(modal(&harness).contains("What it would set"), "{}", modal(&harness));
        assert_eq!(harness.slack.submit(ADA, &Answers::new()).await, Submitted::Updated);
        let saved = modal(&harness);
        assert!(saved.contains("follows “Executive digital fluency”") && saved.contains("Rounds:"), "{saved}");
        let remarks = harness.slack.tally().remarks;
        assert!(remarks.is_empty(), "{remarks:?}");
    }
}
