//! Texts of the months.

mod alone;
mod breaks;
mod by_owner;
mod skipped;

pub use alone::nudge_week_alone;
pub use breaks::{back, begins_later, on_break, program_goes_on, program_on_break};
pub use by_owner::{owners_nudge, owners_nudge_form};
pub use skipped::skipped;

use super::agenda::{agenda, focus, title};
use super::month::Month;
use crate::domain::cadence::{MEETING_MINUTES, say_day, say_when, say_when_and_where};
use crate::domain::calendar::Entry;
use crate::domain::cycle::{MetAnswer, State};
use crate::domain::goals::Goals;
use crate::domain::ids::UserId;
use crate::domain::message::{Attachment, Message};
use crate::md;
use crate::shared::pair_card;
use crate::slack::blocks::{Blocks, Button, ON_A_PHONE, button, link_button};
use crate::slack::event::Action;
use crate::slack::words::{Md, when};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The first month begins with the introduction; for both, in their group DM.
pub fn first(month: &Month, now: Timestamp) -> Message {
    let (mentor, mentee) = (&month.pair.mentor, &month.pair.mentee);
    let slots = month.slots(now);
    let blocks = Blocks::new()
        .section(
            "*Your first meeting* is for getting to know each other: what your days look like, what each of you hopes \
             to take away, and one question for next time. 45 minutes is plenty.",
        )
        .section(md!(
            "{}, the first move is yours: pick a time that suits you. {}, you never need to chase; if it goes quiet, \
             leave that to me.",
            mentee,
            mentor
        ));
    shared_choices(blocks, month, &slots, now).message(md!(
        "{}, pick a time for your first meeting with {}. {}",
        mentee,
        mentor,
        aloud(&slots, month, now)
    ))
}

