//! A person with two pairs is not offered the same time twice.

use super::*;
use crate::domain::ids::RoundId;
use crate::domain::pair::State::{Active, Introduced};
use crate::store::participants;

const ZOE: &str = "UZOE";

/// Ana has Max, and Zoe as a second mentor. Both months are open and both cards were sent.
async fn two_pairs() -> (FeatureTest, [Cycle; 2]) {
    let (mut test, first) = FeatureTest::signed(settings()).await;
    test.seen(ZOE, "America/New_York").await;
    let mut tx = test.tx().await;
    let profile = participants::find(&mut tx, &MAX.into()).await.unwrap();
    let profile = profile.unwrap().profile;
    participants::save(&mut tx, &ZOE.into(), &profile, None, true)
        .await
        .unwrap();
    let members = (&ZOE.into(), &ANA.into());
    let second = pairs::create(&mut tx, RoundId(2), members, &[], settings().cycles)
        .await
        .unwrap()
        .unwrap();
    pairs::step(&mut tx, second, Introduced, Active)
        .await
        .unwrap();
    test.opens_tomorrow(&mut tx, &settings(), second).await;
    tx.commit().await.unwrap();
    test.pass(days(3)).await;
    assert_eq!(test.of_kind(Kind::CycleOpens).await, 2);
    let months = [test.month(first).await, test.month(second).await];
    (test, months)
}

#[tokio::test]
async fn two_cards_offer_different_times() {
    let (test, [one, other]) = two_pairs().await;
    assert_eq!((one.proposed.len(), other.proposed.len()), (3, 3));
    let apart = SignedDuration::from_hours(1);
    for first in &one.proposed {
        for second in &other.proposed {
            assert!(first.duration_since(*second).abs() >= apart, "{first}");
        }
    }
    test.everybody_was_left_in_peace(&settings()).await;
}

#[tokio::test]
async fn a_time_taken_with_another_partner_is_not_taken_twice() {
    let (test, [one, other]) = two_pairs().await;
    let at = one.proposed[1].as_millisecond();
    let pick = |cycle| Action::PickSlot { cycle, at };
    test.press(ANA, pick(one.id)).await.unwrap();
    let reply = shown(&test.press(ZOE, pick(other.id)).await.unwrap());
    assert!(
        reply
            .starts_with("That time no longer suits both <@UANA> and <@UZOE>, so here are others."),
        "{reply}"
    );
    assert!(!reply.contains(MAX), "with whom is not said: {reply}");
    assert!(reply.contains("[ Pick time 3 ]"), "{reply}");
    let now = test.month(other.pair).await;
    assert_eq!(now.state, State::Open);
    let apart = SignedDuration::from_hours(1);
    for slot in now.proposed {
        assert!(slot.duration_since(one.proposed[1]).abs() >= apart);
    }
}

#[tokio::test]
async fn a_clash_chosen_by_hand_is_allowed_and_said() {
    let (test, [one, other]) = two_pairs().await;
    other_time(&test, &one, date(2026, 3, 12), time(15, 0, 0, 0)).await;
    let answers = [
        ("date", Answer::Date(date(2026, 3, 12))),
        // 15:30 in Berlin.
        ("time", Answer::Time(time(10, 30, 0, 0))),
    ];
    let form = Form::OtherTime {
        cycle: other.id,
        plans: None,
    };
    let reply = shown(&test.submit(ZOE, form, &answers).await.unwrap());
    assert!(
        reply.contains("One of you has another meeting in this program around that time."),
        "{reply}"
    );
    assert!(!reply.contains(MAX), "{reply}");
    assert_eq!(test.month(other.pair).await.state, State::Planned);
    let told = test.messages(&format!("pair/{}", other.pair)).await;
    let told = render(told.last().unwrap());
    assert!(
        !told.contains("another meeting"),
        "to the one who chose: {told}"
    );
}
