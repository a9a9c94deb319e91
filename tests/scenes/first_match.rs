//! The enrollment window: people join until a day, and are matched on a day of its own.

use crate::both;
use crate::people::{junior, senior, takes_part};
use crate::support::{Engine, harness, introductions_begin, number};
use crate::twins::Harness;
use jiff::SignedDuration;
use reverse_mentor::domain::ids::TeamId;
use slack_sandbox::{Answers, Message, Screen, Submitted, User};

const OWEN: &str = "UOWEN";
const OLA: &str = "UOLA";
const DAY: SignedDuration = SignedDuration::from_hours(24);
const PROGRAM: &str = "owners = [\"UOWEN\", \"UOLA\"]\neditable = true\ntime_zone = \"UTC\"\nminimum_group = 2\n\
                       join_until = \"2026-03-13\"\nfirst_match = \"2026-03-16\"\nleast_people = 3\n\
                       round_schedule = \"0 10 * * Mon\"\ndigest_schedule = \"0 10 1 1 *\"";

/// It is Monday, March 2, at eight. Mia and Sam have joined, and the first match wants three.
async fn set(engine: Engine) -> Harness {
    let harness = harness(engine, PROGRAM).await;
    for user in [OWEN, OLA, "UNEW"] {
        harness.slack.add_user(User::new(user, user));
    }
    harness.run_due().await.unwrap();
    joins(&harness, &[("UMIA", true), ("USAM", false)]).await;
    harness
}

/// Mentors and mentees join.
async fn joins(harness: &Harness, people: &[(&str, bool)]) {
    let team = TeamId::from(crate::twins::team());
    let now = harness.clock.now();
    let mut tx = harness.bot.db.write(&team, now).await.unwrap();
    for (user, mentors) in people {
        harness.slack.add_user(User::new(user, user));
        let profile = if *mentors { junior() } else { senior() };
        takes_part(&mut tx, user, &profile).await;
    }
    tx.commit().await.unwrap();
}

async fn until(harness: &Harness, moment: &str) {
    harness.pass_until(moment.parse().unwrap()).await.unwrap();
}

fn read(harness: &Harness, user: &str) -> Vec<String> {
    harness.slack.dm(user).iter().map(Message::render).collect()
}

/// The newest message that somebody has in private.
fn last(harness: &Harness, user: &str) -> String {
    read(harness, user).pop().unwrap_or_default()
}

async fn press(harness: &Harness, user: &str, button: &str) {
    let screen = harness.slack.find_button(user, None, button).unwrap();
    let pressed = harness.slack.press(user, &screen, button).await;
    assert!(pressed.is_ok(), "{button}: {pressed:?}");
    harness.pass(SignedDuration::from_secs(5)).await.unwrap();
}

async fn rounds(harness: &Harness) -> i64 {
    number(
        harness,
        "select count(*) from rounds where state <> 'wanted'",
    )
    .await
}

async fn pairs(harness: &Harness) -> i64 {
    number(harness, "select count(*) from pairs").await
}

fn no_remarks(harness: &Harness) {
    let remarks = harness.slack.tally().remarks;
    assert!(remarks.is_empty(), "{remarks:?}");
}

both! {
    async fn too_few_at_its_end_is_asked_moved_and_then_enough(engine: Engine) {
        let mut harness = set(engine).await;
        harness.slack.command("UNEW", "join").await;
        let form = harness.slack.modal("UNEW").unwrap().render();
        let says = "Join until Friday, March 13. The first match is on Monday, March 16.";
        assert!(form.contains(says), "{form}");
        harness.slack.close_modal("UNEW").await;
        until(&harness, "2026-03-16T09:59:00Z").await;
        assert_eq!((rounds(&harness).await, last(&harness, OWEN)), (0, String::new()));

        // Both owners are asked on the day; one answers, and the other's card says so.
        until(&harness, "2026-03-16T10:05:00Z").await;
        for owner in [OWEN, OLA] {
            let asked = last(&harness, owner);
            assert!(asked.contains("2 of at least 3 people have joined") && asked.contains("[ One more week ]"), "{owner}: {asked}");
        }
        assert_eq!(rounds(&harness).await, 0);
        harness.restart().await.unwrap();
        press(&harness, OWEN, "One more week").await;
        for owner in [OWEN, OLA] {
            let all = read(&harness, owner);
            assert!(all.iter().any(|one| one.starts_with("The first match is on Monday, March 23.")), "{owner}: {all:?}");
            assert!(!all.join("\n").contains("[ One more week ]"), "{owner}: {all:?}");
        }
        harness.pass(DAY).await.unwrap();
        for user in ["UMIA", "USAM"] {
            let told = last(&harness, user);
            assert!(told.starts_with("The first match is now on Monday, March 23."), "{user}: {told}");
        }

        // A third one joins in time.
        joins(&harness, &[("UNIK", true)]).await;
        until(&harness, "2026-03-23T10:05:00Z").await;
        assert_eq!(rounds(&harness).await, 1);
        press(&harness, OLA, "Approve").await;
        introductions_begin(&harness).await;
        assert_eq!(pairs(&harness).await, 1);
        assert_eq!(harness.slack.group_dms("USAM").len(), 1);
        no_remarks(&harness);
    }
}

