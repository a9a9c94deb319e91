//! The texts of check-ins.

use super::written::{ANSWER, Written};
use crate::domain::cadence::{local, say_date};
use crate::domain::checkin::{Kind, NextStep, StillGood};
use crate::domain::ids::{CheckinId, UserId};
use crate::domain::message::Message;
use crate::domain::pair::Pair;
use crate::features::{find_partner_button, months};
use crate::md;
use crate::slack::blocks::{Blocks, Button, Input, Modal, button};
use crate::slack::event::{Action, Form};
use crate::slack::words::Md;
use crate::store::checkins::Checkin;
use jiff::Timestamp;
use jiff::tz::TimeZone;

const RATINGS: [(&str, &str); 5] = [
    ("1: not at all", "1"),
    ("2", "2"),
    ("3: halfway", "3"),
    ("4", "4"),
    ("5: very", "5"),
];
const YES_OR_NO: [(&str, &str); 2] = [("Yes", "yes"), ("No", "no")];
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
        "Your partner doesn't see your answer. If neither of you tells me of a meeting, the program's owners see your two names and that it's been quiet, but no reasons. If you ask for help, they see that your pair would like some, not who asked.",
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
pub fn need_help(contact: Option<&UserId>, told: bool) -> Message {
    let contact = match contact {
        Some(contact) => md!(
            "{} is here for exactly this, outside reporting lines. Write to them directly; they only hear what you tell them.",
            contact
        ),
        None => Md::from("`/reverse-mentor support` shows who you can talk to."),
    };
    let owners = if told {
        " I've also let the program's owners know that your pair would like some help. They see your two names, but no reasons, and not who asked."
    } else {
        ""
    };
    md!("Thank you for telling me. {}{}", contact, owners).into()
}

