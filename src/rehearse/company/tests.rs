use super::*;

#[test]
fn a_seed_is_a_company() {
    let (one, again) = (Company::made_up(40, 7), Company::made_up(40, 7));
    assert_eq!(one.people, again.people);
    assert_ne!(one.people, Company::made_up(40, 8).people);
    let names: BTreeSet<_> = one.people.iter().map(|p| &p.name).collect();
    assert_eq!(names.len(), 40);
}

#[test]
fn there_are_juniors_seniors_and_a_tempting_chain() {
    let company = Company::made_up(40, 7);
    let mentors = company.people.iter().filter(|p| p.role != "mentee").count();
    assert!((15..=28).contains(&mentors), "{mentors}");
    let pairs = (0..40).flat_map(|a| (0..a).map(move |b| (a, b)));
    let tempted = pairs.filter(|&(a, b)| {
        let (a, b) = (&company.people[a], &company.people[b]);
        a.share == b.learn && a.learn == b.share
    });
    assert!(
        tempted
            .into_iter()
            .any(|(a, b)| company.one_chain(a, b, &|at| company.people[at].tells_manager))
    );
}

#[test]
fn nobody_reports_in_a_circle_or_downwards() {
    let company = Company::made_up(300, 3);
    for person in &company.people {
        if let Some(manager) = person.manager {
            assert!(company.people[manager].rank > person.rank);
        }
    }
}

#[test]
fn the_program_is_one_the_bot_takes() {
    let text = Company::made_up(12, 1).program(6);
    let settings: crate::domain::program::Settings = toml::from_str(&text).unwrap();
    assert_eq!((settings.cycles, settings.owners.len()), (6, 2));
}

#[test]
fn people_are_found_the_way_one_says_them() {
    let company = Company::made_up(40, 7);
    let name = company.people[4].name.clone();
    for who in [
        &name,
        &name.to_uppercase(),
        &company.people[4].handle(),
        "5",
        "U1000005",
    ] {
        assert_eq!(company.find(who), Some(4), "{who}");
    }
    assert_eq!(company.find("nobody at all"), None);
}

fn read(text: &str, settings: &crate::domain::program::Settings) -> PeopleFile {
    use crate::people_file::{Mapping, Purpose, parse};
    let (name, mapping) = (std::path::Path::new("people.csv"), Mapping::default());
    parse(name, text.as_bytes(), settings, 9, Purpose::Trial, &mapping).unwrap()
}

#[test]
fn bystanders_stay_out_and_lines_go_through_them() {
    let csv = "name,stage,role,manager,rather_not\nBea,3,none,Cem,\n\
        Ana,1,mentor,Bea,Bea|Cem\nCem,5,,Dora,\nDora,,none,Dora2,\nDora2,,none,Dora,\n";
    let settings = crate::domain::program::Settings::default();
    let company = Company::from_file(&read(csv, &settings), 7);
    let [ana, cem] = &company.people[..] else {
        panic!("two people");
    };
    assert_eq!((ana.manager, &ana.rather_not), (Some(1), &vec![1]));
    assert_eq!(cem.manager, None);
}

#[test]
fn a_file_loses_nothing_on_its_way() {
    let csv = "name,stage,mentor_capacity,mentee_capacity,rather_not,waiting_days\n\
        Ana,1,3,,Bo|Cem,\nBo,5,,2,,40\nCem,6,,,,";
    let settings = crate::domain::program::Settings::default();
    let company = Company::from_file(&read(csv, &settings), 7);
    let again = Company::from_file(&read(&company.csv(), &settings), 7);
    assert!(company.own && !Company::made_up(3, 7).own);
    for company in [company, again] {
        let [ana, bo, cem] = &company.people[..] else {
            panic!("three people");
        };
        assert_eq!(
            (ana.mentor_capacity, ana.mentee_capacity),
            (Some(3), Some(1))
        );
        assert_eq!((bo.mentor_capacity, bo.mentee_capacity), (Some(1), Some(2)));
        assert_eq!(ana.rather_not, [1, 2]);
        assert!(bo.rather_not.is_empty() && cem.rather_not.is_empty());
        assert_eq!((ana.waiting_days, bo.waiting_days), (0, 40));
    }
}

#[test]
fn names_do_not_run_out() {
    let company = Company::made_up(5000, 1);
    let names: BTreeSet<_> = company.people.iter().map(|p| &p.name).collect();
    assert_eq!(names.len(), 5000);
}

/// As an HR system writes it: no topics, and other words for stages.
#[test]
fn what_a_file_leaves_open_is_made_up_and_said() {
    let csv = "name,Management Level,manager\nAna,Professional,Bo\nBo,Manager,Cem\nCem,Chief,-\nDan,Senior,Bo\n";
    let file = read(csv, &crate::domain::program::Settings::default());
    let company = Company::from_file(&file, 7);
    let ranks: Vec<usize> = company.people.iter().map(|person| person.rank).collect();
    assert!(ranks[0] < 3 && ranks[1..] == [3, 4, 2], "{ranks:?}");
    let has_topics = |person: &Person| !person.share.is_empty() && !person.learn.is_empty();
    assert!(company.people.iter().all(has_topics));
    assert_eq!(
        company.made_up,
        [
            "The file has no topics (share and learn), so everyone's are made up.",
            "The stages of 3 of 4 people are made up: “Chief”, “Manager”, “Professional” aren't among the stages here.",
        ]
    );
    let csv = "name,stage,share\nAna,1,AI tools\nBo,5,\n";
    let file = read(csv, &crate::domain::program::Settings::default());
    assert!(Company::from_file(&file, 7).made_up.is_empty());
}
