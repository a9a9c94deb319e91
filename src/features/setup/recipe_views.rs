//! Recipes in the settings' forms.

use crate::domain::program::Settings;
use crate::domain::recipes::Recipe;
use crate::slack::blocks::{Blocks, Input, button};
use crate::slack::event::Action;

/// The answer of a program without a recipe.
const NO_RECIPE: &str = "none";

/// Each leads to a look at it, and fills in the form: nothing is typed before.
pub(super) fn buttons() -> Blocks {
    Blocks::new()
        .section(
            "If one of these is what you have in mind, look at it first: it fills in this form.",
        )
        .buttons(
            Recipe::ALL
                .map(|recipe| button(recipe.contents().title, &Action::ShowRecipe { recipe })),
        )
}

/// Which recipe the program follows.
pub(super) fn choice(settings: &Settings) -> Blocks {
    Blocks::new().input(
        Input::one("recipe", "Recipe", &recipe_names())
            .picked(&[settings.recipe.map_or(NO_RECIPE, Recipe::as_str)])
            .hint("The guide for each month and the draft goals of new pairs follow it."),
    )
}

fn recipe_names() -> Vec<(&'static str, &'static str)> {
    let named = |recipe: Recipe| (recipe.contents().title, recipe.as_str());
    [("None", NO_RECIPE)]
        .into_iter()
        .chain(Recipe::ALL.map(named))
        .collect()
}
