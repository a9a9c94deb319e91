//! What a row says, and what is wrong with it.

use super::*;
use crate::domain::participant::Role;

#[test]
fn a_plain_file_is_a_company() {
    let text = "\u{feff}Name;Stage;Manager;Zone;share;languages;mentor_capacity\r\n\
                Ana Lima;1;Noor Haddad;Europe/Berlin;AI tools, Rust;English|German;2\r\n\
                \r\n\
                Noor Haddad;director;-;America/New_York;\"Strategy\nlong\nlines\";;\r\n";
    let rows = matched(text).unwrap().rows;
    let (ana, noor) = (&rows[0], &rows[1]);
    assert_eq!((ana.rank, ana.manager), (Some(0), Manager::Row(1)));
    assert_eq!(ana.zone.iana_name(), Some("Europe/Berlin"));
    assert_eq!((ana.mentor_capacity, ana.mentee_capacity), (2, 1));
    assert_eq!(ana.share, ["AI tools", "Rust"]);
    assert_eq!((noor.rank, noor.manager), (Some(4), Manager::Nobody));
    assert_eq!(noor.languages, ["English"]);
    assert_eq!(noor.share, ["Strategy", "long", "lines"]);
    assert_eq!(noor.key(), "Noor Haddad");
}

#[test]
fn everything_wrong_is_told_at_once_with_line_and_column() {
    let text = "name,stage,manager,zone,role,id,mentee_capacity,rather_not,shoe\n\
                Ana,Boss,,Mars/Phobos,,a,4,,\n\
                ,1,Nobody,,helper,a,,Bo,\n\
                Cem,2\n\
                Dora,\"Senior\n\",Ana,,,d,one,Cem,\n\
                ,1,,,,,,,\n\
                Eve,,#N/A,,,e,,,\n";
    assert_eq!(
        matched(text).unwrap_err(),
        [
            "line 2, column mentee_capacity: \"4\" is not a number from 1 to 3",
            "line 2, column stage: \"Boss\" is not a stage: use one of Early career, Experienced, Senior, Lead or manager, Director, Vice president, Executive; or a number from 1; or say which one a word is, such as --stage \"Manager=Experienced\", or --stage \"Manager=-\" to leave it out; or leave out the whole column with --column stage=-",
            "line 2, column zone: \"Mars/Phobos\" is not a time zone: use an IANA name such as Europe/Berlin",
            "line 3, column id: \"a\" appears twice: each person needs their own",
            "line 3, column rather_not: \"Bo\" is not in the file: use the id, email or name of a row, or leave it empty",
            "line 3, column role: \"helper\" is not a role: use mentor, mentee, either or none, or say with --column role=- that the file has no roles in the program",
            "line 4: has 2 cells where the first line has 9: if the file was cut off, export it again; else fill in what is missing",
            "line 5, column mentee_capacity: \"one\" is not a number from 1 to 3",
            "line 7, column name: is empty: fill it in",
            "line 8, column manager: #N/A: its formula fails, so correct it or empty the cell",
            "line 8, column stage: is empty: use one of Early career, Experienced, Senior, Lead or manager, Director, Vice president, Executive; or a number from 1",
        ]
    );
}

#[test]
fn one_key_is_one_person() {
    for (rows, line) in [
        ("Bo,1,,\nBo,1,Z9,\nBo,1,,\n", 4),
        ("Ana,1,Bo,\nBo,2,,\n", 3),
        ("Bo,2,,\nAna,1,Bo,\n", 2),
        ("Ana,1,Z1,bo\nBo,2,,\n", 3),
    ] {
        let found = matched(&format!("name,stage,id,email\n{rows}")).unwrap_err();
        let start = format!("line {line}, column name: \"Bo\" ");
        assert!(
            found.len() == 1 && found[0].starts_with(&start),
            "{found:?}"
        );
    }
    // Lists from elsewhere often have the address in both columns.
    let file = matched(
        "name,stage,id,email,manager\nBo,2,b@x.org,b@x.org,-\nAna,1,a@x.org,a@x.org,b@x.org\n",
    );
    assert_eq!(file.unwrap().rows[1].manager, Manager::Row(0));
}

#[test]
fn the_columns_that_are_needed_depend_on_the_purpose() {
    assert!(matched("name,stage\n").unwrap_err()[0].contains("nobody in it"));
    let found = matched("who,notes\nAna,1\n").unwrap_err();
    assert_eq!(
        found,
        [
            "line 1, column name: is missing: add it, or say which it is with --column name=\"HEADER\"",
            "line 1, column stage: is missing: add it, or say which it is with --column stage=\"HEADER\"",
        ]
    );
    for one in [
        "id\nE1\n",
        "email\na@x.org\n",
        "First name,Last name\nAna,Lima\n",
    ] {
        let file = imported(one).unwrap();
        assert_eq!((file.rows.len(), file.rows[0].rank), (1, None), "{one}");
    }
    let found = read_bytes(b"name\nAna\n", Purpose::Match, &[("stage", "-")]).unwrap_err();
    assert!(
        found[0].starts_with("line 1, column stage: is missing"),
        "{found:?}"
    );
    let found = matched("name,stage,role\nAna,,none\nBo,1,no\n").unwrap_err();
    assert!(found[0].starts_with("nobody in it takes part"), "{found:?}");
    assert_eq!(imported("name,role\nAna,none\n").unwrap().rows.len(), 1);
}

