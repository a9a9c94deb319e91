//! Texts for people who are introduced, or left over.

mod by_hand;

pub(super) use by_hand::{
    LOOKED, MENTEE, MENTOR, WITH, by_hand_form, by_hand_looked, made_by_hand, not_ticked,
    swap_form, swap_lapsed, swap_looked, swap_words, swapped,
};

use crate::domain::cadence::say_when_and_where;
use crate::domain::ids::UserId;
use crate::domain::matching::{Barrier, Reason};
use crate::domain::message::Message;
use crate::domain::participant::Profile;
use crate::md;
use crate::slack::blocks::{Blocks, button, lines_in_short, listed};
use crate::slack::event::Action;
use crate::slack::words::{Md, ToMd, quote, when};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The most pairs in one list of those that couldn't be introduced.
const LAPSED: usize = 15;

/// A member of a new pair (a name that is made up, in an example), and their profile as their partner may see it.
pub type One<'a, Name> = (&'a Name, Option<&'a Profile>);

/// For the pair's group DM. `opening`: the company's own words.
pub fn introduction<Name: ToMd>(
    opening: Option<Md>,
    (mentor, mentors): One<'_, Name>,
    (mentee, mentees): One<'_, Name>,
    reasons: &[Reason],
) -> Message {
    let mut blocks = Blocks::new().header("Good to have you both");
    if let Some(words) = opening {
        blocks = blocks.section(words);
    }
    blocks = blocks.section(hello(mentor, mentee));
    let about = [(mentor, mentors), (mentee, mentees)];
    let known = about.map(|(user, profile)| profile.map(|profile| (user, profile)));
    let known: Vec<(&Name, &Profile)> = known.into_iter().flatten().collect();
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
        .context(
            "Times for your first meeting follow, and draft goals for both of you. I post here now and then, and I \
             don't read your conversation.",
        )
        .message(md!(
            "{}, meet {}: you're a reverse mentoring pair. {}, the first move is yours.",
            mentor,
            mentee,
            mentee
        ))
}

/// How an introduction begins.
fn hello(mentor: &impl ToMd, mentee: &impl ToMd) -> Md {
    md!(
        "{}, meet {}. You're a reverse mentoring pair: {} is the mentor and shows what they know, {} is the mentee \
         and shares what they've learned along the way. You're both here to learn.",
        mentor,
        mentee,
        mentor,
        mentee
    )
}

/// A person's place of work, which the join form says a partner sees. Without the stage, so that rank plays no part.
fn place(user: &impl ToMd, profile: &Profile) -> Option<Md> {
    let place = [&profile.department, &profile.site];
    let place: Vec<&str> = place.into_iter().flatten().map(String::as_str).collect();
    (!place.is_empty()).then(|| md!("{}: {}", user, place.join(", ")))
}

/// A reason for the match, in words for both. One person's waiting time is no reason for the other.
fn between(reason: &Reason, mentor: &impl ToMd, mentee: &impl ToMd) -> Option<Md> {
    let teaches = |topics: &[String], from: &dyn ToMd, to: &dyn ToMd| {
        let topics: Vec<Md> = topics.iter().map(|topic| md!("“{}”", topic)).collect();
        md!(
            "{} can share {}, which {} wants to learn about.",
            from.to_md(),
            listed(&topics),
            to.to_md()
        )
    };
    Some(match reason {
        Reason::Teaches { topics } => teaches(topics, mentor, mentee),
        Reason::TeachesBack { topics } => teaches(topics, mentee, mentor),
        Reason::OtherDepartment => "You work in different departments.".into(),
        Reason::OtherSite => "You work at different sites.".into(),
        Reason::SameHours { .. } => {
            "Your working days overlap, so it's easy to find a time.".into()
        }
        Reason::Waited { .. } => return None,
    })
}

/// For the mentor alone. `circle`: the offer to join the mentor circle, once.
pub fn mentor_primer(mentee: &UserId, circle: Blocks) -> Message {
    Blocks::new()
        .section(md!("*Running a session with {}: a one-minute guide*", mentee))
        .section(Md::bullets([
            Md::from("Bring one thing to show rather than ten to tell. Something on your screen beats slides."),
            Md::from("Ask what they'd use it for, then let them do it. Their hands on the keyboard, not yours."),
            Md::from("Say what you see, kindly and plainly. It's a view your partner doesn't get elsewhere."),
            Md::from("Ask for something in return: each time, one thing you want to learn from them."),
            Md::from("“I don't know, let me find out” is a fine answer."),
        ]))
        .section(md!(
            "You don't have to chase meetings: {} does the scheduling. What you two say stays between you. If \
             something feels off, `/reverse-mentor support` shows who you can talk to.",
            mentee
        ))
        .append(circle)
        .context("Only you can see this.")
        .message(md!("How to run a session with {}: a one-minute guide.", mentee))
}

