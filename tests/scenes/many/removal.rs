//! A workspace removes the app: everything rests, and goes on if it installs the app again within a month. Otherwise
//! everything of it is erased.

use super::Ground;
use crate::both;
use crate::support::{Engine, number};
use jiff::SignedDuration;
use reverse_mentor::doctor;
use reverse_mentor::store::personal_data::tables;
use slack_sandbox::{Message, Sandbox};

async fn days(bot: &Ground, days: i64) {
    let span = SignedDuration::from_hours(24 * days);
    bot.harness.pass(span).await.unwrap();
}

/// Calls of the Web API in this workspace.
fn calls(slack: &Sandbox) -> u64 {
    let calls = slack.tally().calls;
    calls.values().flat_map(|outcomes| outcomes.values()).sum()
}

/// The tables with rows of a workspace.
async fn stored(bot: &Ground, team: &str) -> Vec<&'static str> {
    let mut found = Vec::new();
    for table in tables() {
        let of_team = table.columns.iter().any(|column| column.name == "team_id");
        let sql = format!(
            "select count(*) from {} where team_id = '{team}'",
            table.name
        );
        if of_team && number(&bot.harness, &sql).await > 0 {
            found.push(table.name);
        }
    }
    let facts = format!("select count(*) from facts where name like '%/{team}'");
    if number(&bot.harness, &facts).await > 0 {
        found.push("facts");
    }
    found
}

async fn set(engine: Engine) -> Ground {
    let bot = Ground::set(engine).await;
    let (one, two) = (bot.harness.slack.clone(), bot.two.clone());
    for workspace in [&one, &two] {
        bot.install(workspace).await;
        bot.run_a_program(workspace).await;
        workspace.open_home("UANA").await;
        bot.harness.run_due().await.unwrap();
    }
    days(&bot, 1).await;
    bot
}

async fn removed(bot: &Ground) {
    bot.harness.slack.uninstall().await;
    bot.harness.run_due().await.unwrap();
}

const RESTING: &str = "select count(*) from timers where team_id = 'T0ONE' and resting is not null";
const TOKENS: &str =
    "select count(*) from workspaces where team_id = 'T0ONE' and token_sealed is not null";

both! {
    alone "it has two workspaces of its own";
    async fn a_program_rests_without_the_app_and_goes_on_with_it(engine: Engine) {
        let bot = set(engine).await;
        let one = &bot.harness.slack;
        removed(&bot).await;
        assert_eq!(number(&bot.harness, TOKENS).await, 0, "its token is gone at once");
        let before = calls(one);
        days(&bot, 20).await;
        assert_eq!(calls(one), before, "nothing is called, let alone sent");
        assert!(number(&bot.harness, RESTING).await > 0);
        let report = doctor::examine(&bot.harness.config, &bot.harness.clock).await.render();
        assert!(report.contains("T0ONE no longer has the app") && report.contains("erased on 2026-04-02"), "{report}");
        assert!(!report.contains("next steps"), "it rests, and has its day: {report}");
        assert!(bot.reply(&bot.two).await.contains("/reverse-mentor"));

        bot.install(one).await;
        assert_eq!(number(&bot.harness, RESTING).await, 0);
        days(&bot, 1).await;
        let back = |message: &&Message| message.render().contains("I'm back, and the program goes on.");
        let told: Vec<String> = one.dm("UANA").iter().filter(back).map(Message::render).collect();
        insta::allow_duplicates! {
            insta::assert_snapshot!(told.join("\n---\n"), @"
            *I'm back, and the program goes on.*
            I've been away from this workspace since Tuesday, March 3. People, pairs and goals are as they were. Reminders whose day has passed are left out.
            · Only the program's owners see this.
            ");
        }
        days(&bot, 30).await;
        assert!(stored(&bot, "T0ONE").await.contains(&"programs"), "it's no longer on that clock");
        assert!(bot.reply(one).await.contains("/reverse-mentor"));
        assert_eq!(one.tally().violations(), 0, "{:#?}", one.tally().remarks);
    }
}

both! {
    alone "it has two workspaces of its own";
    async fn a_month_after_a_removal_everything_is_erased(engine: Engine) {
        let bot = set(engine).await;
        let one = &bot.harness.slack;
        removed(&bot).await;
        days(&bot, 29).await;
        assert!(stored(&bot, "T0ONE").await.contains(&"programs"));
        days(&bot, 2).await;
        assert_eq!(stored(&bot, "T0ONE").await, [""; 0]);
        assert!(stored(&bot, "T0TWO").await.contains(&"programs"));
        // A workspace that comes later begins anew, and is told nothing of before.
        let heard = one.dm("UANA").len();
        bot.install(one).await;
        days(&bot, 1).await;
        assert_eq!(one.dm("UANA").len(), heard);
        assert!(bot.reply(one).await.contains("/reverse-mentor"));
        one.open_home("UANA").await;
        bot.harness.run_due().await.unwrap();
        assert!(stored(&bot, "T0ONE").await.contains(&"facts"), "its first event is noted once more");
    }
}
