//! Who sees what, in plain words.

use crate::domain::cadence;
use crate::domain::ids::UserId;
use crate::domain::message::Message;
use crate::domain::participant::{PersonInSlack, Standing};
use crate::md;
use crate::slack::blocks::{Blocks, button, listed};
use crate::slack::event::Action;
use crate::slack::words::{self, Md, quote};
use crate::store::own::Own;
use crate::store::participants::Participant;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;
use std::collections::BTreeMap;

pub(super) fn who_sees_what(retention_days: u16, joined: bool) -> Message {
    let points = [
        md!(
            "*You alone:* whom you would rather not be paired with, your reflections, and what I write to you here."
        ),
        md!(
            "*Your partner:* your role, stage, department, site and topics, what you hope for, your shared goals and \
             meetings, and a reflection only when you press “share”."
        ),
        md!(
            "*Program owners:* who takes part, as what, who is paired with whom and why, and whether a pair needs \
             attention. Never why somebody pauses or leaves, never a reflection or a conversation."
        ),
        md!(
            "*The channel:* figures over groups large enough that nobody can be singled out. Never names."
        ),
        md!(
            "*Your manager:* nothing, unless they are one of the program's owners. I ask who they are only so that you two are not paired."
        ),
        md!(
            "*Me:* I cannot read your conversation with your partner; I have not asked Slack for it."
        ),
    ];
    let days = match retention_days {
        1 => "a day".to_owned(),
        many => format!("{many} days"),
    };
    let mut buttons = vec![button(
        "Show everything stored about me",
        &Action::ExportMine,
    )];
    if joined {
        buttons.push(
            button("Erase my data", &Action::EraseMine).danger().confirm(
                "Erase your data?",
                "Your profile and what you wrote are erased at once, and you leave the program. A pair you are in ends; \
                 your partner gets neutral words. This cannot be undone.",
                "Erase",
                "Keep it",
            ),
        );
    }
    let text = md!("Who sees what in this program.");
    Blocks::new()
        .section(md!("*Who sees what*\n{}", Md::bullets(points)))
        .section(md!(
            "What people write is stored encrypted. What a pair wrote is erased {} after the pair is over.",
            days
        ))
        .buttons(buttons)
        .context("Only you can see this.")
        .message(text)
}

/// Everything, in sections short enough for Slack.
/// `words`: what they wrote themselves, after meetings and in check-ins.
pub(super) fn everything(own: &Own, words: &[Md], user: &UserId, zone: &TimeZone) -> Message {
    let mut blocks = Blocks::new().header("Everything stored about you");
    if let Some(me) = &own.profile {
        blocks = blocks.append(profile(me, zone));
    }
    if let Some(person) = &own.person {
        blocks = blocks.section(from_slack(person));
    }
    // As many as fit into one message.
    for pair in own.pairs.iter().rev().take(12) {
        let role = if pair.mentor == *user {
            "mentor"
        } else {
            "mentee"
        };
        let mut lines = vec![md!(
            "*A pair* with {}, you as {}: {}, since {}",
            pair.partner_of(user),
            role,
            pair.state.as_str(),
            day(pair.created_at, zone)
        )];
        if let Some((at, _)) = pair.closed {
            lines.push(md!("Over since {}", day(at, zone)));
        }
        if !pair.reasons.is_empty() {
            lines.push(md!("Why you were matched: {}", pair.reasons.join(" ")));
        }
        blocks = blocks.section(Md::join(lines, "\n"));
    }
    for line in words {
        blocks = blocks.section(line.clone());
    }
    if own.profile.is_none() && own.person.is_none() && own.pairs.is_empty() {
        blocks = blocks.section("Nothing.");
    }
    blocks
        .context(
            "Besides: copies of what I sent you, for a few weeks; what the last matches were made from, for two months: \
             your profile as it was then, encrypted, and who was proposed to you; and a record that you did things like \
             joining or leaving, without what you wrote. Only you can see this.",
        )
        .message(md!("Everything stored about you."))
}

