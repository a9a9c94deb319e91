//! Shared by tests about months: a pair that has signed, Ana in Berlin and Max in New York.

use crate::domain::cadence::{Hours, local};
use crate::domain::cycle::Cycle;
use crate::domain::happening::Happening;
use crate::domain::ids::{PairId, RoundId, UserId};
use crate::domain::message::Attachment;
use crate::domain::pair::State;
use crate::domain::participant::{Profile, Role, Standing};
use crate::domain::program::Settings;
use crate::domain::questions;
use crate::domain::timer::Timer;
use crate::domain::workday::Workday;
use crate::router;
use crate::store::outbox::{Kind, To, What};
use crate::store::timers::Work;
use crate::store::{Tx, cycles, pairs, participants, people, timers, workdays};
use crate::testing::feature_test::{FeatureTest, render};
use crate::testing::outgoing;
use crate::testing::people::{person, profile, takes_part};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;

/// The mentor, early in her career, in New York.
pub const MAX: &str = "UMAX";
/// The mentee, senior, in Berlin.
pub const ANA: &str = "UANA";
/// An owner of the program.
pub const OWEN: &str = "UOWEN";
/// The support contact.
pub const SUE: &str = "USUE";

pub fn settings() -> Settings {
    Settings {
        owners: vec![OWEN.into()],
        support_contact: Some(SUE.into()),
        ..Settings::default()
    }
}

/// A message as it was queued.
pub struct Sent {
    pub kind: Kind,
    pub to: To,
    pub at: Timestamp,
    pub text: String,
    /// Whether nobody asked for it.
    pub nudge: bool,
    /// Whether it expired unsent, because Slack could not be reached in time.
    pub unsent: bool,
}

impl FeatureTest {
    /// Ana and Max have just signed. Monday, 2 March 2026, 09:00 UTC.
    pub async fn signed(settings: Settings) -> (Self, PairId) {
        let cycles = settings.cycles;
        let test = Self::program(settings.clone()).await;
        let mut tx = test.tx().await;
        let profile = Profile {
            manager: None,
            ..profile(Role::Either, "Senior", &["AI tools"], &["Strategy"])
        };
        for (user, zone) in [(ANA, "Europe/Berlin"), (MAX, "America/New_York")] {
            takes_part(&mut tx, &person(user, Some(zone)), &profile).await;
        }
        let owen = person(OWEN, Some("Europe/London"));
        people::save(&mut tx, &owen).await.unwrap();
        let reasons = ["Max can teach AI tools".to_owned()];
        let both = (&MAX.into(), &ANA.into());
        let pair = pairs::create(&mut tx, RoundId(1), both, &reasons, cycles)
            .await
            .unwrap()
            .unwrap();
        pairs::step(&mut tx, pair, State::Introduced, State::Active)
            .await
            .unwrap();
        test.opens_tomorrow(&mut tx, &settings, pair).await;
        tx.commit().await.unwrap();
        (test, pair)
    }

    /// The first month opens by its timer tomorrow, as it does after a break.
    pub async fn opens_tomorrow(&self, tx: &mut Tx, settings: &Settings, pair: PairId) {
        let workdays = ["Europe/Berlin", "America/New_York"]
            .map(|zone| Workday::usual(TimeZone::get(zone).unwrap()));
        let midnight = "2026-03-03T00:00:00+01:00[Europe/Berlin]";
        let midnight = midnight.parse::<jiff::Zoned>().unwrap().timestamp();
        let at = Hours::from(settings).next_shared(midnight, &workdays);
        let opens = Timer::CycleOpens { pair, number: 1 };
        timers::at(tx, &opens, at).await.unwrap();
    }

