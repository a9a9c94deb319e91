use super::roster::Roster;
use super::*;
use crate::domain::participant::Role;
use proptest::prelude::*;

/// A small company, owned, so that a test can bend one thing in it.
#[derive(Clone, Debug)]
struct World {
    people: Vec<Person>,
    managers: HashMap<UserId, UserId>,
    earlier: HashSet<(UserId, UserId)>,
    both_asked: HashSet<(UserId, UserId)>,
    forbidden: HashSet<(UserId, UserId)>,
    pinned: Vec<(UserId, UserId)>,
    settings: Settings,
    now: Timestamp,
    seed: u64,
}

impl World {
    /// Everybody's manager is known, and nobody here is one.
    fn of(people: Vec<Person>) -> Self {
        let managers = people
            .iter()
            .map(|person| (person.id.clone(), "UTOP".into()));
        Self {
            managers: managers.collect(),
            people,
            earlier: HashSet::new(),
            both_asked: HashSet::new(),
            forbidden: HashSet::new(),
            pinned: Vec::new(),
            settings: Settings::default(),
            now: "2026-01-12T10:00:00Z".parse().unwrap(),
            seed: 7,
        }
    }

    fn candidates(&self) -> Candidates<'_> {
        Candidates {
            people: &self.people,
            managers: &self.managers,
            earlier: &self.earlier,
            both_asked: &self.both_asked,
            forbidden: &self.forbidden,
            pinned: &self.pinned,
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
    // Peers never, whatever the settings say.
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
        // Through people who are not in the program, too.
        let mut world = two();
        world.managers.insert(below.into(), "UX".into());
        world.managers.insert("UX".into(), "UY".into());
        world.managers.insert("UY".into(), above.into());
        barred(&world, Barrier::Apart);
        // What they said counts beside what the owner's data says.
        let mut world = two();
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

#[test]
fn circular_reporting_lines_end() {
    let mut world = two();
    for (below, above) in [("ANA", "UX"), ("UX", "UY"), ("UY", "UX"), ("BEN", "BEN")] {
        world.managers.insert(below.into(), above.into());
    }
    allowed(&world);
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
        world.person(id).profile.manager = Some("UZ".into());
        assert!(!world.solve().pairs[0].owner_must_confirm);
        assert!(!confirm(&world));
    }
}

#[test]
fn certain_pairs_come_first_but_an_uncertain_one_is_better_than_none() {
    let mut world = two();
    let mut better = mentor("CLEO");
    better.profile.department = Some("Sales".into());
    better.profile.learn = words(&["Strategy"]);
    world.people.push(better);
    world.person("BEN").profile.share = words(&["Strategy"]);
    // CLEO fits better, but nobody knows whom CLEO reports to.
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
    // Asking for each other lifts nothing else.
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
    // Good enough is no hard rule.
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
    // Below the floor, and at the cost of a better pair: the owner knows why.
    world.pinned = vec![("ANA".into(), "DAN".into())];
    assert_eq!(
        world.pairs(),
        vec![("ANA".into(), "DAN".into()), ("CLEO".into(), "BEN".into())]
    );
    // Room holds for pins as well, and a hard rule is not the owner's to bend.
    world.pinned.push(("ANA".into(), "BEN".into()));
    world.pinned.push(("ANA".into(), "DAN".into()));
    world.pinned.push(("BEN".into(), "CLEO".into()));
    let round = world.solve();
    assert_eq!(round.pairs.len(), 2);
    let refused: Vec<_> = round.refused.iter().map(|refused| refused.why).collect();
    assert_eq!(refused, vec![Barrier::NoRoom, Barrier::OtherRole]);
}

/// What is private must look, word for word and byte for byte, like nobody being free.
#[test]
fn private_reasons_cannot_be_told_from_nobody_being_free() {
    let mut busy = two();
    busy.people.push(mentor("CLEO"));
    let mut waiting = busy.person("ANA").clone();
    waiting.waiting_days = 100;
    *busy.person("ANA") = waiting;
    let told = busy.why("CLEO");
    assert_eq!(told, Binding::NobodyFree);

    let mut excluded = two();
    excluded.person("BEN").profile.rather_not = vec!["ANA".into()];
    let mut chain = two();
    chain.managers.insert("ANA".into(), "BEN".into());
    let mut before = two();
    before.earlier = set("ANA", "BEN");
    let mut edited = two();
    edited.forbidden = set("ANA", "BEN");
    for world in [excluded, chain, before, edited] {
        for id in ["ANA", "BEN"] {
            assert_eq!(world.why(id), told);
        }
        // Being away or taken reads the same as well, for whoever asks for this very pair.
        let asked = world.check("ANA", "BEN").unwrap_err();
        assert_eq!(asked.in_words(), Barrier::NoRoom.in_words());
        assert_eq!(asked.in_words(), Barrier::NotActive.in_words());
    }
}

/// An exclusion must not change what anybody is told, only who is paired.
#[test]
fn public_reasons_are_the_same_with_and_without_an_exclusion() {
    for bend in [
        (|world: &mut World| world.person("BEN").profile.languages = words(&["Hindi"]))
            as fn(&mut World),
        |world| world.person("BEN").zone = TimeZone::get("Asia/Tokyo").unwrap(),
        |world| world.person("BEN").profile.stage = "Early career".into(),
        |world| world.person("BEN").profile.learn.clear(),
        |world| world.person("BEN").active = false,
    ] {
        let mut open = two();
        bend(&mut open);
        let mut excluded = open.clone();
        excluded.person("ANA").profile.rather_not = vec!["BEN".into()];
        assert_eq!(open.solve(), excluded.solve());
        if let Err(barrier) = open.check("ANA", "BEN") {
            assert_eq!(excluded.check("ANA", "BEN"), Err(barrier));
        }
    }
}

#[test]
fn everybody_unmatched_hears_what_bound() {
    let alone = World::of(vec![mentor("ANA"), mentor("CLEO")]);
    assert_eq!(alone.why("ANA"), Binding::NobodyYet { role: Role::Mentor });
    let mut peers = two();
    peers.person("BEN").profile.stage = "Early career".into();
    assert_eq!(
        peers.why("BEN"),
        Binding::NobodyAtTheStage { role: Role::Mentee }
    );
    assert_eq!(World::of(vec![]).solve().unmatched, vec![]);
}

#[test]
fn the_words_of_reasons() {
    let mut world = two();
    world.person("ANA").profile.share = words(&["ai  TOOLS", "Design", "Data literacy", "Sales"]);
    world.person("ANA").profile.learn = words(&["Strategy"]);
    let ben = world.person("BEN");
    ben.profile.learn = words(&[" Data literacy", "AI tools", "ai tools", "Design", "Law"]);
    ben.profile.share = words(&["strategy"]);
    ben.profile.department = Some("Finance".into());
    ben.profile.site = Some("Porto".into());
    ben.zone = TimeZone::get("Asia/Kolkata").unwrap();
    ben.waiting_days = 31;
    let round = world.solve();
    let said: Vec<_> = round.pairs[0]
        .reasons
        .iter()
        .map(Reason::in_words)
        .collect();
    assert_eq!(
        said,
        vec![
            "The mentee wants to learn about Data literacy, AI tools and Design, which the mentor can share.",
            "The mentor wants to learn about Strategy, which the mentee can share.",
            "They work in different departments.",
            "They work at different sites.",
            "They share 3½ working hours on a typical day.",
            "A wait of 4 weeks is over.",
        ]
    );
    assert_eq!(round.pairs[0].score, 51 + 20 + 7 + 4 + 1 + 2);
    let json = serde_json::to_string(&round).unwrap();
    assert_eq!(serde_json::from_str::<Round>(&json).unwrap(), round);
}

#[test]
fn the_words_for_those_who_wait() {
    let cases = [
        (
            Binding::NotEligible,
            "You are not part of matching at the moment.",
            "Not taking part at the moment.",
        ),
        (
            Binding::CapacityFull,
            "You have as many partners as you asked for.",
            "Has as many partners as asked for.",
        ),
        (
            Binding::StageUnknown,
            "Your career stage is no longer on the program's list. Choose one with `/reverse-mentor join`, and you are in the next match.",
            "Their career stage is not on the program's list.",
        ),
        (
            Binding::NobodyYet { role: Role::Mentor },
            "No mentee had room this time.",
            "No mentee had room.",
        ),
        (
            Binding::NobodyYet { role: Role::Mentee },
            "No mentor had room this time.",
            "No mentor had room.",
        ),
        (
            Binding::NobodyYet { role: Role::Either },
            "Nobody else had room this time.",
            "Nobody else had room.",
        ),
        (
            Binding::NobodyAtTheStage { role: Role::Mentor },
            "There was nobody senior enough to learn from you this time.",
            "No mentee was senior enough.",
        ),
        (
            Binding::NobodyAtTheStage { role: Role::Mentee },
            "There was nobody at an early enough career stage to mentor you this time.",
            "No mentor was at an early enough career stage.",
        ),
        (
            Binding::NobodyAtTheStage { role: Role::Either },
            "There was nobody far enough from your own career stage this time.",
            "Nobody was far enough from their career stage.",
        ),
        (
            Binding::NoSharedLanguage,
            "Nobody at the right career stage shares a language with you this time.",
            "Nobody at the right career stage shares a language.",
        ),
        (
            Binding::NoSharedHours,
            "Nobody who would fit shares two working hours a day with you this time.",
            "Nobody who would fit shares two working hours a day.",
        ),
        (
            Binding::TopicsTooFar,
            "Nobody's topics were close enough to yours this time, and a poor match is worse than waiting. Adding a topic or two may help.",
            "Everybody who would fit scores below the floor.",
        ),
        (
            Binding::NobodyFree,
            "Nobody who fits was free this time.",
            "Nobody who fits was free.",
        ),
    ];
    for (why, own, owners) in cases {
        let stays = match why {
            Binding::NotEligible | Binding::CapacityFull | Binding::StageUnknown => "",
            _ => " You keep your place for the next match.",
        };
        assert_eq!(why.in_words(), format!("{own}{stays}"));
        assert_eq!(why.for_owner(), owners);
    }
    assert!(!Binding::CapacityFull.is_told());
    assert!(Binding::NobodyFree.is_told());
}

const TOPICS: [&str; 4] = ["AI tools", "Design", "Strategy", "Sales"];
const ZONES: [&str; 4] = ["Europe/Berlin", "Asia/Kolkata", "America/New_York", "UTC"];

fn some_of(list: &'static [&'static str]) -> impl Strategy<Value = Vec<&'static str>> {
    prop::sample::subsequence(list.to_vec(), 0..=list.len())
}

