use super::*;

/// Private reasons must look, byte for byte, like nobody being free.
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
        // Being away or having no room reads the same, even to people who asked for this very pair.
        let asked = world.check("ANA", "BEN").unwrap_err();
        assert_eq!(asked.in_words(), Barrier::NoRoom.in_words());
        assert_eq!(asked.in_words(), Barrier::NotActive.in_words());
    }
}

/// An exclusion changes who is paired, but nothing that anybody is told.
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
            "It ends a wait of 4 weeks.",
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
            "You're not part of matching at the moment.",
            "Not taking part at the moment.",
        ),
        (
            Binding::CapacityFull,
            "You have as many partners as you asked for.",
            "Has as many partners as asked for.",
        ),
        (
            Binding::StageUnknown,
            "Your career stage is no longer on the program's list. Choose one with `/reverse-mentor profile`, and you're in the next match.",
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
            "Everyone available was too close to your own career stage this time.",
            "Everyone available was too close to their career stage.",
        ),
        (
            Binding::NoSharedLanguage,
            "Nobody at the right career stage shares a language with you this time.",
            "Nobody at the right career stage shares a language.",
        ),
        (
            Binding::NoSharedHours,
            "Nobody who would fit shares two working hours a day with you this time. Please check that Slack has your time zone right, and your working hours in `/reverse-mentor profile`.",
            "Nobody who would fit shares two working hours a day, or Slack doesn't say their time zone.",
        ),
        (
            Binding::TopicsTooFar,
            "Nobody's topics were close enough to yours this time, and a poor match is worse than waiting. Adding a topic or two may help.",
            "Everyone who would fit scores below the floor.",
        ),
        (
            Binding::NobodyFree,
            "Nobody who fits was free this time.",
            "No pair was found for them this time.",
        ),
        (
            Binding::SetAside,
            "Nobody who fits was free this time.",
            "Set aside this time.",
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
