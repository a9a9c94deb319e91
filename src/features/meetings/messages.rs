//! The words of the months.

use super::Month;
use crate::domain::cadence::{MEETING_MINUTES, say_day, say_when};
use crate::domain::calendar::Entry;
use crate::domain::cycle::State;
use crate::domain::goals::Goals;
use crate::domain::ids::UserId;
use crate::domain::message::{Attachment, Message};
use crate::features::outlook;
use crate::md;
use crate::slack::blocks::{Blocks, Button, button, link_button};
use crate::slack::event::{Action, MetAnswer};
use crate::slack::words::{Md, quote, when};
use jiff::Timestamp;

/// The month begins; to the mentee alone.
pub fn opens(month: &Month, goals: Option<&Goals>, now: Timestamp) -> Message {
    let mentor = &month.pair.mentor;
    let blocks = if month.cycle.number == 1 {
        Blocks::new()
            .section(md!("*Time for your first meeting with {}*", mentor))
            .section(md!(
                "You make the first move, so that {} never has to chase. This one is for getting to know each other: how each of you works, what you both hope for, and one thing {} would like to show you.",
                mentor,
                mentor
            ))
    } else {
        Blocks::new()
            .section(md!(
                "*Month {} of {} with {}*",
                month.cycle.number,
                month.pair.cycles,
                mentor
            ))
            .append(focus(month, goals))
    };
    let blocks = private_choices(blocks, month, now).context(
        "Times are on your clock. Only you see this; when you pick one, I tell you both in your group message.",
    );
    blocks.message(md!(
        "Time to plan this month's meeting with {}. {}",
        mentor,
        aloud(&month.slots(now), month, now)
    ))
}

/// What the pair agreed on, as a reminder of what their meetings are for.
fn focus(month: &Month, goals: Option<&Goals>) -> Blocks {
    let Some(goals) = goals else {
        return Blocks::new().section(
            "One question you have been carrying around is agenda enough. 45 minutes will do.",
        );
    };
    Blocks::new().section(md!(
        "What you agreed on:\n{}:\n{}\n{}:\n{}",
        &month.pair.mentee,
        quote(&goals.mentee),
        &month.pair.mentor,
        quote(&goals.mentor)
    ))
}

/// Two weeks without a plan; to the mentee alone.
pub fn fortnight(month: &Month, now: Timestamp) -> Message {
    let mentor = &month.pair.mentor;
    let text = if month.cycle.state == State::Sorting {
        md!(
            "*Have you and {} found a time?* If so, tell me under “Another time” and I will remind you both. If not, two minutes now are enough. And if this month will not work, skip it: no harm done.",
            mentor
        )
    } else {
        md!(
            "*Nothing is planned with {} yet, and that happens.* Two minutes now are enough. And if this month will not work, skip it and leave a line if you like: no harm done.",
            mentor
        )
    };
    private_choices(Blocks::new().section(text), month, now)
        .context("Times are on your clock. Only you see this.")
        .message(md!(
            "A time with {} this month? {}",
            mentor,
            aloud(&month.slots(now), month, now)
        ))
}

/// The slots with times on the mentee's clock, and the other ways out.
fn private_choices(blocks: Blocks, month: &Month, now: Timestamp) -> Blocks {
    let cycle = month.cycle.id;
    let slots = month.slots(now);
    let blocks = if slots.is_empty() {
        blocks.section("Your working days hardly overlap, so I have no times to propose. Pick one that suits you both.")
    } else {
        blocks.section(md!(
            "Within working hours for both of you, {} minutes:",
            MEETING_MINUTES
        ))
    };
    let picks = slots.iter().map(|at| {
        let at_ms = at.as_millisecond();
        button(
            &say_when(*at, month.zone(), now),
            &Action::PickSlot { cycle, at: at_ms },
        )
    });
    blocks.buttons(picks).buttons(other_ways(month))
}

fn other_ways(month: &Month) -> Vec<Button> {
    let cycle = month.cycle.id;
    let mut ways = vec![button("Another time", &Action::OtherTime { cycle })];
    if month.cycle.state == State::Open {
        ways.push(button("We'll sort it out", &Action::SortOut { cycle }));
    }
    ways.push(button("Skip this month", &Action::OpenSkip { cycle }));
    ways
}

/// A week without a plan; to both, in their group DM.
pub fn week(month: &Month, now: Timestamp) -> Message {
    let slots = month.slots(now);
    let lead = "*No time for this month's meeting yet.* Calendars are full, it happens. Either of you can settle it with one press.";
    shared_choices(Blocks::new().section(lead), month, &slots, now).message(md!(
        "No time for this month's meeting yet. Either of you can settle it. {}",
        aloud(&slots, month, now)
    ))
}

