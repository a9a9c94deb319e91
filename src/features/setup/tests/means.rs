//! What a change means is read before it is saved.

use super::*;
use crate::domain::participant::Standing;
use crate::testing::people::{junior, senior};

async fn running() -> FeatureTest {
    let owned = Settings {
        owners: vec!["U1".into()],
        digest_channel: Some("C1".into()),
        ..crate::testing::people::settings()
    };
    let test = FeatureTest::program(owned.clone()).await;
    let mut tx = test.tx().await;
    programs::save(&mut tx, &owned, false).await.unwrap();
    tx.commit().await.unwrap();
    seen(&test, false).await;
    test.introduced().await;
    for number in 0..3 {
        test.takes_part(&format!("UJ{number}"), junior()).await;
        test.takes_part(&format!("US{number}"), senior()).await;
    }
    test
}

fn about(form: &str) -> &str {
    form.split("# As you've edited it").next().unwrap()
}

#[tokio::test]
async fn what_concerns_people_is_read_first_and_saved_with_one_press() {
    let test = running().await;
    let before = program(&test).await;
    test.standing("UJ0", Standing::Left).await;
    let mut answers = form(&test, "U1").await;
    let one = |value: &str| Answer::One(value.into());
    answers.insert("cycles".into(), one("4"));
    answers.insert("stage_gap".into(), one("5"));
    answers.insert("time_zone".into(), one("Asia/Kolkata"));
    answers.insert("approval".into(), one("no"));
    answers.insert("minimum_group".into(), one("3"));
    answers.insert("retention_days".into(), Answer::Text("1".into()));
    answers.insert("digest_channel".into(), Answer::Channel("C2".into()));
    answers.insert("mentor_circle".into(), Answer::Channel("C3".into()));
    let week = ["mon", "tue", "wed", "thu", "sun"]
        .map(str::to_owned)
        .to_vec();
    answers.insert("work_week".into(), Answer::Many(week));
    let first = Answer::Date(jiff::civil::date(2026, 3, 23));
    answers.insert("first_match".into(), first);
    let reply = test.submits("U1", Form::Settings(Part::Everything), answers.clone());
    let reply = reply.await.unwrap();
    assert_eq!(reply.errors, []);
    insta::assert_snapshot!(about(&shown(&reply)), @r"
    ┌ Program settings
    │ *This is what your changes mean.* Nothing is saved yet, and *Cancel* changes nothing.
    │ • *Length:* a few pairs keep the length they began with. New pairs meet for 4 months.
    │ • *Stages:* a few pairs that run now are closer than that. They go on; it counts for new pairs.
    │ • *Time zone:* rounds and digests move to the clock of Asia/Kolkata.
    │ • *Working days:* nobody is asked anything on Friday anymore. Planned meetings stand.
    │ • *Working days:* people may hear from me on Sunday, too.
    │ • *Matches:* nobody looks over them anymore, except pairs whose reporting lines aren't known.
    │ • *First match:* nobody is matched before Monday, March 23. I'll tell 5 people who wait for a partner.
    │ • *Digest:* it goes to <#C2> from now on, in place of <#C1>. What was posted there stays.
    │ • *Smallest group:* from the next digest on, figures over 3 people or more are shown. What was hidden before stays hidden.
    │ • *Mentor circle:* mentors find a button to join <#C3> on my Home tab. Its members see who mentors here. Invite me there with `/invite`, or I can't add anyone.
    │ • *Erasing:* pairs that have closed keep the day on which their texts are erased. For those that close from now on, it comes after a day.
    │
    ");
    assert_eq!(
        program(&test).await,
        before,
        "nothing is saved before it is read"
    );
    let looked = reply.modal.unwrap().form;
    // Something else is read first, too.
    answers.insert("cycles".into(), one("3"));
    let again = test.submits("U1", looked, answers.clone()).await.unwrap();
    assert!(shown(&again).contains("New pairs meet for 3 months."));
    let looked = again.modal.unwrap().form;
    let saved = test.submits("U1", looked, answers).await.unwrap();
    assert!(shown(&saved).contains("*Saved.*"), "{}", shown(&saved));
    assert_eq!(program(&test).await.unwrap().cycles, 3);
}

#[tokio::test]
async fn what_concerns_nobody_is_saved_at_once() {
    let test = running().await;
    let mut answers = form(&test, "U1").await;
    answers.insert("name".into(), Answer::Text("Upside down".into()));
    answers.insert("minimum_group".into(), Answer::One("6".into()));
    let saved = test
        .submits("U1", Form::Settings(Part::Everything), answers)
        .await
        .unwrap();
    assert!(shown(&saved).contains("*Saved.*"));
}

#[tokio::test]
async fn a_removed_language_is_asked_about_and_nobody_is_left_without_one() {
    let test = running().await;
    let languages = async |test: &FeatureTest| {
        let mut tx = test.tx().await;
        let found = crate::store::participants::find(&mut tx, &"UJ1".into()).await;
        tx.rollback().await;
        found.unwrap().unwrap().profile.languages
    };
    let before = languages(&test).await;
    let kept: Vec<String> = Settings::default()
        .languages
        .into_iter()
        .filter(|one| !before.contains(one))
        .collect();
    let mut answers = form(&test, "U1").await;
    answers.insert("languages".into(), Answer::Text(kept.join("\n")));
    let asked = submit(&test, "U1", answers.clone()).await;
    let said = shown(&asked);
    assert!(
        said.contains("8 people have the language “English”. Which is it now?"),
        "{said}"
    );
    answers.insert(
        "language was English".into(),
        Answer::One("(nothing)".into()),
    );
    let saved = submit(&test, "U1", answers).await;
    assert!(shown(&saved).contains("*Saved.*"));
    assert_eq!(languages(&test).await, before, "nobody is left without one");
}