    pub async fn happens(&self, happening: Happening) {
        let mut tx = self.tx().await;
        tx.happens(happening);
        router::happenings(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub async fn stands(&self, user: &str, standing: Standing) {
        let user = UserId::from(user);
        let mut tx = self.tx().await;
        participants::set_standing(&mut tx, &user, standing, None)
            .await
            .unwrap();
        tx.happens(match standing {
            Standing::Paused => Happening::Paused(user),
            Standing::Active => Happening::Resumed(user),
            Standing::Left | Standing::Ineligible => Happening::Departed {
                user,
                own_choice: standing == Standing::Left,
            },
        });
        router::happenings(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Slack accepts everything that waits.
    pub async fn slack_takes(&self) {
        let mut tx = self.tx().await;
        outgoing::sent(&mut tx, |_| true).await;
        tx.commit().await.unwrap();
    }

    /// Lets `hours` pass while Slack cannot be reached; expired messages are dropped.
    pub async fn pass_without_slack(&mut self, hours: u32) {
        self.slack_takes().await;
        self.trouble_goes_on(hours).await;
    }

    /// The same, including messages that already wait.
    pub async fn trouble_goes_on(&mut self, hours: u32) {
        for _ in 0..hours {
            self.pass(SignedDuration::from_hours(1)).await;
            let mut tx = self.tx().await;
            outgoing::let_go_of_what_is_late(&mut tx).await;
            tx.commit().await.unwrap();
            self.run_due().await;
        }
    }

    /// The cycle that opened last.
    pub async fn month(&self, pair: PairId) -> Cycle {
        let mut tx = self.tx().await;
        cycles::latest(&mut tx, pair).await.unwrap().unwrap()
    }

    pub async fn months(&self, pair: PairId) -> Vec<Cycle> {
        let mut tx = self.tx().await;
        cycles::of(&mut tx, pair).await.unwrap()
    }

    /// Every file ever queued, oldest first.
    pub async fn files(&self) -> Vec<Attachment> {
        let queued = self.queued().await.into_iter();
        queued
            .filter_map(|row| match row.what {
                What::Share { file, .. } => Some(file),
                _ => None,
            })
            .collect()
    }

    /// Every message ever queued, oldest first.
    pub async fn sent(&self) -> Vec<Sent> {
        let queued = self.queued().await.into_iter();
        queued
            .filter_map(|row| {
                let nudge = row.what.takes_a_day();
                let What::Post { to, message, .. } = row.what else {
                    return None;
                };
                Some(Sent {
                    nudge,
                    unsent: row.unsent,
                    kind: row.kind,
                    to,
                    at: row.at,
                    text: render(&message),
                })
            })
            .collect()
    }

    /// How many messages of a kind people saw or will see.
    pub async fn seen_of_kind(&self, kind: Kind) -> usize {
        let sent = self.sent().await;
        sent.iter()
            .filter(|sent| sent.kind == kind && !sent.unsent)
            .count()
    }

    pub async fn of_kind(&self, kind: Kind) -> usize {
        let sent = self.sent().await;
        sent.iter().filter(|sent| sent.kind == kind).count()
    }

    /// The latest message of a kind, as text.
    pub async fn last_of_kind(&self, kind: Kind) -> String {
        let sent = self.sent().await;
        let mut found = sent.into_iter().filter(|sent| sent.kind == kind);
        found
            .next_back()
            .map(|sent| blank(&sent.text))
            .unwrap_or_default()
    }

    /// Subjects of all timers of a kind.
    pub async fn timers(&self, kind: &'static str) -> Vec<(String, Timestamp)> {
        let late = self.db.read(&self.team, Timestamp::MAX).await;
        let all = timers::list_due(&mut late.unwrap(), Work::All, 10_000).await;
        let all = all
            .unwrap()
            .into_iter()
            .map(|row| (row.timer.unwrap(), row.due));
        let mut found: Vec<(String, Timestamp)> = all
            .filter(|(timer, _)| timer.kind().as_str() == kind)
            .map(|(timer, due)| (timer.subject(), due))
            .collect();
        found.sort();
        found
    }

    /// Checks the promise to everybody: nudges only in their own working hours, and at most one a day.
    pub async fn everybody_was_left_in_peace(&self, settings: &Settings) {
        let hours = Hours::from(settings);
        let mut days = BTreeSet::new();
        for sent in self.sent().await {
            if !sent.nudge || sent.unsent {
                continue;
            }
            let people = match sent.to {
                To::Person(user) => vec![user],
                To::Pair { members, .. } => members,
                To::Channel(_) => vec![],
            };
            for user in people {
                let day = self.workday_of(&user).await;
                let zone = &day.zone;
                assert!(
                    hours.is_open(sent.at, &day),
                    "{user} was nudged at {}: {}",
                    local(sent.at, zone),
                    sent.text
                );
                let day = local(sent.at, zone).date();
                assert!(
                    days.insert((user.clone(), day)),
                    "{user} was nudged twice on {day}: {}",
                    sent.text
                );
            }
        }
    }

    pub async fn zone_of(&self, user: &UserId) -> TimeZone {
        self.workday_of(user).await.zone
    }

    pub async fn workday_of(&self, user: &UserId) -> Workday {
        let mut tx = self.tx().await;
        workdays::of(&mut tx, user, &TimeZone::UTC).await.unwrap()
    }
}

/// Replaces reflection questions, which differ from pair to pair and so from run to run.
pub fn blank(text: &str) -> String {
    questions::all().fold(text.to_owned(), |text, question| {
        text.replace(question.text, "(a question)")
    })
}
