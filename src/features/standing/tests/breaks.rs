//! Breaks: their length, the question whether they are over, and what partners are told.

use super::{pause_ends, standing, told};
use crate::domain::pair::State;
use crate::domain::participant::Standing;
use crate::domain::program::Settings;
use crate::slack::event::{Action, Answer, Form};
use crate::testing::feature_test::{FeatureTest, render, render_view};
use crate::testing::people;
use jiff::SignedDuration;

#[tokio::test]
async fn a_break_is_asked_for_with_its_length() {
    let test = FeatureTest::new(Settings::default()).await;
    test.joins("U1", "mentor", "Early career").await;
    let form = test.command("U1", "pause").await.unwrap().modal.unwrap();
    assert_eq!(form.form, Form::Pause);
    insta::assert_snapshot!(render_view(&form.view()), @"
    ┌ Take a break
    │ Nobody is matched with you, and I'll leave you in peace. The program's owners can see that and until when; nobody sees why.
    │ For how long?
    │   (•) One week, until Monday, March 9
    │   ( ) Two weeks, until Monday, March 16
    │   ( ) Four weeks, until Monday, March 30
    │   ( ) Until the day I pick below
    │   ( ) Until I say so
    │ The day you're back (optional)
    │   [ Choose ▾ ]
    │ · You can come back earlier at any time. If you leave the end open, I'll ask again in six weeks.
    └ [ Cancel ]  [ Start the break ]
    ");
    let pressed = test
        .press("U1", Action::Pause)
        .await
        .unwrap()
        .modal
        .unwrap();
    assert_eq!(pressed.view(), form.view());
    assert_eq!(standing(&test, "U1").await, Some(Standing::Active));
    let said = test.pauses("U1", "2").await;
    assert!(
        said.contains("You're on a break until Monday, March 16."),
        "{said}"
    );
    assert_eq!(pause_ends(&test).await.unwrap(), "2026-03-16T09:00:00Z");
    let again = test
        .press("U1", Action::Pause)
        .await
        .unwrap()
        .modal
        .unwrap();
    let again = render_view(&again.view());
    assert!(
        again.contains("on a break until Monday, March 16. What you choose here replaces it."),
        "{again}"
    );
}

#[tokio::test]
async fn a_break_until_a_day_needs_one_to_come() {
    let test = FeatureTest::new(Settings::default()).await;
    test.joins("U1", "mentor", "Early career").await;
    let chosen = ("length", Answer::One("date".into()));
    for day in [None, Some("2026-03-02"), Some("2027-03-03")] {
        let day = day.map(|day| ("date", Answer::Date(day.parse().unwrap())));
        let answers: Vec<_> = [chosen.clone()].into_iter().chain(day).collect();
        let reply = test.submit("U1", Form::Pause, &answers).await.unwrap();
        assert_eq!(reply.errors.len(), 1, "{answers:?}");
        assert_eq!(reply.errors[0].0, "date");
    }
    let day = ("date", Answer::Date("2027-03-02".parse().unwrap()));
    let reply = test
        .submit("U1", Form::Pause, &[chosen, day])
        .await
        .unwrap();
    assert_eq!(reply.errors, []);
    assert_eq!(pause_ends(&test).await.unwrap(), "2027-03-02T09:00:00Z");
}

#[tokio::test]
async fn a_break_without_a_date_is_asked_about_every_six_weeks() {
    let mut test = FeatureTest::new(Settings::default()).await;
    test.joins("U1", "mentor", "Early career").await;
    told(&test, "U1", "pause until 2026-03-20").await;
    insta::assert_snapshot!(test.pauses("U1", "open").await, @"
    ┌ Take a break
    │ Your break no longer ends on Friday, March 20. You're on a break until you type `/reverse-mentor resume`. Until then, nobody is matched with you and I'll leave you in peace. The program's owners can see that and until when; nobody sees why. I'll ask again in six weeks.
    └ [ Close ]
    ");
    let six_weeks = SignedDuration::from_hours(24 * 42);
    for asked in 0..3 {
        assert_eq!(test.count("U1", "on a break for a while").await, asked);
        assert!(
            pause_ends(&test).await.is_some(),
            "there is always a next step"
        );
        test.pass(six_weeks + SignedDuration::from_hours(24)).await;
    }
    assert_eq!(standing(&test, "U1").await, Some(Standing::Paused));
    insta::assert_snapshot!(test.last("U1", "on a break for a while").await.unwrap(), @"
    You've been on a break for a while, and that's fine. Would you like to come back, or stay away a little longer? Until you say so, nothing changes, and I'll ask again in six weeks.
    [ I'm back ]  [ Set a date ]  [ Leave the program ]
    · Only you can see this.
    ");
    told(&test, "U1", "resume").await;
    test.pass(six_weeks * 2).await;
    assert_eq!(test.count("U1", "on a break for a while").await, 3);
}

#[tokio::test]
async fn the_partner_of_a_long_break_may_look_for_another_and_keeps_the_pair() {
    let mut test = FeatureTest::program(people::settings()).await;
    let pair = test.introduced().await;
    for user in ["USAM", "UMIA"] {
        let sign = Action::Sign { pair, version: 1 };
        test.press(user, sign).await.unwrap();
    }
    test.pauses("USAM", "open").await;
    for early in [Action::FindPartner, Action::OpenInvite] {
        test.press("UMIA", early).await.ok();
        assert!(
            !test.waits("UMIA").await,
            "that it has no date shows nowhere"
        );
    }
    test.pass(SignedDuration::from_hours(24 * 44)).await;
    test.press("UMIA", Action::FindPartner).await.unwrap();
    assert!(
        test.waits("UMIA").await,
        "whoever need not wait has a place"
    );
    insta::assert_snapshot!(test.last("UMIA", "still on a break").await.unwrap(), @"
    <@USAM> is still on a break. You don't have to wait: I can look for another partner for you in the meantime. Your pair stays, and continues when the break is over.
    [ Find me a partner ]  [ End this pair ]
    · Only you can see this. There's nothing you have to do.
    ");
    test.pass(SignedDuration::from_hours(24 * 44)).await;
    assert_eq!(
        test.count("UMIA", "still on a break").await,
        1,
        "not again and again"
    );
    assert_eq!(test.pairs().await[0].state, State::Active);
    told(&test, "USAM", "resume").await;
    assert_eq!(test.pairs().await[0].state, State::Active);
}

/// "You don't have a partner" would be the first they hear of it.
#[tokio::test]
async fn the_end_of_a_pair_is_read_before_what_holds_since() {
    let mut test = FeatureTest::program(people::settings()).await;
    let pair = test.introduced().await;
    test.command("USAM", "pause until 2026-03-30")
        .await
        .unwrap();
    test.submit("UMIA", Form::End { pair }, &[]).await.unwrap();
    test.pass(SignedDuration::from_hours(24 * 35)).await;
    let told = test.messages("USAM").await;
    let told: Vec<String> = told.iter().map(render).collect();
    let at = |words: &str| told.iter().position(|one| one.contains(words));
    let (ended, back) = (at("has come to an end"), at("Your break is over"));
    assert!(ended.is_some() && ended < back, "{told:#?}");
}

#[tokio::test]
async fn whoever_is_back_early_reads_of_the_end_of_their_pair() {
    let mut test = FeatureTest::program(people::settings()).await;
    let pair = test.introduced().await;
    test.command("USAM", "pause until 2026-03-30")
        .await
        .unwrap();
    test.submit("UMIA", Form::End { pair }, &[]).await.unwrap();
    test.pass(SignedDuration::from_hours(24 * 7)).await;
    let back = told(&test, "USAM", "resume").await;
    insta::assert_snapshot!(back, @"Welcome back. One of your pairs came to an end in the meantime. I'm writing to you about it.");
    test.pass(SignedDuration::from_hours(24)).await;
    assert_eq!(test.count("USAM", "has come to an end").await, 1);
}

/// While everybody is on a break, a break shows nowhere that is over before it.
#[tokio::test]
async fn a_break_within_the_programs_is_nobodys_news() {
    let test = FeatureTest::program(people::settings()).await;
    test.introduced().await;
    let last = Answer::Date("2026-03-20".parse().unwrap());
    test.submit("UANA", Form::ProgramBreak, &[("date", last)])
        .await
        .unwrap();
    let within = told(&test, "USAM", "pause until 2026-03-13").await;
    assert!(!within.contains("<@UMIA>"), "{within}");
    let longer = told(&test, "USAM", "pause until 2026-04-13").await;
    assert!(longer.contains("<@UMIA> will see"), "{longer}");
}

/// The break ends with the first of many days off: they read so when those are over.
#[tokio::test]
async fn the_end_of_a_break_is_told_after_days_off_and_after_downtime() {
    let first = jiff::civil::date(2026, 3, 16);
    for downtime in [false, true] {
        let off = (0..12).map(|day| first.saturating_add(jiff::Span::new().days(day)));
        let settings = Settings {
            holidays: if downtime { Vec::new() } else { off.collect() },
            ..people::settings()
        };
        let mut test = FeatureTest::new(settings).await;
        test.joins("U1", "mentor", "Early career").await;
        test.pauses("U1", "2").await;
        if downtime {
            test.pass(SignedDuration::from_hours(24 * 13)).await;
            test.now += SignedDuration::from_hours(24 * 14);
        }
        test.pass(SignedDuration::from_hours(24 * 30)).await;
        assert_eq!(standing(&test, "U1").await, Some(Standing::Active));
        assert_eq!(
            test.count("U1", "Your break is over").await,
            1,
            "{downtime}"
        );
        test.pass(SignedDuration::from_hours(24 * 18)).await;
        assert_eq!(
            test.count("U1", "Your break is over").await,
            1,
            "{downtime}"
        );
    }
}

/// The day stays the day, and begins in the morning of wherever they are.
#[tokio::test]
async fn a_break_ends_in_the_morning_of_a_new_zone() {
    let test = FeatureTest::program(people::settings()).await;
    test.takes_part("USAM", people::senior()).await;
    test.seen("USAM", "Asia/Tokyo").await;
    test.command("USAM", "pause until 2026-03-16")
        .await
        .unwrap();
    test.seen("USAM", "America/Los_Angeles").await;
    let shown = told(&test, "USAM", "status").await;
    assert!(shown.contains("until Monday, March 16"), "{shown}");
    let mut tx = test.tx().await;
    let me = crate::store::participants::find(&mut tx, &"USAM".into()).await;
    let until = me.unwrap().unwrap().paused_until.unwrap();
    assert_eq!(until.to_string(), "2026-03-16T16:00:00Z");
    tx.rollback().await;
}

/// The end of a pair waits for its reader's break. Somebody who leaves the program during the break does not read it after that.
#[tokio::test]
async fn whoever_leaves_during_a_break_reads_no_end_of_a_pair_after_it() {
    for erases in [true, false] {
        let mut test = FeatureTest::program(people::settings()).await;
        let pair = test.introduced().await;
        test.pauses("USAM", "open").await;
        test.submit("UMIA", Form::End { pair }, &[]).await.unwrap();
        test.run_due().await;
        if erases {
            test.press("USAM", Action::EraseMine).await.unwrap();
        } else {
            test.submit("USAM", Form::Leave, &[]).await.unwrap();
        }
        test.pass(SignedDuration::from_hours(24 * 5)).await;
        let reached = test.reached("USAM").await;
        let ends = reached.iter().filter(|it| it.contains("come to an end"));
        assert_eq!(ends.count(), 0, "{erases}: {reached:?}");
    }
}
