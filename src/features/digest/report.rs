//! The texts of the owners' companion, and what is in it.

use crate::domain::cadence::say_day;
use crate::domain::companion::Thing;
use crate::domain::ids::UserId;
use crate::domain::message::Message;
use crate::domain::pair::Pair;
use crate::features::months;
use crate::md;
use crate::shared::one_line::end_button;
use crate::slack::blocks::{Blocks, Button, button, lines_in_short, listed_in_short};
use crate::slack::event::Action;
use crate::slack::words::Md;
use crate::store::digests::{NotBegun, Quiet};
use crate::store::outbox::Failed;
use crate::store::rounds::{LeftOver, Round};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The most lines in one section.
const LINES: usize = 10;
/// The most names after one reason.
const NAMES: usize = 15;

/// The contents of an owner's weekly companion.
pub(super) struct Report {
    pub name: String,
    pub quiet: Vec<Quiet>,
    /// Pairs of whom one is above the other since a re-organization.
    pub in_one_line: Vec<Pair>,
    pub not_begun: Vec<NotBegun>,
    /// Pairs of which somebody is on a long break without a date.
    pub away: Vec<(UserId, UserId)>,
    /// With the number of pairs.
    pub to_approve: Vec<(Round, usize)>,
    pub unmatched: Vec<LeftOver>,
    /// Whether there are no participants yet.
    pub empty: bool,
    /// Messages that couldn't be delivered, and in words, each with its reason.
    pub failed: Vec<Failed>,
    pub failures: Vec<Md>,
    /// Sends them again, as far as they apply.
    pub again: Option<Button>,
    pub not_found: Vec<UserId>,
    pub zone: TimeZone,
    pub now: Timestamp,
}

/// After everything that was listed is settled. Only where pairs report that they met: silence is no sign of health.
pub(super) fn all_is_well(name: &str) -> Message {
    let text = md!(
        "{}: all is well again. What I listed last is settled, and pairs tell me that they meet.",
        name
    );
    with_footer(Blocks::new().section(md!("*{}*", text))).message(text)
}

/// All that is in the report.
pub(super) fn companion(report: &Report) -> Message {
    let parts = [
        report.to_approve(),
        report.in_one_line(),
        report.quiet(),
        report.not_begun(),
        report.away(),
        report.unmatched(),
        report.failed(),
        report.not_found(),
    ];
    let parts: Vec<Blocks> = parts.into_iter().flatten().collect();
    let text = match parts.len() {
        0 => md!(
            "{}: nobody has joined yet. People join with `/reverse-mentor join`; a few words from you, in a channel \
             they read, will do more than anything I could post.",
            report.name
        ),
        1 => md!("{}: one thing to look at this week.", report.name),
        n => md!("{}: {} things to look at this week.", report.name, n),
    };
    let lead = if parts.is_empty() {
        text.clone()
    } else {
        md!("*{}*", text)
    };
    let blocks = Blocks::new().section(lead);
    with_footer(parts.into_iter().fold(blocks, Blocks::append)).message(text)
}

fn with_footer(blocks: Blocks) -> Blocks {
    blocks.context(
        "Only the program's owners see this, each without their own pairs, and only when something is new. It never \
         includes reflections, anyone's reasons, or who someone would rather not be paired with.",
    )
}

impl Report {
    /// What the report lists, as it is compared with what was said before.
    pub(super) fn things(&self) -> Vec<Thing> {
        let mut things = Vec::new();
        things.extend(
            self.to_approve
                .iter()
                .map(|(round, _)| Thing::Round(round.id)),
        );
        things.extend(
            self.in_one_line
                .iter()
                .map(|pair| Thing::InOneLine(pair.id)),
        );
        things.extend(self.quiet.iter().map(|pair| Thing::Quiet {
            mentor: pair.mentor.clone(),
            mentee: pair.mentee.clone(),
            months: pair.months,
        }));
        things.extend(self.not_begun.iter().map(|pair| Thing::NotBegun {
            mentor: pair.mentor.clone(),
            mentee: pair.mentee.clone(),
        }));
        things.extend(self.away.iter().map(|(mentor, mentee)| Thing::Away {
            mentor: mentor.clone(),
            mentee: mentee.clone(),
        }));
        let unmatched = self.unmatched.iter();
        things.extend(unmatched.map(|one| Thing::Unmatched(one.user.clone(), one.why.for_owner())));
        let failed = self.failed.iter();
        things.extend(
            failed.map(|failed| {
                Thing::Failed(failed.lane.clone(), failed.kind, failed.error.clone())
            }),
        );
        things.extend(self.not_found.iter().cloned().map(Thing::NotFound));
        if things.is_empty() && self.empty {
            things.push(Thing::NobodyJoined);
        }
        things
    }

    fn day(&self, at: Timestamp) -> String {
        say_day(at, &self.zone, self.now)
    }

    fn to_approve(&self) -> Option<Blocks> {
        let (rounds, more) = first(&self.to_approve)?;
        let blocks = Blocks::new().section(
            "*Waiting for your approval*\nPress *See them* to look over a round, change it, or approve it.",
        );
        let blocks = rounds.iter().fold(blocks, |blocks, (round, pairs)| {
            let pairs = match pairs {
                1 => "1 pair".to_owned(),
                n => format!("{n} pairs"),
            };
            let see = button("See them", &Action::ShowRound { round: round.id });
            blocks.section_with(
                md!("{}, proposed on {}", pairs, self.day(round.created_at)),
                see,
            )
        });
        Some(blocks.append(more))
    }

