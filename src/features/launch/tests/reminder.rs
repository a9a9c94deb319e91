//! People on the owners' list who have not joined are reminded once, and nobody who said no in any way.

use super::*;
use crate::domain::organization::{Entry, People};
use crate::domain::participant::Standing;
use crate::domain::program::Settings;
use crate::features::Reply;
use crate::store::{organization, personal_data};
use crate::testing::people::{junior, settings as program};
use jiff::SignedDuration;
use jiff::civil::date;

const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// The owners' file names these people, one who is only in reporting lines, and one who is not in Slack.
async fn lists(test: &FeatureTest, users: &[&str]) {
    let entry = |bystander: bool| Entry {
        bystander,
        ..Entry::default()
    };
    let mut people: People = users
        .iter()
        .map(|&user| (user.into(), entry(false)))
        .collect();
    people.insert("UBOSS".into(), entry(true));
    people.insert("~1".into(), entry(false));
    let mut tx = test.tx().await;
    let before = organization::all(&mut tx).await.unwrap();
    organization::replace(&mut tx, &before, &people)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    for user in users {
        test.seen(user, "UTC").await;
    }
}

async fn remind(test: &mut FeatureTest) {
    test.submit("UANA", Form::RemindInvited, &[]).await.unwrap();
    test.pass(HOUR * 3).await;
}

async fn reminded(test: &FeatureTest, user: &str) -> usize {
    test.count(user, "would you like to take part?").await
}

fn shown(reply: Reply) -> String {
    render_view(&reply.modal.unwrap().view())
}

