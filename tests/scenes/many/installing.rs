//! Before the first installation, right after it, and once more with other scopes.

use super::Ground;
use crate::both;
use crate::support::{Engine, http};
use jiff::SignedDuration;
use reverse_mentor::doctor;
use slack_sandbox::{Message, Options};

async fn ready(bot: &Ground) -> (u16, String) {
    bot.harness.bot.heartbeat().await.unwrap();
    let asked = http().get(format!("{}/readyz", bot.harness.address)).send();
    let answer = asked.await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

async fn report(bot: &Ground) -> String {
    let report = doctor::examine(&bot.harness.config, &bot.harness.clock).await;
    report.render()
}

both! {
    alone "it has two workspaces of its own";
    async fn the_bot_is_ready_before_anybody_installs_it(engine: Engine) {
        let bot = Ground::set(engine).await;
        let (status, said) = ready(&bot).await;
        assert_eq!(status, 200, "{said}");
        assert!(report(&bot).await.contains("/slack/install"), "{}", report(&bot).await);
    }
}

both! {
    alone "it has two workspaces of its own";
    /// Without a verified Request URL, everything else looks well.
    async fn that_no_event_has_ever_arrived_is_said_until_one_does(engine: Engine) {
        let bot = Ground::set(engine).await;
        let one = &bot.harness.slack;
        bot.install(one).await;
        bot.run_a_program(one).await;
        let nothing = "events: none has ever arrived from 1 workspace(s)";
        let (status, said) = ready(&bot).await;
        assert!(status == 200 && said.contains(nothing), "{said}");
        assert!(report(&bot).await.contains("no event has ever arrived, so Home stays blank"), "{}", report(&bot).await);
        one.open_home("UANA").await;
        bot.harness.run_due().await.unwrap();
        assert!(!ready(&bot).await.1.contains("none has ever arrived"));
        assert!(!report(&bot).await.contains("no event has ever arrived"));
    }
}

both! {
    alone "it has two workspaces of its own";
    /// The token stays, and what waited for the scope goes out at once.
    async fn installing_it_again_brings_scopes_that_were_missing(engine: Engine) {
        let bot = Ground::set(engine).await;
        let one = &bot.harness.slack;
        bot.install(one).await;
        let all = Options::default().scopes;
        let fewer: Vec<&str> = all.iter().map(String::as_str).filter(|scope| *scope != "chat:write").collect();
        one.set_scopes(&fewer);
        one.say("UANA", "help").await;
        bot.harness.pass(SignedDuration::from_mins(2)).await.unwrap();
        let answered = || one.dm("UANA").iter().map(Message::render).any(|text| text.contains("/reverse-mentor join"));
        assert!(!answered());
        assert!(report(&bot).await.contains("chat:write"), "{}", report(&bot).await);
        assert_eq!(bot.install(one).await.status, 200);
        bot.harness.pass(SignedDuration::from_secs(2)).await.unwrap();
        assert!(answered());
        assert_eq!(bot.installed().await, 1);
        assert!(!report(&bot).await.contains("chat:write"), "{}", report(&bot).await);
    }
}
