//! What owners read on Mondays over a quarter in which people meet and answer: that all is well again once pairs say that they
//! meet, and a fall in confidence a week before the channel reads of it.

use crate::both;
use crate::people::{junior, senior, takes_part};
use crate::support::{Engine, harness, introductions_begin};
use crate::twins::Harness;
use jiff::{SignedDuration, Timestamp};
use reverse_mentor::domain::ids::TeamId;
use slack_sandbox::{Answers, Message, Screen, Submitted, User};
use std::collections::HashSet;

const OWEN: &str = "UOWEN";
const CHANNEL: &str = "C0DIGEST";
const MENTORS: [&str; 3] = ["UMIA", "UMAX", "UMOE"];
const MENTEES: [&str; 3] = ["USAM", "USUE", "USKY"];
const DAY: SignedDuration = SignedDuration::from_hours(24);
const PROGRAM: &str = "owners = [\"UOWEN\"]\ntime_zone = \"UTC\"\ndigest_channel = \"C0DIGEST\"\n\
                       round_schedule = \"0 10 1 1 *\"\ndigest_schedule = \"0 10 * * 1\"";

/// Three pairs, introduced on a Monday.
struct Quarter {
    harness: Harness,
    /// The questions that somebody has answered.
    answered: HashSet<(&'static str, String)>,
}

impl Quarter {
    async fn begins(engine: Engine) -> Self {
        let harness = harness(engine, PROGRAM).await;
        harness.slack.add_user(User::new(OWEN, OWEN));
        harness.slack.add_channel(CHANNEL, "digest", true);
        harness.pass(SignedDuration::from_hours(3)).await.unwrap();
        let (team, now) = (TeamId::from(crate::twins::team()), harness.clock.now());
        let mut tx = harness.bot.db.write(&team, now).await.unwrap();
        for (users, profile) in [(MENTORS, junior()), (MENTEES, senior())] {
            for user in users {
                harness.slack.add_user(User::new(user, user));
                takes_part(&mut tx, user, &profile).await;
            }
        }
        tx.commit().await.unwrap();
        harness.slack.command(OWEN, "round").await;
        harness.pass(SignedDuration::from_secs(40)).await.unwrap();
        let card = harness.slack.dm(OWEN).pop().unwrap();
        let screen = Screen::from(&card.reference());
        let approved = harness.slack.press(OWEN, &screen, "approve_round").await;
        assert!(approved.is_ok(), "{approved:?}: {}", card.render());
        introductions_begin(&harness).await;
        Self {
            harness,
            answered: HashSet::new(),
        }
    }

    /// Everybody plans, says that they met, and answers each question with how sure they are: `sure` for the first, the second, …
    async fn weeks(&mut self, weeks: usize, sure: &[&str]) {
        for _ in 0..weeks * 7 {
            self.harness.pass(DAY).await.unwrap();
            for user in MENTEES {
                let group = self.harness.slack.group_dms(user).remove(0);
                self.press_in(user, &group.messages, "Pick time 1").await;
            }
            for user in MENTORS.into_iter().chain(MENTEES) {
                let told = self.harness.slack.dm(user);
                self.press_in(user, &told, "Yes, we met").await;
                self.answer(user, &told, sure).await;
            }
        }
    }

    /// Presses the button in the newest message that has it.
    async fn press_in(&self, user: &str, messages: &[Message], button: &str) {
        let shown = format!("[ {button} ]");
        if let Some(message) = messages
            .iter()
            .rfind(|message| message.render().contains(&shown))
        {
            let pressed = self
                .harness
                .slack
                .press(user, &Screen::from(&message.reference()), button)
                .await;
            assert!(pressed.is_ok(), "{user}, {button}: {pressed:?}");
        }
    }

    async fn answer(&mut self, user: &'static str, told: &[Message], sure: &[&str]) {
        for message in told
            .iter()
            .filter(|message| message.render().contains("one question just for you"))
        {
            let question = (user, message.ts.clone());
            if self.answered.contains(&question) {
                continue;
            }
            let before = self.answered.iter().filter(|(who, _)| *who == user).count();
            let screen = Screen::from(&message.reference());
            let opened = self.harness.slack.press(user, &screen, "Answer").await;
            assert!(opened.modal, "{user}: {opened:?}");
            let answers = Answers::from([("confidence", sure[before])]);
            let sent = self.harness.slack.submit(user, &answers).await;
            assert!(
                !matches!(sent, Submitted::Errors(_) | Submitted::Refused(_)),
                "{sent:?}"
            );
            self.answered.insert(question);
        }
    }

    /// What the owner has read in private.
    fn notes(&self) -> Vec<(Timestamp, String)> {
        rendered(&self.harness.slack.dm(OWEN))
    }

    fn no_remarks(&self) {
        let remarks = self.harness.slack.tally().remarks;
        assert!(remarks.is_empty(), "{remarks:?}");
    }
}

fn rendered(messages: &[Message]) -> Vec<(Timestamp, String)> {
    messages
        .iter()
        .map(|message| (message.at, message.render()))
        .collect()
}

/// Those with these words, and when they were posted.
fn with<'a>(messages: &'a [(Timestamp, String)], words: &str) -> Vec<(Timestamp, &'a str)> {
    let found = messages.iter().filter(|(_, text)| text.contains(words));
    found.map(|(at, text)| (*at, text.as_str())).collect()
}

both! {
    /// Before the first pairs, an owner reads that nobody has joined. A week later that is settled.
    async fn all_is_well_once_pairs_say_that_they_meet(engine: Engine) {
        let mut quarter = Quarter::begins(engine).await;
        assert_eq!(with(&quarter.notes(), "nobody has joined yet").len(), 1);
        quarter.weeks(4, &["3", "3"]).await;
        let notes = quarter.notes();
        let well = with(&notes, "all is well again");
        assert_eq!(well.len(), 1, "said once, and then nothing until there is news: {notes:?}");
        assert!(well[0].1.contains("pairs tell me that they meet"), "{well:?}");
        assert!(MENTORS.into_iter().chain(MENTEES).all(|user| !well[0].1.contains(user)), "{well:?}");
        quarter.no_remarks();
    }
}

both! {
    /// Nothing is listed any more, but nobody has said that they met.
    async fn silence_is_not_well(engine: Engine) {
        let quarter = Quarter::begins(engine).await;
        quarter.harness.pass(DAY * 60).await.unwrap();
        let notes = quarter.notes();
        assert_eq!(with(&notes, "Pairs without a start that I know of").len(), 1, "{notes:?}");
        assert!(with(&notes, "all is well").is_empty(), "{notes:?}");
        quarter.no_remarks();
    }
}

both! {
    async fn a_fall_in_confidence_is_told_to_owners_first(engine: Engine) {
        let mut quarter = Quarter::begins(engine).await;
        quarter.weeks(7, &["5", "3", "3"]).await;
        let notes = quarter.notes();
        let fall = with(&notes, "*Confidence is lower than at the start*");
        assert_eq!(fall.len(), 1, "{notes:?}");
        assert!(fall[0].1.contains("It's down 2.0 on average"), "{fall:?}");
        assert!(MENTORS.into_iter().chain(MENTEES).all(|user| !fall[0].1.contains(user)), "nobody's own: {fall:?}");
        let digests = rendered(&quarter.harness.slack.channel(CHANNEL));
        let public = with(&digests, "*Confidence:* down 2.0 on average");
        let after = public[0].0.as_second() - fall[0].0.as_second();
        assert_eq!(SignedDuration::from_secs(after), DAY * 7, "{digests:?}");
        quarter.no_remarks();
    }
}
