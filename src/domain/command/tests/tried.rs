//! Words that people try without having read the list of commands.

use super::{TODAY, pause_until, told, understood};
use crate::domain::command::{Command, may_name_a_day, parse};
use jiff::civil::date;

#[test]
fn words_people_try_lead_to_what_helps() {
    let pause = || Command::Pause { until: None };
    let tried: [(&[&str], Command); 6] = [
        // Status has lines or buttons for these.
        (
            &[
                "goals",
                "sign",
                "continue",
                "my mentor",
                "mentor",
                "mentee",
                "who is my partner",
                "cancel",
                "reschedule",
                "move the meeting",
                "When is my next meeting?",
                "cancel my break",
            ],
            Command::Status,
        ),
        (
            &[
                "opt out",
                "opt-out",
                "unsubscribe",
                "Quit!",
                "stop",
                "deregister",
                "un-enroll",
                "I want to leave",
                "how do I drop out",
                "no longer interested",
                "opting out",
            ],
            Command::Leave,
        ),
        (
            &[
                "end",
                "End it, please",
                "swap",
                "rematch",
                "change partner",
                "I'd like a new mentor",
            ],
            Command::End,
        ),
        (
            &[
                "ooo",
                "I'm on vacation",
                "away",
                "holiday",
                "parental leave",
                "on leave",
                "take a break",
                "my leave",
                "I need a break, I don't have time",
                "I'm sick and can't meet",
                "start a break",
                "start my vacation",
                "register my vacation",
                "start my leave on Monday",
            ],
            pause(),
        ),
        (
            &[
                "back",
                "I’m back",
                "unpause",
                "back from my vacation",
                "I'm back from leave",
                "back in the office",
            ],
            Command::Resume,
        ),
        (
            &[
                "Sign up!",
                "sign me up",
                "I want to join",
                "opt-in",
                "re-join",
            ],
            Command::Join,
        ),
    ];
    for (texts, command) in tried {
        for text in texts {
            assert_eq!(understood(text), command, "{text}");
        }
    }
    assert_eq!(
        pause_until("vacation until 2026-05-01"),
        Some(date(2026, 5, 1))
    );
    assert_eq!(
        pause_until("I'm on leave for two weeks"),
        Some(date(2026, 3, 17))
    );
}

#[test]
fn the_end_of_a_break_is_no_farewell() {
    for text in [
        "stop my break",
        "end pause",
        "quit vacation",
        "end my parental leave",
        "my break is over",
        "my break's over",
        "vacation is over",
        "holiday is over",
        "my leave is over",
        "leave ended",
        "pause my vacation",
    ] {
        assert_eq!(understood(text), Command::Status, "{text}");
    }
    for text in [
        "don't leave",
        "do not end",
        "don’t pause",
        "never resume",
        "not join",
    ] {
        assert_eq!(understood(text), Command::Status, "{text}");
    }
}

#[test]
fn back_to_a_break_is_no_return() {
    for text in [
        "back on vacation",
        "go back on break",
        "return to vacation",
        "resume my break",
        "back for two weeks",
        "back until Friday",
    ] {
        assert_eq!(understood(text), Command::Status, "{text}");
    }
    let again = understood("rejoin after my parental leave");
    assert_eq!(again, Command::Status);
}

#[test]
fn a_meeting_and_its_day_are_not_the_pair() {
    for text in [
        "switch to Thursday",
        "swap our meeting",
        "end the meeting",
        "stop the meeting",
        "switch to 3pm",
        "sign up for a meeting",
        "set up a meeting",
        "edit our meeting",
        "stop the reminders",
    ] {
        assert_eq!(understood(text), Command::Status, "{text}");
    }
}

#[test]
fn an_invitation_goes_out_only_where_nothing_else_may_be_meant() {
    let form = Command::Invite { who: None };
    for text in [
        "ask <@U123> about lunches",
        "invite <@U123> and <@U456>",
        "ask <@U123> to stop",
    ] {
        assert_eq!(understood(text), form, "{text}");
    }
    assert_eq!(understood("ask <@U123> for a meeting"), Command::Status);
    for text in ["ask <@U123> to be my mentor", "invite <@U123|Mia May>"] {
        let who = Some("U123".into());
        assert_eq!(understood(text), Command::Invite { who }, "{text}");
    }
    assert_eq!(understood("match <@U123> with <@U456>"), Command::Status);
}

#[test]
fn what_is_suggested_is_not_the_opposite_either() {
    insta::assert_snapshot!(told("opttin out"), @"I don't know “opttin”. Did you mean `/reverse-mentor status`?");
    insta::assert_snapshot!(told("brek is over"), @"I don't know “brek”. Did you mean `/reverse-mentor status`?");
    insta::assert_snapshot!(told("swich to Thursday"), @"I don't know “swich”. Did you mean `/reverse-mentor status`?");
}

#[test]
fn a_pause_is_known_before_its_day_is_read() {
    for text in [
        "pause",
        "Break until 2026-05-01",
        "snooze 3 years",
        "/pause?",
    ] {
        assert!(may_name_a_day(text), "{text}");
    }
    for text in [
        "",
        "resume",
        "status pause",
        "paws",
        "don't pause",
        "end my break",
    ] {
        assert!(!may_name_a_day(text), "{text}");
    }
}

