use crate::domain::outgoing::{Reaction, What};
use crate::domain::participant::{Profile, Role, Standing};
use crate::domain::program::Settings;
use crate::features::setup;
use crate::router;
use crate::shared::circle::first_offer;
use crate::slack::event::{Action, Form};
use crate::store::outbox::Head;
use crate::testing::feature_test::{FeatureTest, render, render_view};
use crate::testing::outgoing;
use crate::testing::people::{junior, senior, settings};
use jiff::SignedDuration;
use serde_json::json;

const MIA: &str = "UMIA";
const SAM: &str = "USAM";

async fn program() -> FeatureTest {
    let test = FeatureTest::program(Settings {
        mentor_circle: Some("C0CIRCLE".into()),
        ..settings()
    })
    .await;
    test.takes_part(MIA, junior()).await;
    test.takes_part(SAM, senior()).await;
    test
}

async fn home(test: &FeatureTest, user: &str) -> String {
    let mut tx = test.tx().await;
    let home = router::home(&mut tx, &test.actor(user)).await.unwrap();
    tx.rollback().await;
    render_view(&json!(home))
}

async fn presses(test: &FeatureTest, user: &str) -> String {
    let reply = test.press(user, Action::JoinCircle).await.unwrap();
    assert!(reply.home, "their Home shows it");
    render(&reply.say.unwrap())
}

/// The people whom Slack was asked to add, and where.
async fn invited(test: &FeatureTest) -> Vec<(String, String)> {
    let queued = test.queued().await.into_iter();
    queued
        .filter_map(|row| match row.what {
            What::Invite { user, channel } => Some((user.to_string(), channel.to_string())),
            _ => None,
        })
        .collect()
}

async fn slack_says(test: &FeatureTest, reaction: Reaction) {
    let mut tx = test.tx().await;
    router::reaction(&mut tx, &reaction).await.unwrap();
    tx.commit().await.unwrap();
}

fn added(user: &str) -> Reaction {
    Reaction::Invited {
        user: user.into(),
        channel: "C0CIRCLE".into(),
    }
}

/// The bot is not in the channel.
async fn slack_refuses(test: &mut FeatureTest) {
    let mut tx = test.tx().await;
    let is_invite = |head: &Head| matches!(head.delivery.what, What::Invite { .. });
    outgoing::given_up(&mut tx, is_invite, "not_in_channel").await;
    tx.commit().await.unwrap();
    test.pass(SignedDuration::from_mins(1)).await;
}

#[tokio::test]
async fn a_mentor_finds_the_circle_on_home_and_joins_with_one_press() {
    let test = program().await;
    let offered = home(&test, MIA).await;
    let lines = offered.lines().filter(|line| line.contains("circle"));
    insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"), @r"
    *Meet the other mentors:* this program has a channel for them, the mentor circle. Its members see that you're a mentor here, so I only add you if you press the button.
    [ Join the mentor circle ]
    ");
    assert!(!home(&test, SAM).await.contains("circle"), "a mentee");

    insta::assert_snapshot!(presses(&test, MIA).await, @"You'll be in the mentor circle, <#C0CIRCLE>, in a moment. If it isn't for you, type `/leave` there.");
    presses(&test, MIA).await;
    let once = [(MIA.to_owned(), "C0CIRCLE".to_owned())];
    assert_eq!(invited(&test).await, once, "two presses are one");
    assert!(home(&test, MIA).await.contains("I'm adding you."));

    slack_says(&test, added(MIA)).await;
    let joined = home(&test, MIA).await;
    assert!(joined.contains("I've added you to <#C0CIRCLE>"), "{joined}");
    assert!(joined.contains("`/leave`"), "{joined}");
}

#[tokio::test]
async fn it_is_for_those_who_mentor() {
    let test = program().await;
    let either = Profile {
        role: Role::Either,
        ..junior()
    };
    test.takes_part("UEVE", either).await;
    for user in [SAM, "UEVE", "UNOBODY"] {
        let answer = presses(&test, user).await;
        assert!(answer.contains("for people who mentor"), "{answer}");
    }
    test.standing(MIA, Standing::Paused).await;
    assert!(presses(&test, MIA).await.contains("in a moment"));
    assert_eq!(invited(&test).await.len(), 1);

    let other = FeatureTest::program(settings()).await;
    other.takes_part(MIA, junior()).await;
    assert!(!home(&other, MIA).await.contains("circle"));
    let answer = presses(&other, MIA).await;
    assert!(answer.contains("doesn't have a mentor circle"), "{answer}");
}

