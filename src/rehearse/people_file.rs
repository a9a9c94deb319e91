//! A company from a CSV file.
//!
//! The first line names the columns, in any order; `name` and `stage` are needed, the others may be left out:
//!
//! | column | what |
//! |---|---|
//! | name | as shown in Slack |
//! | id | a Slack member id, such as U024BE7LH |
//! | email | for telling people apart |
//! | department, site | free words |
//! | stage | one of the program's stages, by name or by number from 1 |
//! | manager | the id, email or name of another row |
//! | role | mentor, mentee or either; without it, what suits the stage |
//! | share, learn, languages | several, with `|`, `;` or `,` between them |
//! | zone | an IANA name such as Europe/Berlin |
//!
//! Commas or semicolons separate the columns; a byte order mark is skipped.

use super::company::{self, Company, Person};
use super::{habits, names};
use csv::StringRecord;
use jiff::tz::TimeZone;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};

const COLUMNS: [&str; 12] = [
    "name",
    "id",
    "email",
    "department",
    "site",
    "stage",
    "manager",
    "role",
    "share",
    "learn",
    "languages",
    "zone",
];
/// More than a rehearsal has time for.
pub const MOST: usize = 5000;
/// Slack cuts longer choices.
const CHOICE: usize = 75;

/// What is wrong with the file: every line of it, and what to do.
#[derive(Debug, thiserror::Error)]
pub struct BadPeople {
    path: PathBuf,
    problems: Vec<String>,
}

impl fmt::Display for BadPeople {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.path.display())?;
        self.problems
            .iter()
            .try_for_each(|problem| write!(f, "\n  {problem}"))
    }
}

/// Reads the file. Habits are dealt by the seed.
pub fn read(path: &Path, seed: u64) -> Result<Company, BadPeople> {
    let bad = |problems| BadPeople {
        path: path.to_owned(),
        problems,
    };
    let bytes =
        std::fs::read(path).map_err(|error| bad(vec![format!("cannot be read: {error}")]))?;
    let text = String::from_utf8(bytes).map_err(|_| {
        bad(vec![
            "is not UTF-8 text: save it as \"CSV UTF-8\"".to_owned(),
        ])
    })?;
    parse(&text, seed).map_err(bad)
}

/// The file as text.
pub fn parse(text: &str, seed: u64) -> Result<Company, Vec<String>> {
    let text = text.trim_start_matches('\u{feff}');
    let first = text.lines().next().unwrap_or_default();
    let semicolons = first.matches(';').count() > first.matches(',').count();
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(if semicolons { b';' } else { b',' })
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let columns = columns(reader.headers().map_err(|error| vec![error.to_string()])?)?;
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut problems = Vec::new();
    let mut rows = Vec::new();
    for record in reader.records() {
        match record {
            Ok(record) if record.iter().all(str::is_empty) => {}
            Ok(record) => {
                let line = record.position().map_or(0, csv::Position::line);
                rows.push(Row { line, record });
            }
            Err(error) => problems.push(error.to_string()),
        }
    }
    if rows.is_empty() && problems.is_empty() {
        problems
            .push("there is nobody in it: add a line for each person below the first".to_owned());
    }
    if rows.len() > MOST {
        problems.push(format!(
            "{} people: at most {MOST} fit into a rehearsal",
            rows.len()
        ));
    }
    let habits = habits::deal(rows.len(), &mut rng);
    let mut people = Vec::with_capacity(rows.len());
    let mut wanted = Vec::with_capacity(rows.len());
    for (at, (row, habit)) in rows.iter().zip(habits).enumerate() {
        let cells = Cells {
            columns: &columns,
            row,
        };
        let person = cells.person(at, habit, &mut rng, &mut problems);
        wanted.push(cells.get("manager").to_lowercase());
        people.push(person);
    }
    find_managers(&mut people, &rows, &wanted, &mut problems);
    if problems.is_empty() {
        return Ok(Company::of(people));
    }
    let line = |problem: &String| {
        let rest = problem.strip_prefix("line ")?;
        rest.split(':').next()?.parse::<u64>().ok()
    };
    problems.sort_by_key(line);
    Err(problems)
}

