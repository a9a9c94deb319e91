mod away;
mod cards;
mod choice;
mod held_back;
mod help;
mod line;
mod private;

use crate::domain::cadence::{Busy, Hours};
use crate::domain::checkin::{Kind as About, NextStep, StillGood};
use crate::domain::cycle::{Cycle, MetAnswer, State};
use crate::domain::happening::Ending;
use crate::domain::ids::PairId;
use crate::domain::pair;
use crate::domain::participant::Standing;
use crate::domain::program::Settings;
use crate::features::{Error, Reply};
use crate::slack::event::{Action, Answer, Form};
use crate::store::checkins::{self, Checkin};
use crate::store::outbox::Kind;
use crate::store::{cycles, pairs, participants};
use crate::testing::feature_test::{FeatureTest, render, render_view};
use crate::testing::months::{ANA, MAX, OWEN, SUE, settings};
use jiff::SignedDuration;

fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

fn shown(reply: &Reply) -> String {
    render(reply.replace.as_ref().unwrap())
}

fn modal(reply: &Reply) -> String {
    render_view(&reply.modal.as_ref().unwrap().view())
}

async fn of(test: &FeatureTest, pair: PairId, user: &str, about: About) -> Checkin {
    let mut tx = test.tx().await;
    let all = checkins::of(&mut tx, pair).await.unwrap();
    all.into_iter()
        .rfind(|checkin| checkin.user.as_str() == user && checkin.kind == about)
        .unwrap()
}

async fn state(test: &FeatureTest, pair: PairId) -> pair::Pair {
    let mut tx = test.tx().await;
    pairs::find(&mut tx, pair).await.unwrap().unwrap()
}

/// Two months have passed in silence.
async fn two_quiet_months() -> (FeatureTest, PairId) {
    let (mut test, pair) = FeatureTest::signed(settings()).await;
    test.pass(days(66)).await;
    assert_eq!(test.of_kind(Kind::Checkin).await, 2);
    (test, pair)
}

async fn press(
    test: &FeatureTest,
    pair: PairId,
    user: &str,
    said: StillGood,
) -> Result<Reply, Error> {
    let checkin = of(test, pair, user, About::StillGood).await.id;
    test.press(user, Action::StillGood { checkin, said }).await
}

