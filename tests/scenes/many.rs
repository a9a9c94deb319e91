//! One bot in many workspaces, each of which installs it by itself. People in them have the same ids.

mod browser;
mod installing;
mod one_organization;
mod organizations;
mod removal;
mod tokens;

use crate::both;
use crate::support::{Engine, number, on};
use crate::twins::Harness;
use browser::{Browser, Page};
use jiff::SignedDuration;
use reverse_mentor::domain::declared::Declared;
use reverse_mentor::features::setup;
use reverse_mentor::rehearse::harness::HarnessOptions;
use reverse_mentor::router;
use reverse_mentor::store::workspaces;
use slack_sandbox::{Fault, Options, Sandbox, User};

/// The bot, and two workspaces that have not installed it.
struct Ground {
    harness: Harness,
    two: Sandbox,
}

impl Ground {
    async fn set(engine: Engine) -> Self {
        Self::with(engine, Options::default()).await
    }

    /// In workspaces with these options.
    async fn with(engine: Engine, options: Options) -> Self {
        let setting = HarnessOptions {
            sandbox: Options {
                team_id: "T0ONE".to_owned(),
                ..options
            },
            many: true,
            program: None,
            ..HarnessOptions::default()
        };
        let harness = Harness::start(on(engine, setting).await).await.unwrap();
        let two = harness.slack.add_workspace("T0TWO", "Two");
        for workspace in [&harness.slack, &two] {
            workspace.add_user(User::new("UANA", "Ana"));
        }
        Self { harness, two }
    }

    /// Opens the page on which an installation begins, and lands on Slack's.
    async fn begin(&self, browser: &mut Browser) -> Page {
        let page = browser
            .open(&format!("{}/slack/install", self.harness.address))
            .await;
        assert_eq!(page.address.path(), "/oauth/v2/authorize");
        for guard in ["HttpOnly", "Secure", "SameSite=Lax"] {
            let cookie = &browser.last_cookie;
            assert!(cookie.contains(guard), "{cookie}");
        }
        page
    }

    /// The state of an installation that begins in this browser.
    async fn state(&self, browser: &mut Browser) -> String {
        let page = self.begin(browser).await;
        let mut fields = page.address.query_pairs();
        let state = fields.find(|(name, _)| name == "state").unwrap().1;
        state.into_owned()
    }

    /// Comes back from Slack's page with these fields.
    async fn back(&self, browser: &mut Browser, query: &str) -> (u16, String) {
        let url = format!("{}/slack/oauth/callback?{query}", self.harness.address);
        let page = browser.open(&url).await;
        (page.status, page.html)
    }

    async fn install(&self, workspace: &Sandbox) -> Page {
        let mut browser = Browser::default();
        let page = self.begin(&mut browser).await;
        let installer = format!("{} UANA", workspace.team_id());
        let page = browser
            .press(&page, "allow", &[("installer", &installer)])
            .await;
        self.harness.run_due().await.unwrap();
        page
    }

    /// A program that Ana owns begins in this workspace.
    async fn run_a_program(&self, workspace: &Sandbox) {
        let file = "owners = [\"UANA\"]\nsupport_contact = \"UANA\"\ntime_zone = \"UTC\"\nretention_days = 30\neditable = true\n";
        self.run_the_program(workspace, file).await;
    }

