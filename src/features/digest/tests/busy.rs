//! Programs for digest tests.

use crate::domain::cycle::{Anchor, State as Month};
use crate::domain::goals::Goals;
use crate::domain::ids::{PairId, RoundId, UserId};
use crate::domain::matching::{Binding, Proposal};
use crate::domain::pair::State;
use crate::domain::participant::{Profile, Role};
use crate::domain::program::Settings;
use crate::store::agreements::Side;
use crate::store::rounds::{Origin, State as RoundState};
use crate::store::{agreements, cycles, met, pairs, participants, reflections, rounds};
use crate::testing;
use crate::testing::feature_test::{FeatureTest, render};
use jiff::SignedDuration;

pub(super) const HOUR: SignedDuration = SignedDuration::from_hours(1);
pub(super) const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The digest is posted on Mondays at 10:00; rounds are made on the first of the month, so that they do not interfere.
pub(super) fn program() -> Settings {
    Settings {
        owners: vec!["UOWNER".into()],
        digest_channel: Some("C1".into()),
        round_schedule: "0 9 1 * *".into(),
        ..Settings::default()
    }
}

fn profile(learn: &[&str]) -> Profile {
    Profile {
        manager: None,
        rather_not: vec!["U99".into()],
        hopes: "My private hopes".into(),
        ..testing::people::profile(Role::Either, "Senior", &["Strategy"], learn)
    }
}

pub(super) fn user(number: usize) -> UserId {
    UserId(format!("U{number:02}"))
}

impl FeatureTest {
    pub(super) async fn learner(&self, number: usize, learn: &[&str]) {
        let mut tx = self.tx().await;
        let person = testing::people::person(user(number).as_str(), Some("UTC"));
        testing::people::takes_part(&mut tx, &person, &profile(learn)).await;
        tx.commit().await.unwrap();
    }

    /// Pairs two people (mentor, mentee) with an agreement that is signed or not.
    pub(super) async fn paired(&self, mentor: usize, mentee: usize, signed: bool) -> PairId {
        let mut tx = self.tx().await;
        let (mentor, mentee) = (user(mentor), user(mentee));
        let pair = pairs::create(&mut tx, RoundId(1), (&mentor, &mentee), &[], 6)
            .await
            .unwrap()
            .unwrap();
        for person in [&mentor, &mentee] {
            participants::set_waiting(&mut tx, person, None)
                .await
                .unwrap();
        }
        let goals = Goals {
            mentee: "A private goal".into(),
            mentor: "Another private goal".into(),
        };
        agreements::add(&mut tx, pair, 1, &goals, None)
            .await
            .unwrap();
        if signed {
            for side in [Side::Mentor, Side::Mentee] {
                agreements::sign(&mut tx, pair, 1, side).await.unwrap();
            }
            agreements::complete(&mut tx, pair, 1).await.unwrap();
            pairs::step(&mut tx, pair, State::Introduced, State::Active)
                .await
                .unwrap();
        }
        tx.commit().await.unwrap();
        pair
    }

    /// A month of a pair that closed as `state`, or that is held and still running.
    pub(super) async fn month_of(&self, pair: PairId, number: u8, state: Month) {
        let mut tx = self.tx().await;
        let anchor = Anchor {
            at: self.now,
            number,
        };
        let cycle = cycles::create(&mut tx, pair, number, anchor, self.now + WEEK * 4)
            .await
            .unwrap()
            .unwrap();
        if state == Month::Held {
            let pair = pairs::find(&mut tx, pair).await.unwrap().unwrap();
            met::say(&mut tx, cycle, 0, (&pair, &pair.mentor), "yes")
                .await
                .unwrap();
            cycles::step(&mut tx, cycle, Month::Open, Month::Held)
                .await
                .unwrap();
            for (person, confidence) in [(&pair.mentor, 2), (&pair.mentee, 3)] {
                let id = reflections::create(&mut tx, pair.id, cycle, person, "trust")
                    .await
                    .unwrap()
                    .unwrap();
                let rating = confidence + number - 1;
                reflections::answer(&mut tx, id, Some("A private thought"), Some(rating))
                    .await
                    .unwrap();
            }
        } else {
            cycles::close(&mut tx, cycle, state).await.unwrap();
        }
        tx.commit().await.unwrap();
    }

    /// Twenty people and six pairs, five of which have signed and met.
    pub(super) async fn busy_program(&mut self) {
        for number in 1..=20 {
            let learn: &[&str] = match number {
                1..=7 => &["AI tools", "how to tell my boss no"],
                8..=9 => &["Leadership"],
                _ => &["strategy ", "Public speaking"],
            };
            self.learner(number, learn).await;
        }
        let mut together = Vec::new();
        for first in [1, 3, 5, 7, 9, 11] {
            together.push(self.paired(first, first + 1, first < 11).await);
        }
        for number in [1, 2] {
            self.now += SignedDuration::from_mins(1);
            for pair in &together[..5] {
                self.month_of(*pair, number, Month::Held).await;
            }
        }
    }

    pub(super) async fn public(&self) -> Vec<String> {
        self.messages("C1").await.iter().map(render).collect()
    }

    pub(super) async fn companions(&self) -> Vec<String> {
        self.messages("UOWNER").await.iter().map(render).collect()
    }
}

/// A quiet pair, one that met again, one that has not signed, a round to approve, and people left over.
pub(super) async fn a_troubled_program(test: &FeatureTest) {
    for number in 1..=8 {
        test.learner(number, &["AI tools"]).await;
    }
    let quiet = test.paired(1, 2, true).await;
    test.month_of(quiet, 1, Month::Unknown).await;
    test.month_of(quiet, 2, Month::Skipped).await;
    let met_again = test.paired(3, 4, true).await;
    test.month_of(met_again, 1, Month::Unknown).await;
    test.month_of(met_again, 2, Month::Unknown).await;
    test.month_of(met_again, 3, Month::Held).await;
    test.paired(5, 6, false).await;
    let mut tx = test.tx().await;
    let round = RoundId(tx.new_id());
    rounds::conclude(
        &mut tx,
        round,
        Origin::Scheduled,
        RoundState::Proposed,
        None,
        0,
    )
    .await
    .unwrap();
    let proposal = Proposal {
        mentor: user(20),
        mentee: user(21),
        score: 60,
        reasons: Vec::new(),
        owner_must_confirm: false,
    };
    rounds::add_proposal(&mut tx, round, &proposal)
        .await
        .unwrap();
    // The last one has found a partner since.
    for number in [7, 8, 1] {
        let why = Binding::NoSharedLanguage;
        rounds::add_unmatched(&mut tx, round, &user(number), &why)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
}
