//! The people whom a profile names.

use super::*;

/// A manager and people to keep away from are looked up before they are stored; the result comes by itself.
#[tokio::test]
async fn the_people_a_profile_names_are_looked_up_first() {
    use crate::domain::participant::PersonInSlack;
    use crate::testing::people::person;
    let mut test = FeatureTest::new(Settings::default()).await;
    let named = |manager: &str, rather_not: &[&str]| {
        let people = rather_not.iter().map(|&user| user.into()).collect();
        [
            ("manager", Answer::User(manager.into())),
            ("rather_not", Answer::Users(people)),
        ]
    };
    let mut answers = form(&test, "U1").await;
    for (field, answer) in named("UBOSS", &["U2", "U3"]) {
        answers.insert(field.into(), answer);
    }
    let reply = submit(&test, "U1", answers.clone()).await;
    assert_eq!(reply.errors, []);
    let view = render_view(&reply.modal.unwrap().view());
    assert!(
        view.contains("One moment: I'm asking Slack about <@UBOSS>, <@U2> and <@U3>."),
        "{view}"
    );
    let saved = profile(&test, "U1").await.unwrap();
    assert_eq!((saved.manager, saved.rather_not), (None, vec![]));
    test.seen("UBOSS", "UTC").await;
    let guest = PersonInSlack {
        full_member: false,
        ..person("U2", None)
    };
    test.slack_answers(guest).await;
    let saved = profile(&test, "U1").await.unwrap();
    // A guest may be hired one day: the wish is kept.
    assert_eq!(
        (saved.manager, saved.rather_not),
        (Some("UBOSS".into()), vec!["U2".into()])
    );
    assert_eq!(test.count("U1", "noted <@UBOSS> as your manager").await, 1);
    assert_eq!(test.count("U1", "<@U2> can't").await, 0);
    // A wish is not lost when Slack is slow.
    test.pass(jiff::SignedDuration::from_hours(2)).await;
    let saved = profile(&test, "U1").await.unwrap();
    assert_eq!(saved.rather_not, ["U2".into(), "U3".into()]);
    // Who is known to be none is refused at the field, and nothing is saved.
    for (field, answer) in named("U2", &["U3"]) {
        answers.insert(field.into(), answer);
    }
    let reply = submit(&test, "U1", answers).await;
    assert_eq!(reply.errors.len(), 1);
    let (field, words) = &reply.errors[0];
    assert_eq!(*field, "manager");
    assert!(
        words.starts_with("The person you picked can't be noted as your manager"),
        "{words}"
    );
    let saved = profile(&test, "U1").await.unwrap();
    assert_eq!(saved.manager, Some("UBOSS".into()));
}

/// Slack's word about somebody they picked by mistake comes after they picked another one.
#[tokio::test]
async fn an_answer_about_an_earlier_manager_changes_nothing() {
    let mut test = FeatureTest::new(Settings::default()).await;
    test.seen("UCLEO", "UTC").await;
    for manager in ["UMAX", "UCLEO"] {
        let mut answers = form(&test, "U1").await;
        answers.insert("manager".into(), Answer::User(manager.into()));
        submit(&test, "U1", answers).await;
    }
    test.seen("UMAX", "UTC").await;
    test.pass(jiff::SignedDuration::from_hours(2)).await;
    let saved = profile(&test, "U1").await.unwrap();
    assert_eq!(saved.manager, Some("UCLEO".into()));
    assert_eq!(test.count("U1", "noted <@UMAX>").await, 0);
}

/// The form has no field for a manager whom the owners' list names, and the list counts: nobody is kept out by its being old, and
/// nobody waits for Slack's word about them.
#[tokio::test]
async fn a_manager_from_the_owners_list_keeps_nobody_out() {
    use crate::domain::organization::{Entry, People};
    use crate::domain::participant::PersonInSlack;
    use crate::store::organization;
    use crate::testing::people::person;
    for is_gone in [true, false] {
        let test = FeatureTest::new(Settings::default()).await;
        let entry = Entry {
            manager: Some("UBOSS".into()),
            ..Entry::default()
        };
        let list: People = [("U1".into(), entry)].into_iter().collect();
        let mut tx = test.tx().await;
        let before = organization::all(&mut tx).await.unwrap();
        organization::replace(&mut tx, &before, &list)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        if is_gone {
            let gone = PersonInSlack {
                deleted: true,
                full_member: false,
                ..person("UBOSS", None)
            };
            test.slack_answers(gone).await;
        }
        let answers = form(&test, "U1").await;
        let reply = submit(&test, "U1", answers).await;
        assert_eq!(reply.errors, []);
        let view = render_view(&reply.modal.unwrap().view());
        assert!(!view.contains("One moment"), "{view}");
        assert!(profile(&test, "U1").await.is_some());
    }
}
