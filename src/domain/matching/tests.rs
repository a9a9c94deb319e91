use super::roster::Roster;
use super::*;
use crate::domain::participant::{Profile, Role};
use crate::domain::program::Settings;
use crate::domain::workday::DayHours;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::collections::{HashMap, HashSet};

mod rounds;
mod words;

/// A small company that owns its data, so that a test can change one thing in it.
#[derive(Clone, Debug)]
struct World {
    people: Vec<Person>,
    managers: HashMap<UserId, UserId>,
    ranks: HashMap<UserId, usize>,
    earlier: HashSet<(UserId, UserId)>,
    both_asked: HashSet<(UserId, UserId)>,
    forbidden: HashSet<(UserId, UserId)>,
    pinned: Vec<(UserId, UserId)>,
    kept: Vec<(UserId, UserId)>,
    settings: Settings,
    now: Timestamp,
    seed: u64,
}

impl World {
    /// Everybody's manager is known, and none of these people is one.
    fn of(people: Vec<Person>) -> Self {
        let managers = people
            .iter()
            .map(|person| (person.id.clone(), "UTOP".into()))
            .chain([("UTOP".into(), "UTOP".into())]);
        Self {
            managers: managers.collect(),
            ranks: HashMap::new(),
            people,
            earlier: HashSet::new(),
            both_asked: HashSet::new(),
            forbidden: HashSet::new(),
            pinned: Vec::new(),
            kept: Vec::new(),
            settings: Settings::default(),
            now: "2026-01-12T10:00:00Z".parse().unwrap(),
            seed: 7,
        }
    }

    fn candidates(&self) -> Candidates<'_> {
        Candidates {
            people: &self.people,
            managers: &self.managers,
            ranks: &self.ranks,
            earlier: &self.earlier,
            both_asked: &self.both_asked,
            forbidden: &self.forbidden,
            pinned: &self.pinned,
            kept: &self.kept,
            settings: &self.settings,
            now: self.now,
            seed: self.seed,
        }
    }

    fn solve(&self) -> Round {
        solve(&self.candidates())
    }

    fn pairs(&self) -> Vec<(String, String)> {
        let pair = |pair: Proposal| (pair.mentor.0, pair.mentee.0);
        let mut pairs: Vec<_> = self.solve().pairs.into_iter().map(pair).collect();
        pairs.sort();
        pairs
    }

    fn why(&self, id: &str) -> Binding {
        let round = self.solve();
        let unmatched = round.unmatched.into_iter();
        unmatched
            .filter(|unmatched| unmatched.person.as_str() == id)
            .map(|unmatched| unmatched.why)
            .next()
            .expect("unmatched")
    }

    fn person(&mut self, id: &str) -> &mut Person {
        let person = self
            .people
            .iter_mut()
            .find(|person| person.id.as_str() == id);
        person.expect("in this world")
    }

    fn check(&self, mentor: &str, mentee: &str) -> Result<(), Barrier> {
        still_allowed(&self.candidates(), &mentor.into(), &mentee.into())
    }
}

fn set(a: &str, b: &str) -> HashSet<(UserId, UserId)> {
    HashSet::from([unordered(&a.into(), &b.into())])
}

fn words(list: &[&str]) -> Vec<String> {
    list.iter().map(|&word| word.to_owned()).collect()
}

fn person(id: &str, role: Role, stage: &str) -> Person {
    Person {
        id: id.into(),
        profile: Profile {
            role,
            stage: stage.into(),
            department: Some("Data".into()),
            site: Some("Berlin".into()),
            manager: None,
            share: Vec::new(),
            learn: Vec::new(),
            languages: words(&["English"]),
            mentor_capacity: 1,
            mentee_capacity: 1,
            rather_not: Vec::new(),
            hopes: String::new(),
            hours: None,
        },
        zone: TimeZone::get("Europe/Berlin").unwrap(),
        waiting_days: 0,
        mentoring: 0,
        learning: 0,
        full_member: true,
        active: true,
    }
}

fn mentor(id: &str) -> Person {
    let mut mentor = person(id, Role::Mentor, "Early career");
    mentor.profile.share = words(&["AI tools"]);
    mentor
}

