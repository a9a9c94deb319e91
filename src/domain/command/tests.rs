mod things;
mod tried;

use super::*;
use jiff::civil::date;
use proptest::prelude::*;

/// A Tuesday.
const TODAY: Date = date(2026, 3, 3);

fn understood(text: &str) -> Command {
    parse(text, TODAY).unwrap_or_else(|problem| panic!("{text:?}: {problem}"))
}

fn told(text: &str) -> String {
    parse(text, TODAY).unwrap_err().to_string()
}

fn pause_until(text: &str) -> Option<Date> {
    match understood(text) {
        Command::Pause { until } => until,
        other => panic!("{text:?}: {other:?}"),
    }
}

#[test]
fn every_word_and_synonym_means_its_own_command_and_no_other() {
    let mut seen = std::collections::BTreeSet::new();
    for usage in ALL {
        assert_eq!(understood(usage.word), usage.command);
        assert!(seen.insert(usage.word), "{} twice", usage.word);
        for also in usage.also {
            assert_eq!(understood(also), usage.command, "{also}");
            assert!(seen.insert(also), "{also} twice");
        }
    }
    assert_eq!(ALL.len(), 19);
}

#[test]
fn how_people_really_type() {
    for text in [
        "join",
        "JOIN",
        "  join  ",
        "\u{a0}join\u{a0}",
        "/join",
        "Join!",
        "join.",
        "*join*",
        "`join`",
        "“join”",
        "reverse-mentor join",
        "/reverse-mentor join",
        "/Reverse-Mentor  Join please",
        "sign up",
        "start",
    ] {
        assert_eq!(understood(text), Command::Join, "{text:?}");
    }
    for text in [
        "",
        "   ",
        "?",
        "??",
        "help me",
        "/reverse-mentor",
        "!",
        "hi",
    ] {
        assert_eq!(understood(text), Command::Help, "{text:?}");
    }
    assert_eq!(understood("quit"), Command::Leave);
    assert_eq!(understood("me"), Command::Profile);
}

#[test]
fn pauses_end_when_people_say() {
    assert_eq!(pause_until("pause"), None);
    assert_eq!(pause_until("pause please"), None);
    assert_eq!(pause_until("pause until further notice"), None);
    for (text, until) in [
        ("pause until 2027-01-15", date(2027, 1, 15)),
        ("pause until 2027/1/15", date(2027, 1, 15)),
        ("pause until 15.1.2027", date(2027, 1, 15)),
        ("pause 2027-01-15", date(2027, 1, 15)),
        ("pause until Jan 15", date(2027, 1, 15)),
        ("pause till 15 Jan", date(2027, 1, 15)),
        ("pause until January 15th, 2027", date(2027, 1, 15)),
        ("pause until the 15th of January", date(2027, 1, 15)),
        ("pause until Sept 1", date(2026, 9, 1)),
        ("pause until 3 march 2027", date(2027, 3, 3)),
        ("pause until may", date(2026, 5, 1)),
        ("pause until tomorrow.", date(2026, 3, 4)),
        ("pause 2 weeks", date(2026, 3, 17)),
        ("pause for two weeks", date(2026, 3, 17)),
        ("pause for a month", date(2026, 4, 3)),
        ("pause 10 days", date(2026, 3, 13)),
        ("pause a year", date(2027, 3, 3)),
        ("pause until next monday", date(2026, 3, 9)),
        ("pause until Tue", date(2026, 3, 10)),
        ("pause until next week", date(2026, 3, 9)),
        ("pause until next month", date(2026, 4, 1)),
        ("pause for the week", date(2026, 3, 10)),
        ("pause for the next two weeks", date(2026, 3, 17)),
    ] {
        assert_eq!(pause_until(text), Some(until), "{text}");
    }
}

