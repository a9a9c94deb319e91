//! Conversations, read as a person at the terminal reads them, with a local Slack at the other end.

use super::*;
use crate::config::sources::Sources;
use slack_sandbox::{Options as Workspace, Sandbox, WallClock};
use std::os::unix::fs::PermissionsExt as _;

struct Stage {
    slack: Sandbox,
    folder: PathBuf,
}

impl Drop for Stage {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Stage {
    async fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("rm-install-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let workspace = Workspace {
            socket_mode: true,
            ..Workspace::default()
        };
        let slack = Sandbox::start(WallClock, workspace).await.unwrap();
        slack.add_channel("C0DIGEST", "mentoring", false);
        Self { slack, folder }
    }

    fn output(&self) -> PathBuf {
        self.folder.join(ENV_FILE)
    }

    /// The outcome, and everything on the screen.
    async fn converse(
        &self,
        answers: &str,
        known: Known<'_>,
    ) -> (Result<bool, BadInstall>, String) {
        let options = Options {
            way: Way {
                url: None,
                socket: false,
            },
            output: self.output(),
            slack_api_url: self.slack.api_url(),
        };
        let (mut input, mut output) = (answers.as_bytes(), Vec::new());
        let talk = Talk::new(&mut input, &mut output, false);
        let outcome = installed(&options, known, talk).await;
        let screen = String::from_utf8(output).unwrap();
        let folder = self.folder.display().to_string();
        (
            outcome,
            screen
                .replace(&folder, "/srv")
                .replace(&self.slack.api_url(), "SLACK"),
        )
    }
}

fn nothing(_: &str) -> Option<String> {
    None
}

#[tokio::test]
async fn socket_mode_from_nothing_to_a_configuration() {
    let stage = Stage::new("socket").await;
    let workspace = Workspace::default();
    let answers = format!(
        "\n\nxoxp-wrong\nxoxb-wrong\n\n{}\n{}\n\n{}\nC0NOWHERE\nC0DIGEST\n",
        workspace.bot_token, "xapp-wrong", workspace.app_token
    );
    let (outcome, screen) = stage.converse(&answers, &nothing).await;
    let manifest = manifest(&Reach::Socket);
    assert!(screen.contains(&manifest), "{screen}");
    insta::assert_snapshot!(screen.replace(&manifest, "(the manifest)\n"));
    assert!(
        outcome.is_err(),
        "the bot is not in the channel, and the input ended"
    );
    assert!(!stage.output().exists());

    stage.slack.add_bot_to_channel("C0DIGEST");
    let answers = format!(
        "socket\n\n{}\n{}\nC0DIGEST\n\n",
        workspace.bot_token, workspace.app_token
    );
    let (outcome, screen) = stage.converse(&answers, &nothing).await;
    assert!(outcome.unwrap(), "{screen}");
    for secret in [&workspace.bot_token, &workspace.app_token] {
        assert!(!screen.contains(secret.as_str()), "{screen}");
    }
    let file = stage.output();
    let mode = std::fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let written = std::fs::read_to_string(&file).unwrap();
    assert!(
        written.contains(&format!("SLACK_BOT_TOKEN={}\n", workspace.bot_token)),
        "{written}"
    );
    assert!(
        written.contains("reverse-mentor.db\n") && !written.contains("REVERSE_MENTOR_KEY"),
        "{written}"
    );

    let (again, _) = stage.converse("", &nothing).await;
    assert!(matches!(again, Err(BadInstall::Exists(_))));
}

#[tokio::test]
async fn over_https_with_secrets_from_elsewhere() {
    let stage = Stage::new("https").await;
    let workspace = Workspace::default();
    let known = |name: &str| (name == "SLACK_BOT_TOKEN").then(|| workspace.bot_token.clone());
    let answers = "http://mentor.example.com\nhttps://mentor.example.com\n\nhush hush\n0a1b2c\n\npostgres://db.example/mentors\n";
    let (outcome, screen) = stage.converse(answers, &known).await;
    assert!(outcome.unwrap(), "{screen}");
    let reach = Reach::url("https://mentor.example.com").unwrap();
    insta::assert_snapshot!(screen.replace(&manifest(&reach), "(the manifest)\n"));
    let written = std::fs::read_to_string(stage.output()).unwrap();
    assert!(
        !written.contains("SLACK_BOT_TOKEN"),
        "it stays where it is: {written}"
    );
    assert!(written.contains("SLACK_SIGNING_SECRET=0a1b2c\nDATABASE_URL=postgres://db.example/mentors\nREVERSE_MENTOR_KEY="), "{written}");
    let path = stage.output().display().to_string();
    let sources = Sources::of_file(&path).unwrap();
    assert_eq!(sources.value("SLACK_SIGNING_SECRET"), Some("0a1b2c"));
}