fn mentee(id: &str) -> Person {
    let mut mentee = person(id, Role::Mentee, "Director");
    mentee.profile.learn = words(&["AI tools"]);
    mentee
}

fn two() -> World {
    World::of(vec![mentor("ANA"), mentee("BEN")])
}

#[track_caller]
fn barred(world: &World, barrier: Barrier) {
    assert_eq!(world.check("ANA", "BEN"), Err(barrier));
    assert_eq!(world.pairs(), vec![]);
}

#[track_caller]
fn allowed(world: &World) {
    assert_eq!(world.check("ANA", "BEN"), Ok(()));
    assert_eq!(world.pairs(), vec![("ANA".into(), "BEN".into())]);
}

#[test]
fn two_who_fit_are_paired() {
    allowed(&two());
    assert_eq!(two().solve().certificate, Certificate { gap: 0 });
}

#[test]
fn only_active_people_are_paired() {
    for id in ["ANA", "BEN"] {
        let mut world = two();
        world.person(id).active = false;
        barred(&world, Barrier::NotActive);
        assert_eq!(world.why(id), Binding::NotEligible);
    }
}

#[test]
fn only_full_members_are_paired() {
    for id in ["ANA", "BEN"] {
        let mut world = two();
        world.person(id).full_member = false;
        barred(&world, Barrier::NotFullMember);
        assert_eq!(world.why(id), Binding::NotEligible);
    }
}

#[test]
fn nobody_acts_in_a_role_they_did_not_choose() {
    let mut world = two();
    world.person("ANA").profile.role = Role::Mentee;
    barred(&world, Barrier::OtherRole);
    let mut world = two();
    world.person("BEN").profile.role = Role::Mentor;
    barred(&world, Barrier::OtherRole);
    let mut world = two();
    world.person("ANA").profile.role = Role::Either;
    world.person("BEN").profile.role = Role::Either;
    allowed(&world);
}

#[test]
fn nobody_gets_more_partners_than_they_asked_for() {
    let mut world = two();
    world.person("ANA").mentoring = 1;
    barred(&world, Barrier::NoRoom);
    assert_eq!(world.why("ANA"), Binding::CapacityFull);
    world.person("ANA").profile.mentor_capacity = 2;
    allowed(&world);
    let mut world = two();
    world.person("BEN").learning = 1;
    barred(&world, Barrier::NoRoom);
    let mut world = two();
    world.person("BEN").profile.mentee_capacity = 0;
    barred(&world, Barrier::NoRoom);
}

#[test]
fn the_mentor_is_junior_by_the_gap() {
    let mut world = two();
    world.person("BEN").profile.stage = "Senior".into();
    allowed(&world);
    world.person("BEN").profile.stage = "Experienced".into();
    barred(&world, Barrier::StagesTooClose);
    world.settings.stage_gap = 1;
    allowed(&world);
    // Peers are never paired, whatever the settings say.
    world.settings.stage_gap = 0;
    world.person("BEN").profile.stage = "Early career".into();
    barred(&world, Barrier::StagesTooClose);
    let mut world = two();
    world.person("ANA").profile.stage = "Executive".into();
    barred(&world, Barrier::StagesTooClose);
}

#[test]
fn an_unknown_stage_is_not_allowed() {
    for id in ["ANA", "BEN"] {
        let mut world = two();
        world.person(id).profile.stage = "Wizard".into();
        barred(&world, Barrier::StagesTooClose);
        assert_eq!(world.why(id), Binding::StageUnknown);
    }
}

#[test]
fn nobody_is_paired_within_their_management_chain() {
    for (below, above) in [("ANA", "BEN"), ("BEN", "ANA")] {
        let mut world = two();
        world.managers.insert(below.into(), above.into());
        barred(&world, Barrier::Apart);
        // Managers who are not in the program count, too.
        let mut world = two();
        world.managers.insert(below.into(), "UX".into());
        world.managers.insert("UX".into(), "UY".into());
        world.managers.insert("UY".into(), above.into());
        barred(&world, Barrier::Apart);
        // People's own answers count where the owner's data says nothing.
        let mut world = two();
        world.managers.remove(&UserId::from(below));
        world.person(below).profile.manager = Some("UY".into());
        world.managers.insert("UY".into(), above.into());
        barred(&world, Barrier::Apart);
    }
}

