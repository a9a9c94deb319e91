//! Made-up people: their ranks, places and topics, and who reports to whom.

use crate::rehearse::habits::{self, Habit};
use crate::rehearse::names;
use rand::RngExt;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;

/// A person who takes part.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    pub id: String,
    pub name: String,
    pub email: Option<String>,
    pub department: String,
    pub site: String,
    /// Index into the company's stages, 0 the most junior.
    pub rank: usize,
    /// Index of their manager.
    pub manager: Option<usize>,
    /// Whether they name their manager when they join.
    pub tells_manager: bool,
    /// `mentor`, `mentee` or `either`.
    pub role: &'static str,
    pub share: Vec<String>,
    pub learn: Vec<String>,
    pub languages: Vec<String>,
    /// IANA name.
    pub zone: String,
    pub habit: Habit,
    /// People they would rather not be paired with.
    pub rather_not: Vec<usize>,
    /// How many people they would mentor at once; when none, decided at the form.
    pub mentor_capacity: Option<u8>,
    /// How many mentors they would like at once.
    pub mentee_capacity: Option<u8>,
    /// Days of waiting before the program started; mostly 0.
    pub waiting_days: u32,
}

impl Person {
    /// The name as a handle: lower-case letters and dots.
    pub fn handle(&self) -> String {
        let plain = self.name.to_lowercase();
        let words = plain.split(|c: char| !c.is_alphanumeric());
        let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
        words.join(".")
    }
}

/// So many people. The same numbers make the same ones.
pub fn made_up(people: usize, rng: &mut ChaCha8Rng) -> Vec<Person> {
    let habits = habits::deal(people, rng);
    let ranks = ranks(people);
    let shift = rng.random_range(0..names::GIVEN.len());
    let mut made: Vec<Person> = Vec::with_capacity(people);
    for (at, (habit, rank)) in habits.into_iter().zip(ranks).enumerate() {
        made.push(person(at, shift, rank, habit, rng));
    }
    report_to_someone(&mut made, rng);
    tempt_a_chain(&mut made);
    keep_some_apart(&mut made, rng);
    made
}

/// This many people at each stage, in a mixed order.
fn ranks(people: usize) -> Vec<usize> {
    let mut owed = [0; names::STAGES.len()];
    let mut ranks = Vec::with_capacity(people);
    for _ in 0..people {
        for (owed, (_, share)) in owed.iter_mut().zip(names::STAGES) {
            *owed += share;
        }
        let next = (0..owed.len())
            .rev()
            .max_by_key(|at| owed[*at])
            .unwrap_or_default();
        owed[next] -= 100;
        ranks.push(next);
    }
    ranks
}

fn person(at: usize, shift: usize, rank: usize, habit: Habit, rng: &mut ChaCha8Rng) -> Person {
    let turn = at + shift;
    let given = names::GIVEN[turn % names::GIVEN.len()];
    let family = names::FAMILY[turn % names::FAMILY.len()];
    let again = at / (names::GIVEN.len() * names::FAMILY.len());
    let name = match again {
        0 => format!("{given} {family}"),
        again => format!("{given} {family} {}", again + 1),
    };
    let (site, zone, tongue) = place(rng);
    let mut languages = vec!["English".to_owned()];
    if rng.random_bool(0.5) {
        languages.push(tongue.to_owned());
    }
    // A few do not list English.
    if rng.random_bool(0.03) && languages.len() > 1 {
        languages.remove(0);
    }
    let (share, learn) = topics_of(rank, rng);
    Person {
        id: format!("U1{:06}", at + 1),
        name,
        email: None,
        department: some(&names::DEPARTMENTS, rng).to_owned(),
        site: site.to_owned(),
        rank,
        manager: None,
        tells_manager: rng.random_bool(0.9),
        role: role(rank, rng),
        share,
        learn,
        languages,
        zone: zone.to_owned(),
        habit,
        rather_not: Vec::new(),
        mentor_capacity: None,
        mentee_capacity: None,
        waiting_days: 0,
    }
}

