//! A round in words: the report, the JSON, and the explanation of a pair.

use super::people::{File, Known};
use crate::domain::ids::UserId;
use crate::domain::matching::{self, Barrier, Candidates, Change, Person, Reason, Round};
use crate::people_file::Notes;
use serde::{Serialize, Serializer};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::Write as _;

impl File {
    /// Each person's name, with a suffix if several people have it.
    fn names(&self) -> HashMap<&str, String> {
        let mut count: HashMap<&str, usize> = HashMap::new();
        for one in &self.known {
            *count.entry(&one.name).or_default() += 1;
        }
        let name = |one: &Known| match count.get(one.name.as_str()) {
            Some(1) => one.name.clone(),
            _ => format!("{} ({})", one.name, one.key),
        };
        let known = self.known.iter();
        known.map(|one| (one.key.as_str(), name(one))).collect()
    }

    pub(super) fn report(&self, round: &Round) -> String {
        let names = self.names();
        let name = |id: &UserId| names.get(id.as_str()).cloned().unwrap_or_default();
        let mut text = String::new();
        let waiting = round.unmatched.len();
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{} from {}, seed {}. {} without a partner.",
            counted(round.pairs.len(), "pair", "pairs"),
            counted(self.known.len(), "person", "people"),
            round.seed,
            counted(waiting, "person is", "people are"),
        );
        if !self.bystanders.is_empty() {
            let _ = writeln!(
                text,
                "{} in reporting lines only.",
                counted(self.bystanders.len(), "person is", "people are")
            );
        }
        let sum = matching::Sum::of(round);
        if let Some(weakest) = sum.weakest {
            let _ = writeln!(
                text,
                "The weakest pair scores {weakest}, all pairs together {}. {}",
                sum.total,
                proof(round)
            );
        }
        for (at, pair) in round.pairs.iter().enumerate() {
            let _ = writeln!(
                text,
                "\n{:>4}. {} mentors {} · {} of 100",
                at + 1,
                name(&pair.mentor),
                name(&pair.mentee),
                pair.score
            );
            for reason in reasons(&pair.reasons, pair.owner_must_confirm) {
                let _ = writeln!(text, "      {reason}");
            }
        }
        if let Some(hint) = self.topics_missing() {
            let _ = writeln!(text, "\n{hint}");
        }
        if waiting > 0 {
            let _ = writeln!(text, "\nWithout a partner");
        }
        for one in &round.unmatched {
            let _ = writeln!(text, "  {}: {}", name(&one.person), one.why.for_owner());
        }
        text
    }

    /// Topics count most for a score, and HR systems know none.
    fn topics_missing(&self) -> Option<String> {
        let none = |one: &&Person| one.profile.share.is_empty() && one.profile.learn.is_empty();
        let without = self.people.iter().filter(none).count();
        let all = self.people.len();
        let who = match without {
            0 => return None,
            _ if without == all => "Nobody in the file has topics".to_owned(),
            1 => format!("1 of {all} people has no topics"),
            _ => format!("{without} of {all} people have no topics"),
        };
        Some(format!(
            "{who}, and topics count most: add the columns share (what someone can teach) and learn (what they'd like to \
             learn). In Slack, people choose them when they join."
        ))
    }

    /// Explains a pair of people from the file: their reasons, and what would change with or without the pair.
    pub(super) fn explain(
        &self,
        c: &Candidates,
        round: &Round,
        mentor: &Known,
        mentee: &Known,
    ) -> String {
        let names = self.names();
        let name = |one: &Known| names.get(one.key.as_str()).cloned().unwrap_or_default();
        let ids = (&mentor.key, &mentee.key);
        explain(c, round, ids, (&name(mentor), &name(mentee)))
    }
}

