//! What owners do with a round besides approving it: leave a pair out and put it back, leave their own pair to another owner, turn
//! the pages of a long one, and read what would help.

use crate::both;
use crate::people::{junior, senior, takes_part};
use crate::support::{Engine, harness, introductions_begin, number};
use crate::twins::Harness;
use jiff::SignedDuration;
use reverse_mentor::domain::ids::TeamId;
use reverse_mentor::domain::participant::Profile;
use slack_sandbox::{Message, Screen, User};

const OWEN: &str = "UOWEN";
const OLA: &str = "UOLA";
const PROGRAM: &str = "owners = [\"UOWEN\", \"UOLA\"]\ntime_zone = \"UTC\"\nround_schedule = \"0 10 1 1 *\"\n\
                       digest_schedule = \"0 10 1 1 *\"";

/// Owen asks for a round of these people. It is ten on a Monday.
async fn round_of(engine: Engine, people: &[(String, Profile)]) -> Harness {
    let harness = harness(engine, PROGRAM).await;
    for user in [OWEN, OLA] {
        harness.slack.add_user(User::new(user, user));
    }
    harness.pass(SignedDuration::from_hours(2)).await.unwrap();
    let team = TeamId::from(crate::twins::team());
    let now = harness.clock.now();
    let mut tx = harness.bot.db.write(&team, now).await.unwrap();
    for (user, profile) in people {
        harness.slack.add_user(User::new(user, user));
        takes_part(&mut tx, user, profile).await;
    }
    tx.commit().await.unwrap();
    harness.slack.command(OWEN, "round").await;
    moment(&harness).await;
    harness
}

fn people(mentors: &[&str], mentees: &[&str]) -> Vec<(String, Profile)> {
    let mentors = mentors.iter().map(|user| ((*user).to_owned(), junior()));
    let mentees = mentees.iter().map(|user| ((*user).to_owned(), senior()));
    mentors.chain(mentees).collect()
}

async fn moment(harness: &Harness) {
    harness.pass(SignedDuration::from_secs(30)).await.unwrap();
}

fn card(harness: &Harness, owner: &str) -> Message {
    harness.slack.dm(owner).pop().unwrap()
}

async fn presses(harness: &Harness, owner: &str, button: &str) -> Option<String> {
    let screen = Screen::from(&card(harness, owner).reference());
    let pressed = harness.slack.press(owner, &screen, button).await;
    assert!(pressed.is_ok(), "{button}: {pressed:?}");
    moment(harness).await;
    pressed.ephemeral
}

async fn pairs(harness: &Harness) -> i64 {
    number(harness, "select count(*) from pairs").await
}

fn no_remarks(harness: &Harness) {
    let remarks = harness.slack.tally().remarks;
    assert!(remarks.is_empty(), "{remarks:?}");
}

both! {
    async fn a_pair_that_was_left_out_is_put_back(engine: Engine) {
        let harness = round_of(engine, &people(&["UMIA"], &["USAM"])).await;
        let screen = Screen::from(&card(&harness, OWEN).reference());
        let left_out = harness.slack.choose(OWEN, &screen, "edit", "Not this pair").await;
        assert!(left_out.is_ok(), "{left_out:?}");
        moment(&harness).await;
        for owner in [OWEN, OLA] {
            let card = card(&harness, owner).render();
            assert!(card.contains("Left out: @UMIA with @USAM") && card.contains("[ Put it back ]"), "{owner}: {card}");
        }
        presses(&harness, OLA, "Put it back").await;
        for owner in [OWEN, OLA] {
            let card = card(&harness, owner).render();
            assert!(card.contains("[ Approve ]") && !card.contains("Left out"), "{owner}: {card}");
        }
        presses(&harness, OWEN, "Approve").await;
        introductions_begin(&harness).await;
        assert_eq!(pairs(&harness).await, 1);
        no_remarks(&harness);
    }
}

both! {
    /// Owen mentors in this round: whatever he approves, his own pair waits for Ola.
    async fn nobody_approves_their_own_pair_while_another_owner_can(engine: Engine) {
        let harness = round_of(engine, &people(&[OWEN], &["USAM"])).await;
        let seen = card(&harness, OWEN).render();
        assert!(seen.contains("_someone other than_ @UOWEN _decides_"), "{seen}");
        let refused = presses(&harness, OWEN, "approve_round").await.unwrap_or_default();
        assert!(refused.contains("@UOLA can do that"), "{refused}");
        introductions_begin(&harness).await;
        assert_eq!(pairs(&harness).await, 0);
        presses(&harness, OLA, "approve_round").await;
        introductions_begin(&harness).await;
        assert_eq!(pairs(&harness).await, 1);
        no_remarks(&harness);
    }
}

