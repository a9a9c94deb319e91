use super::*;
use proptest::prelude::*;
use serde_json::json;

fn lane() -> impl Strategy<Value = Lane> {
    let user = || "[UW][A-Z0-9]{2,10}".prop_map(UserId);
    prop_oneof![
        user().prop_map(Lane::Person),
        any::<i64>().prop_map(|id| Lane::Pair(PairId(id))),
        any::<i64>().prop_map(|id| Lane::Import(ImportId(id))),
        "[CGD][A-Z0-9]{2,10}".prop_map(|id| Lane::Channel(ChannelId(id))),
        user().prop_map(Lane::LookUp),
        user().prop_map(Lane::Home),
        user().prop_map(Lane::Circle),
        user().prop_map(|user| Lane::Person(user).of_cards()),
        any::<i64>().prop_map(|id| Lane::Pair(PairId(id)).of_cards()),
        Just(Lane::Directory),
        Just(Lane::Token),
    ]
}

proptest! {
    #[test]
    fn a_lane_reads_as_it_was_written(lane in lane()) {
        prop_assert_eq!(Lane::parse(&lane.to_string()), Some(lane));
    }

    #[test]
    fn a_lane_of_nobody_is_no_lane(text in "\\PC*") {
        if let Some(lane) = Lane::parse(&text) {
            prop_assert_eq!(lane.to_string(), text);
        }
    }
}

/// A new release reads the rows that waited while it replaced the old one.
#[test]
fn what_an_earlier_release_wrote_is_read() {
    let nudge = r#"{"Post":{"to":{"Person":"U1"},"message":{"text":"Hi"},
        "held":{"days":[["U1","2026-03-02"]],"timer":"pause_ends","subject":"U1"}}}"#;
    let nudge: What = serde_json::from_str(nudge).unwrap();
    assert!(nudge.is_nudge());
    let share = r#"{"Share":{"to":{"Pair":{"pair":1,"members":["U1","U2"]}},
        "file":{"name":"a.ics","title":"A","comment":"B","content":"C"},"upload":{"Repeated":"F1"}}}"#;
    let share: What = serde_json::from_str(share).unwrap();
    assert!(matches!(share, What::Share { upload: Upload::Done(id), .. } if id == "F1"));
    let digest = r#"{"Post":{"to":{"Channel":"C1"},"message":{"text":"Hi"},
        "picture":{"trend":{"minimum":5,"weeks":[]},"file":{"Uploaded":"F1"}}}}"#;
    let digest: What = serde_json::from_str(digest).unwrap();
    assert!(matches!(digest, What::Post { chart: Some(_), .. }));
}

/// Rows that wait during an update hold these texts.
#[test]
fn a_nudge_holds_its_timer_as_it_always_did() {
    let text = json!({"days": [["UANA", "2026-03-02"]], "timer": "cycle_opens", "subject": "12/3"});
    let held: DayReservation = serde_json::from_value(text.clone()).unwrap();
    let pair = PairId(12);
    assert_eq!(held.timer, Ok(Timer::CycleOpens { pair, number: 3 }));
    assert_eq!(serde_json::to_value(&held).unwrap(), text);
}

#[test]
fn a_nudge_of_a_newer_version_is_passed_on_unharmed() {
    let text = json!({"days": [], "timer": "of_tomorrow", "subject": "12/3"});
    let held: DayReservation = serde_json::from_value(text.clone()).unwrap();
    assert!(held.timer.is_err());
    assert_eq!(serde_json::to_value(&held).unwrap(), text);
}