/// Explains a pair by the names given: their reasons, and what would change with or without it.
pub(super) fn explain(
    c: &Candidates,
    round: &Round,
    (mentor_id, mentee_id): (&UserId, &UserId),
    (mentor, mentee): (&str, &str),
) -> String {
    let is_pair =
        |pair: &&matching::Proposal| pair.mentor == *mentor_id && pair.mentee == *mentee_id;
    let mut text = String::new();
    let other = if let Some(pair) = round.pairs.iter().find(is_pair) {
        let _ = writeln!(text, "{mentor} mentors {mentee} · {} of 100", pair.score);
        for reason in reasons(&pair.reasons, pair.owner_must_confirm) {
            let _ = writeln!(text, "  {reason}");
        }
        let _ = write!(text, "Without this pair: ");
        matching::if_ruled_out(c, round, mentor_id, mentee_id)
    } else {
        let other = matching::if_insisted_on(c, round, mentor_id, mentee_id);
        let Some(pair) = other.pairs.iter().find(is_pair) else {
            let why = other
                .refused
                .first()
                .map_or(Barrier::Apart, |refused| refused.why);
            return format!("{mentor} cannot mentor {mentee}. {}\n", why.in_words());
        };
        let _ = writeln!(
            text,
            "{mentor} is not matched with {mentee} in this round; they would score {} of 100.",
            pair.score
        );
        for reason in reasons(&pair.reasons, pair.owner_must_confirm) {
            let _ = writeln!(text, "  {reason}");
        }
        let _ = write!(text, "With this pair: ");
        other
    };
    let change = Change::between(round, &other);
    let words = change.in_words();
    let _ = match words.as_slice() {
        [] => writeln!(text, "another choice is exactly as good."),
        words => writeln!(text, "{}.", words.join("; ")),
    };
    let _ = writeln!(text, "{}", proof(&other));
    text
}

/// The result for programs.
pub(super) fn json(round: &Round) -> String {
    let whole = Told {
        seed: round.seed,
        pairs: Pairs(round),
        unmatched: Unmatched(round),
        certificate: Proof {
            gap: round.certificate.gap,
        },
    };
    let mut text = serde_json::to_string_pretty(&whole).unwrap_or_default();
    text.push('\n');
    text
}

/// A round as JSON; its long lists are generated while they are written.
#[derive(Serialize)]
struct Told<'a> {
    seed: u64,
    pairs: Pairs<'a>,
    unmatched: Unmatched<'a>,
    certificate: Proof,
}

struct Pairs<'a>(&'a Round);
struct Unmatched<'a>(&'a Round);

#[derive(Serialize)]
struct Pair<'a> {
    mentor: &'a UserId,
    mentee: &'a UserId,
    score: u8,
    /// Whether an owner has to check their reporting lines first.
    check: bool,
    reasons: Vec<String>,
}

#[derive(Serialize)]
struct Alone<'a> {
    person: &'a UserId,
    reason: String,
}

#[derive(Serialize)]
struct Proof {
    gap: i64,
}

impl Serialize for Pairs<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.pairs.iter().map(|pair| Pair {
            mentor: &pair.mentor,
            mentee: &pair.mentee,
            score: pair.score,
            check: pair.owner_must_confirm,
            reasons: reasons(&pair.reasons, pair.owner_must_confirm),
        }))
    }
}

impl Serialize for Unmatched<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.unmatched.iter().map(|one| Alone {
            person: &one.person,
            reason: one.why.for_owner(),
        }))
    }
}

pub(super) fn proof(round: &Round) -> String {
    match round.certificate.gap {
        0 => "Proven: no choice of pairs is better.".to_owned(),
        gap => format!("Not proven best: a better choice may exist (gap {gap})."),
    }
}

/// What of the file nothing was read from, a line each.
pub(super) fn ignored(notes: &Notes) -> String {
    let headers = (!notes.ignored.is_empty())
        .then(|| format!("Columns that are not used: {}.", notes.ignored.join(", ")));
    let lines = headers.into_iter().chain(notes.left_out());
    lines.map(|line| line + "\n").collect()
}

fn reasons(reasons: &[Reason], confirm: bool) -> Vec<String> {
    let mut words: Vec<String> = reasons.iter().map(Reason::in_words).collect();
    if confirm {
        words.push(
            "The reporting line of one of them is not known to the top: an owner has to check first.".to_owned(),
        );
    }
    words
}

pub(super) fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// Prints to the standard output.
pub(super) fn print(text: &str) -> anyhow::Result<()> {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        // The reader closed the pipe on purpose.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}
