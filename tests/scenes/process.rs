//! The real program in its own process, for behavior that only processes have.

use reverse_mentor::clock::Clock;
use reverse_mentor::rehearse::harness::installed;
use slack_sandbox::{self, Sandbox};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

/// `reverse-mentor serve` against a sandbox. Killed when dropped.
pub struct Serving {
    child: Child,
    pub address: String,
}

/// A process's environment, with a folder that is deleted at the end.
pub struct Ground {
    pub clock: Clock,
    pub slack: Sandbox,
    pub database: String,
    pub folder: PathBuf,
    clock_text: String,
    /// Empty where a file beside the database holds it.
    pub key: String,
    pub extra: Vec<String>,
    /// A file for the program's output.
    pub said: Option<PathBuf>,
}

impl Ground {
    /// A sandbox on a clock that runs `speed` times as fast as the wall clock.
    pub async fn new(speed: u32, database: Option<String>, program: &str) -> Self {
        // The wall clock's own time, which the process also starts from.
        let wall = Clock::wall().now();
        let origin: jiff::Timestamp = "2026-03-02T10:00:00Z".parse().unwrap();
        let clock = Clock::fast(wall, origin, speed);
        let slack = Sandbox::start(clock.clone(), installed(slack_sandbox::Options::default()))
            .await
            .unwrap();
        let mut name = [0_u8; 8];
        getrandom::fill(&mut name).unwrap();
        let folder = std::env::temp_dir().join(format!("rm-process-{}", const_hex::encode(name)));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("program.toml"), program).unwrap();
        let database =
            database.unwrap_or_else(|| format!("sqlite://{}/program.db", folder.display()));
        let clock_text = format!(
            "{},{},{speed}",
            wall.as_millisecond(),
            origin.as_millisecond()
        );
        Self {
            clock,
            slack,
            database,
            folder,
            clock_text,
            key: "5e".repeat(32),
            extra: Vec::new(),
            said: None,
        }
    }

    /// What other commands need to have the same clock.
    pub fn clock_text(&self) -> &str {
        &self.clock_text
    }

    /// Runs another command of the program to its end, beside whatever serves the database; `typed` is what its reader types.
    pub fn command(&self, arguments: &[&str], typed: &str) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_reverse-mentor"));
        command
            .args(arguments)
            .env("DATABASE_URL", &self.database)
            .env("REVERSE_MENTOR_KEY", &self.key)
            .env("REVERSE_MENTOR_CLOCK", &self.clock_text)
            .env_remove("RUST_LOG")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        // A command that asks nothing may be over.
        let _ = stdin.write_all(typed.as_bytes());
        drop(stdin);
        child.wait_with_output().unwrap()
    }

    /// Starts the program and waits until it answers.
    pub async fn serve(&self) -> Serving {
        let serving = self.spawn();
        serving.answers().await;
        self.slack.connect(&serving.address);
        serving
    }

    /// Starts the program.
    pub fn spawn(&self) -> Serving {
        self.spawn_ahead(0)
    }

    /// The same on a machine whose clock is `ahead` milliseconds fast.
    pub fn spawn_ahead(&self, ahead: i64) -> Serving {
        let port = free_port();
        let address = format!("http://127.0.0.1:{port}");
        let mut command = Command::new(env!("CARGO_BIN_EXE_reverse-mentor"));
        let options = slack_sandbox::Options::default();
        command
            .arg("serve")
            .args(&self.extra)
            .env("REVERSE_MENTOR_LISTEN", format!("127.0.0.1:{port}"))
            .env("DATABASE_URL", &self.database)
            .env("REVERSE_MENTOR_KEY", &self.key)
            .env("SLACK_SIGNING_SECRET", options.signing_secret)
            .env("SLACK_BOT_TOKEN", options.bot_token)
            .env("SLACK_API_URL", self.slack.api_url())
            .env("REVERSE_MENTOR_PROGRAM", self.folder.join("program.toml"))
            .env(
                "REVERSE_MENTOR_CLOCK",
                format!("{},{ahead}", self.clock_text),
            )
            .env("TICK_SECONDS", "1")
            .env("RUST_LOG", "error")
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        if let Some(said) = &self.said {
            command.env("RUST_LOG", "warn");
            command.stderr(std::fs::File::create(said).unwrap());
        } else if std::env::var_os("SHOW_SERVE").is_none() {
            command.stderr(Stdio::null());
        }
        Serving {
            child: command.spawn().unwrap(),
            address,
        }
    }
}

/// All that a command printed.
pub fn said(output: &Output) -> String {
    let both = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
    both.concat()
}

impl Drop for Ground {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Serving {
    /// Returns once it listens.
    pub async fn answers(&self) {
        let place = self.address.trim_start_matches("http://");
        for _ in 0..5_000 {
            if tokio::net::TcpStream::connect(place).await.is_ok() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        panic!("the program does not answer");
    }

    /// Waits for its end and returns the exit code.
    pub fn ends(mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }

    /// SIGKILL.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Sends SIGTERM. Returns the exit code and the time it took.
    pub fn terminate(&mut self) -> (Option<i32>, Duration) {
        let began = std::time::Instant::now();
        let _ = Command::new("kill")
            .arg(self.child.id().to_string())
            .status();
        let status = self.child.wait().unwrap();
        (status.code(), began.elapsed())
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.kill();
    }
}

fn free_port() -> u16 {
    std::net::TcpListener::bind(("127.0.0.1", 0))
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}
