//! Where settings come from, besides flags and the environment: files named by `…_FILE`, systemd's credentials, and
//! `reverse-mentor.env`, which `reverse-mentor install` writes.

use super::bad::BadConfig;
use clap::Command;
use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// The settings that are read from a file if `NAME_FILE` names one, or from a systemd credential of this name in small
/// letters.
pub const SECRETS: [&str; 6] = [
    "SLACK_SIGNING_SECRET",
    "SLACK_BOT_TOKEN",
    "SLACK_APP_TOKEN",
    "SLACK_CLIENT_SECRET",
    "REVERSE_MENTOR_KEY",
    "DATABASE_URL",
];
/// The filter and the format of the log.
pub const LOGS: [&str; 2] = ["RUST_LOG", "LOG_FORMAT"];
/// Read from the working directory, unless [`ENV_FILE_NAME`] names another place.
pub const ENV_FILE: &str = "reverse-mentor.env";
pub const ENV_FILE_NAME: &str = "REVERSE_MENTOR_ENV_FILE";

/// Values by the name of their environment variable.
#[derive(Debug, Default)]
pub struct Sources(HashMap<String, String>);

impl Sources {
    /// Reads the process's own sources.
    pub fn read() -> Result<Self, BadConfig> {
        Self::of(|name| std::env::var(name).ok())
    }

    /// Reads the process's own sources, but for the configuration file.
    pub fn but_file() -> Result<Self, BadConfig> {
        let mut sources = Self::default();
        sources.read_secrets(&|name| std::env::var(name).ok())?;
        Ok(sources)
    }

    /// Reads a configuration file alone.
    #[cfg(test)]
    pub(crate) fn of_file(path: &str) -> Result<Self, BadConfig> {
        Self::of(|name| (name == ENV_FILE_NAME).then(|| path.to_owned()))
    }

    fn of(environment: impl Fn(&str) -> Option<String>) -> Result<Self, BadConfig> {
        let set = |name: &str| environment(name).filter(|value| !value.trim().is_empty());
        let values = match set(ENV_FILE_NAME) {
            Some(named) => file_values(Path::new(&named))?,
            None if Path::new(ENV_FILE).exists() => file_values(Path::new(ENV_FILE))?,
            None => HashMap::new(),
        };
        let mut sources = Self(values);
        sources.read_secrets(&environment)?;
        // The environment stands above all of them.
        sources.0.retain(|name, _| set(name).is_none());
        Ok(sources)
    }

    /// Reads secrets from files that variables name, and from systemd's credentials.
    fn read_secrets(
        &mut self,
        environment: &impl Fn(&str) -> Option<String>,
    ) -> Result<(), BadConfig> {
        let set = |name: &str| environment(name).filter(|value| !value.trim().is_empty());
        for name in SECRETS {
            let credential = set("CREDENTIALS_DIRECTORY")
                .map(|folder| PathBuf::from(folder).join(name.to_lowercase()))
                .filter(|path| path.exists());
            let by = format!("{name}_FILE");
            let named = set(&by);
            if named.is_some() && set(name).is_some() {
                return Err(BadConfig::Twice(name));
            }
            // The configuration file may name it, too.
            let named = named.or_else(|| self.0.get(&by).cloned());
            if let Some(path) = named.map(PathBuf::from).or(credential) {
                self.0.insert(name.to_owned(), secret_file(name, &path)?);
            }
        }
        Ok(())
    }

