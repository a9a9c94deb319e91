//! Pairs that have ended, as owners read of them.

use super::busy::{HOUR, program, user};
use crate::slack::event::{Action, Form};
use crate::testing::feature_test::FeatureTest;

/// Somebody whose data is erased is named no more, also as one of two.
#[tokio::test]
async fn an_erased_person_is_not_named() {
    for erased in [false, true] {
        let mut test = FeatureTest::new(program()).await;
        for number in 1..=2 {
            test.learner(number, &[]).await;
        }
        test.paired(1, 2, true).await;
        let leaver = user(2);
        test.submit(leaver.as_str(), Form::Leave, &[])
            .await
            .unwrap();
        if erased {
            test.press(leaver.as_str(), Action::EraseMine)
                .await
                .unwrap();
        }
        test.pass(HOUR * 2).await;
        let told = test.companions().await.join("\n");
        assert_eq!(told.contains("Pairs that have ended"), !erased, "{told}");
        assert_eq!(told.contains(leaver.as_str()), !erased, "{told}");
    }
}
