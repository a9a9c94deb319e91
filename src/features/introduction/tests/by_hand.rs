//! Pairs that an owner makes or swaps.

use crate::domain::ids::{PairId, UserId};
use crate::domain::overview::Care;
use crate::domain::pair::State;
use crate::domain::participant::Profile;
use crate::features::{Error, Reply};
use crate::slack::event::{Action, Answer, Form};
use crate::store::{pairs, participants};
use crate::testing::feature_test::{FeatureTest, render, render_view};
use crate::testing::months::{ANA, MAX, OWEN, settings};
use crate::testing::people::{junior, person, senior, takes_part};

pub(super) const BEA: &str = "UBEA";
pub(super) const ED: &str = "UED";

/// The ticks of all pairs to check.
pub(super) fn ticked() -> [(&'static str, Answer); 2] {
    ["looked", "looked_other"].map(|field| (field, Answer::Many(vec!["yes".into()])))
}

/// The form of the last look at Ed's pair with Bea, in which each of them reports to nobody if their `lines_are_known`.
pub(super) async fn looks_at_ed_and_bea(test: &FeatureTest, lines_are_known: bool) -> Form {
    lines_of_ed_and_bea(test, lines_are_known).await;
    let two = [
        ("mentor", Answer::User(ED.into())),
        ("mentee", Answer::User(BEA.into())),
    ];
    let looked = test.submit(OWEN, Form::MakePair, &two).await.unwrap();
    looked.modal.unwrap().form
}

async fn lines_of_ed_and_bea(test: &FeatureTest, are_known: bool) {
    let mut tx = test.tx().await;
    for (user, profile) in [(ED, junior()), (BEA, senior())] {
        let manager = are_known.then(|| UserId::from(user));
        let profile = Profile { manager, ..profile };
        takes_part(&mut tx, &person(user, Some("Europe/Berlin")), &profile).await;
    }
    tx.commit().await.unwrap();
}

/// The form of the last look at a swap of these two pairs.
pub(super) async fn looks_at_swap(test: &FeatureTest, one: PairId) -> Form {
    let form = test.press(OWEN, Action::Care(one, Care::Swap)).await;
    let form = form.unwrap().modal.unwrap().form;
    let with = [("with", Answer::User(BEA.into()))];
    let looked = test.submit(OWEN, form, &with).await.unwrap();
    looked.modal.unwrap().form
}

pub(super) async fn partners(test: &FeatureTest, user: &str) -> Vec<UserId> {
    let user = UserId::from(user);
    let mut tx = test.tx().await;
    let open = pairs::open_of(&mut tx, &user).await.unwrap();
    tx.rollback().await;
    let partners = open.iter().map(|pair| pair.partner_of(&user).clone());
    partners.collect()
}

pub(super) fn shown(reply: &Reply) -> String {
    render_view(&reply.modal.as_ref().expect("a modal").view())
}

fn refused(reply: Result<Reply, Error>) -> String {
    match reply {
        Err(Error::User(text)) => text.into_string(),
        other => panic!("not refused: {other:?}"),
    }
}

pub(super) async fn open(test: &FeatureTest, pair: PairId) -> bool {
    let mut tx = test.tx().await;
    pairs::find(&mut tx, pair).await.unwrap().unwrap().is_open()
}

/// Ana and Max, and Bea (senior) with Ed (early); all four have one place each.
pub(super) async fn two_pairs() -> (FeatureTest, PairId, PairId) {
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
pub(super) async fn two_pairs_swap_and_all_four_read_the_words_before_the_introduction() {
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
    │ Their reporting lines
    │   [ ] I've checked: neither reports to the other, directly or further up.
    │ *<@UED> → <@UANA>* · 58
    │ • The mentee wants to learn about AI tools, which the mentor can share.
    │ • The mentor wants to learn about Strategy, which the mentee can share.
    │ • They share 8 working hours on a typical day.
    │ *Please check:* I don't know all of their reporting lines. Neither may be in the other's management chain.
    │ Their reporting lines
    │   [ ] I've checked: neither reports to the other, directly or further up.
    │ The pairs of <@UMAX> and <@UANA>, and of <@UED> and <@UBEA>, come to an end when the new ones are introduced: in everyone's working hours, in ten minutes at the soonest. Until then, you can undo it. Each of the four reads this with their own names, and then the introduction:
    │ > A change in your reverse mentoring: your pair with <@UANA> has come to an end, and you have a new partner, <@UBEA>. That happens. It's nobody's fault, and no reasons are given. The introduction follows.
    │ · A friendly word from you before it is kinder than any message of mine.
    └ [ Cancel ]  [ Swap them ]
    ");
    assert!(open(&test, one).await && open(&test, other).await);
    let form = looked.modal.unwrap().form;
    let done = test.submit(OWEN, form.clone(), &ticked()).await.unwrap();
    insta::assert_snapshot!(shown(&done), @"
    ┌ Swap partners
    │ Done. They swap <!date^1772442600^{date_long_pretty} at {time}|Monday, March 2 at 9:10 AM (Europe/London)>: <@UMAX> mentors <@UBEA> then, and <@UED> mentors <@UANA>. Nobody hears of it until then, and you can undo it here or on my Home tab.
    │ [ Undo ]
    └ [ Close ]
    ");
    let again = refused(test.submit(OWEN, form.clone(), &ticked()).await);
    assert!(again.contains("about to be introduced"), "{again}");
    assert!(
        open(&test, one).await && open(&test, other).await,
        "it can be undone"
    );
    assert_eq!(test.messages(BEA).await, []);
    test.introductions_begin().await;
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
    refused(test.submit(OWEN, form, &ticked()).await);
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
    │ Their reporting lines
    │   [ ] I've checked: neither reports to the other, directly or further up.
    │ They're introduced in their working hours, in ten minutes at the soonest. Until then, you can undo it. Their group DM begins like this, and nothing says that you made the pair:
    │ > <@UED>, meet <@UBEA>. You're a reverse mentoring pair: <@UED> is the mentor and shows what they know, <@UBEA> is the mentee and shares what they've learned along the way. You're both here to learn.
    └ [ Cancel ]  [ Introduce them ]
    ");
    assert_eq!(test.messages(ED).await, [], "nothing is sent before");
    let form = looked.modal.unwrap().form;
    let done = test.submit(OWEN, form, &ticked()).await.unwrap();
    insta::assert_snapshot!(shown(&done), @"
    ┌ Make a pair
    │ Done. <@UED> and <@UBEA> are introduced <!date^1772442600^{date_long_pretty} at {time}|Monday, March 2 at 9:10 AM (UTC)>. Nobody hears of it until then, and you can undo it here or on my Home tab.
    │ [ Undo ]
    └ [ Close ]
    ");
    assert_eq!(test.messages(ED).await, [], "it can be undone");
    test.introductions_begin().await;
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

/// The owner looks at each pair whose lines are not known, and says so for each.
#[tokio::test]
async fn each_pair_to_check_needs_its_own_tick() {
    let test = FeatureTest::program(settings()).await;
    let form = looks_at_ed_and_bea(&test, false).await;
    let no = test.submit(OWEN, form.clone(), &[]).await.unwrap();
    insta::assert_snapshot!(format!("{:?}", no.errors), @r#"[("looked", "Please look up who these two report to. If neither is above the other, tick this. If one is, cancel this and pick someone else.")]"#);
    test.submit(OWEN, form, &ticked()).await.unwrap();
    test.introductions_begin().await;
    assert_eq!(partners(&test, ED).await, [BEA.into()]);

    let (test, one, other) = two_pairs().await;
    let form = looks_at_swap(&test, one).await;
    for (given, missing) in [(0, "looked_other"), (1, "looked")] {
        let ticks = [ticked()[given].clone()];
        let no = test.submit(OWEN, form.clone(), &ticks).await.unwrap();
        let fields: Vec<&str> = no.errors.iter().map(|(field, _)| *field).collect();
        assert_eq!(fields, [missing]);
    }
    test.introductions_begin().await;
    assert!(open(&test, one).await && open(&test, other).await);
}

/// Somebody clears their manager while the owner reads, or after the owner has decided.
#[tokio::test]
async fn a_line_that_is_cleared_is_looked_at_whenever_that_happens() {
    let test = FeatureTest::program(settings()).await;
    let form = looks_at_ed_and_bea(&test, true).await;
    lines_of_ed_and_bea(&test, false).await;
    let again = test.submit(OWEN, form, &[]).await.unwrap();
    let preview = shown(&again);
    assert!(preview.contains("I've checked"), "{preview}");
    test.introductions_begin().await;
    assert!(test.pairs().await.is_empty());
    let form = again.modal.unwrap().form;
    test.submit(OWEN, form, &ticked()).await.unwrap();
    test.introductions_begin().await;
    assert_eq!(test.pairs().await.len(), 1);

    let test = FeatureTest::program(settings()).await;
    let form = looks_at_ed_and_bea(&test, true).await;
    test.submit(OWEN, form, &[]).await.unwrap();
    lines_of_ed_and_bea(&test, false).await;
    test.introductions_begin().await;
    assert!(test.pairs().await.is_empty());
    let asked = test.last(OWEN, "Check").await;
    assert!(asked.is_some(), "{}", test.told().await);
}
