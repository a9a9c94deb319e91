//! The texts of check-ins.

mod closing;

use closing::ANOTHER_ONE_DAY;
pub use closing::{
    chosen, closed, closing, closing_form, does_not_go_on, goes_on, pair_goes_on, thank_you,
    too_late_for_another,
};

use super::written::{ANSWER, Written};
use crate::domain::checkin::{Kind, StillGood};
use crate::domain::ids::UserId;
use crate::domain::message::Message;
use crate::domain::pair::Pair;
use crate::features::find_partner_button;
use crate::md;
use crate::shared::owners::{Deciding, STANDS_IN};
use crate::slack::blocks::{Blocks, Input, Modal, button};
use crate::slack::event::{Action, Form};
use crate::slack::words::Md;
use crate::store::checkins::Checkin;

const WORTH: [(&str, &str); 4] = [
    ("Yes, definitely", "clearly"),
    ("Mostly", "mostly"),
    ("Not yet", "not_yet"),
    ("No", "no"),
];

/// To each partner after two quiet months.
pub fn still_good(pair: &Pair, checkin: &Checkin) -> Message {
    let text = md!(
        "*You and {}: still good?* You haven't told me about a meeting for two months. Maybe you met and didn't mention it, or maybe life got in the way. Either way, it's nobody's fault.",
        pair.partner_of(&checkin.user)
    );
    with_answers(
        text,
        checkin,
        "Your partner doesn't see your answer. If neither of you tells me of a meeting, the program's owners see your two names and that it's been quiet, but no reasons. If you ask for help, they see that your pair would like some, not who asked. No owner sees this about their own pair.",
    )
}

pub fn with_answers(text: Md, checkin: &Checkin, who_sees: &'static str) -> Message {
    let answer = |label, said| {
        let checkin = checkin.id;
        button(label, &Action::StillGood { checkin, said })
    };
    Blocks::new()
        .section(text.clone())
        .buttons([
            answer("All good", StillGood::AllGood),
            answer("I'd like some help", StillGood::NeedHelp),
            answer("End it kindly", StillGood::EndKindly).confirm(
                "End this pair?",
                "Your partner gets a neutral message with no reasons. You can both be matched again.",
                "End it kindly",
                "Not now",
            ),
        ])
        .context(who_sees)
        .message(text)
}

pub fn all_good(pair: &Pair, user: &UserId) -> Message {
    md!(
        "Glad to hear it. If you and {} met and I missed it, log it with the shortcut “Log a mentoring meeting” and it counts.",
        pair.partner_of(user)
    )
    .into()
}

/// Answers a request for help. `told`: whether there are owners to tell.
pub fn need_help(contact: Option<&UserId>, told: &Deciding) -> Message {
    let contact = match contact {
        Some(contact) => md!(
            "{} is here for exactly this, chosen to be outside reporting lines. Write to them directly; they only hear what you tell them.",
            contact
        ),
        None => Md::from("`/reverse-mentor support` shows who you can talk to."),
    };
    let owners = match told {
        Deciding::Acting(_) => {
            " I've also let the program's owners know that your pair would like some help. They see your two names, but no reasons, and not who asked. An owner hears nothing about their own pair."
        }
        Deciding::Admins(_) => {
            " I've also let the workspace's admins know that your pair would like some help, because everyone who runs the program is in it. They see your two names, but no reasons, and not who asked."
        }
        Deciding::NobodyElse => "",
    };
    md!("Thank you for telling me. {}{}", contact, owners).into()
}

/// Somebody ended their pair in answer to a check-in.
pub fn ended(pair: &Pair, user: &UserId) -> Message {
    md!(
        "Done. {} gets a neutral message with no reasons. Thank you for the time you gave this. {}",
        pair.partner_of(user),
        ANOTHER_ONE_DAY
    )
    .into()
}

pub fn answered_already() -> Message {
    "You've already answered this one, thank you. `/reverse-mentor support` is there at any time, and `/reverse-mentor status` shows where things stand.".into()
}

pub fn pair_is_closed(pair: &Pair, user: &UserId) -> Message {
    md!(
        "Your pair with {} has come to an end. Thank you for the time you gave it.",
        pair.partner_of(user)
    )
    .into()
}

/// For an owner, or (`owns` is false) an admin in their place. Names and the state only.
pub fn help_note(pair: &Pair, owns: bool) -> Message {
    let text = md!(
        "{} and {}: this pair would like some help. I don't pass on reasons, or who asked. A good start is a friendly word to both, offering fifteen minutes of your time.",
        &pair.mentor,
        &pair.mentee
    );
    let blocks = Blocks::new().section(text.clone());
    let blocks = if owns {
        blocks.buttons([button("All pairs", &Action::ShowPairs)])
    } else {
        blocks.context(STANDS_IN)
    };
    blocks.message(text)
}

/// For a partner of somebody who is away for long; whether there is a date for their return does not show.
pub fn partner_away(pair: &Pair, checkin: &Checkin) -> Message {
    let text = md!(
        "{} is still on a break. You don't have to wait: I can look for another partner for you in the meantime. Your pair stays, and continues when the break is over.",
        pair.partner_of(&checkin.user)
    );
    let end = button("End this pair", &Action::OpenEnd { pair: pair.id });
    Blocks::new()
        .section(text.clone())
        .buttons([find_partner_button(), end])
        .context("Only you can see this. There's nothing you have to do.")
        .message(text)
}

/// For each partner, halfway.
pub fn midpoint(pair: &Pair, checkin: &Checkin) -> Message {
    let text = md!(
        "*Halfway with {}.* Two short questions, just for you: is it worth your time, and what would you change?",
        pair.partner_of(&checkin.user)
    );
    let open = Action::AnswerCheckin {
        checkin: checkin.id,
    };
    Blocks::new()
        .section(text.clone())
        .buttons([button("Answer", &open)])
        .context("Only you see your answers: not your partner, not the program's owners.")
        .message(text)
}

pub fn midpoint_form(pair: &Pair, checkin: &Checkin, written: &Written) -> Modal {
    let picked: Vec<&str> = written.worth.as_deref().into_iter().collect();
    Modal::form(
        Form::Checkin {
            checkin: checkin.id,
        },
        "Halfway",
        "Save",
        Blocks::new()
            .section(md!("With {}.", pair.partner_of(&checkin.user)))
            .input(
                Input::radio("worth", "Is it worth your time?", &WORTH)
                    .optional()
                    .picked(&picked),
            )
            .input(
                Input::text("text", "One thing you would change", ANSWER)
                    .optional()
                    .filled(written.text.as_deref().unwrap_or_default()),
            )
            .context("Only you see your answers: not your partner, not the program's owners."),
    )
}

pub fn thanks(pair: &Pair, checkin: &Checkin) -> Modal {
    let text: Md = if !pair.is_open() || !pair.runs() && checkin.kind != Kind::Closing {
        "Saved. Only you can see it.".into()
    } else if checkin.kind == Kind::Closing {
        "Saved. Only you can see it. If you haven't chosen what comes next yet, the buttons are still there.".into()
    } else {
        md!(
            "Saved. Only you can see it. If there's something to change, your next meeting with {} is a good place to say so. When it isn't, `/reverse-mentor support` helps.",
            pair.partner_of(&checkin.user)
        )
    };
    Modal::notice("Thank you", Blocks::new().section(text))
}
