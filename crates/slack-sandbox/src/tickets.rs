//! Things Slack hands out that stop working: trigger ids and `response_url`s.

use super::conversation::Place;
use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

/// Slack: a trigger id opens one modal, within three seconds.
const TRIGGER: Duration = Duration::from_secs(3);
/// Slack: a `response_url` works for 30 minutes.
const URL_MS: i64 = 30 * 60_000;
/// Slack: and five times.
const URL_USES: u8 = 5;

struct Trigger {
    user: String,
    issued: Instant,
    used: bool,
    /// The modal it came from: a view can be pushed on it.
    from_modal: bool,
}

/// Trigger ids live in real time: clocks that stand still must not keep them alive.
#[derive(Default)]
pub(super) struct Triggers {
    known: HashMap<String, Trigger>,
    order: VecDeque<String>,
    issued: u64,
}

impl Triggers {
    pub fn issue(&mut self, user: &str, from_modal: bool) -> String {
        let old = |known: &HashMap<String, Trigger>, id: &String| {
            let trigger = known.get(id);
            trigger.is_none_or(|trigger| trigger.issued.elapsed() > 10 * TRIGGER)
        };
        while self.order.front().is_some_and(|id| old(&self.known, id)) {
            if let Some(id) = self.order.pop_front() {
                self.known.remove(&id);
            }
        }
        self.issued += 1;
        let id = format!("{}.1754300000.{:032x}", self.issued, self.issued);
        let trigger = Trigger {
            user: user.to_owned(),
            issued: Instant::now(),
            used: false,
            from_modal,
        };
        self.known.insert(id.clone(), trigger);
        self.order.push_back(id.clone());
        id
    }

    /// The trigger's person, and whether it came from a modal. A trigger works once.
    pub fn exchange(&mut self, id: &str) -> Result<(String, bool), &'static str> {
        let Some(trigger) = self.known.get_mut(id) else {
            let number = id.split('.').next().and_then(|n| n.parse::<u64>().ok());
            // Issued so long ago that it was forgotten.
            let issued = number.is_some_and(|n| (1..=self.issued).contains(&n));
            return Err(if issued {
                "expired_trigger_id"
            } else {
                "invalid_trigger_id"
            });
        };
        if trigger.issued.elapsed() > TRIGGER {
            return Err("expired_trigger_id");
        }
        if trigger.used {
            return Err("exchanged_trigger_id");
        }
        trigger.used = true;
        Ok((trigger.user.clone(), trigger.from_modal))
    }

    /// Lets a test age a trigger without waiting.
    #[cfg(test)]
    pub fn age(&mut self, id: &str, by: Duration) {
        if let Some(trigger) = self.known.get_mut(id)
            && let Some(earlier) = trigger.issued.checked_sub(by)
        {
            trigger.issued = earlier;
        }
    }
}

/// The place a `response_url` answers in.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub user: String,
    pub place: Place,
    /// The message whose button was pressed.
    pub message: Option<u32>,
}

struct ResponseUrl {
    target: Target,
    issued: i64,
    uses: u8,
}

#[derive(Default)]
pub(super) struct ResponseUrls {
    known: HashMap<String, ResponseUrl>,
    order: VecDeque<(i64, String)>,
}

impl ResponseUrls {
    pub fn issue(&mut self, id: String, target: Target, now: i64) -> String {
        while let Some((at, _)) = self.order.front()
            && now - at > URL_MS
        {
            if let Some((_, id)) = self.order.pop_front() {
                self.known.remove(&id);
            }
        }
        let url = ResponseUrl {
            target,
            issued: now,
            uses: 0,
        };
        self.known.insert(id.clone(), url);
        self.order.push_back((now, id.clone()));
        id
    }

    pub fn exchange(&mut self, id: &str, now: i64) -> Result<Target, &'static str> {
        let url = self.known.get_mut(id).ok_or("expired_url")?;
        if now - url.issued > URL_MS {
            return Err("expired_url");
        }
        if url.uses >= URL_USES {
            return Err("used_url");
        }
        url.uses += 1;
        Ok(url.target.clone())
    }
}
