use super::*;
use proptest::prelude::*;

/// The stored texts: a message pushed again under one of them is recognized.
fn pinned() -> Vec<(Key, &'static str)> {
    let (round, pair, cycle) = (RoundId(1), PairId(2), CycleId(3));
    let user = || UserId::from("UANA");
    let owner = || UserId::from("UOWEN");
    let week: IsoWeek = "2026-W10".parse().unwrap();
    let at = 1_772_442_000_000;
    let about_round = |about| Key::Round(round, about);
    let about_cycle = |about| Key::Cycle(cycle, about);
    let soon = about_cycle(AboutCycle::Soon { plan: 4 });
    vec![
        (
            about_round(AboutRound::News { owner: owner() }),
            "round/1/news/UOWEN",
        ),
        (
            about_round(AboutRound::Decided { owner: owner() }),
            "round/1/decided/UOWEN",
        ),
        (
            about_round(AboutRound::Waits { owner: owner() }),
            "round/1/waits/UOWEN",
        ),
        (about_round(AboutRound::Made), "round/1/made"),
        (
            about_round(AboutRound::WhatIf {
                owner: owner(),
                asking: 9,
            }),
            "round/1/what_if/UOWEN/9",
        ),
        (
            Key::Lapsed {
                round,
                mentor: "UMAX".into(),
                mentee: user(),
                owner: owner(),
            },
            "lapsed/1/UMAX/UANA/UOWEN",
        ),
        (
            Key::NoPair {
                round,
                user: user(),
            },
            "nopair/1/UANA",
        ),
        (
            Key::Card {
                card: Card::Month(cycle),
                id: 7,
            },
            "card/7/month/3",
        ),
        (
            Key::CardReplaced {
                card: Card::Agreement(pair),
                id: 7,
            },
            "card/7/agreement/2/replaced",
        ),
        (
            Key::LeftOver {
                round,
                user: user(),
            },
            "leftover/1/UANA",
        ),
        (
            Key::FirstMatch {
                owner: user(),
                until: at,
            },
            "first_match/UANA/1772442000000",
        ),
        (
            Key::FirstMatchMoved { user: user(), at },
            "first_match_moved/UANA/1772442000000",
        ),
        (
            Key::PickAnew { user: user(), at },
            "pick_anew/UANA/1772442000000",
        ),
        (
            Key::JoinReminder {
                user: user(),
                until: at,
            },
            "join_reminder/UANA/1772442000000",
        ),
        (Key::Introduction(pair, Introduced::Both), "intro/2/both"),
        (
            Key::Introduction(pair, Introduced::Mentor),
            "intro/2/mentor",
        ),
        (
            Key::Introduction(pair, Introduced::Mentee),
            "intro/2/mentee",
        ),
        (Key::Agreement { pair, version: 5 }, "agreement/2/5"),
        (
            Key::AgreementSigned { pair, version: 5 },
            "agreement/2/5/signed",
        ),
        (
            Key::Unsigned {
                pair,
                version: 5,
                reminded: 0,
                user: user(),
            },
            "unsigned/2/5/0/UANA",
        ),
        (
            about_cycle(AboutCycle::Opens { again: None }),
            "cycle/3/arrange/opens",
        ),
        (
            about_cycle(AboutCycle::Opens { again: Some(at) }),
            "cycle/3/arrange/opens/1772442000000",
        ),
        (
            about_cycle(AboutCycle::Week { again: None }),
            "cycle/3/arrange/week",
        ),
        (
            about_cycle(AboutCycle::Week { again: None }).alone(&user()),
            "cycle/3/arrange/week/UANA",
        ),
        (
            about_cycle(AboutCycle::Week { again: Some(at) }).alone(&user()),
            "cycle/3/arrange/week/1772442000000/UANA",
        ),
        (
            about_cycle(AboutCycle::Fortnight { again: None }),
            "cycle/3/arrange/fortnight",
        ),
        (
            about_cycle(AboutCycle::Sorting {
                plan: 4,
                again: None,
            }),
            "cycle/3/arrange/sorting/4",
        ),
        (
            about_cycle(AboutCycle::Sorting {
                plan: 4,
                again: Some(at),
            }),
            "cycle/3/arrange/sorting/4/1772442000000",
        ),
        (soon.clone(), "cycle/3/arrange/soon/4"),
        (soon.file(), "cycle/3/arrange/soon/4/file"),
        (
            soon.alone(&user()).file(),
            "cycle/3/arrange/soon/4/UANA/file",
        ),
        (
            about_cycle(AboutCycle::Met {
                plan: 4,
                user: user(),
            }),
            "cycle/3/met/4/UANA",
        ),
        (
            about_cycle(AboutCycle::Planned { plan: 4 }),
            "cycle/3/planned/4",
        ),
        (about_cycle(AboutCycle::Skipped), "cycle/3/skipped"),
        (
            about_cycle(AboutCycle::CalledOff { plan: 4 }),
            "cycle/3/called_off/4",
        ),
        (Key::Break { pair, id: 6 }, "break/2/6"),
        (Key::GoesOn { pair, cycles: 6 }, "goes_on/2/6"),
        (Key::LastMonth { pair, number: 3 }, "last_month/2/3"),
        (
            Key::NextCohort { user: user(), at },
            "next_cohort/UANA/1772442000000",
        ),
        (Key::Thanks(pair), "thanks/2"),
        (Key::EndedBoth(pair), "ended/2/both"),
        (Key::Ended { pair, user: user() }, "ended/2/UANA"),
        (Key::Checkin(CheckinId(7)), "checkin/7"),
        (Key::Reflection(ReflectionId(8)), "reflection/8"),
        (
            Key::ReflectionShared(ReflectionId(8)),
            "reflection/8/shared",
        ),
        (Key::Digest(week), "digest/2026-W10"),
        (
            Key::Companion {
                owner: owner(),
                week,
            },
            "companion/UOWEN/2026-W10",
        ),
        (
            Key::PauseEnded { user: user(), at },
            "pause_ended/UANA/1772442000000",
        ),
        (
            Key::Ineligible { user: user(), at },
            "ineligible/UANA/1772442000000",
        ),
        (
            Key::Eligible { user: user(), at },
            "eligible/UANA/1772442000000",
        ),
        (
            Key::OwnersNote {
                owner: owner(),
                about: None,
                at,
            },
            "owners_note/UOWEN/1772442000000",
        ),
        (
            Key::OwnersNote {
                owner: owner(),
                about: Some(Noted::BreakBegins),
                at,
            },
            "owners_note/UOWEN/1772442000000/break_begins",
        ),
        (
            Key::OwnersNote {
                owner: owner(),
                about: Some(Noted::Break),
                at,
            },
            "owners_note/UOWEN/1772442000000/break",
        ),
        (
            Key::Undelivered { owner: owner(), at },
            "undelivered/UOWEN/1772442000000",
        ),
        (
            Key::ContactGone {
                owner: owner(),
                contact: user(),
            },
            "contact_gone/UOWEN/UANA",
        ),
        (
            Key::Mend {
                owner: owner(),
                about: Mend::NoOwner,
                at,
            },
            "mend/UOWEN/no_owner/1772442000000",
        ),
        (
            Key::OneLine {
                pair: PairId(1),
                owner: owner(),
                at,
            },
            "one_line/1/UOWEN/1772442000000",
        ),
        (Key::LookUpAll { span: 10 }, "lookup/all/10"),
        (
            Key::LookUp {
                user: user(),
                hour: 11,
            },
            "lookup/UANA/11",
        ),
        (
            Key::LookUpRights {
                user: user(),
                minute: 12,
            },
            "lookup/UANA/rights/12",
        ),
        (
            Key::LookUpInvited {
                user: user(),
                minute: 12,
            },
            "lookup/UANA/invite/12",
        ),
        (
            Key::LookUpNamed {
                user: user(),
                minute: 12,
            },
            "lookup/UANA/named/12",
        ),
        (
            Key::LookedUp {
                asker: owner(),
                person: user(),
                purpose: crate::domain::timer::Purpose::Contact,
                at,
            },
            "looked_up/UOWEN/UANA/contact/1772442000000",
        ),
        (
            Key::DataFile {
                user: user(),
                span: 13,
            },
            "data_file/UANA/13",
        ),
        (
            Key::ProgramFile(ProgramFile::Pairs, owner(), 13),
            "program_file/pairs/UOWEN/13",
        ),
        (
            Key::DigestPreview {
                owner: owner(),
                span: 13,
            },
            "digest_preview/UOWEN/13",
        ),
        (Key::DataFileMissing(14), "data_file/14/failed"),
        (Key::NotPassedOn(15), "not_passed_on/15"),
        (
            Key::DirectAnswer {
                user: user(),
                written: 19,
            },
            "answer/UANA/19",
        ),
        (
            Key::NotOpened {
                user: user(),
                minute: 12,
                form: None,
            },
            "not_opened/UANA/12",
        ),
        (
            Key::NotOpened {
                user: user(),
                minute: 12,
                form: Some(7),
            },
            "not_opened/UANA/12/7",
        ),
        (
            Key::AnswerElsewhere {
                user: user(),
                id: 20,
            },
            "answer_elsewhere/UANA/20",
        ),
        (Key::Announcement(22), "announcement/22"),
        (Key::SponsorsNote(23), "sponsors_note/23"),
        (Key::ToContact(21), "to_contact/21"),
        (Key::InvitationCard(InvitationId(15)), "invitation/15/card"),
        (Key::InvitationYes(InvitationId(15)), "invitation/15/yes"),
        (Key::InvitationOver(InvitationId(15)), "invitation/15/over"),
        (
            Key::Import(ImportId(22), AboutImport::Review),
            "import/22/review",
        ),
        (
            Key::Circle { user: user(), at },
            "circle/UANA/1772442000000",
        ),
        (
            Key::CircleRefused { user: user(), at },
            "circle_refused/UANA/1772442000000",
        ),
        (Key::Token { second: 12 }, "token/12"),
        (
            Key::Home {
                user: user(),
                id: 17,
            },
            "home/UANA/17",
        ),
        (
            Key::LookUpDoubted {
                user: user(),
                news: 18,
            },
            "lookup/UANA/doubt/18",
        ),
    ]
}

