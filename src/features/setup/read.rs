//! Reads settings from the modal's answers, with an error at every invalid field.

use super::views::SHOWN;
use super::when::{self, Planned};
use crate::domain::ids::{ChannelId, UserId};
use crate::domain::program::{Day, Matching, Problem, Settings};
use crate::slack::event::Answers;
use jiff::Timestamp;
use jiff::civil::Date;
use std::str::FromStr;

/// `before` provides the fields that the modal does not show. Without any owner, the person who saves becomes one.
pub(super) fn settings(
    answers: &Answers,
    before: &Settings,
    actor: &UserId,
    now: Timestamp,
) -> Result<Settings, Vec<Problem>> {
    let mut problems = Vec::new();
    let text = |field| answers.text(field).unwrap_or_default().to_owned();
    let owners = match answers.users("owners") {
        [] => vec![actor.clone()],
        some => some.to_vec(),
    };
    let mut settings = Settings {
        name: text("name"),
        purpose: text("purpose"),
        owners,
        support_contact: answers.user("support_contact").cloned(),
        digest_channel: answers.channel("digest_channel").map(ChannelId::from),
        // Read below: they begin on the program's clock, which is a setting, too.
        digest_schedule: before.digest_schedule.clone(),
        round_schedule: before.round_schedule.clone(),
        time_zone: answers
            .one("time_zone")
            .unwrap_or(&before.time_zone)
            .to_owned(),
        work_week: days(answers.many("work_week")),
        holidays: dates(answers, &mut problems),
        cycles: number(answers, "cycles", &mut problems),
        stages: lines(answers, "stages"),
        stage_gap: number(answers, "stage_gap", &mut problems),
        matching: match answers.one("matching") {
            Some("rolling") => Matching::Rolling,
            Some("rounds") => Matching::Rounds,
            _ => before.matching,
        },
        join_until: answers.date("join_until"),
        first_match: answers.date("first_match"),
        least_people: least(answers, &mut problems),
        approval: answers
            .one("approval")
            .map_or(before.approval, |said| said != "no"),
        minimum_group: number(answers, "minimum_group", &mut problems),
        topics: lines(answers, "topics"),
        languages: lines(answers, "languages"),
        departments: lines(answers, "departments"),
        sites: lines(answers, "sites"),
        floor: typed(answers, "floor", &mut problems),
        retention_days: typed(answers, "retention_days", &mut problems),
    };
    let clock = when::clock(&settings, now);
    let mut schedule = |planned| when::read(planned, answers, before, clock, &mut problems);
    settings.round_schedule = schedule(Planned::Rounds);
    settings.digest_schedule = schedule(Planned::Digest);
    for problem in settings
        .check()
        .into_iter()
        .chain(settings.over(Some(before), now))
    {
        let problem = at_field(problem, answers);
        if !problems.iter().any(|(field, _)| *field == problem.0) {
            problems.push(problem);
        }
    }
    if problems.is_empty() {
        Ok(settings)
    } else {
        Err(problems)
    }
}

fn number<T: FromStr + Default>(
    answers: &Answers,
    field: &'static str,
    problems: &mut Vec<Problem>,
) -> T {
    let found = answers.one(field).and_then(|value| value.parse().ok());
    found.unwrap_or_else(|| {
        problems.push((field, "Pick one from the list.".to_owned()));
        T::default()
    })
}

/// How many people the first match wants; none: any number.
fn least(answers: &Answers, problems: &mut Vec<Problem>) -> Option<u32> {
    answers.text("least_people")?;
    Some(typed(answers, "least_people", problems))
}

/// A number that somebody writes.
fn typed<T: FromStr + Default>(
    answers: &Answers,
    field: &'static str,
    problems: &mut Vec<Problem>,
) -> T {
    let found = answers.text(field).and_then(|text| text.parse().ok());
    found.unwrap_or_else(|| {
        problems.push((field, "Write a number, for example 10.".to_owned()));
        T::default()
    })
}

/// One entry per line, without empty lines.
fn lines(answers: &Answers, field: &str) -> Vec<String> {
    let text = answers.text(field).unwrap_or_default();
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect()
}

fn days(values: &[String]) -> Vec<Day> {
    Day::ALL
        .into_iter()
        .filter(|day| values.iter().any(|value| value == day.as_str()))
        .collect()
}

fn dates(answers: &Answers, problems: &mut Vec<Problem>) -> Vec<Date> {
    let mut dates = Vec::new();
    for line in lines(answers, "holidays") {
        let Ok(date) = line.parse::<Date>() else {
            let problem = format!("I can't read “{line}” as a date. Write it like 2027-01-01.");
            problems.push(("holidays", problem));
            break;
        };
        dates.push(date);
    }
    dates.sort_unstable();
    dates.dedup();
    dates
}

/// Errors of fields that the modal does not show would be invisible, so they are shown at its first field.
fn at_field(problem: Problem, answers: &Answers) -> Problem {
    if let Some(field) = when::field_of(problem.0, answers) {
        (field, problem.1)
    } else if SHOWN.contains(&problem.0) {
        problem
    } else {
        ("name", format!("{}: {}", problem.0, problem.1))
    }
}
