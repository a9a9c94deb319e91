//! Texts of invitations.

use crate::domain::ids::{InvitationId, UserId};
use crate::domain::message::Message;
use crate::domain::program::Settings;
use crate::domain::timer::Purpose;
use crate::features::months;
use crate::md;
use crate::shared::enrollment::First;
use crate::shared::look_up::{self, Why};
use crate::slack::blocks::{Blocks, Input, Modal, button};
use crate::slack::event::{Action, Form};
use crate::slack::words::Md;
use crate::store::invitations::{Invitation, State};

/// Why an invitation is not sent: only facts about the inviter, or facts that everybody can see in Slack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    JoinFirst,
    NotAMember,
    ProgramOnBreak,
    ResumeFirst,
    MentorOnly,
    NoRoom,
    Oneself,
    Barred(Why),
    OwnWish,
    /// They declined an invitation of this colleague.
    OwnNo,
    TogetherAlready,
    AskedLately,
    ManyOpen,
}

impl Refusal {
    /// `who`: the colleague, as they can be named here.
    pub fn in_words(self, who: &Md) -> Md {
        match self {
            Self::Barred(why) => return look_up::barred(who, Purpose::Invite, why),
            Self::JoinFirst => "Before you ask a colleague, tell me a little about yourself: `/reverse-mentor join`.",
            Self::ProgramOnBreak => "The whole program is on a break, so nobody is asked anything before it's over.",
            Self::NotAMember => "This program is for full members of the workspace, and Slack says that you aren't one at the moment. `/reverse-mentor status` says more.",
            Self::ResumeFirst => "You're on a break. `/reverse-mentor resume` ends it, and then you can ask a colleague.",
            Self::MentorOnly => "You joined as a mentor. To ask someone to mentor you, change your role with `/reverse-mentor profile`.",
            Self::NoRoom => "You have as many mentors as you asked for. `/reverse-mentor profile` lets you ask for more.",
            Self::Oneself => "That's you. Pick a colleague you'd like to learn from.",
            Self::OwnWish => "You told me that you'd rather not be paired with them. Only you can see this; `/reverse-mentor profile` changes it.",
            Self::OwnNo => "You said no when they asked you, so I keep the two of you apart in this program. Only you can see this.",
            Self::TogetherAlready => "You two are already a pair.",
            Self::AskedLately => "You asked them within the last month. Please give it some time.",
            Self::ManyOpen => "You have three invitations open. Once one of them is settled, you can ask again.",
        }
        .into()
    }
}

/// Asks which colleague.
pub fn form() -> Modal {
    let blocks = Blocks::new()
        .section("Who would you like to learn from? They get a private message and can say yes or no, without giving a reason.")
        .input(Input::user("who", "A colleague"));
    Modal::form(Form::Invite, "Ask a colleague", "Ask", blocks)
}

/// A text in place of the modal.
pub fn notice(words: Md) -> Modal {
    Modal::notice("Ask a colleague", Blocks::new().section(words))
}

pub fn on_its_way(who: &UserId, day: &str) -> Message {
    words_on_its_way(who, day).into()
}

/// The same, replacing the modal.
pub fn sent(who: &UserId, day: &str) -> Modal {
    notice(words_on_its_way(who, day))
}

/// `day`: when they hear of any answer other than yes.
fn words_on_its_way(who: &UserId, day: &str) -> Md {
    md!(
        "Your invitation is on its way to {}. They have a week to answer. If they say yes, I'll check the program's \
         rules and introduce you. If it doesn't work out, for whatever reason, you'll hear from me on {} or soon \
         after, and not before.",
        who,
        day
    )
}

/// For the colleague. `until`: the day on which it is over.
pub fn card(id: InvitationId, inviter: &UserId, settings: &Settings, until: &str) -> Message {
    let answer = |label: &str, accept| {
        button(
            label,
            &Action::AnswerInvitation {
                invitation: id,
                accept,
            },
        )
    };
    let words = md!(
        "{} would like to learn from you: would you be their mentor?",
        inviter
    );
    Blocks::new()
        .section(words.clone())
        .section(md!(
            "In *{}*, less experienced colleagues mentor more senior ones: one meeting a month for {}, with goals for \
             both of you. {} does the scheduling.",
            settings.name,
            months(settings.cycles),
            inviter
        ))
        .buttons([answer("Yes, gladly", true).primary(), answer("Not this time", false)])
        .context(md!(
            "Only you can see this, and both answers are fine. You have until {}, to think about it. A no isn't passed \
             on as a no: after that day, {} hears that it didn't work out, in the same words and at the same \
             time as if you'd never answered.",
            until,
            inviter
        ))
        .message(words)
}

/// When two who found each other are introduced, if no owner has to look first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Then {
    Now,
    /// One of them is away for some days, which the other isn't told.
    Soon,
    /// Not before the first match, or the end of the program's break.
    FirstMatch(First),
}

impl Then {
    pub fn of(first: Option<First>, back_soon: bool) -> Self {
        match first {
            Some(first) => Self::FirstMatch(first),
            None if back_soon => Self::Soon,
            None => Self::Now,
        }
    }
}

pub fn accepted(inviter: &UserId, confirm: bool, then: &Then) -> Message {
    md!(
        "You said yes to {}. {}",
        inviter,
        what_follows(confirm, then)
    )
    .into()
}

