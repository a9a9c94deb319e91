//! Files as other companies have them: in other languages, with lines that are nobody, and with managers who are not who they seem.

use super::*;
use rust_xlsxwriter::Workbook;

#[test]
fn german_french_and_spanish_lists() {
    let german = "Personalnummer;Name;Vorname;E-Mail;Führungskraft;Abteilung;Standort\n\
        17;Lima;Ana;ana@x.org;Noor Haddad;Design;Porto\n4;Haddad;Noor;noor@x.org;;Design;Berlin\n";
    let french = "Matricule;Nom;Prénom;Courriel;Responsable hiérarchique;Service;Site\n\
        17;LIMA;Ana;ana@x.org;\"HADDAD, Noor\";Design;Porto\n4;HADDAD;Noor;noor@x.org;;Design;Berlin\n";
    let spanish = "Número de empleado;Nombre;Apellidos;Correo electrónico;Jefe directo;Departamento;Sede\n\
        17;Ana;Lima;ana@x.org;4;Design;Porto\n4;Noor;Haddad;noor@x.org;;Design;Berlin\n";
    for text in [german, french, spanish] {
        let file = imported(text).unwrap();
        let shown = names(&file).join(", ").to_lowercase();
        assert_eq!(shown, "ana lima, noor haddad", "{text}");
        assert_eq!(
            managers(&file),
            [Manager::Row(1), Manager::Nobody],
            "{text}"
        );
        let (ana, ignored) = (&file.rows[0], &file.notes.ignored);
        assert_eq!(
            (ana.key(), ana.department.as_str(), ana.site.as_str()),
            ("17", "Design", "Porto")
        );
        assert!(ignored.is_empty(), "{ignored:?}");
    }
    // Below a title, where most headers are only likely.
    let text = "Bericht\n\nKürzel;Mitarbeitername;Mail privat;Vorgesetzte Person\nx;Ana;a;Bo\n";
    let asked = imported(text).unwrap_err();
    assert!(asked[0].starts_with("line 3, column "), "{asked:?}");
    let text = "Pers.-Nr.;Nachname, Vorname;E-Mail (geschäftlich);Direkte/r Vorgesetzte/r\n7;\"Lima, Ana\";a@x;\"Haddad, Noor\"\n\
        8;\"Haddad, Noor\";n@x;-\nAnzahl: 2;;;\n";
    let file = imported(&text.replace("Nachname, Vorname", "\"Nachname, Vorname\"")).unwrap();
    assert_eq!(managers(&file), [Manager::Row(1), Manager::Nobody]);
    for manager in [
        "Przełożony",
        "Responsabile diretto",
        "Nærmeste leder",
        "上司",
    ] {
        let asked = imported(&format!("name,email,{manager}\nAna,a@x,Bo\n")).unwrap_err();
        assert!(asked[0].contains("column manager: may be"), "{asked:?}");
    }
    let asked = imported("name,email,Disziplinarische Führungskraft\nAna,a@x,Bo\n").unwrap_err();
    assert!(
        asked[0].contains("column manager: may be \"Disziplinarische"),
        "{asked:?}"
    );
}

/// As Google and ADP head their lists, and with a head of the company who answers to a board.
#[test]
fn more_systems() {
    let text = "First Name [Required],Last Name [Required],Email Address [Required],Status [READ ONLY],Manager Email\n\
        Ana,Lima,ana@x.org,Active,noor@x.org\nNoor,Haddad,noor@x.org,Active,Board of Directors\nBo,Roe,bo@x.org,Suspended,\n";
    let file = imported(text).unwrap();
    assert_eq!(names(&file)[..2], ["Ana Lima", "Noor Haddad"]);
    assert_eq!(
        managers(&file),
        [Manager::Row(1), Manager::Nobody, Manager::Unknown]
    );
    let text = "Associate ID,First Name,Last Name,Reports To Associate ID,Reports To Name\nA1,Ana,Lima,A2,\"Haddad, Noor\"\nA2,Noor,Haddad,,\n";
    assert_eq!(
        managers(&imported(text).unwrap()),
        [Manager::Row(1), Manager::Nobody]
    );
}

/// `Name` is a whole name where first names stand in it.
#[test]
fn a_whole_name_beside_a_first_name_stays_one() {
    let text =
        "Name,First name,email\nAna Lima,Ana,a@x\nNoor Haddad,Noor,n@x\nRobert Smith,Bob,r@x\n";
    assert_eq!(
        names(&imported(text).unwrap()),
        ["Ana Lima", "Noor Haddad", "Robert Smith"]
    );
}

