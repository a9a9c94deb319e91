//! Slack's rate limits, counted strictly: a sliding window of a minute on the clock, per method.

use std::collections::{HashMap, VecDeque};

const MINUTE: i64 = 60_000;
/// Slack: "several hundred messages per minute per workspace".
const POSTS_A_MINUTE: usize = 300;
/// Slack: one message a second per channel.
const POST_SPACING: i64 = 1_000;

/// How often a method may be called, per workspace and app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tier {
    /// Once a minute: reading conversations, for apps that others install outside Slack's Marketplace.
    One,
    /// 20 a minute.
    Two,
    /// 50 a minute.
    Three,
    /// 100 a minute.
    Four,
    /// `chat.postMessage`: one a second per channel, 300 a minute per workspace.
    Post,
    /// Special tiers of several hundred a minute.
    Special,
}

impl Tier {
    fn a_minute(self) -> usize {
        match self {
            Self::One => 1,
            Self::Two => 20,
            Self::Three => 50,
            Self::Four => 100,
            Self::Post => POSTS_A_MINUTE,
            Self::Special => 600,
        }
    }
}

/// When each method was last called.
#[derive(Default)]
pub(super) struct Limits {
    methods: HashMap<&'static str, VecDeque<i64>>,
    /// Channel → when it takes a message again that is no part of a burst.
    channels: HashMap<String, i64>,
}

impl Limits {
    /// Counts a call at `now` (clock milliseconds), or says how many seconds are left to wait.
    pub fn call(&mut self, method: &'static str, tier: Tier, now: i64) -> Result<(), i64> {
        let window = self.methods.entry(method).or_default();
        while window.front().is_some_and(|at| *at <= now - MINUTE) {
            window.pop_front();
        }
        if window.len() < tier.a_minute() {
            window.push_back(now);
            return Ok(());
        }
        let oldest = window.front().copied().unwrap_or(now);
        Err(seconds(oldest + MINUTE - now))
    }

    /// As [`Limits::call`], for the one message a second that a channel takes, and `burst` at once after a pause.
    pub fn post(&mut self, channel: &str, burst: u32, now: i64) -> Result<(), i64> {
        let ahead = i64::from(burst.max(1) - 1) * POST_SPACING;
        let free = self.channels.get(channel).copied().unwrap_or(now).max(now);
        if free - now > ahead {
            return Err(seconds(free - ahead - now));
        }
        self.channels
            .insert(channel.to_owned(), free + POST_SPACING);
        Ok(())
    }
}

/// Whole seconds, rounded up: waiting that long is always enough.
fn seconds(ms: i64) -> i64 {
    ((ms + 999) / 1000).max(1)
}
