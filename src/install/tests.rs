//! Conversations, read as a person at the terminal reads them, with a local Slack at the other end.

use super::*;
use crate::config::sources::Sources;
use slack_sandbox::{Options as Workspace, Sandbox, WallClock};
use std::os::unix::fs::PermissionsExt as _;

struct Stage {
    slack: Sandbox,
    api: String,
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
        let api = slack.api_url();
        Self { slack, api, folder }
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
        self.converse_about(Way::default(), answers, known).await
    }

    async fn converse_about(
        &self,
        way: Way,
        answers: &str,
        known: Known<'_>,
    ) -> (Result<bool, BadInstall>, String) {
        let options = Options {
            way,
            output: self.output(),
            slack_api_url: self.api.clone(),
        };
        let (mut input, mut output) = (answers.as_bytes(), Vec::new());
        let talk = Talk::new(&mut input, &mut output, None);
        let outcome = installed(&options, known, talk).await;
        let screen = String::from_utf8(output).unwrap();
        let folder = self.folder.display().to_string();
        (
            outcome,
            screen.replace(&folder, "/srv").replace(&self.api, "SLACK"),
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
        "\n\nxapp-swapped\nhush hush\nxoxb-wrong\n\n{}\n{}\n{}\ngeneral\nC0NOWHERE\nC0DIGEST\n",
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
}

/// Somebody keeps a token that Slack refuses, and mends it with the next run, into the same file.
#[tokio::test]
async fn a_second_run_mends_what_the_first_one_left() {
    let stage = Stage::new("again").await;
    let workspace = Workspace::default();
    let answers = format!("socket\n\n{}\nxapp-wrong\nkeep\n\n\n", workspace.bot_token);
    let (outcome, screen) = stage.converse(&answers, &nothing).await;
    assert!(!outcome.unwrap());
    let end = screen.split_once("Written to").unwrap().1;
    insta::assert_snapshot!(end);

    let text = std::fs::read_to_string(stage.output()).unwrap();
    std::fs::write(stage.output(), format!("{text}\nTICK_SECONDS=30\n")).unwrap();
    let answers = format!("{}\n\n", workspace.app_token);
    let (outcome, screen) = stage.converse(&answers, &nothing).await;
    assert!(outcome.unwrap(), "{screen}");
    insta::assert_snapshot!(screen);
    let written = std::fs::read_to_string(stage.output()).unwrap();
    let app_token = format!("SLACK_APP_TOKEN={}\n", workspace.app_token);
    assert!(
        written.contains(&app_token) && !written.contains("xapp-wrong"),
        "{written}"
    );
    assert!(
        written.contains("TICK_SECONDS=30"),
        "the rest stays: {written}"
    );
    let mode = std::fs::metadata(stage.output())
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);

    // What comes from the environment can't be mended here.
    let known = |name: &str| (name == "SLACK_APP_TOKEN").then(|| "xapp-old".to_owned());
    let (outcome, screen) = stage.converse("\n", &known).await;
    assert!(!outcome.unwrap());
    assert!(
        screen.contains("SLACK_APP_TOKEN comes from the environment"),
        "{screen}"
    );
}

#[tokio::test]
async fn without_slack_nothing_is_asked_for_again() {
    let mut stage = Stage::new("silent").await;
    let token = Workspace::default().bot_token;
    "http://127.0.0.1:1/api".clone_into(&mut stage.api);
    let answers = format!("socket\n\n{token}\n\nkeep\nxapp-1\nkeep\n\n");
    let (outcome, screen) = stage.converse(&answers, &nothing).await;
    assert!(!outcome.unwrap());
    let asked = screen.matches("Press Enter to try again").count();
    assert_eq!(asked, 3, "{screen}");
    assert!(!screen.contains("Give it again"), "{screen}");
}

