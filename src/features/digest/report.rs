//! The texts of the owners' companion, and what is in it.

use super::pairs;
use super::part::{Part, first, part};
use crate::domain::cadence::say_day;
use crate::domain::companion::Thing;
use crate::domain::ids::{ChannelId, PairId, UserId};
use crate::domain::message::Message;
use crate::domain::pair::Pair;
use crate::features::months;
use crate::md;
use crate::shared::failures::Failures;
use crate::slack::blocks::{Blocks, button, listed_in_short};
use crate::slack::event::Action;
use crate::slack::words::Md;
use crate::store::checkins::CallForHelp;
use crate::store::digests::{NotBegun, Quiet};
use crate::store::rounds::{LeftOver, Round};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The most names after one reason.
const NAMES: usize = 15;

/// The contents of an owner's weekly companion.
pub(super) struct Report {
    pub name: String,
    /// Pairs that would like some help.
    pub calls: Vec<CallForHelp>,
    /// How many pairs meet without signed goals, and are no longer asked.
    pub unsigned: usize,
    pub quiet: Vec<Quiet>,
    /// Pairs of whom one is above the other since a re-organization.
    pub in_one_line: Vec<Pair>,
    pub not_begun: Vec<NotBegun>,
    /// Pairs of which somebody is on a long break without a date.
    pub away: Vec<(UserId, UserId)>,
    /// Pairs that ended this week before their time.
    pub ended: Vec<Pair>,
    /// The last pair of a cohort, if it ended this week and no other runs.
    pub last_of_cohort: Option<PairId>,
    /// With the number of pairs.
    pub to_approve: Vec<(Round, usize)>,
    pub unmatched: Vec<LeftOver>,
    /// Whether they stand in the round's own message, too, which the owner has.
    pub left_over_is_read: bool,
    /// Whether there are no participants yet.
    pub empty: bool,
    pub channel: Option<ChannelId>,
    /// How many people a figure covers at least.
    pub minimum: u32,
    /// Whether the channel's digest has no figure yet.
    pub digest_waits: bool,
    /// The mean change of confidence in tenths, if it fell.
    pub fall: Option<i32>,
    pub failures: Failures,
    /// That the company's list is about to be forgotten.
    pub list_ends: Option<Md>,
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

/// What is new in whole, and a line about the rest. `is_said`: whether the owner has read of a thing before.
pub(super) fn companion(report: &Report, is_said: impl Fn(&Thing) -> bool) -> Message {
    let (old, new): (Vec<Part>, Vec<Part>) = report
        .parts()
        .into_iter()
        .partition(|part| !part.has_buttons && part.things.iter().all(&is_said));
    let text = match (new.len(), old.len()) {
        (0, 0) => report.nobody_joined(),
        (1, _) => md!("{}: one thing to look at this week.", report.name),
        (n, _) => md!("{}: {} things to look at this week.", report.name, n),
    };
    let lead = if new.is_empty() {
        text.clone()
    } else {
        md!("*{}*", text)
    };
    let mut blocks = Blocks::new().section(lead);
    let lists = !new.is_empty();
    blocks = new
        .into_iter()
        .map(|part| part.blocks)
        .fold(blocks, Blocks::append);
    if !old.is_empty() {
        let parts = old
            .iter()
            .map(|part| md!("{} ({})", Md::from(part.name), part.things.len()));
        blocks = blocks.section(md!("As before: {}.", Md::join(parts, ", ")));
    }
    if let Some(unsigned) = pairs::unsigned(report.unsigned) {
        blocks = blocks.section(unsigned);
    }
    blocks = blocks.buttons(if lists {
        vec![
            button("All pairs", &Action::ShowPairs),
            button("People", &Action::ShowPeople),
        ]
    } else {
        vec![button("Announce it", &Action::OpenAnnounce)]
    });
    with_footer(blocks).message(text)
}

fn with_footer(blocks: Blocks) -> Blocks {
    blocks.context(
        "Only the program's owners see this, each without their own pairs. It never includes what people wrote, or \
         anyone's reasons.",
    )
}

impl Report {
    /// What the report lists, as it is compared with what was said before.
    pub(super) fn things(&self) -> Vec<Thing> {
        let parts = self.parts().into_iter();
        let mut things: Vec<Thing> = parts.flat_map(|part| part.things).collect();
        if things.is_empty() && self.empty {
            things.push(Thing::NobodyJoined);
            things.extend(self.digest_waits.then_some(Thing::DigestWaits));
        }
        things
    }

    fn parts(&self) -> Vec<Part> {
        let parts = [
            self.to_approve(),
            pairs::calls(&self.calls, true, |at| self.day(at)),
            pairs::in_one_line(&self.in_one_line),
            self.quiet(),
            self.not_begun(),
            self.away(),
            self.ended(),
            self.cohort_over(),
            self.unmatched(),
            self.fall(),
            self.digest_waits(),
            self.failed(),
            self.list_ends(),
            self.not_found(),
        ];
        parts.into_iter().flatten().collect()
    }

    fn day(&self, at: Timestamp) -> String {
        say_day(at, &self.zone, self.now)
    }

    fn to_approve(&self) -> Option<Part> {
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
        let things = self.to_approve.iter();
        Some(Part {
            name: "rounds that wait for your approval",
            things: things.map(|(round, _)| Thing::Round(round.id)).collect(),
            blocks: blocks.append(more),
            has_buttons: true,
        })
    }

