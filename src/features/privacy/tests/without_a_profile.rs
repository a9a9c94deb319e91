//! People of whom something is stored, though they have no profile.

use crate::domain::ids::UserId;
use crate::domain::organization::{Entry, People};
use crate::domain::program::Settings;
use crate::slack::event::Action;
use crate::store::{invitations, organization};
use crate::testing::feature_test::{FeatureTest, render};

/// Whoever finds something stored about them can have it erased, and reads what that means for them.
#[tokio::test]
async fn whoever_is_stored_without_a_profile_can_erase_it() {
    let test = FeatureTest::new(Settings {
        owners: vec!["UOWEN".into(), "UOLGA".into()],
        ..Settings::default()
    })
    .await;
    let mut tx = test.tx().await;
    let entry = Entry {
        stage: Some("Director".into()),
        ..Entry::default()
    };
    let listed = People::from([(UserId::from("UMAX"), entry)]);
    organization::replace(&mut tx, &People::default(), &listed)
        .await
        .unwrap();
    // Eve's profile has ended; an invitation of hers is kept longer.
    invitations::add(&mut tx, &"UEVE".into(), &"UTOM".into())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    for (user, question, answer) in [
        (
            "UMAX",
            "is erased right away. This can't",
            "their next file brings that back",
        ),
        (
            "UEVE",
            "is erased right away. This can't",
            "Your data is erased.",
        ),
        ("UOWEN", "You're no longer an owner", "Your data is erased."),
    ] {
        let privacy = async || render(&test.command(user, "privacy").await.unwrap().say.unwrap());
        let before = privacy().await;
        assert!(before.contains(question), "{user}: {before}");
        let reply = test.press(user, Action::EraseMine).await.unwrap();
        let said = render(&reply.replace.unwrap());
        assert!(said.contains(answer), "{user}: {said}");
        assert!(!said.contains("you've left"), "{user}: {said}");
        let after = privacy().await;
        assert!(!after.contains("[ Erase my data ]"), "{user}: {after}");
        let again = test.press(user, Action::EraseMine).await.unwrap();
        let again = render(&again.replace.unwrap());
        assert!(again.contains("nothing left to erase"), "{user}: {again}");
    }
}

/// The export names both parts of somebody who has two. Owners hear that the contact is gone, but not why.
#[tokio::test]
async fn the_support_contacts_erasing_leaves_no_gap_in_silence() {
    let contact = Settings {
        owners: vec!["UANA".into(), "USUE".into()],
        support_contact: Some("USUE".into()),
        ..Settings::default()
    };
    let mut test = FeatureTest::new(contact).await;
    test.press("USUE", Action::ExportMine).await.unwrap();
    let file = super::the_file(&test).await;
    assert!(file.contains("owner and support contact"), "{file}");
    test.press("USUE", Action::EraseMine).await.unwrap();
    test.pass(jiff::SignedDuration::from_hours(24)).await;
    let told = test.last("UANA", "support contact").await.unwrap();
    assert!(
        told.contains("has no support contact now") && !told.contains("USUE"),
        "{told}"
    );
    assert_eq!(test.count("USUE", "no support contact now").await, 0);
}
