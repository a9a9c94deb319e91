//! Settings from a recipe.

use super::program::{Matching, Settings};
use super::recipes::{Part, Recipe};

/// Gives one setting the recipe's value.
pub fn set(recipe: Recipe, part: Part, settings: &mut Settings) {
    let contents = recipe.contents();
    match part {
        Part::Purpose => contents.purpose.clone_into(&mut settings.purpose),
        Part::Topics => settings.topics = topics(recipe),
        Part::Cycles => settings.cycles = contents.cycles,
        Part::Matching if contents.rolling => settings.matching = Matching::Rolling,
        Part::Matching => settings.matching = Matching::Rounds,
        Part::RoundSchedule => {
            contents
                .round_schedule
                .clone_into(&mut settings.round_schedule);
        }
    }
}

fn topics(recipe: Recipe) -> Vec<String> {
    let topics = recipe.contents().topics.iter();
    topics.map(|topic| topic.name.to_owned()).collect()
}

/// The settings that the recipe would change.
pub fn changes(recipe: Recipe, settings: &Settings) -> Vec<Part> {
    let parts = Part::ALL.into_iter();
    parts
        .filter(|part| !agrees(recipe, *part, settings))
        .collect()
}

/// Whether a setting would stay as it is.
fn agrees(recipe: Recipe, part: Part, settings: &Settings) -> bool {
    let mut with = settings.clone();
    set(recipe, part, &mut with);
    with == *settings
}

/// The settings with this recipe: it gives its values to the parts that nobody has chosen.
#[must_use]
pub fn under(recipe: Recipe, mut settings: Settings, is_chosen: impl Fn(Part) -> bool) -> Settings {
    for part in Part::ALL.into_iter().filter(|part| !is_chosen(*part)) {
        set(recipe, part, &mut settings);
    }
    settings.recipe = Some(recipe);
    settings
}

/// The same with the settings' own recipe, if they have one.
#[must_use]
pub fn filled(settings: Settings, is_chosen: impl Fn(Part) -> bool) -> Settings {
    match settings.recipe {
        Some(recipe) => under(recipe, settings, is_chosen),
        None => settings,
    }
}

/// Whether an owner has chosen a setting: it is neither the default nor the value of the recipe so far.
pub fn is_chosen(part: Part, settings: &Settings) -> bool {
    let defaults = Settings::default();
    let is_default = match part {
        Part::Purpose => settings.purpose == defaults.purpose,
        Part::Topics => settings.topics == defaults.topics,
        Part::Cycles => settings.cycles == defaults.cycles,
        Part::Matching => settings.matching == defaults.matching,
        Part::RoundSchedule => settings.round_schedule == defaults.round_schedule,
    };
    let is_the_recipes = settings
        .recipe
        .is_some_and(|recipe| agrees(recipe, part, settings));
    !is_default && !is_the_recipes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::goals::LONGEST;
    use crate::domain::recipes::Guide;

    #[test]
    fn every_recipe_is_whole() {
        for recipe in Recipe::ALL {
            let contents = recipe.contents();
            assert!((8..=12).contains(&contents.topics.len()), "{recipe:?}");
            assert!((6..=8).contains(&contents.guides.len()), "{recipe:?}");
            for topic in contents.topics {
                for goal in [topic.from_a_junior, topic.from_a_senior] {
                    assert!((20..=LONGEST).contains(&goal.chars().count()), "{goal}");
                    assert!(goal.ends_with('.'), "{goal}");
                }
            }
            for line in contents.guides.iter().flat_map(Guide::lines) {
                assert!(
                    line.chars().count() <= 150 && !line.ends_with('.'),
                    "{line}"
                );
            }
            let settings = under(recipe, Settings::default(), |_| false);
            assert_eq!(settings.check(), [], "{recipe:?}");
            assert_eq!(changes(recipe, &settings), []);
            // Who starts from another recipe has chosen nothing yet.
            assert!(Part::ALL.iter().all(|part| !is_chosen(*part, &settings)));
        }
    }

    #[test]
    fn what_somebody_chose_stays() {
        let chosen = Settings {
            cycles: 9,
            ..Settings::default()
        };
        let settings = under(Recipe::NewLeaders, chosen.clone(), |part| {
            is_chosen(part, &chosen)
        });
        assert_eq!(settings.cycles, 9);
        assert_ne!(settings.topics, chosen.topics);
    }
}