    fn in_one_line(&self) -> Option<Blocks> {
        let (pairs, more) = first(&self.in_one_line)?;
        let blocks = Blocks::new().section(
            "*Pairs in one reporting line*\nSince a change of managers, one of them is above the other. They don't know \
             that I've noticed. A friendly word, your support contact, or a kind end: that's for you to decide.",
        );
        let blocks = pairs.iter().fold(blocks, |blocks, pair| {
            let end = end_button("End it kindly", pair);
            blocks.section_with(md!("{} and {}", pair.mentor, pair.mentee), end)
        });
        Some(blocks.append(more))
    }

    fn quiet(&self) -> Option<Blocks> {
        let line = |pair: &Quiet| {
            let now = if pair.planned {
                ". They've planned a meeting"
            } else {
                ""
            };
            md!(
                "{} and {}: {} in a row without a meeting that I know of{}",
                pair.mentor,
                pair.mentee,
                months(u8::try_from(pair.months).unwrap_or(u8::MAX)),
                now
            )
        };
        part(
            "*Pairs that may need you*\nSilence doesn't mean they didn't meet, and it's nobody's fault. I ask them \
             both privately; a friendly “How's it going?” from you does more.",
            self.quiet.iter().map(line).collect(),
        )
    }

    fn not_begun(&self) -> Option<Blocks> {
        let line = |pair: &NotBegun| {
            md!(
                "{} and {}, introduced on {}",
                pair.mentor,
                pair.mentee,
                self.day(pair.introduced)
            )
        };
        part(
            "*Pairs that haven't started*\nI've offered them times and asked about their goals. A friendly word from \
             you helps most now. If they haven't met or signed six weeks after the introduction, I release them both \
             kindly, and they can be matched again.",
            self.not_begun.iter().map(line).collect(),
        )
    }

    fn away(&self) -> Option<Blocks> {
        part(
            "*On a break without a date, for six weeks or longer*\nBreaks need no reason. I ask about it every six weeks, and \
             the partner may look for another. There's nothing you need to do; a friendly word to the partner is welcome.",
            self.away
                .iter()
                .map(|(mentor, mentee)| md!("{} and {}", mentor, mentee))
                .collect(),
        )
    }

    fn unmatched(&self) -> Option<Blocks> {
        let without = part(
            "*Without a partner since the last match*\nEvery new person who joins gives them another chance, so a few words \
             about the program, in a channel people read, help most.",
            self.left_over(false),
        );
        let with = part(
            "*Have a partner, would take another*\nNothing is missing here: they asked for more than one.",
            self.left_over(true),
        );
        if without.is_none() && with.is_none() {
            return None;
        }
        let parts = [without, with].into_iter().flatten();
        Some(parts.fold(Blocks::new(), Blocks::append))
    }

    /// People left over, by reason.
    fn left_over(&self, has_partner: bool) -> Vec<Md> {
        let mut reasons: Vec<(String, Vec<&UserId>)> = Vec::new();
        let left = self
            .unmatched
            .iter()
            .filter(|one| one.has_partner == has_partner);
        for one in left {
            let words = one.why.for_owner();
            match reasons.iter_mut().find(|(known, _)| *known == words) {
                Some((_, users)) => users.push(&one.user),
                None => reasons.push((words, vec![&one.user])),
            }
        }
        let line = |(words, users): (String, Vec<&UserId>)| {
            md!(
                "{} {}",
                words,
                listed_in_short(users.into_iter().cloned(), NAMES)
            )
        };
        reasons.into_iter().map(line).collect()
    }

    fn failed(&self) -> Option<Blocks> {
        let what_to_do = if self.again.is_some() {
            "*Messages that couldn't be delivered this week*\nWhen what stands in the way is mended, press *Send again*."
        } else {
            "*Messages that couldn't be delivered this week*\nNone of them applies anymore, so there's nothing to send \
             again. What stands in the way is worth mending for the next ones."
        };
        let blocks = part(what_to_do, self.failures.clone())?;
        Some(blocks.buttons(self.again.clone()))
    }

    fn not_found(&self) -> Option<Blocks> {
        if self.not_found.is_empty() {
            return None;
        }
        Some(Blocks::new().section(md!(
            "*People I couldn't look up*\nSlack has told me nothing about {} for over a week, so I may not know their \
             working hours or whether they can be matched. If their accounts are gone, there's nothing to do. \
             Otherwise, ask the person who manages the app to check that it can still read people (`users:read`).",
            listed_in_short(self.not_found.iter().cloned(), NAMES)
        )))
    }
}

/// The first of some, and a line about the others; none if there are none.
fn first<T>(all: &[T]) -> Option<(&[T], Blocks)> {
    let shown = &all[..all.len().min(LINES)];
    let more = match all.len() - shown.len() {
        0 => Blocks::new(),
        more => Blocks::new().context(md!("… and {} more.", more)),
    };
    (!shown.is_empty()).then_some((shown, more))
}

/// A heading with lines under it; none without lines.
fn part(heading: &'static str, lines: Vec<Md>) -> Option<Blocks> {
    if lines.is_empty() {
        return None;
    }
    let lines = Md::bullets(lines_in_short(lines, LINES));
    Some(Blocks::new().section(md!("{}\n{}", Md::from(heading), lines)))
}
