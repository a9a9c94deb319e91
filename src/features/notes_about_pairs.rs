//! A note about a pair never goes to somebody in it, and never to nobody while an admin is left: one table of all such notes.

use crate::domain::checkin::{Kind, StillGood};
use crate::domain::happening::Happening;
use crate::domain::ids::RoundId;
use crate::domain::matching::Proposal;
use crate::domain::participant::{PersonInSlack, Profile};
use crate::domain::program::Settings;
use crate::domain::timer::Timer;
use crate::slack::event::Action;
use crate::store::rounds::{self, Origin, State};
use crate::store::{checkins, people, timers};
use crate::testing::feature_test::{FeatureTest, render};
use crate::testing::people::{junior, person, senior, settings};
use jiff::SignedDuration;

/// The mentor, the mentee, an owner, and an admin.
const EVERYBODY: [&str; 4] = ["UMIA", "USAM", "UANA", "UADM"];
const IN_THE_PAIR: [&str; 2] = ["UMIA", "USAM"];

#[derive(Clone, Copy, Debug)]
enum Note {
    /// They couldn't be introduced, because of something that may be private.
    Lapsed,
    OneLine,
    CallForHelp,
}

impl Note {
    const ALL: [Self; 3] = [Self::Lapsed, Self::OneLine, Self::CallForHelp];

    fn words(self) -> &'static str {
        match self {
            Self::Lapsed => "couldn't be introduced after all",
            Self::OneLine => "now in one reporting line",
            Self::CallForHelp => "would like some help. I don't pass on",
        }
    }

    /// Makes it happen. What somebody reads at once, if it is an answer to them.
    async fn happens(self, test: &FeatureTest) -> Option<String> {
        match self {
            Self::Lapsed => {
                lapses(test).await;
                None
            }
            Self::OneLine => {
                test.introduced().await;
                let manager = Some("USAM".into());
                let below = Profile {
                    manager,
                    ..junior()
                };
                test.takes_part("UMIA", below).await;
                let already = Vec::new();
                test.happens(Happening::LinesChanged { already }).await;
                None
            }
            Self::CallForHelp => {
                let pair = test.introduced().await;
                let mut tx = test.tx().await;
                let asked =
                    checkins::create(&mut tx, pair, &"UMIA".into(), Kind::StillGood, 1).await;
                tx.commit().await.unwrap();
                let (checkin, said) = (asked.unwrap().unwrap(), StillGood::NeedHelp);
                let press = test.press("UMIA", Action::StillGood { checkin, said });
                Some(render(&press.await.unwrap().replace.unwrap()))
            }
        }
    }
}

async fn lapses(test: &FeatureTest) {
    let rather_not = vec!["USAM".into()];
    let apart = Profile {
        rather_not,
        ..junior()
    };
    test.takes_part("UMIA", apart).await;
    test.takes_part("USAM", senior()).await;
    let mut tx = test.tx().await;
    let round = RoundId(tx.new_id());
    let (origin, state) = (Origin::Asked, State::Approved);
    rounds::conclude(&mut tx, round, origin, state, None, 0)
        .await
        .unwrap();
    let proposal = Proposal {
        mentor: "UMIA".into(),
        mentee: "USAM".into(),
        score: 50,
        reasons: Vec::new(),
        owner_must_confirm: false,
    };
    rounds::add_proposal(&mut tx, round, &proposal)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    test.happens(Happening::RoundApproved(round)).await;
}

/// A program with these owners and admins. The round of [`FeatureTest::introduced`] needs nobody's approval.
async fn program(owners: &[&str], admins: &[&str]) -> FeatureTest {
    let owners = owners.iter().map(|&owner| owner.into()).collect();
    let test = FeatureTest::program(Settings {
        owners,
        ..settings()
    })
    .await;
    let mut tx = test.tx().await;
    for user in EVERYBODY {
        let known = PersonInSlack {
            admin: admins.contains(&user),
            ..person(user, Some("UTC"))
        };
        people::save(&mut tx, &known).await.unwrap();
    }
    tx.commit().await.unwrap();
    test
}

#[tokio::test]
async fn a_note_about_a_pair_is_for_others_and_for_somebody_while_there_is_anybody() {
    for (owners, admins, reader) in [
        (&["USAM", "UANA"][..], &[][..], Some("UANA")),
        (&["USAM"], &["UADM"], Some("UADM")),
        (&["UMIA", "USAM"], &["UADM"], Some("UADM")),
        (&["USAM"], &[], None),
    ] {
        for note in Note::ALL {
            let case = format!("{note:?}, owners: {owners:?}, admins: {admins:?}");
            let mut test = program(owners, admins).await;
            let answer = note.happens(&test).await;
            test.pass(SignedDuration::from_hours(48)).await;
            for user in EVERYBODY {
                let read = test.reached(user).await;
                let has_read = read.iter().any(|one| one.contains(note.words()));
                assert_eq!(
                    has_read,
                    reader == Some(user),
                    "{case}: {user} reads {read:#?}"
                );
            }
            if let Some(answer) = answer {
                let is_told = answer.contains("I've also let");
                assert_eq!(is_told, reader.is_some(), "{case}: {answer}");
            }
        }
    }
}

/// A stand-in admin finds each such pair once more in a weekly list, as an owner would, and not every week.
#[tokio::test]
async fn an_admin_who_stands_in_has_a_list_of_what_they_were_told() {
    let week = SignedDuration::from_hours(7 * 24);
    for owners in [&["USAM"][..], &[]] {
        for note in [Note::OneLine, Note::CallForHelp] {
            let case = format!("{note:?}, owners: {owners:?}");
            let mut test = program(owners, &["UADM"]).await;
            note.happens(&test).await;
            let mut tx = test.tx().await;
            let monday = test.now + week;
            timers::at(&mut tx, &Timer::Digest, monday).await.unwrap();
            tx.commit().await.unwrap();
            test.pass(week + SignedDuration::from_hours(48)).await;
            let list = "one pair to look after this week";
            assert_eq!(test.count("UADM", list).await, 1, "{case}");
            for user in IN_THE_PAIR {
                assert_eq!(test.count(user, "to look after").await, 0, "{case}: {user}");
            }
            test.pass(week).await;
            assert_eq!(test.count("UADM", list).await, 1, "{case}");
        }
    }
}

/// Whoever reads it as an admin can do what it offers; the two can't.
#[tokio::test]
async fn an_admin_who_stands_in_can_end_a_pair_in_one_line() {
    let test = program(&["USAM"], &["UADM"]).await;
    Note::OneLine.happens(&test).await;
    let pair = test.pairs().await.remove(0).id;
    for user in IN_THE_PAIR {
        assert!(
            test.press(user, Action::EndInOneLine { pair })
                .await
                .is_err(),
            "{user}"
        );
    }
    test.press("UADM", Action::EndInOneLine { pair })
        .await
        .unwrap();
    assert!(!test.pairs().await[0].is_open());
}
