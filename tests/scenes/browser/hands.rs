//! Basics that a user relies on: visible answers, a stable focus, menus that work with the keyboard, and error messages.

use super::beside::somebody;
use super::{Player, open, posts};
use crate::support::http;
use serde_json::json;

const ESCAPE: &str = "\u{E00C}";
const ENTER: &str = "\u{E007}";
const TAB: &str = "\u{E004}";
const DOWN: &str = "\u{E015}";
/// The button that has the first pair introduced, whose reporting lines are not known.
const DECIDES: &str = "#log button[value^=confirm_pair]";

const AT_THE_END: &str = "const log = document.getElementById('log');
     return log.scrollHeight > log.clientHeight + 100 && log.scrollHeight - log.scrollTop - log.clientHeight < 2";

impl Player {
    async fn focuses(&self, css: &str) {
        let focus = format!(
            "document.querySelector({}).focus(); return document.activeElement.matches({})",
            json!(css),
            json!(css)
        );
        self.browser.until(&focus).await;
    }

    async fn is_at(&self, css: &str) {
        let at = format!("return document.activeElement.matches({})", json!(css));
        self.browser.until(&at).await;
    }

    async fn reads(&self, css: &str, words: &str) {
        let read = format!(
            "return [...document.querySelectorAll({})].some(e => e.innerText.includes({}))",
            json!(css),
            json!(words)
        );
        self.browser.until(&read).await;
    }

