//! Tokens that expire: each is renewed before its end, once, and nothing is lost where that fails.

use super::Ground;
use crate::both;
use crate::support::{Engine, http, number};
use jiff::SignedDuration;
use reverse_mentor::app::App;
use reverse_mentor::doctor;
use slack_sandbox::{Fault, Options, Sandbox};

const HOURS: fn(i64) -> SignedDuration = SignedDuration::from_hours;

async fn ground(engine: Engine, refresh_grace: SignedDuration) -> Ground {
    let options = Options {
        token_rotation: true,
        refresh_grace,
        ..Options::default()
    };
    Ground::with(engine, options).await
}

/// How often Slack was asked for a new token.
fn renewals(slack: &Sandbox) -> u64 {
    let calls = slack.tally().calls;
    let outcomes = calls.get("oauth.v2.access");
    outcomes.map_or(0, |outcomes| outcomes.values().sum())
}

/// Time passes, and the bot does nothing meanwhile.
fn stand_still(bot: &Ground, span: SignedDuration) {
    let clock = &bot.harness.clock;
    clock.set(clock.now() + span);
}

async fn pass(bot: &Ground, hours: i64) {
    bot.harness.pass(HOURS(hours)).await.unwrap();
}

async fn waiting(bot: &Ground) -> i64 {
    let waiting = "select count(*) from outbox where state in ('queued', 'leased', 'waiting')";
    number(&bot.harness, waiting).await
}

async fn sealed(bot: &Ground) {
    let readable = "select count(*) from workspaces where token_sealed like '%xox%' or renewal_sealed like '%xox%'";
    assert_eq!(number(&bot.harness, readable).await, 0);
    let both = "select count(*) from workspaces where token_sealed is not null and renewal_sealed is not null";
    assert_eq!(number(&bot.harness, both).await, bot.installed().await);
}

async fn report(bot: &Ground) -> String {
    doctor::examine(&bot.harness.config, &bot.harness.clock)
        .await
        .render()
}

both! {
    alone "it has two workspaces of its own";
    async fn a_token_is_renewed_two_hours_before_its_end(engine: Engine) {
        let bot = ground(engine, SignedDuration::ZERO).await;
        let (one, two) = (&bot.harness.slack, &bot.two);
        bot.install(one).await;
        bot.install(two).await;
        sealed(&bot).await;
        let before = renewals(one);
        bot.harness.pass(SignedDuration::from_mins(9 * 60 + 58)).await.unwrap();
        assert_eq!(renewals(one), before, "not yet");
        bot.harness.pass(SignedDuration::from_mins(4)).await.unwrap();
        assert_eq!(renewals(one), before + 1);
        // Days later, each of them has been renewed many times, and all of it works.
        for _ in 0..6 {
            pass(&bot, 12).await;
            for workspace in [one, two] {
                assert!(bot.reply(workspace).await.contains("/reverse-mentor join"));
            }
        }
        assert_eq!(renewals(one), before + 8);
        sealed(&bot).await;
        for workspace in [one, two] {
            assert_eq!(workspace.tally().violations(), 0, "{:#?}", workspace.tally().remarks);
        }
    }
}

both! {
    alone "it has two workspaces of its own";
    async fn of_two_replicas_one_renews_a_token(engine: Engine) {
        let bot = ground(engine, SignedDuration::ZERO).await;
        let one = &bot.harness.slack;
        bot.install(one).await;
        let other = App::new(&bot.harness.config, bot.harness.clock.clone()).await.unwrap();
        let before = renewals(one);
        stand_still(&bot, SignedDuration::from_mins(10 * 60 + 1));
        let (here, there) = (&bot.harness.bot.sender.clients, &other.sender.clients);
        let (first, second) = tokio::join!(here.renew_due(), there.renew_due());
        assert_eq!(first.unwrap() + second.unwrap(), 1);
        assert_eq!(renewals(one), before + 1);
        // Long after the end of the token that both knew, each has the new one.
        stand_still(&bot, HOURS(5));
        for clients in [here, there] {
            let client = clients.of(&"T0ONE".into()).await.unwrap();
            assert!(client.who_am_i().await.is_ok());
        }
        assert!(bot.reply(one).await.contains("/reverse-mentor join"));
    }
}

both! {
    alone "it has two workspaces of its own";
    /// A replica dies (or its connection does) when Slack has renewed the token and it has stored nothing.
    async fn an_answer_that_got_lost_is_asked_for_again(engine: Engine) {
        let bot = ground(engine, SignedDuration::from_mins(10)).await;
        let one = &bot.harness.slack;
        bot.install(one).await;
        let before = renewals(one);
        one.fail_next("oauth.v2.access", Fault::CutAfter);
        bot.harness.pass(SignedDuration::from_secs(10 * 3_600 + 30)).await.unwrap();
        assert_eq!(renewals(one), before + 1);
        assert!(report(&bot).await.contains("is not renewed (in_doubt). It is tried again within the hour"));
        assert!(bot.reply(one).await.contains("/reverse-mentor join"), "the token is still good");
        bot.harness.pass(SignedDuration::from_mins(3)).await.unwrap();
        assert!(renewals(one) > before + 1);
        pass(&bot, 6).await;
        assert!(bot.reply(one).await.contains("/reverse-mentor join"), "the next one, too");
        assert!(!report(&bot).await.contains("not renewed"));
    }
}