/// The month begins; for the mentee alone.
pub fn opens(month: &Month, goals: Option<&Goals>, now: Timestamp) -> Message {
    let mentor = &month.pair.mentor;
    let blocks = if month.cycle.number == 1 {
        Blocks::new()
            .section(md!("*Time for your first meeting with {}*", mentor))
            .section(md!(
                "You make the first move, so {} never has to chase. This one is for getting to know each other: how each of you works, what you both hope for, and one thing {} would like to show you.",
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
            .section(focus(month, goals))
    };
    let blocks = private_choices(blocks, month, now).context(
        "Times are in your time zone. Only you can see this; when you pick one, I'll tell you both in your group message.",
    );
    blocks.message(md!(
        "Time to plan this month's meeting with {}. {}",
        mentor,
        aloud(&month.slots(now), month, now)
    ))
}

/// Two weeks without a plan; for the mentee alone.
pub fn nudge_fortnight(month: &Month, now: Timestamp) -> Message {
    let mentor = &month.pair.mentor;
    let text = if month.cycle.state == State::Sorting {
        md!(
            "*Have you and {} found a time?* If so, add it with “{}” and I'll remind you both. If not, two minutes now is all it takes. And if this month won't work, skip it: no harm done.",
            mentor,
            another_time(&month.slots(now))
        )
    } else {
        md!(
            "*Nothing is planned with {} yet, and that happens.* Two minutes now is all it takes. And if this month won't work, skip it, with a note if you like: no harm done.",
            mentor
        )
    };
    private_choices(Blocks::new().section(text), month, now)
        .context("Times are in your time zone. Only you can see this.")
        .message(md!(
            "A time with {} this month? {}",
            mentor,
            aloud(&month.slots(now), month, now)
        ))
}

/// The slots in the mentee's time, and the other choices.
fn private_choices(blocks: Blocks, month: &Month, now: Timestamp) -> Blocks {
    let cycle = month.cycle.id;
    let slots = month.slots(now);
    let blocks = if slots.is_empty() {
        blocks.section(NO_SLOTS)
    } else {
        blocks.section(md!(
            "{} minutes, within working hours for both of you:",
            MEETING_MINUTES
        ))
    };
    let labels = slot_labels(&slots, month.zone(), now);
    let picks = slots.iter().zip(&labels).map(|(at, label)| {
        let at = at.as_millisecond();
        button(label, &Action::PickSlot { cycle, at })
    });
    blocks
        .buttons(picks)
        .buttons(other_ways(month, &slots, now))
}

/// The times as buttons: all in short form if one of them is longer than a phone shows.
fn slot_labels(slots: &[Timestamp], zone: &TimeZone, now: Timestamp) -> Vec<String> {
    let whole: Vec<String> = slots.iter().map(|at| say_when(*at, zone, now)).collect();
    if whole
        .iter()
        .all(|label| label.chars().count() <= ON_A_PHONE)
    {
        return whole;
    }
    let short = |at: &Timestamp| {
        at.to_zoned(zone.clone())
            .strftime("%a, %b %-d at %-I:%M %p")
            .to_string()
    };
    slots.iter().map(short).collect()
}

const NO_SLOTS: &str = "I couldn't find a time within working hours for both of you in the next two weeks. Is there one that suits you both anyway?";

/// The label of the button for typing a time: "another" only if some are proposed.
pub fn another_time(slots: &[Timestamp]) -> &'static str {
    if slots.is_empty() {
        "Pick a time"
    } else {
        "Pick another time"
    }
}

/// The buttons beside those of the proposed times.
pub fn other_ways(month: &Month, slots: &[Timestamp], now: Timestamp) -> Vec<Button> {
    let cycle = month.cycle.id;
    let mut ways = vec![button(another_time(slots), &Action::OtherTime { cycle })];
    if month.cycle.may_be_sorted_out(now) {
        ways.push(button("We'll sort it out", &Action::SortOut { cycle }));
    }
    ways.push(button("Skip this month", &Action::OpenSkip { cycle }));
    ways
}

/// A week without a plan; for both, in their group DM.
pub fn nudge_week(month: &Month, now: Timestamp) -> Message {
    let slots = month.slots(now);
    let lead = "*No time for this month's meeting yet.* Calendars fill up; it happens. Either of you can pick a time.";
    shared_choices(Blocks::new().section(lead), month, &slots, now).message(md!(
        "No time for this month's meeting yet. Either of you can pick one. {}",
        aloud(&slots, month, now)
    ))
}

/// Explains why this is not in the group DM.
fn why_alone(partner: &UserId) -> Md {
    md!(
        "Your working hours and {}'s don't overlap at the moment, so I'm writing to each of you separately.",
        partner
    )
}

/// The slots in each reader's own time. Buttons cannot show that, so the slots are numbered.
pub fn shared_choices(
    blocks: Blocks,
    month: &Month,
    slots: &[Timestamp],
    now: Timestamp,
) -> Blocks {
    let cycle = month.cycle.id;
    let lines = slots
        .iter()
        .zip(1_usize..)
        .map(|(at, number)| md!("{}. {}", number, on_their_clocks(*at, month, now)));
    let picks = slots.iter().zip(1_usize..).map(|(at, number)| {
        let at = at.as_millisecond();
        button(
            &format!("Pick time {number}"),
            &Action::PickSlot { cycle, at },
        )
    });
    let blocks = if slots.is_empty() {
        blocks.section(NO_SLOTS)
    } else {
        blocks.section(Md::join(lines, "\n"))
    };
    blocks
        .buttons(picks)
        .buttons(other_ways(month, slots, now))
        .context("Everyone sees times in their own time zone.")
}

/// An instant in each reader's own time.
pub fn on_their_clocks(at: Timestamp, month: &Month, now: Timestamp) -> Md {
    when(at, &say_when_and_where(at, month.zone(), now))
}

/// One of them chose a time; for both, in their group DM.
pub fn planned(month: &Month, at: Timestamp, moved: bool, by: &UserId, now: Timestamp) -> Message {
    let lead = if moved { "Moved" } else { "Planned" };
    plan(month, at, lead, &md!("{} picked the time; e", by), now)
}

/// The same later, when it stands as it was planned.
pub fn plan_stands(month: &Month, at: Timestamp, now: Timestamp) -> Message {
    plan(month, at, "Planned", &"E".into(), now)
}

/// A plan whose time has passed. Whether they met is for each of them to say.
pub fn planned_for(month: &Month, at: Timestamp, now: Timestamp) -> Md {
    md!(
        "{} and {}, your meeting was planned for {}.",
        &month.pair.mentee,
        &month.pair.mentor,
        on_their_clocks(at, month, now)
    )
}

/// The same once its time has passed, whatever either of them says about it.
pub fn plan_has_passed(month: &Month, at: Timestamp, now: Timestamp) -> Message {
    let cycle = month.cycle.id;
    let text = planned_for(month, at, now);
    Blocks::new()
        .section(md!(
            "{}\nIf it moved, either of you can pick the new time.",
            &text
        ))
        .buttons([button("Pick another time", &Action::OtherTime { cycle })])
        .message(text)
}

fn plan(month: &Month, at: Timestamp, lead: &'static str, who: &Md, now: Timestamp) -> Message {
    let time = on_their_clocks(at, month, now);
    Blocks::new()
        .section(md!(
            "*{}:* {}, about {} minutes.\n{}ither of you can move it.",
            lead,
            time,
            MEETING_MINUTES,
            who
        ))
        .buttons(for_calendars(month, at))
        .context("Everyone sees times in their own time zone.")
        .message(md!("{}: you two meet {}.", lead, time))
}

/// Calendar links, and the buttons to move or cancel the meeting.
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
    buttons.push(pair_card::way_out(&month.cycle));
    buttons
}

