//! The join modal: answers to common questions, then the fields.

use super::hours;
use super::limits::{HOPES, RATHER_NOT, TOPIC, TOPICS};
use crate::domain::organization::Entry;
use crate::domain::participant::{Participant, Profile, Role};
use crate::domain::program::Settings;
use crate::features::{NextMatch, months};
use crate::md;
use crate::slack::blocks::{Blocks, Input, Modal};
use crate::slack::event::Form;
use crate::slack::words::Md;

/// `role`: as far as it is known; `listed`: what the owners' file says about them, which they are not asked.
pub(super) fn form(
    settings: &Settings,
    before: Option<&Participant>,
    role: Option<Role>,
    listed: &Entry,
    next: &NextMatch,
) -> Modal {
    let profile = before.map(|before| &before.profile);
    let blocks = questions(settings, next)
        .divider()
        .append(place(settings, profile, listed))
        .append(topics(settings, profile))
        .append(profile.map_or_else(Blocks::new, hours::fields))
        .append(places(role, profile))
        .append(wishes(profile))
        .append(pledges(profile));
    let (title, submit) = match profile {
        Some(_) => ("Your profile", "Save"),
        None => ("Join reverse mentoring", "Join"),
    };
    Modal::form(Form::Join, title, submit, blocks)
}

/// The answers to what people ask before they join.
fn questions(settings: &Settings, next: &NextMatch) -> Blocks {
    let answers = [
        md!("*How much time?* About an hour a month: one meeting, and a few minutes around it."),
        md!(
            "*For how long?* {}. You can pause or leave at any time, without giving a reason.",
            months(settings.cycles)
        ),
        md!(
            "*When is the {}?* {}",
            next.label().to_lowercase(),
            next.in_words()
        ),
        md!(
            "*Who sees what?* Your partner sees your role, department, site and topics. The program's owners \
             see the same and your career stage when they look over a match. What's marked private below stays private; `/reverse-mentor \
             privacy` has the details."
        ),
    ];
    let purpose = if settings.purpose.trim().is_empty() {
        md!("*{}*", settings.name)
    } else {
        md!("*{}*\n{}", settings.name, settings.purpose)
    };
    Blocks::new()
        .section(purpose)
        .section(Md::join(answers, "\n"))
}

fn place(settings: &Settings, profile: Option<&Profile>, listed: &Entry) -> Blocks {
    let roles = [
        (
            "Mentor: I teach a more senior colleague",
            Role::Mentor.as_str(),
        ),
        (
            "Mentee: I learn from a more junior colleague",
            Role::Mentee.as_str(),
        ),
        (
            "Either: whichever fits, or one of each",
            Role::Either.as_str(),
        ),
    ];
    let role: Vec<&str> = profile.iter().map(|p| p.role.as_str()).collect();
    let stage: Vec<&String> = profile.iter().map(|p| &p.stage).collect();
    let stages: Vec<(&String, &String)> = settings.stages.iter().map(|s| (s, s)).collect();
    let mut blocks = Blocks::new()
        .input(Input::one("role", "I take part as", &roles).picked(&role).told_at_once().hint(
            "In reverse mentoring, the mentor is the one with less experience. The mentee arranges the meetings.",
        ));
    if let Some(known) = from_the_list(listed) {
        blocks = blocks.section(known);
    }
    if listed.stage.is_none() {
        blocks = blocks.input(
            Input::one("stage", "Where I am in my career", &stages)
                .picked(&stage)
                .hint("This makes sure the mentor is the more junior of the two. It's never about age."),
        );
    }
    let department = profile.and_then(|p| p.department.as_ref());
    if !settings.departments.is_empty() && listed.department.is_none() {
        blocks = blocks.input(menu(
            "department",
            "Department",
            &settings.departments,
            department,
        ));
    }
    let site = profile.and_then(|p| p.site.as_ref());
    if listed.site.is_none() {
        blocks = blocks.input(if settings.sites.is_empty() {
            Input::line("site", "Site", TOPIC)
                .optional()
                .filled(site.map_or("", String::as_str))
                .placeholder("City, office or remote")
        } else {
            menu("site", "Site", &settings.sites, site)
        });
    }
    if listed.manager.is_some() {
        return blocks;
    }
    let manager: Vec<_> = profile.iter().filter_map(|p| p.manager.clone()).collect();
    blocks.input(
        Input::user("manager", "My manager")
            .optional()
            .people(&manager)
            .hint(
                "This keeps anyone from being paired within their own reporting line. If you report to nobody, pick \
                 yourself. If you leave it empty, one of the owners has to check your match by hand.",
            ),
    )
}

/// What is not asked, because the owners' file says it.
fn from_the_list(listed: &Entry) -> Option<Md> {
    let facts = [&listed.stage, &listed.department, &listed.site];
    let mut known: Vec<Md> = facts
        .into_iter()
        .flatten()
        .map(|fact| md!("{}", fact))
        .collect();
    if listed.manager.is_some() {
        known.push("who you report to".into());
    }
    (!known.is_empty()).then(|| {
        md!(
            "*From your company's list:* {}. If something's wrong, tell one of the program's owners.",
            Md::join(known, ", ")
        )
    })
}

