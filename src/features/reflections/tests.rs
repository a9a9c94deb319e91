use crate::domain::cycle::{Cycle, MetAnswer};
use crate::domain::figures::Rating;
use crate::domain::happening::{Ending, Happening};
use crate::domain::ids::{PairId, ReflectionId};
use crate::features::{Error, Reply};
use crate::slack::event::{Action, Answer, Form};
use crate::store::outbox::Kind;
use crate::store::reflections::{self, Reflection};
use crate::store::{cycles, met, pairs};
use crate::testing::feature_test::{FeatureTest, render, render_view};
use crate::testing::months::{ANA, MAX, blank, settings};
use jiff::SignedDuration;
use jiff::civil::date;

fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}

fn modal(reply: &Reply) -> String {
    render_view(&reply.modal.as_ref().unwrap().view())
}

/// Thursday, 5 March, 09:00 UTC; Max has logged a meeting.
async fn max_said_yes() -> (FeatureTest, PairId, Cycle) {
    let (mut test, pair) = FeatureTest::signed(settings()).await;
    test.pass(hours(72)).await;
    let day = [("date", Answer::Date(date(2026, 3, 4)))];
    test.submit(MAX, Form::LogMeeting, &day).await.unwrap();
    let month = test.month(pair).await;
    (test, pair, month)
}

async fn of(test: &FeatureTest, user: &str) -> Vec<Reflection> {
    let mut tx = test.tx().await;
    reflections::by(&mut tx, &user.into()).await.unwrap()
}

async fn answer(
    test: &FeatureTest,
    user: &str,
    reflection: ReflectionId,
    thought: &str,
    more: &[(&str, Answer)],
) -> Result<Reply, Error> {
    let mut answers = vec![("answer", Answer::Text(thought.into()))];
    answers.extend_from_slice(more);
    test.submit(user, Form::Reflect { reflection }, &answers)
        .await
}

fn share() -> (&'static str, Answer) {
    ("share", Answer::Many(vec!["share".into()]))
}

fn confidence(rating: u8) -> (&'static str, Answer) {
    ("confidence", Answer::One(rating.to_string()))
}

