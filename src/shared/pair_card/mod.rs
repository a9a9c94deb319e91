//! The next steps of a pair as its two members see them, for the months, status and the App Home.

mod agenda;
#[cfg(test)]
mod tests;

pub use agenda::{agenda, line_of_the_month};

use super::{Result, months};
use crate::domain::cadence::{MEETING_MINUTES, say_day, say_when};
use crate::domain::calendar::Entry;
use crate::domain::cycle::{Cycle, State as Month};
use crate::domain::ids::UserId;
use crate::domain::pair::{Break, Pair, State};
use crate::domain::recipes::Guide;
use crate::md;
use crate::slack::blocks::{Blocks, Button, button};
use crate::slack::event::Action;
use crate::slack::words::{Md, link, when};
use crate::store::Reading;
use crate::store::agreements::{Agreement, Side};
use crate::store::pair_card::{self, PairCard};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The most characters of a goal that are shown; the edit form has the whole goal.
const SHORT: usize = 120;

/// The reader, and the current time.
#[derive(Clone, Copy)]
pub struct Viewer<'a> {
    pub user: &'a UserId,
    pub zone: &'a TimeZone,
    pub now: Timestamp,
    /// The program's name, for calendar entries.
    pub program: &'a str,
}

/// The cards of a person's open pairs. A person without pairs costs no query.
pub async fn load(tx: &mut Reading, open: &[Pair], user: &UserId) -> Result<Vec<PairCard>> {
    if open.is_empty() {
        return Ok(Vec::new());
    }
    Ok(pair_card::of(tx, user).await?)
}

/// Each pair in a few lines, with the buttons for its state.
#[must_use]
pub fn show(mut blocks: Blocks, open: &[Pair], cards: &[PairCard], viewer: Viewer) -> Blocks {
    for pair in open {
        let card = cards.iter().find(|card| card.pair == pair.id);
        let mut lines = vec![who_and_how_far(pair, card, viewer.user)];
        if let Some(card) = card {
            lines.extend(meeting(pair, card, viewer, true));
            lines.extend(goals(pair, card, viewer.user));
        }
        let mut row = buttons(pair, card, viewer);
        if open.len() > 1 {
            let partner = partner_aloud(pair, open, viewer.user);
            row = row.into_iter().map(|one| one.about(&partner)).collect();
        }
        blocks = blocks.section(Md::join(lines, "\n")).buttons(row);
    }
    blocks
}

/// The same in a sentence or two per pair, for screen readers: without links and goals.
pub fn aloud(open: &[Pair], cards: &[PairCard], viewer: Viewer) -> Vec<Md> {
    let line = |pair: &Pair| {
        let card = cards.iter().find(|card| card.pair == pair.id);
        let mut lines = vec![who_and_how_far(pair, card, viewer.user)];
        lines.extend(card.and_then(|card| meeting(pair, card, viewer, false)));
        Md::join(lines, " ")
    };
    open.iter().map(line).collect()
}

/// The partner, for the buttons of somebody who has several: "your mentor", or "the 2nd one you mentor" in the order shown.
pub fn partner_aloud(pair: &Pair, open: &[Pair], user: &UserId) -> String {
    let mentors = pair.mentor == *user;
    let alike: Vec<&Pair> = open
        .iter()
        .filter(|other| (other.mentor == *user) == mentors)
        .collect();
    let number = alike.iter().position(|other| other.id == pair.id);
    let who = if mentors {
        "the colleague you mentor"
    } else {
        "your mentor"
    };
    match (number, alike.len()) {
        (Some(at), 2..) => format!("{who}, {} of {}", at + 1, alike.len()),
        _ => who.to_owned(),
    }
}

fn who_and_how_far(pair: &Pair, card: Option<&PairCard>, user: &UserId) -> Md {
    let partner = pair.partner_of(user);
    let who = if pair.mentor == *user {
        md!("*You mentor {}.*", partner)
    } else {
        md!("*{} mentors you.*", partner)
    };
    let held = card.map_or(0, |card| card.held);
    let month = card.and_then(|card| card.month.as_ref());
    let how_far = match (pair.state, month) {
        (State::Introduced | State::Active, None)
            if card.is_some_and(|card| card.on_break.is_some()) =>
        {
            md!("You meet once a month, for {}.", months(pair.cycles))
        }
        (State::Introduced | State::Active, None) => md!(
            "You meet once a month, for {}. The first month is about to begin.",
            months(pair.cycles)
        ),
        (State::Introduced | State::Active, Some(month)) => {
            let so_far = match held {
                0 => Md::default(),
                some => md!(", {} so far", meetings(some)),
            };
            md!("Month {} of {}{}.", month.number, pair.cycles, so_far)
        }
        (State::Closing, _) if held == 0 => {
            md!(
                "Your months together are over. One last check-in asks each of you what comes next."
            )
        }
        (State::Closing, _) => md!(
            "Your months together are over, with {} on record. One last check-in asks each of you what comes next.",
            meetings(held)
        ),
        (State::Closed, _) => md!("This pair has ended."),
    };
    md!("{} {}", who, how_far)
}

