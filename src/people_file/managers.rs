//! Whom a row reports to.

use super::cells::Cells;
use super::lookup::{Found, People};
use super::placeholders::{is_nobody, is_unknown, is_yes_or_no};
use super::row::{Column, Manager, Problem, is_surely_slack_id};
use super::text::{first_last, lookup_key};
use std::collections::HashMap;

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

impl Cells<'_> {
    pub fn manager(&mut self, at: usize, people: &People, outside: &mut Outside) -> Told {
        // The surest first.
        let columns = [Column::ManagerId, Column::ManagerEmail, Column::Manager];
        let given = columns.map(|column| (column, self.get(column).replace('\n', " ")));
        let is_open = |word: &str| is_unknown(word) && people.find(word) == Found::Nobody;
        let says = |word: &str| !word.is_empty() && !is_open(word);
        let given: Vec<_> = given.iter().filter(|(_, word)| says(word)).collect();
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
        let (mut found, mut several, mut elsewhere) = (None, None, Vec::new());
        let mut is_alone = true;
        for &(column, word) in &named {
            match (people.find(word), found) {
                (Found::One(other), _) if people.is_namesake(other, word, &elsewhere) => {}
                (Found::One(other), None) => found = Some((column, other)),
                (Found::One(other), Some((first, before))) if other != before => {
                    let first = self.of.lines.headers.shown(first).to_owned();
                    let words = format!(
                        "\"{word}\" is not whom the column {first} names: correct one of the two"
                    );
                    self.problem(column, words);
                }
                (Found::Several, _) => several = several.or(Some((column, word))),
                // The same number behind a name that nobody here has says no more than the number.
                (Found::One(other), Some(_)) => is_alone &= people.may_be_anothers(word, other),
                (Found::Nobody, _) => elsewhere.push(column),
            }
        }
        if is_alone && let Some(found) = found {
            self.look_for_rival(found, &named, people);
        }
        match (found, several) {
            (Some((column, other)), _) if other == at => Told::Themselves(column),
            (Some((_, other)), _) => Told::Known(Manager::Row(other)),
            (None, Some((column, word))) => {
                self.several(column, word);
                Told::Known(Manager::Unknown)
            }
            (None, None) if self.names_no_one_person(people) => Told::Known(Manager::Unknown),
            (None, None) => {
                let surest = surest(&named);
                Told::Known(surest.map_or(Manager::Unknown, |word| outside.of(word)))
            }
        }
    }

    /// Asks about a number that is the id of one person and a further id of another, where nothing else says who is meant.
    fn look_for_rival(
        &mut self,
        (column, found): (Column, usize),
        named: &[(Column, &str)],
        people: &People,
    ) {
        let headers = &self.of.lines.headers;
        let mut words = named.iter().filter(|(of, _)| *of == column);
        if headers.is_mapped(Column::Id)
            || !words.any(|(_, word)| people.may_be_anothers(word, found))
        {
            return;
        }
        let id = headers.shown(Column::Id).to_owned();
        let other = headers.other_ids().next().map(str::to_owned);
        let (words, by_flag) = match other {
            Some(other) => (
                format!(
                    "may be one person's {id} or another's {other}: keep only the column that managers are named by"
                ),
                Some(format!(
                    "or say which it is with --column id=\"{id}\" or --column id=\"{other}\""
                )),
            ),
            None => (
                format!("may be two people's {id}: write it with all its zeros"),
                None,
            ),
        };
        self.problems.push(Problem {
            line: self.line.number,
            column: Some(headers.shown(column).to_owned()),
            words,
            by_flag,
            ..Problem::default()
        });
    }

    /// Whether the manager's cell is a yes or no, or names several people; both are told.
    fn names_no_one_person(&mut self, people: &People) -> bool {
        let cell = self.get(Column::Manager);
        if is_yes_or_no(cell) {
            let header = self.of.lines.headers.shown(Column::Manager).to_owned();
            self.problems.push(Problem {
                line: self.line.number,
                column: Some(header),
                words: format!(
                    "\"{cell}\" is nobody's name: use their manager's id, email or name"
                ),
                by_flag: Some(
                    "or say with --column manager=- that it isn't in the file".to_owned(),
                ),
                ..Problem::default()
            });
            return true;
        }
        let is_known = |word: &str| !word.is_empty() && people.find(word) != Found::Nobody;
        let parts = |separators: &[char]| -> Vec<&str> {
            let words = cell.split(separators).map(str::trim);
            words.filter(|word| !word.is_empty()).collect()
        };
        let apart = parts(&[';', '|', '\n', '&', '/']);
        let by_comma = parts(&[',']);
        let are_several = apart.len() > 1 && apart.iter().any(|word| is_known(word))
            || by_comma.len() > 1 && by_comma.iter().all(|word| is_known(word));
        if are_several {
            let words = "names several people: keep the one they report to";
            self.problem(Column::Manager, words);
        }
        are_several
    }
}

/// What of a manager's cells finds them best elsewhere: Slack's id, an address, another id, a name.
fn surest<'a>(named: &[(Column, &'a str)]) -> Option<&'a str> {
    let all = || named.iter().map(|(_, word)| *word);
    let best = all().find(|word| is_surely_slack_id(word));
    let best = best.or_else(|| all().find(|word| word.contains('@')));
    best.or_else(|| all().next())
}
