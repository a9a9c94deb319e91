//! An owner reviews a round from the App Home: the modal has all the buttons, and answers in place.

use crate::both;
use crate::people::{junior, senior, takes_part};
use crate::support::{Engine, harness, introductions_begin, number};
use crate::twins::Harness;
use jiff::SignedDuration;
use reverse_mentor::domain::ids::TeamId;
use reverse_mentor::domain::participant::Profile;
use slack_sandbox::{Screen, User};

async fn set(engine: Engine) -> Harness {
    let harness = harness(engine, "owners = [\"UOWEN\"]").await;
    harness.slack.add_user(User::new("UOWEN", "Owen"));
    harness.run_due().await.unwrap();
    let team = TeamId::from(crate::twins::team());
    let mut tx = harness
        .bot
        .db
        .write(&team, harness.clock.now())
        .await
        .unwrap();
    for (user, profile) in [("UMIA", junior()), ("UNIK", junior()), ("USAM", senior())] {
        harness.slack.add_user(User::new(user, user));
        takes_part(&mut tx, user, &profile).await;
    }
    tx.commit().await.unwrap();
    harness
}

fn modal(harness: &Harness) -> String {
    harness.slack.modal("UOWEN").unwrap().render()
}

both! {
    async fn a_round_is_looked_over_from_home(engine: Engine) {
        let harness = set(engine).await;
        harness.slack.command("UOWEN", "round").await;
        harness.run_due().await.unwrap();
        harness.slack.open_home("UOWEN").await;
        assert!(harness.slack.click_home("UOWEN", "show_round").await.is_ok());
        let seen = modal(&harness);
        assert!(seen.contains("→ @USAM") && seen.contains("Approve"), "{seen}");

        // "What if not this pair?": the answer goes to the owner alone.
        let asked = harness.slack.choose("UOWEN", &Screen::Modal, "edit", "What if they weren't a pair?").await;
        assert!(asked.is_ok(), "{asked:?}");
        harness.run_due().await.unwrap();
        let seen = modal(&harness);
        assert!(seen.contains("I'm working out what would change"), "{seen}");
        harness.slack.close_modal("UOWEN").await;
        // Slack accepts one message a second.
        harness.pass(SignedDuration::from_secs(2)).await.unwrap();
        let answer = harness.slack.dm("UOWEN").last().unwrap().render();
        assert!(answer.contains("another choice is exactly as good."), "{answer}");
        let again = harness.slack.choose("UOWEN", &Screen::Modal, "edit", "Not this pair").await;
        assert!(again.is_ok(), "{again:?}");
        harness.run_due().await.unwrap();
        let seen = modal(&harness);
        assert!(seen.contains("Left out: ") && !seen.contains("Approve"), "{seen}");
        assert!(harness.slack.click_modal("UOWEN", "look_again").await.is_ok());
        harness.run_due().await.unwrap();

        // The next round is approved in the modal, which then shows that.
        while harness.slack.modals("UOWEN") > 0 {
            harness.slack.close_modal("UOWEN").await;
        }
        harness.slack.open_home("UOWEN").await;
        harness.slack.click_home("UOWEN", "show_round").await;
        assert!(harness.slack.click_modal("UOWEN", "approve_round").await.is_ok());
        harness.run_due().await.unwrap();
        let seen = modal(&harness);
        assert!(seen.contains("approved this round on") && seen.contains("[ Undo ]"), "{seen}");
        introductions_begin(&harness).await;
        assert_eq!(harness.slack.group_dms("USAM").len(), 1);
        assert!(harness.slack.tally().remarks.is_empty(), "{:?}", harness.slack.tally().remarks);
    }
}