fn meetings(number: i64) -> Md {
    match number {
        1 => md!("1 meeting"),
        many => md!("{} meetings", many),
    }
}

/// This month's meeting, in one line.
fn meeting(pair: &Pair, card: &PairCard, viewer: Viewer, links: bool) -> Option<Md> {
    if !pair.runs() {
        return None;
    }
    let Some(month) = card.month.as_ref() else {
        let rests = card.on_break?;
        return Some(md!(
            "{} Your first month begins afterwards.",
            on_a_break(rests, viewer)
        ));
    };
    let time = |at: Timestamp| when(at, &say_when(at, viewer.zone, viewer.now));
    if let Some(at) = month.meets_at.filter(|_| month.is_ahead(viewer.now)) {
        let mut line = md!("*Next meeting:* {}.", time(at));
        if links {
            let entry = entry(viewer.program, month, pair.cycles, at);
            line = md!("{} {}", line, calendars(&entry));
        }
        let whose = match card.on_break {
            None => return Some(line),
            Some(Break::OneOfThem) => "One of you",
            Some(Break::Program { .. }) => "The whole program",
        };
        return Some(md!(
            "{}\n{} is on a break, so it's yours to keep or move.",
            line,
            whose
        ));
    }
    if let Some(rests) = card.on_break {
        return Some(md!(
            "{} Your months continue afterwards.",
            on_a_break(rests, viewer)
        ));
    }
    let arranges = pair.mentee == *viewer.user;
    Some(match (month.state, month.meets_at) {
        _ if month.closed_at.is_some() => md!("{}{}", this_month(month), next(pair, month, viewer)),
        (Month::Open, _) if arranges => {
            md!("*Next meeting:* no time yet. Any time that suits you both is good.")
        }
        (Month::Open, _) => md!(
            "*Next meeting:* no time yet. {} arranges it; you don't need to chase.",
            &pair.mentee
        ),
        (Month::Sorting, _) => md!(
            "*Next meeting:* you two are sorting it out. Once you have a time, tell me and I'll remind you both."
        ),
        (Month::Planned, Some(at)) => md!(
            "*This month's meeting* was planned for {}. If you met, log it and it counts.",
            time(at)
        ),
        _ => md!("{}{}", this_month(month), next(pair, month, viewer)),
    })
}

fn on_a_break(rests: Break, viewer: Viewer) -> Md {
    match rests {
        Break::OneOfThem => {
            md!("*On a break:* one of you is taking one, so there's nothing to plan.")
        }
        Break::Program { until } => md!(
            "*On a break:* the whole program is, until {}, so there's nothing to plan.",
            say_day(until, viewer.zone, viewer.now)
        ),
    }
}

fn calendars(entry: &Entry) -> Md {
    let links = [
        ("Google Calendar", entry.google_link()),
        ("Outlook", entry.outlook_link()),
    ];
    let links = links.into_iter().filter_map(|(name, address)| {
        let url = url::Url::parse(&address).ok()?;
        Some(link(&url, name))
    });
    md!("Add it to {}.", Md::join(links, " or "))
}

fn this_month(month: &Cycle) -> &'static str {
    match month.state {
        Month::Held => "*This month:* you met. ",
        Month::Skipped => "*This month* is skipped, and that's all right. ",
        _ => "",
    }
}

/// When the next month begins.
fn next(pair: &Pair, month: &Cycle, viewer: Viewer) -> Md {
    if month.number >= pair.cycles {
        md!("It's the last of your months.")
    } else if month.closes_at <= viewer.now {
        md!("The next month begins soon.")
    } else {
        md!(
            "The next one begins around {}.",
            say_day(month.closes_at, viewer.zone, viewer.now)
        )
    }
}

/// Both goals, shortened, and who has signed them.
fn goals(pair: &Pair, card: &PairCard, user: &UserId) -> Option<Md> {
    let agreement = card.goals.as_ref()?;
    let (partner, goals) = (pair.partner_of(user), &agreement.goals);
    let (mine, theirs) = sides(pair, user);
    let (yours, others) = match mine {
        Side::Mentor => (&goals.mentor, &goals.mentee),
        Side::Mentee => (&goals.mentee, &goals.mentor),
    };
    let signed = match (agreement.is_signed_by(mine), agreement.is_signed_by(theirs)) {
        (true, true) => md!("signed by both of you"),
        (true, false) => md!("signed by you; {} hasn't signed yet", partner),
        (false, true) => md!("signed by {} and waiting for you", partner),
        (false, false) => md!("a draft that nobody has signed yet"),
    };
    let wants = [
        md!("You: {}", in_short(yours)),
        md!("{}: {}", partner, in_short(others)),
    ];
    Some(md!("*Goals,* {}:\n{}", signed, Md::bullets(wants)))
}

