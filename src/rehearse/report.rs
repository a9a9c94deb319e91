//! The results of a rehearsal: a text for people, and one flat JSON object.

mod shown;

use super::checker::Checker;
use super::company::Company;
use super::options::{Faulty, Options};
use jiff::Timestamp;
use serde::Serialize;
use slack_sandbox::Tally;

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
    pub owner_messages: u64,
    pub owner_messages_idle: u64,
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
    /// What was made up, because the people's file does not say it.
    made_up: Vec<String>,
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
        let (owner_messages, owner_messages_idle) = checker.told.most();
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
            owner_messages,
            owner_messages_idle,
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
            made_up: company.made_up.clone(),
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
