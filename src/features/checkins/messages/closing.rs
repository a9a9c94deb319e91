//! Texts of a pair's closing: looking back, and what comes next.

use crate::domain::cadence::{local, say_date};
use crate::domain::checkin::NextStep;
use crate::domain::ids::{CheckinId, UserId};
use crate::domain::message::Message;
use crate::domain::pair::Pair;
use crate::features::checkins::written::{ANSWER, Written};
use crate::features::{find_partner_button, months};
use crate::md;
use crate::slack::blocks::{Blocks, Button, Input, Modal, button};
use crate::slack::event::{Action, Form};
use crate::slack::words::Md;
use crate::store::checkins::Checkin;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// For somebody whose pair ended without their having said what they wish for next.
pub(super) const ANOTHER_ONE_DAY: &str =
    "`/reverse-mentor status` shows whether I'm looking for another partner for you.";

const RATINGS: [(&str, &str); 5] = [
    ("1: not at all", "1"),
    ("2", "2"),
    ("3: halfway", "3"),
    ("4", "4"),
    ("5: very", "5"),
];
const YES_OR_NO: [(&str, &str); 2] = [("Yes", "yes"), ("No", "no")];
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

/// "Find another partner", pressed when the time to choose was over.
pub fn too_late_for_another(pair: &Pair, user: &UserId) -> Message {
    let text = md!(
        "Your pair with {} is complete by now. If you'd still like another partner, I'll look for one.",
        pair.partner_of(user)
    );
    Blocks::new()
        .section(text.clone())
        .buttons([find_partner_button()])
        .message(text)
}

/// The closing's card once the pair is over: looking back is still possible.
pub fn closed(pair: &Pair, checkin: &Checkin) -> Message {
    let text = md!(
        "Your pair with {} has come to an end. Thank you for the time you gave it. You can still look back, just for yourself.{}",
        pair.partner_of(&checkin.user),
        match checkin.said {
            Some(_) => Md::default(),
            None => md!(" {}", ANOTHER_ONE_DAY),
        }
    );
    let look_back = Action::AnswerCheckin {
        checkin: checkin.id,
    };
    Blocks::new()
        .section(text.clone())
        .buttons([button("Look back", &look_back)])
        .message(text)
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
/// `has_room`: for another partner, once this pair is over.
pub fn chosen(pair: &Pair, checkin: &Checkin, next: NextStep, has_room: bool) -> Message {
    let text = match next {
        NextStep::Continue => md!(
            "Noted: you'd like to keep going. If {} chooses the same, you'll have more months together.",
            pair.partner_of(&checkin.user)
        ),
        NextStep::Rematch if !has_room => md!(
            "Noted: you'd like another partner. Without {}, you still have as many as you asked for; `/reverse-mentor profile` lets you \
             ask for more. Then you'll be in line for the next match once they've chosen too.",
            pair.partner_of(&checkin.user)
        ),
        NextStep::Rematch => md!(
            "Noted: you'd like another partner. You'll be in line for the next match once {} has chosen too, or after two weeks. A break makes that longer.",
            pair.partner_of(&checkin.user)
        ),
        NextStep::Finish => md!(
            "Noted: you'll finish here, and I won't look for another partner for you. The pair is complete once {} has chosen too, or after two weeks. A break makes that longer.",
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
pub fn thank_you(pair: &Pair, times: usize, (zone, now): (&TimeZone, Timestamp)) -> Message {
    let started = local(pair.started_at.unwrap_or(pair.created_at), zone).date();
    let today = local(now, zone).date();
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
