//! Nothing that a silent partner sees depends on what the other one answered: no message, none of its moments, no Home and no
//! status, on any day of the month and of those after it.

use super::*;
use crate::domain::program::Settings;
use crate::store::outbox::What;

/// What reaches a person or their pair, with its moment.
async fn arrivals(test: &FeatureTest, user: &str) -> Vec<String> {
    let queued = test.queued().await.into_iter();
    let theirs = queued.filter(|row| row.lane == user || row.lane.starts_with("pair/"));
    theirs
        .filter(|row| !row.unsent && !row.waits)
        .map(|row| {
            let what = match &row.what {
                What::Post { message, .. } => render(message),
                What::Share { file, .. } => file.name.clone(),
                other => other.lane().to_string().replace(char::is_numeric, ""),
            };
            format!("{} {} {what}", row.at, row.kind.as_str())
        })
        .collect()
}

/// What they see on each of the days to come, and all that has reached them after those.
async fn lives_on(test: &mut FeatureTest, user: &str, how_long: i64) -> Vec<String> {
    let mut seen = Vec::new();
    for _ in 0..how_long {
        test.slack_takes().await;
        test.pass(days(1)).await;
        let now = test.now;
        let all = test.all_that_sees(user).await;
        seen.extend(all[..2].iter().map(|page| format!("{now} {page}")));
    }
    seen.extend(arrivals(test, user).await);
    seen.iter().map(|text| blank(text)).collect()
}

fn assert_alike(views: &[Vec<String>], about: &str) {
    for (nth, view) in views.iter().enumerate() {
        for (first, other) in views[0].iter().zip(view) {
            assert_eq!(first, other, "{about}, answer {nth} of the partner");
        }
        assert_eq!(views[0].len(), view.len(), "{about}, answer {nth}");
    }
}

/// What Ana does after Max has answered.
#[derive(Clone, Copy, Debug)]
enum Then {
    Nothing,
    SortsOut,
    Skips,
    PicksAnother,
}

async fn does(test: &FeatureTest, cycle: crate::domain::ids::CycleId, then: Then) -> String {
    let reply = match then {
        Then::Nothing => return String::new(),
        Then::SortsOut => test.press(ANA, Action::SortOut { cycle }).await,
        Then::Skips => {
            let plans = None;
            test.submit(ANA, Form::Skip { cycle, plans }, &[]).await
        }
        Then::PicksAnother => {
            let plans = None;
            let when = [
                ("date", Answer::Date(date(2026, 3, 19))),
                ("time", Answer::Time(time(15, 0, 0, 0))),
            ];
            let form = Form::OtherTime { cycle, plans };
            test.submit(ANA, form, &when).await
        }
    };
    shown(&reply.unwrap())
}

const THEN: [Then; 4] = [
    Then::Nothing,
    Then::SortsOut,
    Then::Skips,
    Then::PicksAnother,
];

#[tokio::test]
async fn after_the_question_months_go_on_alike() {
    for then in THEN {
        let mut views = Vec::new();
        for answer in [
            None,
            Some(MetAnswer::Yes),
            Some(MetAnswer::No),
            Some(MetAnswer::Moved),
        ] {
            let (mut test, _, month) = asked().await;
            if let Some(answer) = answer {
                said(&test, MAX, &month, answer).await;
            }
            let reply = does(&test, month.id, then).await;
            let mut seen = lives_on(&mut test, ANA, 70).await;
            seen.push(reply);
            views.push(seen);
        }
        assert_alike(&views, &format!("{then:?}"));
    }
}

/// Max logs a meeting of which nothing was planned, or does not.
#[tokio::test]
async fn in_a_month_without_a_plan_nothing_stops_after_a_yes() {
    for then in THEN {
        let mut views = Vec::new();
        for logs in [false, true] {
            let (mut test, _, month) = opened().await;
            if logs {
                log(&test, MAX, date(2026, 3, 4)).await;
            }
            let reply = does(&test, month.id, then).await;
            let mut seen = lives_on(&mut test, ANA, 70).await;
            seen.push(reply);
            views.push(seen);
        }
        assert_alike(&views, &format!("{then:?}"));
    }
}

/// A break in the middle of a month of which only Max says that they met.
#[tokio::test]
async fn a_break_after_a_yes_is_a_break_like_any_other() {
    let mut views = Vec::new();
    for logs in [false, true] {
        let (mut test, _, _) = opened().await;
        if logs {
            log(&test, MAX, date(2026, 3, 4)).await;
        }
        test.stands(MAX, Standing::Paused).await;
        let mut seen = lives_on(&mut test, ANA, 5).await;
        test.stands(MAX, Standing::Active).await;
        seen.extend(lives_on(&mut test, ANA, 50).await);
        views.push(seen);
    }
    assert_alike(&views, "a break");
}

/// The months end, and what is asked then comes at the same moment. (That a meeting is on record is said in the thank-you, when
/// the months together are over.)
#[tokio::test]
async fn the_last_month_ends_alike() {
    let mut views = Vec::new();
    for yes in [false, true] {
        let (mut test, pair) = FeatureTest::signed(Settings {
            cycles: 1,
            ..settings()
        })
        .await;
        test.pass(days(2)).await;
        let month = test.month(pair).await;
        // Late in the month, so that the question comes after its last day.
        other_time(&test, &month, date(2026, 4, 2), time(15, 0, 0, 0)).await;
        test.pass(at("2026-04-02T20:00:00Z").duration_since(test.now))
            .await;
        if yes {
            said_of(&test, MAX, &month, 1, MetAnswer::Yes).await;
        }
        views.push(lives_on(&mut test, ANA, 10).await);
    }
    assert_alike(&views, "the last month");
}

/// The pair has not signed, and not begun. (Whether it is released after six weeks shows that it has.)
#[tokio::test]
async fn before_the_first_signature_nothing_shows_a_yes() {
    let mut views = Vec::new();
    for logs in [false, true] {
        let mut test = FeatureTest::program(crate::testing::people::settings()).await;
        test.introduced().await;
        test.pass(days(1)).await;
        if logs {
            let logged = test.submit("UMIA", Form::LogMeeting, &[]).await.unwrap();
            assert_eq!(logged.errors, []);
        }
        views.push(lives_on(&mut test, "USAM", 40).await);
    }
    assert_alike(&views, "before signing");
}
