//! A company's own words at the top of the three messages that introduce its program. They are plain text with a few
//! placeholders; what people have to know stands below them and stays as it is.

use super::named::named;
use serde::{Deserialize, Serialize};

/// The longest words of a company, in characters.
pub const LONGEST: usize = 600;

named! {
    /// A message that introduces the program to people. The names are parts of buttons and settings.
    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum Worded {
        /// After joining.
        Welcome = "welcome",
        /// To two people who are a pair.
        Introduction = "introduction",
        /// In the channel, each week.
        Digest = "digest",
    }
}

named! {
    /// What is filled in, written `{program}`.
    pub enum Placeholder {
        Program = "program",
        Months = "months",
        Mentor = "mentor",
        Mentee = "mentee",
    }
}

/// The company's words by message; empty where there are none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Wording {
    pub welcome: String,
    pub introduction: String,
    pub digest: String,
}

impl Wording {
    pub fn is_empty(&self) -> bool {
        Worded::ALL.iter().all(|worded| self.of(*worded).is_empty())
    }

    pub fn of(&self, worded: Worded) -> &str {
        match worded {
            Worded::Welcome => &self.welcome,
            Worded::Introduction => &self.introduction,
            Worded::Digest => &self.digest,
        }
    }

    pub fn set(&mut self, worded: Worded, words: &str) {
        let place = match worded {
            Worded::Welcome => &mut self.welcome,
            Worded::Introduction => &mut self.introduction,
            Worded::Digest => &mut self.digest,
        };
        words.clone_into(place);
    }
}

impl Worded {
    /// What it is called on buttons.
    pub fn name(self) -> &'static str {
        match self {
            Self::Welcome => "Welcome",
            Self::Introduction => "Introduction",
            Self::Digest => "Weekly digest",
        }
    }

    /// The same in a sentence, after "the".
    pub fn in_a_sentence(self) -> &'static str {
        match self {
            Self::Welcome => "welcome",
            Self::Introduction => "introduction",
            Self::Digest => "weekly digest",
        }
    }

    /// Its name among the settings.
    pub fn field(self) -> &'static str {
        match self {
            Self::Welcome => "wording.welcome",
            Self::Introduction => "wording.introduction",
            Self::Digest => "wording.digest",
        }
    }

    /// What its words may have filled in: only what is known when it is sent, and about nobody else.
    pub fn placeholders(self) -> &'static [Placeholder] {
        use Placeholder::{Mentee, Mentor, Months, Program};
        match self {
            Self::Welcome => &[Program, Months],
            Self::Introduction => &[Program, Months, Mentor, Mentee],
            Self::Digest => &[Program],
        }
    }

    /// Whether a company may write this; otherwise how to mend it.
    pub fn check(self, words: &str) -> Result<(), String> {
        let long = words.trim().chars().count();
        if long > LONGEST {
            return Err(format!("Keep it to {LONGEST} characters (it has {long})."));
        }
        calls_nobody(words)?;
        let may = |placeholder: &Placeholder| self.placeholders().contains(placeholder);
        for part in parts(words) {
            let Part::Braces(inside) = part else {
                continue;
            };
            if !Placeholder::parse(inside).as_ref().is_some_and(may) {
                let known = self.placeholders().iter();
                let known: Vec<String> = known.map(|one| one.written()).collect();
                return Err(format!(
                    "I don't know “{{{inside}}}” here. What I can fill in: {}.",
                    known.join(", ")
                ));
            }
        }
        Ok(())
    }
}

impl Placeholder {
    /// As people write it.
    pub fn written(self) -> String {
        format!("{{{}}}", self.as_str())
    }
}

/// A piece of a company's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'a> {
    Words(&'a str),
    /// What stands between braces.
    Braces(&'a str),
}

/// The pieces, in order. A brace without its other is a character like any.
pub fn parts(words: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = words;
    while let Some(close) = rest.find('}') {
        let (before, after) = (&rest[..close], &rest[close + 1..]);
        if let Some(open) = before.rfind('{') {
            parts.push(Part::Words(&before[..open]));
            parts.push(Part::Braces(&before[open + 1..]));
        } else {
            parts.push(Part::Words(&rest[..=close]));
        }
        rest = after;
    }
    parts.push(Part::Words(rest));
    parts.retain(|part| *part != Part::Words(""));
    parts
}

/// Refuses words that would notify everyone in a channel.
pub fn calls_nobody(words: &str) -> Result<(), String> {
    const CALLS: [&str; 3] = ["@channel", "@everyone", "@here"];
    let lower = words.to_lowercase();
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let calls = |call: &&&str| {
        lower.match_indices(**call).any(|(at, found)| {
            let (before, after) = (&lower[..at], &lower[at + found.len()..]);
            !is_word(before.chars().next_back()) && !is_word(after.chars().next())
        })
    };
    if lower.contains("<!") {
        return Err(
            "Please leave out “<!”: that's how Slack calls everyone in a channel.".to_owned(),
        );
    }
    match CALLS.iter().find(calls) {
        Some(call) => Err(format!(
            "Please leave out {call}: it would notify everyone in a channel. People read this without it, too."
        )),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_told_from_placeholders() {
        use Part::{Braces, Words};
        assert_eq!(
            parts("Hi {mentor} and {mentee}!"),
            [
                Words("Hi "),
                Braces("mentor"),
                Words(" and "),
                Braces("mentee"),
                Words("!")
            ]
        );
        assert_eq!(
            parts(":} {oh {x}"),
            [Words(":}"), Words(" {oh "), Braces("x")]
        );
        assert_eq!(parts("plain"), [Words("plain")]);
        assert_eq!(parts(""), []);
    }

    #[test]
    fn only_what_is_known_is_filled_in() {
        assert_eq!(
            Worded::Introduction.check("{mentor}, {mentee}: {program}, {months}"),
            Ok(())
        );
        assert_eq!(
            Worded::Digest.check("Hello {mentor}"),
            Err("I don't know “{mentor}” here. What I can fill in: {program}.".to_owned())
        );
        let unknown = Worded::Welcome.check("Hello {Name}").unwrap_err();
        assert!(
            unknown.ends_with("What I can fill in: {program}, {months}."),
            "{unknown}"
        );
        assert_eq!(Worded::Welcome.check(&"ä".repeat(600)), Ok(()));
        assert!(Worded::Welcome.check(&"ä".repeat(601)).is_err());
    }

    #[test]
    fn nobody_calls_a_whole_channel() {
        for call in [
            "Hi @channel!",
            "(@Here)",
            "@EVERYONE, join",
            "<!here>",
            "a <! b",
        ] {
            assert!(calls_nobody(call).is_err(), "{call}");
        }
        for fine in [
            "Write to info@here.com",
            "@hereford",
            "everyone here",
            "1 < 2!",
        ] {
            assert_eq!(calls_nobody(fine), Ok(()), "{fine}");
        }
    }
}
