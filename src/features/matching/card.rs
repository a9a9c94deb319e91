//! A round as owners see it: open for a decision, or decided, with who decided.

use crate::domain::cadence::say_day;
use crate::domain::ids::UserId;
use crate::domain::matching::{Binding, Change, Edit, Sum};
use crate::domain::message::Message;
use crate::md;
use crate::slack::blocks::{Blocks, Button, button, lines_in_short, listed_in_short, menu};
use crate::slack::event::Action;
use crate::slack::words::Md;
use crate::store::rounds::{Edits, Fate, Origin, Proposal, Round, State};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The most pairs in one message; each has a block and a button.
pub(super) const PAIRS: usize = 35;
/// The room for pairs in one message. Slack accepts about 13,000 characters in blocks; the rest needs room, too.
const MESSAGE: Room = Room {
    blocks: PAIRS,
    characters: 9_000,
};
/// The cost of a block beside its text: ids, the menu and its values.
const BLOCK: usize = 1_000;
/// The most names after one reason, before "and more".
const NAMES: usize = 20;
/// Pairs per block, one line each.
pub(super) const LINES: usize = 25;

/// What pairs may take up on one page.
#[derive(Clone, Copy)]
pub(super) struct Room {
    pub(super) blocks: usize,
    pub(super) characters: usize,
}

/// A round as an owner sees it.
pub struct Card {
    pub round: Round,
    pub proposals: Vec<Proposal>,
    pub unmatched: Vec<(UserId, Binding)>,
    /// The owners' edits, and the round before.
    pub edits: Edits,
    /// The index, among the open pairs, of a pair on the page that is shown.
    pub at: usize,
    pub zone: TimeZone,
    pub now: Timestamp,
}

impl Card {
    /// Pairs that are still to be decided on.
    pub fn open(&self) -> impl Iterator<Item = &Proposal> {
        self.proposals.iter().filter(|pair| pair.fate == Fate::Open)
    }

    /// Those of them that need no look of their own: approving the round introduces them.
    pub fn sure(&self) -> impl Iterator<Item = &Proposal> {
        self.open().filter(|pair| !pair.must_confirm)
    }

    /// Those of them that an owner looks at one by one.
    pub fn to_check(&self) -> impl Iterator<Item = &Proposal> {
        self.open().filter(|pair| pair.must_confirm)
    }

    /// Pairs that were introduced before the round was decided.
    pub fn made(&self) -> impl Iterator<Item = &Proposal> {
        self.proposals
            .iter()
            .filter(|pair| pair.fate == Fate::Introduced)
    }

    /// Pairs of a decided round that are introduced, or about to be.
    pub(super) fn approved(&self) -> impl Iterator<Item = &Proposal> {
        self.proposals
            .iter()
            .filter(|pair| matches!(pair.fate, Fate::Open | Fate::Introduced))
    }

    /// Pairs to list once the round is decided: all that nobody left out.
    pub(super) fn listed(&self) -> impl Iterator<Item = &Proposal> {
        let is_approved = self.round.state == State::Approved;
        self.proposals.iter().filter(move |pair| match pair.fate {
            Fate::Open | Fate::Introduced => true,
            Fate::Lapsed => !is_approved,
            Fate::Dropped => false,
        })
    }

    /// Whether these two are among the open pairs.
    pub fn has(&self, mentor: &UserId, mentee: &UserId) -> bool {
        self.open()
            .any(|pair| pair.mentor == *mentor && pair.mentee == *mentee)
    }

    /// Shows a pair as introduced, which happens right after.
    pub fn introduce(&mut self, mentor: &UserId, mentee: &UserId) {
        let two = |pair: &&mut Proposal| pair.mentor == *mentor && pair.mentee == *mentee;
        if let Some(pair) = self.proposals.iter_mut().find(two) {
            pair.fate = Fate::Introduced;
        }
    }

    pub fn is_set_aside(&self, user: &UserId) -> bool {
        self.edits.aside.contains(user)
    }

    /// Whether an open pair contains a person whom an owner set aside.
    pub fn has_somebody_set_aside(&self) -> bool {
        self.open()
            .any(|pair| self.is_set_aside(&pair.mentor) || self.is_set_aside(&pair.mentee))
    }

    /// The index of these two among the open pairs.
    pub fn index_of(&self, mentor: &UserId, mentee: &UserId) -> usize {
        let mut open = self.open();
        let at = open.position(|pair| pair.mentor == *mentor && pair.mentee == *mentee);
        at.unwrap_or(0)
    }

