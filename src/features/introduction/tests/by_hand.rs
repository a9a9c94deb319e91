//! Pairs that an owner makes or swaps.

use crate::domain::ids::{PairId, UserId};
use crate::domain::overview::Care;
use crate::domain::pair::State;
use crate::features::{Error, Reply};
use crate::slack::event::{Action, Answer, Form};
use crate::store::{pairs, participants};
use crate::testing::feature_test::{FeatureTest, render, render_view};
use crate::testing::months::{ANA, MAX, OWEN, settings};
use crate::testing::people::{junior, person, senior, takes_part};

const BEA: &str = "UBEA";
const ED: &str = "UED";

fn shown(reply: &Reply) -> String {
    render_view(&reply.modal.as_ref().expect("a modal").view())
}

fn refused(reply: Result<Reply, Error>) -> String {
    match reply {
        Err(Error::User(text)) => text.into_string(),
        other => panic!("not refused: {other:?}"),
    }
}

async fn open(test: &FeatureTest, pair: PairId) -> bool {
    let mut tx = test.tx().await;
    pairs::find(&mut tx, pair).await.unwrap().unwrap().is_open()
}

/// Ana and Max, and Bea (senior) with Ed (early); all four have one place each.
async fn two_pairs() -> (FeatureTest, PairId, PairId) {
    let (test, one) = FeatureTest::signed(settings()).await;
    let mut tx = test.tx().await;
    for (user, profile) in [
        (MAX, junior()),
        (ED, junior()),
        (ANA, senior()),
        (BEA, senior()),
    ] {
        takes_part(&mut tx, &person(user, Some("Europe/Berlin")), &profile).await;
        participants::set_waiting(&mut tx, &user.into(), None)
            .await
            .unwrap();
    }
    let both = (&ED.into(), &BEA.into());
    let other = pairs::create(&mut tx, crate::domain::ids::RoundId(2), both, &[], 6).await;
    let other = other.unwrap().unwrap();
    pairs::step(&mut tx, other, State::Introduced, State::Active)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    (test, one, other)
}

