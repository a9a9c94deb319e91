use super::*;

fn listed(line: u64, email: &str, reports: Reports) -> Listed {
    Listed {
        line: Some(line),
        entry: Entry {
            name: format!("Person {line}"),
            email: Some(email.to_owned()),
            ..Entry::default()
        },
        slack: None,
        reports,
    }
}

/// A company of three: Ana reports to Ben, he to Cleo, and she to nobody.
fn list() -> List {
    List {
        people: vec![
            listed(2, "Ana@x.org", Reports::To(1)),
            listed(3, "ben@x.org", Reports::To(2)),
            listed(4, "cleo@x.org", Reports::ToNobody),
        ],
        ..List::default()
    }
}

fn slack(people: &[(&str, &str)]) -> BTreeMap<String, UserId> {
    people
        .iter()
        .map(|(email, id)| ((*email).to_owned(), UserId::from(*id)))
        .collect()
}

fn placed(list: &List, in_slack: &[(&str, &str)], before: &People) -> Placed {
    let mut number = i64::try_from(before.len()).unwrap() + 100;
    let new = || {
        number += 1;
        stand_in(number)
    };
    list.place(&slack(in_slack), before, new).unwrap()
}

#[test]
fn people_are_found_by_email_and_managers_by_position() {
    let ids = [("ana@x.org", "UANA"), ("cleo@x.org", "UCLEO")];
    let first = placed(&list(), &ids, &People::new());
    let ana = &first.people[&UserId::from("UANA")];
    let ben = ana.manager.clone().unwrap();
    assert!(!is_in_slack(&ben));
    assert_eq!(first.people[&ben].manager, Some("UCLEO".into()));
    let cleo = &first.people[&UserId::from("UCLEO")];
    assert_eq!(cleo.manager, Some("UCLEO".into()));
    assert_eq!(
        Difference::of(&first, &list(), true).in_words(),
        [
            "3 people in the file, 2 of them found in Slack",
            "1 email address that Slack doesn't know: ben@x.org (line 3)",
            "2 new managers",
            "3 new, 0 changed, 0 no longer in the file",
        ]
    );
}

#[test]
fn the_same_file_twice_changes_nothing() {
    let ids = [("ana@x.org", "UANA")];
    let first = placed(&list(), &ids, &People::new());
    // Also when Slack is not asked again.
    for ids in [&ids[..], &[]] {
        let again = placed(&list(), ids, &first.people);
        assert_eq!(again.people, first.people);
        let difference = Difference::of(&again, &list(), true);
        assert!(difference.is_empty(), "{difference:?}");
        assert_eq!(difference.new_managers, 0);
        assert_eq!(
            difference.in_words().last().unwrap(),
            "Nothing in it is new"
        );
    }
}

#[test]
fn who_comes_to_slack_later_is_still_the_same_person() {
    let first = placed(&list(), &[], &People::new());
    let again = placed(&list(), &[("ben@x.org", "UBEN")], &first.people);
    assert_eq!(again.people.len(), 3);
    assert!(again.people.contains_key(&UserId::from("UBEN")));
    let difference = Difference::of(&again, &list(), true);
    assert!(difference.is_empty(), "{difference:?}");
    assert_eq!(difference.matched, 1);
}

#[test]
fn two_lines_that_are_one_person_are_a_mistake() {
    let ids = slack(&[("ana@x.org", "UX"), ("ben@x.org", "UX")]);
    let same = list()
        .place(&ids, &People::new(), || stand_in(1))
        .unwrap_err();
    let first = SamePerson {
        earlier: 2,
        line: 3,
    };
    assert_eq!(same[0], first);
}

#[test]
fn who_left_and_who_has_another_manager_is_counted() {
    let ids = [("ana@x.org", "UANA"), ("cleo@x.org", "UCLEO")];
    let first = placed(&list(), &ids, &People::new());
    let next = List {
        people: vec![
            listed(2, "ana@x.org", Reports::To(1)),
            listed(3, "cleo@x.org", Reports::ToNobody),
        ],
        ..List::default()
    };
    let next_placed = placed(&next, &ids, &first.people);
    let difference = Difference::of(&next_placed, &next, true);
    assert_eq!(
        (difference.added, difference.changed, difference.gone),
        (0, 2, 1)
    );
    assert_eq!(difference.new_managers, 1);
}

