//! `reverse-mentor erase`.

use super::whole_program::{GONE, MARK, STAYS, TEAM, keys, profile, takes_part, traces, tx_at};
use crate::both;
use crate::process::{Ground, said};
use crate::support::{Engine, new_database};
use reverse_mentor::domain::ids::{RoundId, TeamId};
use reverse_mentor::domain::participant::Role;
use reverse_mentor::store::{Db, pairs, participants, programs, workspaces};
use slack_sandbox::User;
use std::collections::BTreeSet;
use std::process::Output;
use std::time::Duration;

/// `reverse-mentor erase` beside whatever serves the database.
fn erase(ground: &Ground, arguments: &[&str], typed: &str) -> Output {
    let arguments = [&["erase"], arguments].concat();
    ground.command(&arguments, typed)
}

both! {
    alone "a process of the operator";
    async fn an_operator_erases_somebody_while_the_bot_serves(engine: Engine) {
        let database = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(new_database().await),
        };
        let ground = Ground::new(1, database, "owners = [\"UOWEN\"]").await;
        for user in [GONE, STAYS] {
            ground.slack.add_user(User::new(user, user));
        }
        let mut serving = ground.serve().await;
        let db = Db::open(&ground.database, keys()).await.unwrap();
        // The program is there once the bot has introduced itself.
        let mut tx = loop {
            let mut tx = tx_at(&db, ground.clock.now()).await;
            if programs::find(&mut tx).await.unwrap().is_some() {
                break tx;
            }
            tx.rollback().await;
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        takes_part(&mut tx, GONE, &profile(Role::Mentor, "Early career", MARK)).await;
        takes_part(&mut tx, STAYS, &profile(Role::Mentee, "Director", "")).await;
        let two = (&GONE.into(), &STAYS.into());
        pairs::create(&mut tx, RoundId(1), two, &[], 6).await.unwrap();
        tx.commit().await.unwrap();

        let nobody = erase(&ground, &["UNOBODY", "--yes"], "");
        assert!(nobody.status.success() && said(&nobody).contains("Nothing is stored about UNOBODY."), "{}", said(&nobody));
        for (arguments, why) in [
            (&["ana", "--yes"][..], "no Slack member ID"),
            (&[GONE, "--team", "TELSEWHERE"], "doesn't know the workspace"),
        ] {
            let refused = erase(&ground, arguments, "");
            assert_eq!(refused.status.code(), Some(2), "{}", said(&refused));
            assert!(said(&refused).contains(why), "{}", said(&refused));
        }
        let kept = erase(&ground, &[GONE], "no\n");
        assert_eq!(kept.status.code(), Some(1));
        let shown = said(&kept);
        assert!(shown.contains("1  profile (erased)") && shown.contains("An open pair ends: USTAYS"), "{shown}");
        assert!(shown.contains("Nothing was erased."), "{shown}");
        assert!(!traces(&ground.database, MARK).await.is_empty());
        let done = erase(&ground, &[GONE], &format!("{GONE}\n"));
        assert!(done.status.success() && said(&done).contains("\n\nThis can't be undone."), "{}", said(&done));
        assert_eq!(traces(&ground.database, MARK).await, BTreeSet::new());

        somebody_of_two_workspaces(&db, &ground).await;
        let owner = erase(&ground, &["UOWEN", "--yes"], "");
        assert!(said(&owner).contains("still names UOWEN"), "{}", said(&owner));

        // The bot that serves tells the partner.
        for tries in 0.. {
            let told: String = ground.slack.dm(STAYS).into_iter().map(|it| it.render()).collect();
            if told.contains("come to an end") {
                break;
            }
            assert!(tries < 600, "nobody told them: {told}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        db.close().await;
        serving.terminate();
    }
}

/// One id may be two people, in two workspaces.
async fn somebody_of_two_workspaces(db: &Db, ground: &Ground) {
    let teams = [TEAM, "T0OTHER"].map(TeamId::from);
    for team in &teams {
        let mut tx = db.write(team, ground.clock.now()).await.unwrap();
        workspaces::installed(&mut tx, &"UBOT".into())
            .await
            .unwrap();
        takes_part(
            &mut tx,
            "UTWICE",
            &profile(Role::Mentor, "Early career", ""),
        )
        .await;
        tx.commit().await.unwrap();
    }
    let which = erase(ground, &["UTWICE", "--yes"], "");
    assert_eq!(which.status.code(), Some(2));
    assert!(
        said(&which).contains("--team (T0OTHER, T0SANDBOX)"),
        "{}",
        said(&which)
    );
    let done = erase(ground, &["UTWICE", "--team", "T0OTHER", "--yes"], "");
    assert!(done.status.success(), "{}", said(&done));
    for (team, is_there) in teams.iter().zip([true, false]) {
        let mut tx = db.read(team, ground.clock.now()).await.unwrap();
        let found = participants::find(&mut tx, &"UTWICE".into()).await.unwrap();
        assert_eq!(found.is_some(), is_there, "{team}");
    }
}
