//! What the other owners read of a break, who are not at work when it changes.

use super::*;

const OLGA: &str = "UOLGA";
const KIM: &str = "UKIM";

/// A Saturday. Kim is in New York.
async fn at_the_weekend() -> FeatureTest {
    let mut settings = settings();
    settings.owners.extend([OLGA.into(), KIM.into()]);
    let mut test = FeatureTest::program(settings).await;
    for owner in [OWEN, OLGA] {
        test.seen(owner, "Europe/Berlin").await;
    }
    test.seen(KIM, "America/New_York").await;
    test.pass(DAY * 5).await;
    test
}

async fn begins(test: &FeatureTest, owner: &str, day: Date) {
    let until = [(DATE, Answer::Date(day))];
    test.submit(owner, Form::ProgramBreak, &until)
        .await
        .unwrap();
}

async fn ends(test: &FeatureTest, owner: &str) {
    test.press(owner, Action::EndProgramBreak).await.unwrap();
}

/// What an owner has read of it a week later.
async fn read(test: &mut FeatureTest, owner: &str) -> Vec<String> {
    test.pass(DAY * 7).await;
    let sent = test.sent().await.into_iter();
    let theirs = sent.filter(|one| one.to == To::Person(owner.into()) && !one.unsent);
    let notes = theirs.filter(|one| one.text.contains("break"));
    notes.map(|one| one.text).collect()
}

#[tokio::test]
async fn a_break_that_is_over_before_it_is_read_is_told_to_nobody() {
    let mut test = at_the_weekend().await;
    begins(&test, OWEN, date(2026, 3, 20)).await;
    begins(&test, OLGA, date(2026, 3, 27)).await;
    ends(&test, OWEN).await;
    assert_eq!(read(&mut test, KIM).await, Vec::<String>::new());
    // She moved it herself, so she knows of it.
    let olgas = read(&mut test, OLGA).await;
    assert_eq!(olgas.len(), 1, "{olgas:?}");
    assert!(olgas[0].contains("<@UOWEN> has ended"), "{olgas:?}");
    assert_eq!(read(&mut test, OWEN).await, Vec::<String>::new());
}

#[tokio::test]
async fn only_what_is_true_is_read() {
    let mut test = at_the_weekend().await;
    begins(&test, OWEN, date(2026, 3, 20)).await;
    begins(&test, OWEN, date(2026, 3, 20)).await;
    begins(&test, OWEN, date(2026, 3, 27)).await;
    let kims = read(&mut test, KIM).await;
    assert_eq!(kims.len(), 1, "{kims:?}");
    assert!(kims[0].contains("March 27"), "{kims:?}");
    // Saturday once more: now she knows of it, and reads the last that became of it.
    begins(&test, OWEN, date(2026, 4, 10)).await;
    ends(&test, OLGA).await;
    let kims = read(&mut test, KIM).await;
    assert_eq!(kims.len(), 2, "{kims:?}");
    assert!(kims[1].contains("<@UOLGA> has ended"), "{kims:?}");
}

/// Its day comes before she is back at work.
#[tokio::test]
async fn a_break_that_ran_out_is_not_announced() {
    let mut test = at_the_weekend().await;
    begins(&test, OWEN, date(2026, 3, 9)).await;
    assert_eq!(read(&mut test, KIM).await, Vec::<String>::new());
}
