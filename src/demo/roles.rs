//! The people who can be played, and how they differ.

use crate::rehearse::{Company, Habit, OFFICE, Person};
use slack_sandbox::User;

/// A person in the switcher.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    pub id: String,
    pub name: String,
    /// In a word or two: "mentor", "owner".
    pub part: String,
    /// The reason to play this person.
    pub about: String,
    /// Whether they act only by hand from the start.
    pub by_hand: bool,
}

/// The few people to try first.
pub fn featured(company: &Company) -> Vec<Role> {
    let mut roles = Vec::new();
    let two = a_good_pair(company);
    if let Some((mentor, mentee)) = two {
        let (mentor, mentee) = (&company.people[mentor], &company.people[mentee]);
        roles.push(role(
            company,
            mentor,
            "mentor",
            "wants to share what they know",
            true,
        ));
        roles.push(role(company, mentee, "mentee", "senior, and curious", true));
    }
    let (owner, deputy) = (OFFICE.owners[0], OFFICE.owners[1]);
    roles.push(office(
        owner,
        "program owner",
        "approves rounds, sees how it goes",
        true,
    ));
    roles.push(office(
        deputy,
        "owner on leave",
        "reads nothing for two months",
        false,
    ));
    let wanted = [
        (Habit::Travelling, "traveller", "moves between time zones"),
        (Habit::Pausing, "takes a break", "pauses and comes back"),
        (Habit::Silent, "hardly answers", "joins, then says little"),
        (Habit::Guest, "becomes a guest", "and can't take part then"),
    ];
    for (habit, part, about) in wanted {
        let found = company
            .people
            .iter()
            .find(|person| person.habit == habit && roles.iter().all(|role| role.id != person.id));
        roles.extend(found.map(|person| role(company, person, part, about, false)));
    }
    roles.push(office(
        OFFICE.support,
        "support contact",
        "someone outside reporting lines",
        false,
    ));
    roles
}

fn role(company: &Company, person: &Person, part: &str, about: &str, by_hand: bool) -> Role {
    let stage = company.stages.get(person.rank).map_or("", String::as_str);
    Role {
        id: person.id.clone(),
        name: person.name.clone(),
        part: part.to_owned(),
        about: format!("{stage}, {}; {about}", person.department),
        by_hand,
    }
}

fn office((id, name): (&str, &str), part: &str, about: &str, by_hand: bool) -> Role {
    Role {
        id: id.to_owned(),
        name: name.to_owned(),
        part: part.to_owned(),
        about: about.to_owned(),
        by_hand,
    }
}

/// Everyone else, by name.
pub fn others(company: &Company, featured: &[Role]) -> Vec<Role> {
    let known = |id: &str| featured.iter().any(|role| role.id == id);
    let rest = company.people.iter().filter(|person| !known(&person.id));
    let mut rest: Vec<Role> = rest
        .map(|person| role(company, person, person.role, person.habit.word(), false))
        .collect();
    rest.sort_by(|a, b| a.name.cmp(&b.name));
    rest
}

/// A mentor and a mentee who would be matched, as indexes into the company's people.
fn a_good_pair(company: &Company) -> Option<(usize, usize)> {
    let people = || company.people.iter().enumerate();
    let calm = |person: &Person| {
        !matches!(
            person.habit,
            Habit::Travelling
                | Habit::Pausing
                | Habit::Leaving
                | Habit::Departing
                | Habit::Guest
                | Habit::Silent
        )
    };
    let common = |a: &[String], b: &[String]| a.iter().filter(|word| b.contains(word)).count();
    let mut best = None;
    for (a, mentor) in people().filter(|(_, p)| p.role == "mentor" && calm(p)) {
        for (b, mentee) in people().filter(|(_, p)| p.role == "mentee" && calm(p)) {
            let fits = mentee.rank >= mentor.rank + 2
                && common(&mentor.languages, &mentee.languages) > 0
                && mentor.zone == mentee.zone
                && !mentor.rather_not.contains(&b)
                && !mentee.rather_not.contains(&a)
                && !company.one_chain(a, b, &|_| true);
            if !fits {
                continue;
            }
            let score = 2 * common(&mentor.share, &mentee.learn)
                + common(&mentee.share, &mentor.learn)
                + usize::from(mentor.department != mentee.department)
                + usize::from(mentor.tells_manager && mentee.tells_manager);
            if best.is_none_or(|(known, _, _)| score > known) {
                best = Some((score, a, b));
            }
        }
    }
    best.map(|(_, a, b)| (a, b))
}

/// Initials for a round picture, and the index of its color.
pub fn face(user: &User) -> (String, usize) {
    let words = user.real_name.split_whitespace();
    let initials: String = words
        .filter_map(|word| word.chars().next())
        .take(2)
        .collect();
    let sum: usize = user.id.bytes().map(usize::from).sum();
    (initials.to_uppercase(), sum % 8)
}
