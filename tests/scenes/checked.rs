//! Pairs to check: an owner's word on one of them can be taken back for ten minutes, on the one card of its round.

mod at_once;

use crate::both;
use crate::people::{junior, senior, takes_part};
use crate::support::{Engine, harness, introductions_begin, number};
use crate::twins::Harness;
use jiff::SignedDuration;
use reverse_mentor::domain::ids::TeamId;
use reverse_mentor::domain::participant::Profile;
use slack_sandbox::{Screen, User};

const SECOND: SignedDuration = SignedDuration::from_secs(1);

/// Two owners, a pair that is sure and one to check, in a round that both have before them.
async fn set(engine: Engine) -> Harness {
    let program = "owners = [\"UOWEN\", \"UOLA\"]\nround_schedule = \"0 10 1 1 *\"";
    let harness = harness(engine, program).await;
    for user in ["UOWEN", "UOLA"] {
        harness.slack.add_user(User::new(user, user));
    }
    harness.run_due().await.unwrap();
    let team = TeamId::from(crate::twins::team());
    let unknown = Profile {
        manager: None,
        ..junior()
    };
    let mut tx = harness
        .bot
        .db
        .write(&team, harness.clock.now())
        .await
        .unwrap();
    for (user, profile) in [
        ("UMIA", junior()),
        ("USAM", senior()),
        ("UNIK", unknown),
        ("USUE", senior()),
    ] {
        harness.slack.add_user(User::new(user, user));
        takes_part(&mut tx, user, &profile).await;
    }
    tx.commit().await.unwrap();
    harness.pass(SignedDuration::from_hours(2)).await.unwrap();
    harness.slack.command("UOWEN", "round").await;
    harness.pass(SECOND * 30).await.unwrap();
    harness
}

/// Presses a button of the owner's card of the round, and lets both cards follow.
async fn presses(harness: &Harness, owner: &str, button: &str) {
    let card = card(harness, owner);
    let pressed = harness
        .slack
        .press(owner, &Screen::from(&card.reference()), button)
        .await;
    assert!(pressed.is_ok(), "{button}: {pressed:?}");
    harness.pass(SECOND * 5).await.unwrap();
}

/// There is one: the rest of the round does not come as a second.
fn card(harness: &Harness, owner: &str) -> slack_sandbox::Message {
    let all = harness.slack.dm(owner).into_iter();
    let mut cards: Vec<_> = all
        .filter(|one| one.render().contains("Only the program's owners see this"))
        .collect();
    assert_eq!(cards.len(), 1, "{owner} has one card");
    cards.remove(0)
}

fn reads(harness: &Harness, words: &str) {
    for owner in ["UOWEN", "UOLA"] {
        let card = card(harness, owner).render();
        assert!(card.contains(words), "{owner}, {words}: {card}");
    }
}

async fn pairs(harness: &Harness) -> i64 {
    number(harness, "select count(*) from pairs").await
}

both! {
    async fn a_check_is_undone_and_made_again(engine: Engine) {
        let mut harness = set(engine).await;
        reads(&harness, "One of them needs a look of its own first");
        presses(&harness, "UOWEN", "confirm_pair").await;
        reads(&harness, "1 pair is about to be introduced and 1 is left to look over.");
        // The other owner takes it back, and nobody is introduced, whatever time passes.
        presses(&harness, "UOLA", "edit").await;
        reads(&harness, "[ Checked: introduce them ]");
        introductions_begin(&harness).await;
        assert_eq!(pairs(&harness).await, 0);
        // Both press, and the bot starts again in between: they meet once.
        let (one, two) = (card(&harness, "UOWEN"), card(&harness, "UOLA"));
        for (owner, card) in [("UOWEN", &one), ("UOLA", &two)] {
            let pressed = harness.slack.press(owner, &Screen::from(&card.reference()), "confirm_pair").await;
            assert!(pressed.is_ok(), "{owner}: {pressed:?}");
        }
        harness.restart().await.unwrap();
        introductions_begin(&harness).await;
        assert_eq!(pairs(&harness).await, 1);
        reads(&harness, "1 pair is introduced and 1 is left to look over.");
        presses(&harness, "UOLA", "approve_round").await;
        introductions_begin(&harness).await;
        assert_eq!(pairs(&harness).await, 2);
        reads(&harness, "approved this round");
        assert!(harness.slack.tally().remarks.is_empty());
    }
}

both! {
    /// What is approved, what is left to check, and what waits stand on the one card that each owner has.
    async fn an_approval_leaves_the_rest_on_its_card(engine: Engine) {
        let harness = set(engine).await;
        presses(&harness, "UOWEN", "approve_round").await;
        reads(&harness, "*Approved: 1 pair.*");
        presses(&harness, "UOLA", "undo_approval").await;
        reads(&harness, "I found *2 pairs*.");
        presses(&harness, "UOLA", "approve_round").await;
        introductions_begin(&harness).await;
        reads(&harness, "1 pair is introduced and 1 is left to check.");
        presses(&harness, "UOWEN", "confirm_pair").await;
        reads(&harness, "1 pair is introduced and 1 is about to be introduced.");
        introductions_begin(&harness).await;
        assert_eq!(pairs(&harness).await, 2);
        reads(&harness, "approved this round");
    }
}
