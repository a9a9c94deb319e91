//! A program from a recipe.

use super::{fill, form, fresh, program, shown, submit};
use crate::domain::ids::PairId;
use crate::domain::program::{Matching, Settings};
use crate::domain::recipes::Recipe;
use crate::features::{Error, Reply, setup};
use crate::slack::event::{Action, Answer, Form};
use crate::testing::feature_test::FeatureTest;
use crate::testing::months::{ANA, MAX, OWEN, settings};
use jiff::SignedDuration;

const LEADERS: Recipe = Recipe::NewLeaders;

async fn edited_in_slack(settings: Settings) -> FeatureTest {
    signed_in_slack(settings).await.0
}

/// Ana and Max have signed, and owners edit the settings in Slack.
async fn signed_in_slack(settings: Settings) -> (FeatureTest, PairId) {
    let (test, pair) = FeatureTest::signed(settings).await;
    let mut tx = test.tx().await;
    setup::released(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    test.seen(OWEN, "UTC").await;
    (test, pair)
}

async fn takes(test: &FeatureTest, parts: &[&str]) -> Reply {
    let parts = parts.iter().map(|&part| part.to_owned()).collect();
    let answers = [("set", Answer::Many(parts))];
    let form = Form::Recipe { recipe: LEADERS };
    test.submit(OWEN, form, &answers).await.unwrap()
}

#[tokio::test]
async fn a_new_program_begins_with_the_form_filled_in() {
    let test = fresh(true).await;
    let asked = form(&test, "U1").await;
    assert_eq!(asked["recipe"], Answer::One("none".into()));
    let recipe = LEADERS;
    let pressed = test
        .press("U1", Action::ShowRecipe { recipe })
        .await
        .unwrap();
    assert!(shown(&pressed).contains("The first hundred days"));
    let answers = fill(&pressed.modal.unwrap().view());
    let taken = Form::Recipe { recipe };
    let filled = test.submits("U1", taken, answers).await.unwrap();
    assert!(shown(&filled).contains("Step 1 of 3"));
    assert_eq!(program(&test).await, None, "nothing is saved yet");
    let mut answers = form(&test, "U1").await;
    assert_eq!(answers["recipe"], Answer::One(recipe.as_str().into()));
    answers.remove("support_contact");
    answers.insert("name".into(), Answer::Text("Upwards".into()));
    let started = submit(&test, "U1", answers).await;
    assert_eq!(started.errors, []);
    let settings = program(&test).await.unwrap();
    assert_eq!(settings.recipe, Some(recipe));
    assert_eq!(settings.name, "Upwards");
    assert_eq!(settings.matching, Matching::Rolling);
    assert_eq!(settings.topics.len(), recipe.contents().topics.len());
}

#[tokio::test]
async fn picking_it_in_the_form_gives_what_nobody_has_typed() {
    let test = fresh(true).await;
    let mut answers = form(&test, "U1").await;
    answers.remove("support_contact");
    answers.insert("recipe".into(), Answer::One("inclusion".into()));
    answers.insert("cycles".into(), Answer::One("9".into()));
    submit(&test, "U1", answers).await;
    let settings = program(&test).await.unwrap();
    assert_eq!(settings.cycles, 9);
    assert_eq!(settings.purpose, Recipe::Inclusion.contents().purpose);
}

#[tokio::test]
async fn an_owner_sees_what_a_recipe_would_set_and_ticks_it() {
    let test = edited_in_slack(Settings {
        cycles: 9,
        ..settings()
    })
    .await;
    let listed = test.press(OWEN, Action::OpenRecipes).await.unwrap();
    insta::assert_snapshot!(shown(&listed), @r"
    ┌ Recipes
    │ A recipe is a program for a purpose: topics, draft goals, a guide for each month, and when people are matched. You'll see what it would set, and decide.
    │ *Executive digital fluency*
    │ For executives who decide about technology and want to have used it themselves.
    │ [ Look at it ]
    │ *Inclusion and belonging*
    │ For leaders who want to hear how the company feels to people unlike themselves, and act on it.
    │ [ Look at it ]
    │ *New leaders*
    │ For people who have recently begun to lead, with mentors who know what it's like to be led.
    │ [ Look at it ]
    └ [ Close ]
    ");
    let recipe = LEADERS;
    let looked = test
        .press(OWEN, Action::ShowRecipe { recipe })
        .await
        .unwrap();
    insta::assert_snapshot!(shown(&looked), @r"
    ┌ Recipes
    │ *New leaders*
    │ For people who have recently begun to lead, with mentors who know what it's like to be led.
    │ *A guide for each month:* What good leading felt like, One-on-ones, Feedback that helps, Letting go, Saying why and Looking back. And draft goals in both directions for each of its topics.
    │ *What it would set*
    │ • Why we do this: “People who have just begun to lead hear from someone earlier in their career what good leadership feels like on the other side. In return, those colleagues learn what they'll need when their turn comes.”
    │ • Topics: The first hundred days, Listening and one-on-ones, Feedback, Delegating, Motivation and energy, Decisions and explaining them, Difficult conversations, New tools and ways of working, What younger staff see and Careers and growth. Yours stay beside them, because people have picked some
    │ • A pair meets for 6 months, now 9 months
    │ • People are matched as soon as two people are a good fit, now together, in rounds
    │ Take over (optional)
    │   [x] Why we do this
    │   [x] Topics
    │   [ ] How many months a pair meets
    │   [x] How people are matched
    │   · What you've chosen yourself isn't ticked, so it stays unless you tick it.
    │ · Pairs keep their goals and their number of months, and a month that has begun keeps its guide. New pairs and new months follow the recipe.
    └ [ Cancel ]  [ Use this recipe ]
    ");
    let before = program(&test).await.unwrap();
    insta::assert_snapshot!(shown(&takes(&test, &["purpose"]).await), @r"
    ┌ Recipes
    │ *Saved.* The program follows “New leaders” from now on.
    │ • Why we do this: written anew
    │ • Recipe: New leaders, until now none
    └ [ Close ]
    ");
    let after = program(&test).await.unwrap();
    let expected = Settings {
        recipe: Some(recipe),
        purpose: recipe.contents().purpose.into(),
        ..before
    };
    assert_eq!(after, expected);
    assert!(shown(&takes(&test, &[]).await).contains("Nothing changed"));
    // Ana has picked topics, which stay beside the recipe's.
    takes(&test, &["topics"]).await;
    let topics = program(&test).await.unwrap().topics;
    assert!(topics.contains(&"AI tools".to_owned()), "{topics:?}");
    assert_eq!(topics[0], recipe.contents().topics[0].name);
}

#[tokio::test]
async fn a_month_that_is_open_keeps_its_guide_and_the_next_one_has_the_recipes() {
    let (mut test, pair) = signed_in_slack(settings()).await;
    test.pass(SignedDuration::from_hours(48)).await;
    takes(&test, &["purpose", "cycles"]).await;
    assert_eq!(test.month(pair).await.recipe, None);
    while test.month(pair).await.number < 2 {
        test.pass(SignedDuration::from_hours(24)).await;
    }
    assert_eq!(test.month(pair).await.recipe, Some(LEADERS));
    let told = test.told().await;
    let guides = LEADERS.contents().guides;
    assert!(told.contains(&format!("*{}.* What you could bring:", guides[1].title)));
    assert!(!told.contains(guides[0].title));
}

#[tokio::test]
async fn only_those_who_may_change_settings_choose() {
    let test = edited_in_slack(settings()).await;
    for user in [ANA, MAX] {
        let recipe = LEADERS;
        for action in [Action::OpenRecipes, Action::ShowRecipe { recipe }] {
            assert!(matches!(
                test.press(user, action).await,
                Err(Error::User(_))
            ));
        }
        let tried = test.submit(user, Form::Recipe { recipe }, &[]).await;
        assert!(matches!(tried, Err(Error::User(_))));
    }
}
