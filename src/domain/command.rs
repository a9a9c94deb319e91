//! Parses the slash command. [`ALL`] is the one list of commands, used for parsing, help, the README and the manifest.

mod also;
mod dates;
mod listed;
mod meaning;
mod names;
mod opposing;
mod usage;

pub use listed::{readme_table, usage_hint};
pub use usage::{ALL, Command, SLASH, Usage, Who};

use super::cadence::say_date;
use super::ids::UserId;
use dates::DateProblem;
use jiff::civil::Date;
use meaning::{Understood, leads_to, understand};
use names::find;
use std::fmt;

/// Input that we could not understand. `Display` is the text for the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misunderstood {
    /// Their input, safe to repeat to them: at most 40 characters, no markup.
    pub heard: String,
    /// The command they may have meant.
    pub nearest: Option<&'static str>,
    pub problem: Problem,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    UnknownWord,
    /// Several words, none of which is like one of ours.
    Sentence,
    Thanks,
    /// Not a date we can read; `example` is a valid one.
    UnclearDate {
        example: Date,
    },
    /// A day that is not after today.
    PastDate {
        date: Date,
        example: Date,
    },
    /// More than a year from today.
    FarDate {
        date: Date,
        example: Date,
    },
    /// Not a mention of a colleague.
    UnclearColleague,
}

impl std::error::Error for Misunderstood {}

impl fmt::Display for Misunderstood {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let heard = &self.heard;
        let pause =
            |example| format!("Try `{SLASH} pause until {example}` or `{SLASH} pause 2 weeks`.");
        match self.problem {
            Problem::UnknownWord => {
                write!(f, "I don't know “{heard}”. ")?;
                match self.nearest {
                    Some(word) => write!(f, "Did you mean `{SLASH} {word}`?"),
                    None => write!(f, "`{SLASH} help` shows what I can do."),
                }
            }
            Problem::Sentence => write!(
                f,
                "I only know a few words, and “{heard}” isn't among them. `{SLASH} help` shows what I can do, and `{SLASH} support` shows who you can talk to."
            ),
            Problem::Thanks => write!(
                f,
                "You're welcome. `{SLASH} status` shows where things stand."
            ),
            Problem::UnclearDate { example } => {
                write!(f, "I can't read “{heard}” as a date. {}", pause(example))
            }
            Problem::PastDate { date, example } => {
                let said = say_date(date, example);
                write!(
                    f,
                    "A break has to end after today, and {said} doesn't. {}",
                    pause(example)
                )
            }
            Problem::FarDate { date, example } => {
                let said = say_date(date, example);
                write!(
                    f,
                    "{said} is more than a year away. Pick an earlier day, or leave the date out to pause until you resume. {}",
                    pause(example)
                )
            }
            Problem::UnclearColleague => write!(
                f,
                "I can't tell who you mean by “{heard}”. Pick them from the list Slack shows when you type @, as in `{SLASH} invite @colleague`."
            ),
        }
    }
}

/// Parses the text after the slash command. `today` is the date in the person's own zone.
pub fn parse(text: &str, today: Date) -> Result<Command, Misunderstood> {
    let words = words(text);
    let Some(first) = words.first() else {
        return Ok(Command::Help);
    };
    if words.iter().any(|word| opposing::is_trouble(word)) {
        return Ok(Command::Support);
    }
    let Some(Understood {
        command,
        name,
        rest,
        is_asked,
    }) = understand(&words)
    else {
        return Err(unknown(&words, first));
    };
    let command = match command {
        Command::Pause { .. } => pause(&name, rest, today)?,
        Command::Resume => resume(rest, today),
        Command::Invite { .. } => invite(rest)?,
        // "Report my partner", "report a problem": whoever reports something needs somebody to talk to.
        Command::Report if !rest.is_empty() => Command::Support,
        command => command.clone(),
    };
    let is_question = is_asked || text.contains('?');
    Ok(if is_question {
        command.asked()
    } else {
        command
    })
}

/// Whether it may name a day, which is read from the person's own date: "pause 2 weeks", "back on Monday".
pub fn may_name_a_day(text: &str) -> bool {
    let words = words(text);
    understand(&words).is_some_and(|Understood { command, rest, .. }| {
        matches!(
            (command, rest),
            (Command::Pause { .. }, _) | (Command::Resume, [_, ..])
        )
    })
}

