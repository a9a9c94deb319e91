//! A PostgreSQL that `DATABASE_URL` names, and how the way there is kept private.
//!
//! `sslmode` means what it means to libpq ("SSL Support", table 34.1). Where nothing is written and the server is on
//! another machine, the way there is encrypted, or the start is refused: libpq would fall back to plain text in silence.

use super::error::{ConnectError, Result, StoreError};
use super::lane::within;
use sqlx::any::AnyConnectOptions;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AnyConnection, ConnectOptions, Connection};
use std::net::IpAddr;
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;
use url::Url;

/// The longest a server may take to answer when we come for the first time.
const CONNECT: Duration = Duration::from_secs(5);

/// How much of the way to the server is kept from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SslMode {
    /// Plain text.
    Disable,
    /// Plain text where the server takes it.
    Allow,
    /// Encrypted where the server can, else plain text.
    Prefer,
    /// Encrypted; to whom is not checked.
    Require,
    /// Encrypted, to somebody with a certificate of an authority we trust.
    VerifyCa,
    /// The same, and the certificate names this host.
    VerifyFull,
}

impl SslMode {
    pub fn name(self) -> &'static str {
        match self {
            Self::Disable => "disable",
            Self::Allow => "allow",
            Self::Prefer => "prefer",
            Self::Require => "require",
            Self::VerifyCa => "verify-ca",
            Self::VerifyFull => "verify-full",
        }
    }

    /// What is tried, in this order; sqlx knows no second attempts.
    fn attempts(self) -> &'static [Self] {
        match self {
            Self::Disable => &[Self::Disable],
            Self::Allow => &[Self::Disable, Self::Require],
            Self::Prefer => &[Self::Prefer, Self::Disable],
            Self::Require => &[Self::Require],
            Self::VerifyCa => &[Self::VerifyCa],
            Self::VerifyFull => &[Self::VerifyFull],
        }
    }
}

impl FromStr for SslMode {
    type Err = ConnectError;

    fn from_str(text: &str) -> Result<Self, ConnectError> {
        [
            Self::Disable,
            Self::Allow,
            Self::Prefer,
            Self::Require,
            Self::VerifyCa,
            Self::VerifyFull,
        ]
        .into_iter()
        .find(|mode| mode.name().eq_ignore_ascii_case(text))
        .ok_or_else(|| {
            ConnectError::Url(
                "sslmode is one of disable, allow, prefer, require, verify-ca, verify-full".into(),
            )
        })
    }
}

/// Parameters that sqlx reads from the URL. Of others it logs the value, which may be a secret.
const KNOWN: &[&str] = &[
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "application_name",
    "sslcert",
    "ssl-cert",
    "sslkey",
    "ssl-key",
];

/// A PostgreSQL, as `DATABASE_URL` names it.
#[derive(Clone)]
pub(super) struct Target {
    url: Url,
    mode: SslMode,
    /// Nobody wrote an `sslmode`.
    is_implied: bool,
    /// The URL says that a pooler is in between, by keeping no prepared statements.
    pub(super) is_pooled: bool,
    /// `host:port`, or the socket's path.
    pub(super) place: String,
    is_local: bool,
}