#[test]
fn a_day_just_past_is_a_slip_and_no_year() {
    for (text, said) in [
        ("pause until March 2", date(2026, 3, 2)),
        ("pause until March", date(2026, 3, 1)),
        ("pause Feb 3", date(2026, 2, 3)),
        ("vacation until February 20th", date(2026, 2, 20)),
    ] {
        let problem = parse(text, TODAY).unwrap_err().problem;
        assert!(
            matches!(problem, Problem::PastDate { date, .. } if date == said),
            "{text}: {problem:?}"
        );
    }
    assert_eq!(understood("back in February"), Command::Status);
    assert_eq!(understood("back on March 2"), Command::Status);
    let first = parse("back in March", date(2026, 3, 1));
    assert_eq!(first, Ok(Command::Status));
    let new_year = parse("pause until Dec 20", date(2027, 1, 5));
    assert!(new_year.is_err(), "{new_year:?}");
    assert_eq!(pause_until("pause until Feb 1"), Some(date(2027, 2, 1)));
}

#[test]
fn a_leap_day_is_only_where_there_is_one() {
    let leap = parse("pause until Feb 29", date(2027, 6, 1));
    assert_eq!(
        leap,
        Ok(Command::Pause {
            until: Some(date(2028, 2, 29))
        })
    );
    assert!(parse("pause until Feb 29", TODAY).is_err());
}

#[test]
fn mentions_as_slack_escapes_them() {
    let ana = Command::Invite {
        who: Some(UserId::from("U123")),
    };
    for text in [
        "invite <@U123|ana>",
        "invite <@U123>",
        "Invite <@U123|Ana Lima> please",
        "ask <@U123>!",
    ] {
        assert_eq!(understood(text), ana, "{text}");
    }
    assert_eq!(
        understood("invite <@W9A>"),
        Command::Invite {
            who: Some(UserId::from("W9A"))
        }
    );
    assert_eq!(understood("invite"), Command::Invite { who: None });
    for text in [
        "invite ana",
        "invite @ana",
        "invite <@>",
        "invite <@u123>",
        "invite <!channel>",
    ] {
        let problem = parse(text, TODAY).unwrap_err().problem;
        assert_eq!(problem, Problem::UnclearColleague, "{text}");
    }
}

#[test]
fn misunderstandings_are_said_kindly() {
    insta::assert_snapshot!(told("jion"), @"I don't know “jion”. Did you mean `/reverse-mentor join`?");
    insta::assert_snapshot!(told("xyzzy"), @"I don't know “xyzzy”. `/reverse-mentor help` shows what I can do.");
    insta::assert_snapshot!(told("pause until whenever"), @"I can't read “until whenever” as a date. Try `/reverse-mentor pause until 2026-03-17` or `/reverse-mentor pause 2 weeks`.");
    insta::assert_snapshot!(told("pause until 1/2/2027"), @"I can't read “until 1/2/2027” as a date. Try `/reverse-mentor pause until 2026-03-17` or `/reverse-mentor pause 2 weeks`.");
    insta::assert_snapshot!(told("pause until 2026-01-15"), @"A break has to end after today, and Thursday, January 15 doesn't. Try `/reverse-mentor pause until 2026-03-17` or `/reverse-mentor pause 2 weeks`.");
    insta::assert_snapshot!(told("pause 2 years"), @"Friday, March 3, 2028 is more than a year away. Pick an earlier day, or leave the date out to pause until you resume. Try `/reverse-mentor pause until 2026-03-17` or `/reverse-mentor pause 2 weeks`.");
    insta::assert_snapshot!(told("invite ana"), @"I can't tell who you mean by “ana”. Pick them from the list Slack shows when you type @, as in `/reverse-mentor invite @colleague`.");
}

#[test]
fn what_was_heard_is_safe_to_repeat() {
    let heard = parse("<!channel>`*_\u{202e}abc", TODAY).unwrap_err().heard;
    assert_eq!(heard, "channelabc");
    let heard = parse(&"é".repeat(10_000), TODAY).unwrap_err().heard;
    assert_eq!(heard.chars().count(), 40);
    assert!(heard.ends_with('…'));
}