fn entry(month: &Month, at: Timestamp) -> Entry {
    pair_card::entry(&month.settings.name, &month.cycle, month.pair.cycles, at)
}

/// The meeting as a file that follows its plan. `now`: when it is made.
pub fn calendar_file(month: &Month, at: Timestamp, now: Timestamp) -> Attachment {
    Attachment {
        name: "meeting.ics".to_owned(),
        title: "Your meeting, for any calendar".to_owned(),
        comment: "The same meeting as a file. Open it to add it to whichever calendar you use."
            .to_owned(),
        content: entry(month, at).ics(now),
    }
}

/// The file that takes a meeting which is off out of people's calendars.
pub fn canceled_file(month: &Month, at: Timestamp, now: Timestamp) -> Attachment {
    let mut entry = entry(month, at);
    entry.sequence += 1;
    Attachment {
        name: "canceled.ics".to_owned(),
        title: "Your meeting is off, for any calendar".to_owned(),
        comment:
            "The canceled meeting as a file. In most calendars, opening it takes the meeting out."
                .to_owned(),
        content: entry.canceled_ics(now),
    }
}

/// One working day before; for both, in their group DM.
pub fn soon(month: &Month, goals: Option<&Goals>, at: Timestamp, now: Timestamp) -> Message {
    let time = on_their_clocks(at, month, now);
    coming_up(&md!("you two meet {}.", time), month, goals, at)
        .context("Everyone sees times in their own time zone.")
        .message(md!("Coming up: you two meet {}.", time))
}

/// The same for each alone, if they share no working hours.
pub fn soon_alone(
    month: &Month,
    user: &UserId,
    goals: Option<&Goals>,
    at: Timestamp,
    now: Timestamp,
) -> Message {
    let partner = month.pair.partner_of(user);
    let time = when(at, &say_when_and_where(at, month.zone_of(user), now));
    let meets = md!("you and {} meet {}.", partner, time);
    coming_up(&meets, month, goals, at)
        .context(why_alone(partner))
        .message(md!("Coming up: {}", meets))
}

fn coming_up(meets: &Md, month: &Month, goals: Option<&Goals>, at: Timestamp) -> Blocks {
    Blocks::new()
        .section(md!("*Coming up:* {}", meets))
        .section(md!("{}\n{}", title(month), agenda(month, goals)))
        .buttons(for_calendars(month, at))
}

/// Two hours after the meeting; for each, privately.
pub fn did_you_meet(month: &Month, user: &UserId, now: Timestamp) -> Message {
    let partner = month.pair.partner_of(user);
    let cycle = month.cycle.id;
    let question = match month.cycle.meets_at {
        Some(at) => md!(
            "Did you and {} meet on {}?",
            partner,
            say_day(at, month.zone_of(user), now)
        ),
        // It may be another month of the calendar by now.
        None => md!(
            "Did you and {} meet in your month {}?",
            partner,
            month.cycle.number
        ),
    };
    let plan = Some(month.cycle.plans);
    let answer = |label, said| button(label, &Action::DidMeet { cycle, plan, said });
    Blocks::new()
        .section(md!("*{}*", question))
        .buttons([
            answer("Yes, we met", MetAnswer::Yes).primary(),
            answer("It moved", MetAnswer::Moved),
            answer("Not this time", MetAnswer::No),
        ])
        .context(md!(
            "Only you can see this, and {} isn't told which button you press. No answer is fine too.",
            partner
        ))
        .message(question)
}

/// The slots in a sentence, for screen readers and notifications.
pub fn aloud(slots: &[Timestamp], month: &Month, now: Timestamp) -> Md {
    if slots.is_empty() {
        return "Pick a time that suits you both.".into();
    }
    let times: Vec<Md> = slots
        .iter()
        .map(|at| on_their_clocks(*at, month, now))
        .collect();
    md!("Free for both of you: {}.", Md::join(times, "; "))
}
