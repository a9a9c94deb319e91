//! The preview of the digest, and what owners read before the channel does.

use super::busy::{HOUR, WEEK, program};
use super::slack_takes_them;
use crate::domain::cycle::State as Month;
use crate::slack::event::Action;
use crate::store::digests;
use crate::testing::feature_test::{FeatureTest, render};
use jiff::SignedDuration;

/// The previews that the owner has read.
async fn previews(test: &FeatureTest) -> Vec<String> {
    let all = test.messages("UOWNER").await;
    let previews = all.iter().map(render);
    previews.filter(|it| it.contains("A preview")).collect()
}

/// Three pairs.
async fn everybody_is_less_confident(test: &mut FeatureTest) {
    let mut together = Vec::new();
    for first in [1, 3, 5] {
        for number in [first, first + 1] {
            test.learner(number, &["AI tools"]).await;
        }
        together.push(test.paired(first, first + 1, true).await);
    }
    // A month's rating is the lower, the lower its number.
    for number in [2, 1] {
        test.now += SignedDuration::from_mins(1);
        for pair in &together {
            test.month_of(*pair, number, Month::Held).await;
        }
    }
}

#[tokio::test]
async fn an_owner_reads_the_next_digest_before_the_channel_does() {
    let mut test = FeatureTest::new(program()).await;
    test.busy_program().await;
    let other = test.command("U01", "digest").await;
    assert!(other.is_err(), "owners only");
    let reply = test.command("UOWNER", "digest preview").await.unwrap();
    insta::assert_snapshot!(render(&reply.say.unwrap()), @"The preview is on its way to you in our direct messages.");
    test.press("UOWNER", Action::PreviewDigest).await.unwrap();
    test.run_due().await;
    let told = previews(&test).await;
    assert_eq!(told.len(), 1, "pressed twice");
    insta::assert_snapshot!(told[0], @r"
    *A preview, only for you.* This is what <#C1> would read now. The next digest is due <!date^1772445600^{date_long_pretty} at {time}|Monday, March 2 at 10:00 AM (UTC)>.
    ----
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
    ----
    · Never shown here: names, anything anyone wrote, or figures over fewer than 5. To protect everyone's privacy, numbers are rounded to multiples of 5 and move only when at least 5 have changed.
    · Nothing here counts as posted. The next digest moves from these figures in the same steps, so comparing the two says nothing about one person. In the channel, it also has a *Join* button.
    ");
    // Nobody else has read anything.
    assert!(test.public().await.is_empty());
    let mut tx = test.tx().await;
    assert!(digests::last(&mut tx, 1).await.unwrap().is_empty());
    tx.rollback().await;
    assert!(test.columns_with("joined_people").await.is_empty());
}

#[tokio::test]
async fn a_preview_of_nothing_says_so() {
    let test = FeatureTest::new(program()).await;
    let reply = test.command("UOWNER", "digest").await.unwrap();
    insta::assert_snapshot!(render(&reply.say.unwrap()), @"Nothing would be posted now: every figure would be “fewer than 5”, and numbers that small could single someone out. The digest starts once a figure covers 5 people.");
    assert!(previews(&test).await.is_empty());
}

/// Rounded anew each time, 12 would be about 10 and 13 about 15.
#[tokio::test]
async fn neither_two_previews_nor_a_preview_and_the_digest_differ_by_one_person() {
    let mut test = FeatureTest::new(program()).await;
    for number in 1..=12 {
        test.learner(number, &["AI tools"]).await;
    }
    test.command("UOWNER", "digest").await.unwrap();
    test.now += SignedDuration::from_secs(30);
    test.learner(13, &["AI tools"]).await;
    test.command("UOWNER", "digest").await.unwrap();
    let told = previews(&test).await;
    assert_eq!(told.len(), 2);
    test.pass(HOUR * 2).await;
    let digest = test.public().await.remove(0);
    for read in told.iter().chain([&digest]) {
        assert!(read.contains("*In the program:* about 10 people"), "{read}");
        assert!(read.contains("AI tools (about 10)"), "{read}");
    }
    // A preview is in no chart.
    slack_takes_them(&test, true).await;
    for number in 14..=20 {
        test.learner(number, &["AI tools"]).await;
    }
    test.command("UOWNER", "digest").await.unwrap();
    test.pass(WEEK).await;
    let read = previews(&test).await.pop().unwrap();
    assert!(read.contains("*In the program:* about 20 people"), "{read}");
    let digest = test.public().await.pop().unwrap();
    assert!(
        digest.contains("*In the program:* about 20 people"),
        "{digest}"
    );
}

#[tokio::test]
async fn owners_read_of_a_fall_in_confidence_a_week_before_the_channel() {
    let mut test = FeatureTest::new(program()).await;
    everybody_is_less_confident(&mut test).await;
    test.pass(HOUR * 2).await;
    let digest = test.public().await.remove(0);
    assert!(!digest.contains("Confidence"), "{digest}");
    insta::assert_snapshot!(test.companions().await[0], @r"
    *Reverse mentoring: one thing to look at this week.*
    *Confidence is lower than at the start*
    It's down 1.0 on average since the start, on a scale of 1 to 5. At least 5 people rated it more than once. Often goals were set too high, or people now see better what they don't know yet. A word to all pairs about goals that fit helps most. <#C1> reads of it in a week at the earliest.
    [ All pairs ]  [ People ]
    · Only the program's owners see this, each without their own pairs. It never includes what people wrote, or anyone's reasons.
    ");
    // Not even a preview is ahead of the note.
    test.command("UOWNER", "digest").await.unwrap();
    let read = previews(&test).await.pop().unwrap();
    assert!(!read.contains("Confidence"), "{read}");
    test.pass(WEEK).await;
    let digest = test.public().await.pop().unwrap();
    assert!(
        digest.contains("*Confidence:* down 1.0 on average"),
        "{digest}"
    );
    assert_eq!(test.count("UOWNER", "Confidence is lower").await, 1);
}

/// The note waits for a day of its own, so the channel waits as long.
#[tokio::test]
async fn a_note_that_was_not_sent_has_told_of_no_fall() {
    let mut test = FeatureTest::new(program()).await;
    everybody_is_less_confident(&mut test).await;
    test.pass_without_slack(9).await;
    test.pass(WEEK).await;
    let digest = test.public().await.pop().unwrap();
    assert!(!digest.contains("down 1.0"), "read on Tuesday: {digest}");
    test.pass(WEEK).await;
    let digest = test.public().await.pop().unwrap();
    assert!(digest.contains("down 1.0"), "{digest}");
}
