//! The sandbox's own counts, made without asking the app.

use std::collections::BTreeMap;

/// A kind of conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "server",
    derive(serde::Serialize),
    serde(rename_all = "snake_case")
)]
pub enum Kind {
    /// A person's conversation with the app.
    Im,
    /// A group DM.
    Mpim,
    /// A public or private channel.
    Channel,
}

/// One number per kind of conversation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "server", derive(serde::Serialize))]
pub struct ByKind {
    /// In people's conversations with the app.
    pub im: u64,
    /// In group DMs.
    pub mpim: u64,
    /// In channels.
    pub channel: u64,
}

impl ByKind {
    /// All of them.
    pub fn total(&self) -> u64 {
        self.im + self.mpim + self.channel
    }

    pub(super) fn add(&mut self, kind: Kind) {
        match kind {
            Kind::Im => self.im += 1,
            Kind::Mpim => self.mpim += 1,
            Kind::Channel => self.channel += 1,
        }
    }
}

/// Everything counted since the sandbox started.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "server", derive(serde::Serialize))]
pub struct Tally {
    /// Web API method (and `response_url`, `upload`) → outcome (`ok`, an error code, `fault:…`) → calls.
    pub calls: BTreeMap<String, BTreeMap<String, u64>>,
    /// Messages from the app that stayed: not ephemeral ones, not edits.
    pub messages: ByKind,
    /// Those of [`Tally::messages`] with metadata, by event type.
    pub by_event_type: BTreeMap<String, u64>,
    /// Files among them.
    pub files: u64,
    /// Messages that one person saw (`chat.postEphemeral`, answers to commands).
    pub ephemerals: u64,
    /// Messages changed later.
    pub edits: u64,
    /// Said again in the same conversation, without saying so: same metadata key, or without metadata
    /// the same words within ten minutes.
    pub duplicated: ByKind,
    /// Said again with words that say so ([`Options::repeat_mark`](super::Options::repeat_mark)).
    pub duplicated_marked: ByKind,
    /// 429s because the app went over a limit; not injected ones.
    pub rate_limited: u64,
    /// Messages and views refused because of their blocks.
    pub block_errors: u64,
    /// Messages refused because Slack was still processing a file in them. They were only too early.
    pub files_too_early: u64,
    /// Calls for which the token has no scope.
    pub missing_scope: u64,
    /// The app's token came along where it does not belong.
    pub leaked_tokens: u64,
    /// `expired_trigger_id`, `exchanged_trigger_id`, `invalid_trigger_id`.
    pub expired_triggers: u64,
    /// `response_url`s used too late or too often.
    pub expired_urls: u64,
    /// Requests to the app.
    pub sent: u64,
    /// Not answered within three real seconds.
    pub ack_late: u64,
    /// Answered with a status other than 2xx, or with something Slack does not understand.
    pub ack_bad: u64,
    /// Slowest answer of the app, real milliseconds.
    pub slowest_ack_ms: u64,
    /// Events sent again because the app did not take them.
    pub events_retried: u64,
    /// Given up after the last retry.
    pub events_given_up: u64,
    /// Not delivered, because the Request URL did not send its challenge back.
    pub events_unverified: u64,
    /// Unasked-for messages outside a recipient's working hours or days.
    pub out_of_hours: u64,
    /// A second unasked-for message to one person on one of their days.
    pub second_unasked_same_day: u64,
    /// `<!channel>`, `<!here>` or `<!everyone>` reached people.
    pub broadcasts: u64,
    /// Messages without top-level text: screen readers read nothing.
    pub without_text: u64,
    /// Arguments Slack does not know, as `method.argument`: it ignores them silently.
    pub unknown_arguments: BTreeMap<String, u64>,
    /// The first things that went wrong, in words.
    pub remarks: Vec<String>,
}

/// Enough to find the cause; a rehearsal that goes wrong goes wrong thousands of times.
const REMARKS: usize = 100;

impl Tally {
    pub(super) fn outcome(&mut self, method: &str, outcome: &str) {
        if !self.calls.contains_key(method) {
            self.calls.insert(method.to_owned(), BTreeMap::new());
        }
        let Some(outcomes) = self.calls.get_mut(method) else {
            return;
        };
        match outcomes.get_mut(outcome) {
            Some(count) => *count += 1,
            None => {
                outcomes.insert(outcome.to_owned(), 1);
            }
        }
    }

    pub(super) fn event_type(&mut self, name: &str) -> &mut u64 {
        self.by_event_type.entry(name.to_owned()).or_default()
    }

    pub(super) fn remark(&mut self, words: impl FnOnce() -> String) {
        if self.remarks.len() < REMARKS {
            self.remarks.push(words());
        }
    }

    /// How often the app broke a rule of Slack's: limits, blocks, scopes, time windows, three seconds to answer, a verified
    /// Request URL, arguments that Slack does not know, a text for screen readers, a token that stays where it belongs.
    pub fn violations(&self) -> u64 {
        self.rate_limited
            + self.block_errors
            + self.missing_scope
            + self.leaked_tokens
            + self.expired_triggers
            + self.expired_urls
            + self.ack_late
            + self.ack_bad
            + self.events_unverified
            + self.without_text
            + self.unknown_arguments.values().sum::<u64>()
    }

    /// Calls of `method` that ended well.
    pub fn ok(&self, method: &str) -> u64 {
        self.count(method, "ok")
    }

    /// Calls of `method` that ended as `outcome`.
    pub fn count(&self, method: &str, outcome: &str) -> u64 {
        let outcomes = self.calls.get(method);
        outcomes
            .and_then(|outcomes| outcomes.get(outcome))
            .copied()
            .unwrap_or_default()
    }
}
