//! The network between the bot and its PostgreSQL: eavesdroppers and poolers.

use crate::postgres::{doctor, keys, now, rows};
use crate::servers::{PgBouncer, Postgres, another_host, certificates};
use reverse_mentor::domain::ids::{TeamId, UserId};
use reverse_mentor::store::db::{ConnectError, Result, SslMode, StoreError, Transport};
use reverse_mentor::store::{Db, audit};
use std::process::Command;

async fn transport(url: &str) -> Result<Transport> {
    Db::open(url, keys()).await?.transport().await
}

#[tokio::test]
async fn the_way_to_the_server_is_as_private_as_asked() {
    let Some(mut server) = Postgres::prepare(&[]) else {
        return;
    };
    let Some(another_host) = another_host() else {
        return;
    };
    if !certificates(&server) {
        return;
    }
    server.write(
        "data/pg_hba.conf",
        "hostnossl only_tls all all reject\nhostssl only_plain all all reject\nhost all all all trust\nlocal all all trust\n",
    );
    server.serve();
    // The server does not offer TLS yet, so a required TLS is refused.
    let plain = server.url(&another_host, "postgres");
    let refused = transport(&plain).await;
    assert!(
        matches!(
            refused,
            Err(StoreError::Connect(ConnectError::PlainOnly(_)))
        ),
        "{refused:?}"
    );
    let refused = transport(&format!("{plain}?sslmode=verify-full")).await;
    assert!(
        matches!(refused, Err(StoreError::Connect(ConnectError::NoTls(..)))),
        "{refused:?}"
    );
    for mode in ["disable", "allow", "prefer"] {
        let found = transport(&format!("{plain}?sslmode={mode}")).await.unwrap();
        let expected = Transport::Plain {
            place: format!("{another_host}:{}", server.port),
            is_local: false,
        };
        assert_eq!(found, expected, "{mode}");
    }
    let told = doctor(&format!("{plain}?sslmode=disable"));
    assert!(told.contains("can be read on the way"), "{told}");
    let found = transport(&server.url("127.0.0.1", "postgres"))
        .await
        .unwrap();
    assert!(
        matches!(found, Transport::Plain { is_local: true, .. }),
        "{found:?}"
    );

    server.sql("create database only_tls");
    server.sql("create database only_plain");
    server.stop();
    let settings = format!(
        "ssl=on\nssl_cert_file='{0}/server.crt'\nssl_key_file='{0}/server.key'\n",
        server.folder.display()
    );
    server.write("data/postgresql.auto.conf", &settings);
    server.serve();
    let authority = format!("sslrootcert={}/ca.crt", server.folder.display());
    let encrypted = |found: Result<Transport>| match found {
        Ok(Transport::Encrypted { version, mode, .. }) => {
            assert!(version.starts_with("TLSv1."), "{version}");
            mode
        }
        other => panic!("{other:?}"),
    };
    // Without `sslmode` in the URL.
    assert_eq!(encrypted(transport(&plain).await), SslMode::Require);
    assert_eq!(
        encrypted(transport(&server.url("127.0.0.1", "postgres")).await),
        SslMode::Prefer
    );
    let named = server.url("localhost", "postgres");
    let checked = transport(&format!("{named}?sslmode=verify-full&{authority}")).await;
    assert_eq!(encrypted(checked), SslMode::VerifyFull);
    let checked = transport(&format!("{plain}?sslmode=verify-ca&{authority}")).await;
    assert_eq!(encrypted(checked), SslMode::VerifyCa);
    let checked = transport(&format!("{plain}?sslmode=require&{authority}")).await;
    assert_eq!(
        encrypted(checked),
        SslMode::VerifyCa,
        "an authority that is named is asked"
    );
    // A name that is not in the certificate, and an unknown authority.
    for url in [
        format!("{plain}?sslmode=verify-full&{authority}"),
        format!("{named}?sslmode=verify-full"),
        format!("{named}?sslmode=verify-ca"),
    ] {
        let refused = transport(&url).await;
        assert!(
            matches!(
                refused,
                Err(StoreError::Connect(ConnectError::Certificate(..)))
            ),
            "{url}: {refused:?}"
        );
    }
    // Second attempts, as libpq makes them.
    let only_tls = server.url(&another_host, "only_tls");
    assert_eq!(
        encrypted(transport(&format!("{only_tls}?sslmode=allow")).await),
        SslMode::Require
    );
    let only_plain = server.url(&another_host, "only_plain");
    let found = transport(&format!("{only_plain}?sslmode=prefer"))
        .await
        .unwrap();
    assert!(matches!(found, Transport::Plain { .. }), "{found:?}");
    assert!(
        transport(&format!("{only_plain}?sslmode=require"))
            .await
            .is_err()
    );
    assert!(
        transport(&format!("{only_tls}?sslmode=disable"))
            .await
            .is_err()
    );
    // A socket does not leave this machine.
    let socket = server.folder.display().to_string().replace('/', "%2F");
    let found = transport(&format!(
        "postgres://postgres@{socket}:{}/postgres",
        server.port
    ))
    .await;
    assert!(
        matches!(found, Ok(Transport::Plain { is_local: true, .. })),
        "{found:?}"
    );
    let told = doctor(&plain);
    assert!(
        told.contains("TLSv1.3") && told.contains("sslmode=verify-full"),
        "{told}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_works_behind_a_pooler_and_leaves_nothing_there() {
    let Some(server) = Postgres::start(&[]) else {
        return;
    };
    server.sql("create database mentors");
    let Some(strict) = PgBouncer::start(&server, "") else {
        return;
    };
    let refused = Db::open(&strict.url("mentors"), keys()).await.err();
    let Some(StoreError::Connect(error @ ConnectError::Pooler(..))) = refused else {
        panic!("{refused:?}");
    };
    assert!(
        error.to_string().contains("ignore_startup_parameters"),
        "{error}"
    );
    for settings in [
        "ignore_startup_parameters = extra_float_digits",
        "ignore_startup_parameters = extra_float_digits, options",
    ] {
        let Some(pooler) = PgBouncer::start(&server, settings) else {
            return;
        };
        let url = pooler.url("mentors");
        let db = Db::open(&url, keys()).await.unwrap();
        db.check_key(now()).await.unwrap();
        assert!(matches!(
            db.transport().await.unwrap(),
            Transport::Pooled { .. }
        ));
        let before = rows(&url, "audit").await;
        // Many at once, over two server sessions, in two programs.
        let second = Db::open(&format!("{url}?statement-cache-capacity=0"), keys())
            .await
            .unwrap();
        let mut writing = tokio::task::JoinSet::new();
        for number in 0..60 {
            let db = if number % 2 == 0 {
                db.clone()
            } else {
                second.clone()
            };
            writing.spawn(async move {
                let (team, user) = (TeamId(format!("T{}", number % 5)), UserId::from("U1"));
                for _ in 0..3 {
                    let begun = db.background_write(&team, now()).await;
                    let mut tx = begun.unwrap();
                    audit::note(&mut tx, &user, "did", "it").await.unwrap();
                    tx.commit().await.unwrap();
                    let Ok(mut tx) = db.read(&team, now()).await else {
                        continue;
                    };
                    audit::of(&mut tx, &user).await.unwrap();
                }
            });
        }
        while let Some(done) = writing.join_next().await {
            done.unwrap();
        }
        assert_eq!(rows(&url, "audit").await - before, 180);
        // After a reader, the next user of the session can still write, and none of our statements is left in it.
        let told = doctor(&url);
        assert!(told.contains("pooler"), "{told}");
        drop(
            Db::open_to_read(&url, keys())
                .await
                .unwrap()
                .read(&"T1".into(), now())
                .await
                .unwrap(),
        );
        for _ in 0..8 {
            let psql = Command::new("psql")
                .args(["-Atc", "insert into facts values (gen_random_uuid(), ''); select count(*) from pg_prepared_statements"])
                .arg(&url)
                .output()
                .unwrap();
            assert!(
                psql.status.success(),
                "{}",
                String::from_utf8_lossy(&psql.stderr)
            );
            assert!(String::from_utf8_lossy(&psql.stdout).trim().ends_with('0'));
        }
        db.close().await;
        second.close().await;
    }
}
