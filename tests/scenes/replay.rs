//! `match --round` replays a stored round exactly, offline, on both databases.

use crate::both;
use crate::people::{junior, senior, takes_part};
use crate::support::{Engine, new_database};
use reverse_mentor::domain::ids::{RoundId, TeamId, UserId};
use reverse_mentor::domain::participant::Profile;
use reverse_mentor::domain::program::Settings;
use reverse_mentor::features::{matching, privacy};
use reverse_mentor::store::rounds::{self, Fate, Origin, State};
use reverse_mentor::store::seal::Keys;
use reverse_mentor::store::{Db, Tx, programs};
use sqlx::{AnyConnection, Connection};
use std::path::PathBuf;
use std::process::{Command, Output};

const KEY: &str = "5e";

pub struct Company {
    pub db: Db,
    url: String,
    folder: PathBuf,
}

impl Company {
    /// Three juniors and three seniors; two of them would rather not be paired.
    pub async fn new(engine: Engine) -> Self {
        let mut name = [0_u8; 8];
        getrandom::fill(&mut name).unwrap();
        let folder = std::env::temp_dir().join(format!("rm-replay-{}", const_hex::encode(name)));
        std::fs::create_dir_all(&folder).unwrap();
        let url = match engine {
            Engine::Postgres => new_database().await,
            Engine::Sqlite => format!("sqlite://{}/program.db?mode=rwc", folder.display()),
        };
        let db = Db::open(&url, Keys::parse(&KEY.repeat(32)).unwrap())
            .await
            .unwrap();
        let url = url.replace("?mode=rwc", "");
        let company = Self { db, url, folder };
        let mut tx = company.tx().await;
        let settings = Settings {
            owners: vec!["UANA".into()],
            ..Settings::default()
        };
        programs::save(&mut tx, &settings, true).await.unwrap();
        for number in 1..=3 {
            takes_part(&mut tx, &format!("UJ{number}"), &junior()).await;
            takes_part(&mut tx, &format!("US{number}"), &senior()).await;
        }
        let wish = Profile {
            rather_not: vec!["US1".into()],
            ..junior()
        };
        takes_part(&mut tx, "UJ1", &wish).await;
        tx.commit().await.unwrap();
        company
    }

    pub async fn tx(&self) -> Tx {
        let now = "2026-03-02T10:00:00Z".parse().unwrap();
        self.db.write(&TeamId::from("T1"), now).await.unwrap()
    }

    /// Matches like the matcher; with `old`, as after "Look again".
    async fn matches(&self, old: Option<RoundId>) -> RoundId {
        let mut tx = self.tx().await;
        rounds::want(&mut tx, Origin::Asked, Some(&"UANA".into()))
            .await
            .unwrap();
        let wanted = rounds::wanted(&mut tx).await.unwrap().unwrap().id;
        if let Some(old) = old {
            rounds::carry_over(&mut tx, old, wanted).await.unwrap();
        }
        let input = matching::gather(&mut tx).await.unwrap().unwrap();
        let solved = matching::solve(&input);
        matching::propose(&mut tx, input, solved).await.unwrap();
        tx.commit().await.unwrap();
        wanted
    }

    pub async fn pairs(&self, round: RoundId) -> Vec<(UserId, UserId)> {
        let mut tx = self.tx().await;
        let found = rounds::proposals(&mut tx, round).await.unwrap();
        tx.rollback().await;
        found
            .into_iter()
            .map(|pair| (pair.mentor, pair.mentee))
            .collect()
    }

    fn replay(&self, words: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_reverse-mentor"))
            .args(["match", "--database", &self.url, "--round"])
            .args(words)
            .env("REVERSE_MENTOR_KEY", KEY.repeat(32))
            .output()
            .unwrap()
    }
}

impl Drop for Company {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn said(out: &Output) -> String {
    String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr)
}