    fn quiet(&self) -> Option<Part> {
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
        let things = self.quiet.iter().map(|pair| Thing::Quiet {
            mentor: pair.mentor.clone(),
            mentee: pair.mentee.clone(),
            months: pair.months,
        });
        part(
            "pairs that may need you",
            things.collect(),
            "*Pairs that may need you*\nSilence doesn't mean they didn't meet, and it's nobody's fault. I ask them \
             both privately; a friendly “How's it going?” from you does more.",
            self.quiet.iter().map(line).collect(),
        )
    }

    fn not_begun(&self) -> Option<Part> {
        let line = |pair: &NotBegun| {
            md!(
                "{} and {}, introduced on {}",
                pair.mentor,
                pair.mentee,
                self.day(pair.introduced)
            )
        };
        let things = self.not_begun.iter().map(|pair| Thing::NotBegun {
            mentor: pair.mentor.clone(),
            mentee: pair.mentee.clone(),
        });
        part(
            "pairs without a start that I know of",
            things.collect(),
            "*Pairs without a start that I know of*\nThey may have met without telling me. If not, a friendly word from you helps \
             most now. If I hear of no meeting and no signature within six weeks, I release both kindly, and they can be matched again.",
            self.not_begun.iter().map(line).collect(),
        )
    }

    fn away(&self) -> Option<Part> {
        let things = self.away.iter().map(|(mentor, mentee)| Thing::Away {
            mentor: mentor.clone(),
            mentee: mentee.clone(),
        });
        part(
            "pairs on a long break",
            things.collect(),
            "*On a break without a date, for six weeks or longer*\nBreaks need no reason. I ask about it every six weeks, and \
             the partner may look for another. There's nothing you need to do; a friendly word to the partner is welcome.",
            self.away
                .iter()
                .map(|(mentor, mentee)| md!("{} and {}", mentor, mentee))
                .collect(),
        )
    }

    /// Pairs that are over before their time: names, and nothing else.
    fn ended(&self) -> Option<Part> {
        let things = self.ended.iter().map(|pair| Thing::Ended(pair.id));
        part(
            "pairs that have ended",
            things.collect(),
            "*Pairs that have ended*\nIt happens, and nobody asks why. Those who still take part can ask for another match with one \
             press. There's nothing you need to do.",
            self.ended
                .iter()
                .map(|pair| md!("{} and {}", pair.mentor, pair.mentee))
                .collect(),
        )
    }

    fn cohort_over(&self) -> Option<Part> {
        let last = self.last_of_cohort?;
        let blocks = Blocks::new()
            .section(
                "*The last pair has finished*\nThank you for carrying this cohort. Those who'd like to go on have said so and wait for \
                 the next match. I can ask the others whether they'd like to be in the next cohort; each is asked once.",
            )
            .buttons([button("Start the next cohort", &Action::OpenNextCohort)]);
        Some(Part {
            name: "the end of the cohort",
            things: vec![Thing::CohortOver(last)],
            blocks,
            has_buttons: false,
        })
    }

    /// Those who have a partner and would take another miss nothing: they are on the round's card and in the list of people.
    fn unmatched(&self) -> Option<Part> {
        let left = self.unmatched.iter().filter(|one| !one.has_partner);
        let things = left.map(|one| Thing::Unmatched(one.user.clone()));
        part(
            "people without a partner",
            things.collect(),
            "*Without a partner since the last match*\nEveryone who joins is another chance for them. A few words about the \
             program, in a channel people read, help most.",
            self.left_over(),
        )
    }

    /// People left over, by reason.
    fn left_over(&self) -> Vec<Md> {
        let mut reasons: Vec<(String, Vec<&UserId>)> = Vec::new();
        let left = self.unmatched.iter().filter(|one| !one.has_partner);
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

    fn failed(&self) -> Option<Part> {
        let failed = &self.failures.failed;
        let things = failed
            .iter()
            .map(|failed| Thing::Failed(failed.lane.clone(), failed.kind, failed.error.clone()));
        (!failed.is_empty()).then(|| Part {
            name: "messages that couldn't be delivered",
            things: things.collect(),
            blocks: self.failures.blocks(),
            has_buttons: false,
        })
    }

    fn list_ends(&self) -> Option<Part> {
        let words = self.list_ends.as_ref()?;
        Some(Part {
            name: "your company's list",
            things: vec![Thing::ListEnds],
            blocks: Blocks::new().section(md!("*Your company's list*\n{}", words)),
            has_buttons: false,
        })
    }

    fn not_found(&self) -> Option<Part> {
        if self.not_found.is_empty() {
            return None;
        }
        let blocks = Blocks::new().section(md!(
            "*People I couldn't look up*\nSlack has told me nothing about {} for over a week, so I may not know their \
             working hours or whether they can be matched. If their accounts are gone, there's nothing to do. \
             Otherwise, ask the person who manages the app to check that it can still read people (`users:read`).",
            listed_in_short(self.not_found.iter().cloned(), NAMES)
        ));
        let things = self.not_found.iter().cloned();
        Some(Part {
            name: "people I couldn't look up",
            things: things.map(Thing::NotFound).collect(),
            blocks,
            has_buttons: false,
        })
    }
}
