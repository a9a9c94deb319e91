//! Files as Workday, `BambooHR`, Personio and Slack export them, and headers that are asked about.

use super::*;

#[test]
fn aliases_are_not_ambiguous() {
    assert_eq!(
        super::super::headers::alias_counts().0,
        super::super::headers::alias_counts().1
    );
    for column in Column::ALL {
        assert_eq!(
            super::super::headers::column_named(column.as_str()),
            Some(column)
        );
        assert_eq!(
            super::super::header_line::known([column.as_str()].into_iter()),
            1
        );
    }
}

#[test]
fn workday() {
    let text = "All Active Workers\n\nRun on,2026-03-02\n\
        Employee ID,Worker,Legal Name,Primary Work Email,Supervisory Organization,Cost Center,Management Level,Location,Worker's Manager,Manager ID\n\
        21001,\"Lima, Ana\",Ana Maria Lima,ana@x.org,Design (Noor Haddad),CC 7,Senior,Lisbon,Noor Haddad (21002),21002\n\
        21002,Noor Haddad,Noor Haddad,noor@x.org,Design,CC 7,Director,Berlin,,\n";
    let file = imported(text).unwrap();
    let ana = &file.rows[0];
    assert_eq!((ana.line, ana.key(), ana.shown()), (5, "21001", "Ana Lima"));
    assert_eq!(
        (ana.department.as_str(), ana.site.as_str()),
        ("Design (Noor Haddad)", "Lisbon")
    );
    assert_eq!((ana.rank, ana.manager), (Some(2), Manager::Row(1)));
    assert_eq!(
        (file.notes.top, file.notes.ignored),
        (Some(1), vec!["Cost Center".to_owned()])
    );
}

#[test]
fn bamboo_hr() {
    let text = "Employee #,First Name,Last Name,Job Title,Department,Division,Location,Status,Hire Date,Work Email,Reporting to,Supervisor email,State\n\
        17,Ana,Lima,Designer,Design,Europe,Lisbon,Active,2020-01-01,ana@x.org,Noor Haddad,noor@x.org,\n\
        4,Noor,Haddad,Head of Design,Design,Europe,Berlin,Active,2018-01-01,noor@x.org,,,\n\
        3,Old,Timer,Designer,Design,Europe,Berlin,Inactive,2018-01-01,old@x.org,Noor Haddad,,\n";
    let file = imported(text).unwrap();
    assert_eq!(names(&file), ["Ana Lima", "Noor Haddad", "Old Timer"]);
    assert_eq!(
        (file.rows[0].key(), file.rows[0].department.as_str()),
        ("17", "Design")
    );
    assert_eq!(
        managers(&file),
        [Manager::Row(1), Manager::Nobody, Manager::Row(1)]
    );
    assert_eq!(file.rows[2].part, Part::Bystander);
    assert_eq!(
        file.notes.ignored,
        ["Division", "Job Title", "Hire Date", "State"]
    );
}

#[test]
fn personio() {
    let text = "Employee ID;First name;Last name;Preferred name;Email;Status;Office;Department;Team;Supervisor;Supervisor ID;Supervisor email\n\
        17;Ana;Lima;;ana@x.org;active;Lisbon;Design;Web;Noor Haddad;4;noor@x.org\n\
        4;Nour;Haddad;Noor;noor@x.org;active;Berlin;Design;;;;\n";
    let file = imported(text).unwrap();
    assert_eq!(names(&file), ["Ana Lima", "Noor Haddad"]);
    assert_eq!(
        (file.rows[0].site.as_str(), file.rows[0].manager),
        ("Lisbon", Manager::Row(1))
    );
}

#[test]
fn slack() {
    let text = "username,email,status,billing-active,has-2fa,has-sso,userid,fullname,displayname,expiration-timestamp\n\
        ana,ana@x.org,Member,1,1,0,U0123ABCD,\"Ana Lima\",Ana,\n\
        beep,beep@x.org,Bot,0,0,0,U0123ABCE,Beep,,\n\
        noor,noor@x.org,Primary Owner,1,1,0,U0123ABCF,Noor Haddad,,\n\
        gil,gil@x.org,Multi-Channel Guest,1,0,0,U0123ABCG,Gil Guest,,1790000000\n\
        old,old@x.org,Deactivated,0,0,0,U0123ABCH,Old Timer,,\n";
    let file = imported(text).unwrap();
    assert_eq!(
        names(&file),
        ["Ana Lima", "Noor Haddad", "Gil Guest", "Old Timer"]
    );
    assert!(
        file.rows
            .iter()
            .all(|row| file.slack_id(row.key()).is_some())
    );
    let part = |row: &Row| row.takes_part();
    assert_eq!(
        file.rows.iter().map(part).collect::<Vec<_>>(),
        [true, true, false, false]
    );
    assert!(file.notes.ignored.contains(&"has-2fa".to_owned()));
}

#[test]
fn a_slack_id_counts_before_an_employees_id_and_both_find_people() {
    let text = "Employee ID,Slack ID,Employee #,Name,Manager ID\nE1,U0123ABCD,7,Ana,\nE2,U0123ABCE,8,Bo,E1\nE3,,9,Cem,8\n";
    let file = imported(text).unwrap();
    assert_eq!(file.rows[0].key(), "U0123ABCD");
    assert_eq!(managers(&file)[1..], [0, 1].map(Manager::Row));
    assert!(file.notes.ignored.is_empty());
}