#[test]
fn what_other_participants_said_is_part_of_the_chain() {
    let mut world = two();
    let mut between = person("CLEO", Role::Mentor, "Senior");
    between.profile.manager = Some("BEN".into());
    between.active = false;
    world.people.push(between);
    world.managers.insert("ANA".into(), "CLEO".into());
    barred(&world, Barrier::Apart);
}

/// A circle has no top, and one of its lines is wrong: nobody knows who is above the people below it, or in it.
#[test]
fn a_circle_of_managers_is_no_known_line() {
    let circles: [&[(&str, &str)]; 4] = [
        &[("ANA", "UX"), ("UX", "ANA")],
        &[("ANA", "UX"), ("UX", "UY"), ("UY", "UX")],
        &[("BEN", "UX"), ("UX", "UY"), ("UY", "UZ"), ("UZ", "UX")],
        &[("ANA", "UX"), ("UX", "UY"), ("UY", "ANA"), ("BEN", "BEN")],
    ];
    for circle in circles {
        let mut world = two();
        for rank in 0..world.settings.stages.len() {
            for id in ["UX", "UY", "UZ"] {
                world.ranks.insert(id.into(), rank);
            }
            for (below, above) in circle {
                world.managers.insert((*below).into(), (*above).into());
            }
            allowed(&world);
            let round = world.solve();
            assert!(round.pairs[0].owner_must_confirm, "{circle:?}");
            let (c, pair) = (world.candidates(), &round.pairs[0]);
            assert!(owner_must_confirm(&c, &pair.mentor, &pair.mentee));
            // Solved again from its record, it is the same.
            assert_eq!(Record::of(&c).solve().pairs, round.pairs);
        }
    }
    // The two sources make a circle together: one of them is wrong.
    let mut world = two();
    world.managers.remove(&UserId::from("ANA"));
    world.managers.insert("UX".into(), "ANA".into());
    world.person("ANA").profile.manager = Some("UX".into());
    assert!(world.solve().pairs[0].owner_must_confirm);
    // Where the owner's data says who it is, an answer that contradicts it is no circle, and neither is somebody who reports to nobody.
    let mut world = two();
    world.managers.insert("ANA".into(), "UX".into());
    world.managers.insert("UX".into(), "UTOP".into());
    world.person("ANA").profile.manager = Some("UTOP".into());
    assert!(!world.solve().pairs[0].owner_must_confirm);
}

#[test]
fn an_unknown_manager_is_the_owners_to_confirm() {
    for id in ["ANA", "BEN"] {
        let mut world = two();
        world.managers.remove(&UserId::from(id));
        allowed(&world);
        assert!(world.solve().pairs[0].owner_must_confirm);
        let confirm =
            |world: &World| owner_must_confirm(&world.candidates(), &"ANA".into(), &"BEN".into());
        assert!(confirm(&world));
        world.managers.insert(id.into(), id.into());
        assert!(!world.solve().pairs[0].owner_must_confirm);
        assert!(!confirm(&world));
    }
}

/// A reporting line that breaks off below the mentee may lead up to them.
#[test]
fn a_line_that_breaks_off_is_the_owners_to_confirm() {
    let confirm = |world: &World| {
        let round = world.solve();
        let (mentor, mentee) = (&round.pairs[0].mentor, &round.pairs[0].mentee);
        let one = owner_must_confirm(&world.candidates(), mentor, mentee);
        assert_eq!(round.pairs[0].owner_must_confirm, one);
        one
    };
    let mut world = two();
    world.managers.remove(&UserId::from("ANA"));
    // People's own answers count as well.
    world.person("ANA").profile.manager = Some("UX".into());
    assert!(confirm(&world), "nobody knows who UX is");
    let stage = world.person("BEN").profile.stage.clone();
    let bens = world.settings.stage_rank(&stage).unwrap();
    for (rank, expected) in [(bens - 1, true), (bens, true), (bens + 1, false)] {
        world.ranks.insert("UX".into(), rank);
        assert_eq!(confirm(&world), expected, "UX is of stage {rank}");
    }
    world.managers.insert("UX".into(), "UY".into());
    assert!(confirm(&world), "nobody knows whom UY reports to");
    world.managers.insert("UY".into(), "UY".into());
    assert!(!confirm(&world));
    // Nobody so junior is above the mentee.
    world.managers.insert("BEN".into(), "UZ".into());
    assert!(!confirm(&world));
}

