//! When rounds and digests happen, as choices.

use super::*;
use jiff::civil::time;

fn picks(answers: &mut BTreeMap<String, Answer>, what: &str, often: &str, day: &str, hour: i8) {
    answers.insert(format!("{what}_often"), Answer::One(often.into()));
    answers.insert(format!("{what}_day"), Answer::One(day.into()));
    let at = Answer::Time(time(hour, 30, 0, 0));
    answers.insert(format!("{what}_time"), at);
}

fn writes(answers: &mut BTreeMap<String, Answer>, what: &str, expression: &str) {
    picks(answers, what, "by_expression", "mon", 10);
    let text = Answer::Text(expression.into());
    answers.insert(format!("{what}_expression"), text);
}

/// The form that says when things happen.
async fn shows(test: &FeatureTest) -> String {
    if program(test).await.is_some() {
        let edit = Action::EditSettings(Part::Rhythm);
        return shown(&test.press("U1", edit).await.unwrap());
    }
    let first = test.command("U1", "setup").await.unwrap().modal.unwrap();
    let filled = fill(&first.view());
    let next = test.submits("U1", first.form.clone(), filled).await;
    shown(&next.unwrap())
}

/// The part of the form between two of its lines.
fn part<'a>(form: &'a str, from: &str, to: &str) -> &'a str {
    let begins = form.find(from).unwrap_or_else(|| panic!("{from}: {form}"));
    let rest = &form[begins..];
    &rest[..rest.find(to).unwrap_or(rest.len())]
}

async fn next_round(test: &FeatureTest) -> String {
    due(test, Timer::Round).await.unwrap().to_string()
}

