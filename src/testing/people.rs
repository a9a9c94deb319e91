//! People for feature tests: participants, rounds and pairs, written directly to the store, so that a feature's tests
//! need no other feature.

use crate::domain::ids::{PairId, RoundId};
use crate::domain::matching::{Proposal, Reason};
use crate::domain::message::Message;
use crate::domain::outgoing::Reaction;
use crate::domain::pair::Pair;
use crate::domain::participant::{PersonInSlack, Profile, Role, Standing};
use crate::domain::program::{Matching, Settings};
use crate::domain::timer::Timer;
use crate::features::{Error, Reply};
use crate::slack::event::{Action, Answer, Form};
use crate::store::rounds::{self, Origin, State};
use crate::store::timers::{DueRow, Work};
use crate::store::{pairs, participants, people, timers};
use crate::testing::feature_test::{FeatureTest, render, render_view};
use crate::work::scheduler;
use crate::{router, store::Tx};
use jiff::SignedDuration;

/// A program with two owners, rounds and approval.
pub fn settings() -> Settings {
    Settings {
        owners: vec!["UANA".into(), "UBEN".into()],
        ..Settings::default()
    }
}

/// The same with rolling matching.
pub fn rolling(approval: bool) -> Settings {
    Settings {
        matching: Matching::Rolling,
        approval,
        ..settings()
    }
}

pub fn mentor(share: &[&str], learn: &[&str]) -> Profile {
    profile(Role::Mentor, "Early career", share, learn)
}

pub fn mentee(share: &[&str], learn: &[&str]) -> Profile {
    profile(Role::Mentee, "Director", share, learn)
}

/// A full member of the workspace, in this time zone.
pub fn person(user: &str, zone: Option<&str>) -> PersonInSlack {
    PersonInSlack {
        user: user.into(),
        zone: zone.map(str::to_owned),
        full_member: true,
        deleted: false,
        admin: false,
        updated: None,
    }
}

pub fn profile(role: Role, stage: &str, share: &[&str], learn: &[&str]) -> Profile {
    let words = |list: &[&str]| list.iter().map(|&word| word.to_owned()).collect();
    Profile {
        role,
        stage: stage.into(),
        department: None,
        site: None,
        manager: Some("UCEO".into()),
        share: words(share),
        learn: words(learn),
        languages: words(&["English"]),
        mentor_capacity: 1,
        mentee_capacity: 1,
        rather_not: Vec::new(),
        hopes: String::new(),
        hours: None,
    }
}

/// Two people who fit: a mentor who knows AI tools, a mentee who knows strategy.
pub fn junior() -> Profile {
    mentor(&["AI tools"], &["Strategy"])
}

pub fn senior() -> Profile {
    mentee(&["Strategy"], &["AI tools"])
}

impl FeatureTest {
    pub async fn program(settings: Settings) -> Self {
        let test = Self::new(settings).await;
        let mut tx = test.tx().await;
        // Cancels recurring timers, so that only the test's own events happen, and rows stay.
        for timer in [
            Timer::Round,
            Timer::Digest,
            Timer::Retention,
            Timer::Directory,
        ] {
            timers::cancel(&mut tx, &timer).await.unwrap();
        }
        tx.commit().await.unwrap();
        test
    }

    /// Adds a participant whom Slack knows as a full member. People who report to the head of the company, who is not in the
    /// program, have a fully known reporting line.
    pub async fn takes_part(&self, user: &str, mut profile: Profile) {
        let mut tx = self.tx().await;
        if profile.manager == Some("UCEO".into()) {
            profile.manager = Some(user.into());
        }
        takes_part(&mut tx, &person(user, Some("UTC")), &profile).await;
        tx.commit().await.unwrap();
    }

    /// Slack answers a question about a full member in `zone`. (Unasked data about people outside the program is
    /// not kept.)
    pub async fn seen(&self, user: &str, zone: &str) {
        self.slack_answers(person(user, Some(zone))).await;
    }

