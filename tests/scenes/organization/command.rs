//! `reverse-mentor import`.

use crate::both;
use crate::process::Ground;
use crate::support::{Engine, new_database};
use reverse_mentor::domain::ids::TeamId;
use reverse_mentor::domain::organization::People;
use reverse_mentor::store::seal::Keys;
use reverse_mentor::store::{Db, organization, programs};
use slack_sandbox::User;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

/// `reverse-mentor import FILE` beside whatever serves the database. The sandbox answers it meanwhile.
async fn import(ground: &Ground, file: &PathBuf, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_reverse-mentor"));
    command
        .arg("import")
        .arg(file)
        .args(arguments)
        .env("DATABASE_URL", &ground.database)
        .env("REVERSE_MENTOR_KEY", "5e".repeat(32))
        .env("REVERSE_MENTOR_CLOCK", ground.clock_text())
        .env("SLACK_BOT_TOKEN", "xoxb-sandbox-token")
        .env("SLACK_API_URL", ground.slack.api_url())
        .env_remove("RUST_LOG")
        .stdin(Stdio::null());
    let ended = tokio::task::spawn_blocking(move || command.output());
    ended.await.unwrap().unwrap()
}

fn keys() -> Keys {
    Keys::parse(&"5e".repeat(32)).unwrap()
}

fn said(output: &Output) -> String {
    let both =
        [&output.stdout, &output.stderr].map(|text| String::from_utf8(text.clone()).unwrap());
    both.concat()
}

async fn people(ground: &Ground) -> People {
    let db = Db::open(&ground.database, keys()).await.unwrap();
    let mut tx = db
        .read(&TeamId::from(crate::twins::team()), ground.clock.now())
        .await
        .unwrap();
    organization::all(&mut tx).await.unwrap()
}

both! {
    alone "a process of the operator";
    async fn an_operator_brings_in_a_file_every_night(engine: Engine) {
        let database = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(new_database().await),
        };
        let ground = Ground::new(1, database, "owners = [\"UOWEN\"]").await;
        let scopes: Vec<&str> = crate::organization::SCOPES.split_whitespace().collect();
        ground.slack.set_scopes(&scopes);
        ground.slack.add_user(User::new("UANA", "Ana").email("ana@x.org"));
        let _serving = ground.serve().await;
        let db = Db::open(&ground.database, keys()).await.unwrap();
        // The program is there once the bot has introduced itself.
        loop {
            let mut tx = db.read(&TeamId::from(crate::twins::team()), ground.clock.now()).await.unwrap();
            if programs::find(&mut tx).await.unwrap().is_some() {
                break;
            }
            drop(tx);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let file = ground.folder.join("people.csv");
        std::fs::write(&file, crate::organization::LIST).unwrap();
        let dry = import(&ground, &file, &["--dry-run"]).await;
        assert!(dry.status.success(), "{}", said(&dry));
        assert!(said(&dry).contains("5 people in the file, 1 of them found in Slack"), "{}", said(&dry));
        assert!(people(&ground).await.is_empty());
        // Nobody is there to say yes.
        let asked = import(&ground, &file, &[]).await;
        assert_eq!(asked.status.code(), Some(1), "{}", said(&asked));
        assert!(people(&ground).await.is_empty());
        let json = ground.folder.join("out.json");
        let done = import(&ground, &file, &["--yes", "--json", json.to_str().unwrap()]).await;
        assert!(done.status.success(), "{}", said(&done));
        let told: serde_json::Value = serde_json::from_slice(&std::fs::read(&json).unwrap()).unwrap();
        assert_eq!((&told["applied"], &told["difference"]["added"]), (&true.into(), &5.into()));
        let first = people(&ground).await;
        assert!(first.contains_key(&"UANA".into()));
        let again = import(&ground, &file, &["--yes"]).await;
        assert!(again.status.success() && said(&again).contains("Nothing in it is new"), "{}", said(&again));
        assert_eq!(people(&ground).await, first);
        // A file with mistakes changes nothing, and every mistake is told.
        std::fs::write(&file, "name,email,stage\nAna,ana@x.org,Experienced\nBo,ana@x.org,Boss\n").unwrap();
        let bad = import(&ground, &file, &["--yes", "--json", "-"]).await;
        assert_eq!(bad.status.code(), Some(2), "{}", said(&bad));
        let told: serde_json::Value = serde_json::from_slice(&bad.stdout).unwrap();
        let lines: Vec<_> = told["mistakes"].as_array().unwrap().iter().map(|one| (one["line"].as_u64(), one["column"].as_str())).collect();
        assert_eq!(lines, [(Some(3), Some("email")), (Some(3), Some("stage"))]);
        assert_eq!(people(&ground).await, first);
    }
}
