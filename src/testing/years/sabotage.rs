//! Faults made on purpose, each of which a walk must find.

use super::walk::Walk;
use crate::domain::ids::CheckinId;
use crate::domain::key::Key;
use crate::domain::outgoing::{Kind, To};
use crate::domain::timer::Timer;
use crate::slack::words::Md;
use crate::store::timers::{self, Work};
use crate::store::{nudged, outbox};
use jiff::SignedDuration;
use jiff::tz::TimeZone;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sabotage {
    /// The timer that closes a month, or opens the next, gets lost.
    MonthForgotten,
    /// A break does not end.
    BreakForgotten,
    /// What took somebody's day is forgotten at once.
    GateSkipped,
    /// Somebody who is gone is written to.
    GoneWrittenTo,
    /// Cards stay as they were.
    CardForgotten,
}

pub const ALL: [Sabotage; 5] = [
    Sabotage::MonthForgotten,
    Sabotage::BreakForgotten,
    Sabotage::GateSkipped,
    Sabotage::GoneWrittenTo,
    Sabotage::CardForgotten,
];

impl Walk {
    /// Does the damage that is possible now.
    pub(super) async fn damage(&mut self, how: Sabotage) {
        match how {
            Sabotage::MonthForgotten => {
                let of_a_month = |timer: &Timer| {
                    matches!(timer, Timer::CycleCloses(_) | Timer::CycleOpens { .. })
                };
                self.lose(of_a_month).await;
            }
            Sabotage::BreakForgotten => {
                self.lose(|timer| matches!(timer, Timer::PauseEnds(_)))
                    .await;
            }
            Sabotage::GateSkipped => {
                let mut tx = self.test.tx().await;
                let yesterday = self.test.now - SignedDuration::from_hours(48);
                let yesterday = yesterday.to_zoned(TimeZone::UTC).date();
                let taken = self.seen.taken_days.iter();
                for (user, day) in taken.filter(|(_, day)| *day >= yesterday) {
                    nudged::give_back(&mut tx, user, *day).await.unwrap();
                }
                tx.commit().await.unwrap();
            }
            Sabotage::GoneWrittenTo => {
                let mut tx = self.test.tx().await;
                for user in self.seen.gone_since.keys().cloned() {
                    let key = Key::Checkin(CheckinId(tx.new_id()));
                    let message = Md::from("Are you there?").into();
                    outbox::post(&mut tx, To::Person(user), Kind::Notice, &key, message, None)
                        .await
                        .unwrap();
                }
                tx.commit().await.unwrap();
            }
            Sabotage::CardForgotten => {
                let mut tx = self.test.tx().await;
                let forget = "delete from outbox where kind = 'card' and state = 'queued'";
                sqlx::query(forget).execute(tx.conn()).await.unwrap();
                tx.commit().await.unwrap();
            }
        }
    }

    /// Loses the timers of a kind that are due within a quarter.
    async fn lose(&mut self, is_meant: impl Fn(&Timer) -> bool) {
        let later = self.test.now + SignedDuration::from_hours(24 * 90);
        let reading = self.test.db.read(&self.test.team, later).await;
        let rows = timers::list_due(&mut reading.unwrap(), Work::All, 1_000).await;
        let mut tx = self.test.tx().await;
        for timer in rows.unwrap().into_iter().filter_map(|row| row.timer.ok()) {
            if is_meant(&timer) {
                timers::cancel(&mut tx, &timer).await.unwrap();
            }
        }
        tx.commit().await.unwrap();
    }
}
