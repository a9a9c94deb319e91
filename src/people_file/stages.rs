//! What a file calls the program's stages: by name, by number, or as somebody said.

use super::request::Mapping;
use super::row::Problem;
use super::text::comparable;
use crate::domain::program::Settings;
use std::collections::HashMap;

/// Where a value is left out: whoever has it has no stage.
pub const LEFT_OUT: &str = "-";

/// One `--stage "VALUE=STAGE"`.
pub fn stage_entry(text: &str) -> Result<(String, String), String> {
    // The program's stages may contain the sign less likely than a file's words.
    let parts = text.rsplit_once('=');
    let parts = parts.map(|(value, stage)| (value.trim(), stage.trim()));
    match parts {
        Some((value, stage)) if !value.is_empty() && !stage.is_empty() => {
            Ok((value.to_owned(), stage.to_owned()))
        }
        _ => Err("say VALUE=STAGE, such as \"Manager=Experienced\"".to_owned()),
    }
}

/// The program's stages, and what somebody said about other words.
pub(super) struct Stages<'a> {
    settings: &'a Settings,
    names: Vec<String>,
    /// None: left out.
    said: HashMap<String, Option<usize>>,
    /// Whether a number is the position of a stage. Other programs number their own grades.
    are_numbered: bool,
}

/// What a cell says about a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Read {
    Stage(usize),
    /// As somebody said.
    Said(usize),
    LeftOut,
    /// None of the program's stages; perhaps this one.
    Unknown(Option<usize>),
}

impl<'a> Stages<'a> {
    pub fn of(
        settings: &'a Settings,
        mapping: &Mapping,
        are_numbered: bool,
        problems: &mut Vec<Problem>,
    ) -> Self {
        let names = settings.stages.iter().map(|name| comparable(name));
        let mut stages = Self {
            settings,
            names: names.collect(),
            said: HashMap::new(),
            are_numbered,
        };
        for (value, stage) in &mapping.stages {
            let meant = if stage == LEFT_OUT {
                None
            } else if let Some(at) = stages.named(stage).or_else(|| stages.numbered(stage)) {
                Some(at)
            } else {
                let all = stages.in_words();
                let words = format!(
                    "--stage \"{value}={stage}\": there is no stage \"{stage}\": use {all}"
                );
                problems.push(Problem::of_file(&words));
                continue;
            };
            stages.said.entry(comparable(value)).or_insert(meant);
        }
        stages
    }

    /// What a cell says, which is not empty.
    pub fn read(&self, given: &str) -> Read {
        if let Some(said) = self.said.get(&comparable(given)) {
            return said.map_or(Read::LeftOut, Read::Said);
        }
        let numbered = || self.numbered(given).filter(|_| self.are_numbered);
        match self.named(given).or_else(numbered) {
            Some(at) => Read::Stage(at),
            None => Read::Unknown(self.guess(given)),
        }
    }

    /// Whether a number would be a stage if it were said that the column's numbers are.
    pub fn may_be_a_number(&self, given: &str) -> bool {
        !self.are_numbered && self.numbered(given).is_some()
    }

    fn named(&self, given: &str) -> Option<usize> {
        let given = comparable(given);
        self.names.iter().position(|name| *name == given)
    }

    fn numbered(&self, given: &str) -> Option<usize> {
        let at = given.trim().parse::<usize>().ok()?.checked_sub(1)?;
        (at < self.names.len()).then_some(at)
    }

    /// The one stage that shares a word with it, or has its number: to be looked at by somebody who knows.
    fn guess(&self, given: &str) -> Option<usize> {
        let given = comparable(given);
        let words: Vec<&str> = words(&given).collect();
        let shares = |name: &String| self::words(name).any(|word| words.contains(&word));
        let near = self.names.iter().enumerate();
        let mut near = near.filter(|(_, name)| shares(name)).map(|(at, _)| at);
        match (near.next(), near.next()) {
            (Some(one), None) => Some(one),
            (None, _) => self.numbered(&given),
            (Some(_), Some(_)) => None,
        }
    }

    /// What can be written in a cell.
    pub fn in_words(&self) -> String {
        format!(
            "one of {}; or a number from 1",
            self.settings.stages.join(", ")
        )
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !c.is_alphanumeric());
    words.filter(|word| !word.is_empty() && !matches!(*word, "or" | "and" | "of" | "the"))
}