both! {
    alone "with as many messages for two, a call outlasts its time on a busy machine, and is repeated";
    /// Thirty-four pairs are a line each, and the page on which an owner goes through them stays where it was.
    async fn a_long_round_is_two_screens_and_is_gone_through_in_a_modal(engine: Engine) {
        let name = |kind: &str, n: usize| format!("U{kind}{n:02}");
        let mentors = (0..34).map(|n| (name("M", n), junior()));
        let mentees = (0..34).map(|n| (name("S", n), senior()));
        let all: Vec<_> = mentors.chain(mentees).collect();
        let harness = round_of(engine, &all).await;
        let seen = card(&harness, OWEN).render();
        assert_eq!(seen.lines().filter(|line| line.starts_with("• @UM") && line.contains(" → @US")).count(), 34, "{seen}");
        presses(&harness, OWEN, "Go through them").await;
        let page = || harness.slack.modal(OWEN).unwrap().render();
        assert_eq!(page().matches(" → ").count(), 34, "{}", page());
        let out = harness.slack.choose(OWEN, &Screen::Modal, "edit", "Not this pair").await;
        assert!(out.is_ok(), "{out:?}");
        moment(&harness).await;
        assert_eq!((page().matches(" → ").count(), page().matches("Left out: ").count()), (33, 1), "{}", page());
        harness.slack.close_modal(OWEN).await;
        presses(&harness, OWEN, "approve_round").await;
        introductions_begin(&harness).await;
        harness.pass(SignedDuration::from_mins(5)).await.unwrap();
        assert_eq!(pairs(&harness).await, 33);
        no_remarks(&harness);
    }
}

both! {
    /// What would help is said in numbers of people, and names no one's wishes.
    async fn a_round_says_who_is_missing(engine: Engine) {
        let mut some = people(&["UMIA", "UNIK", "UNED"], &["USAM"]);
        // Who would rather not meet somebody is as if they weren't there.
        some[1].1.rather_not = vec!["USAM".into()];
        let harness = round_of(engine, &some).await;
        let seen = card(&harness, OWEN).render();
        assert!(seen.contains("I found *1 pair*") && seen.contains("2 people stay without a partner"), "{seen}");
        let help = seen.lines().find(|line| line.contains("would help") || line.contains("find everybody")).unwrap_or_default();
        assert!(!help.is_empty() && !help.contains('@'), "{seen}");
        assert!(!seen.contains("rather not"), "{seen}");
        no_remarks(&harness);
    }
}

both! {
    /// Two weeks later, an owner offers two times again, in words that they have read first.
    async fn two_without_a_time_are_nudged_kindly(engine: Engine) {
        let harness = round_of(engine, &people(&["UMIA"], &["USAM"])).await;
        presses(&harness, OWEN, "Approve").await;
        introductions_begin(&harness).await;
        harness.pass(SignedDuration::from_hours(24 * 16)).await.unwrap();
        let group = || harness.slack.group_dms("USAM").remove(0).messages;
        let before = group().len();
        harness.slack.command(OWEN, "pairs").await;
        let chosen = harness.slack.choose(OWEN, &Screen::Modal, "care", "Nudge them kindly").await;
        assert!(chosen.is_ok(), "{chosen:?}");
        let form = harness.slack.modal(OWEN).unwrap().render();
        let words = form.lines().find_map(|line| line.strip_prefix("│ > ")).unwrap_or_default().to_owned();
        assert!(!words.is_empty(), "{form}");
        harness.slack.submit(OWEN, &slack_sandbox::Answers::new()).await;
        harness.pass(SignedDuration::from_hours(24)).await.unwrap();
        let said: Vec<String> = group().iter().skip(before).map(Message::render).collect();
        assert!(said.iter().any(|one| one.contains(&words) && one.contains("[ Pick time 1 ]")), "{words}: {said:?}");
        assert!(!said.join("").contains("@UOWEN"), "{said:?}");
        no_remarks(&harness);
    }
}
