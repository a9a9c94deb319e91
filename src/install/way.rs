//! How Slack reaches the bot, and the manifest that goes with it.

use super::bad::BadInstall;
use crate::slack::manifest::{Reach, manifest};
use clap::Args;

/// How Slack reaches the bot.
#[derive(Args, Debug, Default)]
pub struct Way {
    /// Slack posts to this https address, such as <https://mentor.example.com>.
    #[arg(long, conflicts_with = "socket")]
    pub url: Option<String>,
    /// Socket Mode: the bot opens the connections, so it needs no public address.
    #[arg(long)]
    pub socket: bool,
    /// For many workspaces, each of which installs the app at /slack/install; takes --url.
    #[arg(long, requires = "url")]
    pub many: bool,
}

impl Way {
    pub fn reach(&self) -> Result<Option<Reach>, BadInstall> {
        match (&self.url, self.socket) {
            (Some(url), _) => match Reach::url(url).map_err(BadInstall::Url)? {
                Reach::Url(url) if self.many => Ok(Some(Reach::Many(url))),
                reach => Ok(Some(reach)),
            },
            (None, true) => Ok(Some(Reach::Socket)),
            (None, false) => Ok(None),
        }
    }
}

/// What `manifest` is asked for.
#[derive(Args, Debug)]
pub struct ManifestOptions {
    #[command(flatten)]
    way: Way,
}

impl ManifestOptions {
    pub fn manifest(&self) -> Result<String, BadInstall> {
        let reach = self.way.reach()?.ok_or(BadInstall::NoWay)?;
        Ok(manifest(&reach))
    }
}
