//! One pair of a round: a line, and its menu or buttons.

use super::Card;
use super::weight::Style;
use crate::domain::ids::UserId;
use crate::domain::matching::{Edit, ReportingLine};
use crate::domain::organization::is_in_slack;
use crate::domain::participant::Standing;
use crate::md;
use crate::slack::blocks::{Blocks, Button, button, cut, menu};
use crate::slack::event::Action;
use crate::slack::words::Md;
use crate::store::rounds::{Fate, Origin, Proposal};

/// The longest description of one person.
const PLACE: usize = 60;
/// The longest name in a reporting line, and the most people in it.
const NAME: usize = 40;
const ABOVE: usize = 8;

impl Card {
    /// One pair on one line.
    pub(super) fn line(&self, pair: &Proposal) -> Md {
        let (mentor, mentee) = (&pair.mentor, &pair.mentee);
        if pair.fate == Fate::Dropped {
            return md!("Left out: {} with {}", mentor, mentee);
        }
        let mut line = md!(
            "{}{} → {}{} · {}",
            mentor,
            self.place(mentor),
            mentee,
            self.place(mentee),
            pair.score
        );
        if self.edits.keeps(mentor, mentee) {
            line = md!("{} · _kept_", line);
        }
        for user in [mentor, mentee] {
            if self.is_set_aside(user) {
                line = md!("{} · {} _is set aside_", line, user);
            }
        }
        for (user, standing) in self.not_looking_in(pair) {
            let why = match standing {
                Standing::Paused => "is on a break",
                Standing::Active | Standing::Left | Standing::Ineligible => "isn't looking now",
            };
            line = md!("{} · {} _{}_", line, user, why);
        }
        if let Some(owner) = self.deciders.in_pair((mentor, mentee)) {
            line = md!("{} · _someone other than_ {} _decides_", line, owner);
        }
        line
    }

    /// The same among others, where a phone breaks each line into three.
    pub(super) fn item(&self, pair: &Proposal) -> Md {
        md!("• {}", self.line(pair))
    }

    /// Their stage, department and site.
    fn place(&self, user: &UserId) -> Md {
        let Some(profile) = self.people.get(user) else {
            return Md::default();
        };
        let place = [
            Some(&profile.stage),
            profile.department.as_ref(),
            profile.site.as_ref(),
        ];
        let place: Vec<&str> = place.into_iter().flatten().map(String::as_str).collect();
        md!(" ({})", cut(&place.join(", "), PLACE))
    }

    /// A pair to check: its line, and the two reporting lines as far as they are known.
    pub(super) fn with_lines(&self, pair: &Proposal) -> Md {
        let lines = [&pair.mentor, &pair.mentee]
            .into_iter()
            .filter_map(|user| Some(self.reporting_line(user, self.lines.of(user)?)));
        Md::join([self.line(pair)].into_iter().chain(lines), "\n")
    }

    /// "@mentor › Lea Lead › Cleo Top"; an end that is not known is "…".
    fn reporting_line(&self, user: &UserId, line: &ReportingLine) -> Md {
        if line.above.is_empty() && line.is_whole {
            return md!("{} reports to nobody", user);
        }
        let shown = line.above.iter().take(ABOVE);
        let mut people: Vec<Md> = vec![md!("{}", user)];
        people.extend(shown.map(|one| match self.lines.name(one) {
            Some(name) => md!("{}", cut(name, NAME)),
            None if is_in_slack(one) => md!("{}", one),
            None => "…".into(),
        }));
        if !line.is_whole || line.above.len() > ABOVE {
            people.push("…".into());
        }
        Md::join(people, " › ")
    }

    /// Whether a pair has a button of its own even where pairs are lines.
    pub(super) fn has_a_button(pair: &Proposal) -> bool {
        pair.must_confirm && pair.is_undecided()
    }

    /// A pair with all that can be done about it. An invitation has only one pair, so the round's own buttons are enough.
    pub(super) fn with_pair(&self, blocks: Blocks, pair: &Proposal, style: Style) -> Blocks {
        if self.round.origin == Origin::Invite {
            let words = Md::join(
                [self.with_lines(pair)]
                    .into_iter()
                    .chain(self.checked(pair)),
                "\n",
            );
            return blocks.section(md!("{}\n{}", words, reasons(pair)));
        }
        if pair.fate == Fate::Dropped && self.has_somebody_gone(pair) {
            return blocks.section(self.line(pair));
        }
        if pair.fate == Fate::Dropped {
            let back = self.edit(Edit::PutBack, pair);
            return blocks.section_with(self.line(pair), button("Put it back", &back));
        }
        let words = self.with_lines(pair);
        if let Some(checked) = self.checked(pair) {
            return blocks.section_with(md!("{}\n{}", words, checked), self.undo_check(pair));
        }
        match (Self::has_a_button(pair), style) {
            (true, Style::Lines) => blocks.section_with(words, self.tick(pair)),
            (true, Style::Menus) => blocks
                .section(words)
                .buttons([self.tick(pair), self.changes(pair)]),
            (false, _) => blocks.section_with(words, self.changes(pair)),
        }
    }

    fn edit(&self, edit: Edit, pair: &Proposal) -> Action {
        Action::Edit(
            self.round.id,
            edit,
            pair.mentor.clone(),
            pair.mentee.clone(),
        )
    }

    /// Introduces one pair that an owner has looked at.
    pub(super) fn tick(&self, pair: &Proposal) -> Button {
        let (mentor, mentee) = (pair.mentor.clone(), pair.mentee.clone());
        let action = Action::ConfirmPair(self.round.id, mentor, mentee);
        // A break of the program, or the first match, may come before them.
        button("Checked: introduce them", &action).confirm(
            "Introduce these two?",
            "Please do so only if neither reports to the other, directly or further up. They're introduced to each other in ten \
             minutes at the soonest. Until then, you can undo it.",
            "Introduce them",
            "Not yet",
        )
    }

    /// Takes that back, until they are introduced.
    pub(super) fn undo_check(&self, pair: &Proposal) -> Button {
        button("Undo", &self.edit(Edit::Undecided, pair))
    }

    /// An owner's menu for one pair.
    fn changes(&self, pair: &Proposal) -> Button {
        let (round, mentor, mentee) = (self.round.id, &pair.mentor, &pair.mentee);
        let about = |action: fn(_, _, _) -> Action| action(round, mentor.clone(), mentee.clone());
        let why = ("Why these two?", about(Action::ShowPair));
        let not = ("Not this pair", self.edit(Edit::Drop, pair));
        if !self.round.origin.is_whole() {
            return menu("edit", [why, not]);
        }
        let keep = if self.edits.keeps(mentor, mentee) {
            ("Stop keeping this pair", self.edit(Edit::LetGo, pair))
        } else {
            ("Keep this pair", self.edit(Edit::Keep, pair))
        };
        let aside = if self.is_set_aside(mentor) || self.is_set_aside(mentee) {
            "Bring someone back"
        } else {
            "Set one of them aside"
        };
        menu(
            "edit",
            [
                why,
                keep,
                ("What if they weren't a pair?", about(Action::WhatIfNot)),
                not,
                (aside, about(Action::AskAside)),
            ],
        )
    }
}

/// Why these two were proposed.
pub(super) fn reasons(pair: &Proposal) -> Md {
    let reasons = pair.reasons.iter();
    Md::bullets(reasons.map(|reason| md!("{}", reason.in_words())))
}
