//! One living card for each thing: it is changed where it stands, and only its newest copy has buttons.

use crate::both;
use crate::people::{junior, person, senior, takes_part};
use crate::support::{Engine, harness, introductions_begin};
use crate::twins::Harness;
use jiff::SignedDuration;
use reverse_mentor::domain::ids::TeamId;
use reverse_mentor::store::people;
use slack_sandbox::{Answers, Message, Submitted, User};

const EVERYBODY: [&str; 4] = ["UANA", "UMAX", "UOWEN", "USUE"];
const MINUTE: SignedDuration = SignedDuration::from_mins(1);
/// The buttons of a card, by what the card is about.
const FAMILIES: [&[&str]; 3] = [
    &["Sign", "Edit goals"],
    &[
        "Pick time 1",
        "Pick another time",
        "Pick a time",
        "We'll sort it out",
        "Skip this month",
        "Move it",
        "Google Calendar",
    ],
    &["Approve", "Decline"],
];

/// Max and Ana take part, and a round with the two of them waits for Owen or Sue.
async fn proposed(engine: Engine) -> Harness {
    let program = "time_zone = \"Europe/Berlin\"\nowners = [\"UOWEN\", \"USUE\"]\nround_schedule = \"0 10 1 1 *\"\ndigest_schedule = \"0 10 1 1 *\"";
    let harness = harness(engine, program).await;
    for user in EVERYBODY {
        harness
            .slack
            .add_user(User::new(user, user).tz("Europe/Berlin"));
    }
    harness.run_due().await.unwrap();
    let team = TeamId::from(crate::twins::team());
    let mut tx = harness
        .bot
        .db
        .write(&team, harness.clock.now())
        .await
        .unwrap();
    for user in EVERYBODY {
        people::save(&mut tx, &person(user)).await.unwrap();
    }
    takes_part(&mut tx, "UMAX", &junior()).await;
    takes_part(&mut tx, "UANA", &senior()).await;
    tx.commit().await.unwrap();
    // Everybody is at work: the other owner reads of it at once.
    harness.pass(MINUTE * 120).await.unwrap();
    harness.slack.command("UOWEN", "round").await;
    settle(&harness).await;
    harness
}

async fn settle(harness: &Harness) {
    harness.pass(MINUTE).await.unwrap();
    each_card_lives_once(harness);
}

fn conversations(harness: &Harness) -> Vec<(String, Vec<Message>)> {
    let mut all: Vec<(String, Vec<Message>)> = EVERYBODY
        .iter()
        .map(|user| ((*user).to_owned(), harness.slack.dm(user)))
        .collect();
    for group in harness.slack.group_dms("UANA") {
        all.push((group.channel, group.messages));
    }
    all
}

/// In each conversation, at most one message has buttons of the same card.
fn each_card_lives_once(harness: &Harness) {
    for (place, messages) in conversations(harness) {
        for family in FAMILIES {
            let live: Vec<String> = messages
                .iter()
                .map(Message::render)
                .filter(|seen| {
                    family
                        .iter()
                        .any(|label| seen.contains(&format!("[ {label} ]")))
                })
                .collect();
            assert!(
                live.len() < 2,
                "{place} has {} live cards:\n{}",
                live.len(),
                live.join("\n──\n")
            );
        }
    }
}

/// Presses a button on the newest message that has it, wherever the person sees it.
async fn press(harness: &Harness, user: &str, label: &str) {
    let screen = harness.slack.find_button(user, None, label).unwrap();
    let answer = harness.slack.press(user, &screen, label).await;
    assert!(answer.is_ok(), "{label}: {answer:?}");
}

/// Opens the form for another time, and picks one.
async fn meet_at(harness: &Harness, user: &str, label: &str, date: &str) {
    press(harness, user, label).await;
    let picked = Answers::new().with("date", date).with("time", "10:00");
    assert!(matches!(
        harness.slack.submit(user, &picked).await,
        Submitted::Updated
    ));
    harness.slack.close_modal(user).await;
    settle(harness).await;
}

/// What stands in the group, without the files behind it.
fn group(harness: &Harness) -> Vec<String> {
    let groups = harness.slack.group_dms("UANA");
    let words = groups[0].messages.iter();
    let words = words.filter(|message| message.files.is_empty());
    words.map(Message::render).collect()
}

