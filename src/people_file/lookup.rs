//! Finds the people whom cells name.

use super::cells::Cells;
use super::row::{Column, Manager, Problem, Row, is_slack_id};
use super::table::Lines;
use super::text::{first_last, in_parentheses, items, lookup_key};
use std::collections::HashMap;

/// Whom a word means.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Found {
    Nobody,
    Several,
    One(usize),
}

/// Rows by all that may name them, as [`lookup_key`] writes it.
pub(super) struct People {
    /// Ids and email addresses, each of one person.
    by_id: HashMap<String, usize>,
    /// Names and further ids; None if they are several people's.
    by_name: HashMap<String, Option<usize>>,
}

impl People {
    /// `other_names` in the order of `rows`.
    pub fn of(
        rows: &[Row],
        other_names: &[Vec<String>],
        lines: &Lines,
        problems: &mut Vec<Problem>,
    ) -> Self {
        let mut people = Self {
            by_id: HashMap::with_capacity(rows.len() * 2),
            by_name: HashMap::with_capacity(rows.len() * 2),
        };
        let mut problem = |row: &Row, column: Column, word: &str, words: &str| {
            problems.push(Problem {
                line: row.line,
                column: Some(lines.headers.shown(column).to_owned()),
                words: format!("\"{word}\" {words}"),
                ..Problem::default()
            });
        };
        for (at, row) in rows.iter().enumerate() {
            for (column, word) in [(Column::Id, &row.id), (Column::Email, &row.email)] {
                let Some(word) = word else { continue };
                // The email address may also be the id.
                let before = people.by_id.insert(lookup_key(word), at);
                if before.is_some_and(|other| other != at) {
                    let words = "appears twice: each person needs their own";
                    problem(row, column, word, words);
                }
            }
        }
        // A person who has only a name must not be mistaken for another.
        let mut nameless: HashMap<String, usize> = HashMap::new();
        for (at, row) in rows.iter().enumerate() {
            if row.name.is_empty() || row.key() != row.name {
                continue;
            }
            let name = lookup_key(&row.name);
            let other = people.by_id.get(&name);
            if other.is_some_and(|other| *other != at) {
                let words = "is someone else's id or email: give this person an id or an email";
                problem(row, Column::Name, &row.name, words);
            }
            if nameless.insert(name, at).is_some() {
                let words = "appears twice: give both of them an id or an email";
                problem(row, Column::Name, &row.name, words);
            }
        }
        for (at, (row, others)) in rows.iter().zip(other_names).enumerate() {
            people.add_name(lookup_key(&row.name), at);
            for other in others {
                people.add_name(lookup_key(other), at);
            }
        }
        for (at, row) in rows.iter().enumerate() {
            if let Some(number) = row.id.as_deref().and_then(without_zeros) {
                people.add_name(number, at);
            }
        }
        people
    }

    fn add_name(&mut self, name: String, at: usize) {
        if name.is_empty() {
            return;
        }
        let meant = self.by_name.entry(name).or_insert(Some(at));
        if *meant != Some(at) {
            *meant = None;
        }
    }

    fn find_key(&self, key: &str) -> Found {
        match (self.by_id.get(key), self.by_name.get(key)) {
            (Some(&one), _) | (None, Some(&Some(one))) => Found::One(one),
            (None, Some(None)) => Found::Several,
            (None, None) => Found::Nobody,
        }
    }

    /// The person whom a word names: by id, email address or name, or by a name with an id in parentheses.
    pub fn find(&self, word: &str) -> Found {
        let whole = self.find_key(&lookup_key(word));
        if let Found::One(_) = whole {
            return whole;
        }
        if let Some((name, id)) = in_parentheses(word) {
            let (by_id, by_name) = (
                self.find_key(&lookup_key(id)),
                self.find_key(&lookup_key(name)),
            );
            return match (by_id, by_name) {
                (Found::One(one), _) => Found::One(one),
                (_, Found::Nobody) => whole,
                (_, found) => found,
            };
        }
        // Spreadsheets take the zeros from the beginning of a number.
        match (whole, without_zeros(word)) {
            (Found::Nobody, Some(number)) => self.find_key(&number),
            _ => whole,
        }
    }
}

/// A number without zeros at its beginning.
fn without_zeros(word: &str) -> Option<String> {
    let is_number = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| word.trim_start_matches('0').to_owned())
}

/// Managers who are in nobody's row.
#[derive(Default)]
pub(super) struct Outside {
    pub names: Vec<String>,
    known: HashMap<String, usize>,
}