#[test]
fn headers_are_read_however_they_are_typed() {
    for header in [
        "EMPLOYEE_ID,Work-E-Mail,manager's name",
        "\u{feff}employee  id,work email\u{200b},Manager.Name",
    ] {
        let file = imported(&format!("{header}\nE1,a@x,\nE2,b@x,E1\n")).unwrap();
        assert_eq!(file.rows[1].manager, Manager::Row(0), "{header}");
        assert!(file.notes.ignored.is_empty());
    }
}

/// A line of numbers under these headers.
fn numbers(header: &str) -> String {
    let cells = (1..).zip(header.split(',')).map(|(at, _)| at.to_string());
    cells.collect::<Vec<_>>().join(",")
}

#[test]
fn an_unsure_header_is_asked_about() {
    for (header, question) in [
        (
            "name,Pay Grade",
            "column stage: may be \"Pay Grade\": say which with --column stage=\"Pay Grade\", or --column stage=- if it is none of them",
        ),
        (
            "name,Band,Level",
            "column stage: may be \"Band\" or \"Level\": say which with --column stage=\"Band\"",
        ),
        (
            "name,Big Boss",
            "column manager: may be \"Big Boss\": say which",
        ),
        (
            "name,Mangaer",
            "column manager: may be \"Mangaer\": say which",
        ),
        (
            "name,Supervisor,Manager",
            "column manager: may be \"Supervisor\" or \"Manager\": say which",
        ),
        (
            "name,Private e-mail",
            "column email: may be \"Private e-mail\": say which",
        ),
        (
            "name,Langauges",
            "column languages: may be \"Langauges\": say which",
        ),
        (
            "name,Name",
            "column name: \"name\" appears twice: remove one",
        ),
        (
            "Display,Company Name",
            "column name: may be \"Company Name\": say which",
        ),
    ] {
        let cells = numbers(header);
        let found = imported(&format!("{header}\n{cells}\n")).unwrap_err();
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(
            found[0].starts_with(&format!("line 1, {question}")),
            "{found:?}"
        );
    }
    // Not when the file has the column, nor about words that only look like one.
    for header in [
        "name,stage,Pay Grade",
        "name,manager email,Direct Reports",
        "name,Shoe,State,Phone",
        "name,email,Private e-mail",
    ] {
        let cells = numbers(header);
        let file = imported(&format!("{header}\n{cells}\n")).unwrap();
        assert!(!file.notes.ignored.is_empty(), "{header}");
    }
}

#[test]
fn a_mapping_decides() {
    let text = b"name,Pay Grade,Boss,Mentor\nAna,2,Bo,x\nBo,3,,y\n";
    let read = |mapping: &[(&str, &str)]| read_bytes(text, Purpose::Import, mapping);
    let file = read(&[("Stage", "pay_grade"), ("manager", "Boss")]).unwrap();
    assert_eq!(
        (file.rows[0].rank, file.rows[0].manager),
        (Some(1), Manager::Row(1))
    );
    assert_eq!(file.notes.ignored, ["Mentor"]);
    let file = read(&[("stage", "-"), ("manager", "-")]).unwrap();
    assert_eq!(
        (file.rows[0].rank, file.rows[0].manager),
        (None, Manager::Unknown)
    );
    let found = read(&[
        ("stage", "Grade"),
        ("manager", "Boss"),
        ("manager", "-"),
        ("shoe", "Boss"),
    ]);
    let found = found.unwrap_err();
    assert!(
        found[0].starts_with("--column manager is given twice"),
        "{found:?}"
    );
    assert!(
        found[1].starts_with("--column shoe: there is no column \"shoe\": use one of name, "),
        "{found:?}"
    );
    assert_eq!(
        found[2],
        "line 1, column stage: there is no header \"Grade\": use one of \"name\", \"Pay Grade\", \"Boss\", \"Mentor\""
    );
    assert_eq!(
        mapping_entry("Manager = Reports To").unwrap(),
        ("manager".into(), "Reports To".into())
    );
    for bad in ["manager", "manager=", "shoe=Boss", ""] {
        assert!(mapping_entry(bad).is_err(), "{bad}");
    }
}

/// As `BambooHR` heads a report.
#[test]
fn a_name_in_one_column_may_have_the_last_name_first() {
    let text = "Employee Number,\"Last Name, First Name\",Work Email,Reporting to\n\
        17,\"Lima, Ana\",ana@x.org,\"Haddad, Noor\"\n4,\"Haddad, Noor\",noor@x.org,\n";
    let file = imported(text).unwrap();
    assert_eq!(names(&file), ["Ana Lima", "Noor Haddad"]);
    assert_eq!(managers(&file), [Manager::Row(1), Manager::Nobody]);
}

/// Other programs have job roles under our header.
#[test]
fn a_column_with_other_roles_is_not_ours() {
    let text = "name,role\nAna,Engineer\nBo,Designer\n";
    let file = imported(text).unwrap();
    assert_eq!(file.notes.ignored, ["role"]);
    assert!(file.rows.iter().all(Row::takes_part));
    let found = read_bytes(text.as_bytes(), Purpose::Import, &[("role", "role")]).unwrap_err();
    assert!(
        found[0].starts_with("line 2, column role: \"Engineer\" is not a role"),
        "{found:?}"
    );
    let found = imported("name,role\nAna,mentor\nBo,Designer\n").unwrap_err();
    assert!(
        found[0].starts_with("line 3, column role: \"Designer\" is not a role"),
        "{found:?}"
    );
}
