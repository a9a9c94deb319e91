//! A round that is decided, and until when that can be undone.

use super::{Card, ONLY_OWNERS, pairs};
use crate::domain::cadence::{say_day, say_when_and_where};
use crate::domain::message::Message;
use crate::features::matching::owners::DECIDED_WITHIN;
use crate::md;
use crate::slack::blocks::{Blocks, button, lines_in_short};
use crate::slack::event::Action;
use crate::slack::words::{Md, when};
use crate::store::rounds::{self, Fate, Origin, Proposal, State};
use jiff::{SignedDuration, Timestamp};

/// Pairs per block, one line each.
pub(super) const LINES: usize = 12;
/// The most pairs in a message.
const SHOWN: usize = 25;

impl Card {
    /// Until when the approval can be undone; none once the introductions have begun.
    pub fn undo_until(&self) -> Option<Timestamp> {
        let until = self.round.introduce_at.filter(|at| *at > self.now);
        until.filter(|_| self.round.state == State::Approved)
    }

    /// Pairs of a decided round that are introduced, or about to be.
    fn approved(&self) -> impl Iterator<Item = &Proposal> {
        self.proposals
            .iter()
            .filter(|pair| matches!(pair.fate, Fate::Open | Fate::Introduced))
    }

    /// Pairs to list once the round is decided: all that nobody left out.
    pub(super) fn of_outcome(&self) -> impl Iterator<Item = &Proposal> {
        let is_approved = self.round.state == State::Approved;
        self.proposals.iter().filter(move |pair| match pair.fate {
            Fate::Open | Fate::Introduced => true,
            Fate::Lapsed => !is_approved,
            Fate::Dropped => false,
        })
    }

    pub(super) fn outcome(&self) -> Message {
        let words = self.what_happened();
        let mut blocks = self.undo(Blocks::new().section(words.clone()));
        let made: Vec<&Proposal> = self.approved().collect();
        if self.round.state == State::Approved && !made.is_empty() {
            let lines = made
                .iter()
                .map(|pair| md!("{} mentors {}", pair.mentor, pair.mentee));
            let lines = lines_in_short(lines.collect(), SHOWN);
            blocks = blocks.section(Md::bullets(lines));
            if made.len() > SHOWN {
                let round = self.round.id;
                blocks = blocks.buttons([button("See all", &Action::ShowRound { round })]);
            }
        }
        if self.round.state != State::Approved {
            blocks = self.with_done(blocks);
        }
        blocks.context(ONLY_OWNERS).message(words)
    }

    /// Pairs that were introduced before the rest was decided on, or are about to be.
    fn before_the_rest(&self) -> Option<Md> {
        match (self.made().count(), self.about_to_meet().count()) {
            (0, 0) => None,
            (0, 1) => Some("1 pair is about to be introduced.".into()),
            (0, n) => Some(md!("{} pairs are about to be introduced.", n)),
            (n, 0) => Some(md!("{} had been introduced before.", pairs(n))),
            (n, soon) => Some(md!(
                "{} had been introduced before, and {} about to be.",
                pairs(n),
                if soon == 1 {
                    md!("1 is")
                } else {
                    md!("{} are", soon)
                }
            )),
        }
    }

    /// The button that undoes the approval, while nobody has heard of it.
    pub(super) fn undo(&self, blocks: Blocks) -> Blocks {
        let Some(until) = self.undo_until() else {
            return blocks;
        };
        let at = say_when_and_where(until, &self.zone, self.now);
        let words = md!(
            "Nobody has heard of it yet: the introductions begin {}. Until then, you can undo this.",
            when(until, &at)
        );
        let round = self.round.id;
        let undo = button("Undo", &Action::UndoApproval { round });
        blocks.section(words).buttons([undo])
    }

    fn lapsed(&self) -> usize {
        let lapsed = self.proposals.iter();
        lapsed.filter(|pair| pair.fate == Fate::Lapsed).count()
    }

    /// Its pairs have ended with their age, so what it came to can no longer be told.
    pub(in crate::features::matching) fn is_forgotten(&self) -> bool {
        match self.round.state {
            State::Wanted | State::Proposed | State::Empty => false,
            State::Approved => self.approved().next().is_none() && self.lapsed() == 0,
            State::Rejected | State::Superseded => {
                let kept = SignedDuration::from_hours(24) * rounds::PROPOSALS_KEPT_DAYS;
                self.now.duration_since(self.round.created_at) >= kept
            }
        }
    }