/// An optional menu over one of the program's lists.
fn menu(name: &str, label: &str, list: &[String], now: Option<&String>) -> Input {
    let options: Vec<(&String, &String)> = list.iter().map(|item| (item, item)).collect();
    let now: Vec<&String> = now.into_iter().collect();
    Input::one(name, label, &options).optional().picked(&now)
}

fn topics(settings: &Settings, profile: Option<&Profile>) -> Blocks {
    let languages: Vec<(&String, &String)> = settings.languages.iter().map(|l| (l, l)).collect();
    let known = |language: &&String| settings.languages.contains(language);
    let mut speaks: Vec<&String> = profile
        .iter()
        .flat_map(|profile| &profile.languages)
        .filter(known)
        .collect();
    if speaks.is_empty() {
        let english = settings.languages.iter().find(|name| *name == "English");
        speaks.extend(english.or(settings.languages.first()));
    }
    Blocks::new()
        .append(subjects(
            settings,
            ("share", "Topics I can share"),
            ("share_more", "Anything else I can share"),
            profile.map_or(&[], |profile| &profile.share),
        ))
        .append(subjects(
            settings,
            ("learn", "Topics I'd like to learn about"),
            ("learn_more", "Anything else I'd like to learn about"),
            profile.map_or(&[], |profile| &profile.learn),
        ))
        .input(
            Input::many(
                "languages",
                "Languages I can meet in",
                &languages,
                languages.len(),
            )
            .picked(&speaks),
        )
}

/// A menu of the program's topics, and a line for other topics.
fn subjects(
    settings: &Settings,
    (name, label): (&str, &str),
    (more, more_label): (&str, &str),
    now: &[String],
) -> Blocks {
    let own: Vec<&str> = now
        .iter()
        .filter(|topic| !settings.topics.contains(topic))
        .map(String::as_str)
        .collect();
    let mut blocks = Blocks::new();
    if !settings.topics.is_empty() {
        let options: Vec<(&String, &String)> = settings.topics.iter().map(|t| (t, t)).collect();
        let field = Input::many(name, label, &options, TOPICS);
        blocks = blocks.input(field.optional().picked(now));
    }
    blocks.input(
        Input::line(more, more_label, 800)
            .optional()
            .filled(&own.join(", "))
            .placeholder("In your own words, with commas between them"),
    )
}

/// How many partners at once, once the role is known: for the sides that it has, and for those of the role before it, so that no
/// field goes while somebody fills it in.
fn places(role: Option<Role>, profile: Option<&Profile>) -> Blocks {
    let numbers = [("1", "1"), ("2", "2"), ("3", "3")];
    let ask = |name, label, now: u8| Input::one(name, label, &numbers).picked(&[now.to_string()]);
    let mentees = profile.map_or(1, |p| p.mentor_capacity);
    let mentors = profile.map_or(1, |p| p.mentee_capacity);
    let is_another = |role: &Role| profile.is_some_and(|profile| profile.role != *role);
    let labels = match role {
        None => (None, None),
        Some(role) if role == Role::Either || is_another(&role) => (
            Some("If I'm a mentor: how many mentees at once"),
            Some("If I'm a mentee: how many mentors at once"),
        ),
        Some(Role::Mentor) => (Some("How many mentees at once"), None),
        Some(Role::Mentee | Role::Either) => (None, Some("How many mentors at once")),
    };
    let of_mentor = labels.0.map(|label| ask("mentor_capacity", label, mentees));
    let of_mentee = labels.1.map(|label| ask("mentee_capacity", label, mentors));
    let asked = of_mentor.into_iter().chain(of_mentee);
    asked.fold(Blocks::new(), Blocks::input)
}

fn wishes(profile: Option<&Profile>) -> Blocks {
    Blocks::new()
        .input(
            Input::users("rather_not", "People I'd rather not be paired with", RATHER_NOT)
                .optional()
                .people(profile.map_or(&[], |p| &p.rather_not))
                .hint("Private: nobody is ever told, and nobody can tell. It only keeps a match from being made."),
        )
        .input(
            Input::text("hopes", "What would make this worthwhile for me", HOPES)
                .optional()
                .filled(profile.map_or("", |p| &p.hopes))
                .hint("Your partner reads this when you're introduced. The program's owners don't."),
        )
}

fn pledges(profile: Option<&Profile>) -> Blocks {
    let given: &[&str] = if profile.is_some() { &["pledged"] } else { &[] };
    let pledge = [("I make these three pledges", "pledged")];
    Blocks::new()
        .section(
            "*Three pledges keep this going:*\n• I meet my partner every month, and say so early when I can't.\n• \
             What we tell each other stays between us.\n• I leave rank at the door.",
        )
        .input(Input::checkboxes("pledge", "My promise", &pledge).picked(given))
}
