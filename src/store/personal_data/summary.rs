//! What the registry says in a few words: who sees what, for how long, and what stays.

use super::declare::{Ends, Erasing, Rows, Table, Viewer};
use super::registry::tables;

/// What a viewer is shown, in the order of the registry.
pub fn seen_by(viewer: Viewer) -> Vec<&'static str> {
    let mut names = Vec::new();
    for (_, personal) in tables().flat_map(Table::personal) {
        for (who, name) in personal.seen {
            if *who == viewer && !names.contains(name) {
                names.push(*name);
            }
        }
    }
    names
}

/// What is kept how long, each end with all that has it; what ends by its age comes in that order. Where a reason belongs to
/// the end, it follows in brackets.
pub fn kept() -> Vec<(Ends, Vec<String>)> {
    let mut kept: Vec<(Ends, Vec<String>)> = Vec::new();
    for table in tables().filter(|table| table.personal().next().is_some()) {
        let columns = table.personal().filter_map(|(_, personal)| personal.ends);
        let ids: Vec<_> = table.personal().filter(|(_, it)| it.is_id()).collect();
        // A row that names nobody any more may stay.
        let is_emptied = !ids.is_empty() && ids.iter().all(|(_, it)| it.ends.is_some());
        let whole = (!is_emptied).then_some((table.ends, table.kind));
        for (ends, name) in whole.into_iter().chain(columns) {
            let name = match ends {
                Ends::Soon(why) | Ends::WhenChanged(why) | Ends::Never(why) => {
                    format!("{name} ({why})")
                }
                _ => name.to_owned(),
            };
            match kept
                .iter_mut()
                .find(|(other, _)| rank(*other) == rank(ends))
            {
                Some((_, names)) => names.push(name),
                None => kept.push((ends, vec![name])),
            }
        }
    }
    kept.sort_by_key(|(ends, _)| rank(*ends));
    kept
}

fn rank(ends: Ends) -> (u8, i32) {
    match ends {
        Ends::WithPerson => (0, 0),
        Ends::WithPair => (1, 0),
        Ends::Soon(_) => (2, 0),
        Ends::Days(days, _) | Ends::CalendarDays(days, _) => (3, days),
        Ends::WhenChanged(_) => (4, 0),
        Ends::Never(_) => (5, 0),
    }
}

/// Where erasing somebody leaves their id, and why: table, column, reason.
pub fn stays() -> Vec<(&'static str, &'static str, &'static str)> {
    let mut stays = Vec::new();
    for table in tables() {
        for (column, personal) in table.personal() {
            let why = match (personal.erasing, table.erasing) {
                (Erasing::Stays(why), _) if personal.is_id() => Some(why),
                (Erasing::WithRow, Rows::DeletedIf(_, why) | Rows::Stay(why))
                    if personal.is_id() =>
                {
                    Some(why)
                }
                _ => personal.mentions,
            };
            stays.extend(why.map(|why| (table.name, column.name, why)));
        }
    }
    stays
}
