use super::*;
use crate::domain::ids::{InvitationId, PairId};
use crate::domain::participant::Profile;
use crate::features::Error;
use crate::slack::event::{Action, Answer, Form};
use crate::store::invitations::Invitation;
use crate::store::rounds;
use crate::testing::feature_test::{FeatureTest, render, render_view};
use crate::testing::people::{junior, senior, settings};

mod declined;
mod first_match;
mod gone;
mod looked_up;
mod promised;
mod sooner;
mod unanswered;

fn refused(outcome: Result<Reply>) -> String {
    match outcome {
        Err(Error::User(words)) => words.into_string(),
        other => panic!("refused, not {other:?}"),
    }
}

fn shown(reply: &Reply) -> String {
    let message = reply.replace.as_ref().or(reply.say.as_ref());
    message.map(render).unwrap_or_default()
}

async fn latest(test: &FeatureTest, inviter: &str) -> Invitation {
    let mut tx = test.tx().await;
    let since = test.now - SignedDuration::from_hours(24 * 90);
    let found = invitations::sent_since(&mut tx, &inviter.into(), since)
        .await
        .unwrap();
    tx.rollback().await;
    found.into_iter().next().unwrap()
}

/// `USAM` invites `UMIA`.
async fn invited(test: &FeatureTest) -> InvitationId {
    test.takes_part("USAM", senior()).await;
    test.seen("UMIA", "UTC").await;
    test.command("USAM", "invite <@UMIA|mia>").await.unwrap();
    latest(test, "USAM").await.id
}

async fn answer(test: &FeatureTest, invitation: InvitationId, accept: bool) -> String {
    let action = Action::AnswerInvitation { invitation, accept };
    shown(&test.press("UMIA", action).await.unwrap())
}