    /// What has become of two who found each other by an invitation, once it is approved.
    fn of_the_two(&self) -> &'static str {
        let is_made = self.made().next().is_some();
        if self.lapsed() > 0 {
            " They weren't introduced after all, because something changed before that."
        } else if is_made {
            " The two are introduced."
        } else if self.undo_until().is_some() {
            ""
        } else {
            " I'm introducing the two of them."
        }
    }

    /// Who made a pair by hand, or had two pairs swap, and what has become of it.
    fn made_by_hand(&self, by: &Md, day: &str) -> Md {
        let is_swap = self.round.origin == Origin::Swap;
        let what = if is_swap {
            "had these two pairs swap partners"
        } else {
            "made this pair by hand"
        };
        let became = match (self.lapsed() > 0, is_swap) {
            (false, _) => "",
            (true, false) => {
                " They weren't introduced after all, because something changed before that."
            }
            (true, true) => {
                " It didn't come to that, because something changed before, so I changed nothing."
            }
        };
        md!("{} {} on {}.{}", by, Md::from(what), day, Md::from(became))
    }

    /// How many pairs an approved round came to. Something may have changed before they were introduced.
    fn came_to(&self) -> Md {
        match (self.approved().count(), self.lapsed()) {
            (0, 0) => md!(". No pair was left in it."),
            (0, 1) => md!(
                ". Its pair wasn't introduced after all, because something changed before that."
            ),
            (0, n) => md!(
                ". None of its {} pairs was introduced after all, because something changed before that.",
                n
            ),
            (made, 0) => md!(": {}.", pairs(made)),
            (made, 1) => md!(": {}. One more wasn't introduced after all.", pairs(made)),
            (made, n) => md!(
                ": {}. {} more weren't introduced after all.",
                pairs(made),
                n
            ),
        }
    }

    fn name(&self) -> &'static str {
        match self.round.origin {
            Origin::Confirm => "these pairs",
            Origin::ByHand => "this pair",
            Origin::Swap => "this swap",
            Origin::Scheduled | Origin::Asked | Origin::Rolling | Origin::Invite => "this round",
        }
    }

    /// Whether a round ended because somebody in each of its last pairs is gone.
    fn is_nobody_left(&self) -> bool {
        let is_over = |pair: &Proposal| matches!(pair.fate, Fate::Lapsed | Fate::Dropped);
        let has_lapsed = self.lapsed() > 0 || self.proposals.is_empty();
        has_lapsed && self.proposals.iter().all(is_over)
    }

    /// Says who declined a round, or why it ended without a decision.
    fn how_it_ended(&self, day: &str) -> Md {
        let is_rest = self.before_the_rest().is_some();
        let what = match (self.round.origin, is_rest) {
            (Origin::Invite, _) => "this invitation".to_owned(),
            (_, true) => format!("the rest of {}", self.name()),
            (_, false) => self.name().to_owned(),
        };
        let no = "that these two won't be a pair this time";
        let lasted = self
            .round
            .decided_at
            .map(|at| at.duration_since(self.round.created_at));
        let is_invite = self.round.origin == Origin::Invite;
        match &self.round.decided_by {
            Some(owner) if is_invite => md!("{} decided on {} {}.", owner, day, no),
            Some(owner) if self.round.origin.is_by_hand() => {
                md!("{} took {} back on {}.", owner, what, day)
            }
            Some(owner) => md!("{} declined {} on {}.", owner, what, day),
            None if self.is_nobody_left() => md!(
                "Nobody is left to introduce in {}, because something changed. It ended on {}.",
                what,
                day
            ),
            None if lasted >= Some(DECIDED_WITHIN) => md!(
                "Nobody decided on {} within four weeks, so it ended on {}.",
                what,
                day
            ),
            // An owner declined it and then erased their data.
            None if is_invite => md!("It was decided on {} {}.", day, no),
            None if self.round.origin.is_by_hand() => md!("Someone took {} back on {}.", what, day),
            None => md!("Someone declined {} on {}.", what, day),
        }
    }

    /// What a declined round means for its people.
    fn what_that_means(&self) -> Md {
        match self.round.origin {
            Origin::Invite if self.is_nobody_left() => {
                "Anyone who still takes part has been told kindly, and not why.".into()
            }
            Origin::Invite => "Both have been told kindly, and not why.".into(),
            _ if self.before_the_rest().is_some() => self.before_the_rest().unwrap_or_default(),
            Origin::Confirm => {
                "They keep their places and hear only that nobody who fits was free.".into()
            }
            Origin::Scheduled | Origin::Asked | Origin::Rolling | Origin::ByHand | Origin::Swap => {
                "Nobody was introduced and nobody was told.".into()
            }
        }
    }

    pub(super) fn what_happened(&self) -> Md {
        let by = match &self.round.decided_by {
            Some(owner) => md!("{}", owner),
            None => "The program".into(),
        };
        let decided_at = self.round.decided_at.unwrap_or(self.round.created_at);
        let day = say_day(decided_at, &self.zone, self.now);
        match self.round.state {
            State::Approved if self.round.origin == Origin::Invite => md!(
                "{} approved this invitation on {}.{}",
                by,
                day,
                self.of_the_two()
            ),
            State::Approved if self.round.origin.is_by_hand() => self.made_by_hand(&by, &day),
            State::Approved => md!(
                "{} approved {} on {}{}",
                by,
                self.name(),
                day,
                self.came_to()
            ),
            State::Rejected => md!("{} {}", self.how_it_ended(&day), self.what_that_means()),
            State::Superseded if self.before_the_rest().is_some() => md!(
                "A newer round replaced the rest of this one on {}. {}",
                day,
                self.before_the_rest().unwrap_or_default()
            ),
            State::Superseded => md!(
                "A newer round replaced this one on {}. Nobody in this one was introduced.",
                day
            ),
            State::Empty => md!("I looked for pairs on {} and found none.", day),
            State::Wanted | State::Proposed => self.summary(),
        }
    }
}
