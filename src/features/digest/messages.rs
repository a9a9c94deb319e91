//! The texts of the digest and of the owners' companion.

use crate::domain::cadence::say_day;
use crate::domain::digest::{Line, Published};
use crate::domain::ids::UserId;
use crate::domain::matching::Binding;
use crate::domain::message::Message;
use crate::domain::pair::Pair;
use crate::domain::program::Settings;
use crate::domain::trend::Trend;
use crate::features::months;
use crate::md;
use crate::shared::one_line::end_button;
use crate::slack::blocks::{Blocks, button, listed};
use crate::slack::event::Action;
use crate::slack::words::Md;
use crate::store::digests::{NotBegun, Quiet};
use crate::store::rounds::Round;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The most lines in one section.
const LINES: usize = 10;
/// The most names after one reason.
const NAMES: usize = 15;

/// The week in figures for everybody, with earlier weeks in a chart. `next`: when people are matched next.
pub(super) fn digest(
    settings: &Settings,
    published: &Published,
    trend: Option<&Trend>,
    next: &Md,
) -> Message {
    let title = format!("{} this week", settings.name);
    let minimum = published.minimum;
    let (text, figures, note) = if has_figures(published) {
        let text = md!(
            "{}: {} active pairs, {} people in the program.",
            title,
            published.active_pairs.to_string(),
            published.joined_people.to_string()
        );
        let lines = published.lines();
        let figures = Md::bullets(
            lines
                .iter()
                .map(|Line { label, value }| md!("*{}:* {}", label, value)),
        );
        (text, figures, md!(" {}", published.note()))
    } else {
        let text = md!(
            "{}: figures appear here once each covers at least {} people, so nobody can be singled out.",
            title,
            minimum
        );
        let small = md!(
            "The program is running. Figures appear here once each covers at least {} people, so nobody can be \
             singled out.",
            minimum
        );
        (text, small, Md::default())
    };
    let mut blocks = Blocks::new().header(&title).section(figures);
    if let Some(trend) = trend {
        blocks = blocks.picture("Recent weeks in figures", &trend.alt());
    }
    blocks
        .section(md!(
            "*Next match:* {}\n*Want to take part?* Type `/reverse-mentor join`. You'll see what to expect before you \
             decide.",
            next
        ))
        .context(md!(
            "Never shown here: names, anything anyone wrote, or figures over fewer than {}.{}",
            minimum,
            note
        ))
        .message(text)
}

/// Whether any figure is shown, including topics and confidence, each of which has its own group.
fn has_figures(published: &Published) -> bool {
    let figures = [
        published.active_pairs,
        published.met_pairs,
        published.agreements_signed,
        published.joined_people,
        published.waiting_people,
    ];
    figures.iter().any(|figure| figure.number().is_some())
        || !published.topics.is_empty()
        || published.confidence_tenths.is_some()
}

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
    pub unmatched: Vec<(UserId, Binding)>,
    /// Whether this owner got a round today that lists who is waiting and why, so it is not repeated.
    pub round_today: bool,
    /// Whether there are no participants yet.
    pub empty: bool,
    /// Messages that couldn't be delivered, each with its reason.
    pub failed: Vec<Md>,
    pub not_found: Vec<UserId>,
    pub zone: TimeZone,
    pub now: Timestamp,
}

/// None if there is nothing beyond what this owner was told today.
pub(super) fn companion(report: &Report) -> Option<Message> {
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
        0 if report.round_today => return None,
        0 if report.empty => md!(
            "{}: nobody has joined yet. People join with `/reverse-mentor join`; a few words from you, in a channel \
             they read, will do more than anything I could post.",
            report.name
        ),
        0 => md!(
            "{}: all is well this week. There's nothing for you to do.",
            report.name
        ),
        1 => md!("{}: one thing to look at this week.", report.name),
        n => md!("{}: {} things to look at this week.", report.name, n),
    };
    let blocks = Blocks::new().section(if report.empty && parts.is_empty() {
        text.clone()
    } else {
        md!("*{}*", text)
    });
    let message = parts
        .into_iter()
        .fold(blocks, Blocks::append)
        .context(
            "Only the program's owners see this, each without their own pairs. It never includes reflections, \
             anyone's reasons, or who someone would rather not be paired with.",
        )
        .message(text);
    Some(message)
}

