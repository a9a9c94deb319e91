//! Texts of status, pausing and leaving.

use crate::domain::cadence;
use crate::domain::ids::{ChannelId, UserId};
use crate::domain::message::Message;
use crate::domain::pair::Pair;
use crate::domain::participant::{Participant, Standing};
use crate::features::{NextMatch, back_in, days, find_partner_button, pause_button};
use crate::md;
use crate::shared::another::Another;
use crate::shared::pair_card::{self, Viewer};
use crate::slack::blocks::{Blocks, Button, Input, Modal, button, listed};
use crate::slack::event::{Action, Answers, Form};
use crate::slack::words::Md;
use crate::store::pair_card::PairCard;
use jiff::ToSpan;
use jiff::civil::Date;

pub(super) fn status(
    me: &Participant,
    (stage_known, another): (bool, Another),
    lines: &[Md],
    (open, cards): (&[Pair], &[PairCard]),
    viewer: Viewer,
) -> Message {
    let profile = &me.profile;
    let mut facts = vec![
        md!("*You take part as* {}.", profile.role.in_words()),
        md!("*Stage:* {}", profile.stage),
    ];
    if !profile.share.is_empty() {
        facts.push(md!("*You share:* {}", listed(&profile.share)));
    }
    if !profile.learn.is_empty() {
        facts.push(md!("*You would like to learn:* {}", listed(&profile.learn)));
    }
    facts.push(md!(
        "*Joined:* {}",
        cadence::say_day(me.joined_at, viewer.zone, viewer.now)
    ));
    if !stage_known {
        facts.push(md!(
            "*Please check your profile:* the program's list of stages has changed, and yours is no longer on it."
        ));
    }
    let standing = if me.standing == Standing::Paused {
        button("Resume", &Action::Resume)
    } else {
        pause_button()
    };
    let mut blocks = pair_card::show(Blocks::new(), open, cards, viewer);
    if !lines.is_empty() {
        blocks = blocks.section(Md::join(lines.to_vec(), "\n"));
    }
    let aloud = pair_card::aloud(open, cards, viewer);
    let asks = open.is_empty() && me.waiting_since.is_none() || another == Another::MayAsk;
    let find = asks.then(find_partner_button);
    blocks
        .section(Md::join(facts, "\n"))
        .buttons(find.into_iter().chain([
            button("Edit my profile", &Action::OpenJoin),
            standing,
            button("Help", &Action::OpenHelp),
        ]))
        .context("Only you can see this.")
        .message(Md::join(aloud.into_iter().chain(lines.to_vec()), "\n"))
}

pub(super) fn waiting_line(since: &str, next: &NextMatch) -> Md {
    md!(
        "*You're waiting for a partner* since {}. {}",
        since,
        next.line_for_members()
    )
}

/// For a person without a partner who is not waiting: their pair ended, and they have not asked for another.
pub(super) fn not_looking_line() -> Md {
    md!(
        "*You don't have a partner at the moment*, and I won't look for one until you press “Find me a partner”."
    )
}

pub(super) fn paused_line(until: Option<String>) -> Md {
    match until {
        Some(day) => md!(
            "*You're on a break until {}.* Nobody is told why, and I'll leave you in peace.",
            day
        ),
        None => md!(
            "*You're on a break.* Nobody is told why, and I'll leave you in peace until you type `/reverse-mentor resume`."
        ),
    }
}

/// For somebody who is not (or no longer) in the program.
pub(super) fn not_taking_part(who: Option<&Participant>, retention_days: u16) -> Message {
    match who.map(|who| who.standing) {
        Some(Standing::Left) => has_left(),
        Some(Standing::Ineligible) => ineligible(retention_days),
        Some(Standing::Active | Standing::Paused) | None => not_in(),
    }
}

fn not_in() -> Message {
    with_join(md!(
        "You're not in the program yet. Joining takes two minutes, and you'll see what to expect first."
    ))
}

fn has_left() -> Message {
    with_join(md!(
        "You left the program. If you'd like to come back, your profile is still here to start from."
    ))
}

fn with_join(text: Md) -> Message {
    Blocks::new()
        .section(text.clone())
        .buttons([
            button("Join", &Action::OpenJoin).primary(),
            button("Help", &Action::OpenHelp),
        ])
        .message(text)
}

fn ineligible(retention_days: u16) -> Message {
    let text = md!(
        "You're out of the program for now: it's for full members of the workspace, and Slack tells me that yours is \
         a guest account at the moment. {}",
        back_in(retention_days)
    );
    Blocks::new()
        .section(text.clone())
        .buttons([button("Leave", &Action::OpenLeave)])
        .message(text)
}

/// The fields of the form for a break.
const LENGTH: &str = "length";
pub(super) const DATE: &str = "date";
/// The values of the lengths that are no number of weeks.
const ON_A_DAY: &str = "date";
const OPEN: &str = "open";

