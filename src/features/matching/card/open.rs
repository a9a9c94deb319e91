//! A round that waits for a decision, as a message.

use super::weight::{Room, Style};
use super::{Card, ONLY_OWNERS, left_over, pairs};
use crate::domain::cadence::say_day;
use crate::domain::message::Message;
use crate::md;
use crate::slack::blocks::{Blocks, Button, button, listed};
use crate::slack::event::Action;
use crate::slack::words::Md;
use crate::store::rounds::{Origin, Proposal};
use jiff::Timestamp;

/// Lines per block; Slack accepts 3,000 characters in one, and a long line has 600.
const LINES: usize = 12;
const BLOCK: usize = 2_300;

impl Card {
    /// The round for review.
    pub fn proposal(&self, replaces: Option<Timestamp>) -> Message {
        let mut blocks = Blocks::new().header(self.title()).section(self.summary());
        if let Some(since) = replaces {
            blocks = blocks.context(md!(
                "This replaces what was still open of the round of {}.",
                say_day(since, &self.zone, self.now)
            ));
        }
        let text = match self.progress() {
            Some(progress) => md!("{}: {}", self.title(), progress),
            None => md!(
                "{}: {} to look over.",
                self.title(),
                pairs(self.open().count())
            ),
        };
        self.to_decide(blocks).message(text)
    }

    /// The same, as a reminder some days later.
    pub fn reminder(&self) -> Message {
        let since = say_day(self.round.created_at, &self.zone, self.now);
        let heard = match (self.round.origin, self.progress()) {
            (Origin::Invite, _) => " Both know that one of you takes a look.",
            (_, Some(_)) => "",
            (_, None) => " Nobody has heard anything yet.",
        };
        let waiting = md!(
            "{} since {} for one of the owners to take a look.{}",
            match self.open().count() {
                1 => Md::from("1 pair has been waiting"),
                n => md!("{} pairs have been waiting", n),
            },
            since,
            Md::from(heard)
        );
        let blocks = Blocks::new().header(self.title()).section(waiting.clone());
        self.to_decide(blocks).message(waiting)
    }

