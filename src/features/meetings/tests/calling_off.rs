//! Skipping a month, or calling its meeting off, looks the same whatever the partner answered in private.

use super::*;
use crate::domain::card::Card;
use crate::domain::outgoing::{Lane, What};
use crate::store::outbox::{self, To};
use crate::testing::months::OWEN;
use crate::testing::outgoing;

/// What Max tells the bot, and nobody else.
#[derive(Clone, Copy, Debug)]
enum Private {
    Nothing,
    Said(MetAnswer),
    Logged,
}

const ALL: [Private; 5] = [
    Private::Nothing,
    Private::Said(MetAnswer::Yes),
    Private::Said(MetAnswer::No),
    Private::Said(MetAnswer::Moved),
    Private::Logged,
];

async fn max_tells(test: &FeatureTest, month: &Cycle, what: Private) {
    match what {
        Private::Nothing => {}
        Private::Said(answer) => {
            said(test, MAX, month, answer).await;
        }
        Private::Logged => {
            log(test, MAX, date(2026, 3, 3)).await;
        }
    }
}

async fn skips(test: &FeatureTest, user: &str, month: &Cycle) -> String {
    let form = Form::Skip {
        cycle: month.id,
        plans: None,
    };
    shown(&test.submit(user, form, &[]).await.unwrap())
}

/// Plays `scene` once for each private word of Max's: what it returns is what Ana sees.
async fn is_the_same_for_each(scene: impl AsyncFn(Private) -> Vec<String>) {
    let expected = scene(ALL[0]).await;
    for what in &ALL[1..] {
        assert_eq!(scene(*what).await, expected, "{what:?}");
    }
}

#[tokio::test]
async fn a_month_that_only_the_partner_calls_held_is_skipped_like_any_other() {
    is_the_same_for_each(async |what| {
        let (test, pair, month) = asked().await;
        max_tells(&test, &month, what).await;
        let cycle = month.id;
        let form = test.press(ANA, Action::OpenSkip { cycle }).await.unwrap();
        let mut seen = vec![shown(&form), skips(&test, ANA, &month).await];
        seen.extend(test.all_that_sees(ANA).await);
        // Again, and every other button of the cards that stand.
        seen.push(skips(&test, ANA, &month).await);
        for action in [
            Action::OpenSkip { cycle },
            Action::OtherTime { cycle },
            Action::SortOut { cycle },
            Action::PickSlot { cycle, at: 0 },
        ] {
            seen.push(shown(&test.press(ANA, action).await.unwrap()));
        }
        seen.extend(test.all_that_sees(ANA).await);
        let is_held = matches!(what, Private::Said(MetAnswer::Yes) | Private::Logged);
        assert_eq!(test.month(pair).await.state == State::Held, is_held);
        seen
    })
    .await;
}

/// The further meeting is a late one, for which the month is still open: calling it off ends the month, whether or not the partner
/// has logged the one before it, too.
#[tokio::test]
async fn a_late_meeting_that_is_called_off_ends_the_month_alike() {
    for what in [Private::Nothing, Private::Logged] {
        let (mut test, pair, month) = opened().await;
        test.pass(days(22)).await;
        other_time(&test, &month, date(2026, 4, 20), time(15, 30, 0, 0)).await;
        log(&test, ANA, date(2026, 3, 24)).await;
        max_tells(&test, &month, what).await;
        test.pass(days(14)).await;
        let before = test.months(pair).await.remove(0);
        assert!(before.closes_at < test.now && before.closed_at.is_none());
        skips(&test, ANA, &month).await;
        test.pass(SignedDuration::from_hours(2)).await;
        let after = test.months(pair).await.remove(0);
        assert!(after.closed_at.is_some(), "{what:?}");
    }
}

#[tokio::test]
async fn a_further_meeting_is_called_off_by_either_in_the_same_words() {
    for by in [ANA, MAX] {
        is_the_same_for_each(async |what| {
            let (test, pair, month) = asked().await;
            said(&test, ANA, &month, MetAnswer::No).await;
            other_time(&test, &month, date(2026, 3, 18), time(15, 0, 0, 0)).await;
            max_tells(&test, &month, what).await;
            let mut seen = test.all_that_sees(ANA).await;
            let outcome = skips(&test, by, &month).await;
            if by == ANA {
                seen.push(outcome);
            }
            seen.extend(test.all_that_sees(ANA).await);
            assert_eq!(
                test.month(pair).await.meets_at.filter(|at| *at > test.now),
                None
            );
            seen
        })
        .await;
    }
}

/// In a month without a plan, the partner has logged a meeting or not.
#[tokio::test]
async fn sorting_it_out_and_skipping_look_the_same_where_the_partner_logged_a_meeting() {
    for actions in [["sort"].as_slice(), &["skip"]] {
        let mut views = Vec::new();
        for what in [Private::Nothing, Private::Logged] {
            let (test, _, month) = opened().await;
            max_tells(&test, &month, what).await;
            let cycle = month.id;
            let mut seen = Vec::new();
            for action in actions {
                seen.push(match *action {
                    "sort" => shown(&test.press(ANA, Action::SortOut { cycle }).await.unwrap()),
                    _ => skips(&test, ANA, &month).await,
                });
            }
            if actions == ["skip"] {
                seen.extend(test.all_that_sees(ANA).await);
            }
            views.push(seen);
        }
        assert_eq!(views[0], views[1]);
    }
}

/// Slack did not take the news, and an owner has it sent again: what has changed since is true there, too.
#[tokio::test]
async fn what_is_sent_again_shows_how_things_stand_by_now() {
    let (mut test, pair, month) = opened().await;
    other_time(&test, &month, date(2026, 3, 9), time(15, 30, 0, 0)).await;
    test.slack_takes().await;
    skips(&test, ANA, &month).await;
    let mut tx = test.tx().await;
    let group = |head: &outbox::Head| head.delivery.what.lane() == Lane::Pair(pair);
    outgoing::given_up(&mut tx, group, "is_archived").await;
    tx.commit().await.unwrap();
    test.pass(days(1)).await;
    let (from, to) = (0, test.now.as_millisecond());
    let again = Action::SendAgain { from, to };
    test.press(OWEN, again).await.unwrap();
    let mut tx = test.tx().await;
    let open = outbox::open(&mut tx).await.unwrap();
    let of_group = open.iter().map(|head| &head.delivery.what);
    let is_change =
        |what: &What| matches!(what, What::Card { card, .. } if *card == Card::Month(month.id));
    assert!(of_group.clone().any(|what| matches!(
        what,
        What::Post {
            to: To::Pair { .. },
            ..
        }
    )));
    let count = outgoing::queued(&mut tx)
        .await
        .iter()
        .filter(|row| is_change(&row.what))
        .count();
    assert!(count > 0);
}
