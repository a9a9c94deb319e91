//! A declined invitation keeps two people apart, and nobody can tell.

use super::*;

/// A no keeps two people apart in both directions, and neither the matching nor the inviter's messages say so.
#[tokio::test]
async fn a_no_keeps_the_two_apart_and_nobody_can_tell() {
    let mut told = Vec::new();
    for declines in [true, false] {
        let mut test = FeatureTest::program(settings()).await;
        let id = invited(&test).await;
        test.takes_part("UMIA", junior()).await;
        if declines {
            answer(&test, id, false).await;
        } else {
            // The comparison: they are kept apart by a private wish.
            let wish = Profile {
                rather_not: vec!["USAM".into()],
                ..junior()
            };
            test.takes_part("UMIA", wish).await;
        }
        // A week later, and long after the invitation itself would be forgotten.
        for days in [8, 60] {
            test.pass(SignedDuration::from_hours(24 * days)).await;
            let mut tx = test.tx().await;
            crate::store::personal_data::prune(&mut tx).await.unwrap();
            tx.commit().await.unwrap();
            test.command("UANA", "round").await.unwrap();
            test.run_due().await;
            assert!(test.pairs().await.is_empty());
            let mut tx = test.tx().await;
            assert!(rounds::proposed(&mut tx).await.unwrap().is_empty());
            tx.rollback().await;
        }
        // Asked again: the same words, no second card, and the same end.
        let again = test.command("USAM", "invite <@UMIA>").await.unwrap();
        let cards = test.count("UMIA", "would like to learn").await;
        // The first card has been forgotten with the outbox.
        assert_eq!(cards, usize::from(!declines));
        test.pass(SignedDuration::from_hours(24 * 9)).await;
        let mut all: Vec<String> = vec![shown(&again)];
        all.extend(test.messages("USAM").await.iter().map(render));
        all.extend(test.messages("UANA").await.iter().map(render));
        told.push(all);
        if declines {
            // The other way round, only the person who said no is told why.
            test.takes_part(
                "UMIA",
                Profile {
                    role: crate::domain::participant::Role::Either,
                    ..junior()
                },
            )
            .await;
            let words = refused(test.command("UMIA", "invite <@USAM>").await);
            assert!(words.contains("You said no when they asked you"), "{words}");
        }
    }
    assert_eq!(told[0], told[1]);
}

/// Two who are matched while an invitation is open are not told that it did not work out.
#[tokio::test]
async fn an_invitation_is_over_once_matching_brought_them_together() {
    let mut test = FeatureTest::program(settings()).await;
    let id = invited(&test).await;
    test.introduced().await;
    let words = answer(&test, id, false).await;
    assert!(
        words.contains("is over, so there's nothing to answer"),
        "{words}"
    );
    test.pass(SignedDuration::from_hours(24 * 9)).await;
    assert_eq!(test.count("USAM", "didn't work out").await, 0);
}

/// A yes that the rules do not allow is not a no: once they allow it, the two can be matched.
#[tokio::test]
async fn a_yes_that_was_not_possible_keeps_nobody_apart() {
    let test = FeatureTest::program(settings()).await;
    let id = invited(&test).await;
    let other = Profile {
        languages: vec!["Hindi".into()],
        ..junior()
    };
    test.takes_part("UMIA", other).await;
    answer(&test, id, true).await;
    test.takes_part("UMIA", junior()).await;
    test.command("UANA", "round").await.unwrap();
    test.run_due().await;
    let mut tx = test.tx().await;
    assert_eq!(rounds::proposed(&mut tx).await.unwrap().len(), 1);
    tx.rollback().await;
}

/// Erasing one's data takes back a no as well: nothing is left that keeps the two apart.
#[tokio::test]
async fn an_erased_no_is_forgotten() {
    let test = FeatureTest::program(settings()).await;
    let id = invited(&test).await;
    test.takes_part("UMIA", junior()).await;
    answer(&test, id, false).await;
    test.press("UMIA", Action::EraseMine).await.unwrap();
    assert_eq!(latest(&test, "USAM").await.state, State::Lapsed);
}

/// Whoever has their data erased and joins again begins anew, but for those who said no to them and have not been erased since.
#[tokio::test]
async fn a_no_outlives_the_inviters_erasing() {
    for (declines, takes_back) in [(true, false), (true, true), (false, false)] {
        let mut test = FeatureTest::program(settings()).await;
        let id = invited(&test).await;
        if declines {
            answer(&test, id, false).await;
        }
        test.press("USAM", Action::EraseMine).await.unwrap();
        test.pass(SignedDuration::from_hours(1)).await;
        if takes_back {
            test.press("UMIA", Action::EraseMine).await.unwrap();
            test.pass(SignedDuration::from_hours(1)).await;
        }
        let is_kept = declines && !takes_back;
        test.takes_part("USAM", senior()).await;
        let either = Profile {
            role: crate::domain::participant::Role::Either,
            ..junior()
        };
        test.takes_part("UMIA", either).await;
        test.command("UANA", "round").await.unwrap();
        test.run_due().await;
        let mut tx = test.tx().await;
        let proposed = rounds::proposed(&mut tx).await.unwrap();
        assert_eq!(proposed.is_empty(), is_kept, "{takes_back}");
        tx.rollback().await;
        if is_kept {
            let words = refused(test.command("UMIA", "invite <@USAM>").await);
            assert!(words.contains("You said no when they asked you"), "{words}");
        }
        // Asked again, all read the same; the card reaches only those who said no such thing.
        let cards = test.count("UMIA", "would like to learn").await;
        let again = test.command("USAM", "invite <@UMIA>").await.unwrap();
        assert!(shown(&again).contains("is on its way"), "{}", shown(&again));
        test.run_due().await;
        let more = test.count("UMIA", "would like to learn").await - cards;
        assert_eq!(more, usize::from(!is_kept), "{takes_back}");
    }
}