impl Target {
    pub(super) fn parse(text: &str) -> Result<Self, ConnectError> {
        let bad = |error: &dyn std::fmt::Display| ConnectError::Url(error.to_string());
        let mut url = Url::parse(text).map_err(|error| bad(&error))?;
        let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        url.set_query(None);
        let (mut written, mut authority, mut is_pooled) = (None, None, false);
        for (name, value) in &pairs {
            match name.as_str() {
                "sslmode" | "ssl-mode" => written = Some(value.parse()?),
                "sslrootcert" | "ssl-root-cert" | "ssl-ca" => authority = Some(value.clone()),
                "target_session_attrs" => for_writing(value)?,
                "statement-cache-capacity" | "statement_cache_capacity" => {
                    is_pooled = value == "0";
                }
                name if KNOWN.contains(&name) || name.starts_with("options") => {
                    url.query_pairs_mut().append_pair(name, value);
                }
                _ => tracing::warn!(name, "DATABASE_URL: this parameter is not known here"),
            }
        }
        // The driver would look up the name "[::1]".
        if let Some(address) = url.host_str().and_then(|host| host.strip_prefix('[')) {
            let address = address.trim_end_matches(']').to_owned();
            url.query_pairs_mut().append_pair("host", &address);
        }
        let options = PgConnectOptions::from_str(url.as_str()).map_err(|error| bad(&error))?;
        let socket = options.get_socket().map(|path| path.display().to_string());
        let socket = socket
            .or_else(|| (options.get_host().starts_with('/')).then(|| options.get_host().into()));
        let is_local = socket.is_some() || is_loopback(options.get_host());
        if written.is_none()
            && let Ok(mode) = std::env::var("PGSSLMODE")
        {
            written = Some(mode.parse()?);
        }
        let authority = authority.or_else(libpq_authority);
        let mode = match (written, &authority) {
            // libpq: a socket is never encrypted, whatever is written.
            _ if socket.is_some() => SslMode::Disable,
            (None, _) if is_local => SslMode::Prefer,
            (Some(_) | None, Some(system)) if system == "system" => SslMode::VerifyFull,
            // libpq: an authority that is named is also asked.
            (Some(SslMode::Require) | None, Some(_)) => SslMode::VerifyCa,
            (Some(mode), _) => mode,
            (None, None) => SslMode::Require,
        };
        if let Some(file) = authority.filter(|file| file != "system") {
            url.query_pairs_mut().append_pair("sslrootcert", &file);
        }
        Ok(Self {
            place: socket
                .unwrap_or_else(|| format!("{}:{}", options.get_host(), options.get_port())),
            url,
            mode,
            is_implied: written.is_none(),
            is_pooled,
            is_local,
        })
    }

    pub(super) fn is_local(&self) -> bool {
        self.is_local
    }

    fn options(&self, mode: SslMode, settings: Option<&str>) -> Result<AnyConnectOptions> {
        let mut url = self.url.clone();
        url.query_pairs_mut().append_pair("sslmode", mode.name());
        if let Some(settings) = settings {
            url.query_pairs_mut().append_pair("options", settings);
        }
        let options = AnyConnectOptions::from_url(&url)?;
        Ok(options.disable_statement_logging())
    }

    /// Connects once, to learn what the server takes: the options that work, and in which mode.
    pub(super) async fn probe(
        &self,
        settings: Option<&str>,
    ) -> Result<(AnyConnectOptions, SslMode, AnyConnection)> {
        let mut first = None;
        for mode in self.mode.attempts() {
            let options = self.options(*mode, settings)?;
            let connected = AnyConnection::connect_with(&options);
            match in_time(connected).await {
                Ok(connection) => return Ok((options, *mode, connection)),
                Err(error) if asks_for_the_other(&error) => {
                    first.get_or_insert(error);
                }
                Err(error) => return Err(self.in_words(error)),
            }
        }
        Err(first.map_or(StoreError::NoAnswer, |error| self.in_words(error)))
    }

    /// Says what to write where sqlx only says what went wrong.
    fn in_words(&self, error: StoreError) -> StoreError {
        let place = self.place.clone();
        let words = match &error {
            StoreError::Sql(sqlx::Error::Tls(inner)) if has_no_tls(inner.as_ref()) => {
                if self.is_implied {
                    ConnectError::PlainOnly(place)
                } else {
                    ConnectError::NoTls(place, self.mode.name())
                }
            }
            StoreError::Sql(sqlx::Error::Tls(inner)) => {
                ConnectError::Certificate(place, inner.to_string())
            }
            // The handshake's own failures arrive as those of the socket.
            StoreError::Sql(sqlx::Error::Io(inner))
                if inner.kind() == std::io::ErrorKind::InvalidData =>
            {
                ConnectError::Certificate(place, inner.to_string())
            }
            StoreError::Sql(sqlx::Error::Database(inner)) if is_refused_setting(&**inner) => {
                ConnectError::Pooler(place, inner.message().to_owned())
            }
            _ => return error,
        };
        words.into()
    }
}

