//! Starting from a recipe: an owner sees what it would set, and ticks what they want. What they have chosen themselves is not
//! ticked. Pairs keep their length and their goals, and months that are open keep their guide.

use super::rights::holds_right;
use super::{changes, messages, moved, steps};
use crate::domain::from_recipe::{self, is_chosen};
use crate::domain::happening::Happening;
use crate::domain::organization::People;
use crate::domain::participant::Participant;
use crate::domain::program::{Matching, Settings};
use crate::domain::recipes::{Contents, Part, Recipe};
use crate::domain::schedule::Schedule;
use crate::features::{Reply, Result, months, nothing_changed, refuse};
use crate::md;
use crate::slack::blocks::{Blocks, Input, Modal, button, listed};
use crate::slack::event::{Action, Actor, Answers, Form};
use crate::slack::words::Md;
use crate::store::{Reading, Tx, audit, participants, programs, setup_drafts};

const TITLE: &str = "Recipes";
const SET: &str = "set";

/// The recipes, with whom each is for.
pub async fn open_recipes(tx: &mut Reading, actor: &Actor) -> Result<Reply> {
    let settings = editable(tx, actor).await?;
    let now = settings.and_then(|settings| settings.recipe);
    let lead = Blocks::new().section(
        "A recipe is a program for a purpose: topics, draft goals, a guide for each month, and when people are matched. You'll see \
         what it would set, and decide.",
    );
    let blocks = Recipe::ALL.into_iter().fold(lead, |blocks, recipe| {
        let contents = recipe.contents();
        let in_use = if now == Some(recipe) {
            " (yours now)"
        } else {
            ""
        };
        let text = md!(
            "*{}*{}\n{}",
            contents.title,
            Md::from(in_use),
            contents.about
        );
        let look = button("Look at it", &Action::ShowRecipe { recipe }).about(contents.title);
        blocks.section_with(text, look)
    });
    Ok(Reply::page(Modal::notice(TITLE, blocks)))
}

/// What a recipe would set.
pub async fn show_recipe(tx: &mut Reading, actor: &Actor, recipe: Recipe) -> Result<Reply> {
    let settings = match editable(tx, actor).await? {
        Some(settings) => settings,
        None => steps::so_far(tx, &actor.user).await?,
    };
    let everyone = participants::all(tx).await?;
    let differs = from_recipe::changes(recipe, &settings);
    let lines = differs
        .iter()
        .map(|part| in_words(*part, recipe, &settings, &everyone));
    let contents = recipe.contents();
    let mut blocks = Blocks::new()
        .section(md!("*{}*\n{}", contents.title, contents.about))
        .section(guides(contents));
    if !differs.is_empty() {
        let options: Vec<(&str, &str)> = differs
            .iter()
            .map(|part| (name(*part), part.as_str()))
            .collect();
        let ticked: Vec<&str> = differs
            .iter()
            .filter(|part| !is_chosen(**part, &settings))
            .map(|part| part.as_str())
            .collect();
        blocks = blocks
            .section(md!("*What it would set*\n{}", Md::bullets(lines)))
            .input(
                Input::checkboxes(SET, "Take over", &options)
                    .optional()
                    .picked(&ticked)
                    .hint(
                        "What you've chosen yourself isn't ticked, so it stays unless you tick it.",
                    ),
            );
    }
    let blocks = blocks.context(
        "Pairs keep their goals and their number of months, and a month that has begun keeps its guide. New pairs and new months \
         follow the recipe.",
    );
    let form = Form::Recipe { recipe };
    Ok(Reply::page(Modal::form(
        form,
        TITLE,
        "Use this recipe",
        blocks,
    )))
}

