//! Finds the people whom cells name.

use super::cells::Cells;
use super::row::{Column, Problem, Row};
use super::table::Lines;
use super::text::{in_parentheses, items, looks_like_an_id, lookup_key};
use std::collections::{HashMap, HashSet};

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
    /// Whether each row has an id, and an email address.
    marks: Vec<(bool, bool)>,
    sure: Sure,
    /// Whether managers' numbers may be of two kinds, so that a number alone says nothing.
    has_two_kinds: bool,
}

/// Which ids and addresses of managers are of the kind that rows have, because one of them at least is somebody's in the file.
/// Another one is then nobody's in it, whoever has the same name.
#[derive(Default)]
struct Sure {
    id: bool,
    email: bool,
    in_parentheses: bool,
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
            marks: rows
                .iter()
                .map(|row| (row.id.is_some(), row.email.is_some()))
                .collect(),
            sure: Sure::default(),
            has_two_kinds: false,
        };
        people.enter_ids(rows, lines, problems);
        for (at, (row, others)) in rows.iter().zip(other_names).enumerate() {
            people.add_name(lookup_key(&row.name), at);
            for other in others {
                people.add_name(lookup_key(other), at);
            }
            let ids = others.iter().chain(&row.id);
            for number in ids.filter_map(|id| number(id)) {
                people.add_name(number, at);
            }
        }
        people.sure = people.sure(lines);
        people.has_two_kinds = Self::has_two_kinds(rows, other_names, lines);
        people
    }

    /// Enters ids and addresses, and tells which of them are not one person's alone.
    fn enter_ids(&mut self, rows: &[Row], lines: &Lines, problems: &mut Vec<Problem>) {
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
                let before = self.by_id.insert(lookup_key(word), at);
                if let Some(other) = before.filter(|other| *other != at) {
                    let other = &rows[other];
                    let is_same = lookup_key(&other.name) == lookup_key(&row.name);
                    let words = if is_same && !row.name.is_empty() {
                        format!(
                            "is in line {} with the same name: keep one of the two lines",
                            other.line
                        )
                    } else {
                        "appears twice: each person needs their own".to_owned()
                    };
                    problem(row, column, word, &words);
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
            let other = self.by_id.get(&name);
            if other.is_some_and(|other| *other != at) {
                let words = "is someone else's id or email: give this person an id or an email";
                problem(row, Column::Name, &row.name, words);
            }
            if nameless.insert(name, at).is_some() {
                let words = "appears twice: give both of them an id or an email";
                problem(row, Column::Name, &row.name, words);
            }
        }
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

    fn sure(&self, lines: &Lines) -> Sure {
        let finds = |word: &str| matches!(self.find(word), Found::One(_));
        let mut sure = Sure::default();
        for line in &lines.all {
            sure.id |= finds(lines.cell(line, Column::ManagerId));
            sure.email |= finds(lines.cell(line, Column::ManagerEmail));
            let id = in_parentheses(lines.cell(line, Column::Manager)).map(|(_, id)| id);
            sure.in_parentheses |= id.is_some_and(|id| looks_like_an_id(id) && finds(id));
        }
        sure
    }

    /// Whether numbers of the column with ids are other people's in another column, or managers' are now of the one and now of the
    /// other: then some of them may be nobody's here, and somebody's of the other kind.
    fn has_two_kinds(rows: &[Row], other_names: &[Vec<String>], lines: &Lines) -> bool {
        let own = rows.iter().enumerate();
        let own = own.filter_map(|(at, row)| Some((number(row.id.as_deref()?)?, at)));
        let own: HashMap<String, usize> = own.collect();
        let each = other_names.iter().flatten();
        let further: HashSet<String> = each.filter_map(|other| number(other)).collect();
        let is_anothers = |at: usize, other: &String| {
            let one = number(other).and_then(|number| own.get(&number));
            one.is_some_and(|one| *one != at)
        };
        let mut others = other_names.iter().enumerate();
        let overlap = others.any(|(at, all)| all.iter().any(|other| is_anothers(at, other)));
        let told = lines.all.iter().flat_map(|line| {
            [Column::ManagerId, Column::Manager].map(|column| {
                let cell = lines.cell(line, column);
                number(in_parentheses(cell).map_or(cell, |(_, id)| id))
            })
        });
        let kinds = told.flatten().map(|number| {
            let kinds = (own.contains_key(&number), further.contains(&number));
            (kinds.0, kinds == (false, true))
        });
        let (of_own, of_further) =
            kinds.fold((false, false), |all, one| (all.0 | one.0, all.1 | one.1));
        overlap || of_own && of_further
    }

    /// Whether a row that is found by name is another person than whom the ids or addresses of `elsewhere` mean.
    pub fn is_namesake(&self, at: usize, word: &str, elsewhere: &[Column]) -> bool {
        let (has_id, has_email) = self.marks[at];
        let is_by_name = !self.by_id.contains_key(&lookup_key(word));
        let is_other = |column: &Column| match column {
            Column::ManagerId => self.sure.id && has_id,
            Column::ManagerEmail => self.sure.email && has_email,
            _ => false,
        };
        is_by_name && elsewhere.iter().any(is_other)
    }

    /// Whether a number may be another person's, too: as another kind of number, or as one that lost its zeros.
    pub fn may_be_anothers(&self, word: &str, found: usize) -> bool {
        let (name, word) = in_parentheses(word).unwrap_or(("", word));
        if self.find_key(&lookup_key(name)) == Found::One(found) {
            return false;
        }
        let key = lookup_key(word);
        let by_name = self.by_name.get(&key).filter(|_| number(word).is_some());
        let by_id = self.by_id.get(&key);
        let has_rival = by_id.is_some_and(|one| by_name.is_some_and(|other| *other != Some(*one)));
        has_rival || self.has_two_kinds && number(word).is_some()
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
            let (by_id, by_name) = (self.find_key(&lookup_key(id)), self.find(name));
            let is_id = self.sure.in_parentheses && looks_like_an_id(id);
            return match (by_id, by_name) {
                (Found::One(one), Found::One(other)) if one != other => Found::Several,
                (Found::One(one), _) => Found::One(one),
                (_, Found::One(other)) if is_id && self.marks[other].0 => Found::Nobody,
                (_, Found::Nobody) => whole,
                (_, found) => found,
            };
        }
        match (whole, number(word)) {
            (Found::Nobody, Some(number)) => match self.by_name.get(&number) {
                Some(&Some(one)) => Found::One(one),
                Some(None) => Found::Several,
                None => Found::Nobody,
            },
            _ => whole,
        }
    }
}

/// A number as spreadsheets and programs leave it: without zeros at its beginning, and without `.0` behind it.
fn number(word: &str) -> Option<String> {
    let whole = word.strip_suffix(".0").unwrap_or(word);
    let is_number = !whole.is_empty() && whole.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| whole.trim_start_matches('0').to_owned())
}

impl Cells<'_> {
    pub(super) fn several(&mut self, column: Column, word: &str) {
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
