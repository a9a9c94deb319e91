use super::*;
use proptest::prelude::*;
use std::collections::HashSet;

/// The stored texts: a change here leaves rows that nothing can read.
#[test]
fn timers_are_written_as_stored_rows_have_them() {
    let (cycle, pair, round) = (CycleId(11), PairId(12), RoundId(13));
    let user = || UserId::from("UANA");
    let pinned = [
        (Timer::Directory, "directory", "program"),
        (Timer::Undelivered, "undelivered", "program"),
        (Timer::Round, "round", "program"),
        (Timer::Match, "match", "program"),
        (
            Timer::WhatIf(WhatIf {
                round,
                owner: "UOWEN".into(),
                mentor: "UMAX".into(),
                mentee: user(),
            }),
            "what_if",
            "13/UOWEN/UMAX/UANA",
        ),
        (Timer::Introduce(round), "introduce", "13"),
        (Timer::Invitation(InvitationId(14)), "invitation", "14"),
        (Timer::RoundWaits(round), "round_waits", "13"),
        (Timer::PauseEnds(user()), "pause_ends", "UANA"),
        (Timer::CycleOpens { pair, number: 3 }, "cycle_opens", "12/3"),
        (Timer::LastMonth(pair), "last_month", "12"),
        (Timer::NextCohort("UANA".into()), "next_cohort", "UANA"),
        (Timer::ProgramGoesOn, "program_goes_on", "program"),
        (
            Timer::FirstMatchMoved("UANA".into()),
            "first_match_moved",
            "UANA",
        ),
        (
            Timer::RemindInvited {
                user: user(),
                until: 15,
            },
            "remind_invited",
            "UANA/15",
        ),
        (Timer::ProgramBreak(pair), "program_break", "12"),
        (Timer::Hello(CycleId(14)), "hello", "14"),
        (Timer::NudgeWeek(cycle), "nudge_week", "11"),
        (Timer::NudgeFortnight(cycle), "nudge_fortnight", "11"),
        (Timer::MeetingSoon(cycle), "meeting_soon", "11"),
        (Timer::PlanPassed(cycle), "plan_passed", "11"),
        (
            Timer::MeetingOver {
                cycle,
                user: user(),
            },
            "meeting_over",
            "11/UANA",
        ),
        (
            Timer::ReflectionDue {
                cycle,
                user: user(),
            },
            "reflection_due",
            "11/UANA",
        ),
        (Timer::CycleCloses(cycle), "cycle_closes", "11"),
        (Timer::Checkin(CheckinId(15)), "checkin", "15"),
        (Timer::Unsigned(pair), "unsigned", "12"),
        (
            Timer::SignAfterMeeting {
                pair,
                user: user(),
                asked: 1,
            },
            "sign_after_meeting",
            "12/UANA/1",
        ),
        (Timer::Digest, "digest", "program"),
        (
            Timer::Companion {
                owner: user(),
                week: Some("2026-W10".parse().unwrap()),
            },
            "companion",
            "UANA/2026-W10",
        ),
        (
            Timer::Companion {
                owner: user(),
                week: None,
            },
            "companion",
            "UANA",
        ),
        (Timer::Retention, "retention", "program"),
        (Timer::WorkspaceEnds, "workspace_ends", "program"),
        (Timer::Erase(pair), "erase", "12"),
        (
            Timer::LookedUp(LookedUp {
                person: "UMAX".into(),
                asker: user(),
                purpose: Purpose::RatherNot,
            }),
            "looked_up",
            "UMAX/rather_not/UANA",
        ),
        (Timer::Reaction(16), "reaction", "16"),
        (Timer::ImportWaits(ImportId(18)), "import_waits", "18"),
        (Timer::News(17), "news", "17"),
    ];
    for (timer, kind, subject) in &pinned {
        let written = (timer.kind().as_str(), timer.subject());
        assert_eq!(written, (*kind, (*subject).to_owned()));
        assert_eq!(Timer::read(kind, subject).as_ref(), Ok(timer));
    }
    let kinds: HashSet<Kind> = pinned.iter().map(|(timer, ..)| timer.kind()).collect();
    assert_eq!(kinds.len(), Kind::ALL.len(), "each kind is pinned");
}

#[test]
fn what_cannot_be_read_says_so() {
    for (kind, subject) in [
        ("", ""),
        ("a_newer_kind", "program"),
        ("round", ""),
        ("round", "Program"),
        ("nudge_week", ""),
        ("nudge_week", "eleven"),
        ("nudge_week", "011"),
        ("nudge_week", "+11"),
        ("nudge_week", "11/"),
        ("nudge_week", "99999999999999999999"),
        ("cycle_opens", "12"),
        ("cycle_opens", "12/300"),
        ("cycle_opens", "12/3/4"),
        ("meeting_over", "11/"),
        ("meeting_over", "/UANA"),
        ("pause_ends", ""),
        ("companion", "UANA/"),
        ("companion", "UANA/2026-W99"),
        ("companion", "UANA/2026-W10/more"),
        ("what_if", "13/UOWEN/UMAX"),
        ("what_if", "13/UOWEN//UANA"),
        ("looked_up", "UMAX/friend/UANA"),
        ("looked_up", "UMAX/invite"),
    ] {
        let read = Timer::read(kind, subject).unwrap_err();
        assert_eq!((&*read.kind, &*read.subject), (kind, subject));
    }
}

