//! A colleague is looked up before anything is stored about them or sent to them.

use super::*;
use crate::store::outbox::What;
use crate::testing::outgoing;

/// Slack is asked about the colleague before anything is stored about them or sent to them; then it goes on by itself.
#[tokio::test]
async fn a_colleague_is_looked_up_first() {
    let test = FeatureTest::program(settings()).await;
    test.takes_part("USAM", senior()).await;
    for _ in 0..2 {
        let reply = test.command("USAM", "invite <@UMIA>").await.unwrap();
        let words = "One moment: I'm asking Slack about <@UMIA>. You'll get a direct message with the result; there's nothing else to do.";
        assert_eq!(shown(&reply), words);
    }
    let mut tx = test.tx().await;
    assert!(
        invitations::of(&mut tx, &"UMIA".into())
            .await
            .unwrap()
            .is_empty()
    );
    let asked = outgoing::waiting(&mut tx).await;
    let mia = What::LookUp {
        user: "UMIA".into(),
    };
    assert_eq!(asked.iter().filter(|what| **what == mia).count(), 1);
    tx.rollback().await;
    assert!(test.messages("UMIA").await.is_empty());
    test.seen("UMIA", "UTC").await;
    let result = test.last("USAM", "on its way").await.unwrap();
    insta::assert_snapshot!(result, @"Your invitation is on its way to <@UMIA>. They have a week to answer. If they say yes, I'll check the program's rules and introduce you. If it doesn't work out, for whatever reason, you'll hear from me on Monday, March 9 or soon after, and not before.");
    assert_eq!(test.count("UMIA", "would like to learn").await, 1);
    // Slack's next word about them sends nothing more.
    test.seen("UMIA", "UTC").await;
    assert_eq!(test.count("USAM", "on its way").await, 1);
    let id = latest(&test, "USAM").await.id;
    test.joins("UMIA", "mentor", "Early career").await;
    let words = answer(&test, id, true).await;
    assert!(words.starts_with("You said yes to <@USAM>"), "{words}");
}

#[tokio::test]
async fn a_colleague_who_cannot_take_part_gets_no_card() {
    use crate::domain::participant::PersonInSlack;
    let mut test = FeatureTest::program(settings()).await;
    test.takes_part("USAM", senior()).await;
    let guest = |user: &str| PersonInSlack {
        full_member: false,
        ..crate::testing::people::person(user, None)
    };
    let deactivated = |user: &str| PersonInSlack {
        deleted: true,
        ..guest(user)
    };
    for (person, words) in [
        (
            guest("UGUS"),
            "they're a guest, an app or from another company",
        ),
        (deactivated("UDEA"), "their account is deactivated"),
    ] {
        let user = person.user.to_string();
        let invite = format!("invite <@{user}>");
        test.command("USAM", &invite).await.unwrap();
        test.slack_answers(person).await;
        let told = test.last("USAM", words).await.unwrap();
        assert!(
            told.starts_with(&format!("<@{user}> can't take part: ")),
            "{told}"
        );
        // Asked again, Slack has answered already.
        assert!(refused(test.command("USAM", &invite).await).contains(words));
        assert!(test.messages(&user).await.is_empty());
    }
    // Slack does not answer: the inviter hears that, and nothing was sent.
    test.command("USAM", "invite <@UNEW>").await.unwrap();
    test.pass(SignedDuration::from_hours(2)).await;
    assert_eq!(
        test.count("USAM", "Slack hasn't told me about <@UNEW>")
            .await,
        1
    );
    assert!(test.messages("UNEW").await.is_empty());
    let mut tx = test.tx().await;
    assert!(
        invitations::of(&mut tx, &"USAM".into())
            .await
            .unwrap()
            .is_empty()
    );
    tx.rollback().await;
}

/// `USAM`, of whom Slack has not told us, has invited `UMIA`, who says yes.
async fn said_yes_too_early() -> (FeatureTest, InvitationId) {
    let test = FeatureTest::program(settings()).await;
    test.joins("USAM", "mentee", "Director").await;
    test.seen("UMIA", "UTC").await;
    test.command("USAM", "invite <@UMIA>").await.unwrap();
    let id = latest(&test, "USAM").await.id;
    test.joins("UMIA", "mentor", "Early career").await;
    for _ in 0..2 {
        let words = answer(&test, id, true).await;
        insta::allow_duplicates! {
            insta::assert_snapshot!(words, @"Lovely. One moment: I'm asking Slack about your accounts. You'll get a direct message with the result; there's nothing else to do.");
        }
    }
    (test, id)
}

/// Slack has not told us about the inviter yet: the colleague presses once, and hears what came of it.
#[tokio::test]
async fn a_yes_goes_on_by_itself_once_slack_has_answered() {
    let (test, id) = said_yes_too_early().await;
    test.seen("USAM", "UTC").await;
    assert_eq!(test.count("UMIA", "You said yes to <@USAM>").await, 1);
    assert_eq!(latest(&test, "USAM").await.state, State::Accepted);
    let mut tx = test.tx().await;
    let mia = crate::domain::outgoing::Lane::Person("UMIA".into());
    let card = crate::domain::card::Card::Invitation(id);
    let changed = outgoing::waiting(&mut tx).await.into_iter();
    let changed =
        changed.filter(|what| matches!(what, What::Card { card: one, .. } if *one == card));
    assert_eq!(changed.count(), 1, "{mia}");
    tx.rollback().await;
    // Slack's next word changes nothing more.
    test.seen("UMIA", "UTC").await;
    test.seen("USAM", "UTC").await;
    assert_eq!(test.count("UMIA", "You said yes to <@USAM>").await, 1);
}

#[tokio::test]
async fn a_yes_that_slack_says_nothing_to_can_be_said_again() {
    let (mut test, id) = said_yes_too_early().await;
    test.pass(SignedDuration::from_hours(2)).await;
    assert_eq!(
        test.count("UMIA", "your yes to <@USAM> hasn't gone through")
            .await,
        1
    );
    assert_eq!(latest(&test, "USAM").await.state, State::Open);
    test.seen("USAM", "UTC").await;
    let words = answer(&test, id, true).await;
    assert!(words.starts_with("You said yes to <@USAM>"), "{words}");
}

/// A no that follows stands, and is answered where it was pressed.
#[tokio::test]
async fn a_no_after_a_yes_that_waits_is_a_no() {
    let (mut test, id) = said_yes_too_early().await;
    let read = test.messages("UMIA").await.len();
    answer(&test, id, false).await;
    test.seen("USAM", "UTC").await;
    test.pass(SignedDuration::from_hours(2)).await;
    assert_eq!(latest(&test, "USAM").await.state, State::Declined);
    assert_eq!(test.messages("UMIA").await.len(), read);
}