/// For the mentee alone.
pub fn mentee_primer(mentor: &UserId) -> Message {
    Blocks::new()
        .section(md!("*Listening to {} without rank: a one-minute guide*", mentor))
        .section(Md::bullets([
            md!("Propose the first time yourself, and keep it. A canceled meeting weighs more on {} than on you.", mentor),
            Md::from("Ask, then wait. Count to five before you explain why things are the way they are."),
            Md::from("Let yourself be taught. Not knowing something in front of a junior colleague is the point, and it builds trust."),
            Md::from("Say what you'll do differently, and next time say how it went."),
            Md::from("Give something back: how a decision was really made, a door you can open, a mistake you learned from."),
        ]))
        .section(md!(
            "You're nobody's manager here: nothing {} says goes into a review, a reference, or anyone else's ears.",
            mentor
        ))
        .context("Only you can see this.")
        .message(md!("Before you meet {}: a one-minute guide to listening without rank.", mentor))
}

/// For a person without a partner this time, or without a further one beside `partners`. Names the constraint only where
/// that reveals nobody else: `why`, in words. `decided`: others have just been introduced.
pub fn left_over(
    why: &str,
    partners: &[UserId],
    decided: bool,
    next: Option<Timestamp>,
    (zone, now): (&TimeZone, Timestamp),
) -> Message {
    let next = match next {
        Some(at) => md!(
            "Next match: {}.",
            when(at, &say_when_and_where(at, zone, now))
        ),
        None => "I'll keep looking, and you'll hear from me as soon as there's a good fit.".into(),
    };
    let lead = if partners.is_empty() && !decided {
        md!("When I last looked, I didn't find you a partner.")
    } else if partners.is_empty() {
        md!("I've just matched people, and I didn't find you a partner this time.")
    } else {
        md!(
            "Nothing changes with {}. Your profile has room for another partner, and I didn't find you one in the \
             latest match.",
            listed(partners)
        )
    };
    Blocks::new()
        .section(md!("{} {} {}", lead, why, next))
        .buttons([button("Look at my profile", &Action::OpenJoin)])
        .context("Only you can see this.")
        .message(md!("{} {}", lead, why))
}

/// For the owners: something changed between the proposal and the introduction of these pairs. Says what as far as it is nobody's
/// secret.
pub fn lapsed(pairs: &[(&UserId, &UserId, Option<Barrier>)]) -> Message {
    let why = |barrier: Option<Barrier>| {
        barrier.map_or("Something has changed since.", Barrier::for_owner)
    };
    if let [(mentor, mentee, barrier)] = pairs {
        return md!(
            "{} and {} couldn't be introduced after all. {} They weren't told about each other. If either of them is looking for a \
             partner, they're in the next match.",
            mentor,
            mentee,
            why(*barrier)
        )
        .into();
    }
    let mut reasons: Vec<(&str, Vec<Md>)> = Vec::new();
    for (mentor, mentee, barrier) in pairs {
        let (why, two) = (why(*barrier), md!("{} and {}", mentor, mentee));
        match reasons.iter_mut().find(|(known, _)| *known == why) {
            Some((_, same)) => same.push(two),
            None => reasons.push((why, vec![two])),
        }
    }
    let lead = md!(
        "{} pairs couldn't be introduced after all.",
        pairs.len().to_string()
    );
    let blocks = Blocks::new().section(md!(
        "{} They weren't told about each other. Anyone who is looking for a partner is in the next match.",
        lead
    ));
    let blocks = reasons.into_iter().fold(blocks, |blocks, (why, two)| {
        let lines = Md::bullets(lines_in_short(two, LAPSED));
        blocks.section(md!("{}\n{}", why, lines))
    });
    blocks.message(lead)
}

/// For both, when an invitation led to no pair: the same words for every reason. `waits`: the reader looks for a partner.
pub fn not_this_time(other: &UserId, waits: bool) -> Message {
    let onward = if waits {
        " I'll keep looking for a good partner for you."
    } else {
        ""
    };
    md!(
        "You and {} won't be a pair this time. It's nobody's fault, and I never pass on reasons.{}",
        other,
        Md::from(onward)
    )
    .into()
}