#[test]
fn keys_are_written_as_stored_rows_have_them() {
    for (key, text) in pinned() {
        assert_eq!(key.to_string(), text);
        assert_eq!(Key::read(text), Some(key), "{text}");
    }
}

#[test]
fn what_is_no_key_of_ours_is_not_read() {
    for text in [
        "",
        "round",
        "round/1",
        "round/1/news",
        "round/1/news/",
        "round/1/other/UANA",
        "round/01/made",
        "cycle/3/arrange/soon",
        "cycle/3/arrange/week/",
        "cycle/3/skipped/",
        "checkin/7//file",
        "digest/2026-W99",
        "data_file/14",
        "of_tomorrow/1",
        "checkin/seven",
    ] {
        assert_eq!(Key::read(text), None, "{text}");
    }
}

#[test]
fn what_belongs_together_is_taken_back_together() {
    let taken = |topic| -> Vec<&str> {
        let about = pinned().into_iter().filter(|(key, _)| key.is_about(topic));
        about.map(|(_, text)| text).collect()
    };
    let begins = |prefix: &str| -> Vec<&str> {
        let texts = pinned().into_iter().map(|(_, text)| text);
        texts.filter(|text| text.starts_with(prefix)).collect()
    };
    assert_eq!(taken(Topic::Round(RoundId(1))), begins("round/1/"));
    assert_eq!(taken(Topic::Cycle(CycleId(3))), begins("cycle/3/"));
    assert_eq!(
        taken(Topic::Arrangement(CycleId(3))),
        begins("cycle/3/arrange/")
    );
    assert_eq!(
        taken(Topic::Beginning(PairId(2))),
        [
            begins("intro/2/"),
            begins("agreement/2/"),
            begins("unsigned/2/")
        ]
        .concat()
    );
    assert_eq!(
        taken(Topic::Invitation(InvitationId(15))),
        ["invitation/15/card", "invitation/15/yes"]
    );
    assert_eq!(
        taken(Topic::OwnersNote(Noted::Break)),
        ["owners_note/UOWEN/1772442000000/break"]
    );
    assert_eq!(taken(Topic::Break(PairId(2))), ["break/2/6"]);
    assert_eq!(taken(Topic::Ineligible), begins("ineligible/"));
    assert_eq!(
        taken(Topic::Mend(Mend::NoOwner)),
        begins("mend/")
            .into_iter()
            .filter(|text| text.contains("/no_owner/"))
            .collect::<Vec<_>>()
    );
    let contact = taken(Topic::Mend(Mend::Contact));
    assert!(
        begins("contact_gone/")
            .iter()
            .all(|text| contact.contains(text)),
        "{contact:?}"
    );
    let own = taken(Topic::OwnPart);
    assert!(
        own.iter().any(|text| text.starts_with("eligible/")),
        "{own:?}"
    );
    assert!(
        own.iter().all(|text| !text.starts_with("ineligible/")),
        "{own:?}"
    );
    for other in [
        Topic::Round(RoundId(2)),
        Topic::Cycle(CycleId(33)),
        Topic::Arrangement(CycleId(33)),
        Topic::Beginning(PairId(1)),
        Topic::Invitation(InvitationId(1)),
        Topic::Break(PairId(1)),
    ] {
        assert_eq!(taken(other), Vec::<&str>::new());
    }
}

