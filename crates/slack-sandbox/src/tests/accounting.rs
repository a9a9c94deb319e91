use super::*;

async fn keyed(slack: &Sandbox, channel: &str, text: &str, key: &str, kind: &str) {
    let body = json!({
        "channel": channel,
        "text": text,
        "metadata": {"event_type": kind, "event_payload": {"key": key}},
    });
    let answer = call(slack, "chat.postMessage", body).await;
    assert_eq!(answer["ok"], true, "{answer}");
}

#[tokio::test]
async fn repeats_are_counted_unless_they_say_so() {
    let (slack, clock) = workspace().await;
    keyed(&slack, "UANA", "one", "k1", "answer").await;
    keyed(&slack, "UBEN", "one", "k1", "answer").await;
    assert_eq!(slack.tally().duplicated.total(), 0);
    forward(&clock, 3600);
    keyed(&slack, "UANA", "other words", "k1", "answer").await;
    assert_eq!(slack.tally().duplicated.im, 1);
    forward(&clock, 1);
    let again = "other words\nRepeated in case it did not arrive";
    keyed(&slack, "UANA", again, "k1", "answer").await;
    let tally = slack.tally();
    assert_eq!(tally.duplicated.im, 1);
    assert_eq!(tally.duplicated_marked.im, 1);
    forward(&clock, 1);
    post(&slack, "UBEN", "same").await;
    forward(&clock, 600);
    post(&slack, "UBEN", "same").await;
    assert_eq!(slack.tally().duplicated.im, 2);
    forward(&clock, 601);
    post(&slack, "UBEN", "same").await;
    assert_eq!(slack.tally().duplicated.im, 2);
    assert_eq!(slack.tally().messages.im, 7);
    assert_eq!(slack.tally().by_event_type["answer"], 4);
}

#[tokio::test]
async fn nudges_keep_to_everyones_working_hours_and_to_one_a_day() {
    let (slack, clock) = workspace().await;
    // 12:00 in Berlin, 06:00 in New York.
    keyed(&slack, "UANA", "plan", "n1", "nudge").await;
    assert_eq!(slack.tally().out_of_hours, 0);
    keyed(&slack, "UBEN", "plan", "n2", "nudge").await;
    assert_eq!(slack.tally().out_of_hours, 1);
    forward(&clock, 1);
    keyed(&slack, "UBEN", "asked for", "n3", "answer").await;
    assert_eq!(slack.tally().out_of_hours, 1);
    let group = call(&slack, "conversations.open", json!({"users": "UANA,UBEN"})).await;
    let group = group["channel"]["id"].as_str().unwrap();
    forward(&clock, 4 * 3600);
    // 16:00 in Berlin, 10:00 in New York: fine for both, but the second today for both.
    keyed(&slack, group, "reminder", "n4", "nudge").await;
    let tally = slack.tally();
    assert_eq!((tally.out_of_hours, tally.second_unasked_same_day), (1, 2));
    forward(&clock, 4 * 86_400);
    // Saturday.
    keyed(&slack, group, "reminder", "n5", "nudge").await;
    let tally = slack.tally();
    assert_eq!((tally.out_of_hours, tally.second_unasked_same_day), (3, 2));
    assert!(
        tally
            .remarks
            .iter()
            .any(|remark| remark.contains("out of hours for UBEN"))
    );
}

#[tokio::test]
async fn ringing_everyone_and_silence_for_screen_readers_are_noticed() {
    let (slack, clock) = workspace().await;
    post(&slack, "UANA", "hello <!channel>").await;
    post(&slack, "UBEN", "hello &lt;!channel&gt;").await;
    forward(&clock, 1);
    let body = json!({"channel": "UANA", "blocks": [section("hi")], "colour": "red"});
    call(&slack, "chat.postMessage", body).await;
    let tally = slack.tally();
    assert_eq!((tally.broadcasts, tally.without_text), (1, 1));
    assert_eq!(tally.unknown_arguments["chat.postMessage.colour"], 1);
}

#[tokio::test]
async fn new_messages_are_followed_and_old_bodies_forgotten() {
    let (slack, clock) = workspace_with(Options {
        keep_bodies: false,
        keep_bodies_of: ["UANA".to_owned()].into(),
        ..Options::default()
    })
    .await;
    for n in 0..10 {
        for user in ["UANA", "UBEN"] {
            keyed(
                &slack,
                user,
                &format!("m{n}"),
                &format!("{user}{n}"),
                "answer",
            )
            .await;
        }
        forward(&clock, 1);
    }
    let fresh = slack.since(18);
    assert_eq!(fresh.len(), 2);
    assert_eq!(fresh[1].members, ["UBEN"]);
    assert_eq!(slack.seq(), 20);
    assert_eq!(slack.dm("UANA")[0].text, "m0");
    assert_eq!(slack.dm("UBEN")[0].text, "");
    assert_eq!(slack.dm("UBEN")[0].key.as_deref(), Some("UBEN0"));
    assert_eq!(slack.dm("UBEN")[5].text, "m5");
}
