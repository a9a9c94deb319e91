//! The schema is migrated on a database with data; keys are checked at start.

use crate::both;
use crate::people;
use crate::support::{Engine, new_database, number};
use crate::twins::Harness;
use jiff::{SignedDuration, Timestamp};
use reverse_mentor::domain::ids::{RoundId, TeamId, UserId};
use reverse_mentor::domain::participant::{Profile, Standing};
use reverse_mentor::domain::program::Settings;
use reverse_mentor::domain::timer::Timer;
use reverse_mentor::rehearse::harness::HarnessOptions;
use reverse_mentor::store::db::{StoreError, migrations};
use reverse_mentor::store::seal::Keys;
use reverse_mentor::store::timers::{self, Work};
use reverse_mentor::store::{Db, known, pairs, participants, programs, workspaces};
use slack_sandbox::{self, User};
use sqlx::{AnyConnection, Connection, Executor};

pub fn keys() -> Keys {
    Keys::parse(&"5e".repeat(32)).unwrap()
}

fn profile(hopes: &str) -> Profile {
    Profile {
        hopes: hopes.into(),
        ..people::junior()
    }
}

/// A new database; SQLite's is in the temporary folder.
pub async fn database(engine: Engine) -> String {
    match engine {
        Engine::Postgres => new_database().await,
        Engine::Sqlite => {
            let mut name = [0_u8; 8];
            getrandom::fill(&mut name).unwrap();
            let folder =
                std::env::temp_dir().join(format!("rm-storage-{}", const_hex::encode(name)));
            std::fs::create_dir_all(&folder).unwrap();
            format!("sqlite://{}/program.db?mode=rwc", folder.display())
        }
    }
}

both! {
    alone "the store alone, without a workspace";
    /// The first schema, with a program, a participant and a pair, is migrated to the current one without losing any of them.
    async fn a_populated_database_is_migrated(engine: Engine) {
        sqlx::any::install_default_drivers();
        let url = database(engine).await;
        let mut connection = AnyConnection::connect(&url).await.unwrap();
        migrations().run_to(1, &mut connection).await.unwrap();
        let profile = profile("To be heard");
        let settings = serde_json::to_string(&Settings::default()).unwrap();
        let sealed = keys().seal("participants", "T1/U1", &serde_json::to_string(&profile).unwrap()).unwrap();
        sqlx::query("insert into programs (team_id, settings, declared, created_at, updated_at) values ('T1', $1, 0, 1, 1)")
            .bind(settings)
            .execute(&mut connection)
            .await
            .unwrap();
        sqlx::query("insert into participants (team_id, user_id, standing, profile_sealed, joined_at, updated_at) values ('T1', 'U1', 'active', $1, 1, 1)")
            .bind(sealed)
            .execute(&mut connection)
            .await
            .unwrap();
        let reasons = keys().seal("pairs", "1", "[]").unwrap();
        sqlx::query("insert into pairs (id, team_id, round_id, mentor, mentee, state, reasons_sealed, cycles, created_at) values (1, 'T1', 1, 'U1', 'U2', 'active', $1, 6, 1)")
            .bind(reasons)
            .execute(&mut connection)
            .await
            .unwrap();
        connection.close().await.unwrap();

        let db = Db::open(&url, keys()).await.unwrap();
        let team = TeamId::from("T1");
        let mut tx = db.write(&team, "2026-03-02T10:00:00Z".parse().unwrap()).await.unwrap();
        assert!(programs::find(&mut tx).await.unwrap().is_some());
        let ana = participants::find(&mut tx, &UserId::from("U1")).await.unwrap().unwrap();
        assert_eq!((ana.standing, ana.profile), (Standing::Active, profile));
        assert_eq!(pairs::open_of(&mut tx, &UserId::from("U1")).await.unwrap().len(), 1);
        tx.commit().await.unwrap();
        db.close().await;
        // Opening it again changes nothing.
        Db::open(&url, keys()).await.unwrap().close().await;
    }
}

