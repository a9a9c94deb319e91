//! Whom a row reports to.

use super::*;

#[test]
fn managers_outside_the_file_are_no_mistake() {
    let text = "name,stage,manager,manager_id,manager_email\n\
                Ana,1,Ida Outside,,\nBo,2,\"outside,  IDA\",,\nCem,2,,E9,ida@x.org\nDan,2,,,IDA@x.org\nEve,3,-,,\n";
    let file = matched(text).unwrap();
    assert_eq!(file.outside, ["Ida Outside", "ida@x.org"]);
    let (ida, by_address) = (Manager::Outside(0), Manager::Outside(1));
    assert_eq!(
        managers(&file),
        [ida, ida, by_address, by_address, Manager::Nobody]
    );
    let text = "email,manager id,manager\na@x.org,U0123ABCD,Ida\n";
    assert_eq!(imported(text).unwrap().outside, ["U0123ABCD"]);
}

#[test]
fn the_surest_column_that_names_somebody_wins() {
    let text = "id,name,email,manager id,manager email,manager\n\
                1,Ana,a@x,,,\n2,Bo,b@x,1,a@x,Ana\n3,Cem,c@x,9,,Bo\n4,Dan,d@x,-,c@x,none\n5,Eve,e@x,1,b@x,\n6,Eve,f@x,3,,Eve\n";
    assert_eq!(
        imported(text).unwrap_err(),
        [
            "line 6, column manager_email: \"b@x\" is not whom the column manager_id names: correct one of the two"
        ]
    );
    let file = imported(&text.replace("1,b@x,", "1,A@X,")).unwrap();
    // 9 is nobody's number here, so the Bo whom it means is another one.
    let [ana, cem] = [0, 2].map(Manager::Row);
    assert_eq!(
        managers(&file)[1..],
        [ana, Manager::Outside(0), cem, ana, cem]
    );
    assert_eq!(file.outside, ["9"]);
}

#[test]
fn a_name_of_several_people_is_nobodys() {
    let text = "name,stage,id,manager\nEve,1,1,\nEve,2,2,Eve\nAna,1,3,Eve (2)\nBo,1,4,Eve (7)\n";
    assert_eq!(
        matched(text).unwrap_err(),
        [
            "line 3, column manager: several people are called \"Eve\": use the id or email",
            "line 5, column manager: several people are called \"Eve (7)\": use the id or email",
        ]
    );
    let text = "name,stage\nEve,1\nEve,2\n";
    let words = "line 3, column name: \"Eve\" appears twice: give both of them an id or an email";
    assert_eq!(matched(text).unwrap_err(), [words]);
}

#[test]
fn the_one_above_everybody_is_the_top() {
    let text = "name,stage,manager\nAna,1,Bo\nBo,2,Cem\nCem,3,\nDan,1,Cem\n";
    let file = matched(text).unwrap();
    assert_eq!(
        (file.notes.top, file.rows[2].manager),
        (Some(2), Manager::Nobody)
    );
    assert!(file.notes.no_manager.is_empty());
    // Not when somebody's line ends elsewhere, or runs in a circle.
    for other in [
        "Eve,1,",
        "Eve,1,-",
        "Eve,1,Ida Outside",
        "Eve,1,Fay\nFay,1,Eve",
    ] {
        let file = matched(&format!("{text}{other}\n")).unwrap();
        assert_eq!(
            (file.notes.top, file.rows[2].manager),
            (None, Manager::Unknown),
            "{other}"
        );
        assert_eq!(file.notes.no_manager[0], 2);
    }
    let alone = matched("name,stage,manager\nAna,1,\n").unwrap();
    assert_eq!((alone.notes.top, alone.notes.no_manager), (None, vec![0]));
}

#[test]
fn only_the_top_is_their_own_manager() {
    let file = matched("name,stage,manager\nAna,1,Bo\nBo,2,Bo\n").unwrap();
    assert_eq!(
        (file.notes.top, file.rows[1].manager),
        (Some(1), Manager::Nobody)
    );
    let file = matched("name,stage,manager\nAna,1,\nBo,Executive,Bo\n").unwrap();
    assert_eq!(
        (file.notes.top, file.rows[1].manager),
        (None, Manager::Nobody)
    );
    let text = "name,stage,Supervisor\nAna,1,\nBo,2,Bo\n";
    let words = "line 3, column Supervisor: nobody is their own manager: use - for someone who reports to nobody";
    assert_eq!(matched(text).unwrap_err(), [words]);
}

#[test]
fn circles_are_noted() {
    let text = "name,stage,manager\nAna,1,Bo\nBo,2,Cleo\nCleo,3,Dan\nDan,3,Bo\nEve,1,Fay\nFay,2,Eve\nGus,1,\n";
    let file = matched(text).unwrap();
    assert_eq!(file.notes.circles, [vec![1, 2, 3], vec![4, 5]]);
    assert_eq!(file.notes.no_manager, [6]);
}

#[test]
fn nobody_is_written_in_many_ways() {
    for nobody in ["-", "None", "–", "nobody", "No manager", "NO_MANAGER"] {
        let file = matched(&format!("name,stage,manager\nAna,1,{nobody}\nBo,1,\n")).unwrap();
        assert_eq!(
            managers(&file),
            [Manager::Nobody, Manager::Unknown],
            "{nobody}"
        );
    }
}

#[test]
fn spreadsheets_take_zeros_from_numbers() {
    let text = "id,manager id\n00012,\n00013,12\n14,0013\n";
    assert_eq!(
        managers(&imported(text).unwrap())[1..],
        [0, 1].map(Manager::Row)
    );
}