    /// The program of this file begins in this workspace.
    async fn run_the_program(&self, workspace: &Sandbox, file: &str) {
        let file = Declared::parse(file).unwrap();
        let (db, now) = (&self.harness.bot.db, self.harness.clock.now());
        let team = workspace.team_id().as_str().into();
        let mut tx = db.write(&team, now).await.unwrap();
        setup::from_file(&mut tx, &file).await.unwrap();
        router::happenings(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        self.harness.run_due().await.unwrap();
    }

    /// What somebody reads in reply to a direct message.
    async fn reply(&self, workspace: &Sandbox) -> String {
        let before = workspace.dm("UANA").len();
        workspace.say("UANA", "help").await;
        self.harness
            .pass(SignedDuration::from_secs(2))
            .await
            .unwrap();
        let all = workspace.dm("UANA");
        all.get(before + 1)
            .map(slack_sandbox::Message::render)
            .unwrap_or_default()
    }

    async fn installed(&self) -> i64 {
        number(&self.harness, "select count(*) from workspaces where state = 'installed' and token_sealed is not null").await
    }
}

both! {
    alone "it has two workspaces of its own";
    async fn each_workspace_installs_the_bot_by_itself(engine: Engine) {
        let bot = Ground::set(engine).await;
        let (one, two) = (&bot.harness.slack, &bot.two);
        assert_eq!(bot.installed().await, 0, "the bot is ready before anybody installs it");
        for workspace in [one, two] {
            let page = bot.install(workspace).await;
            assert_eq!((page.status, page.address.path()), (200, "/slack/oauth/callback"), "{}", page.html);
            let page = page.html;
            assert!(page.contains("Reverse Mentor is installed"), "{page}");
            assert!(page.contains("https://slack.com/app_redirect?app=A0SANDBOX&amp;team=T0"), "{page}");
        }
        assert_eq!(bot.installed().await, 2);
        let sealed = "select count(*) from workspaces where token_sealed like '%xoxb%'";
        assert_eq!(number(&bot.harness, sealed).await, 0);
        for (workspace, other) in [(one, two), (two, one)] {
            let untouched = other.dm("UANA").len();
            assert!(bot.reply(workspace).await.contains("/reverse-mentor join"));
            workspace.open_home("UANA").await;
            bot.harness.run_due().await.unwrap();
            assert!(workspace.home("UANA").is_some());
            assert_eq!(other.dm("UANA").len(), untouched, "the same id, another person");
        }
        let report = reverse_mentor::doctor::examine(&bot.harness.config, &bot.harness.clock).await;
        assert!(report.render().contains("2 have installed the app"), "{}", report.render());
        assert!(report.render().contains("T0ONE") && report.render().contains("T0TWO"), "{}", report.render());
    }
}

both! {
    alone "it has two workspaces of its own";
    /// One workspace removes the app; the other one's goes on. Later the first has it again, with a new token.
    async fn a_removal_ends_one_workspace_alone(engine: Engine) {
        let bot = Ground::set(engine).await;
        let (one, two) = (&bot.harness.slack, &bot.two);
        let began = bot.harness.clock.now();
        bot.install(one).await;
        bot.install(two).await;
        one.uninstall().await;
        bot.harness.run_due().await.unwrap();
        assert_eq!(bot.installed().await, 1);
        assert!(bot.reply(two).await.contains("/reverse-mentor join"));
        assert_eq!(bot.install(one).await.status, 200);
        assert_eq!(bot.installed().await, 2);
        assert!(bot.reply(one).await.contains("/reverse-mentor join"));
        // News of the removal that comes only now is believed if Slack says so, and it does not.
        one.uninstall_told_late(SignedDuration::from_hours(2));
        bot.install(one).await;
        bot.harness.pass(SignedDuration::from_hours(3)).await.unwrap();
        assert_eq!(bot.installed().await, 2);
        // A call that was on its way with the old token ends nothing that was installed after it.
        let clock = &bot.harness.clock;
        let mut tx = bot.harness.bot.db.write(&"T0ONE".into(), clock.now()).await.unwrap();
        workspaces::uninstalled(&mut tx, began).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(bot.installed().await, 2);
    }
}

both! {
    alone "it has two workspaces of its own";
    /// An app that others install may look into a conversation once a minute. What is in doubt waits its turn, and comes once.
    async fn messages_in_doubt_are_looked_for_within_slacks_limits(engine: Engine) {
        let bot = Ground::set(engine).await;
        let one = &bot.harness.slack;
        bot.install(one).await;
        for _ in 0..3 {
            one.fail_next("chat.postMessage", Fault::CutAfter);
            one.say("UANA", "help").await;
            bot.harness.pass(SignedDuration::from_secs(2)).await.unwrap();
        }
        bot.harness.pass(SignedDuration::from_mins(30)).await.unwrap();
        let answers = one.dm("UANA").iter().filter(|message| message.render().contains("/reverse-mentor join")).count();
        assert_eq!(answers, 3);
        assert_eq!(one.tally().violations(), 0, "{:#?}", one.tally().remarks);
        let waiting = "select count(*) from outbox where state in ('queued', 'leased', 'waiting')";
        assert_eq!(number(&bot.harness, waiting).await, 0);
    }
}

/// An operator's list of one workspace is matched with that workspace's people.
#[tokio::test]
async fn a_list_is_for_one_workspace() {
    let bot = Ground::set(Engine::Sqlite).await;
    let scopes = Options::default().scopes;
    let mut scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
    scopes.push("users:read.email");
    for workspace in [&bot.harness.slack, &bot.two] {
        bot.install(workspace).await;
        workspace.set_scopes(&scopes);
    }
    bot.two
        .add_user(User::new("UBEA", "Bea").email("bea@x.org"));
    let file = std::env::temp_dir().join(format!("rm-many-{}.csv", std::process::id()));
    std::fs::write(&file, "Name,Email\nBea Roy,bea@x.org\n").unwrap();
    for (team, is_found) in [("T0ONE", false), ("T0TWO", true)] {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_reverse-mentor"));
        command
            .args(["import", "--dry-run", "--team", team])
            .arg(&file)
            .env("DATABASE_URL", &bot.harness.config.database_url)
            .env("REVERSE_MENTOR_KEY", "5e".repeat(32))
            .env("SLACK_API_URL", &bot.harness.config.slack_api_url)
            .env_remove("SLACK_BOT_TOKEN")
            .stdin(std::process::Stdio::null());
        let ended = tokio::task::spawn_blocking(move || command.output())
            .await
            .unwrap()
            .unwrap();
        let said = [ended.stdout, ended.stderr]
            .map(|text| String::from_utf8(text).unwrap())
            .concat();
        assert_eq!(
            said.contains("1 person in the file, 1 of them found in Slack"),
            is_found,
            "{said}"
        );
    }
    std::fs::remove_file(file).unwrap();
}

/// A state is this browser's, fresh, and good once.
#[tokio::test]
async fn an_installation_is_begun_and_ended_in_one_browser() {
    let bot = Ground::set(Engine::Sqlite).await;
    let one = &bot.harness.slack;
    let (mut browser, mut another, mut fresh) =
        (Browser::default(), Browser::default(), Browser::default());
    let state = bot.state(&mut browser).await;
    let others = bot.state(&mut another).await;
    let code = one.consent();
    for (query, browser) in [
        (format!("code={code}&state={state}"), &mut fresh),
        (format!("code={code}&state={state}"), &mut another),
        (format!("code={code}&state={others}"), &mut browser),
        (String::new(), &mut Browser::default()),
    ] {
        let (status, page) = bot.back(browser, &query).await;
        assert!(
            status == 400 && page.contains("start again"),
            "{query}: {page}"
        );
    }
    for query in [format!("code={code}"), format!("state={state}")] {
        let mut browser = Browser::default();
        bot.state(&mut browser).await;
        assert_eq!(bot.back(&mut browser, &query).await.0, 400, "{query}");
    }
    let state = bot.state(&mut browser).await;
    let query = format!("code={code}&state={state}");
    let mut copy = browser.clone();
    assert_eq!(bot.back(&mut browser, &query).await.0, 200);
    let query = format!("code={}&state={state}", one.consent());
    assert_eq!(bot.back(&mut copy, &query).await.0, 400, "used");
    let state = bot.state(&mut browser).await;
    bot.harness
        .pass(SignedDuration::from_mins(11))
        .await
        .unwrap();
    let query = format!("code={}&state={state}", one.consent());
    assert_eq!(bot.back(&mut browser, &query).await.0, 400, "too old");
    for (code, status) in [("never", 400), (code.as_str(), 400)] {
        let state = bot.state(&mut browser).await;
        let query = format!("code={code}&state={state}");
        assert_eq!(bot.back(&mut browser, &query).await.0, status, "{code}");
    }
    assert_eq!(bot.installed().await, 1);
}

/// What Slack's page asks for, and what comes of *Cancel*.
#[tokio::test]
async fn nothing_is_installed_by_somebody_who_cancels() {
    let bot = Ground::set(Engine::Sqlite).await;
    let mut browser = Browser::default();
    let page = bot.begin(&mut browser).await;
    let page_says = |words: &str| assert!(page.html.contains(words), "{}", page.html);
    page_says("Reverse Mentor wants to be installed in a workspace");
    page_says("send messages as itself");
    page_says("Sandbox (T0ONE)");
    page_says("Two (T0TWO)");
    assert!(!page.html.contains("mpim:history"), "{}", page.html);
    let page = browser.press(&page, "cancel", &[]).await;
    assert!(
        page.status == 200 && page.html.contains("Nothing was installed"),
        "{}",
        page.html
    );
    assert_eq!(bot.installed().await, 0);
}

/// Only those who run the bot can mend its own credentials, so whoever installs it isn't told to try again.
#[tokio::test]
async fn a_wrong_client_secret_is_named_to_those_who_run_the_bot() {
    let bot = Ground::set(Engine::Sqlite).await;
    let one = &bot.harness.slack;
    let mut browser = Browser::default();
    let state = bot.state(&mut browser).await;
    let query = format!("code={}&state={state}", one.consent());
    one.fail_with("oauth.v2.access", "bad_client_secret");
    let (status, page) = bot.back(&mut browser, &query).await;
    one.heal("oauth.v2.access");
    assert_eq!(status, 503);
    assert!(
        page.contains("tell the people who run it") && !page.contains("in a moment"),
        "{page}"
    );
    let mut config = bot.harness.config.clone();
    config.slack_client_secret = Some("another".to_owned().into());
    let report = reverse_mentor::doctor::examine(&config, &bot.harness.clock).await;
    assert!(
        report
            .render()
            .contains("mend credentials    Slack refuses SLACK_CLIENT_SECRET"),
        "{}",
        report.render()
    );
    // A blank that came along when it was copied does no harm.
    let right = Options::default().client_secret;
    config.slack_client_secret = Some(format!(" {right}\n").into());
    let report = reverse_mentor::doctor::examine(&config, &bot.harness.clock).await;
    assert!(
        report.render().contains("ok   credentials"),
        "{}",
        report.render()
    );
    // Somebody who reloads the page after an installation isn't told that there is none.
    let state = bot.state(&mut browser).await;
    let query = format!("code={}&state={state}", one.consent());
    assert_eq!(bot.back(&mut browser, &query).await.0, 200);
    let (_, page) = bot.back(&mut browser, &query).await;
    assert!(
        page.contains("If it said that Reverse Mentor is installed, it is")
            && !page.contains("Not installed"),
        "{page}"
    );
}
