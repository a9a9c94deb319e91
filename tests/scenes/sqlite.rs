//! SQLite's files: private, scrubbed, watched, and usable again as soon as the disk is.

use crate::people;
use crate::process::Ground;
use reverse_mentor::domain::ids::{TeamId, UserId};
use reverse_mentor::domain::participant::Profile;
use reverse_mentor::store::db::StoreError;
use reverse_mentor::store::seal::Keys;
use reverse_mentor::store::{Db, audit, participants, personal_data};
use sqlx::{AnyConnection, Connection, Executor, Row};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

fn keys() -> Keys {
    Keys::parse(&"5e".repeat(32)).unwrap()
}

fn now() -> jiff::Timestamp {
    "2026-03-02T10:00:00Z".parse().unwrap()
}

/// A folder that is deleted at the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let mut name = [0_u8; 8];
        getrandom::fill(&mut name).unwrap();
        let folder = std::env::temp_dir().join(format!("rm-sqlite-{}", const_hex::encode(name)));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn file(&self) -> PathBuf {
        self.0.join("program.db")
    }

    fn url(&self) -> String {
        format!("sqlite://{}", self.file().display())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn profile(hopes: &str) -> Profile {
    Profile {
        hopes: hopes.into(),
        ..people::junior()
    }
}

async fn connect(folder: &Folder) -> AnyConnection {
    sqlx::any::install_default_drivers();
    AnyConnection::connect(&format!("{}?mode=rwc", folder.url()))
        .await
        .unwrap()
}

/// The files that contain `needle`.
fn holding(folder: &Path, needle: &str) -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path());
    let holds = |file: &PathBuf| {
        let bytes = std::fs::read(file).unwrap();
        bytes
            .windows(needle.len())
            .any(|part| part == needle.as_bytes())
    };
    files.filter(holds).collect()
}