/// As SAP, Workday and printed reports write them.
#[test]
fn lines_that_are_nobody() {
    let text = "Active people\nDepartment,All,Location,All\nRun on,2026-03-02,,\n\n\
        STATUS,USERID,FIRSTNAME,LASTNAME,EMAIL,MANAGER\nStatus,User ID,First Name,Last Name,Email,Manager\n\
        active,1,Cleo,Top,cleo@x.org,NO_MANAGER\nactive,2,Ana,Lima,ana@x.org,1\n\
        STATUS,USERID,FIRSTNAME,LASTNAME,EMAIL,MANAGER\nactive,3,Total,Ito,total@x.org,1\nTotal,3,,,,\nGrand Total: 3\n";
    let file = imported(text).unwrap();
    assert_eq!(names(&file), ["Cleo Top", "Ana Lima", "Total Ito"]);
    assert_eq!(
        managers(&file),
        [Manager::Nobody, Manager::Row(0), Manager::Row(0)]
    );
    assert_eq!(
        file.notes.left_out(),
        ["Lines 11, 12 are totals, so I've left them out."]
    );
    // The end of a file that was cut off is no total.
    let cut = imported("id,name,manager\n1,Cleo,\n2\n").unwrap_err();
    assert!(cut[0].starts_with("line 3: has 1 cell"), "{cut:?}");
}

#[test]
fn other_sheets_with_people_are_named() {
    let mut book = Workbook::new();
    for (name, person, is_hidden) in [
        ("Draft", "Old Timer", true),
        ("Active", "Ana Lima", false),
        ("Left", "Bo Roe", false),
    ] {
        let sheet = book.add_worksheet().set_name(name).unwrap();
        sheet.set_hidden(is_hidden).set_active(name == "Active");
        for (row, cells) in [["Name", "Work Email"], [person, "x@x.org"]]
            .into_iter()
            .enumerate()
        {
            for (column, cell) in (0..).zip(cells) {
                sheet
                    .write(u32::try_from(row).unwrap(), column, cell)
                    .unwrap();
            }
        }
    }
    let file = read_bytes(&book.save_to_buffer().unwrap(), Purpose::Import, &[]).unwrap();
    assert_eq!(names(&file), ["Ana Lima"]);
    assert_eq!(
        file.notes.left_out(),
        [
            "I've read only the sheet “Active”. There may be people in “Left”, “Draft”, too: put everyone into one sheet."
        ]
    );
}

#[test]
fn what_stands_for_an_unknown_manager_is_nobody() {
    for unknown in [
        "N/A",
        "TBD",
        "tbc",
        "?",
        "Vacant",
        "nan",
        "NULL",
        "0",
        "00000000",
        "Unbekannt",
    ] {
        let text = format!("name,stage,manager\nAna,1,{unknown}\nBo,1,{unknown}\n");
        let file = matched(&text).unwrap();
        assert_eq!(managers(&file), [Manager::Unknown; 2], "{unknown}");
        assert!(file.outside.is_empty(), "{unknown}");
    }
    // Unless it is somebody's name.
    let file = matched("name,stage,manager\nAna,1,Na\nNa,2,-\n").unwrap();
    assert_eq!(managers(&file), [Manager::Row(1), Manager::Nobody]);
}

/// Whose manager has left, or is in another country's file, does not report to somebody who happens to have the same name.
#[test]
fn a_namesake_is_not_the_manager() {
    let text = "Employee ID,Name,Work Email,Manager ID,Manager Email,Manager\n\
        1,Cleo Top,cleo@x.org,,,\n2,Ana Lima,ana@x.org,1,cleo@x.org,Cleo Top\n3,Bo Roe,bo@x.org,99,,Ana Lima\n\
        4,Cem Oz,cem@x.org,,ana.lima@y.org,Ana Lima\n5,Dan Ek,dan@x.org,,,Ana Lima\n6,Eve Fox,eve@x.org,99,ana@x.org,\n";
    let file = imported(text).unwrap();
    let ana = Manager::Row(1);
    assert_eq!(
        managers(&file)[2..],
        [Manager::Outside(0), Manager::Outside(1), ana, ana]
    );
    assert_eq!(file.outside, ["99", "ana.lima@y.org"]);
    // Numbers that are nobody's here at all are another system's, and names count.
    let text = "Employee ID,Name,Manager ID,Manager\n1,Cleo,,\n2,Ana,901,Cleo\n3,Bo,902,Ana\n";
    assert_eq!(
        managers(&imported(text).unwrap())[1..],
        [0, 1].map(Manager::Row)
    );
    let text = "Employee ID,Worker,Manager\nE1,Cleo Top,\nE2,Ana Lima,Cleo Top (E1)\nE3,Bo Roe,Ana Lima (E9)\n\
        E4,Cem Oz,Ana Lima (On Leave)\nE5,Dan Ek,Ana Lima (E2) (On Leave)\n";
    let file = imported(text).unwrap();
    assert_eq!(managers(&file)[2..], [Manager::Outside(0), ana, ana]);
}

