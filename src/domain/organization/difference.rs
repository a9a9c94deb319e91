//! What a list of the organization changes, in numbers and in words.

use super::{List, Listed, Placed, Reports, is_in_slack, named, people, shown};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Fewer managers without a line of their own are the head of the company, or somebody of another one.
const MANY: usize = 3;

/// What a file changes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// In the file with a line of their own.
    pub people: usize,
    /// Of those, in the reporting chain only.
    pub bystanders: usize,
    /// Who is reported to.
    pub managers: usize,
    /// Named as managers, without a line of their own.
    pub outside: usize,
    /// What the file calls them.
    pub outside_names: Vec<String>,
    /// Who is known in Slack.
    pub matched: usize,
    /// Whether Slack shows email addresses.
    pub has_emails: bool,
    /// Addresses that Slack knows nobody by.
    pub unknown_emails: usize,
    /// The same, with their lines.
    pub unknown: Vec<String>,
    pub added: usize,
    pub gone: usize,
    pub changed: usize,
    /// Who reports to another manager than before, or to one who was not known.
    pub new_managers: usize,
    /// With a line of their own, in which no manager is.
    pub open_ends: usize,
    /// Those lines.
    pub open_lines: Vec<u64>,
    pub circles: usize,
}

impl Difference {
    /// `has_emails`: whether Slack was asked about addresses, and shows them.
    pub fn of(placed: &Placed, list: &List, has_emails: bool) -> Self {
        let (before, after) = (&placed.before, &placed.people);
        let is_new = |key: &&super::UserId| !before.contains_key(key);
        let new_manager = |(key, entry): &(&super::UserId, &super::Entry)| {
            let was = before.get(key).and_then(|entry| entry.manager.as_ref());
            let manager = entry.manager.as_ref().filter(|manager| manager != key);
            manager.is_some() && manager != was
        };
        let lines = list.people.iter().filter(|one| one.line.is_some());
        let outside = list.people.iter().filter(|one| one.line.is_none());
        let outside: Vec<String> = outside.map(shown).collect();
        let known = list.people.iter().zip(&placed.keys);
        let known = known.filter(|(one, key)| !is_in_slack(key) && one.entry.email.is_some());
        let unknown: Vec<String> = known.map(|(one, _)| address(one)).collect();
        let open = lines.clone().filter(|one| one.reports == Reports::Unknown);
        let open_lines: Vec<u64> = open.filter_map(|one| one.line).collect();
        let managers = lines.clone().filter_map(|one| match one.reports {
            Reports::To(at) => Some(at),
            Reports::Unknown | Reports::ToNobody => None,
        });
        Self {
            people: lines.clone().count(),
            bystanders: lines.filter(|one| one.entry.bystander).count(),
            managers: managers.collect::<BTreeSet<_>>().len(),
            outside: outside.len(),
            outside_names: outside,
            matched: after.keys().filter(|key| is_in_slack(key)).count(),
            has_emails,
            unknown_emails: unknown.len(),
            unknown,
            added: after.keys().filter(is_new).count(),
            gone: before.keys().filter(|key| !after.contains_key(key)).count(),
            changed: after
                .iter()
                .filter(|(key, entry)| before.get(key).is_some_and(|was| was != *entry))
                .count(),
            new_managers: after.iter().filter(new_manager).count(),
            open_ends: open_lines.len(),
            open_lines,
            circles: list.circles.len(),
        }
    }

    /// Whether the file says what is known already.
    pub fn is_empty(&self) -> bool {
        self.added + self.gone + self.changed == 0
    }

    /// What an owner should look at before they take it over.
    pub fn warning(&self) -> Option<String> {
        if self.managers == 0 && self.people > 1 {
            let words = "The list doesn't say who reports to whom, and it replaces the one before it. Is the column with the managers one \
                         that I don't use?";
            return Some(words.to_owned());
        }
        let is_worth_it = self.outside >= MANY && self.outside * 2 > self.managers;
        is_worth_it.then(|| {
            format!(
                "{} of {} managers have no line of their own, so I can't follow reporting lines past them. Is the column \
                 with people's names missing, or are managers spelled another way?",
                self.outside, self.managers
            )
        })
    }

    /// In words, a line each, the most important first.
    pub fn in_words(&self) -> Vec<String> {
        let mut lines = vec![format!(
            "{} in the file, {} of them found in Slack",
            people(self.people),
            self.matched
        )];
        let mut say = |number: usize, (one, many): (&str, &str), which: &[String]| {
            if number > 0 {
                let what = if number == 1 { one } else { many };
                lines.push(format!("{number} {what}{}", named(which)));
            }
        };
        if self.has_emails {
            let words = (
                "email address that Slack doesn't know",
                "email addresses that Slack doesn't know",
            );
            say(self.unknown_emails, words, &self.unknown);
        } else {
            let words = (
                "email address that I couldn't look up in Slack",
                "email addresses that I couldn't look up in Slack",
            );
            say(self.unknown_emails, words, &[]);
        }
        let words = ("new manager", "new managers");
        say(self.new_managers, words, &[]);
        let words = (
            "circle of managers: I ask you about pairs below it",
            "circles of managers: I ask you about pairs below them",
        );
        say(self.circles, words, &[]);
        let words = (
            "person whose manager isn't known",
            "people whose manager isn't known",
        );
        let open: Vec<String> = self
            .open_lines
            .iter()
            .map(|line| format!("line {line}"))
            .collect();
        say(self.open_ends, words, &open);
        let words = (
            "manager without a line of their own",
            "managers without a line of their own",
        );
        say(self.outside, words, &self.outside_names);
        let words = (
            "person in the reporting chain only",
            "people in the reporting chain only",
        );
        say(self.bystanders, words, &[]);
        if self.is_empty() {
            lines.push("Nothing in it is new".to_owned());
            return lines;
        }
        lines.push(format!(
            "{} new, {} changed, {} no longer in the file",
            self.added, self.changed, self.gone
        ));
        lines
    }
}

fn address(one: &Listed) -> String {
    let email = one.entry.email.as_deref().unwrap_or_default();
    match one.line {
        Some(line) => format!("{email} (line {line})"),
        None => email.to_owned(),
    }
}
