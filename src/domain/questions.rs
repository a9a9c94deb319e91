//! The reflection questions, and which one comes next.
//!
//! Six themes, in the order in which a pair grows. Nobody gets a question twice in a pair before they have had
//! all that are meant for them; the same history always gives the same next question.

mod bank;

pub use bank::{Audience, Side, Theme};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question {
    pub theme: Theme,
    pub audience: Audience,
    /// Its position among the questions of its theme and audience, from 1.
    pub number: usize,
    pub text: &'static str,
}

impl Question {
    /// Names the question in the database. Stable, as long as the bank is only appended to.
    pub fn key(&self) -> String {
        format!(
            "{}/{}/{}",
            self.theme.as_str(),
            self.audience.as_str(),
            self.number
        )
    }
}

/// All questions.
pub fn all() -> impl Iterator<Item = Question> {
    Theme::ALL.into_iter().flat_map(|theme| {
        Audience::ALL.into_iter().flat_map(move |audience| {
            let texts = bank::texts(theme, audience).iter().enumerate();
            texts.map(move |(at, text)| Question {
                theme,
                audience,
                number: at + 1,
                text,
            })
        })
    })
}

/// Finds a question by its key.
pub fn find(key: &str) -> Option<Question> {
    all().find(|question| question.key() == key)
}

/// The next question for one side of a pair that was `asked` these before, while their partner was asked `theirs`: the question
/// least used between the two, of the theme least used for this side. `seed` makes pairs differ.
pub fn next<T: AsRef<str>>(side: Side, seed: u64, asked: &[T], theirs: &[T]) -> Question {
    let asked: Vec<&str> = asked.iter().map(AsRef::as_ref).collect();
    let both = || {
        asked
            .iter()
            .copied()
            .chain(theirs.iter().map(AsRef::as_ref))
    };
    let times = |key: &str| both().filter(|other| *other == key).count();
    let theme_times = |theme: Theme| {
        let name = theme.as_str();
        let of_theme = asked.iter().filter(|key| {
            key.strip_prefix(name)
                .is_some_and(|rest| rest.starts_with('/'))
        });
        of_theme.count()
    };
    let mine: Vec<Question> = all()
        .filter(|question| question.audience.includes(side))
        .collect();
    let lap = mine.iter().map(|question| times(&question.key())).min();
    mine.into_iter()
        .filter(|question| Some(times(&question.key())) == lap)
        .min_by_key(|question| {
            let theme = question.theme;
            (
                theme_times(theme),
                theme as usize,
                mixed(seed, &question.key()),
            )
        })
        .expect("the bank has questions for both sides")
}

/// FNV-1a of the key, starting from the seed: a stable order that differs from pair to pair.
fn mixed(seed: u64, key: &str) -> u64 {
    key.bytes()
        .fold(seed ^ 0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_bank_is_full_and_speaks_plainly() {
        for theme in Theme::ALL {
            for audience in Audience::ALL {
                let texts = bank::texts(theme, audience);
                assert!(texts.len() >= 4, "{theme:?} {audience:?}");
            }
        }
        let texts: BTreeSet<&str> = all().map(|question| question.text).collect();
        assert_eq!(texts.len(), all().count(), "no question stands there twice");
        for question in all() {
            assert!(question.text.ends_with('?'), "{}", question.text);
            assert!(question.text.len() <= 120, "short: {}", question.text);
            assert_eq!(find(&question.key()), Some(question));
        }
    }

    #[test]
    fn six_months_go_through_the_six_themes() {
        let mut asked: Vec<String> = Vec::new();
        let mut themes = Vec::new();
        for _ in 0..6 {
            let question = next(Side::Mentor, 7, &asked, &[]);
            themes.push(question.theme);
            asked.push(question.key());
        }
        assert_eq!(themes, Theme::ALL);
    }

    #[test]
    fn partners_are_not_asked_the_same() {
        let (mut mentors, mut mentees): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
        for _ in 0..12 {
            mentors.push(next(Side::Mentor, 7, &mentors, &mentees).key());
            mentees.push(next(Side::Mentee, 7, &mentees, &mentors).key());
        }
        let different: BTreeSet<&String> = mentors.iter().chain(&mentees).collect();
        assert_eq!(different.len(), 24);
    }

    proptest! {
        #[test]
        fn nothing_is_asked_twice_before_everything_was_asked(seed: u64, mentor: bool, laps in 1_usize..3) {
            let side = if mentor { Side::Mentor } else { Side::Mentee };
            let mine = all().filter(|question| question.audience.includes(side)).count();
            let mut asked: Vec<String> = Vec::new();
            for _ in 0..laps {
                let mut lap = BTreeSet::new();
                for _ in 0..mine {
                    let question = next(side, seed, &asked, &[]);
                    prop_assert!(question.audience.includes(side));
                    prop_assert_eq!(question, next(side, seed, &asked, &[]));
                    prop_assert!(lap.insert(question.key()));
                    asked.push(question.key());
                }
            }
        }
    }
}