/// The slots with times on each reader's own clock: buttons cannot show those, so they are numbered.
fn shared_choices(blocks: Blocks, month: &Month, slots: &[Timestamp], now: Timestamp) -> Blocks {
    let cycle = month.cycle.id;
    let lines = slots.iter().zip(1_usize..).map(|(at, number)| {
        let time = when(*at, &say_when(*at, month.zone(), now));
        md!("{}. {}", number, time)
    });
    let picks = slots.iter().zip(1_usize..).map(|(at, number)| {
        let at = at.as_millisecond();
        button(
            &format!("Take time {number}"),
            &Action::PickSlot { cycle, at },
        )
    });
    let blocks = if slots.is_empty() {
        blocks
    } else {
        blocks.section(Md::join(lines, "\n"))
    };
    blocks
        .buttons(picks)
        .buttons(other_ways(month))
        .context("Everybody sees times on their own clock.")
}

/// A time is chosen; to both, in their group DM.
pub fn planned(month: &Month, at: Timestamp, moved: bool, now: Timestamp) -> Message {
    let text = when(at, &say_when(at, month.zone(), now));
    let lead = if moved { "Moved" } else { "Planned" };
    plan(month, at, now).message(md!("{}: you two meet {}.", lead, text))
}

fn plan(month: &Month, at: Timestamp, now: Timestamp) -> Blocks {
    Blocks::new()
        .section(md!(
            "*Planned:* {}\n{} and {}, about {} minutes.",
            when(at, &say_when(at, month.zone(), now)),
            &month.pair.mentor,
            &month.pair.mentee,
            MEETING_MINUTES
        ))
        .buttons(for_calendars(month, at))
        .context("Everybody sees times on their own clock.")
}

/// Links that fill in a calendar, and the way to move it.
fn for_calendars(month: &Month, at: Timestamp) -> Vec<Button> {
    let entry = entry(month, at);
    let links = [
        ("Google Calendar", "google", entry.google_link()),
        ("Outlook", "outlook", entry.outlook_link()),
    ];
    let mut buttons: Vec<Button> = links
        .into_iter()
        .filter_map(|(label, name, link)| {
            let url = url::Url::parse(&link).ok()?;
            Some(link_button(label, &url, name))
        })
        .collect();
    let cycle = month.cycle.id;
    buttons.push(button("Move it", &Action::OtherTime { cycle }));
    buttons
}

fn entry(month: &Month, at: Timestamp) -> Entry {
    outlook::entry(&month.settings.name, &month.cycle, month.pair.cycles, at)
}

/// The meeting as a file, behind the reminder. `now` is when it is made.
pub fn calendar_file(month: &Month, at: Timestamp, now: Timestamp) -> Attachment {
    Attachment {
        name: "meeting.ics".to_owned(),
        title: "Your meeting, for any calendar".to_owned(),
        comment: "The same meeting as a file. Opened, it goes into whichever calendar you use."
            .to_owned(),
        content: entry(month, at).ics(now),
    }
}

/// One working day before; to both, in their group DM.
pub fn soon(month: &Month, goals: Option<&Goals>, at: Timestamp, now: Timestamp) -> Message {
    let time = when(at, &say_when(at, month.zone(), now));
    let blocks = Blocks::new().section(md!("*Coming up:* you two meet {}.", time));
    let blocks = if goals.is_some() {
        blocks.append(focus(month, goals))
    } else {
        blocks
    };
    blocks
        .section(md!(
            "An agenda, if you want one:\n{}",
            Md::bullets(outlook::agenda(month.cycle.number, month.pair.cycles))
        ))
        .buttons(for_calendars(month, at))
        .context("Everybody sees times on their own clock.")
        .message(md!("Coming up: you two meet {}.", time))
}

/// Two hours after the meeting; to each, privately.
pub fn did_you_meet(month: &Month, user: &UserId, now: Timestamp) -> Message {
    let partner = month.pair.partner_of(user);
    let cycle = month.cycle.id;
    let question = match month.cycle.meets_at {
        Some(at) => md!(
            "Did you and {} meet on {}?",
            partner,
            say_day(at, month.zone_of(user), now)
        ),
        None => md!("Did you and {} meet this month?", partner),
    };
    let answer = |label, said| button(label, &Action::DidMeet { cycle, said });
    Blocks::new()
        .section(md!("*{}*", question))
        .buttons([
            answer("Yes, we met", MetAnswer::Yes).primary(),
            answer("It moved", MetAnswer::Moved),
            answer("Not this time", MetAnswer::No),
        ])
        .context("Only you see this, and your partner is not told which button you press. No answer is fine, too.")
        .message(question)
}

