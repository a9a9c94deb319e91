//! The checks on the channels that settings name.

use super::Settings;
use super::check::{Check, is_slack_id};
use crate::domain::ids::ChannelId;

impl Settings {
    pub(super) fn digest_channel(&self) -> Check {
        channel(self.digest_channel.as_ref())
    }

    /// Whoever is in the circle reads what is posted there, so the digest's channel, which is for everyone, is another one.
    pub(super) fn mentor_circle(&self) -> Check {
        channel(self.mentor_circle.as_ref())?;
        if self.mentor_circle.is_some() && self.mentor_circle == self.digest_channel {
            return Err(
                "That's the digest's channel. Pick one that is for mentors, or leave it empty."
                    .to_owned(),
            );
        }
        Ok(())
    }
}

fn channel(named: Option<&ChannelId>) -> Check {
    match named {
        Some(channel) if !is_slack_id(channel.as_str(), &['C', 'G']) => Err(format!(
            "“{channel}” isn't a channel id: those look like C024BE91L. Slack shows it at the end of the channel's \
             details."
        )),
        Some(_) | None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(digest: Option<&str>, circle: Option<&str>) -> Vec<&'static str> {
        let settings = Settings {
            digest_channel: digest.map(ChannelId::from),
            mentor_circle: circle.map(ChannelId::from),
            ..Settings::default()
        };
        let problems = settings.check().into_iter();
        problems.map(|(field, _)| field).collect()
    }

    #[test]
    fn channels_are_ids_and_the_circle_is_a_channel_of_its_own() {
        assert_eq!(wrong(Some("C1"), Some("G2")), [""; 0]);
        assert_eq!(wrong(Some("#general"), None), ["digest_channel"]);
        assert_eq!(wrong(None, Some("mentors")), ["mentor_circle"]);
        assert_eq!(wrong(Some("C1"), Some("C1")), ["mentor_circle"]);
    }
}
