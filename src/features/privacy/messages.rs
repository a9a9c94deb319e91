//! Explains in plain words who sees what.

use super::about::{About, Stores};
use crate::domain::cadence;
use crate::domain::ids::UserId;
use crate::domain::message::{Attachment, Message};
use crate::domain::participant::{Participant, PersonInSlack, Standing};
use crate::md;
use crate::slack::blocks::{Blocks, button, listed};
use crate::slack::event::Action;
use crate::slack::words::{self, Md};
use crate::store::personal_data::{self, Ends, PersonalData, Viewer};
use crate::store::workspaces;
use jiff::Timestamp;
use jiff::tz::TimeZone;

pub(super) fn who_sees_what(retention_days: u16, about: About, circle: bool) -> Message {
    let seen_by = |viewer| listed(&personal_data::seen_by(viewer));
    let in_circle = md!(
        "*The mentor circle's members:* {}.",
        seen_by(Viewer::Circle)
    );
    let points = [
        md!("*Only you:* {}.", seen_by(Viewer::OnlyYou)),
        md!("*Your partner:* {}.", seen_by(Viewer::Partner)),
        md!(
            "*Program owners:* {}. Never why someone pauses or leaves, never a reflection or a conversation.",
            seen_by(Viewer::Owners)
        ),
        md!(
            "*The support contact:* {}, after you've read it as they will. I forget it once Slack has it.",
            seen_by(Viewer::Contact)
        ),
        md!(
            "*The channel:* figures over groups large enough that nobody can be singled out. Never names."
        ),
        md!(
            "*Your manager:* nothing, unless they're one of the program's owners. I ask who they are only so that you two aren't paired."
        ),
        md!(
            "*Me:* I can't read your conversation with your partner; I haven't asked Slack for access to it."
        ),
    ];
    let points = circle.then_some(in_circle).into_iter().chain(points);
    let mut buttons = vec![button("Show everything about me", &Action::ExportMine)];
    if about.stores != Stores::Nothing {
        let what = what_is_erased(about);
        let erase = button("Erase my data", &Action::EraseMine).danger();
        buttons.push(erase.confirm("Erase your data?", &what, "Erase", "Keep my data"));
    }
    let text = md!("Who sees what in this program, and for how long.");
    Blocks::new()
        .section(md!("*Who sees what*\n{}", Md::bullets(points)))
        .section(md!(
            "*For how long*\n{}",
            Md::bullets(
                for_how_long(retention_days)
                    .into_iter()
                    .chain([removal(retention_days)])
            )
        ))
        .section("What people write is stored encrypted.")
        .buttons(buttons)
        .context("Only you can see this.")
        .message(text)
}

/// Shown before somebody erases what there is: at most 300 characters.
fn what_is_erased(about: About) -> String {
    let what = if about.stores == Stores::Profile {
        "Your profile and what you wrote are erased right away, and you leave the program. Any pair you're in ends; your \
         partner gets a neutral message."
    } else {
        "What I've stored about you is erased right away."
    };
    let named = if about.is_named {
        " You're no longer an owner or the support contact."
    } else {
        ""
    };
    format!("{what}{named} This can't be undone.")
}

/// What is kept how long, unless you erase it before.
fn for_how_long(retention_days: u16) -> Vec<Md> {
    let days = |days: i32| match days {
        1 => "a day".to_owned(),
        many => format!("{many} days"),
    };
    let retention = days(i32::from(retention_days));
    let kept = personal_data::kept().into_iter();
    let line = |(ends, names): (Ends, Vec<String>)| {
        let names = names.join("; ");
        match ends {
            Ends::WithPerson => md!(
                "*While you take part, and {} after you leave:* {}.",
                retention,
                names
            ),
            Ends::WithPair => md!("*Until {} after a pair ends:* {}.", retention, names),
            Ends::Soon(_) => md!("*Not for long:* {}.", names),
            Ends::Days(kept, _) | Ends::CalendarDays(kept, _) => {
                md!("*For {}:* {}.", days(kept), names)
            }
            Ends::WhenChanged(_) => md!("*Until someone changes it:* {}.", names),
            Ends::Never(_) => md!("*For good:* {}.", names),
        }
    };
    kept.map(line).collect()
}

/// What becomes of it all once the workspace removes the app.
fn removal(retention_days: u16) -> Md {
    md!(
        "*If your workspace removes me:* everything is erased after {} days. Until then nothing is sent.",
        workspaces::days_kept(retention_days)
    )
}

/// What the file leaves out, and why.
pub(super) const NOT_SHOWN: &str = "What others told me that mentions you, such as that you're their manager: it's theirs. \
                                    The words of messages: Slack has them, and I forget them once it does. Who else was \
                                    proposed or left out: that's about them, too.";