/// In place of the question, after a yes.
pub fn met(month: &Month, user: &UserId) -> Message {
    md!(
        "Good to hear that you and {} met. Thank you for telling me; one short question for you alone follows.",
        month.pair.partner_of(user)
    )
    .into()
}

/// In place of the question, after "it moved" or "not this time".
pub fn not_yet(month: &Month, said: MetAnswer, now: Timestamp) -> Message {
    if !month.is_running() {
        return "Noted, thank you. Nothing more to do for that month.".into();
    }
    let lead = match said {
        MetAnswer::Moved => {
            "Noted: it moved. If you have the new time already, put it under “Another time”."
        }
        _ => {
            "Noted, and no harm done: some months are like that. If there is still room, here are some times."
        }
    };
    shared_choices(Blocks::new().section(lead), month, &month.slots(now), now).message(lead)
}

/// In place of slots that are past.
pub fn slots_passed(month: &Month, now: Timestamp) -> Message {
    let lead = "That time has passed. Here is what is free now.";
    let slots = month.slots(now);
    shared_choices(Blocks::new().section(lead), month, &slots, now).message(md!(
        "{} {}",
        Md::from(lead),
        aloud(&slots, month, now)
    ))
}

/// What holds now, in place of a card whose buttons no longer apply.
pub fn stands(month: &Month, now: Timestamp) -> Message {
    match (month.cycle.state, month.cycle.meets_at) {
        (State::Planned, Some(at)) if month.is_running() => planned(month, at, false, now),
        (State::Sorting, _) if month.is_running() => {
            let cycle = month.cycle.id;
            let text = "Good, the two of you sort it out. Once you have a time, tell me and I will remind you both.";
            Blocks::new()
                .section(text)
                .buttons([
                    button("We have a time", &Action::OtherTime { cycle }),
                    button("Skip this month", &Action::OpenSkip { cycle }),
                ])
                .message(text)
        }
        _ => where_it_stands(month).into(),
    }
}

/// What holds now, in a sentence or two.
pub fn where_it_stands(month: &Month) -> Md {
    match month.cycle.state {
        State::Held => "This month's meeting is on record, so there is nothing left to plan. See you next month.".into(),
        State::Skipped if month.cycle.closed_at.is_none() => "This month is skipped, and that is all right. If the two of you meet after all, log it with the shortcut “Log a mentoring meeting” and it counts.".into(),
        _ if month.is_running() => "This month is still open: any time that suits you both is good.".into(),
        _ => "That month is over. If the two of you met after all, log it with the shortcut “Log a mentoring meeting” and it counts.".into(),
    }
}

/// One of them skips the month; to both, in their group DM.
pub fn skipped(month: &Month, by: &UserId, note: Option<&str>, now: Timestamp) -> Message {
    let next = if month.cycle.number < month.pair.cycles {
        md!(
            "The next month begins around {}.",
            say_day(month.cycle.closes_at, month.zone(), now)
        )
    } else {
        Md::default()
    };
    let lead = md!(
        "{} cannot make it this month. That happens, and it says nothing about the two of you. {}",
        by,
        next
    );
    let blocks = Blocks::new().section(lead.clone());
    let blocks = match note {
        Some(note) => blocks.section(md!("{} adds:\n{}", by, quote(note))),
        None => blocks,
    };
    blocks.message(lead)
}

/// One of them is away; to both, in their group DM. Since when, until when and why is theirs to tell.
pub fn on_break(user: &UserId, month: Option<&Month>, now: Timestamp) -> Message {
    let meeting = if month.is_some_and(|month| month.cycle.is_ahead(now)) {
        " The meeting you have planned is yours to keep or to move."
    } else {
        ""
    };
    md!(
        "{} is taking a break from the program. Your months wait and go on afterwards; there is nothing to do.{}",
        user,
        meeting
    )
    .into()
}

/// They are back; to both, in their group DM.
pub fn back(user: &UserId) -> Message {
    md!(
        "{} is back, so your months go on. I will be in touch when it is time to plan.",
        user
    )
    .into()
}

/// The slots in a sentence, for screen readers and notifications.
fn aloud(slots: &[Timestamp], month: &Month, now: Timestamp) -> Md {
    if slots.is_empty() {
        return "Pick a time that suits you both.".into();
    }
    let times: Vec<Md> = slots
        .iter()
        .map(|at| when(*at, &say_when(*at, month.zone(), now)))
        .collect();
    md!("Free for both of you: {}.", Md::join(times, "; "))
}
