use super::messages::WORDS;
use crate::domain::participant::PersonInSlack;
use crate::domain::program::Settings;
use crate::slack::event::{Action, Answer, Form};
use crate::testing::feature_test::{FeatureTest, render, render_view};
use crate::testing::people::person;
use jiff::SignedDuration;

#[tokio::test]
async fn names_the_contact_and_leaves_no_trace() {
    let test = FeatureTest::new(Settings {
        support_contact: Some("UHR".into()),
        owners: vec!["UBOSS".into()],
        ..Settings::default()
    })
    .await;
    let reply = test.command("U1", "support").await.unwrap();
    let said = render(&reply.say.unwrap());
    assert!(said.contains("<@UHR>") && said.contains("Nobody is told"));
    assert!(said.contains("<@UBOSS> can find someone else"));
    assert!(!test.told().await.contains("UHR"));
}

#[tokio::test]
async fn says_so_when_there_is_no_contact() {
    let test = FeatureTest::new(Settings {
        owners: vec!["UBOSS".into()],
        ..Settings::default()
    })
    .await;
    let reply = test.command("U1", "support").await.unwrap();
    let said = render(&reply.say.unwrap());
    assert!(said.contains("has no support contact") && said.contains("<@UBOSS>"));
}

async fn with_contact(contact: &str) -> FeatureTest {
    let test = named_by_a_file(contact).await;
    test.seen(contact, "UTC").await;
    test
}

/// Slack has not told us about the contact.
async fn named_by_a_file(contact: &str) -> FeatureTest {
    FeatureTest::new(Settings {
        support_contact: Some(contact.into()),
        ..Settings::default()
    })
    .await
}

/// A file may name anybody as the contact: nobody's words go to an account of which Slack has not said that it is a colleague's.
#[tokio::test]
async fn words_wait_until_slack_has_told_who_the_contact_is() {
    for (is_member, told) in [
        (
            Some(true),
            "Slack has answered: your message is on its way to <@UHR>",
        ),
        (Some(false), "they aren't a full member of this workspace"),
        (None, "Slack hasn't told me who they are"),
    ] {
        let mut test = named_by_a_file("UHR").await;
        let form = Form::ToContactPreview {
            contact: "UHR".into(),
            words: "I need to talk.".into(),
        };
        let reply = test.submit("U1", form, &said("I need to talk.")).await;
        let said = render_view(&reply.unwrap().modal.unwrap().view());
        assert!(said.contains("One moment"), "{said}");
        test.run_due().await;
        assert!(test.reached("UHR").await.is_empty());
        let keeps = test.columns_with("U1").await;
        let in_the_open = ["outbox.dedupe_key", "timers.subject"];
        assert!(
            !keeps
                .iter()
                .any(|column| in_the_open.contains(&column.as_str())),
            "{keeps:?}"
        );
        match is_member {
            Some(full_member) => {
                let person = PersonInSlack {
                    full_member,
                    ..person("UHR", Some("UTC"))
                };
                test.slack_answers(person).await;
            }
            None => test.pass(SignedDuration::from_hours(2)).await,
        }
        assert_eq!(test.count("U1", told).await, 1, "{told}");
        let arrived = usize::from(is_member == Some(true));
        assert_eq!(test.reached("UHR").await.len(), arrived, "{told}");
        // Slack's next word sends nothing more.
        test.seen("UHR", "UTC").await;
        test.pass(SignedDuration::from_hours(2)).await;
        assert_eq!(test.reached("UHR").await.len(), arrived, "{told}");
        assert_eq!(test.messages("U1").await.len(), 1);
    }
}

/// Unsent words are erased with their author. If the reader is erased, the author hears that nobody got them.
#[tokio::test]
async fn words_that_wait_go_with_the_data_of_their_author_or_their_reader() {
    for (who_erases, hears) in [("U1", 0), ("UHR", 1)] {
        let mut test = named_by_a_file("UHR").await;
        for author in ["U1", "U2"] {
            let words = format!("A worry of {author}");
            let form = Form::ToContactPreview {
                contact: "UHR".into(),
                words: words.clone(),
            };
            test.submit(author, form, &said(&words)).await.unwrap();
        }
        test.press(who_erases, Action::EraseMine).await.unwrap();
        let told = test.count("U1", "I haven't sent your message").await;
        assert_eq!(told, hears, "{who_erases}");
        test.slack_answers(person("UHR", Some("UTC"))).await;
        test.pass(SignedDuration::from_hours(2)).await;
        let arrived = test.reached("UHR").await;
        let of_others = usize::from(who_erases == "U1");
        assert_eq!(arrived.len(), of_others, "{who_erases}");
        let of_author = arrived.iter().any(|one| one.contains("A worry of U1"));
        assert!(!of_author, "{who_erases}: {arrived:?}");
        let told = test.messages("U1").await.len();
        assert_eq!(told, hears, "{who_erases}: who erased hears nothing later");
    }
}

