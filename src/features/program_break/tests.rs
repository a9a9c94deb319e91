mod owners;

use super::messages::DATE;
use crate::domain::card::Card;
use crate::domain::cycle;
use crate::domain::ids::UserId;
use crate::domain::open_thing;
use crate::domain::program::Settings;
use crate::features::{Error, Reply, meetings};
use crate::shared::open_things;
use crate::slack::event::{Action, Answer, Form};
use crate::store::outbox::{Kind, Lane, To, What};
use crate::store::rounds;
use crate::testing::feature_test::{FeatureTest, render, render_view};
use crate::testing::months::{ANA, MAX, OWEN, settings};
use crate::testing::outgoing;
use crate::testing::people::{junior, senior};
use jiff::SignedDuration;
use jiff::civil::{Date, date};

const DAY: SignedDuration = SignedDuration::from_hours(24);

async fn breaks_until(test: &FeatureTest, day: Date) -> Reply {
    let until = [(DATE, Answer::Date(day))];
    test.submit(OWEN, Form::ProgramBreak, &until).await.unwrap()
}

/// Whether the break or a month has no end. (The program of this test has no rounds and no digest.)
async fn stalls(test: &FeatureTest) -> bool {
    let mut tx = test.tx().await;
    let stalled = open_things::stalled(&mut tx).await.unwrap();
    let ends = [open_thing::Kind::ProgramBreak, open_thing::Kind::Month];
    stalled.iter().any(|one| ends.contains(&one.kind))
}

fn shown(reply: &Reply) -> String {
    render_view(&reply.modal.as_ref().expect("a modal").view())
}

/// What reached anybody in these days, by day.
async fn pass(test: &mut FeatureTest, days: i32) -> Vec<String> {
    let before = test.sent().await.len();
    for _ in 0..days {
        test.pass(DAY).await;
        assert!(!stalls(test).await, "on {}", test.now);
    }
    let sent = test.sent().await;
    let new = sent[before..].iter();
    new.map(|one| format!("{} {:?}: {}", one.at.strftime("%F"), one.to, one.text))
        .collect()
}

