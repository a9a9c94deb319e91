//! What one partner answers in private shows in nothing that the other one can ask for.

use super::{days, the_file};
use crate::domain::cycle::MetAnswer;
use crate::slack::event::{Action, Answer, Form};
use crate::testing::feature_test::FeatureTest;
use crate::testing::months::{ANA, MAX, settings};
use jiff::civil::{date, time};

/// The file that Max reads as the question is answered, and after the month; Ana says this, and Max that.
async fn files_of_max(ana: Option<MetAnswer>, max: Option<MetAnswer>) -> [String; 2] {
    let (mut test, pair) = FeatureTest::signed(settings()).await;
    test.pass(days(2)).await;
    let cycle = test.month(pair).await.id;
    let plans = None;
    let when = [
        ("date", Answer::Date(date(2026, 3, 10))),
        ("time", Answer::Time(time(15, 30, 0, 0))),
    ];
    let form = Form::OtherTime { cycle, plans };
    test.submit(ANA, form, &when).await.unwrap();
    test.pass(days(10)).await;
    for (user, said) in [(ANA, ana), (MAX, max)] {
        let Some(said) = said else { continue };
        let plan = Some(test.month(pair).await.plans);
        let press = Action::DidMeet { cycle, plan, said };
        test.press(user, press).await.unwrap();
    }
    let mut files = [String::new(), String::new()];
    for file in &mut files {
        test.press(MAX, Action::ExportMine).await.unwrap();
        // Two of a pair are not asked the same question, and neither knows which ones are left.
        let file_now = the_file(&test).await;
        let lines = file_now.lines().filter(|line| !line.starts_with("Asked: "));
        *file = lines.collect::<Vec<_>>().join("\n");
        test.pass(days(30)).await;
    }
    files
}

#[tokio::test]
async fn the_file_is_the_same_whatever_the_partner_said() {
    for own in [None, Some(MetAnswer::No), Some(MetAnswer::Yes)] {
        let silent = files_of_max(None, own).await;
        assert!(silent[0].contains("A month of a pair"), "{}", silent[0]);
        for theirs in [MetAnswer::Yes, MetAnswer::No] {
            let file = files_of_max(Some(theirs), own).await;
            assert_eq!(file, silent, "Ana: {theirs:?}, Max: {own:?}");
        }
    }
}