pub fn ended(pair: &Pair, user: &UserId) -> Message {
    md!(
        "Done. {} gets a neutral message with no reasons. Thank you for the time you gave this.",
        pair.partner_of(user)
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

/// For a partner who would have continued when the other chose to end.
pub fn does_not_go_on(pair: &Pair, user: &UserId) -> Message {
    let text = md!(
        "Thank you for wanting to keep going. It takes both of you, and this time it ends here with {}. That says nothing about you, or about what the two of you made of these months. If you like, I'll look for another partner for you.",
        pair.partner_of(user)
    );
    Blocks::new()
        .section(text.clone())
        .buttons([find_partner_button()])
        .message(text)
}

/// The closing's card once the pair is over: looking back is still possible.
pub fn closed(pair: &Pair, checkin: &Checkin) -> Message {
    let partner = pair.partner_of(&checkin.user);
    let text = md!(
        "Your pair with {} has come to an end. Thank you for the time you gave it. You can still look back, just for yourself.",
        partner
    );
    let look_back = Action::AnswerCheckin {
        checkin: checkin.id,
    };
    Blocks::new()
        .section(text.clone())
        .buttons([button("Look back", &look_back)])
        .message(text)
}

/// For an owner. Names and the state only.
pub fn help_note(pair: &Pair) -> Message {
    let text = md!(
        "{} and {}: this pair would like some help. I don't pass on reasons, or who asked. A good start is a friendly word to both, offering fifteen minutes of your time.",
        &pair.mentor,
        &pair.mentee
    );
    Blocks::new()
        .section(text.clone())
        .buttons([button("All pairs", &Action::ShowPairs)])
        .message(text)
}

/// For a partner of somebody whose break has no end in sight.
pub fn partner_away(pair: &Pair, checkin: &Checkin) -> Message {
    let text = md!(
        "{} is still on a break, and there's no date for its end yet. You don't have to wait: I can look for another partner for you in the meantime. Your pair stays, and continues when the break is over.",
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

/// For each partner, at the end.
pub fn closing(pair: &Pair, checkin: &Checkin) -> Message {
    let partner = pair.partner_of(&checkin.user);
    let text = md!(
        "*Your {} with {} {} over.* Time to look back and choose what comes next.",
        months(checkin.number),
        partner,
        if checkin.number == 1 { "is" } else { "are" }
    );
    let look_back = Action::AnswerCheckin {
        checkin: checkin.id,
    };
    Blocks::new()
        .section(text.clone())
        .buttons([button("Look back", &look_back)])
        .section(md!(
            "What next? You keep going if you both choose to. Otherwise the pair is complete, with thanks. {} doesn't see which button you press.",
            partner
        ))
        .buttons(choices(checkin.id))
        .context("Only you see what you write. After two weeks without a choice, the pair is complete. A break makes that longer.")
        .message(text)
}

fn choices(checkin: CheckinId) -> [Button; 3] {
    let choice = |label, next| button(label, &Action::Closing { checkin, next });
    [
        choice("Keep going together", NextStep::Continue),
        choice("Find another partner", NextStep::Rematch),
        choice("Finish here", NextStep::Finish),
    ]
}

/// Replaces the closing card until both have chosen.
pub fn chosen(pair: &Pair, checkin: &Checkin, next: NextStep) -> Message {
    let text = match next {
        NextStep::Continue => md!(
            "Noted: you'd like to keep going. If {} chooses the same, you'll have more months together.",
            pair.partner_of(&checkin.user)
        ),
        NextStep::Rematch => md!(
            "Noted: you'd like another partner. You'll be in line for the next match once {} has chosen too, or after two weeks. A break makes that longer.",
            pair.partner_of(&checkin.user)
        ),
        NextStep::Finish => md!(
            "Noted: you'll finish here. The pair is complete once {} has chosen too, or after two weeks. A break makes that longer.",
            pair.partner_of(&checkin.user)
        ),
    };
    let look_back = Action::AnswerCheckin {
        checkin: checkin.id,
    };
    Blocks::new()
        .section(text.clone())
        .buttons([button("Look back", &look_back)])
        .buttons(choices(checkin.id))
        .context(md!(
            "You can change your choice until {} has chosen too. Only you see it.",
            pair.partner_of(&checkin.user)
        ))
        .message(text)
}

/// The closing's form. `then`: the confidence in the first reflection, if there is one.
pub fn closing_form(pair: &Pair, checkin: &Checkin, written: &Written, then: Option<u8>) -> Modal {
    let pick = |rating: Option<u8>| -> Vec<String> {
        rating
            .map(|rating| rating.to_string())
            .into_iter()
            .collect()
    };
    let rating = |name, label| Input::radio(name, label, &RATINGS).optional();
    let yes_or_no = |name, label, said: Option<bool>| {
        let picked = said.map(|yes| if yes { "yes" } else { "no" });
        let picked: Vec<&str> = picked.into_iter().collect();
        Input::radio(name, label, &YES_OR_NO)
            .optional()
            .picked(&picked)
    };
    let benefit = checkin.benefit;
    let partner = pair.partner_of(&checkin.user);
    let blocks = Blocks::new()
        .section(md!("Your {} with {}.", months(checkin.number), partner))
        .input(
            Input::text("text", "What changed, for you or for others?", ANSWER)
                .optional()
                .filled(written.text.as_deref().unwrap_or_default()),
        );
    let blocks = match then {
        Some(then) => blocks.section(md!(
            "When I first asked, you rated your confidence about your goal *{} out of 5*.",
            then
        )),
        None => blocks.input(
            rating(
                "then",
                "How confident were you about your goal at the start?",
            )
            .picked(&pick(written.then)),
        ),
    };
    Modal::form(
        Form::Checkin {
            checkin: checkin.id,
        },
        "Looking back",
        "Save",
        blocks
            .input(
                rating("now", "How confident are you now?").picked(&pick(checkin.confidence)),
            )
            .input(yes_or_no(
                "recommend",
                "Would you recommend this program to a colleague?",
                benefit.would_recommend,
            ))
            .input(yes_or_no(
                "repeat",
                "Would you do it again?",
                benefit.would_repeat,
            ))
            .context("Only you see what you write. Ratings, and your yes or no, only count in figures over many people, never on their own."),
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

/// Both chose to continue; for both, in their group DM. During a break, what follows says when their months begin.
pub fn goes_on(pair: &Pair, more: u8, on_break: bool) -> Message {
    let begins = if on_break {
        ""
    } else {
        " The next month begins in the next few days."
    };
    md!(
        "You both chose to keep going, for another {}.{} {} makes the first move, as before.",
        if more == 1 {
            "month".to_owned()
        } else {
            months(more)
        },
        begins,
        &pair.mentee
    )
    .into()
}

pub fn pair_goes_on(pair: &Pair, user: &UserId) -> Message {
    md!(
        "You and {} are continuing together. Enjoy the months ahead.",
        pair.partner_of(user)
    )
    .into()
}

/// A thank-you that both can keep; in their group DM. It counts the months for which they had a `time`: how many were held
/// would tell each what the other answered.
pub fn thank_you(pair: &Pair, times: usize, now: Timestamp) -> Message {
    let started = local(pair.started_at.unwrap_or(pair.created_at), &TimeZone::UTC).date();
    let today = local(now, &TimeZone::UTC).date();
    let made = match times {
        0 => ". Whatever you took from it is yours to keep.".into(),
        1 => ", and you made time for each other. That's worth remembering.".into(),
        times => md!(
            ", and in {} months you made time for each other. That's worth remembering, and worth mentioning.",
            times
        ),
    };
    let text = md!(
        "*Thank you, {} and {}.* You've been a pair since {}{}",
        &pair.mentor,
        &pair.mentee,
        say_date(started, today),
        made
    );
    Blocks::new()
        .header("A thank-you to keep")
        .section(text.clone())
        .context("This conversation stays yours. What you wrote to me is erased after the program's retention period.")
        .message(text)
}