    /// The index of these two among the open pairs, or else of the first pair with `one`.
    pub fn index_with(&self, one: &UserId, other: &UserId) -> usize {
        let mut open = self.open();
        let both = open.position(|pair| pair.mentor == *one && pair.mentee == *other);
        let with = |pair: &Proposal| [&pair.mentor, &pair.mentee].contains(&one);
        both.or_else(|| self.open().position(with)).unwrap_or(0)
    }

    /// The index of the pair to show; the last one, if the previous one was just left out.
    pub(super) fn at(&self) -> usize {
        self.at.min(self.open().count().saturating_sub(1))
    }

    /// The first pair of the page that contains the pair to show.
    pub(super) fn from(&self, room: Room) -> usize {
        let at = self.at();
        let mut from = 0;
        loop {
            let shown = self.page(from, room).len();
            if shown == 0 || at < from + shown {
                return from;
            }
            from += shown;
        }
    }

    /// The current state: open for a decision, or decided, with who decided.
    pub fn message(&self) -> Message {
        if self.round.state == State::Proposed {
            self.proposal(None)
        } else {
            self.outcome()
        }
    }

    /// The round for review.
    pub fn proposal(&self, replaces: Option<Timestamp>) -> Message {
        let mut blocks = Blocks::new().header(self.title()).section(self.summary());
        if let Some(since) = replaces {
            blocks = blocks.context(md!(
                "This replaces the round of {}, which nobody had decided on.",
                say_day(since, &self.zone, self.now)
            ));
        }
        self.to_decide(blocks).message(md!(
            "{}: {} to look over.",
            self.title(),
            pairs(self.open().count())
        ))
    }

    /// The same, as a reminder some days later.
    pub fn reminder(&self) -> Message {
        let since = say_day(self.round.created_at, &self.zone, self.now);
        let waiting = md!(
            "{} since {} for one of the owners to take a look. Nobody has heard anything yet.",
            match self.open().count() {
                1 => Md::from("1 pair has been waiting"),
                n => md!("{} pairs have been waiting", n),
            },
            since
        );
        let blocks = Blocks::new().header(self.title()).section(waiting.clone());
        self.to_decide(blocks).message(waiting)
    }