both! {
    async fn weeks_in_which_nobody_is_found_are_short(engine: Engine) {
        let harness = set(engine).await;
        harness.slack.add_user(User::new("UNIK", "UNIK").tz("America/New_York"));
        harness.slack.command("UOWEN", "round").await;
        harness.run_due().await.unwrap();
        harness.slack.open_home("UOWEN").await;
        harness.slack.click_home("UOWEN", "approve_round").await;
        harness.pass(SignedDuration::from_hours(24 * 22)).await.unwrap();
        let said = |user: &str, words: &str| {
            let all = harness.slack.dm(user);
            all.iter().filter(|message| message.render().contains(words)).count()
        };
        assert_eq!(said("UOWEN", "No mentee had room."), 1, "in the weekly note, and in a line from then on");
        assert_eq!(said("UOWEN", "found none"), 0);
        assert_eq!(harness.slack.group_dms("USAM").len(), 1);
    }
}

both! {
    /// The ten minutes are a row: whichever process is there, they end, and until then the approval can be undone.
    async fn an_approval_is_undone_and_kept_over_restarts(engine: Engine) {
        let mut harness = set(engine).await;
        harness.slack.command("UOWEN", "round").await;
        harness.run_due().await.unwrap();
        for undone in [true, false] {
            harness.slack.open_home("UOWEN").await;
            assert!(harness.slack.click_home("UOWEN", "approve_round").await.is_ok());
            harness.restart().await.unwrap();
            harness.pass(SignedDuration::from_mins(9)).await.unwrap();
            harness.slack.open_home("UOWEN").await;
            let home = harness.slack.home("UOWEN").unwrap().render();
            assert!(home.contains("A round is approved.") && home.contains("[ Undo ]"), "{home}");
            if undone {
                assert!(harness.slack.click_home("UOWEN", "undo_approval").await.is_ok());
                harness.restart().await.unwrap();
                harness.pass(SignedDuration::from_hours(1)).await.unwrap();
            } else {
                introductions_begin(&harness).await;
            }
            let pairs = number(&harness, "select count(*) from pairs").await;
            assert_eq!(pairs, i64::from(!undone));
            assert_eq!(harness.slack.group_dms("USAM").len(), usize::from(!undone));
        }
        // It is too late now, whatever an old page still shows.
        harness.slack.open_home("UOWEN").await;
        assert!(!harness.slack.home("UOWEN").unwrap().render().contains("[ Undo ]"));
        assert!(harness.slack.tally().remarks.is_empty(), "{:?}", harness.slack.tally().remarks);
    }
}

both! {
    /// Home, the card and the digest's figures tell people without a partner from those who would take another.
    async fn without_a_partner_and_would_take_another_are_two_numbers(engine: Engine) {
        let harness = set(engine).await;
        let team = TeamId::from(crate::twins::team());
        let mut tx = harness.bot.db.write(&team, harness.clock.now()).await.unwrap();
        let three = Profile { mentee_capacity: 3, ..senior() };
        takes_part(&mut tx, "USAM", &three).await;
        tx.commit().await.unwrap();
        harness.slack.command("UOWEN", "round").await;
        harness.run_due().await.unwrap();
        harness.slack.open_home("UOWEN").await;
        harness.slack.click_home("UOWEN", "approve_round").await;
        introductions_begin(&harness).await;
        harness.slack.open_home("UOWEN").await;
        let home = harness.slack.home("UOWEN").unwrap().render();
        assert!(home.contains("*Without a partner* 0"), "{home}");
        assert!(home.contains("*Has one, would take another* 1"), "{home}");
        // Nobody is left without a partner, but one would have taken another.
        harness.slack.command("UOWEN", "round").await;
        harness.run_due().await.unwrap();
        harness.pass(SignedDuration::from_mins(1)).await.unwrap();
        let said = harness.slack.dm("UOWEN").last().unwrap().render();
        let words = "found none this time: one who has a partner would take another.";
        assert!(said.contains(words) && said.contains("*Has one, would take another*"), "{said}");
        assert!(!said.contains("*Without a partner*"), "{said}");
    }
}
