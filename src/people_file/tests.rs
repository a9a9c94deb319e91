use super::*;

fn parsed(text: &str) -> Result<Vec<Row>, Vec<String>> {
    let words = |problems: Vec<Problem>| problems.iter().map(Problem::to_string).collect();
    parse(text, &Settings::default()).map_err(words)
}

#[test]
fn a_plain_file_is_a_company() {
    let text = "\u{feff}Name;Stage;Manager;Zone;share;languages;mentor_capacity\r\n\
                Ana Lima;1;Noor Haddad;Europe/Berlin;AI tools, Rust;English|German;2\r\n\
                \r\n\
                Noor Haddad;director;-;America/New_York;\"Strategy|\nlong\nlines\";;\r\n";
    let rows = parsed(text).unwrap();
    let (ana, noor) = (&rows[0], &rows[1]);
    assert_eq!((ana.rank, ana.manager), (0, Manager::Row(1)));
    assert_eq!(ana.zone.iana_name(), Some("Europe/Berlin"));
    assert_eq!((ana.mentor_capacity, ana.mentee_capacity), (2, 1));
    assert_eq!(ana.share, ["AI tools", "Rust"]);
    assert_eq!((noor.rank, noor.manager), (4, Manager::Nobody));
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
                Dora,\"Senior\n\",Ana,,,d,one,Cem,\n";
    assert_eq!(
        parsed(text).unwrap_err(),
        [
            "line 1, column shoe: there is no such column: use name, stage, id, email, department, site, manager, role, share, learn, languages, zone, mentor_capacity, mentee_capacity, rather_not, waiting_days",
            "line 2, column mentee_capacity: \"4\" is not a number from 1 to 3",
            "line 2, column stage: \"Boss\" is not a stage: use one of Early career, Experienced, Senior, Lead or manager, Director, Vice president, Executive; or a number from 1",
            "line 2, column zone: \"Mars/Phobos\" is not a time zone: use an IANA name such as Europe/Berlin",
            "line 3, column id: \"a\" appears twice: each person needs their own",
            "line 3, column manager: \"Nobody\" is not in the file: use the id, email or name of a row, or leave it empty",
            "line 3, column name: is empty: fill it in",
            "line 3, column rather_not: \"Bo\" is not in the file: use the id, email or name of a row, or leave it empty",
            "line 3, column role: \"helper\" is not a role: use mentor, mentee or either",
            "line 4: has 2 cells where the first line has 9: put quotes around cells that contain separators",
            "line 5, column mentee_capacity: \"one\" is not a number from 1 to 3",
        ]
    );
}

#[test]
fn circles_doubles_and_missing_columns_are_found() {
    let text = "name,stage,manager\nAna,1,Bo\nBo,2,Cleo\nCleo,3,Bo\nDan,3,Dan\nEve,1,\nEve,2,Eve\n";
    assert_eq!(
        parsed(text).unwrap_err(),
        [
            "line 3, column manager: following the managers up leads back to this line: correct one of them",
            "line 4, column manager: following the managers up leads back to this line: correct one of them",
            "line 5, column manager: nobody is their own manager: use - for someone who reports to nobody",
            "line 7, column manager: several people are called \"Eve\": use the id or email",
            "line 7, column name: \"Eve\" appears twice: give both of them an id or an email",
        ]
    );
    // One key is one person, whether it is a name, id or address.
    for (rows, line) in [
        ("Bo,1,,\nBo,1,Z9,\nBo,1,,\n", 4),
        ("Ana,1,Bo,\nBo,2,,\n", 3),
        ("Bo,2,,\nAna,1,Bo,\n", 2),
        ("Ana,1,Z1,bo\nBo,2,,\n", 3),
    ] {
        let found = parsed(&format!("name,stage,id,email\n{rows}")).unwrap_err();
        let start = format!("line {line}, column name: \"Bo\" ");
        assert!(
            found.len() == 1 && found[0].starts_with(&start),
            "{found:?}"
        );
    }
    // Lists from elsewhere often have the address in both columns.
    let rows = parsed(
        "name,stage,id,email,manager\nBo,2,b@x.org,b@x.org,-\nAna,1,a@x.org,a@x.org,b@x.org\n",
    );
    assert_eq!(rows.unwrap()[1].manager, Manager::Row(0));
    assert!(parsed("name,stage\n").unwrap_err()[0].contains("nobody in it"));
    let header = parsed("who,id\nAna,1\n").unwrap_err();
    assert!(
        header[0].starts_with("line 1, column name: is missing"),
        "{header:?}"
    );
    assert!(
        header
            .iter()
            .any(|it| it.starts_with("line 1, column stage: is missing"))
    );
    assert!(
        header
            .iter()
            .any(|it| it.starts_with("line 1, column who: there is no such column"))
    );
}

#[test]
fn what_cannot_be_read_is_no_panic() {
    for text in [
        "",
        "\u{feff}",
        "name",
        ";;;",
        "name,stage\n\"",
        "name,stage\n\0,\0\n",
        "\n\n\n",
    ] {
        assert!(parsed(text).is_err(), "{text:?}");
    }
    let open = parsed("name,stage,site\nAna,1,\"Berlin\nBo,2,Paris\nCem,3,Rome\n").unwrap_err();
    let said = "line 2: opens a quote that is never closed: close it, or write a quote within a cell twice";
    assert_eq!(open, [said]);
    let inches = parsed("name,stage,site\nAna,1,5\" tall\nBo,2,\"Sunny\nside\"\n").unwrap();
    assert_eq!(
        (inches[0].site.as_str(), inches[1].site.as_str()),
        ("5\" tall", "Sunny side")
    );
    let bells = parsed("\n\nname;stage;site\n\"A\u{1b}[31mna\n Lima\";1;a,b\n").unwrap();
    assert_eq!(
        (bells[0].name.as_str(), bells[0].site.as_str()),
        ("A [31mna Lima", "a,b")
    );
    let folder = std::env::temp_dir().join(format!("people-{}", std::process::id()));
    std::fs::write(&folder, b"name,stage\nAna,1\nJos\xe9,2\n").unwrap();
    let latin = read(&folder, &Settings::default(), 9).unwrap_err();
    std::fs::remove_file(&folder).unwrap();
    let line = "line 3: is not UTF-8 text";
    assert!(latin.to_string().contains(line), "{latin}");
    let error = read(Path::new("/nowhere/people.csv"), &Settings::default(), 9).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("/nowhere/people.csv:\n  cannot be read:")
    );
}