/// The work that a release left in its database when it was stopped: a person whose pause has ended, and a queued message,
/// with the columns and sealed text of the first schema.
async fn leave_work_behind(connection: &mut AnyConnection) {
    let message = r#"{"Post":{"to":{"Person":"U1"},"message":{"text":"From before"}}}"#;
    let profile = serde_json::to_string(&profile("To be heard")).unwrap();
    for (sql, table, row, words) in [
        (
            "insert into participants (team_id, user_id, standing, profile_sealed, paused_until, joined_at, updated_at)
             values ('T0SANDBOX', 'U1', 'paused', $1, 2, 1, 1)",
            "participants",
            "T0SANDBOX/U1",
            profile.as_str(),
        ),
        (
            "insert into outbox (id, team_id, lane, kind, what_sealed, dedupe_key, state, not_before, created_at)
             values (7, 'T0SANDBOX', 'U1', 'notice', $1, 'before', 'queued', 1, 1)",
            "outbox",
            "7",
            message,
        ),
    ] {
        let sealed = keys().seal(table, row, words).unwrap();
        sqlx::query(sql).bind(sealed).execute(&mut *connection).await.unwrap();
    }
    connection
        .execute("insert into timers (id, team_id, kind, subject, due_at) values (8, 'T0SANDBOX', 'pause_ends', 'U1', 2)")
        .await
        .unwrap();
}

both! {
    alone "the store alone, without a workspace";
    /// An update finds work that any earlier release began, and finishes it.
    async fn open_work_outlives_every_update(engine: Engine) {
        sqlx::any::install_default_drivers();
        for step in migrations().iter() {
            let url = database(engine).await;
            let mut connection = AnyConnection::connect(&url).await.unwrap();
            migrations().run_to(step.version, &mut connection).await.unwrap();
            leave_work_behind(&mut connection).await;
            connection.close().await.unwrap();
            let setting = HarnessOptions { database: Some(url), ..HarnessOptions::default() };
            let harness = Harness::start(setting).await.unwrap();
            harness.slack.add_user(User::new("U1", "Ana"));
            harness.run_due().await.unwrap();
            let said: Vec<String> = harness.slack.dm("U1").iter().map(slack_sandbox::Message::render).collect();
            assert!(said.iter().any(|text| text.contains("From before")), "{}: {said:?}", step.version);
            assert_eq!(number(&harness, "select count(*) from participants where standing = 'active'").await, 1);
            assert_eq!(number(&harness, "select count(*) from timers where due_at = 2").await, 0);
        }
    }
}

both! {
    alone "the store alone, without a workspace";
    /// After a newer release was taken back, this one continues. A missing step in between is no update.
    async fn an_update_can_be_taken_back(engine: Engine) {
        let url = database(engine).await;
        let db = Db::open(&url, keys()).await.unwrap();
        db.close().await;
        let mut connection = AnyConnection::connect(&url).await.unwrap();
        let insert = "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
             values ($1, 'of the future', true, $2, 0)";
        let newer = async |connection: &mut AnyConnection, version: i64| {
            sqlx::query(insert).bind(version).bind(vec![1_u8]).execute(connection).await.unwrap();
        };
        newer(&mut connection, 9_000).await;
        connection.execute("alter table participants add column of_the_future text").await.unwrap();
        let db = Db::open(&url, keys()).await.unwrap();
        let now = "2026-03-02T10:00:00Z".parse().unwrap();
        let mut tx = db.write(&"T1".into(), now).await.unwrap();
        participants::save(&mut tx, &"U1".into(), &profile("To go on"), None, true).await.unwrap();
        tx.commit().await.unwrap();
        db.close().await;
        Db::open_to_read(&url, keys()).await.unwrap();
        newer(&mut connection, -1).await;
        let refused = Db::open(&url, keys()).await.err();
        assert!(matches!(refused, Some(StoreError::Migrate(_))), "{refused:?}");
    }
}

both! {
    alone "the store alone, without a workspace";
    /// Many replicas start at once on an empty database: one of them creates the schema.
    async fn replicas_may_start_together(engine: Engine) {
        let url = database(engine).await;
        let mut starting = tokio::task::JoinSet::new();
        for _ in 0..5 {
            let url = url.clone();
            starting.spawn(async move { Db::open(&url, keys()).await.map(drop) });
        }
        for started in starting.join_all().await {
            started.unwrap();
        }
    }
}

