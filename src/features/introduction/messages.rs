//! Texts for people who are introduced, or left over.

use crate::domain::cadence::say_when_and_where;
use crate::domain::ids::UserId;
use crate::domain::matching::{Binding, Reason};
use crate::domain::message::Message;
use crate::domain::participant::Profile;
use crate::md;
use crate::slack::blocks::{Blocks, button, listed};
use crate::slack::event::Action;
use crate::slack::words::{Md, quote, when};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A member of a new pair, and their profile as their partner may see it.
pub type One<'a> = (&'a UserId, Option<&'a Profile>);

/// For the pair's group DM.
pub fn introduction(
    (mentor, mentors): One<'_>,
    (mentee, mentees): One<'_>,
    reasons: &[Reason],
) -> Message {
    let hello = md!(
        "{}, meet {}. You are a reverse mentoring pair: {} is the mentor and shows what they know, {} is the mentee \
         and shares what they have learned along the way. Both of you are here to learn.",
        mentor,
        mentee,
        mentor,
        mentee
    );
    let mut blocks = Blocks::new().header("Good to have you both").section(hello);
    let about = [(mentor, mentors), (mentee, mentees)];
    let known = about.map(|(user, profile)| profile.map(|profile| (user, profile)));
    let known: Vec<(&UserId, &Profile)> = known.into_iter().flatten().collect();
    let places: Vec<Md> = known.iter().filter_map(|one| place(one.0, one.1)).collect();
    if !places.is_empty() {
        blocks = blocks.section(md!("*Who you are*\n{}", Md::bullets(places)));
    }
    for (user, profile) in known {
        if !profile.hopes.trim().is_empty() {
            blocks = blocks.section(md!(
                "*What would make this worthwhile for* {}\n{}",
                user,
                quote(&profile.hopes)
            ));
        }
    }
    let reasons: Vec<Md> = reasons
        .iter()
        .filter_map(|reason| between(reason, mentor, mentee))
        .collect();
    if !reasons.is_empty() {
        blocks = blocks.section(md!("*Why the two of you*\n{}", Md::bullets(reasons)));
    }
    blocks
        .section(
            "*Your first meeting* is for getting to know each other: what your days look like, what each of you hopes \
             to take away, and one question for next time. 45 minutes are plenty.",
        )
        .section(md!(
            "*The first move* is yours, {}: once you both have signed your goals, I send you times to pick from. {}, you \
             never need to chase; if it goes quiet, that is mine to look after.",
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

/// A person's place of work, which the join form says a partner sees. Without the stage, so that rank plays no part.
fn place(user: &UserId, profile: &Profile) -> Option<Md> {
    let place = [&profile.department, &profile.site];
    let place: Vec<&str> = place.into_iter().flatten().map(String::as_str).collect();
    (!place.is_empty()).then(|| md!("{}: {}", user, place.join(", ")))
}

/// A reason for the match, in words for both. One person's waiting time is no reason for the other.
fn between(reason: &Reason, mentor: &UserId, mentee: &UserId) -> Option<Md> {
    let teaches = |topics: &[String], from: &UserId, to: &UserId| {
        let topics: Vec<Md> = topics.iter().map(|topic| md!("“{}”", topic)).collect();
        md!(
            "{} can share {}, which {} wants to learn.",
            from,
            listed(&topics),
            to
        )
    };
    Some(match reason {
        Reason::Teaches { topics } => teaches(topics, mentor, mentee),
        Reason::TeachesBack { topics } => teaches(topics, mentee, mentor),
        Reason::OtherDepartment => "You work in different departments.".into(),
        Reason::OtherSite => "You work at different sites.".into(),
        Reason::SameHours { .. } => "Your working days overlap, so a time is easily found.".into(),
        Reason::Waited { .. } => return None,
    })
}

/// For the mentor alone.
pub fn mentor_primer(mentee: &UserId) -> Message {
    Blocks::new()
        .section(md!("*Running a session with {}, in a minute*", mentee))
        .section(Md::bullets([
            Md::from("Bring one thing to show rather than ten to tell. Something on your screen beats slides."),
            Md::from("Ask what they would try it for, then let them do it. Their hands on the keyboard, not yours."),
            Md::from("Say what you see, kindly and plainly. It is a view your partner does not get elsewhere."),
            Md::from("Ask for your part, too: one thing you want to learn from them, each time."),
            Md::from("“I don't know, let me find out” is a fine answer."),
        ]))
        .section(md!(
            "You do not have to chase meetings: {} does the scheduling. What you two say stays between you. If something \
             feels off, `/reverse-mentor support` shows whom you can talk to.",
            mentee
        ))
        .context("Only you see this.")
        .message(md!("How to run a session with {}, in a minute.", mentee))
}

/// For the mentee alone.
pub fn mentee_primer(mentor: &UserId) -> Message {
    Blocks::new()
        .section(md!("*Listening to {} without rank, in a minute*", mentor))
        .section(Md::bullets([
            md!("Propose the first time yourself, and keep it. A cancelled meeting weighs more on {} than on you.", mentor),
            Md::from("Ask, then wait. Count to five before you explain why things are as they are."),
            Md::from("Let yourself be shown. Not knowing something in front of a junior colleague is the point, and it builds trust."),
            Md::from("Say what you will do differently, and next time say how it went."),
            Md::from("Give something back: how a decision was really made, a door you can open, a mistake you learned from."),
        ]))
        .section(md!(
            "You are nobody's manager here: nothing {} says finds its way into a review, a reference or anybody else's \
             ear.",
            mentor
        ))
        .context("Only you see this.")
        .message(md!("Listening without rank, in a minute: before you meet {}.", mentor))
}

/// For a person without a partner this time, or without a further one beside `partners`. Names the constraint only where
/// that reveals nobody else.
pub fn left_over(
    why: &Binding,
    partners: &[UserId],
    next: Option<Timestamp>,
    zone: &TimeZone,
    now: Timestamp,
) -> Message {
    let next = match next {
        Some(at) => md!(
            "Next match: {}.",
            when(at, &say_when_and_where(at, zone, now))
        ),
        None => "I keep looking, and you hear from me as soon as somebody fits.".into(),
    };
    let lead = if partners.is_empty() {
        md!("I have just matched people, and I did not find you a partner this time.")
    } else {
        md!(
            "Nothing changes with {}. Your profile has room for another partner, and I did not find you one in the \
             latest match.",
            listed(partners)
        )
    };
    Blocks::new()
        .section(md!("{} {} {}", lead, why.in_words(), next))
        .buttons([button("Look at my profile", &Action::OpenJoin)])
        .context("Only you see this.")
        .message(md!("{} {}", lead, why.in_words()))
}

/// For the owners: something changed between the proposal and the introduction. Never says what.
pub fn lapsed(mentor: &UserId, mentee: &UserId) -> Message {
    md!(
        "{} and {} could not be introduced after all: something has changed since the round was proposed. They were \
         not told about each other. Whoever of them is looking for a partner is in the next match.",
        mentor,
        mentee
    )
    .into()
}

/// For both, when an invitation led to no pair: the same words for every reason.
pub fn not_this_time(other: &UserId) -> Message {
    md!(
        "You and {} will not be a pair this time. It is nobody's fault, and I never pass on reasons. \
         I keep looking for a good partner for you.",
        other
    )
    .into()
}
