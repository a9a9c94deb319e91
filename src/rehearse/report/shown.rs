//! How a report reads in a terminal.

use super::Report;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::fmt::{self, Write as _};

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let figures = &self.figures;
        let day = |at: Timestamp| at.to_zoned(TimeZone::UTC).strftime("%-d %B %Y").to_string();
        let faults = match self.faults {
            None => String::new(),
            Some(faults) => format!(", {} faults", faults.word()),
        };
        writeln!(
            f,
            "A program of {} people and {} month{}, {} to {} (seed {}{faults})\n",
            thousands(figures.people),
            self.months,
            if self.months == 1 { "" } else { "s" },
            day(self.from),
            day(self.until),
            figures.seed
        )?;
        for words in &self.made_up {
            writeln!(f, "{words}\n")?;
        }
        line(f, "Joined", figures.joined, &counted(&self.standings))?;
        line(f, "Pairs", figures.pairs, &counted(&self.endings))?;
        line(f, "Unmatched", figures.unmatched, "")?;
        for (why, count) in &self.unmatched {
            writeln!(
                f,
                "{:>34}  {}",
                thousands(*count),
                why.trim_end_matches('.')
            )?;
        }
        let signed = match figures.agreements_signed {
            0 => String::new(),
            _ => format!("after a median of {} days", figures.median_days_to_sign),
        };
        line(f, "Agreements signed", figures.agreements_signed, &signed)?;
        line(f, "Meetings held", figures.meetings_held, "")?;
        line(f, "Reflections asked", figures.reflections_asked, "")?;
        line(f, "Reflections answered", figures.reflections_answered, "")?;
        line(f, "Nudges", figures.nudges, "")?;
        for (kind, count) in &self.nudges {
            writeln!(f, "{:>34}  {kind}", thousands(*count))?;
        }
        line(f, "Digests", figures.digests, "")?;
        let places = format!(
            "{} private, {} in group DMs ({} calendar files), {} in the channel; {} edited since",
            thousands(self.private),
            thousands(self.in_groups),
            thousands(figures.calendar_files),
            thousands(self.in_channel),
            thousands(self.edits)
        );
        line(f, "Messages", figures.messages, &places)?;
        let idle = match figures.owner_messages_idle {
            0 => "each with something to press".to_owned(),
            some => format!("at most, {} of them with nothing to press", thousands(some)),
        };
        line(f, "For one owner", figures.owner_messages, &idle)?;
        if !self.corrections.is_empty() {
            let total = self.corrections.iter().map(|(_, count)| count).sum();
            line(f, "Forms to correct", total, "")?;
            for (what, count) in self.corrections.iter().take(8) {
                writeln!(f, "{:>34}  {what}", thousands(*count))?;
            }
        }
        self.promises(f)
    }
}

impl Report {
    fn promises(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let figures = &self.figures;
        writeln!(f, "\nAs counted by the local Slack, not by the bot")?;
        let marked = match figures.duplicated_marked {
            0 => String::new(),
            some => format!("and {} repeated that say so", thousands(some)),
        };
        check(f, "lost", figures.lost, "")?;
        check(f, "duplicated", figures.duplicated, &marked)?;
        check(f, "out of hours", figures.out_of_hours, "")?;
        check(f, "stalled", figures.stalled, "")?;
        let kinds = [
            ("rate limits", figures.rate_limited),
            ("blocks refused", figures.block_errors),
            ("scopes missing", figures.missing_scope),
            ("tickets expired", figures.expired_tickets),
            ("late answers", figures.ack_late),
            ("bad answers", figures.ack_bad),
            ("events given up", figures.events_given_up),
            (
                "events before the Request URL was verified",
                figures.events_unverified,
            ),
            ("second nudges in a day", figures.second_nudges_same_day),
            ("rang everyone", figures.broadcasts),
            ("without text", figures.without_text),
            ("unknown arguments", figures.unknown_arguments),
            ("pairs against the rules", figures.against_rules),
            ("left without an answer", figures.unanswered),
            ("tokens sent astray", figures.leaked_tokens),
        ];
        let broken: Vec<(String, u64)> = kinds
            .into_iter()
            .filter(|(_, count)| *count > 0)
            .map(|(what, count)| (what.to_owned(), count))
            .collect();
        check(f, "violations", figures.violations, &counted(&broken))?;
        if !self.is_well() {
            writeln!(f, "\nWhat went wrong, most important first:")?;
            for remark in self.remarks.iter().take(12) {
                let words: String = remark.replace('\n', " ").chars().take(200).collect();
                writeln!(f, "  - {words}")?;
            }
        }
        let mut run = format!(
            "{} requests in, {} calls out",
            thousands(figures.requests),
            thousands(figures.calls)
        );
        if figures.faults_injected > 0 {
            write!(
                run,
                " ({} of them spoiled on purpose)",
                thousands(figures.faults_injected)
            )?;
        }
        writeln!(
            f,
            "\n{} {run}, slowest answer {} ms; {} s, {} MB at most.",
            if self.is_well() {
                "Every promise held."
            } else {
                "A promise broke."
            },
            figures.slowest_ack_ms,
            figures.wall_seconds,
            figures.peak_rss_mb
        )
    }
}

fn line(f: &mut fmt::Formatter<'_>, what: &str, count: u64, more: &str) -> fmt::Result {
    let row = format!("  {what:<20} {:>7}  {more}", thousands(count));
    writeln!(f, "{}", row.trim_end())
}

fn check(f: &mut fmt::Formatter<'_>, what: &str, count: u64, more: &str) -> fmt::Result {
    let mark = if count == 0 { '✓' } else { '✗' };
    let row = format!("  {mark} {what:<18} {:>7}  {more}", thousands(count));
    writeln!(f, "{}", row.trim_end())
}

/// `3 active, 1 paused`
fn counted(counts: &[(String, u64)]) -> String {
    let words = counts
        .iter()
        .map(|(what, count)| format!("{} {what}", thousands(*count)));
    words.collect::<Vec<_>>().join(", ")
}

/// `12,345`
fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!(thousands(7), "7");
        assert_eq!(thousands(1234), "1,234");
        assert_eq!(thousands(1_234_567), "1,234,567");
    }
}
