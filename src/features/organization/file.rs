//! Reads a file of people into a list.

use crate::domain::organization::{Entry, List, Listed, Reports};
use crate::domain::program::Settings;
use crate::people_file::{self, Manager, Mapping, Part, PeopleFile, Problem, Purpose, Row};
use std::path::Path;

/// More people than a file that Slack hands over can have.
pub const MOST: usize = 200_000;

/// Reads the bytes of a file called `name`. `mapping`: what somebody said about it.
///
/// # Errors
/// Every mistake, at its line and column.
pub fn read(
    name: &str,
    bytes: &[u8],
    mapping: &Mapping,
    settings: &Settings,
) -> Result<List, Vec<Problem>> {
    let name = Path::new(name);
    people_file::parse(name, bytes, settings, MOST, Purpose::Import, mapping)
        .map(|file| list(&file, settings))
        .map_err(|bad| bad.problems)
}

/// The people of a file, and the managers it only names, as a list.
pub fn list(file: &PeopleFile, settings: &Settings) -> List {
    let lines = file.rows.iter().map(|row| listed(file, row, settings));
    let outside = file.outside.iter().map(|name| named(file, name));
    let line = |at: &usize| file.rows[*at].line;
    List {
        people: lines.chain(outside).collect(),
        circles: file
            .notes
            .circles
            .iter()
            .map(|circle| circle.iter().map(line).collect())
            .collect(),
        top: file.notes.top.map(|at| file.rows[at].name.clone()),
        ignored: file.notes.ignored.clone(),
        left_out: file.notes.left_out(),
    }
}

fn listed(file: &PeopleFile, row: &Row, settings: &Settings) -> Listed {
    let some = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
    Listed {
        line: Some(row.line),
        entry: Entry {
            name: row.name.clone(),
            id: row.id.clone(),
            email: row.email.clone(),
            stage: row.rank.map(|rank| settings.stages[rank].clone()),
            stage_word: row.stage_word.clone(),
            department: some(&row.department),
            department_word: None,
            site: some(&row.site),
            site_word: None,
            manager: None,
            bystander: row.part == Part::Bystander,
        },
        slack: row.id.as_deref().and_then(|id| file.slack_id(id)),
        reports: match row.manager {
            Manager::Unknown => Reports::Unknown,
            Manager::Nobody => Reports::ToNobody,
            Manager::Row(at) => Reports::To(at),
            // Behind the rows.
            Manager::Outside(at) => Reports::To(file.rows.len() + at),
        },
    }
}

/// Somebody whom the file only names as a manager: by email address, id or name.
fn named(file: &PeopleFile, name: &str) -> Listed {
    let (mut entry, text) = (Entry::default(), Some(name.to_owned()));
    entry.bystander = true;
    if name.contains('@') {
        entry.email = text;
    } else if name.chars().any(|c| c.is_ascii_digit()) {
        entry.id = text;
    } else {
        name.clone_into(&mut entry.name);
    }
    Listed {
        line: None,
        slack: file.slack_id(name),
        entry,
        reports: Reports::Unknown,
    }
}
