mod reminder;

use crate::domain::program::{Matching, Settings};
use crate::features::Error;
use crate::slack::event::{Action, Answer, Form};
use crate::testing::feature_test::{FeatureTest, render, render_view};
use crate::testing::months::{ANA, OWEN, settings};
use jiff::SignedDuration;
use jiff::civil::date;

fn said(channel: &str, words: &str) -> [(&'static str, Answer); 2] {
    [
        ("channel", Answer::Channel(channel.into())),
        ("words", Answer::Text(words.into())),
    ]
}

#[tokio::test]
async fn an_owner_sees_the_announcement_before_anybody_does() {
    let test = FeatureTest::new(settings()).await;
    let form = test
        .press(OWEN, Action::OpenAnnounce)
        .await
        .unwrap()
        .modal
        .unwrap();
    insta::assert_snapshot!(render_view(&form.view()), @"
    ┌ Announce the program
    │ You'll see the whole announcement before it's posted.
    │ Where?
    │   [ Choose ▾ ]
    │ In your words
    │   [ People early in their careers share what they see with people who decide, and learn how decisions are made. /  / A junior colleague teaches a senior one, once a month, and both learn. It takes about an hour a month. It would be good to have you in it. ]
    │ · It works best in the words of someone people look up to: a sponsor who takes part. Invite me to the channel first, with `/invite`.
    └ [ Cancel ]  [ Show it to me first ]
    ");
    let rings = test
        .submit(OWEN, Form::Announce, &said("C7", "Hi @channel"))
        .await
        .unwrap();
    assert_eq!(rings.errors[0].0, "words");
    let empty = test.submit(OWEN, Form::Announce, &[]).await.unwrap();
    assert_eq!(empty.errors.len(), 1);
    let looked = test
        .submit(OWEN, Form::Announce, &said("C7", "I'm in. <3"))
        .await
        .unwrap();
    let looked = looked.modal.unwrap();
    insta::assert_snapshot!(render_view(&looked.view()), @"
    ┌ Announce the program
    │ Everyone in <#C7> will read this:
    │ ----
    │ # Reverse mentoring
    │ > I'm in. &lt;3
    │ • About an hour a month, for 6 months.
    │ • Next match: <!date^1772445600^{date_long_pretty} at {time}|Monday, March 2 at 10:00 AM (UTC)>.
    │ • You can pause or leave at any time, without giving a reason.
    │ ----
    │ Where?
    │   [ <#C7> ▾ ]
    │ In your words
    │   [ I'm in. <3 ]
    │ · If you change something here, you'll see it again before it's posted.
    └ [ Cancel ]  [ Post it ]
    ");
    assert_eq!(test.messages("C7").await, []);
    // Other words are shown first.
    let changed = test
        .submit(OWEN, looked.form.clone(), &said("C7", "We're in."))
        .await
        .unwrap();
    assert!(render_view(&changed.modal.unwrap().view()).contains("We're in."));
    assert_eq!(test.messages("C7").await, []);
    test.submit(OWEN, looked.form.clone(), &said("C7", "I'm in. <3"))
        .await
        .unwrap();
    let posted = test.messages("C7").await;
    assert_eq!(posted.len(), 1);
    insta::assert_snapshot!(render(&posted[0]), @"
    # Reverse mentoring
    > I'm in. &lt;3
    • About an hour a month, for 6 months.
    • Next match: <!date^1772445600^{date_long_pretty} at {time}|Monday, March 2 at 10:00 AM (UTC)>.
    • You can pause or leave at any time, without giving a reason.
    [ Join ]  [ Who sees what ]
    · Joining opens a short form that only you see. It isn't announced who joins.
    ");
}

#[tokio::test]
async fn only_owners_announce() {
    let test = FeatureTest::new(settings()).await;
    let looked = Form::AnnounceLooked {
        channel: "C7".into(),
        words: "Hello".into(),
    };
    assert!(matches!(
        test.press(ANA, Action::OpenAnnounce).await,
        Err(Error::User(_))
    ));
    for form in [Form::Announce, looked] {
        let tried = test.submit(ANA, form, &said("C7", "Hello")).await;
        assert!(matches!(tried, Err(Error::User(_))));
    }
    assert_eq!(test.messages("C7").await, []);
}

#[tokio::test]
async fn an_owner_gets_a_note_for_a_sponsor_with_the_facts() {
    let test = FeatureTest::new(settings()).await;
    let form = test.press(OWEN, Action::OpenSponsorsNote).await.unwrap();
    let form = form.modal.unwrap();
    insta::assert_snapshot!(render_view(&form.view()), @r"
    ┌ A note for a sponsor
    │ People join when someone they look up to asks them. Make this draft yours; I'll send it to you alone, and your sponsor sends it to people they know.
    │ The note
    │   [ I'm taking part in Reverse mentoring, and I'd like you to think about it, too. /  / A junior colleague teaches a senior one, and both learn. It takes about an hour a month, for 6 months. What two people say there stays between them, and anyone can stop at any time without giving a reason. /  / To join, type /reverse-mentor join in Slack: it's a short form that only you see. The next match is on Monday, March 2. ]
    └ [ Cancel ]  [ Send it to me ]
    ");
    let words = |words: &str| [("words", Answer::Text(words.into()))];
    for bad in ["", "Hello @here"] {
        let refused = test
            .submit(OWEN, Form::SponsorsNote, &words(bad))
            .await
            .unwrap();
        assert_eq!(refused.errors.len(), 1, "{bad}");
    }
    let note = words("Join us & learn.\n<3");
    test.submit(OWEN, Form::SponsorsNote, &note).await.unwrap();
    let sent = test.messages(OWEN).await;
    insta::assert_snapshot!(render(&sent[0]), @r"
    Join us &amp; learn.
    &lt;3
    ");
    assert_eq!(sent.len(), 1);
    let tried = test.submit(ANA, Form::SponsorsNote, &note).await;
    assert!(matches!(tried, Err(Error::User(_))));
}

/// With an enrollment window, the note says when the first match is; not when its owners decide, or that anybody is matched before.
#[tokio::test]
async fn the_note_names_the_first_match_and_no_other_day() {
    for matching in [Matching::Rounds, Matching::Rolling] {
        let mut test = FeatureTest::new(Settings {
            first_match: Some(date(2026, 3, 23)),
            least_people: Some(3),
            matching,
            ..settings()
        })
        .await;
        let draft = async |test: &FeatureTest| {
            let form = test.press(OWEN, Action::OpenSponsorsNote).await.unwrap();
            render_view(&form.modal.unwrap().view())
        };
        let note = draft(&test).await;
        let says = "only you see. The first match is on Monday, March 23. ]";
        assert!(note.contains(says), "{note}");
        test.pass(SignedDuration::from_hours(24 * 22)).await;
        let note = draft(&test).await;
        let says = "only you see. The first match is coming up: its day is being set. ]";
        assert!(note.contains(says), "{note}");
    }
}

/// Slack does not take it: the owner reads how to mend that, and the same words wait in the form.
#[tokio::test]
async fn an_announcement_that_slack_does_not_take_keeps_its_words() {
    use crate::domain::outgoing::What;
    let test = FeatureTest::new(settings()).await;
    let looked = Form::AnnounceLooked {
        channel: "C7".into(),
        words: "I'm in. <3".into(),
    };
    let posted = test.submit(OWEN, looked, &said("C7", "I'm in. <3")).await;
    assert!(posted.unwrap().home, "a form that wrote something");
    let mut tx = test.tx().await;
    let is_it = |head: &crate::store::outbox::Head| {
        matches!(
            &head.delivery.what,
            What::Post {
                passes_on: Some(_),
                ..
            }
        )
    };
    crate::testing::outgoing::given_up(&mut tx, is_it, "not_in_channel").await;
    tx.commit().await.unwrap();
    test.run_due().await;
    let told = test.last(OWEN, "didn't reach").await.unwrap();
    insta::assert_snapshot!(told, @"
    Your announcement didn't reach <#C7>: I'm not in the channel. Invite me there with `/invite`.
    I've kept your words, so you can post it again after that, or elsewhere.
    [ Post it again ]
    ");
    let open = |user: &'static str| async {
        let form = test.press(user, Action::OpenAnnounce).await.unwrap();
        render_view(&form.modal.unwrap().view())
    };
    let form = open(OWEN).await;
    assert!(
        form.contains("[ I'm in. <3 ]") && form.contains("<#C7>"),
        "{form}"
    );
}
