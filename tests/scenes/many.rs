//! One bot in many workspaces, each of which installs it by itself. People in them have the same ids.

mod slack;

use crate::both;
use crate::support::{Engine, http, number, on};
use jiff::SignedDuration;
use reverse_mentor::rehearse::harness::{Harness, HarnessOptions};
use reverse_mentor::store::workspaces;
use slack::{Slack, consent};
use slack_sandbox::{Fault, Options, Sandbox, User};

/// The bot, and two workspaces that have not installed it.
struct Ground {
    harness: Harness,
    slack: Slack,
    two: Sandbox,
}

impl Ground {
    async fn set(engine: Engine) -> Self {
        let slack = Slack::default();
        let sandbox = |team: &str, token: &str| Options {
            team_id: team.to_owned(),
            bot_token: token.to_owned(),
            distributed: true,
            ..Options::default()
        };
        let setting = HarnessOptions {
            sandbox: sandbox("T0ONE", "xoxb-one"),
            many_at: Some(slack.start().await),
            program: None,
            ..HarnessOptions::default()
        };
        let harness = Harness::start(on(engine, setting).await).await.unwrap();
        let options = reverse_mentor::rehearse::harness::installed(sandbox("T0TWO", "xoxb-two"));
        let two = Sandbox::start(harness.clock.clone(), options)
            .await
            .unwrap();
        two.connect(&harness.address);
        for (workspace, token) in [(&harness.slack, "xoxb-one"), (&two, "xoxb-two")] {
            workspace.add_user(User::new("UANA", "Ana"));
            slack.add(workspace, token);
        }
        Self {
            harness,
            slack,
            two,
        }
    }

    /// Opens the page on which an installation begins. Returns the state and the browser's cookie.
    async fn begin(&self) -> (String, String) {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        let page = client
            .get(format!("{}/slack/install", self.harness.address))
            .send()
            .await
            .unwrap();
        assert_eq!(page.status().as_u16(), 302);
        let header = |name: &str| page.headers()[name].to_str().unwrap().to_owned();
        let to = url::Url::parse(&header("location")).unwrap();
        assert_eq!(to.path(), "/oauth/v2/authorize");
        let field = |name: &str| {
            to.query_pairs()
                .find(|(known, _)| known == name)
                .unwrap()
                .1
                .into_owned()
        };
        assert_eq!(field("client_id"), Options::default().client_id);
        assert!(field("scope").contains("chat:write,") && !field("scope").contains("mpim:history"));
        let cookie = header("set-cookie");
        for guard in ["HttpOnly", "Secure", "SameSite=Lax"] {
            assert!(cookie.contains(guard), "{cookie}");
        }
        (field("state"), cookie.split_once(';').unwrap().0.to_owned())
    }

    /// Comes back from Slack's page. Returns the status and what the browser shows.
    async fn back(&self, query: &str, cookie: &str) -> (u16, String) {
        let url = format!("{}/slack/oauth/callback?{query}", self.harness.address);
        let page = http()
            .get(url)
            .header("cookie", cookie)
            .send()
            .await
            .unwrap();
        (page.status().as_u16(), page.text().await.unwrap())
    }

    async fn install(&self, workspace: &Sandbox) -> (u16, String) {
        let (state, cookie) = self.begin().await;
        let code = consent(workspace);
        let shown = self
            .back(&format!("code={code}&state={state}"), &cookie)
            .await;
        self.harness.run_due().await.unwrap();
        shown
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
    async fn each_workspace_installs_the_bot_by_itself(engine: Engine) {
        let bot = Ground::set(engine).await;
        let (one, two) = (&bot.harness.slack, &bot.two);
        assert_eq!(bot.installed().await, 0, "the bot is ready before anybody installs it");
        for workspace in [one, two] {
            let (status, page) = bot.install(workspace).await;
            assert!(status == 200 && page.contains("Reverse Mentor is installed"), "{page}");
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
        bot.slack.add(one, "xoxb-one-again");
        assert_eq!(bot.install(one).await.0, 200);
        assert_eq!(bot.installed().await, 2);
        assert!(bot.reply(one).await.contains("/reverse-mentor join"));
        // News of the removal that comes only now is believed if Slack says so, and it does not.
        one.uninstall_told_late(SignedDuration::from_hours(2));
        bot.slack.add(one, "xoxb-one-third");
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
        workspace.set_scopes(&scopes);
        bot.install(workspace).await;
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
            !said.contains("Nobody was found by email address"),
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
    let (state, cookie) = bot.begin().await;
    let (another, another_cookie) = bot.begin().await;
    let code = consent(one);
    for (query, cookie) in [
        (format!("code={code}&state={state}"), ""),
        (
            format!("code={code}&state={state}"),
            another_cookie.as_str(),
        ),
        (format!("code={code}&state={another}"), cookie.as_str()),
        (format!("code={code}"), cookie.as_str()),
        (format!("state={state}"), cookie.as_str()),
        (String::new(), ""),
    ] {
        let (status, page) = bot.back(&query, cookie).await;
        assert!(
            status == 400 && page.contains("start again"),
            "{query}: {page}"
        );
    }
    assert_eq!(
        bot.back(&format!("code={code}&state={state}"), &cookie)
            .await
            .0,
        200
    );
    let again = consent(one);
    assert_eq!(
        bot.back(&format!("code={again}&state={state}"), &cookie)
            .await
            .0,
        400,
        "used"
    );
    let (state, cookie) = bot.begin().await;
    let (status, page) = bot
        .back(&format!("error=access_denied&state={state}"), &cookie)
        .await;
    assert!(
        status == 200 && page.contains("Nothing was installed"),
        "{page}"
    );
    let (state, cookie) = bot.begin().await;
    bot.harness
        .pass(SignedDuration::from_mins(11))
        .await
        .unwrap();
    let code = consent(one);
    assert_eq!(
        bot.back(&format!("code={code}&state={state}"), &cookie)
            .await
            .0,
        400,
        "too old"
    );
    let (state, cookie) = bot.begin().await;
    assert_eq!(
        bot.back(&format!("code=never&state={state}"), &cookie)
            .await
            .0,
        503
    );
    assert_eq!(bot.installed().await, 1);
}