#[tokio::test]
async fn the_form_says_when_in_choices_and_names_the_next_dates() {
    let test = fresh(true).await;
    let form = shows(&test).await;
    insta::assert_snapshot!(part(&form, "Rounds are proposed", "│ The digest is"), @r"
    Rounds are proposed
    │   [ Every week ▾ ] (Every week, Every 2 weeks, Every 4 weeks, The first such day of each month, By the expression further down)
    │   · The next rounds: Monday, March 9, March 16 and March 23 at 10:00 AM, Berlin time. Not used when people are matched as soon as two are a good fit.
    │ Rounds are proposed on
    │   [ Monday ▾ ] (Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday)
    │ Rounds are proposed at
    │   [ 10:00 ▾ ]
    │   · In the program's time zone.
    ");
    insta::assert_snapshot!(part(&form, "Expression for rounds", "└"), @r"
    Expression for rounds (optional)
    │   [ ____ ]
    │   · Used only if you pick “By the expression” above. A cron expression: minute, hour, day, month, weekday. For example 0 10 1,15 * * is the 1st and the 15th of each month at 10:00 AM. Or: every 3 weeks Mon 10:00 from 2026-03-02.
    │ Expression for the digest (optional)
    │   [ ____ ]
    │   · Used only if you pick “By the expression” above. A cron expression: minute, hour, day, month, weekday. For example 0 10 1,15 * * is the 1st and the 15th of each month at 10:00 AM. Or: every 3 weeks Mon 10:00 from 2026-03-02.
    ");
    assert!(form.contains("invite me there first"), "{form}");
}

#[tokio::test]
async fn choices_are_stored_shown_again_and_kept() {
    let test = fresh(true).await;
    let mut answers = form(&test, "U1").await;
    picks(&mut answers, "round", "every_2_weeks", "thu", 14);
    picks(&mut answers, "digest", "first_of_month", "fri", 9);
    let saved = shown(&submit(&test, "U1", answers).await);
    for said in [
        "The next rounds: Thursday, March 5, March 19 and April 2 at 2:30 PM, Berlin time.",
        "The next digests: Friday, March 6, April 3 and May 1 at 9:30 AM, Berlin time.",
    ] {
        assert!(saved.contains(said), "{saved}");
    }
    let settings = program(&test).await.unwrap();
    assert_eq!(
        settings.round_schedule,
        "every 2 weeks Thu 14:30 from 2026-03-05"
    );
    assert_eq!(settings.digest_schedule, "30 9 1-7 * Fri");
    assert_eq!(next_round(&test).await, "2026-03-05T13:30:00Z");

    // Opened and saved as it is: nothing changes, weeks later, too.
    let mut test = test;
    test.now = "2026-03-12T09:00:00Z".parse().unwrap();
    let answers = form(&test, "U1").await;
    assert_eq!(answers["round_often"], Answer::One("every_2_weeks".into()));
    assert_eq!(
        answers["digest_often"],
        Answer::One("first_of_month".into())
    );
    submit(&test, "U1", answers).await;
    assert_eq!(program(&test).await.unwrap(), settings);
}

#[tokio::test]
async fn an_expression_is_kept_unless_another_choice_is_made() {
    let test = fresh(true).await;
    let mut answers = form(&test, "U1").await;
    writes(&mut answers, "round", " 0 10 1,15 * * ");
    submit(&test, "U1", answers).await;
    assert_eq!(
        program(&test).await.unwrap().round_schedule,
        "0 10 1,15 * *"
    );
    let mut answers = form(&test, "U1").await;
    assert_eq!(answers["round_often"], Answer::One("by_expression".into()));
    assert_eq!(
        answers["round_expression"],
        Answer::Text("0 10 1,15 * *".into())
    );
    submit(&test, "U1", answers.clone()).await;
    assert_eq!(
        program(&test).await.unwrap().round_schedule,
        "0 10 1,15 * *"
    );
    picks(&mut answers, "round", "every_week", "tue", 10);
    submit(&test, "U1", answers).await;
    assert_eq!(
        program(&test).await.unwrap().round_schedule,
        "30 10 * * Tue"
    );
}

#[tokio::test]
async fn what_cannot_be_is_told_at_the_field_that_says_it() {
    let test = fresh(true).await;
    let refused = async |change: &dyn Fn(&mut BTreeMap<String, Answer>)| {
        let mut answers = form(&test, "U1").await;
        change(&mut answers);
        let reply = submit(&test, "U1", answers).await;
        let [(field, words)] = reply.errors.as_slice() else {
            panic!("{:?}", reply.errors);
        };
        format!("{field}: {words}")
    };
    for (expression, begins) in [
        (
            "0 9,15 * * Mon",
            "round_expression: That schedule would run more than once a day",
        ),
        (
            "0 0 10 * * Mon 2020-2025",
            "round_expression: That schedule is over",
        ),
        (
            "every 2 weeks",
            "round_expression: Write it as `every 2 weeks Mon",
        ),
        (" ", "round_expression: Write the expression here"),
    ] {
        let said = refused(&|answers| writes(answers, "round", expression)).await;
        assert!(said.starts_with(begins), "{said}");
    }
    for (field, begins) in [
        ("round_often", "round_often: Pick one"),
        ("digest_day", "digest_day: Pick one"),
        ("digest_time", "digest_time: Pick one"),
    ] {
        let said = refused(&|answers| drop(answers.remove(field))).await;
        assert!(said.starts_with(begins), "{said}");
    }
    assert_eq!(program(&test).await, None);
}

#[tokio::test]
async fn a_declared_schedule_that_is_over_is_refused_unless_it_ended_meanwhile() {
    let test = FeatureTest::without_program().await;
    let declares = async |test: &FeatureTest| {
        let settings = Settings {
            round_schedule: "0 0 10 * * Mon 2026".into(),
            ..Settings::default()
        };
        let mut tx = test.tx().await;
        let declared = super::super::declared(&mut tx, settings).await;
        tx.commit().await.unwrap();
        declared.map_err(|error| error.to_string())
    };
    let mut late = FeatureTest::without_program().await;
    late.now = "2027-01-02T09:00:00Z".parse().unwrap();
    let refused = declares(&late).await.unwrap_err();
    assert!(
        refused.starts_with("round_schedule: That schedule is over"),
        "{refused}"
    );
    let mut test = test;
    assert_eq!(declares(&test).await, Ok(()));
    test.now = late.now;
    assert_eq!(declares(&test).await, Ok(()), "the server starts again");
}

/// Moving the schedule on the day of a round, and what earlier releases stored, make no second round on that day.
#[tokio::test]
async fn there_is_one_round_a_day_however_the_schedule_moves() {
    let mut test = fresh(true).await;
    let mut answers = form(&test, "U1").await;
    picks(&mut answers, "round", "every_week", "mon", 11);
    submit(&test, "U1", answers.clone()).await;
    assert_eq!(next_round(&test).await, "2026-03-02T10:30:00Z");
    test.pass(jiff::SignedDuration::from_hours(2)).await;
    picks(&mut answers, "round", "every_week", "mon", 15);
    let saved = shown(&submit(&test, "U1", answers).await);
    let said = "The next rounds: Monday, March 9, March 16";
    assert!(saved.contains(said), "{saved}");
    assert_eq!(next_round(&test).await, "2026-03-09T14:30:00Z");
    let mut tx = test.tx().await;
    super::super::replan(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(next_round(&test).await, "2026-03-09T14:30:00Z");

    let stored = Settings {
        round_schedule: "0 9,15 * * *".into(),
        ..program(&test).await.unwrap()
    };
    let mut tx = test.tx().await;
    programs::save(&mut tx, &stored, false).await.unwrap();
    super::super::changed(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    let mut rounds = Vec::new();
    for _ in 0..3 {
        rounds.push(next_round(&test).await);
        test.pass(jiff::SignedDuration::from_hours(24)).await;
    }
    assert_eq!(
        rounds,
        [
            "2026-03-03T08:00:00Z",
            "2026-03-04T08:00:00Z",
            "2026-03-05T08:00:00Z"
        ]
    );
}

#[tokio::test]
async fn the_next_dates_come_after_the_programs_break() {
    let test = fresh(true).await;
    let answers = form(&test, "U1").await;
    submit(&test, "U1", answers).await;
    let until = [("date", Answer::Date(jiff::civil::date(2026, 3, 20)))];
    let begins = test.submit("U1", Form::ProgramBreak, &until);
    begins.await.unwrap();
    let form = shows(&test).await;
    for what in ["rounds", "digests"] {
        let said = format!("The next {what}: Monday, March 23, March 30 and April 6");
        assert!(form.contains(&said), "{form}");
    }
}

#[tokio::test]
async fn rolling_programs_name_no_dates_of_rounds() {
    let test = fresh(true).await;
    let mut answers = form(&test, "U1").await;
    answers.insert("matching".into(), Answer::One("rolling".into()));
    let saved = shown(&submit(&test, "U1", answers).await);
    for text in [saved, shows(&test).await] {
        assert!(!text.contains("The next rounds"), "{text}");
        assert!(text.contains("The next digests"), "{text}");
    }
}
