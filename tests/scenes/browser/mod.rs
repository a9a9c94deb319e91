//! The demo in a real browser: a person goes through a program, on a phone and on a desktop.
//!
//! Skipped without Chromium. `AXE` names an `axe.min.js` that checks accessibility; `PICTURES` names a folder for
//! screenshots.

mod beside;
mod driver;
mod hands;
mod printed;

use clap::Parser;
use driver::{Browser, is_there};
use reverse_mentor::demo;
use serde_json::json;
use std::net::SocketAddr;

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    options: demo::Options,
}

async fn open() -> SocketAddr {
    let options = Line::parse_from(["demo", "--listen", "127.0.0.1:0"]).options;
    let (address, serving) = demo::open(&options).await.unwrap();
    tokio::spawn(serving);
    address
}

/// The user, and their browser.
struct Player {
    browser: Browser,
    phone: bool,
}

impl Player {
    async fn sits_down(address: SocketAddr, width: u32) -> Self {
        let browser = Browser::open(width, 800).await;
        browser.go(&format!("http://{address}/")).await;
        let phone = width <= 900;
        Self { browser, phone }
    }

    async fn pane(&self, name: &str) {
        if self.phone {
            let tab = format!(".phone [data-show={name}]");
            self.browser.click(&tab).await;
        }
    }

    /// Switches to the person with this part.
    async fn becomes(&self, part: &str) {
        self.pane("side").await;
        self.browser.click("#switch > summary").await;
        // Finds the link by its address, because the list may be changing.
        let find = format!(
            "return [...document.querySelectorAll('#switch .people a')]
                 .find(a => a.querySelector('.part').textContent === {})?.getAttribute('href')",
            json!(part)
        );
        let link = self.browser.run(&find).await;
        self.browser
            .click(&format!("#switch .people a[href={link}]"))
            .await;
        let there = format!(
            "return document.querySelector('#switch > summary .part').textContent === {}",
            json!(part)
        );
        self.browser.until(&there).await;
    }

    async fn goes_to(&self, kind: &str) {
        self.pane("side").await;
        self.browser.click(&format!("#places .place.{kind}")).await;
        self.browser.until_there(&format!(".heading.{kind}")).await;
        self.pane("talk").await;
    }

    async fn says(&self, text: &str) {
        self.pane("talk").await;
        self.browser
            .types("#composer", &format!("{text}\u{E007}"))
            .await;
    }

    /// Presses the last button of this name in the conversation, and confirms if asked.
    async fn presses(&self, action: &str) {
        self.presses_saying(action, "").await;
    }

    async fn presses_saying(&self, action: &str, what: &str) {
        self.pane("talk").await;
        let mark = format!(
            "document.querySelector('[data-mark]')?.removeAttribute('data-mark');
             const all = [...document.querySelectorAll('#log button[name=press][value^=\"{action}\"]')]
                 .filter(b => !b.closest('dialog') && b.textContent.startsWith('{what}'));
             const b = all.at(-1); if (b) b.dataset.mark = 'yes'; return !!b"
        );
        self.browser.until(&mark).await;
        self.browser.click_what(&mark, "[data-mark=yes]").await;
        if self.browser.is_there("dialog.confirm[open]").await {
            self.browser
                .click("dialog.confirm[open] [data-confirmed]")
                .await;
        }
    }

    async fn sees(&self, action: &str) -> bool {
        let css = format!("#log button[name=press][value^=\"{action}\"]");
        self.browser.is_there(&css).await
    }

    /// Whether a round waits for a decision: as a whole, or pair by pair where a reporting line is not known.
    async fn sees_a_round(&self) -> bool {
        self.sees("approve_round").await || self.sees("confirm_pair").await
    }

    async fn introduces_them(&self) {
        let all = self.sees("approve_round").await;
        self.presses(if all { "approve_round" } else { "confirm_pair" })
            .await;
        // It can be undone for ten minutes.
        self.pushes("hour").await;
    }

    /// Moves the clock and waits until it stops.
    async fn pushes(&self, to: &str) {
        let before = self
            .browser
            .run("return document.getElementById('now').textContent")
            .await;
        self.browser.click(&format!(".clock [value={to}]")).await;
        self.browser
            .until(&format!(
                "return document.getElementById('now').textContent !== {before} && document.getElementById('play').value === 'play'"
            ))
            .await;
    }