both! {
    alone "it has two workspaces of its own";
    /// Whoever had the turn says nothing more: after two minutes it is another's.
    async fn a_turn_of_somebody_who_died_ends(engine: Engine) {
        let bot = ground(engine, SignedDuration::ZERO).await;
        let one = &bot.harness.slack;
        bot.install(one).await;
        let before = renewals(one);
        stand_still(&bot, SignedDuration::from_mins(10 * 60 + 1));
        let db = &bot.harness.bot.db;
        let mut tx = db.write(&"T0ONE".into(), bot.harness.clock.now()).await.unwrap();
        assert!(reverse_mentor::store::tokens::take_turn(&mut tx).await.unwrap().is_some());
        tx.commit().await.unwrap();
        bot.harness.pass(SignedDuration::from_secs(90)).await.unwrap();
        assert_eq!(renewals(one), before);
        bot.harness.pass(SignedDuration::from_mins(1)).await.unwrap();
        assert_eq!(renewals(one), before + 1);
    }
}

both! {
    alone "it has two workspaces of its own";
    /// The bot was down for a day: the token is renewed before the first call, and what waited goes out.
    async fn a_token_that_ended_meanwhile_is_renewed_before_the_first_call(engine: Engine) {
        let mut bot = ground(engine, SignedDuration::ZERO).await;
        bot.install(&bot.harness.slack).await;
        bot.run_a_program(&bot.harness.slack).await;
        bot.harness.kill();
        stand_still(&bot, HOURS(30));
        bot.harness.restart().await.unwrap();
        let one = &bot.harness.slack;
        one.command("UANA", "join").await;
        assert!(one.modal("UANA").is_some(), "a form opens at once");
        assert!(bot.reply(one).await.contains("/reverse-mentor join"));
        let calls = one.tally().calls;
        assert!(!calls.values().any(|outcomes| outcomes.contains_key("token_expired")), "{calls:#?}");
    }
}

both! {
    alone "it has two workspaces of its own";
    /// Slack takes the refresh token no more: owners hear how to mend it while the token still works. After that everything
    /// waits, and nothing is lost.
    async fn what_nobody_can_renew_is_installed_again(engine: Engine) {
        let bot = ground(engine, SignedDuration::ZERO).await;
        let (one, two) = (&bot.harness.slack, &bot.two);
        bot.install(one).await;
        bot.install(two).await;
        bot.run_a_program(one).await;
        one.revoke_refresh_tokens();
        // It fails at 18:00, outside working hours. Two hours later nobody can be told anything, so the note doesn't wait.
        pass(&bot, 11).await;
        assert!(report(&bot).await.contains("The workspace has to install the app again, at /slack/install"));
        let tells = |message: &slack_sandbox::Message| message.render().contains("install me again, at");
        let told = one.dm("UANA").iter().filter(|message| tells(message)).count();
        assert_eq!(told, 1, "{:#?}", one.dm("UANA").iter().map(slack_sandbox::Message::render).collect::<Vec<_>>());
        pass(&bot, 2).await;
        assert_eq!(bot.installed().await, 1);
        let came = one.dm("UANA").len();
        one.say("UANA", "help").await;
        pass(&bot, 1).await;
        assert_eq!(one.dm("UANA").len(), came + 1, "only what Ana wrote");
        assert!(waiting(&bot).await >= 1);
        assert!(bot.reply(two).await.contains("/reverse-mentor join"), "the others go on");
        bot.install(one).await;
        bot.harness.pass(SignedDuration::from_mins(5)).await.unwrap();
        assert_eq!(bot.installed().await, 2);
        let due = "select count(*) from outbox where state in ('queued', 'leased')";
        assert_eq!(number(&bot.harness, due).await, 0, "only news waits, for the morning");
        assert!(one.dm("UANA").len() > came + 1);
    }
}

both! {
    alone "it has two workspaces of its own";
    /// A mistake in the app's credentials is the server's: owners hear nothing until an hour before the end.
    async fn what_the_server_can_mend_is_told_when_it_matters(engine: Engine) {
        let bot = ground(engine, SignedDuration::ZERO).await;
        let one = &bot.harness.slack;
        bot.install(one).await;
        for _ in 0..40 {
            one.fail_next("oauth.v2.access", Fault::Error("bad_client_secret".into()));
        }
        bot.harness.pass(SignedDuration::from_mins(10 * 60 + 30)).await.unwrap();
        let held = "select count(*) from facts where name like 'held/%'";
        assert_eq!(number(&bot.harness, held).await, 0);
        assert!(report(&bot).await.contains("SLACK_CLIENT_SECRET"));
        bot.harness.bot.heartbeat().await.unwrap();
        let ready = http().get(format!("{}/readyz", bot.harness.address)).send().await.unwrap().text().await.unwrap();
        assert!(ready.contains("tokens: a workspace's is not renewed (bad_client_secret)"), "{ready}");
        bot.harness.pass(SignedDuration::from_mins(60)).await.unwrap();
        assert_eq!(number(&bot.harness, held).await, 1);
        // Nothing is sent without a token, and nothing is lost when it is mended.
        pass(&bot, 1).await;
        let came = one.dm("UANA").len();
        one.say("UANA", "help").await;
        bot.harness.pass(SignedDuration::from_mins(5)).await.unwrap();
        assert_eq!((bot.installed().await, one.dm("UANA").len()), (1, came + 1));
        pass(&bot, 48).await;
        assert_eq!(waiting(&bot).await, 0);
        assert!(one.dm("UANA").len() > came + 1);
    }
}