#[test]
fn a_number_of_two_kinds_is_asked_about() {
    let text = "ID,Employee #,Name,Manager ID\n1,3,Cleo,\n2,1,Ana,3\n3,2,Bo,1\n";
    assert_eq!(
        imported(text).unwrap_err(),
        [
            "lines 3, 4, column manager_id: may be one person's id or another's Employee #: keep only the column that managers are \
          named by, or say which it is with --column id=\"id\" or --column id=\"Employee #\""
        ]
    );
    let read = |header| {
        let file = read_bytes(text.as_bytes(), Purpose::Import, &[("id", header)]);
        managers(&file.unwrap())[1..].to_vec()
    };
    assert_eq!(read("ID"), [2, 0].map(Manager::Row));
    assert_eq!(read("Employee #"), [0, 1].map(Manager::Row));
    let text = "ID,Employee #,Name,Manager ID,Manager\n11,12,Ana,10,Zoe Ek (10)\n12,11,Bo,11,Ana (11)\n13,10,Cem,,\n";
    let told = imported(text).unwrap_err();
    assert!(
        told.len() == 1 && told[0].starts_with("line 2, column manager_id: may be"),
        "{told:?}"
    );
    // Another column says who is meant.
    let text = "ID,Employee #,Name,Manager ID,Manager\n1,2,Cleo,,\n2,3,Ana,1,Cleo\n3,1,Bo,1,Cleo\n";
    assert_eq!(
        managers(&imported(text).unwrap())[1..],
        [0, 0].map(Manager::Row)
    );
}

#[test]
fn numbers_are_found_as_programs_leave_them() {
    let text = "Employee ID,Name,Manager ID\n1,Cleo,\n2,Ana,1.0\n3,Bo,2.0\n";
    assert_eq!(
        managers(&imported(text).unwrap())[1..],
        [0, 1].map(Manager::Row)
    );
    let told = imported("id,manager id\n0017,\n17,\n5,17\n6,017\n").unwrap_err();
    assert_eq!(
        told,
        [
            "line 4, column manager_id: may be two people's id: write it with all its zeros",
            "line 5, column manager_id: several people are called \"017\": use the id or email",
        ]
    );
}

#[test]
fn a_cell_that_is_no_one_manager_is_told() {
    let told = imported("Name,email,Manager\nCleo,c@x,Yes\nAna,a@x,No\nBo,b@x,No\n").unwrap_err();
    assert_eq!(
        told,
        [
            "line 2, column manager: \"Yes\" is nobody's name: use their manager's id, email or name, or say with --column manager=- \
             that it isn't in the file",
            "lines 3, 4, column manager: \"No\" is nobody's name: use their manager's id, email or name, or say with --column \
             manager=- that it isn't in the file",
        ]
    );
    for two in [
        "Cleo; Ana",
        "Cleo Top, Ana",
        "Cleo & Bo Unknown",
        "Cleo / Ana",
        "Ana\nCleo",
    ] {
        let text = format!(
            "name,email,manager\nCleo Top,t@x,\nCleo,c@x,Cleo Top\nAna,a@x,Cleo\nBo,b@x,\"{two}\"\n"
        );
        let told = imported(&text).unwrap_err();
        assert_eq!(
            told,
            ["line 5, column manager: names several people: keep the one they report to"],
            "{two}"
        );
    }
}

#[test]
fn one_person_in_two_lines_is_told_as_that() {
    let told =
        imported("Employee ID,Name,Position\n7,Ana Lima,One\n7,\"Lima, Ana\",Two\n").unwrap_err();
    assert_eq!(
        told,
        [
            "line 3, column Employee ID: \"7\" is in line 2 with the same name: keep one of the two lines"
        ]
    );
}

#[test]
fn who_has_left_takes_no_part_in_whatever_words() {
    let text = "name,Status\nA,Active\nB,Terminated (voluntary)\nC,Resigned - 2026\nD,On leave\nE,Not active\nF,Inaktiv\n";
    let file = imported(text).unwrap();
    let takes_part: Vec<bool> = file.rows.iter().map(Row::takes_part).collect();
    assert_eq!(takes_part, [true, false, false, true, false, false]);
}