impl Outside {
    fn of(&mut self, word: &str) -> Manager {
        let at = *self.known.entry(lookup_key(word)).or_insert_with(|| {
            self.names.push(first_last(word).into_owned());
            self.names.len() - 1
        });
        Manager::Outside(at)
    }
}

/// A manager's cells, before it is known who is at the top.
pub(super) enum Told {
    Known(Manager),
    /// The line names itself, in this column.
    Themselves(Column),
}

fn is_nobody(word: &str) -> bool {
    let word = word.to_lowercase();
    matches!(
        word.as_str(),
        "-" | "--" | "–" | "—" | "none" | "n/a" | "nobody" | "no one" | "no manager"
    )
}

impl Cells<'_> {
    pub fn manager(&mut self, at: usize, people: &People, outside: &mut Outside) -> Told {
        // The surest first.
        let columns = [Column::ManagerId, Column::ManagerEmail, Column::Manager];
        let given = columns.map(|column| (column, self.get(column).replace('\n', " ")));
        let given: Vec<_> = given.iter().filter(|(_, word)| !word.is_empty()).collect();
        let named = given.iter().filter(|(_, word)| !is_nobody(word));
        let named: Vec<_> = named
            .map(|(column, word)| (*column, word.as_str()))
            .collect();
        if named.is_empty() {
            let is_told = !given.is_empty();
            return Told::Known(if is_told {
                Manager::Nobody
            } else {
                Manager::Unknown
            });
        }
        let (mut found, mut several) = (None, None);
        for &(column, word) in &named {
            match (people.find(word), found) {
                (Found::One(other), None) => found = Some((column, other)),
                (Found::One(other), Some((first, before))) if other != before => {
                    let first = self.of.lines.headers.shown(first).to_owned();
                    let words = format!(
                        "\"{word}\" is not whom the column {first} names: correct one of the two"
                    );
                    self.problem(column, words);
                }
                (Found::Several, _) => several = several.or(Some((column, word))),
                (Found::One(_) | Found::Nobody, _) => {}
            }
        }
        match (found, several) {
            (Some((column, other)), _) if other == at => Told::Themselves(column),
            (Some((_, other)), _) => Told::Known(Manager::Row(other)),
            (None, Some((column, word))) => {
                self.several(column, word);
                Told::Known(Manager::Unknown)
            }
            (None, None) => {
                let surest = surest(&named);
                Told::Known(surest.map_or(Manager::Unknown, |word| outside.of(word)))
            }
        }
    }

    fn several(&mut self, column: Column, word: &str) {
        let words = format!("several people are called \"{word}\": use the id or email");
        self.problem(column, words);
    }

    /// The positions of the people in `rather_not`.
    pub fn rather_not(&mut self, at: usize, people: &People) -> Vec<usize> {
        const COLUMN: Column = Column::RatherNot;
        let cell = self.get(COLUMN);
        let separators: &[char] = if cell.contains('|') {
            &['|']
        } else {
            &[';', '\n']
        };
        let mut others = Vec::new();
        for word in cell.split(separators).map(str::trim) {
            // "Lima, Ana" is one person unless she is not in the file.
            match people.find(word) {
                Found::One(other) => others.push(other),
                _ if word.is_empty() => {}
                _ if cell.contains('|') => others.extend(self.other(word, people)),
                _ => {
                    let words = items(word, &[]);
                    others.extend(words.iter().filter_map(|word| self.other(word, people)));
                }
            }
        }
        others.retain(|other| *other != at);
        others
    }

    fn other(&mut self, word: &str, people: &People) -> Option<usize> {
        match people.find(word) {
            Found::One(other) => return Some(other),
            Found::Several => self.several(Column::RatherNot, word),
            // They may be in a line that could not be read.
            Found::Nobody if self.of.lines.may_have_lost(&lookup_key(word)) => {}
            Found::Nobody => {
                let words = format!(
                    "\"{word}\" is not in the file: use the id, email or name of a row, or leave it empty"
                );
                self.problem(Column::RatherNot, words);
            }
        }
        None
    }
}

/// What of a manager's cells finds them best elsewhere: Slack's id, an address, another id, a name.
fn surest<'a>(named: &[(Column, &'a str)]) -> Option<&'a str> {
    let all = || named.iter().map(|(_, word)| *word);
    let best = all().find(|word| is_slack_id(word));
    let best = best.or_else(|| all().find(|word| word.contains('@')));
    best.or_else(|| all().next())
}