    /// Names in the configuration file that set nothing, each in a sentence with what may be meant.
    pub fn strangers(&self, command: &Command) -> Vec<String> {
        let arguments = command.get_subcommands().flat_map(Command::get_arguments);
        let known = arguments.filter_map(|argument| argument.get_env()?.to_str());
        let known: Vec<&str> = known.chain(SECRETS).chain(LOGS).collect();
        let is_known = |name: &&str| {
            let secret = name.strip_suffix("_FILE");
            known.contains(name) || secret.is_some_and(|name| SECRETS.contains(&name))
        };
        let mut strangers: Vec<&str> = self.0.keys().map(String::as_str).collect();
        strangers.retain(|name| !is_known(name));
        strangers.sort_unstable();
        let sentence = |name: &str| {
            let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
            if !name.bytes().all(is_name) {
                // It may be a secret.
                return "the configuration file has a line whose beginning is no setting's name"
                    .to_owned();
            }
            let like = |known: &&str| strsim::damerau_levenshtein(name, known);
            let nearest = known.iter().copied().min_by_key(like);
            let meant = nearest.filter(|known| like(known) <= 3);
            let meant = meant.map_or(String::new(), |known| format!(". Is it {known}?"));
            format!("the configuration file has {name}, which is no setting{meant}")
        };
        strangers.into_iter().map(sentence).collect()
    }

    pub fn value(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Makes the values the defaults of the arguments that these environment variables set.
    pub fn into_defaults(self, mut command: Command) -> Command {
        let subcommands: Vec<String> = command
            .get_subcommands()
            .map(|subcommand| subcommand.get_name().to_owned())
            .collect();
        for name in subcommands {
            command = command.mut_subcommand(name, |subcommand| {
                subcommand.mut_args(|argument| {
                    let name = argument.get_env().and_then(OsStr::to_str);
                    let value = name.and_then(|name| self.value(name)).map(OsString::from);
                    match value {
                        // An environment variable that is set to nothing would stand above the default.
                        Some(value) => argument
                            .env(None::<&'static str>)
                            .default_value(value)
                            .hide_default_value(true),
                        None => argument,
                    }
                })
            });
        }
        command
    }
}

/// Whether no configuration file is read.
pub fn has_no_file() -> bool {
    let named = std::env::var_os(ENV_FILE_NAME).is_some_and(|name| !name.is_empty());
    !named && !Path::new(ENV_FILE).exists()
}

fn secret_file(name: &'static str, path: &Path) -> Result<String, BadConfig> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| BadConfig::SecretFile(name, path.to_owned(), error.to_string()))?;
    let text = text.trim();
    if text.is_empty() {
        let why = "it is empty".to_owned();
        return Err(BadConfig::SecretFile(name, path.to_owned(), why));
    }
    Ok(text.to_owned())
}

/// The values in a configuration file.
pub fn file_values(path: &Path) -> Result<HashMap<String, String>, BadConfig> {
    let bad = |why: String| BadConfig::EnvFile(path.to_owned(), why);
    let text = std::fs::read_to_string(path).map_err(|error| bad(error.to_string()))?;
    let mut values = HashMap::new();
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let line = line.strip_prefix("export ").unwrap_or(line);
        let Some((name, value)) = line.split_once('=') else {
            // The line may hold a secret, so it is not repeated.
            return Err(bad(format!("line {} is not NAME=value", at + 1)));
        };
        let value = value.trim();
        let quoted = ['"', '\''].into_iter().find_map(|quote| {
            let inner = value.strip_prefix(quote)?.strip_suffix(quote)?;
            Some(inner)
        });
        let value = quoted.unwrap_or(value);
        if !value.is_empty() {
            values.insert(name.trim().to_owned(), value.to_owned());
        }
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use clap::{Args as _, FromArgMatches as _};
    use secrecy::ExposeSecret as _;

    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("rm-{name}-{}", std::process::id()));
            std::fs::create_dir_all(&path).unwrap();
            Self(path)
        }

