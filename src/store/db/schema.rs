//! The schema's steps, one file each in `migrations/`.

use sqlx::SqlStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};

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
        15,
        "updated",
        include_str!("../../../migrations/0015_updated.sql"),
    ),
];

/// The last step: a database that has it is up to date.
pub(super) fn latest() -> i64 {
    MIGRATIONS.last().map_or(0, |&(version, ..)| version)
}

/// The schema's steps. [`Db::open`] runs them all.
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
