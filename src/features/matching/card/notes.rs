//! What owners changed in a round, and how it differs from the one before.

use super::{Card, NAMES, pairs};
use crate::domain::ids::UserId;
use crate::domain::matching::{Change, Sum};
use crate::md;
use crate::slack::blocks::listed_in_short;
use crate::slack::words::Md;
use crate::store::rounds::Origin;

impl Card {
    pub(super) fn notes(&self) -> Vec<Md> {
        let mut notes = self.asked();
        if self
            .open()
            .any(|pair| self.not_looking_in(pair).next().is_some())
        {
            notes.push(match self.round.origin {
                Origin::Invite => "They're introduced only if both take part then, and neither is on a break.".into(),
                _ => "Only people who are looking then are introduced. *Look again* finds others for their partners.".into(),
            });
        }
        let gone = self.gone();
        let gone: Vec<Md> = gone
            .map(|pair| md!("{} with {}", pair.mentor, pair.mentee))
            .collect();
        if !gone.is_empty() {
            notes.push(md!(
                "No longer possible, because one of the two no longer takes part: {}.",
                listed_in_short(gone, NAMES)
            ));
        }
        if self.has_left_out() {
            notes.push(
                "Pairs that are left out won't be proposed again for half a year; *Look again* finds them other partners."
                    .into(),
            );
        }
        notes
    }

    /// The edits of this round, and its differences from the one before.
    fn asked(&self) -> Vec<Md> {
        let mut notes = Vec::new();
        let proposes = |mentor: &UserId, mentee: &UserId| {
            let mut all = self.proposals.iter();
            all.any(|pair| pair.mentor == *mentor && pair.mentee == *mentee)
        };
        let keep = self.edits.keep.iter();
        let lost: Vec<Md> = keep
            .filter(|(mentor, mentee)| !proposes(mentor, mentee))
            .map(|(mentor, mentee)| md!("{} with {}", mentor, mentee))
            .collect();
        if !lost.is_empty() {
            notes.push(md!(
                "Can't be paired right now: {}.",
                listed_in_short(lost, NAMES)
            ));
        }
        let aside = &self.edits.aside;
        if !aside.is_empty() {
            notes.push(md!(
                "Set aside this time: {}. They keep their place and hear only that nobody who fits was free. *Look again* \
                 finds others for their partners.",
                listed_in_short(aside.iter().cloned(), NAMES)
            ));
        }
        if !self.edits.was.is_empty() {
            notes.push(self.compared());
        }
        notes
    }

    fn compared(&self) -> Md {
        let was = &self.edits.was;
        let before = Sum {
            pairs: was.len(),
            to_confirm: was.iter().filter(|pair| pair.must_confirm).count(),
            weakest: was.iter().map(|pair| pair.score).min(),
            total: was.iter().map(|pair| u32::from(pair.score)).sum(),
        };
        let now = &self.proposals;
        let after = Sum {
            pairs: now.len(),
            to_confirm: now.iter().filter(|pair| pair.must_confirm).count(),
            weakest: now.iter().map(|pair| pair.score).min(),
            total: now.iter().map(|pair| u32::from(pair.score)).sum(),
        };
        let stayed = now.iter().filter(|pair| {
            let mut was = was.iter();
            was.any(|old| old.mentor == pair.mentor && old.mentee == pair.mentee)
        });
        let stayed = stayed.count();
        let change = Change {
            before,
            after,
            gone: before.pairs - stayed,
        };
        let words = change.in_words();
        let words = if words.is_empty() {
            "just as good".to_owned()
        } else {
            words.join("; ")
        };
        md!(
            "Compared with the round before: {}. {} of {} stayed the same.",
            words,
            stayed,
            pairs(after.pairs)
        )
    }
}
