//! Tests of the weekly digest; those of the owners' companion are in `tests/companion.rs`.

mod all_is_well;
mod busy;
mod companion;
mod ended;
mod list_ends;
mod pairs;
mod preview;

use super::{messages, weekly};
use crate::domain::cycle::State as Month;
use crate::domain::digest::{Facts, safe};
use crate::domain::figures::Held;
use crate::domain::message::Message;
use crate::domain::participant::Standing;
use crate::domain::program::Settings;
use crate::store::outbox::{Head, Kind};
use crate::store::{digests, figures, participants, programs};
use crate::testing::feature_test::{FeatureTest, render};
use crate::testing::outgoing;
use busy::{HOUR, WEEK, program, user};
use jiff::Timestamp;
use proptest::prelude::*;

#[tokio::test]
async fn nothing_is_posted_until_there_is_a_figure() {
    let mut test = FeatureTest::new(program()).await;
    for number in 1..=4 {
        test.learner(number, &["AI tools"]).await;
    }
    let pair = test.paired(1, 2, true).await;
    test.month_of(pair, 1, Month::Held).await;
    test.pass(HOUR * 2).await;
    test.pass(WEEK * 2).await;
    assert!(test.public().await.is_empty());
    assert_eq!(test.count("UOWNER", "The digest waits").await, 1);
    insta::assert_snapshot!(test.companions().await[0], @r"
    *Reverse mentoring: one thing to look at this week.*
    *The digest waits*
    Nothing was posted in <#C1>: every figure would be “fewer than 5”, and numbers that small could single someone out. It's posted when a figure covers 5 people. A few words from you bring people in.
    [ Announce it ]
    [ All pairs ]  [ People ]
    · Only the program's owners see this, each without their own pairs. It never includes what people wrote, or anyone's reasons.
    ");
    // An earlier digest would have been made from nothing, too.
    let mut tx = test.tx().await;
    assert!(digests::last(&mut tx, 1).await.unwrap().is_empty());
    assert_eq!(figures::shown(&mut tx).await.unwrap(), Held::default());
    tx.rollback().await;

    test.learner(5, &["AI tools"]).await;
    test.pass(WEEK).await;
    insta::assert_snapshot!(test.public().await.join("\n\n"), @r"
    # Reverse mentoring this week
    • *Active pairs:* fewer than 5
    • *Met in the past month:* fewer than 5 pairs
    • *Agreements signed:* fewer than 5 agreements
    • *In the program:* about 5 people
    • *Without a partner:* fewer than 5 people
    • *Learning about:* AI tools (about 5)
    *Next match:* <!date^1775034000^{date_long_pretty} at {time}|Wednesday, April 1 at 9:00 AM (UTC)>.
    *Want to take part?* Press *Join* or type `/reverse-mentor join`. You'll see what to expect before you decide, and only you see the form.
    [ Join ]
    · Never shown here: names, anything anyone wrote, or figures over fewer than 5. To protect everyone's privacy, numbers are rounded to multiples of 5 and move only when at least 5 have changed.
    ");
    assert_eq!(test.count("UOWNER", "The digest waits").await, 1);
    // It falls silent again, and says nothing about why.
    let mut tx = test.tx().await;
    participants::set_standing(&mut tx, &user(5), Standing::Left, None)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    test.pass(WEEK).await;
    assert_eq!(test.public().await.len(), 1);
}

#[tokio::test]
async fn the_week_in_figures() {
    let mut test = FeatureTest::new(program()).await;
    test.busy_program().await;
    test.pass(HOUR * 2).await;
    insta::assert_snapshot!(test.public().await.join("\n\n"), @r"
    # Reverse mentoring this week
    • *Active pairs:* about 5
    • *Met in the past month:* about 5 of about 5 pairs that reported
    • *Agreements signed:* about 5 of about 5 agreements
    • *In the program:* about 20 people
    • *Without a partner:* about 10 people
    • *Learning about:* Public speaking (about 10), Strategy (about 10), AI tools (about 5), and others
    • *Confidence:* up 1.0 on average since the start, on a scale of 1 to 5
    *Next match:* <!date^1775034000^{date_long_pretty} at {time}|Wednesday, April 1 at 9:00 AM (UTC)>.
    *Want to take part?* Press *Join* or type `/reverse-mentor join`. You'll see what to expect before you decide, and only you see the form.
    [ Join ]
    · Never shown here: names, anything anyone wrote, or figures over fewer than 5. To protect everyone's privacy, numbers are rounded to multiples of 5 and move only when at least 5 have changed.
    ");
    insta::assert_snapshot!(test.messages("C1").await[0].text, @"Reverse mentoring this week: about 5 active pairs, about 20 people in the program.");
}

#[tokio::test]
async fn somebody_who_left_is_not_told_from_two_digests() {
    let mut test = FeatureTest::new(program()).await;
    test.busy_program().await;
    test.pass(HOUR * 2).await;
    let mut tx = test.tx().await;
    participants::set_standing(&mut tx, &user(20), Standing::Left, None)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    test.pass(WEEK).await;
    let told = test.public().await;
    assert_eq!(told.len(), 2);
    assert_eq!(told[0], told[1]);
}

#[tokio::test]
async fn once_a_week_however_often_the_timer_runs() {
    let mut test = FeatureTest::new(program()).await;
    test.busy_program().await;
    let quiet = test.paired(13, 14, true).await;
    for number in [1, 2] {
        test.month_of(quiet, number, Month::Unknown).await;
    }
    test.pass(HOUR * 2).await;
    for _ in 0..2 {
        let mut tx = test.tx().await;
        weekly(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        test.run_due().await;
    }
    assert_eq!(test.public().await.len(), 1);
    assert_eq!(test.companions().await.len(), 1);
    test.pass(WEEK).await;
    assert_eq!(test.public().await.len(), 2);
    assert_eq!(test.companions().await.len(), 1, "nothing is new");
}

/// Slack accepts (or refuses) the waiting digests.
async fn slack_takes_them(test: &FeatureTest, takes: bool) {
    let mut tx = test.tx().await;
    let digests = |head: &Head| head.delivery.kind == Kind::Digest;
    if takes {
        outgoing::sent(&mut tx, digests).await;
    } else {
        outgoing::refused(&mut tx, digests, "is_archived").await;
    }
    tx.commit().await.unwrap();
}

/// The chart of the last digest in a channel.
async fn chart(test: &FeatureTest, channel: &str) -> Option<String> {
    let message = test.messages(channel).await.pop()?;
    let block = message
        .blocks
        .into_iter()
        .find(|block| block["type"] == "image")?;
    Some(block["alt_text"].as_str()?.to_owned())
}

#[tokio::test]
async fn the_chart_shows_what_this_channel_has_read() {
    let mut test = FeatureTest::new(program()).await;
    test.busy_program().await;
    test.pass(HOUR * 2).await;
    assert_eq!(chart(&test, "C1").await, None);
    slack_takes_them(&test, true).await;
    test.pass(WEEK).await;
    slack_takes_them(&test, false).await;
    test.pass(WEEK).await;
    slack_takes_them(&test, true).await;
    insta::assert_snapshot!(chart(&test, "C1").await.unwrap(), @"A chart of the weeks from March 2 to March 16, in multiples of 5. Active pairs: about 5, no number from March 9, about 5 from March 16. Met in the past month: about 5, no number from March 9, about 5 from March 16. Agreements signed: about 5, no number from March 9, about 5 from March 16. Completed pairs: no number.");
    // Another channel has read nothing yet.
    let mut tx = test.tx().await;
    let moved = Settings {
        digest_channel: Some("C2".into()),
        ..program()
    };
    programs::save(&mut tx, &moved, false).await.unwrap();
    tx.commit().await.unwrap();
    test.pass(WEEK).await;
    assert!(test.messages("C2").await.len() == 1);
    assert_eq!(chart(&test, "C2").await, None);
}

#[tokio::test]
async fn what_was_published_is_kept_sealed() {
    let mut test = FeatureTest::new(program()).await;
    test.busy_program().await;
    test.pass(WEEK + HOUR * 2).await;
    let mut tx = test.tx().await;
    let kept = digests::last(&mut tx, 12).await.unwrap();
    let weeks: Vec<String> = kept.iter().map(|(week, _)| week.to_string()).collect();
    assert_eq!(weeks, ["2026-W11", "2026-W10"]);
    assert_eq!(kept[0].1.joined_people.number(), Some(20));
    tx.rollback().await;
    assert!(test.columns_with("joined_people").await.is_empty());
}

#[tokio::test]
async fn without_a_channel_nothing_is_public() {
    let mut test = FeatureTest::new(Settings {
        digest_channel: None,
        ..program()
    })
    .await;
    test.busy_program().await;
    test.pass(WEEK * 2 + HOUR * 2).await;
    let told = test.told().await;
    assert!(!told.contains("(digest)"), "{told}");
    assert_eq!(test.companions().await.len(), 1);
    let mut tx = test.tx().await;
    assert!(digests::last(&mut tx, 1).await.unwrap().is_empty());
    tx.rollback().await;
}

#[tokio::test]
async fn a_channel_that_refuses_is_tried_again_next_week() {
    let mut test = FeatureTest::new(program()).await;
    test.busy_program().await;
    test.pass(HOUR * 2).await;
    let mut tx = test.tx().await;
    let digests = |head: &Head| head.delivery.kind == Kind::Digest;
    outgoing::refused(&mut tx, digests, "is_archived").await;
    tx.commit().await.unwrap();
    test.pass(WEEK - HOUR).await;
    assert_eq!(test.public().await.len(), 2);
    let told = test.companions().await;
    insta::assert_snapshot!(told[0], @r"
    *Reverse mentoring: one thing to look at this week.*
    *Messages that couldn't be delivered this week*
    None of them applies anymore, so there's nothing to send again. What stands in the way is worth mending for the next ones.
    • the digest for <#C1>: the channel is archived. Unarchive it, or pick another in `/reverse-mentor setup`.
    [ All pairs ]  [ People ]
    · Only the program's owners see this, each without their own pairs. It never includes what people wrote, or anyone's reasons.
    ");
}

#[tokio::test]
async fn strange_words_and_names_stay_out() {
    let strange = ["<!channel>", "<@U01>", "zq", "*zq* `&`", "AI tools <!here>"];
    let mut settings = program();
    settings.topics = vec!["R&D <!channel>".into(), "AI tools".into()];
    settings.name = "Mentoring <@U7> & co".into();
    let mut test = FeatureTest::new(settings).await;
    for number in 1..=30 {
        let own = strange[number % strange.len()];
        test.learner(number, &[own, "r&d <!CHANNEL>", "AI tools"])
            .await;
    }
    test.pass(HOUR * 2).await;
    let message = test.messages("C1").await.remove(0);
    harmless(&message);
    let told = render(&message);
    assert!(
        told.contains("R&amp;D &lt;!channel&gt; (about 30)"),
        "{told}"
    );
    assert!(!told.contains("hopes"), "{told}");
}

/// Checks that there is no mention, no group call, and no person's own text.
fn harmless(message: &Message) {
    // Slack treats a header as plain text, so it notifies nobody.
    let blocks = message
        .blocks
        .iter()
        .filter(|block| block["type"] != "header");
    let mut said: String = blocks.map(ToString::to_string).collect();
    said += &message.text;
    let said = said.replace("<!date^", "");
    for bad in ["<@", "<!", "<#", "zq", "U01", "U99"] {
        assert!(!said.contains(bad), "{bad} in {said}");
    }
}

proptest! {
    #[test]
    fn nothing_anybody_wrote_is_ever_shown(
        learning in prop::collection::vec(prop::collection::vec("(zq[<@!U0-9> &*]{0,12}|AI tools|<!here>)", 0..4), 0..40),
        pairs in 0_u32..30,
        minimum in 0_u32..9,
    ) {
        let facts = Facts {
            active_pairs: pairs,
            met_pairs: pairs / 2,
            reported_pairs: pairs,
            joined_people: u32::try_from(learning.len()).unwrap(),
            topics_offered: vec!["AI tools".into(), "<!here>".into()],
            learning,
            ..Facts::default()
        };
        let published = safe(&facts, None, minimum);
        harmless(&messages::digest(&program(), &published, None, &crate::features::NextMatch::Next("As soon as there's a good fit.".into())));
    }
}

#[test]
fn weeks_are_those_of_the_calendar() {
    let week = |at: &str| {
        super::week(at.parse::<Timestamp>().unwrap(), &jiff::tz::TimeZone::UTC).to_string()
    };
    assert_eq!(week("2026-12-31T12:00:00Z"), "2026-W53");
    assert_eq!(week("2027-01-03T12:00:00Z"), "2026-W53");
    assert_eq!(week("2027-01-04T00:00:00Z"), "2027-W01");
}