/// The offer is in the guide that a mentor gets with their first partner, and in no later one.
#[tokio::test]
async fn it_is_offered_once_in_a_message_they_get_anyway() {
    let test = program().await;
    test.introduced().await;
    let guide = test.last(MIA, "Running a session").await.unwrap();
    assert!(guide.contains("Join the mentor circle"), "{guide}");
    assert!(guide.contains("Its members see that you're a mentor here"));
    let other = test.last(SAM, "without rank").await.unwrap();
    assert!(!other.contains("circle"), "{other}");
    let mut tx = test.tx().await;
    let settings = crate::features::settings(&mut tx).await.unwrap();
    let again = first_offer(&mut tx, &settings, &MIA.into()).await;
    assert_eq!(again.unwrap(), None);
    tx.rollback().await;
}

/// What Slack refuses is no fault of whoever pressed. They hear it once; owners read what to mend, and never who pressed.
#[tokio::test]
async fn what_slack_refuses_ends_kindly_and_owners_read_what_to_mend() {
    let mut test = program().await;
    presses(&test, MIA).await;
    slack_refuses(&mut test).await;
    let told = test.messages(MIA).await;
    insta::assert_snapshot!(render(told.last().unwrap()), @"I couldn't add you to the mentor circle: Slack doesn't let me yet. It's nothing you did, and the program's owners will read what it takes. You can try again on my Home tab.");
    assert!(home(&test, MIA).await.contains("Try again"));
    let note = test.last("UANA", "couldn't be delivered").await.unwrap();
    insta::assert_snapshot!(note, @r"
    *Some messages couldn't be delivered.* What was in them stays private. Here's who they were for:
    • a mentor's way into the mentor circle: I'm not in the channel. Invite me there with `/invite`.
    [ Send again ]
    · Only the program's owners see this, at most once a day.
    ");
    assert!(
        home(&test, "UANA")
            .await
            .contains("the mentor circle: I'm not in")
    );

    let (from, to) = (0, test.now.as_millisecond());
    let again = Action::SendAgain { from, to };
    test.press("UANA", again.clone()).await.unwrap();
    slack_refuses(&mut test).await;
    assert_eq!(
        test.messages(MIA).await.len(),
        told.len(),
        "she hears it once"
    );

    test.press("UBEN", again).await.unwrap();
    slack_says(&test, added(MIA)).await;
    assert!(home(&test, MIA).await.contains("I've added you"));
    let mended = home(&test, "UANA").await;
    assert!(!mended.contains("circle"), "{mended}");
}

#[tokio::test]
async fn who_leaves_is_not_added_anymore_and_reads_how_to_leave_the_circle() {
    let test = program().await;
    presses(&test, MIA).await;
    let leaves = || async {
        let left = test.submit(MIA, Form::Leave, &[]).await.unwrap();
        render_view(&left.modal.unwrap().view())
    };
    assert!(!leaves().await.contains("circle"));
    let mut tx = test.tx().await;
    let waits = outgoing::waiting(&mut tx).await.into_iter();
    assert_eq!(
        waits
            .filter(|what| matches!(what, What::Invite { .. }))
            .count(),
        0
    );
    tx.rollback().await;

    test.joins(MIA, "mentor", "Early career").await;
    assert!(home(&test, MIA).await.contains("Join the mentor circle"));
    slack_says(&test, added(MIA)).await;
    let left = leaves().await;
    assert!(
        left.contains("<#C0CIRCLE>") && left.contains("`/leave`"),
        "{left}"
    );
}

/// A new circle is offered to those who are in the old one.
#[tokio::test]
async fn another_channel_is_another_circle() {
    let test = program().await;
    presses(&test, MIA).await;
    slack_says(&test, added(MIA)).await;
    let mut tx = test.tx().await;
    let moved = Settings {
        mentor_circle: Some("C1OTHER".into()),
        ..settings()
    };
    setup::declared(&mut tx, moved).await.unwrap();
    tx.commit().await.unwrap();
    assert!(home(&test, MIA).await.contains("Join the mentor circle"));
}
