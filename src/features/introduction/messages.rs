//! What people read when they are introduced, or left over.

use crate::domain::cadence::say_when;
use crate::domain::ids::UserId;
use crate::domain::matching::Binding;
use crate::domain::message::Message;
use crate::md;
use crate::slack::blocks::{Blocks, button};
use crate::slack::event::Action;
use crate::slack::words::{Md, when};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// In the pair's group DM.
pub fn introduction(mentor: &UserId, mentee: &UserId, reasons: &[String]) -> Message {
    let hello = md!(
        "{}, meet {}. You are a reverse mentoring pair: {} is the mentor and shows what they know, {} is the mentee \
         and shares what they have learned along the way. Both of you are here to learn.",
        mentor,
        mentee,
        mentor,
        mentee
    );
    let mut blocks = Blocks::new().header("Good to have you both").section(hello);
    if !reasons.is_empty() {
        blocks = blocks.section(md!("*Why the two of you*\n{}", Md::bullets(reasons)));
    }
    blocks
        .section(
            "*Your first meeting* is for getting to know each other: what your days look like, what each of you hopes \
             to take away, and one question for next time. 45 minutes are plenty.",
        )
        .section(md!(
            "*The first move* is yours, {}: please propose a time within the next days. {}, you never need to chase; \
             if it goes quiet, that is mine to look after.",
            mentee,
            mentor
        ))
        .context(
            "Draft goals for both of you follow in a moment. I post here now and then, and I do not read your conversation.",
        )
        .message(md!(
            "{}, meet {}: you are a reverse mentoring pair. {}, the first move is yours.",
            mentor,
            mentee,
            mentee
        ))
}

/// To the mentor alone.
pub fn mentor_primer(mentee: &UserId) -> Message {
    Blocks::new()
        .section(md!("*Running a session with {}, in a minute*", mentee))
        .section(Md::bullets([
            Md::from("Bring one thing to show rather than ten to tell. Something on your screen beats slides."),
            Md::from("Ask what they would try it for, then let them do it. Their hands on the keyboard, not yours."),
            Md::from("Say what you see, kindly and plainly. They asked for a view they do not get elsewhere."),
            Md::from("Ask for your part, too: one thing you want to learn from them, each time."),
            Md::from("“I don't know, let me find out” is a fine answer."),
        ]))
        .section(
            "You do not have to chase meetings: scheduling is theirs. What you two say stays between you. If something \
             feels off, `/reverse-mentor support` leads to someone outside your reporting lines.",
        )
        .context("Only you see this.")
        .message(md!("How to run a session with {}, in a minute.", mentee))
}

/// To the mentee alone.
pub fn mentee_primer(mentor: &UserId) -> Message {
    Blocks::new()
        .section(md!("*Listening without rank, in a minute*"))
        .section(Md::bullets([
            md!("Propose the first time yourself, and keep it. A cancelled meeting weighs more on {} than on you.", mentor),
            Md::from("Ask, then wait. Count to five before you explain why things are as they are."),
            Md::from("Let yourself be shown. Not knowing something in front of them is the point, and it builds trust."),
            Md::from("Say what you will do differently, and next time say how it went."),
            Md::from("Give something back: how a decision was really made, a door you can open, a mistake you learned from."),
        ]))
        .section(
            "You are not their manager here: nothing they say finds its way into a review, a reference or anybody \
             else's ear.",
        )
        .context("Only you see this.")
        .message(md!("Listening without rank, in a minute: before you meet {}.", mentor))
}

/// To somebody without a partner this time. Says what bound only where that reveals nobody else.
pub fn left_over(
    why: &Binding,
    next: Option<Timestamp>,
    zone: &TimeZone,
    now: Timestamp,
) -> Message {
    let next = match next {
        Some(at) => md!(
            "The next match is on {}.",
            when(at, &say_when(at, zone, now))
        ),
        None => "I keep looking, and you hear from me as soon as somebody fits.".into(),
    };
    Blocks::new()
        .section(md!(
            "A match has just been made, and I did not find you a partner this time. {} {}",
            why.in_words(),
            next
        ))
        .buttons([button("Look at my profile", &Action::OpenJoin)])
        .context("Only you see this.")
        .message(md!(
            "I did not find you a partner this time. {}",
            why.in_words()
        ))
}

/// To the owners: something changed between the proposal and the introduction. Never what.
pub fn lapsed(mentor: &UserId, mentee: &UserId) -> Message {
    md!(
        "{} and {} could not be introduced after all: something has changed since the round was proposed. They were \
         not told about each other. Whoever of them is looking for a partner is in the next match.",
        mentor,
        mentee
    )
    .into()
}

/// To both of an invitation that came to nothing: the same words whatever the reason.
pub fn not_this_time(other: &UserId) -> Message {
    md!(
        "You and {} will not be a pair this time. It is nobody's fault, and I never pass on reasons. \
         I keep looking for a good partner for you.",
        other
    )
    .into()
}
