//! The owners' companion: its contents and its time.

use super::busy::{self, HOUR, WEEK, a_troubled_program, user};
use crate::domain::cycle::State as Month;
use crate::domain::happening::Ending;
use crate::domain::ids::{InvitationId, PairId};
use crate::domain::key::Key;
use crate::domain::message::Message;
use crate::domain::pair::State;
use crate::domain::program::Settings;
use crate::slack::event::Action;
use crate::store::outbox::{self, Kind, To};
use crate::store::{nudged, pairs, programs};
use crate::testing::feature_test::{FeatureTest, render};
use crate::testing::outgoing;

/// Without a channel, so that no digest waits.
pub(super) fn program() -> Settings {
    Settings {
        digest_channel: None,
        ..busy::program()
    }
}

/// A pair of whose two last months nobody said that they met.
pub(super) async fn quiet(test: &FeatureTest, mentor: usize, mentee: usize) -> PairId {
    for number in [mentor, mentee] {
        test.learner(number, &[]).await;
    }
    let pair = test.paired(mentor, mentee, true).await;
    for number in [1, 2] {
        test.month_of(pair, number, Month::Unknown).await;
    }
    pair
}

/// Slack has just told us about everybody, so that nobody is missed.
pub(super) async fn all_are_seen(test: &FeatureTest, most: usize) {
    for number in 1..=most {
        test.seen(user(number).as_str(), "UTC").await;
    }
}

#[tokio::test]
async fn a_program_that_runs_well_says_nothing() {
    let mut test = FeatureTest::new(program()).await;
    test.busy_program().await;
    test.pass(HOUR * 2).await;
    assert_eq!(test.companions().await.len(), 0);
}

#[tokio::test]
async fn while_nothing_is_new_nothing_is_said() {
    let mut test = FeatureTest::new(program()).await;
    a_troubled_program(&test).await;
    let mut said = Vec::new();
    for week in 0..4 {
        test.pass(WEEK).await;
        let now = test.companions().await.len();
        if said.last().is_none_or(|(_, before)| *before < now) {
            said.push((week, now));
        }
    }
    assert_eq!(
        said,
        [(0, 1), (2, 2)],
        "pairs that have not started, and people Slack says nothing of"
    );
    quiet(&test, 9, 10).await;
    test.pass(WEEK).await;
    let told = test.companions().await;
    assert_eq!(told.len(), 3);
    let news = &told[2];
    assert!(news.contains("<@U09> and <@U10>: 2 months"), "{news}");
    assert!(news.contains("As before: "), "the rest in a line: {news}");
    assert!(
        news.contains("<@U01> and <@U02>: 2 months"),
        "with the others of its kind: {news}"
    );
    assert!(
        news.contains("[ See them ]"),
        "what waits for a press: {news}"
    );
}

