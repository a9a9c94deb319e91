//! Owners look after a running program: pairs, people, the whole program's break, and cohorts.

use crate::both;
use crate::people::{junior, senior, takes_part};
use crate::support::{Engine, harness};
use crate::twins::Harness;
use jiff::SignedDuration;
use reverse_mentor::domain::ids::{RoundId, TeamId};
use reverse_mentor::store::{pairs, participants};
use slack_sandbox::{Answers, Screen, Submitted, User};

const OWEN: &str = "UOWEN";
const DAY: SignedDuration = SignedDuration::from_hours(24);
const PROGRAM: &str = "owners = [\"UOWEN\"]\nsupport_contact = \"USUE\"\nround_schedule = \"0 10 1 1 *\"\n\
                       digest_schedule = \"0 10 1 1 *\"";

/// Max mentors Ana, as an introduction of an earlier release left them; Ed and Bea look for a partner.
async fn set(engine: Engine) -> Harness {
    set_with(engine, PROGRAM).await
}

async fn set_with(engine: Engine, program: &str) -> Harness {
    let harness = harness(engine, program).await;
    for user in [OWEN, "USUE"] {
        harness.slack.add_user(User::new(user, user));
    }
    harness.run_due().await.unwrap();
    let team = TeamId::from(crate::twins::team());
    let now = harness.clock.now();
    let mut tx = harness.bot.db.write(&team, now).await.unwrap();
    for (user, profile) in [
        ("UMAX", junior()),
        ("UANA", senior()),
        ("UED", junior()),
        ("UBEA", senior()),
    ] {
        harness.slack.add_user(User::new(user, user));
        takes_part(&mut tx, user, &profile).await;
    }
    let two = (&"UMAX".into(), &"UANA".into());
    pairs::create(&mut tx, RoundId(1), two, &[], 6)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    harness
}

fn modal(harness: &Harness) -> String {
    harness.slack.modal(OWEN).unwrap().render()
}

/// What somebody has read in private.
fn read(harness: &Harness, user: &str) -> String {
    let all: Vec<String> = harness
        .slack
        .dm(user)
        .iter()
        .map(slack_sandbox::Message::render)
        .collect();
    all.join("\n")
}

async fn chooses(harness: &Harness, choice: &str) {
    let chosen = harness
        .slack
        .choose(OWEN, &Screen::Modal, "care", choice)
        .await;
    assert!(chosen.is_ok(), "{choice}: {chosen:?}");
}

async fn submits(harness: &Harness, answers: Answers) -> Submitted {
    harness.slack.submit(OWEN, &answers).await
}

fn no_remarks(harness: &Harness) {
    let remarks = harness.slack.tally().remarks;
    assert!(remarks.is_empty(), "{remarks:?}");
}

both! {
    async fn an_owner_asks_hands_over_and_ends(engine: Engine) {
        let harness = set(engine).await;
        harness.slack.command(OWEN, "pairs").await;
        let list = modal(&harness);
        assert!(list.contains("@UMAX → @UANA · just introduced"), "{list}");
        chooses(&harness, "Ask both how it goes").await;
        assert!(modal(&harness).contains("How is it going, you and @UANA?"), "{}", modal(&harness));
        submits(&harness, Answers::new()).await;
        harness.slack.close_modal(OWEN).await;
        harness.pass(DAY * 2).await.unwrap();
        for user in ["UMAX", "UANA"] {
            let asked = read(&harness, user);
            assert!(asked.contains("How is it going, you and"), "{user}: {asked}");
        }

        harness.slack.command(OWEN, "pairs").await;
        chooses(&harness, "Hand to the support contact").await;
        submits(&harness, Answers::from([("words", "A fresh start may help.")])).await;
        harness.slack.close_modal(OWEN).await;
        harness.pass(SignedDuration::from_secs(2)).await.unwrap();
        let handed = read(&harness, "USUE");
        assert!(handed.contains("look after the pair of @UMAX and @UANA") && handed.contains("A fresh start may help."), "{handed}");

        harness.slack.command(OWEN, "pairs").await;
        chooses(&harness, "End the pair kindly").await;
        assert!(modal(&harness).contains("no reasons are given"), "{}", modal(&harness));
        submits(&harness, Answers::new()).await;
        harness.slack.close_modal(OWEN).await;
        harness.pass(DAY * 2).await.unwrap();
        for user in ["UMAX", "UANA"] {
            let told = read(&harness, user);
            assert!(told.contains("has come to an end"), "{user}: {told}");
            assert!(!told.contains("Owen") && !told.contains("@UOWEN"), "{user}: {told}");
        }
        harness.slack.command(OWEN, "pairs").await;
        assert!(modal(&harness).contains("There are no pairs here"), "{}", modal(&harness));
        harness.slack.close_modal(OWEN).await;

        // Max had room for two all along: he reads that he is in line, and is one of those who look for a partner.
        let told = read(&harness, "UMAX");
        assert!(told.contains("you're in line, and there's nothing you need to do"), "{told}");
        harness.slack.command(OWEN, "people").await;
        assert!(modal(&harness).contains("@UMAX"), "{}", modal(&harness));
        no_remarks(&harness);
    }
}