#[tokio::test]
async fn after_two_quiet_months_each_is_asked_and_owners_see_names_only() {
    let (test, pair) = two_quiet_months().await;
    insta::assert_snapshot!(test.last_of_kind(Kind::Checkin).await, @r#"
    *You and <@UANA>: still good?* You haven't told me about a meeting for two months. Maybe you met and didn't mention it, or maybe life got in the way. Either way, it's nobody's fault.
    [ All good ]  [ I'd like some help ]  [ End it kindly ]
      asks "End this pair?: Your partner gets a neutral message with no reasons. You can both be matched again." [ Not now ]  [ End it kindly ]
    · Your partner doesn't see your answer. If neither of you tells me of a meeting, the program's owners see your two names and that it's been quiet, but no reasons. If you ask for help, they see that your pair would like some, not who asked. No owner sees this about their own pair.
    "#);
    assert_eq!(
        test.messages(OWEN).await.len(),
        0,
        "the weekly companion lists them"
    );
    test.everybody_was_left_in_peace(&settings()).await;

    let good = press(&test, pair, ANA, StillGood::AllGood).await.unwrap();
    insta::assert_snapshot!(shown(&good), @"Glad to hear it. If you and <@UMAX> met and I missed it, log it with the shortcut “Log a mentoring meeting” and it counts.");
    let again = press(&test, pair, ANA, StillGood::EndKindly).await.unwrap();
    assert!(shown(&again).starts_with("You've already answered this one"));
    assert_eq!(state(&test, pair).await.state, pair::State::Active);
}

#[tokio::test]
async fn a_call_for_help_names_nobody_but_the_pair() {
    let (mut test, pair) = two_quiet_months().await;
    let help = press(&test, pair, MAX, StillGood::NeedHelp).await.unwrap();
    insta::assert_snapshot!(shown(&help), @"Thank you for telling me. <@USUE> is here for exactly this, chosen to be outside reporting lines. Write to them directly; they only hear what you tell them. I've also let the program's owners know that your pair would like some help. They see your two names, but no reasons, and not who asked. An owner hears nothing about their own pair.");
    let note = test.last(OWEN, "would like some help").await.unwrap();
    insta::assert_snapshot!(note, @r"
    <@UMAX> and <@UANA>: this pair would like some help. I don't pass on reasons, or who asked. A good start is a friendly word to both, offering fifteen minutes of your time.
    [ All pairs ]
    ");
    assert_eq!(test.messages(OWEN).await.len(), 1, "at once");
    assert_eq!(test.messages(SUE).await.len(), 0);
    press(&test, pair, ANA, StillGood::NeedHelp).await.unwrap();
    test.pass(days(3)).await;
    assert_eq!(test.messages(OWEN).await.len(), 1, "once is enough");
}

#[tokio::test]
async fn an_owner_within_the_pair_is_not_told_on() {
    let settings = Settings {
        owners: vec![ANA.into()],
        support_contact: Some(ANA.into()),
        ..settings()
    };
    let (mut test, pair) = FeatureTest::signed(settings).await;
    test.pass(days(66)).await;
    let help = press(&test, pair, MAX, StillGood::NeedHelp).await.unwrap();
    assert!(!shown(&help).contains("<@UANA>"), "{}", shown(&help));
    test.pass(days(3)).await;
    assert_eq!(test.count(ANA, "would like some help").await, 0);
}

#[tokio::test]
async fn a_pair_can_end_kindly() {
    let (test, pair) = two_quiet_months().await;
    let stranger = of(&test, pair, ANA, About::StillGood).await.id;
    let wrong = Action::StillGood {
        checkin: stranger,
        said: StillGood::EndKindly,
    };
    assert!(matches!(test.press(MAX, wrong).await, Err(Error::User(_))));
    let ended = press(&test, pair, MAX, StillGood::EndKindly).await.unwrap();
    insta::assert_snapshot!(shown(&ended), @"Done. <@UANA> gets a neutral message with no reasons. Thank you for the time you gave this. `/reverse-mentor status` shows whether I'm looking for another partner for you.");
    let closed = state(&test, pair).await.closed.unwrap();
    assert_eq!(closed.1, Ending::Ended);
    let late = press(&test, pair, ANA, StillGood::AllGood).await.unwrap();
    assert!(shown(&late).contains("has come to an end"));
}

#[tokio::test]
async fn a_late_yes_makes_the_question_needless_for_who_said_it() {
    let (mut test, pair) = FeatureTest::signed(settings()).await;
    // Sunday, May 3: the second month has not closed yet.
    test.pass(days(62)).await;
    let mut tx = test.tx().await;
    let before = cycles::of(&mut tx, pair).await.unwrap()[0].clone();
    tx.commit().await.unwrap();
    assert_eq!(before.state, State::Unknown);
    let yes = Action::DidMeet {
        cycle: before.id,
        plan: None,
        said: MetAnswer::Yes,
    };
    test.press(ANA, yes).await.unwrap();
    test.pass(days(5)).await;
    let asked = async |user: &str| test.count(user, "still good?").await;
    assert_eq!((asked(ANA).await, asked(MAX).await), (0, 1));
}

/// Waits for the month; Ana picks the last slot.
async fn a_time_is_found(test: &mut FeatureTest, pair: PairId, number: u8) -> Cycle {
    let cycle = loop {
        test.pass(days(1)).await;
        let months = test.months(pair).await;
        if let Some(month) = months.last()
            && month.number == number
        {
            break month.clone();
        }
        assert!(months.len() <= usize::from(number));
    };
    // The card may wait a day, because a check-in took the day's place.
    test.pass(days(1)).await;
    let zones = [
        test.workday_of(&ANA.into()).await,
        test.workday_of(&MAX.into()).await,
    ];
    let slots = Hours::from(&settings()).slots(cycle.opened_at, &zones, 3, &Busy::default());
    let pick = Action::PickSlot {
        cycle: cycle.id,
        at: slots[2].as_millisecond(),
    };
    test.press(ANA, pick).await.unwrap();
    cycle
}

/// They have a time, and both say that they met.
async fn a_good_month(test: &mut FeatureTest, pair: PairId, number: u8) {
    let cycle = a_time_is_found(test, pair, number).await;
    test.pass(days(13)).await;
    for user in [ANA, MAX] {
        let yes = Action::DidMeet {
            cycle: cycle.id,
            plan: None,
            said: MetAnswer::Yes,
        };
        test.press(user, yes).await.unwrap();
    }
}

/// Six months, all with meetings.
async fn six_months() -> (FeatureTest, PairId) {
    let (mut test, pair) = FeatureTest::signed(settings()).await;
    for number in 1..=6 {
        a_good_month(&mut test, pair, number).await;
    }
    while state(&test, pair).await.state == pair::State::Active {
        test.pass(days(1)).await;
    }
    test.pass(days(3)).await;
    assert_eq!(state(&test, pair).await.state, pair::State::Closing);
    (test, pair)
}

async fn choose(test: &FeatureTest, pair: PairId, user: &str, next: NextStep) -> String {
    let checkin = of(test, pair, user, About::Closing).await.id;
    shown(
        &test
            .press(user, Action::Closing { checkin, next })
            .await
            .unwrap(),
    )
}

#[tokio::test]
async fn a_pair_goes_through_six_months_to_the_end() {
    let (test, pair) = six_months().await;
    assert_eq!(test.of_kind(Kind::CycleOpens).await, 6);
    assert_eq!(test.of_kind(Kind::NudgeWeek).await, 0);
    assert_eq!(test.of_kind(Kind::MeetingSoon).await, 6);
    assert_eq!(test.of_kind(Kind::Reflection).await, 12);
    assert_eq!(test.of_kind(Kind::Companion).await, 0);
    // The midpoint and the closing for each of them.
    assert_eq!(test.of_kind(Kind::Checkin).await, 4);
    insta::assert_snapshot!(test.last_of_kind(Kind::Checkin).await, @"
    *Your 6 months with <@UANA> are over.* Time to look back and choose what comes next.
    [ Look back ]
    What next? You keep going if you both choose to. Otherwise the pair is complete, with thanks. <@UANA> doesn't see which button you press.
    [ Keep going together ]  [ Find another partner ]  [ Finish here ]
    · Only you see what you write. After two weeks without a choice, the pair is complete. A break makes that longer.
    ");
    test.everybody_was_left_in_peace(&settings()).await;

    insta::assert_snapshot!(choose(&test, pair, ANA, NextStep::Continue).await, @"
    Noted: you'd like to keep going. If <@UMAX> chooses the same, you'll have more months together.
    [ Look back ]
    [ Keep going together ]  [ Find another partner ]  [ Finish here ]
    · You can change your choice until <@UMAX> has chosen too. Only you see it.
    ");
    let end = choose(&test, pair, MAX, NextStep::Finish).await;
    assert!(end.contains("has come to an end"), "{end}");
    assert_eq!(
        state(&test, pair).await.closed.unwrap().1,
        Ending::Completed
    );
    let thanks = test.messages("pair/").await;
    let thanks = thanks
        .iter()
        .map(render)
        .find(|text| text.contains("A thank-you"));
    insta::assert_snapshot!(thanks.unwrap(), @r"
    # A thank-you to keep
    *Thank you, <@UMAX> and <@UANA>.* You've been a pair since Monday, March 2, and in 6 months you made time for each other. That's worth remembering, and worth mentioning.
    · This conversation stays yours. What you wrote to me is erased after the program's retention period.
    ");
    let late = choose(&test, pair, ANA, NextStep::Rematch).await;
    assert!(late.contains("[ Find me a partner ]"), "{late}");
    let late = choose(&test, pair, ANA, NextStep::Finish).await;
    assert!(late.contains("ends here with <@UMAX>"), "{late}");
}

#[tokio::test]
async fn another_partner_can_be_wished_for_on_a_break() {
    let (test, pair) = six_months().await;
    let mut tx = test.tx().await;
    for user in [ANA, MAX] {
        participants::set_waiting(&mut tx, &user.into(), None)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    choose(&test, pair, ANA, NextStep::Finish).await;
    test.stands(MAX, Standing::Paused).await;
    choose(&test, pair, MAX, NextStep::Rematch).await;
    assert!(test.waits(MAX).await && !test.waits(ANA).await);
    let back = test.command(MAX, "resume").await.unwrap();
    let back = render(&back.say.unwrap());
    assert!(back.contains("I'm looking for a partner for you"), "{back}");
}

#[tokio::test]
async fn both_go_on_and_another_round_begins() {
    let (mut test, pair) = six_months().await;
    choose(&test, pair, ANA, NextStep::Finish).await;
    choose(&test, pair, ANA, NextStep::Continue).await;
    let on = choose(&test, pair, MAX, NextStep::Continue).await;
    assert_eq!(
        on,
        "You and <@UANA> are continuing together. Enjoy the months ahead."
    );
    let again = choose(&test, pair, MAX, NextStep::Finish).await;
    assert_eq!(again, on, "too late to change");
    let now = state(&test, pair).await;
    assert_eq!((now.state, now.cycles), (pair::State::Active, 12));
    test.pass(days(20)).await;
    assert_eq!(test.month(pair).await.number, 7);
    assert_eq!(state(&test, pair).await.state, pair::State::Active);
    test.everybody_was_left_in_peace(&settings()).await;
}

#[tokio::test]
async fn without_an_answer_the_pair_is_complete_after_a_fortnight() {
    let (mut test, pair) = six_months().await;
    let before = test.messages("pair/").await.len();
    test.pass(days(16)).await;
    assert_eq!(
        state(&test, pair).await.closed.unwrap().1,
        Ending::Completed
    );
    let told = test.messages("pair/").await;
    assert!(
        told[before..]
            .iter()
            .any(|message| render(message).contains("A thank-you to keep"))
    );
}

#[tokio::test]
async fn the_midpoint_is_for_ones_own_eyes() {
    let (mut test, pair) = FeatureTest::signed(settings()).await;
    for number in 1..=3 {
        a_good_month(&mut test, pair, number).await;
    }
    test.pass(days(30)).await;
    insta::assert_snapshot!(test.last_of_kind(Kind::Checkin).await, @"
    *Halfway with <@UANA>.* Two short questions, just for you: is it worth your time, and what would you change?
    [ Answer ]
    · Only you see your answers: not your partner, not the program's owners.
    ");
    let checkin = of(&test, pair, ANA, About::Midpoint).await.id;
    let form = test
        .press(ANA, Action::AnswerCheckin { checkin })
        .await
        .unwrap();
    insta::assert_snapshot!(modal(&form), @"
    ┌ Halfway
    │ With <@UMAX>.
    │ Is it worth your time? (optional)
    │   ( ) Yes, definitely
    │   ( ) Mostly
    │   ( ) Not yet
    │   ( ) No
    │ One thing you would change (optional)
    │   [ ____ ]
    │ · Only you see your answers: not your partner, not the program's owners.
    └ [ Cancel ]  [ Save ]
    ");
    let answers = [
        ("worth", Answer::One("mostly".into())),
        ("text", Answer::Text("Fewer slides".into())),
    ];
    let before = test.sent().await.len();
    test.submit(ANA, Form::Checkin { checkin }, &answers)
        .await
        .unwrap();
    assert_eq!(test.sent().await.len(), before, "nobody hears of it");
    let again = test
        .press(ANA, Action::AnswerCheckin { checkin })
        .await
        .unwrap();
    assert!(
        again
            .modal
            .unwrap()
            .view()
            .to_string()
            .contains("Fewer slides")
    );
    assert!(
        test.press(MAX, Action::AnswerCheckin { checkin })
            .await
            .is_err()
    );
    assert!(
        test.submit(OWEN, Form::Checkin { checkin }, &answers)
            .await
            .is_err()
    );
}

#[tokio::test]
async fn the_closing_looks_back() {
    let (test, pair) = six_months().await;
    let checkin = of(&test, pair, MAX, About::Closing).await.id;
    let form = test
        .press(MAX, Action::AnswerCheckin { checkin })
        .await
        .unwrap();
    insta::assert_snapshot!(modal(&form), @"
    ┌ Looking back
    │ Your 6 months with <@UANA>.
    │ What changed, for you or for others? (optional)
    │   [ ____ ]
    │ How confident were you about your goal at the start? (optional)
    │   ( ) 1: not at all
    │   ( ) 2
    │   ( ) 3: halfway
    │   ( ) 4
    │   ( ) 5: very
    │ How confident are you now? (optional)
    │   ( ) 1: not at all
    │   ( ) 2
    │   ( ) 3: halfway
    │   ( ) 4
    │   ( ) 5: very
    │ Would you recommend this program to a colleague? (optional)
    │   ( ) Yes
    │   ( ) No
    │ Would you do it again? (optional)
    │   ( ) Yes
    │   ( ) No
    │ · Only you see what you write. Ratings, and your yes or no, only count in figures over many people, never on their own.
    └ [ Cancel ]  [ Save ]
    ");
    let answers = [
        ("text", Answer::Text("I speak up".into())),
        ("then", Answer::One("2".into())),
        ("now", Answer::One("4".into())),
        ("recommend", Answer::One("yes".into())),
        ("repeat", Answer::One("no".into())),
    ];
    test.submit(MAX, Form::Checkin { checkin }, &answers)
        .await
        .unwrap();
    let saved = of(&test, pair, MAX, About::Closing).await;
    assert_eq!(saved.confidence, Some(4));
    let benefit = (saved.benefit.would_recommend, saved.benefit.would_repeat);
    assert_eq!(benefit, (Some(true), Some(false)));
    assert_eq!(saved.said, None, "the choice is still open");
    choose(&test, pair, MAX, NextStep::Rematch).await;
    let saved = of(&test, pair, MAX, About::Closing).await;
    assert_eq!(saved.said.as_deref(), Some("rematch"));
    assert!(saved.answer.unwrap().contains("I speak up"));
}

/// Slack is down for a week when the months end: both are still asked, and have time to choose.
#[tokio::test]
async fn nobody_is_passed_over_at_the_end_because_slack_was_away() {
    let settings = Settings {
        cycles: 1,
        ..settings()
    };
    let (mut test, pair) = FeatureTest::signed(settings.clone()).await;
    test.pass(days(30)).await;
    test.pass_without_slack(7 * 24).await;
    assert_eq!(state(&test, pair).await.state, pair::State::Closing);
    assert!(test.of_kind(Kind::Checkin).await > 2, "tried day by day");
    assert!(test.of_kind(Kind::Checkin).await <= 10, "never in a burst");
    test.pass(days(3)).await;
    assert_eq!(test.seen_of_kind(Kind::Checkin).await, 2);
    for user in [MAX, ANA] {
        assert!(!of(&test, pair, user, About::Closing).await.due);
    }
    test.everybody_was_left_in_peace(&settings).await;
}