both! {
    alone "the store alone, without a workspace";
    /// A key other than the database's is a clear error at start, not a surprise later.
    async fn a_wrong_key_is_refused_at_the_start(engine: Engine) {
        let url = database(engine).await;
        let now = "2026-03-02T10:00:00Z".parse().unwrap();
        let db = Db::open(&url, keys()).await.unwrap();
        db.check_key(now).await.unwrap();
        db.close().await;
        let other = Keys::parse(&"a1".repeat(32)).unwrap();
        let db = Db::open(&url, other).await.unwrap();
        let refused = db.check_key(now).await;
        assert!(matches!(refused, Err(StoreError::Seal(_))), "{refused:?}");
        // With the old key beside the new one, both work.
        let both = Keys::parse(&format!("{},{}", "a1".repeat(32), "5e".repeat(32))).unwrap();
        Db::open(&url, both).await.unwrap().check_key(now).await.unwrap();
    }
}

/// Retries while the database is too slow to begin within a request's two seconds, as on a busy machine.
async fn patiently<T, F>(begin: impl Fn() -> F) -> T
where
    F: Future<Output = Result<T, StoreError>>,
{
    loop {
        match begin().await {
            Err(StoreError::NoAnswer | StoreError::Busy) => {}
            outcome => return outcome.unwrap(),
        }
    }
}

both! {
    alone "the store alone, without a workspace";
    /// Many at once: each is told only when its own change is on disk, and none is lost.
    async fn commits_are_shared_and_each_is_kept(engine: Engine) {
        let url = database(engine).await;
        let db = Db::open(&url, keys()).await.unwrap();
        let now = "2026-03-02T10:00:00Z".parse().unwrap();
        let mut writing = tokio::task::JoinSet::new();
        for number in 0..200 {
            let db = db.clone();
            writing.spawn(async move {
                let team = TeamId::from("T1");
                let mut tx = patiently(|| db.write(&team, now)).await;
                let user = UserId(format!("U{number}"));
                reverse_mentor::store::audit::note(&mut tx, &user, "did", "it").await.unwrap();
                match number % 4 {
                    0 => tx.rollback().await,
                    // Dropped in the middle, as when a request's connection breaks.
                    1 => drop(tx),
                    _ => tx.commit().await.unwrap(),
                }
            });
        }
        while let Some(done) = writing.join_next().await {
            done.unwrap();
        }
        db.close().await;
        let mut connection = AnyConnection::connect(&url).await.unwrap();
        let row = sqlx::query("select count(*) from audit").fetch_one(&mut connection).await.unwrap();
        assert_eq!(sqlx::Row::get::<i64, _>(&row, 0), 100);
    }
}

both! {
    alone "the store alone, without a workspace";
    /// Many lookups at once share queries, and each gets its own person in its own workspace.
    async fn lookups_are_shared_and_each_hears_about_themselves(engine: Engine) {
        let db = Db::open(&database(engine).await, keys()).await.unwrap();
        let now = "2026-03-02T10:00:00Z".parse().unwrap();
        for team in ["T1", "T2"] {
            let mut tx = db.write(&TeamId::from(team), now).await.unwrap();
            for number in 0..30 {
                let (user, hopes) = (UserId(format!("U{number}")), format!("{team} U{number}"));
                participants::save(&mut tx, &user, &profile(&hopes), None, true).await.unwrap();
            }
            tx.commit().await.unwrap();
        }
        let mut asking = tokio::task::JoinSet::new();
        for number in 0..100 {
            let db = db.clone();
            asking.spawn(async move {
                let team = TeamId::from(if number % 2 == 0 { "T1" } else { "T2" });
                let user = UserId(format!("U{}", number / 2));
                let mut tx = patiently(|| db.read_for(&team, &user, now)).await;
                let known = known::about(&mut tx, &user).await.unwrap();
                let hopes = known.participant.map(|one| one.profile.hopes);
                assert_eq!(hopes, (number < 60).then(|| format!("{team} {user}")));
                // Another person is looked up separately.
                let other = known::about(&mut tx, &"U7".into()).await.unwrap();
                assert_eq!(other.participant.unwrap().profile.hopes, format!("{team} U7"));
            });
        }
        while let Some(done) = asking.join_next().await {
            done.unwrap();
        }
    }
}