/// The break that somebody is on already.
pub(super) enum Now {
    None,
    Until(String),
    Open,
}

/// Asks for how long.
pub(super) fn pause_form(today: Date, now: &Now, told: &[UserId]) -> Modal {
    let weeks = [(1, "One week"), (2, "Two weeks"), (4, "Four weeks")];
    let mut lengths: Vec<(String, String)> = weeks
        .iter()
        .map(|(weeks, name)| {
            let day = cadence::say_date(today.saturating_add(weeks.weeks()), today);
            (format!("{name}, until {day}"), weeks.to_string())
        })
        .collect();
    lengths.push(("Until the day I pick below".to_owned(), ON_A_DAY.to_owned()));
    lengths.push(("Until I say so".to_owned(), OPEN.to_owned()));
    let now = match now {
        Now::Until(day) => md!(
            "You're on a break until {}. What you choose here replaces it.",
            day
        ),
        Now::Open => md!("You're on a break. What you choose here replaces it."),
        Now::None => md!("Nobody is matched with you, and I'll leave you in peace."),
    };
    let blocks = Blocks::new()
        .section(md!("{} {}", now, who_is_told(told)))
        .input(Input::radio(LENGTH, "For how long?", &lengths).picked(&["1"]))
        .input(Input::date(DATE, "The day you're back").optional())
        .context("You can come back earlier at any time. If you leave the end open, I'll ask again in six weeks.");
    Modal::form(Form::Pause, "Take a break", "Start the break", blocks)
}

/// The last day of the break, or none for an open end; an error is for the date's field.
pub(super) fn chosen(answers: &Answers, today: Date) -> Result<Option<Date>, &'static str> {
    let which = "Which day? Pick one here, or choose a length above.";
    match (answers.one(LENGTH).unwrap_or(ON_A_DAY), answers.date(DATE)) {
        (ON_A_DAY, None) => Err(which),
        (ON_A_DAY, Some(day)) if day <= today => Err("Pick a day in the future."),
        (ON_A_DAY, Some(day)) if day > today.saturating_add(1.year()) => {
            Err("That's more than a year away. Pick an earlier day, or leave the end open.")
        }
        (ON_A_DAY, Some(day)) => Ok(Some(day)),
        (_, Some(_)) => Err(
            "You've picked a day here and a length above. For this day, choose “Until the day I pick below”; otherwise, take the day out.",
        ),
        (OPEN, None) => Ok(None),
        (weeks, None) => match weeks.parse::<i32>() {
            Ok(weeks) => Ok(Some(today.saturating_add(weeks.weeks()))),
            Err(_) => Err(which),
        },
    }
}

/// The outcome of the form.
pub(super) fn pause_notice(said: Md) -> Modal {
    Modal::notice("Take a break", Blocks::new().section(said))
}

/// After six weeks of a break without a date.
pub(super) fn still_away() -> Message {
    let text = md!(
        "You've been on a break for a while, and that's fine. Would you like to come back, or stay away a little longer? \
         Until you say so, nothing changes, and I'll ask again in six weeks."
    );
    Blocks::new()
        .section(text.clone())
        .buttons([
            button("I'm back", &Action::Resume).primary(),
            button("Set a date", &Action::Pause),
            button("Leave the program", &Action::OpenLeave),
        ])
        .context("Only you can see this.")
        .message(text)
}

fn who_is_told(told: &[UserId]) -> Md {
    if told.is_empty() {
        return "The program's owners can see that and until when; nobody sees why.".into();
    }
    let plural = if told.len() == 1 { "" } else { "s" };
    md!(
        "{} will see in your group message{} that you're taking a break, but not for how long. The program's owners can see \
         until when, but not of their own partners; nobody sees why.",
        listed(told),
        Md::from(plural)
    )
}

/// `told`: the partners who read of the break, but not of its length or reason.
pub(super) fn paused(until: Option<String>, told: &[UserId]) -> Md {
    let told = who_is_told(told);
    match until {
        Some(day) => md!(
            "You're on a break until {}. On that day I'll bring you back. Until then, nobody is matched with you and \
             I'll leave you in peace. {} `/reverse-mentor resume` ends it earlier.",
            day,
            told
        ),
        None => md!(
            "You're on a break until you type `/reverse-mentor resume`. Until then, nobody is matched with you and \
             I'll leave you in peace. {} I'll ask again in six weeks.",
            told
        ),
    }
}

/// A pause with a last day became open-ended.
pub(super) fn no_longer_until(day: &str, paused: &Md) -> Md {
    md!("Your break no longer ends on {}. {}", day, paused)
}

pub(super) fn not_paused() -> Md {
    md!(
        "You're not on a break, so there's nothing to resume. `/reverse-mentor status` shows where you stand."
    )
}

