//! What somebody asked us to pass on and Slack did not take: they hear it kindly, with what they can do instead. None of its words
//! is repeated. Soon after they asked, or about a call for help, they hear at once; otherwise when it suits them, since the
//! recipient's morning may be their night.

use super::{Result, deliveries, news};
use crate::domain::ids::UserId;
use crate::domain::key::Key;
use crate::domain::message::Message;
use crate::domain::outgoing::{Kind, Lane, Passed, PassesOn, To};
use crate::md;
use crate::slack::blocks::{Blocks, button};
use crate::slack::event::Action;
use crate::slack::words::Md;
use crate::store::{Reading, Tx, outbox, pairs};
use jiff::{SignedDuration, Timestamp};

/// For this long after they asked, they are still at it, and waiting for an answer.
const JUST_NOW: SignedDuration = SignedDuration::from_mins(10);

/// Tells the person on whose behalf the message in row `row` went to `lane`.
pub async fn tell(tx: &mut Tx, row: i64, passes_on: &PassesOn, lane: &Lane) -> Result<()> {
    let by = &passes_on.by;
    let recipient = recipient(tx, by, lane).await?;
    let key = Key::NotPassedOn(row);
    let error = outbox::error(tx, row).await?;
    let message = did_not_arrive(passes_on.what, &recipient, error.as_deref());
    if is_urgent(passes_on.what) || was_asked_just_now(tx.now, row) {
        let to = To::Person(by.clone());
        outbox::post(tx, to, Kind::Answer, &key, message, None).await?;
    } else {
        news::tell(tx, by, Kind::Notice, &key, message).await?;
    }
    Ok(())
}

/// Whoever calls for help must not believe that somebody knows.
fn is_urgent(what: Passed) -> bool {
    match what {
        Passed::ToContact | Passed::CallForHelp => true,
        Passed::Invitation(_) | Passed::Thought | Passed::Announcement | Passed::Note => false,
    }
}

fn was_asked_just_now(now: Timestamp, row: i64) -> bool {
    now.duration_since(outbox::written_at(row)) <= JUST_NOW
}

async fn recipient(tx: &mut Reading, by: &UserId, lane: &Lane) -> Result<Md> {
    Ok(match lane {
        Lane::Person(user) => md!("{}", user),
        Lane::Pair(pair) => match pairs::find(tx, *pair).await? {
            Some(pair) => md!("{}", pair.partner_of(by)),
            None => md!("your partner"),
        },
        Lane::Channel(channel) => md!("{}", channel),
        Lane::LookUp(_)
        | Lane::Directory
        | Lane::Home(_)
        | Lane::Token
        | Lane::Import(_)
        | Lane::Circle(_)
        | Lane::Cards(_) => {
            md!("them")
        }
    })
}

/// The owner can mend it, and post the same words.
fn not_announced(recipient: &Md, error: Option<&str>) -> Message {
    let why = match error {
        Some(error) => deliveries::reason(error),
        None => "Slack won't take it there.".into(),
    };
    let text = md!("Your announcement didn't reach {}: {}", recipient, why);
    Blocks::new()
        .section(text.clone())
        .section("I've kept your words, so you can post it again after that, or elsewhere.")
        .buttons([button("Post it again", &Action::OpenAnnounce)])
        .message(text)
}

/// `error`: Slack's code, where it is known.
fn did_not_arrive(what: Passed, recipient: &Md, error: Option<&str>) -> Message {
    match what {
        Passed::ToContact => md!(
            "I'm sorry: your message to {} didn't arrive, because Slack won't take it. Nobody else has read it. Please \
             write to them in Slack yourself, or to someone else you trust: `/reverse-mentor support` shows who can help.",
            recipient
        ),
        Passed::Invitation(_) => md!(
            "Your invitation didn't reach {}, because Slack won't take it, so they haven't seen it. You can talk to them \
             yourself, or ask another colleague with `/reverse-mentor invite`.",
            recipient
        ),
        Passed::Thought => md!(
            "The thought you shared didn't reach {}, because Slack won't take it. Your answer is still behind the \
             question's button, so you can send it to them yourself.",
            recipient
        ),
        Passed::CallForHelp => md!(
            "I'm sorry: I couldn't tell {} that your pair would like some help, because Slack won't take it. Please write \
             to them yourself, or to someone else you trust: `/reverse-mentor support` shows who can help.",
            recipient
        ),
        Passed::Announcement => return not_announced(recipient, error),
        Passed::Note => md!(
            "The month is skipped, but my message with your note didn't reach {}, because Slack won't take it. Please \
             tell them yourself.",
            recipient
        ),
    }
    .into()
}

#[cfg(test)]
mod tests {
    use crate::domain::outgoing::What;
    use crate::domain::program::Settings;
    use crate::slack::event::{Answer, Form};
    use crate::store::outbox::Head;
    use crate::testing::feature_test::FeatureTest;
    use crate::testing::months::{ANA, MAX, SUE, settings};
    use crate::testing::outgoing;
    use jiff::SignedDuration;