/// The answer to a text that names no command.
fn unknown(words: &[String], first: &str) -> Misunderstood {
    let nearest = nearest(first, &words[1..]);
    let problem = match words {
        _ if opposing::THANKS.contains(&first) => Problem::Thanks,
        [_, _, ..] if nearest.is_none() => Problem::Sentence,
        _ => Problem::UnknownWord,
    };
    let heard = if problem == Problem::Sentence {
        // Ids mean nothing to people.
        let named = words.iter().filter(|word| !word.contains("<@"));
        sanitized(&named.cloned().collect::<Vec<_>>().join(" "))
    } else {
        sanitized(first)
    };
    Misunderstood {
        heard,
        nearest,
        problem,
    }
}

/// The words in lower case (except ids), without the slash command itself, markup or punctuation.
fn words(text: &str) -> Vec<String> {
    let text = unlabeled(text);
    let mut words: Vec<String> = text.split_whitespace().map(bare).collect();
    words.retain(|word| !word.is_empty());
    let named = words
        .iter()
        .take(2)
        .position(|word| word == "reverse-mentor");
    if let Some(at) = named {
        words.drain(..=at);
    }
    let mut words: Vec<String> = words.iter().flat_map(|word| parts(word)).collect();
    let mut first = true;
    words.retain(|word| std::mem::take(&mut first) || word != "?");
    words
}

/// Mentions without the names that Slack may write into them, which may hold spaces: `<@U123|Ana Lima>` is `<@U123>`.
fn unlabeled(text: &str) -> String {
    let mut parts = text.split("<@");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain.push_str("<@");
        match part.split_once('>') {
            Some((who, after)) => {
                let id = who.split('|').next().unwrap_or_default();
                plain.extend([id, "> ", after]);
            }
            None => plain.push_str(part),
        }
    }
    plain
}

/// The parts of a word with hyphens ("check-in"), unless it is a word of ours without them ("un-enroll"), and
/// what "my break's over" is short for. Dates and mentions stay whole.
fn parts(word: &str) -> Vec<String> {
    if word.contains("<@") || word.contains(|c: char| c.is_ascii_digit()) {
        return vec![word.to_owned()];
    }
    if let Some(what) = word.strip_suffix("'s").map(str::to_owned)
        && find(std::slice::from_ref(&what)).is_some()
    {
        return vec![what, "is".to_owned()];
    }
    let parts = word.split('-').filter(|part| !part.is_empty());
    let parts: Vec<String> = parts.map(str::to_owned).collect();
    let whole = [parts.concat()];
    if find(&whole).is_some() {
        return whole.into();
    }
    parts
}

/// A word without the punctuation and markup that people, phones and Slack put around it. Mentions keep their case.
fn bare(word: &str) -> String {
    if word.contains("<@") {
        return word.to_owned();
    }
    let trimmed = word.trim_matches(|c: char| !c.is_alphanumeric());
    if trimmed.is_empty() && word.contains('?') {
        // A question mark alone counts as a word: it asks for help.
        return "?".to_owned();
    }
    trimmed.to_lowercase().replace('’', "'")
}

/// The command that the word is a typo of: one edit for short words, two for longer ones. Commands that act at once are
/// typed out, and a word that negates ("unjoin") is no typo of one that does not. What follows counts as it does after the right
/// word: "brek is over" suggests no break.
fn nearest(word: &str, rest: &[String]) -> Option<&'static str> {
    let word: String = word.chars().take(40).collect();
    let slips = |known: &str| strsim::damerau_levenshtein(&word, known);
    let (_, known, usage) = ALL
        .iter()
        .filter(|usage| usage.command.asks_first())
        .flat_map(|usage| usage.names().map(move |known| (known, usage)))
        .filter(|(known, _)| !opposing::negates(&word) || opposing::negates(known))
        .map(|(known, usage)| (slips(known), known, usage))
        .filter(|&(slips, known, _)| {
            known.len() > 2 && slips <= if known.len() > 4 { 2 } else { 1 }
        })
        .min_by_key(|&(slips, ..)| slips)?;
    let meant = leads_to(usage, known, rest);
    let mut all = ALL.iter();
    all.find_map(|usage| (usage.command == *meant).then_some(usage.word))
}