both! {
    async fn each_thing_has_one_living_card_and_older_ones_become_a_line(engine: Engine) {
        let harness = proposed(engine).await;
        assert_eq!(harness.slack.dm("USUE").len(), 1);
        press(&harness, "UOWEN", "Approve").await;
        settle(&harness).await;
        introductions_begin(&harness).await;
        let seen: Vec<String> = harness.slack.dm("USUE").iter().map(Message::render).collect();
        assert_eq!(seen.len(), 1, "the other owner's own card says it: {seen:?}");
        assert!(seen[0].starts_with("@UOWEN approved this round"), "{}", seen[0]);

        // Times, three plans, a new round of goals, and a signature each.
        press(&harness, "UANA", "Pick time 1").await;
        settle(&harness).await;
        meet_at(&harness, "UMAX", "Move it", "2026-03-11").await;
        meet_at(&harness, "UANA", "Move it", "2026-03-12").await;
        let said = group(&harness);
        let planned: Vec<&String> = said.iter().filter(|text| text.contains("[ Move it ]")).collect();
        assert_eq!(planned.len(), 1);
        assert!(planned[0].contains("Thursday, March 12"), "{}", planned[0]);
        assert_eq!(said.iter().filter(|text| text.contains("The latest about this meeting is further down.")).count(), 3);

        let goals = |text: &str| Answers::new().with("mentee_goal", text).with("mentor_goal", "See how budgets are made");
        for text in ["Try AI tools", "Try AI tools every week"] {
            press(&harness, "UMAX", "Edit goals").await;
            harness.slack.submit("UMAX", &goals(text)).await;
            settle(&harness).await;
        }
        let said = group(&harness);
        assert_eq!(said.iter().filter(|text| text.contains("has changed the goals")).count(), 1, "polished in place");
        press(&harness, "UMAX", "Sign").await;
        settle(&harness).await;
        assert!(group(&harness).iter().any(|text| text.contains("@UMAX has signed, @UANA hasn't yet.")), "{:?}", group(&harness));
        press(&harness, "UANA", "Sign").await;
        settle(&harness).await;
        let said = group(&harness);
        assert!(said.last().unwrap().contains("Your agreement"), "{said:?}");
        assert!(!said.iter().any(|text| text.contains("[ Sign ]")));

        // Whatever still had buttons has none once the pair is over.
        harness.slack.open_home("UANA").await;
        press(&harness, "UANA", "End this pair").await;
        harness.slack.submit("UANA", &Answers::new()).await;
        settle(&harness).await;
        for (place, messages) in conversations(&harness) {
            for seen in messages.iter().map(Message::render) {
                let live = FAMILIES.iter().copied().flatten().any(|label| seen.contains(&format!("[ {label} ]")));
                assert!(!live, "{place}: {seen}");
            }
        }
    }
}

both! {
    /// Ana opens the form; meanwhile Max chooses. She is asked before her time replaces his.
    async fn nobody_saves_over_what_the_partner_just_chose(engine: Engine) {
        let harness = proposed(engine).await;
        press(&harness, "UOWEN", "Approve").await;
        settle(&harness).await;
        introductions_begin(&harness).await;
        press(&harness, "UANA", "Pick another time").await;
        press(&harness, "UMAX", "Pick time 1").await;
        settle(&harness).await;
        let hers = Answers::new().with("date", "2026-03-12").with("time", "10:00");
        harness.slack.submit("UANA", &hers).await;
        settle(&harness).await;
        let asked = harness.slack.modal("UANA").unwrap().render();
        assert!(asked.contains("A time was just chosen: tomorrow at 12:00 PM"), "{asked}");
        assert!(!group(&harness).join("\n").contains("March 12"), "his choice stands");
        // What she typed is still there, so saving again is enough.
        harness.slack.submit("UANA", &hers).await;
        settle(&harness).await;
        assert!(group(&harness).last().unwrap().starts_with("*Moved:* Thursday, March 12th"), "{:?}", group(&harness).last());
    }
}

both! {
    /// The card of a plan whose time has passed can't be used to move it, and tells nobody what either of them answers.
    async fn a_plan_that_has_passed_says_so(engine: Engine) {
        let harness = proposed(engine).await;
        press(&harness, "UOWEN", "Approve").await;
        settle(&harness).await;
        introductions_begin(&harness).await;
        press(&harness, "UANA", "Pick time 1").await;
        settle(&harness).await;
        // It is tomorrow at noon.
        harness.pass(MINUTE * 60 * 30).await.unwrap();
        let passed = |said: &[String]| said.iter().find(|text| text.contains("your meeting was planned for")).cloned();
        let said = group(&harness);
        assert!(!said.iter().any(|text| text.contains("[ Move it ]")), "{said:?}");
        let card = passed(&said).unwrap();
        assert!(card.contains("[ Pick another time ]") && !card.contains("[ Skip this month ]"), "{card}");
        for (user, answer) in [("UANA", "Yes, we met"), ("UMAX", "It moved")] {
            press(&harness, user, answer).await;
            settle(&harness).await;
            assert_eq!(passed(&group(&harness)).as_ref(), Some(&card), "{user} said so in private");
        }
        meet_at(&harness, "UMAX", "Pick another time", "2026-03-18").await;
        let said = group(&harness);
        assert!(said.last().unwrap().contains("[ Move it ]"), "{said:?}");
        assert_eq!(passed(&said), None, "{said:?}");
    }
}

both! {
    /// Four weeks without a decision: the round is over, and nothing can be approved any more.
    async fn a_round_that_nobody_decided_has_no_buttons_left(engine: Engine) {
        let harness = proposed(engine).await;
        for _ in 0..30 {
            harness.pass(MINUTE * 60 * 24).await.unwrap();
        }
        settle(&harness).await;
        for owner in ["UOWEN", "USUE"] {
            let seen: Vec<String> = harness.slack.dm(owner).iter().map(Message::render).collect();
            let live = seen.iter().find(|text| text.contains("[ Approve ]") || text.contains("[ Decline ]"));
            assert_eq!(live, None, "{owner}: {seen:?}");
        }
    }
}
