use crate::domain::happening::Happening;
use crate::domain::ids::PairId;
use crate::domain::pair::Pair;
use crate::domain::program::Settings;
use crate::domain::timer::Timer;
use crate::router;
use crate::shared::recurring;
use crate::slack::event::{Action, Answer, Form};
use crate::testing::feature_test::{FeatureTest, fill, render};
use crate::testing::people::{junior, settings};
use jiff::SignedDuration;

const NEWS: &str = "now in one reporting line";
const LIST: &str = "Pairs in one reporting line";
const IN_A_LINE: &str = "pairs in one reporting line (1)";
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// `UMIA` mentors `USAM`; `UMID` takes part, too. Each of them reports to nobody. The support contact is `USUE`.
async fn a_pair(owners: &[&str]) -> (FeatureTest, PairId) {
    let test = FeatureTest::program(Settings {
        owners: owners.iter().map(|&owner| owner.into()).collect(),
        support_contact: Some("USUE".into()),
        ..settings()
    })
    .await;
    test.takes_part("UMID", junior()).await;
    let pair = test.introduced().await;
    let mut tx = test.tx().await;
    let schedule = &Settings::default().digest_schedule;
    let zone = Settings::default().zone();
    recurring::set_scheduled(&mut tx, &Timer::Digest, schedule, &zone)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    (test, pair)
}

/// Saves the join form again, with this manager (none: the field is empty).
async fn now_reports_to(test: &FeatureTest, user: &str, manager: Option<&str>) {
    let form = test.command(user, "profile").await.unwrap();
    let mut answers = fill(&form.modal.unwrap().view());
    answers.remove("manager");
    answers.extend(manager.map(|one| ("manager".to_owned(), Answer::User(one.into()))));
    test.submits(user, Form::Join, answers).await.unwrap();
}

async fn told(test: &FeatureTest, user: &str) -> usize {
    test.count(user, NEWS).await
}

async fn pair(test: &FeatureTest) -> Pair {
    test.pairs().await.remove(0)
}

