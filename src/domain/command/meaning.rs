//! Where words lead: to the command that they begin with, unless what they are about says otherwise. "Stop my break" leaves no
//! program, and "swap our meeting" ends no pair. In doubt it is the status, which has every button and changes nothing.

use super::dates;
use super::names::find;
use super::opposing::{
    BEHIND, BREAKS, ENDINGS, FILLERS, MEETINGS, NEGATIONS, OVER, POLITE, QUESTIONS, are_plain,
};
use super::usage::{Command, Usage};

/// A command, and the words after it.
pub(super) struct Understood<'a> {
    pub(super) command: &'static Command,
    /// The words that named it.
    pub(super) name: String,
    pub(super) rest: &'a [String],
    /// Whether the words ask about it: "how do I come back".
    pub(super) is_asked: bool,
}

/// The command that the words begin with, after the fillers of a sentence ("I would like to …"). A negation leads to the
/// status, and never to the opposite of what somebody wrote.
pub(super) fn understand(words: &[String]) -> Option<Understood<'_>> {
    let mut negated = false;
    for at in 0..words.len() {
        if let Some((usage, length)) = find(&words[at..]) {
            let (name, rest) = words[at..].split_at(length);
            let name = name.join(" ");
            let command = if negated {
                &Command::Status
            } else {
                leads_to(usage, &name, rest)
            };
            let mut before = words[..at].iter().filter(|word| !is_in(word, POLITE));
            let is_asked = before.next().is_some_and(|first| is_in(first, QUESTIONS));
            return Some(Understood {
                is_asked,
                ..with(usage, command, name, rest)
            });
        }
        let word = words[at].as_str();
        negated |= NEGATIONS.contains(&word);
        if !negated && !FILLERS.contains(&word) && !word.contains("<@") {
            return None;
        }
    }
    // "No", "not interested", "we haven't met": an answer to a question of ours.
    let command = &Command::Status;
    negated.then(|| Understood {
        command,
        name: String::new(),
        rest: &[],
        is_asked: false,
    })
}

/// The words that still have to be read for it.
fn with<'a>(
    usage: &Usage,
    command: &'static Command,
    name: String,
    rest: &'a [String],
) -> Understood<'a> {
    let rest = match command {
        // "Start my vacation on Monday": the form asks until when.
        Command::Pause { .. } if *command != usage.command => &[],
        Command::Resume => after_a_break(rest).unwrap_or(rest),
        _ => rest,
    };
    Understood {
        command,
        name,
        rest,
        is_asked: false,
    }
}

/// Where a command leads, written as `name` and with these words after it.
pub(super) fn leads_to(usage: &'static Usage, name: &str, rest: &[String]) -> &'static Command {
    const STATUS: &Command = &Command::Status;
    let about = about(rest);
    let is_doubtful = match &usage.command {
        Command::Join => match about {
            // "Start a break".
            Some(About::Break) if !is_over(rest) && !has(rest, NEGATIONS) => {
                return &Command::Pause { until: None };
            }
            about => about.is_some() || has(rest, NEGATIONS) || has(rest, ENDINGS),
        },
        Command::Pause { .. } => {
            let interrupts = ["pause", "snooze"].contains(&name) && about == Some(About::Break);
            // "My leave of absence is not needed", but: "A break, I don't have time".
            let mut said = rest.iter().map(String::as_str);
            let said = said.find(|word| !["of", "absence", "is", "was", "are"].contains(word));
            let is_negated = said.is_some_and(|word| is_in(word, NEGATIONS));
            interrupts || is_over(rest) || is_negated
        }
        Command::Resume => match after_a_break(rest) {
            Some(rest) => !are_plain(rest),
            None => has(rest, NEGATIONS) || has(rest, ENDINGS),
        },
        Command::Leave | Command::End => {
            let is_noun = name == "leave";
            let is_about_another = about.is_some() || names_a_day(rest);
            has(rest, NEGATIONS) || is_about_another || is_noun && is_over(rest)
        }
        Command::Profile | Command::Setup | Command::Invite { .. } => match about {
            // The holidays of a program are settings.
            Some(About::Break | About::BreakBeside) => usage.command != Command::Setup,
            about => about == Some(About::Meeting),
        },
        // It acts at once.
        Command::Round => !are_plain(rest),
        // The words after these are nothing that we read, and they only show something or ask.
        Command::Status
        | Command::Support
        | Command::Privacy
        | Command::Pairs
        | Command::People
        | Command::Import
        | Command::Report
        | Command::Digest
        | Command::Export
        | Command::Help => false,
    };
    if is_doubtful { STATUS } else { &usage.command }
}

/// The thing that is talked about in the words after a command.
#[derive(Clone, Copy, PartialEq, Eq)]
enum About {
    /// A break, which the command is said of: "my vacation".
    Break,
    /// A break that is mentioned: "again after my vacation".
    BreakBeside,
    Meeting,
}

fn about(rest: &[String]) -> Option<About> {
    let at = (0..rest.len()).find(|&at| names_a_break(&rest[at..]).is_some());
    let Some(at) = at else {
        return has(rest, MEETINGS).then_some(About::Meeting);
    };
    let is_said_of_it = rest[..at].iter().all(|word| is_in(word, FILLERS));
    Some(if is_said_of_it {
        About::Break
    } else {
        About::BreakBeside
    })
}

/// How many words name a break, if the words begin with one.
fn names_a_break(words: &[String]) -> Option<usize> {
    let named = find(words).filter(|(usage, _)| matches!(usage.command, Command::Pause { .. }));
    let other = words.first().filter(|word| is_in(word, BREAKS));
    named.map(|(_, length)| length).or(other.map(|_| 1))
}

/// The words behind the break in "back from my vacation until Friday": here, "until Friday".
fn after_a_break(rest: &[String]) -> Option<&[String]> {
    let (behind, rest) = rest.split_first()?;
    if !is_in(behind, BEHIND) {
        return None;
    }
    let begins = |at: usize| {
        let length = names_a_break(&rest[at..]).or((rest[at] == "leave").then_some(1));
        length.map(|length| &rest[at + length..])
    };
    let fillers = rest.iter().take_while(|word| is_in(word, FILLERS));
    (0..=fillers.count())
        .filter(|&at| at < rest.len())
        .find_map(begins)
}

/// Whether a break is said to be over. What follows "until" only says when it will be.
fn is_over(rest: &[String]) -> bool {
    let said = rest
        .split(|word| is_in(word, &["until", "till", "til"]))
        .next()
        .unwrap_or_default();
    let says = |(at, word): (usize, &String)| {
        let is_of = said.get(at + 1).is_some_and(|next| next == "of");
        is_in(word, OVER) && !(word == "end" && is_of)
    };
    let is_back = has(said, &["back", "return", "returned"]);
    said.iter().enumerate().any(says) || is_back && !names_a_day(rest)
}

/// Whether they name a day or an hour other than today's: what would end then is a break, or a meeting's old time.
fn names_a_day(rest: &[String]) -> bool {
    let words: Vec<&str> = rest.iter().map(String::as_str).collect();
    let words: Vec<&str> = words.into_iter().filter(|word| *word != "today").collect();
    let has_digit =
        |word: &&str| !word.contains("<@") && word.contains(|c: char| c.is_ascii_digit());
    dates::names_a_day(&words) || words.iter().any(has_digit)
}

fn has(words: &[String], any: &[&str]) -> bool {
    words.iter().any(|word| is_in(word, any))
}

fn is_in(word: &str, list: &[&str]) -> bool {
    list.contains(&word)
}