#[tokio::test]
async fn nobody_hears_a_word_until_the_day_and_then_months_go_on() {
    let (mut test, pair) = FeatureTest::signed(settings()).await;
    test.pass(DAY * 3).await;
    insta::assert_snapshot!(shown(&test.press(OWEN, Action::OpenProgramBreak).await.unwrap()), @"
    ┌ Pause the program
    │ For a company holiday or a busy season. Until it's over, nobody is asked anything, no round is made and no digest is posted. Months wait, and nobody falls behind.
    │ The day it goes on
    │   [ Choose ▾ ]
    │ · Each pair reads one line in its group DM, at a time when it's at work, and one when it goes on. Planned meetings stand, and calls for help go out as ever. It goes on by itself on that day, and you can resume it earlier.
    └ [ Cancel ]  [ Start the break ]
    ");
    let begun = breaks_until(&test, date(2026, 4, 20)).await;
    insta::assert_snapshot!(shown(&begun), @"
    ┌ Pause the program
    │ The program is on a break until Monday, April 20, and goes on by itself. My Home tab has a button to resume it earlier.
    └ [ Close ]
    ");
    let first = pass(&mut test, 1).await;
    insta::assert_snapshot!(first.join("\n"), @r#"2026-03-05 Pair { pair: PairId(286784697139200005), members: [UserId("UMAX"), UserId("UANA")] }: The whole program takes a break until Monday, April 20. Your months are on hold and continue afterwards; there's nothing to do."#);
    let quiet = pass(&mut test, 43).await;
    assert_eq!(quiet, Vec::<String>::new());
    let after = pass(&mut test, 4).await;
    assert!(
        after[0].contains("The program's break is over"),
        "{after:?}"
    );
    assert!(
        after.iter().any(|one| one.contains("Month 2 of 6")),
        "{after:?}"
    );
    let months = test.months(pair).await;
    assert_eq!(months[0].state, cycle::State::OnBreak, "nobody fell behind");
    test.everybody_was_left_in_peace(&settings()).await;
}

#[tokio::test]
async fn an_owner_resumes_it_early_and_the_others_hear() {
    let mut settings = settings();
    settings.owners.push("UOLGA".into());
    let (mut test, _) = FeatureTest::signed(settings).await;
    test.seen("UOLGA", "Europe/London").await;
    test.pass(DAY * 3).await;
    breaks_until(&test, date(2026, 4, 20)).await;
    let told = test.told().await;
    assert!(
        told.contains("<@UOWEN> has the program take a break"),
        "{told}"
    );
    pass(&mut test, 2).await;
    let moved = shown(&test.press(OWEN, Action::OpenProgramBreak).await.unwrap());
    assert!(
        moved.contains("on a break until Monday, April 20"),
        "{moved}"
    );
    let said = test.press(OWEN, Action::EndProgramBreak).await.unwrap();
    assert!(said.home);
    pass(&mut test, 3).await;
    let after = test.told().await;
    assert!(after.contains("your months continue. I'll be"), "{after}");
    assert!(after.contains("<@UOWEN> has ended"), "{after}");
    let nothing = test.press(OWEN, Action::EndProgramBreak).await;
    assert!(matches!(nothing, Err(Error::User(_))));
    let late = pass(&mut test, 40).await.join("\n");
    assert!(
        !late.contains("break"),
        "the day itself changes nothing: {late}"
    );
}

#[tokio::test]
async fn a_break_has_an_end_and_is_for_owners() {
    let (test, _) = FeatureTest::signed(settings()).await;
    let wrong = |reply: Reply| reply.errors[0].1.clone();
    let none = test.submit(OWEN, Form::ProgramBreak, &[]).await.unwrap();
    assert!(wrong(none).contains("Which day"));
    assert!(wrong(breaks_until(&test, date(2026, 3, 2)).await).contains("future"));
    assert!(wrong(breaks_until(&test, date(2027, 3, 2)).await).contains("six months"));
    let day = [(DATE, Answer::Date(date(2026, 4, 1)))];
    let theirs = test.submit(ANA, Form::ProgramBreak, &day).await;
    assert!(matches!(theirs, Err(Error::User(_))));
    for action in [Action::OpenProgramBreak, Action::EndProgramBreak] {
        assert!(matches!(test.press(MAX, action).await, Err(Error::User(_))));
    }
}

#[tokio::test]
async fn a_persons_own_break_goes_on_after_it() {
    let (mut test, _) = FeatureTest::signed(settings()).await;
    test.pass(DAY * 3).await;
    test.command(ANA, "pause until 2026-04-10").await.unwrap();
    breaks_until(&test, date(2026, 3, 16)).await;
    let told = pass(&mut test, 20).await;
    assert!(
        told.iter()
            .all(|one| !one.contains("goes on") && !one.contains("your months continue.")),
        "{told:?}"
    );
    test.command(ANA, "resume").await.unwrap();
    pass(&mut test, 3).await;
    let back = test.told().await;
    assert!(back.contains("<@UANA> is back"), "{back}");
}

#[tokio::test]
async fn whoever_reads_its_last_day_reads_the_new_one() {
    let (mut test, _) = FeatureTest::signed(settings()).await;
    test.pass(DAY * 3).await;
    breaks_until(&test, date(2026, 4, 20)).await;
    pass(&mut test, 2).await;
    // On a Saturday, so both read of it on Monday.
    breaks_until(&test, date(2026, 4, 27)).await;
    let moved = pass(&mut test, 3).await;
    assert_eq!(moved.len(), 1, "{moved:?}");
    assert!(
        moved[0].contains("takes a break until Monday, April 27"),
        "{moved:?}"
    );
    breaks_until(&test, date(2026, 4, 27)).await;
    assert_eq!(pass(&mut test, 2).await, Vec::<String>::new());
}

#[tokio::test]
async fn where_it_stands_names_the_programs_break_and_not_a_partners() {
    let (mut test, pair) = FeatureTest::signed(settings()).await;
    test.pass(DAY * 3).await;
    let cycle = test.month(pair).await.id;
    breaks_until(&test, date(2026, 4, 20)).await;
    pass(&mut test, 1).await;
    let status = test.command(MAX, "status").await.unwrap();
    let status = render(&status.say.unwrap());
    let rests =
        "*On a break:* the whole program is, until Monday, April 20, so there's nothing to plan.";
    assert!(status.contains(rests), "{status}");
    assert!(!status.contains("[ Pick a time ]"), "{status}");
    let Err(Error::User(refused)) = test.press(ANA, Action::OtherTime { cycle }).await else {
        panic!("refused");
    };
    assert!(
        refused
            .as_str()
            .contains("whole program is on a break until Monday, April 20"),
        "{refused}"
    );
    test.command(ANA, "pause 1 week").await.unwrap();
    let back = test.command(ANA, "resume").await.unwrap();
    let back = render(&back.say.unwrap());
    assert!(
        back.contains("whole program is on a break until Monday, April 20"),
        "{back}"
    );
}

/// Months do not continue with it then, and somebody waits for that.
#[tokio::test]
async fn a_break_that_began_within_it_is_said_when_it_is_over() {
    let (mut test, _) = FeatureTest::signed(settings()).await;
    test.pass(DAY * 3).await;
    breaks_until(&test, date(2026, 3, 16)).await;
    pass(&mut test, 2).await;
    test.command(ANA, "pause until 2026-04-10").await.unwrap();
    let told = pass(&mut test, 15).await;
    assert_eq!(told.len(), 1, "{told:?}");
    let away =
        "<@UANA> is taking a break from the program, so your months continue when it's over.";
    assert!(told[0].contains(away), "{told:?}");
}

#[tokio::test]
async fn no_round_is_made_and_nobody_is_invited() {
    let mut test = FeatureTest::new(Settings {
        owners: vec![OWEN.into()],
        ..Settings::default()
    })
    .await;
    test.takes_part(ANA, senior()).await;
    test.takes_part(MAX, junior()).await;
    for user in [ANA, MAX, OWEN] {
        test.seen(user, "Europe/Berlin").await;
    }
    breaks_until(&test, date(2026, 3, 24)).await;
    let refused = |reply: Result<Reply, Error>| match reply {
        Err(Error::User(words)) => words.into_string(),
        other => panic!("{other:?}"),
    };
    let invited = refused(test.command(ANA, "invite <@UMAX>").await);
    assert!(invited.contains("whole program is on a break"), "{invited}");
    let round = refused(test.command(OWEN, "round").await);
    assert!(round.contains("on a break"), "{round}");
    let status = test.command(ANA, "status").await.unwrap();
    let status = render(&status.say.unwrap());
    assert!(
        status.contains("After the program's break, which lasts until Tuesday, March 24"),
        "{status}"
    );
    test.pass(DAY * 20).await;
    let mut tx = test.tx().await;
    assert_eq!(rounds::proposed(&mut tx).await.unwrap(), []);
    assert_eq!(rounds::wanted(&mut tx).await.unwrap(), None);
    tx.commit().await.unwrap();
    test.pass(DAY * 9).await;
    let proposed = test.sent().await;
    let to_owner = |to: &To| *to == To::Person(UserId::from(OWEN));
    assert!(
        proposed
            .iter()
            .any(|one| one.kind == Kind::Companion && to_owner(&one.to)),
        "the next round comes on its day"
    );
}

/// Ten in Berlin is four in New York: nobody reads of it at night, and yet no card offers anything.
#[tokio::test]
async fn each_pair_reads_of_it_by_day() {
    let (mut test, pair) = FeatureTest::signed(settings()).await;
    test.pass(DAY * 3).await;
    let cycle = test.month(pair).await.id;
    let group = async |test: &FeatureTest| test.messages("pair/").await.len();
    let card = async |test: &FeatureTest| {
        let mut tx = test.tx().await;
        let card = meetings::card(&mut tx, cycle, &Lane::Pair(pair)).await;
        render(&card.unwrap().unwrap())
    };
    let before = group(&test).await;
    breaks_until(&test, date(2026, 4, 20)).await;
    test.run_due().await;
    assert_eq!(group(&test).await, before);
    assert!(card(&test).await.contains("on hold for a break"));
    test.pass(SignedDuration::from_hours(6)).await;
    assert_eq!(group(&test).await, before + 1);
    let goes_on = "2026-04-20T09:30:00Z".parse::<jiff::Timestamp>().unwrap();
    test.pass(goes_on.duration_since(test.now)).await;
    assert!(!stalls(&test).await);
    assert_eq!(group(&test).await, before + 1);
    test.pass(SignedDuration::from_hours(5)).await;
    assert_eq!(group(&test).await, before + 2);
}

/// It begins on a Friday evening and is over as the two are at work again: their months never rested, and yet their cards had.
#[tokio::test]
async fn a_break_that_nobody_was_at_work_for_leaves_no_card_on_hold() {
    let (mut test, pair) = FeatureTest::signed(settings()).await;
    for user in [ANA, MAX] {
        test.seen(user, "Europe/Berlin").await;
    }
    test.pass(DAY * 4 + SignedDuration::from_hours(8)).await;
    let cycle = test.month(pair).await.id;
    let changes = async |test: &FeatureTest| {
        let queued = test.queued().await.into_iter();
        let of_month = queued.filter(|row| match &row.what {
            What::Card { card, place, .. } => {
                *card == Card::Month(cycle) && *place == Lane::Pair(pair)
            }
            _ => false,
        });
        of_month.map(|row| row.at).collect::<Vec<_>>()
    };
    let mut tx = test.tx().await;
    outgoing::card_stands(&mut tx, Card::Month(cycle), &Lane::Pair(pair)).await;
    tx.commit().await.unwrap();
    breaks_until(&test, date(2026, 3, 9)).await;
    test.run_due().await;
    let on_hold = changes(&test).await;
    assert_eq!(on_hold.len(), 1, "the card says that it's on hold");
    let mut tx = test.tx().await;
    outgoing::sent(&mut tx, |_| true).await;
    tx.commit().await.unwrap();
    test.pass(DAY * 3).await;
    assert_eq!(changes(&test).await.len(), 2, "and no longer");
}

/// Somebody pauses before their pair has read of the program's break: it is the program's that the group reads of.
#[tokio::test]
async fn a_break_of_ones_own_within_the_programs_is_not_named() {
    let (mut test, _) = FeatureTest::signed(settings()).await;
    for user in [ANA, MAX] {
        test.seen(user, "Europe/Berlin").await;
    }
    // Friday evening.
    test.pass(DAY * 4 + SignedDuration::from_hours(8)).await;
    breaks_until(&test, date(2026, 4, 20)).await;
    test.run_due().await;
    test.pass(DAY).await;
    test.command(MAX, "pause until 2026-04-10").await.unwrap();
    test.pass(DAY * 3).await;
    assert_eq!(test.count("pair/", "is taking a break from").await, 0);
    assert_eq!(test.count("pair/", "whole program").await, 1);
    assert!(!stalls(&test).await);
    test.pass(DAY * 50).await;
    assert_eq!(test.count("pair/", "is back").await, 0);
    assert!(!stalls(&test).await);
}