#[tokio::test]
async fn owners_hear_of_a_running_pair_in_one_line_and_the_pair_does_not() {
    let (mut test, _) = a_pair(&["UANA", "UBEN"]).await;
    let all = async |test: &FeatureTest| {
        let (mut count, lanes) = (0, ["UMIA", "USAM", "UMID", "pair/"]);
        for lane in lanes {
            count += test.messages(lane).await.len();
        }
        count
    };
    let before = all(&test).await;
    now_reports_to(&test, "UMID", Some("USAM")).await;
    assert_eq!(told(&test, "UANA").await, 0, "UMID is in no pair");
    now_reports_to(&test, "UMIA", Some("UMID")).await;
    let said = test.last("UANA", NEWS).await.unwrap();
    insta::assert_snapshot!(said, @"
    *<@UMIA> and <@USAM> are now in one reporting line.*
    Since a change of managers, one of them is above the other, and nobody talks freely up their own line. It's nobody's fault, and I haven't told them. What you can do:
    • Have a friendly word with each of them. Some pairs want to go on, and that can be fine.
    • Ask <@USUE>, your support contact, to look after them. They were chosen to be outside reporting lines.
    • End the pair kindly. Both read neutral words without a reason, and are offered another match.
    [ End it kindly ]
      asks \"End this pair?: Both read that their pair has come to an end, without a reason and without your name. They're offered another match.\" [ Not now ]  [ End it kindly ]
    · Only the program's owners see this, except those in the pair. It stays on your weekly list while it's so.
    ");
    assert_eq!(
        (told(&test, "UANA").await, told(&test, "UBEN").await),
        (1, 1)
    );
    assert_eq!(all(&test).await, before);

    // Another save, or another manager in the same line, is no news.
    test.pass(DAY).await;
    now_reports_to(&test, "UMIA", Some("UMID")).await;
    now_reports_to(&test, "UMIA", Some("USAM")).await;
    assert_eq!(told(&test, "UANA").await, 1);
    // It ends, and begins anew.
    now_reports_to(&test, "UMIA", Some("UMIA")).await;
    test.pass(DAY).await;
    now_reports_to(&test, "UMIA", Some("USAM")).await;
    assert_eq!(told(&test, "UANA").await, 2);
}

/// The line runs over people who are in no pair, and in either direction.
#[tokio::test]
async fn any_change_above_them_counts() {
    for (below, above) in [("UMIA", "USAM"), ("USAM", "UMIA")] {
        let (test, _) = a_pair(&["UANA"]).await;
        now_reports_to(&test, below, Some("UMID")).await;
        assert_eq!(told(&test, "UANA").await, 0, "unrelated so far");
        now_reports_to(&test, "UMID", Some(above)).await;
        assert_eq!(told(&test, "UANA").await, 1, "{below} below {above}");
    }
}

#[tokio::test]
async fn a_line_that_becomes_unknown_is_no_news() {
    let (mut test, _) = a_pair(&["UANA"]).await;
    now_reports_to(&test, "UMIA", None).await;
    now_reports_to(&test, "USAM", None).await;
    test.pass(DAY * 8).await;
    assert_eq!(told(&test, "UANA").await, 0);
    assert_eq!(test.count("UANA", LIST).await, 0);
}

#[tokio::test]
async fn an_owner_in_the_pair_is_not_told() {
    let (mut test, pair) = a_pair(&["USAM", "UANA"]).await;
    now_reports_to(&test, "UMIA", Some("USAM")).await;
    test.pass(DAY * 8).await;
    assert_eq!(
        (told(&test, "USAM").await, told(&test, "UANA").await),
        (0, 1)
    );
    assert_eq!(test.count("USAM", LIST).await, 0);
    assert!(test.count("UANA", LIST).await >= 1);
    let refused = test.press("USAM", Action::EndInOneLine { pair }).await;
    assert!(refused.is_err());
}

#[tokio::test]
async fn it_stands_on_the_weekly_list_while_it_is_so() {
    let (mut test, _) = a_pair(&["UANA"]).await;
    now_reports_to(&test, "UMIA", Some("USAM")).await;
    test.pass(DAY * 15).await;
    // In whole once, and in a line of every note that follows.
    assert_eq!(test.count("UANA", LIST).await, 1);
    let listed = test.count("UANA", IN_A_LINE).await;
    assert!(listed >= 1, "{listed}");
    now_reports_to(&test, "UMIA", Some("UMIA")).await;
    test.pass(DAY * 15).await;
    assert_eq!(test.count("UANA", IN_A_LINE).await, listed);
}

#[tokio::test]
async fn an_owner_ends_it_kindly_only_while_it_is_so() {
    let (test, id) = a_pair(&["UANA", "UBEN"]).await;
    let end = Action::EndInOneLine { pair: id };
    let press = async |user: &str| test.press(user, end.clone()).await;
    let said = render(&press("UANA").await.unwrap().say.unwrap());
    assert!(said.contains("no longer in one reporting line"), "{said}");
    now_reports_to(&test, "UMIA", Some("USAM")).await;
    for other in ["UMIA", "USAM", "UMID"] {
        assert!(press(other).await.is_err(), "{other}");
    }
    assert!(pair(&test).await.is_open());

    for again in ["and who decided it", "already over"] {
        let said = render(&press("UANA").await.unwrap().say.unwrap());
        let expected = again.trim_start_matches("and ");
        assert!(said.contains(expected), "{said}");
    }
    assert!(!pair(&test).await.is_open());
    for user in ["UMIA", "USAM"] {
        let said = test.last(user, "has come to an end").await.unwrap();
        assert!(!said.contains("UANA") && !said.contains("line"), "{said}");
    }
    // What waits for the other owner is withdrawn.
    let waiting = test.queued().await.into_iter();
    assert_eq!(
        waiting
            .filter(|row| row.lane == "UBEN" && row.waits)
            .count(),
        0
    );
}

/// The owners' file says who Umid's manager is: what they say themselves changes no line, and nobody is told anew.
#[tokio::test]
async fn where_the_file_names_a_manager_what_people_say_is_no_news() {
    use crate::domain::organization::{Entry, People};
    use crate::store::organization;
    let (mut test, _) = a_pair(&["UANA"]).await;
    let reports_to = |manager: &str| Entry {
        manager: Some(manager.into()),
        ..Entry::default()
    };
    let people = People::from([
        ("UMIA".into(), reports_to("UMID")),
        ("UMID".into(), reports_to("USAM")),
    ]);
    let mut tx = test.tx().await;
    organization::replace(&mut tx, &People::new(), &people)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    now_reports_to(&test, "UMID", Some("UCEO")).await;
    test.pass(DAY).await;
    assert_eq!(told(&test, "UANA").await, 0);
}

/// Somebody picks the wrong manager in the evening, and mends it minutes later.
#[tokio::test]
async fn owners_who_have_not_read_of_a_line_that_is_mended_never_do() {
    let (mut test, _) = a_pair(&["UANA"]).await;
    test.pass(SignedDuration::from_hours(12)).await;
    now_reports_to(&test, "UMIA", Some("USAM")).await;
    assert_eq!(told(&test, "UANA").await, 1, "it waits for the morning");
    now_reports_to(&test, "UMIA", None).await;
    test.pass(DAY * 2).await;
    let read = test.reached("UANA").await;
    assert!(!read.iter().any(|one| one.contains(NEWS)), "{read:?}");
    // If it is so again, they read it.
    now_reports_to(&test, "UMIA", Some("USAM")).await;
    test.pass(DAY * 2).await;
    let read = test.reached("UANA").await;
    let of_it = read.iter().filter(|one| one.contains(NEWS)).count();
    assert_eq!(of_it, 1, "{read:?}");
}

/// An owner takes a wrong file over in the evening, and then the right one.
#[tokio::test]
async fn owners_who_have_not_read_of_a_line_that_the_next_file_mends_never_do() {
    let (mut test, pair) = a_pair(&["UANA"]).await;
    test.pass(SignedDuration::from_hours(12)).await;
    now_reports_to(&test, "UMIA", Some("USAM")).await;
    assert_eq!(told(&test, "UANA").await, 1, "it waits for the morning");
    test.takes_part("UMIA", junior()).await;
    let mut tx = test.tx().await;
    let already = vec![pair];
    tx.happens(Happening::LinesChanged { already });
    router::happenings(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    test.pass(DAY * 2).await;
    let read = test.reached("UANA").await;
    assert!(!read.iter().any(|one| one.contains(NEWS)), "{read:?}");
}
