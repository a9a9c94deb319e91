//! The secrets: asked for without showing them, and each tried with Slack.

use super::bad::BadInstall;
use super::{Install, Kind};
use crate::clock::Clock;
use crate::doctor::{self, Report, Trouble};
use crate::domain::ids::ChannelId;
use crate::slack::authorize::AppCredentials;
use crate::slack::client::Client;
use secrecy::SecretString;

/// A secret that is asked for.
struct Secret {
    name: &'static str,
    question: &'static str,
    /// What Slack's tokens of this kind begin with.
    prefix: &'static str,
}

const BOT_TOKEN: Secret = Secret {
    name: "SLACK_BOT_TOKEN",
    question: "Bot User OAuth Token (xoxb-…; OAuth & Permissions)",
    prefix: "xoxb-",
};
const APP_TOKEN: Secret = Secret {
    name: "SLACK_APP_TOKEN",
    question: "App-level token (xapp-…; Basic Information, App-Level Tokens)",
    prefix: "xapp-",
};
const SIGNING_SECRET: Secret = Secret {
    name: "SLACK_SIGNING_SECRET",
    question: "Signing Secret (Basic Information; not the Client Secret or the Verification Token)",
    prefix: "",
};
const CLIENT_SECRET: Secret = Secret {
    name: "SLACK_CLIENT_SECRET",
    question: "Client Secret (Basic Information; not the Signing Secret)",
    prefix: "",
};
const CLIENT_ID: &str = "SLACK_CLIENT_ID";

/// Tokens of Slack's, by their beginning: people take one for the other.
const KINDS: [(&str, &str); 4] = [
    ("xoxb-", "the bot token"),
    ("xapp-", "the app-level token"),
    ("xoxp-", "a user token"),
    (
        "xoxe",
        "a token that expires, or of the app's configuration",
    ),
];

impl Secret {
    /// Why this can't be it.
    fn problem(&self, given: &str) -> Option<String> {
        let starts = match self.prefix {
            "" => String::new(),
            prefix => format!(" that starts with {prefix}"),
        };
        let other = KINDS.iter().find(|(prefix, _)| {
            given.starts_with(prefix) && (self.prefix.is_empty() || !given.starts_with(self.prefix))
        });
        if let Some((_, other)) = other {
            return Some(match self.prefix {
                "" => format!("  That's {other}, which goes elsewhere"),
                prefix => {
                    format!("  That's {other}. This one is one word that starts with {prefix}")
                }
            });
        }
        let is_word = !given.is_empty() && !given.contains(char::is_whitespace);
        let fits = is_word && given.starts_with(self.prefix);
        (!fits).then(|| format!("  That can't be it: it is one word{starts}"))
    }
}

/// A secret's value, and whether it comes from outside the file, so that nothing written there would count.
struct Given {
    value: String,
    is_from_outside: bool,
}

