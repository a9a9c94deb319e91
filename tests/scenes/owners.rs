//! An owner looks a round over from the App Home: the modal has all the buttons, and answers in place.

use crate::both;
use crate::support::{Engine, stage};
use jiff::SignedDuration;
use reverse_mentor::domain::ids::TeamId;
use reverse_mentor::domain::participant::{PersonInSlack, Profile, Role};
use reverse_mentor::rehearse::stage::Stage;
use reverse_mentor::store::{participants, people};
use slack_sandbox::{Screen, User};

async fn set(engine: Engine) -> Stage {
    let stage = stage(engine, "owners = [\"UOWEN\"]").await;
    stage.slack.add_user(User::new("UOWEN", "Owen"));
    stage.run_due().await.unwrap();
    let team = TeamId::from("T0SANDBOX");
    let mut tx = stage.bot.db.write(&team, stage.clock.now()).await.unwrap();
    for (user, role, stage_of, share, learn) in [
        ("UMIA", Role::Mentor, "Early career", "AI tools", "Strategy"),
        ("UNIK", Role::Mentor, "Early career", "AI tools", "Strategy"),
        ("USAM", Role::Mentee, "Director", "Strategy", "AI tools"),
    ] {
        stage.slack.add_user(User::new(user, user));
        let person = PersonInSlack {
            user: user.into(),
            zone: Some("UTC".into()),
            full_member: true,
            deleted: false,
            admin: false,
            updated: None,
        };
        people::save(&mut tx, &person).await.unwrap();
        let profile = Profile {
            role,
            stage: stage_of.into(),
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
        };
        participants::save(&mut tx, &user.into(), &profile, None, true)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    stage
}

fn modal(stage: &Stage) -> String {
    stage.slack.modal("UOWEN").unwrap().render()
}

both! {
    async fn a_round_is_looked_over_from_home(engine: Engine) {
        let stage = set(engine).await;
        stage.slack.command("UOWEN", "round").await;
        stage.run_due().await.unwrap();
        stage.slack.open_home("UOWEN").await;
        assert!(stage.slack.click_home("UOWEN", "show_round").await.is_ok());
        let seen = modal(&stage);
        assert!(seen.contains("would mentor @USAM") && seen.contains("Approve"), "{seen}");

        // What if not? The answer comes to the owner alone.
        let asked = stage.slack.choose("UOWEN", &Screen::Modal, "edit", "What if not this pair?").await;
        assert!(asked.is_ok(), "{asked:?}");
        stage.run_due().await.unwrap();
        let seen = modal(&stage);
        assert!(seen.contains("I am working out what would change"), "{seen}");
        stage.slack.close_modal("UOWEN").await;
        // One message a second.
        stage.pass(SignedDuration::from_secs(2)).await.unwrap();
        let answer = stage.slack.dm("UOWEN").last().unwrap().render();
        assert!(answer.contains("another choice is exactly as good."), "{answer}");
        let again = stage.slack.choose("UOWEN", &Screen::Modal, "edit", "Not this pair").await;
        assert!(again.is_ok(), "{again:?}");
        stage.run_due().await.unwrap();
        let seen = modal(&stage);
        assert!(seen.contains("Left out: ") && !seen.contains("Approve"), "{seen}");
        assert!(stage.slack.click_modal("UOWEN", "look_again").await.is_ok());
        stage.run_due().await.unwrap();

        // The next round is approved in the modal, which then says so.
        while stage.slack.modals("UOWEN") > 0 {
            stage.slack.close_modal("UOWEN").await;
        }
        stage.slack.open_home("UOWEN").await;
        stage.slack.click_home("UOWEN", "show_round").await;
        assert!(stage.slack.click_modal("UOWEN", "approve_round").await.is_ok());
        stage.run_due().await.unwrap();
        let seen = modal(&stage);
        assert!(seen.contains("approved this round on"), "{seen}");
        assert_eq!(stage.slack.group_dms("USAM").len(), 1);
        assert!(stage.slack.tally().remarks.is_empty(), "{:?}", stage.slack.tally().remarks);
    }
}

both! {
    async fn weeks_in_which_nobody_is_found_are_short(engine: Engine) {
        let stage = set(engine).await;
        stage.slack.add_user(User::new("UNIK", "UNIK").tz("America/New_York"));
        stage.slack.command("UOWEN", "round").await;
        stage.run_due().await.unwrap();
        stage.slack.open_home("UOWEN").await;
        stage.slack.click_home("UOWEN", "approve_round").await;
        stage.pass(SignedDuration::from_hours(24 * 22)).await.unwrap();
        let said = |user: &str, words: &str| {
            let all = stage.slack.dm(user);
            all.iter().filter(|message| message.render().contains(words)).count()
        };
        assert_eq!(said("UOWEN", "No mentee had room."), 1);
        assert_eq!(said("UOWEN", "Nothing has changed since Monday, March 2"), 3);
        assert_eq!(stage.slack.group_dms("USAM").len(), 1);
    }
}
