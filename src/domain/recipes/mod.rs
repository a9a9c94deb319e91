//! Recipes: programs for a purpose, ready to start from. Each has topics, draft goals for both directions, a guide for each month
//! and a cadence. Pure data, one file each.

mod contents;
mod executive_fluency;
mod inclusion;
mod new_leaders;

pub use contents::{Contents, Guide, Topic};

use super::named::named;
use serde::{Deserialize, Serialize};

named! {
    /// A recipe. The names are settings.
    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum Recipe {
        ExecutiveFluency = "executive_fluency",
        Inclusion = "inclusion",
        NewLeaders = "new_leaders",
    }
}

named! {
    /// A setting that a recipe has a value for. The names are those of the settings.
    pub enum Part {
        Purpose = "purpose",
        Topics = "topics",
        Cycles = "cycles",
        Matching = "matching",
        RoundSchedule = "round_schedule",
    }
}

impl Recipe {
    pub fn contents(self) -> &'static Contents {
        match self {
            Self::ExecutiveFluency => &executive_fluency::CONTENTS,
            Self::Inclusion => &inclusion::CONTENTS,
            Self::NewLeaders => &new_leaders::CONTENTS,
        }
    }

    /// The guide for month `number` of `cycles`; none where a pair has more months than the recipe has guides.
    pub fn guide(self, number: u8, cycles: u8) -> Option<&'static Guide> {
        let (last, others) = self.contents().guides.split_last()?;
        if number >= cycles && number > 1 {
            return Some(last);
        }
        others.get(usize::from(number.checked_sub(1)?))
    }

    /// The topic of this name, if it is one of the recipe's.
    pub fn topic(self, name: &str) -> Option<&'static Topic> {
        let plain = |name: &str| name.trim().to_lowercase();
        let topics = self.contents().topics.iter();
        topics
            .into_iter()
            .find(|topic| plain(topic.name) == plain(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guide_for_each_month_and_the_last_one_for_the_last() {
        let guides = Recipe::Inclusion.contents().guides;
        let title = |number, cycles| {
            Recipe::Inclusion
                .guide(number, cycles)
                .map(|guide| guide.title)
        };
        assert_eq!(title(1, 4), Some(guides[0].title));
        assert_eq!(title(3, 4), Some(guides[2].title));
        assert_eq!(title(4, 4), Some(guides[guides.len() - 1].title));
        assert_eq!(title(1, 1), Some(guides[0].title), "they have just met");
        assert_eq!(title(20, 24), None);
    }
}