impl Install<'_> {
    /// Takes the secrets, and tries each one with Slack.
    pub(super) async fn secrets(&mut self, kind: Kind) -> Result<(), BadInstall> {
        self.talk
            .say("\n3 of 4 · The secrets. What you type isn't shown.\n");
        match kind {
            Kind::Many => {
                self.client_secret().await?;
                self.signing_secret()
            }
            Kind::Https => {
                let client = self.bot_token().await?;
                self.signing_secret()?;
                self.channel(client).await
            }
            Kind::Socket => {
                let client = self.bot_token().await?;
                let slack = self.slack.clone();
                let asks = async |token: SecretString, report: &mut Report| {
                    doctor::sockets(&slack.with_token(&token), report).await
                };
                self.tried(&APP_TOKEN, asks).await?;
                self.channel(client).await
            }
        }
    }

    /// A client with a bot token that Slack takes.
    async fn bot_token(&mut self) -> Result<Option<Client>, BadInstall> {
        let slack = self.slack.clone();
        let asks = async |token: SecretString, report: &mut Report| {
            let client = slack.with_token(&token);
            let probe = doctor::slack(&client, &Clock::wall(), report).await;
            probe.map(|_| client)
        };
        self.tried(&BOT_TOKEN, asks).await
    }

    async fn client_secret(&mut self) -> Result<(), BadInstall> {
        let id = match self.value(CLIENT_ID) {
            Some(id) => id,
            None => loop {
                let id = self.talk.ask("Client ID (Basic Information)", None)?;
                if !id.is_empty() {
                    self.settings.push((CLIENT_ID, id.clone()));
                    break id;
                }
            },
        };
        let slack = self.slack.clone();
        let asks = async |secret: SecretString, report: &mut Report| {
            let credentials = AppCredentials {
                id: id.clone(),
                secret,
                client: slack.clone(),
            };
            doctor::credentials(&credentials, report).await
        };
        self.tried(&CLIENT_SECRET, asks).await.map(drop)
    }

    /// Nothing of Slack's can be asked whether it fits.
    fn signing_secret(&mut self) -> Result<(), BadInstall> {
        let secret = &SIGNING_SECRET;
        if (self.known)(secret.name).is_some() {
            self.talk
                .say(&format!("  {} is configured already", secret.name));
            return Ok(());
        }
        let is_held = self.held.contains_key(secret.name);
        let question = if is_held {
            format!("{}, or Enter to keep the one you gave", secret.question)
        } else {
            secret.question.to_owned()
        };
        let given = loop {
            let given = self.talk.ask_secret(&question)?;
            if is_held && given.is_empty() {
                return Ok(());
            }
            match secret.problem(&given) {
                Some(problem) => self.talk.say(&problem),
                // The page shows the two beside each other, and both look alike.
                None if self.value(CLIENT_SECRET.name).as_ref() == Some(&given) => self
                    .talk
                    .say("  That's the Client Secret. The Signing Secret is below it on the page"),
                None => break given,
            }
        };
        let is_usual = given.len() == 32 && given.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_usual {
            self.talk.say(
                "  Signing secrets are usually 32 digits and letters a to f. It is kept as it is.",
            );
        }
        self.settings.push((secret.name, given));
        Ok(())
    }

    /// Takes a secret and tries it with Slack, until Slack takes it, or somebody goes on without.
    async fn tried<T>(
        &mut self,
        secret: &Secret,
        asks: impl AsyncFn(SecretString, &mut Report) -> Result<T, Trouble>,
    ) -> Result<Option<T>, BadInstall> {
        let mut given = self.given(secret)?;
        loop {
            let token = SecretString::from(given.value.as_str());
            let mut report = Report::default();
            let outcome = asks(token, &mut report).await;
            self.talk.say(report.render().trim_end());
            let (found, next) = match outcome {
                Ok(found) => (Some(found), None),
                Err(trouble) => (None, self.again(secret, given, trouble)?),
            };
            let Some(next) = next else {
                self.left.extend(report.to_mend());
                return Ok(found);
            };
            given = next;
        }
    }

    /// What is configured already, or what somebody gives.
    fn given(&mut self, secret: &Secret) -> Result<Given, BadInstall> {
        let outside = (self.known)(secret.name);
        let is_from_outside = outside.is_some();
        if let Some(value) = outside.or_else(|| self.held.get(secret.name).cloned()) {
            self.talk
                .say(&format!("  {} is configured already", secret.name));
            return Ok(Given {
                value,
                is_from_outside,
            });
        }
        loop {
            let given = self.talk.ask_secret(secret.question)?;
            match secret.problem(&given) {
                Some(problem) => self.talk.say(&problem),
                None => return Ok(self.take(secret, given)),
            }
        }
    }

    /// The secret once more, or none to go on with this one.
    fn again(
        &mut self,
        secret: &Secret,
        given: Given,
        trouble: Trouble,
    ) -> Result<Option<Given>, BadInstall> {
        let name = secret.name;
        let elsewhere = format!(
            "  {name} comes from the environment, from the file that {name}_FILE names, or from a systemd credential: mend it there"
        );
        if given.is_from_outside && trouble == Trouble::Refused {
            self.talk.say(&elsewhere);
            return Ok(None);
        }
        let question = match trouble {
            Trouble::Refused => {
                "Give it again (it isn't shown), or type \"keep\" to go on with this one"
            }
            Trouble::Unreached => {
                "Press Enter to try again, or type \"keep\" to go on without trying it"
            }
        };
        loop {
            let answer = self.talk.ask_secret(question)?;
            if answer.eq_ignore_ascii_case("keep") {
                return Ok(None);
            }
            if answer.is_empty() && trouble == Trouble::Unreached {
                return Ok(Some(given));
            }
            match secret.problem(&answer) {
                Some(problem) => self.talk.say(&problem),
                None if given.is_from_outside => self.talk.say(&elsewhere),
                None => return Ok(Some(self.take(secret, answer))),
            }
        }
    }

    fn take(&mut self, secret: &Secret, value: String) -> Given {
        self.settings.retain(|(known, _)| *known != secret.name);
        self.settings.push((secret.name, value.clone()));
        Given {
            value,
            is_from_outside: false,
        }
    }

    /// The digest's channel is chosen in Slack; here it is only tried.
    async fn channel(&mut self, client: Option<Client>) -> Result<(), BadInstall> {
        let Some(client) = client else {
            return Ok(());
        };
        self.talk.say(
            "\n  The weekly digest goes to a channel, which you choose in Slack with /reverse-mentor setup. To try now whether the bot can\n  \
             post there, give its id: it is at the end of the channel's About tab.",
        );
        loop {
            let id = self
                .talk
                .ask("Channel id, or Enter to leave it for later", Some("later"))?;
            if id == "later" {
                return Ok(());
            }
            if !is_channel_id(&id) {
                self.talk.say(&format!(
                    "  \"{id}\" is a name. The id looks like C0123ABCDE, at the end of the channel's About tab"
                ));
                continue;
            }
            let mut report = Report::default();
            let would = "would take the digest: choose it with /reverse-mentor setup";
            doctor::digest_channel(&client, &ChannelId::from(id.as_str()), would, &mut report)
                .await;
            self.talk.say(report.render().trim_end());
            if report.is_well() {
                return Ok(());
            }
        }
    }
}

/// Slack's ids of channels are capital letters and digits.
fn is_channel_id(given: &str) -> bool {
    let is_id = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    given.starts_with(['C', 'G']) && given.bytes().all(is_id)
}
