//! `reverse-mentor install`: from nothing to a bot that answers, in one conversation. Where a configuration is there already, it
//! mends what Slack refuses. `reverse-mentor manifest` prints the Slack app's manifest alone.

mod bad;
mod file;
mod secrets;
mod steps;
mod talk;
mod way;

pub use bad::BadInstall;
pub use way::ManifestOptions;

use crate::config::sources::{ENV_FILE, ENV_FILE_NAME, Sources};
use crate::config::{self, BadConfig};
use crate::slack::client::Client;
use crate::slack::manifest::{Reach, manifest};
use clap::Args;
use secrecy::SecretString;
use std::collections::HashMap;
use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::time::Duration;
use talk::{Interrupts, Talk};
use way::Way;

const TIMEOUT: Duration = Duration::from_secs(10);

/// What `install` is asked for; it asks for the rest.
#[derive(Args, Debug)]
pub struct Options {
    #[command(flatten)]
    way: Way,
    /// Where the configuration goes; `serve` reads it from the folder it starts in. If it is there already, it is mended.
    #[arg(long, value_name = "FILE", env = ENV_FILE_NAME, default_value = ENV_FILE)]
    output: PathBuf,
    /// Slack's Web API, or a stand-in (plain http only on this machine).
    #[arg(long, env = "SLACK_API_URL", default_value = SLACK)]
    slack_api_url: String,
}

const SLACK: &str = "https://slack.com/api";

/// Runs the installation at the terminal. False when something is left to mend.
pub async fn run(options: &Options) -> anyhow::Result<bool> {
    let (mut input, mut output) = (std::io::stdin().lock(), std::io::stdout());
    let sources = Sources::but_file()?;
    let known = |name: &str| {
        let set = std::env::var(name)
            .ok()
            .filter(|value| !value.trim().is_empty());
        set.or_else(|| sources.value(name).map(str::to_owned))
    };
    let interrupts = if std::io::stdin().is_terminal() {
        Some(Interrupts::listen()?)
    } else {
        None
    };
    let talk = Talk::new(&mut input, &mut output, interrupts);
    Ok(installed(options, &known, talk).await?)
}

/// A value that is configured outside the file: in the environment, in a file of its own, or as a systemd credential.
type Known<'a> = &'a dyn Fn(&str) -> Option<String>;

async fn installed<'a>(
    options: &'a Options,
    known: Known<'a>,
    talk: Talk<'a>,
) -> Result<bool, BadInstall> {
    let held = file::read(&options.output)?;
    let is_there = held.is_some();
    let held = held.unwrap_or_default();
    let api = match held.get(API_URL) {
        Some(held) if options.slack_api_url == SLACK => held.clone(),
        _ => options.slack_api_url.clone(),
    };
    let slack = Client::new(&api, &SecretString::from(""), TIMEOUT);
    let slack = slack.map_err(|error| BadConfig::Slack(error.to_string()))?;
    let mut install = Install {
        options,
        known,
        talk,
        slack,
        held,
        settings: Vec::new(),
        left: Vec::new(),
    };
    if is_there {
        install.talk.say(&format!(
            "{} is there already. What Slack refuses is asked for again; the rest stays.\n",
            options.output.display()
        ));
    }
    let entry = match install.entry_so_far() {
        Some(entry) => entry,
        None => install.entry()?,
    };
    install.secrets(entry.kind).await?;
    install.place(&api)?;
    file::write(&options.output, &install.settings)
        .map_err(|error| BadInstall::Unwritten(options.output.clone(), error))?;
    install.next_steps(&entry);
    Ok(install.left.is_empty())
}

const API_URL: &str = "SLACK_API_URL";

/// How Slack's requests come in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Socket,
    Https,
    /// Over https, for many workspaces.
    Many,
}

struct Entry {
    kind: Kind,
    /// The address, where this run has asked for it.
    url: Option<String>,
}

/// One conversation.
struct Install<'a> {
    options: &'a Options,
    known: Known<'a>,
    talk: Talk<'a>,
    /// A client without a token.
    slack: Client,
    /// What the configuration holds already.
    held: HashMap<String, String>,
    /// What goes into the configuration.
    settings: Vec<(&'static str, String)>,
    /// What is left to mend.
    left: Vec<String>,
}

impl Install<'_> {
    /// The way in that an earlier run has configured, unless this one names another.
    fn entry_so_far(&self) -> Option<Entry> {
        let way = &self.options.way;
        let has = |name: &str| self.held.contains_key(name);
        let kind = if has("SLACK_APP_TOKEN") {
            Kind::Socket
        } else if has("SLACK_CLIENT_ID") {
            Kind::Many
        } else if has("SLACK_SIGNING_SECRET") {
            Kind::Https
        } else {
            return None;
        };
        let is_named = way.url.is_some() || way.socket;
        (!is_named).then_some(Entry { kind, url: None })
    }

    /// Chooses the way in, and has the Slack app made.
    fn entry(&mut self) -> Result<Entry, BadInstall> {
        let reach = self.reach()?;
        self.app(&reach)?;
        Ok(match reach {
            Reach::Socket => Entry {
                kind: Kind::Socket,
                url: None,
            },
            Reach::Url(url) => Entry {
                kind: Kind::Https,
                url: Some(url),
            },
            Reach::Many(url) => Entry {
                kind: Kind::Many,
                url: Some(url),
            },
        })
    }

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
        let install = match reach {
            Reach::Socket | Reach::Url(_) => "Choose Install App, Install to Workspace, Allow.",
            Reach::Many(_) => {
                "Choose Manage Distribution, and activate public distribution. Each workspace installs the app later."
            }
        };
        self.talk.say(&format!(
            "It is also in {}.\n\n  \
             a. Open https://api.slack.com/apps and choose Create New App, From a manifest, your workspace. Paste it over what is \
             there.\n  \
             b. {install}",
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

    /// A value from outside the file, which stands above the file's, or from the file.
    fn value(&self, name: &str) -> Option<String> {
        let new = self.settings.iter().find(|(known, _)| *known == name);
        let new = new.map(|(_, value)| value.clone());
        let outside = || (self.known)(name);
        let held = || self.held.get(name).cloned();
        new.or_else(outside).or_else(held)
    }

    /// Where everything is kept.
    fn place(&mut self, api: &str) -> Result<(), BadInstall> {
        self.talk.say("\n4 of 4 · Where everything is kept\n");
        if self.value("DATABASE_URL").is_some() {
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
        let url = self.value("DATABASE_URL");
        let is_file = url.is_none_or(|url| config::sqlite_file(&url).is_some());
        if !is_file && self.value("REVERSE_MENTOR_KEY").is_none() {
            let key = crate::store::seal::Keys::generate().map_err(BadConfig::from)?;
            self.settings.push(("REVERSE_MENTOR_KEY", key));
        }
        if api != SLACK && self.held.get(API_URL).is_none_or(|held| held != api) {
            self.settings.push((API_URL, api.to_owned()));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
