//! The schema's steps, one file each in `migrations/`, and how a database gets them.
//!
//! sqlx's own way takes a lock of the session and keeps statements prepared, neither of which survives a connection pooler.
//! Ours is one transaction on both engines, over the same table, so that either can go on where the other stopped.

use super::engine::Engine;
use super::error::Result;
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::{AnyConnection, Executor, Row, SqlStr};
use std::collections::BTreeMap;

/// The schema, oldest first. Only ever appended to.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "core", include_str!("../../../migrations/0001_core.sql")),
    (
        2,
        "pairs",
        include_str!("../../../migrations/0002_pairs.sql"),
    ),
    (
        3,
        "months",
        include_str!("../../../migrations/0003_months.sql"),
    ),
    (
        4,
        "digest",
        include_str!("../../../migrations/0004_digest.sql"),
    ),
    (
        5,
        "edits",
        include_str!("../../../migrations/0005_edits.sql"),
    ),
    (
        6,
        "chart",
        include_str!("../../../migrations/0006_chart.sql"),
    ),
    (
        7,
        "inputs",
        include_str!("../../../migrations/0007_inputs.sql"),
    ),
    (
        8,
        "answers",
        include_str!("../../../migrations/0008_answers.sql"),
    ),
    (9, "back", include_str!("../../../migrations/0009_back.sql")),
    (
        10,
        "ratings",
        include_str!("../../../migrations/0010_ratings.sql"),
    ),
    (
        11,
        "delivery",
        include_str!("../../../migrations/0011_delivery.sql"),
    ),
    (
        12,
        "timers",
        include_str!("../../../migrations/0012_timers.sql"),
    ),
    (
        15,
        "updated",
        include_str!("../../../migrations/0015_updated.sql"),
    ),
    (
        16,
        "cards",
        include_str!("../../../migrations/0016_cards.sql"),
    ),
    (
        17,
        "companion",
        include_str!("../../../migrations/0017_companion.sql"),
    ),
    (
        18,
        "organization",
        include_str!("../../../migrations/0018_organization.sql"),
    ),
    (
        19,
        "rounds",
        include_str!("../../../migrations/0019_rounds.sql"),
    ),
    (
        20,
        "benefit",
        include_str!("../../../migrations/0020_benefit.sql"),
    ),
    (
        21,
        "program_break",
        include_str!("../../../migrations/0021_program_break.sql"),
    ),
    (
        22,
        "enrollment",
        include_str!("../../../migrations/0022_enrollment.sql"),
    ),
    (
        23,
        "preview",
        include_str!("../../../migrations/0023_preview.sql"),
    ),
    (
        24,
        "recipe",
        include_str!("../../../migrations/0024_recipe.sql"),
    ),
    (
        25,
        "tokens",
        include_str!("../../../migrations/0025_tokens.sql"),
    ),
    (
        26,
        "checked",
        include_str!("../../../migrations/0026_checked.sql"),
    ),
    (
        27,
        "quiet",
        include_str!("../../../migrations/0027_quiet.sql"),
    ),
    (
        28,
        "circle",
        include_str!("../../../migrations/0028_circle.sql"),
    ),
    (
        29,
        "hours",
        include_str!("../../../migrations/0029_hours.sql"),
    ),
];

/// The last step: a database that has it is up to date.
pub(super) fn latest() -> i64 {
    MIGRATIONS.last().map_or(0, |&(version, ..)| version)
}

/// All steps, by number and name.
pub(super) fn steps() -> impl Iterator<Item = (i64, &'static str)> {
    MIGRATIONS.iter().map(|&(version, name, _)| (version, name))
}

/// One at a time: any number that is no workspace's will do. Index builds of a large database take minutes.
const BEGIN_POSTGRES: &str = "begin; set local lock_timeout = '5min'; set local statement_timeout = '30min'; \
    set local idle_in_transaction_session_timeout = '1min'; select pg_advisory_xact_lock(5784319604421)";
const TABLE_POSTGRES: &str = "create table if not exists _sqlx_migrations (
    version bigint primary key,
    description text not null,
    installed_on timestamptz not null default now(),
    success boolean not null,
    checksum bytea not null,
    execution_time bigint not null
)";
const TABLE_SQLITE: &str = "create table if not exists _sqlx_migrations (
    version bigint primary key,
    description text not null,
    installed_on timestamp not null default current_timestamp,
    success boolean not null,
    checksum blob not null,
    execution_time bigint not null
)";

/// Brings the schema up to date, in one transaction.
///
/// Steps we do not know are fine where they are newer than ours: each release runs on the schema of the one after it, so
/// that replicas can be updated one by one, and an update can be taken back.
pub(super) async fn migrate(conn: &mut AnyConnection, engine: Engine) -> Result<()> {
    let (begin, table) = match engine {
        Engine::Sqlite => ("begin immediate", TABLE_SQLITE),
        Engine::Postgres => (BEGIN_POSTGRES, TABLE_POSTGRES),
    };
    conn.execute(begin).await?;
    let migrated = async {
        conn.execute(table).await?;
        let applied = applied(conn).await?;
        for step in migrations().iter() {
            match applied.get(&step.version) {
                Some(checksum) if step.checksum == *checksum => {}
                Some(_) => return Err(MigrateError::VersionMismatch(step.version).into()),
                None => apply(conn, step).await?,
            }
        }
        let newer = applied.keys().rfind(|version| **version > latest());
        if let Some(version) = newer {
            tracing::info!(
                version,
                "the database was already used by a newer release; it will do"
            );
        }
        let known = |version: &i64| *version > latest() || migrations().version_exists(*version);
        match applied.keys().find(|version| !known(version)) {
            Some(version) => Err(MigrateError::VersionMissing(*version).into()),
            None => Ok(()),
        }
    }
    .await;
    if migrated.is_err() {
        let _ = conn.execute("rollback").await;
        return migrated;
    }
    conn.execute("commit").await?;
    Ok(())
}

/// The steps this database has, with their checksums.
async fn applied(conn: &mut AnyConnection) -> Result<BTreeMap<i64, Vec<u8>>> {
    let sql = "select version, checksum, cast(case when success then 1 else 0 end as bigint) from _sqlx_migrations";
    let rows = sqlx::query(sql).persistent(false).fetch_all(conn).await?;
    let mut applied = BTreeMap::new();
    for row in &rows {
        let version = row.try_get(0)?;
        if row.try_get::<i64, _>(2)? == 0 {
            return Err(MigrateError::Dirty(version).into());
        }
        applied.insert(version, row.try_get(1)?);
    }
    Ok(applied)
}

async fn apply(conn: &mut AnyConnection, step: &Migration) -> Result<()> {
    let failed = |error| MigrateError::ExecuteMigration(error, step.version);
    conn.execute(step.sql.clone()).await.map_err(failed)?;
    sqlx::query(
        "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
         values ($1, $2, true, $3, 0)",
    )
    .persistent(false)
    .bind(step.version)
    .bind(step.description.to_string())
    .bind(step.checksum.to_vec())
    .execute(conn)
    .await?;
    Ok(())
}

/// The schema's steps. [`super::Db::open`] takes them all.
pub fn migrations() -> Migrator {
    Migrator::with_migrations(
        MIGRATIONS
            .iter()
            .map(|&(version, name, sql)| {
                Migration::new(
                    version,
                    name.into(),
                    MigrationType::Simple,
                    SqlStr::from_static(sql),
                    false,
                )
            })
            .collect(),
    )
}