    /// Follows a link button (without opening its page): Slack tells the bot that it was pressed.
    async fn follows_a_link(&self) {
        self.browser.until_there("#log a[data-press]").await;
        let stay = "addEventListener('click', e => e.preventDefault(), {once: true}); return true";
        self.browser.run(stay).await;
        self.browser.click("#log a[data-press]").await;
        let told = r#"const done = arguments[0];
             fetch('/?panel=wire').then(r => r.text()).then(t => {
                 const page = new DOMParser().parseFromString(t, 'text/html');
                 const words = [...page.querySelectorAll('.wire > li')].map(li => li.textContent);
                 done(words.some(w => w.includes('/slack/interactions') && /"actions": \[[^\]]*"action_id": "link_/.test(w)));
             })"#;
        until(|| async { self.browser.run_later(told).await == json!(true) }).await;
    }

    async fn joins(&self) {
        self.says("/reverse-mentor join").await;
        self.browser.until_there("dialog[data-modal]").await;
        self.browser.click("[formaction='/do/fill']").await;
        self.browser
            .until("return document.querySelector('[name=\"f.role\"]').value !== ''")
            .await;
        self.browser.click("[data-submit]").await;
        self.browser
            .until("return !document.querySelector('[data-submit]')")
            .await;
        self.browser.press_key("\u{E00C}").await;
        self.browser
            .until("return !document.querySelector('dialog[data-modal]')")
            .await;
    }

    /// Checks the page for accessibility problems.
    async fn finds_no_barrier(&self, place: &str) {
        let Some(axe) = std::env::var_os("AXE").filter(|path| !path.is_empty()) else {
            println!("not looked for barriers: AXE names no axe.min.js");
            return;
        };
        let axe = std::fs::read_to_string(axe).unwrap();
        self.browser
            .run(&format!("{axe}; window.axe = axe; return true"))
            .await;
        let found = self
            .browser
            .run_later(
                "const done = arguments[0]; axe.run({resultTypes: ['violations']}).then(r => done(r.violations
                 .filter(v => v.impact === 'serious' || v.impact === 'critical')
                 .map(v => v.id + ': ' + v.nodes.map(n => n.target + ' ' + n.failureSummary).join('; '))), e => done([String(e)]))",
            )
            .await;
        assert_eq!(found, json!([]), "{place}");
    }

    async fn fits(&self, place: &str) {
        let wide = self
            .browser
            .run("return document.documentElement.scrollWidth - innerWidth")
            .await;
        assert_eq!(wide, json!(0), "{place} is wider than the window");
    }

    async fn looks(&self, place: &str) {
        self.fits(place).await;
        self.finds_no_barrier(place).await;
        if let Ok(folder) = std::env::var("PICTURES") {
            let size = if self.phone { "phone" } else { "desk" };
            self.browser
                .picture(&format!("{folder}/{size}-{place}.b64"))
                .await;
        }
    }
}

