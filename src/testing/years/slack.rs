//! A Slack that takes messages and answers questions at once, unless it is out of reach.

use super::walk::{Heard, Walk};
use crate::domain::cadence::Hours;
use crate::domain::delivery::{self, Answer, Call, Delivery, Outcome, Step};
use crate::domain::outgoing::{To, What};
use crate::router;
use crate::shared;
use crate::store::outbox::{self, Head};
use crate::store::{Tx, workdays};
use crate::testing::outgoing;
use crate::work::sender;
use futures_util::FutureExt;
use rand::RngExt;

impl Walk {
    /// Delivers everything that waits. Returns what people hear. Looks only where a commit said that something waits, or
    /// where something was left.
    pub(super) async fn deliver(&mut self) -> Result<Vec<Heard>, String> {
        let has_grown = self.test.db.outbox_grew().now_or_never().is_some();
        if !has_grown && !self.is_left_over {
            return Ok(Vec::new());
        }
        let reading = self.test.db.read(&self.test.team, self.test.now).await;
        let open = outbox::open(&mut reading.unwrap()).await.unwrap();
        self.is_left_over = !open.is_empty();
        if open.is_empty() {
            return Ok(Vec::new());
        }
        let mut tx = self.test.tx().await;
        let mut heard = Vec::new();
        for head in open {
            let steps = self.outcome(&head);
            if steps.is_empty() {
                continue;
            }
            if let What::Card {
                card,
                place,
                superseded,
            } = &head.delivery.what
            {
                let changed = router::changed_card(&mut tx, *card, place, superseded.as_ref());
                let changed = changed.await;
                let changed =
                    changed.map_err(|why| format!("{card:?} cannot be rendered: {why}"))?;
                if let (Some((_, message)), None) = (changed, superseded) {
                    self.card_was_changed(*card, place, &message);
                }
            }
            sender::apply(&mut tx, &head, &steps).await.unwrap();
            let is_sent = steps.iter().any(|step| matches!(step, Step::Sent { .. }));
            if is_sent {
                self.sent.note(self.test.now, &head.delivery);
            }
            if let (true, What::Post { to, message, .. }) = (is_sent, &head.delivery.what) {
                self.check_hours(&mut tx, &head.delivery).await?;
                heard.push(Heard {
                    on: self.card_was_placed(&mut tx, &head.delivery).await?,
                    to: to.clone(),
                    kind: head.delivery.kind,
                    text: message.text.clone(),
                    buttons: super::acts::buttons(&message.blocks),
                    written: outgoing::written_at(&mut tx, head.delivery.id).await,
                    unasked: unasked(&head.delivery.what),
                });
            }
        }
        tx.commit().await.unwrap();
        Ok(heard)
    }

    fn outcome(&mut self, head: &Head) -> Vec<Step> {
        let (delivery, now) = (&head.delivery, self.test.now);
        let call = match delivery::next(delivery, now) {
            Ok(call) => call,
            Err(steps) => return steps,
        };
        if self.out_of_reach_until > now {
            return Vec::new();
        }
        self.departures_possible |= matches!(call, Call::LookUp(_) | Call::List(_));
        let done = |answer| delivery::after(delivery, &call, &Outcome::Done(answer), now);
        match &call {
            Call::LookUp(user) => done(Answer::Person(self.in_slack(user))),
            Call::List(_) => done(Answer::People {
                people: self
                    .people
                    .iter()
                    .map(super::colleagues::Colleague::in_slack)
                    .collect(),
                next: None,
            }),
            Call::Invite(..) if self.rng.random_bool(0.3) => {
                let refused = Outcome::Refused("not_in_channel".to_owned());
                delivery::after(delivery, &call, &refused, now)
            }
            Call::Invite(..) => done(Answer::Noted),
            _ => {
                let is_gone = match delivery.what.to() {
                    Some(To::Person(user)) => self.is_deactivated(user),
                    Some(To::Pair { .. } | To::Channel(_)) | None => false,
                };
                if is_gone || delivery.what.to().is_some() && self.rng.random_bool(0.0005) {
                    let refused = Outcome::Refused("user_disabled".to_owned());
                    return delivery::after(delivery, &call, &refused, now);
                }
                let (channel, ts) = (Some("D1".into()), Some(format!("{}.0", delivery.id)));
                vec![Step::Sent { channel, ts }]
            }
        }
    }
}

impl Walk {
    /// What nobody asked for is written while each of its readers is at work.
    async fn check_hours(&self, tx: &mut Tx, delivery: &Delivery) -> Result<(), String> {
        let now = self.test.now;
        if outgoing::written_at(tx, delivery.id).await != now {
            // Zones, hours and days off may have changed since.
            return Ok(());
        }
        let settings = shared::settings(tx).await.unwrap();
        for (user, _) in unasked(&delivery.what) {
            let day = workdays::of(tx, &user, &settings.zone()).await.unwrap();
            if !Hours::from(&settings).is_open(now, &day) {
                return Err(format!(
                    "{user} is written to out of hours: ({}) {:?}",
                    delivery.kind.as_str(),
                    delivery.what
                ));
            }
        }
        Ok(())
    }
}

/// Whose day a message takes that nobody asked for, with the date on their calendar.
fn unasked(what: &What) -> Vec<(crate::domain::ids::UserId, jiff::civil::Date)> {
    let reservation = what.reservation();
    reservation
        .map(|taken| taken.days.clone())
        .unwrap_or_default()
}
