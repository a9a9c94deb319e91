//! The program, an app beside it, and the control API between them.
#![expect(
    clippy::unwrap_used,
    reason = "a test stops at what it does not expect"
)]

use serde_json::{Value as Json, json};
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long packages may take to install.
const INSTALL: Duration = Duration::from_mins(3);
/// How long an app may take to listen.
const READY: Duration = Duration::from_secs(20);

/// Ends with the test, whatever happens in it.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A running `slack-sandbox serve`.
pub struct Program {
    _child: Ended,
    /// The environment it tells people to give to their app.
    pub environment: Vec<(String, String)>,
}

impl Program {
    pub fn start(flags: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_slack-sandbox"))
            .args(["serve", "--port", "0"])
            .args(flags)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let output = BufReader::new(child.stdout.take().expect("it is piped"));
        let child = Ended(child);
        let mut environment = Vec::new();
        for line in output.lines() {
            let line = line.expect("it writes text");
            if let Some((name, value)) =
                line.strip_prefix("export ").and_then(|l| l.split_once('='))
            {
                environment.push((name.to_owned(), value.to_owned()));
            }
            if line.starts_with("Ctrl-C") {
                break;
            }
        }
        Self {
            _child: child,
            environment,
        }
    }

    /// Where it serves: `http://127.0.0.1:…`.
    pub fn address(&self) -> &str {
        let api = self
            .environment
            .iter()
            .find(|(name, _)| name == "SLACK_API_URL");
        let (_, api) = api.expect("it says where its API is");
        api.trim_end_matches("/api/")
    }
}

/// The control API, over HTTP and nothing else.
pub struct Control {
    http: reqwest::Client,
    base: String,
}

impl Control {
    pub fn new(program: &Program) -> Self {
        // A second test of this file finds it installed.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().no_proxy();
        Self {
            http: http.timeout(Duration::from_secs(15)).build().unwrap(),
            base: format!("{}/control", program.address()),
        }
    }

    async fn ask(&self, path: &str, body: Json) -> Json {
        let request = self.http.post(format!("{}{path}", self.base));
        request
            .json(&body)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap()
    }

    pub async fn post(&self, path: &str, body: Json) -> Json {
        let answer = self.ask(path, body).await;
        assert_eq!(answer["ok"], true, "{path}: {answer}");
        answer
    }

    pub async fn refused(&self, path: &str, body: Json) -> Json {
        let answer = self.ask(path, body).await;
        assert_eq!(answer["ok"], false, "{path}: {answer}");
        answer
    }

    pub async fn get(&self, path: &str) -> Json {
        let request = self.http.get(format!("{}{path}", self.base));
        request.send().await.unwrap().json().await.unwrap()
    }

    /// The text somebody sees, as soon as it says these words.
    pub async fn see(&self, path: &str, words: &str) -> String {
        let url = format!("{}{path}", self.base);
        let query = [("as", "text"), ("until", words), ("within_ms", "10000")];
        let query: String = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(query)
            .finish();
        let answer = self
            .http
            .get(format!("{url}?{query}"))
            .send()
            .await
            .unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert_eq!(status, 200, "{path}: {text}");
        text
    }
}

/// An app that runs beside the program.
pub struct App {
    _child: Ended,
    log: PathBuf,
}

impl App {
    /// Starts it with the environment that the program printed, and `PORT`.
    pub fn start(command: &[&str], folder: &Path, port: u16, program: &Program) -> Self {
        let log = folder.join("app.log");
        let output = File::create(&log).unwrap();
        let mut app = Command::new(command[0]);
        for proxy in [
            "http_proxy",
            "https_proxy",
            "HTTP_PROXY",
            "HTTPS_PROXY",
            "ALL_PROXY",
        ] {
            app.env_remove(proxy);
        }
        let child = app
            .args(&command[1..])
            .current_dir(folder)
            .env("PORT", port.to_string())
            .env("PYTHONPATH", folder.join("packages"))
            .envs(program.environment.iter().cloned())
            .stdout(output.try_clone().unwrap())
            .stderr(output)
            .spawn()
            .expect("the app starts");
        Self {
            _child: Ended(child),
            log,
        }
    }

    /// Waits until it answers Slack's check of its Request URL.
    pub async fn ready(&self, slack: &Control) {
        let started = Instant::now();
        loop {
            let answer = slack.ask("/app/verify", json!({})).await;
            if answer["ok"] == true {
                return;
            }
            if started.elapsed() > READY {
                let log = fs::read_to_string(&self.log).unwrap_or_default();
                panic!("the app is not ready: {answer}\n{log}");
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

/// A port that nobody listens on.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    listener.local_addr().unwrap().port()
}

/// Whether this program can be started.
pub fn tool(name: &str) -> bool {
    let version = Command::new(name).arg("--version").output();
    version.is_ok_and(|output| output.status.success())
}

/// Copies an app below the target directory and installs its packages there, once. `None`: they cannot be had.
pub fn install(name: &str, files: &[&str], command: &[&str]) -> Option<PathBuf> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/apps")
        .join(name);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder).unwrap();
    for file in files {
        fs::copy(source.join(file), folder.join(file)).unwrap();
    }
    // The first file names the packages.
    let wanted = fs::read_to_string(source.join(files[0])).unwrap();
    let done = folder.join("installed");
    if fs::read_to_string(&done).is_ok_and(|installed| installed == wanted) {
        return Some(folder);
    }
    let log = File::create(folder.join("install.log")).unwrap();
    let child = Command::new(command[0])
        .args(&command[1..])
        .current_dir(&folder)
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .spawn()
        .unwrap();
    let mut child = Ended(child);
    let started = Instant::now();
    while started.elapsed() < INSTALL {
        match child.0.try_wait().unwrap() {
            Some(status) if status.success() => {
                fs::write(&done, wanted).unwrap();
                return Some(folder);
            }
            Some(_) => break,
            None => std::thread::sleep(Duration::from_millis(100)),
        }
    }
    let log = fs::read_to_string(folder.join("install.log")).unwrap_or_default();
    let first = log.lines().next().unwrap_or("no answer in time");
    println!("skipped: the packages of {name} cannot be installed: {first}");
    None
}