prop_compose! {
    fn any_person()(
        role in prop::sample::select(Role::ALL.to_vec()),
        stage in 0usize..7,
        share in some_of(&TOPICS),
        learn in some_of(&TOPICS),
        languages in some_of(&["English", "German"]),
        zone in prop::sample::select(ZONES.to_vec()),
        department in prop::option::of(prop::sample::select(vec!["Data", "Sales"])),
        capacities in (1u8..3, 1u8..3),
        waiting_days in 0u32..60,
        active in prop::bool::weighted(0.9),
        rather_not in prop::option::weighted(0.2, 0usize..7),
        manager in prop::option::weighted(0.7, 0usize..8),
    ) -> (Person, Option<usize>) {
        let mut person = person("", role, &Settings::default().stages[stage]);
        person.profile.share = words(&share);
        person.profile.learn = words(&learn);
        person.profile.languages = words(&languages);
        person.profile.department = department.map(Into::into);
        (person.profile.mentor_capacity, person.profile.mentee_capacity) = capacities;
        person.profile.rather_not = rather_not.map(name).into_iter().collect();
        person.zone = TimeZone::get(zone).unwrap();
        person.waiting_days = waiting_days;
        person.active = active;
        (person, manager)
    }
}

fn name(at: usize) -> UserId {
    UserId(format!("U{at}"))
}

