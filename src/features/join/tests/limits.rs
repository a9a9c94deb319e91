//! The limits of what people write.

use super::*;

/// Nobody's words are cut: the form says what is too long, keeps what was typed, and saves nothing.
#[tokio::test]
async fn what_is_too_long_is_said_at_its_field() {
    let test = FeatureTest::new(Settings::default()).await;
    let long = "é".repeat(76);
    let eleven: Vec<String> = (1..=11).map(|number| format!("Topic {number}")).collect();
    let people = (0..26).map(|number| format!("U{number}").as_str().into());
    for (field, answer) in [
        ("hopes", Answer::Text("é".repeat(501))),
        ("share_more", Answer::Text(format!("Rust, {long}"))),
        ("learn_more", Answer::Text(eleven.join(", "))),
        ("site", Answer::Text(long.clone())),
        ("rather_not", Answer::Users(people.collect())),
    ] {
        let mut answers = form(&test, "U77").await;
        answers.insert(field.into(), answer);
        let reply = submit(&test, "U77", answers).await;
        let fields: Vec<&str> = reply.errors.iter().map(|(field, _)| *field).collect();
        assert_eq!(fields, [field]);
        assert!(reply.errors[0].1.contains("please"), "{:?}", reply.errors);
    }
    assert_eq!(profile(&test, "U77").await, None);
}

#[tokio::test]
async fn a_place_nobody_can_fill_is_said_at_once() {
    let test = FeatureTest::new(Settings::default()).await;
    let mut answers = form(&test, "U1").await;
    answers.insert("stage".into(), one("Executive"));
    let told = shown(&submit(&test, "U1", answers).await);
    assert!(told.contains("far enough above yours"), "{told}");
}