both! {
    alone "the store alone, without a workspace";
    /// Proposed, edited, solved again, approved; then everybody changes their profile. Both rounds replay as they were.
    async fn a_round_is_replayed_whatever_has_changed_since(engine: Engine) {
        let company = Company::new(engine).await;
        let first = company.matches(None).await;
        let pairs = company.pairs(first).await;
        let mut tx = company.tx().await;
        let owner = UserId::from("UANA");
        rounds::keep(&mut tx, first, (&pairs[0].0, &pairs[0].1), &owner).await.unwrap();
        let not = (&pairs[1].0, &pairs[1].1);
        rounds::settle(&mut tx, first, not, Fate::Dropped, Some(&owner)).await.unwrap();
        rounds::set_aside(&mut tx, first, &pairs[2].0, &owner).await.unwrap();
        tx.commit().await.unwrap();
        let second = company.matches(Some(first)).await;
        let again = company.pairs(second).await;
        assert_eq!(again.len(), 2);
        assert!(again.contains(&pairs[0]) && !again.contains(&pairs[1]));
        let mut tx = company.tx().await;
        rounds::decide(&mut tx, second, State::Approved, Some(&owner)).await.unwrap();
        // Edits after solving belong to the next round.
        rounds::let_go(&mut tx, second, (&pairs[0].0, &pairs[0].1)).await.unwrap();
        for number in 1..=3 {
            let changed = Profile { share: vec!["Chess".into()], learn: vec!["Go".into()], ..junior() };
            takes_part(&mut tx, &format!("UJ{number}"), &changed).await;
        }
        programs::save(&mut tx, &Settings { floor: 90, ..Settings::default() }, true).await.unwrap();
        tx.commit().await.unwrap();

        let out = company.replay(&["last"]);
        let words = said(&out);
        assert!(out.status.success(), "{words}");
        assert!(words.contains(&format!("Round {second} of Monday, March 2, 2026, 10:00 UTC: 5 people")), "{words}");
        let same = "The same 2 pairs. Proven: no choice of pairs is better.\nOwners had asked for 1 pair to stay.\n";
        assert!(words.ends_with(same), "{words}");
        let out = company.replay(&[&first.to_string(), "--json", "-"]);
        assert!(out.status.success(), "{}", said(&out));
        let json: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
        assert_eq!((&json["seed"], &json["certificate"]["gap"]), (&first.0.into(), &0.into()));
        let found: Vec<UserId> = pairs.iter().map(|pair| pair.0.clone()).collect();
        let replayed = json["pairs"].as_array().unwrap().iter();
        assert_eq!(replayed.map(|pair| UserId::from(pair["mentor"].as_str().unwrap())).collect::<Vec<_>>(), found);
        // Two people who are kept apart are no pair, like any two others who are not paired.
        let out = company.replay(&[&first.to_string(), "--explain", "UJ1", "US1"]);
        assert_eq!(out.status.code(), Some(2));
        assert!(said(&out).contains("UJ1 does not mentor US1 in that round."), "{}", said(&out));
        company.db.close().await;
    }
}

both! {
    alone "the store alone, without a workspace";
    /// The stored data was changed by hand: the replay reports exactly the differences.
    async fn a_round_that_is_not_as_it_was_is_told_precisely(engine: Engine) {
        let company = Company::new(engine).await;
        let round = company.matches(None).await;
        let pairs = company.pairs(round).await;
        let mut by_hand = AnyConnection::connect(&company.url).await.unwrap();
        let change = sqlx::query("delete from proposals where mentor = $1").bind(pairs[0].0.as_str());
        change.execute(&mut by_hand).await.unwrap();
        let out = company.replay(&["last"]);
        let words = said(&out);
        assert_eq!(out.status.code(), Some(1), "{words}");
        let (mentor, mentee) = &pairs[0];
        let differs = format!("  found, but not stored: {mentor} mentors {mentee} (");
        assert!(words.contains("Not the same.") && words.contains(&differs), "{words}");
        let out = company.replay(&["12"]);
        let words = said(&out);
        assert_eq!(out.status.code(), Some(2), "{words}");
        let list = format!("There is no round \"12\". The latest are:\n  {round}  Monday, March 2, 2026, 10:00 UTC, proposed, 2 pairs\n");
        assert!(words.to_lowercase().contains(&list.to_lowercase()), "{words}");
        company.db.close().await;
    }
}

both! {
    alone "the store alone, without a workspace";
    /// A person erases their data: rounds' inputs contain nothing of them any more, and the replay says so.
    async fn erasing_ends_the_replay_of_ones_rounds(engine: Engine) {
        let company = Company::new(engine).await;
        let with = company.matches(None).await;
        let mut tx = company.tx().await;
        rounds::set_aside(&mut tx, with, &"UJ3".into(), &"UANA".into()).await.unwrap();
        tx.commit().await.unwrap();
        let without = company.matches(Some(with)).await;
        // The person set aside is in the second round only through a pair of the round before.
        let mut tx = company.tx().await;
        privacy::erase_everywhere(&mut tx, &"UJ3".into()).await.unwrap();
        tx.commit().await.unwrap();
        for round in [with, without] {
            let out = company.replay(&[&round.to_string()]);
            let words = said(&out);
            assert_eq!(out.status.code(), Some(1), "{words}");
            assert!(words.starts_with(&format!("Round {round} can no longer be replayed")), "{words}");
            assert!(!words.contains("UJ3"), "{words}");
        }
        let later = company.matches(None).await;
        assert!(company.replay(&[&later.to_string()]).status.success());
        company.db.close().await;
    }
}

#[tokio::test]
async fn nothing_is_made_where_nothing_is() {
    let folder = std::env::temp_dir().join("rm-replay-nowhere");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    let url = format!("sqlite://{}/none.db", folder.display());
    let run = |key: Option<String>| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_reverse-mentor"));
        command.args(["match", "--round", "last", "--database", &url]);
        command.env_remove("REVERSE_MENTOR_KEY");
        key.map(|key| command.env("REVERSE_MENTOR_KEY", key));
        command.output().unwrap()
    };
    for key in [None, Some(KEY.repeat(32))] {
        let out = run(key);
        assert_eq!(out.status.code(), Some(2), "{}", said(&out));
    }
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
}