both! {
    /// Nobody answers and nobody else joins: after three weeks, whoever is there is matched.
    async fn silence_moves_it_three_times_at_most(engine: Engine) {
        let harness = set(engine).await;
        until(&harness, "2026-04-06T09:59:00Z").await;
        assert_eq!(rounds(&harness).await, 0);
        let told: Vec<String> = read(&harness, "UMIA");
        // No earlier question still names an earlier day.
        for owner in [OWEN, OLA] {
            let asked = read(&harness, owner);
            assert!(!asked.iter().any(|one| one.starts_with("The first match is on Monday, March 23")), "{asked:?}");
        }
        let days: Vec<&str> = told.iter().filter_map(|one| one.split("is now on ").nth(1)).filter_map(|one| one.split('.').next()).collect();
        assert_eq!(days, ["Monday, March 23", "Monday, March 30", "Monday, April 6"], "{told:?}");
        until(&harness, "2026-04-06T10:05:00Z").await;
        assert_eq!(rounds(&harness).await, 1);
        no_remarks(&harness);
    }
}

both! {
    alone "two owners press at once, and either may be faster";
    /// An owner moves the day in the settings, and then has it at once. The other one presses in the same moment.
    async fn it_is_moved_in_the_settings_and_then_closed_early(engine: Engine) {
        let harness = set(engine).await;
        until(&harness, "2026-03-02T10:00:00Z").await;
        harness.slack.command(OWEN, "round").await;
        press(&harness, OWEN, "Change the days").await;
        let later = Answers::from([("join_until", "2026-03-27"), ("first_match", "2026-03-30")]);
        assert_eq!(harness.slack.submit(OWEN, &later).await, Submitted::Updated);
        let means = harness.slack.modal(OWEN).unwrap().render();
        let words = "*First match:* nobody is matched before Monday, March 30. I'll tell 2 people who wait for a partner.";
        assert!(means.contains(words), "{means}");
        assert_eq!(harness.slack.submit(OWEN, &Answers::new()).await, Submitted::Updated);
        let saved = harness.slack.modal(OWEN).unwrap().render();
        assert!(saved.contains("The first match: Monday, March 30. The next rounds after it: Monday, April 6"), "{saved}");
        while harness.slack.modals(OWEN) > 0 {
            harness.slack.close_modal(OWEN).await;
        }
        harness.pass(DAY).await.unwrap();
        let told = last(&harness, "UMIA");
        assert_eq!(told, "The first match is now on Monday, March 30. You're in, and there's nothing to do.");
        let told = last(&harness, OLA);
        for line in ["Last day to join: March 27, 2026, until now March 13, 2026", "First match: March 30, 2026, until now March 16, 2026"] {
            assert!(told.contains(line), "{told}");
        }

        for owner in [OWEN, OLA] {
            harness.slack.command(owner, "round").await;
        }
        let screens = [OWEN, OLA].map(|owner| harness.slack.find_button(owner, None, "Match them now").unwrap());
        let (one, two) = tokio::join!(
            harness.slack.press(OWEN, &screens[0], "Match them now"),
            harness.slack.press(OLA, &screens[1], "Match them now"),
        );
        assert!(one.is_ok() && two.is_ok(), "{one:?} {two:?}");
        harness.pass(SignedDuration::from_mins(2)).await.unwrap();
        assert_eq!(rounds(&harness).await, 1, "one of them was faster");
        press(&harness, OWEN, "Approve").await;
        introductions_begin(&harness).await;
        assert_eq!(pairs(&harness).await, 1);
        // From now on, rounds follow their schedule.
        until(&harness, "2026-03-30T11:00:00Z").await;
        assert!(!last(&harness, OWEN).contains("first match"));
        no_remarks(&harness);
    }
}

