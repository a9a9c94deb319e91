//! `reverse-mentor install`: from nothing to a bot that answers, in one conversation. `reverse-mentor manifest` prints the
//! Slack app's manifest alone.

mod bad;
mod file;
mod talk;
mod way;

pub use bad::BadInstall;
pub use way::ManifestOptions;

use crate::clock::Clock;
use crate::config::sources::{ENV_FILE, Sources};
use crate::config::{self, BadConfig};
use crate::doctor::{self, Report};
use crate::domain::ids::ChannelId;
use crate::slack::client::Client;
use crate::slack::manifest::{Reach, manifest};
use clap::Args;
use secrecy::SecretString;
use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::time::Duration;
use talk::Talk;
use way::Way;

const TIMEOUT: Duration = Duration::from_secs(10);

/// What `install` is asked for; it asks for the rest.
#[derive(Args, Debug)]
pub struct Options {
    #[command(flatten)]
    way: Way,
    /// Where the configuration goes; `serve` reads it from the folder it starts in.
    #[arg(long, value_name = "FILE", default_value = ENV_FILE)]
    output: PathBuf,
    /// Slack's Web API, or a stand-in (plain http only on this machine).
    #[arg(long, env = "SLACK_API_URL", default_value = SLACK)]
    slack_api_url: String,
}

const SLACK: &str = "https://slack.com/api";

/// Runs the installation at the terminal. False when something is left to mend.
pub async fn run(options: &Options) -> anyhow::Result<bool> {
    let (mut input, mut output) = (std::io::stdin().lock(), std::io::stdout());
    let sources = Sources::read()?;
    let known = |name: &str| {
        let set = std::env::var(name)
            .ok()
            .filter(|value| !value.trim().is_empty());
        set.or_else(|| sources.value(name).map(str::to_owned))
    };
    let talk = Talk::new(&mut input, &mut output, std::io::stdin().is_terminal());
    Ok(installed(options, &known, talk).await?)
}

/// A value that is configured already: in the environment, in a file, or as a systemd credential.
type Known<'a> = &'a dyn Fn(&str) -> Option<String>;

async fn installed<'a>(
    options: &'a Options,
    known: Known<'a>,
    talk: Talk<'a>,
) -> Result<bool, BadInstall> {
    if options.output.exists() {
        return Err(BadInstall::Exists(options.output.clone()));
    }
    let mut install = Install {
        options,
        known,
        talk,
        settings: Vec::new(),
    };
    let reach = install.reach()?;
    install.app(&reach)?;
    let is_well = install.secrets(&reach).await?;
    install.place()?;
    file::write(&options.output, &install.settings)
        .map_err(|error| BadInstall::Unwritten(options.output.clone(), error))?;
    install.next_steps(&reach);
    Ok(is_well)
}

/// One conversation.
struct Install<'a> {
    options: &'a Options,
    known: Known<'a>,
    talk: Talk<'a>,
    /// What goes into the configuration.
    settings: Vec<(&'static str, String)>,
}

