//! The sealing keys: configured, or in a file beside the SQLite database.

use super::bad::BadConfig;
use super::values::{checked, present};
use crate::store::db::sqlite_file;
use crate::store::seal::Keys;
use secrecy::{ExposeSecret, SecretString};
use std::path::{Path, PathBuf};

/// The sealing keys of the database at `url`: configured, or from the file beside it, which is created only if `make`.
pub fn keys(url: &str, given: Option<&SecretString>, make: bool) -> Result<Keys, BadConfig> {
    if let Some(key) = present(given) {
        return Ok(Keys::parse(key.expose_secret())?);
    }
    let Some(file) = sqlite_file(checked(url)?) else {
        return Err(BadConfig::Missing(
            "REVERSE_MENTOR_KEY",
            "With PostgreSQL every replica needs the same key; make one with: openssl rand -hex 32",
        ));
    };
    let is_new = std::fs::metadata(&file).map_or(true, |database| database.len() == 0);
    let path = key_beside(&file);
    if !is_new && !path.exists() {
        return Err(BadConfig::LostKey(path));
    }
    key_file(&path, make)
}

/// Where the key of a SQLite database is, if it is not configured.
pub fn key_beside(database: &Path) -> PathBuf {
    database.with_file_name("reverse-mentor.key")
}

fn key_file(path: &Path, make: bool) -> Result<Keys, BadConfig> {
    let bad = |error| BadConfig::KeyFile(path.to_owned(), error);
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Keys::parse(text.trim())?),
        Err(error) if make && error.kind() == std::io::ErrorKind::NotFound => {
            let key = Keys::generate()?;
            write_private(path, &key).map_err(bad)?;
            Ok(Keys::parse(&key)?)
        }
        Err(error) => Err(bad(error)),
    }
}

/// Writes a file that only its owner may read, and never over an existing one.
pub fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write as _;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    writeln!(file, "{text}")?;
    file.sync_all()
}