/// The program follows a recipe from now on, with the settings that were ticked. One that has yet to begin goes on with its form,
/// filled in. (Slack keeps what stands in a form that is changed in place, so the look comes between the two.)
pub async fn take_recipe(
    tx: &mut Tx,
    actor: &Actor,
    recipe: Recipe,
    answers: &Answers,
) -> Result<Reply> {
    let running = editable(tx, actor).await?;
    let is_new = running.is_none();
    let before = match running {
        Some(settings) => settings,
        None => steps::so_far(tx, &actor.user).await?,
    };
    let everyone = participants::all(tx).await?;
    let mut settings = before.clone();
    settings.recipe = Some(recipe);
    let ticked = answers.many(SET).iter();
    for part in ticked.filter_map(|name| Part::parse(name)) {
        take(part, recipe, &mut settings, &everyone);
    }
    if is_new {
        setup_drafts::save(tx, &actor.user, &settings).await?;
        return steps::open(tx, actor).await;
    }
    if let Some((_, problem)) = settings.check().into_iter().next() {
        return Ok(Reply::errors(vec![(SET, problem)]));
    }
    if !programs::save(tx, &settings, false).await? {
        return Ok(Reply::modal(nothing_changed()));
    }
    audit::note(tx, &actor.user, "recipe_chosen", recipe.as_str()).await?;
    tx.happens(Happening::SettingsChanged);
    changes::tell(tx, messages::By::Owner(&actor.user), &before, &settings).await?;
    let text = md!(
        "*Saved.* The program follows “{}” from now on.",
        recipe.contents().title
    );
    let blocks = Blocks::new()
        .section(text)
        .section(Md::bullets(changes::lines(&before, &settings)));
    Ok(Reply::modal(Modal::notice(TITLE, blocks)).with_home())
}

/// The settings, for somebody who may change them here; none before the program begins.
async fn editable(tx: &mut Reading, actor: &Actor) -> Result<Option<Settings>> {
    let program = programs::find(tx).await?;
    if program.as_ref().is_some_and(|program| program.declared) {
        return refuse(messages::declared());
    }
    let settings = program.map(|program| Settings::clone(&program.settings));
    if holds_right(tx, settings.as_ref(), &actor.user).await? {
        Ok(settings)
    } else {
        refuse(messages::admins_only())
    }
}

/// Takes over one setting. Topics that people have picked stay beside the recipe's.
fn take(part: Part, recipe: Recipe, settings: &mut Settings, everyone: &[Participant]) {
    let before = settings.clone();
    from_recipe::set(recipe, part, settings);
    if part == Part::Topics && !moved::gone(&before, settings, everyone, &People::new()).is_empty()
    {
        let own = before.topics.into_iter();
        let more: Vec<String> = own.filter(|topic| recipe.topic(topic).is_none()).collect();
        settings.topics.extend(more);
    }
}

fn name(part: Part) -> &'static str {
    match part {
        Part::Purpose => "Why we do this",
        Part::Topics => "Topics",
        Part::Cycles => "How many months a pair meets",
        Part::Matching => "How people are matched",
        Part::RoundSchedule => "When rounds happen",
    }
}

/// What the recipe would set, and what it is now.
fn in_words(part: Part, recipe: Recipe, settings: &Settings, everyone: &[Participant]) -> Md {
    let contents = recipe.contents();
    let schedule = |text: &str| {
        let schedule = Schedule::parse(text);
        schedule.map_or_else(|_| text.to_owned(), |schedule| schedule.in_words())
    };
    let matched = |matching: Matching| match matching {
        Matching::Rolling => "as soon as two people are a good fit",
        Matching::Rounds => "together, in rounds",
    };
    let mut with = settings.clone();
    take(part, recipe, &mut with, everyone);
    match part {
        Part::Purpose => md!("Why we do this: “{}”", contents.purpose),
        Part::Topics => {
            let topics: Vec<&str> = contents.topics.iter().map(|topic| topic.name).collect();
            let stay = if with.topics.len() > topics.len() {
                ". Yours stay beside them, because people have picked some"
            } else {
                ", in place of today's"
            };
            md!("Topics: {}{}", listed(&topics), Md::from(stay))
        }
        Part::Cycles => md!(
            "A pair meets for {}, now {}",
            months(with.cycles),
            months(settings.cycles)
        ),
        Part::Matching => md!(
            "People are matched {}, now {}",
            Md::from(matched(with.matching)),
            Md::from(matched(settings.matching))
        ),
        Part::RoundSchedule => md!(
            "Rounds: {}, now {}",
            schedule(&with.round_schedule),
            schedule(&settings.round_schedule)
        ),
    }
}

/// The months' guides by name.
fn guides(contents: &Contents) -> Md {
    let titles: Vec<&str> = contents.guides.iter().map(|guide| guide.title).collect();
    md!(
        "*A guide for each month:* {}. And draft goals in both directions for each of its topics.",
        listed(&titles)
    )
}