#[tokio::test]
async fn two_pairs_swap_and_all_four_read_the_words_before_the_introduction() {
    let (test, one, other) = two_pairs().await;
    let asks = test
        .press(OWEN, Action::Care(one, Care::Swap))
        .await
        .unwrap();
    let form = asks.modal.unwrap().form;
    let nobody = test.submit(OWEN, form.clone(), &[]).await.unwrap();
    assert_eq!(nobody.errors.len(), 1);
    let with = [("with", Answer::User(BEA.into()))];
    let looked = test.submit(OWEN, form, &with).await.unwrap();
    insta::assert_snapshot!(shown(&looked), @"
    ┌ Swap partners
    │ There would be these two pairs:
    │ *<@UMAX> → <@UBEA>* · 58
    │ • The mentee wants to learn about AI tools, which the mentor can share.
    │ • The mentor wants to learn about Strategy, which the mentee can share.
    │ • They share 8 working hours on a typical day.
    │ *Please check:* I don't know all of their reporting lines. Neither may be in the other's management chain.
    │ *<@UED> → <@UANA>* · 58
    │ • The mentee wants to learn about AI tools, which the mentor can share.
    │ • The mentor wants to learn about Strategy, which the mentee can share.
    │ • They share 8 working hours on a typical day.
    │ *Please check:* I don't know all of their reporting lines. Neither may be in the other's management chain.
    │ The pairs of <@UMAX> and <@UANA>, and of <@UED> and <@UBEA>, come to an end. Each of the four reads this with their own names, and then the introduction:
    │ > A change in your reverse mentoring: your pair with <@UANA> has come to an end, and you have a new partner, <@UBEA>. That happens. It's nobody's fault, and no reasons are given. The introduction follows.
    │ · A friendly word from you before it is kinder than any message of mine.
    └ [ Cancel ]  [ Swap them ]
    ");
    assert!(open(&test, one).await && open(&test, other).await);
    let form = looked.modal.unwrap().form;
    let done = test.submit(OWEN, form.clone(), &[]).await.unwrap();
    insta::assert_snapshot!(shown(&done), @"
    ┌ Swap partners
    │ Done. <@UMAX> now mentors <@UBEA>, and <@UED> mentors <@UANA>. All four are being told.
    └ [ Close ]
    ");
    assert!(!open(&test, one).await && !open(&test, other).await);
    for (user, new) in [(ANA, ED), (BEA, MAX), (MAX, BEA), (ED, ANA)] {
        let mut tx = test.tx().await;
        let now = pairs::open_of(&mut tx, &user.into()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(now.len(), 1, "{user}");
        assert!(now[0].has(&UserId::from(new)), "{user}");
        let read = test.messages(user).await;
        let words = render(&read[0]);
        assert!(
            words.contains(new) && words.contains("nobody's fault"),
            "{words}"
        );
        assert!(!words.contains(OWEN), "{words}");
        assert!(
            !read
                .iter()
                .any(|one| render(one).contains("Find me a new partner")),
            "nobody is offered another match beside the new one"
        );
    }
    refused(test.submit(OWEN, form, &[]).await);
}

/// Nobody is introduced to a new partner during a break.
#[tokio::test]
async fn nobody_on_a_break_is_swapped() {
    let (test, one, other) = two_pairs().await;
    let form = test.press(OWEN, Action::Care(one, Care::Swap)).await;
    let form = form.unwrap().modal.unwrap().form;
    let with = [("with", Answer::User(BEA.into()))];
    let looked = test.submit(OWEN, form.clone(), &with).await.unwrap();
    // The break begins while the owner reads.
    test.pauses(BEA, "open").await;
    let refusal = test.submit(OWEN, looked.modal.unwrap().form, &[]).await;
    let refusal = refused(refusal);
    assert!(refusal.contains("is on a break"), "{refusal}");
    let again = test.submit(OWEN, form, &with).await.unwrap();
    assert_eq!(again.errors.len(), 1);
    assert!(open(&test, one).await && open(&test, other).await);
}

#[tokio::test]
async fn a_pair_is_made_by_hand_of_two_who_look_for_one() {
    let test = FeatureTest::program(settings()).await;
    let mut tx = test.tx().await;
    for (user, profile) in [(ED, junior()), (BEA, senior()), (MAX, junior())] {
        takes_part(&mut tx, &person(user, Some("Europe/Berlin")), &profile).await;
    }
    tx.commit().await.unwrap();
    let said = |mentor: &str, mentee: &str| {
        [
            ("mentor", Answer::User(mentor.into())),
            ("mentee", Answer::User(mentee.into())),
        ]
    };
    let no = |reply: Reply| reply.errors[0].1.clone();
    let ask = |two: [(&'static str, Answer); 2]| {
        let test = &test;
        async move { test.submit(OWEN, Form::MakePair, &two).await.unwrap() }
    };
    assert!(no(ask(said(ED, ED)).await).contains("two different people"));
    assert!(no(ask(said(OWEN, BEA)).await).contains("yourself"));
    assert!(no(ask(said("U9", BEA)).await).contains("doesn't take part"));
    assert!(no(ask(said(BEA, ED)).await).contains("other role"));
    let mut tx = test.tx().await;
    participants::set_waiting(&mut tx, &MAX.into(), None)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert!(no(ask(said(MAX, BEA)).await).contains("isn't looking"));
    let looked = ask(said(ED, BEA)).await;
    insta::assert_snapshot!(shown(&looked), @"
    ┌ Make a pair
    │ *<@UED> → <@UBEA>* · 58
    │ • The mentee wants to learn about AI tools, which the mentor can share.
    │ • The mentor wants to learn about Strategy, which the mentee can share.
    │ • They share 8 working hours on a typical day.
    │ *Please check:* I don't know all of their reporting lines. Neither may be in the other's management chain.
    │ They're introduced right away, in a group DM that begins like this, and nothing says that you made the pair:
    │ > <@UED>, meet <@UBEA>. You're a reverse mentoring pair: <@UED> is the mentor and shows what they know, <@UBEA> is the mentee and shares what they've learned along the way. You're both here to learn.
    └ [ Cancel ]  [ Introduce them ]
    ");
    assert_eq!(test.messages(ED).await, [], "nothing is sent before");
    let form = looked.modal.unwrap().form;
    test.submit(OWEN, form, &[]).await.unwrap();
    let mut tx = test.tx().await;
    let now = pairs::open_of(&mut tx, &ED.into()).await.unwrap();
    assert!(now[0].has(&BEA.into()));
    let ed = participants::find(&mut tx, &ED.into())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(ed.waiting_since, None, "his wait is over");
}

#[tokio::test]
async fn what_may_be_private_has_one_answer() {
    let test = FeatureTest::program(settings()).await;
    let mut answers = Vec::new();
    for apart in [true, false] {
        let mut tx = test.tx().await;
        let mut ed = junior();
        let mut bea = senior();
        if apart {
            ed.rather_not = vec![BEA.into()];
        } else {
            bea.languages = vec!["Hindi".into()];
        }
        for (user, profile) in [(ED, ed), (BEA, bea)] {
            takes_part(&mut tx, &person(user, Some("Europe/Berlin")), &profile).await;
        }
        tx.commit().await.unwrap();
        let two = [
            ("mentor", Answer::User(ED.into())),
            ("mentee", Answer::User(BEA.into())),
        ];
        let reply = test.submit(OWEN, Form::MakePair, &two).await.unwrap();
        answers.push(reply.errors[0].1.clone());
    }
    assert_eq!(answers[0], answers[1]);
}
