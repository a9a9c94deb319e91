//! The parts beside the conversation: the digest's chart, the clock, faults, own people, dark colors.

use super::{Player, open, posts};
use crate::support::http;
use serde_json::json;

/// A player at a browser; none if there is no browser.
pub(super) async fn somebody(width: u32) -> Option<Player> {
    if !super::is_there() {
        println!("skipped: no chromium and chromedriver here");
        return None;
    }
    Some(Player::sits_down(open().await, width).await)
}

impl Player {
    async fn lets_habits_answer(&self) {
        self.pane("side").await;
        self.browser.click("#hand[value=habit]").await;
        self.browser.until_there("#hand[value=hand]").await;
    }

    pub(super) async fn opens(&self, panel: &str) {
        self.pane("behind").await;
        let tab = format!("#tabs a[href*='panel={panel}']");
        self.browser.click(&tab).await;
        let there = format!("return document.getElementById('panel').dataset.place === '{panel}'");
        self.browser.until(&there).await;
    }

    async fn now(&self) -> String {
        let now = "return document.getElementById('now').textContent";
        self.browser.run(now).await.as_str().unwrap().to_owned()
    }

    /// The delivery figures: sent, waiting, lost, repeated.
    async fn figures(&self) -> Vec<u64> {
        let figures =
            "return [...document.querySelectorAll('#status b')].map(b => Number(b.textContent))";
        serde_json::from_value(self.browser.run(figures).await).unwrap()
    }

    async fn switches(&self, fault: &str, on: bool) {
        self.opens("faults").await;
        self.browser.click(&format!("#t-{fault}")).await;
        let is_on = format!("return document.querySelector('#t-{fault}').matches('.on') === {on}");
        self.browser.until(&is_on).await;
    }

