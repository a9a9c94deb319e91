//! Waiting messages that no longer apply are withdrawn, and no others.

use crate::both;
use crate::storage::{database, keys};
use crate::support::Engine;
use reverse_mentor::domain::delivery::Step;
use reverse_mentor::domain::ids::{CycleId, PairId, TeamId, UserId};
use reverse_mentor::domain::key::{AboutCycle, Introduced, Key, Noted, Topic};
use reverse_mentor::store::outbox::{self, Kind, Lane, To, What};
use reverse_mentor::store::{Db, Tx, personal_data};

const PAIR: PairId = PairId(5);

fn cycle(about: AboutCycle) -> Key {
    Key::Cycle(CycleId(1), about)
}

/// Messages to the pair, about the arrangement and about other things.
fn to_the_pair() -> Vec<Key> {
    let week = cycle(AboutCycle::Week { again: None });
    let soon = cycle(AboutCycle::Soon { plan: 1 });
    vec![
        Key::Introduction(PAIR, Introduced::Both),
        week.clone(),
        soon.clone(),
        soon.file(),
        cycle(AboutCycle::Planned { plan: 1 }),
        Key::Cycle(CycleId(11), AboutCycle::Week { again: None }),
        Key::EndedBoth(PAIR),
    ]
}

fn to_ana() -> Vec<Key> {
    let week = cycle(AboutCycle::Week { again: Some(7) });
    let (plan, user) = (1, UserId::from("UANA"));
    vec![
        week.alone(&user),
        cycle(AboutCycle::Met {
            plan,
            user: user.clone(),
        }),
        Key::Ended { pair: PAIR, user },
    ]
}

async fn begun(db: &Db) -> Tx {
    let now = "2026-03-02T10:00:00Z".parse().unwrap();
    db.write(&TeamId::from("T1"), now).await.unwrap()
}

/// A workspace in which all these messages wait.
async fn waiting(engine: Engine) -> Db {
    let db = Db::open(&database(engine).await, keys()).await.unwrap();
    let mut tx = begun(&db).await;
    let members = vec![UserId::from("UMAX"), UserId::from("UANA")];
    let group = To::Pair {
        pair: PAIR,
        members,
    };
    for (to, keys) in [
        (group, to_the_pair()),
        (To::Person("UANA".into()), to_ana()),
    ] {
        for key in keys {
            let (to, message) = (to.clone(), "Hello".into());
            assert!(
                outbox::post(&mut tx, to, Kind::Notice, &key, message, None)
                    .await
                    .unwrap()
            );
        }
    }
    tx.commit().await.unwrap();
    db
}

fn lanes() -> [Lane; 2] {
    [Lane::Pair(PAIR), Lane::Person("UANA".into())]
}

/// The messages that still wait.
async fn left(tx: &mut Tx) -> Vec<String> {
    let mut left = Vec::new();
    for lane in lanes() {
        let queued = outbox::queued(tx, &lane).await.unwrap();
        left.extend(queued.into_iter().map(|(_, key)| key.unwrap().to_string()));
    }
    left
}

both! {
    alone "the store alone, without a workspace";
    async fn what_is_about_something_else_stays(engine: Engine) {
        let db = waiting(engine).await;
        let mut tx = begun(&db).await;
        let all = left(&mut tx).await;
        let without = |gone: &dyn Fn(&str) -> bool| -> Vec<String> {
            all.iter().filter(|text| !gone(text)).cloned().collect()
        };
        let arrangement = Topic::Arrangement(CycleId(1));
        assert_eq!(outbox::withdraw(&mut tx, arrangement, &lanes()).await.unwrap(), 4);
        assert_eq!(left(&mut tx).await, without(&|text| text.starts_with("cycle/1/arrange/")));
        assert_eq!(outbox::withdraw(&mut tx, arrangement, &lanes()).await.unwrap(), 0);
        let month = Topic::Cycle(CycleId(1));
        assert_eq!(outbox::withdraw(&mut tx, month, &lanes()[..1]).await.unwrap(), 1, "only where one looks");
        assert_eq!(outbox::withdraw(&mut tx, month, &lanes()).await.unwrap(), 1);
        assert_eq!(left(&mut tx).await, without(&|text| text.starts_with("cycle/1/")));
        // A withdrawn message is remembered, so it is not sent again.
        let (to, again) = (To::Person("UANA".into()), cycle(AboutCycle::Skipped));
        assert!(outbox::post(&mut tx, to.clone(), Kind::Notice, &again, "Hello".into(), None).await.unwrap());
        let met = &to_ana()[1];
        assert!(!outbox::post(&mut tx, to, Kind::Notice, met, "Hello".into(), None).await.unwrap());
        assert!(outbox::has(&mut tx, met).await.unwrap());
        tx.rollback().await;
    }
}

