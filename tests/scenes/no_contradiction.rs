//! What one person reads in one place agrees with every other place, also weeks later.

use crate::both;
use crate::people::{junior, senior, takes_part};
use crate::support::{Engine, harness, introductions_begin};
use crate::twins::Harness;
use jiff::SignedDuration;
use reverse_mentor::domain::ids::TeamId;
use slack_sandbox::{Answers, Message, Screen, User};

const OWEN: &str = "UOWEN";
const DAY: SignedDuration = SignedDuration::from_hours(24);
const PROGRAM: &str = "owners = [\"UOWEN\"]\ntime_zone = \"UTC\"\nsupport_contact = \"UHR\"\n\
                       round_schedule = \"0 10 1 1 *\"\ndigest_schedule = \"0 10 1 1 *\"";

/// Mia, who mentors, and Sam and Sue, who learn.
async fn set(engine: Engine) -> Harness {
    let harness = harness(engine, PROGRAM).await;
    for user in [OWEN, "UHR"] {
        harness.slack.add_user(User::new(user, user));
    }
    harness.pass(SignedDuration::from_hours(3)).await.unwrap();
    let (team, now) = (TeamId::from(crate::twins::team()), harness.clock.now());
    let mut tx = harness.bot.db.write(&team, now).await.unwrap();
    for (user, profile) in [("UMIA", junior()), ("USAM", senior()), ("USUE", senior())] {
        harness.slack.add_user(User::new(user, user));
        takes_part(&mut tx, user, &profile).await;
    }
    tx.commit().await.unwrap();
    harness
}

/// Mia mentors one of the two; the name of that one.
async fn paired(harness: &Harness) -> &'static str {
    harness.slack.command(OWEN, "round").await;
    harness.pass(SignedDuration::from_secs(40)).await.unwrap();
    let card = harness.slack.dm(OWEN).pop().unwrap();
    let screen = Screen::from(&card.reference());
    let approved = harness.slack.press(OWEN, &screen, "approve_round").await;
    assert!(approved.is_ok(), "{approved:?}");
    introductions_begin(harness).await;
    harness.pass(DAY).await.unwrap();
    let with_sam = !harness.slack.group_dms("USAM").is_empty();
    if with_sam { "USAM" } else { "USUE" }
}

async fn home(harness: &Harness, user: &str) -> String {
    harness.slack.open_home(user).await;
    harness.slack.home(user).unwrap().render()
}

/// All that somebody has read.
fn read(harness: &Harness, user: &str) -> String {
    let groups = harness.slack.group_dms(user);
    let groups = groups.into_iter().flat_map(|group| group.messages);
    let all = harness.slack.dm(user).into_iter().chain(groups);
    let all: Vec<String> = all.map(|message: Message| message.render()).collect();
    all.join("\n")
}

async fn program_rests(harness: &Harness, days: i32) -> String {
    let until = harness.clock.now() + DAY * days;
    harness.slack.open_home(OWEN).await;
    let opened = harness.slack.click_home(OWEN, "open_program_break").await;
    assert!(opened.modal, "{opened:?}");
    let date = until.strftime("%F").to_string();
    harness
        .slack
        .submit(OWEN, &Answers::from([("date", date.as_str())]))
        .await;
    harness.slack.close_modal(OWEN).await;
    harness.pass(DAY).await.unwrap();
    until.strftime("%A, %B %-d").to_string()
}

fn no_remarks(harness: &Harness) {
    let remarks = harness.slack.tally().remarks;
    assert!(remarks.is_empty(), "{remarks:?}");
}

both! {
    async fn the_programs_break_is_the_same_everywhere(engine: Engine) {
        let harness = set(engine).await;
        let senior = paired(&harness).await;
        let day = program_rests(&harness, 30).await;
        let shown = home(&harness, senior).await;
        assert!(shown.contains(&format!("the whole program is, until {day}")), "{shown}");
        assert!(!shown.contains("[ Pick a time ]"), "{shown}");
        let told = read(&harness, senior);
        assert!(told.contains(&format!("takes a break until {day}")), "{told}");
        assert!(!told.contains("[ Pick time 1 ]"), "{told}");

        let later = program_rests(&harness, 45).await;
        let told = read(&harness, "UMIA");
        assert!(told.contains(&format!("takes a break until {later}")), "{told}");
        let shown = home(&harness, "UMIA").await;
        assert!(shown.contains(&later) && !shown.contains(&day), "{shown}");

        // Their own break outlasts the program's, and the partner hears so.
        harness.slack.command("UMIA", "pause 12 weeks").await;
        harness.pass(DAY * 50).await.unwrap();
        let told = read(&harness, senior);
        assert!(told.contains("UMIA is taking a break from the program, so your months continue when it's over"), "{told}");
        no_remarks(&harness);
    }
}

both! {
    /// They were promised a word, and get the same after a no and after a silence, however long they were away.
    async fn an_inviter_who_was_away_for_long_hears(engine: Engine) {
        let harness = set(engine).await;
        harness.slack.command("USAM", "invite <@USUE>").await;
        harness.pass(DAY).await.unwrap();
        harness.slack.command("USAM", "pause 6 weeks").await;
        harness.pass(DAY * 50).await.unwrap();
        let told = read(&harness, "USAM");
        assert_eq!(told.matches("didn't work out this time").count(), 1, "{told}");
        harness.pass(DAY * 3).await.unwrap();
        assert_eq!(crate::support::number(&harness, "select count(*) from invitations").await, 0, "and then it is erased");
        no_remarks(&harness);
    }
}

both! {
    async fn what_people_type_does_not_lead_to_its_opposite(engine: Engine) {
        let harness = set(engine).await;
        paired(&harness).await;
        harness.slack.say("UMIA", "My mentee is harassing me").await;
        harness.pass(SignedDuration::from_secs(5)).await.unwrap();
        let told = read(&harness, "UMIA");
        assert!(told.contains("You can write to @UHR") && told.contains("[ Write to them ]"), "{told}");
        harness.slack.command("UMIA", "pause 2 weeks").await;
        harness.slack.say("UMIA", "I'm back on Monday").await;
        harness.pass(SignedDuration::from_secs(5)).await.unwrap();
        let told = read(&harness, "UMIA");
        assert!(told.contains("You're on a break until Monday, March 9") && !told.contains("Welcome back"), "{told}");
        no_remarks(&harness);
    }
}