    /// Drops a file on the page, and starts with its people.
    pub(super) async fn drops(&self, csv: &str) {
        let drop = format!(
            "const data = new DataTransfer(); data.items.add(new File([{}], 'people.csv', {{type: 'text/csv'}}));
             document.body.dispatchEvent(new DragEvent('drop', {{bubbles: true, cancelable: true, dataTransfer: data}}));
             return true",
            json!(csv)
        );
        self.browser.run(&drop).await;
        let read = format!(
            "return document.querySelector('#csv')?.value === {}",
            json!(csv)
        );
        self.browser.until(&read).await;
        self.browser.click("[action='/do/people'] .button").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_digest_with_its_chart_is_read() {
    let Some(me) = somebody(390).await else {
        return;
    };
    me.becomes("program owner").await;
    me.lets_habits_answer().await;
    me.goes_to("channel").await;
    for _ in 0..6 {
        if me.browser.is_there("#log .b-image img").await {
            break;
        }
        me.pushes("month").await;
    }
    let shown = "const i = [...document.querySelectorAll('#log .b-image img')].at(-1);
         return !!i && i.complete && i.naturalWidth === 720 && i.clientWidth <= 360 && i.src.startsWith(location.origin)";
    me.browser.until(shown).await;
    // A chart that loads late does not push the last words out of view.
    let end = "const log = document.getElementById('log'); return log.scrollHeight - log.scrollTop - log.clientHeight < 60";
    me.browser.until(end).await;
    let alt = "return [...document.querySelectorAll('#log .b-image img')].at(-1).alt";
    let alt = me.browser.run(alt).await;
    assert!(
        alt.as_str()
            .unwrap()
            .starts_with("A chart of the weeks from "),
        "{alt}"
    );
    let scroll = "[...document.querySelectorAll('#log .b-image')].at(-1).scrollIntoView({block: 'center'}); return true";
    me.browser.run(scroll).await;
    me.looks("chart").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn time_plays_until_it_is_stopped() {
    let Some(me) = somebody(1280).await else {
        return;
    };
    let began = me.now().await;
    me.browser.click("#play[value=play]").await;
    let on = format!(
        "return document.querySelector('#play').value === 'rest' && document.querySelector('#now').textContent !== {}",
        json!(began)
    );
    me.browser.until(&on).await;
    me.browser.until(&on.replace(&began, &me.now().await)).await;
    me.browser.click("#play[value=rest]").await;
    me.browser.until_there("#play[value=play]").await;
    let stopped = me.now().await;
    let page = me.browser.run("return location.href").await;
    me.browser.go(page.as_str().unwrap()).await;
    assert_eq!(me.now().await, stopped);
    assert_ne!(stopped, began);
}

/// Two people have joined; the first round is being sent to the owner when Slack fails.
async fn a_round_in(fault: &str) {
    let Some(me) = somebody(1280).await else {
        return;
    };
    me.joins().await;
    me.becomes("mentee").await;
    me.joins().await;
    me.becomes("program owner").await;
    me.switches(fault, true).await;
    me.says("/reverse-mentor round").await;
    me.pushes("hour").await;
    if fault == "down" {
        assert!(!me.sees_a_round().await);
        assert!(me.figures().await[1] > 0);
    }
    me.switches(fault, false).await;
    for _ in 0..3 {
        me.pushes("hour").await;
    }
    assert!(me.sees_a_round().await, "{fault}");
    let figures = me.figures().await;
    assert_eq!((figures[1], figures[2]), (0, 0), "{fault}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_slack_loses_nothing() {
    a_round_in("slow").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slack_that_limits_rates_loses_nothing() {
    a_round_in("limited").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slack_that_is_down_loses_nothing() {
    a_round_in("down").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_of_people_is_dropped() {
    let Some(me) = somebody(1280).await else {
        return;
    };
    me.drops("name,rank\nAna,1").await;
    let told = "return document.querySelector('#notes').innerText.includes('needs a second look')";
    me.browser.until(told).await;
    let mut csv = String::from("name,stage,department,share,learn\n");
    for number in 0..4 {
        let young = format!("Young {number},Early career,Design,AI tools,Strategy\n");
        let senior = format!("Senior {number},Director,Sales,Strategy,AI tools\n");
        csv += &(young + &senior);
    }
    me.drops(&csv).await;
    let moved_in =
        "return document.querySelector('#panel').innerText.includes('Your company of 8')";
    me.browser.until(moved_in).await;
    // The suggested people are now those of the file.
    me.browser.types("#composer", "@Young").await;
    let suggested = "return document.querySelector('#suggest').innerText.includes('@Young 3')";
    me.browser.until(suggested).await;
    me.browser.press_key("\u{E00C}").await;
    me.becomes("program owner").await;
    for _ in 0..3 {
        if me.sees_a_round().await {
            break;
        }
        me.pushes("week").await;
    }
    me.pane("talk").await;
    let pairs = "return /(Young|Senior) \\d/.test(document.querySelector('#log').innerText)";
    me.browser.until(pairs).await;
    me.introduces_them().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn own_people_move_in() {
    let address = open().await;
    let page = posts(
        address,
        "people",
        &[("csv", "name,rank\nAna,1"), ("panel", "people")],
    )
    .await;
    assert!(page.contains("needs a second look"), "{page}");
    let csv = "name,stage,department\nAna <i>Lima</i>,Early career,Design\nBo Berg,Director,Sales";
    let page = posts(address, "people", &[("csv", csv)]).await;
    assert!(
        page.contains("Ana &#60;i&#62;Lima") || page.contains("Ana &lt;i&gt;Lima"),
        "{page}"
    );
    assert!(
        !page.contains("<i>") && page.contains("Your company of 2"),
        "{page}"
    );
}

/// Everything in dark colors, from the system's setting.
async fn at_night(width: u32) {
    let Some(me) = somebody(width).await else {
        return;
    };
    me.browser.darkens().await;
    me.looks("dark-first").await;
    me.says("/reverse-mentor join").await;
    me.browser.click("[data-submit]").await;
    me.browser.until_there(".field.wrong .error").await;
    me.looks("dark-modal").await;
    me.browser.press_key("\u{E00C}").await;
    me.browser
        .until("return !document.querySelector('dialog[data-modal]')")
        .await;
    me.becomes("program owner").await;
    me.lets_habits_answer().await;
    me.pushes("month").await;
    me.pushes("month").await;
    for place in ["dm", "channel", "home"] {
        me.goes_to(place).await;
        me.looks(&format!("dark-{place}")).await;
    }
    for panel in ["try", "timeline", "wire", "faults", "people"] {
        me.opens(panel).await;
        me.looks(&format!("dark-{panel}")).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_desk_at_night() {
    at_night(1280).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_phone_at_night() {
    at_night(390).await;
}

/// The bot is killed during calls; the next one finishes the messages under way.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bot_killed_in_mid_send_loses_nothing() {
    let address = open().await;
    let page = || async {
        let url = format!("http://{address}/?panel=wire");
        http().get(url).send().await.unwrap().text().await.unwrap()
    };
    // The newest exchange has the highest number.
    let calls = || async {
        let page = page().await;
        let (_, newest) = page.split_once("<details id=\"x").unwrap_or_default();
        let (number, _) = newest.split_once('"').unwrap_or_default();
        number.parse::<u64>().unwrap_or_default()
    };
    let at_rest = || async {
        let page = page().await;
        page.contains("value=\"play\"") && page.contains("<b>0</b> waiting")
    };
    posts(address, "hand", &[("who", "U0OWNER1"), ("by", "habit")]).await;
    posts(address, "clock", &[("to", "week")]).await;
    super::until(at_rest).await;
    posts(address, "trouble", &[("name", "slow"), ("on", "yes")]).await;
    for round in 1..=3 {
        posts(address, "clock", &[("to", "week")]).await;
        // Two messages have just arrived, so others are under way: each takes up to half a second. On a busy machine the week may be
        // over before its page is read.
        let before = calls().await;
        super::until(|| async { calls().await > before + 1 || at_rest().await }).await;
        let killed = posts(address, "bot", &[("do", "kill")]).await;
        assert!(killed.contains("Bot killed"), "{round}");
        // On a busy machine the old bot may still hold the database, so try again.
        super::until(|| async {
            let alive = posts(address, "bot", &[("do", "start")]).await;
            alive.contains("Bot running")
        })
        .await;
    }
    posts(address, "trouble", &[("name", "slow")]).await;
    posts(address, "clock", &[("to", "day")]).await;
    super::until(at_rest).await;
    assert!(page().await.contains("<b>0</b> lost"));
}