fn said(text: &str) -> [(&'static str, Answer); 1] {
    [(WORDS, Answer::Text(text.to_owned()))]
}

#[tokio::test]
async fn a_message_is_sent_as_it_was_previewed() {
    let test = with_contact("UHR").await;
    let reply = test.press("U1", Action::WriteToContact).await.unwrap();
    assert_eq!(reply.modal.unwrap().form, Form::ToContact);
    let empty = test
        .submit("U1", Form::ToContact, &said("  "))
        .await
        .unwrap();
    assert_eq!(empty.errors[0].0, WORDS);

    let first = test
        .submit("U1", Form::ToContact, &said("I & <you>"))
        .await
        .unwrap();
    let preview = first.modal.unwrap();
    insta::assert_snapshot!(render_view(&preview.view()), @r"
    ┌ Talk to someone
    │ <@UHR> will read exactly this, from you:
    │ ----
    │ <@U1> asked me to pass this on to you, as the program's support contact:
    │ > I &amp; &lt;you&gt;
    │ · You can answer <@U1> in Slack. I don't read what you two write.
    │ ----
    │ Your words
    │   [ I & <you> ]
    │   · If you change something here, you'll see it again before it's sent.
    │ · Nobody else reads it, and I forget it once Slack has it.
    └ [ Cancel ]  [ Send ]
    ");
    assert_eq!(test.told().await, "");
    // Changed in the preview: it is shown again.
    let form = preview.form;
    let changed = test
        .submit("U1", form, &said("I need to talk."))
        .await
        .unwrap();
    let form = changed.modal.unwrap().form;
    assert_eq!(test.told().await, "");
    test.submit("U1", form, &said("I need to talk."))
        .await
        .unwrap();
    insta::assert_snapshot!(test.told().await, @r"
    ── UHR (answer)
    <@U1> asked me to pass this on to you, as the program's support contact:
    > I need to talk.
    · You can answer <@U1> in Slack. I don't read what you two write.
    ");
    let keeps = test.columns_with("U1").await;
    assert!(
        !keeps.contains(&"outbox.dedupe_key".to_owned()),
        "{keeps:?}"
    );
}

/// The trouble may be about them: nobody is sent to whom they are or were paired with.
#[tokio::test]
async fn nobody_is_sent_to_their_own_partner() {
    let test = FeatureTest::program(Settings {
        support_contact: Some("USAM".into()),
        owners: vec!["USAM".into(), "UOLGA".into()],
        ..crate::testing::people::settings()
    })
    .await;
    test.seen("UOLGA", "UTC").await;
    let pair = test.introduced().await;
    for is_over in [false, true] {
        let reply = test.command("UMIA", "support").await.unwrap();
        let words = render(&reply.say.unwrap());
        assert!(!words.contains("<@USAM>"), "{words}");
        assert!(words.contains("<@UOLGA>"), "{words}");
        assert!(!words.contains("[ Write to them ]"), "{words}");
        assert!(test.press("UMIA", Action::WriteToContact).await.is_err());
        let form = Form::ToContactPreview {
            contact: "USAM".into(),
            words: "Hello".into(),
        };
        let sent = test.submit("UMIA", form, &said("Hello")).await;
        assert!(sent.is_err(), "{is_over}");
        // For anybody else they are the contact.
        let reply = test.command("U1", "support").await.unwrap();
        assert!(render(&reply.say.unwrap()).contains("<@USAM>"));
        if !is_over {
            test.submit("UMIA", Form::End { pair }, &[]).await.unwrap();
        }
    }
}

/// The contact may change between the preview and the last button.
#[tokio::test]
async fn nothing_goes_to_somebody_who_was_not_in_the_preview() {
    let test = with_contact("UHR").await;
    let form = Form::ToContactPreview {
        contact: "UELSE".into(),
        words: "Hello".into(),
    };
    let reply = test.submit("U1", form, &said("Hello")).await.unwrap();
    let again = reply.modal.unwrap().form;
    assert!(matches!(again, Form::ToContactPreview { contact, .. } if contact == "UHR".into()));
    assert_eq!(test.told().await, "");
    for (contact, user) in [(None, "U1"), (Some("U1".into()), "U1")] {
        let test = FeatureTest::new(Settings {
            support_contact: contact,
            ..Settings::default()
        })
        .await;
        assert!(test.press(user, Action::WriteToContact).await.is_err());
        let reply = test.command(user, "support").await.unwrap();
        assert!(!render(&reply.say.unwrap()).contains("[ Write to them ]"));
    }
}

/// The longest text is shown and sent whole, whatever is in it.
#[tokio::test]
async fn no_word_is_cut() {
    let test = with_contact("UHR").await;
    for unit in ["&", "ab\n", "word ", "\"\\", "é"] {
        let long: String = unit
            .chars()
            .cycle()
            .take(super::messages::LONGEST - 1)
            .chain(['Z'])
            .collect();
        let reply = test
            .submit("U1", Form::ToContact, &said(&long))
            .await
            .unwrap();
        let preview = reply.modal.unwrap();
        let view = preview.view();
        assert!(
            view["private_metadata"].as_str().unwrap().chars().count() <= 3000,
            "{unit:?}"
        );
        let shown = view["blocks"].to_string();
        assert!(
            shown.contains('Z') && !shown.contains('…'),
            "{unit:?}: {shown}"
        );
        test.submit("U1", preview.form, &said(&long)).await.unwrap();
        let sent = test.messages("UHR").await.pop().unwrap();
        let sent = serde_json::json!(sent.blocks).to_string();
        assert!(
            sent.contains('Z') && !sent.contains('…'),
            "{unit:?}: {sent}"
        );
    }
}