struct Row {
    line: u64,
    record: StringRecord,
}

fn columns(header: &StringRecord) -> Result<HashMap<String, usize>, Vec<String>> {
    let mut columns = HashMap::new();
    let mut problems = Vec::new();
    for (at, name) in header.iter().enumerate() {
        let name = name.to_lowercase();
        if name.is_empty() {
            continue;
        }
        if !COLUMNS.contains(&name.as_str()) {
            problems.push(format!(
                "line 1: there is no column \"{name}\": use {}",
                COLUMNS.join(", ")
            ));
        }
        columns.insert(name, at);
    }
    for needed in ["name", "stage"] {
        if !columns.contains_key(needed) {
            problems.push(format!(
                "line 1: the column \"{needed}\" is missing: add it"
            ));
        }
    }
    if problems.is_empty() {
        Ok(columns)
    } else {
        Err(problems)
    }
}

struct Cells<'a> {
    columns: &'a HashMap<String, usize>,
    row: &'a Row,
}

impl Cells<'_> {
    fn get(&self, column: &str) -> &str {
        let at = self.columns.get(column);
        at.and_then(|at| self.row.record.get(*at))
            .unwrap_or_default()
    }

    fn list(&self, column: &str) -> Vec<String> {
        let words = self.get(column).split(['|', ';', ',']).map(str::trim);
        words
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect()
    }

    fn person(
        &self,
        at: usize,
        habit: habits::Habit,
        rng: &mut ChaCha8Rng,
        problems: &mut Vec<String>,
    ) -> Person {
        let line = self.row.line;
        let mut problem = |words: String| problems.push(format!("line {line}: {words}"));
        let name = self.get("name");
        if name.is_empty() {
            problem("the name is missing: fill it in".to_owned());
        }
        let id = self.get("id");
        let is_id = id.starts_with(['U', 'W'])
            && id
                .bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        if !id.is_empty() && !is_id {
            problem(format!(
                "\"{id}\" is not a Slack member id: they look like U024BE7LH; or leave it empty"
            ));
        }
        let rank = rank(self.get("stage")).unwrap_or_else(|| {
            let stages = names::STAGES.map(|(stage, _)| stage).join(", ");
            problem(format!(
                "\"{}\" is not a stage: use one of {stages}; or a number from 1",
                self.get("stage")
            ));
            0
        });
        let suits = company::role(rank, rng);
        let role = match self.get("role").to_lowercase().as_str() {
            "" => suits,
            "mentor" => "mentor",
            "mentee" => "mentee",
            "either" | "both" => "either",
            other => {
                problem(format!(
                    "\"{other}\" is not a role: use mentor, mentee or either"
                ));
                suits
            }
        };
        let zone = Some(self.get("zone"))
            .filter(|zone| !zone.is_empty())
            .unwrap_or("Etc/UTC");
        if TimeZone::get(zone).is_err() {
            problem(format!(
                "\"{zone}\" is not a time zone: use an IANA name such as Europe/Berlin"
            ));
        }
        for column in ["department", "site"] {
            if self.get(column).chars().count() > CHOICE {
                problem(format!(
                    "the {column} is too long: keep it to {CHOICE} characters"
                ));
            }
        }
        let mut languages = self.list("languages");
        if languages.is_empty() {
            languages.push("English".to_owned());
        }
        Person {
            id: if id.is_empty() {
                format!("U1{:06}", at + 1)
            } else {
                id.to_owned()
            },
            name: name.to_owned(),
            email: Some(self.get("email"))
                .filter(|email| !email.is_empty())
                .map(str::to_owned),
            department: self.get("department").to_owned(),
            site: self.get("site").to_owned(),
            rank,
            manager: None,
            tells_manager: true,
            role,
            share: self.list("share"),
            learn: self.list("learn"),
            languages,
            zone: zone.to_owned(),
            habit,
            rather_not: None,
        }
    }
}