#[test]
fn certain_pairs_come_first_but_an_uncertain_one_is_better_than_none() {
    let mut world = two();
    let mut better = mentor("CLEO");
    better.profile.department = Some("Sales".into());
    better.profile.learn = words(&["Strategy"]);
    world.people.push(better);
    world.person("BEN").profile.share = words(&["Strategy"]);
    // CLEO fits better, but CLEO's manager is unknown.
    assert_eq!(world.pairs(), vec![("ANA".into(), "BEN".into())]);
    world.people.push(mentee("DAN"));
    world.managers.insert("DAN".into(), "UTOP".into());
    assert_eq!(world.pairs().len(), 2);
}

#[test]
fn who_would_rather_not_need_not() {
    for (one, other) in [("ANA", "BEN"), ("BEN", "ANA")] {
        let mut world = two();
        world.person(one).profile.rather_not = vec![other.into()];
        barred(&world, Barrier::Apart);
    }
}

#[test]
fn nobody_is_paired_again_unless_both_ask() {
    let mut world = two();
    world.earlier = set("BEN", "ANA");
    barred(&world, Barrier::Apart);
    world.both_asked = set("ANA", "BEN");
    allowed(&world);
    // Asking for each other lifts no other rule.
    world.person("ANA").profile.rather_not = vec!["BEN".into()];
    barred(&world, Barrier::Apart);
}

#[test]
fn a_language_is_shared() {
    let mut world = two();
    world.person("ANA").profile.languages = words(&["German"]);
    barred(&world, Barrier::NoSharedLanguage);
    assert_eq!(world.why("ANA"), Binding::NoSharedLanguage);
    world.person("ANA").profile.languages = words(&["German", " english "]);
    allowed(&world);
    world.person("ANA").profile.languages = words(&[" "]);
    world.person("BEN").profile.languages = words(&[""]);
    barred(&world, Barrier::NoSharedLanguage);
}

#[test]
fn two_working_hours_are_shared() {
    let mut world = two();
    world.person("BEN").zone = TimeZone::get("America/New_York").unwrap();
    allowed(&world);
    world.person("ANA").zone = TimeZone::get("Africa/Johannesburg").unwrap();
    barred(&world, Barrier::NoSharedHours);
    assert_eq!(world.why("ANA"), Binding::NoSharedHours);
    world.now = "2026-06-15T10:00:00Z".parse().unwrap();
    allowed(&world);
    world.person("ANA").zone = TimeZone::unknown();
    barred(&world, Barrier::NoSharedHours);
}

#[test]
fn two_hours_are_shared_by_their_own_hours() {
    let mut world = two();
    let own = |starts: u16, ends: u16| DayHours::new(starts * 60, ends * 60);
    world.person("ANA").profile.hours = own(6, 14);
    world.person("BEN").profile.hours = own(13, 21);
    barred(&world, Barrier::NoSharedHours);
    assert_eq!(world.why("ANA"), Binding::NoSharedHours);
    world.person("BEN").profile.hours = own(12, 20);
    allowed(&world);
    // Somebody far away who works late for it.
    world.person("ANA").zone = TimeZone::get("America/Los_Angeles").unwrap();
    world.person("ANA").profile.hours = None;
    world.person("BEN").profile.hours = None;
    barred(&world, Barrier::NoSharedHours);
    world.person("BEN").profile.hours = own(16, 24);
    allowed(&world);
}

#[test]
fn nobody_is_paired_with_themselves() {
    let world = World::of(vec![person("ANA", Role::Either, "Senior")]);
    assert_eq!(world.pairs(), vec![]);
    assert_eq!(world.check("ANA", "ANA"), Err(Barrier::NotTwoParticipants));
    assert_eq!(
        two().check("ANA", "NOBODY"),
        Err(Barrier::NotTwoParticipants)
    );
    let mut junior = mentor("ANA");
    junior.profile.role = Role::Either;
    let mut twice = mentee("ANA");
    twice.profile.role = Role::Either;
    assert_eq!(World::of(vec![junior, twice]).pairs(), vec![]);
}

