//! `backup`, `restore`, `migrate` and `rotate-key`.

use crate::both;
use crate::personal_data::whole_program::{
    GONE, MARK, STAYS, connect, keys, traces, tx_at, whole_program,
};
use crate::process::{Ground, said};
use crate::support::{Engine, new_database};
use jiff::SignedDuration;
use reverse_mentor::domain::grant::{Grant, Renewal};
use reverse_mentor::domain::ids::CheckinId;
use reverse_mentor::domain::key::Key;
use reverse_mentor::slack::words::Md;
use reverse_mentor::store::db::migrations;
use reverse_mentor::store::outbox::{self, Kind, To};
use reverse_mentor::store::personal_data::tables;
use reverse_mentor::store::seal::Keys;
use reverse_mentor::store::{Db, tokens, workspaces};
use slack_sandbox::User;
use sqlx::{AssertSqlSafe, Connection, Row};
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

async fn ground(engine: Engine) -> Ground {
    let database = match engine {
        Engine::Sqlite => None,
        Engine::Postgres => Some(new_database().await),
    };
    let ground = Ground::new(1, database, "owners = [\"UOWEN\"]").await;
    for user in [GONE, STAYS, "UOWEN"] {
        ground.slack.add_user(User::new(user, user));
    }
    ground
}

