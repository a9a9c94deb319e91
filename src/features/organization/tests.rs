//! The scenes are in `tests/scenes/organization.rs`: they need files from Slack.

use super::*;
use crate::domain::ids::UserId;
use crate::domain::matching;
use crate::domain::organization::{Entry, Listed, Reports};
use crate::domain::participant::Profile;
use crate::domain::program::Settings;
use crate::features::Result;
use crate::store::{Tx, candidates, participants, personal_data};
use crate::testing::feature_test::{FeatureTest, render_view};
use crate::testing::people::{junior, senior, settings};
use jiff::SignedDuration;

fn line(line: u64, user: &str, reports: Reports) -> Listed {
    Listed {
        line: Some(line),
        entry: Entry {
            name: user.to_owned(),
            ..Entry::default()
        },
        slack: Some(user.into()),
        reports,
    }
}

async fn takes_over(tx: &mut Tx, people: Vec<Listed>) -> Result<Difference> {
    let list = List {
        people,
        ..List::default()
    };
    let review = review(tx, &list, &BTreeMap::new(), true).await?.unwrap();
    take_over(tx, &review.placed, &UserId::from("UOWEN")).await?;
    Ok(review.difference)
}

/// Somebody's form says one manager, the file another one: the file counts, in either way of looking.
#[tokio::test]
async fn the_file_counts_before_what_people_said() {
    let test = FeatureTest::new(settings()).await;
    test.takes_part("UJUN", junior()).await;
    test.takes_part("USEN", senior()).await;
    let mut tx = test.tx().await;
    let people = vec![
        line(2, "UJUN", Reports::To(2)),
        line(3, "USEN", Reports::To(3)),
        line(4, "UMID", Reports::To(1)),
        line(5, "UTOP", Reports::ToNobody),
    ];
    takes_over(&mut tx, people).await.unwrap();
    let managers = candidates::managers(&mut tx).await.unwrap();
    let (junior, senior) = ("UJUN".into(), "USEN".into());
    assert!(matching::are_in_one_line(&managers, &junior, &senior));
    let two = candidates::two(&mut tx, &settings(), (&junior, &senior), false).await;
    let barred = two.unwrap().still_allows(&junior, &senior);
    assert_eq!(barred, Err(matching::Barrier::Apart));
}

/// A manager whom only the list knew, "nobody" included, is not known once the list takes them back: an owner checks the pair. What
/// somebody said themselves stays.
#[tokio::test]
async fn a_manager_whom_the_list_takes_back_is_not_known() {
    let test = FeatureTest::new(settings()).await;
    let unknown = |profile: Profile| Profile {
        manager: None,
        ..profile
    };
    test.takes_part("UJUN", unknown(junior())).await;
    test.takes_part("USEN", unknown(senior())).await;
    test.takes_part("USAID", junior()).await;
    let pair = (&"UJUN".into(), &"USEN".into());
    let top = || line(3, "USEN", Reports::ToNobody);
    for (given, taken_back) in [
        (Reports::ToNobody, Some(Reports::Unknown)),
        (Reports::To(2), Some(Reports::Unknown)),
        (Reports::To(2), None),
    ] {
        let mut tx = test.tx().await;
        let third = || line(4, "UTOP", Reports::ToNobody);
        let first = vec![line(2, "UJUN", given), top(), third()];
        takes_over(&mut tx, first).await.unwrap();
        let two = candidates::two(&mut tx, &settings(), pair, false).await;
        assert!(!two.unwrap().owner_must_confirm(pair.0, pair.1));
        let ana = taken_back.map(|reports| line(2, "UJUN", reports));
        let next = ana.into_iter().chain([top(), third()]).collect();
        takes_over(&mut tx, next).await.unwrap();
        let two = candidates::two(&mut tx, &settings(), pair, false).await;
        assert!(two.unwrap().owner_must_confirm(pair.0, pair.1), "{given:?}");
        let managers = candidates::managers(&mut tx).await.unwrap();
        assert_eq!(managers.get(pair.0), None, "{given:?}, {taken_back:?}");
        assert!(managers.contains_key(&UserId::from("USAID")));
        tx.commit().await.unwrap();
    }
}

/// Whoever is no longer in the file is forgotten, and the same file twice changes nothing.
#[tokio::test]
async fn a_list_replaces_the_one_before_it() {
    let test = FeatureTest::new(settings()).await;
    let mut tx = test.tx().await;
    let people = || {
        vec![
            line(2, "UANA", Reports::To(1)),
            line(3, "UBEN", Reports::ToNobody),
        ]
    };
    let first = takes_over(&mut tx, people()).await.unwrap();
    assert_eq!((first.added, first.new_managers), (2, 1));
    assert!(takes_over(&mut tx, people()).await.unwrap().is_empty());
    let next = takes_over(&mut tx, vec![line(2, "UBEN", Reports::ToNobody)]).await;
    assert_eq!(next.unwrap().gone, 1);
    assert_eq!(organization::count(&mut tx).await.unwrap(), 1);
}