#[tokio::test]
async fn ones_own_yes_brings_the_question_and_nobody_elses_does() {
    let (mut test, _, month) = max_said_yes().await;
    assert_eq!(of(&test, MAX).await.len(), 1);
    insta::assert_snapshot!(test.last_of_kind(Kind::Reflection).await, @"
    After your meeting with <@UANA>, one question just for you:
    *(a question)*
    [ Answer ]
    · Only you see your answer, unless you press share.
    ");
    test.pass(hours(24 * 14)).await;
    assert_eq!(of(&test, ANA).await.len(), 0, "it would tell his answer");
    let yes = Action::DidMeet {
        cycle: month.id,
        plan: None,
        said: MetAnswer::Yes,
    };
    for _ in 0..2 {
        test.press(ANA, yes.clone()).await.unwrap();
    }
    assert_eq!(of(&test, ANA).await.len(), 1);
    assert_eq!(test.of_kind(Kind::Reflection).await, 2, "never twice");
}

#[tokio::test]
async fn another_answer_than_yes_brings_no_question() {
    for said in [MetAnswer::No, MetAnswer::Moved] {
        let (mut test, _, month) = max_said_yes().await;
        let cycle = month.id;
        let plan = None;
        let press = Action::DidMeet { cycle, plan, said };
        test.press(ANA, press).await.unwrap();
        test.pass(hours(72)).await;
        assert_eq!(of(&test, ANA).await.len(), 0, "{said:?}");
    }
}

/// What one of them writes, rates or leaves unanswered shows nowhere to the other.
#[tokio::test]
async fn a_reflection_shows_nothing_to_the_partner() {
    let mut views = Vec::new();
    for answered in [false, true] {
        let (mut test, _, _) = max_said_yes().await;
        if answered {
            let id = of(&test, MAX).await[0].id;
            answer(&test, MAX, id, "I found my voice.", &[confidence(1)])
                .await
                .unwrap();
        }
        let mut seen = test.all_that_sees(ANA).await;
        test.pass(hours(24 * 40)).await;
        seen.extend(test.all_that_sees(ANA).await);
        views.push(seen);
    }
    assert_eq!(views[0], views[1]);
}

#[tokio::test]
async fn an_answer_is_for_its_author_alone() {
    let (test, _, _) = max_said_yes().await;
    let id = of(&test, MAX).await[0].id;
    let empty = modal(
        &test
            .press(MAX, Action::Reflect { reflection: id })
            .await
            .unwrap(),
    );
    insta::assert_snapshot!(blank(&empty), @"
    ┌ A moment to reflect
    │ After your meeting with <@UANA>: *(a question)*
    │ What comes to mind (optional)
    │   [ ____ ]
    │ How confident are you about reaching your goal? (optional)
    │   ( ) 1: not at all yet
    │   ( ) 2
    │   ( ) 3: halfway
    │   ( ) 4
    │   ( ) 5: very
    │   · Only counts in an average over many people, never on its own.
    │ Share (optional)
    │   [ ] Share my answer with my partner
    │   · Posts the text in your group message, once. The number is never shared.
    │ · Only you see your answer, unless you press share.
    └ [ Cancel ]  [ Save ]
    ");
    let saved = answer(&test, MAX, id, "I found my voice.", &[confidence(3)])
        .await
        .unwrap();
    insta::assert_snapshot!(modal(&saved), @"
    ┌ Thank you
    │ Saved. Only you can see it. The question's button shows it again and lets you change it.
    └ [ Close ]
    ");
    assert_eq!(test.messages("pair/").await.len(), 0);
    let again = test
        .press(MAX, Action::Reflect { reflection: id })
        .await
        .unwrap();
    let view = again.modal.unwrap().view().to_string();
    assert!(view.contains("I found my voice."));
    assert!(view.contains("initial_option"), "{view}");

    let other = test.press(ANA, Action::Reflect { reflection: id }).await;
    assert!(matches!(other, Err(Error::User(_))));
    assert!(
        answer(&test, ANA, id, "mine now", &[share()])
            .await
            .is_err()
    );
    assert_eq!(
        of(&test, MAX).await[0].answer.as_deref(),
        Some("I found my voice.")
    );
    assert!(test.columns_with("voice").await.is_empty());
}

#[tokio::test]
async fn sharing_is_a_choice_and_happens_once() {
    let (test, _, _) = max_said_yes().await;
    let id = of(&test, MAX).await[0].id;
    let nothing = answer(&test, MAX, id, " ", &[share()]).await.unwrap();
    assert!(
        nothing.errors[0]
            .1
            .starts_with("There's nothing to share yet")
    );
    let nothing = answer(&test, MAX, id, "", &[]).await.unwrap();
    assert!(nothing.errors[0].1.contains("no answer is fine too"));

    for text in ["Say *why*, not what\n<!here>", "Changed my mind"] {
        answer(&test, MAX, id, text, &[share()]).await.unwrap();
    }
    let told = test.messages("pair/").await;
    assert_eq!(told.len(), 1);
    insta::assert_snapshot!(blank(&render(&told[0])), @r"
    <@UMAX> shares a thought after your meeting.
    _(a question)_
    > Say *why*, not what
    > &lt;!here&gt;
    ");
    assert_eq!(
        of(&test, MAX).await[0].answer.as_deref(),
        Some("Changed my mind")
    );
}

#[tokio::test]
async fn nothing_is_shared_once_the_pair_is_over() {
    let (mut test, pair, _) = max_said_yes().await;
    let id = of(&test, MAX).await[0].id;
    let mut tx = test.tx().await;
    let why = Ending::Ended;
    pairs::close(&mut tx, pair, why).await.unwrap();
    tx.commit().await.unwrap();
    let by = None;
    test.happens(Happening::PairEnded { pair, by, why }).await;
    let told = test.messages("pair/").await.len();
    answer(&test, MAX, id, "A last thought", &[share()])
        .await
        .unwrap();
    assert_eq!(test.messages("pair/").await.len(), told);
    assert_eq!(
        of(&test, MAX).await[0].answer.as_deref(),
        Some("A last thought")
    );
    test.pass(hours(72)).await;
    assert_eq!(of(&test, ANA).await.len(), 0, "and nobody else is asked");
}

#[tokio::test]
async fn nothing_is_kept_once_the_pair_is_erased() {
    let (mut test, pair, _) = max_said_yes().await;
    let reflection = of(&test, MAX).await[0].id;
    let mut tx = test.tx().await;
    let (by, why) = (None, Ending::Ended);
    pairs::close(&mut tx, pair, why).await.unwrap();
    tx.commit().await.unwrap();
    test.happens(Happening::PairEnded { pair, by, why }).await;
    test.pass(hours(24 * 89)).await;
    answer(&test, MAX, reflection, "In time", &[])
        .await
        .unwrap();
    test.pass(hours(24 * 2)).await;
    let late = answer(&test, MAX, reflection, "Too late", &[]).await;
    assert!(matches!(late, Err(Error::User(_))), "{late:?}");
    let opened = test.press(MAX, Action::Reflect { reflection }).await;
    assert!(matches!(opened, Err(Error::User(_))), "{opened:?}");
    assert_eq!(of(&test, MAX).await[0].answer, None);
}

#[tokio::test]
async fn no_question_comes_twice_within_a_pair() {
    let (test, pair, month) = max_said_yes().await;
    let mut questions = vec![of(&test, MAX).await[0].question.clone()];
    for number in 2..=48 {
        let mut tx = test.tx().await;
        let cycle = cycles::create(&mut tx, pair, number, month.anchor, month.closes_at)
            .await
            .unwrap()
            .unwrap();
        let pair_row = pairs::find(&mut tx, pair).await.unwrap().unwrap();
        met::say(&mut tx, cycle, 0, (&pair_row, &MAX.into()), "yes")
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let by = MAX.into();
        test.happens(Happening::SaidTheyMet { pair, cycle, by })
            .await;
        questions.push(of(&test, MAX).await.last().unwrap().question.clone());
    }
    questions.sort();
    questions.dedup();
    assert_eq!(questions.len(), 48);
}

#[tokio::test]
async fn confidence_counts_once_a_person() {
    let (test, pair, month) = max_said_yes().await;
    let first = of(&test, MAX).await[0].id;
    answer(&test, MAX, first, "", &[confidence(2)])
        .await
        .unwrap();
    let changes = || async {
        let mut tx = test.tx().await;
        reflections::confidence_changes(&mut tx).await.unwrap()
    };
    assert_eq!(changes().await, []);
    let mut tx = test.tx().await;
    let cycle = cycles::create(&mut tx, pair, 2, month.anchor, month.closes_at)
        .await
        .unwrap()
        .unwrap();
    let second = reflections::create(&mut tx, pair, cycle, &MAX.into(), "trust/both/1")
        .await
        .unwrap()
        .unwrap();
    tx.commit().await.unwrap();
    answer(&test, MAX, second, "", &[confidence(4)])
        .await
        .unwrap();
    assert_eq!(
        changes().await,
        [Rating {
            before: 2,
            now: 4,
            at: test.now
        }]
    );
}