#[test]
fn near_words_are_found_and_far_ones_are_not() {
    for (typed, meant) in [
        ("jion", "join"),
        ("pasue", "pause"),
        ("statsu", "status"),
        ("privcy", "privacy"),
        ("suport", "support"),
        ("setings", "setup"),
        ("hepl", "help"),
        ("dejoin", "leave"),
    ] {
        assert_eq!(
            parse(typed, TODAY).unwrap_err().nearest,
            Some(meant),
            "{typed}"
        );
    }
    // A command that acts at once is typed out, and a negation is no typo.
    for typed in [
        "z", "ab", "pizza", "standup", "resme", "roudn", "unbreak", "destart", "disjoin",
    ] {
        assert_eq!(parse(typed, TODAY).unwrap_err().nearest, None, "{typed}");
    }
}

#[test]
fn every_command_is_in_the_manifest_and_in_the_readme() {
    insta::assert_snapshot!(usage_hint(), @"join | profile | status | pause [until DATE] | resume | leave | end | invite @colleague | support | privacy | round | pairs | people | import | report | digest | export | setup | help");
    assert_eq!(readme_table().lines().count(), ALL.len() + 2);
}

proptest! {
    #[test]
    fn no_text_panics(text in any::<String>(), day in 0_i32..40_000) {
        let today = date(1990, 1, 1).saturating_add(jiff::Span::new().days(day));
        for text in [text.clone(), format!("pause {text}"), format!("invite {text}")] {
            match parse(&text, today) {
                Ok(Command::Pause { until: Some(until) }) => prop_assert!(until > today),
                Ok(_) => {}
                Err(problem) => {
                    prop_assert!(problem.heard.chars().count() <= 40);
                    prop_assert!(!problem.to_string().contains(['<', '>', '\n']));
                }
            }
        }
    }

    /// Neither as a command nor as a suggestion, however it is written.
    #[test]
    fn a_negation_never_joins_or_resumes(
        negation in prop::sample::select(&[
            "de", "de-", "un", "un-", "dis", "dis-", "non-", "don't ", "don’t ", "do not ", "not ",
            "no longer ", "stop ", "never ", "out ", "I never ", "please don't ", "quit ",
        ][..]),
        name in prop::sample::select(
            ALL.iter()
                .filter(|usage| matches!(usage.command, Command::Join | Command::Resume))
                .flat_map(Usage::names)
                .collect::<Vec<_>>(),
        ),
        behind in any::<bool>(),
        slip in prop::option::of((0_usize..12, "[a-z]")),
    ) {
        let mut name = name.to_owned();
        if let Some((at, letter)) = slip && let Some((at, _)) = name.char_indices().nth(at) {
            name.replace_range(at..=at, &letter);
        }
        let text = if behind && negation.ends_with(' ') {
            format!("{name} {negation}")
        } else {
            format!("{negation}{name}")
        };
        match parse(&text, TODAY) {
            Ok(command) => prop_assert!(
                !matches!(command, Command::Join | Command::Resume),
                "{} leads to {:?}", text, command
            ),
            Err(problem) => prop_assert!(
                !matches!(problem.nearest, Some("join" | "resume")),
                "{} suggests {:?}", text, problem.nearest
            ),
        }
    }

    #[test]
    fn no_date_like_text_panics(text in "(until |for |next )?[0-9a-z./-]{1,8}( [0-9a-z]{1,9}){0,2}") {
        let _ = parse(&format!("pause {text}"), TODAY);
        let _ = parse(&format!("pause {text}"), Date::MAX);
    }

    #[test]
    fn every_word_survives_how_it_is_dressed(
        at in 0..ALL.len(), before in "[ \u{a0}/*`]{0,3}", after in "[ \u{a0}.!?*`]{0,3}",
    ) {
        let command = ALL[at].command.clone();
        let meant = if after.contains('?') { command.asked() } else { command };
        prop_assert_eq!(parse(&format!("{before}{}{after}", ALL[at].word), TODAY), Ok(meant));
    }
}
