//! The results of a rehearsal: a text for people, and one flat JSON object.

use super::checker::Checker;
use super::company::Company;
use super::options::{Faulty, Options};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use slack_sandbox::Tally;
use std::fmt::{self, Write as _};

/// The flat JSON object. The order of the first fields is part of the interface.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Figures {
    pub people: u64,
    pub pairs: u64,
    pub unmatched: u64,
    pub agreements_signed: u64,
    pub meetings_held: u64,
    pub nudges: u64,
    pub reflections_asked: u64,
    pub reflections_answered: u64,
    pub digests: u64,
    pub messages: u64,
    pub lost: u64,
    pub duplicated: u64,
    pub duplicated_marked: u64,
    pub out_of_hours: u64,
    pub violations: u64,
    pub stalled: u64,
    pub wall_seconds: f64,
    pub peak_rss_mb: f64,
    pub median_days_to_sign: f64,
    pub seed: u64,
    pub months: u64,
    pub joined: u64,
    pub unanswered: u64,
    pub rate_limited: u64,
    pub block_errors: u64,
    pub missing_scope: u64,
    pub expired_tickets: u64,
    pub ack_late: u64,
    pub ack_bad: u64,
    pub events_given_up: u64,
    pub events_unverified: u64,
    pub second_nudges_same_day: u64,
    pub broadcasts: u64,
    pub without_text: u64,
    pub unknown_arguments: u64,
    pub against_rules: u64,
    pub slowest_ack_ms: u64,
    pub requests: u64,
    pub calls: u64,
    pub faults_injected: u64,
    pub calendar_files: u64,
    pub leaked_tokens: u64,
}

/// The whole report.
pub struct Report {
    pub figures: Figures,
    months: u8,
    faults: Option<Faulty>,
    from: Timestamp,
    until: Timestamp,
    private: u64,
    in_groups: u64,
    in_channel: u64,
    edits: u64,
    nudges: Vec<(String, u64)>,
    unmatched: Vec<(String, u64)>,
    standings: Vec<(String, u64)>,
    endings: Vec<(String, u64)>,
    corrections: Vec<(String, u64)>,
    remarks: Vec<String>,
}

/// How the rehearsal ran.
pub(super) struct Run {
    pub from: Timestamp,
    pub until: Timestamp,
    pub wall_seconds: f64,
}