/// A program in every table, and a message that waits.
async fn filled(ground: &Ground) {
    let db = Db::open(&ground.database, keys()).await.unwrap();
    db.check_key(ground.clock.now()).await.unwrap();
    let mut tx = tx_at(&db, ground.clock.now()).await;
    workspaces::installed(&mut tx, &"UBOT".into())
        .await
        .unwrap();
    whole_program(&mut tx).await;
    let key = Key::Checkin(CheckinId(4_711));
    let message = Md::from("A word for you").into();
    outbox::post(
        &mut tx,
        To::Person(STAYS.into()),
        Kind::Answer,
        &key,
        message,
        None,
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    db.close().await;
}

fn words_for_stays(ground: &Ground) -> usize {
    let all = ground.slack.dm(STAYS).into_iter().map(|it| it.render());
    all.filter(|text| text.contains("A word for you")).count()
}

async fn until_it_came(ground: &Ground) {
    for _ in 0..600 {
        if words_for_stays(ground) > 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("nothing came");
}

/// Nothing waits any more, as the database itself says.
async fn until_nothing_waits(ground: &Ground) {
    let mut connection = connect(&ground.database).await;
    // A bot that ended had leased some rows. Another bot may send them only when those leases are over.
    for _ in 0..2_400 {
        let open =
            "select count(*) from outbox where state in ('queued', 'leased') and kind = 'answer'";
        let open = sqlx::query(open).fetch_one(&mut connection).await;
        if open.unwrap().get::<i64, _>(0) == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("something still waits");
}

fn fails(ground: &Ground, arguments: &[&str], code: i32, why: &str) {
    let output = ground.command(arguments, "no\n");
    let told = said(&output);
    assert_eq!(output.status.code(), Some(code), "{told}");
    assert!(told.contains(why), "{told}");
}

fn does(ground: &Ground, arguments: &[&str], told: &str) {
    fails(ground, arguments, 0, told);
}

/// What went out after the copy was made is not sent a second time, and whoever was erased since is named.
#[tokio::test(flavor = "multi_thread")]
async fn a_copy_is_put_back_and_nobody_reads_a_message_twice() {
    let ground = ground(Engine::Sqlite).await;
    filled(&ground).await;
    let folder = ground.folder.join("copies, 100 % whole?");
    std::fs::create_dir_all(&folder).unwrap();
    let [waiting, later] = ["waiting.db", "later.db"].map(|name| folder.join(name));
    let [waiting, later] = [&waiting, &later].map(|file| file.to_str().unwrap());
    does(&ground, &["backup", waiting], "3 people and 1 pair");
    let mode = std::fs::metadata(waiting).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    fails(&ground, &["backup", waiting], 2, "--replace");

    let mut serving = ground.serve().await;
    until_it_came(&ground).await;
    does(&ground, &["backup", later], "as of 2026-03-02");
    does(&ground, &["backup", later, "--replace"], "as of 2026-03-02");
    fails(&ground, &["restore", later, "--yes"], 2, "Stop it first");
    does(&ground, &["erase", GONE, "--yes"], "Erased");
    serving.terminate();
    assert!(traces(&ground.database, MARK).await.is_empty());

    fails(&ground, &["restore", waiting], 1, "Nothing was changed");
    assert!(traces(&ground.database, MARK).await.is_empty());
    let again = format!("with `reverse-mentor erase`: {GONE}");
    does(&ground, &["restore", waiting, "--yes"], &again);
    assert!(!traces(&ground.database, MARK).await.is_empty());
    let files = std::fs::read_dir(&ground.folder).unwrap();
    let names = files.map(|it| it.unwrap().file_name().into_string().unwrap());
    let aside: Vec<String> = names.filter(|it| it.contains(".db.before-")).collect();
    assert!(!aside.is_empty());
    let mut serving = ground.serve().await;
    until_nothing_waits(&ground).await;
    assert_eq!(words_for_stays(&ground), 1);
    serving.terminate();
}

/// A copy that would lose the program is refused before anything is touched.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_copy_of_ours_is_refused() {
    let mut ground = ground(Engine::Sqlite).await;
    filled(&ground).await;
    let there = reverse_mentor::store::db::sqlite_file(&ground.database).unwrap();
    let there = there.to_str().unwrap();
    let file = |name: &str| ground.folder.join(name).to_str().unwrap().to_owned();
    let (copy, broken, text, empty) = (file("a.db"), file("b.db"), file("c.db"), file("d.db"));
    does(&ground, &["backup", &copy], "key");
    let mut bytes = std::fs::read(&copy).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 9_000].fill(0x5a);
    std::fs::write(&broken, &bytes).unwrap();
    std::fs::write(&text, "user,role\nU1,mentor\n").unwrap();
    std::fs::write(&empty, "").unwrap();
    for (from, why) in [
        (there, "the database itself"),
        (&*file("nowhere.db"), "there is no file"),
        (&*broken, "b.db"),
        (&*text, "c.db"),
        (&*empty, "d.db"),
    ] {
        fails(&ground, &["restore", from, "--yes"], 2, why);
    }
    ground.key = "6f".repeat(32);
    fails(
        &ground,
        &["restore", &copy, "--yes"],
        2,
        "REVERSE_MENTOR_KEY",
    );
    assert!(!traces(&ground.database, MARK).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn copies_of_postgres_are_its_own() {
    let ground = ground(Engine::Postgres).await;
    fails(&ground, &["backup", "copy.dump"], 2, "pg_dump");
    fails(&ground, &["restore", "copy.dump"], 2, "pg_restore");
}

both! {
    alone "a process of the operator";
    async fn the_schema_can_be_brought_up_to_date_apart(engine: Engine) {
        let ground = ground(engine).await;
        let url = match engine {
            Engine::Sqlite => format!("{}?mode=rwc", ground.database),
            Engine::Postgres => ground.database.clone(),
        };
        let mut connection = connect(&url).await;
        migrations().run_to(22, &mut connection).await.unwrap();
        connection.close().await.unwrap();
        fails(&ground, &["migrate", "--check"], 1, "  23 preview\n  24 recipe\n");
        does(&ground, &["migrate"], "up to date now");
        does(&ground, &["migrate", "--check"], "The schema is up to date.");
    }
}

/// Each sealed value, and how it begins: with the name of its key.
async fn seals(ground: &Ground) -> Vec<(String, String)> {
    let mut connection = connect(&ground.database).await;
    let mut found = Vec::new();
    for table in tables() {
        for column in table.columns.iter().filter(|it| it.sealed_for.is_some()) {
            let place = format!("{}.{}", table.name, column.name);
            let sql = format!(
                "select {0} from {1} where {0} <> ''",
                column.name, table.name
            );
            let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(&mut connection);
            for row in rows.await.unwrap() {
                let sealed: String = row.get(0);
                let (key, _) = sealed.split_once('.').unwrap();
                found.push((place.clone(), key.to_owned()));
            }
        }
    }
    found
}

fn is_all_sealed_with(seals: &[(String, String)], key: &str) {
    let keys = Keys::parse(key).unwrap();
    let old: Vec<_> = seals
        .iter()
        .filter(|(_, it)| it != keys.current())
        .collect();
    assert!(
        old.is_empty() && seals.len() > 10,
        "{old:?} of {}",
        seals.len()
    );
}

both! {
    alone "a process of the operator";
    /// An operator brings both keys; the bot serves meanwhile.
    async fn everything_is_sealed_anew_beside_a_bot(engine: Engine) {
        let mut ground = ground(engine).await;
        filled(&ground).await;
        let [new, old] = ["6f", "5e"].map(|byte| byte.repeat(32));
        fails(&ground, &["rotate-key"], 2, "openssl rand -hex 32");
        let both = format!("{new},{old}");
        ground.key.clone_from(&both);
        let mut serving = ground.serve().await;
        does(&ground, &["rotate-key"], "take the earlier key away");
        is_all_sealed_with(&seals(&ground).await, &new);
        serving.terminate();
        ground.key.clone_from(&new);
        does(&ground, &["erase", "UNOBODY", "--yes"], "Nothing is stored");
        let mut serving = ground.serve().await;
        until_nothing_waits(&ground).await;
        serving.terminate();
        ground.key = old;
        fails(&ground, &["erase", GONE, "--yes"], 2, "REVERSE_MENTOR_KEY");
    }
}

both! {
    alone "a process of the operator";
    /// The earlier keys stay needed while anything opens with none of those that are there.
    async fn a_key_that_is_missing_is_asked_for(engine: Engine) {
        let mut ground = ground(engine).await;
        filled(&ground).await;
        let third = Keys::parse(&"7a".repeat(32)).unwrap();
        let foreign = third.seal("pairs", "1", "[]").unwrap();
        let mut connection = connect(&ground.database).await;
        sqlx::query("update pairs set reasons_sealed = $1").bind(foreign).execute(&mut connection).await.unwrap();
        ground.key = format!("{},{}", "6f".repeat(32), "5e".repeat(32));
        fails(&ground, &["rotate-key"], 1, "none of the keys that you gave: 1.");
    }
}

/// Where the key is a file, the command makes the new one; it goes on where it was interrupted.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_file_gets_a_new_key() {
    let mut ground = ground(Engine::Sqlite).await;
    filled(&ground).await;
    let old = std::mem::take(&mut ground.key);
    let file = ground.folder.join("reverse-mentor.key");
    std::fs::write(&file, &old).unwrap();
    let mut serving = ground.serve().await;
    fails(&ground, &["rotate-key"], 2, "Stop it first");
    serving.terminate();
    does(&ground, &["rotate-key"], "The new key is in");
    let read = || std::fs::read_to_string(&file).unwrap().trim().to_owned();
    let second = read();
    assert!(second.len() == 64 && second != old);
    is_all_sealed_with(&seals(&ground).await, &second);
    let mode = std::fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);

    let third = Keys::generate().unwrap();
    std::fs::write(&file, format!("{third},{second}")).unwrap();
    does(&ground, &["rotate-key"], "The new key is in");
    assert_eq!(read(), third);
    is_all_sealed_with(&seals(&ground).await, &third);
    let names = std::fs::read_dir(&ground.folder).unwrap();
    let names = names.map(|it| it.unwrap().path());
    let aside = names.filter(|it| it.to_str().unwrap().contains("key.old-"));
    let mut kept: Vec<String> = aside
        .map(|it| std::fs::read_to_string(it).unwrap().trim().to_owned())
        .collect();
    kept.sort();
    let mut both = [old, second];
    both.sort();
    assert_eq!(kept, both);
}

both! {
    alone "a process of the operator";
    /// A token is being renewed while its refresh token is sealed anew: Slack's answer is kept, since nobody could ask again.
    async fn a_renewal_under_way_outlives_a_new_key(engine: Engine) {
        let mut ground = ground(engine).await;
        filled(&ground).await;
        let grant = |token: &str| Grant {
            token: format!("xoxe.xoxb-{token}").into(),
            renewal: Some(Renewal {
                secret: format!("xoxe-{token}").into(),
                lasts: SignedDuration::from_hours(12),
            }),
        };
        let db = Db::open(&ground.database, keys()).await.unwrap();
        let mut tx = tx_at(&db, ground.clock.now()).await;
        tokens::keep(&mut tx, &grant("one")).await.unwrap();
        tx.commit().await.unwrap();
        let later = ground.clock.now() + SignedDuration::from_hours(11);
        let mut tx = tx_at(&db, later).await;
        let turn = tokens::take_turn(&mut tx).await.unwrap().unwrap();
        tx.commit().await.unwrap();
        db.close().await;
        ground.key = format!("{},{}", "6f".repeat(32), "5e".repeat(32));
        does(&ground, &["rotate-key"], "take the earlier key away");
        let new = Keys::parse(&"6f".repeat(32)).unwrap();
        let db = Db::open(&ground.database, new).await.unwrap();
        let mut tx = tx_at(&db, later).await;
        assert!(tokens::renewed(&mut tx, &turn, &grant("two")).await.unwrap());
        assert!(!tokens::renewed(&mut tx, &turn, &grant("three")).await.unwrap(), "only once");
        tx.commit().await.unwrap();
        db.close().await;
    }
}
