//! The fields of the settings for channels.

use crate::domain::program::Settings;
use crate::slack::blocks::{Blocks, Input};

pub(super) fn circle(settings: &Settings) -> Blocks {
    let channel = settings.mentor_circle.as_ref();
    let channel = channel.map_or("", |id| id.as_str());
    Blocks::new().input(
        Input::channel("mentor_circle", "Mentor circle")
            .optional()
            .filled(channel)
            .hint(
                "A channel where mentors meet each other, private or public. They find a button to join it; nobody is \
                 added without pressing it. Invite me there first. Leave it empty for none.",
            ),
    )
}

pub(super) fn digest(settings: &Settings) -> Blocks {
    let channel = settings.digest_channel.as_ref();
    let channel = channel.map_or("", |id| id.as_str());
    Blocks::new()
        .input(
            Input::channel("digest_channel", "Digest channel")
                .optional()
                .filled(channel)
                .hint(
                    "Once a week: figures and a chart, never names. Leave it empty for no public digest. A private \
                     channel works, too: invite me there first, or I can't post.",
                ),
        )
}
