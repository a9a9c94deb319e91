//! What each of a pair wants to get out of it, drafted from their topics: both learn.

use super::participant::Profile;
use serde::{Deserialize, Serialize};

/// The most a goal may hold, in characters.
pub const LONGEST: usize = 500;
/// More topics make no goal.
const TOPICS: usize = 2;
/// Topics people typed themselves may be long; what is longer is left out of drafts.
const LONGEST_TOPIC: usize = 80;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Goals {
    /// What the mentee (the senior) wants to learn.
    pub mentee: String,
    /// What the mentor (the junior) wants to learn in return.
    pub mentor: String,
}

/// A first draft, for both to change. It reads well whatever people's topics are.
pub fn draft(mentor: &Profile, mentee: &Profile) -> Goals {
    Goals {
        mentee: match topics(&mentor.share, &mentee.learn) {
            Some(Topics::Shared(topics)) => format!(
                "Learn about {topics} hands-on: see how it is really done, and try one thing between meetings."
            ),
            Some(Topics::Offered(topics)) => format!(
                "See {topics} through the eyes of someone who lives with it every day, and try one thing between meetings."
            ),
            None => "Hear what work and the company look like from where my mentor stands, \
                     and do one thing differently because of it."
                .into(),
        },
        mentor: match topics(&mentee.share, &mentor.learn) {
            Some(Topics::Shared(topics)) => format!(
                "Learn about {topics} from someone who does it: one real example at each meeting."
            ),
            Some(Topics::Offered(topics)) => format!(
                "Hear how {topics} looks from a senior role, and find out which part of it I want to grow into."
            ),
            None => "Understand how decisions are made at my partner's level, \
                     and find out where I want to grow next."
                .into(),
        },
    }
}

enum Topics {
    /// Offered by the one and wished for by the other.
    Shared(String),
    /// Offered only.
    Offered(String),
}

fn topics(offered: &[String], wished: &[String]) -> Option<Topics> {
    let plain = |topic: &String| topic.trim().to_lowercase();
    let fit: Vec<&String> = offered
        .iter()
        .filter(|topic| {
            let length = topic.trim().chars().count();
            (1..=LONGEST_TOPIC).contains(&length)
        })
        .collect();
    let shared: Vec<&str> = fit
        .iter()
        .filter(|topic| wished.iter().any(|wish| plain(wish) == plain(topic)))
        .map(|topic| topic.trim())
        .collect();
    if !shared.is_empty() {
        return Some(Topics::Shared(listed(&shared)));
    }
    let first: Vec<&str> = fit.iter().map(|topic| topic.trim()).take(1).collect();
    (!first.is_empty()).then(|| Topics::Offered(listed(&first)))
}

fn listed(topics: &[&str]) -> String {
    topics
        .iter()
        .take(TOPICS)
        .copied()
        .collect::<Vec<_>>()
        .join(" and ")
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
        }
    }

    #[test]
    fn goals_come_from_what_one_shares_and_the_other_wants() {
        let mentor = profile(&["AI tools", "Design", "Social media"], &["strategy"]);
        let mentee = profile(&["Strategy"], &["social media", "ai tools "]);
        let goals = draft(&mentor, &mentee);
        assert_eq!(
            goals.mentee,
            "Learn about AI tools and Social media hands-on: see how it is really done, and try one thing between meetings."
        );
        assert_eq!(
            goals.mentor,
            "Learn about Strategy from someone who does it: one real example at each meeting."
        );
    }

    #[test]
    fn without_a_common_topic_what_is_offered_leads() {
        let goals = draft(
            &profile(&["Design"], &[]),
            &profile(&["Leadership"], &["x"]),
        );
        assert_eq!(
            goals.mentee,
            "See Design through the eyes of someone who lives with it every day, and try one thing between meetings."
        );
        assert_eq!(
            goals.mentor,
            "Hear how Leadership looks from a senior role, and find out which part of it I want to grow into."
        );
    }

    #[test]
    fn no_topics_at_all_still_read_well_and_no_draft_is_too_long() {
        let goals = draft(&profile(&[], &[]), &profile(&[" ", ""], &[]));
        assert!(goals.mentee.starts_with("Hear what work"));
        assert!(goals.mentor.starts_with("Understand how decisions"));
        let long = "t".repeat(3000);
        let goals = draft(&profile(&[&long], &[]), &profile(&[], &[&long]));
        assert!(goals.mentee.chars().count() <= LONGEST);
    }
}
