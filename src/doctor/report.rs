//! The results of the checks, one line each.

use std::fmt::Write as _;

/// Why a token could not be checked, or is of no use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Slack does not take it.
    Refused,
    /// Slack could not be asked, or did not answer as it should.
    Unreached,
}

/// The results, one line per check.
#[derive(Default)]
pub struct Report {
    lines: Vec<(bool, String, String)>,
}

impl Report {
    pub fn ok(&mut self, what: &str, found: impl Into<String>) {
        self.lines.push((true, what.to_owned(), found.into()));
    }

    pub fn mend(&mut self, what: &str, mend: impl Into<String>) {
        self.lines.push((false, what.to_owned(), mend.into()));
    }

    pub fn is_well(&self) -> bool {
        self.lines.iter().all(|(ok, ..)| *ok)
    }

    /// What is to be mended, each with what it is about.
    pub fn to_mend(&self) -> impl Iterator<Item = String> {
        let wrong = self.lines.iter().filter(|(ok, ..)| !ok);
        wrong.map(|(_, what, text)| format!("{what}: {text}"))
    }

    /// Renders one line per check.
    pub fn render(&self) -> String {
        let mut out = String::new();
        for (ok, what, text) in &self.lines {
            let _ = writeln!(
                out,
                "{} {what:<14} {text}",
                if *ok { "ok  " } else { "mend" }
            );
        }
        out
    }
}