both! {
    alone "the store alone, without a workspace";
    /// A request is recorded together with its effect, or not at all; once recorded, it is not done again.
    async fn a_request_is_done_once(engine: Engine) {
        let db = Db::open(&database(engine).await, keys()).await.unwrap();
        let now = "2026-03-02T10:00:00Z".parse().unwrap();
        let team = TeamId::from("T1");
        let undone = db.write_once(&team, &"U1".into(), now, "one").await.unwrap().unwrap();
        undone.rollback().await;
        drop(db.write_once(&team, &"U1".into(), now, "one").await.unwrap().unwrap());
        // Many retries at once: one of them does it.
        let mut trying = tokio::task::JoinSet::new();
        for _ in 0..50 {
            let (db, team) = (db.clone(), team.clone());
            trying.spawn(async move {
                match db.write_once(&team, &"U1".into(), now, "one").await.unwrap() {
                    Some(tx) => tx.commit().await.map(|()| 1).unwrap(),
                    None => 0,
                }
            });
        }
        assert_eq!(trying.join_all().await.iter().sum::<i32>(), 1);
        assert!(db.write_once(&team, &"U1".into(), now, "two").await.unwrap().is_some());
    }
}

both! {
    alone "the store alone, without a workspace";
    /// What the sender and the scheduler note beside any request can be read back.
    async fn notes_of_the_background_are_read_back(engine: Engine) {
        let db = Db::open(&database(engine).await, keys()).await.unwrap();
        let now: Timestamp = "2026-03-02T10:00:00Z".parse().unwrap();
        let mut tx = db.write(&TeamId::from("T1"), now).await.unwrap();
        workspaces::installed(&mut tx, &"UBOT".into()).await.unwrap();
        let two = (&"U1".into(), &"U2".into());
        let pair = pairs::create(&mut tx, RoundId(1), two, &[], 6).await.unwrap().unwrap();
        assert_eq!(pairs::channel(&mut tx, pair).await.unwrap(), None);
        pairs::set_channel(&mut tx, pair, &"G1".into()).await.unwrap();
        assert_eq!(pairs::channel(&mut tx, pair).await.unwrap(), Some("G1".into()));
        pairs::forget_channel(&mut tx, pair).await.unwrap();
        assert_eq!(pairs::channel(&mut tx, pair).await.unwrap(), None);
        assert_eq!(pairs::count_open_everywhere(&mut tx).await.unwrap(), 1);

        timers::at(&mut tx, &Timer::Round, now).await.unwrap();
        let due = timers::list_due(&mut tx, Work::All, 9).await.unwrap();
        timers::put_off(&mut tx, due[0].id).await.unwrap();
        let again = timers::due(&mut tx, &Timer::Round).await.unwrap();
        assert_eq!(again, Some(now + SignedDuration::from_mins(1)));

        // Ten minutes without an answer are an outage, and its end is told once.
        for (minutes, answers, ends) in [(0, false, false), (9, true, false), (10, false, false), (20, true, true), (21, true, false)] {
            tx.now = now + SignedDuration::from_mins(minutes);
            if answers {
                let over = workspaces::slack_answers(&mut tx, "chat.postMessage").await.unwrap();
                assert_eq!(over.outage, ends, "after {minutes} minutes");
            } else {
                workspaces::slack_is_silent(&mut tx).await.unwrap();
            }
        }
        tx.commit().await.unwrap();
    }
}

both! {
    alone "the store alone, without a workspace";
    /// A pair that ended in a way of a newer release is not taken for one that did not end.
    async fn an_ending_of_a_newer_release_is_named(engine: Engine) {
        let url = database(engine).await;
        let db = Db::open(&url, keys()).await.unwrap();
        let now = "2026-03-02T10:00:00Z".parse().unwrap();
        let team = TeamId::from("T1");
        let mut tx = db.write(&team, now).await.unwrap();
        let two = (&"U1".into(), &"U2".into());
        pairs::create(&mut tx, RoundId(1), two, &[], 6).await.unwrap().unwrap();
        tx.commit().await.unwrap();
        let mut connection = AnyConnection::connect(&url).await.unwrap();
        let ended = "update pairs set state = 'closed', closed_at = 1, closed_why = 'promoted'";
        connection.execute(ended).await.unwrap();
        let mut tx = db.read(&team, now).await.unwrap();
        let read = pairs::all(&mut tx).await;
        assert!(matches!(read, Err(StoreError::Unreadable("why a pair ended"))), "{read:?}");
    }
}