fn user() -> impl Strategy<Value = UserId> {
    "[A-Z0-9]{1,14}".prop_map(UserId)
}

fn week() -> impl Strategy<Value = IsoWeek> {
    (-400_000_i64..2_900_000).prop_map(|days| {
        let day = jiff::civil::date(1970, 1, 1).checked_add(jiff::Span::new().days(days));
        IsoWeek::of(day.unwrap())
    })
}

fn timer() -> impl Strategy<Value = Timer> {
    let who = (user(), user(), user(), proptest::option::of(week()));
    let kinds = 0..Kind::ALL.len();
    (kinds, any::<i64>(), any::<u8>(), who).prop_map(
        |(kind, id, number, (one, two, three, week))| {
            let user = one.clone();
            match Kind::ALL[kind] {
                Kind::Directory => Timer::Directory,
                Kind::Undelivered => Timer::Undelivered,
                Kind::Round => Timer::Round,
                Kind::Match => Timer::Match,
                Kind::WhatIf => Timer::WhatIf(WhatIf {
                    round: RoundId(id),
                    owner: one,
                    mentor: two,
                    mentee: three,
                }),
                Kind::Introduce => Timer::Introduce(RoundId(id)),
                Kind::Invitation => Timer::Invitation(InvitationId(id)),
                Kind::RoundWaits => Timer::RoundWaits(RoundId(id)),
                Kind::PauseEnds => Timer::PauseEnds(user),
                Kind::ProgramGoesOn => Timer::ProgramGoesOn,
                Kind::FirstMatchMoved => Timer::FirstMatchMoved(user),
                Kind::RemindInvited => Timer::RemindInvited { user, until: id },
                Kind::ProgramBreak => Timer::ProgramBreak(PairId(id)),
                Kind::LastMonth => Timer::LastMonth(PairId(id)),
                Kind::NextCohort => Timer::NextCohort(user),
                Kind::CycleOpens => Timer::CycleOpens {
                    pair: PairId(id),
                    number,
                },
                Kind::NudgeWeek => Timer::NudgeWeek(CycleId(id)),
                Kind::NudgeFortnight => Timer::NudgeFortnight(CycleId(id)),
                Kind::Hello => Timer::Hello(CycleId(id)),
                Kind::MeetingSoon => Timer::MeetingSoon(CycleId(id)),
                Kind::PlanPassed => Timer::PlanPassed(CycleId(id)),
                Kind::MeetingOver => Timer::MeetingOver {
                    cycle: CycleId(id),
                    user,
                },
                Kind::ReflectionDue => Timer::ReflectionDue {
                    cycle: CycleId(id),
                    user,
                },
                Kind::CycleCloses => Timer::CycleCloses(CycleId(id)),
                Kind::Checkin => Timer::Checkin(CheckinId(id)),
                Kind::Unsigned => Timer::Unsigned(PairId(id)),
                Kind::SignAfterMeeting => Timer::SignAfterMeeting {
                    pair: PairId(id),
                    user,
                    asked: number,
                },
                Kind::Digest => Timer::Digest,
                Kind::Companion => Timer::Companion { owner: one, week },
                Kind::Retention => Timer::Retention,
                Kind::WorkspaceEnds => Timer::WorkspaceEnds,
                Kind::Erase => Timer::Erase(PairId(id)),
                Kind::LookedUp => Timer::LookedUp(LookedUp {
                    person: one,
                    asker: two,
                    purpose: Purpose::ALL[usize::from(number) % Purpose::ALL.len()],
                }),
                Kind::Reaction => Timer::Reaction(id),
                Kind::ImportWaits => Timer::ImportWaits(ImportId(id)),
                Kind::News => Timer::News(id),
            }
        },
    )
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(timer in timer()) {
        let (kind, subject) = (timer.kind(), timer.subject());
        prop_assert_eq!(Timer::read(kind.as_str(), &subject), Ok(timer));
    }

    /// A timer has exactly one text, or setting it again would not move it.
    #[test]
    fn what_is_read_is_written_the_same(kind in 0..Kind::ALL.len(), subject in "[-+0-9UW/]{0,12}|program") {
        if let Ok(timer) = Timer::read(Kind::ALL[kind].as_str(), &subject) {
            prop_assert_eq!(timer.kind(), Kind::ALL[kind]);
            prop_assert_eq!(timer.subject(), subject);
        }
    }
}
