//! The people and the channel that the program's settings name.

use super::report::Report;
use crate::domain::ids::{ChannelId, TeamId};
use crate::domain::program::Settings;
use crate::slack::client::{CallError, Client};
use crate::slack::inbound;
use serde_json::{Value, json};

/// Checks whom and what the settings name.
pub async fn program(client: &Client, settings: &Settings, report: &mut Report) {
    if settings.owners.is_empty() {
        report.mend(
            "owners",
            "none: name at least two, so that rounds don't wait for someone on leave",
        );
    }
    let mut living = 0;
    for owner in &settings.owners {
        living += usize::from(person(client, "owner", owner.as_str(), report).await);
    }
    if living == 0 && !settings.owners.is_empty() {
        report.mend(
            "owners",
            "none is still there: workspace admins act for the program until new owners are named",
        );
    }
    match &settings.support_contact {
        Some(contact) => {
            person(client, "support", contact.as_str(), report).await;
        }
        None => report.mend(
            "support",
            "no support contact: name someone outside reporting lines",
        ),
    }
    match &settings.digest_channel {
        Some(channel) => digest_channel(client, channel, "gets the digest", report).await,
        None => report.ok(
            "channel",
            "no digest channel: owners still get their private companion",
        ),
    }
    if let Some(circle) = &settings.mentor_circle {
        mentor_circle(client, circle, report).await;
    }
}

/// Checks somebody whom the settings name. False if they are surely gone.
async fn person(client: &Client, what: &str, user: &str, report: &mut Report) -> bool {
    match client.call("users.info", &json!({"user": user})).await {
        Ok(answer) if answer.pointer("/user/deleted").and_then(Value::as_bool) == Some(true) => {
            report.mend(what, format!("{user} is deactivated: name someone else"));
            false
        }
        Ok(answer) => {
            let found = inbound::person(&answer["user"], &TeamId::from(""));
            let is_member = found.is_none_or(|found| found.full_member);
            if is_member {
                report.ok(what, format!("{user} is there"));
            } else {
                let mend =
                    format!("{user} is a guest, a bot or of another company: name someone else");
                report.mend(what, mend);
            }
            is_member
        }
        Err(CallError::Refused(code, _)) => {
            report.mend(what, format!("{user}: Slack says {code}. Check the id"));
            code != "user_not_found"
        }
        Err(error) => {
            report.mend(what, error.to_string());
            true
        }
    }
}

/// Checks that the digest can be posted there; `well` says what that means.
pub async fn digest_channel(
    client: &Client,
    channel: &ChannelId,
    well: &'static str,
    report: &mut Report,
) {
    let digest = Named {
        what: "channel",
        is_for: well,
        other: "choose another digest channel",
    };
    channel_of(client, channel, &digest, report).await;
}

/// Checks that mentors can be added there.
async fn mentor_circle(client: &Client, channel: &ChannelId, report: &mut Report) {
    let circle = Named {
        what: "circle",
        is_for: "is the mentor circle",
        other: "choose another mentor circle",
    };
    channel_of(client, channel, &circle, report).await;
}

/// How the report speaks of a channel that the settings name.
struct Named {
    what: &'static str,
    is_for: &'static str,
    /// The remedy if the bot cannot use the channel.
    other: &'static str,
}

/// Checks that the bot is in a channel.
async fn channel_of(client: &Client, channel: &ChannelId, named: &Named, report: &mut Report) {
    let Named {
        what,
        is_for,
        other,
    } = *named;
    let answer = client
        .call("conversations.info", &json!({"channel": channel}))
        .await;
    let flag = |answer: &Value, name: &str| answer.pointer(name).and_then(Value::as_bool);
    match answer {
        Ok(answer) if flag(&answer, "/channel/is_archived") == Some(true) => {
            report.mend(what, format!("{channel} is archived: {other}"));
        }
        Ok(answer) if flag(&answer, "/channel/is_member") == Some(false) => {
            let mend = format!("the bot is not in {channel}: type /invite @Reverse Mentor there");
            report.mend(what, mend);
        }
        Ok(_) => report.ok(what, format!("{channel} {is_for}")),
        // The app does not ask for groups:read, so it sees nothing of a private channel, even where it is in it.
        Err(CallError::Refused(code, _)) if code == "missing_scope" => {
            let words = format!(
                "{channel} {is_for}; it is private, so make sure there that the bot is in it"
            );
            report.ok(what, words);
        }
        Err(CallError::Refused(code, _)) => {
            let mend =
                format!("{channel}: Slack says {code}. Private channels need the bot as a member");
            report.mend(what, mend);
        }
        Err(error) => report.mend(what, error.to_string()),
    }
}