#[tokio::test]
async fn an_owner_reads_the_reminder_and_each_gets_it_once() {
    let mut test = FeatureTest::program(program()).await;
    let open = Action::OpenRemindInvited;
    let empty = shown(test.press("UANA", open.clone()).await.unwrap());
    assert!(empty.contains("Bring in your people first"), "{empty}");
    lists(&test, &["UMIA", "USAM", "UNIK"]).await;
    test.takes_part("UNIK", junior()).await;
    let form = shown(test.press("UANA", open.clone()).await.unwrap());
    insta::assert_snapshot!(form, @"
    ┌ Remind your list
    │ *2 people* on your list don't take part. They'll read this once, in their working hours, by Thursday, March 12:
    │ ----
    │ *Reverse mentoring: would you like to take part?*
    │ A junior colleague teaches a senior one, and both learn.
    │ • About an hour a month, for 6 months.
    │ • You can pause or leave at any time, without giving a reason.
    │ ----
    │ · I leave out anyone who was here before, said no, asked me not to write, or has read it already, so it may be fewer. I never say who.
    └ [ Cancel ]  [ Remind them ]
    ");
    assert_eq!(reminded(&test, "UMIA").await, 0, "looking sends nothing");
    remind(&mut test).await;
    let note = test.last("UMIA", "would you like").await.unwrap();
    insta::assert_snapshot!(note, @"
    *Reverse mentoring: would you like to take part?*
    A junior colleague teaches a senior one, and both learn.
    • About an hour a month, for 6 months.
    • You can pause or leave at any time, without giving a reason.
    [ Join ]  [ No, thanks ]  [ Who sees what ]
    · Nobody hears whether you answer. I won't remind you again.
    ");
    // A second press, or another owner's, reaches only people who are new on the list.
    lists(&test, &["UMIA", "USAM", "UNIK", "UNEW"]).await;
    for _ in 0..2 {
        remind(&mut test).await;
        test.pass(HOUR * 24).await;
    }
    for (user, times) in [
        ("UMIA", 1),
        ("USAM", 1),
        ("UNEW", 1),
        ("UNIK", 0),
        ("UBOSS", 0),
    ] {
        assert_eq!(reminded(&test, user).await, times, "{user}");
    }
    for refused in [
        test.press("UMIA", open).await,
        test.submit("UMIA", Form::RemindInvited, &[]).await,
    ] {
        assert!(matches!(refused, Err(Error::User(_))));
    }
}

#[tokio::test]
async fn nobody_is_reminded_who_left_said_no_or_had_their_data_erased() {
    let mut test = FeatureTest::program(program()).await;
    let users = ["ULEFT", "UGONE", "UNOT", "UERASED", "UREST"];
    lists(&test, &users).await;
    for user in ["ULEFT", "UGONE", "UERASED", "UREST"] {
        test.takes_part(user, junior()).await;
    }
    test.submit("ULEFT", Form::Leave, &[]).await.unwrap();
    test.standing("UREST", Standing::Paused).await;
    let reply = test.press("UNOT", Action::DoNotAsk).await.unwrap();
    assert!(render(&reply.replace.unwrap()).contains("I won't ask you again"));
    test.press("UERASED", Action::EraseMine).await.unwrap();
    // Who left, and whose profile ended with its time: a row of them is nowhere, and they are asked no more.
    test.submit("UGONE", Form::Leave, &[]).await.unwrap();
    let mut tx = test.tx().await;
    personal_data::erase(&mut tx, &"UGONE".into())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    for user in ["UERASED", "UGONE"] {
        assert_eq!(
            test.columns_with(user).await,
            Vec::<String>::new(),
            "{user}"
        );
    }
    // The owners' next file names them again.
    lists(&test, &users).await;
    remind(&mut test).await;
    test.pass(HOUR * 24).await;
    for user in users {
        assert_eq!(reminded(&test, user).await, 0, "{user}");
    }
}

#[tokio::test]
async fn who_joins_meanwhile_is_not_reminded_and_who_sleeps_is_later() {
    let mut test = FeatureTest::program(program()).await;
    lists(&test, &["UMIA", "USAM"]).await;
    test.seen("UMIA", "America/Los_Angeles").await;
    test.submit("UANA", Form::RemindInvited, &[]).await.unwrap();
    test.takes_part("USAM", junior()).await;
    test.run_due().await;
    assert_eq!(reminded(&test, "UMIA").await, 0, "it's night there");
    test.pass(HOUR * 10).await;
    assert_eq!(reminded(&test, "UMIA").await, 1);
    assert_eq!(reminded(&test, "USAM").await, 0);
}

#[tokio::test]
async fn in_an_enrollment_window_the_reminder_says_the_days_and_ends_with_it() {
    let window = Settings {
        join_until: Some(date(2026, 3, 3)),
        first_match: Some(date(2026, 3, 4)),
        ..program()
    };
    let mut test = FeatureTest::program(window).await;
    lists(&test, &["UMIA", "UWEST"]).await;
    test.submit("UANA", Form::RemindInvited, &[]).await.unwrap();
    test.pass(HOUR * 3).await;
    let note = test.last("UMIA", "would you like").await.unwrap();
    let days = "You can join until Tuesday, March 3. The first match is on Wednesday, March 4.";
    assert!(note.contains(days), "{note}");
    // After the window, what is left of it reminds nobody.
    lists(&test, &["UMIA", "UWEST", "ULATE"]).await;
    let mut tx = test.tx().await;
    let until = (test.now - HOUR).as_millisecond();
    super::super::remind_one(&mut tx, &"ULATE".into(), until)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(reminded(&test, "ULATE").await, 0);
}

/// What Slack could not be told that day is told on another.
#[tokio::test]
async fn a_reminder_that_did_not_go_out_is_not_counted() {
    let mut test = FeatureTest::program(program()).await;
    lists(&test, &["UMIA"]).await;
    remind(&mut test).await;
    let mut tx = test.tx().await;
    super::super::unsent(&mut tx, &"UMIA".into()).await.unwrap();
    assert!(
        !crate::store::quiet::has(&mut tx, &"UMIA".into())
            .await
            .unwrap()
    );
    tx.rollback().await;
}

/// Pressed on a Friday evening; on Saturday, another owner begins a break.
#[tokio::test]
async fn a_short_break_delays_it_and_a_long_one_is_too_long_for_it() {
    for (ends, times) in [(date(2026, 3, 10), 1), (date(2026, 3, 30), 0)] {
        let mut test = FeatureTest::program(program()).await;
        lists(&test, &["UMIA"]).await;
        test.pass(HOUR * (4 * 24 + 11)).await;
        test.submit("UANA", Form::RemindInvited, &[]).await.unwrap();
        test.pass(HOUR * 12).await;
        let until = [("date", Answer::Date(ends))];
        let begun = test.submit("UANA", Form::ProgramBreak, &until).await;
        assert_eq!(begun.unwrap().errors, []);
        test.pass(HOUR * 24 * 2).await;
        assert_eq!(reminded(&test, "UMIA").await, 0, "during the break");
        test.pass(HOUR * 24 * 40).await;
        assert_eq!(reminded(&test, "UMIA").await, times, "until {ends}");
    }
}

/// Too few people came, and owners are asked on the day: no past day is named as one to come.
#[tokio::test]
async fn a_first_match_that_is_being_set_is_no_day_to_come() {
    let few = Settings {
        first_match: Some(date(2026, 3, 9)),
        least_people: Some(9),
        round_schedule: "0 0 10 * * Mon".into(),
        ..program()
    };
    let mut test = FeatureTest::program(few).await;
    let mut tx = test.tx().await;
    crate::features::setup::changed(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    test.pass(HOUR * 24 * 8).await;
    lists(&test, &["UMIA", "USAM"]).await;
    remind(&mut test).await;
    let note = test.last("UMIA", "would you like").await.unwrap();
    assert!(
        note.contains("The day of the first match is being set.") && !note.contains("March 9"),
        "{note}"
    );
}
