//! What the owners' note says of the channel's figures: that there are none yet, and what owners read first.

use super::part::Part;
use super::report::Report;
use crate::domain::companion::Thing;
use crate::domain::digest::confidence_words;
use crate::md;
use crate::slack::blocks::{Blocks, button};
use crate::slack::event::Action;
use crate::slack::words::Md;

impl Report {
    pub(super) fn nobody_joined(&self) -> Md {
        let waits = self.channel.as_ref().filter(|_| self.digest_waits);
        let waits = waits.map(|channel| {
            md!(
                " The digest for {} starts once a figure covers {} people.",
                channel,
                self.minimum
            )
        });
        md!(
            "{}: nobody has joined yet. People join with `/reverse-mentor join`; a few words from you, in a channel they \
         read, will do more than anything I could post.{}",
            self.name,
            waits.unwrap_or_default()
        )
    }

    /// Before the channel reads of it.
    pub(super) fn fall(&self) -> Option<Part> {
        let fall = self.fall?;
        let channel = match &self.channel {
            Some(channel) => md!(" {} reads of it in a week at the earliest.", channel),
            None => Md::default(),
        };
        let blocks = Blocks::new().section(md!(
            "*Confidence is lower than at the start*\nIt's {}. At least {} people rated it more than once. Often goals were set too high, or \
             people now see better what they don't know yet. A word to all pairs about goals that fit helps most.{}",
            confidence_words(fall),
            self.minimum,
            channel
        ));
        Some(Part {
            name: "confidence, lower than at the start",
            things: vec![Thing::ConfidenceFell(fall)],
            blocks,
            has_buttons: false,
        })
    }

    /// While nobody has joined, the lead says so.
    pub(super) fn digest_waits(&self) -> Option<Part> {
        let channel = self
            .channel
            .as_ref()
            .filter(|_| self.digest_waits && !self.empty)?;
        let blocks = Blocks::new()
            .section(md!(
                "*The digest waits*\nNothing was posted in {}: every figure would be “fewer than {}”, and numbers that \
                 small could single someone out. It's posted when a figure covers {} people. A few words from you \
                 bring people in.",
                channel,
                self.minimum,
                self.minimum
            ))
            .buttons([button("Announce it", &Action::OpenAnnounce)]);
        Some(Part {
            name: "the digest, which waits",
            things: vec![Thing::DigestWaits],
            blocks,
            has_buttons: false,
        })
    }
}
