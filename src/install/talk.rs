//! The conversation in the terminal: questions, answers, and secrets that are not shown.

use std::io::{BufRead, ErrorKind, Write};
use std::process::exit;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A person at a terminal, or a script at its end of a pipe.
pub struct Talk<'a> {
    input: &'a mut dyn BufRead,
    output: &'a mut dyn Write,
    /// Whether secrets are read from the terminal itself, without echo.
    terminal: Option<Interrupts>,
}

/// The conversation ended before everything was answered.
#[derive(Debug, thiserror::Error)]
pub enum Ended {
    #[error("the input ended at the question \"{0}\". {NOTHING}")]
    Input(String),
    #[error("stopped. {NOTHING}")]
    Interrupted,
}

const NOTHING: &str = "No configuration was written; start again with `reverse-mentor install`";

/// Ctrl-C at the terminal. At a hidden question the signal must not end the process, because the terminal would go on not
/// showing what is typed: the question itself ends then.
#[derive(Clone)]
pub struct Interrupts {
    at_hidden_question: Arc<AtomicBool>,
}

impl Interrupts {
    /// Listens from now on, in a task.
    pub fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let mut interrupts = signal(SignalKind::interrupt())?;
        let at_hidden_question = Arc::new(AtomicBool::new(false));
        let hidden = at_hidden_question.clone();
        tokio::spawn(async move {
            while interrupts.recv().await.is_some() {
                if !hidden.load(Ordering::SeqCst) {
                    eprintln!("\nerror: {}", Ended::Interrupted);
                    exit(2);
                }
            }
        });
        Ok(Self { at_hidden_question })
    }

    fn read_hidden(&self, question: &str) -> Result<String, Ended> {
        self.at_hidden_question.store(true, Ordering::SeqCst);
        match rpassword::read_password() {
            Ok(answer) => {
                self.at_hidden_question.store(false, Ordering::SeqCst);
                Ok(answer.trim().to_owned())
            }
            // The signal may reach its task later, so the question stays the hidden one.
            Err(error) if error.kind() == ErrorKind::Interrupted => Err(Ended::Interrupted),
            Err(_) => Err(Ended::Input(question.to_owned())),
        }
    }
}

impl<'a> Talk<'a> {
    pub fn new(
        input: &'a mut dyn BufRead,
        output: &'a mut dyn Write,
        terminal: Option<Interrupts>,
    ) -> Self {
        Self {
            input,
            output,
            terminal,
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
        let answer = match self.terminal.clone() {
            Some(terminal) => terminal.read_hidden(question)?,
            None => self.line(question)?,
        };
        if self.terminal.is_none() {
            self.say("");
        }
        Ok(unquoted(&answer).to_owned())
    }

    fn put(&mut self, text: &str) {
        let _ = write!(self.output, "{text}");
        let _ = self.output.flush();
    }

    fn line(&mut self, question: &str) -> Result<String, Ended> {
        let mut line = String::new();
        match self.input.read_line(&mut line) {
            Ok(0) | Err(_) => Err(Ended::Input(question.to_owned())),
            Ok(_) => Ok(line.trim().to_owned()),
        }
    }
}

/// Secrets are copied from files in which they stand in quotes. None has one of its own.
fn unquoted(answer: &str) -> &str {
    answer
        .trim_matches(['"', '\'', '`', '“', '”', '‘', '’'])
        .trim()
}
