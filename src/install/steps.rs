//! What is left to do when the configuration is written.

use super::{Entry, Install, Kind};
use crate::config::sources::ENV_FILE;
use std::path::Path;

impl Install<'_> {
    pub(super) fn next_steps(&mut self, entry: &Entry) {
        self.talk.say(&format!(
            "\nWritten to {} (only you may read it).",
            self.options.output.display()
        ));
        let mut new = self.settings.iter();
        if new.any(|(name, _)| *name == "REVERSE_MENTOR_KEY") {
            self.talk
                .say("It holds the key that seals what people write: keep a copy elsewhere.");
        }
        let left = std::mem::take(&mut self.left);
        if !left.is_empty() {
            self.talk.say("\nStill to mend:\n");
            for what in &left {
                self.talk.say(&format!("  - {what}"));
            }
            self.talk
                .say("\nThen run `reverse-mentor install` again: it asks for what Slack refuses, and the rest stays.");
        }
        self.left = left;
        let mut steps = vec![serve(&self.options.output)];
        let listen = self.value("REVERSE_MENTOR_LISTEN");
        let listen = listen.as_deref().unwrap_or("127.0.0.1:3000");
        let address = entry.url.as_deref().unwrap_or("the app's https address");
        if entry.kind != Kind::Socket {
            steps.push(format!(
                "Put https in front of it, which forwards {address} to http://{listen}. Then, in the app's\n     \
                 settings, Event Subscriptions, press Retry beside the Request URL until it says Verified. Until then Home stays blank."
            ));
        }
        if entry.kind == Kind::Many {
            steps.push(format!(
                "Install the app in each workspace: open {address}/slack/install"
            ));
        }
        steps.push(
            "In Slack, type /reverse-mentor setup. Invite the bot to the digest channel: /invite @Reverse Mentor"
                .to_owned(),
        );
        steps.push("reverse-mentor doctor     checks it all, whenever you like".to_owned());
        self.talk.say("\nNow:\n");
        for (step, words) in (1..).zip(steps) {
            self.talk.say(&format!("  {step}. {words}"));
        }
    }
}

/// How `serve` finds the file.
pub(super) fn serve(output: &Path) -> String {
    let whole = std::path::absolute(output).unwrap_or_else(|_| output.to_owned());
    if output.file_name().is_none_or(|name| name != ENV_FILE) {
        return format!(
            "REVERSE_MENTOR_ENV_FILE={} reverse-mentor serve",
            whole.display()
        );
    }
    let folder = whole.parent().filter(|_| output.components().count() > 1);
    match folder {
        Some(folder) => format!("reverse-mentor serve      in {}", folder.display()),
        None => "reverse-mentor serve      in this folder".to_owned(),
    }
}