    /// The same for any person.
    pub async fn slack_answers(&self, person: PersonInSlack) {
        let mut tx = self.tx().await;
        let answer = Reaction::Answered(person);
        router::reaction(&mut tx, &answer).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub async fn standing(&self, user: &str, standing: Standing) {
        let mut tx = self.tx().await;
        participants::set_standing(&mut tx, &user.into(), standing, None)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }

    /// Takes a break with the form: for some weeks (`1`, `2`, `4`), or with an open end (`open`). Returns what it says then.
    pub async fn pauses(&self, user: &str, length: &str) -> String {
        let length = [("length", Answer::One(length.into()))];
        let reply = self.submit(user, Form::Pause, &length).await.unwrap();
        render_view(&reply.modal.expect("an outcome").view())
    }

    pub async fn waits(&self, user: &str) -> bool {
        let mut tx = self.tx().await;
        let found = participants::find(&mut tx, &user.into()).await.unwrap();
        tx.rollback().await;
        found.unwrap().waiting_since.is_some()
    }

    /// Two participants introduced by an approved round: `UMIA` mentors `USAM`.
    pub async fn introduced(&self) -> PairId {
        self.takes_part("UMIA", junior()).await;
        self.takes_part("USAM", senior()).await;
        let mut tx = self.tx().await;
        let round = RoundId(tx.new_id());
        approved(&mut tx, round, "UMIA", "USAM").await;
        router::happenings(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        self.pairs().await[0].id
    }

    /// An owner approves a round, and the minutes pass in which that can be undone.
    pub async fn approves(&self, owner: &str, round: RoundId) -> Result<Reply, Error> {
        self.decides(owner, Action::ApproveRound { round }).await
    }

    /// Presses a button of a round, and introduces what follows from it.
    pub async fn decides(&self, owner: &str, action: Action) -> Result<Reply, Error> {
        let reply = self.press(owner, action).await?;
        self.introductions_begin().await;
        Ok(reply)
    }

    /// Approved rounds are introduced, as ten minutes from now. The test's clock stays where it is.
    pub async fn introductions_begin(&self) {
        let later = self.now + SignedDuration::from_mins(10);
        for _ in 0..100 {
            let mut tx = self.db.read(&self.team, later).await.unwrap();
            let due = timers::list_due(&mut tx, Work::All, 1_000).await.unwrap();
            drop(tx);
            let is_meant = |row: &&DueRow| matches!(row.timer, Ok(Timer::Introduce(_)));
            let Some(row) = due.iter().find(is_meant) else {
                return;
            };
            let timer = row.timer.as_ref().unwrap();
            scheduler::run(&self.db, row, timer, later).await.unwrap();
        }
        panic!("introductions never end at {later}");
    }

    /// All pairs, open and closed.
    pub async fn pairs(&self) -> Vec<Pair> {
        let mut tx = self.tx().await;
        let pairs = pairs::all(&mut tx).await.unwrap();
        tx.rollback().await;
        pairs
    }

    /// Runs `Match` like its timer.
    pub async fn match_now(&self) {
        let mut tx = self.tx().await;
        timers::soon(&mut tx, &Timer::Match).await.unwrap();
        tx.commit().await.unwrap();
        self.run_due().await;
    }

    /// The last message in a lane that contains `words`, as text.
    pub async fn last(&self, lane: &str, words: &str) -> Option<String> {
        self.last_message(lane, words)
            .await
            .map(|message| render(&message))
    }

    pub async fn last_message(&self, lane: &str, words: &str) -> Option<Message> {
        let messages = self.messages(lane).await;
        messages
            .into_iter()
            .rev()
            .find(|message| render(message).contains(words) || message.text.contains(words))
    }

    /// How many messages in a lane contain `words`.
    pub async fn count(&self, lane: &str, words: &str) -> usize {
        let messages = self.messages(lane).await;
        messages
            .iter()
            .filter(|message| render(message).contains(words))
            .count()
    }
}

/// Somebody takes part whom Slack has told us about.
pub async fn takes_part(tx: &mut Tx, person: &PersonInSlack, profile: &Profile) {
    people::save(tx, person).await.unwrap();
    participants::save(tx, &person.user, profile, None, true)
        .await
        .unwrap();
}

async fn approved(tx: &mut Tx, round: RoundId, mentor: &str, mentee: &str) {
    rounds::conclude(tx, round, Origin::Scheduled, State::Approved, None, 0)
        .await
        .unwrap();
    let proposal = Proposal {
        mentor: mentor.into(),
        mentee: mentee.into(),
        score: 60,
        reasons: vec![Reason::Teaches {
            topics: vec!["AI tools".into()],
        }],
        owner_must_confirm: false,
    };
    rounds::add_proposal(tx, round, &proposal).await.unwrap();
    tx.happens(crate::domain::happening::Happening::RoundApproved(round));
}