#[tokio::test]
async fn all_is_well_is_said_once_and_only_where_pairs_report() {
    for meets in [true, false] {
        let mut test = FeatureTest::new(program()).await;
        let pair = quiet(&test, 1, 2).await;
        test.pass(HOUR * 2).await;
        assert_eq!(test.companions().await.len(), 1);
        if meets {
            test.month_of(pair, 3, Month::Held).await;
        } else {
            let mut tx = test.tx().await;
            // No longer listed, and nobody reports.
            pairs::step(&mut tx, pair, State::Active, State::Closing)
                .await
                .unwrap();
            tx.commit().await.unwrap();
        }
        for _ in 0..3 {
            all_are_seen(&test, 2).await;
            test.pass(WEEK).await;
        }
        let told = test.companions().await;
        assert_eq!(told.len(), 1 + usize::from(meets), "{told:?}");
        if meets {
            insta::assert_snapshot!(told[1], @r"
            *Reverse mentoring: all is well again. What I listed last is settled, and pairs tell me that they meet.*
            · Only the program's owners see this, each without their own pairs. It never includes what people wrote, or anyone's reasons.
            ");
        }
    }
}

#[tokio::test]
async fn what_failed_is_sent_again_from_the_note() {
    let mut test = FeatureTest::new(program()).await;
    let mut tx = test.tx().await;
    let (to, key) = (
        To::Person("U01".into()),
        Key::InvitationYes(InvitationId(7)),
    );
    outbox::post(&mut tx, to, Kind::Answer, &key, "Hello".into(), None)
        .await
        .unwrap();
    outgoing::refused(&mut tx, |_| true, "restricted_action").await;
    tx.commit().await.unwrap();
    test.pass(HOUR * 2).await;
    let is_note = |message: &&Message| render(message).contains("to look at this week");
    let told = test.messages("UOWNER").await;
    let note = told.iter().find(is_note).unwrap();
    assert!(render(note).contains("[ Send again ]"), "{}", render(note));
    let buttons = note
        .blocks
        .iter()
        .filter_map(|block| block["elements"].as_array());
    let value = buttons
        .flatten()
        .find_map(|button| button["value"].as_str());
    let again = Action::decode(value.unwrap()).unwrap();
    let reply = test.press("UOWNER", again).await.unwrap();
    let reply = render(&reply.replace.unwrap());
    assert!(reply.contains("On their way again"), "{reply}");
}

#[tokio::test]
async fn a_note_that_was_not_sent_has_told_nothing() {
    let mut test = FeatureTest::new(program()).await;
    quiet(&test, 1, 2).await;
    test.pass_without_slack(9).await;
    test.pass(HOUR * 24).await;
    let listed = test.count("UOWNER", "<@U01> and <@U02>").await;
    assert_eq!(listed, 2, "once in vain, and the next morning");
    test.pass(WEEK).await;
    assert_eq!(test.count("UOWNER", "<@U01> and <@U02>").await, 2);
}

#[tokio::test]
async fn what_owners_read() {
    let mut test = FeatureTest::new(program()).await;
    a_troubled_program(&test).await;
    test.pass(WEEK * 2 + HOUR * 2).await;
    insta::assert_snapshot!(test.companions().await[1], @r"
    *Reverse mentoring: 3 things to look at this week.*
    *Waiting for your approval*
    Press *See them* to look over a round, change it, or approve it.
    1 pair, proposed on Monday, March 2
    [ See them ]
    *Pairs without a start that I know of*
    They may have met without telling me. If not, a friendly word from you helps most now. If I hear of no meeting and no signature within six weeks, I release both kindly, and they can be matched again.
    • <@U05> and <@U06>, introduced on Monday, March 2
    *People I couldn't look up*
    Slack has told me nothing about <@U01>, <@U02>, <@U03>, <@U04>, <@U05>, <@U06>, <@U07> and <@U08> for over a week, so I may not know their working hours or whether they can be matched. If their accounts are gone, there's nothing to do. Otherwise, ask the person who manages the app to check that it can still read people (`users:read`).
    As before: pairs that may need you (1), people without a partner (2).
    [ All pairs ]  [ People ]
    · Only the program's owners see this, each without their own pairs. It never includes what people wrote, or anyone's reasons.
    ");
    for told in test.companions().await {
        for private in ["A private", "Another private", "My private", "U99"] {
            assert!(!told.contains(private), "{told}");
        }
    }
}

#[tokio::test]
async fn an_owner_reads_nothing_about_their_own_pairs() {
    let mut settings = program();
    settings.owners = vec!["U01".into(), "U05".into()];
    let mut test = FeatureTest::new(settings).await;
    a_troubled_program(&test).await;
    test.pass(WEEK * 2 + HOUR * 2).await;
    let of = async |owner: &str| {
        let all = test.messages(owner).await;
        all.iter().map(render).collect::<Vec<_>>().join("\n")
    };
    let (quiet, not_begun) = (
        "Pairs that may need you",
        "Pairs without a start that I know of",
    );
    let first = of("U01").await;
    assert!(
        !first.contains(quiet) && first.contains(not_begun),
        "{first}"
    );
    let fifth = of("U05").await;
    assert!(
        fifth.contains(quiet) && !fifth.contains(not_begun),
        "{fifth}"
    );
}

#[tokio::test]
async fn at_night_a_companion_waits() {
    let mut test = FeatureTest::new(busy::program()).await;
    a_troubled_program(&test).await;
    test.seen("UOWNER", "America/Los_Angeles").await;
    test.pass(HOUR * 2).await;
    assert_eq!(test.public().await.len(), 1);
    assert_eq!(test.companions().await.len(), 0);
    test.pass(HOUR * 5).await;
    assert_eq!(test.companions().await.len(), 0, "8:00 in California");
    test.pass(HOUR).await;
    assert_eq!(test.companions().await.len(), 1, "9:00 in California");
    // A digest on Friday evening: the companion comes on Monday morning.
    let mut settings = busy::program();
    settings.digest_schedule = "0 19 * * Fri".into();
    let mut test = FeatureTest::new(settings).await;
    a_troubled_program(&test).await;
    test.pass(HOUR * 24 * 5).await;
    assert_eq!(
        (test.public().await.len(), test.companions().await.len()),
        (1, 0)
    );
    test.pass(HOUR * 24 * 2).await;
    assert_eq!(test.companions().await.len(), 1);
}

#[tokio::test]
async fn somebody_who_is_no_owner_any_more_hears_nothing() {
    let mut test = FeatureTest::new(program()).await;
    test.seen("UOWNER", "America/Los_Angeles").await;
    test.pass(HOUR * 2).await;
    let mut tx = test.tx().await;
    let settings = Settings {
        owners: vec!["U2".into()],
        ..program()
    };
    programs::save(&mut tx, &settings, true).await.unwrap();
    tx.commit().await.unwrap();
    test.pass(WEEK).await;
    assert_eq!(test.companions().await.len(), 0);
    assert_eq!(test.messages("U2").await.len(), 1);
}

#[tokio::test]
async fn before_anybody_has_joined_owners_read_what_helps() {
    let mut test = FeatureTest::new(program()).await;
    test.pass(HOUR * 2).await;
    let told = test.companions().await;
    assert!(
        told[0].starts_with("Reverse mentoring: nobody has joined yet."),
        "{told:?}"
    );
}

/// An owner who asked for a round has read who is waiting, so the companion does not repeat it, this week or later, until it is
/// about somebody else, too.
#[tokio::test]
async fn what_a_round_has_said_is_not_said_again() {
    let settings = Settings {
        round_schedule: "0 9 * * Mon".into(),
        ..program()
    };
    let owner = settings.owners[0].as_str().to_owned();
    let mut test = FeatureTest::new(settings).await;
    for number in 1..=3 {
        test.learner(number, &["AI tools"]).await;
    }
    test.command(&owner, "round").await.unwrap();
    test.run_due().await;
    assert!(
        test.last(&owner, "3 people are without a partner")
            .await
            .is_some()
    );
    let listed = async |test: &FeatureTest| {
        let listed = "Without a partner since the last match";
        test.count(&owner, listed).await
    };
    test.pass(HOUR * 2).await;
    for _ in 0..2 {
        test.pass(WEEK).await;
        all_are_seen(&test, 3).await;
        assert_eq!(listed(&test).await, 0);
    }
    test.learner(4, &["AI tools"]).await;
    test.pass(WEEK).await;
    assert_eq!(listed(&test).await, 1, "all four");
    test.pass(WEEK).await;
    assert_eq!(listed(&test).await, 1);
}

#[tokio::test]
async fn a_pair_that_has_not_started_is_listed_from_its_third_week_on() {
    let mut test = FeatureTest::new(program()).await;
    test.learner(1, &[]).await;
    test.learner(2, &[]).await;
    test.paired(1, 2, false).await;
    test.pass(WEEK + HOUR * 2).await;
    assert_eq!(
        test.count("UOWNER", "Pairs without a start that I know of")
            .await,
        0
    );
    test.pass(WEEK * 4).await;
    assert_eq!(
        test.count("UOWNER", "Pairs without a start that I know of")
            .await,
        1
    );
}

/// An owner who already got a nudge that day reads the companion the next day, and the following week's in time.
#[tokio::test]
async fn a_companion_waits_for_a_day_of_its_own() {
    let mut settings = program();
    // On Fridays, so that the next day is in the following week.
    settings.digest_schedule = "0 10 * * Fri".into();
    let mut test = FeatureTest::new(settings).await;
    let mut tx = test.tx().await;
    let friday = jiff::civil::date(2026, 3, 6);
    nudged::note(&mut tx, &"UOWNER".into(), friday)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    test.pass(HOUR * 24 * 5).await;
    assert_eq!(test.companions().await.len(), 0);
    test.pass(HOUR * 24 * 2 + HOUR).await;
    assert_eq!(test.companions().await.len(), 1, "Monday");
    quiet(&test, 1, 2).await;
    test.pass(HOUR * 24 * 4 + HOUR).await;
    assert_eq!(test.companions().await.len(), 2, "and on Friday");
}

#[tokio::test]
async fn a_long_break_without_a_date_is_listed() {
    let mut test = FeatureTest::new(program()).await;
    test.learner(1, &[]).await;
    test.learner(2, &[]).await;
    test.paired(1, 2, true).await;
    test.pauses("U01", "open").await;
    test.pass(WEEK * 5).await;
    let listed = async |test: &FeatureTest| test.count("UOWNER", "On a break without a date").await;
    assert_eq!(listed(&test).await, 0);
    test.pass(WEEK * 3).await;
    assert_eq!(listed(&test).await, 1);
}

#[tokio::test]
async fn owners_hear_that_a_pair_ended_and_that_a_cohort_is_over_but_never_why() {
    let mut test = FeatureTest::new(program()).await;
    for number in 1..=4 {
        test.learner(number, &[]).await;
    }
    let first = test.paired(1, 2, true).await;
    let second = test.paired(3, 4, true).await;
    let close = async |test: &FeatureTest, pair, why| {
        let mut tx = test.tx().await;
        pairs::close(&mut tx, pair, why).await.unwrap();
        tx.commit().await.unwrap();
    };
    close(&test, first, Ending::Left).await;
    test.pass(HOUR * 2).await;
    let told = test.companions().await;
    insta::assert_snapshot!(told[0], @r"
    *Reverse mentoring: one thing to look at this week.*
    *Pairs that have ended*
    It happens, and nobody asks why. Those who still take part can ask for another match with one press. There's nothing you need to do.
    • <@U01> and <@U02>
    [ All pairs ]  [ People ]
    · Only the program's owners see this, each without their own pairs. It never includes what people wrote, or anyone's reasons.
    ");
    close(&test, second, Ending::Completed).await;
    test.pass(WEEK).await;
    let told = test.companions().await;
    insta::assert_snapshot!(told[1], @r"
    *Reverse mentoring: one thing to look at this week.*
    *The last pair has finished*
    Thank you for carrying this cohort. Those who'd like to go on have said so and wait for the next match. I can ask the others whether they'd like to be in the next cohort; each is asked once.
    [ Start the next cohort ]
    [ All pairs ]  [ People ]
    · Only the program's owners see this, each without their own pairs. It never includes what people wrote, or anyone's reasons.
    ");
    test.pass(WEEK * 2).await;
    assert_eq!(test.count("UOWNER", "The last pair has finished").await, 1);
}