/// An owner has renamed a department since the list came in: the same list again, or one that says something new of somebody
/// else, leaves it so.
#[tokio::test]
async fn a_list_that_comes_again_undoes_no_new_name_of_a_department() {
    for others in [false, true] {
        let test = FeatureTest::program(settings()).await;
        test.takes_part("UANA", junior()).await;
        let people = |with_ben: bool| {
            let mut ana = line(2, "UANA", Reports::ToNobody);
            ana.entry.department = Some("Sales".to_owned());
            let mut list = vec![ana];
            if with_ben {
                list.push(line(3, "UBEN", Reports::ToNobody));
            }
            list
        };
        let mut tx = test.tx().await;
        takes_over(&mut tx, people(false)).await.unwrap();
        let ana = UserId::from("UANA");
        let mut profile = participants::find(&mut tx, &ana)
            .await
            .unwrap()
            .unwrap()
            .profile;
        assert_eq!(profile.department.as_deref(), Some("Sales"));
        profile.department = Some("Revenue".to_owned());
        participants::set_profile(&mut tx, &ana, &profile)
            .await
            .unwrap();
        takes_over(&mut tx, people(others)).await.unwrap();
        let kept = participants::find(&mut tx, &ana).await.unwrap().unwrap();
        assert_eq!(kept.profile.department.as_deref(), Some("Revenue"));
    }
}

/// The same list, brought in again, counts as heard anew, and whoever has come to Slack since is known there. Otherwise owners read in
/// time that it is about to be forgotten.
#[tokio::test]
async fn a_list_that_comes_again_is_kept() {
    use crate::store::imports::{self, Known, State};
    let mut test = FeatureTest::new(Settings {
        owners: vec!["UANA".into()],
        ..settings()
    })
    .await;
    let people = || {
        let mut ben = line(3, "UBEN", Reports::ToNobody);
        ben.entry.email = Some("ben@x.org".to_owned());
        ben.slack = None;
        vec![line(2, "UJUN", Reports::To(1)), ben]
    };
    let mut tx = test.tx().await;
    takes_over(&mut tx, people()).await.unwrap();
    tx.commit().await.unwrap();
    let home = async |test: &FeatureTest| {
        let mut tx = test.db.read(&test.team, test.now).await.unwrap();
        let home = crate::router::home(&mut tx, &test.actor("UANA")).await;
        render_view(&serde_json::json!(home.unwrap()))
    };
    let day = SignedDuration::from_hours(24);
    test.now += day * 339;
    assert!(!home(&test).await.contains("/reverse-mentor import"));
    test.now += day;
    let told = home(&test).await;
    let line = told
        .lines()
        .find(|line| line.contains("/reverse-mentor import"));
    insta::assert_snapshot!(line.unwrap(), @"• Your company's list of people hasn't come in for a long time, so I'll forget it on Tuesday, April 6. From then on I don't know who reports to whom, and pairs wait for a check. To keep it, bring it in once more with `/reverse-mentor import`, even if nothing in it has changed.");
    test.now += day * 50;
    let mut tx = test.tx().await;
    let import = imports::begin(&mut tx, &"UANA".into()).await.unwrap();
    let known = Known {
        list: List {
            people: people(),
            ..List::default()
        },
        in_slack: BTreeMap::from([("ben@x.org".to_owned(), "UBEN".into())]),
        ..Known::default()
    };
    imports::note(&mut tx, import, State::Asking, &known)
        .await
        .unwrap();
    waited(&mut tx, import, None).await.unwrap();
    let done = imports::find(&mut tx, import).await.unwrap().unwrap();
    assert_eq!(done.state, State::Done);
    tx.commit().await.unwrap();
    test.now += day * 20;
    assert!(!home(&test).await.contains("/reverse-mentor import"));
    let mut tx = test.tx().await;
    personal_data::prune(&mut tx).await.unwrap();
    let managers = organization::managers(&mut tx).await.unwrap();
    let known = [("UBEN", "UBEN"), ("UJUN", "UBEN")];
    let known = known.map(|(user, manager)| (user.into(), manager.into()));
    assert_eq!(managers, known.into());
}

/// Two replicas act on Slack's pages in any order, and one page may come twice: the owner is shown what it changes once all are
/// there.
#[tokio::test]
async fn pages_of_addresses_count_in_any_order() {
    use crate::domain::outgoing::EmailPage;
    use crate::store::imports::{self, Known, State};
    let test = FeatureTest::new(settings()).await;
    let mut tx = test.tx().await;
    let import = imports::begin(&mut tx, &"UANA".into()).await.unwrap();
    let person = |number: u64| {
        let mut one = line(number, "UX", Reports::ToNobody);
        one.entry.email = Some(format!("{number}@x.org"));
        one.slack = None;
        one
    };
    let known = Known {
        list: List {
            people: vec![person(2), person(3)],
            ..List::default()
        },
        ..Known::default()
    };
    imports::note(&mut tx, import, State::Asking, &known)
        .await
        .unwrap();
    for (number, email, state) in [
        (1, "3@x.org", State::Asking),
        (1, "3@x.org", State::Asking),
        (0, "2@x.org", State::Ready),
    ] {
        let page = EmailPage {
            people: vec![(email.to_owned(), UserId(format!("U{number}")))],
            number,
            is_last: number == 1,
        };
        found(&mut tx, import, &page).await.unwrap();
        let now = imports::find(&mut tx, import).await.unwrap().unwrap();
        assert_eq!(now.state, state, "{number}");
    }
    let known = imports::known(&mut tx, import).await.unwrap().unwrap();
    assert_eq!(known.in_slack.len(), 2);
}