#[tokio::test]
async fn for_many_workspaces_the_apps_own_credentials_are_tried() {
    let stage = Stage::new("many").await;
    let workspace = Workspace::default();
    let way = Way {
        url: Some("https://mentor.example.com".to_owned()),
        many: true,
        ..Way::default()
    };
    let answers = format!(
        "\n{}\nwrong\n{}\n0a1b2c3d4e5f60718293a4b5c6d7e8f9\n\n",
        workspace.client_id, workspace.client_secret
    );
    let (outcome, screen) = stage.converse_about(way, &answers, &nothing).await;
    assert!(outcome.unwrap(), "{screen}");
    let manifest = manifest(&Reach::Many("https://mentor.example.com".to_owned()));
    insta::assert_snapshot!(screen.replace(&manifest, "(the manifest)\n"));
    let written = std::fs::read_to_string(stage.output()).unwrap();
    let id = format!("SLACK_CLIENT_ID={}\n", workspace.client_id);
    assert!(
        written.contains(&id) && !written.contains("SLACK_BOT_TOKEN"),
        "{written}"
    );
}

#[tokio::test]
async fn a_secret_in_quotes_counts_and_one_in_the_others_place_is_told() {
    let stage = Stage::new("quotes").await;
    let workspace = Workspace::default();
    let way = Way {
        url: Some("https://mentor.example.com".to_owned()),
        many: true,
        ..Way::default()
    };
    let secret = &workspace.client_secret;
    let answers = format!(
        "\n{}\n\"{secret}\"\n {secret} \n'0a1b2c'\n\n",
        workspace.client_id
    );
    let (outcome, screen) = stage.converse_about(way, &answers, &nothing).await;
    assert!(outcome.unwrap(), "{screen}");
    assert!(screen.contains("That's the Client Secret"), "{screen}");
    // Not the whole of it was copied.
    assert!(screen.contains("usually 32 digits and letters"), "{screen}");
    let written = std::fs::read_to_string(stage.output()).unwrap();
    assert!(
        written.contains("SLACK_SIGNING_SECRET=0a1b2c\n"),
        "{written}"
    );
    assert!(
        written.contains(&format!("SLACK_CLIENT_SECRET={secret}\n")),
        "{written}"
    );
}

#[tokio::test]
async fn serve_finds_the_file_by_the_words_that_end_the_conversation() {
    let of = |path: &str| steps::serve(std::path::Path::new(path));
    assert_eq!(
        of("reverse-mentor.env"),
        "reverse-mentor serve      in this folder"
    );
    assert_eq!(
        of("/srv/reverse-mentor.env"),
        "reverse-mentor serve      in /srv"
    );
    assert_eq!(
        of("/srv/fixed.env"),
        "REVERSE_MENTOR_ENV_FILE=/srv/fixed.env reverse-mentor serve"
    );
}

#[tokio::test]
async fn over_https_with_secrets_from_elsewhere() {
    let stage = Stage::new("https").await;
    let workspace = Workspace::default();
    let known = |name: &str| (name == "SLACK_BOT_TOKEN").then(|| workspace.bot_token.clone());
    let answers = "mentor.example.com\nhttp://mentor.example.com\nhttps://mentor.example.com\n\nhush hush\nxapp-1\n0a1b2c3d4e5f60718293a4b5c6d7e8f9\n\npostgres://db.example/mentors\n";
    let (outcome, screen) = stage.converse(answers, &known).await;
    assert!(outcome.unwrap(), "{screen}");
    let reach = Reach::url("https://mentor.example.com").unwrap();
    insta::assert_snapshot!(screen.replace(&manifest(&reach), "(the manifest)\n"));
    let written = std::fs::read_to_string(stage.output()).unwrap();
    assert!(
        !written.contains("SLACK_BOT_TOKEN"),
        "it stays where it is: {written}"
    );
    assert!(written.contains("SLACK_SIGNING_SECRET=0a1b2c3d4e5f60718293a4b5c6d7e8f9\nDATABASE_URL=postgres://db.example/mentors\nREVERSE_MENTOR_KEY="), "{written}");
    let path = stage.output().display().to_string();
    let sources = Sources::of_file(&path).unwrap();
    assert_eq!(
        sources.value("SLACK_SIGNING_SECRET"),
        Some("0a1b2c3d4e5f60718293a4b5c6d7e8f9")
    );
}