fn any_world(most: usize) -> impl Strategy<Value = World> {
    (
        prop::collection::vec(any_person(), 0..=most),
        prop::collection::hash_set((0usize..7, 0usize..7), 0..4),
        any::<u64>(),
    )
        .prop_map(|(drawn, earlier, seed)| {
            let mut world = World::of(Vec::new());
            world.seed = seed;
            for (at, (mut person, manager)) in drawn.into_iter().enumerate() {
                person.id = name(at);
                if let Some(manager) = manager {
                    world.managers.insert(name(at), name(manager));
                }
                world.people.push(person);
            }
            let earlier = earlier.iter().map(|&(a, b)| unordered(&name(a), &name(b)));
            world.earlier = earlier.collect();
            world
        })
}

/// Pairs, certain pairs, total score: compared in this order.
type Outcome = (usize, usize, u32);

/// The best outcome, by trying every set of allowed pairs.
fn oracle(world: &World) -> Outcome {
    fn best(edges: &[(usize, usize, bool, u32)], teach: &mut [u8], learn: &mut [u8]) -> Outcome {
        let Some((&(mentor, mentee, certain, score), rest)) = edges.split_first() else {
            return (0, 0, 0);
        };
        let without = best(rest, teach, learn);
        if teach[mentor] == 0 || learn[mentee] == 0 {
            return without;
        }
        teach[mentor] -= 1;
        learn[mentee] -= 1;
        let (pairs, sure, total) = best(rest, teach, learn);
        teach[mentor] += 1;
        learn[mentee] += 1;
        without.max((pairs + 1, sure + usize::from(certain), total + score))
    }
    let c = world.candidates();
    let roster = Roster::new(&c);
    let mut edges = Vec::new();
    for (i, a) in world.people.iter().enumerate() {
        for (j, b) in world.people.iter().enumerate() {
            let score = roster.score(
                roster.position(&a.id).unwrap(),
                roster.position(&b.id).unwrap(),
            );
            if still_allowed(&c, &a.id, &b.id).is_ok() && score >= world.settings.floor {
                let certain = !owner_must_confirm(&c, &a.id, &b.id);
                edges.push((i, j, certain, u32::from(score)));
            }
        }
    }
    let capacity = |of: fn(&Profile) -> u8| -> Vec<u8> {
        world
            .people
            .iter()
            .map(|person| of(&person.profile))
            .collect()
    };
    best(
        &edges,
        &mut capacity(|profile| profile.mentor_capacity),
        &mut capacity(|profile| profile.mentee_capacity),
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_round_is_as_good_as_trying_everything(world in any_world(7)) {
        let round = world.solve();
        let certain = round.pairs.iter().filter(|pair| !pair.owner_must_confirm).count();
        let total = round.pairs.iter().map(|pair| u32::from(pair.score)).sum();
        prop_assert_eq!((round.pairs.len(), certain, total), oracle(&world));
        prop_assert_eq!(round.certificate.gap, 0);
        for pair in &round.pairs {
            let allowed = still_allowed(&world.candidates(), &pair.mentor, &pair.mentee);
            prop_assert_eq!(allowed, Ok(()));
        }
    }

    #[test]
    fn neither_order_nor_bystanders_change_a_round(
        (world, shuffled) in any_world(20).prop_flat_map(|world| {
            let people = Just(world.people.clone()).prop_shuffle();
            (Just(world), people)
        }),
    ) {
        let round = world.solve();
        let mut other = world.clone();
        other.people = shuffled;
        prop_assert_eq!(&other.solve(), &round);
        // Somebody nobody can be paired with, whose lot falls anywhere.
        let mut useless = person("USELESS", Role::Either, "Executive");
        useless.profile.languages = words(&["Latin"]);
        other.people.push(useless);
        let mut crowded = other.solve();
        crowded.unmatched.retain(|unmatched| unmatched.person.as_str() != "USELESS");
        prop_assert_eq!(crowded.pairs, round.pairs);
    }
}

#[test]
fn the_seed_decides_between_equals() {
    let many = |seed| {
        let people = (0..12).map(|at| {
            if at < 6 {
                mentor(&format!("U{at}"))
            } else {
                mentee(&format!("U{at}"))
            }
        });
        let mut world = World::of(people.collect());
        world.seed = seed;
        world.pairs()
    };
    assert_eq!(many(1), many(1));
    assert!((2..10).any(|seed| many(seed) != many(1)));
}

/// A company of `mentors` and as many mentees, neither alike nor all different.
fn company(mentors: usize) -> World {
    let topics: Vec<String> = (0..40).map(|at| format!("Topic {at}")).collect();
    let stages = Settings::default().stages;
    let people = (0..2 * mentors).map(|at| {
        let draw = |salt: u64, below: u64| {
            let drawn = mixed(salt << 32 | u64::try_from(at).unwrap()) % below;
            usize::try_from(drawn).unwrap()
        };
        let teaches = at % 2 == 0;
        let (role, low) = if teaches {
            (Role::Mentor, 0)
        } else {
            (Role::Mentee, 3)
        };
        let mut person = person(&format!("U{at}"), role, &stages[low + draw(1, 4)]);
        let some = |salt: u64| {
            (0..4)
                .map(|nth| topics[draw(salt + nth, 40)].clone())
                .collect()
        };
        person.profile.share = some(10);
        person.profile.learn = some(20);
        person.profile.department = Some(format!("D{}", draw(2, 9)));
        person.profile.mentor_capacity = if draw(3, 4) == 0 { 2 } else { 1 };
        person.waiting_days = u32::try_from(draw(4, 90)).unwrap();
        person.zone = TimeZone::get(ZONES[draw(5, 4)]).unwrap();
        person
    });
    World::of(people.collect())
}

#[test]
fn a_few_hundred_a_side_are_proven_optimal() {
    let round = company(300).solve();
    assert_eq!(round.certificate.gap, 0);
    assert!(round.pairs.len() > 250, "{}", round.pairs.len());
}

#[test]
#[ignore = "seconds in a debug build; for measuring"]
fn a_thousand_a_side_are_proven_optimal() {
    let round = company(1000).solve();
    assert_eq!(round.certificate.gap, 0);
    assert!(round.pairs.len() > 900, "{}", round.pairs.len());
}