    fn title(&self) -> &'static str {
        match self.round.origin {
            Origin::Confirm => "Pairs to confirm",
            Origin::Invite => "An invitation to confirm",
            _ => "A round to look over",
        }
    }

    pub(super) fn summary(&self) -> Md {
        let open = pairs(self.open().count());
        match self.round.origin {
            Origin::Confirm => md!(
                "Please look over {} from the last round before I introduce anyone: I don't know everyone's reporting line.",
                open
            ),
            Origin::Invite => "Someone asked a colleague to mentor them, and the colleague said yes. I don't know \
                               everyone's reporting line, so please take a look before I introduce them. Both know \
                               that one of you looks first."
                .into(),
            _ => md!(
                "I found *{}*. {}{} Nobody has heard anything yet; they will when you approve.",
                open,
                self.look_first(),
                match self.unmatched.len() {
                    0 => Md::from("There's someone for everyone who was waiting."),
                    1 => "One person who was waiting isn't among them.".into(),
                    n => md!("{} people who were waiting aren't among them.", n),
                }
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

    fn to_decide(&self, mut blocks: Blocks) -> Blocks {
        let from = self.from(MESSAGE);
        let shown = self.page(from, MESSAGE);
        for pair in &shown {
            blocks = self.with_pair(blocks, pair, self.shown(pair));
        }
        let (total, until) = (self.open().count(), from + shown.len());
        if total > shown.len() {
            let round = self.round.id;
            let all = button("See all", &Action::ShowRound { round });
            blocks = blocks
                .context(md!("Pairs {} to {} of {}.", from + 1, until, total))
                .buttons(self.turns(from, until, total).into_iter().chain([all]));
        }
        self.with_the_rest(blocks)
    }

    /// The edits, the people left over, and the buttons for the decision.
    pub(super) fn with_the_rest(&self, mut blocks: Blocks) -> Blocks {
        let dropped: Vec<Md> = self
            .proposals
            .iter()
            .filter(|pair| pair.fate == Fate::Dropped)
            .map(|pair| md!("{} with {}", pair.mentor, pair.mentee))
            .collect();
        for note in self.asked() {
            blocks = blocks.context(note);
        }
        if !dropped.is_empty() {
            blocks = blocks.context(md!(
                "Left out: {}. They won't be proposed again; *Look again* finds them other partners.",
                listed_in_short(dropped.iter().cloned(), NAMES)
            ));
        }
        if !self.unmatched.is_empty() {
            blocks = blocks.divider().section(self.left_over());
        }
        let look_again = !dropped.is_empty() || self.edits.ask();
        blocks
            .buttons(self.decisions(look_again))
            .context(ONLY_OWNERS)
    }

    /// A pair with its menu, and its own button if an owner must look at it. An invitation has only one pair, so the round's
    /// own buttons are enough.
    pub(super) fn with_pair(&self, blocks: Blocks, pair: &Proposal, words: Md) -> Blocks {
        if self.round.origin == Origin::Invite {
            blocks.section(words)
        } else if pair.must_confirm {
            let buttons = [self.tick(pair), self.changes(pair)];
            blocks.section(words).buttons(buttons)
        } else {
            blocks.section_with(words, self.changes(pair))
        }
    }

    /// Introduces one pair that an owner has looked at.
    fn tick(&self, pair: &Proposal) -> Button {
        let (mentor, mentee) = (pair.mentor.clone(), pair.mentee.clone());
        let action = Action::ConfirmPair(self.round.id, mentor, mentee);
        button("Checked: introduce them", &action).confirm(
            "Introduce these two?",
            "Please do so only if neither reports to the other, directly or further up. They're introduced to each other \
             right away.",
            "Introduce them",
            "Not yet",
        )
    }

    /// An owner's menu for one pair.
    fn changes(&self, pair: &Proposal) -> Button {
        let (round, mentor, mentee) = (self.round.id, &pair.mentor, &pair.mentee);
        if !self.round.origin.is_whole() {
            let (mentor, mentee) = (mentor.clone(), mentee.clone());
            let drop = Action::DropProposal {
                round,
                mentor,
                mentee,
            };
            return button("Not this pair", &drop);
        }
        let what_if = Action::WhatIfNot(round, mentor.clone(), mentee.clone());
        let both = |edit| Action::Edit(round, edit, mentor.clone(), mentee.clone());
        let alone = |edit, who: &UserId| Action::Edit(round, edit, who.clone(), "".into());
        let aside = |who: &UserId, set: &'static str, back: &'static str| {
            if self.edits.aside.contains(who) {
                (back, alone(Edit::Back, who))
            } else {
                (set, alone(Edit::Aside, who))
            }
        };
        let keep = if self.edits.keeps(mentor, mentee) {
            ("Stop keeping this pair", both(Edit::LetGo))
        } else {
            ("Keep this pair", both(Edit::Keep))
        };
        menu(
            "edit",
            [
                keep,
                ("What if they weren't a pair?", what_if),
                ("Not this pair", both(Edit::Drop)),
                aside(mentor, "Set the mentor aside", "Bring the mentor back"),
                aside(mentee, "Set the mentee aside", "Bring the mentee back"),
            ],
        )
    }

    /// One pair, with the edits about it.
    pub(super) fn shown(&self, pair: &Proposal) -> Md {
        if self.edits.keeps(&pair.mentor, &pair.mentee) {
            md!("{}\n_Kept: an owner wants this pair._", proposed(pair))
        } else {
            proposed(pair)
        }
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
        let (label, question, consequence, back) = self.refusal();
        let refuse = button(label, &Action::RejectRound { round });
        decisions.push(refuse.confirm(question, consequence, label, back));
        if look_again && self.round.origin.is_whole() {
            decisions.push(button("Look again", &Action::LookAgain { round }));
        } else if look_again {
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
            Origin::Confirm => (
                "Decline",
                "Decline these pairs?",
                "None of them is introduced. They keep their places and hear only that nobody who fits was free.",
                "Keep them",
            ),
            _ => (
                "Decline",
                "Decline this round?",
                "Nobody is introduced and nobody is told. You can ask for another round at any time.",
                "Keep it",
            ),
        }
    }

    /// The pairs that fit in `room`, starting from the nth.
    pub(super) fn page(&self, from: usize, mut room: Room) -> Vec<&Proposal> {
        self.open()
            .skip(from)
            .take_while(|pair| {
                let blocks = if pair.must_confirm { 2 } else { 1 };
                let characters = self.shown(pair).as_str().chars().count() + blocks * BLOCK;
                let fits = blocks <= room.blocks && characters <= room.characters;
                room.blocks = room.blocks.saturating_sub(blocks);
                room.characters = room.characters.saturating_sub(characters);
                fits
            })
            .collect()
    }

    pub(super) fn left_over(&self) -> Md {
        md!("*Still waiting*\n{}", left_over(&self.unmatched))
    }

    fn outcome(&self) -> Message {
        let words = self.what_happened();
        let mut blocks = Blocks::new().section(words.clone());
        let made: Vec<&Proposal> = self.approved().collect();
        if self.round.state == State::Approved && !made.is_empty() {
            let lines = made
                .iter()
                .map(|pair| md!("{} mentors {}", pair.mentor, pair.mentee));
            let lines = lines_in_short(lines.collect(), LINES);
            blocks = blocks.section(Md::bullets(lines));
            if made.len() > LINES {
                let all = button(
                    "See all",
                    &Action::ShowRound {
                        round: self.round.id,
                    },
                );
                blocks = blocks.buttons([all]);
            }
        }
        blocks.context(ONLY_OWNERS).message(words)
    }

    fn name(&self) -> &'static str {
        match self.round.origin {
            Origin::Confirm => "these pairs",
            _ => "this round",
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
                "{} approved this invitation on {}. I'm introducing the two of them.",
                by,
                day
            ),
            State::Approved => md!(
                "{} approved {} on {}: {}.",
                by,
                self.name(),
                day,
                pairs(self.approved().count())
            ),
            State::Rejected if self.round.origin == Origin::Invite => md!(
                "{} decided on {} that these two won't be a pair this time. Both have been told kindly, and not why.",
                by,
                day
            ),
            State::Rejected if self.made().next().is_some() => md!(
                "{} declined the rest of {} on {}. {} had been introduced before.",
                by,
                self.name(),
                day,
                pairs(self.made().count())
            ),
            State::Rejected if self.round.origin == Origin::Confirm => md!(
                "{} declined these pairs on {}. They keep their places and hear only that nobody who fits was free.",
                by,
                day
            ),
            State::Rejected => md!(
                "{} declined this round on {}. Nobody was introduced and nobody was told.",
                by,
                day
            ),
            State::Superseded if self.made().next().is_some() => md!(
                "A newer round replaced the rest of this one on {}. {} had been introduced before.",
                day,
                pairs(self.made().count())
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

pub(super) const ONLY_OWNERS: &str = "Only the program's owners see this.";

/// One pair, with its reasons.
fn proposed(pair: &Proposal) -> Md {
    let reasons = pair
        .reasons
        .iter()
        .map(|reason| md!("{}", reason.in_words()));
    let mut lines = vec![
        md!(
            "{} would mentor {} · {} ({} of 100)",
            pair.mentor,
            pair.mentee,
            fit(pair.score),
            pair.score
        ),
        Md::bullets(reasons),
    ];
    if pair.must_confirm {
        lines.push(
            "*Please check:* I don't know the full reporting line of one of them. Introduce them only if neither \
             reports to the other, directly or further up."
                .into(),
        );
    }
    Md::join(lines.into_iter().filter(|line| !line.is_empty()), "\n")
}

/// The label and the consequence of approving: what is introduced, and what stays. Phones cut labels at 30 characters.
fn approval(sure: usize, to_check: usize) -> (String, String) {
    let label = match (sure, to_check) {
        (1, 0) => "Approve".to_owned(),
        (n, 0) => format!("Approve all {n}"),
        (n, 1) => format!("Approve {n} (1 to check stays)"),
        (n, many) if n < 100 && many < 100 => format!("Approve {n} ({many} to check stay)"),
        (n, many) => format!("Approve {n}, not the {many}"),
    };
    let introduced = match sure {
        1 => "The two are introduced to each other right away.".to_owned(),
        n => format!("{n} pairs are introduced right away."),
    };
    let stays = match to_check {
        0 => "",
        1 => " 1 pair to check stays: it has a button of its own.",
        _ => " The pairs to check stay: each has a button of its own.",
    };
    (label, format!("{introduced}{stays}"))
}

/// A score in words.
fn fit(score: u8) -> Md {
    match score {
        75.. => "an excellent match",
        55.. => "a strong match",
        40.. => "a good match",
        _ => "a fair match",
    }
    .into()
}

pub fn pairs(n: usize) -> Md {
    match n {
        0 => "no pairs".into(),
        1 => "1 pair".into(),
        n => md!("{} pairs", n),
    }
}

/// Everyone left over, by reason.
pub fn left_over(unmatched: &[(UserId, Binding)]) -> Md {
    let mut reasons: Vec<(String, Vec<&UserId>)> = Vec::new();
    for (user, why) in unmatched {
        let words = why.for_owner();
        match reasons.iter_mut().find(|(known, _)| *known == words) {
            Some((_, users)) => users.push(user),
            None => reasons.push((words, vec![user])),
        }
    }
    Md::bullets(reasons.into_iter().map(|(words, users)| {
        let names = listed_in_short(users.into_iter().cloned(), NAMES);
        md!("{} {}", words, names)
    }))
}