/// An answer after a meeting.
pub(super) fn reflection(asked: &str, answer: &str, shared: bool) -> Md {
    let seen = if shared {
        "shared with your partner"
    } else {
        "for you alone"
    };
    md!("*A reflection*, {}: {}\n{}", seen, asked, quote(answer))
}

/// An answer in a private check-in.
pub(super) fn checkin(answer: &str) -> Md {
    // Kept as one small document, field by field.
    let fields: BTreeMap<String, Value> = serde_json::from_str(answer).unwrap_or_default();
    let lines: Vec<&str> = fields.values().filter_map(Value::as_str).collect();
    md!("*A check-in*, for you alone:\n{}", quote(&lines.join("\n")))
}

/// The goals of a pair, as they stand.
pub(super) fn goals(mentor: &str, mentee: &str) -> Md {
    md!(
        "*Goals of a pair*, seen by the two of you.\nThe mentee: {}\nThe mentor: {}",
        mentee,
        mentor
    )
}

fn profile(me: &Participant, zone: &TimeZone) -> Blocks {
    let profile = &me.profile;
    let none = || md!("not given");
    let list = |items: &[String]| {
        if items.is_empty() {
            none()
        } else {
            listed(items)
        }
    };
    let text = |item: &Option<String>| item.as_ref().map_or_else(none, |item| md!("{}", item));
    let standing = match me.standing {
        Standing::Active => "taking part",
        Standing::Paused => "paused",
        Standing::Left => "left",
        Standing::Ineligible => "out for now, not a full member",
    };
    let mut lines = vec![md!(
        "*You:* {}, joined {}",
        standing,
        day(me.joined_at, zone)
    )];
    if let Some(until) = me.paused_until {
        lines.push(md!("*Paused until:* {}", day(until, zone)));
    }
    if let Some(since) = me.waiting_since {
        lines.push(md!("*Waiting for a partner since:* {}", day(since, zone)));
    }
    lines.extend([
        md!("*Role:* {}", profile.role.as_str()),
        md!("*Stage:* {}", profile.stage),
        md!("*Department:* {}", text(&profile.department)),
        md!("*Site:* {}", text(&profile.site)),
        md!(
            "*Manager:* {}",
            profile.manager.as_ref().map_or_else(none, |m| md!("{}", m))
        ),
        md!("*Languages:* {}", list(&profile.languages)),
        md!(
            "*At once:* as a mentor {}, as a mentee {}",
            profile.mentor_capacity,
            profile.mentee_capacity
        ),
    ]);
    let rather_not = if profile.rather_not.is_empty() {
        md!("nobody")
    } else {
        listed(&profile.rather_not)
    };
    let hopes = if profile.hopes.is_empty() {
        none()
    } else {
        md!("\n{}", words::quote(&profile.hopes))
    };
    Blocks::new()
        .section(Md::join(lines, "\n"))
        .section(md!("*You share:* {}", list(&profile.share)))
        .section(md!("*You would like to learn:* {}", list(&profile.learn)))
        .section(md!("*Rather not paired with:* {}", rather_not))
        .section(md!("*What would make it worthwhile:* {}", hopes))
}

fn from_slack(person: &PersonInSlack) -> Md {
    md!(
        "*From Slack:* time zone {}, {}{}",
        person.zone.clone().unwrap_or_else(|| "unknown".to_owned()),
        if person.full_member {
            "full member"
        } else {
            "not a full member"
        },
        if person.admin {
            ", workspace admin"
        } else {
            ""
        }
    )
}

fn day(at: Timestamp, zone: &TimeZone) -> String {
    cadence::local(at, zone).date().to_string()
}

pub(super) fn erased(had_profile: bool) -> Md {
    if had_profile {
        md!(
            "Your data is erased and you have left the program. What stays, without any of your words: that a pair \
             existed, so that the same two people are not matched again. Thank you for having taken part."
        )
    } else {
        md!("There is nothing left to erase: I have no profile of you.")
    }
}
