//! One installation for a whole Enterprise Grid organization: each of its workspaces has a program, with the organization's
//! token.

use super::Ground;
use crate::both;
use crate::support::{Engine, number};
use jiff::SignedDuration;
use slack_sandbox::{EventFault, Fault, Options};

pub(super) async fn ground(engine: Engine, token_rotation: bool) -> Ground {
    let mut options = Options {
        enterprise: Some("E0ORG".to_owned()),
        token_rotation,
        ..Options::default()
    };
    for event in ["team_access_granted", "team_access_revoked"] {
        options.events.insert(event.to_owned());
    }
    Ground::with(engine, options).await
}

pub(super) async fn pass(bot: &Ground, hours: i64) {
    let span = SignedDuration::from_hours(hours);
    bot.harness.pass(span).await.unwrap();
}

/// Workspaces that have the app by the organization's installation.
pub(super) async fn by_organization(bot: &Ground) -> i64 {
    let there = "select count(*) from workspaces where state = 'installed' and enterprise_id = 'E0ORG' and token_sealed is null";
    number(&bot.harness, there).await
}

both! {
    alone "it has two workspaces of its own";
    async fn an_organization_installs_the_bot_once(engine: Engine) {
        let bot = ground(engine, false).await;
        let one = &bot.harness.slack;
        let page = bot.install(one).await;
        assert_eq!(page.status, 200, "{}", page.html);
        assert!(page.html.contains("An admin of the organization can now add it to workspaces"), "{}", page.html);
        assert!(page.html.contains("https://app.slack.com/manage/E0ORG/integrations/profile/A0SANDBOX/workspaces/add"), "{}", page.html);
        assert_eq!((bot.installed().await, by_organization(&bot).await), (1, 1), "one token, one workspace");
        assert!(bot.reply(one).await.contains("/reverse-mentor"));
        one.open_home("UANA").await;
        bot.harness.run_due().await.unwrap();
        assert!(one.home("UANA").is_some());
        // The list of everybody names the workspace: the sandbox refuses it otherwise.
        bot.run_a_program(one).await;
        one.command("UANA", "join").await;
        assert!(one.modal("UANA").is_some());
        pass(&bot, 48).await;
        assert!(!one.tally().calls.values().any(|outcomes| outcomes.contains_key("missing_argument")));
        assert_eq!(one.tally().violations(), 0, "{:#?}", one.tally().remarks);
    }
}

both! {
    alone "it has two workspaces of its own";
    /// Slack did not name the workspaces at the installation.
    async fn a_workspace_is_known_from_its_first_request(engine: Engine) {
        let bot = ground(engine, false).await;
        let one = &bot.harness.slack;
        one.fail_next("auth.teams.list", Fault::ServerError);
        bot.install(one).await;
        assert_eq!(by_organization(&bot).await, 0);
        assert!(bot.reply(one).await.contains("/reverse-mentor"));
        assert_eq!(by_organization(&bot).await, 1);
    }
}

both! {
    alone "it has two workspaces of its own";
    async fn access_is_taken_away_and_given_again(engine: Engine) {
        let bot = ground(engine, false).await;
        let one = &bot.harness.slack;
        bot.install(one).await;
        bot.run_a_program(one).await;
        pass(&bot, 1).await;
        one.fail_next_event(EventFault::Late(50 * 3_600));
        one.say("UANA", "help").await;
        one.change_access(&["T0ONE"], false).await;
        bot.harness.run_due().await.unwrap();
        assert_eq!((bot.installed().await, by_organization(&bot).await), (1, 0), "the organization keeps its token");
        let before: u64 = one.tally().calls.values().flat_map(|outcomes| outcomes.values()).sum();
        // What comes late of it makes it known no more.
        pass(&bot, 100).await;
        let after: u64 = one.tally().calls.values().flat_map(|outcomes| outcomes.values()).sum();
        assert_eq!((after, by_organization(&bot).await), (before, 0));
        one.change_access(&["T0ONE", "T0NEW"], true).await;
        pass(&bot, 1).await;
        assert_eq!(by_organization(&bot).await, 2);
        assert!(bot.reply(one).await.contains("/reverse-mentor"));
        // News of before that comes only now is none.
        let mut tx = bot.harness.bot.db.write(&"T0ONE".into(), bot.harness.clock.now()).await.unwrap();
        let long_ago = bot.harness.clock.now() - SignedDuration::from_hours(90);
        reverse_mentor::store::workspaces::left_organization(&mut tx, &"E0ORG".into(), long_ago).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(by_organization(&bot).await, 2);
    }
}

both! {
    alone "it has two workspaces of its own";
    async fn an_organizations_token_is_renewed_and_its_removal_rests_all(engine: Engine) {
        let bot = ground(engine, true).await;
        let one = &bot.harness.slack;
        bot.install(one).await;
        pass(&bot, 30).await;
        assert!(bot.reply(one).await.contains("/reverse-mentor"));
        let calls = one.tally().calls;
        assert!(!calls.values().any(|outcomes| outcomes.contains_key("token_expired")), "{calls:#?}");
        one.uninstall().await;
        bot.harness.run_due().await.unwrap();
        let there = "select count(*) from workspaces where state = 'installed'";
        assert_eq!(number(&bot.harness, there).await, 0);
        bot.install(one).await;
        assert_eq!(by_organization(&bot).await, 1);
        assert!(bot.reply(one).await.contains("/reverse-mentor"));
    }
}
