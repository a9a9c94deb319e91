//! Texts of invitations.

use crate::domain::ids::{InvitationId, UserId};
use crate::domain::message::Message;
use crate::domain::program::Settings;
use crate::features::months;
use crate::md;
use crate::slack::blocks::{Blocks, Input, Modal, button};
use crate::slack::event::{Action, Form};
use crate::slack::words::Md;
use crate::store::invitations::{Invitation, State};

/// Why an invitation is not sent: only facts about the inviter, or facts that everybody can see in Slack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    JoinFirst,
    ResumeFirst,
    MentorOnly,
    NoRoom,
    Oneself,
    NotAMember,
    OwnWish,
    TogetherAlready,
    AskedLately,
    ManyOpen,
}

impl Refusal {
    pub fn in_words(self) -> Md {
        match self {
            Self::JoinFirst => "Before you ask a colleague, tell me a little about yourself: `/reverse-mentor join`.",
            Self::ResumeFirst => "You are on a pause. `/reverse-mentor resume` ends it, and then you can ask a colleague.",
            Self::MentorOnly => "You joined as a mentor. To ask somebody to mentor you, change your role with `/reverse-mentor profile`.",
            Self::NoRoom => "You have as many mentors as you asked for. `/reverse-mentor profile` lets you ask for more.",
            Self::Oneself => "That is you. Pick a colleague you would like to learn from.",
            Self::NotAMember => "They cannot take part: the program is for full members of this workspace.",
            Self::OwnWish => "You told me that you would rather not be paired with them. Only you see this; `/reverse-mentor profile` changes it.",
            Self::TogetherAlready => "You two are a pair already.",
            Self::AskedLately => "You have asked them within the last month. Please give it some time.",
            Self::ManyOpen => "You have three invitations out. Wait for an answer to one of them, then ask again.",
        }
        .into()
    }
}

/// Asks which colleague.
pub fn form() -> Modal {
    let blocks = Blocks::new()
        .section("Who would you like to learn from? They get a private card and can say yes or no, without reasons.")
        .input(Input::user("who", "A colleague"));
    Modal::form(Form::Invite, "Ask a colleague", "Ask", blocks)
}

pub fn on_its_way(who: &UserId, day: &str) -> Message {
    words_on_its_way(who, day).into()
}

/// The same, replacing the modal.
pub fn sent(who: &UserId, day: &str) -> Modal {
    Modal::notice(
        "Ask a colleague",
        Blocks::new().section(words_on_its_way(who, day)),
    )
}

/// `day`: when they hear of any answer other than yes.
fn words_on_its_way(who: &UserId, day: &str) -> Md {
    md!(
        "Your invitation is on its way to {}. They have a week to answer. If they say yes, I check the program's rules and \
         introduce you. If it does not work out, for whatever reason, you hear from me on {} or soon after, and not \
         before.",
        who,
        day
    )
}

/// For the colleague.
pub fn card(id: InvitationId, inviter: &UserId, settings: &Settings) -> Message {
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
            "Only you see this, and both answers are fine; there is a week to think about it. A no is not passed on as a no: \
             when the week is over, {} hears that it did not work out, in the same words and at the same time as if you \
             never answered.",
            inviter
        ))
        .message(words)
}

pub fn accepted(inviter: &UserId) -> Message {
    md!(
        "You said yes to {}. I am introducing you two now; look for our shared conversation.",
        inviter
    )
    .into()
}

pub fn declined(inviter: &UserId) -> Message {
    md!(
        "Noted, and thank you for answering. When the week is over, {} hears that it did not work out this time, nothing \
         more.",
        inviter
    )
    .into()
}

/// The colleague said yes, but a rule does not allow it; which rule is not told.
pub fn not_allowed(inviter: &UserId) -> Message {
    md!(
        "Thank you for saying yes. The program's rules do not let me pair the two of you right now; I never say which, \
         and it is nobody's fault. When the week is over, {} hears that it did not work out this time, nothing more.",
        inviter
    )
    .into()
}

pub fn owner_looks(inviter: &UserId) -> Message {
    md!(
        "You said yes to {}. One of the program's owners has a quick look first, then I introduce you.",
        inviter
    )
    .into()
}

/// For the inviter.
pub fn said_yes(who: &UserId) -> Message {
    md!(
        "{} said yes to your invitation. One of the program's owners has a quick look first, then I introduce you.",
        who
    )
    .into()
}

/// For the inviter: the same words for a no, a silence and a rule.
pub fn not_this_time(who: &UserId) -> Message {
    md!(
        "Your invitation to {} did not work out this time. That happens for many reasons, and I never pass them on. \
         You keep your place in matching, and you can ask somebody else with `/reverse-mentor invite`.",
        who
    )
    .into()
}

pub fn join_first(inviter: &UserId) -> Message {
    let words = md!(
        "Lovely. First tell me a little about yourself; then press *Yes, gladly* once more, and {} has a mentor. \
         The invitation stays open meanwhile.",
        inviter
    );
    Blocks::new()
        .section(words.clone())
        .buttons([button("Join", &Action::OpenJoin).primary()])
        .message(words)
}

pub fn resume_first() -> Message {
    "You are on a pause. `/reverse-mentor resume` ends it; then press *Yes, gladly* once more."
        .into()
}

/// Slack has not told us yet whether one of the two is a full member.
pub fn one_moment() -> Message {
    "Lovely. One moment, please: I am still waiting for a word from Slack about your accounts. Press *Yes, gladly* once \
     more in a minute; the invitation stays open meanwhile."
        .into()
}

pub fn make_room() -> Message {
    "Your profile has no room for another mentee right now. `/reverse-mentor profile` lets you be a mentor, or take one \
     more; then press *Yes, gladly* once more."
        .into()
}

/// The card was already answered, or has expired.
pub fn answered_before(invitation: &Invitation) -> Message {
    let inviter = &invitation.inviter;
    match invitation.state {
        State::Accepted => md!("You said yes to {}. Nothing more to do here.", inviter),
        State::Declined | State::Open => md!("The invitation of {} is answered. Nothing more to do here.", inviter),
        State::Lapsed => md!(
            "The invitation of {} is over: its week has passed. You can ask me to be matched with `/reverse-mentor join`.",
            inviter
        ),
    }
    .into()
}
