//! The agenda in the reminder: both goals every month, and one line that changes.

use super::*;
use crate::domain::recipes::Recipe;

/// The reminders' agendas of four months.
async fn agendas(goals: Option<Goals>, recipe: Option<Recipe>) -> String {
    let four = crate::domain::program::Settings {
        cycles: 4,
        recipe,
        ..settings()
    };
    let (mut test, pair) = FeatureTest::signed(four).await;
    if let Some(goals) = goals {
        let mut tx = test.tx().await;
        agreements::add(&mut tx, pair, 1, &goals, None)
            .await
            .unwrap();
        for side in [agreements::Side::Mentor, agreements::Side::Mentee] {
            agreements::sign(&mut tx, pair, 1, side).await.unwrap();
        }
        agreements::complete(&mut tx, pair, 1).await.unwrap();
        tx.commit().await.unwrap();
    }
    let mut seen = Vec::new();
    test.pass(days(2)).await;
    for number in 1..=4 {
        while test.month(pair).await.number < number {
            test.pass(days(1)).await;
        }
        let month = test.month(pair).await;
        let day = local(test.now, &berlin()).date().saturating_add(days(6));
        other_time(&test, &month, day, time(15, 30, 0, 0)).await;
        test.pass(days(9)).await;
        let reminder = test.last_of_kind(Kind::MeetingSoon).await;
        let bullets = reminder.lines().filter(|line| line.starts_with('•'));
        seen.push(format!(
            "{number}\n{}",
            bullets.collect::<Vec<_>>().join("\n")
        ));
        let month = test.month(pair).await;
        said(&test, ANA, &month, MetAnswer::Yes).await;
    }
    for file in test.files().await {
        assert!(!file.content.contains("budgets"), "others read calendars");
    }
    seen.join("\n")
}

#[tokio::test]
async fn the_agenda_comes_from_both_goals_each_month() {
    let goals = Goals {
        mentee: "Learn about <AI> tools firsthand, and try one thing between our meetings.".into(),
        mentor: "See how budgets\nare made".into(),
    };
    insta::assert_snapshot!(agendas(Some(goals), None).await, @"
    1
    • Getting to know each other: how each of you works, and how best to ask each other things
    • What's behind <@UANA>'s goal: “Learn about &lt;AI&gt; tools firsthand, and try one thing between our meetings.”
    • What's behind <@UMAX>'s goal: “See how budgets are made”
    2
    • <@UANA>'s goal: “Learn about &lt;AI&gt; tools firsthand, and try one thing between our meetings.”
    • <@UMAX>'s goal: “See how budgets are made”
    • What became of the things you talked about last time
    3
    • <@UANA>'s goal: “Learn about &lt;AI&gt; tools firsthand, and try one thing between our meetings.”
    • <@UMAX>'s goal: “See how budgets are made”
    • Something that surprised each of you lately
    4
    • Looking back at <@UANA>'s goal: “Learn about &lt;AI&gt; tools firsthand, and try one thing between our meetings.”
    • Looking back at <@UMAX>'s goal: “See how budgets are made”
    • What each of you takes away, and how you'll stay in touch
    ");
}

#[tokio::test]
async fn without_signed_goals_there_is_an_agenda_all_the_same() {
    insta::assert_snapshot!(agendas(None, None).await, @"
    1
    • How each of you likes to work, and how best to ask each other things
    • What you both hope to get out of these months
    • One thing worth showing right away
    2
    • One question to bring
    • One thing to show
    • What became of the things you talked about last time
    3
    • One question to bring
    • One thing to show
    • Something that surprised each of you lately
    4
    • What has changed since the first meeting
    • What you'd tell the next pair
    • How you'll stay in touch
    ");
}

#[tokio::test]
async fn with_a_recipe_the_guide_of_the_month_leads() {
    let goals = Goals {
        mentee: "Let go of one thing a month.".into(),
        mentor: "See how budgets are made".into(),
    };
    let recipe = Some(Recipe::NewLeaders);
    insta::assert_snapshot!(agendas(Some(goals), recipe).await, @r"
    1
    • <@UMAX> brings: The best thing that someone who led you ever did, and what it changed
    • <@UANA> brings: What you promised yourself to do differently when you began to lead
    • To try: The mentee does that one thing until you meet again
    • Your goals: <@UANA> “Let go of one thing a month.”, <@UMAX> “See how budgets are made”
    2
    • <@UMAX> brings: The question you wish you were asked
    • <@UANA> brings: How your last three one-on-ones began, and who talked more
    • To try: Begin each one-on-one with that question for a month
    • Your goals: <@UANA> “Let go of one thing a month.”, <@UMAX> “See how budgets are made”
    3
    • <@UMAX> brings: A sentence that made you better, and one that only hurt
    • <@UANA> brings: Feedback you owe someone, without the name
    • To try: Say it aloud to each other first, then to the person
    • Your goals: <@UANA> “Let go of one thing a month.”, <@UMAX> “See how budgets are made”
    4
    • <@UMAX> brings: What your mentee does today that you'd have wanted from someone who led you
    • <@UANA> brings: What you'd do again in your first months, and what you wouldn't
    • To try: Write one line each to yourselves, to be read in a year
    • Your goals: <@UANA> “Let go of one thing a month.”, <@UMAX> “See how budgets are made”
    ");
    insta::assert_snapshot!(agendas(None, recipe).await, @r"
    1
    • <@UMAX> brings: The best thing that someone who led you ever did, and what it changed
    • <@UANA> brings: What you promised yourself to do differently when you began to lead
    • To try: The mentee does that one thing until you meet again
    2
    • <@UMAX> brings: The question you wish you were asked
    • <@UANA> brings: How your last three one-on-ones began, and who talked more
    • To try: Begin each one-on-one with that question for a month
    3
    • <@UMAX> brings: A sentence that made you better, and one that only hurt
    • <@UANA> brings: Feedback you owe someone, without the name
    • To try: Say it aloud to each other first, then to the person
    4
    • <@UMAX> brings: What your mentee does today that you'd have wanted from someone who led you
    • <@UANA> brings: What you'd do again in your first months, and what you wouldn't
    • To try: Write one line each to yourselves, to be read in a year
    ");
}
