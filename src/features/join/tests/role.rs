//! The fields of the form that depend on the role.

use super::*;
use crate::slack::event::{Answers, Event, Surface};

/// The fields for how many partners they would take.
fn asked(view: &serde_json::Value) -> Vec<String> {
    let blocks = view["blocks"].as_array().unwrap().iter();
    let fields = blocks.filter_map(|block| block["block_id"].as_str());
    let places = fields.filter(|field| field.ends_with("_capacity"));
    places.map(str::to_owned).collect()
}

/// The same, after the role in `typed` was picked.
async fn picks(test: &FeatureTest, typed: BTreeMap<String, Answer>) -> Vec<String> {
    let picked = test.event(Event::Press {
        actor: test.actor("U1"),
        action: Action::PickRole,
        picked: None,
        typed: Answers(typed),
        on: Surface::Modal,
    });
    asked(&picked.await.unwrap().update.unwrap().view())
}

/// The role comes first, and then only what applies to it; what the form no longer asks about stays as it was.
#[tokio::test]
async fn once_the_role_is_picked_the_form_asks_only_what_applies_to_it() {
    let test = FeatureTest::new(Settings::default()).await;
    let view = test.command("U1", "join").await.unwrap().modal.unwrap();
    let view = view.view();
    assert_eq!(asked(&view), Vec::<String>::new(), "not before the role");
    let blocks = view["blocks"].as_array().unwrap();
    let first = blocks.iter().find(|block| block["type"] == "input");
    let first = first.unwrap();
    assert_eq!(first["block_id"], "role");
    assert_eq!(first["dispatch_action"], true);
    for (role, places) in [
        ("mentor", vec!["mentor_capacity"]),
        ("mentee", vec!["mentee_capacity"]),
        ("either", vec!["mentor_capacity", "mentee_capacity"]),
    ] {
        let mut typed = form(&test, "U1").await;
        typed.insert("role".into(), one(role));
        assert_eq!(picks(&test, typed).await, places, "{role}");
    }
    let mut answers = form(&test, "U1").await;
    answers.insert("role".into(), one("either"));
    answers.insert("mentor_capacity".into(), one("3"));
    submit(&test, "U1", answers).await;
    let mut answers = form(&test, "U1").await;
    answers.insert("role".into(), one("mentee"));
    answers.remove("mentor_capacity");
    answers.insert("mentee_capacity".into(), one("2"));
    submit(&test, "U1", answers).await;
    let saved = profile(&test, "U1").await.unwrap();
    assert_eq!((saved.mentor_capacity, saved.mentee_capacity), (3, 2));
    let again = test.command("U1", "profile").await.unwrap().modal.unwrap();
    assert_eq!(asked(&again.view()), ["mentee_capacity"]);
    let mut typed = form(&test, "U1").await;
    typed.insert("role".into(), one("mentor"));
    let both = picks(&test, typed).await;
    assert_eq!(both.len(), 2, "no field goes while it is filled in");
}