impl Report {
    pub(super) fn new(
        options: &Options,
        company: &Company,
        checker: &mut Checker,
        tally: &Tally,
        run: &Run,
    ) -> Self {
        let against_rules = checker.against_rules(company);
        let unmatched = checker.unmatched();
        let sum = |counts: &mut dyn Iterator<Item = u64>| counts.sum::<u64>();
        let outcomes = || tally.calls.values().flatten();
        let mut figures = Figures {
            people: company.people.len() as u64,
            pairs: checker.pairs.len() as u64,
            unmatched: unmatched.iter().map(|(_, count)| count).sum(),
            agreements_signed: checker.started.len() as u64,
            meetings_held: checker.meetings,
            nudges: checker.nudges,
            reflections_asked: checker.asked,
            reflections_answered: checker.answered,
            digests: checker.digests,
            messages: tally.messages.total(),
            lost: checker.lost,
            duplicated: tally.duplicated.total(),
            duplicated_marked: tally.duplicated_marked.total(),
            out_of_hours: tally.out_of_hours,
            violations: 0,
            stalled: checker.stalled.len() as u64,
            wall_seconds: rounded(run.wall_seconds, 100.0),
            peak_rss_mb: rounded(peak_rss_mb(), 10.0),
            median_days_to_sign: rounded(checker.median_days_to_sign(), 100.0),
            seed: options.seed,
            months: u64::from(options.months),
            joined: checker.joined.len() as u64,
            unanswered: checker.unanswered,
            rate_limited: tally.rate_limited,
            block_errors: tally.block_errors,
            missing_scope: tally.missing_scope,
            expired_tickets: tally.expired_triggers + tally.expired_urls,
            ack_late: tally.ack_late,
            ack_bad: tally.ack_bad,
            events_given_up: tally.events_given_up,
            events_unverified: tally.events_unverified,
            second_nudges_same_day: tally.second_unasked_same_day,
            broadcasts: tally.broadcasts,
            without_text: tally.without_text,
            unknown_arguments: tally.unknown_arguments.values().sum(),
            against_rules,
            slowest_ack_ms: tally.slowest_ack_ms,
            requests: tally.sent,
            calls: sum(&mut outcomes().map(|(_, count)| *count)),
            faults_injected: sum(&mut outcomes()
                .filter(|(outcome, _)| outcome.starts_with("fault:"))
                .map(|(_, count)| *count)),
            calendar_files: tally.files,
            leaked_tokens: tally.leaked_tokens,
        };
        figures.violations = figures.sum_of_violations();
        let nudges = [
            "cycle_opens",
            "nudge_week",
            "nudge_fortnight",
            "meeting_soon",
            "did_you_meet",
            "checkin",
            "unsigned",
        ];
        let of = |kind: &&str| Some((kind.replace('_', " "), *checker.kinds.get(*kind)?));
        let mut nudges: Vec<(String, u64)> = nudges.iter().filter_map(of).collect();
        // Companions, notices of no partner, and reflections after the partner's yes have kinds that are not always nudges.
        let listed = sum(&mut nudges.iter().map(|(_, count)| *count));
        let others = checker.nudges.saturating_sub(listed);
        nudges.extend((others > 0).then(|| ("others".to_owned(), others)));
        let mut remarks = Vec::new();
        for remark in tally.remarks.iter().chain(&checker.remarks) {
            if !remarks.contains(remark) {
                remarks.push(remark.clone());
            }
        }
        Self {
            figures,
            months: options.months,
            faults: options.faults,
            from: run.from,
            until: run.until,
            private: tally.messages.im,
            in_groups: tally.messages.mpim,
            in_channel: tally.messages.channel,
            edits: tally.edits,
            nudges,
            unmatched,
            standings: checker
                .standings
                .iter()
                .map(|(name, count)| (name.clone(), *count))
                .collect(),
            endings: checker
                .endings
                .iter()
                .map(|(why, count)| (why.clone(), u64::try_from(*count).unwrap_or_default()))
                .collect(),
            corrections: checker
                .corrections
                .iter()
                .map(|(what, count)| (what.clone(), *count))
                .collect(),
            remarks,
        }
    }

    /// Whether every promise held.
    pub fn is_well(&self) -> bool {
        let figures = &self.figures;
        let broken = [
            figures.lost,
            figures.duplicated,
            figures.out_of_hours,
            figures.violations,
            figures.stalled,
        ];
        broken.iter().all(|count| *count == 0)
    }

    /// One flat JSON object.
    pub fn json(&self) -> String {
        let mut text = serde_json::to_string_pretty(&self.figures).unwrap_or_default();
        text.push('\n');
        text
    }
}

impl Figures {
    /// The sum of everything forbidden that the local Slack saw the bot do.
    fn sum_of_violations(&self) -> u64 {
        self.rate_limited
            + self.block_errors
            + self.missing_scope
            + self.expired_tickets
            + self.ack_late
            + self.ack_bad
            + self.events_given_up
            + self.events_unverified
            + self.second_nudges_same_day
            + self.broadcasts
            + self.without_text
            + self.unknown_arguments
            + self.against_rules
            + self.unanswered
            + self.leaked_tokens
    }
}

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

fn rounded(value: f64, by: f64) -> f64 {
    (value * by).round() / by
}

/// The peak memory of this process, in megabytes; 0 where the system does not report it.
fn peak_rss_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| {
        line.trim()
            .trim_end_matches("kB")
            .trim()
            .parse::<f64>()
            .ok()
    });
    kilobytes.unwrap_or_default() / 1024.0
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

    #[test]
    fn every_violation_counts() {
        let figures = Figures {
            rate_limited: 1,
            second_nudges_same_day: 2,
            against_rules: 3,
            ..Figures::default()
        };
        assert_eq!(figures.sum_of_violations(), 6);
        let json = serde_json::to_value(&figures).unwrap();
        assert!(
            json.as_object()
                .unwrap()
                .values()
                .all(serde_json::Value::is_number)
        );
    }
}