async fn a_program(width: u32) {
    if !is_there() {
        println!("skipped: no chromium and chromedriver here");
        return;
    }
    let me = Player::sits_down(open().await, width).await;
    me.looks("first").await;

    // A form that is not filled in shows errors at its fields.
    me.says("/reverse-mentor join").await;
    me.browser.click("[data-submit]").await;
    me.browser.until_there(".field.wrong .error").await;
    me.looks("modal").await;
    let focused = "return !!document.activeElement.closest('.field.wrong')";
    assert_eq!(me.browser.run(focused).await, json!(true));
    me.browser.press_key("\u{E00C}").await;
    me.browser
        .until("return !document.querySelector('dialog[data-modal]')")
        .await;
    me.joins().await;
    me.becomes("mentee").await;
    me.joins().await;

    me.becomes("program owner").await;
    // The bot asks Slack about them; the first round comes at nine, in their time.
    me.pushes("hour").await;
    if !me.sees_a_round().await {
        me.says("/reverse-mentor round").await;
        me.pushes("next").await;
    }
    me.looks("round").await;
    me.introduces_them().await;

    for (part, reads) in [("mentor", "hasn't yet."), ("mentee", "Signed by")] {
        me.becomes(part).await;
        me.goes_to("group").await;
        me.presses("sign").await;
        let log =
            format!("return document.getElementById('log').textContent.includes(\"{reads}\")");
        me.browser.until(&log).await;
    }
    me.looks("agreement").await;

    // The times for a first meeting are there since the introduction.
    me.presses("pick_slot").await;
    me.browser
        .until("return document.getElementById('log').textContent.includes('Planned:')")
        .await;
    me.follows_a_link().await;
    me.goes_to("dm").await;
    // After a month, the meeting is over.
    me.pushes("month").await;
    me.presses_saying("did_meet", "Yes").await;
    me.presses("reflect").await;
    me.browser.until_there("dialog[data-modal] textarea").await;
    me.browser
        .types(
            "dialog[data-modal] textarea",
            "We looked at <b>how</b> decisions travel & who hears of them.",
        )
        .await;
    me.browser.click("[data-submit]").await;
    me.browser
        .until("return !document.querySelector('[data-submit]')")
        .await;
    me.browser.press_key("\u{E00C}").await;
    me.looks("reflection").await;

    me.goes_to("channel").await;
    me.browser
        .until("return document.getElementById('log').textContent.includes('Active pairs')")
        .await;
    me.browser
        .until("return [...document.querySelectorAll('#log img')].every(i => i.complete && i.naturalWidth > 0)")
        .await;
    me.looks("digest").await;
    me.goes_to("home").await;
    me.looks("home").await;
    me.pane("behind").await;
    for panel in ["timeline", "wire", "faults", "people"] {
        me.browser
            .click(&format!("#tabs a[href*='panel={panel}']"))
            .await;
        me.browser
            .until(&format!(
                "return document.getElementById('panel').dataset.place === '{panel}'"
            ))
            .await;
        me.looks(panel).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_program_at_a_desk() {
    a_program(1280).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_program_on_a_phone() {
    a_program(390).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_page_is_small_and_quick() {
    let address = open().await;
    let url = format!("http://{address}/");
    let http = crate::support::http();
    let mut all = 0;
    for path in ["", "demo.css", "demo.js", "icon.svg"] {
        let response = http.get(format!("{url}{path}")).send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        let policy = response.headers()["content-security-policy"]
            .to_str()
            .unwrap();
        assert!(policy.contains("script-src 'self';") && !policy.contains("unsafe"));
        all += response.bytes().await.unwrap().len();
    }
    assert!(all < 100_000, "{all} bytes");
    // The fastest of a few tries, because other tests run at the same time.
    let mut quickest = u128::MAX;
    for _ in 0..5 {
        let began = std::time::Instant::now();
        http.get(&url).send().await.unwrap().bytes().await.unwrap();
        quickest = quickest.min(began.elapsed().as_millis());
    }
    assert!(quickest < 100, "{quickest} ms");
    let foreign = http
        .get(&url)
        .header("host", "evil.example")
        .send()
        .await
        .unwrap();
    assert_eq!(foreign.status(), 403);
    let post = http
        .post(format!("{url}do/again"))
        .header("origin", "https://evil.example");
    assert_eq!(post.send().await.unwrap().status(), 403);
}

/// Waits until the condition holds.
async fn until<F: Future<Output = bool>>(so: impl Fn() -> F) {
    // A page takes its time on a busy machine, so the time is what counts.
    let begun = std::time::Instant::now();
    while begun.elapsed() < std::time::Duration::from_mins(2) {
        if so().await {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("waited in vain");
}

/// Posts a form as the page would without its script. Returns the page that follows.
async fn posts(address: SocketAddr, act: &str, fields: &[(&str, &str)]) -> String {
    let request = crate::support::http().post(format!("http://{address}/do/{act}"));
    let response = request.form(fields).send().await.unwrap();
    assert_eq!(response.status(), 200, "{act}");
    response.text().await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_bot_loses_nothing() {
    let address = open().await;
    let join = [("text", "/reverse-mentor join"), ("as", "U0OWNER1")];
    let page = posts(address, "bot", &[("do", "kill")]).await;
    assert!(page.contains("Bot killed"));
    let page = posts(address, "say", &join).await;
    assert!(
        page.contains("failed with the error") && !page.contains("data-modal"),
        "{page}"
    );
    // Time also passes without the bot.
    posts(address, "clock", &[("to", "day")]).await;
    posts(address, "trouble", &[("name", "down"), ("on", "yes")]).await;
    let page = posts(address, "bot", &[("do", "start")]).await;
    assert!(page.contains("Bot running"), "{page}");
    posts(address, "trouble", &[("name", "down")]).await;
    let page = posts(address, "say", &join).await;
    assert!(
        page.contains("data-modal") && page.contains("<b>0</b> lost"),
        "{page}"
    );
}
