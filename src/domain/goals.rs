//! The goals of both partners, drafted from their topics: both learn.

use super::participant::Profile;
use super::program::Settings;
use super::recipes::{Recipe, Topic};
use serde::{Deserialize, Serialize};

/// The most a goal may hold, in characters.
pub const LONGEST: usize = 500;
/// The most reminders to sign a version.
pub const REMINDERS: i64 = 2;
/// The most topics in a goal.
const TOPICS: usize = 2;
/// The longest topic in a draft. People's own topics may be longer; those are left out.
const LONGEST_TOPIC: usize = 80;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Goals {
    /// The learning goal of the mentee (the senior).
    pub mentee: String,
    /// The learning goal of the mentor (the junior) in return.
    pub mentor: String,
}

/// A first draft that both can change, in the words of the program's recipe where it has any for their topics. It reads well for
/// any topics.
pub fn draft(mentor: &Profile, mentee: &Profile, recipe: Option<Recipe>) -> Goals {
    let of_recipe = |offered: &[String], wished: &[String]| -> Option<&'static Topic> {
        let recipe = recipe?;
        let fit = fit(offered);
        let shared = fit.iter().find(|topic| is_wished(topic, wished));
        recipe.topic(shared.or(fit.first())?)
    };
    let mentees = of_recipe(&mentor.share, &mentee.learn);
    let mentors = of_recipe(&mentee.share, &mentor.learn);
    Goals {
        mentee: match mentees {
            Some(topic) => topic.from_a_junior.into(),
            None => mentee_goal(mentor, mentee),
        },
        mentor: match mentors {
            Some(topic) => topic.from_a_senior.into(),
            None => mentor_goal(mentor, mentee),
        },
    }
}

fn mentee_goal(mentor: &Profile, mentee: &Profile) -> String {
    match topics(&mentor.share, &mentee.learn) {
        Some(Topics::Shared(topics)) => {
            format!("Learn about {topics} firsthand, and try one thing between our meetings.")
        }
        Some(Topics::Offered(topics)) => {
            format!("Let my mentor show me {topics}, and try one thing between our meetings.")
        }
        None => "Hear what work and the company look like from where my mentor stands, \
                 and do one thing differently because of it."
            .into(),
    }
}

fn mentor_goal(mentor: &Profile, mentee: &Profile) -> String {
    match topics(&mentee.share, &mentor.learn) {
        Some(Topics::Shared(topics)) => {
            format!("Learn about {topics} from experience: one real example at each meeting.")
        }
        Some(Topics::Offered(topics)) => format!(
            "Hear what my mentee has learned about {topics}, and pick one part of it to grow into."
        ),
        None => "Understand how decisions are made at my mentee's level, \
                 and find out where I want to grow next."
            .into(),
    }
}

enum Topics {
    /// Offered by one and wished for by the other.
    Shared(String),
    /// Offered only.
    Offered(String),
}

fn topics(offered: &[String], wished: &[String]) -> Option<Topics> {
    let fit = fit(offered);
    let shared = fit.iter().filter(|topic| is_wished(topic, wished));
    let shared: Vec<&str> = shared.map(|topic| topic.trim()).collect();
    if !shared.is_empty() {
        return Some(Topics::Shared(listed(&shared)));
    }
    let first: Vec<&str> = fit.iter().map(|topic| topic.trim()).take(1).collect();
    (!first.is_empty()).then(|| Topics::Offered(listed(&first)))
}

/// What can stand in a goal.
fn fit(offered: &[String]) -> Vec<&String> {
    let is_fit = |topic: &&String| (1..=LONGEST_TOPIC).contains(&topic.trim().chars().count());
    offered.iter().filter(is_fit).collect()
}

fn is_wished(topic: &str, wished: &[String]) -> bool {
    let plain = |topic: &str| topic.trim().to_lowercase();
    wished.iter().any(|wish| plain(wish) == plain(topic))
}

fn listed(topics: &[&str]) -> String {
    let stock = Settings::default().topics;
    topics
        .iter()
        .take(TOPICS)
        .map(|topic| in_a_sentence(topic, &stock))
        .collect::<Vec<_>>()
        .join(" and ")
}

/// A topic in a sentence. Our own topics are plain words: "new technology", "AI tools". A topic that people or a program
/// wrote may be a name or a whole sentence, so it stays as written, in quotation marks.
fn in_a_sentence(topic: &str, stock: &[String]) -> String {
    if !stock.iter().any(|known| known == topic) {
        return format!("“{topic}”");
    }
    let mut letters = topic.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if second.is_lowercase() => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => topic.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::participant::Role;

    fn profile(share: &[&str], learn: &[&str]) -> Profile {
        let words = |list: &[&str]| list.iter().map(|&word| word.to_owned()).collect();
        Profile {
            role: Role::Either,
            stage: "Senior".into(),
            department: None,
            site: None,
            manager: None,
            share: words(share),
            learn: words(learn),
            languages: words(&["English"]),
            mentor_capacity: 1,
            mentee_capacity: 1,
            rather_not: Vec::new(),
            hopes: String::new(),
            hours: None,
        }
    }

    #[test]
    fn goals_come_from_what_one_shares_and_the_other_wants() {
        let mentor = profile(&["AI tools", "Design", "Social media"], &["strategy"]);
        let mentee = profile(&["Strategy"], &["social media", "ai tools "]);
        let goals = draft(&mentor, &mentee, None);
        assert_eq!(
            goals.mentee,
            "Learn about AI tools and social media firsthand, and try one thing between our meetings."
        );
        assert_eq!(
            goals.mentor,
            "Learn about strategy from experience: one real example at each meeting."
        );
    }

    #[test]
    fn without_a_common_topic_what_is_offered_leads() {
        let goals = draft(
            &profile(&["Rust"], &[]),
            &profile(&["How decisions are made"], &["x"]),
            None,
        );
        assert_eq!(
            goals.mentee,
            "Let my mentor show me “Rust”, and try one thing between our meetings."
        );
        assert_eq!(
            goals.mentor,
            "Hear what my mentee has learned about how decisions are made, and pick one part of it to grow into."
        );
    }

    #[test]
    fn no_topics_at_all_still_read_well_and_no_draft_is_too_long() {
        let goals = draft(&profile(&[], &[]), &profile(&[" ", ""], &[]), None);
        assert!(goals.mentee.starts_with("Hear what work"));
        assert!(goals.mentor.starts_with("Understand how decisions"));
        let long = "t".repeat(3000);
        let goals = draft(&profile(&[&long], &[]), &profile(&[], &[&long]), None);
        assert!(goals.mentee.chars().count() <= LONGEST);
    }

    #[test]
    fn a_recipe_has_words_for_its_topics() {
        let recipe = Recipe::NewLeaders;
        let [topic, other, ..] = recipe.contents().topics else {
            panic!("it has topics");
        };
        let mentor = profile(&["Rust", topic.name], &[]);
        let mentee = profile(&[other.name], &[&topic.name.to_uppercase()]);
        let goals = draft(&mentor, &mentee, Some(recipe));
        assert_eq!(goals.mentee, topic.from_a_junior);
        assert_eq!(
            goals.mentor, other.from_a_senior,
            "offered, if not wished for"
        );
        // Of other topics, it says nothing.
        let goals = draft(
            &profile(&["Rust"], &[]),
            &profile(&[], &["Rust"]),
            Some(recipe),
        );
        assert!(goals.mentee.starts_with("Learn about “Rust”"));
    }
}