/// The user's side and the partner's side.
fn sides(pair: &Pair, user: &UserId) -> (Side, Side) {
    if pair.mentor == *user {
        (Side::Mentor, Side::Mentee)
    } else {
        (Side::Mentee, Side::Mentor)
    }
}

/// A goal in one line, shortened.
pub fn in_short(goal: &str) -> String {
    let line = goal.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= SHORT {
        return line;
    }
    let kept: String = line.chars().take(SHORT - 1).collect();
    format!("{}…", kept.trim_end())
}

/// The buttons for the pair's state; at most one is highlighted.
fn buttons(pair: &Pair, card: Option<&PairCard>, viewer: Viewer) -> Vec<Button> {
    let runs = pair.runs();
    let agreement = card.and_then(|card| card.goals.as_ref());
    let agreement = agreement.filter(|_| runs);
    let mut buttons = Vec::new();
    let sign = agreement.and_then(|agreement| sign(pair, agreement, viewer.user));
    // The meeting comes first, and the goals are signed then.
    let have_met = card.is_some_and(|card| card.held > 0);
    let sign = sign.map(|sign| if have_met { sign.primary() } else { sign });
    let stands_out = !(sign.is_some() && have_met) && pair.mentee == *viewer.user;
    if let Some(card) = card {
        buttons.extend(month_buttons(pair, card, viewer.now, stands_out));
    }
    buttons.extend(sign);
    if agreement.is_some() {
        buttons.push(button("Edit goals", &Action::EditGoals { pair: pair.id }));
    }
    buttons.push(button("End this pair", &Action::OpenEnd { pair: pair.id }));
    buttons
}

fn sign(pair: &Pair, agreement: &Agreement, user: &UserId) -> Option<Button> {
    let (mine, _) = sides(pair, user);
    let (pair, version) = (pair.id, agreement.version);
    let unsigned = !agreement.is_signed_by(mine);
    unsigned.then(|| button("Sign", &Action::Sign { pair, version }))
}

fn month_buttons(pair: &Pair, card: &PairCard, now: Timestamp, stands_out: bool) -> Vec<Button> {
    let mut buttons = Vec::new();
    let Some(month) = card.month.as_ref() else {
        return buttons;
    };
    let cycle = month.id;
    let other_time = |label| button(label, &Action::OtherTime { cycle });
    let arranging = pair.runs() && month.closed_at.is_none();
    let ahead = month.is_ahead(now);
    match month.state {
        _ if arranging && ahead => {
            buttons.push(other_time("Move it"));
            let skip = Action::OpenSkip { cycle: month.id };
            buttons.push(button(way_out_in_words(month), &skip));
        }
        Month::Open if arranging && card.on_break.is_none() => {
            let pick = other_time("Pick a time");
            buttons.push(if stands_out { pick.primary() } else { pick });
        }
        Month::Sorting if arranging && card.on_break.is_none() => {
            buttons.push(other_time("We have a time"));
        }
        _ => {}
    }
    if month.state != Month::Held && !ahead {
        buttons.push(button("Log a meeting", &Action::LogMeetingOf(pair.id)));
    }
    if month.state == Month::Planned && arranging && !ahead && card.on_break.is_none() {
        buttons.push(other_time("Pick another time"));
    }
    buttons
}

/// The button out of a planned meeting, without blame, in messages for both: the same whether or not one of them has said that
/// they met before, which would tell that answer.
pub fn way_out(month: &Cycle) -> Button {
    button("Skip this month", &Action::OpenSkip { cycle: month.id })
}

/// A month in which they already met cannot be skipped; only the next meeting is called off.
pub fn way_out_in_words(month: &Cycle) -> &'static str {
    if month.state == Month::Held {
        "Call it off"
    } else {
        "Skip this month"
    }
}

/// A month's meeting as a calendar entry, under the program's name. Without goals, and with the mere name of a guide, because others can read calendars.
pub fn entry(program: &str, cycle: &Cycle, cycles: u8, at: Timestamp) -> Entry {
    Entry {
        uid: format!("cycle-{}@reverse-mentor", cycle.id),
        sequence: u32::try_from(cycle.plans).unwrap_or_default(),
        title: program.to_owned(),
        starts: at,
        minutes: u16::try_from(MEETING_MINUTES).unwrap_or(45),
        description: match guide(cycle, cycles) {
            Some(guide) => guide.title.to_owned(),
            None => agenda(cycle.number, cycles).join("\n"),
        },
    }
}

/// The guide of a month, in a program with a recipe.
pub fn guide(cycle: &Cycle, cycles: u8) -> Option<&'static Guide> {
    cycle.recipe?.guide(cycle.number, cycles)
}
