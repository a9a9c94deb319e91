//! Reads settings from the modal's answers, with an error at every invalid field.

use super::views;
use super::when::{self, Planned};
use crate::domain::ids::{ChannelId, UserId};
use crate::domain::program::{Day, Matching, Problem, Settings};
use crate::domain::recipes::Recipe;
use crate::domain::settings_part::Part;
use crate::slack::event::Answers;
use jiff::Timestamp;
use jiff::civil::Date;
use std::str::FromStr;

/// What the form of a part says; `before` provides the rest. Without any owner, the person who saves becomes one.
pub(super) fn settings(
    part: Part,
    answers: &Answers,
    before: &Settings,
    actor: &UserId,
    now: Timestamp,
) -> Result<Settings, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut settings = before.clone();
    if part.has(Part::WhatAndWho) {
        what_and_who(&mut settings, answers, actor, &mut problems);
    }
    if part.has(Part::Matching) {
        matching(&mut settings, answers, &mut problems);
    }
    if part.has(Part::Rhythm) {
        rhythm(&mut settings, answers, now, &mut problems);
    }
    for problem in settings
        .check()
        .into_iter()
        .chain(settings.over(Some(before), now))
    {
        let problem = at_field(part, problem, answers);
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

fn what_and_who(
    settings: &mut Settings,
    answers: &Answers,
    actor: &UserId,
    problems: &mut Vec<Problem>,
) {
    let text = |field| answers.text(field).unwrap_or_default().to_owned();
    settings.name = text("name");
    settings.purpose = text("purpose");
    if let Some(name) = answers.one("recipe") {
        settings.recipe = Recipe::parse(name);
    }
    settings.owners = match answers.users("owners") {
        [] => vec![actor.clone()],
        some => some.to_vec(),
    };
    settings.support_contact = answers.user("support_contact").cloned();
    settings.mentor_circle = answers.channel("mentor_circle").map(ChannelId::from);
    settings.minimum_group = number(answers, "minimum_group", problems);
    settings.retention_days = typed(answers, "retention_days", problems);
}

fn rhythm(settings: &mut Settings, answers: &Answers, now: Timestamp, problems: &mut Vec<Problem>) {
    let before = settings.clone();
    if let Some(zone) = answers.one("time_zone") {
        zone.clone_into(&mut settings.time_zone);
    }
    settings.work_week = days(answers.many("work_week"));
    settings.holidays = dates(answers, problems);
    settings.cycles = number(answers, "cycles", problems);
    settings.digest_channel = answers.channel("digest_channel").map(ChannelId::from);
    // Schedules begin on the program's clock, which is a setting, too.
    let clock = when::clock(settings, now);
    let mut schedule = |planned| when::read(planned, answers, &before, clock, problems);
    settings.round_schedule = schedule(Planned::Rounds);
    settings.digest_schedule = schedule(Planned::Digest);
}

fn matching(settings: &mut Settings, answers: &Answers, problems: &mut Vec<Problem>) {
    settings.stages = lines(answers, "stages");
    settings.stage_gap = number(answers, "stage_gap", problems);
    settings.matching = match answers.one("matching") {
        Some("rolling") => Matching::Rolling,
        Some("rounds") => Matching::Rounds,
        _ => settings.matching,
    };
    settings.approval = answers
        .one("approval")
        .map_or(settings.approval, |said| said != "no");
    settings.join_until = answers.date("join_until");
    settings.first_match = answers.date("first_match");
    settings.least_people = least(answers, problems);
    settings.floor = typed(answers, "floor", problems);
    settings.topics = lines(answers, "topics");
    settings.languages = lines(answers, "languages");
    settings.departments = lines(answers, "departments");
    settings.sites = lines(answers, "sites");
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

/// Errors of fields that the form does not show would be invisible, so they are shown at its first field.
fn at_field(part: Part, problem: Problem, answers: &Answers) -> Problem {
    if part.has(Part::Rhythm)
        && let Some(field) = when::field_of(problem.0, answers)
    {
        (field, problem.1)
    } else if views::shows(part, problem.0) {
        problem
    } else {
        (
            views::first_field(part),
            format!("{}: {}", problem.0, problem.1),
        )
    }
}
