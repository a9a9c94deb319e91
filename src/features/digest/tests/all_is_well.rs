//! When owners read that all is well again.

use super::busy::{HOUR, WEEK, user};
use super::companion::{all_are_seen, program, quiet};
use crate::domain::cycle::State as Month;
use crate::domain::happening::Ending;
use crate::domain::ids::RoundId;
use crate::domain::pair::State;
use crate::store::pairs;
use crate::testing::feature_test::FeatureTest;

/// It would tell an owner what their partner answered; and a pair that is over meets no more.
#[tokio::test]
async fn neither_an_owners_own_pair_nor_one_that_is_over_makes_all_well() {
    for own in [true, false] {
        let mut test = FeatureTest::new(program()).await;
        let pair = quiet(&test, 1, 2).await;
        test.pass(HOUR * 2).await;
        let mut tx = test.tx().await;
        pairs::step(&mut tx, pair, State::Active, State::Closing)
            .await
            .unwrap();
        let two = (&"UOWNER".into(), &user(3));
        let owners = pairs::create(&mut tx, RoundId(1), two, &[], 6).await;
        let met = if own { owners.unwrap().unwrap() } else { pair };
        tx.commit().await.unwrap();
        test.month_of(met, 3, Month::Held).await;
        if !own {
            let mut tx = test.tx().await;
            pairs::close(&mut tx, pair, Ending::Completed)
                .await
                .unwrap();
            tx.commit().await.unwrap();
        }
        for _ in 0..3 {
            all_are_seen(&test, 3).await;
            test.pass(WEEK).await;
        }
        let told = test.companions().await.join("\n");
        assert!(!told.contains("all is well"), "{own}: {told}");
    }
}