/// The role that suits a stage.
pub fn role(rank: usize, rng: &mut ChaCha8Rng) -> &'static str {
    let either = match rank {
        0 => 0.05,
        2 | 3 => 0.3,
        _ => 0.1,
    };
    if rng.random_bool(either) {
        return "either";
    }
    if rank <= 2 { "mentor" } else { "mentee" }
}

fn place(rng: &mut ChaCha8Rng) -> (&'static str, &'static str, &'static str) {
    let mut dice = rng.random_range(0..100);
    for (site, zone, tongue, share) in names::SITES {
        if dice < share {
            return (site, zone, tongue);
        }
        dice -= share;
    }
    (names::SITES[0].0, names::SITES[0].1, names::SITES[0].2)
}

/// What somebody of a stage shares, and would like to learn.
pub fn topics_of(rank: usize, rng: &mut ChaCha8Rng) -> (Vec<String>, Vec<String>) {
    let fresh = topics(&names::FRESH, &names::OWN_FRESH, rng);
    let seasoned = topics(&names::SEASONED, &names::OWN_SEASONED, rng);
    if rank <= 2 {
        (fresh, seasoned)
    } else {
        (seasoned, fresh)
    }
}

fn topics(known: &[&str], own: &[&str], rng: &mut ChaCha8Rng) -> Vec<String> {
    let count = rng.random_range(1..=3);
    let mut topics: Vec<String> = known
        .sample(rng, count)
        .map(|&topic| topic.to_owned())
        .collect();
    if rng.random_bool(0.15) {
        topics.push(some(own, rng).to_owned());
    }
    topics
}

fn some<'a>(list: &[&'a str], rng: &mut ChaCha8Rng) -> &'a str {
    list.choose(rng).copied().unwrap_or_default()
}

/// Gives everyone a more senior manager who leads people, if there is one, preferably in their own department.
fn report_to_someone(people: &mut [Person], rng: &mut ChaCha8Rng) {
    for at in 0..people.len() {
        let me = &people[at];
        let above = |at: &usize| people[*at].rank >= 3 && people[*at].rank > me.rank;
        let near = |at: &usize| people[*at].department == me.department;
        let all: Vec<usize> = (0..people.len().min(400)).filter(above).collect();
        let close: Vec<usize> = all.iter().copied().filter(near).collect();
        let from = if close.is_empty() { &all } else { &close };
        // The least senior of those; higher managers follow from that.
        let lowest = from.iter().map(|at| people[*at].rank).min();
        let lowest: Vec<usize> = from
            .iter()
            .copied()
            .filter(|at| Some(people[*at].rank) == lowest)
            .collect();
        people[at].manager = lowest.choose(rng).copied();
    }
}

/// Two people in one management chain who fit each other better than anybody else: they must never be paired.
fn tempt_a_chain(people: &mut [Person]) {
    let tempted = (0..people.len()).find_map(|at| {
        let above = people[at].manager?;
        let far = people[above].rank >= people[at].rank + 2;
        far.then_some((at, above))
    });
    if let Some((junior, senior)) = tempted {
        let (share, learn) = (people[senior].learn.clone(), people[senior].share.clone());
        let languages = people[senior].languages.clone();
        let zone = (people[senior].zone.clone(), people[senior].site.clone());
        let junior = &mut people[junior];
        (junior.share, junior.learn, junior.languages) = (share, learn, languages);
        (junior.zone, junior.site) = zone;
        (junior.tells_manager, junior.role) = (true, "mentor");
        people[senior].role = "mentee";
    }
}

fn keep_some_apart(people: &mut [Person], rng: &mut ChaCha8Rng) {
    for at in 0..people.len() {
        if rng.random_bool(0.05) {
            let other = rng.random_range(0..people.len());
            people[at]
                .rather_not
                .extend(Some(other).filter(|other| *other != at));
        }
    }
}