both! {
    /// Whoever ended it, and why: that is nobody's business.
    async fn owners_hear_on_monday_that_a_pair_has_ended(engine: Engine) {
        let harness = set_with(engine, "owners = [\"UOWEN\"]\nround_schedule = \"0 10 1 1 *\"").await;
        harness.slack.open_home("UANA").await;
        assert!(harness.slack.click_home("UANA", "End this pair").await.is_ok());
        harness.slack.submit("UANA", &Answers::new()).await;
        harness.slack.close_modal("UANA").await;
        harness.pass(DAY).await.unwrap();
        let told = read(&harness, OWEN);
        assert!(told.contains("*Pairs that have ended*") && told.contains("• @UMAX and @UANA"), "{told}");
        assert!(told.contains("[ All pairs ]"), "{told}");
        no_remarks(&harness);
    }
}

both! {
    async fn two_who_look_for_a_partner_are_paired_by_hand(engine: Engine) {
        let harness = set(engine).await;
        harness.slack.command(OWEN, "people").await;
        let list = modal(&harness);
        assert!(list.contains("Without a partner: *2*"), "{list}");
        assert!(harness.slack.click_modal(OWEN, "open_make_pair").await.is_ok());
        let no = submits(&harness, Answers::from([("mentor", "UBEA"), ("mentee", "UED")])).await;
        assert!(matches!(no, Submitted::Errors(_)), "{no:?}");
        let looked = submits(&harness, Answers::from([("mentor", "UED"), ("mentee", "UBEA")])).await;
        assert_eq!(looked, Submitted::Updated);
        assert!(modal(&harness).contains("*@UED → @UBEA*"), "{}", modal(&harness));
        submits(&harness, Answers::new()).await;
        assert!(modal(&harness).contains("[ Undo ]"), "{}", modal(&harness));
        harness.pass(SignedDuration::from_secs(5)).await.unwrap();
        assert_eq!(harness.slack.group_dms("UED").len(), 0, "it can be undone");
        harness.pass(DAY).await.unwrap();
        assert_eq!(harness.slack.group_dms("UED").len(), 1);
        no_remarks(&harness);
    }
}

both! {
    async fn the_whole_program_pauses_and_goes_on_by_itself(engine: Engine) {
        let harness = set(engine).await;
        harness.slack.open_home(OWEN).await;
        assert!(harness.slack.click_home(OWEN, "open_program_break").await.is_ok());
        let past = submits(&harness, Answers::from([("date", "2020-01-01")])).await;
        assert!(matches!(past, Submitted::Errors(_)), "{past:?}");
        let until = (harness.clock.now() + DAY * 40).strftime("%F").to_string();
        submits(&harness, Answers::from([("date", until.as_str())])).await;
        harness.slack.close_modal(OWEN).await;
        harness.pass(DAY).await.unwrap();
        let messages = || harness.slack.tally().messages;
        let before = messages();
        harness.pass(DAY * 38).await.unwrap();
        assert_eq!(messages(), before, "nobody hears a word");
        harness.pass(DAY * 4).await.unwrap();
        assert_ne!(messages(), before, "it goes on");
        no_remarks(&harness);
    }
}

both! {
    /// Its owner has seen it before anybody else, and its button opens the form for whoever presses it.
    async fn people_join_from_an_announcement(engine: Engine) {
        let harness = set(engine).await;
        for (channel, member) in [("C0ALL", true), ("C0AWAY", false)] {
            harness.slack.add_channel(channel, channel, member);
        }
        harness.slack.add_user(User::new("UNEW", "Nell"));
        let announces = |channel: &'static str| Answers::from([("channel", channel), ("words", "I'm in. Are you?")]);
        harness.slack.open_home(OWEN).await;
        assert!(harness.slack.click_home(OWEN, "open_announce").await.is_ok());
        assert_eq!(submits(&harness, announces("C0ALL")).await, Submitted::Updated);
        assert!(modal(&harness).contains("will read this"), "{}", modal(&harness));
        assert!(harness.slack.channel("C0ALL").is_empty());
        submits(&harness, announces("C0ALL")).await;
        harness.slack.close_modal(OWEN).await;
        harness.pass(SignedDuration::from_secs(5)).await.unwrap();
        let posted = harness.slack.channel("C0ALL").pop().unwrap();
        assert!(posted.render().contains("> I'm in. Are you?"), "{}", posted.render());
        harness.slack.click("UNEW", &posted.reference(), "join_from_channel").await;
        assert!(harness.slack.modal("UNEW").unwrap().render().contains("Join"));
        harness.slack.click("UED", &posted.reference(), "join_from_channel").await;
        assert!(harness.slack.modal("UED").is_none());

        harness.slack.open_home(OWEN).await;
        harness.slack.click_home(OWEN, "open_announce").await;
        for _ in 0..2 {
            submits(&harness, announces("C0AWAY")).await;
        }
        harness.slack.close_modal(OWEN).await;
        harness.pass(DAY).await.unwrap();
        let told = read(&harness, OWEN);
        assert!(told.contains("C0AWAY"), "what did not reach a channel is told: {told}");
        let home = harness.slack.home(OWEN).unwrap().render();
        assert!(home.contains("couldn't be delivered"), "their Home says so without being opened again: {home}");
        no_remarks(&harness);
    }
}