#[tokio::test]
async fn a_colleague_says_yes_and_they_are_introduced() {
    let test = FeatureTest::program(settings()).await;
    let id = invited(&test).await;
    let card = test.last("UMIA", "would like to learn").await.unwrap();
    insta::assert_snapshot!(card, @"
    <@USAM> would like to learn from you: would you be their mentor?
    In *Reverse mentoring*, less experienced colleagues mentor more senior ones: one meeting a month for 6 months, with goals for both of you. <@USAM> does the scheduling.
    [ Yes, gladly ]  [ Not this time ]
    · Only you can see this, and both answers are fine. You have until Monday, March 9, to think about it. A no isn't passed on as a no: after that day, <@USAM> hears that it didn't work out, in the same words and at the same time as if you'd never answered.
    ");
    // They need a profile first; the invitation stays open.
    let words = answer(&test, id, true).await;
    assert!(
        words.contains("First tell me a little about yourself") && words.contains("[ Join ]"),
        "{words}"
    );
    test.takes_part("UMIA", junior()).await;
    let words = answer(&test, id, true).await;
    assert!(
        words.starts_with("You said yes to <@USAM>. I'm introducing you two now"),
        "{words}"
    );
    assert!(
        answer(&test, id, true)
            .await
            .starts_with("You said yes to <@USAM>. Nothing more")
    );
    assert!(
        answer(&test, id, false)
            .await
            .starts_with("You said yes to <@USAM>. Nothing more")
    );
    let pairs = test.pairs().await;
    assert_eq!(pairs.len(), 1);
    assert_eq!(
        (pairs[0].mentor.as_str(), pairs[0].mentee.as_str()),
        ("UMIA", "USAM")
    );
    assert_eq!(test.count("pair/", "Good to have you both").await, 1);
    assert!(
        test.messages("UANA").await.is_empty(),
        "nothing for owners to do"
    );
}

#[tokio::test]
async fn only_the_colleague_answers() {
    let test = FeatureTest::program(settings()).await;
    let id = invited(&test).await;
    for user in ["USAM", "UANA", "UEVE"] {
        let action = Action::AnswerInvitation {
            invitation: id,
            accept: true,
        };
        assert!(refused(test.press(user, action).await).contains("isn't yours to answer"));
    }
    assert_eq!(latest(&test, "USAM").await.state, State::Open);
}

/// A no, a silence, an exclusion either way, a reporting line, no room, a stage: the same text, and never at once.
#[tokio::test]
async fn the_inviter_cannot_tell_why_it_did_not_work_out() {
    let mut outcomes = Vec::new();
    let mut answers = Vec::new();
    let mut moments = Vec::new();
    for why in [
        "no", "silence", "erased", "excluded", "chain", "stage", "language",
    ] {
        let mut test = FeatureTest::program(settings()).await;
        let id = invited(&test).await;
        let mia = match why {
            "excluded" => Profile {
                rather_not: vec!["USAM".into()],
                ..junior()
            },
            "chain" => Profile {
                manager: Some("USAM".into()),
                ..junior()
            },
            "stage" => Profile {
                stage: "Executive".into(),
                ..junior()
            },
            "language" => Profile {
                languages: vec!["Hindi".into()],
                ..junior()
            },
            _ => junior(),
        };
        test.takes_part("UMIA", mia).await;
        match why {
            "silence" => {}
            "erased" => {
                test.press("UMIA", Action::EraseMine).await.unwrap();
            }
            "no" => {
                let words = answer(&test, id, false).await;
                assert!(words.starts_with("Noted, and thank you"), "{words}");
            }
            _ => answers.push(answer(&test, id, true).await),
        }
        assert_eq!(
            test.count("USAM", "didn't work out").await,
            0,
            "{why}: not at once"
        );
        test.pass(SignedDuration::from_hours(24 * 9)).await;
        assert!(test.pairs().await.is_empty(), "{why}");
        assert_eq!(test.count("USAM", "didn't work out").await, 1, "{why}");
        // Neither the words nor the moment reveal the reason.
        let sent = test.sent().await;
        let mut told = sent
            .iter()
            .filter(|sent| sent.text.starts_with("Your invitation to"));
        moments.push(told.next().unwrap().at);
        outcomes.push(test.last("USAM", "didn't work out").await.unwrap());
        let late = answer(&test, id, true).await;
        assert!(
            late.contains("Nothing more to do here") || late.contains("is over"),
            "{late}"
        );
    }
    assert!(
        outcomes.iter().all(|text| *text == outcomes[0]),
        "{outcomes:#?}"
    );
    assert!(
        answers.iter().all(|text| *text == answers[0]),
        "{answers:#?}"
    );
    assert_eq!(moments, vec!["2026-03-09T09:00:00Z".parse().unwrap(); 7]);
    assert_eq!(
        outcomes[0],
        "Your invitation to <@UMIA> didn't work out this time. That happens for many reasons, and I never pass them on. You keep your place in matching, and you can ask someone else with `/reverse-mentor invite`."
    );
}

#[tokio::test]
async fn an_invitation_needs_a_place_of_ones_own() {
    let test = FeatureTest::program(settings()).await;
    assert!(
        refused(test.command("USAM", "invite <@UMIA>").await)
            .contains("tell me a little about yourself")
    );
    test.takes_part("USAM", junior()).await;
    assert!(
        refused(test.command("USAM", "invite <@UMIA>").await).contains("You joined as a mentor")
    );
    test.takes_part("USAM", senior()).await;
    test.standing("USAM", Standing::Paused).await;
    assert!(refused(test.command("USAM", "invite <@UMIA>").await).contains("on a break"));
    test.standing("USAM", Standing::Active).await;
    assert!(refused(test.command("USAM", "invite <@USAM>").await).contains("That's you"));
    let own = Profile {
        rather_not: vec!["UMIA".into()],
        ..senior()
    };
    test.takes_part("USAM", own).await;
    test.seen("UMIA", "UTC").await;
    assert!(
        refused(test.command("USAM", "invite <@UMIA>").await).contains("Only you can see this")
    );
    assert!(test.messages("UMIA").await.is_empty());
}

#[tokio::test]
async fn asking_is_not_pestering() {
    let mut test = FeatureTest::program(settings()).await;
    let id = invited(&test).await;
    let asked = "asked them within the last month";
    assert!(refused(test.command("USAM", "invite <@UMIA>").await).contains(asked));
    answer(&test, id, false).await;
    assert!(refused(test.command("USAM", "invite <@UMIA>").await).contains(asked));
    // The no counts like a silence until its week is over, or the inviter could tell the difference.
    for who in ["U1", "U2", "U3"] {
        test.seen(who, "UTC").await;
    }
    for who in ["U1", "U2"] {
        test.command("USAM", &format!("invite <@{who}>"))
            .await
            .unwrap();
    }
    assert!(refused(test.command("USAM", "invite <@U3>").await).contains("three invitations open"));
    assert_eq!(test.count("UMIA", "would like to learn").await, 1);
    test.pass(SignedDuration::from_hours(24 * 31)).await;
    test.command("USAM", "invite <@UMIA>").await.unwrap();
}

#[tokio::test]
async fn the_modal_asks_whom() {
    let test = FeatureTest::program(settings()).await;
    test.takes_part("USAM", senior()).await;
    test.seen("UMIA", "UTC").await;
    let modal = test.command("USAM", "invite").await.unwrap().modal.unwrap();
    assert_eq!(modal.form, Form::Invite);
    let who = Answer::User("UMIA".into());
    let reply = test
        .submit("USAM", Form::Invite, &[("who", who.clone())])
        .await
        .unwrap();
    let notice = render_view(&reply.modal.unwrap().view());
    assert!(
        notice.contains("│ Your invitation is on its way to <@UMIA>."),
        "{notice}"
    );
    let again = test
        .submit("USAM", Form::Invite, &[("who", who)])
        .await
        .unwrap();
    assert_eq!(again.errors.len(), 1);
}

#[tokio::test]
async fn an_unknown_manager_is_for_an_owner_to_look_at() {
    for approves in [true, false] {
        let test = FeatureTest::program(settings()).await;
        let id = invited(&test).await;
        test.takes_part(
            "UMIA",
            Profile {
                manager: None,
                ..junior()
            },
        )
        .await;
        let words = answer(&test, id, true).await;
        assert!(
            words.contains("One of the program's owners will take a quick look first"),
            "{words}"
        );
        assert!(test.last("USAM", "<@UMIA> said yes").await.is_some());
        let card = test.last("UBEN", "An invitation to confirm").await.unwrap();
        assert!(card.contains("*Please check first:*"), "{card}");
        let mut tx = test.tx().await;
        let round = rounds::proposed(&mut tx).await.unwrap().remove(0).id;
        tx.rollback().await;
        // A round in the meantime leaves it alone and does not use their places.
        test.command("UANA", "round").await.unwrap();
        test.run_due().await;
        if approves {
            insta::assert_snapshot!(card, @r#"
            # An invitation to confirm
            Someone asked a colleague to mentor them, and the colleague said yes. I don't know everyone's reporting line, so please take a look before I introduce them. Both know that one of you looks first.
            *Please check first:* I don't know the full reporting line of one of the two. Introduce them only if neither reports to the other, directly or further up.
            <@UMIA> (Early career) → <@USAM> (Director) · 58
            <@UMIA> › …
            <@USAM> reports to nobody
            • The mentee wants to learn about AI tools, which the mentor can share.
            • The mentor wants to learn about Strategy, which the mentee can share.
            • They share 8 working hours on a typical day.
            [ Checked: introduce them ]  [ Not this pair ]
              asks "Introduce these two?: Please do so only if neither reports to the other, directly or further up. They're introduced to each other in ten minutes at the soonest. Until then, you can undo it." [ Not yet ]  [ Introduce them ]
              asks "Not these two?: Both hear that they won't be a pair this time, and never why. They can be paired with others. For half a year I won't pair these two, even if they ask again." [ Back ]  [ Not this pair ]
            · Only the program's owners see this.
            "#);
        }
        // The consequences are shown before the button is pressed.
        let message = test.last_message("UBEN", "An invitation to confirm").await;
        let asked = message.unwrap().blocks.into_iter().flat_map(|block| {
            let buttons = block["elements"].as_array().cloned().unwrap_or_default();
            let question = |button: serde_json::Value| {
                button["confirm"]["text"]["text"]
                    .as_str()
                    .map(str::to_owned)
            };
            buttons.into_iter().filter_map(question).collect::<Vec<_>>()
        });
        let words = "For half a year I won't pair these two, even if they ask again.";
        let mut asked = asked.filter(|text| text.ends_with(words));
        assert!(asked.next().is_some_and(|text| text.chars().count() <= 300));
        // On an older card, leaving out its only pair is a no as well.
        let leave_out = Action::DropProposal {
            round,
            mentor: "UMIA".into(),
            mentee: "USAM".into(),
        };
        // Approving in bulk, as on Home, where nobody sees who they are, introduces nobody.
        let unseen = test.approves("UBEN", round).await;
        assert!(render(&unseen.unwrap().replace.unwrap()).contains("[ Checked: introduce them ]"));
        assert!(test.pairs().await.is_empty());
        let decide = if approves {
            Action::ConfirmPair(round, "UMIA".into(), "USAM".into())
        } else {
            leave_out
        };
        let reply = test.decides("UBEN", decide).await.unwrap();
        let words = render(&reply.replace.unwrap());
        let expected = if approves {
            assert!(
                words.contains("_Checked by_ <@UBEN>. They're introduced")
                    && words.contains("[ Undo ]")
            );
            "# About to be introduced\nSomeone asked a colleague to mentor them, the colleague said yes, and one of you has had a look."
        } else {
            "<@UBEN> decided on Monday, March 2 that these two won't be a pair this time. Both have been told kindly"
        };
        assert!(words.starts_with(expected), "{words}");
        if !approves {
            // Matching does not propose them either.
            test.command("UANA", "round").await.unwrap();
            test.run_due().await;
            let mut tx = test.tx().await;
            assert!(rounds::proposed(&mut tx).await.unwrap().is_empty());
            tx.rollback().await;
        }
        assert_eq!(test.pairs().await.len(), usize::from(approves));
        for user in ["UMIA", "USAM"] {
            let told = test.count(user, "won't be a pair this time").await;
            assert_eq!(told, usize::from(!approves), "{user}");
        }
    }
}

#[tokio::test]
async fn two_who_were_a_pair_can_be_one_again_when_both_ask() {
    let test = FeatureTest::program(settings()).await;
    let pair: PairId = test.introduced().await;
    test.submit("UMIA", Form::End { pair }, &[]).await.unwrap();
    test.command("USAM", "invite <@UMIA>").await.unwrap();
    let id = latest(&test, "USAM").await.id;
    answer(&test, id, true).await;
    let pairs = test.pairs().await;
    assert_eq!(pairs.len(), 2);
    assert!(pairs[1].is_open());
}
