//! What people do with a break, a meeting or a day, in all combinations: none leads to the opposite, or to anything that happens at
//! once beside what was said.

use super::TODAY;
use crate::domain::command::usage::ALL;
use crate::domain::command::{Command, parse};

const BEGIN: &[&str] = &[
    "",
    "start",
    "take",
    "begin",
    "register",
    "sign up for",
    "go on",
    "book",
    "ask for",
    "set up",
    "need",
    "enroll in",
    "I'd like",
    "join",
];
const END: &[&str] = &[
    "end",
    "stop",
    "quit",
    "leave",
    "finish",
    "cancel",
    "exit",
    "withdraw from",
    "drop out of",
    "opt out of",
    "opting out of",
    "unsubscribe from",
    "resign from",
    "sign off",
    "no longer on",
    "don't need",
    "not on",
    "undo",
    "unpause",
    "resume",
    "pause",
];
const RETURN: &[&str] = &[
    "back from",
    "I'm back from",
    "return from",
    "come back from",
    "resume after",
    "rejoin after",
    "start again after",
    "join again after",
    "sign up after",
    "register after",
    "continue after",
];
const RETURN_TO: &[&str] = &[
    "back on",
    "go back on",
    "back to",
    "return to",
    "come back to",
    "resume",
    "rejoin",
];
const CHANGE: &[&str] = &[
    "switch",
    "swap",
    "switch to",
    "move",
    "change",
    "update",
    "edit",
    "reschedule",
    "postpone",
    "rematch",
    "delete",
    "invite",
    "match",
    "set",
    "skip",
];
const WHOSE: &[&str] = &["", "my", "our"];
const BREAKS: &[&str] = &[
    "break",
    "vacation",
    "holiday",
    "pto",
    "time off",
    "parental leave",
    "sick leave",
    "leave of absence",
    "pause",
];
const MEETINGS: &[&str] = &[
    "meeting",
    "meetings",
    "call",
    "session",
    "meeting time",
    "calendar",
    "reminders",
];
const DAYS: &[&str] = &[
    "Thursday",
    "next week",
    "3pm",
    "15:00",
    "tomorrow",
    "April",
    "2026-04-02",
    "in two weeks",
];
const SAID: &[&str] = &[
    "",
    "please",
    "now",
    "today",
    "on Friday",
    "until Friday",
    "for two weeks",
    "next week",
];
const OVER: &[&str] = &[
    "is over",
    "over",
    "has ended",
    "ended",
    "is done",
    "was cancelled",
    "is over now",
    "ended on Friday",
    "is not happening",
];

/// The command, or the one that is suggested; none where the answer is help alone.
fn leads_to(text: &str) -> Option<Command> {
    match parse(text, TODAY) {
        Ok(command) => Some(command),
        Err(misunderstood) => {
            let mut all = ALL.iter();
            let suggested = all.find(|usage| Some(usage.word) == misunderstood.nearest);
            suggested.map(|usage| usage.command.clone())
        }
    }
}

/// Each way to say it, and where it leads.
fn sentences(verbs: &[&str], things: &[&str], endings: &[&str]) -> Vec<(String, Command)> {
    let mut all = Vec::new();
    for verb in verbs {
        for whose in WHOSE {
            for thing in things {
                for ending in endings {
                    let said = [*verb, *whose, *thing, *ending];
                    let said: Vec<&str> = said.into_iter().filter(|it| !it.is_empty()).collect();
                    let text = said.join(" ");
                    all.extend(leads_to(&text).map(|command| (text, command)));
                }
            }
        }
    }
    assert!(all.len() > 10, "{}", all.len());
    all
}

fn none_leads(said: &[(String, Command)], to: impl Fn(&Command) -> bool) {
    let wrong: Vec<_> = said.iter().filter(|(_, command)| to(command)).collect();
    let shown: Vec<_> = wrong.iter().take(40).collect();
    assert!(
        wrong.is_empty(),
        "{} of {}: {shown:#?}",
        wrong.len(),
        said.len()
    );
}

/// Commands that are about the program as a whole, where no words about a break or a meeting may lead.
fn is_for_the_program(command: &Command) -> bool {
    matches!(
        command,
        Command::Join
            | Command::Leave
            | Command::End
            | Command::Round
            | Command::Invite { who: Some(_) }
    )
}

fn pauses(command: &Command) -> bool {
    matches!(command, Command::Pause { .. })
}

fn acts_at_once(command: &Command) -> bool {
    matches!(command, Command::Resume | Command::Pause { until: Some(_) })
}

#[test]
fn a_break_that_begins_neither_resumes_nor_ends_anything_else() {
    let said = sentences(BEGIN, BREAKS, SAID);
    none_leads(&said, |it| is_for_the_program(it) || *it == Command::Resume);
    let said = sentences(&BEGIN[1..4], &BREAKS[..3], &["", "please", "on Friday"]);
    none_leads(&said, |it| !pauses(it));
}

#[test]
fn a_break_that_ends_is_not_taken() {
    for (verbs, endings) in [(END, SAID), (END, OVER), (BEGIN, OVER), (RETURN, SAID)] {
        let said = sentences(verbs, BREAKS, endings);
        none_leads(&said, |it| is_for_the_program(it) || pauses(it));
    }
    // It is asked about first, but where somebody says that they are back.
    for (verbs, endings) in [(END, SAID), (END, OVER), (BEGIN, OVER)] {
        none_leads(&sentences(verbs, BREAKS, endings), acts_at_once);
    }
    let said = sentences(RETURN, BREAKS, &SAID[4..]);
    none_leads(&said, acts_at_once);
}

#[test]
fn back_on_a_break_is_not_back() {
    for endings in [SAID, OVER] {
        let said = sentences(RETURN_TO, BREAKS, endings);
        none_leads(&said, |it| is_for_the_program(it) || acts_at_once(it));
    }
}

#[test]
fn what_is_changed_about_a_break_is_nothing_else() {
    for endings in [SAID, OVER] {
        let said = sentences(CHANGE, BREAKS, endings);
        none_leads(&said, |it| is_for_the_program(it) || acts_at_once(it));
    }
}

#[test]
fn a_meeting_is_neither_the_pair_nor_the_program() {
    for verbs in [BEGIN, END, RETURN, RETURN_TO, CHANGE] {
        for endings in [SAID, OVER] {
            let said = sentences(verbs, MEETINGS, endings);
            none_leads(&said, |it| is_for_the_program(it) || acts_at_once(it));
        }
    }
}

#[test]
fn a_day_is_neither_the_pair_nor_the_program() {
    for verbs in [&END[..20], CHANGE] {
        for endings in [&["", "please", "instead", "now"][..], OVER] {
            let said = sentences(verbs, DAYS, endings);
            none_leads(&said, |it| is_for_the_program(it) || *it == Command::Resume);
        }
    }
}