    fn title(&self) -> &'static str {
        let is_left_to_check = self.progress().is_some() && self.sure().next().is_none();
        match self.round.origin {
            Origin::Invite if self.open().next().is_none() => "About to be introduced",
            _ if is_left_to_check && self.open().next().is_none() => "About to be introduced",
            _ if is_left_to_check => "Pairs to check",
            Origin::Confirm => "Pairs to check",
            Origin::Invite => "An invitation to confirm",
            Origin::Scheduled | Origin::Asked | Origin::Rolling | Origin::ByHand | Origin::Swap => {
                "A round to look over"
            }
        }
    }

    pub(super) fn summary(&self) -> Md {
        let open = pairs(self.open().count());
        let check = self.to_check().next().is_some();
        let is_invite = self.round.origin == Origin::Invite;
        if let Some(progress) = self.progress().filter(|_| !is_invite) {
            return progress;
        }
        match self.round.origin {
            // What to look at stands above the pairs.
            Origin::Confirm if check => match self.open().count() {
                1 => "1 pair of the last round is left to check. The two haven't heard anything yet.".into(),
                _ => md!(
                    "{} of the last round are left to check. Nobody in them has heard anything yet.",
                    open
                ),
            },
            Origin::Confirm => md!(
                "Please look over {} from the last round before I introduce anyone: an owner is in it, and nobody decides on \
                 their own pair.",
                open
            ),
            Origin::Invite if !check => "Someone asked a colleague to mentor them, the colleague said yes, and one of you has \
                                         had a look."
                .into(),
            Origin::Invite => "Someone asked a colleague to mentor them, and the colleague said yes. I don't know \
                               everyone's reporting line, so please take a look before I introduce them. Both know \
                               that one of you looks first."
                .into(),
            Origin::Scheduled | Origin::Asked | Origin::Rolling | Origin::ByHand | Origin::Swap => md!(
                "I found *{}*. {}{} Nobody has heard anything yet; they will when you approve.",
                open,
                self.look_first(),
                self.who_is_left()
            ),
        }
    }

    /// How many pairs of a whole round need a look of their own.
    fn look_first(&self) -> Md {
        match (self.sure().count(), self.to_check().count()) {
            (_, 0) => Md::default(),
            (0, 1) => {
                "It needs a look of its own first: I don't know everyone's reporting line. ".into()
            }
            (0, _) => {
                "Each needs a look of its own first: I don't know everyone's reporting line. "
                    .into()
            }
            (_, 1) => {
                "One of them needs a look of its own first: I don't know everyone's reporting line. "
                    .into()
            }
            (_, n) => md!(
                "{} of them need a look of their own first: I don't know everyone's reporting line. ",
                n
            ),
        }
    }

    /// How many are left over: without a partner, and with one beside whom they would take another.
    fn who_is_left(&self) -> Md {
        let others = self.unmatched.iter().filter(|one| one.has_partner).count();
        let alone = match self.unmatched.len() - others {
            0 => None,
            1 => Some(Md::from("one person stays without a partner")),
            n => Some(md!("{} people stay without a partner", n)),
        };
        let others = match others {
            0 => None,
            1 => Some(Md::from("one who has a partner would have taken another")),
            n => Some(md!("{} who have a partner would have taken another", n)),
        };
        let left: Vec<Md> = alone.into_iter().chain(others).collect();
        if left.is_empty() {
            return "There's someone for everyone who was waiting.".into();
        }
        md!("In this round, {}.", listed(&left))
    }

    fn to_decide(&self, blocks: Blocks) -> Blocks {
        let room = self.in_message();
        let from = self.from(room);
        let shown = self.page(from, room);
        let mut blocks = self.with_pairs(self.with_done(blocks), &shown, room);
        let (total, until) = (self.listed().len(), from + shown.len());
        let round = self.round.id;
        let all = button("Go through them", &Action::ShowRound { round });
        if total > shown.len() {
            blocks = blocks
                .context(md!("Pairs {} to {} of {}.", from + 1, until, total))
                .buttons([all].into_iter().chain(self.turns(from, until, total)));
        } else if room.style == Style::Lines {
            blocks = blocks.buttons([all]);
        }
        self.with_the_rest(blocks)
    }

    /// The pairs of one page. What to look at in those to check is said once, before the first of them.
    pub(super) fn with_pairs(&self, blocks: Blocks, shown: &[&Proposal], room: Room) -> Blocks {
        let mut blocks = blocks;
        if shown.iter().any(|pair| Self::has_a_button(pair)) {
            blocks = blocks.section(
                "*Please check first:* I don't know the full reporting line of one of the two. Introduce them only if neither \
                 reports to the other, directly or further up.",
            );
        }
        let mut lines: Vec<Md> = Vec::new();
        for pair in shown {
            let has_a_button = Self::has_a_button(pair) || pair.is_about_to_meet();
            if room.style == Style::Menus || has_a_button {
                blocks = self.with_pair(flush(blocks, &mut lines), pair, room.style);
                continue;
            }
            lines.push(self.item(pair));
            let characters: usize = lines.iter().map(|line| line.as_str().chars().count()).sum();
            if lines.len() >= LINES || characters > BLOCK {
                blocks = flush(blocks, &mut lines);
            }
        }
        flush(blocks, &mut lines)
    }

    /// The edits, the people left over, and the buttons for the decision.
    pub(super) fn with_the_rest(&self, mut blocks: Blocks) -> Blocks {
        for note in self.notes() {
            blocks = blocks.context(note);
        }
        if !self.unmatched.is_empty() {
            blocks = self.with_left_over(blocks);
        }
        let is_other = self.has_left_out() || self.edits.ask() || self.gone().next().is_some();
        let look_again = is_other
            || self
                .open()
                .any(|pair| self.not_looking_in(pair).next().is_some());
        blocks
            .buttons(self.decisions(look_again))
            .context(ONLY_OWNERS)
    }

    pub(super) fn with_left_over(&self, blocks: Blocks) -> Blocks {
        let lists = left_over(&self.unmatched).into_iter();
        lists
            .chain(self.advice())
            .fold(blocks.divider(), Blocks::section)
    }

    pub(super) fn turns(&self, from: usize, until: usize, total: usize) -> Vec<Button> {
        let round = self.round.id;
        let mut turns = Vec::new();
        if from > 0 {
            turns.push(button(
                "Back to the first",
                &Action::PageRound { round, from: 0 },
            ));
        }
        if until < total {
            let label = format!("Show {} more", total - until);
            turns.push(button(&label, &Action::PageRound { round, from: until }));
        }
        turns
    }

    fn decisions(&self, look_again: bool) -> Vec<Button> {
        let round = self.round.id;
        let mut decisions = Vec::new();
        if self.round.origin == Origin::Invite {
            decisions.extend(self.to_check().map(|pair| self.tick(pair).primary()));
            let soon = self.about_to_meet().filter(|pair| pair.must_confirm);
            decisions.extend(soon.map(|pair| self.undo_check(pair)));
        }
        let (sure, to_check) = (self.sure().count(), self.to_check().count());
        if sure > 0 {
            let (label, consequence) = approval(sure, to_check);
            decisions.push(
                button(&label, &Action::ApproveRound { round })
                    .primary()
                    .confirm("Introduce them?", &consequence, "Introduce them", "Not yet"),
            );
        }
        // Where nothing is left to decide on, there's nothing to decline either.
        if sure + to_check > 0 || self.about_to_meet().next().is_none() {
            let (label, question, consequence, back) = self.refusal();
            let refuse = button(label, &Action::RejectRound { round });
            decisions.push(refuse.confirm(question, consequence, label, back));
        }
        if look_again && self.round.origin.is_whole() {
            decisions.push(button("Look again", &Action::LookAgain { round }));
        } else if look_again && self.round.origin != Origin::Invite {
            decisions.push(button("Look again", &Action::ProposeRound));
        }
        decisions
    }

    /// The label of the refusal, its question, its consequences, and the button to go back.
    fn refusal(&self) -> (&'static str, &'static str, &'static str, &'static str) {
        match self.round.origin {
            Origin::Invite => (
                "Not this pair",
                "Not these two?",
                "Both hear that they won't be a pair this time, and never why. They can be paired with others. For \
                 half a year I won't pair these two, even if they ask again.",
                "Back",
            ),
            _ if self.progress().is_some() => (
                "Decline the rest",
                "Decline the rest?",
                "None of the pairs that are left is introduced. They keep their places and hear only that nobody who fits was \
                 free. What was approved or checked before stays.",
                "Keep them",
            ),
            Origin::Confirm => (
                "Decline",
                "Decline these pairs?",
                "None of them is introduced. They keep their places and hear only that nobody who fits was free.",
                "Keep them",
            ),
            Origin::Scheduled | Origin::Asked | Origin::Rolling | Origin::ByHand | Origin::Swap => {
                (
                    "Decline",
                    "Decline this round?",
                    "Nobody is introduced and nobody is told. You can ask for another round at any time.",
                    "Keep it",
                )
            }
        }
    }
}

