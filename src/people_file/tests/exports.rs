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
            super::super::headers::known([column.as_str()].into_iter()),
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
    assert!(file.rows.iter().all(|row| row.slack_id().is_some()));
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

#[test]
fn a_column_of_the_wrong_kind_is_asked_about_once() {
    let text = "name,Job Level,role\nAna,L5,Engineer\nBo,L6,Designer\n";
    let found = imported(text).unwrap_err();
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(
        found[0].starts_with("line 1, column Job Level: has \"L5\" and the like"),
        "{found:?}"
    );
    assert!(found[0].contains("--column stage=-"), "{found:?}");
    assert!(
        found[1].starts_with("line 1, column role: has \"Engineer\" and the like"),
        "{found:?}"
    );
    // If some can be read, each of the others is a mistake.
    let text = "name,Job Level,role\nAna,L5,mentor\nBo,Director,Designer\n";
    let found = imported(text).unwrap_err();
    assert!(
        found[0].starts_with("line 2, column Job Level: \"L5\" is not a stage"),
        "{found:?}"
    );
    assert!(
        found[1].starts_with("line 3, column role: \"Designer\" is not a role"),
        "{found:?}"
    );
    // Numbers are another program's grades unless it is said that they are not.
    let text = b"name,Job Level\nAna,2\nBo,Director\n";
    let found = read_bytes(text, Purpose::Import, &[]).unwrap_err();
    assert!(
        found[0].contains("--column stage=\"Job Level\""),
        "{found:?}"
    );
    let file = read_bytes(text, Purpose::Import, &[("stage", "Job Level")]).unwrap();
    assert_eq!((file.rows[0].rank, file.rows[1].rank), (Some(1), Some(4)));
}