both! {
    /// All four read who their new partner is, and that it's nobody's fault.
    async fn two_pairs_swap_their_mentors(engine: Engine) {
        let harness = set(engine).await;
        let team = TeamId::from(crate::twins::team());
        let mut tx = harness.bot.db.write(&team, harness.clock.now()).await.unwrap();
        pairs::create(&mut tx, RoundId(1), (&"UED".into(), &"UBEA".into()), &[], 6).await.unwrap();
        tx.commit().await.unwrap();
        harness.slack.command(OWEN, "pairs").await;
        chooses(&harness, "Swap with another pair").await;
        let (with, new) = if modal(&harness).contains("@UMAX") { ("UBEA", "UMAX") } else { ("UANA", "UED") };
        assert_eq!(submits(&harness, Answers::from([("with", with)])).await, Submitted::Updated);
        assert!(modal(&harness).contains(&format!("*@{new} → @{with}*")), "{}", modal(&harness));
        submits(&harness, Answers::new()).await;
        harness.slack.close_modal(OWEN).await;
        harness.pass(DAY).await.unwrap();
        for (user, new) in [("UMAX", "@UBEA"), ("UBEA", "@UMAX"), ("UED", "@UANA"), ("UANA", "@UED")] {
            let told = read(&harness, user);
            assert!(told.contains("it's nobody's fault") || told.contains("It's nobody's fault"), "{user}: {told}");
            assert!(told.contains(new) && !told.contains("@UOWEN"), "{user}: {told}");
            let now = harness.slack.group_dms(user);
            assert!(now.iter().any(|group| group.members.contains(&new[1..].to_owned())), "{user}");
        }
        no_remarks(&harness);
    }
}

both! {
    /// Each pair reads that its time is over, each partner chooses what comes next, and those who look for nobody are asked once.
    async fn a_cohort_ends_with_a_closing_for_every_pair_and_the_next_begins(engine: Engine) {
        let harness = set(engine).await;
        let team = TeamId::from(crate::twins::team());
        let mut tx = harness.bot.db.write(&team, harness.clock.now()).await.unwrap();
        for user in ["UMAX", "UANA"] {
            // As an introduction leaves those who have a partner.
            participants::set_waiting(&mut tx, &user.into(), None).await.unwrap();
        }
        tx.commit().await.unwrap();
        harness.slack.command(OWEN, "pairs").await;
        assert!(harness.slack.click_modal(OWEN, "End this cohort").await.is_ok());
        assert!(modal(&harness).contains("reads this in its group DM"), "{}", modal(&harness));
        submits(&harness, Answers::new()).await;
        harness.slack.close_modal(OWEN).await;
        harness.pass(DAY * 3).await.unwrap();
        for user in ["UMAX", "UANA"] {
            let told = read(&harness, user);
            assert!(told.contains("look back and choose what comes next"), "{user}: {told}");
        }
        // Nobody answers: after two weeks, the pair is completed with thanks, and nobody looks for anyone.
        harness.pass(DAY * 20).await.unwrap();
        assert_eq!(crate::support::number(&harness, "select count(*) from pairs where state = 'closed'").await, 1);
        harness.slack.command(OWEN, "people").await;
        assert!(harness.slack.click_modal(OWEN, "Start the next cohort").await.is_ok());
        assert!(modal(&harness).contains("Each is asked privately, once"), "{}", modal(&harness));
        submits(&harness, Answers::new()).await;
        harness.slack.close_modal(OWEN).await;
        harness.pass(DAY * 4).await.unwrap();
        for user in ["UMAX", "UANA"] {
            let told = read(&harness, user);
            assert_eq!(told.matches("Would you like to be in it?").count(), 1, "{user}: {told}");
        }
        assert!(!read(&harness, "UED").contains("Would you like to be in it?"), "Ed looks for a partner already");
        no_remarks(&harness);
    }
}

both! {
    /// Nothing but the note, in the owner's own messages, to be passed on.
    async fn an_owner_gets_a_note_for_a_sponsor(engine: Engine) {
        let harness = set(engine).await;
        harness.slack.open_home(OWEN).await;
        assert!(harness.slack.click_home(OWEN, "A note for a sponsor").await.is_ok());
        assert!(modal(&harness).contains("I'm taking part in Reverse mentoring"), "{}", modal(&harness));
        let rings = submits(&harness, Answers::from([("words", "Come along, @channel!")])).await;
        assert!(matches!(rings, Submitted::Errors(_)), "{rings:?}");
        submits(&harness, Answers::from([("words", "I learn more in that hour than in a week.")])).await;
        harness.slack.close_modal(OWEN).await;
        harness.pass(SignedDuration::from_secs(5)).await.unwrap();
        let note = harness.slack.dm(OWEN).pop().unwrap().render();
        assert_eq!(note, "I learn more in that hour than in a week.");
        no_remarks(&harness);
    }
}
