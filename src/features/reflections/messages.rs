//! Texts of reflections.

use crate::domain::ids::{ReflectionId, UserId};
use crate::domain::message::Message;
use crate::domain::questions::{self, Question};
use crate::md;
use crate::slack::blocks::{Blocks, Input, Modal, button};
use crate::slack::event::{Action, Form};
use crate::slack::words::{Md, quote};
use crate::store::reflections::Reflection;

/// The longest answer, in characters.
const ANSWER: usize = 1000;
const ONLY_YOU: &str = "Only you see your answer, unless you press share.";
const CONFIDENCE: [(&str, &str); 5] = [
    ("1: not at all yet", "1"),
    ("2", "2"),
    ("3: halfway", "3"),
    ("4", "4"),
    ("5: very", "5"),
];

/// For one partner, privately.
pub fn question(reflection: ReflectionId, question: &Question, partner: &UserId) -> Message {
    Blocks::new()
        .section(md!(
            "After your meeting with {}, one question just for you:",
            partner
        ))
        .section(md!("*{}*", question.text))
        .buttons([button("Answer", &Action::Reflect { reflection })])
        .context(ONLY_YOU)
        .message(md!(
            "A question just for you, after your meeting with {}: {} {}",
            partner,
            question.text,
            ONLY_YOU
        ))
}

fn words(reflection: &Reflection) -> &'static str {
    questions::find(&reflection.question)
        .map_or("What do you take away from your meeting?", |question| {
            question.text
        })
}

/// The form of the answer, with earlier input.
pub fn form(reflection: &Reflection, partner: &UserId, shareable: bool) -> Modal {
    let rating = reflection.confidence.map(|rating| rating.to_string());
    let picked: Vec<String> = rating.into_iter().collect();
    let blocks = Blocks::new()
        .section(md!(
            "After your meeting with {}: *{}*",
            partner,
            words(reflection)
        ))
        .input(
            Input::text("answer", "What comes to mind", ANSWER)
                .optional()
                .filled(reflection.answer.as_deref().unwrap_or_default()),
        )
        .input(
            Input::radio(
                "confidence",
                "How confident are you about reaching your goal?",
                &CONFIDENCE,
            )
            .optional()
            .picked(&picked)
            .hint("Only counts in an average over many people, never on its own."),
        );
    let blocks = if reflection.shared {
        blocks.context(md!(
            "You shared your answer with {}. What you change now stays with you.",
            partner
        ))
    } else if shareable {
        blocks
            .input(
                Input::checkboxes(
                    "share",
                    "Share",
                    &[("Share my answer with my partner", "share")],
                )
                .optional()
                .hint("Posts the text in your group message, once. The number is never shared."),
            )
            .context(ONLY_YOU)
    } else {
        blocks.context("Only you see your answer.")
    };
    Modal::form(
        Form::Reflect {
            reflection: reflection.id,
        },
        "A moment to reflect",
        "Save",
        blocks,
    )
}

/// For both, in their group DM: only what the author chose to share.
pub fn shared(by: &UserId, reflection: &Reflection, text: &str) -> Message {
    let lead = md!("{} shares a thought after your meeting.", by);
    Blocks::new()
        .section(md!("{}\n_{}_", lead, words(reflection)))
        .section(quote(text))
        .message(md!("{} {}", lead, text))
}

pub fn thanks(shared: Option<&UserId>) -> Modal {
    let text: Md = if let Some(partner) = shared {
        md!(
            "Saved, and shared with {} in your group message. The question's button shows your answer again.",
            partner
        )
    } else {
        "Saved. Only you can see it. The question's button shows it again and lets you change it."
            .into()
    };
    Modal::notice("Thank you", Blocks::new().section(text))
}