fn rank(stage: &str) -> Option<usize> {
    let named = names::STAGES
        .iter()
        .position(|(name, _)| name.eq_ignore_ascii_case(stage));
    let numbered = || {
        stage
            .parse::<usize>()
            .ok()?
            .checked_sub(1)
            .filter(|at| *at < names::STAGES.len())
    };
    named.or_else(numbered)
}

fn find_managers(
    people: &mut [Person],
    rows: &[Row],
    wanted: &[String],
    problems: &mut Vec<String>,
) {
    let mut known: HashMap<String, Option<usize>> = HashMap::new();
    for (at, person) in people.iter().enumerate() {
        let line = rows[at].line;
        for word in [Some(&person.id), person.email.as_ref()]
            .into_iter()
            .flatten()
        {
            if known.insert(word.to_lowercase(), Some(at)).is_some() {
                problems.push(format!(
                    "line {line}: \"{word}\" is there twice: each person needs their own"
                ));
            }
        }
    }
    for (at, person) in people.iter().enumerate() {
        // Two of one name: neither is meant.
        known
            .entry(person.name.to_lowercase())
            .and_modify(|who| *who = None)
            .or_insert(Some(at));
    }
    for (at, word) in wanted.iter().enumerate() {
        let line = rows[at].line;
        match known.get(word) {
            _ if word.is_empty() => {}
            Some(Some(manager)) if *manager != at => people[at].manager = Some(*manager),
            Some(Some(_)) => problems.push(format!("line {line}: nobody is their own manager: leave it empty")),
            Some(None) => problems.push(format!("line {line}: there are several called \"{word}\": use the manager's id or email")),
            None => problems.push(format!("line {line}: the manager \"{word}\" is not in the file: use the id, email or name of a row, or leave it empty")),
        }
    }
    for at in 0..people.len() {
        let mut above = people[at].manager;
        // No chain is longer than the company.
        for _ in 0..people.len() {
            match above {
                Some(manager) if manager == at => {
                    let line = rows[at].line;
                    problems.push(format!("line {line}: following the managers up leads back to this line: correct one of them"));
                    break;
                }
                Some(manager) => above = people[manager].manager,
                None => break,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_file_is_a_company() {
        let text = "\u{feff}Name;Stage;Manager;Zone;share;languages\n\
                    Ana Lima;1;Noor Haddad;Europe/Berlin;AI tools, Rust;English|German\n\
                    Noor Haddad;Director;;America/New_York;Strategy;\n";
        let company = parse(text, 1).unwrap();
        let ana = &company.people[0];
        assert_eq!(
            (ana.rank, ana.manager, ana.zone.as_str()),
            (0, Some(1), "Europe/Berlin")
        );
        assert_eq!(ana.share, ["AI tools", "Rust"]);
        assert_eq!(company.people[1].languages, ["English"]);
    }

    #[test]
    fn every_bad_row_is_told_with_its_line() {
        let text = "name,stage,manager,zone,role,id\n\
                    Ana,Boss,,Mars/Phobos,,\n\
                    ,1,Nobody,,helper,x1\n";
        let problems = parse(text, 1).unwrap_err();
        assert_eq!(problems.len(), 6, "{problems:#?}");
        assert!(
            problems[0].starts_with("line 2: \"Boss\" is not a stage: use one of Early career")
        );
        assert!(problems[1].contains("line 2: \"Mars/Phobos\" is not a time zone"));
        assert!(
            problems
                .iter()
                .any(|p| p == "line 3: the name is missing: fill it in")
        );
        assert!(problems[5].contains("the manager \"nobody\" is not in the file"));
    }

    #[test]
    fn circles_and_doubles_are_found() {
        let text = "name,stage,manager,id\nAna,1,Bo,U1\nBo,2,Ana,U1\n";
        let problems = parse(text, 1).unwrap_err().join("\n");
        assert!(problems.contains("\"U1\" is there twice"));
        assert!(problems.contains("line 2: following the managers up"));
        assert!(parse("name,stage\n", 1).unwrap_err()[0].contains("nobody in it"));
        assert!(parse("who,stage\n", 1).unwrap_err()[0].contains("no column \"who\""));
    }
}
