//! Hard rules fail closed: what is not known to be allowed does not happen, whichever way somebody asks for it.

use crate::both;
use crate::people::{junior, senior, takes_part};
use crate::support::{Engine, harness, introductions_begin, number};
use crate::twins::Harness;
use jiff::SignedDuration;
use reverse_mentor::domain::ids::TeamId;
use reverse_mentor::domain::participant::Profile;
use slack_sandbox::{Screen, User};

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// A program with an owner, in which these people take part.
async fn set(engine: Engine, people: &[(&str, Profile)]) -> Harness {
    let harness = harness(
        engine,
        "owners = [\"UOWEN\"]\nround_schedule = \"0 10 1 1 *\"",
    )
    .await;
    harness.slack.add_user(User::new("UOWEN", "Owen"));
    harness.run_due().await.unwrap();
    let team = TeamId::from(crate::twins::team());
    let now = harness.clock.now();
    let mut tx = harness.bot.db.write(&team, now).await.unwrap();
    for (user, profile) in people {
        harness.slack.add_user(User::new(user, user));
        takes_part(&mut tx, user, profile).await;
    }
    tx.commit().await.unwrap();
    // Everybody is at work.
    harness.pass(SignedDuration::from_hours(2)).await.unwrap();
    harness
}

fn said(harness: &Harness, user: &str, words: &str) -> usize {
    let all = harness.slack.dm(user);
    let said = all
        .iter()
        .filter(|message| message.render().contains(words));
    said.count()
}

async fn number_of(harness: &Harness, table: &str) -> i64 {
    number(harness, &format!("select count(*) from {table}")).await
}

both! {
    /// Guests, people of another company, bots and deactivated accounts: looked up first, and then nothing goes to them.
    async fn nobody_is_invited_before_slack_has_said_who_they_are(engine: Engine) {
        let harness = set(engine, &[("USAM", senior())]).await;
        let mut guest = User::new("UGUEST", "Gus");
        guest.is_restricted = true;
        let mut stranger = User::new("USTRANGER", "Stella");
        stranger.is_stranger = true;
        let mut bot = User::new("UBOTTOM", "A bot");
        bot.is_bot = true;
        let mut gone = User::new("UGONE", "Gert");
        gone.deleted = true;
        let mut refusals = 0;
        for user in [guest, stranger, bot, gone] {
            let id = user.id.clone();
            harness.slack.add_user(user);
            harness.slack.command("USAM", &format!("invite <@{id}>")).await;
            harness.pass(SignedDuration::from_secs(30)).await.unwrap();
            refusals += 1;
            assert_eq!(said(&harness, "USAM", "can't take part: "), refusals, "{id}");
            harness.pass(DAY).await.unwrap();
            assert!(harness.slack.dm(&id).is_empty(), "{id}");
            assert_eq!(number_of(&harness, "invitations").await, 0, "{id}");
        }
        // A member gets the card by itself, and the inviter hears that.
        harness.slack.add_user(User::new("UMIA", "Mia"));
        harness.slack.command("USAM", "invite <@UMIA>").await;
        harness.pass(DAY + SignedDuration::from_hours(2)).await.unwrap();
        assert_eq!(said(&harness, "UMIA", "would like to learn from you"), 1);
        assert_eq!(said(&harness, "USAM", "Your invitation is on its way"), 1);
        assert_eq!(number_of(&harness, "timers where kind = 'looked_up'").await, 0);
    }
}

both! {
    /// Neither the card, nor Home, nor an old button introduces a pair of unknown reporting lines with the others.
    async fn a_pair_to_check_needs_its_own_button(engine: Engine) {
        let unknown = Profile { manager: None, ..junior() };
        let people = [("UMIA", junior()), ("USAM", senior()), ("UNIK", unknown), ("USUE", senior())];
        let harness = set(engine, &people).await;
        harness.slack.command("UOWEN", "round").await;
        harness.run_due().await.unwrap();
        let home = |harness: &Harness| harness.slack.home("UOWEN").unwrap().render();
        harness.slack.open_home("UOWEN").await;
        let seen = home(&harness);
        assert!(seen.contains("2 pairs, 1 of them to check one by one") && seen.contains("Approve 1 pair"), "{seen}");
        harness.pass(SignedDuration::from_secs(2)).await.unwrap();
        let card = harness.slack.dm("UOWEN").pop().unwrap();
        harness.slack.click_home("UOWEN", "approve_round").await;
        introductions_begin(&harness).await;
        assert_eq!(number_of(&harness, "pairs").await, 1);
        // The same on the card of before, and again on Home, where nothing is left that could be approved unseen.
        harness.slack.press("UOWEN", &Screen::from(&card.reference()), "approve_round").await;
        harness.slack.open_home("UOWEN").await;
        let seen = home(&harness);
        assert!(seen.contains("1 pair, to check one by one") && !seen.contains("Approve"), "{seen}");
        harness.pass(DAY).await.unwrap();
        assert_eq!(number_of(&harness, "pairs").await, 1);
        let card = harness.slack.dm("UOWEN").into_iter().rev();
        let mut card = card.filter(|message| message.render().contains("Checked: introduce them"));
        let card = card.next().unwrap();
        let pressed = harness.slack.press("UOWEN", &Screen::from(&card.reference()), "confirm_pair").await;
        assert!(pressed.is_ok(), "{pressed:?}");
        introductions_begin(&harness).await;
        assert_eq!(number_of(&harness, "pairs").await, 2);
    }
}

both! {
    /// A no holds for as long as the inviter is in the program, long after the invitation is over.
    async fn a_declined_invitation_keeps_two_apart(engine: Engine) {
        let harness = set(engine, &[("USAM", senior()), ("UMIA", junior())]).await;
        harness.slack.command("USAM", "invite <@UMIA>").await;
        // The card comes in her working hours.
        harness.pass(SignedDuration::from_hours(2)).await.unwrap();
        let card = harness.slack.dm("UMIA").pop().unwrap();
        let no = harness.slack.press("UMIA", &Screen::from(&card.reference()), "answer_invitation.2").await;
        assert!(no.is_ok(), "{no:?}");
        assert_eq!(number_of(&harness, "invitations where state = 'declined'").await, 1);
        for _ in 0..2 {
            harness.pass(DAY * 35).await.unwrap();
            harness.slack.command("UOWEN", "round").await;
            harness.pass(SignedDuration::from_secs(30)).await.unwrap();
            assert_eq!(number_of(&harness, "proposals").await, 0);
        }
        assert_eq!(said(&harness, "USAM", "didn't work out"), 1);
    }
}