#[test]
fn what_the_file_says_stands_above_what_people_said() {
    let mut profile = Profile {
        role: crate::domain::participant::Role::Mentor,
        stage: "Senior".into(),
        department: Some("Sales".into()),
        site: Some("Berlin".into()),
        manager: Some("UOLD".into()),
        share: vec![],
        learn: vec![],
        languages: vec![],
        mentor_capacity: 1,
        mentee_capacity: 1,
        rather_not: vec![],
        hopes: String::new(),
        hours: None,
    };
    let mut entry = Entry {
        stage: Some("Director".into()),
        department: Some("Finance".into()),
        manager: Some("UNEW".into()),
        ..Entry::default()
    };
    entry.over(&mut profile);
    let site = Some("Berlin".to_owned());
    assert_eq!((profile.stage.as_str(), &profile.site), ("Director", &site));
    assert_eq!(profile.department.as_deref(), Some("Finance"));
    assert_eq!(profile.manager, Some("UNEW".into()));
    // A manager outside Slack cannot be mentioned, and is not.
    let before = entry.clone();
    entry.manager = Some(stand_in(3));
    entry.over(&mut profile);
    assert_eq!(profile.manager, Some("UNEW".into()));
    // The manager whom the earlier list named is forgotten, whether the new list names nobody or somebody outside Slack.
    let unknown = Entry {
        manager: None,
        ..entry.clone()
    };
    for now in [Some(&entry), Some(&unknown), None] {
        let mut profile = profile.clone();
        follow(&mut profile, Some(&before), now);
        assert_eq!(profile.manager, None, "{now:?}");
    }
    // A manager whom they named themselves stays.
    follow(&mut profile, Some(&entry), Some(&unknown));
    assert_eq!(profile.manager, Some("UNEW".into()));
    follow(&mut profile, Some(&before), Some(&before));
    assert_eq!(profile.manager, Some("UNEW".into()));
}

/// As from a system whose names are in a column that was not understood: nobody in it is found as a manager.
#[test]
fn managers_without_lines_are_named_and_warned_about() {
    let outside = |name: &str| Listed {
        line: None,
        entry: Entry {
            name: name.to_owned(),
            ..Entry::default()
        },
        slack: None,
        reports: Reports::Unknown,
    };
    let mut people: Vec<Listed> = (0..6)
        .map(|at| {
            listed(
                at + 2,
                &format!("{at}@x.org"),
                Reports::To(7 + usize::try_from(at).unwrap()),
            )
        })
        .collect();
    people.push(listed(8, "6@x.org", Reports::Unknown));
    people.extend(["Ana", "Ben", "Cem", "Dan", "Eve", "Fay"].map(outside));
    let list = List {
        people,
        ..List::default()
    };
    let placed = placed(&list, &[], &People::new());
    let difference = Difference::of(&placed, &list, false);
    assert_eq!(
        difference.in_words(),
        [
            "7 people in the file, 0 of them found in Slack",
            "7 email addresses that I couldn't look up in Slack",
            "6 new managers",
            "1 person whose manager isn't known: line 8",
            "6 managers without a line of their own: Ana, Ben, Cem, Dan, Eve and 1 more",
            "13 new, 0 changed, 0 no longer in the file",
        ]
    );
    let warning = difference.warning().unwrap();
    assert!(
        warning.starts_with("6 of 6 managers have no line"),
        "{warning}"
    );
}

/// A dash is also what others write where they don't know; and an HR system may leave out the head of the company.
#[test]
fn whose_line_ends_where_is_said() {
    let mut list = list();
    list.people[1].reports = Reports::ToNobody;
    assert_eq!(
        list.remarks(),
        [
            "2 people report to nobody, the list says: line 3, line 4. Where you only don't know the manager, leave the cell empty, \
             and I ask you about those pairs."
        ]
    );
    list.people[1].reports = Reports::To(2);
    list.people[2].line = None;
    assert_eq!(
        list.remarks(),
        [
            "Person 4 has no line of their own, so I can't see who is above them, and ask you about every pair below. Add one, with - as \
          the manager of someone who reports to nobody."
        ]
    );
}

/// A system that renamed its column would take everybody's manager away.
#[test]
fn a_list_without_managers_is_worth_a_look() {
    let mut list = list();
    for one in &mut list.people {
        one.reports = Reports::Unknown;
    }
    let placed = placed(&list, &[], &People::new());
    let warning = Difference::of(&placed, &list, true).warning().unwrap();
    assert!(
        warning.starts_with("The list doesn't say who reports to whom"),
        "{warning}"
    );
}