#[tokio::test]
async fn what_is_erased_is_in_no_file_any_more() {
    let folder = Folder::new();
    let db = Db::open(&folder.url(), keys()).await.unwrap();
    let team = TeamId::from("T1");
    // Enough people for several pages, and one with enough text for several more.
    let mut tx = db.write(&team, now()).await.unwrap();
    for number in 0..60 {
        let user = UserId(format!("USOMEBODY{number}"));
        participants::save(&mut tx, &user, &profile(&"words ".repeat(40)), None, true)
            .await
            .unwrap();
    }
    let user = UserId::from("UERASED99");
    participants::save(
        &mut tx,
        &user,
        &profile(&"own words ".repeat(1_000)),
        None,
        true,
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let mut connection = connect(&folder).await;
    let sealed: String = connection
        .fetch_one("select profile_sealed from participants where user_id = 'UERASED99'")
        .await
        .unwrap()
        .get(0);
    connection.close().await.unwrap();
    // Its start, middle and end, after the key's name.
    let parts = [50, sealed.len() / 2, sealed.len() - 40].map(|at| &sealed[at..at + 40]);
    for needle in parts.into_iter().chain(["UERASED99"]) {
        assert!(
            !holding(&folder.0, needle).is_empty(),
            "{needle} is there before"
        );
    }
    let mut tx = db.write(&team, now()).await.unwrap();
    personal_data::erase(&mut tx, &user).await.unwrap();
    tx.commit().await.unwrap();
    for needle in parts.into_iter().chain(["UERASED99"]) {
        assert_eq!(
            holding(&folder.0, needle),
            Vec::<PathBuf>::new(),
            "{needle}"
        );
    }
    assert!(!holding(&folder.0, "USOMEBODY33").is_empty());
}

#[tokio::test]
async fn what_earlier_versions_left_is_overwritten_once() {
    let folder = Folder::new();
    let mut old = connect(&folder).await;
    old.execute("pragma journal_mode = wal; pragma secure_delete = off")
        .await
        .unwrap();
    reverse_mentor::store::db::migrations()
        .run_to(1, &mut old)
        .await
        .unwrap();
    for number in 0..200 {
        sqlx::query("insert into facts (name, value) values ($1, $2)")
            .bind(format!("fact {number}"))
            .bind("remains of the past ".repeat(30))
            .execute(&mut old)
            .await
            .unwrap();
    }
    old.execute("delete from facts").await.unwrap();
    old.close().await.unwrap();
    assert!(!holding(&folder.0, "remains of the past").is_empty());
    let db = Db::open(&folder.url(), keys()).await.unwrap();
    assert_eq!(
        holding(&folder.0, "remains of the past"),
        Vec::<PathBuf>::new()
    );
    db.close().await;
}

#[tokio::test]
async fn the_files_are_for_their_owner_only() {
    let folder = Folder::new();
    let mut old = connect(&folder).await;
    old.execute("pragma journal_mode = wal; create table anything (it text)")
        .await
        .unwrap();
    std::fs::set_permissions(folder.file(), PermissionsExt::from_mode(0o644)).unwrap();
    let other = Folder::new();
    for folder in [&folder, &other] {
        let db = Db::open(&folder.url(), keys()).await.unwrap();
        let mut seen = 0;
        for file in std::fs::read_dir(&folder.0).unwrap() {
            let file = file.unwrap();
            let mode = file.metadata().unwrap().permissions().mode() & 0o777;
            assert_eq!(mode, 0o600, "{:?}", file.path());
            seen += 1;
        }
        assert_eq!(seen, 3, "the database, its log and the log's index");
        db.close().await;
    }
    let ground = Ground::new(1, None, "").await;
    let _serving = ground.serve().await;
    let lock = ground.folder.join("program.db.lock");
    let mode = std::fs::metadata(lock).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
}

#[tokio::test]
async fn a_file_that_disappears_or_is_another_one_is_noticed() {
    for ending in ["", "-wal"] {
        let folder = Folder::new();
        let db = Db::open(&folder.url(), keys()).await.unwrap();
        db.still_there().unwrap();
        let file = PathBuf::from(format!("{}{ending}", folder.file().display()));
        let aside = folder.0.join("aside");
        std::fs::rename(&file, &aside).unwrap();
        assert!(
            matches!(db.still_there(), Err(StoreError::FileGone(_))),
            "moved: {ending}"
        );
        // Another file in its place.
        std::fs::copy(&aside, &file).unwrap();
        assert!(
            matches!(db.still_there(), Err(StoreError::FileGone(_))),
            "replaced: {ending}"
        );
        std::fs::rename(&aside, &file).unwrap();
        db.still_there().unwrap();
    }
}

/// The output and exit code of `serve`, with a key file beside the database; it is stopped if it still runs.
fn serve(folder: &Folder, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new("timeout");
    command
        .args(["5", env!("CARGO_BIN_EXE_reverse-mentor"), "serve"])
        .args(arguments)
        .env("DATABASE_URL", folder.url())
        .env("SLACK_SIGNING_SECRET", "a secret")
        .env("SLACK_BOT_TOKEN", "xoxb-1")
        .env("SLACK_API_URL", "http://127.0.0.1:1")
        .env("REVERSE_MENTOR_LISTEN", "127.0.0.1:0")
        .env_remove("REVERSE_MENTOR_KEY")
        .env_remove("REVERSE_MENTOR_NEW_DATABASE");
    let output = command.output().unwrap();
    (
        output.status.code(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

#[test]
fn a_lost_database_is_not_replaced_by_an_empty_one() {
    /// `timeout` had to stop it.
    const STILL_RUNS: Option<i32> = Some(124);
    let folder = Folder::new();
    let first = serve(&folder, &[]);
    assert_eq!(first.0, STILL_RUNS, "{}", first.1);
    for name in ["program.db", "program.db-wal", "program.db-shm"] {
        let _ = std::fs::remove_file(folder.0.join(name));
    }
    let (code, said) = serve(&folder, &[]);
    assert_eq!(code, Some(2), "{said}");
    assert!(
        said.contains("program.db is gone") && said.contains("--new-database"),
        "{said}"
    );
    assert!(!folder.file().exists());
    let doctor = Command::new(env!("CARGO_BIN_EXE_reverse-mentor"))
        .arg("doctor")
        .env("DATABASE_URL", folder.url())
        .env_remove("REVERSE_MENTOR_KEY")
        .output()
        .unwrap();
    assert!(String::from_utf8_lossy(&doctor.stdout).contains("is gone"));
    let (code, said) = serve(&folder, &["--new-database"]);
    assert_eq!(code, STILL_RUNS, "{said}");
    assert!(folder.file().exists());
}

/// A file system of 3 MB.
struct SmallDisk(Folder);

impl SmallDisk {
    fn new() -> Option<Self> {
        let folder = Folder::new();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=3m", "tmpfs"])
            .arg(&folder.0)
            .output()
            .is_ok_and(|output| output.status.success());
        if !mounted {
            println!("skipped: no file system can be mounted here");
            return None;
        }
        Some(Self(folder))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0.0).status();
    }
}

#[tokio::test]
async fn a_full_disk_is_an_error_and_over_when_there_is_room() {
    let Some(disk) = SmallDisk::new() else { return };
    let db = Db::open(&disk.0.url(), keys()).await.unwrap();
    let team = TeamId::from("T1");
    let filler = disk.0.0.join("filler");
    let write = async |rows: usize, verb: &str| {
        let mut tx = db.write(&team, now()).await?;
        for _ in 0..rows {
            audit::note(&mut tx, &UserId::from("U1"), verb, &"x".repeat(500)).await?;
        }
        tx.commit().await
    };
    write(1, "before").await.unwrap();
    for round in 0..3 {
        // The filler takes all remaining space.
        let _ = std::fs::write(&filler, vec![0_u8; 4 << 20]);
        let mut failed = 0;
        for _ in 0..5 {
            failed += usize::from(write(400, "full").await.is_err());
        }
        assert!(failed >= 4, "{failed} failed");
        std::fs::remove_file(&filler).unwrap();
        write(1, "after").await.unwrap();
        let mut connection = connect(&disk.0).await;
        let row = connection.fetch_one("select (select count(*) from audit where verb = 'after'), (select count(*) from audit where verb = 'full')").await.unwrap();
        let (after, full): (i64, i64) = (row.get(0), row.get(1));
        assert_eq!(after, round + 1);
        assert_eq!(full % 400, 0, "each whole or not at all");
        connection.close().await.unwrap();
    }
}
