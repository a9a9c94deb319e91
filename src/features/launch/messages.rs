//! Texts of the announcement.

use crate::domain::ids::ChannelId;
use crate::domain::message::Message;
use crate::domain::program::Settings;
use crate::features::{NextMatch, months};
use crate::md;
use crate::slack::blocks::{Blocks, Input, Modal, button};
use crate::slack::event::{Action, Form};
use crate::slack::words::{Md, quote};

pub(super) const CHANNEL: &str = "channel";
pub(super) const WORDS: &str = "words";
/// The longest text, in characters: it fits into the form's hidden text (Slack: 3,000) whatever is in it.
const LONGEST: usize = 1_000;
const TITLE: &str = "Announce the program";

/// Words to begin with, from the program's purpose.
pub(super) fn suggested(settings: &Settings) -> String {
    let purpose = settings.purpose.trim();
    // A long one is for the join form.
    let why = if purpose.is_empty() || purpose.chars().count() > LONGEST / 2 {
        String::new()
    } else {
        format!("{purpose}\n\n")
    };
    format!(
        "{why}A junior colleague teaches a senior one, once a month, and both learn. It takes about an hour a month. \
         It would be good to have you in it."
    )
}

pub(super) fn form(channel: Option<&ChannelId>, words: &str) -> Modal {
    let blocks = Blocks::new()
        .section("You'll see the whole announcement before it's posted.")
        .append(fields(channel, words))
        .context(
            "It works best in the words of someone people look up to: a sponsor who takes part. Invite me to the channel first, \
             with `/invite`.",
        );
    Modal::form(Form::Announce, TITLE, "Show it to me first", blocks)
}

fn fields(channel: Option<&ChannelId>, words: &str) -> Blocks {
    Blocks::new()
        .input(
            Input::channel(CHANNEL, "Where?")
                .filled(channel.map_or("", |channel| channel.as_str())),
        )
        .input(Input::text(WORDS, "In your words", LONGEST).filled(words))
}

/// The announcement as it will read, and its words once more to change them.
pub(super) fn looked(
    settings: &Settings,
    channel: &ChannelId,
    words: &str,
    next: &NextMatch,
) -> Modal {
    let form = Form::AnnounceLooked {
        channel: channel.clone(),
        words: words.to_owned(),
    };
    let blocks = Blocks::new()
        .section(md!("Everyone in {} will read this:", channel))
        .divider()
        .append(contents(settings, words, next))
        .divider()
        .append(fields(Some(channel), words))
        .context("If you change something here, you'll see it again before it's posted.");
    Modal::form(form, TITLE, "Post it", blocks)
}

pub(super) fn announcement(settings: &Settings, words: &str, next: &NextMatch) -> Message {
    let text = md!("{}: would you like to take part? {}", settings.name, words);
    contents(settings, words, next)
        .buttons([
            button("Join", &Action::JoinFromChannel).primary(),
            button("Who sees what", &Action::OpenPrivacy),
        ])
        .context("Joining opens a short form that only you see. It isn't announced who joins.")
        .message(text)
}

fn contents(settings: &Settings, words: &str, next: &NextMatch) -> Blocks {
    Blocks::new()
        .header(&settings.name)
        .section(quote(words))
        .section(Md::bullets([
            md!("About an hour a month, for {}.", months(settings.cycles)),
            next.line_to_keep(),
            md!("You can pause or leave at any time, without giving a reason."),
        ]))
}

pub(super) fn posted(channel: &ChannelId) -> Modal {
    let text = md!(
        "It's on its way to {}. If Slack won't take it there, I'll tell you in a direct message.",
        channel
    );
    Modal::notice(TITLE, Blocks::new().section(text))
}
