//! The conversation in the terminal: questions, answers, and secrets that are not shown.

use std::io::{BufRead, Write};

/// A person at a terminal, or a script at its end of a pipe.
pub struct Talk<'a> {
    input: &'a mut dyn BufRead,
    output: &'a mut dyn Write,
    /// Whether secrets are read from the terminal itself, without echo.
    at_terminal: bool,
}

/// The input ended before everything was answered.
#[derive(Debug, thiserror::Error)]
#[error(
    "the input ended at the question \"{0}\". Nothing was written; start again with `reverse-mentor install`"
)]
pub struct Ended(String);

impl<'a> Talk<'a> {
    pub fn new(input: &'a mut dyn BufRead, output: &'a mut dyn Write, at_terminal: bool) -> Self {
        Self {
            input,
            output,
            at_terminal,
        }
    }

    pub fn say(&mut self, text: &str) {
        let _ = writeln!(self.output, "{text}");
    }

    /// A line; an empty one is the default, if there is one.
    pub fn ask(&mut self, question: &str, default: Option<&str>) -> Result<String, Ended> {
        match default {
            Some(default) => self.put(&format!("{question} [{default}]: ")),
            None => self.put(&format!("{question}: ")),
        }
        let answer = self.line(question)?;
        Ok(match default {
            Some(default) if answer.is_empty() => default.to_owned(),
            _ => answer,
        })
    }

    /// Waits for Enter.
    pub fn pause(&mut self, words: &str) -> Result<(), Ended> {
        self.put(words);
        self.line(words.trim()).map(drop)
    }

    /// A line that is not shown, not even in a terminal's history.
    pub fn ask_secret(&mut self, question: &str) -> Result<String, Ended> {
        self.put(&format!("{question}: "));
        if !self.at_terminal {
            let answer = self.line(question)?;
            self.say("");
            return Ok(answer);
        }
        let answer = rpassword::read_password();
        let answer = answer.map_err(|_| Ended(question.to_owned()))?;
        Ok(answer.trim().to_owned())
    }

    fn put(&mut self, text: &str) {
        let _ = write!(self.output, "{text}");
        let _ = self.output.flush();
    }

    fn line(&mut self, question: &str) -> Result<String, Ended> {
        let mut line = String::new();
        match self.input.read_line(&mut line) {
            Ok(0) | Err(_) => Err(Ended(question.to_owned())),
            Ok(_) => Ok(line.trim().to_owned()),
        }
    }
}