/// An owner may look first, and the first match may be still to come.
fn what_follows(confirm: bool, then: &Then) -> Md {
    match (confirm, then) {
        (false, Then::Now) => "I'm introducing you two now; look for your group message.".into(),
        (false, Then::Soon) => {
            "I'll introduce you two within the next days; look for your group message.".into()
        }
        (false, Then::FirstMatch(First::On(day))) => md!(
            "You're a pair from the first match on: I'll introduce you on {}, with everyone else. There's nothing to do until then.",
            day
        ),
        (false, Then::FirstMatch(First::DayBeingSet)) => "You're a pair from the first match on, whose day is being set. I'll introduce you then. There's nothing to do until then."
            .into(),
        (false, Then::FirstMatch(First::Back(day))) => md!(
            "I'll introduce you two on {}, when your break is over. There's nothing to do until then.",
            day
        ),
        (false, Then::FirstMatch(First::GoesOn(_))) => {
            "I'll introduce you two when the program's break is over. There's nothing to do until then.".into()
        }
        (true, Then::FirstMatch(First::GoesOn(_))) => {
            "One of the program's owners will take a quick look first, then I'll introduce you when the program's break is over."
                .into()
        }
        (true, Then::Now | Then::Soon) => {
            "One of the program's owners will take a quick look first, then I'll introduce you."
                .into()
        }
        (true, Then::FirstMatch(First::DayBeingSet)) => {
            "One of the program's owners will take a quick look first, then I'll introduce you at the first match, whose day is being set."
                .into()
        }
        (true, Then::FirstMatch(First::Back(day))) => md!(
            "One of the program's owners will take a quick look first, then I'll introduce you on {}, when your break is over.",
            day
        ),
        (true, Then::FirstMatch(First::On(day))) => md!(
            "One of the program's owners will take a quick look first, then I'll introduce you on {}, the day of the first match.",
            day
        ),
    }
}

pub fn declined(inviter: &UserId) -> Message {
    md!(
        "Noted, and thank you for answering. When the time to answer is over, {} hears that it didn't work out this time, and \
         nothing more.",
        inviter
    )
    .into()
}

/// The colleague said yes, but a rule does not allow it; which rule is not told.
pub fn not_allowed(inviter: &UserId) -> Message {
    md!(
        "Thank you for saying yes. The program's rules don't let me pair the two of you right now; I never say which, \
         and it's nobody's fault. When the time to answer is over, {} hears that it didn't work out this time, and nothing \
         more.",
        inviter
    )
    .into()
}

/// For the inviter.
pub fn said_yes(who: &UserId, confirm: bool, then: &Then) -> Message {
    md!(
        "{} said yes to your invitation. {}",
        who,
        what_follows(confirm, then)
    )
    .into()
}

/// For the inviter: the same words for a no, a silence and a rule. What follows is about the inviter alone: whether they wait for
/// a partner, and whether they may ask somebody else.
pub fn not_this_time(who: &UserId, waits: bool, asks_on: bool) -> Message {
    let onward = match (waits, asks_on) {
        (true, true) => {
            " You keep your place in matching, and you can ask someone else with `/reverse-mentor invite`."
        }
        (true, false) => " You keep your place in matching.",
        (false, true) => " You can ask someone else with `/reverse-mentor invite`.",
        (false, false) => "",
    };
    md!(
        "Your invitation to {} didn't work out this time. That happens for many reasons, and I never pass them on.{}",
        who,
        Md::from(onward)
    )
    .into()
}

pub fn join_first(inviter: &UserId) -> Message {
    let words = md!(
        "Lovely. First tell me a little about yourself, then press *Yes, gladly* again. {}'s invitation \
         stays open in the meantime.",
        inviter
    );
    Blocks::new()
        .section(words.clone())
        .buttons([button("Join", &Action::OpenJoin).primary()])
        .message(words)
}

pub fn resume_first() -> Message {
    "You're on a break. `/reverse-mentor resume` ends it; then press *Yes, gladly* again.".into()
}

/// Slack has not told us yet whether one of the two is a full member.
pub fn one_moment() -> Message {
    "Lovely. One moment: I'm asking Slack about your accounts. You'll get a direct message with the result; there's nothing else \
     to do."
        .into()
}

/// Nor has it in an hour.
pub fn no_word_after_yes(inviter: &UserId) -> Message {
    md!(
        "Slack hasn't told me about your accounts by now, so your yes to {} hasn't gone through. The invitation stays open: please \
         press *Yes, gladly* again later.",
        inviter
    )
    .into()
}

pub fn make_room() -> Message {
    "Your profile has no room for another mentee right now. `/reverse-mentor profile` lets you be a mentor, or take \
     on one more; then press *Yes, gladly* again."
        .into()
}

/// Matching made the two a pair while the invitation was open.
pub fn together_by_now(inviter: &UserId) -> Message {
    md!(
        "You and {} are a pair by now, so there's nothing more to do here.",
        inviter
    )
    .into()
}

/// Its inviter has had their data erased, so they are not named.
pub fn no_longer_there() -> Message {
    "This invitation is over, and it's no longer stored. If you'd like to be matched, there's `/reverse-mentor join`."
        .into()
}

/// The card was already answered, or has expired.
pub fn answered_before(invitation: &Invitation) -> Message {
    let inviter = &invitation.inviter;
    match invitation.state {
        State::Accepted => md!("You said yes to {}. Nothing more to do here.", inviter),
        State::Declined | State::Open => md!("The invitation from {} has been answered. Nothing more to do here.", inviter),
        State::Lapsed => md!(
            "The invitation from {} is over, so there's nothing to answer. If you're looking for a partner, there's `/reverse-mentor join`.",
            inviter
        ),
    }
    .into()
}