impl Install<'_> {
    fn reach(&mut self) -> Result<Reach, BadInstall> {
        self.talk.say("1 of 4 · How Slack reaches the bot\n");
        if let Some(reach) = self.options.way.reach()? {
            return Ok(reach);
        }
        self.talk.say(
            "  Socket Mode: the bot opens the connections, so it needs no public address. The shortest way.\n  \
             Or an https address of yours, to which Slack posts.\n",
        );
        loop {
            let answer = self
                .talk
                .ask("An https address, or \"socket\"", Some("socket"))?;
            if answer.eq_ignore_ascii_case("socket") {
                return Ok(Reach::Socket);
            }
            match Reach::url(&answer) {
                Ok(reach) => return Ok(reach),
                Err(why) => self.talk.say(&format!("  {why}")),
            }
        }
    }

    /// Has the Slack app made from its manifest.
    fn app(&mut self, reach: &Reach) -> Result<(), BadInstall> {
        let path = self
            .options
            .output
            .with_file_name("reverse-mentor.manifest.yml");
        let text = manifest(reach);
        std::fs::write(&path, &text).map_err(|error| BadInstall::Unwritten(path.clone(), error))?;
        self.talk
            .say("\n2 of 4 · The Slack app. Here is its manifest:\n");
        self.talk.say(&text);
        self.talk.say(&format!(
            "It is also in {}.\n\n  \
             a. Open https://api.slack.com/apps and choose Create New App, From a manifest, your workspace. Paste it over what is \
             there.\n  \
             b. Choose Install App, Install to Workspace, Allow.",
            path.display()
        ));
        if *reach == Reach::Socket {
            self.talk.say(
                "  c. On Basic Information, App-Level Tokens, choose Generate Token: any name, and the scope connections:write.",
            );
        }
        self.talk.pause("\nPress Enter when this is done")?;
        Ok(())
    }

    /// Takes the secrets, and tries each one with Slack. False when something is left to mend.
    async fn secrets(&mut self, reach: &Reach) -> Result<bool, BadInstall> {
        self.talk
            .say("\n3 of 4 · The secrets. What you type isn't shown.\n");
        let (client, mut is_well) = self.bot_token().await?;
        match reach {
            Reach::Socket => is_well &= self.app_token().await?,
            Reach::Url(_) | Reach::Many(_) => {
                let question = "Signing Secret (Basic Information)";
                let secret = self.secret("SLACK_SIGNING_SECRET", question, "")?;
                if !secret.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                    self.talk.say("  Signing secrets are usually 32 digits and letters a to f. It is kept as it is.");
                }
            }
        }
        if let Some(client) = client {
            is_well &= self.channel(&client).await?;
        }
        Ok(is_well)
    }

    /// A client with a bot token that Slack takes, or that somebody keeps all the same.
    async fn bot_token(&mut self) -> Result<(Option<Client>, bool), BadInstall> {
        let question = "Bot User OAuth Token (xoxb-…; OAuth & Permissions)";
        loop {
            let token = self.secret("SLACK_BOT_TOKEN", question, "xoxb-")?;
            let client = self.client(&token);
            let (mut report, mut is_known) = (Report::default(), false);
            if let Some(client) = &client {
                let probe = doctor::slack(client, &Clock::wall(), &mut report).await;
                is_known = probe.is_some();
            }
            self.talk.say(report.render().trim_end());
            if is_known {
                return Ok((client, report.is_well()));
            }
            if !self.tries_again("SLACK_BOT_TOKEN")? {
                return Ok((None, false));
            }
        }
    }

    async fn app_token(&mut self) -> Result<bool, BadInstall> {
        let question = "App-level token (xapp-…; Basic Information, App-Level Tokens)";
        loop {
            let token = self.secret("SLACK_APP_TOKEN", question, "xapp-")?;
            let mut report = Report::default();
            if let Some(client) = self.client(&token) {
                doctor::sockets(&client, &mut report).await;
            }
            self.talk.say(report.render().trim_end());
            if report.is_well() {
                return Ok(true);
            }
            if !self.tries_again("SLACK_APP_TOKEN")? {
                return Ok(false);
            }
        }
    }

    /// The digest's channel is chosen in Slack; here it is only tried.
    async fn channel(&mut self, client: &Client) -> Result<bool, BadInstall> {
        self.talk.say(
            "\n  The weekly digest goes to a channel, which you choose in Slack. To try one now, give its id: it is at the end of\n  \
             the channel's About tab.",
        );
        loop {
            let id = self
                .talk
                .ask("Channel id, or Enter to leave it for later", Some("later"))?;
            if id == "later" {
                return Ok(true);
            }
            let mut report = Report::default();
            doctor::digest_channel(client, &ChannelId::from(id.as_str()), &mut report).await;
            self.talk.say(report.render().trim_end());
            if report.is_well() {
                return Ok(true);
            }
        }
    }

    fn client(&mut self, token: &str) -> Option<Client> {
        let token = SecretString::from(token);
        match Client::new(&self.options.slack_api_url, &token, TIMEOUT) {
            Ok(client) => Some(client),
            Err(error) => {
                self.talk.say(&format!("  {error}"));
                None
            }
        }
    }

    /// A secret: known already, or asked for until it looks like one. It is written only if it was asked for.
    fn secret(
        &mut self,
        name: &'static str,
        question: &str,
        prefix: &str,
    ) -> Result<String, BadInstall> {
        if let Some(known) = (self.known)(name) {
            self.talk.say(&format!("  {name} is configured already"));
            return Ok(known);
        }
        self.settings.retain(|(known, _)| *known != name);
        loop {
            let given = self.talk.ask_secret(question)?;
            if given.is_empty() || given.contains(char::is_whitespace) || !given.starts_with(prefix)
            {
                let starts = match prefix {
                    "" => String::new(),
                    prefix => format!(" that starts with {prefix}"),
                };
                self.talk
                    .say(&format!("  That can't be it: it is one word{starts}"));
                continue;
            }
            self.settings.push((name, given.clone()));
            return Ok(given);
        }
    }

    /// Whether to ask for a secret again. One that is configured elsewhere stays.
    fn tries_again(&mut self, name: &str) -> Result<bool, BadInstall> {
        if (self.known)(name).is_some() {
            return Ok(false);
        }
        let answer = self.talk.ask(
            "Give it again, or type \"keep\" to go on with this one",
            Some("again"),
        )?;
        Ok(!answer.eq_ignore_ascii_case("keep"))
    }

    /// Where everything is kept.
    fn place(&mut self) -> Result<(), BadInstall> {
        self.talk.say("\n4 of 4 · Where everything is kept\n");
        if (self.known)("DATABASE_URL").is_some() {
            self.talk.say("  DATABASE_URL is configured already");
        } else {
            // In full, because `serve` may be started in another folder.
            let file = self.options.output.with_file_name("reverse-mentor.db");
            let file = std::path::absolute(&file).unwrap_or(file);
            let file = format!("sqlite://{}", file.display());
            let url = loop {
                let url = self
                    .talk
                    .ask("A file, or postgres://… for several replicas", Some(&file))?;
                match config::checked(&url) {
                    Ok(_) => break url,
                    Err(error) => self.talk.say(&format!("  {error}")),
                }
            };
            self.settings.push(("DATABASE_URL", url));
        }
        let url = self
            .settings
            .iter()
            .find(|(name, _)| *name == "DATABASE_URL");
        let is_file = url.is_none_or(|(_, url)| config::sqlite_file(url).is_some());
        if !is_file && (self.known)("REVERSE_MENTOR_KEY").is_none() {
            let key = crate::store::seal::Keys::generate().map_err(BadConfig::from)?;
            self.settings.push(("REVERSE_MENTOR_KEY", key));
        }
        if self.options.slack_api_url != SLACK {
            self.settings
                .push(("SLACK_API_URL", self.options.slack_api_url.clone()));
        }
        Ok(())
    }

    fn next_steps(&mut self, reach: &Reach) {
        self.talk.say(&format!(
            "\nWritten to {} (only you may read it).",
            self.options.output.display()
        ));
        if self
            .settings
            .iter()
            .any(|(name, _)| *name == "REVERSE_MENTOR_KEY")
        {
            self.talk
                .say("It holds the key that seals what people write: keep a copy elsewhere.");
        }
        self.talk
            .say("\nNow:\n\n  1. reverse-mentor serve      in this folder");
        let mut step = 2;
        if let Reach::Url(url) | Reach::Many(url) = reach {
            self.talk.say(&format!(
                "  2. Put https in front of it, for {url}. Then, in the app's settings, Event Subscriptions, press Retry beside the\n     \
                 Request URL until it says Verified. Until then Home stays blank."
            ));
            step = 3;
        }
        self.talk.say(&format!(
            "  {step}. In Slack, type /reverse-mentor setup. Invite the bot to the digest channel: /invite @Reverse Mentor\n  \
             {}. reverse-mentor doctor     checks it all, whenever you like",
            step + 1
        ));
    }
}

#[cfg(test)]
mod tests;