fn user() -> impl Strategy<Value = UserId> {
    "[UW][A-Z0-9]{1,12}".prop_map(UserId)
}

fn about_cycle() -> impl Strategy<Value = AboutCycle> {
    let again = || proptest::option::of(any::<i64>());
    let plan = any::<i64>;
    prop_oneof![
        again().prop_map(|again| AboutCycle::Opens { again }),
        again().prop_map(|again| AboutCycle::Week { again }),
        again().prop_map(|again| AboutCycle::Fortnight { again }),
        Just(AboutCycle::Hello),
        (plan(), again()).prop_map(|(plan, again)| AboutCycle::Sorting { plan, again }),
        plan().prop_map(|plan| AboutCycle::Soon { plan }),
        (plan(), user()).prop_map(|(plan, user)| AboutCycle::Met { plan, user }),
        plan().prop_map(|plan| AboutCycle::Planned { plan }),
        plan().prop_map(|plan| AboutCycle::CalledOff { plan }),
        Just(AboutCycle::Skipped),
    ]
}

fn key() -> impl Strategy<Value = Key> {
    let id = any::<i64>;
    let base = prop_oneof![
        (id(), user()).prop_map(|(id, owner)| Key::Round(RoundId(id), AboutRound::News { owner })),
        (id(), user(), id()).prop_map(|(id, owner, asking)| {
            Key::Round(RoundId(id), AboutRound::WhatIf { owner, asking })
        }),
        (id(), about_cycle()).prop_map(|(id, about)| Key::Cycle(CycleId(id), about)),
        (id(), id()).prop_map(|(pair, version)| Key::Agreement {
            pair: PairId(pair),
            version
        }),
        (id(), user()).prop_map(|(pair, user)| Key::Ended {
            pair: PairId(pair),
            user
        }),
        id().prop_map(|id| Key::Thanks(PairId(id))),
        id().prop_map(|id| Key::Checkin(CheckinId(id))),
        id().prop_map(|id| Key::Reflection(ReflectionId(id))),
        (user(), id()).prop_map(|(user, span)| Key::DataFile { user, span }),
        (user(), id()).prop_map(|(user, span)| Key::ProgramFile(ProgramFile::Report, user, span)),
        (user(), id()).prop_map(|(owner, span)| Key::DigestPreview { owner, span }),
        id().prop_map(Key::DataFileMissing),
        id().prop_map(Key::NotPassedOn),
        (user(), id()).prop_map(|(user, hour)| Key::LookUp { user, hour }),
        (user(), id()).prop_map(|(user, minute)| Key::LookUpRights { user, minute }),
    ];
    (base, proptest::option::of(user()), any::<bool>()).prop_map(|(key, alone, file)| {
        let key = alone.map_or(key.clone(), |user| key.alone(&user));
        if file { key.file() } else { key }
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(key in key()) {
        prop_assert_eq!(Key::read(&key.to_string()), Some(key));
    }

    #[test]
    fn what_is_read_is_written_the_same(text in "(round|cycle|lookup|ended|data_file|program_file|token)(/(UA|all|both|arrange|week|-?[0-9]{1,3}|file|news)){0,5}") {
        if let Some(key) = Key::read(&text) {
            prop_assert_eq!(key.to_string(), text);
        }
    }
}