#[test]
fn below_the_floor_nobody_is_paired() {
    let mut world = two();
    world.person("BEN").profile.learn = words(&["Leadership"]);
    assert_eq!(world.pairs(), vec![]);
    // The floor is not a hard rule.
    assert_eq!(world.check("ANA", "BEN"), Ok(()));
    assert_eq!(world.why("BEN"), Binding::TopicsTooFar);
    world.settings.floor = 0;
    allowed(&world);
}

#[test]
fn everything_but_wishes_stays_below_the_default_floor_and_one_wish_passes_it() {
    let mut world = two();
    world.person("BEN").profile.learn.clear();
    world.person("BEN").profile.site = Some("Paris".into());
    world.person("BEN").profile.department = Some("Sales".into());
    for id in ["ANA", "BEN"] {
        world.person(id).waiting_days = 1000;
    }
    let score = |world: &World| {
        let roster = Roster::new(&world.candidates());
        let at = |id: &str| roster.position(&id.into()).unwrap();
        roster.score(at("ANA"), at("BEN"))
    };
    assert_eq!(score(&world), 19);
    let mut bare = two();
    bare.person("BEN").zone = TimeZone::get("America/New_York").unwrap();
    assert_eq!(score(&bare), 34);
    bare.person("BEN").profile.learn.clear();
    assert_eq!(score(&bare), 0);
    bare.person("BEN").profile.share = words(&["Strategy"]);
    bare.person("ANA").profile.learn = words(&["strategy "]);
    assert_eq!(score(&bare), 20);
    let many = words(&["AI tools", "Design", "Data", "Sales"]);
    for id in ["ANA", "BEN"] {
        world.person(id).profile.share.clone_from(&many);
        world.person(id).profile.learn.clone_from(&many);
    }
    assert_eq!(score(&world), 100);
}

#[test]
fn either_may_teach_one_and_learn_from_another() {
    let mut world = two();
    let mut middle = person("MIA", Role::Either, "Senior");
    middle.profile.share = words(&["AI tools"]);
    middle.profile.learn = words(&["AI tools"]);
    world.people.push(middle);
    assert_eq!(
        world.pairs(),
        vec![("ANA".into(), "MIA".into()), ("MIA".into(), "BEN".into())]
    );
}

#[test]
fn room_for_two_is_used_with_two_people() {
    let mut world = two();
    world.person("ANA").profile.mentor_capacity = 3;
    world.person("BEN").profile.mentee_capacity = 3;
    world.people.push(mentee("CLEO"));
    assert_eq!(
        world.pairs(),
        vec![("ANA".into(), "BEN".into()), ("ANA".into(), "CLEO".into())]
    );
}

#[test]
fn an_owner_may_forbid_and_pin() {
    let mut world = two();
    world.forbidden = set("BEN", "ANA");
    barred(&world, Barrier::Apart);

    let mut world = two();
    world.people.push(mentor("CLEO"));
    let mut poor = mentee("DAN");
    poor.profile.learn.clear();
    world.people.push(poor);
    // Below the floor, and at the cost of a better pair, because the owner wants it.
    world.pinned = vec![("ANA".into(), "DAN".into())];
    assert_eq!(
        world.pairs(),
        vec![("ANA".into(), "DAN".into()), ("CLEO".into(), "BEN".into())]
    );
    // Pins need room as well, and an owner cannot override a hard rule.
    world.pinned.push(("ANA".into(), "BEN".into()));
    world.pinned.push(("ANA".into(), "DAN".into()));
    world.pinned.push(("BEN".into(), "CLEO".into()));
    let round = world.solve();
    assert_eq!(round.pairs.len(), 2);
    let refused: Vec<_> = round.refused.iter().map(|refused| refused.why).collect();
    assert_eq!(refused, vec![Barrier::NoRoom, Barrier::OtherRole]);
}