const FILE: &str = "everything-stored-about-you.txt";

/// The file with all data.
pub(super) fn file(content: String) -> Attachment {
    Attachment {
        name: FILE.to_owned(),
        title: "Everything stored about you".to_owned(),
        comment: "Here's everything stored about you, as you asked. Only you can see it."
            .to_owned(),
        content,
    }
}

pub(super) fn file_did_not_arrive() -> Md {
    md!(
        "I couldn't deliver the file with everything stored about you, or can't be sure that I did. If you don't see \
         it here, please ask for it again: `/reverse-mentor privacy`."
    )
}

/// Most of the data, short enough for Slack; the file has all of it.
pub(super) fn overview(own: &PersonalData, user: &UserId, zone: &TimeZone) -> Message {
    let mut blocks = Blocks::new().header("Everything stored about you");
    if let Some(me) = &own.profile {
        blocks = blocks.append(profile(me, zone));
    }
    if let Some(person) = &own.person {
        blocks = blocks.section(from_slack(person));
    }
    let counts = [
        ("pairs", "*Pairs:*"),
        ("reflections", "*Questions after meetings:*"),
        ("checkins", "*Check-ins:*"),
        ("invitations", "*Invitations, sent and received:*"),
    ];
    let counts = counts.map(|(table, what)| (own.count(table), what));
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    let counts: Vec<Md> = counts
        .map(|(count, what)| md!("{} {}", Md::from(*what), *count))
        .collect();
    if !counts.is_empty() {
        blocks = blocks.section(Md::join(counts, "\n"));
    }
    if let Some(last) = own.pairs.last() {
        let partner = last.partner_of(user);
        blocks = blocks.section(md!("*Your latest pair:* with {}", partner));
    }
    if own.sections.is_empty() {
        blocks = blocks.section("Nothing is stored about you.");
    }
    blocks
        .section(
            "*The full record*, with every goal, meeting, answer and note, is on its way to you as a text file in our \
             direct messages.",
        )
        .context(md!("Not shown: {} Only you can see this.", Md::from(NOT_SHOWN)))
        .message(md!(
            "Everything stored about you is on its way to you as a text file in our direct messages."
        ))
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
    let standing = standing(me.standing);
    let mut lines = vec![md!(
        "*You:* {}, joined {}",
        standing,
        day(me.joined_at, zone)
    )];
    if let Some(until) = me.paused_until {
        lines.push(md!("*On a break until:* {}", day(until, zone)));
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
            "*At work:* {}",
            profile.hours.unwrap_or_default().in_words()
        ),
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

pub(super) fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Active => "taking part",
        Standing::Paused => "paused",
        Standing::Left => "left",
        Standing::Ineligible => "out for now, not a full member",
    }
}

pub(super) fn day(at: Timestamp, zone: &TimeZone) -> String {
    cadence::local(at, zone).date().to_string()
}

/// `about`: what there was. `is_in_file`: a program.toml names them.
pub(super) fn erased(about: About, is_in_file: bool) -> Md {
    let file = if is_in_file {
        " You're still named in the file that declares this program: please ask the person who runs me to take you out of it."
    } else {
        ""
    };
    let listed = if about.is_listed {
        " The owners' list of people had you: their next file brings that back."
    } else {
        ""
    };
    match about.stores {
        Stores::Profile => md!(
            "Your data is erased and you've left the program. What stays, without any of your words: that a pair \
             existed and when it met, so that the same two people aren't matched again and the program's figures stay \
             right; and what colleagues told me about themselves, such as that you're their manager. What I forget after \
             30 days: copies of what I wrote to others, which may mention you; that a colleague invited you; and what was \
             on its way at this moment.{}{} Thank you for taking part.",
            Md::from(listed),
            Md::from(file)
        ),
        Stores::Something => md!(
            "Your data is erased. What stays, if you ever had a partner: that a pair existed and when it met. What \
             colleagues told me about themselves stays, too, such as that you're their manager. What I forget after 30 days: \
             copies of what I wrote to others, which may mention you; that a colleague invited you; and what was on its way at \
             this moment.{}{}",
            Md::from(listed),
            Md::from(file)
        ),
        Stores::Nothing => md!("There's nothing left to erase.{}", Md::from(file)),
    }
}

/// To owners, when the support contact is nobody's name any more. It does not say how that came.
pub(super) fn no_contact_named() -> Md {
    "The program has no support contact now. People who look for support read that there's none at the moment. Please name someone \
     outside reporting lines in `/reverse-mentor setup`."
        .into()
}