/// "Back" ends a break at once, but "back on Monday" is a break until then. With a day that we cannot read, or that is the last
/// here ("back until Monday"), or with anything else that may mean something, the status has the button.
fn resume(rest: &[String], today: Date) -> Command {
    let words: Vec<&str> = rest.iter().map(String::as_str).collect();
    match dates::read(&words, today) {
        Ok(Some(_)) if dates::may_end_then(&words) || dates::may_be_a_week_later(&words, today) => {
            Command::Status
        }
        Ok(Some(until)) => Command::Pause { until: Some(until) },
        Err(DateProblem::Past(day)) if day == today && !dates::is_a_month(&words) => {
            Command::Resume
        }
        Err(_) if dates::names_a_day(&words) => Command::Status,
        Ok(None) | Err(_) if opposing::are_plain(rest) => Command::Resume,
        Ok(None) | Err(_) => Command::Status,
    }
}

/// `name`: what they call it. "Pause August 20" is a break until then, but "vacation August 20" may begin then.
fn pause(name: &str, rest: &[String], today: Date) -> Result<Command, Misunderstood> {
    let rest: Vec<&str> = rest.iter().map(String::as_str).collect();
    let is_our_word = ["pause", "break", "snooze"].contains(&name) || name.ends_with(" until");
    let may_be_another_day = dates::may_begin_then(&rest)
        || dates::may_be_a_week_later(&rest, today)
        || !is_our_word && dates::is_a_day_alone(&rest, today);
    if may_be_another_day {
        // The form asks until when.
        return Ok(Command::Pause { until: None });
    }
    let example = dates::weeks_after(today, 2);
    let problem = match dates::read(&rest, today) {
        Ok(until) => return Ok(Command::Pause { until }),
        Err(DateProblem::Unclear) if dates::is_vague(&rest) => {
            return Ok(Command::Pause { until: None });
        }
        Err(DateProblem::Unclear) => Problem::UnclearDate { example },
        Err(DateProblem::Past(date)) => Problem::PastDate { date, example },
        Err(DateProblem::Far(date)) => Problem::FarDate { date, example },
    };
    Err(Misunderstood {
        heard: sanitized(&rest.join(" ")),
        nearest: None,
        problem,
    })
}

/// "Ask @Bob to be my mentee", "invite @Bob to the program": an invitation asks somebody to be one's mentor.
fn may_be_another(others: &[String]) -> bool {
    const ANOTHER: [&str; 8] = [
        "mentee",
        "mentees",
        "join",
        "program",
        "programme",
        "pair",
        "matching",
        "mentoring",
    ];
    others.iter().any(|word| ANOTHER.contains(&word.as_str()))
}

/// Words that may mean more than an invitation, and several colleagues, lead to the form, which sends nothing yet.
fn invite(rest: &[String]) -> Result<Command, Misunderstood> {
    let mut others = rest.to_vec();
    let named: Vec<String> = others.extract_if(.., |word| word.contains("<@")).collect();
    let id = |text: &str| {
        let (_, after) = text.split_once("<@")?;
        let id = after.split(['|', '>']).next()?;
        let real = id.starts_with(['U', 'W'])
            && id.len() <= 32
            && id
                .bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        real.then(|| UserId::from(id))
    };
    match (named.as_slice(), named.first().and_then(|text| id(text))) {
        ([_], Some(who)) if opposing::are_plain(&others) && !may_be_another(&others) => {
            Ok(Command::Invite { who: Some(who) })
        }
        (_, Some(_)) => Ok(Command::Invite { who: None }),
        _ if rest.is_empty() => Ok(Command::Invite { who: None }),
        (_, None) => Err(Misunderstood {
            heard: sanitized(&rest.join(" ")),
            nearest: None,
            problem: Problem::UnclearColleague,
        }),
    }
}

/// Their input, safe to repeat: letters, digits and plain punctuation, at most 40 characters.
fn sanitized(text: &str) -> String {
    const LONGEST: usize = 40;
    let mut plain = text
        .chars()
        .filter(|&c| c.is_alphanumeric() || " -'.,/:?+#".contains(c));
    let mut short: String = plain.by_ref().take(LONGEST).collect();
    if plain.next().is_some() {
        short.pop();
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests;
