//! Reads a profile from the modal's answers. Lenient: only unusable input is an error. What the owners' file says stands above
//! what people say.

use super::hours;
use super::limits::{HOPES, RATHER_NOT, TOPIC, TOPICS};
use crate::domain::ids::UserId;
use crate::domain::organization::Entry;
use crate::domain::participant::{Profile, Role};
use crate::domain::program::{Problem, Settings};
use crate::slack::event::Answers;

/// How much of a text that is too long is quoted, in characters.
const BEGINS: usize = 20;

/// `before`: what is stored, for what the form did not ask about.
pub(super) fn profile(
    answers: &Answers,
    settings: &Settings,
    before: Option<&Profile>,
    listed_as: &Entry,
    actor: &UserId,
) -> Result<Profile, Vec<Problem>> {
    let mut problems = Vec::new();
    let role = answers.one("role").and_then(Role::parse);
    if role.is_none() {
        problems.push(("role", "Pick how you'd like to take part.".to_owned()));
    }
    let said = listed_as.stage.as_deref().or(answers.one("stage"));
    let stage = said.filter(|stage| settings.stage_rank(stage).is_some());
    if stage.is_none() {
        let text = "The list of stages has changed. Please open this form again and pick one.";
        problems.push(("stage", text.to_owned()));
    }
    let languages = listed(answers.many("languages"), &settings.languages);
    if languages.is_empty() {
        problems.push((
            "languages",
            "Pick at least one language to meet in.".to_owned(),
        ));
    }
    if answers.many("pledge").is_empty() {
        let text = "Everyone here relies on the pledges. Please check the box to take part.";
        problems.push(("pledge", text.to_owned()));
    }
    let (share, learn) = (
        topics(answers, "share", settings),
        topics(answers, "learn", settings),
    );
    problems.extend(too_many("share_more", &share));
    problems.extend(too_many("learn_more", &learn));
    let hopes = answers.text("hopes").unwrap_or_default();
    problems.extend(too_long("hopes", hopes, HOPES));
    let department = place(answers, "department", &settings.departments);
    let site = place(answers, "site", &settings.sites);
    for (field, text) in [("department", &department), ("site", &site)] {
        problems.extend(too_long(field, text.as_deref().unwrap_or_default(), TOPIC));
    }
    let rather_not = rather_not(answers, actor);
    if rather_not.len() > RATHER_NOT {
        let text = format!(
            "That's {} people; please name at most {RATHER_NOT}.",
            rather_not.len()
        );
        problems.push(("rather_not", text));
    }
    let hours = hours::answered(answers).unwrap_or_else(|problem| {
        problems.push(problem);
        None
    });
    let (Some(role), Some(stage)) = (role, stage) else {
        return Err(problems);
    };
    if !problems.is_empty() {
        return Err(problems);
    }
    let mut profile = Profile {
        role,
        stage: stage.to_owned(),
        department,
        site,
        // People who report to nobody are their own manager, which only makes sense at the last stage; elsewhere it is a
        // mistake.
        manager: answers
            .user("manager")
            .filter(|manager| {
                *manager != actor || settings.stages.last().is_some_and(|top| top == stage)
            })
            .cloned(),
        share,
        learn,
        languages,
        mentor_capacity: capacity(answers, "mentor_capacity")
            .or(before.map(|before| before.mentor_capacity))
            .unwrap_or(1),
        mentee_capacity: capacity(answers, "mentee_capacity")
            .or(before.map(|before| before.mentee_capacity))
            .unwrap_or(1),
        rather_not,
        hopes: hopes.to_owned(),
        hours,
    };
    listed_as.over(&mut profile);
    Ok(profile)
}

/// The picked options that are still in the list, in the list's order.
fn listed(picked: &[String], list: &[String]) -> Vec<String> {
    list.iter()
        .filter(|known| picked.contains(known))
        .cloned()
        .collect()
}

/// An option from the list, or free text if there is no list.
fn place(answers: &Answers, field: &str, list: &[String]) -> Option<String> {
    if list.is_empty() {
        return answers
            .text(field)
            .map(tidy)
            .filter(|text| !text.is_empty());
    }
    let picked = answers.one(field)?;
    list.iter().find(|known| *known == picked).cloned()
}

/// Picked topics first, then the typed ones; a typed topic that equals a listed one becomes it, and none is repeated.
fn topics(answers: &Answers, field: &str, settings: &Settings) -> Vec<String> {
    let mut topics = listed(answers.many(field), &settings.topics);
    let more = answers.text(&format!("{field}_more")).unwrap_or_default();
    for word in more.split([',', ';', '\n']).map(tidy) {
        if word.is_empty() {
            continue;
        }
        let same = |known: &&String| known.to_lowercase() == word.to_lowercase();
        let topic = settings.topics.iter().find(same).cloned().unwrap_or(word);
        let lower = topic.to_lowercase();
        if !topics.iter().any(|known| known.to_lowercase() == lower) {
            topics.push(topic);
        }
    }
    topics
}

/// Nobody's topics are cut: the form says the limits and keeps what was typed.
fn too_many(field: &'static str, topics: &[String]) -> Option<Problem> {
    if topics.len() > TOPICS {
        let text = format!(
            "That's {} topics with those picked above; please keep it to {TOPICS}, so that what matters most stands out.",
            topics.len()
        );
        return Some((field, text));
    }
    topics
        .iter()
        .find_map(|topic| too_long(field, topic, TOPIC))
}

fn too_long(field: &'static str, text: &str, most: usize) -> Option<Problem> {
    let long = text.chars().count();
    (long > most).then(|| {
        let begins: String = text.chars().take(BEGINS).collect();
        let text = format!("“{begins}…” has {long} characters; please keep it to {most}.");
        (field, text)
    })
}

/// One line, with single blanks and no invisible characters.
fn tidy(text: &str) -> String {
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ")
}

fn capacity(answers: &Answers, field: &str) -> Option<u8> {
    answers
        .one(field)
        .and_then(|value| value.parse().ok())
        .filter(|number| (1..=3).contains(number))
}

fn rather_not(answers: &Answers, actor: &UserId) -> Vec<UserId> {
    let mut people: Vec<UserId> = Vec::new();
    for user in answers.users("rather_not") {
        if user != actor && !people.contains(user) {
            people.push(user.clone());
        }
    }
    people
}
