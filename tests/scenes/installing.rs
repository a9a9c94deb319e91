//! What somebody who installs and runs the bot reads when something is wrong.

use crate::both;
use crate::process::said;
use crate::support::{Engine, FORM, harness, http, post};
use reverse_mentor::doctor;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::PathBuf;
use std::process::{Command, Stdio};

const COMMAND: &str = "team_id=T0SANDBOX&user_id=U1&command=%2Freverse-mentor&text=help";

both! {
    alone "doctor examines the database as a whole";
    async fn doctor_tells_that_no_request_fits_the_signing_secret(engine: Engine) {
        let harness = harness(engine, "time_zone = \"UTC\"").await;
        let told = async || {
            harness.bot.heartbeat().await.unwrap();
            let report = doctor::examine(&harness.config, &harness.clock).await;
            report.render().lines().filter(|line| line.contains("SLACK_SIGNING_SECRET")).collect::<Vec<_>>().join("\n")
        };
        assert_eq!(told().await, "ok   configuration  SLACK_SIGNING_SECRET is set");
        let forged = http()
            .post(format!("{}/slack/commands", harness.address))
            .header("content-type", FORM)
            .header("x-slack-request-timestamp", harness.clock.now().as_second().to_string())
            .header("x-slack-signature", format!("v0={}", "a1".repeat(32)))
            .body(COMMAND);
        let status = forged.send().await.unwrap().status();
        assert_eq!(status.as_u16(), 401);
        let mend = told().await;
        assert!(mend.contains("mend signatures") && mend.contains("not the Client Secret"), "{mend}");
        assert_eq!(post(&harness, "/slack/commands", FORM, COMMAND).await.status, 200);
        assert!(!told().await.contains("mend"), "the secret is right after all");
    }
}

/// An empty folder, which is deleted at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("rm-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// The program, with nothing configured.
    fn bot(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_reverse-mentor"));
        command.args(arguments).current_dir(&self.0).env_clear();
        command
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn in_a_folder_without_a_configuration_serve_and_doctor_say_where_it_is_looked_for() {
    let folder = Folder::new("wrong-folder");
    let serve = folder.bot(&["serve"]).output().unwrap();
    assert_eq!(serve.status.code(), Some(2));
    let doctor = folder.bot(&["doctor"]).output().unwrap();
    for output in [serve, doctor] {
        let told = said(&output);
        let place = format!("there is no reverse-mentor.env in {}", folder.0.display());
        assert!(told.contains(&place), "{told}");
        assert!(
            !told.contains("SIGNING"),
            "the way in is not known yet: {told}"
        );
    }
}

#[test]
fn what_a_configuration_has_wrong_is_named_with_its_remedy() {
    let folder = Folder::new("wrong-values");
    let told = |text: &str, arguments: &[&str]| {
        std::fs::write(folder.0.join("reverse-mentor.env"), text).unwrap();
        let output = folder.bot(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        said(&output)
    };
    let swapped = told(
        "SLACK_BOT_TOKEN=xapp-1\nSLACK_APP_TOKEN=xoxb-1\nSLACK_BOT_TOKN=1\n",
        &["serve"],
    );
    assert!(swapped.contains("belongs in SLACK_APP_TOKEN"), "{swapped}");
    assert!(
        swapped.contains("SLACK_BOT_TOKN, which is no setting. Is it SLACK_BOT_TOKEN?"),
        "{swapped}"
    );
    let key = told(
        "SLACK_BOT_TOKEN=xoxb-1\nSLACK_APP_TOKEN=xapp-1\nREVERSE_MENTOR_KEY=abc\n",
        &["serve"],
    );
    assert_eq!(key.matches("64 hexadecimal digits").count(), 1, "{key}");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let busy = told(
        "SLACK_BOT_TOKEN=xoxb-1\nSLACK_APP_TOKEN=xapp-1\n",
        &["serve", "--listen", &format!("localhost:{port}")],
    );
    assert!(busy.contains("Name another port with --listen"), "{busy}");
    assert!(!busy.contains('\u{1b}'), "no colors in a file: {busy}");
}

/// A shell such as dash leaves a terminal as a program left it.
#[test]
fn ctrl_c_at_a_hidden_question_leaves_the_terminal_as_it_was() {
    let Ok(there) = Command::new("script").arg("--version").output() else {
        return;
    };
    assert!(there.status.success());
    let folder = Folder::new("terminal");
    let bot = env!("CARGO_BIN_EXE_reverse-mentor");
    let line = format!("{bot} install --socket; echo code $?; stty -a");
    let mut terminal = Command::new("script")
        .args(["-q", "-e", "-c", &line, "/dev/null"])
        .current_dir(&folder.0)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut typing = terminal.stdin.take().unwrap();
    let mut screen = BufReader::new(terminal.stdout.take().unwrap());
    let mut until = |end: &[u8]| {
        let mut seen = Vec::new();
        while !seen.ends_with(end) && screen.read_until(end[end.len() - 1], &mut seen).unwrap() > 0
        {
        }
        assert!(seen.ends_with(end), "{}", String::from_utf8_lossy(&seen));
    };
    until(b"Press Enter when this is done");
    typing.write_all(b"\n").unwrap();
    until(b"OAuth & Permissions): ");
    // The question is put before the terminal stops showing what is typed.
    std::thread::sleep(std::time::Duration::from_millis(300));
    typing.write_all(b"\x03").unwrap();
    let mut rest = String::new();
    screen.read_to_string(&mut rest).unwrap();
    drop(typing);
    terminal.wait().unwrap();
    assert!(
        rest.contains("No configuration was written; start again"),
        "{rest}"
    );
    assert!(rest.contains("code 2"), "{rest}");
    for flag in ["echo", "isig"] {
        assert!(rest.split_whitespace().any(|word| word == flag), "{rest}");
    }
}