    /// Asks for help until the answers do not fit on the page.
    async fn asks_for_help(&self) {
        for number in 1..=3 {
            self.says("/reverse-mentor help").await;
            let answers = format!(
                "return [...document.querySelectorAll('.message.only')].length === {number}"
            );
            self.browser.until(&answers).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_answer_to_a_command_is_in_sight() {
    let Some(me) = somebody(1280).await else {
        return;
    };
    me.goes_to("home").await;
    me.goes_to("dm").await;
    me.asks_for_help().await;
    me.browser.until(AT_THE_END).await;
    // The page stays where a user has scrolled up.
    let up = "document.getElementById('log').scrollTop = 40; return true";
    me.browser.run(up).await;
    me.pushes("hour").await;
    let stays = "return document.getElementById('log').scrollTop === 40";
    me.browser.until(stays).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_phone_returns_to_the_last_words() {
    let Some(me) = somebody(390).await else {
        return;
    };
    // The guide is out of view, so the page points to it once.
    me.browser.click("#guide [data-show=behind]").await;
    me.reads("#panel h2", "A program in five minutes").await;
    me.asks_for_help().await;
    me.pane("behind").await;
    me.pushes("day").await;
    me.says("/reverse-mentor status").await;
    me.pane("behind").await;
    me.pane("talk").await;
    me.browser.until(AT_THE_END).await;
    assert!(!me.browser.is_there("#guide:not([hidden])").await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_leaves_the_panel_as_it_is() {
    let Some(me) = somebody(1280).await else {
        return;
    };
    me.opens("wire").await;
    me.says("/reverse-mentor status").await;
    me.browser.until_there(".message.only").await;
    me.reads("#panel", "/slack/commands").await;
    let stays = "return document.querySelector('#panel').dataset.place === 'wire' && location.search.includes('wire')";
    me.browser.until(stays).await;
    // Dismissed suggestions disappear for screen readers, too.
    me.browser.types("#composer", "/rev").await;
    me.browser
        .until_there("#composer[aria-expanded=true]")
        .await;
    me.browser.press_key(ESCAPE).await;
    me.browser
        .until_there("#composer[aria-expanded=false]")
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_round_is_decided_by_keyboard() {
    let Some(me) = somebody(1280).await else {
        return;
    };
    me.joins().await;
    me.becomes("mentee").await;
    me.joins().await;
    me.becomes("program owner").await;
    me.focuses("#to-hour").await;
    me.browser.press_key(ENTER).await;
    me.browser.until_there("#log .more > summary").await;
    me.is_at("#to-hour").await;

    let summary = ".message:last-child .more > summary";
    me.focuses(summary).await;
    me.browser.press_key(ENTER).await;
    me.browser.until_there(".more[open]").await;
    me.browser.press_key(DOWN).await;
    me.browser.press_key(TAB).await;
    me.is_at(".menu button").await;
    me.looks("three-dots").await;
    me.browser.press_key(ESCAPE).await;
    me.is_at(".more:not([open]) > summary").await;
    me.browser.press_key(ENTER).await;
    // "Why these two?" comes first.
    me.browser.press_key(TAB).await;
    me.browser.press_key(TAB).await;
    me.browser.press_key(ENTER).await;
    me.reads("#log", "· kept").await;
    me.is_at(".more:not([open]) > summary, #log").await;

    me.focuses(DECIDES).await;
    me.browser.press_key(ENTER).await;
    me.is_at("dialog.confirm [data-dismiss]").await;
    me.browser.press_key(ESCAPE).await;
    me.is_at(DECIDES).await;
    me.browser.press_key(ENTER).await;
    me.is_at("dialog.confirm [data-dismiss]").await;
    me.browser.press_key(TAB).await;
    me.browser.press_key(ENTER).await;
    me.browser
        .until("return !document.querySelector('#log button[value^=confirm_pair]')")
        .await;
    me.is_at("#log").await;

    me.opens("timeline").await;
    me.reads(".cause", "picks “Keep this pair”").await;
    let who = "return !/somebody:|“”/.test(document.querySelector('#panel').innerText)
         && [...document.querySelectorAll('.cause')].some(c => c.innerText.includes('submits “'))";
    me.browser.until(who).await;
    me.browser.click(".timeline ul a").await;
    me.is_at(".wire details[open] > summary").await;
    me.looks("wire-followed").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_full_of_mistakes_stays_in_its_place() {
    let Some(me) = somebody(1280).await else {
        return;
    };
    let lines: Vec<String> = (0..300)
        .map(|number| format!("Person {number},1,Nowhere{number}\n"))
        .collect();
    let csv = format!("name,stage,zone\n{}", lines.concat());
    me.drops(&csv).await;
    me.reads("#notes", "in 300 places").await;
    let list = "const list = document.querySelector('#problems');
         return list.querySelectorAll('li').length === 300 && list.scrollHeight > list.clientHeight
             && list.clientHeight < 400 && document.querySelector('#notes').clientHeight < 120";
    me.browser.until(list).await;
    let typed = format!(
        "return document.querySelector('#csv').value === {}",
        json!(csv)
    );
    assert_eq!(
        me.browser.run(&typed).await,
        json!(true),
        "what was pasted is there to be mended"
    );
    me.looks("mistakes").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_fails_is_said() {
    let Some(me) = somebody(1280).await else {
        return;
    };
    me.browser.is_offline(true).await;
    me.says("/reverse-mentor status").await;
    me.reads("#trouble", "isn't answering").await;
    let kept = "return document.querySelector('#composer').value === '/reverse-mentor status'";
    me.browser.until(kept).await;
    me.looks("trouble").await;
    me.browser.is_offline(false).await;
    me.browser.click(".composer .button").await;
    me.browser.until_there(".message.only").await;
    me.browser
        .until("return !document.querySelector('#trouble')")
        .await;

    me.opens("people").await;
    let paste = "document.querySelector('#csv').value = 'x'.repeat(8e6 + 1); return true";
    me.browser.run(paste).await;
    me.browser.click("#move-in").await;
    me.reads("#trouble", "at most 8 MB").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_is_too_long_is_refused_in_words() {
    let address = open().await;
    let csv = |bytes: usize| format!("csv={}", "x".repeat(bytes));
    let post = http().post(format!("http://{address}/do/people"));
    let refused = post.body(csv(24_000_001)).send().await.unwrap();
    assert_eq!(refused.status(), 413);
    let words = refused.text().await.unwrap();
    assert!(words.contains("at most 8 MB and 5000 people"), "{words}");
    let csv = format!(
        "name,stage\n{}",
        "Somebody Else,Early career\n".repeat(20_000)
    );
    let page = posts(address, "people", &[("csv", &csv), ("panel", "people")]).await;
    assert!(page.contains("needs a second look"));
}

/// Everything fits in windows of all sizes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_window_has_room() {
    for (width, panes) in [(600, 1), (768, 1), (900, 1), (901, 3), (1024, 3), (1600, 3)] {
        let Some(me) = somebody(width).await else {
            return;
        };
        me.asks_for_help().await;
        let room = format!(
            "const log = document.querySelector('#log').clientWidth;
             const shown = [...document.querySelectorAll('.pane')].filter(p => p.clientWidth > 0).length;
             return shown === {panes} && log >= 340"
        );
        me.browser.until(&room).await;
        me.looks(&format!("{width}-talk")).await;
        me.pane("behind").await;
        let one_line = "return new Set([...document.querySelectorAll('#tabs a')].map(a => a.offsetTop)).size === 1
             && [...document.querySelectorAll('#tabs a')].every(a => a.offsetHeight < 40)";
        me.browser.until(one_line).await;
        me.looks(&format!("{width}-behind")).await;
    }
}