/// libpq's wish for a kind of server. We always look for the one that takes writes.
fn for_writing(wish: &str) -> Result<(), ConnectError> {
    match wish {
        "any" | "read-write" | "primary" => Ok(()),
        _ => Err(ConnectError::Url(
            "the bot writes: target_session_attrs is read-write or primary, or not there at all"
                .into(),
        )),
    }
}

/// As PgBouncer words it: "unsupported startup parameter: options".
fn is_refused_setting(error: &dyn sqlx::error::DatabaseError) -> bool {
    error.message().contains("startup parameter")
}

fn has_no_tls(error: &(dyn std::error::Error + 'static)) -> bool {
    error.to_string().contains("does not support TLS")
}

/// libpq: what a second attempt, encrypted or not, is for. 28000: no line of `pg_hba.conf` is for this kind of connection.
fn asks_for_the_other(error: &StoreError) -> bool {
    match error {
        StoreError::Sql(sqlx::Error::Tls(_)) => true,
        StoreError::Sql(sqlx::Error::Io(error)) => error.kind() == std::io::ErrorKind::InvalidData,
        StoreError::Sql(sqlx::Error::Database(error)) => error.code().as_deref() == Some("28000"),
        _ => false,
    }
}

/// What libpq asks when the URL names nobody.
fn libpq_authority() -> Option<String> {
    if let Ok(file) = std::env::var("PGSSLROOTCERT")
        && !file.is_empty()
    {
        return Some(file);
    }
    let file = std::env::home_dir()?.join(".postgresql/root.crt");
    Path::new(&file)
        .exists()
        .then(|| file.to_string_lossy().into_owned())
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || IpAddr::from_str(host).is_ok_and(|address| address.is_loopback())
}

/// The first meeting with a server has a limit of its own.
pub(super) async fn in_time<T>(answer: impl Future<Output = sqlx::Result<T>>) -> Result<T> {
    within(CONNECT, async { Ok(answer.await?) }).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(url: &str) -> Target {
        Target::parse(url).unwrap()
    }

    #[test]
    fn plain_text_leaves_this_machine_only_when_asked_for() {
        for (url, mode) in [
            ("postgres://127.0.0.1/x", SslMode::Prefer),
            ("postgres://localhost/x", SslMode::Prefer),
            ("postgres://[::1]/x", SslMode::Prefer),
            ("postgres://bot@%2Frun%2Fpostgresql/x", SslMode::Disable),
            ("postgres:///x?host=/run/postgresql", SslMode::Disable),
            ("postgres://db.example/x", SslMode::Require),
            ("postgres://10.0.0.7/x", SslMode::Require),
            ("postgres://db.example/x?sslmode=disable", SslMode::Disable),
            ("postgres://db.example/x?sslmode=allow", SslMode::Allow),
            ("postgres://db.example/x?sslmode=prefer", SslMode::Prefer),
            (
                "postgres://db.example/x?sslmode=require&sslrootcert=/ca.pem",
                SslMode::VerifyCa,
            ),
            (
                "postgres://db.example/x?sslrootcert=system",
                SslMode::VerifyFull,
            ),
            (
                "postgres://127.0.0.1/x?sslmode=verify-full",
                SslMode::VerifyFull,
            ),
        ] {
            assert_eq!(parsed(url).mode, mode, "{url}");
        }
        assert!(Target::parse("postgres://x/y?sslmode=maybe").is_err());
        parsed("postgres://x/y?target_session_attrs=read-write");
        assert!(Target::parse("postgres://x/y?target_session_attrs=standby").is_err());
    }

    #[test]
    fn a_place_is_named_without_user_and_password() {
        let target = parsed("postgres://bot:hush@db.example:5433/x?channel_binding=require");
        assert_eq!(target.place, "db.example:5433");
        assert!(!target.url.as_str().contains("channel_binding"));
        assert!(parsed("postgres://x/y?statement-cache-capacity=0").is_pooled);
        assert!(!parsed("postgres://x/y?statement-cache-capacity=50").is_pooled);
    }
}
