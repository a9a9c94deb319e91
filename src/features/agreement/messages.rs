//! The texts about a pair's goals.

use crate::domain::cadence::say_day;
use crate::domain::goals::{Goals, LONGEST};
use crate::domain::ids::UserId;
use crate::domain::message::Message;
use crate::domain::pair::Pair;
use crate::md;
use crate::slack::blocks::{Blocks, Button, Input, Modal, button};
use crate::slack::event::{Action, Form};
use crate::slack::words::{Md, quote};
use crate::store::agreements::Agreement;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// One version of a pair's agreement, with the data for its texts.
pub struct Sheet {
    pub pair: Pair,
    pub agreement: Agreement,
    /// When the pair's months end, as things stand.
    pub ends: Timestamp,
    pub zone: TimeZone,
    pub now: Timestamp,
}

impl Sheet {
    /// The offer to both: the draft, or one partner's edit.
    pub fn offer(&self) -> Message {
        let intro = match &self.agreement.made_by {
            Some(editor) => md!(
                "{} has changed the goals. If you're both happy with them, please sign this version.",
                editor
            ),
            None => {
                "Here are draft goals, one for each of you. Talk them over when you meet, make them your own, and \
                 sign them then."
                    .into()
            }
        };
        self.build(intro)
    }

    /// The same with the signatures so far. Once both have signed, the agreement itself replaces it.
    pub fn card(&self) -> Message {
        if self.agreement.completed_at.is_some() {
            return md!(
                "{} and {}, you've both signed. Your full agreement is in your group message.",
                self.pair.mentor,
                self.pair.mentee
            )
            .into();
        }
        self.build(md!(
            "These are your goals, version {}.",
            self.agreement.version
        ))
    }

    /// The card in the group DM, as it is now.
    pub fn as_it_stands(&self) -> Message {
        if !self.pair.runs() {
            let words = md!(
                "{} and {}, these were your goals.",
                self.pair.mentor,
                self.pair.mentee
            );
            return Blocks::new()
                .section(words.clone())
                .section(self.mentee_goal())
                .section(self.mentor_goal())
                .message(words);
        }
        if self.agreement.completed_at.is_some() {
            self.whole()
        } else {
            self.offer()
        }
    }

    /// The card in one partner's private messages, as it is now.
    pub fn for_one(&self, user: &UserId) -> Message {
        let partner = self.pair.partner_of(user);
        let signed = if *user == self.pair.mentor {
            self.agreement.mentor_signed_at
        } else {
            self.agreement.mentee_signed_at
        };
        if !self.pair.is_open() {
            md!(
                "Your pair with {} has come to an end, so there's nothing left to sign.",
                partner
            )
            .into()
        } else if !self.pair.runs() {
            md!(
                "Your months with {} are over, so there's nothing left to sign.",
                partner
            )
            .into()
        } else if self.agreement.completed_at.is_some() {
            self.card()
        } else if signed.is_some() {
            md!("You've signed your goals with {}. Thank you.", partner).into()
        } else {
            self.reminder(user)
        }
    }

    /// Reminds a partner who has not signed yet.
    pub fn reminder(&self, user: &UserId) -> Message {
        let partner = self.pair.partner_of(user);
        self.build(md!(
            "Your goals with {} are still a draft. If they fit, sign them; if they don't, you can change them in two \
             minutes. You can meet either way.",
            partner
        ))
    }

    /// The whole agreement, once both have signed.
    pub fn whole(&self) -> Message {
        let (mentor, mentee) = (&self.pair.mentor, &self.pair.mentee);
        let rules = [
            md!(
                "You meet once a month, until {}.",
                say_day(self.ends, &self.zone, self.now)
            ),
            md!(
                "{} does the scheduling; {} never has to chase.",
                mentee,
                mentor
            ),
            Md::from("What is said here stays between the two of you."),
            Md::from("Rank stays at the door."),
            Md::from(
                "Either of you can change the goals or end the pair at any time, without giving a reason.",
            ),
        ];
        Blocks::new()
            .header("Your agreement")
            .section(self.mentee_goal())
            .section(self.mentor_goal())
            .section(md!("*What you agreed on*\n{}", Md::bullets(rules)))
            .buttons([self.edit()])
            .context(md!(
                "Signed by {} and {}. Only the two of you see this.",
                mentor,
                mentee
            ))
            .message(md!(
                "{} and {}, you've both signed. Your agreement is in place.",
                mentor,
                mentee
            ))
    }