fn flush(blocks: Blocks, lines: &mut Vec<Md>) -> Blocks {
    if lines.is_empty() {
        return blocks;
    }
    blocks.section(Md::join(std::mem::take(lines), "\n"))
}

/// The label and the consequence of approving: what is introduced, and what stays. Phones cut labels at 30 characters.
fn approval(sure: usize, to_check: usize) -> (String, String) {
    let label = match (sure, to_check) {
        (1, 0) => "Approve".to_owned(),
        (n, 0) => format!("Approve all {n}"),
        (n, 1) if n < 100 => format!("Approve {n} (1 to check stays)"),
        (n, many) if n < 100 && many < 100 => format!("Approve {n} ({many} to check stay)"),
        (n, many) => format!("Approve {n}, not the {many}"),
    };
    let introduced = match sure {
        1 => "The two are introduced to each other in ten minutes at the soonest. Until then, you can undo it."
            .to_owned(),
        n => format!("{n} pairs are introduced in ten minutes at the soonest. Until then, you can undo it."),
    };
    let stays = match to_check {
        0 => "",
        1 => " The pair to check stays on this card.",
        _ => " The pairs to check stay on this card.",
    };
    (label, format!("{introduced}{stays}"))
}

#[cfg(test)]
mod tests {
    use super::approval;

    /// Phones cut what is longer.
    #[test]
    fn the_button_names_any_number_of_pairs_in_thirty_characters() {
        let numbers = [1, 2, 9, 10, 99, 100, 999, 1_000, 9_999, 99_999];
        for sure in numbers {
            for to_check in [0].into_iter().chain(numbers) {
                let (label, _) = approval(sure, to_check);
                assert!(label.chars().count() <= 30, "{label}");
            }
        }
    }
}