#[test]
fn a_day_to_come_back_on_is_not_now() {
    for (text, until) in [
        ("back on Monday", date(2026, 3, 9)),
        ("I'm back next week", date(2026, 3, 9)),
        ("return 2026-05-04", date(2026, 5, 4)),
        ("resume in two weeks", date(2026, 3, 17)),
    ] {
        assert_eq!(pause_until(text), Some(until), "{text}");
        assert!(may_name_a_day(text), "{text}");
    }
    for text in [
        "back",
        "I'm back today",
        "resume now",
        "back, please",
        "resume my program",
    ] {
        assert_eq!(understood(text), Command::Resume, "{text}");
    }
    for text in [
        "back soon",
        "back to work on Monday",
        "back after 2 weeks",
        "return next decade",
        "back next Friday",
    ] {
        assert_eq!(understood(text), Command::Status, "{text}");
    }
}

#[test]
fn a_day_that_may_be_the_first_is_asked_about() {
    for text in [
        "vacation next week",
        "vacation in August",
        "vacation August",
        "vacation August 3",
        "holiday 24 December",
        "ooo 2026-05-04",
        "vacation on August 3",
        "away for July",
        "away for next week",
        "pause for next week",
        "pause for the next week",
        "ooo for Monday",
        "away for tomorrow",
        "out of office for 2026-12-24",
        "pause for December 24",
        "pause until next Friday",
        "away for two weeks from Monday",
        "ooo in two weeks",
        "ooo from 2026-05-04",
        "ooo Monday",
        "sick today",
        "out of office tomorrow",
        "pause me",
        "pause the program",
        "pause for now please",
        "take a break from this",
        "pause for a while",
    ] {
        assert_eq!(pause_until(text), None, "{text}");
    }
    assert_eq!(pause_until("vacation for a week"), Some(date(2026, 3, 10)));
    assert_eq!(pause_until("vacation until Monday"), Some(date(2026, 3, 9)));
    assert_eq!(pause_until("vacation until August"), Some(date(2026, 8, 1)));
    assert_eq!(pause_until("pause August 20"), Some(date(2026, 8, 20)));
    assert_eq!(pause_until("out until August 20"), Some(date(2026, 8, 20)));
}

#[test]
fn answers_typed_instead_of_pressed_find_the_buttons() {
    for text in [
        "yes",
        "Yes, we met!",
        "yep",
        "no",
        "No thanks",
        "nope",
        "we haven't met yet",
        "We didn't meet",
        "not interested",
        "we met",
        "I've met Sam",
        "<@U123> and I met",
        "find me a mentor",
        "where do I sign?",
        "match me",
    ] {
        assert_eq!(understood(text), Command::Status, "{text}");
    }
    for text in [
        "I have a problem with my mentor",
        "talk to a human",
        "HR?",
        "My manager is bullying me",
        "my mentor is harassing me",
        "I feel unsafe",
        "ask for help",
        "can I talk to someone",
    ] {
        assert_eq!(understood(text), Command::Support, "{text}");
    }
    assert_eq!(understood("remove me"), Command::Leave);
    insta::assert_snapshot!(told("Our lunches are too long"), @"I only know a few words, and “our lunches are too long” isn't among them. `/reverse-mentor help` shows what I can do, and `/reverse-mentor support` shows who you can talk to.");
    insta::assert_snapshot!(told("Thank you!"), @"You're welcome. `/reverse-mentor status` shows where things stand.");
}

/// Whether something happens at once.
fn happens(text: &str) -> bool {
    match parse(text, TODAY) {
        Ok(Command::Resume | Command::Round) => true,
        Ok(Command::Invite { who }) => who.is_some(),
        Ok(Command::Pause { until }) => until.is_some(),
        _ => false,
    }
}

/// Every way to ask about every command, and nothing happens.
#[test]
fn a_question_does_nothing_yet() {
    let acts = [
        "invite <@U123>",
        "ask <@U123>",
        "come back",
        "resume",
        "match people",
        "round",
        "pause for two weeks",
        "pause until Friday",
        "be back on Monday",
    ];
    let asks = [
        "how do I",
        "can I",
        "could we",
        "where is the",
        "is this",
        "would you please",
        "",
    ];
    let says = ["I would like to", "I can", "please do", "we do"];
    for act in acts {
        for ask in asks {
            for mark in ["?", " ?", "? Thanks", ""] {
                let text = format!("{ask} {act}{mark}");
                let is_said = ask.is_empty() && mark.is_empty();
                assert_eq!(happens(&text), is_said, "{text}");
            }
        }
        for say in says {
            let text = format!("{say} {act}");
            assert!(happens(&text), "a statement: {text}");
        }
    }
}

/// An invitation asks somebody to be one's mentor: what may mean another thing asks first.
#[test]
fn an_invitation_that_may_mean_another_thing_is_asked_about() {
    let who = |text: &str| match understood(text) {
        Command::Invite { who } => who,
        other => panic!("{text}: {other:?}"),
    };
    for text in [
        "ask <@U123> to be my mentee",
        "invite <@U123> to join the program",
        "invite <@U123> to reverse mentoring",
        "invite <@U123> to pair",
    ] {
        assert_eq!(who(text), None, "{text}");
    }
    for text in ["invite <@U123>", "ask <@U123> to be my mentor"] {
        assert_eq!(who(text), Some("U123".into()), "{text}");
    }
}