        fn file(&self, name: &str, text: &str) -> String {
            let path = self.0.join(name);
            std::fs::write(&path, text).unwrap();
            path.display().to_string()
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    fn of(set: &[(&str, &str)]) -> Result<Sources, BadConfig> {
        let set: HashMap<String, String> = set
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        Sources::of(|name| set.get(name).cloned())
    }

    #[test]
    fn secrets_come_from_files_credentials_and_the_installed_configuration() {
        let folder = Folder::new("sources");
        let token = folder.file("token", "xoxb-file\n");
        let env = folder.file("my.env", "# mine\nSLACK_BOT_TOKEN=xoxb-env\nexport SLACK_APP_TOKEN=\"xapp-1\"\n\nTICK_SECONDS=30\nDATABASE_URL=\n");
        folder.file("slack_signing_secret", "hush");
        let credentials = folder.0.display().to_string();
        let all = of(&[
            ("SLACK_BOT_TOKEN_FILE", &token),
            ("SLACK_BOT_TOKEN", ""),
            ("CREDENTIALS_DIRECTORY", &credentials),
            (ENV_FILE_NAME, &env),
        ])
        .unwrap();
        assert_eq!(all.value("SLACK_BOT_TOKEN"), Some("xoxb-file"));
        assert_eq!(all.value("SLACK_SIGNING_SECRET"), Some("hush"));
        assert_eq!(all.value("SLACK_APP_TOKEN"), Some("xapp-1"));
        assert_eq!(all.value("DATABASE_URL"), None);
        // The environment has precedence over the file.
        let all = of(&[(ENV_FILE_NAME, &env), ("TICK_SECONDS", "5")]).unwrap();
        assert_eq!(all.value("TICK_SECONDS"), None);

        let command = Command::new("x").subcommand(Config::augment_args(Command::new("serve")));
        let command = all.into_defaults(command);
        let given = ["x", "serve", "--slack-app-token", "xapp-flag"];
        let matches = command.get_matches_from(given);
        let (_, serve) = matches.subcommand().unwrap();
        let config = Config::from_arg_matches(serve).unwrap();
        assert_eq!(config.bot_token().unwrap().expose_secret(), "xoxb-env");
        assert_eq!(config.app_token().unwrap().expose_secret(), "xapp-flag");
    }

    #[test]
    fn names_that_set_nothing_are_told_with_what_may_be_meant() {
        let folder = Folder::new("strangers");
        let env = folder.file(
            "my.env",
            "SLACK_BOT_TOKN=xoxb-1\nSLACK_APP_TOKEN_FILE=TOKEN\nRUST_LOG=warn\nCOFFEE=yes\nxoxb-secret=\nxapp-2==\nTICK_SECONDS=5\n",
        );
        let token = folder.file("token", "xapp-file");
        let text = std::fs::read_to_string(&env)
            .unwrap()
            .replace("TOKEN\n", &format!("{token}\n"));
        let env = folder.file("my.env", &text);
        let sources = of(&[(ENV_FILE_NAME, &env)]).unwrap();
        assert_eq!(sources.value("SLACK_APP_TOKEN"), Some("xapp-file"));
        let command = Command::new("x").subcommand(Config::augment_args(Command::new("serve")));
        assert_eq!(
            sources.strangers(&command),
            [
                "the configuration file has COFFEE, which is no setting",
                "the configuration file has SLACK_BOT_TOKN, which is no setting. Is it SLACK_BOT_TOKEN?",
                "the configuration file has a line whose beginning is no setting's name",
            ]
        );
    }

    #[test]
    fn what_cannot_be_read_is_named_without_its_contents() {
        let folder = Folder::new("bad-sources");
        let env = folder.file("my.env", "SLACK_BOT_TOKEN=a\nxoxb-secret\n");
        let error = of(&[(ENV_FILE_NAME, &env)]).unwrap_err().to_string();
        assert!(
            error.contains("line 2") && !error.contains("secret"),
            "{error}"
        );
        let error = of(&[("SLACK_BOT_TOKEN_FILE", "/not/there")]).unwrap_err();
        assert!(
            error.to_string().contains("SLACK_BOT_TOKEN_FILE"),
            "{error}"
        );
        let empty = folder.file("empty", " \n");
        assert!(of(&[("REVERSE_MENTOR_KEY_FILE", &empty)]).is_err());
        let error = of(&[("SLACK_BOT_TOKEN_FILE", &empty), ("SLACK_BOT_TOKEN", "x")]);
        assert!(matches!(error, Err(BadConfig::Twice("SLACK_BOT_TOKEN"))));
    }
}
