//! Check-ins where they stand.

use super::*;

/// An owner had the two asked shortly before their months were over, and they go on together: the question of then is not asked
/// again.
#[tokio::test]
async fn what_was_asked_before_they_went_on_is_not_asked_again() {
    let short = Settings {
        cycles: 1,
        ..settings()
    };
    let (mut test, pair) = FeatureTest::signed(short).await;
    test.pass(days(20)).await;
    let number = 1;
    let mut tx = test.tx().await;
    let found = pairs::find(&mut tx, pair).await.unwrap().unwrap();
    for user in found.members() {
        checkins::create(&mut tx, pair, user, About::OwnerAsks, number)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    while test.of_kind(Kind::Checkin).await < 2 {
        test.pass(days(1)).await;
    }
    let card = async |test: &FeatureTest| {
        let last = of(test, pair, ANA, About::OwnerAsks).await.id;
        let mut tx = test.tx().await;
        let card = crate::features::checkins::card(&mut tx, last).await;
        render(&card.unwrap().unwrap())
    };
    assert!(card(&test).await.contains("are over"));
    choose(&test, pair, MAX, NextStep::Continue).await;
    choose(&test, pair, ANA, NextStep::Continue).await;
    let said = card(&test).await;
    assert!(said.contains("continuing together"), "{said}");
    test.pass(days(3)).await;
    assert!(card(&test).await.contains("continuing together"));
    // Asked anew before their next month begins: that is another question.
    let mut tx = test.tx().await;
    let user = ANA.into();
    checkins::create(&mut tx, pair, &user, About::OwnerAsks, number + 1)
        .await
        .unwrap();
    let last = checkins::of(&mut tx, pair).await.unwrap();
    let last = last
        .iter()
        .rfind(|one| one.kind == About::OwnerAsks)
        .unwrap()
        .id;
    let card = crate::features::checkins::card(&mut tx, last)
        .await
        .unwrap();
    assert!(card.is_none());
}

/// A private question becomes a line once its reason is gone. A note to an owner stays as it was.
#[tokio::test]
async fn a_check_in_whose_reason_is_gone_asks_no_longer() {
    let (mut test, pair) = two_quiet_months().await;
    press(&test, pair, MAX, StillGood::NeedHelp).await.unwrap();
    let card = async |test: &FeatureTest, user: &str, kind: About| {
        let mut tx = test.tx().await;
        let all = checkins::of(&mut tx, pair).await.unwrap();
        let mut his = all
            .iter()
            .filter(|one| one.user.as_str() == user && one.kind == kind);
        let last = his.next_back().unwrap().id;
        let card = crate::features::checkins::card(&mut tx, last)
            .await
            .unwrap();
        card.map(|card| render(&card))
    };
    assert_eq!(
        card(&test, ANA, About::StillGood).await,
        None,
        "it waits for her"
    );
    let today = test.now.to_zoned(jiff::tz::TimeZone::UTC).date();
    let met = [("date", Answer::Date(today))];
    test.submit(ANA, Form::LogMeeting, &met).await.unwrap();
    assert_eq!(
        card(&test, ANA, About::StillGood).await.unwrap(),
        "I had asked how it goes with <@UMAX>. You've told me of a meeting since, so there's nothing to answer."
    );
    test.stands(MAX, Standing::Paused).await;
    let mut tx = test.tx().await;
    crate::features::checkins::partner_away(&mut tx, &MAX.into())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(card(&test, ANA, About::PartnerAway).await, None);
    test.stands(MAX, Standing::Active).await;
    assert_eq!(
        card(&test, ANA, About::PartnerAway).await.unwrap(),
        "<@UMAX>'s long break is over."
    );
    test.press(ANA, Action::OpenEnd { pair }).await.unwrap();
    test.submit(ANA, Form::End { pair }, &[]).await.unwrap();
    test.pass(days(1)).await;
    assert_eq!(card(&test, OWEN, About::HelpNote).await, None);
}
