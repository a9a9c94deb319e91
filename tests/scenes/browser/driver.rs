//! Drives a browser: the needed part of `WebDriver`, with a `chromedriver` of our own on a spare port.

use crate::support::http;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const FLAGS: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
];
/// Tries before a page counts as broken; many, because a busy machine is slow.
const PATIENCE: u32 = 900;
/// Tries to start a driver.
const STARTS: u32 = 5;
const BLINK: Duration = Duration::from_millis(50);

/// `WebDriver`'s key for an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

pub struct Browser {
    driver: Child,
    session: String,
    profile: PathBuf,
}

/// Whether a browser is installed.
pub fn is_there() -> bool {
    let found = |name: &str| {
        let path = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&path).any(|folder| folder.join(name).is_file())
    };
    found("chromedriver") && (found("chromium") || found("google-chrome"))
}

/// Starts a driver on a port of its choice; none if that port is taken on the other IP version meanwhile, because it ends then.
fn start_driver() -> Option<(Child, u16)> {
    let mut driver = Command::new("chromedriver")
        .arg("--port=0")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(driver.stdout.take().unwrap()).lines();
    let port = lines.map_while(Result::ok).find_map(|line| {
        let (_, port) = line.split_once("successfully on port ")?;
        port.trim_end_matches('.').parse::<u16>().ok()
    });
    if port.is_none() {
        driver.kill().and_then(|()| driver.wait()).ok();
    }
    Some((driver, port?))
}

impl Browser {
    /// Opens a window of this size, like a phone or a desktop.
    pub async fn open(width: u32, height: u32) -> Self {
        let started = (0..STARTS).find_map(|_| start_driver());
        let (driver, port) = started.expect("chromedriver names its port");
        let base = format!("http://127.0.0.1:{port}");
        let mut name = [0_u8; 8];
        getrandom::fill(&mut name).unwrap();
        let profile = std::env::temp_dir().join(format!("browser-{}", const_hex::encode(name)));
        let mut arguments: Vec<String> = FLAGS.iter().map(|&flag| flag.to_owned()).collect();
        arguments.push(format!("--user-data-dir={}", profile.display()));
        let wanted =
            json!({"capabilities": {"alwaysMatch": {"goog:chromeOptions": {"args": arguments}}}});
        let opened = call(&format!("{base}/session"), &wanted).await;
        let id = opened["sessionId"]
            .as_str()
            .unwrap_or_else(|| panic!("{opened}"));
        let browser = Self {
            session: format!("{base}/session/{id}"),
            driver,
            profile,
        };
        let size = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500});
        let size = json!({"cmd": "Emulation.setDeviceMetricsOverride", "params": size});
        browser.post("goog/cdp/execute", &size).await;
        browser
    }

    async fn post(&self, what: &str, body: &Value) -> Value {
        call(&format!("{}/{what}", self.session), body).await
    }

    pub async fn go(&self, url: &str) {
        self.post("url", &json!({"url": url})).await;
        self.until("return document.documentElement.dataset.ready === 'yes'")
            .await;
    }

    /// Opens a page that isn't the demo's.
    pub async fn opens_page(&self, url: &str) {
        self.post("url", &json!({"url": url})).await;
        self.until("return document.readyState === 'complete'")
            .await;
    }

    /// The system prefers dark colors from now on.
    pub async fn darkens(&self) {
        let features = json!([{"name": "prefers-color-scheme", "value": "dark"}]);
        let command =
            json!({"cmd": "Emulation.setEmulatedMedia", "params": {"features": features}});
        self.post("goog/cdp/execute", &command).await;
        self.until("return matchMedia('(prefers-color-scheme: dark)').matches")
            .await;
    }

    /// Cuts or restores the connection to the demo.
    pub async fn is_offline(&self, offline: bool) {
        let how = json!({"offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1});
        for (command, params) in [
            ("Network.enable", json!({})),
            ("Network.emulateNetworkConditions", how),
        ] {
            let command = json!({"cmd": command, "params": params});
            self.post("goog/cdp/execute", &command).await;
        }
    }

    /// Runs a script and returns its value.
    pub async fn run(&self, script: &str) -> Value {
        self.post("execute/sync", &json!({"script": script, "args": []}))
            .await
    }

    /// Runs a script and returns the value that it passes to its callback, `arguments[0]`.
    pub async fn run_later(&self, script: &str) -> Value {
        self.post("execute/async", &json!({"script": script, "args": []}))
            .await
    }

    /// Waits until the script returns true.
    pub async fn until(&self, script: &str) {
        for _ in 0..PATIENCE {
            if self.run(script).await == json!(true) {
                return;
            }
            tokio::time::sleep(BLINK).await;
        }
        let page = self.run("return document.body.innerText").await;
        panic!(
            "waited in vain for: {script}\n{}",
            page.as_str().unwrap_or_default()
        );
    }

    pub async fn until_there(&self, css: &str) {
        self.until(&format!("return !!document.querySelector({})", json!(css)))
            .await;
    }

    pub async fn is_there(&self, css: &str) -> bool {
        self.run(&format!("return !!document.querySelector({})", json!(css)))
            .await
            == json!(true)
    }

    /// Clicks like a person: the element must be visible and uncovered. Retries, because the page may be changing.
    pub async fn click(&self, css: &str) {
        self.click_what("return true", css).await;
    }

    /// Clicks what `mark` marks just before each try, because the page may be drawn anew in between.
    pub async fn click_what(&self, mark: &str, css: &str) {
        let mut why = Value::Null;
        for _ in 0..PATIENCE {
            self.run(mark).await;
            let found = self
                .post("element", &json!({"using": "css selector", "value": css}))
                .await;
            if let Some(id) = found[ELEMENT].as_str() {
                why = self.post(&format!("element/{id}/click"), &json!({})).await;
                if why.is_null() {
                    return;
                }
            }
            tokio::time::sleep(BLINK).await;
        }
        let page = self.run("return document.body.innerText").await;
        panic!(
            "{css} cannot be clicked: {why}\n{}",
            page.as_str().unwrap_or_default()
        );
    }

    pub async fn types(&self, css: &str, text: &str) {
        let found = self
            .post("element", &json!({"using": "css selector", "value": css}))
            .await;
        let id = found[ELEMENT]
            .as_str()
            .unwrap_or_else(|| panic!("{css}: {found}"));
        let typed = self
            .post(&format!("element/{id}/value"), &json!({"text": text}))
            .await;
        assert!(typed.is_null(), "{css}: {typed}");
    }

    /// Presses a key on the focused element.
    pub async fn press_key(&self, key: &str) {
        let actions = json!([{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]);
        let keys = json!({"actions": [{"type": "key", "id": "keys", "actions": actions}]});
        self.post("actions", &keys).await;
    }

    /// Saves the page as a PNG file.
    pub async fn picture(&self, path: &str) {
        let got = http()
            .get(format!("{}/screenshot", self.session))
            .send()
            .await
            .unwrap();
        let body: Value = got.json().await.unwrap();
        std::fs::write(path, body["value"].as_str().unwrap_or_default()).unwrap();
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let session = self.session.clone();
        // The browser ends with its session, and the driver after it.
        let _ = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            runtime.map(|runtime| runtime.block_on(http().delete(session).send()))
        })
        .join();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
        let _ = std::fs::remove_dir_all(&self.profile);
    }
}

async fn call(url: &str, body: &Value) -> Value {
    let response = http().post(url).json(body).send().await.unwrap();
    let mut body: Value = response.json().await.unwrap();
    body["value"].take()
}