both! {
    alone "the store alone, without a workspace";
    async fn when_all_words_of_a_pair_are_erased_the_farewell_still_goes_out(engine: Engine) {
        let db = waiting(engine).await;
        let mut tx = begun(&db).await;
        personal_data::erase_conversation(&mut tx, PAIR).await.unwrap();
        let left = left(&mut tx).await;
        assert_eq!(left[0], "ended/5/both");
        assert_eq!(left.len(), 1 + to_ana().len(), "what goes to one of them alone is theirs");
        tx.rollback().await;
    }
}

both! {
    alone "the store alone, without a workspace";
    /// News is taken back with its key, is as old as its moment, and waits once more when an owner has it sent again.
    async fn news_is_taken_back_and_waits_again(engine: Engine) {
        let db = Db::open(&database(engine).await, keys()).await.unwrap();
        let mut tx = begun(&db).await;
        let (owner, about, at) = (UserId::from("UANA"), Some(Noted::Settings), 7);
        let key = Key::OwnersNote { owner: owner.clone(), about, at };
        let what = What::Post {
            to: To::Person(owner.clone()),
            message: "Hello".into(),
            chart: None,
            reservation: None,
            passes_on: None,
        };
        let lane = Lane::Person(owner);
        let first = outbox::keep(&mut tx, Kind::Notice, &key, &what).await.unwrap();
        assert!(first.is_some());
        let others = outbox::take_back(&mut tx, Topic::OwnersNote(Noted::Break), &lane).await.unwrap();
        assert_eq!(others, []);
        let settings = Topic::OwnersNote(Noted::Settings);
        let taken = outbox::take_back(&mut tx, settings, &lane).await.unwrap();
        assert_eq!(taken, std::slice::from_ref(&what));
        let row = outbox::keep(&mut tx, Kind::Notice, &key, &what).await.unwrap().unwrap();
        tx.commit().await.unwrap();

        let later = "2026-03-23T10:00:00Z".parse().unwrap();
        let mut tx = db.write(&TeamId::from("T1"), later).await.unwrap();
        let news = outbox::kept(&mut tx, row).await.unwrap().unwrap();
        assert!(outbox::moment_has_come(&mut tx, &news).await.unwrap());
        let heads = outbox::heads(&mut tx, "chat.postMessage", 5).await.unwrap();
        let [head] = &heads[..] else { panic!("one is on its way") };
        assert_eq!(head.delivery.created, later, "not three weeks old");
        let refused = Step::Fail("messages_tab_disabled".to_owned());
        assert!(outbox::apply(&mut tx, head, &refused).await.unwrap());
        assert!(outbox::has_failed(&mut tx, &key).await.unwrap());
        let failed = outbox::failed(&mut tx, row).await.unwrap().unwrap();
        assert!(outbox::wait_again(&mut tx, &failed).await.unwrap());
        assert!(!outbox::wait_again(&mut tx, &failed).await.unwrap(), "once");
        assert_eq!(outbox::kept(&mut tx, row).await.unwrap().unwrap().what, what);
        tx.rollback().await;
    }
}