impl Report {
    fn day(&self, at: Timestamp) -> String {
        say_day(at, &self.zone, self.now)
    }

    fn to_approve(&self) -> Option<Blocks> {
        let mut rounds = self.to_approve.iter().take(LINES).peekable();
        rounds.peek()?;
        let blocks = Blocks::new().section(
            "*Waiting for your approval*\nPress *See them* to look over a round, change it, or approve it.",
        );
        Some(rounds.fold(blocks, |blocks, (round, pairs)| {
            let pairs = match pairs {
                1 => "1 pair".to_owned(),
                n => format!("{n} pairs"),
            };
            let see = button("See them", &Action::ShowRound { round: round.id });
            blocks.section_with(
                md!("{}, proposed on {}", pairs, self.day(round.created_at)),
                see,
            )
        }))
    }

    fn in_one_line(&self) -> Option<Blocks> {
        let mut pairs = self.in_one_line.iter().take(LINES).peekable();
        pairs.peek()?;
        let blocks = Blocks::new().section(
            "*Pairs in one reporting line*\nSince a change of managers, one of them is above the other. They don't know \
             that I've noticed. A friendly word, your support contact, or a kind end: that's for you to decide.",
        );
        Some(pairs.fold(blocks, |blocks, pair| {
            let end = end_button("End it kindly", pair);
            blocks.section_with(md!("{} and {}", pair.mentor, pair.mentee), end)
        }))
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
            "*On a break without a date, for six weeks or longer*\nI ask about it every six weeks, and the partner may look \
             for another. Breaks need no reason.",
            self.away
                .iter()
                .map(|(mentor, mentee)| md!("{} and {}", mentor, mentee))
                .collect(),
        )
    }

    fn unmatched(&self) -> Option<Blocks> {
        let mut reasons: Vec<(String, Vec<&UserId>)> = Vec::new();
        for (user, why) in &self.unmatched {
            let words = why.for_owner();
            match reasons.iter_mut().find(|(known, _)| *known == words) {
                Some((_, users)) => users.push(user),
                None => reasons.push((words, vec![user])),
            }
        }
        let line = |(words, users): (String, Vec<&UserId>)| md!("{} {}", words, names(&users));
        part(
            "*Without a partner since the last match*\nEvery new person who joins gives them another chance.",
            reasons.into_iter().map(line).collect(),
        )
    }

    fn failed(&self) -> Option<Blocks> {
        part(
            "*Messages that couldn't be delivered this week*",
            self.failed.clone(),
        )
    }

    fn not_found(&self) -> Option<Blocks> {
        if self.not_found.is_empty() {
            return None;
        }
        let people: Vec<&UserId> = self.not_found.iter().collect();
        Some(Blocks::new().section(md!(
            "*People I couldn't look up*\nSlack has told me nothing about {} for over a week, so I may not know their \
             working hours or whether they can be matched. If their accounts are gone, there's nothing to do. \
             Otherwise, ask the person who manages the app to check that it can still read people (`users:read`).",
            names(&people)
        )))
    }
}

/// A heading with lines under it; none without lines.
fn part(heading: &'static str, mut lines: Vec<Md>) -> Option<Blocks> {
    if lines.is_empty() {
        return None;
    }
    let more = lines.len().saturating_sub(LINES);
    lines.truncate(LINES);
    if more > 0 {
        lines.push(md!("and {} more", more));
    }
    let lines = Md::bullets(lines);
    Some(Blocks::new().section(md!("{}\n{}", Md::from(heading), lines)))
}

fn names(users: &[&UserId]) -> Md {
    let mut names: Vec<Md> = users
        .iter()
        .take(NAMES)
        .map(|user| md!("{}", user))
        .collect();
    if users.len() > NAMES {
        names.push(md!("{} more", users.len() - NAMES));
    }
    listed(&names)
}
