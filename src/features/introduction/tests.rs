mod by_hand;
mod left_over;
mod until_they_meet;

use crate::domain::ids::RoundId;
use crate::domain::participant::{Profile, Standing};
use crate::slack::event::Action;
use crate::store::rounds::{self, Fate};
use crate::testing::feature_test::FeatureTest;
use crate::testing::people::{junior, mentor, senior, settings};

async fn proposed(test: &FeatureTest) -> RoundId {
    test.takes_part("UMIA", junior()).await;
    test.takes_part("USAM", senior()).await;
    test.command("UANA", "round").await.unwrap();
    test.run_due().await;
    let mut tx = test.tx().await;
    let round = rounds::proposed(&mut tx).await.unwrap().remove(0).id;
    tx.rollback().await;
    round
}

async fn approve(test: &FeatureTest, round: RoundId) {
    test.approves("UANA", round).await.unwrap();
}

#[tokio::test]
async fn two_meet_and_know_why_and_who_moves_first() {
    let test = FeatureTest::program(settings()).await;
    test.introduced().await;
    let hello = test.last("pair/", "Good to have you both").await.unwrap();
    insta::assert_snapshot!(hello, @"
    # Good to have you both
    <@UMIA>, meet <@USAM>. You're a reverse mentoring pair: <@UMIA> is the mentor and shows what they know, <@USAM> is the mentee and shares what they've learned along the way. You're both here to learn.
    *Why the two of you*
    • <@UMIA> can share “AI tools”, which <@USAM> wants to learn about.
    · Times for your first meeting follow, and draft goals for both of you. I post here now and then, and I don't read your conversation.
    ");
    let primer = test.last("UMIA", "Running a session").await.unwrap();
    assert!(
        primer.contains("<@USAM> does the scheduling")
            && primer.ends_with("Only you can see this.")
    );
    let primer = test.last("USAM", "without rank").await.unwrap();
    assert!(
        primer.contains("Propose the first time yourself")
            && primer.contains("Only you can see this.")
    );
    assert!(
        !test.waits("UMIA").await && !test.waits("USAM").await,
        "their places are taken"
    );
}

#[tokio::test]
async fn who_asked_for_two_keeps_waiting_for_the_second() {
    let test = FeatureTest::program(settings()).await;
    let round = proposed(&test).await;
    let two = Profile {
        mentee_capacity: 2,
        ..senior()
    };
    test.takes_part("USAM", two).await;
    approve(&test, round).await;
    assert!(test.waits("USAM").await && !test.waits("UMIA").await);
}

/// Rules are checked again; owners learn the result, but never why.
#[tokio::test]
async fn what_no_longer_holds_is_not_introduced_and_nobody_learns_why() {
    let mut notes = Vec::new();
    for reason in ["excluded", "chain", "left", "paused", "away"] {
        let test = FeatureTest::program(settings()).await;
        let round = proposed(&test).await;
        match reason {
            "excluded" => {
                let rather_not = vec!["USAM".into()];
                test.takes_part(
                    "UMIA",
                    Profile {
                        rather_not,
                        ..junior()
                    },
                )
                .await;
            }
            "chain" => {
                let manager = Some("UMIDDLE".into());
                test.takes_part(
                    "UMIDDLE",
                    Profile {
                        manager: Some("USAM".into()),
                        ..junior()
                    },
                )
                .await;
                test.takes_part(
                    "UMIA",
                    Profile {
                        manager,
                        ..junior()
                    },
                )
                .await;
            }
            "left" => test.standing("USAM", Standing::Left).await,
            "paused" => test.standing("UMIA", Standing::Paused).await,
            _ => {
                let mut tx = test.tx().await;
                let mut person = crate::store::people::find(&mut tx, &"USAM".into())
                    .await
                    .unwrap()
                    .unwrap();
                person.deleted = true;
                crate::store::people::save(&mut tx, &person).await.unwrap();
                tx.commit().await.unwrap();
            }
        }
        approve(&test, round).await;
        assert!(test.pairs().await.is_empty(), "{reason}");
        assert!(test.messages("pair/").await.is_empty());
        let mut tx = test.tx().await;
        let fate = rounds::proposals(&mut tx, round).await.unwrap()[0].fate;
        let card = crate::features::matching::card(&mut tx, round)
            .await
            .unwrap();
        tx.rollback().await;
        assert_eq!(fate, Fate::Lapsed);
        let words = "Its pair wasn't introduced after all, because something changed before that.";
        let card = card.unwrap().text;
        assert!(card.ends_with(words), "the same for every reason: {card}");
        notes.push(test.last("UBEN", "after all").await.unwrap());
    }
    // Whatever may be private reads the same, and so does whatever keeps somebody from taking part.
    let (private, away) = notes.split_at(2);
    assert!(
        private[0] == private[1] && away.iter().all(|note| *note == away[0]),
        "{notes:#?}"
    );
    insta::assert_snapshot!(private[0], @"<@UMIA> and <@USAM> couldn't be introduced after all. Something stands in the way that may be private: a reporting line, languages, working hours, an earlier pair, or whom somebody would rather not be paired with. I never say which. They weren't told about each other. If either of them is looking for a partner, they're in the next match.");
    insta::assert_snapshot!(away[0], @"<@UMIA> and <@USAM> couldn't be introduced after all. One of them doesn't take part at the moment, or is on a break. They weren't told about each other. If either of them is looking for a partner, they're in the next match.");
}

/// Pairs of one round that are introduced together are told of together, also if they are none.
#[tokio::test]
async fn pairs_that_lapse_together_are_in_one_note() {
    let test = FeatureTest::program(settings()).await;
    test.takes_part("UMAX", junior()).await;
    test.takes_part("USUE", senior()).await;
    let round = proposed(&test).await;
    for user in ["UMIA", "UMAX"] {
        let rather_not = vec!["USAM".into(), "USUE".into()];
        let apart = Profile {
            rather_not,
            ..junior()
        };
        test.takes_part(user, apart).await;
    }
    approve(&test, round).await;
    assert_eq!(test.count("UBEN", "after all").await, 1);
    let note = test.last("UBEN", "after all").await.unwrap();
    for user in ["UMIA", "UMAX", "USAM", "USUE"] {
        assert!(note.contains(user), "{note}");
    }
    insta::assert_snapshot!(note, @"
    2 pairs couldn't be introduced after all. They weren't told about each other. Anyone who is looking for a partner is in the next match.
    Something stands in the way that may be private: a reporting line, languages, working hours, an earlier pair, or whom somebody would rather not be paired with. I never say which.
    • <@UMAX> and <@USAM>
    • <@UMIA> and <@USUE>
    ");
}

/// An exclusion by a person or by an owner gives the same words as nobody being free.
#[tokio::test]
async fn an_exclusion_reads_like_nobody_being_free() {
    let mut notes = Vec::new();
    for excluded in [true, false] {
        let test = FeatureTest::program(settings()).await;
        test.takes_part("UMIA", junior()).await;
        test.takes_part("UMAX", junior()).await;
        let rather_not = if excluded {
            vec!["UMIA".into()]
        } else {
            Vec::new()
        };
        test.takes_part(
            "USAM",
            Profile {
                rather_not,
                ..senior()
            },
        )
        .await;
        test.command("UANA", "round").await.unwrap();
        test.run_due().await;
        let mut tx = test.tx().await;
        let round = rounds::proposed(&mut tx).await.unwrap().remove(0).id;
        let left = rounds::unmatched(&mut tx, round).await.unwrap()[0]
            .user
            .clone();
        tx.rollback().await;
        let card = test.last("UANA", "look over").await.unwrap();
        assert!(
            card.contains("No pair was found for them this time."),
            "{card}"
        );
        approve(&test, round).await;
        notes.push(test.last(left.as_str(), "didn't find").await.unwrap());
    }
    assert_eq!(notes[0], notes[1]);
}

#[tokio::test]
async fn members_of_a_pair_left_out_hear_as_if_nobody_had_been_free() {
    let test = FeatureTest::program(settings()).await;
    test.takes_part("UMAX", junior()).await;
    test.takes_part("USUE", senior()).await;
    let round = proposed(&test).await;
    let mut tx = test.tx().await;
    let first = rounds::proposals(&mut tx, round).await.unwrap().remove(0);
    tx.rollback().await;
    let leave_out = Action::DropProposal {
        round,
        mentor: first.mentor.clone(),
        mentee: first.mentee.clone(),
    };
    test.press("UBEN", leave_out).await.unwrap();
    approve(&test, round).await;
    for user in [first.mentor, first.mentee] {
        let note = test.last(user.as_str(), "didn't find").await.unwrap();
        assert!(
            note.contains("Nobody who fits was free this time."),
            "{note}"
        );
    }
    assert_eq!(test.pairs().await.len(), 1);
}

#[tokio::test]
async fn a_queued_introduction_of_a_round_not_approved_does_nothing() {
    let test = FeatureTest::program(settings()).await;
    let round = proposed(&test).await;
    let mut tx = test.tx().await;
    super::introduce(&mut tx, round).await.unwrap();
    tx.commit().await.unwrap();
    assert!(test.pairs().await.is_empty());
}

/// A partner sees where they work and what they hope for, as the join form says.
#[tokio::test]
async fn two_read_who_they_are_and_why_in_words_to_both() {
    let test = FeatureTest::program(settings()).await;
    let round = proposed(&test).await;
    let place = |department: &str, site: &str| (Some(department.into()), Some(site.into()));
    for (user, profile, (department, site)) in [
        ("UMIA", junior(), place("Design", "Berlin")),
        ("USAM", senior(), place("Finance", "São Paulo")),
    ] {
        let hopes = if user == "USAM" {
            "To be <told> plainly".into()
        } else {
            String::new()
        };
        let profile = Profile {
            department,
            site,
            hopes,
            ..profile
        };
        test.takes_part(user, profile).await;
    }
    // A new round, because the first one was made before they said so.
    test.command("UANA", "round").await.unwrap();
    test.run_due().await;
    approve(&test, round).await;
    let mut tx = test.tx().await;
    let round = rounds::proposed(&mut tx).await.unwrap().remove(0).id;
    tx.rollback().await;
    approve(&test, round).await;
    let hello = test.last("pair/", "Who you are").await.unwrap();
    let (_, hello) = hello.split_once("*Who you are*").unwrap();
    let (hello, _) = hello.split_once("Times for your first meeting").unwrap();
    insta::assert_snapshot!(hello, @"
    • <@UMIA>: Design, Berlin
    • <@USAM>: Finance, São Paulo
    *What would make this worthwhile for* <@USAM>
    > To be &lt;told&gt; plainly
    *Why the two of you*
    • <@UMIA> can share “AI tools”, which <@USAM> wants to learn about.
    • <@USAM> can share “Strategy”, which <@UMIA> wants to learn about.
    • You work in different departments.
    • You work at different sites.
    • Your working days overlap, so it's easy to find a time.
    ·
    ");
    for said_of_others in ["They", "the mentee", "the mentor"] {
        assert!(!hello.contains(said_of_others), "{hello}");
    }
}

#[tokio::test]
async fn who_has_a_partner_reads_that_nothing_changes_with_them() {
    let mut test = FeatureTest::program(settings()).await;
    let pair = test.introduced().await;
    assert!(test.pairs().await.iter().any(|one| one.id == pair));
    test.pass(jiff::SignedDuration::from_hours(24)).await;
    let two = Profile {
        mentee_capacity: 2,
        ..senior()
    };
    test.takes_part("USAM", two).await;
    test.takes_part("UMAX", mentor(&["Design"], &[])).await;
    let mut tx = test.tx().await;
    crate::store::participants::set_waiting(&mut tx, &"USAM".into(), Some(test.now))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    test.command("UANA", "round").await.unwrap();
    test.run_due().await;
    let note = test.last("USAM", "didn't find").await.unwrap();
    assert!(
        note.starts_with(
            "Nothing changes with <@UMIA>. Your profile has room for another partner, and I didn't find you one"
        ),
        "{note}"
    );
}