    /// Slack refuses whatever somebody asked us to pass on.
    async fn refuses(test: &FeatureTest) {
        let mut tx = test.tx().await;
        let passed = |head: &Head| {
            let what = &head.delivery.what;
            matches!(
                what,
                What::Post {
                    passes_on: Some(_),
                    ..
                }
            )
        };
        outgoing::given_up(&mut tx, passed, "user_disabled").await;
        tx.commit().await.unwrap();
        test.run_due().await;
    }

    /// Ana writes to the support contact.
    async fn writes_to_contact(test: &FeatureTest, words: &str) {
        let form = Form::ToContactPreview {
            contact: SUE.into(),
            words: words.into(),
        };
        let answers = [("words", Answer::Text(words.into()))];
        test.submit(ANA, form, &answers).await.unwrap();
    }

    #[tokio::test]
    async fn who_asked_hears_what_did_not_arrive_and_what_to_do() {
        let (mut test, pair) = FeatureTest::signed(Settings { ..settings() }).await;
        test.seen(SUE, "UTC").await;
        test.pass(SignedDuration::from_hours(48)).await;
        let words = "My secret worry";
        writes_to_contact(&test, words).await;
        let cycle = test.month(pair).await.id;
        let note = [("note", Answer::Text(words.into()))];
        let skip = Form::Skip { cycle, plans: None };
        test.submit(MAX, skip, &note).await.unwrap();
        refuses(&test).await;
        refuses(&test).await;
        let told = test.last(ANA, "didn't arrive").await.unwrap();
        insta::assert_snapshot!(told, @"I'm sorry: your message to <@USUE> didn't arrive, because Slack won't take it. Nobody else has read it. Please write to them in Slack yourself, or to someone else you trust: `/reverse-mentor support` shows who can help.");
        assert_eq!(test.count(ANA, "didn't arrive").await, 1, "once");
        let told = test.last(MAX, "didn't reach").await.unwrap();
        assert!(
            told.contains("<@UANA>") && told.contains("tell them yourself"),
            "{told}"
        );
        for user in [ANA, MAX] {
            assert_eq!(test.count(user, words).await, 0, "{user}: not repeated");
        }
    }

    #[tokio::test]
    async fn an_invitation_that_nobody_can_answer_is_over() {
        let test = FeatureTest::program(crate::testing::people::settings()).await;
        test.takes_part("USAM", crate::testing::people::senior())
            .await;
        test.seen("UELSE", "UTC").await;
        test.command("USAM", "invite <@UELSE>").await.unwrap();
        refuses(&test).await;
        assert!(
            test.last("USAM", "Your invitation didn't reach <@UELSE>")
                .await
                .is_some()
        );
        // It takes no place among those that are open, and they can be asked once more.
        for other in ["UONE", "UTWO", "UELSE"] {
            test.seen(other, "UTC").await;
            let again = test.command("USAM", &format!("invite <@{other}>")).await;
            let again = crate::testing::feature_test::render(&again.unwrap().say.unwrap());
            assert!(again.contains("is on its way to"), "{again}");
        }
    }

    /// Five in the morning in New York is a working day in London.
    async fn between_two_zones() -> FeatureTest {
        let mut test = FeatureTest::program(crate::testing::people::settings()).await;
        test.takes_part("USAM", crate::testing::people::senior())
            .await;
        test.seen("USAM", "America/New_York").await;
        test.seen("UELSE", "Europe/London").await;
        // Seven in the morning in London, of the next day.
        test.pass(SignedDuration::from_hours(22)).await;
        test
    }

    #[tokio::test]
    async fn what_fails_in_somebody_elses_morning_is_told_in_the_askers() {
        let mut test = between_two_zones().await;
        test.command("USAM", "invite <@UELSE>").await.unwrap();
        // Slack refuses it as soon as it goes out, which is long after it was asked for.
        test.pass(SignedDuration::from_mins(2 * 60 + 1)).await;
        refuses(&test).await;
        let told = async |test: &FeatureTest| {
            let reached = test.reached("USAM").await;
            reached
                .iter()
                .filter(|it| it.contains("didn't reach"))
                .count()
        };
        assert_eq!(told(&test).await, 0, "four in the morning");
        test.pass(SignedDuration::from_hours(4)).await;
        assert_eq!(told(&test).await, 0, "eight in the morning");
        test.pass(SignedDuration::from_hours(2)).await;
        assert_eq!(told(&test).await, 1);
    }

    #[tokio::test]
    async fn a_call_for_help_that_did_not_arrive_is_told_at_once_however_late_it_is() {
        let (mut test, _) = FeatureTest::signed(settings()).await;
        test.seen(SUE, "Europe/Berlin").await;
        writes_to_contact(&test, "My secret worry").await;
        // Nine in the morning, and fourteen hours without Slack.
        test.pass(SignedDuration::from_hours(14)).await;
        refuses(&test).await;
        let reached = test.reached(ANA).await;
        assert!(reached.iter().any(|it| it.contains("didn't arrive")));
    }
}
