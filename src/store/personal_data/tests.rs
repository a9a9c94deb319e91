use super::{Column, Ends, Erasing, Export, Rows, Viewer, kept, seen_by, stays, tables};
use std::collections::BTreeSet;

fn every_column() -> impl Iterator<Item = (&'static super::Table, &'static Column)> {
    tables().flat_map(|table| table.columns.iter().map(move |column| (table, column)))
}

#[test]
fn everything_is_declared_once() {
    let mut seen = BTreeSet::new();
    for (table, column) in every_column() {
        let (table, name) = (table.name, column.name);
        assert!(
            seen.insert((table, name)),
            "{table}.{name} is declared twice"
        );
    }
    let names: BTreeSet<_> = tables().map(|table| table.name).collect();
    assert_eq!(names.len(), tables().count());
}

#[test]
fn what_is_sealed_says_for_which_row() {
    for (table, column) in every_column() {
        let (table, name) = (table.name, column.name);
        let is_sealed = column.sealed_for.is_some();
        assert_eq!(is_sealed, name.ends_with("_sealed"), "{table}.{name}");
    }
}

/// Erasing leaves a reason wherever it leaves something.
#[test]
fn what_stays_in_rows_that_stay_says_why() {
    for table in tables().filter(|table| matches!(table.erasing, Rows::Stay(_))) {
        for (column, personal) in table.personal() {
            let goes = !matches!(personal.erasing, Erasing::WithRow);
            assert!(goes, "{}.{} goes with no row", table.name, column.name);
        }
    }
    for (table, column, why) in stays() {
        assert!(!why.is_empty(), "{table}.{column}");
    }
}

#[test]
fn what_is_shown_has_a_title_and_what_is_not_has_a_reason() {
    for table in tables() {
        for (column, personal) in table.personal() {
            let (table, name) = (table, column.name);
            assert!(!table.kind.is_empty(), "{}", table.name);
            match personal.export {
                Export::Shown(..) => assert!(!table.title.is_empty(), "{}.{name}", table.name),
                Export::Hidden(why) => assert!(!why.is_empty(), "{}.{name}", table.name),
            }
        }
    }
}

/// What a column ends by must be something that retention can do to it.
#[test]
fn what_ends_before_its_row_is_taken_out_of_it() {
    for table in tables() {
        for (column, personal) in table.personal() {
            let Some((ends, name)) = personal.ends else {
                continue;
            };
            let (table, column) = (table.name, column.name);
            assert!(!name.is_empty(), "{table}.{column}");
            match ends {
                Ends::WithPair => assert!(
                    matches!(personal.erasing, Erasing::Null | Erasing::Resealed(_)),
                    "{table}.{column}"
                ),
                Ends::Days(..) => assert!(
                    matches!(personal.erasing, Erasing::Null | Erasing::Replaced(_)),
                    "{table}.{column}"
                ),
                other => panic!("nothing ends {table}.{column} {other:?}"),
            }
        }
    }
    for table in tables().filter(|table| table.ends == Ends::WithPerson) {
        assert_eq!(table.erasing, Rows::Deleted, "{}", table.name);
        assert!(table.mine().is_some(), "{}", table.name);
    }
    for table in tables().filter(|table| table.ends == Ends::WithPair) {
        assert!(table.of_pair().is_some(), "{}", table.name);
    }
}

#[test]
fn people_read_it_in_a_few_words() {
    let read = |viewer| seen_by(viewer).join("; ");
    insta::assert_snapshot!(read(Viewer::OnlyYou), @"your working hours; who you'd rather not be paired with; what I write to you here; your reflections; your answers to check-ins");
    insta::assert_snapshot!(read(Viewer::Partner), @"your role, department, site and topics; what you hope for; your time zone; your shared goals; your meetings; a reflection only when you press “share”");
    let ends = kept().into_iter().map(|(ends, names)| match ends {
        Ends::Days(days, _) | Ends::CalendarDays(days, _) => format!("{days}: {}", names.len()),
        other => format!("{other:?}: {}", names.len()),
    });
    let ends: Vec<_> = ends.collect();
    assert!(
        ends[0].starts_with("WithPerson") && ends[1].starts_with("WithPair"),
        "{ends:?}"
    );
}
