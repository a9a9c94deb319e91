//! The agenda in the reminder: both goals every month, and one line that changes.

use super::*;

/// The reminders' agendas of four months.
async fn agendas(goals: Option<Goals>) -> String {
    let four = crate::domain::program::Settings {
        cycles: 4,
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
    insta::assert_snapshot!(agendas(Some(goals)).await, @"
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
    insta::assert_snapshot!(agendas(None).await, @"
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