    fn build(&self, intro: Md) -> Message {
        let (pair, version) = (self.pair.id, self.agreement.version);
        let sign = button("Sign", &Action::Sign { pair, version }).primary();
        Blocks::new()
            .section(intro.clone())
            .section(self.mentee_goal())
            .section(self.mentor_goal())
            .section(md!(
                "By signing, you agree to meet once a month until {}, to keep what's said between the two of you, and \
                 that {} does the scheduling.",
                say_day(self.ends, &self.zone, self.now),
                self.pair.mentee
            ))
            .buttons([sign, self.edit()])
            .context(md!(
                "{} Only the two of you see this. If the goals change, you both sign again.",
                self.signatures()
            ))
            .message(intro)
    }

    fn mentee_goal(&self) -> Md {
        let goal = quote(&self.agreement.goals.mentee);
        md!("*{} wants to learn*\n{}", self.pair.mentee, goal)
    }

    fn mentor_goal(&self) -> Md {
        let goal = quote(&self.agreement.goals.mentor);
        md!("*{} wants to learn in return*\n{}", self.pair.mentor, goal)
    }

    fn edit(&self) -> Button {
        button("Edit goals", &Action::EditGoals { pair: self.pair.id })
    }

    fn signatures(&self) -> Md {
        let (mentor, mentee) = (&self.pair.mentor, &self.pair.mentee);
        let signed = (
            self.agreement.mentor_signed_at.is_some(),
            self.agreement.mentee_signed_at.is_some(),
        );
        match signed {
            (false, false) => "Nobody has signed yet.".into(),
            (true, false) => md!("{} has signed, {} hasn't yet.", mentor, mentee),
            (false, true) => md!("{} has signed, {} hasn't yet.", mentee, mentor),
            (true, true) => md!("You've both signed."),
        }
    }
}

/// The form for editing the goals. `theirs`: the partner's edit in the meantime.
pub fn form(pair: &Pair, version: i64, typed: &Goals, theirs: Option<&Agreement>) -> Modal {
    let mut blocks = Blocks::new();
    if let Some(theirs) = theirs {
        blocks = blocks
            .section(
                "The goals were changed while you were writing. Here's the new version. What you wrote is below, and \
                 saving it replaces this version.",
            )
            .section(quote(&theirs.goals.mentee))
            .section(quote(&theirs.goals.mentor))
            .divider();
    }
    let blocks = blocks
        .section(md!(
            "{} learns as the mentee, {} learns as the mentor. One or two sentences each: what would you like to be \
             different in the end?",
            pair.mentee,
            pair.mentor
        ))
        .input(Input::text("mentee_goal", "The mentee wants to learn", LONGEST).filled(&typed.mentee))
        .input(Input::text("mentor_goal", "The mentor wants to learn", LONGEST).filled(&typed.mentor))
        .context("Only the two of you see the goals. Saving makes a new version for you both to sign.");
    let pair = pair.id;
    Modal::form(Form::Goals { pair, version }, "Your goals", "Save", blocks)
}

/// Replaces the card of an outdated version.
pub fn replaced(by: Option<&UserId>, version: i64) -> Message {
    let by = match by {
        Some(editor) => md!("{} has since changed the goals", editor),
        None => "The goals have since changed".into(),
    };
    md!(
        "{}, so there's no need to sign this version. Version {} is in your group message.",
        by,
        version
    )
    .into()
}
