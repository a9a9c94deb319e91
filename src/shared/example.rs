//! Two made-up people, for owners who look at what real ones will read.

use crate::domain::matching::Reason;
use crate::domain::participant::{Profile, Role};
use crate::domain::program::Settings;

/// The made-up mentor and mentee, as messages mention people.
pub const MINA: &str = "@Mina";
pub const ROBERT: &str = "@Robert";

/// Early in her career, in the first of the program's departments.
pub fn mina(settings: &Settings) -> Profile {
    let (shares, learns) = topics(settings);
    Profile {
        role: Role::Mentor,
        stage: settings.stages.first().cloned().unwrap_or_default(),
        hopes: "To see how a decision is really made.".to_owned(),
        ..profile(settings, 0, shares, learns)
    }
}

/// Senior, and in another department.
pub fn robert(settings: &Settings) -> Profile {
    let (learns, shares) = topics(settings);
    Profile {
        role: Role::Mentee,
        stage: settings.stages.last().cloned().unwrap_or_default(),
        hopes: "One thing that I do differently each month.".to_owned(),
        ..profile(settings, 1, shares, learns)
    }
}

/// Why the two would be a pair.
pub fn reasons(settings: &Settings) -> Vec<Reason> {
    let (hers, his) = topics(settings);
    let mut reasons = Vec::new();
    if !hers.is_empty() {
        reasons.push(Reason::Teaches { topics: hers });
    }
    if !his.is_empty() {
        reasons.push(Reason::TeachesBack { topics: his });
    }
    if settings.departments.len() > 1 {
        reasons.push(Reason::OtherDepartment);
    }
    reasons
}

/// One that she can teach, and one that he can.
fn topics(settings: &Settings) -> (Vec<String>, Vec<String>) {
    let first = settings.topics.first().cloned();
    let others = settings.topics.get(1..).unwrap_or_default();
    let of_a_senior = |topic: &&String| topic.to_lowercase().contains("decision");
    let his = others.iter().find(of_a_senior).or(others.last()).cloned();
    (first.into_iter().collect(), his.into_iter().collect())
}

fn profile(settings: &Settings, at: usize, share: Vec<String>, learn: Vec<String>) -> Profile {
    Profile {
        role: Role::Either,
        stage: String::new(),
        department: settings.departments.get(at).cloned(),
        site: settings.sites.get(at).cloned(),
        manager: None,
        share,
        learn,
        languages: settings.languages.first().cloned().into_iter().collect(),
        mentor_capacity: 1,
        mentee_capacity: 1,
        rather_not: Vec::new(),
        hopes: String::new(),
        hours: None,
    }
}
