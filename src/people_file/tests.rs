mod elsewhere;
mod exports;
mod kinds;
mod managers;
mod mangled;
mod rows;
mod stages;
mod truth;

use super::*;

/// Reads a file, with problems in words.
fn read_bytes(
    bytes: &[u8],
    purpose: Purpose,
    mapping: &[(&str, &str)],
) -> Result<PeopleFile, Vec<String>> {
    let mapping = mapping
        .iter()
        .map(|(column, header)| ((*column).to_owned(), (*header).to_owned()));
    let mapping = Mapping {
        columns: mapping.collect(),
        ..Mapping::default()
    };
    let (name, settings) = (Path::new("people.csv"), Settings::default());
    let read = parse(name, bytes, &settings, 1000, purpose, &mapping);
    read.map_err(|bad| bad.problems.iter().map(Problem::to_string).collect())
}

fn matched(text: &str) -> Result<PeopleFile, Vec<String>> {
    read_bytes(text.as_bytes(), Purpose::Match, &[])
}

fn imported(text: &str) -> Result<PeopleFile, Vec<String>> {
    read_bytes(text.as_bytes(), Purpose::Import, &[])
}

fn names(file: &PeopleFile) -> Vec<&str> {
    file.rows.iter().map(Row::shown).collect()
}

fn managers(file: &PeopleFile) -> Vec<Manager> {
    file.rows.iter().map(|row| row.manager).collect()
}