both! {
    /// A colleague says yes before the first match: the two are a pair from then on, also when its day moves.
    async fn an_invitation_accepted_meanwhile_waits_for_the_day(engine: Engine) {
        let mut harness = set(engine).await;
        until(&harness, "2026-03-02T10:00:00Z").await;
        harness.slack.command("USAM", "invite <@UMIA>").await;
        harness.pass(SignedDuration::from_secs(5)).await.unwrap();
        let card = harness.slack.dm("UMIA").pop().unwrap();
        let yes = harness.slack.press("UMIA", &Screen::from(&card.reference()), "answer_invitation").await;
        assert!(yes.is_ok(), "{yes:?}");
        let day = "I'll introduce you on Monday, March 16, with everyone else.";
        assert!(last(&harness, "UMIA").contains(day), "{}", last(&harness, "UMIA"));
        harness.pass(DAY).await.unwrap();
        assert!(last(&harness, "USAM").contains(day), "{}", last(&harness, "USAM"));
        // Others join and are enough; until the day, nobody is introduced or proposed to these two.
        joins(&harness, &[("UNIK", true), ("USUE", false), ("USIA", false)]).await;
        harness.restart().await.unwrap();
        until(&harness, "2026-03-16T09:59:00Z").await;
        assert_eq!(pairs(&harness).await, 0);
        until(&harness, "2026-03-16T10:05:00Z").await;
        assert_eq!(pairs(&harness).await, 1);
        assert_eq!(harness.slack.group_dms("UMIA").len(), 1);
        let card = last(&harness, OWEN);
        assert!(card.contains("I found *1 pair*") && !card.contains("@USAM") && !card.contains("@UMIA"), "{card}");
        no_remarks(&harness);
    }
}

both! {
    async fn two_who_said_yes_follow_when_the_day_moves(engine: Engine) {
        let harness = set(engine).await;
        until(&harness, "2026-03-02T10:00:00Z").await;
        harness.slack.command("USAM", "invite <@UMIA>").await;
        harness.pass(SignedDuration::from_secs(5)).await.unwrap();
        press(&harness, "UMIA", "answer_invitation").await;
        until(&harness, "2026-03-16T11:00:00Z").await;
        press(&harness, OLA, "One more week").await;
        until(&harness, "2026-03-23T09:59:00Z").await;
        assert_eq!(pairs(&harness).await, 0);
        harness.slack.command(OWEN, "round").await;
        press(&harness, OWEN, "Match them now").await;
        harness.pass(SignedDuration::from_mins(2)).await.unwrap();
        assert_eq!(pairs(&harness).await, 1, "{:?}", read(&harness, OWEN));
        no_remarks(&harness);
    }
}

both! {
    /// What is typed before the role is picked stays, and so it is for whoever submits.
    async fn the_join_form_asks_only_what_applies_to_the_role(engine: Engine) {
        let harness = set(engine).await;
        harness.slack.command("UNEW", "join").await;
        let form = || harness.slack.modal("UNEW").unwrap().render();
        assert!(!form().contains("at once"), "{}", form());
        let typed = harness.slack.choose("UNEW", &Screen::Modal, "hopes", "A clearer view").await;
        assert!(typed.is_ok(), "{typed:?}");
        for (role, asks, never) in [
            ("Mentor: I teach a more senior colleague", "How many mentees at once", "mentors at once"),
            ("Mentee: I learn from a more junior colleague", "How many mentors at once", "mentees at once"),
        ] {
            let picked = harness.slack.choose("UNEW", &Screen::Modal, "role", role).await;
            assert!(picked.is_ok(), "{picked:?}");
            harness.run_due().await.unwrap();
            let form = form();
            assert!(form.contains(asks) && !form.contains(never) && form.contains("A clearer view"), "{form}");
        }
        no_remarks(&harness);
    }
}