#[test]
fn bystanders_need_no_stage() {
    let text = "name,stage,role\nAna,1,mentor\nBo,,none\nCem,,Not  participating\nDan,2,\nEve,3,both\nFay,3,NO\n";
    let file = matched(text).unwrap();
    let parts: Vec<Part> = file.rows.iter().map(|row| row.part).collect();
    assert_eq!(
        parts,
        [
            Part::Member(Some(Role::Mentor)),
            Part::Bystander,
            Part::Bystander,
            Part::Member(None),
            Part::Member(Some(Role::Either)),
            Part::Bystander,
        ]
    );
    assert_eq!(file.rows[1].rank, None);
}

#[test]
fn names_are_read_in_every_form() {
    let text = "First Name,Last Name,Preferred Name,email\n\
                Robert,Smith,Bob,1@x\n\
                Ana,Lima,,2@x\n\
                Jo,Haddad,Noor Haddad,3@x\n\
                Cher,,,4@x\n\
                ,,,5@x\n";
    let file = imported(text).unwrap();
    assert_eq!(
        names(&file),
        ["Bob Smith", "Ana Lima", "Noor Haddad", "Cher", "5@x"]
    );
    assert_eq!(
        (file.rows[4].name.as_str(), file.rows[4].key()),
        ("", "5@x")
    );
    let text = "Worker,Manager\n\"Lima, Ana (E1)\",\n\"Haddad, Noor\u{a0}(On Leave)\",Ana  LIMA (E1)\n\
                Cem Jose\u{301},NOOR Haddad\nDan,Cem Jos\u{e9}\nEve,E1\n";
    let file = imported(text).unwrap();
    assert_eq!(names(&file)[..2], ["Ana Lima", "Noor Haddad (On Leave)"]);
    assert_eq!(file.rows[0].id.as_deref(), Some("E1"));
    assert_eq!(
        managers(&file)[1..],
        [
            Manager::Row(0),
            Manager::Row(1),
            Manager::Row(2),
            Manager::Row(0)
        ]
    );
    // People are also found by the name they do not go by.
    let text = "Name,First name,Last name,Preferred name,Manager\nRobert Smith,Robert,Smith,Bob,\n\
                A,,,,Bob Smith\nB,,,,\"Smith, Robert\"\n";
    assert_eq!(
        managers(&imported(text).unwrap())[1..],
        [Manager::Row(0); 2]
    );
}

#[test]
fn people_to_keep_apart_are_found_by_last_name_first() {
    let text = "name,stage,rather_not\n\"Lima, Ana\",1,\nBo,1,\"Lima, Ana\"\nCem,1,\"Lima, Ana; Bo\"\n\
                Dan,1,\"bo, CEM\"\nEve,1,\"Lima, Ana|Dan\"\n";
    let file = matched(text).unwrap();
    let apart: Vec<_> = file.rows.iter().map(|row| row.rather_not.clone()).collect();
    assert_eq!(apart, [vec![], vec![0], vec![0, 1], vec![1, 2], vec![0, 3]]);
}

#[test]
fn a_slack_id_is_known_by_its_form() {
    let text = "id\nU0123ABCD\nW0123ABCDEF\nu0123abcx\nU0123\nE0123ABCD\n";
    let are_slacks = |text: &str| -> Vec<bool> {
        let file = imported(text).unwrap();
        let ids = file.rows.iter().map(|row| file.slack_id(row.key()));
        ids.map(|id| id.is_some()).collect()
    };
    // Beside ids of another form, a short one may be the company's own.
    assert_eq!(are_slacks(text), [true, true, false, false, false]);
    assert_eq!(are_slacks("id\nU0123ABCD\nUANA\n"), [true, true]);
    // Workday numbers its workers like this.
    assert_eq!(
        are_slacks("Employee ID\nW10234\nW00010234\nU0123ABCD\n"),
        [false, false, true]
    );
}

#[test]
fn a_file_can_be_stored() {
    let file = matched("name,stage,zone,manager\nAna,1,Europe/Berlin,Bo\nBo,2,,x@x.org\n").unwrap();
    let text = serde_json::to_string(&file).unwrap();
    assert_eq!(serde_json::from_str::<PeopleFile>(&text).unwrap(), file);
}

#[test]
fn too_many_people_are_too_many() {
    let rows = "Ana,1\n".repeat(1001);
    let found = matched(&format!("name,stage\n{rows}")).unwrap_err();
    assert_eq!(found, ["1001 people: at most 1000 are allowed here"]);
}