/// The situation after a pause.
pub(super) enum Onward {
    /// No pair yet: they found a partner by an invitation, in these words.
    Promised(Md),
    /// No pair: they wait for a partner.
    Waits(NextMatch),
    /// No pair, and they have not asked for another.
    NotLooking,
    /// They continue with these partners. Empty when each partner is on a break, too.
    With(Vec<UserId>),
    /// Their months with these partners are over, and each is asked what comes next.
    Over(Vec<UserId>),
    /// They have a pair, and the whole program is on a break until this day.
    ProgramRests(String),
    /// A pair of theirs ended meanwhile, and the message about that is on its way.
    EndFirst,
}

impl Onward {
    fn in_words(&self) -> Md {
        match self {
            Self::Promised(line) => line.clone(),
            Self::Waits(next) => md!(
                "I'm looking for a partner for you again. {}",
                next.line_for_members()
            ),
            Self::NotLooking => not_looking_line(),
            Self::With(partners) if partners.is_empty() => {
                md!("Your partner is on a break too. Your months continue after it.")
            }
            Self::ProgramRests(day) => md!(
                "The whole program is on a break until {}. Your months continue afterwards.",
                day
            ),
            Self::EndFirst => {
                "One of your pairs came to an end in the meantime. I'm writing to you about it."
                    .into()
            }
            Self::Over(partners) => md!(
                "Your months with {} are over, and each of you is asked privately what comes next.",
                listed(partners)
            ),
            Self::With(partners) => md!("You and {} pick up where you left off.", listed(partners)),
        }
    }

    fn find(&self) -> Option<Button> {
        matches!(self, Self::NotLooking).then(find_partner_button)
    }
}

pub(super) fn resumed(onward: &Onward) -> Message {
    let text = md!("Welcome back. {}", onward.in_words());
    let blocks = Blocks::new().section(text.clone());
    match onward.find() {
        Some(find) => blocks.buttons([find]).message(text),
        None => text.into(),
    }
}

/// The pause ended by itself.
pub(super) fn pause_over(onward: &Onward) -> Message {
    let text = md!("Your break is over. {}", onward.in_words());
    let longer = button("I need a little longer", &Action::Pause);
    Blocks::new()
        .section(text.clone())
        .buttons(onward.find().into_iter().chain([longer]))
        .context("Only you can see this.")
        .message(text)
}

pub(super) fn nothing_to_leave() -> Md {
    md!(
        "You're not in the program, so there's nothing to leave. `/reverse-mentor privacy` shows what is stored about you."
    )
}

/// For somebody who is out as a guest: they are not brought back.
pub(super) fn ask_leave_as_guest() -> Modal {
    let points = [
        "When you're a full member again, I won't bring you back by myself.",
        "Your profile stays for a while, so you can come back. `/reverse-mentor privacy` erases it.",
        "You don't have to say why, and nobody is asked.",
    ];
    let blocks = Blocks::new()
        .section("*Leave the program?* Thank you for being part of it. Here's what happens:")
        .section(Md::bullets(points.map(Md::from)));
    Modal::form(Form::Leave, "Leave the program", "Leave", blocks)
}

pub(super) fn ask_leave(pairs: usize, retention_days: u16) -> Modal {
    let mut points = Vec::new();
    let ends = match pairs {
        0 => None,
        1 => Some("Your pair ends. Your partner gets a neutral message"),
        _ => Some("Your pairs end. Each partner gets a neutral message"),
    };
    points.extend(ends.map(|ends| md!("{}, no reasons, and the offer of another match.", ends)));
    points.push(md!(
        "Your profile stays for {}, so you can come back. `/reverse-mentor privacy` erases it at once.",
        days(retention_days)
    ));
    if pairs > 0 {
        points.push(md!(
            "What the two of you wrote here is erased after {}.",
            days(retention_days)
        ));
    }
    points.push(md!("You don't have to say why, and nobody is asked."));
    let blocks = Blocks::new()
        .section("*Leave the program?* Thank you for being part of it. Here's what happens:")
        .section(Md::bullets(points))
        .context("Only need a break? Close this and use `/reverse-mentor pause`.");
    Modal::form(Form::Leave, "Leave the program", "Leave", blocks)
}

/// `circle`: the mentor circle that they may still be in.
pub(super) fn left(circle: Option<&ChannelId>, is_guest: bool) -> Modal {
    let when = if is_guest {
        "once you're a full member again"
    } else {
        "whenever you like"
    };
    let mut blocks = Blocks::new().section(md!(
        "You've left the program. Thank you for the time you gave it. `/reverse-mentor join` brings you back {}.",
        Md::from(when)
    ));
    if let Some(circle) = circle {
        blocks = blocks.section(md!(
            "If you're still in the mentor circle, {}, that's yours to keep or to leave: `/leave` there takes you out.",
            circle
        ));
    }
    Modal::notice("You've left", blocks)
}
