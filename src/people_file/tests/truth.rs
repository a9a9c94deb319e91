//! Made-up companies, written as one system or another writes them: whatever is read, nobody gets a manager who is not theirs.

use super::*;
use proptest::prelude::*;

const FIRST: [&str; 3] = ["Ana", "Bo", "Zoë"];
const LAST: [&str; 3] = ["Lima", "Roe", "von Berg"];

#[derive(Clone, Debug)]
struct Someone {
    first: &'static str,
    last: &'static str,
    /// Position of their manager; their own for the top.
    manager: usize,
    is_in_file: bool,
    /// The cells about their manager that are filled in.
    is_told: [bool; 3],
}

/// How a system writes people.
#[expect(clippy::struct_excessive_bools, reason = "systems differ in each")]
#[derive(Clone, Debug)]
struct Format {
    has_numbers: bool,
    has_emails: bool,
    last_first: bool,
    /// Whether managers are named by the second kind of id.
    by_number: bool,
    has_manager: [bool; 3],
    id_behind_name: bool,
    unknown: &'static str,
    /// A spreadsheet took the zeros of managers' ids.
    zeros: usize,
}

fn someone() -> impl Strategy<Value = (usize, usize, prop::sample::Index, bool, [bool; 3])> {
    let told = prop::array::uniform3(prop::bool::weighted(0.8));
    (
        0..3_usize,
        0..3_usize,
        any::<prop::sample::Index>(),
        prop::bool::weighted(0.85),
        told,
    )
}

fn company() -> impl Strategy<Value = Vec<Someone>> {
    prop::collection::vec(someone(), 4..14).prop_map(|all| {
        let one = |(at, (first, last, manager, is_in_file, is_told)): (
            usize,
            &(usize, usize, prop::sample::Index, bool, [bool; 3]),
        )| Someone {
            first: FIRST[*first],
            last: LAST[*last],
            manager: if at == 0 { 0 } else { manager.index(at) },
            is_in_file: *is_in_file,
            is_told: *is_told,
        };
        all.iter().enumerate().map(one).collect()
    })
}

fn format() -> impl Strategy<Value = Format> {
    let unknown = prop::sample::select(vec!["", "N/A", "TBD", "?"]);
    (any::<[bool; 5]>(), any::<[bool; 3]>(), unknown, 0..4_usize).prop_map(
        |(of, has_manager, unknown, zeros)| Format {
            has_numbers: of[0],
            has_emails: of[1],
            last_first: of[2],
            by_number: of[0] && of[3],
            has_manager,
            id_behind_name: of[4],
            unknown,
            zeros,
        },
    )
}

fn id(at: usize) -> usize {
    at + 10
}

/// Another kind of number, in the same range.
fn number(at: usize, of: usize) -> usize {
    of - at + 9
}

impl Format {
    fn name(&self, one: &Someone) -> String {
        if self.last_first {
            format!("{}, {}", one.last, one.first)
        } else {
            format!("{} {}", one.first, one.last)
        }
    }

    fn manager_id(&self, at: usize, of: usize) -> usize {
        if self.by_number {
            number(at, of)
        } else {
            id(at)
        }
    }

    fn write(&self, company: &[Someone]) -> String {
        let of = company.len();
        let mut lines = Vec::new();
        let mut header = vec!["Employee ID", "Worker"];
        header.extend(self.has_numbers.then_some("Employee Number"));
        header.extend(self.has_emails.then_some("Work Email"));
        let managers = ["Manager ID", "Manager Email", "Worker's Manager"];
        header.extend(
            managers
                .into_iter()
                .zip(self.has_manager)
                .filter_map(|(name, has)| has.then_some(name)),
        );
        lines.push(
            header
                .iter()
                .map(|cell| format!("\"{cell}\""))
                .collect::<Vec<_>>()
                .join(";"),
        );
        for (at, one) in company.iter().enumerate().filter(|(_, one)| one.is_in_file) {
            let width = self.zeros + 2;
            let mut cells = vec![format!("{:0width$}", id(at)), self.name(one)];
            cells.extend(self.has_numbers.then(|| number(at, of).to_string()));
            cells.extend(self.has_emails.then(|| format!("p{at}@x.org")));
            let (manager, place) = (&company[one.manager], one.manager);
            let their_id = self.manager_id(place, of);
            let behind = if self.id_behind_name {
                format!(" ({their_id})")
            } else {
                String::new()
            };
            let names = [
                their_id.to_string(),
                format!("P{place}@x.org"),
                format!("{}{behind}", self.name(manager)),
            ];
            for ((cell, has), is_told) in names.into_iter().zip(self.has_manager).zip(one.is_told) {
                let is_told = is_told && place != at;
                cells.extend(has.then(|| {
                    if is_told {
                        cell
                    } else {
                        self.unknown.to_owned()
                    }
                }));
            }
            lines.push(
                cells
                    .iter()
                    .map(|cell| format!("\"{cell}\""))
                    .collect::<Vec<_>>()
                    .join(";"),
            );
        }
        lines.join("\r\n")
    }

    /// Whether a cell that is told for somebody is more than a name, which another may have.
    fn is_clear(&self, company: &[Someone], one: &Someone) -> bool {
        let [by_id, by_email, by_name] =
            [0, 1, 2].map(|at| self.has_manager[at] && one.is_told[at]);
        let manager = &company[one.manager];
        let same = company
            .iter()
            .filter(|other| (other.first, other.last) == (manager.first, manager.last));
        let is_alone = same.count() == 1;
        // A number of another kind may be that of a namesake.
        let by_id = by_id && (!self.has_numbers || is_alone);
        let by_name = by_name && (self.has_numbers || !self.id_behind_name);
        by_id || by_email && self.has_emails || !by_name || is_alone
    }

    /// Whether an id and an address, if there are any, are seen to be of the file's kind: somebody is found by them.
    fn is_sure(&self, company: &[Someone]) -> bool {
        let found = |cell: usize| {
            let mut rows = company.iter().enumerate().filter(|(_, one)| one.is_in_file);
            rows.any(|(at, one)| {
                // A number that somebody has in both columns doesn't tell which kind it is.
                let place = one.manager;
                let is_clear = !self.has_numbers || id(place) != number(place, company.len());
                one.is_told[cell] && place != at && company[place].is_in_file && is_clear
            })
        };
        let has = self.has_manager;
        (!has[0] || found(0))
            && (!has[1] || found(1))
            && (!has[2] || !self.id_behind_name || found(2))
    }
}

proptest! {
    #[test]
    fn nobody_gets_a_manager_who_is_not_theirs(company in company(), format in format()) {
        let there: Vec<usize> = (0..company.len()).filter(|at| company[*at].is_in_file).collect();
        prop_assume!(!there.is_empty() && format.is_sure(&company));
        prop_assume!(there.iter().all(|at| format.is_clear(&company, &company[*at])));
        let text = format.write(&company);
        if let Ok(file) = imported(&text) {
            prop_assert_eq!(file.rows.len(), there.len(), "{}", text);
            for (row, &at) in file.rows.iter().zip(&there) {
                let manager = company[at].manager;
                let is_right = match row.manager {
                    Manager::Row(other) => there[other] == manager,
                    // Told, and worth a look.
                    Manager::Nobody => file.notes.top.map(|top| there[top]) == Some(at),
                    Manager::Unknown => true,
                    Manager::Outside(_) => manager != at,
                };
                prop_assert!(is_right, "line {} has {:?} for {}\n{}", row.line, row.manager, manager, text);
            }
        }
    }
}
